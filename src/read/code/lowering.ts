import type { FileProblem, Spot } from '../../model/evidence.ts'
import type {
  AnnotationFact,
  BindFact,
  CallFact,
  Expr,
  FunctionFact,
  ImportFact,
  LanguageTraits,
  ParameterFact,
  ProgramFacts,
  TypeFact,
  TypeRef,
} from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import { type Pick, pick } from './nodes.ts'

/** The kinds of node the engine knows. Each takes the picks that its handler in expressions.ts or statements.ts names. */
export type Kind =
  | ('ref' | 'text' | 'string' | 'null' | 'member' | 'index' | 'call' | 'new' | 'binary' | 'unary' | 'conditional')
  | ('list' | 'tuple' | 'map' | 'pair' | 'spread' | 'through' | 'lambda' | 'argument' | 'concat' | 'element' | 'template')
  | ('block' | 'skip' | 'function' | 'assign' | 'declare' | 'return' | 'foreach' | 'switch' | 'case' | 'type')

type Picks = Record<string, Pick>
/** What does not fit a kind: lowers the node itself. */
export type Hook = (l: Lowering, node: SyntaxNode) => Expr | undefined
export type Rule = readonly [kind: Kind, picks?: Picks] | Hook

/** How a type is written: a name as it stands, a generic with arguments, something around one type (`[]`), or just its first child's. */
type TypeRule =
  | readonly ['name']
  | readonly ['generic', name: Pick, args: Pick]
  | readonly ['wrap', as: string, ...of: Pick[]]
  | readonly ['through', of?: Pick]
  | readonly ['quoted']
  | readonly ['union']

export interface Modifiers {
  annotations: AnnotationFact[]
  static?: boolean
  typeParameters?: string[]
}

/** Everything the engine must be told of a language. */
export interface LanguageSpec {
  language: string
  version: number
  endings: string[]
  /** The bundled grammar for a path. */
  grammar(path: string): string
  traits: LanguageTraits
  /** By node type. A node without a rule is a statement: its children are visited, their values are read and dropped. */
  rules: Record<string, Rule>
  types: Record<string, TypeRule>
  /** Operators whose meaning differs from the usual ones, which stand in expressions.ts. */
  operators?: Record<string, Operator>
  /** Generic types that stand around another one and lend its members: `Arc<T>`. */
  lends?: readonly string[]
  /** Nodes that hold statements; a function's body of another type is its value. */
  blocks: readonly string[]
  /** In `a, b = x` with one x that is no call, the first gets x itself (Go's comma-ok). */
  commaOk?: boolean
  parameters(l: Lowering, node: SyntaxNode): ParameterFact[]
  modifiers?(l: Lowering, node: SyntaxNode): Modifiers
  /** Text without which no file of the language starts a program; absent: what starts one is told by no text. */
  starts?: { test(source: string): boolean }
  /** The entry point, where finished facts show it. */
  main?(facts: ProgramFacts): Spot | undefined
}

export type Operator = 'concat' | 'or' | 'and' | 'equals' | 'format' | 'instance' | 'element' | 'address' | 'deref' | 'none'

/** Levels of nesting that are lowered; what lies deeper is `unknown('too deep')`. */
export const MAX_DEPTH = 400

export type Handler = (l: Lowering, node: SyntaxNode, picks: Picks) => Expr | undefined
export type Kinds = Readonly<Record<Kind, Handler>>

const NO_PICKS: Picks = {}

export interface Subject {
  of: Expr | undefined
  hasDefault: boolean
  used: boolean
  /** What its branches give, where it is a value. */
  values: Expr[]
}

type Body = SyntaxNode | undefined

