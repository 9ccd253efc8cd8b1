import type { Confidence, Step } from '../model/evidence.ts'
import type { AddressFact } from '../model/manifest.ts'
import { type Address, HOLE, isLocal, isPublicHost } from './address.ts'
import { type Directory, nearest, type Viewpoint } from './directory.ts'
import type { Placed } from './gather.ts'
import type { NameHit } from './names/scheme.ts'
import { schemes } from './names.ts'
import type { Instance, Node } from './node.ts'
import { upstreamOf } from './upstreams.ts'

/** Where an address ends: at a node, at a host outside, or nowhere, and why. */
export type Ending =
  | { is: 'node'; node: Node; steps: Step[]; confidence: Confidence; wrongPort?: number[] }
  | { is: 'outside'; host: string }
  | { is: 'nowhere'; stage: 'no-address' | 'ambiguous'; reason: string }

/** Names that stand for each other, one after the other. */
const MAX_NAMES = 6

/** Follows one address from a place in the system. `of` is who asks, where that is no deployable. */
export const follow = (
  address: Address,
  from: Viewpoint,
  asking: Instance | undefined,
  directory: Directory,
  seen: readonly string[] = [],
  of: Node | undefined = asking && directory.nodeOf.get(asking),
): Ending => {
  const host = address.host.toLowerCase()
  const upstream = upstreamOf(address, of, directory.upstreams)
  if (upstream) {
    const end = follow({ host: upstream.host, path: address.path }, from, asking, directory, [...seen, host], of)
    return end.is === 'node' ? { ...end, steps: [upstream.step, ...end.steps] } : end
  }
  if (host === '' || host.includes(HOLE)) return { is: 'nowhere', stage: 'no-address', reason: 'the host is not known' }
  const alias = externalName(host, from, directory)
  if (alias !== undefined && seen.length < MAX_NAMES && !seen.includes(alias))
    return follow({ ...address, host: alias }, from, asking, directory, [...seen, host])
  const query = {
    host,
    from,
    path: address.path || '/',
    ...(address.port === undefined ? {} : { port: address.port }),
    ...(asking ? { asking } : {}),
  }
  for (const scheme of schemes) {
    const hits = scheme.find(query, directory)
    if (hits.length > 0) return ending(hits, host)
  }
  if (isPublicHost(host)) return { is: 'outside', host }
  return { is: 'nowhere', stage: 'no-address', reason: isLocal(host) ? `nothing else answers on ${host}` : `nothing is called ${host}` }
}

/** The host that a Service of type ExternalName stands for. */
const externalName = (host: string, from: Viewpoint, directory: Directory): string | undefined => {
  if (from.platform === 'compose') return undefined
  const known = (name: string, kind: string): Placed<AddressFact>[] =>
    (directory.addresses.get(name) ?? []).filter(a => a.fact.kind === kind && a.repo === from.repo)
  const virtual = known(host, 'virtual-host')
  const services =
    virtual.length > 0 ? virtual : (directory.addresses.get(host.split('.')[0]!) ?? []).filter(a => a.fact.kind === 'Service')
  const [first] = nearest(services, a => a, from)
  return first?.fact.externalName?.toLowerCase()
}

const ending = (hits: readonly NameHit[], host: string): Ending => {
  const nodes = new Map(hits.map(h => [h.node.id, h]))
  if (nodes.size > 1) return { is: 'nowhere', stage: 'ambiguous', reason: `${host} may be ${[...nodes.keys()].sort().join(' or ')}` }
  const hit = hits.find(h => h.wrongPort === undefined) ?? hits[0]!
  return {
    is: 'node',
    node: hit.node,
    steps: hit.steps,
    confidence: (hit.weak ?? hit.wrongPort) ? 'medium' : 'high',
    ...(hit.wrongPort ? { wrongPort: hit.wrongPort } : {}),
  }
}

const ORDER: readonly Confidence[] = ['low', 'medium', 'high']
export const weakest = (...all: Confidence[]): Confidence => ORDER[Math.min(...all.map(c => ORDER.indexOf(c)))] ?? 'low'
export const strongest = (...all: Confidence[]): Confidence => ORDER[Math.max(...all.map(c => ORDER.indexOf(c)))] ?? 'low'
