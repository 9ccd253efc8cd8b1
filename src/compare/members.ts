import { canonicalName } from '../base/names.ts'
import type { Contract, ContractFormat } from '../model/contract.ts'
import type { MemberUse } from '../model/fragment.ts'
import { operationKey, push, sameOperation } from './calls.ts'
import { formatOf } from './compat/formats.ts'
import { type Addresses, addressesOf } from './contract/address.ts'
import type { Format } from './contract/format.ts'
import { type Graph, type GraphOperation, graphOf, type Ix, operationsOf, targetOf } from './contract/graph.ts'

/** Where the members that a use names lead in a contract. */
export interface Trail {
  /** All of them exist. */
  exists: boolean
  /** Addresses of the elements on the way, as in `Change.subject.id` after the `#`. */
  passes: Set<string>
}

const nowhere: Trail = { exists: false, passes: new Set() }

/** Follows the members of a use from the body of an operation. Names count, not numbers; lists and wrappers between members do not. */
export const trailOf = (pool: readonly Contract[], contract: Contract, operation: string, use: Pick<MemberUse, 'side' | 'path'>): Trail => {
  const known = poolOf(pool, contract.format)
  if (!known) return nowhere
  const labels = use.path.filter(p => p !== '[]' && p !== '*').map(canonicalName)
  const starts = (known.operations.get(operationKey(operation)) ?? []).filter(
    o => known.graph.contracts[o.contract]!.id === contract.id && sameOperation(o.id, operation),
  )
  const trail: Trail = { exists: false, passes: new Set() }
  for (const { node } of starts) follow(known, node, use.side, labels, trail)
  return trail
}

interface Pool {
  graph: Graph
  format: Format
  addresses: Addresses
  operations: Map<string, GraphOperation[]>
}

const pools = new WeakMap<readonly Contract[], Map<ContractFormat, Pool>>()

const poolOf = (contracts: readonly Contract[], name: ContractFormat): Pool | undefined => {
  const format = formatOf(name)
  if (!format) return undefined
  const byFormat = pools.get(contracts) ?? new Map<ContractFormat, Pool>()
  pools.set(contracts, byFormat)
  const known = byFormat.get(name)
  if (known) return known
  const graph = graphOf(contracts.filter(c => c.format === name))
  const operations = new Map<string, GraphOperation[]>()
  for (const operation of operationsOf(graph)) push(operations, operationKey(operation.id), operation)
  const pool = { graph, format, addresses: addressesOf(graph, format), operations }
  byFormat.set(name, pool)
  return pool
}

/** All ways through the graph that spell the labels; each node is looked at once per number of labels read. */
const follow = ({ graph, format, addresses }: Pool, start: Ix, side: MemberUse['side'], labels: readonly string[], trail: Trail): void => {
  const seen = new Set<string>()
  const work: { ix: Ix; read: number }[] = [{ ix: start, read: 0 }]
  for (let here = work.pop(); here; here = work.pop()) {
    const owner = graph.nodes[here.ix]!
    for (const edge of owner.edges) {
      const target = targetOf(graph, here.ix, edge)
      if (target === undefined || (here.ix === start && format.roles[edge.role]?.side !== side)) continue
      const names = format.members(owner, edge, graph.nodes[target]).filter(n => n !== '[]')
      const read = names.length === 0 ? here.read : here.read + 1
      if (names.length > 0 && !names.some(n => canonicalName(n) === labels[here.read])) continue
      for (const address of [addresses.below(here.ix, edge), addresses.of(target)]) if (address) trail.passes.add(address.of + address.path)
      if (read === labels.length) trail.exists = true
      if (seen.has(`${target} ${read}`)) continue
      seen.add(`${target} ${read}`)
      work.push({ ix: target, read })
    }
  }
}
