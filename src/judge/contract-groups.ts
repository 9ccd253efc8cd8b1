import type { Impact, ImpactReport } from '../model/change.ts'
import type { Severity } from '../model/verdict.ts'
import { unitOf } from './changes.ts'
import { hitOf, hurtsAtRunTime, isBreaking } from './parties.ts'
import type { RuleContext } from './rule.ts'
import { canBlock } from './view.ts'

/** Contract changes that one finding tells, and how severe their situation is by the decision table. */
export interface ContractGroup {
  /** Known parties break, or nobody is proved to. */
  kind: 'known' | 'unknown'
  severity: Severity
  reports: ImpactReport[]
}

/**
 * Atoms of one contract that hit the same parties in the same way are one group. What is as severe and hits only some of these parties, and
 * what is milder, and concerns the same units and no other parties, goes along: its author reads one finding about one change.
 */
export const contractGroups = (context: RuleContext): ContractGroup[] => {
  const emptied = emptiedContracts(context)
  const groups = new Map<string, ContractGroup>()
  for (const report of context.comparison.impacts) {
    const contract = report.change.contract
    const { consumers, unbuildable } = hitOf(report, context)
    const kind = consumers.length + unbuildable.length > 0 ? 'known' : 'unknown'
    if (!contract || emptied.has(contract.contract) || (kind === 'unknown' && !isBreaking(report) && !mayBeFelt(report))) continue
    const severity = kind === 'known' ? severityOfKnown(report, context) : severityOfUnknown(report, context)
    const parties = partiesOf(report, kind, context).map(i => `${i.role} ${i.party} ${i.repairedAtHead}`)
    const key = [kind, severity, contract.contract, report.change.subject.kind === 'operation', ...parties].join('|')
    const group = groups.get(key) ?? { kind, severity, reports: [] }
    group.reports.push(report)
    groups.set(key, group)
  }
  return absorbed([...groups.values()], context)
}

const partiesOf = (report: ImpactReport, kind: ContractGroup['kind'], context: RuleContext): Impact[] =>
  kind === 'known' ? hitOf(report, context).felt : unsettledIn(report)

/** All operations of the callee's contract are gone: told by contract/transport-changed, once. */
const emptiedContracts = ({ comparison }: Pick<RuleContext, 'comparison'>): Set<string> =>
  new Set(comparison.changes.filter(c => c.subject.kind === 'contract' && c.property === 'emptied').map(c => c.subject.id))

/** The decision table, where a known consumer feels the change. */
const severityOfKnown = (report: ImpactReport, context: RuleContext): Severity => {
  const { consumers, broken, unbuildable } = hitOf(report, context)
  if (broken.length > 0 || unbuildable.length > 0) return 'error'
  if (report.deployOrder?.safe === 'none' && consumers.some(i => hurtsAtRunTime(i) && canBlock(context.head, i.party))) return 'error'
  return 'warning'
}

/** The decision table, where none is proved to feel it. */
const severityOfUnknown = (report: ImpactReport, context: RuleContext): Severity => {
  const { modes, reach } = report.change.contract!
  if (!isBreaking(report)) return 'note'
  // Without a known JSON party, the JSON form of a binary contract is nobody's.
  const isBinary = modes.includes('source')
  const speaksJson = !isBinary || report.impacts.some(i => i.modes.includes('json'))
  if (!modes.some(m => m !== 'source' && (m !== 'json' || speaksJson))) return 'note'
  if (unsettledIn(report).some(i => !i.repairedAtHead)) return 'warning'
  if (isUnwritten(report, context)) return 'note'
  // No operation carries it, though the contract has some: nothing sends it.
  if (reach.total === 0 && hasOperations(report, context)) return 'note'
  return populationOf(report, context).closed ? 'note' : 'warning'
}

