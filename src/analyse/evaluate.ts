import type { AnnotationFact, BindFact, CallFact, Expr, TypeRef } from '../model/program.ts'
import { apply } from './calls.ts'
import { isSelector } from './classes.ts'
import { typed } from './fields.ts'
import { anyInstance, funcTerm, parametersOf, paramTerm, takesSelf } from './functions.ts'
import { handlerRequest } from './handlers.ts'
import { construct } from './instances.ts'
import { mayBeMessage } from './leaks.ts'
import { matchRow } from './matching.ts'
import { placeholders, rowValue } from './meanings.ts'
import { anyKey, elem, get, index, memberOfModule, mixedIn, nth } from './members.ts'
import { handed } from './provided.ts'
import { rowLanguage } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import { type Args, Frame, heapKey, type State, type Summary } from './state.ts'
import { substitute } from './substitute.ts'
import { isTextual, type Site, selfReference, type Term, type Terms } from './terms.ts'
import { write } from './writes.ts'

/** Evaluates one function once, over its parameters: what it returns, does, and writes. */
export const evaluate = (state: State, fn: Fn): { summary: Summary; uses: ReadonlySet<string>; overflow: number } => {
  const frame = new Frame(state, fn, apply)
  const body = new Body(frame, fn)
  body.run()
  const { terms } = state
  const heap = new Map([...frame.writes].map(([key, values]) => [key, terms.any(values)]))
  const summary: Summary = { returns: body.returned(), deeds: [...frame.deeds.values()], called: frame.called, heap }
  return { summary, uses: frame.uses, overflow: frame.overflow }
}

/** Types that blocks of one function declare one name with, at most. */
const maxDeclared = 6

class Body {
  private readonly frame: Frame
  private readonly fn: Fn
  private readonly names = new Map<string, Term>()
  private readonly calls = new Map<number, Term>()
  private readonly running = new Set<string>()
  private readonly runningCalls = new Set<number>()
  private outerBody: Body | undefined
  private around: Type | undefined
  private fallbacks = 0

  constructor(frame: Frame, fn: Fn) {
    this.frame = frame
    this.fn = fn
  }

  run(): void {
    const { fn } = this
    for (const call of fn.calls) this.call(call)
    for (const bind of fn.binds) this.bind(bind)
    if (fn.fact.name === '<module>') this.globals()
    this.promoted()
    this.initials()
    this.defaults()
    for (const read of fn.reads) this.expr(read.value)
    for (const one of fn.cases) if (one.of) this.compare(one.of, one.value, one.hasDefault)
    this.returned()
    this.absorbLambdas()
  }

  returned(): Term {
    const { terms } = this.frame
    const all = this.fn.returns.map(r => this.expr(r.value)).filter(v => v.kind !== 'unknown' || this.fn.returns.length === 1)
    const values = this.fn.unit.traits.taggedResults ? withoutErrors(terms, all) : all
    const lists = values.filter(v => v.kind === 'list')
    if (this.fn.unit.traits.tuples && lists.length === values.length && lists.length > 1) {
      const width = Math.max(...lists.map(l => l.kids.length))
      const columns = Array.from({ length: width }, (_, i) => {
        const column = lists.flatMap(l => l.kids[i] ?? [])
        const known = column.filter(t => t.kind !== 'unknown')
        return terms.any(known.length > 0 ? known : column)
      })
      return terms.make({ kind: 'list', kids: columns })
    }
    return terms.any(values)
  }

  /** What tells messages apart is compared with a name, or may be once a call site says what is compared. */
  private compare(of: Expr, value: Expr, hasDefault: boolean | undefined): void {
    const { frame } = this
    const options = frame.terms.options(this.expr(of))
    for (const option of hasDefault === undefined ? [] : options)
      if ((option.kind === 'field' || option.kind === 'elem') && mayBeMessage(option)) {
        const extra = this.expr(value)
        const site = this.site(of.line, `case ${show(value)}`)
        if (extra.kind === 'text') frame.add({ kind: 'match', term: option, extra, name: hasDefault ? 'some' : 'all', site })
      }
    for (const option of options)
      if (option.open || isSelector(option)) {
        const name = this.expr(value)
        if (isTextual(name)) frame.add({ kind: 'case', term: option, extra: name, site: this.site(value.line, `case ${show(value)}`) })
      }
  }

  private site(line: number, says: string): Site {
    return { file: this.fn.unit.path, line, says }
  }

  private globals(): void {
    const { frame, fn } = this
    for (const name of fn.bindsByName.keys()) frame.put(heapKey.global(fn.unit.path, name), this.name(name))
  }

  /** Fields with a value, and static members. They are evaluated where their calls belong. */
  private initials(): void {
    const { frame, fn } = this
    const types =
      fn.fact.name === '<init>' && fn.owner
        ? [fn.owner]
        : fn.fact.name === '<module>'
          ? fn.unit.types.filter(t => !t.methods.has('<init>'))
          : []
    for (const type of types) {
      const body = fn.owner ? this : this.inside(type)
      for (const field of type.fact.fields)
        if (field.value) frame.put(heapKey.initial(type, field.name), closedOr(this.ofItself(body.expr(field.value), type), frame))
    }
  }

