import type { SystemModel } from '../../index.ts'

/** A rendering of the map. Pure; equal maps give equal bytes. */
export type Export = (model: SystemModel) => string

/** One of several files of a rendering. A file that is there and does not begin as `ours` does is somebody's own. */
export interface ExportedFile {
  path: string
  text: string
  ours: string
}