/** It breaks under a condition only, and of a known consumer nothing tells whether the condition holds. */
const mayBeFelt = (report: ImpactReport): boolean =>
  Object.values(report.change.contract!.verdict).includes('conditional') &&
  unsettledIn(report).some(i => i.verdict === 'unknown' && !i.repairedAtHead)

/** What only code says was promised to nobody, unless others than the map's services can call it. */
const isUnwritten = (report: ImpactReport, { base, policy }: RuleContext): boolean => {
  const contract = base.model.contracts.find(c => c.id === report.change.contract!.contract)
  if (contract?.format !== 'code') return false
  const providers = contract.providers.map(p => p.value)
  const isNamed = [contract.id, ...providers].some(name => policy.publicContracts.includes(name))
  return !isNamed && providers.every(p => base.service(p)?.exposure?.value !== 'public')
}

const hasOperations = (report: ImpactReport, { base, head }: RuleContext): boolean =>
  [base, head].some(view =>
    view.model.contracts.some(
      c => c.id === report.change.contract!.contract && c.nodes.some(n => n.kind === 'rpc' || n.kind === 'operation'),
    ),
  )

/** Known consumers that may feel it: nothing proves it, nothing excludes it. */
export const unsettledIn = (report: ImpactReport): Impact[] =>
  report.impacts.filter(i => i.role === 'consumer' && (i.verdict === 'unknown' || i.verdict === 'tolerated-silently'))

/** The policy may say that a contract has consumers outside the map. */
export const populationOf = (report: ImpactReport, { policy }: RuleContext): ImpactReport['population'] => {
  const id = report.change.contract!.contract
  const named = policy.publicContracts.find(p => p === id || report.impacts.some(i => i.role === 'provider' && i.party === p))
  return named === undefined ? report.population : { closed: false, reason: `${named} is listed in publicContracts` }
}

const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

/** Denied for the same reason, for parties that the other group names anyway. */
const isPartOf = (part: ContractGroup, whole: ContractGroup, context: RuleContext): boolean => {
  const first = (g: ContractGroup) => g.reports[0]!.change
  const namesOf = (g: ContractGroup): Set<string> =>
    new Set(g.reports.flatMap(r => partiesOf(r, g.kind, context).map(i => `${i.role} ${i.party} ${i.repairedAtHead}`)))
  const named = namesOf(whole)
  return (
    part.kind === 'known' &&
    whole.kind === 'known' &&
    part.severity === whole.severity &&
    first(part).contract!.contract === first(whole).contract!.contract &&
    first(part).subject.kind === first(whole).subject.kind &&
    [...namesOf(part)].every(n => named.has(n))
  )
}

const absorbed = (groups: readonly ContractGroup[], context: RuleContext): ContractGroup[] => {
  const kept: ContractGroup[] = []
  const ordered = [...groups].sort(
    (a, b) =>
      rank[a.severity] - rank[b.severity] ||
      Number(a.kind === 'unknown') - Number(b.kind === 'unknown') ||
      partyCount(b, context) - partyCount(a, context),
  )
  for (const group of ordered) {
    const host = kept.find(k => (rank[k.severity] < rank[group.severity] && covers(k, group, context)) || isPartOf(group, k, context))
    if (host) host.reports.push(...group.reports)
    else kept.push({ ...group, reports: [...group.reports] })
  }
  return kept
}

const partyCount = (group: ContractGroup, context: RuleContext): number =>
  Math.max(...group.reports.map(r => partiesOf(r, group.kind, context).length))

const covers = (host: ContractGroup, group: ContractGroup, context: RuleContext): boolean => {
  const idsOf = (g: ContractGroup): Set<string> => new Set(g.reports.map(r => unitOf(r).id))
  const namesOf = (g: ContractGroup): Set<string> => new Set(g.reports.flatMap(r => partiesOf(r, g.kind, context).map(i => i.party)))
  const [units, parties] = [idsOf(host), namesOf(host)]
  return [...idsOf(group)].every(u => units.has(u)) && [...namesOf(group)].every(p => parties.has(p))
}
