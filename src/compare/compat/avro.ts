import { table } from '../../base/table.ts'
import type { BreakMode, Compatibility } from '../../model/change.ts'
import type { Edge, Json, Node } from '../../model/contract.ts'
import type { AtomView, Format, Judged, Pair, Row, Walk } from '../contract/format.ts'
import { type Graph, type Ix, targetOf } from '../contract/graph.ts'

/**
 * Avro's schema resolution, both ways: `request` is whether the new schema reads what the old one wrote (backward), `response` whether the
 * old one reads what the new one writes (forward).
 */
interface Side {
  graph: Graph
  ix: Ix
}

const nodeAt = ({ graph, ix }: Side): Node => graph.nodes[ix]!
const kindOf = (side: Side): string => String(nodeAt(side).facets.kind)

interface Branch extends Side {
  edge: Edge | undefined
}

/** The branches of a union; any other type is a union of itself. */
const branchesOf = (side: Side): Branch[] => {
  if (kindOf(side) !== 'union') return [{ ...side, edge: undefined }]
  return nodeAt(side).edges.flatMap(edge => {
    const ix = targetOf(side.graph, side.ix, edge)
    return ix === undefined ? [] : [{ graph: side.graph, ix, edge }]
  })
}

const PROMOTIONS: Record<string, readonly string[]> = table({
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
})

const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
const listOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Names agree without their namespaces, or the reader knows the writer's name as an alias. */
const namesAgree = (writer: Node, reader: Node): boolean => {
  const name = writer.name ?? ''
  if (lastName(name) === lastName(reader.name ?? '')) return true
  return listOf(reader.facets.aliases).some(alias => alias === name || (!alias.includes('.') && alias === lastName(name)))
}

const isSameType = (writer: Side, reader: Side): boolean =>
  kindOf(writer) === kindOf(reader) && (nodeAt(writer).name === undefined || namesAgree(nodeAt(writer), nodeAt(reader)))

const isReadAs = (writer: Side, reader: Side): boolean =>
  isSameType(writer, reader) || (PROMOTIONS[kindOf(writer)] ?? []).includes(kindOf(reader))

/** Whether every value that is written has a type in what reads it; what is inside of these types is compared on its own. */
const reads = (reader: Side, writer: Side): boolean => branchesOf(writer).every(w => branchesOf(reader).some(r => isReadAs(w, r)))

const compareTypes = (pair: Pair, walk: Walk): boolean => {
  const a: Side = { graph: walk.base, ix: pair.a }
  const b: Side = { graph: walk.head, ix: pair.b }
  if (kindOf(a) === 'union' || kindOf(b) === 'union') compareUnions(pair, walk, a, b)
  else if (kindOf(a) !== kindOf(b)) walk.atom(pair, 'type', 'changed', { before: shown(a), after: shown(b), a: pair.a, b: pair.b })
  else compareSame(pair, walk, nodeAt(a), nodeAt(b))
  return true
}

const compareUnions = (pair: Pair, walk: Walk, a: Side, b: Side): void => {
  const [old, now] = [branchesOf(a), branchesOf(b)]
  for (const w of old) {
    const same = now.find(r => isSameType(w, r)) ?? now.find(r => isSameType(r, w))
    if (same !== undefined) walk.pair(w.ix, same.ix, pair, w.edge ?? { role: 'oneOf', key: '', to: { name: '' } })
  }
  if (kindOf(a) === 'union' && kindOf(b) === 'union') {
    for (const w of old) if (!now.some(r => isReadAs(w, r))) walk.atom(pair, 'branch', 'removed', { before: shown(w) })
    for (const w of now) if (!old.some(r => isReadAs(w, r))) walk.atom(pair, 'branch', 'added', { after: shown(w) })
  } else if (old.length !== now.length || !old.every(w => now.some(r => isSameType(w, r))))
    walk.atom(pair, 'type', 'changed', { before: shown(a), after: shown(b), a: pair.a, b: pair.b })
}

