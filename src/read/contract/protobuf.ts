import { shortHash } from '../../base/hash.ts'
import { canonicalJson } from '../../base/json.ts'
import { by } from '../../base/names.ts'
import type { ContractFact, Edge, Facets, Json, Name, Node, NodeIx, Role, Span, Unit } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import {
  MAX_NUMBER,
  type ProtoEnum,
  type ProtoExtend,
  type ProtoField,
  type ProtoFile,
  type ProtoMessage,
  type ProtoOption,
  type ProtoRpc,
  type ProtoService,
  parseProto,
} from '../syntax/proto.ts'

/**
 * Protocol buffers. The root `file` node holds every message, enum, service and extension of the file, nested ones too, by full name.
 * Fields are keyed by number; presence, packing and open enums are resolved from syntax or edition, so that no rule knows the dialect.
 */
export const protobuf: Reader = {
  name: 'protobuf',
  version: 2,
  wants: path => path.endsWith('.proto'),
  read: ({ content, withoutHashes }) => {
    const { file, problems } = parseProto(content)
    return { contract: contractOf(file, problems, withoutHashes), problems }
  },
}

/** What a field, an enum or a message inherits from its surroundings. */
interface Features {
  presence: 'implicit' | 'optional' | 'required'
  enums: 'open' | 'closed'
  packed: boolean
  delimited: boolean
  utf8: boolean
  json: boolean
  /** Of single languages, where they are said. */
  javaUtf8?: boolean
  ctype?: string
}

const JAVA_UTF8 = '(pb.java).utf8_validation'
const CPP_STRING = '(pb.cpp).string_type'

interface Building {
  nodes: Node[]
  /** Node of each message and enum by full name. */
  types: Map<string, NodeIx>
  units: Unit[]
  problems: FileProblem[]
  package: string
}

const LANGUAGE_OPTIONS = new Set([
  ...['java_package', 'java_outer_classname', 'java_multiple_files', 'java_string_check_utf8', 'java_generic_services'],
  ...['go_package', 'csharp_namespace', 'objc_class_prefix', 'ruby_package', 'swift_prefix', 'optimize_for'],
  ...['php_class_prefix', 'php_namespace', 'php_metadata_namespace', 'php_generic_services'],
  ...['cc_generic_services', 'cc_enable_arenas', 'py_generic_services'],
])

const contractOf = (file: ProtoFile, problems: FileProblem[], withoutHashes = false): ContractFact => {
  const building: Building = { nodes: [], types: new Map(), units: [], problems, package: file.package }
  const root = addNode(building, { kind: 'file', facets: fileFacets(file), edges: [], at: span(1) })
  building.nodes[root]!.spans = fileSpans(file)
  const features = featuresOf(defaultsOf(file), file.options)
  reserveTypes(building, root, file.package, file.messages, file.enums)
  for (const message of file.messages) fillMessage(building, root, message, file.package, features)
  for (const found of file.enums) fillEnum(building, found, file.package, features)
  for (const found of file.extends) fillExtend(building, root, found, file.package, features)
  for (const service of file.services) fillService(building, root, service)
  addUnits(building, root, withoutHashes)
  return {
    ...{ format: 'protobuf', name: file.package, imports: file.imports.map(i => i.path) },
    ...{ nodes: building.nodes, root, units: building.units },
  }
}

const span = (line: number, endLine = line): Span => (endLine > line ? { file: 0, line, endLine } : { file: 0, line })

const addNode = (building: Building, node: Node): NodeIx => building.nodes.push(node) - 1

const qualified = (scope: string, name: string): string => (scope === '' ? name : `${scope}.${name}`)

const fileFacets = (file: ProtoFile): Facets => {
  const facets: Facets = { package: file.package, syntax: file.edition ?? file.syntax }
  for (const { name, value } of file.options) if (LANGUAGE_OPTIONS.has(name)) facets[name] = value
  return facets
}

