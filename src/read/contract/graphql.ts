import type {
  ConstDirectiveNode,
  ConstValueNode,
  DefinitionNode,
  DocumentNode,
  FieldDefinitionNode,
  InputValueDefinitionNode,
  OperationTypeDefinitionNode,
  StringValueNode,
  TypeNode,
} from 'graphql'
import { quickHash } from '../../base/hash.ts'
import { by } from '../../base/names.ts'
import { table } from '../../base/table.ts'
import type { ContractFact, Edge, Facets, Json, Node, NodeIx, Role, Span, Unit } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'

const MAX_TOKENS = 2_000_000
const MAX_PROBLEMS = 20
const MAX_DEPTH = 40
const BUILT_IN: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID'])
const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const
/** What a directive without a reason says, by the specification. */
const NO_REASON = 'No longer supported'

/**
 * GraphQL type systems: types, directives and their uses, federation's too. Fields of the root types are operations. Documents of queries
 * define nothing. Types of other files stay names.
 */
export const graphql: Reader = {
  name: 'graphql',
  version: 1,
  wants: path => /\.(graphqls?|gql|sdl)$/i.test(path),
  recognises: content => DEFINES.test(content),
  read: async ({ content }) => {
    const problems: FileProblem[] = []
    const parts = await parsed(content, problems)
    const builder = new Builder(problems)
    for (const { document, lines } of parts) builder.add(document, lines)
    return { ...(builder.isEmpty ? {} : { contract: builder.fact() }), problems: problems.slice(0, MAX_PROBLEMS) }
  },
}

const DEFINES = /^[\s,]*(?:extend\s+)?(?:type|interface|union|enum|input|scalar|schema|directive)\b/m

interface Part {
  document: DocumentNode
  /** Lines above it in the file. */
  lines: number
}

/** The document; where it has a mistake, the definitions that have none. The parser is loaded with the first document. */
const parsed = async (content: string, problems: FileProblem[]): Promise<Part[]> => {
  const { parse } = await import('graphql/language/parser.js')
  const read = (text: string, lines: number): Part | { line: number; message: string } => {
    try {
      return { document: parse(text, { maxTokens: MAX_TOKENS }), lines }
    } catch (error) {
      const at = (error as { locations?: { line: number }[] }).locations?.[0]?.line ?? 1
      return { line: at + lines, message: (error instanceof Error ? error.message : String(error)).slice(0, 300) }
    }
  }
  const whole = read(content, 0)
  if ('document' in whole) return [whole]
  const parts: Part[] = []
  for (const { text, line } of definitionsIn(content)) {
    const part = read(text, line - 1)
    if ('document' in part) parts.push(part)
    else
      problems.push({ code: 'graphql/syntax', message: `${part.message}; this definition is left out`, severity: 'error', line: part.line })
  }
  if (problems.length === 0) problems.push({ code: 'graphql/syntax', message: whole.message, severity: 'error', line: whole.line })
  return parts
}

const STARTS = /^(?:extend\s+)?(?:type|interface|union|enum|input|scalar|schema|directive|query|mutation|subscription|fragment)\b/

/** Definitions begin at the start of a line; a description belongs to what follows it. */
const definitionsIn = (content: string): { text: string; line: number }[] => {
  const found: { text: string[]; line: number }[] = []
  let inText = false
  let isDescribed = false
  content.split('\n').forEach((line, n) => {
    const isDescription = !inText && line.startsWith('"')
    const starts = !inText && (isDescription || STARTS.test(line))
    if (starts && !isDescribed) found.push({ text: [], line: n + 1 })
    if (starts) isDescribed = isDescription
    found.at(-1)?.text.push(line)
    if ((line.split('"""').length - 1) % 2 === 1) inText = !inText
  })
  return found.map(({ text, line }) => ({ text: text.join('\n'), line }))
}

type Placed = { loc?: { startToken: { line: number }; endToken: { line: number } } }
type TypeDefinition = Extract<DefinitionNode, { kind: `${string}Type${'Definition' | 'Extension'}` }>

