import { byText } from '../base/names.ts'
import type { Impact } from '../model/change.ts'
import type { Finding, Waiver } from '../model/verdict.ts'
import type { JudgeInput } from './input.ts'
import type { View } from './view.ts'
import { listed } from './words.ts'

/**
 * A finding under the waiver that covers it. A waiver binds to the consumers that were known when it was given: where a further one feels
 * the change, it is void for all, and the finding says for whom.
 */
export const waived = <F extends Finding>(finding: F, { policy, asOf }: JudgeInput, base: View): F => {
  const covering = policy.waivers.filter(w => w.expires >= asOf.slice(0, 10) && covers(w, finding))
  const [first] = covering
  if (first === undefined) return finding
  const waiver = covering.find(w => newConsumers(w, finding, base).length === 0)
  if (waiver) return { ...finding, severity: 'note', waiver }
  const others = newConsumers(first, finding, base)
  const are = others.length === 1 ? 'is a consumer that was' : 'are consumers that were'
  return {
    ...finding,
    message: `${finding.message}\n  the waiver of ${first.owner} is void: ${listed(others)} ${are} not known when it was given`,
  }
}

const newConsumers = (waiver: Waiver, { impact }: Finding, base: View): string[] => {
  const felt = impact.filter(i => i.role === 'consumer' && i.verdict !== 'safe-proved')
  const isKnown = (i: Impact): boolean => (waiver.consumers ? waiver.consumers.includes(i.party) : calledBefore(i, base))
  return [...new Set(felt.filter(i => !isKnown(i)).map(i => i.party))].sort(byText)
}

const calledBefore = ({ party, operations }: Impact, base: View): boolean =>
  base.from(party).some(i => i.operations.some(o => operations.includes(o.operation)))

const covers = (waiver: Waiver, finding: Finding): boolean =>
  waiver.rule === finding.rule &&
  (waiver.subject === finding.fingerprint || waiver.subject === finding.subject.id || matches(waiver.subject, finding.subject.id))

/** `*` stands for anything; nothing else is special. */
const matches = (pattern: string, id: string): boolean => {
  const [start = '', ...parts] = pattern.split('*')
  if (parts.length === 0 || !id.startsWith(start)) return false
  const end = parts.pop()!
  let from = start.length
  for (const part of parts) {
    const found = id.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return id.length - end.length >= from && id.endsWith(end)
}
