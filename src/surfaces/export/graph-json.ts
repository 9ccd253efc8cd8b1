import type { Interaction, Resource, Service, SystemModel } from '../../index.ts'
import { by } from '../../index.ts'
import type { Export } from './export.ts'
import { shown } from './shown.ts'

type NodeKind =
  | ('service' | 'gateway' | 'ui' | 'auth' | 'datastore' | 'broker' | 'topic')
  | ('registry' | 'config' | 'monitoring' | 'loadgen' | 'external')
type EdgeKind = 'http' | 'grpc' | 'thrift' | 'dubbo' | 'graphql' | 'async' | 'datastore' | 'registration' | 'config' | 'monitoring' | 'auth'

export interface GraphNode {
  id: string
  kind: NodeKind
  names: string[]
  path?: string
}

/** Points from whoever depends to what it depends on; towards a topic `role` says who produces. */
export interface GraphEdge {
  from: string
  to: string
  kind: EdgeKind
  operation?: string
  role?: 'produce' | 'consume'
}

/** Nodes and edges, nothing else: one edge per operation, for scripts and for comparing graphs. */
export const graphJson: Export = model => `${JSON.stringify(graphOf(model), undefined, 2)}\n`

export const graphOf = (whole: SystemModel): { nodes: GraphNode[]; edges: GraphEdge[] } => {
  const model = shown(whole)
  const resources = new Set(model.resources.map(r => r.id))
  const watches = observers(model.interactions)
  return {
    nodes: [...model.services.map(serviceNode), ...model.resources.map(r => resourceNode(r, watches.has(r.id)))].sort(by(n => n.id)),
    edges: unique(model.interactions.flatMap(i => edgesOf(i, resources))),
  }
}

const serviceKinds: Partial<Record<Service['kind'], NodeKind>> = {
  gateway: 'gateway',
  frontend: 'ui',
  registry: 'registry',
  config: 'config',
  auth: 'auth',
  monitoring: 'monitoring',
  loadgen: 'loadgen',
}

const resourceKinds: Record<Resource['kind'], NodeKind> = {
  database: 'datastore',
  cache: 'datastore',
  bucket: 'datastore',
  broker: 'broker',
  queue: 'topic',
  topic: 'topic',
  'secret-store': 'config',
  external: 'external',
}

const names = (node: { name: string; aliases: string[] }): string[] => [...new Set([node.name, ...node.aliases])]

const serviceNode = (service: Service): GraphNode => ({
  id: service.id,
  kind: serviceKinds[service.kind] ?? 'service',
  names: names(service),
  ...(service.paths[0] === undefined ? {} : { path: service.paths[0] }),
})

const resourceNode = (resource: Resource, watches: boolean): GraphNode => ({
  id: resource.id,
  kind: watches ? 'monitoring' : resourceKinds[resource.kind],
  names: names(resource),
})

/** What is only ever told logs, traces and figures, whatever keeps them. */
const observers = (interactions: readonly Interaction[]): Set<string> => {
  const told = new Set(interactions.filter(i => i.purpose === 'telemetry').map(i => i.to))
  for (const { to, from, purpose } of interactions) if (purpose !== 'telemetry') for (const id of [to, from]) told.delete(id)
  return told
}

const purposeKinds: Partial<Record<Interaction['purpose'], EdgeKind>> = {
  message: 'async',
  data: 'datastore',
  registration: 'registration',
  config: 'config',
  auth: 'auth',
  telemetry: 'monitoring',
}

const kindOf = (interaction: Interaction): EdgeKind => {
  const byPurpose = purposeKinds[interaction.purpose]
  if (byPurpose) return byPurpose
  const { protocol } = interaction
  if (protocol === 'grpc' || protocol === 'thrift' || protocol === 'dubbo' || protocol === 'graphql') return protocol
  return interaction.style === 'async' ? 'async' : 'http'
}

/** A consumer stands on the `from` side too: the role says which way the message goes. */
const edgesOf = (interaction: Interaction, resources: ReadonlySet<string>): GraphEdge[] => {
  const turned = interaction.role === 'consume' && resources.has(interaction.from)
  const edge: GraphEdge = {
    from: turned ? interaction.to : interaction.from,
    to: turned ? interaction.from : interaction.to,
    kind: kindOf(interaction),
    ...(interaction.role ? { role: interaction.role } : {}),
  }
  const operations = [...new Set(interaction.operations.map(o => o.operation))].filter(o => o !== '')
  return operations.length === 0 || interaction.purpose !== 'call' ? [edge] : operations.map(operation => ({ ...edge, operation }))
}

const keyOf = (edge: GraphEdge): string => [edge.from, edge.to, edge.kind, edge.role ?? '', edge.operation ?? ''].join('\u0000')

const unique = (edges: GraphEdge[]): GraphEdge[] => [...new Map(edges.map(e => [keyOf(e), e])).values()].sort(by(keyOf))
