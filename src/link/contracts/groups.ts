import { by, byText, canonicalName } from '../../base/names.ts'
import { basename, depth } from '../../base/path.ts'
import type { ContractFile } from '../../model/fragment.ts'
import { byPathIn, groupBy } from '../gather.ts'
import { areOneGraph, coordinatesOf } from './graphql.ts'
import type { ProgramRoot } from './input.ts'

/** A contract file with what decides its place: what it defines, and whose folder it lies in. */
export interface Candidate {
  repo: string
  file: ContractFile
  names: ReadonlySet<string>
  /** Services with the most specific folder that holds it. */
  holders: readonly string[]
  /** Smaller comes first; see `rankOf`. */
  rank: readonly number[]
}

/** One contract: the files of record, and the files that hold the same definitions. */
export interface Group {
  record: Candidate[]
  copies: Candidate[]
}

/** Files of one format and one name (package, title) → contracts. Deterministic in any order of input. */
export const groupsOf = (files: readonly Candidate[]): Group[] => {
  const groups: Group[] = []
  for (const file of [...files].sort(byRank)) {
    const likeness = groups.map(g => ({ group: g, shared: sharedWith(file, g) }))
    const same = likeness.filter(({ shared, group }) => isRelated(shared, file, group)).sort((x, y) => y.shared - x.shared)[0]
    if (same !== undefined) {
      same.group.copies.push(file)
      continue
    }
    const whole = likeness.find(({ group, shared }) => shared === 0 && file.names.size > 0 && group.record[0]!.repo === file.repo)
    if (whole?.group.record.every(r => areOneContract(r, file))) whole.group.record.push(file)
    else groups.push({ record: [file], copies: [] })
  }
  for (const group of groups) {
    group.record.sort(by(c => c.file.file))
    group.copies.sort(by(c => `${c.repo} ${c.file.file}`))
  }
  return groups
}

/** Formats whose contracts are written in several files. */
const areOneContract = (a: Candidate, b: Candidate): boolean => {
  const { format } = b.file.contract
  return format === 'protobuf' || (format === 'graphql' && areOneGraph(a.file.contract, b.file.contract))
}

const sharedWith = (file: Candidate, group: Group): number => {
  let shared = 0
  for (const name of file.names) if (group.record.some(r => r.names.has(name))) shared++
  return shared
}

/** At least half of the smaller one. A common helper message in unrelated files of one package makes no copy. */
const isRelated = (shared: number, file: Candidate, group: Group): boolean => {
  if (file.names.size === 0) return group.record.some(r => r.file.digest === file.file.digest)
  const size = group.record.reduce((n, r) => n + r.names.size, 0)
  return shared > 0 && shared * 2 >= Math.min(file.names.size, size)
}

const byRank = (a: Candidate, b: Candidate): number => {
  for (let i = 0; i < a.rank.length; i++) if (a.rank[i] !== b.rank[i]) return a.rank[i]! - b.rank[i]!
  return byText(a.file.file, b.file.file) || byText(a.repo, b.repo)
}

/** Folders whose files are no source of anything. */
const ASIDE = /(^|\/)(tests?|testdata|fixtures?|examples?|samples?|docs?|third[_-]?party|vendor|node_modules|build|dist|gen|generated)\//i

/**
 * The copy of record comes first: in the provider's repository; in a folder that belongs to no single program, above all one that others
 * generate from; else the provider's own; else the most complete; else the shallowest.
 */
export const candidatesOf = (files: readonly { repo: string; file: ContractFile }[], programs: readonly ProgramRoot[]): Candidate[] => {
  const serving = new Map<string, ProgramRoot[]>()
  for (const program of programs)
    for (const served of program.serves ?? []) {
      const key = serviceKey(served)
      serving.set(key, [...(serving.get(key) ?? []), program])
    }
  const holdersOf = holdersIn(programs)
  const generated = new Set(programs.flatMap(p => p.generates.map(g => `${p.repo} ${basename(g)}`)))
  return files.map(({ repo, file }) => {
    const { format, units } = file.contract
    const names = format === 'graphql' ? coordinatesOf(file.contract) : new Set(units.map(u => u.key))
    const holders = holdersOf(repo, file.file)
    const providers = providersOf(file, serving)
    const rank = rankOf(repo, file, names.size, holders, providers, generated.has(`${repo} ${basename(file.file)}`))
    return { repo, file, names, holders, rank }
  })
}

const rankOf = (
  repo: string,
  file: ContractFile,
  size: number,
  holders: readonly string[],
  providers: readonly ProgramRoot[],
  isGenerated: boolean,
): number[] => {
  const isElsewhere = providers.length > 0 && !providers.some(p => p.repo === repo)
  const isOwn = providers.some(p => p.repo === repo && holders.includes(p.service))
  const place = ASIDE.test(file.file) ? 3 : holders.length !== 1 ? 0 : isOwn ? 1 : 2
  return [isElsewhere ? 1 : 0, place, place === 0 && isGenerated ? 0 : 1, -size, depth(file.file)]
}

/** `billing.v1.Billing/GetInvoice`, `Billing/GetInvoice` and `billing.v1.Billing` are of one service; an HTTP operation is its own. */
const serviceKey = (served: string): string => {
  if (/^[A-Z*]+ /.test(served)) return served
  const service = served.split('/')[0]!
  return canonicalName(service.slice(service.lastIndexOf('.') + 1))
}

const providersOf = (file: ContractFile, serving: ReadonlyMap<string, ProgramRoot[]>): ProgramRoot[] => {
  const { nodes, root } = file.contract
  return nodes[root]!.edges.flatMap(edge =>
    edge.role === 'service' || edge.role === 'op' ? (serving.get(serviceKey(edge.key)) ?? []) : [],
  )
}

/**
 * Services that have the most specific folder around a file. A program that claims the whole repository holds what no other does, unless
 * other programs live beside it: then the file is everybody's.
 */
export const holdersIn = (programs: readonly ProgramRoot[]): ((repo: string, path: string) => string[]) => {
  const rooted = programs.flatMap(({ repo, service, roots }) => roots.map(root => ({ repo, service, root })))
  const roots = byPathIn(rooted, r => r.root)
  const services = groupBy(programs, p => p.repo)
  return (repo, path) => {
    const [nearest] = roots(repo).around(path)
    if (!nearest) return []
    if (nearest.root === '' && new Set(services.get(repo)!.map(p => p.service)).size > 1) return []
    const here = roots(repo).at(nearest.root)
    return [...new Set(here.map(r => r.service))].sort(byText)
  }
}
