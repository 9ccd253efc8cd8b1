import { canonicalName } from '../base/names.ts'
import { basename, dirname, join, sourceFolders } from '../base/path.ts'
import type { Location } from '../model/evidence.ts'
import type { ContainerFact, DeployableFact } from '../model/manifest.ts'
import { entryFile } from './entries.ts'
import type { Repository } from './repository.ts'
import type { ProgramSeed } from './seeds.ts'

/** A function of a cloud with the code that it starts, as far as its folder and its handler tell. */
interface Start {
  fact: DeployableFact
  container: ContainerFact
  at: Location
  root: string
  file?: string
}

/**
 * Functions of a cloud: nothing in their code says that it is started. Their folder is a program; where several start in one folder, each
 * file that is started is one.
 */
export const addCloudFunctions = (repo: Repository, seeds: Map<string, ProgramSeed>): void => {
  const starts = repo.deployables.flatMap(({ dir, file, fact }) =>
    fact.kind === 'cloud/function'
      ? fact.containers.flatMap(
          container => startOf(repo, dir, { fact, container, at: { repo: repo.scan.repo, file, line: container.spot.line } }) ?? [],
        )
      : [],
  )
  const byRoot = new Map<string, Start[]>()
  for (const start of starts) byRoot.set(start.root, [...(byRoot.get(start.root) ?? []), start])
  for (const [root, all] of byRoot) {
    const files = new Set(all.map(s => s.file ?? ''))
    for (const start of all) addSeed(seeds, root, start, files.size > 1)
  }
}

const addSeed = (seeds: Map<string, ProgramSeed>, root: string, { fact, container, at, file }: Start, isOneOfMany: boolean): void => {
  const inside = file === undefined ? '' : root === '' ? file : file.slice(root.length + 1)
  const id = isOneOfMany && inside !== '' ? `${root}#${inside}` : root
  const known = seeds.get(id)
  if (known) {
    if (!known.names.includes(fact.name)) known.names = [...known.names, fact.name]
    return
  }
  const command = file === undefined ? (container.command ?? []) : [inside]
  seeds.set(id, {
    ...{ id, root, by: 'image', command: [...command], buildTargets: [], names: [fact.name], cut: [] },
    evidence: [
      {
        reader: 'deploy/cloud',
        basis: 'declared',
        at: { ...at, ...placeOf(container) },
        note: `${fact.name} runs ${inside || root || 'the repository'}`,
      },
    ],
  })
}

const placeOf = ({ spot }: ContainerFact): { file?: string; line: number } => ({
  ...(spot.file === undefined ? {} : { file: spot.file }),
  line: spot.line,
})

const startOf = (repo: Repository, dir: string, found: Omit<Start, 'root'>): Start | undefined => {
  const { build, command = [], image } = found.container
  if (image !== undefined) return undefined
  const folder = build && join(dir, build.context)
  const dockerfile = folder === undefined ? undefined : join(folder, build?.dockerfile ?? 'Dockerfile')
  if (repo.images.some(i => i.file === dockerfile)) return undefined
  if (folder !== undefined)
    for (const root of sourceFolders(folder)) {
      const files = repo.codeUnder(root).filter(path => !repo.code.get(path)?.generated)
      if (files.length === 0) continue
      const [file] = command.flatMap(word => entryFile(root, word, files, true))
      if (file !== undefined || root === folder) return { ...found, root, ...(file === undefined ? {} : { file }) }
    }
  return byHandler(repo, found)
}

/** An archive that nobody here packs: the one file of the tree that the handler names, or the one of them whose folder bears the function's name. */
const byHandler = (repo: Repository, found: Omit<Start, 'root'>): Start | undefined => {
  const [handler] = found.container.command ?? []
  const stem = handler === undefined ? undefined : /^([\w@./-]+):[\w$]+$/.exec(handler)?.[1]?.replace(/^\.?\//, '')
  if (stem === undefined) return undefined
  const named = [...repo.code.keys()].filter(path => {
    const bare = path.replace(/\.\w+$/, '')
    return (bare === stem || bare.endsWith(`/${stem}`)) && !repo.code.get(path)?.generated
  })
  const names = [found.fact.name, ...found.fact.aliases].map(canonicalName)
  const own = named.length > 1 ? named.filter(path => names.includes(canonicalName(basename(rootOf(path, stem))))) : named
  return own.length === 1 ? { ...found, root: rootOf(own[0]!, stem), file: own[0]! } : undefined
}

const rootOf = (path: string, stem: string): string => dirname(`${path.replace(/\.\w+$/, '').slice(0, -stem.length)}/x`).replace(/\/$/, '')
