import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import type { ContractFact } from '../model/contract.ts'
import { operations } from '../model/contract.ts'
import type { ContractFile, StubFile } from '../model/fragment.ts'
import { openapi } from '../read/contract/openapi.ts'
import { protobuf } from '../read/contract/protobuf.ts'
import { type ContractInput, joinContracts, type ProgramRoot } from './contracts.ts'

const file = (path: string, content: string): ContractFile => {
  const { contract } = protobuf.read({ path, content: `syntax = "proto3"; ${content}` }) as { contract: ContractFact }
  return { file: path, digest: sha256(canonicalJson(contract.units)), contract }
}
const program = (service: string, root: string, more: Partial<ProgramRoot> = {}): ProgramRoot => ({
  ...{ service, repo: 'office', roots: [root], stubs: [], generates: [] },
  ...more,
})
const input = (files: Record<string, string>, programs: ProgramRoot[] = [], stubs: StubFile[] = []): ContractInput => ({
  files: Object.entries(files).map(([path, content]) => {
    const [repo, inside] = path.includes(':') ? path.split(':') : ['office', path]
    return { repo: repo!, file: file(inside!, content) }
  }),
  stubs: stubs.map(stub => ({ repo: 'office', stub })),
  programs,
})

const SEAT = 'message Seat { int32 row = 1; int32 number = 2; }'
const SEATING = `package seating; ${SEAT} message Hold { repeated Seat seats = 1; } service Seating { rpc Reserve(Hold) returns (Hold); rpc Free(Hold) returns (Hold); }`

