import { sha256, shortHash } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import { by, byText, canonicalName } from '../base/names.ts'
import { isInside } from '../base/path.ts'
import type { ContractFact } from '../model/contract.ts'
import type { Location, Problem } from '../model/evidence.ts'
import type { ContractFile, Coverage, Document, Effect, Fragment, Program, StubFile } from '../model/fragment.ts'
import type { Infrastructure } from '../model/infrastructure.ts'
import type { Expr } from '../model/program.ts'
import type { DerivedCache, Scan } from '../model/scan.ts'
import { concat, showValue, text, type Value } from '../model/value.ts'
import { type Closure, closureOf } from './closure.ts'
import { effectsOf } from './effects.ts'
import { withGoneFiles } from './entities.ts'
import { graphEffects, type Queries, queriesIn, withoutBareClients } from './graphql.ts'
import { hostDocument } from './hosts.ts'
import { declaredBy } from './infrastructure.ts'
import { infrastructureSeeds } from './infrastructure-seeds.ts'
import { libraryRows } from './libraries.ts'
import { Pages } from './page-files.ts'
import { withPages } from './pages.ts'
import { findPrograms } from './programs.ts'
import { splitUrl } from './reduce.ts'
import { Repository, sortedUnique } from './repository.ts'
import { type LibraryRow, RowTable } from './rows.ts'
import type { ProgramSeed } from './seeds.ts'
import { reachedFunctions, solve } from './solve.ts'
import type { ContractNames } from './state.ts'

/** Raised whenever an unchanged program would give other effects; part of the cache key. */
const version = 29

export interface AnalyseOptions {
  /** Rows of the user; they go before the built-in tables. */
  libraries?: readonly LibraryRow[]
  cache?: DerivedCache
}

/** What one program does, as it is kept in the cache. */
interface Analysed {
  program: Program
  effects: Effect[]
  stubs: string[]
  /** GraphQL in its code. */
  queries: Queries
  budget: Coverage['budgets'][number]
  /** What it deploys. */
  hosts?: Document
  /** The infrastructure that it declares. */
  declares?: Infrastructure
  /** Files whose facts were asked for. */
  asked: string[]
}

/**
 * Infrastructure as the programs of a tree declare it. What it deploys belongs to the documents of the tree before the tree is analysed:
 * where the code of a function lies, for one.
 */
export const infrastructureOf = async (
  scan: Scan,
  options: AnalyseOptions = {},
): Promise<{ declared: Infrastructure[]; problems: Problem[] }> => {
  if (!scan.documents.some(d => d.facts.some(f => f.says === 'infrastructure'))) return { declared: [], problems: [] }
  const repo = new Repository(scan)
  const seeds = infrastructureSeeds(repo)
  const { work } = workOn(repo, options)
  await reachAll(repo, work.unknown(seeds), (seed, closure) => work.take(seed, closure))
  const analysed = seeds.flatMap(seed => work.analyse(seed) ?? [])
  scan.demand.use(analysed.flatMap(a => a.asked))
  const cut = analysed
    .filter(a => a.budget.exhausted)
    .map((a): Problem => {
      const file = a.declares?.file ?? ''
      const message = 'its program takes too many steps to follow; what it deploys is told in part'
      return { code: 'infrastructure/limit', message, severity: 'warning', at: { repo: scan.repo, file, line: 1 } }
    })
  return { declared: analysed.flatMap(a => a.declares ?? []), problems: [...work.problems(seeds), ...cut] }
}

/** Reduces a scanned tree to its fragment: the programs in it, what each does, its contracts and generated files. All code has been read. */
export const analyse = (scan: Scan, options: AnalyseOptions = {}): Fragment => {
  const { work, seeds, contracts } = prepare(scan, options)
  work.unknown(seeds)
  return fragmentOf(
    scan,
    seeds.flatMap(seed => work.analyse(seed) ?? []),
    contracts,
    work.problems(seeds),
  )
}

/** As analyse, of a tree whose code is read when it is asked for: what programs reach, and only of those that the cache does not know. */
export const analyseOnDemand = async (scan: Scan, options: AnalyseOptions = {}): Promise<Fragment> => {
  const { repo, work, seeds, contracts } = prepare(scan, options)
  await reachAll(repo, work.unknown(seeds), (seed, closure) => work.take(seed, closure))
  const analysed = seeds.flatMap(seed => work.analyse(seed) ?? [])
  scan.demand.use(analysed.flatMap(a => a.asked))
  if (scan.demand.isOpen()) await scan.demand.read()
  return fragmentOf(scan, analysed, contracts, work.problems(seeds))
}

/** Reads whatever the programs of a tree reach. */
export const reach = async (scan: Scan): Promise<void> => {
  const repo = new Repository(scan)
  await reachAll(repo, findPrograms(repo))
}

