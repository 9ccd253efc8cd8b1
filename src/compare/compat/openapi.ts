import { table } from '../../base/table.ts'
import type { BreakMode, Compatibility } from '../../model/change.ts'
import type { Edge, Json, Node } from '../../model/contract.ts'
import { effective, unwrapped } from '../contract/effective.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { type Graph, type Ix, targetOf } from '../contract/graph.ts'
import { oasdiffFindings } from './peer/oasdiff.ts'

const shown = (value: Json | undefined): string => {
  if (value === undefined) return 'none'
  if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'boolean')
    return `${value[1] ? 'exclusive ' : ''}${value[0]}`
  return typeof value === 'string' ? value : Array.isArray(value) ? value.map(shown).join(' or ') : JSON.stringify(value)
}

/** What an atom is about, in the words of the document: `data.template`, `parameter limit`, `the response 200`. */
const place = (atom: AtomView): string => {
  const names: string[] = []
  if (atom.edge !== undefined && atom.edge.role !== 'op')
    names.push(stepName(atom.edge, atom.head.nodes[atom.b ?? -1] ?? atom.base.nodes[atom.a ?? -1]))
  let nearest: string[] | undefined
  for (let pair: Pair | undefined = atom.pair; pair?.edge !== undefined; pair = pair.parent) {
    const node = atom.base.nodes[pair.a]
    if (nearest === undefined && node?.kind === 'schema' && node.name !== undefined) nearest = [node.name, ...names]
    const step = stepName(pair.edge, node)
    if (step !== '') names.unshift(step)
    if (['param', 'body', 'response', 'op'].includes(pair.edge.role)) break
  }
  // What lies deep is told by the named schema around it: the way there is one of many.
  if (nearest !== undefined && names.length > MAX_STEPS) return nearest.join('.').replaceAll('.[]', '[]')
  return names.filter(Boolean).join('.').replaceAll('.[]', '[]') || 'the body'
}

const MAX_STEPS = 4

const stepName = (edge: Edge, node: Node | undefined): string => {
  switch (edge.role) {
    case 'prop':
      return edge.key
    case 'items':
      return '[]'
    case 'additional':
    case 'pattern':
      return '*'
    case 'param':
      return `parameter ${String(node?.facets.name ?? edge.key.replace(/^\w+:/, ''))}`
    case 'header':
      return `header ${edge.key}`
    case 'response':
      return `response ${edge.key}`
    case 'body':
      return 'request body'
    default:
      return ''
  }
}

const row = (request: Compatibility, response: Compatibility, modes: BreakMode[], say: Row['say'], decide?: Row['decide']): Row => ({
  ...{ request, response, modes, say },
  ...(decide === undefined ? {} : { decide }),
})

const typesAt = (graph: Graph, ix: Ix): Set<string> | undefined => {
  const { type } = graph.nodes[ix]!.facets
  return Array.isArray(type) ? new Set(type.map(String)) : undefined
}

/** Every value of `a` is one of `b`. Integers are numbers; no type is any type. */
const within = (a: Set<string> | undefined, b: Set<string> | undefined): boolean =>
  b === undefined || (a !== undefined && [...a].every(t => b.has(t) || (t === 'integer' && b.has('number'))))

/** A request may accept more, a response may promise more. Text carries anything, so that parameters may become text. */
const typeChanged = (atom: AtomView): Partial<Judged> => {
  const [old, now] = [typesAt(atom.base, atom.pair.a), typesAt(atom.head, atom.pair.b)]
  const isText =
    atom.pair.parent !== undefined && atom.base.nodes[atom.pair.parent.a]?.kind === 'param' && now?.size === 1 && now.has('string')
  const scalars = old !== undefined && ![...old].some(t => t === 'array' || t === 'object')
  return {
    request: within(old, now) || (isText && scalars) ? 'compatible' : 'breaking',
    response: within(now, old) ? 'compatible' : 'breaking',
  }
}

const facetOf = (atom: AtomView, side: 'base' | 'head', name: string): Json | undefined => {
  const ix = side === 'base' ? atom.a : atom.b
  return ix === undefined ? undefined : atom[side].nodes[effective(atom[side], ix)]?.facets[name]
}

