import { by, byText } from '../base/names.ts'
import { basename, dirname, sharedDepth } from '../base/path.ts'
import type { Contract, ContractId, Copy } from '../model/contract.ts'
import type { Problem } from '../model/evidence.ts'
import type { StubFile } from '../model/fragment.ts'
import { copyOf, elementsOf } from './contracts/copies.ts'
import { federate } from './contracts/graphql.ts'
import { type Candidate, candidatesOf, type Group, groupsOf, holdersIn } from './contracts/groups.ts'
import type { ContractInput, ProgramRoot } from './contracts/input.ts'
import { assembled, isNominal, resolveNames } from './contracts/names.ts'
import { isWellKnown } from './contracts/well-known.ts'
import { groupBy } from './gather.ts'

export type { ContractInput, ProgramRoot } from './contracts/input.ts'

export interface JoinedContracts {
  /** Sorted by id; `providers` are left to link, but for contracts that only their place tells the provider of. */
  contracts: Contract[]
  problems: Problem[]
}

/**
 * Joins contract files into the contracts of the system: names across files are resolved, files that hold the same definitions become one
 * contract with copies, generated stubs are attached. Ids: `protobuf:<package>`, `openapi:<title>`; unrelated contracts of one name get
 * `@<path>` (`@<repo>/<path>` among several repositories) appended.
 */
export const joinContracts = (input: ContractInput): JoinedContracts => {
  const groups = groupsByName(input)
  const contracts: Contract[] = []
  const definitions = new Map<string, { id: ContractId; repo: string }[]>()
  for (const { id, name, group } of groups) {
    const contract = {
      ...assembled(id, name, group, input.areOwned === true && group.copies.length === 0),
      providers: holdersAsProviders(group),
    }
    contracts.push(contract)
    for (const name of definedNames(contract)) {
      const list = definitions.get(name)
      if (list === undefined) definitions.set(name, [{ id, repo: contract.repo }])
      else list.push({ id, repo: contract.repo })
    }
  }
  const problems: Problem[] = []
  groups.forEach(({ group }, i) => {
    const facts = group.record.map(r => r.file.contract)
    problems.push(...resolveNames(contracts[i]!, facts, definitions))
    if (group.copies.length === 0) return
    const record = elementsOf(facts)
    contracts[i]!.copies = group.copies.map(copy => copyOf(copy, group, record))
  })
  federate(contracts)
  attachStubs(input, groups, contracts)
  for (const contract of contracts) contract.copies.sort(by(c => `${c.kind} ${c.repo} ${c.file}`))
  return { contracts: contracts.sort(by(c => c.id)), problems }
}

/** Full names of types; components by file, since other documents point to them so. */
const definedNames = (contract: Contract): string[] => {
  const types = contract.nodes[contract.root]!.edges.filter(e => e.role !== 'file' && e.role !== 'service' && e.role !== 'op')
  if (isNominal(contract)) return types.map(e => e.key)
  return types.flatMap(e =>
    typeof e.to === 'number' ? [`${contract.repo}/${contract.files[contract.nodes[e.to]!.at.file]}#${e.key}`] : [],
  )
}

/** Contracts that describe the program they lie with: code rarely says what serves them. */
const DESCRIBING: ReadonlySet<string> = new Set(['graphql', 'asyncapi'])

const holdersAsProviders = ({ record }: Group): Contract['providers'] => {
  const { repo, file, holders } = record[0]!
  const { format } = file.contract
  if (!DESCRIBING.has(format) || holders.length !== 1) return []
  const at = { repo, file: file.file, line: 1 }
  return [{ value: holders[0]!, evidence: [{ reader: format, basis: 'declared', at, note: 'lies in its folder' }] }]
}

interface NamedGroup {
  id: ContractId
  name: string
  group: Group
}

const groupsByName = (input: ContractInput): NamedGroup[] => {
  const byName = new Map<string, Candidate[]>()
  for (const candidate of candidatesOf(input.files, input.programs)) {
    const { format, name } = candidate.file.contract
    if (format === 'protobuf' && isWellKnown(name) && !input.withWellKnown) continue
    const key = `${format}:${nameKey(candidate)}`
    byName.set(key, [...(byName.get(key) ?? []), candidate])
  }
  const isOneRepo = new Set(input.files.map(f => f.repo)).size <= 1
  return [...byName].sort(by(([key]) => key)).flatMap(([key, candidates]) => {
    const groups = groupsOf(candidates)
    return groups.map((group): NamedGroup => {
      const { repo, file } = group.record[0]!
      const place = isOneRepo ? file.file : `${repo}/${file.file}`
      const isGeneral = groups.length > 1 || key.endsWith(':')
      return {
        id: isGeneral ? `${key.replace(/:$/, '')}${key.endsWith(':') ? ':' : '@'}${place}` : key,
        name: file.contract.name || place,
        group,
      }
    })
  })
}

