import type { Budget } from '../syntax/placed.ts'
import type { Call, Calls } from './calls.ts'
import type { Rows } from './tables.ts'
import type { ConstructTree } from './tree.ts'

/** What a program of one kind of library is read with. */
export interface Settings {
  calls: Calls
  tree: ConstructTree
  rows: Rows
  /** A class by module and name, as the tables have it. */
  className(call: Call): string
  /** The type of the cloud that a class is by its own name. */
  typeOf(call: Call): string | undefined
  /** The folder that paths are relative to, and that of the document. */
  folder: string
  /** Whether the tree has a file. */
  exists(path: string): boolean
  /** Context and configuration. */
  settings: ReadonlyMap<string, string>
  budget: Budget
}

/** What is asked of the values of a program. */
export interface Reading {
  settings: Settings
  /** Whether a call makes a resource of the cloud. */
  isResource(call: Call): boolean
}
