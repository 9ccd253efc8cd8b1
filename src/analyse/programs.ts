import { ByPath } from '../base/by-path.ts'
import { by, byText } from '../base/names.ts'
import { basename, depth, dirname, isInside, join } from '../base/path.ts'
import type { Location } from '../model/evidence.ts'
import type { ImageFact, ImageStage } from '../model/manifest.ts'
import { addCloudFunctions } from './cloud-functions.ts'
import { startsInfrastructure } from './infrastructure-seeds.ts'
import { type ImageBuild, isSamplePath, isTestPath, type Repository, sortedUnique } from './repository.ts'
import { addRuns } from './runs.ts'
import type { ProgramSeed } from './seeds.ts'
import { splitByStarts } from './starts.ts'

/** Pieces of code of a repository that can run on their own: what is built into an image, then entry points that no image covers. */
export const findPrograms = (repo: Repository): ProgramSeed[] => {
  const seeds = new Map<string, ProgramSeed>()
  const contexts = buildContexts(repo)
  const mounted = mountedCode(repo)
  for (const image of repo.images) {
    if (isAside(image.dir)) continue
    if (!buildsFromSource(image.fact)) {
      for (const root of mounted.get(image.file) ?? []) addImage(repo, seeds, image, root)
      continue
    }
    for (const context of contexts.get(image.file) ?? [image.dir]) addImage(repo, seeds, image, context)
    addParametric(repo, seeds, image)
  }
  splitByStarts(repo, seeds)
  addMounted(repo, seeds)
  addRuns(repo, seeds, words, root => moduleNames(repo, root))
  addCloudFunctions(repo, seeds)
  addMains(repo, seeds)
  const all = [...seeds.values()].sort(by(s => s.id))
  const home = (seed: ProgramSeed): string => {
    const file = seed.id.includes('#') ? (join(seed.root, seed.id.slice(seed.id.indexOf('#') + 1)) ?? '') : ''
    return repo.code.has(file) ? file : seed.root
  }
  const homes = new ByPath(all.map(home), path => path)
  for (const seed of all) {
    const own = home(seed)
    seed.cut = homes.under(seed.root).filter(other => other !== own && other !== seed.root)
  }
  return all
}

/** One Dockerfile that builds several folders, which an argument of the build names: `COPY ${APP}/lib lib`. */
const addParametric = (repo: Repository, seeds: Map<string, ProgramSeed>, image: ImageBuild): void => {
  const named = sourcesOf(image.fact.stages).filter(source => argument.test(source))
  if (named.length === 0) return
  const roots = repo.deployables.flatMap(({ dir, fact }) =>
    fact.containers.flatMap(({ build }) => {
      const context = build && join(dir, build.context)
      if (!build || context === undefined || join(context, build.dockerfile ?? 'Dockerfile') !== image.file) return []
      return named.flatMap(source => {
        const value = build.args[argument.exec(source)![1]!]
        const folder =
          value?.is === 'text'
            ? join(context, source.replace(argument, value.text).split('/').slice(0, depthOf(source)).join('/'))
            : undefined
        return folder !== undefined && folder !== context && repo.hasCodeUnder(folder) ? [folder] : []
      })
    }),
  )
  if (roots.length === 0) return
  for (const seed of [...seeds.values()]) if (seed.dockerfile === image.file) seeds.delete(seed.id)
  for (const root of sortedUnique(roots)) addSeed(repo, seeds, image, root, [])
}

const argument = /\$\{?(\w+)\}?/

/** Folders of a path down to the one that an argument names. */
const depthOf = (source: string): number => source.split('/').findIndex(part => argument.test(part)) + 1

