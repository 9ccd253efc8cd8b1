import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canonicalJson } from '../base/json.ts'
import type { Scan } from '../model/scan.ts'
import { Cache } from './cache.ts'
import type { Reader, Renderer } from './reader.ts'
import { scan } from './scan.ts'
import { memoryTree } from './tree.ts'

let folder: string
let read: string[]
let rendered: string[]

/** Says a contract of every .c file, which goes to a pack; `same` files are told apart by their folder. */
const contracts: Reader = {
  name: 'contracts',
  version: 1,
  wants: path => path.endsWith('.c'),
  pathClass: path => (path.startsWith('test/') ? 'test' : 'main'),
  read({ path, content }) {
    read.push(path)
    const contract = {
      format: 'protobuf' as const,
      name: content,
      imports: [path.startsWith('test/') ? 'test' : 'main'],
      nodes: [],
      root: 0,
      units: [],
    }
    return { contract, problems: [{ code: 'c/odd', message: content, severity: 'warning', line: 1 }] }
  },
}

const settings: Reader = {
  name: 'settings',
  version: 1,
  wants: path => path.endsWith('.set'),
  read({ path, content }) {
    read.push(path)
    return {
      manifest: [{ says: 'setting', key: content, value: { is: 'text', text: content }, layer: 'base', spot: { line: 1 } }],
      problems: [],
    }
  },
}

const renderer: Renderer = {
  name: 'lists',
  version: 1,
  units: paths => paths.filter(p => p.endsWith('.list')).map(root => ({ root, kind: 'compose' as const })),
  render(unit, files) {
    rendered.push(unit.root)
    const text = (files(unit.root) ?? '').split('\n').map(p => files(p) ?? 'none')
    return { documents: [{ path: 'x.set', content: text.join(), origin: [{ file: unit.root, line: 1 }] }], bases: [], problems: [] }
  },
}

const files: Record<string, string> = { 'a.c': 'one', 'b.c': 'two', 'd.set': 'three', 'u.list': 'd.set\ne.set' }

const run = async (tree: Record<string, string>, cache = new Cache(folder), readers = [contracts, settings]): Promise<Scan> => {
  read = []
  rendered = []
  const found = await scan(memoryTree(tree), { cache, readers, renderers: [renderer] })
  for (const file of found.files) file.facts()
  cache.close()
  return found
}

const shown = (found: Scan): string => canonicalJson({ ...found, files: found.files.map(f => ({ ...f, facts: f.facts() })) })

const plain = async (tree: Record<string, string>): Promise<string> =>
  shown(await scan(memoryTree(tree), { readers: [contracts, settings], renderers: [renderer] }))

