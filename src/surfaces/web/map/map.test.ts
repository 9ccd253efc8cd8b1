import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estate } from '../../../../test/support/estate.ts'
import { everything, filtered } from './filter.ts'
import { calleesOf, callersOf, graphOf } from './graph.ts'
import { groupingBy, sharedStart, usefulWays, withoutStart } from './groups.ts'
import { MOST, neighbourhood } from './neighbourhood.ts'
import { search } from './search.ts'

const office = estate(70)
const graph = graphOf(office)
const names = (nodes: readonly { name: string }[]): string[] => nodes.map(n => n.name)

describe('the graph', () => {
  it('has one edge for all that runs from one to another, and it points at who consumes a topic', () => {
    const consumed = office.interactions.find(i => i.role === 'consume')!
    const edge = graph.edgeById.get(`${consumed.to}→${consumed.from}`)
    expect(edge?.role).toBe('consumes')
    expect(edge?.isAsync).toBe(true)
    expect(graph.edges.flatMap(e => e.interactions)).toHaveLength(office.interactions.length)
  })

  it('is the same in whatever order the model comes', () => {
    const turned = graphOf({ ...office, services: office.services.toReversed(), interactions: office.interactions.toReversed() })
    expect(turned.edges.map(e => e.id)).toEqual(graph.edges.map(e => e.id))
    expect(turned.nodes.map(n => n.id)).toEqual(graph.nodes.map(n => n.id))
  })

  it('leaves out an interaction with a node that the model does not have', () => {
    expect(graphOf({ ...office, services: office.services.slice(1) }).edges.length).toBeLessThan(graph.edges.length)
  })
})

describe('domains', () => {
  it('are what a catalog says, where it says it', () => {
    const cataloged = {
      ...office,
      services: office.services.map((s, i) => ({ ...s, domain: { value: i % 3 === 0 ? 'Selling' : 'Paying', evidence: [] } })),
    }
    const grouping = groupingBy(graphOf(cataloged), usefulWays(graphOf(cataloged))[0]!)
    expect(grouping.way).toBe('domain')
    expect(names(grouping.groups)).toEqual(expect.arrayContaining(['Paying', 'Selling']))
  })

  it('are repositories, else folders, else what the calls say', () => {
    expect(usefulWays(graph)[0]).toBe('repository')
    const one = graphOf({
      ...office,
      services: office.services.map(s => ({ ...s, repo: 'tickets', owners: [], paths: [`${s.repo}/${s.name}`] })),
    })
    expect(usefulWays(one)).toEqual(['folder', 'cluster'])
    const flat = graphOf({ ...office, services: office.services.map(s => ({ ...s, repo: 'tickets', owners: [], paths: [] })) })
    expect(usefulWays(flat)).toEqual(['cluster'])
  })

  it('hold every node once, and lose no edge between them', () => {
    for (const way of usefulWays(graph)) {
      const { groups, of, edges } = groupingBy(graph, way)
      expect(groups.flatMap(g => names(g.nodes)).sort()).toEqual(names(graph.nodes).sort())
      const between = graph.edges.filter(e => of.get(e.from.id) !== of.get(e.to.id))
      expect(edges.flatMap(e => e.edges)).toHaveLength(between.length)
    }
  })

  it('by clusters keep those together that call each other', () => {
    const { of } = groupingBy(graph, 'cluster')
    const inside = graph.edges.filter(e => of.get(e.from.id) === of.get(e.to.id)).length
    expect(inside / graph.edges.length).toBeGreaterThan(0.6)
  })

  it('have a home for stores where their users are, and externals outside', () => {
    const { of } = groupingBy(graph, 'repository')
    const store = graph.nodes.find(n => n.shape === 'store')!
    expect(of.get(store.id)).toBe(of.get(store.into[0]!.from.id))
    expect(of.get('external:card-network')?.isOutside).toBe(true)
  })

  it('shorten what most names of a group begin with', () => {
    const nodes = ['sales-order', 'sales-price', 'sales.events', 'mail'].map(name => ({ ...graph.nodes[0]!, name }))
    expect(sharedStart(nodes)).toBe('sales')
    expect(nodes.map(n => withoutStart(n.name, 'sales'))).toEqual(['order', 'price', 'events', 'mail'])
  })
})

