import { table } from '../../base/table.ts'
import type { Json } from '../../model/contract.ts'
import type { FileProblem } from '../../model/evidence.ts'

/** A .proto file as written: nothing resolved, options as data. Lines are 1-based. */
export interface ProtoFile {
  syntax: 'proto2' | 'proto3' | 'editions'
  edition?: string
  syntaxLine: number
  package: string
  packageLine: number
  imports: { path: string; line: number }[]
  options: ProtoOption[]
  messages: ProtoMessage[]
  enums: ProtoEnum[]
  services: ProtoService[]
  extends: ProtoExtend[]
}

/** `name` as written, with parentheses: `(google.api.http).get`. Identifiers are text, numbers beyond 2^53 too. `line`: of the statement. */
export interface ProtoOption {
  name: string
  value: Json
  line: number
}

export interface ProtoMessage {
  name: string
  fields: ProtoField[]
  /** Names of oneofs, in file order. */
  oneofs: string[]
  messages: ProtoMessage[]
  enums: ProtoEnum[]
  extends: ProtoExtend[]
  options: ProtoOption[]
  reserved: ProtoReserved
  extensionRanges: [from: number, to: number][]
  line: number
  endLine: number
}

export interface ProtoField {
  name: string
  number: number
  label?: 'optional' | 'required' | 'repeated'
  /** As written; `group` for groups, whose body is `group`. */
  type: string
  map?: { key: string; value: string }
  group?: ProtoMessage
  oneof?: string
  options: ProtoOption[]
  line: number
  typeLine: number
  nameLine: number
  endLine: number
}

export interface ProtoEnum {
  name: string
  values: { name: string; number: number; options: ProtoOption[]; line: number; numberLine: number }[]
  options: ProtoOption[]
  reserved: ProtoReserved
  line: number
  endLine: number
}

interface ProtoReserved {
  ranges: [from: number, to: number][]
  names: string[]
}

export interface ProtoExtend {
  extendee: string
  fields: ProtoField[]
  line: number
}

export interface ProtoService {
  name: string
  rpcs: ProtoRpc[]
  options: ProtoOption[]
  line: number
  endLine: number
}

export interface ProtoRpc {
  name: string
  input: string
  output: string
  inputLine: number
  outputLine: number
  clientStreaming: boolean
  serverStreaming: boolean
  options: ProtoOption[]
  line: number
  endLine: number
}

/** `max` in a range. */
export const MAX_NUMBER = 2 ** 31 - 1
const MAX_CHARACTERS = 5_000_000
const MAX_DEPTH = 64
const MAX_PROBLEMS = 20

/**
 * Parses proto2, proto3 and editions. Never throws: a wrong statement gives a problem with its line and is skipped up to its end,
 * the rest is read.
 */
export const parseProto = (content: string): { file: ProtoFile; problems: FileProblem[] } => {
  const file: ProtoFile = {
    ...{ syntax: 'proto2', syntaxLine: 1, package: '', packageLine: 1 },
    ...{ imports: [], options: [], messages: [], enums: [], services: [], extends: [] },
  }
  if (content.length > MAX_CHARACTERS) {
    const message = `larger than ${MAX_CHARACTERS} characters, not read`
    return { file, problems: [{ code: 'proto/too-large', message, severity: 'error', line: 1 }] }
  }
  const parser = new Parser(content)
  parser.statements(false, () => fileStatement(parser, file))
  return { file, problems: parser.problems }
}

type TokenKind = 'word' | 'number' | 'text' | 'mark' | 'end'

class SyntaxProblem extends Error {}

/** One token of look-ahead over the text; comments and white space are skipped. */
class Parser {
  kind: TokenKind = 'end'
  token = ''
  line = 1
  /** Line where the token before this one ended. */
  lastLine = 1
  depth = 0
  readonly problems: FileProblem[] = []
  readonly #content: string
  #at = 0
  #line = 1

  constructor(content: string) {
    this.#content = content
    if (content.charCodeAt(0) === 0xfeff) this.#at = 1
    this.next()
  }

  next(): string {
    const before = this.token
    this.lastLine = this.line
    this.#skipBlank()
    this.line = this.#line
    const content = this.#content
    const start = this.#at
    const c = content[start]
    if (c === undefined) {
      this.kind = 'end'
      this.token = ''
    } else if (c === '"' || c === "'") this.#text(c)
    else {
      WORD.lastIndex = NUMBER.lastIndex = start
      const word = WORD.exec(content)?.[0]
      const number = word === undefined ? NUMBER.exec(content)?.[0] : undefined
      this.kind = word !== undefined ? 'word' : number !== undefined ? 'number' : 'mark'
      this.token = word ?? number ?? c
      this.#at = start + this.token.length
    }
    return before
  }

