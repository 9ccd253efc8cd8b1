import { noteBodies } from './bodies.ts'
import { declared } from './declares.ts'
import { file, nameOf, recall } from './filed.ts'
import { funcTerm, noArgs, typeOf } from './functions.ts'
import { callBack, serveHandlers } from './handlers.ts'
import { makeInstance } from './instances.ts'
import { leak } from './leaks.ts'
import { addresses, clientPath, isReply, matchRow } from './matching.ts'
import { instanceMember, isSettingsFile, noteEnvironment, rowValue, settingsRoot } from './meanings.ts'
import { elem, get, index } from './members.ts'
import { pick, pickAll } from './places.ts'
import { tokens } from './program-settings.ts'
import { render } from './rendering.ts'
import type { Gives, Place, RowMatch } from './rows.ts'
import { takeBySchema } from './schemas.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { isTextual, kid, type Site, type Term } from './terms.ts'
import { fillFrom, fillFromEnvironment, write } from './writes.ts'

export const callExternal = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew: boolean): Term => {
  const { terms } = frame
  const receiver = callee.kids[0]
  const all: Args = receiver ? { labels: ['base', ...args.labels], kids: [receiver, ...args.kids] } : args
  const read = noteBodies(frame, callee, args, site)
  if (read) return read
  const match = matchRow(frame, isNew ? 'new' : 'call', callee.text, all) ?? (isNew ? matchRow(frame, 'call', callee.text, all) : undefined)
  if (!match && takeBySchema(frame, callee, args.kids[0], site)) return terms.nothing
  if (match && 'value' in match.row.gives) {
    const contained = container(frame, match.row.gives, callee.text, all, site)
    if (contained) return contained
  }
  if (match && 'value' in match.row.gives && match.row.gives.value === 'parsed')
    return parsed(frame, match.row.gives, match.captures, all, site)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'registered')
    register(frame, match.row.gives, match.captures, all, site)
  if (match && 'value' in match.row.gives && !/^(connection|make|router)$/.test(match.row.gives.value) && isGiven(frame, match, all)) {
    const value = rowValue(frame, match.row.gives, match.captures, all, site)
    noteEnvironment(frame, value, site)
    return value
  }
  const labels = [...all.labels, ...(isNew ? ['new'] : [])]
  const kids = [...all.kids, ...(isNew ? [terms.nothing] : [])]
  const term = terms.make({ kind: 'extcall', text: callee.text, labels, kids, sites: site ? [site] : [] })
  if (callee.text.startsWith(clientPath) && site) {
    frame.add({ kind: 'effect', term, site })
    return term
  }
  const gives = match?.row.gives
  if (gives && 'value' in gives && gives.value === 'router' && site) frame.add({ kind: 'effect', term, site })
  if (gives && 'effect' in gives && site) {
    frame.add({ kind: 'effect', term, site })
    if (gives.effect === 'declare') return declared(frame.terms, term)
    if (gives.effect === 'wire' && receiver) {
      callBack(frame, callee.text, args, term, site, undefined)
      return receiver
    }
    if (gives.effect !== 'call' && gives.effect !== 'mount') {
      serveHandlers(frame, gives, match!.captures, term, site, () => false)
      return term
    }
  } else if (!isNew) leak(frame, args, site, callee.text)
  callBack(frame, callee.text, args, term, site, isReply(frame, term) ? term : undefined)
  return term
}

/** What goes into a container of a library, comes out of it, or is made by it. Undefined where the call stays a call. */
const container = (
  frame: Frame,
  gives: Extract<Gives, { value: string }>,
  path: string,
  args: Args,
  site: Site | undefined,
): Term | undefined => {
  const { terms } = frame
  const base =
    args.kids[args.labels.indexOf('base')] ?? terms.make({ kind: 'ext', text: path.slice(0, Math.max(0, path.lastIndexOf('.'))) })
  if (gives.value === 'make') {
    makeInstance(frame, gives, path, args, site)
    return undefined
  }
  if (gives.value === 'client') return declaredAt(frame, gives, args)
  if (gives.value === 'given' || gives.value === 'bound') {
    bind(frame, gives, args, site)
    return gives.value === 'given' ? base : undefined
  }
  if (gives.value === 'env-struct') {
    const prefix = pick(frame, args, gives.prefix, {})
    for (const into of frame.terms.options(pick(frame, args, gives.into, {}) ?? terms.nothing))
      if (site) fillFromEnvironment(frame, into, prefix?.kind === 'text' ? prefix.text : '', site, 0)
    return terms.nothing
  }
  if (gives.value === 'filed' || gives.value === 'recalled' || gives.value === 'at') return settled(frame, gives, args, site)
  if (gives.value === 'result') return resultOf(frame, gives, path, args, site)
  if (gives.value === 'rendered') {
    if (!render(frame, gives, args, site)) leak(frame, args, site, path)
    return terms.nothing
  }
  if (gives.value === 'listed') return listOf(frame, gives, args)
  if (gives.value === 'tell') return tell(frame, gives, args, site)
  if (gives.value !== 'keep' && gives.value !== 'kept') return undefined
  const key = pick(frame, args, gives.key, {})
  if (gives.value === 'keep') {
    const value = pick(frame, args, gives.is, {})
    if (key?.kind === 'text' && value && site) write(frame, base, key.text, value, site)
    return base
  }
  const found = key?.kind === 'text' ? get(frame, base, key.text) : terms.nothing
  const isNone = found.kind === 'ext' || found === terms.nothing
  const otherwise = gives.default === undefined ? undefined : pick(frame, args, gives.default, {})
  return isNone ? (otherwise ?? terms.unknown('nothing is kept under that name')) : found
}

