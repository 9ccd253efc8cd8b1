import type { FileProblem } from '../../model/evidence.ts'
import type { HclAttribute, HclBlock, HclBody, HclExpr, HclPart, ParsedHcl } from './hcl-tree.ts'

/** Something that is no HCL, and where. */
export class HclSyntaxError extends Error {
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

const MAX_DEPTH = 80
const MAX_PROBLEMS = 20
const MAX_NODES = 300_000

const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const DIGITS = /\d+/y
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy
const OPERATORS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']]

/** A recursive-descent parser of HCL's native syntax, bounded in depth and size. */
export class HclParser {
  private readonly source: string
  private at = 0
  private line: number
  private depth = 0
  private nodes = 0
  /** Inside brackets and parentheses a line break is a blank. */
  private enclosed = 0

  constructor(source: string, line = 1) {
    this.source = source
    this.line = line
    if (source.startsWith('\ufeff')) this.at = 1
  }

  file(): ParsedHcl {
    const problems: FileProblem[] = []
    const body = this.body('', problems)
    return { body, problems }
  }

  /** The whole source as a template. */
  template(): HclPart[] {
    return this.templateParts(this.source.length, false)
  }

  // bodies

  private body(end: '' | '}', problems: FileProblem[]): HclBody {
    const body: HclBody = { attributes: [], blocks: [] }
    for (;;) {
      this.blanks(true)
      if (this.at >= this.source.length) {
        if (end !== '') this.fail('a block is not closed')
        return body
      }
      if (end !== '' && this.take('}')) return body
      const start = this.at
      try {
        this.item(body, problems)
      } catch (error) {
        if (!(error instanceof HclSyntaxError)) throw error
        if (problems.length < MAX_PROBLEMS)
          problems.push({ code: 'hcl/syntax', message: error.message, severity: 'warning', line: error.line })
        if (problems.length >= MAX_PROBLEMS || this.depth > MAX_DEPTH) {
          this.skipTo(this.source.length)
          return body
        }
        this.depth = this.enclosed = 0
        this.skipLine(start)
      }
    }
  }

  /** Goes on after a broken item: at the next line, and past where the item began. */
  private skipLine(start: number): void {
    const next = this.source.indexOf('\n', Math.max(this.at, start))
    this.skipTo(next === -1 ? this.source.length : next + 1)
  }

  private skipTo(end: number): void {
    for (; this.at < end; this.at++) if (this.source[this.at] === '\n') this.line++
  }

  private item(body: HclBody, problems: FileProblem[]): void {
    const line = this.line
    const name = this.take('"') ? this.rest('"') : this.identifier()
    this.blanks(false)
    if (this.source[this.at] === '=' && this.source[this.at + 1] !== '=') {
      this.at++
      const value = this.expression()
      body.attributes.push({ name, value, line } satisfies HclAttribute)
      this.endOfItem()
      return
    }
    const labels: string[] = []
    for (this.blanks(false); this.source[this.at] !== '{'; this.blanks(false))
      labels.push(this.take('"') ? this.rest('"') : this.identifier())
    this.at++
    this.deeper()
    const inner = this.body('}', problems)
    this.depth--
    body.blocks.push({ type: name, labels, body: inner, line, endLine: this.line } satisfies HclBlock)
    this.endOfItem()
  }

  /** The rest of a plain quoted text. */
  private rest(quote: string): string {
    const end = this.source.indexOf(quote, this.at)
    const text = this.source.slice(this.at, end === -1 ? this.source.length : end)
    if (end === -1 || text.includes('\n')) this.fail('a text is not closed')
    this.at = end + 1
    return text
  }

  private endOfItem(): void {
    this.blanks(false)
    const c = this.source[this.at]
    if (c === undefined || c === '\n' || c === '}' || c === ',') {
      if (c === ',') this.at++
      return
    }
    this.fail(`${JSON.stringify(this.source.slice(this.at, this.at + 20))} stands after an item`)
  }

  // expressions

  private expression(): HclExpr {
    this.deeper()
    const found = this.condition()
    this.depth--
    return found
  }

  private condition(): HclExpr {
    const test = this.operation(0)
    this.blanks(this.enclosed > 0)
    if (!this.take('?')) return test
    this.blanks(true)
    const yes = this.expression()
    this.blanks(true)
    this.expect(':')
    this.blanks(true)
    const no = this.expression()
    return { is: 'condition', test, yes, no, at: test.at }
  }

