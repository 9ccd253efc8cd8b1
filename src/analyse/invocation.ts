import type { CallFact, Expr } from '../model/program.ts'
import { apply } from './calls.ts'
import type { Context, Evaluator } from './context.ts'
import { funcTerm, noArgs, parametersOf, paramTerm } from './functions.ts'
import { construct } from './instances.ts'
import { matchRow } from './matching.ts'
import { elem, get } from './members.ts'
import type { Names } from './naming.ts'
import type { Fn } from './scope.ts'
import type { Args, Frame } from './state.ts'
import { isTextual, type Site, selfReference, type Term } from './terms.ts'
import { show, typeName } from './written.ts'

/** What calls inside one function give, each evaluated once. */
export class Calls {
  private readonly frame: Frame
  private readonly fn: Fn
  private readonly context: Context
  private readonly evaluator: Evaluator
  private readonly names: Names
  private readonly calls = new Map<number, Term>()
  private readonly runningCalls = new Set<number>()

  constructor(context: Context, evaluator: Evaluator, names: Names) {
    this.frame = context.frame
    this.fn = context.fn
    this.context = context
    this.evaluator = evaluator
    this.names = names
  }

  isRunning(position: number): boolean {
    return this.runningCalls.has(position)
  }

  call(position: number): Term {
    const known = this.calls.get(position)
    if (known) return known
    const { progress } = this.context
    if (this.runningCalls.has(position)) {
      progress.meet()
      return this.frame.terms.unknown(selfReference)
    }
    this.runningCalls.add(position)
    const before = progress.enter()
    const value = this.evaluateCall(this.fn.unit.facts.calls[position]!)
    const isPartial = progress.leave(before)
    this.runningCalls.delete(position)
    if (!isPartial) this.calls.set(position, value)
    return value
  }

  private evaluateCall(call: CallFact): Term {
    const { frame } = this
    const site = this.context.site(
      call.spot.line,
      `${call.isNew ? 'new ' : ''}${show(call.callee)}(${call.args.length + call.named.length > 0 ? '…' : ''})`,
    )
    const special = this.specialCall(call, site)
    if (special) return special
    const args = this.args(call)
    if (call.callee.is === 'member' && passes.has(call.callee.name)) return this.evaluator.expr(call.callee.of)
    if (call.isNew && call.callee.is === 'unknown' && args.kids.length === 1 && isTextual(args.kids[0]!)) return args.kids[0]!
    if (call.isNew) {
      const made = this.make(call, args, site)
      if (made) return made
    }
    if (call.callee.is === 'member' && puts.has(call.callee.name) && args.kids.length === 2)
      this.evaluator.noteKey(call.callee.of, args.kids[0]!, site)
    const callee = this.callee(call)
    const given =
      call.typeArgs && takesTypes.has(callee.kind)
        ? joined(
            args,
            this.names.typeArguments(call, i => `<${i}>`),
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
      const owner = this.context.ownerType()
      if (this.fn.unit.traits.implicitThis && owner && frame.scope.method(owner, name).length > 0 && !this.fn.bindsByName.has(name)) {
        const self = this.context.self()
        return self ? get(frame, self, name) : frame.terms.nothing
      }
      if (name === 'super' || name === 'base' || (name === 'this' && this.fn.unit.traits.implicitThis)) return this.superConstructor(name)
    }
    return call.callee.is === 'member' ? this.evaluator.member(call.callee, true) : this.evaluator.expr(call.callee)
  }

  private superConstructor(name: string): Term {
    const { frame } = this
    const owner = this.context.ownerType()
    const self = this.context.self()
    if (!owner || !self) return frame.terms.nothing
    if (name === 'this') {
      const own = frame.scope.constructors(owner)
      return own.length > 0 ? funcTerm(frame, own, self) : frame.terms.nothing
    }
    for (const parent of frame.scope.supers(owner)) {
      if ('external' in parent) {
        const path = `${parent.external}.constructor`
        const gives = matchRow(frame, 'call', path)?.row.gives
        if (gives && 'effect' in gives && gives.effect === 'declare') return frame.terms.make({ kind: 'ext', text: path, kids: [self] })
        continue
      }
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
    const self = this.evaluator.expr(call.callee.of)
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
    if (this.context.isSuperCall(call)) return terms.nothing
    if (call.callee.name === 'new' && first && fn.unit.traits.embedding) {
      const name = typeName(first)
      const target = name === undefined ? undefined : scope.resolveType(fn.unit, name)
      if (target && 'type' in target) return construct(frame, target.type, { labels: [], kids: [] }, site)
      return target ? apply(frame, terms.make({ kind: 'ext', text: target.external }), noArgs, site, true) : undefined
    }
    if (call.callee.name === 'append' && first && fn.unit.traits.embedding)
      return terms.make({
        kind: 'list',
        kids: [
          elem(frame, this.evaluator.expr(first)),
          ...call.args.slice(1).map(a => (a.is === 'spread' ? elem(frame, this.evaluator.expr(a)) : this.evaluator.expr(a))),
        ],
      })
    if (call.callee.name === 'super' && fn.unit.traits.selfIsFirstParameter) return this.context.self()
    if (call.callee.name === '<of>' && first) return this.withArguments(this.evaluator.expr(first), call.args.slice(1))
    if (call.callee.name === 'require' && first?.is === 'text') return this.required(first.text)
    return undefined
  }

  /** A class template with its arguments, which are members of its objects. */
  private withArguments(template: Term, args: readonly Expr[]): Term {
    const { terms } = this.frame
    const kids = args.map(arg => this.evaluator.expr(arg))
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
    if (mayBeLocal && (fn.bindsByName.has(name) || this.context.isParameter(name))) return undefined
    const generic = call.callee.is === 'ref' ? this.names.typeParameterAround(name) : undefined
    if (generic) return apply(frame, generic, args, site, true)
    const target = frame.scope.resolveType(fn.unit, name, this.context.ownerType())
    if (!target) return undefined
    if ('type' in target) {
      const literal = fn.unit.traits.embedding
      const { id, fact } = target.type
      const given =
        call.typeArgs && fact.typeParameters
          ? joined(
              args,
              this.names.typeArguments(call, i => `init:<${id}:${i}>`),
            )
          : args
      return construct(frame, target.type, this.inContext(given), site, literal)
    }
    const isPlainName = target.external === name && fn.unit.traits.moduleIs === 'file'
    const given = call.typeArgs
      ? joined(
          args,
          this.names.typeArguments(call, i => `<${i}>`),
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
      const value = this.evaluator.expr(arg)
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
      kids.push(this.evaluator.expr(named.value))
    }
    for (const entry of call.init ?? []) {
      const key = this.evaluator.expr(entry.key)
      labels.push(key.kind === 'text' ? `init:${key.text}` : 'init:[]')
      kids.push(this.evaluator.expr(entry.value))
    }
    return { labels, kids }
  }
}

const joined = (a: Args, b: Args): Args => ({ labels: [...a.labels, ...b.labels], kids: [...a.kids, ...b.kids] })

/** Methods of tasks that give what the task gives. */
const passes = new Set('ConfigureAwait AsTask'.split(' '))

/** Methods that put something into a container under a name. */
const puts = new Set('Add TryAdd put set putIfAbsent'.split(' '))

/** Callees to which type arguments matter: functions of the code, libraries, and what a call site will make one of them. */
const takesTypes = new Set<Term['kind']>(['func', 'ext', 'extcall', 'any', 'param', 'field', 'apply'])
