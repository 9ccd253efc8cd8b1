import { table } from '../../../base/table.ts'
import type { Compatibility } from '../../../model/change.ts'
import type { Edge, Json } from '../../../model/contract.ts'
import { effective } from '../../contract/effective.ts'
import type { AtomView, Occurrence, Pair, PeerFinding } from '../../contract/format.ts'
import { targetOf } from '../../contract/graph.ts'

/** How the peer rates a rule: E error, W warning, I information; `-`: it has no such rule. */
type Level = 'E' | 'W' | 'I' | '-'
const COMPATIBILITY: Record<Exclude<Level, '-'>, Compatibility> = { E: 'breaking', W: 'conditional', I: 'compatible' }

/** Suffix of the peer's rule, and its level for request bodies and members, for responses, and for parameters. */
type Entry = readonly [suffix: string, request: Level, response: Level, parameter: Level]

const bound = (name: string, aspect: string, raised: readonly [Level, Level, Level], lowered: readonly [Level, Level, Level]) => ({
  [`${aspect}-increased`]: [`${name}-increased`, ...raised] as Entry,
  [`${aspect}-decreased`]: [`${name}-decreased`, ...lowered] as Entry,
})

const subschema = (suffix: string): Record<string, Entry> => ({
  [`${suffix}-added`]: [`${suffix}-added`, 'E', 'I', '-'],
  [`${suffix}-removed`]: [`${suffix}-removed`, 'I', 'E', '-'],
})

const TABLE: Readonly<Record<string, Entry>> = table({
  ...bound('max', 'maximum', ['I', 'E', 'I'], ['E', '-', 'E']),
  ...bound('min', 'minimum', ['E', '-', 'E'], ['I', 'E', 'I']),
  'maximum-added': ['max-set', 'W', '-', 'W'],
  'minimum-added': ['min-set', 'W', '-', 'W'],
  ...bound('max-length', 'max-length', ['I', 'E', 'I'], ['E', '-', 'E']),
  'max-length-added': ['max-length-set', 'W', '-', 'W'],
  'max-length-removed': ['max-length-unset', '-', 'E', '-'],
  ...bound('min-length', 'min-length', ['E', '-', 'E'], ['I', 'E', 'I']),
  'min-length-added': ['min-length-increased', 'E', '-', 'E'],
  'min-length-removed': ['min-length-decreased', 'I', 'E', 'I'],
  ...bound('max-items', 'max-items', ['-', '-', 'I'], ['-', '-', 'E']),
  ...bound('min-items', 'min-items', ['E', '-', 'E'], ['-', 'E', 'I']),
  'min-items-added': ['min-items-set', 'W', '-', 'W'],
  'min-items-removed': ['min-items-unset', '-', 'E', '-'],
  ...bound('min-contains', 'min-contains', ['E', 'I', '-'], ['I', 'E', '-']),
  ...bound('max-contains', 'max-contains', ['I', 'E', '-'], ['E', 'I', '-']),
  'pattern-added': ['pattern-added', 'E', 'I', 'E'],
  'pattern-removed': ['pattern-removed', 'I', 'I', 'I'],
  'pattern-changed': ['pattern-changed', 'W', 'I', 'W'],
  'default-added': ['default-value-added', 'I', 'I', 'E'],
  'default-removed': ['default-value-removed', 'I', 'I', 'E'],
  'default-changed': ['default-value-changed', 'I', 'I', 'E'],
  'enum-added': ['became-enum', 'E', '-', 'E'],
  'enum-value-added': ['enum-value-added', 'I', 'W', 'I'],
  'enum-value-removed': ['enum-value-removed', 'E', 'I', 'E'],
  'extensible-enum-removed': ['x-extensible-enum-value-removed', 'E', '-', 'E'],
  'nullable-added': ['became-nullable', 'I', 'E', 'I'],
  'nullable-removed': ['became-not-nullable', 'E', 'I', 'E'],
  'one-of-added': ['one-of-added', 'I', 'E', '-'],
  'one-of-removed': ['one-of-removed', 'E', 'I', '-'],
  'any-of-added': ['any-of-added', 'I', 'I', '-'],
  'any-of-removed': ['any-of-removed', 'E', 'I', '-'],
  'all-of-member-added': ['all-of-added', 'E', 'I', '-'],
  'all-of-member-removed': ['all-of-removed', 'W', 'I', '-'],
  'union-added': ['wrapped-in-one-of', 'E', 'E', '-'],
  'discriminator-added': ['discriminator-added', 'I', 'I', '-'],
  'discriminator-removed': ['discriminator-removed', 'I', 'I', '-'],
  'discriminator-changed': ['discriminator-property-name-changed', 'I', 'I', '-'],
  'mapping-added': ['discriminator-mapping-added', 'I', 'I', '-'],
  'mapping-removed': ['discriminator-mapping-deleted', 'I', 'I', '-'],
  'prefix-items-added': ['prefix-items-added', 'I', 'E', '-'],
  'prefix-items-removed': ['prefix-items-removed', 'E', 'I', '-'],
  ...Object.assign({}, ...['if', 'then', 'else', 'contains', 'property-names', 'pattern-property', 'dependent-schema'].map(subschema)),
  ...Object.assign({}, ...['unevaluated-items', 'unevaluated-properties', 'content-schema', 'dependent-required'].map(subschema)),
  'dependent-required-changed': ['dependent-required-changed', 'E', 'E', '-'],
  'content-media-type-changed': ['content-media-type-changed', 'E', 'E', '-'],
  'content-encoding-changed': ['content-encoding-changed', 'E', 'E', '-'],
  'const-added': ['const-added', 'E', 'I', '-'],
  'const-removed': ['const-removed', 'I', 'E', '-'],
  'const-changed': ['const-changed', 'E', 'E', '-'],
})

