import type { ContractFact, Node, NodeIx } from './contract.ts'
import type { Confidence, Evidence, Location, Problem } from './evidence.ts'
import type { ManifestFact } from './manifest.ts'
import type { Value } from './value.ts'

export type Protocol =
  | 'http'
  | 'grpc'
  | 'graphql'
  | 'thrift'
  | 'dubbo'
  | 'amqp'
  | 'kafka'
  | 'nats'
  | 'redis'
  | 'sql'
  | 'mongodb'
  | 'tcp'
  | 'websocket'
  | 'unknown'

/**
 * What a repository does and holds at a commit, reduced to what the repository alone cannot settle. Small, serialisable, complete:
 * linking everybody's latest fragments gives the organisation's map.
 */
export interface Fragment {
  schema: 1
  repo: string
  revision: string
  programs: Program[]
  effects: Effect[]
  documents: Document[]
  contracts: ContractFile[]
  stubs: StubFile[]
  coverage: Coverage
  problems: Problem[]
}

/** A manifest, build or catalog file with its facts. Spots without a file are in `file`. */
export interface Document {
  file: string
  variant: Variant
  facts: ManifestFact[]
}

/** What a rendered unit is written in. */
export type UnitKind =
  | ('compose' | 'kustomize' | 'helm')
  | ('terraform' | 'cloudformation' | 'serverless' | 'pulumi' | 'crossplane' | 'cdk' | 'nomad')

/**
 * A set of manifests that is deployed together; names resolve inside one. `plain`: files as they lie in one folder;
 * any other kind: what a rendered unit yields. `bases` are folders whose files went into it.
 */
export interface Variant {
  id: string
  kind: 'plain' | UnitKind
  root: string
  bases: string[]
}

/** A piece of code that can run on its own: a folder that is built into an image, or a main program. Link decides which service it is. */
export interface Program {
  /** Its folder, or `folder#main` where one folder holds several. Unique in the repository. */
  id: string
  root: string
  /** How it was found: a Dockerfile or build context, an artifact of a build tool, or an entry point. */
  by: 'image' | 'main'
  dockerfile?: string
  main?: Location
  /** Names of its build modules and of its main package. */
  names: string[]
  language?: string
  /** It serves something: a listening server, a consumer, registered routes or rpcs. */
  listens: boolean
  /** Ports that the code listens on, as far as it says. */
  ports: Value[]
  /** Roots of the build modules and folders whose code it reaches, its own first. */
  reaches: string[]
  /** It has templates of pages that it fills in for browsers. */
  pages?: boolean
  /** Names of the annotations in its code, `Name(Class)` beside them, each with the first place: what frameworks switch on by them. */
  annotations?: { name: string; at: Location }[]
  /** What its operations take and answer, as far as its code tells: `Effect.shape` points here. */
  shapes?: Shapes
  files: number
  lines: number
  evidence: Evidence[]
}

/** Operations, their messages and types as nodes of a contract that nobody wrote; spans point into `files`, the code. */
export interface Shapes {
  files: string[]
  nodes: Node[]
}

/** What a program does at one place. `target` names the other side, or what is served. */
export interface Effect {
  /** Program.id */
  of: string
  /** `register`: the program makes itself known to a registry under the name that `target` is. */
  does: 'call' | 'serve' | 'publish' | 'consume' | 'store' | 'read-config' | 'listen' | 'register'
  protocol: Protocol
  target: Value
  /** `Service/Method` or `package.Service/Method`; `METHOD /path/{}` with holes; a topic's name. */
  operation?: Value
  /** What goes over the wire where it is not the protocol's own form: a transcoding gateway speaks json for grpc. */
  encoding?: 'json' | 'binary'
  uses: MemberUse[]
  /** Every path from the response ends in tracked reads, or in one of a `whole` member; otherwise `escapes` says where values leave view. */
  closed: boolean
  escapes: Location[]
  /** For `serve`: the program and operation it only forwards to, if its handler is a bare forward. */
  forwards?: { protocol: Protocol; target: Value; operation?: Value; at: Location }
  /** For `serve`: parts of the answers that its program gets from others and answers with itself; paths are names from the root. */
  passes?: { protocol: Protocol; target: Value; operation?: Value; from: string[]; to: string[]; at: Location }[]
  guards?: { timeoutMs?: number; retries?: number }
  /** For `serve`: the operation among its program's shapes. */
  shape?: NodeIx
  /** For `publish`: the messages, each with the name of its type ('' for a literal) and an operation among its program's shapes that answers with it. */
  messages?: { name: string; shape: NodeIx }[]
  /** What it is for, where that is known from the library; else whom it reaches decides. */
  purpose?: 'registration' | 'config' | 'auth' | 'telemetry' | 'message'
  /** The role of the other side (`registry`, `config-server`, `broker amqp`): where the address leads to nobody, the only node of that role. */
  expects?: string
  confidence: Confidence
  evidence: Evidence
}

/** One member of a message that code reads or sends. `path` are member names as the code writes them, from the body's root; `[]` is an element. */
export interface MemberUse {
  side: 'request' | 'response'
  path: string[]
  access: 'read' | 'send' | 'match'
  tolerance: 'strict' | 'defaulted' | 'optional' | 'ignored'
  /** The constant that is sent or matched, if it is one. */
  literal?: string
  /** What is read may have no members but those that the code names: a further one is an error. */
  exact?: true
  /** What is read goes out of view here with all that lies below it. */
  whole?: true
  /** For messages: the type of the code that they are put into. */
  of?: string
  at: Location
}

/** One contract file. `digest` covers the meaning; `record` marks places that other files are generated or copied from. */
export interface ContractFile {
  file: string
  digest: string
  contract: ContractFact
}

/** A generated file: what generated it and from what, as it says itself. `digest` is the blob's. */
export interface StubFile {
  file: string
  digest: string
  from?: string
  by?: string
  /** Programs whose closure holds it. */
  programs: string[]
}

/** How much was seen. Travels with every verdict. */
export interface Coverage {
  files: { seen: number; read: number; skipped: number; failed: number }
  /** Skipped files by reason: `generated`, `vendored`, `minified`, `too-large`, `binary`, `no-reader`. */
  skipped: Record<string, number>
  /** Unresolved effects by stage: `no-value`, `no-address`, `no-setting`, `ambiguous`, `budget`. */
  unresolved: Record<string, number>
  /** Steps of evaluation, and where a budget ended it. */
  budgets: { program: string; steps: number; exhausted: boolean }[]
}
