import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../model/change.ts'
import type { Contract, ContractFact } from '../../model/contract.ts'
import type { MemberUse } from '../../model/fragment.ts'
import type { FileFacts } from '../../model/scan.ts'
import { openapi } from '../../read/contract/openapi.ts'
import { compareContracts } from './contracts.ts'
import { touches } from './project.ts'

type Data = null | boolean | number | string | Data[] | { [key: string]: Data }

const contract = (document: Data): Contract => {
  const { contract: fact } = openapi.read({ path: 'a.json', content: JSON.stringify(document, undefined, 1) }) as FileFacts & {
    contract: ContractFact
  }
  return { ...fact, id: 'openapi:notify', repo: 'office', files: ['notify.json'], providers: [], copies: [] }
}
const told = (changes: Change[]): string[] =>
  changes
    .map(c => c.contract!)
    .filter(c => Object.values(c.verdict).some(v => v !== 'compatible'))
    .map(c => `${c.rule} ${c.verdict.request ?? '-'}/${c.verdict.response ?? '-'}: ${c.message}`)
    .sort()

/** One operation that takes and returns schemas; `more` replaces parts of the operation. */
const api = (request: Data, response: Data, schemas: { [key: string]: Data } = {}, more: { [key: string]: Data } = {}): Data => ({
  openapi: '3.0.0',
  info: { title: 'Notify' },
  paths: {
    '/messages/{id}': {
      put: {
        requestBody: { content: { 'application/json': { schema: request } } },
        responses: { '200': { content: { 'application/json': { schema: response } } } },
        ...more,
      },
    },
  },
  components: { schemas },
})
const diff = (a: Data, b: Data): Change[] => compareContracts(contract(a), contract(b))
const object = (properties: { [key: string]: Data }, required: string[] = [], more: { [key: string]: Data } = {}): Data => ({
  ...{ type: 'object', properties },
  ...(required.length > 0 ? { required } : {}),
  ...more,
})
const s: Data = { type: 'string' }
const n: Data = { type: 'number' }
const i: Data = { type: 'integer' }
const none: Data = {}

