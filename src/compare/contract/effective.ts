import { byText } from '../../base/names.ts'
import type { Edge, Facets, Json, Name, Node } from '../../model/contract.ts'
import { addDerived, type Graph, type Ix, targetOf } from './graph.ts'

/** Parts of one schema after folding; more are left as they are. */
const MAX_PARTS = 200

/** Derived nodes of one graph, for each node of it; past that, schemas are taken as they are written. */
const MAX_GROWTH = 4

interface Views {
  known: Map<Ix, Ix>
  /** Being computed: a cycle ends here. */
  open: Set<Ix>
  both: Map<string, Ix>
  limit: number
}

const VIEWS = new WeakMap<Graph, Views>()

const viewsOf = (graph: Graph): Views => {
  const views = VIEWS.get(graph) ?? { known: new Map(), open: new Set(), both: new Map(), limit: graph.nodes.length * MAX_GROWTH + 1_000 }
  VIEWS.set(graph, views)
  return views
}

/**
 * The schema that holds for values: allOf folded into one (properties and requirements united, bounds tightest, types and values
 * intersected), unions of one member unwrapped. A property that stands in two parts becomes allOf of both, folded when it is looked at, so
 * that cycles hold. Derived nodes are added to the graph; each is computed once.
 */
export const effective = (graph: Graph, ix: Ix): Ix => {
  const node = graph.nodes[ix]!
  if (node.kind !== 'schema' || !node.edges.some(e => FOLDED.has(e.role))) return ix
  const views = viewsOf(graph)
  const known = views.known.get(ix)
  if (known !== undefined) return known
  if (views.open.has(ix) || graph.nodes.length > views.limit) return ix
  views.open.add(ix)
  const view = computed(graph, ix, node)
  views.open.delete(ix)
  views.known.set(ix, view)
  return view
}

const FOLDED: ReadonlySet<string> = new Set(['allOf', 'oneOf', 'anyOf'])

const computed = (graph: Graph, ix: Ix, node: Node): Ix => {
  const alone = aloneIn(graph, ix, node)
  if (alone !== undefined) return effective(graph, alone)
  const parts = partsOf(graph, ix)
  const isFolded = parts.length > 1
  const whole = isFolded ? fold(graph, parts) : node
  const edges = isFolded ? whole.edges : node.edges.map(e => globalEdge(graph, ix, e))
  const only = onlyMember(whole, edges)
  if (only === undefined || viewsOf(graph).open.has(only.to as Ix)) return isFolded ? addDerived(graph, ix, whole) : ix
  const rest: Node = { ...whole, edges: edges.filter(e => e !== only) }
  const inner = effective(graph, only.to as Ix)
  if (viewsOf(graph).open.has(inner)) return isFolded ? addDerived(graph, ix, whole) : ix
  if (rest.edges.length === 0 && Object.keys(rest.facets).every(name => IGNORED.has(name))) return inner
  const wrapper = addDerived(graph, ix, { ...rest, edges: [...rest.edges, { role: 'allOf', key: '', to: inner }] })
  return effective(graph, wrapper)
}

/** allOf of one member, and nothing beside it, is that member: one node, so that what changes in it is told once. */
const aloneIn = (graph: Graph, ix: Ix, { edges, facets }: Node): Ix | undefined =>
  edges.length === 1 && edges[0]!.role === 'allOf' && Object.keys(facets).every(name => IGNORED.has(name))
    ? targetOf(graph, ix, edges[0]!)
    : undefined

/** What a schema is that is only allOf of one other. */
export const unwrapped = (graph: Graph, start: Ix): Ix => {
  let ix = start
  for (let i = 0; i < MAX_PARTS; i++) {
    const only = aloneIn(graph, ix, graph.nodes[ix]!)
    if (only === undefined) return ix
    ix = only
  }
  return ix
}

const IGNORED = new Set(['title', 'deprecated'])

/** The one member of a union that is the only one. Nullability is left to the fold. */
const onlyMember = (node: Node, edges: readonly Edge[]): Edge | undefined => {
  const members = edges.filter(e => e.role === 'oneOf' || e.role === 'anyOf')
  return members.length === 1 && typeof members[0]!.to === 'number' && node.facets.discriminator === undefined ? members[0] : undefined
}

/** Edges of a derived node hold indices of the graph. */
const globalEdge = (graph: Graph, from: Ix, edge: Edge): Edge => {
  const to = targetOf(graph, from, edge)
  return { ...edge, to: to ?? (edge.to as Name) }
}

