import { describe, expect, it } from 'vitest'
import { call, judgeInput, operation, policy, proto, service, system } from '../../test/support/models.ts'
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

describe('a waiver', () => {
  const given = {
    rule: 'contract/breaks-consumers',
    subject: '*GetInvoice*',
    reason: 'ledger is retired',
    owner: 'team-pay',
    expires: '2026-12-31',
  }
  const under = (base: SystemModel, head: SystemModel, more: object = {}) =>
    judged(base, head, { policy: policy({ waivers: [{ ...given, ...more }] }) })
  const withCrm = (model: SystemModel): SystemModel => ({
    ...model,
    services: [...model.services, service('crm')],
    interactions: [...model.interactions, call('crm', 'billing', [operation(get)])],
  })

  it('holds for the consumers that were known', () => {
    expect(under(office(), withoutRpc())).toMatchObject({
      decision: 'allow',
      findings: [{ severity: 'note', waiver: given }],
      waiversUsed: [given],
    })
    expect(under(office(), withoutRpc(), { consumers: ['ledger'] }).decision).toBe('allow')
  })

  it('is void when a new consumer appears, and says whom it does not cover', () => {
    const verdict = under(office(), withCrm(withoutRpc()))
    expect(verdict).toMatchObject({ decision: 'deny', waiversUsed: [] })
    expect(verdict.findings[0]).not.toHaveProperty('waiver')
    expect(verdict.findings[0]!.message).toContain('the waiver of team-pay is void: crm is a consumer that was not known when it was given')
  })

  it('is void for consumers that came to the base after it was given, where it lists those it was given for', () => {
    expect(under(withCrm(office()), withCrm(withoutRpc())).decision).toBe('allow')
    expect(under(withCrm(office()), withCrm(withoutRpc()), { consumers: ['ledger'] }).decision).toBe('deny')
    expect(under(withCrm(office()), withCrm(withoutRpc()), { consumers: ['crm', 'ledger'] }).decision).toBe('allow')
  })
})