/** Roles whose edges the peer names apart, though they are one aspect to us. */
const BY_ROLE: Readonly<Record<string, string>> = table({
  ...{ prefix: 'prefix-items', contains: 'contains', names: 'property-names' },
  ...Object.fromEntries(['if', 'then', 'else'].map(name => [name, name])),
  ...{ pattern: 'pattern-property', dependentSchema: 'dependent-schema', contentSchema: 'content-schema' },
  ...{ unevaluatedItems: 'unevaluated-items', unevaluatedProperties: 'unevaluated-properties' },
})

/** What oasdiff calls a difference at one place, and how it rates it. Empty where it tells nothing. */
export const oasdiffFindings = (atom: AtomView, occurrence: Occurrence | undefined, asOf: string): PeerFinding[] => {
  const special = SPECIAL[atom.aspect]
  if (special !== undefined) return special(atom, occurrence, asOf)
  const key = keyOf(atom)
  const entry = TABLE[key]
  if (entry === undefined || occurrence === undefined) return []
  // What stands below an edge of its own is the peer's part of the owner.
  const isPart = atom.edge?.role === 'prefix' || atom.edge?.role === 'pattern'
  return named(atom, entry, isPart ? { ...occurrence, path: occurrence.path.slice(0, -1) } : occurrence)
}

const keyOf = (atom: AtomView): string => {
  const role = atom.edge === undefined ? undefined : BY_ROLE[atom.edge.role]
  if (role !== undefined) return `${role}-${atom.op}`
  return `${atom.aspect}-${atom.op}`
}

const told = (rule: string, level: Level): PeerFinding[] => (level === '-' ? [] : [{ rule, compatibility: COMPATIBILITY[level] }])

/** The few rules that the peer has for members of parameters. */
const PARAMETER_MEMBERS = /^(became-(not-)?nullable|enum-value-(added|removed))$/

