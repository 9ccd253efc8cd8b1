import type { Box, Link } from './boxes.ts'

/**
 * Layer of each box: as given, else the longest way from where calls start. Links that close a circle are turned around. Where everything
 * calls everything such ways become endless: then boxes share as many layers as are allowed, by their mean height in the flow.
 */
export const layersOf = (boxes: readonly Box[], links: readonly Link[], most = Infinity): Map<string, number> => {
  const given = boxes.filter(b => b.layer !== undefined)
  if (given.length === boxes.length) {
    const least = Math.min(0, ...given.map(b => b.layer!))
    return new Map(given.map(b => [b.id, b.layer! - least]))
  }
  const ids = boxes.map(b => b.id)
  const forward = withoutCircles(ids, links)
  const layers = longestWays(ids, forward)
  return Math.max(0, ...layers.values()) < most ? drawnNear(layers, ids, forward) : byHeight(ids, links, most)
}

const ROUNDS = 80

/**
 * Heights at which links rise by one on average (trophic levels), which circles do not disturb; cut into layers of equal height, between
 * which boxes then move while that leaves fewer links inside a layer, backwards or long.
 */
const byHeight = (ids: readonly string[], links: readonly Link[], most: number): Map<string, number> => {
  const near = nearOf(ids, links)
  const height = new Map(ids.map(id => [id, 0]))
  for (let round = 0; round < ROUNDS; round++)
    for (const id of ids) {
      const others = near.get(id)!
      if (others.length > 0) height.set(id, others.reduce((sum, o) => sum + height.get(o.id)! + o.rise, 0) / others.length)
    }
  const values = [...height.values()]
  const [least, highest] = [Math.min(...values), Math.max(...values)]
  const layers = new Map(ids.map(id => [id, Math.round(((height.get(id)! - least) / Math.max(1e-9, highest - least)) * (most - 1))]))
  const room = (ids.length / most) * 1.6
  for (let round = 0, moved = true; moved && round < ROUNDS / 4; round++) moved = settle(ids, near, layers, most, room)
  return layers
}

type Near = ReadonlyMap<string, readonly { id: string; rise: number }[]>

const nearOf = (ids: readonly string[], links: readonly Link[]): Near => {
  const near = new Map(ids.map(id => [id, [] as { id: string; rise: number }[]]))
  for (const { from, to } of arrowsAmong(ids, links)) {
    near.get(from)!.push({ id: to, rise: -1 })
    near.get(to)!.push({ id: from, rise: 1 })
  }
  return near
}

/** Moves each box to the layer where its links cost least. A layer that is full costs, too. */
const settle = (ids: readonly string[], near: Near, layers: Map<string, number>, most: number, room: number): boolean => {
  const filled = Array.from({ length: most }, () => 0)
  for (const layer of layers.values()) filled[layer]!++
  let moved = false
  for (const id of ids) {
    const own = layers.get(id)!
    filled[own]!--
    const cost = (layer: number): number =>
      near.get(id)!.reduce((sum, o) => sum + costOf((layer - layers.get(o.id)!) * o.rise), 0) + Math.max(0, filled[layer]! + 1 - room) * 2
    let best = own
    for (let layer = 0; layer < most; layer++) if (cost(layer) < cost(best)) best = layer
    layers.set(id, best)
    filled[best]!++
    moved ||= best !== own
  }
  return moved
}

/** To the next layer is free; further bends around boxes; inside a layer and backwards cannot be read as a flow. */
const costOf = (step: number): number => (step > 0 ? step - 1 : step === 0 ? 4 : 3 - step)

interface Arrow {
  from: string
  to: string
}

const targetsOf = (links: readonly Arrow[]): Map<string, string[]> => {
  const targets = new Map<string, string[]>()
  for (const { from, to } of links) targets.set(from, [...(targets.get(from) ?? []), to])
  return targets
}

const arrowsAmong = (ids: readonly string[], links: readonly Link[]): Link[] => {
  const known = new Set(ids)
  return links.filter(l => l.from !== l.to && known.has(l.from) && known.has(l.to))
}

/** Walks from the boxes with the most links out against in; a link to a box that is still open goes back. */
const withoutCircles = (ids: readonly string[], links: readonly Link[]): Arrow[] => {
  const all = arrowsAmong(ids, links)
  const balance = new Map(ids.map(id => [id, 0]))
  for (const { from, to } of all) {
    balance.set(from, balance.get(from)! + 1)
    balance.set(to, balance.get(to)! - 1)
  }
  const hasCaller = new Set(all.map(l => l.to))
  const starts = [...ids].sort((a, b) => Number(hasCaller.has(a)) - Number(hasCaller.has(b)) || balance.get(b)! - balance.get(a)!)
  const targets = targetsOf(all)
  const state = new Map<string, 'open' | 'done'>()
  const turned: Arrow[] = []
  for (const start of starts) {
    if (state.has(start)) continue
    const path = [{ id: start, next: 0 }]
    state.set(start, 'open')
    while (path.length > 0) {
      const top = path.at(-1)!
      const to = targets.get(top.id)?.[top.next++]
      if (to === undefined) {
        state.set(top.id, 'done')
        path.pop()
      } else if (state.get(to) === 'open') turned.push({ from: to, to: top.id })
      else {
        turned.push({ from: top.id, to })
        if (!state.has(to)) {
          state.set(to, 'open')
          path.push({ id: to, next: 0 })
        }
      }
    }
  }
  return turned
}

const longestWays = (ids: readonly string[], arrows: readonly Arrow[]): Map<string, number> => {
  const layers = new Map(ids.map(id => [id, 0]))
  const waiting = new Map(ids.map(id => [id, 0]))
  for (const { to } of arrows) waiting.set(to, waiting.get(to)! + 1)
  const targets = targetsOf(arrows)
  const ready = ids.filter(id => waiting.get(id) === 0)
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const to of targets.get(id) ?? []) {
      layers.set(to, Math.max(layers.get(to)!, layers.get(id)! + 1))
      waiting.set(to, waiting.get(to)! - 1)
      if (waiting.get(to) === 0) ready.push(to)
    }
  }
  return layers
}

/** A box that nobody calls stands right before what it calls first, not at the far left. */
const drawnNear = (layers: Map<string, number>, ids: readonly string[], arrows: readonly Arrow[]): Map<string, number> => {
  const hasCaller = new Set(arrows.map(a => a.to))
  const targets = targetsOf(arrows)
  for (const id of ids) {
    const next = targets.get(id)
    if (!hasCaller.has(id) && next) layers.set(id, Math.min(...next.map(t => layers.get(t)!)) - 1)
  }
  return layers
}
