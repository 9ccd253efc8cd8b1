import { describe, expect, it } from 'vitest'
import { compose, composeService, document, effect, envHole, fragment, program } from '../../test/link-fragments.ts'
import { canonicalJson } from '../base/json.ts'
import type { Document, Fragment } from '../model/fragment.ts'
import type { EntityFact, EntityKind, EntityRelation } from '../model/manifest.ts'
import { text } from '../model/value.ts'
import { link } from './link.ts'

const options = { links: {}, external: {}, publicContracts: [] }
const spot = { line: 3 }

const entity = (kind: EntityKind, name: string, relations: [EntityRelation['type'], string][] = [], more: Partial<EntityFact> = {}) => ({
  ...{ says: 'entity' as const, catalog: 'backstage', kind, name, marks: [], files: [], spot: { line: 1 } },
  ...(kind === 'component' ? { type: 'service' } : {}),
  relations: relations.map(([type, target]) => ({ type, target, spot })),
  ...more,
})

/** Pricing and seating, deployed by Compose; seating calls pricing. */
const office = (...documents: Document[]): Fragment =>
  fragment({
    repo: 'office',
    programs: [program('services/pricing'), program('services/seating')],
    effects: [
      effect('services/seating', 'call', 'http', envHole('PRICING_URL'), 'GET /prices'),
      effect('services/pricing', 'serve', 'http', text('/prices'), 'GET /prices'),
    ],
    documents: [
      compose([
        composeService('pricing', { build: { context: 'services/pricing', args: {} } }),
        composeService('seating', {
          build: { context: 'services/seating', args: {} },
          values: { PRICING_URL: 'http://pricing:80', DD_SERVICE: 'seat-maps' },
        }),
      ]),
      ...documents,
    ],
  })

const owner = (pattern: string, ...owners: string[]) => ({ says: 'owner' as const, pattern, owners, spot: { line: 1 } })
const mapped = (...documents: Document[]) => link([office(...documents)], options)
const joined = (...documents: Document[]) =>
  (mapped(...documents).catalog?.entities ?? []).map(e => `${e.ref} ${e.describes ? `${e.describes.kind} ${e.describes.id}` : '-'}`)

describe('what an entity stands for', () => {
  it('is told by the folder of the code, where one component alone lies there', () => {
    expect(joined(document('services/pricing/catalog-info.yaml', [entity('component', 'tariffs')]))).toEqual([
      'component:default/tariffs service pricing',
    ])
    const two = [entity('component', 'tariffs'), entity('component', 'discounts')]
    expect(joined(document('services/pricing/catalog-info.yaml', two))).toEqual([
      'component:default/discounts -',
      'component:default/tariffs -',
    ])
  })

  it('is told by its own name before the folder', () => {
    const both = [entity('component', 'pricing'), entity('component', 'discounts')]
    expect(joined(document('services/pricing/catalog-info.yaml', both))).toEqual([
      'component:default/discounts -',
      'component:default/pricing service pricing',
    ])
  })

  it('is told by its source, its marks and the labels of what is deployed, wherever it lies', () => {
    const mark = (by: string, value: string) => ({ marks: [{ by, value, spot }] })
    const central = document('catalog/all.yaml', [
      entity('component', 'a', [], { files: [{ as: 'source', path: 'services/pricing', repo: 'tickets/office', spot }] }),
      entity('component', 'b', [], mark('dd-service', 'seat-maps')),
      entity('component', 'c', [], { files: [{ as: 'source', path: 'services/pricing', repo: 'tickets/elsewhere', spot }] }),
    ])
    expect(joined(central)).toEqual(['component:default/a service pricing', 'component:default/b service seating', 'component:default/c -'])
    expect(joined(document('all.yaml', [entity('component', 'x', [], mark('lintel/id', 'pricing'))]))).toEqual([
      'component:default/x service pricing',
    ])
  })

  it('is not told by the root of a repository, where its source is said to be in another', () => {
    const alone = (file: string, more: Partial<EntityFact> = {}) => {
      const { programs, effects } = office()
      const documents = [compose([composeService('pricing', { build: { context: 'services/pricing', args: {} } })])]
      const given = { ...office(), programs: programs.slice(0, 1), effects: effects.slice(1), documents }
      return link([{ ...given, documents: [...documents, document(file, [entity('component', 'tariffs', [], more)])] }], options).catalog!
        .entities[0]!.describes?.id
    }
    const elsewhere = { files: [{ as: 'source' as const, path: '', repo: 'tickets/elsewhere', spot }] }
    expect([alone('catalog-info.yaml'), alone('catalog-info.yaml', elsewhere)]).toEqual(['pricing', undefined])
    expect(alone('services/pricing/catalog-info.yaml', elsewhere)).toBe('pricing')
  })

  it('is never told by likeness, and a library is no service', () => {
    const near = document('catalog/all.yaml', [entity('component', 'pricing-v2'), entity('component', 'price')])
    expect(joined(near)).toEqual(['component:default/price -', 'component:default/pricing-v2 -'])
    expect(joined(document('services/pricing/catalog-info.yaml', [entity('component', 'pricing', [], { type: 'library' })]))).toEqual([
      'component:default/pricing -',
    ])
  })
})