/** A client that a library makes of an interface of the code: the interface is known by where it leads from now on. */
const declaredAt = (frame: Frame, gives: Extract<Gives, { value: 'client' }>, args: Args): Term | undefined => {
  const target = pick(frame, args, gives.target, {})
  const made = frame.terms.options(pick(frame, args, gives.type, {}) ?? frame.terms.nothing).filter(o => o.kind === 'type')
  for (const one of made) if (target && !target.open) frame.put(heapKey.global(addresses, one.text), target)
  return made.length === 0 ? undefined : frame.terms.any(made.map(one => frame.terms.make({ kind: 'anyinst', text: one.text })))
}

/** Fills the objects of a class from a section, or lets functions fill them. */
const bind = (frame: Frame, gives: Extract<Gives, { value: 'given' | 'bound' }>, args: Args, site: Site | undefined): void => {
  const { terms } = frame
  const type = pick(frame, args, gives.value === 'given' ? gives.of : gives.to, {})
  if (!type || !site) return
  const object = get(frame, type, instanceMember)
  const sources = gives.value === 'given' ? args.kids : [pick(frame, args, gives.of, {}) ?? terms.nothing]
  for (const option of sources.flatMap(kid => terms.options(kid))) {
    if (option.kind === 'func') frame.call(option, { labels: ['0'], kids: [object] }, site)
    else if (option.kind === 'config') write(frame, object, '*', section(frame, option.kids[0]!, site), site)
    else if (gives.value === 'bound' && (isTextual(option) || option.open)) write(frame, object, '*', section(frame, option, site), site)
  }
}

const section = (frame: Frame, key: Term, site: Site): Term =>
  frame.terms.make({ kind: 'config', labels: ['file'], kids: [key], sites: [site] })

/** What a function gives that is handed to a library: once, or for each element of a list. */
const resultOf = (
  frame: Frame,
  gives: Extract<Gives, { value: 'result' }>,
  path: string,
  args: Args,
  site: Site | undefined,
): Term | undefined => {
  const of = pick(frame, args, gives.of, {})
  if (of && gives.with !== undefined) {
    const given = gives.with === 'all' ? argumentsOf(frame, args) : receiverOf(frame, path, args)
    return given && frame.call(of, { labels: ['0'], kids: [given] }, site)
  }
  const given = gives.args === undefined ? noArgs : pickAll(frame, args, gives.args)
  if (!of || gives.over === undefined) return of && frame.call(of, given, site)
  const over = pick(frame, args, gives.over, {})
  return over && frame.terms.make({ kind: 'list', kids: [frame.call(of, { labels: ['0'], kids: [elem(frame, over)] }, site)] })
}

/** What a method is called on: the receiver, or the member of it that the path names. */
const receiverOf = ({ terms }: Frame, path: string, args: Args): Term | undefined => {
  const base = kid(args, 'base')
  const above = path.slice(0, path.lastIndexOf('.'))
  return base && (above.endsWith('()') ? base : terms.make({ kind: 'ext', text: above, kids: [base] }))
}

/** The arguments of the call that made a receiver: a list that is its only one stands for itself. */
const argumentsOf = ({ terms }: Frame, args: Args): Term | undefined => {
  const made = kid(args, 'base')
  if (made?.kind !== 'extcall') return undefined
  const kids = made.kids.filter((_, i) => /^\d+$/.test(made.labels[i]!))
  return kids.length === 1 && kids[0]!.kind === 'list' ? kids[0] : terms.make({ kind: 'list', kids })
}

