import { describe, expect, it } from 'vitest'
import { service } from '../../test/support/models.ts'
import { type Central, centrally } from './central.ts'

const at = (line: number) => ({ repo: '', file: 'lintel.config.yaml', line })
const lines = (...pairs: [string, string][]) => pairs.map(([pattern, value], n) => ({ pattern, value, at: at(n + 1) }))
const central = (more: Partial<Central> = {}): Central => ({ owners: [], systems: [], domains: [], ...more })
const said = (central: Central, given = service('billing')) => {
  const { owners, system, domain } = centrally(central)(given)
  return { owners: owners.map(o => `${o.value} ${o.evidence[0]?.at.line}`), system: system?.value, domain: domain?.value }
}

describe('one configuration for an estate', () => {
  it('names owners by service, folder, glob and repository; the last line that matches counts', () => {
    for (const pattern of [
      'billing',
      'services/billing',
      '/services/',
      'services/*',
      'tickets/services/billing',
      'tickets',
      'tickets/billing',
    ])
      expect(said(central({ owners: lines([pattern, 'pay']) })).owners, pattern).toEqual(['pay 1'])
    for (const pattern of ['bill', 'services/bill', 'other/services/billing', '{', '[']) {
      expect(said(central({ owners: lines([pattern, 'pay']) })).owners, pattern).toEqual([])
    }
    expect(said(central({ owners: lines(['services/**', 'all'], ['billing', 'pay'], ['ledger', 'fin']) })).owners).toEqual(['pay 2'])
    expect(said(central({ owners: lines(['billing', 'pay'], ['billing', 'till']) })).owners).toEqual(['pay 1', 'till 2'])
  })

  it('stands back behind CODEOWNERS and catalogs', () => {
    const owned = service('billing', { owners: [{ value: '@office/pay', evidence: [] }], system: { value: 'till', evidence: [] } })
    expect(said(central({ owners: lines(['billing', 'x']), systems: lines(['billing', 'y']) }), owned)).toMatchObject({
      owners: ['@office/pay undefined'],
      system: 'till',
    })
  })

  it('makes systems of services, and domains of both', () => {
    expect(said(central({ systems: lines(['services/*', 'money']), domains: lines(['money', 'sales']) }))).toMatchObject({
      system: 'money',
      domain: 'sales',
    })
    expect(said(central({ domains: lines(['billing', 'sales']) }))).toMatchObject({ system: undefined, domain: 'sales' })
  })
})
