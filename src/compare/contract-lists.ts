import type { Change, Compatibility } from '../model/change.ts'
import type { Contract } from '../model/contract.ts'
import { compareContracts } from './contract/contracts.ts'
import { operationsOfRemovedContracts, pairContracts, wholeContractChanges } from './contracts.ts'

/** What is different between two lists of contracts alone, without a system around them, sorted by contract and place. */
export const compareContractLists = (base: readonly Contract[], head: readonly Contract[]): Change[] => {
  const pairs = pairContracts(base, head)
  const inside = pairs.flatMap(p => (p.base && p.head ? compareContracts(p.base, p.head, { base, head }) : []))
  return [...wholeContractChanges(pairs).map(asContractChange), ...operationsOfRemovedContracts(pairs), ...inside]
}

const asContractChange = (change: Change): Change => {
  const rule = `contract-${change.property ?? change.kind}`
  const verdict: Compatibility = change.kind === 'added' ? 'compatible' : 'breaking'
  const message = `${change.property ?? change.kind} contract ${change.subject.name}`
  return {
    ...change,
    contract: {
      ...{ contract: change.subject.id, rule, message, verdict: { request: verdict, response: verdict } },
      ...{ modes: verdict === 'breaking' ? ['wire', 'json', 'source'] : [], reach: { operations: [], total: 0 } },
    },
  }
}

/** The worse of both sides. */
export const compatibilityOf = (change: Change): Compatibility => {
  const all = Object.values(change.contract?.verdict ?? {})
  return all.includes('breaking') ? 'breaking' : all.includes('conditional') ? 'conditional' : 'compatible'
}
