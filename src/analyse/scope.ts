import { by } from '../base/names.ts'
import { dirname } from '../base/path.ts'
import type {
  BindFact,
  CallFact,
  CaseFact,
  FieldFact,
  FunctionFact,
  LanguageTraits,
  ProgramFacts,
  ReadFact,
  ReturnFact,
  TypeFact,
  TypeRef,
} from '../model/program.ts'
import { openedWhole } from './libraries/infrastructure.ts'

/** A file of a closure, with its functions and types under their numbers in the closure. */
export interface SourceUnit {
  path: string
  facts: ProgramFacts
  module: string
  traits: LanguageTraits
  language: string
  fns: Fn[]
  types: Type[]
  /** Local name → what it is imported from. */
  imports: Map<string, Imported>
  /** Modules whose names are all in scope. */
  stars: Imported[]
}

export interface Imported {
  /** A module of the closure. */
  module?: string
  /** The member of the module that is imported. */
  name?: string
  /** The path of something outside. */
  external?: string
}

export interface Fn {
  id: number
  unit: SourceUnit
  fact: FunctionFact
  owner?: Type
  outer?: Fn
  lambdas: Fn[]
  binds: BindFact[]
  bindsByName: Map<string, BindFact[]>
  calls: number[]
  returns: ReturnFact[]
  reads: ReadFact[]
  cases: CaseFact[]
  /** Calls that hand out the address of a local. */
  addressCalls: Map<string, number[]>
  writesMembers: boolean
}

export interface Type {
  id: number
  unit: SourceUnit
  fact: TypeFact
  methods: Map<string, Fn[]>
  fields: Map<string, FieldFact>
  nested: Map<string, Type>
}

export interface Symbol {
  fns: Fn[]
  types: Type[]
  /** Files whose top level binds the name. */
  vars: SourceUnit[]
}

export type TypeTarget = { type: Type } | { external: string }

/** A class or interface of a library that a type extends, and the arguments of its type parameters, as far as they are known. */
export interface ExternalParent {
  path: string
  args: readonly (TypeTarget | undefined)[]
}

/** All names of a closure. Numbers of functions and types follow the sorted paths of their files. */
export class Scope {
  readonly units: SourceUnit[]
  readonly fns: Fn[] = []
  readonly types: Type[] = []
  private readonly byPath = new Map<string, SourceUnit>()
  private readonly modules = new Map<string, Map<string, Symbol>>()
  private readonly typesByName = new Map<string, Type[]>()
  private readonly subtypes = new Map<Type, Type[]>()
  private readonly superCache = new Map<Type, TypeTarget[]>()
  private readonly extensions = new Map<string, Fn[]>()

  constructor(units: SourceUnit[]) {
    this.units = [...units].sort(by(u => u.path))
    for (const unit of this.units) {
      this.byPath.set(unit.path, unit)
      this.declareTypes(unit)
    }
    for (const unit of this.units) this.declareFunctions(unit)
    for (const type of this.types) for (const parent of this.supers(type)) if ('type' in parent) this.subtypesOf(parent.type).push(type)
    this.joinStructural()
  }

  unit(path: string): SourceUnit | undefined {
    return this.byPath.get(path)
  }

  private declareTypes(unit: SourceUnit): void {
    for (const fact of unit.facts.types) {
      const twin = unit.traits.openTypes ? this.lookup(unit.module, fact.name)?.types.find(t => t.fact.outer === fact.outer) : undefined
      const { methods, fields, nested } = twin ?? { methods: new Map(), fields: new Map(), nested: new Map() }
      const type: Type = { id: this.types.length, unit, fact, methods, fields, nested }
      for (const field of fact.fields) if (!type.fields.has(field.name)) type.fields.set(field.name, field)
      this.types.push(type)
      unit.types.push(type)
      push(this.typesByName, fact.name, type)
      const outer = fact.outer === undefined ? undefined : unit.types.find(t => t.fact.name === fact.outer && t !== type)
      if (outer) outer.nested.set(fact.name, type)
      this.symbol(unit.module, fact.name).types.push(type)
    }
  }

