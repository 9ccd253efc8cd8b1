import { nearest } from '../directory.ts'
import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** Service keys, container names, host names and network aliases of a Compose project. */
export const compose: NameScheme = {
  name: 'compose',
  find(query, directory) {
    if (query.from.platform === 'kubernetes') return []
    const named = (directory.instances.get(query.host) ?? []).filter(i => i.place.fact.kind === 'compose')
    return nearest(named, i => i.place, query.from).map(i => {
      const published = i.container.ports.find(p => p.port === query.port && p.target !== undefined && p.target !== p.port)
      const inside = i.container.ports.flatMap(p => (typeof p.target === 'number' ? [p.target] : []))
      const isWrong = published !== undefined && query.port !== undefined && !inside.includes(query.port)
      return {
        node: directory.nodeOf.get(i)!,
        steps: [stepAt(i.place, i.place.fact.spot, `compose service ${i.place.fact.name}`)],
        ...(isWrong ? { wrongPort: inside } : {}),
      }
    })
  },
}
