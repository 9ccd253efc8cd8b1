import type { Edge, Facets, Json, Name, Node, NodeIx, NodeKind, Role } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import { pointed, stepOfReference } from './json-pointer.ts'
import { schemaFacets } from './json-schema.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from './node.ts'

const MAX_NODES = 500_000
const MAX_DEPTH = 200
const MAX_PROBLEMS = 50

const ALONE: readonly [keyword: string, role: Role][] = [
  ['not', 'not'],
  ['if', 'if'],
  ['then', 'then'],
  ['else', 'else'],
  ['contains', 'contains'],
  ['propertyNames', 'names'],
  ['contentSchema', 'contentSchema'],
  ['unevaluatedItems', 'unevaluatedItems'],
  ['unevaluatedProperties', 'unevaluatedProperties'],
]
const ALTERNATIVES = ['allOf', 'oneOf', 'anyOf'] as const
const ANNOTATIONS: ReadonlySet<string> = new Set([
  ...['$ref', '$id', 'id', '$schema', '$anchor', '$comment', '$defs', 'definitions', 'title', 'description'],
  ...['example', 'examples', 'default', 'deprecated', 'summary', 'externalDocs'],
])

/**
 * Schemas of one JSON Schema document (drafts 4 to 2020-12) as nodes: a `$ref` target is one node, reserved before it is described, so that
 * cycles are free. What lies in another file stays a name, `file#key`.
 */
export class SchemaNodes {
  readonly nodes: Node[] = []
  readonly imports = new Set<string>()
  private readonly targets = new Map<string, NodeIx>()
  private readonly anchors = new Map<string, DataNode>()
  private depth = 0
  readonly root: DataNode
  readonly problems: FileProblem[]
  private readonly part: string
  /** Before draft 2019-09, what stands beside a `$ref` says nothing. */
  private readonly refsAreAlone: boolean

  /** `part`: what begins the codes of problems. */
  constructor(root: DataNode, problems: FileProblem[], part: string) {
    this.root = root
    this.problems = problems
    this.part = part
    this.refsAreAlone = /draft-0?[3-7]\b/.test(textOf(at(root, '$schema')) ?? '')
    this.findAnchors(root)
  }

  add(kind: NodeKind, facets: Facets, { line, endLine }: { line: number; endLine?: number }): NodeIx {
    const at = endLine !== undefined && endLine > line ? { file: 0, line, endLine } : { file: 0, line }
    return this.nodes.push({ kind, facets, edges: [], at }) - 1
  }

  connect(owner: NodeIx, edge: Edge): void {
    this.nodes[owner]!.edges.push(edge)
  }

  problem(what: string, message: string, line: number): void {
    const code = `${this.part}/${what}`
    if (this.problems.length < MAX_PROBLEMS && !this.problems.some(p => p.message === message))
      this.problems.push({ code, message, severity: 'warning', line })
  }

  /** An edge to a schema: its own node, or that of what its `$ref` points to. */
  edge(role: Role, key: string, schema: DataNode, line: number, required = false): Edge {
    const ref = textOf(at(schema, '$ref')) ?? textOf(at(schema, '$dynamicRef')) ?? textOf(at(schema, '$recursiveRef'))
    const isAlone =
      ref !== undefined && (this.refsAreAlone || entriesOf(schema).every(e => ANNOTATIONS.has(e.key) || e.key.startsWith('x-')))
    const to = isAlone ? this.target('schema', ref, line) : this.schema(schema, line)
    return { role, key, to, ...(required ? { required: true } : {}), ...(isAlone ? { ref: keyOf(ref.slice(ref.indexOf('#') + 1)) } : {}) }
  }

  /** The one node of what a reference names; `fill` describes nodes that are no schemas. */
  target(
    kind: NodeKind,
    ref: string,
    line: number,
    fill: (ix: NodeIx, node: DataNode) => void = (ix, node) => this.fill(ix, node),
  ): NodeIx | Name {
    const { file, pointer, node } = this.locate(ref)
    if (file !== undefined) return this.elsewhere(file, pointer, ref, line)
    if (node === undefined) {
      this.problem('broken-ref', `${ref} points to nothing`, line)
      return { name: `#${keyOf(pointer)}` }
    }
    const key = `${kind} ${pointer}`
    const known = this.targets.get(key)
    if (known !== undefined) return known
    const next = textOf(at(node, '$ref'))
    if (next !== undefined && entriesOf(node).length === 1 && next !== ref && this.depth < MAX_DEPTH) {
      this.depth++
      const aliased = this.target(kind, next, node.line, fill)
      this.depth--
      if (typeof aliased === 'number') this.targets.set(key, aliased)
      return aliased
    }
    const ix = this.add(kind, {}, node)
    this.nodes[ix]!.name = keyOf(pointer)
    this.targets.set(key, ix)
    this.deeper(node, () => fill(ix, node))
    return ix
  }

  /** What a reference within the document leads to, over any number of further ones. */
  dereferenced(node: DataNode | undefined): DataNode | undefined {
    let here = node
    for (let i = 0; i < 20; i++) {
      const ref = textOf(at(here, '$ref'))
      const found = ref === undefined ? undefined : this.locate(ref).node
      if (found === undefined) return here
      here = found
    }
    return here
  }

  schema(node: DataNode, line: number): NodeIx {
    const ix = this.add('schema', {}, { line, endLine: node.endLine })
    this.deeper(node, () => this.fill(ix, node))
    return ix
  }

  private deeper(node: DataNode, describe: () => void): void {
    if (this.depth >= MAX_DEPTH || this.nodes.length > MAX_NODES) {
      this.problem('depth', `nested deeper than ${MAX_DEPTH} or more than ${MAX_NODES} parts, not read`, node.line)
      return
    }
    this.depth++
    describe()
    this.depth--
  }