const fileSpans = (file: ProtoFile): Record<string, Span> => ({
  ...{ syntax: span(file.syntaxLine), package: span(file.packageLine) },
  ...Object.fromEntries(file.options.filter(o => LANGUAGE_OPTIONS.has(o.name)).map(o => [o.name, span(o.line)])),
})

/** Where single facets stand, as far as that is not where their node begins. */
const addSpans = (node: Node, lines: Record<string, number | undefined>): void => {
  for (const name in lines) {
    const line = lines[name]
    if (line === undefined || line === node.at.line) continue
    node.spans ??= {}
    node.spans[name] = span(line)
  }
}

const lineOf = (options: readonly ProtoOption[], ...names: string[]): number | undefined =>
  options.length === 0
    ? undefined
    : options.findLast(o => names.some(name => o.name === name || (o.name === 'features' && isMember(o.value, name))))?.line

/** `features { enum_type: CLOSED }` says the same as `features.enum_type = CLOSED`. */
const isMember = (value: Json, name: string): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, name.replace(/^features\.(.*)$/, '$1'))

const defaultsOf = (file: ProtoFile): Features =>
  file.syntax === 'proto2'
    ? { presence: 'optional', enums: 'closed', packed: false, delimited: false, utf8: false, json: false }
    : {
        ...{ presence: file.syntax === 'proto3' ? 'implicit' : 'optional', enums: 'open', packed: true },
        ...{ delimited: false, utf8: true, json: true },
      }

/** Editions: `features.x = Y` or `features { x: Y }` override what surrounds them. */
const featuresOf = (outer: Features, options: ProtoOption[]): Features => {
  if (options.every(o => !o.name.startsWith('features') && o.name !== 'java_string_check_utf8')) return outer
  const set = new Map<string, Json>()
  for (const { name, value } of options) {
    if (name.startsWith('features.')) set.set(name.slice(9), value)
    else if (name === 'features' && value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, member] of Object.entries(value)) set.set(key, member)
  }
  // Before editions this was an option of the file.
  const isChecked = options.findLast(o => o.name === 'java_string_check_utf8')?.value
  if (isChecked !== undefined) set.set(JAVA_UTF8, isChecked === true ? 'VERIFY' : 'DEFAULT')
  if (set.size === 0) return outer
  const javaUtf8 = set.has(JAVA_UTF8) ? set.get(JAVA_UTF8) === 'VERIFY' || undefined : outer.javaUtf8
  const ctype = set.get(CPP_STRING) ?? outer.ctype
  const pick = <T>(name: string, values: Record<string, T>, fallback: T): T => values[String(set.get(name))] ?? fallback
  return {
    presence: pick<Features['presence']>(
      'field_presence',
      { EXPLICIT: 'optional', IMPLICIT: 'implicit', LEGACY_REQUIRED: 'required' },
      outer.presence,
    ),
    enums: pick<Features['enums']>('enum_type', { OPEN: 'open', CLOSED: 'closed' }, outer.enums),
    packed: pick('repeated_field_encoding', { PACKED: true, EXPANDED: false }, outer.packed),
    delimited: pick('message_encoding', { DELIMITED: true, LENGTH_PREFIXED: false }, outer.delimited),
    utf8: pick('utf8_validation', { VERIFY: true, NONE: false }, outer.utf8),
    json: pick('json_format', { ALLOW: true, LEGACY_BEST_EFFORT: false }, outer.json),
    ...(javaUtf8 === undefined ? {} : { javaUtf8 }),
    ...(ctype === undefined ? {} : { ctype: String(ctype) }),
  }
}

/** Gives every message and enum its node before any is described: references inside the file find them in any order. */
const reserveTypes = (building: Building, root: NodeIx, scope: string, messages: ProtoMessage[], enums: ProtoEnum[]): void => {
  const reserve = (kind: 'message' | 'enum', name: string, line: number, endLine: number): void => {
    const full = qualified(scope, name)
    if (building.types.has(full)) {
      building.problems.push({
        code: 'proto/duplicate',
        message: `${full} is defined twice; the first one counts`,
        severity: 'error',
        line,
      })
      return
    }
    const ix = addNode(building, { kind, name: full, facets: {}, edges: [], at: span(line, endLine) })
    building.types.set(full, ix)
    building.nodes[root]!.edges.push({ role: kind, key: full, to: ix })
  }
  for (const found of messages) {
    reserve('message', found.name, found.line, found.endLine)
    reserveTypes(building, root, qualified(scope, found.name), found.messages, found.enums)
  }
  for (const found of enums) reserve('enum', found.name, found.line, found.endLine)
}

