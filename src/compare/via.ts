import { by, canonicalName } from '../base/names.ts'
import type { Impact } from '../model/change.ts'
import type { MemberUse } from '../model/fragment.ts'
import type { PassedOn, ServiceId } from '../model/system.ts'
import { type Call, callsOf, sameOperation, sortedTexts } from './calls.ts'
import { type ContractEvent, harmOn, isOperationGone, type Models } from './event.ts'

/** So many services may hand a value on, one after the other. */
const MAX_HOPS = 6
const MAX_STOPS = 2000

/** A served operation that answers with what is changed, at this path of its answer. */
interface Stop {
  service: ServiceId
  operation: string
  path: readonly string[]
  via: readonly ServiceId[]
}

/**
 * Parties that feel a change through services which hand a callee's answer on, whole or by members: the consumers of those that do, of the
 * consumers that do so in turn, and so on. Whoever is hit directly, or nearer, is told once.
 */
export const impactsThrough = (event: ContractEvent, models: Models, direct: readonly Impact[]): Impact[] => {
  const isHarmed = harmOn(event, { request: false, response: true })
  if (isHarmed === 'compatible' || isOperationGone(event)) return []
  const found = new Map<ServiceId, Impact>()
  const known = new Set<string>()
  let stops = firstStops(event, models)
  for (let hop = 0; hop < MAX_HOPS && stops.length > 0 && known.size < MAX_STOPS; hop++) {
    const next: Stop[] = []
    for (const stop of stops) {
      const key = `${stop.service} ${stop.operation} ${stop.path.join('.')}`
      if (known.has(key)) continue
      known.add(key)
      for (const call of callersOf(stop, models.base)) {
        const impact = impactOf(call, stop, isHarmed, models)
        const isTold = direct.some(i => i.party === call.from && i.role === 'consumer' && i.verdict === 'breaks')
        if (impact && !isTold && isWorse(impact, found.get(call.from))) found.set(call.from, impact)
      }
      next.push(...stopsAfter(stop, models))
    }
    stops = next
  }
  return [...found.values()].sort(by(i => i.party))
}

const isWorse = (impact: Impact, known: Impact | undefined): boolean =>
  known === undefined || (known.verdict === 'unknown' && impact.verdict === 'breaks')

const firstStops = ({ change }: ContractEvent, models: Models): Stop[] =>
  change.contract.reach.operations
    .filter(r => r.side !== 'request')
    .flatMap(r => {
      const providers = new Set(
        models.base.model.contracts.find(c => c.id === (r.contract ?? change.contract.contract))?.providers.map(p => p.value) ?? [],
      )
      return passing(models, p => providers.has(p.node) && sameOperation(p.operation, r.operation)).flatMap(
        ({ service, operation, pass }) => {
          const path = carried(r.path, pass)
          return path ? [{ service, operation, path, via: [service] }] : []
        },
      )
    })

const stopsAfter = (stop: Stop, models: Models): Stop[] =>
  passing(models, p => p.node === stop.service && sameOperation(p.operation, stop.operation)).flatMap(({ service, operation, pass }) => {
    const path = stop.via.includes(service) ? undefined : carried(stop.path, pass)
    return path ? [{ service, operation, path, via: [...stop.via, service] }] : []
  })

const passing = ({ base }: Models, isMeant: (pass: PassedOn) => boolean): { service: ServiceId; operation: string; pass: PassedOn }[] =>
  [...base.services.values()].flatMap(service =>
    service.serves.flatMap(ref =>
      (ref.passes ?? []).filter(isMeant).map(pass => ({ service: service.id, operation: ref.operation, pass })),
    ),
  )

/** Where a member of the callee's answer stands in the own answer; undefined where it is not handed on. */
const carried = (path: readonly string[], { from, to }: PassedOn): string[] | undefined => {
  const [member, source] = [named(path), named(from)]
  const shared = Math.min(member.length, source.length)
  for (let i = 0; i < shared; i++) if (canonicalName(member[i]!) !== canonicalName(source[i]!)) return undefined
  return [...named(to), ...member.slice(source.length)]
}

/** Elements of lists take no step. */
const named = (path: readonly string[]): string[] => path.filter(p => p !== '[]' && p !== '*')

const callersOf = ({ service, operation }: Stop, index: Models['base']): Call[] => {
  const contract = index.services.get(service)?.serves.find(ref => ref.operation === operation)?.contract
  return callsOf(
    index,
    operation,
    index.model.contracts.find(c => c.id === contract),
  ).filter(call => call.to === service)
}

/** It reads the member or what lies below it; whoever reads the whole answer and lets it go may. */
const impactOf = (call: Call, stop: Stop, harm: 'breaking' | 'conditional', models: Models): Impact | undefined => {
  const uses = call.ref.uses.filter(use => meets(use, stop.path))
  if (uses.length === 0 && call.ref.closed && !call.ref.uses.some(use => holds(use, stop.path))) return undefined
  const isTolerant = uses.length > 0 && uses.every(u => u.tolerance !== 'strict')
  const verdict = uses.length === 0 || harm !== 'breaking' ? 'unknown' : isTolerant ? 'tolerated-silently' : 'breaks'
  const service = models.head.services.get(call.from) ?? models.base.services.get(call.from)
  const owner = service?.owners[0]?.value
  const at = uses[0]?.at ?? call.ref.evidence[0]?.at
  return {
    ...{ party: call.from, role: 'consumer', verdict, modes: ['json', 'semantic'], loud: false, operations: [stop.operation], usage: uses },
    ...(at === undefined ? {} : { at }),
    note: uses.length > 0 ? `reads ${sortedTexts(uses.map(u => u.path.join('.'))).join(', ')}` : `calls ${stop.operation}`,
    ...(owner === undefined ? {} : { owner }),
    repairedAtHead: isRepaired(call, stop, models),
    via: [...stop.via].reverse(),
  }
}

const meets = (use: MemberUse, path: readonly string[]): boolean => {
  const used = named(use.path)
  return use.side === 'response' && used.length >= path.length && path.every((name, i) => canonicalName(name) === canonicalName(used[i]!))
}

/** Something that the member lies in goes out of view as a whole. */
const holds = (use: MemberUse, path: readonly string[]): boolean => {
  const used = named(use.path)
  return use.whole === true && used.length <= path.length && used.every((name, i) => canonicalName(name) === canonicalName(path[i]!))
}

/** At head the party reads it no more, or the service nearest to it no longer hands it on. */
const isRepaired = (call: Call, stop: Stop, models: Models): boolean => {
  const after = models.head.services.get(stop.service)?.serves.find(ref => sameOperation(ref.operation, stop.operation))
  if (!after?.passes?.length) return true
  const left = callersOf(stop, models.head).filter(c => c.from === call.from)
  return left.every(c => c.ref.closed && !c.ref.uses.some(use => meets(use, stop.path) || holds(use, stop.path)))
}
