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
  /** Other values that hold as well: profiles, where no manifest says which one is active. */
  also?: Entry[]
}

/** Whose environment is asked for: an instance, or a program that nothing deploys. */
export interface Owner {
  instance?: Instance
  program?: ProgramRef
  from: Viewpoint
}

/** A file with settings that belong to whoever reads the file. */
export interface ConfigFile {
  repo: string
  path: string
  settings: Placed<SettingFact>[]
  /** Canonical file name without ending, and without a profile that the name may end in: `billing`, `billing-docker`. */
  stem: string
  /** The program whose folder it lies in. */
  holder?: ProgramRef
}

/** Settings by who owns them and by file. */
export interface Settings {
  byOwner: Map<string, Placed<SettingFact>[]>
  byFile: Map<string, Placed<SettingFact>[]>
  /** Files whose settings may belong to a program, by the program's key and repository. */
  configFilesFor(ref: ProgramRef): ConfigFile[]
  /** Folders that a configuration server hands out, with their repository. */
  servedFolders: Set<string>
  /** Where each program keeps the files it reads itself. */
  homes: Map<string, string>
}

/** One source of environment variables. */
export interface Layer {
  name: string
  entries(owner: Owner, settings: Settings, programs: Programs): Entry[]
}
