import type { TriggerFact } from '../../model/manifest.ts'
import { text, type Value } from '../../model/value.ts'
import { type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { below, flat, type Thing, type Things } from './things.ts'

/** What starts what: subscriptions, event sources, rules of event buses, notifications, schedules, steps of workflows. */
export const triggersOf = (things: Things): TriggerFact[] => [
  ...things.of('subscription').flatMap(thing => subscription(thing, things)),
  ...things.of('function').flatMap(thing => [...ownSources(thing, things), ...failures(thing, address(thing), things)]),
  ...things.of('destination').flatMap(thing => {
    const from = things.value(things.node(thing, 'from'))
    return from ? [...sends(thing, from, 'to', things), ...failures(thing, from, things)] : []
  }),
  ...things.of('access').flatMap(thing => targets(thing, 'from', things).flatMap(from => calls(thing, from, things))),
  ...things.of('notification').flatMap(thing => notification(thing, things)),
  ...things.of('schedule').flatMap(thing => targets(thing, 'to', things).map(to => trigger(thing, 'schedule', undefined, to))),
  ...rules(things),
  ...things.of('workflow').flatMap(thing => steps(thing, things)),
]

const address = (thing: Thing): Value => text(thing.address)

const trigger = (thing: Thing, via: TriggerFact['via'], from: Value | undefined, to: Value): TriggerFact => ({
  says: 'trigger',
  via,
  ...(from ? { from } : {}),
  to,
  spot: thing.spot,
})

const valuesOf = (nodes: readonly DataNode[], things: Things): Value[] =>
  nodes.flatMap(flat).flatMap(node => {
    const value = things.value(node)
    return value === undefined || value.is === 'unknown' ? [] : [value]
  })

const targets = (thing: Thing, field: string, things: Things): Value[] => valuesOf(things.nodes(thing, field), things)

const subscription = (thing: Thing, things: Things): TriggerFact[] => {
  const topics = targets(thing, 'topics', things)
  const from = topics.length > 0 ? topics : targets(thing, 'from', things)
  return from.flatMap(source => targets(thing, 'to', things).map(end => trigger(thing, 'event', source, end)))
}

/** Event sources that a function itself names. */
const ownSources = (thing: Thing, things: Things): TriggerFact[] => {
  const direct = targets(thing, 'event', things)
  const mapped = things.nodes(thing, 'sources').flatMap(node => entriesOf(node).flatMap(({ value }) => below(value, 'event_source_arn')))
  return [...direct, ...valuesOf(mapped, things)].map(from => trigger(thing, 'event', from, address(thing)))
}

const sends = (thing: Thing, from: Value, field: string, things: Things): TriggerFact[] =>
  targets(thing, field, things).map(to => trigger(thing, 'send', from, to))

const calls = (thing: Thing, from: Value, things: Things): TriggerFact[] =>
  targets(thing, 'to', things).map(to => trigger(thing, 'call', from, to))

const failures = (thing: Thing, from: Value, things: Things): TriggerFact[] => sends(thing, from, 'failures', things)

const notification = (thing: Thing, things: Things): TriggerFact[] =>
  targets(thing, 'from', things).flatMap(from =>
    ['to', 'queues', 'topics'].flatMap(field => targets(thing, field, things).map(to => trigger(thing, 'event', from, to))),
  )

// event buses

const rules = (things: Things): TriggerFact[] => {
  const outer = things
    .of('bus-target')
    .flatMap(target =>
      things.referred(things.node(target, 'rule'), 'bus-rule').map(rule => ({ rule, place: target, to: targets(target, 'to', things) })),
    )
  const inner = things.of('bus-rule').map(rule => ({ rule, place: rule, to: targets(rule, 'targets', things) }))
  return [...inner, ...outer].flatMap(({ rule, place, to }) => to.flatMap(end => ruled(rule, place, end, things)))
}

const ruled = (rule: Thing, place: Thing, to: Value, things: Things): TriggerFact[] => {
  const pattern = things.node(rule, 'pattern')
  if (pattern === undefined) return things.node(rule, 'schedule') ? [trigger(place, 'schedule', undefined, to)] : []
  const buckets = valuesOf(below(pattern, 'detail.bucket.name'), things)
  if (buckets.length > 0) return buckets.map(from => trigger(place, 'event', from, to))
  const bus = things.value(things.node(rule, 'bus')) ?? text('default')
  const filter = {
    ...listed('types', below(pattern, 'detail_type'), things),
    ...listed('sources', below(pattern, 'source'), things),
  }
  return [{ ...trigger(place, 'event', bus, to), ...(Object.keys(filter).length > 0 ? { filter } : {}) }]
}

/** The plain texts of a pattern's member; nothing where one is a condition. */
const listed = (key: 'types' | 'sources', nodes: readonly DataNode[], things: Things): { types?: string[]; sources?: string[] } => {
  const all = nodes.flatMap(flat).map(node => things.known(node))
  return all.length > 0 && all.every(one => one !== undefined) ? { [key]: all } : {}
}

// workflows

const MAX_STEPS = 200

/** Whatever a definition refers to is called by one of its steps. */
const steps = (thing: Thing, things: Things): TriggerFact[] => {
  const found = new Map<Thing | string, TriggerFact>()
  const visit = (node: DataNode): void => {
    if (found.size >= MAX_STEPS) return
    if (node.is === 'map') for (const { value } of node.entries) visit(value)
    else if (node.is === 'list') for (const item of node.items) visit(item)
    else if ((textOf(node) ?? '').length > 0) {
      for (const to of things.kept(node))
        if (!found.has(keyOf(to))) found.set(keyOf(to), { ...trigger(thing, 'call', address(thing), to), spot: { line: node.line } })
      for (const other of things.referred(node, 'function', 'service', 'job', 'task', 'store', 'workflow'))
        if (!found.has(other) && other !== thing) found.set(other, { ...step(thing, other), spot: { line: node.line } })
    }
  }
  for (const node of things.nodes(thing, 'definition')) visit(node)
  return [...found.values()]
}

const keyOf = (value: Value): string => (value.is === 'config' ? (value.owner ?? '') : '')

const step = (thing: Thing, other: Thing): TriggerFact => {
  const isChannel = other.row.role === 'store' && /^(queue|topic)$/.test(other.row.says?.kind ?? '')
  return trigger(thing, isChannel ? 'send' : 'call', address(thing), address(other))
}
