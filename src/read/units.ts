import { shortHash } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import { by } from '../base/names.ts'
import type { Edge, Json, Node, NodeIx, Unit } from '../model/contract.ts'

/** Operations, components and security schemes. The hash covers what a unit means: not lines, not titles, not the order of members. */
export const unitsOf = (nodes: readonly Node[], root: NodeIx): Unit[] =>
  nodes[root]!.edges.flatMap(edge => {
    if (typeof edge.to !== 'number') return []
    const refs = new Set<string>()
    const hash = shortHash(canonicalJson(meaningOf(nodes, edge.to, edge.to, refs)))
    const key = edge.role === 'security' ? `securitySchemes/${edge.key}` : edge.key
    return [{ key, node: edge.to, span: nodes[edge.to]!.at, hash, refs: [...refs].sort() }]
  })

const NO_MEANING = new Set(['deprecated', 'title', 'path'])
/** Members of these roles have an order that counts. */
const ORDERED: ReadonlySet<string> = new Set(['prefix'])

const meaningOf = (nodes: readonly Node[], ix: NodeIx, unit: NodeIx, refs: Set<string>): Json => {
  const node = nodes[ix]!
  const facets = Object.fromEntries(Object.entries(node.facets).filter(([name]) => !NO_MEANING.has(name)))
  const edges = node.edges.map((edge): [string, Json] => {
    const key = edge.role === 'allOf' || edge.role === 'oneOf' || edge.role === 'anyOf' ? '' : edge.key
    const meaning: Json = [edge.role, key, edge.required === true, targetOf(nodes, edge, unit, refs)]
    return [ORDERED.has(edge.role) ? `${edge.role} ${edge.key}` : `${edge.role} ${key} ${canonicalJson(meaning)}`, meaning]
  })
  return [node.kind, facets, edges.sort(by(([key]) => key)).map(([, meaning]) => meaning)]
}

/** A named part is a unit of its own: its name stands for it. */
const targetOf = (nodes: readonly Node[], edge: Edge, unit: NodeIx, refs: Set<string>): Json => {
  const name = typeof edge.to === 'number' ? nodes[edge.to]!.name : edge.to.name
  if (name === undefined) return meaningOf(nodes, edge.to as NodeIx, unit, refs)
  if (edge.to !== unit) refs.add(name)
  return name
}
