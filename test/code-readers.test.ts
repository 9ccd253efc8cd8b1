import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { Parser } from 'web-tree-sitter'
import { codeReaders } from '../src/read/code/code.ts'
import { showProgram } from './support/program-text.ts'

const FOLDER = new URL('../fixtures/readers/code/', import.meta.url)
const languages = codeReaders.map(reader => reader.name)

const inputs = (language: string): { path: string; content: string }[] =>
  readdirSync(new URL(`${language}/`, FOLDER))
    .filter(name => name !== 'expected.json')
    .sort()
    .map(path => ({ path, content: readFileSync(new URL(`${language}/${path}`, FOLDER), 'utf8') }))

const read = async (path: string, content: string) => {
  const reader = codeReaders.find(r => r.wants(path))!
  return await reader.read({ path, content })
}

describe.each(languages)('%s', language => {
  test('gives the facts of its fixture', async () => {
    const made: Record<string, unknown> = {}
    for (const { path, content } of inputs(language)) {
      const { program, problems } = await read(path, content)
      made[path] = { ...showProgram(program!), problems }
    }
    const file = new URL(`${language}/expected.json`, FOLDER)
    if (process.env.UPDATE_FIXTURES) writeFileSync(file, `${JSON.stringify(made, undefined, 2)}\n`)
    expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })

  test('says which line it could not read, and keeps the rest', async () => {
    const [broken] = inputs(language).filter(({ path }) => /^broken/i.test(path))
    const { program, problems } = await read(broken!.path, broken!.content)
    expect(problems.map(problem => [problem.code, problem.line !== undefined && problem.line > 1])).toEqual([[`syntax/${language}`, true]])
    expect(program!.functions.length).toBeGreaterThan(1)
  })

  test('line ends and a byte order mark make no difference', async () => {
    for (const { path, content } of inputs(language)) {
      const facts = await read(path, content)
      expect(await read(path, content.replaceAll('\n', '\r\n'))).toEqual(facts)
      expect(await read(path, `\ufeff${content}`)).toEqual(facts)
    }
  })

  test('cut or changed source never throws, and the same input gives the same facts', async () => {
    const sources = inputs(language)
    const change = fc.record({ source: fc.constantFrom(...sources), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40) })
    const insert = fc.constantFrom('', '"', "'", '`', '(', ')', '{', '}', '${', '[', '\\', '/*', '\n', '=>', ':', '@', '\0', '😀', '\ud800')
    await fc.assert(
      fc.asyncProperty(change, insert, fc.boolean(), async ({ source, at, length }, text, isCut) => {
        const start = Math.floor(at * source.content.length)
        const content = isCut
          ? source.content.slice(0, start) + text
          : source.content.slice(0, start) + text + source.content.slice(start + length)
        const facts = await read(source.path, content)
        expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
        expect(JSON.stringify(await read(source.path, content))).toBe(JSON.stringify(facts))
      }),
      { numRuns: 60 },
    )
  })

  test('every reference of a fact stays inside the file', async () => {
    for (const { path, content } of inputs(language)) {
      const { program } = await read(path, content)
      const { calls, functions, types } = program!
      const text = JSON.stringify(program)
      const all = (pattern: RegExp): number[] => [...text.matchAll(pattern)].map(match => Number(match[1]))
      expect(all(/"call":(\d+)/g).every(i => i < calls.length)).toBe(true)
      expect(all(/"(?:fn|outer)":(\d+)/g).every(i => i < functions.length)).toBe(true)
      expect(all(/"owner":(\d+)/g).every(i => i < types.length)).toBe(true)
      const end = content.split('\n').length
      expect(all(/"(?:line|endLine)":(\d+)/g).every(line => line >= 1 && line <= end)).toBe(true)
    }
  })
})