  /** The same place, where names may be members of a class. */
  private inside(type: Type): Body {
    const body = new Body(this.frame, this.fn)
    body.around = type
    return body
  }

  /** What a field starts with may be made of other fields of its class. */
  private ofItself(value: Term, type: Type): Term {
    const { frame, fn } = this
    if (!value.open || value.kind === 'func') return value
    return substitute(frame, value, new Map([[`${fn.id}/self`, anyInstance(frame, type)]]), undefined, new Map())
  }

  /** Parameters of a constructor that are fields, too. */
  private promoted(): void {
    const { frame, fn } = this
    if (!fn.fact.isConstructor || !fn.owner) return
    for (const [i, parameter] of parametersOf(fn).entries())
      if (parameter.field) {
        const name = parameter.name.replace(/^\$/, '')
        write(
          frame,
          paramTerm(frame, fn, 'self'),
          name,
          paramTerm(frame, fn, i),
          this.site(fn.fact.spot.line, `${name} of ${fn.fact.name}`),
        )
      }
  }

  private defaults(): void {
    const { frame, fn } = this
    for (const [i, parameter] of parametersOf(fn).entries())
      if (parameter.default) frame.put(heapKey.global(`${fn.id}`, `default ${i}`), closedOr(this.expr(parameter.default), frame))
  }

  /** Functions that nobody calls by value are called by whom they were handed to: what they do, their outer function does. */
  private absorbLambdas(): void {
    const { frame, fn } = this
    for (const lambda of fn.lambdas) {
      if (frame.isCalled(lambda) || frame.called.has(lambda.id) || (lambda.fact.name !== '<lambda>' && fn.fact.name === '<module>'))
        continue
      const kids = finalArguments(frame, lambda)
      const called = new Set(frame.called)
      apply(
        frame,
        funcTerm(frame, [lambda], lambda.owner && paramTerm(frame, lambda, 'self')),
        { labels: kids.map((_, i) => String(i)), kids },
        undefined,
      )
      if (!called.has(lambda.id)) frame.called.delete(lambda.id)
    }
  }

  private bind(bind: BindFact): void {
    const { target } = bind
    if (target.is === 'ref') {
      const value = this.expr(bind.value)
      this.assignGlobal(target.name, value, bind)
      return
    }
    if (target.is === 'nth' || target.is === 'unknown' || target.is === 'text') return
    const value = this.expr(bind.value)
    if (bind.value.is === 'concat' && sameExpr(bind.value.parts[0]!, target)) return
    const site = this.site(bind.spot.line, `${show(target)} = …`)
    if (target.is === 'member') this.assignMember(target, value, site)
    else if (target.is === 'index') {
      const key = this.expr(target.key)
      this.noteKey(target.of, key, site)
      write(this.frame, this.expr(target.of), key.kind === 'text' ? key.text : anyKey, value, site)
    }
  }

  /** Names under which something is put into a container that is a field. */
  private noteKey(container: Expr, key: Term, site: Site): void {
    const place = key.kind === 'text' || key.kind === 'class' || key.open ? this.fieldPlace(container) : undefined
    if (place) write(this.frame, place.base, keysOf(place.name), key, site)
  }

  /** Names that were put into a container that is a field; undefined where none are known. */
  private keys(container: Expr): Term | undefined {
    const place = this.fieldPlace(container)
    if (!place) return undefined
    const found = get(this.frame, place.base, keysOf(place.name))
    return found.open || this.frame.terms.options(found).some(isTextual) ? found : undefined
  }

  private fieldPlace(e: Expr): { base: Term; name: string } | undefined {
    if (e.is === 'member') return { base: this.expr(e.of), name: e.name }
    const self = e.is === 'ref' && !this.fn.bindsByName.has(e.name) ? this.self() : undefined
    const owner = this.ownerType()
    return e.is === 'ref' && self && owner && this.frame.scope.field(owner, e.name) ? { base: self, name: e.name } : undefined
  }

  private assignMember(target: Extract<Expr, { is: 'member' }>, value: Term, site: Site): void {
    const { frame, fn } = this
    const { of, name } = target
    if (of.is === 'ref' && of.name === 'exports') frame.put(heapKey.global(fn.unit.path, `exports.${name}`), closedOr(value, frame))
    else if (of.is === 'ref' && of.name === 'module' && name === 'exports')
      frame.put(heapKey.global(fn.unit.path, 'exports'), closedOr(value, frame))
    else if (of.is === 'member' && of.of.is === 'ref' && of.of.name === 'module' && of.name === 'exports')
      frame.put(heapKey.global(fn.unit.path, `exports.${name}`), closedOr(value, frame))
    else write(frame, this.expr(of), name, value, site)
  }

