import type { Interaction, NodeId, SystemModel } from './system.ts'

/** The ids of the nodes that answer to a name, whatever its case: by id or name, else by alias. Empty where the map has none. */
export const nodesNamed = (model: SystemModel, name: string): NodeId[] => {
  const wanted = name.trim().toLowerCase()
  const all = [...model.services, ...model.resources]
  const exact = all.filter(n => n.id.toLowerCase() === wanted || n.name.toLowerCase() === wanted)
  return (exact.length > 0 ? exact : all.filter(n => n.aliases.some(a => a.toLowerCase() === wanted))).map(n => n.id)
}

/** The interactions from some nodes to others; a topic's consumers count as reached by it. */
export const interactionsBetween = (model: SystemModel, from: readonly NodeId[], to: readonly NodeId[]): Interaction[] =>
  model.interactions.filter(
    i => (from.includes(i.from) && to.includes(i.to)) || (i.role === 'consume' && from.includes(i.to) && to.includes(i.from)),
  )
