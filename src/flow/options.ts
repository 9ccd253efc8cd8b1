/** What every use case needs to know about its input. Paths are of this machine; revisions are git's. */
export interface ReadOptions {
  /** The repository, or a plain folder. */
  path: string
  /** Fragment files and folders of other repositories, linked beside it. */
  with?: readonly string[]
  /** Where facts are kept; `false` keeps none. Default: the user's cache folder. */
  cacheDir?: string | false
  /** Worker threads for parsing; default: the number of cores. */
  workers?: number
  /** A configuration outside the judged tree, in place of the one inside. */
  config?: string
  /** Only what is named here: not the repositories that the configuration lists. */
  alone?: boolean
  onProgress?: (done: number, total: number, what: string) => void
}

export interface MapOptions extends ReadOptions {
  /** Further repositories or folders, linked into one map. */
  paths?: readonly string[]
  /** The repositories of the configuration in place of `path`, where it lists any. */
  estate?: boolean
  /** Revision of `path`; default: the files as they lie. */
  rev?: string
}

export interface ChangeOptions extends ReadOptions {
  /** Default: the merge base of head and the default branch. */
  base?: string
  /** Default: the files as they lie. */
  head?: string
}

export interface CheckOptions extends ChangeOptions {
  /** ISO date that waivers are judged at; default: the date of the head commit, or of the base for files as they lie. */
  asOf?: string
  /** A waivers file outside the judged tree. */
  waivers?: string
  /** Old debt too, behind the baseline. */
  all?: boolean
}

export interface ReplayOptions extends ReadOptions {
  head?: string
  /** How many commits of the first-parent history; default 20. */
  last?: number
}
