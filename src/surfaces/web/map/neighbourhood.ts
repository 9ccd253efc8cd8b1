import type { MapEdge, MapNode } from './graph.ts'
import { compareText } from './graph.ts'

/** More boxes than this cannot be read; the list has all. */
export const MOST = 150

export interface Neighbourhood {
  /** Distance of each drawn node: callers below zero, the service itself 0, callees above. */
  layer: ReadonlyMap<string, number>
  nodes: MapNode[]
  /** Edges on a way to the service, and those among its neighbours. */
  edges: MapEdge[]
  among: MapEdge[]
  /** Nodes within reach that are not drawn. */
  left: MapNode[]
}

/**
 * What leads to a service and what it leads to, up to a number of steps. A topic is a joint, not a step: who publishes to what the service
 * consumes, and who consumes what it publishes, count as neighbours. Nearest first, then those with the most links.
 */
export const neighbourhood = (focus: MapNode, hops: number, most = MOST): Neighbourhood => {
  const [before, behind] = [walk(focus, hops, -1), walk(focus, hops, 1)]
  const layers = new Map(before)
  for (const [node, layer] of behind) if (!layers.has(node) || layer < -layers.get(node)!) layers.set(node, layer)
  const links = (n: MapNode): number => n.into.length + n.out.length
  const sorted = [...layers].sort(([a, la], [b, lb]) => Math.abs(la) - Math.abs(lb) || links(b) - links(a) || compareText(a.id, b.id))
  const nodes = sorted.slice(0, most).map(([node]) => node)
  const layer = new Map(sorted.slice(0, most).map(([node, l]) => [node.id, l]))
  return { layer, nodes, left: sorted.slice(most).map(([node]) => node), ...edgesBetween(nodes, layer) }
}

/** Ring by ring: a step goes on from every node, and from a topic for nothing. */
const walk = (focus: MapNode, hops: number, side: -1 | 1): Map<MapNode, number> => {
  const layers = new Map([[focus, 0]])
  let ring = new Map([[focus, 0]])
  for (let layer = 1; ring.size > 0; layer++) {
    const next = new Map<MapNode, number>()
    for (const [node, steps] of ring) {
      const cost = steps + (node.shape === 'topic' && node !== focus ? 0 : 1)
      if (cost > hops) continue
      for (const edge of side < 0 ? node.into : node.out) {
        const other = side < 0 ? edge.from : edge.to
        if (!layers.has(other) || next.has(other)) next.set(other, Math.min(cost, next.get(other) ?? cost))
        if (!layers.has(other)) layers.set(other, side * layer)
      }
    }
    ring = next
  }
  return layers
}

/** An edge between neighbouring rings is on a way; what stands in one ring, or leaps, is shown fainter. */
const edgesBetween = (nodes: readonly MapNode[], layer: ReadonlyMap<string, number>): { edges: MapEdge[]; among: MapEdge[] } => {
  const edges: MapEdge[] = []
  const among: MapEdge[] = []
  for (const node of nodes)
    for (const edge of node.out) {
      const [a, b] = [layer.get(edge.from.id), layer.get(edge.to.id)]
      if (a === undefined || b === undefined) continue
      const isOnWay = a === 0 || b === 0 || (b - a === 1 && a * b > 0)
      const list = isOnWay ? edges : among
      list.push(edge)
    }
  return { edges, among }
}
