import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compose,
  composeService,
  document,
  effect,
  envHole,
  fragment,
  orText,
  port,
  program,
  service,
  setting,
  workload,
} from '../../test/link-fragments.ts'
import { canonicalJson } from '../base/json.ts'
import type { Effect, Fragment } from '../model/fragment.ts'
import type { SystemModel } from '../model/system.ts'
import { concat, text, unknown } from '../model/value.ts'
import { link } from './link.ts'

const options = { links: {}, external: {}, publicContracts: [] }
const edges = (model: SystemModel): string[] => model.interactions.map(i => i.id)
const ids = (nodes: readonly { id: string }[]): string[] => nodes.map(n => n.id)
const callBilling = (of = 'services/booking', target = envHole('BILLING_ADDR')): Effect =>
  effect(of, 'call', 'grpc', target, 'billing.Billing/GetInvoice')

const office = (more: Partial<Fragment> = {}): Fragment =>
  fragment({
    programs: [program('services/booking'), program('services/billing')],
    effects: [callBilling(), effect('services/billing', 'serve', 'grpc', text('billing.Billing'), 'billing.Billing/GetInvoice')],
    documents: [
      document('k8s/billing.yaml', [
        workload('billing', { ports: [{ target: 7070, spot: { line: 9 } }] }),
        service('billing', [port(7070)]),
      ]),
      document('k8s/booking.yaml', [workload('booking', { values: { BILLING_ADDR: 'billing:7070' } }), service('booking', [port(80)])]),
    ],
    ...more,
  })

describe('a call through the environment', () => {
  const model = link([office()], options)

  it('reaches the service that the value names', () => {
    expect(edges(model)).toEqual(['booking->billing:grpc'])
    expect(model.interactions[0]!.operations.map(o => o.operation)).toEqual(['billing.Billing/GetInvoice'])
    expect(model.unresolved).toEqual([])
  })

  it('keeps every join with its place', () => {
    expect(model.interactions[0]!.evidence[0]!.via!.map(s => `${s.at.file}:${s.at.line} ${s.says}`)).toEqual([
      'k8s/booking.yaml:20 BILLING_ADDR = billing:7070',
      'k8s/billing.yaml:1 billing:7070: Service billing port 7070 to 7070 selects billing',
      'services/billing/client.go:7 registers billing.Billing',
    ])
  })

  it('says which service serves what', () => {
    expect(model.services.find(s => s.id === 'billing')!.serves.map(o => o.operation)).toEqual(['billing.Billing/GetInvoice'])
    expect(model.services.map(s => s.paths)).toEqual([['services/billing'], ['services/booking']])
  })

  it('lists the value as a wiring that is read', () => {
    expect(model.wirings).toMatchObject([{ of: 'booking', name: 'BILLING_ADDR', host: 'billing', port: 7070, to: 'billing', read: true }])
  })
})

describe('what is no edge', () => {
  it('a variable that is set and never read', () => {
    const model = link([office({ effects: [] })], options)
    expect(edges(model)).toEqual([])
    expect(model.wirings).toMatchObject([{ name: 'BILLING_ADDR', read: false }])
  })

  it('start order', () => {
    const booking = composeService('booking', { build: { context: 'services/booking', args: {} }, fact: { dependsOn: ['billing'] } })
    const model = link(
      [fragment({ programs: [program('services/booking')], documents: [compose([booking, composeService('billing')])] })],
      options,
    )
    expect(ids(model.services)).toEqual(['billing', 'booking'])
    expect(edges(model)).toEqual([])
  })

  it('a call to its own port', () => {
    const model = link([office({ effects: [callBilling('services/billing', text('localhost:7070'))] })], options)
    expect(edges(model)).toEqual([])
    expect(model.unresolved).toEqual([])
  })

  it('a library, a sample, or a program that does not listen', () => {
    const model = link(
      [
        office({
          programs: [
            ...office().programs,
            program('libs/money', { listens: false, by: 'main' }),
            program('samples/client'),
            program('drafts/new', { by: 'main' }),
          ],
        }),
      ],
      options,
    )
    expect(ids(model.services)).toEqual(['billing', 'booking'])
  })
})

