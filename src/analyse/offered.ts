import type { AnnotationFact } from '../model/program.ts'
import { annotationText, constantsOf } from './annotations.ts'
import { fullName, typeOf } from './functions.ts'
import { placeholders, serviceKey } from './meanings.ts'
import { pick } from './places.ts'
import type { Gives, Place } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import type { Frame } from './state.ts'
import type { Site, Term } from './terms.ts'

type Offer = Extract<Gives, { effect: 'offer' }>

/** A service that a program offers in a registry under the name of an interface. */
export interface Offered {
  name: string
  /** By which the registry knows it. */
  key: Term
  /** Methods of the interface; none where the code has no such interface. */
  methods: string[]
}

/** What a class offers because an annotation says so. */
export const offeredByAnnotation = (
  frame: Frame,
  type: Type,
  annotation: AnnotationFact,
  gives: Offer,
  site: Site,
): Offered | undefined => {
  const constants = constantsOf(frame, type.unit, type)
  const said = (place: Place | undefined): AnnotationFact['args'][number] | undefined =>
    (typeof place === 'string' ? [place] : (place ?? []))
      .map(one => annotation.named.find(n => `${n.name}=` === one)?.value)
      .find(e => e !== undefined)
  const value = (place: Place | undefined): Term | undefined => {
    const text = annotationText(said(place), constants)
    return text === undefined ? undefined : text.includes('${') ? placeholders(frame, text, [site]) : frame.terms.text(text, site)
  }
  const named = said(gives.interface)
  const written = named && (annotationText(named, constants) ?? className(named))
  const target = written === undefined ? implemented(frame, type) : frame.scope.resolveType(type.unit, written, type)
  return target && offered(frame, target, value(gives.group), value(gives.version))
}

/** What a call offers: the class literal or the name at a place. */
export const offeredByCall = (frame: Frame, term: Term, gives: Offer): Offered | undefined => {
  const of = pick(frame, term, gives.interface, {})
  const found = of && frame.terms.options(of).find(o => o.kind === 'type' || o.kind === 'text' || o.kind === 'ext')
  if (!found) return undefined
  const target = found.kind === 'type' ? { type: typeOf(frame, found) } : { external: found.text.replace(/\.class$/, '') }
  const at = (place: Place | undefined): Term | undefined => (place === undefined ? undefined : pick(frame, term, place, {}))
  return offered(frame, target, at(gives.group), at(gives.version))
}

const offered = (
  frame: Frame,
  target: { type: Type } | { external: string },
  group: Term | undefined,
  version: Term | undefined,
): Offered => {
  const name = 'type' in target ? fullName(target.type) : target.external
  const methods = 'type' in target ? [...target.type.methods.values()].flat().filter(isOperation) : []
  return {
    name,
    key: serviceKey(frame, name, group, version),
    methods: [...new Set(methods.map(fn => fn.fact.name))].sort(),
  }
}

const isOperation = (fn: Fn): boolean => fn.fact.isConstructor !== true && fn.fact.static !== true && /^[A-Za-z]/.test(fn.fact.name)

/** The first interface that a class implements, itself or by what it extends. */
const implemented = (frame: Frame, type: Type): { type: Type } | { external: string } | undefined => {
  for (const one of frame.scope.lineage(type)) {
    const supers = frame.scope.supers(one)
    const own = supers.find(s => 'type' in s && s.type.fact.kind === 'interface') ?? supers.find(s => 'external' in s)
    if (own) return own
  }
  return undefined
}

/** `Prices` of `Prices.class`. */
const className = (e: AnnotationFact['args'][number]): string | undefined =>
  e.is === 'member' && e.name === 'class' && e.of.is === 'ref' ? e.of.name : e.is === 'ref' ? e.name : undefined
