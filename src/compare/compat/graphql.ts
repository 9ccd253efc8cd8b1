import { canonicalJson } from '../../base/json.ts'
import { table } from '../../base/table.ts'
import type { BreakMode, Compatibility } from '../../model/change.ts'
import type { Edge, Json, Node } from '../../model/contract.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { inspectorFindings, isMoreCertain } from './peer/inspector.ts'

/** A use of a directive: its name and its arguments. */
type Use = [name: string, args: Record<string, Json>]

const usesOf = (node: Node | undefined): Use[] =>
  Array.isArray(node?.facets.directives) ? (node.facets.directives as unknown as Use[]) : []

/** Uses that say the same belong together, then those of one directive in their order: `@key` may stand there often. */
const compareUses = (pair: Pair, walk: Walk): boolean => {
  const [a, b] = [walk.base.nodes[pair.a]!, walk.head.nodes[pair.b]!]
  if (a.facets.directives === undefined && b.facets.directives === undefined) return false
  const old = [...usesOf(a)]
  const now = [...usesOf(b)]
  const take = (isSame: (a: Use, b: Use) => boolean, found: (a: Use, b: Use) => void): void => {
    for (const a of [...old]) {
      const b = now.find(use => isSame(a, use))
      if (b === undefined) continue
      old.splice(old.indexOf(a), 1)
      now.splice(now.indexOf(b), 1)
      found(a, b)
    }
  }
  take(
    (a, b) => canonicalJson(a) === canonicalJson(b),
    () => {},
  )
  const isOther = old.length + now.length > 0
  take(
    (a, b) => a[0] === b[0],
    (a, b) => walk.atom(pair, 'use', 'changed', { before: a, after: b }),
  )
  if (isOther) walk.atom(pair, 'uses', 'changed', { before: usesOf(a), after: usesOf(b) })
  for (const use of old) walk.atom(pair, 'use', 'removed', { before: use })
  for (const use of now) walk.atom(pair, 'use', 'added', { after: use })
  return false
}

/** A type of another kind has nothing to be compared with. */
const compareTypes = (pair: Pair, walk: Walk): boolean => {
  const [a, b] = [walk.base.nodes[pair.a]!.facets, walk.head.nodes[pair.b]!.facets]
  if (a.kind === b.kind) return compareUses(pair, walk)
  walk.atom(pair, 'type-kind', 'changed', { before: a.kind!, after: b.kind! })
  if (a.doc !== b.doc) walk.atom(pair, 'doc', 'changed', { ...(a.doc ? { before: a.doc } : {}), ...(b.doc ? { after: b.doc } : {}) })
  return true
}

const stepOf = (edge: Edge): string => (edge.role === 'arg' ? `(${edge.key}:)` : `.${edge.key}`)

/** `Invoice.lines(first:)`: what an atom is about, as the specification writes coordinates. */
const coordinate = (atom: AtomView): string => {
  const steps: string[] = []
  const { edge } = atom
  const isInner = edge !== undefined && ['field', 'arg', 'prop', 'value'].includes(edge.role)
  if (isInner) steps.push(stepOf(edge))
  for (let pair: Pair | undefined = atom.pair; pair !== undefined; pair = pair.parent) {
    const name = atom.base.nodes[pair.a]!.name
    if (name !== undefined) return [name, ...steps].join('')
    if (pair.edge !== undefined && pair.edge.role !== 'directive') steps.unshift(stepOf(pair.edge))
  }
  return edge !== undefined && !isInner ? edge.key : steps.join('') || 'the schema'
}

const typeOf = (node: Node | undefined): string => String(node?.facets.type ?? '')
const isRequiredInput = (node: Node | undefined): boolean => typeOf(node).endsWith('!') && node?.facets.default === undefined

/** Only certainty differs: what is on the wire looks alike. */
const differsInNull = (atom: AtomView): boolean => String(atom.before).replaceAll('!', '') === String(atom.after).replaceAll('!', '')

