import type { Confidence, Coverage, Interaction, Location, SystemModel } from '../../index.ts'
import type { MapEdge, MapNode } from './map/graph.ts'

export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

/** `1 call`, `1,204 calls`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`

export const place = ({ file, line }: Location): string => `${file}:${line}`

const labels: Partial<Record<string, string>> = {
  http: 'HTTP',
  grpc: 'gRPC',
  graphql: 'GraphQL',
  thrift: 'Thrift',
  dubbo: 'Dubbo',
  amqp: 'AMQP',
  kafka: 'Kafka',
  nats: 'NATS',
  redis: 'Redis',
  sql: 'SQL',
  mongodb: 'MongoDB',
  tcp: 'TCP',
  websocket: 'WebSocket',
  unknown: 'protocol unknown',
}

export const protocolLabel = (protocol: string): string => labels[protocol] ?? protocol

const purposes: Partial<Record<Interaction['purpose'], string>> = {
  data: 'stores data in',
  registration: 'registers with',
  config: 'reads configuration from',
  auth: 'authenticates with',
  telemetry: 'sends telemetry to',
}

/** What one does to the other, in the direction of the interaction. */
const verbOf = ({ role, purpose }: Interaction): string =>
  role === 'produce' ? 'publishes to' : role === 'consume' ? 'consumes from' : (purposes[purpose] ?? 'calls')

/** `checkout calls billing over gRPC`, with the one that acts first. */
export const sentence = (interaction: Interaction, edge: MapEdge): string => {
  const [actor, other] = interaction.role === 'consume' && !edge.from.service ? [edge.to, edge.from] : [edge.from, edge.to]
  const over = interaction.protocol === 'unknown' ? '' : ` over ${protocolLabel(interaction.protocol)}`
  return `${actor.name} ${verbOf(interaction)} ${other.name}${over}`
}

export const operationsOf = (edge: MapEdge): string[] =>
  [...new Set(edge.interactions.flatMap(i => i.operations.map(o => o.operation)))].filter(o => o !== '').sort()

/** The end of an operation that tells it from others: `GetInvoice` of `billing.Billing/GetInvoice`, `GET …/invoices/{}` of a long path. */
const shortOperation = (operation: string): string => {
  const path = /^([A-Z*]+) (\/.*)$/.exec(operation)
  if (!path) return operation.split('/').at(-1) || operation
  const parts = path[2]!.split('/').slice(1)
  const named = Math.max(
    0,
    parts.findLastIndex(p => p !== '' && !/^[{*]/.test(p)),
  )
  return `${path[1]} ${named > 0 ? '…' : ''}/${parts.slice(named).join('/')}`
}

/** `gRPC · GetInvoice +2`: what a box of a neighbour says about the connection. */
export const brief = (edge: MapEdge): string => {
  const operations = operationsOf(edge).map(shortOperation)
  const named = operations.length === 0 ? [] : [operations[0]! + (operations.length > 1 ? ` +${operations.length - 1}` : '')]
  const role = edge.role === 'publishes' || edge.role === 'consumes' ? [edge.role] : []
  return [...edge.protocols.map(protocolLabel), ...role, ...named].join(' · ') || 'protocol unknown'
}

export const confidenceWord: Record<Confidence, string> = { high: 'high confidence', medium: 'medium confidence', low: 'low confidence' }

const stateWord = (node: MapNode): string => (node.state === 'deployed' ? '' : node.state)

/** Kind, state and owner in one line; an owner without the organisation, which is the same for all. */
export const about = (node: MapNode): string => [node.kind, stateWord(node), ownerWord(node)].filter(w => w !== '').join(' · ')

const ownerWord = ({ owners }: MapNode): string => (owners[0] ?? '').replace(/^@[^/]+\/(?=.)/, '')

/** What the page is a map of. */
export const titleOf = ({ revisions }: SystemModel): string => {
  const [first] = revisions
  if (!first) return 'nothing'
  return revisions.length === 1 ? first.repo : count(revisions.length, 'repository', 'repositories')
}

export const shortRevision = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 7) : revision)

/** `8,200 of 12,000 files say something; 2 could not be read`. */
export const coverageSentence = ({ files }: Coverage): string =>
  `${grouped(files.read)} of ${count(files.seen, 'file')} read${files.failed > 0 ? `, ${grouped(files.failed)} could not be` : ''}`

export const stageWords: Record<SystemModel['unresolved'][number]['stage'], string> = {
  'no-value': 'the code does not say where to',
  'no-setting': 'named by a setting that is set nowhere',
  'no-address': 'set, but the address leads nowhere',
  ambiguous: 'several services answer to the name',
  budget: 'evaluation ended at its limit',
}