/** The node of a declaration; undefined for a second one of the same name. */
const ownNode = (building: Building, full: string, line: number): Node | undefined => {
  const node = building.nodes[building.types.get(full) ?? -1]
  return node?.at.line === line ? node : undefined
}

/** A type as used in `scope`: the node if this file defines it, else its name, for link to look up. */
const reference = (building: Building, name: string, scope: string): NodeIx | Name => {
  if (name.startsWith('.')) return building.types.get(name.slice(1)) ?? { name: name.slice(1) }
  for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
    const found = building.types.get(qualified(outer, name))
    if (found !== undefined) return found
    if (outer === '') return { name, scope: building.package }
  }
}

const optionOf = (options: ProtoOption[], name: string): Json | undefined => options.findLast(o => o.name === name)?.value

const when = (facets: Facets, name: string, value: Json | undefined | false): void => {
  if (value !== undefined && value !== false) facets[name] = value
}

const fillMessage = (building: Building, root: NodeIx, message: ProtoMessage, scope: string, outer: Features): void => {
  const full = qualified(scope, message.name)
  const features = featuresOf(outer, message.options)
  const node = ownNode(building, full, message.line)
  if (node !== undefined) {
    when(node.facets, 'reserved', message.reserved.ranges.length > 0 && mergedRanges(message.reserved.ranges))
    when(node.facets, 'reservedNames', message.reserved.names.length > 0 && [...new Set(message.reserved.names)].sort())
    when(node.facets, 'extensionRanges', message.extensionRanges.length > 0 && mergedRanges(message.extensionRanges))
    when(node.facets, 'deprecated', optionOf(message.options, 'deprecated'))
    when(node.facets, 'messageSet', optionOf(message.options, 'message_set_wire_format'))
    when(node.facets, 'noAccessor', optionOf(message.options, 'no_standard_descriptor_accessor'))
    when(node.facets, 'oneofs', message.oneofs.length > 0 && [...message.oneofs].sort())
    when(node.facets, 'jsonBestEffort', !features.json)
    whenWritten(node.facets, message.reserved.ranges, 'reserved')
    whenWritten(node.facets, message.extensionRanges, 'extensionRanges')
    const { options } = message
    const json = lineOf(options, 'features.json_format')
    addSpans(node, { noAccessor: lineOf(options, 'no_standard_descriptor_accessor'), jsonBestEffort: json })
    addFields(building, node, message.fields, full, features)
  }
  for (const nested of message.messages) fillMessage(building, root, nested, full, features)
  for (const nested of message.enums) fillEnum(building, nested, full, features)
  for (const nested of message.extends) fillExtend(building, root, nested, full, features)
}

const mergedRanges = (ranges: [number, number][]): Json => {
  const out: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}

/** Neighbours are merged; how they were written is kept only where that is lost. */
const whenWritten = (facets: Facets, ranges: [number, number][], name: string): void => {
  if (JSON.stringify(facets[name] ?? []) !== JSON.stringify(ranges)) facets[`${name}Written`] = ranges
}

const addFields = (building: Building, owner: Node, fields: ProtoField[], scope: string, features: Features): void => {
  const seen = new Set<number>()
  for (const field of fields) {
    const wrong = seen.has(field.number)
      ? `number ${field.number} of ${field.name} is used twice in ${scope}; the first one counts`
      : field.number < 1 || field.number > MAX_NUMBER
        ? `number ${field.number} of ${field.name} is out of range`
        : undefined
    if (wrong !== undefined) {
      building.problems.push({ code: 'proto/number', message: wrong, severity: 'error', line: field.line })
      continue
    }
    seen.add(field.number)
    owner.edges.push({ role: 'field', key: String(field.number), to: addField(building, field, scope, features) })
  }
}

