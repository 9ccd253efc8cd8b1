import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FileFacts } from '../src/model/scan.ts'
import type { Reader } from '../src/read/reader.ts'
import { readers } from '../src/read/readers.ts'

const FOLDER = new URL('../fixtures/readers/', import.meta.url)
const MANIFESTS = /^(deploy|build|catalog|config|mesh)\//

const fixtureOf = (reader: Reader): string => reader.name.replace(MANIFESTS, '')

const filesOf = (reader: Reader): { path: string; content: string }[] => {
  const folder = new URL(`${fixtureOf(reader)}/`, FOLDER)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name !== 'expected.json')
    .map(entry => `${entry.parentPath}/${entry.name}`)
    .map(file => ({ path: file.slice(decodeURI(folder.pathname).length).replace(/^\//, ''), content: readFileSync(file, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

const spotsOf = (value: unknown): { line: number; endLine?: number }[] => {
  if (Array.isArray(value)) return value.flatMap(spotsOf)
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) => (key === 'spot' ? [member as { line: number }] : spotsOf(member)))
}

const checkSpots = (facts: FileFacts, content: string): void => {
  const lines = content.split('\n').length
  const outside = spotsOf(facts.manifest).filter(
    spot => !(spot.line >= 1 && (spot.endLine ?? spot.line) >= spot.line && (spot.endLine ?? spot.line) <= lines),
  )
  expect(outside).toEqual([])
  expect(facts.problems.filter(problem => (problem.line ?? 1) < 1 || (problem.line ?? 1) > lines)).toEqual([])
}

describe.each(readers.filter(r => MANIFESTS.test(r.name)).map(r => [r.name, r] as const))('%s', (_, reader) => {
  const files = filesOf(reader)

  it('reads its fixture', async () => {
    const out: Record<string, unknown> = {}
    for (const { path, content } of files) {
      expect(reader.wants(path), path).toBe(true)
      const facts = (reader.recognises?.(content) ?? true) ? await reader.read({ path, content }) : 'not recognised'
      if (typeof facts !== 'string') checkSpots(facts, content)
      out[path] = facts
    }
    await expect(`${JSON.stringify(out, undefined, 2)}\n`).toMatchFileSnapshot(
      new URL(`${fixtureOf(reader)}/expected.json`, FOLDER).pathname,
    )
  })

  it('takes truncated and mutated input: no throw, spots inside the file', async () => {
    const mutated = fc.record({
      file: fc.constantFrom(...files),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      junk: fc.constantFrom(
        '',
        '\t',
        '{',
        '}',
        '[',
        '"',
        "'",
        ':',
        '\n',
        '\n---\n',
        '<',
        '>',
        '=',
        '$',
        '${',
        '&a',
        '*a',
        '\\',
        '\u0000',
        '#',
        ' - ',
        '(',
        '\r',
        '__proto__: 1\n',
      ),
    })
    await fc.assert(
      fc.asyncProperty(mutated, async ({ file, cut, at, junk }) => {
        const kept = file.content.slice(0, Math.ceil(file.content.length * cut))
        const position = Math.floor(kept.length * at)
        const content = kept.slice(0, position) + junk + kept.slice(position)
        checkSpots(await reader.read({ path: file.path, content }), content)
      }),
      { numRuns: 300 },
    )
  })

  it('takes hostile input in time', async () => {
    const path = files[0]!.path
    const hostile = [
      '['.repeat(50_000),
      '{"a":'.repeat(20_000),
      '<a>'.repeat(20_000),
      '${'.repeat(30_000),
      'a: b\n'.repeat(50_000),
      `x = ${'"'.repeat(60_000)}`,
      ' '.repeat(300_000),
      '('.repeat(50_000),
      '\\\n'.repeat(50_000),
    ]
    const started = process.cpuUsage()
    for (const content of hostile) checkSpots(await reader.read({ path, content }), content)
    expect(process.cpuUsage(started).user).toBeLessThan(20_000_000)
  })
})
