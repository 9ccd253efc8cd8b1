import { canonicalName } from '../base/names.ts'
import type { AnnotationFact, TypeRef } from '../model/program.ts'
import { applyBuiltin, type BuiltinHost, isBuiltinReceiver } from './builtins.ts'
import { file, nameOf, recall } from './filed.ts'
import { format, isSettingsFile, noteEnvironment, rowValue, rpcPath, settingBelow, settingsRoot, tokens } from './meanings.ts'
import { pick, pickAll } from './places.ts'
import { type Gives, type HandlerShape, type Place, type RowMatch, rowLanguage } from './rows.ts'
import type { Fn, SourceUnit, Type } from './scope.ts'
import { settingField } from './settings.ts'
import { type Args, type Deed, type Frame, heapKey } from './state.ts'
import { isTextual, kid, type Site, type Term, type Terms, withSite } from './terms.ts'

export const noArgs: Args = { labels: [], kids: [] }

/** The parameters of a function without its receiver. */
export const parametersOf = (fn: Fn): Fn['fact']['parameters'] => (takesSelf(fn) ? fn.fact.parameters.slice(1) : fn.fact.parameters)

export const takesSelf = (fn: Fn): boolean =>
  fn.unit.traits.selfIsFirstParameter &&
  fn.owner !== undefined &&
  fn.fact.static !== true &&
  fn.outer === undefined &&
  fn.fact.name !== '<init>'

export const paramTerm = (frame: Frame, fn: Fn, index: number | 'self'): Term =>
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
    if (outer.owner) {
      labels.push(`${outer.id}/self`)
      kids.push(paramTerm(frame, outer, 'self'))
    }
  }
  return frame.terms.make({ kind: 'func', text: fns.map(f => f.id).join(','), labels, kids })
}

const fnsOf = (frame: Frame, term: Term): Fn[] => term.text.split(',').map(id => frame.scope.fns[Number(id)]!)
const typeOf = (frame: Frame, term: Term): Type => frame.scope.types[Number(term.text)]!

/** The parameter's function and declared type, for shortcuts that need no call site. */
const paramType = (frame: Frame, term: Term): Type | undefined => {
  const [id, index] = term.text.split('/')
  const fn = frame.scope.fns[Number(id)]
  if (!fn) return undefined
  if (index === 'self') return fn.owner
  const ref = parametersOf(fn)[Number(index)]?.type
  const target = ref && frame.scope.resolveType(fn.unit, ref, fn.owner)
  return target && 'type' in target ? target.type : undefined
}

/** A member of a value. */
export const get = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  switch (base.kind) {
    case 'any':
      return terms.any(base.kids.map(k => get(frame, k, name)))
    case 'or':
      return isTextual(base) ? terms.make({ kind: 'field', text: name, kids: [base] }) : terms.any(base.kids.map(k => get(frame, k, name)))
    case 'param':
      return sureMethod(frame, base, name) ?? terms.make({ kind: 'field', text: name, kids: [base] })
    case 'inst':
    case 'anyinst':
      return memberOfInstance(frame, base, name)
    case 'type':
      return memberOfType(frame, typeOf(frame, base), name)
    case 'module':
      return memberOfModule(frame, base.text, name)
    case 'map':
    case 'list':
      return memberOfLiteral(frame, base, name)
    case 'ext':
      return memberOfExternal(frame, base, name)
    case 'extcall':
      return memberOfCall(frame, base, name)
    case 'stub':
      return terms.make({ kind: 'rpc', text: name, kids: [base] })
    case 'rpc':
    case 'unknown':
      return base
    case 'addr':
      return get(frame, deref(frame, base), name)
    case 'config':
      if (name === 'Value') return base
      return isSettingsFile(base) && !plainMethods.has(name) && !lookUps.test(name)
        ? settingBelow(frame, base, terms.text(propertyOf(name)), base.sites[0])
        : terms.make({ kind: 'field', text: name, kids: [base] })
    default:
      return terms.make({ kind: 'field', text: name, kids: [base] })
  }
}

/** Methods of text and maps, which no settings are called. */
const plainMethods = new Set(
  'get split toString trim strip replace replaceAll toLowerCase toUpperCase lower upper c_str str format'.split(' '),
)

/** A method of the receiver or of a parameter's class that no other class of the closure overrides. */
const sureMethod = (frame: Frame, base: Term, name: string): Term | undefined => {
  const type = paramType(frame, base)
  if (!type || type.fact.kind === 'interface') return undefined
  const found = frame.scope.method(type, name)
  if (found.length === 0 || isProperty(found[0]!)) return undefined
  const overridden = frame.scope.family(type).some(t => t !== type && t.methods.has(name))
  return overridden ? undefined : funcTerm(frame, found, base)
}

const memberOfInstance = (frame: Frame, base: Term, name: string): Term => {
  // Arguments of a class template are an object's own: another's would join what does not belong together.
  if (name.startsWith('<') && base.kind === 'anyinst') return frame.terms.nothing
  const type = typeOf(frame, base)
  const methods = instanceMethods(frame, base, type, name)
  if (methods) return methods
  const value = fieldOf(frame, base, type, name)
  const bound = boundSetting(frame, type, name)
  if (bound) return value === frame.terms.nothing ? bound : frame.terms.or([bound, value])
  if (value !== frame.terms.nothing) return value
  const embedded = embeddedPart(frame, base, type, name)
  if (embedded) return embedded
  if (base.open) return frame.terms.make({ kind: 'field', text: name, kids: [base] })
  const declared = declaredField(frame, type, name)
  if (declared) return declared
  const above = frame.scope.externalSupers(type)[0]
  return above === undefined ? frame.terms.nothing : frame.terms.make({ kind: 'ext', text: `${above}.${name}`, kids: [base] })
}

