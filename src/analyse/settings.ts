import type { Expr } from '../model/program.ts'
import { type Gives, rowLanguage } from './rows.ts'
import type { SourceUnit, Type } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import { isTextual, type Site, type Term } from './terms.ts'

/** A row that makes the fields of a class look-ups of the environment. */
type SettingsRow = Extract<Gives, { value: 'env-fields' }>

/**
 * A field of a class whose fields a library fills from the environment: the variable of its name, behind the prefix of the class,
 * else its initial value. Undefined for other classes, and for fields that hold more than text.
 */
export const settingField = (frame: Frame, type: Type, name: string): Term | undefined => {
  const row = settingsRow(frame, type)
  const found = row && frame.scope.field(type, name)
  if (!row || !found) return undefined
  const { terms } = frame
  const { field, owner } = found
  const initial = terms.any(frame.scope.lineage(type).map(t => frame.heap(heapKey.initial(t, name))))
  const holdsMore = initial === terms.nothing ? isOwnClass(frame, owner, name) : !terms.options(initial).every(isDefault)
  if (holdsMore) return undefined
  const site: Site = { file: owner.unit.path, line: field.spot.line, says: `field ${name}` }
  const names = aliases(owner.unit, field.value, row)
  const own = names.length > 0 ? names : [`${prefixOf(frame, type, row)}${name}`.toUpperCase()]
  const looked = own.map(n => terms.make({ kind: 'env', kids: [terms.text(n)], sites: [site] }))
  for (const term of looked) frame.add({ kind: 'env', term, site })
  return terms.or([...looked, ...terms.options(initial).filter(isTextual)])
}

const settingsRow = (frame: Frame, type: Type): SettingsRow | undefined => {
  const table = frame.state.rows(rowLanguage(type.unit.language))
  for (const path of frame.scope.externalSupers(type)) {
    const gives = table.match('super', path)?.row.gives
    if (gives && 'value' in gives && gives.value === 'env-fields') return gives
  }
  return undefined
}

/** A default of one field: text, or none that is known. */
const isDefault = (term: Term): boolean => isTextual(term) || term.kind === 'unknown' || term.kind === 'ext' || term.kind === 'extcall'

const isOwnClass = (frame: Frame, owner: Type, name: string): boolean => {
  const type = owner.fields.get(name)?.type
  const target = type && frame.scope.resolveType(owner.unit, type, owner)
  return target !== undefined && 'type' in target && target.type.fact.kind !== 'enum'
}

/** Names of variables that the field itself tells: `Field(..., env="X")`. */
const aliases = (unit: SourceUnit, value: Expr | undefined, row: SettingsRow): string[] => {
  const call = value?.is === 'call' ? unit.facts.calls[value.call] : undefined
  const told = row.names.flatMap(name => call?.named.find(n => n.name === name)?.value ?? [])
  return told.slice(0, 1).flatMap(e => textsOf(unit, e))
}

const textsOf = (unit: SourceUnit, e: Expr): string[] => {
  if (e.is === 'text') return [e.text]
  if (e.is === 'list') return e.items.flatMap(i => (i.is === 'text' ? [i.text] : []))
  return e.is === 'call' ? unit.facts.calls[e.call]!.args.flatMap(a => (a.is === 'text' ? [a.text] : [])) : []
}

/** The prefix of a class's variables: in a member that configures it, or in a class within. */
const prefixOf = (frame: Frame, type: Type, row: SettingsRow): string => {
  for (const t of frame.scope.lineage(type)) {
    const nested = [...t.nested.values()].flatMap(n => n.fields.get(row.prefix)?.value ?? [])
    const configured = t.fact.fields.flatMap(f => (f.value ? namedIn(t.unit, f.value, row.prefix) : []))
    const [found] = [...nested, ...configured].flatMap(e => textsOf(t.unit, e))
    if (found !== undefined) return found
  }
  return ''
}

const namedIn = (unit: SourceUnit, e: Expr, name: string): Expr[] => {
  if (e.is === 'map') return e.entries.flatMap(entry => (entry.key.is === 'text' && entry.key.text === name ? [entry.value] : []))
  return e.is === 'call' ? unit.facts.calls[e.call]!.named.flatMap(n => (n.name === name ? [n.value] : [])) : []
}