  /** A variable of the file that a function sets. */
  private assignGlobal(name: string, value: Term, bind: BindFact): void {
    const { fn, frame } = this
    const { traits } = fn.unit
    if (fn.fact.name === '<module>' || traits.selfIsFirstParameter || traits.assignmentMakesLocal || bind.type) return
    if (!fn.unit.traits.implicitThis) {
      const symbol = frame.scope.lookup(fn.unit.module, name)
      const file = symbol?.vars.find(u => u === fn.unit) ?? symbol?.vars[0]
      if (file && !value.open && value.kind !== 'unknown' && !this.isParameter(name)) frame.put(heapKey.global(file.path, name), value)
    } else if (fn.owner && !this.isParameter(name) && frame.scope.field(fn.owner, name)) {
      const site = this.site(bind.spot.line, `${name} = …`)
      write(frame, this.self() ?? frame.terms.make({ kind: 'type', text: String(fn.owner.id) }), name, value, site)
    }
  }

  private isParameter(name: string): boolean {
    return this.fn.fact.parameters.some(p => p.name === name)
  }

  /** The receiver of the nearest method around. */
  private self(): Term | undefined {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer)
      if (fn.owner)
        return fn.fact.static ? this.frame.terms.make({ kind: 'type', text: String(fn.owner.id) }) : paramTerm(this.frame, fn, 'self')
    return undefined
  }

  private ownerType(): Type | undefined {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer) if (fn.owner) return fn.owner
    return this.around
  }

  private isReceiver(name: string): boolean {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer)
      if (fn.fact.receiver === name || (takesSelf(fn) && fn.fact.parameters[0]?.name === name)) return true
    return this.fn.unit.traits.self === name || name === 'this'
  }

  expr(e: Expr): Term {
    const { terms } = this.frame
    switch (e.is) {
      case 'text':
        return terms.text(e.text, this.site(e.line, `"${clip(e.text)}"`))
      case 'concat':
        return terms.concat(e.parts.map(p => this.expr(p)))
      case 'or':
        return terms.or(this.tolerantly(e.options).filter(t => t.kind !== 'unknown' || t.text !== 'null'))
      case 'either':
        return terms.any(withoutNull(e.options.map(o => this.expr(o))))
      case 'ref':
        return this.called(this.name(e.name))
      case 'member':
        return this.member(e)
      case 'index':
        return this.index(e)
      case 'call':
        return this.call(e.call)
      case 'map':
        return this.map(e)
      case 'list':
        return terms.make({
          kind: 'list',
          labels: e.items.some(i => i.is === 'spread') ? e.items.map(i => (i.is === 'spread' ? '...' : '')) : [],
          kids: e.items.map(i => this.expr(i)),
        })
      case 'lambda': {
        const fn = this.fn.unit.fns[e.fn]
        return fn ? funcTerm(this.frame, [fn], undefined) : terms.nothing
      }
      case 'addressOf':
        return this.addressOf(e)
      case 'elementOf':
        return elem(this.frame, this.expr(e.of))
      case 'nth':
        return (e.index === 0 && e.of.is === 'elementOf' ? this.keys(e.of.of) : undefined) ?? nth(this.frame, this.expr(e.of), e.index)
      case 'spread':
        return this.expr(e.of)
      case 'unknown':
        return terms.unknown(e.why)
    }
  }

  /** A method's name without parentheses may be a call of it. */
  private called(value: Term): Term {
    const isMethod = this.fn.unit.traits.namesAreCalls && value.kind === 'func' && !this.isLambda(value)
    return isMethod ? apply(this.frame, value, { labels: [], kids: [] }, undefined) : value
  }

  private isLambda(value: Term): boolean {
    return value.text.split(',').every(id => this.frame.scope.fns[Number(id)]!.fact.name === '<lambda>')
  }

  /** Reads before the last option have something to fall back on. */
  private tolerantly(options: readonly Expr[]): Term[] {
    return options.map((option, i) => {
      this.fallbacks += i < options.length - 1 ? 1 : 0
      const value = this.expr(option)
      this.fallbacks -= i < options.length - 1 ? 1 : 0
      return value
    })
  }

  private member(e: Extract<Expr, { is: 'member' }>, isCallee = false): Term {
    const { frame, fn } = this
    const keys = e.name === 'Keys' && !isCallee ? this.keys(e.of) : undefined
    if (keys) return keys
    const above = e.of.is === 'ref' && (e.of.name === 'super' || e.of.name === 'base')
    if (above) return this.superMember(e.name)
    const dotted = fn.unit.imports.size > 0 ? dottedImport(e) : undefined
    const imported = dotted === undefined ? undefined : fn.unit.imports.get(dotted)
    if (imported?.module !== undefined)
      return imported.name === undefined
        ? frame.terms.make({ kind: 'module', text: imported.module })
        : memberOfModule(frame, imported.module, imported.name)
    const value = get(frame, this.expr(e.of), e.name)
    if (!isCallee) this.noteRead(value, e.line, `.${e.name}`, e.optional)
    if (value.kind === 'env') frame.add({ kind: 'env', term: value, site: this.site(e.line, show(e)) })
    return value
  }

  private noteRead(value: Term, line: number, says: string, optional?: boolean): void {
    for (const option of this.frame.terms.options(value))
      if ((option.kind === 'field' || option.kind === 'elem') && mayBeMessage(option))
        this.frame.add({
          kind: 'read',
          term: option,
          site: this.site(line, says),
          ...((optional || this.fallbacks > 0) && { optional: true }),
        })
  }

  private superMember(name: string): Term {
    const { frame } = this
    const owner = this.ownerType()
    const self = this.self()
    if (!owner || !self) return frame.terms.nothing
    for (const parent of frame.scope.supers(owner)) {
      if ('external' in parent) return frame.terms.make({ kind: 'ext', text: `${parent.external}.${name}`, kids: [self] })
      const found = frame.scope.method(parent.type, name)
      if (found.length > 0) return funcTerm(frame, found, self)
    }
    return frame.terms.nothing
  }

  private index(e: Extract<Expr, { is: 'index' }>): Term {
    const of = this.expr(e.of)
    const key = this.expr(e.key)
    const value = index(this.frame, of, key, this.site(e.line, show(e)))
    if (key.kind !== 'text' && key.kind !== 'any') for (const option of this.frame.terms.options(of)) this.dynamicKey(option, e.line)
    this.noteRead(value, e.line, show(e))
    return value
  }

  private dynamicKey(of: Term, line: number): void {
    if ((of.kind === 'extcall' || of.kind === 'request') && mayBeMessage(of))
      this.frame.add({ kind: 'escape', term: of, site: this.site(line, 'a member by a computed key') })
  }

  private map(e: Extract<Expr, { is: 'map' }>): Term {
    const labels: string[] = []
    const kids: Term[] = []
    for (const entry of e.entries) {
      const key = entry.key.is === 'spread' ? undefined : this.expr(entry.key)
      labels.push(entry.key.is === 'spread' ? '...' : key?.kind === 'text' || key?.kind === 'ext' ? key.text : '[]')
      const value = this.expr(entry.value)
      kids.push(value)
      if (entry.key.is === 'spread')
        for (const option of this.frame.terms.options(value))
          if (mayBeMessage(option)) this.frame.add({ kind: 'escape', term: option, site: this.site(e.line, 'spread') })
    }
    return this.frame.terms.make({ kind: 'map', labels, kids, sites: [this.site(e.line, '{ … }')] })
  }

  private addressOf(e: Extract<Expr, { is: 'addressOf' }>): Term {
    const { frame } = this
    const { terms } = frame
    if (e.of.is === 'member') {
      const name = e.of.name
      const base = this.expr(e.of.of)
      return terms.any(terms.options(base).map(b => terms.make({ kind: 'addr', labels: [name], kids: [b] })))
    }
    const value = this.expr(e.of)
    if (e.of.is !== 'ref') return value
    const instances = terms
      .options(value)
      .filter(o => o.kind === 'inst' || o.kind === 'extcall' || o.kind === 'anyinst' || o.kind === 'map')
    if (instances.length > 0) return terms.any(instances)
    return terms.make({
      kind: 'addr',
      text: `${this.fn.id}/${e.of.name}`,
      kids: [terms.any(terms.options(value).filter(o => o.kind !== 'unknown'))],
    })
  }

  /** What a name means here: a local, a parameter, something of the function, type, file or import around. */
  name(name: string): Term {
    const known = this.names.get(name)
    if (known) return known
    const { terms } = this.frame
    // `registry := registry.New()`: on the right it still is the import.
    if (this.running.has(name)) return this.fn.unit.imports.has(name) ? this.global(name) : terms.unknown(selfReference)
    this.running.add(name)
    const value = this.lookUp(name)
    this.running.delete(name)
    if (value.kind === 'unknown' && value.text === selfReference && this.fn.unit.imports.has(name)) return this.global(name)
    // What a call that is on its way will fill is not known yet.
    const isEarly = this.fn.addressCalls.get(name)?.some(call => this.runningCalls.has(call)) === true
    if (!isEarly) this.names.set(name, value)
    return value
  }

  private lookUp(name: string): Term {
    const { frame, fn } = this
    const local = this.local(name)
    if (local) return local
    if (this.isReceiver(name)) return this.self() ?? frame.terms.nothing
    const nested = fn.lambdas.find(l => l.fact.name === name)
    if (nested && fn.fact.name !== '<module>') return funcTerm(frame, [nested], undefined)
    const generic = this.typeParameter(name)
    if (generic) return generic
    if (fn.outer) {
      this.outerBody ??= new Body(new Outer(frame), fn.outer)
      return this.outerBody.name(name)
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
    const self = owner && ofClass !== -1 ? this.self() : undefined
    return self && get(frame, self, `<${owner!.id}:${ofClass}>`)
  }

  /** Type arguments as values: a type parameter around, a class of the code, or one of a library. */
  private typeArguments(call: CallFact, label: (index: number) => string): Args {
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

  private typeParameterAround(name: string): Term | undefined {
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
    for (const call of viaAddress ?? []) this.call(call)
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
    const owner = this.ownerType()
    return (
      this.fn.unit.traits.implicitThis === true &&
      owner !== undefined &&
      binds.every(b => !b.type) &&
      this.frame.scope.field(owner, name) !== undefined
    )
  }

  private bound(bind: BindFact): Term {
    const value = bind.type ? this.narrowed(this.expr(bind.value), bind.type) : this.expr(bind.value)
    if (bind.value.is === 'unknown' && bind.value.why === 'no value') return this.frame.terms.unknown('no value')
    return value
  }

  private typedLocal(type: TypeRef, line: number): Term | undefined {
    const { frame, fn } = this
    const target = frame.scope.resolveType(fn.unit, type, fn.owner)
    if (target && 'type' in target && fn.unit.traits.embedding && target.type.fact.kind !== 'interface')
      return construct(frame, target.type, { labels: [], kids: [] }, this.site(line, `var ${target.type.fact.name}`))
    return typed(frame, fn.unit, type, fn.owner)
  }

  private implicitMember(name: string): Term | undefined {
    const { frame } = this
    const { scope, terms } = frame
    const self = this.self()
    for (let type = this.ownerType(), up = 0; type && up < 4; type = this.outerType(type), up++) {
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
    const type = scope.resolveType(unit, name, this.ownerType())
    if (type && 'type' in type) return terms.make({ kind: 'type', text: String(type.type.id) })
    for (const star of unit.stars)
      if (star.module !== undefined && scope.lookup(star.module, name)) return memberOfModule(frame, star.module, name)
    const owner = unit.traits.implicitThis ? this.ownerType() : undefined
    const mixed = owner && mixedIn(frame, owner, name)
    if (mixed) return mixed
    const star = unit.traits.selfIsFirstParameter ? unit.stars.find(s => s.external !== undefined) : undefined
    return terms.make({ kind: 'ext', text: star ? `${star.external}.${name}` : name })
  }

  call(position: number): Term {
    const known = this.calls.get(position)
    if (known) return known
    if (this.runningCalls.has(position)) return this.frame.terms.unknown(selfReference)
    this.runningCalls.add(position)
    const value = this.evaluateCall(this.fn.unit.facts.calls[position]!)
    this.runningCalls.delete(position)
    this.calls.set(position, value)
    return value
  }

  private evaluateCall(call: CallFact): Term {
    const { frame } = this
    const site = this.site(
      call.spot.line,
      `${call.isNew ? 'new ' : ''}${show(call.callee)}(${call.args.length + call.named.length > 0 ? '…' : ''})`,
    )
    const special = this.specialCall(call, site)
    if (special) return special
    const args = this.args(call)
    if (call.callee.is === 'member' && passes.has(call.callee.name)) return this.expr(call.callee.of)
    if (call.isNew && call.callee.is === 'unknown' && args.kids.length === 1 && isTextual(args.kids[0]!)) return args.kids[0]!
    if (call.isNew) {
      const made = this.make(call, args, site)
      if (made) return made
    }
    if (call.callee.is === 'member' && puts.has(call.callee.name) && args.kids.length === 2)
      this.noteKey(call.callee.of, args.kids[0]!, site)
    const callee = this.callee(call)
    const given =
      call.typeArgs && takesTypes.has(callee.kind)
        ? joined(
            args,
            this.typeArguments(call, i => `<${i}>`),
          )
        : args
    const extended = this.extensionCall(call, given, site)
    if (extended && this.isExtended(call, callee, extended)) return extended
    const result = apply(frame, callee, given, site, call.isNew === true)
    if (result !== frame.terms.nothing || call.callee.is !== 'member') return result
    return extended ?? result
  }

  /** Whether a call is one of an extension of the code: nothing else has that name, and no library is known by it. */
  private isExtended({ callee: written }: CallFact, callee: Term, value: Term): boolean {
    const { frame } = this
    if (written.is !== 'member' || !frame.scope.isExtension(written.name)) return false
    if (callee.kind === 'field') return true
    return callee.kind === 'ext' && value !== frame.terms.nothing && value.kind !== 'unknown' && !matchRow(frame, 'call', callee.text)
  }

  /** What is called. Methods named without their receiver go before anything else of that name. */
  private callee(call: CallFact): Term {
    const { frame } = this
    if (call.callee.is === 'ref') {
      const { name } = call.callee
      const owner = this.ownerType()
      if (this.fn.unit.traits.implicitThis && owner && frame.scope.method(owner, name).length > 0 && !this.fn.bindsByName.has(name)) {
        const self = this.self()
        return self ? get(frame, self, name) : frame.terms.nothing
      }
      if (name === 'super' || name === 'base' || (name === 'this' && this.fn.unit.traits.implicitThis)) return this.superConstructor(name)
    }
    return call.callee.is === 'member' ? this.member(call.callee, true) : this.expr(call.callee)
  }

  private superConstructor(name: string): Term {
    const { frame } = this
    const owner = this.ownerType()
    const self = this.self()
    if (!owner || !self) return frame.terms.nothing
    if (name === 'this') {
      const own = frame.scope.constructors(owner)
      return own.length > 0 ? funcTerm(frame, own, self) : frame.terms.nothing
    }
    for (const parent of frame.scope.supers(owner)) {
      if ('external' in parent) continue
      const found = frame.scope.constructors(parent.type)
      if (found.length > 0) return funcTerm(frame, found, self)
    }
    return frame.terms.nothing
  }

  private extensionCall(call: CallFact, args: Args, site: Site): Term | undefined {
    const { frame, fn } = this
    if (!fn.unit.traits.extensionMethods || call.callee.is !== 'member') return undefined
    const found = frame.scope.extension(call.callee.name).filter(f => parametersOf(f).length >= 1)
    if (found.length === 0) return undefined
    const self = this.expr(call.callee.of)
    if (self.kind === 'type' || self.kind === 'module') return undefined
    const given = args.labels.filter(l => !l.startsWith('<')).length
    const generic = args.labels.length - given
    const fits = found.filter(f => parametersOf(f).length - 1 >= given)
    const alike = fits.filter(f => generic === 0 || f.fact.typeParameters?.length === generic)
    const candidates = alike.length > 0 ? alike : fits.length > 0 ? fits : found.slice(0, 1)
    // One name may extend several types; which is meant is not always known.
    const chosen = candidates.filter(
      (f, i) => candidates.findIndex(o => parametersOf(o)[0]!.type?.name === parametersOf(f)[0]!.type?.name) === i,
    )
    const kids = [self, ...args.kids]
    const labels = ['0', ...args.labels.map(l => (/^\d+$/.test(l) ? String(Number(l) + 1) : l))]
    return frame.terms.any(chosen.slice(0, 4).map(f => apply(frame, funcTerm(frame, [f], undefined), { labels, kids }, site)))
  }

  /** Calls whose meaning is the language's own. */
  private specialCall(call: CallFact, site: Site): Term | undefined {
    const { frame, fn } = this
    const { terms, scope } = frame
    if (call.callee.is !== 'ref' || fn.bindsByName.has(call.callee.name)) return undefined
    const [first] = call.args
    if (call.callee.name === 'new' && first && fn.unit.traits.embedding) {
      const name = typeName(first)
      const target = name === undefined ? undefined : scope.resolveType(fn.unit, name)
      if (target && 'type' in target) return construct(frame, target.type, { labels: [], kids: [] }, site)
      return target ? terms.make({ kind: 'ext', text: target.external }) : undefined
    }
    if (call.callee.name === 'append' && first && fn.unit.traits.embedding)
      return terms.make({
        kind: 'list',
        kids: [
          elem(frame, this.expr(first)),
          ...call.args.slice(1).map(a => (a.is === 'spread' ? elem(frame, this.expr(a)) : this.expr(a))),
        ],
      })
    if (call.callee.name === '<of>' && first) return this.withArguments(this.expr(first), call.args.slice(1))
    if (call.callee.name === 'require' && first?.is === 'text') return this.required(first.text)
    return undefined
  }

  /** A class template with its arguments, which are members of its objects. */
  private withArguments(template: Term, args: readonly Expr[]): Term {
    const { terms } = this.frame
    const kids = args.map(arg => this.expr(arg))
    const labels = kids.map((_, i) => `init:<${i}>`)
    return terms.any(terms.options(template).map(t => (t.kind === 'type' ? terms.make({ kind: 'type', text: t.text, labels, kids }) : t)))
  }

  private required(path: string): Term {
    const { frame, fn } = this
    const imported =
      fn.unit.imports.get(`require ${path}`) ??
      [...fn.unit.facts.unit.imports]
        .filter(i => i.path === path)
        .map(i => fn.unit.imports.get(i.local))
        .find(i => i !== undefined)
    if (imported?.module !== undefined) return frame.terms.make({ kind: 'module', text: imported.module })
    return frame.terms.make({ kind: 'ext', text: path })
  }

  private make(call: CallFact, args: Args, site: Site): Term | undefined {
    const { frame, fn } = this
    const name = typeName(call.callee)
    if (name === undefined) return undefined
    // Where classes are values a local may hold one; elsewhere `journal := &journal{}` still names the type.
    const mayBeLocal = call.callee.is === 'ref' && fn.unit.traits.moduleIs === 'file'
    if (mayBeLocal && (fn.bindsByName.has(name) || this.isParameter(name))) return undefined
    const generic = call.callee.is === 'ref' ? this.typeParameterAround(name) : undefined
    if (generic) return apply(frame, generic, args, site, true)
    const target = frame.scope.resolveType(fn.unit, name, this.ownerType())
    if (!target) return undefined
    if ('type' in target) {
      const literal = fn.unit.traits.embedding
      const { id, fact } = target.type
      const given =
        call.typeArgs && fact.typeParameters
          ? joined(
              args,
              this.typeArguments(call, i => `init:<${id}:${i}>`),
            )
          : args
      return construct(frame, target.type, this.inContext(given), site, literal)
    }
    const isPlainName = target.external === name && fn.unit.traits.moduleIs === 'file'
    const given = call.typeArgs
      ? joined(
          args,
          this.typeArguments(call, i => `<${i}>`),
        )
      : args
    return isPlainName ? undefined : apply(frame, frame.terms.make({ kind: 'ext', text: target.external }), given, site, true)
  }

  /** An instance that its function fills from parameters is another one for every call of that function. */
  private inContext(args: Args): Args {
    const { frame, fn } = this
    if (!fn.writesMembers) return args
    const own = parametersOf(fn).map((_, i) => paramTerm(frame, fn, i))
    return { labels: [...args.labels, ...own.map((_, i) => `of:${i}`)], kids: [...args.kids, ...own] }
  }

  private args(call: CallFact): Args {
    const labels: string[] = []
    const kids: Term[] = []
    let position = 0
    for (const arg of call.args) {
      const value = this.expr(arg)
      if (arg.is === 'spread' && value.kind === 'list')
        for (const item of value.kids) {
          labels.push(String(position++))
          kids.push(item)
        }
      else if (arg.is === 'spread' && value.kind === 'map')
        for (const [i, label] of value.labels.entries()) {
          labels.push(`${label}=`)
          kids.push(value.kids[i]!)
        }
      else {
        labels.push(String(position++))
        kids.push(value)
        if (arg.is === 'spread') {
          labels.push('...')
          kids.push(this.frame.terms.nothing)
        }
      }
    }
    for (const named of call.named) {
      labels.push(`${named.name}=`)
      kids.push(this.expr(named.value))
    }
    for (const entry of call.init ?? []) {
      const key = this.expr(entry.key)
      labels.push(key.kind === 'text' ? `init:${key.text}` : 'init:[]')
      kids.push(this.expr(entry.value))
    }
    return { labels, kids }
  }
}

const joined = (a: Args, b: Args): Args => ({ labels: [...a.labels, ...b.labels], kids: [...a.kids, ...b.kids] })

/** Methods of tasks that give what the task gives. */
const passes = new Set('ConfigureAwait AsTask'.split(' '))

/** Where the names under which a field holds something are kept. */
const keysOf = (name: string): string => `${name}<keys>`

/** Methods that put something into a container under a name. */
const puts = new Set('Add TryAdd put set putIfAbsent'.split(' '))

/** Callees to which type arguments matter: functions of the code, libraries, and what a call site will make one of them. */
const takesTypes = new Set<Term['kind']>(['func', 'ext', 'extcall', 'any', 'param', 'field', 'apply'])

/** Names of an outer function are looked up for an inner one: what the outer does is not done again. */
class Outer extends Frame {
  private readonly inner: Frame

  constructor(inner: Frame) {
    super(inner.state, inner.fn, apply)
    this.inner = inner
  }

  override heap(key: string): Term {
    return this.inner.heap(key)
  }

  override heapNames(owner: string): readonly string[] {
    return this.inner.heapNames(owner)
  }

  override summary(fn: Fn): Summary | undefined {
    return this.inner.summary(fn)
  }

  override isCalled(fn: Fn): boolean {
    return this.inner.isCalled(fn)
  }
}

/** The arguments of a function that nobody in the closure calls: whatever its declared types allow. */
export const finalArguments = (frame: Frame, fn: Fn): Term[] =>
  parametersOf(fn).map((parameter, i) => {
    if (parameter.annotations.some(a => bodyAnnotations.has(a.name))) return handlerRequest(frame.terms, fn)
    const told = annotated(frame, fn, parameter.annotations)
    if (told) return told
    const byType = parameter.type && handed(frame, fn.unit, parameter.type, parameter.name, parameter.annotations, fn.owner)
    if (byType) return byType
    const value = frame.heap(heapKey.global(`${fn.id}`, `default ${i}`))
    if (value === frame.terms.nothing) {
      const wired = wiredArgument(frame, fn, parameter)
      if (wired) return wired
    }
    return value === frame.terms.nothing ? frame.terms.unknown(`nothing in the code calls ${fn.fact.name} with ${parameter.name}`) : value
  })

/** A parameter of a constructor that a container fills by its name, as a row of the library that the file uses says. */
const wiredArgument = (frame: Frame, fn: Fn, parameter: Fn['fact']['parameters'][number]): Term | undefined => {
  if (!fn.fact.isConstructor || !fn.owner || !isPlain(parameter.type?.name)) return undefined
  const table = frame.state.rows(rowLanguage(fn.unit.language))
  const site = { file: fn.unit.path, line: fn.fact.spot.line, says: `parameter ${parameter.name}` }
  for (const { external } of fn.unit.imports.values()) {
    const match = external === undefined ? undefined : table.match('argument', external)
    if (!match || !('value' in match.row.gives)) continue
    const name = parameter.name.replace(/^\$/, '')
    const type = [fn.unit.module, fn.owner.fact.name].filter(p => p !== '').join('.')
    const kids = [frame.terms.text(name), frame.terms.text(type.replaceAll('.', '\\'))]
    return rowValue(frame, match.row.gives, match.captures, { labels: ['name', 'type'], kids }, site)
  }
  return undefined
}

const isPlain = (type: string | undefined): boolean => type === undefined || /^(string|int|array|mixed)$/i.test(type)

/** Parameters that hold the body of a request. */
const bodyAnnotations = new Set(['RequestBody', 'FromBody', 'Body', 'Payload'])

const annotated = (frame: Frame, fn: Fn, annotations: readonly AnnotationFact[]): Term | undefined => {
  for (const annotation of annotations) {
    const match = frame.state.rows(rowLanguage(fn.unit.language)).match('annotation', annotation.name)
    const arg = annotation.args[0] ?? annotation.named[0]?.value
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    if (!match || !('value' in match.row.gives) || !arg) continue
    if (match.row.gives.value === 'env') {
      const place = match.row.gives.name
      const named = annotation.named.find(n => (typeof place === 'string' ? [place] : place).includes(`${n.name}=`))?.value
      if (named?.is === 'text')
        return rowValue(frame, { value: 'env', name: '0' }, {}, { labels: ['0'], kids: [frame.terms.text(named.text)] }, site)
      if (arg.is === 'text' && arg.text.includes('%env(')) return annotatedSetting(frame, arg.text, site)
      continue
    }
    if (match.row.gives.value === 'config' && arg.is === 'text') return annotatedSetting(frame, arg.text, site)
    if (match.row.gives.value !== 'injected') continue
    const token = tokenOf(frame, fn, arg)
    const found = rowValue(frame, match.row.gives, match.captures, { labels: ['0'], kids: [token] }, site)
    if (found.kind !== 'unknown') return found
  }
  return undefined
}

/** What stands in an annotation: text, a name of the file, a member of one. */
const tokenOf = (frame: Frame, fn: Fn, arg: Expr): Term => {
  if (arg.is === 'ref') return namedInFile(frame, fn, arg.name)
  if (arg.is === 'member') return get(frame, tokenOf(frame, fn, arg.of), arg.name)
  return arg.is === 'text' ? frame.terms.text(arg.text) : frame.terms.nothing
}

/** What a name at the top of a function's file means. */
const namedInFile = (frame: Frame, fn: Fn, name: string): Term => {
  const imported = fn.unit.imports.get(name)
  return imported?.module !== undefined && imported.name !== undefined
    ? memberOfModule(frame, imported.module, imported.name)
    : memberOfModule(frame, fn.unit.module, name)
}

const annotatedSetting = (frame: Frame, text: string, site: Site): Term =>
  text.includes('%env(')
    ? frame.terms.concat(
        text.split(/(%env\([^)]*\)%)/).map(part => {
          const name = /^%env\((?:[^)]*:)?(\w+)\)%$/.exec(part)?.[1]
          return name === undefined
            ? frame.terms.text(part, site)
            : frame.terms.make({ kind: 'env', kids: [frame.terms.text(name)], sites: [site] })
        }),
      )
    : text.includes('${')
      ? placeholders(frame, text, [site])
      : frame.terms.make({ kind: 'config', kids: [frame.terms.text(text)], sites: [site] })

