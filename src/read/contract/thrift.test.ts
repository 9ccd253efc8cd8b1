import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ContractFact, operations } from '../../model/contract.ts'
import type { FileFacts } from '../../model/scan.ts'
import { thrift } from './thrift.ts'

const folder = new URL('../../../fixtures/readers/thrift/', import.meta.url)
const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const read = (content: string): FileFacts & { contract: ContractFact } =>
  thrift.read({ path: 'a.thrift', content }) as FileFacts & { contract: ContractFact }

const hashes = (content: string): Record<string, string> => Object.fromEntries(read(content).contract.units.map(u => [u.key, u.hash]))

describe('thrift', () => {
  it.each(['office.thrift', 'malformed.thrift'])('reads %s', file => {
    const made = read(text(file))
    const expected = new URL('expected.json', folder)
    const all = JSON.parse(process.env.UPDATE_FIXTURES ? safely(expected) : readFileSync(expected, 'utf8'))
    if (process.env.UPDATE_FIXTURES) writeFileSync(expected, `${JSON.stringify({ ...all, [file]: made }, undefined, 2)}\n`)
    else expect(made).toEqual(all[file])
  })

  it('names operations in full', () => {
    expect(operations(read(text('office.thrift')).contract).map(o => o.id)).toEqual([
      'office.Base/ping',
      'office.Seats/hold',
      'office.Seats/forget',
    ])
  })

  it('goes on behind what it cannot read, and says where that is', () => {
    const { contract, problems } = read(text('malformed.thrift'))
    expect(operations(contract).map(o => o.id)).toContain('Seats/fine')
    expect(problems.length).toBeGreaterThan(1)
    for (const problem of problems) expect(problem.line).toBeGreaterThan(0)
  })

  it('hashes meaning: not comments and layout', () => {
    const base = hashes('struct A { 1: string id, 2: i32 n } service S { A get(1: i32 id) }')
    expect(hashes('// new\nstruct A {\n  1: string id;\n  2: i32 n\n}\nservice S {\n  A get(1: i32 id);\n}')).toEqual(base)
    const changed = hashes('struct A { 1: string id, 2: i64 n } service S { A get(1: i32 id) }')
    expect(changed.A).not.toBe(base.A)
    expect(changed.S).toBe(base.S)
  })

  it('never throws and never hangs', () => {
    const source = text('office.thrift')
    fc.assert(
      fc.property(
        fc.nat(source.length),
        fc.nat(30),
        fc.constantFrom('', '{', '}', '(', '<', '"', '/*', '1:', '\0'),
        (at, length, insert) => {
          const { contract } = read(source.slice(0, at) + insert + source.slice(at + length))
          for (const node of contract.nodes) for (const edge of node.edges) expect(contract.nodes[edge.to as number]).toBeDefined()
        },
      ),
      { numRuns: 300 },
    )
  })
})

const safely = (url: URL): string => {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return '{}'
  }
}
