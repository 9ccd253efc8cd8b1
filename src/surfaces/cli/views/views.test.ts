import { describe, expect, it } from 'vitest'
import {
  type Change,
  type Interaction,
  interactionsBetween,
  nodesNamed,
  type Resource,
  type Service,
  type SystemModel,
  type Verdict,
} from '../../../index.ts'
import { widthOf } from '../../report/layout.ts'
import { diff } from './diff.ts'
import { edge, evidenceChains } from './edge.ts'
import { replayed, totals } from './replay.ts'
import { fitting, table } from './table.ts'
import { unresolved } from './unresolved.ts'

const at = (file: string, line: number) => ({ repo: 'ticket-office', file, line })

const service = (id: string, more: Partial<Service> = {}): Service => ({
  id,
  name: id,
  kind: 'service',
  aliases: [`${id}-svc`],
  repo: 'ticket-office',
  paths: [`services/${id}`],
  owners: [],
  runtime: [],
  controls: [],
  serves: [],
  state: 'deployed',
  evidence: [],
  ...more,
})

const call = (from: string, to: string, more: Partial<Interaction> = {}): Interaction => ({
  id: `${from}->${to}`,
  from,
  to,
  purpose: 'call',
  style: 'sync',
  protocol: 'grpc',
  operations: [],
  confidence: 'high',
  evidence: [],
  ...more,
})

const resource = (id: string, kind: Resource['kind']): Resource => ({ id, name: id, kind, aliases: [], evidence: [] })

const model = (parts: Partial<SystemModel> = {}): SystemModel => ({
  schema: 1,
  revisions: [{ repo: 'ticket-office', revision: 'worktree' }],
  services: [],
  resources: [],
  teams: [],
  interactions: [],
  contracts: [],
  unresolved: [],
  wirings: [],
  coverage: { files: { seen: 9, read: 7, skipped: 2, failed: 0 }, skipped: {}, unresolved: {}, budgets: [] },
  problems: [],
  ...parts,
})

const owned = (team: string): Pick<Service, 'owners'> => ({ owners: [{ value: team, evidence: [] }] })

const office = model({
  services: [
    service('booth', { kind: 'frontend', exposure: { value: 'public', evidence: [] }, ...owned('team-web') }),
    service('billing', owned('team-fin')),
    service('ledger'),
  ],
  resources: [resource('orders', 'topic'), resource('journal', 'database')],
  interactions: [
    call('booth', 'billing'),
    call('ledger', 'billing'),
    call('billing', 'orders', { purpose: 'message', style: 'async', role: 'produce' }),
    call('ledger', 'orders', { purpose: 'message', style: 'async', role: 'consume' }),
    call('ledger', 'journal', { purpose: 'data', protocol: 'sql' }),
  ],
})

const options = { width: 100, colour: false, ms: 2100, files: 1204 }

describe('the table', () => {
  it('reads as the map', () => {
    expect(table(office, options)).toBe(`3 services · 2 calls · 1 topic · 1 store · 0 contracts        (2.1 s, 1,204 files)

  service  kind      owner     calls                               called by
  billing  service   team-fin  ~orders                             booth, ledger
  booth    frontend  team-web  billing                             internet
  ledger   service   –         billing, ~orders, database:journal  –

  Look at one: lintel explain "booth->billing"      Judge a change: lintel check
`)
  })

  const large = model({
    services: Array.from({ length: 200 }, (_, n) => service(`service-number-${n}`, owned(`team-with-a-long-name-${n % 7}`))),
    interactions: Array.from({ length: 200 }, (_, n) =>
      [1, 2, 3, 7, 31].map(step => call(`service-number-${n}`, `service-number-${(n * step) % 200}`)),
    ).flat(),
  })

  it('keeps to any width, one line a service, most called first', () => {
    for (const width of [40, 80, 120, 200]) {
      const lines = table(large, { ...options, width }).split('\n')
      expect(lines.filter(line => line.startsWith('  service-'))).toHaveLength(200)
      for (const line of lines.filter(line => line.startsWith('  service'))) expect(widthOf(line), line).toBeLessThanOrEqual(width)
    }
    const wide = table(large, { ...options, width: 2000 })
      .split('\n')
      .filter(line => line.startsWith('  service-'))
    const callers = wide.map(
      l =>
        l
          .split(/\s{2,}/)
          .at(-1)!
          .split(', ').length,
    )
    expect(callers).toEqual([...callers].sort((a, b) => b - a))
  })

  it('drops the least telling columns in a narrow terminal, never the lists', () => {
    const header = table(large, { ...options, width: 60 })
      .split('\n')
      .find(line => line.startsWith('  service '))
    expect(header).toMatch(/service .*calls .*called by/)
    expect(header).not.toMatch(/contract/)
  })

  it('says what to do when it found nothing', () => {
    expect(table(model(), options)).toMatch(/No service was found: 7 of 9 files .*\n.*lintel map PATH/)
  })

  it('prints no control character of a name', () => {
    expect(table(model({ services: [service('a\u001b[2Jb\nc')] }), options)).toContain('a [2Jb c')
  })
})