/** Reads until all that programs reach is there, round by round; `take` gets each closure as soon as it is whole. */
const reachAll = async (
  repo: Repository,
  seeds: readonly ProgramSeed[],
  take: (seed: ProgramSeed, closure: Closure) => void = () => undefined,
): Promise<void> => {
  for (let open = seeds; ; await repo.scan.demand.read()) {
    open = open.filter(seed => {
      const closure = closureOf(repo, seed)
      if (closure.isWhole) take(seed, closure)
      return !closure.isWhole
    })
    if (open.length === 0) return
  }
}

interface Prepared {
  repo: Repository
  work: Work
  seeds: ProgramSeed[]
  contracts: ContractFile[]
}

const prepare = (scan: Scan, options: AnalyseOptions): Prepared => {
  const repo = new Repository(scan)
  return { repo, ...workOn(repo, options), seeds: findPrograms(repo) }
}

const workOn = (repo: Repository, options: AnalyseOptions): { work: Work; contracts: ContractFile[] } => {
  const rows = [...(options.libraries ?? []), ...libraryRows]
  const contracts = contractFiles(repo.scan)
  return { work: new Work(repo, rows, contractNames(contracts.map(c => c.contract)), options.cache), contracts }
}

const fragmentOf = (scan: Scan, analysed: readonly Analysed[], contracts: ContractFile[], problems: readonly Problem[]): Fragment => {
  const asked = graphEffects(analysed, scan.documents, scan.repo)
  const effects = [
    ...withoutBareClients(
      analysed.flatMap(a => a.effects),
      asked,
    ),
    ...asked,
  ]
  // Manifests of their own go before what code deploys on a developer's machine.
  const isDeployed = scan.documents.some(d => d.facts.some(f => f.says === 'deployable' && f.containers.some(c => c.build)))
  const hosts = isDeployed ? [] : analysed.flatMap(a => a.hosts ?? []).slice(0, 1)
  return {
    schema: 1,
    repo: scan.repo,
    revision: scan.revision,
    programs: withPages(
      analysed.map(a => a.program),
      scan.paths,
    ),
    effects,
    documents: [...withGoneFiles(scan).filter(d => d.facts.some(f => f.says !== 'page')), ...hosts],
    contracts,
    stubs: stubFiles(scan, analysed),
    coverage: { ...scan.coverage, unresolved: unresolved(effects), budgets: analysed.map(a => a.budget) },
    problems: [...scan.problems, ...problems],
  }
}

class Work {
  private readonly failures = new Map<ProgramSeed, Problem>()
  private readonly tables = new Map<string, RowTable>()
  private readonly repo: Repository
  private readonly rows: readonly LibraryRow[]
  private readonly names: ContractNames
  private readonly cache: DerivedCache | undefined
  private readonly stable: string

  constructor(repo: Repository, rows: readonly LibraryRow[], names: ContractNames, cache: DerivedCache | undefined) {
    this.repo = repo
    this.rows = rows
    this.names = names
    this.cache = cache
    this.stable = sha256(JSON.stringify([version, rows, namesOf(names), repo.modules, repo.scan.repo]))
  }

  private table(language: string): RowTable {
    const table = this.tables.get(language) ?? new RowTable(this.rows, language)
    this.tables.set(language, table)
    return table
  }

  private readonly kept = new Map<ProgramSeed, Analysed | undefined>()

  private pointer(seed: ProgramSeed): string {
    return `analyse/${sha256(canonicalJson([this.stable, seed]))}`
  }

  /** Programs that the cache does not know; it knows a program if no file that it reaches changed. */
  unknown(seeds: readonly ProgramSeed[]): ProgramSeed[] {
    return seeds.filter(seed => {
      const pointer = this.pointer(seed)
      const known = this.cache?.get(pointer) as { reaches: string[]; absent: string[] } | undefined
      const found = known && (this.cache?.get(this.contentKey(pointer, seed, known.reaches, known.absent)) as Analysed | undefined)
      if (found) this.kept.set(seed, found)
      return !found
    })
  }

  /** A program's effects. Undefined for a folder whose code nobody can read. */
  analyse(seed: ProgramSeed): Analysed | undefined {
    if (!this.kept.has(seed)) this.take(seed, closureOf(this.repo, seed))
    return this.kept.get(seed)
  }

  /** Analyses a program, all of whose code is there. */
  take(seed: ProgramSeed, closure: Closure): void {
    const result = closure.scope.units.length === 0 ? undefined : this.attempt(seed, closure)
    this.kept.set(seed, result)
    if (!result) return
    const pointer = this.pointer(seed)
    this.cache?.put(pointer, { reaches: closure.reaches, absent: closure.absent })
    this.cache?.put(this.contentKey(pointer, seed, closure.reaches, closure.absent), result)
  }

