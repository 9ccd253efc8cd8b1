import { table } from '../../base/table.ts'
import type { ControlKind } from '../../model/control.ts'
import { words } from './control.ts'
import type { DataNode } from './node.ts'

type Look = (path: string) => string | undefined

/** Kinds of Traefik middleware that control something, by their lower-case names. */
const KINDS: Record<string, [kind: ControlKind, form: (look: Look) => string]> = table({
  ratelimit: ['rate-limit', look => words(`${look('average') ?? '0'} in ${look('period') ?? '1s'}`, burst(look))],
  inflightreq: ['rate-limit', look => `${look('amount') ?? '?'} at once`],
  retry: ['retry', look => words(`${look('attempts') ?? '?'} attempts`, after(look))],
  circuitbreaker: ['circuit-breaker', look => `opens at ${look('expression') ?? '?'}`],
  basicauth: ['authn', () => 'basic'],
  digestauth: ['authn', () => 'digest'],
  forwardauth: ['authn', look => `asks ${look('address') ?? 'a service'}`],
  ipwhitelist: ['authz', look => `only from ${look('sourcerange') ?? look('sourcerange[0]') ?? '?'}`],
  ipallowlist: ['authz', look => `only from ${look('sourcerange') ?? look('sourcerange[0]') ?? '?'}`],
  redirectscheme: ['tls', look => (look('scheme') === 'https' ? 'redirects to HTTPS' : '')],
})

const burst = (look: Look): string | undefined => (look('burst') === undefined ? undefined : `bursts of ${look('burst')}`)
const after = (look: Look): string | undefined => (look('initialinterval') === undefined ? undefined : `after ${look('initialinterval')}`)

/** What one middleware does, from its leaves by lower-case path: `ratelimit.average`. */
export const middlewareControls = (leaves: ReadonlyMap<string, string>): { kind: ControlKind; value: string }[] =>
  [...new Set([...leaves.keys()].map(path => path.split(/[.[]/, 1)[0]!))].sort().flatMap(type => {
    const [kind, form] = Object.hasOwn(KINDS, type) ? KINDS[type]! : []
    const value = form?.(path => leaves.get(`${type}.${path}`)) ?? ''
    return kind && value !== '' ? [{ kind, value }] : []
  })

const MAX_DEPTH = 6

/** The leaves of a middleware, by lower-case path. An empty map stands for itself. */
export const leavesOf = (node: DataNode | undefined): Map<string, string> => {
  const leaves = new Map<string, string>()
  const visit = (at: DataNode, path: string, depth: number): void => {
    if (depth > MAX_DEPTH) return
    if (at.is === 'map') {
      if (path !== '') leaves.set(path, '')
      for (const e of at.entries) visit(e.value, `${path === '' ? '' : `${path}.`}${e.key.toLowerCase()}`, depth + 1)
    } else if (at.is === 'list') for (const [n, item] of at.items.entries()) visit(item, `${path}[${n}]`, depth + 1)
    else if (path !== '') leaves.set(path, at.text ?? String(at.value))
  }
  if (node) visit(node, '', 0)
  return leaves
}
