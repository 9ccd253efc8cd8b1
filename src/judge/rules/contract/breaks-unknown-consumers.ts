import type { RuleResult } from '../../../model/verdict.ts'
import { clauseOf, messageOf, subjectOf } from '../../changes.ts'
import { type ContractGroup, contractGroups, populationOf, unsettledIn } from '../../contract-groups.ts'
import type { Rule, RuleContext } from '../../rule.ts'

export const breaksUnknownConsumers: Rule = {
  id: 'contract/breaks-unknown-consumers',
  level: 'warning',
  summary: 'a contract change breaks its consumers, and none that is known is proved to break',
  check: context =>
    contractGroups(context)
      .filter(g => g.kind === 'unknown')
      .map(g => resultOf(g, context)),
}

const resultOf = ({ reports, severity }: ContractGroup, context: RuleContext): RuleResult => {
  const first = reports[0]!
  const clause = clauseOf(reports)
  const impact = unsettledIn(first)
  const { base, head } = first.change.at
  return {
    subject: subjectOf(reports),
    message: messageOf(reports),
    at: (head ?? base)!,
    evidence: [],
    impact,
    population: populationOf(first, context),
    advice: {
      action: 'keep',
      reason:
        impact.length > 0
          ? 'say at the named places which members are used, or keep the old form'
          : 'keep the old form beside the new one, unless you know that nobody else uses it',
      expected: [],
    },
    severity,
    headline:
      impact.length > 0
        ? `${clause}: ${impact.length === 1 ? '1 known consumer' : `${impact.length} known consumers`} may break`
        : `${clause}: no known consumer breaks, others may exist`,
  }
}
