import { join } from '../base/path.ts'
import type { Location } from '../model/evidence.ts'
import type { ContainerFact, DeployableFact } from '../model/manifest.ts'
import { entryFile } from './entries.ts'
import type { Repository } from './repository.ts'
import type { ProgramSeed } from './seeds.ts'

/** Something that a runner, or a cloud, starts from a folder as it lies: what is to be built there has no Dockerfile. */
interface Run {
  root: string
  file: string
  fact: DeployableFact
  container: ContainerFact
  /** The file that it starts with, where its command names one. */
  start?: string
}

/** Programs of folders that are started as they lie; functions of one folder that start with different files are several. */
export const addRuns = (
  repo: Repository,
  seeds: Map<string, ProgramSeed>,
  words: (lines: readonly string[]) => string[],
  namesOf: (root: string) => string[],
): void => {
  const byRoot = new Map<string, Run[]>()
  for (const run of runsOf(repo, words)) byRoot.set(run.root, [...(byRoot.get(run.root) ?? []), run])
  for (const [root, runs] of byRoot) {
    if (seeds.has(root)) continue
    const starts = new Set(runs.flatMap(run => run.start ?? []))
    for (const run of runs) {
      const inside = run.start === undefined ? '' : root === '' ? run.start : run.start.slice(root.length + 1)
      const isOwn = run.start !== undefined && (starts.size > 1 || root === '')
      const id = isOwn ? `${root}#${inside}` : root
      if ((root === '' && !isOwn) || seeds.has(id)) continue
      const command = run.container.command ?? []
      const at: Location = { repo: repo.scan.repo, file: run.file, line: run.container.spot.line }
      seeds.set(id, {
        ...{ id, root, by: 'image', command: words(command), buildTargets: [], cut: [] },
        names: isOwn ? [inside.replace(/\.\w+$/, '')] : namesOf(root),
        ...(command.length > 0 ? { started: { line: command.join(' '), at } } : {}),
        evidence: [{ reader: 'deploy', basis: 'declared', at, note: `${run.fact.name} is run from ${root || 'the repository'}` }],
      })
    }
  }
}

const runsOf = (repo: Repository, words: (lines: readonly string[]) => string[]): Run[] => {
  const images = new Set(repo.images.map(image => image.file))
  return repo.deployables.flatMap(({ dir, file, fact }) =>
    fact.containers.flatMap((container): Run[] => {
      const root = container.build && join(dir, container.build.context)
      if (!container.build || root === undefined || images.has(join(root, container.build.dockerfile ?? 'Dockerfile') ?? '')) return []
      const code = repo.codeUnder(root)
      if (code.length === 0) return []
      const isFunction = fact.kind === 'cloud/function'
      const [start] = isFunction ? words(container.command ?? []).flatMap(word => entryFile(root, word, code, true)) : []
      return [{ root, file, fact, container, ...(start === undefined ? {} : { start }) }]
    }),
  )
}
