import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContractsDiff, diffContracts } from '../src/flow/contract-diff.ts'
import { type Narrowed, narrowed } from '../src/flow/contract-parts.ts'
import { openSource } from '../src/flow/contract-sources.ts'
import { Cache } from '../src/read/cache.ts'
import { documentMembers, documentWith, memberId } from '../src/read/syntax/json-members.ts'

let folder = ''
let cacheDir = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lintel-parts-'))
  cacheDir = join(folder, 'cache')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
const without = (base: string, revision: string): Promise<ContractsDiff> => diffContracts({ base, revision, folder, cacheDir: false })
/** With what an earlier comparison with the same base left behind. */
const warm = async (base: string, revision: string): Promise<ContractsDiff> => {
  await diffContracts({ base, revision: base, folder, cacheDir })
  return diffContracts({ base, revision, folder, cacheDir })
}
const narrowing = async (base: string, revision: string): Promise<Narrowed | 'same' | undefined> =>
  narrowed(await openSource(base, folder), await openSource(revision, folder), new Cache(cacheDir).derived('contract parts 1'))

const NAMES = ['Seat', 'Row', 'Hall', 'Order', 'Price', 'Ticket'] as const
const ref = fc.constantFrom(...NAMES).map(name => ({ $ref: `#/components/schemas/${name}` }))
const plain = fc.constantFrom(
  { type: 'string' },
  { type: 'integer', minimum: 1 },
  { type: 'string', enum: ['a', 'b'] },
  { type: 'boolean' },
)
const { schema } = fc.letrec(tie => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    ref,
    plain,
    fc.record({
      type: fc.constant('object'),
      required: fc.subarray(['id', 'size']),
      properties: fc.dictionary(fc.constantFrom('id', 'size', 'of', 'at'), tie('schema'), { maxKeys: 3 }),
    }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
}))
const json = (of: unknown): object => ({ content: { 'application/json': { schema: of } } })
const limited = (of: unknown) => ({ name: 'limit', in: 'query', schema: of })
const operation = fc
  .record({ sent: fc.option(schema), answered: schema, asked: fc.option(plain), isShared: fc.boolean(), isLost: fc.boolean() })
  .map(({ sent, answered, asked, isShared, isLost }) => ({
    ...(asked === null ? {} : { parameters: [isShared ? { $ref: '#/components/parameters/Limit' } : limited(asked)] }),
    ...(sent === null ? {} : { requestBody: json(sent) }),
    responses: {
      '200': { description: 'done "so"', ...json(answered) },
      ...(isLost ? { '404': { $ref: '#/components/responses/Lost' } } : {}),
    },
  }))
const PATHS = ['/seats', '/seats/{id}', '/halls', '/halls/{hall}/rows', '/orders', '/prices/{of}'] as const
const documents = fc.record({
  paths: fc.dictionary(fc.constantFrom(...PATHS), fc.dictionary(fc.constantFrom('get', 'post'), operation, { minKeys: 1 }), { minKeys: 2 }),
  schemas: fc.record(Object.fromEntries(NAMES.map(name => [name, schema]))),
  webhooks: fc.dictionary(fc.constantFrom('paid', 'lost'), fc.record({ post: operation })),
  rest: fc.record({
    parameters: plain.map(of => ({ Limit: limited(of) })),
    responses: schema.map(of => ({ Lost: { description: 'lost', ...json(of) } })),
    securitySchemes: fc.constantFrom({}, { key: { type: 'apiKey', in: 'header', name: 'key' } }),
  }),
})
interface Document {
  paths: Record<string, unknown>
  schemas: Record<string, unknown>
  webhooks: Record<string, unknown>
  rest: Record<string, unknown>
}

/** A change of few parts: others are taken from another document. */
const pairs = fc
  .record({
    before: documents,
    other: documents,
    paths: fc.subarray([...PATHS]),
    names: fc.subarray([...NAMES]),
    more: fc.subarray(['webhooks', 'parameters', 'responses', 'securitySchemes'], { maxLength: 1 }),
    indent: fc.constantFrom(0, 1, 1, 2),
  })
  .map(({ before, other, paths, names, more, indent }) => {
    const after: Document = {
      paths: { ...before.paths },
      schemas: { ...before.schemas },
      webhooks: before.webhooks,
      rest: { ...before.rest },
    }
    for (const path of paths.slice(0, 2)) {
      const changed = other.paths[path]
      if (changed === undefined) delete after.paths[path]
      else after.paths[path] = changed
    }
    for (const name of names.slice(0, 2)) after.schemas[name] = other.schemas[name]
    for (const name of more)
      if (name === 'webhooks') after.webhooks = other.webhooks
      else after.rest[name] = (other.rest as Document['rest'])[name]
    return [before, after].map(d => textOf(d, indent)) as [string, string]
  })
const textOf = ({ paths, schemas, webhooks, rest }: Document, indent: number): string =>
  JSON.stringify(
    { openapi: '3.1.0', info: { title: 'Seating', version: '1' }, paths, webhooks, components: { schemas, ...rest } },
    undefined,
    indent,
  )

/** One path of many differs: there is always something to leave away. */
const simple = (word: string): string => {
  const paths = PATHS.map(path => [path, { get: { responses: { '200': { description: path === '/seats' ? word : 'done' } } } }])
  return textOf({ paths: Object.fromEntries(paths), schemas: {}, webhooks: {}, rest: {} }, 1)
}

