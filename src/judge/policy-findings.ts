import { basename } from '../base/path.ts'
import type { Finding, Severity } from '../model/verdict.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { JudgeInput } from './input.ts'

/** Findings about the rules of the game: waivers that ran out, and changes to configuration, waivers or baseline themselves. */
export const policyFindings = (input: JudgeInput): Finding[] => atLevel([...expiredWaivers(input), ...changedPolicy(input)], input)

const atLevel = (findings: readonly Finding[], { policy }: JudgeInput): Finding[] =>
  findings.flatMap(f => {
    const level = policy.rules[f.rule]
    return level === 'off' ? [] : [level === undefined ? f : { ...f, severity: level }]
  })

const policyFile = /^lintel\.(config|waivers|baseline)\.(yaml|yml|json)$/

const expiredWaivers = ({ policy, asOf, repo, head }: JudgeInput): Finding[] =>
  policy.waivers
    .filter(w => w.expires < asOf.slice(0, 10))
    .map(w =>
      finding('policy/expired-waiver', 'error', `${w.rule} ${w.subject}`, {
        message: `the waiver of ${w.owner} for ${w.rule} (${w.subject}) ran out on ${w.expires}`,
        at: { repo: repo ?? head.revisions[0]?.repo ?? '', file: 'lintel.waivers.yaml', line: 1 },
        advice: { action: 'fix', reason: `remove it, or ask ${w.owner} to renew it for at most 90 days`, expected: [] },
      }),
    )

const changedPolicy = ({ changedFiles, repo, head }: JudgeInput): Finding[] =>
  [...changedFiles]
    .filter(f => policyFile.test(basename(f)))
    .sort()
    .map(file =>
      finding('policy/changed', 'warning', file, {
        message: `this change edits ${file}: what it says holds only after the merge`,
        at: { repo: repo ?? head.revisions[0]?.repo ?? '', file, line: 1 },
        advice: { action: 'keep', reason: 'let an owner of the policy review it', expected: [] },
      }),
    )

const finding = (rule: string, severity: Severity, id: string, rest: Pick<Finding, 'message' | 'at' | 'advice'>): Finding => ({
  rule,
  severity,
  confidence: 'high',
  subject: { kind: 'policy', id, name: id },
  ...rest,
  evidence: [],
  impact: [],
  introduced: true,
  fingerprint: fingerprintOf(rule, id),
})
