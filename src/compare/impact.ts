import { by, byText } from '../base/names.ts'
import type { BreakMode, ContractChange, Impact, ImpactReport, Reach } from '../model/change.ts'
import type { Contract } from '../model/contract.ts'
import type { Location } from '../model/evidence.ts'
import type { MemberUse } from '../model/fragment.ts'
import type { OperationRef, ServiceId } from '../model/system.ts'
import { type Call, callsOf, push, serversOf, sortedTexts } from './calls.ts'
import { liesBelow, projectPath, touches } from './contract/project.ts'
import { deployOrders } from './deploy-order.ts'
import { type ContractEvent, changesMeaning, contractOf, harmOn, isHurting, isNewDemand, isOperationGone, type Models } from './event.ts'
import { fitOf } from './literals.ts'
import { populationOf } from './population.ts'
import { refusing } from './refusing.ts'
import { followsRecord } from './repair.ts'
import { impactsThrough } from './via.ts'

/** Who feels the breaking and conditional changes, in which order deployment is safe, and who may be out of sight. */
export const impactReports = (events: readonly ContractEvent[], models: Models): ImpactReport[] => {
  const hurting = events.filter(event => isHurting(event) || refusing(event, models).length > 0)
  const impacts = new Map(hurting.map(event => [event, impactsOf(event, models)]))
  const orders = deployOrders(events, impacts, models)
  return hurting.map(event => {
    const deployOrder = orders.get(event)
    return {
      change: event.change,
      impacts: impacts.get(event)!,
      ...(deployOrder === undefined ? {} : { deployOrder }),
      population: populationOf(event, models),
    }
  })
}

/** What one party does with the reached operations, at base and at head. */
interface Party {
  id: ServiceId
  role: Impact['role']
  json: boolean
  /** Hands a binary contract on as JSON, every member of it, to clients of its own. */
  transcodes: boolean
  base: Dealing[]
  head: Dealing[]
}

interface Dealing {
  ref: OperationRef
  /** The contract that has the operation, at base and at head. */
  contract: Partial<Record<'base' | 'head', Contract>>
  /** Hurt sides of the operation's messages. */
  sides: Sides
}

interface Sides {
  request: boolean
  response: boolean
}

const impactsOf = (event: ContractEvent, models: Models): Impact[] => {
  if (!isHurting(event)) return refusing(event, models)
  const direct = partiesOf(event, models)
    .map(party => impactOn(party, event, models))
    .filter(i => i !== undefined)
  return [...direct, ...impactsThrough(event, models, direct)].sort(by(i => `${i.role} ${i.party} ${i.via?.length ?? 0}`))
}

const partiesOf = (event: ContractEvent, models: Models): Party[] => {
  const parties = new Map<string, Party>()
  const party = (id: ServiceId, role: Impact['role']): Party => {
    const key = `${role} ${id}`
    const known = parties.get(key) ?? { id, role, json: false, transcodes: false, base: [], head: [] }
    parties.set(key, known)
    return known
  }
  for (const { reach, sides } of reachedOperations(event.change.contract)) {
    const contract = withoutAbsent({
      base: contractOf(reach, event, models.base, 'base'),
      head: contractOf(reach, event, models.head, 'head'),
    })
    for (const at of ['base', 'head'] as const) {
      for (const call of callsOf(models[at], reach.operation, contract[at])) {
        // What it publishes is its contract.
        if (call.interaction.role === 'produce') continue
        const consumer = party(call.from, 'consumer')
        consumer.json ||= call.json || isJsonFormat(contract[at])
        consumer.transcodes ||= call.interaction.encoding === 'json' && !isJsonFormat(contract[at])
        consumer[at].push({ ref: call.ref, contract, sides })
        if (models[at].services.has(call.to)) party(call.to, 'provider').json ||= isJsonCall(call, contract[at])
      }
      for (const { service, ref } of serversOf(models[at], reach.operation, contract[at]))
        party(service.id, 'provider')[at].push({ ref, contract, sides })
    }
  }
  return [...parties.values()].sort(by(p => `${p.role} ${p.id}`))
}

const withoutAbsent = ({ base, head }: { base: Contract | undefined; head: Contract | undefined }): Dealing['contract'] => ({
  ...(base === undefined ? {} : { base }),
  ...(head === undefined ? {} : { head }),
})

const isJsonFormat = (contract: Contract | undefined): boolean =>
  contract !== undefined && contract.format !== 'protobuf' && contract.format !== 'thrift'
const isJsonCall = (call: Call, contract: Contract | undefined): boolean =>
  call.interaction.encoding !== 'json' && (call.json || isJsonFormat(contract))

