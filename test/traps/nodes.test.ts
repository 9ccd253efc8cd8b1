import { describe, expect, it } from 'vitest'
import { composeFile, deployment, mapOf, nodeService, nodes, pairs, service } from '../support/office.ts'

const CALLS_PRICING = "require('axios').get(`http://${process.env.PRICING_HOST || 'pricing'}:7000/v1/list`)"

describe('a container that is no part of the system', () => {
  const files = { ...nodeService('seating', CALLS_PRICING), ...nodeService('pricing') }
  const office = { seating: 'build: ./seating', pricing: 'build: ./pricing', cache: 'image: redis:7' }

  it('prepares a store with the store’s own client, and ends', async () => {
    const model = await mapOf({
      ...files,
      'compose.yaml': composeFile({
        ...office,
        'cache-cluster': 'image: redis:7\nentrypoint: /bin/bash /scripts/setup_cluster.sh -n cache\nvolumes: [./scripts:/scripts]',
        'cache-fill': 'image: redis:7\ncommand: sh -c "redis-cli -h cache set seats 12"',
        buckets: 'image: minio/mc:latest\nentrypoint: /bin/sh -c "mc mb office/pictures"',
        topics: 'image: confluentinc/cp-kafka:7\ncommand: kafka-topics --bootstrap-server kafka:9092 --create --topic sold',
      }),
      'scripts/setup_cluster.sh': 'redis-cli --cluster create\n',
      'scripts/report.py': 'print("not what a store runs")\n',
    })
    expect(nodes(model)).toEqual(['cache', 'pricing', 'seating'])
  })

  it('is kept alive only so that somebody can go in', async () => {
    const model = await mapOf({
      ...files,
      'k8s/seating.yaml': deployment('seating', 'seating'),
      'k8s/pricing.yaml': deployment('pricing', 'pricing'),
      'k8s/client.yaml': deployment('client', 'office/load-client', { container: 'command: [/bin/sh], args: ["-c", "sleep 365d"]' }),
      'k8s/shell.yaml': deployment('shell', 'ubuntu', { container: 'command: ["tail", "-f", "/dev/null"]' }),
    })
    expect(nodes(model)).toEqual(['pricing', 'seating'])
  })

  it('a store that is started through a shell is a store', async () => {
    const model = await mapOf({
      ...files,
      'compose.yaml': composeFile({
        ...office,
        locked: 'image: redis:7\ncommand: sh -c "redis-server --requirepass $$PASS && redis-cli ping"',
        books: 'image: postgres:16\nvolumes: [./init.sh:/docker-entrypoint-initdb.d/init.sh]',
      }),
    })
    expect(nodes(model)).toEqual(['books', 'cache', 'locked', 'pricing', 'seating'])
  })
})

describe('one of several ways of deploying a system', () => {
  const office = (...more: string[]): string => ['seating', 'pricing', 'ledger', ...more].map(n => deployment(n, n)).join('---\n')
  const code = { ...nodeService('seating', CALLS_PRICING), ...nodeService('pricing'), ...nodeService('ledger') }
  const compose = (more: Record<string, string> = {}): string =>
    composeFile({ seating: 'build: ./seating', pricing: 'build: ./pricing', ledger: 'build: ./ledger', ...more })

  it('makes what only it knows, and nothing else touches, optional', async () => {
    const model = await mapOf({
      ...code,
      'k8s/all.yaml': office(),
      'openshift/all.yaml': office('probe'),
      'docker-compose.yml': compose(),
      'docker-compose-swarm.yml': compose({ traces: 'image: cassandra:4' }),
    })
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'probe (optional)', 'seating', 'traces (optional)'])
  })

  it('keeps a service that nobody calls but that listens, and whatever a service uses', async () => {
    const model = await mapOf({
      ...code,
      ...nodeService('notify', "require('redis').createClient({ url: 'redis://queue:6379' })"),
      'k8s/all.yaml': office(),
      'docker-compose.yml': compose(),
      'docker-compose-full.yml': compose({ notify: 'build: ./notify', queue: 'image: redis:7' }),
    })
    expect(nodes(model)).toEqual(['ledger', 'notify', 'pricing', 'queue', 'seating'])
  })

  it('of programs built elsewhere is no part of it; one of well-known images alone is what the rest needs', async () => {
    const model = await mapOf({
      ...code,
      'docker-compose.yml': compose(),
      'mesh/all.yaml': ['tickets', 'tickets-web'].map(n => deployment(n, `acme/${n}`)).join('---\n'),
      'mesh/door.yaml':
        'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: old-door}\nspec: {servers: [{port: {number: 80}}]}\n---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: tickets}\nspec:\n  hosts: ["*"]\n  gateways: [old-door]\n  http: [{route: [{destination: {host: tickets-web}}]}]\n',
      'infra/compose.yaml': composeFile({ events: 'image: confluentinc/cp-kafka:7' }),
    })
    expect(nodes(model)).toEqual([
      ...['events', 'ledger', 'old-door (optional)', 'pricing', 'seating', 'tickets (optional)', 'tickets-web (optional)'],
    ])
  })

  it('does not take parts of a system, each with a file of its own, for ways of deploying it', async () => {
    const model = await mapOf({
      ...code,
      'docker-compose.yml': compose(),
      'seating/docker-compose.yml': composeFile({ seating: 'build: .', 'seating-db': 'image: postgres:16' }),
      'pricing/docker-compose.yml': composeFile({ pricing: 'build: .', 'pricing-db': 'image: mysql:8' }),
    })
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'pricing-db', 'seating', 'seating-db'])
  })
})

