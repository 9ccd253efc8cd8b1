import { expect, it } from 'vitest'
import { judgeInput, seen, service, system, wiring } from '../../test/support/models.ts'
import { compare } from '../compare/compare.ts'
import type { Wiring } from '../model/system.ts'
import { judge } from './judge.ts'
import { targetMissing } from './rules/wiring/target-missing.ts'

/** A value in one manifest whose address ends in another. */
const value = (name: string, to: string, file: string, end: string): Wiring => {
  const { at, ...rest } = seen(file, 20, 'declared')
  return wiring('booking', name, `${to}:7070`, {
    to,
    evidence: [{ ...rest, at, via: [{ at: { ...at, file: end, line: 3 }, says: `Service ${to}` }] }],
  })
}

const judged = (before: Wiring[], after: Wiring[], changedFiles: string[]) => {
  const [base, head] = [before, after].map(wirings =>
    system({ services: [service('booking'), service('seating'), service('ledger')], wirings }),
  )
  return judge(judgeInput(base!, head!, { comparison: compare(base!, head!), rules: [targetMissing], changedFiles }))
}

const ledger = value('LEDGER_ADDR', 'ledger', 'deploy/booking.yaml', 'deploy/ledger.yaml')
const release = value('SEATING_ADDR', 'seating', 'release/all.yaml', 'release/all.yaml')

it('a Service that moves into another manifest of its set still answers', () => {
  const crm = { ...value('LEDGER_ADDR', 'ledger', 'deploy/crm.yaml', 'deploy/ledger.yaml'), of: 'crm' }
  const verdict = judged(
    [ledger, crm, value('SEATING_ADDR', 'seating', 'deploy/booking.yaml', 'deploy/seating.yaml')],
    [ledger, crm, value('SEATING_ADDR', 'seating', 'deploy/booking.yaml', 'deploy/ledger.yaml')],
    ['deploy/seating.yaml', 'deploy/ledger.yaml'],
  )
  expect(verdict.findings).toEqual([])
})

it('a Service that is renamed is missed, though another set of manifests has the name', () => {
  const verdict = judged(
    [release, value('SEATING_ADDR', 'seating', 'deploy/booking.yaml', 'deploy/seating.yaml')],
    [release, value('SEATING_ADDR', 'seating', 'deploy/booking.yaml', 'release/all.yaml')],
    ['deploy/seating.yaml'],
  )
  expect(verdict.decision).toBe('deny')
  expect(verdict.findings[0]!.message).toContain('deploy/seating.yaml no longer answers to seating')
})

it('a name that is replaced by another the code reads is not lost; by one it does not read, it is', () => {
  const before = [value('SEATING_HOST', 'seating', 'deploy/booking.yaml', 'deploy/seating.yaml'), { ...release, name: 'SEATING_HOST' }]
  const after = value('SEATING_ADDRESSES', 'seating', 'deploy/booking.yaml', 'deploy/seating.yaml')
  const changed = ['deploy/booking.yaml']
  expect(judged(before, [before[1]!, after], changed).findings).toEqual([])
  expect(judged(before, [before[1]!, { ...after, read: false }], changed).decision).toBe('deny')
})
