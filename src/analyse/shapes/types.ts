import { table } from '../../base/table.ts'
import type { Facets, NodeIx } from '../../model/contract.ts'
import type { FieldFact, TypeRef } from '../../model/program.ts'
import type { Scope, SourceUnit, Type } from '../scope.ts'
import type { Place, ShapeGraph } from './graph.ts'
import { type Limit, type Member, memberOf, namingOf } from './members.ts'
import { carriers, lists, maps, nullables, scalarOf } from './scalars.ts'

export type Side = 'request' | 'response'

const maxDepth = 24

/** Declared types as schemas. A type is one node a side, so that types which hold themselves end. */
export class TypeShapes {
  private readonly known = new Map<string, NodeIx>()
  private readonly scope: Scope
  private readonly graph: ShapeGraph

  constructor(scope: Scope, graph: ShapeGraph) {
    this.scope = scope
    this.graph = graph
  }

  /** The schema of a type as written; `within` is the type around it. */
  of(unit: SourceUnit, ref: TypeRef | undefined, side: Side, at: Place, within?: Type, depth = 0): NodeIx {
    const { graph } = this
    if (ref === undefined || depth > maxDepth || graph.full) return graph.open(at)
    const next = (one: TypeRef | undefined): NodeIx => this.of(unit, one, side, at, within, depth + 1)
    const name = ref.name.slice(ref.name.lastIndexOf('.') + 1)
    if (ref.name === '|') return this.union(unit, ref.args ?? [], side, at, within, depth)
    if (ref.name === '&') return graph.open(at)
    if (name === 'Literal') return graph.add('schema', at, { type: ['string'], enum: (ref.args ?? []).map(a => a.name) })
    const target = this.scope.resolveType(unit, ref, within)
    if (target && 'type' in target) return this.named(target.type, side, depth)
    if (lists.has(name)) return this.list(next(ref.args?.[0]), at)
    if (maps.has(name)) return this.map(next(ref.args?.[1]), at)
    if (carriers.has(name) && ref.args?.[0]) return next(ref.args[0])
    if (nullables.has(name) && ref.args?.[0]) return this.nullable(next(ref.args[0]), at)
    const scalar = scalarOf(ref.name)
    return scalar ? graph.add('schema', at, scalar) : graph.open(at)
  }

  /** Whether a declared type says more than that there is something. */
  tells(ix: NodeIx): boolean {
    return this.graph.facets(ix).open !== true
  }

  list(items: NodeIx, at: Place): NodeIx {
    const ix = this.graph.add('schema', at, { type: ['array'] })
    this.graph.edge(ix, { role: 'items', key: '', to: items })
    return ix
  }