/** Operations whose hurt side carries the element. */
const reachedOperations = (change: ContractChange): { reach: Reach; sides: Sides }[] => {
  const reached = new Map<string, { reach: Reach; sides: Sides }>()
  const hurts = (side: 'request' | 'response'): boolean => (change.verdict[side] ?? 'compatible') !== 'compatible'
  for (const reach of change.reach.operations) {
    const key = `${reach.contract ?? ''} ${reach.operation}`
    const { sides } = reached.get(key) ?? { sides: { request: false, response: false } }
    sides.request ||= reach.side !== 'response' && hurts('request')
    sides.response ||= reach.side !== 'request' && hurts('response')
    if (sides.request || sides.response) reached.set(key, { reach, sides })
  }
  return [...reached.values()]
}

const impactOn = (party: Party, event: ContractEvent, models: Models): Impact | undefined => {
  const { change } = event
  if (party.role === 'provider' && isOperationGone(event)) return undefined
  const judged = party.role === 'consumer' ? consumerVerdict(party, event, models) : providerVerdict(party, event, models)
  if (judged === undefined) return undefined
  // Nobody can say that a party let go of what nobody saw it hold.
  const repairedAtHead = isRepaired(party, event, models) && (judged.verdict !== 'unknown' || party.head.length === 0)
  // Whoever starts to use the element in this very change is built against the new contract.
  if (party.base.length === 0 && repairedAtHead) return undefined
  const service = models.head.services.get(party.id) ?? models.base.services.get(party.id)
  const owner = service?.owners[0]?.value
  const dealings = party.base.length > 0 ? party.base : party.head
  const at = judged.at ?? dealings[0]?.ref.evidence[0]?.at
  return {
    party: party.id,
    role: party.role,
    verdict: judged.verdict,
    modes: modesFor(change.contract.modes, party.json),
    loud: judged.loud,
    operations: sortedTexts(dealings.map(d => d.ref.operation)),
    usage: judged.usage,
    ...(at === undefined ? {} : { at }),
    note: judged.note,
    ...(owner === undefined ? {} : { owner }),
    repairedAtHead,
  }
}

interface Judged {
  verdict: Impact['verdict']
  loud: boolean
  usage: MemberUse[]
  note: string
  at?: Location
}

/** Old code of a consumer against the new contract: the table of the guide, strongest evidence first. */
const consumerVerdict = (party: Party, event: ContractEvent, models: Models): Judged => {
  const dealings = party.base.length > 0 ? party.base : party.head
  if (isOperationGone(event)) {
    const at = dealings[0]?.ref.evidence[0]?.at
    return { verdict: 'breaks', loud: true, usage: [], note: `calls ${shortOperation(event.change.subject.name)}`, ...(at ? { at } : {}) }
  }
  const usage = usesOf(dealings, event, models)
  const anyway = withoutUse(dealings, event, party, models)
  if (usage.length === 0) return { ...anyway, usage }
  const fit = fitOf(event.change, usage)
  if (fit) return sentVerdict(fit, usage, dealings)
  if (isSortedOut(event, usage)) return { ...anyway, usage, note: `${usesNote(usage)}, and has a default for other values` }
  const verdict = worse(verdictOfUse(usage, dealings, event, models), anyway.verdict)
  const loud = verdict === 'breaks' && isLoud(event.change.contract.modes, party.json, usage)
  return { verdict, loud, usage, note: usesNote(usage), at: usage[0]!.at }
}

/** Constants that are sent against a tightened constraint: safe where nothing else can be sent. */
const sentVerdict = ({ fit, use }: NonNullable<ReturnType<typeof fitOf>>, usage: MemberUse[], dealings: readonly Dealing[]): Judged => {
  const at = (use ?? usage[0]!).at
  const note = use === undefined ? usesNote(usage) : `${usesNote([use])}: ${JSON.stringify(use.literal)}`
  const isKnown = fit === 'fits' && dealings.every(d => d.ref.closed)
  return { verdict: fit === 'breaks' ? 'breaks' : isKnown ? 'safe-proved' : 'unknown', loud: fit === 'breaks', usage, note, at }
}

/** A value that may come from now on meets a default wherever the member is looked at. */
const isSortedOut = ({ change }: ContractEvent, usage: readonly MemberUse[]): boolean => {
  const placeIn = ({ at, path }: MemberUse): string => `${at.repo} ${at.file}:${at.line} ${path.join('.')}`
  const matches = usage.filter(u => u.access === 'match')
  const places = new Set(matches.map(placeIn))
  return (
    change.contract.rule.endsWith('value-added') &&
    matches.length > 0 &&
    matches.every(u => u.tolerance === 'defaulted') &&
    usage.every(u => places.has(placeIn(u)))
  )
}

const mildness: readonly Impact['verdict'][] = ['breaks', 'likely-breaks', 'unknown', 'tolerated-silently', 'safe-proved']

