import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everything } from './map/filter.ts'
import { fromHash, initial, type PageState, toHash } from './state.ts'

const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const states: fc.Arbitrary<PageState> = fc
  .record({
    view: fc.constantFrom('domains' as const, 'service' as const, 'overview' as const),
    of: texts,
    hops: fc.constantFrom(1, 2, 3),
    selected: fc.oneof(
      fc.constant(''),
      fc.constant('map'),
      texts.map(t => `n:${t}`),
    ),
    as: fc.constantFrom('drawing' as const, 'list' as const),
    by: fc.constantFrom('' as const, 'owner' as const, 'cluster' as const),
    query: fc.oneof(fc.constant(''), texts),
    filter: fc.record({
      kinds: fc.array(texts, { maxLength: 3 }),
      protocols: fc.array(texts, { maxLength: 3 }),
      owners: fc.array(texts, { maxLength: 3 }),
      confidence: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
      optional: fc.boolean(),
    }),
  })
  .map(s => ({ ...s, of: s.view === 'overview' ? '' : s.of, hops: s.view === 'service' ? s.hops : 1 }))

describe('the address', () => {
  it('says everything that can be shared, whatever names are in it', () => {
    fc.assert(
      fc.property(states, state => {
        expect(fromHash(toHash(state))).toEqual(state)
      }),
      { numRuns: 40 },
    )
  })

  it('is empty at the start, and short', () => {
    expect(toHash(initial)).toBe('')
    expect(toHash({ ...initial, view: 'service', of: 'billing' })).toBe('#view=service&of=billing')
    expect(toHash({ ...initial, view: 'domains', of: '@tickets/billing' })).toBe('#view=domains&of=@tickets/billing')
    expect(toHash({ ...initial, filter: { ...everything, kinds: ['worker', 'job'] } })).toBe('#kind=worker&kind=job')
  })

  it('is understood as far as it can be', () => {
    expect(fromHash('#view=nothing&of=&sel=x:1&hops=99&confidence=sure&as=&q=%E0%A4%A')).toEqual({ ...initial, query: '%E0%A4%A' })
    expect(fromHash('#view=service')).toEqual(initial)
    fc.assert(fc.property(fc.string(), text => void fromHash(text)))
  })
})
