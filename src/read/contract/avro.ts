import type { ContractFact, Edge, Facets, Json, Name, Node, NodeIx, Role } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'
import { parseJson } from '../syntax/json.ts'
import { at, type DataNode, itemsOf, plain, textOf } from '../syntax/node.ts'
import { unitsOf } from '../units.ts'

const MAX_NODES = 200_000
const MAX_DEPTH = 200
const MAX_PROBLEMS = 50

const PRIMITIVES: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])
const NAMED: ReadonlySet<string> = new Set(['record', 'error', 'enum', 'fixed'])

/**
 * Avro schemas: records, enums, fixed, unions, arrays and maps, with the full names of the specification. Types of other files stay names.
 * The messages of a protocol are not read, its types are.
 */
export const avro: Reader = {
  name: 'avro',
  version: 2,
  wants: path => /\.(avsc|avpr)$/.test(path),
  read: ({ content }) => {
    const { root, problems } = parseJson(content)
    if (root === undefined) return { problems }
    const b: Building = { nodes: [], types: new Map(), waiting: [], problems, depth: 0 }
    return { contract: contractOf(b, root), problems: problems.slice(0, MAX_PROBLEMS) }
  },
}

interface Building {
  nodes: Node[]
  /** Named types by full name. */
  types: Map<string, NodeIx>
  /** Edges to types by name, looked up when all are known. */
  waiting: { edge: Edge; name: string; namespace: string }[]
  problems: FileProblem[]
  depth: number
}

const contractOf = (b: Building, document: DataNode): ContractFact => {
  const protocol = textOf(at(document, 'protocol'))
  const root = addNode(b, 'api', {}, document)
  if (protocol === undefined) typed(b, root, 'schema', '', document, '')
  else {
    const namespace = textOf(at(document, 'namespace')) ?? ''
    itemsOf(at(document, 'types')).forEach((type, i) => {
      typed(b, root, 'member', String(i), type, namespace)
    })
  }
  for (const { edge, name, namespace } of b.waiting) edge.to = lookUp(b, name, namespace)
  // First: a root that has a name goes by it.
  b.nodes[root]!.edges.unshift(...[...b.types].map(([key, to]): Edge => ({ role: 'type', key, to })))
  const first = b.nodes[root]!.edges.find(e => e.role === 'schema')
  const name = protocol ?? (typeof first?.to === 'number' ? b.nodes[first.to]?.name : undefined) ?? ''
  return { format: 'avro', name, imports: [], nodes: b.nodes, root, units: unitsOf(b.nodes, root) }
}

/** A name without dots belongs to the namespace around it, else to none. */
const lookUp = (b: Building, name: string, namespace: string): NodeIx | Name => {
  const inside = name.includes('.') || namespace === '' ? undefined : b.types.get(`${namespace}.${name}`)
  return inside ?? b.types.get(name) ?? { name, ...(namespace === '' || name.includes('.') ? {} : { scope: namespace }) }
}

const problem = (b: Building, message: string, node: DataNode): void => {
  if (b.problems.length < MAX_PROBLEMS) b.problems.push({ code: 'avro/schema', message, severity: 'warning', line: node.line })
}

const addNode = (b: Building, kind: 'api' | 'type' | 'field', facets: Facets, { line, endLine }: DataNode): NodeIx =>
  b.nodes.push({ kind, facets, edges: [], at: endLine > line ? { file: 0, line, endLine } : { file: 0, line } }) - 1

/** An edge to the type that a schema describes or names. */
const typed = (b: Building, owner: NodeIx, role: Role, key: string, schema: DataNode, namespace: string): void => {
  const name = textOf(schema)
  const isName = schema.is === 'scalar' && name !== undefined && !PRIMITIVES.has(name)
  const edge: Edge = { role, key, to: 0 }
  if (isName) b.waiting.push({ edge, name, namespace })
  else {
    const to = described(b, schema, namespace)
    if (to === undefined) return
    edge.to = to
  }
  b.nodes[owner]!.edges.push(edge)
}

const described = (b: Building, schema: DataNode, namespace: string): NodeIx | undefined => {
  if (b.depth >= MAX_DEPTH || b.nodes.length >= MAX_NODES) {
    problem(b, `deeper than ${MAX_DEPTH} or more than ${MAX_NODES} parts, not read`, schema)
    return undefined
  }
  b.depth++
  const ix = schema.is === 'list' ? union(b, schema, namespace) : single(b, schema, namespace)
  b.depth--
  return ix
}

const union = (b: Building, schema: DataNode, namespace: string): NodeIx => {
  const ix = addNode(b, 'type', { kind: 'union' }, schema)
  itemsOf(schema).forEach((branch, i) => {
    if (branch.is === 'list') problem(b, 'a union directly inside a union is not allowed; it is left out', branch)
    else typed(b, ix, 'oneOf', String(i), branch, namespace)
  })
  return ix
}