/** Members that are only read do not occur in requests, those that are only written not in responses. */
const bySide = (atom: AtomView, side: 'base' | 'head'): Partial<Judged> => ({
  ...(facetOf(atom, side, 'readOnly') === true ? { request: 'compatible' as const } : {}),
  ...(facetOf(atom, side, 'writeOnly') === true ? { response: 'compatible' as const } : {}),
})

const propertyAdded = (atom: AtomView): Partial<Judged> | undefined => {
  if (atom.edge?.required !== true) return undefined
  const message = `added required ${place(atom)}`
  return { rule: 'required-added', request: 'breaking', modes: ['validate'], message, ...bySide(atom, 'head') }
}

const propertyRemoved = (atom: AtomView): Partial<Judged> => ({
  ...(atom.edge?.required === true ? { response: 'breaking' as const } : {}),
  ...bySide(atom, 'base'),
})

const requiredIfSaid = (atom: AtomView): Partial<Judged> | undefined =>
  atom.edge?.required === true
    ? { rule: 'required-added', request: 'breaking', modes: ['validate'], message: `added required ${place(atom)}` }
    : undefined

const isSuccess = (atom: AtomView): boolean => /^[23]/.test(atom.edge?.key ?? '')

type Alternative = Map<string, string[]>

const alternatives = (value: Json | undefined): Alternative[] =>
  (Array.isArray(value) ? value : []).map(
    alternative =>
      new Map(
        (Array.isArray(alternative) ? alternative : []).map((scheme): [string, string[]] => {
          const [name, ...scopes] = Array.isArray(scheme) ? scheme.map(String) : [String(scheme)]
          return [name ?? '', scopes]
        }),
      ),
  )

/** Whoever came in before still comes in if one of the new alternatives asks for nothing more. */
const securityChanged = (atom: AtomView): Partial<Judged> => {
  const old = alternatives(atom.before)
  const now = alternatives(atom.after)
  const admits = (before: Alternative): boolean =>
    now.some(after => [...after].every(([scheme, scopes]) => before.has(scheme) && scopes.every(s => before.get(scheme)!.includes(s))))
  const isOpen = now.length === 0
  if (isOpen || (old.length === 0 ? [new Map() as Alternative] : old).every(admits))
    return { request: 'compatible', response: 'compatible' }
  return old.length === 0 ? { message: `${operationOf(atom)} now needs ${shownSecurity(now)}`, rule: 'security-added' } : {}
}

const shownSecurity = (list: readonly Alternative[]): string =>
  list
    .map(a => [...a].map(([name, scopes]) => (scopes.length > 0 ? `${name} (${scopes.join(', ')})` : name)).join(' and ') || 'nothing')
    .join(' or ')

const operationOf = (atom: AtomView): string => {
  if (atom.edge?.role === 'op') return atom.edge.key
  let pair: Pair | undefined = atom.pair
  while (pair !== undefined && pair.edge?.role !== 'op') pair = pair.parent
  return pair?.edge?.key ?? ''
}

/** What narrows values hurts who sends, what widens them hurts who reads. */
const tightened = (severity: Compatibility, say: Row['say']): Row => row(severity, 'compatible', ['validate'], say)
const loosened = (severity: Compatibility, say: Row['say']): Row => row('compatible', severity, ['semantic'], say)
/** Media ranges of RFC 9110, section 12.5.1: `text/*` covers `text/plain`, and a type covers itself with parameters. */
const coversMedia = (range: string, type: string): boolean => {
  const [wide = '', narrow = ''] = [range, type].map(t => t.split(';')[0]!.trim().toLowerCase())
  return wide === '*/*' || wide === narrow || (wide.endsWith('/*') && narrow.startsWith(wide.slice(0, -1)))
}

const harmless = (say: Row['say']): Row => row('compatible', 'compatible', [], say)

/** For other tools' renderings alone. */
const quiet: Row = row(
  'compatible',
  'compatible',
  [],
  () => '',
  () => 'drop',
)

const NAMES: Record<string, string> = table({
  ...{ minimum: 'minimum', maximum: 'maximum', 'min-length': 'shortest length', 'max-length': 'longest length' },
  ...{ 'min-items': 'least number of items', 'max-items': 'greatest number of items' },
  ...{ 'min-contains': 'least number of matching items', 'max-contains': 'greatest number of matching items' },
  ...{ 'min-properties': 'least number of members', 'max-properties': 'greatest number of members' },
})

