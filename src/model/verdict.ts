import type { Change, DeployOrder, Impact, Subject } from './change.ts'
import type { Confidence, Evidence, Location, Problem } from './evidence.ts'
import type { Coverage } from './fragment.ts'
import type { Revision } from './system.ts'

export type RuleId = string
export type Severity = 'error' | 'warning' | 'note'
export type Level = Severity | 'off'

export interface Finding {
  rule: RuleId
  severity: Severity
  confidence: Confidence
  subject: Subject
  message: string
  at: Location
  evidence: Evidence[]
  impact: Impact[]
  deployOrder?: DeployOrder
  population?: { closed: boolean; reason?: string }
  advice?: Advice
  /** Absent at the base: only such a finding can block. */
  introduced: boolean
  /** Of rule and subject, never of a line. */
  fingerprint: string
  waiver?: Waiver
}

/** What a rule yields; judge adds severity, confidence, fingerprint, waiver and `introduced`. */
export interface RuleResult {
  subject: Subject
  message: string
  at: Location
  evidence: Evidence[]
  impact?: Impact[]
  deployOrder?: DeployOrder
  population?: { closed: boolean; reason?: string }
  advice?: Advice
  /** The decision table's level for this situation, where a rule has more than one. The policy's own level still wins. */
  severity?: Severity
  /** Where the rule knows better than the weakest basis of its evidence. */
  confidence?: Confidence
  /** One sentence without a full stop, for the verdict's first line: `3 services break when billing.GetInvoice loses tax_id`. */
  headline?: string
}

export interface Estimate {
  metric: 'latency.p95' | 'latency.p50' | 'cost.month' | 'utilisation'
  unit: 'ms' | 'usd' | 'ratio'
  value: number
  low: number
  high: number
  /** Where the number comes from: `prior: one HTTP hop without a sidecar`, `8,213 spans`. */
  basis: string
  samples?: number
  subject?: Subject
}

export interface Advice {
  action: 'reuse' | 'extend' | 'merge' | 'split' | 'make-library' | 'make-async' | 'keep' | 'fix'
  target?: Subject
  /** An imperative a developer can follow. */
  reason: string
  expected: Estimate[]
}

export interface Waiver {
  rule: RuleId
  /** Fingerprint, or subject id with `*` allowed. */
  subject: string
  reason: string
  owner: string
  /** ISO date; past it, the waiver is an error of its own. */
  expires: string
  /** Consumers that were known when it was given; without it, those that the base has. It does not hold for others. */
  consumers?: string[]
  link?: string
}

/** The one verdict object; every surface renders it. Same input, same policy, same `asOf`: same bytes. */
export interface Verdict {
  schema: 1
  /** Hash of the content. */
  id: string
  decision: 'allow' | 'warn' | 'deny'
  headline: string
  /** False: could not judge; facts of a changed file are missing at base or head. */
  complete: boolean
  base: Revision
  head: Revision
  asOf: string
  /** Where the policy was read from: `base abc1234`, `defaults`. */
  policy: string
  changed: { files: number; services: number }
  findings: Finding[]
  changes: Change[]
  estimates: Estimate[]
  advice: Advice[]
  waiversUsed: Waiver[]
  coverage: Coverage
  problems: Problem[]
  policyHash: string
  modelHash: string
}

/** `lintel.config.yaml|json`, as data. Every key is optional in the file; this is the form with defaults applied. */
export interface Policy {
  rules: Record<RuleId, Level>
  /** Names for calls that nothing resolves: `service/NAME` → service. */
  links: Record<string, string>
  /** Targets that are outside: `service/NAME` or host → label. */
  external: Record<string, string>
  /** Paths that are not looked at. */
  ignore: string[]
  /** Groups of consumers that are outside the map, by contract or service: makes a population open. */
  publicContracts: string[]
  /** Deny when fewer than this share of the files that have a reader could be read, 0 to 1. */
  minimumCoverage: number
  /** Library rows of the user, in the shape of the built-in tables. */
  libraries: unknown[]
  /** Owners of services that neither CODEOWNERS nor a catalog names one of, by service or path. */
  owners: Assignment[]
  /** Which services make a system, and which services and systems a domain. */
  systems: Assignment[]
  domains: Assignment[]
  /** Repositories and folders of the estate, as written: read where the user names the file. */
  repositories: string[]
  waivers: Waiver[]
}

/** A line that gives whatever matches a pattern an owner, a system or a domain. */
export interface Assignment {
  pattern: string
  value: string
  at: Location
}
