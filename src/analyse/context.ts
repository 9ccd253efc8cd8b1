import type { CallFact, Expr } from '../model/program.ts'
import { paramTerm, takesSelf } from './functions.ts'
import type { Fn, Type } from './scope.ts'
import type { Frame } from './state.ts'
import type { Site, Term } from './terms.ts'

/** What the parts of an evaluation ask of each other. */
export interface Evaluator {
  expr(e: Expr): Term
  member(e: Extract<Expr, { is: 'member' }>, isCallee?: boolean): Term
  name(name: string): Term
  /** A call by its index; `isRunning` while it is on its way. */
  call(position: number): Term
  isRunning(position: number): boolean
  /** Notes the name under which something is put into a container that is a field. */
  noteKey(container: Expr, key: Term, site: Site): void
  /** The function around, for names that are its own. */
  outer(fn: Fn): Evaluator
}

/** How often one function's names and calls may be evaluated again because one of them needed itself. */
const maxAgain = 60

/** Which names and calls of a function are on their way, and whether one of them was needed for itself. */
class Progress {
  private open = 0
  private met = 0
  private again = 0

  enter(): number {
    this.open++
    return this.met
  }

  /** Whether what was evaluated since needed something that is still on its way: another time it may be more. */
  leave(before: number): boolean {
    this.open--
    return this.met > before && this.open > 0 && ++this.again < maxAgain
  }

  meet(): void {
    this.met++
  }
}

/** The function that is evaluated, and the class it stands in. */
export class Context {
  readonly frame: Frame
  readonly fn: Fn
  /** The class whose fields are evaluated, where no function is. */
  readonly around: Type | undefined
  readonly progress = new Progress()

  constructor(frame: Frame, fn: Fn, around?: Type) {
    this.frame = frame
    this.fn = fn
    this.around = around
  }

  site(line: number, says: string): Site {
    return { file: this.fn.unit.path, line, says }
  }

  isParameter(name: string): boolean {
    return this.fn.fact.parameters.some(p => p.name === name)
  }

  /** The receiver of the nearest method around. */
  self(): Term | undefined {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer)
      if (fn.owner)
        return fn.fact.static ? this.frame.terms.make({ kind: 'type', text: String(fn.owner.id) }) : paramTerm(this.frame, fn, 'self')
    return undefined
  }

  ownerType(): Type | undefined {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer) if (fn.owner) return fn.owner
    return this.around
  }

  isReceiver(name: string): boolean {
    for (let fn: Fn | undefined = this.fn; fn; fn = fn.outer)
      if (fn.fact.receiver === name || (takesSelf(fn) && fn.fact.parameters[0]?.name === name)) return true
    return this.fn.unit.traits.self === name || name === 'this'
  }

  /** `super`, `base`, and Python's `super()`. */
  isSuper(e: Expr): boolean {
    if (e.is === 'ref') return e.name === 'super' || e.name === 'base'
    return e.is === 'call' && this.isSuperCall(this.fn.unit.facts.calls[e.call]!)
  }

  isSuperCall({ callee }: CallFact): boolean {
    return this.fn.unit.traits.selfIsFirstParameter === true && callee.is === 'ref' && callee.name === 'super'
  }
}
