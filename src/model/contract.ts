import type { Evidence, Known, Location } from './evidence.ts'

/** Index of a node inside one contract. Never leaves it, is never an id. */
export type NodeIx = number
export type ContractId = string
export type ContractFormat = 'openapi' | 'protobuf' | 'graphql' | 'asyncapi' | 'avro' | 'json-schema' | 'thrift' | 'code'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
/** Only what the format's facet table knows; descriptions and examples are never here. */
export type Facets = { [name: string]: Json }

export type NodeKind =
  | ('api' | 'operation' | 'param' | 'body' | 'response' | 'media' | 'header' | 'schema' | 'securityScheme' | 'oauthFlow')
  | ('file' | 'message' | 'field' | 'enum' | 'value' | 'extension' | 'service' | 'rpc')
  | ('type' | 'argument' | 'directive' | 'channel' | 'event')

export type Role =
  | ('op' | 'webhook' | 'callback' | 'param' | 'body' | 'response' | 'header' | 'media' | 'schema' | 'security' | 'flow')
  | (
      | 'prop'
      | 'items'
      | 'additional'
      | 'pattern'
      | 'prefix'
      | 'names'
      | 'contains'
      | 'allOf'
      | 'oneOf'
      | 'anyOf'
      | 'not'
      | 'if'
      | 'then'
      | 'else'
      | 'dependentSchema'
      | 'unevaluatedItems'
      | 'unevaluatedProperties'
      | 'contentSchema'
    )
  | ('file' | 'message' | 'enum' | 'service' | 'extension' | 'field' | 'extfield' | 'value' | 'rpc' | 'in' | 'out' | 'type')
  | ('arg' | 'member' | 'possible' | 'directive')
  | ('channel' | 'event' | 'publish' | 'subscribe' | 'payload' | 'headers' | 'reply' | 'server' | 'binding')

/** Lines of a node in its file: `file` indexes Contract.files; lines are 1-based. */
export interface Span {
  file: number
  line: number
  endLine?: number
}

/** A `$ref` target or a named type is one node, reserved before it is described, so that cycles are free. */
export interface Node {
  kind: NodeKind
  /** Full name, for nominal formats (`billing.v1.Invoice`); component name for OpenAPI. */
  name?: string
  facets: Facets
  edges: Edge[]
  at: Span
  /** Spans of single facets where findings point at them (type token, number, option). */
  spans?: Record<string, Span>
}

/** What belongs to the place (required, the number of a field is the key) sits on the edge, not on the shared target. */
export interface Edge {
  role: Role
  key: string
  /** A node of this contract, or a name that lives in another file (proto full name, `file#pointer`), joined by link. */
  to: NodeIx | Name
  required?: boolean
  /** The name that was used, a hint only. */
  ref?: string
}

export interface Name {
  name: string
  /** Full name of the place that uses it: relative names are looked up from there outward (protobuf). Gone once joined. */
  scope?: string
  /** The contract of the system that defines it, when that is not the one that uses it. Set by link. */
  contract?: ContractId
}

/** Operation, component, file or top-level type: the grain of caching and invalidation. `hash` covers meaning, not comments or layout. */
export interface Unit {
  key: string
  node: NodeIx
  span: Span
  hash: string
  refs: string[]
}

/** One file's part of a contract, as its reader gives it: `Span.file` 0 is the file itself; edges to other files stay names. */
export interface ContractFact {
  format: ContractFormat
  /** Package (protobuf), title (OpenAPI): what the file calls itself. */
  name: string
  version?: string
  /** Files that hold parts of it, from the root of the tree: `Span.file` 1 is the first one. */
  parts?: string[]
  imports: string[]
  nodes: Node[]
  root: NodeIx
  units: Unit[]
}

/** A contract of the map: files of one repository that define one thing, names joined. */
export interface Contract {
  id: ContractId
  format: ContractFormat
  name: string
  repo: string
  /** Files of the copy of record. */
  files: string[]
  nodes: Node[]
  root: NodeIx
  units: Unit[]
  /** Services that serve its operations. */
  providers: Known<string>[]
  copies: Copy[]
}

/** The id of what the subgraphs of a repository are together. */
export const SUPERGRAPH = 'graphql:supergraph'

/**
 * Another file that holds the same contract (`copy`) or code generated from it (`stub`), and the services built from it.
 * `state` compares a copy with the record; a stub's state is known only when it says what it contains.
 */
export interface Copy {
  repo: string
  file: string
  kind: 'copy' | 'stub'
  /** Of the meaning for copies, of the bytes for stubs. */
  digest: string
  state: 'current' | 'stale' | 'unknown'
  /** Element paths that differ from the record, at most 20. */
  differs: string[]
  usedBy: string[]
  evidence: Evidence[]
}

/** The address of an element: an operation (or a named type) and the path below it. Its text form is the element's stable id. */
export interface ElementAddress {
  contract: ContractId
  /** `billing.Billing/GetInvoice`, `GET /invoices/{}`, or `type billing.Invoice`. */
  of: string
  /** `/res/200(media)/[]/x` */
  path: string
}

export const elementId = (address: ElementAddress): string => `${address.contract}#${address.of}${address.path}`

/** Where a node of a contract stands. */
export const locationOf = (contract: Contract, span: Span): Location => ({
  repo: contract.repo,
  file: contract.files[span.file] ?? contract.files[0] ?? '',
  line: span.line,
  ...(span.endLine === undefined ? {} : { endLine: span.endLine }),
})

export interface Operation {
  /** `package.Service/Method`, `METHOD /path/{}` (path parameters positional), `Query.field`, `channel#message`. */
  id: string
  node: NodeIx
}

/** The operations of a contract, in file order. HTTP paths keep no parameter names, unless that makes two of them equal. */
export const operations = (contract: Pick<Contract, 'nodes' | 'root'>): Operation[] => {
  const found: Operation[] = []
  const visit = (ix: NodeIx): void => {
    for (const edge of contract.nodes[ix]!.edges) {
      if (typeof edge.to !== 'number') continue
      const node = contract.nodes[edge.to]!
      if (node.kind === 'operation') found.push({ id: edge.key, node: edge.to })
      else if (node.kind === 'rpc') found.push({ id: `${contract.nodes[ix]!.name}/${node.name}`, node: edge.to })
      else if (node.kind === 'event' && edge.role === 'event') found.push({ id: edge.key, node: edge.to })
      else if (node.kind === 'field' && edge.role === 'field') found.push({ id: `${contract.nodes[ix]!.name}.${edge.key}`, node: edge.to })
      else if (node.kind === 'service' || node.kind === 'file' || node.facets.root !== undefined) visit(edge.to)
    }
  }
  visit(contract.root)
  return found
}