const compareSame = (pair: Pair, walk: Walk, a: Node, b: Node): void => {
  if (a.name !== undefined && lastName(a.name) !== lastName(b.name ?? ''))
    walk.atom(pair, 'name', 'changed', { before: a.name, after: b.name! })
  if (a.facets.size !== b.facets.size) walk.atom(pair, 'size', 'changed', { before: a.facets.size!, after: b.facets.size! })
  for (const name of ['logicalType', 'scale', 'precision']) {
    const [before, after] = [a.facets[name], b.facets[name]]
    if (before !== after)
      walk.atom(pair, 'logical-type', 'changed', { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) })
  }
  const [old, now] = [listOf(a.facets.symbols), listOf(b.facets.symbols)]
  for (const symbol of old) if (!now.includes(symbol)) walk.atom(pair, 'symbol', 'removed', { before: symbol })
  for (const symbol of now) if (!old.includes(symbol)) walk.atom(pair, 'symbol', 'added', { after: symbol })
  if (a.facets.default !== b.facets.default && old.length > 0)
    walk.atom(pair, 'enum-default', 'changed', {
      ...(a.facets.default === undefined ? {} : { before: a.facets.default }),
      ...(b.facets.default === undefined ? {} : { after: b.facets.default }),
    })
  compareFields(pair, walk, a, b)
  for (const edge of a.edges) {
    const other = edge.role === 'items' || edge.role === 'additional' ? b.edges.find(e => e.role === edge.role) : undefined
    const [x, y] = [targetOf(walk.base, pair.a, edge), other === undefined ? undefined : targetOf(walk.head, pair.b, other)]
    if (x !== undefined && y !== undefined) walk.pair(x, y, pair, edge)
  }
}

/** By name, else by an alias of either side. */
const compareFields = (pair: Pair, walk: Walk, a: Node, b: Node): void => {
  const left = new Map(b.edges.filter(e => e.role === 'field').map(e => [e.key, e]))
  const gone: Edge[] = []
  const meet = (old: Edge, now: Edge): void => {
    left.delete(now.key)
    const [x, y] = [targetOf(walk.base, pair.a, old)!, targetOf(walk.head, pair.b, now)!]
    if (old.key !== now.key) walk.atom(pair, 'field-name', 'changed', { before: old.key, after: now.key, edge: old, a: x, b: y })
    walk.pair(x, y, pair, old)
  }
  for (const edge of a.edges.filter(e => e.role === 'field')) {
    const same = left.get(edge.key)
    if (same === undefined) gone.push(edge)
    else meet(edge, same)
  }
  for (const edge of gone) {
    const x = targetOf(walk.base, pair.a, edge)!
    const old = listOf(walk.base.nodes[x]!.facets.aliases)
    const renamed = [...left.values()].find(
      e => old.includes(e.key) || listOf(walk.head.nodes[targetOf(walk.head, pair.b, e)!]!.facets.aliases).includes(edge.key),
    )
    if (renamed === undefined) walk.atom(pair, 'field', 'removed', { edge, a: x })
    else meet(edge, renamed)
  }
  for (const edge of left.values()) walk.atom(pair, 'field', 'added', { edge, b: targetOf(walk.head, pair.b, edge)! })
}

const shown = (side: Side): string => {
  const { facets, name } = nodeAt(side)
  if (facets.kind !== 'union') return name ?? String(facets.kind)
  return branchesOf(side)
    .map(b => nodeAt(b).name ?? kindOf(b))
    .join(' or ')
}

const typeChanged = (atom: AtomView): Partial<Judged> => {
  const a: Side = { graph: atom.base, ix: atom.pair.a }
  const b: Side = { graph: atom.head, ix: atom.pair.b }
  const [backward, forward] = [reads(b, a), reads(a, b)]
  return {
    ...verdict(backward ? 'compatible' : 'breaking', forward ? 'compatible' : 'breaking'),
    ...(backward && forward ? { modes: [] } : {}),
  }
}

const verdict = (request: Compatibility, response: Compatibility): Pick<Judged, 'request' | 'response'> => ({ request, response })
const hasDefault = (node: Node | undefined): boolean => node?.facets.default !== undefined

const nameChanged = (atom: AtomView): Partial<Judged> => {
  const [a, b] = [atom.base.nodes[atom.pair.a]!, atom.head.nodes[atom.pair.b]!]
  return verdict(namesAgree(a, b) ? 'compatible' : 'breaking', namesAgree(b, a) ? 'compatible' : 'breaking')
}

/** Whoever has the alias finds the field; the other side needs a default. */
const fieldRenamed = (atom: AtomView): Partial<Judged> => {
  const [a, b] = [atom.base.nodes[atom.a!]!, atom.head.nodes[atom.b!]!]
  const backward = listOf(b.facets.aliases).includes(String(atom.before)) || hasDefault(b)
  const forward = listOf(a.facets.aliases).includes(String(atom.after)) || hasDefault(a)
  return verdict(backward ? 'compatible' : 'breaking', forward ? 'compatible' : 'breaking')
}

const row = (request: Compatibility, response: Compatibility, modes: BreakMode[], say: Row['say'], decide?: Row['decide']): Row => ({
  ...{ request, response, modes, say },
  ...(decide === undefined ? {} : { decide }),
})

