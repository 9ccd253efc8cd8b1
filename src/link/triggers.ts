import type { Evidence } from '../model/evidence.ts'
import type { Effect, Protocol } from '../model/fragment.ts'
import type { TriggerFact } from '../model/manifest.ts'
import type { NodeId } from '../model/system.ts'
import { showValue, text, type Value } from '../model/value.ts'
import { parseAddresses } from './address.ts'
import { type Declared, declaredBy } from './cloud.ts'
import { protocolOf } from './cloud-nodes.ts'
import { placeView, type Viewpoint } from './directory.ts'
import { type Gathered, type Placed, spotAt } from './gather.ts'
import { ownedSettings } from './layers/env-from.ts'
import { isResource, type Node } from './node.ts'
import { follow } from './resolve.ts'
import type { Linking } from './targets.ts'

/** What a trigger joins: two nodes, and in which way. */
export interface Tie {
  from: NodeId
  to: NodeId
  role?: 'produce' | 'consume'
  effect: Effect
}

/** A message that some code publishes: the topic it ends at, and the bus that carries it. */
export interface Published {
  topic: NodeId
  buses: readonly string[]
  from: Viewpoint
}

/** The interactions that manifests alone tell: who takes whose messages, what calls what. */
export const tiesOf = (gathered: Gathered, linking: Linking, published: readonly Published[]): Tie[] =>
  gathered.triggers.flatMap(place => tiesOfOne(place, linking, published))

const tiesOfOne = (place: Placed<TriggerFact>, linking: Linking, published: readonly Published[]): Tie[] => {
  const { via, from, to } = place.fact
  if (via === 'schedule' || !from) return []
  const sources = sourcesOf(place, from, linking, published)
  const targets = ends(to, place, linking)
  return sources.flatMap(source => targets.flatMap(target => (source.id === target.id ? [] : [tie(place, source, target)])))
}

interface End {
  id: NodeId
  node?: Node
}

/** How often what a document keeps may be kept by yet another one. */
const MAX_KEPT = 8

/** The nodes that a value of a manifest means. */
const ends = (value: Value, place: Placed<unknown>, linking: Linking, depth = 0): End[] => {
  const said = showValue(value)
  if (value.is === 'unknown') return []
  if (value.is === 'config' && value.owner !== undefined)
    return depth > MAX_KEPT
      ? []
      : ownedSettings(value.owner, { from: placeView(place) }, linking.settings)
          .filter(s => s.fact.key === value.key)
          .flatMap(s => ends(s.fact.value, s, linking, depth + 1))
  const from = placeView(place)
  const declared: readonly Declared[] = declaredBy(said, from, linking.directory)
  if (declared.length > 0) return [...new Set(declared.map(d => d.node))].map(node => ({ id: node.id, node }))
  return parseAddresses(said).flatMap(address => {
    const ending = follow(address, from, undefined, linking.directory)
    return ending.is === 'node' ? [{ id: ending.node.id, node: ending.node }] : []
  })
}

/** Of a bus, the messages of the wanted types are topics of their own; without a filter, all that code puts there. */
const sourcesOf = (place: Placed<TriggerFact>, from: Value, linking: Linking, published: readonly Published[]): End[] => {
  const { filter } = place.fact
  const buses = ends(from, place, linking)
  if (filter?.types) return filter.types.map(type => ({ id: linking.outside.resource(`topic:${type}`, 'topic', type, evidenceOf(place)) }))
  const bus = new Set(buses.map(b => b.id))
  if (buses.some(b => b.node && engineOf(b.node) === 'eventbridge')) {
    const carried = published.filter(p => p.buses.some(name => declaredBy(name, p.from, linking.directory).some(d => bus.has(d.node.id))))
    if (carried.length > 0) return [...new Set(carried.map(p => p.topic))].map(id => ({ id }))
  }
  if (buses.length > 0 || from.is !== 'text' || from.text !== 'default') return buses
  return [{ id: linking.outside.resource('topic:default event bus', 'topic', 'default event bus', evidenceOf(place)) }]
}

const engineOf = (node: Node): string | undefined => node.declared?.[0]?.fact.engine

const evidenceOf = (place: Placed<TriggerFact>): Evidence => ({
  reader: 'deploy/cloud',
  basis: 'declared',
  at: spotAt(place, place.fact.spot),
  note: noteOf(place.fact),
})

const noteOf = ({ via, from, to }: TriggerFact): string => {
  const [a, b] = [from ? showValue(from) : '', showValue(to)]
  return via === 'event' ? `${b} takes what comes from ${a}` : via === 'send' ? `${a} sends to ${b}` : `${a} calls ${b}`
}

/** Who takes messages consumes; who sends some produces; anything else is a call. A store that only hands on notifications is consumed too. */
const tie = (place: Placed<TriggerFact>, source: End, target: End): Tie => {
  const { via } = place.fact
  const evidence = evidenceOf(place)
  const stored = (end: End): boolean => end.node === undefined || isResource(end.node)
  const protocol: Protocol =
    via === 'call' && !stored(target) ? 'http' : protocolOf(engineOf((via === 'event' ? source : target).node ?? ({} as Node)))
  const effect = (does: Effect['does']): Effect => ({
    of: '',
    does,
    protocol,
    target: text(''),
    uses: [],
    closed: false,
    escapes: [],
    confidence: 'high',
    evidence,
  })
  if (via === 'event') return { from: target.id, to: source.id, role: 'consume', effect: effect('consume') }
  if (via === 'send') return { from: source.id, to: target.id, role: 'produce', effect: effect('publish') }
  return { from: source.id, to: target.id, effect: effect(stored(target) ? 'store' : 'call') }
}
