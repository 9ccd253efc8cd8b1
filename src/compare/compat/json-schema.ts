import { table } from '../../base/table.ts'
import type { BreakMode, Compatibility } from '../../model/change.ts'
import type { Json, Node } from '../../model/contract.ts'
import { effective } from '../contract/effective.ts'
import type { AtomView, Format, Judged, Pair, Row } from '../contract/format.ts'
import { targetOf as targetIn } from '../contract/graph.ts'
import { openapi } from './openapi.ts'

/**
 * Schemas of data: what a validator says. `request` is whether data of the old schema is valid under the new one (backward), `response`
 * whether data of the new one is valid under the old (forward). Where OpenAPI's rules leave open what a service does with a value, a
 * validator does not: what admits less rejects something.
 */
const verdict = (request: Compatibility, response: Compatibility): Pick<Judged, 'request' | 'response'> => ({ request, response })

const baseOf = (atom: AtomView): Node => atom.base.nodes[atom.pair.a]!
const headOf = (atom: AtomView): Node => atom.head.nodes[atom.pair.b]!
const isClosed = (node: Node): boolean => node.facets.closed === true || node.edges.some(e => e.role === 'unevaluatedProperties')
const describesOthers = (node: Node): boolean => node.edges.some(e => e.role === 'additional' || e.role === 'pattern')
const isAnything = (node: Node | undefined): boolean =>
  node !== undefined && node.edges.length === 0 && Object.keys(node.facets).every(name => NO_RULE.has(name))
const NO_RULE: ReadonlySet<string> = new Set([
  'title',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
  'contentMediaType',
  'contentEncoding',
])

/** Data of an open schema may have had the member already, of any type; readers that are closed do not take it. */
const propertyAdded = (atom: AtomView): Partial<Judged> => {
  const isNew = isClosed(baseOf(atom)) || (atom.b !== undefined && isAnything(atom.head.nodes[effective(atom.head, atom.b)]))
  const response = isClosed(baseOf(atom)) ? 'breaking' : 'compatible'
  if (atom.edge?.required === true) return { rule: 'required-added', ...verdict('breaking', response), modes: ['validate'] }
  return { ...verdict(isNew ? 'compatible' : 'conditional', response), modes: isNew && response === 'compatible' ? [] : ['validate'] }
}

const propertyRemoved = (atom: AtomView): Partial<Judged> => {
  const head = headOf(atom)
  const request = isClosed(head) ? 'breaking' : describesOthers(head) ? 'conditional' : 'compatible'
  return { ...verdict(request, atom.edge?.required === true ? 'breaking' : 'conditional'), modes: ['validate', 'semantic'] }
}

/** A schema without a type takes null too. */
const nullable =
  (side: (atom: AtomView) => Node, judged: Partial<Judged>) =>
  (atom: AtomView): Partial<Judged> => {
    const { type, enum: values } = side(atom).facets
    return type === undefined && values === undefined ? { ...verdict('compatible', 'compatible'), modes: [] } : judged
  }

const additionalAdded = (atom: AtomView): Partial<Judged> =>
  isClosed(baseOf(atom))
    ? verdict('compatible', 'breaking')
    : isAnything(targetOf(atom))
      ? verdict('compatible', 'compatible')
      : verdict('breaking', 'compatible')
const additionalRemoved = (atom: AtomView): Partial<Judged> =>
  isClosed(headOf(atom))
    ? verdict('breaking', 'compatible')
    : isAnything(targetOf(atom))
      ? verdict('compatible', 'compatible')
      : verdict('compatible', 'breaking')

const targetOf = (atom: AtomView): Node | undefined =>
  atom.b === undefined ? (atom.a === undefined ? undefined : atom.base.nodes[atom.a]) : atom.head.nodes[atom.b]

const isMultiple = (value: Json | undefined, of: Json | undefined): boolean => {
  const times = Number(value) / Number(of)
  return Math.abs(times - Math.round(times)) < 1e-9
}
const stepChanged = (atom: AtomView): Partial<Judged> =>
  verdict(isMultiple(atom.before, atom.after) ? 'compatible' : 'breaking', isMultiple(atom.after, atom.before) ? 'compatible' : 'breaking')

/** A condition that says nothing by itself. */
const conditionAdded = (atom: AtomView): Partial<Judged> | undefined => {
  const { role } = atom.edge!
  if (role === 'contentSchema' || role === 'if' || isAnything(targetOf(atom))) return { ...verdict('compatible', 'compatible'), modes: [] }
  return undefined
}

type Direction = 'request' | 'response'

const MAX_KINDS = 24

/** Whether one of the kinds on the other side takes every value of a kind that came or went. */
const isCovered = (atom: AtomView, direction: Direction): boolean => {
  const isGone = atom.a !== undefined
  const [graph, owner] = isGone ? [atom.head, atom.pair.b] : [atom.base, atom.pair.a]
  return graph.nodes[owner]!.edges.filter(e => e.role === atom.edge?.role)
    .slice(0, MAX_KINDS)
    .some(edge => {
      const other = targetIn(graph, owner, edge)
      if (other === undefined) return false
      const found = isGone ? atom.walk.overlay(atom.a!, other) : atom.walk.overlay(other, atom.b!)
      return found.every(inner => levelOf({ ...inner, base: atom.base, head: atom.head, walk: atom.walk }, direction) === 'compatible')
    })
}