describe('a shortened list', () => {
  it('says how many are left out', () => {
    expect(fitting(['billing', 'cart', 'orders'], 30)).toBe('billing, cart, orders')
    expect(fitting(['billing', 'cart', 'orders'], 16)).toBe('billing, cart +1')
    expect(fitting(['billing', 'cart', 'orders'], 12)).toBe('billing +2')
    expect(fitting(['billing', 'cart', 'orders'], 7)).toBe('cart +2')
    expect(fitting(['billing', 'orders'], 5)).toBe('b… +1')
    expect(fitting([], 7)).toBe('–')
  })
})

describe('unresolved calls', () => {
  const call = (operation: string, line: number): SystemModel['unresolved'][number] => ({
    id: operation,
    from: 'reports',
    does: 'call',
    protocol: 'http',
    target: '${PARTNER_URL}',
    operation,
    stage: 'no-setting',
    reason: 'PARTNER_URL is set in no manifest that was read',
    hint: 'links: { reports/PARTNER_URL: <service> }',
    evidence: [{ reader: 'python', basis: 'coded', at: at('reports/client.py', line) }],
  })

  it('name the place, the reason and the lines to paste, once for all calls they close', () => {
    const open = model({ services: [service('reports')], unresolved: [call('POST /send', 22), call('GET /state', 31)] })
    expect(unresolved(open, 120)).toBe(`2 calls could not be resolved

reports → ?   reports/client.py:22   call http to \${PARTNER_URL}: PARTNER_URL is set in no manifest that was read
      2 operations: POST /send and GET /state
      if it is a service of yours:  links: { reports/PARTNER_URL: <service> }     in lintel.config.yaml
      if it is outside:             external: { reports/PARTNER_URL: "<name>" }

  A call into another repository is resolved by its fragment: lintel map --with FRAGMENT|DIR
`)
  })

  it('say so when there is none', () => expect(unresolved(model(), 80)).toBe('Every call leads somewhere: none is unresolved.\n'))
})