const named = (atom: AtomView, [suffix, request, response, parameter]: Entry, { via, path }: Occurrence): PeerFinding[] => {
  const isMember = path.length > 0
  if (via === 'header') return /nullable/.test(suffix) ? told(`response-header-${suffix}`, response) : []
  if (via === 'param') {
    if (path.length > 1) return PARAMETER_MEMBERS.test(suffix) ? told(`request-parameter-property-${suffix}`, parameter) : []
    // What has to be sent never takes its default.
    if (suffix.startsWith('default-value') && parameterEdge(atom)?.required === true && !isInPath(atom)) return []
    return told(`request-parameter-${suffix}`, parameter)
  }
  const place = isMember ? 'property' : 'body'
  if (via === 'response') {
    if (suffix.startsWith('enum-value')) return responseValues(atom, suffix, isMember)
    return told(`response-${place}-${suffix}`, response)
  }
  if (READ_ONLY_AWARE.test(suffix) && facet(atom, 'head', 'readOnly') === true) return told(`request-read-only-property-${suffix}`, 'I')
  return told(`request-${place}-${suffix}`, request)
}

const READ_ONLY_AWARE = /^(enum-value-removed|(exclusive-)?max-decreased|max-length-decreased|(exclusive-)?min-increased)$/

const parameterEdge = (atom: AtomView): Edge | undefined => {
  let pair: Pair | undefined = atom.pair
  while (pair !== undefined && pair.edge?.role !== 'param') pair = pair.parent
  return pair?.edge
}

const isInPath = (atom: AtomView): boolean => parameterEdge(atom)?.key.startsWith('path:') === true

const isInHeader = (atom: AtomView): boolean => parameterEdge(atom)?.key.startsWith('header:') === true

const responseValues = (atom: AtomView, suffix: string, isMember: boolean): PeerFinding[] => {
  if (suffix === 'enum-value-removed')
    return told(isMember ? 'response-property-enum-value-removed' : 'response-mediatype-enum-value-removed', 'I')
  if (facet(atom, 'head', 'writeOnly') === true) return told('response-write-only-property-enum-value-added', 'I')
  return isMember ? told('response-property-enum-value-added', 'W') : []
}

/** A facet of the pair itself. */
const facet = (atom: AtomView, side: 'base' | 'head', name: string): Json | undefined =>
  atom[side].nodes[side === 'base' ? atom.pair.a : atom.pair.b]?.facets[name]

/** A facet of the member that an atom is about. */
const memberFacet = (atom: AtomView, side: 'base' | 'head', name: string): Json | undefined => {
  const ix = side === 'base' ? atom.a : atom.b
  return ix === undefined ? undefined : atom[side].nodes[effective(atom[side], ix)]?.facets[name]
}

type Special = (atom: AtomView, occurrence: Occurrence | undefined, asOf: string) => PeerFinding[]

const boundary =
  (name: 'max' | 'min'): Special =>
  (atom, occurrence) => {
    const aspect = name === 'max' ? 'maximum' : 'minimum'
    const isExclusive = (value: Json | undefined): boolean => Array.isArray(value) && value[1] === true
    const isSet = atom.op === 'added' || (atom.op !== 'removed' && isExclusive(atom.before) !== isExclusive(atom.after))
    const entry = TABLE[`${aspect}-${isSet ? 'added' : atom.op}`]
    if (entry === undefined || occurrence === undefined) return []
    const [suffix, ...levels] = entry
    return named(atom, [isExclusive(atom.after ?? atom.before) ? `exclusive-${suffix}` : suffix, ...levels], occurrence)
  }

/** The looser of two bounds, which the peer tells of too. */
const besideBound =
  (name: 'max' | 'min'): Special =>
  (atom, occurrence, asOf) => {
    const [before, after] = [atom.before, atom.after].map(v => (Array.isArray(v) ? v : []))
    if (before![1] !== after![1] || before!.length === 0 || after!.length === 0) return []
    return boundary(name)({ ...atom, op: Number(after![0]) > Number(before![0]) ? 'increased' : 'decreased' }, occurrence, asOf)
  }

const isKnownScope = (atom: AtomView): boolean => {
  const scopes = facet(atom, 'base', 'scopes')
  return Array.isArray(scopes) && Array.isArray(atom.after) && scopes.includes(atom.after[0]!)
}

