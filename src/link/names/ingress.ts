import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** Public host names that an ingress or gateway route of the system leads to a Service; the longest path wins. */
export const ingress: NameScheme = {
  name: 'ingress',
  find(query, directory) {
    const routes = (directory.routes.get(query.host) ?? []).filter(r => query.path.startsWith(pathOf(r.fact.name)))
    const longest = Math.max(...routes.map(r => pathOf(r.fact.name).length), 0)
    return routes
      .filter(r => pathOf(r.fact.name).length === longest)
      .flatMap(r =>
        directory
          .routed(r)
          .map(node => ({ node, steps: [stepAt(r, r.fact.spot, `${r.fact.name} is routed to ${r.fact.externalName ?? ''}`)] })),
      )
  },
}

const pathOf = (name: string): string =>
  name
    .slice(name.indexOf('/'))
    .replace(/\*$/, '')
    .replace(/(.)\/$/, '$1')