describe('owners', () => {
  it('what has no code here belongs to whoever owns its manifest', () => {
    const owner = (pattern: string, name: string) => ({ says: 'owner' as const, pattern, owners: [name], spot: { line: 1 } })
    const base = office()
    const owners = document('CODEOWNERS', [owner('*', '@tickets/platform'), owner('/services/', '@tickets/dev')])
    const jobs = document('jobs/import.yaml', [workload('import')])
    const model = link([{ ...base, documents: [...base.documents, owners, jobs] }], options)
    expect(model.services.map(s => [s.id, s.owners.map(o => o.value)])).toEqual([
      ['billing', ['@tickets/dev']],
      ['booking', ['@tickets/dev']],
      ['import', ['@tickets/platform']],
    ])
  })
})

describe('identity', () => {
  it('a listening program among deployed ones that finds them by its environment is a service nothing deploys yet', () => {
    const front = program('services/web', { by: 'main' })
    const idle = program('services/webtemp', { by: 'main' })
    const base = office()
    const effects = [...base.effects, callBilling('services/web', { is: 'env', name: 'BILLING_ADDR' })]
    const model = link([{ ...base, programs: [...base.programs, front, idle], effects }], options)
    expect(model.services.map(s => [s.id, s.state])).toEqual([
      ['billing', 'deployed'],
      ['booking', 'deployed'],
      ['web', 'undeployed'],
    ])
  })

  it('one deployable in raw manifests, bundle and compose is one service', () => {
    const bundle = document(
      'release/all.yaml',
      ['billing', 'booking', 'crm'].map(n => workload(n)),
    )
    const model = link(
      [office({ documents: [...office().documents, bundle, compose([composeService('billing'), composeService('booking')])] })],
      options,
    )
    expect(ids(model.services)).toEqual(['billing', 'booking', 'crm'])
    expect(model.problems).toEqual([])
  })

  it('one image with several commands is several services', () => {
    const programs = ['search', 'rates'].map(name =>
      program('', {
        id: `#cmd/${name}`,
        root: '',
        names: [name],
        main: { repo: 'office', file: `cmd/${name}/main.go`, line: 3 },
        dockerfile: 'Dockerfile',
      }),
    )
    const build = { context: '.', args: {} }
    const documents = [
      compose([composeService('finder', { build, entrypoint: ['./search'] }), composeService('prices', { build, command: ['rates'] })]),
    ]
    const model = link([fragment({ programs, documents })], options)
    expect(model.services.map(s => [s.id, s.paths])).toEqual([
      ['finder', ['cmd/search']],
      ['prices', ['cmd/rates']],
    ])
  })

  it('stock images are resources of their own and never merge by image', () => {
    const db = (name: string) => composeService(name, { image: text('docker.io/library/postgres:16') })
    const model = link(
      [fragment({ documents: [compose([db('seats-db'), db('bills-db'), composeService('bus', { image: text('rabbitmq:3') })])] })],
      options,
    )
    expect(model.resources.map(r => [r.id, r.kind])).toEqual([
      ['bills-db', 'database'],
      ['bus', 'broker'],
      ['seats-db', 'database'],
    ])
    expect(model.services).toEqual([])
  })

  it('a database with its own Dockerfile is still a database', () => {
    const image = {
      says: 'image' as const,
      stages: [{ from: text('postgres:16-alpine'), env: [], args: [], ports: [], copies: [], runs: [], spot: { line: 2 } }],
      spot: { line: 1 },
    }
    const model = link(
      [
        fragment({
          programs: [program('services/seats-db', { listens: false })],
          documents: [document('services/seats-db/Dockerfile', [image]), document('k8s/db.yaml', [workload('seats-db')])],
        }),
      ],
      options,
    )
    expect(model.services).toEqual([])
    expect(model.resources.map(r => [r.id, r.kind])).toEqual([['seats-db', 'database']])
  })

  it('two services of one name in two repositories are two, and said so', () => {
    const other = office({ repo: 'annex', effects: [] })
    const model = link([office(), other], options)
    expect(ids(model.services)).toEqual(['annex/billing', 'annex/booking', 'office/billing', 'office/booking'])
    expect(model.problems.map(p => p.code)).toEqual(['identity/same-name', 'identity/same-name'])
    expect(edges(model)).toEqual(['office/booking->office/billing:grpc'])
  })

  it('a service keeps its name beside a store that is called the same', () => {
    const store = { ...workload('billing', { image: text('postgres:16') }), kind: 'StatefulSet' as const }
    const model = link(
      [
        office({
          documents: [
            ...office().documents,
            document('charts/store/db.yaml', [store], { id: 'charts/store', kind: 'helm', root: 'charts/store', bases: [] }),
          ],
        }),
      ],
      options,
    )
    expect(ids(model.services)).toContain('billing')
    expect(model.resources.map(r => [r.id, r.name])).toEqual([['charts/store/billing', 'billing']])
  })

  it('versions behind one Service are one service', () => {
    const version = (v: string) => workload(`crm-${v}`, { fact: { labels: { app: 'crm', version: v } } })
    const model = link(
      [fragment({ documents: [document('k8s/crm.yaml', [version('v1'), version('v2'), service('crm', [port(80)])])] })],
      options,
    )
    expect(ids(model.services)).toEqual(['crm'])
  })

  it('a program that nothing deploys counts when it listens', () => {
    const model = link([office({ documents: [] })], options)
    expect(model.services.map(s => [s.id, s.state])).toEqual([
      ['billing', 'undeployed'],
      ['booking', 'undeployed'],
    ])
  })
})

