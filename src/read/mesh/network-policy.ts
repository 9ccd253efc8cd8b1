import type { Admission, ControlFact, ControlScope, Peer } from '../../model/control.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { type Saying, saying, selectorOf, textsOf, words } from '../syntax/control.ts'
import { nameOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Kubernetes NetworkPolicy: which pods may talk to which. */
export const networkPolicy: Reader = {
  name: 'mesh/network-policy',
  version: 1,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^["']?kind["']?[ \t]*:[ \t]*["']?NetworkPolicy\b/m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const manifest = documents.flatMap(object => policy(object, problems))
    return manifest.length > 0 ? ({ manifest, problems } satisfies FileFacts) : { problems }
  },
}

const policy = (object: DataNode, problems: FileProblem[]): ControlFact[] => {
  if (textOf(at(object, 'kind')) !== 'NetworkPolicy' || !textOf(at(object, 'apiVersion'))?.startsWith('networking.k8s.io/')) return []
  if (!nameOf(object) || at(object, 'spec')?.is !== 'map') {
    problems.push({
      code: 'network-policy/no-spec',
      message: 'NetworkPolicy without name or spec, left out',
      severity: 'warning',
      line: object.line,
    })
    return []
  }
  const selector = selectorOf(at(object, 'spec', 'podSelector'))
  const isWide = Object.keys(selector.labels).length === 0 && selector.where === undefined
  const scope: ControlScope = isWide ? { is: 'namespace' } : { is: 'workloads', selector }
  const says = saying('mesh/network-policy', object)
  const types = textsOf(at(object, 'spec', 'policyTypes'))
  const hasEgress = types.length > 0 ? types.includes('Egress') : at(object, 'spec', 'egress') !== undefined
  const hasIngress = types.length > 0 ? types.includes('Ingress') : true
  return [...(hasIngress ? direction(object, 'in', scope, says) : []), ...(hasEgress ? direction(object, 'out', scope, says) : [])]
}

const SIDES = { in: ['ingress', 'from'], out: ['egress', 'to'] } as const

/** One control a rule; a direction without any rule is closed. */
const direction = (object: DataNode, way: Admission['way'], scope: ControlScope, says: Saying): ControlFact[] => {
  const [member, side] = SIDES[way]
  const rules = itemsOf(at(object, 'spec', member))
  const admits = { effect: 'allow', way, closed: true } as const
  if (rules.length === 0) return [says('network-policy', `no ${member}`, scope, object, { admits: { ...admits, peers: [] } })]
  return rules.map(rule => {
    const peers = itemsOf(at(rule, side)).flatMap(peerOf)
    const ports = itemsOf(at(rule, 'ports')).flatMap(p => textOf(at(p, 'port')) ?? [])
    const value = words(member, ports.length > 0 ? `ports ${ports.join(' ')}` : undefined)
    const isPartial = ports.length > 0 ? { partial: true as const } : {}
    return says('network-policy', value, scope, rule, {
      admits: { ...admits, peers: peers.length > 0 ? peers : [{ is: 'any' }], ...isPartial },
    })
  })
}

const peerOf = (node: DataNode): Peer[] => {
  const pods = at(node, 'podSelector')
  const spaces = at(node, 'namespaceSelector')
  const block = textOf(at(node, 'ipBlock', 'cidr'))
  if (block !== undefined) return [{ is: 'other', text: block }]
  if (!pods && !spaces) return []
  return [{ is: 'workloads', selector: selectorOf(pods), ...(spaces ? { spaces: selectorOf(spaces) } : {}) }]
}
