import { globToRegExp } from '../base/glob.ts'
import { basename, dirname, isInside, join } from '../base/path.ts'
import { table } from '../base/table.ts'
import { withoutEnd } from '../base/text.ts'
import type { Control, RouteControl } from '../model/control.ts'

import type { Step } from '../model/evidence.ts'
import type { ImageFact, ProxyFact, ProxyRoute } from '../model/manifest.ts'
import type { NodeId } from '../model/system.ts'
import { showValue, text, type Value } from '../model/value.ts'
import { nearest, viewpointOf } from './directory.ts'
import type { DirectEffect } from './effect.ts'
import { environmentOf } from './environment.ts'
import { boundRoutes, isGateway } from './gateways.ts'
import { type Gathered, groupBy, type Placed, type ProgramRef, spotAt, stepAt } from './gather.ts'
import type { Settings } from './layers/layer.ts'
import type { Instance, Node } from './node.ts'
import { normalPath } from './operations.ts'
import { bareImageOf, imageOf, type Programs, stagesOf } from './programs.ts'
import type { Seat } from './seats.ts'

/** One route of a proxy that a node runs. `steps` say why the configuration is the node's. */
export interface Forwarding {
  route: ProxyRoute
  /** Where it leads, pools replaced by their servers. */
  targets: Value[]
  place: Placed<ProxyFact>
  steps: Step[]
}

/** The routes that each node forwards by: configuration belongs to the deployable that mounts it or has it in its image. */
export const forwardingsOf = (nodes: readonly Node[], gathered: Gathered, programs: Programs): Map<NodeId, Forwarding[]> => {
  const found = new Map<NodeId, Forwarding[]>()
  if (gathered.proxies.length === 0) return found
  const byRepo = groupBy(gathered.proxies, p => p.repo)
  for (const node of nodes) {
    const routes = routesOf(ownProxies(node, byRepo, gathered, programs))
    if (routes.length > 0) found.set(node.id, routes)
  }
  return found
}

interface Owned {
  place: Placed<ProxyFact>
  steps: Step[]
}

/** Mounts of the primary instance, then its image, then mounts of other variants. */
const ownProxies = (node: Node, byRepo: Map<string, Placed<ProxyFact>[]>, gathered: Gathered, programs: Programs): Owned[] => {
  const [primary, ...others] = node.instances
  const labelled = primary?.image === 'traefik' ? labelledRoutes(primary, byRepo.get(primary.place.repo) ?? []) : []
  return [...labelled, ...configured(node, primary, others, byRepo, gathered, programs)]
}

/** Routes that services of the same project bear as labels. */
const labelledRoutes = ({ place }: Instance, proxies: readonly Placed<ProxyFact>[]): Owned[] =>
  proxies
    .filter(p => p.fact.owner === 'labels' && p.variant.id === place.variant.id)
    .map(p => ({ place: p, steps: [stepAt(place, place.fact.spot, `${place.fact.name} reads labels`)] }))

const configured = (
  node: Node,
  primary: Instance | undefined,
  others: readonly Instance[],
  byRepo: Map<string, Placed<ProxyFact>[]>,
  gathered: Gathered,
  programs: Programs,
): Owned[] => {
  if (primary && isGateway(primary.place)) return boundProxies(primary, byRepo.get(primary.place.repo) ?? [])
  const proxies = (repo: string): Placed<ProxyFact>[] => byRepo.get(repo) ?? []
  const mounted = primary ? mountedProxies(primary, proxies(primary.place.repo), programs) : []
  if (mounted.length > 0) return mounted
  const images = [
    ...node.programs.flatMap(ref => [imageOf(ref, programs)]),
    ...(primary && node.programs.length === 0 ? [bareImageOf(primary.place, primary.container, programs)] : []),
  ]
  for (const image of images) {
    const copied = image ? copiedProxies(image, contextsOf(image, node, gathered), proxies(image.repo)) : []
    if (copied.length > 0) return copied
  }
  for (const other of others) {
    const found = mountedProxies(other, proxies(other.place.repo), programs)
    if (found.length > 0) return found
  }
  return []
}