  private declareFunctions(unit: SourceUnit): void {
    const { facts } = unit
    for (const fact of facts.functions) {
      const fn: Fn = {
        ...{
          id: this.fns.length,
          unit,
          fact,
          lambdas: [],
          binds: [],
          bindsByName: new Map(),
          calls: [],
          returns: [],
          reads: [],
          cases: [],
        },
        ...{ addressCalls: new Map(), writesMembers: false },
      }
      this.fns.push(fn)
      unit.fns.push(fn)
    }
    for (const fn of unit.fns) this.place(unit, fn)
    for (const bind of facts.binds) {
      const fn = unit.fns[bind.fn]!
      fn.binds.push(bind)
      if (bind.target.is === 'ref') push(fn.bindsByName, bind.target.name, bind)
      else if (bind.target.is === 'member') fn.writesMembers = true
    }
    for (const [index, call] of facts.calls.entries()) this.placeCall(unit, index, call)
    for (const fact of facts.returns) unit.fns[fact.fn]!.returns.push(fact)
    for (const fact of facts.reads) unit.fns[fact.fn]!.reads.push(fact)
    for (const fact of facts.cases) unit.fns[fact.fn]!.cases.push(fact)
    for (const name of unit.fns[0]?.bindsByName.keys() ?? []) this.symbol(unit.module, name).vars.push(unit)
  }

  private placeCall(unit: SourceUnit, index: number, call: CallFact): void {
    const fn = unit.fns[call.fn]!
    fn.calls.push(index)
    for (const arg of call.args) {
      if (arg.is !== 'addressOf') continue
      if (arg.of.is === 'ref') push(fn.addressCalls, arg.of.name, index)
      else fn.writesMembers = true
    }
  }

  private place(unit: SourceUnit, fn: Fn): void {
    const { owner, outer, name } = fn.fact
    const type = typeof owner === 'number' ? unit.types[owner] : owner === undefined ? undefined : this.ownerType(unit, owner)
    if (type) {
      fn.owner = type
      push(type.methods, name, fn)
    }
    if (outer !== undefined && outer !== 0) {
      const around = unit.fns[outer]
      if (around && around !== fn) {
        fn.outer = around
        around.lambdas.push(fn)
      }
    } else if (!type && name !== '<module>' && name !== '<lambda>') this.symbol(unit.module, name).fns.push(fn)
    if (fn !== unit.fns[0] && fn.outer === undefined && name === '<lambda>') unit.fns[0]!.lambdas.push(fn)
    if (type && unit.traits.extensionMethods && fn.fact.static) push(this.extensions, name, fn)
  }

  private ownerType(unit: SourceUnit, name: string): Type | undefined {
    const own = this.modules.get(unit.module)?.get(name)?.types[0] ?? unit.types.find(t => t.fact.name === name)
    if (own || unit.traits.moduleIs === 'directory') return own
    const target = this.resolveType(unit, name)
    return target && 'type' in target ? target.type : undefined
  }

  private symbol(module: string, name: string): Symbol {
    const names = this.modules.get(module) ?? new Map<string, Symbol>()
    this.modules.set(module, names)
    const symbol = names.get(name) ?? { fns: [], types: [], vars: [] }
    names.set(name, symbol)
    return symbol
  }

  lookup(module: string, name: string): Symbol | undefined {
    return this.modules.get(module)?.get(name)
  }

  hasModule(module: string): boolean {
    return this.modules.has(module)
  }

  extension(name: string): readonly Fn[] {
    return this.extensions.get(name) ?? []
  }

  private ownMethods: Set<string> | undefined

  /** Whether only extensions have that name: no type of the closure has such a method of its own. */
  isExtension(name: string): boolean {
    if (!this.extensions.has(name)) return false
    this.ownMethods ??= new Set(
      this.types.flatMap(t => [...t.methods].flatMap(([own, fns]) => (fns.some(f => !f.fact.static) ? [own] : []))),
    )
    return !this.ownMethods.has(name)
  }

  /** What a type's name means in a file: a type of the closure, or an external path. */
  resolveType(unit: SourceUnit, ref: TypeRef | string, within?: Type): TypeTarget | undefined {
    const name = typeof ref === 'string' ? ref : ref.name
    if (name === '' || /^(\[\]|map|func|chan|\(\)|\|)$/.test(name)) return undefined
    const whole = unit.traits.modulePaths ? unit.imports.get(name) : undefined
    if (whole) return this.descend(this.importedType(whole) ?? { external: name }, [])
    const dotted = name.includes('.') ? this.lookup(unit.module, name)?.types[0] : undefined
    if (dotted) return { type: dotted }
    const [first, ...rest] = name.split(/\.|::/)
    const arity = typeof ref === 'string' || rest.length > 0 ? 0 : (ref.args?.length ?? 0)
    const start = this.resolveName(unit, first!, within, arity)
    if (start === undefined) return this.byBareName(unit, rest.at(-1) ?? first!, name) ?? { external: this.opened(unit, name) ?? name }
    return this.descend(start, rest)
  }