/** Members of a class that a framework fills with the settings below a key; getters may be generated. */
const boundSetting = (frame: Frame, type: Type, name: string): Term | undefined => {
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
const propertyOf = (name: string): string => {
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

/** An embedded type is a part of the value, under its own name. */
const embeddedPart = (frame: Frame, base: Term, type: Type, name: string): Term | undefined => {
  if (!type.unit.traits.embedding) return undefined
  for (const parent of frame.scope.supers(type)) {
    if ('type' in parent) {
      if (parent.type.fact.name === name)
        return frame.terms.make({ kind: 'inst', text: String(parent.type.id), labels: ['embedded'], kids: [base] })
    } else if (parent.external.split(/[./]/).at(-1) === name) return frame.terms.make({ kind: 'ext', text: parent.external, kids: [base] })
  }
  return undefined
}

/** The external path of calls of interfaces that a library implements as HTTP clients: `#client.TYPE.METHOD`. */
export const clientPath = '#client.'

/** The row of an interface that is declared a client by an annotation. */
export const clientRow = (frame: Frame, type: Type): { match: RowMatch; annotation: AnnotationFact } | undefined => {
  for (const annotation of type.fact.annotations) {
    const match = frame.state.rows(rowLanguage(type.unit.language)).match('annotation', annotation.name)
    if (match && 'effect' in match.row.gives && match.row.gives.effect === 'call') return { match, annotation }
  }
  return undefined
}

const instanceMethods = (frame: Frame, base: Term, type: Type, name: string): Term | undefined => {
  const { scope, terms } = frame
  if (type.fact.kind === 'interface' && scope.method(type, name).length > 0 && clientRow(frame, type))
    return terms.make({ kind: 'ext', text: `${clientPath}${type.id}.${name}`, kids: [base] })
  const property = scope.method(type, name)
  if (property.length > 0 && isProperty(property[0]!)) return apply(frame, funcTerm(frame, property, base), noArgs, undefined)
  if (base.kind === 'inst') return property.length > 0 ? funcTerm(frame, property, base) : undefined
  const found: Term[] = []
  for (const sub of scope.family(type)) {
    const own = sub.methods.get(name)
    if (own && sub.fact.kind !== 'interface') found.push(funcTerm(frame, own, sub === type ? base : anyInstance(frame, sub)))
  }
  if (found.length === 0 && property.length > 0 && property[0]!.owner!.fact.kind !== 'interface')
    found.push(funcTerm(frame, property, base))
  return found.length === 0 ? undefined : terms.any(found)
}

/** A getter: read like a field, and computed. */
const isProperty = (fn: Fn): boolean =>
  fn.fact.parameters.length === (takesSelf(fn) ? 1 : 0) &&
  fn.owner !== undefined &&
  (fn.owner.fields.has(fn.fact.name) || fn.fact.annotations.some(a => a.name === 'property' || a.name === 'cached_property')) &&
  !(fn.unit.traits.moduleIs === 'type' && fn.unit.language === 'java')

export const anyInstance = (frame: Frame, type: Type): Term => frame.terms.make({ kind: 'anyinst', text: String(type.id) })

/** What a field holds: what this instance got, else what instances nobody can tell got, else its initial value. */
const fieldOf = (frame: Frame, base: Term, type: Type, name: string): Term => {
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
    const match = table.match('annotation', annotation.name)
    if (!match || !('value' in match.row.gives)) continue
    const arg = annotation.args[0] ?? annotation.named[0]?.value
    const text = arg?.is === 'text' ? arg.text : ''
    return rowValue(frame, match.row.gives, match.captures, { labels: ['0'], kids: [frame.terms.text(text, site)] }, site)
  }
  return settingField(frame, type, name)
}

/** The default of a variable, behind its name (`env:"ADDR,default=x"`) or in a tag of its own (`envDefault:"x"`). */
const tagDefault = (tag: string | undefined, value: string): string | undefined =>
  value
    .split(',')
    .find(part => part.startsWith('default='))
    ?.slice('default='.length) ?? tagsOf(tag).find(([key]) => defaultTags.has(key))?.[1]

const defaultTags = new Set(['default', 'envDefault', 'env-default'])

const tagsOf = (tag: string | undefined): [string, string][] =>
  tag === undefined ? [] : [...tag.matchAll(/([\w-]+):"([^"]*)"/g)].map(m => [m[1]!, m[2]!])

const declaredField = (frame: Frame, type: Type, name: string): Term | undefined => {
  const found = frame.scope.field(type, name)
  return found?.field.type && typed(frame, found.owner.unit, found.field.type, found.owner)
}

/** Any value of a declared type: an instance nobody can tell, or something of a library. */
export const typed = (frame: Frame, unit: SourceUnit, ref: TypeRef, within?: Type): Term | undefined => {
  if ((ref.name === '[]' || ref.name === 'chan') && ref.args?.[0]) {
    const item = typed(frame, unit, ref.args[0], within)
    return item && frame.terms.make({ kind: 'list', kids: [item] })
  }
  const target = frame.scope.resolveType(unit, ref, within)
  if (!target) return undefined
  if ('type' in target)
    return target.type.fact.kind === 'enum' || target.type.fact.kind === 'alias' ? undefined : anyInstance(frame, target.type)
  if (scalarTypes.has(target.external)) return undefined
  return frame.terms.make({ kind: 'ext', text: target.external })
}

const scalarTypes = new Set(
  'string String str int int32 int64 Integer long Long bool boolean Boolean float float64 double Double number any object Object error byte var unknown void'.split(
    ' ',
  ),
)

const memberOfType = (frame: Frame, type: Type, name: string): Term => {
  const { scope, terms } = frame
  if (name === 'class') return terms.make({ kind: 'type', text: String(type.id) })
  const methods = scope.method(type, name)
  if (methods.length > 0) return funcTerm(frame, methods, undefined)
  for (const t of scope.lineage(type)) {
    const nested = t.nested.get(name)
    if (nested) return terms.make({ kind: 'type', text: String(nested.id) })
    const value = frame.heap(heapKey.initial(t, name))
    if (value !== terms.nothing) return value
  }
  const above = scope.externalSupers(type)[0]
  return above === undefined ? terms.nothing : terms.make({ kind: 'ext', text: `${above}.${name}` })
}

/** A name of a module: what it exports under that name, or declares at its top. */
export const memberOfModule = (frame: Frame, module: string, name: string): Term => {
  const { scope, terms } = frame
  const file = scope.unit(module)
  if (file) {
    const exported = frame.heap(heapKey.global(module, `exports.${name}`))
    if (exported !== terms.nothing) return exported
    const whole = frame.heap(heapKey.global(module, 'exports'))
    if (whole !== terms.nothing) return name === 'default' ? whole : get(frame, whole, name)
  }
  const symbol = scope.lookup(module, name)
  if (symbol?.fns.length) return funcTerm(frame, symbol.fns, undefined)
  if (symbol?.types.length) return terms.make({ kind: 'type', text: String(symbol.types[0]!.id) })
  if (symbol?.vars.length) return terms.any(symbol.vars.map(u => frame.heap(heapKey.global(u.path, name))))
  const reexported = file?.imports.get(name)
  if (reexported?.module !== undefined)
    return reexported.name === undefined
      ? terms.make({ kind: 'module', text: reexported.module })
      : memberOfModule(frame, reexported.module, reexported.name)
  for (const star of file?.stars ?? [])
    if (star.module !== undefined && star.module !== module && scope.lookup(star.module, name))
      return memberOfModule(frame, star.module, name)
  if (name === 'default') return terms.make({ kind: 'module', text: module })
  return terms.nothing
}

/** The name under which what is set by a computed key is kept. */
export const anyKey = '[]'

const memberOfLiteral = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  const values: Term[] = []
  for (const [i, label] of base.labels.entries())
    if (label === name) values.push(base.kids[i]!)
    else if (label === '...') values.push(get(frame, base.kids[i]!, name))
  const value = terms.any([...values, frame.heap(heapKey.instance(base, name)), frame.heap(heapKey.instance(base, anyKey))])
  if (value !== terms.nothing) return value
  return isBuiltinReceiver(base, name) ? terms.make({ kind: 'field', text: name, kids: [base] }) : terms.nothing
}

