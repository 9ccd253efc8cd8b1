import type { FileProblem } from '../../model/evidence.ts'

/** One directive of an nginx configuration: `name arg arg;` or `name arg { … }`. */
export interface Directive {
  name: string
  args: string[]
  block?: Directive[]
  line: number
  endLine: number
}

const MAX_CHARACTERS = 1_000_000
const MAX_DIRECTIVES = 50_000
const MAX_DEPTH = 30

interface Token {
  is: 'word' | ';' | '{' | '}'
  text: string
  line: number
  /** Where the text after it starts. */
  end: number
}

/**
 * The directives of an nginx configuration, or of a template of one: `${NAME}` and `{{ … }}` stay inside words. Blocks of Lua code are
 * skipped. What comes after an unclosed block or a stray brace is still read.
 */
export const parseNginx = (content: string): { directives: Directive[]; problems: FileProblem[] } => {
  const problems: FileProblem[] = []
  const say = (message: string, line: number): void => {
    if (problems.length < 5) problems.push({ code: 'nginx/syntax', message, severity: 'warning', line })
  }
  if (content.length > MAX_CHARACTERS) {
    say(`larger than ${MAX_CHARACTERS} characters, not read`, 1)
    return { directives: [], problems }
  }
  const scanner = new Scanner(content)
  const root: Directive[] = []
  const open: Directive[] = []
  let words: Token[] = []
  let count = 0
  const put = (endLine: number, block?: Directive[]): Directive | undefined => {
    const [first, ...rest] = words
    words = []
    if (!first) return undefined
    const made: Directive = { name: first.text, args: rest.map(w => w.text), ...(block ? { block } : {}), line: first.line, endLine }
    ;(open.at(-1)?.block ?? root).push(made)
    return made
  }
  for (let token = scanner.next(); token; token = scanner.next()) {
    if (++count > MAX_DIRECTIVES) {
      say('too many directives, the rest is left out', token.line)
      break
    }
    if (token.is === 'word') words.push(token)
    else if (token.is === ';') put(token.line)
    else if (token.is === '{') {
      if (/_by_lua_block$/.test(words[0]?.text ?? '')) {
        put(scanner.skipLua(), [])
        continue
      }
      const made = put(token.line, [])
      if (made && open.length < MAX_DEPTH) open.push(made)
      else say(made ? 'nested too deep' : 'a block without a name', token.line)
    } else {
      if (words.length > 0) say(`${words[0]!.text.slice(0, 40)} is not ended by ;`, words[0]!.line)
      put(token.line)
      const closed = open.pop()
      if (closed) closed.endLine = token.line
      else say('a } that closes nothing', token.line)
    }
  }
  if (words.length > 0) say(`${words[0]!.text.slice(0, 40)} is not ended by ;`, words[0]!.line)
  for (const block of open) {
    block.endLine = scanner.line
    say(`${block.name.slice(0, 40)} is not closed`, block.line)
  }
  return { directives: root, problems }
}

/** Text to tokens, one pass. */
class Scanner {
  readonly #text: string
  #at = 0
  line = 1

  constructor(text: string) {
    this.#text = text
  }

  next(): Token | undefined {
    this.#skipBlank()
    const c = this.#text[this.#at]
    if (c === undefined) return undefined
    const line = this.line
    if (c === ';' || c === '}' || (c === '{' && this.#text[this.#at + 1] !== '{')) {
      this.#at++
      return { is: c, text: c, line, end: this.#at }
    }
    return { is: 'word', text: c === '"' || c === "'" ? this.#quoted(c) : this.#bare(), line, end: this.#at }
  }

  /** Skips a block of Lua that has just been opened; gives the line of its end. */
  skipLua(): number {
    let depth = 1
    while (depth > 0 && this.#at < this.#text.length) {
      const c = this.#text[this.#at]!
      if (c === '{') depth++
      else if (c === '}') depth--
      else if (c === '"' || c === "'") {
        this.#quoted(c)
        continue
      } else if (c === '-' && this.#text.startsWith('--', this.#at)) {
        this.#skipLine()
        continue
      }
      this.#step()
    }
    return this.line
  }

  #step(): void {
    if (this.#text[this.#at] === '\n') this.line++
    this.#at++
  }

  #skipLine(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end === -1 ? this.#text.length : end
  }

  #skipBlank(): void {
    for (;;) {
      const c = this.#text[this.#at]
      if (c === '#') this.#skipLine()
      else if (c !== undefined && /\s/.test(c)) this.#step()
      else return
    }
  }

  #quoted(quote: string): string {
    let out = ''
    this.#at++
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote) {
      if (this.#text[this.#at] === '\\' && /["'\\]/.test(this.#text[this.#at + 1] ?? '')) this.#at++
      out += this.#text[this.#at] ?? ''
      this.#step()
    }
    this.#at++
    return out
  }

  /** A bare word; `${…}` and `{{…}}` belong to it. */
  #bare(): string {
    const from = this.#at
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at]!
      const closing = c === '{' ? this.#template() : -1
      if (closing > 0) {
        while (this.#at < closing) this.#step()
        continue
      }
      if (/[\s;{}]/.test(c)) break
      if (c === '\\' && this.#at + 1 < this.#text.length) this.#step()
      this.#step()
    }
    if (this.#at === from) this.#step()
    return this.#text.slice(from, this.#at)
  }

  /** End of `${…}`, `{{…}}` or a quantifier `{2,3}` that opens here; -1 when a block opens. */
  #template(): number {
    const rest = this.#text.slice(this.#at, this.#at + 200)
    const before = this.#text[this.#at - 1]
    const found = rest.startsWith('{{')
      ? /^\{\{[^\n]*?\}\}/.exec(rest)
      : before === '$'
        ? /^\{[^{}\s;]*\}/.exec(rest)
        : /^\{\d*,?\d*\}(?=\S)/.exec(rest)
    return found ? this.#at + found[0].length : -1
  }
}
