import { by } from '../base/names.ts'
import { basename, dirname } from '../base/path.ts'
import { sdlOf } from '../link/contracts/sdl.ts'
import { joinContracts } from '../link/contracts.ts'
import { type Contract, locationOf, type Node, type Span, SUPERGRAPH, type Unit } from '../model/contract.ts'
import type { Problem } from '../model/evidence.ts'
import { graphql } from '../read/contract/graphql.ts'

/** Subgraphs that are composed at once, their parts in all, and errors that are told. */
const MAX_SUBGRAPHS = 500
const MAX_NODES = 300_000
const MAX_ERRORS = 50

/** What the subgraphs of a repository are together: the API that clients see, with the subgraphs that each of its fields comes from. */
export interface Composition {
  /** `graphql:supergraph`; absent where the subgraphs do not compose. */
  supergraph?: Contract
  /** Ids of the subgraphs. */
  members: ReadonlySet<string>
  problems: Problem[]
}

/** Composes the subgraphs among contracts, if there are several. The library is loaded only then. */
export const composition = async (contracts: readonly Contract[]): Promise<Composition> => {
  const subgraphs = contracts.filter(c => c.format === 'graphql' && isSubgraph(c)).slice(0, MAX_SUBGRAPHS)
  const members = new Set(subgraphs.map(c => c.id))
  if (subgraphs.length < 2 || subgraphs.reduce((n, c) => n + c.nodes.length, 0) > MAX_NODES) return { members: new Set(), problems: [] }
  const names = namesOf(subgraphs)
  try {
    const [{ composeServices }, { parse }] = await Promise.all([
      import('@theguild/federation-composition'),
      import('graphql/language/parser.js'),
    ])
    const result = composeServices(subgraphs.map(c => ({ name: names.get(c.id)!, typeDefs: parse(sdlOf(c)) })))
    if (result.publicSdl === undefined) {
      const errors = result.errors.slice(0, MAX_ERRORS)
      return { members, problems: errors.map(e => problemOf(String(e.extensions.code ?? 'INVALID_GRAPHQL'), e.message, subgraphs, names)) }
    }
    const supergraph = await withOwners(result.publicSdl, subgraphs, names)
    return { members, problems: [], ...(supergraph === undefined ? {} : { supergraph }) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { members, problems: [problemOf('COMPOSITION', `the subgraphs could not be composed: ${message}`, subgraphs, names)] }
  }
}

const FEDERATED: ReadonlySet<string> = new Set([
  'key',
  'external',
  'requires',
  'provides',
  'shareable',
  'extends',
  'override',
  'interfaceObject',
])

const uses = (node: Node): [name: string, args: Record<string, unknown>][] =>
  Array.isArray(node.facets.directives) ? (node.facets.directives as unknown as [string, Record<string, unknown>][]) : []

const isSubgraph = (contract: Contract): boolean =>
  contract.nodes.some(node =>
    uses(node).some(([name, args]) => FEDERATED.has(name) || (name === 'link' && String(args.url).includes('/federation/'))),
  ) &&
  // A composed supergraph is none.
  !contract.nodes.some(node => uses(node).some(([name]) => name.startsWith('join__')))

/** Subgraphs are called after their folder or file, whichever tells them apart. */
const namesOf = (subgraphs: readonly Contract[]): Map<string, string> => {
  const stem = (c: Contract): string => basename(c.files[0] ?? c.id).replace(/\.\w+$/, '')
  const folder = (c: Contract): string => basename(dirname(c.files[0] ?? '')) || stem(c)
  for (const nameOf of [stem, folder]) {
    const names = new Map(subgraphs.map(c => [c.id, nameOf(c)]))
    if (new Set(names.values()).size === subgraphs.length) return names
  }
  return new Map(subgraphs.map(c => [c.id, c.id.replace(/^graphql:/, '')]))
}

/** At the first place that a message names, in the subgraph that it names, else in any. */
const problemOf = (code: string, message: string, subgraphs: readonly Contract[], names: ReadonlyMap<string, string>): Problem => {
  const named = subgraphs.filter(c => message.includes(`"${names.get(c.id)}"`) || message.includes(`[${names.get(c.id)}]`))
  const coordinates = [...message.matchAll(/"?([A-Z_a-z]\w*)(?:\.(\w+))?"?/g)].map(m => [m[1]!, m[2]] as const)
  for (const contract of [...named, ...subgraphs])
    for (const [type, field] of coordinates) {
      const span = spanOf(contract, type, field)
      if (span !== undefined) return { code: `graphql/${code}`, message, severity: 'error', at: locationOf(contract, span) }
    }
  const first = named[0] ?? subgraphs[0]!
  return { code: `graphql/${code}`, message, severity: 'error', at: locationOf(first, first.nodes[first.root]!.at) }
}

const spanOf = (contract: Contract, type: string, field?: string): Span | undefined => {
  const edge = contract.nodes[contract.root]!.edges.find(e => e.role === 'type' && e.key === type)
  const node = typeof edge?.to === 'number' ? contract.nodes[edge.to] : undefined
  if (node === undefined || field === undefined) return node?.at
  const inner = node.edges.find(e => e.key === field && e.role !== 'possible')
  return typeof inner?.to === 'number' ? contract.nodes[inner.to]?.at : node.at
}

/** The API as a contract whose lines are those of the subgraphs. */
const withOwners = async (
  sdl: string,
  subgraphs: readonly Contract[],
  names: ReadonlyMap<string, string>,
): Promise<Contract | undefined> => {
  const { contract: fact } = await graphql.read({ path: 'supergraph.graphql', content: sdl })
  if (fact === undefined) return undefined
  const file = { file: 'supergraph.graphql', digest: '', contract: fact }
  const made = joinContracts({ files: [{ repo: subgraphs[0]!.repo, file }], stubs: [], programs: [] }).contracts[0]!
  const files = subgraphs.flatMap(c => c.files)
  const offsets = new Map<string, number>()
  for (const c of subgraphs) offsets.set(c.id, files.indexOf(c.files[0]!))
  const place = (node: Node, contract: Contract, span: Span): void => {
    node.at = { ...span, file: (offsets.get(contract.id) ?? 0) + span.file }
  }
  for (const { key: type, to, role } of made.nodes[made.root]!.edges) {
    if (role === 'file' || typeof to !== 'number') continue
    const home = subgraphs.find(c => spanOf(c, type) !== undefined)
    if (home !== undefined) place(made.nodes[to]!, home, spanOf(home, type)!)
    for (const edge of made.nodes[to]!.edges) {
      if (edge.role !== 'field' || typeof edge.to !== 'number') continue
      const taken = new Set(subgraphs.flatMap(c => overridden(c, type, edge.key)))
      const owners = subgraphs.filter(c => !taken.has(names.get(c.id)!) && fieldOf(c, type, edge.key, 'external') !== undefined)
      const node = made.nodes[edge.to]!
      node.facets.owners = owners.map(c => names.get(c.id)!).sort()
      if (owners[0] !== undefined) place(node, owners[0], spanOf(owners[0], type, edge.key)!)
    }
  }
  const owners = (unit: Unit): string =>
    JSON.stringify(made.nodes[unit.node]!.edges.map(e => made.nodes[Number(e.to)]?.facets.owners ?? ''))
  const units = made.units.map(u => ({ ...u, hash: `${u.hash} ${owners(u)}` }))
  return {
    ...made,
    units,
    id: SUPERGRAPH,
    name: 'supergraph',
    files,
    providers: subgraphs.flatMap(c => c.providers).sort(by(p => p.value)),
  }
}

/** A field of a subgraph; one that has the directive `without` comes from elsewhere. */
const fieldOf = (contract: Contract, type: string, field: string, without?: string): Node | undefined => {
  const edge = contract.nodes[contract.root]!.edges.find(e => e.role === 'type' && e.key === type)
  const inner = typeof edge?.to === 'number' ? contract.nodes[edge.to]!.edges.find(e => e.role === 'field' && e.key === field) : undefined
  const node = typeof inner?.to === 'number' ? contract.nodes[inner.to] : undefined
  return node !== undefined && uses(node).some(([name]) => name === without) ? undefined : node
}

/** Subgraphs that a field is taken over from. */
const overridden = (contract: Contract, type: string, field: string): string[] => {
  const node = fieldOf(contract, type, field)
  const use = node === undefined ? undefined : uses(node).find(([name]) => name === 'override')
  return use === undefined ? [] : [String(use[1].from).replace(/^"|"$/g, '')]
}
