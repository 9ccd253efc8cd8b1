import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultPolicy, policyRules, readPolicy } from './policy.ts'
import { rules } from './rules.ts'

const source = { repo: 'tickets', file: 'lintel.config.yaml', lineOf: (path: readonly (string | number)[]) => path.length + 1 }
const asOf = '2026-11-22'
const read = (data: unknown) => readPolicy({ config: { data, source }, asOf })

const waiver = { rule: 'topology/sync-cycle', subject: 'a -> b', reason: 'being split', owner: 'team-a', expires: '2026-12-31' }

describe('readPolicy', () => {
  it('has defaults for everything', () => {
    expect(readPolicy({ asOf })).toEqual({ policy: defaultPolicy, problems: [] })
    expect(read({})).toEqual({ policy: defaultPolicy, problems: [] })
    expect(read(null).policy).toEqual(defaultPolicy)
  })

  it('reads what is right', () => {
    const { policy, problems } = read({
      rules: { 'ownership/no-owner': 'off' },
      links: { 'reports/PARTNER_URL': 'partner' },
      external: { 'api.example.com': 'partner API' },
      ignore: ['samples/**'],
      publicContracts: ['openapi:shop'],
      minimumCoverage: 0.9,
      waivers: [waiver],
    })
    expect(problems).toEqual([])
    expect(policy).toMatchObject({ rules: { 'ownership/no-owner': 'off' }, minimumCoverage: 0.9, waivers: [waiver] })
  })

  it('names unknown keys and rules, with a hint and a line, and keeps the rest', () => {
    const { policy, problems } = read({ rule: {}, rules: { 'ownership/no-owners': 'off', 'topology/sync-cycle': 'fatal' }, ignore: ['a'] })
    expect(problems.map(p => p.message)).toEqual([
      'unknown key rule: did you mean rules?',
      'unknown rule ownership/no-owners: did you mean ownership/no-owner?',
      'level of topology/sync-cycle is none of error, warning, note, off',
    ])
    expect(problems[1]!.at).toEqual({ repo: 'tickets', file: 'lintel.config.yaml', line: 3 })
    expect(policy.ignore).toEqual(['a'])
  })

  it('takes no waiver without owner, reason or date, and none for longer than 90 days', () => {
    const waivers = [{ ...waiver, owner: '' }, { ...waiver, expires: 'soon' }, { ...waiver, expires: '2027-06-01' }, waiver]
    const { policy, problems } = readPolicy({ waivers: { data: { waivers }, source }, asOf })
    expect(policy.waivers).toEqual([waiver])
    expect(problems.map(p => p.message)).toEqual([
      'a waiver without owner does not hold',
      'a waiver without a date in expires (2026-12-31) does not hold',
      'a waiver until 2027-06-01 does not hold: at most 90 days from now',
    ])
  })

  it('of an estate: owners, systems and domains by line, and what is wrong with them', () => {
    const lineOf = (path: readonly (string | number)[]): number => path.join('.').length
    const data = {
      owners: { billing: '@office/pay', 'services/*': ['@office/all', '@ada'], crm: 7 },
      systems: { till: ['billing', 'ledger'], none: [] },
      domains: 'sales',
      repositories: ['../billing', 3],
    }
    const { policy, problems } = readPolicy({
      config: { data, source: { repo: 'r', file: 'lintel.config.yaml', lineOf } },
      asOf: '2026-11-22',
    })
    expect(policy.owners.map(o => `${o.pattern} ${o.value} ${o.at.line}`)).toEqual([
      'billing @office/pay 14',
      'services/* @office/all 17',
      'services/* @ada 17',
    ])
    expect(policy.systems.map(o => `${o.pattern} ${o.value} ${o.at.line}`)).toEqual(['billing till 14', 'ledger till 14'])
    expect([policy.domains, policy.repositories]).toEqual([[], ['../billing']])
    expect(problems.map(p => p.message)).toEqual([
      'owners: crm is no text and no list of texts',
      'systems: none is no text and no list of texts',
      'domains is not a map',
      'repositories: entry 2 is not text',
    ])
  })

  it('survives any data', () => {
    fc.assert(
      fc.property(fc.anything(), data => {
        const { policy } = read(data)
        expect(Object.keys(policy).sort()).toEqual(Object.keys(defaultPolicy).sort())
      }),
    )
  })
})

describe('the published schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../docs/schema/lintel.config.schema.json', import.meta.url), 'utf8'))
  const validate = new Ajv2020({ allErrors: true, formats: { date: true } }).compile(schema)

  it('knows the keys and rules that are read', () => {
    expect(Object.keys(schema.properties).sort()).toEqual([...Object.keys(defaultPolicy), '$schema'].sort())
    expect(Object.keys(schema.properties.rules.properties).sort()).toEqual([...rules.map(r => r.id), ...Object.keys(policyRules)].sort())
  })

  it('accepts what is right and refuses what is not', () => {
    expect(validate({ rules: { 'topology/sync-cycle': 'warning' }, waivers: [waiver] })).toBe(true)
    expect(validate({ rule: {} })).toBe(false)
    expect(validate({ rules: { 'topology/sync-cycle': 'fatal' } })).toBe(false)
    expect(validate({ waivers: [{ ...waiver, owner: undefined, reason: '' }] })).toBe(false)
  })
})