/** Values that must be longer than before may not fit where readers keep them. */
const GROWING: ReadonlySet<string> = new Set(['min-length', 'min-items'])

/** A new bound may say what was always so (conditional); a tighter one takes away what was promised. */
const boundRows = (aspect: string): Record<string, Row> => {
  const say: Row['say'] = a => `${NAMES[aspect]} of ${place(a)} now is ${shown(a.after)} (was ${shown(a.before)})`
  const [tighter, looser] = aspect.startsWith('max') ? ['decreased', 'increased'] : ['increased', 'decreased']
  return {
    [`${aspect}-added`]: tightened('conditional', say),
    [`${aspect}-${tighter}`]: { ...tightened('breaking', say), ...(GROWING.has(aspect) ? { response: 'conditional' } : {}) },
    [`${aspect}-${looser}`]: loosened('conditional', say),
    [`${aspect}-removed`]: loosened('conditional', say),
  }
}

const unionRows = (aspect: string): Record<string, Row> => ({
  [`${aspect}-added`]: row('compatible', 'conditional', ['json', 'semantic'], a => `${place(a)} may be one more kind of value${named(a)}`),
  [`${aspect}-removed`]: row(
    'breaking',
    'compatible',
    ['validate'],
    a => `${place(a)} may no longer be one of its kinds of value${named(a)}`,
  ),
})

const named = (atom: AtomView): string => (atom.edge?.ref === undefined ? '' : `: ${atom.edge.ref}`)

const changed = (
  aspect: string,
  words: string,
  request: Compatibility,
  response: Compatibility,
  modes: BreakMode[],
): Record<string, Row> => {
  const say: Row['say'] = a => `${words} of ${place(a)} now is ${shown(a.after)} (was ${shown(a.before)})`
  return { [`${aspect}-changed`]: row(request, response, modes, say) }
}

/** The security scheme around a flow or one of its facets. */
const schemeOf = (atom: AtomView): string => {
  let pair: Pair | undefined = atom.pair
  while (pair !== undefined && pair.edge?.role !== 'security') pair = pair.parent
  return `security scheme ${pair?.edge?.key ?? ''}`
}

const urlRow = (aspect: string, words: string): Record<string, Row> => ({
  [`${aspect}-changed`]: tightened('conditional', a => `${words} for ${schemeOf(a)} now is ${shown(a.after)} (was ${shown(a.before)})`),
})

const namedValue = (entry: Json | undefined): string => shown(Array.isArray(entry) ? entry[0] : entry)

/** The value of a discriminator stays; the schema behind it has another name, which nobody sends. */
const renamedTarget = (atom: AtomView): 'drop' | undefined => {
  const [value] = (atom.before ?? atom.after) as Json[]
  const others = (atom.before === undefined ? atom.base.nodes[atom.pair.a] : atom.head.nodes[atom.pair.b])?.facets.mapping
  return Array.isArray(others) && others.some(o => Array.isArray(o) && o[0] === value) ? 'drop' : undefined
}

