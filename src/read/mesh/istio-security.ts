import { table } from '../../base/table.ts'
import type { ControlFact, ControlScope, Peer } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { accountPeer, labelsOf, type Saying, saying, textsOf } from '../syntax/control.ts'
import { nameOf, namespaceOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Istio's security objects: mutual TLS, tokens, and who may call whom. */
export const istioSecurity: Reader = {
  name: 'mesh/istio-security',
  version: 1,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /apiVersion["']?[ \t]*:[ \t]*["']?security\.istio\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(object => objectFacts(object, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

type FactsOf = (object: DataNode, says: Saying, problems: FileProblem[]) => ControlFact[]

const objectFacts = (object: DataNode, problems: FileProblem[]): ControlFact[] => {
  if (!nameOf(object) || !textOf(at(object, 'apiVersion'))?.startsWith('security.istio.io/')) return []
  const kind = textOf(at(object, 'kind')) ?? ''
  return (OBJECTS.get(kind) ?? (() => []))(object, saying('mesh/istio-security', object), problems)
}

/** Objects of the root namespace hold for the whole mesh. */
const ROOT = 'istio-system'

/** Without a selector all workloads of the namespace; `targetRefs` name Services or gateways. */
const scopeOf = (object: DataNode): ControlScope => {
  const references = [...itemsOf(at(object, 'spec', 'targetRefs')), ...[at(object, 'spec', 'targetRef')].filter(r => r !== undefined)]
  const [first] = references
  if (first) {
    const names = references.flatMap(r => textOf(at(r, 'name')) ?? [])
    return textOf(at(first, 'kind')) === 'Gateway' ? { is: 'deployable', name: names[0] ?? '' } : { is: 'hosts', hosts: names }
  }
  const labels = labelsOf(at(object, 'spec', 'selector', 'matchLabels'))
  const isRoot = namespaceOf(object).namespace === ROOT
  if (Object.keys(labels).length > 0) return { is: 'workloads', selector: { labels }, ...(isRoot ? { everywhere: true } : {}) }
  return isRoot ? { is: 'mesh' } : { is: 'namespace' }
}

const MODES: Record<string, string> = table({ STRICT: 'STRICT', PERMISSIVE: 'PERMISSIVE', DISABLE: 'DISABLE' })

const peerAuthentication: FactsOf = (object, says) => {
  const scope = scopeOf(object)
  const mode = (node: DataNode | undefined, port?: string): ControlFact[] => {
    const value = textOf(at(node, 'mode'))
    if (!node || value === undefined || !Object.hasOwn(MODES, value)) return []
    const overrides = 'istio/peer-authentication'
    return [says('mtls', MODES[value]!, scope, node, { overrides, ...(port === undefined ? {} : { port: Number(port) || port }) })]
  }
  const ports = entriesOf(at(object, 'spec', 'portLevelMtls')).flatMap(e => mode(e.value, e.key))
  return [...mode(at(object, 'spec', 'mtls')), ...ports]
}

const requestAuthentication: FactsOf = (object, says) =>
  itemsOf(at(object, 'spec', 'jwtRules')).map(rule =>
    says('authn', `JWT of ${textOf(at(rule, 'issuer')) ?? 'an issuer'}, where one is sent`, scopeOf(object), rule),
  )

const authorizationPolicy: FactsOf = (object, says, problems) => {
  const action = textOf(at(object, 'spec', 'action')) ?? 'ALLOW'
  const rules = itemsOf(at(object, 'spec', 'rules'))
  const scope = scopeOf(object)
  if (action === 'CUSTOM')
    return [says('authz', `asks ${textOf(at(object, 'spec', 'provider', 'name')) ?? 'a provider'}`, scope, object, routeOf(rules))]
  if (action === 'AUDIT') return []
  if (action !== 'ALLOW' && action !== 'DENY') {
    problems.push({
      code: 'istio/action',
      message: `action ${action} is none of Istio's, left out`,
      severity: 'warning',
      line: object.line,
    })
    return []
  }
  const effect = action === 'ALLOW' ? ('allow' as const) : ('deny' as const)
  const admits = { effect, way: 'in' as const, closed: true }
  if (rules.length === 0)
    return action === 'DENY' ? [] : [says('authz', 'lets nobody in', scope, object, { admits: { ...admits, peers: [] } })]
  return rules.map(rule => {
    const peers = peersOf(rule)
    const partial = at(rule, 'to') !== undefined || at(rule, 'when') !== undefined || !peers.isWhole
    const value = `${action} ${conditionsOf(rule)}`.trim()
    return says('authz', value, scope, rule, {
      ...routeOf([rule]),
      admits: { ...admits, peers: peers.all, ...(partial ? { partial } : {}) },
    })
  })
}

/** The sources of a rule; conditions beside each other in one source narrow it, so that the most exact one stands for it. */
const peersOf = (rule: DataNode): { all: Peer[]; isWhole: boolean } => {
  const sources = itemsOf(at(rule, 'from')).map(from => at(from, 'source'))
  if (sources.length === 0) return { all: [{ is: 'any' }], isWhole: true }
  const found = sources.map(sourceOf)
  return { all: found.flatMap(f => f.peers), isWhole: found.every(f => f.isWhole) }
}

const EXACT: [member: string, peer: (text: string) => Peer][] = [
  ['principals', accountPeer],
  [
    'serviceAccounts',
    text => ({ is: 'account', name: text.split('/').at(-1)!, ...(text.includes('/') ? { namespace: text.split('/')[0]! } : {}) }),
  ],
  ['namespaces', name => ({ is: 'namespace', name })],
  ['requestPrincipals', text => ({ is: 'other', text: `token ${text}` })],
  ['ipBlocks', text => ({ is: 'other', text })],
  ['remoteIpBlocks', text => ({ is: 'other', text })],
]

const sourceOf = (source: DataNode | undefined): { peers: Peer[]; isWhole: boolean } => {
  const keys = entriesOf(source).map(e => e.key)
  const first = EXACT.find(([member]) => keys.includes(member))
  if (!first) return { peers: [{ is: 'any' }], isWhole: keys.length === 0 }
  return { peers: textsOf(at(source, first[0])).map(first[1]), isWhole: keys.length === 1 }
}

/** What a rule says beside its sources, in few words. */
const conditionsOf = (rule: DataNode): string =>
  itemsOf(at(rule, 'when'))
    .map(when => `when ${textOf(at(when, 'key')) ?? '?'} is ${textsOf(at(when, 'values')).join(' or ') || 'set'}`)
    .join(', ')

const routeOf = (rules: readonly DataNode[]): { route?: string } => {
  const operations = rules.flatMap(rule => itemsOf(at(rule, 'to')).map(to => at(to, 'operation')))
  const said = operations.flatMap(operation => {
    const methods = textsOf(at(operation, 'methods'))
    const paths = textsOf(at(operation, 'paths'))
    if (methods.length + paths.length === 0) return []
    return `${methods.join('|') || '*'} ${paths.join('|') || '/**'}`
  })
  return said.length > 0 ? { route: said.join(' or ') } : {}
}

const OBJECTS = new Map<string, FactsOf>([
  ['PeerAuthentication', peerAuthentication],
  ['RequestAuthentication', requestAuthentication],
  ['AuthorizationPolicy', authorizationPolicy],
])
