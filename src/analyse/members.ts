import { canonicalName } from '../base/names.ts'
import { isBuiltinReceiver } from './builtins.ts'
import { classMembers, classNames, classOf, isSelector } from './classes.ts'
import { boundSetting, fieldOf, isCollection, propertyOf } from './fields.ts'
import { anyInstance, funcTerm, isProperty, noArgs, paramType, typeOf } from './functions.ts'
import { clientPath, isClient, isReply, matchRow } from './matching.ts'
import { instanceMember, isSettingsFile, noteEnvironment, rowValue, settingBelow } from './meanings.ts'
import { declaredField } from './provided.ts'
import { rowLanguage } from './rows.ts'
import type { Type } from './scope.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { isTextual, kid, type Site, type Term } from './terms.ts'

/** A member of a value. */
export const get = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  switch (base.kind) {
    case 'any':
      return terms.any(base.kids.map(k => get(frame, k, name)))
    case 'or':
      // Settings of an object that has its own start values: what is set goes before them.
      if (base.kids.some(isInstance) && base.kids.every(k => isInstance(k) || isSettingsFile(k)))
        return terms.or(base.kids.map(k => get(frame, k, name)))
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
    case 'class':
      return base
    case 'addr':
      return get(frame, deref(frame, base), name)
    case 'func':
      return memberOfFunction(frame, base, name)
    case 'config':
      if (name === 'Value') return base
      return isSettingsFile(base) && !plainMethods.has(name) && !lookUps.test(name)
        ? settingBelow(frame, base, terms.text(propertyOf(name)), base.sites[0])
        : terms.make({ kind: 'field', text: name, kids: [base] })
    default:
      return terms.make({ kind: 'field', text: name, kids: [base] })
  }
}

/** Where paths go through modules, what stands before `::` is one, even if a function has its name. */
const memberOfFunction = (frame: Frame, base: Term, name: string): Term => {
  const fn = frame.scope.fns[Number(base.text.split(',')[0])]
  return fn?.unit.traits.modulePaths && fn.fact.name !== '<lambda>'
    ? frame.terms.make({ kind: 'ext', text: `${fn.fact.name}.${name}` })
    : frame.terms.make({ kind: 'field', text: name, kids: [base] })
}

const isInstance = (term: Term): boolean => term.kind === 'inst' || term.kind === 'anyinst'

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
  if (name.includes(':') && name.startsWith('<')) return typeArgument(frame, base, name)
  // Arguments of a class template are an object's own: another's would join what does not belong together.
  if (name.startsWith('<') && base.kind === 'anyinst') return frame.terms.nothing
  const type = typeOf(frame, base)
  if (name === 'constructor') return classOf(frame, base)
  if (name === 'class') return frame.terms.make({ kind: 'type', text: String(type.id) })
  const methods = instanceMethods(frame, base, type, name)
  if (methods) return methods
  const value = fieldOf(frame, base, type, name)
  const bound = boundSetting(frame, type, name)
  if (bound) return value === frame.terms.nothing ? bound : frame.terms.or([bound, value])
  if (value !== frame.terms.nothing) return value
  const embedded = embeddedPart(frame, base, type, name)
  if (embedded) return embedded
  if (!frame.scope.field(type, name)) {
    if (classMembers.has(name)) return classOf(frame, base)
    if (type.unit.traits.held?.includes(name)) return base
  }
  if (base.open) return frame.terms.make({ kind: 'field', text: name, kids: [base] })
  const declared = declaredField(frame, type, name)
  if (declared) return declared
  const above = externalAbove(frame, type, name)
  return above === undefined ? frame.terms.nothing : frame.terms.make({ kind: 'ext', text: `${above}.${name}`, kids: [base] })
}

/** The library's class above a class that has a member as far as the tables know, or the first. */
const externalAbove = (frame: Frame, type: Type, name: string): string | undefined => {
  const all = frame.scope.externalSupers(type)
  return all.length < 2 ? all[0] : (all.find(above => isKnown(frame, type, `${above}.${name}`)) ?? all[0])
}

const isKnown = (frame: Frame, type: Type, path: string): boolean =>
  frame.state.rows(rowLanguage(type.unit.language)).match('call', path, () => true) !== undefined