describe('images that begin alike', () => {
  it('are built from the folders that they are named after', async () => {
    const model = await mapOf({
      ...nodeService('src/seating', CALLS_PRICING),
      ...nodeService('src/pricing'),
      'src/books/Dockerfile': 'FROM mysql:8\nCOPY schema.sql /docker-entrypoint-initdb.d/\n',
      'k8s/seating.yaml': `${deployment('seating-v1', 'registry/acme-office-seating-v1:3', { labels: 'version: v1' }).replace('app: seating-v1', 'app: seating')}---\n${service('seating')}`,
      'k8s/pricing.yaml': `${deployment('prices', 'registry/acme-office-pricing-v2:3')}---\n${service('pricing').replace('app: pricing', 'app: prices')}`,
      'k8s/books.yaml': deployment('books', 'registry/acme-office-books'),
    })
    expect(nodes(model)).toEqual(['books', 'prices', 'seating'])
    expect(model.resources.map(r => `${r.id} ${r.kind}`)).toEqual(['books database'])
    expect(model.services.map(s => s.paths)).toEqual([['src/pricing'], ['src/seating']])
    expect(pairs(model)).toEqual(['seating -> prices'])
  })

  it('one image that ends like a folder says nothing', async () => {
    const model = await mapOf({
      ...nodeService('src/seating'),
      'k8s/other.yaml': deployment('broker', 'vendor/some-seating'),
    })
    expect(model.services.find(s => s.id === 'broker')!.paths).toEqual([])
  })

  it('a database under a name of one’s own is one when it listens where databases of that name do', async () => {
    const model = await mapOf({
      ...nodeService('seating'),
      'k8s/a.yaml': deployment('seating', 'seating'),
      'k8s/b.yaml': deployment('books', 'registry/office-mysqldb', { container: 'ports: [{containerPort: 3306}]' }),
      'k8s/c.yaml': deployment('mongo-reports', 'registry/mongo-reports', { container: 'ports: [{containerPort: 8080}]' }),
    })
    expect(model.resources.map(r => `${r.id} ${r.kind}`)).toEqual(['books database'])
    expect(model.services.map(s => s.id)).toEqual(['mongo-reports', 'seating'])
  })
})

