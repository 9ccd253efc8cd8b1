import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const command = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const isBuilt = existsSync(fileURLToPath(new URL('../dist/cli.js', import.meta.url)))

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-contracts-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = () => ({ PATH: process.env.PATH, HOME: folder, XDG_CACHE_HOME: join(folder, '.cache'), GIT_CONFIG_GLOBAL: '/dev/null' })
const lintel = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'contracts', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: env(),
  })
  return { status, stdout, stderr }
}
const write = (files: Record<string, string>): void => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
}
const git = (...args: string[]): void => {
  const named = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args]
  const { status, stderr } = spawnSync('git', named, { cwd: folder, encoding: 'utf8', env: env() })
  if (status !== 0) throw new Error(stderr)
}

const billing = (fields: string): string =>
  `syntax = "proto3";\npackage billing.v1;\nmessage Invoice {\n${fields}\n}\nmessage Ask { string id = 1; }\nservice Billing { rpc GetInvoice(Ask) returns (Invoice); }\n`
const api = (properties: object): string =>
  JSON.stringify({
    openapi: '3.0.0',
    info: { title: 'Pricing', version: '1' },
    paths: {
      '/quotes/{id}': {
        get: {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: { description: '', content: { 'application/json': { schema: { type: 'object', properties } } } } },
        },
      },
    },
  })

interface Listed {
  changes: { rule: string; compatibility: string; modes: string[]; subject: string; at: Record<string, unknown>; message: string }[]
}
const json = (text: string): Listed => JSON.parse(text)

describe.runIf(isBuilt)('lintel contracts diff', () => {
  it('compares two documents whatever they are called, and exits with 1 for what breaks', () => {
    write({ 'a.proto': billing('  string id = 1;\n  string tax_id = 7;'), 'b.proto': billing('  string id = 1;') })
    const { status, stdout, stderr } = lintel('diff', 'a.proto', 'b.proto', '--format', 'json')
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' })
    const { changes } = json(stdout)
    expect(changes.map(c => [c.rule, c.compatibility, c.subject])).toEqual([
      ['field-removed', 'breaking', 'protobuf:billing.v1#type billing.v1.Invoice/7'],
    ])
    expect(changes[0]!.at).toMatchObject({ base: { file: 'a.proto', line: 5 } })
    expect(changes[0]!.message).toContain('tax_id')
  })

  it('exits with 0 where nothing breaks, with 1 for conditions only when asked', () => {
    write({ 'one.json': api({ a: { type: 'string' }, b: { type: 'string' } }), 'two.json': api({ a: { type: 'string' } }) })
    const { status, stdout } = lintel('diff', 'one.json', 'two.json')
    expect(status).toBe(0)
    expect(stdout).toContain('1 conditional')
    expect(lintel('diff', 'one.json', 'two.json', '--fail-on', 'conditional').status).toBe(1)
    expect(lintel('diff', 'one.json', 'one.json')).toEqual({ status: 0, stdout: 'No difference.\n', stderr: '' })
    expect(lintel('diff', 'one.json', 'two.json', '--format', 'markdown').stdout).toContain('| conditional |')
  })

  it('gives the names and levels of oasdiff to those who come from it', () => {
    write({ 'one.json': api({ a: { type: 'string', nullable: false } }), 'two.json': api({ a: { type: 'string', nullable: true } }) })
    const { status, stdout } = lintel('diff', 'one.json', 'two.json', '--profile', 'peer', '--format', 'json')
    expect(json(stdout).changes).toMatchObject([{ rule: 'response-property-became-nullable', compatibility: 'breaking' }])
    expect(status).toBe(1)
  })

  it('compares folders, with contracts that came and went', () => {
    write({
      'old/v1/billing.proto': billing('  string id = 1;'),
      'old/pricing.json': api({}),
      'new/v1/billing.proto': billing('  int32 id = 1;'),
    })
    const { changes } = json(lintel('diff', 'old', 'new', '--format', 'json').stdout)
    expect(changes.map(c => c.rule).sort()).toEqual(['contract-removed', 'field-type-changed', 'operation-removed'])
    expect(changes.find(c => c.rule === 'field-type-changed')!.at).toMatchObject({ revision: { file: 'new/v1/billing.proto', line: 4 } })
  })

  it('compares two revisions of a document, and of a folder', () => {
    git('init', '-q', '-b', 'main')
    write({ 'protos/billing.proto': billing('  string id = 1;') })
    git('add', 'protos')
    git('commit', '-q', '-m', 'first')
    write({ 'protos/billing.proto': billing('  bytes id = 1;') })
    git('commit', '-q', '-am', 'second')
    for (const path of ['protos/billing.proto', 'protos']) {
      const { changes } = json(lintel('diff', `HEAD~1:${path}`, `HEAD:${path}`, '--format', 'json').stdout)
      expect({ path, rules: changes.map(c => c.rule) }).toEqual({ path, rules: ['field-type-changed'] })
    }
  })

  it('reads what a document refers to below its folder, and nothing else', () => {
    const using = api({ total: { $ref: 'common/money.json#/components/schemas/Money' } })
    const money = (type: string): string => JSON.stringify({ openapi: '3.0.0', components: { schemas: { Money: { type } } } })
    write({ 'x/api.json': using, 'x/common/money.json': money('string'), 'y/api.json': using, 'y/common/money.json': money('number') })
    const { changes } = json(lintel('diff', 'x/api.json', 'y/api.json', '--format', 'json').stdout)
    expect(changes.map(c => c.rule)).toEqual(['type-changed'])
  })

  it('tells formats by their content', () => {
    const documents: Record<string, [base: string, head: string, rule: string]> = {
      'office.graphql': ['type Query { seat: Int row: Int }', 'type Query { seat: Int }', 'field-removed'],
      'seats.thrift': ['struct Seat { 1: string id }', 'struct Seat { 1: i32 id }', 'field-type-changed'],
      'seat.avsc': ['"int"', '"string"', 'type-changed'],
      'seat.json': [
        '{ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "integer" }',
        '{ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "integer", "maximum": 3 }',
        'maximum-added',
      ],
      'events.yaml': [
        'asyncapi: 2.0.0\nchannels:\n  seats:\n    publish: { message: { name: held } }\n  rows: {}\n',
        'asyncapi: 2.0.0\nchannels:\n  seats:\n    publish: { message: { name: held } }\n',
        'channel-removed',
      ],
    }
    for (const [file, [base, head, rule]] of Object.entries(documents)) {
      write({ [`old/${file}`]: base, [`new/${file}`]: head })
      const { status, stdout } = lintel('diff', `old/${file}`, `new/${file}`, '--format', 'json')
      expect({ file, status, rules: json(stdout).changes.map(c => c.rule) }).toEqual({ file, status: 1, rules: [rule] })
    }
  })

  it('judges the way that is asked for, and against all versions in use', () => {
    const record = (...names: string[]): string =>
      JSON.stringify({
        type: 'record',
        name: 'Seat',
        fields: names.map(name => ({ name, type: 'int', ...(name === 'c' ? { default: 0 } : {}) })),
      })
    write({ '1.avsc': record('a', 'b'), '2.avsc': record('a'), '3.avsc': record('a', 'b', 'c') })
    expect(lintel('diff', '1.avsc', '2.avsc').status).toBe(0)
    expect(lintel('diff', '1.avsc', '2.avsc', '--compatibility', 'forward').status).toBe(1)
    expect(lintel('diff', '1.avsc', '2.avsc', '--compatibility', 'full').status).toBe(1)
    expect(lintel('diff', '1.avsc', '3.avsc').status).toBe(0)
    expect(lintel('diff', '1.avsc', '3.avsc', '--also', '2.avsc').status).toBe(1)
  })

  it('names what is wrong with wrong use', () => {
    write({ 'notes.json': '{"a": 1}', 'a.proto': billing('  string id = 1;'), 'one.json': api({}) })
    for (const [args, words] of [
      [['a.proto', 'nowhere.proto'], 'does not exist'],
      [['notes.json', 'one.json'], 'notes.json is no'],
      [['a.proto', 'one.json'], 'two formats'],
      [['a.proto', '.'], 'a document and a folder'],
      [['HEAD:nowhere.proto', 'a.proto'], 'holds no contract'],
    ] as const) {
      const { status, stderr } = lintel('diff', ...args)
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(words) })
    }
  })
})

