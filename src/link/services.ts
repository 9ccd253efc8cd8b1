import { by, byText } from '../base/names.ts'
import { dirname } from '../base/path.ts'
import { table } from '../base/table.ts'
import type { NodeIx, Role } from '../model/contract.ts'
import type { Evidence, Known } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import type { Interaction, NodeId, OperationRef, PassedOn, Resource, Service } from '../model/system.ts'
import { showValue } from '../model/value.ts'
import { declaredBy } from './cloud.ts'
import { isOfCloud } from './cloud-nodes.ts'
import type { Controls } from './controls.ts'
import { placeView } from './directory.ts'
import { kindByRole } from './frameworks/roles.ts'
import type { Frameworks } from './frameworks.ts'
import { isGateway } from './gateways.ts'
import { byPathIn, type Gathered, groupBy, spotAt } from './gather.ts'
import { operationsOf, uniqueSorted, usesOf } from './interactions.ts'
import { kindByLibrary, kindByName, kindOf } from './kinds.ts'
import { type Instance, isResource, type Node } from './node.ts'
import type { OperationIndex } from './operations.ts'
import { ownersIndex } from './owners.ts'
import { isAside } from './programs.ts'
import type { Seat } from './seats.ts'
import type { Served } from './serves.ts'
import { type Linking, targetOf } from './targets.ts'

/** Everything services are described from. */
export interface Described {
  gathered: Gathered
  seats: readonly Seat[]
  interactions: readonly Interaction[]
  linking: Linking
  frameworks: Frameworks
  /** Nodes that belong to one way of deploying the system only. */
  extras: ReadonlySet<NodeId>
  operations: OperationIndex
  controls: Controls
}

/** The services of the map; a node that is only ever stored to and runs no known code counts as data, not as a service. */
export const servicesOf = (nodes: readonly Node[], described: Described): Service[] => {
  const owners = ownersIndex(described.gathered)
  const traits = traitsIndex(described)
  const exposed = exposureIndex(described)
  return nodes.map(node => service(node, described, owners, traits, exposed)).sort(by(s => s.id))
}

const service = (
  node: Node,
  described: Described,
  owners: ReturnType<typeof ownersIndex>,
  traits: ReturnType<typeof traitsIndex>,
  exposed: Map<NodeId, Known<'public' | 'internal'>>,
): Service => {
  const paths = pathsOf(node)
  const exposure = exposed.get(node.id)
  const languages = new Map(node.programs.flatMap(p => (p.program.language ? [[p.program.language, p.program.evidence] as const] : [])))
  return {
    id: node.id,
    name: node.name,
    kind: kindOf({ ...traits(node), isExposed: exposure !== undefined || publishes(node) }),
    aliases: [...node.aliases].filter(a => a !== '' && a !== node.name).sort(byText),
    repo: node.programs[0]?.repo ?? node.repo,
    paths,
    owners: ownedPlace(node, paths, owners),
    ...(exposure ? { exposure } : {}),
    controls: described.controls.of(node.id),
    runtime: [...languages].map(([value, evidence]) => ({ value, evidence })).sort(by(r => r.value)),
    serves: servedRefs(node, described),
    state: described.extras.has(node.id) ? 'optional' : stateOf(node),
    evidence: evidenceOf(node),
  }
}

/** Whoever owns its code; of what has none here, whoever owns the manifest that deploys it. */
const ownedPlace = (node: Node, paths: readonly string[], owners: ReturnType<typeof ownersIndex>): Known<string>[] => {
  if (paths[0] !== undefined) return owners(node.programs[0]!.repo, paths[0])
  const place = node.instances[0]?.place
  return place === undefined ? [] : owners(place.repo, dirname(place.file))
}

const publishes = (node: Node): boolean =>
  node.instances.some(i => i.place.fact.kind === 'compose' && i.container.ports.some(p => p.port !== undefined))

const stateOf = (node: Node): Service['state'] => {
  const states = node.instances.map(i => (isAside(i.place.file) ? 'optional' : i.place.fact.state))
  if (states.length === 0) return 'undeployed'
  return states.includes('deployed') ? 'deployed' : states.includes('optional') ? 'optional' : 'undeployed'
}

/** Its main's folder where a root holds several programs, then its root. */
const pathsOf = (node: Node): string[] => {
  const paths = node.programs.flatMap(({ program }) => {
    const home = program.main === undefined ? undefined : dirname(program.main.file)
    const isShared = program.id.includes('#') || program.root === ''
    if (isShared && home !== undefined && home !== '') return [home]
    return isShared && program.dockerfile !== undefined && dirname(program.dockerfile) !== ''
      ? [dirname(program.dockerfile)]
      : [program.root]
  })
  return [...new Set(paths)].sort((a, b) => b.length - a.length || byText(a, b))
}

const READERS: Record<string, string> = table({ compose: 'deploy/compose', 'dapr-app': 'deploy/dapr', tye: 'deploy/tye' })

