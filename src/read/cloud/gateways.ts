import type { DeployableFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import { text, type Value } from '../../model/value.ts'
import { type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'
import { managed } from './deployables.ts'
import { aliasesOf, nameOf } from './naming.ts'
import { below, firstOf, flat, spotOf, type Thing, type Things } from './things.ts'

type Facts = (DeployableFact | ProxyFact)[]

const MAX_ROUTES = 2000
const METHOD = /^(get|put|post|delete|patch|head|options|any|\*|x-amazon-apigateway-any-method)$/i

/** API gateways, content distributions and workflows, with the routes of those that have some. */
export const gatewaysOf = (things: Things): Facts => {
  const routes = new Map<Thing, ProxyRoute[]>(things.of('api').map(api => [api, ownRoutes(api, things)]))
  const add = (api: Thing | undefined, all: readonly ProxyRoute[]): void => {
    if (api) routes.get(api)?.push(...all)
  }
  for (const method of things.of('api-method', 'api-integration')) add(apiOf(method, things), restRoutes(method, things))
  for (const route of things.of('api-route')) add(apiOf(route, things), httpRoutes(route, things))
  for (const target of things.of('api-target')) add(apiOf(target, things), targetRoutes(target, things))
  return [
    ...[...routes].flatMap(([api, all]) => gateway(api, all, domainsOf(api, things), things)),
    ...things.of('distribution').flatMap(thing => distribution(thing, things)),
    ...things.of('workflow').map(thing => managed('cloud/workflow', nameOf(thing, things), aliasesOf(thing, things), thing)),
  ]
}

/** A gateway with its routes; one that leads nowhere is left out. */
export const gateway = (thing: Thing, routes: readonly ProxyRoute[], aliases: readonly string[], things: Things): Facts => {
  const known = routes.filter(route => route.target.is !== 'unknown').slice(0, MAX_ROUTES)
  if (known.length === 0) return []
  const name = nameOf(thing, things)
  const proxy: ProxyFact = {
    says: 'proxy',
    kind: 'cloud',
    owner: `gateway/${name}`,
    listens: [],
    pools: [],
    routes: known,
    spot: thing.spot,
  }
  return [managed('cloud/gateway', name, [...aliasesOf(thing, things), ...aliases], thing), proxy]
}

const apiOf = (thing: Thing, things: Things): Thing | undefined => things.referred(things.node(thing, 'api'), 'api')[0]

export const routeTo = (
  target: Value,
  path: string,
  at: { line: number; endLine?: number },
  more: Partial<ProxyRoute> = {},
): ProxyRoute => {
  const isPrefix = /(\{[\w-]+\+\}|\*)$/.test(path)
  const clean = path.replace(/(\{[\w-]+\+\}|\*)$/, '').replace(/(?!^)\/$/, '')
  return { hosts: [], match: isPrefix ? 'prefix' : 'exact', path: clean === '' ? '/' : clean, protocol: 'http', target, spot: at, ...more }
}

const ROLES = ['function', 'service', 'workflow', 'balancer', 'listener', 'target-group', 'store', 'api', 'attachment'] as const

/** Where an integration leads: to a thing of the document by its address, else to a host. */
const targetOf = (node: DataNode | undefined, things: Things, depth = 0): Value | undefined => {
  const [thing] = things.referred(node, ...ROLES)
  if (thing?.row.role === 'attachment' && depth < 4) return targetOf(things.node(thing, 'target'), things, depth + 1) ?? text(thing.address)
  if (thing) return text(thing.address)
  const source = textOf(node)
  if (source === undefined || node === undefined) return undefined
  const known = things.known(node)
  if (known !== undefined) return /^(https?|tcp):\/\//.test(known) || known.startsWith('arn:') ? text(known) : undefined
  return /^https?:\/\//.test(source) ? things.value(node) : undefined
}

const ownRoutes = (api: Thing, things: Things): ProxyRoute[] => {
  const direct = targetOf(things.node(api, 'target'), things)
  return [
    ...(direct ? [routeTo(direct, '/*', api.spot)] : []),
    ...things.nodes(api, 'body').flatMap(node => documentRoutes(node, things)),
    ...things.nodes(api, 'routes').flatMap(node => mappedRoutes(node, things)),
    ...things
      .nodes(api, 'rules')
      .flatMap(flat)
      .flatMap(node => ruleRoutes(node, things)),
  ]
}

/** An OpenAPI document with the integrations of its operations. */
const documentRoutes = (node: DataNode, things: Things): ProxyRoute[] => {
  const document = node.is === 'scalar' ? parseYaml(textOf(node) ?? '', 'data').documents[0] : node
  return below(document, 'paths')
    .flatMap(entriesOf)
    .flatMap(({ key: path, value, line }) =>
      entriesOf(value).flatMap(({ key: method, value: operation }) => {
        if (!METHOD.test(method)) return []
        const target = targetOf(firstOf(operation, 'x_amazon_apigateway_integration.uri x_google_backend.address')[0], things)
        const at = node.is === 'scalar' ? spotOf(node) : { line }
        return target ? [routeTo(target, path, at, methodOf(method))] : []
      }),
    )
}

/** `{"GET /orders": {integration: {uri: …}}}`, as the public module for HTTP APIs takes it. */
const mappedRoutes = (node: DataNode, things: Things): ProxyRoute[] =>
  entriesOf(node).flatMap(({ key, value, line }) => {
    const target = targetOf(firstOf(value, 'integration.uri lambda_arn integration_uri')[0], things)
    return target ? [keyedRoute(key, target, { line })] : []
  })

const ruleRoutes = (node: DataNode, things: Things): ProxyRoute[] => {
  const target = targetOf(firstOf(node, 'service')[0], things)
  const paths = below(node, 'paths')
    .flatMap(flat)
    .flatMap(path => things.known(path) ?? [])
  return target ? paths.map(path => routeTo(target, path, spotOf(node))) : []
}

const methodOf = (method: string | undefined): Partial<ProxyRoute> =>
  method === undefined || /^(any|\*|x-.*)$/i.test(method) ? {} : { method: method.toUpperCase() }

/** `GET /orders/{id}`, `ANY /{proxy+}`, `$default`. */
const keyedRoute = (key: string, target: Value, at: { line: number }): ProxyRoute => {
  const [, method, path] = /^(\S+)\s+(\/\S*)$/.exec(key) ?? []
  return path === undefined ? routeTo(target, '/*', at) : routeTo(target, path, at, methodOf(method))
}

const restRoutes = (method: Thing, things: Things): ProxyRoute[] => {
  const target = targetOf(things.node(method, 'uri'), things)
  const path = pathOf(things.node(method, 'path'), things)
  return target && path !== undefined ? [routeTo(target, path, method.spot, methodOf(things.text(method, 'method')))] : []
}

/** The path of a resource, from the parts of those above it; the root is the gateway's own. */
const pathOf = (node: DataNode | undefined, things: Things): string | undefined => {
  let path = ''
  let here = things.referred(node, 'api-path')[0]
  if (!here) return things.referred(node, 'api').length > 0 ? '/' : undefined
  for (let depth = 0; here && depth < 40; depth++) {
    path = `/${things.text(here, 'part') ?? '{}'}${path}`
    here = things.referred(things.node(here, 'parent'), 'api-path')[0]
  }
  return path
}

const httpRoutes = (route: Thing, things: Things): ProxyRoute[] => {
  const [integration] = things.referred(things.node(route, 'target'), 'api-target')
  const target = targetOf(integration ? things.node(integration, 'uri') : things.node(route, 'target'), things)
  const path = things.text(route, 'path')
  if (!target) return []
  if (path === undefined) return [keyedRoute(things.text(route, 'key') ?? '$default', target, route.spot)]
  const methods = things
    .nodes(route, 'method')
    .flatMap(flat)
    .flatMap(node => things.known(node) ?? [])
  return (methods.length > 0 ? methods : [undefined]).map(method => routeTo(target, path, route.spot, methodOf(method)))
}

/** Integrations that stand for a path themselves. */
const targetRoutes = (thing: Thing, things: Things): ProxyRoute[] => {
  const path = things.text(thing, 'path')
  const target = path === undefined ? undefined : targetOf(things.node(thing, 'uri'), things)
  return target ? [routeTo(target, `/${path!.replace(/^\//, '')}/*`.replace(/\/{2,}/g, '/'), thing.spot)] : []
}

const domainsOf = (api: Thing, things: Things): string[] =>
  things.of('api-domain').flatMap(mapping => {
    if (apiOf(mapping, things) !== api) return []
    const [domain] = things.referred(things.node(mapping, 'domain'), 'api-domain')
    const name = (domain && things.text(domain, 'name')) ?? things.text(mapping, 'domain')
    return [...(domain ? [domain.address] : []), ...(name ? [name] : [])]
  })

/** A distribution that has something behind it that runs; one of files alone is a place to keep them. */
const distribution = (thing: Thing, things: Things): Facts => {
  const origins = new Map<string, Value>()
  let runs = false
  for (const origin of things.nodes(thing, 'origins').flatMap(flat)) {
    const id = firstOf(origin, 'origin_id id')[0]
    const domain = firstOf(origin, 'domain_name')[0]
    const target = targetOf(domain, things)
    const key = id && (things.known(id) ?? textOf(id))
    if (!target || !key) continue
    origins.set(key, target)
    runs ||= things.referred(domain).some(t => t.row.role !== 'store')
  }
  if (!runs) return []
  const keyOf = (node: DataNode | undefined): string => (node && (things.known(node) ?? textOf(node))) ?? ''
  const main = origins.get(keyOf(things.node(thing, 'default')))
  const routes = things
    .nodes(thing, 'behaviors')
    .flatMap(flat)
    .flatMap(node => {
      const target = origins.get(keyOf(firstOf(node, 'target_origin_id')[0]))
      const path = things.known(firstOf(node, 'path_pattern')[0] ?? node)
      return target && path !== undefined ? [routeTo(target, path.startsWith('/') ? path : `/${path}`, spotOf(node))] : []
    })
  const names = things
    .nodes(thing, 'aliases')
    .flatMap(flat)
    .flatMap(node => things.known(node) ?? [])
  return gateway(thing, [...routes, ...(main ? [routeTo(main, '/*', thing.spot)] : [])], names, things)
}
