import { table } from '../../base/table.ts'
import type { BreakMode } from '../../model/change.ts'
import type { Json, Node } from '../../model/contract.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { type Graph, type Ix, targetOf } from '../contract/graph.ts'

/**
 * Thrift's own rules: what counts on the wire is the number and the wire type of a field, and the name of a method. Who writes must write
 * what who reads requires.
 */
const nameOf = (node: Node | undefined): string => String(node?.facets.name ?? node?.name ?? '')
const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** Arguments and results of methods are messages that nobody wrote. */
const METHOD_PART = /_(args|result)$/

const typesOf = (graph: Graph, field: Ix): Ix[] =>
  graph.nodes[field]!.edges.flatMap(edge => {
    const ix = edge.role === 'type' ? targetOf(graph, field, edge) : undefined
    return ix === undefined ? [] : [ix]
  })

/** A type with its names replaced by what they are on the wire: enums are numbers, binary is a string, any struct is a struct. */
const wireOf = (graph: Graph, field: Ix): string => {
  const node = graph.nodes[field]!
  const kinds = new Map(
    node.edges.flatMap((edge): [string, string][] => {
      const ix = edge.role === 'type' ? targetOf(graph, field, edge) : undefined
      return ix === undefined || edge.ref === undefined ? [] : [[edge.ref, graph.nodes[ix]!.kind === 'enum' ? 'i32' : 'struct']]
    }),
  )
  return String(node.facets.type).replace(/[A-Za-z_][\w.]*/g, word => kinds.get(word) ?? WIRE[word] ?? word)
}
const WIRE: Record<string, string> = table({ binary: 'string', slist: 'string', byte: 'i8' })

const BASE = /^(bool|i8|i16|i32|i64|double|string|uuid|list|set|map|struct)$/
const isKnown = (wire: string): boolean => (wire.match(/[A-Za-z_][\w.]*/g) ?? []).every(word => BASE.test(word))

const both = (verdict: Judged['request'], modes: BreakMode[]): Pick<Judged, 'request' | 'response' | 'modes'> => ({
  ...{ request: verdict, response: verdict },
  modes,
})

const typeChanged = (atom: AtomView): Partial<Judged> => {
  const [a, b] = [wireOf(atom.base, atom.pair.a), wireOf(atom.head, atom.pair.b)]
  if (a !== b) {
    // What other files define is not at hand: one short name is taken for one type.
    const isMoved = (!isKnown(a) || !isKnown(b)) && withoutFiles(a) === withoutFiles(b)
    return isMoved ? both('conditional', ['source']) : both('breaking', ['wire', 'source'])
  }
  const [old, now] = [typesOf(atom.base, atom.pair.a), typesOf(atom.head, atom.pair.b)]
  const differ = old.some(
    (ix, i) =>
      now[i] !== undefined &&
      atom.walk.overlay(ix, now[i]!).some(inner => hurts({ ...inner, base: atom.base, head: atom.head, walk: atom.walk })),
  )
  return differ ? both('breaking', ['wire', 'source', 'semantic']) : both('conditional', ['source'])
}

const withoutFiles = (type: string): string => type.replace(/[A-Za-z_]\w*\./g, '')

const hurts = (atom: AtomView): boolean => {
  const row = thrift.rows[`${atom.aspect}-${atom.op}`]
  const decided = row?.decide?.(atom)
  if (row === undefined || decided === 'drop') return false
  const { request, response } = { ...row, ...decided }
  return request === 'breaking' || response === 'breaking'
}

const isArgument = (atom: AtomView): boolean => /_args$/.test(ownerName(atom))
const isThrown = (atom: AtomView): boolean => /_result$/.test(ownerName(atom)) && (atom.edge ?? atom.pair.edge)?.key !== '0'

/** The message around a field. */
const ownerName = (atom: AtomView): string => {
  const pair = atom.edge?.role === 'field' ? atom.pair : atom.pair.parent
  return pair === undefined ? '' : (atom.base.nodes[pair.a]!.name ?? '')
}

