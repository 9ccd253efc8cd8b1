import { Ajv } from 'ajv'
import fc from 'fast-check'
import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compose, composeService, document, effect, fragment, program } from '../../../test/link-fragments.ts'
import { canonicalJson } from '../../base/json.ts'
import { link } from '../../link/link.ts'
import type { ContractFact } from '../../model/contract.ts'
import type { Fragment } from '../../model/fragment.ts'
import type { SystemModel } from '../../model/system.ts'
import { text } from '../../model/value.ts'
import { backstage as reader } from '../../read/catalog/backstage.ts'
import { backstageFiles } from './backstage.ts'
import { exports } from './exports.ts'

const options = { links: {}, external: {}, publicContracts: [] }

const name = { type: 'string', pattern: '^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$', maxLength: 63 }
const word = { type: 'string', minLength: 1 }
const words = { type: 'array', items: word }
const spec = (required: string[], properties: object = {}) => ({
  type: 'object',
  required,
  properties: { ...Object.fromEntries(required.map(key => [key, word])), ...properties },
})
const specs: Record<string, object> = {
  Domain: spec(['owner']),
  System: spec(['owner']),
  Group: spec(['type'], { children: { type: 'array' } }),
  User: spec([], { memberOf: { type: 'array' } }),
  Component: spec(['type', 'lifecycle', 'owner'], { dependsOn: words, providesApis: words, consumesApis: words }),
  Resource: spec(['type', 'owner']),
  API: spec(['type', 'lifecycle', 'owner', 'definition']),
}

/** What Backstage's catalog model asks of an entity. */
const ajv = new Ajv({ allErrors: true })
const isSpecified = Object.fromEntries(Object.entries(specs).map(([kind, of]) => [kind, ajv.compile(of)]))
const isEntity = ajv.compile({
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: 'backstage.io/v1alpha1' },
    kind: { enum: Object.keys(specs) },
    metadata: {
      type: 'object',
      required: ['name'],
      properties: {
        name,
        namespace: name,
        title: word,
        description: word,
        annotations: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    spec: { type: 'object' },
  },
})

interface Entity {
  kind: string
  spec: object
  metadata: { name: string; namespace?: string }
}

const accepted = (written: string): Entity[] => {
  const entities = loadAll(written) as Entity[]
  const wrong = entities.filter(e => !isEntity(e) || !isSpecified[e.kind]!(e.spec)).map(e => JSON.stringify(e))
  expect(wrong).toEqual([])
  const refs = entities.map(e => `${e.kind}:${e.metadata.namespace ?? 'default'}/${e.metadata.name}`.toLowerCase())
  expect(new Set(refs).size, 'a name stands twice').toBe(refs.length)
  return entities
}

/** The repository with what was written as its catalog. */
const withWritten = async (fragments: readonly Fragment[], written: string): Promise<SystemModel> => {
  const facts = await reader.read({ path: 'catalog-info.yaml', content: written })
  expect(facts.problems).toEqual([])
  const [first, ...rest] = fragments
  return link([{ ...first!, documents: [...first!.documents, document('catalog-info.yaml', facts.manifest ?? [])] }, ...rest], options)
}

/** The map without what only says who told it. */
const mapOf = ({ catalog: _, coverage: __, ...model }: SystemModel): string =>
  canonicalJson(JSON.parse(JSON.stringify(model, (key, value) => (key === 'evidence' ? undefined : (value as unknown)))))

const isUnchanged = async (fragments: readonly Fragment[]): Promise<Entity[]> => {
  const model = link(fragments, options)
  const written = exports.backstage(model)
  const entities = accepted(written)
  const again = await withWritten(fragments, written)
  expect(mapOf(again)).toBe(mapOf(model))
  expect(exports['graph-json'](again)).toBe(exports['graph-json'](model))
  expect(exports.backstage(again)).toBe(written)
  return entities
}

const at = { file: 0, line: 1 }
const specification = (name: string): ContractFact => ({
  ...{ format: 'openapi', name, imports: [], root: 0 },
  nodes: [
    { kind: 'api', facets: {}, edges: [{ role: 'op', key: 'GET /prices', to: 1 }], at },
    { kind: 'operation', facets: {}, edges: [], at },
  ],
  units: [{ key: 'GET /prices', node: 1, span: at, hash: 'h', refs: [] }],
})

const owner = (pattern: string, owners: string[]) => ({ says: 'owner' as const, pattern, owners, spot: { line: 1 } })