const KINDS: Record<string, string> = table({
  ...{ ObjectType: 'object', InterfaceType: 'interface', UnionType: 'union', EnumType: 'enum' },
  ...{ InputObjectType: 'input', ScalarType: 'scalar' },
})

/** Collects definitions: extensions are added to what they extend, names are looked up at the end. */
class Builder {
  private readonly nodes: Node[] = [{ kind: 'file', facets: {}, edges: [], at: { file: 0, line: 1 } }]
  private readonly types = new Map<string, NodeIx>()
  private readonly members = new Map<NodeIx, Set<string>>()
  private readonly named: { edge: Edge; name: string }[] = []
  private readonly roots = new Map<string, string>()
  private lines = 0
  private readonly problems: FileProblem[]

  constructor(problems: FileProblem[]) {
    this.problems = problems
  }

  get isEmpty(): boolean {
    return this.nodes.length === 1 && this.roots.size === 0 && this.nodes[0]!.facets.directives === undefined
  }

  add(document: DocumentNode, lines: number): void {
    this.lines = lines
    for (const definition of document.definitions) {
      if (definition.kind === 'SchemaDefinition' || definition.kind === 'SchemaExtension') this.schema(definition)
      else if (definition.kind === 'DirectiveDefinition') this.directive(definition)
      else if (/Type(Definition|Extension)$/.test(definition.kind)) this.type(definition as TypeDefinition)
    }
  }

  fact(): ContractFact {
    for (const [operation, usual] of Object.entries(ROOTS)) {
      const name = this.roots.get(operation) ?? (this.roots.size === 0 && this.types.has(usual) ? usual : undefined)
      if (name === undefined) continue
      this.nodes[0]!.facets[operation] = name
      const type = this.types.get(name)
      if (type !== undefined) this.nodes[type]!.facets.root = operation
    }
    for (const { edge, name } of this.named) edge.to = this.types.get(name) ?? { name }
    this.possibleTypes()
    return { format: 'graphql', name: '', imports: [], nodes: this.nodes, root: 0, units: this.units() }
  }

  private fail(message: string, node: Placed): void {
    this.problems.push({ code: 'graphql/definition', message, severity: 'warning', line: this.span(node).line })
  }

  private span(node: Placed, name: Placed = node): Span {
    const line = (name.loc?.startToken.line ?? 1) + this.lines
    const endLine = (node.loc?.endToken.line ?? line) + this.lines
    return { file: 0, line, ...(endLine > line ? { endLine } : {}) }
  }

  private schema(definition: {
    directives?: readonly ConstDirectiveNode[]
    operationTypes?: readonly OperationTypeDefinitionNode[]
  }): void {
    const root = this.nodes[0]!
    const known = Array.isArray(root.facets.directives) ? root.facets.directives : []
    Object.assign(root.facets, directivesOf([...(definition.directives ?? [])], known))
    for (const { operation, type } of definition.operationTypes ?? []) this.roots.set(operation, type.name.value)
  }

  private directive(definition: Extract<DefinitionNode, { kind: 'DirectiveDefinition' }>): void {
    const name = `@${definition.name.value}`
    const facets: Facets = { locations: definition.locations.map(l => l.value).sort(), ...docOf(definition.description) }
    if (definition.repeatable) facets.repeatable = true
    const ix = this.define('directive', name, facets, this.span(definition, definition.name), definition)
    for (const argument of definition.arguments ?? []) this.input(ix, 'arg', argument)
  }

  private define(kind: 'type' | 'directive', name: string, facets: Facets, at: Span, node: Placed): NodeIx {
    if (this.types.has(name)) this.fail(`${name} is defined twice; the first one counts`, node)
    const ix = this.nodes.push({ kind, name, facets, edges: [], at }) - 1
    this.members.set(ix, new Set())
    if (this.types.has(name)) return ix
    this.types.set(name, ix)
    this.nodes[0]!.edges.push({ role: kind, key: name, to: ix })
    return ix
  }

