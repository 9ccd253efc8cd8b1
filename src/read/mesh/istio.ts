import type { ControlFact, ControlScope, Peer, RouteControl } from '../../model/control.ts'
import type { AddressFact, ManifestFact, PortFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { counted, labelsOf, type Saying, saying, sharesOf, textsOf, words } from '../syntax/control.ts'
import { backend, boundTo, gatewayOf, MAX_ROUTES, nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { weightOf } from '../syntax/gateway-rule.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * Istio: Gateways with the VirtualServices bound to them, names that VirtualServices and ServiceEntries give inside the mesh, and what
 * is done with requests on their way: timeouts, retries, faults, TLS, limits. Subsets are versions of a host and no hosts.
 */
export const istio: Reader = {
  name: 'mesh/istio',
  version: 3,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /apiVersion["']?[ \t]*:[ \t]*["']?networking\.istio\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(objectFacts)
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const objectFacts = (object: DataNode): ManifestFact[] => {
  const name = nameOf(object)
  if (!name || !textOf(at(object, 'apiVersion'))?.startsWith('networking.istio.io/')) return []
  return OBJECTS.get(textOf(at(object, 'kind')) ?? '')?.(object, saying('mesh/istio', object)) ?? []
}

type FactsOf = (object: DataNode, says: Saying) => ManifestFact[]

const gateway: FactsOf = (object, says) => {
  const name = nameOf(object)!
  const servers = itemsOf(at(object, 'spec', 'servers'))
  return [gatewayOf(object, name, servers.flatMap(server)), ...servers.flatMap(node => serverTls(node, name, says))]
}

const serverTls = (node: DataNode, name: string, says: Saying): ControlFact[] => {
  const tls = at(node, 'tls')
  const mode = textOf(at(tls, 'mode')) ?? (textOf(at(tls, 'httpsRedirect')) === 'true' ? 'redirects to HTTPS' : undefined)
  const port = portOf(at(node, 'port', 'number'))
  if (!tls || mode === undefined) return []
  return [says(mode === 'MUTUAL' ? 'mtls' : 'tls', mode, { is: 'deployable', name }, tls, port === undefined ? {} : { port })]
}

const server = (node: DataNode): PortFact[] => {
  const port = portOf(at(node, 'port', 'number'))
  return port === undefined ? [] : [{ port, target: port, spot: spotOf(node) }]
}

const virtualService: FactsOf = (object, says) => {
  const gateways = itemsOf(at(object, 'spec', 'gateways')).flatMap(g => textOf(g) ?? [])
  const bound = gateways.filter(g => g !== 'mesh').map(g => g.slice(g.lastIndexOf('/') + 1))
  const isInside = gateways.length === 0 || gateways.includes('mesh')
  return [
    ...boundTo(bound, 'istio', object, routesOf(object)),
    ...(isInside ? [...namesInside(object), ...controlsInside(object, says)] : []),
  ]
}

const routesOf = (object: DataNode): ProxyRoute[] => {
  const hosts = itemsOf(at(object, 'spec', 'hosts'))
    .flatMap(host => textOf(host) ?? [])
    .filter(host => host !== '*')
  const routes: ProxyRoute[] = []
  for (const [member, protocol] of [
    ['http', 'http'],
    ['tls', 'tcp'],
    ['tcp', 'tcp'],
  ] as const)
    for (const rule of itemsOf(at(object, 'spec', member)))
      for (const entry of itemsOf(at(rule, 'route')))
        for (const match of protocol === 'http' ? matchesOf(rule) : [ANY]) {
          const target = destination(entry, protocol)
          if (!target || routes.length >= MAX_ROUTES) continue
          const rewrite = rewriteOf(rule, match)
          const controls = onRoute(rule)
          const more = { ...(rewrite ? { rewrite } : {}), ...(controls.length > 0 ? { controls } : {}) }
          routes.push({ hosts, ...match, protocol, target, ...more, spot: spotOf(entry) })
        }
  return routes
}

type Match = Pick<ProxyRoute, 'match' | 'path'>

const ANY: Match = { match: 'prefix', path: '/' }

const matchesOf = (rule: DataNode): Match[] => {
  const matches = itemsOf(at(rule, 'match')).map((match): Match => {
    const uri = entriesOf(at(match, 'uri'))[0]
    const path = textOf(uri?.value)
    if (!uri || path === undefined) return ANY
    return { match: uri.key === 'exact' || uri.key === 'regex' ? uri.key : 'prefix', path }
  })
  const distinct = new Map(matches.map(m => [`${m.match} ${m.path}`, m]))
  return distinct.size === 0 ? [ANY] : [...distinct.values()]
}

const destination = (entry: DataNode, protocol: string): ProxyRoute['target'] | undefined => {
  const host = textOf(at(entry, 'destination', 'host'))
  return host ? backend(protocol, host, portOf(at(entry, 'destination', 'port', 'number')), spotOf(entry)) : undefined
}

/** `rewrite.uri` stands instead of the matched prefix, or of the whole path. */
const rewriteOf = (rule: DataNode, { match, path }: Match): ProxyRoute['rewrite'] => {
  const to = textOf(at(rule, 'rewrite', 'uri'))
  if (to === undefined) return undefined
  return match === 'prefix' ? { prefix: path, to } : { to }
}

/** What a rule does with its requests. A mirror gets copies, a fault is made up: neither is a call. */
const onRoute = (rule: DataNode): RouteControl[] => {
  const controls: RouteControl[] = []
  const add = (kind: RouteControl['kind'], node: DataNode | undefined, value: string): void => {
    if (node && value !== '') controls.push({ kind, value, spot: spotOf(node) })
  }
  const [timeout, retries, fault, mirror] = [at(rule, 'timeout'), at(rule, 'retries'), at(rule, 'fault'), at(rule, 'mirror')]
  add('timeout', timeout, textOf(timeout) ?? '')
  add(
    'retry',
    retries,
    words(
      counted(at(retries, 'attempts'), n => `${n} attempts`),
      counted(at(retries, 'perTryTimeout'), t => `${t} each`),
      textOf(at(retries, 'retryOn')),
    ),
  )
  const share = (node: DataNode | undefined): string => textOf(at(node, 'percentage', 'value')) ?? textOf(at(node, 'percent')) ?? '100'
  const [delay, abort] = [at(fault, 'delay'), at(fault, 'abort')]
  add('fault', delay, `delays ${share(delay)} % by ${textOf(at(delay, 'fixedDelay')) ?? 'some time'}`)
  add('fault', abort, `aborts ${share(abort)} % with ${textOf(at(abort, 'httpStatus')) ?? textOf(at(abort, 'grpcStatus')) ?? 'an error'}`)
  const copied = [...(mirror ? [mirror] : []), ...itemsOf(at(rule, 'mirrors')).flatMap(m => at(m, 'destination') ?? [])]
  for (const to of copied) add('mirror', to, `copies to ${named(to)}`)
  const only = condition(rule)
  if (only !== '') for (const c of controls) c.value = words(c.value, only)
  const targets = itemsOf(at(rule, 'route')).map(e => ({ name: named(at(e, 'destination')), weight: weightOf(e) }))
  add('split', at(rule, 'route'), sharesOf(targets) ?? '')
  return controls
}

/** What of its requests a rule is for, beside their path: where every match asks for headers. */
const condition = (rule: DataNode): string => {
  const matches = itemsOf(at(rule, 'match')).map(match => entriesOf(at(match, 'headers')).map(e => e.key))
  const names = [...new Set(matches.flat())]
  return matches.length > 0 && matches.every(m => m.length > 0) ? `with header ${names.join(', ')}` : ''
}

/** A destination with its subset, as `host (subset)`. */
const named = (destination: DataNode | undefined): string => {
  const subset = textOf(at(destination, 'subset'))
  return `${textOf(at(destination, 'host')) ?? '?'}${subset === undefined ? '' : ` (${subset})`}`
}

/** What applies inside the mesh, whoever calls; to the callers that all matches of a rule name, where they do. */
const controlsInside = (object: DataNode, says: Saying): ControlFact[] => {
  const scope: ControlScope = { is: 'hosts', hosts: textsOf(at(object, 'spec', 'hosts')) }
  const found = itemsOf(at(object, 'spec', 'http')).flatMap((rule): ControlFact[] => {
    const controls = onRoute(rule)
    if (controls.length === 0) return []
    const matches = itemsOf(at(rule, 'match'))
    const callers = matches.map(match => labelsOf(at(match, 'sourceLabels'))).filter(labels => Object.keys(labels).length > 0)
    const from: Peer[] = callers.map(labels => ({ is: 'workloads', selector: { labels } }))
    const more = matches.length > 0 && from.length === matches.length ? { callers: from } : {}
    return matchesOf(rule).flatMap(({ match, path }) =>
      controls.map(c => ({
        ...says(c.kind, c.value, scope, rule, {
          ...(path === '/' ? {} : { route: match === 'prefix' ? `${path.replace(/\/$/, '')}/**` : path }),
          ...more,
        }),
        spot: c.spot,
      })),
    )
  })
  return found.length > 0 ? found : [says('timeout', 'none', scope, object, { off: true })]
}

/** What a DestinationRule says of connections to its host; of subsets and single ports, with their name. */
const destinationRule: FactsOf = (object, says) => {
  const host = textOf(at(object, 'spec', 'host'))
  if (!host) return []
  const scope: ControlScope = { is: 'hosts', hosts: [host] }
  const policies: { node: DataNode | undefined; subset?: string; port?: number }[] = [
    { node: at(object, 'spec', 'trafficPolicy') },
    ...itemsOf(at(object, 'spec', 'subsets')).map(s => ({ node: at(s, 'trafficPolicy'), subset: textOf(at(s, 'name')) ?? '' })),
    ...itemsOf(at(object, 'spec', 'trafficPolicy', 'portLevelSettings')).flatMap(node => {
      const port = portOf(at(node, 'port', 'number'))
      return port === undefined ? [] : [{ node, port }]
    }),
  ]
  const whole = new Set(trafficPolicy(at(object, 'spec', 'trafficPolicy')).map(p => overriding(p.kind)))
  const silent = SILENT.filter(kind => !whole.has(overriding(kind))).map(kind =>
    says(kind, 'none', scope, object, { overrides: overriding(kind), off: true }),
  )
  const said = policies.flatMap(({ node, subset, port }) =>
    trafficPolicy(node).map(({ kind, value, at: place }) =>
      says(kind, subset === undefined ? value : `${value} (subset ${subset})`, scope, place, {
        ...(subset === undefined ? { overrides: overriding(kind) } : {}),
        ...(port === undefined ? {} : { port }),
      }),
    ),
  )
  return [...said, ...silent]
}

/** A rule for a host stands instead of a wider one as a whole: what it does not say, holds no more. */
const SILENT = ['tls', 'circuit-breaker', 'timeout', 'retry'] as const

const overriding = (kind: ControlFact['kind']): string => `istio/destination-rule ${kind === 'mtls' ? 'tls' : kind}`

const trafficPolicy = (node: DataNode | undefined): { kind: ControlFact['kind']; value: string; at: DataNode }[] => {
  const [tls, pool, outliers] = [at(node, 'tls'), at(node, 'connectionPool'), at(node, 'outlierDetection')]
  const mode = textOf(at(tls, 'mode'))
  const limits = words(
    counted(at(pool, 'tcp', 'maxConnections'), n => `${n} connections`),
    counted(at(pool, 'http', 'http1MaxPendingRequests'), n => `${n} pending requests`),
    counted(at(pool, 'http', 'http2MaxRequests'), n => `${n} requests`),
    counted(at(pool, 'http', 'maxRequestsPerConnection'), n => `${n} requests a connection`),
  )
  const ejects = words(
    counted(at(outliers, 'consecutive5xxErrors') ?? at(outliers, 'consecutiveErrors'), n => `ejects after ${n} errors`),
    counted(at(outliers, 'baseEjectionTime'), t => `for ${t}`),
  )
  const connect = textOf(at(pool, 'tcp', 'connectTimeout'))
  const attempts = textOf(at(pool, 'http', 'maxRetries'))
  return [
    ...(tls && mode !== undefined ? [{ kind: /MUTUAL/.test(mode) ? ('mtls' as const) : ('tls' as const), value: mode, at: tls }] : []),
    ...(pool && limits !== '' ? [{ kind: 'circuit-breaker' as const, value: limits, at: pool }] : []),
    ...(pool && connect !== undefined ? [{ kind: 'timeout' as const, value: `${connect} to connect`, at: pool }] : []),
    ...(pool && attempts !== undefined ? [{ kind: 'retry' as const, value: `${attempts} at once`, at: pool }] : []),
    ...(outliers ? [{ kind: 'circuit-breaker' as const, value: ejects === '' ? 'ejects by default limits' : ejects, at: outliers }] : []),
  ]
}

/** What workloads are told of the mesh. */
const sidecar: FactsOf = (object, says) => {
  const labels = labelsOf(at(object, 'spec', 'workloadSelector', 'labels'))
  const isRoot = namespaceOf(object).namespace === 'istio-system'
  const scope: ControlScope =
    Object.keys(labels).length > 0 ? { is: 'workloads', selector: { labels } } : { is: isRoot ? 'mesh' : 'namespace' }
  const mode = textOf(at(object, 'spec', 'outboundTrafficPolicy', 'mode'))
  return itemsOf(at(object, 'spec', 'egress')).map(egress =>
    says('egress', words(textsOf(at(egress, 'hosts')).join(' '), mode), scope, egress, { overrides: 'istio/sidecar' }),
  )
}

/** A host of the mesh whose whole traffic goes to one other host is another name of that one. Split traffic is none. */
const namesInside = (object: DataNode): AddressFact[] => {
  const entries = itemsOf(at(object, 'spec', 'http')).flatMap(rule => itemsOf(at(rule, 'route')))
  const targets = new Set(entries.map(entry => textOf(at(entry, 'destination', 'host')) ?? ''))
  const [target] = targets
  if (targets.size !== 1 || !target) return []
  return itemsOf(at(object, 'spec', 'hosts'))
    .flatMap(host => textOf(host) ?? [])
    .filter(host => host !== '*' && shortName(host) !== shortName(target))
    .map(host => virtualHost(object, host, target))
}

const shortName = (host: string): string => host.replace(/\.svc(\..*)?$/, '').split('.')[0]!

/** A host that stands for another, outside of the cluster or inside. */
const serviceEntry: FactsOf = (object, says) => {
  const hosts = textsOf(at(object, 'spec', 'hosts'))
  const location = textOf(at(object, 'spec', 'location')) ?? 'MESH_EXTERNAL'
  return [...standIns(object), ...(hosts.length > 0 ? [says('egress', location, { is: 'hosts', hosts }, object)] : [])]
}

const standIns = (object: DataNode): AddressFact[] => {
  const endpoints = itemsOf(at(object, 'spec', 'endpoints')).flatMap(e => textOf(at(e, 'address')) ?? [])
  const [only] = endpoints
  if (endpoints.length !== 1 || !only || /^[\d.:a-f]+$/i.test(only)) return []
  return itemsOf(at(object, 'spec', 'hosts')).flatMap(host => {
    const name = textOf(host)
    return name && name !== only ? [virtualHost(object, name, only)] : []
  })
}

const virtualHost = (object: DataNode, host: string, target: string): AddressFact => ({
  says: 'address',
  kind: 'virtual-host',
  name: host.toLowerCase(),
  ...namespaceOf(object),
  selector: {},
  ports: [],
  externalName: target,
  spot: spotOf(object),
})

const OBJECTS = new Map<string, FactsOf>([
  ['Gateway', gateway],
  ['VirtualService', virtualService],
  ['DestinationRule', destinationRule],
  ['ServiceEntry', serviceEntry],
  ['Sidecar', sidecar],
])
