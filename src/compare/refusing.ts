import { by } from '../base/names.ts'
import type { Impact } from '../model/change.ts'
import { callsOf } from './calls.ts'
import { projectPath } from './contract/project.ts'
import { type ContractEvent, contractOf, type Models } from './event.ts'

/** Consumers whose types refuse a member that an answer has from now on, though anybody else may pass it over. */
export const refusing = (event: ContractEvent, models: Models): Impact[] => {
  const { change } = event
  if (change.kind !== 'added' || change.subject.kind !== 'element' || change.contract.verdict.response === 'breaking') return []
  const found = new Map<string, Impact>()
  for (const reach of change.contract.reach.operations) {
    const contract = reach.side === 'request' ? undefined : contractOf(reach, event, models.base, 'base')
    if (contract === undefined) continue
    const place = change.subject.id.slice(change.subject.id.indexOf('#'))
    const owner = `${contract.id}${place.slice(0, place.lastIndexOf('/'))}`
    for (const { from, ref, interaction } of callsOf(models.base, reach.operation, contract)) {
      const usage = ref.uses.filter(
        u =>
          u.exact === true &&
          interaction.role !== 'produce' &&
          projectPath(contract, ref.operation, u.side, u.path, models.base.model.contracts).ends.has(owner),
      )
      const known = found.get(from)
      if (usage.length === 0 || known) continue
      const service = models.head.services.get(from) ?? models.base.services.get(from)
      const team = service?.owners[0]?.value
      found.set(from, {
        ...{ party: from, role: 'consumer', verdict: 'breaks', modes: ['validate'], loud: true, operations: [ref.operation], usage },
        at: usage[0]!.at,
        note: `takes no members but those it names, and gets ${change.subject.name.slice(change.subject.name.lastIndexOf('.') + 1)}`,
        ...(team === undefined ? {} : { owner: team }),
        repairedAtHead: !models.head.services.has(from),
      })
    }
  }
  return [...found.values()].sort(by(i => i.party))
}
