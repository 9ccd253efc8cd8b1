import { by } from '../base/names.ts'
import { table } from '../base/table.ts'
import type { Confidence, Evidence, Step } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import type { NodeId, Resource, Unresolved } from '../model/system.ts'
import { showValue, type Value } from '../model/value.ts'
import { type Address, bareName, HOLE, isLocal, parseAddresses, THIS_HOST } from './address.ts'
import type { Central } from './central.ts'
import { declaredBy, kindOfService, onlyOne } from './cloud.ts'
import type { Directory } from './directory.ts'
import { type Filled, fill, isWhole } from './fill.ts'
import { stepAt } from './gather.ts'
import type { Graphs } from './graphs.ts'
import type { Settings } from './layers/layer.ts'
import type { MessageIndex } from './messages.ts'
import { isResource, type Node } from './node.ts'
import { httpOperation, matchServed } from './operations.ts'
import { type Forwarding, rewritten, routeFor } from './proxies.ts'
import { type Ending, follow, strongest } from './resolve.ts'
import type { Seat } from './seats.ts'
import { type ServedIndex, serviceOf } from './serves.ts'

export interface LinkOptions {
  /** Names for calls that nothing resolves: `service/NAME` → service. */
  links: Record<string, string>
  /** Targets that are outside: `service/NAME` or host → label. */
  external: Record<string, string>
  publicContracts: string[]
  /** What the configuration says of the whole estate. */
  central?: Central
}

/** Everything a target is resolved with. */
export interface Linking {
  directory: Directory
  settings: Settings
  served: ServedIndex
  options: LinkOptions
  outside: Outside
  /** Routes by which nodes forward what they are asked. */
  proxies: ReadonlyMap<NodeId, readonly Forwarding[]>
  /** Nodes by the roles that they play for others. */
  byRole: Map<string, Node[]>
  graphs: Graphs
  /** What topics carry. */
  messages: MessageIndex
}

/** Resources that no manifest deploys: hosts outside, topics. */
export interface Outside {
  resource(id: string, kind: Resource['kind'], name: string, evidence: Evidence, aliases?: readonly string[]): NodeId
}

/** What of an effect decides where it ends. */
export type Followed = Pick<Effect, 'protocol' | 'operation' | 'evidence' | 'does' | 'expects' | 'purpose'>

/** Where an effect's target ends: nodes, or why not. `own`: at the program itself. */
export interface Target {
  ends: { to: NodeId; node?: Node; address?: Address; operation?: string; steps: Step[]; confidence: Confidence; inferred?: boolean }[]
  own: boolean
  failure?: { stage: Unresolved['stage']; reason: string; name: string }
}

/** Follows the target of an effect: the user's links first, then the primary variant, then other variants, then the one server of an rpc service. */
export const targetOf = (seat: Seat, value: Value, effect: Followed, linking: Linking): Target => {
  const primary = fill(value, seat.environment, linking.settings)
  const told = toldByUser(seat, value, primary, effect, linking)
  if (told) return told
  if (effect.expects?.startsWith('cloud ')) return ofCloud(seat, primary, effect, effect.expects.slice('cloud '.length), linking)
  if (effect.protocol === 'dubbo' && effect.purpose === undefined && !primary.some(p => p.text.includes('://')))
    return registered(seat, primary, linking)
  const first = followAll(primary, seat, effect, linking, false)
  const byRole = expected(seat, primary, effect, first, linking)
  if (byRole) return byRole
  if (first.ends.length > 0 || first.own) return first
  if (first.failure?.stage === 'no-setting')
    for (const environment of seat.others()) {
      const other = followAll(fill(value, environment, linking.settings), seat, effect, linking, true)
      if (other.ends.length > 0) return other
    }
  return inferred(seat, effect, first, linking) ?? first
}

/** A store that the code names by what it is called in the cloud: what infrastructure declares under that name, else a thing of that name. */
const ofCloud = (seat: Seat, filled: readonly Filled[], effect: Followed, service: string, linking: Linking): Target => {
  const target: Target = { ends: [], own: false }
  for (const one of filled) {
    if (!isWhole(one) || one.text === '') {
      target.failure ??= notKnown(one)
      continue
    }
    const named = declaredBy(one.text, seat.environment.owner.from, linking.directory).filter(d => isResource(d.node))
    const found = named.length > 0 ? named : onlyOne(service, seat.environment.owner.from, linking.directory)
    for (const { node, step } of found) target.ends.push({ to: node.id, node, steps: [...one.steps, step], confidence: 'high' })
    if (found.length > 0) continue
    const name = bareName(one.text)
    const to = linking.outside.resource(`${service}:${name}`, kindOfService(service), name, effect.evidence)
    target.ends.push({ to, steps: one.steps, confidence: 'high' })
  }
  return target
}

