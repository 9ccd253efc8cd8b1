import { canonicalName } from '../base/names.ts'
import { typed } from './fields.ts'
import { anyInstance, fnsOf, funcTerm, noArgs, parametersOf, typeOf } from './functions.ts'
import { nth } from './members.ts'
import { pick, pickAll } from './places.ts'
import { type Gives, type HandlerShape, rowLanguage } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import type { Args, Frame } from './state.ts'
import type { Site, Term, Terms } from './terms.ts'

/** Functions handed to a library are called by it, with values of which only the path is known; with the answer, if it is a client's. */
export const callBack = (frame: Frame, path: string, args: Args, term: Term, site: Site | undefined, reply: Term | undefined): void => {
  for (const arg of args.kids)
    for (const option of frame.terms.options(arg)) {
      if (option.kind !== 'func') continue
      const fn = fnsOf(frame, option)[0]!
      const parameters = parametersOf(fn)
      const kids = parameters.map(({ type }, i) => {
        if (reply) return i === parameters.length - 1 ? reply : frame.terms.unknown('an error')
        const declared = type && frame.scope.resolveType(fn.unit, type, fn.owner)
        const own = declared && 'type' in declared && type ? typed(frame, fn.unit, type, fn.owner) : undefined
        return own ?? frame.terms.make({ kind: 'ext', text: `${path}.$${i}`, kids: [term] })
      })
      frame.call(option, { labels: kids.map((_, i) => String(i)), kids }, site)
    }
}

/** Gives handlers the request, and notes what they answer. `done` tells arguments whose handlers were served before. */
export const serveHandlers = (
  frame: Frame,
  gives: Extract<Gives, { effect: string }>,
  captures: Record<string, string>,
  term: Term,
  site: Site | undefined,
  done: (kid: Term, index: number) => boolean,
): void => {
  const args: Args = { labels: term.labels, kids: term.kids }
  if (gives.effect === 'serve' && gives.protocol !== 'http') {
    const service = serviceName(frame, gives.service, captures, args)
    if (gives.guess && !frame.state.contracts.rpcs.has(service)) return
    for (const implementation of frame.terms.options(pick(frame, args, gives.implementation, captures) ?? frame.terms.nothing))
      serveService(frame, service, implementation, gives.shape, term, site)
    return
  }
  const place = gives.effect === 'serve' || gives.effect === 'consume' ? gives.handlers : undefined
  if (place === undefined) return
  const shape = gives.effect === 'serve' && gives.protocol === 'http' ? gives.shape : undefined
  for (const [i, arg] of pickAll(frame, args, place).kids.entries())
    for (const option of frame.terms.options(arg)) {
      const position = term.kids.indexOf(arg)
      if (option.kind !== 'func' || done(arg, position === -1 ? i : position)) continue
      const request = frame.terms.make({ kind: 'request', text: '', kids: [term] })
      serveOne(frame, option, request, shape, site)
    }
}

/** The service a registration names: by its function's name, or by the path of an argument. */
export const serviceName = (frame: Frame, place: string, captures: Record<string, string>, args: Args): string => {
  if (place.startsWith('$')) return captures[place.slice(1)] ?? ''
  if (!place.startsWith('path:')) return place
  const of = pick(frame, args, place.slice(5), captures)
  const path = of && frame.terms.options(of).find(o => o.kind === 'ext' || o.kind === 'extcall')?.text
  const last =
    path
      ?.replace(/\.service$/, '')
      .split(/[./]/)
      .at(-1) ?? ''
  const { rpcs } = frame.state.contracts
  return !rpcs.has(last) && rpcs.has(last.replace(/Service$/, '')) ? last.replace(/Service$/, '') : last
}

