import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

const mapOf = async (files: Record<string, string>): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files), { workers: 0 }), {})], { links: {}, external: {}, publicContracts: [] })

const serviceFiles = (name: string): Record<string, string> => ({
  [`${name}/Dockerfile`]: 'FROM node:24\nCOPY server.js .\nCMD ["node", "server.js"]\n',
  [`${name}/server.js`]: `const express = require('express')\nconst app = express()\napp.get('/v1/list/:id', (q, r) => r.json({}))\napp.listen(7000)\n`,
})

const composeOf = (...services: string[]): string => `services:\n${services.join('')}`
const built = (name: string): string => `  ${name}:\n    build: ./${name}\n`

const calls = (model: SystemModel): string[] =>
  model.interactions.map(i => `${i.from} ${i.protocol} ${i.to} ${i.operations.map(o => o.operation).join(', ')}`.trim())

describe('a reverse proxy', () => {
  it('belongs to the image that copies it; its variables are the image’s', async () => {
    const model = await mapOf({
      'compose.yaml': composeOf(built('door'), built('seating'), built('pricing')),
      'door/Dockerfile': 'FROM nginx:1.27\nENV SEATING_HOST=seating\nCOPY site.conf.template /etc/nginx/templates/\n',
      'door/site.conf.template':
        'server {\n location /seats/ { proxy_pass http://${SEATING_HOST}:7000/v1/; }\n location /prices { proxy_pass http://pricing:7000; }\n}\n',
      ...serviceFiles('seating'),
      ...serviceFiles('pricing'),
    })
    expect(calls(model)).toEqual(['door http pricing * /prices/**', 'door http seating * /v1/**'])
    expect(model.services.find(s => s.id === 'door')!.kind).toBe('gateway')
    const [, seats] = model.interactions
    expect(seats!.evidence[0]!.at).toMatchObject({ file: 'door/site.conf.template', line: 2 })
    expect(seats!.evidence[0]!.via!.map(s => s.says)).toEqual([
      'copies site.conf.template to /etc/nginx/templates/',
      'ENV SEATING_HOST seating',
      'seating:7000: compose service seating',
    ])
  })

  it('belongs to the container that mounts it, with pools of other files', async () => {
    const door = '  door:\n    image: nginx:1.27\n    volumes:\n      - ./proxy:/etc/nginx/conf.d:ro\n'
    const model = await mapOf({
      'compose.yaml': composeOf(door, built('seating')),
      'proxy/default.conf': 'server { location / { proxy_pass http://seats; } }\n',
      'proxy/pools.conf': 'upstream seats { server seating:7000; }\n',
      ...serviceFiles('seating'),
    })
    expect(calls(model)).toEqual(['door http seating'])
  })

  it('in a config map belongs to the workload that mounts the map', async () => {
    const pod = (name: string, more = ''): string =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers: [{name: ${name}, image: ${name === 'door' ? 'nginx' : name}${more === '' ? '' : ', volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]'}}]\n${more}`
    const model = await mapOf({
      'k8s/door.yaml': pod('door', '      volumes: [{name: conf, configMap: {name: door-conf}}]\n'),
      'k8s/conf.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: door-conf}\ndata:\n  default.conf: |\n    server {\n      location / { proxy_pass http://seating; }\n    }\n',
      'k8s/other.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: unused}\ndata:\n  default.conf: |\n    server { location / { proxy_pass http://pricing; } }\n',
      'k8s/seating.yaml': pod('seating'),
      'k8s/pricing.yaml': pod('pricing'),
      'k8s/services.yaml': ['seating', 'pricing']
        .map(n => `apiVersion: v1\nkind: Service\nmetadata: {name: ${n}}\nspec: {selector: {app: ${n}}, ports: [{port: 80}]}\n`)
        .join('---\n'),
      ...serviceFiles('seating'),
      ...serviceFiles('pricing'),
    })
    expect(calls(model)).toEqual(['door http seating'])
    expect(model.interactions[0]!.evidence[0]!.at).toMatchObject({ file: 'k8s/conf.yaml', line: 7 })
  })

  it('that lies about and nobody runs is no edge', async () => {
    const model = await mapOf({
      'compose.yaml': composeOf(built('seating'), built('pricing')),
      'seating/nginx.conf.example.conf': 'server { location / { proxy_pass http://pricing:7000; } }\n',
      ...serviceFiles('seating'),
      ...serviceFiles('pricing'),
      'seating/Dockerfile': 'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n',
    })
    expect(calls(model)).toEqual([])
  })

  it('of a page’s own image carries what the page asks', async () => {
    const model = await mapOf({
      'compose.yaml': composeOf(built('web'), built('seating')),
      'web/Dockerfile':
        'FROM node:24 AS build\nCOPY . .\nRUN npm run build\nFROM nginx:1.27\nCOPY --from=build /app/dist /usr/share/nginx/html\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\n',
      'web/nginx.conf':
        'server {\n location /api/seats { rewrite ^/api/seats(/.*)$ $1 break; proxy_pass http://seating:7000; }\n location / { root /x; }\n}\n',
      'web/package.json': '{"name":"web","dependencies":{"react-dom":"19"}}',
      'web/src/main.jsx':
        'export const load = id => fetch(`/api/seats/v1/list/${id}`).then(r => r.json())\nexport const App = () => <p onClick={() => load(1)} />\n',
      ...serviceFiles('seating'),
    })
    expect(calls(model)).toEqual(['web http seating GET /v1/list/{}'])
    expect(model.services.find(s => s.id === 'web')!.kind).toBe('frontend')
  })
})

describe('a composed supergraph', () => {
  it('leads from the router that mounts it to its subgraphs', async () => {
    const router = '  router:\n    image: ghcr.io/apollographql/router:v2\n    volumes: ["./schema.graphql:/dist/schema.graphql"]\n'
    const model = await mapOf({
      'compose.yaml': composeOf(router, built('seating')),
      'schema.graphql': 'enum join__Graph {\n  SEATING @join__graph(name: "seating", url: "http://seating:7000/graphql")\n}\n',
      ...serviceFiles('seating'),
    })
    expect(calls(model)).toEqual(['router graphql seating'])
  })

  it('has one router, however many builds of it there are to choose from', async () => {
    const mount = '    volumes: ["./schema.graphql:/dist/schema.graphql"]\n'
    const router = (name: string, port: number): string =>
      `services:\n  ${name}:\n    image: example.test/${name}\n    ports: ["${port}:4000"]\n${mount}`
    const model = await mapOf({
      'compose.yaml': composeOf(built('seating')),
      'compose.router.yaml': router('router', 4000),
      'compose.router-plugins.yaml': router('router-plugins', 4000),
      'compose.internal.yaml': router('internal-router', 4001),
      'schema.graphql': 'enum join__Graph {\n  SEATING @join__graph(name: "seating", url: "http://seating:7000/graphql")\n}\n',
      ...serviceFiles('seating'),
    })
    const routers = model.services.filter(s => s.id !== 'seating').map(s => [s.id, ...s.aliases].filter(n => /router/.test(n)).sort())
    expect(routers.sort()).toEqual([['internal-router'], ['router', 'router-plugins']])
  })
})
