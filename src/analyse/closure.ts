import { byText } from '../base/names.ts'
import { basename, dirname, isInside, join } from '../base/path.ts'
import type { ImportFact, ProgramFacts } from '../model/program.ts'
import { entryFile, scriptFiles } from './entries.ts'
import { type BuildModule, isSamplePath, isTestPath, type Repository, sortedUnique } from './repository.ts'
import { type Imported, moduleOf, Scope, type SourceUnit } from './scope.ts'
import type { ProgramSeed } from './seeds.ts'

/** The code one program reaches. */
export interface Closure {
  /** Files whose facts were asked for. */
  asked: string[]
  /** False where code that it reaches is not read yet. */
  isWhole: boolean
  scope: Scope
  /** Files of its own folder, whose whole code counts. */
  own: Set<string>
  /** Folders and build modules whose code was looked at, its own first. */
  reaches: string[]
  /** Generated files that its code imports, or that lie in its folders. */
  stubs: string[]
  /** Paths that were looked for and are not there: adding one changes the closure. */
  absent: string[]
  main?: { file: string; line: number }
  language?: string
}

const maxFiles = 4000

/** Follows the imports of a program from where it starts. */
export const closureOf = (repo: Repository, seed: ProgramSeed): Closure => new Walk(repo, seed).run()

class Walk {
  private readonly units = new Map<string, SourceUnit>()
  private readonly queue: string[] = []
  private readonly stubs = new Set<string>()
  private readonly reached = new Set<string>()
  private readonly absent = new Set<string>()
  /** Files that the image's command names. */
  private readonly started = new Set<string>()
  private isWhole = true
  private readonly asked = new Set<string>()
  private readonly repo: Repository
  private readonly seed: ProgramSeed

  constructor(repo: Repository, seed: ProgramSeed) {
    this.repo = repo
    this.seed = seed
  }

  run(): Closure {
    const { repo, seed } = this
    const inside = repo.codeUnder(seed.root).filter(p => !seed.cut.some(c => isInside(p, c)) && this.belongs(p))
    const entries = this.entries(inside)
    for (const path of entries) this.add(path)
    for (const path of inside) if (repo.code.get(path)!.generated) this.stubs.add(path)
    this.followAll()
    if ([...this.units.values()].some(loadsByName)) {
      for (const path of inside) if (!repo.code.get(path)!.generated) this.add(path)
      this.followAll()
    }
    const units = [...this.units.values()]
    for (const unit of units) this.resolveImports(unit)
    this.shareImports(units)
    const scope = new Scope(units)
    const own = new Set(units.map(u => u.path).filter(p => isInside(p, seed.root) && !seed.cut.some(c => isInside(p, c))))
    const main = this.mainOf(units, own)
    const started = units.find(u => this.started.has(u.path) || u.path === main?.file)
    const languages = started ? [started.language] : countBy(units.filter(u => own.has(u.path)).map(u => u.language))
    return {
      ...{
        isWhole: this.isWhole,
        asked: sortedUnique(this.asked),
        scope,
        own,
        absent: sortedUnique(this.absent),
        stubs: sortedUnique(this.stubs),
      },
      reaches: [seed.root, ...sortedUnique(this.reached).filter(r => r !== seed.root)],
      ...(main && { main }),
      ...(languages[0] !== undefined && { language: languages[0] }),
    }
  }

  /** A program's folder may hold samples; they are no part of it unless it lies among samples itself. */
  private belongs(path: string): boolean {
    return !isSamplePath(`${path.slice(this.seed.root.length)}`)
  }

  private mainOf(units: SourceUnit[], own: Set<string>): Closure['main'] {
    const unit = units.filter(u => own.has(u.path) && u.facts.unit.main).sort((a, b) => byText(a.path, b.path))[0]
    return unit && { file: unit.path, line: unit.facts.unit.main!.line }
  }

  /** Files the program starts with; all of its folder where that is not known. */
  private entries(inside: string[]): string[] {
    const { repo } = this
    const entries: string[] = []
    for (const group of byTraits(repo, inside)) {
      if (group.moduleIs === 'directory') entries.push(...this.mainPackages(group.files))
      else if (group.moduleIs === 'file') entries.push(...this.entryFiles(group.files))
      else entries.push(...(this.loaded(group.files) ?? this.withoutOtherMains(group.files)))
    }
    return sortedUnique(entries)
  }

