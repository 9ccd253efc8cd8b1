import type { ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** Composed GraphQL supergraphs: the subgraphs that a router sends its queries to, `@join__graph(name: …, url: …)`. */
export const supergraph: Reader = {
  name: 'mesh/supergraph',
  version: 1,
  wants: path => /\.(graphqls?|gql|supergraph)$/i.test(path),
  recognises: content => content.includes('@join__graph'),
  read: ({ content }) => {
    const routes = content.split('\n').flatMap((line, n) => subgraph(line, n + 1))
    if (routes.length === 0) return { problems: [] }
    const fact: ProxyFact = {
      says: 'proxy',
      kind: 'graphql-router',
      listens: [],
      pools: [],
      routes,
      spot: { line: 1, endLine: content.split('\n').length },
    }
    return { manifest: [fact], problems: [] }
  },
}

const MAX_LINE = 2000

/** An enum value with its graph; definitions of the directive have no url of their own. */
const subgraph = (line: string, number: number): ProxyRoute[] => {
  if (line.length > MAX_LINE || !/^\s*\w+\s+@join__graph\(/.test(line)) return []
  const url = /\burl:\s*"([^"\\]*)"/.exec(line)?.[1]
  if (!url) return []
  const spot = { line: number }
  return [{ hosts: [], match: 'prefix', path: '/', protocol: 'graphql', target: { is: 'text', text: url, spot }, spot }]
}