/** What is known of one use never excuses what the operation alone says. */
const worse = (a: Impact['verdict'], b: Impact['verdict']): Impact['verdict'] => (mildness.indexOf(a) < mildness.indexOf(b) ? a : b)

/** The element is used: what becomes of that. Under a condition, it breaks where the name is gone or every value was listed. */
const verdictOfUse = (
  usage: readonly MemberUse[],
  dealings: readonly Dealing[],
  event: ContractEvent,
  models: Models,
): Impact['verdict'] => {
  const harm = dealings.map(d => harmOn(event, d.sides))
  const strict = usage.some(u => u.access === 'match' && u.tolerance === 'strict')
  if (!harm.includes('breaking') && !strict && !namesWhatIsGone(dealings, event, models)) return 'unknown'
  const tolerant = usage.every(u => u.tolerance === 'defaulted' || u.tolerance === 'optional' || u.tolerance === 'ignored')
  return tolerant && event.change.kind === 'removed' ? 'tolerated-silently' : 'breaks'
}

/** No tracked use of the element: what the operation alone says. */
const withoutUse = (dealings: readonly Dealing[], event: ContractEvent, party: Party, models: Models): Omit<Judged, 'usage'> => {
  const { change } = event
  const what = `${party.json && change.contract.modes.includes('json') ? 'exchanges JSON with' : 'calls'} ${operationsNote(dealings)}`
  if (isNewDemand(event)) return { verdict: 'likely-breaks', loud: true, note: `${what}, sends no ${lastName(change.subject.name)}` }
  const breaking = dealings.some(d => harmOn(event, d.sides) === 'breaking')
  const closed = dealings.every(d => d.sides.response && !d.sides.request && d.ref.closed && isFollowed(d, event, models))
  const misread = changesMeaning(event) && !(closed && isSkippable(change))
  const handsOn = party.transcodes && change.contract.modes.includes('json')
  if (breaking && (misread || handsOn)) return { verdict: 'likely-breaks', loud: false, note: what }
  return closed
    ? { verdict: 'safe-proved', loud: false, note: `${what}, does not read it` }
    : { verdict: 'unknown', loud: false, note: what }
}

/** A number in place of something else, or the other way round, is skipped by whoever does not ask for it; other bytes may not even parse. */
const isSkippable = ({ before, after }: ContractEvent['change']): boolean =>
  [before, after].some(t => typeof t === 'string' && NUMERIC.test(t))

const NUMERIC = /^(u?int|sint|s?fixed)(32|64)$|^(bool|float|double)$/

/** Every member that the code names is one of the contract, and it holds no whole message that the element is a part of. */
const isFollowed = ({ ref, contract }: Dealing, { change }: ContractEvent, { base }: Models): boolean => {
  const written = contract.base
  if (written === undefined) return ref.uses.length === 0
  const place = change.subject.id.slice(change.subject.id.indexOf('#'))
  const owner = `${written.id}${place.slice(0, place.lastIndexOf('/'))}`
  const pool = base.model.contracts
  return ref.uses.every(use => {
    if (touches(change, use, written, ref.operation, pool) === 'maybe') return false
    if (use.whole && liesBelow(`${written.id}${place}`, written, ref.operation, use.side, use.path, pool)) return false
    const goesOn = ref.uses.some(u => u.side === use.side && u.path.length > use.path.length && use.path.every((p, n) => u.path[n] === p))
    return goesOn || !projectPath(written, ref.operation, use.side, use.path, pool).ends.has(owner)
  })
}

/** A provider reads requests and is read in responses: it feels what changes meaning, and request members that no longer come. */
const providerVerdict = (party: Party, event: ContractEvent, models: Models): Judged | undefined => {
  const { change } = event
  const dealings = party.base.length > 0 ? party.base : party.head
  const usage = usesOf(dealings, event, models)
  const breaking = dealings.some(d => harmOn(event, d.sides) === 'breaking')
  if (changesMeaning(event) && breaking) {
    const at = usage[0]?.at
    const note = usage.length > 0 ? usesNote(usage) : `serves ${operationsNote(dealings)}`
    return { verdict: usage.length > 0 ? 'breaks' : 'likely-breaks', loud: false, usage, note, ...(at ? { at } : {}) }
  }
  // Its own code still names what is gone; or it counts on a member of the request that no longer comes.
  const stillNamed = namesWhatIsGone(party.head, event, models)
  const isGone = change.kind === 'removed' || stillNamed
  const felt = stillNamed
    ? usesOf(party.head, event, models)
    : usage.filter(u => u.side === 'request' && u.access !== 'send' && u.tolerance === 'strict')
  if (!isGone || !breaking || felt.length === 0) return undefined
  return { verdict: 'breaks', loud: isLoud(change.contract.modes, party.json, felt), usage: felt, note: usesNote(felt), at: felt[0]!.at }
}

