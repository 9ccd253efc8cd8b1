import type { ControlFact, ControlScope, ControlUseFact, Selector } from '../../model/control.ts'
import type { Problem, Step } from '../../model/evidence.ts'
import type { NodeId } from '../../model/system.ts'
import { type Directory, nearest, type Viewpoint } from '../directory.ts'
import { type Gathered, groupBy, type Placed, spotAt, stepAt } from '../gather.ts'
import { asideCounts } from '../instances.ts'
import type { Instance, Node } from '../node.ts'
import { isAside } from '../programs.ts'
import { follow } from '../resolve.ts'
import { variantKey } from '../variants.ts'
import { candidates, selects, sharesSpace, type Workloads } from './index-instances.ts'

/** A control where it applies: at a node, or at a host outside. */
export interface Applied {
  place: Placed<ControlFact>
  /** Of the node's instances those it applies to; all of them, where it goes by the name of the node. */
  instances: readonly Instance[]
  route?: string
  entry?: true
  /** How wide the scope is: 0 the whole mesh, 1 a namespace, 2 what is named. */
  narrowness: number
  /** One of several files that define its object differently. */
  isChoice?: boolean
  steps: Step[]
}

export interface Places {
  byNode: ReadonlyMap<NodeId, readonly Applied[]>
  /** By host outside. */
  byHost: ReadonlyMap<string, readonly Applied[]>
  problems: Problem[]
}

/** Where every control applies. What selects nothing, in a repository that deploys something, is a problem and no node. */
export const placesOf = (gathered: Gathered, workloads: Workloads): Places => {
  const byNode = new Map<NodeId, Applied[]>()
  const byHost = new Map<string, Applied[]>()
  const problems: Problem[] = []
  const reached = new Set<string>()
  const missing = new Map<string, { place: Placed<ControlFact>; what: string }>()
  for (const put of putToUse(gathered)) {
    const found = reach(put, workloads)
    const { place } = put
    const key = `${place.repo}\n${place.file}\n${place.fact.object}\n${place.fact.spot.file ?? ''}`
    if (found.nodes.size + found.hosts.length > 0) reached.add(key)
    else if (!missing.has(key) && !MAY_BE_EMPTY.has(put.scope.is)) missing.set(key, { place, what: showScope(put.scope) })
    const { narrowness } = found
    const more = { ...(put.route === undefined ? {} : { route: put.route }), ...(put.entry ? { entry: true as const } : {}) }
    for (const [node, instances] of found.nodes) push(byNode, node.id, { place, instances, narrowness, steps: put.steps, ...more })
    for (const host of found.hosts) push(byHost, host, { place, instances: [], narrowness, steps: put.steps, ...more })
  }
  for (const [key, { place, what }] of missing)
    if (!reached.has(key) && workloads.spaces.has(place.repo)) problems.push(selectsNothing(place, what))
  return { byNode, byHost, problems }
}

const push = <T>(index: Map<string, T[]>, key: string, item: T): void => {
  const list = index.get(key)
  if (list) list.push(item)
  else index.set(key, [item])
}

const MAY_BE_EMPTY = new Set<ControlScope['is']>(['mesh', 'namespace', 'referenced', 'deployable'])

const selectsNothing = (place: Placed<ControlFact>, what: string): Problem => ({
  code: 'link/control-target',
  message: `${place.fact.object} is for ${what}, which is nothing that is known here: it controls nothing`,
  severity: 'warning',
  at: spotAt(place, place.fact.spot),
})

const showScope = (scope: ControlScope): string => {
  if (scope.is === 'hosts') return scope.hosts.join(', ')
  if (scope.is === 'deployable' || scope.is === 'object') return scope.name
  if (scope.is !== 'workloads') return 'everything'
  const { labels, where = [] } = scope.selector
  const said = [...Object.entries(labels).map(([k, v]) => `${k}=${v}`), ...where.map(w => `${w.key} ${w.op} ${w.values.join('|')}`)]
  return said.join(', ')
}

interface Put {
  place: Placed<ControlFact>
  scope: ControlScope
  route?: string
  entry?: true
  steps: Step[]
}

