import { funcTerm } from './functions.ts'
import { pick } from './places.ts'
import type { Gives } from './rows.ts'
import type { Type } from './scope.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import type { Site, Term } from './terms.ts'

/** An instance of a class of the closure. What its constructor writes goes to this instance. */
export const construct = (frame: Frame, type: Type, args: Args, site: Site | undefined, literal = false): Term => {
  const { terms, scope } = frame
  if (!type.unit.traits.callMakesInstance && type.fact.kind === 'alias' && args.kids.length === 1) return args.kids[0]!
  const labels = [...args.labels, ...(literal ? ['literal'] : [])]
  const kids = [...args.kids, ...(literal ? [terms.nothing] : [])]
  const inst = terms.make({ kind: 'inst', text: String(type.id), labels, kids, sites: site ? [site] : [] })
  frame.state.made.add(type.id)
  noteInstance(frame, inst, type)
  const constructors = scope.constructors(type)
  if (constructors.length > 0 && !literal) frame.call(funcTerm(frame, constructors, inst), args, site)
  return inst
}

/** What an instance got when it was made also counts for instances of its type that nobody can tell. */
export const noteInstance = (frame: Frame, inst: Term, type: Type): void => {
  if (inst.kind !== 'inst') return // nested too deep
  const fields = [...type.fields.keys()]
  for (const [i, label] of inst.labels.entries()) {
    if (inst.kids[i]!.open) continue
    const position = inst.labels.includes('literal') && /^\d+$/.test(label) ? fields[Number(label)] : undefined
    const isColumn = label.endsWith('=') && type.fields.has(label.slice(0, -1)) && frame.scope.constructors(type).length === 0
    const name = label.startsWith('init:') ? label.slice(5) : isColumn ? label.slice(0, -1) : position
    if (name === undefined) continue
    // A constant is a default, which anything that comes later takes the place of.
    frame.put(inst.kids[i]!.kind === 'text' ? heapKey.initial(type, name) : heapKey.anyOf(type, name), inst.kids[i]!)
  }
}

/** An instance of a class of the code, with the arguments that the calls of one chain gave. */
export const makeInstance = (
  frame: Frame,
  gives: Extract<Gives, { value: 'make' }>,
  path: string,
  args: Args,
  site: Site | undefined,
): void => {
  const type = pick(frame, args, gives.type, {})
  const name = path.slice(path.lastIndexOf('.'))
  const kids: Term[] = []
  let here: Pick<Term, 'labels' | 'kids'> | undefined = args
  for (let i = 0; here && i < 30; i++) {
    const argument = pick(frame, here, gives.argument, {})
    if (argument) kids.unshift(argument)
    const base: Term | undefined = here.kids[here.labels.indexOf('base')]
    here = base?.kind === 'extcall' && base.text.endsWith(name) ? base : undefined
  }
  for (const option of type ? frame.terms.options(type) : [])
    if (option.kind === 'type') frame.call(option, { labels: kids.map((_, i) => String(i)), kids }, site)
}
