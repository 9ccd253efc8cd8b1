import type { Finding, Severity, Verdict } from '../../index.ts'
import { clean, inert } from './layout.ts'
import type { Report } from './report.ts'
import { count, findingLines, inOrder, verdictMark, verdictWord } from './words.ts'

/** GitHub shows this many annotations of a level per step and drops the others without a word. */
const PER_LEVEL = 10

const commands: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'notice' }

/** Workflow commands that annotate the lines of a pull request, worst first, capped where GitHub caps them; then the verdict as a plain line. */
export const github: Report = (verdict, options) => {
  const shown = inOrder(verdict.findings).filter(f => !f.waiver && (f.introduced || options.all))
  const kept = shown.filter((f, i) => shown.slice(0, i).filter(g => g.severity === f.severity).length < PER_LEVEL)
  const problems = verdict.complete
    ? []
    : verdict.problems.filter(p => p.severity === 'error').slice(0, PER_LEVEL - kept.filter(f => f.severity === 'error').length)
  const more = shown.length - kept.length
  return `${[
    ...kept.map(f => annotation(f, verdict)),
    ...problems.map(p =>
      command('error', { ...(p.at ? { file: p.at.file, line: p.at.line } : {}), title: 'lintel could not judge' }, clean(p.message)),
    ),
    inert(`${verdictMark(verdict)} ${verdictWord(verdict)}   ${clean(verdict.headline)}`),
    ...(more > 0 ? [inert(`${count(more, 'more finding')} without an annotation: see the job summary`)] : []),
  ].join('\n')}\n`
}

const annotation = (finding: Finding, verdict: Verdict): string => {
  const { at } = finding
  const lines = findingLines(finding, verdict).join('\n')
  const here = at.repo === verdict.head.repo
  return command(
    commands[finding.severity],
    { ...(here ? { file: at.file, line: at.line, ...(at.endLine ? { endLine: at.endLine } : {}) } : {}), title: finding.rule },
    lines,
  )
}

const command = (name: string, properties: Record<string, string | number>, message: string): string =>
  `::${name} ${Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`)
    .join(',')}::${escapeData(message)}`

const escapeData = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
