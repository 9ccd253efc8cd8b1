import type { Estimate, Finding, Impact, Location, Severity, Verdict, Waiver } from '../../index.ts'
import { clean } from './layout.ts'

/** The words all reports share: one way to say each thing. */

/** `1 service`, `3 services`; thousands are grouped. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${grouped(n)} ${n === 1 ? noun : plural}`

export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',')

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** `file:line`, as terminals and editors understand it. */
export const place = (at: Location): string => `${clean(at.file)}:${at.line}`

/** A place of another repository than the judged one says whose it is. */
export const placeIn = (at: Location, verdict: Verdict): string =>
  at.repo === verdict.head.repo ? place(at) : `${clean(at.repo)}: ${place(at)}`

export const shortRevision = (revision: string): string => (/^[0-9a-f]{12,}$/.test(revision) ? revision.slice(0, 7) : clean(revision))

const severityOrder: Record<Severity, number> = { error: 0, warning: 1, note: 2 }
const impactOrder: Record<Impact['verdict'], number> = {
  breaks: 0,
  'likely-breaks': 1,
  unknown: 2,
  'tolerated-silently': 3,
  'safe-proved': 4,
}

/** Worst first; what a waiver covers or the base already had comes after what this change adds. Stable otherwise. */
export const inOrder = (findings: readonly Finding[]): Finding[] => {
  const rank = (f: Finding): number => severityOrder[f.severity] + (f.waiver ? 10 : 0) + (f.introduced ? 0 : 5)
  return [...findings].sort((a, b) => rank(a) - rank(b))
}

/** Who is hit hardest comes first; those repaired in the same change and those proved safe come last. */
export const partiesInOrder = (impacts: readonly Impact[]): Impact[] => {
  const rank = (i: Impact): number => impactOrder[i.verdict] + (i.repairedAtHead ? 10 : 0)
  return [...impacts].sort((a, b) => rank(a) - rank(b))
}

/** `breaks, silent`: what happens to a party, and whether anybody will see an error. */
export const effectOn = (impact: Impact, { deployOrder }: Finding): string => {
  if (impact.verdict === 'safe-proved') return 'safe, proved'
  if (impact.repairedAtHead) return deployOrder?.safe === 'none' ? 'breaks on rollout' : 'repaired here'
  if (impact.verdict === 'unknown') return 'unknown'
  if (impact.verdict === 'tolerated-silently') return 'tolerated, silent'
  return `${impact.verdict === 'breaks' ? 'breaks' : 'likely breaks'}, ${impact.loud ? 'loud' : 'silent'}`
}

export const ownerOf = (impact: Impact): string => clean(impact.owner ?? 'no owner')

/** What a party does there, and through whom the change reaches it. */
export const noteOf = (impact: Impact): string =>
  `${clean(impact.note)}${impact.via?.length ? ` (through ${impact.via.map(clean).join(', ')})` : ''}`

/** `ledger (team-fin)`. Where no party has an owner, saying so at each would tell nothing. */
export const partyOf = (impact: Impact, { impact: all }: Finding): string =>
  hasOwners(all) ? `${clean(impact.party)} (${ownerOf(impact)})` : clean(impact.party)

export const hasOwners = (impacts: readonly Impact[]): boolean => impacts.some(i => i.owner !== undefined)

/** First line of a finding's message; it stands beside the rule's name. */
export const titleOf = (finding: Finding): string => clean(finding.message.split('\n', 1)[0]!)

/** The lines after the first; leading spaces stay: they set a list off from sentences. */
export const bodyOf = (finding: Finding): string[] =>
  finding.message
    .split('\n')
    .slice(1)
    .map(line => clean(line).trimEnd())
    .filter(line => line !== '')

/** One sentence on the order of deployment; undefined when any order will do. */
export const orderSentence = ({ deployOrder: order, impact }: Finding): string | undefined => {
  if (!order || order.safe === 'any') return undefined
  const reason = clean(order.reason)
  const at = order.at ? ` (${place(order.at)} at base)` : ''
  if (order.safe === 'none') return `Deploy order: ${/^none\b|^no order\b/i.test(reason) ? reason : `none is safe: ${reason}`}${at}`
  const consumers = new Set(impact.filter(i => i.role === 'consumer').map(i => i.party))
  const early = order.order.filter(party => consumers.has(party) === (order.safe === 'consumers-first'))
  const late = order.order.filter(party => !early.includes(party))
  const what =
    early.length > 0 && late.length > 0
      ? `Deploy ${listed(early.map(clean), 3)} before ${listed(late.map(clean), 3)}`
      : `Deploy ${order.safe.replace('-', ' ')}`
  return `${what}: ${reason}${at}`
}

