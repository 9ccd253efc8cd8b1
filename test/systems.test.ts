import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { commitChange, makeRepository, readChange } from '../scripts/fixture-repo.mjs'
import { canonicalJson, checkChange } from '../src/index.ts'

const system = 'ticket-office'
const changes = readdirSync(fileURLToPath(new URL(`../fixtures/systems/${system}/changes/`, import.meta.url)))
  .map(f => f.replace('.json', ''))
  .sort()
const folders: string[] = []

afterAll(() => {
  for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true })
})

interface Expectation {
  decision: string
  findings: { rule: string; severity: string; parties?: string[]; names?: string[]; files?: string[] }[]
}

/** How many lines a file has at a revision; 0 where it is not there. */
const linesOf = (path: string) => {
  const known = new Map<string, number>()
  return (revision: string, file: string): number => {
    const key = `${revision}:${file}`
    const shown = known.get(key) ?? spawnSync('git', ['show', key], { cwd: path, encoding: 'utf8' }).stdout.split('\n').length
    known.set(key, shown)
    return shown === 1 ? 0 : shown
  }
}

/** Every place that stands anywhere in a value. */
const placesIn = (value: unknown): { file: string; line: number }[] => {
  if (value === null || typeof value !== 'object') return []
  const own = 'file' in value && 'line' in value ? [value as { file: string; line: number }] : []
  return [...own, ...Object.values(value).flatMap(placesIn)]
}

describe(`changes of the ${system}`, () => {
  for (const name of changes) {
    const change = readChange(system, name)
    it(`${name}: ${change.expect.decision}`, async () => {
      const path = makeRepository(system)
      folders.push(path)
      const expected = commitChange(path, change) as Expectation
      const { verdict } = await checkChange({ path, base: 'HEAD^', head: 'HEAD', cacheDir: false, workers: 0 })
      expect(verdict.decision, verdict.headline).toBe(expected.decision)
      const denying = verdict.findings.filter(f => f.severity === 'error' && f.introduced).map(f => f.rule)
      expect([...new Set(denying)].sort()).toEqual(
        [...new Set(expected.findings.filter(f => f.severity === 'error').map(f => f.rule))].sort(),
      )
      for (const wanted of expected.findings) {
        const found = verdict.findings.filter(f => f.rule === wanted.rule && f.severity === wanted.severity)
        const said = JSON.stringify(found)
        const parties = new Set(found.flatMap(f => f.impact.filter(i => i.verdict !== 'safe-proved').map(i => i.party)))
        if (wanted.parties) expect([...parties].sort(), said).toEqual(expect.arrayContaining(wanted.parties))
        for (const text of [...(wanted.names ?? []), ...(wanted.files ?? [])]) expect(said).toContain(text)
      }
      const lines = linesOf(path)
      for (const { file, line } of placesIn(verdict.findings)) {
        const known = Math.max(lines('HEAD', file), lines('HEAD^', file))
        expect(line, `${file}:${line} is cited`).toBeLessThanOrEqual(known)
        expect(line).toBeGreaterThanOrEqual(1)
      }
    })
  }

  it('the cache and the workers change no byte', async () => {
    const path = makeRepository(system)
    const cacheDir = `${dirname(path)}/cache`
    folders.push(path)
    commitChange(path, readChange(system, 'invoice-loses-tax-id'))
    const judged = async (options: { cacheDir: string | false; workers: number }) =>
      canonicalJson((await checkChange({ path, base: 'HEAD^', head: 'HEAD', ...options })).verdict)
    const plain = await judged({ cacheDir: false, workers: 0 })
    expect(await judged({ cacheDir, workers: 2 })).toBe(plain)
    expect(await judged({ cacheDir, workers: 0 })).toBe(plain)
  })

  it('a revision against itself is allowed and empty', async () => {
    const path = makeRepository(system)
    folders.push(path)
    const { verdict } = await checkChange({ path, base: 'HEAD', head: 'HEAD', cacheDir: false, workers: 0 })
    expect(verdict.decision).toBe('allow')
    expect(verdict.changes).toEqual([])
    expect(verdict.findings.filter(f => f.introduced)).toEqual([])
  })
})
