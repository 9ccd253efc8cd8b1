import { table } from '../base/table.ts'
import type { Problem } from '../model/evidence.ts'
import type { Protocol } from '../model/fragment.ts'
import { parseAddresses } from './address.ts'
import { fill, isWhole } from './fill.ts'
import type { Settings } from './layers/layer.ts'
import type { Seat } from './seats.ts'

/** Schemes that only one protocol has. */
const PROTOCOLS: Readonly<Record<string, Protocol>> = table({
  amqp: 'amqp',
  amqps: 'amqp',
  nats: 'nats',
  redis: 'redis',
  rediss: 'redis',
  mongodb: 'mongodb',
  'mongodb+srv': 'mongodb',
})
const BROKERS: ReadonlySet<Protocol> = new Set(['amqp', 'kafka', 'nats'])

/** Messages whose transport is one thing in the code and another by its address. The map goes by the transport and does not choose silently. */
export const transportProblems = (seats: readonly Seat[], settings: Settings): Problem[] =>
  seats.flatMap(({ node, environment, effects }) =>
    effects
      .filter(e => (e.does === 'publish' || e.does === 'consume') && BROKERS.has(e.protocol))
      .flatMap(effect => {
        const addresses = fill(effect.target, environment, settings)
          .filter(isWhole)
          .flatMap(f => parseAddresses(f.text))
        const other = addresses.find(a => a.scheme !== undefined && (PROTOCOLS[a.scheme] ?? effect.protocol) !== effect.protocol)
        if (!other) return []
        const address = `${other.scheme}://${other.host}${other.port === undefined ? '' : `:${other.port}`}`
        const message = `${node.name} sends and takes messages by ${effect.protocol}, but gives it the address ${address}: one of the two is wrong. The map goes by ${effect.protocol}.`
        return [{ code: 'link/transport-contradicted', message, severity: 'warning' as const, at: effect.evidence.at }]
      }),
  )