const rows: Record<string, Row> = table({
  'operation-added': harmless(a => `added ${operationOf(a)}`),
  'operation-removed': row('breaking', 'breaking', ['wire', 'json', 'source'], a => `removed ${operationOf(a)}`),
  'operation-deprecated-added': harmless(a => `deprecated ${operationOf(a)}`),
  'operation-deprecated-removed': harmless(a => `${operationOf(a)} is no longer deprecated`),
  'operation-id-added': harmless(a => `operationId of ${operationOf(a)} now is ${shown(a.after)}`),
  'operation-id-removed': row(
    'conditional',
    'compatible',
    ['source'],
    a => `${operationOf(a)} no longer has the operationId ${shown(a.before)}`,
  ),
  'operation-id-changed': row(
    'conditional',
    'compatible',
    ['source'],
    a => `operationId of ${operationOf(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'security-changed': row(
    'breaking',
    'compatible',
    ['validate'],
    a => `${operationOf(a)} now needs ${shownSecurity(alternatives(a.after))} (needed ${shownSecurity(alternatives(a.before))})`,
    securityChanged,
  ),
  'scheme-added': harmless(a => `added security scheme ${a.edge?.key}`),
  'scheme-removed': harmless(a => `removed security scheme ${a.edge?.key}`),
  'oauth-flow-added': harmless(a => `added the flow ${a.edge?.key} of ${schemeOf(a)}`),
  'oauth-flow-removed': tightened('breaking', a => `removed the flow ${a.edge?.key} of ${schemeOf(a)}`),
  ...urlRow('oauth-url', 'the address that asks for consent'),
  ...urlRow('oauth-token-url', 'the address that gives tokens'),
  ...urlRow('oauth-refresh-url', 'the address that renews tokens'),
  'oauth-scope-added': harmless(a => `added scope ${shown(a.after)} of ${schemeOf(a)}`),
  'oauth-scope-removed': tightened('conditional', a => `removed scope ${shown(a.before)} of ${schemeOf(a)}`),
  'oauth-scope-text-added': quiet,
  'oauth-scope-text-removed': quiet,
  'scheme-changed': row(
    'conditional',
    'compatible',
    ['validate'],
    a => `security scheme ${a.pair.edge?.key} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),

  'parameter-added': row('compatible', 'compatible', [], a => `added optional ${place(a)}`, requiredIfSaid),
  'parameter-removed': row('conditional', 'compatible', ['semantic'], a => `removed ${place(a)}`),
  'style-changed': row('breaking', 'breaking', ['wire'], a => `${place(a)} is written in style ${shown(a.after)} (was ${shown(a.before)})`),
  'explode-changed': row('breaking', 'breaking', ['wire'], a => `${place(a)} is ${a.after === true ? '' : 'no longer '}exploded`),
  'allow-empty-added': harmless(a => `${place(a)} may be empty`),
  'allow-empty-removed': tightened('conditional', a => `${place(a)} may no longer be empty`),
  'body-added': row('compatible', 'compatible', [], () => 'added an optional request body', requiredIfSaid),
  'body-removed': row('conditional', 'compatible', ['semantic'], () => 'removed the request body'),
  'response-added': harmless(a => `added ${place(a)}`),
  'response-removed': row(
    'compatible',
    'compatible',
    ['semantic'],
    a => `removed ${place(a)}`,
    a => (isSuccess(a) ? { response: 'breaking', modes: ['wire', 'source'] } : undefined),
  ),
  'media-type-added': harmless(a => `added media type ${a.edge?.key}`),
  'media-type-removed': row('breaking', 'breaking', ['wire'], a => `removed media type ${a.edge?.key}`),
  'media-range-changed': row(
    'compatible',
    'compatible',
    ['wire'],
    a => `media type ${a.before} now is ${a.after}`,
    a => (coversMedia(String(a.before), String(a.after)) ? { request: 'conditional' } : { response: 'conditional' }),
  ),
  'header-added': harmless(a => `added ${place(a)}`),
  'header-removed': row(
    'compatible',
    'conditional',
    ['semantic'],
    a => `removed ${place(a)}`,
    a => (a.edge?.required ? { response: 'breaking' } : undefined),
  ),
  'content-added': tightened('conditional', a => `${place(a)} now has a schema`),
  'content-removed': loosened('conditional', a => `${place(a)} no longer has a schema`),

  'property-added': row('compatible', 'compatible', [], a => `added ${place(a)}`, propertyAdded),
  'property-removed': row('conditional', 'conditional', ['json', 'source', 'semantic'], a => `removed ${place(a)}`, propertyRemoved),
  'required-added': row(
    'breaking',
    'compatible',
    ['validate'],
    a => `${place(a)} is required now`,
    a => bySide(a, 'head'),
  ),
  'required-removed': row(
    'compatible',
    'breaking',
    ['json', 'semantic'],
    a => `${place(a)} is no longer required`,
    a => bySide(a, 'base'),
  ),
  'required-name-added': tightened('breaking', a => `${place(a)} now must have ${shown(a.after)}`),
  'required-name-removed': loosened('conditional', a => `${place(a)} no longer must have ${shown(a.before)}`),
  'type-changed': row(
    'breaking',
    'breaking',
    ['json', 'source', 'validate'],
    a => `type of ${place(a)} now is ${anyOr(a.after)} (was ${anyOr(a.before)})`,
    typeChanged,
  ),
  'kind-changed': row('breaking', 'breaking', ['json', 'source'], a => `${place(a)} now is a ${shown(a.after)} (was a ${shown(a.before)})`),
  'format-added': row('conditional', 'compatible', ['validate'], a => `format of ${place(a)} now is ${shown(a.after)}`),
  'format-removed': row('compatible', 'conditional', ['semantic'], a => `format of ${place(a)} is no longer ${shown(a.before)}`),
  ...changed('format', 'format', 'conditional', 'conditional', ['validate', 'semantic']),
  'nullable-added': row('compatible', 'breaking', ['json', 'semantic'], a => `${place(a)} may be null now`),
  'nullable-removed': row('breaking', 'compatible', ['validate'], a => `${place(a)} may no longer be null`),
  'enum-added': tightened('breaking', a => `${place(a)} now is one of ${shown(a.after)}`),
  'enum-removed': loosened('conditional', a => `${place(a)} is no longer limited to ${shown(a.before)}`),
  'enum-value-added': loosened('conditional', a => `added value ${shown(a.after)} to ${place(a)}`),
  'enum-value-removed': tightened('breaking', a => `removed value ${shown(a.before)} of ${place(a)}`),
  ...Object.assign({}, ...Object.keys(NAMES).map(boundRows)),
  'pattern-added': tightened('conditional', a => `${place(a)} now has to match ${shown(a.after)}`),
  'pattern-removed': loosened('conditional', a => `${place(a)} no longer has to match ${shown(a.before)}`),
  ...changed('pattern', 'pattern', 'conditional', 'conditional', ['validate']),
  'multiple-added': tightened('conditional', a => `${place(a)} now has to be a multiple of ${shown(a.after)}`),
  'multiple-removed': loosened('conditional', a => `${place(a)} no longer has to be a multiple of ${shown(a.before)}`),
  ...changed('multiple', 'step', 'conditional', 'conditional', ['validate']),
  'unique-added': tightened('breaking', a => `items of ${place(a)} have to be unique now`),
  'unique-removed': loosened('conditional', a => `items of ${place(a)} may stand twice now`),
  'closed-added': tightened('breaking', a => `${place(a)} may no longer have other members`),
  'closed-removed': loosened('compatible', a => `${place(a)} may have other members now`),
  'never-added': tightened('breaking', a => `${place(a)} may have no value now`),
  'never-removed': loosened('conditional', a => `${place(a)} may have a value now`),
  'default-added': harmless(a => `default of ${place(a)} now is ${shown(a.after)}`),
  'default-removed': row('conditional', 'compatible', ['semantic'], a => `${place(a)} no longer has the default ${shown(a.before)}`),
  ...changed('default', 'default', 'conditional', 'compatible', ['semantic']),
  'read-only-added': row('conditional', 'compatible', ['semantic'], a => `${place(a)} is only read now`),
  'read-only-removed': harmless(a => `${place(a)} may be written now`),
  'write-only-added': row('compatible', 'conditional', ['semantic'], a => `${place(a)} is only written now`),
  'write-only-removed': row(
    'compatible',
    'compatible',
    ['semantic'],
    a => `${place(a)} may be read now`,
    // What is always sent now comes where it never did.
    a => (a.pair.edge?.required === true ? { response: 'conditional' } : undefined),
  ),
  'deprecated-added': harmless(a => `deprecated ${place(a)}`),
  'deprecated-removed': harmless(a => `${place(a)} is no longer deprecated`),
  'discriminator-added': row('conditional', 'compatible', ['validate'], a => `${place(a)} is told apart by ${shown(a.after)} now`),
  'discriminator-removed': row('compatible', 'conditional', ['semantic'], a => `${place(a)} is no longer told apart by ${shown(a.before)}`),
  ...changed('discriminator', 'discriminator', 'breaking', 'breaking', ['json', 'validate']),
  'mapping-added': row('compatible', 'conditional', ['semantic'], a => `${place(a)} may be ${namedValue(a.after)} now`, renamedTarget),
  'mapping-removed': row(
    'breaking',
    'compatible',
    ['validate'],
    a => `${place(a)} may no longer be ${namedValue(a.before)}`,
    renamedTarget,
  ),
  'dependent-added': tightened('conditional', a => `members of ${place(a)} now demand one another: ${shown(a.after)}`),
  'dependent-removed': loosened('conditional', a => `members of ${place(a)} no longer demand one another: ${shown(a.before)}`),
  ...changed('content-media-type', 'media type of the text', 'conditional', 'conditional', ['validate', 'semantic']),
  ...changed('content-encoding', 'encoding of the text', 'conditional', 'conditional', ['validate', 'semantic']),
  'extensible-enum-added': harmless(a => `${place(a)} may also be ${shown(a.after)}`),
  'extensible-enum-removed': tightened('conditional', a => `${place(a)} is no longer known to be ${shown(a.before)}`),
  'unevaluated-added': tightened('breaking', a => `${place(a)} may no longer have what no part of it describes`),
  'unevaluated-removed': loosened('conditional', a => `${place(a)} may have what no part of it describes`),
  'sunset-added': harmless(a => `${place(a)} ends on ${shown(a.after)}`),
  'sunset-removed': harmless(a => `${place(a)} no longer says when it ends`),
  'sunset-changed': harmless(a => `${place(a)} ends on ${shown(a.after)} (was ${shown(a.before)})`),
  'stability-changed': quiet,
  'all-of-member-added': quiet,
  'all-of-member-removed': quiet,
  'tag-added': quiet,
  'tag-removed': quiet,
  'webhook-added': harmless(a => `added ${a.edge?.key}`),
  'webhook-removed': row('breaking', 'breaking', ['wire', 'json', 'source'], a => `removed ${a.edge?.key}`),
  'callback-added': harmless(a => `${operationOf(a)} now calls back: ${a.edge?.key}`),
  'callback-removed': row('breaking', 'breaking', ['wire', 'semantic'], a => `${operationOf(a)} no longer calls back: ${a.edge?.key}`),
  'declared-explode-changed': row(
    'conditional',
    'conditional',
    ['source'],
    a => `explode of ${place(a)} is declared otherwise: it matters where its value is a list or an object`,
  ),
  'minimum-beside-changed': quiet,
  'maximum-beside-changed': quiet,
  'payload-added': harmless(() => 'the webhook has a body now'),
  'payload-removed': row('breaking', 'breaking', ['wire', 'json'], () => 'the webhook no longer has a body'),
  'items-added': tightened('conditional', a => `items of ${place(a)} are described now`),
  'items-removed': loosened('conditional', a => `items of ${place(a)} are no longer described`),
  'additional-added': tightened('conditional', a => `other members of ${place(a)} are described now`),
  'additional-removed': loosened('conditional', a => `other members of ${place(a)} are no longer described`),
  'condition-added': tightened('conditional', a => `${place(a)} has one more condition`),
  'condition-removed': loosened('conditional', a => `${place(a)} has one condition less`),
  'union-added': row('compatible', 'conditional', ['json', 'source', 'semantic'], a => `${place(a)} now is one of several kinds of value`),
  'union-removed': row('breaking', 'compatible', ['validate'], a => `${place(a)} now is only one kind of value`),
  ...unionRows('one-of'),
  ...unionRows('any-of'),
})

