import { by } from '../../../base/names.ts'
import type { BreakMode, Change } from '../../../model/change.ts'
import { type Contract, elementId, type Json, locationOf, type Node } from '../../../model/contract.ts'
import type { PeerSettings } from '../../contract/format.ts'
import {
  cardinalityOf,
  type Declared,
  defaultOf,
  type Kind,
  nameOfTarget,
  namesOf,
  partsOf,
  type Side,
  sideOf,
  typeOf,
} from './buf-index.ts'
import { FILE_OPTIONS, type Filter, filterOf, RULES } from './buf-rules.ts'
import { isJsonCompatible, isWireCompatible, jsonCardinality, wireCardinality } from './buf-types.ts'

/**
 * What buf calls a difference between two sets of files, and where: all files of a side are seen together. Everything it tells is breaking;
 * its policy decides which rules count.
 */
export const bufChanges = (base: readonly Contract[], head: readonly Contract[], { policies, baseRoots }: PeerSettings): Change[] => {
  const run: Run = {
    base: sideOf(base, baseRoots),
    head: sideOf(
      head,
      policies.map(p => p.root),
    ),
    filter: filterOf(policies),
    changes: [],
  }
  compareFiles(run)
  comparePackages(run)
  for (const [name, a] of run.base.types.message) {
    const b = run.head.types.message.get(name)
    if (b !== undefined) compareMessages(run, a, b)
  }
  for (const [key, a] of run.base.extensions) {
    const b = run.head.extensions.get(key)
    if (b !== undefined) compareFields(run, [a, a.node, ''], [b, b.node, String(a.node.facets.number)])
  }
  for (const [name, a] of run.base.types.enum) {
    const b = run.head.types.enum.get(name)
    if (b !== undefined) compareEnums(run, a, b)
  }
  for (const [name, a] of run.base.types.service) {
    const b = run.head.types.service.get(name)
    if (b !== undefined) compareServices(run, a, b)
  }
  return run.changes.sort(by(c => `${c.at.head?.file ?? c.at.base?.file ?? ''} ${c.subject.id} ${c.contract!.rule} ${c.contract!.message}`))
}

interface Run {
  base: Side
  head: Side
  filter: Filter
  changes: Change[]
}

interface Telling {
  rules: readonly string[]
  message: string
  /** Of the element, from its named type: `/7`. */
  path?: string
  before?: Json
  after?: Json
  /** Where it is told. None: nothing of the revision is left to point at. */
  at?: { declared: Declared; node?: Node; span?: string }
}

const tell = (run: Run, subject: Declared, found: Telling): void => {
  const { at } = found
  const node = at === undefined ? undefined : (at.node ?? at.declared.node)
  const span = node === undefined ? undefined : ((at?.span === undefined ? undefined : node.spans?.[at.span]) ?? node.at)
  const of = run.base.files.get(subject.name) === subject ? `file ${subject.name}` : `type ${subject.name}`
  const id = elementId({ contract: subject.contract.id, of, path: found.path ?? '' })
  for (const rule of found.rules)
    if (run.filter.allows(rule, subject, at?.declared))
      run.changes.push({
        kind: rule.includes('NO_DELETE') ? 'removed' : 'modified',
        subject: { kind: 'element', id, name: subject.local },
        ...(found.before === undefined ? {} : { before: found.before }),
        ...(found.after === undefined ? {} : { after: found.after }),
        at: {
          base: locationOf(subject.contract, subject.node.at),
          ...(at === undefined || span === undefined ? {} : { head: locationOf(at.declared.contract, span) }),
        },
        contract: {
          ...{ contract: subject.contract.id, rule, message: found.message, modes: modesOf(rule) },
          ...{ verdict: { request: 'breaking', response: 'breaking' }, reach: { operations: [], total: 0 } },
        },
      })
}

const modesOf = (rule: string): BreakMode[] => {
  const categories = RULES.get(rule) ?? []
  return [
    ...(categories.includes('WIRE') ? ['wire' as const] : []),
    ...(categories.includes('WIRE_JSON') ? ['json' as const] : []),
    'source',
  ]
}

/** What is gone is told at the nearest thing around it that is left, else at the top of its file, if that is left. */
const survivorOf = (run: Run, gone: Declared, anywhere: boolean): Telling['at'] => {
  const file = run.head.files.get(gone.file)
  if (file === undefined) return undefined
  for (let name = gone.name; name.length > gone.package.length; ) {
    name = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    const around = run.head.types.message.get(name)
    if (around !== undefined && (anywhere || around.file === gone.file)) return { declared: around }
  }
  return { declared: file }
}

