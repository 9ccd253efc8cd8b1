import type { BreakMode, Change, Compatibility } from '../../model/change.ts'
import type { Contract, ContractFormat, Edge, Json, Node, NodeKind, Role } from '../../model/contract.ts'
import type { Graph, Ix } from './graph.ts'

/**
 * How values of a facet are compared:
 * `scalar` changed, or added and removed where one side has none · `flag` set or unset · `set` member by member ·
 * `choices` like a set, but absence leaves every choice: the whole list can come and go ·
 * `upper` and `lower` bounds, increased and decreased · `value` changed only, absence being a value.
 */
export type Algebra = 'scalar' | 'flag' | 'set' | 'choices' | 'upper' | 'lower' | 'value'
export type Operator = 'added' | 'removed' | 'changed' | 'increased' | 'decreased'

/** Everything the differ needs to know of a format: data, and a few named exceptions. */
export interface Format {
  format: ContractFormat
  kinds: Partial<Record<NodeKind, KindSpec>>
  roles: Partial<Record<Role, RoleSpec>>
  /** By rule id, aspect + operator: `field-removed`. */
  rows: Record<string, Row>
  /** What two nodes say before they are folded, for renderings that go by the text. Not called within overlays. */
  raw?: (a: Ix, b: Ix, pair: Pair, walk: Walk) => void
  /** Names and levels of the established tool of the format. `asOf`: ISO date that announced ends are judged at. */
  peer?: (atom: AtomView, occurrence: Occurrence | undefined, asOf: string) => PeerFinding[]
  /** Whether that tool tells a difference once, or for each operation that carries it. Default: operation. */
  peerPer?: 'atom' | 'operation'
  /** The same, where the established tool looks at all contracts of a side together. */
  peerOfAll?: (base: readonly Contract[], head: readonly Contract[], settings: PeerSettings) => Change[]
  /** The node that stands for another one: allOf folded, one-member unions unwrapped. */
  view?: (graph: Graph, ix: Ix) => Ix
  /** Names that a member answers to in code; empty for edges that a path does not show. */
  members: (owner: Node, edge: Edge, target: Node | undefined) => string[]
  /** How elements below this edge are told apart from others, relative to the owner: `/7`, `/res/200`; undefined: the target is addressed by itself. */
  address: (owner: Node, edge: Edge, target: Node | undefined) => string | undefined
  /** The id of a top-level part by its key; default: `type <key>`. */
  typeAddress?: (key: string, kind: NodeKind) => string
  /** Schemas of data: what matters if nothing else is asked for is that the new one reads what the old one wrote. */
  reads?: 'backward'
  /** Units of equal hash have no difference that a row tells, and lead to nothing that is not compared on its own. */
  hashesAreWhole?: boolean
}

export interface KindSpec {
  /** Facet name → algebra and aspect. Facets that are not named here are not compared. */
  facets: Record<string, [algebra: Algebra, aspect: string]>
  /** What takes more than one facet: emits its own atoms, adds its own pairs. True: nothing else of the pair is compared. */
  own?: (pair: Pair, walk: Walk) => boolean
}

/**
 * `key`: edges of one key belong together · `single`: there is at most one · `union`: members matched by likeness · `own`: the kind's `own` does it.
 * `aspect` names edges that come and go. `nominal`: targets belong together only if they have one name, else that is the change, of this aspect.
 */
export interface RoleSpec {
  match: 'key' | 'single' | 'union' | 'own'
  aspect: string
  nominal?: string
  /** Aspect of the edge's `required`. */
  required?: string
  /** Keys may be patterns: one that only one side has belongs to one of the other that it covers, or that covers it. */
  patterns?: { covers: (pattern: string, key: string) => boolean; aspect: string }
  /** The side of an operation's traffic that begins here. */
  side?: 'request' | 'response'
  /** That side begins below the operation too: an argument of a field that is read is sent. */
  flips?: boolean
}

/** What a walk offers to the `own` function of a kind. */
export interface Walk {
  base: Graph
  head: Graph
  /** This is an overlay: names of types do not count. */
  structural: boolean
  atom(pair: Pair, aspect: string, op: Operator, values?: Partial<Pick<Atom, 'before' | 'after' | 'a' | 'b' | 'edge'>>): void
  pair(a: Ix, b: Ix, parent: Pair, edge: Edge): void
  /** Atoms of two nodes laid over one another, names ignored. Empty: equal in structure. */
  overlay(a: Ix, b: Ix): Atom[]
}

/** Two nodes that belong together. `a` in the base graph, `b` in the head's. */
export interface Pair {
  a: Ix
  b: Ix
  parent?: Pair
  /** The base's edge that led here from the parent. */
  edge?: Edge
  /** All pairs that are come to from this one. */
  kids?: { edge: Edge; pair: Pair }[]
  atoms: Atom[]
}

/** One difference, neutral: neither direction nor verdict. `edge` is set if it is about a member of the pair (`a`, `b`: its targets). */
export interface Atom {
  pair: Pair
  aspect: string
  op: Operator
  before?: Json
  after?: Json
  edge?: Edge
  a?: Ix
  b?: Ix
}

export interface Judged {
  rule: string
  request: Compatibility
  response: Compatibility
  modes: BreakMode[]
  message: string
}

/** Where an operation carries a place: the part of its traffic, and the path of member names below that part's schema (a parameter's name first). */
export interface Occurrence {
  via: 'param' | 'body' | 'response' | 'header'
  path: readonly string[]
}

/** What another tool calls a difference, for those who come from it. */
export interface PeerFinding {
  rule: string
  compatibility: Compatibility
  /** What it is about, where that tool names the place in its own way. */
  subject?: string
}

/** The configuration of the established tool, of both sides. Files are told apart by their path below the folder of their module. */
export interface PeerSettings {
  policies: readonly PeerPolicy[]
  baseRoots: readonly string[]
}

/** What the established tool's own configuration says of the files below one folder: which rules count where. */
export interface PeerPolicy {
  /** The folder it holds for; '' for the whole tree. */
  root: string
  /** Rules and categories; empty: the tool's default. */
  use: readonly string[]
  except: readonly string[]
  /** Files and folders, from the root of the tree. */
  ignore: readonly string[]
  /** The same, for single rules and categories. */
  ignoreOnly: Readonly<Record<string, readonly string[]>>
  ignoreUnstablePackages: boolean
}

/** What people may be told of an atom. */
export interface AtomView extends Atom {
  base: Graph
  head: Graph
  walk: Walk
}

/** Verdicts of one rule. `decide` is an exception: it overrides the row, or drops the atom as told elsewhere. */
export interface Row {
  request: Compatibility
  response: Compatibility
  modes: BreakMode[]
  say: (atom: AtomView) => string
  decide?: (atom: AtomView) => Partial<Judged> | 'drop' | undefined
}
