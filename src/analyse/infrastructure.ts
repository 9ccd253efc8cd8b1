import { join } from '../base/path.ts'
import type { Declared, DeclaredCall, Infrastructure } from '../model/infrastructure.ts'
import { showValue } from '../model/value.ts'
import { apply } from './calls.ts'
import { declaredId } from './declares.ts'
import { matchRow } from './matching.ts'
import { pathPart, plainCall } from './plain-calls.ts'
import { toValue } from './reduce.ts'
import type { ProgramSeed } from './seeds.ts'
import type { Solution } from './solve.ts'
import { Frame, heapKey } from './state.ts'
import type { Term } from './terms.ts'

const MAX_CALLS = 20_000
const MAX_DEPTH = 24

/** What a program declares: every call of a library of infrastructure, with its values. */
export const declaredBy = (seed: ProgramSeed, solution: Solution): Infrastructure | undefined =>
  seed.declares && new Declarations(solution).of(seed.declares)

class Declarations {
  private readonly calls: DeclaredCall[] = []
  /** Their names as the evaluation has them, where a call leaves no mark. */
  private readonly names: string[] = []
  private readonly numbers = new Map<number, number>()
  private readonly made = new Map<number, Term>()
  private readonly solution: Solution
  private readonly frames = new Map<string, Frame>()

  constructor(solution: Solution) {
    this.solution = solution
    for (const { deeds } of solution.frames)
      for (const { kind, term } of deeds)
        if (kind === 'effect' && !term.open && term.kind === 'extcall' && this.isDeclared(term)) this.made.set(term.id, term)
  }

  of(declares: { kind: Infrastructure['kind']; file: string }): Infrastructure {
    for (const term of [...this.made.values()].sort(byPlace)) this.number(term)
    return { ...declares, calls: this.calls }
  }

  private frame(file: string): Frame {
    const frame = this.frames.get(file) ?? new Frame(this.solution.state, this.solution.state.scope.unit(file)?.fns[0], apply)
    this.frames.set(file, frame)
    return frame
  }

  private isDeclared(term: Term): boolean {
    const gives = matchRow(this.frame(term.sites[0]?.file ?? ''), 'call', term.text, term)?.row.gives
    return gives !== undefined && 'effect' in gives && gives.effect === 'declare'
  }

  /** The number of a call, or of an object of a class of the program. */
  private number(term: Term): number | undefined {
    const known = this.numbers.get(term.id)
    if (known !== undefined) return known
    if (this.calls.length >= MAX_CALLS) return undefined
    const [site] = term.sites
    const at = { file: site?.file ?? '', line: site?.line ?? 1 }
    const call: DeclaredCall = { path: term.text, args: [], at }
    const number = this.calls.push(call) - 1
    this.numbers.set(term.id, number)
    if (term.kind !== 'extcall') {
      const { scope } = this.solution.state
      const type = scope.types[Number(term.text)]!
      call.path = scope.externalSupers(type)[0] ?? type.fact.name
      call.own = type.fact.name
      if (!site) call.at = { file: type.unit.path, line: type.fact.spot.line }
    }
    this.names[number] = call.path
    for (const [i, label] of term.labels.entries()) {
      if (label === 'base') {
        call.base = this.value(term.kids[i]!, call.at.file, 0)
        call.path = this.ofBase(call.path, call.base)
      } else if (isArgument(label))
        call.args.push({ name: label.replace(/^init:|=$/g, ''), value: this.value(term.kids[i]!, call.at.file, 0) })
    }
    return number
  }

  /** `aws-sqs.Queue.grant` of a queue that was made is `aws-sqs.Queue().grant`. */
  private ofBase(path: string, base: Declared): string {
    if (base.is !== 'made') return path
    const above = this.names[base.call]!
    return path.startsWith(`${above}.`) ? `${this.calls[base.call]!.path}()${path.slice(above.length)}` : path
  }

  private value(term: Term, file: string, depth: number): Declared {
    if (depth > MAX_DEPTH) return { is: 'unknown', why: 'it is nested too deep' }
    const next = (t: Term): Declared => this.value(t, file, depth + 1)
    switch (term.kind) {
      case 'text':
        return { is: 'text', text: term.text }
      case 'concat':
        return this.joined(term.kids, file, depth)
      case 'or':
        return next(term.kids[0]!)
      case 'any':
        return term.kids.length === 0 ? { is: 'unknown', why: 'nothing sets it' } : { is: 'any', options: term.kids.map(next), of: term.id }
      case 'addr':
        return next(term.kids[0]!)
      case 'list':
        return { is: 'list', items: term.kids.map(next).flatMap((v, i) => (term.labels[i] === '...' && v.is === 'list' ? v.items : [v])) }
      case 'map':
        return { is: 'map', entries: this.entries(term, file, depth) }
      case 'inst':
      case 'anyinst':
        return this.instance(term)
      case 'extcall':
        return this.call(term, file, depth)
      case 'ext':
        return this.external(term, file)
      default: {
        const value = toValue(this.frame(file), term)
        return { is: 'unknown', why: value.is === 'unknown' ? value.why : `${showValue(value)} is known only where the program runs` }
      }
    }
  }

