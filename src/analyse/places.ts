import { classOf } from './classes.ts'
import { recall } from './filed.ts'
import { programSetting } from './program-settings.ts'
import type { Place } from './rows.ts'
import { type Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'

interface Given {
  labels: readonly string[]
  kids: readonly Term[]
}

/** The value at a row's place; the first of several that is there. */
export const pick = (frame: Frame, args: Given, place: Place, captures: Record<string, string>): Term | undefined => {
  for (const one of typeof place === 'string' ? [place] : place) {
    const found = pickOne(frame, args, one, captures)
    if (found !== undefined && found !== frame.terms.nothing) return found
  }
  return undefined
}

/** Arguments from a position on (`1…`), or the one value of the place. */
export const pickAll = (frame: Frame, args: Given, place: Place): Given => {
  const first = typeof place === 'string' ? place : place[0]!
  if (!first.endsWith('…')) {
    const one = pick(frame, args, place, {})
    return one ? { labels: ['0'], kids: [one] } : { labels: [], kids: [] }
  }
  const from = Number(first.slice(0, -1))
  const labels: string[] = []
  const kids: Term[] = []
  for (const [i, label] of args.labels.entries()) {
    if (/^\d+$/.test(label) && Number(label) >= from) labels.push(String(Number(label) - from))
    else if (label.endsWith('=')) labels.push(label)
    else continue
    kids.push(args.kids[i]!)
  }
  return { labels, kids }
}

const pickOne = (frame: Frame, args: Given, place: string, captures: Record<string, string>): Term | undefined => {
  if (place.startsWith('class:')) {
    const of = pickOne(frame, args, place.slice(6), captures)
    return of && classOf(frame, of)
  }
  if (place.startsWith('"')) return frame.terms.text(place.slice(1, -1))
  if (place.startsWith('env:')) return frame.terms.make({ kind: 'env', kids: [frame.terms.text(place.slice(4))] })
  if (place.startsWith('code:')) {
    const at = place.lastIndexOf(':')
    return programSetting(frame, frame.terms.text(place.slice(at + 1)), place.slice(5, at))
  }
  if (place.includes('|') && place.startsWith('any:'))
    return frame.terms.or(
      place
        .slice(4)
        .split('|')
        .flatMap(one => pickOne(frame, args, one, captures) ?? []),
    )
  if (place.startsWith('config:')) return settingAt(frame, args, place.slice(7))
  if (place.startsWith('app:')) {
    const [under = '', key = ''] = place
      .slice(4)
      .replace(/\$(\w+)/g, (_, name: string) => captures[name] ?? '')
      .split('/')
    return recall(frame, under, key)
  }
  if (place.startsWith('$')) {
    const found = captures[place.slice(1).replace('^', '')]
    return found === undefined ? undefined : frame.terms.text(place.endsWith('^') ? found.toUpperCase() : found)
  }
  if (place.startsWith('chain:')) return inChain(frame, args, place.slice(6))
  if (place.startsWith('all:')) return allInChain(frame, args, place.slice(4))
  if (place.startsWith('within:')) return within(frame, args, place.slice(7), 0)
  if (place.startsWith('base:')) {
    const base = byLabel(args, 'base')
    return base && ofCall(frame, base, place.slice(5))
  }
  if (place.endsWith('…')) {
    const { labels, kids: all } = pickAll(frame, args, place)
    const kids = all.filter((_, i) => /^\d+$/.test(labels[i]!))
    return kids.length === 0 ? undefined : frame.terms.any(kids)
  }
  const call = /^([^(]+)\((\S+)\)$/.exec(place)
  if (call) {
    const of = pickOne(frame, args, call[1]!, captures)
    return of && frame.terms.any(frame.terms.options(of).flatMap(o => ofCall(frame, o, call[2]!) ?? []))
  }
  const [at, ...members] = place.startsWith('init:') ? [place] : place.split('.')
  const start = byLabel(args, at!)
  return members.reduce<Term | undefined>((of, name) => of && memberOf(frame, of, name), start)
}

/** A setting of a library; `{place}` in its key is filled in. */
const settingAt = (frame: Frame, args: Given, key: string): Term | undefined => {
  const filled: string[] = []
  const name = key.replace(/\{([^{}]+)\}/g, (_, place: string) => {
    const found = pickOne(frame, args, place, {})
    const text = found?.kind === 'text' ? found.text : ''
    filled.push(text)
    return text
  })
  return filled.includes('') ? undefined : frame.terms.make({ kind: 'config', kids: [frame.terms.text(name)] })
}

const byLabel = (args: Given, at: string): Term | undefined => {
  const label = at === '-1' ? lastPosition(args.labels) : at
  const index = args.labels.indexOf(label)
  return index === -1 ? undefined : args.kids[index]
}

const lastPosition = (labels: readonly string[]): string => String(labels.filter(l => /^\d+$/.test(l)).length - 1)

const memberOf = (frame: Frame, of: Term, name: string): Term | undefined => {
  const found = frame.terms
    .options(of)
    .flatMap(
      o =>
        section(frame, o, name) ??
        (o.kind === 'list' && /^\d+$/.test(name) ? o.kids[Number(name)] : undefined) ??
        kid(o, name) ??
        kid(o, `init:${name}`) ??
        kid(o, `${name}=`) ??
        setLater(frame, o, name),
    )
  return found.length === 0 ? undefined : frame.terms.any(found)
}

/** A setting below a section of a file. */
const section = ({ terms }: Frame, of: Term, name: string): Term | undefined => {
  if (of.kind !== 'config' || of.labels[0] !== 'file') return undefined
  const above = of.kids[0]!
  const key = above.kind === 'text' && above.text === '' ? terms.text(name) : terms.concat([above, terms.text(`.${name}`)])
  return terms.make({ kind: 'config', labels: of.labels, kids: [key], sites: of.sites })
}

/** What an object of a library, or a class, got after it was made. */
const setLater = (frame: Frame, of: Term, name: string): Term | [] => {
  const type = of.kind === 'type' || of.kind === 'inst' || of.kind === 'anyinst' ? frame.scope.types[Number(of.text)] : undefined
  const value =
    of.kind === 'extcall' || of.kind === 'ext'
      ? frame.heap(heapKey.instance(of, name))
      : type
        ? frame.terms.any(frame.scope.lineage(type).map(t => frame.heap(heapKey.initial(t, name))))
        : frame.terms.nothing
  return value === frame.terms.nothing ? [] : value
}

/** A place in the call that made a value. */
const ofCall = (frame: Frame, made: Term, place: string): Term | undefined => {
  const calls = frame.terms.options(made).filter(o => o.kind === 'extcall' || o.kind === 'inst')
  const found = calls.flatMap(c => pickOne(frame, c, place, {}) ?? [])
  return found.length === 0 ? undefined : frame.terms.any(found)
}

/** `name:place`: the nearest call of that name in the chain of receivers. */
const inChain = (frame: Frame, args: Given, rest: string): Term | undefined => {
  const [name, ...place] = rest.split(':')
  const call = chainOf(frame, args).find(c => lastName(c) === name)
  return call && pickOne(frame, call, place.join(':'), {})
}

/** The calls that receivers were made by, nearest first. */
const chainOf = (frame: Frame, args: Given): Term[] => {
  const found: Term[] = []
  let here = byLabel(args, 'base')
  while (here && found.length < 30) {
    const call: Term | undefined = frame.terms.options(here).find(o => o.kind === 'extcall')
    if (!call) break
    found.push(call)
    here = kid(call, 'base')
  }
  return found
}

const lastName = (call: Term): string => call.text.slice(call.text.lastIndexOf('.') + 1)

/** `name|other:place`: what all calls of these names in the chain of receivers say, first to last, as the segments of one path. */
const allInChain = (frame: Frame, args: Given, rest: string): Term | undefined => {
  const [names = '', ...place] = rest.split(':')
  const wanted = new Set(names.split('|'))
  const calls = chainOf(frame, args).filter(c => wanted.has(lastName(c)))
  const at = place.join(':')
  const parts = calls.reverse().flatMap(c => (at.endsWith('…') ? pickAll(frame, c, at).kids : (pickOne(frame, c, at, {}) ?? [])))
  const { terms } = frame
  return parts.length === 0
    ? undefined
    : terms.concat(parts.flatMap(p => (p.kind === 'text' && p.text.startsWith('/') ? [p] : [terms.text('/'), p])))
}

const maxWithin = 12

/** `name:place`: what a call of that name says anywhere in the values that are given, the outermost first. */
const within = (frame: Frame, args: Given, rest: string, level: number): Term | undefined => {
  const [name, ...place] = rest.split(':')
  const inside = args.kids.flatMap(k => frame.terms.options(k)).filter(k => k.kind === 'extcall' || k.kind === 'ext')
  for (const one of inside)
    if (one.kind === 'extcall' && lastName(one) === name) {
      const found = pickOne(frame, one, place.join(':'), {})
      if (found) return found
    }
  if (level >= maxWithin) return undefined
  for (const one of inside) {
    const found = within(frame, one, rest, level + 1)
    if (found) return found
  }
  return undefined
}
