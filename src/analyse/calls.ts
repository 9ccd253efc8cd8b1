import { applyBuiltin, type BuiltinHost, isBuiltinReceiver } from './builtins.ts'
import { fill, overload } from './filling.ts'
import { fnsOf, typeOf } from './functions.ts'
import { callBack } from './handlers.ts'
import { construct } from './instances.ts'
import { leak, mayBeMessage } from './leaks.ts'
import { callExternal } from './library-calls.ts'
import { isReply } from './matching.ts'
import { format, noteEnvironment, rpcPath } from './meanings.ts'
import { accessed, elem, get, index, lookUps } from './members.ts'
import { stepOf } from './replies.ts'
import type { Fn } from './scope.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { redo, substitute } from './substitute.ts'
import type { Site, Term } from './terms.ts'
import { write } from './writes.ts'

/** Calls a value. `site` is where the call stands. */
export const apply = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew = false): Term => {
  const { terms } = frame
  switch (callee.kind) {
    case 'any':
    case 'or':
      return terms.any(callee.kids.map(k => apply(frame, k, args, site, isNew)))
    case 'func':
      return callFunctions(frame, callee, args, site)
    case 'type':
      noteSpread(frame, callee, args, site)
      return construct(
        frame,
        typeOf(frame, callee),
        { labels: [...args.labels, ...callee.labels], kids: [...args.kids, ...callee.kids] },
        site,
      )
    case 'ext':
      return callExternal(frame, callee, args, site, isNew)
    case 'rpc':
      return callRpc(frame, callee, args, site)
    case 'module': {
      const whole = frame.heap(heapKey.global(callee.text, 'exports'))
      return whole === terms.nothing ? terms.unknown('a module is called') : apply(frame, whole, args, site, isNew)
    }
    case 'extcall':
      return isReply(frame, callee)
        ? terms.nothing
        : callExternal(frame, terms.make({ kind: 'ext', text: `${callee.text}()`, kids: [callee] }), args, site, isNew)
    case 'field':
      if (callee.kids[0]?.kind === 'config' && callee.text === 'Bind') return bound(frame, callee.kids[0], args, site)
      if (callee.kids[0]?.kind === 'config' && lookUps.test(callee.text)) return lookedUp(frame, callee.kids[0], args, site)
      if (!callee.open && isBareName(frame, args) && !isBuiltinReceiver(callee.kids[0]!, callee.text)) {
        if (site && mayBeMessage(callee)) frame.add({ kind: 'read', term: callee, site })
        return callee
      }
      if (!callee.open || isBuiltinReceiver(callee.kids[0]!, callee.text)) return applyBuiltin(builtinHost, frame, callee, args, site)
      return defer(frame, callee, args, site, isNew)
    case 'param':
    case 'apply':
    case 'elem':
    case 'nth':
      return callee.open ? defer(frame, callee, args, site, isNew) : terms.unknown('a call of what is not known')
    case 'unknown':
      leak(frame, args, site)
      return callee
    case 'class':
      return callee
    case 'config':
      return args.kids.length === 0 ? callee : terms.nothing
    default:
      return isBareName(frame, args) ? callee : terms.nothing
  }
}

/** `Seat(**answer)`: an answer is taken apart into the members of a class. */
const noteSpread = (frame: Frame, type: Term, args: Args, site: Site | undefined): void => {
  if (!site || !args.labels.includes('...')) return
  for (const given of args.kids)
    for (const option of frame.terms.options(given))
      if (mayBeMessage(option) && option.kind !== 'apply') frame.add({ kind: 'decode', term: option, extra: type, name: 'spread', site })
}

const lookedUp = (frame: Frame, section: Term, args: Args, site: Site | undefined): Term => {
  const key = args.kids[args.labels.indexOf('0')]
  const value = key
    ? index(frame, section, key, site)
    : frame.terms.make({ kind: 'config', labels: ['file'], kids: section.kids, sites: section.sites })
  noteEnvironment(frame, value, site)
  return value
}

/** A section of settings fills an object. */
const bound = (frame: Frame, section: Term, args: Args, site: Site | undefined): Term => {
  const object = args.kids[args.labels.indexOf('1')] ?? args.kids[args.labels.indexOf('0')]
  const root = frame.terms.make({ kind: 'config', labels: ['file'], kids: section.kids, sites: section.sites })
  if (object && site) write(frame, object, '*', root, site)
  return section
}

/** A call without arguments of what is no function, where a name without parentheses may be a call: it is the value itself. */
const isBareName = (frame: Frame, args: Args): boolean => args.kids.length === 0 && frame.fn?.unit.traits.namesAreCalls === true

const defer = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew: boolean): Term => {
  const labels = ['callee', ...(isNew ? ['new'] : []), ...args.labels]
  const kids = [callee, ...(isNew ? [frame.terms.nothing] : []), ...args.kids]
  const term = frame.terms.make({ kind: 'apply', labels, kids, sites: site ? [site] : [] })
  if (site) frame.add({ kind: 'deferred', term, site })
  return term
}

/** Overloads are told apart by their arguments; elsewhere functions of one name are variants of the build, any of which may be meant. */
const callFunctions = (frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const fns = fnsOf(frame, callee)
  if (fns.length === 1) return instantiate(frame, callee, fns[0]!, args, site)
  if (fns[0]!.unit.traits.overloads) return instantiate(frame, callee, overload(fns, args, frame.fn), args, site)
  return frame.terms.any(fns.map(fn => instantiate(frame, callee, fn, args, site)))
}

/** Fills a function's parameters: its deeds happen here, its result comes back. */
const instantiate = (frame: Frame, callee: Term, fn: Fn, args: Args, site: Site | undefined): Term => {
  const { terms } = frame
  const key = `${callee.id} ${fn.id} ${args.kids.map((k, i) => `${args.labels[i]}${k.id}`).join(',')} ${site?.file}:${site?.line}`
  const known = frame.instantiated.get(key)
  if (known) return known
  frame.called.add(fn.id)
  const summary = frame.summary(fn)
  if (!summary) return terms.nothing
  if (!frame.enter(fn)) return terms.unknown('a recursion')
  frame.instantiated.set(key, terms.nothing)
  const filling = fill(frame, fn, callee, args)
  const memo = new Map<number, Term>()
  for (const deed of summary.deeds) redo(frame, deed, filling, site, memo)
  const recursive = frame.fn !== undefined && summary.returns.open && frame.state.reaches(fn, frame.fn)
  const result = recursive ? terms.unknown('a recursion') : substitute(frame, summary.returns, filling, site, memo)
  frame.leave()
  frame.instantiated.set(key, result)
  return result
}

const callRpc = (frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const stub = callee.kids[0]!
  if (/^(with|and)[A-Z]/.test(callee.text) || /^(close|waitForReady|getChannel|Dispose)$/.test(callee.text)) return stub
  const term = frame.terms.make({
    kind: 'extcall',
    text: rpcPath,
    labels: ['rpc', ...args.labels],
    kids: [callee, ...args.kids],
    sites: site ? [site] : [],
  })
  if (site) frame.add({ kind: 'effect', term, site })
  callBack(frame, rpcPath, args, term, site, term)
  return term
}

const builtinHost: BuiltinHost = { apply, get, elem, format, accessed, leak, mayBeMessage, step: stepOf }
