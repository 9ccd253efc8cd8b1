import { dirname, join } from '../../base/path.ts'
import type { Contract, ContractFact, ContractId, Edge, Name, Node, NodeIx, Span, Unit } from '../../model/contract.ts'
import type { Problem } from '../../model/evidence.ts'
import { uniteTypes } from './graphql.ts'
import type { Group } from './groups.ts'
import { isWellKnown } from './well-known.ts'

/** Where each name is defined: full names of types, `repo/path#Component` of OpenAPI. One contract of the using repository comes before others. */
export type Definitions = ReadonlyMap<string, readonly { id: ContractId; repo: string }[]>

/** The nodes of all files of record in one contract: a root that holds every file, type, service and operation. Names are not looked up yet. */
export const assembled = (id: ContractId, name: string, group: Group, areOwned = false): Contract => {
  const first = group.record[0]!
  const nodes: Node[] = [{ kind: 'api', facets: {}, edges: [], at: { file: 0, line: 1 } }]
  const units: Unit[] = []
  const files = group.record.map(r => r.file.file)
  group.record.forEach(({ file }, index) => {
    const offset = nodes.length
    const { contract } = file
    const places = [index, ...(contract.parts ?? []).map(part => files.push(part) - 1)]
    for (const unit of contract.units)
      units.push({ ...unit, node: unit.node + offset, span: { ...unit.span, file: places[unit.span.file] ?? index } })
    for (const node of contract.nodes) nodes.push(areOwned ? moved(node, offset, places) : movedNode(node, offset, places))
    const root = nodes[offset + contract.root]!
    nodes[0]!.edges.push({ role: 'file', key: file.file, to: offset + contract.root }, ...root.edges)
    if (contract.format !== 'protobuf') nodes[0]!.facets = { ...root.facets, ...nodes[0]!.facets }
    root.edges = []
    root.kind = 'file'
  })
  const { format } = first.file.contract
  return {
    ...{ id, format, name, repo: first.repo, files },
    ...{ nodes, root: 0, units: format === 'graphql' ? uniteTypes(nodes, units) : units, providers: [], copies: [] },
  }
}

/** A node of one file as one of the contract. */
const moved = (node: Node, offset: number, places: readonly number[]): Node => {
  for (const edge of node.edges) if (typeof edge.to === 'number') edge.to += offset
  const shift = (span: Span): void => {
    span.file = places[span.file] ?? places[0]!
  }
  shift(node.at)
  for (const name in node.spans) shift(node.spans[name]!)
  return node
}

/** The same in a copy. */
const movedNode = (node: Node, offset: number, places: readonly number[]): Node => ({
  ...node,
  edges: node.edges.map(e => (typeof e.to === 'number' ? { ...e, to: e.to + offset } : { ...e })),
  at: { ...node.at, file: places[node.at.file] ?? places[0]! },
  ...(node.spans === undefined
    ? {}
    : {
        spans: Object.fromEntries(
          Object.entries(node.spans).map(([name, span]) => [name, { ...span, file: places[span.file] ?? places[0]! }]),
        ),
      }),
})

/** Looks up every name of a contract: its own node, or the contract that defines it. Unknown ones stay names. */
export const resolveNames = (contract: Contract, facts: readonly ContractFact[], definitions: Definitions): Problem[] => {
  const own = new Map<string, NodeIx>()
  for (const edge of contract.nodes[contract.root]!.edges) if (typeof edge.to === 'number' && !own.has(edge.key)) own.set(edge.key, edge.to)
  const pointers = new Map(contract.units.map(u => [`${contract.files[u.span.file]}#${u.key}`, u.node]))
  const problems: Problem[] = []
  for (const node of contract.nodes)
    for (const edge of node.edges) {
      if (typeof edge.to === 'number') continue
      const found = isNominal(contract)
        ? lookUp(edge.to, own, definitions, contract)
        : pointedAt(edge, node, contract, pointers, definitions)
      if (found !== undefined) edge.to = found
      else if (!(isNominal(contract) ? isForeign(edge.to, facts) : isToldByReader(edge.to)))
        problems.push(unresolved(contract, node, edge.to))
      if (typeof edge.to !== 'number') delete edge.to.scope
    }
  return problems
}

const NOMINAL: ReadonlySet<string> = new Set(['protobuf', 'graphql', 'avro', 'thrift'])

/** Types are told apart by full names, not by the files and places they are defined in. */
export const isNominal = ({ format }: Pick<Contract, 'format'>): boolean => NOMINAL.has(format)

/** From the scope of use outward, as protoc does it. */
const lookUp = (name: Name, own: ReadonlyMap<string, NodeIx>, definitions: Definitions, contract: Contract): NodeIx | Name | undefined => {
  for (const full of scopesOf(name)) {
    const inside = own.get(full)
    if (inside !== undefined) return inside
    const elsewhere = definitions.get(full)
    const other = elsewhere?.find(d => d.repo === contract.repo) ?? elsewhere?.[0]
    if (other !== undefined) return { name: full, contract: other.id }
  }
  return undefined
}

const scopesOf = ({ name, scope }: Name): string[] => {
  const out: string[] = []
  for (let outer = scope ?? ''; outer !== ''; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) out.push(`${outer}.${name}`)
  return [...out, name]
}

/** `schemas.yaml#Invoice`, relative to the file that refers to it. */
const pointedAt = (
  edge: Edge,
  node: Node,
  contract: Contract,
  pointers: ReadonlyMap<string, NodeIx>,
  definitions: Definitions,
): NodeIx | Name | undefined => {
  const [file = '', key = ''] = (edge.to as Name).name.split(/#(.*)/s)
  const path = file === '' ? contract.files[node.at.file] : join(dirname(contract.files[node.at.file] ?? ''), file)
  if (path === undefined) return undefined
  const other = definitions.get(`${contract.repo}/${path}#${key}`)?.[0]
  return pointers.get(`${path}#${key}`) ?? (other === undefined ? undefined : { name: key, contract: other.id })
}

/** Types of packages that are vendored everywhere, or that come from files that are not in the tree, are nobody's mistake here. */
const isForeign = (name: Name, facts: readonly ContractFact[]): boolean =>
  isWellKnown(name.name.slice(0, Math.max(0, name.name.lastIndexOf('.')))) || facts.some(f => f.imports.length > 0)

/** References into the same file and to other hosts: the reader said so. */
const isToldByReader = (name: Name): boolean => name.name.startsWith('#') || /^[a-z][a-z+.-]+:/i.test(name.name)

const unresolved = (contract: Contract, node: Node, to: Name): Problem => ({
  ...{ code: 'contract/unresolved-name', severity: 'warning' },
  message: `${to.name} is defined nowhere; what it holds is not compared`,
  at: { repo: contract.repo, file: contract.files[node.at.file] ?? '', line: node.at.line },
})