describe('what is the same on both sides is not read again', () => {
  it('and the differences are those of the whole', { timeout: 180_000 }, async () => {
    let used = 0
    await fc.assert(
      fc.asyncProperty(pairs, async ([before, after]) => {
        write('base.json', before)
        write('head.json', after)
        expect(await warm('base.json', 'head.json')).toEqual(await without('base.json', 'head.json'))
        const found = await narrowing('base.json', 'head.json')
        if (typeof found === 'object') used++
      }),
      { numRuns: 30, examples: [[[simple('one'), simple('two')]]] },
    )
    expect(used).toBeGreaterThan(0)
  })

  it('a document of some of its members keeps their lines', () => {
    const isOpened = (id: string): boolean => ['paths', 'components', 'components/schemas'].includes(id)
    fc.assert(
      fc.property(pairs, fc.func(fc.boolean()), ([text], isKept) => {
        const bytes = Buffer.from(text)
        const members = [...documentMembers(bytes, isOpened)!.values()]
        const left = members.filter(m => m.isOpened === true || isKept(memberId(m)))
        const part = documentWith(bytes, left)
        expect(() => JSON.parse(part.toString())).not.toThrow()
        const found = documentMembers(part, isOpened)!
        expect([...found.values()].map(m => [memberId(m), m.line])).toEqual(left.map(m => [memberId(m), m.line]))
      }),
    )
  })

  it.each([
    ['a syntax error', '"version": "1"', '"version": "1",,'],
    ['a reference that leads nowhere', '#/components/schemas/Row"', '#/components/schemas/Wor"'],
    ['a reference into a part', '#/components/schemas/Row"', '#/components/schemas/Row/properties/seat"'],
    ['a key that stands twice', '"title": "Seating"', '"title": "Seating", "title": "Seats"'],
    ['what holds for all operations', '"openapi": "3.1.0"', '"openapi": "3.1.0", "security": [{ "key": [] }]'],
    ['an escaped reference', '"$ref"', '"\\u0024ref"'],
    ['a part that is gone', '"Row": {', '"Wor": {'],
  ])('%s is told as it is of the whole', async (_, from, to) => {
    const seat = { type: 'object', properties: { row: { $ref: '#/components/schemas/Row' } } }
    const row = { type: 'object', properties: { seat: { type: 'string' } } }
    const get = (of: string) => ({ get: { responses: { 200: json({ $ref: `#/components/schemas/${of}` }) } } })
    const info = { title: 'Seating', version: '1' }
    const text = JSON.stringify(
      { openapi: '3.1.0', info, paths: { '/seats': get('Seat'), '/rows': get('Row') }, components: { schemas: { Seat: seat, Row: row } } },
      undefined,
      1,
    )
    write('base.json', text)
    write('head.json', text.replace(from, to))
    expect(text).toContain(from)
    expect(await warm('base.json', 'head.json')).toEqual(await without('base.json', 'head.json'))
  })

  it('of folders, packages that nothing leads from or to are left out', async () => {
    const file = (name: string, imported: string, body: string): string =>
      `syntax = "proto3";\npackage ${name}.v1;\n${imported === '' ? '' : `import "${imported}/v1.proto";\n`}${body}\n`
    const services = ['seating', 'pricing', 'billing', 'ledger', 'notify']
    const bodyOf = (name: string, more = ''): string =>
      `message Item { string id = 1;${more} }\nservice ${name[0]!.toUpperCase()}${name.slice(1)} { rpc Get(Item) returns (Item); }`
    for (const [i, name] of services.entries())
      write(
        `base/${name}/v1.proto`,
        file(name, i % 2 === 1 ? services[i - 1]! : '', bodyOf(name, i % 2 === 1 ? ` ${services[i - 1]}.v1.Item of = 2;` : '')),
      )
    const edits: [what: string, path: string, text: string][] = [
      ['a field', 'billing/v1.proto', file('billing', '', bodyOf('billing', ' string more = 3;'))],
      ['a type', 'billing/v1.proto', file('billing', '', bodyOf('billing').replace('string id', 'int32 id'))],
      ['a name that is not imported', 'billing/v1.proto', file('billing', '', bodyOf('billing', ' seating.v1.Item of = 2;'))],
      ['a service that is gone', 'billing/v1.proto', file('billing', '', 'message Item { string id = 1; }')],
      ['a package of another name', 'billing/v1.proto', file('bills', '', bodyOf('billing'))],
      ['a syntax error', 'billing/v1.proto', `${file('billing', '', bodyOf('billing'))} message {`],
      ['a new file', 'more/v1.proto', file('more', 'notify', bodyOf('more', ' notify.v1.Item of = 2;'))],
    ]
    const used: string[] = []
    for (const [what, path, text] of edits) {
      rmSync(join(folder, 'head'), { recursive: true, force: true })
      cpSync(join(folder, 'base'), join(folder, 'head'), { recursive: true })
      write(`head/${path}`, text)
      expect(await warm('base', 'head'), what).toEqual(await without('base', 'head'))
      if (typeof (await narrowing('base', 'head')) === 'object') used.push(what)
    }
    expect(used).toContain('a field')
    expect(await warm('base', 'base')).toEqual({ changes: [], problems: [] })
  })
})
