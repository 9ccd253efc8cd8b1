import type { Comparison } from '../model/change.ts'
import type { Level, Policy, RuleId, RuleResult } from '../model/verdict.ts'
import type { View } from './view.ts'

/**
 * One rule. It looks at the head, and at what compare says is different; it yields subjects, messages and evidence. Severity by
 * policy, confidence, fingerprint, waivers and `introduced` are added by judge. A rule runs twice: over the change, and on the base
 * alone (base and head are one model, the comparison is empty), which tells what was there before.
 */
export interface Rule {
  /** `group/name`; its page is `docs/rules/<id>.md`. */
  id: RuleId
  /** Where neither the policy nor the rule itself says otherwise. */
  level: Level
  /** One sentence: what it finds. */
  summary: string
  check(context: RuleContext): RuleResult[]
}

export interface RuleContext {
  base: View
  head: View
  comparison: Comparison
  policy: Policy
  /** Paths of the judged repository that the change touches. */
  changedFiles: ReadonlySet<string>
  /** The whole system is judged, not a change. */
  all: boolean
}
