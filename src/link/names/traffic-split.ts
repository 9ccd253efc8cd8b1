import { nearest } from '../directory.ts'
import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** The root of a traffic split, where it selects nothing itself: the Services that it shares its requests among. */
export const trafficSplit: NameScheme = {
  name: 'traffic-split',
  find(query, directory) {
    if (query.from.platform === 'compose') return []
    const [first = ''] = query.host.split('.')
    const splits = (directory.addresses.get(first) ?? []).filter(a => a.fact.kind === 'split-host' && a.repo === query.from.repo)
    return nearest(splits, a => a, query.from).flatMap(split => {
      const services = (directory.addresses.get((split.fact.externalName ?? '').toLowerCase()) ?? []).filter(a => a.fact.kind === 'Service')
      const step = stepAt(split, split.fact.spot, `${first} is shared with ${split.fact.externalName ?? ''}`)
      return nearest(services, a => a, query.from).flatMap(service =>
        (directory.selected.get(service) ?? []).map(i => ({ node: directory.nodeOf.get(i)!, steps: [step], weak: true })),
      )
    })
  },
}
