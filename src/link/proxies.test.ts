import { describe, expect, it } from 'vitest'
import type { ProxyRoute } from '../model/manifest.ts'
import { text } from '../model/value.ts'
import { type Forwarding, rewritten, routeFor } from './proxies.ts'

const route = (match: ProxyRoute['match'], path: string, rewrite?: ProxyRoute['rewrite']): ProxyRoute => ({
  hosts: [],
  match,
  path,
  protocol: 'http',
  target: text(path),
  ...(rewrite ? { rewrite } : {}),
  spot: { line: 1 },
})

const forwarding = (r: ProxyRoute): Forwarding => ({
  route: r,
  targets: [r.target],
  place: {
    fact: { says: 'proxy', kind: 'nginx', listens: [], pools: [], routes: [r], spot: { line: 1 } },
    repo: 'r',
    file: 'nginx.conf',
    variant: { id: 'plain:', kind: 'plain', root: '', bases: [] },
  },
  steps: [],
})

const taken = (path: string, ...routes: ProxyRoute[]): string | undefined => routeFor(path, routes.map(forwarding))?.route.path

describe('the route of a request', () => {
  it('is the exact one, else the longest beginning, else a pattern by its beginning', () => {
    const all = [route('prefix', '/'), route('prefix', '/api/'), route('exact', '/api/seats'), route('regex', '^/api/bills/(\\w+)$')]
    expect(taken('/api/seats', ...all)).toBe('/api/seats')
    expect(taken('/api/seats/{}', ...all)).toBe('/api/')
    expect(taken('/api/bills/{}', ...all)).toBe('^/api/bills/(\\w+)$')
    expect(taken('/x', ...all)).toBe('/')
  })

  it('is none where nothing fits', () => {
    expect(taken('/other', route('prefix', '/api'), route('regex', '\\.php$'))).toBeUndefined()
  })
})

describe('the path at the target', () => {
  it('has the prefix replaced once', () => {
    expect(rewritten('/api/seats/{}', route('prefix', '/api/', { prefix: '/api/', to: '/' }))).toBe('/seats/{}')
    expect(rewritten('/api/seats', route('prefix', '/api', { prefix: '/api', to: '/v1' }))).toBe('/v1/seats')
    expect(rewritten('/api/seats', route('prefix', '/api'))).toBe('/api/seats')
    expect(rewritten('/x', route('regex', '^/x', { to: '/t/{}' }))).toBe('/t/{}')
  })
})
