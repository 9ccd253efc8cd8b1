import { isLocal } from '../address.ts'
import { stepAt } from '../gather.ts'
import type { NameScheme } from './scheme.ts'

/** `localhost:PORT`: whoever publishes that port in the same variant. A program's own port is not a call to somebody. */
export const localhost: NameScheme = {
  name: 'localhost',
  find(query, directory) {
    if (!isLocal(query.host) || query.port === undefined) return []
    if (query.from.variant === undefined) return byProgram(query, directory)
    return (directory.published.get(`${query.from.variant}\n${query.port}`) ?? [])
      .filter(i => i.place.fact.kind === 'compose')
      .map(i => ({
        node: directory.nodeOf.get(i)!,
        steps: [
          stepAt(i.place, i.container.ports.find(p => p.port === query.port)!.spot, `${i.place.fact.name} publishes port ${query.port}`),
        ],
        weak: true,
      }))
  },
}

/** What nothing deploys runs on one machine with the others, and with what is started there in containers: ports tell them apart. */
const byProgram: NameScheme['find'] = (query, directory) => {
  const key = `${query.from.repo}\n${query.port}`
  const listening = (directory.listening.get(key) ?? []).map(node => ({
    node,
    steps: (node.programs[0]?.program.evidence ?? [])
      .slice(0, 1)
      .map(e => ({ at: e.at, says: `${node.name} listens on port ${query.port}` })),
    weak: true,
  }))
  const published = (directory.publishedAnywhere.get(key) ?? []).flatMap(node => {
    const instance = node.instances.find(i => i.place.fact.kind === 'compose' && i.container.ports.some(p => p.port === query.port))
    const port = instance?.container.ports.find(p => p.port === query.port)
    return instance && port
      ? [{ node, steps: [stepAt(instance.place, port.spot, `${node.name} publishes port ${query.port}`)], weak: true }]
      : []
  })
  return published.length > 0 ? published : listening
}
