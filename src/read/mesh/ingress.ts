import { table } from '../../base/table.ts'
import type { ControlFact, ControlScope, ControlUseFact } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { type Saying, saying } from '../syntax/control.ts'
import { nameOf, namespaceOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** What Kubernetes Ingress objects ask of requests from outside: TLS, and what controllers are told in annotations. Routes are Kubernetes' own. */
export const ingress: Reader = {
  name: 'mesh/ingress',
  version: 1,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^["']?kind["']?[ \t]*:[ \t]*["']?Ingress["']?[ \t]*(#.*)?$/m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(object => objectFacts(object, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const objectFacts = (object: DataNode, problems: FileProblem[]): (ControlFact | ControlUseFact)[] => {
  const isIngress =
    textOf(at(object, 'kind')) === 'Ingress' && /^(networking\.k8s\.io|extensions)\//.test(textOf(at(object, 'apiVersion')) ?? '')
  if (!isIngress) return []
  const hosts = servicesOf(object)
  if (!nameOf(object) || hosts.length === 0) {
    problems.push({ code: 'ingress/no-backend', message: 'Ingress without a name or a Service', severity: 'warning', line: object.line })
    return []
  }
  const scope: ControlScope = { is: 'hosts', hosts }
  const says = saying('mesh/ingress', object)
  return [...tlsOf(object, scope, says), ...annotated(object, scope, says), ...middlewares(object, scope)]
}

const servicesOf = (object: DataNode): string[] => {
  const paths = itemsOf(at(object, 'spec', 'rules')).flatMap(rule => itemsOf(at(rule, 'http', 'paths')))
  const backends = [...paths.map(path => at(path, 'backend')), at(object, 'spec', 'defaultBackend'), at(object, 'spec', 'backend')]
  return [...new Set(backends.flatMap(b => textOf(at(b, 'service', 'name')) ?? textOf(at(b, 'serviceName')) ?? []))]
}

const tlsOf = (object: DataNode, scope: ControlScope, says: Saying): ControlFact[] =>
  itemsOf(at(object, 'spec', 'tls')).map(tls => {
    const hosts = itemsOf(at(tls, 'hosts')).flatMap(h => textOf(h) ?? [])
    return says('tls', hosts.length > 0 ? `as ${hosts.join(', ')}` : 'ends at the ingress', scope, tls, { entry: true })
  })

/** Annotations of the common controllers, by what follows the controller's name. `undefined`: that value demands nothing. */
const ANNOTATIONS: Record<string, [kind: ControlFact['kind'], form: (value: string) => string | undefined]> = table({
  'limit-rps': ['rate-limit', v => `${v} a second from one address`],
  'limit-rpm': ['rate-limit', v => `${v} a minute from one address`],
  'limit-connections': ['rate-limit', v => `${v} connections from one address`],
  'proxy-read-timeout': ['timeout', v => `${v}s to answer`],
  'proxy-connect-timeout': ['timeout', v => `${v}s to connect`],
  'proxy-next-upstream-tries': ['retry', v => (v === '0' ? 'without limit' : `${v} attempts`)],
  'auth-url': ['authn', v => `asks ${v}`],
  'auth-type': ['authn', v => (v === 'none' ? undefined : v)],
  'auth-tls-secret': ['mtls', () => 'asks for a certificate'],
  'ssl-redirect': ['tls', v => (v === 'false' ? undefined : 'redirects to HTTPS')],
  'force-ssl-redirect': ['tls', v => (v === 'true' ? 'redirects to HTTPS' : undefined)],
  'whitelist-source-range': ['authz', v => `only from ${v}`],
  'allowlist-source-range': ['authz', v => `only from ${v}`],
  'certificate-arn': ['tls', () => 'with a certificate of the cloud'],
  'canary-weight': ['split', v => `${v} % of the requests`],
})

const CONTROLLERS = /^(?:nginx\.ingress\.kubernetes\.io|alb\.ingress\.kubernetes\.io|haproxy\.org|ingress\.kubernetes\.io)\/(.+)$/

const annotated = (object: DataNode, scope: ControlScope, says: Saying): ControlFact[] =>
  entriesOf(at(object, 'metadata', 'annotations')).flatMap(({ key, value }) => {
    const name = CONTROLLERS.exec(key)?.[1] ?? ''
    const [kind, form] = Object.hasOwn(ANNOTATIONS, name) ? ANNOTATIONS[name]! : []
    const said = form?.(textOf(value) ?? '')
    return kind && said !== undefined ? [says(kind, said, scope, value, { entry: true })] : []
  })

/** `office-limit@kubernetescrd`: namespace and name of a Traefik Middleware, in one word. */
const middlewares = (object: DataNode, scope: ControlScope): ControlUseFact[] => {
  const node = at(object, 'metadata', 'annotations', 'traefik.ingress.kubernetes.io/router.middlewares')
  const own = namespaceOf(object)
  return (textOf(node) ?? '').split(',').flatMap(word => {
    const name = /^\s*(.+)@kubernetescrd\s*$/.exec(word)?.[1]
    const prefix = `${own.namespace ?? 'default'}-`
    if (!node || !name?.startsWith(prefix)) return []
    const object: ControlUseFact = {
      says: 'control-use',
      object: `Middleware/${name.slice(prefix.length)}`,
      ...own,
      scope,
      entry: true,
      spot: { line: node.line },
    }
    return [object]
  })
}
