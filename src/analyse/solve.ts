import { by } from '../base/names.ts'
import { apply } from './calls.ts'
import { evaluate } from './evaluate.ts'
import { finalArguments } from './final-arguments.ts'
import { anyInstance, funcTerm } from './functions.ts'
import { serveSuper } from './handlers.ts'
import { mayBeMessage } from './leaks.ts'
import type { Pages } from './page-files.ts'
import { noteProvided } from './provided.ts'
import { type RowTable, rowLanguage } from './rows.ts'
import type { Fn, Scope, SourceUnit, Type } from './scope.ts'
import { type ContractNames, Frame, type State, type Summary } from './state.ts'
import { selfReference, type Term, Terms } from './terms.ts'

export interface Solution {
  state: State
  /** Deeds without holes, of every function and of those nobody calls. */
  frames: readonly Summary[]
  steps: number
  exhausted: boolean
}

const maxRounds = 200
/** So often may the value of a place be built from its own last value. */
const maxGrowth = 2
/** A member that changes oftener is made of itself in a way that nobody sees. */
const maxChanges = 14
/** From this round on what still changes stays as it is: it would grow for ever. */
const freezeRound = 180
const maxSteps = 300_000
const maxTerms = 1_500_000

/**
 * Evaluates the functions of a closure to a fixed point. In every round each function whose inputs changed is evaluated against
 * the state of the round before, so that the result does not depend on the order of functions or files.
 */
export const solve = (
  scope: Scope,
  reached: readonly Fn[],
  contracts: ContractNames,
  pages: Pages,
  rows: (language: string) => RowTable,
): Solution => new Solver(scope, reached, contracts, pages, rows).run()

class Solver implements State {
  readonly terms = new Terms()
  readonly made = new Set<number>()
  readonly scope: Scope
  readonly contracts: ContractNames
  readonly pages: Pages
  readonly rows: (language: string) => RowTable
  private readonly reached: readonly Fn[]
  private summaries = new Map<number, Summary>()
  private readonly contributions = new Map<string, Map<number, Term>>()
  private readonly heapCache = new Map<string, Term>()
  private readonly names = new Map<string, Set<string>>()
  private readonly readers = new Map<string, Set<number>>()
  /** Functions whose summaries a task has read. */
  private readonly callees = new Map<number, Set<number>>()
  private readonly callers = new Map<number, Set<number>>()
  private readonly changes = new Map<string, number>()
  private readonly reach = new Map<number, Set<number>>()
  private steps = 0
  private round = 0
  private frozen = false
  /** How often the value of a place was built from its own last value. */
  private readonly growth = new Map<string, number>()

  constructor(scope: Scope, reached: readonly Fn[], contracts: ContractNames, pages: Pages, rows: (language: string) => RowTable) {
    this.scope = scope
    this.reached = reached
    this.contracts = contracts
    this.pages = pages
    this.rows = rows
  }

  summary(fn: Fn): Summary | undefined {
    return this.summaries.get(fn.id)
  }

  heap(key: string): Term {
    let value = this.heapCache.get(key)
    if (value === undefined) {
      const parts = this.contributions.get(key)
      value = parts ? this.terms.any([...parts.entries()].sort((a, b) => a[0] - b[0]).map(([, term]) => term)) : this.terms.nothing
      this.heapCache.set(key, value)
    }
    return value
  }

  heapNames(owner: string): readonly string[] {
    return [...(this.names.get(owner) ?? [])].sort()
  }

  isCalled(fn: Fn): boolean {
    return (this.callers.get(fn.id)?.size ?? 0) > 0
  }

  reaches(from: Fn, to: Fn): boolean {
    let seen = this.reach.get(from.id)
    if (!seen) {
      seen = new Set([from.id])
      for (const id of seen) for (const callee of this.summaries.get(id)?.called ?? []) seen.add(callee)
      this.reach.set(from.id, seen)
    }
    return seen.has(to.id)
  }

  step(): boolean {
    return ++this.steps <= maxSteps
  }

  private get exhausted(): boolean {
    return this.steps > maxSteps || this.terms.size > maxTerms
  }

