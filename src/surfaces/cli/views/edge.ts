import type { Evidence, Interaction, Location, SystemModel } from '../../../index.ts'
import { clean, columnWidths, pad, wrap } from '../../report/layout.ts'
import { count, listed, place } from '../../report/words.ts'

const CHAINS = 6

/** The ends that a name may mean: by id, name or alias, letter case aside. */
export const nodesNamed = (model: SystemModel, name: string): string[] => {
  const wanted = name.trim().toLowerCase()
  const all = [...model.services, ...model.resources]
  const exact = all.filter(n => n.id.toLowerCase() === wanted || n.name.toLowerCase() === wanted)
  return (exact.length > 0 ? exact : all.filter(n => n.aliases.some(a => a.toLowerCase() === wanted))).map(n => n.id)
}

export const interactionsBetween = (model: SystemModel, from: readonly string[], to: readonly string[]): Interaction[] =>
  model.interactions.filter(
    i => (from.includes(i.from) && to.includes(i.to)) || (i.role === 'consume' && from.includes(i.to) && to.includes(i.from)),
  )

const verbs: Partial<Record<Interaction['purpose'], string>> = {
  data: 'stores data in',
  registration: 'registers with',
  config: 'reads configuration from',
  auth: 'authenticates with',
  telemetry: 'sends telemetry to',
}

const protocols: Record<string, string> = {
  grpc: 'gRPC',
  http: 'HTTP',
  graphql: 'GraphQL',
  amqp: 'AMQP',
  kafka: 'Kafka',
  nats: 'NATS',
  redis: 'Redis',
  sql: 'SQL',
  mongodb: 'MongoDB',
  tcp: 'TCP',
  websocket: 'WebSocket',
  thrift: 'Thrift',
}

/** One connection: what it is, and the chain of joins that shows it, each step a place to click on. */
export const edge = (model: SystemModel, interaction: Interaction, width: number): string => {
  const names = new Map([...model.services, ...model.resources].map(n => [n.id, clean(n.name)]))
  const name = (id: string): string => names.get(id) ?? clean(id)
  const turned = interaction.role === 'consume' && !model.services.some(s => s.id === interaction.from)
  const [from, to] = turned ? [interaction.to, interaction.from] : [interaction.from, interaction.to]
  const verb =
    interaction.role === 'produce'
      ? 'publishes to'
      : interaction.role === 'consume'
        ? 'consumes from'
        : (verbs[interaction.purpose] ?? 'calls')
  const over = interaction.protocol === 'unknown' ? '' : ` over ${protocols[interaction.protocol] ?? interaction.protocol}`
  const operations = [...new Set(interaction.operations.map(o => clean(o.operation)))].filter(o => o !== '')
  return `${[
    `${name(from)} ${verb} ${name(to)}${over} (${interaction.confidence} confidence)`,
    ...(operations.length > 0 ? wrap(`${count(operations.length, 'operation')}: ${listed(operations, 8)}`, width, '  ', '    ') : []),
    ...chains(interaction, width),
  ].join('\n')}\n`
}

const chains = (interaction: Interaction, width: number): string[] =>
  evidenceChains([...interaction.evidence, ...interaction.operations.flatMap(o => o.evidence)], width)

/** Each witness with its steps; past a few, they are counted. */
export const evidenceChains = (all: readonly Evidence[], width: number): string[] => {
  const evidence = unique(all)
  const shown = evidence.slice(0, CHAINS)
  const more = evidence.length - shown.length
  const blocks = shown.flatMap((e, i) => [...(i > 0 ? [''] : []), ...chain(e, width)])
  return more > 0 ? [...blocks, '', `  and ${count(more, 'more place')}: --format json lists all`] : blocks
}

const unique = (all: readonly Evidence[]): Evidence[] => [...new Map(all.map(e => [JSON.stringify([e.at, e.via ?? []]), e])).values()]

/** The steps in order; without recorded steps, the place itself. */
const chain = (evidence: Evidence, width: number): string[] => {
  const steps: { at: Location; says: string }[] = evidence.via?.length
    ? evidence.via
    : [{ at: evidence.at, says: evidence.note ?? evidence.reader }]
  const rows = steps.map(s => [place(s.at)])
  const [left] = columnWidths(rows)
  return steps.flatMap((s, i) => {
    const start = `  ${pad(rows[i]![0]!, Math.min(left!, 48))}   `
    return wrap(clean(s.says) || evidence.reader, Math.max(width, start.length + 20), start, ' '.repeat(Math.min(start.length, 8)))
  })
}