const memberOfExternal = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  const path = `${base.text}.${name}`
  const match = matchRow(frame, 'member', path)
  if (match && 'value' in match.row.gives) {
    const args: Args = base.kids[0] ? { labels: ['base'], kids: [base.kids[0]] } : noArgs
    return rowValue(frame, match.row.gives, match.captures, args, base.sites[0])
  }
  const written = frame.heap(heapKey.instance(base, name))
  if (written !== terms.nothing) return written
  return terms.make({ kind: 'ext', text: path, kids: base.kids, sites: base.sites })
}

const memberOfCall = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  if (isReply(frame, base)) return terms.make({ kind: 'field', text: name, kids: [base] })
  const set = kid(base, `init:${name}`)
  const value = terms.any([set ?? terms.nothing, frame.heap(heapKey.instance(base, name))])
  if (value !== terms.nothing) return value
  return memberOfExternal(frame, terms.make({ kind: 'ext', text: base.text, kids: [base] }), name)
}

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

/** Whether a place holds a text, or the external thing of a path. `*`: anything; `http*`: text that starts so, or what is not known before it runs. */
const holds = (frame: Frame, args: { labels: readonly string[]; kids: readonly Term[] }, place: string, is: string): boolean => {
  const found = pick(frame, args, place, {})
  if (found === undefined || is === '*') return found !== undefined
  const options = frame.terms.options(found).map(o => (o.kind === 'concat' && is.endsWith('*') ? o.kids[0]! : o))
  if (!is.endsWith('*')) return options.some(o => (o.kind === 'text' || o.kind === 'ext') && o.text === is)
  return options.some(o => (o.kind === 'text' ? o.text.startsWith(is.slice(0, -1)) : isTextual(o)))
}

const rootLanguage = (frame: Frame): string =>
  frame.scope.fns[frame.nesting.at(-1) ?? 0]?.unit.language ?? frame.scope.units[0]?.language ?? ''

/** What a pointer points to. */
export const deref = (frame: Frame, term: Term): Term => {
  if (term.kind === 'any') return frame.terms.any(term.kids.map(k => deref(frame, k)))
  if (term.kind !== 'addr') return term
  return term.text === '' ? get(frame, term.kids[0]!, term.labels[0]!) : term.kids[0]!
}

/** An element of a list, a channel or a repeated member. */
export const elem = (frame: Frame, of: Term): Term => {
  const { terms } = frame
  switch (of.kind) {
    case 'any':
      return terms.any(of.kids.map(k => elem(frame, k)))
    case 'list':
      return terms.any(of.kids.map((k, i) => (of.labels[i] === '...' ? elem(frame, k) : k)))
    case 'map':
      return terms.any([...of.kids, frame.heap(heapKey.instance(of, anyKey))])
    case 'extcall':
      return isReply(frame, of) ? terms.make({ kind: 'elem', kids: [of] }) : terms.make({ kind: 'ext', text: `${of.text}[]`, kids: [of] })
    case 'ext':
      return terms.make({ kind: 'ext', text: `${of.text}[]`, kids: of.kids })
    case 'param':
    case 'field':
    case 'elem':
    case 'nth':
    case 'apply':
    case 'request':
      return terms.make({ kind: 'elem', kids: [of] })
    default:
      return of
  }
}

/** One of several results. */
export const nth = (frame: Frame, of: Term, index: number): Term => {
  const { terms } = frame
  if (of.kind === 'any') return terms.any(of.kids.map(k => nth(frame, k, index)))
  if (of.kind === 'list') return of.kids[index] ?? terms.nothing
  if (of.kind === 'param' || of.kind === 'apply' || of.kind === 'field' || of.kind === 'elem' || of.kind === 'nth')
    return terms.make({ kind: 'nth', text: String(index), kids: [of] })
  return index === 0 ? of : terms.unknown('a further result of a call')
}

export const index = (frame: Frame, of: Term, key: Term, site: Site | undefined): Term => {
  const { terms } = frame
  if (of.kind === 'any') return terms.any(of.kids.map(k => index(frame, k, key, site)))
  if (key.kind === 'text' && key.text === '*') return deref(frame, of)
  if (of.kind === 'ext' || (of.kind === 'extcall' && !isReply(frame, of))) {
    const match = matchRow(frame, 'member', `${of.text}[]`)
    if (match && 'value' in match.row.gives) {
      const value = rowValue(frame, match.row.gives, match.captures, { labels: ['0'], kids: [key] }, site)
      noteEnvironment(frame, value, site)
      return value
    }
  }
  if (isSettingsFile(of)) return settingBelow(frame, of, key, site)
  if (of.kind === 'config')
    return terms.make({ kind: 'config', kids: [terms.concat([of.kids[0]!, terms.text(':'), key])], sites: of.sites })
  if (key.kind === 'text' && /^\d+$/.test(key.text) && of.kind === 'list') return of.kids[Number(key.text)] ?? terms.nothing
  if (key.kind === 'text' && !/^\d+$/.test(key.text))
    return of.open && waiting.has(of.kind)
      ? terms.make({ kind: 'field', text: key.text, labels: ['index'], kids: [of] })
      : get(frame, of, key.text)
  // A key that a call site will make whole.
  if (key.kind === 'concat' && key.open && of.open && waiting.has(of.kind))
    return terms.make({ kind: 'field', text: '', labels: ['index', 'key'], kids: [of, key], sites: site ? [site] : [] })
  return elem(frame, of)
}

/** Kinds that a call site will replace: whether a key is an index or a member may matter then. */
const waiting = new Set(['param', 'field', 'apply', 'elem', 'nth'])

/** Calls a value. `site` is where the call stands. */
export const apply = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew = false): Term => {
  const { terms } = frame
  switch (callee.kind) {
    case 'any':
    case 'or':
      return terms.any(callee.kids.map(k => apply(frame, k, args, site, isNew)))
    case 'func':
      return callFunctions(frame, callee, args, site)
    case 'type':
      return construct(
        frame,
        typeOf(frame, callee),
        { labels: [...args.labels, ...callee.labels], kids: [...args.kids, ...callee.kids] },
        site,
      )
    case 'ext':
      return callExternal(frame, callee, args, site, isNew)
    case 'rpc':
      return callRpc(frame, callee, args, site)
    case 'module': {
      const whole = frame.heap(heapKey.global(callee.text, 'exports'))
      return whole === terms.nothing ? terms.unknown('a module is called') : apply(frame, whole, args, site, isNew)
    }
    case 'extcall':
      return isReply(frame, callee)
        ? terms.nothing
        : callExternal(frame, terms.make({ kind: 'ext', text: `${callee.text}()`, kids: [callee] }), args, site, isNew)
    case 'field':
      if (callee.kids[0]?.kind === 'config' && lookUps.test(callee.text)) return lookedUp(frame, callee.kids[0], args, site)
      if (!callee.open && isBareName(frame, args) && !isBuiltinReceiver(callee.kids[0]!, callee.text)) {
        if (site && mayBeMessage(callee)) frame.add({ kind: 'read', term: callee, site })
        return callee
      }
      if (!callee.open || isBuiltinReceiver(callee.kids[0]!, callee.text)) return applyBuiltin(builtinHost, frame, callee, args, site)
      return defer(frame, callee, args, site, isNew)
    case 'param':
    case 'apply':
    case 'elem':
    case 'nth':
      return callee.open ? defer(frame, callee, args, site, isNew) : terms.unknown('a call of what is not known')
    case 'unknown':
      leak(frame, args, site)
      return callee
    case 'config':
      return args.kids.length === 0 ? callee : terms.nothing
    default:
      return isBareName(frame, args) ? callee : terms.nothing
  }
}

