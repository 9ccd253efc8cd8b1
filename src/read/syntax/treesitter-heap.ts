/**
 * Walks a parser's tree where it lies, in the memory of its wasm module. Asking for it node by node through the binding costs more
 * than the parsing itself. The layout is that of tree-sitter's `subtree.h` and `parser.h` for 32-bit pointers, at the pinned version of
 * web-tree-sitter; the caller compares one walk of every grammar with the binding's own cursor before it trusts it.
 */

/** What the walk meets, in preorder. */
export interface TreeVisitor {
  /** A visible node. True: its children are walked, between this call and `leave`. */
  enter(type: number, field: number, start: number, end: number): boolean
  leave(): void
}

/** The views that the wasm module keeps of its memory; replaced whenever it grows. */
export interface Heap {
  HEAPU8: Uint8Array
  HEAPU16: Uint16Array
  HEAPU32: Uint32Array
}

// SubtreeHeapData
const PADDING = 4
const SIZE = 16
const CHILD_COUNT = 36
const SYMBOL = 40
const FLAGS = 44
const PRODUCTION = 66
const SUBTREE_BYTES = 8
// TSLanguage
const FIELD_COUNT = 32
const MAX_ALIASES = 36
const FIELD_SLICES = 64
const FIELD_ENTRIES = 68
const PUBLIC_SYMBOLS = 76
const ALIAS_SEQUENCES = 84

const BUILT_IN = 65534

/** One grammar's tables: what a production calls its children, read once. */
export class HeapLanguage {
  readonly #address: number
  readonly #aliases: (Uint16Array | null)[] = []
  readonly #fields: (Uint16Array | null)[] = []

  constructor(address: number) {
    this.#address = address
  }

  publicSymbol(heap: Heap, symbol: number): number {
    return symbol >= BUILT_IN ? symbol : heap.HEAPU16[(heap.HEAPU32[(this.#address + PUBLIC_SYMBOLS) >> 2]! >> 1) + symbol]!
  }

  /** The symbols that a production gives its children instead of their own, by position; 0 for none. */
  aliases(heap: Heap, production: number): Uint16Array | null {
    if (production === 0) return null
    const known = this.#aliases[production]
    if (known !== undefined) return known
    const length = heap.HEAPU16[(this.#address + MAX_ALIASES) >> 1]!
    const start = (heap.HEAPU32[(this.#address + ALIAS_SEQUENCES) >> 2]! >> 1) + production * length
    const row = heap.HEAPU16.slice(start, start + length)
    const made = row.some(symbol => symbol !== 0) ? row : null
    this.#aliases[production] = made
    return made
  }

  /** The fields of a production's own children, by position; 0 for none. */
  fields(heap: Heap, production: number): Uint16Array | null {
    const known = this.#fields[production]
    if (known !== undefined) return known
    const made = this.#readFields(heap, production)
    this.#fields[production] = made
    return made
  }

  #readFields(heap: Heap, production: number): Uint16Array | null {
    if (heap.HEAPU32[(this.#address + FIELD_COUNT) >> 2] === 0) return null
    const slice = (heap.HEAPU32[(this.#address + FIELD_SLICES) >> 2]! >> 1) + production * 2
    const entries = heap.HEAPU32[(this.#address + FIELD_ENTRIES) >> 2]!
    const row = new Uint16Array(256)
    let last = -1
    for (let i = 0; i < heap.HEAPU16[slice + 1]!; i++) {
      const at = entries + (heap.HEAPU16[slice]! + i) * 4
      const child = heap.HEAPU8[at + 2]!
      if (heap.HEAPU8[at + 3] !== 0 || row[child] !== 0) continue
      row[child] = heap.HEAPU16[at >> 1]!
      last = Math.max(last, child)
    }
    return last === -1 ? null : row.slice(0, last + 1)
  }
}

/** A subtree whose children are being walked. `field` is what an invisible subtree hands down to them. */
interface Frame {
  children: number
  count: number
  next: number
  /** Position among the children that belong to the grammar: extras such as comments do not count. */
  position: number
  /** Where the previous child ended, in bytes. */
  end: number
  visible: boolean
  field: number
  aliases: Uint16Array | null
  fields: Uint16Array | null
}

/** Walks the tree at an address; its root is not visited itself. Offsets given to the visitor are UTF-16 units. */
export const walkHeap = (heap: Heap, tree: number, language: HeapLanguage, visitor: TreeVisitor): void => {
  const { HEAPU8, HEAPU16, HEAPU32 } = heap
  const frameOf = (pointer: number, start: number, visible: boolean, field: number): Frame => {
    const production = HEAPU16[(pointer + PRODUCTION) >> 1]!
    const count = HEAPU32[(pointer + CHILD_COUNT) >> 2]!
    const [aliases, fields] = [language.aliases(heap, production), language.fields(heap, production)]
    return { children: pointer - count * SUBTREE_BYTES, count, next: 0, position: 0, end: start, visible, field, aliases, fields }
  }
  const root = HEAPU32[tree >> 2]!
  if ((root & 1) === 1 || HEAPU32[(root + CHILD_COUNT) >> 2] === 0) return
  const stack = [frameOf(root, HEAPU32[(root + PADDING) >> 2]!, true, 0)]
  while (stack.length > 0) {
    const frame = stack[stack.length - 1]!
    if (frame.next === frame.count) {
      stack.pop()
      if (frame.visible && stack.length > 0) visitor.leave()
      continue
    }
    const at = (frame.children + frame.next * SUBTREE_BYTES) >> 2
    const word = HEAPU32[at]!
    const inline = (word & 1) === 1
    const flags = inline ? (word & 0xff) >> 1 : HEAPU8[word + FLAGS]!
    const padding = inline ? (HEAPU32[at + 1]! >> 16) & 0xff : HEAPU32[(word + PADDING) >> 2]!
    const start = frame.next === 0 ? frame.end : frame.end + padding
    const end = start + (inline ? HEAPU32[at + 1]! >>> 24 : HEAPU32[(word + SIZE) >> 2]!)
    const extra = (flags & 4) !== 0
    const alias = extra ? 0 : (frame.aliases?.[frame.position] ?? 0)
    const own = extra ? 0 : (frame.fields?.[frame.position] ?? 0)
    const field = extra || own !== 0 || frame.visible ? own : frame.field
    const visible = (flags & 1) !== 0 || alias !== 0
    frame.next++
    if (!extra) frame.position++
    frame.end = end
    const inside = !inline && HEAPU32[(word + CHILD_COUNT) >> 2] !== 0
    if (visible) {
      const symbol = alias || (inline ? (word >> 8) & 0xff : HEAPU16[(word + SYMBOL) >> 1]!)
      const enters = visitor.enter(language.publicSymbol(heap, symbol), field, start >> 1, end >> 1)
      if (enters && inside) stack.push(frameOf(word, start, true, 0))
      else if (enters) visitor.leave()
    } else if (inside) stack.push(frameOf(word, start, false, field))
  }
}
