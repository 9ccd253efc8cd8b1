import { shortHash } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import { by } from '../base/names.ts'
import { isSameContent } from '../model/content.ts'
import type { Confidence, Evidence, Problem } from '../model/evidence.ts'
import type { Revision, SystemModel } from '../model/system.ts'
import type { Estimate, Finding, Policy, RuleResult, Severity, Verdict, Waiver } from '../model/verdict.ts'
import { staleEntries } from './baseline.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { JudgeInput } from './input.ts'
import { policyFindings } from './policy-findings.ts'
import type { Rule, RuleContext } from './rule.ts'
import { rules as allRules } from './rules.ts'
import { viewOf } from './view.ts'
import { waived } from './waivers.ts'

/** Runs the rules over the change and on the base alone, applies the policy, and says what to do. Same input, same bytes. */
export const judge = (input: JudgeInput): Verdict => {
  const findings = findingsOf(input)
  const waiversUsed = uniqueWaivers(findings)
  const complete = isComplete(input)
  const decision = decisionOf(findings, input)
  const repo = input.repo ?? input.head.revisions[0]?.repo ?? ''
  const touched = servicesTouched(input, repo)
  const content: Omit<Verdict, 'id'> = {
    schema: 1,
    decision,
    headline: headlineOf(findings, decision, complete, input),
    complete,
    base: revisionOf(input.base, repo),
    head: revisionOf(input.head, repo),
    asOf: input.asOf,
    policy: input.policySource,
    changed: { files: input.changedFiles.length, services: touched },
    findings: findings.map(({ headline: _, ...finding }) => finding),
    changes: input.comparison.changes,
    estimates: estimatesOf(findings),
    advice: findings.filter(f => f.severity !== 'note').flatMap(f => (f.advice ? [f.advice] : [])),
    waiversUsed,
    coverage: input.head.coverage,
    problems: problemsOf(input),
    policyHash: shortHash(canonicalJson(input.policy)),
    modelHash: modelHashOf(input),
  }
  return { ...content, id: shortHash(canonicalJson(content)) }
}

const modelHashOf = ({ base, head, digests }: JudgeInput): string =>
  shortHash(canonicalJson(digests ? [base.revisions, head.revisions, digests] : [base, head]))

type Judged = Finding & { headline?: string }

const findingsOf = (input: JudgeInput): Judged[] => {
  const rules = input.rules ?? allRules
  const own = introducedOf(input, rules)
  const kept = input.baseline ? own.filter(f => !input.baseline!.entries.some(e => e.fingerprint === f.fingerprint)) : own
  const base = kept.length > 0 ? viewOf(input.base) : undefined
  const judged = kept.map(f => waived(f, input, base!))
  const about = [...policyFindings(input), ...staleEntries(input, own)]
  return unique([...judged, ...about]).sort(
    by(f => `${severityRank[f.severity]} ${f.waiver ? 1 : 0} ${ruleRank(rules, f.rule)} ${fewerHit(f)} ${f.subject.id} ${f.fingerprint}`),
  )
}

/** What rules find in the change and not in its base; everything where all is judged. Where both say the same, nothing is new. */
const introducedOf = (input: JudgeInput, rules: readonly Rule[]): Judged[] => {
  if (!input.all && !input.rules && isSameContent(input.base, input.head)) return []
  const base = viewOf(input.base)
  const head = viewOf(input.head)
  const shared = { policy: input.policy, all: input.all ?? false }
  const nothing = { changes: [], impacts: [] }
  const before = new Set(
    input.all ? [] : run(rules, { ...shared, base, head: base, comparison: nothing, changedFiles: new Set() }).map(f => f.fingerprint),
  )
  const found = run(rules, { ...shared, base, head, comparison: input.comparison, changedFiles: new Set(input.changedFiles) })
  return found.map(f => ({ ...f, introduced: !before.has(f.fingerprint) })).filter(f => input.all || f.introduced)
}

const severityRank: Record<Severity, number> = { error: 0, warning: 1, note: 2 }
const ruleRank = (rules: readonly Rule[], id: string): string => String(rules.findIndex(r => r.id === id) + 1).padStart(4, '0')

/** Whoever hits most comes first. */
const fewerHit = ({ impact }: Finding): string =>
  String(9999 - new Set(impact.filter(i => i.verdict === 'breaks' || i.verdict === 'likely-breaks').map(i => i.party)).size).padStart(
    4,
    '0',
  )

