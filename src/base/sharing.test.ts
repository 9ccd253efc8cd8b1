import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharing } from './sharing.ts'

const item = fc.record({ id: fc.constantFrom('a', 'b', 'c'), n: fc.jsonValue({ maxDepth: 2 }) })
const model = fc.record({ items: fc.array(item), others: fc.array(fc.jsonValue({ maxDepth: 2 })) })

describe('a value that shares its parts with another', () => {
  it('says what it said, member by member', () => {
    fc.assert(
      fc.property(model, model, (value, other) => {
        const json = JSON.stringify(value)
        expect(JSON.stringify(sharing(value, other))).toBe(json)
        expect(JSON.stringify(value)).toBe(json)
      }),
    )
  })

  it('is the other where both are equal, and takes its parts where only some are', () => {
    fc.assert(
      fc.property(model, fc.uniqueArray(item, { selector: i => i.id, minLength: 2 }), (other, items) => {
        const same = sharing(structuredClone(other), other)
        expect(same.items).toBe(other.items)
        expect(same.others).toBe(other.others)
        const turned = sharing({ items: [...structuredClone(items)].reverse() }, { items }).items
        expect(turned.every((item, n) => item === items.at(-1 - n))).toBe(true)
      }),
    )
  })
})