describe('a gateway that a manifest declares', () => {
  const gateway = (api: 'istio' | 'k8s'): string =>
    api === 'istio'
      ? 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: door}\nspec: {servers: [{port: {number: 80}}]}\n---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: tickets}\nspec:\n  hosts: ["*"]\n  gateways: [door]\n  http: [{match: [{uri: {prefix: /seats}}], route: [{destination: {host: seating, port: {number: 80}}}]}]\n'
      : 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: door}\nspec: {listeners: [{name: http, port: 80}]}\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: tickets}\nspec:\n  parentRefs: [{name: door}]\n  rules: [{matches: [{path: {value: /seats}}], backendRefs: [{name: seating, port: 80}]}]\n'
  const office = { ...nodeService('seating'), 'k8s/seating.yaml': `${deployment('seating', 'seating')}---\n${service('seating')}` }

  it.each(['istio', 'k8s'] as const)('is the way in, with what it routes (%s)', async api => {
    const model = await mapOf({ ...office, 'mesh/door.yaml': gateway(api) })
    expect(model.services.map(s => `${s.id} ${s.kind}`)).toEqual(['door gateway', 'seating service'])
    expect(model.interactions.map(i => `${i.id} ${i.operations.map(o => o.operation).join()}`)).toEqual(['door->seating:http * /seats/**'])
    expect(model.services[1]!.exposure?.value).toBe('public')
  })

  it('beside a load balancer is a further way in, and no node', async () => {
    const model = await mapOf({
      ...office,
      'k8s/public.yaml': service('seating-public', 'type: LoadBalancer').replace('app: seating-public', 'app: seating'),
      'mesh/door.yaml': gateway('istio'),
    })
    expect(nodes(model)).toEqual(['seating'])
  })

  it('that leads to nothing deployed here is no node, and neither is an Ingress', async () => {
    const model = await mapOf({
      ...office,
      'mesh/door.yaml': gateway('istio').replace('host: seating', 'host: elsewhere'),
      'k8s/ingress.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: door}\nspec:\n  rules: [{http: {paths: [{path: /, backend: {service: {name: seating, port: {number: 80}}}}]}}]\n',
    })
    expect(nodes(model)).toEqual(['seating'])
    expect(model.services[0]!.exposure?.value).toBe('public')
  })

  it('gives hosts of the mesh their other names, unless traffic is split', async () => {
    const alias = (name: string, ...hosts: string[]): string =>
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}}\nspec:\n  hosts: [${name}]\n  http: [{route: [${hosts.map(h => `{destination: {host: ${h}}}`).join(', ')}]}]\n`
    const model = await mapOf({
      ...nodeService('seating', "require('axios').get('http://prices/v1/list')\nrequire('axios').get('http://books/v1/list')"),
      ...nodeService('pricing'),
      'k8s/seating.yaml': deployment('seating', 'seating'),
      'k8s/pricing.yaml': `${deployment('pricing', 'pricing')}---\n${service('pricing')}`,
      'k8s/mesh.yaml': `${alias('prices', 'pricing', 'pricing')}---\n${alias('books', 'pricing', 'seating')}`,
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
    expect(model.unresolved.map(u => u.target)).toEqual(['http://books'])
  })
})

describe('what something is', () => {
  const kinds = (model: Awaited<ReturnType<typeof mapOf>>): string[] => model.services.map(s => `${s.id} ${s.kind} ${s.state}`)

  it('a coordination store is a registry only where somebody registers', async () => {
    const kafka = {
      books: 'image: zookeeper:3.9',
      events: 'image: confluentinc/cp-kafka:7\nenvironment: {KAFKA_ZOOKEEPER_CONNECT: "books:2181"}',
    }
    const model = await mapOf({ ...nodeService('seating'), 'compose.yaml': composeFile({ seating: 'build: ./seating', ...kafka }) })
    expect(kinds(model)).toContain('books config deployed')
  })

  it('a gateway by name is one by its doing: nobody inside asks it, it asks others', async () => {
    const files = (asks: string): Record<string, string> => ({
      ...nodeService('api-gateway', asks),
      ...nodeService('pricing'),
      'compose.yaml': composeFile({ 'api-gateway': 'build: ./api-gateway', pricing: 'build: ./pricing' }),
    })
    expect(kinds(await mapOf(files(CALLS_PRICING)))).toContain('api-gateway gateway deployed')
    expect(kinds(await mapOf(files('')))).toContain('api-gateway service deployed')
  })

  it('an image of a load generator is one though nothing deploys it; a tool in a folder of tests is none', async () => {
    const tool = (folder: string): Record<string, string> => ({
      [`${folder}/Dockerfile`]: 'FROM artilleryio/artillery:2\nCOPY scenario.yml .\n',
      [`${folder}/package.json`]: '{"name": "rush", "devDependencies": {"artillery": "^2.0.0"}}',
      [`${folder}/helpers.js`]: 'module.exports = { pick: () => 1 }\n',
    })
    const model = await mapOf({
      ...nodeService('seating'),
      'compose.yaml': composeFile({ seating: 'build: ./seating' }),
      ...tool('rush'),
      ...tool('tests/load'),
    })
    expect(kinds(model)).toEqual(['rush loadgen undeployed', 'seating service deployed'])
  })

  it('a start script of a load generator hands on the address that the deployable sets; that of a service says nothing', async () => {
    const script = {
      Dockerfile: 'FROM python:3.12\nCOPY start.sh load.py ./\nCMD ["./start.sh"]\n',
      'start.sh': 'locust -f load.py --host "$HOST"\n',
    }
    const at = (folder: string): Record<string, string> => ({
      ...Object.fromEntries(Object.entries(script).map(([name, text]) => [`${folder}/${name}`, text])),
      [`${folder}/load.py`]: 'from locust import HttpUser\n',
    })
    const started = (folder: string): string => `build: ./${folder}\nenvironment: {HOST: "http://seating:7000"}`
    const model = await mapOf({
      ...nodeService('seating'),
      ...at('load-gen'),
      ...at('reports'),
      'compose.yaml': composeFile({ seating: 'build: ./seating', 'load-gen': started('load-gen'), reports: started('reports') }),
    })
    expect(pairs(model)).toEqual(['load-gen -> seating'])
  })
})
