import { findRepository, openRepository, resolveCommit } from './git.ts'
import type { Tree } from './tree.ts'
import { folderTree } from './tree-folder.ts'
import { revisionTree } from './tree-revision.ts'

/**
 * The tree at a path: at a revision, or as the files lie; of a bare repository its HEAD.
 * Throws UsageError for a path that is no folder, a revision without a repository, and an unknown revision.
 */
export const openTree = async (path: string, revision?: string): Promise<Tree> => {
  const repository = revision === undefined ? await findRepository(path).catch(() => undefined) : await openRepository(path)
  if (repository && (revision !== undefined || repository.bare)) {
    return revisionTree(repository, await resolveCommit(repository, revision ?? 'HEAD'))
  }
  return folderTree(path, repository)
}
