import { join } from '../base/path.ts'
import type { Location } from '../model/evidence.ts'
import type { Repository } from './repository.ts'
import type { ProgramSeed } from './seeds.ts'

/** Programs of folders that a runner starts as they lie: what is to be built there has no Dockerfile. */
export const addRuns = (
  repo: Repository,
  seeds: Map<string, ProgramSeed>,
  words: (lines: readonly string[]) => string[],
  namesOf: (root: string) => string[],
): void => {
  const images = new Set(repo.images.map(image => image.file))
  for (const { dir, file, fact } of repo.deployables)
    for (const { build, command = [], spot } of fact.kind === 'cloud/function' ? [] : fact.containers) {
      const root = build && join(dir, build.context)
      if (!build || root === undefined || root === '' || seeds.has(root) || !repo.hasCodeUnder(root)) continue
      if (images.has(join(root, build.dockerfile ?? 'Dockerfile') ?? '')) continue
      const at: Location = { repo: repo.scan.repo, file, line: spot.line }
      seeds.set(root, {
        ...{ id: root, root, by: 'image', command: words(command), buildTargets: [], names: namesOf(root), cut: [] },
        ...(command.length > 0 ? { started: { line: command.join(' '), at } } : {}),
        evidence: [{ reader: 'deploy', basis: 'declared', at, note: `${fact.name} is run from ${root}` }],
      })
    }
}
