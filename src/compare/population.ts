import type { ImpactReport } from '../model/change.ts'
import { callsOf, serversOf } from './calls.ts'
import { type ContractEvent, contractOf, type Models } from './event.ts'

/** Whether consumers can exist that the map does not show, and why. */
export const populationOf = (event: ContractEvent, models: Models): ImpactReport['population'] => {
  const open = (reason: string): ImpactReport['population'] => ({ closed: false, reason })
  const { change, pair } = event
  const providers = new Map(
    change.contract.reach.operations
      .flatMap(r => (['base', 'head'] as const).flatMap(at => serversOf(models[at], r.operation, contractOf(r, event, models[at], at))))
      .map(s => [s.service.id, s.service]),
  )
  for (const provider of providers.values())
    if (provider.exposure?.value === 'public') return open(`${provider.name} is reachable from outside`)
  for (const reach of change.contract.reach.operations)
    for (const call of callsOf(models.base, reach.operation, contractOf(reach, event, models.base, 'base')))
      if (call.interaction.encoding === 'json') return open(`${call.from} hands it on as JSON to clients of its own`)
  const protocol = pair.base?.format === 'protobuf' || pair.head?.format === 'protobuf' ? 'grpc' : 'http'
  const blind = models.base.model.unresolved.find(u => u.does === 'call' && u.stage === 'no-value' && u.protocol === protocol)
  if (blind) return open(`a ${protocol} call of ${blind.from} is not resolved (${blind.reason})`)
  const { failed } = models.base.model.coverage.files
  if (failed > 0) return open(`${failed} ${failed === 1 ? 'file' : 'files'} could not be read`)
  const repositories = new Set(models.base.model.revisions.map(r => r.repo))
  if (repositories.size < 2) return open('only this repository was read')
  return { closed: true, reason: `${repositories.size} repositories were read and nobody else is known to call it` }
}