/** `Invoice.total`: the record and the fields below it. */
const place = (atom: AtomView): string => {
  const names = atom.edge === undefined ? [] : [atom.edge.key]
  for (let pair: Pair | undefined = atom.pair; pair !== undefined; pair = pair.parent) {
    const name = atom.base.nodes[pair.a]!.name
    if (name !== undefined) return [lastName(name), ...names].join('.')
    if (pair.edge?.role === 'field') names.unshift(pair.edge.key)
  }
  return names.join('.') || 'the schema'
}

const rows: Record<string, Row> = table({
  'type-changed': row(
    'breaking',
    'breaking',
    ['wire', 'source'],
    a => `type of ${place(a)} now is ${String(a.after)} (was ${String(a.before)})`,
    typeChanged,
  ),
  'branch-removed': row('breaking', 'compatible', ['wire', 'source'], a => `${place(a)} is never ${String(a.before)} any more`),
  'branch-added': row('compatible', 'breaking', ['wire', 'source'], a => `${place(a)} may be ${String(a.after)} now`),
  'name-changed': row('breaking', 'breaking', ['wire', 'source'], a => `${String(a.before)} now is called ${String(a.after)}`, nameChanged),
  'size-changed': row('breaking', 'breaking', ['wire'], a => `${place(a)} now has ${String(a.after)} bytes (had ${String(a.before)})`),
  'logical-type-changed': row(
    'conditional',
    'conditional',
    ['semantic'],
    a => `what ${place(a)} means: ${String(a.after ?? 'plain')} (was ${String(a.before ?? 'plain')})`,
  ),
  'field-added': row(
    'breaking',
    'compatible',
    ['wire'],
    a => `added field ${place(a)}`,
    a =>
      hasDefault(a.head.nodes[a.b!])
        ? { ...verdict('compatible', 'compatible'), modes: [] }
        : { message: `added field ${place(a)}, which has no default` },
  ),
  'field-removed': row(
    'compatible',
    'breaking',
    ['wire', 'semantic'],
    a => `removed field ${place(a)}`,
    a => (hasDefault(a.base.nodes[a.a!]) ? { response: 'compatible', modes: ['semantic'] } : undefined),
  ),
  'field-name-changed': row('breaking', 'breaking', ['json', 'source'], a => `${place(a)} now is called ${String(a.after)}`, fieldRenamed),
  'default-added': row('compatible', 'compatible', [], a => `${place(a)} has a default now`),
  'default-removed': row('compatible', 'compatible', [], a => `${place(a)} has no default any more`),
  'default-changed': row('compatible', 'compatible', [], a => `${place(a)} has another default`),
  'symbol-removed': row(
    'breaking',
    'compatible',
    ['wire', 'source'],
    a => `removed ${String(a.before)} of ${place(a)}`,
    a => (hasDefault(a.head.nodes[a.pair.b]) ? { request: 'conditional', modes: ['semantic'] } : undefined),
  ),
  'symbol-added': row(
    'compatible',
    'breaking',
    ['wire', 'source'],
    a => `added ${String(a.after)} to ${place(a)}`,
    a => (hasDefault(a.base.nodes[a.pair.a]) ? { response: 'conditional', modes: ['semantic'] } : undefined),
  ),
  'enum-default-changed': row(
    'compatible',
    'compatible',
    [],
    a => `what ${place(a)} is where it is not known: ${String(a.after ?? 'an error')}`,
  ),
  'message-removed': row('breaking', 'breaking', ['source'], () => 'removed a type of the protocol'),
  'message-added': row('compatible', 'compatible', [], () => 'added a type to the protocol'),
  'schema-added': row('compatible', 'compatible', [], () => 'there is a schema now'),
  'schema-removed': row('breaking', 'breaking', ['wire'], () => 'there is no schema any more'),
})

export const avro: Format = {
  format: 'avro',
  reads: 'backward',
  kinds: {
    type: { facets: {}, own: compareTypes },
    field: { facets: { default: ['scalar', 'default'] } },
  },
  roles: {
    schema: { match: 'single', aspect: 'schema' },
    member: { match: 'key', aspect: 'message' },
  },
  rows,
  members: (_, edge) => {
    if (edge.role === 'field') return [edge.key]
    return edge.role === 'items' ? ['[]'] : edge.role === 'additional' ? ['*'] : []
  },
  address: (_, edge, target) => {
    if (edge.role === 'field') return `.${edge.key}`
    if (target?.name !== undefined) return undefined
    return edge.role === 'items' ? '[]' : edge.role === 'additional' ? '*' : ''
  },
  typeAddress: key => key,
}
