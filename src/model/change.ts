import type { ContractId } from './contract.ts'
import type { Location } from './evidence.ts'
import type { MemberUse } from './fragment.ts'
import type { ServiceId, TeamId } from './system.ts'

/** What a statement is about. `id` is stable over moves of lines and files. */
export interface Subject {
  kind: 'service' | 'resource' | 'interaction' | 'contract' | 'operation' | 'element' | 'wiring' | 'call' | 'entity' | 'policy'
  id: string
  name: string
}

/** How a contract change hurts: on the wire, in the JSON form, in regenerated sources, in validation, in meaning. */
export type BreakMode = 'wire' | 'json' | 'source' | 'validate' | 'semantic'
export type Compatibility = 'breaking' | 'conditional' | 'compatible'

/** One difference between two models. A contract change is one per atom; its occurrences are listed lazily. */
export interface Change {
  kind: 'added' | 'removed' | 'modified'
  subject: Subject
  property?: string
  before?: unknown
  after?: unknown
  at: { base?: Location; head?: Location }
  contract?: ContractChange
}

export interface ContractChange {
  contract: ContractId
  /** aspect + op, such as `field-removed`, `type-changed`. */
  rule: string
  /** What is shown for it: `removed field 7 tax_id (string)`. */
  message: string
  /** Whoever sends the request and reads the response judges each side apart. */
  verdict: { request?: Compatibility; response?: Compatibility }
  modes: BreakMode[]
  reach: { operations: Reach[]; total: number }
}

/** An operation that carries the changed element: on which side, and the path of member names from the body's root. */
export interface Reach {
  operation: string
  /** The contract that has the operation, when it is not the one that is changed: it uses a type of it. */
  contract?: ContractId
  side: 'request' | 'response' | 'both'
  path: string[]
}

/** One party that feels a change. `breaks` needs evidence of use; `unknown` says that it cannot be excluded. */
export interface Impact {
  party: ServiceId
  role: 'consumer' | 'provider'
  verdict: 'breaks' | 'likely-breaks' | 'tolerated-silently' | 'unknown' | 'safe-proved'
  modes: BreakMode[]
  /** An error is seen (loud), or data is wrong or missing without one (silent). */
  loud: boolean
  operations: string[]
  usage: MemberUse[]
  at?: Location
  /** What the party does there, in a few words: `reads invoice.taxId`. */
  note: string
  owner?: TeamId
  /** After this change the party no longer depends on what is gone. */
  repairedAtHead: boolean
  /** Pass-through services between the change and this party. */
  via?: ServiceId[]
}

/** Which orders of deployment are safe. `parties` are to be deployed in the given order. */
export interface DeployOrder {
  safe: 'any' | 'consumers-first' | 'providers-first' | 'none'
  order: ServiceId[]
  reason: string
  at?: Location
}

/** What compare says about one contract or wiring change: who feels it. It passes no verdict. */
export interface ImpactReport {
  change: Change
  impacts: Impact[]
  deployOrder?: DeployOrder
  population: { closed: boolean; reason?: string }
}

/** Everything that is different between two models. */
export interface Comparison {
  changes: Change[]
  impacts: ImpactReport[]
}
