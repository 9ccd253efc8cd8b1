import type { Finding, Impact, Location, Verdict } from '../../index.ts'
import { clean, cut } from './layout.ts'
import type { Report, ReportOptions } from './report.ts'
import {
  bodyOf,
  count,
  coverageOf,
  effectOn,
  estimateSentence,
  hasOwners,
  inOrder,
  markerOf,
  noteOf,
  orderSentence,
  ownerOf,
  partiesInOrder,
  placeIn,
  populationLine,
  seconds,
  shortRevision,
  titleOf,
  unresolvedCount,
  verdictMark,
  verdictWord,
  waiverSentence,
} from './words.ts'

/** GitHub refuses a longer comment. */
const LONGEST = 65_536
const ROWS = 10
const PARTIES_IN_ROW = 5
const PARTIES_IN_DETAILS = 30

/**
 * The comment of a pull request: a hidden marker, the refusal's first line, a table of at most ten rows, what to do, details, one footer line.
 * Past the host's limit, whole findings are left out, the least severe first, and counted.
 */
export const markdown: Report = (verdict, options) => {
  const shown = inOrder(verdict.findings).filter(f => (f.introduced || options.all) && !f.waiver && f.severity !== 'note')
  const others = inOrder(verdict.findings).filter(f => (f.introduced || options.all) && !shown.includes(f))
  const head = `${markerOf(options.gate ?? 'default')}sha=${shaOf(verdict, options)} -->\n### ${verdictMark(verdict)} ${verdictWord(verdict)}: ${prose(verdict.headline, 400)}\n`
  const end = `\n${footer(verdict, options)}\n`
  const top = [table(shown, verdict, options), orders(shown), doLines(shown, verdict, options)]
    .filter(part => part !== '')
    .map(part => `\n${part}\n`)
    .join('')
  const problems = problemList(verdict, options)
  return (
    head +
    top +
    problems +
    details([...shown, ...others], verdict, options, LONGEST - head.length - top.length - problems.length - end.length) +
    end
  )
}

/** The comment once the problem is gone. */
export const resolved = (verdict: Verdict, options: ReportOptions): string =>
  `${markerOf(options.gate ?? 'default')}sha=${shaOf(verdict, options)} -->\n✓ lintel: resolved in ${shortRevision(shaOf(verdict, options))}\n`

const shaOf = (verdict: Verdict, options: ReportOptions): string => clean(options.headSha ?? verdict.head.revision).replace(/[^\w.-]/g, '')

const table = (shown: readonly Finding[], verdict: Verdict, options: ReportOptions): string => {
  if (shown.length === 0) return ''
  const rows = shown
    .slice(0, ROWS)
    .map(f => `| ${[changeCell(f, verdict, options), effectCell(f), whoCell(f), evidenceCell(f, verdict, options)].join(' | ')} |`)
  const more = shown.length > ROWS ? [`\n${count(shown.length - ROWS, 'more finding')} below.`] : []
  return ['| change | effect | who | evidence |', '|---|---|---|---|', ...rows, ...more].join('\n')
}

const changeCell = (finding: Finding, verdict: Verdict, options: ReportOptions): string =>
  `${prose(titleOf(finding), 300)} (${link(finding.at, verdict, options)})`

const effectCell = (finding: Finding): string => {
  const level = finding.severity === 'error' ? '**blocks**' : finding.severity
  const effects = new Map<string, number>()
  for (const impact of partiesInOrder(finding.impact)) {
    const effect = effectOn(impact, finding)
    effects.set(effect, (effects.get(effect) ?? 0) + 1)
  }
  const parts = [...effects].map(
    ([effect, n]) =>
      `${n} ${effect.replace(/^breaks\b/, n === 1 ? 'breaks' : 'break').replace(/^likely breaks\b/, n === 1 ? 'likely breaks' : 'likely break')}`,
  )
  return [level, ...parts].join('; ')
}

