import { canonicalJson } from '../../base/json.ts'
import type { Edge, Json, Node } from '../../model/contract.ts'
import type { Algebra, Atom, Format, KindSpec, Operator, Pair, RoleSpec, Walk } from './format.ts'
import { type Graph, type Ix, targetOf } from './graph.ts'
import { matchMembers } from './union.ts'

/** Overlays inside overlays (unions in unions), and in all. What is past a limit is taken for equal: then it is compared in full. */
const MAX_DEPTH = 40
const MAX_OVERLAYS = 100_000
/** Pairs of one overlay, and of all overlays of a comparison. */
const MAX_OVERLAY_PAIRS = 2_000
const MAX_ALL_PAIRS = 2_000_000

interface Known {
  pair: Pair
  next?: Known
}

interface State extends Walk {
  format: Format
  /** By base node; those of one base node are chained. */
  memo: Map<Ix, Known>
  open: Pair[]
  pairs: Pair[]
  depth: number
  /** What is said before folding is compared as well, for renderings that go by the text. */
  asWritten: boolean
  structural: boolean
  /** Results of overlays by pair; one that is still open counts as equal, so that cycles of unions end. */
  overlays: Map<string, Atom[]>
  budget: { pairs: number }
  /** Of top-level types, by node. */
  hashes?: { base: ReadonlyMap<Ix, string>; head: ReadonlyMap<Ix, string> }
}

/**
 * All pairs that can be reached from two nodes, each once, with their atoms. Cycles end in their own pair. `by`: types of equal hash are
 * equal, where the format allows it; or what folding hides is told, too.
 */
export const differences = (base: Graph, head: Graph, format: Format, a: Ix, b: Ix, by?: 'hash' | 'text'): Atom[] => {
  const state = newState(base, head, format)
  state.asWritten = by === 'text'
  if (by === 'hash' && format.hashesAreWhole) state.hashes = { base: hashesOf(base), head: hashesOf(head) }
  return walkFrom(state, a, b)
}

const hashesOf = (graph: Graph): Map<Ix, string> =>
  new Map(
    graph.contracts.flatMap((contract, i) => contract.units.map((u): [Ix, string] => [graph.roots[i]! - contract.root + u.node, u.hash])),
  )

const isSameUnit = ({ hashes }: State, a: Ix, b: Ix): boolean => {
  const hash = hashes?.base.get(a)
  return hash !== undefined && hash !== '' && hash === hashes?.head.get(b)
}

/** The walk of a finished comparison, for exceptions that look further. */
export const walkOf = (base: Graph, head: Graph, format: Format): Walk => newState(base, head, format)

const newState = (base: Graph, head: Graph, format: Format, outer?: State): State => {
  const state: State = {
    ...{ base, head, format, memo: new Map(), open: [], pairs: [], depth: (outer?.depth ?? -1) + 1, structural: outer !== undefined },
    asWritten: false,
    overlays: outer?.overlays ?? new Map(),
    budget: outer?.budget ?? { pairs: MAX_ALL_PAIRS },
    atom: (pair, aspect, op, values = {}) => {
      pair.atoms.push({ pair, aspect, op, ...values })
    },
    pair: (a, b, parent, edge) => pairUp(state, a, b, parent, edge),
    overlay: (a, b) => overlaid(state, a, b),
  }
  return state
}

const overlaid = (state: State, a: Ix, b: Ix): Atom[] => {
  const key = `${a} ${b}`
  const known = state.overlays.get(key)
  if (known !== undefined) return known
  if (state.depth >= MAX_DEPTH || state.overlays.size >= MAX_OVERLAYS || state.budget.pairs <= 0) return []
  state.overlays.set(key, [])
  const found = walkFrom(newState(state.base, state.head, state.format, state), a, b)
  state.overlays.set(key, found)
  return found
}

const walkFrom = (state: State, a: Ix, b: Ix): Atom[] => {
  pairUp(state, a, b)
  const atoms: Atom[] = []
  for (let pair = state.open.pop(); pair !== undefined; pair = state.open.pop()) {
    comparePair(state, pair)
    for (const atom of pair.atoms) atoms.push(atom)
    if (state.structural && (state.budget.pairs-- <= 0 || state.pairs.length > MAX_OVERLAY_PAIRS)) break
  }
  return atoms
}