describe('what is read back', () => {
  const names = fc.uniqueArray(
    fc.oneof(
      fc.constantFrom(
        'billing',
        'Seat Maps',
        'pay/v2',
        '__proto__',
        'a'.repeat(80),
        '-x-',
        'true',
        'ünï',
        '{{ seat }}',
        'x: y',
        "it's",
        '#1',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  const people = fc.constantFrom('@office/pay', '@office/Pay', '@ada', 'ada@example.org', '@elsewhere/pay', 'pay', '@group/sub/pay')

  it('changes nothing, whatever services, topics and owners are called', async () => {
    const systems = fc.record({
      names,
      topics: fc.uniqueArray(fc.constantFrom('orders', 'Orders', 'seats.sold', 'a b'), { maxLength: 3 }),
      owners: fc.array(fc.array(people, { maxLength: 3 }), { minLength: 1, maxLength: 6 }),
      calls: fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 8 }),
      repos: fc.constantFrom(1, 2),
    })
    await fc.assert(
      fc.asyncProperty(systems, async ({ names, topics, owners, calls, repos }) => {
        const folder = (n: number): string => `services/s${n % names.length}`
        const one = (repo: string): Fragment =>
          fragment({
            repo,
            programs: names.map((_, n) => program(folder(n))),
            effects: [
              ...names.map((_, n) => effect(folder(n), 'serve', 'http', text(`/r${n}`), `GET /r${n}`)),
              ...calls.map(([from, to]) =>
                effect(folder(from), 'call', 'http', text(`http://${names[to % names.length]}:80`), `GET /r${to % names.length}`),
              ),
              ...topics.map((topic, n) => effect(folder(n), n % 2 ? 'consume' : 'publish', 'kafka', text(topic), topic)),
            ],
            documents: [
              compose(names.map((name, n) => composeService(name, { build: { context: folder(n), args: {} } }))),
              document(
                'CODEOWNERS',
                owners.map((list, n) => owner(`/${folder(n)}/`, list)),
              ),
            ],
          })
        await isUnchanged(['office', 'desk'].slice(0, repos).map(one))
      }),
      { numRuns: 25 },
    )
  })

  const office = (): Fragment =>
    fragment({
      programs: [program('services/pricing'), program('services/seating')],
      effects: [
        effect('services/seating', 'call', 'http', text('http://pricing:80'), 'GET /prices'),
        effect('services/pricing', 'serve', 'http', text('/prices'), 'GET /prices'),
      ],
      documents: [compose(['pricing', 'seating'].map(n => composeService(n, { build: { context: `services/${n}`, args: {} } })))],
    })

  it('keeps what a catalog knew beside the map, and leaves out what the map does not have', async () => {
    const before = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: tariffs, namespace: money, title: Tariffs, description: What a seat costs }
spec: { type: engine, lifecycle: deprecated, owner: group:people/till, system: sales, dependsOn: [resource:vault, component:default/seating] }
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: sales, namespace: money }
spec: { owner: group:people/till, domain: tickets }
`
    const gone = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: long-gone }
spec: { type: service, lifecycle: production, owner: till }
`
    const read = async (path: string, content: string) => document(path, (await reader.read({ path, content })).manifest!)
    const catalogs = [await read('services/pricing/catalog-info.yaml', before), await read('services/gone/catalog-info.yaml', gone)]
    const withCatalog = { ...office(), documents: [...office().documents, ...catalogs] }
    const model = link([withCatalog], options)
    const written = exports.backstage(model)
    accepted(written)
    const entities = loadAll(written) as { kind: string; metadata: object; spec: object }[]
    expect(entities.map(e => e.kind)).toEqual(['Domain', 'System', 'Group', 'Component', 'Component'])
    expect(entities[3]).toMatchObject({
      metadata: {
        name: 'tariffs',
        namespace: 'money',
        title: 'Tariffs',
        description: 'What a seat costs',
        annotations: { 'lintel/id': 'pricing' },
      },
      spec: { type: 'engine', lifecycle: 'deprecated', owner: 'people/till', system: 'sales', dependsOn: ['resource:vault'] },
    })
    expect(entities[4]).toMatchObject({ metadata: { name: 'seating' }, spec: { owner: 'unknown', dependsOn: ['component:money/tariffs'] } })
    const again = await withWritten([office()], written)
    expect(mapOf(again)).toBe(mapOf(model))
    expect(exports.backstage(again)).toBe(written)
  })

  it('is the same as files of a tree, and definitions are the contract files', async () => {
    const contract = { file: 'services/pricing/api/openapi.yaml', digest: 'd', contract: specification('prices') }
    const given = { ...office(), contracts: [contract] }
    const model = link([given], options)
    const files = backstageFiles(model)
    expect(files.map(f => f.path)).toEqual([
      'catalog-info.yaml',
      'services/pricing/catalog-info.yaml',
      'services/seating/catalog-info.yaml',
    ])
    const documents = await Promise.all(
      files.map(async f => document(f.path, (await reader.read({ path: f.path, content: f.text })).manifest ?? [])),
    )
    expect(files[1]!.text).toContain('$text: ./api/openapi.yaml')
    const again = link([{ ...given, documents: [...given.documents, ...documents] }], options)
    expect(mapOf(again)).toBe(mapOf(model))
    expect(again.catalog!.entities.map(e => `${e.ref} ${e.describes?.id ?? '-'}`)).toEqual([
      'api:default/prices openapi:prices',
      'component:default/pricing pricing',
      'component:default/seating seating',
      'location:default/office -',
    ])
    expect(backstageFiles(again)).toEqual(files)
  })
})