describe('names and environments', () => {
  const fromMap = (name: string) => ({ envFrom: [{ kind: 'config-map' as const, name, spot: { line: 30 } }] })

  it('of two config maps of one name the nearest is taken, in any order of files', () => {
    const documents = [
      document('archive-plan/config.yaml', [setting('config-map/api', 'BILLING_ADDR', 'ledger:1')]),
      document('k8s/config.yaml', [setting('config-map/api', 'BILLING_ADDR', 'billing:7070')]),
      document('k8s/booking.yaml', [workload('booking', fromMap('api'))]),
      document('k8s/billing.yaml', [workload('billing'), service('billing', [port(7070)])]),
      document('zz-other/config.yaml', [setting('config-map/api', 'BILLING_ADDR', 'ledger:2')]),
    ]
    for (const order of [documents, [...documents].reverse()])
      expect(edges(link([office({ documents: order })], options))).toEqual(['booking->billing:grpc'])
  })

  it('workload variables beat config maps, those beat the image, that beats the default of the code', () => {
    const image = {
      says: 'image' as const,
      stages: [
        {
          from: text('scratch'),
          env: [{ name: 'BILLING_ADDR', value: text('image:1'), spot: { line: 4 } }],
          args: [],
          ports: [],
          copies: [],
          runs: [],
          spot: { line: 1 },
        },
      ],
      spot: { line: 1 },
    }
    const hosts = ['workload', 'map', 'image', 'default']
    const reach = (with_: { values?: Record<string, string>; map: boolean; image: boolean }): string[] =>
      edges(
        link(
          [
            office({
              effects: [callBilling('services/booking', orText(envHole('BILLING_ADDR'), 'default:1'))],
              documents: [
                document('k8s/all.yaml', [
                  workload('booking', { ...(with_.map ? fromMap('api') : {}), ...(with_.values ? { values: with_.values } : {}) }),
                  setting('config-map/api', 'BILLING_ADDR', 'map:1'),
                  ...hosts.flatMap(h => [workload(h), service(h, [port(1)])]),
                ]),
                ...(with_.image ? [document('services/booking/Dockerfile', [image])] : []),
              ],
            }),
          ],
          options,
        ),
      )
    expect(reach({ values: { BILLING_ADDR: 'workload:1' }, map: true, image: true })).toEqual(['booking->workload:grpc'])
    expect(reach({ map: true, image: true })).toEqual(['booking->map:grpc'])
    expect(reach({ map: false, image: true })).toEqual(['booking->image:grpc'])
    expect(reach({ map: false, image: false })).toEqual(['booking->default:grpc'])
  })

  it('references between variables are followed, and circles end', () => {
    const values = { HOST: 'billing', BILLING_ADDR: '$(HOST):$(PORT)', PORT: '$' + '{LOOP:-7070}', LOOP: '$(LOOP)' }
    const documents = [office().documents[0]!, document('k8s/booking.yaml', [workload('booking', { values })])]
    expect(edges(link([office({ documents })], options))).toEqual(['booking->billing:grpc'])
  })

  it('a configuration key may be a template, its settings may be placeholders', () => {
    const target = { is: 'config' as const, key: 'http://$' + '{billing.address}/invoices' }
    const documents = [
      ...office().documents,
      document('services/booking/application.yml', [setting(undefined, 'billing.address', '$' + '{BILLING_ADDR:nobody:1}')]),
    ]
    const effects = [effect('services/booking', 'call', 'http', target, 'GET')]
    const model = link([office({ documents, effects })], options)
    expect(edges(model)).toEqual(['booking->billing:http'])
    expect(model.interactions[0]!.operations.map(o => o.operation)).toEqual(['GET /invoices'])
    expect(model.interactions[0]!.evidence[0]!.via!.map(s => s.at.file)).toEqual([
      'services/booking/application.yml',
      'k8s/booking.yaml',
      'k8s/billing.yaml',
    ])
  })

  it('a port of localhost is whoever publishes it', () => {
    const documents = [
      compose([
        composeService('booking', { values: { BILLING_ADDR: 'http://localhost:9000' } }),
        composeService('billing', { ports: [{ port: 9000, target: 7070, spot: { line: 8 } }] }),
      ]),
    ]
    expect(edges(link([office({ documents })], options))).toEqual(['booking->billing:grpc'])
  })

  it('a port of localhost that nobody publishes is whoever listens there and serves just that', () => {
    const call = callBilling('services/booking', text('localhost:7070'))
    const serves = office().effects[1]!
    const ports = [text(':7070')]
    const programs = [program('services/booking'), program('services/billing', { ports }), program('services/crm', { ports })]
    expect(edges(link([office({ programs, effects: [call, serves] })], options))).toEqual(['booking->billing:grpc'])
    expect(edges(link([office({ programs, effects: [call] })], options))).toEqual([])
  })

  it('what nothing deploys is told apart by the port its image is started with, and reaches what containers publish', () => {
    const image = (name: string, started: string[], exposed: number) =>
      document(`services/${name}/Dockerfile`, [
        {
          says: 'image',
          stages: [
            {
              ...{ from: text('base'), env: [], args: [], copies: [], runs: [], spot: { line: 1 } },
              ports: [{ target: exposed, spot: { line: 2 } }],
              command: started,
            },
          ],
          spot: { line: 1 },
        },
      ])
    const built = (name: string) => program(`services/${name}`, { by: 'image', dockerfile: `services/${name}/Dockerfile`, listens: true })
    const model = link(
      [
        fragment({
          programs: [built('booking'), built('billing'), built('crm')],
          effects: [
            effect('services/booking', 'call', 'http', text('http://localhost:9001'), 'GET /invoices'),
            effect('services/booking', 'call', 'http', text('http://localhost:9002'), 'GET /guests'),
            effect('services/booking', 'store', 'sql', text('postgres://localhost:5433/seats')),
          ],
          documents: [
            image('booking', ['serve'], 9000),
            image('billing', ['serve', '--bind', '0.0.0.0:9001'], 80),
            image('crm', ['serve'], 9002),
            compose([composeService('ledger', { image: text('postgres:16'), ports: [{ port: 5433, target: 5432, spot: { line: 4 } }] })]),
          ],
        }),
      ],
      options,
    )
    expect(edges(model)).toEqual(['booking->billing:http', 'booking->crm:http', 'booking->ledger:sql'])
  })

  it.each(['billing.money:7070', 'dns:///billing.money.svc:7070', 'http://billing.money.svc.cluster.local:7070/x'])(
    '%s is a Service of its namespace',
    address => {
      const spaced = { fact: { namespace: 'money' } }
      const documents = [
        document('k8s/a.yaml', [workload('billing', spaced), service('billing', [port(7070)], { namespace: 'money' })]),
        document('k8s/b.yaml', [workload('booking', { values: { BILLING_ADDR: address } })]),
      ]
      expect(edges(link([office({ documents })], options))).toEqual(['booking->billing:grpc'])
    },
  )

  it('a wrong port is told in the wiring', () => {
    const documents = [
      office().documents[0]!,
      document('k8s/booking.yaml', [workload('booking', { values: { BILLING_ADDR: 'billing:7071' } })]),
    ]
    expect(link([office({ documents })], options).wirings).toMatchObject([
      { name: 'BILLING_ADDR', port: 7071, wrongPort: { node: 'billing', serves: [7070] } },
    ])
  })

  it('the primary variant decides; a service of the test overlay does not', () => {
    const overlay = { id: 'kustomize:tests/full', kind: 'kustomize' as const, root: 'tests/full', bases: ['k8s'] }
    const documents = [
      ...office().documents,
      document(
        'tests/full/out.yaml',
        [workload('booking', { values: { BILLING_ADDR: 'fake:1' } }), workload('billing'), workload('fake'), service('fake', [port(1)])],
        overlay,
      ),
    ]
    const model = link([office({ documents })], options)
    expect(edges(model)).toEqual(['booking->billing:grpc'])
    expect(ids(model.services)).toEqual(['billing', 'booking'])
  })
})

