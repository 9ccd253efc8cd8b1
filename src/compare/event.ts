import type { Change, ContractChange, Reach } from '../model/change.ts'
import type { Contract } from '../model/contract.ts'
import type { CallIndex } from './calls.ts'
import type { ContractPair } from './contracts.ts'

/** A change of a contract with both its sides at hand. */
export interface ContractEvent {
  change: Change & { contract: ContractChange }
  pair: ContractPair
  /** The change taken back would break as well: an old provider cannot serve a new consumer. */
  breaksBack: boolean
}

export interface Models {
  base: CallIndex
  head: CallIndex
}

/** Breaking, or breaking under a condition, for old code against the new contract. */
export const isHurting = ({ change }: ContractEvent): boolean =>
  Object.values(change.contract.verdict).some(v => v === 'breaking' || v === 'conditional')

/** An operation went away: who no longer calls it is repaired, whatever its stub holds. */
export const isOperationGone = ({ change }: ContractEvent): boolean => change.kind === 'removed' && change.subject.kind === 'operation'

/** The same bytes, read by old and by new code, say different things. */
export const changesMeaning = ({ change: { kind, contract } }: ContractEvent): boolean =>
  kind === 'modified' && (contract.modes.includes('wire') || contract.modes.includes('semantic'))

/** A member that old callers cannot know is required from now on. */
export const isNewDemand = ({ change: { kind, contract } }: ContractEvent): boolean =>
  kind === 'added' && contract.verdict.request === 'breaking'

/** The contract that has a reached operation: the changed one, or another that uses its types. */
export const contractOf = (
  reach: Pick<Reach, 'contract'>,
  event: ContractEvent,
  index: CallIndex,
  at: 'base' | 'head',
): Contract | undefined => (reach.contract === undefined ? event.pair[at] : index.model.contracts.find(c => c.id === reach.contract))

/** How sure it is that old code on this side is hurt. */
export const harmOn = (
  { change }: ContractEvent,
  sides: { request: boolean; response: boolean },
): 'breaking' | 'conditional' | 'compatible' => {
  const { request = 'compatible', response = 'compatible' } = change.contract.verdict
  const harms = [sides.request ? request : 'compatible', sides.response ? response : 'compatible']
  return harms.includes('breaking') ? 'breaking' : harms.includes('conditional') ? 'conditional' : 'compatible'
}