const SCALARS = new Set([
  ...['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64'],
  ...['fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes'],
])

const addField = (building: Building, field: ProtoField, scope: string, outer: Features, kind: 'field' | 'extension' = 'field'): NodeIx => {
  const features = featuresOf(outer, field.options)
  const facets: Facets = { name: field.name, jsonName: String(optionOf(field.options, 'json_name') ?? jsonName(field.name)) }
  const edges: Edge[] = []
  const isScalar = SCALARS.has(field.type)
  if (isScalar) facets.type = field.type
  else edges.push(typeEdge(building, field, scope, features))
  facets.label = labelOf(field, features)
  when(facets, 'oneof', field.oneof)
  if (field.label === 'repeated' && isScalar && field.type !== 'string' && field.type !== 'bytes') {
    facets.packed = optionOf(field.options, 'packed') ?? features.packed
  }
  when(facets, 'delimited', field.group !== undefined || (features.delimited && !isScalar && field.map === undefined))
  when(facets, 'default', optionOf(field.options, 'default'))
  when(facets, 'deprecated', optionOf(field.options, 'deprecated'))
  when(facets, 'jstype', optionOf(field.options, 'jstype'))
  when(facets, 'ctype', optionOf(field.options, 'ctype') ?? features.ctype)
  if (field.type === 'string') {
    facets.utf8 = features.utf8
    const javaUtf8 = features.javaUtf8 ?? features.utf8
    if (javaUtf8 !== features.utf8) facets.javaUtf8 = javaUtf8
  }
  const ix = addNode(building, { kind, facets, edges, at: span(field.line, field.endLine) })
  if (field.endLine > field.line) addSpans(building.nodes[ix]!, fieldLines(field))
  return ix
}

const fieldLines = ({ options, ...field }: ProtoField): Record<string, number | undefined> => ({
  ...{ type: field.typeLine, name: field.nameLine, jsonName: lineOf(options, 'json_name'), jstype: lineOf(options, 'jstype') },
  ...{ default: lineOf(options, 'default'), ctype: lineOf(options, 'ctype', `features.${CPP_STRING}`) },
  ...{ utf8: lineOf(options, 'features.utf8_validation'), javaUtf8: lineOf(options, `features.${JAVA_UTF8}`) },
})

/** A oneof member and everything labelled `optional` knows whether it was set. */
const labelOf = (field: ProtoField, features: Features): string => {
  if (field.map !== undefined) return 'map'
  if (field.label === 'repeated' || field.label === 'required') return field.label
  if (field.label === 'optional' || field.oneof !== undefined || field.group !== undefined) return 'optional'
  return features.presence
}

const typeEdge = (building: Building, field: ProtoField, scope: string, features: Features): Edge => {
  if (field.map !== undefined) return { role: 'type', key: '', to: addMapEntry(building, field, field.map, scope, features) }
  const name = field.group?.name ?? field.type
  return { role: 'type', key: '', to: reference(building, name, scope), ref: name }
}

/** A map is a repeated entry message with a key and a value. */
const addMapEntry = (
  building: Building,
  field: ProtoField,
  map: { key: string; value: string },
  scope: string,
  features: Features,
): NodeIx => {
  const camel = jsonName(field.name)
  const name = qualified(scope, `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`)
  const at = { options: [], line: field.line, endLine: field.endLine, typeLine: field.typeLine, nameLine: field.nameLine }
  const ix = addNode(building, { kind: 'message', name, facets: { mapEntry: true }, edges: [], at: span(field.line, field.endLine) })
  const key = addField(building, { name: 'key', number: 1, type: map.key, ...at }, scope, features)
  const value = addField(building, { name: 'value', number: 2, type: map.value, ...at }, scope, features)
  building.nodes[ix]!.edges.push({ role: 'field', key: '1', to: key }, { role: 'field', key: '2', to: value })
  return ix
}

