import type { Interaction, SystemModel } from '../../../index.ts'
import { groupBy, sureness } from './graph.ts'

/** What is shown. An empty list excludes nothing. */
export interface Filter {
  kinds: readonly string[]
  protocols: readonly string[]
  owners: readonly string[]
  /** The least sure that is shown. */
  confidence: Interaction['confidence']
  /** What is switched off by default, or belongs to one way of deploying only. */
  optional: boolean
}

export const everything: Filter = { kinds: [], protocols: [], owners: [], confidence: 'low', optional: false }

/** The owner of what nobody owns. */
const NOBODY = '(no owner)'

export const isFiltered = (filter: Filter): boolean =>
  filter.kinds.length > 0 || filter.protocols.length > 0 || filter.owners.length > 0 || filter.confidence !== 'low'

/** The part of the model that is shown; a resource stays while something that is shown uses it. */
export const filtered = (model: SystemModel, filter: Filter): SystemModel => {
  const has = (list: readonly string[], value: string): boolean => list.length === 0 || list.includes(value)
  const owned = (owners: readonly { value: string }[]): boolean =>
    filter.owners.length === 0 || (owners.length === 0 ? filter.owners.includes(NOBODY) : owners.some(o => filter.owners.includes(o.value)))
  const hidden = filter.optional ? new Set<string>() : apart(model)
  const services = model.services.filter(s => !hidden.has(s.id) && has(filter.kinds, s.kind) && owned(s.owners))
  const isShown = new Set(services.map(s => s.id))
  const candidates = model.resources.filter(r => !hidden.has(r.id) && has(filter.kinds, r.kind))
  const resourceIds = new Set(candidates.map(r => r.id))
  const interactions = model.interactions.filter(
    i =>
      (isShown.has(i.from) || resourceIds.has(i.from)) &&
      (isShown.has(i.to) || resourceIds.has(i.to)) &&
      has(filter.protocols, i.protocol) &&
      sureness(i.confidence) >= sureness(filter.confidence),
  )
  const used = new Set(interactions.flatMap(i => [i.from, i.to]))
  const resources = isFiltered(filter) ? candidates.filter(r => used.has(r.id)) : candidates
  return { ...model, services, resources, interactions, unresolved: model.unresolved.filter(u => isShown.has(u.from)) }
}

/** Optional nodes that nothing of the rest touches. */
const apart = (model: SystemModel): Set<string> => {
  const optional = new Set([...model.services, ...model.resources].filter(n => n.state === 'optional').map(n => n.id))
  for (let before = -1; before !== optional.size; ) {
    before = optional.size
    for (const { from, to } of model.interactions)
      if (optional.has(from) !== optional.has(to)) optional.delete(optional.has(from) ? from : to)
  }
  return optional
}

export interface Choice {
  value: string
  count: number
}

/** The values that a filter can have on this map, each with how many it would show. */
export const choices = (model: SystemModel): { kinds: Choice[]; protocols: Choice[]; owners: Choice[]; optional: number } => ({
  kinds: counted([...model.services, ...model.resources].map(n => n.kind)),
  protocols: counted(model.interactions.map(i => i.protocol)),
  owners: counted(model.services.flatMap(s => (s.owners.length === 0 ? [NOBODY] : s.owners.map(o => o.value)))),
  optional: apart(model).size,
})

const counted = (values: readonly string[]): Choice[] =>
  [...groupBy(values, v => v)]
    .map(([value, all]) => ({ value, count: all.length }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
