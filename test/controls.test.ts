import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { Control } from '../src/model/control.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

const mapOf = async (files: Record<string, string>): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

/** A deployed program that asks others over HTTP, with its Service. */
const office = (
  name: string,
  asks: readonly string[] = [],
  more: { pod?: string; meta?: string; space?: string } = {},
): Record<string, string> => ({
  [`${name}/Dockerfile`]: 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  [`${name}/server.js`]: `const express = require('express')\nconst axios = require('axios')\nconst app = express()\napp.get('/v1/list', (q, r) => r.json({}))\n${asks.map(a => `axios.get('http://${a}')\n`).join('')}app.listen(8080)\n`,
  [`k8s/${name}.yaml`]: `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}${more.space ? `, namespace: ${more.space}` : ''}}\nspec:\n  template:\n    metadata: {labels: {app: ${name}}${more.meta ? `, ${more.meta}` : ''}}\n    spec:\n      serviceAccountName: ${name}\n      containers: [{name: ${name}, image: ${name}, ports: [{containerPort: 8080, name: http}]${more.pod ?? ''}}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}${more.space ? `, namespace: ${more.space}` : ''}}\nspec: {selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}\n`,
})

const said = (controls: readonly Control[] | undefined): string[] =>
  (controls ?? []).map(c => `${c.kind} ${c.value}${c.of ? ` for ${c.of}` : ''}${c.denies ? ' !' : ''}${c.state ? ` (${c.state})` : ''}`)
const of = (model: SystemModel, id: string): string[] => said(model.services.find(s => s.id === id)?.controls)
const along = (model: SystemModel, from: string, to: string): string[] =>
  said(model.interactions.find(i => i.from === from && i.to === to)?.controls)
const nodes = (model: SystemModel): string[] => [...model.services, ...model.resources].map(n => n.id)
const unused = (model: SystemModel): string[] => model.problems.filter(p => p.code === 'link/control-target').map(p => p.message)

const booking = { ...office('booking', ['seating/v1/list', 'ledger/v1/list']), ...office('seating'), ...office('ledger') }

describe('which control counts', () => {
  it('a workload overrides its namespace, which overrides the mesh', async () => {
    const peer = (name: string, mode: string, more = ''): string =>
      `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: ${name}}\nspec: {mtls: {mode: ${mode}}${more}}\n`
    const model = await mapOf({
      ...booking,
      'mesh/default.yaml': peer('default, namespace: istio-system', 'STRICT'),
      'mesh/ledger.yaml': peer('ledger', 'PERMISSIVE', ', selector: {matchLabels: {app: ledger}}, portLevelMtls: {9090: {mode: DISABLE}}'),
    })
    expect(of(model, 'seating')).toEqual(['mtls STRICT'])
    expect(of(model, 'ledger')).toEqual(['mtls PERMISSIVE', 'mtls DISABLE for port 9090'])
    expect(model.services.find(s => s.id === 'ledger')!.controls[0]!.evidence[0]).toMatchObject({
      reader: 'mesh/istio-security',
      basis: 'declared',
      at: { file: 'mesh/ledger.yaml' },
    })
  })

  it('a wildcard host gives way to the host itself', async () => {
    const rule = (host: string, mode: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${mode.toLowerCase()}}\nspec: {host: "${host}", trafficPolicy: {tls: {mode: ${mode}}}}\n`
    const model = await mapOf({
      ...booking,
      'mesh/all.yaml': rule('*.local', 'ISTIO_MUTUAL'),
      'mesh/ledger.yaml': rule('ledger', 'DISABLE'),
    })
    expect(along(model, 'booking', 'seating')).toEqual(['mtls ISTIO_MUTUAL'])
    expect(along(model, 'booking', 'ledger')).toEqual(['tls DISABLE'])
    const silent =
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ledger}\nspec: {host: ledger, subsets: [{name: v1, labels: {version: v1}}]}\n'
    const other = await mapOf({ ...booking, 'mesh/all.yaml': rule('*.local', 'ISTIO_MUTUAL'), 'mesh/ledger.yaml': silent })
    expect(along(other, 'booking', 'ledger')).toEqual([])
  })

  it('one object in several files is a choice', async () => {
    const route = (timeout: string): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: seating}\nspec: {hosts: [seating], http: [{timeout: ${timeout}, route: [{destination: {host: seating}}]}]}\n`
    const model = await mapOf({ ...booking, 'mesh/fast.yaml': route('1s'), 'mesh/slow.yaml': route('9s') })
    expect(along(model, 'booking', 'seating')).toEqual(['timeout 1s (optional)', 'timeout 9s (optional)'])
    const plain = await mapOf({ ...booking, 'mesh/fast.yaml': route('1s'), 'mesh/plain.yaml': route('1s').replace('timeout: 1s, ', '') })
    expect(along(plain, 'booking', 'seating')).toEqual(['timeout 1s (optional)'])
  })
})

