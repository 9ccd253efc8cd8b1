import { canonicalName } from '../base/names.ts'
import { basename } from '../base/path.ts'
import { UsageError } from '../base/usage-error.ts'
import { indexCalls, sameOperation } from '../compare/calls.ts'
import { projectPath } from '../compare/contract/project.ts'
import {
  type CompatibilityMode,
  compareAs,
  compareContractLists,
  compatibilityOf,
  type Profile,
  usualMode,
} from '../compare/contract-lists.ts'
import type { BreakMode, Change, Compatibility } from '../model/change.ts'
import { type Contract, operations } from '../model/contract.ts'
import type { Location, Problem } from '../model/evidence.ts'
import type { MemberUse } from '../model/fragment.ts'
import { nodesNamed } from '../model/queries.ts'
import type { SystemModel } from '../model/system.ts'
import { SUPERGRAPH } from './composition.ts'
import { type ContractSource, contractsAt, type ReadableFormat } from './contract-sources.ts'
import { mapSystem } from './map.ts'
import type { MapOptions } from './options.ts'

export interface ContractsDiffOptions {
  /** `FILE`, `FOLDER` or `REVISION:PATH`. */
  base: string
  revision: string
  /** Where relative paths start, and the repository of revisions; absolute. */
  folder: string
  as?: ReadableFormat
  /** Default: our own names and levels. `peer`: those of oasdiff, for OpenAPI. */
  profile?: Profile
  /** Which way has to hold. Default: both; for schemas of data (Avro, JSON Schema) backward, as registries do it. */
  compatibility?: CompatibilityMode
  /** Earlier revisions that the new one is compared with too, each as `base` is: compatibility over all versions in use. */
  also?: readonly string[]
}

/** One difference between two contracts, as `lintel contracts diff --format json` has it. */
export interface ContractDifference {
  rule: string
  compatibility: Compatibility
  modes: BreakMode[]
  /** Stable id of the element. */
  subject: string
  /** The one that carries it, where a profile tells a difference once for each. */
  operation?: string
  before?: unknown
  after?: unknown
  at: { base?: ContractPlace; revision?: ContractPlace }
  message: string
}

export interface ContractPlace {
  file: string
  line: number
}

export interface ContractsDiff {
  changes: ContractDifference[]
  problems: Problem[]
}

/** Compares two documents, folders or revisions of one. Throws UsageError for bad places, and for two documents of different formats. */
export const diffContracts = async (options: ContractsDiffOptions): Promise<ContractsDiff> => {
  const after = await contractsAt(source(options.revision, options))
  const found: ContractsDiff[] = []
  for (const base of [options.base, ...(options.also ?? [])]) {
    const before = await contractsAt(source(base, options))
    found.push({ changes: between(before, after, base, options), problems: before.problems.filter(p => !isComposition(p)) })
  }
  return { changes: found.flatMap(f => f.changes), problems: [...found.flatMap(f => f.problems), ...after.problems] }
}

const between = (before: ContractSource, after: ContractSource, base: string, options: ContractsDiffOptions): ContractDifference[] => {
  if ((before.document === undefined) !== (after.document === undefined))
    throw new UsageError(`${base} and ${options.revision} are a document and a folder`, 'Name two documents, or two folders.')
  const settings = { policies: policiesOf(after), baseRoots: [before.root, ...before.policies.map(p => p.root)] }
  const profile: Profile = options.profile?.name === 'peer' ? { ...options.profile, settings } : { name: 'default' }
  const changes =
    before.document && after.document
      ? betweenDocuments(before.document, after.document, before.contracts, after.contracts, profile)
      : [...compositionFailures(before, after), ...compareContractLists(...apis(before, after), profile)]
  const formats = new Map([...before.contracts, ...after.contracts].map(c => [c.id, c.format]))
  return changes.map(change => {
    const format = formats.get(change.contract!.contract)
    const mode = options.compatibility ?? (format === undefined || profile.name === 'peer' ? 'full' : usualMode(format))
    return differenceOf(change, mode)
  })
}

const source = (place: string, { folder, as }: ContractsDiffOptions) => ({ place, folder, ...(as === undefined ? {} : { as }) })

const isComposition = (problem: Problem): boolean => /^graphql\/[A-Z]/.test(problem.code)

/** Where subgraphs are composed, what clients see counts: a field that moves from one to another is still there. */
const apis = (before: ContractSource, after: ContractSource): [base: Contract[], head: Contract[]] => {
  const isComposed = [before, after].every(s => s.contracts.some(c => c.id === SUPERGRAPH))
  const kept = ({ contracts, members }: ContractSource): Contract[] =>
    contracts.filter(c => (isComposed ? !members.has(c.id) : c.id !== SUPERGRAPH))
  return [kept(before), kept(after)]
}

/** Errors that composing did not have before. */
const compositionFailures = (before: ContractSource, after: ContractSource): Change[] => {
  const known = new Set(before.problems.filter(isComposition).map(p => p.message))
  return after.problems
    .filter(p => isComposition(p) && !known.has(p.message))
    .map(p => {
      const rule = 'composition-failed'
      const verdict = { request: 'breaking', response: 'breaking' } as const
      const contract = { contract: SUPERGRAPH, rule, message: `${p.code.slice(8)}: ${p.message}`, verdict }
      return {
        kind: 'modified',
        subject: { kind: 'contract', id: SUPERGRAPH, name: 'supergraph' },
        at: p.at === undefined ? {} : { head: p.at },
        contract: { ...contract, modes: ['wire', 'validate'] as BreakMode[], reach: { operations: [], total: 0 } },
      }
    })
}

/** Without configuration the folder itself is the one module. */
const policiesOf = ({ root, policies }: ContractSource): ContractSource['policies'] =>
  policies.length > 0 ? policies : [{ root, use: [], except: [], ignore: [], ignoreOnly: {}, ignoreUnstablePackages: false }]

/** Two documents are one contract, whatever they call themselves and wherever they lie. */
const betweenDocuments = (base: Contract, head: Contract, before: Contract[], after: Contract[], profile: Profile): Change[] => {
  if (base.format !== head.format)
    throw new UsageError(`the documents are of two formats: ${base.format} and ${head.format}`, 'Name two revisions of one contract.')
  const files = head.nodes[head.root]!.edges.filter(e => e.role === 'file')
  const first = base.nodes[base.root]!.edges.find(e => e.role === 'file')
  if (files.length === 1 && first !== undefined) files[0]!.key = basename(first.key)
  if (first !== undefined && files.length === 1) first.key = basename(first.key)
  return compareAs(profile, base, head, { base: before, head: after })
}

const differenceOf = (change: Change, mode: CompatibilityMode): ContractDifference => {
  const { rule, modes, message, reach } = change.contract!
  const { base, head } = change.at
  const [operation, ...others] = reach.operations
  return {
    ...{ rule, compatibility: compatibilityOf(change, mode), modes, subject: change.subject.id },
    ...(operation === undefined || others.length > 0 ? {} : { operation: operation.operation }),
    ...(change.before === undefined ? {} : { before: change.before }),
    ...(change.after === undefined ? {} : { after: change.after }),
    at: { ...(base ? { base: placeOf(base) } : {}), ...(head ? { revision: placeOf(head) } : {}) },
    message,
  }
}

const placeOf = ({ file, line }: Location): ContractPlace => ({ file, line })

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