/** Methods by which a section of settings gives a setting, or an object whose members are its settings. */
const lookUps = /^(GetSection|GetRequiredSection|GetValue|Get|getSection|getValue|getString|getConfig)$/

const lookedUp = (frame: Frame, section: Term, args: Args, site: Site | undefined): Term => {
  const key = args.kids[args.labels.indexOf('0')]
  const value = key
    ? index(frame, section, key, site)
    : frame.terms.make({ kind: 'config', labels: ['file'], kids: section.kids, sites: section.sites })
  noteEnvironment(frame, value, site)
  return value
}

/** A call without arguments of what is no function, where a name without parentheses may be a call: it is the value itself. */
const isBareName = (frame: Frame, args: Args): boolean => args.kids.length === 0 && frame.fn?.unit.traits.namesAreCalls === true

const defer = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew: boolean): Term => {
  const labels = ['callee', ...(isNew ? ['new'] : []), ...args.labels]
  const kids = [callee, ...(isNew ? [frame.terms.nothing] : []), ...args.kids]
  const term = frame.terms.make({ kind: 'apply', labels, kids, sites: site ? [site] : [] })
  if (site) frame.add({ kind: 'deferred', term, site })
  return term
}

/** An instance of a class of the closure. What its constructor writes goes to this instance. */
export const construct = (frame: Frame, type: Type, args: Args, site: Site | undefined, literal = false): Term => {
  const { terms, scope } = frame
  if (!type.unit.traits.callMakesInstance && type.fact.kind === 'alias' && args.kids.length === 1) return args.kids[0]!
  const labels = [...args.labels, ...(literal ? ['literal'] : [])]
  const kids = [...args.kids, ...(literal ? [terms.nothing] : [])]
  const inst = terms.make({ kind: 'inst', text: String(type.id), labels, kids, sites: site ? [site] : [] })
  noteInstance(frame, inst, type)
  const constructors = scope.constructors(type)
  if (constructors.length > 0 && !literal) apply(frame, funcTerm(frame, constructors, inst), args, site)
  return inst
}

