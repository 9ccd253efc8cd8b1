import type { AnnotationFact, TypeRef } from '../model/program.ts'
import { annotationText, constantsOf } from './annotations.ts'
import { anyInstance, fullName } from './functions.ts'
import { annotationRow } from './matching.ts'
import { handedTo, placeholders, rowValue, shortType } from './meanings.ts'
import { pick } from './places.ts'
import { type Place, rowLanguage } from './rows.ts'
import type { SourceUnit, Type } from './scope.ts'
import { settingField } from './settings.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { isTextual, kid, type Site, type Term } from './terms.ts'

/** Members of a class that a framework fills with the settings below a key; getters may be generated. */
export const boundSetting = (frame: Frame, type: Type, name: string): Term | undefined => {
  for (const annotation of type.fact.annotations) {
    const gives = frame.state.rows(rowLanguage(type.unit.language)).match('annotation', annotation.name)?.row.gives
    if (!gives || !('value' in gives) || gives.value !== 'config') continue
    const field = propertyOf(name)
    const isThere = type.fields.has(field) || type.methods.get(name)?.[0]?.fact.parameters.length === 0
    const key = textAt(annotation, gives.key)
    if (!isThere || key === undefined) return undefined
    const sites = [{ file: type.unit.path, line: annotation.spot.line, says: `@${annotation.name} ${key}` }]
    return frame.terms.make({ kind: 'config', labels: ['file'], kids: [frame.terms.text(`${key}.${field}`)], sites })
  }
  return undefined
}

/** The property behind a getter: `host` for `getHost`. */
export const propertyOf = (name: string): string => {
  const bare = /^(?:get|is)([A-Z].*)$/.exec(name)?.[1]
  return bare === undefined ? name : bare.charAt(0).toLowerCase() + bare.slice(1)
}

/** A text in one of several places of an annotation. */
const textAt = (annotation: AnnotationFact, place: Place): string | undefined => {
  for (const one of typeof place === 'string' ? [place] : place) {
    const value = /^\d+$/.test(one) ? annotation.args[Number(one)] : annotation.named.find(n => `${n.name}=` === one)?.value
    if (value?.is === 'text') return value.text
  }
  return undefined
}

/** What a field holds: what this instance got, else what instances nobody can tell got, else its initial value. */
export const fieldOf = (frame: Frame, base: Term, type: Type, name: string): Term => {
  const { terms, scope } = frame
  const tagged = taggedField(frame, type, name)
  if (tagged) return tagged
  if (base.kind === 'inst') {
    const later = frame.heap(heapKey.instance(base, name))
    const first = initialised(frame, base, type, name)
    if (base.open && first.kind === 'text') return terms.make({ kind: 'field', text: name, kids: [base] })
    const isDefault = first.kind === 'text' && frame.terms.options(later).some(isTextual)
    const values = isDefault ? [later] : [first, later]
    for (const t of scope.lineage(type)) values.push(frame.heap(heapKey.someOf(t, name)))
    const value = terms.any(values)
    if (value !== terms.nothing || base.open) return value
  } else {
    const family = [...new Set([...scope.family(type), ...scope.lineage(type)])]
    const value = terms.any(family.map(t => frame.heap(heapKey.anyOf(t, name))))
    if (value !== terms.nothing) return value
  }
  return terms.any(scope.lineage(type).map(t => frame.heap(heapKey.initial(t, name))))
}

const initialised = (frame: Frame, base: Term, type: Type, name: string): Term => {
  const named = kid(base, `init:${name}`)
  if (named) return named
  if (base.labels.includes('literal')) {
    const position = [...type.fields.keys()].indexOf(name)
    return (position >= 0 && kid(base, String(position))) || frame.terms.nothing
  }
  return frame.terms.nothing
}

/** A field whose tag or annotation says where its value comes from. */
const taggedField = (frame: Frame, type: Type, name: string): Term | undefined => {
  const found = frame.scope.field(type, name)
  if (!found) return undefined
  const { field, owner } = found
  const table = frame.state.rows(rowLanguage(owner.unit.language))
  const site: Site = { file: owner.unit.path, line: field.spot.line, says: `field ${name}` }
  for (const [key, value] of tagsOf(field.tag)) {
    const match = table.match('tag', key)
    if (match && 'value' in match.row.gives) {
      const args: Args = { labels: ['0'], kids: [frame.terms.text(value.split(',')[0]!, site)] }
      const looked = rowValue(frame, match.row.gives, match.captures, args, site)
      const otherwise = tagDefault(field.tag, value)
      return otherwise === undefined ? looked : frame.terms.or([looked, frame.terms.text(otherwise, site)])
    }
  }
  for (const annotation of field.annotations) {
    const match = annotationRow(frame, owner.unit, annotation)
    if (!match || !('value' in match.row.gives)) continue
    // What is no text is told by the parameter of the constructor that the field is.
    if (match.row.gives.value === 'injected' && (annotation.args[0]?.is ?? 'text') !== 'text') continue
    if (
      match.row.gives.value === 'env' &&
      pick(frame, givenBy(frame, owner, annotation, field.type, site, false), match.row.gives.name, {}) === undefined
    )
      continue
    const args = givenBy(frame, owner, annotation, field.type, site, match.row.gives.value === 'config')
    return rowValue(frame, match.row.gives, match.captures, args, site)
  }
  return settingField(frame, type, name)
}

