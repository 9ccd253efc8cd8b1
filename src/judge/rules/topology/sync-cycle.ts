import { components, digraph } from '../../../base/digraph.ts'
import { by, byText } from '../../../base/names.ts'
import type { Interaction, ServiceId } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { canBlock, perView, type View } from '../../view.ts'

/** Rings longer than a person follows are still found, but not listed one by one. */
const MOST_RINGS = 50

export const syncCycle: Rule = {
  id: 'topology/sync-cycle',
  level: 'error',
  summary: 'services call each other in a ring, each waiting for the next',
  check: context => {
    const known = new Set(syncCalls(context.base).map(i => `${i.from} ${i.to}`))
    return closedOnce(shortestRings(context.head), known).map(ring => resultOf(ring, known, context))
  },
}

const syncCalls = perView(({ model, service }: View): Interaction[] =>
  model.interactions
    .filter(
      i => i.style === 'sync' && (i.purpose === 'call' || i.purpose === 'auth') && i.from !== i.to && service(i.from) && service(i.to),
    )
    .sort(by(i => i.id)),
)

/** A ring starts at its smallest id; `calls[n]` leads from member n to the next. */
interface Ring {
  id: string
  calls: Interaction[]
}

/** The shortest rings through each call inside a strongly connected component, each ring once, shortest first. */
const shortestRings = perView((view: View): Ring[] => {
  const calls = syncCalls(view)
  const ids = [...new Set(calls.flatMap(i => [i.from, i.to]))].sort(byText)
  const index = new Map(ids.map((id, n) => [id, n]))
  const edges = calls.map(call => ({ call, from: index.get(call.from)!, to: index.get(call.to)! }))
  const inside = insideComponents(ids.length, edges)
  const paths = new Paths(ids.length, inside)
  const rings = new Map<string, Ring>()
  const found = new Lengths()
  for (const edge of inside) {
    const path = paths.shortest(edge.to, edge.from, found.most - 1)
    if (!path) continue
    const ring = ringOf([edge.call, ...path])
    if (!rings.has(ring.id)) found.add(ring.calls.length)
    rings.set(ring.id, ring)
  }
  return [...rings.values()].sort((a, b) => a.calls.length - b.calls.length || byText(a.id, b.id)).slice(0, MOST_RINGS)
})

/** Lengths of rings, as many as are told: a longer one is not looked for. */
class Lengths {
  most = Number.MAX_SAFE_INTEGER
  readonly #shortest: number[] = []

  add(length: number): void {
    const after = this.#shortest.findIndex(other => other > length)
    this.#shortest.splice(after === -1 ? this.#shortest.length : after, 0, length)
    if (this.#shortest.length > MOST_RINGS) this.#shortest.pop()
    if (this.#shortest.length === MOST_RINGS) this.most = this.#shortest.at(-1)!
  }
}

/** A call between two services, by their numbers. */
interface Step {
  call: Interaction
  from: number
  to: number
}

const insideComponents = (size: number, edges: readonly Step[]): Step[] => {
  const part = new Int32Array(size)
  const graph = digraph(
    size,
    edges.map(({ from, to }) => [from, to] as const),
  )
  components(graph).forEach((members, n) => {
    for (const m of members) part[m] = n
  })
  return edges.filter(({ from, to }) => part[from] === part[to])
}

/** Shortest paths among calls; of several the one whose calls come first. */
class Paths {
  readonly #outgoing: Step[][]
  readonly #seen: Int32Array
  readonly #cameBy: (Step | undefined)[]
  #search = 0

  constructor(size: number, edges: readonly Step[]) {
    this.#outgoing = Array.from({ length: size }, () => [])
    for (const edge of edges) this.#outgoing[edge.from]!.push(edge)
    this.#seen = new Int32Array(size)
    this.#cameBy = new Array<Step | undefined>(size)
  }

  /** Undefined for a path of more than so many calls. */
  shortest(from: number, to: number, most: number): Interaction[] | undefined {
    const search = ++this.#search
    const seen = this.#seen
    seen[from] = search
    this.#cameBy[from] = undefined
    let reached = [from]
    for (let length = 0; seen[to] !== search; length++) {
      if (length === most || reached.length === 0) return undefined
      const next: number[] = []
      for (const at of reached)
        for (const edge of this.#outgoing[at]!) {
          if (seen[edge.to] === search) continue
          seen[edge.to] = search
          this.#cameBy[edge.to] = edge
          next.push(edge.to)
        }
      reached = next
    }
    const path: Interaction[] = []
    for (let step = this.#cameBy[to]; step; step = this.#cameBy[step.from]) path.push(step.call)
    return path.reverse()
  }
}

const ringOf = (calls: readonly Interaction[]): Ring => {
  const start = calls.reduce((least, call, n) => (call.from < calls[least]!.from ? n : least), 0)
  const turned = [...calls.slice(start), ...calls.slice(0, start)]
  return { id: turned.map(c => c.from).join(' -> '), calls: turned }
}

/** A new call may close many rings: its author reads the shortest one. */
const closedOnce = (rings: readonly Ring[], known: ReadonlySet<string>): Ring[] => {
  const told = new Set<string>()
  return rings.filter(ring => {
    const fresh = ring.calls.map(c => `${c.from} ${c.to}`).filter(edge => !known.has(edge))
    if (fresh.length > 0 && fresh.every(edge => told.has(edge))) return false
    for (const edge of fresh) told.add(edge)
    return true
  })
}

const resultOf = (ring: Ring, known: ReadonlySet<string>, { head }: RuleContext): RuleResult => {
  const fresh = ring.calls.filter(c => !known.has(`${c.from} ${c.to}`))
  const closing = fresh[0] ?? ring.calls.at(-1)!
  const name = (id: ServiceId): string => head.nameOf(id)
  const around = [closing, ...ring.calls.slice(ring.calls.indexOf(closing) + 1), ...ring.calls.slice(0, ring.calls.indexOf(closing))]
  const path = [...around.map(c => name(c.from)), name(closing.from)].join(' -> ')
  const mutual = ring.calls.length === 2
  const what = mutual
    ? `${name(closing.from)} calls its caller ${name(closing.to)}`
    : `a ring of ${ring.calls.length} services calls itself`
  return {
    subject: { kind: 'interaction', id: ring.id, name: path },
    message: `${what}: ${path}\n  each waits for the next, so one slow service stops them all${fresh.length > 0 ? `; ${name(closing.from)} -> ${name(closing.to)} closes it` : ''}`,
    at: closing.evidence[0]!.at,
    evidence: around.flatMap(c => c.evidence.slice(0, 1)),
    advice: {
      action: 'make-async',
      target: { kind: 'interaction', id: closing.id, name: `${name(closing.from)} -> ${name(closing.to)}` },
      reason: `let ${name(closing.to)} send what ${name(closing.from)} needs with its request, or move the shared part to a service both may call`,
      expected: [],
    },
    severity: ring.calls.every(c => canBlock(head, c.from)) ? 'error' : 'warning',
    headline: mutual
      ? `${name(closing.from)} would call its own caller ${name(closing.to)}`
      : `${name(closing.from)} -> ${name(closing.to)} closes a ring of ${ring.calls.length} services`,
  }
}
