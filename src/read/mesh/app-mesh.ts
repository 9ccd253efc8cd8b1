import { table } from '../../base/table.ts'
import type { ControlFact, ControlScope, Peer } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { AddressFact, ManifestFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { isCloudDocument, readCloud } from '../cloud/document.ts'
import { snakeCase, Things } from '../cloud/things.ts'
import type { Reader } from '../reader.ts'
import { counted, selectorOf, sharesOf, words } from '../syntax/control.ts'
import { nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { weightOf } from '../syntax/gateway-rule.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/**
 * AWS App Mesh: virtual nodes, routers and services, as Kubernetes objects, as the JSON that its interface takes, and as resources of
 * infrastructure as code.
 */
export const appMesh: Reader = {
  name: 'mesh/app-mesh',
  version: 2,
  wants: path => /\.(ya?ml|json|cloud)$/i.test(path),
  recognises: content =>
    (isCloudDocument(content) && /"?type"?: "?(?:aws_appmesh_|AWS::AppMesh::)/.test(content)) ||
    /\bappmesh\.k8s\.aws\//.test(content) ||
    (/"virtual(Node|Router|Service|Gateway)Name"\s*:/.test(content) && /"spec"\s*:/.test(content) && /^\s*\{/.test(content)),
  read: ({ content }) => {
    if (isCloudDocument(content)) return { manifest: resourceFacts(content), problems: [] }
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(document => objectFacts(document, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

/** One resource, whichever way it is written. */
interface Thing {
  kind: string
  name: string
  namespace?: string
  spec: DataNode
  /** Fields beside the specification: of a JSON file its whole content. */
  root: DataNode
  /** Its registries are of the same document, and known by their whole names. */
  isResource?: true
}

/** The member that names a JSON file's resource, the most special one first: a route names its router, too. */
const NAMES: [member: string, kind: string][] = [
  ['gatewayRouteName', 'GatewayRoute'],
  ['routeName', 'Route'],
  ['virtualNodeName', 'VirtualNode'],
  ['virtualRouterName', 'VirtualRouter'],
  ['virtualServiceName', 'VirtualService'],
  ['virtualGatewayName', 'VirtualGateway'],
]

const thingOf = (document: DataNode): Thing | undefined => {
  const spec = at(document, 'spec')
  if (textOf(at(document, 'apiVersion'))?.startsWith('appmesh.k8s.aws/')) {
    const [kind, name] = [textOf(at(document, 'kind')), nameOf(document)]
    return kind && name && spec ? { kind, name, ...namespaceOf(document), spec, root: document } : undefined
  }
  const named = NAMES.find(([member]) => textOf(at(document, member)) !== undefined)
  return named && spec ? { kind: named[1], name: textOf(at(document, named[0]))!, spec, root: document } : undefined
}

const objectFacts = (document: DataNode, problems: FileProblem[]): ManifestFact[] => {
  const thing = thingOf(document)
  if (thing) return KINDS.get(thing.kind)?.(thing) ?? []
  if (textOf(at(document, 'apiVersion'))?.startsWith('appmesh.k8s.aws/'))
    problems.push({
      code: 'app-mesh/no-name',
      message: 'an App Mesh object without name or spec, left out',
      severity: 'warning',
      line: document.line,
    })
  return []
}

/** Resources of a document, as the interface spells them. What is wrong with the document is told by whoever reads all of it. */
const resourceFacts = (content: string): ManifestFact[] => {
  const things = new Things(readCloud(content))
  return things.of('mesh-entry').flatMap(resource => {
    const kind = things.text(resource, 'kind')
    const root = resource.properties && interfaceForm(resource.properties, things)
    // A name that only a deployment knows is asked for by its address.
    const name = things.text(resource, 'name') ?? `${resource.address}.${kind}Name`
    const spec = at(root, 'spec')
    return kind !== undefined && root && spec ? (KINDS.get(kind)?.({ kind, name, spec, root, isResource: true }) ?? []) : []
  })
}

/** Blocks that Terraform names one by one. */
const PLURAL: Record<string, string> = table({ backend: 'backends', listener: 'listeners', weightedTarget: 'weightedTargets' })
const LISTS: ReadonlySet<string> = new Set(Object.values(PLURAL))

const interfaceForm = (node: DataNode, things: Things, depth = 0): DataNode => {
  if (depth > MAX_DEPTH) return node
  if (node.is === 'list') return { ...node, items: node.items.map(item => interfaceForm(item, things, depth + 1)) }
  if (node.is === 'scalar') {
    const value = typeof node.value === 'string' ? things.value(node) : undefined
    return value?.is === 'text' ? { is: 'scalar', value: value.text, line: node.line, endLine: node.endLine } : node
  }
  const entries = node.entries.map(({ key, value, line }) => {
    const camel = snakeCase(key).replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    const name = PLURAL[camel] ?? camel
    const inner = interfaceForm(value, things, depth + 1)
    const isOne = LISTS.has(name) && inner.is === 'map'
    return { key: name, line, value: isOne ? { is: 'list' as const, items: [inner], line: inner.line, endLine: inner.endLine } : inner }
  })
  return { ...node, entries }
}

const MAX_DEPTH = 40

type FactsOf = (thing: Thing) => ManifestFact[]

const nodeHost = (name: string): string => `virtual-node/${name}`.toLowerCase()
const routerHost = (name: string): string => `virtual-router/${name}`.toLowerCase()

const space = ({ namespace }: Thing): { namespace?: string } => (namespace === undefined ? {} : { namespace })

const control = (
  thing: Thing,
  kind: ControlFact['kind'],
  value: string,
  scope: ControlScope,
  node: DataNode,
  more: Partial<ControlFact> = {},
): ControlFact => ({
  says: 'control',
  kind,
  by: 'mesh/app-mesh',
  value,
  object: `${thing.kind}/${thing.name}`,
  ...space(thing),
  scope,
  ...more,
  spot: spotOf(node),
})

/** One name stands for another: a service for its router, a router for its only node, a node for where it is found. */
const stands = (thing: Thing, name: string, target: string | undefined, node: DataNode): AddressFact[] =>
  target === undefined || target === name
    ? []
    : [
        {
          says: 'address',
          kind: 'virtual-host',
          name: name.toLowerCase(),
          ...space(thing),
          selector: {},
          ports: [],
          externalName: target,
          spot: spotOf(node),
        },
      ]

const virtualService: FactsOf = thing => {
  const provider = at(thing.spec, 'provider')
  const router =
    textOf(at(provider, 'virtualRouter', 'virtualRouterRef', 'name')) ?? textOf(at(provider, 'virtualRouter', 'virtualRouterName'))
  const node = textOf(at(provider, 'virtualNode', 'virtualNodeRef', 'name')) ?? textOf(at(provider, 'virtualNode', 'virtualNodeName'))
  const name = textOf(at(thing.spec, 'awsName')) ?? thing.name
  const target = router === undefined ? (node === undefined ? undefined : nodeHost(node)) : routerHost(router)
  return stands(thing, name, target, provider ?? thing.spec)
}

/** Routes of a router; in JSON each is a file of its own. */
const routesOf = ({ spec, kind }: Thing): DataNode[] => (kind === 'Route' ? [spec] : itemsOf(at(spec, 'routes')))

const virtualRouter: FactsOf = thing => {
  const router = textOf(at(thing.root, 'virtualRouterName')) ?? thing.name
  const found = routesOf(thing).flatMap(route =>
    ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'].flatMap(key => {
      const node = at(route, key)
      return node ? [{ node, targets: targetsOf(node) }] : []
    }),
  )
  const used = [...new Set(found.flatMap(f => f.targets.filter(t => t.weight !== 0).map(t => t.name)))]
  return [
    ...(used.length === 1 ? stands(thing, routerHost(router), nodeHost(used[0]!), thing.spec) : []),
    ...found.flatMap(({ node, targets }) => routeControls(thing, node, targets)),
  ]
}

const targetsOf = (route: DataNode): { name: string; weight: number | undefined }[] =>
  itemsOf(at(route, 'action', 'weightedTargets')).flatMap(target => {
    const name = textOf(at(target, 'virtualNodeRef', 'name')) ?? textOf(at(target, 'virtualNode'))
    return name ? [{ name, weight: weightOf(target) }] : []
  })

const routeControls = (thing: Thing, route: DataNode, targets: ReturnType<typeof targetsOf>): ControlFact[] => {
  const scope: ControlScope = { is: 'hosts', hosts: targets.map(t => nodeHost(t.name)) }
  const prefix =
    textOf(at(route, 'match', 'prefix')) ?? textOf(at(route, 'match', 'path', 'exact')) ?? textOf(at(route, 'match', 'serviceName'))
  const more = prefix === undefined || prefix === '/' ? {} : { route: prefix.startsWith('/') ? `${prefix.replace(/\/$/, '')}/**` : prefix }
  const [retry, timeout] = [at(route, 'retryPolicy'), at(route, 'timeout')]
  const tries = words(
    counted(at(retry, 'maxRetries'), n => `${n} attempts`),
    durationOf(at(retry, 'perRetryTimeout'), 'each'),
  )
  const limit = durationOf(at(timeout, 'perRequest'))
  const shares = sharesOf(targets)
  if (targets.length === 0) return []
  return [
    ...(retry && tries !== '' ? [control(thing, 'retry', tries, scope, retry, more)] : []),
    ...(timeout && limit !== undefined ? [control(thing, 'timeout', limit, scope, timeout, more)] : []),
    ...(shares === undefined ? [] : [control(thing, 'split', shares, scope, route, more)]),
  ]
}

/** `{unit: ms, value: 500}` */
const durationOf = (node: DataNode | undefined, more?: string): string | undefined => {
  const value = textOf(at(node, 'value'))
  return value === undefined ? undefined : `${value}${textOf(at(node, 'unit')) ?? 'ms'}${more === undefined ? '' : ` ${more}`}`
}

const virtualNode: FactsOf = thing => {
  const { spec } = thing
  const selector = selectorOf(at(spec, 'podSelector'))
  const isSelected = Object.keys(selector.labels).length > 0
  const scope: ControlScope = isSelected ? { is: 'workloads', selector } : { is: 'hosts', hosts: [nodeHost(thing.name)] }
  const dns = textOf(at(spec, 'serviceDiscovery', 'dns', 'hostname'))
  const [registry, zone] = ['serviceName', 'namespaceName'].map(key => textOf(at(spec, 'serviceDiscovery', 'awsCloudMap', key)))
  const cloud = thing.isResource && registry !== undefined && zone !== undefined ? `${registry}.${zone}` : registry
  return [
    ...stands(thing, nodeHost(thing.name), dns ?? cloud ?? thing.name, spec),
    ...itemsOf(at(spec, 'listeners')).flatMap(listener => listenerControls(thing, listener, scope)),
    ...backendsOf(thing, scope),
  ]
}

const listenerControls = (thing: Thing, listener: DataNode, scope: ControlScope): ControlFact[] => {
  const port = portOf(at(listener, 'portMapping', 'port'))
  const more = port === undefined ? {} : { port }
  const add = (kind: ControlFact['kind'], node: DataNode | undefined, value: string | undefined): ControlFact[] =>
    node && value !== undefined && value !== '' ? [control(thing, kind, value, scope, node, more)] : []
  const [check, tls, outliers] = [at(listener, 'healthCheck'), at(listener, 'tls'), at(listener, 'outlierDetection')]
  const timeouts = entriesOf(at(listener, 'timeout')).flatMap(e => add('timeout', e.value, durationOf(at(e.value, 'perRequest'))))
  const pools = entriesOf(at(listener, 'connectionPool')).flatMap(e =>
    add(
      'circuit-breaker',
      e.value,
      words(
        counted(at(e.value, 'maxConnections'), n => `${n} connections`),
        counted(at(e.value, 'maxPendingRequests'), n => `${n} pending requests`),
        counted(at(e.value, 'maxRequests'), n => `${n} requests`),
      ),
    ),
  )
  return [
    ...add('health', check, words(textOf(at(check, 'protocol')), textOf(at(check, 'path')))),
    ...add(at(tls, 'validation') ? 'mtls' : 'tls', tls, textOf(at(tls, 'mode'))),
    ...timeouts,
    ...pools,
    ...add(
      'circuit-breaker',
      outliers,
      counted(at(outliers, 'maxServerErrors'), n => `ejects after ${n} errors`),
    ),
  ]
}

/** Whom a node may call. It says nothing of who it does call. */
const backendsOf = (thing: Thing, scope: ControlScope): ControlFact[] => {
  const names = itemsOf(at(thing.spec, 'backends')).flatMap(backend => {
    const service = at(backend, 'virtualService')
    return textOf(at(service, 'virtualServiceRef', 'name')) ?? textOf(at(service, 'virtualServiceName')) ?? []
  })
  const node = at(thing.spec, 'backends')
  const enforced = at(thing.spec, 'backendDefaults', 'clientPolicy', 'tls')
  const isOn = enforced && textOf(at(enforced, 'enforce')) !== 'false'
  const peers = names.map((name): Peer => ({ is: 'service', name }))
  return [
    ...(node && names.length > 0
      ? [control(thing, 'egress', 'backends', scope, node, { admits: { effect: 'allow', way: 'out', peers, closed: false } })]
      : []),
    ...(isOn ? [control(thing, 'tls', 'checked by the caller', scope, enforced, { ofCaller: true })] : []),
  ]
}

const KINDS = new Map<string, FactsOf>([
  ['VirtualService', virtualService],
  ['VirtualRouter', virtualRouter],
  ['Route', virtualRouter],
  ['VirtualNode', virtualNode],
])