describe('what is not resolved', () => {
  const lost = (target: Effect['target'], protocol: Effect['protocol'] = 'http') =>
    office({
      effects: [
        effect('services/booking', 'call', protocol, target, protocol === 'http' ? 'GET /partners' : 'billing.Billing/GetInvoice'),
        office().effects[1]!,
      ],
    })

  it('is kept with stage, reason and a line to paste', () => {
    const model = link([lost(concat([text('http://'), envHole('PARTNER'), text('/x')]))], options)
    expect(model.unresolved).toMatchObject([
      {
        from: 'booking',
        stage: 'no-setting',
        reason: 'nothing sets PARTNER',
        hint: 'links: { booking/PARTNER: <service> }',
        operation: 'GET /partners',
      },
    ])
    expect(model.coverage.unresolved).toEqual({ 'no-setting': 1 })
  })

  it('follows the links of the user', () => {
    const model = link([lost(envHole('PARTNER'))], { ...options, links: { 'booking/PARTNER': 'billing' } })
    expect(edges(model)).toEqual(['booking->billing:http'])
    expect(model.unresolved).toEqual([])
  })

  it('is guessed, and marked, only for an rpc service that one service registers', () => {
    const guess = link([lost(unknown('a parameter nobody fills'), 'grpc')], options)
    expect(guess.interactions).toMatchObject([{ id: 'booking->billing:grpc', confidence: 'low', evidence: [{ basis: 'inferred' }] }])
    const none = link([lost(unknown('a parameter nobody fills'))], options)
    expect(edges(none)).toEqual([])
    expect(none.unresolved).toMatchObject([{ stage: 'no-value' }])
  })

  it('a public host is outside', () => {
    const model = link([lost(text('https://api.partner.example.com/v1'))], options)
    expect(model.resources.map(r => [r.id, r.kind])).toEqual([['api.partner.example.com', 'external']])
    expect(edges(model)).toEqual(['booking->api.partner.example.com:http'])
  })
})

