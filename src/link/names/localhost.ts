import { isLocal } from '../address.ts'
import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** `localhost:PORT`: whoever publishes that port in the same variant. A program's own port is not a call to somebody. */
export const localhost: NameScheme = {
  name: 'localhost',
  find(query, directory) {
    if (!isLocal(query.host) || query.port === undefined || query.from.variant === undefined) return []
    return (directory.published.get(`${query.from.variant}\n${query.port}`) ?? [])
      .filter(i => i.place.fact.kind === 'compose')
      .map(i => ({
        node: directory.nodeOf.get(i)!,
        steps: [stepAt(i.place, i.container.ports.find(p => p.port === query.port)!.spot, `${i.place.fact.name} publishes port ${query.port}`)],
        weak: true,
      }))
  },
}
