/** Something a template's author got wrong, or a limit: what is being rendered is lost. */
import { table } from '../../../base/table.ts'
export class TemplateError extends Error {
  readonly line: number

  constructor(message: string, line = 0) {
    super(message)
    this.line = line
  }
}

export type Token =
  | { is: 'text'; text: string; line: number }
  | { is: 'open' | 'close'; line: number }
  | { is: 'name' | 'field' | 'variable' | 'symbol'; text: string; line: number; spaced: boolean }
  | { is: 'string'; text: string; line: number; spaced: boolean }
  | { is: 'number'; text: string; line: number; spaced: boolean }

const MAX_CHARACTERS = 1_000_000

/** Tokens of a Go template: text between actions (trimmed where a marker says so) and what stands in them. Throws TemplateError. */
export const tokens = (source: string): Token[] => {
  if (source.length > MAX_CHARACTERS) throw new TemplateError('too long a template')
  const out: Token[] = []
  let at = 0
  let line = 1
  let trimNext = false
  while (at <= source.length) {
    const open = source.indexOf('{{', at)
    const raw = source.slice(at, open === -1 ? undefined : open)
    const trimsBefore = open !== -1 && /^\{\{-\s/.test(source.slice(open, open + 4))
    const leading = trimNext ? /^\s*/.exec(raw)![0] : ''
    const start = line + newlines(leading)
    const kept = trimsBefore ? raw.slice(leading.length).trimEnd() : raw.slice(leading.length)
    if (kept !== '') out.push({ is: 'text', text: kept, line: start })
    line += newlines(raw)
    if (open === -1) break
    const action = new ActionLexer(source, open + (trimsBefore ? 3 : 2), line)
    if (!action.comment()) {
      out.push({ is: 'open', line })
      out.push(...action.all())
      out.push({ is: 'close', line: action.line })
    }
    at = action.at
    line = action.line
    trimNext = action.trims
  }
  return out
}

const newlines = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

const SYMBOL = /:=|[=,|()]/y
const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)(?![\w.])/y
const NAME = /[A-Za-z_]\w*/y
const FIELD = /\.[A-Za-z_]\w*/y
const VARIABLE = /\$\w*/y
const END = /(\s-)?\}\}/y

/** What stands in one action. */
class ActionLexer {
  readonly #source: string
  at: number
  line: number
  /** The action's end trims the text behind it. */
  trims = false

  constructor(source: string, at: number, line: number) {
    this.#source = source
    this.at = at
    this.line = line
  }

  /** Skips a comment; false where there is none. */
  comment(): boolean {
    const start = /^\s*\/\*/.exec(this.#source.slice(this.at, this.at + 100))
    if (!start) return false
    const end = this.#source.indexOf('*/', this.at)
    const close = end === -1 ? undefined : this.#match(/\*\/(\s*-)?\s*\}\}/y, end)
    if (close === undefined) throw new TemplateError('a comment that is not closed', this.line)
    this.trims = /-\s*\}\}$/.test(close)
    this.line += newlines(this.#source.slice(this.at, end + close.length))
    this.at = end + close.length
    return true
  }

  all(): Token[] {
    const out: Token[] = []
    for (;;) {
      const end = this.#match(END, this.at)
      if (end !== undefined) {
        this.trims = end.length > 2
        this.line += newlines(end)
        this.at += end.length
        return out
      }
      const spaced = this.#skipBlank()
      if (this.#match(END, this.at) !== undefined) continue
      if (this.at >= this.#source.length) throw new TemplateError('an action that is not closed', this.line)
      out.push(this.#token(spaced))
    }
  }

  #skipBlank(): boolean {
    const from = this.at
    while (/\s/.test(this.#source[this.at] ?? '') && this.#match(END, this.at) === undefined) {
      if (this.#source[this.at] === '\n') this.line++
      this.at++
    }
    return this.at > from
  }

  #token(spaced: boolean): Token {
    const c = this.#source[this.at]!
    const line = this.line
    if (c === '"' || c === '`' || c === "'") return this.#quoted(c, spaced)
    for (const [is, pattern] of PATTERNS) {
      const text = this.#match(pattern, this.at)
      if (text === undefined) continue
      this.at += text.length
      return { is, text, line, spaced }
    }
    throw new TemplateError(`unexpected ${JSON.stringify(c)}`, line)
  }

  #quoted(quote: string, spaced: boolean): Token {
    const { line } = this
    let text = ''
    let at = this.at + 1
    for (; ; at++) {
      const c = this.#source[at]
      if (c === undefined || (c === '\n' && quote !== '`')) throw new TemplateError('a text that is not closed', line)
      if (c === quote) break
      if (c === '\n') this.line++
      if (c === '\\' && quote !== '`') {
        const [value, length] = escaped(this.#source, at, line)
        text += value
        at += length - 1
      } else text += c
    }
    this.at = at + 1
    return quote === "'" ? { is: 'number', text: String(text.codePointAt(0) ?? 0), line, spaced } : { is: 'string', text, line, spaced }
  }

  #match(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at
    return pattern.exec(this.#source)?.[0]
  }
}

const PATTERNS: readonly (readonly ['number' | 'variable' | 'field' | 'name' | 'symbol', RegExp])[] = [
  ['number', NUMBER],
  ['variable', VARIABLE],
  ['field', FIELD],
  ['name', NAME],
  ['symbol', SYMBOL],
  ['symbol', /\./y],
]

const SIMPLE: Record<string, string> = table({ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' })

/** An escape of a Go text and its length. */
const escaped = (source: string, at: number, line: number): [value: string, length: number] => {
  const c = source[at + 1] ?? ''
  if (/["'\\]/.test(c)) return [c, 2]
  if (Object.hasOwn(SIMPLE, c)) return [SIMPLE[c]!, 2]
  const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(source.slice(at, at + 10))
  const point = code ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4]!, code[4] ? 8 : 16) : Number.NaN
  if (!code || point > 0x10ffff) throw new TemplateError('an unknown escape', line)
  return [String.fromCodePoint(point), code[0].length]
}