const whoCell = (finding: Finding): string => {
  const parties = partiesInOrder(finding.impact)
  const names = parties
    .slice(0, PARTIES_IN_ROW)
    .map(i => (hasOwners(parties) ? `${code(i.party)} (${prose(ownerOf(i), 60)})` : code(i.party)))
  return [...names, ...(parties.length > PARTIES_IN_ROW ? [`${parties.length - PARTIES_IN_ROW} more`] : [])].join(', ') || '–'
}

const evidenceCell = (finding: Finding, verdict: Verdict, options: ReportOptions): string => {
  const places = partiesInOrder(finding.impact).flatMap(i => (i.at ? [i.at] : []))
  const unique = [
    ...new Map((places.length > 0 ? places : finding.evidence.map(e => e.at)).map(at => [`${at.repo} ${at.file}:${at.line}`, at])).values(),
  ]
  return (
    [...unique.slice(0, 3).map(at => link(at, verdict, options)), ...(unique.length > 3 ? [`${unique.length - 3} more`] : [])].join(', ') ||
    '–'
  )
}

const orders = (shown: readonly Finding[]): string =>
  [...new Set(shown.slice(0, ROWS).flatMap(f => orderSentence(f) ?? []))].map(sentence => `- ${prose(sentence, 500)}`).join('\n')

/** What to do, for what blocks; for warnings when nothing blocks. */
const doLines = (shown: readonly Finding[], verdict: Verdict, options: ReportOptions): string => {
  const blocking = shown.filter(f => f.severity === 'error')
  return (blocking.length > 0 ? blocking : shown)
    .filter(f => f.advice)
    .slice(0, ROWS)
    .map(f => `- **Do** (${link(f.at, verdict, options)}): ${prose(f.advice!.reason, 600)}`)
    .join('\n')
}

const problemList = (verdict: Verdict, options: ReportOptions): string => {
  const problems = verdict.problems.filter(p => p.severity === 'error' || !verdict.complete)
  if (problems.length === 0) return ''
  const lines = problems.slice(0, ROWS).map(p => `- ${p.at ? `${link(p.at, verdict, options)}: ` : ''}${prose(p.message, 300)}`)
  return `\n${verdict.complete ? 'Not read' : 'Not judged, because these files could not be read'}:\n${lines.join('\n')}\n${problems.length > ROWS ? `- and ${problems.length - ROWS} more\n` : ''}`
}

const details = (findings: readonly Finding[], verdict: Verdict, options: ReportOptions, room: number): string => {
  const blocks = [
    ...findings.map(f => findingDetails(f, verdict, options)),
    ...(verdict.waiversUsed.length > 0
      ? [
          `**Waivers used**\n${verdict.waiversUsed
            .slice(0, 50)
            .map(w => `- ${prose(waiverSentence(w), 400)}`)
            .join('\n')}\n`,
        ]
      : []),
  ]
  if (blocks.length === 0) return ''
  const open = `\n<details><summary>${count(findings.length, 'finding')} in full</summary>\n\n`
  const close = '\n</details>\n'
  const left = (n: number): string => `\n${n} more not shown: a comment holds ${LONGEST} characters. \`lintel check\` prints all.\n`
  let out = ''
  let kept = 0
  for (const block of blocks) {
    if (open.length + out.length + block.length + 1 + close.length + left(blocks.length).length > room) break
    out += `${block}\n`
    kept++
  }
  if (kept === 0) return left(blocks.length).length <= room ? left(blocks.length) : ''
  return open + out + (kept < blocks.length ? left(blocks.length - kept) : '') + close
}