const run = (rules: readonly Rule[], context: RuleContext): Judged[] =>
  rules.flatMap(rule => {
    const level = context.policy.rules[rule.id]
    if (level === 'off' || (level === undefined && rule.level === 'off')) return []
    return rule.check(context).map(result => findingOf(rule, result, level))
  })

/** A level in the policy that differs from the rule's own wins over what the rule says of the situation. */
const findingOf = (rule: Rule, result: RuleResult, level: Policy['rules'][string] | undefined): Judged => {
  const { severity: situation, headline, confidence: known, ...rest } = result
  const chosen = level !== undefined && level !== rule.level ? level : (situation ?? rule.level)
  const confidence = known ?? confidenceOf(result.evidence)
  // A guess never blocks.
  const severity = chosen === 'error' && confidence === 'low' ? 'warning' : (chosen as Severity)
  return {
    rule: rule.id,
    severity,
    confidence,
    ...rest,
    impact: rest.impact ?? [],
    introduced: true,
    fingerprint: fingerprintOf(rule.id, result.subject.id),
    ...(headline === undefined ? {} : { headline }),
  }
}

/** As weak as the weakest witness. */
const confidenceOf = (evidence: readonly Evidence[]): Confidence => {
  if (evidence.some(e => e.basis === 'inferred')) return 'low'
  return evidence.length > 0 && evidence.every(e => e.basis === 'observed') ? 'medium' : 'high'
}

const unique = (findings: readonly Judged[]): Judged[] => [...new Map(findings.map(f => [f.fingerprint, f])).values()]

const uniqueWaivers = (findings: readonly Finding[]): Waiver[] => {
  const used = new Map(findings.flatMap(f => (f.waiver ? [[canonicalJson(f.waiver), f.waiver] as const] : [])))
  return [...used].sort(by(([key]) => key)).map(([, waiver]) => waiver)
}

const decisionOf = (findings: readonly Finding[], { policy, head }: JudgeInput): Verdict['decision'] => {
  const { read, failed } = head.coverage.files
  if (read + failed > 0 && read / (read + failed) < policy.minimumCoverage) return 'deny'
  if (findings.some(f => f.severity === 'error')) return 'deny'
  return findings.some(f => f.severity === 'warning') ? 'warn' : 'allow'
}

/** Facts of a changed file are missing at base or head: then nobody can say what the change does. */
const isComplete = (input: JudgeInput): boolean => {
  const changed = new Set(input.changedFiles)
  return !problemsOf(input).some(p => p.severity === 'error' && p.at !== undefined && changed.has(p.at.file))
}

const problemsOf = ({ base, head, problems = [] }: JudgeInput): Problem[] => {
  const all = new Map(
    [...problems, ...head.problems, ...base.problems].map(p => [canonicalJson([p.code, p.message, p.at?.file, p.at?.line]), p]),
  )
  return [...all].sort(by(([key]) => key)).map(([, problem]) => problem)
}

const headlineOf = (findings: readonly Judged[], decision: Verdict['decision'], complete: boolean, input: JudgeInput): string => {
  if (!complete) return 'could not judge: a changed file could not be read'
  const worst = findings.filter(f => f.severity !== 'note' && f.waiver === undefined)
  const first = worst[0]
  if (first) return first.headline ?? first.message.split('\n', 1)[0]!
  if (decision === 'deny') return `less than ${Math.round(input.policy.minimumCoverage * 100)} % of the files could be read`
  return input.all ? 'no finding' : 'no contract, wiring or placement change reaches another service'
}

const revisionOf = (model: SystemModel, repo: string): Revision =>
  model.revisions.find(r => r.repo === repo) ?? { repo, revision: 'worktree' }

const servicesTouched = ({ head, base, changedFiles }: JudgeInput, repo: string): number => {
  const touched = new Set<string>()
  for (const service of [...base.services, ...head.services]) {
    if (service.repo !== repo) continue
    if (changedFiles.some(f => service.paths.some(p => p !== '' && (f === p || f.startsWith(`${p}/`))))) touched.add(service.id)
  }
  return touched.size
}

const estimatesOf = (findings: readonly Finding[]): Estimate[] => findings.flatMap(f => f.advice?.expected ?? [])