const DELETED: readonly (readonly [Kind, string, string])[] = [
  ['message', 'MESSAGE_NO_DELETE', 'PACKAGE_MESSAGE_NO_DELETE'],
  ['enum', 'ENUM_NO_DELETE', 'PACKAGE_ENUM_NO_DELETE'],
  ['service', 'SERVICE_NO_DELETE', 'PACKAGE_SERVICE_NO_DELETE'],
  ['extension', 'EXTENSION_NO_DELETE', 'PACKAGE_EXTENSION_NO_DELETE'],
]

const compareFiles = (run: Run): void => {
  for (const [path, a] of run.base.files) {
    const b = run.head.files.get(path)
    if (b === undefined) tell(run, a, { rules: ['FILE_NO_DELETE'], message: `removed file ${path}` })
    else compareFile(run, a, b)
  }
  for (const [kind, ofFile, ofPackage] of DELETED)
    for (const gone of run.base.types[kind].values()) {
      const now = run.head.types[kind].get(gone.name)
      const isInFile = now?.file === gone.file && now.package === gone.package
      const message = `removed ${kind} ${gone.local}`
      const own = run.head.files.get(gone.file)
      const isElsewhere = own !== undefined && own.package !== gone.package
      if (!isInFile && own !== undefined && !(isElsewhere && sameLocal(run.head, kind, gone)))
        tell(run, gone, { rules: [ofFile], message: `${message} from ${gone.file}`, ...at(survivorOf(run, gone, false)) })
      if (now === undefined && run.head.packages.has(gone.package)) {
        const place = kind === 'enum' ? fileAt(run, gone.file) : survivorOf(run, gone, true)
        tell(run, gone, { rules: [ofPackage], message: `${message} from package ${gone.package}`, ...at(place) })
      }
    }
}

/** A file that changes its package keeps its types, for the rules that go by file. */
const sameLocal = (head: Side, kind: Kind, gone: Declared): boolean => {
  const own = head.files.get(gone.file)!.package
  return head.types[kind].get(own === '' ? gone.local : `${own}.${gone.local}`)?.file === gone.file
}

const at = (place: Telling['at']): { at?: NonNullable<Telling['at']> } => (place === undefined ? {} : { at: place })

const fileAt = (run: Run, path: string): Telling['at'] => {
  const file = run.head.files.get(path)
  return file === undefined ? undefined : { declared: file }
}

const compareFile = (run: Run, a: Declared, b: Declared): void => {
  const same = (rule: string, facet: string, before: Json, after: Json): void => {
    if (before === after) return
    const message = `${facet.replaceAll('_', ' ')} of the file now is ${shown(after)} (was ${shown(before)})`
    tell(run, a, { rules: [rule], message, before, after, at: { declared: b, span: facet } })
  }
  same('FILE_SAME_SYNTAX', 'syntax', a.node.facets.syntax ?? '', b.node.facets.syntax ?? '')
  same('FILE_SAME_PACKAGE', 'package', a.package, b.package)
  for (const [option, rule, fallback] of FILE_OPTIONS)
    same(rule, option, String(a.node.facets[option] ?? fallback), String(b.node.facets[option] ?? fallback))
}

const shown = (value: Json | undefined): string => (value === undefined || value === null || value === '' ? 'none' : String(value))

const comparePackages = (run: Run): void => {
  const told = new Set<string>()
  for (const a of run.base.files.values()) {
    if (run.head.packages.has(a.package) || told.has(a.package)) continue
    told.add(a.package)
    tell(run, a, { rules: ['PACKAGE_NO_DELETE'], message: `removed package ${a.package}` })
  }
}

/** A field of a message, or an extension: declared where, and its number. */
type Field = readonly [declared: Declared, node: Node, number: string]

