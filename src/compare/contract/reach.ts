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
 * One walk over the parts of each operation that lead to a place; a cycle is walked once.
 */
export const reachOf = (graph: Graph, format: Format, places: readonly Place[]): Found[][] =>
  occurrencesOf(graph, format, places).map(list => mergeSides(list.map(({ via: _, ...found }) => found)))

/** As reachOf, one entry for each side and way. */
export const occurrencesOf = (graph: Graph, format: Format, places: readonly Place[]): Found[][] => {
  const wanted = new Map<Ix, number[]>()
  places.forEach((place, index) => {
    const node = originOf(graph, place.node)
    const list = wanted.get(node)
    if (list === undefined) wanted.set(node, [index])
    else list.push(index)
  })
  const leading = leadingTo(graph, [...wanted.keys()])
  const found: Found[][] = places.map(() => [])
  for (const operation of operationsOf(graph).sort(by(o => o.id))) {
    const hit: Hit = (index, side, path, via) => {
      const contract = graph.contracts[operation.contract]!.id
      found[index]!.push({ operation: operation.id, contract, side, path, ...(via === undefined ? {} : { via }) })
    }
    if (leading.has(operation.node)) walkOperation(graph, format, operation, places, wanted, leading, hit)
  }
  return found
}

type Hit = (index: number, side: Reach['side'], path: string[], via?: string) => void

const walkOperation = (
  graph: Graph,
  format: Format,
  { node }: GraphOperation,
  places: readonly Place[],
  wanted: ReadonlyMap<Ix, number[]>,
  leading: ReadonlySet<Ix>,
  hit: Hit,
): void => {
  for (const index of wanted.get(node) ?? []) {
    const edge = places[index]!.edge
    const side = edge === undefined ? undefined : format.roles[edge.role]?.side
    hit(index, side ?? 'both', edge === undefined ? [] : memberOf(graph, format, node, edge), edge?.role)
  }
  for (const side of ['request', 'response'] as const) {
    const starts = graph.nodes[node]!.edges.filter(e => format.roles[e.role]?.side === side)
    walkSide(graph, format, node, starts, leading, (ix, path, via) => {
      for (const index of wanted.get(ix) ?? []) {
        const { edge } = places[index]!
        hit(
          index,
          side,
          edge === undefined ? path : [...path, ...memberOf(graph, format, ix, edge)],
          edge?.role === 'header' ? 'header' : via,
        )
      }
    })
  }
}

/** Breadth first, so that the first path to a node is a short one. */
const walkSide = (
  graph: Graph,
  format: Format,
  from: Ix,
  starts: readonly Edge[],
  leading: ReadonlySet<Ix>,
  visit: (ix: Ix, path: string[], via: string) => void,
): void => {
  const seen = new Set<Ix>()
  const open: { ix: Ix; path: string[]; via: string }[] = []
  const step = (owner: Ix, edge: Edge, path: string[], via: string): void => {
    const ix = targetOf(graph, owner, edge)
    if (ix === undefined || seen.has(ix) || !leading.has(ix)) return
    seen.add(ix)
    open.push({ ix, path: [...path, ...memberOf(graph, format, owner, edge)], via })
  }
  for (const edge of starts) step(from, edge, [], edge.role)
  for (let i = 0; i < open.length; i++) {
    const { ix, path, via } = open[i]!
    visit(ix, path, via)
    for (const edge of graph.nodes[ix]!.edges) step(ix, edge, path, edge.role === 'header' ? 'header' : via)
  }
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
const mergeSides = (found: Found[]): Found[] => {
  const out: Found[] = []
  for (const entry of found) {
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
