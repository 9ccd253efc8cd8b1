import { canonicalJson } from '../../index.ts'
import type { Report } from './report.ts'

/** The Verdict itself: sorted keys, equal verdicts give equal bytes. */
export const json: Report = verdict => `${canonicalJson(verdict, 2)}\n`