/** What an instance got when it was made also counts for instances of its type that nobody can tell. */
const noteInstance = (frame: Frame, inst: Term, type: Type): void => {
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

/** Overloads are told apart by their arguments; elsewhere functions of one name are variants of the build, any of which may be meant. */
const callFunctions = (frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const fns = fnsOf(frame, callee)
  if (fns.length === 1) return instantiate(frame, callee, fns[0]!, args, site)
  if (fns[0]!.unit.traits.overloads) return instantiate(frame, callee, overload(fns, args, frame.fn), args, site)
  return frame.terms.any(fns.map(fn => instantiate(frame, callee, fn, args, site)))
}

/** Fills a function's parameters: its deeds happen here, its result comes back. */
const instantiate = (frame: Frame, callee: Term, fn: Fn, args: Args, site: Site | undefined): Term => {
  const { terms } = frame
  const key = `${callee.id} ${fn.id} ${args.kids.map((k, i) => `${args.labels[i]}${k.id}`).join(',')} ${site?.file}:${site?.line}`
  const known = frame.instantiated.get(key)
  if (known) return known
  frame.called.add(fn.id)
  const summary = frame.summary(fn)
  if (!summary) return terms.nothing
  if (!frame.enter(fn)) return terms.unknown('a recursion')
  frame.instantiated.set(key, terms.nothing)
  const filling = fill(frame, fn, callee, args)
  const memo = new Map<number, Term>()
  for (const deed of summary.deeds) redo(frame, deed, filling, site, memo)
  const recursive = frame.fn !== undefined && summary.returns.open && frame.state.reaches(fn, frame.fn)
  const result = recursive ? terms.unknown('a recursion') : substitute(frame, summary.returns, filling, site, memo)
  frame.leave()
  frame.instantiated.set(key, result)
  return result
}

const overload = (fns: readonly Fn[], args: Args, from: Fn | undefined): Fn => {
  const given = args.labels.filter(l => /^\d+$/.test(l) || l.endsWith('=')).length
  const fits = fns.filter(f => {
    const parameters = parametersOf(f)
    const needed = parameters.filter(p => p.default === undefined && p.rest !== true).length
    return given >= needed && (given <= parameters.length || parameters.some(p => p.rest === true))
  })
  // No constructor calls itself: of several that fit, a chain goes on to another.
  const others = fits.filter(f => f !== from && f.fact.isConstructor === true)
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

type Filling = Map<string, Term>

const fill = (frame: Frame, fn: Fn, callee: Term, args: Args): Filling => {
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
    filling.set(`${fn.id}/${position}`, value ?? defaultOf(frame, fn, position))
  }
  if (!filling.has(`${fn.id}/self`) && fn.owner)
    filling.set(`${fn.id}/self`, fn.fact.static ? terms.make({ kind: 'type', text: String(fn.owner.id) }) : anyInstance(frame, fn.owner))
  return filling
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

const redo = (frame: Frame, deed: Deed, filling: Filling, site: Site | undefined, memo: Map<number, Term>): void => {
  if (!deed.term.open && deed.extra?.open !== true) return
  if (site && hasPassed(deed.term, site)) return
  if (!frame.state.step()) return
  const term = substitute(frame, deed.term, filling, site, memo)
  const extra = deed.extra && substitute(frame, deed.extra, filling, site, memo)
  switch (deed.kind) {
    case 'write':
      write(frame, term, deed.name!, extra!, deed.site)
      return
    case 'env':
      for (const option of frame.terms.options(term)) noteEnvironment(frame, option, deed.site)
      return
    case 'deferred':
      return
    case 'effect':
      // Filling it has called it again, and that has told of it.
      return
    case 'escape':
      leak(frame, { labels: ['0'], kids: [term] }, deed.site)
      return
    case 'read':
      for (const option of frame.terms.options(term)) if (mayBeMessage(option)) frame.add({ ...deed, term: option })
      return
    case 'answer':
      frame.add({ ...deed, term, ...(extra && { extra }) })
  }
}

/** Whether a call was already filled at this place: a recursion. */
const hasPassed = (term: Term, site: Site): boolean =>
  term.sites.length > 1 && term.sites.some((s, i) => i > 0 && s.file === site.file && s.line === site.line)

/** Whether a term is a message, a part of one, or may become one. */
export const mayBeMessage = (term: Term): boolean => {
  let root = term
  while (root.kind === 'field' || root.kind === 'elem' || root.kind === 'nth') root = root.kids[0]!
  if (root.kind === 'param') return !root.text.endsWith('/self')
  return root.kind === 'extcall' || root.kind === 'request' || root.kind === 'apply'
}

/** Replaces parameters by what a call site gives. */
export const substitute = (frame: Frame, term: Term, filling: Filling, site: Site | undefined, memo = new Map<number, Term>()): Term => {
  if (!term.open) return term
  const known = memo.get(term.id)
  if (known) return known
  const result = term.kind === 'param' ? (filling.get(term.text) ?? term) : refilled(frame, term, filling, site, memo)
  memo.set(term.id, result)
  return result
}

/** A term whose parameters stay what they are stays itself: it has passed no call site. Calls are told of all the same. */
const refilled = (frame: Frame, term: Term, filling: Filling, site: Site | undefined, memo: Map<number, Term>): Term => {
  const kids = term.kids.map(k => substitute(frame, k, filling, site, memo))
  const isSame = kids.every((k, i) => k === term.kids[i])
  if (!isSame) return rebuild(frame, term, kids, site)
  return term.kind === 'extcall' || term.kind === 'apply' ? rebuild(frame, term, kids, undefined) : term
}

const rebuild = (frame: Frame, term: Term, kids: readonly Term[], site: Site | undefined): Term => {
  const { terms } = frame
  const sites = site && term.sites.length > 0 ? withSite(term.sites, site) : term.sites
  switch (term.kind) {
    case 'any':
      return terms.any(kids)
    case 'or':
      return terms.or(kids)
    case 'concat':
      return terms.concat(kids)
    case 'field':
      if (term.labels[1] === 'key') return index(frame, kids[0]!, kids[1]!, site ?? term.sites[0])
      return term.labels.length > 0 ? index(frame, kids[0]!, terms.text(term.text), site ?? term.sites[0]) : get(frame, kids[0]!, term.text)
    case 'elem':
      return elem(frame, kids[0]!)
    case 'nth':
      return nth(frame, kids[0]!, Number(term.text))
    case 'apply': {
      const isNew = term.labels[1] === 'new'
      const from = isNew ? 2 : 1
      return applyAt(frame, kids[0]!, { labels: term.labels.slice(from), kids: kids.slice(from) }, sites, isNew)
    }
    case 'extcall':
      return refill(frame, term, kids, sites)
    case 'stub':
      return terms.any(terms.options(kids[0]!).map(k => terms.make({ ...term, kids: [k], sites })))
    case 'rpc':
      return terms.any(
        terms
          .options(kids[0]!)
          .map(k => (k.kind === 'stub' ? terms.make({ kind: 'rpc', text: term.text, kids: [k] }) : get(frame, k, term.text))),
      )
    case 'inst': {
      const inst = terms.make({ ...term, kids, sites })
      noteInstance(frame, inst, typeOf(frame, inst))
      return inst
    }
    case 'ext':
      return terms.make({ ...term, kids, sites: term.sites })
    default:
      return terms.make({ ...term, kids, sites })
  }
}

/** A call that was put off, at its own place, with the chain of call sites that filled it. */
const applyAt = (frame: Frame, callee: Term, args: Args, sites: readonly Site[], isNew: boolean): Term => {
  const at = sites[0]
  const result = apply(frame, callee, args, at, isNew)
  return result
}

/** A call outside whose arguments a call site filled. */
const refill = (frame: Frame, term: Term, kids: readonly Term[], sites: readonly Site[]): Term => {
  const filled = frame.terms.make({ ...term, kids, sites })
  if (filled.text === rpcPath) {
    const callees = frame.terms.options(kids[0]!).filter(k => k.kind === 'rpc')
    for (const callee of callees) {
      const one = frame.terms.make({ ...term, kids: [callee, ...kids.slice(1)], sites })
      frame.add({ kind: 'effect', term: one, site: sites[0]! })
    }
    return callees.length === 1 ? frame.terms.make({ ...term, kids: [callees[0]!, ...kids.slice(1)], sites }) : filled
  }
  if (filled.text.startsWith(clientPath)) frame.add({ kind: 'effect', term: filled, site: sites[0]! })
  const match = matchRow(frame, term.labels.includes('new') ? 'new' : 'call', term.text, filled)
  if (match && 'effect' in match.row.gives) {
    frame.add({ kind: 'effect', term: filled, site: sites[0]! })
    const before = term.kids.map(k => k.kind)
    if (match.row.gives.effect !== 'call')
      serveHandlers(frame, match.row.gives, match.captures, filled, sites[0], (_, i) => before[i] === 'func')
  }
  return filled
}

const callExternal = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew: boolean): Term => {
  const { terms } = frame
  const receiver = callee.kids[0]
  const all: Args = receiver ? { labels: ['base', ...args.labels], kids: [receiver, ...args.kids] } : args
  const match = matchRow(frame, isNew ? 'new' : 'call', callee.text, all) ?? (isNew ? matchRow(frame, 'call', callee.text, all) : undefined)
  if (match && 'value' in match.row.gives) {
    const contained = container(frame, match.row.gives, callee.text, all, site)
    if (contained) return contained
  }
  if (match && 'value' in match.row.gives && match.row.gives.value === 'parsed')
    return parsed(frame, match.row.gives, match.captures, all, site)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'registered')
    register(frame, match.row.gives, match.captures, all, site)
  if (match && 'value' in match.row.gives && !/^(connection|make|router)$/.test(match.row.gives.value) && isGiven(frame, match, all)) {
    const value = rowValue(frame, match.row.gives, match.captures, all, site)
    noteEnvironment(frame, value, site)
    return value
  }
  const labels = [...all.labels, ...(isNew ? ['new'] : [])]
  const kids = [...all.kids, ...(isNew ? [terms.nothing] : [])]
  const term = terms.make({ kind: 'extcall', text: callee.text, labels, kids, sites: site ? [site] : [] })
  noteAnswer(frame, callee, args, site)
  if (callee.text.startsWith(clientPath) && site) {
    frame.add({ kind: 'effect', term, site })
    return term
  }
  const gives = match?.row.gives
  if (gives && 'effect' in gives && site) {
    frame.add({ kind: 'effect', term, site })
    if (gives.effect !== 'call' && gives.effect !== 'mount') {
      serveHandlers(frame, gives, match!.captures, term, site, () => false)
      return term
    }
  } else if (!isNew) leak(frame, args, site, callee.text)
  callBack(frame, callee.text, args, term, site, isReply(frame, term) ? term : undefined)
  return term
}

