import type { Box } from '../map/boxes.ts'
import type { MapEdge, MapGraph, MapNode } from '../map/graph.ts'
import type { Group, GroupEdge, Grouping } from '../map/groups.ts'
import { type Layout, type LayoutOptions, layered } from '../map/layered.ts'
import { layersOf } from '../map/layering.ts'
import { MOST, type Neighbourhood, neighbourhood } from '../map/neighbourhood.ts'
import { about, brief, count } from '../words.ts'
import type { DrawnBox, DrawnEdge } from './drawing.tsx'

/** What a drawing shows, and what is said about it. */
export interface Picture {
  label: string
  boxes: DrawnBox[]
  edges: DrawnEdge[]
  layout: Layout
  headings?: { x: number; text: string }[]
  /** Sentences about what is not drawn. */
  notes: string[]
}

const NODE = { width: 188, height: 40 }
const GROUP = { width: 214, height: 58 }
/** Past so many domains only so many lines, the strongest of all, are drawn at once. */
const MANY = 24
/** Names on lines are read while there are few. */
const LABELS = 36

const boxOf = (node: MapNode, sub: string): DrawnBox => {
  const links = `called by ${node.into.length}, calls ${node.out.length}`
  return {
    id: `n:${node.id}`,
    shape: node.shape,
    title: node.name,
    sub,
    label: `${node.name}: ${about(node)}; ${links}${node.unresolved.length > 0 ? `; ${count(node.unresolved.length, 'unresolved call')}` : ''}`,
    isFaint: node.state !== 'deployed',
    ...(node.unresolved.length > 0 ? { mark: `? ${node.unresolved.length}` } : {}),
  }
}

const lineOf = (edge: MapEdge, tone?: DrawnEdge['tone']): DrawnEdge => ({
  id: `e:${edge.id}`,
  from: `n:${edge.from.id}`,
  to: `n:${edge.to.id}`,
  isDashed: edge.isAsync,
  isUnsure: edge.confidence === 'low',
  ...(edge.role === 'publishes' || edge.role === 'consumes' ? { label: edge.role } : {}),
  ...(tone ? { tone } : {}),
})

const withoutLabels = (edges: DrawnEdge[]): DrawnEdge[] =>
  edges.filter(e => e.label !== undefined).length <= LABELS ? edges : edges.map(({ label: _, ...edge }) => edge)

const groupBox = (group: Group): DrawnBox => {
  const others = group.nodes.length - group.services
  const open = group.nodes.reduce((sum, n) => sum + n.unresolved.length, 0)
  const holds = [
    group.services > 0 ? count(group.services, 'service') : '',
    others > 0 ? `${others} ${group.isOutside ? 'external' : 'stores, topics'}` : '',
  ]
  const sub = holds.filter(h => h !== '').join(' · ')
  return {
    id: `g:${group.name}`,
    shape: group.isOutside ? 'external' : 'group',
    title: group.name,
    sub,
    label: `${group.name}: ${sub}${open > 0 ? `; ${count(open, 'unresolved call')}` : ''}`,
    ...(open > 0 ? { mark: `? ${open}` } : {}),
  }
}

const groupLine = (edge: GroupEdge, tone?: DrawnEdge['tone']): DrawnEdge => ({
  id: `ge:${edge.id}`,
  from: `g:${edge.from.name}`,
  to: `g:${edge.to.name}`,
  isDashed: edge.isAsync,
  width: Math.min(4, 1 + Math.log2(edge.edges.length) * 0.6),
  ...(edge.edges.length > 1 ? { label: String(edge.edges.length) } : {}),
  ...(tone ? { tone } : {}),
})

/** The domains and what runs between them. Where everything is linked to everything, each domain's strongest lines; the others on pointing. */
export const domainsPicture = ({ groups, edges, way }: Grouping): Picture => {
  const strong = strongest(edges, groups.length)
  const lines = edges.map(e => groupLine(e, strong.has(e) ? undefined : 'quiet'))
  const boxes = groups.map(groupBox)
  const drawn = lines.filter(l => l.tone === undefined)
  const layout = layered(groupBoxes(boxes, lines), drawn, GROUPS)
  const quiet = edges.length - strong.size
  return {
    label: `${count(groups.length, 'domain')} by ${way}, ${count(edges.length, 'connection')} between them`,
    boxes,
    edges: drawn.length > LABELS ? lines.map(({ label: _, ...line }) => line) : lines,
    layout: withStraight(layout, lines),
    notes:
      quiet > 0
        ? [
            `${strong.size} of ${count(edges.length, 'connection')} between domains drawn, the strongest: point at a domain for all of its own`,
          ]
        : [],
  }
}

