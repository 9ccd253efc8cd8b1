import type { Interaction, NodeId } from '../model/system.ts'
import { isOfCloud } from './cloud-nodes.ts'
import { isGateway } from './gateways.ts'
import { groupBy } from './gather.ts'
import type { Node } from './node.ts'
import { variantKey } from './variants.ts'

/**
 * Nodes that only a few of several ways of deploying one system know, and that nothing outside of these few touches: a set-up container of
 * one Compose file, a database that one file's monitoring needs. They are part of that variant, not of the system.
 *
 * Two variants are ways of deploying one system when they share most of what the smaller one deploys. A node stays when half of the ways
 * deploy it, when it interacts with anything that stays, when it runs a program that listens, or any program where the primary way deploys it.
 */
export const variantExtras = (nodes: readonly Node[], interactions: readonly Interaction[], ranks: Map<string, number>): Set<NodeId> => {
  const waysOf = new Map(nodes.map(n => [n.id, new Set(n.instances.map(i => variantKey(i.place)))] as const))
  const held = new Map<string, Set<NodeId>>()
  for (const [id, ways] of waysOf) for (const way of ways) held.set(way, (held.get(way) ?? new Set()).add(id))
  const alike = waysAlike(held, waysOf)
  const isForeign = foreignWays(nodes)
  const candidates = nodes.filter(node => {
    if (node.instances.length === 0) return false
    if (node.instances.some(i => isGateway(i.place))) return true
    if (node.programs.length === 0 && [...waysOf.get(node.id)!].every(way => isForeign(way))) return true
    if (node.programs.some(p => p.program.listens)) return false
    const own = waysOf.get(node.id)!
    const all = new Set([...own].flatMap(way => [way, ...(alike.get(way) ?? [])]))
    const primary = [...all].sort((a, b) => rankOf(a, ranks) - rankOf(b, ranks))[0]!
    return own.size * 2 < all.size && (node.programs.length === 0 || !own.has(primary))
  })
  return withoutTies(new Set(candidates.map(n => n.id)), interactions)
}

/**
 * Ways of deploying that run nothing of a repository whose code other ways run, but programs all the same: these are built elsewhere, or no
 * more. A file of well-known images alone is what the others need.
 */
const foreignWays = (nodes: readonly Node[]): ((way: string) => boolean) => {
  const alien = new Set(
    nodes.flatMap(n =>
      n.instances.flatMap(i => ((i.program ?? i.stock ?? (isOfCloud(i.place) || undefined)) ? [] : [variantKey(i.place)])),
    ),
  )
  const running = new Set(nodes.flatMap(n => n.instances.flatMap(i => (i.program ? [variantKey(i.place)] : []))))
  const repos = groupBy([...running], way => way.split('\n')[0]!)
  return way => alien.has(way) && !running.has(way) && repos.has(way.split('\n')[0]!)
}

const rankOf = (way: string, ranks: Map<string, number>): number => ranks.get(way) ?? Number.MAX_SAFE_INTEGER

const LEAST = 3

/** Variants that deploy the same system: most of the smaller one's nodes, and no less than three. */
const waysAlike = (held: ReadonlyMap<string, Set<NodeId>>, waysOf: ReadonlyMap<NodeId, Set<string>>): Map<string, Set<string>> => {
  const alike = new Map<string, Set<string>>()
  for (const [a, ids] of held) {
    if (ids.size < LEAST) continue
    const shared = new Map<string, number>()
    for (const id of ids) for (const b of waysOf.get(id)!) if (b !== a && repoOf(a) === repoOf(b)) shared.set(b, (shared.get(b) ?? 0) + 1)
    const found = [...shared].filter(([b, n]) => n >= LEAST && n * 2 > Math.max(ids.size, held.get(b)!.size))
    if (found.length > 0) alike.set(a, new Set(found.map(([b]) => b).sort()))
  }
  return alike
}

const repoOf = (way: string): string => way.slice(0, way.indexOf('\n'))

/** Whoever deals with something that stays, stays; again, until nothing changes. */
const withoutTies = (candidates: Set<NodeId>, interactions: readonly Interaction[]): Set<NodeId> => {
  const partners = groupBy(
    interactions.flatMap(i => [
      { id: i.from, other: i.to },
      { id: i.to, other: i.from },
    ]),
    t => t.id,
  )
  const left = new Set(candidates)
  for (let changed = true; changed; ) {
    changed = false
    for (const id of [...left]) {
      if ((partners.get(id) ?? []).some(t => t.other !== id && !left.has(t.other))) changed = left.delete(id)
    }
  }
  return left
}
