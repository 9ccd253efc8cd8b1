import type { SystemModel } from '../../index.ts'

/** A rendering of the map. Pure; equal maps give equal bytes. */
export type Export = (model: SystemModel) => string
