import { describe, expect, it } from 'vitest'
import { compareContracts } from '../src/compare/contract/contracts.ts'
import { joinContracts } from '../src/link/contracts.ts'
import type { Change } from '../src/model/change.ts'
import type { Contract } from '../src/model/contract.ts'
import type { Problem } from '../src/model/evidence.ts'
import { openapi } from '../src/read/contract/openapi.ts'
import { partsOfDocument } from '../src/read/parts.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

const read = async (files: Files): Promise<{ contracts: Contract[]; problems: Problem[] }> => {
  const bytes = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  const found = await scan(memoryTree(bytes, { repo: 'office' }), { readers: [openapi], renderers: [], workers: 0 })
  const all = found.files.flatMap(f => {
    const { contract } = f.facts()
    return contract === undefined ? [] : [{ repo: 'office', file: { file: f.path, digest: f.blob, contract } }]
  })
  const { contracts, problems } = joinContracts({ files: all, stubs: [], programs: [] })
  return { contracts, problems: [...found.problems, ...problems] }
}

const office = (seat: string, more: Files = {}): Files => ({
  'api/seating.yaml':
    "openapi: 3.0.3\ninfo: { title: Seating, version: '1' }\npaths:\n  /blocks/{block}/seats:\n    $ref: paths/seats.yml\n  /guests:\n    get: { $ref: 'paths/guests.yml#/list' }\n",
  'api/paths/seats.yml':
    "parameters:\n  - $ref: '../parts/parameters.yml#/block'\nput:\n  requestBody:\n    content: { application/json: { schema: { $ref: '../parts/seat.yml' } } }\n  responses:\n    '200': { $ref: '../parts/responses.yml#/Seat' }\n",
  'api/paths/guests.yml': "list:\n  responses:\n    '200': { $ref: '../parts/responses.yml#/Seat' }\n",
  'api/parts/parameters.yml': 'block: { name: block, in: path, required: true, schema: { type: string } }\n',
  'api/parts/responses.yml': "Seat:\n  description: one\n  content: { application/json: { schema: { $ref: 'seat.yml' } } }\n",
  'api/parts/seat.yml': `type: object\nproperties:\n${seat}  next: { $ref: 'seat.yml' }\n`,
  ...more,
})

const changes = async (base: Files, head: Files): Promise<Change[]> => {
  const [before, after] = [await read(base), await read(head)]
  return compareContracts(before.contracts[0]!, after.contracts[0]!)
}

describe('a document in several files', () => {
  it('is one contract: path items, operations and parts are read where they stand', async () => {
    const { contracts, problems } = await read(office('  row: { type: string }\n'))
    expect(problems).toEqual([])
    expect(contracts).toHaveLength(1)
    const [contract] = contracts
    expect(contract!.nodes[contract!.root]!.edges.filter(e => e.role === 'op').map(e => e.key)).toEqual([
      'PUT /blocks/{}/seats',
      'GET /guests',
    ])
    expect([...contract!.files].sort()).toEqual(Object.keys(office('')).sort())
  })

  it('changes where its parts do, with their places and the operations that carry them', async () => {
    const found = await changes(office('  row: { type: string }\n'), office('  block: { type: string }\n'))
    expect(found.map(c => [c.contract!.rule, c.contract!.reach.operations.map(o => o.operation), (c.at.base ?? c.at.head)!.file])).toEqual([
      ['property-added', [], 'api/parts/seat.yml'],
      ['property-removed', ['GET /guests', 'PUT /blocks/{}/seats'], 'api/parts/seat.yml'],
    ])
    expect(await changes(office('  row: { type: string }\n'), office('  row: { type: string }\n'))).toEqual([])
  })

  it('is the same if a part moves to another file', async () => {
    const base = office('  row: { type: string }\n')
    const { 'api/parts/seat.yml': seat, ...rest } = base
    const moved = Object.fromEntries(
      Object.entries({ ...rest, 'api/parts/place.yml': seat! }).map(([path, text]) => [path, text.replaceAll('seat.yml', 'place.yml')]),
    )
    expect((await changes(base, moved)).map(c => c.contract!.rule)).toEqual([])
  })

  it('is nothing outside of the tree, nothing remote, nothing that is missing; cycles end', async () => {
    const { problems, contracts } = await read(
      office(
        "  up: { $ref: '../../../outside.yml' }\n  far: { $ref: 'https://example.org/a.yml' }\n  lost: { $ref: 'lost.yml' }\n  round: { $ref: 'a.yml' }\n",
        {
          'api/parts/a.yml': "$ref: 'b.yml'\n",
          'api/parts/b.yml': "$ref: 'a.yml'\n",
          'api/parts/broken.yml': '[',
        },
      ),
    )
    expect(contracts).toHaveLength(1)
    expect(problems.map(p => p.code)).toEqual(expect.arrayContaining(['openapi/remote-ref', 'contract/unresolved-name']))
    expect(problems.filter(p => p.severity === 'error')).toEqual([])
  })

  it('documents of their own stay contracts of their own', async () => {
    const money = "openapi: 3.0.3\ninfo: { title: Money, version: '1' }\npaths: {}\ncomponents: { schemas: { Money: { type: object } } }\n"
    const { contracts } = await read(office("  price: { $ref: '../money.yaml#/components/schemas/Money' }\n", { 'api/money.yaml': money }))
    expect(contracts.map(c => c.name).sort()).toEqual(['Money', 'Seating'])
  })

  it('says how many files lie past the limits, and reads the nearest', async () => {
    const bytes = Object.fromEntries(Object.entries(office('  row: { type: string }\n')).map(([path, text]) => [path, Buffer.from(text)]))
    const tree = memoryTree(bytes, { repo: 'office' })
    const entries = new Map((await tree.entries()).map(e => [e.path, e]))
    const main = 'api/seating.yaml'
    const parts = (files: number, characters: number) =>
      partsOfDocument(tree, entries, main, bytes[main]!.toString(), { files, characters })
    expect(await parts(5, 10_000)).toMatchObject({ contents: { size: 5 }, problems: [] })
    const few = await parts(3, 10_000)
    expect([...few.contents.keys()].slice(0, 2)).toEqual(['api/paths/seats.yml', 'api/paths/guests.yml'])
    expect(few.contents.size).toBe(3)
    expect(few.problems.map(p => [p.code, p.line, p.message])).toEqual([
      ['read/too-large', 1, 'refers to more than is read with one document (3 files, 10000 characters): 2 files are left out'],
    ])
    const short = await parts(5, 10)
    expect([short.contents.size, short.problems.length]).toEqual([1, 1])
  })
})
