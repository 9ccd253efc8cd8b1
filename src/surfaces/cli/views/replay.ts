import pc from 'picocolors'
import type { ReplayStep } from '../../../index.ts'
import { clean, cut, pad } from '../../report/layout.ts'
import { count, isJudged, verdictMark, verdictWord } from '../../report/words.ts'

/** One commit: the verdict, which commit, and for anything but a pass the reason below it. */
export const replayed = ({ commit, subject, date, verdict }: ReplayStep, width: number, colour: boolean): string => {
  const paint = pc.createColors(colour)
  const painted = { deny: paint.red, warn: paint.yellow, allow: paint.green }[verdict.decision]
  const word = `${verdictMark(verdict)} ${pad(verdictWord(verdict), 10)}`
  const first = `${painted(word)} ${commit.slice(0, 9)}  ${date.slice(0, 10)}  ${cut(clean(subject), Math.max(20, width - 36))}`
  const others = verdict.findings.filter(f => f.introduced && !f.waiver && f.severity === 'error').length - 1
  const more = others > 0 ? ` (and ${count(others, 'more error')})` : ''
  return verdict.decision === 'allow' && verdict.complete ? first : `${first}\n    ${clean(verdict.headline)}${more}`
}

/** `100 commits: 3 denied, 5 warned, 92 allowed, 0 not judged` */
export const totals = (steps: readonly ReplayStep[]): string => {
  const judged = steps.map(s => s.verdict).filter(isJudged)
  const of = (decision: string): number => judged.filter(v => v.decision === decision).length
  return `${count(steps.length, 'commit')}: ${of('deny')} denied, ${of('warn')} warned, ${of('allow')} allowed, ${steps.length - judged.length} not judged`
}
