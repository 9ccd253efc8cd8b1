import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByPath } from './by-path.ts'
import { depth, isInside } from './path.ts'

const path = fc.array(fc.constantFrom('a', 'a-b', 'a.b', 'a0', 'b', 'ab'), { maxLength: 4 }).map(parts => parts.join('/'))

describe('things by their paths', () => {
  it('finds what a look at each of them finds, in the order given', () => {
    fc.assert(
      fc.property(fc.array(path), path, (paths, folder) => {
        const items = paths.map((at, n) => ({ at, n }))
        const index = new ByPath(items, i => i.at)
        const inside = items.filter(i => isInside(i.at, folder))
        expect(index.under(folder)).toEqual(inside)
        expect(index.hasUnder(folder)).toBe(inside.length > 0)
        const around = items.filter(i => isInside(folder, i.at)).sort((x, y) => depth(y.at) - depth(x.at) || x.n - y.n)
        expect([...index.around(folder)]).toEqual(around)
        expect(index.at(folder)).toEqual(items.filter(i => i.at === folder))
      }),
    )
  })
})