/** What an annotation says, as arguments, and beside it the full name of the type that it stands at. */
const givenBy = (
  frame: Frame,
  owner: Type,
  annotation: AnnotationFact,
  type: TypeRef | undefined,
  site: Site,
  isSetting: boolean,
): Args => {
  const constants = constantsOf(frame, owner.unit, owner)
  const value = (e: AnnotationFact['args'][number] | undefined): Term => {
    const text = annotationText(e, constants) ?? ''
    return text.includes('${') && !isSetting ? placeholders(frame, text, [site]) : frame.terms.text(text, site)
  }
  const target = type && frame.scope.resolveType(owner.unit, type, owner)
  const full = target === undefined ? undefined : 'type' in target ? fullName(target.type) : target.external
  const given = [
    ...(annotation.args.length > 0 || annotation.named.length > 0
      ? [['0', value(annotation.args[0] ?? annotation.named[0]?.value)] as const]
      : []),
    ...annotation.named.map(n => [`${n.name}=`, value(n.value)] as const),
    ...(full === undefined ? [] : [['type', frame.terms.text(full)] as const]),
  ]
  return { labels: given.map(g => g[0]), kids: given.map(g => g[1]) }
}

/** The default of a variable, behind its name (`env:"ADDR,default=x"`) or in a tag of its own (`envDefault:"x"`). */
const tagDefault = (tag: string | undefined, value: string): string | undefined =>
  value
    .split(',')
    .map(part => part.trim())
    .find(part => part.startsWith('default='))
    ?.slice('default='.length) ?? tagsOf(tag).find(([key]) => defaultTags.has(key))?.[1]

const defaultTags = new Set(['default', 'envDefault', 'env-default'])

export const tagsOf = (tag: string | undefined): [string, string][] =>
  tag === undefined ? [] : [...tag.matchAll(/([\w-]+):"([^"]*)"/g)].map(m => [m[1]!, m[2]!])

/** Any value of a declared type: an instance nobody can tell, or something of a library. */
export const typed = (frame: Frame, unit: SourceUnit, ref: TypeRef, within?: Type): Term | undefined => {
  if ((ref.name === '[]' || ref.name === 'chan') && ref.args?.[0]) {
    const item = typed(frame, unit, ref.args[0], within)
    return item && frame.terms.make({ kind: 'list', kids: [item] })
  }
  const target = frame.scope.resolveType(unit, ref, within)
  if (!target) return undefined
  const held =
    'external' in target && ref.args?.length === 1 && isCollection(ref.name) ? typed(frame, unit, ref.args[0]!, within) : undefined
  if (held?.kind === 'anyinst') return frame.terms.make({ kind: 'list', kids: [held] })
  if ('type' in target)
    return target.type.fact.kind === 'enum' || target.type.fact.kind === 'alias' ? undefined : anyInstance(frame, target.type)
  if (scalarTypes.has(target.external)) return undefined
  return client(frame, unit, target.external) ?? frame.terms.make({ kind: 'ext', text: target.external })
}

/** A generated client that a container hands over, over the address that it was given. */
const client = (frame: Frame, unit: SourceUnit, path: string): Term | undefined => {
  const match = frame.state.rows(rowLanguage(unit.language)).match('type', path)
  if (!match || !('value' in match.row.gives) || (match.captures.Same !== undefined && match.captures.Same !== match.captures.Service))
    return undefined
  const address = frame.heap(heapKey.global(handedTo, shortType(path)))
  const given = address === frame.terms.nothing ? [] : [address]
  return rowValue(frame, match.row.gives, match.captures, { labels: given.map(() => 'handed'), kids: given }, undefined)
}

/** Types of libraries that hold several of their type argument. */
export const isCollection = (path: string): boolean =>
  /(^|\.)(I?(Enumerable|Collection|List|Set|Queue|Stack)|I?(Async|ReadOnly)(Enumerable|Collection|List|Set)|HashSet|LinkedList|SortedSet|Concurrent(Queue|Bag)|ArrayList|LinkedHashSet|TreeSet|Iterable|Deque|ArrayDeque)$/.test(
    path,
  )

const scalarTypes = new Set(
  'string String str int int32 int64 Integer long Long bool boolean Boolean float float64 double Double number any object Object error byte var unknown void'.split(
    ' ',
  ),
)