/** The state of one file's lowering, and the words in which kinds and specs speak: every fact is made here. */
export class Lowering {
  readonly spec: LanguageSpec
  readonly kinds: Kinds
  readonly source: string
  readonly lines: number[]
  readonly problems: FileProblem[] = []
  readonly facts: ProgramFacts
  /** Index of the function whose body is walked. */
  fn = 0
  /** Index of the type whose members are walked. */
  type: number | undefined
  /** The switch whose cases are walked. */
  subject: Subject | undefined
  /** The parser could not read all of the file. */
  hasErrors = false
  /** Bodies are left out. */
  signaturesOnly = false
  /** Annotations that stand before the next declaration. */
  pending: AnnotationFact[] = []
  /** What stands before the `?.` that is walked, where a binding says only its member. */
  guarded: Expr | undefined
  /** Names that hide an earlier one of the same function, and what they are called in the facts: `x~2`. */
  renamed: ReadonlyMap<string, string> = new Map()
  private depth = 0
  /** The `<init>` functions by type. */
  private readonly inits = new Map<number, number>()
  /** In which function a type was declared. */
  private readonly typeFn = new Map<number, number>()

  constructor(spec: LanguageSpec, kinds: Kinds, source: string, lines: number[]) {
    this.spec = spec
    this.kinds = kinds
    this.source = source
    this.lines = lines
    this.facts = {
      unit: { language: spec.language, traits: spec.traits, imports: [] },
      types: [],
      functions: [{ name: '<module>', parameters: [], annotations: [], spot: { line: 1 } }],
      binds: [],
      calls: [],
      returns: [],
      cases: [],
      reads: [],
    }
  }

  text(node: SyntaxNode): string {
    return this.source.slice(node.start, node.end)
  }

  spot(node: SyntaxNode): Spot {
    return { line: node.line }
  }

  span(node: SyntaxNode): Spot {
    const endLine = this.lineAt(node.end - 1)
    return endLine > node.line ? { line: node.line, endLine } : { line: node.line }
  }

