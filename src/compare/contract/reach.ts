import { by, byText } from '../../base/names.ts'
import type { Reach } from '../../model/change.ts'
import type { Edge } from '../../model/contract.ts'
import type { Format } from './format.ts'
import { type Graph, type GraphOperation, type Ix, operationsOf, originOf, targetOf } from './graph.ts'

/** A place to be found from operations: a node, and the edge below it that is meant, if one is. */
export interface Place {
  node: Ix
  edge?: Edge
}

export interface Found extends Reach {
  /** The contract of the operation. */
  contract: string
  /** Roles of the edges that begin the way: `param`, `body`, `response`; `header` within a response. */
  via?: string
}

/**
 * Which operations carry which places, on which side, with the shortest path of member names from the body's root; sorted by operation.
 * Of each place, so many first entries have their path. One walk over the parts of each operation that lead to a place; a cycle is walked once.
 */
export const reachOf = (graph: Graph, format: Format, places: readonly Place[], paths?: number): Found[][] =>
  occurrencesOf(graph, format, places, paths).map(mergeSides)

/**
 * As reachOf, one entry for each side and way. Of each place, so many first entries have their path; if none need one, only the sides that
 * some operation carries a place on are looked for: all operations are one walk then.
 */
export const occurrencesOf = (graph: Graph, format: Format, places: readonly Place[], paths = Number.POSITIVE_INFINITY): Found[][] => {
  const wanted = new Map<Ix, number[]>()
  places.forEach((place, index) => {
    const node = originOf(graph, place.node)
    const list = wanted.get(node)
    if (list === undefined) wanted.set(node, [index])
    else list.push(index)
  })
  const search = searchIn(graph, format, wanted, paths === 0)
  const found: Found[][] = places.map(() => [])
  for (const operation of operationsLeading(graph, search.leading)) {
    const contract = graph.contracts[operation.contract]!.id
    const hit: Hit = (index, way, trail) => {
      const spec = format.roles[places[index]!.edge?.role ?? 'file']
      const side = spec?.flips === true && spec.side !== undefined ? spec.side : way
      const { path, via } = found[index]!.length < paths ? trail(places[index]!.edge) : NO_TRAIL
      found[index]!.push({ operation: operation.id, contract, side, path, ...(via === undefined ? {} : { via }) })
    }
    walkOperation(search, operation, places, hit)
  }
  for (const ix of wanted.keys()) search.isWanted[ix] = 0
  return found
}

/** In the order of their ids. */
const operationsLeading = (graph: Graph, leading: ReadonlySet<Ix>): GraphOperation[] => {
  const { byNode } = roomOf(graph)
  const found: GraphOperation[] = []
  for (const ix of leading) {
    const own = byNode.get(ix)
    if (own !== undefined) found.push(...own)
  }
  return found.sort(by(o => o.id))
}

type Side = Exclude<Reach['side'], 'both'>
/** How a place was come to: member names, and the role that the way began with. */
interface Trail {
  path: string[]
  via?: string
}
type Hit = (index: number, side: Reach['side'], trail: (last: Edge | undefined) => Trail) => void

const NO_TRAIL: Trail = { path: [] }

/** A walk goes over each node at most once for each side; what it needs for that is made once for all operations. */
interface Search {
  graph: Graph
  format: Format
  wanted: ReadonlyMap<Ix, number[]>
  isWanted: Uint8Array
  isStart: Uint8Array
  leading: ReadonlySet<Ix>
  ways: Map<Ix, Way[]>
  room: Room
  /** Each node once for all operations: who carries a place is not asked, only that somebody does. */
  isOneWalk: boolean
  /** Number of that walk. */
  walk: number
}

/** What every search of a graph needs room for. */
interface Room {
  size: number
  isWanted: Uint8Array
  isStart: Uint8Array
  byNode: ReadonlyMap<Ix, GraphOperation[]>
  /** Number of the walk that came to a node last, by node and side. */
  seen: Uint32Array
  walks: number
  /** Nodes in the order in which they are come to, with the place in this list that they were come from, and over which edge. */
  open: { ix: Int32Array; from: Int32Array; side: Uint8Array; way: Way[] }
}