/** Every control with the scope it has, or that others give it by its name. */
const putToUse = (gathered: Gathered): Put[] => {
  const counts = asideCounts(gathered)
  const isReal = (place: Placed<unknown>): boolean => !(counts(place.repo) && isAside(place.file))
  const facts = gathered.controls.filter(isReal)
  const byObject = groupBy(facts, p => `${p.repo}\n${p.fact.object}`)
  const named = (name: string, from: Placed<{ namespace?: string }>): Placed<ControlFact>[] => {
    const all = byObject.get(`${from.repo}\n${name}`) ?? []
    const spaces = all.filter(p => !p.fact.namespace || !from.fact.namespace || p.fact.namespace === from.fact.namespace)
    return nearest(spaces, p => p, placeView(from))
  }
  return [
    ...facts.filter(p => p.fact.scope.is !== 'referenced').flatMap(p => scoped(p, facts, named)),
    ...gathered.controlUses.filter(isReal).flatMap(use => used(use, named(use.fact.object, use))),
  ]
}

const scoped = (
  place: Placed<ControlFact>,
  facts: readonly Placed<ControlFact>[],
  named: (name: string, from: Placed<ControlFact>) => Placed<ControlFact>[],
): Put[] => {
  const { scope, route, entry } = place.fact
  const more = { ...(route === undefined ? {} : { route }), ...(entry ? { entry } : {}) }
  if (scope.is !== 'object') return [{ place, scope, steps: [], ...more }]
  const { selector } = scope
  const all = selector ? labelled(scope.name.replace('*', ''), selector, place, facts) : named(scope.name, place).slice(0, 1)
  const targets = all.filter(p => p.fact.scope.is !== 'object')
  if (targets.length === 0) return [{ place, scope, steps: [], ...more }]
  return targets.map(target => {
    const port = place.fact.port ?? target.fact.port
    return {
      place: port === undefined ? place : { ...place, fact: { ...place.fact, port } },
      scope: target.fact.scope,
      steps: [stepAt(target, target.fact.spot, target.fact.object)],
      ...more,
    }
  })
}

/** Objects of a kind that are chosen by their labels, one fact each. */
const labelled = (
  kind: string,
  selector: Selector,
  from: Placed<ControlFact>,
  facts: readonly Placed<ControlFact>[],
): Placed<ControlFact>[] => {
  const found = facts.filter(
    p =>
      p.repo === from.repo &&
      p.fact.object.startsWith(kind) &&
      (p.fact.namespace ?? '') === (from.fact.namespace ?? '') &&
      selects(selector, p.fact.labels ?? {}),
  )
  return [...new Map(nearest(found, p => p, placeView(from)).map(p => [p.fact.object, p])).values()]
}

const used = (use: Placed<ControlUseFact>, facts: readonly Placed<ControlFact>[]): Put[] =>
  facts.map(place => ({
    place,
    scope: use.fact.scope,
    ...(use.fact.route === undefined ? {} : { route: use.fact.route }),
    ...(use.fact.entry ? { entry: true as const } : {}),
    steps: [stepAt(use, use.fact.spot, `uses ${use.fact.object}`)],
  }))

/** A manifest as a place that names are looked up from. */
const placeView = (place: Placed<{ namespace?: string }>): Viewpoint => ({
  repo: place.repo,
  file: place.file,
  variant: variantKey(place),
  bases: place.variant.bases,
  ...(place.fact.namespace === undefined ? {} : { namespace: place.fact.namespace }),
})

interface Reach {
  nodes: Map<Node, Instance[]>
  hosts: string[]
  narrowness: number
}

const reach = ({ place, scope }: Put, workloads: Workloads): Reach => {
  if (scope.is === 'hosts') return reachHosts(place, scope.hosts, workloads)
  return { nodes: byNodes(selected(place, scope, workloads), workloads), hosts: [], narrowness: NARROWNESS[scope.is] ?? 2 }
}

const NARROWNESS: Partial<Record<ControlScope['is'], number>> = { mesh: 0, namespace: 1 }