/** `tax_id` → `taxId`, as protoc does it. */
const jsonName = (name: string): string => (name.includes('_') ? name.replace(/_+([^_]?)/g, (_, next: string) => next.toUpperCase()) : name)

const fillEnum = (building: Building, found: ProtoEnum, scope: string, outer: Features): void => {
  const node = ownNode(building, qualified(scope, found.name), found.line)
  if (node === undefined) return
  const features = featuresOf(outer, found.options)
  when(node.facets, 'closed', features.enums === 'closed')
  when(node.facets, 'allowAlias', optionOf(found.options, 'allow_alias'))
  when(node.facets, 'deprecated', optionOf(found.options, 'deprecated'))
  when(node.facets, 'reserved', found.reserved.ranges.length > 0 && mergedRanges(found.reserved.ranges))
  when(node.facets, 'reservedNames', found.reserved.names.length > 0 && [...new Set(found.reserved.names)].sort())
  when(node.facets, 'jsonBestEffort', !features.json)
  whenWritten(node.facets, found.reserved.ranges, 'reserved')
  const { options } = found
  addSpans(node, { closed: lineOf(options, 'features.enum_type'), jsonBestEffort: lineOf(options, 'features.json_format') })
  const byNumber = new Map<number, ProtoEnum['values']>()
  for (const value of found.values) {
    const same = byNumber.get(value.number)
    if (same === undefined) byNumber.set(value.number, [value])
    else same.push(value)
  }
  for (const [number, values] of byNumber) {
    const facets: Facets = { name: values[0]!.name }
    when(facets, 'aliases', values.length > 1 && values.slice(1).map(v => v.name))
    when(facets, 'deprecated', optionOf(values[0]!.options, 'deprecated'))
    const to = addNode(building, { kind: 'value', facets, edges: [], at: span(values[0]!.line) })
    addSpans(
      building.nodes[to]!,
      Object.fromEntries([['number', values[0]!.numberLine], ...values.slice(1).map(v => [v.name, v.numberLine])]),
    )
    node.edges.push({ role: 'value', key: String(number), to })
  }
}

const fillExtend = (building: Building, root: NodeIx, found: ProtoExtend, scope: string, features: Features): void => {
  for (const field of found.fields) {
    const ix = addField(building, field, scope, features, 'extension')
    const node = building.nodes[ix]!
    node.name = qualified(scope, field.name)
    const extendee = reference(building, found.extendee, scope)
    node.facets.extendee = typeof extendee === 'number' ? building.nodes[extendee]!.name! : extendee.name
    node.facets.number = field.number
    building.nodes[root]!.edges.push({ role: 'extension', key: node.name, to: ix })
  }
}

const fillService = (building: Building, root: NodeIx, service: ProtoService): void => {
  const name = qualified(building.package, service.name)
  const facets: Facets = {}
  when(facets, 'deprecated', optionOf(service.options, 'deprecated'))
  const ix = addNode(building, { kind: 'service', name, facets, edges: [], at: span(service.line, service.endLine) })
  building.nodes[root]!.edges.push({ role: 'service', key: name, to: ix })
  const seen = new Set<string>()
  for (const rpc of service.rpcs) {
    if (seen.has(rpc.name)) continue
    seen.add(rpc.name)
    building.nodes[ix]!.edges.push({ role: 'rpc', key: rpc.name, to: addRpc(building, rpc, name) })
  }
}

const addRpc = (building: Building, rpc: ProtoRpc, service: string): NodeIx => {
  const facets: Facets = {}
  when(facets, 'clientStreaming', rpc.clientStreaming)
  when(facets, 'serverStreaming', rpc.serverStreaming)
  when(facets, 'idempotency', optionOf(rpc.options, 'idempotency_level'))
  when(facets, 'deprecated', optionOf(rpc.options, 'deprecated'))
  const http = httpBindings(rpc.options)
  when(facets, 'http', http.length > 0 && http)
  const edges: Edge[] = [
    { role: 'in', key: '', to: reference(building, rpc.input, service), ref: rpc.input },
    { role: 'out', key: '', to: reference(building, rpc.output, service), ref: rpc.output },
  ]
  const ix = addNode(building, { kind: 'rpc', name: rpc.name, facets, edges, at: span(rpc.line, rpc.endLine) })
  addSpans(building.nodes[ix]!, { in: rpc.inputLine, out: rpc.outputLine, idempotency: lineOf(rpc.options, 'idempotency_level') })
  return ix
}

