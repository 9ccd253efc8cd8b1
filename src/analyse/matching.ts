import type { AnnotationFact } from '../model/program.ts'
import { rpcPath } from './meanings.ts'
import { pick } from './places.ts'
import { compilePath, type RowMatch, rowLanguage } from './rows.ts'
import type { SourceUnit, Type } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import { isTextual, type Term } from './terms.ts'

/** The external path of calls of interfaces that a library implements as HTTP clients: `#client.TYPE.METHOD`. */
export const clientPath = '#client.'

/** The row of an annotation: by the full name that it is imported under, else by the name as written. */
export const annotationRow = (frame: Frame, unit: SourceUnit, annotation: AnnotationFact): RowMatch | undefined => {
  const table = frame.state.rows(rowLanguage(unit.language))
  const target = annotation.name.includes('.') ? undefined : unit.imports.get(annotation.name)?.external
  return (target === undefined ? undefined : table.match('annotation', target)) ?? table.match('annotation', annotation.name)
}

/** The row of an interface that is declared a client by an annotation. */
export const clientRow = (frame: Frame, type: Type): { match: RowMatch; annotation: AnnotationFact } | undefined => {
  for (const annotation of type.fact.annotations) {
    const match = annotationRow(frame, type.unit, annotation)
    if (match && 'effect' in match.row.gives && match.row.gives.effect === 'call') return { match, annotation }
  }
  return undefined
}

/** Whether calls of an interface are calls of somebody else: an annotation says so, or code has a library make a client of it. */
export const isClient = (frame: Frame, type: Type): boolean =>
  clientRow(frame, type) !== undefined || frame.heap(heapKey.global(addresses, String(type.id))) !== frame.terms.nothing

/** Under this owner stand the addresses of interfaces that code has a library make clients of. */
export const addresses = '#addresses'

/** Whether a class implements an interface, or none is needed: it is no client. */
export const isServedInterface = (frame: Frame, type: Type): boolean =>
  !isClient(frame, type) && frame.scope.family(type).some(t => t.fact.kind !== 'interface')

/** Whether a term is the answer of a call to another service. */
export const isReply = (frame: Frame, term: Term): boolean => {
  if (term.kind !== 'extcall') return false
  if (term.text === rpcPath || term.text.startsWith(clientPath)) return true
  const gives = matchRow(frame, term.labels.includes('new') ? 'new' : 'call', term.text, term)?.row.gives
  return gives !== undefined && 'effect' in gives && gives.effect === 'call'
}

export const matchRow = (
  frame: Frame,
  when: 'call' | 'new' | 'member' | 'assign',
  path: string,
  args?: { labels: readonly string[]; kids: readonly Term[] },
): RowMatch | undefined =>
  frame.state
    .rows(rowLanguage(frame.fn?.unit.language ?? rootLanguage(frame)))
    .match(when, path, where => args !== undefined && Object.entries(where).every(([place, is]) => holds(frame, args, place, is)))

/** Whether a place holds a text, or the external thing of a path. `*`: anything; `()`: a function; `*.php`: text that ends so; `http*`: text that starts so, or what is not known before it runs. */
const holds = (frame: Frame, args: { labels: readonly string[]; kids: readonly Term[] }, place: string, is: string): boolean => {
  const found = pick(frame, args, place, {})
  if (found === undefined || is === '*') return found !== undefined
  if (is === '()') return frame.terms.options(found).some(o => o.kind === 'func')
  const options = frame.terms.options(found).map(o => (o.kind === 'concat' && is.endsWith('*') ? o.kids[0]! : o))
  if (is.startsWith('*')) return options.some(o => (o.kind === 'concat' ? o.kids.at(-1)! : o).text.endsWith(is.slice(1)))
  if (!is.endsWith('*'))
    return options.some(o => (o.kind === 'text' || o.kind === 'ext' || o.kind === 'extcall') && matchesName(o.text, is))
  return options.some(o => (o.kind === 'text' ? o.text.startsWith(is.slice(0, -1)) : isTextual(o)))
}

const rootLanguage = (frame: Frame): string =>
  frame.scope.fns[frame.nesting.at(-1) ?? 0]?.unit.language ?? frame.scope.units[0]?.language ?? ''

/** `a.{b,c}.d` is `a.b.d` or `a.c.d`. */
const matchesName = (text: string, is: string): boolean => text === is || (is.includes('{') && compilePath(is)?.pattern.test(text) === true)