describe('controls are no calls and no nodes', () => {
  it('subsets, mirrors and faults', async () => {
    const model = await mapOf({
      ...booking,
      ...office('shadow'),
      'mesh/seating.yaml':
        'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: seating}\nspec:\n  hosts: [seating]\n  http:\n    - fault: {abort: {percentage: {value: 5}, httpStatus: 500}}\n      mirror: {host: shadow}\n      timeout: 2s\n      route: [{destination: {host: seating, subset: v1}, weight: 90}, {destination: {host: seating, subset: v2}, weight: 10}]\n',
    })
    expect(nodes(model)).toEqual(['booking', 'ledger', 'seating', 'shadow'])
    expect(model.interactions.map(i => i.id)).toEqual(['booking->ledger:http', 'booking->seating:http'])
    expect(along(model, 'booking', 'seating')).toEqual([
      'fault aborts 5 % with 500',
      'mirror copies to shadow',
      'split seating (v1) 90, seating (v2) 10',
      'timeout 2s',
    ])
    expect(along(model, 'booking', 'ledger')).toEqual([])
  })

  it('what selects nothing is a problem with its place', async () => {
    const model = await mapOf({
      ...booking,
      'mesh/gone.yaml':
        'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: gone}\nspec: {selector: {matchLabels: {app: vault-keeper}}, rules: [{}]}\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: lost}\nspec: {host: nobody, trafficPolicy: {tls: {mode: SIMPLE}}}\n',
    })
    expect(unused(model)).toEqual([
      'AuthorizationPolicy/gone is for app=vault-keeper, which is nothing that is known here: it controls nothing',
      'DestinationRule/lost is for nobody, which is nothing that is known here: it controls nothing',
    ])
    expect(nodes(model)).toEqual(['booking', 'ledger', 'seating'])
  })

  it('a mesh-wide default alone selects nothing in particular and is no problem', async () => {
    const model = await mapOf({
      'mesh/default.yaml':
        'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: istio-system}\nspec: {mtls: {mode: STRICT}}\n',
    })
    expect(unused(model)).toEqual([])
  })
})

describe('who may call whom', () => {
  const allow = (account: string): string =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: seating}\nspec: {selector: {matchLabels: {app: seating}}, rules: [{from: [{source: {principals: [cluster.local/ns/default/sa/${account}]}}]}]}\n`

  it('a caller whom no allowance names is kept out', async () => {
    const model = await mapOf({ ...booking, 'mesh/seating.yaml': allow('web') })
    expect(along(model, 'booking', 'seating')).toEqual(['authz keeps booking from seating !'])
    expect(along(model, 'booking', 'ledger')).toEqual([])
  })

  it('a caller who is named is let in, and the policy tells whom it means', async () => {
    const model = await mapOf({ ...booking, 'mesh/seating.yaml': allow('booking') })
    expect(along(model, 'booking', 'seating')).toEqual(['authz lets booking call seating'])
    const [policy] = model.services.find(s => s.id === 'seating')!.controls
    expect(policy).toMatchObject({ kind: 'authz', peers: { effect: 'allow', way: 'in', nodes: ['booking'], others: [] } })
  })

  it('a network policy closes what it selects, in both directions', async () => {
    const policy = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}\n`
    const into = await mapOf({
      ...booking,
      'net/p.yaml': policy(
        '{podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [{podSelector: {matchLabels: {app: seating}}}]}]}',
      ),
    })
    expect(along(into, 'booking', 'ledger')).toEqual(['network-policy keeps booking from ledger !'])
    const out = await mapOf({
      ...booking,
      'net/p.yaml': policy(
        '{podSelector: {matchLabels: {app: booking}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [seating]}]}}]}]}',
      ),
    })
    expect(along(out, 'booking', 'ledger')).toEqual(['network-policy keeps booking from ledger !'])
    expect(along(out, 'booking', 'seating')).toEqual(['network-policy lets booking call seating'])
  })

  it('what a policy leaves open, by port or by address, keeps nobody out', async () => {
    const model = await mapOf({
      ...booking,
      'net/p.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {matchLabels: {app: ledger}}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8080}]}]}\n',
    })
    expect(along(model, 'booking', 'ledger')).toEqual(['network-policy lets booking call ledger'])
  })
})