const fieldNode = (atom: AtomView): Node | undefined => {
  if (atom.edge?.role !== 'field') return atom.head.nodes[atom.pair.b]
  return atom.b === undefined ? atom.base.nodes[atom.a!] : atom.head.nodes[atom.b]
}

/** `field 3 price of Seat`, `argument 1 id of hold`, `exception 1 sold of hold`. */
const place = (atom: AtomView): string => {
  const key = (atom.edge?.role === 'field' ? atom.edge : atom.pair.edge)?.key ?? ''
  const owner = lastName(ownerName(atom))
  const method = owner.replace(METHOD_PART, '')
  if (key === '0' && METHOD_PART.test(owner)) return `result of ${method}`
  const kind = isThrown(atom) ? 'exception' : isArgument(atom) ? 'argument' : 'field'
  return `${kind} ${key} ${nameOf(fieldNode(atom))} of ${method}`
}

const fieldAdded = (atom: AtomView): Partial<Judged> => {
  const node = atom.head.nodes[atom.b!]
  if (isThrown(atom)) return { response: 'conditional', modes: ['semantic'] }
  const isMoved = numberOfName(atom.base, atom.pair.a, nameOf(node)) !== undefined
  if (node?.facets.label === 'required' && !isMoved)
    return { rule: 'required-added', request: 'breaking', modes: ['wire'], message: `added required ${place(atom)}` }
  return isArgument(atom) && node?.facets.default === undefined ? { request: 'conditional', modes: ['semantic'] } : {}
}

const fieldRemoved = (atom: AtomView): Partial<Judged> => {
  const node = atom.base.nodes[atom.a!]
  const moved = numberOfName(atom.head, atom.pair.b, nameOf(node))
  if (moved !== undefined)
    return { rule: 'field-number-changed', ...both('breaking', ['wire', 'semantic']), message: `${place(atom)} now has number ${moved}` }
  if (isThrown(atom)) return { response: 'conditional', modes: ['source'] }
  if (isArgument(atom)) return { request: 'conditional', response: 'compatible', modes: ['source', 'semantic'] }
  return { request: 'conditional', response: node?.facets.label === 'required' ? 'breaking' : 'conditional' }
}

const numberOfName = (graph: Graph, owner: Ix, name: string): string | undefined =>
  graph.nodes[owner]!.edges.find(e => {
    const ix = targetOf(graph, owner, e)
    return ix !== undefined && (e.role === 'field' || e.role === 'value') && nameOf(graph.nodes[ix]) === name
  })?.key

/** `required` is demanded by whoever reads; between the others only presence differs. */
const labelChanged = (atom: AtomView): Partial<Judged> => {
  if (atom.after === 'required') return { request: 'breaking', response: 'compatible', modes: ['wire'] }
  if (atom.before === 'required') return { request: 'compatible', response: 'breaking', modes: ['wire'] }
  return both('conditional', ['semantic'])
}

/** Another name at a number that was another field's: the number stands for something else. */
const nameChanged = (atom: AtomView): Partial<Judged> => {
  const parent = atom.pair.parent
  if (parent === undefined) return {}
  const isShuffled =
    numberOfName(atom.head, parent.b, String(atom.before)) !== undefined ||
    numberOfName(atom.base, parent.a, String(atom.after)) !== undefined
  return isShuffled
    ? { ...both('breaking', ['wire', 'semantic']), message: `${place(atom)} was ${atom.before}: the number now means another field` }
    : {}
}

const valueRemoved = (atom: AtomView): Partial<Judged> => {
  const moved = numberOfName(atom.head, atom.pair.b, nameOf(atom.base.nodes[atom.a!]))
  return moved === undefined
    ? {}
    : {
        rule: 'value-number-changed',
        ...both('breaking', ['wire', 'semantic']),
        message: `value ${nameOf(atom.base.nodes[atom.a!])} now is ${moved}`,
      }
}

const unlessMethodPart =
  (judged: Partial<Judged> = {}) =>
  (atom: AtomView): Partial<Judged> | 'drop' =>
    METHOD_PART.test(atom.edge!.key) ? 'drop' : judged

