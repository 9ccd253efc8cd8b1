import type { Edge } from '../../model/contract.ts'
import type { Pair, RoleSpec, Walk } from './format.ts'
import { type Ix, targetOf } from './graph.ts'

/** Members compared by content: more are matched by name alone. */
const MAX_COMPARED = 24

interface Member {
  edge: Edge
  ix: Ix
}

/**
 * Members of a union have no key. They belong together by the name they are referred by, else by the discriminator's value, else by equal
 * content, else by title; the one pair that is left belongs together if it is near. The rest came or went.
 */
export const matchMembers = (walk: Walk, pair: Pair, spec: RoleSpec, before: readonly Edge[], after: readonly Edge[]): void => {
  const old = members(before, e => targetOf(walk.base, pair.a, e))
  const now = members(after, e => targetOf(walk.head, pair.b, e))
  const take = (isSame: (a: Member, b: Member) => boolean): void => {
    for (const a of [...old]) {
      const b = now.find(candidate => isSame(a, candidate))
      if (b === undefined) continue
      old.splice(old.indexOf(a), 1)
      now.splice(now.indexOf(b), 1)
      walk.pair(a.ix, b.ix, pair, a.edge)
    }
  }
  const facet = (member: Member, side: 'base' | 'head', name: string): unknown => walk[side].nodes[member.ix]!.facets[name]
  take((a, b) => a.edge.ref !== undefined && a.edge.ref === b.edge.ref)
  if (old.length * now.length <= MAX_COMPARED * MAX_COMPARED) take((a, b) => walk.overlay(a.ix, b.ix).length === 0)
  take((a, b) => facet(a, 'base', 'title') !== undefined && facet(a, 'base', 'title') === facet(b, 'head', 'title'))
  if (old.length === 1 && now.length === 1) take((a, b) => isNear(walk, a, b))
  for (const { edge, ix } of old) walk.atom(pair, spec.aspect, 'removed', { edge, a: ix })
  for (const { edge, ix } of now) walk.atom(pair, spec.aspect, 'added', { edge, b: ix })
}

const members = (edges: readonly Edge[], target: (edge: Edge) => Ix | undefined): Member[] =>
  edges.flatMap(edge => {
    const ix = target(edge)
    return ix === undefined ? [] : [{ edge, ix }]
  })

/** One type, and a property in common if they have any. */
const isNear = (walk: Walk, a: Member, b: Member): boolean => {
  const x = walk.base.nodes[a.ix]!
  const y = walk.head.nodes[b.ix]!
  if (String(x.facets.type) !== String(y.facets.type)) return false
  const names = new Set(x.edges.filter(e => e.role === 'prop').map(e => e.key))
  const others = y.edges.filter(e => e.role === 'prop')
  return (names.size === 0 && others.length === 0) || others.some(e => names.has(e.key))
}
