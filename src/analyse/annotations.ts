import type { AnnotationFact, Expr } from '../model/program.ts'
import type { Place } from './rows.ts'
import type { SourceUnit, Type } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import { isTextual, type Term } from './terms.ts'

/** The text of a constant that an annotation names; undefined where it is none. */
export type Constants = (e: Expr) => string | undefined

/** Constants as the annotations of a file may name them: of the type around, of other types, imported ones. */
export const constantsOf = (frame: Frame, unit: SourceUnit, within?: Type): Constants => {
  const ofType = (type: Type, name: string): string | undefined => {
    for (const t of frame.scope.lineage(type)) {
      const text = plain(frame, frame.heap(heapKey.initial(t, name)))
      if (text !== undefined) return text
    }
    return undefined
  }
  return e => {
    if (e.is === 'member') {
      const owner = dotted(e.of)
      const target = owner === undefined ? undefined : frame.scope.resolveType(unit, owner, within)
      return target && 'type' in target ? ofType(target.type, e.name) : undefined
    }
    if (e.is !== 'ref') return undefined
    const own = within && ofType(within, e.name)
    if (own !== undefined) return own
    const imported = unit.imports.get(e.name)
    if (imported?.module === undefined || imported.name === undefined) return plain(frame, ofModule(frame, unit.module, e.name))
    const target = frame.scope.lookup(imported.module, imported.module.slice(imported.module.lastIndexOf('.') + 1))?.types[0]
    return target ? ofType(target, imported.name) : plain(frame, ofModule(frame, imported.module, imported.name))
  }
}

const ofModule = (frame: Frame, module: string, name: string): Term =>
  frame.terms.any((frame.scope.lookup(module, name)?.vars ?? []).map(u => frame.heap(heapKey.global(u.path, name))))

/** A text whose parts are known; what is filled in when it runs is a hole. */
const plain = (frame: Frame, term: Term): string | undefined => {
  const [only, ...more] = frame.terms.options(term)
  if (!only || more.length > 0 || !isTextual(only)) return undefined
  if (only.kind === 'text') return only.text
  return only.kind === 'concat' ? only.kids.map(k => (k.kind === 'text' ? k.text : '{}')).join('') : undefined
}

const dotted = (e: Expr): string | undefined => {
  if (e.is === 'ref') return e.name
  const of = e.is === 'member' ? dotted(e.of) : undefined
  return of === undefined || e.is !== 'member' ? undefined : `${of}.${e.name}`
}

export const annotationText = (e: Expr | undefined, constants?: Constants): string | undefined => {
  if (e?.is === 'text') return e.text
  if (e?.is === 'list') return annotationText(e.items[0], constants)
  if (e?.is === 'map')
    return e.entries
      .map(entry => (entry.key.is === 'text' && /^(path|value)$/.test(entry.key.text) ? annotationText(entry.value, constants) : undefined))
      .find(t => t !== undefined)
  if (e?.is === 'concat') return e.parts.map(p => annotationText(p, constants) ?? '{}').join('')
  return e && constants?.(e)
}

const written = (annotation: AnnotationFact, place: string): Expr | undefined =>
  /^\d+$/.test(place) ? annotation.args[Number(place)] : annotation.named.find(n => `${n.name}=` === place)?.value

/** All texts at the places of an annotation: lists are several. */
export const annotationTexts = (annotation: AnnotationFact, place: Place, constants?: Constants): string[] => {
  for (const one of typeof place === 'string' ? [place] : place) {
    const value = written(annotation, one)
    const items = value?.is === 'list' ? value.items : value ? [value] : []
    const found = items.flatMap(i => annotationText(i, constants) ?? [])
    if (found.length > 0) return found
  }
  return []
}

/** The first text at the places of an annotation. `@Name:0` looks at another annotation of the same thing, `"…{name=}…"` is filled in. */
export const annotationPlace = (
  annotation: AnnotationFact,
  place: Place,
  constants?: Constants,
  beside: { annotations?: readonly AnnotationFact[]; type?: string } = {},
): string | undefined => {
  for (const one of typeof place === 'string' ? [place] : place) {
    const found = one.startsWith('"')
      ? template(annotation, one.slice(1, -1), constants, beside)
      : textAt(annotation, one, constants, beside)
    if (found !== undefined && found !== '') return found
  }
  return undefined
}

const textAt = (
  annotation: AnnotationFact,
  place: string,
  constants: Constants | undefined,
  beside: { annotations?: readonly AnnotationFact[]; type?: string },
): string | undefined => {
  if (place === 'type') return beside.type
  const other = /^@([\w.]+):(.+)$/.exec(place)
  if (!other) return annotationText(written(annotation, place), constants)
  return (beside.annotations ?? [])
    .filter(a => a.name === other[1])
    .map(a => annotationText(written(a, other[2]!), constants))
    .find(t => t !== undefined)
}

/** Fills `{place}`; undefined where one of them is not there. */
const template = (
  annotation: AnnotationFact,
  text: string,
  constants: Constants | undefined,
  beside: { annotations?: readonly AnnotationFact[]; type?: string },
): string | undefined => {
  let isWhole = true
  const filled = text.replace(/(?<!\$)\{([\w@:]+=?)\}/g, (_, place: string) => {
    const found = textAt(annotation, place, constants, beside)
    isWhole &&= found !== undefined && found !== ''
    return found ?? ''
  })
  return isWhole ? filled : undefined
}

/** The path that the annotations of a class put before those of its methods. */
export const prefixOf = (type: Type, constants?: Constants): string => {
  const routes = type.fact.annotations.filter(a => PREFIXES.test(a.name))
  const text = routes.map(a => annotationPlace(a, ['0', 'value=', 'path=', 'url='], constants)).find(t => t !== undefined) ?? ''
  return text.replace('[controller]', type.fact.name.replace(/Controller$/, '').toLowerCase())
}

const PREFIXES = /^(RequestMapping|Controller|Route|Path|RestController|HttpExchange)$/

export const annotationMethods = (annotation: AnnotationFact, method: Place | undefined): string[] => {
  const places = method === undefined ? [] : typeof method === 'string' ? [method] : method
  for (const place of places) {
    if (place.startsWith('"')) return [place.slice(1, -1)]
    const named = annotation.named.find(n => `${n.name}=` === place)
    if (!named) continue
    const items = named.value.is === 'list' ? named.value.items : [named.value]
    const found = items.flatMap(i =>
      i.is === 'text' ? [i.text.toUpperCase()] : i.is === 'member' ? [i.name.toUpperCase()] : i.is === 'ref' ? [i.name.toUpperCase()] : [],
    )
    if (found.length > 0) return found
  }
  return ['*']
}