const boundProxies = ({ place }: Instance, proxies: readonly Placed<ProxyFact>[]): Owned[] =>
  boundRoutes(place, proxies).map(bound => ({
    place: bound,
    steps: [stepAt(place, place.fact.spot, `Gateway ${place.fact.name}`)],
  }))

/** Words by which an image, a command or a target folder shows that it runs such a proxy. */
const RUNS: Record<string, RegExp> = table({
  nginx: /nginx|openresty|tengine|conf\.d|sites-(available|enabled)/i,
  apache: /httpd|apache|sites-(available|enabled)/i,
  envoy: /envoy/i,
  traefik: /traefik/i,
  caddy: /caddy/i,
  haproxy: /haproxy/i,
  'graphql-router': /router|gateway|supergraph|apollo|federation/i,
})

const runs = (kind: string, ...words: readonly string[]): boolean => words.some(word => RUNS[kind]?.test(word) ?? false)

const mountedProxies = (instance: Instance, proxies: readonly Placed<ProxyFact>[], programs: Programs): Owned[] => {
  const { place, container } = instance
  const image = instance.program ? imageOf(instance.program, programs) : bareImageOf(place, container, programs)
  const about = [
    container.image ? showValue(container.image) : '',
    ...(container.entrypoint ?? []),
    ...(container.command ?? []),
    ...wordsOf(image?.fact),
  ]
  return container.mounts.flatMap(mount => {
    const steps = [stepAt(place, mount.spot, `mounts ${mount.source} at ${mount.target}`)]
    const covered = mount.source.startsWith('config-map/')
      ? proxies.filter(p => p.fact.owner !== undefined && isInside(p.fact.owner, mount.source))
      : proxies.filter(
          p =>
            p.fact.owner === undefined &&
            coversFile(mount.source, p, place) &&
            (isFile(mount.source, p) || runs(p.fact.kind, mount.target, ...about)),
        )
    return nearestOfEach(covered, instance).map(p => ({ place: p, steps }))
  })
}

/** Of config maps that several variants hold, the instance's own. */
const nearestOfEach = (proxies: readonly Placed<ProxyFact>[], instance: Instance): Placed<ProxyFact>[] =>
  [...groupBy(proxies, p => p.fact.owner ?? p.file).values()].flatMap(same => nearest(same, p => p, viewpointOf(instance)).slice(0, 1))

const coversFile = (source: string, proxy: Placed<ProxyFact>, from: Placed<unknown>): boolean =>
  [join(dirname(from.file), source), join(source)].some(path => path !== undefined && path !== '' && isInside(proxy.file, path))

const isFile = (source: string, proxy: Placed<ProxyFact>): boolean => basename(source) === basename(proxy.file)

const wordsOf = (image: ImageFact | undefined): string[] =>
  image ? stagesOf(image).flatMap(s => [showValue(s.from), ...(s.entrypoint ?? []), ...(s.command ?? []), ...s.runs.map(r => r.text)]) : []

/** Folders that an image may be built in: what deployables and build tools say, its own, the root. */
const contextsOf = (image: Placed<ImageFact>, node: Node, gathered: Gathered): string[] => {
  const said = node.instances.flatMap(({ place, container }) =>
    container.build ? [join(dirname(place.file), container.build.context)] : [],
  )
  const artifacts = gathered.artifacts
    .filter(a => a.repo === image.repo && join(dirname(a.file), a.fact.context, a.fact.dockerfile ?? 'Dockerfile') === image.file)
    .map(a => join(dirname(a.file), a.fact.context))
  return [...new Set([...said, ...artifacts, dirname(image.file), ''])].filter(context => context !== undefined)
}

