import { canonicalJson } from '../base/json.ts'
import { by } from '../base/names.ts'
import type { Evidence, Location, Step } from '../model/evidence.ts'
import type { Effect, MemberUse } from '../model/fragment.ts'
import type { Interaction, NodeId, OperationRef, Unresolved } from '../model/system.ts'
import { showValue } from '../model/value.ts'
import { HOLE } from './address.ts'
import type { DirectEffect } from './effect.ts'
import { fill, isWhole } from './fill.ts'
import { takenBy, topicsOf } from './messages.ts'
import { httpOperation, matchServed, type OperationIndex, rpcOperations } from './operations.ts'
import { strongest, weakest } from './resolve.ts'
import type { Seat } from './seats.ts'
import { serviceOf } from './serves.ts'
import { type Linking, type Target, targetOf } from './targets.ts'
import type { Published, Tie } from './triggers.ts'

/** One effect's way to one node, before interactions are grouped. */
interface Draft {
  from: NodeId
  to: NodeId
  effect: DirectEffect
  role?: 'produce' | 'consume'
  /** With what is used of each, where that is not all that the effect uses. */
  operations: { id: string; contract?: string; uses?: MemberUse[]; closed?: boolean }[]
  confidence: Interaction['confidence']
  evidence: Evidence
}

export interface Interactions {
  interactions: Interaction[]
  unresolved: Unresolved[]
}

/** All effects of all seats and all triggers as interactions, grouped by pair, protocol and role; what leads nowhere as unresolved. */
export const interactionsOf = (
  seats: readonly Seat[],
  linking: Linking,
  index: OperationIndex,
  ties: (published: readonly Published[]) => Tie[] = () => [],
): Interactions => {
  const drafts: Draft[] = []
  const unresolved = new Map<string, Unresolved>()
  for (const seat of seats)
    for (const effect of storesLast(seat.effects)) {
      if (isToldElsewhere(seat, effect, drafts, linking)) continue
      if (effect.does === 'call' || effect.does === 'store') drafts.push(...drawn(seat, effect, linking, index, unresolved))
      if (effect.does === 'publish' || effect.does === 'consume') drafts.push(...messages(seat, effect, linking, unresolved))
    }
  drafts.push(...ties(publishedBy(drafts, seats, linking)).map(drawnTie))
  return {
    interactions: grouped(routed(drafts).map(draft => withMessages(draft, linking))),
    unresolved: [...unresolved.values()].sort(by(u => u.id)),
  }
}

const drawnTie = ({ effect, ...ends }: Tie): Draft => ({
  ...ends,
  effect,
  operations: [],
  confidence: effect.confidence,
  evidence: effect.evidence,
})

/** Messages whose library tells a bus beside their topic. */
const publishedBy = (drafts: readonly Draft[], seats: readonly Seat[], linking: Linking): Published[] => {
  const environments = new Map(seats.map(seat => [seat.node.id, seat.environment]))
  return drafts.flatMap(({ from, to, effect, role }) => {
    const environment = environments.get(from)
    if (role !== 'produce' || !environment || effect.operation === undefined || effect.target.is === 'unknown') return []
    const buses = fill(effect.target, environment, linking.settings).flatMap(f => (isWhole(f) ? [f.text] : []))
    return buses.length > 0 ? [{ topic: to, buses, from: environment.owner.from }] : []
  })
}

/** Stores under a setting that only the library names come last: others may have said it already. */
const storesLast = (effects: readonly DirectEffect[]): DirectEffect[] => [
  ...effects.filter(e => !isImplicit(e)),
  ...effects.filter(isImplicit),
]

/** The code names no setting here: the library's usual one is meant. */
const isImplicit = (effect: Effect): boolean =>
  effect.does === 'store' && effect.target.is === 'config' && effect.target.spot === undefined && effect.evidence.basis === 'coded'

