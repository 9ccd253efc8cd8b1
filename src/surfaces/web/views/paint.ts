import type { MapGraph, MapNode } from '../map/graph.ts'
import { withoutStart } from '../map/groups.ts'
import { type Area, HEADER, type Tiles } from '../map/tiles.ts'

export interface Scene {
  tiles: Tiles
  at: ReadonlyMap<string, Area>
  /** What the names of each group begin with. */
  starts: readonly string[]
  graph: MapGraph
  active: MapNode | undefined
  selected: MapNode | undefined
  found: ReadonlySet<MapNode> | undefined
  scroll: number
  width: number
  height: number
}

type Colours = (name: string) => string

/** Draws what is in sight of the tiles: groups, nodes, and the lines of the node that is pointed at. */
export const paint = (canvas: HTMLCanvasElement, scene: Scene): void => {
  const ratio = globalThis.devicePixelRatio || 1
  canvas.width = Math.round(scene.width * ratio)
  canvas.height = Math.round(scene.height * ratio)
  canvas.style.width = `${scene.width}px`
  canvas.style.height = `${scene.height}px`
  const context = canvas.getContext('2d')
  if (!context) return
  const styles = getComputedStyle(canvas)
  const colour: Colours = name => styles.getPropertyValue(`--${name}`).trim()
  context.setTransform(ratio, 0, 0, ratio, 0, -scene.scroll * ratio)
  context.textBaseline = 'middle'
  groups(context, scene, colour, styles.fontFamily)
  const lit = litOf(scene)
  context.font = `11.5px ${styles.fontFamily}`
  for (const tile of scene.tiles.tiles) {
    if (tile.y + tile.height < scene.scroll || tile.y > scene.scroll + scene.height) continue
    node(context, scene, colour, scene.graph.byId.get(tile.id)!, tile, scene.starts[tile.group] ?? '', lit)
  }
  if (scene.active) lines(context, scene, colour, scene.active)
}

/** What stays bright: the node that is pointed at with its neighbours, else what the search finds, else everything. */
const litOf = ({ active, found }: Scene): ReadonlySet<MapNode> | undefined =>
  active ? new Set([active, ...active.into.map(e => e.from), ...active.out.map(e => e.to)]) : found

const groups = (context: CanvasRenderingContext2D, { tiles }: Scene, colour: Colours, font: string): void => {
  context.font = `600 12px ${font}`
  for (const group of tiles.groups) {
    context.fillStyle = colour('surface')
    context.strokeStyle = colour('rule')
    context.beginPath()
    context.roundRect(group.x + 0.5, group.y + 0.5, group.width - 1, group.height - 1, 5)
    context.fill()
    context.stroke()
    context.fillStyle = colour('ink-2')
    context.fillText(shortened(context, group.name, group.width - 16), group.x + 8, group.y + HEADER / 2 + 4)
  }
}

const node = (
  context: CanvasRenderingContext2D,
  scene: Scene,
  colour: Colours,
  of: MapNode,
  tile: Area,
  start: string,
  lit: ReadonlySet<MapNode> | undefined,
): void => {
  const hasName = scene.tiles.size.hasNames
  const isDim = lit !== undefined && !lit.has(of)
  context.globalAlpha = isDim ? (hasName ? 0.38 : 0.22) : 1
  context.fillStyle = colour(hasName ? `${of.shape}-fill` : `${of.shape}-line`)
  context.beginPath()
  context.roundRect(
    tile.x,
    tile.y,
    tile.width,
    tile.height,
    of.shape === 'entry' && hasName ? 8 : of.shape === 'topic' && !hasName ? tile.width / 2 : 3,
  )
  context.fill()
  if (hasName) {
    context.setLineDash(of.shape === 'external' || of.state !== 'deployed' ? [3, 2] : [])
    context.strokeStyle = colour(`${of.shape}-line`)
    context.stroke()
    context.setLineDash([])
    context.fillStyle = colour('ink')
    const mark = of.unresolved.length > 0 ? 12 : 0
    context.fillText(shortened(context, withoutStart(of.name, start), tile.width - 12 - mark), tile.x + 6, tile.y + tile.height / 2 + 0.5)
    if (mark > 0) {
      context.fillStyle = colour('warn')
      context.fillText('?', tile.x + tile.width - 10, tile.y + tile.height / 2 + 0.5)
    }
  }
  if (of === scene.selected || of === scene.active) {
    context.strokeStyle = colour('accent')
    context.lineWidth = 2
    context.strokeRect(tile.x - 1, tile.y - 1, tile.width + 2, tile.height + 2)
    context.lineWidth = 1
  }
  context.globalAlpha = 1
}

const lines = (context: CanvasRenderingContext2D, { at }: Scene, colour: Colours, active: MapNode): void => {
  const middle = (id: string): [number, number] => {
    const { x, y, width, height } = at.get(id)!
    return [x + width / 2, y + height / 2]
  }
  for (const [edges, name] of [
    [active.into, 'in'],
    [active.out, 'out'],
  ] as const) {
    context.strokeStyle = colour(name)
    context.fillStyle = colour(name)
    context.lineWidth = 1.5
    for (const edge of edges) {
      if (edge.from === edge.to || !at.has(edge.from.id) || !at.has(edge.to.id)) continue
      const [x1, y1] = middle(edge.from.id)
      const [x2, y2] = middle(edge.to.id)
      const [cx, cy] = [(x1 + x2) / 2 + (y1 - y2) * 0.12, (y1 + y2) / 2 + (x2 - x1) * 0.12]
      context.setLineDash(edge.isAsync ? [5, 4] : [])
      context.beginPath()
      context.moveTo(x1, y1)
      context.quadraticCurveTo(cx, cy, x2, y2)
      context.stroke()
      context.setLineDash([])
      const angle = Math.atan2(y2 - cy, x2 - cx)
      context.beginPath()
      context.moveTo(x2, y2)
      for (const turn of [2.7, -2.7]) context.lineTo(x2 + Math.cos(angle + turn) * 9, y2 + Math.sin(angle + turn) * 9)
      context.fill()
    }
  }
  context.lineWidth = 1
}

const widths = new Map<string, string>()

/** As much of a text as fits, with dots. */
const shortened = (context: CanvasRenderingContext2D, text: string, width: number): string => {
  const key = `${context.font}\u0000${Math.round(width)}\u0000${text}`
  const known = widths.get(key)
  if (known !== undefined) return known
  let short = text
  while (short.length > 1 && context.measureText(short === text ? text : `${short}…`).width > width) short = short.slice(0, -1)
  const result = short === text ? text : `${short}…`
  widths.set(key, result)
  return result
}
