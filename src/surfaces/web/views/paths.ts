import type { PlacedBox, Point } from '../map/boxes.ts'
import type { Shape } from '../map/graph.ts'

/** A line through points, flat where it meets boxes and bends. */
export const pathThrough = (points: readonly Point[]): string => {
  const [first, ...rest] = points
  let d = `M${first!.x} ${first!.y}`
  let before = first!
  const isSideways = points.length === 3 && (points[1]!.x - points[0]!.x) * (points[2]!.x - points[1]!.x) < 0
  if (isSideways) return `${d}C${points[1]!.x} ${points[0]!.y} ${points[1]!.x} ${points[2]!.y} ${points[2]!.x} ${points[2]!.y}`
  for (const point of rest) {
    const middle = Math.round((before.x + point.x) / 2)
    d += before.y === point.y ? `L${point.x} ${point.y}` : `C${middle} ${before.y} ${middle} ${point.y} ${point.x} ${point.y}`
    before = point
  }
  return d
}

/** The outline of a box: stores are cylinders, topics pipes, all others rectangles. */
export const outline = (shape: Shape | 'group', { x, y, width: w, height: h }: PlacedBox): string => {
  if (shape === 'store') {
    const r = 4
    const [top, bottom] = [y + r, y + h - r]
    return `M${x} ${top}A${w / 2} ${r} 0 0 1 ${x + w} ${top}V${bottom}A${w / 2} ${r} 0 0 1 ${x} ${bottom}ZM${x} ${top}A${w / 2} ${r} 0 0 0 ${x + w} ${top}`
  }
  if (shape === 'topic') {
    const r = 6
    return `M${x + r} ${y}H${x + w - r}A${r} ${h / 2} 0 0 1 ${x + w - r} ${y + h}H${x + r}A${r} ${h / 2} 0 0 1 ${x + r} ${y}ZM${x + w - r} ${y}A${r} ${h / 2} 0 0 0 ${x + w - r} ${y + h}`
  }
  const r = shape === 'entry' ? Math.min(12, h / 2) : shape === 'group' ? 6 : 4
  const corner = (dx: number, dy: number): string => `a${r} ${r} 0 0 1 ${dx} ${dy}`
  return `M${x + r} ${y}h${w - 2 * r}${corner(r, r)}v${h - 2 * r}${corner(-r, r)}h${2 * r - w}${corner(-r, -r)}v${2 * r - h}${corner(r, -r)}Z`
}