/** Edges that lead on towards a place: one, or several where nothing else lies between them. */
interface Way {
  steps: { owner: Ix; edge: Edge }[]
  to: Ix
  flips?: Side
}

const ROOMS = new WeakMap<Graph, Room>()

const roomOf = (graph: Graph): Room => {
  const known = ROOMS.get(graph)
  const size = graph.nodes.length
  if (known?.size === size) return known
  const isStart = new Uint8Array(size)
  const byNode = new Map<Ix, GraphOperation[]>()
  for (const operation of operationsOf(graph)) {
    isStart[operation.node] = 1
    byNode.set(operation.node, [...(byNode.get(operation.node) ?? []), operation])
  }
  const open = { ix: new Int32Array(2 * size + 1), from: new Int32Array(2 * size + 1), side: new Uint8Array(2 * size + 1), way: [] }
  const room: Room = { size, isWanted: new Uint8Array(size), isStart, byNode, seen: new Uint32Array(2 * size), walks: 0, open }
  ROOMS.set(graph, room)
  return room
}

const searchIn = (graph: Graph, format: Format, wanted: ReadonlyMap<Ix, number[]>, isOneWalk: boolean): Search => {
  const room = roomOf(graph)
  const { isWanted, isStart } = room
  for (const ix of wanted.keys()) isWanted[ix] = 1
  const leading = leadingTo(graph, [...wanted.keys()])
  return { graph, format, wanted, isWanted, isStart, leading, ways: new Map(), room, isOneWalk, walk: ++room.walks }
}

const waysFrom = (search: Search, owner: Ix): Way[] => {
  const known = search.ways.get(owner)
  if (known !== undefined) return known
  const found = new Map<string, Way>()
  for (const edge of search.graph.nodes[owner]!.edges) {
    const way = wayOver(search, owner, edge)
    if (way === undefined) continue
    const key = `${way.to} ${way.flips ?? ''} ${search.isStart[owner] === 1 ? edge.role : ''}`
    const other = found.get(key)
    if (other === undefined || other.steps.length > way.steps.length) found.set(key, way)
  }
  const ways = [...found.values()]
  search.ways.set(owner, ways)
  return ways
}

/** Follows an edge, and goes on as long as there is only one edge to follow. */
const wayOver = (search: Search, from: Ix, first: Edge): Way | undefined => {
  const { graph, format, leading } = search
  const steps: Way['steps'] = []
  let flips: Side | undefined
  let owner = from
  let edge: Edge | undefined = first
  let to: Ix | undefined
  while (edge !== undefined) {
    const next = targetOf(graph, owner, edge)
    if (next === undefined || !leading.has(next)) break
    const spec = format.roles[edge.role]
    if (spec?.flips === true && spec.side !== undefined) flips = spec.side
    steps.push({ owner, edge })
    to = next
    if (search.isWanted[to] === 1 || steps.length > MAX_STEPS) break
    edge = onlyLeadingEdge(search, to)
    owner = to
  }
  return to === undefined ? undefined : { steps, to, ...(flips === undefined ? {} : { flips }) }
}

const MAX_STEPS = 20

const onlyLeadingEdge = ({ graph, leading }: Search, ix: Ix): Edge | undefined => {
  let only: Edge | undefined
  for (const edge of graph.nodes[ix]!.edges) {
    const to = targetOf(graph, ix, edge)
    if (to === undefined || !leading.has(to)) continue
    if (only !== undefined) return undefined
    only = edge
  }
  return only
}

const SIDES: readonly Side[] = ['request', 'response']

const walkOperation = (search: Search, { node }: GraphOperation, places: readonly Place[], hit: Hit): void => {
  const { graph, format } = search
  for (const index of search.wanted.get(node) ?? []) {
    const { edge } = places[index]!
    const side = edge === undefined ? undefined : format.roles[edge.role]?.side
    hit(index, side ?? 'both', last => ({
      path: last === undefined ? [] : memberOf(graph, format, node, last),
      ...(last === undefined ? {} : { via: last.role }),
    }))
  }
  for (const side of SIDES) walkSide(search, node, side, hit)
}