const anyOr = (value: Json | undefined): string => (value === undefined ? 'any' : shown(value))

const isUnion = (node: Node): boolean => node.edges.some(e => e.role === 'oneOf' || e.role === 'anyOf')
const hasOwnForm = (node: Node): boolean => node.edges.some(e => e.role === 'prop' || e.role === 'items') || node.facets.type !== undefined

/** A plain schema that became a union (or back) is one change, and the comparison with the member that is most like it. */
const compareWrapped = (pair: Pair, walk: Walk): boolean => {
  const [a, b] = [walk.base.nodes[pair.a]!, walk.head.nodes[pair.b]!]
  const isWrapped = isUnion(b) && !isUnion(a) && hasOwnForm(a) && !hasOwnForm(b)
  const isUnwrapped = isUnion(a) && !isUnion(b) && hasOwnForm(b) && !hasOwnForm(a)
  if (!isWrapped && !isUnwrapped) return false
  walk.atom(pair, 'union', isWrapped ? 'added' : 'removed')
  const [graph, union, ix] = isWrapped ? [walk.head, b, pair.b] : [walk.base, a, pair.a]
  const members = union.edges.filter(e => e.role === 'oneOf' || e.role === 'anyOf').slice(0, MAX_MEMBERS)
  const best = members
    .flatMap(edge => {
      const target = targetOf(graph, ix, edge)
      if (target === undefined) return []
      return [{ edge, target, distance: isWrapped ? walk.overlay(pair.a, target).length : walk.overlay(target, pair.b).length }]
    })
    .sort((x, y) => x.distance - y.distance)[0]
  if (best === undefined) return true
  if (isWrapped) walk.pair(pair.a, best.target, pair, best.edge)
  else walk.pair(best.target, pair.b, pair, best.edge)
  return true
}