/** Titles that generators put in say nothing: such files are told apart by path. */
const NO_TITLE = /^(|api|openapi definition|swagger|rest api|api documentation|my api|title|v\d+)$/i

/** A graph has no name of its own: it is that of the program that holds it, or of its folder. */
const nameKey = ({ file, holders }: Candidate): string => {
  const { format, name } = file.contract
  if (format === 'graphql') return holders.length === 1 ? holders[0]! : dirname(file.file)
  if (isNominal(file.contract)) return name
  return NO_TITLE.test(name.trim())
    ? ''
    : name
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-|-$/g, '')
}

/** A stub belongs to the contract file that it names: the nearest one whose path ends so. */
const attachStubs = (input: ContractInput, groups: readonly NamedGroup[], contracts: readonly Contract[]): void => {
  const sources = new Map<string, { repo: string; path: string; contract: number; isRecord: boolean }[]>()
  groups.forEach(({ group }, contract) => {
    const add = (c: Candidate, isRecord: boolean): void => {
      const key = basename(c.file.file)
      const source = { repo: c.repo, path: c.file.file, contract, isRecord }
      const list = sources.get(key)
      if (list) list.push(source)
      else sources.set(key, [source])
    }
    for (const c of group.record) add(c, true)
    for (const c of group.copies) add(c, false)
  })
  const usersOf = stubUsers(input.programs)
  for (const { repo, stub } of [...input.stubs].sort(by(s => `${s.repo} ${s.stub.file}`))) {
    const from = stub.from ?? sourceNameOf(stub.file)
    const candidates = from === undefined ? [] : (sources.get(basename(from)) ?? [])
    const best = [...candidates].sort(
      (a, b) =>
        endsAs(b.path, from!) - endsAs(a.path, from!) ||
        Number(b.repo === repo) - Number(a.repo === repo) ||
        sharedDepth(b.path, stub.file) - sharedDepth(a.path, stub.file) ||
        Number(b.isRecord) - Number(a.isRecord) ||
        byText(`${a.repo} ${a.path}`, `${b.repo} ${b.path}`),
    )[0]
    if (best !== undefined) contracts[best.contract]!.copies.push(stubCopy(repo, stub, best.path, usersOf(repo, stub.file)))
  }
}

/** Number of folders and names, from the end, that two paths have in common. */
const endsAs = (path: string, end: string): number => {
  const a = path.split('/').reverse()
  const b = end.split('/').reverse()
  let n = 0
  while (n < a.length && n < b.length && a[n] === b[n]) n++
  return n
}

/** What generators call their output: `billing_pb2.py`, `billing.pb.go`, `billing_grpc_pb.js`. */
const sourceNameOf = (file: string): string | undefined => {
  const stem = /^(.+?)(?:_pb2(?:_grpc)?\.pyi?|(?:_grpc)?\.pb(?:\.gw)?\.go|(?:_grpc)?_pb\.(?:d\.ts|js|ts)|\.pb\.(?:h|cc)|_pb\.rb)$/.exec(
    basename(file),
  )?.[1]
  return stem === undefined ? undefined : `${stem.replace(/_grpc$/, '')}.proto`
}

const stubCopy = (repo: string, stub: StubFile, source: string, usedBy: string[]): Copy => ({
  ...{ repo, file: stub.file, kind: 'stub', digest: stub.digest, state: 'unknown', differs: [] },
  usedBy,
  evidence: [{ reader: 'stub', basis: 'declared', at: { repo, file: stub.file, line: 1 }, note: `generated from ${source}` }],
})

/** Services whose code reaches a stub, or whose folder holds it. */
const stubUsers = (programs: readonly ProgramRoot[]): ((repo: string, file: string) => string[]) => {
  const reaching = groupBy(
    programs.flatMap(p => p.stubs.map(file => ({ key: `${p.repo}\n${file}`, service: p.service }))),
    s => s.key,
  )
  const holdersOf = holdersIn(programs)
  return (repo, file) => {
    const using = (reaching.get(`${repo}\n${file}`) ?? []).map(s => s.service)
    return [...new Set([...using, ...holdersOf(repo, file)])].sort(byText)
  }
}
