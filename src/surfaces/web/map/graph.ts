import type { Interaction, Problem, Resource, Service, SystemModel, Unresolved } from '../../../index.ts'

/** What a node is drawn as. */
export type Shape = 'service' | 'entry' | 'worker' | 'platform' | 'store' | 'topic' | 'external'

/** A service or a resource, with its place in the graph. */
export interface MapNode {
  id: string
  name: string
  kind: Service['kind'] | Resource['kind']
  shape: Shape
  state: Service['state']
  owners: string[]
  /** Lower-case texts that a search looks at, the name first. */
  words: string[]
  service?: Service
  resource?: Resource
  /** Edges that end and that start here. */
  into: MapEdge[]
  out: MapEdge[]
  unresolved: Unresolved[]
}

/** Everything from one node to another. It points the way a request or a message goes: from a topic to its consumers. */
export interface MapEdge {
  id: string
  from: MapNode
  to: MapNode
  interactions: Interaction[]
  protocols: string[]
  /** `publishes`, `consumes`, `stores`: what an arrow alone does not say. */
  role?: 'publishes' | 'consumes' | 'stores'
  isAsync: boolean
  confidence: Interaction['confidence']
}

export interface MapGraph {
  model: SystemModel
  nodes: MapNode[]
  edges: MapEdge[]
  byId: ReadonlyMap<string, MapNode>
  edgeById: ReadonlyMap<string, MapEdge>
}

const shapes: Record<Service['kind'] | Resource['kind'], Shape> = {
  service: 'service',
  function: 'worker',
  worker: 'worker',
  job: 'worker',
  gateway: 'entry',
  frontend: 'entry',
  registry: 'platform',
  config: 'platform',
  auth: 'service',
  monitoring: 'platform',
  loadgen: 'platform',
  agent: 'service',
  database: 'store',
  cache: 'store',
  bucket: 'store',
  'secret-store': 'store',
  broker: 'topic',
  queue: 'topic',
  topic: 'topic',
  external: 'external',
}

const CONFIDENCE = { low: 0, medium: 1, high: 2 } as const

/** Higher is surer. */
export const sureness = (confidence: Interaction['confidence']): number => CONFIDENCE[confidence]

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const sortBy = <T>(items: readonly T[], key: (item: T) => string): T[] => [...items].sort((a, b) => compareText(key(a), key(b)))

/** Puts each item with the others of its key, in the order in which keys come up. */
export const groupBy = <T, K extends string>(items: readonly T[], key: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** The model as a graph to walk: one node a service or resource, one edge an ordered pair. */
export const graphOf = (model: SystemModel): MapGraph => {
  const unresolved = groupBy(model.unresolved, u => u.from)
  const nodes = sortBy(
    [
      ...model.services.map(s => serviceNode(s, unresolved.get(s.id) ?? [])),
      ...model.resources.map(r => resourceNode(r, unresolved.get(r.id) ?? [])),
    ],
    n => n.id,
  )
  const byId = new Map(nodes.map(n => [n.id, n]))
  const edges = edgesOf(model.interactions, byId)
  for (const edge of edges) {
    edge.from.out.push(edge)
    edge.to.into.push(edge)
  }
  return { model, nodes, edges, byId, edgeById: new Map(edges.map(e => [e.id, e])) }
}

const serviceNode = (service: Service, unresolved: Unresolved[]): MapNode => {
  const owners = [...new Set(service.owners.map(o => o.value))].sort()
  const { id, name, kind, state } = service
  const words = [name, id, ...service.aliases, ...service.paths, ...owners, ...service.serves.map(o => o.operation)]
  return { id, name, kind, shape: shapes[kind] ?? 'service', state, owners, words: lowered(words), service, into: [], out: [], unresolved }
}

const resourceNode = (resource: Resource, unresolved: Unresolved[]): MapNode => {
  const { id, name, kind } = resource
  const words = lowered([name, id, ...resource.aliases])
  const state = resource.state ?? 'deployed'
  return { id, name, kind, shape: shapes[kind] ?? 'external', state, owners: [], words, resource, into: [], out: [], unresolved }
}

const lowered = (words: readonly string[]): string[] => [...new Set(words.map(w => w.toLowerCase()))]

const edgeId = (from: string, to: string): string => `${from}→${to}`

/** A consumer asks its topic, and its arrow comes from it. */
const edgesOf = (interactions: readonly Interaction[], byId: ReadonlyMap<string, MapNode>): MapEdge[] => {
  const pairs = new Map<string, { from: MapNode; to: MapNode; interactions: Interaction[] }>()
  for (const interaction of interactions) {
    const [a, b] = [byId.get(interaction.from), byId.get(interaction.to)]
    if (!a || !b) continue
    const [from, to] = interaction.role === 'consume' && a.service ? [b, a] : [a, b]
    const id = edgeId(from.id, to.id)
    const pair = pairs.get(id)
    if (pair) pair.interactions.push(interaction)
    else pairs.set(id, { from, to, interactions: [interaction] })
  }
  return sortBy(
    [...pairs].map(([id, pair]) => ({ id, ...pair, ...traits(pair.interactions, pair.to) })),
    e => e.id,
  )
}

const traits = (interactions: readonly Interaction[], to: MapNode): Pick<MapEdge, 'protocols' | 'isAsync' | 'confidence' | 'role'> => {
  const protocols = [...new Set(interactions.map(i => i.protocol).filter(p => p !== 'unknown'))].sort()
  const isAsync = interactions.every(i => i.style === 'async')
  const confidence = interactions.reduce<Interaction['confidence']>(
    (best, i) => (sureness(i.confidence) > sureness(best) ? i.confidence : best),
    'low',
  )
  const roles = new Set(interactions.map(i => i.role))
  const role = roles.has('produce')
    ? ('publishes' as const)
    : roles.has('consume')
      ? ('consumes' as const)
      : to.shape === 'store'
        ? ('stores' as const)
        : undefined
  return { protocols, isAsync, confidence, ...(role ? { role } : {}) }
}

/** Nodes that stand at the other end, each once, without the node itself. */
export const callersOf = (node: MapNode): MapNode[] => others(node.into.map(e => e.from).filter(n => n !== node))
export const calleesOf = (node: MapNode): MapNode[] => others(node.out.map(e => e.to).filter(n => n !== node))

const others = (nodes: readonly MapNode[]): MapNode[] => [...new Set(nodes)]

/** Problems that lie in the folders of a service's own code. */
export const problemsOf = (node: MapNode, problems: readonly Problem[]): Problem[] => {
  const service = node.service
  if (!service) return []
  const folders = service.paths.filter(p => p !== '' && p !== '.')
  return problems.filter(({ at }) => at && at.repo === service.repo && folders.some(f => at.file === f || at.file.startsWith(`${f}/`)))
}
