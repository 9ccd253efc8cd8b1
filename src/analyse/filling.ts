import { anyInstance, parametersOf } from './functions.ts'
import { isReply } from './matching.ts'
import type { Fn } from './scope.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'

export const overload = (fns: readonly Fn[], args: Args, from: Fn | undefined): Fn => {
  const given = args.labels.filter(l => /^\d+$/.test(l) || l.endsWith('=')).length
  const fits = fns.filter(f => {
    const parameters = parametersOf(f)
    const needed = parameters.filter(p => p.default === undefined && p.rest !== true).length
    return given >= needed && (given <= parameters.length || parameters.some(p => p.rest === true))
  })
  // No constructor calls itself: of several that fit, a chain goes on to another.
  const others = fits.filter(f => f !== from && f.fact.isConstructor === true)
  const generic = args.labels.filter(l => l.startsWith('<')).length
  const sameArity = fits.filter(f => (f.fact.typeParameters?.length ?? 0) === generic)
  if (generic > 0 && sameArity.length > 0) return sameArity.find(f => suits(f, args)) ?? sameArity[0]!
  const candidates = from?.fact.isConstructor && others.length > 0 ? others : fits
  return candidates.find(f => suits(f, args)) ?? candidates[0] ?? fns[0]!
}

const collection = /^(IEnumerable|ICollection|IReadOnlyCollection|IReadOnlyList|IList|List|HashSet|Collection|Iterable|Set|Array)$|\[\]$/

const scalar = /^([sS]tring|int|Integer|long|Long|bool|boolean|Boolean|double|Double)$/

/** Whether lists go to parameters that take lists, and texts to those that take texts. */
const suits = (fn: Fn, args: Args): boolean =>
  parametersOf(fn).every((parameter, n) => {
    const given = args.kids[args.labels.indexOf(String(n))]
    const type = parameter.type?.name ?? ''
    if (given?.kind === 'list') return !scalar.test(type)
    return given?.kind !== 'text' || !collection.test(type)
  })

export type Filling = Map<string, Term>

export const fill = (frame: Frame, fn: Fn, callee: Term, args: Args): Filling => {
  const { terms } = frame
  const filling: Filling = new Map()
  for (const [i, label] of callee.labels.entries()) filling.set(label === 'self' ? `${fn.id}/self` : label, callee.kids[i]!)
  const parameters = parametersOf(fn)
  const extension = fn.unit.traits.extensionMethods && kid(callee, 'self') !== undefined && fn.fact.static === true
  const shift = extension ? 1 : 0
  if (extension) filling.set(`${fn.id}/0`, kid(callee, 'self')!)
  for (const [position, parameter] of parameters.entries()) {
    if (extension && position === 0) continue
    const at = position - shift
    let value: Term | undefined
    if (parameter.rest) {
      const rest = args.kids.filter((_, i) => /^\d+$/.test(args.labels[i]!) && Number(args.labels[i]) >= at)
      value = rest.length === 1 && args.labels.includes('...') ? rest[0]! : terms.make({ kind: 'list', kids: rest })
    } else value = pickArg(args, at, parameter.name)
    filling.set(`${fn.id}/${position}`, value ? declaredOf(frame, fn, position, value) : defaultOf(frame, fn, position))
  }
  for (const [i, name] of (fn.fact.typeParameters ?? []).entries()) {
    const typical = parameters.findIndex(p => p.type?.name === name)
    const inferred = typical === -1 ? undefined : filling.get(`${fn.id}/${typical}`)
    filling.set(`${fn.id}/<${i}>`, kid(args, `<${i}>`) ?? inferred ?? terms.unknown(`nothing says what ${name} is`))
  }
  if (!filling.has(`${fn.id}/self`) && fn.owner)
    filling.set(`${fn.id}/self`, fn.fact.static ? terms.make({ kind: 'type', text: String(fn.owner.id) }) : anyInstance(frame, fn.owner))
  return filling
}

/** Something that a library gives, where an object of the code is asked for: any such object. Answers and requests stay what they are. */
const declaredOf = (frame: Frame, fn: Fn, position: number, value: Term): Term => {
  const type = parametersOf(fn)[position]!.type
  const isForeign = value.kind === 'ext' || (value.kind === 'extcall' && !isReply(frame, value))
  if (!type || !isForeign || (value.kind === 'ext' && value.kids[0]?.kind === 'request')) return value
  const target = frame.scope.resolveType(fn.unit, type, fn.owner)
  return target && 'type' in target && /^(class|record|interface|struct)$/.test(target.type.fact.kind)
    ? anyInstance(frame, target.type)
    : value
}

const pickArg = (args: Args, position: number, name: string): Term | undefined => {
  const named = args.labels.indexOf(`${name.replace(/^\$/, '')}=`)
  if (named !== -1) return args.kids[named]
  const at = args.labels.indexOf(String(position))
  return at === -1 ? undefined : args.kids[at]
}

/** What a parameter is when a call leaves it out. */
const defaultOf = (frame: Frame, fn: Fn, position: number): Term => {
  const value = frame.heap(heapKey.global(`${fn.id}`, `default ${position}`))
  return value === frame.terms.nothing ? frame.terms.unknown(`${parametersOf(fn)[position]!.name} is not given`) : value
}
