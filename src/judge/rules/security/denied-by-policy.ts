import type { Control } from '../../../model/control.ts'
import type { Interaction } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { listed } from '../../words.ts'

export const deniedByPolicy: Rule = {
  id: 'security/denied-by-policy',
  level: 'warning',
  summary: 'a call that code makes, and that a policy of the mesh or the cluster does not let through',
  check: context =>
    context.head.model.interactions.flatMap(call => {
      const denying = (call.controls ?? []).filter(c => c.denies && c.state !== 'optional')
      return denying.length > 0 ? [resultOf(call, denying, context)] : []
    }),
}

const resultOf = (call: Interaction, denying: readonly Control[], { head, changedFiles }: RuleContext): RuleResult => {
  const [from, to] = [head.nameOf(call.from), head.nameOf(call.to)]
  const policies = denying.flatMap(c => c.evidence)
  const names = [...new Set(policies.flatMap(e => e.note ?? []))]
  const said = names.length > 0 ? listed(names) : 'a policy'
  const touched = policies.find(e => changedFiles.has(e.at.file))
  const callers = call.evidence.slice(0, 2)
  return {
    subject: { kind: 'interaction', id: call.id, name: `${from} -> ${to}` },
    message: `${from} calls ${to}, and ${said} ${names.length > 1 ? 'keep' : 'keeps'} it out`,
    at: (touched ?? callers[0] ?? policies[0]!).at,
    evidence: [...callers, ...policies],
    advice: {
      action: 'fix',
      target: { kind: 'interaction', id: call.id, name: `${from} -> ${to}` },
      reason: `let ${said} name ${from} before the call is deployed, or take the call away`,
      expected: [],
    },
    headline: `${to} does not let ${from} in`,
  }
}