const MAX_MEMBERS = 16

/** Parts of allOf as they are written: by the name they are referred by, else by content. */
const comparePartsOfAll = (a: Ix, b: Ix, pair: Pair, walk: Walk): void => {
  const parts = (graph: Graph, whole: Ix): { edge: Edge; target: Ix }[] => {
    const ix = unwrapped(graph, whole)
    return graph.nodes[ix]!.edges.flatMap(edge => {
      const target = edge.role === 'allOf' && edge.key !== '$ref' ? targetOf(graph, ix, edge) : undefined
      return target === undefined ? [] : [{ edge, target }]
    })
  }
  const [old, now] = [parts(walk.base, a), parts(walk.head, b)]
  if (old.length === now.length && (old.length === 0 || old.length > MAX_MEMBERS)) return
  const came = now.slice(0, MAX_MEMBERS)
  const gone = old.slice(0, MAX_MEMBERS).filter(x => {
    const index = came.findIndex(y =>
      (x.edge.ref ?? y.edge.ref) !== undefined ? x.edge.ref === y.edge.ref : walk.overlay(x.target, y.target).length === 0,
    )
    if (index >= 0) came.splice(index, 1)
    return index < 0
  })
  // Inline parts that were changed are still the parts they were.
  while (came.some(y => y.edge.ref === undefined) && gone.some(x => x.edge.ref === undefined)) {
    came.splice(
      came.findIndex(y => y.edge.ref === undefined),
      1,
    )
    gone.splice(
      gone.findIndex(x => x.edge.ref === undefined),
      1,
    )
  }
  for (const { edge, target } of came) walk.atom(pair, 'all-of-member', 'added', { edge, b: target })
  for (const { edge, target } of gone) walk.atom(pair, 'all-of-member', 'removed', { edge, a: target })
}

