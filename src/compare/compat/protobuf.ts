import { table } from '../../base/table.ts'
import type { BreakMode } from '../../model/change.ts'
import type { Edge, Json, Node } from '../../model/contract.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { type Graph, type Ix, targetOf } from '../contract/graph.ts'
import { bufChanges } from './peer/buf.ts'

/** What a field holds: `string`, `billing.v1.Money`, `map<string, billing.v1.Money>`. `ix`: the message or enum, where it is at hand. */
interface FieldType {
  text: string
  is: 'scalar' | 'message' | 'enum' | 'map' | 'unknown'
  ix?: Ix
  edge?: Edge
}

const typeOfField = (graph: Graph, field: Ix): FieldType => {
  const node = graph.nodes[field]!
  if (typeof node.facets.type === 'string') return { text: node.facets.type, is: 'scalar' }
  const edge = node.edges.find(e => e.role === 'type')
  if (edge === undefined) return { text: 'unknown', is: 'unknown' }
  const ix = targetOf(graph, field, edge)
  if (ix === undefined) return { text: typeof edge.to === 'number' ? '' : edge.to.name, is: 'unknown', edge }
  const target = graph.nodes[ix]!
  if (target.facets.mapEntry === true) {
    const [key, value] = target.edges.map(e => typeOfField(graph, targetOf(graph, ix, e)!).text)
    return { text: `map<${key}, ${value}>`, is: 'map', ix, edge }
  }
  return { text: target.name ?? '', is: target.kind === 'enum' ? 'enum' : 'message', ix, edge }
}

/** Maps pair by their entries; other types by name, unless the names do not count. */
const compareFieldTypes = (pair: Pair, walk: Walk): boolean => {
  const a = typeOfField(walk.base, pair.a)
  const b = typeOfField(walk.head, pair.b)
  const bothAreMaps = a.is === 'map' && b.is === 'map'
  if (a.ix !== undefined && b.ix !== undefined && (bothAreMaps || (walk.structural && a.is === b.is))) walk.pair(a.ix, b.ix, pair, a.edge!)
  else if (a.text !== b.text) {
    const nodes = { ...(a.ix === undefined ? {} : { a: a.ix }), ...(b.ix === undefined ? {} : { b: b.ix }) }
    walk.atom(pair, 'field-type', 'changed', { before: a.text, after: b.text, ...nodes })
  }
  return false
}

/** Types whose bytes can be read as one another; the values may differ. */
const WIRE_GROUPS: Record<string, string> = table({
  ...{ int32: 'varint', int64: 'varint', uint32: 'varint', uint64: 'varint', bool: 'varint', enum: 'varint' },
  ...{ sint32: 'zigzag', sint64: 'zigzag', fixed32: 'fixed32', sfixed32: 'fixed32', fixed64: 'fixed64', sfixed64: 'fixed64' },
  ...{ string: 'bytes', bytes: 'bytes', float: 'float', double: 'double' },
})
/** Types that look alike in JSON; 64-bit integers are text there. */
const JSON_GROUPS: Record<string, string> = table({
  ...{ int32: 'number', uint32: 'number', sint32: 'number', fixed32: 'number', sfixed32: 'number', float: 'number', double: 'number' },
  ...{ int64: 'digits', uint64: 'digits', sint64: 'digits', fixed64: 'digits', sfixed64: 'digits' },
  ...{ bool: 'bool', string: 'string', bytes: 'base64', enum: 'enum' },
})

const fieldTypeModes = (atom: AtomView): Pick<Judged, 'request' | 'response' | 'modes'> => {
  const a = typeOfField(atom.base, atom.pair.a)
  const b = typeOfField(atom.head, atom.pair.b)
  if (a.ix !== undefined && b.ix !== undefined && a.is === b.is && a.is !== 'map') return overlaid(atom, a.ix, b.ix)
  // What another contract defines is not at hand: another package, same short name, is taken for a move.
  if (a.is === 'unknown' || b.is === 'unknown') {
    const isMoved = !isScalarName(a.text) && !isScalarName(b.text) && lastName(a.text) === lastName(b.text)
    return isMoved ? both('conditional', ['source']) : both('breaking', ['wire', 'json', 'source'])
  }
  const [from, to] = [a.is === 'enum' ? 'enum' : a.text, b.is === 'enum' ? 'enum' : b.text]
  const json: BreakMode[] = JSON_GROUPS[from] !== undefined && JSON_GROUPS[from] === JSON_GROUPS[to] ? [] : ['json']
  if (WIRE_GROUPS[from] === undefined || WIRE_GROUPS[from] !== WIRE_GROUPS[to]) return both('breaking', ['wire', ...json, 'source'])
  return json.length > 0 ? both('breaking', [...json, 'source']) : both('conditional', ['source', 'semantic'])
}