/**
 * The other side of a library that says whom it looks for. Where its address leads to a node of that role, those ends count; where it leads
 * to nobody or to this machine, the only node of that role does, or failing one the thing itself, outside.
 */
const expected = (seat: Seat, filled: readonly Filled[], effect: Followed, found: Target, linking: Linking): Target | undefined => {
  const role = effect.expects ?? (effect.does === 'store' ? STORE_ROLES[effect.protocol] : undefined)
  if (role === undefined) return undefined
  const playing = (linking.byRole.get(role) ?? []).filter(node => node !== seat.node)
  const right = found.ends.filter(end => playing.some(node => node.id === end.to))
  if (right.length > 0) return { ends: right, own: false }
  const addresses = filled.flatMap(one => (isWhole(one) ? parseAddresses(one.text) : []))
  const isHere = addresses.every(a => isLocal(a.host) || isNumeric(a.host))
  const isOutside = found.ends.every(end => end.node === undefined)
  if (found.ends.length > 0 && !((isHere || isOutside) && effect.expects !== undefined)) return undefined
  if (effect.does === 'store' && !(isHere && addresses.length > 0) && effect.expects === undefined) return undefined
  const near = playing.filter(node => node.repo === seat.node.repo)
  const [only, ...others] = near.length > 0 ? near : playing
  if (only && others.every(other => other.programs[0] !== undefined && other.programs[0].key === only.programs[0]?.key)) {
    const steps = [...(filled[0]?.steps ?? []), { at: effect.evidence.at, says: `${only.name} is the only ${role}` }]
    return { ends: [{ to: only.id, node: only, steps, confidence: 'medium', inferred: true }], own: false }
  }
  return only || effect.expects === undefined ? undefined : standIn(effect, role, primaryAddress(addresses), filled, linking)
}

/** Things that stand outside the manifests where a library says that they are there: its usual name. */
const STAND_INS: Record<string, { kind: Resource['kind']; name: string }> = table({
  'database sql': { kind: 'database', name: 'sql' },
  'database mongodb': { kind: 'database', name: 'mongodb' },
  'cache redis': { kind: 'cache', name: 'redis' },
  'broker amqp': { kind: 'broker', name: 'rabbitmq' },
  'broker kafka': { kind: 'broker', name: 'kafka' },
  zipkin: { kind: 'external', name: 'zipkin' },
})

const primaryAddress = (addresses: readonly Address[]): Address | undefined => addresses.find(a => !isLocal(a.host)) ?? addresses[0]

/** A database, a broker or a tracing server that nothing deploys, as its address names it. Databases of one server are told apart. */
const standIn = (
  effect: Followed,
  role: string,
  address: Address | undefined,
  filled: readonly Filled[],
  linking: Linking,
): Target | undefined => {
  const what = Object.hasOwn(STAND_INS, role) ? STAND_INS[role] : undefined
  if (!what || !address) return undefined
  const database = address.database ?? (/^\/([\w.-]+)/.exec(address.path)?.[1] || undefined)
  const host = isLocal(address.host) ? 'localhost' : address.host.toLowerCase()
  const at = `${host}${address.port === undefined ? '' : `:${address.port}`}`
  const name =
    what.kind === 'database' ? `${address.scheme ?? what.name}://${at}${database === undefined ? '' : `/${database}`}` : what.name
  const to = linking.outside.resource(what.kind === 'database' ? name : `${what.name}://${at}`, what.kind, name, effect.evidence)
  return { ends: [{ to, address, steps: filled[0]?.steps ?? [], confidence: 'medium' }], own: false }
}

const STORE_ROLES: Partial<Record<Effect['protocol'], string>> = { sql: 'database sql', mongodb: 'database mongodb', redis: 'cache redis' }

const isNumeric = (host: string): boolean => /^[\d.]+$/.test(host)

/** Names under which a user may link a call: its variables, what the code says, its operation, its protocol. */
const namesOf = (value: Value, filled: readonly Filled[], effect: Followed): string[] => [
  ...new Set([
    ...filled.flatMap(f => [...f.missing, ...f.names]),
    showValue(value),
    ...(effect.operation ? [showValue(effect.operation)] : []),
    effect.protocol,
  ]),
]

