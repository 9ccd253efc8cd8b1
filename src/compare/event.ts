import type { Change, ContractChange } from '../model/change.ts'
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