const isScalarName = (name: string): boolean => WIRE_GROUPS[name] !== undefined

const both = (verdict: Judged['request'], modes: BreakMode[]): Pick<Judged, 'request' | 'response' | 'modes'> => ({
  ...{ request: verdict, response: verdict },
  modes,
})

/** Another type at the same place hurts as much as its structure differs; the names of types are not on the wire. */
const overlaid = (atom: AtomView, a: Ix, b: Ix): Pick<Judged, 'request' | 'response' | 'modes'> => {
  const found = atom.walk.overlay(a, b).map(inner => judgeInner({ ...inner, base: atom.base, head: atom.head, walk: atom.walk }))
  const hurting = found.filter(j => j !== undefined && (j.request !== 'compatible' || j.response !== 'compatible'))
  if (hurting.length === 0) return both('conditional', ['source'])
  const isEnum = atom.base.nodes[a]!.kind === 'enum'
  return isEnum ? both('breaking', ['json', 'source', 'semantic']) : both('breaking', ['wire', 'json', 'source', 'semantic'])
}

const judgeInner = (atom: AtomView): Pick<Judged, 'request' | 'response'> | undefined => {
  const row = protobuf.rows[`${atom.aspect}-${atom.op}`]
  if (row === undefined) return undefined
  const decided = row.decide?.(atom)
  return decided === 'drop' ? undefined : { request: row.request, response: row.response, ...decided }
}

const nameOf = (node: Node | undefined): string => String(node?.facets.name ?? node?.name ?? '')
const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
const short = (name: Json | undefined): string => (typeof name === 'string' ? name.replace(/[\w.]+\.(\w+)/g, '$1') : String(name))

/** Message or enum around a field or value, in base and head. */
const ownersOf = (atom: AtomView): [base: Node | undefined, head: Node | undefined] => {
  const owner = atom.edge?.role === 'field' || atom.edge?.role === 'value' ? atom.pair : atom.pair.parent
  return owner === undefined ? [undefined, undefined] : [atom.base.nodes[owner.a], atom.head.nodes[owner.b]]
}

/** Where a name stands in a message or enum: the number of its field or value. */
const numberOfName = (graph: Graph, owner: Ix | undefined, name: string): string | undefined =>
  owner === undefined
    ? undefined
    : graph.nodes[owner]!.edges.find(e => {
        const ix = e.role === 'field' || e.role === 'value' ? targetOf(graph, owner, e) : undefined
        return ix !== undefined && graph.nodes[ix]!.facets.name === name
      })?.key

const ownerOf = (atom: AtomView): Pair | undefined =>
  atom.edge?.role === 'field' || atom.edge?.role === 'value' ? atom.pair : atom.pair.parent

/** The old name at another number now, or the new name at another number before: the number stands for something else. */
const isShuffled = (atom: AtomView): boolean => {
  const owner = ownerOf(atom)
  return (
    numberOfName(atom.head, owner?.b, String(atom.before)) !== undefined ||
    numberOfName(atom.base, owner?.a, String(atom.after)) !== undefined
  )
}

const words = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[_\d]+/)
    .filter(Boolean)

/** `street_address_1` → `street` is the same thing; `coupon` → `tax_id` may well be another. */
const haveCommonWord = (a: string, b: string): boolean => {
  const others = words(b)
  return words(a).some(w => others.some(o => o === w || (w.length > 2 && o.length > 2 && (o.startsWith(w) || w.startsWith(o)))))
}

const isTypeChanged = (atom: AtomView): boolean => atom.pair.atoms.some(other => other.aspect === 'field-type')

