import { clusters } from './clusters.ts'
import type { MapEdge, MapGraph, MapNode } from './graph.ts'
import { compareText, groupBy } from './graph.ts'

/** What the domains of a map are made of. */
export type Way = 'domain' | 'system' | 'repository' | 'folder' | 'owner' | 'cluster'

export interface Group {
  name: string
  nodes: MapNode[]
  services: number
  isOutside: boolean
}

/** Everything between two groups. */
export interface GroupEdge {
  id: string
  from: Group
  to: Group
  edges: MapEdge[]
  isAsync: boolean
}

export interface Grouping {
  way: Way
  groups: Group[]
  of: ReadonlyMap<string, Group>
  edges: GroupEdge[]
}

const OUTSIDE = 'outside the system'
const UNKNOWN = 'no group'
const APART = 'not connected'

/** Catalogs come first: people named those groups. The cluster is what the graph itself says, where nobody says anything. */
const keys: Record<Exclude<Way, 'cluster'>, (node: MapNode) => string | undefined> = {
  domain: node => node.service?.domain?.value,
  system: node => node.service?.system?.value,
  repository: node => node.service?.repo,
  folder: node => {
    const path = node.service?.paths[0]
    return path?.includes('/') ? path.split('/').slice(0, -1).join('/') : undefined
  },
  owner: node => node.owners[0],
}

export const ways: readonly Way[] = ['domain', 'system', 'repository', 'folder', 'owner', 'cluster']

/** The ways that tell something about this map, best first. The last resort is always there. */
export const usefulWays = (graph: MapGraph): Way[] => {
  const services = graph.nodes.filter(n => n.service)
  return ways.filter(way => way === 'cluster' || tells(services.map(keys[way])))
}

/** More than one group, fewer than nearly one a service, most services in one, and none that holds nearly all. */
const tells = (values: readonly (string | undefined)[]): boolean => {
  const sizes = [...groupBy(values, v => v ?? '')].filter(([name]) => name !== '').map(([, all]) => all.length)
  const named = sizes.reduce((a, b) => a + b, 0)
  return sizes.length > 1 && sizes.length <= Math.max(2, named * 0.6) && named >= values.length * 0.6 && Math.max(...sizes) <= named * 0.85
}

export const groupingBy = (graph: MapGraph, way: Way): Grouping => {
  const names = namesOf(graph, way)
  const groups = [...groupBy(graph.nodes, n => names.get(n.id)!)]
    .map(([name, nodes]) => ({ name, nodes, services: nodes.filter(n => n.service).length, isOutside: name === OUTSIDE }))
    .sort((a, b) => compareText(a.name, b.name))
  const of = new Map(groups.flatMap(group => group.nodes.map(n => [n.id, group] as const)))
  return { way, groups, of, edges: groupEdges(graph.edges, of) }
}

const namesOf = (graph: MapGraph, way: Way): Map<string, string> => {
  const services = graph.nodes.filter(n => n.service)
  const names = way === 'cluster' ? clusters(graph, APART) : new Map(services.map(n => [n.id, keys[way](n) ?? UNKNOWN] as const))
  for (const node of graph.nodes) {
    if (node.service) continue
    names.set(node.id, node.shape === 'external' ? OUTSIDE : (home(node, names) ?? APART))
  }
  return names
}

/** A resource lives where most of those who write to it live, else most of those who use it. */
const home = (node: MapNode, names: ReadonlyMap<string, string>): string | undefined => {
  const count = (nodes: readonly MapNode[]): string | undefined => {
    const sizes = [
      ...groupBy(
        nodes.filter(n => n.service),
        n => names.get(n.id)!,
      ),
    ]
    return sizes.sort((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))[0]?.[0]
  }
  return count(node.into.map(e => e.from)) ?? count(node.out.map(e => e.to))
}

const groupEdges = (edges: readonly MapEdge[], of: ReadonlyMap<string, Group>): GroupEdge[] => {
  const pairs = new Map<string, GroupEdge>()
  for (const edge of edges) {
    const [from, to] = [of.get(edge.from.id)!, of.get(edge.to.id)!]
    if (from === to) continue
    const id = `${from.name}→${to.name}`
    const pair = pairs.get(id)
    if (pair) {
      pair.edges.push(edge)
      pair.isAsync &&= edge.isAsync
    } else pairs.set(id, { id, from, to, edges: [edge], isAsync: edge.isAsync })
  }
  return [...pairs.values()].sort((a, b) => compareText(a.id, b.id))
}

/** The beginning that most names of a group share (`sales-`), which a small tile can do without. */
export const sharedStart = (nodes: readonly MapNode[]): string => {
  const starts = groupBy(
    nodes.flatMap(n => /^[^-._/]+[-._/](?=.)/.exec(n.name)?.[0] ?? []),
    s => s.slice(0, -1),
  )
  const [best] = [...starts].sort((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
  return best && nodes.length > 2 && best[1].length >= nodes.length * 0.6 ? best[0] : ''
}

/** A name without the beginning that its group shares. */
export const withoutStart = (name: string, start: string): string =>
  start !== '' && name.startsWith(start) && /^[-._/]./.test(name.slice(start.length)) ? name.slice(start.length + 1) : name
