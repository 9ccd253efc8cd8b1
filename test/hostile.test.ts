import { describe, expect, it } from 'vitest'
import { readers } from '../src/read/readers.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

/** One file of each kind that says what it says, to be read whatever lies beside it. */
const good: Record<string, string> = {
  'good/main.go': 'package main\n\nfunc main() { serve(":8080") }\n',
  'good/Dockerfile': 'FROM scratch\nENTRYPOINT ["/app"]\n',
  'good/deploy.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: seating\nspec:\n  template:\n    spec:\n      containers:\n        - name: seating\n          image: seating\n',
  'good/seating.proto': 'syntax = "proto3";\npackage seating;\nmessage Seat { string row = 1; }\n',
}

const deep = (open: string, close: string, n = 20_000): string => open.repeat(n) + close.repeat(n)
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdefghij'.split('').map((k, i) => `${k}: &${k} [${Array(10).fill(`*${'abcdefghi'[i]}`).join(', ')}]`),
].join('\n')
const kubernetes = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n'

const hostile: Record<string, string | Buffer> = {
  'deep/flow.yaml': `${kubernetes}  x: ${deep('[', ']')}\n`,
  'deep/block.yaml': `${kubernetes}${Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i + 2)}a:`).join('\n')}\n`,
  'deep/blank.yaml': `${kubernetes}${' \n'.repeat(200_000)}`,
  'deep/blank.conf': ' \n'.repeat(200_000),
  'deep/compose.yaml': `services:\n  a:\n    image: ${deep('{a: ', '}', 5000)}\n`,
  'deep/package.json': deep('{"a":', '}'),
  'deep/openapi.json': `{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":${deep('{"a":', '}')}}`,
  'deep/pom.xml': `<project>${deep('<a>', '</a>', 5000)}</project>`,
  'deep/pyproject.toml': `a = ${deep('[', ']', 5000)}\n`,
  'deep/x.proto': `syntax = "proto3";\n${deep('message A {', '}', 5000)}`,
  'deep/x.go': `package x\nvar a = ${deep('(', ')')}\n`,
  'deep/x.py': `a = ${deep('(', ')')}\n`,
  'deep/x.ts': `const a = ${deep('[', ']')}\n`,
  'deep/plus.ts': `const a = ${Array(20_000).fill('"x"').join(' + ')}\n`,
  'deep/calls.ts': `a${'.b()'.repeat(20_000)}\n`,
  'deep/X.java': `class X { int a = ${deep('(', ')')}; }\n`,
  'deep/blocks.java': `class Y { void f() ${deep('{', '}')} }\n`,
  'deep/X.cs': `class X { object a = ${deep('(', ')')}; }\n`,
  'bomb/compose.yaml': `services:\n  a:\n    image: x\nx-bomb:\n${bomb.replace(/^/gm, '  ')}\n`,
  'bomb/deploy.yaml': `${kubernetes}${bomb.replace(/^/gm, '  ')}\n`,
  'bomb/pom.xml': `<!DOCTYPE p [<!ENTITY a "xxxxxxxxxx">${Array.from({ length: 9 }, (_, i) => `<!ENTITY a${i} "${(i ? `&a${i - 1};` : '&a;').repeat(10)}">`).join('')}]><project><name>&a8;</name></project>`,
  'broken/x.proto': 'syntax = "proto3";\nmessage A { string x = ; }\nservice S { rpc }\nmessage "',
  'broken/openapi.yaml': 'openapi: 3.0.0\ninfo: {title: x, version: 1}\npaths:\n  /a:\n   get: [\n',
  'broken/deploy.yaml': 'apiVersion: v1\nkind: Service\n\tmetadata: x\n  name: "unterminated\n',
  'broken/package.json': '{ "name": "x", "dependencies": { "a": ',
  'broken/pom.xml': '<project><name>x</project>',
  'broken/pyproject.toml': '[project\nname = "x',
  'broken/x.go': 'package x\nfunc ( { "unterminated',
  'broken/x.py': 'def f(:\n  """unterminated',
  'broken/x.ts': 'class { `unterminated ${',
  'broken/X.java': 'class { "unterminated',
  'broken/X.cs': 'class { @"unterminated',
  'broken/Dockerfile': 'FROM\nCOPY [\nENV =\nRUN <<EOF\n',
  'broken/CODEOWNERS': '[unterminated @x\n*** @@ \n',
  'proto/package.json': '{"__proto__": {"name": "x"}, "name": "y", "dependencies": {"__proto__": "1", "constructor": "2"}}',
  'proto/compose.yaml': 'services:\n  __proto__:\n    image: x\n  constructor:\n    environment:\n      __proto__: x\n',
  'empty/x.yaml': '',
  'empty/package.json': '',
  'empty/x.proto': '',
  'empty/x.go': '',
  'empty/Dockerfile': '',
  'odd/nul.yaml': Buffer.from('a: \0b\n'),
  'odd/latin.py': Buffer.from([0x23, 0x20, 0xe9, 0x0a, 0x61, 0x3d, 0x31]),
  'odd/crlf.yaml': `${kubernetes}  a: b\r\n`.replaceAll('\n', '\r\n'),
  'odd/separators.yaml': '---\n'.repeat(20_000),
  'odd/line.ts': `const a = '${'x'.repeat(7000)}'\n`,
  'odd/quotes.ts': `const a = /${'(a+)+'.repeat(30)}b/\n`,
  'odd/spaces.go': `package x\n//${' '.repeat(100_000)}x\n`,
  'odd/Dockerfile': `FROM x\nRUN ${'\\\n'.repeat(20_000)}\nENV ${'${A:-'.repeat(5000)}\n`,
  'odd/.env': `A=${'${B:-'.repeat(5000)}\n${'x'.repeat(100_000)}\n`,
  'odd/CODEOWNERS': `${'*'.repeat(5000)} @x\n${'a/**/'.repeat(2000)} @y\n`,
}