  /** A type of the code, by its fields and those it inherits. */
  named(type: Type, side: Side, depth = 0): NodeIx {
    const { graph } = this
    const key = `${side} ${type.id}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const at = placeOfType(type)
    if (type.fact.kind === 'enum') return this.remember(key, graph.add('schema', at, enumFacets(type), type.fact.name))
    const fields = this.fieldsOf(type)
    if (type.fact.kind === 'alias' || (fields.length === 0 && type.fact.supers.length === 1)) {
      this.known.set(key, graph.open(at))
      return this.remember(key, this.of(type.unit, type.fact.supers[0], side, at, type, depth + 1))
    }
    if (fields.length === 0 || !this.isData(type)) return this.remember(key, graph.open(at))
    const ix = this.remember(key, graph.add('schema', at, { type: ['object'] }, type.fact.name))
    const seen = new Set<string>()
    for (const { field, owner } of fields) {
      const member = memberOf(field, owner, namingOf(owner))
      if (!member || seen.has(member.name) || graph.full) continue
      seen.add(member.name)
      this.member(ix, member, field, owner, side, depth)
    }
    return ix
  }

  private member(of: NodeIx, member: Member, field: FieldFact, owner: Type, side: Side, depth: number): void {
    const { graph } = this
    const at = { file: owner.unit.path, line: field.spot.line }
    const inner = this.of(owner.unit, field.type, side, at, owner, depth + 1)
    const more: Facets = { ...member.facets, ...limitFacets(member.limits, graph.facets(inner)) }
    if (member.nullable) more.nullable = true
    const isOwn = Object.keys(more).length > 0
    const to = isOwn ? this.narrowed(inner, more, at) : inner
    const required = side === 'request' ? !member.omittable : !member.optional
    graph.edge(of, { role: 'prop', key: member.name, to, ...(required && { required: true }) })
  }

  /** What a place says beyond its type, on a node of its own. */
  private narrowed(inner: NodeIx, more: Facets, at: Place): NodeIx {
    const facets = this.graph.facets(inner)
    const isPlain =
      facets.type !== undefined && !['object', 'array'].includes(String((facets.type as string[])[0])) && facets.enum === undefined
    if (isPlain) return this.graph.add('schema', at, { ...facets, ...more })
    const ix = this.graph.add('schema', at, facets.open === true ? { open: true } : more)
    if (facets.open !== true) this.graph.edge(ix, { role: 'allOf', key: '0', to: inner })
    return ix
  }

  private nullable(inner: NodeIx, at: Place): NodeIx {
    return this.narrowed(inner, { nullable: true }, at)
  }

  private map(value: NodeIx, at: Place): NodeIx {
    const ix = this.graph.add('schema', at, { type: ['object'] })
    this.graph.edge(ix, { role: 'additional', key: '', to: value })
    return ix
  }

  /** Texts that are listed are an enum; of other alternatives nothing is said. */
  private union(unit: SourceUnit, args: readonly TypeRef[], side: Side, at: Place, within: Type | undefined, depth: number): NodeIx {
    const isText = (a: TypeRef): boolean =>
      a.args === undefined &&
      scalarOf(a.name) === undefined &&
      /^(?:[a-z][\w-]*|[A-Z][A-Z0-9_-]*)$/.test(a.name) &&
      !unit.imports.has(a.name)
    const known = args.filter(a => a.name !== 'null' && a.name !== 'undefined' && a.name !== 'None')
    if (known.length > 1 && known.every(isText)) return this.graph.add('schema', at, { type: ['string'], enum: known.map(a => a.name) })
    return known.length === 1 ? this.of(unit, known[0], side, at, within, depth + 1) : this.graph.open(at)
  }

  private remember(key: string, ix: NodeIx): NodeIx {
    this.known.set(key, ix)
    return ix
  }

  /** Own fields before inherited ones. */
  private fieldsOf(type: Type): { field: FieldFact; owner: Type }[] {
    return this.scope.lineage(type).flatMap(owner => owner.fact.fields.map(field => ({ field, owner })))
  }

  /** Where classes hold more than data, only those that a library of models or records makes say what they write. */
  private isData(type: Type): boolean {
    const mark = dataClasses[type.unit.language]
    if (mark === undefined) return true
    const above = this.scope.lineage(type).flatMap(t => [...t.fact.supers.map(s => s.name), ...t.fact.annotations.map(a => a.name)])
    return [...this.scope.externalSupers(type), ...above].some(name => mark.test(name))
  }
}

const dataClasses: Record<string, RegExp> = table({
  python: /(?:^|\.)(?:BaseModel|SQLModel|Schema|dataclass|TypedDict|NamedTuple|Struct|RootModel|BaseSettings)$/,
})

const placeOfType = (type: Type): Place => ({ file: type.unit.path, line: type.fact.spot.line })

/** Languages whose libraries write a constant by its name; elsewhere only constants that are texts say what is written. */
const writtenByName = new Set(['java'])

const enumFacets = (type: Type): Facets => {
  const naming = namingOf(type)
  const constants = type.fact.fields.filter(f => !f.hidden && (f.type === undefined || f.type.name === type.fact.name))
  const values = writtenByName.has(type.unit.language)
    ? constants.map(f => memberOf(f, type, naming)?.name ?? f.name)
    : constants.flatMap(f => (f.value?.is === 'text' && !/^-?\d+(\.\d+)?$/.test(f.value.text) ? [f.value.text] : []))
  return values.length > 0 && values.length === constants.length ? { type: ['string'], enum: values } : { open: true }
}

/** Bounds go by what they bound. */
const limitFacets = (limits: readonly Limit[], { type }: Facets): Facets => {
  const kind = Array.isArray(type) ? String(type[0]) : ''
  const facets: Facets = {}
  for (const { bound, value, exclusive, of } of limits) {
    const isValue = of === 'value' || (of === 'any' && (kind === 'integer' || kind === 'number'))
    const isLower = bound === 'lower'
    if (isValue) facets[isLower ? 'minimum' : 'maximum'] = [value, exclusive === true]
    else if (kind === 'array') facets[isLower ? 'minItems' : 'maxItems'] = value
    else if (kind === 'string') facets[isLower ? 'minLength' : 'maxLength'] = value
  }
  return facets
}
