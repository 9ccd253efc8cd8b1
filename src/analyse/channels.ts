import type { Effect } from '../model/fragment.ts'
import { concat, showValue, text, type Value } from '../model/value.ts'
import { pick } from './places.ts'
import { toValue } from './reduce.ts'
import type { Gives, Place, RowMatch } from './rows.ts'
import { type Frame, heapKey } from './state.ts'
import { isTextual, type Term } from './terms.ts'

/** What a row gives for this call: rows that choose look at a value of it. */
export const chosen = (frame: Frame, term: Pick<Term, 'labels' | 'kids'>, match: RowMatch): Gives | undefined => {
  let gives: Gives | undefined = match.row.gives
  for (let level = 0; level < 3 && gives && 'effect' in gives && gives.effect === 'choose'; level++)
    gives = caseOf(frame, pick(frame, term, gives.by, match.captures), gives.cases)
  return gives
}

/** The case of a value's last name: `Transport.NATS`, `'nats'`. */
export const caseOf = <T>(frame: Frame, value: Term | undefined, cases: Record<string, T>): T | undefined => {
  for (const option of value ? frame.terms.options(value) : []) {
    const name = option.kind === 'text' || option.kind === 'ext' ? option.text.slice(option.text.lastIndexOf('.') + 1) : ''
    if (Object.hasOwn(cases, name)) return cases[name]
  }
  return Object.hasOwn(cases, '*') ? cases['*'] : undefined
}

/** A topic of an exchange is `exchange/key`; of the default exchange, or where the key is not known, the one that there is. */
export const topicValue = (
  frame: Frame,
  given: { labels: readonly string[]; kids: readonly Term[] },
  places: { topic?: Place; key?: Place },
  captures: Record<string, string>,
): { value?: Value; over: Term[] } => {
  const topic = places.topic === undefined ? undefined : pick(frame, given, places.topic, captures)
  const key = places.key === undefined ? undefined : pick(frame, given, places.key, captures)
  const [name, routing] = [topic, key].map(term => {
    const value = term && toValue(frame, term)
    return value && value.is !== 'unknown' && !(value.is === 'text' && value.text === '') ? value : undefined
  })
  const over = [topic, key].filter(t => t !== undefined)
  const isOneKey = routing !== undefined && !(isSeveral(routing) && name !== undefined && isSeveral(name))
  if (name && routing && isOneKey) return { value: concat([name, text('/'), routing]), over }
  const value = name ?? routing ?? (topic && (stored(frame, topic) ?? toValue(frame, topic)))
  return { ...(value && { value }), over }
}

/** A topic that is read back from a store (an outbox): whatever the one class with such a column was filled with. */
const stored = (frame: Frame, topic: Term): Value | undefined => {
  const member = topic.kind === 'ext' || topic.kind === 'field' ? topic.text.slice(topic.text.lastIndexOf('.') + 1) : ''
  if (member === '') return undefined
  const found = frame.scope.types.flatMap(type => {
    const places = type.fields.has(member) ? [heapKey.anyOf(type, member), heapKey.initial(type, member)] : []
    const value = frame.terms.any(places.map(p => frame.heap(p)))
    const texts = frame.terms.options(value).filter(isTextual)
    return texts.length > 0 && frame.scope.externalSupers(type).length > 0 ? [toValue(frame, frame.terms.any(texts))] : []
  })
  return found.length === 1 ? found[0] : undefined
}

const isSeveral = (value: Value): boolean => value.is === 'any' || (value.is === 'concat' && value.parts.some(isSeveral))

/** Whoever consumes a queue that it binds consumes what that is bound to, and says so there. */
export const withoutBoundQueues = <T extends { effect: Effect; queue?: Value; binds?: Value }>(drafts: readonly T[]): T[] => {
  const bound = new Set(drafts.flatMap(d => (d.binds ? [showValue(d.binds)] : [])))
  return bound.size === 0
    ? [...drafts]
    : drafts.filter(d => d.queue === undefined || !(bound.has(showValue(d.queue)) || d.queue.is === 'unknown'))
}
