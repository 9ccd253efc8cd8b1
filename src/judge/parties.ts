import type { Impact, ImpactReport } from '../model/change.ts'
import type { Evidence } from '../model/evidence.ts'
import type { OperationRef } from '../model/system.ts'
import type { RuleContext } from './rule.ts'
import { canBlock } from './view.ts'

/** Whom a contract change hits, by the decision table's own distinctions. */
export interface Hit {
  /** Break, or likely break: the parties that the finding is about. */
  felt: Impact[]
  consumers: Impact[]
  /** Of those: still hit at head, at run time, and not just an option or undeployed. */
  broken: Impact[]
  /** Code at head names what is gone: it no longer compiles, or finds nothing, once its stubs are made anew. */
  unbuildable: Impact[]
}

export const hitOf = (report: ImpactReport, { head }: Pick<RuleContext, 'head'>): Hit => {
  const felt = report.impacts.filter(isFelt)
  const open = felt.filter(i => !i.repairedAtHead && canBlock(head, i.party))
  return {
    felt,
    consumers: felt.filter(i => i.role === 'consumer'),
    broken: open.filter(hurtsAtRunTime),
    unbuildable: isNameGone(report) ? open.filter(i => i.verdict === 'breaks' && i.usage.length > 0) : [],
  }
}

/** A member is gone, or goes by another name now. */
const isNameGone = ({ change }: ImpactReport): boolean => change.kind === 'removed' || /(^|-)name-/.test(change.contract?.rule ?? '')

const isFelt = (impact: Impact): boolean => impact.verdict === 'breaks' || impact.verdict === 'likely-breaks'

/** JSON mode stays on an impact only where the party speaks JSON. */
export const hurtsAtRunTime = (impact: Pick<Impact, 'modes'>): boolean => impact.modes.some(m => m !== 'source')

/** Breaking for certain, not only under a condition. */
export const isBreaking = (report: ImpactReport): boolean => Object.values(report.change.contract?.verdict ?? {}).includes('breaking')

/** Witnesses of what the parties do, strongest parties first; a party that only a guess knows speaks when there is no other. */
export const evidenceFor = (impacts: readonly Impact[], context: Pick<RuleContext, 'base' | 'head'>, most = 12): Evidence[] => {
  const all = impacts.map(impact => evidenceOf(impact, context)).filter(e => e.length > 0)
  const sound = all.filter(list => !list.some(e => e.basis === 'inferred'))
  const chosen = sound.length > 0 ? sound : all
  return chosen.flatMap(list => list.slice(0, 2)).slice(0, most)
}

const evidenceOf = (impact: Impact, { base, head }: Pick<RuleContext, 'base' | 'head'>): Evidence[] => {
  const named = new Set(impact.operations)
  const refs = [base, head].flatMap((view): OperationRef[] =>
    impact.role === 'consumer' ? view.from(impact.party).flatMap(i => i.operations) : (view.service(impact.party)?.serves ?? []),
  )
  const seen = new Set<string>()
  return refs
    .filter(r => named.has(r.operation))
    .flatMap(r => r.evidence)
    .filter(e => {
      const key = `${e.at.repo} ${e.at.file}:${e.at.line}`
      return !seen.has(key) && seen.add(key)
    })
}
