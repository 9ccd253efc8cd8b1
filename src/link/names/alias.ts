import { canonicalName } from '../../base/names.ts'
import { spotAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** Any other name a deployable or program is known by: discovery ids, images, folders. Taken only when it is one node's alone. */
export const alias: NameScheme = {
  name: 'alias',
  find(query, directory) {
    const named = directory.aliases.get(canonicalName(query.host)) ?? []
    const own = named.filter(node => node.repo === query.from.repo)
    return (own.length > 0 ? own : named).map(node => {
      const first = node.instances[0]
      const at = first ? spotAt(first.place, first.place.fact.spot) : node.programs[0]?.program.evidence[0]?.at
      return { node, steps: at ? [{ at, says: `${query.host} is a name of ${node.name}` }] : [], weak: true }
    })
  },
}
