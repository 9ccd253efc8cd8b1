import { byText } from '../base/names.ts'
import type { Finding } from '../model/verdict.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Baseline, JudgeInput } from './input.ts'

/**
 * The baseline after a run over everything: entries that nothing matches any more go; what is there beside them comes in
 * only where there was no baseline yet, or `grow` allows it. Sorted.
 */
export const nextBaseline = (known: Baseline | undefined, findings: readonly Finding[], grow: boolean): Baseline['entries'] => {
  const paid = new Set(findings.filter(f => f.rule === 'policy/stale-baseline').map(f => f.subject.id))
  const kept = (known?.entries ?? []).filter(e => !paid.has(`baseline/${e.fingerprint}`))
  const debt = findings.filter(f => f.severity !== 'note' && !f.rule.startsWith('policy/'))
  const added = known && !grow ? [] : debt.map(f => ({ fingerprint: f.fingerprint, rule: f.rule, subject: f.subject.name }))
  return [...kept, ...added].sort((a, b) => byText(a.rule, b.rule) || byText(a.fingerprint, b.fingerprint))
}

/** Entries that nothing matches any more: debt that is paid, to be removed. Only a run over everything can tell. */
export const staleEntries = ({ baseline, all, head, repo }: JudgeInput, found: readonly Finding[]): Finding[] => {
  if (!baseline || !all) return []
  const live = new Set(found.map(f => f.fingerprint))
  return baseline.entries
    .filter(e => !live.has(e.fingerprint))
    .map(e => ({
      rule: 'policy/stale-baseline',
      severity: 'warning' as const,
      confidence: 'high' as const,
      subject: { kind: 'policy' as const, id: `baseline/${e.fingerprint}`, name: e.subject },
      message: `the baseline still holds ${e.rule} for ${e.subject}, which is gone`,
      at: { repo: repo ?? head.revisions[0]?.repo ?? '', file: baseline.file, line: 1 },
      evidence: [],
      impact: [],
      advice: { action: 'fix' as const, reason: `remove ${e.fingerprint} from ${baseline.file}`, expected: [] },
      introduced: true,
      fingerprint: fingerprintOf('policy/stale-baseline', e.fingerprint),
    }))
}