const pattern: Special = (atom, occurrence) => {
  if (occurrence === undefined) return []
  if (atom.op === 'changed' && atom.after === '.*' && occurrence.via !== 'response')
    return named(atom, ['pattern-generalized', 'I', '-', 'I'], occurrence)
  return named(atom, TABLE[`pattern-${atom.op}`]!, occurrence)
}

const isConstant = (atom: AtomView): boolean =>
  facet(atom, atom.op === 'removed' && facet(atom, 'head', 'const') !== true ? 'base' : 'head', 'const') === true

const values: Special = (atom, occurrence) => {
  if (occurrence === undefined) return []
  if (!isConstant(atom)) {
    const entry = TABLE[keyOf(atom)]
    return entry === undefined ? [] : named(atom, entry, occurrence)
  }
  const key = atom.aspect === 'enum' ? `const-${atom.op}` : atom.op === 'removed' ? 'const-changed' : ''
  const entry = TABLE[key]
  return entry === undefined ? [] : named(atom, entry, occurrence)
}

const typesOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : [])

/** The peer looks at type and format together. */
const typed: Special = (atom, occurrence) => {
  if (occurrence === undefined || (atom.aspect === 'format' && atom.pair.atoms.some(o => o.aspect === 'type'))) return []
  const [old, now] = atom.aspect === 'type' ? [typesOf(atom.before), typesOf(atom.after)] : [[], []]
  const format = (side: 'base' | 'head'): string => String(facet(atom, side, 'format') ?? '')
  const isText =
    occurrence.via === 'param' &&
    occurrence.path.length <= 1 &&
    now.length === 1 &&
    now[0] === 'string' &&
    !old.includes('array') &&
    !old.includes('object')
  const widens =
    atom.aspect === 'type' ? isText || contains(now, old, format('head'), format('base')) : isWider(format('head'), format('base'))
  const isTextBefore =
    occurrence.via === 'param' && old.length === 1 && old[0] === 'string' && now.every(t => t !== 'array' && t !== 'object')
  const narrows =
    (isTextBefore && occurrence.path.length > 1 && now.length > 0) ||
    (atom.aspect === 'type' ? contains(old, now, format('base'), format('head')) : isNarrower(format('base'), format('head')))
  if (atom.aspect === 'format' && occurrence.via === 'response' && !narrows) return typeFinding(occurrence, false, false, false)
  return typeFinding(
    occurrence,
    widens,
    narrows,
    (now.length > 1 || (old.length > 1 && occurrence.via === 'response')) && old.length > 0 && now.length > 0,
  )
}

const typeFinding = ({ via, path }: Occurrence, widens: boolean, narrows: boolean, isList: boolean): PeerFinding[] => {
  const change = widens
    ? isList
      ? 'list-of-types-widened'
      : 'type-generalized'
    : narrows && isList
      ? 'list-of-types-narrowed'
      : 'type-changed'
  if (via === 'header') return told(`response-header-${narrows ? 'type-specialized' : change}`, narrows ? 'I' : 'E')
  if (via === 'response') {
    const name = narrows
      ? isList
        ? 'list-of-types-narrowed'
        : 'type-specialized'
      : isList && widens
        ? change
        : widens
          ? 'type-generalized'
          : 'type-changed'
    return told(`response-${path.length > 0 ? 'property' : 'body'}-${name}`, narrows ? 'I' : 'E')
  }
  if (via === 'param' && path.length > 1)
    return told(
      `request-parameter-property-${widens ? change : narrows ? (isList ? change : 'type-specialized') : 'type-changed'}`,
      widens ? 'I' : narrows ? 'E' : 'W',
    )
  const place = via === 'param' ? 'parameter' : path.length > 0 ? 'property' : 'body'
  return told(`request-${place}-${change}`, widens ? 'I' : 'E')
}

