import { by, byText } from '../../base/names.ts'
import type { Contract, Edge, Node, NodeIx } from '../../model/contract.ts'
import type { Evidence } from '../../model/evidence.ts'
import type { Shapes } from '../../model/fragment.ts'
import type { PublishedMessage } from '../messages.ts'
import type { Seat } from '../seats.ts'
import type { Served, ServedIndex } from '../serves.ts'

/** What identifies the contract of a service that no file writes down. */
const codeContractId = (service: string): string => `code:${service}`

/**
 * One contract for each service and the HTTP operations of it that no contract file covers, from the messages that its code shows; and the
 * messages that it publishes. What is served gets its contract here; an operation that only configuration serves has none.
 */
export const codeContracts = (served: ServedIndex, published: readonly PublishedMessage[]): Contract[] => {
  const contracts: Contract[] = []
  const services = new Set([...served.byNode.keys(), ...published.map(p => p.seat.node.id)])
  for (const service of [...services].sort(byText)) {
    const open = openOperations(served.byNode.get(service))
    const messages = published.filter(p => p.seat.node.id === service)
    const repo = (open[0]?.all[0]?.effect ?? messages[0]?.effect)?.evidence.at.repo
    if (repo === undefined) continue
    const own = open.filter(o => o.evidence.at.repo === repo)
    const told = messages
      .filter(m => m.effect.evidence.at.repo === repo)
      .map(m => ({ id: m.operation, seat: m.seat, shape: m.shape, evidence: m.effect.evidence }))
    const contract = contractOf(service, repo, [...own, ...told])
    for (const { all } of own) for (const one of all) one.contract = contract
    contracts.push(contract)
  }
  return contracts
}

interface Open extends Operation {
  all: Served[]
}

const openOperations = (operations: ReadonlyMap<string, Served[]> | undefined): Open[] =>
  [...(operations ?? [])]
    .flatMap(([id, all]): Open[] => {
      const coded = all.find(s => s.effect.shape !== undefined)
      if (!coded || !all.every(s => s.contract === undefined) || !isOne(id)) return []
      return [{ id, seat: coded.seat, shape: coded.effect.shape!, evidence: coded.effect.evidence, all }]
    })
    .sort(by(o => o.id))

/** A route that stands for any number of paths is no operation. */
const isOne = (id: string): boolean => /^(?:[A-Z]+|\*) \/[^*#]*$/.test(id)

interface Operation {
  id: string
  seat: Seat
  shape: NodeIx
  evidence: Evidence
}

const contractOf = (service: string, repo: string, operations: readonly Operation[]): Contract => {
  const building: Building = { files: [], nodes: [{ kind: 'api', facets: {}, edges: [], at: { file: 0, line: 1 } }], known: new Map() }
  const units: Contract['units'] = []
  for (const { id, seat, shape } of operations) {
    const node = copied(building, seat, shape)
    if (node === undefined) continue
    building.nodes[node]!.edges.unshift(...pathParameters(building, id, node))
    building.nodes[0]!.edges.push({ role: 'op', key: id, to: node })
    units.push({ key: id, node, span: building.nodes[node]!.at, hash: '', refs: [] })
  }
  const { files, nodes } = building
  const rest = { id: codeContractId(service), format: 'code' as const, name: service, repo }
  return { ...rest, files, nodes, root: 0, units, providers: publishers(service, operations), copies: [] }
}

/** Who serves something is known as its provider without this. */
const publishers = (service: string, operations: readonly Operation[]): Contract['providers'] =>
  operations.length === 0 ? [] : [{ value: service, evidence: operations.slice(0, 1).map(o => o.evidence) }]

interface Building {
  files: string[]
  nodes: Node[]
  /** Nodes that are in already, by the program they come from. */
  known: Map<Shapes, Map<NodeIx, NodeIx>>
}

/** An operation with everything it reaches. */
const copied = (building: Building, seat: Seat, shape: NodeIx): NodeIx | undefined => {
  const shapes = seat.program.program.shapes
  if (!shapes || shapes.nodes[shape] === undefined) return undefined
  const known = building.known.get(shapes) ?? new Map<NodeIx, NodeIx>()
  building.known.set(shapes, known)
  const waiting: NodeIx[] = []
  const reserve = (ix: NodeIx): NodeIx => {
    const there = known.get(ix)
    if (there !== undefined) return there
    const { kind, name, facets, at } = shapes.nodes[ix]!
    const own = building.nodes.push({
      ...{ kind, ...(name !== undefined && { name }), facets, edges: [] },
      at: { ...at, file: fileIn(building, shapes.files[at.file]!) },
    })
    known.set(ix, own - 1)
    waiting.push(ix)
    return own - 1
  }
  // Several operations may be served by one function.
  known.delete(shape)
  const operation = reserve(shape)
  for (let ix = waiting.pop(); ix !== undefined; ix = waiting.pop())
    for (const edge of shapes.nodes[ix]!.edges)
      if (typeof edge.to === 'number') building.nodes[known.get(ix)!]!.edges.push({ ...edge, to: reserve(edge.to) })
  return operation
}

const fileIn = ({ files }: Building, file: string): number => {
  const known = files.indexOf(file)
  return known === -1 ? files.push(file) - 1 : known
}

/** Parameters of the path are told apart by their place in it. */
const pathParameters = ({ nodes }: Building, id: string, operation: NodeIx): Edge[] =>
  [...id.matchAll(/\{\}/g)].map((_, n) => {
    const to = nodes.push({ kind: 'param', facets: { in: 'path', style: 'simple' }, edges: [], at: nodes[operation]!.at }) - 1
    return { role: 'param', key: `path:{${n}}`, to, required: true }
  })
