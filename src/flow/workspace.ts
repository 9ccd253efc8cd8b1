import { resolve } from 'node:path'
import { by } from '../base/names.ts'
import { UsageError } from '../base/usage-error.ts'
import { type LinkOptions, link } from '../link/link.ts'
import type { Fragment } from '../model/fragment.ts'
import type { SystemModel } from '../model/system.ts'
import type { Policy } from '../model/verdict.ts'
import { Cache } from '../read/cache.ts'
import { scan } from '../read/scan.ts'
import type { Tree } from '../read/tree.ts'
import { readInput } from '../read/tree-input.ts'
import { openTree } from '../read/tree-open.ts'
import type { Configuration } from './configuration.ts'
import { analysed } from './infrastructure.ts'
import type { MapOptions, ReadOptions } from './options.ts'

/** What one run shares: the cache, and the fragments of other repositories, which are the same on both sides of a change. */
export interface Workspace {
  options: ReadOptions
  cache?: Cache
  others: Promise<Fragment[]>
}

/** Opens what a run needs, and writes the cache at its end, whether it succeeds or not. */
export const inWorkspace = async <T>(
  options: ReadOptions,
  configuration: Configuration,
  use: (workspace: Workspace) => Promise<T>,
): Promise<T> => {
  const cache = options.cacheDir === false ? undefined : new Cache(options.cacheDir)
  const workspace: Workspace = { options, ...(cache ? { cache } : {}), others: Promise.resolve([]) }
  workspace.others = otherFragments(workspace, configuration)
  workspace.others.catch(() => undefined)
  try {
    return await use(workspace)
  } finally {
    cache?.close()
  }
}

/** Reads and analyses one tree, and closes it. */
export const fragmentOfTree = async (
  { options, cache }: Workspace,
  tree: Tree,
  { policy, libraries }: Configuration,
): Promise<Fragment> => {
  try {
    const scanned = await scan(tree, {
      onDemand: true,
      ignore: policy.ignore,
      ...(cache ? { cache } : {}),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
      ...(options.onProgress ? { onProgress: (done, total) => options.onProgress?.(done, total, tree.repo) } : {}),
    })
    const analysis = { libraries, ...(cache ? { cache: cache.repository(tree.repo).derived('analyse') } : {}) }
    return await analysed(scanned, analysis).finally(scanned.demand.close)
  } finally {
    tree.close()
  }
}

/** Links a repository's fragment with the others of the workspace. */
export const linkWithOthers = async (workspace: Workspace, fragment: Fragment, { policy }: Configuration): Promise<SystemModel> =>
  link([fragment, ...(await workspace.others)], linkOptions(policy))

export const linkOptions = ({ links, external, publicContracts, owners, systems, domains }: Policy): LinkOptions => ({
  ...{ links, external, publicContracts },
  ...(owners.length + systems.length + domains.length > 0 ? { central: { owners, systems, domains } } : {}),
})

const otherFragments = async (workspace: Workspace, configuration: Configuration): Promise<Fragment[]> => {
  const found: Fragment[] = []
  const { alone, path, paths = [], with: beside = [] }: ReadOptions & Pick<MapOptions, 'paths'> = workspace.options
  const named = new Set([...(path === '' ? [] : [path]), ...paths, ...beside].map(p => resolve(p)))
  const listed = alone ? [] : configuration.repositories.filter(p => !named.has(p))
  for (const other of [...beside, ...listed]) found.push(await fragmentAt(workspace, other, configuration))
  return found.sort(by(f => f.repo))
}

/** A fragment from a file, or of the folder or repository at a path. Throws UsageError for anything else. */
const fragmentAt = async (workspace: Workspace, path: string, configuration: Configuration): Promise<Fragment> => {
  const text = readInput(path)
  if (text === undefined) return fragmentOfTree(workspace, await openTree(path), configuration)
  const fragment = parseFragment(text)
  if (fragment) return fragment
  throw new UsageError(`${path} is not a fragment of Lintel`, 'Write one in the other repository: lintel fragment --format json=FILE')
}

const parseFragment = (text: string): Fragment | undefined => {
  try {
    const data = JSON.parse(text) as Partial<Fragment> | null
    const whole = data?.schema === 1 && typeof data.repo === 'string' && Array.isArray(data.effects) && Array.isArray(data.programs)
    return whole ? (data as Fragment) : undefined
  } catch {
    return undefined
  }
}