const evidenceOf = (node: Node): Evidence[] =>
  uniqueSorted([
    ...(node.declared ?? []).map(place => ({
      reader: 'deploy/cloud',
      basis: 'declared' as const,
      at: spotAt(place, place.fact.spot),
      note: `${place.fact.kind} ${place.fact.aliases[0] ?? place.fact.name}`,
    })),
    ...node.instances.map(i => ({
      reader: isOfCloud(i.place)
        ? 'deploy/cloud'
        : Object.hasOwn(READERS, i.place.fact.kind)
          ? READERS[i.place.fact.kind]!
          : 'deploy/kubernetes',
      basis: 'declared' as const,
      at: spotAt(i.place, i.place.fact.spot),
      note: `${i.place.fact.kind} ${i.place.fact.name}`,
      ...(i.steps.length > 0 ? { via: i.steps } : {}),
    })),
    ...node.programs.flatMap(p => p.program.evidence),
  ])

const servedRefs = (node: Node, described: Described): OperationRef[] =>
  [...(described.linking.served.byNode.get(node.id) ?? [])]
    .map(([operation, served]) => {
      const contract = served.find(s => s.contract)?.contract?.id
      const answers = answersOf(served)
      const passes = uniqueSorted(served.flatMap(s => passedOn(s, described)))
      const forwardsTo = served.length > 0 ? forwardOf(served[0]!, described.linking) : undefined
      return {
        operation,
        ...(contract === undefined ? {} : { contract }),
        ...usesOf(served.map(s => s.effect)),
        ...(answers === undefined ? {} : { answers }),
        ...(passes.length === 0 ? {} : { passes }),
        ...(forwardsTo ? { forwardsTo } : {}),
        evidence: uniqueSorted(served.map(s => s.effect.evidence)),
      }
    })
    .sort(by(o => o.operation))

/** Members of the one answer that the code tells in full. */
const answersOf = ([served, ...more]: readonly Served[]): string[] | undefined => {
  const nodes = served?.seat.program.program.shapes?.nodes
  const shape = served?.effect.shape
  if (!nodes || shape === undefined || more.length > 0) return undefined
  const below = (ix: NodeIx | undefined, role: Role): NodeIx | undefined => {
    const to = ix === undefined ? undefined : nodes[ix]?.edges.find(e => e.role === role)?.to
    return typeof to === 'number' ? to : undefined
  }
  const schema = nodes[below(below(below(shape, 'response'), 'media'), 'schema') ?? -1]
  const isWhole = schema?.facets.open !== true && schema?.edges.every(e => e.role === 'prop')
  return schema && isWhole && schema.edges.length > 0 ? schema.edges.map(e => e.key).sort() : undefined
}

/** Where the parts come from that an operation hands on. */
const passedOn = (served: Served, { linking, operations }: Described): PassedOn[] =>
  (served.effect.passes ?? []).flatMap(({ protocol, target, operation, from, to, at }) => {
    const { evidence, of } = served.effect
    const call: Effect = {
      ...{ of, does: 'call', protocol, target, ...(operation && { operation }), uses: [], closed: false, escapes: [] },
      ...{ confidence: 'high', evidence: { ...evidence, at } },
    }
    return targetOf(served.seat, target, call, linking).ends.flatMap(end =>
      operationsOf(served.seat, call, end, linking, operations).map(o => ({ node: end.to, operation: o.id, from, to, at })),
    )
  })

const forwardOf = (served: Served, linking: Linking): OperationRef['forwardsTo'] => {
  const { forwards } = served.effect
  if (!forwards) return undefined
  const as = {
    does: 'call' as const,
    protocol: forwards.protocol,
    evidence: { ...served.effect.evidence, at: forwards.at },
    ...(forwards.operation ? { operation: forwards.operation } : {}),
  }
  const end = targetOf(served.seat, forwards.target, as, linking).ends[0]
  if (!end) return undefined
  return { node: end.to, ...(forwards.operation?.is === 'text' ? { operation: forwards.operation.text } : {}), at: forwards.at }
}

type Known_ = Parameters<typeof kindOf>[0]

