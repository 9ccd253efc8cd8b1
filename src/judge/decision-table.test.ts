import { describe, expect, it } from 'vitest'
import { call, judgeInput, operation, proto, repo, service, system, use } from '../../test/support/models.ts'
import { compare } from '../compare/compare.ts'
import type { Impact } from '../model/change.ts'
import type { Contract, Copy } from '../model/contract.ts'
import type { Interaction, OperationRef, Service, SystemModel } from '../model/system.ts'
import { judge } from './judge.ts'

const get = 'billing.Billing/Get'
const stub = (usedBy: string, digest: string): Copy => ({
  repo,
  file: `services/${usedBy}/genproto/billing.pb.go`,
  kind: 'stub',
  digest,
  state: 'unknown',
  differs: [],
  usedBy: [usedBy],
  evidence: [],
})

interface Side {
  contract: Contract
  /** What ledger does with billing; no call if absent. */
  ledger?: Partial<OperationRef>
  call?: Partial<Interaction>
  billing?: Partial<OperationRef>
  services?: Service[]
  revisions?: SystemModel['revisions']
}

const office = ({ contract, ledger, call: more, billing, services, revisions }: Side): SystemModel =>
  system({
    services: services ?? [service('billing', { serves: [operation(get, billing)] }), service('ledger')],
    interactions: ledger ? [call('ledger', 'billing', [operation(get, ledger)], more)] : [],
    contracts: [contract],
    ...(revisions ? { revisions } : {}),
  })

const check = (base: Side, head: Side) => {
  const [a, b] = [office(base), office(head)]
  return judge(judgeInput(a, b, { comparison: compare(a, b) }))
}

const id = { number: 1, name: 'id' }
const tax = { number: 7, name: 'tax_id' }
const whole = proto('billing', ['Get'], [id, tax])
const withStubs = (contract: Contract, digest: string): Contract => ({
  ...contract,
  copies: [stub('billing', digest), stub('ledger', digest)],
})
const reads = (path: string): Partial<OperationRef> => ({ uses: [use(path, { at: { repo, file: 'services/ledger/post.go', line: 120 } })] })

