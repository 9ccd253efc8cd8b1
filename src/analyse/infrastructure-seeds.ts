import { dirname, join } from '../base/path.ts'
import type { InfrastructureFact } from '../model/manifest.ts'
import type { Repository } from './repository.ts'
import type { ProgramSeed } from './seeds.ts'

/** Programs that declare infrastructure: they run where the system is deployed from, and are no part of it. */
export const infrastructureSeeds = (repo: Repository): ProgramSeed[] =>
  repo.infrastructure.flatMap(({ dir, file, fact }) => {
    if (!fact.start || repo.codeUnder(dir).length === 0) return []
    const at = { repo: repo.scan.repo, file, line: fact.spot.line }
    return [
      {
        ...{ id: dir, root: dir, by: 'main', command: fact.start, buildTargets: [], names: [], cut: [] },
        declares: { kind: fact.kind, file },
        evidence: [{ reader: 'deploy/infrastructure', basis: 'declared', at, note: `starts the program in ${dir || 'the root'}` }],
      } satisfies ProgramSeed,
    ]
  })

/** Whether a file is the start of a program that declares infrastructure: beside what says how it is started, or in a folder that this names. */
export const startsInfrastructure = (repo: Repository, file: string, home: string): boolean =>
  repo.infrastructure.some(({ dir, fact }) => fact.start !== undefined && homesOf(dir, fact).some(h => h === dirname(file) || h === home))

const homesOf = (dir: string, { start = [] }: InfrastructureFact): string[] => [
  dir,
  ...start.flatMap(word => {
    const path = /[/\\]/.test(word) ? join(dir, word.replaceAll('\\', '/')) : undefined
    return path === undefined ? [] : [path, dirname(path)].filter(p => p !== '')
  }),
]
