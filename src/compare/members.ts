import { canonicalName } from '../base/names.ts'
import { type Contract, type Edge, type NodeIx, operations } from '../model/contract.ts'
import type { MemberUse } from '../model/fragment.ts'
import { sameOperation } from './calls.ts'

const requestRoles = new Set(['in', 'body', 'param', 'arg'])
const responseRoles = new Set(['out', 'response', 'header'])
const memberRoles = new Set(['prop', 'field', 'extfield', 'param', 'header', 'member', 'arg'])

/** Whether the members that a use names exist below an operation's body. Names count, not numbers; what stands between members does not. */
export const hasMember = (contract: Contract, operation: string, use: Pick<MemberUse, 'side' | 'path'>): boolean => {
  const roles = use.side === 'request' ? requestRoles : responseRoles
  const found = operations(contract).filter(o => sameOperation(o.id, operation))
  return found.some(({ node }) => {
    const labels = use.path.filter(p => p !== '[]' && p !== '*').map(canonicalName)
    const bodies = contract.nodes[node]!.edges.filter(e => roles.has(e.role))
    let states = new Set(bodies.map(e => e.to).filter(to => typeof to === 'number'))
    if (labels.length > 0 && bodies.some(e => memberRoles.has(e.role) && isNamed(contract, e, labels[0]!))) return true
    for (const label of labels) states = step(contract, states, label)
    return states.size > 0
  })
}

/** Nodes behind members of this name, through everything that is no member (types, media, items, alternatives). */
const step = (contract: Contract, states: ReadonlySet<NodeIx>, label: string): Set<NodeIx> => {
  const next = new Set<NodeIx>()
  const seen = new Set(states)
  const work = [...states]
  for (let ix = work.pop(); ix !== undefined; ix = work.pop()) {
    for (const edge of contract.nodes[ix]!.edges) {
      if (typeof edge.to !== 'number') continue
      if (memberRoles.has(edge.role)) {
        if (isNamed(contract, edge, label)) next.add(edge.to)
      } else if (!seen.has(edge.to)) {
        seen.add(edge.to)
        work.push(edge.to)
      }
    }
  }
  return next
}

const isNamed = (contract: Contract, edge: Edge, label: string): boolean => {
  const target = typeof edge.to === 'number' ? contract.nodes[edge.to] : undefined
  const names = [edge.key, target?.facets.name, target?.facets.jsonName, target?.name?.slice(target.name.lastIndexOf('.') + 1)]
  return names.some(n => typeof n === 'string' && canonicalName(n) === label)
}