/** What the kinds are decided from, gathered once for all nodes. */
const traitsIndex = ({ gathered, seats, interactions, linking, frameworks }: Described): ((node: Node) => Omit<Known_, 'isExposed'>) => {
  const bySeat = groupBy(seats, s => s.node.id)
  const calls = interactions.filter(i => i.purpose === 'call')
  const out = groupBy(calls, i => i.from)
  const into = groupBy(calls, i => i.to)
  const registrations = groupBy(
    interactions.filter(i => i.purpose === 'registration'),
    i => i.to,
  )
  const modules = byPathIn(gathered.modules, m => m.file)
  const isService = (id: NodeId): boolean => {
    const other = linking.directory.nodes.get(id)
    return other !== undefined && !isResource(other)
  }
  const librariesOf = (node: Node): Set<string> =>
    new Set(
      node.programs
        .flatMap(p => (p.program.root === '' ? [] : modules(p.repo).under(p.program.root)))
        .flatMap(m => m.fact.dependencies.filter(d => d.scope === 'runtime').map(d => d.name)),
    )
  const outsiders = new Map<NodeId, boolean>()
  const isOutsider = (id: NodeId): boolean => {
    const other = linking.directory.nodes.get(id)
    const known = outsiders.get(id) ?? (other !== undefined && (isWayIn(other) || kindByLibrary(librariesOf(other)) === 'loadgen'))
    outsiders.set(id, known)
    return known
  }
  return node => {
    const effects = (bySeat.get(node.id) ?? []).flatMap(s => s.effects)
    const serves = effects.filter(e => e.does === 'serve')
    const libraries = librariesOf(node)
    const isRpc = (protocol: string): boolean => protocol === 'grpc' || protocol === 'thrift' || protocol === 'dubbo'
    return {
      node,
      role: kindByRole(
        frameworks.roles.get(node.id) ?? [],
        serves.some(e => e.protocol === 'http' && !isRootPage(e)),
      ),
      libraries,
      servesHttp: serves.some(e => !isRpc(e.protocol)) || effects.some(e => e.does === 'listen' && e.protocol === 'http'),
      servesRpc: serves.some(e => isRpc(e.protocol)),
      servesPages: node.programs.some(p => p.program.pages === true),
      transcodes: effects.some(e => e.does === 'call' && e.encoding === 'json' && isRpc(e.protocol)),
      forwards: serves.filter(e => e.forwards).length,
      proxies: linking.proxies.has(node.id) && (out.get(node.id) ?? []).some(i => isService(i.to)),
      scripted: node.instances.some(runsScripts),
      registers: (registrations.get(node.id) ?? []).length > 0,
      produces: effects.some(e => e.does === 'publish'),
      consumes: effects.some(e => e.does === 'consume'),
      listens: node.programs.some(p => p.program.listens),
      callsServices: (out.get(node.id) ?? []).filter(i => isService(i.to)).length,
      callers: new Set((into.get(node.id) ?? []).map(i => i.from).filter(from => !isOutsider(from) && !linking.proxies.has(from))).size,
    }
  }
}

/** A route that only leads to a page of what the program is built on. */
const isRootPage = (effect: Effect): boolean => /^(\S+ )?\/?$/.test(showValue(effect.operation ?? effect.target))

/** Its code is mounted where a web server or proxy looks for scripts; pages that it only hands out are none. */
const runsScripts = ({ container, program, image }: Instance): boolean => {
  if (!program || program.program.dockerfile !== undefined) return false
  const targets = container.mounts.map(m => m.target).filter(target => !/html|www|public|static/.test(target))
  return targets.some(target => PROXY_FOLDER.test(target)) || PROXY_FOLDER.test(`/${image}/`)
}

const PROXY_FOLDER = /\/(nginx|openresty|envoy|haproxy|traefik|caddy|kong|apisix)\//

/** Load generators, and gateways that are nothing but a way in. */
const isWayIn = (node: Node): boolean =>
  node.stock?.service === 'loadgen' || kindByName(node) === 'loadgen' || node.instances.some(i => isGateway(i.place))

/** Services that something leads to from outside: exposed Services and routes. Without a word about it, exposure is not known. */
const exposureIndex = ({ gathered, linking }: Described): Map<NodeId, Known<'public' | 'internal'>> => {
  const evidence = new Map<NodeId, Evidence[]>()
  for (const address of gathered.addresses) {
    if (!address.fact.exposed || isAside(address.file)) continue
    const nodes =
      address.fact.kind === 'cloud-entry'
        ? declaredBy(address.fact.externalName ?? '', placeView(address), linking.directory).map(d => d.node)
        : address.fact.kind === 'ingress-route'
          ? linking.directory.routed(address)
          : (linking.directory.selected.get(address) ?? []).map(i => linking.directory.nodeOf.get(i)!)
    for (const node of nodes)
      evidence.set(node.id, [
        ...(evidence.get(node.id) ?? []),
        {
          reader: address.fact.kind === 'cloud-entry' ? 'deploy/cloud' : 'deploy/kubernetes',
          basis: 'declared',
          at: spotAt(address, address.fact.spot),
          note: `${address.fact.kind} ${address.fact.name}`,
        },
      ])
  }
  return new Map([...evidence].map(([id, all]) => [id, { value: 'public' as const, evidence: uniqueSorted(all) }]))
}

/** Deployed databases, caches, brokers and the like. */
export const stockResources = (nodes: readonly Node[], extras: ReadonlySet<NodeId>): Resource[] =>
  nodes.map(node => ({
    id: node.id,
    name: node.name,
    kind: node.stock?.resource ?? 'database',
    aliases: [...node.aliases].filter(a => a !== node.name).sort(byText),
    ...(extras.has(node.id) ? { state: 'optional' as const } : {}),
    evidence: evidenceOf(node),
  }))
