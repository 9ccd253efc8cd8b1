import type { Admission, ControlFact, ControlScope, Peer } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { AddressFact, ManifestFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { counted, labelsOf, type Saying, saying, selectorOf, sharesOf, textsOf, words } from '../syntax/control.ts'
import { nameOf, namespaceOf, spotOf } from '../syntax/gateway-object.ts'
import { parentsOf, ruleControls, ruleRoutes, weightOf } from '../syntax/gateway-rule.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Linkerd: who may call which port, routes with their timeouts and retries, traffic splits, and what is in the mesh at all. */
export const linkerd: Reader = {
  name: 'mesh/linkerd',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /\blinkerd\.io\/|\bsplit\.smi-spec\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const attached = attachedRoutes(documents)
    const manifest = documents.flatMap(object => objectFacts(object, attached, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

type FactsOf = (object: DataNode, says: Saying, attached: ReadonlyMap<string, Attached>, problems: FileProblem[]) => ManifestFact[]

const objectFacts = (object: DataNode, attached: ReadonlyMap<string, Attached>, problems: FileProblem[]): ManifestFact[] => {
  const kind = textOf(at(object, 'kind')) ?? ''
  const group = (textOf(at(object, 'apiVersion')) ?? '').replace(/\/.*$/, '')
  if (!nameOf(object)) return []
  const says = saying('mesh/linkerd', object)
  const own = OBJECTS.get(`${group} ${kind}`)?.(object, says, attached, problems) ?? []
  return [...own, ...annotated(object, kind, says)]
}

/** A Server closes a port of what it selects to all whom no authorization names. */
const server: FactsOf = (object, says) => {
  const port = textOf(at(object, 'spec', 'port'))
  const access = textOf(at(object, 'spec', 'accessPolicy')) ?? 'deny'
  const protocol = textOf(at(object, 'spec', 'proxyProtocol'))
  if (port === undefined) return []
  const peers: Peer[] = /^all-|^cluster-/.test(access) ? [{ is: 'any' }] : []
  const value = words(access === 'deny' ? 'only who is authorized' : access, protocol)
  const scope: ControlScope = { is: 'workloads', selector: selectorOf(at(object, 'spec', 'podSelector')) }
  return [
    says('authz', value, scope, object, {
      labels: labelsOf(at(object, 'metadata', 'labels')),
      port: Number(port) || port,
      ...(access === 'audit' ? {} : { admits: { ...ALLOW, peers } }),
    }),
  ]
}

const ALLOW = { effect: 'allow', way: 'in', closed: true } as const satisfies Partial<Admission>

/** `booking.office.serviceaccount.identity.linkerd.cluster.local`; `*` for any, also in front. */
const identityPeer = (identity: string): Peer => {
  if (identity === '*' || identity === '*.') return { is: 'any' }
  const found = /^([^.]+)\.([^.]+)\.serviceaccount\./.exec(identity)
  if (!found) return { is: 'other', text: identity }
  return found[1] === '*' ? { is: 'namespace', name: found[2]! } : { is: 'account', name: found[1]!, namespace: found[2]! }
}

const accountOf = (node: DataNode, own: string | undefined): Peer[] => {
  const name = textOf(at(node, 'name'))
  const namespace = textOf(at(node, 'namespace')) ?? own
  return name === undefined ? [] : [{ is: 'account', name, ...(namespace === undefined ? {} : { namespace }) }]
}

const serverAuthorization: FactsOf = (object, says, _, problems) => {
  const [name, selector] = [textOf(at(object, 'spec', 'server', 'name')), at(object, 'spec', 'server', 'selector')]
  if (name === undefined && !selector) {
    problems.push({ code: 'linkerd/no-server', message: 'ServerAuthorization names no Server', severity: 'warning', line: object.line })
    return []
  }
  const scope: ControlScope =
    name === undefined ? { is: 'object', name: 'Server/*', selector: selectorOf(selector) } : { is: 'object', name: `Server/${name}` }
  const client = at(object, 'spec', 'client')
  const tls = at(client, 'meshTLS')
  const isOpen = textOf(at(client, 'unauthenticated')) === 'true' || textOf(at(tls, 'unauthenticatedTLS')) === 'true'
  const peers: Peer[] = isOpen
    ? [{ is: 'any' }]
    : [
        ...itemsOf(at(tls, 'serviceAccounts')).flatMap(a => accountOf(a, namespaceOf(object).namespace)),
        ...textsOf(at(tls, 'identities')).map(identityPeer),
        ...itemsOf(at(client, 'networks')).flatMap((n): Peer[] => [{ is: 'other', text: textOf(at(n, 'cidr')) ?? '?' }]),
      ]
  return [says('authz', isOpen ? 'anyone' : 'mesh identities', scope, object, { admits: { ...ALLOW, peers } })]
}

/** An HTTPRoute of the same file that is attached to Servers. */
interface Attached {
  servers: string[]
  routes: (string | undefined)[]
}

const attachedRoutes = (documents: readonly DataNode[]): Map<string, Attached> =>
  new Map(
    documents.flatMap(object => {
      const servers = parentsOf(object, 'Server').map(p => p.name)
      const kind = textOf(at(object, 'kind')) ?? ''
      const routes = itemsOf(at(object, 'spec', 'rules')).flatMap(ruleRoutes)
      return servers.length > 0 ? [[`${kind}/${nameOf(object) ?? ''}`, { servers, routes }] as const] : []
    }),
  )

const authorizationPolicy: FactsOf = (object, says, attached, problems) => {
  const [kind, name] = [textOf(at(object, 'spec', 'targetRef', 'kind')) ?? '', textOf(at(object, 'spec', 'targetRef', 'name')) ?? '']
  const references = itemsOf(at(object, 'spec', 'requiredAuthenticationRefs'))
  const peers = references.flatMap((r): Peer[] => {
    const own = namespaceOf(object).namespace
    const [what, who] = [textOf(at(r, 'kind')) ?? '', textOf(at(r, 'name')) ?? '']
    return what === 'ServiceAccount' ? accountOf(r, own) : [{ is: 'object', name: `${what}/${who}` }]
  })
  const admits: Admission = { ...ALLOW, peers: references.length > 0 ? peers : [{ is: 'any' }] }
  const value = references.length > 0 ? 'authenticated callers' : 'anyone'
  if (kind === 'Namespace') return [says('authz', value, { is: 'namespace' }, object, { admits: { ...admits, closed: false } })]
  if (kind === 'Server') return [says('authz', value, { is: 'object', name: `Server/${name}` }, object, { admits })]
  const route = attached.get(`${kind}/${name}`)
  if (!route) {
    problems.push({
      code: 'linkerd/target',
      message: `${kind} ${name} is attached to no Server in this file: whom the policy protects is not known`,
      severity: 'warning',
      line: object.line,
    })
    return []
  }
  return route.servers.flatMap(one =>
    (route.routes.length > 0 ? route.routes : [undefined]).map(path =>
      says('authz', value, { is: 'object', name: `Server/${one}` }, object, {
        ...(path === undefined ? {} : { route: path }),
        admits: { ...admits, partial: true },
      }),
    ),
  )
}

const meshTls: FactsOf = (object, says) => {
  const own = namespaceOf(object).namespace
  const peers = [
    ...textsOf(at(object, 'spec', 'identities')).map(identityPeer),
    ...itemsOf(at(object, 'spec', 'identityRefs')).flatMap((r): Peer[] => {
      const name = textOf(at(r, 'name')) ?? own
      return textOf(at(r, 'kind')) === 'Namespace' ? (name === undefined ? [] : [{ is: 'namespace', name }]) : accountOf(r, own)
    }),
  ]
  return [says('authn', 'a mesh identity', { is: 'referenced' }, object, { admits: { ...ALLOW, peers } })]
}

const network: FactsOf = (object, says) => {
  const peers = itemsOf(at(object, 'spec', 'networks')).flatMap((n): Peer[] => [{ is: 'other', text: textOf(at(n, 'cidr')) ?? '?' }])
  return [says('authn', 'an address', { is: 'referenced' }, object, { admits: { ...ALLOW, peers } })]
}

/** Routes that are attached to a Service hold for all who call it. */
const httpRoute: FactsOf = (object, says) => {
  const parents = parentsOf(object, 'Service')
  if (parents.length === 0) return []
  const scope: ControlScope = {
    is: 'hosts',
    hosts: parents.map(p => (p.namespace ? `${p.name}.${p.namespace}.svc.cluster.local` : p.name)),
  }
  return itemsOf(at(object, 'spec', 'rules')).flatMap(rule =>
    ruleControls(rule).flatMap(c =>
      ruleRoutes(rule).map(route => ({ ...says(c.kind, c.value, scope, rule, route === undefined ? {} : { route }), spot: c.spot })),
    ),
  )
}

const serviceProfile: FactsOf = (object, says) => {
  const scope: ControlScope = { is: 'hosts', hosts: [nameOf(object)!] }
  const routes = itemsOf(at(object, 'spec', 'routes')).flatMap(route => {
    const [timeout, retryable] = [at(route, 'timeout'), at(route, 'isRetryable')]
    const more = { route: routeOf(route) }
    return [
      ...(timeout && textOf(timeout) ? [says('timeout', textOf(timeout)!, scope, timeout, more)] : []),
      ...(retryable && textOf(retryable) === 'true' ? [says('retry', 'within the budget', scope, retryable, more)] : []),
    ]
  })
  const budget = at(object, 'spec', 'retryBudget')
  const said = words(
    counted(at(budget, 'retryRatio'), r => `budget ${r} of the requests`),
    counted(at(budget, 'minRetriesPerSecond'), n => `at least ${n} a second`),
  )
  const shares = sharesOf(
    itemsOf(at(object, 'spec', 'dstOverrides')).map(d => ({ name: textOf(at(d, 'authority')) ?? '?', weight: weightOf(d) })),
  )
  return [
    ...routes,
    ...(budget && said !== '' ? [says('retry', said, scope, budget)] : []),
    ...(shares === undefined ? [] : [says('split', shares, scope, at(object, 'spec', 'dstOverrides')!)]),
  ]
}

/** `GET /v1/seats/**` of a method and a pattern, as far as the pattern begins with text; else the route's name. */
const routeOf = (route: DataNode): string => {
  const [method, pattern] = [textOf(at(route, 'condition', 'method')), textOf(at(route, 'condition', 'pathRegex'))]
  if (pattern === undefined) return textOf(at(route, 'name')) ?? 'a route'
  const path = pattern
    .slice(0, 500)
    .replace(/^\^|\$$/g, '')
    .replace(/\[\^\/\][*+]/g, '{}')
    .replace(/\\([./-])/g, '$1')
    .replace(/\.[*+]/g, '**')
  return `${method ?? '*'} ${path}`
}

/** A name whose requests go to others by weight: where it selects nothing itself, it leads to them. */
const trafficSplit: FactsOf = (object, says) => {
  const name = textOf(at(object, 'spec', 'service'))
  const backends = itemsOf(at(object, 'spec', 'backends')).flatMap(node => {
    const [service, weight] = [textOf(at(node, 'service')), textOf(at(node, 'weight')) ?? '?']
    return service === undefined || /^0m?$/.test(weight) ? [] : [{ node, service, weight }]
  })
  if (!name || backends.length === 0) return []
  const shares = backends.map(b => (backends.length === 1 ? `all to ${b.service}` : `${b.service} ${b.weight}`)).join(', ')
  const addresses = backends.map(
    ({ node, service }): AddressFact => ({
      says: 'address',
      kind: 'split-host',
      name: name.toLowerCase(),
      ...namespaceOf(object),
      selector: {},
      ports: [],
      externalName: service,
      spot: spotOf(node),
    }),
  )
  return [...addresses, says('split', shares, { is: 'hosts', hosts: [name] }, object)]
}

const OBJECTS = new Map<string, FactsOf>([
  ['policy.linkerd.io Server', server],
  ['policy.linkerd.io ServerAuthorization', serverAuthorization],
  ['policy.linkerd.io AuthorizationPolicy', authorizationPolicy],
  ['policy.linkerd.io MeshTLSAuthentication', meshTls],
  ['policy.linkerd.io NetworkAuthentication', network],
  ['policy.linkerd.io HTTPRoute', httpRoute],
  ['linkerd.io ServiceProfile', serviceProfile],
  ['split.smi-spec.io TrafficSplit', trafficSplit],
])

/** Annotations of Services and routes. */
const ON_SERVICES: [annotation: RegExp, kind: ControlFact['kind'], form: (value: string) => string][] = [
  [/^retry\.linkerd\.io\/(http|grpc)$/, 'retry', v => `on ${v}`],
  [/^timeout\.linkerd\.io\/(request|response|idle)$/, 'timeout', v => v],
  [/^balancer\.linkerd\.io\/failure-accrual$/, 'circuit-breaker', v => `${v} failures`],
]

/** What namespaces, workloads and Services are annotated with. */
const annotated = (object: DataNode, kind: string, says: Saying): ControlFact[] => {
  const pod =
    at(object, 'spec', 'template', 'metadata', 'annotations') ??
    at(object, 'spec', 'jobTemplate', 'spec', 'template', 'metadata', 'annotations')
  const own = entriesOf(at(object, 'metadata', 'annotations'))
  if (kind === 'Service') {
    const scope: ControlScope = { is: 'hosts', hosts: [nameOf(object)!] }
    const found = ON_SERVICES.flatMap(([pattern, what, form]) =>
      own.filter(e => pattern.test(e.key)).map(e => says(what, form(textOf(e.value) ?? ''), scope, e.value)),
    )
    return found
  }
  const isNamespace = kind === 'Namespace'
  const scope: ControlScope = isNamespace ? { is: 'namespace' } : { is: 'deployable', name: nameOf(object)! }
  const space = isNamespace ? { namespace: nameOf(object)! } : {}
  return [...own, ...entriesOf(pod)].flatMap(({ key, value }) => {
    const word = textOf(value) ?? ''
    if (key === 'linkerd.io/inject') {
      const isOff = word === 'disabled'
      return [
        says('mtls', isOff ? 'none' : 'between meshed pods', scope, value, {
          ...space,
          overrides: 'linkerd/inject',
          ...(isOff ? { off: true } : {}),
        }),
      ]
    }
    return key === 'config.linkerd.io/default-inbound-policy'
      ? [says('authz', `${word} by default`, scope, value, { ...space, overrides: 'linkerd/default-policy' })]
      : []
  })
}