  run(): Solution {
    const tasks = new Map<number, () => Result>(this.reached.map(fn => [fn.id, () => ({ id: fn.id, ...evaluate(this, fn) })]))
    for (const fn of this.reached)
      if (!fn.outer && fn.fact.name !== '<lambda>' && !isGenerated(fn)) tasks.set(-1 - 2 * fn.id, () => this.enter(fn))
    for (const type of new Set(this.reached.flatMap(f => f.owner ?? []))) tasks.set(-2 - 2 * type.id, () => this.serve(type))
    const dirty = new Set(tasks.keys())
    for (; this.round < maxRounds && dirty.size > 0 && !this.exhausted; this.round++) {
      const ready = this.readyOf(dirty)
      const results = [...tasks].filter(([id]) => ready.has(id)).map(([, task]) => task())
      const changed = new Set<string>()
      this.reach.clear()
      for (const result of results) this.commit(result, changed)
      for (const id of ready) dirty.delete(id)
      for (const key of changed) for (const reader of this.readers.get(key) ?? []) dirty.add(reader)
    }
    const frames = [...tasks.keys()].flatMap(id => this.summaries.get(id) ?? [])
    return { state: this, frames, steps: this.steps, exhausted: this.exhausted || this.frozen || dirty.size > 0 }
  }

  /** Of what is to be evaluated, what waits for nobody else: callers after the functions they call, so that they run once. */
  private readyOf(dirty: ReadonlySet<number>): ReadonlySet<number> {
    const isReady = (id: number): boolean => {
      for (const callee of this.callees.get(id) ?? []) if (callee !== id && dirty.has(callee)) return false
      return true
    }
    const ready = new Set([...dirty].filter(isReady))
    return ready.size > 0 ? ready : dirty
  }

  /** Calls a function that nobody calls, with whatever its types allow. What it returns goes to whoever that is. */
  private enter(fn: Fn): Result {
    const frame = new Frame(this, undefined, apply)
    // Of several constructors those that are called count: what nobody calls makes no object.
    const isOther = fn.fact.isConstructor && fn.owner && frame.scope.constructors(fn.owner).some(c => c !== fn && frame.isCalled(c))
    if (!frame.isCalled(fn) && !isOther) {
      const kids = finalArguments(frame, fn)
      const self = fn.owner && !fn.fact.static ? anyInstance(frame, fn.owner) : undefined
      const result = apply(frame, funcTerm(frame, [fn], self), { labels: kids.map((_, i) => String(i)), kids }, undefined)
      noteProvided(frame, fn, result)
      const site = { file: fn.unit.path, line: fn.fact.spot.line, says: `${fn.fact.name} returns it` }
      for (const option of this.terms.options(result)) if (mayBeMessage(option)) frame.add({ kind: 'escape', term: option, site })
    }
    return this.resultOf(-1 - 2 * fn.id, frame)
  }

  /** What a class serves because of what it extends. */
  private serve(type: Type): Result {
    const frame = new Frame(this, undefined, apply)
    serveSuper(frame, type)
    return this.resultOf(-2 - 2 * type.id, frame)
  }

  /** Calls from outside count for nobody: what is only called from there is still called from there. */
  private resultOf(id: number, frame: Frame): Result {
    const heap = new Map([...frame.writes].map(([key, values]) => [key, this.terms.any(values)]))
    const summary = { returns: this.terms.nothing, deeds: [...frame.deeds.values()], called: new Set<number>(), heap }
    return { id, summary, uses: frame.uses, overflow: frame.overflow }
  }

  private commit(result: Result, changed: Set<string>): void {
    const { id, summary, uses, overflow } = result
    if (overflow > 0) this.frozen = true
    const before = this.summaries.get(id)
    if (before && this.round >= freezeRound) {
      this.frozen = true
      return
    }
    this.summaries.set(id, summary)
    if (!before || !sameSummary(before, summary)) changed.add(`s ${id}`)
    for (const key of new Set([...(before?.heap.keys() ?? []), ...summary.heap.keys()]))
      this.contribute(key, id, summary.heap.get(key), changed)
    for (const callee of new Set([...(before?.called ?? []), ...summary.called]))
      this.noteCaller(callee, id, summary.called.has(callee), changed)
    this.callees.set(id, new Set([...uses].filter(use => use.startsWith('s ')).map(use => Number(use.slice(2)))))
    for (const use of uses) {
      const readers = this.readers.get(use)
      if (readers) readers.add(id)
      else this.readers.set(use, new Set([id]))
    }
  }

