import type { AddressFact } from '../../model/manifest.ts'
import { nearest } from '../directory.ts'
import { type Placed, stepAt } from '../gather.ts'
import type { NameHit, NameQuery, NameScheme } from './scheme.ts'

/** `service`, `service.namespace`, `service.namespace.svc`, `service.namespace.svc.cluster.local`; pods of a stateful set by their own label. */
const FORM = /^(?:[a-z0-9-]+-\d+\.)?([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.[a-z0-9.-]+)?)?)?\.?$/

/** Names of Kubernetes Services, through their selector to workloads, with the Service's ports checked. */
export const kubernetesDns: NameScheme = {
  name: 'kubernetes-dns',
  find(query, directory) {
    const parts = FORM.exec(query.host)
    if (!parts || query.from.platform === 'compose') return []
    const named = (directory.addresses.get(parts[1]!) ?? []).filter(a => a.fact.kind === 'Service')
    const inSpace = parts[2] === undefined ? named : named.filter(a => (a.fact.namespace ?? parts[2]) === parts[2] && !isDomain(parts[2]))
    return nearest(inSpace, a => a, query.from).flatMap(address => hits(address, query, directory.selected.get(address) ?? [], directory))
  },
}

/** Two-part names of the public internet; a namespace may be called anything else. */
const isDomain = (last: string | undefined): boolean => last !== undefined && /^(com|net|org|io|dev|app|co|cloud|ai|gov|edu)$/.test(last)

const hits = (
  address: Placed<AddressFact>,
  query: NameQuery,
  instances: readonly Parameters<typeof describePorts>[1][],
  directory: Parameters<NameScheme['find']>[1],
): NameHit[] =>
  instances.map(instance => {
    const { serves, fits, says } = describePorts(address, instance, query.port)
    const node = directory.nodeOf.get(instance)!
    return {
      node,
      steps: [stepAt(address, address.fact.spot, `Service ${address.fact.name}${says} selects ${instance.place.fact.name}`)],
      ...(fits ? {} : { wrongPort: serves }),
    }
  })

/** The Service's ports against the one asked for: a Service answers only on its own ports, and a named target must exist. */
const describePorts = (
  address: Placed<AddressFact>,
  instance: NameHit['node']['instances'][number],
  port: number | undefined,
): { serves: number[]; fits: boolean; says: string } => {
  const serves = address.fact.ports.flatMap(p => (p.port === undefined ? [] : [p.port]))
  if (port === undefined || serves.length === 0) return { serves, fits: true, says: '' }
  const match = address.fact.ports.find(p => p.port === port)
  if (!match) return { serves, fits: false, says: '' }
  const named = typeof match.target === 'string' ? instance.container.ports.some(p => p.name === match.target) : true
  const target = match.target === undefined ? '' : ` to ${match.target}`
  return { serves, fits: named || instance.container.ports.every(p => p.name === undefined), says: ` port ${port}${target}` }
}