const cached = (ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(f => f.endsWith(ending))
    .map(f => join(folder, f))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-cache-'))
  read = []
  rendered = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Scans with a cache and gives the whole result, facts included, before the cache is closed. */
const scanned = async (tree: Record<string, string>): Promise<string> => {
  const cache = new Cache(folder)
  read = []
  rendered = []
  const text = shown(await scan(memoryTree(tree), { cache, readers: [contracts, settings], renderers: [renderer] }))
  cache.close()
  return text
}

describe('facts', () => {
  it('a second run reads nothing and says the same', async () => {
    const expected = await plain(files)
    expect(await scanned(files)).toBe(expected)
    expect(read).not.toEqual([])
    expect(await scanned(files)).toBe(expected)
    expect([read, rendered]).toEqual([[], []])
  })

  it('only what changed is read; a file that turns up where a renderer looked renders again', async () => {
    await run(files)
    const changed = { ...files, 'b.c': 'other' }
    expect(await scanned(changed)).toBe(await plain(changed))
    await run({ ...changed, 'b.c': 'third' })
    expect([read, rendered]).toEqual([['b.c'], []])
    await run({ ...changed, 'e.set': 'new' })
    expect(rendered.length).toBeGreaterThan(0)
    await run(files)
    expect([read, rendered]).toEqual([[], []])
  })

  it('one content is read once, but once for each class of path', async () => {
    const found = await run({ 'a.c': 'same', 'b.c': 'same', 'test/c.c': 'same' })
    expect(read).toEqual(['a.c', 'test/c.c'])
    expect(found.files.map(f => f.facts().contract?.imports)).toEqual([['main'], ['main'], ['test']])
    await run({ 'moved.c': 'same' })
    expect(read).toEqual([])
  })

  it('a new version of a reader reads its files again, and no others', async () => {
    await run(files)
    await run(files, new Cache(folder), [{ ...contracts, version: 2 }, settings])
    expect(read.filter(p => p.endsWith('.set') && p !== 'x.set')).toEqual([])
    expect(read).toContain('a.c')
  })

  it.each([
    ['a pack that is cut off', () => truncateSync(cached('.pack')[0]!, 3)],
    ['a pack that is gone', () => rmSync(cached('.pack')[0]!)],
    ['an index that is cut off', () => truncateSync(cached('index.json')[0]!, 40)],
    [
      'an index with one other letter',
      () =>
        writeFileSync(
          cached('index.json')[0]!,
          readFileSync(cached('index.json')[0]!, 'utf8').replace('"one"', '"owe"').replace('"rows"', '"Rows"'),
        ),
    ],
    ['an index that is no JSON', () => writeFileSync(cached('index.json')[0]!, 'x')],
  ])('%s is a miss', async (_, damage) => {
    const expected = await plain(files)
    await run(files)
    damage()
    expect(await scanned(files)).toBe(expected)
    expect(read).toContain('a.c')
    await run(files)
    expect(read).toEqual([])
  })

  it('facts that were damaged in place say so, and the next run is whole', async () => {
    await run(files)
    const pack = cached('.pack')[0]!
    writeFileSync(pack, readFileSync(pack, 'utf8').replace('"one"', '"owe"'))
    await expect(run(files)).rejects.toMatchObject({ name: 'UsageError' })
    await run(files)
    expect(read).toContain('a.c')
  })

  it('a folder that cannot be written changes nothing', async () => {
    const blocked = join(folder, 'file')
    writeFileSync(blocked, '')
    const found = await run(files, new Cache(join(blocked, 'below')))
    expect(shown(found)).toBe(await plain(files))
  })

  it('two runs at once leave a whole cache', async () => {
    const [a, b] = [new Cache(folder), new Cache(folder)]
    await Promise.all([run(files, a), run({ ...files, 'z.c': 'z' }, b)])
    expect(await scanned(files)).toBe(await plain(files))
  })

  it('many small packs become few', async () => {
    for (let i = 0; i < 30; i++) await run({ ...files, 'n.c': `${i}` })
    expect(cached('.pack').length).toBeLessThanOrEqual(13)
    const cache = new Cache(folder)
    read = []
    const text = shown(await scan(memoryTree({ ...files, 'n.c': '3' }), { cache, readers: [contracts, settings], renderers: [renderer] }))
    expect(read).toEqual([])
    expect(text).toBe(await plain({ ...files, 'n.c': '3' }))
    cache.close()
  })
})

describe('derived values', () => {
  it('of one repository lie in its packs, by space and key', async () => {
    const first = new Cache(folder)
    const made = first.repository('tickets').derived('a')
    made.put('k', { x: [1, 'ü'] })
    made.put('l', 'other')
    expect(made.get('k')).toEqual({ x: [1, 'ü'] })
    first.close()
    expect(cached('.pack')).toHaveLength(1)

    const again = new Cache(folder)
    expect(again.repository('tickets').derived('a').get('k')).toEqual({ x: [1, 'ü'] })
    expect(again.repository('tickets').derived('b').get('k')).toBeUndefined()
    expect(again.repository('others').derived('a').get('k')).toBeUndefined()
    again.close()

    const pack = cached('.pack')[0]!
    writeFileSync(pack, readFileSync(pack, 'utf8').replace('other', 'ather'))
    const damaged = new Cache(folder).repository('tickets').derived('a')
    expect([damaged.get('k'), damaged.get('l')]).toEqual([{ x: [1, 'ü'] }, undefined])
  })

  it('come back by key and space; broken ones are misses', () => {
    const cache = new Cache(folder)
    cache.derived('a').put('k', { x: [1, 'ü'] })
    expect(cache.derived('a').get('k')).toEqual({ x: [1, 'ü'] })
    expect(cache.derived('b').get('k')).toBeUndefined()
    truncateSync(cached('.json')[0]!, 12)
    expect(cache.derived('a').get('k')).toBeUndefined()
  })

  it('what was written longest ago goes first when the bound is reached', () => {
    const cache = new Cache(folder)
    const derived = cache.derived('a')
    for (const key of ['old', 'new']) derived.put(key, 'x'.repeat(1000))
    const old = cached('.json').find(f => readFileSync(f, 'utf8').includes('x'))!
    utimesSync(old, 1, 1)
    cache.close(1500)
    expect(cached('.json')).toHaveLength(1)
    expect(cached('.json')).not.toContain(old)
  })
})