describe('the decision table', () => {
  it('a field goes that a party still reads: deny, with the place', () => {
    const verdict = check(
      { contract: whole, ledger: reads('taxId') },
      { contract: proto('billing', ['Get'], [id]), ledger: reads('taxId') },
    )
    expect(verdict).toMatchObject({ decision: 'deny', headline: '1 service breaks when Reply loses tax_id' })
    expect(verdict.findings[0]!.impact).toMatchObject([
      { party: 'ledger', verdict: 'breaks', loud: false, at: { line: 120 }, note: 'reads taxId', repairedAtHead: false },
    ])
    expect(verdict.findings[0]!.deployOrder!.reason).toBe('none is safe while ledger runs its present version')
  })

  it('all readers are repaired, one order is safe: warn, with the order', () => {
    const base = { contract: withStubs(whole, 'old'), ledger: reads('taxId') }
    const head = { contract: withStubs(proto('billing', ['Get'], [id]), 'new'), ledger: { uses: [use('id')] } }
    const verdict = check(base, head)
    expect(verdict.decision).toBe('warn')
    expect(verdict.findings).toMatchObject([
      { rule: 'contract/breaks-consumers', severity: 'warning', deployOrder: { safe: 'consumers-first', order: ['ledger', 'billing'] } },
    ])
  })

  it('numbers change their meaning, all sources are repaired: deny, no order is safe, providers are parties', () => {
    const shuffled = proto(
      'billing',
      ['Get'],
      [
        { number: 1, name: 'tax_id' },
        { number: 7, name: 'id' },
      ],
    )
    const base = { contract: withStubs(whole, 'old'), ledger: reads('id') }
    const verdict = check(base, { contract: withStubs(shuffled, 'new'), ledger: reads('id') })
    expect(verdict).toMatchObject({ decision: 'deny', headline: '2 services break when Reply changes meaning' })
    expect(verdict.findings).toHaveLength(1)
    expect(verdict.findings[0]!.deployOrder!.safe).toBe('none')
    expect(verdict.findings[0]!.impact.map(i => `${i.role} ${i.party} ${i.repairedAtHead}`)).toEqual([
      'consumer ledger true',
      'provider billing true',
    ])
  })

  it('a wire break where only the record changes: deny, parties by the operation alone', () => {
    const retyped = proto('billing', ['Get'], [{ ...id, type: 'int64' }, tax])
    const verdict = check({ contract: withStubs(whole, 'old'), ledger: {} }, { contract: withStubs(retyped, 'old'), ledger: {} })
    expect(verdict.decision).toBe('deny')
    expect(verdict.findings[0]!.impact.map(i => `${i.party} ${i.verdict} ${i.repairedAtHead}`)).toEqual([
      'ledger likely-breaks false',
      'billing likely-breaks false',
    ])
  })

  it('renamed under the same number, readers repaired: source only, warn', () => {
    const renamed = proto('billing', ['Get'], [id, { number: 7, name: 'vat_id' }])
    const verdict = check(
      { contract: withStubs(whole, 'old'), ledger: reads('tax_id') },
      { contract: withStubs(renamed, 'new'), ledger: reads('vat_id') },
    )
    expect(verdict).toMatchObject({ decision: 'warn', findings: [{ rule: 'contract/breaks-consumers', severity: 'warning' }] })
  })

  it('renamed, and a reader keeps the old name: deny', () => {
    const renamed = proto('billing', ['Get'], [id, { number: 7, name: 'vat_id' }])
    const verdict = check({ contract: whole, ledger: reads('tax_id') }, { contract: renamed, ledger: reads('tax_id') })
    expect(verdict).toMatchObject({ decision: 'deny', findings: [{ severity: 'error', impact: [{ party: 'ledger', modes: ['source'] }] }] })
  })

  it('renamed, and a gateway hands it on as JSON: deny, though its stubs are new', () => {
    const renamed = proto('billing', ['Get'], [id, { number: 7, name: 'vat_id' }])
    const gateway = { encoding: 'json' as const }
    const verdict = check(
      { contract: withStubs(whole, 'old'), ledger: {}, call: gateway },
      { contract: withStubs(renamed, 'new'), ledger: {}, call: gateway },
    )
    expect(verdict).toMatchObject({
      decision: 'deny',
      findings: [{ impact: [{ party: 'ledger', verdict: 'likely-breaks', repairedAtHead: false }] }],
    })
    expect(verdict.findings[0]!.impact[0]!.modes).toContain('json')
  })

  it('a wire break that nobody is known to feel: warn, naming none', () => {
    const retyped = proto('billing', ['Get'], [{ ...id, type: 'int64' }, tax])
    const verdict = check({ contract: withStubs(whole, 'old') }, { contract: withStubs(retyped, 'new') })
    expect(verdict).toMatchObject({
      decision: 'warn',
      findings: [{ rule: 'contract/breaks-unknown-consumers', severity: 'warning', impact: [] }],
    })
  })

  it('the same with everybody known: a note', () => {
    const retyped = proto('billing', ['Get'], [{ ...id, type: 'int64' }, tax])
    const revisions = [
      { repo, revision: 'r' },
      { repo: 'shop', revision: 'r' },
    ]
    const verdict = check({ contract: whole, revisions }, { contract: retyped, revisions })
    expect(verdict).toMatchObject({
      decision: 'allow',
      findings: [{ rule: 'contract/breaks-unknown-consumers', severity: 'note', population: { closed: true } }],
    })
  })

  it('a field goes that a caller provably does not read: safe for it', () => {
    const revisions = [
      { repo, revision: 'r' },
      { repo: 'shop', revision: 'r' },
    ]
    const closed = { uses: [use('id')], closed: true }
    const verdict = check(
      { contract: whole, ledger: closed, revisions },
      { contract: proto('billing', ['Get'], [id]), ledger: closed, revisions },
    )
    expect(verdict).toMatchObject({ decision: 'allow', findings: [{ rule: 'contract/breaks-unknown-consumers', severity: 'note' }] })
  })

  it('a field goes, and a caller hands the message on: warn, it may break', () => {
    const verdict = check({ contract: whole, ledger: {} }, { contract: proto('billing', ['Get'], [id]), ledger: {} })
    expect(verdict).toMatchObject({
      decision: 'warn',
      findings: [{ rule: 'contract/breaks-unknown-consumers', impact: [{ party: 'ledger', verdict: 'unknown' }] }],
    })
  })

  it('what breaks under a condition only is a note while a known consumer may feel it, and nothing where none does', () => {
    const [a, b] = [office({ contract: whole, ledger: {} }), office({ contract: proto('billing', ['Get'], [id]), ledger: {} })]
    const comparison = compare(a, b)
    const mild = (verdict: Impact['verdict']) => ({
      ...comparison,
      impacts: comparison.impacts.map(report => ({
        ...report,
        change: { ...report.change, contract: { ...report.change.contract!, verdict: { response: 'conditional' as const } } },
        impacts: report.impacts.map(i => ({ ...i, verdict })),
      })),
    })
    const found = (verdict: Impact['verdict']) => judge(judgeInput(a, b, { comparison: mild(verdict) }))
    expect(found('unknown')).toMatchObject({
      decision: 'allow',
      findings: [{ rule: 'contract/breaks-unknown-consumers', severity: 'note', impact: [{ party: 'ledger', verdict: 'unknown' }] }],
    })
    expect(found('tolerated-silently').findings).toEqual([])
    expect(found('safe-proved').findings).toEqual([])
  })

  it('a request field goes that the provider insists on: its own break', () => {
    const asking = proto('billing', ['Get'], [id], {
      request: [
        { number: 1, name: 'customer' },
        { number: 2, name: 'day' },
      ],
    })
    const without = proto('billing', ['Get'], [id], { request: [{ number: 2, name: 'day' }] })
    const insists = { uses: [use('customer', { side: 'request' })] }
    const sends = { uses: [use('customer', { side: 'request', access: 'send' })] }
    const verdict = check({ contract: asking, ledger: sends, billing: insists }, { contract: without, ledger: {}, billing: insists })
    expect(verdict.decision).toBe('deny')
    expect(verdict.findings[0]!.impact).toMatchObject([
      { party: 'ledger', role: 'consumer', repairedAtHead: true },
      { party: 'billing', role: 'provider', repairedAtHead: false, note: 'reads customer' },
    ])
  })

  it('a party of another repository that did not move is not repaired', () => {
    const elsewhere = (uses: Partial<OperationRef>, contract: Contract): Side => ({
      contract,
      ledger: uses,
      services: [service('billing', { serves: [operation(get)] }), service('ledger', { repo: 'finance' })],
    })
    const retyped = proto('billing', ['Get'], [{ ...id, type: 'int64' }, tax])
    const verdict = check(elsewhere({}, whole), elsewhere({}, retyped))
    expect(verdict).toMatchObject({ decision: 'deny' })
    expect(verdict.findings[0]!.impact.find(i => i.role === 'consumer')).toMatchObject({ party: 'ledger', repairedAtHead: false })
  })

  it('what is optional or not deployed does not block', () => {
    const services = [service('billing', { serves: [operation(get)] }), service('ledger', { state: 'optional' })]
    const verdict = check(
      { contract: whole, ledger: reads('tax_id'), services },
      { contract: proto('billing', ['Get'], [id]), ledger: reads('tax_id'), services },
    )
    expect(verdict.decision).toBe('warn')
  })

  it('added fields and operations are nobody’s trouble', () => {
    const grown = proto('billing', ['Get', 'List'], [id, tax, { number: 8, name: 'note' }])
    expect(check({ contract: whole, ledger: reads('id') }, { contract: grown, ledger: reads('id') })).toMatchObject({
      decision: 'allow',
      findings: [],
    })
  })
})
