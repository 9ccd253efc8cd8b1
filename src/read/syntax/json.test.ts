import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'
import { at, plain } from './node.ts'

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const { root, problems } = parseJson(JSON.stringify(value, undefined, indent))
        expect(problems).toEqual([])
        expect(JSON.stringify(plain(root!))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('knows the lines', () => {
    const { root } = parseJson('{\n  "a": [\n    1,\n    { "b": "\\u00e9\\n" }\n  ]\n}')
    expect(at(root, 'a', 1, 'b')).toEqual({ is: 'scalar', value: 'é\n', line: 4, endLine: 4 })
    expect(at(root, 'a')).toMatchObject({ line: 2, endLine: 5 })
  })

  it.each([
    ['{"a": 1, "a": 2}', 'json/duplicate-key'],
    ['{"a": 1,}', 'json/syntax'],
    ['{"a": 1', 'json/syntax'],
    ['{"a": tru}', 'json/syntax'],
    ['[1 2]', 'json/syntax'],
    ['"open', 'json/syntax'],
    ['"\\x"', 'json/syntax'],
    ['{} {}', 'json/syntax'],
    ['', 'json/syntax'],
  ])('%s: %s', (content, code) => expect(parseJson(content).problems.map(p => p.code)).toEqual([code]))

  it('keeps what stands before an error', () => {
    const { root, problems } = parseJson('{"a": {"b": 1},\n "c": [1, oops], "d": 2}')
    expect(plain(root!)).toEqual({ a: { b: 1 }, c: [1] })
    expect(problems[0]).toMatchObject({ line: 2 })
  })

  it('neither overflows nor pollutes', () => {
    expect(parseJson('['.repeat(100_000)).problems[0]!.message).toContain('nested deeper')
    const { root } = parseJson('{"__proto__": {"polluted": true}}')
    expect(Object.keys(plain(root!) as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
