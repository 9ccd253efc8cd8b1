import { table } from '../base/table.ts'
import type { AddressFact } from '../model/manifest.ts'
import { text, unknown } from '../model/value.ts'
import { HOLE, isLocal, parseAddresses } from './address.ts'
import type { DirectEffect } from './effect.ts'
import { fill } from './fill.ts'
import type { Gathered, Placed } from './gather.ts'
import { stepAt } from './gather.ts'
import type { Settings } from './layers/layer.ts'
import { httpOperation } from './operations.ts'
import type { Seat } from './seats.ts'

/**
 * A program beside a Dapr sidecar speaks to `localhost`; whom it means stands in the path of the sidecar's interface: another app's method,
 * a topic, a store. Calls of that form become what they are meant for.
 */
export const throughSidecars = (seats: readonly Seat[], gathered: Gathered, settings: Settings): Seat[] => {
  const components = new Map(gathered.addresses.filter(a => a.fact.kind === 'dapr-component').map(a => [`${a.repo}\n${a.fact.name}`, a]))
  return seats.map(seat => ({ ...seat, effects: seat.effects.flatMap(effect => meant(effect, seat, components, settings)) }))
}

const SIDECAR = /^(\S+) \/v1\.0(?:-\w+)?\/(invoke|publish|state|bindings)\/([^/]+)(?:\/(.*))?$/

const meant = (
  effect: DirectEffect,
  seat: Seat,
  components: ReadonlyMap<string, Placed<AddressFact>>,
  settings: Settings,
): DirectEffect[] => {
  if (effect.does !== 'call' || effect.protocol !== 'http' || effect.to) return [effect]
  const addresses = fill(effect.target, seat.environment, settings).flatMap(one => parseAddresses(one.text))
  if (addresses.length === 0 || !addresses.every(a => isLocal(a.host))) return [effect]
  const said = effect.operation === undefined ? [undefined] : fill(effect.operation, seat.environment, settings).map(f => f.text)
  const asked = new Set(said.flatMap(operation => addresses.flatMap(a => httpOperation(operation, a.path) ?? [])))
  const matches = [...asked].map(operation => SIDECAR.exec(operation))
  if (matches.length === 0 || matches.some(m => m === null)) return [effect]
  return matches.flatMap(match => replaced(effect, match!, components.get(`${seat.program.repo}\n${match![3]}`)))
}

const PROTOCOLS: Record<string, DirectEffect['protocol']> = table({
  redis: 'redis',
  mongodb: 'mongodb',
  postgresql: 'sql',
  postgres: 'sql',
  mysql: 'sql',
  sqlserver: 'sql',
})

const replaced = (effect: DirectEffect, match: RegExpExecArray, component: Placed<AddressFact> | undefined): DirectEffect[] => {
  const [, method = '*', what, name = '', rest = ''] = match
  if (what === 'invoke') {
    const path = /^method(\/.*)?$/.exec(rest)?.[1] ?? '/'
    return [{ ...effect, target: text(`http://${name}`), operation: text(`${method} ${path}`) }]
  }
  if (what === 'publish' && rest.includes(HOLE))
    return [{ ...effect, does: 'publish', protocol: 'unknown', target: text(name), operation: unknown('the topic is built when it runs') }]
  if (what === 'publish')
    return rest === '' ? [effect] : [{ ...effect, does: 'publish', protocol: 'unknown', target: text(name), operation: text(rest) }]
  if (what !== 'state' || !component?.fact.externalName) return [effect]
  const kind = (component.fact.selector.type ?? '').split('.').at(-1) ?? ''
  const { operation: _, ...bare } = effect
  const via = [
    ...(effect.evidence.via ?? []),
    stepAt(component, component.fact.spot, `component ${name} is ${component.fact.selector.type}`),
  ]
  const protocol = Object.hasOwn(PROTOCOLS, kind) ? PROTOCOLS[kind]! : 'unknown'
  return [{ ...bare, does: 'store', protocol, target: text(component.fact.externalName), evidence: { ...effect.evidence, via } }]
}
