import { describe, expect, it } from 'vitest'
import { call, operation, proto, service, system, wiring } from '../../test/support/models.ts'
import { compare } from './compare.ts'

const get = 'billing.Billing/GetInvoice'

const office = () =>
  system({
    services: [service('billing', { serves: [operation(get)] }), service('ledger')],
    interactions: [call('ledger', 'billing', [operation(get)])],
    contracts: [proto('billing', ['GetInvoice', 'Void'], [{ number: 7, name: 'tax_id' }])],
    wirings: [wiring('ledger', 'BILLING_ADDR', 'billing:7070', { to: 'billing' })],
  })

describe('compare', () => {
  it('finds nothing between a model and itself', () => {
    expect(compare(office(), office())).toEqual({ changes: [], impacts: [] })
  })

  it('names the caller of a removed rpc, and says that it is not repaired', () => {
    const head = { ...office(), contracts: [proto('billing', ['Void'], [{ number: 7, name: 'tax_id' }])] }
    const { impacts } = compare(office(), head)
    expect(impacts).toHaveLength(1)
    expect(impacts[0]!.impacts).toMatchObject([{ party: 'ledger', role: 'consumer', verdict: 'breaks', loud: true, repairedAtHead: false }])
    expect(impacts[0]!.deployOrder).toMatchObject({ safe: 'none', reason: 'none is safe while ledger runs its present version' })
    expect(impacts[0]!.population).toEqual({ closed: false, reason: 'only this repository was read' })
  })

  it('names the caller of an rpc whose service is removed or renamed, while the contract stays', () => {
    const renamed = proto('billing', ['GetInvoice', 'Void'], [{ number: 7, name: 'tax_id' }])
    renamed.nodes[1]!.name = 'billing.Invoices'
    renamed.nodes[0]!.edges[0]!.key = 'billing.Invoices'
    const { impacts } = compare(office(), { ...office(), contracts: [renamed] })
    const gone = impacts.filter(i => i.change.contract!.rule === 'operation-removed')
    expect(gone.map(i => [i.change.contract!.message, i.impacts.map(p => p.party)])).toEqual([
      ['removed billing.Billing/GetInvoice', ['ledger']],
      ['removed billing.Billing/Void', []],
    ])
  })

  it('gives the order when the only caller is repaired', () => {
    const head = {
      ...office(),
      interactions: [],
      contracts: [proto('billing', ['Void'], [{ number: 7, name: 'tax_id' }])],
    }
    const { impacts } = compare(office(), head)
    expect(impacts[0]!.impacts).toMatchObject([{ party: 'ledger', repairedAtHead: true }])
    expect(impacts[0]!.deployOrder).toMatchObject({ safe: 'consumers-first', order: ['ledger', 'billing'] })
  })

  it('tells an operation that the code no longer serves though somebody calls it', () => {
    const base = { ...office(), contracts: [] }
    const head = { ...base, services: [service('billing', { serves: [operation('billing.Billing/Void')] }), service('ledger')] }
    const { impacts } = compare(base, head)
    expect(impacts.map(i => i.change.contract!.message)).toEqual([`billing no longer serves ${get}`])
  })

  it('sees services, interactions and wirings come, go and change', () => {
    const head = {
      ...office(),
      services: [...office().services, service('tax')],
      wirings: [wiring('ledger', 'BILLING_ADDR', 'billing:7071')],
    }
    const changes = compare(office(), head).changes.map(c => `${c.kind} ${c.subject.kind} ${c.subject.name} ${c.property ?? ''}`.trim())
    expect(changes).toEqual([
      'added service tax',
      'modified wiring BILLING_ADDR of ledger reaches',
      'modified wiring BILLING_ADDR of ledger value',
    ])
  })
})

describe('who follows the record', () => {
  const stub = (file: string, digest: string) => ({
    repo: 'tickets',
    file,
    kind: 'stub' as const,
    digest,
    state: 'unknown' as const,
    differs: [],
    usedBy: ['ledger'],
    evidence: [],
  })
  const contract = (type: string, ...digests: string[]) =>
    proto('billing', ['GetInvoice'], [{ number: 1, name: 'total', type }], {
      copies: digests.map((d, n) => stub(['gen/billing.pb.go', 'gen/billing_grpc.pb.go', 'old/billing.pb.go'][n]!, d)),
    })
  const repaired = (...after: string[]) => {
    const base = { ...office(), contracts: [contract('int64', 'a', 'b', ...(after.length > 2 ? ['c'] : []))] }
    const head = { ...office(), contracts: [contract('string', ...after)] }
    return compare(base, head).impacts[0]!.impacts.find(i => i.party === 'ledger')!.repairedAtHead
  }

  it('a generator rewrites only the files whose part changed', () => {
    expect(repaired('a2', 'b')).toBe(true)
    expect(repaired('a', 'b')).toBe(false)
  })

  it('every place that a party is built from has to follow', () => {
    expect(repaired('a2', 'b', 'c')).toBe(false)
    expect(repaired('a2', 'b', 'c2')).toBe(true)
  })
})
