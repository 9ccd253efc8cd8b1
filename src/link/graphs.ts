import { type Contract, type ContractId, locationOf, operations } from '../model/contract.ts'
import type { Step } from '../model/evidence.ts'
import type { NodeId } from '../model/system.ts'
import { stepAt } from './gather.ts'
import type { Forwarding } from './proxies.ts'

/** Who answers the root fields of graphs (`Query.seat`), and in which contract they stand. */
export interface Graphs {
  /** Routers that lead to it, or failing one the services whose contract has it, each with what says so. */
  servers(operation: string): ReadonlyMap<NodeId, Step>
  /** The contract, where only one that somebody serves has it. */
  contractOf(operation: string): { contract?: ContractId }
}

interface Field {
  servers: Map<NodeId, Step>
  contracts: Set<ContractId>
}

export const graphsOf = (contracts: readonly Contract[], proxies: ReadonlyMap<NodeId, readonly Forwarding[]>): Graphs => {
  const routers = new Map<NodeId, Step>()
  for (const [id, forwardings] of proxies) {
    const first = forwardings.find(f => f.route.protocol === 'graphql')
    if (first) routers.set(id, stepAt(first.place, first.route.spot, `${id} sends GraphQL on`))
  }
  const fields = new Map<string, Field>()
  for (const contract of contracts.filter(c => c.format === 'graphql' && c.providers.length > 0))
    for (const { id, node } of operations(contract)) {
      const field = fields.get(id) ?? { servers: new Map(routers), contracts: new Set() }
      fields.set(id, field)
      field.contracts.add(contract.id)
      const at = locationOf(contract, contract.nodes[node]!.at)
      if (routers.size === 0) for (const { value } of contract.providers) field.servers.set(value, { at, says: `${value} has ${id}` })
    }
  return {
    servers: operation => fields.get(operation)?.servers ?? new Map(),
    contractOf: operation => {
      const [contract, ...others] = fields.get(operation)?.contracts ?? []
      return contract === undefined || others.length > 0 ? {} : { contract }
    },
  }
}
