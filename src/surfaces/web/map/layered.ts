import type { Box, Link, PlacedBox, Point } from './boxes.ts'
import { layersOf } from './layering.ts'
import { type Ordered, ordered } from './ordering.ts'

/** Boxes by their left upper corner, links as the points that they pass, from the side of one box to the side of the other. */
export interface Layout {
  boxes: PlacedBox[]
  links: ReadonlyMap<string, Point[]>
  width: number
  height: number
}

export interface LayoutOptions {
  /** Space between boxes of a layer. */
  gap?: number
  /** Space between layers, before what many links need. */
  lane?: number
  /** Boxes above each other; a fuller layer gets several columns. */
  rows?: number
  /** More layers than this are not read as a flow any more. */
  layers?: number
}

const SWEEPS = 14
const MARGIN = 24

/** Layers from left to right, as few crossings as some sweeps find, long links bent around boxes. Equal input gives equal places. */
export const layered = (boxes: readonly Box[], links: readonly Link[], options: LayoutOptions = {}): Layout => {
  const { gap = 12, lane = 84, rows = 24 } = options
  const linked = new Set(links.filter(l => l.from !== l.to).flatMap(l => [l.from, l.to]))
  const connected = boxes.filter(b => linked.has(b.id) || b.layer !== undefined)
  const layers = layersOf(connected, links, options.layers ?? 8)
  const order = ordered(connected, links, layers)
  const ys = heights(order, gap, rows)
  const columns = columnsOf(order, ys, lane, rows)
  const placed = place(order, ys, columns, rows)
  const rest = loose(
    boxes.filter(b => !linked.has(b.id) && b.layer === undefined),
    placed,
    gap,
  )
  return framed([...placed, ...rest], routes(order, ys, columns, placed))
}

/** Vertical middles: each point is drawn to the mean of its neighbours, and keeps its place in the order and its distance. */
const heights = ({ layers, size, near }: Ordered, gap: number, rows: number): Map<string, number> => {
  const ys = new Map<string, number>()
  const distance = layers.map(layer => {
    const wraps = wrapsOf(layer, rows)
    return layer.map((p, i) => {
      if (i === 0) return 0
      const [above, own] = [size(layer[i - 1]!), size(p)]
      const bends = Number(above.isBend) + Number(own.isBend)
      return ((above.height + own.height) / 2 + (gap * (2 - bends)) / 2) / wraps
    })
  })
  layers.forEach((layer, l) => {
    const total = distance[l]!.reduce((a, b) => a + b, 0)
    let y = -total / 2
    layer.forEach((p, i) => {
      y += distance[l]![i]!
      ys.set(p, y)
    })
  })
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isForward = sweep % 2 === 0
    const isLast = sweep >= SWEEPS - 2
    for (let n = 0; n < layers.length; n++) {
      const l = isForward ? n : layers.length - 1 - n
      const layer = layers[l]!
      const wanted = layer.map(p => {
        const all = isLast ? [...near(p, -1), ...near(p, 0), ...near(p, 1)] : [...near(p, isForward ? -1 : 1), ...near(p, 0)]
        return all.length === 0 ? ys.get(p)! : all.reduce((sum, q) => sum + ys.get(q)!, 0) / all.length
      })
      spaced(
        wanted,
        distance[l]!,
        layer.map(p => (size(p).isBend ? 3 : 1)),
      ).forEach((y, i) => {
        ys.set(layer[i]!, y)
      })
    }
  }
  return ys
}

/** The places nearest to the wanted ones (least squares) that keep the order and the distances: pooling of neighbours that collide. */
export const spaced = (wanted: readonly number[], distance: readonly number[], weight: readonly number[]): number[] => {
  const offset: number[] = []
  distance.forEach((d, i) => {
    offset.push((offset[i - 1] ?? 0) + d)
  })
  const pools: { sum: number; weight: number; count: number }[] = []
  wanted.forEach((y, i) => {
    pools.push({ sum: (y - offset[i]!) * weight[i]!, weight: weight[i]!, count: 1 })
    while (pools.length > 1) {
      const [before, last] = [pools.at(-2)!, pools.at(-1)!]
      if (before.sum / before.weight <= last.sum / last.weight) break
      pools.splice(-2, 2, { sum: before.sum + last.sum, weight: before.weight + last.weight, count: before.count + last.count })
    }
  })
  return pools.flatMap(p => Array.from({ length: p.count }, () => p.sum / p.weight)).map((y, i) => y + offset[i]!)
}

const wrapsOf = (layer: readonly string[], rows: number): number => Math.max(1, Math.ceil(layer.length / rows))

interface Column {
  x: number
  width: number
  pitch: number
}

/** A layer is as wide as its columns; the lane before the next one grows with the links that turn in it. */
const columnsOf = (order: Ordered, ys: ReadonlyMap<string, number>, lane: number, rows: number): Column[] => {
  let x = 0
  return order.layers.map(layer => {
    const widest = Math.max(0, ...layer.map(p => order.size(p).width))
    const wraps = wrapsOf(layer, rows)
    const column = { x, width: widest * wraps + 28 * (wraps - 1), pitch: widest + 28 }
    const turns = layer.flatMap(p => order.near(p, 1).filter(q => Math.abs(ys.get(q)! - ys.get(p)!) > 12)).length
    x += column.width + lane + Math.min(90, turns * 1.4)
    return column
  })
}

