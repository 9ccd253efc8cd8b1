import { describe, expect, it } from 'vitest'
import { changesOf, told } from '../../../test/support/contract-text.ts'
import { graphql } from '../../read/contract/graphql.ts'

const diff = (base: string, head: string) => changesOf(graphql, base, head, 'office.graphql')
const query = 'type Query { seat(id: ID!): Seat, find(filter: Filter): [Seat!]! }\n'
const seat = (fields: string): string => `${query}type Seat { ${fields} }\n`
const filter = (fields: string): string => `${query}type Seat { id: ID! }\ninput Filter { ${fields} }\n`

describe('graphql', () => {
  const cases: [title: string, base: string, head: string, expected: string[]][] = [
    ['a field that is gone', seat('id: ID!, row: Int'), seat('id: ID!'), ['breaking field-removed Seat.row']],
    [
      'an operation that is gone',
      seat('id: ID!'),
      'type Query { find: [Seat!]! }\ntype Seat { id: ID! }',
      ['breaking argument-removed Query.find(filter:)', 'breaking field-removed Query.seat'],
    ],
    ['more certainty for readers', seat('row: Int'), seat('row: Int!'), ['compatible field-type-changed Seat.row']],
    ['less certainty for readers', seat('rows: [Int!]!'), seat('rows: [Int]!'), ['breaking field-type-changed Seat.rows']],
    ['more is asked of senders', filter('row: Int'), filter('row: Int!'), ['breaking argument-type-changed Filter.row']],
    ['less is asked of senders', filter('row: Int!'), filter('row: Int'), ['compatible argument-type-changed Filter.row']],
    [
      'a required input field',
      filter('row: Int'),
      filter('row: Int, block: String!'),
      ['breaking required-input-field-added Filter.block'],
    ],
    ['a required one with a default', filter('row: Int'), filter('row: Int, b: Int! = 1'), ['compatible input-field-added Filter.b']],
    ['a default that made it optional', filter('row: Int! = 1'), filter('row: Int!'), ['breaking argument-default-removed Filter.row']],
    ['another default', filter('row: Int = 1'), filter('row: Int = 2'), ['conditional argument-default-changed Filter.row']],
    ['order in a default', filter('at: Place = {a: 1, b: 2}'), filter('at: Place = {b: 2, a: 1}'), []],
    [
      'an enum value for readers',
      `${seat('s: State')}enum State { A }`,
      `${seat('s: State')}enum State { A B }`,
      ['conditional value-added State.B'],
    ],
    [
      'an enum value for senders',
      `${filter('s: State')}enum State { A }`,
      `${filter('s: State')}enum State { A B }`,
      ['compatible value-added State.B'],
    ],
    ['authentication', seat('id: ID'), seat('id: ID @authenticated'), ['breaking use-added Seat.id']],
    ['out of the API', seat('id: ID'), seat('id: ID @inaccessible'), ['breaking use-added Seat.id']],
    [
      'a key more',
      'type Seat @key(fields: "id") { id: ID }',
      'type Seat @key(fields: "row") @key(fields: "id") { id: ID }',
      ['compatible use-added Seat'],
    ],
    ['a type of another kind', 'type Seat { id: ID }', 'interface Seat { id: ID }', ['breaking type-kind-changed Seat']],
    ['a description', seat('id: ID'), seat('"new" id: ID'), []],
    ['a type in pieces', seat('id: ID, row: Int'), `${seat('id: ID')} extend type Seat { row: Int }`, []],
  ]
  it.each(cases)('%s', async (_, base, head, expected) => expect(told(await diff(base, head))).toEqual(expected))

  it('an argument is sent wherever its field is read', async () => {
    const lines = (argument: string): string => seat(`id: ID!, tickets(${argument}): Int`)
    const [change] = await diff(lines('first: Int'), lines('first: Int!'))
    expect(change!.contract!.verdict).toEqual({ request: 'breaking' })
    expect(change!.contract!.reach.operations).toContainEqual({
      operation: 'Query.find',
      side: 'request',
      path: ['[]', 'tickets', 'first'],
    })
  })

  it('whoever reads an interface gets the types that implement it', async () => {
    const typed = (fields: string): string =>
      `type Query { node: Node } interface Node { id: ID } type Seat implements Node { id: ID ${fields} }`
    const [change] = await diff(typed('row: Int'), typed(''))
    expect(change!.contract!.reach.operations.map(o => o.operation)).toEqual(['Query.node'])
  })
})
