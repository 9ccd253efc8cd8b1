import { expect, test } from 'vitest'
import type { Expr } from '../../model/program.ts'
import { codeReaders } from './code.ts'

const facts = async (path: string, content: string) => {
  const reader = codeReaders.find(r => r.wants(path))!
  const { program, problems } = await reader.read({ path, content })
  return { ...program!, problems }
}

/** Without lines, which the fixtures hold. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, member) => (key === 'line' || key === 'spot' ? undefined : member)))

const ref = (name: string): Partial<Expr> => ({ is: 'ref', name })
const text = (value: string) => ({ is: 'text', text: value })

test('a call is one fact, and expressions refer to it', async () => {
  const { calls, binds } = await facts('a.go', 'package a\nfunc f() { x := g(h("a"), &y.z) }\n')
  expect(bare(calls)).toEqual([
    { fn: 1, callee: ref('h'), args: [text('a')], named: [] },
    {
      fn: 1,
      callee: ref('g'),
      args: [
        { is: 'call', call: 0 },
        { is: 'addressOf', of: { is: 'member', of: ref('y'), name: 'z' } },
      ],
      named: [],
    },
  ])
  expect(bare(binds)).toEqual([{ fn: 1, target: ref('x'), value: { is: 'call', call: 1 } }])
})
