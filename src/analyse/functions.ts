import type { Fn, Type } from './scope.ts'
import type { Args, Frame } from './state.ts'
import type { Term } from './terms.ts'

export const noArgs: Args = { labels: [], kids: [] }

/** The parameters of a function without its receiver. */
export const parametersOf = (fn: Fn): Fn['fact']['parameters'] => (takesSelf(fn) ? fn.fact.parameters.slice(1) : fn.fact.parameters)

export const takesSelf = (fn: Fn): boolean =>
  fn.unit.traits.selfIsFirstParameter === true &&
  fn.owner !== undefined &&
  fn.fact.static !== true &&
  fn.outer === undefined &&
  fn.fact.name !== '<init>'

export const paramTerm = (frame: Frame, fn: Fn, index: number | 'self' | `<${number}>`): Term =>
  frame.terms.make({ kind: 'param', text: `${fn.id}/${index}` })

/** A function as a value: its receiver and the parameters of the functions around it stay holes until a call fills them. */
export const funcTerm = (frame: Frame, fns: readonly Fn[], self: Term | undefined): Term => {
  const labels: string[] = []
  const kids: Term[] = []
  if (self) {
    labels.push('self')
    kids.push(self)
  }
  for (let outer = fns[0]!.outer; outer; outer = outer.outer) {
    const count = parametersOf(outer).length
    for (let i = 0; i < count; i++) {
      labels.push(`${outer.id}/${i}`)
      kids.push(paramTerm(frame, outer, i))
    }
    for (const [i] of (outer.fact.typeParameters ?? []).entries()) {
      labels.push(`${outer.id}/<${i}>`)
      kids.push(paramTerm(frame, outer, `<${i}>`))
    }
    if (outer.owner) {
      labels.push(`${outer.id}/self`)
      kids.push(paramTerm(frame, outer, 'self'))
    }
  }
  return frame.terms.make({ kind: 'func', text: fns.map(f => f.id).join(','), labels, kids })
}

export const fnsOf = (frame: Frame, term: Term): Fn[] => term.text.split(',').map(id => frame.scope.fns[Number(id)]!)

export const typeOf = (frame: Frame, term: Term): Type => frame.scope.types[Number(term.text)]!

/** The parameter's function and declared type, for shortcuts that need no call site. */
export const paramType = (frame: Frame, term: Term): Type | undefined => {
  const [id, index] = term.text.split('/')
  const fn = frame.scope.fns[Number(id)]
  if (!fn) return undefined
  if (index === 'self') return fn.owner
  const ref = parametersOf(fn)[Number(index)]?.type
  const target = ref && frame.scope.resolveType(fn.unit, ref, fn.owner)
  return target && 'type' in target ? target.type : undefined
}

/** A getter: read like a field, and computed. */
export const isProperty = (fn: Fn): boolean =>
  fn.fact.parameters.length === (takesSelf(fn) ? 1 : 0) &&
  fn.owner !== undefined &&
  (fn.owner.fields.has(fn.fact.name) || fn.fact.annotations.some(a => a.name === 'property' || a.name === 'cached_property')) &&
  !(fn.unit.traits.moduleIs === 'type' && fn.unit.language === 'java')

export const anyInstance = (frame: Frame, type: Type): Term => frame.terms.make({ kind: 'anyinst', text: String(type.id) })

/** `package.Type`, as configuration and registries name it. */
export const fullName = (type: Type): string => {
  const { package: home } = type.unit.facts.unit
  return home === undefined || home === '' ? type.fact.name : `${home}.${type.fact.name}`
}
