import type { Evidence, Spot } from './evidence.ts'

/** What is asked of requests, or done for them, between two services or at one of them. */
export type ControlKind =
  | ('authn' | 'authz' | 'tls' | 'mtls' | 'network-policy' | 'egress')
  | ('rate-limit' | 'timeout' | 'retry' | 'circuit-breaker' | 'health')
  | ('fault' | 'mirror' | 'split')

/** What a mesh, a gateway or a cluster is told to do with requests. It is never a call: who may call whom says nothing of who does. */
export interface ControlFact {
  says: 'control'
  kind: ControlKind
  /** Name of the reader. */
  by: string
  /** What is demanded, in few words: `STRICT`, `2s`, `3 attempts`, `100 per second`. */
  value: string
  /** `Kind/name` of the object that says so; others refer to it by that. */
  object: string
  namespace?: string
  /** Labels of the object, where others choose it by them. */
  labels?: Record<string, string>
  scope: ControlScope
  /** The one port of what it applies to, by number or name. */
  port?: number | string
  /** The requests it applies to: `GET /v1/seats/**`, `office.Seats/Hold`. Absent: all. */
  route?: string
  /** The callers it applies to, where the object names them. Absent: all. */
  callers?: Peer[]
  /** It is for the requests that its workloads make, not for those that they get. */
  ofCaller?: true
  /** Only what comes from outside, through a controller that is not on the map. */
  entry?: true
  /** Whom it lets in, or out. */
  admits?: Admission
  /** Of the facts with one key that apply to one thing (and port), those with the narrowest scope count. */
  overrides?: string
  /** It switches off what a wider scope demands. */
  off?: true
  spot: Spot
}

/** An object is put to use: whatever `object` says, applies to `scope` too. */
export interface ControlUseFact {
  says: 'control-use'
  /** `Kind/name` of the object. */
  object: string
  namespace?: string
  scope: ControlScope
  route?: string
  entry?: true
  spot: Spot
}

/** Where it applies: from the widest to the narrowest. `object`: wherever the named one applies (`Kind/*` with a selector: all with such labels); `referenced`: where others put it to use. */
export type ControlScope =
  | { is: 'mesh' }
  | { is: 'namespace' }
  | { is: 'workloads'; selector: Selector; everywhere?: true }
  | { is: 'deployable'; name: string }
  | { is: 'hosts'; hosts: string[] }
  | { is: 'object'; name: string; selector?: Selector }
  | { is: 'referenced' }

/** Labels as a selector writes them. Without any, everything is selected. */
export interface Selector {
  labels: Record<string, string>
  where?: { key: string; op: string; values: string[] }[]
}

/**
 * `in`: who may call what it applies to; `out`: whom that may call. `closed`: whoever no such allowance names is kept out; else the most
 * exact one decides, and nobody is kept out by silence. `partial`: some requests only.
 */
export interface Admission {
  effect: 'allow' | 'deny'
  way: 'in' | 'out'
  peers: Peer[]
  closed: boolean
  partial?: true
}

/** Somebody as a policy names him. */
export type Peer =
  | { is: 'any' }
  | { is: 'account'; name: string; namespace?: string }
  | { is: 'namespace'; name: string }
  | { is: 'workloads'; selector: Selector; namespace?: string; spaces?: Selector }
  | { is: 'service'; name: string }
  | { is: 'object'; name: string; namespace?: string }
  | { is: 'other'; text: string }

/** A control of one route of a proxy. */
export interface RouteControl {
  kind: ControlKind
  value: string
  spot: Spot
}

/** A control of the map: of a service, or of one connection. */
export interface Control {
  kind: ControlKind
  value: string
  /** The part that it is for: a route, a port. Absent: all of it. */
  of?: string
  /** Whom it lets in or out, or keeps from it: nodes of the map, and what else is named, as written. */
  peers?: { effect: 'allow' | 'deny'; way: 'in' | 'out'; nodes: string[]; others: string[] }
  /** Of a connection: it is not let through. */
  denies?: true
  /** In one of several ways of deploying only, or one of several files that define the same object. */
  state?: 'optional'
  evidence: Evidence[]
}

/** Where the content of secrets comes from. */
export interface SecretFact {
  says: 'secret-source'
  /** `Kind/name` of the object that says so. */
  object: string
  namespace?: string
  /** What workloads take: `secret/NAME`, `secret-provider-class/NAME`. */
  fills: string[]
  /** The object that says more of the store: `SecretStore/office`. */
  from?: string
  /** What kind of store it is: `vault`, `aws-secrets-manager`. */
  provider?: string
  /** Where the store is asked, or its name. */
  address?: string
  /** What is taken from it, as written. */
  keys: string[]
  spot: Spot
}