describe.runIf(isBuilt)('lintel contracts list and consumers', () => {
  it('says who calls an operation, and where', () => {
    write({
      'shop/protos/billing.proto': billing('  string id = 1;\n  string tax_id = 7;'),
      'shop/billing/requirements.txt': 'grpcio\n',
      'shop/billing/server.py':
        'import grpc\nimport billing_pb2\nimport billing_pb2_grpc\n\nclass Servicer(billing_pb2_grpc.BillingServicer):\n    def GetInvoice(self, request, context):\n        return billing_pb2.Invoice(id=request.id)\n\nif __name__ == "__main__":\n    server = grpc.server(None)\n    billing_pb2_grpc.add_BillingServicer_to_server(Servicer(), server)\n    server.add_insecure_port("[::]:8080")\n',
      'shop/ledger/requirements.txt': 'grpcio\n',
      'shop/ledger/main.py':
        'import grpc\nimport billing_pb2\nimport billing_pb2_grpc\n\ndef run():\n    channel = grpc.insecure_channel("billing:8080")\n    stub = billing_pb2_grpc.BillingStub(channel)\n    invoice = stub.GetInvoice(billing_pb2.Ask(id="1"))\n    print(invoice.tax_id)\n\nif __name__ == "__main__":\n    run()\n',
      'shop/billing/Dockerfile': 'FROM python:3\nCOPY . .\nCMD ["python", "server.py"]\n',
      'shop/ledger/Dockerfile': 'FROM python:3\nCOPY . .\nCMD ["python", "main.py"]\n',
      'shop/compose.yaml': 'services:\n  billing:\n    build: ./billing\n    ports: ["8080:8080"]\n  ledger:\n    build: ./ledger\n',
    })
    const list = lintel('list', 'shop')
    expect(list.stdout).toContain('protobuf:billing.v1')
    expect(list.stdout).toContain('called by ledger')
    const all = lintel('consumers', 'billing', 'Billing/GetInvoice', 'shop')
    expect(all.stdout).toContain('1 service uses Billing/GetInvoice of billing')
    expect(all.stdout).toContain('ledger/main.py:8')
    const member = lintel('consumers', 'billing', 'Invoice.tax_id', 'shop')
    expect(member.stdout).toContain('ledger/main.py:9')
    expect(lintel('consumers', 'billing', 'Invoice.id', 'shop').stdout).toContain('Nobody is known to use Invoice.id')
    expect(lintel('consumers', 'payroll', 'x', 'shop')).toMatchObject({ status: 2 })
  })
})