/** A bare name that is a member of a library's class or mixin above a type. */
export const mixedIn = (frame: Frame, type: Type, name: string): Term | undefined => {
  const above = frame.scope.externalSupers(type).find(path => isKnown(frame, type, `${path}.${name}`))
  if (above === undefined) return undefined
  return frame.terms.make({ kind: 'ext', text: `${above}.${name}`, kids: [frame.terms.make({ kind: 'type', text: String(type.id) })] })
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

const instanceMethods = (frame: Frame, base: Term, type: Type, name: string): Term | undefined => {
  const { scope, terms } = frame
  if (type.fact.kind === 'interface' && scope.method(type, name).length > 0 && isClient(frame, type))
    return terms.make({ kind: 'ext', text: `${clientPath}${type.id}.${name}`, kids: [base] })
  const property = scope.method(type, name)
  if (property.length > 0 && isProperty(property[0]!)) return frame.call(funcTerm(frame, property, base), noArgs, undefined)
  if (base.kind === 'inst') return property.length > 0 ? funcTerm(frame, property, base) : undefined
  const found: Term[] = []
  for (const sub of scope.family(type)) {
    const own = sub.methods.get(name)
    if (!own || sub.fact.kind === 'interface') continue
    const method = funcTerm(frame, own, sub === type ? base : anyInstance(frame, sub))
    found.push(isProperty(own[0]!) ? frame.call(method, noArgs, undefined) : method)
  }
  if (found.length === 0 && property.length > 0 && property[0]!.owner!.fact.kind !== 'interface')
    found.push(funcTerm(frame, property, base))
  return found.length === 0 ? undefined : terms.any(found)
}

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
  if (name === instanceMember) return anyInstance(frame, type)
  if (classNames.has(name)) return classOf(frame, terms.make({ kind: 'type', text: String(type.id) }))
  const above = externalAbove(frame, type, name)
  // A constructor that a macro wrote.
  if (above === undefined && type.unit.traits.modulePaths && type.fact.kind === 'struct')
    return terms.make({ kind: 'type', text: String(type.id) })
  const self = terms.make({ kind: 'type', text: String(type.id) })
  return above === undefined ? terms.nothing : terms.make({ kind: 'ext', text: `${above}.${name}`, kids: [self] })
}

/** What stands for a type parameter of a class (`<TYPE:INDEX>`) in one of its objects: as it was made, or as a subclass says. */
const typeArgument = (frame: Frame, base: Term, name: string, level = 0): Term => {
  const { scope, terms } = frame
  const given = kid(base, `init:${name}`)
  if (given) return given
  const [id, position] = name.slice(1, -1).split(':').map(Number)
  const own = typeOf(frame, base)
  const types = base.kind === 'anyinst' ? [...new Set([...scope.family(own), ...scope.lineage(own)])] : scope.lineage(own)
  const found = types.flatMap(type =>
    type.fact.supers.flatMap((ref): Term[] => {
      const parent = scope.resolveType(type.unit, ref, type)
      const argument = parent && 'type' in parent && parent.type.id === id ? ref.args?.[position!] : undefined
      if (!argument) return []
      const further = type.fact.typeParameters?.indexOf(argument.name) ?? -1
      if (further !== -1) return level < 4 ? [typeArgument(frame, base, `<${type.id}:${further}>`, level + 1)] : []
      const target = scope.resolveType(type.unit, argument, type)
      if (!target) return []
      return [terms.make('type' in target ? { kind: 'type', text: String(target.type.id) } : { kind: 'ext', text: target.external })]
    }),
  )
  return terms.any(found)
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
  const passed = file && scope.passedOn(file, name)
  if (passed !== undefined && passed !== module) return memberOfModule(frame, passed, name)
  if (name === 'default') return terms.make({ kind: 'module', text: module })
  return terms.nothing
}

/** The name under which what is set by a computed key is kept. */
export const anyKey = '[]'

