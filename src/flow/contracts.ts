import { canonicalName } from '../base/names.ts'
import { UsageError } from '../base/usage-error.ts'
import { indexCalls, sameOperation } from '../compare/calls.ts'
import { projectPath } from '../compare/contract/project.ts'
import { type Contract, operations } from '../model/contract.ts'
import type { Location } from '../model/evidence.ts'
import type { MemberUse } from '../model/fragment.ts'
import { nodesNamed } from '../model/queries.ts'
import type { SystemModel } from '../model/system.ts'
import { mapSystem } from './map.ts'
import type { MapOptions } from './options.ts'

/** A contract of the map, in short. */
export interface ListedContract {
  id: string
  format: string
  name: string
  repo: string
  files: string[]
  operations: number
  providers: string[]
  /** Services that call one of its operations. */
  consumers: string[]
  copies: { repo: string; file: string; kind: string; state: string; usedBy: string[] }[]
}

/** The contracts of a system: where they are, who serves and who calls them. */
export const listContracts = async (options: MapOptions): Promise<ListedContract[]> => {
  const { model } = await mapSystem(options)
  return model.contracts.map(contract => {
    const calling = model.interactions.filter(i => i.from !== i.to && i.operations.some(o => o.contract === contract.id))
    return {
      ...{ id: contract.id, format: contract.format, name: contract.name, repo: contract.repo, files: contract.files },
      operations: operations(contract).length,
      providers: [...new Set(contract.providers.map(p => p.value))].sort(),
      consumers: [...new Set(calling.map(i => i.from))].sort(),
      copies: contract.copies.map(({ repo, file, kind, state, usedBy }) => ({ repo, file, kind, state, usedBy })),
    }
  })
}

/** One place where a service uses an operation, or one member of what it carries. */
export interface Consumption {
  consumer: string
  operation: string
  access: 'call' | MemberUse['access']
  /** Member names from the body's root, for reads and sends. */
  member?: string
  tolerance?: MemberUse['tolerance']
  at: Location
}

export interface ConsumersResult {
  service: string
  element?: string
  uses: Consumption[]
  /** Consumers whose values leave view: they may use more than is listed. */
  open: { consumer: string; operation: string; at: Location }[]
}

/**
 * Who calls a service, or uses one element of its contracts: an operation (`Billing/GetInvoice`, `GET /invoices/{}`), a type's member
 * (`Invoice.tax_id`) or a member of any type (`tax_id`). Throws UsageError where the map has no such service.
 */
export const contractConsumers = async (options: MapOptions, service: string, element?: string): Promise<ConsumersResult> => {
  const { model } = await mapSystem(options)
  const id = nodesNamed(model, service)[0]
  if (id === undefined) throw new UsageError(`the map has no ${service}`, 'All services: lintel map')
  const found: ConsumersResult = { service: id, ...(element === undefined ? {} : { element }), uses: [], open: [] }
  const refs = [...indexCalls(model).calls.values()].flat().filter(c => c.to === id || isProvided(model, c.ref, id))
  const isOperation = element === undefined || refs.some(c => namesOperation(c.ref.operation, element))
  for (const { from, ref } of refs) {
    if (isOperation && element !== undefined && !namesOperation(ref.operation, element)) continue
    const { operation } = ref
    if (isOperation) for (const e of ref.evidence) found.uses.push({ consumer: from, operation, access: 'call', at: e.at })
    const uses = isOperation ? ref.uses : ref.uses.filter(u => usesMember(model, ref, u, element!))
    for (const use of uses)
      found.uses.push({
        ...{ consumer: from, operation, access: use.access, member: use.path.join('.').replaceAll('.[]', '[]') },
        ...{ tolerance: use.tolerance, at: use.at },
      })
    if (!ref.closed && (isOperation || carries(model, ref, element!)))
      for (const at of ref.escapes) found.open.push({ consumer: from, operation, at })
    for (const use of ref.uses)
      if (use.whole && (isOperation || isBelow(model, ref, use, element!))) found.open.push({ consumer: from, operation, at: use.at })
  }
  return { ...found, uses: unique(found.uses), open: unique(found.open) }
}

/** A router is asked; what it asks for is another's. */
const isProvided = (model: SystemModel, ref: Ref, service: string): boolean =>
  model.contracts.some(c => c.id === ref.contract && c.format === 'graphql' && c.providers.some(p => p.value === service))

const unique = <T extends { consumer: string; operation: string; at: Location }>(list: readonly T[]): T[] => {
  const keyed = new Map(list.map((u): [string, T] => [JSON.stringify([u.consumer, u.at.repo, u.at.file, u.at.line, u.operation, u]), u]))
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use)
}

const namesOperation = (operation: string, element: string): boolean =>
  operation === element || sameOperation(operation, element) || operation.endsWith(`/${element}`) || operation.endsWith(`.${element}`)

interface Ref {
  operation: string
  contract?: string
}

/** `Type.member`: the last name of the path, on a value of that type; without a type, on any. */
const usesMember = (model: SystemModel, ref: Ref, use: MemberUse, element: string): boolean => {
  const names = element.split('.')
  const last = use.path.findLast(p => p !== '[]')
  if (last === undefined || canonicalName(last) !== canonicalName(names.at(-1)!)) return false
  if (names.length === 1) return true
  const contract = contractOf(model, ref)
  const type = names.slice(0, -1).join('.')
  const owner = use.path.slice(0, use.path.lastIndexOf(last))
  const ends = contract && [...projectPath(contract, ref.operation, use.side, owner, model.contracts).ends]
  if (ends?.some(id => id.endsWith(`type ${type}`) || id.endsWith(`.${type}`))) return true
  return canonicalName(use.path.filter(p => p !== '[]').join('')).endsWith(canonicalName(names.join('')))
}

/** Whether something that leaves view as a whole has the member. */
const isBelow = (model: SystemModel, ref: Ref, use: MemberUse, element: string): boolean => {
  const contract = contractOf(model, ref)
  if (contract === undefined) return false
  const passed = (path: readonly string[]): ReadonlySet<string> =>
    projectPath(contract, ref.operation, use.side, path, model.contracts).elements
  const before = passed(use.path)
  return [...passed([...use.path, element.slice(element.lastIndexOf('.') + 1)])].some(id => !before.has(id))
}

/** Whether an operation's bodies hold the member at all, as far as its contract says. */
const carries = (model: SystemModel, ref: Ref, element: string): boolean => {
  const contract = contractOf(model, ref)
  if (contract === undefined) return true
  const last = canonicalName(element.slice(element.lastIndexOf('.') + 1))
  return contract.nodes.some(n => n.edges.some(e => [e.key, String(targetName(contract, e.to) ?? '')].some(k => canonicalName(k) === last)))
}

const targetName = (contract: Contract, to: unknown): unknown => (typeof to === 'number' ? contract.nodes[to]?.facets.name : undefined)

const contractOf = (model: SystemModel, ref: Ref): Contract | undefined =>
  model.contracts.find(c =>
    ref.contract === undefined ? operations(c).some(o => sameOperation(o.id, ref.operation)) : c.id === ref.contract,
  )
