import { link } from '../link/link.ts'
import type { Fragment } from '../model/fragment.ts'
import type { SystemModel } from '../model/system.ts'
import { openTree } from '../read/tree-open.ts'
import { configuredIn } from './configuration.ts'
import type { MapOptions } from './options.ts'
import { fragmentOfTree, inWorkspace, linkOptions } from './workspace.ts'

export interface MapResult {
  model: SystemModel
  /** Fragments that were linked, the named path's first. */
  fragments: Fragment[]
}

/** The map of a repository or folder, at a revision or as its files lie, linked with further ones. Throws UsageError for bad paths and revisions. */
export const mapSystem = async (options: MapOptions): Promise<MapResult> => {
  const tree = await openTree(options.path, options.rev)
  const configuration = await configuredIn(tree, options)
  const isEstate = options.estate === true && configuration.repositories.length > 0
  if (isEstate) tree.close()
  return inWorkspace(isEstate ? { ...options, path: '' } : options, configuration, async workspace => {
    const fragments = isEstate ? [] : [await fragmentOfTree(workspace, tree, configuration)]
    for (const path of options.paths ?? []) fragments.push(await fragmentOfTree(workspace, await openTree(path), configuration))
    fragments.push(...(await workspace.others))
    const model = link(fragments, linkOptions(configuration.policy))
    return { model: { ...model, problems: [...configuration.problems, ...model.problems] }, fragments }
  })
}

/** What one repository tells others: small, complete, without program facts. */
export const fragmentOf = async (options: MapOptions): Promise<Fragment> =>
  (await mapSystem({ ...options, with: [], paths: [], alone: true })).fragments[0]!