/** A plain value that may also be of other types now is told as its list of types; anything else that became a union is wrapped. */
const union: Special = (atom, occurrence) => {
  if (occurrence === undefined) return []
  const types = typesOf(facet(atom, 'base', 'type'))
  const isPlain = types.length > 0 && types.every(t => t !== 'object' && t !== 'array')
  const own = atom.head.nodes[atom.pair.b]!.edges.filter(e => e.role === 'oneOf' || e.role === 'anyOf')
  const isTyped = own.every(e => {
    const member = targetOf(atom.head, atom.pair.b, e)
    return member !== undefined && atom.head.nodes[effective(atom.head, member)]!.facets.type !== undefined
  })
  if (atom.op === 'added' && isPlain && isTyped) return typeFinding(occurrence, true, false, true)
  const entry = TABLE[keyOf(atom)]
  return entry === undefined ? [] : named(atom, entry, occurrence)
}

/** Every value of `b` is one of `a`. No type is any. */
const contains = (a: readonly string[], b: readonly string[], aFormat: string, bFormat: string): boolean => {
  if (a.length === 0) return true
  if (b.length === 0) return false
  return b.every(t => a.includes(t) || (t === 'integer' && a.includes('number'))) && (aFormat === '' || aFormat === bFormat)
}

const WIDER: Readonly<Record<string, string>> = table({ int32: 'int64', float: 'double', date: 'date-time' })
const isWider = (now: string, old: string): boolean => now === '' || WIDER[old] === now
const isNarrower = (old: string, now: string): boolean => now !== '' && WIDER[now] === old

const property: Special = (atom, occurrence) => {
  if (occurrence === undefined || occurrence.via === 'header') return []
  if (occurrence.via === 'param')
    return atom.op === 'added' && atom.edge?.required === true && isInHeader(atom) ? told('new-required-request-header-property', 'E') : []
  const side = atom.op === 'added' ? 'head' : 'base'
  const isRequired = atom.edge?.required === true
  if (occurrence.via === 'response') {
    const writeOnly = memberFacet(atom, side, 'writeOnly') === true ? 'write-only-' : ''
    const rule = `response-${isRequired ? 'required' : 'optional'}-${writeOnly}property-${atom.op}`
    return told(rule, atom.op === 'added' || writeOnly !== '' ? 'I' : isRequired ? 'E' : 'W')
  }
  if (atom.op === 'removed') return told('request-property-removed', 'W')
  if (memberFacet(atom, 'head', 'readOnly') === true) return isRequired ? [] : told('new-optional-request-property', 'I')
  if (!isRequired) return told('new-optional-request-property', 'I')
  const hasDefault = memberFacet(atom, 'head', 'default') !== undefined
  return told(hasDefault ? 'new-required-request-property-with-default' : 'new-required-request-property', hasDefault ? 'I' : 'E')
}

const requirement: Special = (atom, occurrence) => {
  const role = atom.edge?.role
  const became = atom.op === 'added' ? 'became-required' : 'became-optional'
  const level: Level = atom.op === 'added' ? 'E' : 'I'
  if (role === 'param') return told(`request-parameter-${became}`, level)
  if (role === 'body' || role === 'payload') return told(`request-body-${became}`, level)
  if (role === 'header') return atom.op === 'added' ? [] : told('response-header-became-optional', 'E')
  if (occurrence === undefined || occurrence.via === 'header') return []
  if (occurrence.via === 'response') {
    const writeOnly = memberFacet(atom, 'head', 'writeOnly') === true ? 'write-only-' : ''
    return told(`response-${writeOnly}property-${became}`, atom.op === 'added' || writeOnly !== '' ? 'I' : 'E')
  }
  if (occurrence.via === 'param') return atom.op === 'added' && isInHeader(atom) ? told('request-header-property-became-required', 'E') : []
  if (memberFacet(atom, 'head', 'readOnly') === true && atom.op === 'added') return []
  const hasDefault = memberFacet(atom, 'head', 'default') !== undefined && atom.op === 'added'
  return told(`request-property-${became}${hasDefault ? '-with-default' : ''}`, hasDefault ? 'I' : level)
}