/** What goes into a container of a library, comes out of it, or is made by it. Undefined where the call stays a call. */
const container = (
  frame: Frame,
  gives: Extract<Gives, { value: string }>,
  path: string,
  args: Args,
  site: Site | undefined,
): Term | undefined => {
  const { terms } = frame
  const base =
    args.kids[args.labels.indexOf('base')] ?? terms.make({ kind: 'ext', text: path.slice(0, Math.max(0, path.lastIndexOf('.'))) })
  if (gives.value === 'make') {
    makeInstance(frame, gives, path, args, site)
    return undefined
  }
  if (gives.value === 'filed' || gives.value === 'recalled' || gives.value === 'at') return settled(frame, gives, args, site)
  if (gives.value === 'result') {
    const of = pick(frame, args, gives.of, {})
    return of && apply(frame, of, noArgs, site)
  }
  if (gives.value !== 'keep' && gives.value !== 'kept') return undefined
  const key = pick(frame, args, gives.key, {})
  if (gives.value === 'keep') {
    const value = pick(frame, args, gives.is, {})
    if (key?.kind === 'text' && value && site) write(frame, base, key.text, value, site)
    return base
  }
  const found = key?.kind === 'text' ? get(frame, base, key.text) : terms.nothing
  const isNone = found.kind === 'ext' || found === terms.nothing
  const otherwise = gives.default === undefined ? undefined : pick(frame, args, gives.default, {})
  return isNone ? (otherwise ?? terms.unknown('nothing is kept under that name')) : found
}

/** Settings that a program files for itself, and members by name. */
const settled = (
  frame: Frame,
  gives: Extract<Gives, { value: 'filed' | 'recalled' | 'at' }>,
  args: Args,
  site: Site | undefined,
): Term | undefined => {
  const of = (place: Place | undefined): Term | undefined => (place === undefined ? undefined : pick(frame, args, place, {}))
  const key = of(gives.key)
  if (gives.value === 'filed') {
    const under = of(gives.under)
    const is = of(gives.is)
    if (!under || !site) return undefined
    const one = key && is ? { key, is } : undefined
    const second = one ? undefined : of('1')
    file(frame, args, second ? [under, second] : [under], one, site)
    return frame.terms.nothing
  }
  const otherwise = of(gives.default)
  const found =
    key &&
    (gives.value === 'at'
      ? memberAt(frame, of(gives.of), key, site)
      : recall(frame, nameOf(frame, of(gives.under) ?? key), nameOf(frame, key)))
  if (!found || found === frame.terms.nothing) return otherwise ?? frame.terms.unknown('a setting that nothing sets')
  return otherwise && found.kind !== 'map' ? frame.terms.or([found, otherwise]) : found
}

const memberAt = (frame: Frame, of: Term | undefined, key: Term, site: Site | undefined): Term | undefined =>
  of && index(frame, of, key, site)

/** An instance of a class of the code, with the arguments that the calls of one chain gave. */
const makeInstance = (frame: Frame, gives: Extract<Gives, { value: 'make' }>, path: string, args: Args, site: Site | undefined): void => {
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
    if (option.kind === 'type') construct(frame, typeOf(frame, option), { labels: kids.map((_, i) => String(i)), kids }, site)
}

/** Settings of a file, put into what a pointer points to: a variable, or the fields of a struct. */
const parsed = (
  frame: Frame,
  gives: Extract<Gives, { value: 'parsed' }>,
  captures: Record<string, string>,
  args: Args,
  site: Site | undefined,
): Term => {
  const into = pick(frame, args, gives.into, captures)
  const of = gives.of === undefined ? site && settingsRoot(frame, [site]) : pick(frame, args, gives.of, captures)
  if (!of || !into || !site) return frame.terms.nothing
  if (gives.always) write(frame, into, '*', of, site)
  if (into.open) frame.add({ kind: 'write', term: into, name: '*', extra: of, site })
  for (const root of frame.terms.options(of).filter(isSettingsFile))
    for (const one of frame.terms.options(into)) fillFrom(frame, one, root, site, 0)
  return frame.terms.nothing
}

const fillFrom = (frame: Frame, into: Term, root: Term, site: Site, level: number): void => {
  if (into.kind === 'addr') {
    const pointed = frame.terms.options(deref(frame, into)).filter(o => o.kind === 'inst' || o.kind === 'anyinst')
    for (const one of pointed) fillFrom(frame, one, root, site, level)
    if (pointed.length === 0) write(frame, into, '*', root, site)
  } else if (into.kind === 'inst' || into.kind === 'anyinst') {
    if (level > 4) return
    for (const [name, field] of typeOf(frame, into).fields) {
      const key = tagsOf(field.tag)
        .find(([tag]) => /^(json|yaml|toml|mapstructure|koanf)$/.test(tag))?.[1]
        .split(',')[0]
      const below = settingBelow(frame, root, frame.terms.text(key || name), site)
      const declared = field.type && typed(frame, typeOf(frame, into).unit, field.type, typeOf(frame, into))
      if (declared?.kind === 'anyinst') fillFrom(frame, declared, below, site, level + 1)
      else write(frame, into, name, below, site)
    }
  } else if (into.kind === 'map') write(frame, into, anyKey, root, site)
}

/** Clients that a framework makes and hands on by their token. */
const register = (
  frame: Frame,
  gives: Extract<Gives, { value: 'registered' }>,
  captures: Record<string, string>,
  args: Args,
  site: Site | undefined,
): void => {
  const { terms } = frame
  const given = pick(frame, args, gives.entries, captures)
  for (const list of given ? terms.options(given) : [])
    for (const entry of list.kind === 'list' ? list.kids : [list]) {
      const made = gives.factory === undefined ? undefined : get(frame, entry, gives.factory)
      const options = made && made !== terms.nothing ? apply(frame, made, noArgs, site) : entry
      const client = terms.make({ kind: 'extcall', text: gives.made, labels: ['0'], kids: [options], sites: site ? [site] : [] })
      if (client.open) continue
      for (const name of terms.options(get(frame, entry, gives.token)))
        if (name.kind === 'text') frame.put(heapKey.global(tokens, name.text), client)
    }
}

/** A look-up without a name is none: all of the environment, which a further call asks. */
const isGiven = (frame: Frame, match: RowMatch, args: Args): boolean =>
  !('value' in match.row.gives) || match.row.gives.value !== 'env' || pick(frame, args, match.row.gives.name, match.captures) !== undefined

/** Handlers that answer through a parameter. */
const answers: Record<string, string> = {
  '#handler.$1': '1',
  '#handler.$1.onNext': '0',
  '#handler.$1.json': '0',
  '#handler.$1.send': '0',
  '#handler.$1.status.json': '0',
  '#handler.$1.status.send': '0',
}

