import { table } from '../../base/table.ts'
import type { Contract, Edge, Json, Node } from '../../model/contract.ts'

type Graph = Pick<Contract, 'nodes' | 'root'>

/** A GraphQL contract as a document again, without descriptions: for tools that read nothing else. */
export const sdlOf = (graph: Graph): string => {
  const root = graph.nodes[graph.root]!
  const definitions = root.edges.flatMap(edge => {
    if (typeof edge.to !== 'number') return []
    const node = graph.nodes[edge.to]!
    if (edge.role === 'directive') return [directiveText(graph, node, edge.key)]
    return edge.role === 'type' ? [typeText(graph, node, edge.key)] : []
  })
  return [schemaText(root), ...definitions].filter(Boolean).join('\n')
}

const USUAL = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

const schemaText = (root: Node): string => {
  const roots = Object.entries(USUAL).flatMap(([operation, usual]) => {
    const name = root.facets[operation]
    return name === undefined ? [] : [{ text: `${operation}: ${String(name)}`, isUsual: name === usual }]
  })
  const uses = usesText(root)
  if (roots.every(r => r.isUsual)) return uses === '' ? '' : `extend schema${uses}`
  return `schema${uses} { ${roots.map(r => r.text).join(' ')} }`
}

const KEYWORDS: Record<string, string> = table({
  object: 'type',
  interface: 'interface',
  union: 'union',
  enum: 'enum',
  input: 'input',
  scalar: 'scalar',
})

const typeText = (graph: Graph, node: Node, name: string): string => {
  const { kind, extended, interfaces } = node.facets
  const implemented = Array.isArray(interfaces) && interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''
  const head = `${extended === true ? 'extend ' : ''}${KEYWORDS[String(kind)] ?? 'scalar'} ${name}${implemented}${usesText(node)}`
  const members = node.edges.filter(e => e.role === 'member').map(e => e.key)
  if (members.length > 0) return `${head} = ${members.join(' | ')}`
  const body = node.edges.flatMap(edge => memberText(graph, edge))
  return body.length === 0 ? head : `${head} {\n${body.map(line => `  ${line}\n`).join('')}}`
}

const memberText = (graph: Graph, edge: Edge): string[] => {
  const node = typeof edge.to === 'number' ? graph.nodes[edge.to] : undefined
  if (node === undefined) return []
  if (edge.role === 'value') return [edge.key + usesText(node)]
  if (edge.role === 'prop') return [inputText(node, edge.key)]
  if (edge.role !== 'field') return []
  return [`${edge.key}${argumentsText(graph, node)}: ${String(node.facets.type)}${usesText(node)}`]
}

const argumentsText = (graph: Graph, node: Node): string => {
  const found = node.edges.flatMap(e => (e.role === 'arg' && typeof e.to === 'number' ? [inputText(graph.nodes[e.to]!, e.key)] : []))
  return found.length === 0 ? '' : `(${found.join(', ')})`
}

const inputText = (node: Node, name: string): string => {
  const { type, default: usual } = node.facets
  return `${name}: ${String(type)}${usual === undefined ? '' : ` = ${String(usual)}`}${usesText(node)}`
}

const directiveText = (graph: Graph, node: Node, name: string): string => {
  const locations = Array.isArray(node.facets.locations) ? node.facets.locations : []
  return `directive ${name}${argumentsText(graph, node)}${node.facets.repeatable === true ? ' repeatable' : ''} on ${locations.join(' | ')}`
}

const usesText = (node: Node): string =>
  (Array.isArray(node.facets.directives) ? (node.facets.directives as unknown as [string, Record<string, Json>][]) : [])
    .map(([name, args]) => {
      const given = Object.entries(args).map(([key, text]) => `${key}: ${String(text)}`)
      return ` @${name}${given.length === 0 ? '' : `(${given.join(', ')})`}`
    })
    .join('')