describe('a neighbourhood', () => {
  const focus = graph.byId.get('billing-gateway')!

  it('has callers below and callees above the service', () => {
    const { layer } = neighbourhood(focus, 1)
    for (const node of callersOf(focus)) expect(layer.get(node.id)).toBe(-1)
    for (const node of calleesOf(focus)) expect(Math.abs(layer.get(node.id)!)).toBe(1)
  })

  it('passes through a topic to those behind it', () => {
    const publisher = graph.edges.find(e => e.role === 'publishes' && e.to.out.length > 0)!
    const { layer } = neighbourhood(publisher.from, 1)
    for (const { to } of publisher.to.out) expect(layer.has(to.id)).toBe(true)
  })

  it('draws at most so many, nearest first, and says who is left', () => {
    const hub = graphOf(estate(260)).byId.get('identity-gateway')!
    const all = neighbourhood(hub, 3, 10_000)
    const some = neighbourhood(hub, 3)
    expect(some.nodes).toHaveLength(Math.min(MOST, all.nodes.length))
    expect(some.nodes.length + some.left.length).toBe(all.nodes.length)
    const far = Math.max(...[...some.layer.values()].map(Math.abs))
    for (const node of some.left) expect(Math.abs(all.layer.get(node.id)!)).toBeGreaterThanOrEqual(far)
  })

  it('grows with its steps', () => {
    fc.assert(
      fc.property(fc.constantFrom(...graph.nodes), node => {
        const [one, two] = [neighbourhood(node, 1), neighbourhood(node, 2)]
        expect(one.nodes.every(n => two.nodes.includes(n))).toBe(true)
      }),
      { numRuns: 12 },
    )
  })
})

describe('a filter', () => {
  it('shows what was asked for, and resources only while something uses them', () => {
    const owner = office.services.find(s => s.owners.length > 0)!.owners[0]!.value
    const shown = filtered(office, { ...everything, owners: [owner] })
    expect(shown.services.every(s => s.owners.some(o => o.value === owner))).toBe(true)
    const ids = new Set([...shown.services, ...shown.resources].map(n => n.id))
    expect(shown.interactions.every(i => ids.has(i.from) && ids.has(i.to))).toBe(true)
    expect(shown.resources.every(r => shown.interactions.some(i => i.to === r.id || i.from === r.id))).toBe(true)
  })

  it('finds those that nobody owns', () => {
    const shown = filtered(office, { ...everything, owners: ['(no owner)'] })
    expect(shown.services.length).toBeGreaterThan(0)
    expect(shown.services.every(s => s.owners.length === 0)).toBe(true)
  })

  it('hides low confidence and unwanted protocols', () => {
    const shown = filtered(office, { ...everything, confidence: 'high', protocols: ['grpc'] })
    expect(shown.interactions.length).toBeGreaterThan(0)
    expect(shown.interactions.every(i => i.confidence === 'high' && i.protocol === 'grpc')).toBe(true)
  })

  it('keeps optional parts back, unless something of the rest touches them', () => {
    const services = office.services.map(s => (s.name === 'sales-gateway' ? s : { ...s, state: 'optional' as const }))
    const shown = filtered({ ...office, services }, everything)
    const lonely = filtered({ ...office, services, interactions: [] }, everything)
    expect(shown.services.length).toBeGreaterThan(1)
    expect(names(lonely.services)).toEqual(['sales-gateway'])
    expect(filtered({ ...office, services }, { ...everything, optional: true }).services).toHaveLength(services.length)
  })
})

describe('search', () => {
  const first = (query: string): string | undefined => {
    const [hit] = search(graph, query)
    return hit && ('node' in hit ? hit.node.name : hit.edge.id)
  }

  it('finds a name before what contains it, and an owner, an alias, an operation', () => {
    expect(first('billing-gateway')).toBe('billing-gateway')
    expect(first('BILLING-G')).toBe('billing-gateway')
    expect(first('billing-gateway-svc')).toBe('billing-gateway')
    expect(first('billing-gateway.api/list')).toBe('billing-gateway')
    expect(search(graph, '@tickets/ledger').length).toBeGreaterThan(1)
    expect(first('no such thing')).toBeUndefined()
  })

  it('finds what is between two', () => {
    const edge = graph.edges[0]!
    expect(first(`${edge.from.name} -> ${edge.to.name}`)).toBe(edge.id)
    expect(search(graph, `${edge.from.name}->`).length).toBeGreaterThan(0)
  })
})
