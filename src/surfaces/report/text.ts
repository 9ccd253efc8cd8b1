import pc from 'picocolors'
import type { Finding, Impact, Verdict } from '../../index.ts'
import { clean, columnWidths, cut, inert, pad, widthOf, wrap } from './layout.ts'
import type { Report, ReportOptions } from './report.ts'
import {
  bodyOf,
  count,
  coverageOf,
  effectOn,
  estimateSentence,
  hasOwners,
  inOrder,
  isJudged,
  noteOf,
  orderSentence,
  ownerOf,
  partiesInOrder,
  place,
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

/** Parties of one finding that are listed; the others are counted. */
const PARTIES = 8
const PROBLEMS = 5
/** Columns of a name; longer ones are cut. */
const NAME = 40

type Paint = ReturnType<typeof pc.createColors>

/** The verdict for a terminal, in the order of a hurried reader: what breaks, for whom and where, what to do, what it rests on. */
export const text: Report = (verdict, options) => {
  const paint = pc.createColors(options.colour ?? false)
  const width = Math.max(40, options.width ?? 120)
  const shown = inOrder(verdict.findings).filter(f => options.all || (f.introduced && !f.waiver && f.severity !== 'note'))
  const blocks = isShort(verdict, shown)
    ? [shortWarning(verdict, shown[0]!, width)]
    : shown.map(f => findingBlock(f, verdict, width, paint))
  const after = [
    ...problemLines(verdict, width, paint),
    ...notesLine(verdict, options, width),
    ...waiverLines(verdict, width),
    ...unresolvedLine(verdict),
    ...(verdict.decision === 'allow' && verdict.complete && shown.length === 0 ? [] : [footer(verdict, options)]),
  ]
  const head = headLine(verdict, options, shown.length === 0, paint)
  const gap = blocks.length > 0 && !isShort(verdict, shown) ? [''] : []
  return `${[head, ...gap, ...joinBlocks(blocks), ...gap, ...after].map(line => inert(line.trimEnd())).join('\n')}\n`
}

const joinBlocks = (blocks: string[][]): string[] => blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))

const headLine = (verdict: Verdict, options: ReportOptions, alone: boolean, paint: Paint): string => {
  const word = `${verdictMark(verdict)} ${pad(`${verdictWord(verdict)}  `, 7)}`
  const colour = !isJudged(verdict) ? paint.yellow : { deny: paint.red, warn: paint.yellow, allow: paint.green }[verdict.decision]
  const { files, services } = verdict.changed
  const size = [count(files, 'file'), count(services, 'service'), ...(options.ms === undefined ? [] : [seconds(options.ms)])].join(', ')
  return `${paint.bold(colour(word))}${paint.bold(clean(verdict.headline))}${alone ? paint.dim(`   (${size})`) : ''}`
}

/** One warning whose parties are all repaired needs its order of deployment and no table. */
const isShort = (verdict: Verdict, shown: readonly Finding[]): boolean =>
  verdict.decision === 'warn' &&
  shown.length === 1 &&
  orderSentence(shown[0]!) !== undefined &&
  shown[0]!.impact.every(i => i.repairedAtHead || i.verdict === 'safe-proved')

const shortWarning = (verdict: Verdict, finding: Finding, width: number): string[] => [
  ...wrap(orderSentence(finding)!, width, '  '),
  `  ${finding.rule} · ${placeIn(finding.at, verdict)}`,
]

const findingBlock = (finding: Finding, verdict: Verdict, width: number, paint: Paint): string[] => {
  const indent = '    '
  const order = orderSentence(finding)
  return [
    ...findingHead(finding, verdict, width, paint),
    ...bodyOf(finding).flatMap(line => wrap(line, width, indent + ' '.repeat(line.length - line.trimStart().length))),
    ...partyLines(finding, verdict, width, paint),
    ...populationLine(finding).flatMap(line => wrap(line, width, indent)),
    ...(order ? wrap(order, width, indent) : []),
    ...(finding.advice?.expected ?? []).flatMap(e => wrap(estimateSentence(e), width, indent)),
    ...(finding.advice ? wrap(`Do: ${clean(finding.advice.reason)}`, width, indent, `${indent}  `) : []),
    ...(finding.waiver ? wrap(waiverSentence(finding.waiver), width, indent) : []),
  ]
}

