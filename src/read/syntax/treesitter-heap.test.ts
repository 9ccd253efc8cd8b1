import { readdirSync, readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Language, Parser, type Tree } from 'web-tree-sitter'
import { type Heap, HeapLanguage, walkHeap } from './treesitter-heap.ts'

const root = new URL('../../../', import.meta.url)
const languages = (JSON.parse(readFileSync(new URL('data/grammars/grammars.json', root), 'utf8')) as { language: string }[]).map(
  g => g.language,
)
const samples = (language: string): string[] => {
  const folder = new URL(`fixtures/readers/code/${language === 'tsx' ? 'typescript' : language}/`, root)
  return readdirSync(folder)
    .filter(name => name !== 'expected.json')
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
}

type Seen = [type: number, field: number, start: number, end: number, depth: number]
const addressOf = (of: object): number => (of as { 0: number })[0]
const heap = {} as Heap

const byHeap = (tree: Tree, language: HeapLanguage): Seen[] => {
  const seen: Seen[] = []
  let depth = 1
  walkHeap(heap, addressOf(tree), language, {
    enter: (type, field, start, end) => seen.push([type, field, start, end, depth++]) > 0,
    leave: () => void depth--,
  })
  expect(depth).toBe(1)
  return seen
}

const byCursor = (tree: Tree): Seen[] => {
  const seen: Seen[] = []
  const cursor = tree.walk()
  if (!cursor.gotoFirstChild()) return seen
  for (;;) {
    seen.push([cursor.nodeTypeId, cursor.currentFieldId, cursor.startIndex, cursor.endIndex, cursor.currentDepth])
    if (cursor.gotoFirstChild()) continue
    while (!cursor.gotoNextSibling()) {
      cursor.gotoParent()
      if (cursor.currentDepth === 0) {
        cursor.delete()
        return seen
      }
    }
  }
}

test.each(languages)('%s: memory holds what the cursor says, for whole, cut and changed sources', async name => {
  await Parser.init(heap as object)
  const language = await Language.load(brotliDecompressSync(readFileSync(new URL(`data/grammars/${name}.wasm.br`, root))))
  const parser = new Parser()
  parser.setLanguage(language)
  const tables = new HeapLanguage(addressOf(language))
  const check = (source: string): number => {
    const tree = parser.parse(source)!
    const seen = byHeap(tree, tables)
    expect(seen).toEqual(byCursor(tree))
    tree.delete()
    return seen.length
  }
  for (const source of samples(name)) expect(check(source)).toBeGreaterThan(10)
  const cut = fc.tuple(
    fc.constantFrom(...samples(name)),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom('', '(', '"', '}', '😀 = 1;\n'),
  )
  fc.assert(
    fc.property(cut, fc.nat(30), ([source, at, text], length) => {
      const start = Math.floor(at * source.length)
      check(source.slice(0, start) + text + source.slice(start + length))
    }),
    { numRuns: 25 },
  )
})
