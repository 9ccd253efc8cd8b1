import { canonicalName } from '../base/names.ts'
import { sharedDepth } from '../base/path.ts'
import type { Effect } from '../model/fragment.ts'
import type { AddressFact, ResourceFact } from '../model/manifest.ts'
import type { Value } from '../model/value.ts'
import { type Gathered, groupBy, type Placed } from './gather.ts'
import type { Identities } from './identity.ts'
import type { Instance, Node } from './node.ts'
import { indexUpstreams, type Upstreams } from './upstreams.ts'
import { variantKey } from './variants.ts'

/** A place names are looked up from: a deployable in its variant, or a program's repository. */
export interface Viewpoint {
  repo: string
  file: string
  variant?: string
  bases: readonly string[]
  namespace?: string
  platform?: 'compose' | 'kubernetes'
}

/** Everything names lead to, indexed once. */
export interface Directory {
  identities: Identities
  nodes: Map<string, Node>
  /** Node of each instance. */
  nodeOf: Map<Instance, Node>
  /** Lower-case name of Services and other addresses. */
  addresses: Map<string, Placed<AddressFact>[]>
  /** What each address selects: instances of its own variant if there are any, else of its repository. */
  selected: Map<Placed<AddressFact>, Instance[]>
  /** Lower-case workload names and aliases. */
  instances: Map<string, Instance[]>
  /** Declared resources, by lower-case alias. */
  resources: Map<string, { node: Node; place: Placed<ResourceFact> }[]>
  /** Canonical aliases of nodes. */
  aliases: Map<string, Node[]>
  /** Published ports, by variant and number. */
  published: Map<string, Instance[]>
  /** Ports that programs without a deployable listen on, by repository and number. */
  listening: Map<string, Node[]>
  /** Published ports over all variants, by repository and number. */
  publishedAnywhere: Map<string, Node[]>
  /** Lower-case names under which programs register themselves. */
  applications: Map<string, Node[]>
  /** Routes from outside, by host. */
  routes: Map<string, Placed<AddressFact>[]>
  /** Ports that sidecars bind. */
  upstreams: Upstreams
  /** The nodes a route leads to. */
  routed(route: Placed<AddressFact>): Node[]
}

const push = <T>(index: Map<string, T[]>, key: string, item: T): void => {
  const list = index.get(key)
  if (!list) index.set(key, [item])
  else if (!list.includes(item)) list.push(item)
}

export const makeDirectory = (gathered: Gathered, identities: Identities): Directory => {
  const directory: Directory = {
    identities,
    nodes: new Map(identities.nodes.map(n => [n.id, n])),
    nodeOf: new Map(identities.nodes.flatMap(n => n.instances.map(i => [i, n] as const))),
    addresses: groupBy(gathered.addresses, a => a.fact.name.toLowerCase()),
    selected: new Map(),
    instances: new Map(),
    resources: resourcesByAlias(identities.nodes),
    aliases: new Map(),
    published: new Map(),
    listening: new Map(),
    publishedAnywhere: new Map(),
    applications: new Map(),
    routes: groupBy(gathered.addresses.filter(isRoute), a => a.fact.name.replace(/\/.*$/, '').toLowerCase()),
    upstreams: indexUpstreams(gathered.addresses),
    routed: route => routed(route, directory),
  }
  const all = identities.nodes.flatMap(n => n.instances)
  for (const i of all) {
    for (const name of new Set([i.place.fact.name, ...i.place.fact.aliases])) push(directory.instances, name.toLowerCase(), i)
    for (const { port } of i.container.ports) {
      if (port === undefined) continue
      push(directory.published, `${variantKey(i.place)}\n${port}`, i)
      push(directory.publishedAnywhere, `${i.place.repo}\n${port}`, directory.nodeOf.get(i)!)
    }
  }
  selectAll(directory, gathered.addresses, all)
  for (const [address, instances] of directory.selected) for (const i of instances) directory.nodeOf.get(i)!.aliases.add(address.fact.name)
  for (const node of identities.nodes)
    for (const program of node.programs) for (const name of registeredNames(gathered.effects.get(program.key) ?? [])) node.aliases.add(name)
  for (const node of identities.nodes) for (const alias of node.aliases) push(directory.aliases, canonicalName(alias), node)
  return directory
}