const listOf = (frame: Frame, gives: Extract<Gives, { value: 'listed' }>, args: Args): Term => {
  const { kids } = pickAll(frame, args, gives.of)
  return kids.length === 1 && kids[0]!.kind === 'list' ? kids[0]! : frame.terms.make({ kind: 'list', kids })
}

/** A message reaches the method of a class that takes it. Undefined where no class of the code does. */
const tell = (frame: Frame, gives: Extract<Gives, { value: 'tell' }>, args: Args, site: Site | undefined): Term | undefined => {
  const to = pick(frame, args, gives.to, {})
  const message = pick(frame, args, gives.message, {})
  const methods = (to ? frame.terms.options(to) : []).flatMap(o =>
    o.kind === 'type' ? [frame.scope.method(typeOf(frame, o), gives.method)] : [],
  )
  if (!message || methods.every(m => m.length === 0)) return undefined
  const told: Args = { labels: ['0'], kids: [message] }
  return frame.terms.any(methods.filter(m => m.length > 0).map(m => frame.call(funcTerm(frame, m, undefined), told, site)))
}

/** Settings that a program files for itself, and members by name. */
const settled = (
  frame: Frame,
  gives: Extract<Gives, { value: 'filed' | 'recalled' | 'at' }>,
  args: Args,
  site: Site | undefined,
): Term | undefined => {
  const of = (place: Place | undefined): Term | undefined => (place === undefined ? undefined : pick(frame, args, place, {}))
  const key = of(gives.key)
  if (gives.value === 'filed') {
    const under = of(gives.under)
    const is = of(gives.is)
    if (!under || !site) return undefined
    const one = key && is ? { key, is } : undefined
    const second = one ? undefined : of('1')
    file(frame, args, second ? [under, second] : [under], one, site)
    return frame.terms.nothing
  }
  const otherwise = of(gives.default)
  const found =
    key &&
    (gives.value === 'at'
      ? memberAt(frame, of(gives.of), key, site)
      : recall(frame, nameOf(frame, of(gives.under) ?? key), nameOf(frame, key)))
  if (!found || found === frame.terms.nothing) return otherwise ?? frame.terms.unknown('a setting that nothing sets')
  return otherwise && found.kind !== 'map' ? frame.terms.or([found, otherwise]) : found
}

const memberAt = (frame: Frame, of: Term | undefined, key: Term, site: Site | undefined): Term | undefined =>
  of && index(frame, of, key, site)

/** Settings of a file, put into what a pointer points to: a variable, or the fields of a struct. */
const parsed = (
  frame: Frame,
  gives: Extract<Gives, { value: 'parsed' }>,
  captures: Record<string, string>,
  args: Args,
  site: Site | undefined,
): Term => {
  const into = pick(frame, args, gives.into, captures)
  const of = gives.of === undefined ? site && settingsRoot(frame, [site]) : pick(frame, args, gives.of, captures)
  if (!of || !into || !site) return frame.terms.nothing
  if (gives.always) write(frame, into, '*', of, site)
  if (into.open) frame.add({ kind: 'write', term: into, name: '*', extra: of, site })
  for (const root of frame.terms.options(of).filter(isSettingsFile))
    for (const one of frame.terms.options(into)) fillFrom(frame, one, root, site, 0)
  return frame.terms.nothing
}

/** Clients that a framework makes and hands on by their token. */
const register = (
  frame: Frame,
  gives: Extract<Gives, { value: 'registered' }>,
  captures: Record<string, string>,
  args: Args,
  site: Site | undefined,
): void => {
  const { terms } = frame
  const given = pick(frame, args, gives.entries, captures)
  for (const list of given ? terms.options(given) : [])
    for (const entry of list.kind === 'list' ? list.kids : [list]) {
      const made = gives.factory === undefined ? undefined : get(frame, entry, gives.factory)
      const options = made && made !== terms.nothing ? frame.call(made, noArgs, site) : entry
      const client = terms.make({ kind: 'extcall', text: gives.made, labels: ['0'], kids: [options], sites: site ? [site] : [] })
      if (client.open) continue
      for (const name of terms.options(get(frame, entry, gives.token)))
        if (name.kind === 'text') frame.put(heapKey.global(tokens, name.text), client)
    }
}

/** A look-up without a name is none: all of the environment, which a further call asks. */
const isGiven = (frame: Frame, match: RowMatch, args: Args): boolean =>
  !('value' in match.row.gives) || match.row.gives.value !== 'env' || pick(frame, args, match.row.gives.name, match.captures) !== undefined
