import type { DeployOrder, Impact } from '../model/change.ts'
import type { Location } from '../model/evidence.ts'
import type { ServiceId } from '../model/system.ts'
import { callsOf, push, sortedTexts } from './calls.ts'
import { type ContractEvent, contractOf, isHurting, isOperationGone, type Models } from './event.ts'

/** Which of the two orders a consumer may be deployed in, as far as one change goes. */
interface Allowed {
  consumersFirst: boolean
  providersFirst: boolean
}

/**
 * The safe orders for each hurting event. Consumers first means that an old provider meets a new consumer, providers first that a new
 * provider meets an old consumer; what a consumer meets in all changes of one contract is taken together.
 */
export const deployOrders = (
  events: readonly ContractEvent[],
  impacts: ReadonlyMap<ContractEvent, readonly Impact[]>,
  models: Models,
): Map<ContractEvent, DeployOrder> => {
  const met = new Map<string, ContractEvent[]>()
  const key = (event: ContractEvent, consumer: ServiceId): string => `${event.change.contract.contract} ${consumer}`
  const hits = new Map<ContractEvent, Impact[]>()
  for (const event of events) {
    hits.set(event, (impacts.get(event) ?? []).filter(isFelt))
    for (const consumer of consumersOf(event, hits.get(event)!, models)) push(met, key(event, consumer), event)
  }
  const orders = new Map<ContractEvent, DeployOrder>()
  for (const event of events) {
    const felt = hits.get(event)!
    const consumers = felt.filter(i => i.role === 'consumer')
    if (!isHurting(event) || consumers.length === 0) continue
    const allowed = consumers.map(c => together((met.get(key(event, c.party)) ?? [event]).map(e => allowedBy(e, c, impacts.get(e) ?? []))))
    orders.set(event, orderOf(event, felt, together(allowed), models))
  }
  return orders
}

const isFelt = (impact: Impact): boolean => impact.verdict === 'breaks' || impact.verdict === 'likely-breaks'

/** Consumers that an event constrains: those it hurts, and those that start to call what it adds. */
const consumersOf = (event: ContractEvent, felt: readonly Impact[], models: Models): ServiceId[] => {
  if (isHurting(event)) return sortedTexts(felt.filter(i => i.role === 'consumer').map(i => i.party))
  const { change, pair } = event
  if (change.kind !== 'added' || change.subject.kind !== 'operation') return []
  return sortedTexts(callsOf(models.head, change.subject.name, pair.head).map(c => c.from))
}

const together = (all: readonly Allowed[]): Allowed => ({
  consumersFirst: all.every(a => a.consumersFirst),
  providersFirst: all.every(a => a.providersFirst),
})

const allowedBy = (event: ContractEvent, consumer: Impact, impacts: readonly Impact[]): Allowed => {
  const { change } = event
  if (!isHurting(event)) return { consumersFirst: false, providersFirst: true }
  const felt = impacts.find(i => i.party === consumer.party && i.role === 'consumer') ?? consumer
  if (!breaksAtRunTime(felt)) return { consumersFirst: true, providersFirst: true }
  if (isOperationGone(event)) return { consumersFirst: true, providersFirst: false }
  // An old provider that insists on a member which new consumers no longer send breaks before it is replaced.
  const providerInsists = change.kind === 'removed' && impacts.some(i => i.role === 'provider' && i.verdict === 'breaks')
  return { consumersFirst: !event.breaksBack && !providerInsists, providersFirst: !oldConsumerBreaks(event) }
}

/** Whoever feels it, feels it from the new provider; a modification under a condition may spare it. */
const oldConsumerBreaks = ({ change }: ContractEvent): boolean =>
  change.kind !== 'modified' || Object.values(change.contract.verdict).includes('breaking')

const breaksAtRunTime = (impact: Impact): boolean => impact.modes.some(m => m !== 'source')

const orderOf = (event: ContractEvent, felt: readonly Impact[], allowed: Allowed, models: Models): DeployOrder => {
  const consumers = sortedTexts(felt.filter(i => i.role === 'consumer').map(i => i.party))
  const providers = providersOf(event, models).filter(p => !consumers.includes(p))
  const behind = sortedTexts(felt.filter(i => !i.repairedAtHead && breaksAtRunTime(i)).map(i => i.party))
  const at = felt.find(i => i.role === 'consumer')?.at
  const handsOn = consumers.filter(party => isTranscoder(event, party, models))
  if (handsOn.length > 0) return none(`none is safe: clients of ${words(handsOn)} know the old JSON form`, at)
  if (behind.length > 0)
    return none(`none is safe while ${words(behind)} ${behind.length === 1 ? 'runs its' : 'run their'} present version`, at)
  if (allowed.consumersFirst && allowed.providersFirst)
    return { safe: 'any', order: [], reason: 'old and new versions understand each other' }
  if (allowed.consumersFirst)
    return { safe: 'consumers-first', order: [...consumers, ...providers], reason: inProduction(event, consumers), ...(at ? { at } : {}) }
  if (allowed.providersFirst)
    return { safe: 'providers-first', order: [...providers, ...consumers], reason: 'the new callers need what only the new version serves' }
  if (isOperationGone(event)) return none('none is safe: old callers need what is removed, new callers what is added', at)
  return none('none is safe: until both run the new version, each misreads the other', at)
}

/** It turns the message into JSON for clients of its own, whom no order of ours reaches. */
const isTranscoder = (event: ContractEvent, party: ServiceId, models: Models): boolean =>
  event.change.contract.modes.includes('json') &&
  event.change.contract.reach.operations.some(r =>
    callsOf(models.base, r.operation, contractOf(r, event, models.base, 'base')).some(
      c => c.from === party && c.interaction.encoding === 'json',
    ),
  )

const none = (reason: string, at: Location | undefined): DeployOrder => ({ safe: 'none', order: [], reason, ...(at ? { at } : {}) })

const inProduction = (event: ContractEvent, consumers: readonly string[]): string => {
  const one = consumers.length === 1
  const verb = isOperationGone(event) ? (one ? 'still calls it' : 'still call it') : one ? 'still depends on it' : 'still depend on it'
  return `${one ? 'the' : 'the versions of'} ${words(consumers)} in production ${verb}`
}

const providersOf = (event: ContractEvent, models: Models): ServiceId[] =>
  sortedTexts(
    event.change.contract.reach.operations.flatMap(r =>
      callsOf(models.base, r.operation, contractOf(r, event, models.base, 'base'))
        .map(c => c.to)
        .filter(to => models.head.services.has(to)),
    ),
  )

const words = (items: readonly string[]): string =>
  items.length > 4
    ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more`
    : items.length < 2
      ? items.join('')
      : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
