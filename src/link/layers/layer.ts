import type { Step } from '../../model/evidence.ts'
import type { SettingFact } from '../../model/manifest.ts'
import type { Value } from '../../model/value.ts'
import type { Viewpoint } from '../directory.ts'
import type { Placed, ProgramRef } from '../gather.ts'
import type { Instance } from '../node.ts'
import type { Programs } from '../programs.ts'

/** One variable as a layer sets it, with the join that says so. */
export interface Entry {
  name: string
  value: Value
  step: Step
  /** The layer's name. */
  layer: string
}

/** Whose environment is asked for: an instance, or a program that nothing deploys. */
export interface Owner {
  instance?: Instance
  program?: ProgramRef
  from: Viewpoint
}

/** Settings by who owns them and by file. */
export interface Settings {
  byOwner: Map<string, Placed<SettingFact>[]>
  byFile: Map<string, Placed<SettingFact>[]>
  byKey: Map<string, Placed<SettingFact>[]>
}

/** One source of environment variables. */
export interface Layer {
  name: string
  entries(owner: Owner, settings: Settings, programs: Programs): Entry[]
}