describe('joinContracts', () => {
  it('the shared folder holds the record, the services hold copies', () => {
    const { contracts, problems } = joinContracts(
      input(
        {
          'protos/seating.proto': SEATING,
          'services/seating/seating.proto': SEATING,
          'services/booking/proto/Seat.proto': `package seating; ${SEAT}`,
          'services/web/seating.proto': SEATING.replace('int32 number = 2', 'string number = 2').replace(
            'rpc Free(Hold) returns (Hold);',
            '',
          ),
          'services/web/health.proto': 'package grpc.health.v1; message Ping {}',
        },
        [
          program('seating', 'services/seating', { serves: ['Seating/Reserve'] }),
          program('booking', 'services/booking'),
          program('web', 'services/web'),
        ],
      ),
    )
    expect(problems).toEqual([])
    expect(contracts.map(c => [c.id, c.files])).toEqual([['protobuf:seating', ['protos/seating.proto']]])
    expect(operations(contracts[0]!).map(o => o.id)).toEqual(['seating.Seating/Reserve', 'seating.Seating/Free'])
    expect(contracts[0]!.copies.map(({ file: path, state, differs, usedBy }) => ({ path, state, differs, usedBy }))).toEqual([
      { path: 'services/booking/proto/Seat.proto', state: 'current', differs: [], usedBy: ['booking'] },
      { path: 'services/seating/seating.proto', state: 'current', differs: [], usedBy: ['seating'] },
      { path: 'services/web/seating.proto', state: 'stale', differs: ['Seat.number'], usedBy: ['web'] },
    ])
  })

  it('without a shared folder the provider has the record, in its repository before others', () => {
    const programs = [program('booking', 'services/booking'), program('seating', 'services/seating', { serves: ['seating.Seating'] })]
    const own = joinContracts(input({ 'services/booking/seating.proto': SEATING, 'services/seating/seating.proto': SEATING }, programs))
    expect(own.contracts[0]!.files).toEqual(['services/seating/seating.proto'])
    const other = joinContracts(
      input({ 'crm:protos/seating.proto': SEATING, 'office:services/seating/seating.proto': SEATING }, [
        ...programs,
        program('crm', '', { repo: 'crm' }),
      ]),
    )
    expect(other.contracts[0]!.repo).toBe('office')
    expect(other.contracts[0]!.copies[0]).toMatchObject({ repo: 'crm', usedBy: ['crm'] })
  })

  it('joins the files of a package, and names across packages', () => {
    const { contracts } = joinContracts(
      input({
        'protos/billing/api.proto':
          'package office.billing; import "money.proto"; service Billing { rpc Pay(Bill) returns (common.Money); }',
        'protos/billing/bill.proto':
          'package office.billing; message Bill { office.common.Money total = 1; google.protobuf.Timestamp at = 2; }',
        'protos/money.proto': 'package office.common; message Money { int64 units = 1; }',
      }),
    )
    expect(contracts.map(c => [c.id, c.files])).toEqual([
      ['protobuf:office.billing', ['protos/billing/api.proto', 'protos/billing/bill.proto']],
      ['protobuf:office.common', ['protos/money.proto']],
    ])
    const names = contracts[0]!.nodes.flatMap(n => n.edges.map(e => e.to)).filter(to => typeof to !== 'number')
    expect(names).toEqual([
      { name: 'office.common.Money', contract: 'protobuf:office.common' },
      { name: 'office.common.Money', contract: 'protobuf:office.common' },
      { name: 'google.protobuf.Timestamp' },
    ])
    const rpc = contracts[0]!.nodes.find(n => n.kind === 'rpc')!
    expect(contracts[0]!.nodes[rpc.edges[0]!.to as number]).toMatchObject({ name: 'office.billing.Bill', at: { file: 1 } })
  })

  it('unrelated contracts of one package stay apart', () => {
    const { contracts } = joinContracts(
      input({
        'a:api.proto': 'package api; message Empty {} message A {} message B {}',
        'b:api.proto': 'package api; message Empty {} message C {} message D {}',
      }),
    )
    expect(contracts.map(c => c.id)).toEqual(['protobuf:api@a/api.proto', 'protobuf:api@b/api.proto'])
    expect(contracts.every(c => c.copies.length === 0)).toBe(true)
  })

  it('OpenAPI documents of one title are copies, and files they refer to are joined', () => {
    const read = (path: string, content: string): ContractFile => {
      const { contract } = openapi.read({ path, content }) as { contract: ContractFact }
      return { file: path, digest: sha256(content), contract }
    }
    const api = (type: string, more = ''): string => `
openapi: 3.0.0
info: { title: Pricing API }
paths:
  /price:
    get: { responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Price' } } } } } }
${more}
components: { schemas: { Price: { type: object, properties: { units: { type: ${type} } } } } }`
    const files = [
      read(
        'api/pricing.yaml',
        api('integer', "  /other: { get: { responses: { '200': { $ref: 'common.yaml#/components/responses/Fine' } } } }"),
      ),
      read('api/common.yaml', 'openapi: 3.0.0\ninfo: { title: Common }\ncomponents: { responses: { Fine: {} } }'),
      read('services/web/pricing.yaml', api('integer')),
      read('services/crm/pricing.yaml', api('string')),
    ].map(f => ({ repo: 'office', file: f }))
    const { contracts, problems } = joinContracts({
      files,
      stubs: [],
      programs: [program('web', 'services/web'), program('crm', 'services/crm')],
    })
    expect(problems).toEqual([])
    expect(contracts.map(c => [c.id, c.files])).toEqual([
      ['openapi:common', ['api/common.yaml']],
      ['openapi:pricing-api', ['api/pricing.yaml']],
    ])
    expect(contracts[1]!.copies.map(c => [c.file, c.state, c.differs, c.usedBy])).toEqual([
      ['services/crm/pricing.yaml', 'stale', ['Price.units'], ['crm']],
      ['services/web/pricing.yaml', 'current', [], ['web']],
    ])
    const names = contracts[1]!.nodes.flatMap(n => n.edges.map(e => e.to)).filter(to => typeof to !== 'number')
    expect(names).toEqual([{ name: 'responses/Fine', contract: 'openapi:common' }])
  })

  it('stubs name their source', () => {
    const stubs: StubFile[] = [
      { file: 'services/booking/pb/seating.pb.go', digest: 'd1', from: 'seating.proto', by: 'protoc-gen-go', programs: [] },
      { file: 'services/web/seating_pb2.py', digest: 'd2', programs: [] },
      { file: 'services/web/other_pb2.py', digest: 'd3', programs: [] },
    ]
    const programs = [program('booking', 'services/booking'), program('web', 'services/web', { stubs: ['services/web/seating_pb2.py'] })]
    const { contracts } = joinContracts(input({ 'protos/seating.proto': SEATING }, programs, stubs))
    expect(contracts[0]!.copies.map(c => [c.kind, c.file, c.state, c.usedBy])).toEqual([
      ['stub', 'services/booking/pb/seating.pb.go', 'unknown', ['booking']],
      ['stub', 'services/web/seating_pb2.py', 'unknown', ['web']],
    ])
  })

  it('does not depend on the order of files', () => {
    const base = input({
      'protos/a.proto': SEATING,
      'services/x/a.proto': SEATING,
      'services/y/b.proto': `package seating; ${SEAT}`,
      'money.proto': 'package money; message Money {}',
    })
    const expected = JSON.stringify(joinContracts(base))
    fc.assert(
      fc.property(fc.shuffledSubarray([...base.files], { minLength: base.files.length }), files => {
        expect(JSON.stringify(joinContracts({ ...base, files }))).toBe(expected)
      }),
      { numRuns: 30 },
    )
  })
})
