import { table } from '../../base/table.ts'
import type { ControlFact, ControlUseFact, RouteControl } from '../../model/control.ts'
import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { AddressFact, ManifestFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { saying } from '../syntax/control.ts'
import { backend, MAX_ROUTES, nameOf, namespaceOf, portOf, spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { withVariables } from '../syntax/proxy-target.ts'
import { parseToml } from '../syntax/toml.ts'
import { leavesOf, middlewareControls } from '../syntax/traefik-middleware.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Traefik: files with routers and services, IngressRoute and Middleware objects, labels of Compose services. */
export const traefik: Reader = {
  name: 'mesh/traefik',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path) || /(^|\/)(traefik|dynamic)[^/]*\.toml$/i.test(path),
  recognises: content =>
    /\btraefik\.(http|tcp)\.routers\b/.test(content) ||
    /apiVersion["']?[ \t]*:[ \t]*["']?traefik\.(io|containo\.us)\//.test(content) ||
    (/\brouters\b/.test(content) && /\bservices\b/.test(content) && /\b(loadBalancer|rule)\b/i.test(content)),
  read: ({ path, content }) => {
    const { documents, problems } = documentsOf(path, content)
    const manifest = documents.flatMap((d): ManifestFact[] => [...fileFacts(d, problems), ...labelFacts(d), ...objectFacts(d)])
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const documentsOf = (path: string, content: string): { documents: DataNode[]; problems: FileProblem[] } => {
  if (!path.endsWith('.toml')) return parseYaml(content)
  const { root, problems } = parseToml(content)
  return { documents: root ? [root] : [], problems }
}

const proxy = (spot: Spot, routes: ProxyRoute[], more: Partial<ProxyFact> = {}): ProxyFact[] =>
  routes.length === 0
    ? []
    : [{ says: 'proxy', kind: 'traefik', listens: [], pools: [], routes: routes.slice(0, MAX_ROUTES), spot, ...more }]

interface Rule {
  hosts: string[]
  paths: Pick<ProxyRoute, 'match' | 'path'>[]
}

const PATHS: Record<string, ProxyRoute['match']> = table({ PathPrefix: 'prefix', Path: 'exact', PathRegexp: 'regex' })

/** ``Host(`office.example`) && PathPrefix(`/seats`, `/plan`)`` */
const ruleOf = (rule: string): Rule => {
  const found: Rule = { hosts: [], paths: [] }
  for (const [, name = '', args = ''] of rule.slice(0, 4000).matchAll(/\b(Host|HostSNI|PathPrefix|Path|PathRegexp)\(([^()]*)\)/g)) {
    const values = [...args.matchAll(/[`'"]([^`'"]*)[`'"]/g)].map(m => m[1]!)
    if (Object.hasOwn(PATHS, name)) found.paths.push(...values.map(path => ({ match: PATHS[name]!, path })))
    else found.hosts.push(...values.filter(v => v !== '*'))
  }
  return found
}

const routesFor = (
  rule: Rule,
  protocol: ProxyRoute['protocol'],
  target: ProxyRoute['target'],
  prefix: string | undefined,
  spot: Spot,
  controls: RouteControl[] = [],
): ProxyRoute[] =>
  (rule.paths.length > 0 ? rule.paths : [{ match: 'prefix' as const, path: '/' }]).map(path => ({
    hosts: rule.hosts,
    ...path,
    protocol,
    target,
    ...(prefix === undefined ? {} : { rewrite: { prefix, to: '/' } }),
    ...(controls.length > 0 ? { controls } : {}),
    spot,
  }))

/** Routers and services of a file, `http` and `tcp`. A service is a pool; a router names it. */
const fileFacts = (root: DataNode, problems: FileProblem[]): ProxyFact[] => {
  const found = (['http', 'tcp'] as const).flatMap(protocol => {
    const section = at(root, protocol)
    const pools = entriesOf(at(section, 'services')).map(({ key, value }) => ({
      name: key,
      targets: serversOf(value),
      spot: spotOf(value),
    }))
    const routes = entriesOf(at(section, 'routers')).flatMap(({ key, value, line }) => {
      const service = textOf(at(value, 'service'))?.replace(/@.*$/, '')
      if (service === undefined) {
        problems.push({ code: 'traefik/no-service', message: `router ${key} names no service`, severity: 'warning', line })
        return []
      }
      const target = { ...text(service), spot: spotOf(value) } as ProxyRoute['target']
      return routesFor(
        ruleOf(textOf(at(value, 'rule')) ?? ''),
        protocol,
        target,
        strippedBy(value, at(section, 'middlewares')),
        spotOf(value),
        routerControls(value, at(section, 'middlewares')),
      )
    })
    return [{ pools, routes }]
  })
  const routes = found.flatMap(f => f.routes)
  return proxy(spotOf(root), routes, { pools: found.flatMap(f => f.pools.filter(p => p.targets.length > 0)) })
}

const serversOf = (service: DataNode): ProxyRoute['target'][] =>
  itemsOf(at(service, 'loadBalancer', 'servers')).flatMap(server => {
    const node = at(server, 'url') ?? at(server, 'address')
    const address = textOf(node)
    return address && node ? [withVariables(address.replace(/^(\w+:\/\/[^/]*).*$/, '$1'), () => undefined, spotOf(node))] : []
  })

const strippedBy = (router: DataNode, middlewares: DataNode | undefined): string | undefined =>
  itemsOf(at(router, 'middlewares'))
    .map(m => textOf(at(middlewares, (textOf(m) ?? '').replace(/@.*$/, ''), 'stripPrefix', 'prefixes', 0)))
    .find(prefix => prefix !== undefined)

/** TLS and middlewares of a router, as far as they stand in its file. */
const routerControls = (router: DataNode, middlewares: DataNode | undefined): RouteControl[] => {
  const tls = at(router, 'tls')
  const used = itemsOf(at(router, 'middlewares')).flatMap(m => {
    const node = at(middlewares, (textOf(m) ?? '').replace(/@.*$/, ''))
    return node ? middlewareControls(leavesOf(node)).map(c => ({ ...c, spot: spotOf(node) })) : []
  })
  return [...(tls && textOf(tls) !== 'false' ? [{ kind: 'tls' as const, value: 'ends here', spot: spotOf(tls) }] : []), ...used]
}

/** Labels on Compose services: whichever Traefik of the same project reads them routes to the service that bears them. */
const labelFacts = (root: DataNode): ProxyFact[] => {
  const services = entriesOf(at(root, 'services')).map(({ key, value }) => ({ key, value, labels: labelsOf(value) }))
  const all = new Map(services.flatMap(s => [...s.labels]))
  const routes = services.flatMap(({ key, value, labels }) => {
    if (labels.get('traefik.enable')?.value === 'false') return []
    return [...labels].flatMap(([name, { value: rule, spot }]) => {
      const router = /^traefik\.(http|tcp)\.routers\.([^.]+)\.rule$/.exec(name)
      if (!router) return []
      const port = [...labels].find(([l]) => /^traefik\.\w+\.services\.[^.]+\.loadbalancer\.server\.port$/i.test(l))?.[1].value
      const target = backend(router[1]!, key, Number(port) || exposedPort(value), spot)
      const used = labels.get(`traefik.http.routers.${router[2]}.middlewares`)?.value.split(',') ?? []
      const prefix = used.flatMap(
        m => all.get(`traefik.http.middlewares.${m.trim().replace(/@.*$/, '')}.stripprefix.prefixes`)?.value ?? [],
      )[0]
      const controls = labelControls(router[2]!, used, all)
      return routesFor(ruleOf(rule), router[1] === 'tcp' ? 'tcp' : 'http', target, prefix?.split(',')[0], spot, controls)
    })
  })
  return proxy(spotOf(root), routes, { owner: 'labels' })
}

const labelControls = (
  router: string,
  used: readonly string[],
  all: ReadonlyMap<string, { value: string; spot: Spot }>,
): RouteControl[] => {
  const tls = [...all].find(([name]) => name.startsWith(`traefik.http.routers.${router}.tls`))?.[1]
  const controls = used.flatMap(word => {
    const prefix = `traefik.http.middlewares.${word.trim().replace(/@.*$/, '')}.`
    const labels = [...all].filter(([name]) => name.startsWith(prefix))
    const leaves = new Map(labels.map(([name, { value }]) => [name.slice(prefix.length).toLowerCase(), value]))
    return middlewareControls(leaves).map(c => ({ ...c, spot: labels[0]![1].spot }))
  })
  return [...(tls && tls.value !== 'false' ? [{ kind: 'tls' as const, value: 'ends here', spot: tls.spot }] : []), ...controls]
}

const labelsOf = (service: DataNode): Map<string, { value: string; spot: Spot }> => {
  const nodes = [at(service, 'labels'), at(service, 'deploy', 'labels')]
  const pairs = nodes.flatMap(node => [
    ...entriesOf(node).map(e => [e.key, textOf(e.value) ?? '', e.line] as const),
    ...itemsOf(node).map(item => {
      const line = textOf(item) ?? ''
      const equals = line.indexOf('=')
      return [equals < 0 ? line : line.slice(0, equals), equals < 0 ? '' : line.slice(equals + 1), item.line] as const
    }),
  ])
  return new Map(pairs.map(([key, value, line]) => [key, { value, spot: { line } }]))
}

const exposedPort = (service: DataNode): number | undefined => {
  const [item] = [...itemsOf(at(service, 'expose')), ...itemsOf(at(service, 'ports'))]
  return Number(textOf(item)?.split(':').at(-1)?.replace(/\/.*$/, '')) || undefined
}

/** IngressRoute objects: rules for a controller, which make Services public as an Ingress does. Middleware: what routes put to use. */
const objectFacts = (object: DataNode): (AddressFact | ControlFact | ControlUseFact)[] => {
  const kind = textOf(at(object, 'kind')) ?? ''
  if (!nameOf(object)) return []
  if (kind === 'Middleware' && textOf(at(object, 'apiVersion'))?.startsWith('traefik.')) return middleware(object)
  return /^IngressRoute(TCP)?$/.test(kind) ? [...ingressRoutes(object), ...routeControls(object)] : []
}

const middleware = (object: DataNode): ControlFact[] =>
  middlewareControls(leavesOf(at(object, 'spec'))).map(({ kind, value }) =>
    saying('mesh/traefik', object)(kind, value, { is: 'referenced' }, object),
  )

/** TLS of the whole object, and the middlewares of each of its routes. */
const routeControls = (object: DataNode): (ControlFact | ControlUseFact)[] => {
  const tls = at(object, 'spec', 'tls')
  return itemsOf(at(object, 'spec', 'routes'))
    .slice(0, MAX_ROUTES)
    .flatMap((route): (ControlFact | ControlUseFact)[] => {
      const hosts = itemsOf(at(route, 'services')).flatMap(s => textOf(at(s, 'name')) ?? [])
      if (hosts.length === 0) return []
      const scope = { is: 'hosts', hosts } as const
      const path = ruleOf(textOf(at(route, 'match')) ?? '').paths[0]
      const only = path === undefined ? {} : { route: path.match === 'prefix' ? `${path.path.replace(/\/$/, '')}/**` : path.path }
      const uses = itemsOf(at(route, 'middlewares')).flatMap((m): ControlUseFact[] => {
        const name = textOf(at(m, 'name'))
        const space = textOf(at(m, 'namespace')) ?? namespaceOf(object).namespace
        if (!name) return []
        return [
          {
            says: 'control-use',
            object: `Middleware/${name}`,
            ...(space ? { namespace: space } : {}),
            scope,
            ...only,
            entry: true,
            spot: spotOf(m),
          },
        ]
      })
      return [...(tls ? [saying('mesh/traefik', object)('tls', 'ends at the ingress', scope, tls, { ...only, entry: true })] : []), ...uses]
    })
}

const ingressRoutes = (object: DataNode): AddressFact[] => {
  return itemsOf(at(object, 'spec', 'routes'))
    .slice(0, MAX_ROUTES)
    .flatMap(route => {
      const { hosts, paths } = ruleOf(textOf(at(route, 'match')) ?? '')
      return itemsOf(at(route, 'services')).flatMap(service => {
        const name = textOf(at(service, 'name'))
        const port = portOf(at(service, 'port'))
        if (!name || (textOf(at(service, 'kind')) ?? 'Service') !== 'Service') return []
        return (hosts.length > 0 ? hosts : ['*']).flatMap(host =>
          (paths.length > 0 ? paths : [{ path: '/' }]).map(
            ({ path }): AddressFact => ({
              says: 'address',
              kind: 'ingress-route',
              name: `${host}${path}`,
              ...namespaceOf(object),
              selector: {},
              ports: port === undefined ? [] : [{ port, spot: spotOf(service) }],
              externalName: name,
              exposed: true,
              spot: spotOf(service),
            }),
          ),
        )
      })
    })
}
