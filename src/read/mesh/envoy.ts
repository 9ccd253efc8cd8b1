import type { Spot } from '../../model/evidence.ts'
import type { PortFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { concat, text, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { withVariables } from '../syntax/proxy-target.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Envoy's static configuration (v2 and v3): listeners, routes of virtual hosts, clusters with their endpoints. */
export const envoy: Reader = {
  name: 'mesh/envoy',
  version: 1,
  wants: path => /\.ya?ml(\.[\w-]+)?$/i.test(path) || /(^|\/)envoy[^/]*\.json$/i.test(path),
  recognises: content =>
    /["']?(static_resources|virtual_hosts)["']?\s*:/.test(content) ||
    /^(clusters|listeners|resources)\s*:[\s\S]*\b(lb_endpoints|socket_address)\b/m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(document => proxyOf(document))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const MAX_DEPTH = 40
const MAX_ROUTES = 2000

const proxyOf = (document: DataNode): ProxyFact[] => {
  const fact: ProxyFact = {
    says: 'proxy',
    kind: 'envoy',
    listens: [],
    pools: [],
    routes: [],
    spot: { line: document.line, endLine: document.endLine },
  }
  visit(document, { transcodes: false }, fact, 0)
  return fact.routes.length + fact.pools.length > 0 ? [fact] : []
}

interface Around {
  /** The filter chain turns JSON into gRPC. */
  transcodes: boolean
}

/** Envoy nests what matters deeply and differently in each version; the keys themselves are the same. */
const visit = (node: DataNode, around: Around, fact: ProxyFact, depth: number): void => {
  if (depth > MAX_DEPTH) return
  if (node.is === 'list') for (const item of node.items) visit(item, around, fact, depth + 1)
  if (node.is !== 'map') return
  const here = at(node, 'http_filters') ? { transcodes: transcodes(at(node, 'http_filters')) } : around
  for (const { key, value } of node.entries) {
    if (key === 'virtual_hosts') for (const host of itemsOf(value)) virtualHost(host, here, fact)
    else if (key === 'clusters' && value.is === 'list' && itemsOf(value).some(isCluster)) fact.pools.push(...itemsOf(value).flatMap(pool))
    else if (key === 'listeners') {
      fact.listens.push(...itemsOf(value).flatMap(listened))
      visit(value, here, fact, depth + 1)
    } else visit(value, here, fact, depth + 1)
  }
  if (isCluster(node) && textOf(at(node, '@type'))?.endsWith('.Cluster')) fact.pools.push(...pool(node))
  tcpProxy(node, fact)
}

const isCluster = (node: DataNode): boolean =>
  at(node, 'name') !== undefined && (at(node, 'load_assignment') ?? at(node, 'hosts')) !== undefined

const transcodes = (filters: DataNode | undefined): boolean =>
  itemsOf(filters).some(f => /grpc_json_transcoder/.test(textOf(at(f, 'name')) ?? ''))

const listened = (listener: DataNode): PortFact[] => {
  const node = at(listener, 'address', 'socket_address', 'port_value')
  const port = Number(textOf(node) ?? Number.NaN)
  return port > 0 && port < 65_536 ? [{ target: port, spot: { line: node!.line } }] : []
}

const socket = (address: DataNode | undefined): Value[] => {
  const host = textOf(at(address, 'socket_address', 'address'))
  if (host === undefined) return []
  const spot: Spot = { line: address!.line, endLine: address!.endLine }
  const port = textOf(at(address, 'socket_address', 'port_value'))
  const written = withVariables(port === undefined ? host : `${host}:${port}`, () => undefined, spot)
  return [written]
}

const pool = (cluster: DataNode): ProxyFact['pools'] => {
  const name = textOf(at(cluster, 'name'))
  if (name === undefined) return []
  const assigned = itemsOf(at(cluster, 'load_assignment', 'endpoints')).flatMap(group =>
    itemsOf(at(group, 'lb_endpoints')).flatMap(e => socket(at(e, 'endpoint', 'address'))),
  )
  const targets = [...assigned, ...itemsOf(at(cluster, 'hosts')).flatMap(socket)]
  return targets.length > 0 ? [{ name, targets, spot: { line: cluster.line, endLine: cluster.endLine } }] : []
}

const virtualHost = (host: DataNode, around: Around, fact: ProxyFact): void => {
  const hosts = itemsOf(at(host, 'domains')).flatMap(d => {
    const name = textOf(d)?.replace(/:(\d+|\*)$/, '')
    return name === undefined || name === '*' ? [] : [name]
  })
  for (const entry of itemsOf(at(host, 'routes'))) {
    const action = at(entry, 'route')
    for (const cluster of clustersOf(action)) {
      if (fact.routes.length >= MAX_ROUTES) return
      const matched = matchOf(at(entry, 'match'))
      const rewrite = rewriteOf(action, matched)
      fact.routes.push({
        hosts,
        match: matched.match,
        path: matched.path,
        protocol: at(entry, 'match', 'grpc') || around.transcodes ? 'grpc' : 'http',
        ...(around.transcodes ? { encoding: 'json' as const } : {}),
        target: cluster,
        ...(rewrite ? { rewrite } : {}),
        spot: { line: entry.line, endLine: entry.endLine },
      })
    }
  }
}

const clustersOf = (action: DataNode | undefined): Value[] => {
  const names = [at(action, 'cluster'), ...itemsOf(at(action, 'weighted_clusters', 'clusters')).map(c => at(c, 'name'))]
  return names.flatMap(node => {
    const name = textOf(node)
    return name === undefined ? [] : [{ is: 'text', text: name, spot: { line: node!.line } } satisfies Value]
  })
}

const matchOf = (match: DataNode | undefined): Pick<ProxyRoute, 'match' | 'path'> => {
  const exact = textOf(at(match, 'path'))
  if (exact !== undefined) return { match: 'exact', path: exact }
  const regex = textOf(at(match, 'safe_regex', 'regex')) ?? textOf(at(match, 'regex'))
  if (regex !== undefined) return { match: 'regex', path: regex }
  return { match: 'prefix', path: textOf(at(match, 'prefix')) ?? textOf(at(match, 'path_separated_prefix')) ?? '/' }
}

const rewriteOf = (action: DataNode | undefined, matched: Pick<ProxyRoute, 'match' | 'path'>): ProxyRoute['rewrite'] => {
  const to = textOf(at(action, 'prefix_rewrite'))
  if (to !== undefined) return { prefix: matched.path, to }
  const pattern = textOf(at(action, 'regex_rewrite', 'pattern', 'regex'))
  const substitution = textOf(at(action, 'regex_rewrite', 'substitution'))
  if (pattern === undefined || substitution === undefined) return undefined
  const prefix = /^\^?(\/[\w/-]*?)\/?(?:\(?\/?\??\(?\.\*\)?\)?\$?)?$/.exec(pattern)?.[1]
  const plain = substitution.replace(/\/?\\\d+$/, '')
  return prefix === undefined ? { to: substitution.replace(/\\\d+/g, '{}') } : { prefix, to: plain === '' ? '/' : plain }
}

/** A TCP proxy forwards everything. */
const tcpProxy = (node: DataNode, fact: ProxyFact): void => {
  const type = entriesOf(node).find(e => e.key === 'name')
  if (!/(^|\.)tcp_proxy$/.test(textOf(type?.value) ?? '')) return
  const config = at(node, 'typed_config') ?? at(node, 'config')
  for (const target of clustersOf(config))
    if (fact.routes.length < MAX_ROUTES)
      fact.routes.push({
        hosts: [],
        match: 'prefix',
        path: '/',
        protocol: 'tcp',
        target: concat([target, text('')]),
        spot: { line: node.line },
      })
}
