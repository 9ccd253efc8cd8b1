import { UsageError } from '../base/usage-error.ts'
import { defaultBranch, mergeBase, openRepository, type Repository, resolveCommit } from '../read/git.ts'
import type { Tree } from '../read/tree.ts'
import { folderTree } from '../read/tree-folder.ts'
import { revisionTree } from '../read/tree-revision.ts'
import type { ChangeOptions } from './options.ts'

/** The two sides of a change. `head` is undefined for the files as they lie. */
export interface Sides {
  repository: Repository
  base: string
  head?: string
}

/**
 * Settles what is compared: head is the named revision, or the files as they lie (in a bare repository HEAD); base is the named
 * revision, or the merge base of head and the default branch. Throws UsageError with a remedy where a revision is not there.
 */
export const sidesOf = async ({ path, base, head }: ChangeOptions): Promise<Sides> => {
  const repository = await openRepository(path)
  const revision = head ?? (repository.bare ? 'HEAD' : undefined)
  if (base !== undefined) {
    const [from, to] = await Promise.all([
      resolveCommit(repository, base),
      revision === undefined ? undefined : resolveCommit(repository, revision),
    ])
    return { repository, base: from, ...(to === undefined ? {} : { head: to }) }
  }
  const to = await resolveCommit(repository, revision ?? 'HEAD')
  const branch = await defaultBranch(repository)
  if (branch === undefined) throw new UsageError('no default branch is known in this clone', 'Name the base: lintel check --base REVISION')
  const from = await mergeBase(repository, await resolveCommit(repository, branch), to)
  return { repository, base: from, ...(revision === undefined ? {} : { head: to }) }
}

export const baseTree = ({ repository, base }: Sides): Tree => revisionTree(repository, base)

export const headTree = async ({ repository, head }: Sides): Promise<Tree> =>
  head === undefined ? folderTree(repository.root, repository) : revisionTree(repository, head)