const padded = (n: number): string => String(n).padStart(7, '0')

/** Uses that meet the element, by the contract that the using code was written against, each place once; the element itself before what lies below it. */
const usesOf = (dealings: readonly Dealing[], event: ContractEvent, models: Models): MemberUse[] => {
  const { change } = event
  const at = change.kind === 'added' ? 'head' : 'base'
  const found = new Map<string, MemberUse>()
  for (const { ref, contract, sides } of dealings)
    for (const use of ref.uses) {
      const written = contract[at]
      if (!sides[use.side] || !written || touches(change, use, written, ref.operation, models[at].model.contracts) !== true) continue
      found.set(
        `${padded(use.path.length)} ${use.at.repo}/${use.at.file}:${padded(use.at.line)} ${use.side} ${use.path.join('.')} ${use.access}`,
        use,
      )
    }
  return [...found].sort(([a], [b]) => byText(a, b)).map(([, use]) => use)
}

const isRepaired = (party: Party, event: ContractEvent, models: Models): boolean => {
  const { pair } = event
  if (!models.head.services.has(party.id)) return true
  if (party.role === 'consumer' && party.head.length === 0) return true
  if (isOperationGone(event)) return false
  if (party.role === 'consumer' && isByHand(party, event)) return isJsonRepaired(party, event, models)
  if (namesWhatIsGone(party.head, event, models)) return false
  return followsRecord(party.id, pair.base, pair.head, { head: models.head.model })
}

/** Code that names a member which the contract at head no longer has. */
const namesWhatIsGone = (dealings: readonly Dealing[], event: ContractEvent, models: Models): boolean =>
  dealings.some(dealing =>
    usesOf([dealing], event, models).some(
      use =>
        !dealing.contract.head ||
        !projectPath(dealing.contract.head, dealing.ref.operation, use.side, use.path, models.head.model.contracts).complete,
    ),
  )

/** It speaks JSON where the change is felt, and holds no copy of the contract that could have moved. */
const isByHand = ({ json, transcodes, id }: Party, { change, pair }: ContractEvent): boolean => {
  if (transcodes) return change.contract.modes.includes('json')
  const holds = [pair.base, pair.head].some(c => c?.copies.some(copy => copy.usedBy.includes(id)))
  return json && !holds && (isJsonFormat(pair.head ?? pair.base) || change.contract.modes.includes('json'))
}

/** A JSON party holds no stub: it is repaired when what it did at base to the element, it does no more. */
const isJsonRepaired = (party: Party, event: ContractEvent, models: Models): boolean => {
  if (isNewDemand(event)) return usesOf(party.head, event, models).length > 0
  return usesOf(party.base, event, models).length > 0 && usesOf(party.head, event, models).length === 0
}

const modesFor = (modes: readonly BreakMode[], json: boolean): BreakMode[] => modes.filter(m => json || m !== 'json')

/** In protobuf's binary form an absent or unknown field is a zero value without an error; JSON readers that insist on a member fail. */
const isLoud = (modes: readonly BreakMode[], json: boolean, uses: readonly MemberUse[]): boolean =>
  modes.includes('validate') ||
  (modes.includes('source') && !modes.includes('wire') && !modes.includes('semantic')) ||
  (json && uses.some(u => u.tolerance === 'strict'))

const usesNote = (uses: readonly MemberUse[]): string => {
  const verbs: Record<MemberUse['access'], string> = { read: 'reads', send: 'sends', match: 'matches' }
  const parts = new Map<string, string[]>()
  for (const use of uses) push(parts, verbs[use.access], use.path.join('.').replaceAll('.[]', '[]'))
  return [...parts].map(([verb, paths]) => `${verb} ${listed(outermost(sortedTexts(paths)))}`).join(', ')
}

/** Whoever reads `total.units` reads `total`. */
const outermost = (paths: readonly string[]): string[] => paths.filter(path => !paths.some(p => path.startsWith(`${p}.`)))

/** `Pricing/Quote and 3 more operations` */
const operationsNote = (dealings: readonly Dealing[]): string => {
  const [first = '', ...rest] = sortedTexts(dealings.map(d => shortOperation(d.ref.operation)))
  return rest.length > 1 ? `${first} and ${rest.length} more operations` : [first, ...rest].join(' and ')
}

const shortOperation = (operation: string): string =>
  /^[A-Z*]+ /.test(operation) ? operation : operation.slice(operation.lastIndexOf('.', operation.lastIndexOf('/')) + 1)

const listed = (items: readonly string[]): string =>
  items.length > 4 ? `${items.slice(0, 3).join(', ')} and ${items.length - 3} more` : items.join(', ')

const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)
