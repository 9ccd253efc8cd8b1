import { ByPath } from '../base/by-path.ts'
import { by, byText } from '../base/names.ts'
import { basename, dirname, join } from '../base/path.ts'
import type { ArtifactFact, DeployableFact, ImageFact, InfrastructureFact, ModuleFact, PageFact } from '../model/manifest.ts'
import type { Scan, ScannedFile } from '../model/scan.ts'

const testFile =
  /(^|\/)(tests?|[\w.]+-tests?|__tests__|__mocks__|spec|specs|e2e|testdata|test-data|test_data|mocks?)\/|(_test|_spec)\.[a-z]+$|\.(test|spec|e2e|stories|d)\.[cm]?[jt]sx?$|(^|\/)(test_[^/]*|conftest)\.py$|(^|\/)src\/(test|it|integrationTest|testFixtures)\/|(Tests?|IT)\.(java|cs|kt)$|(^|\/)[^/]*[.-]?(Unit|Integration|Functional|Acceptance)?Tests\//
const sampleFile = /(^|\/)(examples?|samples?|demos?|docs?|benchmarks?|third_party|third-party|vendor|node_modules|\.git)\//i

export const isTestPath = (path: string): boolean => testFile.test(path)
/** Package folders below a source root name packages, not samples. */
export const isSamplePath = (path: string): boolean => sampleFile.test(path.replace(/(^|\/)src\/main\/.*$/, '/'))

/** A build module of the tree: where its file lies and what it says. */
export interface BuildModule {
  file: string
  dir: string
  fact: ModuleFact
}

export interface ImageBuild {
  file: string
  dir: string
  fact: ImageFact
}

/** What analyse asks of a scan, by path and name; made once. */
export class Repository {
  readonly scan: Scan
  /** Code that may belong to a program: no tests, not vendored. */
  readonly code = new Map<string, ScannedFile>()
  readonly folders = new Map<string, string[]>()
  readonly modules: BuildModule[] = []
  readonly images: ImageBuild[] = []
  readonly artifacts: { dir: string; fact: ArtifactFact }[] = []
  readonly pages: { file: string; fact: PageFact }[] = []
  readonly deployables: { dir: string; file: string; fact: DeployableFact }[] = []
  readonly infrastructure: { dir: string; file: string; fact: InfrastructureFact }[] = []
  private readonly paths: Set<string>
  private readonly byName = new Map<string, BuildModule[]>()
  private readonly byFolder: ByPath<BuildModule>
  private readonly byFile: ByPath<BuildModule>
  private readonly byPath: ByPath<string>
  private readonly goModules = new Map<string, BuildModule>()

  constructor(scan: Scan) {
    this.scan = scan
    this.paths = new Set(scan.paths)
    for (const file of [...scan.files].sort(by(f => f.path))) {
      if (file.language === undefined || isTestPath(file.path)) continue
      this.code.set(file.path, file)
      const folder = dirname(file.path)
      const list = this.folders.get(folder)
      if (list) list.push(file.path)
      else this.folders.set(folder, [file.path])
    }
    for (const document of [...scan.documents].sort(by(d => `${d.file} ${d.variant.id}`)))
      for (const fact of document.facts) {
        const dir = dirname(document.file)
        if (fact.says === 'module') this.modules.push({ file: document.file, dir, fact })
        else if (fact.says === 'image') this.images.push({ file: document.file, dir, fact })
        else if (fact.says === 'artifact') this.artifacts.push({ dir, fact })
        else if (fact.says === 'infrastructure') this.infrastructure.push({ dir, file: document.file, fact })
        else if (fact.says === 'page') this.pages.push({ file: document.file, fact })
        else if (fact.says === 'deployable') this.deployables.push({ dir, file: document.file, fact })
      }
    for (const module of this.modules)
      for (const name of module.fact.names) {
        const list = this.byName.get(name)
        if (list) list.push(module)
        else this.byName.set(name, [module])
        if (basename(module.file) === 'go.mod' && !this.goModules.has(name)) this.goModules.set(name, module)
      }
    this.byFolder = new ByPath(this.modules, m => m.dir)
    this.byFile = new ByPath(this.modules, m => m.file)
    this.byPath = new ByPath(this.code.keys(), path => path)
  }

  exists(path: string): boolean {
    return this.paths.has(path)
  }

  modulesNamed(name: string): readonly BuildModule[] {
    return this.byName.get(name) ?? []
  }

  /** The build module around a path, the nearest; of one build system if named. */
  moduleAround(path: string, system?: (system: string) => boolean): BuildModule | undefined {
    for (const module of this.byFolder.around(path)) if (!system || system(module.fact.system)) return module
    return undefined
  }

  /** Build modules whose file lies in a folder. */
  modulesIn(dir: string): readonly BuildModule[] {
    return this.byFolder.at(dir)
  }

  /** The modules a path names: from a module's own folder, or from a root of the build above it. */
  modulesAt(dir: string, path: string): readonly BuildModule[] {
    for (let from = dir; ; from = dirname(from)) {
      const to = join(from, path)
      const found = to === undefined ? [] : [...this.byFile.at(to), ...this.byFolder.at(to)]
      if (found.length > 0 || from === '') return found
    }
  }

  private dependedOn: Set<string> | undefined

  /** Whether a module asks for the one at this path, file or folder. */
  isDependedOn(path: string): boolean {
    this.dependedOn ??= new Set(
      this.modules.flatMap(m =>
        m.fact.dependencies.flatMap(d => (d.path === undefined ? [] : this.modulesAt(m.dir, d.path).flatMap(t => [t.file, t.dir]))),
      ),
    )
    return this.dependedOn.has(path)
  }

  /** Build modules whose file lies in a folder or below it. */
  modulesUnder(dir: string): readonly BuildModule[] {
    return this.byFolder.under(dir)
  }

  /** Code files at or below a folder, sorted. */
  codeUnder(root: string): string[] {
    return this.byPath.under(root)
  }

  hasCodeUnder(root: string): boolean {
    return this.byPath.hasUnder(root)
  }

  /** The folder of the tree that a Go import path means. */
  goFolder(importPath: string): string | undefined {
    for (let end = importPath.length; end >= 0; end = end === 0 ? -1 : importPath.lastIndexOf('/', end - 1)) {
      const module = this.goModules.get(importPath.slice(0, end))
      if (module) return join(module.dir, importPath.slice(end))
    }
    return undefined
  }
}

export const sortedUnique = (items: Iterable<string>): string[] => [...new Set(items)].sort(byText)