/** Breadth first, so that the first path to a node is a short one. */
const walkSide = (search: Search, from: Ix, start: Side, hit: Hit): void => {
  const { format, room } = search
  const { open, seen } = room
  const walk = search.isOneWalk ? search.walk : ++room.walks
  let end = 0
  const step = (way: Way, at: number, before: Side): void => {
    const side = way.flips ?? before
    const slot = 2 * way.to + (side === 'request' ? 0 : 1)
    if (seen[slot] === walk) return
    seen[slot] = walk
    open.ix[end] = way.to
    open.from[end] = at
    open.side[end] = side === 'request' ? 0 : 1
    open.way[end++] = way
  }
  for (const way of waysFrom(search, from)) if (format.roles[way.steps[0]!.edge.role]?.side === start) step(way, -1, start)
  for (let i = 0; i < end; i++) {
    const ix = open.ix[i]!
    const side = SIDES[open.side[i]!]!
    if (search.isWanted[ix] === 1) for (const index of search.wanted.get(ix)!) hit(index, side, last => trailTo(search, i, last))
    for (const way of waysFrom(search, ix)) step(way, i, side)
  }
}

const trailTo = ({ graph, format, room: { open } }: Search, at: number, last: Edge | undefined): Trail => {
  const path = last === undefined ? [] : memberOf(graph, format, open.ix[at]!, last)
  let via = last?.role === 'header' ? 'header' : ''
  for (let i = at; i >= 0; i = open.from[i]!) {
    const { steps } = open.way[i]!
    path.unshift(...steps.flatMap(({ owner, edge }) => memberOf(graph, format, owner, edge)))
    if (steps.some(s => s.edge.role === 'header')) via = 'header'
    else if (open.from[i] === -1 && via === '') via = steps[0]!.edge.role
  }
  return { path, via }
}

/** The name an edge has in a path, as the contract writes it; none for edges that a path does not show. */
const memberOf = (graph: Graph, format: Format, owner: Ix, edge: Edge): string[] => {
  const target = targetOf(graph, owner, edge)
  return format.members(graph.nodes[owner]!, edge, target === undefined ? undefined : graph.nodes[target]).slice(0, 1)
}

/** All nodes from which one of `targets` can be reached. */
const leadingTo = (graph: Graph, targets: readonly Ix[]): Set<Ix> => {
  const sources = sourcesOf(graph)
  const found = new Set(targets)
  const open = [...targets]
  for (let ix = open.pop(); ix !== undefined; ix = open.pop())
    for (const source of sources[ix] ?? []) {
      if (found.has(source)) continue
      found.add(source)
      open.push(source)
    }
  return found
}

const SOURCES = new WeakMap<Graph, Ix[][]>()

const sourcesOf = (graph: Graph): Ix[][] => {
  const known = SOURCES.get(graph)
  if (known !== undefined) return known
  const sources: Ix[][] = graph.nodes.map(() => [])
  const roots = new Set(graph.roots)
  graph.nodes.forEach((node, ix) => {
    if (roots.has(ix) || graph.origin.has(ix)) return
    for (const edge of node.edges) {
      const target = targetOf(graph, ix, edge)
      if (target !== undefined) sources[target]!.push(ix)
    }
  })
  SOURCES.set(graph, sources)
  return sources
}

/** One entry for an operation that carries a place on both sides under one path. */
export const mergeSides = (found: readonly Found[]): Found[] => {
  const out: Found[] = []
  for (const { via: _, ...entry } of found) {
    const last = out.at(-1)
    if (
      last?.operation === entry.operation &&
      last.contract === entry.contract &&
      byText(last.path.join('.'), entry.path.join('.')) === 0
    ) {
      if (last.side !== entry.side) last.side = 'both'
    } else out.push(entry)
  }
  return out
}