const parameterSchemaDefault = (atom: AtomView): boolean => {
  const edge = atom.b === undefined ? undefined : atom.head.nodes[atom.b]?.edges.find(e => e.role === 'schema')
  const to = edge === undefined || typeof edge.to !== 'number' ? undefined : atom.head.nodes[atom.head.offset[atom.b!]! + edge.to]
  return to?.facets.default !== undefined
}

const parameter: Special = (atom, _, asOf) => {
  if (atom.op === 'removed') {
    if (memberFacet(atom, 'base', 'deprecated') !== true) return told('request-parameter-removed', 'W')
    const sunset = memberFacet(atom, 'base', 'sunset')
    if (sunset !== undefined && !isDate(sunset)) return told('request-parameter-sunset-parse', 'E')
    if (sunset !== undefined && String(sunset) > asOf) return told('request-parameter-removed-before-sunset', 'E')
    return told('request-parameter-removed-with-deprecation', 'I')
  }
  if (memberFacet(atom, 'head', 'in') === 'path') return told('new-request-path-parameter', 'E')
  const isRequired = atom.edge?.required === true
  const kind = parameterSchemaDefault(atom) ? 'request-default-parameter-to-existing-path' : 'request-parameter'
  return told(`new-${isRequired ? 'required' : 'optional'}-${kind}`, isRequired ? 'E' : 'I')
}

const isDate = (value: Json): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value) && !Number.isNaN(Date.parse(value))

const operation: Special = (atom, _, asOf) => {
  if (atom.op === 'added') return told('endpoint-added', 'I')
  const path = memberFacet(atom, 'base', 'path')
  const kept = atom.head.nodes[atom.pair.b]!.edges.some(
    e => e.role === 'op' && e.key.replace(/^\S+ /, '') === atom.edge?.key.replace(/^\S+ /, ''),
  )
  const what = kept || path === undefined ? 'api' : 'api-path'
  if (memberFacet(atom, 'base', 'deprecated') !== true) return told(`${what}-removed-without-deprecation`, 'E')
  const sunset = memberFacet(atom, 'base', 'sunset')
  if (sunset !== undefined && !isDate(sunset)) return told('api-path-sunset-parse', 'E')
  if (sunset !== undefined && String(sunset) > asOf) return told(`${what}-removed-before-sunset`, 'E')
  return told(`${what}-removed-with-deprecation`, 'I')
}

const STABILITY = ['draft', 'alpha', 'beta', 'stable']

const deprecatedOperation: Special = atom => {
  if (atom.op === 'removed') return told('endpoint-reactivated', 'I')
  const [sunset, stability] = [facet(atom, 'head', 'sunset'), facet(atom, 'head', 'stability')]
  if (stability !== undefined && !STABILITY.includes(String(stability))) return told('api-invalid-stability-level', 'E')
  if (sunset === undefined) return told('endpoint-deprecated', 'I')
  return isDate(sunset) ? told('endpoint-deprecated-with-sunset', 'I') : told('api-deprecated-sunset-parse', 'E')
}

const deprecated: Special = (atom, occurrence) => {
  const prefix = slotOf(occurrence)
  if (prefix === undefined) return []
  if (atom.op === 'removed') return told(`${prefix}-reactivated`, 'I')
  const sunset = facet(atom, 'head', 'sunset')
  if (sunset === undefined) return told(`${prefix}-deprecated`, 'I')
  if (isDate(sunset)) return told(prefix === 'request-parameter' ? `${prefix}-deprecated` : `${prefix}-deprecated-with-sunset`, 'I')
  return told(prefix === 'request-parameter' ? `${prefix}-sunset-parse` : `${prefix}-deprecated-sunset-invalid`, 'E')
}

const slotOf = (occurrence: Occurrence | undefined): string | undefined => {
  if (occurrence === undefined || occurrence.via === 'header') return undefined
  if (occurrence.via === 'param') return 'request-parameter'
  return occurrence.path.length === 0 ? undefined : `${occurrence.via === 'response' ? 'response' : 'request'}-property`
}