  private mainPackages(files: string[]): string[] {
    const { seed, repo } = this
    const mains = sortedUnique(files.filter(f => repo.code.get(f)!.main).map(dirname))
    const named = mains.filter(m => seed.buildTargets.includes(m))
    const atRoot = mains.filter(m => m === seed.root)
    const byWord = mains.filter(m => seed.command.some(w => basename(w) === basename(m)))
    const chosen = named.length > 0 ? named : atRoot.length > 0 ? atRoot : byWord.length > 0 ? byWord : mains
    return chosen.length === 0 ? files : files.filter(f => chosen.includes(dirname(f)))
  }

  /** Of one of many programs of a folder, where types need no imports: the started file and what it loads by path, if it loads any. */
  private loaded(files: string[]): string[] | undefined {
    const { seed } = this
    if (seed.id === seed.root) return undefined
    const found = new Set(seed.command.flatMap(w => entryFile(seed.root, w, files, true)))
    const started = found.size
    if (started === 0) return []
    for (const file of found) this.started.add(file)
    for (const file of found)
      for (const { path } of this.factsOf(file)?.unit.imports ?? []) {
        const near = [dirname(file), seed.root, join(seed.root, 'lib') ?? seed.root].map(dir => join(dir, path))
        const target = near.flatMap(n => files.filter(f => f === n || f.replace(/\.\w+$/, '') === n))[0]
        if (target !== undefined) found.add(target)
      }
    return found.size > started ? [...found] : undefined
  }

  /** Of several entry points the one that is started; the others are tools that lie beside it. */
  private withoutOtherMains(files: string[]): string[] {
    const mains = files.filter(f => this.repo.code.get(f)!.main)
    if (mains.length < 2) return files
    const written = this.repo.modulesIn(this.seed.root).flatMap(m => m.fact.entryPoints)
    const called = (words: readonly string[]): string[] => {
      const names = new Set(words.flatMap(w => w.split(/[./\\:]/)))
      return mains.filter(f => names.has(basename(f).replace(/\.\w+$/, '')))
    }
    const commanded = called(this.seed.command)
    const chosen = commanded.length > 0 ? commanded : called(written)
    return chosen.length === 0 ? files : files.filter(f => !mains.includes(f) || chosen.includes(f))
  }

