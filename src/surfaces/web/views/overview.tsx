import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { MapGraph, MapNode } from '../map/graph.ts'
import { type Grouping, sharedStart } from '../map/groups.ts'
import { type Tiles, tiled, tileSizes } from '../map/tiles.ts'
import { about, count } from '../words.ts'
import { paint } from './paint.ts'

export interface OverviewProps {
  graph: MapGraph
  grouping: Grouping
  selected: MapNode | undefined
  /** Nodes that the search finds; the others step back. */
  found: ReadonlySet<MapNode> | undefined
  theme: string
  onSelect: (node: MapNode) => void
  onOpen: (node: MapNode) => void
}

/** Every node as a tile among those of its domain; lines only for the one that is pointed at. */
export const Overview = (props: OverviewProps) => {
  const { graph, grouping } = props
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const size = useSize(frame)
  const [wanted, setWanted] = useState<number>()
  const [pointed, setPointed] = useState<MapNode>()
  const [scroll, setScroll] = useState(0)
  const tiles = useMemo(() => tilesOf(grouping, size, wanted), [grouping, size, wanted])
  const starts = useMemo(() => startsOf(grouping, tiles), [grouping, tiles])
  const at = useMemo(() => new Map(tiles.tiles.map(t => [t.id, t])), [tiles])
  const active = pointed ?? props.selected
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of theme changes the colours that are read from the page
  useEffect(() => {
    paint(canvas.current!, { tiles, at, starts, graph, active, selected: props.selected, found: props.found, scroll, ...size })
  }, [tiles, at, starts, graph, active, props.selected, props.found, scroll, size, props.theme])
  const nodeAt = (event: MouseEvent): MapNode | undefined => {
    const { left, top } = canvas.current!.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top + scroll]
    const tile = tiles.tiles.find(t => x >= t.x && x <= t.x + t.width && y >= t.y && y <= t.y + t.height)
    return tile && graph.byId.get(tile.id)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const node = pointed ?? props.selected
    if (node && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      if (event.key === 'Enter') props.onOpen(node)
      else props.onSelect(node)
      return
    }
    const next = tileTo(event.key, node && at.get(node.id), tiles)
    if (!next) return
    event.preventDefault()
    setPointed(graph.byId.get(next.id))
    frame.current!.scrollTo({ top: next.y - size.height / 2 })
  }
  const index = tileSizes.indexOf(tiles.size)
  return (
    <div className="drawing">
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: walked over with the arrow keys, as the text beside it says */}
      <div
        className="frame tiles"
        ref={frame}
        tabIndex={0}
        role="application"
        aria-label={`Overview of ${count(graph.nodes.length, 'node')}: arrow keys go from tile to tile, Enter opens one. The list has the same.`}
        onKeyDown={onKeyDown}
        onScroll={event => setScroll(event.currentTarget.scrollTop)}
        onBlur={() => setPointed(undefined)}
      >
        {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
        <div className="sheet" style={{ height: Math.max(tiles.height + 16, size.height) }}>
          <canvas
            ref={canvas}
            onMouseMove={event => setPointed(nodeAt(event))}
            onMouseLeave={() => setPointed(undefined)}
            onClick={event => {
              const node = nodeAt(event)
              if (node) props.onSelect(node)
            }}
            onDoubleClick={event => {
              const node = nodeAt(event)
              if (node) props.onOpen(node)
            }}
          />
        </div>
      </div>
      <p className="pointer" role="status">
        {active
          ? `${active.name} · ${about(active)} · ${grouping.of.get(active.id)?.name ?? ''} · called by ${active.into.length}, calls ${active.out.length}`
          : ''}
      </p>
      <fieldset className="zoom" aria-label="Size of the tiles">
        <button type="button" aria-label="Smaller" disabled={index >= tileSizes.length - 1} onClick={() => setWanted(index + 1)}>
          −
        </button>
        <button type="button" aria-label="Fit into the page" onClick={() => setWanted(undefined)}>
          fit
        </button>
        <button type="button" aria-label="Larger" disabled={index <= 0} onClick={() => setWanted(index - 1)}>
          +
        </button>
      </fieldset>
    </div>
  )
}

/** Services that most others call stand first; stores and topics behind the services. */
const tilesOf = (grouping: Grouping, size: { width: number; height: number }, wanted: number | undefined): Tiles => {
  const rank = (n: MapNode): number => (n.service ? 0 : 1)
  const groups = grouping.groups.map(g => ({
    name: g.name,
    ids: [...g.nodes].sort((a, b) => rank(a) - rank(b) || b.into.length - a.into.length || (a.id < b.id ? -1 : 1)).map(n => n.id),
  }))
  return tiled(groups, size.width, size.height, wanted)
}

const startsOf = (grouping: Grouping, tiles: Tiles): string[] => {
  const nodes = new Map(grouping.groups.map(g => [g.name, g.nodes]))
  return tiles.groups.map(g => sharedStart(nodes.get(g.name)!))
}

const tileTo = (key: string, from: Tiles['tiles'][number] | undefined, { tiles }: Tiles): Tiles['tiles'][number] | undefined => {
  const direction = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[key as 'ArrowLeft']
  if (!direction) return undefined
  if (!from) return tiles[0]
  let best: { tile: Tiles['tiles'][number]; distance: number } | undefined
  for (const tile of tiles) {
    const ahead = (tile.x - from.x) * direction[0] + (tile.y - from.y) * direction[1]
    const aside = Math.abs((tile.x - from.x) * direction[1]) + Math.abs((tile.y - from.y) * direction[0])
    if (ahead < 2) continue
    const distance = ahead + aside * 4
    if (!best || distance < best.distance) best = { tile, distance }
  }
  return best?.tile
}

const useSize = (frame: { current: HTMLDivElement | null }): { width: number; height: number } => {
  const [size, setSize] = useState({ width: 1000, height: 700 })
  useEffect(() => {
    const element = frame.current!
    const measure = (): void => setSize({ width: element.clientWidth - 16, height: element.clientHeight - 16 })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [frame])
  return size
}
