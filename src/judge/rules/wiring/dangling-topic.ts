import { byText } from '../../../base/names.ts'
import type { Interaction, Resource } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import type { View } from '../../view.ts'

export const danglingTopic: Rule = {
  id: 'wiring/dangling-topic',
  level: 'note',
  summary: 'a topic or queue has only one side: nothing sends what is awaited, or nothing takes what is sent',
  check: context =>
    context.head.model.resources
      .filter(r => r.kind === 'topic' || r.kind === 'queue')
      .flatMap(topic => {
        const { senders, takers } = sidesOf(context.head, topic.id)
        if (senders.length > 0 && takers.length === 0) return [resultOf(context, topic, 'consume', senders)]
        return takers.length > 0 && senders.length === 0 ? [resultOf(context, topic, 'produce', takers)] : []
      }),
}

interface Sides {
  senders: Interaction[]
  takers: Interaction[]
}

const sidesOf = (view: View, topic: string): Sides => {
  const used = [...view.to(topic), ...view.from(topic)]
  return { senders: used.filter(i => i.role === 'produce'), takers: used.filter(i => i.role === 'consume') }
}

/** Whoever lacks the other side may find it in a repository outside the map, unless the base had it. */
const resultOf = ({ base, head }: RuleContext, topic: Resource, lacks: 'produce' | 'consume', rest: readonly Interaction[]): RuleResult => {
  const isOf = (i: Interaction): string => head.nameOf(i.from === topic.id ? i.to : i.from)
  const names = [...new Set(rest.map(isOf))].sort(byText).join(', ')
  const before = sidesOf(base, topic.id)[lacks === 'produce' ? 'senders' : 'takers']
  const gone = [...new Set(before.map(i => base.nameOf(i.from === topic.id ? i.to : i.from)))].sort(byText).join(', ')
  const isTaken = gone !== ''
  const what =
    lacks === 'produce' ? `${names} waits for ${topic.name}, which nothing sends` : `${names} sends ${topic.name}, which nobody takes`
  const sentence = isTaken ? `${what} any more` : `${what} in this map`
  return {
    subject: { kind: 'resource', id: topic.id, name: topic.name },
    message: isTaken ? `${sentence}: ${gone} ${lacks === 'produce' ? 'sent' : 'took'} it before this change` : sentence,
    at: rest[0]!.evidence[0]!.at,
    evidence: [...rest.flatMap(i => i.evidence.slice(0, 1)), ...before.flatMap(i => i.evidence.slice(0, 1))],
    advice: {
      action: isTaken ? 'keep' : 'fix',
      reason: isTaken
        ? `let ${gone} go on ${lacks === 'produce' ? 'sending' : 'taking'} ${topic.name} until ${names} no longer ${lacks === 'produce' ? 'waits for' : 'sends'} it`
        : 'map the repository of the other side along with this one, or delete this side',
      expected: [],
    },
    severity: isTaken ? 'warning' : 'note',
    headline: sentence,
  }
}
