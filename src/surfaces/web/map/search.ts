import type { MapEdge, MapGraph, MapNode } from './graph.ts'
import { compareText } from './graph.ts'

export type Hit = { node: MapNode } | { edge: MapEdge }

/** `billing` finds nodes by name, alias, owner, folder and operation; `checkout->billing` finds what is between two. Best first. */
export const search = (graph: MapGraph, query: string, most = 12): Hit[] => {
  const text = query.trim().toLowerCase()
  if (text === '') return []
  const pair = /^(.*?)\s*(?:->|→)\s*(.*)$/.exec(text)
  if (pair)
    return edgesOf(graph, pair[1]!, pair[2]!)
      .slice(0, most)
      .map(edge => ({ edge }))
  return matching(graph, text)
    .slice(0, most)
    .map(node => ({ node }))
}

/** All nodes that match, best first. */
export const matching = (graph: MapGraph, query: string): MapNode[] => {
  const text = query.trim().toLowerCase()
  if (text === '') return []
  return graph.nodes
    .map(node => ({ node, rank: rankOf(node, text) }))
    .filter(({ rank }) => rank < NO)
    .sort((a, b) => a.rank - b.rank || b.node.into.length - a.node.into.length || compareText(a.node.id, b.node.id))
    .map(({ node }) => node)
}

const NO = 9

const rankOf = (node: MapNode, text: string): number => {
  const [name] = node.words
  if (name === text) return 0
  if (name!.startsWith(text)) return 1
  if (name!.includes(text)) return 2
  if (node.words.some(w => w === text || w.startsWith(text))) return 3
  return node.words.some(w => w.includes(text)) ? 4 : NO
}

const edgesOf = (graph: MapGraph, from: string, to: string): MapEdge[] => {
  const rank = (edge: MapEdge): number => rankOf(edge.from, from || edge.from.words[0]!) + rankOf(edge.to, to || edge.to.words[0]!)
  return graph.edges
    .map(edge => ({ edge, rank: rank(edge) }))
    .filter(e => e.rank < NO)
    .sort((a, b) => a.rank - b.rank || compareText(a.edge.id, b.edge.id))
    .map(e => e.edge)
}