describe('hostile input', () => {
  it.each(Object.entries(hostile))('%s is read or named, and costs nobody else', async (path, content) => {
    const tree = memoryTree({ ...good, [path]: content })
    const found = await scan(tree)
    for (const file of found.files) file.facts()
    for (const known of Object.keys(good)) expect(found.files.map(f => f.path)).toContain(known)
    expect(found.coverage.files.seen).toBe(Object.keys(good).length + 1)
    for (const problem of found.problems.filter(p => p.at)) expect(problem.at).toMatchObject({ file: path, line: expect.any(Number) })
    const lines = content.toString().split('\n').length
    for (const problem of found.problems) expect(problem.at!.line).toBeLessThanOrEqual(lines + 1)
    expect(({} as Record<string, unknown>).name).toBeUndefined()
  })

  it('what cannot be read is said, with file and line', async () => {
    const broken = Object.keys(hostile).filter(
      p => p.startsWith('broken/') && readers.some(r => r.wants(p) && (r.recognises?.(hostile[p]!.toString()) ?? true)),
    )
    const found = await scan(memoryTree(Object.fromEntries(broken.map(p => [p, hostile[p]!]))))
    const silent = broken.filter(p => !found.problems.some(problem => problem.at?.file === p))
    expect(silent, 'a file that is not understood and not named is a silent gap').toEqual([])
  })

  it('is quoted in a few words', async () => {
    const { problems } = await scan(memoryTree({ CODEOWNERS: `!${'a'.repeat(50_000)}\n`, 'lost.rs': '  -);\n'.repeat(4000) }), {
      workers: 0,
    })
    expect(problems.map(p => p.code)).toEqual(['codeowners/negation', 'syntax/rust'])
    expect(Math.max(...problems.map(p => p.message.length))).toBeLessThan(700)
  })
})
