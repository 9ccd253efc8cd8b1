import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { PlacedBox, Point } from '../map/boxes.ts'
import type { Shape } from '../map/graph.ts'
import type { Layout } from '../map/layered.ts'
import { outline, pathThrough } from './paths.ts'

export interface DrawnBox {
  id: string
  shape: Shape | 'group'
  title: string
  sub: string
  /** Said to a screen reader and on hover. */
  label: string
  mark?: string
  isFocus?: boolean
  isFaint?: boolean
}

export interface DrawnEdge {
  id: string
  from: string
  to: string
  isDashed: boolean
  isUnsure?: boolean
  width?: number
  label?: string
  /** `faint` is drawn lightly; `quiet` only while one of its ends is pointed at. */
  tone?: 'faint' | 'quiet'
}

export interface DrawingProps {
  label: string
  boxes: readonly DrawnBox[]
  edges: readonly DrawnEdge[]
  layout: Layout
  headings?: readonly { x: number; text: string }[]
  selectedBox: string
  selectedEdge: string
  /** The box that the view is about, which is brought into sight. */
  centre?: string
  onSelect: (box: string) => void
  onSelectEdge: (edge: string) => void
  onOpen: (box: string) => void
}

const STEPS = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.15, 1.3, 1.6, 2]
const HEAD = 22

/** Boxes that can be pointed at, tabbed to and walked over with the arrow keys, above the lines between them. */
export const Drawing = (props: DrawingProps) => {
  const { layout, boxes, edges, centre } = props
  const frame = useRef<HTMLElement>(null)
  const [pointed, setPointed] = useState('')
  const [pointedEdge, setPointedEdge] = useState('')
  const { scale, setScale, fit } = useScale(frame, layout)
  const head = props.headings?.length ? HEAD : 0
  useCentre(frame, layout, scale, centre)
  const placed = useMemo(() => new Map(layout.boxes.map(b => [b.id, b])), [layout])
  const near = useMemo(() => neighbours(edges), [edges])
  const active = pointed || (pointedEdge === '' ? props.selectedBox : '')
  const activeEdge = pointedEdge || props.selectedEdge
  const start = placed.has(props.selectedBox) ? props.selectedBox : (centre ?? boxes[0]?.id ?? '')
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const id = (event.target as HTMLElement).dataset.box
    const next = id === undefined ? undefined : neighbourTo(event.key, placed.get(id)!, layout.boxes)
    if (!next) return
    event.preventDefault()
    frame.current?.querySelector<HTMLElement>(`[data-box="${CSS.escape(next)}"]`)?.focus()
  }
  return (
    <div className="drawing">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is scrolled by keys */}
      <section className="frame" ref={frame} tabIndex={0} aria-label={props.label} onKeyDown={onKeyDown}>
        <div className="sheet" style={{ width: layout.width * scale, height: (layout.height + head) * scale }}>
          <div className="scaled" style={{ width: layout.width, height: layout.height + head, transform: `scale(${scale})` }}>
            {props.headings?.map(h => (
              <div className="heading" key={h.text + h.x} style={{ left: h.x }} aria-hidden="true">
                {h.text}
              </div>
            ))}
            <svg className="lines" width={layout.width} height={layout.height} style={{ top: head }} aria-hidden="true">
              <Arrowheads />
              {edges.map(edge => (
                <Line
                  key={edge.id}
                  edge={edge}
                  points={layout.links.get(edge.id)}
                  look={lookOf(edge, active, activeEdge)}
                  onPoint={setPointedEdge}
                  onSelect={props.onSelectEdge}
                />
              ))}
              {boxes.map(box => {
                const at = placed.get(box.id)
                return at && <path key={box.id} className={outlineClass(box, props.selectedBox)} d={outline(box.shape, at)} />
              })}
            </svg>
            {boxes.map(box => (
              <BoxButton
                key={box.id}
                box={box}
                at={placed.get(box.id)}
                top={head}
                isStart={box.id === start}
                isSelected={box.id === props.selectedBox}
                isDim={active !== '' && placed.has(active) && active !== box.id && !near.get(active)?.has(box.id)}
                onPoint={setPointed}
                onSelect={props.onSelect}
                onOpen={props.onOpen}
              />
            ))}
          </div>
        </div>
      </section>
      <Zoom scale={scale} setScale={setScale} fit={fit} />
    </div>
  )
}

const BoxButton = (props: {
  box: DrawnBox
  at: PlacedBox | undefined
  top: number
  isStart: boolean
  isSelected: boolean
  isDim: boolean
  onPoint: (id: string) => void
  onSelect: (id: string) => void
  onOpen: (id: string) => void
}) => {
  const { box, at } = props
  if (!at) return null
  return (
    <button
      type="button"
      data-box={box.id}
      className={`box ${box.shape}${props.isDim ? ' dim' : ''}${box.isFocus ? ' focus' : ''}`}
      style={{ left: at.x, top: at.y + props.top, width: at.width, height: at.height }}
      tabIndex={props.isStart ? 0 : -1}
      aria-pressed={props.isSelected}
      title={box.label}
      onMouseEnter={() => props.onPoint(box.id)}
      onMouseLeave={() => props.onPoint('')}
      onFocus={() => props.onPoint(box.id)}
      onBlur={() => props.onPoint('')}
      onClick={() => props.onSelect(box.id)}
      onDoubleClick={() => props.onOpen(box.id)}
      onKeyDown={event => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        props.onOpen(box.id)
      }}
    >
      <span className="title">{box.title}</span>
      {box.sub !== '' && <span className="sub">{box.sub}</span>}
      {box.mark !== undefined && <span className="mark">{box.mark}</span>}
    </button>
  )
}