/** A method that a base service has is still there. */
const methodRemoved = (atom: AtomView): Partial<Judged> | undefined =>
  inherits(atom.head, atom.pair.b, atom.edge!.key)
    ? { ...both('compatible', []), message: `${atom.edge!.key} is inherited now` }
    : undefined

const inherits = (graph: Graph, service: Ix, method: string): boolean => {
  let here: Ix | undefined = service
  for (let i = 0; i < 20 && here !== undefined; i++) {
    if (graph.nodes[here]!.edges.some(e => e.role === 'rpc' && e.key === method)) return true
    const { facets, name }: Node = graph.nodes[here]!
    here = typeof facets.extends === 'string' ? serviceNamed(graph, name ?? '', facets.extends) : undefined
  }
  return false
}

const serviceNamed = (graph: Graph, from: string, base: string): Ix | undefined => {
  const full = from.includes('.') ? `${from.slice(0, from.lastIndexOf('.'))}.${lastName(base)}` : lastName(base)
  const ix = graph.nodes.findIndex(n => n.kind === 'service' && n.name === full)
  return ix < 0 ? undefined : ix
}

/** Without its base a service lacks what it inherited, unless it has it all itself. */
const baseChanged = (atom: AtomView): Partial<Judged> => {
  const old = serviceNamed(atom.base, atom.base.nodes[atom.pair.a]!.name ?? '', String(atom.before))
  if (old === undefined) return {}
  const methods = atom.base.nodes[old]!.edges.filter(e => e.role === 'rpc').map(e => e.key)
  return methods.every(m => inherits(atom.head, atom.pair.b, m)) ? both('conditional', ['source']) : {}
}

const compareFields = (pair: Pair, walk: Walk): boolean => {
  const [a, b] = [walk.base.nodes[pair.a]!, walk.head.nodes[pair.b]!]
  if (a.facets.type !== b.facets.type) {
    walk.atom(pair, 'field-type', 'changed', { before: a.facets.type!, after: b.facets.type! })
    return false
  }
  if (!walk.structural) return false
  const now = typesOf(walk.head, pair.b)
  typesOf(walk.base, pair.a).forEach((ix, i) => {
    if (now[i] !== undefined) walk.pair(ix, now[i]!, pair, a.edges[i]!)
  })
  return false
}

const row = (
  request: Judged['request'],
  response: Judged['response'],
  modes: BreakMode[],
  say: Row['say'],
  decide?: Row['decide'],
): Row => ({
  ...{ request, response, modes, say },
  ...(decide === undefined ? {} : { decide }),
})
const harmless = (say: Row['say'], decide?: Row['decide']): Row => row('compatible', 'compatible', [], say, decide)
const shown = (value: Json | undefined): string => (value === undefined ? 'none' : String(value))
const own = (atom: AtomView): string => lastName(nameOf(atom.base.nodes[atom.pair.a]))
const edgeName = (atom: AtomView): string => lastName(atom.edge!.key)