  /** `#`, `#/pointer`, `#anchor`, the document's own `$id`, or another file. */
  private locate(ref: string): { file?: string; pointer: string; node?: DataNode } {
    const [file = '', fragment = ''] = ref.split(/#(.*)/s)
    const id = textOf(at(this.root, '$id')) ?? textOf(at(this.root, 'id')) ?? ''
    const isOwn = file === '' || (id !== '' && file === id.replace(/#$/, ''))
    const embedded = isOwn ? undefined : this.anchors.get(file)
    if (!isOwn && embedded === undefined) return { file, pointer: fragment }
    const start = embedded ?? this.root
    const anchored = fragment !== '' && !fragment.startsWith('/') ? this.anchors.get(`#${fragment}`) : undefined
    const pointer = `${embedded === undefined ? '' : file}${fragment}`
    const node = anchored ?? (fragment === '' || fragment.startsWith('/') ? pointed(start, fragment) : undefined)
    return { pointer, ...(node === undefined ? {} : { node }) }
  }

  private elsewhere(file: string, pointer: string, ref: string, line: number): Name {
    if (/^[a-z][a-z+.-]+:/i.test(file)) this.problem('remote-ref', `${ref} is not fetched; what it holds is not compared`, line)
    else this.imports.add(file)
    return { name: `${file}#${keyOf(pointer)}` }
  }

  private findAnchors(root: DataNode): void {
    const open: DataNode[] = [root]
    for (let node = open.pop(); node !== undefined && this.anchors.size < 10_000; node = open.pop()) {
      for (const name of ['$anchor', '$dynamicAnchor']) {
        const anchor = textOf(at(node, name))
        if (anchor !== undefined) this.anchors.set(`#${anchor}`, node)
      }
      const id = node === root ? undefined : textOf(at(node, '$id'))
      if (id !== undefined) this.anchors.set(id.replace(/#$/, ''), node)
      for (const inner of node.is === 'list' ? node.items : entriesOf(node).map(e => e.value)) if (inner.is !== 'scalar') open.push(inner)
    }
  }

  private fill(ix: NodeIx, node: DataNode): void {
    const own = this.nodes[ix]!
    own.facets = schemaFacets(node)
    const names = new Set(itemsOf(at(node, 'required')).map(n => textOf(n) ?? ''))
    for (const { key, value, line } of entriesOf(at(node, 'properties')))
      own.edges.push(this.edge('prop', key, value, line, names.delete(key)))
    if (names.size > 0) own.facets.requires = [...names].sort()
    const ref = at(node, '$ref')
    if (ref !== undefined) own.edges.push(this.edge('allOf', '$ref', onlyRef(ref), node.line))
    for (const [keyword, role] of ALONE) {
      const inner = at(node, keyword)
      if (inner !== undefined && inner.is !== 'list') own.edges.push(this.edge(role, '', inner, inner.line))
    }
    this.members(own, node)
    this.items(own, node)
    this.dependencies(own, node)
    for (const keyword of ALTERNATIVES)
      itemsOf(at(node, keyword)).forEach((inner, i) => {
        if (textOf(at(inner, 'type')) === 'null' && entriesOf(inner).length === 1) own.facets.nullable = true
        else own.edges.push(this.edge(keyword, String(i), inner, inner.line))
      })
  }

  private members(own: Node, node: DataNode): void {
    const additional = at(node, 'additionalProperties')
    if (additional?.is === 'map') own.edges.push(this.edge('additional', '', additional, additional.line))
    for (const { key, value, line } of entriesOf(at(node, 'patternProperties'))) own.edges.push(this.edge('pattern', key, value, line))
  }

  /** A list of items was a tuple before draft 2020-12. */
  private items(own: Node, node: DataNode): void {
    const items = at(node, 'items')
    const tuple = at(node, 'prefixItems') ?? (items?.is === 'list' ? items : undefined)
    itemsOf(tuple).forEach((inner, i) => {
      own.edges.push(this.edge('prefix', String(i), inner, inner.line))
    })
    const rest = items?.is === 'list' ? at(node, 'additionalItems') : items
    if (rest === undefined || rest.is === 'list') return
    own.edges.push(this.edge('items', '', rest, rest.line))
  }

  /** Until draft 7, `dependencies` says both: what is required besides, and what has to hold besides. */
  private dependencies(own: Node, node: DataNode): void {
    const both = entriesOf(at(node, 'dependencies'))
    const named = both.flatMap(({ key, value }): Json[] =>
      value.is === 'list' ? [[key, ...value.items.flatMap(n => textOf(n) ?? [])]] : [],
    )
    if (named.length > 0) own.facets.dependentRequired = [...((own.facets.dependentRequired as Json[] | undefined) ?? []), ...named]
    for (const { key, value, line } of [...entriesOf(at(node, 'dependentSchemas')), ...both.filter(e => e.value.is !== 'list')])
      own.edges.push(this.edge('dependentSchema', key, value, line))
  }
}

const onlyRef = (ref: DataNode): DataNode => ({
  is: 'map',
  entries: [{ key: '$ref', line: ref.line, value: ref }],
  line: ref.line,
  endLine: ref.line,
})

/** `/$defs/Seat` is `Seat`, other targets keep their way. */
const keyOf = (pointer: string): string =>
  pointer
    .replace(/^\//, '')
    .replace(/^(?:\$defs|definitions|components\/schemas)\//, '')
    .replace(/^components\//, '')
    .split('/')
    .map(stepOfReference)
    .join('/')
