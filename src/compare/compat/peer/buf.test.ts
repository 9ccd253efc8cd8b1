import { describe, expect, it } from 'vitest'
import { joinContracts } from '../../../link/contracts.ts'
import type { Contract } from '../../../model/contract.ts'
import type { FileFacts } from '../../../model/scan.ts'
import { protobuf } from '../../../read/contract/protobuf.ts'
import { bufPolicies } from '../../../read/syntax/buf-config.ts'
import { bufChanges } from './buf.ts'

const contracts = (files: Record<string, string>): Contract[] =>
  joinContracts({
    files: Object.entries(files).flatMap(([file, content]) => {
      const { contract } = protobuf.read({ path: file, content }) as FileFacts
      return contract === undefined ? [] : [{ repo: 'office', file: { file, digest: content, contract } }]
    }),
    stubs: [],
    programs: [],
  }).contracts

const told = (base: Record<string, string>, head: Record<string, string>, config = '', baseRoots: string[] = []): string[] =>
  bufChanges(contracts(base), contracts(head), { policies: config === '' ? [] : bufPolicies(config, '').policies, baseRoots }).map(
    c => `${c.contract!.rule} ${c.at.head ? `${c.at.head.file}:${c.at.head.line}` : '-'}`,
  )

const HEAD = 'syntax = "proto3";\npackage seating;\n'
const one = (before: string, after: string, config = ''): string[] =>
  told({ 'a.proto': HEAD + before }, { 'a.proto': HEAD + after }, config)

