import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from '../src/base/graphql-document.ts'
import { type Files, judged, mapOf } from './support/judged.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'
const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
const booking = `${link}type Query {
  bookings(first: Int, state: State): [Booking!]!
  halls: [Hall!]!
}
type Mutation { book(input: BookInput!): Booking }
type Booking @key(fields: "id") {
  id: ID!
  guest: String
  note: String
  state: State
}
type Hall { name: String }
enum State {
  OPEN
  PAID
}
input BookInput {
  seat: ID
  phone: String
}
`
const pricing = `${link}type Booking @key(fields: "id") {
  id: ID!
  price(currency: String): Int
  tax: Int
}
`
const page = `import { ApolloClient, gql, useQuery } from '@apollo/client'
const client = new ApolloClient({ uri: 'http://router:4000/' })
const PARTS = gql\`
  fragment Parts on Booking { guest price(currency: "EUR") }
\`
const LIST = gql\`
  query List {
    bookings(state: OPEN) { id ...Parts }
  }
  \${PARTS}
\`
export const page = () => useQuery(LIST)
export const book = seat => client.mutate({ mutation: gql\`mutation Book($input: BookInput!) { book(input: $input) { id } }\`, variables: { input: { seat } } })
`
const supergraph = `enum join__Graph {
  BOOKING @join__graph(name: "booking", url: "http://booking:8080/")
  PRICING @join__graph(name: "pricing", url: "http://pricing:8080/")
}
`
const office: Files = {
  'compose.yaml':
    'services:\n  booking:\n    build: booking\n  pricing:\n    build: pricing\n  page:\n    build: page\n  router:\n    image: ghcr.io/apollographql/router\n    volumes:\n      - ./supergraph.graphql:/etc/config/supergraph.graphql\n',
  'supergraph.graphql': supergraph,
  'booking/schema.graphql': booking,
  'pricing/schema.graphql': pricing,
  'page/hall.graphql': 'query Halls {\n  halls { name }\n}\n',
  'page/main.js': page,
  ...Object.fromEntries(
    ['booking', 'pricing', 'page'].flatMap(name => [
      [`${name}/Dockerfile`, docker],
      [`${name}/package.json`, `{"name":"${name}"}`],
    ]),
  ),
  'booking/main.js': "require('express')().listen(8080)\n",
  'pricing/main.js': "require('express')().listen(8080)\n",
}

const impactsOf = async (file: string, from: string, to: string): Promise<string[]> => {
  expect(office[file]).toContain(from)
  const verdict = await judged(office, { ...office, [file]: office[file]!.replace(from, to) })
  return verdict.findings.flatMap(f => f.impact.map(i => `${i.party} ${i.verdict} ${i.at?.file}:${i.at?.line}`))
}

describe('who asks a graph', () => {
  it('calls its router, with the members that its documents select', async () => {
    const { interactions } = await mapOf(office)
    const asked = interactions.find(i => i.id === 'page->router:graphql')!
    expect(asked.operations.map(o => [o.operation, o.contract])).toEqual([
      ['Mutation.book', 'graphql:booking'],
      ['Query.bookings', 'graphql:booking'],
      ['Query.halls', 'graphql:booking'],
    ])
    expect(asked.operations[1]!.uses.map(u => `${u.access} ${u.path.join('.')} ${u.literal ?? ''}`.trim())).toEqual(
      expect.arrayContaining(['read id', 'read guest', 'read price', 'send state OPEN', 'send price.currency EUR']),
    )
  })

  it('breaks with a field that a fragment selects, of another subgraph, too', async () => {
    expect(await impactsOf('booking/schema.graphql', '  guest: String\n', '')).toEqual(['page breaks page/main.js:4'])
    expect(await impactsOf('pricing/schema.graphql', '  price(currency: String): Int\n', '')).toEqual(['page breaks page/main.js:4'])
    expect(await impactsOf('pricing/schema.graphql', '(currency: String)', '')).toEqual(['page breaks page/main.js:4'])
  })

  it('breaks with a root field that a file asks for', async () => {
    expect(await impactsOf('booking/schema.graphql', '  halls: [Hall!]!\n', '')).toEqual(['page breaks page/hall.graphql:2'])
  })

  it('breaks with a member of an input that it fills, and with a value that it names', async () => {
    expect(await impactsOf('booking/schema.graphql', '  seat: ID\n', '')).toEqual(['page breaks page/main.js:13'])
    expect(await impactsOf('booking/schema.graphql', '  OPEN\n', '')).toContainEqual(expect.stringMatching(/^page breaks page\/main.js:8/))
  })

  it('is safe with what it selects nowhere', async () => {
    for (const [file, gone] of [
      ['booking', '  note: String\n'],
      ['pricing', '  tax: Int\n'],
    ] as const)
      expect((await impactsOf(`${file}/schema.graphql`, gone, '')).filter(i => !/ safe-proved /.test(i))).toEqual([])
  })
})

describe('an executable document', () => {
  it('is told from other text', () => {
    expect(parseDocument('{ seats { row } }')?.[0]).toMatchObject({ kind: 'Query', selections: [{ name: 'seats' }] })
    for (const other of ['', '{ "row": 1 }', 'query seats', 'type Seat { row: Int }', 'query { seats( }', '{ a { b }'])
      expect(parseDocument(other)).toBeUndefined()
  })

  it('is read or refused, whatever it holds', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '...',
      '@',
      '$',
      ':',
      'query',
      'fragment',
      'on',
      'a',
      '"x"',
      '"""',
      '7',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
        const found = parseDocument(`{ ${pieces.join(' ')}`)
        return found === undefined || found.length > 0
      }),
    )
  })
})