const byNodes = (instances: readonly Instance[], { directory }: Workloads): Map<Node, Instance[]> => {
  const nodes = new Map<Node, Instance[]>()
  for (const i of instances) {
    const node = directory.nodeOf.get(i)!
    nodes.set(node, [...(nodes.get(node) ?? []), i])
  }
  return nodes
}

const selected = (place: Placed<ControlFact>, scope: ControlScope, workloads: Workloads): Instance[] => {
  const inSpace = (i: Instance): boolean => sharesSpace(place, i, workloads)
  if (scope.is === 'mesh') return workloads.composed.get(place.repo) ?? near(place, workloads.all, true)
  if (scope.is === 'namespace') return near(place, inSpaceOf(place, workloads).filter(inSpace), true)
  if (scope.is === 'deployable') return near(place, (workloads.byName.get(scope.name) ?? []).filter(inSpace), false)
  if (scope.is !== 'workloads') return []
  const picked = candidates(scope.selector, workloads).filter(i => selects(scope.selector, i.place.fact.labels))
  return near(
    place,
    picked.filter(i => scope.everywhere || inSpace(i)),
    isEmpty(scope.selector),
  )
}

const isEmpty = ({ labels, where = [] }: { labels: object; where?: unknown[] }): boolean => Object.keys(labels).length + where.length === 0

const inSpaceOf = ({ fact }: Placed<ControlFact>, { all, byNamespace }: Workloads): readonly Instance[] =>
  fact.namespace === undefined ? all : [...(byNamespace.get(fact.namespace) ?? []), ...(byNamespace.get('') ?? [])]

/** Those of its own way of deploying; failing them, of its repository; failing them, all. What is wide holds for all plain folders alike. */
const near = (place: Placed<unknown>, instances: readonly Instance[], isWide: boolean): Instance[] => {
  const own = instances.filter(i => variantKey(i.place) === variantKey(place))
  const here = instances.filter(i => i.place.repo === place.repo)
  if (own.length > 0) return isWide && place.variant.kind === 'plain' ? here.filter(i => i.place.variant.kind === 'plain') : own
  return here.length > 0 ? here : [...instances]
}

/** Names of Services, of the mesh's own registry, or of the world outside; `*` stands for a namespace or for everything. */
const reachHosts = (place: Placed<ControlFact>, hosts: readonly string[], workloads: Workloads): Reach => {
  const found: Reach = { nodes: new Map(), hosts: [], narrowness: 2 }
  for (const host of hosts) {
    const wide = wildcard(place, host)
    if (wide) {
      found.narrowness = wide.fact.scope.is === 'mesh' ? 0 : 1
      for (const [node, instances] of byNodes(selected(wide, wide.fact.scope, workloads), workloads)) found.nodes.set(node, instances)
      continue
    }
    const end = endOf(host.toLowerCase(), place, workloads.directory)
    if (typeof end === 'string') found.hosts.push(end)
    else if (end) found.nodes.set(end, end.instances)
  }
  return found
}

const wildcard = (place: Placed<ControlFact>, host: string): Placed<ControlFact> | undefined => {
  if (/^\*(\.local|\.svc\.cluster\.local|\.cluster\.local)?$/.test(host))
    return { ...place, fact: { ...place.fact, scope: { is: 'mesh' } } }
  const namespace = /^\*\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?$/.exec(host)?.[1]
  return namespace === undefined ? undefined : { ...place, fact: { ...place.fact, namespace, scope: { is: 'namespace' } } }
}

/** The node that a name means where it is written, or the host outside. */
export const endOf = (host: string, place: Placed<{ namespace?: string }>, directory: Directory): Node | string | undefined => {
  const { namespace } = place.fact
  const names = host.includes('.') || namespace === undefined ? [host] : [`${host}.${namespace}`, host]
  for (const name of names) {
    const ending = follow({ host: name, path: '' }, placeView(place), undefined, directory)
    if (ending.is === 'node') return ending.node
    if (ending.is === 'outside' && name === host) return ending.host
  }
  return undefined
}
