import { by } from '../base/names.ts'
import type { MemberUse } from '../model/fragment.ts'
import type { FieldFact, TypeRef } from '../model/program.ts'
import { eachExpression } from './expressions.ts'
import type { Pages } from './page-files.ts'
import type { Fn, Scope, SourceUnit, Type } from './scope.ts'
import { isRenamed, memberOf, namingOf } from './shapes/members.ts'
import { carriers, lists, maps, nullables } from './shapes/scalars.ts'
import { Strictness } from './strictness.ts'
import type { Term } from './terms.ts'

const maxDepth = 5
const maxUses = 200

/** Languages whose libraries refuse a message without a member that has no default. */
const insisting = new Set(['python', 'rust', 'kotlin'])

/** Languages whose libraries fill objects by methods that set members. */
const setterLanguages = new Set(['java'])

/**
 * What a program reads of an answer that a library puts into one of its types: the members of the type, by their names on the wire. A
 * member that must be there, or that code names, is read; any other is held and may be missing unseen.
 */
export class Bindings {
  private readonly repo: string
  private readonly scope: Scope
  private readonly reached: readonly Fn[]
  private names: Set<string> | undefined
  private readonly strictness: Strictness
  private readonly pages: Pages

  constructor(repo: string, scope: Scope, reached: readonly Fn[], pages: Pages) {
    this.pages = pages
    this.repo = repo
    this.scope = scope
    this.reached = reached
    this.strictness = new Strictness(reached)
  }

  /** Of values of which one is filled: an instance, a pointer to one, a class. */
  ofTerm(term: Term, refuses = false, depth = 0): MemberUse[] {
    if (depth > 6) return []
    if (term.kind === 'inst' || term.kind === 'anyinst' || term.kind === 'type') {
      const type = this.scope.types[Number(term.text)]
      return type ? this.ofType(type, refuses && !this.strictness.isLenient(type)) : []
    }
    return /^(addr|any|or|list)$/.test(term.kind) ? term.kids.flatMap(kid => this.ofTerm(kid, refuses, depth + 1)) : []
  }

  /** What is sent where an object of a declared type goes into a request, below a path. */
  sentOf(term: Term, path: readonly string[]): MemberUse[] {
    return this.ofTerm(term).flatMap(use =>
      use.exact ? [] : [{ ...use, side: 'request', access: 'send', tolerance: 'strict', path: [...path, ...use.path] }],
    )
  }

  /** Of what a library hands to a function as its parameters, with the names of their types. */
  ofParameters(fn: Fn): MemberUse[] {
    return fn.fact.parameters.flatMap(({ type }) => {
      const own = type && this.bare(fn.unit, type, fn.owner, 0)
      return own ? this.ofType(own).map(use => ({ ...use, of: own.fact.name })) : []
    })
  }

  /** Of an answer that a client is declared to give, or told to read into a class, where the names of the members are others on the wire. */
  ofAnswer(given: Fn | Term): MemberUse[] {
    const type =
      'fact' in given
        ? given.fact.returns && this.bare(given.unit, given.fact.returns, given.owner, 0)
        : given.kind === 'type'
          ? this.scope.types[Number(given.text)]
          : undefined
    return type && this.scope.lineage(type).some(isRenamed) ? this.ofType(type) : []
  }

  private bare(unit: SourceUnit, ref: TypeRef, within: Type | undefined, depth: number): Type | undefined {
    const name = ref.name.slice(ref.name.lastIndexOf('.') + 1)
    const inner = maps.has(name) ? undefined : ref.args?.[0]
    const isCarrier = carriers.has(name) || lists.has(name) || nullables.has(name)
    if (isCarrier) return inner && depth < maxDepth ? this.bare(unit, inner, within, depth + 1) : undefined
    const target = this.scope.resolveType(unit, ref, within)
    return target && 'type' in target && target.type.fact.kind !== 'enum' ? target.type : undefined
  }

  private ofType(type: Type, refuses = false): MemberUse[] {
    const uses: MemberUse[] = []
    this.collect(type, [], uses, new Set(), refuses)
    return uses
  }

  private collect(type: Type, path: string[], uses: MemberUse[], over: ReadonlySet<number>, refuses: boolean): void {
    if (path.length >= maxDepth || over.has(type.id)) return
    const inside = new Set(over).add(type.id)
    if (refuses || this.strictness.refuses(type)) {
      const at = { repo: this.repo, file: type.unit.path, line: type.fact.spot.line }
      uses.push({ side: 'response', path, access: 'read', tolerance: 'strict', exact: true, at })
    }
    for (const owner of this.scope.lineage(type))
      for (const field of owner.fact.fields) {
        const member = memberOf(field, owner, namingOf(owner))
        if (!member || uses.length >= maxUses) continue
        const insists = insisting.has(owner.unit.language) && !member.omittable
        const own = [...path, member.name]
        uses.push({
          ...{ side: 'response', path: own, access: 'read', tolerance: insists || this.isNamed(field) ? 'strict' : 'optional' },
          at: { repo: this.repo, file: owner.unit.path, line: field.spot.line },
        })
        const below = field.type && this.bare(owner.unit, field.type, owner, 0)
        if (below) this.collect(below, own, uses, inside, refuses)
      }
    for (const owner of this.scope.lineage(type)) this.setters(owner, path, uses, inside, refuses)
  }

  /** Members of which there is only a method that sets them. */
  private setters(type: Type, path: string[], uses: MemberUse[], inside: ReadonlySet<number>, refuses: boolean): void {
    if (!setterLanguages.has(type.unit.language)) return
    for (const [method, fns] of [...type.methods].sort(by(([name]) => name))) {
      const [fn] = fns
      const name = /^set([A-Z]\w*)$/.exec(method)?.[1]
      if (name === undefined || !fn || fn.fact.parameters.length !== 1 || uses.length >= maxUses) continue
      const own = name.charAt(0).toLowerCase() + name.slice(1)
      if (this.scope.field(type, own) || fn.fact.annotations.some(a => a.name === 'JsonIgnore')) continue
      const at = { repo: this.repo, file: type.unit.path, line: fn.fact.spot.line }
      uses.push({ side: 'response', path: [...path, own], access: 'read', tolerance: 'strict', at })
      const ref = fn.fact.parameters[0]!.type
      const below = ref && this.bare(type.unit, ref, type, 0)
      if (below) this.collect(below, [...path, own], uses, inside, refuses)
    }
  }

  /** Some code or page names the member, or an accessor of it. */
  private isNamed({ name }: FieldFact): boolean {
    this.names ??= membersNamed(this.reached, this.pages)
    const upper = name.charAt(0).toUpperCase() + name.slice(1)
    return [name, `get${upper}`, `is${upper}`].some(n => this.names!.has(n))
  }
}

/** Names that code, or a page of the program, takes as members of something. */
const membersNamed = (fns: readonly Fn[], pages: Pages): Set<string> => {
  const names = new Set(pages.all.flatMap(p => p.fact.reads.flatMap(r => r.path.slice(1))))
  eachExpression(fns, e => {
    if (e.is === 'member') names.add(e.name)
  })
  return names
}