/** The pair is remembered before it is looked into. */
const pairUp = (state: State, a: Ix, b: Ix, parent?: Pair, edge?: Edge): void => {
  const [x, y] = state.format.view === undefined ? [a, b] : [state.format.view(state.base, a), state.format.view(state.head, b)]
  const first = state.memo.get(x)
  for (let known = first; known !== undefined; known = known.next)
    if (known.pair.b === y) {
      if (parent !== undefined && edge !== undefined) lead(state, parent, edge, known.pair)
      return
    }
  if (isSameUnit(state, x, y)) return
  const pair: Pair = { a: x, b: y, atoms: [], ...(parent === undefined ? {} : { parent }), ...(edge === undefined ? {} : { edge }) }
  if (parent !== undefined && edge !== undefined) lead(state, parent, edge, pair)
  state.memo.set(x, first === undefined ? { pair } : { pair, next: first })
  state.open.push(pair)
  state.pairs.push(pair)
  if (state.asWritten) state.format.raw?.(a, b, pair, state)
}

/** Nobody asks where an overlay is carried. */
const lead = ({ structural }: State, from: Pair, edge: Edge, pair: Pair): void => {
  if (structural) return
  if (from.kids === undefined) from.kids = [{ edge, pair }]
  else from.kids.push({ edge, pair })
}

const comparePair = (state: State, pair: Pair): void => {
  const a = state.base.nodes[pair.a]!
  const b = state.head.nodes[pair.b]!
  if (a.kind !== b.kind) {
    state.atom(pair, 'kind', 'changed', { before: a.kind, after: b.kind })
    return
  }
  const spec = state.format.kinds[a.kind]
  if (spec?.own?.(pair, state) === true) return
  if (spec !== undefined && a.facets !== b.facets) compareFacets(state, pair, spec, a, b)
  compareEdges(state, pair, a, b)
}

const compareFacets = (state: State, pair: Pair, { facets }: KindSpec, a: Node, b: Node): void => {
  for (const name in a.facets) {
    const known = facets[name]
    if (known !== undefined) compareFacet(state, pair, known[1], known[0], a.facets[name], b.facets[name])
  }
  for (const name in b.facets) {
    const known = name in a.facets ? undefined : facets[name]
    if (known !== undefined) compareFacet(state, pair, known[1], known[0], undefined, b.facets[name])
  }
}

const equal = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && (sameItems(a, b) || canonicalJson(a) === canonicalJson(b)))

const sameItems = (a: Json, b: Json): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => v === b[i] && typeof v !== 'object')

const compareFacet = (
  state: Walk,
  pair: Pair,
  aspect: string,
  algebra: Algebra,
  before: Json | undefined,
  after: Json | undefined,
): void => {
  if (equal(before, after)) return
  if (algebra === 'set') compareSets(state, pair, aspect, before, after)
  else if (algebra === 'choices' && before !== undefined && after !== undefined) compareSets(state, pair, `${aspect}-value`, before, after)
  else state.atom(pair, aspect, operatorOf(algebra, before, after), values(before, after))
}

const values = (before: Json | undefined, after: Json | undefined): { before?: Json; after?: Json } => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
})

const operatorOf = (algebra: Algebra, before: Json | undefined, after: Json | undefined): Operator => {
  if (algebra === 'value') return 'changed'
  if (algebra === 'flag') return after ? 'added' : 'removed'
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  return algebra === 'scalar' || algebra === 'choices' ? 'changed' : isGreater(after, before, algebra) ? 'increased' : 'decreased'
}

/** Bounds are numbers or `[number, exclusive]`; an exclusive upper bound is below the same inclusive one. */
const isGreater = (x: Json, y: Json, algebra: Algebra): boolean => {
  const [a, aExclusive] = Array.isArray(x) ? x : [x, false]
  const [b, bExclusive] = Array.isArray(y) ? y : [y, false]
  if (a !== b) return Number(a) > Number(b)
  return algebra === 'upper' ? Boolean(bExclusive) && !aExclusive : Boolean(aExclusive) && !bExclusive
}

const compareSets = (state: Walk, pair: Pair, aspect: string, before: Json | undefined, after: Json | undefined): void => {
  const old = memberTexts(before)
  const now = memberTexts(after)
  for (const [text, value] of old) if (!now.has(text)) state.atom(pair, aspect, 'removed', { before: value })
  for (const [text, value] of now) if (!old.has(text)) state.atom(pair, aspect, 'added', { after: value })
}

const memberTexts = (value: Json | undefined): Map<string, Json> =>
  new Map((Array.isArray(value) ? value : value === undefined ? [] : [value]).map(v => [canonicalJson(v), v]))