const toldByUser = (seat: Seat, value: Value, filled: readonly Filled[], effect: Followed, linking: Linking): Target | undefined => {
  const { links, external } = linking.options
  for (const name of namesOf(value, filled, effect)) {
    const key = `${seat.node.id}/${name}`
    const steps = [{ at: effect.evidence.at, says: `the configuration links ${key}` }]
    const label = Object.hasOwn(external, key) ? external[key] : undefined
    if (label !== undefined) return { ends: [{ to: outsideNode(label, label, effect, linking), steps, confidence: 'high' }], own: false }
    const target = Object.hasOwn(links, key) ? links[key] : undefined
    const node = target === undefined ? undefined : linking.directory.nodes.get(target)
    if (node) return { ends: [{ to: node.id, node, steps, confidence: 'high' }], own: false }
  }
  return undefined
}

const outsideNode = (host: string, label: string, effect: Followed, linking: Linking): NodeId =>
  linking.outside.resource(label, effect.does === 'store' ? 'database' : 'external', label, { ...effect.evidence, note: host })

const followAll = (filled: readonly Filled[], seat: Seat, effect: Followed, linking: Linking, isOtherVariant: boolean): Target => {
  const target: Target = { ends: [], own: false }
  for (const one of filled) {
    if (one.text.startsWith(THIS_HOST)) {
      ownHost(one, seat, effect, linking, target)
      continue
    }
    const file = effect.does === 'store' && effect.protocol === 'sql' ? DATABASE_FILE.exec(one.text)?.[1] : undefined
    if (file !== undefined) {
      target.ends.push(databaseFile(file, one, seat, effect, linking))
      continue
    }
    const addresses = parseAddresses(one.text)
    if (addresses.length === 0) target.failure ??= notKnown(one)
    for (const address of addresses) endAt(address, one, seat, effect, linking, isOtherVariant, target)
  }
  return target
}

const DATABASE_FILE = /^(?:jdbc:)?(?:sqlite3?:(?:\/\/)?\/?|file:)?([\w./-]*[\w-]\.(?:db|db3|sqlite|sqlite3|sql3|s3db))(?:\?.*)?$/i

/** A database that is a file of its program: nobody else's, so its name carries whose it is. */
const databaseFile = (file: string, one: Filled, seat: Seat, effect: Followed, linking: Linking): Target['ends'][number] => {
  const name = `${seat.node.name}/${file.slice(file.lastIndexOf('/') + 1)}`
  const to = linking.outside.resource(`sqlite:${name}`, 'database', name, effect.evidence, [`${seat.node.name}-sqlite`])
  return { to, steps: one.steps, confidence: 'high' }
}

/** A page's call to the host it came from: its own server's, as far as that is known to serve it. */
const ownHost = (one: Filled, seat: Seat, effect: Followed, linking: Linking, target: Target): void => {
  const said = effect.operation === undefined ? [] : fill(effect.operation, seat.environment, linking.settings)
  const operation = httpOperation(said[0]?.text, one.text.slice(THIS_HOST.length))
  const forwarding = operation && routeFor(operation.slice(operation.indexOf(' ') + 1), linking.proxies.get(seat.node.id) ?? [])
  if (forwarding) {
    throughProxy(operation, forwarding, seat, effect, linking, target)
    return
  }
  const served = [...(linking.served.byNode.get(seat.node.id)?.keys() ?? [])].filter(o => o.includes(' '))
  if (operation === undefined || served.length === 0 || matchServed(operation, served) !== undefined) target.own = true
  else target.failure ??= { stage: 'no-address', reason: `its own host is not known to serve ${operation}`, name: operation }
}

/** A page's call that the proxy of its own host sends on: it ends where the route leads. */
const throughProxy = (operation: string, forwarding: Forwarding, seat: Seat, effect: Followed, linking: Linking, target: Target): void => {
  const [method = '*', path = '/'] = operation.split(' ')
  const asked = `${method} ${rewritten(path, forwarding.route)}`
  const at = stepAt(forwarding.place, forwarding.route.spot, `${forwarding.route.path} goes to ${showValue(forwarding.route.target)}`)
  for (const value of forwarding.targets) {
    const found = targetOf(seat, value, { protocol: forwarding.route.protocol, evidence: effect.evidence, does: effect.does }, linking)
    target.own ||= found.own
    if (found.failure) target.failure ??= found.failure
    target.ends.push(...found.ends.map(end => ({ ...end, operation: asked, steps: [...forwarding.steps, at, ...end.steps] })))
  }
}

