import { describe, expect, it } from 'vitest'
import { changesOf } from '../../../test/support/contract-text.ts'
import { thrift } from '../../read/contract/thrift.ts'
import { compatibilityOf } from '../contract-lists.ts'

const struct = (fields: string, more = ''): string => `${more}\nstruct Seat { ${fields} }\nservice Seats { Seat take(1: Seat seat) }`
const service = (methods: string, more = ''): string =>
  `${more}\nexception Sold { 1: string why }\nexception Gone { 1: string why }\nstruct Seat { 1: string id }\nservice Seats { ${methods} }`
const kinds = (values: string): string => struct('1: Kind kind', `enum Kind { ${values} }`)
const other = (fields: string): string => struct('1: Place place', `struct Place { ${fields} }\nstruct Spot { 1: string block }`)

const B = 'breaking'
const C = 'conditional'
const OK = 'compatible'

/** Of a value that is sent, and of one that is read: by the new side what the old one writes, by the old side what the new one writes. */
type Case = [title: string, base: string, head: string, request: string, response: string]

const cases: Case[] = [
  ['nothing', struct('1: string id'), struct('1: string id'), OK, OK],
  ['layout, comments and separators', struct('1: string id, 2: i32 row'), struct('\n# new\n1: string id;\n2: i32 row // x\n'), OK, OK],
  ['order of fields', struct('1: string id, 2: i32 row'), struct('2: i32 row, 1: string id'), OK, OK],
  ['an optional field more', struct('1: string id'), struct('1: string id, 2: optional i32 row'), OK, OK],
  ['a plain field more', struct('1: string id'), struct('1: string id, 2: i32 row'), OK, OK],
  ['a required field more', struct('1: string id'), struct('1: string id, 2: required i32 row'), B, OK],
  ['a required field less', struct('1: string id, 2: required i32 row'), struct('1: string id'), C, B],
  ['an optional field less', struct('1: string id, 2: optional i32 row'), struct('1: string id'), C, C],
  ['another number', struct('1: string id, 2: i32 row'), struct('1: string id, 3: i32 row'), B, B],
  ['another name', struct('1: string id'), struct('1: string key'), C, C],
  ['swapped numbers', struct('1: string id, 2: string name'), struct('1: string name, 2: string id'), B, B],
  ['required now', struct('1: optional string id'), struct('1: required string id'), B, OK],
  ['required no longer', struct('1: required string id'), struct('1: optional string id'), OK, B],
  ['plain to optional', struct('1: string id'), struct('1: optional string id'), C, C],
  ['a default', struct('1: i32 row'), struct('1: i32 row = 3'), C, C],
  ['another default', struct('1: i32 row = 2'), struct('1: i32 row = 3'), C, C],
  ['no default any more', struct('1: i32 row = 2'), struct('1: i32 row'), C, C],
  ['the same default', struct('1: map<string, i32> rows = {"a": 1}'), struct('1: map<string,i32> rows = { "a" : 1 }'), OK, OK],
  ['a wider number', struct('1: i32 row'), struct('1: i64 row'), B, B],
  ['text to number', struct('1: string row'), struct('1: i32 row'), B, B],
  ['text to bytes', struct('1: string id'), struct('1: binary id'), C, C],
  ['byte and i8', struct('1: byte row'), struct('1: i8 row'), C, C],
  ['list to set', struct('1: list<string> ids'), struct('1: set<string> ids'), B, B],
  ['one to list', struct('1: string id'), struct('1: list<string> id'), B, B],
  ['other items', struct('1: list<i32> rows'), struct('1: list<string> rows'), B, B],
  ['other keys', struct('1: map<string, i32> rows'), struct('1: map<i32, i32> rows'), B, B],
  ['a name for a type', struct('1: i64 id'), struct('1: SeatId id', 'typedef i64 SeatId'), OK, OK],
  ['a typedef of another type', struct('1: SeatId id', 'typedef i64 SeatId'), struct('1: SeatId id', 'typedef string SeatId'), B, B],
  ['enum to number', struct('1: Kind kind', 'enum Kind { A = 1 }'), struct('1: i32 kind', 'enum Kind { A = 1 }'), C, C],
  ['a value more', kinds('A = 1'), kinds('A = 1, B = 2'), OK, C],
  ['a value less', kinds('A = 1, B = 2'), kinds('A = 1'), B, C],
  ['a value of another number', kinds('A = 1, B = 2'), kinds('A = 1, B = 3'), B, B],
  ['another name of a value', kinds('A = 1'), kinds('C = 1'), C, C],
  ['values shift', kinds('A, B'), kinds('B, A'), B, B],
  ['a type of the same structure', other('1: string block'), other('1: string block').replace('1: Place place', '1: Spot place'), C, C],
  ['a type of another structure', other('1: i32 block'), other('1: i32 block').replace('1: Place place', '1: Spot place'), B, B],
  ['struct to union', struct('1: string id').replace('struct', 'union'), struct('1: string id'), C, C],
  ['a method more', service('void a()'), service('void a(), void b()'), OK, OK],
  ['a method less', service('void a(), void b()'), service('void a()'), B, B],
  ['a method renamed', service('void a()'), service('void b()'), B, B],
  ['nobody answers', service('void a()'), service('oneway void a()'), B, B],
  ['somebody answers', service('oneway void a()'), service('void a()'), B, B],
  ['another result', service('string a()'), service('i32 a()'), OK, B],
  ['a result more', service('void a()'), service('Seat a()'), OK, OK],
  ['an argument more', service('void a(1: string id)'), service('void a(1: string id, 2: i32 row)'), C, OK],
  ['an argument less', service('void a(1: string id, 2: i32 row)'), service('void a(1: string id)'), C, OK],
  ['an argument of another type', service('void a(1: string id)'), service('void a(1: i64 id)'), B, OK],
  ['an argument of another name', service('void a(1: string id)'), service('void a(1: string key)'), C, OK],
  ['an exception more', service('void a() throws (1: Sold sold)'), service('void a() throws (1: Sold sold, 2: Gone gone)'), OK, C],
  ['an exception less', service('void a() throws (1: Sold sold, 2: Gone gone)'), service('void a() throws (1: Sold sold)'), OK, C],
  [
    'a base',
    service('void a()', 'service Base { void ping() }'),
    service('void a()', 'service Base { void ping() }').replace('Seats', 'Seats extends Base'),
    OK,
    OK,
  ],
  [
    'a base less',
    service('void a()', 'service Base { void ping() }').replace('Seats', 'Seats extends Base'),
    service('void a()', 'service Base { void ping() }'),
    B,
    B,
  ],
  [
    'a method that is inherited now',
    service('void a(), void ping()', 'service Base { void ping() }'),
    service('void a()', 'service Base { void ping() }').replace('Seats', 'Seats extends Base'),
    ...([OK, OK] as const),
  ],
]

describe('thrift', () => {
  it.each(cases)('%s', async (_, base, head, request, response) => {
    const changes = await changesOf(thrift, base, head, 'office.thrift')
    const worst = (mode: 'backward' | 'forward'): string =>
      [B, C].find(level => changes.some(c => compatibilityOf({ ...c, contract: { ...c.contract!, verdict: both(c) } }, mode) === level)) ??
      OK
    const both = (c: (typeof changes)[number]) => ({ request: OK, response: OK, ...c.contract!.verdict }) as never
    expect([worst('backward'), worst('forward')]).toEqual([request, response])
  })
})
