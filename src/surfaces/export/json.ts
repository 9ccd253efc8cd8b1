import { canonicalJson } from '../../index.ts'
import type { Export } from './export.ts'

/** The map itself: sorted keys, equal maps give equal bytes. */
export const json: Export = model => `${canonicalJson(model, 2)}\n`
