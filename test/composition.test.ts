import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diffContracts } from '../src/flow/contract-diff.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@override", "@inaccessible"])\n'
const seating = (fields: string): string =>
  `${link}type Query { seat(id: ID!): Seat }\ntype Seat @key(fields: "id") { id: ID! ${fields} }\n`
const pricing = (fields: string): string => `${link}type Query { sale: Seat }\ntype Seat @key(fields: "id") { id: ID! ${fields} }\n`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-composition-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (side: string, seat: string, price: string): void => {
  for (const [file, text] of [
    ['seating/schema.graphql', seating(seat)],
    ['pricing/schema.graphql', pricing(price)],
  ] as const) {
    mkdirSync(join(folder, side, dirname(file)), { recursive: true })
    writeFileSync(join(folder, side, file), text)
  }
}

const diff = async (base: [string, string], head: [string, string]): Promise<string[]> => {
  write('base', ...base)
  write('head', ...head)
  const { changes } = await diffContracts({ base: 'base', revision: 'head', folder })
  return changes.map(
    c => `${c.compatibility} ${c.rule} ${c.subject} ${c.at.revision?.file ?? c.at.base?.file}:${c.at.revision?.line ?? c.at.base?.line}`,
  )
}

describe('composition', () => {
  it('a field that moves to another subgraph is still there', async () => {
    expect(await diff(['row: Int cents: Int', ''], ['row: Int', 'cents: Int'])).toEqual([
      'compatible owner-changed graphql:supergraph#Seat.cents head/pricing/schema.graphql:3',
    ])
  })

  it('who takes a field over owns it', async () => {
    const changes = await diff(['cents: Int', ''], ['cents: Int', 'cents: Int @override(from: "seating")'])
    expect(changes).toEqual(['compatible owner-changed graphql:supergraph#Seat.cents head/pricing/schema.graphql:3'])
  })

  it('a field that is gone from all subgraphs breaks, one that was never seen does not', async () => {
    expect(await diff(['row: Int', 'cents: Int'], ['row: Int', ''])).toEqual([
      'breaking field-removed graphql:supergraph#Seat.cents base/pricing/schema.graphql:3',
    ])
    expect(await diff(['row: Int', 'cents: Int @inaccessible'], ['row: Int', ''])).toEqual([])
  })

  it('subgraphs that no longer compose are one breaking change for each error, with its place', async () => {
    const changes = await diff(['row: Int', ''], ['row: Int', 'row: Int'])
    expect(changes.filter(c => c.includes('composition'))).toEqual([
      'breaking composition-failed graphql:supergraph head/pricing/schema.graphql:3',
    ])
  })

  it('what did not compose before is not told again', async () => {
    expect(await diff(['row: Int', 'row: Int'], ['row: Int', 'row: Int'])).toEqual([])
  })
})
