import type { Rule, RuleContext } from '../../rule.ts'
import { placeOf } from '../../view.ts'

export const noOwner: Rule = {
  id: 'ownership/no-owner',
  level: 'warning',
  summary: 'a service is added and nobody owns it',
  check: context => {
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
  },
}

/** Where nobody owns anything by the map, one more service without an owner is no news. */
const usesOwners = ({ head }: RuleContext): boolean => head.model.services.some(s => s.owners.length > 0)
