import type { Admission, ControlFact } from '../../model/control.ts'
import { groupBy } from '../gather.ts'
import type { Node } from '../node.ts'
import type { Match, Peers } from './peers.ts'
import type { Applied } from './places.ts'

/** What policies of one kind say of a connection, and who says it. */
export interface Decision {
  denied: boolean
  kind: ControlFact['kind']
  /** The policies that decide it. */
  by: readonly Applied[]
}

type Admitting = Applied & { place: { fact: ControlFact & { admits: Admission } } }

const isAdmitting =
  (way: Admission['way']) =>
  (applied: Applied): applied is Admitting =>
    applied.place.fact.admits?.way === way && applied.instances.length > 0

/**
 * Whether policies let a connection through: those at its end about who comes in, those at its start about who goes out. Each mesh
 * decides for itself, and one that keeps out is enough. Nothing is said where nothing is decided.
 */
export const decisionsOf = (from: Node, to: Node, at: { from: readonly Applied[]; to: readonly Applied[] }, peers: Peers): Decision[] => [
  ...ways(at.to.filter(isAdmitting('in')), from, to, peers),
  ...ways(at.from.filter(isAdmitting('out')), to, from, peers),
]

/** `other` is who the peers are held against, `here` whose policies they are. */
const ways = (applied: readonly Admitting[], other: Node, here: Node, peers: Peers): Decision[] =>
  [...groupBy(applied, a => a.place.fact.by).values()].flatMap(group => {
    const ports = [...groupBy(group, a => String(a.place.fact.port ?? '')).entries()]
    const whole = ports.filter(([port]) => port === '').flatMap(([, all]) => decide(all, other, peers) ?? [])
    const everywhere = group.filter(a => a.place.fact.port === undefined && !a.place.fact.admits.closed)
    const parts = ports
      .filter(([port]) => port !== '')
      .map(([port, all]) => ({ port, decision: decide([...all, ...everywhere], other, peers) }))
    return [...whole, ...byPorts(parts, here)]
  })

/** A policy of single ports keeps somebody out only where it does so for every port that there is. */
const byPorts = (parts: readonly { port: string; decision: Decision | undefined }[], here: Node): Decision[] => {
  const decided = parts.flatMap(p => p.decision ?? [])
  const open = decided.filter(d => !d.denied)
  if (open.length > 0) return open
  const ports = here.instances[0]?.container.ports ?? []
  const isCovered = ports.length > 0 && ports.every(p => parts.some(({ port }) => port === p.name || port === String(p.target ?? p.port)))
  return isCovered ? decided : []
}

const decide = (group: readonly Admitting[], other: Node, peers: Peers): Decision | undefined => {
  const judged = group.map(applied => ({ applied, admits: applied.place.fact.admits, match: matchOf(applied, other, peers) }))
  const decision = (denied: boolean, by: readonly { applied: Applied }[]): Decision => ({
    denied,
    kind: group[0]!.place.fact.kind,
    by: by.map(j => j.applied),
  })
  const exact = judged.filter(j => !j.admits.closed && j.match.match === 'yes')
  if (exact.length > 0) {
    const rank = (j: (typeof judged)[number]): number => j.applied.narrowness * 2 + (j.match.isNamed ? 1 : 0)
    const top = Math.max(...exact.map(rank))
    const deciding = exact.filter(j => rank(j) === top)
    const denying = deciding.filter(j => j.admits.effect === 'deny' && !j.admits.partial)
    return denying.length > 0 ? decision(true, denying) : decision(false, deciding)
  }
  const closed = judged.filter(j => j.admits.closed)
  const denying = closed.filter(j => j.admits.effect === 'deny' && !j.admits.partial && j.match.match === 'yes')
  if (denying.length > 0) return decision(true, denying)
  const allows = closed.filter(j => j.admits.effect === 'allow')
  if (allows.length === 0) return undefined
  const fitting = allows.filter(j => j.match.match !== 'no')
  return fitting.length > 0 ? decision(false, fitting) : decision(true, allows)
}

const matchOf = ({ place }: Admitting, other: Node, peers: Peers): { match: Match; isNamed: boolean } => {
  const all = peers.of(place.fact.admits, place).map(peer => ({ match: peers.matches(peer, other, place), isNamed: peer.is !== 'any' }))
  return all.find(m => m.match === 'yes' && m.isNamed) ?? all.find(m => m.match === 'yes') ?? all.find(m => m.match === 'maybe') ?? NONE
}

const NONE = { match: 'no', isNamed: false } as const