const compareMessages = (run: Run, a: Declared, b: Declared): void => {
  const [old, now] = [partsOf(a, 'field'), partsOf(b, 'field')]
  for (const [number, field] of old) {
    const same = now.get(number)
    if (same !== undefined) compareFields(run, [a, field, number], [b, same, number])
    else fieldRemoved(run, a, b, number, field)
  }
  requiredFields(run, a, b, old, now)
  compareRanges(run, a, b, 'reserved', ['RESERVED_MESSAGE_NO_DELETE'])
  compareRanges(run, a, b, 'extensionRanges', ['EXTENSION_MESSAGE_NO_DELETE'])
  const oneofs = new Set(texts(b.node.facets.oneofs))
  for (const name of texts(a.node.facets.oneofs))
    if (!oneofs.has(name)) tell(run, a, { rules: ['ONEOF_NO_DELETE'], message: `removed oneof ${name} of ${a.local}`, at: { declared: b } })
  if (b.node.facets.noAccessor === true && a.node.facets.noAccessor !== true)
    tell(run, a, {
      rules: ['MESSAGE_NO_REMOVE_STANDARD_DESCRIPTOR_ACCESSOR'],
      message: `${a.local} no longer has the standard descriptor accessor`,
      at: { declared: b, span: 'noAccessor' },
    })
  jsonFormat(run, a, b, 'MESSAGE_SAME_JSON_FORMAT')
}

const texts = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : [])

const jsonFormat = (run: Run, a: Declared, b: Declared, rule: string): void => {
  if (b.node.facets.jsonBestEffort === true && a.node.facets.jsonBestEffort !== true)
    tell(run, a, {
      rules: [rule],
      message: `the JSON form of ${a.local} is no longer guaranteed`,
      at: { declared: b, span: 'jsonBestEffort' },
    })
}

type Ranges = readonly (readonly [number, number])[]

const rangesOf = ({ facets }: Node, name: string): Ranges => (facets[name] ?? []) as unknown as Ranges

const covers = (ranges: Ranges, from: number, to: number): boolean => ranges.some(([low, high]) => low <= from && to <= high)

const fieldRemoved = (run: Run, a: Declared, b: Declared, number: string, { facets }: Node): void => {
  const rules = ['FIELD_NO_DELETE', ...unlessReserved('FIELD', b.node, Number(number), [String(facets.name)])]
  tell(run, a, { rules, message: `removed field ${number} ${facets.name} of ${a.local}`, path: `/${number}`, at: { declared: b } })
}

const unlessReserved = (what: 'FIELD' | 'ENUM_VALUE', now: Node, number: number, names: readonly string[]): string[] => {
  const reserved = new Set(texts(now.facets.reservedNames))
  return [
    ...(covers(rangesOf(now, 'reserved'), number, number) ? [] : [`${what}_NO_DELETE_UNLESS_NUMBER_RESERVED`]),
    ...(names.every(n => reserved.has(n)) ? [] : [`${what}_NO_DELETE_UNLESS_NAME_RESERVED`]),
  ]
}

/** A new required field breaks those who send; one that is gone, those who read. */
const requiredFields = (run: Run, a: Declared, b: Declared, old: Map<string, Node>, now: Map<string, Node>): void => {
  const isRequired = (node: Node | undefined): boolean => node?.facets.label === 'required'
  const tellOf = (number: string, message: string, node?: Node): void =>
    tell(run, a, {
      rules: ['MESSAGE_SAME_REQUIRED_FIELDS'],
      message,
      path: `/${number}`,
      at: { declared: b, ...(node === undefined ? {} : { node }) },
    })
  for (const [number, field] of old)
    if (isRequired(field) && !isRequired(now.get(number))) tellOf(number, `${a.local} no longer has the required field ${number}`)
  for (const [number, field] of now)
    if (isRequired(field) && !isRequired(old.get(number))) tellOf(number, `${a.local} now has the required field ${number}`, field)
}

/** Each range as it was written has to be covered still, whatever the ranges are now. */
const compareRanges = (run: Run, a: Declared, b: Declared, facet: 'reserved' | 'extensionRanges', rules: string[]): void => {
  const now = rangesOf(b.node, facet)
  const words = facet === 'reserved' ? 'are no longer reserved in' : 'are no longer for extensions of'
  const written = a.node.facets[`${facet}Written`] === undefined ? facet : `${facet}Written`
  for (const [from, to] of rangesOf(a.node, written))
    if (!covers(now, from, to)) tell(run, a, { rules, message: `numbers ${from} to ${to} ${words} ${a.local}`, at: { declared: b } })
  if (facet !== 'reserved') return
  const names = new Set(texts(b.node.facets.reservedNames))
  for (const name of texts(a.node.facets.reservedNames))
    if (!names.has(name)) tell(run, a, { rules, message: `name ${name} is no longer reserved in ${a.local}`, at: { declared: b } })
}

interface FieldRule {
  rules: readonly string[]
  span?: string
  /** Words for what is compared. */
  what: string
  values: (side: Side, field: Field) => Json | undefined
  /** Else all rules are told where the values differ. */
  holds?: (before: Json | undefined, after: Json | undefined, run: Run, a: Field, b: Field) => readonly string[]
  applies?: (run: Run, a: Field, b: Field) => boolean
}

