import { byText } from '../../base/names.ts'
import type { Contract, ContractFact, Node, NodeIx, Unit } from '../../model/contract.ts'

/** What a file defines, for the question whether another one is a copy: subgraphs have types in common, but hardly their members. */
export const coordinatesOf = ({ nodes, root }: ContractFact): Set<string> =>
  new Set(
    nodes[root]!.edges.flatMap(type => {
      const { facets, edges } = nodes[type.to as NodeIx]!
      const members = edges.filter(e => e.role !== 'possible').map(e => `${type.key}.${e.key}`)
      return facets.extended === true || members.length > 0 ? members : [type.key]
    }),
  )

/** Files of one folder are one graph, unless two of them define the same type or are subgraphs of their own. */
export const areOneGraph = (a: ContractFact, b: ContractFact): boolean => {
  const defined = definedTypes(a)
  return !(isSubgraph(a) && isSubgraph(b)) && [...definedTypes(b)].every(name => !defined.has(name))
}

const definedTypes = ({ nodes, root }: ContractFact): Set<string> =>
  new Set(nodes[root]!.edges.filter(e => nodes[e.to as NodeIx]!.facets.extended !== true).map(e => e.key))

const isSubgraph = ({ nodes, root }: Pick<ContractFact, 'nodes' | 'root'>): boolean =>
  JSON.stringify(nodes[root]!.facets.directives ?? '').includes('federation')

/**
 * The types of several files: what one extends and another defines is one type, root types are found by name, and whoever reads an interface
 * gets the types of all files that implement it.
 */
export const uniteTypes = (nodes: Node[], units: Unit[]): Unit[] => {
  const root = nodes[0]!
  const known = new Map<string, NodeIx>()
  const gone = new Set<NodeIx>()
  for (const edge of root.edges) {
    const ix = edge.to as NodeIx
    const same = known.get(edge.key)
    if (edge.role === 'file' || same === undefined) {
      if (edge.role !== 'file') known.set(edge.key, ix)
      continue
    }
    const [kept, more] = nodes[same]!.facets.extended === true ? [ix, same] : [same, ix]
    const names = new Set(nodes[kept]!.edges.map(e => `${e.role} ${e.key}`))
    nodes[kept]!.edges.push(...nodes[more]!.edges.filter(e => !names.has(`${e.role} ${e.key}`)))
    known.set(edge.key, kept)
    gone.add(more)
    const [whole, part] = [units.find(u => u.node === kept), units.find(u => u.node === more)]
    if (whole !== undefined && part !== undefined) whole.hash = [whole.hash, part.hash].sort(byText).join(' ')
  }
  root.edges = root.edges.filter(e => !gone.has(e.to as NodeIx))
  for (const [operation, usual] of [...'query mutation subscription'.split(' ')].map(o => [o, o[0]!.toUpperCase() + o.slice(1)] as const)) {
    const name = root.facets[operation] ?? usual
    const type = known.get(String(name))
    if (type === undefined) continue
    root.facets[operation] = name
    nodes[type]!.facets.root = operation
  }
  for (const [name, ix] of known) {
    const { interfaces } = nodes[ix]!.facets
    for (const i of Array.isArray(interfaces) ? interfaces : []) {
      const to = known.get(String(i))
      if (to !== undefined && !nodes[to]!.edges.some(e => e.role === 'possible' && e.key === name))
        nodes[to]!.edges.push({ role: 'possible', key: name, to: ix })
    }
  }
  return units.filter(u => !gone.has(u.node))
}

/**
 * Types that several served subgraphs have in common are one type to whoever asks their router: what reads it in one reads the members
 * that the others give it. Root fields stay their subgraphs' own.
 */
export const federate = (contracts: readonly Contract[]): void => {
  const types = new Map<string, { contract: Contract; ix: NodeIx }[]>()
  for (const contract of contracts.filter(isServedSubgraph))
    for (const edge of contract.nodes[contract.root]!.edges) {
      if (edge.role !== 'type' || typeof edge.to !== 'number' || !isEntity(contract.nodes[edge.to]!)) continue
      types.set(edge.key, [...(types.get(edge.key) ?? []), { contract, ix: edge.to }])
    }
  for (const [name, all] of types)
    for (const one of all)
      for (const other of all)
        if (one !== other)
          one.contract.nodes[one.ix]!.edges.push({ role: 'possible', key: other.contract.id, to: { name, contract: other.contract.id } })
}

const isServedSubgraph = (contract: Contract): boolean =>
  contract.format === 'graphql' && contract.providers.length > 0 && (isSubgraph(contract) || contract.nodes.some(hasKey))

const hasKey = ({ facets }: Node): boolean =>
  Array.isArray(facets.directives) && facets.directives.some(d => Array.isArray(d) && d[0] === 'key')

const isEntity = ({ facets }: Node): boolean => facets.root === undefined && (facets.kind === 'object' || facets.kind === 'interface')
