import { compare } from '../compare/compare.ts'
import type { Comparison } from '../model/change.ts'
import { commitDate } from '../read/git.ts'
import { differingPaths, type Tree } from '../read/tree.ts'
import { type Configuration, configuredIn } from './configuration.ts'
import { type LinkedModel, Models } from './models.ts'
import type { CheckOptions } from './options.ts'
import { baseTree, headTree, type Sides, sidesOf } from './revisions.ts'
import { inWorkspace } from './workspace.ts'

/** Both sides of a change, linked and compared. The policy is the base's. */
export interface JudgedChange {
  sides: Sides
  configuration: Configuration
  base: LinkedModel
  head: LinkedModel
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
    const models = new Models(workspace, configuration)
    const base = await models.of(before)
    const head = changedFiles.length === 0 ? atRevision(base, after) : await models.of(after)
    return { ...{ sides, configuration, base, head, changedFiles, asOf }, comparison: compare(base.model, head.model) }
  })
}

const atRevision = ({ model, digest }: LinkedModel, { repo, revision }: Tree): LinkedModel => ({
  digest,
  model: { ...model, revisions: model.revisions.map(r => (r.repo === repo ? { repo, revision } : r)) },
})