/** Whoever reads may be given more certainty, never less; whoever sends may be asked for less. */
const outputChanged = (atom: AtomView): Partial<Judged> => {
  if (isMoreCertain(String(atom.before), String(atom.after))) return { ...verdict('compatible', 'compatible'), modes: [] }
  return differsInNull(atom) ? { modes: ['json', 'source', 'semantic'] } : {}
}

const inputChanged = (atom: AtomView): Partial<Judged> => {
  if (isMoreCertain(String(atom.after), String(atom.before))) return { ...verdict('compatible', 'compatible'), modes: [] }
  return differsInNull(atom) ? { modes: ['validate', 'source'] } : {}
}

const inputAdded =
  (what: string) =>
  (atom: AtomView): Partial<Judged> | undefined =>
    isRequiredInput(atom.head.nodes[atom.b!])
      ? {
          rule: `required-${what}-added`,
          request: 'breaking',
          modes: ['validate', 'source'],
          message: `added required ${coordinate(atom)}`,
        }
      : undefined

/** Without a default, what is not null has to be sent. */
const defaultRemoved = (atom: AtomView): Partial<Judged> | undefined =>
  isRequiredInput(atom.head.nodes[atom.pair.b])
    ? { request: 'breaking', modes: ['validate'], message: `${coordinate(atom)} has no default any more and must be sent` }
    : undefined

const verdict = (request: Compatibility, response: Compatibility): Pick<Judged, 'request' | 'response'> => ({ request, response })

/** What a use of a known directive means to those who call, when it comes, goes or says something else. Others: it may change what happens. */
const USES: Record<string, { added: Compatibility; removed: Compatibility; changed: Compatibility; modes: BreakMode[] }> = table({
  inaccessible: { added: 'breaking', removed: 'compatible', changed: 'compatible', modes: ['wire', 'validate', 'source'] },
  authenticated: { added: 'breaking', removed: 'compatible', changed: 'conditional', modes: ['validate'] },
  requiresScopes: { added: 'breaking', removed: 'compatible', changed: 'conditional', modes: ['validate'] },
  policy: { added: 'breaking', removed: 'compatible', changed: 'conditional', modes: ['validate'] },
  oneOf: { added: 'breaking', removed: 'compatible', changed: 'compatible', modes: ['validate'] },
  key: { added: 'compatible', removed: 'conditional', changed: 'conditional', modes: ['validate'] },
  shareable: { added: 'compatible', removed: 'conditional', changed: 'compatible', modes: ['validate'] },
  external: { added: 'conditional', removed: 'conditional', changed: 'compatible', modes: ['validate'] },
  ...Object.fromEntries(
    ['override', 'requires', 'provides', 'tag', 'link', 'composeDirective', 'extends', 'cost', 'listSize', 'deprecated'].map(name => [
      name,
      { added: 'compatible', removed: 'compatible', changed: 'compatible', modes: [] },
    ]),
  ),
})

const useOf = (value: Json | undefined): string => {
  const [name, args] = value as unknown as Use
  const shown = Object.entries(args).map(([key, text]) => `${key}: ${text}`)
  return `@${name}${shown.length > 0 ? `(${shown.join(', ')})` : ''}`
}

const useChanged =
  (how: 'added' | 'removed' | 'changed') =>
  (atom: AtomView): Partial<Judged> | 'drop' | undefined => {
    const [name] = (atom.after ?? atom.before) as unknown as Use
    // Told as deprecation.
    if (name === 'deprecated') return 'drop'
    const known = USES[name.slice(name.lastIndexOf('__') + 1)]
    return known === undefined ? undefined : { ...verdict(known[how], known[how]), modes: known[how] === 'compatible' ? [] : known.modes }
  }

/** Documents can only use what may stand in documents. */
const EXECUTABLE = /^(QUERY|MUTATION|SUBSCRIPTION|FIELD|FRAGMENT_DEFINITION|FRAGMENT_SPREAD|INLINE_FRAGMENT|VARIABLE_DEFINITION)$/

const locationRemoved = (atom: AtomView): Partial<Judged> | undefined =>
  EXECUTABLE.test(String(atom.before)) ? undefined : { modes: ['source'] }