const findingHead = (finding: Finding, verdict: Verdict, width: number, paint: Paint): string[] => {
  const rule = `  ${finding.rule}`
  const at = placeIn(finding.at, verdict)
  const title = `${titleOf(finding)}${finding.introduced ? '' : ' (was there before)'}`
  const severity = finding.severity === 'error' ? '' : ` (${finding.severity})`
  const start = `${pad(rule + severity, 42)}  ${at}`
  const colour = { error: paint.red, warning: paint.yellow, note: paint.dim }[finding.severity]
  const painted = start.replace(rule, colour(rule))
  return widthOf(start) + 3 + widthOf(title) <= width ? [`${painted}   ${title}`] : [painted, ...wrap(title, width, '    ')]
}

/** Aligned columns: party, owner, effect, place, note. Where they do not fit, every note goes below its row. */
const partyLines = (finding: Finding, verdict: Verdict, width: number, paint: Paint): string[] => {
  const parties = partiesInOrder(finding.impact)
  const owned = hasOwners(finding.impact)
  // Naming the last one costs no more than counting it.
  const most = parties.length === PARTIES + 1 ? parties.length : PARTIES
  const rows = parties
    .slice(0, most)
    .map(i => [
      cut(clean(i.party), NAME),
      ...(owned ? [cut(ownerOf(i), NAME)] : []),
      effectOn(i, finding),
      i.at ? placeIn(i.at, verdict) : '–',
    ])
  const notes = parties.map(noteIn)
  const widths = columnWidths(rows)
  const indent = '    '
  const left = indent.length + widths.reduce((sum, w) => sum + w + 3, 0)
  const beside = left + Math.max(0, ...notes.map(widthOf)) <= width
  const lines = rows.flatMap((row, i) => {
    const cells = row.map((cell, n) => (n === (owned ? 2 : 1) ? effectColour(cell, paint)(pad(cell, widths[n]!)) : pad(cell, widths[n]!)))
    const line = indent + cells.join('   ')
    if (beside) return [`${line}   ${notes[i]}`]
    return [line, ...wrap(notes[i]!, width, `${indent}  `)]
  })
  return parties.length > most
    ? [
        ...lines,
        `${indent}and ${parties.length - most} more: ${parties
          .slice(most)
          .map(i => clean(i.party))
          .join(', ')}`,
      ]
    : lines
}

const noteIn = (impact: Impact): string => `${impact.role === 'provider' ? 'provides it: ' : ''}${noteOf(impact)}`

const effectColour = (effect: string, paint: Paint): ((s: string) => string) =>
  /^breaks/.test(effect) ? paint.red : /^(likely|tolerated|unknown)/.test(effect) ? paint.yellow : paint.green

/** `! read   deploy/values.yaml:88   not YAML …`: what could not be read, worst first. */
const problemLines = (verdict: Verdict, width: number, paint: Paint): string[] => {
  const problems = [...verdict.problems].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  const serious = problems.filter(p => p.severity === 'error' || !verdict.complete)
  const lines = serious
    .slice(0, PROBLEMS)
    .map(p => wrap(clean(p.message), width, `  ! read   ${p.at ? `${place(p.at)}   ` : ''}`, '    '))
    .flatMap(([first, ...rest]) => [first!.replace('!', paint.yellow('!')), ...rest])
  const more = serious.length - Math.min(serious.length, PROBLEMS)
  return more > 0 ? [...lines, `  ${count(more, 'more problem')} in files: --format json lists all`] : lines
}

const notesLine = (verdict: Verdict, options: ReportOptions, width: number): string[] => {
  if (options.all) return []
  const notes = verdict.findings.filter(f => f.introduced && !f.waiver && f.severity === 'note')
  const [first] = notes
  if (!first) return []
  const sentence = `${titleOf(first)} (${placeIn(first.at, verdict)})`
  const line =
    notes.length === 1 ? `note: ${sentence}` : `${count(notes.length, 'note')}, the first: ${sentence}; all of them: lintel check --all`
  return wrap(line, width, '  ', '    ')
}

const waiverLines = (verdict: Verdict, width: number): string[] =>
  verdict.waiversUsed.flatMap(w => wrap(waiverSentence(w), width, '  ', '    '))

const unresolvedLine = (verdict: Verdict): string[] => {
  const n = unresolvedCount(verdict)
  if (n === 0 || (verdict.decision === 'allow' && verdict.findings.length === 0)) return []
  return [`  ${count(n, 'unresolved call')} in the map, not judged: lintel map --unresolved`]
}

const footer = (verdict: Verdict, options: ReportOptions): string => {
  const time = options.ms === undefined ? [] : [seconds(options.ms)]
  return `  ${[`policy from ${shortPolicy(verdict.policy)}`, coverageOf(verdict), ...time].join(' · ')}`
}

const shortPolicy = (policy: string): string => clean(policy).split(' ').map(shortRevision).join(' ')
