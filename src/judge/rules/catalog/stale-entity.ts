import type { CatalogEntity, SystemModel } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'

export const staleEntity: Rule = {
  id: 'catalog/stale-entity',
  level: 'warning',
  summary: 'the catalog has what is no longer there: a service that is gone, or a file that does not exist',
  check: context => {
    const before = new Map((context.base.model.catalog?.entities ?? []).map(e => [e.ref, e]))
    return (context.head.model.catalog?.entities ?? []).flatMap(entity => resultOf(entity, before.get(entity.ref), context) ?? [])
  },
}

const resultOf = (entity: CatalogEntity, before: CatalogEntity | undefined, context: RuleContext): RuleResult | undefined => {
  const what = whyStale(entity, before, context)
  if (what === undefined) return undefined
  const { why, isSure } = what
  return {
    subject: { kind: 'entity', id: entity.ref, name: entity.name },
    message: `${entity.ref} ${why}`,
    at: entity.evidence[0]!.at,
    evidence: entity.evidence.slice(0, 1),
    advice: { action: 'fix', reason: `remove ${entity.name} from the catalog, or say where it is now`, expected: [] },
    severity: isSure ? 'warning' : 'note',
    headline: `the catalog's ${entity.name} ${why}`,
  }
}

/** What stood for a service and no longer does, or names files that are gone. A component that never stood for anything may be elsewhere. */
const whyStale = (
  entity: CatalogEntity,
  before: CatalogEntity | undefined,
  { base, head }: RuleContext,
): { why: string; isSure: boolean } | undefined => {
  if (entity.evidence.length === 0) return undefined
  if (entity.gone) return { why: `names ${entity.gone.join(', ')}, which is not there`, isSure: true }
  if (entity.describes) return undefined
  const was = before?.describes
  const isGone = was !== undefined && was.kind !== 'team' && !holds(head.model, was.id)
  if (isGone && base !== head) return { why: `stands for ${was.kind} ${was.id}, which is gone`, isSure: true }
  return isRunning(entity) ? { why: 'stands for nothing that was found', isSure: false } : undefined
}

const holds = (model: SystemModel, id: string): boolean =>
  [...model.services, ...model.resources, ...model.contracts].some(item => item.id === id)

/** Other types (libraries, documentation) are no part of a map of services. */
const isRunning = ({ kind, type = '' }: CatalogEntity): boolean =>
  kind === 'component' && /^(service|website|worker|job|function|gateway)$/i.test(type)