const GROUPS: LayoutOptions = { gap: 22, lane: 84, rows: 40, layers: 4 }

/** Where only a few lines are drawn, all of them still decide what stands left and right. */
const groupBoxes = (boxes: readonly DrawnBox[], lines: readonly DrawnEdge[]): Box[] => {
  if (boxes.length <= MANY) return boxes.map(b => ({ id: b.id, ...GROUP }))
  const layers = layersOf(
    boxes.map(b => ({ id: b.id, ...GROUP })),
    lines,
    GROUPS.layers,
  )
  return boxes.map(b => ({ id: b.id, ...GROUP, layer: layers.get(b.id)! }))
}

/** All, while they can be told apart; else the strongest out of each and into each; else the strongest of all. */
const strongest = (edges: readonly GroupEdge[], groups: number): Set<GroupEdge> => {
  if (edges.length <= groups * 1.5 + 6) return new Set(edges)
  const sorted = edges.filter(e => !e.to.isOutside).sort((a, b) => b.edges.length - a.edges.length || (a.id < b.id ? -1 : 1))
  const [out, into] = [new Map<Group, number>(), new Map<Group, number>()]
  if (groups > MANY) return new Set(sorted.slice(0, MANY))
  return new Set(
    sorted.filter(e => {
      const isKept = (out.get(e.from) ?? 0) < 1 || (into.get(e.to) ?? 0) < 1
      out.set(e.from, (out.get(e.from) ?? 0) + 1)
      into.set(e.to, (into.get(e.to) ?? 0) + 1)
      return isKept
    }),
  )
}

/** Lines that took no part in the layout run straight from box to box. */
const withStraight = (layout: Layout, lines: readonly DrawnEdge[]): Layout => {
  const at = new Map(layout.boxes.map(b => [b.id, b]))
  const links = new Map(layout.links)
  for (const { id, from, to } of lines) {
    const [a, b] = [at.get(from), at.get(to)]
    if (links.has(id) || !a || !b) continue
    const isForward = a.x + a.width <= b.x
    const isBackward = b.x + b.width <= a.x
    const y = (box: typeof a): number => box.y + box.height / 2
    const ends = isForward ? [a.x + a.width, b.x] : isBackward ? [a.x, b.x + b.width] : [a.x + a.width, b.x + b.width]
    const bulge = { x: Math.max(a.x + a.width, b.x + b.width) + 40, y: (y(a) + y(b)) / 2 }
    links.set(id, [{ x: ends[0]!, y: y(a) }, ...(isForward || isBackward ? [] : [bulge]), { x: ends[1]!, y: y(b) }])
  }
  return { ...layout, links }
}

/** Inside of one domain: its nodes, and the other domains as boxes around them. */
export const domainPicture = (group: Group, { of, way }: Grouping): Picture => {
  const members = [...group.nodes].sort((a, b) => b.into.length + b.out.length - a.into.length - a.out.length || (a.id < b.id ? -1 : 1))
  const drawn = new Set(members.slice(0, MOST))
  const inner = [...drawn].flatMap(n => n.out.filter(e => drawn.has(e.to)))
  const outer = new Map<string, DrawnEdge & { many: number }>()
  const around = new Map<string, Group>()
  for (const node of drawn)
    for (const edge of [...node.into, ...node.out]) {
      const other = edge.from === node ? edge.to : edge.from
      const home = of.get(other.id)!
      if (home === group) continue
      around.set(home.name, home)
      const ends = edge.from === node ? { from: `n:${node.id}`, to: `g:${home.name}` } : { from: `g:${home.name}`, to: `n:${node.id}` }
      const id = `oe:${ends.from}→${ends.to}`
      const before = outer.get(id)
      outer.set(id, { id, ...ends, isDashed: edge.isAsync && (before?.isDashed ?? true), tone: 'faint', many: (before?.many ?? 0) + 1 })
    }
  const boxes = [...[...drawn].map(n => boxOf(n, about(n))), ...[...around.values()].map(groupBox)]
  const edges = withoutLabels([...inner.map(e => lineOf(e)), ...outer.values()])
  const layout = layered(
    boxes.map(b => ({ id: b.id, ...(b.id.startsWith('g:') ? GROUP : NODE) })),
    edges,
    { rows: 20, lane: 60, layers: 5 },
  )
  const left = members.length - drawn.size
  return {
    label: `${group.name} (${way}): ${count(drawn.size, 'node')}, ${count(inner.length, 'connection')} inside, ${count(around.size, 'other domain')} around`,
    boxes,
    edges,
    layout,
    notes: left > 0 ? [`${count(left, 'node')} with the fewest connections are not drawn: the list has all`] : [],
  }
}

