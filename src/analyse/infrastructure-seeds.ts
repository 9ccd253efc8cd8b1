import { isInside } from '../base/path.ts'
import type { ScannedFile } from '../model/scan.ts'
import { infrastructureLibrary } from './libraries/infrastructure.ts'
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

/** Whether a file starts a program that declares infrastructure: it is below what says how one is started, and uses a library for it. */
export const startsInfrastructure = (repo: Repository, file: ScannedFile): boolean =>
  repo.infrastructure.some(({ dir, fact }) => fact.start !== undefined && isInside(file.path, dir)) &&
  file.facts().program?.unit.imports.some(i => infrastructureLibrary.test(i.path)) === true