  #skipBlank(): void {
    const content = this.#content
    for (;;) {
      const c = content.charCodeAt(this.#at)
      if (c === 10) this.#line++
      if (c === 32 || (c >= 9 && c <= 13)) this.#at++
      else if (c === 47 && content[this.#at + 1] === '/') {
        const end = content.indexOf('\n', this.#at)
        this.#at = end === -1 ? content.length : end
      } else if (c === 47 && content[this.#at + 1] === '*') this.#skipBlockComment()
      else return
    }
  }

  #skipBlockComment(): void {
    const end = this.#content.indexOf('*/', this.#at + 2)
    const stop = end === -1 ? this.#content.length : end + 2
    if (end === -1) this.problem('comment is not closed', this.#line)
    for (let i = this.#at; i < stop; i++) if (this.#content.charCodeAt(i) === 10) this.#line++
    this.#at = stop
  }

  #text(quote: string): void {
    let i = this.#at + 1
    let out = ''
    const content = this.#content
    while (i < content.length && content[i] !== quote && content[i] !== '\n') {
      if (content[i] !== '\\') out += content[i++]
      else {
        const [text, length] = unescaped(content, i + 1)
        out += text
        i += 1 + length
      }
    }
    if (content[i] !== quote) this.problem('text is not closed', this.#line)
    else i++
    this.#at = i
    this.kind = 'text'
    this.token = out
  }

  problem(message: string, line = this.line): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ code: 'proto/syntax', message, severity: 'error', line })
  }

  fail(expected: string): never {
    throw new SyntaxProblem(`expected ${expected}, found ${this.kind === 'end' ? 'the end of the file' : `'${this.token.slice(0, 40)}'`}`)
  }

  is(token: string): boolean {
    return this.token === token && this.kind !== 'text'
  }

  accept(token: string): boolean {
    if (!this.is(token)) return false
    this.next()
    return true
  }

  expect(token: string): void {
    if (this.accept(token)) return
    // A statement that only lacks its end is read all the same.
    if (token === ';' && (this.line > this.lastLine || this.kind === 'end' || this.is('}'))) this.problem("expected ';'", this.lastLine)
    else this.fail(`'${token}'`)
  }

  word(what: string): string {
    return this.kind === 'word' ? this.next() : this.fail(what)
  }

  /** `a.b.C`, `.a.b.C`. */
  name(what: string): string {
    let out = this.accept('.') ? '.' : ''
    out += this.word(what)
    while (this.accept('.')) out += `.${this.word(what)}`
    return out
  }

  text(what: string): string {
    if (this.kind !== 'text') this.fail(what)
    let out = ''
    while ((this.kind as TokenKind) === 'text') out += this.next()
    return out
  }

  integer(what: string): number {
    const sign = this.accept('-') ? -1 : 1
    if (this.kind !== 'number') this.fail(what)
    const value = Number(octal(this.next()))
    return Number.isFinite(value) ? sign * value : this.fail(what)
  }

  /** Runs `statement` up to the closing brace (or the end of the file). What goes wrong in one statement ends with it. */
  statements(inBraces: boolean, statement: () => void): void {
    if (++this.depth > MAX_DEPTH) {
      this.problem(`nested deeper than ${MAX_DEPTH}, not read`)
      if (inBraces) this.#skipBlock()
      this.accept('}')
      this.depth--
      return
    }
    while (this.kind !== 'end' && !(inBraces && this.is('}'))) {
      if (this.accept(';')) continue
      const depth = this.depth
      const [token, line] = [this.#at, this.line]
      try {
        statement()
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error
        this.depth = depth
        this.problem(error.message)
        this.#recover(token, line)
      }
    }
    this.depth--
    if (inBraces && !this.accept('}')) this.problem("expected '}', found the end of the file")
  }

  /** To the end of the statement: past its `;` or its block. A new line that begins a declaration ends it too. */
  #recover(startedAt: number, startedOn: number): void {
    if (this.#at === startedAt && !this.is('}')) this.next()
    while (this.kind !== 'end') {
      if (this.accept(';')) return
      if (this.is('{')) {
        this.next()
        this.#skipBlock()
        if (this.is('}')) this.next()
        return
      }
      if (this.is('}')) {
        if (this.depth === 1) this.next()
        return
      }
      if (this.line > startedOn && this.line > this.lastLine && DECLARATION.test(this.token)) return
      this.next()
    }
  }

  /** Up to the brace that closes the block whose opening brace was just read. */
  #skipBlock(): void {
    let open = 1
    while (this.kind !== 'end') {
      if (this.is('{')) open++
      else if (this.is('}') && --open === 0) return
      this.next()
    }
  }
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?/y
const DECLARATION = /^(message|enum|service|rpc|extend|oneof|option|import|package|repeated|optional|required|reserved|map)$/

const octal = (token: string): string => (/^0[0-7]+$/.test(token) ? `0o${token.slice(1)}` : token.replace(/(?<=^\d[\d.]*)[fF]$/, ''))

const ESCAPES: Record<string, string> = table({ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' })

/** The character after a backslash at `at`, and how much of the text it took. */
const unescaped = (content: string, at: number): [text: string, length: number] => {
  const hex = /^(?:[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3}))/.exec(content.slice(at, at + 9))
  if (hex === null) return [ESCAPES[content[at] ?? ''] ?? content[at] ?? '', 1]
  const code = hex[4] === undefined ? Number.parseInt((hex[1] ?? hex[2] ?? hex[3])!, 16) : Number.parseInt(hex[4], 8)
  return [code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', hex[0].length]
}

type Statements<T> = ReadonlyMap<string, (p: Parser, into: T) => void>

/** Runs what the keyword at hand stands for; false when it is none. */
const keywordStatement = <T>(p: Parser, statements: Statements<T>, into: T): boolean => {
  if (p.is('export') || p.is('local')) p.next()
  const run = p.kind === 'word' ? statements.get(p.token) : undefined
  run?.(p, into)
  return run !== undefined
}

const fileStatement = (p: Parser, file: ProtoFile): void => {
  if (!keywordStatement(p, FILE_STATEMENTS, file)) p.fail('a declaration')
}

const packageStatement = (p: Parser, file: ProtoFile): void => {
  file.packageLine = p.line
  p.next()
  file.package = p.name('a package')
  p.expect(';')
}

const importStatement = (p: Parser, file: ProtoFile): void => {
  const line = p.line
  p.next()
  if (p.kind === 'word') p.next()
  file.imports.push({ path: p.text('the path of a file'), line })
  p.expect(';')
}

const syntaxStatement = (p: Parser, file: ProtoFile): void => {
  file.syntaxLine = p.line
  const keyword = p.next()
  p.expect('=')
  const value = p.text('a version')
  if (keyword === 'edition') {
    file.syntax = 'editions'
    file.edition = value
  } else if (value === 'proto2' || value === 'proto3') file.syntax = value
  else p.problem(`unknown syntax '${value}'`)
  p.expect(';')
}

/** Adds the node before its body is read, so that a broken body keeps its good parts. */
const message = (p: Parser, into: ProtoMessage[]): void => {
  const line = p.line
  p.next()
  const found = emptyMessage(p.word('the name of a message'), line)
  p.expect('{')
  into.push(found)
  messageBody(p, found)
}

const emptyMessage = (name: string, line: number): ProtoMessage => ({
  ...{ name, fields: [], oneofs: [], messages: [], enums: [], extends: [], options: [] },
  ...{ reserved: { ranges: [], names: [] }, extensionRanges: [], line, endLine: line },
})

const messageBody = (p: Parser, into: ProtoMessage): void => {
  p.statements(true, () => messageStatement(p, into))
  into.endLine = p.lastLine
}

const messageStatement = (p: Parser, into: ProtoMessage): void => {
  if (!keywordStatement(p, MESSAGE_STATEMENTS, into)) into.fields.push(field(p, into.messages))
}

const extensionRanges = (p: Parser, into: ProtoMessage): void => {
  p.next()
  into.extensionRanges.push(...ranges(p))
  if (p.is('[')) fieldOptions(p)
  p.expect(';')
}

const oneof = (p: Parser, into: ProtoMessage): void => {
  p.next()
  const name = p.word('the name of a oneof')
  p.expect('{')
  into.oneofs.push(name)
  p.statements(true, () => {
    if (p.is('option')) optionStatement(p)
    else into.fields.push({ ...field(p, into.messages), oneof: name })
  })
}

const reserved = (p: Parser, into: ProtoReserved): void => {
  p.next()
  if (p.kind === 'text' || p.kind === 'word') {
    do into.names.push((p.kind as TokenKind) === 'text' ? p.text('a name') : p.word('a name'))
    while (p.accept(','))
  } else into.ranges.push(...ranges(p))
  p.expect(';')
}

const ranges = (p: Parser): [number, number][] => {
  const out: [number, number][] = []
  do {
    const from = p.integer('a number')
    out.push([from, p.accept('to') ? (p.accept('max') ? MAX_NUMBER : p.integer('a number')) : from])
  } while (p.accept(','))
  return out
}

const field = (p: Parser, messages: ProtoMessage[]): ProtoField => {
  const line = p.line
  const label = p.is('optional') || p.is('required') || p.is('repeated') ? (p.next() as NonNullable<ProtoField['label']>) : undefined
  const typeLine = p.line
  const type = p.name('a field')
  if (type === 'group' && !p.is('=')) return group(p, messages, line, label)
  const map = type === 'map' && p.accept('<') ? mapTypes(p) : undefined
  const nameLine = p.line
  const name = p.word('the name of a field')
  p.expect('=')
  const number = p.integer('the number of a field')
  const options = p.is('[') ? fieldOptions(p) : []
  p.expect(';')
  return {
    name,
    number,
    type,
    options,
    ...{ line, typeLine, nameLine },
    endLine: p.lastLine,
    ...(label === undefined ? {} : { label }),
    ...(map === undefined ? {} : { map }),
  }
}

const mapTypes = (p: Parser): { key: string; value: string } => {
  const key = p.name('a type')
  p.expect(',')
  const value = p.name('a type')
  p.expect('>')
  return { key, value }
}

const group = (p: Parser, messages: ProtoMessage[], line: number, label: ProtoField['label']): ProtoField => {
  const nameLine = p.line
  const name = p.word('the name of a group')
  p.expect('=')
  const number = p.integer('the number of a field')
  const options = p.is('[') ? fieldOptions(p) : []
  p.expect('{')
  const body = emptyMessage(name, line)
  messages.push(body)
  messageBody(p, body)
  const lower = name.toLowerCase()
  return {
    name: lower,
    number,
    type: 'group',
    group: body,
    options,
    ...{ line, typeLine: nameLine, nameLine },
    endLine: body.endLine,
    ...(label === undefined ? {} : { label }),
  }
}

const enumeration = (p: Parser, into: ProtoEnum[]): void => {
  const line = p.line
  p.next()
  const name = p.word('the name of an enum')
  const found: ProtoEnum = { name, values: [], options: [], reserved: { ranges: [], names: [] }, line, endLine: line }
  p.expect('{')
  into.push(found)
  p.statements(true, () => {
    if (p.is('option')) found.options.push(optionStatement(p))
    else if (p.is('reserved')) reserved(p, found.reserved)
    else enumValue(p, found)
  })
  found.endLine = p.lastLine
}

const enumValue = (p: Parser, into: ProtoEnum): void => {
  const line = p.line
  const name = p.word('a value')
  p.expect('=')
  const numberLine = p.line
  const number = p.integer('a number')
  const options = p.is('[') ? fieldOptions(p) : []
  p.expect(';')
  into.values.push({ name, number, options, line, numberLine })
}

const extend = (p: Parser, into: ProtoExtend[], messages: ProtoMessage[]): void => {
  const line = p.line
  p.next()
  const found: ProtoExtend = { extendee: p.name('the name of a message'), fields: [], line }
  p.expect('{')
  into.push(found)
  p.statements(true, () => {
    found.fields.push(field(p, messages))
  })
}

const service = (p: Parser, into: ProtoService[]): void => {
  const line = p.line
  p.next()
  const found: ProtoService = { name: p.word('the name of a service'), rpcs: [], options: [], line, endLine: line }
  p.expect('{')
  into.push(found)
  p.statements(true, () => {
    if (p.is('option')) found.options.push(optionStatement(p))
    else if (p.is('rpc')) found.rpcs.push(rpc(p))
    else p.fail("'rpc'")
  })
  found.endLine = p.lastLine
}

const rpc = (p: Parser): ProtoRpc => {
  const line = p.line
  p.next()
  const name = p.word('the name of an rpc')
  const input = rpcType(p)
  p.expect('returns')
  const output = rpcType(p)
  const options: ProtoOption[] = []
  if (p.accept('{')) {
    p.statements(true, () => {
      if (p.is('option')) options.push(optionStatement(p))
      else p.fail("'option'")
    })
  } else p.expect(';')
  const streams = { clientStreaming: input.isStream, serverStreaming: output.isStream }
  const types = { input: input.type, output: output.type, inputLine: input.line, outputLine: output.line }
  return { name, ...types, ...streams, options, line, endLine: p.lastLine }
}

const rpcType = (p: Parser): { type: string; isStream: boolean; line: number } => {
  p.expect('(')
  // `stream` may be a message's name too.
  const isStream = p.accept('stream') && !p.is(')')
  const { line } = p
  const type = isStream || !p.is(')') ? p.name('a message') : 'stream'
  p.expect(')')
  return { type, isStream, line }
}

const optionStatement = (p: Parser): ProtoOption => {
  const { line } = p
  p.next()
  const found = { ...option(p), line }
  p.expect(';')
  return found
}

const fieldOptions = (p: Parser): ProtoOption[] => {
  const out: ProtoOption[] = []
  p.expect('[')
  while (!p.is(']')) {
    out.push(option(p))
    if (!p.accept(',')) break
  }
  p.expect(']')
  return out
}

const option = (p: Parser): ProtoOption => {
  const line = p.line
  let name = ''
  do {
    if (name !== '') name += '.'
    if (p.accept('(')) {
      name += `(${p.name('an option')})`
      p.expect(')')
    } else name += p.word('an option')
  } while (p.accept('.'))
  p.expect('=')
  return { name, value: optionValue(p), line }
}

const optionValue = (p: Parser): Json => {
  if (p.kind === 'text') return p.text('a value')
  if (p.accept('{')) return aggregate(p, '}')
  const sign = p.accept('-') ? '-' : p.accept('+') ? '' : ''
  if (p.kind === 'number') return numberOf(sign, p.next())
  const word = p.name('a value')
  return sign === '' && (word === 'true' || word === 'false') ? word === 'true' : sign + word
}

const numberOf = (sign: string, token: string): Json => {
  const value = Number(octal(token))
  if (Number.isNaN(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return sign + token
  return sign === '-' && value !== 0 ? -value : value
}

/** A text-format message: `a: 1 b { … } [x.y]: 2`. Members that stand twice become a list. */
const aggregate = (p: Parser, close: string): Json => {
  if (++p.depth > MAX_DEPTH) p.fail(`less than ${MAX_DEPTH} levels`)
  const members = new Map<string, Json>()
  while (!p.is(close)) {
    const key = aggregateKey(p)
    const value = p.accept(':') ? aggregateValue(p) : p.accept('{') ? aggregate(p, '}') : p.accept('<') ? aggregate(p, '>') : p.fail("':'")
    const before = members.get(key)
    members.set(
      key,
      before === undefined ? value : [...(Array.isArray(before) ? before : [before]), ...(Array.isArray(value) ? value : [value])],
    )
    if (!p.accept(',')) p.accept(';')
  }
  p.expect(close)
  p.depth--
  return Object.fromEntries(members)
}

const aggregateKey = (p: Parser): string => {
  if (!p.accept('[')) return p.word('a member')
  let name = p.name('a member')
  if (p.accept('/')) name += `/${p.name('a type')}`
  p.expect(']')
  return `[${name}]`
}

const aggregateValue = (p: Parser): Json => {
  if (p.accept('<')) return aggregate(p, '>')
  if (!p.accept('[')) return optionValue(p)
  const out: Json[] = []
  while (!p.is(']')) {
    out.push(p.accept('{') ? aggregate(p, '}') : optionValue(p))
    if (!p.accept(',')) break
  }
  p.expect(']')
  return out
}

const FILE_STATEMENTS: Statements<ProtoFile> = new Map<string, (p: Parser, file: ProtoFile) => void>([
  ['syntax', syntaxStatement],
  ['edition', syntaxStatement],
  ['package', packageStatement],
  ['import', importStatement],
  ['option', (p, file) => file.options.push(optionStatement(p))],
  ['message', (p, file) => message(p, file.messages)],
  ['enum', (p, file) => enumeration(p, file.enums)],
  ['extend', (p, file) => extend(p, file.extends, file.messages)],
  ['service', (p, file) => service(p, file.services)],
])

const MESSAGE_STATEMENTS: Statements<ProtoMessage> = new Map<string, (p: Parser, into: ProtoMessage) => void>([
  ['message', (p, into) => message(p, into.messages)],
  ['enum', (p, into) => enumeration(p, into.enums)],
  ['extend', (p, into) => extend(p, into.extends, into.messages)],
  ['option', (p, into) => into.options.push(optionStatement(p))],
  ['oneof', oneof],
  ['reserved', (p, into) => reserved(p, into.reserved)],
  ['extensions', extensionRanges],
])