const rootChanged = (atom: AtomView): Partial<Judged> | undefined =>
  atom.before === undefined ? verdict('compatible', 'compatible') : undefined

const row = (request: Compatibility, response: Compatibility, modes: BreakMode[], say: Row['say'], decide?: Row['decide']): Row => ({
  ...{ request, response, modes, say },
  ...(decide === undefined ? {} : { decide }),
})
const harmless = (say: Row['say']): Row => row('compatible', 'compatible', [], say)
const shown = (value: Json | undefined): string => (value === undefined ? 'none' : String(value))
const listed = (value: Json | undefined): string => (Array.isArray(value) ? value.join(' and ') : 'nowhere')
const between =
  (what: string): Row['say'] =>
  atom =>
    `${what} of ${coordinate(atom)} now is ${shown(atom.after)} (was ${shown(atom.before)})`
const kindOf = (atom: AtomView): string =>
  String((atom.a === undefined ? atom.head.nodes[atom.b!] : atom.base.nodes[atom.a])?.facets.kind ?? 'type')

/** Descriptions, and lists of uses as they stand: for another tool's rendering alone. */
const quiet: Row = row(
  'compatible',
  'compatible',
  [],
  () => '',
  () => 'drop',
)

const defaultRows = (what: string): Record<string, Row> => {
  const aspect = `${what}-default`
  const changed = row('conditional', 'compatible', ['semantic'], between('default'))
  return {
    [`${aspect}-added`]: changed,
    [`${aspect}-changed`]: changed,
    [`${aspect}-removed`]: { ...changed, decide: defaultRemoved },
  }
}

const GONE: BreakMode[] = ['wire', 'json', 'source']

const rows: Record<string, Row> = table({
  'type-added': harmless(a => `added ${kindOf(a)} ${a.edge!.key}`),
  'type-removed': row('breaking', 'breaking', ['validate', 'source'], a => `removed ${kindOf(a)} ${a.edge!.key}`),
  'type-kind-changed': row('breaking', 'breaking', GONE, between('kind')),
  'query-root-changed': row('breaking', 'breaking', ['validate', 'source'], between('query type'), rootChanged),
  'mutation-root-changed': row('breaking', 'breaking', ['validate', 'source'], between('mutation type'), rootChanged),
  'subscription-root-changed': row('breaking', 'breaking', ['validate', 'source'], between('subscription type'), rootChanged),
  'field-added': harmless(a => `added field ${coordinate(a)}`),
  'field-removed': row('breaking', 'breaking', GONE, a => `removed field ${coordinate(a)}`),
  'field-type-changed': row('breaking', 'breaking', GONE, between('type'), outputChanged),
  'owner-changed': harmless(a => `${coordinate(a)} comes from ${listed(a.after)} now (was ${listed(a.before)})`),
  'argument-added': row('compatible', 'compatible', [], a => `added argument ${coordinate(a)}`, inputAdded('argument')),
  'argument-removed': row('breaking', 'compatible', ['validate', 'source'], a => `removed argument ${coordinate(a)}`),
  'argument-type-changed': row('breaking', 'compatible', ['validate', 'json', 'source'], between('type'), inputChanged),
  ...defaultRows('argument'),
  'input-field-added': row('compatible', 'compatible', [], a => `added input field ${coordinate(a)}`, inputAdded('input-field')),
  'input-field-removed': row('breaking', 'compatible', ['validate', 'source'], a => `removed input field ${coordinate(a)}`),
  'value-added': row('compatible', 'conditional', ['semantic'], a => `added value ${coordinate(a)}`),
  'value-removed': row('breaking', 'breaking', ['validate', 'source'], a => `removed value ${coordinate(a)}`),
  'member-added': row('compatible', 'conditional', ['semantic'], a => `${coordinate(a)} may be ${a.edge!.key} now`),
  'member-removed': row('compatible', 'breaking', ['validate', 'source'], a => `${coordinate(a)} is never ${a.edge!.key} any more`),
  'interface-added': row('compatible', 'conditional', ['semantic'], a => `${coordinate(a)} implements ${shown(a.after)} now`),
  'interface-removed': row(
    'compatible',
    'breaking',
    ['validate', 'source'],
    a => `${coordinate(a)} no longer implements ${shown(a.before)}`,
  ),
  'directive-added': harmless(a => `added directive ${a.edge!.key}`),
  'directive-removed': row('breaking', 'compatible', ['validate', 'source'], a => `removed directive ${a.edge!.key}`),
  'location-added': harmless(a => `${coordinate(a)} may stand on ${shown(a.after)}`),
  'location-removed': row(
    'breaking',
    'compatible',
    ['validate', 'source'],
    a => `${coordinate(a)} may no longer stand on ${shown(a.before)}`,
    locationRemoved,
  ),
  'repeatable-added': harmless(a => `${coordinate(a)} may be repeated`),
  'repeatable-removed': row('conditional', 'compatible', ['validate'], a => `${coordinate(a)} may no longer be repeated`),
  'deprecated-added': harmless(a => `deprecated ${coordinate(a)}: ${shown(a.after)}`),
  'deprecated-removed': harmless(a => `${coordinate(a)} is no longer deprecated`),
  'deprecated-changed': harmless(a => `why ${coordinate(a)} is deprecated: ${shown(a.after)}`),
  'use-added': row('conditional', 'conditional', ['semantic'], a => `${coordinate(a)} has ${useOf(a.after)} now`, useChanged('added')),
  'use-removed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `${coordinate(a)} has no ${useOf(a.before)} any more`,
    useChanged('removed'),
  ),
  'use-changed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `${coordinate(a)} has ${useOf(a.after)} now (was ${useOf(a.before)})`,
    useChanged('changed'),
  ),
  ...{ 'doc-added': quiet, 'doc-removed': quiet, 'doc-changed': quiet, 'uses-changed': quiet },
})