  /** Programs that could not be followed, in the order given. */
  problems(seeds: readonly ProgramSeed[]): Problem[] {
    return seeds.flatMap(seed => this.failures.get(seed) ?? [])
  }

  /** One program that cannot be analysed does not take the others with it. */
  private attempt(seed: ProgramSeed, closure: Closure): Analysed | undefined {
    try {
      return this.run(seed, closure)
    } catch (error) {
      const at = seed.evidence[0]?.at
      const why = error instanceof Error ? error.message : String(error)
      const message = `the code of ${seed.id === '' ? 'the repository' : seed.id} could not be followed (${why}); what it calls and serves is missing`
      this.failures.set(seed, { code: 'analyse/failed', message, severity: 'error', ...(at && { at }) })
      return undefined
    }
  }

  private contentKey(pointer: string, { root }: ProgramSeed, reaches: readonly string[], absent: readonly string[]): string {
    const files = sortedUnique(reaches.flatMap(path => this.repo.codeUnder(path))).map(path => `${path} ${this.repo.code.get(path)!.blob}`)
    const pages = this.repo.pages.filter(p => isInside(p.file, root)).map(p => [p.file, p.fact])
    return sha256(canonicalJson([pointer, files, pages, absent.filter(path => this.repo.code.has(path))]))
  }

  private run(seed: ProgramSeed, closure: Closure): Analysed {
    const reached = reachedFunctions(closure.scope, closure.own, language => this.table(language))
    const solution = solve(closure.scope, reached, this.names, new Pages(this.repo.pages, seed.root), language => this.table(language))
    const { effects: coded, shapes } = effectsOf(this.repo.scan.repo, seed.id, solution, reached, closure.own)
    const effects = [...coded, ...commandCalls(seed)]
    const hosts = hostDocument(this.repo, solution)
    const declares = declaredBy(seed, solution)
    return {
      program: { ...this.program(seed, closure, effects), ...(shapes && { shapes }) },
      effects,
      ...(hosts && { hosts }),
      ...(declares && { declares }),
      stubs: closure.stubs,
      queries: queriesIn(reached),
      asked: closure.asked,
      budget: { program: seed.id, steps: solution.steps, exhausted: solution.exhausted },
    }
  }

  private program(seed: ProgramSeed, closure: Closure, effects: readonly Effect[]): Program {
    const own = closure.scope.units.filter(u => closure.own.has(u.path))
    const packages = own.flatMap(u =>
      u.facts.unit.main && u.facts.unit.package !== undefined && u.facts.unit.package !== 'main' ? [u.facts.unit.package] : [],
    )
    return {
      id: seed.id,
      root: seed.root,
      by: seed.by,
      ...(seed.dockerfile !== undefined && { dockerfile: seed.dockerfile }),
      ...(closure.main && { main: { repo: this.repo.scan.repo, ...closure.main } }),
      names: [...new Set([...seed.names, ...packages])].sort(byText),
      ...(closure.language !== undefined && { language: closure.language }),
      listens: effects.some(e => e.does === 'listen' || e.does === 'serve' || e.does === 'consume'),
      ports: distinctValues(effects.filter(e => e.does === 'listen').map(e => e.target)),
      reaches: closure.reaches,
      ...annotationsOf(this.repo.scan.repo, closure.scope.units),
      files: closure.scope.units.length,
      lines: own.reduce((sum, u) => sum + lastLine(u.facts), 0),
      evidence: seed.evidence,
    }
  }
}

const maxAnnotations = 300

/** Classes that an annotation is given: `Sink.class`, `{A.class, B.class}`. */
const classesOf = (e: Expr): string[] => {
  if (e.is === 'list') return e.items.flatMap(classesOf)
  if (e.is === 'member' && e.name === 'class' && e.of.is === 'ref') return [e.of.name]
  return []
}

/** Annotations on types, fields, functions and parameters of the code it reaches, each name once; with a class for argument as `Name(Class)` too. */
const annotationsOf = (repo: string, units: Closure['scope']['units']): Pick<Program, 'annotations'> => {
  const found = new Map<string, { name: string; at: Location }>()
  for (const { path, facts } of [...units].sort(by(u => u.path)))
    for (const annotation of [
      ...facts.types.flatMap(t => [...t.annotations, ...t.fields.flatMap(f => f.annotations)]),
      ...facts.functions.flatMap(f => [...f.annotations, ...f.parameters.flatMap(p => p.annotations)]),
    ])
      for (const name of [annotation.name, ...annotation.args.flatMap(classesOf).map(c => `${annotation.name}(${c})`)])
        if (!found.has(name) && found.size < maxAnnotations) found.set(name, { name, at: { repo, file: path, line: annotation.spot.line } })
  return found.size === 0 ? {} : { annotations: [...found.values()].sort(by(a => a.name)) }
}

