import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contractOf, told } from '../../../test/support/contract-text.ts'
import { asyncapi } from '../../read/contract/asyncapi.ts'
import { avro } from '../../read/contract/avro.ts'
import { graphql } from '../../read/contract/graphql.ts'
import { jsonSchema } from '../../read/contract/json-schema.ts'
import { openapi } from '../../read/contract/openapi.ts'
import { protobuf } from '../../read/contract/protobuf.ts'
import { thrift } from '../../read/contract/thrift.ts'
import type { Reader } from '../../read/reader.ts'
import { compareAsPeer, compareContracts } from './contracts.ts'

type Data = null | boolean | number | string | Data[] | { [key: string]: Data }
type Rewrite = (document: Data) => Data

const isMap = (value: Data): value is { [key: string]: Data } => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Every map of a document replaced, innermost first. */
const mapped = (value: Data, change: (map: { [key: string]: Data }) => Data): Data => {
  if (Array.isArray(value)) return value.map(v => mapped(v, change))
  if (!isMap(value)) return value
  return change(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, mapped(v, change)])))
}

const texts = (value: Data, change: (text: string) => string): Data => JSON.parse(change(JSON.stringify(value))) as Data

/** Lists whose order says nothing. */
const SETS = new Set(['required', 'enum', 'parameters', 'tags', 'allOf', 'oneOf', 'anyOf'])

const reordered: Rewrite = value => {
  if (Array.isArray(value)) return value.map(reordered)
  if (!isMap(value)) return value
  const entries = Object.entries(value).map(([k, v]): [string, Data] => {
    const inner = reordered(v)
    return [k, SETS.has(k) && Array.isArray(inner) ? inner.reverse() : inner]
  })
  return Object.fromEntries(entries.reverse())
}