/** Several values of one variable: a look-up of the environment goes before what stands in for it. */
const preferEnvironment = (frame: Frame, values: readonly Term[]): Term => {
  const { terms } = frame
  const all = terms.any(values)
  const options = terms.options(all)
  if (options.length < 2 || !options.every(isTextual)) return all
  const looked = options.filter(o => o.kind === 'env' || o.kind === 'or' || o.kind === 'config')
  return looked.length === 0 || looked.length === options.length ? all : terms.or([...looked, ...options.filter(o => !looked.includes(o))])
}

/** Results but for those that are tagged as errors, where there are others. */
const withoutErrors = (terms: Terms, values: readonly Term[]): Term[] => {
  const isError = (t: Term): boolean => t.kind === 'list' && t.kids[0]?.kind === 'text' && t.kids[0].text === 'error'
  return values.map(value => {
    const fine = terms.options(value).filter(o => !isError(o))
    return fine.length === 0 ? value : terms.any(fine)
  })
}

const withoutNull = (options: Term[]): Term[] => {
  const real = options.filter(o => o.kind !== 'unknown')
  return real.length > 0 ? real : options
}

/** Values that outlive a function hold none of its parameters. */
const closedOr = (value: Term, frame: Frame): Term => (value.open && value.kind !== 'func' ? frame.terms.nothing : value)

