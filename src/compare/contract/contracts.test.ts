import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinContracts } from '../../link/contracts.ts'
import type { Change } from '../../model/change.ts'
import type { Contract, ContractFact } from '../../model/contract.ts'
import type { ContractFile } from '../../model/fragment.ts'
import { protobuf } from '../../read/contract/protobuf.ts'
import { compareContracts } from './contracts.ts'

const contract = (content: string): Contract => {
  const { contract: fact, problems } = protobuf.read({ path: 'a.proto', content }) as { contract: ContractFact; problems: unknown[] }
  expect(problems).toEqual([])
  return { ...fact, id: `protobuf:${fact.name}`, repo: 'office', files: ['protos/a.proto'], providers: [], copies: [] }
}
const head = 'syntax = "proto3"; package billing.v1;\n'
const proto = (body: string): Contract => contract(head + body)
const diff = (base: string, next: string): Change[] => compareContracts(proto(base), proto(next))

/** `rule modes request/response message @operations` of what hurts. */
const told = (changes: Change[]): string[] =>
  changes
    .map(c => c.contract!)
    .filter(c => Object.values(c.verdict).some(v => v !== 'compatible'))
    .map(c => `${c.rule} [${c.modes}] ${c.verdict.request ?? '-'}/${c.verdict.response ?? '-'} ${c.message}`)
    .sort()
const service = 'service Billing { rpc GetInvoice(Request) returns (Invoice); }\nmessage Request { string id = 1; }\n'
const invoice = (fields: string, more = ''): string => `${service}message Invoice { ${fields} }\n${more}`