describe('messages and data', () => {
  it('topics stand between producer and consumer', () => {
    const effects = [
      effect('services/booking', 'publish', 'amqp', envHole('BUS'), 'seats.sold'),
      effect('services/billing', 'consume', 'amqp', envHole('BUS'), 'seats.sold'),
    ]
    const model = link([office({ effects })], options)
    expect(edges(model)).toEqual(['billing->topic:seats.sold:amqp:consume', 'booking->topic:seats.sold:amqp:produce'])
  })

  it('a connection string leads to the database, and its password stays out of the wiring', () => {
    const dsn = 'host=seats-db user=office password=hunter2 dbname=seats port=5432'
    const documents = [
      compose([composeService('booking', { values: { SEATS_URL: dsn } }), composeService('seats-db', { image: text('postgres:16') })]),
    ]
    const model = link([office({ documents, effects: [effect('services/booking', 'store', 'sql', envHole('SEATS_URL'))] })], options)
    expect(model.interactions).toMatchObject([{ id: 'booking->seats-db:sql', purpose: 'data' }])
    expect(JSON.stringify(model.wirings)).not.toContain('hunter2')
  })
})

describe('load generators and pages', () => {
  const load = (line: string) => ({
    says: 'image' as const,
    stages: [
      {
        from: text('python:3'),
        env: [],
        args: [],
        ports: [],
        copies: [],
        runs: [],
        entrypoint: ['/bin/sh', '-c', line],
        spot: { line: 9 },
      },
    ],
    spot: { line: 1 },
  })

  it('the command line of a load generator names its target, that of others does not', () => {
    const run = (name: string) =>
      edges(
        link(
          [
            office({
              effects: [],
              programs: [program(`services/${name}`, { listens: false })],
              documents: [
                document(`services/${name}/Dockerfile`, [load('locust --host="http://$' + '{BILLING_ADDR}" -u 10')]),
                document('k8s/load.yaml', [workload(name, { values: { BILLING_ADDR: 'billing:7070' } })]),
                office().documents[0]!,
              ],
            }),
          ],
          options,
        ),
      )
    expect(run('load-generator')).toEqual(['load-generator->billing:http'])
    expect(run('ledger')).toEqual([])
  })

  it('a page that calls its own host calls its own server, unless that is known to serve something else', () => {
    const page = effect('services/booking', 'call', 'http', { is: 'host' }, 'GET /seats/{}')
    const serves = (path: string) => effect('services/booking', 'serve', 'http', text(''), path)
    expect(link([office({ effects: [page, serves('GET /seats/:id')] })], options).unresolved).toEqual([])
    expect(link([office({ effects: [page, serves('GET /halls')] })], options).unresolved).toMatchObject([
      { stage: 'no-address', reason: 'its own host is not known to serve GET /seats/{}' },
    ])
  })
})

describe('order', () => {
  it('of fragments and documents changes nothing', () => {
    const parts = [office(), office({ repo: 'annex', effects: [] }), fragment({ repo: 'empty' })]
    const expected = canonicalJson(link(parts, options))
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.boolean(), fc.boolean(), (order, turnDocuments, turnEffects) => {
        const shuffled = order.map(n => {
          const part = parts[n]!
          return {
            ...part,
            documents: turnDocuments ? [...part.documents].reverse() : part.documents,
            effects: turnEffects ? [...part.effects].reverse() : part.effects,
            programs: turnEffects ? [...part.programs].reverse() : part.programs,
          }
        })
        expect(canonicalJson(link(shuffled, options))).toBe(expected)
      }),
      { numRuns: 30 },
    )
  })
})