const typeName = (e: Expr): string | undefined => {
  if (e.is === 'ref') return e.name
  const of = e.is === 'member' ? typeName(e.of) : undefined
  return of === undefined || e.is !== 'member' ? undefined : `${of}.${e.name}`
}

const dottedImport = (e: Extract<Expr, { is: 'member' }>): string | undefined => typeName(e)

const sameExpr = (a: Expr, b: Expr): boolean =>
  a.is === b.is &&
  ((a.is === 'ref' && b.is === 'ref' && a.name === b.name) ||
    (a.is === 'member' && b.is === 'member' && a.name === b.name && sameExpr(a.of, b.of)) ||
    (a.is === 'index' && b.is === 'index' && sameExpr(a.of, b.of) && sameExpr(a.key, b.key)) ||
    (a.is === 'text' && b.is === 'text' && a.text === b.text))

const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text)

/** An expression in few words, for chains of evidence. */
const show = (e: Expr): string => {
  switch (e.is) {
    case 'text':
      return `"${clip(e.text)}"`
    case 'ref':
      return e.name.replace(/~\d+$/, '')
    case 'member':
      return clip(`${show(e.of)}.${e.name}`)
    case 'index':
      return clip(`${show(e.of)}[${show(e.key)}]`)
    case 'call':
      return '…'
    case 'addressOf':
      return `&${show(e.of)}`
    default:
      return '…'
  }
}
