import type { BindFact, Expr } from '../model/program.ts'
import { apply } from './calls.ts'
import { isSelector } from './classes.ts'
import { Context, type Evaluator } from './context.ts'
import { finalArguments } from './final-arguments.ts'
import { anyInstance, funcTerm, parametersOf, paramTerm } from './functions.ts'
import { Calls } from './invocation.ts'
import { mayBeMessage } from './leaks.ts'
import { anyKey, elem, get, index, mapKeys, memberOfModule, nth } from './members.ts'
import { Names } from './naming.ts'
import type { Fn, Type } from './scope.ts'
import { Frame, heapKey, type State, type Summary } from './state.ts'
import { substitute } from './substitute.ts'
import { isTextual, type Site, type Term, type Terms } from './terms.ts'
import { write } from './writes.ts'
import { clip, sameExpr, show, typeName } from './written.ts'

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

class Body implements Evaluator {
  private readonly frame: Frame
  private readonly fn: Fn
  private readonly context: Context
  private readonly names: Names
  private readonly calls: Calls
  private fallbacks = 0

  constructor(frame: Frame, fn: Fn, around?: Type) {
    this.frame = frame
    this.fn = fn
    this.context = new Context(frame, fn, around)
    this.names = new Names(this.context, this)
    this.calls = new Calls(this.context, this, this.names)
  }

  run(): void {
    const { fn } = this
    for (const call of fn.calls) this.calls.call(call)
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

  name(name: string): Term {
    return this.names.name(name)
  }

  call(position: number): Term {
    return this.calls.call(position)
  }

  isRunning(position: number): boolean {
    return this.calls.isRunning(position)
  }

  outer(fn: Fn): Evaluator {
    return new Body(new Outer(this.frame), fn)
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
        const site = this.context.site(of.line, `case ${show(value)}`)
        if (extra.kind === 'text') frame.add({ kind: 'match', term: option, extra, name: hasDefault ? 'some' : 'all', site })
      }
    for (const option of options)
      if (option.open || isSelector(option)) {
        const name = this.expr(value)
        if (isTextual(name))
          frame.add({ kind: 'case', term: option, extra: name, site: this.context.site(value.line, `case ${show(value)}`) })
      }
  }

  private globals(): void {
    const { frame, fn } = this
    for (const name of fn.bindsByName.keys()) frame.put(heapKey.global(fn.unit.path, name), this.names.name(name))
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
    return new Body(this.frame, this.fn, type)
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
          this.context.site(fn.fact.spot.line, `${name} of ${fn.fact.name}`),
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
    const site = this.context.site(bind.spot.line, `${show(target)} = …`)
    if (target.is === 'member') this.assignMember(target, value, site)
    else if (target.is === 'index') {
      const key = this.expr(target.key)
      this.noteKey(target.of, key, site)
      write(this.frame, this.expr(target.of), key.kind === 'text' ? key.text : anyKey, value, site)
    }
  }

  /** Names under which something is put into a container that is a field. */
  noteKey(container: Expr, key: Term, site: Site): void {
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
    const self = e.is === 'ref' && !this.fn.bindsByName.has(e.name) ? this.context.self() : undefined
    const owner = this.context.ownerType()
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
      if (file && !value.open && value.kind !== 'unknown' && !this.context.isParameter(name))
        frame.put(heapKey.global(file.path, name), value)
    } else if (fn.owner && !this.context.isParameter(name) && frame.scope.field(fn.owner, name)) {
      const site = this.context.site(bind.spot.line, `${name} = …`)
      write(frame, this.context.self() ?? frame.terms.make({ kind: 'type', text: String(fn.owner.id) }), name, value, site)
    }
  }

  expr(e: Expr): Term {
    const { terms } = this.frame
    switch (e.is) {
      case 'text':
        return terms.text(e.text, this.context.site(e.line, `"${clip(e.text)}"`))
      case 'concat':
        return terms.concat(e.parts.map(p => this.expr(p)))
      case 'or':
        return terms.or(this.tolerantly(e.options).filter(t => t.kind !== 'unknown' || t.text !== 'null'))
      case 'either':
        return terms.any(withoutNull(e.options.map(o => this.expr(o))))
      case 'ref':
        return this.called(this.names.name(e.name))
      case 'member':
        return this.member(e)
      case 'index':
        return this.index(e)
      case 'call':
        return this.calls.call(e.call)
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

  member(e: Extract<Expr, { is: 'member' }>, isCallee = false): Term {
    const { frame, fn } = this
    const keys = e.name === 'Keys' && !isCallee ? this.keys(e.of) : undefined
    if (keys) return keys
    if (this.context.isSuper(e.of)) return this.superMember(e.name)
    const dotted = fn.unit.imports.size > 0 ? typeName(e) : undefined
    const imported = dotted === undefined ? undefined : fn.unit.imports.get(dotted)
    if (imported?.module !== undefined)
      return imported.name === undefined
        ? frame.terms.make({ kind: 'module', text: imported.module })
        : memberOfModule(frame, imported.module, imported.name)
    const value = get(frame, this.expr(e.of), e.name)
    if (!isCallee) this.noteRead(value, e.line, `.${e.name}`, e.optional)
    if (value.kind === 'env') frame.add({ kind: 'env', term: value, site: this.context.site(e.line, show(e)) })
    return value
  }

  private noteRead(value: Term, line: number, says: string, optional?: boolean): void {
    for (const option of this.frame.terms.options(value))
      if ((option.kind === 'field' || option.kind === 'elem') && mayBeMessage(option))
        this.frame.add({
          kind: 'read',
          term: option,
          site: this.context.site(line, says),
          ...((optional || this.fallbacks > 0) && { optional: true }),
        })
  }

  private superMember(name: string): Term {
    const { frame } = this
    const owner = this.context.ownerType()
    const self = this.context.self()
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
    const value = index(this.frame, of, key, this.context.site(e.line, show(e)))
    if (key.kind !== 'text' && key.kind !== 'any') for (const option of this.frame.terms.options(of)) this.dynamicKey(option, e.line)
    this.noteRead(value, e.line, show(e))
    return value
  }

  private dynamicKey(of: Term, line: number): void {
    if ((of.kind === 'extcall' || of.kind === 'request') && mayBeMessage(of))
      this.frame.add({ kind: 'escape', term: of, site: this.context.site(line, 'a member by a computed key') })
  }

  private map(e: Extract<Expr, { is: 'map' }>): Term {
    const labels: string[] = []
    const kids: Term[] = []
    const keys: Term[] = []
    for (const entry of e.entries) {
      const key = entry.key.is === 'spread' ? undefined : this.expr(entry.key)
      labels.push(entry.key.is === 'spread' ? '...' : key?.kind === 'text' || key?.kind === 'ext' ? key.text : '[]')
      if (key) keys.push(...this.frame.terms.options(key).filter(k => k.kind === 'extcall' || k.kind === 'apply'))
      const value = this.expr(entry.value)
      kids.push(value)
      if (entry.key.is === 'spread')
        for (const option of this.frame.terms.options(value))
          if (mayBeMessage(option)) this.frame.add({ kind: 'escape', term: option, site: this.context.site(e.line, 'spread') })
    }
    const site = this.context.site(e.line, '{ … }')
    const map = this.frame.terms.make({ kind: 'map', labels, kids, sites: [site] })
    for (const key of keys) write(this.frame, map, mapKeys, key, site)
    return map
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
}

/** Where the names under which a field holds something are kept. */
const keysOf = (name: string): string => `${name}<keys>`

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
