export { canonicalJson } from './base/json.ts'
export { by, byText } from './base/names.ts'
export { UsageError } from './base/usage-error.ts'
export type { BaselineEntry } from './flow/check.ts'
export { type CheckResult, checkChange } from './flow/check.ts'
export { type ReadableFormat, readableFormats } from './flow/contract-sources.ts'
export {
  type ConsumersResult,
  type Consumption,
  type ContractDifference,
  type ContractsDiff,
  type ContractsDiffOptions,
  contractConsumers,
  diffContracts,
  type ListedContract,
  listContracts,
} from './flow/contracts.ts'
export { type DiffResult, diffSystems } from './flow/diff.ts'
export { fragmentOf, type MapResult, mapSystem } from './flow/map.ts'
export type { ChangeOptions, CheckOptions, MapOptions, ReadOptions, ReplayOptions } from './flow/options.ts'
export { type ReplayStep, replay } from './flow/replay.ts'
export type * from './model/change.ts'
export type * from './model/contract.ts'
export type * from './model/control.ts'
export {
  DEFAULT_NAMESPACE,
  entityKey,
  entityNameFor,
  entityRef,
  ID_MARK,
  parseEntityRef,
} from './model/entity.ts'
export type * from './model/evidence.ts'
export type * from './model/fragment.ts'
export { interactionsBetween, nodesNamed } from './model/queries.ts'
export type * from './model/system.ts'
export type * from './model/verdict.ts'
