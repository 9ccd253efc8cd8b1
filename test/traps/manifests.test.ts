import { describe, expect, it } from 'vitest'
import { composeFile, deployment, mapOf, nodeService, nodes, pairs, service } from '../support/office.ts'

const asks = (variable: string, fallback = ''): string =>
  `require('axios').get(\`http://\${process.env.${variable}${fallback === '' ? '' : ` || '${fallback}'`}}:7000/v1/list\`)`
const office = (seating: string, more: Record<string, string> = {}) => ({
  ...nodeService('seating', seating),
  ...nodeService('pricing'),
  ...nodeService('ledger'),
  ...more,
})
const composed = (env: string, more: Record<string, string> = {}): Record<string, string> => ({
  'compose.yaml': composeFile({ seating: `build: ./seating\n${env}`, pricing: 'build: ./pricing', ledger: 'build: ./ledger', ...more }),
})

describe('a manifest alone is no call', () => {
  it('a variable that is set and that no code reads', async () => {
    const model = await mapOf({ ...office(''), ...composed('environment: {PRICING_HOST: pricing, LEDGER_URL: "http://ledger:7000"}') })
    expect(pairs(model)).toEqual([])
    expect(model.wirings.map(w => `${w.name} ${w.to} ${w.read}`)).toEqual(['LEDGER_URL ledger false', 'PRICING_HOST pricing false'])
  })

  it('a name that is set under one spelling and read under another', async () => {
    const model = await mapOf({ ...office(asks('PRICE_HOST')), ...composed('environment: {PRICING_HOST: pricing}') })
    expect(pairs(model)).toEqual([])
    expect(model.unresolved.map(u => u.stage)).toEqual(['no-setting'])
  })

  it('start order, links, and a store that no code opens', async () => {
    const model = await mapOf({
      ...office(''),
      ...composed('depends_on: [pricing, books]\nlinks: [ledger]\nenvironment: {MONGO_URL: "mongodb://books:27017/seats"}', {
        books: 'image: mongo:7',
      }),
    })
    expect(pairs(model)).toEqual([])
    expect(nodes(model)).toContain('books')
  })

  it('start order that misses what the code calls does not take the call away', async () => {
    const model = await mapOf({ ...office(asks('PRICING_HOST', 'pricing')), ...composed('depends_on: [ledger]') })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('wiring that is commented out, in code and in manifests', async () => {
    const model = await mapOf({
      ...office(`// ${asks('LEDGER_HOST')}\n/* ${asks('PRICING_HOST')} */`),
      ...composed('environment:\n  # LEDGER_HOST: ledger\n  LEVEL: info'),
    })
    expect(pairs(model)).toEqual([])
  })

  it('redirects, hosts of injected faults, probes and labels that look like hosts', async () => {
    const model = await mapOf({
      ...office("const labels = [{ name: 'http://pricing:7000', title: 'pricing' }, { name: 'ledger' }]"),
      'k8s/seating.yaml': `${deployment('seating', 'seating', {
        labels: 'upstream: pricing',
        container: 'livenessProbe: {httpGet: {path: /v1/list, port: 7000, host: ledger}}',
      })}---\n${service('seating')}`,
      'k8s/others.yaml': ['pricing', 'ledger'].map(n => `${deployment(n, n)}---\n${service(n)}`).join('---\n'),
      'k8s/faults.yaml':
        'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: seating}\nspec:\n  hosts: [seating]\n  http:\n    - fault: {abort: {httpStatus: 500, percentage: {value: 10}}}\n      mirror: {host: pricing}\n      route: [{destination: {host: seating}}]\n    - match: [{uri: {prefix: /old}}]\n      redirect: {authority: ledger}\n',
    })
    expect(pairs(model)).toEqual([])
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'seating'])
  })
})

