import { TemplateError, type Token, tokens } from './lexer.ts'

export type Part =
  | { is: 'text'; text: string; line: number }
  | { is: 'action'; pipe: Pipe; line: number }
  | { is: 'if' | 'with' | 'range'; pipe: Pipe; body: Part[]; otherwise: Part[]; line: number }
  | { is: 'template'; name: string; pipe?: Pipe; line: number }
  | { is: 'break' | 'continue'; line: number }

export interface Pipe {
  /** Variables that take the value, `$` included. */
  variables: string[]
  /** `:=` declares, `=` assigns. */
  declares: boolean
  commands: Command[]
  line: number
}

/** A function or value with arguments; the first operand decides. */
export interface Command {
  operands: Operand[]
  line: number
}

export type Operand =
  | { is: 'dot' }
  | { is: 'nil' }
  | { is: 'constant'; value: string | boolean | number | bigint }
  | { is: 'function'; name: string }
  | { is: 'field'; path: string[] }
  | { is: 'variable'; name: string; path: string[] }
  | { is: 'pipe'; pipe: Pipe; path: string[] }

export interface Template {
  /** The file it stands in. */
  file: string
  parts: Part[]
}

/** A file's own parts, and what it defines by name. Throws TemplateError. */
export const parseTemplate = (source: string, file: string): { main: Template; defines: Map<string, Template> } => {
  const parser = new Parser(tokens(source), file)
  const parts = parser.list([])
  return { main: { file, parts: parts.parts }, defines: parser.defines }
}

const MAX_DEPTH = 100

interface Listed {
  parts: Part[]
  /** What ended it: `end` or `else`; '' at the end of the file. */
  by: string
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #file: string
  readonly defines = new Map<string, Template>()
  #at = 0
  #depth = 0

  constructor(all: readonly Token[], file: string) {
    this.#tokens = all
    this.#file = file
  }

  /** Parts up to one of the given words. */
  list(until: readonly string[]): Listed {
    if (++this.#depth > MAX_DEPTH) throw new TemplateError('nested too deep', this.#line())
    const parts: Part[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (!token) {
        if (until.length > 0) throw new TemplateError(`no ${until.join(' or ')}`, this.#line())
        this.#depth--
        return { parts, by: '' }
      }
      this.#at++
      if (token.is === 'text') {
        parts.push(token)
        continue
      }
      const word = this.#peek()
      const key = word?.is === 'name' ? word.text : ''
      if (key === 'end' || key === 'else') {
        if (!until.includes(key)) throw new TemplateError(`${key} without a beginning`, token.line)
        this.#at++
        this.#depth--
        return { parts, by: key }
      }
      const part = this.#action(key, token.line)
      if (part) parts.push(part)
    }
  }

  #action(key: string, line: number): Part | undefined {
    switch (key) {
      case 'if':
      case 'with':
      case 'range':
        this.#at++
        return this.#control(key, line)
      case 'define':
      case 'block':
        this.#at++
        return this.#definition(key, line)
      case 'template': {
        this.#at++
        const name = this.#name()
        const pipe = this.#peek()?.is === 'close' ? undefined : this.#pipe()
        this.#close()
        return { is: 'template', name, ...(pipe ? { pipe } : {}), line }
      }
      case 'break':
      case 'continue':
        this.#at++
        this.#close()
        return { is: key, line }
      default: {
        const pipe = this.#pipe()
        this.#close()
        return { is: 'action', pipe, line }
      }
    }
  }

  #control(is: 'if' | 'with' | 'range', line: number): Part {
    const pipe = this.#pipe()
    this.#close()
    const body = this.list(['end', 'else'])
    return { is, pipe, body: body.parts, otherwise: body.by === 'else' ? this.#otherwise(line) : this.#closed([]), line }
  }

  /** After `else`: `else if …` and `else with …` are a part of their own that shares the end. */
  #otherwise(line: number): Part[] {
    const word = this.#peek()
    if (word?.is === 'name' && (word.text === 'if' || word.text === 'with')) {
      this.#at++
      if (++this.#depth > MAX_DEPTH) throw new TemplateError('nested too deep', line)
      const part = this.#control(word.text, line)
      this.#depth--
      return [part]
    }
    this.#close()
    return this.#closed(this.list(['end']).parts)
  }

  #closed(parts: Part[]): Part[] {
    this.#close()
    return parts
  }

