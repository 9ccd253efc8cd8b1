import { table } from '../../base/table.ts'
import type { ControlFact } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { ManifestFact, PortFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { saying } from '../syntax/control.ts'
import { backend, boundTo, gatewayOf, MAX_ROUTES, nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { parentsOf, ruleControls, ruleRoutes } from '../syntax/gateway-rule.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Kubernetes Gateway API: Gateways, and the HTTP, gRPC, TLS and TCP routes that are bound to them, or to Services of a mesh. */
export const gatewayApi: Reader = {
  name: 'mesh/gateway-api',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /apiVersion["']?[ \t]*:[ \t]*["']?gateway\.networking\.k8s\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(document => objectFacts(document, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const ROUTES: Record<string, ProxyRoute['protocol']> = table({ HTTPRoute: 'http', GRPCRoute: 'grpc', TLSRoute: 'tcp', TCPRoute: 'tcp' })

const objectFacts = (object: DataNode, problems: FileProblem[]): ManifestFact[] => {
  const kind = textOf(at(object, 'kind')) ?? ''
  if (!textOf(at(object, 'apiVersion'))?.startsWith('gateway.networking.k8s.io/')) return []
  const name = nameOf(object)
  if (kind === 'Gateway' && name)
    return [gatewayOf(object, name, listenersOf(object).flatMap(listener)), ...listenersOf(object).flatMap(tlsOf(object, name))]
  if (kind === 'BackendTLSPolicy' && name) return backendTls(object)
  if (!Object.hasOwn(ROUTES, kind)) return []
  const parents = parentsOf(object, 'Gateway').map(p => p.name)
  if (itemsOf(at(object, 'spec', 'parentRefs')).length === 0)
    problems.push({
      code: 'gateway/no-parent',
      message: `${kind} ${name ?? ''} is bound to no gateway`,
      severity: 'warning',
      line: object.line,
    })
  return [...boundTo(parents, 'gateway-api', object, routesOf(object, ROUTES[kind]!)), ...insideMesh(object)]
}

const listenersOf = (object: DataNode): DataNode[] => itemsOf(at(object, 'spec', 'listeners'))

const tlsOf =
  (object: DataNode, name: string) =>
  (node: DataNode): ControlFact[] => {
    const tls = at(node, 'tls')
    const port = portOf(at(node, 'port'))
    const value = textOf(at(tls, 'mode')) ?? 'Terminate'
    return tls
      ? [saying('mesh/gateway-api', object)('tls', value, { is: 'deployable', name }, tls, port === undefined ? {} : { port })]
      : []
  }

/** How a gateway speaks to a Service. */
const backendTls = (object: DataNode): ControlFact[] => {
  const hosts = itemsOf(at(object, 'spec', 'targetRefs')).flatMap(r => textOf(at(r, 'name')) ?? [])
  const value = `checked as ${textOf(at(object, 'spec', 'validation', 'hostname')) ?? 'its host'}`
  return hosts.length > 0 ? [saying('mesh/gateway-api', object)('tls', value, { is: 'hosts', hosts }, object)] : []
}

/** A route that is attached to Services holds for all who call these names inside the mesh. */
const insideMesh = (object: DataNode): ControlFact[] => {
  const parents = parentsOf(object, 'Service')
  if (parents.length === 0) return []
  const scope = { is: 'hosts', hosts: parents.map(p => (p.namespace ? `${p.name}.${p.namespace}.svc.cluster.local` : p.name)) } as const
  const says = saying('mesh/gateway-api', object)
  return itemsOf(at(object, 'spec', 'rules')).flatMap(rule =>
    ruleControls(rule).flatMap(c =>
      ruleRoutes(rule).map(route => ({ ...says(c.kind, c.value, scope, rule, route === undefined ? {} : { route }), spot: c.spot })),
    ),
  )
}

const listener = (node: DataNode): PortFact[] => {
  const port = portOf(at(node, 'port'))
  return port === undefined ? [] : [{ port, target: port, spot: spotOf(node) }]
}

const routesOf = (object: DataNode, protocol: ProxyRoute['protocol']): ProxyRoute[] => {
  const hosts = itemsOf(at(object, 'spec', 'hostnames')).flatMap(host => textOf(host) ?? [])
  const routes: ProxyRoute[] = []
  for (const rule of itemsOf(at(object, 'spec', 'rules'))) {
    const controls = ruleControls(rule)
    for (const reference of itemsOf(at(rule, 'backendRefs')))
      for (const match of matchesOf(rule)) {
        const target = targetOf(reference, object, protocol)
        if (!target || routes.length >= MAX_ROUTES) continue
        const rewrite = rewriteOf(rule, match.path)
        const more = { ...(rewrite ? { rewrite } : {}), ...(controls.length > 0 ? { controls } : {}) }
        routes.push({ hosts, ...match, protocol, target, ...more, spot: spotOf(reference) })
      }
  }
  return routes
}

type Match = Pick<ProxyRoute, 'match' | 'path'>

const TYPES: Record<string, Match['match']> = table({ Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' })

const matchesOf = (rule: DataNode): Match[] => {
  const matches = itemsOf(at(rule, 'matches'))
  return matches.length === 0 ? [{ match: 'prefix', path: '/' }] : matches.map(matchOf)
}

const matchOf = (node: DataNode): Match => {
  const type = textOf(at(node, 'path', 'type')) ?? 'PathPrefix'
  const service = textOf(at(node, 'method', 'service'))
  const method = textOf(at(node, 'method', 'method'))
  if (service) return { match: method ? 'exact' : 'prefix', path: `/${service}/${method ?? ''}` }
  return { match: Object.hasOwn(TYPES, type) ? TYPES[type]! : 'prefix', path: textOf(at(node, 'path', 'value')) ?? '/' }
}

/** Only Services are backends that the map knows. */
const targetOf = (reference: DataNode, object: DataNode, protocol: string): ProxyRoute['target'] | undefined => {
  const name = textOf(at(reference, 'name'))
  if (!name || (textOf(at(reference, 'kind')) ?? 'Service') !== 'Service') return undefined
  const space = textOf(at(reference, 'namespace'))
  const host = space && space !== namespaceOf(object).namespace ? `${name}.${space}` : name
  return backend(protocol, host, portOf(at(reference, 'port')), spotOf(reference))
}

const rewriteOf = (rule: DataNode, path: string): ProxyRoute['rewrite'] => {
  const filter = itemsOf(at(rule, 'filters')).find(f => textOf(at(f, 'type')) === 'URLRewrite')
  const full = textOf(at(filter, 'urlRewrite', 'path', 'replaceFullPath'))
  const prefix = textOf(at(filter, 'urlRewrite', 'path', 'replacePrefixMatch'))
  if (full !== undefined) return { to: full }
  return prefix === undefined ? undefined : { prefix: path, to: prefix }
}