  private type(definition: TypeDefinition): void {
    const kind = KINDS[definition.kind.replace(/(Definition|Extension)$/, '')]!
    const isExtension = definition.kind.endsWith('Extension')
    const name = definition.name.value
    const known = this.types.get(name)
    const isMore = known !== undefined && (isExtension || this.nodes[known]!.facets.extended === true)
    const facets: Facets = { kind, ...(isExtension ? { extended: true } : {}) }
    const ix = isMore ? known : this.define('type', name, facets, this.span(definition, definition.name), definition)
    const node = this.nodes[ix]!
    if (isMore && !isExtension) {
      delete node.facets.extended
      node.at = this.span(definition, definition.name)
    }
    if (isMore && node.facets.kind !== kind) {
      this.fail(`${name} is no ${kind}; what is added to it is left out`, definition)
      return
    }
    if ('description' in definition) Object.assign(node.facets, docOf(definition.description))
    const uses = Array.isArray(node.facets.directives) ? node.facets.directives : []
    Object.assign(node.facets, directivesOf(definition.directives ?? [], uses))
    this.content(ix, definition)
  }

  private content(ix: NodeIx, definition: TypeDefinition): void {
    const node = this.nodes[ix]!
    if ('interfaces' in definition && definition.interfaces && definition.interfaces.length > 0) {
      const before = Array.isArray(node.facets.interfaces) ? node.facets.interfaces.map(String) : []
      node.facets.interfaces = [...new Set([...before, ...definition.interfaces.map(i => i.name.value)])].sort()
    }
    if ('types' in definition) for (const member of definition.types ?? []) this.member(ix, 'member', member.name.value, member)
    if ('values' in definition)
      for (const value of definition.values ?? []) {
        const facets = { ...docOf(value.description), ...directivesOf(value.directives ?? []) }
        this.child(ix, 'value', value.name.value, { kind: 'value', facets, edges: [], at: this.span(value, value.name) }, value)
      }
    if (!('fields' in definition)) return
    for (const field of definition.fields ?? []) {
      if (field.kind === 'InputValueDefinition') this.input(ix, 'prop', field)
      else this.field(ix, field)
    }
  }

  private field(owner: NodeIx, field: FieldDefinitionNode): void {
    const facets: Facets = { type: typeText(field.type), ...docOf(field.description), ...directivesOf(field.directives ?? []) }
    const node: Node = { kind: 'field', facets, edges: [], at: this.span(field, field.name) }
    const ix = this.child(owner, 'field', field.name.value, node, field)
    if (ix === undefined) return
    this.typed(ix, field.type)
    for (const argument of field.arguments ?? []) this.input(ix, 'arg', argument)
  }

  private input(owner: NodeIx, role: 'arg' | 'prop', input: InputValueDefinitionNode): void {
    const facets: Facets = { type: typeText(input.type), ...docOf(input.description), ...directivesOf(input.directives ?? []) }
    if (input.defaultValue !== undefined) facets.default = valueText(input.defaultValue, 0)
    const ix = this.child(owner, role, input.name.value, { kind: 'argument', facets, edges: [], at: this.span(input, input.name) }, input)
    if (ix !== undefined) this.typed(ix, input.type)
  }

  private child(owner: NodeIx, role: Role, key: string, node: Node, at: Placed): NodeIx | undefined {
    const known = this.members.get(owner)
    if (known?.has(`${role} ${key}`)) {
      this.fail(`${this.nodes[owner]!.name ?? 'this'} has two of ${key}; the first one counts`, at)
      return undefined
    }
    known?.add(`${role} ${key}`)
    const ix = this.nodes.push(node) - 1
    this.members.set(ix, new Set())
    this.nodes[owner]!.edges.push({ role, key, to: ix })
    return ix
  }

  private member(owner: NodeIx, role: Role, name: string, at: Placed): void {
    const known = this.members.get(owner)!
    if (known.has(`${role} ${name}`)) this.fail(`${name} is named twice`, at)
    else this.pointAt(owner, role, name, name)
    known.add(`${role} ${name}`)
  }

  private typed(owner: NodeIx, type: TypeNode): void {
    const name = namedType(type)
    if (!BUILT_IN.has(name)) this.pointAt(owner, 'schema', '', name)
  }

