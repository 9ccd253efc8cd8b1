import { describe, expect, it } from 'vitest'
import type { Reader, Renderer } from './reader.ts'
import { scan } from './scan.ts'
import { memoryTree } from './tree.ts'

/** Reads lines `name=value` of .set files as settings; `explode` throws. */
const settings: Reader = {
  name: 'settings',
  version: 1,
  wants: path => path.endsWith('.set'),
  recognises: content => content.includes('='),
  read({ content }) {
    if (content.includes('explode')) throw new Error('boom')
    return {
      manifest: content.split(/\r?\n/).flatMap((line, i) => {
        const [key, value] = line.split('=')
        return value === undefined
          ? []
          : [
              {
                says: 'setting' as const,
                key: key!,
                value: { is: 'text' as const, text: value },
                layer: 'base' as const,
                spot: { line: i + 1 },
              },
            ]
      }),
      problems: content.includes('odd') ? [{ code: 'settings/odd', message: 'odd', severity: 'warning', line: 1 }] : [],
    }
  },
}

/** `x.join` names files, one a line; yields one virtual document of all their lines. A named .join is followed. */
const joiner: Renderer = {
  name: 'joiner',
  version: 1,
  units: paths => paths.filter(p => p.endsWith('.join')).map(root => ({ root, kind: 'compose' as const })),
  render(unit, files) {
    const lines: string[] = []
    const origin: { file: string; line: number }[] = []
    const bases: string[] = []
    const visit = (path: string): void => {
      const content = files(path)
      if (content === undefined) return
      bases.push(path)
      for (const [i, line] of content.split('\n').entries()) {
        if (path.endsWith('.join')) visit(line)
        else {
          lines.push(line)
          origin.push({ file: path, line: i + 1 })
        }
      }
    }
    visit(unit.root)
    return { documents: [{ path: `${unit.root}.set`, content: lines.join('\n'), origin }], bases, problems: [] }
  },
}

const options = { readers: [settings], renderers: [joiner] }

describe('scan', () => {
  it('gives documents, coverage and facts, sorted by path', async () => {
    const found = await scan(memoryTree({ 'b/two.set': 'x=1', 'a.set': 'y=2\nz=3', 'read.me': 'hello', 'c.set': 'nothing here' }), options)
    expect(found.paths).toEqual(['a.set', 'b/two.set', 'c.set', 'read.me'])
    expect(found.files.map(f => [f.path, f.readers, f.facts().manifest?.length])).toEqual([
      ['a.set', ['settings'], 2],
      ['b/two.set', ['settings'], 1],
    ])
    expect(found.documents.map(d => [d.file, d.variant.id])).toEqual([
      ['a.set', 'plain:'],
      ['b/two.set', 'plain:b'],
    ])
    expect(found.coverage.files).toEqual({ seen: 4, read: 2, skipped: 2, failed: 0 })
    expect(found.coverage.skipped).toEqual({ 'no-reader': 2 })
  })

  it('a reader that throws costs its file and names itself and the place', async () => {
    const found = await scan(memoryTree({ 'a.set': 'explode=1', 'b.set': 'x=1' }), options)
    expect(found.files.map(f => f.path)).toEqual(['b.set'])
    expect(found.unread).toEqual(['a.set'])
    expect(found.coverage.files.failed).toBe(1)
    expect(found.problems).toMatchObject([{ code: 'read/failed', severity: 'error', at: { repo: 'memory', file: 'a.set', line: 1 } }])
    expect(found.problems[0]!.message).toContain('settings')
  })

  it('skips binary, minified, vendored, ignored and huge files, and counts them', async () => {
    const all: Reader = { ...settings, wants: () => true, recognises: () => true }
    const files = {
      'logo.set': Buffer.from([0x78, 0x3d, 0, 1]),
      'web/app.min.js': 'x=1',
      'web/bundle.js': `x=1;${'a'.repeat(9000)}`,
      'seats/data.go': `package seats\nvar all = "${'a'.repeat(60_000)}"\n`,
      'vendor/modules.txt': '# x',
      'vendor/lib/x.set': 'x=1',
      'services/vendor/x.set': 'x=1',
      'node_modules/p/x.set': 'x=1',
      'old/x.set': 'x=1',
      'huge.set': Buffer.alloc(5 * 1024 * 1024 + 1, 'a=1\n'),
    }
    const found = await scan(memoryTree(files), { ...options, readers: [all], ignore: ['old/'] })
    expect(found.files.map(f => f.path)).toEqual(['services/vendor/x.set'])
    expect(found.coverage.skipped).toEqual({ binary: 1, ignored: 1, minified: 3, 'too-large': 1, vendored: 3 })
    expect(found.unread).toEqual(['huge.set'])
    expect(found.problems.map(p => p.code)).toEqual(['read/too-large'])
  })

  it('reads odd bytes, byte order marks and CRLF', async () => {
    const files = {
      'latin.set': Buffer.from([0x78, 0x3d, 0xe9]),
      'mark.set': '\ufeffx=1',
      'wide.set': Buffer.from('\ufeffx=ü', 'utf16le'),
      'lines.set': 'a=1\r\nb=2\r\n',
    }
    const found = await scan(memoryTree(files), options)
    const values = found.documents.map(d =>
      d.facts.map(f => (f.says === 'setting' && f.value.is === 'text' ? `${f.key}=${f.value.text}` : '')),
    )
    expect(values).toEqual([['x=\ufffd'], ['a=1', 'b=2'], ['x=1'], ['x=ü']])
  })

  it('renders units, asks for files as they turn up, and leads spots back', async () => {
    const files = { 'd/x.join': 'a.set\nd/y.join', 'd/y.join': 'b.set\ngone.set', 'a.set': 'a=1', 'b.set': 'skip\nb=2' }
    const found = await scan(memoryTree(files), options)
    const rendered = found.documents.filter(d => d.variant.kind === 'compose')
    expect(rendered.map(d => d.variant)).toEqual([
      { id: 'compose:d/x.join', kind: 'compose', root: 'd/x.join', bases: ['d/x.join', 'a.set', 'd/y.join', 'b.set'] },
      { id: 'compose:d/y.join', kind: 'compose', root: 'd/y.join', bases: ['d/y.join', 'b.set'] },
    ])
    expect(rendered[0]!.facts).toMatchObject([
      { key: 'a', spot: { file: 'a.set', line: 1 } },
      { key: 'b', spot: { file: 'b.set', line: 2 } },
    ])
  })

  it('a renderer that throws becomes a problem of its unit', async () => {
    const broken: Renderer = {
      ...joiner,
      render: () => {
        throw new Error('boom')
      },
    }
    const found = await scan(memoryTree({ 'x.join': 'a' }), { ...options, renderers: [broken] })
    expect(found.problems).toMatchObject([{ code: 'render/failed', at: { file: 'x.join' } }])
  })

  it('counts problems of one kind beyond twenty', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.set`, 'odd=1']))
    const found = await scan(memoryTree(files), options)
    expect(found.problems.filter(p => p.at)).toHaveLength(20)
    expect(found.problems.at(-1)!.message).toBe('10 more problems of this kind.')
  })
})