describe('protobuf', () => {
  it('removed field: silent for readers, with its number, type and place', () => {
    const changes = diff(invoice('string id = 1; string tax_id = 7;'), invoice('string id = 1;'))
    expect(changes).toEqual([
      {
        kind: 'removed',
        subject: { kind: 'element', id: 'protobuf:billing.v1#type billing.v1.Invoice/7', name: 'Invoice.tax_id' },
        property: 'field',
        at: { base: { repo: 'office', file: 'protos/a.proto', line: 4 } },
        contract: {
          contract: 'protobuf:billing.v1',
          rule: 'field-removed',
          message: 'removed field 7 tax_id (string)',
          verdict: { response: 'breaking' },
          modes: ['json', 'source', 'semantic'],
          reach: { operations: [{ operation: 'billing.v1.Billing/GetInvoice', side: 'response', path: ['tax_id'] }], total: 1 },
        },
      },
    ])
  })

  const cases: [title: string, base: string, next: string, expected: string[]][] = [
    [
      'plain rename',
      invoice('string tax_id = 7;'),
      invoice('string vat_id = 7;'),
      ['field-name-changed [json,source] -/breaking field 7 renamed from tax_id to vat_id'],
    ],
    [
      'rename to something else',
      invoice('string coupon = 7;'),
      invoice('string tax_id = 7;'),
      ['field-name-changed [json,source,semantic] -/conditional field 7 renamed from coupon to tax_id'],
    ],
    [
      'numbers change their meaning',
      invoice('string street_address_1 = 1; string street_address_2 = 2; string city = 3;'),
      invoice('string street = 1; string city = 2; string state = 3;'),
      [
        'field-meaning-changed [wire,json,source,semantic] -/breaking field 2 now means city (was street_address_2)',
        'field-meaning-changed [wire,json,source,semantic] -/breaking field 3 now means state (was city)',
        'field-name-changed [json,source] -/breaking field 1 renamed from street_address_1 to street',
      ],
    ],
    [
      'number used for another type',
      invoice('string tax_id = 7;'),
      invoice('int32 discount = 7;'),
      ['field-meaning-changed [wire,json,source,semantic] -/breaking field 7 now is discount (was tax_id, string, now int32)'],
    ],
    [
      'field gets another number',
      invoice('string id = 1; string tax_id = 7;'),
      invoice('string id = 1; string tax_id = 8;'),
      ['field-number-changed [wire,semantic] -/breaking field tax_id now has number 8 (was 7)'],
    ],
    [
      'enum to int32',
      invoice('State state = 2;', 'enum State { NONE = 0; }'),
      invoice('int32 state = 2;', 'enum State { NONE = 0; }'),
      ['field-type-changed [json,source] -/breaking field 2 state now is int32 (was State)'],
    ],
    [
      'int32 to string',
      invoice('int32 n = 2;'),
      invoice('string n = 2;'),
      ['field-type-changed [wire,json,source] -/breaking field 2 n now is string (was int32)'],
    ],
    [
      'int32 to uint32',
      invoice('int32 n = 2;'),
      invoice('uint32 n = 2;'),
      ['field-type-changed [source,semantic] -/conditional field 2 n now is uint32 (was int32)'],
    ],
    [
      'int32 to int64',
      invoice('int32 n = 2;'),
      invoice('int64 n = 2;'),
      ['field-type-changed [json,source] -/breaking field 2 n now is int64 (was int32)'],
    ],
    [
      'message retargeted to an equal one',
      invoice('A m = 2;', 'message A { string x = 1; } message B { string x = 1; }'),
      invoice('B m = 2;', 'message A { string x = 1; } message B { string x = 1; }'),
      ['field-type-changed [source] -/conditional field 2 m now is B (was A)'],
    ],
    [
      'message retargeted to another one',
      invoice('A m = 2;', 'message A { string x = 1; } message B { int32 y = 1; }'),
      invoice('B m = 2;', 'message A { string x = 1; } message B { int32 y = 1; }'),
      ['field-type-changed [wire,json,source,semantic] -/breaking field 2 m now is B (was A)'],
    ],
    [
      'map value type',
      invoice('map<string, int32> m = 2;'),
      invoice('map<string, string> m = 2;'),
      ['field-type-changed [wire,json,source] -/breaking field 2 value now is string (was int32)'],
    ],
    [
      'singular to repeated',
      invoice('string n = 2;'),
      invoice('repeated string n = 2;'),
      ['field-label-changed [json,source,semantic] -/breaking field 2 n now is repeated (was without presence)'],
    ],
    ['presence of a message is no news', invoice('Request r = 2;'), invoice('optional Request r = 2;'), []],
    ['added field', invoice('string id = 1;'), invoice('string id = 1; string tax_id = 7;'), []],
    [
      'rpc removed',
      'service Orders { rpc CreateOrder(A) returns (A); rpc Get(A) returns (A); } message A {}',
      'service Orders { rpc Get(A) returns (A); } message A {}',
      ['rpc-removed [wire,json,source] breaking/breaking removed rpc CreateOrder'],
    ],
    [
      'rpc streams',
      'service Orders { rpc Get(A) returns (A); } message A {}',
      'service Orders { rpc Get(A) returns (stream A); } message A {}',
      ['rpc-response-streaming-changed [wire,json,source] breaking/breaking rpc Get now returns a stream'],
    ],
    [
      'rpc takes another message',
      'service Orders { rpc Get(A) returns (A); } message A { string id = 1; } message B { string id = 1; string more = 2; }',
      'service Orders { rpc Get(B) returns (A); } message A { string id = 1; } message B { string id = 1; string more = 2; }',
      ['rpc-request-type-changed [source] conditional/- rpc Get now takes B (was A)'],
    ],
    [
      'value removed, value added',
      invoice('State s = 1;', 'enum State { NONE = 0; OPEN = 1; PAID = 2; }'),
      invoice('State s = 1;', 'enum State { NONE = 0; OPEN = 1; LATE = 3; }'),
      [
        'value-added [semantic] -/conditional added value 3 LATE to State',
        'value-removed [json,source,semantic] -/conditional removed value 2 PAID of State',
      ],
    ],
    [
      'unused message removed',
      invoice('string id = 1;', 'message Gone {}'),
      invoice('string id = 1;'),
      ['message-removed [source] conditional/conditional removed message Gone'],
    ],
    [
      'comments, order, options',
      invoice('string a = 1; string b = 2;'),
      invoice('// c\n string b = 2 [deprecated = true];\n string a = 1;'),
      [],
    ],
    [
      'a reserved number comes back',
      invoice('string a = 1; reserved 7;'),
      invoice('string a = 1; string tax_id = 7;'),
      ['reserved-number-used [wire,semantic] -/conditional added field 7 tax_id: its number was reserved'],
    ],
  ]
  it.each(cases)('%s', (_, base, next, expected) => expect(told(diff(base, next))).toEqual(expected))

  it('reach: every operation with the shortest path, cycles and both sides included', () => {
    const body = (money: string): string => `
      service S { rpc Charge(Order) returns (Receipt); rpc Ping(Nothing) returns (Nothing); rpc Tree(Node) returns (Nothing); }
      message Nothing {}
      message Order { repeated Item items = 1; Money total = 2; }
      message Item { Money price = 1; }
      message Receipt { map<string, Money> parts = 1; }
      message Node { Node left = 1; Node right = 2; Money value = 3; }
      message Money { string currency = 1; ${money} }`
    const [change] = diff(body('int64 units = 2;'), body('int32 units = 2;'))
    expect(change!.contract!.reach).toEqual({
      operations: [
        { operation: 'billing.v1.S/Charge', side: 'request', path: ['total', 'units'] },
        { operation: 'billing.v1.S/Charge', side: 'response', path: ['parts', '[]', 'units'] },
        { operation: 'billing.v1.S/Tree', side: 'request', path: ['value', 'units'] },
      ],
      total: 2,
    })
    expect(change!.contract!.verdict).toEqual({ request: 'breaking', response: 'breaking' })
  })

  it('a type of another contract: told once, where it is defined, with the operations of all', () => {
    const system = (units: string): Contract[] => {
      const file = (path: string, content: string): ContractFile => {
        const { contract: fact } = protobuf.read({ path, content: `syntax = "proto3"; ${content}` }) as { contract: ContractFact }
        return { file: path, digest: content, contract: fact }
      }
      const files = [
        file(
          'billing.proto',
          'package billing; import "money.proto"; service Billing { rpc Pay(Bill) returns (Bill); } message Bill { common.Money total = 1; }',
        ),
        file('money.proto', `package common; message Money { ${units} units = 1; }`),
      ]
      return joinContracts({ files: files.map(f => ({ repo: 'office', file: f })), stubs: [], programs: [] }).contracts
    }
    const pools = { base: system('int64'), head: system('string') }
    const changes = pools.base.flatMap((c, at) => compareContracts(c, pools.head[at]!, pools)).filter(c => c.contract!.modes.length > 0)
    expect(changes.map(c => [c.subject.id, c.at.base?.file, c.contract!.reach])).toEqual([
      [
        'protobuf:common#type common.Money/1',
        'money.proto',
        {
          operations: [{ operation: 'billing.Billing/Pay', contract: 'protobuf:billing', side: 'both', path: ['total', 'units'] }],
          total: 1,
        },
      ],
    ])
  })

  it('laws: nothing differs from itself, whatever is compared has a message', () => {
    const type = fc.constantFrom('string', 'int32', 'bool', 'bytes', 'A', 'B', 'E', 'repeated A', 'map<string, E>', 'repeated int64')
    const fields = fc.uniqueArray(fc.record({ number: fc.integer({ min: 1, max: 6 }), name: fc.constantFrom('a', 'b', 'c', 'd'), type }), {
      maxLength: 4,
      selector: f => f.number,
    })
    const body = fc.tuple(fields, fields).map(([a, b]) => {
      const text = (list: typeof a): string => list.map(f => `${f.type} ${f.name}${f.number % 3} = ${f.number};`).join(' ')
      return `service S { rpc Do(A) returns (B); } message A { ${text(a)} } message B { ${text(b)} } enum E { X = 0; Y = 1; }`
    })
    fc.assert(
      fc.property(body, body, (a, b) => {
        expect(diff(a, a)).toEqual([])
        const changes = diff(a, b)
        expect(changes.every(c => c.subject.id.startsWith('protobuf:billing.v1#') && !/undefined|NaN/.test(c.contract!.message))).toBe(true)
        expect(JSON.parse(JSON.stringify(changes))).toEqual(changes)
      }),
      { numRuns: 150 },
    )
  })
})