/** Only where deprecation stays. */
const sunsetChanged: Special = (atom, occurrence, asOf) => {
  if (facet(atom, 'base', 'deprecated') !== true || facet(atom, 'head', 'deprecated') !== true) return []
  const kind = atom.head.nodes[atom.pair.b]!.kind
  const isOperation = kind === 'operation'
  if (!isOperation && slotOf(occurrence) !== 'request-parameter') return []
  const [deleted, parse, small] = isOperation
    ? ['sunset-deleted', 'api-path-sunset-parse', 'api-sunset-date-changed-too-small']
    : ['request-parameter-sunset-deleted', 'request-parameter-sunset-parse', 'request-parameter-sunset-date-changed-too-small']
  if (atom.op === 'removed') return told(deleted!, 'E')
  if (atom.op !== 'changed') return []
  if (!isDate(atom.before!) || !isDate(atom.after!)) return told(parse!, 'E')
  return String(atom.after) < String(atom.before) && String(atom.after) < asOf
    ? told(small!, 'E')
    : told(small!, String(atom.after) < String(atom.before) ? 'E' : '-')
}

const media: Special = (atom, occurrence) => {
  if (occurrence === undefined || occurrence.via === 'param' || occurrence.via === 'header') return []
  return told(
    occurrence.via === 'response' ? `response-media-type-${atom.op}` : `request-body-media-type-${atom.op}`,
    atom.op === 'added' ? 'I' : 'E',
  )
}

/** It compares media types by name. */
const mediaRange: Special = (atom, occurrence, asOf) => [
  ...media({ ...atom, op: 'removed' }, occurrence, asOf),
  ...media({ ...atom, op: 'added' }, occurrence, asOf),
]

const mediaSchema: Special = (atom, occurrence) => {
  if (occurrence === undefined || occurrence.via === 'param' || occurrence.via === 'header') return []
  if (occurrence.via === 'response') return told(`response-body-media-type-schema-${atom.op}`, atom.op === 'added' ? 'I' : 'W')
  return told(`request-body-media-type-schema-${atom.op}`, atom.op === 'added' ? 'E' : 'I')
}

const accessFacet =
  (name: string): Special =>
  (atom, occurrence) => {
    if (occurrence === undefined || (occurrence.via !== 'body' && occurrence.via !== 'response') || occurrence.path.length === 0) return []
    const isRequired = atom.pair.edge?.required === true
    const rule = `${occurrence.via === 'response' ? 'response' : 'request'}-${isRequired ? 'required' : 'optional'}-property-became-${atom.op === 'added' ? '' : 'not-'}${name}`
    return told(rule, rule === 'response-required-property-became-not-write-only' ? 'W' : 'I')
  }

const body: Special = atom => {
  if (atom.op === 'removed') return told('request-body-removed', 'E')
  return told(
    atom.edge?.required === true ? 'request-body-added-required' : 'request-body-added-optional',
    atom.edge?.required === true ? 'E' : 'I',
  )
}

const response: Special = atom => {
  const isSuccess = /^2/.test(atom.edge?.key ?? '')
  return told(`response-${isSuccess ? '' : 'non-'}success-status-${atom.op}`, isSuccess && atom.op === 'removed' ? 'E' : 'I')
}

const header: Special = atom => {
  if (atom.op === 'added') return told('response-header-added', 'I')
  return atom.edge?.required === true ? told('required-response-header-removed', 'E') : told('optional-response-header-removed', 'W')
}

const schemes = (value: Json | undefined): Map<string, string[]> =>
  new Map(typesOfAlternatives(value).map(([name, ...scopes]) => [name ?? '', scopes]))
const typesOfAlternatives = (value: Json | undefined): string[][] =>
  (Array.isArray(value) ? value : []).flatMap(a => (Array.isArray(a) ? a.map(s => (Array.isArray(s) ? s.map(String) : [String(s)])) : []))

