import type { DeployOrder, Impact, ImpactReport } from '../../../model/change.ts'
import type { Advice, RuleResult, Severity } from '../../../model/verdict.ts'
import { clauseOf, elementsOf, messageOf, subjectOf } from '../../changes.ts'
import { type ContractGroup, contractGroups, populationOf } from '../../contract-groups.ts'
import { evidenceFor, hurtsAtRunTime } from '../../parties.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { listed, servicesDo } from '../../words.ts'

export const breaksConsumers: Rule = {
  id: 'contract/breaks-consumers',
  level: 'error',
  summary: 'a contract change breaks a known consumer or provider',
  check: context =>
    contractGroups(context)
      .filter(g => g.kind === 'known')
      .map(g => resultOf(g, context)),
}

const resultOf = ({ reports, severity }: ContractGroup, context: RuleContext): RuleResult => {
  const first = reports[0]!
  const impact = mergeImpacts(reports)
  const felt = impact.filter(i => i.verdict === 'breaks' || i.verdict === 'likely-breaks')
  const clause = clauseOf(reports)
  const deployOrder = worstOrder(reports)
  const { base, head } = first.change.at
  const evidence = evidenceFor(felt, context)
  const advice = adviceFor(reports, felt, severity)
  return {
    subject: subjectOf(reports),
    message: messageOf(reports),
    at: (head ?? base)!,
    evidence,
    // That the operation is called stands in the code; only who answers may be inferred, and the contract changes for all who do.
    confidence: evidence.length > 0 && evidence.every(e => e.basis === 'inferred') ? 'medium' : 'high',
    impact,
    ...(deployOrder === undefined ? {} : { deployOrder }),
    population: populationOf(first, context),
    ...(advice === undefined ? {} : { advice }),
    severity,
    headline: headlineOf(felt, clause, severity),
  }
}

const headlineOf = (felt: readonly Impact[], clause: string, severity: Severity): string => {
  const parties = new Set((severity === 'error' ? felt : felt.filter(i => i.role === 'consumer')).map(i => i.party))
  if (severity === 'error') return `${servicesDo(parties.size, 'break')} when ${clause}`
  if (felt.every(i => i.repairedAtHead))
    return `${clause}; ${parties.size === 1 ? 'its only known consumer is' : `its ${parties.size} known consumers are`} repaired in this change`
  return `${clause}; ${listed([...parties])} will not compile against regenerated code`
}

const rank: Record<Impact['verdict'], number> = { breaks: 4, 'likely-breaks': 3, unknown: 2, 'tolerated-silently': 1, 'safe-proved': 0 }

/** One impact per party: the worst verdict, all uses, repaired only if from every change. */
const mergeImpacts = (reports: readonly ImpactReport[]): Impact[] => {
  const merged = new Map<string, Impact>()
  for (const impact of reports.flatMap(r => r.impacts)) {
    if (impact.verdict === 'safe-proved') continue
    const key = `${impact.role} ${impact.party}`
    const known = merged.get(key)
    merged.set(key, known ? worse(known, impact) : impact)
  }
  return [...merged.values()]
}

const worse = (a: Impact, b: Impact): Impact => {
  const [main, other] = rank[b.verdict] > rank[a.verdict] ? [b, a] : [a, b]
  const usage = [
    ...main.usage,
    ...other.usage.filter(
      u => !main.usage.some(v => v.at.file === u.at.file && v.at.line === u.at.line && v.path.join() === u.path.join()),
    ),
  ]
  return {
    ...main,
    usage,
    modes: [...new Set([...main.modes, ...other.modes])],
    operations: [...new Set([...main.operations, ...other.operations])],
    loud: main.loud || other.loud,
    // What may or may not be felt does not undo a repair.
    repairedAtHead: main.repairedAtHead && (other.repairedAtHead || rank[other.verdict] < rank['likely-breaks']),
  }
}

const orderRank: Record<DeployOrder['safe'], number> = { none: 3, 'consumers-first': 2, 'providers-first': 1, any: 0 }

const worstOrder = (reports: readonly ImpactReport[]): DeployOrder | undefined =>
  reports.map(r => r.deployOrder).reduce((worst, o) => (o && (!worst || orderRank[o.safe] > orderRank[worst.safe]) ? o : worst), undefined)

const adviceFor = (reports: readonly ImpactReport[], felt: readonly Impact[], severity: Severity): Advice | undefined => {
  const { change, deployOrder } = reports[0]!
  const open = felt.filter(i => !i.repairedAtHead && i.role === 'consumer')
  const places = [...new Set(open.map(i => (i.at ? `${i.at.file}:${i.at.line}` : i.party)))]
  const advice = (reason: string): Advice => ({ action: 'fix', reason, expected: [] })
  // The order says it all.
  if (severity === 'warning' && deployOrder && deployOrder.order.length > 1) return undefined
  if (change.kind === 'removed' && change.subject.kind === 'operation') {
    if (places.length === 0) return advice('keep the old operation beside the new one until no version in production calls it')
    return advice(`keep it until ${listed(places)} no longer ${places.length === 1 ? 'calls' : 'call'} it`)
  }
  const { names, many } = elementsOf(reports)
  const readers = places.length > 0 ? listed(places) : 'its readers'
  if (reports.every(r => r.change.kind === 'removed'))
    return advice(`keep ${names} and mark ${many ? 'them' : 'it'} deprecated; or change ${readers} first`)
  if (change.kind === 'added')
    return advice(
      `make ${names} optional, or give ${many ? 'them defaults' : 'it a default'}, until every caller sends ${many ? 'them' : 'it'}`,
    )
  if (felt.some(hurtsAtRunTime))
    return advice(
      `keep ${names} as ${many ? 'they were' : 'it was'}, and add the new form beside ${many ? 'them' : 'it'}; remove the old one when its last reader is gone`,
    )
  return advice(
    places.length > 0
      ? `keep the old name, or change ${readers} in the same change`
      : 'regenerate and adapt the named services with this change',
  )
}