/** Number and name of the field or value an atom is about. */
const labelled = (atom: AtomView): string => {
  const edge = atom.edge?.role === 'field' || atom.edge?.role === 'value' ? atom.edge : atom.pair.edge
  const node =
    edge === atom.edge ? (atom.b === undefined ? atom.base.nodes[atom.a!] : atom.head.nodes[atom.b]) : atom.head.nodes[atom.pair.b]
  return `${edge?.key ?? ''} ${nameOf(node)}`.trim()
}

const MEANING: Partial<Judged> = { ...both('breaking', ['wire', 'json', 'source', 'semantic']) }

const fieldNameChanged = (atom: AtomView): Partial<Judged> | 'drop' | undefined => {
  const isMapEntry = ownersOf(atom)[0]?.facets.mapEntry === true
  if (isMapEntry) return 'drop'
  const key = atom.pair.edge?.key
  if (isShuffled(atom))
    return { rule: 'field-meaning-changed', ...MEANING, message: `field ${key} now means ${atom.after} (was ${atom.before})` }
  if (isTypeChanged(atom)) {
    const types = `${short(typeOfField(atom.base, atom.pair.a).text)}, now ${short(typeOfField(atom.head, atom.pair.b).text)}`
    return { rule: 'field-meaning-changed', ...MEANING, message: `field ${key} now is ${atom.after} (was ${atom.before}, ${types})` }
  }
  const keepsJson = atom.base.nodes[atom.pair.a]!.facets.jsonName === atom.head.nodes[atom.pair.b]!.facets.jsonName
  const modes: BreakMode[] = keepsJson ? ['source'] : ['json', 'source']
  return haveCommonWord(String(atom.before), String(atom.after)) ? { modes } : { ...both('conditional', [...modes, 'semantic']) }
}

const fieldRemoved = (atom: AtomView): Partial<Judged> | undefined => {
  const name = nameOf(atom.base.nodes[atom.a!])
  const moved = numberOfName(atom.head, atom.pair.b, name)
  if (moved === undefined) return undefined
  const message = `field ${name} now has number ${moved} (was ${atom.edge!.key})`
  return { rule: 'field-number-changed', ...both('breaking', ['wire', 'semantic']), message }
}

const isReserved = (node: Node | undefined, number: number): boolean => {
  const ranges = node?.facets.reserved
  return Array.isArray(ranges) && ranges.some(r => Array.isArray(r) && Number(r[0]) <= number && number <= Number(r[1]))
}

const fieldAdded = (atom: AtomView): Partial<Judged> | 'drop' | undefined => {
  const node = atom.head.nodes[atom.b!]!
  if (numberOfName(atom.base, atom.pair.a, nameOf(node)) !== undefined) return 'drop'
  const label = `${atom.edge!.key} ${nameOf(node)}`
  if (node.facets.label === 'required')
    return {
      rule: 'required-added',
      request: 'breaking',
      response: 'conditional',
      modes: ['wire', 'source'],
      message: `added required field ${label}`,
    }
  if (!isReserved(atom.base.nodes[atom.pair.a], Number(atom.edge!.key))) return undefined
  return {
    rule: 'reserved-number-used',
    ...both('conditional', ['wire', 'semantic']),
    message: `added field ${label}: its number was reserved`,
  }
}

/** Whether a field knows presence of its own: members of message type always do. */
const presence = (graph: Graph, field: Ix): string => {
  const label = String(graph.nodes[field]!.facets.label)
  return label === 'implicit' && typeOfField(graph, field).is !== 'scalar' && typeOfField(graph, field).is !== 'enum' ? 'optional' : label
}

const fieldLabelChanged = (atom: AtomView): Partial<Judged> | 'drop' | undefined => {
  const [was, is] = [presence(atom.base, atom.pair.a), presence(atom.head, atom.pair.b)]
  if (was === is || was === 'map' || is === 'map') return 'drop'
  const field = `field ${labelled(atom)}`
  const hard: BreakMode[] = ['wire', 'source']
  if (is === 'required')
    return { rule: 'required-added', request: 'breaking', response: 'conditional', modes: hard, message: `${field} is required now` }
  if (was === 'required')
    return {
      rule: 'required-removed',
      request: 'compatible',
      response: 'breaking',
      modes: ['wire', 'semantic'],
      message: `${field} is no longer required`,
    }
  if (was !== 'repeated' && is !== 'repeated') return { ...both('conditional', ['source', 'semantic']) }
  const packed = atom.base.nodes[atom.pair.a]!.facets.packed ?? atom.head.nodes[atom.pair.b]!.facets.packed
  return { ...both('breaking', packed === true ? ['wire', 'json', 'source', 'semantic'] : ['json', 'source', 'semantic']) }
}

