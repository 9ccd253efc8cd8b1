import { nearest } from '../directory.ts'
import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** A workload's own name where no Service of that name is declared in sight: its Service lies elsewhere. */
export const workload: NameScheme = {
  name: 'workload',
  find(query, directory) {
    if (query.from.platform === 'compose') return []
    const first = query.host.split('.')[0]!
    const named = (directory.instances.get(first) ?? []).filter(i => i.place.fact.kind !== 'compose')
    return nearest(named, i => i.place, query.from).map(i => ({
      node: directory.nodeOf.get(i)!,
      steps: [stepAt(i.place, i.place.fact.spot, `${i.place.fact.kind} ${i.place.fact.name}`)],
      weak: true,
    }))
  },
}