/** A repository whose usual setting nothing sets, in a program whose store is known by other settings. */
const isToldElsewhere = (seat: Seat, effect: Effect, drafts: readonly Draft[], linking: Linking): boolean =>
  isImplicit(effect) &&
  !fill(effect.target, seat.environment, linking.settings).some(isWhole) &&
  drafts.some(d => d.from === seat.node.id && d.effect.does === 'store')

const direct = (seat: Seat, effect: DirectEffect): Draft[] =>
  (effect.to ?? []).map(to => ({
    from: seat.node.id,
    to,
    effect,
    operations: [],
    confidence: effect.confidence,
    evidence: effect.evidence,
  }))

const drawn = (seat: Seat, effect: DirectEffect, linking: Linking, index: OperationIndex, unresolved: Map<string, Unresolved>): Draft[] => {
  if (effect.to) return direct(seat, effect)
  const target = targetOf(seat, effect.target, effect, linking)
  if (target.failure && target.ends.length === 0 && !target.own) keep(seat, effect, target.failure, linking, unresolved)
  return target.ends.map(end => {
    const operations = operationsOf(seat, effect, end, linking, index)
    return {
      from: seat.node.id,
      to: end.to,
      effect,
      operations,
      confidence: weakest(effect.confidence, end.confidence),
      evidence: evidenceOf(effect, end, [...end.steps, ...registered(operations, end, linking)]),
    }
  })
}

const evidenceOf = (effect: Effect, end: { inferred?: boolean }, steps: readonly Step[]): Evidence => ({
  ...effect.evidence,
  basis: end.inferred ? 'inferred' : effect.evidence.basis,
  via: [...(effect.evidence.via ?? []), ...steps],
})

/** The second witness of an rpc: the place where the target registers the service. */
const registered = (operations: Draft['operations'], end: Target['ends'][number], linking: Linking): Step[] => {
  const step = operations[0] && linking.served.rpcServices.get(serviceOf(operations[0].id))?.get(end.to)
  return step ? [step] : []
}

/** The operations of a node that a call means. */
export const operationsOf = (
  seat: Seat,
  effect: Effect,
  end: Target['ends'][number],
  linking: Linking,
  index: OperationIndex,
): Draft['operations'] => {
  const said =
    end.operation !== undefined
      ? [end.operation]
      : effect.operation === undefined
        ? [undefined]
        : fill(effect.operation, seat.environment, linking.settings).map(f => f.text)
  const known = said.map(text => (text === HOLE ? undefined : text))
  if (effect.does === 'store') return []
  if (effect.protocol === 'grpc' || effect.protocol === 'thrift') {
    const near = { repo: effect.evidence.at.repo, path: effect.evidence.at.file }
    return known.flatMap(text =>
      text === undefined
        ? []
        : rpcOperations(text, near, index).map(o => ({ id: o.id, ...(o.contract ? { contract: o.contract.id } : {}) })),
    )
  }
  if (effect.protocol === 'graphql') return known.flatMap(id => (id === undefined ? [] : [{ id, ...linking.graphs.contractOf(id) }]))
  const served = linking.served.byNode.get(end.to)
  return known.flatMap(text => {
    if (text?.endsWith('/**')) return [{ id: text }]
    const id = effect.protocol === 'http' ? httpOperation(text, end.address?.path ?? '') : text
    if (id === undefined) return []
    const match = served && matchServed(id, served.keys())
    const contract = match === undefined ? undefined : served!.get(match)![0]!.contract?.id
    return [{ id: match ?? id, ...(contract === undefined ? {} : { contract }) }]
  })
}

