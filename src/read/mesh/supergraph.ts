import type { FileProblem } from '../../model/evidence.ts'
import type { ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** Composed GraphQL supergraphs: the subgraphs that a router sends its queries to, `@join__graph(name: …, url: …)`. */
export const supergraph: Reader = {
  name: 'mesh/supergraph',
  version: 2,
  wants: path => /\.(graphqls?|gql|supergraph)$/i.test(path),
  recognises: content => content.includes('@join__graph'),
  read: ({ content }) => {
    const lines = content.split('\n')
    const graphs = lines.map((line, n) => ({ line, number: n + 1 })).filter(({ line }) => line.length <= MAX_LINE && GRAPH.test(line))
    const routes = graphs.flatMap(({ line, number }) => subgraph(line, number))
    const problems = graphs.filter(({ line }) => !URL.test(line)).map(({ number }) => noUrl(number))
    if (routes.length === 0) return { problems }
    const fact: ProxyFact = {
      says: 'proxy',
      kind: 'graphql-router',
      listens: [],
      pools: [],
      routes,
      spot: { line: 1, endLine: lines.length },
    }
    return { manifest: [fact], problems }
  },
}

const MAX_LINE = 2000
/** An enum value with its graph; definitions of the directive look otherwise. */
const GRAPH = /^\s*\w+\s+@join__graph\(/
const URL = /\burl:\s*"([^"\\]*)"/

const subgraph = (line: string, number: number): ProxyRoute[] => {
  const url = URL.exec(line)?.[1]
  if (!url) return []
  const spot = { line: number }
  return [{ hosts: [], match: 'prefix', path: '/', protocol: 'graphql', target: { is: 'text', text: url, spot }, spot }]
}

const noUrl = (line: number): FileProblem => ({
  code: 'supergraph/no-url',
  message: 'a subgraph without a url: where the router sends its queries is not known',
  severity: 'warning',
  line,
})