const security: Special = atom => {
  const [old, now] = [schemes(atom.before), schemes(atom.after)]
  const isOfAll = facet(atom, 'base', 'securityOfAll') === true || facet(atom, 'head', 'securityOfAll') === true
  const prefix = isOfAll ? 'api-global-security' : 'api-security'
  const found: PeerFinding[] = []
  for (const [name, scopes] of now) {
    const before = old.get(name)
    if (before === undefined) found.push(...told(`${prefix}-added`, 'I'))
    else {
      if (scopes.some(s => !before.includes(s))) found.push(...told(`${prefix}-scope-added`, 'I'))
      if (before.some(s => !scopes.includes(s))) found.push(...told(`${prefix}-scope-removed`, 'I'))
    }
  }
  for (const name of old.keys()) if (!now.has(name)) found.push(...told(`${prefix}-removed`, 'I'))
  return found
}

const stability: Special = atom => {
  const rank = (value: Json | undefined): number => (value === undefined ? STABILITY.length - 1 : STABILITY.indexOf(String(value)))
  if (atom.after !== undefined && rank(atom.after) < 0) return told('api-invalid-stability-level', 'E')
  return atom.before !== undefined && rank(atom.after) < rank(atom.before) ? told('api-stability-decreased', 'E') : []
}

const dependent: Special = (atom, occurrence) => {
  if (occurrence === undefined) return []
  const nameOf = (value: Json | undefined): string => (Array.isArray(value) ? String(value[0]) : '')
  const name = nameOf(atom.before ?? atom.after)
  const other = atom.pair.atoms.find(
    o => o !== atom && o.aspect === 'dependent' && o.op !== atom.op && nameOf(o.before ?? o.after) === name,
  )
  if (other !== undefined) return atom.op === 'added' ? named(atom, TABLE['dependent-required-changed']!, occurrence) : []
  return named(atom, TABLE[`dependent-required-${atom.op}`]!, occurrence)
}

/** A part that only describes changes nothing. */
const partOfAll: Special = (atom, occurrence) => {
  if (occurrence === undefined) return []
  const node = atom.op === 'added' ? atom.head.nodes[atom.b!] : atom.base.nodes[atom.a!]
  const describes = node !== undefined && node.edges.length === 0 && Object.keys(node.facets).every(f => f === 'title')
  const [suffix, request, response] = TABLE[keyOf(atom)]!
  return named(atom, describes ? [`${suffix}-annotation-only`, 'I', 'I', '-'] : [suffix, request, response, '-'], occurrence)
}

/** Aspects that take more than their row. */
const SPECIAL: Readonly<Record<string, Special>> = table({
  ...{ maximum: boundary('max'), minimum: boundary('min'), pattern, enum: values, 'enum-value': values },
  ...{ union, type: typed, format: typed, property, required: requirement, parameter, operation, body, response, header },
  ...{
    'operation-deprecated': deprecatedOperation,
    deprecated,
    sunset: sunsetChanged,
    'media-type': media,
    'media-range': mediaRange,
    content: mediaSchema,
  },
  ...{ 'read-only': accessFacet('read-only'), 'write-only': accessFacet('write-only'), security, stability, dependent },
  scheme: atom =>
    atom.op === 'changed' ? told('api-security-component-type-changed', 'I') : told(`api-security-component-${atom.op}`, 'I'),
  'oauth-url': () => told('api-security-component-oauth-url-changed', 'I'),
  'oauth-token-url': () => told('api-security-component-oauth-token-url-changed', 'I'),
  'oauth-scope': atom => told(`api-security-component-oauth-scope-${atom.op}`, 'I'),
  'oauth-scope-text': atom => (atom.op === 'added' && isKnownScope(atom) ? told('api-security-component-oauth-scope-changed', 'I') : []),
  'oauth-flow': () => told('api-security-component-type-changed', 'I'),
  'minimum-beside': besideBound('min'),
  'maximum-beside': besideBound('max'),
  'operation-id': atom => told(`api-operation-id-${atom.op === 'added' ? 'added' : 'removed'}`, 'I'),
  'all-of-member': partOfAll,
  webhook: atom => told(`webhook-${atom.op}`, atom.op === 'added' ? 'I' : 'E'),
  tag: atom => told(`api-tag-${atom.op}`, 'I'),
})
