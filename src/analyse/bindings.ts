import type { MemberUse } from '../model/fragment.ts'
import type { FieldFact, TypeRef } from '../model/program.ts'
import { eachExpression } from './expressions.ts'
import type { Fn, Scope, SourceUnit, Type } from './scope.ts'
import { memberOf, namingOf } from './shapes/members.ts'
import { carriers, lists, maps, nullables } from './shapes/scalars.ts'
import { Strictness } from './strictness.ts'
import type { Term } from './terms.ts'

const maxDepth = 5
const maxUses = 200

/** Languages whose libraries refuse a message without a member that has no default. */
const insisting = new Set(['python', 'rust', 'kotlin'])

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

  constructor(repo: string, scope: Scope, reached: readonly Fn[]) {
    this.repo = repo
    this.scope = scope
    this.reached = reached
    this.strictness = new Strictness(reached)
  }

  /** Of values of which one is filled: an instance, a pointer to one, a class. */
  ofTerm(term: Term, depth = 0): MemberUse[] {
    if (depth > 6) return []
    if (term.kind === 'inst' || term.kind === 'anyinst' || term.kind === 'type') {
      const type = this.scope.types[Number(term.text)]
      return type ? this.ofType(type) : []
    }
    return /^(addr|any|or|list)$/.test(term.kind) ? term.kids.flatMap(kid => this.ofTerm(kid, depth + 1)) : []
  }

  /** Of what a library hands to a function as its parameters, with the names of their types. */
  ofParameters(fn: Fn): MemberUse[] {
    return fn.fact.parameters.flatMap(({ type }) => {
      const own = type && this.bare(fn.unit, type, fn.owner, 0)
      return own ? this.ofType(own).map(use => ({ ...use, of: own.fact.name })) : []
    })
  }

  private bare(unit: SourceUnit, ref: TypeRef, within: Type | undefined, depth: number): Type | undefined {
    const name = ref.name.slice(ref.name.lastIndexOf('.') + 1)
    const inner = maps.has(name) ? undefined : ref.args?.[0]
    const isCarrier = carriers.has(name) || lists.has(name) || nullables.has(name)
    if (isCarrier) return inner && depth < maxDepth ? this.bare(unit, inner, within, depth + 1) : undefined
    const target = this.scope.resolveType(unit, ref, within)
    return target && 'type' in target && target.type.fact.kind !== 'enum' ? target.type : undefined
  }

  private ofType(type: Type): MemberUse[] {
    const uses: MemberUse[] = []
    this.collect(type, [], uses, new Set())
    return uses
  }

  private collect(type: Type, path: string[], uses: MemberUse[], over: ReadonlySet<number>): void {
    if (path.length >= maxDepth || over.has(type.id)) return
    const inside = new Set(over).add(type.id)
    if (this.strictness.refuses(type)) {
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
        if (below) this.collect(below, own, uses, inside)
      }
  }

  /** Some code names the member, or an accessor of it. */
  private isNamed({ name }: FieldFact): boolean {
    this.names ??= membersNamed(this.reached)
    const upper = name.charAt(0).toUpperCase() + name.slice(1)
    return [name, `get${upper}`, `is${upper}`].some(n => this.names!.has(n))
  }
}

/** Names that code takes as members of something. */
const membersNamed = (fns: readonly Fn[]): Set<string> => {
  const names = new Set<string>()
  eachExpression(fns, e => {
    if (e.is === 'member') names.add(e.name)
  })
  return names
}
