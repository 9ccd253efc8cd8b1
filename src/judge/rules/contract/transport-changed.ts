import { byText } from '../../../base/names.ts'
import type { Impact } from '../../../model/change.ts'
import type { Protocol } from '../../../model/fragment.ts'
import type { Interaction, Service } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { canBlock, placeOf } from '../../view.ts'
import { listed, servicesDo } from '../../words.ts'

export const transportChanged: Rule = {
  id: 'contract/transport-changed',
  level: 'error',
  summary: 'a service speaks another protocol, or its contract was emptied, while callers remain',
  check: context => [...protocolsChanged(context), ...contractsEmptied(context)],
}

const protocolsChanged = (context: RuleContext): RuleResult[] => {
  const { base, head } = context
  return head.model.services.flatMap(after => {
    const before = base.service(after.id)
    if (!before) return []
    const spoke = protocolsOf(before)
    const speaks = protocolsOf(after)
    if (speaks.size === 0) return []
    const dropped = [...spoke].filter(p => !speaks.has(p)).sort(byText)
    const left = head
      .to(after.id)
      .filter(i => dropped.includes(i.protocol) && base.from(i.from).some(b => b.to === i.to && b.protocol === i.protocol))
    if (left.length === 0) return []
    const was = listed(dropped)
    const now = listed([...speaks].sort(byText))
    return [
      resultOf(
        after,
        left,
        `${after.name} serves ${now} instead of ${was}, and ${remain(left)}`,
        `${after.name} moves from ${was} to ${now}`,
        context,
      ),
    ]
  })
}

const remain = (left: readonly Interaction[]): string => {
  const callers = [...new Set(left.map(i => i.from))].sort(byText)
  return `${listed(callers)} still ${callers.length === 1 ? 'calls' : 'call'} it the old way`
}

/** By the form of what it serves: `METHOD /path` or `package.Service/Method`. */
const protocolsOf = (service: Service): Set<Protocol> =>
  new Set(
    service.serves
      .map(s => (/^[A-Z*]+ /.test(s.operation) ? 'http' : s.operation.includes('/') ? 'grpc' : 'unknown'))
      .filter(p => p !== 'unknown'),
  )

const contractsEmptied = (context: RuleContext): RuleResult[] =>
  context.comparison.changes
    .filter(c => c.subject.kind === 'contract' && c.property === 'emptied')
    .flatMap(change => {
      const left = context.head.model.interactions.filter(
        i =>
          i.purpose === 'call' &&
          i.operations.some(o => o.contract === change.subject.id || calledBefore(i, o.operation, change.subject.id, context)),
      )
      const provider = left[0] && context.head.service(left[0].to)
      if (!provider) return []
      const message = `${change.subject.name} no longer has any operation, and ${remain(left)}`
      return [
        { ...resultOf(provider, left, message, `${change.subject.name} is emptied`, context), at: (change.at.head ?? change.at.base)! },
      ]
    })

/** Without a contract that knows it, a call has lost its package. */
const isNamed = (known: string, called: string): boolean => known === called || known.endsWith(`.${called}`)

const calledBefore = (interaction: Interaction, operation: string, contract: string, { comparison }: RuleContext): boolean =>
  comparison.impacts.some(
    r =>
      r.change.contract?.contract === contract &&
      r.impacts.some(i => i.party === interaction.from && i.operations.some(o => isNamed(o, operation))),
  )

const resultOf = (provider: Service, left: readonly Interaction[], message: string, clause: string, { head }: RuleContext): RuleResult => {
  const impact = left.map(i => impactOf(i, head.service(i.from)))
  const parties = new Set(impact.map(i => i.party))
  const blocks = [...parties].some(p => canBlock(head, p))
  return {
    subject: { kind: 'service', id: provider.id, name: provider.name },
    message,
    at: placeOf(provider.serves[0]?.evidence ?? provider.evidence) ?? left[0]!.evidence[0]!.at,
    evidence: left.flatMap(i => i.evidence.slice(0, 2)).slice(0, 12),
    impact,
    advice: {
      action: 'keep',
      reason: `serve both until ${listed([...parties].sort(byText))} ${parties.size === 1 ? 'has' : 'have'} moved`,
      expected: [],
    },
    severity: blocks ? 'error' : 'warning',
    headline: `${servicesDo(parties.size, 'break')} when ${clause}`,
  }
}

const impactOf = (interaction: Interaction, service: Service | undefined): Impact => {
  const at = interaction.evidence[0]?.at
  const owner = service?.owners[0]?.value
  return {
    party: interaction.from,
    role: 'consumer',
    verdict: 'breaks',
    modes: ['wire'],
    loud: true,
    operations: interaction.operations.map(o => o.operation),
    usage: [],
    ...(at ? { at } : {}),
    note: `calls it over ${interaction.protocol}`,
    ...(owner === undefined ? {} : { owner }),
    repairedAtHead: false,
  }
}