  #definition(key: 'define' | 'block', line: number): Part | undefined {
    const name = this.#name()
    const pipe = key === 'block' ? this.#pipe() : undefined
    this.#close()
    const { parts } = this.list(['end'])
    this.#close()
    if (key === 'define' || !this.defines.has(name)) this.defines.set(name, { file: this.#file, parts })
    return pipe ? { is: 'template', name, pipe, line } : undefined
  }

  #pipe(): Pipe {
    if (++this.#depth > MAX_DEPTH) throw new TemplateError('nested too deep', this.#line())
    const line = this.#line()
    const { variables, declares } = this.#declaration()
    const commands = [this.#command()]
    while (this.#symbol('|')) commands.push(this.#command())
    this.#depth--
    return { variables, declares, commands, line }
  }

  #declaration(): { variables: string[]; declares: boolean } {
    const from = this.#at
    const variables: string[] = []
    while (this.#peek()?.is === 'variable') {
      variables.push((this.#peek() as { text: string }).text)
      this.#at++
      if (this.#symbol(':=')) return { variables, declares: true }
      if (this.#symbol('=')) return { variables, declares: false }
      if (!this.#symbol(',')) break
    }
    this.#at = from
    return { variables: [], declares: false }
  }

  #command(): Command {
    const line = this.#line()
    const operands: Operand[] = []
    for (;;) {
      const token = this.#peek()
      if (!token || token.is === 'close' || (token.is === 'symbol' && (token.text === '|' || token.text === ')'))) break
      operands.push(this.#operand())
    }
    if (operands.length === 0) throw new TemplateError('nothing to evaluate', line)
    return { operands, line }
  }

  #operand(): Operand {
    const token = this.#peek()!
    this.#at++
    switch (token.is) {
      case 'string':
        return { is: 'constant', value: token.text }
      case 'number':
        return { is: 'constant', value: numberOf(token.text) }
      case 'variable':
        return { is: 'variable', name: token.text, path: this.#path() }
      case 'field':
        return { is: 'field', path: [token.text.slice(1), ...this.#path()] }
      case 'name':
        if (token.text === 'true' || token.text === 'false') return { is: 'constant', value: token.text === 'true' }
        return token.text === 'nil' ? { is: 'nil' } : { is: 'function', name: token.text }
      case 'symbol':
        if (token.text === '.') return { is: 'dot' }
        if (token.text === '(') {
          const pipe = this.#pipe()
          if (!this.#symbol(')')) throw new TemplateError('no )', token.line)
          return { is: 'pipe', pipe, path: this.#path() }
        }
    }
    throw new TemplateError(`unexpected ${'text' in token ? token.text : token.is}`, token.line)
  }

  /** Fields that follow without a blank. */
  #path(): string[] {
    const path: string[] = []
    for (let token = this.#peek(); token?.is === 'field' && !token.spaced; token = this.#peek()) {
      path.push(token.text.slice(1))
      this.#at++
    }
    return path
  }

  #name(): string {
    const token = this.#peek()
    if (token?.is !== 'string') throw new TemplateError('a template without a name', this.#line())
    this.#at++
    return token.text
  }

  #symbol(text: string): boolean {
    const token = this.#peek()
    if (token?.is !== 'symbol' || token.text !== text) return false
    this.#at++
    return true
  }

  #close(): void {
    if (this.#peek()?.is !== 'close') throw new TemplateError('more than expected in the action', this.#line())
    this.#at++
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #line(): number {
    return (this.#tokens[this.#at] ?? this.#tokens.at(-1))?.line ?? 1
  }
}

const numberOf = (text: string): number | bigint => {
  const plain = text.replaceAll('_', '')
  if (/^[+-]?0[xXbBoO]/.test(plain)) return plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain.replace('+', ''))
  return /^[+-]?\d+$/.test(plain) ? BigInt(plain.replace('+', '')) : Number(plain)
}