  private contribute(key: string, id: number, value: Term | undefined, changed: Set<string>): void {
    const parts = this.contributions.get(key) ?? new Map<number, Term>()
    const before = parts.get(id)
    if (before === value || (before && value && this.isRecursive(`${id} ${key}`, before, value))) return
    this.contributions.set(key, parts)
    const changes = (this.changes.get(key) ?? 0) + 1
    this.changes.set(key, changes)
    if (changes > maxChanges && value) value = this.terms.unknown(selfReference)
    if (parts.get(id) === value) return
    if (value) parts.set(id, value)
    else parts.delete(id)
    this.heapCache.delete(key)
    changed.add(`h ${key}`)
    const dot = key.indexOf('.')
    const owner = key.slice(0, dot)
    const names = this.names.get(owner) ?? new Set()
    names.add(key.slice(dot + 1))
    this.names.set(owner, names)
    changed.add(`n ${owner}`)
  }

  /** A value that is built from what it was, again and again (`x.total += y`), stays as it is: further rounds say no more of it. */
  private isRecursive(place: string, before: Term, value: Term): boolean {
    if (before === this.terms.nothing || !isBuiltFrom(value, before)) return false
    const times = (this.growth.get(place) ?? 0) + 1
    this.growth.set(place, times)
    return times > maxGrowth
  }

  private noteCaller(callee: number, id: number, calls: boolean, changed: Set<string>): void {
    const callers = this.callers.get(callee) ?? new Set<number>()
    this.callers.set(callee, callers)
    const before = callers.size > 0
    if (calls) callers.add(id)
    else callers.delete(id)
    if (before !== callers.size > 0) changed.add(`c ${callee}`)
  }
}

interface Result {
  /** A function's number; negative for what enters the code from outside. */
  id: number
  summary: Summary
  uses: ReadonlySet<string>
  overflow: number
}

/** A text with its holes by their ids: adjacent texts of a concatenation are one, so that its kids cannot be compared. */
const written = (term: Term): string =>
  term.kind === 'text' ? term.text : term.kind === 'concat' ? term.kids.map(written).join('') : `\u0001${term.id}\u0001`

/** Whether a value is made of an earlier one: holds it, adds to its text, or has such an option. */
const isBuiltFrom = (value: Term, before: Term): boolean => {
  if (holds(value, before)) return true
  const isText = (term: Term): boolean => term.kind === 'concat' || term.kind === 'text'
  if (isText(value) && isText(before)) {
    const [longer, shorter] = [written(value), written(before)]
    return shorter !== '' && longer.length > shorter.length && longer.includes(shorter)
  }
  if (value.kind !== 'any') return false
  const old = before.kind === 'any' ? before.kids : [before]
  return value.kids.some(option => !old.includes(option) && old.some(o => isBuiltFrom(option, o)))
}

/** Whether a term stands somewhere inside another. */
const holds = (term: Term, part: Term): boolean => {
  const seen = new Set<Term>()
  const open = [term]
  for (let here = open.pop(); here; here = open.pop()) {
    if (here === part) return true
    if (here.depth <= part.depth || seen.has(here)) continue
    seen.add(here)
    open.push(...here.kids)
  }
  return false
}

const sameSummary = (a: Summary, b: Summary): boolean => {
  if (a.returns !== b.returns || a.deeds.length !== b.deeds.length) return false
  return a.deeds.every((deed, i) => {
    const other = b.deeds[i]!
    return deed.kind === other.kind && deed.term === other.term && deed.extra === other.extra && deed.name === other.name
  })
}

/** Generated code does what it is called for, and nothing else. */
const isGenerated = (fn: Fn): boolean => fn.unit.facts.unit.generated !== undefined && fn.fact.name !== '<module>'

/** The functions that count: all of the program's own files, and in shared code those whose names reached code mentions. */
export const reachedFunctions = (scope: Scope, own: ReadonlySet<string>, rows: (language: string) => RowTable): Fn[] => {
  const mentioned = new Set<string>()
  const reached = new Set<Fn>()
  const isOwn = (f: Fn): boolean => own.has(f.unit.path) && !isGenerated(f)
  const found = foundTypes(scope, own, rows)
  const waiting = scope.fns.filter(
    f => isOwn(f) || (f.fact.name === '<module>' && !f.unit.traits.implicitThis) || (f.owner && found.has(f.owner)),
  )
  const byName = new Map<string, Fn[]>()
  for (const fn of scope.fns) {
    if (isOwn(fn) || fn.fact.name === '<module>') continue
    for (const name of wakeNames(scope, fn)) {
      const list = byName.get(name)
      if (list) list.push(fn)
      else byName.set(name, [fn])
    }
  }
  while (waiting.length > 0) {
    const fn = waiting.pop()!
    if (reached.has(fn)) continue
    reached.add(fn)
    waiting.push(...fn.lambdas)
    // Constants of its classes belong to the file.
    if (fn.unit.traits.implicitThis && !fn.unit.facts.unit.main && fn.unit.fns[0]) waiting.push(fn.unit.fns[0])
    for (const name of mentions(fn)) {
      const isPrecise = fn.unit.traits.modulePaths === true
      const key = isPrecise ? `${fn.unit.path} ${name}` : name
      if (mentioned.has(key)) continue
      mentioned.add(key)
      const named = byName.get(name) ?? []
      waiting.push(...(isPrecise ? named.filter(f => sees(scope, fn.unit, f)) : named))
    }
  }
  return [...reached].sort(by(f => String(f.id).padStart(8, '0')))
}