it('probes are controls of health', async () => {
  const model = await mapOf(office('seating', [], { pod: ', readinessProbe: {httpGet: {path: /ready, port: 8080}}' }))
  expect(of(model, 'seating')).toEqual(['health readiness http /ready for port 8080'])
})

describe('meshes beside Istio', () => {
  it('Linkerd: a Server closes its port to all but whom authorizations name', async () => {
    const server =
      'apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: seats}\nspec: {podSelector: {matchLabels: {app: seating}}, port: http}\n'
    const policy = (account: string): string =>
      `---\napiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: {name: seats}\nspec: {targetRef: {kind: Server, name: seats}, requiredAuthenticationRefs: [{kind: MeshTLSAuthentication, name: callers}]}\n---\napiVersion: policy.linkerd.io/v1alpha1\nkind: MeshTLSAuthentication\nmetadata: {name: callers}\nspec: {identityRefs: [{kind: ServiceAccount, name: ${account}}]}\n`
    const closed = await mapOf({ ...booking, 'mesh/server.yaml': server })
    expect(along(closed, 'booking', 'seating')).toEqual(['authz keeps booking from seating !'])
    const open = await mapOf({ ...booking, 'mesh/server.yaml': server + policy('booking') })
    expect(along(open, 'booking', 'seating')).toEqual(['authz lets booking call seating'])
    const other = await mapOf({ ...booking, 'mesh/server.yaml': server + policy('ledger') })
    expect(along(other, 'booking', 'seating')).toEqual(['authz keeps booking from seating !'])
    expect(of(other, 'seating')).toEqual(['authz authenticated callers for port http', 'authz only who is authorized for port http'])
  })

  it('Linkerd: a workload that is left out overrides its namespace', async () => {
    const inject = (kind: string, name: string, word: string): string =>
      `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}, annotations: {linkerd.io/inject: ${word}}}\n`
    const model = await mapOf({
      ...office('booking', [], { space: 'office' }),
      ...office('ledger', [], { space: 'office' }),
      'mesh/office.yaml': inject('Namespace', 'office', 'enabled'),
      'mesh/ledger.yaml': inject('Deployment', 'ledger', 'disabled').replace('metadata: {', 'metadata: {namespace: office, '),
    })
    expect(of(model, 'booking')).toEqual(['mtls between meshed pods'])
    expect(of(model, 'ledger')).toEqual([])
  })

  it('Linkerd: the root of a traffic split leads to the Services that it shares its requests among', async () => {
    const split = (backends: string): string =>
      `apiVersion: split.smi-spec.io/v1alpha2\nkind: TrafficSplit\nmetadata: {name: s}\nspec: {service: seats, backends: [${backends}]}\n`
    const files = { ...office('seating'), ...office('ledger'), ...office('booking', ['seats/v1/list']) }
    const one = await mapOf({ ...files, 'mesh/s.yaml': split('{service: seating, weight: 100}, {service: ledger, weight: 0}') })
    expect(one.interactions.map(i => i.id)).toEqual(['booking->seating:http'])
    expect(along(one, 'booking', 'seating')).toEqual(['split all to seating'])
    const two = await mapOf({ ...files, 'mesh/s.yaml': split('{service: seating, weight: 1}, {service: ledger, weight: 1}') })
    expect(two.interactions).toEqual([])
    expect(two.unresolved.map(u => u.stage)).toEqual(['ambiguous'])
  })

  it('Consul: localhost beside a sidecar is whom the upstream names', async () => {
    const model = await mapOf({
      ...office('seating'),
      ...office('booking', ['localhost:9191/v1/list']),
      'k8s/annotations.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: booking, annotations: {consul.hashicorp.com/connect-service-upstreams: "seating:9191"}}\n',
    })
    expect(model.interactions.map(i => i.id)).toEqual(['booking->seating:http'])
    expect(model.interactions[0]!.evidence[0]!.via!.map(s => s.says)).toContain(
      'localhost:9191: the sidecar of booking leads there to seating',
    )
  })

  it('Consul: the most exact intention counts, and unknown services are a problem and no node', async () => {
    const intentions = (sources: string): string =>
      `apiVersion: consul.hashicorp.com/v1alpha1\nkind: ServiceIntentions\nmetadata: {name: seating}\nspec: {destination: {name: seating}, sources: [${sources}]}\n---\napiVersion: consul.hashicorp.com/v1alpha1\nkind: ServiceIntentions\nmetadata: {name: all}\nspec: {destination: {name: "*"}, sources: [{name: "*", action: deny}]}\n`
    const model = await mapOf({ ...booking, 'mesh/i.yaml': intentions('{name: booking, action: allow}, {name: choir, action: allow}') })
    expect(along(model, 'booking', 'seating')).toEqual(['authz lets booking call seating'])
    expect(along(model, 'booking', 'ledger')).toEqual(['authz keeps booking from ledger !'])
    expect(model.problems.map(p => p.message)).toContain('service-intentions/seating names choir, which is nothing that is known here')
    expect(nodes(model)).toEqual(['booking', 'ledger', 'seating'])
  })

  it('Consul: files of agents beside Compose', async () => {
    const built = (name: string): string => `  ${name}:\n    build: ./${name}\n`
    const {
      'k8s/seating.yaml': _,
      'k8s/booking.yaml': __,
      ...code
    } = { ...office('seating'), ...office('booking', ['localhost:9191/v1/list']) }
    const model = await mapOf({
      ...code,
      'compose.yaml': `services:\n${built('seating')}${built('booking')}`,
      'consul/booking.hcl':
        'service {\n  name = "booking"\n  connect { sidecar_service { proxy { upstreams = [{ destination_name = "seating", local_bind_port = 9191 }] } } }\n}\n',
      'consul/all.hcl': 'Kind = "service-intentions"\nName = "*"\nSources = [{ Name = "*", Action = "deny" }]\n',
      'consul/seating.hcl': 'Kind = "service-intentions"\nName = "seating"\nSources = [{ Name = "booking", Action = "allow" }]\n',
    })
    expect(model.interactions.map(i => i.id)).toEqual(['booking->seating:http'])
    expect(along(model, 'booking', 'seating')).toEqual(['authz lets booking call seating'])
    expect(of(model, 'booking')).toEqual(['authz deny', 'mtls between services of the mesh'])
  })

  it('App Mesh: a virtual service leads through router and node to the Service; backends are no calls', async () => {
    const model = await mapOf({
      ...office('seating'),
      ...office('booking', ['seats.local/v1/list']),
      ...office('ledger'),
      'mesh/m.yaml': [
        '{apiVersion: appmesh.k8s.aws/v1beta2, kind: VirtualService, metadata: {name: seats}, spec: {awsName: seats.local, provider: {virtualRouter: {virtualRouterRef: {name: seats}}}}}',
        '{apiVersion: appmesh.k8s.aws/v1beta2, kind: VirtualRouter, metadata: {name: seats}, spec: {routes: [{name: all, httpRoute: {match: {prefix: /}, timeout: {perRequest: {unit: s, value: 2}}, action: {weightedTargets: [{virtualNodeRef: {name: seats}, weight: 1}]}}}]}}',
        '{apiVersion: appmesh.k8s.aws/v1beta2, kind: VirtualNode, metadata: {name: seats}, spec: {podSelector: {matchLabels: {app: seating}}, backends: [{virtualService: {virtualServiceRef: {name: ledger}}}], serviceDiscovery: {dns: {hostname: seating.office.svc.cluster.local}}}}',
      ].join('\n---\n'),
    })
    expect(model.interactions.map(i => i.id)).toEqual(['booking->seating:http'])
    expect(along(model, 'booking', 'seating')).toEqual(['timeout 2s'])
  })

  it('Traefik: a middleware applies where a route puts it to use, from outside only', async () => {
    const model = await mapOf({
      ...booking,
      'edge/t.yaml':
        'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: limit}\nspec: {rateLimit: {average: 5}}\n---\napiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: office}\nspec: {routes: [{match: "PathPrefix(`/seats`)", middlewares: [{name: limit}], services: [{name: seating, port: 80}]}]}\n',
    })
    expect(of(model, 'seating')).toEqual(['rate-limit 5 in 1s for /seats/**, from outside'])
    expect(along(model, 'booking', 'seating')).toEqual([])
  })
})