const CONDITIONS: readonly Edge['role'][] = ['not', 'if', 'then', 'else', 'contains', 'names', 'contentSchema']

export const openapi: Format = {
  format: 'openapi',
  view: effective,
  peer: oasdiffFindings,
  raw: comparePartsOfAll,
  kinds: {
    operation: {
      facets: {
        operationId: ['scalar', 'operation-id'],
        security: ['value', 'security'],
        deprecated: ['flag', 'operation-deprecated'],
        ...{ sunset: ['scalar', 'sunset'], stability: ['value', 'stability'], tags: ['set', 'tag'] },
      },
    },
    param: {
      facets: {
        ...{
          style: ['value', 'style'],
          explode: ['value', 'explode'],
          declaredExplode: ['value', 'declared-explode'],
          allowEmptyValue: ['flag', 'allow-empty'],
        },
        ...{ deprecated: ['flag', 'deprecated'], sunset: ['scalar', 'sunset'] },
      },
    },
    header: {
      facets: { explode: ['value', 'explode'], declaredExplode: ['value', 'declared-explode'], deprecated: ['flag', 'deprecated'] },
    },
    schema: {
      own: compareWrapped,
      facets: {
        ...{ type: ['value', 'type'], format: ['scalar', 'format'], nullable: ['flag', 'nullable'], enum: ['choices', 'enum'] },
        ...{
          minimum: ['lower', 'minimum'],
          maximum: ['upper', 'maximum'],
          minLength: ['lower', 'min-length'],
          maxLength: ['upper', 'max-length'],
        },
        ...{ minimumBeside: ['value', 'minimum-beside'], maximumBeside: ['value', 'maximum-beside'] },
        ...{ minItems: ['lower', 'min-items'], maxItems: ['upper', 'max-items'] },
        ...{ minProperties: ['lower', 'min-properties'], maxProperties: ['upper', 'max-properties'] },
        ...{
          pattern: ['scalar', 'pattern'],
          multipleOf: ['scalar', 'multiple'],
          uniqueItems: ['flag', 'unique'],
          closed: ['flag', 'closed'],
        },
        ...{ never: ['flag', 'never'], default: ['scalar', 'default'], readOnly: ['flag', 'read-only'], writeOnly: ['flag', 'write-only'] },
        ...{
          deprecated: ['flag', 'deprecated'],
          sunset: ['scalar', 'sunset'],
          extensibleEnum: ['set', 'extensible-enum'],
          requires: ['set', 'required-name'],
        },
        ...{ discriminator: ['scalar', 'discriminator'], mapping: ['set', 'mapping'] },
        ...{ minContains: ['lower', 'min-contains'], maxContains: ['upper', 'max-contains'], dependentRequired: ['set', 'dependent'] },
        ...{ contentMediaType: ['value', 'content-media-type'], contentEncoding: ['value', 'content-encoding'] },
      },
    },
    securityScheme: {
      facets: Object.fromEntries(
        ['type', 'in', 'name', 'scheme', 'bearerFormat', 'openIdConnectUrl'].map(name => [name, ['value', 'scheme']]),
      ),
    },
    oauthFlow: {
      facets: {
        ...{ authorizationUrl: ['value', 'oauth-url'], tokenUrl: ['value', 'oauth-token-url'], refreshUrl: ['value', 'oauth-refresh-url'] },
        ...{ scopes: ['set', 'oauth-scope'], scopeTexts: ['set', 'oauth-scope-text'] },
      },
    },
  },
  roles: {
    op: { match: 'key', aspect: 'operation' },
    security: { match: 'key', aspect: 'scheme' },
    flow: { match: 'key', aspect: 'oauth-flow' },
    callback: { match: 'key', aspect: 'callback', side: 'response' },
    param: { match: 'key', aspect: 'parameter', required: 'required', side: 'request' },
    body: { match: 'single', aspect: 'body', required: 'required', side: 'request' },
    response: { match: 'key', aspect: 'response', side: 'response' },
    media: { match: 'key', aspect: 'media-type', patterns: { covers: coversMedia, aspect: 'media-range' } },
    header: { match: 'key', aspect: 'header', required: 'required' },
    schema: { match: 'single', aspect: 'content' },
    prop: { match: 'key', aspect: 'property', required: 'required' },
    items: { match: 'single', aspect: 'items' },
    additional: { match: 'single', aspect: 'additional' },
    pattern: { match: 'key', aspect: 'additional' },
    dependentSchema: { match: 'key', aspect: 'condition' },
    unevaluatedItems: { match: 'single', aspect: 'unevaluated' },
    unevaluatedProperties: { match: 'single', aspect: 'unevaluated' },
    webhook: { match: 'key', aspect: 'webhook' },
    payload: { match: 'single', aspect: 'payload', required: 'required', side: 'response' },
    prefix: { match: 'key', aspect: 'items' },
    ...Object.fromEntries(CONDITIONS.map(role => [role, { match: 'single', aspect: 'condition' }])),
    oneOf: { match: 'union', aspect: 'one-of' },
    anyOf: { match: 'union', aspect: 'any-of' },
    allOf: { match: 'union', aspect: 'condition' },
  },
  rows,
  members: (_, edge, target) => {
    if (edge.role === 'prop' || edge.role === 'header') return [edge.key]
    if (edge.role === 'param') return [String(target?.facets.name ?? edge.key.replace(/^\w+:/, ''))]
    if (edge.role === 'items' || edge.role === 'prefix') return ['[]']
    return edge.role === 'additional' || edge.role === 'pattern' ? ['*'] : []
  },
  address: (_, edge) => ADDRESSES[edge.role]?.(edge) ?? (CONDITIONS.includes(edge.role) ? `/${edge.role}` : undefined),
}

const ADDRESSES: Partial<Record<Edge['role'], (edge: Edge) => string>> = {
  param: e => `/req/${e.key.replace(':', '/')}`,
  body: () => '/req/body',
  response: e => `/res/${e.key}`,
  media: e => `(${e.key})`,
  header: e => `/header/${e.key}`,
  schema: () => '',
  prop: e => `/${e.key}`,
  items: () => '/[]',
  prefix: e => `/[${e.key}]`,
  additional: () => '/*',
  pattern: e => `/*${e.key}`,
  dependentSchema: e => `/if(${e.key})`,
  unevaluatedItems: () => '/[*]',
  unevaluatedProperties: () => '/**',
  payload: () => '/payload',
  oneOf: e => `/oneOf(${e.ref ?? e.key})`,
  anyOf: e => `/anyOf(${e.ref ?? e.key})`,
  allOf: () => '',
  security: e => `/sec/${e.key}`,
  flow: e => `/${e.key}`,
  callback: e => `/callback(${e.key})`,
}