const findingDetails = (finding: Finding, verdict: Verdict, options: ReportOptions): string => {
  const parties = partiesInOrder(finding.impact)
  const order = orderSentence(finding)
  const sentences = [
    ...bodyOf(finding),
    ...populationLine(finding),
    ...(order ? [order] : []),
    ...(finding.advice?.expected ?? []).map(estimateSentence),
    ...(finding.advice ? [`Do: ${finding.advice.reason}`] : []),
    ...(finding.waiver ? [waiverSentence(finding.waiver)] : []),
  ]
  return [
    `**${code(finding.rule)}** ${finding.severity} · ${link(finding.at, verdict, options)} · ${prose(titleOf(finding), 500)}`,
    ...(parties.length > 0 ? ['', '| party | owner | effect | where | note |', '|---|---|---|---|---|'] : []),
    ...parties.slice(0, PARTIES_IN_DETAILS).map(i => `| ${partyCells(i, finding, verdict, options).join(' | ')} |`),
    ...(parties.length > PARTIES_IN_DETAILS ? [`\nand ${count(parties.length - PARTIES_IN_DETAILS, 'more party', 'more parties')}`] : []),
    '',
    ...sentences.map(s => `${prose(s, 800)}  `),
    `<sub>fingerprint ${code(finding.fingerprint)}</sub>`,
    '',
  ].join('\n')
}

const partyCells = (impact: Impact, finding: Finding, verdict: Verdict, options: ReportOptions): string[] => [
  code(impact.party),
  prose(ownerOf(impact), 60),
  effectOn(impact, finding),
  impact.at ? link(impact.at, verdict, options) : '–',
  prose(noteOf(impact), 300),
]

const footer = (verdict: Verdict, options: ReportOptions): string => {
  const rule = inOrder(verdict.findings).find(f => f.introduced && !f.waiver)?.rule
  const unresolved = unresolvedCount(verdict)
  const parts = [
    `head ${shortRevision(shaOf(verdict, options))}`,
    `policy from ${prose(verdict.policy.split(' ').map(shortRevision).join(' '), 100)}`,
    coverageOf(verdict) + (unresolved > 0 ? `, ${count(unresolved, 'unresolved call')}` : ''),
    ...(options.ms === undefined ? [] : [seconds(options.ms)]),
    ...(rule
      ? [
          `explain: ${code(`lintel explain ${rule}`)}`,
          `waive: an entry with owner, reason and expiry in ${code('lintel.waivers.yaml')} on the base branch`,
        ]
      : []),
  ]
  return `<sub>${parts.join(' · ')}</sub>`
}

/** A link to the line at the head commit; plain code without a base address, and for other repositories. */
const link = (at: Location, verdict: Verdict, options: ReportOptions): string => {
  const label = code(placeIn(at, verdict))
  if (options.urlBase === undefined || at.repo !== verdict.head.repo) return label
  const path = at.file
    .split('/')
    .map(segment => encodeURIComponent(wellFormed(segment)).replace(/[()'*!]/g, c => `%${c.charCodeAt(0).toString(16)}`))
    .join('/')
  return `[${label}](${options.urlBase}/${path}#L${at.line})`
}

const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')

/**
 * Text from a repository as plain words of a comment: no markup, no HTML, no table cell, no mention of a person, no reference, no link of its own.
 * Hosts look for mentions in the rendered text, so a backslash is not enough: a zero-width space parts the sign from the name.
 * Pairs of backticks stay code; whatever stands inside or outside is escaped for its side.
 */
const prose = (text: string, most: number): string => {
  const parts = cut(wellFormed(clean(text)), most).split('`')
  if (parts.length % 2 === 0) return words(parts.join('`'))
  return parts.map((part, i) => (i % 2 === 0 ? words(part) : code(part))).join('')
}

const words = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', '&#96;')
    .replace(/[\\*_[\]|~$]/g, '\\$&')
    .replace(/@(?=[\w-])/g, '@\u200b')
    .replace(/#(?=\d)/g, '#\u200b')
    .replace(/\bgh-(?=\d)/gi, '$&\u200b')
    .replaceAll('://', ':\u200b//')
    .replace(/\bwww\./gi, 'www\u200b.')

/** A name as code: backticks cannot be escaped inside code, so they become primes; a bar would end the table's cell. */
const code = (text: string): string =>
  `\`${
    cut(wellFormed(clean(text)), 200)
      .replaceAll('`', 'ˋ')
      .replaceAll('|', '\\|') || ' '
  }\``
