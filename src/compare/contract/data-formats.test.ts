import { describe, expect, it } from 'vitest'
import { changesOf, told } from '../../../test/support/contract-text.ts'
import { asyncapi } from '../../read/contract/asyncapi.ts'
import { avro } from '../../read/contract/avro.ts'
import { jsonSchema } from '../../read/contract/json-schema.ts'
import { compatibilityOf } from '../contract-lists.ts'

const json = (value: unknown): string => JSON.stringify(value)

describe('avro', () => {
  const record = (...fields: object[]): unknown => ({ type: 'record', name: 'Invoice', namespace: 'office', fields })
  const long = { name: 'cents', type: 'long' }
  const state = (symbols: string[], more: object = {}): unknown => ({ type: 'enum', name: 'State', symbols, ...more })

  /** Whether the new schema reads what the old one wrote, and the other way round. */
  const cases: [title: string, base: unknown, head: unknown, backward: string, forward: string][] = [
    ['a field without default', record(long), record(long, { name: 'tax', type: 'int' }), 'breaking', 'compatible'],
    ['a field with a default', record(long), record(long, { name: 'tax', type: 'int', default: 0 }), 'compatible', 'compatible'],
    ['a removed field', record(long, { name: 'tax', type: 'int' }), record(long), 'compatible', 'breaking'],
    ['a removed field with default', record(long, { name: 'tax', type: 'int', default: 0 }), record(long), 'compatible', 'compatible'],
    ['promotion', record({ name: 'cents', type: 'int' }), record(long), 'compatible', 'breaking'],
    ['an alias', record(long), record({ name: 'sum', type: 'long', aliases: ['cents'] }), 'compatible', 'breaking'],
    ['a name without alias', record(long), { ...(record(long) as object), name: 'Bill' }, 'breaking', 'breaking'],
    ['an aliased name', record(long), { ...(record(long) as object), name: 'Bill', aliases: ['Invoice'] }, 'compatible', 'breaking'],
    ['another namespace', record(long), { ...(record(long) as object), namespace: 'other' }, 'compatible', 'compatible'],
    ['a symbol more', state(['A']), state(['A', 'B']), 'compatible', 'breaking'],
    ['a symbol less', state(['A', 'B']), state(['A']), 'breaking', 'compatible'],
    ['a symbol less, with a default', state(['A', 'B']), state(['A'], { default: 'A' }), 'conditional', 'compatible'],
    ['may be null now', record(long), record({ name: 'cents', type: ['null', 'long'] }), 'compatible', 'breaking'],
    ['never null any more', ['null', 'long'], 'long', 'breaking', 'compatible'],
    ['a branch more', ['null', 'int'], ['null', 'int', 'string'], 'compatible', 'breaking'],
    ['a branch of a wider type', ['null', 'int'], ['null', 'long'], 'compatible', 'breaking'],
    ['branches in another order', ['null', 'int'], ['int', 'null'], 'compatible', 'compatible'],
    ['another size', { type: 'fixed', name: 'H', size: 4 }, { type: 'fixed', name: 'H', size: 8 }, 'breaking', 'breaking'],
    ['items', { type: 'array', items: 'int' }, { type: 'array', items: 'string' }, 'breaking', 'breaking'],
    ['another record in a union', ['null', record(long)], { ...(record(long) as object), name: 'Bill' }, 'breaking', 'breaking'],
  ]
  it.each(cases)('%s', async (_, base, head, backward, forward) => {
    const changes = await changesOf(avro, json(base), json(head), 'a.avsc')
    const worst = (mode: 'backward' | 'forward') =>
      ['breaking', 'conditional', 'compatible'].find(level => changes.some(c => compatibilityOf(c, mode) === level)) ?? 'compatible'
    expect([worst('backward'), worst('forward')]).toEqual([backward, forward])
  })

  it('names elements by record and field', async () => {
    const changes = await changesOf(avro, json(record(long)), json(record()), 'a.avsc')
    expect(told(changes)).toEqual(['breaking field-removed office.Invoice.cents'])
  })
})

