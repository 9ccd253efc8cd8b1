import type { Rule } from '../../rule.ts'

export const unresolvedCall: Rule = {
  id: 'coverage/unresolved-call',
  level: 'note',
  summary: 'a call whose other side is not known',
  check: ({ head }) =>
    head.model.unresolved
      .filter(u => u.evidence.length > 0)
      .map(u => ({
        subject: { kind: 'call' as const, id: u.id, name: `${head.nameOf(u.from)} -> ${u.target || '?'}` },
        message: `${head.nameOf(u.from)} -> ?   ${u.operation ?? u.protocol} to ${u.target || 'an unknown target'}: ${u.reason}`,
        at: u.evidence[0]!.at,
        evidence: u.evidence.slice(0, 2),
        ...(u.hint === undefined
          ? {}
          : { advice: { action: 'fix' as const, reason: `say where it goes in lintel.config.yaml: ${u.hint}`, expected: [] } }),
      })),
}