const resourcesByAlias = (nodes: readonly Node[]): Directory['resources'] =>
  new Map(
    [
      ...groupBy(
        nodes.flatMap(node =>
          (node.declared ?? []).flatMap(place =>
            [...new Set([place.fact.name, ...place.fact.aliases].map(a => a.toLowerCase()))].map(alias => ({ alias, node, place })),
          ),
        ),
        r => r.alias,
      ),
    ].map(([alias, found]) => [alias, found.map(({ node, place }) => ({ node, place }))]),
  )

const isRoute = (address: Placed<AddressFact>): boolean => address.fact.kind === 'ingress-route'

const routed = (route: Placed<AddressFact>, directory: Directory): Node[] => {
  const [name = ''] = (route.fact.externalName ?? '').toLowerCase().split('.')
  const services = (directory.addresses.get(name) ?? []).filter(a => a.repo === route.repo && !isRoute(a))
  const from: Viewpoint = { repo: route.repo, file: route.file, variant: variantKey(route), bases: route.variant.bases }
  const instances = nearest(services, a => a, from).flatMap(a => directory.selected.get(a) ?? [])
  return [...new Set(instances.map(i => directory.nodeOf.get(i)!))]
}

/** Names under which a program makes itself known to a registry, as far as the code says them. */
const registeredNames = (effects: readonly Effect[]): string[] => effects.flatMap(e => (e.does === 'register' ? textsOf(e.target) : []))

const textsOf = (value: Value): string[] => {
  if (value.is === 'text') return [value.text]
  return value.is === 'or' || value.is === 'any' ? value.options.flatMap(textsOf) : []
}

/** Joins addresses with what they select over the rarest label of each selector: linear in practice. */
const selectAll = (directory: Directory, addresses: readonly Placed<AddressFact>[], instances: readonly Instance[]): void => {
  const byLabel = new Map<string, Instance[]>()
  for (const i of instances)
    for (const [key, value] of Object.entries(i.place.fact.labels)) push(byLabel, `${i.place.repo}\n${key}=${value}`, i)
  for (const address of addresses) {
    const lists = Object.entries(address.fact.selector).map(([key, value]) => byLabel.get(`${address.repo}\n${key}=${value}`) ?? [])
    if (lists.length === 0) continue
    const rarest = lists.reduce((a, b) => (b.length < a.length ? b : a))
    const matching = rarest.filter(i => selects(address.fact.selector, i.place.fact.labels))
    const own = matching.filter(i => variantKey(i.place) === variantKey(address))
    directory.selected.set(address, own.length > 0 ? own : matching)
  }
}

/** Whether a selector picks these labels; an empty selector picks nothing. */
const selects = (selector: Record<string, string>, labels: Record<string, string>): boolean => {
  const wanted = Object.entries(selector)
  return wanted.length > 0 && wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
}

export const viewpointOf = (i: Instance): Viewpoint => ({
  repo: i.place.repo,
  file: i.place.file,
  variant: variantKey(i.place),
  bases: i.place.variant.bases,
  platform: i.place.fact.kind === 'compose' ? 'compose' : 'kubernetes',
  ...(i.place.fact.namespace === undefined ? {} : { namespace: i.place.fact.namespace }),
})

/** What names mean in the document that a fact stands in. */
export const placeView = (place: Placed<unknown>): Viewpoint => ({
  repo: place.repo,
  file: place.file,
  variant: variantKey(place),
  bases: place.variant.bases,
})

/** Nearness of a place, smaller is nearer: own variant · what the variant is made of · own repository by shared folders · elsewhere. */
const distance = (place: Pick<Placed<unknown>, 'repo' | 'file' | 'variant'>, from: Viewpoint): number => {
  if (place.repo !== from.repo) return 10_000
  if (from.variant !== undefined && variantKey(place) === from.variant) return 0
  if (from.bases.some(base => base !== '' && (place.file === base || place.file.startsWith(`${base}/`)))) return 1
  return 1000 - Math.min(900, sharedDepth(place.file, from.file))
}

/** The items nearest to a viewpoint: all that share the smallest distance. */
export const nearest = <T>(items: readonly T[], placeOf: (item: T) => Placed<unknown>, from: Viewpoint): T[] => {
  let best = Number.MAX_SAFE_INTEGER
  let found: T[] = []
  for (const item of items) {
    const d = distance(placeOf(item), from)
    if (d < best) [best, found] = [d, [item]]
    else if (d === best) found.push(item)
  }
  return found
}