/** The schema itself without its allOf, and all that is united with it, each once. */
const partsOf = (graph: Graph, start: Ix): Node[] => {
  const parts: Node[] = []
  const seen = new Set<Ix>()
  const open = [start]
  for (let ix = open.shift(); ix !== undefined && parts.length < MAX_PARTS; ix = open.shift()) {
    if (seen.has(ix)) continue
    seen.add(ix)
    const node = graph.nodes[ix]!
    const edges: Edge[] = []
    for (const edge of node.edges) {
      const target = edge.role === 'allOf' ? targetOf(graph, ix, edge) : undefined
      if (edge.role !== 'allOf') edges.push(globalEdge(graph, ix, edge))
      else if (target !== undefined) open.push(target)
      else edges.push({ ...edge })
    }
    parts.push({ ...node, edges })
  }
  return parts
}

const fold = (graph: Graph, parts: readonly Node[]): Node => {
  const first = parts[0]!
  const facets: Facets = {}
  for (const part of parts)
    for (const [name, value] of Object.entries(part.facets)) facets[name] = name in facets ? united(name, facets[name]!, value) : value
  // Null is allowed only where every part that says anything allows it.
  const speaking = parts.filter(p => Object.keys(p.facets).some(n => !IGNORED.has(n)) || p.edges.length > 0)
  if (facets.nullable === true && !speaking.every(p => p.facets.nullable === true)) delete facets.nullable
  if (first.facets.nullable === true) facets.nullable = true
  return { ...first, facets, edges: foldedEdges(graph, parts, facets) }
}

const foldedEdges = (graph: Graph, parts: readonly Node[], facets: Facets): Edge[] => {
  const required = new Set((facets.requires as string[] | undefined) ?? [])
  const edges: Edge[] = []
  const places = new Map<string, Edge>()
  for (const part of parts)
    for (const edge of part.edges) {
      const place = UNITED.has(edge.role) ? `${edge.role} ${edge.key}` : undefined
      const same = place === undefined ? undefined : places.get(place)
      if (same === undefined) {
        const own = { ...edge }
        edges.push(own)
        if (place !== undefined) places.set(place, own)
      } else {
        if (edge.required) same.required = true
        if (typeof same.to !== 'number' || typeof edge.to !== 'number') continue
        if (unwrapped(graph, same.to) !== unwrapped(graph, edge.to)) same.to = bothOf(graph, same.to, edge.to)
      }
    }
  for (const edge of edges) if (edge.role === 'prop' && required.delete(edge.key)) edge.required = true
  if (required.size > 0) facets.requires = [...required].sort()
  else delete facets.requires
  return edges
}

/** Places that there is one of: what two parts say of it holds together. */
const UNITED: ReadonlySet<string> = new Set(['prop', 'items', 'additional', 'pattern', 'prefix'])

/** Whoever asks first, and in whatever order they were read: what stands before comes first. */
const bothOf = (graph: Graph, one: Ix, other: Ix): Ix => {
  const { both } = viewsOf(graph)
  const [a, b] = comesBefore(graph, other, one) ? [other, one] : [one, other]
  const key = `${a} ${b}`
  const known = both.get(key)
  if (known !== undefined) return known
  const edges: Edge[] = [
    { role: 'allOf', key: '0', to: a },
    { role: 'allOf', key: '1', to: b },
  ]
  const ix = addDerived(graph, a, { kind: 'schema', facets: {}, edges, at: graph.nodes[a]!.at })
  both.set(key, ix)
  return ix
}

const comesBefore = (graph: Graph, a: Ix, b: Ix): boolean => {
  const [x, y] = [graph.nodes[a]!.at, graph.nodes[b]!.at]
  return (x.file - y.file || x.line - y.line || a - b) < 0
}

const LOWER = new Set(['minimum', 'minLength', 'minItems', 'minProperties'])
const UPPER = new Set(['maximum', 'maxLength', 'maxItems', 'maxProperties'])

const united = (name: string, a: Json, b: Json): Json => {
  if (name === 'requires') return [...new Set([...(a as string[]), ...(b as string[])])].sort()
  if (name === 'enum') return intersection(a as Json[], b as Json[])
  if (name === 'type') return commonTypes(a as Json[], b as Json[])
  if (LOWER.has(name)) return limitOf(b) > limitOf(a) ? b : a
  if (UPPER.has(name)) return limitOf(b) < limitOf(a) ? b : a
  if (typeof a === 'boolean') return a || b === true
  return byText(JSON.stringify(a), JSON.stringify(b)) <= 0 ? a : b
}

const limitOf = (value: Json): number => Number(Array.isArray(value) ? value[0] : value)

/** Parts that contradict each other leave nothing. */
const intersection = (a: Json[], b: Json[]): Json[] => {
  const others = new Set(b.map(v => JSON.stringify(v)))
  return a.filter(v => others.has(JSON.stringify(v)))
}

/** Integers are numbers. */
const commonTypes = (a: Json[], b: Json[]): Json[] => {
  const all = (types: Json[]): Json[] => (types.includes('number') && !types.includes('integer') ? [...types, 'integer'] : types)
  const common = intersection(all(a), all(b))
  return common.filter(t => t !== 'integer' || !common.includes('number')).sort()
}
