import type { Contract, Edge, Node } from '../../model/contract.ts'
import type { AtomView, Format, Pair } from './format.ts'
import type { Graph, Ix } from './graph.ts'
import { type Found, occurrencesOf, type Place } from './reach.ts'

/**
 * Which operations of the contract carry each atom, as `occurrencesOf` says it. A difference is carried where its pair is come to: an operation
 * that knows both of its sides in other places is not meant. `operation`: the id of the operation that came or went, for atoms of one.
 */
export const occurrencesOfPairs = (
  contract: Contract,
  format: Format,
  atoms: readonly AtomView[],
  operation: (atom: AtomView) => string | undefined,
  paths?: number,
): Found[][] => {
  const first = atoms[0]
  if (first === undefined) return []
  const { graph, at } = graphOfPairs(contract, first.base, rootOf(first.pair))
  const own = atoms.map(operation)
  const inside = own.flatMap((id, i) => (id === undefined ? [i] : []))
  const found = occurrencesOf(
    graph,
    format,
    inside.map(i => placeOf(graph, at, atoms[i]!)),
    paths,
  )
  const all = own.map((id): Found[] => (id === undefined ? [] : [{ operation: id, contract: contract.id, side: 'both', path: [] }]))
  inside.forEach((index, i) => {
    all[index] = found[i]!
  })
  return all
}

const rootOf = (pair: Pair): Pair => {
  let root = pair
  while (root.parent !== undefined) root = root.parent
  return root
}

/** A node for each pair, which says what the base's says. */
const graphOfPairs = (contract: Contract, base: Graph, root: Pair): { graph: Graph; at: Map<Pair, Ix> } => {
  const at = new Map<Pair, Ix>([[root, 0]])
  const pairs = [root]
  for (let i = 0; i < pairs.length; i++)
    for (const { pair } of pairs[i]!.kids ?? []) {
      if (at.has(pair)) continue
      at.set(pair, pairs.length)
      pairs.push(pair)
    }
  const nodes = pairs.map((pair): Node => {
    const edges = (pair.kids ?? []).map(({ edge, pair: kid }): Edge => ({ ...edge, to: at.get(kid)! }))
    return { ...base.nodes[pair.a]!, edges }
  })
  return { graph: flat(contract, nodes), at }
}

const flat = (contract: Contract, nodes: Node[]): Graph => ({
  ...{ contracts: [contract], nodes, roots: [0], named: new Map(), origin: new Map() },
  home: nodes.map(() => 0),
  offset: nodes.map(() => 0),
})

/** A member that only one side has is a node without anything below it. */
const placeOf = (graph: Graph, at: ReadonlyMap<Pair, Ix>, atom: AtomView): Place => {
  const node = at.get(atom.pair)!
  if (atom.edge === undefined) return { node }
  const target = atom.a === undefined ? atom.head.nodes[atom.b ?? -1] : atom.base.nodes[atom.a]
  if (target === undefined) return { node, edge: atom.edge }
  graph.home.push(0)
  graph.offset.push(0)
  return { node, edge: { ...atom.edge, to: graph.nodes.push({ ...target, edges: [] }) - 1 } }
}