/** The name under which the computed keys of a map are kept: who walks it may mean them. */
export const mapKeys = '<keys>'

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
  if (name === instanceMember) return base
  const path = `${base.text}.${name}`
  const match = matchRow(frame, 'member', path)
  if (match && 'value' in match.row.gives) {
    const args: Args = base.kids[0] ? { labels: ['base'], kids: [base.kids[0]] } : noArgs
    return rowValue(frame, match.row.gives, match.captures, args, base.sites[0])
  }
  const written = frame.heap(heapKey.instance(base, name))
  if (written !== terms.nothing) return written
  const isOfClass = base.text.endsWith('.class') ? classNames.has(name) : /^(GetType|getClass|javaClass|__class__)$/.test(name)
  if (isOfClass) return classOf(frame, base)
  return terms.make({ kind: 'ext', text: path, kids: base.kids, sites: base.sites })
}

const memberOfCall = (frame: Frame, base: Term, name: string): Term => {
  const { terms } = frame
  if (isReply(frame, base)) return terms.make({ kind: 'field', text: name, kids: [base] })
  const set = kid(base, `init:${name}`)
  const value = terms.any([set ?? terms.nothing, frame.heap(heapKey.instance(base, name))])
  if (value !== terms.nothing) return value
  const filled = frame.heap(heapKey.instance(base, '*'))
  if (isSettingsFile(filled)) return settingBelow(frame, filled, terms.text(name), base.sites[0])
  return memberOfExternal(frame, terms.make({ kind: 'ext', text: base.text, kids: [base] }), name)
}

/** What a pointer points to. */
export const deref = (frame: Frame, term: Term): Term => {
  if (term.kind === 'any') return frame.terms.any(term.kids.map(k => deref(frame, k)))
  if (term.kind !== 'addr') return term
  return term.text === '' ? get(frame, term.kids[0]!, term.labels[0]!) : term.kids[0]!
}

/** A value of a map, whichever its key. */
const anyValue = (frame: Frame, of: Term): Term => frame.terms.any([...of.kids, frame.heap(heapKey.instance(of, anyKey))])

/** An element of a list, a channel or a repeated member. */
export const elem = (frame: Frame, of: Term): Term => {
  const { terms } = frame
  switch (of.kind) {
    case 'any':
      return terms.any(of.kids.map(k => elem(frame, k)))
    case 'list':
      return terms.any(of.kids.map((k, i) => (of.labels[i] === '...' ? elem(frame, k) : k)))
    case 'map':
      return terms.any([anyValue(frame, of), frame.heap(heapKey.instance(of, mapKeys))])
    case 'extcall':
      if (isCollection(of.text) && kid(of, '<0>')?.kind === 'type') return get(frame, kid(of, '<0>')!, instanceMember)
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
  const isValue = index === 0 || (index === 1 && of.kind === 'extcall' && frame.fn?.unit.traits.taggedResults === true)
  return isValue ? of : terms.unknown('a further result of a call')
}

export const index = (frame: Frame, of: Term, key: Term, site: Site | undefined): Term => {
  const { terms } = frame
  if (of.kind === 'any') return terms.any(of.kids.map(k => index(frame, k, key, site)))
  if (key.kind === 'text' && key.text === '*') return deref(frame, of)
  if (isSelector(key) && site) noteTable(frame, of, key, site)
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
  return of.kind === 'map' ? anyValue(frame, of) : elem(frame, of)
}

/** Kinds that a call site will replace: whether a key is an index or a member may matter then. */
const waiting = new Set(['param', 'field', 'apply', 'elem', 'nth'])

/** Methods by which a section of settings gives a setting, or an object whose members are its settings. */
export const lookUps = /^(GetSection|GetRequiredSection|GetValue|Get|getSection|getValue|getString|getConfig)$/

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

/** Handlers in a table, by what tells messages apart: each name in it is one that is received. */
const noteTable = (frame: Frame, table: Term, key: Term, site: Site): void => {
  for (const label of table.kind === 'map' || table.kind === 'extcall' ? table.labels : [])
    if (/^(init:)?[A-Za-z][\w.-]*$/.test(label) && label !== 'base' && label !== 'new')
      frame.add({ kind: 'case', term: key, extra: frame.terms.text(label.replace(/^init:/, ''), site), site })
}
