import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Box, Link, PlacedBox } from './boxes.ts'
import { layered, spaced } from './layered.ts'
import { tiled } from './tiles.ts'

/** Enough for what a law of a drawing can break. */
const RUNS = { numRuns: 30 }

const isApart = (a: PlacedBox, b: PlacedBox): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y

const graphs = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.array(fc.tuple(fc.nat(23), fc.nat(23)), { maxLength: 50 }), fc.boolean())
  .map(([count, pairs, isGiven]) => {
    const boxes: Box[] = Array.from({ length: count }, (_, i) => ({
      id: `s${i}`,
      width: 80 + (i % 3) * 40,
      height: 30,
      ...(isGiven ? { layer: (i % 5) - 2 } : {}),
    }))
    const ends = new Map(pairs.map(([a, b]) => [`${a % count}-${b % count}`, { from: `s${a % count}`, to: `s${b % count}` }]))
    const links: Link[] = [...ends].map(([id, { from, to }]) => ({ id, from, to }))
    return { boxes, links }
  })

describe('layers', () => {
  it('place every box inside the frame, and none on another', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        const { boxes: placed, width, height } = layered(boxes, links)
        expect(placed.map(b => b.id).sort()).toEqual(boxes.map(b => b.id).sort())
        const outside = placed.filter(a => a.x < 0 || a.y < 0 || a.x + a.width > width || a.y + a.height > height)
        const onOthers = placed.filter((a, i) => placed.slice(i + 1).some(b => !isApart(a, b)))
        expect([outside, onOthers]).toEqual([[], []])
      }),
      RUNS,
    )
  })

  it('run every link from one of its boxes to the other', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        const { boxes: placed, links: routes } = layered(boxes, links)
        const at = new Map(placed.map(b => [b.id, b]))
        const touches = (point: { x: number; y: number }, box: PlacedBox): boolean =>
          (point.x === box.x || point.x === box.x + box.width) && point.y >= box.y && point.y <= box.y + box.height
        const loose = links.filter(
          ({ id, from, to }) =>
            from !== to && !(touches(routes.get(id)![0]!, at.get(from)!) && touches(routes.get(id)!.at(-1)!, at.get(to)!)),
        )
        expect(loose).toEqual([])
      }),
      RUNS,
    )
  })

  it('give equal places to equal graphs', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        expect(layered([...boxes], [...links])).toEqual(layered(boxes, links))
      }),
      { numRuns: 10 },
    )
  })

  it('put callers left of callees, and a chain on one line', () => {
    const boxes = ['a', 'b', 'c'].map(id => ({ id, width: 100, height: 30 }))
    const { boxes: placed } = layered(boxes, [
      { id: '1', from: 'a', to: 'b' },
      { id: '2', from: 'b', to: 'c' },
    ])
    const xs = placed.map(b => b.x)
    expect(xs).toEqual([...xs].sort((a, b) => a - b))
    expect(new Set(placed.map(b => b.y)).size).toBe(1)
  })

  it('cross no lines where none has to be crossed', () => {
    const boxes = ['a', 'b', 'c', 'x', 'y', 'z'].map(id => ({ id, width: 100, height: 30 }))
    const { boxes: placed } = layered(boxes, [
      { id: '1', from: 'a', to: 'z' },
      { id: '2', from: 'b', to: 'y' },
      { id: '3', from: 'c', to: 'x' },
    ])
    const y = (id: string): number => placed.find(b => b.id === id)!.y
    expect([y('a') === y('z'), y('b') === y('y'), y('c') === y('x')]).toEqual([true, true, true])
  })

  it('stay few where everything calls everything', () => {
    const boxes = Array.from({ length: 30 }, (_, i) => ({ id: `s${i}`, width: 100, height: 30 }))
    const links = boxes.flatMap((a, i) =>
      boxes.filter((_, j) => (i * 7 + j * 3) % 5 === 0).map(b => ({ id: `${a.id}-${b.id}`, from: a.id, to: b.id })),
    )
    const columns = new Set(layered(boxes, links, { layers: 4 }).boxes.map(b => b.x))
    expect(columns.size).toBeLessThanOrEqual(4)
  })

  it('keep order and distance of what is spaced', () => {
    const numbers = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 60 })), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(numbers, pairs => {
        const places = spaced(
          pairs.map(p => p[0]),
          pairs.map((p, i) => (i === 0 ? 0 : p[1])),
          pairs.map(() => 1),
        )
        for (let i = 1; i < places.length; i++) expect(places[i]! - places[i - 1]!).toBeGreaterThanOrEqual(pairs[i]![1] - 1e-6)
      }),
    )
    expect(spaced([0, 100, 200], [0, 10, 10], [1, 1, 1])).toEqual([0, 100, 200])
  })
})

describe('tiles', () => {
  const groups = fc
    .array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 40 })
    .map(sizes => sizes.map((size, g) => ({ name: `group ${g}`, ids: Array.from({ length: size }, (_, i) => `${g}/${i}`) })))

  it('stand inside their groups, each once, none on another', () => {
    fc.assert(
      fc.property(groups, all => {
        const { tiles, groups: areas, width, height } = tiled(all, 1000, 700)
        expect(tiles).toHaveLength(all.reduce((sum, g) => sum + g.ids.length, 0))
        const isIn = (tile: (typeof tiles)[number], area: (typeof areas)[number]): boolean =>
          tile.x >= area.x &&
          tile.y >= area.y &&
          tile.x + tile.width <= area.x + area.width + 0.5 &&
          tile.y + tile.height <= area.y + area.height + 0.5
        expect(tiles.filter(t => !isIn(t, areas[t.group]!))).toEqual([])
        expect(new Set(tiles.map(t => `${t.x} ${t.y}`)).size).toBe(tiles.length)
        expect(areas.filter(a => a.x + a.width > width + 0.5 || a.y + a.height > height + 0.5)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('have names while there is room, and become squares for thousands', () => {
    const of = (count: number) => tiled([{ name: 'all', ids: Array.from({ length: count }, (_, i) => String(i)) }], 1000, 700)
    expect(of(40).size.hasNames).toBe(true)
    expect(of(3000).size.hasNames).toBe(false)
    expect(of(3000).height).toBeLessThan(700 * 2)
  })
})
