import type { Box, Link } from './boxes.ts'

/** A link as the points that it passes, one a layer; `isReversed` when it runs against the layers. */
interface Chain {
  link: Link
  points: string[]
  isReversed: boolean
}

/** Points of each layer in their order from top to bottom. A bend is the place where a long link passes a layer. */
export interface Ordered {
  layers: string[][]
  chains: Chain[]
  size: (point: string) => { width: number; height: number; isBend: boolean }
  /** Neighbours in the layer before (-1) or behind (1), or in the own one. */
  near: (point: string, side: Side) => readonly string[]
  layerOf: (point: string) => number
  /** Layers left of this one are on the left side of the picture. */
  middle: number
}

type Side = -1 | 0 | 1

const SWEEPS = 10
const BEND = { width: 0, height: 8, isBend: true }

/** Orders the layers by the middles of neighbours, back and forth, and keeps the order with the fewest crossings. */
export const ordered = (boxes: readonly Box[], links: readonly Link[], layerOf: ReadonlyMap<string, number>): Ordered => {
  const chains = chainsOf(links, layerOf)
  const bendLayer = new Map<string, number>()
  const near = { [-1]: new Map<string, string[]>(), 0: new Map<string, string[]>(), 1: new Map<string, string[]>() }
  for (const { points } of chains) {
    const first = layerOf.get(points[0]!)!
    points.slice(1, -1).forEach((p, i) => {
      bendLayer.set(p, first + i + 1)
    })
    if (points.length === 2 && layerOf.get(points[1]!) === first) {
      push(near[0], points[0]!, points[1]!)
      push(near[0], points[1]!, points[0]!)
      continue
    }
    points.slice(1).forEach((p, i) => {
      push(near[1], points[i]!, p)
      push(near[-1], p, points[i]!)
    })
  }
  const layer = (p: string): number => layerOf.get(p) ?? bendLayer.get(p)!
  const count = Math.max(-1, ...layerOf.values()) + 1
  const layers: string[][] = Array.from({ length: count }, () => [])
  for (const p of [...boxes.map(b => b.id), ...bendLayer.keys()]) layers[layer(p)]!.push(p)
  const sizes = new Map(boxes.map(b => [b.id, { width: b.width, height: b.height, isBend: false }]))
  const nearOf = (p: string, side: Side): readonly string[] => near[side].get(p) ?? []
  const given = boxes.find(b => b.layer === 0)
  return {
    layers: untangled(layers, nearOf),
    chains,
    size: p => sizes.get(p) ?? BEND,
    near: nearOf,
    layerOf: layer,
    middle: given ? layerOf.get(given.id)! : count / 2,
  }
}

const push = (lists: Map<string, string[]>, key: string, item: string): void => {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

const chainsOf = (links: readonly Link[], layerOf: ReadonlyMap<string, number>): Chain[] =>
  links.flatMap(link => {
    const [a, b] = [layerOf.get(link.from), layerOf.get(link.to)]
    if (a === undefined || b === undefined || link.from === link.to) return []
    const isReversed = a > b
    const [from, to] = isReversed ? [link.to, link.from] : [link.from, link.to]
    const bends = Array.from({ length: Math.max(0, Math.abs(a - b) - 1) }, (_, i) => `${link.id}\u0000${i}`)
    return [{ link, points: [from, ...bends, to], isReversed }]
  })

type Near = (point: string, side: Side) => readonly string[]

const untangled = (start: string[][], near: Near): string[][] => {
  let layers = start.map(l => [...l])
  let best = layers
  let fewest = crossings(layers, near)
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const side = sweep % 2 === 0 ? -1 : 1
    layers = swept(layers, near, side)
    const now = crossings(layers, near)
    if (now < fewest) [best, fewest] = [layers, now]
  }
  return best
}

const swept = (layers: readonly string[][], near: Near, side: -1 | 1): string[][] => {
  const result = layers.map(l => [...l])
  const indices = layers.map((_, i) => i)
  for (const l of side < 0 ? indices : indices.reverse()) {
    const before = result[l + side]
    if (!before) continue
    const index = new Map(before.map((p, i) => [p, i]))
    const own = new Map(result[l]!.map((p, i) => [p, i]))
    const middle = (p: string): number => {
      const all = near(p, side)
      return all.length === 0 ? own.get(p)! : all.reduce((sum, q) => sum + index.get(q)!, 0) / all.length
    }
    const middles = new Map(result[l]!.map(p => [p, middle(p)]))
    result[l]!.sort((a, b) => middles.get(a)! - middles.get(b)! || own.get(a)! - own.get(b)!)
  }
  return result
}

/** Pairs of links between neighbouring layers that cross. */
const crossings = (layers: readonly (readonly string[])[], near: Near): number => {
  let count = 0
  for (let l = 0; l + 1 < layers.length; l++) {
    const index = new Map(layers[l + 1]!.map((p, i) => [p, i]))
    const ends = layers[l]!.flatMap(p => [...near(p, 1)].map(q => index.get(q)!).sort((a, b) => a - b))
    count += inversions(ends)
  }
  return count
}

/** Pairs that stand in the wrong order, by merging. */
const inversions = (values: readonly number[]): number => {
  if (values.length < 2) return 0
  const half = values.length >> 1
  const [left, right] = [values.slice(0, half), values.slice(half)]
  let count = inversions(left) + inversions(right)
  left.sort((a, b) => a - b)
  right.sort((a, b) => a - b)
  let i = 0
  for (const r of right) {
    while (i < left.length && left[i]! <= r) i++
    count += left.length - i
  }
  return count
}
