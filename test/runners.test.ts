import { describe, expect, it } from 'vitest'
import { composeFile, deployment, mapOf, nodeService, nodes, pairs, service } from './support/office.ts'

const server = (calls = ''): string =>
  `const express = require('express')\nconst axios = require('axios')\nconst app = express()\n${calls}\napp.post('/quote', (q, r) => r.json({}))\napp.listen(7000)\n`

describe('a sidecar', () => {
  const calls = [
    'const port = process.env.DAPR_HTTP_PORT ?? 3500',
    'const base = `http://localhost:${port}/v1.0`',
    'axios.post(`${base}/invoke/pricing/method/quote`, {})',
    "axios.post('http://localhost:3500/v1.0/publish/events/sold', {})",
    'axios.get(`${base}/state/seats/A1`)',
    'app.post(`/any`, q => axios.post(`${base}/publish/events/${q.body.topic}`, {}))',
  ].join('\n')

  it('is asked for what its paths say: an app, a topic, a store', async () => {
    const model = await mapOf({
      'dapr.yaml': 'apps:\n  - appID: seating\n    appDirPath: ./seating\n  - appID: pricing\n    appDirPath: ./rates\n    appPort: 7000\n',
      'components/seats.yaml':
        'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: seats}\nspec:\n  type: state.redis\n  metadata: [{name: redisHost, value: "cache:6379"}]\n',
      'compose.yaml': composeFile({ cache: 'image: redis:7' }),
      'seating/server.js': server(calls),
      'rates/server.js': server(),
    })
    expect(pairs(model)).toEqual(['seating -> cache', 'seating -> pricing', 'seating -> topic:sold'])
    expect(model.interactions.find(i => i.to === 'pricing')!.operations.map(o => o.operation)).toEqual(['POST /quote'])
  })

  it('knows a workload by its app id', async () => {
    const model = await mapOf({
      ...nodeService('seating', "require('axios').get('http://localhost:3500/v1.0/invoke/rates/method/v1/list')"),
      ...nodeService('pricing'),
      'k8s/seating.yaml': deployment('seating', 'seating'),
      'k8s/pricing.yaml': deployment('pricing', 'pricing').replace(
        'metadata: {labels: {app: pricing}}',
        'metadata: {labels: {app: pricing}, annotations: {dapr.io/app-id: rates}}',
      ),
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('is not meant by a path of that form at a host of its own', async () => {
    const model = await mapOf({
      ...nodeService('seating', "require('axios').get('http://pricing:7000/v1.0/invoke/ledger/method/list')"),
      ...nodeService('pricing'),
      ...nodeService('ledger'),
      'compose.yaml': composeFile({ seating: 'build: ./seating', pricing: 'build: ./pricing', ledger: 'build: ./ledger' }),
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })
})

describe('a project runner', () => {
  it('says from which folder a service runs that another manifest only names', async () => {
    const model = await mapOf({
      'tye.yaml': 'services:\n  - name: seats\n    project: src/seating/Seating.csproj\n',
      'docker-compose.yml': composeFile({ seats: 'image: registry/seats-v6:1' }),
      'src/seating/Seating.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>\n',
      'src/seating/Program.cs': 'var app = WebApplication.Create(args);\napp.MapGet("/seats", () => "none");\napp.Run();\n',
    })
    expect(nodes(model)).toEqual(['seats'])
    expect(model.services[0]!.paths).toEqual(['src/seating'])
  })
})

describe('what a framework forwards by its configuration', () => {
  const gateway = (library: string): Record<string, string> => ({
    'door/Door.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="${library}" Version="2.0.0" /></ItemGroup></Project>\n`,
    'door/Program.cs': 'var app = WebApplication.Create(args);\napp.Run();\n',
    'door/Dockerfile': 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY . .\n',
    ...nodeService('seating'),
    ...nodeService('pricing'),
  })
  const compose = (env = '{}'): string =>
    composeFile({ door: `build: ./door\nenvironment: ${env}`, seating: 'build: ./seating', pricing: 'build: ./pricing' })

  it('destinations of clusters, the environment before the file', async () => {
    const clusters = { seats: 'http://localhost:1', prices: 'http://pricing:7000' }
    const model = await mapOf({
      ...gateway('Yarp.ReverseProxy'),
      'door/appsettings.json': JSON.stringify({
        ReverseProxy: {
          Clusters: Object.fromEntries(Object.entries(clusters).map(([c, Address]) => [c, { Destinations: { d1: { Address } } }])),
        },
      }),
      'compose.yaml': compose('{ReverseProxy__Clusters__seats__Destinations__d1__Address: "http://seating:7000"}'),
    })
    expect(pairs(model)).toEqual(['door -> pricing', 'door -> seating'])
  })

  it('downstream hosts of routes', async () => {
    const route = (Host: string): object => ({ DownstreamHostAndPorts: [{ Host, Port: 7000 }], UpstreamPathTemplate: `/${Host}` })
    const model = await mapOf({
      ...gateway('Ocelot'),
      'door/ocelot.json': JSON.stringify({ Routes: [route('seating'), route('pricing')] }),
      'compose.yaml': compose(),
    })
    expect(pairs(model)).toEqual(['door -> pricing', 'door -> seating'])
  })
})

describe('a proxy of another make', () => {
  const office = { ...nodeService('seating'), ...nodeService('pricing') }
  const built = { seating: 'build: ./seating', pricing: 'build: ./pricing' }
  const map = (door: string, files: Record<string, string>) =>
    mapOf({ ...office, ...files, 'compose.yaml': composeFile({ door, ...built }) })

  it('HAProxy sends by path to the servers of a backend', async () => {
    const model = await map('image: haproxy:3\nvolumes: ["./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg"]', {
      'haproxy.cfg':
        'frontend door\n  bind :80\n  use_backend prices if { path_beg /prices }\n  default_backend seats\nbackend seats\n  server a seating:7000\nbackend prices\n  server a pricing:7000\n',
    })
    expect(pairs(model)).toEqual(['door -> pricing', 'door -> seating'])
  })

  it('Caddy by its sites', async () => {
    const model = await map('image: caddy:2\nvolumes: ["./Caddyfile:/etc/caddy/Caddyfile"]', {
      Caddyfile: ':80 {\n  handle_path /prices/* {\n    reverse_proxy pricing:7000\n  }\n  reverse_proxy seating:7000\n}\n',
    })
    expect(model.interactions.map(i => `${i.to} ${i.operations.map(o => o.operation).join()}`)).toEqual(['pricing ', 'seating '])
  })

  it('Traefik by its files, and by the labels of its own project only', async () => {
    const model = await mapOf({
      ...office,
      ...nodeService('ledger'),
      'dynamic.yml':
        'http:\n  routers:\n    seats: {rule: "PathPrefix(`/seats`)", service: seats}\n  services:\n    seats: {loadBalancer: {servers: [{url: "http://seating:7000"}]}}\n',
      'compose.yaml': composeFile({
        door: 'image: traefik:3\nvolumes: ["./dynamic.yml:/etc/traefik/dynamic.yml"]',
        seating: 'build: ./seating',
        pricing:
          'build: ./pricing\nlabels:\n  - "traefik.http.routers.p.rule=PathPrefix(`/prices`)"\n  - traefik.http.services.p.loadbalancer.server.port=7000',
      }),
      'other/compose.yaml': composeFile({ ledger: 'build: ../ledger\nlabels: ["traefik.http.routers.l.rule=Path(`/books`)"]' }),
    })
    expect(pairs(model)).toEqual(['door -> pricing', 'door -> seating'])
  })

  it('an IngressRoute makes a Service public', async () => {
    const model = await mapOf({
      ...nodeService('seating'),
      'k8s/seating.yaml': `${deployment('seating', 'seating')}---\n${service('seating')}`,
      'k8s/route.yaml':
        'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: seats}\nspec: {routes: [{match: "PathPrefix(`/`)", services: [{name: seating, port: 80}]}]}\n',
    })
    expect(model.services.map(s => `${s.id} ${s.exposure?.value}`)).toEqual(['seating public'])
  })
})