/** Messages go to a topic, or to the broker when only that is known. */
const messages = (seat: Seat, effect: DirectEffect, linking: Linking, unresolved: Map<string, Unresolved>): Draft[] => {
  const role = effect.does === 'publish' ? 'produce' : 'consume'
  const topics = topicsOf(seat, effect, linking.settings, linking.directory)
  if (topics.length > 0)
    return topics.map(({ name, to, steps }) => ({
      from: seat.node.id,
      to: to ?? linking.outside.resource(`topic:${name}`, 'topic', name, effect.evidence, aliasesOf(name, effect.protocol)),
      effect,
      role,
      operations: [],
      confidence: effect.confidence,
      evidence: evidenceOf(effect, {}, steps),
    }))
  const target = targetOf(seat, effect.target, effect, linking)
  if (target.ends.length === 0 && !target.own)
    keep(
      seat,
      effect,
      target.failure ?? { stage: 'no-value', reason: 'the topic is not known', name: showValue(effect.target) },
      linking,
      unresolved,
    )
  return target.ends.map(end => ({
    from: seat.node.id,
    to: end.to,
    effect,
    role,
    operations: [],
    confidence: weakest(effect.confidence, end.confidence),
    evidence: evidenceOf(effect, end, end.steps),
  }))
}

const aliasesOf = (topic: string, protocol: Effect['protocol']): string[] =>
  protocol === 'amqp' && topic.includes('/') ? [topic.slice(0, topic.indexOf('/')), topic.slice(topic.indexOf('/') + 1)] : []

/** The messages of a topic, once it is known which one is meant. A consumer that puts none into a type of its own may read anything. */
const withMessages = (draft: Draft, linking: Linking): Draft => {
  if (!draft.role || !draft.to.startsWith('topic:')) return draft
  const { uses, closed } = draft.effect
  const taken = takenBy(draft.role === 'consume' ? uses : [], draft.to.slice('topic:'.length), linking.messages)
  return { ...draft, operations: taken.map(m => ({ id: m.id, uses: m.uses, closed: closed && m.uses.length > 0 })) }
}