describe('json schema', () => {
  const object = (properties: object, more: object = {}): unknown => ({ type: 'object', properties, ...more })
  const text = { type: 'string' }
  const cases: [title: string, base: unknown, head: unknown, backward: string[]][] = [
    ['a bound that is new', { type: 'integer' }, { type: 'integer', maximum: 3 }, ['breaking maximum-added']],
    ['a finer step', { multipleOf: 4 }, { multipleOf: 2 }, ['compatible multiple-changed']],
    ['a member of an open object', object({}), object({ a: text }), ['conditional property-added']],
    [
      'a member of a closed object',
      object({}, { additionalProperties: false }),
      object({ a: text }, { additionalProperties: false }),
      ['compatible property-added'],
    ],
    [
      'a member that is no longer known',
      object({ a: text }, { additionalProperties: false }),
      object({}, { additionalProperties: false }),
      ['breaking property-removed'],
    ],
    ['more inside of not', { not: { type: 'string' } }, { not: { type: ['string', 'integer'] } }, ['breaking type-changed']],
    ['null where anything goes', { type: ['string', 'null'] }, {}, ['compatible nullable-removed', 'compatible type-changed']],
    [
      'a wider kind of value',
      { oneOf: [{ type: 'integer', maximum: 3 }] },
      { oneOf: [{ type: 'integer' }] },
      ['compatible maximum-removed'],
    ],
    ['a reference for a schema', object({ a: text }), object({ a: { $ref: '#/$defs/A' } }, { $defs: { A: text } }), []],
  ]
  it.each(cases)('%s', async (_, base, head, expected) => {
    const changes = await changesOf(jsonSchema, json(base), json(head), 'a.json')
    expect(changes.map(c => `${compatibilityOf(c, 'backward')} ${c.contract!.rule}`).sort()).toEqual(expected)
  })

  it.each([
    ['a longer text', { type: 'string', minLength: 2 }, { type: 'string', minLength: 3 }],
    ['more items', { type: 'array', minItems: 1 }, { type: 'array', minItems: 2 }],
  ])('what must be longer is valid where less was asked: %s', async (_, base, head) => {
    const changes = await changesOf(jsonSchema, json(base), json(head), 'a.json')
    expect(changes.map(c => [compatibilityOf(c, 'backward'), compatibilityOf(c, 'forward')])).toEqual([['breaking', 'compatible']])
  })
})

describe('asyncapi', () => {
  const seat = (properties: object, required: string[] = []): object => ({ type: 'object', properties, required })
  const id = { id: { type: 'string' } }
  const v2 = (action: 'publish' | 'subscribe', payload: object, more: object = {}): string =>
    json({ asyncapi: '2.6.0', channels: { 'seats/{id}': { [action]: { message: { name: 'held', payload, ...more } } } } })
  const v3 = (actions: string[], payload: object, reply?: object): string =>
    json({
      asyncapi: '3.0.0',
      channels: { c: { address: 'seats/{seat}', messages: { held: { payload } } } },
      operations: Object.fromEntries(
        actions.map(action => [action, { action, channel: { $ref: '#/channels/c' }, ...(reply ? { reply } : {}) }]),
      ),
    })
  const both = { ...id, row: { type: 'integer' } }

  it('what is sent must not promise less, what is received must not demand more', async () => {
    const diff = (base: string, head: string) => changesOf(asyncapi, base, head, 'a.json').then(told)
    const [loose, strict] = [seat(both, ['id']), seat(both, ['id', 'row'])]
    expect(await diff(v2('publish', loose), v2('publish', strict))).toEqual(['breaking required-added seats/{}#held/payload/row'])
    expect(await diff(v2('subscribe', loose), v2('subscribe', strict))).toEqual(['compatible required-added seats/{}#held/payload/row'])
    expect(await diff(v2('subscribe', strict), v2('subscribe', loose))).toEqual(['breaking required-removed seats/{}#held/payload/row'])
    expect(await diff(v3(['receive'], loose), v3(['receive'], strict))).toEqual(['breaking required-added seats/{}#held/payload/row'])
    expect(await diff(v3(['send'], loose), v3(['send'], strict))).toEqual(['compatible required-added seats/{}#held/payload/row'])
    expect(await diff(v3(['send', 'receive'], loose), v3(['send', 'receive'], strict))).toEqual([
      'breaking required-added seats/{}#held/payload/row',
    ])
  })

  it('operations, answers, keys and correlation', async () => {
    const diff = (base: string, head: string) => changesOf(asyncapi, base, head, 'a.json').then(told)
    const reply = { channel: { $ref: '#/channels/c' } }
    expect(await diff(v3(['send', 'receive'], seat(id)), v3(['send'], seat(id)))).toEqual(['breaking received-removed seats/{}#held'])
    expect(await diff(v3(['receive'], seat(id), reply), v3(['receive'], seat(id)))).toEqual([
      'breaking answer-removed seats/{}#held/reply(held)',
      'breaking reply-address-removed seats/{}#held',
    ])
    const keyed = (type: string) =>
      v2('subscribe', seat(id), { bindings: { kafka: { key: { type } } }, correlationId: { location: `$message.header#/${type}` } })
    expect(await diff(keyed('string'), keyed('integer'))).toEqual([
      'breaking binding-changed seats/{}#held',
      'breaking correlation-changed seats/{}#held',
    ])
  })

  it('names of path parameters do not count, removed channels do', async () => {
    const renamed = v2('publish', seat(id)).replace('{id}', '{seat}')
    expect(await changesOf(asyncapi, v2('publish', seat(id)), renamed, 'a.json')).toEqual([])
    const gone = told(await changesOf(asyncapi, v2('publish', seat(id)), json({ asyncapi: '2.6.0', channels: {} }), 'a.json'))
    expect(gone).toEqual(['breaking channel-removed seats/{}', 'breaking event-removed seats/{}#held'])
  })
})
