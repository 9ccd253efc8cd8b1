import type { Finding, Verdict } from '../../index.ts'
import { clean } from './layout.ts'
import type { Report } from './report.ts'
import { findingLines, inOrder, placeIn, titleOf, waiverSentence } from './words.ts'

/** JUnit XML as Jenkins, Azure and CircleCI read it: one test case a finding; errors fail, waived ones are skipped, others pass with their text. */
export const junit: Report = (verdict, options) => {
  const shown = inOrder(verdict.findings).filter(f => f.introduced || options.all)
  const cases = shown.map(f => testCase(f, verdict))
  if (!verdict.complete)
    cases.push(
      `    <testcase classname="lintel" name="could judge">\n      <error message="${xml(clean(verdict.headline))}">${xml(problemText(verdict))}</error>\n    </testcase>`,
    )
  if (cases.length === 0) cases.push(`    <testcase classname="lintel" name="${xml(clean(verdict.headline))}"/>`)
  const failures = shown.filter(f => f.severity === 'error' && !f.waiver).length
  const skipped = shown.filter(f => f.waiver).length
  const counts = `tests="${cases.length}" failures="${failures}" errors="${verdict.complete ? 0 : 1}" skipped="${skipped}"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="lintel" ${counts}>
  <testsuite name="lintel check: ${xml(clean(verdict.headline))}" ${counts}>
${cases.join('\n')}
  </testsuite>
</testsuites>
`
}

const problemText = (verdict: Verdict): string =>
  verdict.problems.map(p => `${p.at ? `${placeIn(p.at, verdict)}: ` : ''}${clean(p.message)}`).join('\n')

const testCase = (finding: Finding, verdict: Verdict): string => {
  const lines = xml(findingLines(finding, verdict, 50).join('\n'))
  const open = `    <testcase classname="${xml(finding.rule)}" name="${xml(titleOf(finding))}" file="${xml(clean(finding.at.file))}" line="${finding.at.line}">`
  const inner = finding.waiver
    ? `<skipped message="${xml(waiverSentence(finding.waiver))}"/>`
    : finding.severity === 'error'
      ? `<failure type="${xml(finding.rule)}" message="${xml(titleOf(finding))}">${lines}</failure>`
      : `<system-out>${finding.severity}: ${lines}</system-out>`
  return `${open}\n      ${inner}\n    </testcase>`
}

/** Characters that XML 1.0 forbids are dropped, the five special ones escaped; line breaks stay. */
const xml = (text: string): string =>
  text
    .split('\n')
    .map(clean)
    .join('\n')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
