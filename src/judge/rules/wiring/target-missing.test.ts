import { describe, expect, it } from 'vitest'
import { judgeInput, service, system, wiring } from '../../../../test/support/models.ts'
import { compare } from '../../../compare/compare.ts'
import type { Evidence } from '../../../model/evidence.ts'
import { judge } from '../../judge.ts'

const endingAt = (file: string, at = 'deploy/booking.yaml'): Evidence[] => [
  {
    reader: 'deploy/kubernetes',
    basis: 'declared',
    at: { repo: 'tickets', file: at, line: 20 },
    via: [{ at: { repo: 'tickets', file, line: 1 }, says: 'Service' }],
  },
]

describe('wiring/target-missing', () => {
  const services = ['booking', 'seating', 'pricing'].map(name => service(name))
  const pricing = wiring('booking', 'PRICING_ADDR', 'pricing:80', {
    to: 'pricing',
    evidence: endingAt('deploy/pricing.yaml', 'deploy/web.yaml'),
  })
  const seating = (file: string) => wiring('booking', 'SEATING_ADDR', 'seating:80', { to: 'seating', evidence: endingAt(file) })

  it('says nothing when a Service moves to another file', () => {
    const base = system({ services, wirings: [pricing, seating('deploy/seating.yaml')] })
    const head = system({ services, wirings: [pricing, seating('deploy/pricing.yaml')] })
    const changedFiles = ['deploy/seating.yaml', 'deploy/pricing.yaml']
    const { findings } = judge(judgeInput(base, head, { comparison: compare(base, head), changedFiles }))
    expect(findings).toEqual([])
  })

  it('denies when only the manifest of another set still answers to the name', () => {
    const other = wiring('booking', 'SEATING_ADDR', 'seating:80', {
      to: 'seating',
      evidence: endingAt('overlay/seating.yaml', 'overlay/booking.yaml'),
    })
    const base = system({ services, wirings: [other, seating('deploy/seating.yaml')] })
    const head = system({ services, wirings: [other, seating('overlay/seating.yaml')] })
    const { decision } = judge(judgeInput(base, head, { comparison: compare(base, head), changedFiles: ['deploy/seating.yaml'] }))
    expect(decision).toBe('deny')
  })
})
