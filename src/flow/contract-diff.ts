import { basename } from '../base/path.ts'
import { UsageError } from '../base/usage-error.ts'
import {
  type CompatibilityMode,
  compareAs,
  compareContractLists,
  compatibilityOf,
  type Profile,
  usualMode,
} from '../compare/contract-lists.ts'
import type { BreakMode, Change, Compatibility } from '../model/change.ts'
import { type Contract, SUPERGRAPH } from '../model/contract.ts'
import type { Location, Problem } from '../model/evidence.ts'
import type { DerivedCache } from '../model/scan.ts'
import { Cache } from '../read/cache.ts'
import type { ReadableFormat } from './contract-formats.ts'
import { narrowed, remember } from './contract-parts.ts'
import { type ContractSource, contractsIn, type OpenedSource, openSource } from './contract-sources.ts'

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
  /** Where it is kept what a base consists of; `false` keeps nothing. Default: the user's cache folder. */
  cacheDir?: string | false
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
  const cache = options.cacheDir === false || options.profile?.name === 'peer' ? undefined : new Cache(options.cacheDir)
  const bases = [options.base, ...(options.also ?? [])].map(base => openSource(base, options.folder))
  // Whose place is wrong is told one after the other, whoever was opened first.
  for (const base of bases) base.catch(() => undefined)
  const after = await openSource(options.revision, options.folder)
  const found: Found[] = []
  let read: Promise<ContractSource> | undefined
  const whole = (): Promise<ContractSource> => {
    read ??= contractsIn(after, options.as)
    return read
  }
  try {
    const known = cache?.derived('contract parts 1')
    for (const base of bases) {
      const before = await base
      found.push((known && (await narrowDiff(before, after, known, options))) ?? (await wholeDiff(before, whole, known, options)))
    }
  } finally {
    after.tree.close()
    for (const base of await Promise.allSettled(bases)) if (base.status === 'fulfilled') base.value.tree.close()
    cache?.close()
  }
  return {
    changes: found.flatMap(f => f.changes),
    problems: [...found.flatMap(f => f.problems), ...(found.find(f => f.ofRevision.length > 0)?.ofRevision ?? [])],
  }
}

/** `ofRevision`: those of the new one, which are told once. */
type Found = ContractsDiff & { ofRevision: Problem[] }

const wholeDiff = async (
  before: OpenedSource,
  whole: () => Promise<ContractSource>,
  known: DerivedCache | undefined,
  options: ContractsDiffOptions,
): Promise<Found> => {
  const after = await whole()
  const base = await contractsIn(before, options.as)
  const changes = between(base, after, before.place, options)
  if (known !== undefined) await remember(before, base, known, options.as)
  return { changes, problems: base.problems.filter(p => !isComposition(p)), ofRevision: after.problems }
}

/** The same, of as little as is needed; undefined where that cannot be told. */
const narrowDiff = async (
  before: OpenedSource,
  after: OpenedSource,
  known: DerivedCache,
  options: ContractsDiffOptions,
): Promise<Found | undefined> => {
  const part = await narrowed(before, after, known, options.as)
  if (part === undefined) return undefined
  if (part === 'same') return { changes: [], problems: [], ofRevision: [] }
  const [base, head] = [await contractsIn(part.before, options.as), await contractsIn(part.after, options.as)]
  const changes = between(base, head, before.place, options)
  const rules = changes.map(c => c.rule)
  return part.isSound(base, head, rules) ? { changes, problems: [], ofRevision: [] } : undefined
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
