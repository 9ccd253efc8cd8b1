import type { Repository } from './git.ts'
import type { ObjectReader } from './git-objects.ts'
import { runGit } from './git-process.ts'
import { decodePath, type ListedEntry, records, settle, type Tree, type TreeContent, type TreeEntry } from './tree.ts'

/** How many blobs are asked for before the first has come: keeps git busy, and memory bounded. */
const AHEAD = 64
const LINK_LIMIT = 4096

/** The files of a commit (an id, as resolveCommit gives it), straight from git's objects: no checkout, bare repositories too. */
export const revisionTree = (repository: Repository, commit: string): Tree => {
  const { objects } = repository
  const problems: Tree['problems'] = []
  const list = async (): Promise<readonly TreeEntry[]> => {
    const out = await runGit(repository.folder, repository.env, ['ls-tree', '-r', '-z', '--end-of-options', commit])
    const settled = await settle(repository.name, records(out).map(parse), async link => {
      const answer = await objects.read(link.blob, LINK_LIMIT)
      return 'missing' in answer ? undefined : answer.bytes?.toString()
    })
    problems.push(...settled.problems)
    return settled.entries
  }
  objects.enter()
  // Begun at once: listing takes a process of its own, and others are waited for meanwhile.
  const listing = list()
  listing.catch(() => undefined)
  let isOpen = true
  return {
    repo: repository.name,
    revision: commit,
    problems,
    entries: () => listing,
    read: (entries, limit) => readObjects(objects, entries, limit),
    close() {
      if (isOpen) objects.leave()
      isOpen = false
    },
  }
}

const parse = (record: string): ListedEntry => {
  const tab = record.indexOf('\t')
  const [mode, , blob] = record.slice(0, tab).split(' ') as [string, string, string]
  return { ...decodePath(record.slice(tab + 1)), blob, kind: kindOf(mode) }
}

/** The kind of an entry by its git mode. */
export const kindOf = (mode: string): ListedEntry['kind'] => (mode === '160000' ? 'module' : mode === '120000' ? 'link' : 'file')

/** Contents of entries from git's objects, in order. */
export async function* readObjects(objects: ObjectReader, entries: readonly TreeEntry[], limit: number): AsyncGenerator<TreeContent> {
  const ahead: ReturnType<ObjectReader['read']>[] = []
  for (let i = 0; i < entries.length; i++) {
    if (ahead.length < AHEAD / 2) {
      const more = entries.slice(i + ahead.length, i + AHEAD)
      ahead.push(...more.map(entry => objects.read(entry.blob, limit)))
    }
    const answer = await ahead.shift()!
    const entry = entries[i]!
    if ('missing' in answer) yield { entry, missing: `its blob ${entry.blob.slice(0, 12)} is not in this clone (${answer.missing})` }
    else if (answer.bytes) yield { entry, bytes: answer.bytes, blob: entry.blob }
    else yield { entry, tooLarge: answer.size }
  }
}