/** Configuration that the image's last stage copies in, directly or from an earlier stage. */
const copiedProxies = (image: Placed<ImageFact>, contexts: readonly string[], proxies: readonly Placed<ProxyFact>[]): Owned[] => {
  const files = proxies.filter(p => p.fact.owner === undefined)
  const about = wordsOf(image.fact)
  for (const context of contexts) {
    const found = stagesOf(image.fact).flatMap(stage =>
      stage.copies.flatMap(copy =>
        files
          .filter(p => copy.sources.some(source => copies(source, copy.from !== undefined, context, p, [copy.target, ...about])))
          .map(p => ({ place: p, steps: [stepAt(image, copy.spot, `copies ${basename(p.file)} to ${copy.target}`)] })),
      ),
    )
    if (found.length > 0) return [...new Map(found.map(o => [o.place, o])).values()]
  }
  return []
}

const copies = (source: string, isFromStage: boolean, context: string, proxy: Placed<ProxyFact>, about: readonly string[]): boolean => {
  if (!isInside(proxy.file, context)) return false
  if (isFromStage) return isFile(source, proxy) && runs(proxy.fact.kind, ...about)
  const path = join(context, source)
  if (path === undefined) return false
  if (/[*?]/.test(source)) return globToRegExp(path).test(proxy.file) && runs(proxy.fact.kind, ...about)
  return path === proxy.file || (isInside(proxy.file, path) && runs(proxy.fact.kind, ...about))
}

/** All routes of one proxy's files; a target may name a pool of any of them. */
const routesOf = (owned: readonly Owned[]): Forwarding[] => {
  const pools = new Map(owned.flatMap(({ place }) => place.fact.pools.map(pool => [pool.name, { pool, place }] as const)))
  return owned.flatMap(({ place, steps }) =>
    place.fact.routes.map(route => {
      const named = pools.get(poolName(route.target))
      if (!named) return { route, targets: [route.target], place, steps }
      const via = stepAt(named.place, named.pool.spot, `${named.pool.name} is ${named.pool.targets.map(showValue).join(', ')}`)
      return { route, targets: named.pool.targets, place, steps: [...steps, via] }
    }),
  )
}

const poolName = (target: Value): string => showValue(target).replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')

/** A proxy's routes as calls: one effect a route and target. */
const effectsOf = (forwardings: readonly Forwarding[], programId: string): DirectEffect[] =>
  forwardings.flatMap(({ route, targets, place, steps }) => {
    const operation = operationOf(route)
    return targets.map(target => ({
      of: programId,
      does: 'call' as const,
      protocol: route.protocol,
      target,
      ...(operation === undefined ? {} : { operation: text(operation) }),
      ...(route.encoding ? { encoding: route.encoding } : {}),
      ...(route.controls ? { controls: route.controls.map(c => routeControl(c, route, place)) } : {}),
      uses: [],
      closed: true,
      escapes: [],
      confidence: 'high' as const,
      evidence: {
        reader: `mesh/${place.fact.kind}`,
        basis: 'declared' as const,
        at: spotAt(place, route.spot),
        note: `${route.path} goes to ${showValue(route.target)}`,
        via: steps,
      },
    }))
  })

const routeControl = ({ kind, value, spot }: RouteControl, route: ProxyRoute, place: Placed<ProxyFact>): Control => ({
  kind,
  value,
  ...(route.path === '/' ? {} : { of: route.match === 'prefix' ? `${route.path.replace(/\/$/, '')}/**` : route.path }),
  evidence: [
    {
      reader: `mesh/${place.fact.kind}`,
      basis: 'declared',
      at: spotAt(place, spot),
      note: `${route.path} goes to ${showValue(route.target)}`,
    },
  ],
})