  /** A bare name in a file that opens namespaces of infrastructure: of one of them, or of any (`software.amazon.awscdk.*.Queue`). */
  opened(unit: SourceUnit, name: string): string | undefined {
    if (unit.traits.moduleIs !== 'type' || !/^[A-Z]/.test(name)) return undefined
    const open = unit.stars.flatMap(({ external }) => (external !== undefined && openedWhole.test(external) ? [external] : []))
    const [first, ...more] = open.sort((a, b) => openedAs(a) - openedAs(b))
    if (first === undefined) return undefined
    return more.length === 0 ? `${first}.${name}` : `${openedWhole.exec(first)![1]}.*.${name}`
  }

  private resolveName(
    unit: SourceUnit,
    name: string,
    within: Type | undefined,
    arity: number,
  ): TypeTarget | { module: string } | undefined {
    const nested = within?.nested.get(name)
    if (nested) return { type: nested }
    const own = ofArity(this.lookup(unit.module, name)?.types ?? [], arity) ?? unit.types.find(t => t.fact.name === name)
    if (own) return { type: own }
    const imported = unit.imports.get(name)
    if (imported) return this.importedType(imported)
    for (const star of unit.stars) {
      const type = star.module === undefined ? undefined : ofArity(this.lookup(star.module, name)?.types ?? [], arity)
      if (type) return { type }
    }
    const passed = this.passedOn(unit, name)
    return passed === undefined ? undefined : this.importedType({ module: passed, name })
  }

  private importedType(imported: Imported, level = 0): TypeTarget | { module: string } | undefined {
    if (imported.external !== undefined) return { external: imported.external }
    if (imported.module === undefined) return undefined
    if (imported.name === undefined) return { module: imported.module }
    const symbol = this.lookup(imported.module, imported.name)
    if (symbol?.types[0]) return { type: symbol.types[0] }
    const file = level < 5 ? this.byPath.get(imported.module) : undefined
    const again = file && passedByName(file, imported.name)
    if (again) return this.importedType(again, level + 1)
    const passed = file && this.passedOn(file, imported.name)
    return passed === undefined ? undefined : this.importedType({ module: passed, name: imported.name }, level + 1)
  }

  /** The module behind a file's star exports that has a name, or passes it on by its own name. */
  passedOn(file: SourceUnit, name: string): string | undefined {
    const seen = new Set(file.stars.flatMap(star => star.module ?? []))
    for (const module of seen) {
      if (this.lookup(module, name)) return module
      const behind = this.byPath.get(module)
      if (behind && passedByName(behind, name)) return module
      if (seen.size < maxPassed) for (const star of behind?.stars ?? []) if (star.module !== undefined) seen.add(star.module)
    }
    return undefined
  }

  private descend(start: TypeTarget | { module: string }, rest: readonly string[]): TypeTarget | undefined {
    let here = start
    for (const part of rest) {
      if ('external' in here) here = { external: `${here.external}.${part}` }
      else if ('module' in here) {
        const type: Type | undefined = this.lookup(here.module, part)?.types[0]
        if (!type) return { external: `${here.module}.${part}` }
        here = { type }
      } else {
        const nested: Type | undefined = here.type.nested.get(part)
        if (!nested) return undefined
        here = { type: nested }
      }
    }
    return 'module' in here ? undefined : here
  }

  /** Languages whose imports do not name types: by simple name in the closure, in namespaces that the file uses first. */
  private byBareName(unit: SourceUnit, simple: string, full: string): TypeTarget | undefined {
    if (unit.traits.moduleIs !== 'type') return undefined
    const all = (this.typesByName.get(simple) ?? []).filter(t => t.unit.language === unit.language)
    const qualified = full.includes('.') ? all.filter(t => `${t.unit.module}.${t.fact.name}`.endsWith(full)) : all
    const near = qualified.filter(t => unit.stars.some(s => s.module === t.unit.module) || unit.module.startsWith(t.unit.module))
    const found = near[0] ?? (unit.traits.implicitThis && full === simple ? undefined : qualified[0])
    return found ? { type: found } : undefined
  }