  private operation(level: number): HclExpr {
    const operators = OPERATORS[level]
    if (!operators) return this.unary()
    let left = this.operation(level + 1)
    for (;;) {
      this.blanks(this.enclosed > 0)
      const op = operators.find(o => this.source.startsWith(o, this.at))
      if (op === undefined || (op === '/' && /[/*]/.test(this.source[this.at + 1] ?? ''))) return left
      this.at += op.length
      this.blanks(true)
      left = { is: 'binary', op, left, right: this.operation(level + 1), at: left.at }
      this.count()
    }
  }

  private unary(): HclExpr {
    this.blanks(this.enclosed > 0)
    const at = this.line
    for (const op of ['!', '-'])
      if (this.take(op)) {
        this.deeper()
        const of = this.unary()
        this.depth--
        return { is: 'unary', op, of, at }
      }
    return this.postfix(this.primary())
  }

  private postfix(start: HclExpr): HclExpr {
    let found = start
    for (;;) {
      if (this.enclosed > 0) this.peekOverLines('.')
      const at = this.line
      if (this.source.startsWith('...', this.at)) return found
      if (this.take('.')) {
        this.count()
        if (this.take('*')) {
          found = { is: 'splat', of: found, each: this.members({ is: 'variable', name: '*', at }), at }
          continue
        }
        const index = this.match(DIGITS)
        found =
          index === undefined
            ? { is: 'member', of: found, name: this.identifier(), at }
            : { is: 'index', of: found, key: { is: 'literal', value: Number(index), at }, at }
      } else if (this.take('[')) {
        this.count()
        this.blanks(true)
        if (this.take('*')) {
          this.blanks(true)
          this.expect(']')
          return { is: 'splat', of: found, each: this.postfix({ is: 'variable', name: '*', at }), at }
        }
        const key = this.within(() => this.expression(), ']')
        found = { is: 'index', of: found, key, at }
      } else return found
    }
  }

  /** What the old form of a splat takes of each: members alone, an index is one of the whole. */
  private members(start: HclExpr): HclExpr {
    let found = start
    while (this.source[this.at] === '.' && /[\p{ID_Start}_]/u.test(this.source[this.at + 1] ?? '')) {
      const at = this.line
      this.at++
      this.count()
      found = { is: 'member', of: found, name: this.identifier(), at }
    }
    return found
  }

  /** In brackets a chain may go on in the next line. */
  private peekOverLines(c: string): void {
    const [at, line] = [this.at, this.line]
    this.blanks(true)
    if (this.source[this.at] !== c) [this.at, this.line] = [at, line]
  }

  private within<T>(inner: () => T, end: string): T {
    this.enclosed++
    this.blanks(true)
    const found = inner()
    this.blanks(true)
    this.expect(end)
    this.enclosed--
    return found
  }

  private primary(): HclExpr {
    this.count()
    const at = this.line
    const c = this.source[this.at]
    if (c === '"') return this.quoted()
    if (c === '(') {
      this.at++
      return this.within(() => this.expression(), ')')
    }
    if (c === '[') return this.list()
    if (c === '{') return this.object()
    if (c === '<' && this.source[this.at + 1] === '<') return this.heredoc()
    const number = this.match(NUMBER)
    if (number !== undefined) return { is: 'literal', value: Number(number), at }
    const name = this.identifier()
    if (name === 'true' || name === 'false') return { is: 'literal', value: name === 'true', at }
    if (name === 'null') return { is: 'literal', value: null, at }
    return this.isCall() ? this.call(name, at) : { is: 'variable', name, at }
  }

  private isCall(): boolean {
    while (this.source.startsWith('::', this.at)) {
      this.at += 2
      this.identifier()
    }
    return this.source[this.at] === '('
  }

  private call(name: string, at: number): HclExpr {
    this.at++
    const args: HclExpr[] = []
    let expands = false
    this.enclosed++
    for (this.blanks(true); !this.take(')'); this.blanks(true)) {
      args.push(this.expression())
      this.blanks(true)
      if (this.source.startsWith('...', this.at)) {
        this.at += 3
        expands = true
        this.blanks(true)
      }
      if (this.source[this.at] !== ')') this.expect(',')
    }
    this.enclosed--
    return { is: 'call', name, args, expands, at }
  }

  private list(): HclExpr {
    const at = this.line
    this.at++
    this.enclosed++
    this.blanks(true)
    if (this.isFor()) return this.comprehension(at, ']')
    const items: HclExpr[] = []
    for (; !this.take(']'); this.blanks(true)) {
      items.push(this.expression())
      this.blanks(true)
      if (this.source[this.at] !== ']') this.expect(',')
    }
    this.enclosed--
    return { is: 'list', items, at }
  }

  private isFor(): boolean {
    return /^for\s+[\w-]+\s*[,i]/.test(this.source.slice(this.at, this.at + 200))
  }

  private comprehension(at: number, end: string): HclExpr {
    this.at += 3
    const names: string[] = []
    do {
      this.blanks(true)
      names.push(this.identifier())
      this.blanks(true)
    } while (this.take(','))
    if (this.identifier() !== 'in') this.fail('in is missing')
    const over = this.expression()
    this.blanks(true)
    this.expect(':')
    let value = this.expression()
    let key: HclExpr | undefined
    this.blanks(true)
    if (this.source.startsWith('=>', this.at)) {
      this.at += 2
      key = value
      value = this.expression()
      this.blanks(true)
    }
    const groups = this.source.startsWith('...', this.at)
    if (groups) this.at += 3
    this.blanks(true)
    let test: HclExpr | undefined
    if (/^if\b/.test(this.source.slice(this.at, this.at + 3))) {
      this.at += 2
      test = this.expression()
      this.blanks(true)
    }
    this.expect(end)
    this.enclosed--
    return { is: 'for', names, over, ...(key ? { key } : {}), value, ...(test ? { test } : {}), groups, at }
  }

  private object(): HclExpr {
    const at = this.line
    this.at++
    const outer = this.enclosed
    this.enclosed = 1
    this.blanks(true)
    if (this.isFor()) {
      const found = this.comprehension(at, '}')
      this.enclosed = outer
      return found
    }
    this.enclosed = 0
    const entries: { key: HclExpr; value: HclExpr; at: number }[] = []
    for (; !this.take('}'); this.blanks(true)) {
      const line = this.line
      const key = this.objectKey()
      this.blanks(true)
      if (!this.take('=')) this.expect(':')
      this.blanks(true)
      entries.push({ key, value: this.expression(), at: line })
      this.blanks(false)
      if (!this.take(',') && this.source[this.at] !== '\n' && this.source[this.at] !== '}')
        this.fail('an object goes on where it should not')
      this.blanks(true)
    }
    this.enclosed = outer
    return { is: 'object', entries, at }
  }

  /** A bare word is a text; anything in parentheses is computed. */
  private objectKey(): HclExpr {
    const key = this.expression()
    return key.is === 'variable' ? { is: 'literal', value: key.name, at: key.at } : key
  }

  // templates

  private quoted(): HclExpr {
    const at = this.line
    this.at++
    const parts = this.templateParts(this.source.length, true)
    this.expect('"')
    return simplified(parts, at)
  }

  private heredoc(): HclExpr {
    HEREDOC.lastIndex = this.at
    const head = HEREDOC.exec(this.source)
    if (!head) return this.fail('a heredoc does not begin here')
    const start = this.at + head[0].length
    const close = new RegExp(`^[ \\t]*${head[2]!.replace(/[^\w-]/g, '.')}[ \\t]*\\r?$`, 'm')
    const found = close.exec(this.source.slice(start))
    if (!found) return this.fail(`a heredoc is not closed by ${head[2]}`)
    this.skipTo(start)
    const at = this.line
    const end = start + found.index
    const parts = this.templateParts(end, false)
    this.skipTo(end + found[0].length)
    return simplified(head[1] === '-' ? unindented(parts) : parts, at)
  }

  /** Parts up to an end, or to the closing quote. */
  private templateParts(end: number, isQuoted: boolean): HclPart[] {
    this.deeper()
    const found = this.partsUntil(end, isQuoted, () => false)
    this.depth--
    return found
  }

  private partsUntil(end: number, isQuoted: boolean, isEnd: (directive: string) => boolean): HclPart[] {
    const parts: HclPart[] = []
    let text = ''
    const flush = (): void => {
      if (text !== '') parts.push(text)
      text = ''
    }
    while (this.at < end) {
      const c = this.source[this.at]!
      const next = this.source[this.at + 1]
      if (isQuoted && (c === '"' || c === '\n')) break
      if ((c === '$' || c === '%') && next === c && this.source[this.at + 2] === '{') {
        text += `${c}{`
        this.at += 3
      } else if (c === '$' && next === '{') {
        flush()
        this.at += 2
        parts.push({ is: 'value', of: this.interpolated() })
      } else if (c === '%' && next === '{') {
        const word = /^%\{~?\s*(\w+)/.exec(this.source.slice(this.at, this.at + 60))?.[1] ?? ''
        if (isEnd(word)) break
        flush()
        parts.push(this.directive(word, end, isQuoted))
      } else if (isQuoted && c === '\\') text += this.escape()
      else {
        if (c === '\n') this.line++
        text += c
        this.at++
      }
    }
    flush()
    this.count()
    return parts
  }

  private interpolated(): HclExpr {
    this.take('~')
    return this.within(() => this.expression(), '}')
  }

  private directive(word: string, end: number, isQuoted: boolean): HclPart {
    this.deeper()
    const head = /^%\{~?\s*\w+/.exec(this.source.slice(this.at, this.at + 60))
    if (!head || (word !== 'if' && word !== 'for')) return this.fail(`%{ ${word} } is no directive`)
    this.at += head[0].length
    const part = word === 'if' ? this.ifDirective(end, isQuoted) : this.forDirective(end, isQuoted)
    this.depth--
    return part
  }

  private ifDirective(end: number, isQuoted: boolean): HclPart {
    const test = this.within(() => this.expression(), '}')
    const yes = this.partsUntil(end, isQuoted, word => word === 'else' || word === 'endif')
    const isElse = this.endDirective() === 'else'
    const no = isElse ? this.partsUntil(end, isQuoted, word => word === 'endif') : []
    if (isElse) this.endDirective()
    return { is: 'if', test, yes, no }
  }

  private forDirective(end: number, isQuoted: boolean): HclPart {
    const names: string[] = []
    do {
      this.blanks(true)
      names.push(this.identifier())
      this.blanks(true)
    } while (this.take(','))
    if (this.identifier() !== 'in') this.fail('in is missing')
    const over = this.within(() => this.expression(), '}')
    const parts = this.partsUntil(end, isQuoted, word => word === 'endfor')
    this.endDirective()
    return { is: 'loop', names, over, parts }
  }

  private endDirective(): string {
    const found = /^%\{~?\s*(\w+)\s*~?\}/.exec(this.source.slice(this.at, this.at + 60))
    if (!found) return this.fail('a directive is not closed')
    this.at += found[0].length
    return found[1]!
  }

  private escape(): string {
    const c = this.source[this.at + 1] ?? ''
    this.at += 2
    if (c === 'u' || c === 'U') {
      const length = c === 'u' ? 4 : 8
      const code = Number.parseInt(this.source.slice(this.at, this.at + length), 16)
      this.at += length
      return Number.isInteger(code) && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    }
    if (c === '\n') this.line++
    return { n: '\n', r: '\r', t: '\t' }[c] ?? c
  }

  // characters

  /** Blanks and comments; line breaks too, where they say nothing. */
  private blanks(overLines: boolean): void {
    for (;;) {
      const c = this.source[this.at]
      if (c === ' ' || c === '\t' || c === '\r' || (overLines && c === '\n')) {
        if (c === '\n') this.line++
        this.at++
      } else if (c === '#' || (c === '/' && this.source[this.at + 1] === '/')) {
        const end = this.source.indexOf('\n', this.at)
        this.at = end === -1 ? this.source.length : end
      } else if (c === '/' && this.source[this.at + 1] === '*') {
        const end = this.source.indexOf('*/', this.at + 2)
        this.skipTo(end === -1 ? this.source.length : end + 2)
      } else return
    }
  }

  private take(c: string): boolean {
    if (this.source[this.at] !== c) return false
    this.at++
    return true
  }

  private expect(c: string): void {
    if (c === '}' && this.source.startsWith('~}', this.at)) this.at++
    if (!this.take(c)) this.fail(`${c} is missing before ${JSON.stringify(this.source.slice(this.at, this.at + 20))}`)
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.source)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private identifier(): string {
    return this.match(IDENTIFIER) ?? this.fail(`${JSON.stringify(this.source.slice(this.at, this.at + 20))} is no name`)
  }

  private deeper(): void {
    if (++this.depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`)
  }

  private count(): void {
    if (++this.nodes > MAX_NODES) {
      this.depth = MAX_DEPTH + 1
      this.fail(`larger than ${MAX_NODES} expressions; the rest is not read`)
    }
  }

  private fail(message: string): never {
    throw new HclSyntaxError(`not HCL: ${message}`, this.line)
  }
}

const simplified = (parts: HclPart[], at: number): HclExpr => {
  if (parts.every(part => typeof part === 'string')) return { is: 'literal', value: parts.join(''), at }
  return { is: 'template', parts, at }
}

/** `<<-` takes away the indentation that all lines share. */
const unindented = (parts: HclPart[]): HclPart[] => {
  const lines = parts.flatMap((part, i) => (typeof part === 'string' ? part.split('\n').slice(i === 0 ? 0 : 1) : []))
  const indents = lines.filter(line => line.trim() !== '').map(line => /^[ \t]*/.exec(line)![0].length)
  const shared = Math.min(...indents, 1000)
  if (shared === 0 || indents.length === 0) return parts
  const strip = (line: string): string => (line.slice(0, shared).trim() === '' ? line.slice(shared) : line)
  return parts.map((part, i) =>
    typeof part === 'string'
      ? part
          .split('\n')
          .map((line, n) => (n === 0 && i > 0 ? line : strip(line)))
          .join('\n')
      : part,
  )
}