describe('openapi', () => {
  it('a media range that becomes one type: the answer is still compared', () => {
    const answers = (media: string, schema: Data): Data => api(s, none, {}, { responses: { '200': { content: { [media]: { schema } } } } })
    const wide = answers('*/*', object({ id: s, name: s }))
    expect(told(diff(wide, answers('application/json', object({ id: s, name: s }))))).toEqual([])
    expect(told(diff(wide, answers('application/json', object({ id: s })))).map(t => t.split(' ')[0])).toEqual(['property-removed'])
    expect(told(diff(answers('application/json', s), answers('*/*', s)))).toEqual([
      'media-range-changed -/conditional: media type application/json now is */*',
    ])
    expect(told(diff(answers('application/json', s), answers('text/plain', s)))).toHaveLength(1)
  })

  it('parameters of a media type make another one, unless they are about bytes', () => {
    const answers = (...media: string[]): Data =>
      api(s, none, {}, { responses: { '200': { content: Object.fromEntries(media.map(m => [m, { schema: s }])) } } })
    const [plain, watch] = ['application/json', 'application/json;stream=watch']
    expect(told(diff(answers(plain!, watch!), answers(watch!, plain!)))).toEqual([])
    expect(told(diff(answers(plain!, watch!), answers(plain!)))).toHaveLength(1)
    expect(diff(answers(plain!, 'application/json; charset=utf-8'), answers('application/json; charset=UTF-8'))).toEqual([])
  })

  it('required member of a request: one change with its reach', () => {
    const changes = diff(
      api({ $ref: '#/components/schemas/M' }, none, { M: object({ to: s }) }),
      api({ $ref: '#/components/schemas/M' }, none, { M: object({ to: s, subject: s }, ['subject']) }),
    )
    expect(changes).toEqual([
      {
        kind: 'added',
        subject: { kind: 'element', id: 'openapi:notify#type M/subject', name: 'M.subject' },
        property: 'property',
        at: { head: { repo: 'office', file: 'notify.json', line: 38, endLine: 40 } },
        contract: {
          ...{ contract: 'openapi:notify', rule: 'required-added', message: 'added required request body.subject' },
          ...{ verdict: { request: 'breaking' }, modes: ['validate'] },
          reach: { operations: [{ operation: 'PUT /messages/{}', side: 'request', path: ['subject'] }], total: 1 },
        },
      },
    ])
  })

  const request = (a: Data, b: Data): string[] => told(diff(api(a, none), api(b, none)))
  const response = (a: Data, b: Data): string[] => told(diff(api(none, a), api(none, b)))

  it('direction decides', () => {
    expect(request(i, n)).toEqual([])
    expect(response(i, n)).toEqual(['type-changed -/breaking: type of response 200 now is number (was integer)'])
    expect(request(n, i)).toEqual(['type-changed breaking/-: type of request body now is integer (was number)'])
    expect(response(n, i)).toEqual([])
    expect(request({ enum: ['a'] }, { enum: ['a', 'b'] })).toEqual([])
    expect(response({ enum: ['a'] }, { enum: ['a', 'b'] })).toEqual(['enum-value-added -/conditional: added value b to response 200'])
    expect(request({ enum: ['a', 'b'] }, { enum: ['a'] })).toEqual(['enum-value-removed breaking/-: removed value b of request body'])
    expect(request({ ...(n as object), maximum: 9 }, { ...(n as object), maximum: 5 })).toEqual([
      'maximum-decreased breaking/-: maximum of request body now is 5 (was 9)',
    ])
    expect(response({ ...(n as object), maximum: 9 }, { ...(n as object), maximum: 5 })).toEqual([])
    expect(request(object({ a: s }), object({ a: s }, ['a']))).toEqual(['required-added breaking/-: request body.a is required now'])
    expect(response(object({ a: s }), object({ a: s }, ['a']))).toEqual([])
    expect(response(object({ a: s }, ['a']), object({ a: s }))).toEqual([
      'required-removed -/breaking: response 200.a is no longer required',
    ])
    expect(response(object({ a: s, b: s }, ['b']), object({ a: s }))).toEqual(['property-removed -/breaking: removed response 200.b'])
    expect(response(object({ a: s, b: s }), object({ a: s }))).toEqual(['property-removed -/conditional: removed response 200.b'])
    expect(response(s, { ...(s as object), nullable: true })).toEqual(['nullable-added -/breaking: response 200 may be null now'])
    expect(request(object({}), object({ a: { ...(s as object), readOnly: true } }, ['a']))).toEqual([])
  })

  it('operations, parameters, responses, media types, security', () => {
    const with_ = (more: { [key: string]: Data }): Data => api(none, none, {}, more)
    const limit = (more: { [key: string]: Data }): Data => with_({ parameters: [{ name: 'limit', in: 'query', schema: i, ...more }] })
    expect(told(diff(with_({}), limit({})))).toEqual([])
    expect(told(diff(with_({}), limit({ required: true })))).toEqual(['required-added breaking/-: added required parameter limit'])
    expect(told(diff(limit({}), limit({ required: true })))).toEqual(['required-added breaking/-: parameter limit is required now'])
    expect(told(diff(limit({}), with_({})))).toEqual(['parameter-removed conditional/-: removed parameter limit'])
    expect(told(diff(limit({}), limit({ schema: s })))).toEqual([])
    expect(told(diff(with_({ responses: { 200: {}, 201: {} } }), with_({ responses: { 201: {} } })))).toEqual([
      'response-removed -/breaking: removed response 200',
    ])
    expect(told(diff(with_({}), with_({ security: [{ key: [] }] })))).toEqual([
      'security-added breaking/compatible: PUT /messages/{} now needs key',
    ])
    expect(told(diff(with_({ security: [{ key: ['a'] }] }), with_({ security: [{ key: [] }, { other: [] }] })))).toEqual([])
    const two = { openapi: '3.0.0', paths: { '/a': { get: {}, post: {} } } }
    expect(told(diff(two, { openapi: '3.0.0', paths: { '/a': { get: {} } } }))).toEqual([
      'operation-removed breaking/breaking: removed POST /a',
    ])
  })

  it('the same meaning in another form is no change', () => {
    const base = object({ a: s, b: { $ref: '#/components/schemas/B' } }, ['a'])
    const schemas = { B: object({ c: { ...(n as object), minimum: 1 } }), A: base }
    const same = (a: Data, b: Data, more: { [key: string]: Data } = schemas): void =>
      expect(diff(api(a, a, schemas), api(b, b, more)).map(c => c.contract!.message)).toEqual([])
    same(base, { allOf: [base] })
    same(base, { allOf: [{ $ref: '#/components/schemas/A' }] })
    same(base, { oneOf: [base] })
    same(base, { allOf: [object({ a: s }), { required: ['a'], properties: { b: { $ref: '#/components/schemas/B' } } }] })
    same({ $ref: '#/components/schemas/B' }, { $ref: '#/components/schemas/Renamed' }, { A: base, Renamed: schemas.B })
    same({ ...(s as object), nullable: true }, { type: ['string', 'null'] })
    same({ ...(s as object), nullable: true }, { oneOf: [s, { type: 'null' }] })
    same({ ...(n as object), minimum: 1, exclusiveMinimum: true }, { ...(n as object), exclusiveMinimum: 1 })
    same({ oneOf: [s, base] }, { oneOf: [base, s] })
    same(base, { ...(base as object), description: 'new', example: {}, title: 'T' })
  })

  it('unions: one more member, one less, wrapped', () => {
    const [a, b, c] = ['a', 'b', 'c'].map(name => object({ [name]: s }, [name]))
    expect(response({ oneOf: [a!, b!] }, { oneOf: [b!, a!, c!] })).toEqual([
      'one-of-added -/conditional: response 200 may be one more kind of value',
    ])
    expect(request({ oneOf: [a!, b!, c!] }, { oneOf: [b!, a!] })).toEqual([
      'one-of-removed breaking/-: response 200 may no longer be one of its kinds of value'.replace('response 200', 'request body'),
    ])
    expect(response(a!, { oneOf: [b!, a!] })).toEqual(['union-added -/conditional: response 200 now is one of several kinds of value'])
    expect(request(a!, { oneOf: [b!, a!] })).toEqual([])
  })

  it('reaches the operations where the one became the other, not those that know both', () => {
    const answer = (schema: Data): Data => ({ get: { responses: { '200': { content: { 'application/json': { schema } } } } } })
    const [person, absent] = [{ $ref: '#/components/schemas/Person' }, { $ref: '#/components/schemas/Absent' }]
    const document = (changing: Data): Data => ({
      openapi: '3.0.0',
      paths: { '/a': answer(object({ owner: person, reader: absent })), '/b': answer(object({ by: person, reader: changing })) },
      components: { schemas: { Person: object({ id: s }), Absent: object({ id: s }, [], { nullable: true }) } },
    })
    const [change, ...others] = diff(document(person), document(absent))
    expect(others).toEqual([])
    expect(change!.contract!.reach).toEqual({ operations: [{ operation: 'GET /b', side: 'response', path: ['reader'] }], total: 1 })
  })

  it('cycles, also through allOf', () => {
    const node = (value: Data): { [key: string]: Data } => ({
      Tree: { allOf: [{ $ref: '#/components/schemas/Base' }, object({ left: { $ref: '#/components/schemas/Tree' } })] },
      Base: object({ value, up: { allOf: [{ $ref: '#/components/schemas/Tree' }, { nullable: true }] } }),
    })
    const tree = { $ref: '#/components/schemas/Tree' }
    expect(told(diff(api(none, tree, node(s)), api(none, tree, node(n))))).toEqual([
      'type-changed -/breaking: type of response 200.value now is number (was string)',
    ])
  })

  it('renamed path parameters and moved files are no change; reach follows arrays and maps', () => {
    const list = (value: Data): Data =>
      api(none, { type: 'array', items: object({ data: { type: 'object', additionalProperties: object({ value }) } }) })
    expect(diff(list(s), JSON.parse(JSON.stringify(list(s)).replace('{id}', '{message}')))).toEqual([])
    const base = contract(list(s))
    const [change] = compareContracts(base, contract(list(n)))
    expect(change!.contract!.reach.operations[0]!.path).toEqual(['[]', 'data', '*', 'value'])
    const use = (path: string[]): MemberUse => ({
      side: 'response',
      path,
      access: 'read',
      tolerance: 'strict',
      at: { repo: 'office', file: 'a', line: 1 },
    })
    expect(touches(change!, use(['[]', 'data', 'key', 'value']), base, 'PUT /messages/{}')).toBe(true)
    expect(touches(change!, use(['data']), base, 'PUT /messages/{}')).toBe(false)
  })

  const schemas = (references: Data[]) =>
    fc.letrec<{ schema: Data; record: Data }>(tie => ({
      schema: fc.oneof(
        { maxDepth: 3, depthIdentifier: 's' },
        fc.constantFrom<Data>(s, n, i, { enum: ['a', 'b'] }, ...references, { type: 'string', minLength: 3 }),
        fc.record({ type: fc.constant('array'), items: tie('schema') }),
        tie('record'),
        fc.record({ oneOf: fc.array(tie('schema'), { minLength: 2, maxLength: 3 }) }),
        fc.record({ allOf: fc.array(tie('record'), { minLength: 1, maxLength: 3 }) }),
      ),
      record: fc
        .dictionary(fc.constantFrom('x', 'y', 'z'), tie('schema'), { depthIdentifier: 's' })
        .map(properties => object(properties, Object.keys(properties).slice(1))),
    }))

  const toBoth: Data[] = [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }]
  const { schema, record } = schemas(toBoth)
  const { record: flat } = schemas([])

  const reversed = (value: Data): Data =>
    Array.isArray(value)
      ? value.map(reversed).reverse()
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .map(([k, v]): [string, Data] => [k, reversed(v)])
              .reverse(),
          )
        : value

  it('laws: nothing differs from itself, nothing crashes', () => {
    fc.assert(
      fc.property(record, record, schema, schema, (a, b, x, y) => {
        const base = api(x, y, { A: a, B: b })
        expect(diff(base, base)).toEqual([])
        const next = diff(base, api(y, x, { A: b, B: a }))
        expect(next.every(c => c.subject.id.startsWith('openapi:notify#') && c.contract!.message !== '')).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  // Unions that contain themselves are left out: which of two such members is meant may depend on their order.
  it('law: order does not count', () => {
    fc.assert(
      fc.property(flat, flat, schema, schema, (a, b, x, y) => {
        const base = api(x, y, { A: a, B: b })
        expect(diff(base, reversed(base)).map(c => c.contract!.message)).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
