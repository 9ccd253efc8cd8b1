import type { Value } from '../model/value.ts'
import { pick } from './places.ts'
import type { Gives, Place } from './rows.ts'
import type { Frame } from './state.ts'
import type { Term } from './terms.ts'

/** The method that a call says, `*` for any. */
export const methodOf = (
  frame: Frame,
  term: Term,
  place: string | readonly string[] | undefined,
  captures: Record<string, string>,
): string => {
  const found = place === undefined ? undefined : pick(frame, term, place, captures)
  return (found && methodText(frame, found)[0]) ?? '*'
}

/** All methods that a call says. */
export const methodsOf = (
  frame: Frame,
  term: Term,
  place: string | readonly string[] | undefined,
  captures: Record<string, string>,
): string[] => {
  const found = place === undefined ? undefined : pick(frame, term, place, captures)
  return found ? methodText(frame, found) : []
}

/** `POST`, `http.MethodPost`, `HttpMethod.POST`, a list of such. */
export const methodText = (frame: Frame, term: Term): string[] => {
  if (term.kind === 'list' || term.kind === 'any') return term.kids.flatMap(k => methodText(frame, k))
  const written = term.kind === 'text' ? term.text : term.kind === 'ext' ? (/\.(?:Method)?([A-Za-z]+)$/.exec(term.text)?.[1] ?? '') : ''
  if (term.kind === 'extcall')
    return [...term.text.matchAll(/(?<=\.|^)(get|post|put|delete|patch|head|options)(?=\.|$)/g)].map(m => m[1]!.toUpperCase())
  const upper = written.toUpperCase()
  return /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT|\*)$/.test(upper) ? [upper] : []
}

/** `a/b/../c` is `a/c`. */
export const withoutDots = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return `/${parts.join('/')}`
}

/** The routes of a resource that a call leaves. */
export const actionsOf = (
  frame: Frame,
  term: Term,
  gives: Extract<Gives, { effect: 'serve'; protocol: 'http' }>,
  captures: Record<string, string>,
): readonly { method: string; path: string }[] => {
  const named = (place: Place | undefined): ReadonlySet<string> | undefined => {
    const found = place === undefined ? undefined : pick(frame, term, place, captures)
    if (!found) return undefined
    const items = frame.terms.options(found).flatMap(o => (o.kind === 'list' ? o.kids : [o]))
    return new Set(items.flatMap(i => (i.kind === 'text' ? [i.text] : [])))
  }
  const only = named(gives.only)
  const except = named(gives.except)
  return (gives.actions ?? []).filter(({ name }) => (only?.has(name) ?? true) && !except?.has(name))
}

/** A path with `{}` for what is not known. */
export const pathText = (value: Value): string => {
  switch (value.is) {
    case 'text':
      return value.text
    case 'concat': {
      const [first, ...rest] = value.parts
      const start = first!.is === 'text' ? first!.text : ''
      return start + rest.map(p => (p.is === 'text' ? p.text : '{}')).join('')
    }
    case 'or':
    case 'any':
      return pathText(value.options.at(-1)!)
    default:
      return '{}'
  }
}
