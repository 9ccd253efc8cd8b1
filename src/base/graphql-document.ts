import { stripped } from './text.ts'

/** A field that an executable document selects, with what it sends and what it selects below. */
export interface Field {
  kind: 'field'
  name: string
  args: Argument[]
  selections: Selection[]
  line: number
}

export interface Argument {
  name: string
  value: Argued
}

/** A value in a document: a constant, a variable, or an object with members. */
export type Argued =
  | { is: 'constant'; text: string }
  | { is: 'variable'; name: string }
  | { is: 'object'; members: Argument[] }
  | { is: 'list'; items: Argued[] }

export type Selection = Field | { kind: 'spread'; name: string } | { kind: 'inline'; selections: Selection[] }

export interface Definition {
  /** `fragment`, or the root type that an operation starts from. */
  kind: 'Query' | 'Mutation' | 'Subscription' | 'fragment'
  name: string
  /** Variables that an operation declares. */
  variables: string[]
  selections: Selection[]
}

const TOKEN =
  /#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[_A-Za-z]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[!$&()*:=@[\]{}|]|[\s,\uFEFF]+/y
const MAX_LENGTH = 100_000
const MAX_TOKENS = 20_000
const MAX_DEPTH = 30

interface Token {
  text: string
  line: number
}

/** The executable definitions of a document; undefined for anything that is none. */
export const parseDocument = (source: string): Definition[] | undefined => {
  const read = readDocument(source)
  return 'definitions' in read ? read.definitions : undefined
}

/** The executable definitions of a document, or the line where it is none. */
export const readDocument = (source: string): { definitions: Definition[] } | { line: number } => {
  if (source.length > MAX_LENGTH || !STARTS.test(source)) return { line: 1 }
  const { tokens, failed } = tokensOf(source)
  if (failed !== undefined) return { line: failed }
  const parser = new Parser(tokens)
  try {
    return { definitions: parser.document() }
  } catch (error) {
    if (error instanceof NotADocument) return { line: parser.line }
    throw error
  }
}

const STARTS = /^(?:[\s,\uFEFF]|#[^\n]*\n)*(?:\{|(?:query|mutation|subscription|fragment)\b)/

class NotADocument extends Error {}

const tokensOf = (source: string): { tokens: Token[]; failed?: number } => {
  const tokens: Token[] = []
  let line = 1
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source)
    if (!found || tokens.length > MAX_TOKENS) return { tokens, failed: line }
    if (!/^[\s,\uFEFF#]/.test(found[0])) tokens.push({ text: found[0], line })
    line += found[0].split('\n').length - 1
  }
  return { tokens }
}

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

class Parser {
  private at = 0
  private readonly tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  /** Of the token that is read next, or of the last one. */
  get line(): number {
    return (this.tokens[this.at] ?? this.tokens.at(-1))?.line ?? 1
  }

  document(): Definition[] {
    const found: Definition[] = []
    while (this.at < this.tokens.length) found.push(this.definition())
    if (found.length === 0) throw new NotADocument()
    return found
  }

  private definition(): Definition {
    if (this.is('{')) return { kind: 'Query', name: '', variables: [], selections: this.selections(0) }
    const word = this.name()
    if (word === 'fragment') {
      const name = this.name()
      this.expect('on')
      this.name()
      this.directives()
      return { kind: 'fragment', name, variables: [], selections: this.selections(0) }
    }
    if (!Object.hasOwn(ROOTS, word)) throw new NotADocument()
    const name = this.isName() ? this.name() : ''
    const variables = this.is('(') ? this.variables() : []
    this.directives()
    return { kind: ROOTS[word as keyof typeof ROOTS], name, variables, selections: this.selections(0) }
  }

  private variables(): string[] {
    const names: string[] = []
    this.expect('(')
    while (!this.skip(')')) {
      this.expect('$')
      names.push(this.name())
      this.expect(':')
      this.type()
      if (this.skip('=')) this.value(0)
      this.directives()
    }
    return names
  }

  private type(): void {
    let depth = 0
    while (this.skip('[')) depth++
    this.name()
    this.skip('!')
    for (; depth > 0; depth--) {
      this.expect(']')
      this.skip('!')
    }
  }

  private selections(depth: number): Selection[] {
    if (depth > MAX_DEPTH) throw new NotADocument()
    const found: Selection[] = []
    this.expect('{')
    while (!this.skip('}')) found.push(this.skip('...') ? this.fragment(depth) : this.field(depth))
    return found
  }

  private fragment(depth: number): Selection {
    if (this.isName() && !this.is('on')) {
      const name = this.name()
      this.directives()
      return { kind: 'spread', name }
    }
    if (this.skip('on')) this.name()
    this.directives()
    return { kind: 'inline', selections: this.selections(depth + 1) }
  }

  private field(depth: number): Field {
    const { line } = this.here()
    const first = this.name()
    const name = this.skip(':') ? this.name() : first
    const args = this.is('(') ? this.args(0) : []
    this.directives()
    return { kind: 'field', name, args, selections: this.is('{') ? this.selections(depth + 1) : [], line }
  }

  private args(depth: number): Argument[] {
    const found: Argument[] = []
    this.expect('(')
    while (!this.skip(')')) found.push(this.argument(depth))
    return found
  }

  private argument(depth: number): Argument {
    const name = this.name()
    this.expect(':')
    return { name, value: this.value(depth) }
  }

  private value(depth: number): Argued {
    if (depth > MAX_DEPTH) throw new NotADocument()
    if (this.skip('$')) return { is: 'variable', name: this.name() }
    if (this.skip('[')) {
      const items: Argued[] = []
      while (!this.skip(']')) items.push(this.value(depth + 1))
      return { is: 'list', items }
    }
    if (this.skip('{')) {
      const members: Argument[] = []
      while (!this.skip('}')) members.push(this.argument(depth + 1))
      return { is: 'object', members }
    }
    const { text } = this.here()
    if (!/^["\w-]/.test(text)) throw new NotADocument()
    this.at++
    return { is: 'constant', text: stripped(text, '"') }
  }

  private directives(): void {
    while (this.skip('@')) {
      this.name()
      if (this.is('(')) this.args(0)
    }
  }

  private here(): Token {
    const token = this.tokens[this.at]
    if (!token) throw new NotADocument()
    return token
  }

  private is(text: string): boolean {
    return this.tokens[this.at]?.text === text
  }

  private isName(): boolean {
    return /^[_A-Za-z]/.test(this.tokens[this.at]?.text ?? '')
  }

  private skip(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.skip(text)) throw new NotADocument()
  }

  private name(): string {
    const { text } = this.here()
    if (!/^[_A-Za-z]/.test(text)) throw new NotADocument()
    this.at++
    return text
  }
}
