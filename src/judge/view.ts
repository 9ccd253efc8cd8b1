import { by } from '../base/names.ts'
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

export const viewOf = (given: SystemModel): View => {
  const model = inOrder(given)
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

/** Findings must not depend on the order in which a model was put together. */
const inOrder = (model: SystemModel): SystemModel => ({
  ...model,
  services: [...model.services].sort(by(s => s.id)),
  interactions: [...model.interactions].sort(by(i => i.id)),
  contracts: [...model.contracts].sort(by(c => c.id)),
  wirings: [...model.wirings].sort(by(w => `${w.of} ${w.name} ${w.value}`)),
  unresolved: [...model.unresolved].sort(by(u => u.id)),
})

/** Groups items by a key, keeping order. */
export const group = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const list = groups.get(key(item))
    if (list) list.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** What a rule takes from a model as a whole, taken once: rules look at the base twice. */
export const perView = <T>(make: (view: View) => T): ((view: View) => T) => {
  const known = new WeakMap<View, { made: T }>()
  return view => {
    const found = known.get(view) ?? { made: make(view) }
    known.set(view, found)
    return found.made
  }
}

/** Optional variants and what no manifest deploys never block, in a system whose deployment is known. */
export const canBlock = (view: View, id: ServiceId): boolean => !view.knowsDeployment || view.service(id)?.state === 'deployed'

/** The place of the first witness. */
export const placeOf = (evidence: readonly Evidence[]): Location | undefined => evidence[0]?.at