  private lineAt(offset: number): number {
    let low = 0
    let high = this.lines.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.lines[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  /** The value of a node. */
  expr(node: SyntaxNode | undefined): Expr {
    if (node === undefined) return { is: 'unknown', why: 'nothing there', line: 1 }
    return this.visit(node) ?? { is: 'unknown', why: node.type, line: node.line }
  }

  /** Walks a node whose value nobody takes. */
  statement(node: SyntaxNode): void {
    const value = this.visit(node)
    if (value !== undefined && this.kindOf(node) !== 'assign') this.read(value)
  }

  statements(nodes: readonly SyntaxNode[]): void {
    for (const node of nodes) this.statement(node)
  }

  /** The value of a node if it has one: statements have none. */
  value(node: SyntaxNode): Expr | undefined {
    return this.visit(node)
  }

  /** Whether the current type was declared inside the current function (and not the function inside the type). */
  typeIsLocal(): boolean {
    return this.type !== undefined && this.typeFn.get(this.type) === this.fn
  }

  private visit(node: SyntaxNode): Expr | undefined {
    const rule = this.spec.rules[node.type]
    if (this.depth >= MAX_DEPTH) return this.tooDeep(node)
    this.depth++
    let value: Expr | undefined
    if (rule === undefined) this.statements(node.children)
    else if (typeof rule === 'function') value = rule(this, node)
    else value = this.kinds[rule[0]](this, node, rule[1] ?? NO_PICKS)
    this.depth--
    return value
  }

  /** One level further down: hooks that walk by themselves go through here, so that no nesting is without an end. */
  nested(node: SyntaxNode, make: () => Expr): Expr {
    if (this.depth >= MAX_DEPTH) return this.tooDeep(node)
    this.depth++
    const made = make()
    this.depth--
    return made
  }

  private tooDeep(node: SyntaxNode): Expr {
    if (!this.problems.some(problem => problem.code === 'code/too-deep'))
      this.problems.push({
        code: 'code/too-deep',
        message: `nested more than ${MAX_DEPTH} levels deep; what lies deeper is not known`,
        severity: 'warning',
        line: node.line,
      })
    return { is: 'unknown', why: 'too deep', line: node.line }
  }

  kindOf(node: SyntaxNode | undefined): string | undefined {
    const rule = node && this.spec.rules[node.type]
    return Array.isArray(rule) ? rule[0] : undefined
  }

  /** A value that is evaluated and dropped: kept if it reads a member. */
  read(value: Expr): void {
    if (readsMember(value)) this.facts.reads.push({ fn: this.fn, value })
  }

  /** What a node with a syntax error says of itself is not believed; what stands whole inside it is. */
  isBroken(node: SyntaxNode): boolean {
    return this.hasErrors && node.children.some(child => child.type === 'ERROR')
  }

  bind(target: Expr, value: Expr, node: SyntaxNode, type?: TypeRef): void {
    if (this.isBroken(node)) return
    const bind: BindFact = { fn: this.fn, target, value, spot: this.spot(node) }
    if (type !== undefined) bind.type = type
    this.facts.binds.push(bind)
  }

  call(node: SyntaxNode, call: Omit<CallFact, 'fn' | 'spot' | 'named'> & { named?: CallFact['named'] }): Expr {
    const { callee, args, named = [], ...more } = call
    this.facts.calls.push({ fn: this.fn, callee, args, named, ...more, spot: this.spot(node) })
    return { is: 'call', call: this.facts.calls.length - 1, line: node.line }
  }

  case(value: Expr, of: Expr | undefined, node: SyntaxNode, hasDefault?: boolean): void {
    this.facts.cases.push({ fn: this.fn, ...(of && { of }), value, ...(hasDefault !== undefined && { hasDefault }), spot: this.spot(node) })
  }

  return(value: Expr, node: SyntaxNode): void {
    this.facts.returns.push({ fn: this.fn, value, spot: this.spot(node) })
  }

  import(node: SyntaxNode, fact: Omit<ImportFact, 'spot'>): void {
    this.facts.unit.imports.push({ ...fact, spot: this.spot(node) })
  }

  /** Adds a function and walks `body` as its own; a body that is no block is its value. Gives its index. */
  function(node: SyntaxNode, fact: Omit<FunctionFact, 'spot' | 'outer'>, body: Body, before?: (made: FunctionFact) => void): number {
    const outer = this.fn
    const isMember = this.facts.functions[outer]!.name === '<init>' || outer === 0
    const full: FunctionFact = { ...fact, ...(isMember ? {} : { outer }), spot: this.span(node) }
    if (full.name === '<lambda>' && this.type !== undefined && isMember && outer !== 0) full.owner = this.type
    const index = this.facts.functions.push(full) - 1
    const { type, subject } = this
    this.fn = index
    this.subject = undefined
    before?.(full)
    if (this.signaturesOnly) body = undefined
    if (body !== undefined && this.spec.blocks.includes(body.type)) this.statement(body)
    else if (body !== undefined) this.return(this.expr(body), body)
    this.fn = outer
    this.type = type
    this.subject = subject
    return index
  }

  /** Parameters, with the binds that destructuring them makes. */
  parameters(list: SyntaxNode | undefined): ParameterFact[] {
    return list === undefined ? [] : this.spec.parameters(this, list)
  }

  /** Adds a type and walks its members. Gives its index. */
  declareType(node: SyntaxNode, fact: Omit<TypeFact, 'spot' | 'fields' | 'outer'>, members: (type: number) => void): number {
    const around = this.facts.functions[this.fn]!
    const isInFunction = this.fn !== 0 && around.name !== '<init>'
    const outer = isInFunction ? around.name : this.type !== undefined ? this.facts.types[this.type]!.name : undefined
    const index = this.facts.types.push({ ...fact, ...(outer !== undefined && { outer }), fields: [], spot: this.span(node) }) - 1
    const saved = this.type
    this.type = index
    this.typeFn.set(index, this.fn)
    members(index)
    this.type = saved
    return index
  }

  /** Runs `work` in the `<init>` function of the current type, which stays only if a fact came to belong to it. */
  inInit<T>(node: SyntaxNode, work: () => T): T {
    const owner = this.type
    if (owner === undefined) return work()
    const { functions, calls, reads, binds, cases, returns } = this.facts
    const known = this.inits.get(owner) ?? -1
    const index =
      known === -1 ? functions.push({ name: '<init>', owner, parameters: [], annotations: [], spot: this.spot(node) }) - 1 : known
    const before = calls.length + reads.length + binds.length + cases.length + returns.length
    this.inits.set(owner, index)
    const saved = this.fn
    this.fn = index
    const result = work()
    this.fn = saved
    const after = calls.length + reads.length + binds.length + cases.length + returns.length
    if (known === -1 && after === before && functions.length === index + 1) {
      functions.pop()
      this.inits.delete(owner)
    }
    return result
  }

  /** The type a node writes. Undefined for none and for what has no name (`var`, inferred). */
  typeRef(node: SyntaxNode | undefined, depth = 0): TypeRef | undefined {
    if (node === undefined || depth > 40) return undefined
    const rule = this.spec.types[node.type]
    if (rule === undefined) return undefined
    const refs = (nodes: readonly (SyntaxNode | undefined)[]): TypeRef[] =>
      nodes.map(n => this.typeRef(n, depth + 1)).filter(ref => ref !== undefined)
    switch (rule[0]) {
      case 'quoted':
        return named(this.text(node).replace(/[\s"']/g, ''))
      case 'union': {
        const args = refs(node.children)
        return args.length > 1 ? { name: '|', args } : args[0]
      }
      case 'name':
        return named(this.text(node).replace(/\s+/g, ''))
      case 'through':
        return this.typeRef(pick(node, rule[1] ?? 0), depth + 1)
      case 'generic': {
        const list = pick(node, rule[2])
        const args = list === undefined ? [] : this.spec.types[list.type] === undefined ? refs(list.children) : refs([list])
        const name = this.typeRef(pick(node, rule[1]), depth + 1)?.name
        if (name !== undefined && args[0] !== undefined && this.spec.lends?.includes(name.split('.').at(-1)!)) return args[0]
        return name === undefined ? undefined : args.length === 0 ? { name } : { name, args }
      }
      case 'wrap': {
        const of = rule.slice(2) as Pick[]
        const args = refs(of.length === 0 ? node.children : of.map(p => pick(node, p)))
        if (rule[1] === '()' && args.length === 1) return args[0]
        return args.length === 0 ? { name: rule[1] } : { name: rule[1], args }
      }
    }
  }

  /** A type's name as an expression: a ref, or a member chain where it is qualified. */
  typeExpr(name: string, line: number): Expr {
    const [first, ...rest] = name.split('.')
    if (rest.length > MAX_DEPTH) return { is: 'unknown', why: 'too deep', line }
    return rest.reduce<Expr>((of, part) => ({ is: 'member', of, name: part, line }), { is: 'ref', name: first!, line })
  }

  modifiers(node: SyntaxNode): Modifiers {
    return this.spec.modifiers?.(this, node) ?? { annotations: [] }
  }

  finish(generated: { by?: string; from?: string } | undefined): ProgramFacts {
    const { facts } = this
    const declared = new Map<string, number>()
    for (const [i, type] of facts.types.entries()) if (type.outer === undefined && !declared.has(type.name)) declared.set(type.name, i)
    for (const fn of facts.functions) if (typeof fn.owner === 'string') fn.owner = declared.get(fn.owner) ?? fn.owner
    if (generated !== undefined) facts.unit.generated = generated
    const main = facts.unit.main ?? this.spec.main?.(facts)
    if (main !== undefined) facts.unit.main = main
    return facts
  }
}

const NOTHING: ReadonlySet<string> = new Set(['', 'null', 'None', 'undefined', 'void', 'var'])

const named = (written: string): TypeRef | undefined => {
  const name = written.replace(/^global::|^::|^\\|<.*$/gs, '').replaceAll(/\\|::/g, '.')
  return NOTHING.has(name) ? undefined : { name }
}

/** Whether evaluating it reads a member that no call fact has already. */
const readsMember = (value: Expr): boolean => {
  switch (value.is) {
    case 'member':
      return true
    case 'index':
      return value.key.is === 'text' || readsMember(value.of) || readsMember(value.key)
    case 'concat':
      return value.parts.some(readsMember)
    case 'or':
    case 'either':
      return value.options.some(readsMember)
    case 'list':
      return value.items.some(readsMember)
    case 'map':
      return value.entries.some(entry => readsMember(entry.value))
    case 'addressOf':
    case 'elementOf':
    case 'nth':
    case 'spread':
      return readsMember(value.of)
    default:
      return false
  }
}