describe('the wiring of what runs', () => {
  it('is the default in the code where nothing sets the variable', async () => {
    const model = await mapOf({ ...office(asks('PRICING_HOST', 'pricing')), ...composed('') })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('is that of its own deployment: another one with other hosts changes nothing', async () => {
    const model = await mapOf({
      ...office(asks('PRICING_HOST', 'pricing')),
      ...composed(''),
      'dcos/marathon.json': '{"id": "/office", "apps": [{"id": "seating", "env": {"PRICING_HOST": "ledger"}}]}',
      'deploy/examples/compose.yaml': composeFile({
        seating: 'build: ../../seating\nenvironment: {PRICING_HOST: ledger}',
        ledger: 'build: ../../ledger',
      }),
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('of a variant that is off by default adds no deployed service', async () => {
    const model = await mapOf({
      ...office(asks('PRICING_HOST', 'pricing')),
      ...composed('', { reports: 'image: office/reports\nprofiles: [reports]' }),
    })
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'reports (optional)', 'seating'])
  })
})

describe('what is no part of the system', () => {
  it('documents and diagrams, whatever they show', async () => {
    const snippet = composeFile({ phantom: 'image: office/phantom', seating: 'build: ./seating\nenvironment: {PRICING_HOST: ledger}' })
    const model = await mapOf({
      ...office(asks('PRICING_HOST', 'pricing')),
      ...composed(''),
      'README.md': `# Office\n\n\`\`\`yaml\n${snippet}\`\`\`\n\nseating calls ledger over http://ledger:7000\n`,
      'docs/architecture.puml': '@startuml\nseating --> ledger\n@enduml\n',
      'docs/graph.mmd': 'graph LR\n  seating --> phantom\n',
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'seating'])
  })

  it('vendored and checked-in dependencies', async () => {
    const model = await mapOf({
      ...office(asks('PRICING_HOST', 'pricing')),
      ...composed(''),
      ...nodeService('seating/node_modules/gossip', asks('X', 'ledger')),
      ...nodeService('vendor/gossip', asks('X', 'ledger')),
      'third_party/gossip/compose.yaml': composeFile({ gossip: 'image: gossip/gossip' }),
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'seating'])
  })

  it('a library module, whose call belongs to whoever uses it', async () => {
    const model = await mapOf({
      'shared/package.json': '{"name": "@office/shared", "main": "index.js"}',
      'shared/index.js': `exports.price = () => ${asks('PRICING_HOST', 'pricing')}\n`,
      ...nodeService('seating', "require('@office/shared').price()"),
      'seating/package.json': '{"name": "seating", "dependencies": {"@office/shared": "file:../shared"}}',
      ...nodeService('pricing'),
      ...nodeService('ledger'),
      ...composed(''),
    })
    expect(nodes(model)).toEqual(['ledger', 'pricing', 'seating'])
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })
})

describe('one and many', () => {
  it('one image with several commands is several services, each with its own calls', async () => {
    const main = (name: string, body: string): Record<string, string> => ({
      [`cmd/${name}/main.go`]: `package main\n\nimport "net/http"\n\nfunc main() {\n\t${body}\n\thttp.ListenAndServe(":7000", nil)\n}\n`,
    })
    const model = await mapOf({
      'go.mod': 'module office\n\ngo 1.24\n',
      Dockerfile: 'FROM golang:1.24\nCOPY . .\nRUN go build -o /bin/ ./cmd/...\n',
      ...main('seating', 'http.Get("http://pricing:7000/v1/list")'),
      ...main('pricing', ''),
      'compose.yaml': composeFile({ seating: 'build: .\nentrypoint: [/bin/seating]', pricing: 'build: .\nentrypoint: [/bin/pricing]' }),
    })
    expect(nodes(model)).toEqual(['pricing', 'seating'])
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('an image that one workload shows to be the repository’s runs what each command starts', async () => {
    const main = (name: string, body: string): Record<string, string> => ({
      [`cmd/${name}/main.go`]: `package main\n\nimport "net/http"\n\nfunc main() {\n\t${body}\n\thttp.ListenAndServe(":7000", nil)\n}\n`,
    })
    const other = (name: string, program: string): string => deployment(name, 'office_demo', { container: `command: [${program}]` })
    const model = await mapOf({
      'go.mod': 'module office\n\ngo 1.24\n',
      Dockerfile: 'FROM golang:1.24\nCOPY . .\nRUN go build -o /bin/ ./cmd/...\n',
      ...main('seating', 'http.Get("http://pricing:7000/v1/list")'),
      ...main('pricing', ''),
      'compose.yaml': composeFile({ seating: 'build: .\nentrypoint: [/bin/seating]', pricing: 'build: .\nentrypoint: [/bin/pricing]' }),
      'k8s/all.yaml': [other('seating', 'seating'), other('srv-pricing', 'pricing')].join('---\n'),
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('one folder with several Dockerfiles is several services', async () => {
    const python = (body: string): string =>
      `import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n${body}\napp.run(port=7000)\n`
    const model = await mapOf({
      'office/seating.py': python('requests.get("http://pricing:7000/v1/list")'),
      'office/pricing.py': python(''),
      'office/Dockerfile.seating': 'FROM python:3.12\nCOPY seating.py .\nCMD ["python", "seating.py"]\n',
      'office/Dockerfile.pricing': 'FROM python:3.12\nCOPY pricing.py .\nCMD ["python", "pricing.py"]\n',
      'compose.yaml': composeFile({
        seating: 'build: {context: ./office, dockerfile: Dockerfile.seating}',
        pricing: 'build: {context: ./office, dockerfile: Dockerfile.pricing}',
      }),
    })
    expect(nodes(model)).toEqual(['pricing', 'seating'])
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('two config maps of one name: each workload is wired by its own', async () => {
    const map = (host: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: wiring}\ndata: {PRICING_HOST: ${host}}\n`
    const wired = (name: string): string =>
      `${deployment(name, name, { container: 'envFrom: [{configMapRef: {name: wiring}}]' })}---\n${service(name)}`
    const model = await mapOf({
      ...office(asks('PRICING_HOST')),
      'k8s/seating.yaml': wired('seating'),
      'k8s/config.yaml': map('pricing'),
      'k8s/others.yaml': ['pricing', 'ledger'].map(n => `${deployment(n, n)}---\n${service(n)}`).join('---\n'),
      'monolith/k8s/all.yaml': `${wired('everything')}---\n${map('ledger')}`,
    })
    expect(pairs(model)).toEqual(['seating -> pricing'])
  })

  it('a shared database and a circle of calls are kept', async () => {
    const model = await mapOf({
      ...nodeService(
        'seating',
        `${asks('PRICING_HOST', 'pricing')}\nnew (require('pg').Pool)({ connectionString: 'postgres://u@books/seats' })`,
      ),
      ...nodeService(
        'pricing',
        `${asks('SEATING_HOST', 'seating')}\nnew (require('pg').Pool)({ connectionString: 'postgres://u@books/seats' })`,
      ),
      'compose.yaml': composeFile({ seating: 'build: ./seating', pricing: 'build: ./pricing', books: 'image: postgres:16' }),
    })
    expect(pairs(model)).toEqual(['pricing -> books', 'pricing -> seating', 'seating -> books', 'seating -> pricing'])
  })

  it('a database that is a file belongs to its program alone', async () => {
    const model = await mapOf({
      ...nodeService('seating', "new (require('sequelize').Sequelize)(process.env.DATABASE_URL)"),
      ...nodeService('pricing'),
      ...composed('environment: {DATABASE_URL: "sqlite:///data/seats.db"}'),
      ...nodeService('ledger'),
    })
    expect(pairs(model)).toEqual(['seating -> sqlite:seating/seats.db'])
  })
})