const noteAnswer = (frame: Frame, callee: Term, args: Args, site: Site | undefined): void => {
  const place = answers[callee.text]
  const answer = place === undefined ? undefined : pick(frame, args, place, {})
  let request = callee.kids[0]
  while (request?.kind === 'extcall') request = kid(request, 'base')
  if (site && answer && request?.kind === 'request') frame.add({ kind: 'answer', term: request, extra: answer, site })
}

/** Functions handed to a library are called by it, with values of which only the path is known; with the answer, if it is a client's. */
const callBack = (frame: Frame, path: string, args: Args, term: Term, site: Site | undefined, reply: Term | undefined): void => {
  for (const arg of args.kids)
    for (const option of frame.terms.options(arg)) {
      if (option.kind !== 'func') continue
      const fn = fnsOf(frame, option)[0]!
      const parameters = parametersOf(fn)
      const kids = parameters.map(({ type }, i) => {
        if (reply) return i === parameters.length - 1 ? reply : frame.terms.unknown('an error')
        const declared = type && frame.scope.resolveType(fn.unit, type, fn.owner)
        const own = declared && 'type' in declared && type ? typed(frame, fn.unit, type, fn.owner) : undefined
        return own ?? frame.terms.make({ kind: 'ext', text: `${path}.$${i}`, kids: [term] })
      })
      apply(frame, option, { labels: kids.map((_, i) => String(i)), kids }, site)
    }
}

const callRpc = (frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const stub = callee.kids[0]!
  if (/^(with|and)[A-Z]/.test(callee.text) || /^(close|waitForReady|getChannel|Dispose)$/.test(callee.text)) return stub
  const term = frame.terms.make({
    kind: 'extcall',
    text: rpcPath,
    labels: ['rpc', ...args.labels],
    kids: [callee, ...args.kids],
    sites: site ? [site] : [],
  })
  if (site) frame.add({ kind: 'effect', term, site })
  callBack(frame, rpcPath, args, term, site, term)
  return term
}

/** Messages handed to a library, in a container or as they are, leave view, unless the library only writes them to a log. */
const leak = (frame: Frame, args: Args, site: Site | undefined, path = ''): void => {
  if (!site || harmless.test(path)) return
  const seen = new Set<Term>()
  const visit = (term: Term, level: number): void => {
    if (seen.has(term) || seen.size > maxLeaks) return
    seen.add(term)
    if (mayBeMessage(term)) frame.add({ kind: 'escape', term, site })
    else if (level > 0 && containers.has(term.kind)) {
      // What is put into it later may wait for a call site.
      if (level === maxLevel && term.open && (term.kind === 'map' || term.kind === 'inst')) frame.add({ kind: 'escape', term, site })
      for (const kid of term.kids) visit(kid, level - 1)
      if (term.kind === 'map' || term.kind === 'inst')
        for (const name of frame.heapNames(heapKey.instanceOwner(term))) visit(frame.heap(heapKey.instance(term, name)), level - 1)
    }
  }
  for (const arg of args.kids) for (const option of frame.terms.options(arg)) visit(option, maxLevel)
}

const containers = new Set(['any', 'or', 'map', 'list', 'inst'])
const maxLeaks = 200
const maxLevel = 4

const harmless =
  /(^|[./])(log|logger|logging|logrus|slog|zap|console|klog|glog|trace|span|Console|Log|_logger)\b|\.(debug|info|warn|warning|error|Infof|Debugf|Warnf|Errorf|Fatalf|Printf|Println|Info|Debug|Warn|Error|Fatal|LogInformation|LogError|LogDebug|WriteLine)$|^(len|print|range|isinstance|str|int|float|bool|string|append|make|new|panic|cap)$|^fmt\.|^errors\.|^strconv\.|^strings\./

/** Gives handlers the request, and notes what they answer. `done` tells arguments whose handlers were served before. */
const serveHandlers = (
  frame: Frame,
  gives: Extract<Gives, { effect: string }>,
  captures: Record<string, string>,
  term: Term,
  site: Site | undefined,
  done: (kid: Term, index: number) => boolean,
): void => {
  const args: Args = { labels: term.labels, kids: term.kids }
  if (gives.effect === 'serve' && gives.protocol !== 'http') {
    const service = serviceName(frame, gives.service, captures, args)
    for (const implementation of frame.terms.options(pick(frame, args, gives.implementation, captures) ?? frame.terms.nothing))
      serveService(frame, service, implementation, gives.shape, term, site)
    return
  }
  const place = gives.effect === 'serve' || gives.effect === 'consume' ? gives.handlers : undefined
  if (place === undefined) return
  const shape = gives.effect === 'serve' && gives.protocol === 'http' ? gives.shape : undefined
  for (const [i, arg] of pickAll(frame, args, place).kids.entries())
    for (const option of frame.terms.options(arg)) {
      const position = term.kids.indexOf(arg)
      if (option.kind !== 'func' || done(arg, position === -1 ? i : position)) continue
      const request = frame.terms.make({ kind: 'request', text: '', kids: [term] })
      serveOne(frame, option, request, shape, site)
    }
}

/** The service a registration names: by its function's name, or by the path of an argument. */
export const serviceName = (frame: Frame, place: string, captures: Record<string, string>, args: Args): string => {
  if (place.startsWith('$')) return captures[place.slice(1)] ?? ''
  if (!place.startsWith('path:')) return place
  const of = pick(frame, args, place.slice(5), captures)
  const path = of && frame.terms.options(of).find(o => o.kind === 'ext' || o.kind === 'extcall')?.text
  const last =
    path
      ?.replace(/\.service$/, '')
      .split(/[./]/)
      .at(-1) ?? ''
  const { rpcs } = frame.state.contracts
  return !rpcs.has(last) && rpcs.has(last.replace(/Service$/, '')) ? last.replace(/Service$/, '') : last
}

/** The functions of an implementation that answer rpcs of a service. */
export const rpcMethods = (frame: Frame, service: string, implementation: Term): { rpc: string; fn: Term }[] => {
  const known = frame.state.contracts.rpcs.get(service)
  const names = new Map<string, Term>()
  if (implementation.kind === 'inst' || implementation.kind === 'anyinst' || implementation.kind === 'type') {
    const type = typeOf(frame, implementation)
    for (const t of frame.scope.lineage(type))
      for (const [name, fns] of t.methods)
        if (!names.has(name) && !isInternal(fns[0]!))
          names.set(name, funcTerm(frame, fns, implementation.kind === 'type' ? anyInstance(frame, type) : implementation))
  } else if (implementation.kind === 'map')
    for (const [i, label] of implementation.labels.entries()) {
      const fn = frame.terms.options(implementation.kids[i]!).find(k => k.kind === 'func')
      if (fn) names.set(label, fn)
    }
  const rpcs: { rpc: string; fn: Term }[] = []
  for (const [name, fn] of names) {
    const upper = name.charAt(0).toUpperCase() + name.slice(1)
    const rpc = known && !known.has(upper) ? ([...known].find(k => canonicalName(k) === canonicalName(name)) ?? upper) : upper
    if (known ? known.has(rpc) : looksLikeRpc(fnsOf(frame, fn)[0]!)) rpcs.push({ rpc, fn })
  }
  return rpcs
}

