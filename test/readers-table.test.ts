import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { codeReaders } from '../src/read/code/code.ts'
import type { Reader, Renderer } from '../src/read/reader.ts'
import { readers, renderers } from '../src/read/readers.ts'
import { readBytes } from '../src/read/run.ts'
import { fixtureFiles, fixtureFolder, projectRoot } from './support/reader-fixtures.ts'
import { unitsOf } from './support/units.ts'

/** What a list cannot say of its members: `docs/readers.json`, one line each. The page is made of both: `npm run docs`. */
interface Described {
  name: string
  files: string
  says: string
  limits: string
}

interface Malformed {
  file: string
  line: number
  code: string
}

const described: Described[] = JSON.parse(readFileSync(`${projectRoot}/docs/readers.json`, 'utf8'))

/** The first problem with a line in the fixture of a reader. */
const malformedFile = async (reader: Reader): Promise<Malformed | undefined> => {
  for (const { path, bytes } of fixtureFiles(reader, projectRoot)) {
    const { problems } = await readBytes(path, bytes, [reader])
    const placed = problems.find(p => p.line !== undefined && p.code !== 'read/failed')
    if (placed) return { file: path, line: placed.line!, code: placed.code }
  }
  return undefined
}

const malformedUnit = (renderer: Renderer): Malformed | undefined => {
  const files = new Map(fixtureFiles(renderer, projectRoot).map(f => [f.path, f.bytes.toString()]))
  const paths = [...files.keys()]
  const below = (folder: string): string[] => paths.filter(p => folder === '' || p.startsWith(`${folder}/`))
  const units = unitsOf(renderer, files).map(unit => renderer.render(unit, path => files.get(path), below))
  return units.flatMap(unit => unit.problems)[0]
}

const malformed = async (member: Reader | Renderer): Promise<Malformed | undefined> =>
  'wants' in member ? malformedFile(member) : malformedUnit(member)

const families: [title: string, words: string, members: readonly (Reader | Renderer)[]][] = [
  ['Languages', 'What a program is, never what it means.', codeReaders],
  ['Contracts', '', readers.filter(r => !r.name.includes('/') && !codeReaders.includes(r))],
  ['Manifests', '', readers.filter(r => r.name.startsWith('deploy/'))],
  ['Proxies and meshes', '', readers.filter(r => r.name.startsWith('mesh/'))],
  [
    'Configuration',
    'Which layer wins is told in [configuration layers](configuration-layers.md).',
    readers.filter(r => r.name.startsWith('config/')),
  ],
  ['Builds', '', readers.filter(r => r.name.startsWith('build/'))],
  ['Catalogs', '', readers.filter(r => r.name.startsWith('catalog/'))],
  ['Renderers', 'Rendered first, then read by the readers above; every line points back to its source.', renderers],
]

const head = `# Readers

One file in, facts out. Each reader has a fixture with what it is expected to say, and at least one malformed file whose problem has a place: the last column names it.
Every file: code up to 1 MB, data up to 5 MB; code up to 4 M characters and 400 levels deep; where a parser is lost it gives up, and says so.

This page is made by \`npm run docs\` from the lists of readers, \`docs/readers.json\` and the fixtures.
`

const row = async (member: Reader | Renderer): Promise<string> => {
  const { files, says, limits } = described.find(d => d.name === member.name)!
  const bad = await malformed(member)
  const name = member.name.replace(/^\w+\//, '')
  return `| \`${name}\` | ${files} | ${says} | ${limits} | [${fixtureFolder(member)}](../fixtures/readers/${fixtureFolder(member)}) | \`${bad?.file}:${bad?.line}\` ${bad?.code} |`
}

const page = async (): Promise<string> => {
  const sections = await Promise.all(
    families.map(async ([title, words, members]) =>
      [
        `## ${title}\n`,
        ...(words === '' ? [] : [`${words}\n`]),
        '| reader | files | says | limits | fixture | malformed |',
        '|---|---|---|---|---|---|',
        ...(await Promise.all(members.map(row))),
      ].join('\n'),
    ),
  )
  return `${[head, ...sections].join('\n\n').replace(/\n{3,}/g, '\n\n')}\n`
}

describe('the table of readers', () => {
  const members = [...readers, ...renderers]

  it('describes each member of the lists, and nothing else', () => {
    expect(described.map(d => d.name).sort()).toEqual(members.map(m => m.name).sort())
    expect(described.filter(d => d.files === '' || d.says === '')).toEqual([])
    expect(families.flatMap(([, , of]) => of).length).toBe(members.length)
  })

  it.each(members.map(m => [m.name, m] as const))(
    '%s has a malformed input that yields a problem with file and line',
    async (_, member) => {
      const bad = await malformed(member)
      expect(bad, 'a reader that never complains hides what it cannot read').toBeDefined()
      expect(bad!.line).toBeGreaterThan(0)
    },
  )

  it.each(readers.map(r => [r.name, r] as const))('%s wants the files that its line names', (name, reader) => {
    const patterns = [...described.find(d => d.name === name)!.files.matchAll(/`([^`]+)`/g)].map(m => m[1]!)
    const paths = patterns
      .filter(p => /\*\.\w+$|file$|\.(?:json|toml|cfg|ya?ml|mod|work|xml|exs)$/.test(p) && !p.includes('config/'))
      .map(p => p.replaceAll('*', 'x'))
    expect(paths.filter(path => !reader.wants(path))).toEqual([])
  })

  it('is the page', async () => {
    await expect(await page()).toMatchFileSnapshot(`${projectRoot}/docs/readers.md`)
  })
})