const single = (b: Building, schema: DataNode, namespace: string): NodeIx | undefined => {
  const type = schema.is === 'map' ? at(schema, 'type') : schema
  const kind = textOf(type)
  // A wrapper: `{"type": {"type": "array", …}}`.
  if (kind === undefined && (type?.is === 'map' || type?.is === 'list') && schema.is === 'map') return described(b, type, namespace)
  if (kind === undefined) {
    problem(b, 'this is no schema; it is left out', schema)
    return undefined
  }
  if (NAMED.has(kind)) return named(b, kind === 'error' ? 'record' : kind, schema, namespace)
  if (kind === 'array' || kind === 'map') return container(b, kind, schema, namespace)
  if (PRIMITIVES.has(kind)) return addNode(b, 'type', { kind, ...logical(schema) }, schema)
  problem(b, `${kind.slice(0, 60)} is no type of Avro; it is left out`, schema)
  return undefined
}

/** What bytes mean beyond their type. */
const logical = (schema: DataNode): Facets => {
  const type = textOf(at(schema, 'logicalType'))
  if (type === undefined) return {}
  const scale = at(schema, 'scale')
  const precision = at(schema, 'precision')
  return {
    logicalType: type,
    ...(precision === undefined ? {} : { precision: plain(precision) as Json }),
    ...(type === 'decimal' ? { scale: scale === undefined ? 0 : (plain(scale) as Json) } : {}),
  }
}

const container = (b: Building, kind: 'array' | 'map', schema: DataNode, namespace: string): NodeIx => {
  const ix = addNode(b, 'type', { kind }, schema)
  const inner = at(schema, kind === 'array' ? 'items' : 'values')
  if (inner === undefined) problem(b, `this ${kind} does not say of what`, schema)
  else typed(b, ix, kind === 'array' ? 'items' : 'additional', '', inner, namespace)
  return ix
}

const named = (b: Building, kind: string, schema: DataNode, outer: string): NodeIx | undefined => {
  const written = textOf(at(schema, 'name'))
  if (written === undefined) {
    problem(b, `this ${kind} has no name; it is left out`, schema)
    return undefined
  }
  const namespace = written.includes('.') ? written.slice(0, written.lastIndexOf('.')) : (textOf(at(schema, 'namespace')) ?? outer)
  const full = written.includes('.') || namespace === '' ? written : `${namespace}.${written}`
  const ix = addNode(b, 'type', { kind, ...aliasesOf(schema, namespace), ...logical(schema) }, schema)
  b.nodes[ix]!.name = full
  if (b.types.has(full)) problem(b, `${full} is defined twice; the first one counts where it is named`, schema)
  else b.types.set(full, ix)
  const { facets } = b.nodes[ix]!
  if (kind === 'enum') {
    facets.symbols = itemsOf(at(schema, 'symbols')).flatMap(s => textOf(s) ?? [])
    const usual = textOf(at(schema, 'default'))
    if (usual !== undefined) facets.default = usual
  }
  if (kind === 'fixed') facets.size = Number(textOf(at(schema, 'size')) ?? 0)
  if (kind === 'record') fields(b, ix, schema, namespace)
  return ix
}

const aliasesOf = (schema: DataNode, namespace: string): Facets => {
  const aliases = itemsOf(at(schema, 'aliases')).flatMap(a => textOf(a) ?? [])
  if (aliases.length === 0) return {}
  return { aliases: aliases.map(a => (a.includes('.') || namespace === '' ? a : `${namespace}.${a}`)).sort() }
}

const fields = (b: Building, record: NodeIx, schema: DataNode, namespace: string): void => {
  const seen = new Set<string>()
  for (const field of itemsOf(at(schema, 'fields'))) {
    const name = textOf(at(field, 'name'))
    const type = at(field, 'type')
    if (name === undefined || type === undefined || seen.has(name)) {
      problem(
        b,
        name !== undefined && type !== undefined ? `two fields ${name}; the first one counts` : 'a field without name or type',
        field,
      )
      continue
    }
    seen.add(name)
    const usual = at(field, 'default')
    const ix = addNode(b, 'field', { name, ...aliasesOf(field, '') }, field)
    if (usual !== undefined) b.nodes[ix]!.facets.default = plain(usual) as Json
    b.nodes[record]!.edges.push({ role: 'field', key: name, to: ix })
    // A logical type may stand beside the type of the field, where it has no meaning: only that of the type counts.
    typed(b, ix, 'schema', '', type, namespace)
  }
}
