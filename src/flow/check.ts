import { nextBaseline } from '../judge/baseline.ts'
import type { BaselineEntry } from '../judge/input.ts'
import { judge } from '../judge/judge.ts'
import type { SystemModel } from '../model/system.ts'
import type { Verdict } from '../model/verdict.ts'
import { compareSides } from './change.ts'
import type { CheckOptions } from './options.ts'

export type { BaselineEntry }

export interface CheckResult {
  verdict: Verdict
  base: SystemModel
  head: SystemModel
  /** What `lintel.baseline.json` should hold after a run with `all`: it only shrinks, unless `grow` allows more. */
  baseline: (grow: boolean) => BaselineEntry[]
}

/**
 * Judges a change: the policy is read from its base, so that it cannot excuse itself. Same input, same policy, same `asOf`: same bytes.
 * Throws UsageError for bad paths, revisions and configuration.
 */
export const checkChange = async (options: CheckOptions): Promise<CheckResult> => {
  const { sides, configuration, base, head, comparison, changedFiles, asOf } = await compareSides(options)
  const verdict = judge({
    base: base.model,
    head: head.model,
    digests: [base.digest, head.digest],
    comparison,
    policy: configuration.policy,
    policySource: configuration.source,
    asOf,
    repo: sides.repository.name,
    changedFiles,
    problems: configuration.problems,
    ...(configuration.baseline ? { baseline: configuration.baseline } : {}),
    ...(options.all ? { all: true } : {}),
  })
  return { verdict, base: base.model, head: head.model, baseline: grow => nextBaseline(configuration.baseline, verdict.findings, grow) }
}
