import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareContracts } from '../src/compare/contract/contracts.ts'
import { asyncapi } from '../src/read/contract/asyncapi.ts'
import { avro } from '../src/read/contract/avro.ts'
import { graphql } from '../src/read/contract/graphql.ts'
import { jsonSchema } from '../src/read/contract/json-schema.ts'
import type { Reader } from '../src/read/reader.ts'
import { contractOf } from './support/contract-text.ts'

const JSON_TOKENS = ['', '{', '}', '[', ']', '"', ',', ':', 'null', '"$ref"', '"type"', '\0']

const READERS: readonly { reader: Reader; whole: string; tokens: string[] }[] = [
  { reader: graphql, whole: 'office.graphql', tokens: ['', '{', '}', '"""', '"', '(', '[', '!', '@', 'extend type ', '&', '\0'] },
  { reader: asyncapi, whole: 'seating.yaml', tokens: ['', '{', '}', '[', ']', ':', '- ', '\n', '  ', '&a', '*a', '$ref', '\0'] },
  { reader: asyncapi, whole: 'ledger.json', tokens: JSON_TOKENS },
  { reader: avro, whole: 'invoice.avsc', tokens: [...JSON_TOKENS, '"record"', '"name"'] },
  { reader: jsonSchema, whole: 'ticket.schema.json', tokens: [...JSON_TOKENS, '"#"'] },
]

describe.each(READERS)('$reader.name $whole', ({ reader, whole, tokens }) => {
  const folder = new URL(`../fixtures/readers/${reader.name}/`, import.meta.url)
  const files = readdirSync(folder).filter(f => f !== 'expected.json')
  const text = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

  it('reads its fixtures as expected', async () => {
    const read: Record<string, unknown> = {}
    for (const file of files) read[file] = await reader.read({ path: file, content: text(file) })
    const expected = new URL('expected.json', folder)
    if (process.env.UPDATE_FIXTURES) writeFileSync(expected, `${JSON.stringify(read, undefined, 2)}\n`)
    expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(readFileSync(expected, 'utf8')))
  })

  it('wants its fixtures, and gives every problem and node a line of the file', async () => {
    for (const file of files) {
      const lines = text(file).split('\n').length
      const { contract, problems } = await reader.read({ path: file, content: text(file) })
      expect(reader.wants(file)).toBe(true)
      for (const problem of problems) expect(problem.line).toBeGreaterThan(0)
      for (const { line } of [...(contract?.nodes.map(n => n.at) ?? [])]) expect(line).toBeLessThanOrEqual(lines)
    }
  })

  it('a document does not differ from itself', async () => {
    const contract = await contractOf(reader, text(whole), whole)
    expect(compareContracts(contract, await contractOf(reader, text(whole), whole))).toEqual([])
  })

  it('never throws and never hangs, and what it gives can be compared', async () => {
    const source = text(whole)
    const before = await contractOf(reader, source, whole)
    await fc.assert(
      fc.asyncProperty(fc.nat(source.length), fc.nat(30), fc.constantFrom(...tokens), async (at, length, insert) => {
        const content = source.slice(0, at) + insert + source.slice(at + length)
        const { contract } = await reader.read({ path: whole, content })
        if (contract === undefined) return
        for (const { edges } of contract.nodes)
          for (const { to } of edges) expect(typeof to === 'number' ? contract.nodes[to] : to.name).toBeDefined()
        compareContracts(before, await contractOf(reader, content, whole))
      }),
      { numRuns: 200 },
    )
  })
})