/** Scripts that a container mounts beside the configuration of its web server, whose image holds no code of the repository. */
const addMounted = (repo: Repository, seeds: Map<string, ProgramSeed>): void => {
  for (const { dir, fact } of repo.deployables)
    for (const container of fact.containers) {
      if (container.build) continue
      const sources = container.mounts.flatMap(m => join(dir, m.source) ?? [])
      const homes = sources.filter(s => s.endsWith('.conf')).map(s => dirname(dirname(s)))
      for (const root of sources) {
        const hasScripts = repo.codeUnder(root).some(path => path.endsWith('.lua') && !repo.code.get(path)?.generated)
        if (!hasScripts || seeds.has(root) || !homes.some(home => home !== '' && isInside(root, home))) continue
        const file = [...repo.codeUnder(root)].sort(byText)[0]!
        seeds.set(root, {
          ...{ id: root, root, by: 'image', command: [], buildTargets: [], names: [basename(dirname(root)), basename(root)], cut: [] },
          evidence: [
            { reader: 'code', basis: 'declared', at: { repo: repo.scan.repo, file, line: 1 }, note: `${fact.name} mounts ${root}` },
          ],
        })
      }
    }
}

/** Samples, tests, and what only the tooling of the repository runs. */
const isAside = (folder: string): boolean => isSamplePath(`${folder}/`) || isTestPath(`${folder}/`) || /(^|\/)\./.test(folder)

/** Dockerfile → folders that it is built in, as compose files and build tools say. */
const buildContexts = (repo: Repository): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  const add = (dir: string, context: string, dockerfile: string | undefined): void => {
    const folder = join(dir, context)
    if (folder === undefined) return
    const file = join(folder, dockerfile ?? 'Dockerfile')
    if (file === undefined) return
    found.set(file, sortedUnique([...(found.get(file) ?? []), folder]))
  }
  for (const { dir, fact } of repo.artifacts) add(dir, fact.context, fact.dockerfile)
  for (const { dir, fact } of repo.deployables)
    for (const { build } of fact.containers) if (build) add(dir, build.context, build.dockerfile)
  return found
}

/** Dockerfile → folders with code that are mounted into the containers of an image, as where scripts run as they lie. */
const mountedCode = (repo: Repository): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  for (const { dir, fact } of repo.deployables)
    for (const { build, mounts } of fact.containers) {
      const file = build && join(dir, build.context, build.dockerfile ?? 'Dockerfile')
      if (file === undefined) continue
      const folders = mounts.flatMap(mount => join(dir, mount.source) ?? []).filter(folder => repo.hasCodeUnder(folder))
      if (folders.length > 0) found.set(file, sortedUnique([...(found.get(file) ?? []), ...folders]))
    }
  return found
}

const buildsFromSource = (image: ImageFact): boolean =>
  image.stages.some(stage => stage.copies.some(copy => copy.from === undefined && copy.sources.length > 0))