const rows: Record<string, Row> = table({
  'message-added': harmless(a => `added ${edgeName(a)}`, unlessMethodPart()),
  'message-removed': row('conditional', 'conditional', ['source'], a => `removed ${edgeName(a)}`, unlessMethodPart()),
  'message-kind-changed': row(
    'conditional',
    'conditional',
    ['source'],
    a => `${own(a)} now is ${shown(a.after ?? 'a struct')} (was ${shown(a.before ?? 'a struct')})`,
  ),
  'enum-added': harmless(a => `added enum ${edgeName(a)}`),
  'enum-removed': row('conditional', 'conditional', ['source'], a => `removed enum ${edgeName(a)}`),
  'service-added': harmless(a => `added service ${edgeName(a)}`),
  'service-removed': row('breaking', 'breaking', ['wire', 'source'], a => `removed service ${edgeName(a)}`),
  'base-added': harmless(a => `${own(a)} extends ${shown(a.after)}`),
  'base-removed': row('breaking', 'breaking', ['wire', 'source'], a => `${own(a)} no longer extends ${shown(a.before)}`, baseChanged),
  'base-changed': row(
    'breaking',
    'breaking',
    ['wire', 'source'],
    a => `${own(a)} extends ${shown(a.after)} (extended ${shown(a.before)})`,
    baseChanged,
  ),
  'method-added': harmless(a => `added method ${own(a)}.${edgeName(a)}`),
  'method-removed': row('breaking', 'breaking', ['wire', 'source'], a => `removed method ${own(a)}.${edgeName(a)}`, methodRemoved),
  'oneway-added': row('breaking', 'breaking', ['wire', 'source'], a => `${own(a)} is oneway now: nobody answers`),
  'oneway-removed': row('breaking', 'breaking', ['wire', 'source'], a => `${own(a)} is no longer oneway: it answers`),
  'field-added': harmless(a => `added ${place(a)}`, fieldAdded),
  'field-removed': row('conditional', 'conditional', ['source', 'semantic'], a => `removed ${place(a)}`, fieldRemoved),
  'field-name-changed': row(
    'conditional',
    'conditional',
    ['source', 'json'],
    a => `${place(a)} was called ${shown(a.before)}`,
    nameChanged,
  ),
  'field-label-changed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `${place(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
    labelChanged,
  ),
  'field-type-changed': row(
    'breaking',
    'breaking',
    ['wire', 'source'],
    a => `type of ${place(a)} now is ${shown(a.after)} (was ${shown(a.before)})`,
    typeChanged,
  ),
  ...Object.fromEntries(
    ['added', 'removed', 'changed'].map(op => [
      `field-default-${op}`,
      row('conditional', 'conditional', ['semantic'], a => `default of ${place(a)} now is ${shown(a.after)} (was ${shown(a.before)})`),
    ]),
  ),
  'value-added': row('compatible', 'conditional', ['semantic'], a => `added value ${nameOf(a.head.nodes[a.b!])}`),
  'value-removed': row('breaking', 'conditional', ['source', 'semantic'], a => `removed value ${nameOf(a.base.nodes[a.a!])}`, valueRemoved),
  'value-name-changed': row(
    'conditional',
    'conditional',
    ['source'],
    a => `value ${a.pair.edge?.key} now is ${shown(a.after)} (was ${shown(a.before)})`,
    nameChanged,
  ),
})

const GONE_WITH_METHOD = { match: 'single', aspect: 'method-part', nominal: 'method-part' } as const

export const thrift: Format = {
  format: 'thrift',
  kinds: {
    message: { facets: { kind: ['value', 'message-kind'] } },
    field: {
      facets: { name: ['value', 'field-name'], label: ['value', 'field-label'], default: ['scalar', 'field-default'] },
      own: compareFields,
    },
    value: { facets: { name: ['value', 'value-name'] } },
    service: { facets: { extends: ['scalar', 'base'] } },
    rpc: { facets: { oneway: ['flag', 'oneway'] } },
  },
  roles: {
    message: { match: 'key', aspect: 'message' },
    enum: { match: 'key', aspect: 'enum' },
    service: { match: 'key', aspect: 'service' },
    field: { match: 'key', aspect: 'field' },
    value: { match: 'key', aspect: 'value' },
    rpc: { match: 'key', aspect: 'method' },
    in: { ...GONE_WITH_METHOD, side: 'request' },
    out: { ...GONE_WITH_METHOD, side: 'response' },
    type: { match: 'own', aspect: 'field-type' },
  },
  rows,
  members: (owner, edge, target) => {
    if (edge.role === 'field') return edge.key === '0' && METHOD_PART.test(owner.name ?? '') ? [] : [nameOf(target)]
    return edge.role === 'type' && /[<]/.test(String(owner.facets.type)) ? ['[]'] : []
  },
  address: (_, edge) => {
    if (edge.role === 'field' || edge.role === 'value') return `/${edge.key}`
    return edge.role === 'in' || edge.role === 'out' ? '' : undefined
  },
}
