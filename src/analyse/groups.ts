import type { CallFact, Expr } from '../model/program.ts'
import type { Fn, Scope } from './scope.ts'
import type { Term } from './terms.ts'

const maxLevels = 12

/** Calls that a function was handed to, around a place in the code: blocks in which routes, or whatever else, stand together. */
export class Groups {
  private readonly scope: Scope
  private readonly terms = new Map<string, Term>()
  private readonly holders = new Map<string, ReadonlyMap<Fn, CallFact>>()

  constructor(scope: Scope) {
    this.scope = scope
  }

  /** Notes what a call that takes a function turned out to be. */
  add(term: Term): void {
    const at = term.sites[0]
    if (at) this.terms.set(placeKey(at.file, at.line, lastName(term.text)), term)
  }

  /** Noted calls around a place, outermost first. `name` is that of the call that stands there. */
  around(file: string, line: number, name: string): Term[] {
    const unit = this.scope.unit(file)
    if (!unit || this.terms.size === 0) return []
    const holders = this.holdersIn(file)
    const { calls } = unit.facts
    const call = calls.find(c => c.spot.line === line && nameOfCallee(c.callee) === name) ?? calls.find(c => c.spot.line === line)
    const found: Term[] = []
    let fn = call && unit.fns[call.fn]
    for (let i = 0; fn && i < maxLevels; i++) {
      const holder = holders.get(fn)
      const term = holder && this.terms.get(placeKey(file, holder.spot.line, nameOfCallee(holder.callee)))
      if (term) found.unshift(term)
      fn = holder ? unit.fns[holder.fn] : fn.outer
    }
    return found
  }

  private holdersIn(file: string): ReadonlyMap<Fn, CallFact> {
    const known = this.holders.get(file)
    if (known) return known
    const unit = this.scope.unit(file)!
    const found = new Map<Fn, CallFact>()
    for (const call of unit.facts.calls)
      for (const given of [...call.args, ...call.named.map(n => n.value)]) {
        const fn = given.is === 'lambda' ? unit.fns[given.fn] : undefined
        if (fn) found.set(fn, call)
      }
    this.holders.set(file, found)
    return found
  }
}

const placeKey = (file: string, line: number, name: string): string => `${file}:${line}:${name}`

const lastName = (path: string): string => path.replace(/\(\)/g, '').slice(path.lastIndexOf('.') + 1)

const nameOfCallee = (e: Expr): string => (e.is === 'ref' || e.is === 'member' ? e.name : '')
