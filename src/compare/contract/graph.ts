import type { Contract, Edge, Node } from '../../model/contract.ts'

/** Index of a node in a Graph. */
export type Ix = number

/**
 * The nodes of several contracts side by side, so that a walk may cross from one to the other where a name leads there.
 * Derived nodes (a folded allOf) are appended; they stand where their origin stands.
 */
export interface Graph {
  contracts: readonly Contract[]
  nodes: Node[]
  /** Of each node: its contract, and what is to be added to the targets of its edges. */
  home: number[]
  offset: number[]
  roots: Ix[]
  /** Named types and services of nominal formats, by full name. */
  named: Map<string, Ix>
  origin: Map<Ix, Ix>
}

export const graphOf = (contracts: readonly Contract[]): Graph => {
  const graph: Graph = { contracts, nodes: [], home: [], offset: [], roots: [], named: new Map(), origin: new Map() }
  contracts.forEach((contract, index) => {
    const start = graph.nodes.length
    graph.roots.push(start + contract.root)
    for (const node of contract.nodes) {
      graph.nodes.push(node)
      graph.home.push(index)
      graph.offset.push(start)
      if (node.name !== undefined && isNamedType(node)) {
        const key = `${contract.id} ${node.name}`
        if (!graph.named.has(key)) graph.named.set(key, graph.nodes.length - 1)
      }
    }
  })
  return graph
}

const NAMED: ReadonlySet<string> = new Set(['message', 'enum', 'type', 'schema', 'param', 'body', 'response', 'header'])
const isNamedType = (node: Node): boolean => NAMED.has(node.kind)

/** The node an edge leads to; undefined for names that no contract of the graph defines. */
export const targetOf = (graph: Graph, from: Ix, edge: Edge): Ix | undefined => {
  if (typeof edge.to === 'number') return graph.offset[from]! + edge.to
  return edge.to.contract === undefined ? undefined : graph.named.get(`${edge.to.contract} ${edge.to.name}`)
}

/** Adds a node that is computed from `origin`. Its edges hold graph indices. */
export const addDerived = (graph: Graph, origin: Ix, node: Node): Ix => {
  const ix = graph.nodes.push(node) - 1
  graph.home.push(graph.home[origin]!)
  graph.offset.push(0)
  graph.origin.set(ix, graph.origin.get(origin) ?? origin)
  return ix
}

export const originOf = (graph: Graph, ix: Ix): Ix => graph.origin.get(ix) ?? ix

/** An operation of the graph: `package.Service/Method`, `METHOD /path/{}`, `Query.field` or `channel#message`. */
export interface GraphOperation {
  id: string
  contract: number
  node: Ix
}

const OPERATIONS = new WeakMap<Graph, GraphOperation[]>()

export const operationsOf = (graph: Graph): GraphOperation[] => {
  const known = OPERATIONS.get(graph) ?? collected(graph)
  OPERATIONS.set(graph, known)
  return known
}

const INNER: ReadonlySet<string> = new Set(['rpc', 'field'])

const collected = (graph: Graph): GraphOperation[] =>
  graph.roots.flatMap((root, contract) => {
    const found: GraphOperation[] = []
    for (const edge of graph.nodes[root]!.edges) {
      const ix = targetOf(graph, root, edge)
      const node = ix === undefined ? undefined : graph.nodes[ix]
      if (ix === undefined || node === undefined) continue
      if (node.kind === 'operation' || node.kind === 'event') found.push({ id: edge.key, contract, node: ix })
      if (node.kind !== 'service' && node.facets.root === undefined) continue
      for (const inner of node.edges) {
        const target = INNER.has(inner.role) ? targetOf(graph, ix, inner) : undefined
        if (target === undefined) continue
        found.push({ id: `${node.name}${inner.role === 'rpc' ? '/' : '.'}${inner.key}`, contract, node: target })
      }
    }
    return found
  })
