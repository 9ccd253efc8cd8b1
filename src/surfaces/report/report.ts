import type { RuleId, Verdict } from '../../index.ts'

/** A rendering of one verdict. Pure: no clock, no environment; what depends on them is an option. */
export type Report = (verdict: Verdict, options: ReportOptions) => string

export interface ReportOptions {
  /** Columns of the terminal; default 120. Nothing is cut, long lines move their note below. */
  width?: number
  colour?: boolean
  /** Notes and findings that were there before are shown too. */
  all?: boolean
  /** How long the run took. Never part of the verdict. */
  ms?: number
  version?: string
  /** `https://host/owner/name/blob/<sha>`: makes places of the judged repository links. */
  urlBase?: string
  /** The pull request's own head, where the judged revision is a merge that the host made. */
  headSha?: string
  /** Tells several gates on one pull request apart; default `default`. */
  gate?: string
  /** The texts of a rule, for formats that carry them. */
  rule?: (id: RuleId) => RuleText | undefined
}

export interface RuleText {
  summary: string
  /** Markdown. */
  help: string
  uri?: string
}
