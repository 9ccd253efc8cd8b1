import type { Value } from '../model/value.ts'
import { annotationMethods, annotationPlace, constantsOf, prefixOf } from './annotations.ts'
import { fullName } from './functions.ts'
import { addresses, annotationRow, clientPath, clientRow, isServedInterface } from './matching.ts'
import { placeholders } from './meanings.ts'
import { normalPath, splitUrl, toValue } from './reduce.ts'
import type { Fn, Type } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import { kid, type Site, type Term } from './terms.ts'

/** One call of a method of an interface that a library implements. */
export interface DeclaredCall {
  target: Value
  operation: string
  over: Term
  fn: Fn
  body?: Term
}

/** What calling a method of a declared client does: its address stands in annotations or where the client is made, its path in annotations. */
export const declaredCalls = (frame: Frame, term: Term): DeclaredCall[] => {
  const [id, name] = term.text.slice(clientPath.length).split('.')
  const type = frame.scope.types[Number(id)]
  const fn = type && frame.scope.method(type, name!)[0]
  if (!type || !fn) return []
  const at = addressOf(frame, type)
  if (!at) return []
  const constants = constantsOf(frame, type.unit, type)
  const address = splitUrl(toValue(frame, at.target))
  const before = `${address.path}/${at.prefix}/${prefixOf(type, constants)}`
  return routesOf(frame, fn).map(({ method, path }) => ({
    target: address.target,
    operation: `${method} ${normalPath(`${before}/${path}`)}`,
    over: at.target,
    fn,
    ...bodyOf(fn, term),
  }))
}

const addressOf = (frame: Frame, type: Type): { target: Term; prefix: string } | undefined => {
  const made = frame.heap(heapKey.global(addresses, String(type.id)))
  const client = clientRow(frame, type)
  if (!client || !('effect' in client.match.row.gives) || client.match.row.gives.effect !== 'call')
    return made === frame.terms.nothing ? undefined : { target: made, prefix: '' }
  const { gives } = client.match.row
  const constants = constantsOf(frame, type.unit, type)
  const beside = { annotations: type.fact.annotations, type: fullName(type) }
  const site: Site = { file: type.unit.path, line: client.annotation.spot.line, says: `@${client.annotation.name}` }
  const written = annotationPlace(client.annotation, gives.target, constants, beside) ?? ''
  const target = made === frame.terms.nothing ? frame.terms.concat([placeholders(frame, written, [site])]) : made
  return { target, prefix: annotationPlace(client.annotation, gives.base ?? [], constants) ?? '' }
}

const routesOf = (frame: Frame, fn: Fn): { method: string; path: string }[] => {
  const constants = constantsOf(frame, fn.unit, fn.owner)
  return fn.fact.annotations.flatMap(annotation => {
    const route = annotationRow(frame, fn.unit, annotation)?.row.gives
    if (!route || !('effect' in route) || route.effect !== 'serve' || route.protocol !== 'http') return []
    const path = routePath(fn, annotation, constants)
    return annotationMethods(annotation, route.method).map(method => ({ method, path }))
  })
}

/** The path of a route: in its own annotation, or in one beside it. */
export const routePath = (
  fn: Fn,
  annotation: Fn['fact']['annotations'][number],
  constants: Parameters<typeof annotationPlace>[2],
): string =>
  annotationPlace(
    annotation,
    ['0', 'value=', 'path=', 'rule=', 'uri=', 'url=', '@Path:0', '@Path:value=', '@Route:0', '@Route:template='],
    constants,
    {
      annotations: fn.fact.annotations,
    },
  ) ?? ''

const ASIDE = /^(PathVariable|RequestParam|RequestHeader|PathParam|QueryParam|HeaderParam|QueryValue|Query|Header|Path)$/

const bodyOf = (fn: Fn, term: Term): { body?: Term } => {
  const position = fn.fact.parameters.findIndex(p => p.annotations.every(a => !ASIDE.test(a.name)))
  const body = position === -1 ? undefined : kid(term, String(position))
  return body ? { body } : {}
}

/** Routes of an interface are served by the classes that implement it; without one they describe somebody else's. */
export const describesOther = (frame: Frame, fn: Fn): boolean =>
  fn.owner !== undefined && fn.owner.fact.kind === 'interface' && !isServedInterface(frame, fn.owner)
