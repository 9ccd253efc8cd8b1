import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { analyse, analyseOnDemand } from '../src/analyse/analyse.ts'
import type { Fragment } from '../src/model/fragment.ts'
import { Cache } from '../src/read/cache.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

const root = fileURLToPath(new URL('../fixtures/systems/', import.meta.url))
const folder = join(root, 'ticket-office/base')
const files = Object.fromEntries(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name))
    .map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
)
/** Code that no program reaches, and tests, one of them broken. */
const aside = {
  'tools/unused/helper.py': 'def help():\n    pass\n',
  'tests/test_all.py': 'import requests\nrequests.get("http://billing/")\n',
  'tools/unused/broken.ts': 'export const x = (\n',
}
const cacheFolder = mkdtempSync(join(tmpdir(), 'lintel-demand-'))
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }))

/** A fragment without what tells how much was read. */
const said = ({ coverage: { budgets, unresolved }, problems, ...rest }: Fragment): string =>
  JSON.stringify({ ...rest, budgets, unresolved, problems: problems.filter(p => !p.code.startsWith('syntax/')) })

const whole = async (tree: Record<string, string>): Promise<Fragment> => analyse(await scan(memoryTree(tree), { workers: 0 }))
const onDemand = async (tree: Record<string, string>, cache?: Cache): Promise<Fragment> =>
  analyseOnDemand(await scan(memoryTree(tree), { workers: 0, onDemand: true, ...(cache ? { cache } : {}) }), {
    ...(cache ? { cache: cache.repository('memory').derived('analyse') } : {}),
  })

describe('code that is read when it is asked for', () => {
  it('gives the fragment of code that is read at once, whatever is there', async () => {
    const paths = Object.keys(files)
    await fc.assert(
      fc.asyncProperty(fc.subarray(paths, { minLength: Math.floor(paths.length * 0.7) }), async kept => {
        const tree = Object.fromEntries(kept.map(path => [path, files[path]!]))
        expect(said(await onDemand({ ...tree, ...aside }))).toBe(said(await whole({ ...tree, ...aside })))
      }),
      { numRuns: 8 },
    )
  })

  it('counts what nobody asked for as unreached, and tells none of its problems', async () => {
    const { coverage, problems } = await onDemand({ ...files, ...aside })
    expect(coverage.skipped.unreached).toBeGreaterThanOrEqual(Object.keys(aside).length)
    expect(problems.filter(p => p.at?.file === 'tools/unused/broken.ts')).toEqual([])
    expect((await whole({ ...files, ...aside })).problems.map(p => p.at?.file)).toContain('tools/unused/broken.ts')
  })

  it('gives the same bytes whatever was cached before', async () => {
    const cold = JSON.stringify(await onDemand({ ...files, ...aside }))
    const filled = new Cache(cacheFolder)
    await scan(memoryTree({ ...files, ...aside }), { workers: 0, cache: filled })
    expect(JSON.stringify(await onDemand({ ...files, ...aside }, filled))).toBe(cold)
    filled.close()
    const again = new Cache(cacheFolder)
    expect(JSON.stringify(await onDemand({ ...files, ...aside }, again))).toBe(cold)
    again.close()
  })
})