  supers(type: Type): TypeTarget[] {
    let found = this.superCache.get(type)
    if (!found) {
      this.superCache.set(type, [])
      found = type.fact.supers
        .map(s => this.resolveType(type.unit, s, type))
        .filter((t): t is TypeTarget => t !== undefined && !('type' in t && t.type === type))
      this.superCache.set(type, found)
    }
    return found
  }

  /** The type and everything above it in the closure, nearest first. */
  lineage(type: Type): Type[] {
    const seen: Type[] = [type]
    for (let i = 0; i < seen.length && seen.length < 40; i++)
      for (const parent of this.supers(seen[i]!)) if ('type' in parent && !seen.includes(parent.type)) seen.push(parent.type)
    return seen
  }

  externalSupers(type: Type): string[] {
    return this.lineage(type).flatMap(t => this.supers(t).flatMap(s => ('external' in s ? [s.external] : [])))
  }

  /** What a type extends of libraries, with its type arguments as the code at hand says them. */
  externalParents(type: Type, given: readonly (TypeTarget | undefined)[] = [], level = 0): ExternalParent[] {
    return type.fact.supers.flatMap((ref): ExternalParent[] => {
      const target = this.resolveType(type.unit, ref, type)
      const args = (ref.args ?? []).map(arg => {
        const own = type.fact.typeParameters?.indexOf(arg.name) ?? -1
        return own === -1 ? this.resolveType(type.unit, arg, type) : given[own]
      })
      if (!target) return []
      if ('external' in target) return [{ path: target.external, args }]
      return level < 8 && target.type !== type ? this.externalParents(target.type, args, level + 1) : []
    })
  }

  subtypesOf(type: Type): Type[] {
    const list = this.subtypes.get(type) ?? []
    this.subtypes.set(type, list)
    return list
  }

  /** Types of the closure that may stand where `type` is declared: itself and what lies below, by number. */
  family(type: Type): Type[] {
    const seen = new Set([type])
    for (const t of seen) for (const sub of this.subtypesOf(t)) if (seen.size < 60) seen.add(sub)
    return [...seen].sort((a, b) => a.id - b.id)
  }

  /** Where types need not name the interfaces they satisfy, whoever has all the methods does. */
  private joinStructural(): void {
    const open = this.types.filter(t => t.unit.traits.embedding && t.fact.kind === 'interface' && t.methods.size > 0)
    if (open.length === 0) return
    const concrete = this.types.filter(t => t.unit.traits.embedding && t.fact.kind !== 'interface')
    for (const type of concrete) {
      const names = new Set(this.lineage(type).flatMap(t => [...t.methods.keys()]))
      if (names.size === 0) continue
      for (const face of open)
        if (type.unit.language === face.unit.language && [...face.methods.keys()].every(name => names.has(name))) {
          const list = this.subtypesOf(face)
          if (!list.includes(type)) list.push(type)
        }
    }
  }

  method(type: Type, name: string): readonly Fn[] {
    for (const t of this.lineage(type)) {
      const found = t.methods.get(name)
      if (found) return found
    }
    return []
  }

  field(type: Type, name: string): { field: FieldFact; owner: Type } | undefined {
    for (const owner of this.lineage(type)) {
      const field = owner.fields.get(name)
      if (field) return { field, owner }
    }
    return undefined
  }

  constructors(type: Type): readonly Fn[] {
    for (const t of this.lineage(type)) {
      const found = [...t.methods.values()].flat().filter(f => f.fact.isConstructor === true)
      if (found.length > 0) return found
    }
    return []
  }
}

const maxPassed = 60

/** What a file imports under a name, or passes on under it without taking it itself. */
const passedByName = (file: SourceUnit, name: string): Imported | undefined => file.imports.get(name) ?? file.imports.get(`export:${name}`)

/** Of types of one name, the one with as many type parameters. */
const ofArity = (types: readonly Type[], arity: number): Type | undefined =>
  types.length < 2 ? types[0] : (types.find(t => (t.fact.typeParameters?.length ?? 0) === arity) ?? types[0])

const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** The module a file belongs to, before packages are known. */
export const moduleOf = (path: string, facts: ProgramFacts): string => {
  const { traits } = facts.unit
  if (traits.includes) return '#included'
  if (traits.moduleIs === 'file') return path
  if (traits.moduleIs === 'directory') return dirname(path)
  return facts.unit.package ?? ''
}

/** Namespaces that hold little but a base class go last. */
const openedAs = (namespace: string): number => (/constructs$/i.test(namespace) ? 1 : 0)
