import type { BindFact, CallFact, TypeRef } from '../model/program.ts'
import { apply } from './calls.ts'
import type { Context, Evaluator } from './context.ts'
import { typed } from './fields.ts'
import { anyInstance, funcTerm, noArgs, parametersOf, paramTerm } from './functions.ts'
import { construct } from './instances.ts'
import { get, memberOfModule, mixedIn } from './members.ts'
import type { Fn, Type } from './scope.ts'
import { type Args, type Frame, heapKey } from './state.ts'
import { isTextual, selfReference, type Term } from './terms.ts'

/** Types that blocks of one function declare one name with, at most. */
const maxDeclared = 6

/** What names mean inside one function. */
export class Names {
  private readonly frame: Frame
  private readonly fn: Fn
  private readonly context: Context
  private readonly evaluator: Evaluator
  private readonly names = new Map<string, Term>()
  private readonly running = new Set<string>()
  private outer: Evaluator | undefined

  constructor(context: Context, evaluator: Evaluator) {
    this.frame = context.frame
    this.fn = context.fn
    this.context = context
    this.evaluator = evaluator
  }

  /** What a name means here: a local, a parameter, something of the function, type, file or import around. */
  name(name: string): Term {
    const known = this.names.get(name)
    if (known) return known
    const { terms } = this.frame
    // `registry := registry.New()`: on the right it still is the import.
    const { progress } = this.context
    if (this.running.has(name)) {
      progress.meet()
      return this.fn.unit.imports.has(name) ? this.global(name) : terms.unknown(selfReference)
    }
    this.running.add(name)
    const before = progress.enter()
    const value = this.lookUp(name)
    const isPartial = progress.leave(before)
    this.running.delete(name)
    if (value.kind === 'unknown' && value.text === selfReference && this.fn.unit.imports.has(name)) return this.global(name)
    // What a call that is on its way will fill is not known yet.
    const isEarly = this.fn.addressCalls.get(name)?.some(call => this.evaluator.isRunning(call)) === true
    if (!isEarly && !isPartial) this.names.set(name, value)
    return value
  }

  private lookUp(name: string): Term {
    const { frame, fn } = this
    const local = this.local(name)
    if (local) return local
    if (this.context.isReceiver(name)) return this.context.self() ?? frame.terms.nothing
    const nested = fn.lambdas.find(l => l.fact.name === name)
    if (nested && fn.fact.name !== '<module>') return funcTerm(frame, [nested], undefined)
    const generic = this.typeParameter(name)
    if (generic) return generic
    if (fn.outer) {
      this.outer ??= this.evaluator.outer(fn.outer)
      return this.outer.name(name)
    }
    if (fn.unit.traits.implicitThis) {
      const own = this.implicitMember(name)
      if (own) return own
    }
    return this.global(name)
  }

  /** A type parameter of the function, or of its class. */
  private typeParameter(name: string): Term | undefined {
    const { frame, fn } = this
    const own = fn.fact.typeParameters?.indexOf(name) ?? -1
    if (own !== -1) return paramTerm(frame, fn, `<${own}>`)
    const { owner } = fn
    const ofClass = owner?.fact.typeParameters?.indexOf(name) ?? -1
    const self = owner && ofClass !== -1 ? this.context.self() : undefined
    return self && get(frame, self, `<${owner!.id}:${ofClass}>`)
  }

  /** Type arguments as values: a type parameter around, a class of the code, or one of a library. */
  typeArguments(call: CallFact, label: (index: number) => string): Args {
    const { frame, fn } = this
    const kids = (call.typeArgs ?? []).map(ref => {
      const around = this.typeParameterAround(ref.name)
      if (around) return around
      const target = frame.scope.resolveType(fn.unit, ref, fn.owner)
      if (!target) return frame.terms.nothing
      if ('external' in target) return frame.terms.make({ kind: 'ext', text: target.external })
      return frame.terms.make({ kind: 'type', text: String(target.type.id) })
    })
    return { labels: kids.map((_, i) => label(i)), kids }
  }

