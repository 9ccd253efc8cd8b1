import type { Contract } from '../model/contract.ts'
import type { Step } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import { HOLE } from './address.ts'
import { fill, isWhole } from './fill.ts'
import { byPathIn } from './gather.ts'
import type { Settings } from './layers/layer.ts'
import type { Node } from './node.ts'
import { normalPath, type OperationIndex, rpcOperations } from './operations.ts'
import type { Seat } from './seats.ts'

/** One operation a node serves, with the effect that says so. */
export interface Served {
  node: Node
  operation: string
  contract?: Contract
  effect: Effect
  step: Step
  seat: Seat
  /** The name under which a registry knows it, where that is not its operation's. */
  registered?: string
}

export interface ServedIndex {
  all: Served[]
  byNode: Map<string, Map<string, Served[]>>
  /** Nodes by the short and the full name of each rpc service they register. */
  rpcServices: Map<string, Map<string, Step>>
}

/** What every node serves, from the effects of its programs, with full operation names. */
export const indexServed = (seats: readonly Seat[], index: OperationIndex, settings: Settings): ServedIndex => {
  const found: ServedIndex = { all: [], byNode: new Map(), rpcServices: new Map() }
  for (const seat of seats)
    for (const effect of seat.effects)
      if (effect.does === 'serve') for (const served of servedBy(seat, effect, index, settings)) add(found, served)
  leaveToOwners(found, seats)
  return found
}

/** A specification in the folder of one service that serves it is not another's, whose paths happen to be the same. */
const leaveToOwners = (found: ServedIndex, seats: readonly Seat[]): void => {
  const serving = new Map<Contract, Served[]>()
  for (const served of found.all) {
    if (!served.contract || !served.operation.includes(' ')) continue
    const all = serving.get(served.contract)
    if (all) all.push(served)
    else serving.set(served.contract, [served])
  }
  const holders = byPathIn(
    seats.filter(seat => seat.program.program.root !== '').map(seat => ({ repo: seat.program.repo, seat })),
    ({ seat }) => seat.program.program.root,
  )
  for (const [contract, all] of serving) {
    const own = contract.files.flatMap(file => [...holders(contract.repo).around(file)])
    const owners = new Set(own.map(({ seat }) => seat.node.id))
    if (!all.some(s => owners.has(s.node.id))) continue
    for (const served of all) if (!owners.has(served.node.id)) delete served.contract
  }
}

const servedBy = (seat: Seat, effect: Effect, index: OperationIndex, settings: Settings): Served[] => {
  const said = fill(effect.operation ?? effect.target, seat.environment, settings)
  const near = { repo: effect.evidence.at.repo, path: effect.evidence.at.file }
  return said.flatMap(({ text }) => {
    if (text === '' || text === HOLE) return []
    const isRpc = effect.protocol === 'grpc' || effect.protocol === 'thrift'
    if (effect.protocol === 'dubbo') return offered(seat, effect, text, settings)
    const operations = isRpc ? rpcOperations(text, near, index) : effect.protocol === 'tcp' ? [{ id: text }] : [httpServed(text, index)]
    return operations.map(o => ({
      node: seat.node,
      operation: o.id,
      ...(o.contract ? { contract: o.contract } : {}),
      effect,
      step: { at: effect.evidence.at, says: isRpc ? `registers ${serviceOf(o.id)}` : `serves ${o.id}` },
      seat,
    }))
  })
}

/** One operation of a service that a registry knows by its key. */
const offered = (seat: Seat, effect: Effect, operation: string, settings: Settings): Served[] =>
  fill(effect.target, seat.environment, settings)
    .filter(isWhole)
    .map(({ text: registered }) => ({
      ...{ node: seat.node, operation, effect, seat, registered },
      step: { at: effect.evidence.at, says: `registers ${registered}` },
    }))

const httpServed = (text: string, index: OperationIndex): { id: string; contract?: Contract } => {
  const id = normalPath(text)
  const declared = index.byName.get(id)
  return declared?.length === 1 ? { id: declared[0]!.id, contract: declared[0]!.contract } : { id }
}

export const serviceOf = (operation: string): string =>
  operation.includes('/') ? operation.slice(0, operation.lastIndexOf('/')) : operation

const add = (found: ServedIndex, served: Served): void => {
  found.all.push(served)
  const operations = found.byNode.get(served.node.id) ?? new Map<string, Served[]>()
  found.byNode.set(served.node.id, operations)
  operations.set(served.operation, [...(operations.get(served.operation) ?? []), served])
  const isRpc = served.effect.protocol === 'grpc' || served.effect.protocol === 'thrift'
  if (!isRpc && served.registered === undefined) return
  const full = serviceOf(served.operation)
  for (const name of new Set(served.registered === undefined ? [full, full.slice(full.lastIndexOf('.') + 1)] : [served.registered])) {
    const nodes = found.rpcServices.get(name) ?? new Map<string, Step>()
    found.rpcServices.set(name, nodes)
    if (!nodes.has(served.node.id)) nodes.set(served.node.id, served.step)
  }
}