/** A service in the middle, callers left, callees right. */
export const servicePicture = (focus: MapNode, hops: number): Picture & { near: Neighbourhood } => {
  const near = neighbourhood(focus, hops)
  const between = new Map(
    near.edges.flatMap(e => (e.from === focus ? [[e.to.id, e] as const] : e.to === focus ? [[e.from.id, e] as const] : [])),
  )
  const boxes = near.nodes.map((node): DrawnBox => {
    const edge = between.get(node.id)
    return { ...boxOf(node, edge ? brief(edge) : about(node)), isFocus: node === focus }
  })
  const tone = near.among.length > 40 ? ('quiet' as const) : ('faint' as const)
  const edges = withoutLabels([...near.edges.map(e => lineOf(e)), ...near.among.map(e => lineOf(e, tone))])
  const among = new Set(tone === 'quiet' ? near.among.map(e => `e:${e.id}`) : [])
  const layout = layered(
    near.nodes.map(n => ({ id: `n:${n.id}`, ...NODE, ...(n === focus ? { width: 212 } : {}), layer: near.layer.get(n.id)! })),
    edges.filter(e => !among.has(e.id)),
    { gap: 10, lane: 110, rows: 18 },
  )
  const [callers, callees] = [-1, 1].map(side => near.nodes.filter(n => Math.sign(near.layer.get(n.id)!) === side).length)
  const notes = [
    ...(near.left.length > 0 ? [`${count(near.left.length, 'node')} within reach are not drawn: the list has all`] : []),
    ...(among.size > 0 ? [`${count(among.size, 'connection')} among the neighbours appear when you point at one`] : []),
  ]
  return {
    label: `${focus.name} and its neighbourhood: ${count(callers!, 'node')} lead to it, it leads to ${callees}`,
    boxes,
    edges,
    layout: withStraight(layout, edges),
    headings: headings(near, layout),
    notes,
    near,
  }
}

const headings = (near: Neighbourhood, layout: Layout): { x: number; text: string }[] => {
  const left = new Map<number, number>()
  for (const box of layout.boxes) {
    const layer = near.layer.get(box.id.slice(2))!
    left.set(layer, Math.min(left.get(layer) ?? Infinity, box.x))
  }
  const text = (layer: number): string =>
    layer === 0 ? '' : layer === -1 ? 'called by' : layer === 1 ? 'calls' : `${Math.abs(layer)} steps ${layer < 0 ? 'before' : 'on'}`
  return [...left].filter(([layer]) => layer !== 0).map(([layer, x]) => ({ x, text: text(layer) }))
}

/** A small system as a whole, in layers. */
export const wholePicture = (graph: MapGraph): Picture => {
  const boxes = graph.nodes.map(n => boxOf(n, about(n)))
  const edges = withoutLabels(graph.edges.map(e => lineOf(e)))
  const layout = layered(
    boxes.map(b => ({ id: b.id, ...NODE, width: 172 })),
    edges,
    { gap: 12, lane: 58, rows: 18, layers: 6 },
  )
  return {
    label: `The whole map: ${count(graph.nodes.length, 'node')}, ${count(graph.edges.length, 'connection')}`,
    boxes,
    edges,
    layout,
    notes: [],
  }
}

/** More nodes than this are an overview of tiles. */
export const WHOLE = 60
