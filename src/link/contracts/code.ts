import { by } from '../../base/names.ts'
import type { Contract, Edge, Node, NodeIx } from '../../model/contract.ts'
import type { Shapes } from '../../model/fragment.ts'
import type { Served, ServedIndex } from '../serves.ts'

/** What identifies the contract of a service that no file writes down. */
const codeContractId = (service: string): string => `code:${service}`

/**
 * One contract for each service and the HTTP operations of it that no contract file covers, from the messages that its code shows. What
 * is served gets its contract here; an operation that only configuration serves has none.
 */
export const codeContracts = (served: ServedIndex): Contract[] => {
  const contracts: Contract[] = []
  for (const [service, operations] of [...served.byNode].sort(by(([id]) => id))) {
    const open = [...operations]
      .flatMap(([id, all]) => {
        const coded = all.find(s => s.effect.shape !== undefined)
        return coded && all.every(s => s.contract === undefined) && isOne(id) ? [{ id, served: coded, all }] : []
      })
      .sort(by(o => o.id))
    if (open.length === 0) continue
    const { repo } = open[0]!.served.effect.evidence.at
    const own = open.filter(o => o.served.effect.evidence.at.repo === repo)
    const contract = contractOf(service, repo, own)
    for (const { all } of own) for (const one of all) one.contract = contract
    contracts.push(contract)
  }
  return contracts
}

/** A route that stands for any number of paths is no operation. */
const isOne = (id: string): boolean => /^(?:[A-Z]+|\*) \/[^*#]*$/.test(id)

interface Operation {
  id: string
  served: Served
}

const contractOf = (service: string, repo: string, operations: readonly Operation[]): Contract => {
  const building: Building = { files: [], nodes: [{ kind: 'api', facets: {}, edges: [], at: { file: 0, line: 1 } }], known: new Map() }
  const units: Contract['units'] = []
  for (const { id, served } of operations) {
    const node = copied(building, served)
    if (node === undefined) continue
    building.nodes[node]!.edges.unshift(...pathParameters(building, id, node))
    building.nodes[0]!.edges.push({ role: 'op', key: id, to: node })
    units.push({ key: id, node, span: building.nodes[node]!.at, hash: '', refs: [] })
  }
  const { files, nodes } = building
  return { id: codeContractId(service), format: 'code', name: service, repo, files, nodes, root: 0, units, providers: [], copies: [] }
}

interface Building {
  files: string[]
  nodes: Node[]
  /** Nodes that are in already, by the program they come from. */
  known: Map<Shapes, Map<NodeIx, NodeIx>>
}

/** An operation with everything it reaches. */
const copied = (building: Building, { effect, seat }: Served): NodeIx | undefined => {
  const shapes = seat.program.program.shapes
  if (!shapes || shapes.nodes[effect.shape!] === undefined) return undefined
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
  known.delete(effect.shape!)
  const operation = reserve(effect.shape!)
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
