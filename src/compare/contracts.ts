import { by } from '../base/names.ts'
import type { BreakMode, Change } from '../model/change.ts'
import { type Contract, elementId, locationOf, type Operation, operations } from '../model/contract.ts'
import type { Location } from '../model/evidence.ts'
import { type CallIndex, callsOf, operationKey, sameOperation, serversOf } from './calls.ts'
import { places } from './entities.ts'

/** One contract before and after. Ids first; a contract whose id is gone is looked for by format and name, then by its operations. */
export interface ContractPair {
  base?: Contract
  head?: Contract
}

export const pairContracts = (base: readonly Contract[], head: readonly Contract[]): ContractPair[] => {
  const left = new Map(head.map(c => [c.id, c]))
  const pairs: ContractPair[] = []
  const open: Contract[] = []
  for (const contract of base) {
    const same = left.get(contract.id)
    if (same === undefined) open.push(contract)
    else pairs.push({ base: contract, head: same })
    left.delete(contract.id)
  }
  for (const contract of open) {
    const candidates = [...left.values()].filter(c => c.format === contract.format)
    const moved = candidates.find(c => c.name !== '' && c.name === contract.name) ?? candidates.find(c => sharesOperations(contract, c))
    if (moved) left.delete(moved.id)
    pairs.push({ base: contract, ...(moved ? { head: moved } : {}) })
  }
  for (const contract of left.values()) pairs.push({ head: contract })
  return pairs.sort(by(p => (p.base ?? p.head)!.id))
}

const sharesOperations = (a: Contract, b: Contract): boolean => {
  const [mine, theirs] = [operationIds(a), operationIds(b)]
  let shared = 0
  for (const id of mine) if (theirs.has(id)) shared++
  return shared > 0 && shared * 2 >= mine.size
}

const IDS = new WeakMap<Contract, ReadonlySet<string>>()

const operationIds = (contract: Contract): ReadonlySet<string> => {
  const known = IDS.get(contract) ?? new Set(operations(contract).map(o => o.id))
  IDS.set(contract, known)
  return known
}

/** Changes of whole contracts: added, removed, emptied, and, for one that is gone, each of its operations. */
export const wholeContractChanges = (pairs: readonly ContractPair[]): Change[] =>
  pairs.flatMap(({ base, head }) => {
    if (base && head) {
      const emptied = operations(base).length > 0 && operations(head).length === 0
      if (!emptied) return []
      return [contractChange('modified', base, places(startOf(base), startOf(head)), 'emptied')]
    }
    if (head) return [contractChange('added', head, places(undefined, startOf(head)))]
    if (base) return [contractChange('removed', base, places(startOf(base), undefined))]
    return []
  })

const contractChange = (kind: Change['kind'], contract: Contract, at: Change['at'], property?: string): Change => ({
  kind,
  subject: { kind: 'contract', id: contract.id, name: contract.name || contract.files[0] || contract.id },
  ...(property === undefined ? {} : { property }),
  at,
})

const startOf = (contract: Contract): Location => locationOf(contract, contract.nodes[contract.root]?.at ?? { file: 0, line: 1 })

/** Operations of contracts, and of services in contracts, that are gone as a whole, unless another contract took them over. */
export const operationsOfRemovedContracts = (pairs: readonly ContractPair[]): Change[] => {
  const kept = new Map<string, string[]>()
  for (const { head } of pairs)
    for (const o of head ? operations(head) : []) kept.set(operationKey(o.id), [...(kept.get(operationKey(o.id)) ?? []), o.id])
  return pairs.flatMap(({ base, head }) => {
    if (!base) return []
    return operations(base)
      .filter(o => !head || (SERVICES.has(base.format) && isServiceGone(o, head)))
      .filter(o => !(kept.get(operationKey(o.id)) ?? []).some(id => sameOperation(id, o.id)))
      .map(o => removedOperation(base, o))
  })
}

/** Formats that group operations in services. */
const SERVICES: ReadonlySet<string> = new Set(['protobuf', 'thrift', 'openapi'])

/** A service that stays tells of its operations one by one. */
const isServiceGone = ({ id }: Operation, head: Contract): boolean => {
  const service = /^[A-Z*]+ /.test(id) ? undefined : id.slice(0, id.lastIndexOf('/'))
  return service !== undefined && operations(head).length > 0 && !head.nodes.some(n => n.kind === 'service' && n.name === service)
}

const removedOperation = (contract: Contract, operation: Operation): Change =>
  operationChange({
    contract: contract.id,
    operation: operation.id,
    rule: 'operation-removed',
    message: `removed ${operation.id}`,
    at: { base: locationOf(contract, contract.nodes[operation.node]!.at) },
  })

interface OperationGone {
  contract: string
  operation: string
  rule: string
  message: string
  at: Change['at']
}

const runtimeModes: BreakMode[] = ['wire', 'json', 'source']

const operationChange = ({ contract, operation, rule, message, at }: OperationGone): Change => ({
  kind: 'removed',
  subject: { kind: 'operation', id: elementId({ contract, of: operation, path: '' }), name: operation },
  at,
  contract: {
    contract,
    rule,
    message,
    verdict: { request: 'breaking', response: 'breaking' },
    modes: [...runtimeModes],
    reach: { operations: [{ operation, side: 'both', path: [] }], total: 1 },
  },
})

/**
 * Operations that a service served and somebody called, which it serves no more: routes and registrations that only code knows of.
 * Operations whose removal a contract already tells are left out.
 */
export const unservedOperations = (base: CallIndex, head: CallIndex, told: readonly Change[]): Change[] => {
  const known = told.filter(c => c.kind === 'removed' && c.subject.kind === 'operation').map(c => c.subject.name)
  return base.model.services.flatMap(service => {
    const after = head.services.get(service.id)
    if (!after) return []
    return service.serves
      .filter(ref => callsOf(base, ref.operation).some(c => c.to === service.id))
      .filter(ref => !serversOf(head, ref.operation).some(s => s.service.id === service.id))
      .filter(ref => !known.some(name => sameOperation(name, ref.operation)))
      .map(ref =>
        operationChange({
          contract: ref.contract ?? `code:${service.id}`,
          operation: ref.operation,
          rule: 'operation-unserved',
          message: `${service.name} no longer serves ${ref.operation}`,
          at: places(ref.evidence[0]?.at ?? service.evidence[0]?.at, undefined),
        }),
      )
  })
}
