import type { Known } from '../../../model/evidence.ts'
import type { Service, SystemModel } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { placeOf } from '../../view.ts'

export const noOwner: Rule = {
  id: 'ownership/no-owner',
  level: 'warning',
  summary: 'a service is added and nobody owns it, or nobody known',
  check: context => [...withoutOwner(context), ...unknownOwners(context.head.model), ...context.head.model.services.flatMap(twoOwners)],
}

const withoutOwner = (context: RuleContext): RuleResult[] => {
  const severity = usesOwners(context) ? 'warning' : 'note'
  return context.head.model.services
    .filter(s => s.owners.length === 0 && s.state !== 'undeployed' && s.evidence.length > 0)
    .filter(s => severity === 'warning' || context.base === context.head || !context.base.service(s.id))
    .map(s => ({
      subject: { kind: 'service' as const, id: s.id, name: s.name },
      message: `service ${s.name} has no owner`,
      at: placeOf(s.evidence)!,
      evidence: s.evidence.slice(0, 1),
      advice: { action: 'fix' as const, reason: `add a line for ${s.paths[0] ? `/${s.paths[0]}/` : s.name} to CODEOWNERS`, expected: [] },
      severity,
      headline: `service ${s.name} has no owner`,
    }))
}

/** Owners that no catalog has, where catalogs have any of their kind. */
const unknownOwners = ({ catalog, services }: SystemModel): RuleResult[] => {
  const kinds = new Set((catalog?.entities ?? []).map(e => e.kind as string))
  const described = new Map(
    (catalog?.entities ?? []).flatMap(e => (e.describes?.kind === 'service' ? [[e.ref, e.describes.id] as const] : [])),
  )
  return (catalog?.relations ?? [])
    .filter(r => r.type === 'ownedBy' && r.missing && r.evidence.length > 0 && kinds.has(r.to.replace(/:.*/, '')))
    .map(({ from, to, evidence }) => {
      const service = services.find(s => s.id === described.get(from))
      const what = service ? `service ${service.name}` : from
      return {
        subject: { kind: 'entity' as const, id: `${from} owner ${to}`, name: service?.name ?? from },
        message: `the catalog names ${to} as the owner of ${what}, and has no such ${to.replace(/:.*/, '')}`,
        at: evidence[0]!.at,
        evidence: evidence.slice(0, 1),
        advice: { action: 'fix' as const, reason: `name an owner that the catalog has, or add ${to}`, expected: [] },
        headline: `the owner of ${what} is unknown`,
      }
    })
}

/** Catalogs that contradict each other; whoever CODEOWNERS asks to review may be others than who owns. */
const twoOwners = ({ id, name, owners }: Service): RuleResult[] => {
  const byCatalog = owners.filter(isByCatalog)
  if (byCatalog.length < 2) return []
  const evidence = byCatalog.map(o => o.evidence.find(e => isCatalog(e.reader))!)
  return [
    {
      subject: { kind: 'service', id: `${id} owners`, name },
      message: `catalogs name ${byCatalog.length} owners of service ${name}: ${byCatalog.map(o => o.value).join(', ')}`,
      at: evidence[0]!.at,
      evidence,
      advice: { action: 'fix', reason: `let all entries of ${name} name the same owner`, expected: [] },
      severity: 'note',
    },
  ]
}

const isCatalog = (reader: string): boolean => reader.startsWith('catalog/') && reader !== 'catalog/codeowners'

const isByCatalog = ({ evidence }: Known<string>): boolean => evidence.some(e => isCatalog(e.reader))

/** Where nobody owns anything by the map, one more service without an owner is no news. */
const usesOwners = ({ head }: RuleContext): boolean => head.model.services.some(s => s.owners.length > 0)
