export { canonicalJson } from './base/json.ts'
export { by, byText } from './base/names.ts'
export { UsageError } from './base/usage-error.ts'
export type { BaselineEntry, CheckResult } from './flow/check.ts'
export type { ContractDifference, ContractsDiff, ContractsDiffOptions } from './flow/contract-diff.ts'
export { type ReadableFormat, readableFormats } from './flow/contract-formats.ts'
export type { ConsumersResult, Consumption, ListedContract } from './flow/contracts.ts'
export type { DiffResult } from './flow/diff.ts'
export type { MapResult } from './flow/map.ts'
export type { ChangeOptions, CheckOptions, MapOptions, ReadOptions, ReplayOptions } from './flow/options.ts'
export type { ReplayStep } from './flow/replay.ts'
export {
  checkChange,
  contractConsumers,
  diffContracts,
  diffSystems,
  fragmentOf,
  listContracts,
  mapSystem,
  replay,
} from './flow/use-cases.ts'
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