  typeParameterAround(name: string): Term | undefined {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer)
      if (fn.fact.typeParameters?.includes(name) || fn.owner?.fact.typeParameters?.includes(name)) return this.name(name)
    return undefined
  }

  private local(name: string): Term | undefined {
    const { frame, fn } = this
    const { terms } = frame
    const position = parametersOf(fn).findIndex(p => p.name === name)
    const binds = fn.bindsByName.get(name)
    const viaAddress = fn.addressCalls.get(name)
    if (position === -1 && !binds) return undefined
    if (binds && position === -1 && this.isFieldAssignment(name, binds)) return undefined
    const values: Term[] = position === -1 ? [] : [paramTerm(frame, fn, position)]
    for (const bind of binds ?? []) values.push(this.bound(bind))
    for (const call of viaAddress ?? []) this.evaluator.call(call)
    values.push(...(frame.locals.get(name) ?? []))
    const real = values.filter(v => v !== terms.nothing && v.kind !== 'unknown')
    const asked = real.length > 0 && real.every(v => v.kind === 'extcall') ? this.askedFor(name) : []
    if (real.length > 0) return preferEnvironment(frame, [...real, ...asked])
    // Blocks of one function may declare a name each for itself.
    const declared = (binds ?? []).filter((b, n, all) => b.type && all.findIndex(o => o.type?.name === b.type!.name) === n)
    const made = declared.slice(0, maxDeclared).flatMap(b => this.typedLocal(b.type!, b.spot.line) ?? [])
    return made.length > 0 ? terms.any(made) : (values[0] ?? terms.nothing)
  }

  /** What of a value can be of the type that a name is declared with, in a pattern or by itself. */
  private narrowed(value: Term, type: TypeRef): Term {
    const { frame, fn } = this
    const { terms, scope } = frame
    const declared = typed(frame, fn.unit, type, fn.owner)
    const item = declared?.kind === 'list' ? declared.kids[0] : declared
    if (item?.kind !== 'anyinst') return value
    const family = new Set(scope.family(scope.types[Number(item.text)]!))
    const narrow = (of: Term): Term => {
      if (of.kind !== 'inst' && of.kind !== 'anyinst') return of
      const own = scope.types[Number(of.text)]!
      if (family.has(own)) return of
      return scope.lineage(scope.types[Number(item.text)]!).includes(own) ? item : terms.nothing
    }
    const each = (of: Term): Term =>
      of.kind === 'list' && declared?.kind === 'list'
        ? terms.make({ ...of, kids: of.kids.map(kid => terms.any(terms.options(kid).map(narrow))) })
        : narrow(of)
    const kept = terms.any(terms.options(value).map(each))
    return kept === terms.nothing ? value : kept
  }

  /** Classes of the code that a value of a library is asked to be of (`if (x is not Event) return`). */
  private askedFor(name: string): Term[] {
    const { frame, fn } = this
    return fn.cases.flatMap(({ of, value }) => {
      const type =
        of?.is === 'ref' && of.name === name && value.is === 'ref' ? frame.scope.resolveType(fn.unit, value.name, fn.owner) : undefined
      return type && 'type' in type ? [anyInstance(frame, type.type)] : []
    })
  }

  /** Languages that need no `this`: a bind without a type may set a field. */
  private isFieldAssignment(name: string, binds: readonly BindFact[]): boolean {
    const owner = this.context.ownerType()
    return (
      this.fn.unit.traits.implicitThis === true &&
      owner !== undefined &&
      binds.every(b => !b.type) &&
      this.frame.scope.field(owner, name) !== undefined
    )
  }

  private bound(bind: BindFact): Term {
    const value = bind.type ? this.narrowed(this.evaluator.expr(bind.value), bind.type) : this.evaluator.expr(bind.value)
    if (bind.value.is === 'unknown' && bind.value.why === 'no value') return this.frame.terms.unknown('no value')
    return value
  }

  private typedLocal(type: TypeRef, line: number): Term | undefined {
    const { frame, fn } = this
    const target = frame.scope.resolveType(fn.unit, type, fn.owner)
    if (target && 'type' in target && fn.unit.traits.embedding && target.type.fact.kind !== 'interface')
      return construct(frame, target.type, { labels: [], kids: [] }, this.context.site(line, `var ${target.type.fact.name}`))
    const value = typed(frame, fn.unit, type, fn.owner)
    // A value of its own: what is set in it is not set in all others of its type.
    return value?.kind === 'ext' && fn.unit.traits.embedding
      ? apply(frame, value, noArgs, this.context.site(line, `var ${value.text}`), true)
      : value
  }

  private implicitMember(name: string): Term | undefined {
    const { frame } = this
    const { scope, terms } = frame
    const self = this.context.self()
    for (let type = this.context.ownerType(), up = 0; type && up < 4; type = this.outerType(type), up++) {
      const has = scope.field(type, name) || scope.method(type, name).length > 0
      if (has) return up === 0 && self ? get(frame, self, name) : get(frame, anyInstance(frame, type), name)
      const nested = type.nested.get(name)
      if (nested) return terms.make({ kind: 'type', text: String(nested.id) })
    }
    return undefined
  }

  private outerType(type: Type): Type | undefined {
    return type.fact.outer === undefined ? undefined : type.unit.types.find(t => t.fact.name === type.fact.outer && t !== type)
  }

  private global(name: string): Term {
    const { frame, fn } = this
    const { scope, terms } = frame
    const { unit } = fn
    const symbol = scope.lookup(unit.module, name)
    if (symbol?.vars.length) return terms.any(symbol.vars.map(u => frame.heap(heapKey.global(u.path, name))))
    if (symbol?.fns.length) return funcTerm(frame, symbol.fns, undefined)
    const imported = unit.imports.get(name)
    if (imported?.external !== undefined) return terms.make({ kind: 'ext', text: imported.external })
    if (imported?.module !== undefined)
      return imported.name === undefined
        ? terms.make({ kind: 'module', text: imported.module })
        : memberOfModule(frame, imported.module, imported.name)
    const type = scope.resolveType(unit, name, this.context.ownerType())
    if (type && 'type' in type) return terms.make({ kind: 'type', text: String(type.type.id) })
    for (const star of unit.stars)
      if (star.module !== undefined && scope.lookup(star.module, name)) return memberOfModule(frame, star.module, name)
    const opened = scope.opened(unit, name)
    if (opened !== undefined) return terms.make({ kind: 'ext', text: opened })
    const owner = unit.traits.implicitThis ? this.context.ownerType() : undefined
    const mixed = owner && mixedIn(frame, owner, name)
    if (mixed) return mixed
    const star = unit.traits.selfIsFirstParameter ? unit.stars.find(s => s.external !== undefined) : undefined
    return terms.make({ kind: 'ext', text: star ? `${star.external}.${name}` : name })
  }
}

/** Several values of one variable: a look-up of the environment goes before what stands in for it. */
const preferEnvironment = (frame: Frame, values: readonly Term[]): Term => {
  const { terms } = frame
  const all = terms.any(values)
  const options = terms.options(all)
  if (options.length < 2 || !options.every(isTextual)) return all
  const looked = options.filter(o => o.kind === 'env' || o.kind === 'or' || o.kind === 'config')
  return looked.length === 0 || looked.length === options.length ? all : terms.or([...looked, ...options.filter(o => !looked.includes(o))])
}