const ROOT: Format['kinds'][keyof Format['kinds']] = {
  facets: {
    query: ['value', 'query-root'],
    mutation: ['value', 'mutation-root'],
    subscription: ['value', 'subscription-root'],
  },
  own: compareUses,
}

export const graphql: Format = {
  format: 'graphql',
  kinds: {
    api: ROOT,
    type: { facets: { interfaces: ['set', 'interface'], doc: ['scalar', 'doc'] }, own: compareTypes },
    field: {
      facets: { type: ['value', 'field-type'], owners: ['value', 'owner'], deprecated: ['scalar', 'deprecated'], doc: ['scalar', 'doc'] },
      own: compareUses,
    },
    argument: {
      facets: {
        type: ['value', 'argument-type'],
        default: ['scalar', 'argument-default'],
        deprecated: ['scalar', 'deprecated'],
        doc: ['scalar', 'doc'],
      },
      own: compareUses,
    },
    value: { facets: { deprecated: ['scalar', 'deprecated'], doc: ['scalar', 'doc'] }, own: compareUses },
    directive: { facets: { locations: ['set', 'location'], repeatable: ['flag', 'repeatable'], doc: ['scalar', 'doc'] } },
  },
  roles: {
    type: { match: 'key', aspect: 'type' },
    schema: { match: 'own', aspect: 'type', side: 'response' },
    field: { match: 'key', aspect: 'field' },
    arg: { match: 'key', aspect: 'argument', side: 'request', flips: true },
    prop: { match: 'key', aspect: 'input-field' },
    value: { match: 'key', aspect: 'value' },
    member: { match: 'key', aspect: 'member', nominal: 'member' },
    directive: { match: 'key', aspect: 'directive' },
  },
  rows,
  hashesAreWhole: true,
  peer: inspectorFindings,
  peerPer: 'atom',
  members: (owner, edge) => {
    if (edge.role === 'field' || edge.role === 'prop' || edge.role === 'arg') return [edge.key]
    return edge.role === 'schema' ? (String(owner.facets.type).match(/\[/g) ?? []).slice(0, 1).map(() => '[]') : []
  },
  address: (_, edge) => (['field', 'arg', 'prop', 'value'].includes(edge.role) ? stepOf(edge) : undefined),
  typeAddress: key => key,
}
