import type { Format, Pair, Row, Walk } from '../contract/format.ts'
import { targetOf } from '../contract/graph.ts'
import { openapi } from './openapi.ts'

/** Members that both sides name are compared even where either may have more. */
const openPair = (pair: Pair, walk: Walk): boolean => {
  const [a, b] = [walk.base.nodes[pair.a]!, walk.head.nodes[pair.b]!]
  const [wasOpen, isOpen] = [a.facets.open === true, b.facets.open === true]
  if (!wasOpen && !isOpen) return openapi.kinds.schema?.own?.(pair, walk) === true
  if (wasOpen !== isOpen) walk.atom(pair, 'shape', isOpen ? 'removed' : 'added')
  const same = new Map(b.edges.map(e => [`${e.role} ${e.key}`, e]))
  for (const edge of a.edges) {
    const other = same.get(`${edge.role} ${edge.key}`)
    const [was, is] = [targetOf(walk.base, pair.a, edge), other && targetOf(walk.head, pair.b, other)]
    if (was !== undefined && is !== undefined) walk.pair(was, is, pair, edge)
  }
  return true
}

const told = (say: Row['say']): Row => ({ request: 'compatible', response: 'compatible', modes: [], say })

const { peer: _peer, raw: _raw, ...http } = openapi

/**
 * Contracts that only code holds: OpenAPI's rules, over what types and literals tell. What the code does not tell (`open`) is no promise:
 * where one side is open, nothing comes or goes, and that it is open now is told, and breaks nothing.
 */
export const code: Format = {
  ...http,
  format: 'code',
  kinds: {
    ...openapi.kinds,
    schema: { facets: openapi.kinds.schema?.facets ?? {}, own: openPair },
  },
  rows: {
    ...openapi.rows,
    'shape-removed': told(() => 'what the code gives here is no longer told by its types'),
    'shape-added': told(() => 'the code now tells what it gives here'),
  },
}