const isText = (run: Run, [, a]: Field, [, b]: Field): boolean =>
  a.facets.type === 'string' && b.facets.type === 'string' && run !== undefined
const isExtension = ([, node]: Field): boolean => node.kind === 'extension'
const isSingular = (run: Run, [a, f]: Field, [b, g]: Field): boolean =>
  ![cardinalityOf(run.base, a.contract, f), cardinalityOf(run.head, b.contract, g)].some(c => c === 'repeated' || c === 'map')

const FIELD_RULES: readonly FieldRule[] = [
  {
    ...{ rules: ['FIELD_SAME_NAME'], span: 'name', what: 'name' },
    values: (_, [, node]) => (node.kind === 'extension' ? (node.name ?? '') : node.facets.name),
  },
  {
    ...{ rules: ['FIELD_SAME_JSON_NAME'], span: 'jsonName', what: 'JSON name' },
    values: (_, [, node]) => node.facets.jsonName,
    applies: (_, a) => !isExtension(a),
  },
  {
    ...{ rules: ['FIELD_SAME_TYPE', 'FIELD_WIRE_COMPATIBLE_TYPE', 'FIELD_WIRE_JSON_COMPATIBLE_TYPE'], span: 'type', what: 'type' },
    values: (side, [declared, node]) => {
      const { kind, name } = typeOf(side, declared.contract, node)
      return kind === name ? name : `${kind} ${name}`
    },
    holds: (_before, _after, run, [a, f], [b, g]) => {
      const [old, now] = [typeOf(run.base, a.contract, f), typeOf(run.head, b.contract, g)]
      return [
        ...(isWireCompatible(old, now) ? ['FIELD_WIRE_COMPATIBLE_TYPE'] : []),
        ...(isJsonCompatible(old, now) ? ['FIELD_WIRE_JSON_COMPATIBLE_TYPE'] : []),
      ]
    },
  },
  {
    rules: ['FIELD_SAME_CARDINALITY', 'FIELD_WIRE_COMPATIBLE_CARDINALITY', 'FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'],
    what: 'cardinality',
    values: (side, [declared, node]) => cardinalityOf(side, declared.contract, node),
    holds: (before, after) => [
      ...(wireCardinality(String(before)) === wireCardinality(String(after)) ? ['FIELD_WIRE_COMPATIBLE_CARDINALITY'] : []),
      ...(jsonCardinality(String(before)) === jsonCardinality(String(after)) ? ['FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY'] : []),
    ],
    applies: (_, [a]) => a.node.facets.mapEntry !== true,
  },
  { rules: ['FIELD_SAME_ONEOF'], what: 'oneof', values: (_, [, node]) => node.facets.oneof },
  {
    ...{ rules: ['FIELD_SAME_DEFAULT'], span: 'default', what: 'default' },
    values: (side, [declared, node]) => defaultOf(side, declared.contract, node),
    applies: isSingular,
  },
  {
    ...{ rules: ['FIELD_SAME_JSTYPE'], span: 'jstype', what: 'jstype' },
    values: (_, [, node]) => node.facets.jstype ?? 'JS_NORMAL',
    applies: (_, [, f], [, g]) => [f, g].every(n => /64$/.test(String(n.facets.type))),
  },
  {
    ...{ rules: ['FIELD_SAME_CPP_STRING_TYPE'], span: 'ctype', what: 'string type of C++' },
    values: (_, [, node]) => (node.facets.ctype === 'CORD' || node.facets.ctype === 'VIEW' ? node.facets.ctype : 'STRING'),
    applies: (_, [, f], [, g]) => [f, g].every(n => n.facets.type === 'string' || n.facets.type === 'bytes'),
  },
  {
    ...{ rules: ['FIELD_SAME_UTF8_VALIDATION'], span: 'utf8', what: 'check for UTF-8' },
    values: (_, [, node]) => node.facets.utf8 ?? false,
    applies: isText,
  },
  {
    ...{ rules: ['FIELD_SAME_JAVA_UTF8_VALIDATION'], span: 'javaUtf8', what: 'check for UTF-8 in Java' },
    values: (_, [, node]) => node.facets.javaUtf8 ?? node.facets.utf8 ?? false,
    applies: isText,
  },
]

