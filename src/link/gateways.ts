import type { AddressFact, DeployableFact, ProxyFact } from '../model/manifest.ts'
import { showValue } from '../model/value.ts'
import { parseAddresses } from './address.ts'
import { isOfCloud } from './cloud-nodes.ts'
import { type Gathered, groupBy, type Placed } from './gather.ts'

/** A proxy that a manifest declares by itself, without an image: a Gateway of a mesh or of the Gateway API. */
export const isGateway = (place: Placed<DeployableFact>): boolean => place.fact.kind === 'Gateway' || place.fact.kind === 'cloud/gateway'

/** The routes that are bound to a declared gateway, those of its own variant if there are any. */
export const boundRoutes = (place: Placed<DeployableFact>, proxies: readonly Placed<ProxyFact>[]): Placed<ProxyFact>[] => {
  const bound = proxies.filter(p => p.repo === place.repo && p.fact.owner === `gateway/${place.fact.name}`)
  const own = bound.filter(p => p.variant.id === place.variant.id)
  return own.length > 0 ? own : bound
}

/**
 * Which declared gateways are the way in: they lead to something deployed here that nothing else makes public. One that stands beside a
 * published port or a load balancer is a further way in, for those who run such a mesh.
 */
export const waysIn = ({ addresses, deployables, proxies }: Gathered): ((place: Placed<DeployableFact>) => boolean) => {
  const services = groupBy(
    addresses.filter(a => a.fact.kind === 'Service'),
    a => `${a.repo}\n${a.fact.name}`,
  )
  const byRepo = groupBy(deployables, d => d.repo)
  return place => {
    if (isOfCloud(place)) return true
    const hosts = boundRoutes(place, proxies).flatMap(({ fact }) => fact.routes.flatMap(r => parseAddresses(showValue(r.target))))
    const names = new Set(hosts.map(a => a.host.split('.')[0]!))
    const here = byRepo.get(place.repo) ?? []
    return [...names].some(name => {
      const named = services.get(`${place.repo}\n${name}`) ?? []
      const isDeployed = here.some(d => d.fact.name === name || named.some(s => picks(s, d)))
      return isDeployed && !isPublic(name, named, here, services)
    })
  }
}

const picks = (service: Placed<AddressFact>, { fact }: Placed<DeployableFact>): boolean => {
  const wanted = Object.entries(service.fact.selector)
  return wanted.length > 0 && wanted.every(([key, value]) => Object.hasOwn(fact.labels, key) && fact.labels[key] === value)
}

/** Published by Compose, or by a Service that every file declares as public: one that only some do is a choice. */
const isPublic = (
  name: string,
  named: readonly Placed<AddressFact>[],
  here: readonly Placed<DeployableFact>[],
  services: ReadonlyMap<string, Placed<AddressFact>[]>,
): boolean => {
  const workloads = here.filter(d => d.fact.name === name || d.fact.aliases.includes(name) || named.some(s => picks(s, d)))
  const isPublished = workloads.some(d => d.fact.kind === 'compose' && d.fact.containers.some(c => c.ports.some(p => p.port !== undefined)))
  const isBalanced = [...services.values()].some(
    same => same.every(s => s.fact.exposed) && same.some(s => workloads.some(d => d.repo === s.repo && picks(s, d))),
  )
  return isPublished || isBalanced
}
