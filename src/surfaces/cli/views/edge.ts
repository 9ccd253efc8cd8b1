import type { Evidence, Interaction, Location, SystemModel } from '../../../index.ts'
import { clean, columnWidths, pad, wrap } from '../../report/layout.ts'
import { count, listed, place } from '../../report/words.ts'
import { connectionControls } from './controls.ts'

const CHAINS = 6

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
    ...connectionControls(model, interaction),
  ].join('\n')}\n`
}

const chains = (interaction: Interaction, width: number): string[] =>
  evidenceChains([...interaction.evidence, ...interaction.operations.flatMap(o => o.evidence)], width)

interface ChainStep {
  at: Location
  says: string
}

/** Shared ends of chains shorter than this are printed again rather than referred to. */
const SHARED = 3

/** Each witness with its steps; where a chain ends as the first one does, the end is not repeated. Past a few, they are counted. */
export const evidenceChains = (all: readonly Evidence[], width: number): string[] => {
  const evidence = unique(all)
  const chains = evidence.slice(0, CHAINS).map(stepsOf)
  const blocks = chains.flatMap((steps, i) => {
    const shared = i === 0 ? 0 : sharedEnd(chains[0]!, steps)
    if (shared < SHARED) return [...(i > 0 ? [''] : []), ...stepLines(steps, width)]
    const from = steps[steps.length - shared]!
    return ['', ...stepLines(steps.slice(0, steps.length - shared), width), `  then as above, from ${place(from.at)}`]
  })
  const more = evidence.length - chains.length
  return more > 0 ? [...blocks, '', `  and ${count(more, 'more place')}: --format json lists all`] : blocks
}

const sharedEnd = (a: readonly ChainStep[], b: readonly ChainStep[]): number => {
  let n = 0
  while (n < a.length && n < b.length && isSame(a[a.length - 1 - n]!, b[b.length - 1 - n]!)) n++
  return n
}

const isSame = (a: ChainStep, b: ChainStep): boolean => a.says === b.says && a.at.file === b.at.file && a.at.line === b.at.line

const unique = (all: readonly Evidence[]): Evidence[] => [...new Map(all.map(e => [JSON.stringify([e.at, e.via ?? []]), e])).values()]

/** The steps in order; without recorded steps, the place itself. */
const stepsOf = ({ via, at, note, reader }: Evidence): ChainStep[] => (via?.length ? via : [{ at, says: note ?? reader }])

const stepLines = (steps: readonly ChainStep[], width: number): string[] => {
  const [left = 0] = columnWidths(steps.map(s => [place(s.at)]))
  return steps.flatMap(s => {
    const start = `  ${pad(place(s.at), Math.min(left, 48))}   `
    const hanging = ' '.repeat(width - start.length >= 30 ? start.length : 8)
    return wrap(clean(s.says) || 'here', width, start, hanging)
  })
}
