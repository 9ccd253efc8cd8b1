import type { AnnotationFact, TypeRef } from '../model/program.ts'
import { annotationText } from './annotations.ts'
import { typed } from './fields.ts'
import { annotationRow } from './matching.ts'
import type { Fn, SourceUnit, Type } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import type { Term } from './terms.ts'

/** Under this owner stands what functions hand to a framework for whoever asks: by type, and by type and name. */
const provided = '#provided'

/** Notes what a function gives, where an annotation has a framework call it and hand the value on. */
export const noteProvided = (frame: Frame, fn: Fn, value: Term): void => {
  if (value.open || value.kind === 'unknown') return
  for (const annotation of fn.fact.annotations) {
    const gives = annotationRow(frame, fn.unit, annotation)?.row.gives
    if (!gives || !('value' in gives) || gives.value !== 'provided') continue
    const type = fn.fact.returns ? externalType(frame, fn.unit, fn.fact.returns, fn.owner) : builtType(value)
    if (type === undefined) continue
    const told = annotation.args[0] ?? annotation.named.find(n => n.name === 'name' || n.name === 'value')?.value
    for (const name of ['', annotationText(told) ?? fn.fact.name]) frame.put(heapKey.global(provided, `${type} ${name}`), value)
  }
}

/** What a builder builds, where no type is declared: `RestClient` for `RestClient.Builder.baseUrl.build`. */
const builtType = (value: Term): string | undefined =>
  value.kind === 'extcall' ? /^(.*?)\.(?:[Bb]uilder|create)(?:\.|$)/.exec(value.text)?.[1] : undefined

/** A value of a library's type that a framework hands over: the one of that name, or the only one. Else anything of that type. */
export const handed = (
  frame: Frame,
  unit: SourceUnit,
  ref: TypeRef,
  name: string,
  annotations: readonly AnnotationFact[],
  within?: Type,
): Term | undefined => {
  const type = externalType(frame, unit, ref, within)
  if (type !== undefined) {
    const qualifier = annotations.filter(a => QUALIFIERS.test(a.name)).map(a => annotationText(a.args[0] ?? a.named[0]?.value))[0]
    const named = frame.heap(heapKey.global(provided, `${type} ${qualifier ?? name}`))
    if (named !== frame.terms.nothing) return named
    const all = frame.heap(heapKey.global(provided, `${type} `))
    if (all !== frame.terms.nothing && all.kind !== 'any') return all
  }
  return typed(frame, unit, ref, within)
}

const QUALIFIERS = /^(Qualifier|Named|Resource)$/

const externalType = (frame: Frame, unit: SourceUnit, ref: TypeRef, within?: Type): string | undefined => {
  const target = frame.scope.resolveType(unit, ref, within)
  return target && 'external' in target ? target.external : undefined
}

/** What a field without a value may hold. */
export const declaredField = (frame: Frame, type: Type, name: string): Term | undefined => {
  const found = frame.scope.field(type, name)
  return found?.field.type && handed(frame, found.owner.unit, found.field.type, name, found.field.annotations, found.owner)
}
