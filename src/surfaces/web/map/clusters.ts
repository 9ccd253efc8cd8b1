import type { MapGraph, MapNode } from './graph.ts'

/** Rounds of moving; the partition of real graphs is still after far fewer. */
const ROUNDS = 12

interface Weighted {
  /** Neighbour to weight. */
  links: Map<number, number>[]
  /** Sum of the weights of a node, loops twice. */
  degree: number[]
  total: number
}

/**
 * Groups of services that talk to each other more than to others (Louvain), named by the one that most others of the group lead to.
 * Stores and topics take part, so that two services that share one are near. What has no link at all goes to `apart`.
 */
export const clusters = (graph: MapGraph, apart: string): Map<string, string> => {
  const nodes = graph.nodes.filter(n => n.shape !== 'external')
  const index = new Map(nodes.map((n, i) => [n.id, i]))
  const links = nodes.map(() => new Map<number, number>())
  for (const { from, to } of graph.edges) {
    const [a, b] = [index.get(from.id), index.get(to.id)]
    if (a === undefined || b === undefined || a === b) continue
    links[a]!.set(b, (links[a]!.get(b) ?? 0) + 1)
    links[b]!.set(a, (links[b]!.get(a) ?? 0) + 1)
  }
  const member = louvain(weighted(links))
  const names = nameOf(nodes, member)
  return new Map(nodes.flatMap((n, i) => (n.service ? [[n.id, links[i]!.size === 0 ? apart : names.get(member[i]!)!] as const] : [])))
}

const weighted = (links: Map<number, number>[]): Weighted => {
  const degree = links.map(l => [...l.values()].reduce((a, b) => a + b, 0))
  return { links, degree, total: degree.reduce((a, b) => a + b, 0) }
}

const louvain = (start: Weighted): number[] => {
  let graph = start
  let member = start.links.map((_, i) => i)
  for (let level = 0; level < ROUNDS; level++) {
    const moved = numbered(moveAll(graph))
    const count = Math.max(-1, ...moved) + 1
    if (count === graph.links.length) break
    member = member.map(m => moved[m]!)
    graph = folded(graph, moved, count)
  }
  return member
}

/** Moves each node to the neighbouring group that gains most, until nothing moves. Order and ties are by index: the same graph, the same groups. */
const moveAll = ({ links, degree, total }: Weighted): number[] => {
  const group = links.map((_, i) => i)
  const weight = [...degree]
  for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
    moved = false
    for (let i = 0; i < links.length; i++) {
      const own = group[i]!
      weight[own]! -= degree[i]!
      const near = new Map<number, number>([[own, 0]])
      for (const [j, w] of links[i]!) if (j !== i) near.set(group[j]!, (near.get(group[j]!) ?? 0) + w)
      let best = own
      let gain = near.get(own)! - (weight[own]! * degree[i]!) / total
      for (const [g, w] of [...near].sort((a, b) => a[0] - b[0])) {
        const more = w - (weight[g]! * degree[i]!) / total
        if (more > gain + 1e-9) [best, gain] = [g, more]
      }
      group[i] = best
      weight[best]! += degree[i]!
      moved ||= best !== own
    }
  }
  return group
}

const numbered = (groups: readonly number[]): number[] => {
  const numbers = new Map<number, number>()
  for (const g of groups) if (!numbers.has(g)) numbers.set(g, numbers.size)
  return groups.map(g => numbers.get(g)!)
}

const folded = ({ links }: Weighted, member: readonly number[], count: number): Weighted => {
  const folded = Array.from({ length: count }, () => new Map<number, number>())
  links.forEach((link, i) => {
    for (const [j, w] of link) {
      const [a, b] = [member[i]!, member[j]!]
      folded[a]!.set(b, (folded[a]!.get(b) ?? 0) + w)
    }
  })
  return weighted(folded)
}

/** `around billing`; two groups never share a name, because no two nodes do in one map, and equal names get their id. */
const nameOf = (nodes: readonly MapNode[], member: readonly number[]): Map<number, string> => {
  const best = new Map<number, MapNode>()
  nodes.forEach((node, i) => {
    const other = best.get(member[i]!)
    if (!other || rank(node) > rank(other)) best.set(member[i]!, node)
  })
  const taken = new Set<string>()
  return new Map(
    [...best].map(([group, node]) => {
      const name = `around ${taken.has(node.name) ? node.id : node.name}`
      taken.add(node.name)
      return [group, name]
    }),
  )
}

const rank = (node: MapNode): number => (node.service ? 1_000_000 : 0) + node.into.length * 2 + node.out.length