const valueNameChanged = (atom: AtomView): Partial<Judged> | undefined => {
  if (isShuffled(atom)) {
    const message = `value ${atom.pair.edge?.key} of ${enumOf(atom)} now means ${atom.after} (was ${atom.before})`
    return { rule: 'value-meaning-changed', ...MEANING, message }
  }
  return undefined
}

const enumOf = (atom: AtomView): string => short(ownersOf(atom)[0]?.name)

const valueRemoved = (atom: AtomView): Partial<Judged> | undefined => {
  const name = nameOf(atom.base.nodes[atom.a!])
  const moved = numberOfName(atom.head, atom.pair.b, name)
  if (moved === undefined) return undefined
  const message = `value ${name} of ${enumOf(atom)} now has number ${moved} (was ${atom.edge!.key})`
  return { rule: 'value-number-changed', ...both('breaking', ['wire', 'semantic']), message }
}

const rpcTypeChanged = (atom: AtomView): Partial<Judged> =>
  atom.a !== undefined && atom.b !== undefined
    ? overlaid(atom, atom.a, atom.b)
    : lastName(String(atom.before)) === lastName(String(atom.after))
      ? both('conditional', ['source'])
      : both('breaking', ['wire', 'json', 'source'])

const rpcLabel = (atom: AtomView): string => (atom.edge?.role === 'rpc' ? atom.edge.key : nameOf(atom.base.nodes[atom.pair.a]))

const row = (verdict: Row['request'], modes: BreakMode[], say: Row['say'], decide?: Row['decide']): Row => ({
  ...both(verdict, modes),
  say,
  ...(decide === undefined ? {} : { decide }),
})

const typeLabel = (atom: AtomView): string => short(nameOf(atom.a === undefined ? atom.head.nodes[atom.b!] : atom.base.nodes[atom.a]))
const ownLabel = (atom: AtomView): string => short(nameOf(atom.base.nodes[atom.pair.a]))
const described = (graph: Graph, ix: Ix): string => {
  const { label } = graph.nodes[ix]!.facets
  return `${label === 'repeated' || label === 'required' ? `${label} ` : ''}${short(typeOfField(graph, ix).text)}`
}
const shown = (value: Json | undefined): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)

