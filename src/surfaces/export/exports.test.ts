import { describe, expect, it } from 'vitest'
import type { Interaction, Resource, Service, SystemModel } from '../../index.ts'
import { exports } from './exports.ts'
import { graphOf } from './graph-json.ts'
import { html } from './html.ts'

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

const resource = (id: string, kind: Resource['kind']): Resource => ({ id, name: id, kind, aliases: [], evidence: [] })

const interaction = (from: string, to: string, more: Partial<Interaction> = {}): Interaction => ({
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

const operation = (name: string): Interaction['operations'][number] => ({
  operation: name,
  uses: [],
  closed: true,
  escapes: [],
  evidence: [],
})

const model = (parts: Partial<SystemModel>): SystemModel => ({
  schema: 1,
  revisions: [{ repo: 'ticket-office', revision: 'worktree' }],
  services: [],
  resources: [],
  teams: [],
  interactions: [],
  contracts: [],
  unresolved: [],
  wirings: [],
  coverage: { files: { seen: 0, read: 0, skipped: 0, failed: 0 }, skipped: {}, unresolved: {}, budgets: [] },
  problems: [],
  ...parts,
})

const office = model({
  services: [service('booth', { kind: 'frontend' }), service('billing'), service('notify', { kind: 'worker' })],
  resources: [resource('orders', 'topic'), resource('ledger-db', 'database'), resource('partner', 'external')],
  interactions: [
    interaction('booth', 'billing', { operations: [operation('billing.Billing/GetInvoice'), operation('billing.Billing/Pay')] }),
    interaction('billing', 'partner', { protocol: 'http' }),
    interaction('billing', 'ledger-db', { purpose: 'data', protocol: 'sql' }),
    interaction('billing', 'orders', { purpose: 'message', style: 'async', protocol: 'kafka', role: 'produce' }),
    interaction('orders', 'notify', { purpose: 'message', style: 'async', protocol: 'kafka', role: 'consume' }),
  ],
})

const large = (services: number): SystemModel =>
  model({
    services: Array.from({ length: services }, (_, n) => service(`s${n}`, { owners: [{ value: `team-${n % 4}`, evidence: [] }] })),
    interactions: Array.from({ length: services - 1 }, (_, n) => interaction(`s${n}`, `s${n + 1}`)),
  })

describe('graph-json', () => {
  const { nodes, edges } = graphOf(office)

  it('has a node for each service and resource, with every name and the path', () => {
    expect(nodes.map(n => `${n.id}:${n.kind}`)).toEqual([
      'billing:service',
      'booth:ui',
      'ledger-db:datastore',
      'notify:service',
      'orders:topic',
      'partner:external',
    ])
    expect(nodes[0]).toEqual({ id: 'billing', kind: 'service', names: ['billing', 'billing-svc'], path: 'services/billing' })
  })

  it('has an edge for each operation', () => {
    expect(edges.filter(e => e.from === 'booth')).toEqual([
      { from: 'booth', to: 'billing', kind: 'grpc', operation: 'billing.Billing/GetInvoice' },
      { from: 'booth', to: 'billing', kind: 'grpc', operation: 'billing.Billing/Pay' },
    ])
  })

  it('writes a consumer as service to topic with its role, whichever way the map has it', () => {
    const edge = { from: 'notify', to: 'orders', kind: 'async', role: 'consume' }
    expect(edges).toContainEqual(edge)
    const turned = model({
      ...office,
      interactions: [interaction('notify', 'orders', { purpose: 'message', style: 'async', role: 'consume' })],
    })
    expect(graphOf(turned).edges).toEqual([edge])
  })

  it('names the kinds of edges by what they are for', () => {
    expect(edges.map(e => `${e.from}->${e.to}:${e.kind}`)).toEqual(
      expect.arrayContaining(['billing->partner:http', 'billing->ledger-db:datastore', 'billing->orders:async']),
    )
  })

  it('does not depend on the order of the map', () => {
    const turned = { ...office, services: office.services.toReversed(), interactions: office.interactions.toReversed() }
    expect(exports['graph-json'](turned)).toBe(exports['graph-json'](office))
  })
})

describe('mermaid', () => {
  it('draws one arrow per pair, towards the consumers of a topic', () => {
    const drawn = exports.mermaid(office)
    expect(drawn).toBe(`flowchart LR
  n0["billing"]
  n1(["booth"])
  n2[("ledger-db")]
  n3["notify"]
  n4>"orders"]
  n5{{"partner"}}
  n0 -->|"sql"| n2
  n0 -.->|"kafka"| n4
  n0 -->|"http"| n5
  n1 -->|"grpc"| n0
  n4 -.->|"kafka"| n3
`)
  })

  it('draws at most fifty arrows, then groups and says so', () => {
    const arrows = (text: string): number => text.split('\n').filter(l => l.includes('-->')).length
    expect(arrows(exports.mermaid(large(51)))).toBe(50)
    const grouped = exports.mermaid(large(200))
    expect(arrows(grouped)).toBeLessThanOrEqual(50)
    expect(grouped).toContain('"team-0 (50)"')
    expect(grouped).toContain('199 connections drawn as groups')
  })

  it('counts the arrows that it leaves out', () => {
    const lonely = model({
      ...large(120),
      services: Array.from({ length: 120 }, (_, n) => service(`${String.fromCharCode(97 + (n % 26))}x${n}`, { paths: [] })),
    })
    lonely.interactions = lonely.services.slice(1).map((s, n) => interaction(lonely.services[n]!.id, s.id))
    expect(exports.mermaid(lonely)).toMatch(/arrows with the fewest connections are left out|grouped|groups/)
  })

  it('lets no name end its quotes', () => {
    const evil = exports.mermaid(model({ services: [service('a"]; click n0 "javascript:x"\n<b>')] }))
    expect(evil.split('\n')).toHaveLength(3)
    expect(evil).toContain('n0["a#34;]#59; click n0 #34;javascript:x#34; #60;b#62;"]')
  })
})

describe('dot', () => {
  it('quotes names and marks what is asynchronous', () => {
    const drawn = exports.dot(
      model({ services: [service('a"b\\N'), service('c')], interactions: [interaction('a"b\\N', 'c', { style: 'async' })] }),
    )
    expect(drawn).toContain('"a\\"b\\\\N" [label="a\\"b\\\\N", shape=box];')
    expect(drawn).toContain('"a\\"b\\\\N" -> "c" [label="grpc", style=dashed];')
  })
})

describe('structurizr', () => {
  const sales = { value: 'sales', evidence: [] }
  const drawn = exports.structurizr({
    ...office,
    services: office.services.map(s => (s.id === 'notify' ? s : { ...s, system: sales, domain: { value: 'shows "live"', evidence: [] } })),
  })

  it('writes systems with services and stores, outsiders and relations', () => {
    expect(drawn).toContain(`    group "shows 'live'" {
      s0 = softwareSystem "sales" {
        n0 = container "billing" "service" ""
        n1 = container "booth" "frontend" "" "Frontend"
        n2 = container "ledger-db" "database" "" "Database"
      }
    }`)
    expect(drawn).toContain('n5 = softwareSystem "partner" "" "External"')
    expect(drawn).toContain('n1 -> n0 "calls" "grpc"')
    expect(drawn).toContain('n0 -> n2 "stores in" "sql"')
    expect(drawn).toContain('n3 -> n4 "sends messages" "kafka" "Asynchronous"')
    expect(drawn.split('{').length).toBe(drawn.split('}').length)
  })

  it('lets no name end its quotes', () => {
    const evil = exports.structurizr(model({ services: [service('a" { !script x\n}${y}\\')] }))
    expect(evil.split('\n').filter(l => l.includes('!script'))).toHaveLength(1)
    expect(evil).toContain(`container "a' { !script x }$ {y}/"`)
  })
})

describe('json', () => {
  it('is the map', () => expect(JSON.parse(exports.json(office))).toEqual(office))
})

describe('html', () => {
  const page = '<title>{{lintel:title}}</title><script type="application/json">"{{lintel:map}}"</script>'
  const name = '</script><!--<script>\u2028&amp;{{lintel:title}}'
  const hostile = model({ revisions: [{ repo: name, revision: 'worktree' }], services: [service(name)] })

  it('puts the map in as data that nothing in a name can end', () => {
    const [, title, data] = /^<title>(.*)<\/title><script type="application\/json">(.*)<\/script>$/s.exec(html(hostile, page))!
    expect(title).not.toMatch(/[<>]/)
    expect(data).not.toMatch(/[<>\u2028]/)
    expect((JSON.parse(data!) as SystemModel).services[0]!.name).toBe(name)
  })

  it('gives equal bytes for equal maps, and leaves out what the page does not show', () => {
    const turned = Object.fromEntries(Object.entries(office).reverse()) as unknown as SystemModel
    expect(html(turned, page)).toBe(html(office, page))
    const used = {
      ...operation('a'),
      uses: [{ side: 'response', path: ['tax_id'], access: 'read', tolerance: 'strict', at: { repo: 'r', file: 'f', line: 1 } }],
    }
    const reading = model({ ...office, interactions: [interaction('booth', 'billing', { operations: [used as never] })] })
    expect(html(reading, page)).not.toContain('tax_id')
  })

  it('wants a page with its two places', () => {
    expect(() => html(office, '<title>{{lintel:title}}</title>')).toThrow('no single place')
  })
})
