import { canonicalJson } from '../base/json.ts'
import { by } from '../base/names.ts'
import type { Control, ControlFact } from '../model/control.ts'
import type { Evidence, Problem } from '../model/evidence.ts'
import type { Interaction, NodeId } from '../model/system.ts'
import { type Decision, decisionsOf } from './controls/admission.ts'
import { indexWorkloads, type Workloads } from './controls/index-instances.ts'
import { makePeers, type Peers } from './controls/peers.ts'
import { type Applied, placesOf } from './controls/places.ts'
import type { Directory } from './directory.ts'
import { isGateway } from './gateways.ts'
import { type Gathered, groupBy, spotAt } from './gather.ts'
import { uniqueSorted } from './interactions.ts'
import type { Node } from './node.ts'
import { variantKey } from './variants.ts'

export interface Controls {
  of: (id: NodeId) => Control[]
  /** The interactions with the controls of the routes that they take. */
  along: (interactions: readonly Interaction[]) => Interaction[]
  problems: Problem[]
}

/** What is asked of services and connections: which policy applies to whom, and which of several counts. */
export const controlsOf = (gathered: Gathered, directory: Directory): Controls => {
  const workloads = indexWorkloads(directory)
  const places = placesOf(gathered, workloads)
  const peers = makePeers(gathered, workloads)
  const kept = new Map<NodeId, Applied[]>()
  const inForceAt = (node: Node): Applied[] => {
    const known = kept.get(node.id)
    if (known) return known
    const found = inForce(places.byNode.get(node.id) ?? [], node)
    kept.set(node.id, found)
    return found
  }
  return {
    of: id => {
      const node = directory.nodes.get(id)
      if (!node) return []
      return merged([...inForceAt(node).map(a => controlOf(a, node, peers)), ...healthOf(node)])
    },
    along: interactions =>
      interactions.map(i => {
        const [from, to] = [directory.nodes.get(i.from), directory.nodes.get(i.to)]
        const target = to ? inForceAt(to) : (places.byHost.get(i.to) ?? [])
        const onRoute = routeControls(i, from, { from: from ? inForceAt(from) : [], to: target }, peers)
        const decisions = from && to ? decisionsOf(from, to, { from: inForceAt(from), to: inForceAt(to) }, peers) : []
        const all = merged([
          ...(i.controls ?? []),
          ...onRoute.map(a => controlOf(a, to, peers)),
          ...decisions.map(d => decided(d, from!, to!)),
        ])
        return all.length > 0 ? { ...i, controls: all } : i
      }),
    problems: [...places.problems, ...unknownPeers(gathered, workloads, peers)],
  }
}

/** Services that a policy names and nobody knows: no nodes, but worth a word where something is deployed. */
const unknownPeers = (gathered: Gathered, workloads: Workloads, peers: Peers): Problem[] => {
  const deploying = new Set(workloads.directory.identities.nodes.map(n => n.repo))
  return gathered.controls.flatMap(place => {
    const named = (place.fact.admits?.peers ?? []).flatMap(peer => (peer.is === 'service' ? [peer.name] : []))
    if (named.length === 0 || !deploying.has(place.repo)) return []
    const unknown = named.filter(name => !peers.isKnown(name, place))
    return unknown.map(name => ({
      code: 'link/control-peer',
      message: `${place.fact.object} names ${name}, which is nothing that is known here`,
      severity: 'warning' as const,
      at: spotAt(place, place.fact.spot),
    }))
  })
}

const isOptional = ({ instances }: Applied, node: Node): boolean => {
  const [primary] = node.instances
  return primary !== undefined && instances.length > 0 && !instances.some(i => variantKey(i.place) === variantKey(primary.place))
}

/** Of facts that override each other, the narrowest; what is optional does not silence what is sure. Last, what is switched off goes. */
const inForce = (applied: readonly Applied[], node: Node): Applied[] => {
  const groups = groupBy(applied, a => {
    const { overrides, port } = a.place.fact
    return overrides === undefined ? '' : `${overrides}\n${port ?? ''}`
  })
  return [...groups]
    .flatMap(([key, group]) => {
      if (key === '') return group
      const sure = group.filter(a => !isOptional(a, node))
      const narrowest = Math.max(...(sure.length > 0 ? sure : group).map(a => a.narrowness))
      return group.filter(a => a.narrowness >= narrowest)
    })
    .filter(a => !a.place.fact.off)
    .map(a => withAlternatives(a, applied))
}

/** Several plain files may define one object differently: whoever applies one of them decides. */
const withAlternatives = (applied: Applied, all: readonly Applied[]): Applied => {
  const { place } = applied
  if (place.variant.kind !== 'plain') return applied
  const same = all.filter(
    a => a.place.repo === place.repo && a.place.fact.object === place.fact.object && a.place.fact.namespace === place.fact.namespace,
  )
  const files = groupBy(same, a => a.place.file)
  const says = (a: Applied): string => canonicalJson([a.place.fact.kind, a.place.fact.value, a.route ?? '', a.place.fact.port ?? ''])
  const isChoice = files.size > 1 && [...files.values()].some(group => !group.some(a => says(a) === says(applied)))
  return isChoice ? { ...applied, isChoice } : applied
}

