import { shortHash } from '../base/hash.ts'
import { canonicalJson } from '../base/json.ts'
import { compare } from '../compare/compare.ts'
import type { Comparison } from '../model/change.ts'
import type { SystemModel } from '../model/system.ts'
import { commitDate } from '../read/git.ts'
import { differingPaths, type Tree } from '../read/tree.ts'
import { type Configuration, configuredIn } from './configuration.ts'
import type { CheckOptions } from './options.ts'
import { baseTree, headTree, type Sides, sidesOf } from './revisions.ts'
import { fragmentOfTree, inWorkspace, linkOptions, linkWithOthers, type Workspace } from './workspace.ts'

/** Both sides of a change, linked and compared. The policy is the base's. */
export interface JudgedChange {
  sides: Sides
  configuration: Configuration
  base: SystemModel
  head: SystemModel
  comparison: Comparison
  changedFiles: string[]
  asOf: string
}

/** Reads, links and compares the two sides of a change. Throws UsageError for bad paths and revisions. */
export const compareSides = async (options: CheckOptions): Promise<JudgedChange> => {
  const sides = await sidesOf(options)
  const [before, after] = [baseTree(sides), await headTree(sides)]
  const asOf = options.asOf ?? (await commitDate(sides.repository, sides.head ?? sides.base))
  const configuration = await configuredIn(before, { ...options, asOf })
  return inWorkspace(options, configuration, async workspace => {
    const changedFiles = differingPaths(await before.entries(), await after.entries())
    const base = await modelOf(workspace, before, configuration)
    const head =
      changedFiles.length === 0 ? { ...base, revisions: headRevisions(base, after) } : await modelOf(workspace, after, configuration)
    return { sides, configuration, base, head, comparison: compare(base, head), changedFiles, asOf }
  })
}

const headRevisions = (base: SystemModel, after: Tree): SystemModel['revisions'] =>
  base.revisions.map(r => (r.repo === after.repo ? { ...r, revision: after.revision } : r))

/** The linked model of a tree. A commit's model is kept: it is the base of every later change. */
const modelOf = async (workspace: Workspace, tree: Tree, configuration: Configuration): Promise<SystemModel> => {
  const { policy, libraries } = configuration
  const cache = tree.revision === 'worktree' ? undefined : workspace.cache?.derived('model')
  const settings = canonicalJson([linkOptions(policy), policy.ignore, libraries])
  const key = cache && [tree.repo, tree.revision, settings, await othersKey(workspace)].join('\0')
  const known = key === undefined ? undefined : (cache?.get(key) as SystemModel | undefined)
  if (known) {
    tree.close()
    return known
  }
  const model = await linkWithOthers(workspace, await fragmentOfTree(workspace, tree, configuration), configuration)
  if (key !== undefined) cache?.put(key, model)
  return model
}

const othersKey = async (workspace: Workspace): Promise<string> => {
  const others = await workspace.others
  return others.length === 0 ? '' : shortHash(canonicalJson(others))
}