/** What is named by a reference alone. */
const renamed: Rewrite = document => {
  const next = texts(document, text => text.replace(/("#\/(?:components\/\w+|definitions|\$defs)\/)(\w+)/g, '$1Renamed$2'))
  const withNames = (section: Data): Data =>
    isMap(section) ? Object.fromEntries(Object.entries(section).map(([name, v]) => [`Renamed${name}`, v])) : section
  if (!isMap(next)) return next
  for (const key of ['definitions', '$defs']) if (next[key] !== undefined) next[key] = withNames(next[key])
  const { components } = next
  if (components !== undefined && isMap(components))
    for (const [key, section] of Object.entries(components)) if (key !== 'securitySchemes') components[key] = withNames(section)
  return next
}

const withOtherPathParameters: Rewrite = document =>
  texts(document, text => text.replace(/\{(\w+)\}/g, '{the_$1}').replace(/("name":")(\w+)(","in":"path")/g, '$1the_$2$3'))

const wrapped: Rewrite = document =>
  mapped(document, map => (typeof map.$ref === 'string' && /schemas|definitions|\$defs/.test(map.$ref) ? { allOf: [map] } : map))

const described: Rewrite = document =>
  mapped(document, map => ('type' in map && !('in' in map) && !('flows' in map) ? { ...map, description: 'other words' } : map))

const REWRITES: Record<string, Rewrite> = {
  itself: document => document,
  reordered,
  'components renamed': renamed,
  'path parameters renamed': withOtherPathParameters,
  'references wrapped in allOf': wrapped,
  described,
}

const gates = async (reader: Reader, file: string, base: Data, next: Data): Promise<string[]> => {
  const [a, b] = [await contractOf(reader, JSON.stringify(base), file), await contractOf(reader, JSON.stringify(next), file)]
  const changes = [...compareContracts(a, b), ...compareAsPeer(a, b, { base: [a], head: [b] }, '2026-01-01')]
  return told(changes).filter(text => !text.startsWith('compatible'))
}

const text: Data = { type: 'string' }
const whole: Data = { type: 'integer', minimum: 1 }
const object = (properties: { [key: string]: Data }): Data => ({ type: 'object', properties })
const ref = (name: string): Data => ({ $ref: `#/components/schemas/${name}` })

const schemas = fc.letrec<{ schema: Data; record: Data }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    fc.constantFrom<Data>(text, whole, { enum: ['held', 'sold'] }, ref('Seat'), ref('Guest'), { type: 'string', nullable: true }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    tie('record'),
    fc.record({ oneOf: fc.uniqueArray(fc.constantFrom<Data>(ref('Seat'), ref('Guest'), text), { minLength: 2, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('record'), { minLength: 1, maxLength: 3 }) }),
  ),
  record: fc
    .dictionary(fc.constantFrom('row', 'block', 'price'), tie('schema'), { depthIdentifier: 'schema' })
    .map((properties): Data => ({ type: 'object', properties, required: Object.keys(properties).slice(1) })),
}))

/** Two schemas of different kind, so that references to them are told apart by what they hold. */
const seats = (asked: Data, answered: Data, more: Data): Data => ({
  openapi: '3.0.3',
  info: { title: 'Seating', version: '1' },
  paths: {
    '/blocks/{block}/seats/{seat}': {
      parameters: [{ name: 'block', in: 'path', required: true, schema: text }, { $ref: '#/components/parameters/Seat' }],
      put: {
        requestBody: { content: { 'application/json': { schema: asked } } },
        responses: { '200': { description: 'held', content: { 'application/json': { schema: answered } } } },
      },
      get: { responses: { '200': { $ref: '#/components/responses/Seat' } } },
    },
    '/guests': {
      get: { parameters: [{ name: 'q', in: 'query', schema: text }], responses: { '200': { $ref: '#/components/responses/Seat' } } },
    },
  },
  components: {
    parameters: { Seat: { name: 'seat', in: 'path', required: true, schema: whole } },
    responses: { Seat: { description: 'a seat', content: { 'application/json': { schema: ref('Seat') } } } },
    schemas: {
      Seat: {
        type: 'object',
        required: ['row'],
        properties: { row: whole, guest: ref('Guest'), state: { type: 'string', enum: ['held', 'sold'] }, more },
      },
      Guest: {
        allOf: [
          { type: 'object', properties: { name: text } },
          { type: 'object', required: ['next'], properties: { next: ref('Seat') } },
        ],
      },
    },
  },
})

describe('what means the same is no gate', () => {
  it.each(Object.keys(REWRITES))('openapi: %s', async name => {
    await fc.assert(
      fc.asyncProperty(schemas.schema, schemas.schema, schemas.schema, async (asked, answered, more) => {
        const document = seats(asked, answered, more)
        expect(await gates(openapi, 'seats.json', document, REWRITES[name]!(document))).toEqual([])
        expect(await gates(openapi, 'seats.json', REWRITES[name]!(document), document)).toEqual([])
      }),
      { numRuns: 25, examples: [[{ allOf: [object({ price: ref('Seat') }), object({ price: ref('Seat') })] }, text, whole]] },
    )
  })

  const fixture = (path: string): Data =>
    JSON.parse(readFileSync(new URL(`../../../fixtures/readers/${path}`, import.meta.url), 'utf8')) as Data
  const documents: [file: string, reader: Reader][] = [
    ['openapi/ledger.json', openapi],
    ['openapi/legacy.json', openapi],
  ]
  it.each(documents.flatMap(([file, reader]) => Object.keys(REWRITES).map((name): [string, string, Reader] => [file, name, reader])))(
    '%s: %s',
    async (file, name, reader) => {
      const document = fixture(file)
      expect(await gates(reader, file, document, REWRITES[name]!(document))).toEqual([])
    },
  )

  /** A message is known by its name: only what it holds may be called otherwise. */
  const held: Data = {
    asyncapi: '3.0.0',
    info: { title: 'Seating', version: '1' },
    channels: { held: { address: 'seats/{block}/held', parameters: { block: {} }, messages: { seatHeld: { payload: ref('Seat') } } } },
    operations: { sendHeld: { action: 'send', channel: { $ref: '#/channels/held' } } },
    components: {
      schemas: {
        Seat: { type: 'object', required: ['row'], properties: { row: whole, guest: ref('Guest'), next: ref('Seat') } },
        Guest: { type: 'object', properties: { name: text } },
      },
    },
  }
  it.each(Object.keys(REWRITES).filter(name => !name.startsWith('path')))('asyncapi: %s', async name => {
    expect(await gates(asyncapi, 'held.json', held, REWRITES[name]!(held))).toEqual([])
  })

  const ticket: Data = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      seat: { $ref: '#/$defs/Seat' },
      state: { type: 'string', enum: ['held', 'sold'] },
      next: { oneOf: [{ $ref: '#/$defs/Seat' }, text] },
    },
    required: ['seat', 'state'],
    $defs: { Seat: { type: 'object', properties: { row: whole, left: { $ref: '#/$defs/Seat' } }, required: ['row'] } },
  }
  it.each(Object.keys(REWRITES))('json schema: %s', async name => {
    expect(await gates(jsonSchema, 'ticket.schema.json', ticket, REWRITES[name]!(ticket))).toEqual([])
  })

  const written: [title: string, reader: Reader, file: string, base: string, head: string][] = [
    [
      'protobuf: order, comments and names of nothing',
      protobuf,
      'seat.proto',
      'syntax = "proto3"; package office; message Seat { string id = 1; int32 row = 2; } enum State { NONE = 0; HELD = 1; } service Seating { rpc Get(Seat) returns (Seat); rpc Put(Seat) returns (Seat); }',
      'syntax = "proto3";\npackage office;\n/* all */ service Seating { rpc Put(.office.Seat) returns (Seat); rpc Get(office.Seat) returns (Seat) {} }\nenum State { HELD = 1; NONE = 0x0; }\n// one\nmessage Seat { int32 row = 2; string id = 1; }',
    ],
    [
      'graphql: order, descriptions, extensions',
      graphql,
      'seat.graphql',
      'type Query { seat(id: ID!, at: Int = 1): Seat seats: [Seat!]! } type Seat { id: ID! state: State } enum State { HELD SOLD } union Found = Seat | Guest type Guest { name: String }',
      'type Guest { "who" name: String } union Found = Guest | Seat enum State { SOLD HELD } """one""" type Seat { state: State } extend type Seat { id: ID! } type Query { seats: [Seat!]! seat(at: Int = 1, id: ID!): Seat }',
    ],
    [
      'thrift: order and comments',
      thrift,
      'seat.thrift',
      'struct Seat { 1: string id, 2: optional i32 row }\nenum State { HELD = 0, SOLD = 1 }\nservice Seating { Seat get(1: string id), void put(1: Seat seat) }',
      'service Seating { /* first */ void put(1: Seat seat); Seat get(1: string id) }\nenum State { SOLD = 1, HELD = 0 }\n# one\nstruct Seat { 2: optional i32 row; 1: string id }',
    ],
    [
      'avro: order of fields, documentation, full names',
      avro,
      'seat.avsc',
      '{"type":"record","name":"Seat","namespace":"office","fields":[{"name":"id","type":"string"},{"name":"next","type":["null","Seat"]}]}',
      '{"type":"record","name":"office.Seat","doc":"one","fields":[{"name":"next","type":["null","office.Seat"],"doc":"left"},{"name":"id","type":{"type":"string"}}]}',
    ],
  ]
  it.each(written)('%s', async (_, reader, file, base, head) => {
    const [a, b] = [await contractOf(reader, base, file), await contractOf(reader, head, file)]
    for (const changes of [compareContracts(a, a), compareContracts(a, b), compareContracts(b, a)])
      expect(told(changes).filter(line => !line.startsWith('compatible'))).toEqual([])
  })
})