/** Addresses in the line that starts a program: tools that are told by it whom to call. */
const commandCalls = (seed: ProgramSeed): Effect[] => {
  const { started } = seed
  if (!started) return []
  return [...started.line.matchAll(/https?:\/\/[^\s"'\\]+/g)].slice(0, 10).map(([url]) => ({
    ...{
      of: seed.id,
      does: 'call',
      protocol: 'http',
      target: splitUrl(shellText(url)).target,
      uses: [],
      closed: false,
      escapes: [started.at],
    },
    confidence: 'medium',
    evidence: { reader: 'dockerfile', basis: 'declared', at: started.at, note: 'the image is started with this address' },
  }))
}

/** Text with `$NAME`, `${NAME}` and `${NAME:-default}`. */
const shellText = (written: string): Value => {
  const parts: Value[] = []
  let from = 0
  for (const hole of written.matchAll(/\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g)) {
    parts.push(text(written.slice(from, hole.index)))
    const env: Value = { is: 'env', name: (hole[1] ?? hole[2])! }
    parts.push(hole[3] === undefined ? env : { is: 'or', options: [env, text(hole[3])] })
    from = hole.index + hole[0].length
  }
  return concat([...parts, text(written.slice(from))])
}

/** The last line that holds a fact: what the code is long, comments at the end aside. */
const lastLine = (facts: { functions: { spot: { line: number; endLine?: number } }[]; calls: { spot: { line: number } }[] }): number =>
  Math.max(1, ...facts.functions.map(f => f.spot.endLine ?? f.spot.line), facts.calls.at(-1)?.spot.line ?? 1)

const distinctValues = (values: readonly Value[]): Value[] => {
  const found = new Map(values.filter(v => v.is !== 'unknown').map(v => [showValue(v), v]))
  return [...found.entries()].sort(by(([shown]) => shown)).map(([, value]) => value)
}

const contractFiles = (scan: Scan): ContractFile[] =>
  scan.files
    .filter(f => f.language === undefined)
    .flatMap(file => {
      const { contract } = file.facts()
      return contract ? [{ file: file.path, digest: digestOf(contract), contract }] : []
    })
    .sort(by(c => c.file))

const digestOf = (contract: ContractFact): string =>
  shortHash(canonicalJson([contract.format, contract.name, contract.units.map(u => `${u.key} ${u.hash}`).sort(byText)]))

/** What code's names can be checked against: rpcs of services, and which members are scalars everywhere. */
const contractNames = (contracts: readonly ContractFact[]): ContractNames => {
  const rpcs = new Map<string, Set<string>>()
  const scalars = new Set<string>()
  const others = new Set<string>()
  for (const { nodes } of contracts)
    for (const node of nodes)
      for (const edge of node.edges) {
        if (edge.role === 'rpc') {
          const service = (node.name ?? '').split('.').at(-1)!
          const to = typeof edge.to === 'number' ? nodes[edge.to] : undefined
          const list = rpcs.get(service) ?? new Set()
          list.add(to?.name?.split('.').at(-1) ?? edge.key)
          rpcs.set(service, list)
        } else if (edge.role === 'field' || edge.role === 'prop') {
          const to = typeof edge.to === 'number' ? nodes[edge.to] : undefined
          const name = to?.kind === 'field' ? String(to.facets.name ?? edge.key) : edge.key
          const isScalar =
            to !== undefined && !to.edges.some(e => e.role === 'type' || e.role === 'prop' || e.role === 'items' || e.role === 'additional')
          ;(isScalar ? scalars : others).add(canonicalName(name))
        }
      }
  for (const name of others) scalars.delete(name)
  return { rpcs, scalars, members: new Set([...scalars, ...others]) }
}

const namesOf = (names: ContractNames): unknown => [
  [...names.rpcs].map(([service, rpcs]) => [service, [...rpcs].sort(byText)]).sort(by(([service]) => String(service))),
  [...names.scalars].sort(byText),
  [...names.members].sort(byText),
]

const stubFiles = (scan: Scan, analysed: readonly Analysed[]): StubFile[] => {
  const holders = new Map<string, string[]>()
  for (const { program, stubs } of analysed) for (const path of stubs) holders.set(path, [...(holders.get(path) ?? []), program.id])
  return scan.files
    .filter(f => f.generated)
    .map(file => ({
      ...{ file: file.path, digest: file.blob },
      ...(file.generated?.from !== undefined && { from: file.generated.from }),
      ...(file.generated?.by !== undefined && { by: file.generated.by }),
      programs: (holders.get(file.path) ?? []).sort(byText),
    }))
    .sort(by(s => s.file))
}

/** Effects whose other side the code does not say. */
const unresolved = (effects: readonly Effect[]): Record<string, number> => {
  const open = effects.filter(e => e.does !== 'listen' && e.does !== 'serve' && e.target.is === 'unknown').length
  return open === 0 ? {} : { 'no-value': open }
}
