import type { Evidence, Location } from '../model/evidence.ts'
import type { Interaction, NodeId, Service, ServiceId, SystemModel } from '../model/system.ts'

/** A model with small indexed queries. */
export interface View {
  model: SystemModel
  service(id: ServiceId): Service | undefined
  /** Name of a service or resource. */
  nameOf(id: NodeId): string
  from(id: NodeId): readonly Interaction[]
  to(id: NodeId): readonly Interaction[]
  /** Something in the map is known to be deployed: then what is not, does not block. */
  knowsDeployment: boolean
}

export const viewOf = (model: SystemModel): View => {
  const services = new Map(model.services.map(s => [s.id, s]))
  const names = new Map([...model.resources, ...model.services].map(n => [n.id, n.name]))
  const outgoing = group(model.interactions, i => i.from)
  const incoming = group(model.interactions, i => i.to)
  return {
    model,
    service: id => services.get(id),
    nameOf: id => names.get(id) ?? id,
    from: id => outgoing.get(id) ?? [],
    to: id => incoming.get(id) ?? [],
    knowsDeployment: model.services.some(s => s.state === 'deployed'),
  }
}

const group = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const list = groups.get(key(item))
    if (list) list.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** Optional variants and what no manifest deploys never block, in a system whose deployment is known. */
export const canBlock = (view: View, id: ServiceId): boolean => !view.knowsDeployment || view.service(id)?.state === 'deployed'

/** The place of the first witness. */
export const placeOf = (evidence: readonly Evidence[]): Location | undefined => evidence[0]?.at
