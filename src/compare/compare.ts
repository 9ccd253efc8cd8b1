import type { Change, Comparison, ContractChange } from '../model/change.ts'
import { operations } from '../model/contract.ts'
import type { SystemModel } from '../model/system.ts'
import { indexCalls } from './calls.ts'
import {
  addedOperation,
  type ContractPair,
  operationsOfRemovedContracts,
  pairContracts,
  removedOperation,
  unservedOperations,
  wholeContractChanges,
} from './contracts.ts'
import { compareEntities } from './entities.ts'
import type { ContractEvent } from './event.ts'
import { impactReports } from './impact.ts'

/** Everything that is different between two models, by stable ids, and who feels each contract change. It passes no verdict. */
export const compare = (base: SystemModel, head: SystemModel): Comparison => {
  const models = { base: indexCalls(base), head: indexCalls(head) }
  const pairs = pairContracts(base.contracts, head.contracts)
  const inside = pairs.flatMap(contractEvents)
  const removed = operationsOfRemovedContracts(pairs).map(change => eventOf(change, pairs))
  const told = [...inside, ...removed]
  const unserved = unservedOperations(
    models.base,
    models.head,
    told.map(e => e.change),
  ).map(change => eventOf(change, pairs))
  const events = [...told, ...unserved]
  return {
    changes: [...compareEntities(base, head), ...wholeContractChanges(pairs), ...events.map(e => e.change)],
    impacts: impactReports(events, models),
  }
}

const contractEvents = (pair: ContractPair): ContractEvent[] => {
  const { base, head } = pair
  if (!base || !head) return []
  const before = new Set(operations(base).map(o => o.id))
  const kept = new Set(operations(head).map(o => o.id))
  const events = [
    ...operations(base)
      .filter(o => !kept.has(o.id))
      .map(o => removedOperation(base, o)),
    ...operations(head)
      .filter(o => !before.has(o.id))
      .map(o => addedOperation(head, o)),
  ]
  return events.map(change => ({ change: change as ContractEvent['change'], pair, breaksBack: false }))
}

const eventOf = (change: Change, pairs: readonly ContractPair[]): ContractEvent => {
  const { contract } = change as { contract: ContractChange }
  return {
    change: { ...change, contract },
    pair: pairs.find(p => p.base?.id === contract.contract || p.head?.id === contract.contract) ?? {},
    breaksBack: false,
  }
}
