import type { SystemModel } from '../../index.ts'

/** The map without what is optional and touches nothing of the rest: tools and parts of one way of deploying it. `--format json` has all. */
export const shown = (model: SystemModel): SystemModel & { hidden: string[] } => {
  const optional = new Set([...model.services, ...model.resources].filter(n => n.state === 'optional').map(n => n.id))
  for (let before = -1; before !== optional.size; ) {
    before = optional.size
    for (const { from, to } of model.interactions)
      if (optional.has(from) !== optional.has(to)) optional.delete(optional.has(from) ? from : to)
  }
  const isShown = (node: { id: string }): boolean => !optional.has(node.id)
  return {
    ...model,
    services: model.services.filter(isShown),
    resources: model.resources.filter(isShown),
    interactions: model.interactions.filter(i => !optional.has(i.from)),
    hidden: [...optional].sort(),
  }
}