const rows: Record<string, Row> = table({
  'file-added': row('compatible', [], a => `added file ${a.edge!.key}`),
  'file-removed': row('compatible', [], a => `removed file ${a.edge!.key}`),
  'syntax-changed': row('compatible', [], a => `syntax now is ${shown(a.after)} (was ${shown(a.before)})`),
  'package-changed': row('breaking', ['wire', 'json', 'source'], a => `package now is ${shown(a.after)} (was ${shown(a.before)})`),
  'file-option-changed': row(
    'conditional',
    ['source'],
    a => `a language option of the file now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'message-added': row('compatible', [], a => `added message ${typeLabel(a)}`),
  'message-removed': row('conditional', ['source'], a => `removed message ${typeLabel(a)}`),
  'enum-added': row('compatible', [], a => `added enum ${typeLabel(a)}`),
  'enum-removed': row('conditional', ['source'], a => `removed enum ${typeLabel(a)}`),
  'service-added': row('compatible', [], a => `added service ${typeLabel(a)}`),
  'service-removed': row('conditional', ['source'], a => `removed service ${typeLabel(a)}`),
  'extension-added': row('compatible', [], a => `added extension ${typeLabel(a)}`),
  'extension-removed': row('breaking', ['wire', 'source', 'semantic'], a => `removed extension ${typeLabel(a)}`),
  'extension-number-changed': row(
    'breaking',
    ['wire', 'semantic'],
    a => `extension ${ownLabel(a)} now has number ${a.after} (was ${a.before})`,
  ),
  'extension-of-changed': row(
    'breaking',
    ['wire', 'source'],
    a => `extension ${ownLabel(a)} now extends ${short(a.after)} (was ${short(a.before)})`,
  ),
  'kind-changed': row('breaking', ['wire', 'json', 'source'], a => `${ownLabel(a)} now is a ${a.after} (was a ${a.before})`),

  'field-added': row('compatible', [], a => `added field ${labelled(a)} (${described(a.head, a.b!)})`, fieldAdded),
  'field-removed': row(
    'breaking',
    ['json', 'source', 'semantic'],
    a => `removed field ${labelled(a)} (${described(a.base, a.a!)})`,
    fieldRemoved,
  ),
  'field-name-changed': row(
    'breaking',
    ['json', 'source'],
    a => `field ${a.pair.edge?.key ?? ''} renamed from ${a.before} to ${a.after}`,
    fieldNameChanged,
  ),
  'field-json-name-changed': row(
    'breaking',
    ['json'],
    a => `field ${labelled(a)} now is ${a.after} in JSON (was ${a.before})`,
    a => (a.pair.atoms.some(o => o.aspect === 'field-name') ? 'drop' : undefined),
  ),
  'field-type-changed': row(
    'breaking',
    ['wire', 'json', 'source'],
    a => `field ${labelled(a)} now is ${short(a.after)} (was ${short(a.before)})`,
    // A number that has another name as well stands for something else: told as that.
    a => (isRenamed(a) ? 'drop' : fieldTypeModes(a)),
  ),
  'field-label-changed': row(
    'breaking',
    ['json', 'source'],
    a => `field ${labelled(a)} now is ${LABELS[presence(a.head, a.pair.b)]} (was ${LABELS[presence(a.base, a.pair.a)]})`,
    fieldLabelChanged,
  ),
  'field-oneof-changed': row(
    'conditional',
    ['source', 'semantic'],
    a => `field ${labelled(a)} now is in ${oneofOf(a.after)} (was in ${oneofOf(a.before)})`,
  ),
  'field-encoding-changed': row('breaking', ['wire'], a => `field ${labelled(a)} is encoded another way`),
  'field-packed-changed': row('compatible', [], a => `field ${labelled(a)} now is ${a.after === true ? '' : 'not '}packed`, besideType),
  'field-default-changed': row(
    'conditional',
    ['semantic'],
    a => `default of field ${labelled(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'field-jstype-changed': row(
    'conditional',
    ['source'],
    a => `jstype of field ${labelled(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'field-ctype-changed': row(
    'conditional',
    ['source'],
    a => `ctype of field ${labelled(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'field-utf8-changed': row(
    'compatible',
    [],
    a => `field ${labelled(a)} is ${a.after === true ? '' : 'no longer '}checked for UTF-8`,
    besideType,
  ),
  'field-deprecated-added': row('compatible', [], a => `deprecated field ${labelled(a)}`),
  'field-deprecated-removed': row('compatible', [], a => `field ${labelled(a)} is no longer deprecated`),

  'reserved-changed': row('compatible', [], a => `reserved numbers of ${ownLabel(a)} changed`),
  'reserved-name-added': row('compatible', [], a => `reserved name ${shown(a.after)} in ${ownLabel(a)}`),
  'reserved-name-removed': row('compatible', [], a => `name ${shown(a.before)} of ${ownLabel(a)} is no longer reserved`),
  'extension-range-changed': row('conditional', ['source'], a => `extension ranges of ${ownLabel(a)} changed`),
  'oneof-added': row('compatible', [], a => `added oneof ${shown(a.after)} in ${ownLabel(a)}`),
  'oneof-removed': row('conditional', ['source'], a => `removed oneof ${shown(a.before)} of ${ownLabel(a)}`),
  'message-encoding-changed': row('breaking', ['wire'], a => `${ownLabel(a)} is encoded another way`),
  'message-accessor-changed': row('conditional', ['source'], a => `descriptor accessor of ${ownLabel(a)} changed`),
  'json-format-changed': row(
    'conditional',
    ['json'],
    a => `JSON form of ${ownLabel(a)} is ${a.after === true ? 'no longer guaranteed' : 'guaranteed'}`,
  ),
  'type-deprecated-added': row('compatible', [], a => `deprecated ${ownLabel(a)}`),
  'type-deprecated-removed': row('compatible', [], a => `${ownLabel(a)} is no longer deprecated`),

  'value-added': {
    request: 'compatible',
    response: 'conditional',
    modes: ['semantic'],
    say: a => `added value ${labelled(a)} to ${ownLabel(a)}`,
  },
  'value-removed': {
    ...{ request: 'breaking', response: 'conditional', modes: ['json', 'source', 'semantic'] },
    say: a => `removed value ${labelled(a)} of ${ownLabel(a)}`,
    decide: valueRemoved,
  },
  'value-name-changed': row(
    'breaking',
    ['json', 'source'],
    a => `value ${a.pair.edge?.key ?? ''} of ${enumOf(a)} renamed from ${a.before} to ${a.after}`,
    valueNameChanged,
  ),
  'value-alias-added': row('compatible', [], a => `added value ${shown(a.after)} to ${enumOf(a)}`),
  'value-alias-removed': row('breaking', ['json', 'source'], a => `removed value ${shown(a.before)} of ${enumOf(a)}`),
  'value-deprecated-added': row('compatible', [], a => `deprecated value ${labelled(a)} of ${enumOf(a)}`),
  'value-deprecated-removed': row('compatible', [], a => `value ${labelled(a)} of ${enumOf(a)} is no longer deprecated`),
  'enum-closed-changed': row('conditional', ['semantic'], a => `enum ${ownLabel(a)} now is ${a.after === true ? 'closed' : 'open'}`),

  'rpc-added': row('compatible', [], a => `added rpc ${rpcLabel(a)}`),
  'rpc-removed': row('breaking', ['wire', 'json', 'source'], a => `removed rpc ${rpcLabel(a)}`),
  'rpc-request-type-changed': row(
    'breaking',
    ['wire', 'json', 'source'],
    a => `rpc ${rpcLabel(a)} now takes ${short(a.after)} (was ${short(a.before)})`,
    a => ({ ...rpcTypeChanged(a), response: 'compatible' }),
  ),
  'rpc-response-type-changed': row(
    'breaking',
    ['wire', 'json', 'source'],
    a => `rpc ${rpcLabel(a)} now returns ${short(a.after)} (was ${short(a.before)})`,
    a => ({ ...rpcTypeChanged(a), request: 'compatible' }),
  ),
  'rpc-request-streaming-changed': row('breaking', ['wire', 'json', 'source'], a => `rpc ${rpcLabel(a)} now takes ${streamOf(a.after)}`),
  'rpc-response-streaming-changed': row('breaking', ['wire', 'json', 'source'], a => `rpc ${rpcLabel(a)} now returns ${streamOf(a.after)}`),
  'rpc-idempotency-changed': row(
    'conditional',
    ['semantic'],
    a => `idempotency of rpc ${rpcLabel(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
  ),
  'rpc-http-added': row('compatible', [], a => `rpc ${rpcLabel(a)} now answers to ${shown(a.after)}`),
  'rpc-http-removed': row('breaking', ['json'], a => `rpc ${rpcLabel(a)} no longer answers to ${shown(a.before)}`),
  'rpc-deprecated-added': row('compatible', [], a => `deprecated rpc ${rpcLabel(a)}`),
  'rpc-deprecated-removed': row('compatible', [], a => `rpc ${rpcLabel(a)} is no longer deprecated`),
  'service-deprecated-added': row('compatible', [], a => `deprecated service ${ownLabel(a)}`),
  'service-deprecated-removed': row('compatible', [], a => `service ${ownLabel(a)} is no longer deprecated`),
})

/** Comes with another type: told as that. */
function besideType(atom: AtomView): 'drop' | undefined {
  return isTypeChanged(atom) ? 'drop' : undefined
}

const isRenamed = (atom: AtomView): boolean =>
  atom.pair.atoms.some(o => o.aspect === 'field-name') && ownersOf(atom)[0]?.facets.mapEntry !== true

const LABELS: Record<string, string> = table({
  implicit: 'without presence',
  optional: 'optional',
  required: 'required',
  repeated: 'repeated',
  map: 'a map',
})
const oneofOf = (value: Json | undefined): string => (value === undefined ? 'no oneof' : `oneof ${value}`)
const streamOf = (value: Json | undefined): string => (value === true ? 'a stream' : 'one message')

const FIELD_FACETS: Format['kinds'][keyof Format['kinds']] = {
  facets: {
    ...{ name: ['value', 'field-name'], jsonName: ['value', 'field-json-name'], label: ['value', 'field-label'] },
    ...{ oneof: ['value', 'field-oneof'], packed: ['value', 'field-packed'], delimited: ['value', 'field-encoding'] },
    ...{ default: ['value', 'field-default'], jstype: ['value', 'field-jstype'], ctype: ['value', 'field-ctype'] },
    ...{ utf8: ['value', 'field-utf8'], deprecated: ['flag', 'field-deprecated'] },
    ...{ number: ['value', 'extension-number'], extendee: ['value', 'extension-of'] },
  },
  own: compareFieldTypes,
}

const FILE_OPTIONS = [
  ...['java_package', 'java_outer_classname', 'java_multiple_files', 'java_string_check_utf8', 'java_generic_services'],
  ...['go_package', 'csharp_namespace', 'objc_class_prefix', 'ruby_package', 'swift_prefix', 'optimize_for'],
  ...['php_class_prefix', 'php_namespace', 'php_metadata_namespace', 'php_generic_services'],
  ...['cc_generic_services', 'cc_enable_arenas', 'py_generic_services'],
]

export const protobuf: Format = {
  format: 'protobuf',
  peerOfAll: bufChanges,
  kinds: {
    file: {
      facets: {
        ...{ syntax: ['value', 'syntax'], package: ['value', 'package'] },
        ...Object.fromEntries(FILE_OPTIONS.map(name => [name, ['value', 'file-option']])),
      },
    },
    message: {
      facets: {
        ...{ reserved: ['value', 'reserved'], reservedNames: ['set', 'reserved-name'], extensionRanges: ['value', 'extension-range'] },
        ...{ oneofs: ['set', 'oneof'], messageSet: ['value', 'message-encoding'], noAccessor: ['value', 'message-accessor'] },
        ...{ jsonBestEffort: ['value', 'json-format'], deprecated: ['flag', 'type-deprecated'] },
      },
    },
    enum: {
      facets: {
        ...{ closed: ['value', 'enum-closed'], reserved: ['value', 'reserved'], reservedNames: ['set', 'reserved-name'] },
        ...{ jsonBestEffort: ['value', 'json-format'], deprecated: ['flag', 'type-deprecated'] },
      },
    },
    field: FIELD_FACETS,
    extension: FIELD_FACETS,
    value: { facets: { name: ['value', 'value-name'], aliases: ['set', 'value-alias'], deprecated: ['flag', 'value-deprecated'] } },
    service: { facets: { deprecated: ['flag', 'service-deprecated'] } },
    rpc: {
      facets: {
        ...{ clientStreaming: ['value', 'rpc-request-streaming'], serverStreaming: ['value', 'rpc-response-streaming'] },
        ...{ idempotency: ['value', 'rpc-idempotency'], http: ['set', 'rpc-http'], deprecated: ['flag', 'rpc-deprecated'] },
      },
    },
  },
  roles: {
    file: { match: 'key', aspect: 'file' },
    message: { match: 'key', aspect: 'message' },
    enum: { match: 'key', aspect: 'enum' },
    service: { match: 'key', aspect: 'service' },
    extension: { match: 'key', aspect: 'extension' },
    field: { match: 'key', aspect: 'field' },
    value: { match: 'key', aspect: 'value' },
    rpc: { match: 'key', aspect: 'rpc' },
    in: { match: 'single', aspect: 'rpc-request', nominal: 'rpc-request-type', side: 'request' },
    out: { match: 'single', aspect: 'rpc-response', nominal: 'rpc-response-type', side: 'response' },
    type: { match: 'own', aspect: 'field-type' },
  },
  rows,
  members: (owner, edge, target) => {
    if (edge.role === 'type') return owner.facets.label === 'repeated' || owner.facets.label === 'map' ? ['[]'] : []
    if (edge.role !== 'field' || owner.facets.mapEntry === true) return []
    return [...new Set([nameOf(target), String(target?.facets.jsonName ?? '')])]
  },
  address: (owner, edge) => {
    if (edge.role === 'field' || edge.role === 'value') return `/${edge.key}`
    if (edge.role === 'in' || edge.role === 'out') return ''
    return edge.role === 'type' && owner.facets.label === 'map' ? '' : undefined
  },
}