const endAt = (
  address: Address,
  one: Filled,
  seat: Seat,
  effect: Followed,
  linking: Linking,
  isOtherVariant: boolean,
  target: Target,
): void => {
  const named = follow(address, seat.environment.owner.from, seat.instance, linking.directory, [], seat.node)
  const ending = named.is === 'nowhere' && isLocal(address.host) ? (byPort(address, seat, effect, linking) ?? named) : named
  if (ending.is === 'node' ? ending.node === seat.node : isOwnPort(address, seat)) {
    target.own = true
    return
  }
  if (ending.is === 'nowhere') {
    target.failure ??= {
      stage: isWhole(one) ? ending.stage : stageOf(one),
      reason: isWhole(one) ? ending.reason : reasonOf(one),
      name: nameOf(one),
    }
    return
  }
  target.ends.push({ address, ...ended(ending, address, one, effect, linking, isOtherVariant) })
}

const ended = (
  ending: Exclude<Ending, { is: 'nowhere' }>,
  address: Address,
  one: Filled,
  effect: Followed,
  linking: Linking,
  isOtherVariant: boolean,
): Target['ends'][number] => {
  const limit: Confidence = isOtherVariant ? 'medium' : 'high'
  if (ending.is === 'outside') {
    const label = Object.hasOwn(linking.options.external, ending.host) ? linking.options.external[ending.host]! : ending.host
    return { to: outsideNode(ending.host, label, effect, linking), steps: one.steps, confidence: limit }
  }
  const port = address.port === undefined ? '' : `:${address.port}`
  const wrong = ending.wrongPort ? ` (answers on ${ending.wrongPort.join(', ') || 'no port'}, not ${port})` : ''
  const steps = ending.steps.map((step, n) => (n === 0 ? { ...step, says: `${address.host}${port}: ${step.says}${wrong}` } : step))
  return {
    to: ending.node.id,
    node: ending.node,
    steps: [...one.steps, ...steps],
    confidence: isOtherVariant ? 'medium' : strongest('low', ending.confidence),
  }
}

/**
 * `localhost` with a port that nobody publishes here is a developer's default. It counts when exactly one program that listens on that
 * port, or publishes it in another variant, serves just this operation.
 */
const byPort = (address: Address, seat: Seat, effect: Followed, linking: Linking): Ending | undefined => {
  const key = `${seat.program.repo}\n${address.port}`
  const { listening, publishedAnywhere } = linking.directory
  const candidates = new Set([...(listening.get(key) ?? []), ...(publishedAnywhere.get(key) ?? [])])
  if (effect.does === 'store') return storeByPort([...candidates], address, effect)
  const said = effect.operation === undefined ? [] : fill(effect.operation, seat.environment, linking.settings).map(f => f.text)
  const confirmed = [...candidates].flatMap(node => {
    const at = said.map(operation => servedAt(node, operation, address, effect, linking)).find(step => step !== undefined)
    return at ? [{ node, step: { ...at, says: `${at.says}, on port ${address.port}` } }] : []
  })
  const [only] = confirmed
  return confirmed.length === 1 && only ? { is: 'node', node: only.node, steps: [only.step], confidence: 'medium' } : undefined
}

/** A well-known store that publishes the port and speaks the protocol. */
const storeByPort = (candidates: readonly Node[], address: Address, effect: Followed): Ending | undefined => {
  const stores = candidates.filter(n => n.stock?.resource !== undefined && n.stock.protocol === effect.protocol)
  const [only] = stores
  const place = only?.instances[0]?.place
  if (stores.length !== 1 || !only || !place) return undefined
  const step = stepAt(place, place.fact.spot, `${only.name} publishes port ${address.port}`)
  return { is: 'node', node: only, steps: [step], confidence: 'medium' }
}

