import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { build } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../src/base/json.ts'
import type { Scan } from '../src/model/scan.ts'
import { Cache } from '../src/read/cache.ts'
import { type ScanOptions, scan } from '../src/read/scan.ts'
import { memoryTree, type Tree, type TreeEntry } from '../src/read/tree.ts'
import { openTree } from '../src/read/tree-open.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const system = join(root, 'fixtures/systems/ticket-office/base')

/** Whole result with all facts; the revision is the tree's, not the reading's. */
const shown = (found: Scan): string =>
  canonicalJson({
    ...found,
    revision: '',
    repo: '',
    problems: found.problems.length,
    files: found.files.map(f => ({ ...f, facts: f.facts() })),
  })

let temporary: string
let contents: Record<string, Buffer>
let expected: string

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'lintel-reading-'))
  cpSync(system, join(temporary, 'office'), { recursive: true })
  const tree = await openTree(join(temporary, 'office'))
  contents = {}
  for await (const content of tree.read(await tree.entries(), 1e7)) if ('bytes' in content) contents[content.entry.path] = content.bytes
  expected = shown(await scan(memoryTree(contents)))
})
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

describe('the facts of a tree', () => {
  it('do not depend on where the tree lies: folder, revision, memory', async () => {
    const folder = join(temporary, 'office')
    expect(shown(await scan(await openTree(folder)))).toBe(expected)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: folder })
    git('init', '-q')
    git('add', '-A', '-f')
    git('commit', '-qm', 'all')
    const tree = await openTree(folder, 'HEAD')
    expect(shown(await scan(tree))).toBe(expected)
    tree.close()
    expect(shown(await scan(await openTree(folder)))).toBe(expected)
  })

  it('do not depend on the order of reading', async () => {
    const paths = Object.keys(contents)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(paths, { minLength: paths.length }), async order => {
        const tree = memoryTree(Object.fromEntries(order.map(path => [path, contents[path]!])))
        expect(shown(await scan(late(tree)))).toBe(expected)
      }),
      { numRuns: 5 },
    )
  })

  it('do not depend on what was cached before', async () => {
    const paths = Object.keys(contents)
    const cache = new Cache(join(temporary, 'cache'))
    await fc.assert(
      fc.asyncProperty(fc.subarray(paths), fc.subarray(paths), async (kept, changed) => {
        const other = Object.fromEntries(
          kept.map(path => [path, Buffer.concat([contents[path]!, Buffer.from(changed.includes(path) ? '\n' : '')])]),
        )
        expect(shown(await scan(memoryTree(other), { cache }))).toBe(shown(await scan(memoryTree(other))))
      }),
      { numRuns: 5 },
    )
    expect(shown(await scan(memoryTree(contents), { cache }))).toBe(expected)
    cache.close()
    const again = new Cache(join(temporary, 'cache'))
    expect(shown(await scan(memoryTree(contents), { cache: again }))).toBe(expected)
    again.close()
  })
})

/** Gives contents at odd times. */
const late = (tree: Tree): Tree => ({
  ...tree,
  async *read(entries: readonly TreeEntry[], limit: number) {
    for await (const content of tree.read(entries, limit)) {
      if (content.entry.path.length % 3 === 0) await new Promise(done => setImmediate(done))
      yield content
    }
  },
})

describe('the built worker', () => {
  const dist = join(root, '.lintel', `reading-test-${process.pid}`)
  let built: { scan: (tree: Tree, options: ScanOptions) => Promise<Scan> }

  beforeAll(async () => {
    mkdirSync(dist, { recursive: true })
    await build({
      cwd: root,
      input: { scan: 'src/read/scan.ts', worker: 'src/read/worker.ts' },
      platform: 'node',
      external: id => !id.startsWith('.') && !id.startsWith('/'),
      output: { dir: dist, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' },
    })
    built = await import(/* @vite-ignore */ join(dist, 'scan.js'))
  })
  afterAll(() => rmSync(dist, { recursive: true, force: true }))

  it.each([0, 1, 2])('%d workers give the same facts', async workers => {
    const cache = new Cache(join(temporary, `workers-${workers}`))
    expect(shown(await built.scan(memoryTree(contents), { workers }))).toBe(expected)
    expect(shown(await built.scan(memoryTree(contents), { workers, cache }))).toBe(expected)
    expect(shown(await built.scan(memoryTree(contents), { workers, cache }))).toBe(expected)
    cache.close()
  })
})
