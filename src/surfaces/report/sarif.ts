import type { Finding, Impact, Location, Problem, Severity, Verdict } from '../../index.ts'
import { canonicalJson } from '../../index.ts'
import { clean } from './layout.ts'
import type { Report, ReportOptions } from './report.ts'
import { effectOn, findingLines, inOrder, noteOf, partiesInOrder, partyOf } from './words.ts'

/** What GitHub keeps of one upload: results per run, locations per result, characters per message. */
const RESULTS = 5000
const LOCATIONS = 100
const TEXT = 4000

/** SARIF 2.1.0. Fingerprints come from rule and subject, so that a finding stays itself when lines move. */
export const sarif: Report = (verdict, options) => {
  const findings = inOrder(verdict.findings).slice(0, RESULTS)
  const rules = [...new Set(findings.map(f => f.rule))].sort()
  return `${canonicalJson(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'Lintel', semanticVersion: options.version, rules: rules.map(id => ruleOf(id, findings, options)) } },
          automationDetails: { id: `lintel/${options.gate ?? 'default'}/` },
          columnKind: 'utf16CodeUnits',
          originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the judged repository.' } } },
          invocations: [
            {
              executionSuccessful: verdict.complete,
              toolExecutionNotifications: verdict.problems.slice(0, LOCATIONS).map(p => notification(p, verdict)),
            },
          ],
          results: findings.map(f => result(f, rules.indexOf(f.rule), verdict)),
          properties: {
            decision: verdict.decision,
            headline: clean(verdict.headline),
            verdict: verdict.id,
            base: verdict.base.revision,
            head: verdict.head.revision,
            left: Math.max(0, verdict.findings.length - RESULTS),
          },
        },
      ],
    },
    2,
  )}\n`
}

const levels: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'note' }

const ruleOf = (id: string, findings: readonly Finding[], options: ReportOptions): object => {
  const text = options.rule?.(id)
  const worst = findings.find(f => f.rule === id)!.severity
  const help = text?.help ?? `What it judges and how to answer it: lintel explain ${id}`
  return {
    id,
    name: id
      .split(/[/-]/)
      .map(part => part.charAt(0).toUpperCase() + part.slice(1))
      .join(''),
    shortDescription: { text: shortened(text?.summary ?? id, 1000) },
    help: { text: shortened(help), markdown: shortened(help) },
    helpUri: text?.uri,
    defaultConfiguration: { level: levels[worst] },
    properties: { tags: ['architecture', id.split('/')[0]!] },
  }
}

const result = (finding: Finding, ruleIndex: number, verdict: Verdict): object => ({
  ruleId: finding.rule,
  ruleIndex,
  level: levels[finding.severity],
  message: { text: shortened(findingLines(finding, verdict, LOCATIONS).join('\n')) },
  locations: [
    {
      ...(finding.at.repo === verdict.head.repo ? { physicalLocation: physical(finding.at) } : {}),
      logicalLocations: [{ name: clean(finding.subject.name), fullyQualifiedName: clean(finding.subject.id), kind: finding.subject.kind }],
    },
  ],
  relatedLocations: related(finding, verdict),
  partialFingerprints: { 'lintelFinding/v1': finding.fingerprint },
  baselineState: finding.introduced ? 'new' : 'unchanged',
  suppressions: finding.waiver
    ? [
        {
          kind: 'external',
          status: 'accepted',
          justification: clean(`${finding.waiver.owner}, until ${finding.waiver.expires}: ${finding.waiver.reason}`),
        },
      ]
    : [],
  properties: { confidence: finding.confidence },
})

/** One per party with a place in this repository: the place, and what happens there. Ids are referred to by nobody but have to differ. */
const related = (finding: Finding, verdict: Verdict): object[] =>
  partiesInOrder(finding.impact)
    .filter((i): i is Impact & { at: Location } => i.at !== undefined && i.at.repo === verdict.head.repo)
    .slice(0, LOCATIONS)
    .map((i, id) => ({
      id,
      physicalLocation: physical(i.at),
      message: { text: shortened(`${partyOf(i, finding)}: ${effectOn(i, finding)}: ${noteOf(i)}`, 1000) },
    }))

const physical = (at: Location): object => ({
  artifactLocation: { uri: at.file.split('/').map(encodeSegment).join('/'), uriBaseId: '%SRCROOT%' },
  region: { startLine: Math.max(1, at.line), ...(at.endLine !== undefined && at.endLine >= at.line ? { endLine: at.endLine } : {}) },
})

/** A lone surrogate cannot be encoded and would throw. */
const encodeSegment = (segment: string): string =>
  encodeURIComponent(segment.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'))

const notification = (problem: Problem, verdict: Verdict): object => ({
  level: problem.severity,
  descriptor: { id: problem.code },
  message: { text: shortened(clean(problem.message), 1000) },
  locations: problem.at && problem.at.repo === verdict.head.repo ? [{ physicalLocation: physical(problem.at) }] : [],
})

const shortened = (text: string, most = TEXT): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`)
