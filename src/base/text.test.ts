import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripped, withoutEnd } from './text.ts'

describe('ends of texts', () => {
  it('are cut as an expression would, in time by their length', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', '-', '.', 'a') }), text => {
        expect(withoutEnd(text, '/')).toBe(text.replace(/\/+$/, ''))
        expect(stripped(text, '.-')).toBe(text.replace(/^[.-]+/, '').replace(/[.-]+$/, ''))
      }),
    )
    expect(withoutEnd(`${'/'.repeat(2_000_000)}a`, '/')).toHaveLength(2_000_001)
  })
})