/** What a route asks of its target: `* /a/b` for one path, `* /a/**` for all below it; undefined for everything. */
const operationOf = (route: ProxyRoute): string | undefined => {
  if (route.protocol === 'grpc' && route.match === 'exact' && /^\/[^/]+\/[^/]+$/.test(route.path)) return route.path.slice(1)
  if (route.protocol !== 'http') return undefined
  const method = route.method ?? '*'
  if (route.match === 'regex') return route.rewrite ? `${method} ${route.rewrite.to}` : undefined
  const path = rewritten(route.path, route)
  if (route.match === 'exact') return `${method} ${path}`
  const clean = withoutEnd(path, '/')
  return clean === '' ? undefined : `${method} ${clean}/**`
}

/** The path that the target sees. */
export const rewritten = (path: string, { rewrite }: ProxyRoute): string => {
  if (!rewrite) return path
  if (rewrite.prefix === undefined) return rewrite.to
  if (!path.startsWith(rewrite.prefix)) return path
  return `/${rewrite.to}/${path.slice(rewrite.prefix.length)}`.replace(/\/{2,}/g, '/')
}

/** The route that a request for a path takes: an exact one, else the longest beginning; a pattern counts by its literal beginning. */
export const routeFor = (path: string, forwardings: readonly Forwarding[]): Forwarding | undefined => {
  let best: Forwarding | undefined
  let score = -1
  for (const forwarding of forwardings) {
    const { route } = forwarding
    if (route.protocol === 'tcp') continue
    const fit = fitOf(path, route)
    if (fit > score) [best, score] = [forwarding, fit]
  }
  return best
}

const fitOf = (path: string, route: ProxyRoute): number => {
  if (route.match === 'exact') return path === normalPath(route.path) ? 10_000 : -1
  const start = route.match === 'prefix' ? route.path : (/^\^?((?:\/|[\w-]|\\[.-])*)/.exec(route.path)?.[1] ?? '').replaceAll('\\', '')
  const clean = withoutEnd(start, '/')
  if (route.match === 'regex' && clean === '') return -1
  return path === clean || path.startsWith(clean) ? clean.length * 2 + (route.match === 'regex' ? 1 : 0) : -1
}

/** Seats with what their proxies forward; nodes that are nothing but a proxy get a seat of their own. */
export const proxySeats = (
  seats: readonly Seat[],
  nodes: readonly Node[],
  forwardings: Map<NodeId, Forwarding[]>,
  settings: Settings,
  programs: Programs,
): Seat[] => {
  const first = new Map<NodeId, Seat>()
  for (const seat of seats) if (!first.has(seat.node.id)) first.set(seat.node.id, seat)
  const joined = seats.map(seat => {
    const own = first.get(seat.node.id) === seat ? forwardings.get(seat.node.id) : undefined
    return own ? { ...seat, effects: [...seat.effects, ...effectsOf(own, seat.program.program.id)] } : seat
  })
  const bare = nodes.filter(node => !first.has(node.id) && forwardings.has(node.id))
  return [...joined, ...bare.map(node => bareSeat(node, forwardings.get(node.id)!, settings, programs))]
}

const bareSeat = (node: Node, forwardings: readonly Forwarding[], settings: Settings, programs: Programs): Seat => {
  const [instance, ...rest] = node.instances
  const image = instance ? bareImageOf(instance.place, instance.container, programs) : undefined
  const root = dirname(image?.file ?? forwardings[0]!.place.file)
  const program: ProgramRef = {
    key: `${node.repo}\n\n${node.id}`,
    repo: node.repo,
    program: {
      id: '',
      root,
      by: 'image',
      ...(image ? { dockerfile: image.file } : {}),
      names: [],
      listens: false,
      ports: [],
      reaches: [root],
      files: 0,
      lines: 0,
      evidence: [],
    },
  }
  let others: Seat['environment'][] | undefined
  return {
    node,
    program,
    ...(instance ? { instance } : {}),
    environment: environmentOf({ program, ...(instance ? { instance } : {}) }, settings, programs),
    effects: effectsOf(forwardings, ''),
    others: () => (others ??= rest.map(i => environmentOf({ instance: i, program }, settings, programs))),
  }
}
