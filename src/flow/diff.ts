import type { Comparison } from '../model/change.ts'
import type { SystemModel } from '../model/system.ts'
import { compareSides } from './change.ts'
import type { ChangeOptions } from './options.ts'

export interface DiffResult {
  comparison: Comparison
  base: SystemModel
  head: SystemModel
}

/** What a change does to the map. Throws UsageError for bad paths and revisions. */
export const diffSystems = async (options: ChangeOptions): Promise<DiffResult> => {
  const { comparison, base, head } = await compareSides(options)
  return { comparison, base: base.model, head: head.model }
}