  private instance(term: Term): Declared {
    const call = this.number(term)
    return call === undefined ? { is: 'unknown', why: 'too many objects' } : { is: 'made', call }
  }

  private entries(map: Term, file: string, depth: number): { key: string; value: Declared }[] {
    const { state } = this.solution
    const own = map.labels.flatMap((key, i) => {
      const value = this.value(map.kids[i]!, file, depth + 1)
      return key !== '...' ? [{ key, value }] : value.is === 'map' ? value.entries : []
    })
    const later = state
      .heapNames(heapKey.instanceOwner(map))
      .map(key => ({ key, value: this.value(state.heap(heapKey.instance(map, key)), file, depth + 1) }))
    // What comes later takes the place of what was spread before.
    return [...new Map([...own, ...later].map(e => [e.key, e])).values()]
  }

  private joined(parts: readonly Term[], file: string, depth: number): Declared {
    const all = parts.map(part => this.value(part, file, depth + 1))
    const [first, ...rest] = all
    const texts = rest.map(part => (part.is === 'text' ? part.text : undefined))
    if (first?.is !== 'path' || texts.some(text => text === undefined)) return { is: 'concat', parts: all }
    return inTree(`${first.path}${texts.join('')}`)
  }

  private call(term: Term, file: string, depth: number): Declared {
    const id = declaredId(term) ?? (this.made.has(term.id) ? term.id : undefined)
    if (id !== undefined) {
      const made = this.made.get(id)
      const plain = made && isPlain(made) ? this.plain(made, file, depth) : undefined
      if (plain) return plain
      const call = made && this.number(made)
      return call === undefined ? { is: 'unknown', why: `the result of ${term.text}` } : { is: 'made', call }
    }
    return this.plain(term, file, depth) ?? { is: 'unknown', why: `the result of ${term.text}` }
  }

  /** The data that a call of a plain library gives. */
  private plain(term: Term, file: string, depth: number): Declared | undefined {
    const here = term.sites[0]?.file ?? file
    const args = term.labels.flatMap((label, i) => (isArgument(label) || label === 'base' ? [{ label, term: term.kids[i]! }] : []))
    return plainCall(term.text, args, t => this.value(t, here, depth + 1))
  }

  /** A member of what was made, a constant, or a folder. */
  private external(term: Term, file: string): Declared {
    const folder = pathPart(term.text, file)
    if (folder !== undefined) return inTree(folder)
    const [base] = term.kids
    if (!base) return { is: 'name', path: term.text }
    const of =
      base.kind === 'extcall' ? this.call(base, file, 0) : base.kind === 'inst' || base.kind === 'anyinst' ? this.instance(base) : undefined
    if (of?.is !== 'made') return { is: 'unknown', why: `${term.text} of a library` }
    const start = `${this.names[of.call]!}.`
    return { ...of, member: term.text.startsWith(start) ? term.text.slice(start.length) : term.text }
  }
}

const inTree = (path: string): Declared => {
  const found = join(path)
  return found === undefined ? { is: 'unknown', why: 'its files are not in the repository' } : { is: 'path', path: found }
}

const isArgument = (label: string): boolean => /^\d+$|=$|^init:/.test(label)

/** By where they stand, then by where they were filled: the order of their numbers says nothing. */
const byPlace = (a: Term, b: Term): number => {
  for (let i = 0; i < Math.max(a.sites.length, b.sites.length); i++) {
    const [x, y] = [a.sites[i], b.sites[i]]
    if (!x || !y) return x ? 1 : -1
    if (x.file !== y.file) return x.file < y.file ? -1 : 1
    if (x.line !== y.line) return x.line - y.line
  }
  return a.text < b.text ? -1 : a.text > b.text ? 1 : a.id - b.id
}

/** A name that may be the language's own, or a literal of elements: it is data if it is known as such. */
const isPlain = (call: Term): boolean => call.text.includes('.*.') || (call.text.endsWith('Array') && call.labels.includes('new'))
