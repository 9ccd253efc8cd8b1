import { shortHash } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import type { Edge, Node, NodeIx, Unit } from '../model/contract.ts'

/** Operations, components and security schemes. The hash covers what a unit means: not lines, not titles, not the order of members. */
export const unitsOf = (nodes: readonly Node[], root: NodeIx, withoutHashes = false): Unit[] =>
  nodes[root]!.edges.flatMap(edge => {
    if (typeof edge.to !== 'number') return []
    const refs = new Set<string>()
    const hash = withoutHashes ? '' : shortHash(meaningOf(nodes, edge.to, edge.to, refs))
    const key = edge.role === 'security' ? `securitySchemes/${edge.key}` : edge.key
    return [{ key, node: edge.to, span: nodes[edge.to]!.at, hash, refs: [...refs].sort() }]
  })

const NO_MEANING = new Set(['deprecated', 'title', 'path'])
/** What a node says and leads to, as text: facets by name, members in an order that does not depend on how they were written. */
const meaningOf = (nodes: readonly Node[], ix: NodeIx, unit: NodeIx, refs: Set<string>): string => {
  const node = nodes[ix]!
  let text = `(${node.kind}`
  for (const name of Object.keys(node.facets).sort()) if (!NO_MEANING.has(name)) text += ` ${name}=${canonicalJson(node.facets[name])}`
  const members = node.edges.map(edge => {
    const key = edge.role === 'allOf' || edge.role === 'oneOf' || edge.role === 'anyOf' ? '' : edge.key
    const isRequired = edge.required === true ? '!' : ''
    return `${edge.role} ${JSON.stringify(key)}${isRequired} ${targetOf(nodes, edge, unit, refs)}`
  })
  if (members.length > 1) members.sort()
  return `${text} ${members.join(' ')})`
}

/** A named part is a unit of its own: its name stands for it. */
const targetOf = (nodes: readonly Node[], edge: Edge, unit: NodeIx, refs: Set<string>): string => {
  const name = typeof edge.to === 'number' ? nodes[edge.to]!.name : edge.to.name
  if (name === undefined) return meaningOf(nodes, edge.to as NodeIx, unit, refs)
  if (edge.to !== unit) refs.add(name)
  return JSON.stringify(name)
}