const compareEdges = (state: State, pair: Pair, a: Node, b: Node): void => {
  if (a.edges.length === 0 && b.edges.length === 0) return
  if (areOfOneRole(a.edges, b.edges)) {
    compareRole(state, pair, a.edges[0]!.role, a.edges, b.edges)
    return
  }
  const groups = new Map<string, { before: Edge[]; after: Edge[] }>()
  const groupOf = (role: string): { before: Edge[]; after: Edge[] } => {
    const known = groups.get(role) ?? { before: [], after: [] }
    groups.set(role, known)
    return known
  }
  for (const edge of a.edges) groupOf(edge.role).before.push(edge)
  for (const edge of b.edges) groupOf(edge.role).after.push(edge)
  for (const [role, { before, after }] of groups) {
    compareRole(state, pair, role as Edge['role'], before, after)
  }
}

const areOfOneRole = (before: readonly Edge[], after: readonly Edge[]): boolean => {
  const role = before[0]?.role
  return before.every(e => e.role === role) && after.length > 0 && after.every(e => e.role === role)
}

const compareRole = (state: State, pair: Pair, role: Edge['role'], before: Edge[], after: Edge[]): void => {
  const spec = state.format.roles[role]
  if (spec === undefined || spec.match === 'own') return
  if (spec.match === 'union') matchMembers(state, pair, spec, before, after)
  else if (
    before.length === after.length &&
    before.every((e, i) => e.key === after[i]!.key) &&
    (spec.match === 'key' ? isDistinct(before) : before.length === 1)
  )
    for (let i = 0; i < before.length; i++) compareEdge(state, pair, spec, before[i]!, after[i]!)
  else compareKeyed(state, pair, spec, before, after)
}

/** Few members cannot be told to have one key twice without a look. */
const isDistinct = (edges: readonly Edge[]): boolean => edges.length === 1 || new Set(edges.map(e => e.key)).size === edges.length

const compareKeyed = (state: State, pair: Pair, spec: RoleSpec, before: Edge[], after: Edge[]): void => {
  const now = new Map(after.map(e => [spec.match === 'single' ? '' : e.key, e]))
  const gone: Edge[] = []
  for (const edge of before) {
    const key = spec.match === 'single' ? '' : edge.key
    const other = now.get(key)
    now.delete(key)
    if (other === undefined) gone.push(edge)
    else compareEdge(state, pair, spec, edge, other)
  }
  for (const edge of gone) {
    const other = spec.patterns && covered(spec.patterns.covers, edge, now)
    if (other === undefined) edgeAtom(state, pair, spec.aspect, 'removed', edge, undefined)
    else {
      state.atom(pair, spec.patterns!.aspect, 'changed', { before: edge.key, after: other.key, edge: other })
      compareEdge(state, pair, spec, edge, other)
    }
  }
  for (const edge of now.values()) edgeAtom(state, pair, spec.aspect, 'added', undefined, edge)
}

/** The edge of the other side that stands for one whose key only this side has; it is taken out. */
const covered = (covers: (pattern: string, key: string) => boolean, edge: Edge, others: Map<string, Edge>): Edge | undefined => {
  const found = [...others.values()].find(o => covers(edge.key, o.key) || covers(o.key, edge.key))
  if (found !== undefined) others.delete(found.key)
  return found
}

const edgeAtom = (state: State, pair: Pair, aspect: string, op: Operator, before: Edge | undefined, after: Edge | undefined): void => {
  const a = before === undefined ? undefined : targetOf(state.base, pair.a, before)
  const b = after === undefined ? undefined : targetOf(state.head, pair.b, after)
  state.atom(pair, aspect, op, { edge: (after ?? before)!, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) })
}

const compareEdge = (state: State, pair: Pair, spec: RoleSpec, before: Edge, after: Edge): void => {
  if (spec.required !== undefined && Boolean(before.required) !== Boolean(after.required))
    edgeAtom(state, pair, spec.required, after.required ? 'added' : 'removed', before, after)
  const a = targetOf(state.base, pair.a, before)
  const b = targetOf(state.head, pair.b, after)
  if (spec.nominal !== undefined) {
    const [was, is] = [typeName(state.base, a, before), typeName(state.head, b, after)]
    if (was !== is && !(state.structural && a !== undefined && b !== undefined)) {
      const nodes = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }
      state.atom(pair, spec.nominal, 'changed', { before: was, after: is, edge: before, ...nodes })
      return
    }
    if (!state.structural) return
  }
  if (a !== undefined && b !== undefined) pairUp(state, a, b, pair, before)
}

/** The name of an edge's target, whether it is at hand or not. */
const typeName = (graph: Graph, target: Ix | undefined, edge: Edge): string =>
  target !== undefined ? (graph.nodes[target]!.name ?? '') : typeof edge.to === 'number' ? '' : edge.to.name
