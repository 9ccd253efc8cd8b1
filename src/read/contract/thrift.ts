import { shortHash } from '../../base/hash.ts'
import { canonicalJson } from '../../base/json.ts'
import { by } from '../../base/names.ts'
import type { ContractFact, Edge, Facets, Node, NodeIx, Span, Unit } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { Reader } from '../reader.ts'

/**
 * Thrift: structs, unions, exceptions, enums and services. Fields are keyed by their number. The arguments of a method are a message
 * `Service.method_args`, as on the wire; types of other files are not joined.
 */
export const thrift: Reader = {
  name: 'thrift',
  version: 2,
  wants: path => path.endsWith('.thrift'),
  read: ({ content }) => {
    const problems: FileProblem[] = []
    return { contract: new Parser(tokensOf(content), problems).file(), problems }
  },
}

interface Token {
  text: string
  line: number
}

const MAX_TOKENS = 500_000
const MAX_DEPTH = 40
/** Tokens of a default value that are compared. */
const MAX_VALUE = 200
const TOKEN =
  /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_][\w.]*|[-+]?\d[\w.+-]*|\n|[^\s\w]/g

const tokensOf = (content: string): Token[] => {
  const tokens: Token[] = []
  let line = 1
  for (const [text] of content.matchAll(TOKEN)) {
    if (!/^(?:\/\/|#|\/\*|\n)/.test(text)) tokens.push({ text, line })
    for (const c of text) if (c === '\n') line++
    if (tokens.length > MAX_TOKENS) break
  }
  return tokens
}

const BASE = new Set(['bool', 'byte', 'i8', 'i16', 'i32', 'i64', 'double', 'string', 'binary', 'slist', 'uuid'])

interface Field {
  key: string
  name: string
  line: number
  required: string
  type: Written
  /** Text of the default value. */
  usual?: string
}

type Written = { base: string } | { name: string } | { container: string; of: Written[] }

class Parser {
  private at = 0
  private readonly nodes: Node[] = [{ kind: 'file', facets: {}, edges: [], at: { file: 0, line: 1 } }]
  private readonly types = new Map<string, NodeIx>()
  /** Other names of types. */
  private readonly aliases = new Map<string, Written>()
  /** Fields wait until all types are known. */
  private readonly waiting: (() => void)[] = []
  private readonly imports: string[] = []
  private namespace = ''
  private readonly tokens: readonly Token[]
  private readonly problems: FileProblem[]

  constructor(tokens: readonly Token[], problems: FileProblem[]) {
    this.tokens = tokens
    this.problems = problems
  }

  file(): ContractFact {
    this.namespaces()
    while (this.at < this.tokens.length) this.definition()
    for (const fill of this.waiting) fill()
    return { format: 'thrift', name: this.namespace, imports: this.imports, nodes: this.nodes, root: 0, units: this.units() }
  }

  private peek(ahead = 0): string {
    return this.tokens[this.at + ahead]?.text ?? ''
  }

  private take(): Token {
    return this.tokens[this.at++] ?? { text: '', line: this.tokens.at(-1)?.line ?? 1 }
  }

  private accept(text: string): boolean {
    if (this.peek() !== text) return false
    this.at++
    return true
  }

  private fail(message: string, line: number): void {
    this.problems.push({ code: 'thrift/syntax', message, severity: 'warning', line })
  }

  /** One name for the file: that of all languages, else the first that is given. */
  private namespaces(): void {
    let first: string | undefined
    for (let i = 0; i + 2 < this.tokens.length; i++) {
      if (this.tokens[i]!.text !== 'namespace') continue
      const isAll = this.tokens[i + 1]!.text === '*'
      first = isAll ? this.tokens[i + 2]!.text : (first ?? this.tokens[i + 2]!.text)
    }
    this.namespace = first ?? ''
  }

  private definition(): void {
    const { text, line } = this.take()
    if (text === 'include' || text === 'cpp_include') this.imports.push(this.take().text.replace(/^["']|["']$/g, ''))
    else if (text === 'namespace') this.at += 2
    else if (text === 'struct' || text === 'exception' || text === 'union') this.struct(text, line)
    else if (text === 'enum') this.enumeration(line)
    else if (text === 'service') this.service(line)
    else if (text === 'typedef') this.alias(line)
    else if (text === 'const') this.skipTo(line)
    else if (text === '(') this.skipBlock('(', ')')
    else if (!/^[;,]$/.test(text)) this.unreadable(text, line)
  }

  private alias(line: number): void {
    const type = this.type(0)
    if (!/^[A-Za-z_]/.test(this.peek())) {
      this.fail('a typedef without a name', line)
      return
    }
    this.aliases.set(this.take().text, type)
    if (this.accept('(')) this.skipBlock('(', ')')
  }

  /** What a type is called by, followed to what it is. */
  private resolved(type: Written, depth = 0): Written {
    if (depth > MAX_DEPTH) return type
    if ('container' in type) return { container: type.container, of: type.of.map(t => this.resolved(t, depth + 1)) }
    const alias = 'name' in type ? this.aliases.get(type.name) : undefined
    return alias === undefined ? type : this.resolved(alias, depth + 1)
  }

  private readonly unreadableLines = new Set<number>()

  private unreadable(text: string, line: number): void {
    if (this.unreadableLines.size > 20 || this.unreadableLines.has(line)) return
    this.unreadableLines.add(line)
    this.fail(`${JSON.stringify(text.slice(0, 40))} begins no definition`, line)
  }

  /** The rest of the line, and of a value in braces or brackets. */
  private skipTo(line: number): void {
    let open = 0
    for (; this.at < this.tokens.length; this.at++) {
      const { text, line: here } = this.tokens[this.at]!
      if (here > line && open === 0) return
      if (/^[{[(<]$/.test(text)) open++
      else if (/^[}\])>]$/.test(text)) open = Math.max(0, open - 1)
    }
  }

  private skipBlock(open: string, close: string): void {
    let depth = 1
    while (this.at < this.tokens.length && depth > 0) {
      const { text } = this.take()
      if (text === open) depth++
      else if (text === close) depth--
    }
  }

  private fullName(name: string): string {
    return this.namespace === '' ? name : `${this.namespace}.${name}`
  }

  private add(kind: 'message' | 'enum' | 'service', name: string, line: number, facets: Facets = {}): NodeIx | undefined {
    const full = this.fullName(name)
    if (this.types.has(full)) {
      this.fail(`${full} is defined twice; the first one counts`, line)
      return undefined
    }
    const ix = this.nodes.push({ kind, name: full, facets, edges: [], at: { file: 0, line } }) - 1
    this.types.set(full, ix)
    this.nodes[0]!.edges.push({ role: kind, key: full, to: ix })
    return ix
  }

  private end(ix: NodeIx | undefined, line: number): void {
    if (ix !== undefined && line > this.nodes[ix]!.at.line) this.nodes[ix]!.at = { ...this.nodes[ix]!.at, endLine: line } as Span
  }

  private struct(kind: string, line: number): void {
    const ix = this.add('message', this.take().text, line, kind === 'struct' ? {} : { kind })
    if (!this.accept('{')) {
      this.fail('this definition has no body', line)
      return
    }
    const fields = this.fields('}')
    this.end(ix, this.tokens[this.at - 1]?.line ?? line)
    if (ix !== undefined) this.waiting.push(() => this.fill(ix, fields))
  }

  /** `1: required string name = "x" (note = "y"),` up to the closing text. */
  private fields(close: string): Field[] {
    const fields: Field[] = []
    let implicit = 0
    while (this.at < this.tokens.length && !this.accept(close)) {
      if (this.accept(',') || this.accept(';')) continue
      const start = this.at
      const field = this.field(--implicit)
      if (field) fields.push(field)
      if (this.at === start) this.at++
    }
    return fields
  }

  private field(implicit: number): Field | undefined {
    const { line } = this.tokens[this.at]!
    let key = String(implicit)
    if (/^[-+]?\d/.test(this.peek())) {
      key = this.take().text
      if (!this.accept(':')) this.fail('a colon is missing behind the number', line)
    }
    const required = /^(?:required|optional)$/.test(this.peek()) ? this.take().text : 'default'
    if (!/^[A-Za-z_]/.test(this.peek())) {
      this.fail(`a field cannot begin with ${JSON.stringify(this.peek().slice(0, 40))}`, line)
      return undefined
    }
    const type = this.type(0)
    if (!/^[A-Za-z_]/.test(this.peek())) {
      this.fail('a field without a name', line)
      return undefined
    }
    const name = this.take().text
    const usual = this.accept('=') ? this.value() : undefined
    if (this.accept('(')) this.skipBlock('(', ')')
    return { key, name, line, required, type, ...(usual === undefined ? {} : { usual }) }
  }

  private value(): string {
    const start = this.at
    const { text } = this.take()
    if (text === '[') this.skipBlock('[', ']')
    else if (text === '{') this.skipBlock('{', '}')
    return this.tokens
      .slice(start, Math.min(this.at, start + MAX_VALUE))
      .map(t => t.text)
      .join(' ')
  }

  private type(depth: number): Written {
    const { text } = this.take()
    let written: Written = BASE.has(text) ? { base: text } : { name: text }
    if (/^(?:list|set|map)$/.test(text) && this.accept('<')) {
      const of: Written[] = []
      while (this.at < this.tokens.length && !this.accept('>')) {
        if (this.accept(',')) continue
        if (/^[{}();]$/.test(this.peek())) break
        if (depth > MAX_DEPTH) {
          this.skipBlock('<', '>')
          break
        }
        of.push(this.type(depth + 1))
      }
      written = { container: text, of }
    }
    if (this.accept('(')) this.skipBlock('(', ')')
    return written
  }

  private fill(owner: NodeIx, fields: readonly Field[]): void {
    const seen = new Set<string>()
    for (const field of fields) {
      if (seen.has(field.key)) this.fail(`number ${field.key} is used twice; the first one counts`, field.line)
      if (seen.has(field.key)) continue
      seen.add(field.key)
      const edges: Edge[] = []
      const type = this.resolved(field.type)
      for (const name of namesIn(type)) {
        const to = this.types.get(this.fullName(name))
        if (to !== undefined) edges.push({ role: 'type', key: edges.length === 0 ? '' : String(edges.length), to, ref: name })
      }
      const facets: Facets = { name: field.name, type: shown(type), label: field.required }
      if (field.usual !== undefined) facets.default = field.usual
      const to = this.nodes.push({ kind: 'field', facets, edges, at: { file: 0, line: field.line } }) - 1
      this.nodes[owner]!.edges.push({ role: 'field', key: field.key, to })
    }
  }

  private enumeration(line: number): void {
    const ix = this.add('enum', this.take().text, line)
    if (!this.accept('{')) {
      this.fail('this definition has no body', line)
      return
    }
    let next = 0
    while (this.at < this.tokens.length && !this.accept('}')) {
      const { text, line: here } = this.take()
      if (!/^[A-Za-z_]/.test(text)) {
        if (text === '(') this.skipBlock('(', ')')
        continue
      }
      const number = this.accept('=') ? Number.parseInt(this.take().text, 10) : next
      next = (Number.isFinite(number) ? number : next) + 1
      if (ix === undefined) continue
      const to = this.nodes.push({ kind: 'value', name: text, facets: { name: text }, edges: [], at: { file: 0, line: here } }) - 1
      this.nodes[ix]!.edges.push({ role: 'value', key: String(next - 1), to })
    }
    this.end(ix, this.tokens[this.at - 1]?.line ?? line)
  }

  private service(line: number): void {
    const name = this.take().text
    const base = this.accept('extends') ? this.take().text : undefined
    const ix = this.add('service', name, line, base === undefined ? {} : { extends: base })
    if (!this.accept('{')) {
      this.fail('this service has no body', line)
      return
    }
    while (this.at < this.tokens.length && !this.accept('}')) {
      const start = this.at
      this.method(ix, name)
      if (this.at === start) this.at++
    }
    this.end(ix, this.tokens[this.at - 1]?.line ?? line)
  }

  private method(service: NodeIx | undefined, name: string): void {
    if (this.accept(',') || this.accept(';')) return
    if (this.accept('(')) {
      this.skipBlock('(', ')')
      return
    }
    const { line } = this.tokens[this.at]!
    const oneway = this.accept('oneway') || this.accept('async')
    const result = this.accept('void') ? undefined : this.type(0)
    const method = this.take().text
    if (!/^[A-Za-z_]/.test(method) || !this.accept('(')) {
      this.fail('this is no method', line)
      return
    }
    const args = this.fields(')')
    const throws = this.accept('throws') && this.accept('(') ? this.fields(')') : []
    if (service === undefined) return
    this.addMethod(service, name, { method, line, oneway, result, args, throws })
  }

  private addMethod(
    service: NodeIx,
    name: string,
    found: { method: string; line: number; oneway: boolean; result: Written | undefined; args: Field[]; throws: Field[] },
  ): void {
    const input = this.add('message', `${name}.${found.method}_args`, found.line)
    const output = this.add('message', `${name}.${found.method}_result`, found.line)
    if (input === undefined || output === undefined) return
    const success: Field[] = found.result ? [{ key: '0', name: 'success', line: found.line, required: 'optional', type: found.result }] : []
    this.waiting.push(() => {
      this.fill(input, found.args)
      this.fill(output, [...success, ...found.throws])
    })
    const edges: Edge[] = [
      { role: 'in', key: '', to: input },
      { role: 'out', key: '', to: output },
    ]
    const facets: Facets = found.oneway ? { oneway: true } : {}
    const to = this.nodes.push({ kind: 'rpc', name: found.method, facets, edges, at: { file: 0, line: found.line } }) - 1
    this.nodes[service]!.edges.push({ role: 'rpc', key: found.method, to })
  }

  private units(): Unit[] {
    return this.nodes[0]!.edges.flatMap(edge => {
      const refs = new Set<string>()
      const meaning = this.meaning(edge.to as NodeIx, refs, 0)
      const node = this.nodes[edge.to as NodeIx]!
      return [{ key: edge.key, node: edge.to as NodeIx, span: node.at, hash: shortHash(canonicalJson(meaning)), refs: [...refs].sort() }]
    })
  }

  private meaning(ix: NodeIx, refs: Set<string>, depth: number): Facets[string] {
    const node = this.nodes[ix]!
    return [
      node.kind,
      node.facets,
      ...[...node.edges].sort(by(e => `${e.role} ${e.key}`)).map(edge => {
        const to = this.nodes[edge.to as NodeIx]!
        const isInner = /^(?:field|value|rpc)$/.test(edge.role)
        if (!isInner && to.name !== undefined) refs.add(to.name)
        return [edge.role, edge.key, isInner && depth < 4 ? this.meaning(edge.to as NodeIx, refs, depth + 1) : (to.name ?? '')]
      }),
    ]
  }
}

const namesIn = (type: Written): string[] => ('container' in type ? type.of.flatMap(namesIn) : 'name' in type ? [type.name] : [])

const shown = (type: Written): string =>
  'container' in type ? `${type.container}<${type.of.map(shown).join(',')}>` : 'name' in type ? type.name : type.base