const compareFields = (run: Run, a: Field, b: Field): void => {
  const [declared, node, number] = b
  for (const { rules, span, what, values, holds, applies } of FIELD_RULES) {
    const [before, after] = [values(run.base, a), values(run.head, b)]
    if (before === after || applies?.(run, a, b) === false) continue
    const kept = holds?.(before, after, run, a, b) ?? []
    const broken = rules.filter(rule => !kept.includes(rule))
    const message = `${what} of field ${number} ${node.facets.name} of ${declared.local} now is ${shown(after)} (was ${shown(before)})`
    tell(run, a[0], {
      ...{ rules: broken, message, path: isExtension(a) ? '' : `/${number}` },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      at: { declared, node, ...(span === undefined ? {} : { span }) },
    })
  }
}

const compareEnums = (run: Run, a: Declared, b: Declared): void => {
  const [old, now] = [partsOf(a, 'value'), partsOf(b, 'value')]
  for (const [number, value] of old) {
    const same = now.get(number)
    const names = namesOf(value)
    if (same === undefined) {
      const rules = ['ENUM_VALUE_NO_DELETE', ...unlessReserved('ENUM_VALUE', b.node, Number(number), names)]
      tell(run, a, { rules, message: `removed value ${number} ${names[0]} of ${a.local}`, path: `/${number}`, at: { declared: b } })
    } else valueNames(run, a, b, number, names, same)
  }
  compareRanges(run, a, b, 'reserved', ['RESERVED_ENUM_NO_DELETE'])
  const [before, after] = [a.node.facets.closed === true, b.node.facets.closed === true]
  if (before !== after)
    tell(run, a, {
      ...{ rules: ['ENUM_SAME_TYPE'], message: `${a.local} now is ${after ? 'closed' : 'open'}` },
      at: { declared: b, span: 'closed' },
    })
  jsonFormat(run, a, b, 'ENUM_SAME_JSON_FORMAT')
}

/** Told at each name that the number has now. More names are no harm. */
const valueNames = (run: Run, a: Declared, b: Declared, number: string, names: readonly string[], now: Node): void => {
  const after = namesOf(now)
  if (names.every(n => after.includes(n))) return
  const message = `value ${number} of ${a.local} now is ${after.join(' or ')} (was ${names.join(' or ')})`
  after.forEach((name, i) => {
    tell(run, a, {
      ...{ rules: ['ENUM_VALUE_SAME_NAME'], message, path: `/${number}` },
      at: { declared: b, node: now, span: i === 0 ? 'number' : name },
    })
  })
}

const RPC_RULES: readonly { rule: string; span?: string; what: string; value: (declared: Declared, rpc: Node) => Json }[] = [
  { rule: 'RPC_SAME_REQUEST_TYPE', span: 'in', what: 'request', value: (d, n) => typeAt(d, n, 'in') },
  { rule: 'RPC_SAME_RESPONSE_TYPE', span: 'out', what: 'response', value: (d, n) => typeAt(d, n, 'out') },
  { rule: 'RPC_SAME_CLIENT_STREAMING', what: 'streaming of requests', value: (_, n) => n.facets.clientStreaming === true },
  { rule: 'RPC_SAME_SERVER_STREAMING', what: 'streaming of responses', value: (_, n) => n.facets.serverStreaming === true },
  {
    ...{ rule: 'RPC_SAME_IDEMPOTENCY_LEVEL', span: 'idempotency', what: 'idempotency' },
    value: (_, n) => n.facets.idempotency ?? 'IDEMPOTENCY_UNKNOWN',
  },
]

const typeAt = ({ contract }: Declared, rpc: Node, role: 'in' | 'out'): string => {
  const edge = rpc.edges.find(e => e.role === role)
  return edge === undefined ? '' : nameOfTarget(contract, edge)
}

const compareServices = (run: Run, a: Declared, b: Declared): void => {
  const now = partsOf(b, 'rpc')
  for (const [name, rpc] of partsOf(a, 'rpc')) {
    const same = now.get(name)
    if (same === undefined) {
      tell(run, a, { rules: ['RPC_NO_DELETE'], message: `removed rpc ${name} of ${a.local}`, path: `/${name}`, at: { declared: b } })
      continue
    }
    for (const { rule, span, what, value } of RPC_RULES) {
      const [before, after] = [value(a, rpc), value(b, same)]
      if (before === after) continue
      tell(run, a, {
        ...{ rules: [rule], message: `${what} of rpc ${name} of ${a.local} now is ${shown(after)} (was ${shown(before)})` },
        ...{ path: `/${name}`, before, after, at: { declared: b, node: same, ...(span === undefined ? {} : { span }) } },
      })
    }
  }
}
