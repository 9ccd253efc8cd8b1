import type { AddressFact, DeployableFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import { text } from '../../model/value.ts'
import type { DataNode } from '../syntax/node.ts'
import { gateway, routeTo } from './gateways.ts'
import { below, firstOf, flat, type Thing, type Things } from './things.ts'

/** Load balancers: one that stands for a single deployable is a name of it, one that tells several apart is a gateway. */
export interface Balancers {
  names: Map<Thing, string[]>
  facts: (DeployableFact | ProxyFact | AddressFact)[]
}

/** What load balancers, discovery and records say of who answers to what. */
export const balancersOf = (things: Things): Balancers => {
  const behind = membersOf(things)
  const found: Balancers = { names: new Map(), facts: [] }
  for (const balancer of things.of('balancer')) {
    const parts = partsOf(balancer, things)
    const routes = parts.flatMap(part => routesOf(part, behind, things))
    const served = [...new Set(routes.flatMap(r => r.member))]
    const groups = parts.flatMap(part => groupsOf(part, things))
    const aliases = [balancer, ...parts, ...groups].map(t => t.address)
    const [only, ...others] = served
    if (only && others.length === 0) found.names.set(only, [...(found.names.get(only) ?? []), ...aliases])
    else
      found.facts.push(
        ...gateway(
          balancer,
          routes.map(r => r.route),
          aliases,
          things,
        ),
      )
    if (!isInternal(balancer, things)) found.facts.push(...served.map(thing => exposed(thing, balancer)))
  }
  for (const thing of things.of('function', 'service'))
    if (things.text(thing, 'exposed') === 'true' || things.text(thing, 'external') === 'true') found.facts.push(exposed(thing, thing))
  return found
}

const isInternal = (balancer: Thing, things: Things): boolean =>
  things.text(balancer, 'internal') === 'true' || things.text(balancer, 'scheme') === 'internal'

const exposed = (thing: Thing, by: Thing): AddressFact => ({
  says: 'address',
  kind: 'cloud-entry',
  name: by.address,
  selector: {},
  ports: [],
  externalName: thing.address,
  exposed: true,
  spot: by.spot,
})

/** The deployables behind each target group: those that name it, and those that an attachment puts there. */
const membersOf = (things: Things): Map<Thing, Thing[]> => {
  const members = new Map<Thing, Thing[]>()
  const add = (nodes: readonly DataNode[], member: Thing): void => {
    for (const group of nodes.flatMap(flat).flatMap(node => things.referred(node, 'target-group')))
      members.set(group, [...(members.get(group) ?? []), member])
  }
  for (const service of things.of('service', 'function')) add(things.nodes(service, 'groups'), service)
  for (const attachment of things.of('attachment'))
    for (const member of things.nodes(attachment, 'target').flatMap(node => things.referred(node, 'function', 'service', 'balancer')))
      add(things.nodes(attachment, 'group'), member)
  for (const group of things.of('target-group'))
    for (const node of things.nodes(group, 'targets').flatMap(flat))
      for (const member of things.referred(node, 'function', 'service')) members.set(group, [...(members.get(group) ?? []), member])
  return members
}

/** Listeners of a balancer and their rules. */
const partsOf = (balancer: Thing, things: Things): Thing[] => {
  const listeners = things.of('listener').filter(l => things.referred(things.node(l, 'balancer'), 'balancer').includes(balancer))
  const rules = things
    .of('listener-rule')
    .filter(r => things.referred(things.node(r, 'listener'), 'listener').some(l => listeners.includes(l)))
  return [...rules, ...listeners]
}

const groupsOf = (part: Thing, things: Things): Thing[] =>
  things
    .nodes(part, 'targets')
    .flatMap(flat)
    .flatMap(node => things.referred(node, 'target-group'))

const routesOf = (part: Thing, behind: ReadonlyMap<Thing, Thing[]>, things: Things): { member: Thing; route: ProxyRoute }[] => {
  const said = (field: string, type: string): string[] => {
    const direct = things.nodes(part, field)
    const typed = things
      .nodes(part, 'conditions')
      .flatMap(flat)
      .filter(c => firstOf(c, 'field').some(f => things.known(f) === type))
      .flatMap(c => below(c, 'values'))
    return [...direct, ...typed].flatMap(flat).flatMap(node => things.known(node) ?? [])
  }
  const paths = said('paths', 'path-pattern')
  const hosts = said('hosts', 'host-header')
  const members = groupsOf(part, things).flatMap(group => behind.get(group) ?? [])
  return members.flatMap(member =>
    (paths.length > 0 ? paths : ['/*']).map(path => ({ member, route: routeTo(text(member.address), path, part.spot, { hosts }) })),
  )
}

/** Names by which deployables find each other: registries of the cloud, aliases inside a cluster, records of zones. */
export const namesOf = (things: Things): AddressFact[] => [
  ...things.of('service').flatMap(service => [...registered(service, things), ...connected(service, things)]),
  ...things.of('name-record').flatMap(record => {
    const name = things.text(record, 'name')?.replace(/\.$/, '')
    const to = things.nodes(record, 'to').flatMap(flat)
    const [thing] = to.flatMap(node => things.referred(node))
    const host = thing?.address ?? (to.length === 1 ? things.known(to[0]!) : undefined)
    return name && host ? [virtualHost(name, host, record)] : []
  }),
]

const virtualHost = (name: string, to: string, thing: Thing): AddressFact => ({
  says: 'address',
  kind: 'virtual-host',
  name,
  selector: {},
  ports: [],
  externalName: to,
  spot: thing.spot,
})

const registered = (service: Thing, things: Things): AddressFact[] =>
  things
    .nodes(service, 'discovery')
    .flatMap(flat)
    .flatMap(node => things.referred(node, 'discovery'))
    .flatMap(entry => {
      const name = things.text(entry, 'name')
      const [space] = things.nodes(entry, 'namespace').flatMap(node => things.referred(node, 'namespace'))
      const zone = space && things.text(space, 'name')
      return name ? [virtualHost(zone ? `${name}.${zone}` : name, service.address, entry)] : []
    })

const connected = (service: Thing, things: Things): AddressFact[] =>
  things
    .nodes(service, 'connect')
    .flatMap(flat)
    .flatMap(node => {
      const own = firstOf(node, 'client_alias.dns_name client_aliases.dns_name discovery_name port_name')
      return own.flatMap(name => things.known(name) ?? []).map(name => virtualHost(name, service.address, service))
    })