const place = (order: Ordered, ys: ReadonlyMap<string, number>, columns: readonly Column[], rows: number): PlacedBox[] =>
  order.layers.flatMap((layer, l) => {
    const { x, width, pitch } = columns[l]!
    const wraps = wrapsOf(layer, rows)
    return layer.flatMap((p, i) => {
      const { width: w, height, isBend } = order.size(p)
      if (isBend) return []
      const left = wraps === 1 ? x + (width - w) / 2 : x + (i % wraps) * pitch
      return [{ id: p, x: left, y: ys.get(p)! - height / 2, width: w, height }]
    })
  })

/** What nothing is linked to stands below the rest, in rows. */
const loose = (boxes: readonly Box[], placed: readonly PlacedBox[], gap: number): PlacedBox[] => {
  if (boxes.length === 0) return []
  const left = Math.min(0, ...placed.map(p => p.x))
  const widest = Math.max(...boxes.map(b => b.width))
  const tallest = Math.max(...boxes.map(b => b.height))
  const room = Math.max(4 * (widest + gap * 2), ...placed.map(p => p.x + p.width - left))
  const columns = Math.max(1, Math.floor(room / (widest + gap * 2)))
  const top = placed.length === 0 ? 0 : Math.max(...placed.map(p => p.y + p.height)) + gap * 3
  return boxes.map((b, i) => ({
    id: b.id,
    x: left + (i % columns) * (widest + gap * 2),
    y: top + Math.floor(i / columns) * (tallest + gap),
    width: b.width,
    height: b.height,
  }))
}

const routes = (
  order: Ordered,
  ys: ReadonlyMap<string, number>,
  columns: readonly Column[],
  placed: readonly PlacedBox[],
): Map<string, Point[]> => {
  const at = new Map(placed.map(p => [p.id, p]))
  const ports = portsOf(order, ys, at)
  return new Map(
    order.chains.map(({ link, points, isReversed }) => {
      const [from, to] = [at.get(points[0]!)!, at.get(points.at(-1)!)!]
      if (points.length === 2 && order.layerOf(points[0]!) === order.layerOf(points[1]!)) return [link.id, sideways(from, to, order)]
      const bends = points.slice(1, -1).flatMap(p => {
        const { x, width } = columns[order.layerOf(p)]!
        const y = ys.get(p)!
        return width > 0
          ? [
              { x, y },
              { x: x + width, y },
            ]
          : [{ x, y }]
      })
      const start = { x: from.x + from.width, y: from.y + from.height / 2 + ports(link.id, 'from') }
      const end = { x: to.x, y: to.y + to.height / 2 + ports(link.id, 'to') }
      const all = [start, ...bends, end]
      return [link.id, isReversed ? all.reverse() : all]
    }),
  )
}

/** Two boxes of one layer: around the outer side. */
const sideways = (from: PlacedBox, to: PlacedBox, order: Ordered): Point[] => {
  const isLeft = order.layerOf(from.id) < order.middle
  const side = (b: PlacedBox): number => (isLeft ? b.x : b.x + b.width)
  const bulge = (isLeft ? -1 : 1) * Math.min(44, 14 + Math.abs(from.y - to.y) * 0.12)
  const x = isLeft ? Math.min(side(from), side(to)) : Math.max(side(from), side(to))
  const middle = (b: PlacedBox): number => b.y + b.height / 2
  return [
    { x: side(from), y: middle(from) },
    { x: x + bulge, y: (middle(from) + middle(to)) / 2 },
    { x: side(to), y: middle(to) },
  ]
}

/** Links leave a side in the order in which they go on, so that they do not cross at the box. */
const portsOf = (order: Ordered, ys: ReadonlyMap<string, number>, at: ReadonlyMap<string, PlacedBox>) => {
  const offsets = new Map<string, number>()
  const sides = new Map<string, { key: string; y: number }[]>()
  for (const { link, points } of order.chains) {
    const ends = [
      { box: points[0]!, key: `${link.id} from`, next: points[1]! },
      { box: points.at(-1)!, key: `${link.id} to`, next: points.at(-2)! },
    ]
    for (const { box, key, next } of ends) {
      const side = `${key.endsWith('from') ? 'right' : 'left'} ${box}`
      sides.set(side, [...(sides.get(side) ?? []), { key, y: ys.get(next)! }])
    }
  }
  for (const [side, links] of sides) {
    const height = at.get(side.slice(side.indexOf(' ') + 1))!.height
    const step = Math.min(7, (height - 12) / Math.max(1, links.length - 1))
    links.sort((a, b) => a.y - b.y)
    links.forEach(({ key }, i) => {
      offsets.set(key, (i - (links.length - 1) / 2) * step)
    })
  }
  return (id: string, end: 'from' | 'to'): number => offsets.get(`${id} ${end}`) ?? 0
}

/** Moves everything into a frame that starts at zero, in whole points. */
const framed = (boxes: readonly PlacedBox[], links: ReadonlyMap<string, Point[]>): Layout => {
  const points = [...boxes, ...boxes.map(b => ({ x: b.x + b.width, y: b.y + b.height })), ...[...links.values()].flat()]
  const [left, top] = [Math.min(0, ...points.map(p => p.x)) - MARGIN, Math.min(...points.map(p => p.y), Infinity) - MARGIN]
  const moved = <P extends Point>(p: P): P => ({ ...p, x: Math.round(p.x - left), y: Math.round(p.y - top) })
  const size = (values: number[]): number => Math.round(Math.max(0, ...values) + MARGIN)
  return {
    boxes: boxes.map(moved),
    links: new Map([...links].map(([id, all]) => [id, all.map(moved)])),
    width: size(points.map(p => p.x - left)),
    height: size(points.map(p => p.y - top)),
  }
}
