import { by, canonicalName } from '../base/names.ts'
import { dirname } from '../base/path.ts'
import type { Protocol } from '../model/fragment.ts'
import type { DeployableFact, ResourceFact, ResourceKind } from '../model/manifest.ts'
import { groupBy, type Placed } from './gather.ts'
import type { Node } from './node.ts'
import { variantKey } from './variants.ts'

/** Deployed by a document of infrastructure as code: it is there, whatever is known of its image. */
export const isOfCloud = ({ fact }: Placed<DeployableFact>): boolean => fact.kind.startsWith('cloud/')

const PROTOCOLS: readonly (readonly [engine: RegExp, protocol: Protocol])[] = [
  [/postgres|mysql|maria|aurora|sqlserver|oracle|^db2|spanner|redshift|cockroach/, 'sql'],
  [/mongo|docdb/, 'mongodb'],
  [/^(redis|valkey)$/, 'redis'],
  [/kafka|eventhub/, 'kafka'],
  [/rabbitmq|activemq|servicebus/, 'amqp'],
]

/** The protocol that an engine speaks, as far as code names it too. */
export const protocolOf = (engine: string | undefined): Protocol =>
  PROTOCOLS.find(([pattern]) => pattern.test(engine ?? ''))?.[1] ?? 'unknown'

/** Queues and topics are called `topic:NAME` all over the map. */
export const isChannel = (kind: ResourceKind): boolean => kind === 'queue' || kind === 'topic'

/**
 * Nodes of declared resources. One address in several variants, or one name of one kind in a repository, is one thing: stages of one system
 * declare it again.
 */
export const resourceNodes = (resources: readonly Placed<ResourceFact>[]): Node[] => {
  const groups = groupBy(resources, r => `${r.repo}\n${r.fact.kind}\n${canonicalName(r.fact.name)}`)
  return [...groups.values()].flatMap(apart).map(declared => {
    const [first] = declared
    const { fact, repo } = first!
    const stock = { resource: fact.kind, protocol: protocolOf(fact.engine) }
    return { id: '', name: fact.name, stock, instances: [], programs: [], aliases: aliasesOf(declared), repo, declared }
  })
}

const aliasesOf = (declared: readonly Placed<ResourceFact>[]): Set<string> =>
  new Set(declared.flatMap(d => [d.fact.name, ...d.fact.aliases]))

/** Several of one name in one variant are several things. */
const apart = (same: readonly Placed<ResourceFact>[]): Placed<ResourceFact>[][] => {
  const perVariant = [...groupBy(same, variantKey).values()]
  if (perVariant.every(one => one.length === 1)) return [[...same]]
  return [...groupBy(same, r => r.fact.aliases[0] ?? r.fact.name).values()]
}

/** Ids of queues and topics: by name, and by folder where one repository or several have more of that name. */
export const identifyChannels = (nodes: readonly Node[]): void => {
  const taken = new Set<string>()
  for (const same of groupBy([...nodes].sort(by(n => `${n.name}\n${n.repo}\n${n.declared?.[0]?.file ?? ''}`)), n => n.name).values())
    for (const node of same) {
      const folder = dirname(node.declared?.[0]?.file ?? '') || node.repo
      const plain = same.length === 1 ? `topic:${node.name}` : `topic:${folder}/${node.name}`
      node.id = plain
      for (let n = 2; taken.has(node.id); n++) node.id = `${plain}-${n}`
      taken.add(node.id)
    }
}