const evidenceOf = ({ place, steps }: Applied): Evidence => ({
  reader: place.fact.by,
  basis: 'declared',
  at: spotAt(place, place.fact.spot),
  note: place.fact.object,
  ...(steps.length > 0 ? { via: steps } : {}),
})

const controlOf = (applied: Applied, node: Node | undefined, peers: Peers): Control => {
  const { fact } = applied.place
  const of = partOf(applied)
  const admits = fact.admits
  const isChoice = applied.isChoice || (node !== undefined && isOptional(applied, node))
  return {
    kind: fact.kind,
    value: fact.value,
    ...(of === '' ? {} : { of }),
    ...(admits ? { peers: { effect: admits.effect, way: admits.way, ...peers.shown(admits, applied.place) } } : {}),
    ...(isChoice ? { state: 'optional' as const } : {}),
    evidence: [evidenceOf(applied)],
  }
}

const partOf = ({ place, route, entry }: Applied): string => {
  const { port } = place.fact
  return [
    route,
    port === undefined ? undefined : `port ${port}`,
    entry ? 'from outside' : undefined,
    place.fact.ofCaller ? 'what it calls' : undefined,
  ]
    .filter(p => p !== undefined)
    .join(', ')
}

/** Said of the name that callers use, not of the workload behind it. */
const isByName = ({ place }: Applied): boolean => place.fact.scope.is === 'hosts' || place.fact.scope.is === 'referenced'

/** Kinds that a caller's side of the mesh carries out on the way: a connection has them. */
const ON_ROUTE = new Set<ControlFact['kind']>([
  'timeout',
  'retry',
  'circuit-breaker',
  'fault',
  'mirror',
  'split',
  'tls',
  'mtls',
  'rate-limit',
  'egress',
])

const routeControls = (
  i: Interaction,
  from: Node | undefined,
  applied: { from: readonly Applied[]; to: readonly Applied[] },
  peers: Peers,
): Applied[] => {
  const isFromGateway = from?.instances.some(one => isGateway(one.place)) ?? false
  const own = applied.from.filter(a => a.place.fact.ofCaller && ON_ROUTE.has(a.place.fact.kind) && i.style === 'sync')
  const theirs = applied.to.filter(a => {
    const { fact } = a.place
    if (!ON_ROUTE.has(fact.kind) || fact.ofCaller || a.entry || !isByName(a)) return false
    if (isFromGateway && fact.kind !== 'tls' && fact.kind !== 'mtls' && fact.kind !== 'circuit-breaker') return false
    if (fact.callers && !(from && fact.callers.some(peer => peers.matches(peer, from, a.place) !== 'no'))) return false
    return a.route === undefined || concerns(a.route, i)
  })
  return [...own, ...theirs]
}

/** Whether a connection may take a route: it does where its operations are not known. */
const concerns = (route: string, { operations }: Interaction): boolean => {
  const said = operations.map(o => o.operation)
  if (said.length === 0) return true
  const [method, path] = / /.test(route) ? (route.split(' ') as [string, string]) : ['*', route]
  const start = path.replace(/[*{].*$/, '')
  return said.some(operation => {
    const [verb, asked] = / /.test(operation) ? (operation.split(' ') as [string, string]) : ['*', `/${operation.replace(/^\//, '')}`]
    if (method !== '*' && verb !== '*' && method !== verb) return false
    const known = asked.replace(/[*{].*$/, '')
    return known.startsWith(start) || (known !== asked && start.startsWith(known)) || `${known}/` === start
  })
}

const decided = ({ denied, kind, by: deciding }: Decision, from: Node, to: Node): Control => ({
  kind,
  value: denied ? `keeps ${from.name} from ${to.name}` : `lets ${from.name} call ${to.name}`,
  ...(denied ? { denies: true as const } : {}),
  ...(deciding.every(a => a.isChoice || isOptional(a, to)) ? { state: 'optional' as const } : {}),
  evidence: uniqueSorted(deciding.map(evidenceOf)),
})

/** Probes of what is deployed first. */
const healthOf = ({ instances }: Node): Control[] => {
  const [primary] = instances
  return (primary?.container.probes ?? []).map(({ kind, port, path, spot }) => ({
    kind: 'health' as const,
    value: [kind.replace('/', ' '), kind.endsWith('/exec') ? undefined : path].filter(p => p !== undefined).join(' '),
    ...(port === undefined ? {} : { of: `port ${port}` }),
    evidence: [{ reader: 'deploy/kubernetes', basis: 'declared' as const, at: spotAt(primary!.place, spot), note: 'probe' }],
  }))
}

/** One control for what several places say alike. */
const merged = (controls: readonly Control[]): Control[] => {
  const groups = groupBy(controls, ({ evidence: _, ...said }) => canonicalJson(said))
  return [...groups.values()]
    .map(group => ({ ...group[0]!, evidence: uniqueSorted(group.flatMap(c => c.evidence)) }))
    .sort(by(({ evidence: _, ...said }) => `${said.kind}\n${said.of ?? ''}\n${canonicalJson(said)}`))
}