const levelOf = (atom: AtomView, direction: Direction): Compatibility => {
  const row = dataRows[`${atom.aspect}-${atom.op}`]
  const decided = row?.decide?.(atom)
  if (row === undefined) return 'breaking'
  return decided === 'drop' ? 'compatible' : ({ ...row, ...decided }[direction] ?? 'compatible')
}

/** A new kind of value only adds, unless values were of exactly one kind and now are of two. */
const memberAdded = (atom: AtomView): Partial<Judged> =>
  verdict(atom.edge?.role === 'oneOf' ? 'conditional' : 'compatible', isCovered(atom, 'response') ? 'compatible' : 'breaking')
const memberRemoved = (atom: AtomView): Partial<Judged> => verdict(isCovered(atom, 'request') ? 'compatible' : 'breaking', 'compatible')

type Decide = NonNullable<Row['decide']>

/** Where readers keep a value is no concern of a validator. */
const narrowed: Decide = () => verdict('breaking', 'compatible')

const EXCEPTIONS: Record<string, Decide> = table({
  'property-added': propertyAdded,
  'property-removed': propertyRemoved,
  'required-added': () => verdict('breaking', 'compatible'),
  'required-removed': () => verdict('compatible', 'breaking'),
  'nullable-added': nullable(baseOf, verdict('compatible', 'breaking')),
  'nullable-removed': nullable(headOf, verdict('breaking', 'compatible')),
  'additional-added': additionalAdded,
  'additional-removed': additionalRemoved,
  'closed-removed': () => ({ ...verdict('compatible', 'breaking'), modes: ['validate'] }),
  'multiple-changed': stepChanged,
  'condition-added': conditionAdded,
  'condition-removed': conditionAdded,
  'one-of-added': memberAdded,
  'one-of-removed': memberRemoved,
  'any-of-added': memberAdded,
  'any-of-removed': memberRemoved,
  'min-length-increased': narrowed,
  'min-items-increased': narrowed,
})

/** What a validator does not look at, or cannot be told from the text. */
const OPEN: ReadonlySet<string> = new Set([
  ...['pattern-changed', 'format-added', 'format-removed', 'format-changed', 'content-media-type-changed', 'content-encoding-changed'],
])
const NO_RULES = /^(default|read-only|write-only|deprecated|sunset|extensible-enum|discriminator|mapping)-/

const strict = (level: Compatibility): Compatibility => (level === 'conditional' ? 'breaking' : level)

/** Inside `not`, more is less; inside `if`, nobody can tell. */
const turned = (atom: AtomView, judged: Pick<Judged, 'request' | 'response'>): Pick<Judged, 'request' | 'response'> => {
  let { request, response } = judged
  for (let pair: Pair | undefined = atom.pair; pair !== undefined; pair = pair.parent) {
    if (pair.edge?.role === 'not') [request, response] = [response, request]
    if (pair.edge?.role === 'if' && (request !== 'compatible' || response !== 'compatible')) return verdict('conditional', 'conditional')
    if (pair.edge?.role === 'contentSchema') return verdict('compatible', 'compatible')
  }
  return verdict(request, response)
}

const validated = (name: string, row: Row): Row => {
  const exception = EXCEPTIONS[name]
  const isOpen = OPEN.has(name)
  const level = (value: Compatibility): Compatibility => (NO_RULES.test(name) ? 'compatible' : isOpen ? value : strict(value))
  const usual = { ...verdict(level(row.request), level(row.response)), modes: modesOf(row, name) }
  const decide: Decide = atom => {
    const decided = exception === undefined ? row.decide?.(atom) : exception(atom)
    if (decided === 'drop') return 'drop'
    const { request, response } = { ...usual, ...decided }
    return { ...decided, ...turned(atom, exception === undefined ? verdict(level(request), level(response)) : verdict(request, response)) }
  }
  return { ...row, ...usual, decide }
}

const modesOf = (row: Row, name: string): BreakMode[] =>
  NO_RULES.test(name)
    ? []
    : row.request === 'compatible' && row.response === 'compatible'
      ? []
      : [...new Set<BreakMode>(['validate', ...row.modes])]

/** Of OpenAPI's rules those that are about schemas, as a validator judges them. */
export const dataRows: Record<string, Row> = Object.fromEntries(
  Object.entries(openapi.rows).map(([name, row]) => [name, validated(name, row)]),
)

export const jsonSchema: Format = {
  format: 'json-schema',
  reads: 'backward',
  view: effective,
  kinds: { schema: openapi.kinds.schema! },
  roles: openapi.roles,
  rows: dataRows,
  members: openapi.members,
  address: openapi.address,
  typeAddress: key => (key === '' ? '' : `type ${key}`),
}
