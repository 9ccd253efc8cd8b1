import { type Argued, type Argument, type Definition, type Field, parseDocument, type Selection } from '../base/graphql-document.ts'
import { by } from '../base/names.ts'
import { isInside } from '../base/path.ts'
import type { Location } from '../model/evidence.ts'
import type { Document, Effect, MemberUse } from '../model/fragment.ts'
import type { Expr } from '../model/program.ts'
import { text, unknown, type Value } from '../model/value.ts'
import { eachExpression } from './expressions.ts'
import type { Fn } from './scope.ts'
import { distinctUses } from './usage.ts'

/** GraphQL that a program's code holds: documents, and what it fills their variables with. */
export interface Queries {
  documents: { text: string; file: string; line: number }[]
  variables: { path: string[]; literal?: string; file: string; line: number }[]
}

const maxDocuments = 500
const maxUses = 600
const maxDepth = 14
const holders = /^(variables|variable_values|variableValues|Variables)$/
const looksExecutable = /^\s*(?:#[^\n]*\n\s*)*(?:\{\s*\w|(?:query|mutation|subscription|fragment)\b[^{}]*\{)/

/** The documents in texts of the code. What is put into a document by name is another one: a fragment. */
export const queriesIn = (reached: readonly Fn[]): Queries => {
  const found: Queries = { documents: [], variables: [] }
  const seen = new Set<string>()
  const inside = new Set<Expr>()
  eachExpression(reached, (e, { unit }) => {
    if (e.is === 'concat') for (const part of e.parts) inside.add(part)
    if (e.is === 'map') noteVariables(e, unit.path, found)
    if ((e.is !== 'text' && e.is !== 'concat') || inside.has(e)) return
    const written = e.is === 'text' ? e.text : e.parts.map(p => (p.is === 'text' ? p.text : ' ')).join('')
    const key = `${unit.path} ${e.line} ${written}`
    if (!looksExecutable.test(written) || seen.has(key) || seen.size >= maxDocuments) return
    seen.add(key)
    found.documents.push({ text: written, file: unit.path, line: e.line })
  })
  return found
}

const noteVariables = (map: Extract<Expr, { is: 'map' }>, file: string, { variables }: Queries): void => {
  const fill = (e: Expr, path: string[]): void => {
    if (path.length > 0 && variables.length < maxUses)
      variables.push({ path, ...(e.is === 'text' ? { literal: e.text } : {}), file, line: e.line })
    if (e.is === 'map' && path.length < 6) for (const { key, value } of e.entries) if (key.is === 'text') fill(value, [...path, key.text])
  }
  for (const { key, value } of map.entries) if (key.is === 'text' && holders.test(key.text)) fill(value, [])
}

interface Asking {
  program: { id: string; root: string; reaches: readonly string[] }
  effects: readonly Effect[]
  queries: Queries
}

/** A client whose program says in documents what it asks: those calls have its address. */
export const withoutBareClients = (effects: readonly Effect[], asked: readonly Effect[]): Effect[] => {
  const asking = new Set(asked.map(e => e.of))
  return effects.filter(e => e.does !== 'call' || e.protocol !== 'graphql' || !asking.has(e.of))
}

/** What programs ask of graphs: one call for each root field of each document, at the addresses that their GraphQL clients have. */
export const graphEffects = (asking: readonly Asking[], files: readonly Document[], repo: string): Effect[] => {
  const filed = files.flatMap(({ file, facts }) =>
    facts.flatMap(f => (f.says === 'graphql-document' ? [{ file, text: f.text, line: 1 }] : [])),
  )
  return asking.flatMap(({ program, effects, queries }) => {
    const own = filed.filter(w => ownerOf(w.file, asking) === program.id)
    const documents = [...queries.documents, ...own].flatMap(({ text, file, line }) => {
      const definitions = parseDocument(text)
      return definitions ? [{ definitions, at: { repo, file, line } }] : []
    })
    if (documents.length === 0) return []
    const written = documents.flatMap(d => d.definitions.map((definition): Written => ({ definition, at: d.at })))
    const fragments = new Map(written.filter(w => w.definition.kind === 'fragment').map(w => [w.definition.name, w]))
    const clients = clientsOf(effects)
    const asked = { fragments, variables: queries.variables, repo }
    return written.flatMap(w => operationsOf(w, asked)).flatMap(o => callsOf(o, program.id, clients))
  })
}

/** The program whose folder a document lies in. */
const ownerOf = (file: string, asking: readonly Asking[]): string | undefined =>
  asking.filter(a => isInside(file, a.program.root)).sort(by(a => `${String(9999 - a.program.root.length)} ${a.program.id}`))[0]?.program.id

/** Where a program's GraphQL goes: its clients', or what it sends to a path that is called so. */
const clientsOf = (effects: readonly Effect[]): Value[] => {
  const clients = effects.filter(
    e =>
      e.does === 'call' &&
      (e.protocol === 'graphql' ||
        (e.protocol === 'http' && e.operation?.is === 'text' && /^(POST|\*) .*\/(graphql|gql)$/.test(e.operation.text))),
  )
  const targets = new Map(clients.map(e => [JSON.stringify(e.target), e.target]))
  return targets.size > 0 ? [...targets.values()] : [unknown('no GraphQL client in the code names an address')]
}

interface Asked {
  operation: string
  uses: MemberUse[]
  at: Location
}

/** A definition, and where the text begins that holds it. */
interface Written {
  definition: Definition
  at: Location
}

interface Known {
  fragments: ReadonlyMap<string, Written>
  variables: Queries['variables']
  repo: string
}

const operationsOf = ({ definition, at }: Written, known: Known): Asked[] => {
  if (definition.kind === 'fragment') return []
  return fieldsOf(definition.selections, at, known, 0).map(selected => {
    const uses: MemberUse[] = []
    usesOf(selected, [], { definition, known, uses }, 0)
    return { operation: `${definition.kind}.${selected.field.name}`, uses: distinctUses(uses), at: placeOf(selected) }
  })
}

/** A field, and where the text begins that selects it. */
interface Selected {
  field: Field
  at: Location
}

/** Fields that a selection holds, those of its fragments too. */
const fieldsOf = (selections: readonly Selection[], at: Location, known: Known, depth: number): Selected[] =>
  depth > maxDepth
    ? []
    : selections.flatMap((s): Selected[] => {
        if (s.kind === 'field') return s.name.startsWith('__') ? [] : [{ field: s, at }]
        if (s.kind === 'inline') return fieldsOf(s.selections, at, known, depth + 1)
        const fragment = known.fragments.get(s.name)
        return fragment ? fieldsOf(fragment.definition.selections, fragment.at, known, depth + 1) : []
      })

interface Using {
  definition: Definition
  known: Known
  uses: MemberUse[]
}

/** A document that selects what is gone is refused as a whole: every use is strict. */
const usesOf = (selected: Selected, path: string[], using: Using, depth: number): void => {
  if (depth > maxDepth || using.uses.length > maxUses) return
  for (const argument of selected.field.args) argued(argument, path, placeOf(selected), using)
  for (const inner of fieldsOf(selected.field.selections, selected.at, using.known, 0)) {
    const own = [...path, inner.field.name]
    using.uses.push({ side: 'response', path: own, access: 'read', tolerance: 'strict', at: placeOf(inner) })
    usesOf(inner, own, using, depth + 1)
  }
}

const argued = ({ name, value }: Argument, path: string[], at: Location, using: Using): void => {
  const own = [...path, name]
  const literal = value.is === 'constant' ? { literal: value.text } : {}
  using.uses.push({ side: 'request', path: own, access: 'send', tolerance: 'strict', ...literal, at })
  if (own.length < maxDepth) sent(value, own, at, using)
}

const sent = (value: Argued, path: string[], at: Location, using: Using): void => {
  if (value.is === 'object') for (const member of value.members) argued(member, path, at, using)
  if (value.is === 'list') for (const item of value.items) if (item.is !== 'list') sent(item, path, at, using)
  if (value.is !== 'variable') return
  for (const filled of using.known.variables) {
    const [first, ...rest] = filled.path
    if (first !== value.name || !using.definition.variables.includes(value.name)) continue
    const literal = filled.literal === undefined ? {} : { literal: filled.literal }
    const place = { repo: using.known.repo, file: filled.file, line: filled.line }
    using.uses.push({ side: 'request', path: [...path, ...rest], access: 'send', tolerance: 'strict', ...literal, at: place })
  }
}

const placeOf = ({ field, at }: Selected): Location => ({ ...at, line: at.line + field.line - 1 })

const callsOf = ({ operation, uses, at }: Asked, program: string, clients: readonly Value[]): Effect[] =>
  clients.map(target => ({
    ...{ of: program, does: 'call', protocol: 'graphql', target, operation: text(operation), uses, closed: true, escapes: [] },
    confidence: target.is === 'unknown' ? 'low' : 'high',
    evidence: { reader: 'graphql', basis: 'coded', at, note: 'asks for it in a document' },
  }))