describe('an edge', () => {
  it('is found by any name, and a topic from its consumer too', () => {
    expect(nodesNamed(office, 'Billing-svc')).toEqual(['billing'])
    expect(interactionsBetween(office, ['ledger'], ['orders'])).toHaveLength(1)
    expect(interactionsBetween(office, ['billing'], ['booth'])).toHaveLength(0)
  })

  it('prints its chain in order, places aligned', () => {
    const proven = call('booth', 'billing', {
      evidence: [
        {
          reader: 'typescript',
          basis: 'coded',
          at: at('src/booth/invoice.ts', 88),
          via: [
            { at: at('src/booth/invoice.ts', 88), says: 'client.getInvoice(…)' },
            { at: at('deploy/booth.yaml', 41), says: 'BILLING_ADDR = billing:7070' },
          ],
        },
      ],
      operations: [{ operation: 'billing.Billing/GetInvoice', uses: [], closed: true, escapes: [], evidence: [] }],
    })
    expect(edge(office, proven, 100)).toBe(`booth calls billing over gRPC (high confidence)
  1 operation: billing.Billing/GetInvoice
  src/booth/invoice.ts:88   client.getInvoice(…)
  deploy/booth.yaml:41      BILLING_ADDR = billing:7070
`)
  })

  it('lists the controls on the way and at the end, each with its place', () => {
    const said = (file: string, line: number, note: string) => [
      { reader: 'mesh/istio', basis: 'declared' as const, at: at(file, line), note },
    ]
    const guarded = model({
      services: [
        service('booth'),
        service('billing', {
          controls: [
            {
              kind: 'authz',
              value: 'ALLOW',
              peers: { effect: 'allow', way: 'in', nodes: ['ledger'], others: [] },
              evidence: said('mesh/billing.yaml', 9, 'AuthorizationPolicy/billing'),
            },
            { kind: 'health', value: 'liveness http /', evidence: [] },
          ],
        }),
      ],
    })
    const refused = call('booth', 'billing', {
      controls: [
        {
          kind: 'authz',
          value: 'keeps booth from billing',
          denies: true,
          evidence: said('mesh/billing.yaml', 9, 'AuthorizationPolicy/billing'),
        },
        { kind: 'timeout', value: '2s', of: '/v1/**', state: 'optional', evidence: said('mesh/routes.yaml', 14, 'VirtualService/billing') },
      ],
    })
    expect(edge(guarded, refused, 100).split('\n').slice(-8)).toEqual([
      '',
      '  controls of the connection',
      '    ✗ authz keeps booth from billing   mesh/billing.yaml:9   AuthorizationPolicy/billing',
      '    timeout 2s for /v1/** (optional)   mesh/routes.yaml:14   VirtualService/billing',
      '',
      '  controls of billing',
      '    authz ALLOW from ledger   mesh/billing.yaml:9   AuthorizationPolicy/billing',
      '',
    ])
  })
})

describe('chains of evidence', () => {
  const chain = (...lines: number[]) => ({
    reader: 'go',
    basis: 'coded' as const,
    at: at('main.go', lines[0]!),
    via: lines.map(line => ({ at: at('main.go', line), says: `step ${line}` })),
  })

  it('do not repeat the end they share', () => {
    expect(evidenceChains([chain(1, 7, 8, 9), chain(2, 7, 8, 9), chain(3, 9)], 80)).toEqual([
      '  main.go:1   step 1',
      '  main.go:7   step 7',
      '  main.go:8   step 8',
      '  main.go:9   step 9',
      '',
      '  main.go:2   step 2',
      '  then as above, from main.go:7',
      '',
      '  main.go:3   step 3',
      '  main.go:9   step 9',
    ])
  })

  it('are counted past a few', () => {
    expect(
      evidenceChains(
        Array.from({ length: 9 }, (_, n) => chain(n + 1)),
        80,
      ).at(-1),
    ).toBe('  and 3 more places: --format json lists all')
  })
})

describe('a diff', () => {
  it('lists changes by kind with their place', () => {
    const changes: Change[] = [
      { kind: 'removed', subject: { kind: 'interaction', id: 'a->b', name: 'a->b' }, at: { base: at('a/main.go', 3) } },
      { kind: 'added', subject: { kind: 'service', id: 'c', name: 'c' }, at: { head: at('c/Dockerfile', 1) } },
    ]
    expect(diff({ changes, impacts: [] }, false)).toBe(
      '1 service · 1 interaction changed\n\n  + service c   c/Dockerfile:1\n\n  - interaction a->b   a/main.go:3 (base)\n',
    )
    expect(diff({ changes: [], impacts: [] }, false)).toBe('The map is the same.\n')
  })
})

describe('a replay', () => {
  const step = (decision: Verdict['decision'], complete = true) => ({
    commit: '0123456789abcdef',
    subject: 'Remove the tax id',
    author: 'A. Person',
    date: '2026-11-22T10:00:00Z',
    verdict: { decision, complete, headline: '3 services break', findings: [] } as unknown as Verdict,
  })

  it('gives the reason for whatever is not allowed', () => {
    expect(replayed(step('allow'), 100, false)).toBe('✓ allow      012345678  2026-11-22  Remove the tax id')
    expect(replayed(step('deny'), 100, false)).toBe('✗ deny       012345678  2026-11-22  Remove the tax id\n    3 services break')
  })

  it('counts what could not be judged apart', () => {
    expect(totals([step('allow'), step('deny'), step('deny', false), step('allow', false)])).toBe(
      '4 commits: 2 denied, 0 warned, 1 allowed, 1 not judged',
    )
  })
})
