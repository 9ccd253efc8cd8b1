import type { Interaction, Service, SystemModel } from '../model/system.ts'
import { mapSystem } from './map.ts'
import type { MapOptions } from './options.ts'

export interface EdgeExplanation {
  from: string
  to: string
  /** All interactions between the two, each with its evidence and chains. */
  interactions: Interaction[]
  model: SystemModel
}

/** The evidence behind an edge. `from` and `to` may be any alias; undefined where the map holds no such pair. */
export const explainEdge = async (options: MapOptions, from: string, to: string): Promise<EdgeExplanation | undefined> => {
  const { model } = await mapSystem(options)
  const [a, b] = [nodeNamed(model, from), nodeNamed(model, to)]
  if (a === undefined || b === undefined) return undefined
  const interactions = model.interactions.filter(i => i.from === a && i.to === b)
  return interactions.length === 0 ? undefined : { from: a, to: b, interactions, model }
}

/** The id of the node that answers to a name: ids first, then names, then aliases. */
export const nodeNamed = ({ services, resources }: SystemModel, name: string): string | undefined => {
  const nodes: Pick<Service, 'id' | 'name' | 'aliases'>[] = [...services, ...resources]
  const found = nodes.find(n => n.id === name) ?? nodes.find(n => n.name === name) ?? nodes.find(n => n.aliases.includes(name))
  return found?.id
}
