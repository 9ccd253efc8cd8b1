import { byText } from '../base/names.ts'
import type { Effect } from '../model/fragment.ts'
import { concat, showValue, text, type Value } from '../model/value.ts'
import { isSelector, namesOfClass } from './classes.ts'
import { namesType } from './meanings.ts'
import { pick } from './places.ts'
import { toValue } from './reduce.ts'
import { type Gives, type Place, type RowMatch, rowLanguage } from './rows.ts'
import { type Deed, type Frame, heapKey } from './state.ts'
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
  places: { topic?: Place; key?: Place; typed?: true },
  captures: Record<string, string>,
): { value?: Value; over: Term[]; uncalled?: true; isNone?: true; isKept?: true } => {
  const topic = places.topic === undefined ? undefined : pick(frame, given, places.topic, captures)
  const key = places.key === undefined ? undefined : pick(frame, given, places.key, captures)
  const [name, routing] = [topic, key].map(term => {
    const value = term && toValue(frame, term)
    return value && value.is !== 'unknown' && !(value.is === 'text' && value.text === '') ? value : undefined
  })
  const over = [topic, key].filter(t => t !== undefined)
  const kept = over.flatMap(t => (isForeign(frame, t) ? keptClasses(frame, t) : []))
  if (kept.length > 0) {
    const names: Value = { is: 'any', options: kept.map(text) }
    return { value: key && name ? { is: 'any', options: kept.map(k => concat([name, text('/'), text(k)])) } : names, over, isKept: true }
  }
  if (over.some(t => isNobody(frame, t))) return { over, isNone: true }
  const type = places.typed && !routing ? messageType(frame, given) : undefined
  const typed = type && toValue(frame, type)
  if (type && typed && typed.is !== 'unknown') return { value: typed, over: [...over, type] }
  const isOneKey = routing !== undefined && !(isSeveral(routing) && name !== undefined && isSeveral(name))
  if (name?.is === 'text' && routing?.is === 'any')
    return { value: { is: 'any', options: routing.options.map(o => concat([name, text('/'), o])) }, over }
  if (name && routing && isOneKey) return { value: concat([name, text('/'), routing]), over }
  const value = name ?? routing ?? (topic && (stored(frame, topic) ?? toValue(frame, topic)))
  return { ...(value && { value }), over, ...([topic, key, type].some(isUncalled) && { uncalled: true }) }
}

/** The name of a class of something that a library gave back. */
const isForeign = (frame: Frame, term: Term): boolean =>
  term.kind === 'class' &&
  term.text === '' &&
  term.kids.flatMap(kid => frame.terms.options(kid)).some(of => of.kind === 'extcall' && !of.labels.includes('new'))

/**
 * What is read back from a store (an outbox) is of the classes whose names were put there: of those the code then asks for, but for
 * commands to the program itself.
 */
const keptClasses = (frame: Frame, term: Term): string[] => {
  const asked = term.kids.flatMap(kid => frame.terms.options(kid)).flatMap(of => (of.kind === 'anyinst' ? [of] : []))
  const within = new Set(asked.flatMap(of => frame.scope.family(frame.scope.types[Number(of.text)]!).map(t => t.fact.name)))
  const found = new Set<string>()
  for (const type of frame.scope.types)
    for (const [field, { type: declared }] of frame.state.made.has(type.id) ? type.fields : [])
      if (declared === undefined || /^(string|String|str|text)$/.test(declared.name))
        for (const option of frame.terms.options(frame.heap(heapKey.anyOf(type, field))))
          if (option.kind === 'class' && option.text === '') for (const name of namesOfClass(frame, option)) found.add(name)
  const isInProcess = (name: string): boolean =>
    frame.scope.types.some(
      t =>
        t.fact.name === name &&
        frame.scope.externalParents(t).some(({ path }) => {
          const gives = frame.state.rows(rowLanguage(t.unit.language)).match('super', path)?.row.gives
          return gives !== undefined && 'value' in gives && gives.value === 'in-process'
        }),
    )
  return [...found].filter(name => (within.size === 0 || within.has(name)) && !isInProcess(name)).sort(byText)
}

/** The name of a class of which this program makes no object. */
const isNobody = (frame: Frame, term: Term): boolean =>
  term.kind === 'class' &&
  term.text === '' &&
  term.kids.flatMap(kid => frame.terms.options(kid)).every(of => of.kind === 'anyinst') &&
  namesOfClass(frame, term).length === 0

/** A value that only some caller could give. */
const isUncalled = (term: Term | undefined): boolean => term?.kind === 'unknown' && /^nothing in the code calls /.test(term.text)

/** The type that a message carries in a property, or in a header that is called so. */
const messageType = (frame: Frame, given: { kids: readonly Term[] }): Term | undefined => {
  for (const option of given.kids.flatMap(kid => frame.terms.options(kid))) {
    if (option.kind !== 'extcall' && option.kind !== 'inst' && option.kind !== 'map') continue
    const headers = pick(frame, propertiesOf(option), ['0.Headers', '0.headers'], {})
    for (const one of headers ? frame.terms.options(headers) : []) {
      const named = [...one.labels.map(l => l.replace(/^init:|=$/g, '')), ...frame.heapNames(heapKey.instanceOwner(one))].find(namesType)
      const found = named === undefined ? undefined : pick(frame, propertiesOf(one), `0.${named}`, {})
      if (found) return found
    }
    const type = pick(frame, propertiesOf(option), ['0.Type', '0.type'], {})
    if (type) return type
  }
  return undefined
}

const propertiesOf = (of: Term): { labels: string[]; kids: Term[] } => ({ labels: ['0'], kids: [of] })

/** Names that received messages are told apart by, by what is compared with them. */
export const selections = (frames: (deed: Deed) => Frame, deeds: readonly Deed[]): Map<string, { deed: Deed; name: Value }[]> => {
  const found = new Map<string, { deed: Deed; name: Value }[]>()
  for (const deed of deeds) {
    if (deed.kind !== 'case' || !isSelector(deed.term) || !deed.extra) continue
    const value = toValue(frames(deed), deed.extra)
    const names = (value.is === 'any' ? value.options : [value]).filter(v => v.is === 'text' && /^[\w.:-]+$/.test(v.text))
    found.set(deed.term.text, [...(found.get(deed.term.text) ?? []), ...names.map(name => ({ deed, name }))])
  }
  return found
}

/** Each of several texts apart. */
export const eachText = (value: Value | undefined): (Value | undefined)[] =>
  value?.is === 'any' && value.options.every(o => o.is === 'text') ? value.options : [value]

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

/**
 * Whoever consumes a queue that it binds consumes what that is bound to, and says so there. A queue that is bound and that the program
 * does not listen to is nobody's here.
 */
export const withoutBoundQueues = <T extends { effect: Effect; queue?: Value; binds?: Value }>(drafts: readonly T[]): T[] => {
  const bound = new Set(drafts.flatMap(d => (d.binds ? [showValue(d.binds)] : [])))
  if (bound.size === 0) return [...drafts]
  const heard = drafts.flatMap(d => d.queue ?? [])
  const names = new Set(heard.map(showValue))
  const hearsAny = heard.some(isVague)
  return drafts.filter(d =>
    d.binds
      ? hearsAny || names.has(showValue(d.binds)) || (isVague(d.binds) && heard.length > 0)
      : d.queue === undefined || !(bound.has(showValue(d.queue)) || d.queue.is === 'unknown'),
  )
}

const isVague = (value: Value): boolean => value.is === 'unknown' || (value.is === 'concat' && value.parts.some(isVague))