/** Where a node serves an operation; undefined when it is not known to. */
const servedAt = (node: Node, operation: string, address: Address, effect: Followed, linking: Linking): Step | undefined => {
  if (effect.protocol === 'grpc' || effect.protocol === 'thrift')
    return linking.served.rpcServices.get(serviceOf(operation.replace(/^\//, '')))?.get(node.id)
  if (effect.protocol === 'graphql') return linking.graphs.servers(operation).get(node.id)
  const id = effect.protocol === 'http' ? httpOperation(operation === HOLE ? undefined : operation, address.path) : undefined
  const served = linking.served.byNode.get(node.id)
  const match = id === undefined || served === undefined ? undefined : matchServed(id, served.keys())
  return match === undefined ? undefined : served!.get(match)![0]!.step
}

/** `localhost` on a port of its own: a health check, a test client, the program's own address. */
const isOwnPort = (address: Address, seat: Seat): boolean => {
  if (!isLocal(address.host)) return false
  const own = new Set([
    ...(seat.instance?.container.ports ?? []).flatMap(p => [p.port, p.target]),
    ...seat.program.program.ports.flatMap(p => (p.is === 'text' ? [Number(p.text.replace(/^.*:/, ''))] : [])),
  ])
  return address.port === undefined || own.has(address.port)
}

/** What a user would link: the variable, else what the code says ('' when it says nothing). */
const nameOf = (one: Filled): string => one.missing[0] ?? one.names[0] ?? (one.text === HOLE ? '' : one.text)

const stageOf = (one: Filled): Unresolved['stage'] => (one.missing.length > 0 ? 'no-setting' : 'no-value')
const reasonOf = (one: Filled): string =>
  one.missing.length > 0 ? `nothing sets ${one.missing.join(', ')}` : `the code does not say: ${one.unknown.join(', ') || 'no host in it'}`

const notKnown = (one: Filled): NonNullable<Target['failure']> =>
  isWhole(one) && one.text !== ''
    ? { stage: 'no-address', reason: `${one.text} names no host`, name: nameOf(one) }
    : { stage: stageOf(one), reason: reasonOf(one), name: nameOf(one) }

/** Services that clients find in a registry by name: all that offer one are called. `*` for a group or a version means any. */
const registered = (seat: Seat, filled: readonly Filled[], linking: Linking): Target => {
  const target: Target = { ends: [], own: false }
  for (const one of filled) {
    if (!isWhole(one)) {
      target.failure ??= notKnown(one)
      continue
    }
    const offers = [...linking.served.rpcServices].filter(([key]) => key === one.text || matchesAny(one.text, key))
    const servers = new Map(offers.flatMap(([, nodes]) => [...nodes]))
    for (const [id, step] of [...servers].sort(by(s => s[0]))) {
      const node = linking.directory.nodes.get(id)
      if (id === seat.node.id) target.own = true
      else target.ends.push({ to: id, ...(node ? { node } : {}), steps: [...one.steps, step], confidence: 'high' })
    }
    if (servers.size === 0) target.failure ??= { stage: 'no-address', reason: `nobody registers ${one.text}`, name: nameOf(one) }
  }
  return target
}

/** Whether a key with `*` for its group or version means a registered one. */
const matchesAny = (wanted: string, key: string): boolean => {
  if (!/^\*\/|:\*$/.test(wanted)) return false
  const [group, service, version] = keyParts(wanted)
  const [itsGroup, itsService, itsVersion] = keyParts(key)
  return service === itsService && (group === '*' || group === itsGroup) && (version === '*' || version === itsVersion)
}

const keyParts = (key: string): [group: string, service: string, version: string] => {
  const slash = key.indexOf('/')
  const colon = key.lastIndexOf(':')
  return [
    key.slice(0, Math.max(0, slash)),
    key.slice(slash + 1, colon === -1 ? undefined : colon),
    colon === -1 ? '' : key.slice(colon + 1),
  ]
}

/** An rpc service that exactly one service registers: a marked guess, where the address itself is not known. */
const inferred = (seat: Seat, effect: Followed, failed: Target, linking: Linking): Target | undefined => {
  if (effect.protocol === 'graphql' && effect.operation?.is === 'text') return inferredGraph(seat, effect.operation.text, linking)
  if (
    (effect.protocol !== 'grpc' && effect.protocol !== 'thrift') ||
    effect.operation?.is !== 'text' ||
    failed.failure?.stage === 'no-address'
  )
    return undefined
  const name = serviceOf(effect.operation.text.replace(/^\//, ''))
  const servers = linking.served.rpcServices.get(name)
  if (servers?.size !== 1) return undefined
  const [id, step] = [...servers][0]!
  if (id === seat.node.id) return { ends: [], own: true }
  const steps = [{ at: step.at, says: `only ${id} registers ${name}` }]
  const node = linking.directory.nodes.get(id)
  return { ends: [{ to: id, ...(node ? { node } : {}), steps, confidence: 'low', inferred: true }], own: false }
}

/** A root field that only the graph of this system has, where nobody knows the address. */
const inferredGraph = (seat: Seat, operation: string, linking: Linking): Target | undefined => {
  const servers = [...linking.graphs.servers(operation)]
  if (servers.length === 0) return undefined
  if (servers.some(([id]) => id === seat.node.id)) return { ends: [], own: true }
  return {
    ends: servers.map(([id, step]) => {
      const node = linking.directory.nodes.get(id)
      return { to: id, ...(node ? { node } : {}), steps: [step], confidence: 'low', inferred: true }
    }),
    own: false,
  }
}
