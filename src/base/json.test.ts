import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './json.ts'

/** The same by sorting copies. */
const plainly = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainly)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, plainly(member)]),
  )
}

const text = fc.string({
  unit: fc.oneof(fc.constantFrom('a', '"', '\\', '\n', '\u007f', '\u2028', '\ud800', '\udc00', ' ', '~'), fc.string()),
})
const value = fc.letrec(tie => ({
  any: fc.oneof({ depthSize: 'small' }, text, fc.double(), fc.boolean(), fc.constantFrom(null, undefined), tie('list'), tie('members')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  members: fc.dictionary(
    text.filter(name => name !== '__proto__' && !/^\d+$/.test(name)),
    tie('any'),
    { maxKeys: 4 },
  ),
})).any

describe('canonical JSON', () => {
  it('is JSON with its names in order, whatever it is made of', () => {
    fc.assert(
      fc.property(value, one => {
        expect(canonicalJson(one)).toBe(JSON.stringify(plainly(one)) ?? 'null')
        expect(JSON.stringify(JSON.parse(canonicalJson(one, 2)))).toBe(JSON.stringify(JSON.parse(canonicalJson(one))))
      }),
      { numRuns: 300 },
    )
  })
})
