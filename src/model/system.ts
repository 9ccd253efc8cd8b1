import type { Contract, ContractId } from './contract.ts'
import type { Control } from './control.ts'
import type { Confidence, Evidence, Known, Location, Problem } from './evidence.ts'
import type { Coverage, MemberUse, Protocol } from './fragment.ts'
import type { EntityKind, EntityRelation, ResourceKind } from './manifest.ts'

export type ServiceId = string
export type ResourceId = string
/** A service or a resource. */
export type NodeId = string
export type TeamId = string
export type InteractionId = string

/** The map. Plain JSON, sorted by id, no methods. */
export interface SystemModel {
  schema: 1
  revisions: Revision[]
  services: Service[]
  resources: Resource[]
  teams: Team[]
  interactions: Interaction[]
  contracts: Contract[]
  unresolved: Unresolved[]
  /** Values in manifests that name a service or port, resolved or not: what `wiring` rules judge. */
  wirings: Wiring[]
  /** What catalogs declare, beside what was found. Absent where no catalog was read. */
  catalog?: Catalog
  coverage: Coverage
  problems: Problem[]
}

/** `revision` is a commit id, `worktree` for files as they lie, or a fragment's own. */
export interface Revision {
  repo: string
  revision: string
}

export type ServiceKind =
  | ('service' | 'worker' | 'job' | 'function' | 'gateway' | 'frontend' | 'registry')
  | ('config' | 'auth' | 'monitoring' | 'loadgen' | 'agent')

export interface Service {
  id: ServiceId
  name: string
  kind: ServiceKind
  /** Every name somebody may call it by: folder, compose key, image, workload, Service, container, package. */
  aliases: string[]
  repo: string
  /** Folders of its own code, most specific first. */
  paths: string[]
  /** Whoever its catalog entry names, then whoever owns its code. */
  owners: Known<TeamId>[]
  /** The system and the domain that it is declared to be part of. */
  system?: Known<string>
  domain?: Known<string>
  exposure?: Known<'public' | 'internal'>
  /** What is asked of its requests, or done for them, by mesh, gateways and cluster. */
  controls: Control[]
  /** Programming language, by its program. */
  runtime: Known<string>[]
  /** What it serves, with the members it reads and sends. */
  serves: OperationRef[]
  /** `optional`: switched off by default, or part of one way of deploying the system only. `undeployed`: nothing deploys it. */
  state: 'deployed' | 'optional' | 'undeployed'
  evidence: Evidence[]
}

export interface Resource {
  id: ResourceId
  name: string
  kind: ResourceKind
  aliases: string[]
  /** Deployed by one of several ways of deploying the system only, and used by nothing that the others deploy. */
  state?: 'optional'
  evidence: Evidence[]
}

export interface Team {
  id: TeamId
  name: string
  title?: string
}

/** What catalogs say there is and how it hangs together. Nothing of it is a call by itself. */
export interface Catalog {
  entities: CatalogEntity[]
  relations: DeclaredRelation[]
}

export interface CatalogEntity {
  /** `kind:namespace/name` */
  ref: string
  kind: EntityKind
  name: string
  namespace: string
  title?: string
  description?: string
  type?: string
  lifecycle?: string
  /** What of the map it stands for, by evidence; absent where nothing does. */
  describes?: { kind: 'service' | 'resource' | 'contract' | 'team'; id: string }
  /** Files that it names and that are not in the tree. */
  gone?: string[]
  /** Other places that declare the same name and say something else. */
  duplicates?: Location[]
  evidence: Evidence[]
}

/** By its author's word. `missing`: no catalog that was read has the target. */
export interface DeclaredRelation {
  /** `from type to` */
  id: string
  type: Exclude<EntityRelation['type'], 'dependencyOf'>
  from: string
  to: string
  missing?: true
  /** Where both sides stand for something of the map: what would be a call or a use there. */
  nodes?: { from: NodeId; to: NodeId[] }
  evidence: Evidence[]
}

export interface Interaction {
  /** `from->to:protocol` with the role appended for topics. */
  id: InteractionId
  from: NodeId
  to: NodeId
  purpose: 'call' | 'message' | 'data' | 'registration' | 'config' | 'auth' | 'telemetry'
  style: 'sync' | 'async'
  protocol: Protocol
  role?: 'produce' | 'consume'
  /** The caller speaks JSON for a protocol that is binary (a transcoding gateway). */
  encoding?: 'json' | 'binary'
  operations: OperationRef[]
  /** Controls of the route that it takes, and policies that let it through or do not. */
  controls?: Control[]
  confidence: Confidence
  evidence: Evidence[]
}

export interface OperationRef {
  /** `package.Service/Method` as far as known, or `METHOD /path/{}`. */
  operation: string
  contract?: ContractId
  uses: MemberUse[]
  closed: boolean
  escapes: Evidence['at'][]
  /** Only for served operations: the members that it answers with, where the code tells all of them. */
  answers?: string[]
  /** Only for served operations: what it answers with of the answers that it gets from others. */
  passes?: PassedOn[]
  /** Only for served operations: a bare forward to this node's operation. */
  forwardsTo?: { node: NodeId; operation?: string; at: Evidence['at'] }
  evidence: Evidence[]
}

/** A part of a callee's answer (`from`, names from its root) that becomes part of the own answer (`to`): all of it, where `from` is empty. */
export interface PassedOn {
  node: NodeId
  operation: string
  from: string[]
  to: string[]
  at: Evidence['at']
}

/** A call whose other side is not known, kept and counted. `hint` is what would resolve it, a line of configuration to paste. */
export interface Unresolved {
  id: string
  from: ServiceId
  does: string
  protocol: Protocol
  target: string
  operation?: string
  /** `no-value`: the code does not say; `no-setting`: named, set nowhere; `no-address`: set, leads nowhere; `ambiguous`; `budget`. */
  stage: 'no-value' | 'no-setting' | 'no-address' | 'ambiguous' | 'budget'
  reason: string
  hint?: string
  evidence: Evidence[]
}

/** An environment value of one deployable that is an address: whom it names and whether it gets there. */
export interface Wiring {
  of: ServiceId
  name: string
  value: string
  host: string
  port?: number
  /** The node it reaches; absent when nothing answers to that host or that port. */
  to?: NodeId
  /** A node answers to the host, but serves another port. */
  wrongPort?: { node: NodeId; serves: number[] }
  /** The code of the deployable reads it. */
  read: boolean
  evidence: Evidence[]
}
