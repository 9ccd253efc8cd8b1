import type { ImpactReport } from '../../../model/change.ts'
import type { RuleResult, Severity } from '../../../model/verdict.ts'
import { clauseOf, messageOf, subjectOf } from '../../changes.ts'
import { emptiedContracts, hitOf, isBreaking } from '../../parties.ts'
import type { Rule, RuleContext } from '../../rule.ts'

export const breaksUnknownConsumers: Rule = {
  id: 'contract/breaks-unknown-consumers',
  level: 'warning',
  summary: 'a contract change breaks its consumers, and none that is known is proved to break',
  check: context => {
    const emptied = emptiedContracts(context)
    const found = new Map<string, ImpactReport[]>()
    for (const report of context.comparison.impacts) {
      if (!isBreaking(report) || hitOf(report, context).consumers.length > 0 || emptied.has(report.change.contract!.contract)) continue
      const parties = unsettled(report).map(i => i.party)
      const key = [
        report.change.contract!.contract,
        report.change.subject.kind === 'operation',
        severityOf(report, context),
        ...parties,
      ].join('|')
      found.set(key, [...(found.get(key) ?? []), report])
    }
    return [...found.values()].map(reports => resultOf(reports, context))
  },
}

const unsettled = (report: ImpactReport): ImpactReport['impacts'] =>
  report.impacts.filter(i => i.role === 'consumer' && (i.verdict === 'unknown' || i.verdict === 'tolerated-silently'))

/** Only generated sources change, or everybody is known and proved safe: worth a note, no more. */
const severityOf = (report: ImpactReport, context: RuleContext): Severity => {
  const hurts = report.change.contract!.modes.some(m => m !== 'source' && (m !== 'json' || speaksJson(report)))
  if (!hurts) return 'note'
  if (unsettled(report).some(i => !i.repairedAtHead)) return 'warning'
  return populationOf(report, context).closed ? 'note' : 'warning'
}

/** Without a known JSON party, the JSON form of a binary contract is nobody's. */
const speaksJson = (report: ImpactReport): boolean =>
  !report.change.contract!.modes.includes('source') || report.impacts.some(i => i.modes.includes('json'))

/** The policy may say that a contract has consumers outside the map. */
const populationOf = (report: ImpactReport, { policy }: RuleContext): ImpactReport['population'] => {
  const id = report.change.contract!.contract
  const listedAs = policy.publicContracts.find(p => p === id || report.impacts.some(i => i.role === 'provider' && i.party === p))
  return listedAs === undefined ? report.population : { closed: false, reason: `${listedAs} is listed in publicContracts` }
}

const resultOf = (reports: readonly ImpactReport[], context: RuleContext): RuleResult => {
  const first = reports[0]!
  const clause = clauseOf(reports)
  const impact = unsettled(first)
  const { base, head } = first.change.at
  const severity = severityOf(first, context)
  return {
    subject: subjectOf(reports),
    message: messageOf(reports, clause),
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