/** `a, b and c`; past one more than `most`, `a, b, c and 2 more`. */
export const listed = (items: readonly string[], most = 6): string => {
  if (items.length > most + 1) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** `It would add 0.4 to 3 ms p95 (prior: one HTTP hop without a sidecar).` A range with its basis, never one figure. */
export const estimateSentence = (estimate: Estimate): string => {
  const where = estimate.subject ? ` to ${clean(estimate.subject.name)}` : ''
  const basis = clean(estimate.basis) + (estimate.samples === undefined ? '' : `, ${count(estimate.samples, 'sample')}`)
  const range = `${figure(estimate.low)} to ${figure(estimate.high)}`
  if (estimate.metric === 'cost.month') return `It would cost ${range} USD a month${where} (${basis}).`
  if (estimate.metric === 'utilisation') return `Utilisation would be ${range}${where} (${basis}).`
  return `It would add ${range} ms ${estimate.metric.slice('latency.'.length)}${where} (${basis}).`
}

const figure = (n: number): string => String(Math.round(n * 10) / 10)

export const waiverSentence = (waiver: Waiver): string =>
  clean(
    `waived until ${waiver.expires} by ${waiver.owner}: ${waiver.rule} for ${waiver.subject} (${waiver.reason})${waiver.link ? ` ${waiver.link}` : ''}`,
  )

export const unresolvedCount = (verdict: Verdict): number => Object.values(verdict.coverage.unresolved).reduce((sum, n) => sum + n, 0)

/** `312 of 314 files read`: of the files that have a reader. */
export const coverageOf = (verdict: Verdict): string => {
  const { read, failed } = verdict.coverage.files
  return failed === 0 ? `${count(read, 'file')} read` : `${grouped(read)} of ${count(read + failed, 'file')} read`
}

/** Everything one finding says, as plain lines: for formats that have one text per finding. */
export const findingLines = (finding: Finding, verdict: Verdict, most = 10): string[] => {
  const parties = partiesInOrder(finding.impact)
  const order = orderSentence(finding)
  return [
    titleOf(finding),
    ...bodyOf(finding),
    ...parties
      .slice(0, most)
      .map(i =>
        [`${partyOf(i, finding)}: ${effectOn(i, finding)}`, ...(i.at ? [placeIn(i.at, verdict)] : []), noteOf(i)]
          .filter(Boolean)
          .join(' · '),
      ),
    ...(parties.length > most ? [`and ${count(parties.length - most, 'more party', 'more parties')}`] : []),
    ...(order ? [order] : []),
    ...populationLine(finding),
    ...(finding.advice ? [`Do: ${clean(finding.advice.reason)}`] : []),
  ]
}

/** Says so when somebody outside the map may be hit as well, or why nobody can be. */
export const populationLine = (finding: Finding): string[] => {
  const { population } = finding
  if (!population?.reason || finding.impact.some(i => i.verdict === 'breaks')) return []
  return [
    population.closed
      ? `No other consumer: ${clean(population.reason)}`
      : `Consumers outside this map cannot be excluded: ${clean(population.reason)}`,
  ]
}

const mark: Record<Verdict['decision'], string> = { deny: '✗', warn: '!', allow: '✓' }

/** What is missing cannot undo a proven break: an incomplete verdict that denies still denies. */
export const isJudged = (verdict: Verdict): boolean => verdict.complete || verdict.decision === 'deny'

/** `✗ deny   3 services break …`: alone enough for a phone. */
export const verdictWord = (verdict: Verdict): string => (isJudged(verdict) ? verdict.decision : 'not judged')
export const verdictMark = (verdict: Verdict): string => (isJudged(verdict) ? mark[verdict.decision] : '?')

export const markerOf = (gate: string): string => `<!-- lintel:gate:${gate.replace(/[^\w.-]/g, '-')} `
