import type { Comparison } from '../model/change.ts'
import type { Problem } from '../model/evidence.ts'
import type { SystemModel } from '../model/system.ts'
import type { Policy } from '../model/verdict.ts'
import type { Rule } from './rule.ts'

export interface JudgeInput {
  base: SystemModel
  head: SystemModel
  /** Digests of what the two models say, where they are known. */
  digests?: readonly [base: string, head: string]
  comparison: Comparison
  policy: Policy
  /** Where the policy was read from: `base abc1234`, `defaults`. */
  policySource: string
  /** ISO date; waivers expire by it. */
  asOf: string
  /** The judged repository; default: the first one of the head. */
  repo?: string
  /** Paths of the judged repository that the change touches. */
  changedFiles: readonly string[]
  /** Judge everything that is there, not only what the change introduces: old debt, less what the baseline holds. */
  all?: boolean
  baseline?: Baseline
  /** Problems of the configuration, waivers or history, beside those of the two models. */
  problems?: readonly Problem[]
  /** Other rules than the built-in ones (plugins). */
  rules?: readonly Rule[]
}

/** `lintel.baseline.json`: debt that is known. Sorted; it only shrinks. */
export interface Baseline {
  entries: BaselineEntry[]
  /** Its file, for findings about it. */
  file: string
}

export interface BaselineEntry {
  fingerprint: string
  rule: string
  /** Readable, for reviewers; not compared. */
  subject: string
}
