import type { NameScheme } from './scheme.ts'

/** Names under which programs register themselves: application names, whatever their case. Nearest repository first. */
export const discovery: NameScheme = {
  name: 'discovery',
  find(query, directory) {
    const named = directory.applications.get(query.host) ?? []
    const own = named.filter(node => node.repo === query.from.repo)
    return (own.length > 0 ? own : named).map(node => {
      const at = node.programs[0]?.program.evidence[0]?.at
      return { node, steps: at ? [{ at, says: `${node.name} registers as ${query.host}` }] : [] }
    })
  },
}
