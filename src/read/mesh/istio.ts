import type { AddressFact, ManifestFact, PortFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { backend, boundTo, gatewayOf, MAX_ROUTES, nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Istio: Gateways with the VirtualServices bound to them, and names that VirtualServices and ServiceEntries give inside the mesh. */
export const istio: Reader = {
  name: 'mesh/istio',
  version: 1,
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
  const kind = textOf(at(object, 'kind'))
  if (kind === 'Gateway') return [gatewayOf(object, name, itemsOf(at(object, 'spec', 'servers')).flatMap(server))]
  if (kind === 'VirtualService') return virtualService(object)
  return kind === 'ServiceEntry' ? serviceEntry(object) : []
}

const server = (node: DataNode): PortFact[] => {
  const port = portOf(at(node, 'port', 'number'))
  return port === undefined ? [] : [{ port, target: port, spot: spotOf(node) }]
}

const virtualService = (object: DataNode): ManifestFact[] => {
  const gateways = itemsOf(at(object, 'spec', 'gateways')).flatMap(g => textOf(g) ?? [])
  const bound = gateways.filter(g => g !== 'mesh').map(g => g.slice(g.lastIndexOf('/') + 1))
  const isInside = gateways.length === 0 || gateways.includes('mesh')
  return [...boundTo(bound, 'istio', object, routesOf(object)), ...(isInside ? namesInside(object) : [])]
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
          routes.push({ hosts, ...match, protocol, target, ...(rewrite ? { rewrite } : {}), spot: spotOf(entry) })
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
const serviceEntry = (object: DataNode): AddressFact[] => {
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