describe('owners, systems and domains', () => {
  const org = [
    entity('group', 'money', [], { marks: [{ by: 'team-slug', value: 'tickets/money', spot }], title: 'Money' }),
    entity('system', 'sales', [['partOf', 'domain:default/tickets']]),
    entity('domain', 'tickets'),
  ]
  const pricing = entity('component', 'pricing', [
    ['ownedBy', 'group:default/money'],
    ['partOf', 'system:default/sales'],
  ])

  it('stand side by side with CODEOWNERS, with evidence, under one team', () => {
    const codeowners = document('CODEOWNERS', [owner('*', '@tickets/all'), owner('/services/pricing/', '@ada', '@tickets/money')])
    const model = mapped(document('org.yaml', org), document('services/pricing/catalog-info.yaml', [pricing]), codeowners)
    const service = model.services.find(s => s.id === 'pricing')!
    expect(service.owners.map(o => [o.value, o.evidence.map(e => `${e.reader} ${e.at.file}:${e.at.line}`)])).toEqual([
      ['@tickets/money', ['catalog/codeowners CODEOWNERS:1', 'catalog/backstage services/pricing/catalog-info.yaml:3']],
      ['@ada', ['catalog/codeowners CODEOWNERS:1']],
    ])
    expect([service.system?.value, service.domain?.value]).toEqual(['sales', 'tickets'])
    expect(service.domain!.evidence[0]!.at.file).toBe('org.yaml')
    expect(model.teams).toEqual([
      { id: '@ada', name: 'ada' },
      { id: '@tickets/all', name: 'all' },
      { id: '@tickets/money', name: 'money', title: 'Money' },
    ])
  })

  it('are the same team where the very name is the same, else a team of their own', () => {
    const named = entity('component', 'pricing', [['ownedBy', 'group:default/All']])
    const other = entity('component', 'seating', [['ownedBy', 'group:stage/all-hands']])
    const model = mapped(document('catalog/a.yaml', [named, other]), document('CODEOWNERS', [owner('*', '@tickets/all')]))
    expect(model.services.map(s => s.owners.map(o => o.value))).toEqual([['@tickets/all'], ['stage/all-hands', '@tickets/all']])
  })

  it('are nobody where a placeholder stands', () => {
    const model = mapped(document('a.yaml', [entity('component', 'pricing', [['ownedBy', 'group:default/unknown']])]))
    expect(model.services[0]!.owners).toEqual([])
    expect(model.teams).toEqual([])
  })
})

describe('declared relations', () => {
  const api = entity('api', 'prices')
  const pricing = entity('component', 'pricing', [['providesApi', 'api:default/prices']])
  const seating = entity('component', 'seating', [
    ['consumesApi', 'api:default/prices'],
    ['dependsOn', '*:default/notify'],
  ])

  it('are kept beside what was found, and never a call', () => {
    const without = mapped()
    const model = mapped(
      document('a.yaml', [api, pricing, seating, entity('component', 'notify', [['dependencyOf', 'component:default/pricing']])]),
    )
    expect(model.interactions).toEqual(without.interactions)
    expect(model.catalog!.relations.map(r => [r.id, r.nodes, r.missing])).toEqual([
      ['component:default/pricing dependsOn component:default/notify', undefined, undefined],
      ['component:default/pricing providesApi api:default/prices', undefined, undefined],
      ['component:default/seating consumesApi api:default/prices', { from: 'seating', to: ['pricing'] }, undefined],
      ['component:default/seating dependsOn component:default/notify', undefined, undefined],
    ])
  })

  it('say what no catalog has', () => {
    const { relations } = mapped(document('a.yaml', [seating])).catalog!
    expect(relations.map(r => r.missing)).toEqual([true, true])
  })
})

describe('bad catalogs', () => {
  it('a name that stands twice counts once, and the second is told where it says something else', () => {
    const first = document('a.yaml', [entity('component', 'pricing', [['ownedBy', 'group:default/x']])])
    const second = document('b.yaml', [entity('component', 'Pricing', [['ownedBy', 'group:default/y']])])
    const model = mapped(first, second)
    expect(model.services[0]!.owners.map(o => o.value)).toEqual(['x'])
    expect(model.problems.map(p => `${p.code} ${p.at?.file}`)).toEqual(['catalog/duplicate b.yaml'])
    expect(mapped(first, { ...first, file: 'c.yaml' }).problems).toEqual([])
  })

  it('circles and oneself are no trouble', () => {
    const model = mapped(
      document('a.yaml', [
        entity('system', 's', [
          ['partOf', 'system:default/s'],
          ['partOf', 'domain:default/d'],
        ]),
        entity('domain', 'd', [['partOf', 'domain:default/d']]),
        entity('component', '__proto__', [
          ['partOf', 'system:default/s'],
          ['dependsOn', 'component:default/__proto__'],
        ]),
        entity('component', 'pricing', [['partOf', 'system:default/S']]),
      ]),
    )
    expect([model.services[0]!.system?.value, model.services[0]!.domain?.value]).toEqual(['s', 'd'])
  })

  it('the order of documents does not matter', () => {
    const documents = [
      document('a.yaml', [entity('component', 'pricing', [['ownedBy', 'group:default/x']])]),
      document('b.yaml', [entity('component', 'pricing', [['ownedBy', 'group:default/y']]), entity('group', 'x')]),
    ]
    expect(canonicalJson(mapped(...documents))).toBe(canonicalJson(mapped(...documents.toReversed())))
  })

  it('without a catalog the map has none', () => expect(mapped()).not.toHaveProperty('catalog'))
})
