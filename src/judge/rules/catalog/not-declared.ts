import { by } from '../../../base/names.ts'
import type { Interaction, Service, SystemModel } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule } from '../../rule.ts'
import { placeOf } from '../../view.ts'

export const notDeclared: Rule = {
  id: 'catalog/not-declared',
  level: 'warning',
  summary: 'a service or a call that the catalog does not have, where a catalog is kept',
  check: ({ head }) => [...missingServices(head.model), ...missingRelations(head.model, head.nameOf)],
}

const describedIn = ({ catalog }: SystemModel): Set<string> =>
  new Set(
    (catalog?.entities ?? []).flatMap(e => (e.describes?.kind === 'service' || e.describes?.kind === 'resource' ? [e.describes.id] : [])),
  )

/** A catalog is kept in a repository where it has a service of it. */
const missingServices = (model: SystemModel): RuleResult[] => {
  const described = describedIn(model)
  const kept = new Set(model.services.filter(s => described.has(s.id)).map(s => s.repo))
  return model.services
    .filter(s => kept.has(s.repo) && !described.has(s.id) && s.state === 'deployed' && s.paths.length > 0 && s.evidence.length > 0)
    .map(missingService)
}

const missingService = ({ id, name, paths, evidence }: Service): RuleResult => ({
  subject: { kind: 'service', id, name },
  message: `service ${name} is not in the catalog`,
  at: placeOf(evidence)!,
  evidence: evidence.slice(0, 1),
  advice: {
    action: 'fix',
    reason: `add an entity for ${paths[0] ? `/${paths[0]}/` : name}; lintel map --format backstage prints one`,
    expected: [],
  },
  headline: `service ${name} is not in the catalog`,
})

/** Calls of services whose entities say what they depend on: whoever keeps such a list wants it whole. */
const missingRelations = ({ catalog, interactions }: SystemModel, nameOf: (id: string) => string): RuleResult[] => {
  const declared = new Map<string, Set<string>>()
  const keeps = new Set<string>()
  const refs = new Map((catalog?.entities ?? []).flatMap(e => (e.describes ? [[e.ref, e.describes.id] as const] : [])))
  for (const { type, from, nodes } of catalog?.relations ?? []) {
    if (type !== 'dependsOn' && type !== 'consumesApi') continue
    const start = refs.get(from)
    if (start !== undefined) keeps.add(start)
    if (nodes) declared.set(nodes.from, new Set([...(declared.get(nodes.from) ?? []), ...nodes.to]))
  }
  const known = new Set(refs.values())
  const found = new Map<string, Interaction>()
  for (const i of [...interactions].sort(by(i => i.id)))
    if (i.purpose === 'call' && i.from !== i.to && keeps.has(i.from) && known.has(i.to) && !declared.get(i.from)?.has(i.to))
      if (!found.has(`${i.from} ${i.to}`) && i.evidence.length > 0) found.set(`${i.from} ${i.to}`, i)
  return [...found].map(([key, i]) => {
    const name = `${nameOf(i.from)} -> ${nameOf(i.to)}`
    return {
      subject: { kind: 'interaction' as const, id: `declared ${key}`, name },
      message: `${nameOf(i.from)} calls ${nameOf(i.to)}, and its catalog entry does not say so`,
      at: placeOf(i.evidence)!,
      evidence: i.evidence.slice(0, 1),
      advice: { action: 'fix' as const, reason: `add ${nameOf(i.to)} to what ${nameOf(i.from)} depends on in the catalog`, expected: [] },
      severity: 'note' as const,
    }
  })
}