describe('the profile peer of Protobuf', () => {
  it('points at the part of a field that changed', () => {
    const before = 'message Seat {\n int64 row = 1 [json_name = "row", jstype = JS_NORMAL];\n}'
    const after = 'message Seat {\n uint64\n rows\n = 1 [\n json_name = "line",\n jstype = JS_STRING ];\n}'
    expect(one(before, after)).toEqual([
      'FIELD_SAME_JSON_NAME a.proto:7',
      'FIELD_SAME_JSTYPE a.proto:8',
      'FIELD_SAME_NAME a.proto:5',
      'FIELD_SAME_TYPE a.proto:4',
    ])
  })

  it('tells what is gone at what is left around it', () => {
    const before = 'message Seat { message Row { message Part {} } int32 a = 1; oneof o { int32 b = 2; } }\nmessage Gone {}'
    expect(one(before, '\n\nmessage Seat {\n}')).toEqual([
      'MESSAGE_NO_DELETE a.proto:1',
      'ONEOF_NO_DELETE a.proto:5',
      'MESSAGE_NO_DELETE a.proto:5',
      'MESSAGE_NO_DELETE a.proto:5',
      'FIELD_NO_DELETE a.proto:5',
      'FIELD_NO_DELETE a.proto:5',
    ])
    expect(told({ 'a.proto': `${HEAD}message Seat {}`, 'b.proto': HEAD }, { 'b.proto': HEAD })).toEqual(['FILE_NO_DELETE -'])
  })

  it('goes by file or by package, as the policy says', () => {
    const moved = (use: string): string[] =>
      told(
        { 'a.proto': `${HEAD}message Seat { int32 a = 1; }`, 'b.proto': `${HEAD}message Row {}` },
        { 'a.proto': `${HEAD}message Other {}`, 'b.proto': `${HEAD}message Row {}\nmessage Seat { int32 a = 1; }` },
        `version: v2\nbreaking:\n  use: [${use}]\n`,
      )
    expect(moved('FILE')).toEqual(['MESSAGE_NO_DELETE a.proto:1'])
    expect(moved('PACKAGE')).toEqual([])
  })

  it.each([
    ['WIRE', 'int32', 'int64', []],
    ['WIRE_JSON', 'int32', 'int64', ['FIELD_WIRE_JSON_COMPATIBLE_TYPE a.proto:4']],
    ['WIRE', 'string', 'bytes', []],
    ['WIRE', 'bytes', 'string', ['FIELD_WIRE_COMPATIBLE_TYPE a.proto:4']],
    ['WIRE', 'int32', 'sint32', ['FIELD_WIRE_COMPATIBLE_TYPE a.proto:4']],
    ['WIRE', 'map<int32, int32>', 'repeated Entry', ['FIELD_WIRE_COMPATIBLE_TYPE a.proto:4']],
  ])('%s: %s to %s', (use, before, after, expected) => {
    const config = `version: v2\nbreaking:\n  use: [${use}]\n`
    const seat = (type: string): string => `message Entry {}\nmessage Seat { ${type} a = 1; }`
    expect(one(seat(before), seat(after), config)).toEqual(expected)
  })

  it('asks for reserved numbers or names where the policy does', () => {
    const before = 'message Seat { int32 a = 1; int32 b = 2; int32 c = 3; }'
    const after = 'message Seat { reserved 1; reserved "b", "a"; }'
    expect(one(before, after, 'breaking: { use: [FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED] }')).toHaveLength(2)
    expect(one(before, after, 'breaking: { use: [FIELD_NO_DELETE_UNLESS_NAME_RESERVED] }')).toHaveLength(1)
    expect(one('message Seat { reserved 3, 4; }', 'message Seat { reserved 3; }')).toEqual(['RESERVED_MESSAGE_NO_DELETE a.proto:3'])
  })

  it('takes zero values of different types for one default', () => {
    const P2 = 'syntax = "proto2";\nenum Row { A = 0; B = 1; }\n'
    const of = (field: string): Record<string, string> => ({ 'a.proto': `${P2}message Seat { optional ${field}; }` })
    const config = 'breaking: { use: [FIELD_SAME_DEFAULT] }'
    expect(told(of('bool a = 1 [default = true]'), of('int32 a = 1 [default = 1]'), config)).toEqual([])
    expect(told(of('string a = 1'), of('Row a = 1 [default = A]'), config)).toEqual([])
    expect(told(of('Row a = 1'), of('Row a = 1 [default = B]'), config)).toEqual(['FIELD_SAME_DEFAULT a.proto:3'])
  })

  it('pairs extensions by what they extend and their number', () => {
    const P2 = 'syntax = "proto2";\nmessage Seat { extensions 100 to 200; }\n'
    const of = (fields: string): Record<string, string> => ({ 'a.proto': `${P2}extend Seat {\n${fields}\n}` })
    expect(told(of('optional string note = 100;'), of('optional bytes remark = 100;'))).toEqual([
      'EXTENSION_NO_DELETE a.proto:1',
      'FIELD_SAME_NAME a.proto:4',
      'FIELD_SAME_TYPE a.proto:4',
    ])
  })

  it('leaves out what a policy leaves out: paths, rules, unstable packages, other modules', () => {
    const base = {
      'api/old/a.proto': `${HEAD}message Seat { int32 a = 1; }`,
      'api/b.proto': 'package pricing.v1alpha1;\nmessage Price { }',
    }
    const head = { 'api/old/a.proto': `${HEAD}message Seat { int64 b = 1; }`, 'api/b.proto': 'package pricing.v1alpha1;' }
    expect(told(base, head)).toHaveLength(4)
    expect(told(base, head, 'breaking: { ignore: [api/old] }')).toEqual(['MESSAGE_NO_DELETE api/b.proto:1'])
    expect(told(base, head, 'breaking: { ignore_unstable_packages: true, except: [FIELD_SAME_NAME] }')).toHaveLength(2)
    expect(told(base, head, 'breaking: { ignore_only: { FIELD_SAME_TYPE: [api/old/a.proto], FILE: [api/b.proto] } }')).toHaveLength(2)
    const modules = 'version: v2\nmodules:\n  - path: api\n    breaking: { use: [FIELD_SAME_TYPE] }\n'
    expect(told(base, head, modules, ['api'])).toEqual(['FIELD_SAME_TYPE api/old/a.proto:3'])
  })
})
