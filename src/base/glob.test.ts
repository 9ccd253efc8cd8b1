import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globToRegExp } from './glob.ts'

const matches = (glob: string, path: string): boolean => globToRegExp(glob).test(path)

describe('a glob', () => {
  it('crosses folders with two stars only', () => {
    expect(['a/b.ts', 'a/c/b.ts', 'b.ts'].map(path => matches('**/b.ts', path))).toEqual([true, true, true])
    expect(['a/b.ts', 'a/c/b.ts'].map(path => matches('a/*.ts', path))).toEqual([true, false])
  })

  it('alternates in braces, also nested ones', () => {
    expect(['a', 'b', 'c', 'd'].map(path => matches('{a,{b,c}}', path))).toEqual([true, true, true, false])
    expect(matches('a,b', 'a,b')).toBe(true)
  })

  it('may be any text: a brace without its other half is a brace', () => {
    for (const glob of ['a{b', 'a}b', '}{', '{{a}', 'a[b', '(', '\\']) expect(() => globToRegExp(glob)).not.toThrow()
    expect([matches('a{b', 'a{b'), matches('a}b', 'a}b'), matches('{{a}', '{a')]).toEqual([true, true, true])
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab/*?{},[](\\$|') }), glob => void globToRegExp(glob)))
  })
})