  private entryFiles(files: string[]): string[] {
    const found = new Set<string>()
    const packages = this.repo.modulesIn(this.seed.root)
    const written = [...packages.flatMap(p => p.fact.entryPoints.flatMap(e => e.split(/[\s"'=]+/))), ...this.seed.command]
    const isOneOfMany = this.seed.id !== this.seed.root
    const meant = (words: readonly string[]): string[] => words.flatMap(w => entryFile(this.seed.root, w, files, isOneOfMany))
    const commanded = meant(this.seed.command)
    for (const file of commanded) this.started.add(file)
    for (const file of commanded.length > 0 || isOneOfMany ? commanded : meant(written)) found.add(file)
    return found.size > 0 || isOneOfMany ? [...found] : files
  }

  /** What is pending is asked for by this. */
  private factsOf(path: string): ProgramFacts | undefined {
    const found = this.repo.code.get(path)?.facts()
    this.asked.add(path)
    if (found?.isPending) this.isWhole = false
    return found?.program
  }

  private add(path: string): void {
    if (this.units.has(path)) return
    const file = this.repo.code.get(path)
    if (!file) return
    const facts = this.factsOf(path)
    if (!facts) return
    if (file.generated && isStub(facts, file.generated)) {
      this.stubs.add(path)
      return
    }
    const unit: SourceUnit = {
      ...{ path, facts, module: moduleOf(path, facts), traits: facts.unit.traits, language: facts.unit.language },
      ...{ fns: [], types: [], imports: new Map(), stars: [] },
    }
    this.units.set(path, unit)
    this.queue.push(path)
    this.reached.add(isInside(path, this.seed.root) ? this.seed.root : (this.repo.moduleAround(path)?.dir ?? dirname(path)))
  }

  private followed = 0

  private followAll(): void {
    for (; this.followed < this.queue.length && this.units.size < maxFiles; this.followed++) this.follow(this.queue[this.followed]!)
  }

  private follow(path: string): void {
    const unit = this.units.get(path)!
    if (unit.traits.moduleIs === 'directory' && !unit.traits.includes) this.addFolder(unit.module, unit.language)
    for (const fact of unit.facts.unit.imports) this.target(unit, fact)
    if (unit.traits.moduleIs === 'type') this.followModules(path)
    if (unit.traits.moduleIs === 'file' && !unit.traits.selfIsFirstParameter) this.followFolders(unit)
  }

  /** Folders whose files are loaded one by one: `path.join(__dirname, 'routes')`. */
  private followFolders(unit: SourceUnit): void {
    for (const { callee, args } of unit.facts.calls) {
      const [base, ...parts] = args
      if (callee.is !== 'member' || !/^(join|resolve)$/.test(callee.name) || base?.is !== 'ref' || base.name !== '__dirname') continue
      const texts = parts.flatMap(p => (p.is === 'text' ? [p.text] : []))
      const folder = texts.length === parts.length ? join(dirname(unit.path), ...texts) : undefined
      if (folder === undefined || !LOADED.test(folder) || !isInside(folder, this.seed.root)) continue
      for (const file of this.repo.codeUnder(folder))
        if (!isSamplePath(file.slice(this.seed.root.length)) && !isTestPath(file)) this.add(file)
    }
  }

  private addFolder(folder: string, language: string): void {
    for (const path of this.repo.folders.get(folder) ?? []) if (this.repo.code.get(path)!.language === language) this.add(path)
  }

  private readonly modulesFollowed = new Set<string>()

  /** Languages whose imports name types: the code of every build module that the file's own depends on. */
  private followModules(path: string): void {
    const module = this.repo.moduleAround(path)
    if (module) this.followModule(module)
  }

  private followModule(module: BuildModule): void {
    if (this.modulesFollowed.has(module.file)) return
    this.modulesFollowed.add(module.file)
    for (const dependency of module.fact.dependencies) {
      if (dependency.scope === 'test') continue
      const targets: readonly BuildModule[] =
        dependency.path === undefined ? this.repo.modulesNamed(dependency.name) : this.repo.modulesAt(module.dir, dependency.path)
      for (const target of targets) {
        if (target.file === module.file) continue
        // A parent hands its dependencies down; the code around its file is not its own.
        if (module.fact.system === 'maven' && dependency.path !== undefined) this.followModule(target)
        else this.addModule(target)
      }
    }
  }

  private addModule(module: BuildModule): void {
    if (module.fact.isTest) return
    const nested = this.repo
      .modulesUnder(module.dir)
      .filter(m => m.dir !== module.dir && !this.isSwallowed(m))
      .map(m => m.dir)
    for (const path of this.repo.codeUnder(module.dir)) if (!nested.some(n => isInside(path, n)) && !isSamplePath(path)) this.add(path)
  }

  /** A project takes in all files below its folder, those of a project there too that nobody asks for by itself. */
  private isSwallowed({ fact, file, dir }: BuildModule): boolean {
    return fact.system === 'dotnet' && !fact.isTest && !fact.runnable && !this.repo.isDependedOn(file) && !this.repo.isDependedOn(dir)
  }

  /** What an import means; adds the files it names. */
  private target(unit: SourceUnit, fact: ImportFact): Imported | undefined {
    if (unit.traits.includes) return this.includeTarget(unit, fact)
    if (unit.traits.moduleIs === 'directory') return this.folderTarget(unit, fact)
    if (unit.traits.moduleIs === 'type') return undefined
    if (unit.traits.modulePaths) return this.crateTarget(unit, fact)
    return unit.traits.selfIsFirstParameter ? this.dottedTarget(unit, fact) : this.pathTarget(unit, fact.path, fact.name)
  }

  /** A header beside the file, or below a folder around it, with the source file of its name. */
  private includeTarget(unit: SourceUnit, fact: ImportFact): Imported | undefined {
    const around: string[] = []
    for (let dir = dirname(unit.path); ; dir = dirname(dir)) {
      around.push(dir, ...['include', 'src'].map(name => join(dir, name) ?? dir))
      if (dir === '') break
    }
    const file = this.firstThere(around.map(dir => join(dir, fact.path)).filter(path => path !== undefined))
    if (file === undefined) return undefined
    this.add(file)
    const source = this.firstThere(['.cpp', '.cc', '.cxx'].map(ending => file.replace(/\.\w+$/, ending)))
    if (source !== undefined && this.repo.code.get(source)?.main !== true) this.add(source)
    return undefined
  }

  private folderTarget(unit: SourceUnit, fact: ImportFact): Imported {
    const folder = this.repo.goFolder(fact.path)
    if (folder === undefined || !this.repo.folders.has(folder)) return { external: fact.path }
    this.addFolder(folder, unit.language)
    const isCode = (this.repo.folders.get(folder) ?? []).some(p => this.units.has(p))
    return isCode ? { module: folder } : { external: fact.path }
  }

  private dottedTarget(unit: SourceUnit, fact: ImportFact): Imported {
    const dots = /^\.*/.exec(fact.path)![0].length
    const parts = fact.path
      .slice(dots)
      .split('.')
      .filter(p => p !== '')
    const bases = dots > 0 ? [up(dirname(unit.path), dots - 1)] : this.pythonRoots(unit.path)
    for (const base of bases) {
      if (base === undefined) continue
      if (fact.name !== undefined && fact.name !== '*') {
        const submodule = this.pythonFile(join(base, ...parts, fact.name))
        if (submodule !== undefined) return this.reach(submodule, undefined, `${fact.path}.${fact.name}`.replace(/^\.+/, ''))
      }
      const file = this.pythonFile(join(base, ...parts))
      if (file !== undefined && parts.length > 0) return this.reach(file, fact.name === '*' ? undefined : fact.name, fact.path.slice(dots))
    }
    const path = fact.path.slice(dots)
    return { external: fact.name === undefined || fact.name === '*' ? path : `${path}.${fact.name}` }
  }

  /** `crate::a::b`, `super::c`, `self::d`, a module declared here, or another package of the tree. */
  private crateTarget(unit: SourceUnit, fact: ImportFact): Imported {
    const segments = fact.path.split('.')
    const start = this.crateStart(unit, segments, fact)
    if (start === undefined) return { external: fact.path }
    let file = start.file
    let rest = start.rest
    for (;;) {
      const next = rest[0] === undefined ? undefined : this.firstThere(this.submodules(file, rest[0]))
      if (next === undefined) break
      file = next
      rest = rest.slice(1)
    }
    if (rest.length === 0) return this.reach(file, undefined, fact.path)
    this.add(file)
    const inline = this.units.get(file)?.facts.unit.imports
    while (rest.length > 1 && inline?.some(i => i.local === rest[0] && i.path === 'self')) rest = rest.slice(1)
    return rest.length === 1 && this.units.has(file) ? { module: file, name: rest[0]! } : { external: fact.path }
  }

  private crateStart(unit: SourceUnit, segments: string[], fact: ImportFact): { file: string; rest: string[] } | undefined {
    const [first, ...rest] = segments
    const around = this.repo.moduleAround(unit.path, s => s === 'cargo')
    const root = (dir: string): string | undefined => {
      const own = [join(dir, 'src/main.rs'), join(dir, 'src/lib.rs')].filter(p => p !== undefined)
      return own.find(p => p === unit.path) ?? this.firstThere(own)
    }
    if (first === 'self') return { file: unit.path, rest }
    if (first === 'super') {
      const file = this.parentModule(unit.path)
      return file === undefined ? undefined : { file, rest }
    }
    if (first === 'crate') {
      const file = around && root(around.dir)
      return file === undefined ? undefined : { file, rest }
    }
    const isDeclared = unit.facts.unit.imports.some(i => i !== fact && i.local === first && i.path === `self.${first}`)
    if (isDeclared) return { file: unit.path, rest: segments }
    const other = this.repo.modules.find(m => m.fact.system === 'cargo' && m.fact.names.some(n => n.replace(/-/g, '_') === first))
    const library = other && this.firstThere([join(other.dir, 'src/lib.rs')].filter(p => p !== undefined))
    return library === undefined || library === unit.path ? undefined : { file: library, rest }
  }

  /** Where a module's own modules lie: beside `main.rs`, `lib.rs` and `mod.rs`, else in a folder of its name. */
  private submodules(file: string, name: string): string[] {
    const own = /^(?:main|lib|mod)\.rs$/.test(basename(file)) ? dirname(file) : file.replace(/\.rs$/, '')
    return [join(own, `${name}.rs`), join(own, `${name}/mod.rs`)].filter(p => p !== undefined)
  }

  private parentModule(file: string): string | undefined {
    const dir = basename(file) === 'mod.rs' ? dirname(dirname(file)) : dirname(file)
    const names = ['mod.rs', 'main.rs', 'lib.rs'].map(name => join(dir, name))
    return this.firstThere([...names, `${dir}.rs`].filter(p => p !== undefined && p !== file) as string[])
  }

  private reach(file: string, name: string | undefined, external: string): Imported {
    this.add(file)
    if (!this.units.has(file)) return { external: name === undefined ? external : `${external}.${name}` }
    return { module: file, ...(name !== undefined && { name }) }
  }

  private pythonRoots(path: string): (string | undefined)[] {
    const roots: string[] = [dirname(path)]
    while (roots.at(-1) !== '' && roots.at(-1) !== this.seed.root) roots.push(dirname(roots.at(-1)!))
    return sortedBy([...roots, this.seed.root, join(this.seed.root, 'src') ?? '', ''])
  }

  private pythonFile(path: string | undefined): string | undefined {
    return path === undefined ? undefined : this.firstThere([`${path}.py`, `${path}/__init__.py`])
  }

  private firstThere(paths: string[]): string | undefined {
    for (const path of paths) {
      if (this.repo.code.has(path)) return path
      this.absent.add(path)
    }
    return undefined
  }

  private pathTarget(unit: SourceUnit, path: string, name: string | undefined): Imported {
    const member = name === undefined || name === '*' || name === 'default' ? {} : { name }
    const file = this.scriptFile(unit, path)
    if (file !== undefined) {
      this.add(file)
      if (this.units.has(file)) return { module: file, ...(name === 'default' ? { name: 'default' } : member) }
    }
    return { external: member.name === undefined ? path : `${path}.${member.name}` }
  }

  private scriptFile(unit: SourceUnit, path: string): string | undefined {
    if (path.startsWith('.')) return this.scriptAt(join(dirname(unit.path), path))
    const packageDir = this.repo.moduleAround(unit.path, s => s === 'npm' || s === 'node')?.dir ?? this.seed.root
    if (/^[@~]\//.test(path)) return this.scriptAt(join(packageDir, 'src', path.slice(2))) ?? this.scriptAt(join(packageDir, path.slice(2)))
    for (const module of this.repo.modulesNamed(path)) {
      const entry = module.fact.entryPoints.map(e =>
        this.scriptAt(join(module.dir, e.replace(/^(?:\.\/)?(?:dist|build|lib|out)\//, 'src/'))),
      )
      const file = entry.find(e => e !== undefined) ?? this.scriptAt(join(module.dir, 'src')) ?? this.scriptAt(module.dir)
      if (file !== undefined) return file
    }
    if (unit.path.endsWith('.lua')) return this.scriptAt(join(this.seed.root, `${path.replaceAll('.', '/')}.lua`))
    return path.startsWith('src/') ? this.scriptAt(join(packageDir, path)) : undefined
  }

  private scriptAt(path: string | undefined): string | undefined {
    if (path === undefined) return undefined
    if (this.repo.code.has(path)) return path
    const stem = path.replace(/\.[cm]?jsx?$/, '')
    return this.firstThere([...scriptFiles.map(e => `${stem}${e}`), ...scriptFiles.map(e => `${path}/index${e}`)])
  }

  /** Once all files are known: local names to modules. */
  private resolveImports(unit: SourceUnit): void {
    for (const fact of unit.facts.unit.imports) {
      const target = unit.traits.moduleIs === 'type' ? this.typeTarget(fact) : this.target(unit, fact)
      if (target === undefined) continue
      if (fact.local === '*' || fact.local === '.' || (fact.name === '*' && unit.traits.selfIsFirstParameter)) unit.stars.push(target)
      else this.bindImport(unit, fact, target)
    }
  }

  /** Imports that hold for every file of their build module. */
  private shareImports(units: readonly SourceUnit[]): void {
    const shared = new Map<string, Imported[]>()
    const moduleDir = (unit: SourceUnit): string => this.repo.moduleAround(unit.path)?.dir ?? ''
    for (const unit of units)
      for (const fact of unit.facts.unit.imports)
        if (fact.everywhere && fact.local === '*')
          shared.set(moduleDir(unit), [...(shared.get(moduleDir(unit)) ?? []), this.typeTarget(fact)])
    if (shared.size === 0) return
    for (const unit of units)
      for (const star of shared.get(moduleDir(unit)) ?? [])
        if (!unit.stars.some(s => s.module === star.module && s.external === star.external)) unit.stars.push(star)
  }

  private bindImport(unit: SourceUnit, fact: ImportFact, target: Imported): void {
    const first = fact.path.split('.')[0]!
    if (unit.traits.selfIsFirstParameter && fact.name === undefined && fact.local === first && first !== fact.path) {
      unit.imports.set(fact.path, target)
      if (!unit.imports.has(first)) unit.imports.set(first, { external: first })
    } else unit.imports.set(fact.local, target)
  }

  private packages: Map<string, Set<string>> | undefined

  private typeTarget(fact: ImportFact): Imported {
    if (!this.packages) {
      this.packages = new Map()
      for (const unit of this.units.values()) {
        const names = this.packages.get(unit.module) ?? new Set()
        for (const type of unit.facts.types) names.add(type.name)
        for (const fn of unit.facts.functions) if (fn.owner === undefined && fn.outer === undefined) names.add(fn.name)
        for (const { fn, target } of unit.facts.binds) if (fn === 0 && target.is === 'ref') names.add(target.name)
        this.packages.set(unit.module, names)
      }
    }
    const full = fact.name === undefined || fact.name === '*' ? fact.path : `${fact.path}.${fact.name}`
    if (this.packages.has(full)) return { module: full }
    const cut = full.lastIndexOf('.')
    if (this.packages.get(full.slice(0, cut))?.has(full.slice(cut + 1))) return { module: full.slice(0, cut), name: full.slice(cut + 1) }
    return { external: full }
  }
}

/** Folders of what a framework calls: pages that are only sent to browsers lie elsewhere. */
const LOADED =
  /(^|\/)(plugins?|routes?|routers?|controllers?|handlers?|services?|modules?|models?|consumers?|listeners?|subscribers?|jobs?|workers?|events?|commands?|hooks?|middlewares?|api|resolvers?)$/i

/** Frameworks that load the code of a program by the names of its folders and files. */
const byName = /^(django|moleculer|egg|sails|@loopback\/boot)([./]|$)/

const loadsByName = (unit: SourceUnit): boolean => unit.facts.unit.imports.some(i => byName.test(i.path))

/** Stubs of a contract say nothing that the contract does not say; other generated code is code, and so are clients that make requests. */
const isStub = (facts: ProgramFacts, generated: { by?: string; from?: string }): boolean =>
  /\.(proto|thrift|graphql|avsc)$/.test(generated.from ?? '') ||
  /protoc|protobuf|protocol buffer|grpc|thrift/i.test(generated.by ?? '') ||
  facts.binds.length + facts.calls.length + facts.returns.length === 0

const byTraits = (repo: Repository, files: string[]): { moduleIs: string; files: string[] }[] => {
  const groups = new Map<string, string[]>()
  for (const path of files) {
    const file = repo.code.get(path)!
    if (file.generated) continue
    const key = `${file.moduleIs} ${file.language === 'typescript' ? 'javascript' : file.language}`
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  return [...groups.entries()].sort((a, b) => byText(a[0], b[0])).map(([key, list]) => ({ moduleIs: key.split(' ')[0]!, files: list }))
}

const up = (folder: string, levels: number): string | undefined => {
  let here: string = folder
  for (let i = 0; i < levels; i++) {
    if (here === '') return undefined
    here = dirname(here)
  }
  return here
}

const sortedBy = (items: string[]): string[] => [...new Set(items)]

const countBy = (items: string[]): string[] => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return [...counts.entries()].sort((a, b) => b[1] - a[1] || byText(a[0], b[0])).map(([item]) => item)
}
