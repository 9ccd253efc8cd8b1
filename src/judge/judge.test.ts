import { describe, expect, it } from 'vitest'
import { call, judgeInput, operation, proto, service, system } from '../../test/support/models.ts'
import { compare } from '../compare/compare.ts'
import type { SystemModel } from '../model/system.ts'
import type { JudgeInput } from './input.ts'
import { judge } from './judge.ts'

const get = 'billing.Billing/GetInvoice'

const office = (): SystemModel =>
  system({
    services: [service('billing', { serves: [operation(get)] }), service('ledger')],
    interactions: [call('ledger', 'billing', [operation(get)])],
    contracts: [proto('billing', ['GetInvoice', 'Void'], [{ number: 7, name: 'tax_id' }])],
  })

const judged = (base: SystemModel, head: SystemModel, more: Partial<JudgeInput> = {}) =>
  judge(judgeInput(base, head, { comparison: compare(base, head), ...more }))

const withoutRpc = (more: Partial<SystemModel> = {}): SystemModel => ({
  ...office(),
  contracts: [proto('billing', ['Void'], [{ number: 7, name: 'tax_id' }])],
  ...more,
})

describe('judge', () => {
  it('allows a model that did not change', () => {
    const verdict = judged(office(), office())
    expect(verdict).toMatchObject({ decision: 'allow', findings: [], changes: [], complete: true })
  })

  it('denies a called rpc that is removed', () => {
    const verdict = judged(office(), withoutRpc())
    expect(verdict).toMatchObject({ decision: 'deny', headline: '1 service breaks when Billing/GetInvoice is removed' })
    expect(verdict.findings).toMatchObject([{ rule: 'contract/breaks-consumers', severity: 'error', introduced: true }])
  })

  it('warns, with the order, when the only caller is repaired', () => {
    const verdict = judged(office(), withoutRpc({ interactions: [] }))
    expect(verdict.decision).toBe('warn')
    expect(verdict.findings[0]!.deployOrder!.order).toEqual(['ledger', 'billing'])
  })

  it('warns without naming anybody when nobody is known to call it', () => {
    const base = { ...office(), interactions: [] }
    const verdict = judged(base, withoutRpc({ interactions: [] }))
    expect(verdict).toMatchObject({ decision: 'warn', findings: [{ rule: 'contract/breaks-unknown-consumers', impact: [] }] })
  })

  it('gives the same bytes for the same input', () => {
    expect(JSON.stringify(judged(office(), withoutRpc()))).toBe(JSON.stringify(judged(office(), withoutRpc())))
  })
})