const isInternal = (fn: Fn): boolean => /^[_<]/.test(fn.fact.name) || fn.fact.isConstructor === true
const looksLikeRpc = (fn: Fn): boolean => parametersOf(fn).length === 2 && /^[A-Za-z]/.test(fn.fact.name)

/** What a class serves because of what it extends hangs on this. */
export const superTerm = (terms: Terms, type: Type): Term => terms.make({ kind: 'ext', text: `super ${type.id}` })

/** The request that an annotated handler gets. */
export const handlerRequest = (terms: Terms, fn: Fn): Term => terms.make({ kind: 'request', text: `fn ${fn.id}` })

/** Serves what a class implements by extending a generated base. */
export const serveSuper = (frame: Frame, type: Type): void => {
  const table = frame.state.rows(rowLanguage(type.unit.language))
  for (const path of frame.scope.externalSupers(type)) {
    const match = table.match('super', path)
    const gives = match?.row.gives
    if (!gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
    const site: Site = { file: type.unit.path, line: type.fact.spot.line, says: `class ${type.fact.name}` }
    serveService(
      frame,
      serviceName(frame, gives.service, match!.captures, noArgs),
      anyInstance(frame, type),
      gives.shape,
      superTerm(frame.terms, type),
      site,
    )
  }
}

const serveService = (
  frame: Frame,
  service: string,
  implementation: Term,
  shape: HandlerShape,
  term: Term,
  site: Site | undefined,
): void => {
  for (const { rpc, fn } of rpcMethods(frame, service, implementation)) {
    const request = frame.terms.make({ kind: 'request', text: `${service}/${rpc}`, kids: [term] })
    serveOne(frame, fn, request, shape, site)
  }
}

/** Types of what stands beside the message in streaming calls. */
const streamed = /(Server|Stream|StreamWriter|Observer)$/

/** Calls one handler as the framework does. */
export const serveOne = (frame: Frame, handler: Term, request: Term, shape: HandlerShape | undefined, site: Site | undefined): void => {
  const fn = fnsOf(frame, handler)[0]!
  const parameters = parametersOf(fn)
  const [place, ...members] = (shape?.request ?? 'none').replace('param ', '').split('.')
  const at = streamed.test(parameters[Number(place)]?.type?.name ?? '') ? '0' : place
  const kids = parameters.map((parameter, i) => {
    const declared = parameter.type && frame.scope.resolveType(fn.unit, parameter.type, fn.owner)
    const path = declared && 'external' in declared && shape?.response !== 'callback' ? declared.external : `#handler.$${i}`
    const other = frame.terms.make({ kind: 'ext', text: path, kids: [request] })
    if (String(i) !== at) return other
    return members.length === 0 ? request : frame.terms.make({ kind: 'map', labels: [members[0]!, '...'], kids: [request, other] })
  })
  const result = apply(frame, handler, { labels: kids.map((_, i) => String(i)), kids }, site)
  if (shape?.response === 'return' && site)
    frame.add({
      kind: 'answer',
      term: request,
      extra: nth(frame, result, 0),
      site: { file: fn.unit.path, line: fn.fact.spot.line, says: fn.fact.name },
    })
}

/** Sets a member. A write whose owner or value waits for a call site is left to it. */
export const write = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  const { terms } = frame
  if (value === terms.nothing) return
  if (name === '*' && isSettingsFile(value) && (base.kind === 'inst' || base.kind === 'anyinst')) {
    fillFrom(frame, base, value, site, 0)
    return
  }
  switch (base.kind) {
    case 'any':
      for (const option of base.kids) write(frame, option, name, value, site)
      return
    case 'addr':
      writeThrough(frame, base, name, value, site)
      return
    case 'unknown':
      return
    case 'module':
      if (!value.open) frame.put(heapKey.global(base.text, name), value)
      return
    default:
  }
  if (base.open || value.open) {
    frame.add({ kind: 'write', term: base, name, extra: value, site })
    return
  }
  frame.put(heapKey.instance(base, name), value)
  assigned(frame, base, name, value, site)
  if (base.kind === 'inst') frame.put(heapKey.anyOf(typeOf(frame, base), name), value)
  else if (base.kind === 'anyinst') {
    frame.put(heapKey.someOf(typeOf(frame, base), name), value)
    frame.put(heapKey.anyOf(typeOf(frame, base), name), value)
  } else if (base.kind === 'type') frame.put(heapKey.initial(typeOf(frame, base), name), value)
}

/** Members of a library whose setting has a meaning of its own. */
const assigned = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  if (base.kind !== 'ext' && base.kind !== 'extcall') return
  const path = `${base.text}.${name}`
  const match = matchRow(frame, 'assign', path)
  if (!match || !('effect' in match.row.gives)) return
  const term = frame.terms.make({ kind: 'extcall', text: path, labels: ['base', '0'], kids: [base, value], sites: [site] })
  frame.add({ kind: 'effect', term, site })
}

const writeThrough = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  const isWhole = name === '*'
  if (base.text === '') {
    if (isWhole) write(frame, base.kids[0]!, base.labels[0]!, value, site)
    else write(frame, get(frame, base.kids[0]!, base.labels[0]!), name, value, site)
  } else if (!isWhole) write(frame, base.kids[0]!, name, value, site)
  else if (frame.fn && base.text.startsWith(`${frame.fn.id}/`)) {
    const local = base.text.slice(base.text.indexOf('/') + 1)
    frame.locals.set(local, [...(frame.locals.get(local) ?? []), value])
  } else frame.add({ kind: 'write', term: base, name, extra: value, site })
}

/** A member's name behind an accessor: `getTaxId` is `taxId`, `GetTaxId` is `TaxId`. */
export const accessed = (frame: Frame, accessors: readonly string[], method: string): string | undefined => {
  for (const prefix of accessors) {
    const rest = method.slice(prefix.length)
    if (!method.startsWith(prefix) || !/^[A-Z_]/.test(rest)) continue
    const name = /^[a-z]/.test(prefix) ? rest.charAt(0).toLowerCase() + rest.slice(1) : rest
    return withoutCollection(frame, name)
  }
  return undefined
}

/** Generated accessors of repeated members say so (`getItemsList`), where a contract knows the member without it. */
const withoutCollection = (frame: Frame, name: string): string => {
  const { members } = frame.state.contracts
  const bare = name.replace(/(List|Count|Map|OrBuilder|Builder)$/, '')
  return bare !== name && bare !== '' && !members.has(canonicalName(name)) && members.has(canonicalName(bare)) ? bare : name
}

const builtinHost: BuiltinHost = { apply, get, elem, format, accessed, leak, mayBeMessage }
