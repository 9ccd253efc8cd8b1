import type { FileProblem, Spot } from '../../model/evidence.ts'
import type {
  AddressFact,
  ContainerFact,
  DeployableFact,
  EnvFact,
  EnvFromFact,
  ManifestFact,
  PortFact,
  SettingFact,
} from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { concat, text, unknown, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Kubernetes objects: workloads, Services, ConfigMaps, names of Secrets, routes. Whatever carries a pod template is a workload. */
export const kubernetes: Reader = {
  name: 'deploy/kubernetes',
  version: 4,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^["']?kind["']?[ \t]*:/m.test(content) && /^["']?apiVersion["']?[ \t]*:[ \t]*["']?(?!skaffold\/)/m.test(content),
  read: ({ content }) => readKubernetes(content),
}

const MAX_LIST_DEPTH = 3

const readKubernetes = (content: string): FileFacts => {
  const { documents, problems } = parseYaml(content)
  const manifest = documents.flatMap(document => objectFacts(document, problems, 0))
  return manifest.length > 0 ? { manifest, problems } : { problems }
}

const objectFacts = (object: DataNode, problems: FileProblem[], level: number): ManifestFact[] => {
  const kind = textOf(at(object, 'kind'))
  if (!kind || !textOf(at(object, 'apiVersion'))) return []
  if (kind.endsWith('List') && at(object, 'items')?.is === 'list')
    return level < MAX_LIST_DEPTH ? itemsOf(at(object, 'items')).flatMap(item => objectFacts(item, problems, level + 1)) : []
  const facts = factsByKind(object, kind)
  if (facts === undefined) return []
  if (nameOf(object) !== undefined) return facts(object, kind)
  problems.push({ code: 'kubernetes/no-name', message: `${kind} without metadata.name, left out`, severity: 'warning', line: object.line })
  return []
}

type FactsOf = (object: DataNode, kind: string) => ManifestFact[]

const factsByKind = (object: DataNode, kind: string): FactsOf | undefined => {
  if (kind === 'Service' && textOf(at(object, 'apiVersion')) === 'v1') return service
  if (podOf(object, kind)) return workload
  return OBJECTS.get(kind)
}

const nameOf = (object: DataNode): string | undefined =>
  textOf(at(object, 'metadata', 'name')) ?? textOf(at(object, 'metadata', 'generateName'))

const namespaceOf = (object: DataNode): { namespace?: string } => {
  const namespace = textOf(at(object, 'metadata', 'namespace'))
  return namespace ? { namespace } : {}
}

const spotOf = (node: DataNode): Spot => ({ line: node.line, endLine: node.endLine })

const spotAt = (node: DataNode): Spot => ({ line: node.line })

const textAt = (value: string, spot: Spot): Value => ({ is: 'text', text: value, spot })

const textMap = (node: DataNode | undefined): Record<string, string> =>
  Object.fromEntries(entriesOf(node).flatMap(e => (textOf(e.value) === undefined ? [] : [[e.key, textOf(e.value)!]])))

/** The pod template of a workload: its metadata and spec. */
const podOf = (object: DataNode, kind: string): DataNode | undefined => {
  if (kind === 'Pod') return object
  const template = kind === 'CronJob' ? at(object, 'spec', 'jobTemplate', 'spec', 'template') : at(object, 'spec', 'template')
  return at(template, 'spec', 'containers')?.is === 'list' ? template : undefined
}

const workload = (object: DataNode, kind: string): ManifestFact[] => {
  const pod = podOf(object, kind)!
  const volumes = at(pod, 'spec', 'volumes')
  const containers = [
    ...itemsOf(at(pod, 'spec', 'initContainers')).map(node => container(node, volumes, true)),
    ...itemsOf(at(pod, 'spec', 'containers')).map(node => container(node, volumes, false)),
  ]
  const replicas = Number(textOf(at(object, 'spec', 'replicas')) ?? Number.NaN)
  const isOff = replicas === 0 || textOf(at(object, 'spec', 'suspend')) === 'true'
  const deployable: DeployableFact = {
    says: 'deployable',
    kind,
    name: nameOf(object)!,
    ...namespaceOf(object),
    aliases: [...hostAliases(pod), ...appId(object, pod)],
    state: isOff ? 'optional' : 'deployed',
    labels: textMap(at(pod, 'metadata', 'labels')),
    ...accountOf(pod),
    annotations: { ...textMap(at(object, 'metadata', 'annotations')), ...textMap(at(pod, 'metadata', 'annotations')) },
    containers,
    ...(Number.isNaN(replicas) ? {} : { replicas }),
    dependsOn: [],
    spot: spotOf(object),
  }
  return kind === 'Service' ? knative(deployable) : [deployable]
}

const accountOf = (pod: DataNode): { account?: string } => {
  const account = textOf(at(pod, 'spec', 'serviceAccountName')) ?? textOf(at(pod, 'spec', 'serviceAccount'))
  return account ? { account } : {}
}

const hostAliases = (pod: DataNode): string[] => {
  const hostname = textOf(at(pod, 'spec', 'hostname'))
  return hostname ? [hostname] : []
}

/** The name under which a workload's Dapr sidecar is asked. */
const appId = (object: DataNode, pod: DataNode): string[] => {
  const id = textOf(at(pod, 'metadata', 'annotations', 'dapr.io/app-id'))
  return id && id !== nameOf(object) ? [id] : []
}

const KNATIVE_LABEL = 'serving.knative.dev/service'

/** A Knative Service is a workload and its own address, on port 80. */
const knative = (of: DeployableFact): ManifestFact[] => {
  const target = of.containers.find(c => c.ports.length > 0)?.ports[0]?.target
  const address: AddressFact = {
    says: 'address',
    kind: 'Service',
    name: of.name,
    ...(of.namespace ? { namespace: of.namespace } : {}),
    selector: { [KNATIVE_LABEL]: of.name },
    ports: [{ port: 80, ...(target === undefined ? {} : { target }), spot: of.spot }],
    exposed: true,
    spot: of.spot,
  }
  return [{ ...of, labels: { ...of.labels, [KNATIVE_LABEL]: of.name } }, address]
}

const container = (node: DataNode, volumes: DataNode | undefined, isInit: boolean): ContainerFact => {
  const image = at(node, 'image')
  const entrypoint = texts(at(node, 'command'))
  const command = texts(at(node, 'args'))
  const probes = PROBES.flatMap(([key, kind]) => probe(at(node, key), kind))
  return {
    name: textOf(at(node, 'name')) ?? '',
    ...(textOf(image) ? { image: textAt(textOf(image)!, spotAt(image!)) } : {}),
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
    env: itemsOf(at(node, 'env')).flatMap(variable),
    envFrom: itemsOf(at(node, 'envFrom')).flatMap(envFrom),
    ports: itemsOf(at(node, 'ports')).flatMap(containerPort),
    ...(isInit ? { init: true } : {}),
    mounts: itemsOf(at(node, 'volumeMounts')).flatMap(mount => mounted(mount, volumes)),
    ...(probes.length > 0 ? { probes } : {}),
    spot: spotOf(node),
  }
}

const texts = (node: DataNode | undefined): string[] | undefined =>
  node?.is === 'list' ? node.items.map(item => textOf(item) ?? '') : undefined

const variable = (node: DataNode): EnvFact[] => {
  const name = textOf(at(node, 'name'))
  if (!name) return []
  const value = at(node, 'value')
  return [{ name, value: value ? expanded(textOf(value) ?? '', spotAt(value)) : referred(at(node, 'valueFrom')), spot: spotOf(node) }]
}

/** `$(NAME)` takes another variable of the container; `$$(NAME)` is the text `$(NAME)`. */
const expanded = (source: string, spot: Spot): Value => {
  const parts = source.split(/(\$?\$\([A-Za-z_.-][A-Za-z0-9_.-]*\))/)
  const value = concat(
    parts.map(part => {
      if (part.startsWith('$$(')) return text(part.slice(1))
      return part.startsWith('$(') && part.endsWith(')') ? { is: 'env' as const, name: part.slice(2, -1), spot } : text(part)
    }),
  )
  return value.is === 'text' ? { ...value, spot } : value
}

const referred = (node: DataNode | undefined): Value => {
  for (const [source, owner] of [
    ['configMapKeyRef', 'config-map'],
    ['secretKeyRef', 'secret'],
  ] as const) {
    const reference = at(node, source)
    const key = textOf(at(reference, 'key'))
    if (reference && key) return { is: 'config', key, owner: `${owner}/${textOf(at(reference, 'name')) ?? ''}`, spot: spotAt(reference) }
  }
  const field = textOf(at(node, 'fieldRef', 'fieldPath')) ?? textOf(at(node, 'resourceFieldRef', 'resource'))
  return field === undefined ? text('') : unknown(`known when it runs: ${field}`)
}

const envFrom = (node: DataNode): EnvFromFact[] =>
  (['configMapRef', 'secretRef'] as const).flatMap(source => {
    const name = textOf(at(node, source, 'name'))
    if (!name) return []
    const prefix = textOf(at(node, 'prefix'))
    const optional = textOf(at(node, source, 'optional')) === 'true'
    const kind = source === 'configMapRef' ? 'config-map' : 'secret'
    return [{ kind, name, ...(prefix ? { prefix } : {}), ...(optional ? { optional } : {}), spot: spotOf(node) } satisfies EnvFromFact]
  })

const portNumber = (node: DataNode | undefined): number | undefined => {
  const number = Number(textOf(node) ?? Number.NaN)
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined
}

const numberOrName = (node: DataNode | undefined): number | string | undefined => portNumber(node) ?? textOf(node)

const containerPort = (node: DataNode): PortFact[] => {
  const target = portNumber(at(node, 'containerPort'))
  return target === undefined ? [] : [{ ...named(node), target, ...protocolOf(node), spot: spotOf(node) }]
}

const named = (node: DataNode): { name?: string } => {
  const name = textOf(at(node, 'name'))
  return name ? { name } : {}
}

const protocolOf = (node: DataNode): { protocol?: string } => {
  const protocol = textOf(at(node, 'appProtocol')) ?? textOf(at(node, 'protocol'))
  return protocol ? { protocol: protocol.toLowerCase() } : {}
}

/** Volumes of config maps and secrets: `config-map/NAME` or `config-map/NAME/KEY` at its place in the container. */
const mounted = (mount: DataNode, volumes: DataNode | undefined): ContainerFact['mounts'] => {
  const volume = itemsOf(volumes).find(v => textOf(at(v, 'name')) !== undefined && textOf(at(v, 'name')) === textOf(at(mount, 'name')))
  const target = textOf(at(mount, 'mountPath'))
  if (!volume || !target) return []
  const projected = itemsOf(at(volume, 'projected', 'sources'))
  return [volume, ...projected].flatMap(source => {
    const map = textOf(at(source, 'configMap', 'name'))
    const secret = textOf(at(source, 'secret', 'secretName')) ?? textOf(at(source, 'secret', 'name'))
    const provided = textOf(at(source, 'csi', 'volumeAttributes', 'secretProviderClass'))
    const owner = map ? `config-map/${map}` : secret ? `secret/${secret}` : provided ? `secret-provider-class/${provided}` : undefined
    const key = textOf(at(mount, 'subPath'))
    return owner ? [{ source: key ? `${owner}/${key}` : owner, target, spot: spotOf(mount) }] : []
  })
}

const PROBES = [
  ['startupProbe', 'startup'],
  ['livenessProbe', 'liveness'],
  ['readinessProbe', 'readiness'],
] as const

/** `kind` is WHEN/HOW: `liveness/http`, `readiness/grpc`, `startup/exec` (then `path` is the command). */
const probe = (node: DataNode | undefined, when: string): NonNullable<ContainerFact['probes']> => {
  if (!node) return []
  for (const [key, how] of [
    ['httpGet', 'http'],
    ['grpc', 'grpc'],
    ['tcpSocket', 'tcp'],
  ] as const) {
    const handler = at(node, key)
    if (!handler) continue
    const port = textOf(at(handler, 'port'))
    const path = textOf(at(handler, 'path'))
    return [{ kind: `${when}/${how}`, ...(port ? { port } : {}), ...(path ? { path } : {}), spot: spotOf(node) }]
  }
  const command = texts(at(node, 'exec', 'command'))
  if (!command) return []
  const port = /:(\d{2,5})\b/.exec(command.join(' '))?.[1]
  return [{ kind: `${when}/exec`, ...(port ? { port } : {}), path: command.join(' '), spot: spotOf(node) }]
}

const service: FactsOf = object => {
  const type = textOf(at(object, 'spec', 'type'))
  const externalName = type === 'ExternalName' ? textOf(at(object, 'spec', 'externalName')) : undefined
  const address: AddressFact = {
    says: 'address',
    kind: 'Service',
    name: nameOf(object)!,
    ...namespaceOf(object),
    selector: textMap(at(object, 'spec', 'selector')),
    ports: itemsOf(at(object, 'spec', 'ports')).flatMap(servicePort),
    ...(externalName ? { externalName } : {}),
    ...(type === 'LoadBalancer' || type === 'NodePort' ? { exposed: true } : {}),
    spot: spotOf(object),
  }
  return [address]
}

const servicePort = (node: DataNode): PortFact[] => {
  const port = portNumber(at(node, 'port'))
  if (port === undefined) return []
  return [{ ...named(node), port, target: numberOrName(at(node, 'targetPort')) ?? port, ...protocolOf(node), spot: spotOf(node) }]
}

/** Longer values are whole files: they are named, not carried. */
const MAX_SETTING = 20_000

const configMap: FactsOf = object =>
  entriesOf(at(object, 'data')).map(entry => {
    const value = textOf(entry.value) ?? ''
    const spot = { line: entry.line, endLine: Math.max(entry.line, entry.value.endLine) }
    return setting(object, 'config-map', entry.key, value.length > MAX_SETTING ? unknown('a large file') : textAt(value, spot), spot)
  })

/** Of secrets only the names of the keys: a value is never taken. */
const secret: FactsOf = object =>
  ['data', 'stringData'].flatMap(member =>
    entriesOf(at(object, member)).map(entry => setting(object, 'secret', entry.key, unknown('a secret'), { line: entry.line })),
  )

const setting = (object: DataNode, kind: string, key: string, value: Value, spot: Spot): SettingFact => ({
  says: 'setting',
  owner: `${kind}/${nameOf(object)}`,
  ...namespaceOf(object),
  key,
  value,
  layer: 'map',
  spot,
})

const ingress: FactsOf = object => {
  const defaultBackend = at(object, 'spec', 'defaultBackend') ?? at(object, 'spec', 'backend')
  const routes = itemsOf(at(object, 'spec', 'rules')).flatMap(rule =>
    itemsOf(at(rule, 'http', 'paths')).flatMap(path =>
      route(object, textOf(at(rule, 'host')), textOf(at(path, 'path')), ingressBackend(at(path, 'backend')), path),
    ),
  )
  return [...routes, ...(defaultBackend ? route(object, undefined, undefined, ingressBackend(defaultBackend), defaultBackend) : [])]
}

interface Backend {
  name: string | undefined
  port: number | undefined
}

const ingressBackend = (node: DataNode | undefined): Backend => ({
  name: textOf(at(node, 'service', 'name')) ?? textOf(at(node, 'serviceName')),
  port: portNumber(at(node, 'service', 'port', 'number')) ?? portNumber(at(node, 'servicePort')),
})

/** A route from outside: its name is host and path, `externalName` the Service it leads to. */
const route = (object: DataNode, host: string | undefined, path: string | undefined, backend: Backend, node: DataNode): AddressFact[] => {
  if (!backend.name) return []
  const spot = spotOf(node)
  const ports = backend.port === undefined ? [] : [{ port: backend.port, spot }]
  const name = `${host ?? '*'}${path ?? '/'}`
  const place = { says: 'address', kind: 'ingress-route', name, ...namespaceOf(object) } as const
  return [{ ...place, selector: {}, ports, externalName: backend.name, exposed: true, spot }]
}

const MAX_ROUTES = 1000

/** Every host with every path of a rule leads to the rule's backend. */
const routes = (
  object: DataNode,
  hosts: readonly DataNode[],
  paths: (string | undefined)[],
  backend: Backend,
  node: DataNode,
): AddressFact[] => {
  const found: AddressFact[] = []
  for (const host of hosts.length > 0 ? hosts : [undefined])
    for (const path of paths.length > 0 ? paths : [undefined]) {
      const name = textOf(host)
      if (found.length >= MAX_ROUTES) return found
      found.push(...route(object, name === '*' ? undefined : name, path, backend, node))
    }
  return found
}

/** Routes of the Gateway API that are bound to a gateway; those bound to a Service only stay inside. */
const httpRoute: FactsOf = object => {
  const parents = itemsOf(at(object, 'spec', 'parentRefs')).map(parent => textOf(at(parent, 'kind')) ?? 'Gateway')
  return parents.length > 0 && parents.every(kind => kind === 'Service') ? [] : routesFromOutside(object)
}

const routesFromOutside = (object: DataNode): AddressFact[] =>
  itemsOf(at(object, 'spec', 'rules'))
    .flatMap(rule => itemsOf(at(rule, 'backendRefs')).map(reference => ({ rule, reference })))
    .slice(0, MAX_ROUTES)
    .flatMap(({ rule, reference }) => {
      const isService = (textOf(at(reference, 'kind')) ?? 'Service') === 'Service'
      const backend = { name: isService ? textOf(at(reference, 'name')) : undefined, port: portNumber(at(reference, 'port')) }
      const paths = itemsOf(at(rule, 'matches')).map(match => textOf(at(match, 'path', 'value')))
      return routes(object, itemsOf(at(object, 'spec', 'hostnames')), paths, backend, reference)
    })
    .slice(0, MAX_ROUTES)

/** A VirtualService that is bound to a gateway routes from outside. */
const virtualService: FactsOf = object => {
  if (!itemsOf(at(object, 'spec', 'gateways')).some(g => textOf(g) !== undefined && textOf(g) !== 'mesh')) return []
  return itemsOf(at(object, 'spec', 'http'))
    .flatMap(http => itemsOf(at(http, 'route')).map(entry => ({ http, entry })))
    .slice(0, MAX_ROUTES)
    .flatMap(({ http, entry }) => {
      const backend = { name: textOf(at(entry, 'destination', 'host')), port: portNumber(at(entry, 'destination', 'port', 'number')) }
      const paths = itemsOf(at(http, 'match')).map(match => textOf(entriesOf(at(match, 'uri'))[0]?.value))
      return routes(object, itemsOf(at(object, 'spec', 'hosts')), paths, backend, entry)
    })
    .slice(0, MAX_ROUTES)
}

const OBJECTS = new Map<string, FactsOf>([
  ['ConfigMap', configMap],
  ['Secret', secret],
  ['Ingress', ingress],
  ['HTTPRoute', httpRoute],
  ['GRPCRoute', httpRoute],
  ['VirtualService', virtualService],
])
