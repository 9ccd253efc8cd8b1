import type { Pages } from './page-files.ts'
import type { RowTable } from './rows.ts'
import type { Fn, Scope, Type } from './scope.ts'
import type { Site, Term, Terms } from './terms.ts'

/**
 * Something a function does, over terms that may hold its parameters; an open one is done again, filled, at every call site.
 * - `effect`: a call outside that a row gives an effect; `deferred`: a call whose callee a call site will know;
 * - `write`: `extra` goes to member `name` of `term`; `env`: an environment look-up;
 * - `read`: a member of what may be a message; `escape`: `term` leaves view;
 * - `send`: `extra` is the body of the call `term`;
 * - `exact`: `term` may have no members but those that are read of it;
 * - `answer`: `extra` is the response to the request `term`, with the status `name`; `decode`: `term` is read into `extra`;
 *   `strict`: by a library that refuses what the type does not have; `spread`: members become arguments of its constructor;
 * - `handler`: the function `extra` gets the request `term`; `parameter`: it reads `name` of it, `query.row`, which is beside the body;
 * - `case`: `term` is compared with `extra`; `match`: a switch takes the member `term` to be `extra`, and lists `all` values or `some`.
 */
export interface Deed {
  kind:
    | 'effect'
    | 'deferred'
    | 'write'
    | 'env'
    | 'read'
    | 'escape'
    | 'send'
    | 'exact'
    | 'answer'
    | 'decode'
    | 'handler'
    | 'parameter'
    | 'case'
    | 'match'
  term: Term
  extra?: Term
  name?: string
  site: Site
  optional?: boolean
}

/** What a function does and returns, in terms of its parameters. */
export interface Summary {
  returns: Term
  deeds: Deed[]
  /** Functions called during its evaluation. */
  called: ReadonlySet<number>
  heap: ReadonlyMap<string, Term>
}

/** What is known of names in contracts of the repository. */
export interface ContractNames {
  /** Rpcs by simple service name. */
  rpcs: ReadonlyMap<string, ReadonlySet<string>>
  /** Canonical names of members that are scalars wherever a contract has them. */
  scalars: ReadonlySet<string>
  members: ReadonlySet<string>
}

/** The state that one round of evaluation reads; it changes only between rounds. */
export interface State {
  terms: Terms
  scope: Scope
  contracts: ContractNames
  pages: Pages
  rows(language: string): RowTable
  /** Undefined before the first round has evaluated it. */
  summary(fn: Fn): Summary | undefined
  heap(key: string): Term
  /** Names of members that were written below a heap owner. */
  heapNames(owner: string): readonly string[]
  isCalled(fn: Fn): boolean
  /** Classes of which the program makes objects, by number. */
  made: Set<number>
  /** Whether calls lead from one function to another. */
  reaches(from: Fn, to: Fn): boolean
  /** Counts a step. False when the budget is used up. */
  step(): boolean
}

const maxDeeds = 3000
const maxNesting = 24

/** Calls a value. `site` is where the call stands. */
export type Call = (frame: Frame, callee: Term, args: Args, site: Site | undefined, isNew?: boolean) => Term

/** What the evaluation of one function gathers, and the state it may read. Everything it reads is noted, so that it runs again when that changes. */
export class Frame {
  readonly state: State
  readonly fn: Fn | undefined
  readonly deeds = new Map<string, Deed>()
  readonly called = new Set<number>()
  readonly writes = new Map<string, Term[]>()
  readonly locals = new Map<string, Term[]>()
  readonly uses = new Set<string>()
  readonly instantiated = new Map<string, Term>()
  readonly nesting: number[] = []
  overflow = 0
  readonly #call: Call

  constructor(state: State, fn: Fn | undefined, call: Call) {
    this.state = state
    this.fn = fn
    this.#call = call
  }

  /** Calls a value on behalf of what stands below calls: getters, handlers, constructors, calls that were put off. */
  call(callee: Term, args: Args, site: Site | undefined, isNew = false): Term {
    return this.#call(this, callee, args, site, isNew)
  }

  get terms(): Terms {
    return this.state.terms
  }

  get scope(): Scope {
    return this.state.scope
  }

  heap(key: string): Term {
    this.uses.add(`h ${key}`)
    return this.state.heap(key)
  }

  heapNames(owner: string): readonly string[] {
    this.uses.add(`n ${owner}`)
    return this.state.heapNames(owner)
  }

  summary(fn: Fn): Summary | undefined {
    this.uses.add(`s ${fn.id}`)
    return this.state.summary(fn)
  }

  isCalled(fn: Fn): boolean {
    this.uses.add(`c ${fn.id}`)
    return this.state.isCalled(fn)
  }

  put(key: string, value: Term): void {
    if (value === this.terms.nothing) return
    const list = this.writes.get(key)
    if (list) list.push(value)
    else this.writes.set(key, [value])
  }

  add(deed: Deed): void {
    const key = `${deed.kind} ${deed.term.id} ${deed.extra?.id ?? ''} ${deed.name ?? ''} ${deed.kind === 'effect' || deed.kind === 'env' ? '' : `${deed.site.line} ${deed.site.file}`}`
    if (this.deeds.has(key)) return
    if (this.deeds.size >= maxDeeds) this.overflow++
    else this.deeds.set(key, deed)
  }

  /** Enters a function; false when that is too deep or a recursion. */
  enter(fn: Fn): boolean {
    if (this.nesting.length >= maxNesting || this.nesting.filter(id => id === fn.id).length >= 2 || !this.state.step()) return false
    this.nesting.push(fn.id)
    return true
  }

  leave(): void {
    this.nesting.pop()
  }
}

export const heapKey = {
  instance: (term: Term, name: string): string => `i${term.id}.${name}`,
  instanceOwner: (term: Term): string => `i${term.id}`,
  /** Members that some instance got, whichever it was. */
  anyOf: (type: Type, name: string): string => `a${type.id}.${name}`,
  /** Members that an instance nobody can tell got. */
  someOf: (type: Type, name: string): string => `u${type.id}.${name}`,
  /** Initial values and static members. */
  initial: (type: Type, name: string): string => `t${type.id}.${name}`,
  global: (path: string, name: string): string => `g${path}.${name}`,
}

/** Arguments as a call writes them: positions `0`, `1`, …, `name=`, `init:Name`. */
export interface Args {
  labels: readonly string[]
  kids: readonly Term[]
}
