import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ManifestFact } from '../src/model/manifest.ts'
import type { Rendered, Renderer } from '../src/read/reader.ts'
import { readers, renderers } from '../src/read/readers.ts'
import { unitsOf } from './support/units.ts'

type Tree = Record<string, string>

const FOLDER = new URL('../fixtures/readers/', import.meta.url)

const treeOf = (fixture: string): Tree => {
  const folder = new URL(`${fixture}/`, FOLDER)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    entry => entry.isFile() && entry.name !== 'expected.json',
  )
  const paths = files.map(entry => `${entry.parentPath}/${entry.name}`).sort()
  return Object.fromEntries(
    paths.map(file => [file.slice(decodeURI(folder.pathname).length).replace(/^\//, ''), readFileSync(file, 'utf8')]),
  )
}

const listed = (tree: Tree, folder: string): string[] =>
  Object.keys(tree)
    .filter(path => folder === '' || path.startsWith(`${folder}/`))
    .sort()

const renderAll = (renderer: Renderer, tree: Tree): [root: string, rendered: Rendered][] =>
  unitsOf(renderer, new Map(Object.entries(tree))).map(unit => [
    unit.root,
    renderer.render(
      unit,
      path => (Object.hasOwn(tree, path) ? tree[path] : undefined),
      folder => listed(tree, folder),
    ),
  ])

/** Lines with their origins side by side: what a person checks. */
const shown = (rendered: Rendered): unknown => ({
  bases: rendered.bases,
  problems: rendered.problems.map(p => `${p.severity} ${p.code} ${p.file}:${p.line} ${p.message}`),
  documents: rendered.documents.map(({ path, content, origin }) => ({
    path,
    lines: content
      .split('\n')
      .slice(0, -1)
      .map((line, i) => `${line}   <- ${origin[i]!.file}:${origin[i]!.line}`),
  })),
})

const checkRendered = (rendered: Rendered, tree: Tree): void => {
  const isInside = ({ file, line }: { file: string; line: number }): boolean => line >= 1 && line <= (tree[file]?.split('\n').length ?? 0)
  for (const { content, origin } of rendered.documents) {
    expect(origin).toHaveLength(content.split('\n').length - 1)
    expect(origin.filter(o => !isInside(o))).toEqual([])
  }
  expect(rendered.problems.filter(p => !isInside(p))).toEqual([])
}

const factsOf = async (path: string, content: string, origin?: { file: string; line: number }[]): Promise<ManifestFact[]> => {
  const deploy = readers.filter(r => r.name.startsWith('deploy/') && r.wants(path) && (r.recognises?.(content) ?? true))
  const facts = (await Promise.all(deploy.map(r => r.read({ path, content })))).flatMap(f => f.manifest ?? [])
  return JSON.parse(
    JSON.stringify(facts, (key, value) => (key === 'spot' ? (origin?.[value.line - 1] ?? { file: path, line: value.line }) : value)),
  )
}

describe.each(renderers.map(r => [r.name, r] as const))('%s', (name, renderer) => {
  const fixture = name.replace('render/', '')
  const tree = treeOf(fixture === 'compose' ? 'compose-projects' : fixture)

  it('renders its fixture', async () => {
    const out: Record<string, unknown> = {}
    for (const [root, rendered] of renderAll(renderer, tree)) {
      checkRendered(rendered, tree)
      out[root] = shown(rendered)
    }
    const folder = fixture === 'compose' ? 'compose-projects' : fixture
    await expect(`${JSON.stringify(out, undefined, 2)}\n`).toMatchFileSnapshot(new URL(`${folder}/expected.json`, FOLDER).pathname)
  })

  it('takes truncated and mutated files: no throw, origins inside the files', () => {
    const mutated = fc.record({
      file: fc.constantFrom(...Object.keys(tree)),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      junk: fc.constantFrom(
        '',
        '{',
        '[',
        '"',
        ':',
        '\n',
        '\n---\n',
        '$',
        '${',
        '&a',
        '*a',
        ' - ',
        '$patch: delete',
        '../',
        'null',
        '- .\n',
      ),
    })
    fc.assert(
      fc.property(mutated, ({ file, cut, at, junk }) => {
        const kept = tree[file]!.slice(0, Math.ceil(tree[file]!.length * cut))
        const position = Math.floor(kept.length * at)
        const broken = { ...tree, [file]: kept.slice(0, position) + junk + kept.slice(position) }
        for (const [, rendered] of renderAll(renderer, broken)) checkRendered(rendered, broken)
      }),
      { numRuns: 150 },
    )
  })
})

describe('render/kustomize', () => {
  const kustomize = renderers.find(r => r.name === 'render/kustomize')!

  it('gives for a base without patches the facts of its files', async () => {
    const tree = treeOf('kustomize')
    const [document] = kustomize.render(
      { root: 'base', kind: 'kustomize' },
      path => tree[path],
      () => [],
    ).documents
    const plain = (await Promise.all(['base/seating.yaml', 'base/ledger.yaml'].map(path => factsOf(path, tree[path]!)))).flat()
    const rendered = await factsOf(document!.path, document!.content, document!.origin)
    const sorted = (facts: ManifestFact[]): string[] => facts.map(fact => JSON.stringify(fact)).sort()
    expect(rendered.length).toBe(4)
    expect(sorted(rendered)).toEqual(sorted(plain))
  })

  it('stays small where folders multiply', () => {
    const tree: Tree = {}
    for (let i = 0; i < 30; i++) tree[`f${i}/kustomization.yaml`] = `resources: [../f${i + 1}, ../f${i + 1}]\n`
    tree['f30/kustomization.yaml'] = 'resources: [a.yaml]\n'
    tree['f30/a.yaml'] = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n'
    const { problems } = kustomize.render(
      { root: 'f0', kind: 'kustomize' },
      path => tree[path],
      () => [],
    )
    expect(problems.some(p => p.code === 'kustomize/limit')).toBe(true)
  })

  it('stays small where a patch copies itself', () => {
    const copies = Array.from({ length: 200 }, (_, i) => `- {op: copy, from: /metadata, path: /metadata/x${i}}`).join('\n    ')
    const tree: Tree = {
      'kustomization.yaml': `resources: [a.yaml]\npatches:\n- target: {kind: Service}\n  patch: |\n    ${copies}\n`,
      'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n',
    }
    const { problems, documents } = kustomize.render(
      { root: '', kind: 'kustomize' },
      path => tree[path],
      () => [],
    )
    expect(documents).toEqual([])
    expect(problems.some(p => p.code === 'kustomize/too-large')).toBe(true)
  })
})