/** How messages of an exchange are told from others: `exchange/key`. Consumers bind by patterns, or take all; who gives no key may mean any. */
const routed = (drafts: readonly Draft[]): Draft[] => {
  const keyed = new Map<string, { key: string; draft: Draft }[]>()
  for (const draft of drafts) {
    const { exchange, key } = routeOf(draft)
    if (exchange !== undefined && key !== undefined && !/[*#]/.test(key))
      keyed.set(exchange, [...(keyed.get(exchange) ?? []), { key, draft }])
  }
  return drafts.flatMap(draft => {
    const { exchange, key } = routeOf(draft)
    const others = exchange === undefined ? undefined : keyed.get(exchange)
    const isOpen = key === undefined || (draft.role === 'consume' && /[*#]/.test(key))
    if (!others || !isOpen) return [draft]
    const matching = others.filter(o => o.draft.role !== draft.role && (key === undefined || matchesKey(key, o.key)))
    const targets = [...new Set(matching.map(o => o.draft.to))]
    return targets.length === 0 ? [draft] : targets.map(to => ({ ...draft, to, confidence: weakest(draft.confidence, 'medium') }))
  })
}

const routeOf = (draft: Draft): { exchange?: string; key?: string } => {
  if (draft.effect.protocol !== 'amqp' || !draft.to.startsWith('topic:')) return {}
  const name = draft.to.slice('topic:'.length)
  const slash = name.indexOf('/')
  return slash === -1 ? { exchange: name } : { exchange: name.slice(0, slash), key: name.slice(slash + 1) }
}

/** Topic patterns of AMQP: `*` is one word, `#` any number of them. */
const matchesKey = (pattern: string, key: string): boolean => {
  const words = key.split('.')
  const match = (parts: readonly string[], from: number): boolean => {
    const [first, ...rest] = parts
    if (first === undefined) return from === words.length
    if (first === '#') return parts.length === 1 || words.slice(from).some((_, i) => match(rest, from + i)) || match(rest, words.length)
    return from < words.length && (first === '*' || first === words[from]) && match(rest, from + 1)
  }
  const parts = pattern.split('.')
  return parts.length > 12 || parts.filter(p => p === '#').length > 3 ? true : match(parts, 0)
}

const keep = (
  seat: Seat,
  effect: Effect,
  failure: NonNullable<Target['failure']>,
  linking: Linking,
  unresolved: Map<string, Unresolved>,
): void => {
  const target = showValue(effect.target)
  const [operation] = effect.operation === undefined ? [] : fill(effect.operation, seat.environment, linking.settings)
  const id = `${seat.node.id} ${effect.does} ${effect.protocol} ${target}${operation ? ` ${operation.text}` : ''}`
  const known = unresolved.get(id)
  if (known) {
    known.evidence.push(effect.evidence)
    return
  }
  unresolved.set(id, {
    id,
    from: seat.node.id,
    does: effect.does,
    protocol: effect.protocol,
    target,
    ...(operation ? { operation: operation.text } : {}),
    stage: failure.stage,
    reason: failure.reason,
    hint: `links: { ${quoted(`${seat.node.id}/${failure.name || (operation && effect.operation ? showValue(effect.operation) : effect.protocol)}`)}: <service> }`,
    evidence: [effect.evidence],
  })
}

const quoted = (key: string): string => (/^[A-Za-z0-9_./-]+$/.test(key) ? key : JSON.stringify(key))

const grouped = (drafts: readonly Draft[]): Interaction[] => {
  const groups = new Map<string, Draft[]>()
  for (const draft of drafts) {
    const { protocol, purpose } = draft.effect
    const key = `${draft.from}->${draft.to}:${protocol}${draft.role ? `:${draft.role}` : purpose ? `:${purpose}` : ''}`
    const group = groups.get(key)
    if (group) group.push(draft)
    else groups.set(key, [draft])
  }
  return [...groups].map(([id, group]) => interaction(id, group)).sort(by(i => i.id))
}

const interaction = (id: string, group: readonly Draft[]): Interaction => {
  const { from, to, effect, role } = group[0]!
  const encoding = group.map(d => d.effect.encoding).find(e => e !== undefined)
  const controls = uniqueSorted(group.flatMap(d => d.effect.controls ?? []))
  const purpose = role ? 'message' : effect.does === 'store' ? 'data' : (effect.purpose ?? 'call')
  return {
    id,
    from,
    to,
    purpose,
    style: role || effect.purpose === 'message' ? 'async' : 'sync',
    protocol: effect.protocol,
    ...(role ? { role } : {}),
    ...(encoding ? { encoding } : {}),
    operations: operationRefs(group),
    ...(controls.length > 0 ? { controls } : {}),
    confidence: strongest(...group.map(d => d.confidence)),
    evidence: uniqueSorted(group.map(d => d.evidence)),
  }
}

const operationRefs = (group: readonly Draft[]): OperationRef[] => {
  const byId = new Map<string, { contract?: string; drafts: Draft[]; effects: Effect[] }>()
  for (const draft of group)
    for (const { id, contract, ...own } of draft.operations) {
      const entry = byId.get(id) ?? { drafts: [], effects: [] }
      byId.set(id, entry)
      entry.drafts.push(draft)
      entry.effects.push({ ...draft.effect, ...own })
      if (contract !== undefined) entry.contract ??= contract
    }
  return [...byId]
    .map(([operation, { contract, drafts, effects }]) => ({
      operation,
      ...(contract === undefined ? {} : { contract }),
      ...usesOf(effects),
      evidence: uniqueSorted(drafts.map(d => d.evidence)),
    }))
    .sort(by(o => o.operation))
}

/** What several places together read and send: closed only if every one of them is. */
export const usesOf = (effects: readonly Effect[]): { uses: MemberUse[]; closed: boolean; escapes: Location[] } => ({
  uses: uniqueSorted(effects.flatMap(e => e.uses)),
  closed: effects.every(e => e.closed),
  escapes: uniqueSorted(effects.flatMap(e => e.escapes)),
})

export const uniqueSorted = <T>(items: readonly T[]): T[] => {
  if (items.length < 2) return [...items]
  const unique = new Map(items.map(item => [canonicalJson(item), item]))
  return [...unique.keys()].sort().map(key => unique.get(key)!)
}
