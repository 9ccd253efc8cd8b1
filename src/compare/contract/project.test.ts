import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Contract, ContractFact } from '../../model/contract.ts'
import type { MemberUse } from '../../model/fragment.ts'
import { protobuf } from '../../read/contract/protobuf.ts'
import { compareContracts } from './contracts.ts'
import { projectPath, touches } from './project.ts'

const contract = (body: string): Contract => {
  const { contract: fact } = protobuf.read({ path: 'a.proto', content: `syntax = "proto3"; package office; ${body}` }) as {
    contract: ContractFact
  }
  return { ...fact, id: 'protobuf:office', repo: 'office', files: ['a.proto'], providers: [], copies: [] }
}
const body = (invoice: string): string => `
  service Billing { rpc Get(Query) returns (Reply); }
  message Query { string id = 1; }
  message Reply { repeated Invoice invoices = 1; map<string, Invoice> by_id = 2; oneof kind { Invoice single = 3; string note = 4; } Reply next = 5; }
  message Invoice { string id = 1; ${invoice} State state = 3; repeated string items_list = 4; repeated string items = 5; }
  enum State { NONE = 0; PAID = 1; OPEN = 2; }`
const use = (path: string[], more: Partial<MemberUse> = {}): MemberUse => ({
  ...{ side: 'response', path, access: 'read', tolerance: 'strict', at: { repo: 'office', file: 'web.ts', line: 1 } },
  ...more,
})

describe('uses meet changes', () => {
  const base = contract(body('string tax_id = 2;'))
  const [removed] = compareContracts(base, contract(body('')))
  it.each([
    [['invoices', '[]', 'tax_id'], true],
    [['invoices', 'taxId'], true],
    [['Invoices', 'TaxId'], true],
    [['getInvoicesList', '[]', 'getTaxId'], true],
    [['invoicesList', 'hasTaxId'], true],
    [['by_id', 'key-of-a-map', 'tax_id'], true],
    [['by_id', '[]', 'tax_id'], true],
    [['kind', 'single', 'tax_id'], true],
    [['single', 'tax_id'], true],
    [['next', 'next', 'single', 'tax_id'], true],
    [['invoices', 'id'], false],
    [['invoices'], false],
    [['note'], false],
    [['note', 'length'], false],
    [['invoices', 'summary'], 'maybe'],
  ] as [string[], boolean | 'maybe'][])('%j: %s', (path, expected) =>
    expect(touches(removed!, use(path), base, 'office.Billing/Get')).toBe(expected),
  )

  it('the other side does not', () => {
    expect(touches(removed!, use(['id'], { side: 'request' }), base, 'office.Billing/Get')).toBe(false)
    expect(touches(removed!, use(['invoices', 'tax_id']), base, 'Billing/Get')).toBe(true)
    expect(touches(removed!, use(['invoices', 'tax_id']), base, 'Other/Get')).toBe('maybe')
  })

  it('a message that lost its only member has none of that name', () => {
    const alone = (members: string): Contract =>
      contract(`service Billing { rpc Get(Query) returns (Reply); } message Query {} message Reply { ${members} }`)
    const paths = [alone('string note = 1;'), alone('')].map(c => projectPath(c, 'office.Billing/Get', 'response', ['Note']))
    expect(paths.map(p => p.complete)).toEqual([true, false])
  })

  it('an exact name comes before an accessor', () => {
    const ids = (path: string[]): string[] => [...projectPath(base, 'office.Billing/Get', 'response', path).elements]
    expect(ids(['single', 'items_list'])).toContain('protobuf:office#type office.Invoice/4')
    expect(ids(['single', 'items_list'])).not.toContain('protobuf:office#type office.Invoice/5')
  })

  it('values of enums', () => {
    const [change] = compareContracts(base, contract(body('string tax_id = 2;').replace('PAID = 1;', '')))
    const literal = (value?: string): boolean | 'maybe' =>
      touches(
        change!,
        use(['single', 'state'], { access: 'match', ...(value === undefined ? {} : { literal: value }) }),
        base,
        'office.Billing/Get',
      )
    expect([literal('State.PAID'), literal('STATE_PAID'), literal('OPEN'), literal()]).toEqual([true, true, false, 'maybe'])
  })

  it('whatever operation and path a change reaches, a use of that path meets it', () => {
    const types = ['string', 'int32', 'A', 'B', 'C', 'repeated A', 'map<string, B>']
    const message = fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(message, message, message, fc.nat(2), (a, b, c, broken) => {
        const text = (drop: boolean): string =>
          `service S { rpc Do(A) returns (B); } ${[a, b, c]
            .map((fields, m) => {
              const lines = fields.map((type, i) => `${type} f${m}${i} = ${i + 1};`)
              return `message ${'ABC'[m]} { ${(drop && m === broken ? lines.slice(1) : lines).join(' ')} }`
            })
            .join(' ')}`
        const old = contract(text(false))
        for (const change of compareContracts(old, contract(text(true))))
          for (const { operation, side, path } of change.contract!.reach.operations)
            for (const s of side === 'both' ? (['request', 'response'] as const) : [side])
              expect(touches(change, use(path, { side: s }), old, operation)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