const HTTP_METHODS = ['get', 'put', 'post', 'delete', 'patch']

/** Routes of a transcoding gateway (`google.api.http`): `POST /v1/orders/{} body=*`, variables positional. */
const httpBindings = (options: ProtoOption[]): string[] => {
  const rule = new Map<string, Json>()
  for (const { name, value } of options) {
    if (name === '(google.api.http)' || name === '(.google.api.http)') {
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) for (const [k, v] of Object.entries(value)) rule.set(k, v)
    } else if (name.startsWith('(google.api.http).')) rule.set(name.slice(18), value)
  }
  const more = rule.get('additional_bindings')
  const rules = [Object.fromEntries(rule), ...(Array.isArray(more) ? more : more === undefined ? [] : [more])]
  return rules.flatMap(routesOf)
}

const routesOf = (rule: Json): string[] => {
  if (rule === null || typeof rule !== 'object' || Array.isArray(rule)) return []
  const body = typeof rule.body === 'string' && rule.body !== '' ? ` body=${rule.body}` : ''
  const out: string[] = []
  for (const method of HTTP_METHODS) {
    const path = rule[method]
    if (typeof path === 'string') out.push(`${method.toUpperCase()} ${path.replace(/\{[^{}]*\}/g, '{}')}${body}`)
  }
  return out
}

/** One unit for each top-level message, enum, extension and service. Nested types belong to the unit of the outermost one. */
const addUnits = (building: Building, root: NodeIx, withoutHashes: boolean): void => {
  const owned = new Map<string, Edge[]>()
  for (const edge of building.nodes[root]!.edges) {
    const local = building.package === '' ? edge.key : edge.key.slice(building.package.length + 1)
    const key = qualified(building.package, local.split('.')[0]!)
    const list = owned.get(key)
    if (list === undefined) owned.set(key, [edge])
    else list.push(edge)
  }
  for (const [key, edges] of owned) {
    const refs = new Set<string>()
    const first = edges[0]!.to as NodeIx
    const meaning = withoutHashes
      ? ''
      : edges
          .sort(by(e => e.key))
          .map(e => meaningOf(building.nodes, e, refs))
          .join('\n')
    refs.delete(key)
    building.units.push({
      key,
      node: first,
      span: building.nodes[first]!.at,
      hash: withoutHashes ? '' : shortHash(meaning),
      refs: [...refs].sort(),
    })
  }
}

/** Not part of what a type means to the other side. */
const NO_MEANING = new Set(['deprecated', 'ctype', 'utf8', 'javaUtf8', 'jsonBestEffort', 'reservedWritten', 'extensionRangesWritten'])

const INNER: ReadonlySet<Role> = new Set<Role>(['field', 'value', 'rpc'])

const meaningOf = (nodes: Node[], edge: Edge, refs: Set<string>): string => {
  if (typeof edge.to !== 'number') {
    refs.add(edge.to.name)
    return `${edge.role} ${edge.to.name}`
  }
  const node = nodes[edge.to]!
  if (edge.role === 'type' || edge.role === 'in' || edge.role === 'out') {
    if (node.facets.mapEntry !== true) {
      refs.add(node.name!)
      return `${edge.role} ${node.name!}`
    }
  } else if (!INNER.has(edge.role)) refs.delete(node.name ?? '')
  let text = `(${edge.role} ${edge.key} ${node.kind}`
  for (const name of Object.keys(node.facets).sort()) if (!NO_MEANING.has(name)) text += ` ${name}=${canonicalJson(node.facets[name])}`
  const members = node.edges.map(e => meaningOf(nodes, e, refs))
  if (members.length > 1) members.sort()
  return `${text} ${members.join(' ')})`
}
