import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, type DataNode, plain, textOf } from './node.ts'
import { parseYaml } from './yaml.ts'

const one = (content: string): DataNode => {
  const { documents, problems } = parseYaml(content)
  expect(problems).toEqual([])
  expect(documents).toHaveLength(1)
  return documents[0]!
}

describe('parseYaml', () => {
  it('keeps lines of keys, values and collections', () => {
    const root = one('a: 1\nb:\n  - x\n  - y: |\n      text\n      more\n  - z\n')
    expect(at(root, 'a')).toMatchObject({ value: 1, line: 1 })
    expect(at(root, 'b')).toMatchObject({ is: 'list', line: 3, endLine: 7 })
    expect(at(root, 'b', 1, 'y')).toMatchObject({ value: 'text\nmore\n', line: 5, endLine: 6 })
    expect(root).toMatchObject({ line: 1, endLine: 7 })
  })

  it('keeps the text of numbers that would change it', () => {
    const root = one('a: 1.10\nb: 0x1F\nc: "1.10"\nd: 8080\ne: ~\nf: yes\ng: true\nh: !!str 12\n')
    expect(plain(root)).toEqual({ a: 1.1, b: 31, c: '1.10', d: 8080, e: null, f: 'yes', g: true, h: '12' })
    expect(['a', 'b', 'c', 'd', 'e'].map(k => textOf(at(root, k)))).toEqual(['1.10', '0x1F', '1.10', '8080', undefined])
  })

  it('ends a block with the file', () => {
    expect(plain(one('a: |\n  x\n  y'))).toEqual({ a: 'x\ny' })
    expect(plain(one('a: |\n  x\n'))).toEqual({ a: 'x\n' })
  })

  it('loses only the bad document', () => {
    const { documents, problems } = parseYaml('a: 1\n---\nb: [1\n---\n# nothing\n---\nc: 3\n')
    expect(documents.map(plain)).toEqual([{ a: 1 }, { c: 3 }])
    expect(problems).toMatchObject([{ code: 'yaml/syntax', severity: 'error' }])
    expect(problems[0]!.line).toBeGreaterThanOrEqual(3)
    expect(problems[0]!.line).toBeLessThanOrEqual(4)
  })

  it('gives lines of the whole file in later documents, after directives and CRLF', () => {
    const { documents } = parseYaml('%YAML 1.2\n---\na: 1\r\n---\r\nb: 2\r\n')
    expect(documents.map(d => d.line)).toEqual([3, 5])
  })

  it('takes closing brackets that are not indented', () => {
    const root = one(
      'a:\n  b: [\n    x, # "first"\n    # none\n\n  y\n  ]\n  c: {\n    d: 2\n  }\n  e: [\n    "#",\n  "z"\n  ] # end\nf: 1\n',
    )
    expect(plain(root)).toEqual({ a: { b: ['x', 'y'], c: { d: 2 }, e: ['#', 'z'] }, f: 1 })
    expect(at(root, 'a', 'b', 1)).toMatchObject({ line: 6 })
    expect(at(root, 'a', 'e', 1)).toMatchObject({ line: 13 })
    expect(at(root, 'f')).toMatchObject({ line: 15 })
  })

  it('gives up on a file that would need too many of these repairs', () => {
    const started = performance.now()
    const { problems } = parseYaml(`a:\n  b: [\n${'  x,\n'.repeat(200_000)}  ]\n`)
    expect(problems).toMatchObject([{ code: 'yaml/syntax' }])
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it('reports tabs, duplicate keys and keys that are maps', () => {
    expect(parseYaml('a:\n\tb: 1\n').problems).toMatchObject([{ code: 'yaml/syntax', line: 2 }])
    const twice = parseYaml('a: 1\nb: 2\na: 3\n')
    expect(twice.problems).toMatchObject([{ code: 'yaml/duplicate-key', line: 3 }])
    expect(plain(twice.documents[0]!)).toEqual({ a: 3, b: 2 })
    expect(parseYaml('? {x: 1}\n: y\nb: 2\n')).toMatchObject({ problems: [{ code: 'yaml/complex-key' }] })
  })

  it('resolves anchors and merge keys: own keys win, of several sources the first', () => {
    const root = one('base: &b {x: 1, y: 1}\nother: &o {y: 2, z: 2}\nuse:\n  <<: [*b, *o]\n  x: 9\n')
    expect(plain(at(root, 'use')!)).toEqual({ x: 9, y: 1, z: 2 })
  })

  it('refuses aliases that explode, nest too deep, contain themselves or lead nowhere', () => {
    const bomb = `a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`)}]\n`).join('')}`
    const { documents, problems } = parseYaml(bomb)
    expect(problems.some(p => p.code === 'yaml/alias')).toBe(true)
    expect(JSON.stringify(plain(documents[0]!)).length).toBeLessThan(5_000_000)
    const chain = `a0: &a0 [x]\n${Array.from({ length: 300 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`).join('')}`
    expect(parseYaml(chain).problems[0]).toMatchObject({ code: 'yaml/alias' })
    expect(parseYaml('a: &a [*a]\nb: *nobody\n').problems).toHaveLength(2)
  })

  it('keeps tags of applications', () => {
    expect(at(one('ports: !reset []\nx: !Ref Table\n'), 'ports')).toMatchObject({ tag: '!reset' })
  })

  it.each([
    ['metadata:\n  name: {{ .Values.name }}\n', 2],
    ['a: 1\n{{- if .Values.on }}\nb: 2\n{{- end }}\n', 2],
    ['image: "{{ .Values.image }}"\n', 1],
    ['spec:\n  {{- toYaml . | nindent 2 }}\n', 2],
  ])('says that a chart template is not rendered', (content, line) => {
    expect(parseYaml(content)).toEqual({
      documents: [],
      problems: [{ code: 'yaml/template', message: 'helm template, not rendered', severity: 'warning', line }],
    })
  })

  it('reads YAML that only carries templates of others in its strings', () => {
    one('title: "{{ template \\"x\\" . }}"\nrule: |\n  {{ range .Alerts }}\n')
  })

  it('does not touch prototypes', () => {
    const value = plain(one('__proto__: {polluted: 1}\nconstructor: 2\n')) as Record<string, unknown>
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  })

  it('never throws and keeps every line inside the file', () => {
    const word = fc.constantFrom(
      'a: ',
      '- ',
      '---\n',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '*x',
      '&x ',
      '<<: ',
      '"',
      "'",
      '|\n',
      '? ',
      '!t ',
      '\t',
      ': ',
      'x',
      '{{ ',
      '#',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), words => {
        const content = words.join('')
        const lines = content.split('\n').length
        const { documents, problems } = parseYaml(content)
        for (const p of problems) expect(p.line ?? 1).toBeLessThanOrEqual(lines)
        const walk = (node: DataNode): void => {
          expect(node.line).toBeGreaterThanOrEqual(1)
          expect(node.endLine).toBeGreaterThanOrEqual(node.line)
          expect(node.endLine).toBeLessThanOrEqual(lines)
          for (const child of node.is === 'map' ? node.entries.map(e => e.value) : node.is === 'list' ? node.items : []) walk(child)
        }
        documents.forEach(walk)
      }),
      { numRuns: 2000 },
    )
  })
})