const words = (lines: readonly string[]): string[] => lines.flatMap(l => l.split(/[\s"'=]+/)).filter(w => w !== '')

const addImage = (repo: Repository, seeds: Map<string, ProgramSeed>, image: ImageBuild, context: string): void => {
  const targets = goTargets(image.fact)
    .map(t => join(context, t))
    .filter((t): t is string => t !== undefined && t !== context)
  const narrowed = sortedUnique(
    targets.flatMap(t => (t.endsWith('/...') ? mainFolders(repo, t.slice(0, -4)) : repo.folders.has(t) ? [t] : [])),
  )
  const root = narrowed.length > 0 ? narrowed[0]! : narrowRoot(repo, image, context)
  for (const one of manyMains(repo, image, root, narrowed)) addSeed(repo, seeds, image, one, narrowed)
}

/** An image of many programs, which the commands of its containers tell apart, or of one. */
const manyMains = (repo: Repository, image: ImageBuild, root: string, narrowed: readonly string[]): readonly string[] => {
  if (narrowed.length > 1) return narrowed
  const last = image.fact.stages.at(-1)
  const folders = mainFolders(repo, root)
  const isStarted = (last?.entrypoint ?? last?.command) !== undefined
  const modules = narrowed.length === 0 && isParametric(image.fact) ? mainModules(repo, root) : []
  if (modules.length > 1) return modules
  const named = narrowed.length === 0 ? argumentFolders(repo, image.fact, root) : []
  if (named.length > 1) return named
  return narrowed.length === 0 && !isStarted && folders.length > 1 && !folders.includes(root) ? folders : [root]
}

/** What an image takes from the build is told by an argument: one Dockerfile for many modules. */
const isParametric = (image: ImageFact): boolean => {
  const lines = image.stages.flatMap(s => [
    ...s.runs.map(r => r.text),
    ...s.copies.filter(c => c.from === undefined).flatMap(c => c.sources),
  ])
  const names = new Set(image.stages.flatMap(s => s.args.map(a => a.name)))
  return lines.some(line => [...line.matchAll(/\$\{?(\w+)\}?\/+(?:target|build)\b/g)].some(m => names.has(m[1]!)))
}

/**
 * Folders of a context that an argument of the build may name (`COPY $APP/target/`), as far as they hold entry points; of one with several
 * main packages each package.
 */
const argumentFolders = (repo: Repository, image: ImageFact, root: string): string[] => {
  if (!isParametric(image) || !sourcesOf(image.stages).some(source => argument.test(source.split('/')[0]!))) return []
  const below = (path: string): string | undefined => path.slice(root === '' ? 0 : root.length + 1).split('/')[0]
  const mains = repo
    .codeUnder(root)
    .filter(path => repo.code.get(path)?.main === true && !repo.code.get(path)?.generated && !isAside(dirname(path).slice(root.length)))
  const children = sortedUnique(mains.flatMap(path => (dirname(path) === root ? [] : (join(root, below(path)!) ?? []))))
  if (children.length < 2) return []
  return children.flatMap(child => {
    const packages = mainFolders(repo, child)
    return packages.length > 1 ? packages : [child]
  })
}

/** Build modules under a root that have an entry point each. */
const mainModules = (repo: Repository, root: string): string[] =>
  sortedUnique(
    repo
      .codeUnder(root)
      .filter(path => repo.code.get(path)?.main === true && !repo.code.get(path)?.generated && !isAside(dirname(path).slice(root.length)))
      .flatMap(path => repo.moduleAround(path)?.dir ?? [])
      .filter(dir => dir !== root && isInside(dir, root)),
  )

/** Folders under a root that are a program each, in languages where that is so. */
const mainFolders = (repo: Repository, root: string): string[] =>
  sortedUnique(
    repo
      .codeUnder(root)
      .filter(
        path =>
          /\.(go|cpp|cc|cxx)$/.test(path) &&
          repo.code.get(path)?.main === true &&
          !repo.code.get(path)?.generated &&
          !isAside(dirname(path).slice(root.length)),
      )
      .map(dirname),
  )

const addSeed = (repo: Repository, seeds: Map<string, ProgramSeed>, image: ImageBuild, root: string, narrowed: string[]): void => {
  if (!repo.hasCodeUnder(root)) return
  const last = image.fact.stages.at(-1)
  const at: Location = { repo: repo.scan.repo, file: image.file, line: image.fact.spot.line }
  const seed: ProgramSeed = {
    id: root,
    root,
    by: 'image',
    dockerfile: image.file,
    ...(last && {
      started: { line: [...(last.entrypoint ?? []), ...(last.command ?? [])].join(' '), at: { ...at, line: last.spot.line } },
    }),
    command: last ? words([...(last.entrypoint ?? []), ...(last.command ?? [])]) : [],
    buildTargets: narrowed,
    names: moduleNames(repo, root),
    cut: [],
    evidence: [{ reader: 'dockerfile', basis: 'declared', at, note: `builds ${root === '' ? 'the repository' : root}` }],
  }
  const known = seeds.get(root)
  const [other, own] = [known && startedFile(repo, known), startedFile(repo, seed)]
  if (other !== undefined && own !== undefined && own !== other) {
    const id = `${root}#${basename(own).replace(/\.\w+$/, '')}`
    if (!seeds.has(id)) seeds.set(id, { ...seed, id, names: [basename(own).replace(/\.\w+$/, '')] })
    return
  }
  if (!known || betterDockerfile(image.file, known.dockerfile ?? '')) seeds.set(root, seed)
}

/** The file of the root that a command line names: images of one folder that start different files are different programs. */
const startedFile = (repo: Repository, { root, command }: ProgramSeed): string | undefined =>
  command.map(word => join(root, word)).find(path => path !== undefined && repo.code.has(path))

/** `Dockerfile` itself goes before `Dockerfile.debug`. */
const betterDockerfile = (a: string, b: string): boolean => {
  const plain = (f: string): number => (basename(f) === 'Dockerfile' ? 0 : 1)
  return plain(a) < plain(b) || (plain(a) === plain(b) && byText(a, b) < 0)
}

const goTargets = (image: ImageFact): string[] =>
  image.stages.flatMap(stage =>
    stage.runs.flatMap(run => [...run.text.matchAll(/\bgo\s+(?:build|install)\b([^&;|]*)/g)].flatMap(m => packagesOf(m[1]!))),
  )

const packagesOf = (args: string): string[] =>
  args
    .split(/\s+/)
    .filter(w => /^\.?\.?\/?[\w./-]+$/.test(w) && w.includes('/') && w.startsWith('.'))
    .map(w => w.replace(/\/[\w.-]+\.go$/, ''))

/** A context wider than the Dockerfile's folder: the one folder of it whose code is copied, or the Dockerfile's own. */
const narrowRoot = (repo: Repository, image: ImageBuild, context: string): string => {
  if (context === image.dir) return context
  const hasCode = (folder: string | undefined): folder is string => folder !== undefined && folder !== context && repo.hasCodeUnder(folder)
  if (isInside(image.dir, context) && hasCode(image.dir)) return image.dir
  const copied = sourcesOf(image.fact.stages)
    .map(s => join(context, s))
    .filter(hasCode)
  const folders = sortedUnique(copied).sort((a, b) => depth(a) - depth(b))
  return folders.length === 1 ? folders[0]! : context
}

const sourcesOf = (stages: readonly ImageStage[]): string[] =>
  stages.flatMap(s => s.copies.filter(c => c.from === undefined).flatMap(c => c.sources)).filter(s => !s.includes('*'))

const moduleNames = (repo: Repository, root: string): string[] => {
  const around = repo.modulesIn(root).flatMap(m => m.fact.names)
  return sortedUnique([...around, ...(root === '' ? [] : [basename(root)])])
}

const addMains = (repo: Repository, seeds: Map<string, ProgramSeed>): void => {
  const covered = new ByPath(seeds.values(), s => s.root)
  for (const file of repo.code.values()) {
    if (file.main !== true || file.generated || isAside(dirname(file.path))) continue
    if (!covered.around(file.path).next().done) continue
    const root = mainRoot(repo, file.path)
    if (startsInfrastructure(repo, file)) continue
    if (seeds.has(root)) continue
    const line = file.facts().program?.unit.main?.line ?? 1
    seeds.set(root, {
      ...{ id: root, root, by: 'main', command: [], buildTargets: [], names: moduleNames(repo, root), cut: [] },
      evidence: [
        { reader: file.language ?? 'code', basis: 'coded', at: { repo: repo.scan.repo, file: file.path, line }, note: 'entry point' },
      ],
    })
  }
}

/** A main package is its folder; elsewhere the build module around the entry point is the program. */
const mainRoot = (repo: Repository, path: string): string => {
  if (path.endsWith('.go') || path.endsWith('.py')) return dirname(path)
  return repo.moduleAround(path)?.dir ?? dirname(path)
}
