import type { Step } from '../model/evidence.ts'
import type { AddressFact } from '../model/manifest.ts'
import { type Address, isLocal } from './address.ts'
import { groupBy, type Placed, stepAt } from './gather.ts'
import type { Node } from './node.ts'

/** Ports that sidecars bind for the programs beside them, by repository and number. */
export type Upstreams = ReadonlyMap<string, readonly Placed<AddressFact>[]>

export const indexUpstreams = (addresses: readonly Placed<AddressFact>[]): Upstreams =>
  groupBy(
    addresses.filter(a => a.fact.kind === 'upstream'),
    a => `${a.repo}\n${a.fact.ports[0]?.port ?? ''}`,
  )

/** The service that `localhost:PORT` means beside a node's sidecar; undefined for any other address. */
export const upstreamOf = (address: Address, node: Node | undefined, upstreams: Upstreams): { host: string; step: Step } | undefined => {
  if (!node || address.port === undefined || !isLocal(address.host)) return undefined
  const found = (upstreams.get(`${node.repo}\n${address.port}`) ?? []).filter(
    u => node.name === u.fact.name || node.aliases.has(u.fact.name),
  )
  const hosts = [...new Set(found.map(u => u.fact.externalName ?? ''))]
  const [first] = found
  if (hosts.length !== 1 || !first || !hosts[0]) return undefined
  return { host: hosts[0], step: stepAt(first, first.fact.spot, `the sidecar of ${node.name} leads there to ${hosts[0]}`) }
}