describe('limits', () => {
  const deep = {
    go: ['a.go', 'package a\nvar x = ', ''],
    python: ['a.py', 'x = ', ''],
    typescript: ['a.ts', 'const x = ', ''],
    java: ['A.java', 'class A { int x = ', '; }'],
    csharp: ['A.cs', 'class A { int x = ', '; }'],
    ruby: ['a.rb', 'x = ', ''],
    rust: ['a.rs', 'fn main() { let x = ', '; }'],
    kotlin: ['a.kt', 'val x = ', ''],
    php: ['a.php', '<?php $x = ', ';'],
  }
  test.each(Object.entries(deep))('deep nesting in %s is a problem, not a crash', async (_, [path, start, end]) => {
    const { program, problems } = await read(path!, `${start}${'('.repeat(5000)}1${')'.repeat(5000)}${end}`)
    expect(problems.map(problem => problem.code)).toContain('code/too-deep')
    expect(JSON.stringify(program)).toContain('too deep')
  })

  test.each([
    ['a.go', `package a\nvar x = []T${'{'.repeat(3000)}${'}'.repeat(3000)}\n`],
    ['a.rs', `fn main() { crate${'::a'.repeat(5000)}(); }\n`],
  ])('what %s nests by itself is bounded: its facts can be kept', async (path, content) => {
    const facts = await read(path, content)
    expect(JSON.stringify(facts)).toContain('too deep')
  })

  test('a scanner that waits for the end of a line gets one', async () => {
    const { problems } = await read('a.kt', 'class A {\n  val l by lazy { X }\n}\n@F(name = "x"')
    expect(problems.map(problem => problem.code)).toEqual(['syntax/kotlin'])
  })

  test('a parser that is lost gives up, and reads the next file', async () => {
    const lost = await read('a.go', `package a\n\nimpor${'->'.repeat(20_000)}\n`)
    expect(lost.problems).toMatchObject([{ code: 'syntax/go', severity: 'error' }])
    const { program } = await read('b.go', 'package b\n\nfunc f() {}\n')
    expect(program!.functions.map(f => f.name)).toContain('f')
  })

  test('a parser whose every step takes longer than the last gives up', async () => {
    const { problems } = await read('a.rs', '  -);\n'.repeat(4000))
    expect(problems).toMatchObject([{ code: 'syntax/rust', severity: 'error' }])
  })

  test('a parser that has failed is replaced: its memory may be spoiled', async () => {
    const parse = vi.spyOn(Parser.prototype, 'parse').mockImplementationOnce(() => {
      throw new Error('table index is out of bounds')
    })
    expect((await read('a.go', 'package a\n')).problems).toMatchObject([{ code: 'syntax/go', severity: 'error' }])
    const others = parse.mock.calls.length
    const { program } = await read('b.go', 'package b\n\nfunc f() {}\n')
    expect(program!.functions.map(f => f.name)).toContain('f')
    expect(parse.mock.calls.length).toBe(others)
  })

  test('a long chain of one operator is not deep', async () => {
    const { program, problems } = await read('a.ts', `const x = ${Array.from({ length: 3000 }, (_, i) => `a${i} + "b"`).join(' + ')}`)
    expect(problems).toEqual([])
    expect(program!.binds[0]!.value).toMatchObject({ is: 'concat' })
  })

  test('a file that is too large is a problem', async () => {
    const { program, problems } = await read('a.go', `package a\n${'var x = 1\n'.repeat(450_000)}`)
    expect(program).toBeUndefined()
    expect(problems).toMatchObject([{ code: 'syntax/go', severity: 'error' }])
  })

  test('names that every object has are names as any', async () => {
    const { program } = await read(
      'a.js',
      'class constructor extends __proto__ { toString() { return this.hasOwnProperty } }\nconst o = { __proto__: x, constructor: 1 }',
    )
    expect(program!.types[0]).toMatchObject({ name: 'constructor', supers: [{ name: '__proto__' }] })
    expect(program!.binds[0]!.value).toMatchObject({
      is: 'map',
      entries: [{ key: { text: '__proto__' } }, { key: { text: 'constructor' } }],
    })
  })
})