type Look = 'plain' | 'in' | 'out' | 'chosen' | 'dim' | 'none'

const lookOf = (edge: DrawnEdge, active: string, activeEdge: string): Look => {
  if (edge.id === activeEdge) return 'chosen'
  if (active !== '' && edge.from === active) return 'out'
  if (active !== '' && edge.to === active) return 'in'
  if (edge.tone === 'quiet') return 'none'
  return active !== '' || activeEdge !== '' ? 'dim' : 'plain'
}

const Line = (props: {
  edge: DrawnEdge
  points: readonly Point[] | undefined
  look: Look
  onPoint: (id: string) => void
  onSelect: (id: string) => void
}) => {
  const { edge, points, look } = props
  const d = useMemo(() => (points ? pathThrough(points) : ''), [points])
  if (!points || look === 'none') return null
  const isBright = look === 'in' || look === 'out' || look === 'chosen'
  const classes = [
    'line',
    look,
    edge.isDashed ? 'dashed' : '',
    edge.isUnsure ? 'unsure' : '',
    edge.tone === 'faint' && !isBright ? 'faint' : '',
  ]
  const middle = points.length > 2 ? points[Math.floor(points.length / 2)]! : between(points[0]!, points.at(-1)!)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: lines are for the mouse; the panel and the list have each as a button
    <g
      className={classes.join(' ')}
      onMouseEnter={() => props.onPoint(edge.id)}
      onMouseLeave={() => props.onPoint('')}
      onClick={() => props.onSelect(edge.id)}
    >
      <path className="hit" d={d} />
      <path className="stroke" d={d} strokeWidth={edge.width ?? 1.25} markerEnd={`url(#head-${isBright ? look : 'plain'})`} />
      {edge.label !== undefined && (edge.tone === undefined || isBright) && (
        <text x={middle.x} y={middle.y - 4}>
          {edge.label}
        </text>
      )}
    </g>
  )
}

const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })

const Arrowheads = () => (
  <defs>
    {['plain', 'in', 'out', 'chosen'].map(look => (
      <marker
        key={look}
        id={`head-${look}`}
        className={look}
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="8"
        markerHeight="8"
        orient="auto"
        markerUnits="userSpaceOnUse"
      >
        <path d="M0.5 0.8 7.5 4 0.5 7.2Z" />
      </marker>
    ))}
  </defs>
)

const outlineClass = (box: DrawnBox, selected: string): string =>
  `outline ${box.shape}${box.id === selected ? ' selected' : ''}${box.isFocus ? ' focus' : ''}${box.isFaint ? ' faint' : ''}`

const neighbours = (edges: readonly DrawnEdge[]): Map<string, Set<string>> => {
  const near = new Map<string, Set<string>>()
  for (const { from, to } of edges)
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      const set = near.get(a) ?? new Set()
      near.set(a, set.add(b))
    }
  return near
}

/** The nearest box in the direction of an arrow key; what lies straight ahead counts as nearer than what lies aside. */
const neighbourTo = (key: string, from: PlacedBox, boxes: readonly PlacedBox[]): string | undefined => {
  const direction = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const)[key as 'ArrowLeft']
  if (!direction) return undefined
  const middle = (b: PlacedBox): Point => ({ x: b.x + b.width / 2, y: b.y + b.height / 2 })
  const here = middle(from)
  let best: { id: string; distance: number } | undefined
  for (const box of boxes) {
    const at = middle(box)
    const ahead = (at.x - here.x) * direction[0] + (at.y - here.y) * direction[1]
    const aside = Math.abs((at.x - here.x) * direction[1]) + Math.abs((at.y - here.y) * direction[0])
    if (box.id === from.id || ahead < 4) continue
    const distance = ahead + aside * 2.5
    if (!best || distance < best.distance) best = { id: box.id, distance }
  }
  return best?.id
}

const Zoom = ({ scale, setScale, fit }: { scale: number; setScale: (scale: number) => void; fit: () => void }) => {
  const step = (by: 1 | -1): void => {
    const next = by > 0 ? STEPS.find(s => s > scale + 0.01) : STEPS.findLast(s => s < scale - 0.01)
    if (next) setScale(next)
  }
  return (
    <fieldset className="zoom" aria-label="Size of the drawing">
      <button type="button" aria-label="Smaller" onClick={() => step(-1)}>
        −
      </button>
      <button type="button" aria-label={`${Math.round(scale * 100)} %: fit into the page`} onClick={fit}>
        {Math.round(scale * 100)} %
      </button>
      <button type="button" aria-label="Larger" onClick={() => step(1)}>
        +
      </button>
    </fieldset>
  )
}

/** As large as fits, but never so small that names cannot be read: then it scrolls. */
const useScale = (frame: { current: HTMLElement | null }, layout: Layout) => {
  const [scale, setScale] = useState(1)
  const fit = (): void => {
    const { clientWidth, clientHeight } = frame.current!
    const fits = Math.min(clientWidth / layout.width, clientHeight / (layout.height + HEAD))
    setScale(fits < 0.74 ? 0.85 : Math.min(1.15, Math.floor(fits * 100) / 100))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing is fitted once, not each time its frame changes
  useLayoutEffect(fit, [layout])
  return { scale, setScale, fit }
}

const useCentre = (frame: { current: HTMLElement | null }, layout: Layout, scale: number, centre: string | undefined): void => {
  useEffect(() => {
    const box = layout.boxes.find(b => b.id === centre)
    const element = frame.current
    if (!box || !element) return
    element.scrollTo({
      left: (box.x + box.width / 2) * scale - element.clientWidth / 2,
      top: (box.y + box.height / 2) * scale - element.clientHeight / 2,
    })
  }, [frame, layout, scale, centre])
}