  private pointAt(owner: NodeIx, role: Role, key: string, name: string): void {
    const edge: Edge = { role, key, to: { name }, ref: name }
    this.nodes[owner]!.edges.push(edge)
    this.named.push({ edge, name })
  }

  /** Whoever reads an interface gets its types: they are reached through it. */
  private possibleTypes(): void {
    for (const [name, ix] of this.types) {
      const { interfaces } = this.nodes[ix]!.facets
      for (const i of Array.isArray(interfaces) ? interfaces : []) {
        const to = this.types.get(String(i))
        if (to !== undefined) this.nodes[to]!.edges.push({ role: 'possible', key: name, to: ix })
      }
    }
  }

  private units(): Unit[] {
    return this.nodes[0]!.edges.map(edge => {
      const refs = new Set<string>()
      const node = this.nodes[edge.to as NodeIx]!
      const meaning = this.meaning(edge.to as NodeIx, refs)
      return { key: edge.key, node: edge.to as NodeIx, span: node.at, hash: meaning.toString(36), refs: [...refs].sort() }
    })
  }

  /** Of a type with its members, whatever their order; types that it names are named. Descriptions mean nothing. */
  private meaning(ix: NodeIx, refs: Set<string>): number {
    const { kind, facets, edges } = this.nodes[ix]!
    let sum = quickHash(`${kind} ${SAID.map(name => said(facets[name])).join(' ')}`)
    for (const edge of edges) {
      if (edge.role === 'possible') continue
      if (edge.ref !== undefined) refs.add(edge.ref)
      const inner = edge.ref ?? this.meaning(edge.to as NodeIx, refs)
      sum = (sum + quickHash(`${edge.role} ${edge.key} ${inner}`)) % Number.MAX_SAFE_INTEGER
    }
    return sum
  }
}

/** What is said of a part, but for its description. */
const SAID = ['kind', 'type', 'default', 'deprecated', 'directives', 'interfaces', 'extended', 'root', 'locations', 'repeatable'] as const
const said = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? `"${value}"` : JSON.stringify(value)

/** What a description says is not compared, only that it is another one. */
const docOf = (description: StringValueNode | undefined): Facets =>
  description === undefined ? {} : { doc: description.value === '' ? '' : quickHash(description.value) }

const directivesOf = (directives: readonly ConstDirectiveNode[], before: readonly Json[] = []): Facets => {
  if (directives.length === 0) return {}
  const uses = directives.map(
    (d): Json => [d.name.value, Object.fromEntries((d.arguments ?? []).map(a => [`${a.name.value}`, valueText(a.value, 0)]))],
  )
  const deprecated = directives.find(d => d.name.value === 'deprecated')
  const reason = deprecated?.arguments?.find(a => a.name.value === 'reason')?.value
  const text = reason?.kind === 'StringValue' ? reason.value : NO_REASON
  return { directives: [...before, ...uses], ...(deprecated === undefined ? {} : { deprecated: text }) }
}

const typeText = (type: TypeNode): string =>
  type.kind === 'NonNullType' ? `${typeText(type.type)}!` : type.kind === 'ListType' ? `[${typeText(type.type)}]` : type.name.value

const namedType = (type: TypeNode): string => (type.kind === 'NamedType' ? type.name.value : namedType(type.type))

/** A constant as text; members of objects sorted, since their order means nothing. */
const valueText = (value: ConstValueNode, depth: number): string => {
  if (depth > MAX_DEPTH) return '…'
  switch (value.kind) {
    case 'NullValue':
      return 'null'
    case 'StringValue':
      return JSON.stringify(value.value)
    case 'ListValue':
      return `[${value.values.map(v => valueText(v, depth + 1)).join(', ')}]`
    case 'ObjectValue':
      return `{${[...value.fields]
        .sort(by(f => f.name.value))
        .map(f => `${f.name.value}: ${valueText(f.value, depth + 1)}`)
        .join(', ')}}`
    default:
      return String(value.value)
  }
}
