import { basename, join } from '../base/path.ts'
import type { ContainerFact, DeployableFact } from '../model/manifest.ts'
import { entryFile } from './entries.ts'
import type { Repository } from './repository.ts'
import type { ProgramSeed } from './seeds.ts'

/** What a container of an image starts: a file of the code, where its command names one. */
interface Start {
  dir: string
  fact: DeployableFact
  words: string[]
  file: string | undefined
}

/**
 * An image whose containers start different files is a program for each of them; the one that its own command starts stays where a
 * container leaves it at that.
 */
export const splitByStarts = (repo: Repository, seeds: Map<string, ProgramSeed>): void => {
  const started = startedContainers(repo)
  for (const seed of [...seeds.values()]) {
    if (seed.by !== 'image' || seed.dockerfile === undefined || seed.buildTargets.length > 0) continue
    const starts = startsOf(repo, seed, started)
    const files = new Set(starts.flatMap(s => s.file ?? []))
    const together = [...new Set(starts.map(s => s.dir))].some(
      dir => new Set(starts.filter(s => s.dir === dir).map(s => s.file ?? '')).size > 1,
    )
    if (files.size === 0 || !together) continue
    if (starts.every(s => s.file !== undefined)) seeds.delete(seed.root)
    for (const start of starts) if (start.file !== undefined) addStart(repo, seeds, seed, start, start.file)
  }
}

const addStart = (repo: Repository, seeds: Map<string, ProgramSeed>, seed: ProgramSeed, start: Start, file: string): void => {
  const inside = seed.root === '' ? file : file.slice(seed.root.length + 1)
  const id = `${seed.root}#${inside}`
  if (seeds.has(id)) return
  const { started: _, ...rest } = seed
  seeds.set(id, {
    ...rest,
    ...{ id, command: start.words, names: [inside.replace(/\.\w+$/, '')] },
    evidence: [
      ...seed.evidence,
      { reader: 'code', basis: 'declared', at: { repo: repo.scan.repo, file, line: 1 }, note: `${start.fact.name} starts it` },
    ],
  })
}

/** Containers that may start a file: those that an image is built for, by its Dockerfile, and those whose command names a file of no image. */
interface Started {
  built: Map<string, Container[]>
  written: Container[]
}

interface Container extends Omit<Start, 'file'> {
  order: number
}

const startedContainers = (repo: Repository): Started => {
  const found: Started = { built: new Map(), written: [] }
  let order = 0
  for (const { dir, fact } of repo.deployables)
    for (const container of fact.containers) {
      const one = { dir, fact, words: wordsOf(container), order: order++ }
      const dockerfile = dockerfileOf(dir, container)
      if (dockerfile !== undefined) found.built.set(dockerfile, [...(found.built.get(dockerfile) ?? []), one])
      else if (!container.build && one.words.some(isWrittenFile)) found.written.push(one)
    }
  return found
}

const startsOf = (repo: Repository, seed: ProgramSeed, { built, written }: Started): Start[] => {
  const files = repo.codeUnder(seed.root).filter(path => !repo.code.get(path)?.generated)
  const own = (built.get(seed.dockerfile!) ?? []).map(c => ({ ...c, file: startedFile(seed, c.words, files) }))
  const others = written.map(c => ({ ...c, file: writtenFile(seed, c.words, files) })).filter(c => c.file !== undefined)
  return [...own, ...others].sort((a, b) => a.order - b.order)
}

const wordsOf = (container: ContainerFact): string[] =>
  [...(container.entrypoint ?? []), ...(container.command ?? [])].flatMap(l => l.split(/[\s"'=]+/)).filter(w => w !== '')

const dockerfileOf = (dir: string, { build }: ContainerFact): string | undefined =>
  build && join(dir, build.context, build.dockerfile ?? 'Dockerfile')

/** The one file that a command names; undefined where it is what the image starts by itself. */
const startedFile = (seed: ProgramSeed, words: readonly string[], files: readonly string[]): string | undefined => {
  const own = new Set(seed.command.flatMap(w => entryFile(seed.root, w, files, true)))
  const found = words.flatMap(w => entryFile(seed.root, w, files, true)).filter(f => !own.has(f))
  return found[0]
}

/** Of an image that nothing here builds: a file that the command names with its folder. */
const writtenFile = (seed: ProgramSeed, words: readonly string[], files: readonly string[]): string | undefined =>
  words
    .filter(isWrittenFile)
    .map(w => join(seed.root, w))
    .find(path => path !== undefined && files.includes(path))

const isWrittenFile = (word: string): boolean => word.includes('/') && /\.\w+$/.test(basename(word))
