import { table } from '../../base/table.ts'
import type { Admission, ControlFact, ControlScope, Peer } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { AddressFact, ManifestFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { isCloudDocument, readCloud } from '../cloud/document.ts'
import type { Reader } from '../reader.ts'
import { counted, textsOf, words } from '../syntax/control.ts'
import { backend, gatewayOf, MAX_ROUTES, nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { parseHcl } from '../syntax/hcl.ts'
import { hclData } from '../syntax/hcl-data.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * Consul: services with their checks and upstreams, configuration entries with who may call whom; as files, as Kubernetes objects and as
 * resources of infrastructure as code.
 */
export const consul: Reader = {
  name: 'mesh/consul',
  version: 3,
  wants: path => /\.(ya?ml|json|hcl|cloud)$/i.test(path),
  recognises: content =>
    isCloudDocument(content)
      ? /"?type"?: "?consul_/.test(content)
      : isObject(content) || isConfigurationFile(content) || isHclFile(content),
  read: ({ path, content }) => {
    if (isCloudDocument(content)) return resourceFacts(content)
    const { documents, problems } = documentsOf(path, content)
    const manifest = documents.flatMap(document => documentFacts(document, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

/** A word boundary before every letter is dear to look for in data of megabytes. */
const isObject = (content: string): boolean => content.includes('consul.hashicorp.com/') && /\bconsul\.hashicorp\.com\//.test(content)

const documentsOf = (path: string, content: string): { documents: DataNode[]; problems: FileProblem[] } => {
  if (!/\.hcl$/i.test(path)) return parseYaml(content)
  const { body, problems } = parseHcl(content)
  return { documents: [hclData(body)], problems: [...problems] }
}

const ENTRIES = 'service-(?:defaults|router|splitter|resolver|intentions)|(?:ingress|terminating)-gateway|proxy-defaults|mesh'
const JSON_ENTRY = new RegExp(`"kind"\\s*:\\s*"(?:${ENTRIES})"`, 'i')
const HCL_ENTRY = new RegExp(`^[ \\t]*kind[ \\t]*=[ \\t]*"(?:${ENTRIES})"`, 'im')

const isHclFile = (content: string): boolean => {
  const head = content.slice(0, 20_000)
  return HCL_ENTRY.test(head) || /^[ \t]*services?[ \t]*(?:=[ \t]*)?[[{]/m.test(head)
}

/** A definition of services, or a configuration entry. Agents read no YAML. */
const isConfigurationFile = (content: string): boolean => {
  const head = content.slice(0, 20_000)
  if (!/^\s*\{/.test(head)) return false
  const isEntry = JSON_ENTRY.test(head)
  return isEntry || (/^\s*\{\s*"services?"\s*:\s*[{[]/i.test(head) && /"(connect|checks?|upstreams)"\s*:\s*[{[]/i.test(head))
}

/** The member of a name, whether written `PathPrefix`, `path_prefix` or `pathPrefix`. */
const pick = (node: DataNode | undefined, ...path: string[]): DataNode | undefined => {
  let here = node
  for (const key of path) here = entriesOf(first(here)).find(e => plainKey(e.key) === key)?.value
  return here
}

const plainKey = (key: string): string => key.toLowerCase().replace(/[_-]/g, '')

/** Blocks are lists of maps in some forms, and single maps in others. */
const first = (node: DataNode | undefined): DataNode | undefined => (node?.is === 'list' ? node.items[0] : node)
const all = (node: DataNode | undefined): DataNode[] => (node?.is === 'map' ? [node] : itemsOf(node))

interface Entry {
  kind: string
  name: string
  namespace?: string
  body: DataNode
}

const documentFacts = (document: DataNode, problems: FileProblem[]): ManifestFact[] => {
  if (textOf(at(document, 'apiVersion')) !== undefined) return kubernetesFacts(document, problems)
  const kind = textOf(pick(document, 'kind'))
  const name = textOf(pick(document, 'name'))
  if (kind !== undefined) return KINDS.get(kind)?.({ kind, name: name ?? '*', body: document }, problems) ?? []
  const services = [...all(pick(document, 'service')), ...all(pick(document, 'services'))]
  return services.flatMap(node => serviceFacts(node, problems))
}

/** `ServiceIntentions` is `service-intentions`. */
const entryKind = (kind: string): string => kind.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase()

const kubernetesFacts = (object: DataNode, problems: FileProblem[]): ManifestFact[] => {
  const name = nameOf(object)
  if (!name) return []
  if (!textOf(at(object, 'apiVersion'))!.startsWith('consul.hashicorp.com/')) return annotated(object, name, problems)
  const kind = entryKind(textOf(at(object, 'kind')) ?? '')
  const body = at(object, 'spec') ?? object
  const destination = textOf(pick(body, 'destination', 'name'))
  return (
    KINDS.get(kind)?.(
      { kind, name: (kind === 'service-intentions' ? destination : undefined) ?? name, ...namespaceOf(object), body },
      problems,
    ) ?? []
  )
}

/** Resources of Terraform's provider. What is wrong with the document is told by whoever reads all of it. */
const resourceFacts = (content: string): FileFacts => {
  const problems: FileProblem[] = []
  const manifest = readCloud(content).resources.flatMap(({ type, properties: body }): ManifestFact[] => {
    if (body === undefined) return []
    const text = (key: string): string | undefined => textOf(at(body, key))
    const name = text('name') ?? '*'
    if (type === 'consul_config_entry') {
      const kind = text('kind') ?? ''
      return KINDS.get(kind)?.({ kind, name, body: at(body, 'config_json') ?? body }, problems) ?? []
    }
    if (type === 'consul_config_entry_service_intentions') return serviceIntentions({ kind: 'service-intentions', name, body }, problems)
    const source = text('source_name')
    if (type === 'consul_intention' && source !== undefined)
      return [
        intention({ kind: 'service-intentions', name: text('destination_name') ?? '*', body }, source, text('action') ?? 'deny', body),
      ]
    const address = text('address')
    return type === 'consul_service' && address !== undefined ? [alias({ kind: 'service', name, body }, address, body)] : []
  })
  return { manifest, problems }
}

type FactsOf = (entry: Entry, problems: FileProblem[]) => ManifestFact[]
type More = Partial<Omit<ControlFact, 'says' | 'kind' | 'value' | 'spot'>>

const control = (entry: Entry, kind: ControlFact['kind'], value: string, node: DataNode, more: More = {}): ControlFact => ({
  says: 'control',
  kind,
  by: 'mesh/consul',
  value,
  object: `${entry.kind}/${entry.name}`,
  ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
  scope: scopeOf(entry.name),
  ...more,
  spot: spotOf(node),
})

const scopeOf = (name: string): ControlScope => (name === '*' ? { is: 'mesh' } : { is: 'hosts', hosts: [name] })

/** Zero leaves a duration or a limit to the default. */
const UNSET = /^0(ms|s|m)?$/

/** A control for each member that is set. */
const each = (
  entry: Entry,
  node: DataNode | undefined,
  rows: readonly [path: string[], ControlFact['kind'], (value: string) => string][],
  more: More = {},
): ControlFact[] =>
  rows.flatMap(([path, kind, form]) => {
    const found = pick(node, ...path)
    const value = counted(found, form)
    return found && value !== undefined && !UNSET.test(textOf(found)!) ? [control(entry, kind, value, found, more)] : []
  })

const ms = (value: string): string => `${value}ms`

const UPSTREAM: Parameters<typeof each>[2] = [
  [['connecttimeoutms'], 'timeout', v => `${ms(v)} to connect`],
  [['limits', 'maxconnections'], 'circuit-breaker', v => `${v} connections`],
  [['limits', 'maxpendingrequests'], 'circuit-breaker', v => `${v} pending requests`],
  [['limits', 'maxconcurrentrequests'], 'circuit-breaker', v => `${v} requests at once`],
  [['passivehealthcheck', 'maxfailures'], 'circuit-breaker', v => `ejects after ${v} failures`],
]

const serviceDefaults: FactsOf = entry => [
  ...each(entry, entry.body, [
    [['mutualtlsmode'], 'mtls', v => v],
    [['maxinboundconnections'], 'circuit-breaker', v => `${v} connections`],
    [['ratelimits', 'instancelevel', 'requestspersecond'], 'rate-limit', v => `${v} a second`],
    [['localrequesttimeoutms'], 'timeout', ms],
    [['localconnecttimeoutms'], 'timeout', v => `${ms(v)} to connect`],
  ]),
  ...each(entry, pick(entry.body, 'upstreamconfig', 'defaults'), UPSTREAM, { ofCaller: true }),
  ...all(pick(entry.body, 'upstreamconfig', 'overrides')).flatMap(node => {
    const name = textOf(pick(node, 'name'))
    return name ? each(entry, node, UPSTREAM, { scope: scopeOf(name), callers: [{ is: 'service', name: entry.name }] }) : []
  }),
]

const serviceRouter: FactsOf = entry =>
  all(pick(entry.body, 'routes')).flatMap(route => {
    const to = pick(route, 'destination')
    const more = routeOf(pick(route, 'match', 'http'))
    const other = textOf(pick(to, 'service'))
    const attempts = words(
      counted(pick(to, 'numretries'), n => `${n} attempts`),
      textOf(pick(to, 'retryonconnectfailure')) === 'true' ? 'where no connection is made' : undefined,
      counted(pick(to, 'retryonstatuscodes'), () => '') ?? statusCodes(pick(to, 'retryonstatuscodes')),
    )
    return [
      ...each(entry, to, [[['requesttimeout'], 'timeout', v => v]], more),
      ...(to && attempts !== '' ? [control(entry, 'retry', attempts, to, more)] : []),
      ...(to && other !== undefined && other !== entry.name ? [control(entry, 'split', `to ${other}`, to, more)] : []),
    ]
  })

const statusCodes = (node: DataNode | undefined): string | undefined => {
  const codes = textsOf(node)
  return codes.length > 0 ? `on ${codes.join(' ')}` : undefined
}

const routeOf = (http: DataNode | undefined): { route?: string } => {
  const [prefix, exact, regex] = ['pathprefix', 'pathexact', 'pathregex'].map(key => textOf(pick(http, key)))
  const methods = textsOf(pick(http, 'methods')).join('|')
  const path = prefix === undefined ? (exact ?? regex) : `${prefix.replace(/\/$/, '')}/**`
  if (path === undefined && methods === '') return {}
  return { route: [methods, path ?? '/**'].filter(part => part !== '').join(' ') }
}

const serviceSplitter: FactsOf = entry => {
  const splits = all(pick(entry.body, 'splits'))
  const shares = splits.map(split => {
    const subset = textOf(pick(split, 'servicesubset'))
    return `${textOf(pick(split, 'service')) ?? entry.name}${subset ? ` (${subset})` : ''} ${textOf(pick(split, 'weight')) ?? '?'}`
  })
  return shares.length > 1 ? [control(entry, 'split', shares.join(', '), entry.body)] : []
}

/** A redirect makes a name another one of a service; subsets are versions, and no names. */
const serviceResolver: FactsOf = entry => {
  const redirect = pick(entry.body, 'redirect')
  const to = textOf(pick(redirect, 'service'))
  const failover = all(pick(entry.body, 'failover')).flatMap(f => entriesOf(f).flatMap(e => textOf(pick(e.value, 'service')) ?? []))
  return [
    ...(redirect && to !== undefined && to !== entry.name ? [alias(entry, to, redirect)] : []),
    ...each(entry, entry.body, [
      [['connecttimeout'], 'timeout', v => `${v} to connect`],
      [['requesttimeout'], 'timeout', v => v],
    ]),
    ...(failover.length > 0 ? [control(entry, 'retry', `fails over to ${[...new Set(failover)].join(', ')}`, entry.body)] : []),
  ]
}

const alias = (entry: Entry, to: string, node: DataNode): AddressFact => ({
  says: 'address',
  kind: 'virtual-host',
  name: entry.name.toLowerCase(),
  ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
  selector: {},
  ports: [],
  externalName: to,
  spot: spotOf(node),
})

/** Who may call a service. The most exact intention counts; without any, the agents' own default does, which no file says. */
const serviceIntentions: FactsOf = (entry, problems) => {
  const sources = all(pick(entry.body, 'sources'))
  const token = pick(entry.body, 'jwt')
  if (sources.length === 0)
    problems.push({
      code: 'consul/no-sources',
      message: `intentions of ${entry.name} name no source`,
      severity: 'warning',
      line: entry.body.line,
    })
  return [
    ...(token ? [control(entry, 'authn', 'JWT', token)] : []),
    ...sources.flatMap(source => {
      const name = textOf(pick(source, 'name'))
      if (name === undefined) return []
      const permissions = all(pick(source, 'permissions'))
      const action = textOf(pick(source, 'action')) ?? (permissions.some(p => textOf(pick(p, 'action')) === 'allow') ? 'allow' : 'deny')
      const routes = permissions.flatMap(p => routeOf(pick(p, 'http')).route ?? [])
      const part = permissions.length > 0 ? { partial: true as const } : {}
      return [intention(entry, name, action, source, part, routes.length > 0 ? { route: routes.join(' or ') } : {})]
    }),
  ]
}

const intention = (
  entry: Entry,
  source: string,
  action: string,
  node: DataNode,
  part: Pick<Admission, 'partial'> = {},
  more: More = {},
): ControlFact => {
  const peer: Peer = source === '*' ? { is: 'any' } : { is: 'service', name: source }
  const effect = action === 'allow' ? 'allow' : 'deny'
  return control(entry, 'authz', action, node, { ...more, admits: { effect, way: 'in', peers: [peer], closed: false, ...part } })
}

const PROTOCOLS: Record<string, ProxyRoute['protocol']> = table({ grpc: 'grpc', tcp: 'tcp' })

const ingressGateway: FactsOf = entry => {
  const listeners = all(pick(entry.body, 'listeners'))
  const ports = listeners.flatMap(l => {
    const port = portOf(pick(l, 'port'))
    return port === undefined ? [] : [{ port, target: port, spot: spotOf(l) }]
  })
  const routes = listeners.flatMap(l => {
    const said = textOf(pick(l, 'protocol')) ?? 'tcp'
    const protocol = Object.hasOwn(PROTOCOLS, said) ? PROTOCOLS[said]! : 'http'
    return all(pick(l, 'services')).flatMap((service): ProxyRoute[] => {
      const name = textOf(pick(service, 'name'))
      if (!name || name === '*') return []
      const target = backend(protocol, name, undefined, spotOf(service))
      return [{ hosts: textsOf(pick(service, 'hosts')), match: 'prefix', path: '/', protocol, target, spot: spotOf(service) }]
    })
  })
  const gateway = { ...gatewayOf(entry.body, entry.name, ports), ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }) }
  const tls = pick(entry.body, 'tls')
  const isOn = textOf(pick(tls, 'enabled')) === 'true'
  return [
    gateway,
    ...(routes.length > 0 ? [bound(entry, routes.slice(0, MAX_ROUTES))] : []),
    ...(tls && isOn ? [control(entry, 'tls', 'ends here', tls, { scope: { is: 'deployable', name: entry.name } })] : []),
  ]
}

const bound = (entry: Entry, routes: ProxyRoute[]): ManifestFact => ({
  says: 'proxy',
  kind: 'consul',
  owner: `gateway/${entry.name}`,
  ...(entry.namespace === undefined ? {} : { namespace: entry.namespace }),
  listens: [],
  pools: [],
  routes,
  spot: spotOf(entry.body),
})

const terminatingGateway: FactsOf = entry =>
  all(pick(entry.body, 'services')).flatMap(service => {
    const name = textOf(pick(service, 'name'))
    const hasTls = pick(service, 'cafile') ?? pick(service, 'sni')
    if (!name || name === '*') return []
    const value = `leaves the mesh through ${entry.name}${hasTls ? ', by TLS' : ''}`
    return [control(entry, 'egress', value, service, { scope: scopeOf(name) })]
  })

const wholeMesh: FactsOf = entry =>
  each(
    entry,
    entry.body,
    [
      [['mutualtlsmode'], 'mtls', v => v],
      [['transparentproxy', 'meshdestinationsonly'], 'egress', v => (v === 'true' ? 'only to services of the mesh' : 'to anywhere')],
      [['tls', 'incoming', 'tlsminversion'], 'mtls', v => `at least ${v}`],
    ],
    { scope: { is: 'mesh' } },
  )

const KINDS = new Map<string, FactsOf>([
  ['service-defaults', serviceDefaults],
  ['service-router', serviceRouter],
  ['service-splitter', serviceSplitter],
  ['service-resolver', serviceResolver],
  ['service-intentions', serviceIntentions],
  ['ingress-gateway', ingressGateway],
  ['terminating-gateway', terminatingGateway],
  ['proxy-defaults', wholeMesh],
  ['mesh', wholeMesh],
])

/** A service that an agent registers: what its sidecar binds, how its health is asked. */
const serviceFacts = (node: DataNode, problems: FileProblem[]): ManifestFact[] => {
  const name = textOf(pick(node, 'name'))
  if (name === undefined) {
    if (pick(node, 'connect') ?? pick(node, 'check') ?? pick(node, 'checks'))
      problems.push({ code: 'consul/no-name', message: 'a service without a name, left out', severity: 'warning', line: node.line })
    return []
  }
  const entry: Entry = { kind: 'service', name, body: node }
  const sidecar = pick(node, 'connect', 'sidecarservice')
  const upstreams = all(pick(sidecar, 'proxy', 'upstreams')).concat(all(pick(node, 'proxy', 'upstreams')))
  const owner = textOf(pick(node, 'proxy', 'destinationservicename')) ?? name
  const isNative = textOf(pick(node, 'connect', 'native')) === 'true'
  const checks = [...all(pick(node, 'check')), ...all(pick(node, 'checks'))]
  return [
    ...(sidecar || isNative ? [control(entry, 'mtls', 'between services of the mesh', sidecar ?? node)] : []),
    ...checks.flatMap(check => health(entry, check)),
    ...upstreams.flatMap(u => upstream(owner, textOf(pick(u, 'destinationname')), portOf(pick(u, 'localbindport')), u)),
  ]
}

const health = (entry: Entry, check: DataNode): ControlFact[] => {
  const how = ['http', 'grpc', 'tcp'].find(key => pick(check, key))
  const value = words(
    how === undefined ? undefined : `${how} ${textOf(pick(check, how)) ?? ''}`,
    counted(pick(check, 'interval'), t => `every ${t}`),
  )
  return value === '' ? [] : [control(entry, 'health', value, check)]
}

/** `localhost:PORT` beside a service is another service: `name` is whose sidecar binds it. */
const upstream = (owner: string, to: string | undefined, port: number | undefined, node: DataNode, namespace?: string): AddressFact[] =>
  to === undefined || port === undefined
    ? []
    : [
        {
          says: 'address',
          kind: 'upstream',
          name: owner,
          ...(namespace === undefined ? {} : { namespace }),
          selector: {},
          ports: [{ port, spot: spotOf(node) }],
          externalName: to,
          spot: spotOf(node),
        },
      ]

/** Workloads with annotations for the injector. */
const annotated = (object: DataNode, name: string, problems: FileProblem[]): ManifestFact[] => {
  const pod = at(object, 'spec', 'template', 'metadata', 'annotations')
  const { namespace } = namespaceOf(object)
  return [...entriesOf(at(object, 'metadata', 'annotations')), ...entriesOf(pod)].flatMap(({ key, value }): ManifestFact[] => {
    const word = textOf(value) ?? ''
    const entry: Entry = { kind: textOf(at(object, 'kind')) ?? '', name, ...(namespace === undefined ? {} : { namespace }), body: object }
    if (key === 'consul.hashicorp.com/connect-inject' && word === 'true')
      return [control(entry, 'mtls', 'between services of the mesh', value, { scope: { is: 'deployable', name } })]
    return key === 'consul.hashicorp.com/connect-service-upstreams' ? upstreamList(word, name, value, namespace, problems) : []
  })
}

/** `seating:9191,pricing.office:9292:dc2`, `seating.svc.office.ns:9191` */
const upstreamList = (list: string, owner: string, node: DataNode, namespace: string | undefined, problems: FileProblem[]): AddressFact[] =>
  list
    .slice(0, 4000)
    .split(',')
    .flatMap(word => {
      const found = /^\s*([\w-]+)(?:\.[\w.-]*)?:(\d{2,5})(?::[\w-]+)?\s*$/.exec(word)
      if (found) return upstream(owner, found[1], Number(found[2]), node, namespace)
      if (word.trim() !== '' && !/^\s*prepared_query:/.test(word))
        problems.push({
          code: 'consul/upstream',
          message: `upstream ${word.trim().slice(0, 80)} is not NAME:PORT, left out`,
          severity: 'warning',
          line: node.line,
        })
      return []
    })
