/** A rectangle on the page. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

export interface TileSize {
  width: number
  height: number
  hasNames: boolean
}

export interface Tiles {
  size: TileSize
  groups: (Area & { name: string })[]
  tiles: (Area & { id: string; group: number })[]
  width: number
  height: number
}

/** Largest first: with names, then bare squares. */
export const tileSizes: readonly TileSize[] = [
  { width: 168, height: 28, hasNames: true },
  { width: 136, height: 24, hasNames: true },
  { width: 112, height: 22, hasNames: true },
  { width: 88, height: 20, hasNames: true },
  ...[22, 18, 15, 12, 10].map(s => ({ width: s, height: s, hasNames: false })),
]

export const HEADER = 20
const PAD = 7
const GAP = 8
/** Higher than the page by this much: scrolling a little is better than tiles that nobody can hit. */
const SCROLL = 1.8

/**
 * Every node as one tile of equal size, those of a group together: no picture of a whole estate shows more. The largest tiles that fit,
 * or those of the `wanted` size.
 */
export const tiled = (
  groups: readonly { name: string; ids: readonly string[] }[],
  width: number,
  height: number,
  wanted?: number,
): Tiles => {
  const sorted = [...groups].sort((a, b) => b.ids.length - a.ids.length || (a.name < b.name ? -1 : 1))
  if (wanted !== undefined) return shelved(sorted, width, tileSizes[Math.min(Math.max(0, wanted), tileSizes.length - 1)]!)
  for (const size of tileSizes) {
    const tiles = shelved(sorted, width, size)
    if (tiles.height <= height * SCROLL) return tiles
  }
  return shelved(sorted, width, tileSizes.at(-1)!)
}

interface Block {
  name: string
  ids: readonly string[]
  width: number
}

/** Shelves from top to bottom: the groups of one have equally many rows, and share what is left of its width. */
const shelved = (groups: readonly { name: string; ids: readonly string[] }[], width: number, size: TileSize): Tiles => {
  const result: Tiles = { size, groups: [], tiles: [], width, height: 0 }
  for (let from = 0; from < groups.length; ) {
    const rows = rowsFor(groups[from]!.ids.length, size, width)
    const shelf: Block[] = []
    let used = 0
    for (; from < groups.length; from++) {
      const block = blockOf(groups[from]!, rows, size)
      if (shelf.length > 0 && used + block.width > width) break
      shelf.push(block)
      used += block.width + GAP
    }
    put(shelf, rows, Math.max(0, width - used + GAP), result)
  }
  result.height = Math.max(0, result.height - GAP)
  return result
}

/** As many rows as make a block about twice as wide as high, and no wider than the page. */
const rowsFor = (count: number, size: TileSize, width: number): number => {
  const most = Math.max(1, Math.floor((width - 2 * PAD) / size.width))
  const rows = Math.round(Math.sqrt((count * size.width) / (size.height * 2)))
  return Math.max(1, rows, Math.ceil(count / most))
}

const blockOf = ({ name, ids }: { name: string; ids: readonly string[] }, rows: number, size: TileSize): Block => ({
  name,
  ids,
  width: Math.max(Math.ceil(ids.length / rows) * size.width, Math.min(150, 40 + name.length * 6.5)) + 2 * PAD,
})

const put = (shelf: readonly Block[], rows: number, spare: number, result: Tiles): void => {
  const { size } = result
  // A shelf that is half empty stays so: two groups as wide as the page would look important.
  const share = spare < result.width * 0.35 ? spare / shelf.length : 0
  const across = shelf.map(b => Math.max(1, Math.floor((b.width + share - 2 * PAD) / size.width)))
  const high = Math.min(rows, Math.max(...shelf.map((b, i) => Math.ceil(b.ids.length / across[i]!))))
  const height = HEADER + high * size.height + 2 * PAD
  const gap = size.width > 12 ? 3 : 1
  let x = 0
  shelf.forEach((block, b) => {
    const group = result.groups.length
    result.groups.push({ name: block.name, x, y: result.height, width: block.width + share, height })
    block.ids.forEach((id, i) => {
      result.tiles.push({
        id,
        group,
        x: x + PAD + (i % across[b]!) * size.width,
        y: result.height + HEADER + PAD + Math.floor(i / across[b]!) * size.height,
        width: size.width - gap,
        height: size.height - gap,
      })
    })
    x += block.width + share + GAP
  })
  result.height += height + GAP
}
