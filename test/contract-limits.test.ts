import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContractsDiff, diffContracts } from '../src/flow/contract-diff.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-limits-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
const api = (
  schemas: string,
  paths = '"/seats": { "get": { "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Seat" } } } } } } }',
): string =>
  `{\n "openapi": "3.1.0",\n "info": { "title": "Seating" },\n "paths": { ${paths} },\n "components": { "schemas": {\n${schemas}\n } }\n}`
const seat = (more = ''): string =>
  `"Seat": { "type": "object", "required": ["row"], "properties": { "row": { "type": "integer" }${more} } }`

const diff = (base: string, revision: string, more: object = {}): Promise<ContractsDiff> => {
  write('base.json', base)
  write('revision.json', revision)
  return diffContracts({ base: 'base.json', revision: 'revision.json', folder, ...more })
}
const rules = ({ changes }: ContractsDiff): string[] => changes.map(c => `${c.rule} ${c.compatibility}`)
const told = ({ problems }: ContractsDiff): string[] => [...new Set(problems.map(p => `${p.code} ${p.at?.file}:${p.at?.line}`))].sort()
const lost = `"Seat": { "type": "object", "properties": {} }`
const LOST = ['property-removed breaking']

describe('contracts that are hard to read: a problem with its place, and the rest is compared', () => {
  it('a reference that leads nowhere', async () => {
    const found = await diff(api(seat(', "hall": { "$ref": "#/components/schemas/Hall" }')), api(lost))
    expect(rules(found)).toEqual(expect.arrayContaining(LOST))
    expect(told(found)).toContain('openapi/broken-ref base.json:6')
  })

  it('a remote reference is never fetched', async () => {
    const found = await diff(api(seat(', "hall": { "$ref": "https://example.org/hall.json" }')), api(lost))
    expect(rules(found)).toEqual(expect.arrayContaining(LOST))
    expect(told(found)).toContain('openapi/remote-ref base.json:6')
  })

  it('a reference out of the folder is not read', async () => {
    const found = await diff(api(seat(', "hall": { "$ref": "../../../etc/hall.json#/Hall" }')), api(lost))
    expect(rules(found)).toEqual(expect.arrayContaining(LOST))
    expect(told(found)).toContain('contract/unresolved-name base.json:6')
  })

  it('a key that stands twice', async () => {
    const found = await diff(api(`${seat()},\n${seat()}`), api(lost))
    expect(rules(found)).toEqual(LOST)
    expect(told(found)).toContain('json/duplicate-key base.json:7')
  })

  it('a syntax error: what stands before it is compared', async () => {
    const found = await diff(api(seat()), api(lost).replace(/\}\s*\}$/, ', !'))
    expect(rules(found)).toEqual(LOST)
    expect(told(found)).toEqual([expect.stringMatching(/^json\/syntax revision\.json:\d+$/)])
  })

  it.each([
    ['a schema that is itself', '"Seat": { "$ref": "#/components/schemas/Seat" }'],
    ['two that are one another', '"Seat": { "$ref": "#/components/schemas/Row" }, "Row": { "$ref": "#/components/schemas/Seat" }'],
    ['allOf of itself', '"Seat": { "allOf": [{ "$ref": "#/components/schemas/Seat" }, { "type": "object" }] }'],
    ['oneOf of itself', '"Seat": { "oneOf": [{ "$ref": "#/components/schemas/Seat" }, { "type": "string" }] }'],
    ['a member of its own kind', '"Seat": { "properties": { "next": { "$ref": "#/components/schemas/Seat" } } }'],
    [
      'unions of unions',
      Array.from(
        { length: 30 },
        (_, i) =>
          `"${i === 0 ? 'Seat' : `U${i}`}": { "anyOf": [{ "$ref": "#/components/schemas/U${(i + 1) % 30 || 1}" }, { "$ref": "#/components/schemas/U${((i * 7 + 3) % 29) + 1}" }, { "type": "string" }] }`,
      ).join(','),
    ],
  ])('cycles end: %s', async (_, schemas) => {
    expect(rules(await diff(api(schemas), api(schemas)))).toEqual([])
    expect(rules(await diff(api(schemas), api(seat()))).length).toBeGreaterThan(0)
  })

  it('nesting past the limit is told, not followed', async () => {
    const deep = (n: number): string => `"Seat": ${'{ "items": '.repeat(n)}{}${' }'.repeat(n)}`
    const found = await diff(api(deep(230)), api(deep(230)))
    expect(found.changes).toEqual([])
    expect(told(found).length).toBeGreaterThan(0)
    expect(told(await diff(api(deep(5000)), api(seat())))).toContain('json/syntax base.json:6')
  })

  it('names of the language are names', async () => {
    const names = (more: string): string =>
      api(`"Seat": { "type": "object", "properties": { "__proto__": { "type": "string" }, "constructor": {} ${more} } }`)
    expect(rules(await diff(names(''), names('')))).toEqual([])
    expect(rules(await diff(names(', "toString": {}'), names('')))).toEqual(['property-removed conditional'])
    expect(({} as { type?: unknown }).type).toBeUndefined()
  })

  it('a document of 20 MB is read whole', async () => {
    const filler = Array.from(
      { length: 10_000 },
      (_, i) => `"/p${i}": { "get": { "responses": { "200": { "description": "${'x'.repeat(2000)}" } } } }`,
    )
    const large = (schemas: string): string =>
      api(
        schemas,
        [
          ...filler,
          '"/seats": { "get": { "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Seat" } } } } } } }',
        ].join(','),
      )
    expect(large('').length).toBeGreaterThan(20_000_000)
    expect(rules(await diff(large(seat()), large(lost)))).toEqual(LOST)
  }, 120_000)

  it('Protobuf: what cannot be read of a file leaves the rest', async () => {
    write('base.proto', 'syntax = "proto3";\nmessage Seat { int32 row = 1; }\nmessage Hall { string name = 1; }')
    write(
      'revision.proto',
      'syntax = "proto3";\nmessage Seat { int32 row = ; }\nimport "missing.proto";\nmessage Hall { int64 name = 1; Gone gone = 2; }',
    )
    const found = await diffContracts({ base: 'base.proto', revision: 'revision.proto', folder })
    expect(rules(found)).toEqual(expect.arrayContaining(['field-type-changed breaking']))
    expect(told(found)).toContain('proto/syntax revision.proto:2')
    const asPeer = await diffContracts({
      base: 'base.proto',
      revision: 'revision.proto',
      folder,
      profile: { name: 'peer', asOf: '2026-01-01' },
    })
    expect(rules(asPeer)).toEqual(expect.arrayContaining(['FIELD_SAME_TYPE breaking']))
  })
})