/** Classes that a library finds by what they extend, in code that is no program of its own. */
const foundTypes = (scope: Scope, own: ReadonlySet<string>, rows: (language: string) => RowTable): Set<Type> => {
  // What starts other programs has none of their handlers.
  if (scope.units.some(u => u.facts.unit.main && !own.has(u.path))) return new Set()
  const isFound = (type: Type): boolean =>
    type.fact.kind !== 'interface' &&
    scope.externalParents(type).some(({ path }) => {
      const gives = rows(rowLanguage(type.unit.language)).match('super', path)?.row.gives
      return gives !== undefined && ('value' in gives ? gives.value === 'found' : gives.effect === 'consume')
    })
  return new Set(scope.types.filter(t => t.fact.supers.length > 0 && !own.has(t.unit.path) && isFound(t)))
}

/** Where names come by imports alone: whether a file can name a function of another one, or its type. */
const sees = (scope: Scope, from: SourceUnit, fn: Fn): boolean => {
  const homes = new Set([fn.unit.path, ...(fn.owner ? [fn.owner.unit.path] : [])])
  const passes = (unit: SourceUnit, level: number): boolean =>
    homes.has(unit.path) ||
    (level > 0 &&
      [...unit.imports.values(), ...unit.stars].some(i => {
        const target = i.module === undefined ? undefined : scope.unit(i.module)
        return (
          i.module !== undefined &&
          (homes.has(i.module) || (level > 1 && i.name !== undefined && target !== undefined && passes(target, level - 1)))
        )
      }))
  return passes(from, 2)
}

/** Whose mention makes a function count: its own name, or its type's where it belongs to instances. */
const wakeNames = (scope: Scope, fn: Fn): string[] => {
  if (!fn.owner || (fn.fact.static === true && !fn.fact.isConstructor && fn.unit.traits.implicitThis)) return [fn.fact.name]
  return [
    fn.owner.fact.name,
    ...scope.supers(fn.owner).flatMap(s => ('type' in s && s.type.fact.kind !== 'interface' ? [s.type.fact.name] : [])),
    ...(fn.unit.traits.embedding ? [fn.fact.name] : []),
  ]
}

const mentionCache = new WeakMap<Fn, Set<string>>()

const mentions = (fn: Fn): Set<string> => {
  let names = mentionCache.get(fn)
  if (names) return names
  names = new Set()
  const seen = names
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item)
    else if (value !== null && typeof value === 'object') {
      const e = value as Record<string, unknown>
      if (e.is === 'ref' || e.is === 'member') seen.add(e.name as string)
      for (const key of ['of', 'key', 'value', 'parts', 'options', 'items', 'entries', 'callee', 'args', 'named', 'init', 'target'])
        if (e[key] !== undefined) visit(e[key])
      for (const type of [e.type, e.typeArgs]) if (type) typeNames(type, seen)
    }
  }
  const { calls } = fn.unit.facts
  visit(fn.binds)
  visit(fn.calls.map(i => calls[i]))
  visit(fn.returns)
  visit(fn.reads)
  visit(fn.cases)
  for (const parameter of fn.fact.parameters) {
    if (parameter.type) typeNames(parameter.type, seen)
    if (parameter.default) visit(parameter.default)
  }
  if (fn.owner)
    for (const field of fn.owner.fact.fields) {
      if (field.type) typeNames(field.type, seen)
      if (field.value) visit(field.value)
    }
  if (fn.owner) for (const parent of fn.owner.fact.supers) typeNames(parent, seen)
  mentionCache.set(fn, names)
  return names
}

const typeNames = (type: unknown, into: Set<string>): void => {
  if (Array.isArray(type)) for (const one of type) typeNames(one, into)
  else if (type !== null && typeof type === 'object') {
    const { name, args } = type as { name?: string; args?: unknown }
    if (name !== undefined) for (const part of name.split('.')) into.add(part)
    typeNames(args, into)
  }
}