/** The functions of an implementation that answer rpcs of a service. */
export const rpcMethods = (frame: Frame, service: string, implementation: Term): { rpc: string; fn: Term }[] => {
  const known = frame.state.contracts.rpcs.get(service)
  const names = new Map<string, Term>()
  if (implementation.kind === 'inst' || implementation.kind === 'anyinst' || implementation.kind === 'type') {
    const type = typeOf(frame, implementation)
    for (const t of frame.scope.lineage(type))
      for (const [name, fns] of t.methods)
        if (!names.has(name) && !isInternal(fns[0]!))
          names.set(name, funcTerm(frame, fns, implementation.kind === 'type' ? anyInstance(frame, type) : implementation))
  } else if (implementation.kind === 'map')
    for (const [i, label] of implementation.labels.entries()) {
      const fn = frame.terms.options(implementation.kids[i]!).find(k => k.kind === 'func')
      if (fn) names.set(label, fn)
    }
  const rpcs: { rpc: string; fn: Term }[] = []
  for (const [name, fn] of names) {
    const upper = name.charAt(0).toUpperCase() + name.slice(1)
    const rpc = known && !known.has(upper) ? ([...known].find(k => canonicalName(k) === canonicalName(name)) ?? upper) : upper
    if (known ? known.has(rpc) : looksLikeRpc(fnsOf(frame, fn)[0]!)) rpcs.push({ rpc, fn })
  }
  return rpcs
}

const isInternal = (fn: Fn): boolean => /^[_<]/.test(fn.fact.name) || fn.fact.isConstructor === true

const looksLikeRpc = (fn: Fn): boolean => parametersOf(fn).length === 2 && /^[A-Za-z]/.test(fn.fact.name)

/** What a class serves because of what it extends hangs on this. */
export const superTerm = (terms: Terms, type: Type): Term => terms.make({ kind: 'ext', text: `super ${type.id}` })

/** The request that an annotated handler gets. */
export const handlerRequest = (terms: Terms, fn: Fn): Term => terms.make({ kind: 'request', text: `fn ${fn.id}` })

/** Serves what a class implements by extending a generated base. */
export const serveSuper = (frame: Frame, type: Type): void => {
  const table = frame.state.rows(rowLanguage(type.unit.language))
  for (const path of frame.scope.externalSupers(type)) {
    const match = table.match('super', path)
    const gives = match?.row.gives
    if (!gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
    const site: Site = { file: type.unit.path, line: type.fact.spot.line, says: `class ${type.fact.name}` }
    serveService(
      frame,
      serviceName(frame, gives.service, match!.captures, noArgs),
      anyInstance(frame, type),
      gives.shape,
      superTerm(frame.terms, type),
      site,
    )
  }
}

const serveService = (
  frame: Frame,
  service: string,
  implementation: Term,
  shape: HandlerShape,
  term: Term,
  site: Site | undefined,
): void => {
  for (const { rpc, fn } of rpcMethods(frame, service, implementation)) {
    const request = frame.terms.make({ kind: 'request', text: `${service}/${rpc}`, kids: [term] })
    serveOne(frame, fn, request, shape, site)
  }
}

/** Types of what stands beside the message in streaming calls. */
const streamed = /(Server|Stream|StreamWriter|Observer)$/

/** Calls one handler as the framework does. */
const serveOne = (frame: Frame, handler: Term, request: Term, shape: HandlerShape | undefined, site: Site | undefined): void => {
  const fn = fnsOf(frame, handler)[0]!
  const parameters = parametersOf(fn)
  if (site) frame.add({ kind: 'handler', term: request, extra: handler, site })
  const [place, ...members] = (shape?.request ?? 'none').replace('param ', '').split('.')
  const at = streamed.test(parameters[Number(place)]?.type?.name ?? '') ? '0' : place
  const kids = parameters.map((parameter, i) => {
    const declared = parameter.type && frame.scope.resolveType(fn.unit, parameter.type, fn.owner)
    const path = declared && 'external' in declared && shape?.response !== 'callback' ? declared.external : `#handler.$${i}`
    const other = frame.terms.make({ kind: 'ext', text: path, kids: [request] })
    if (String(i) !== at) return other
    return members.length === 0 ? request : frame.terms.make({ kind: 'map', labels: [members[0]!, '...'], kids: [request, other] })
  })
  const result = frame.call(handler, { labels: kids.map((_, i) => String(i)), kids }, site)
  if (shape?.response === 'return' && site)
    frame.add({
      kind: 'answer',
      term: request,
      extra: nth(frame, result, 0),
      site: { file: fn.unit.path, line: fn.fact.spot.line, says: fn.fact.name },
    })
}
