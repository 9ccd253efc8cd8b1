import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { DataNode, ListNode, MapNode } from './node.ts'

const MAX_CHARACTERS = 50_000_000
const MAX_DEPTH = 500
const MAX_PROBLEMS = 20

export interface ParsedJson {
  /** What could be read up to the first error; undefined if nothing could. */
  root?: DataNode
  problems: FileProblem[]
}

/**
 * Parses JSON (RFC 8259) with the lines of every value. Never throws, no recursion: depth has a limit. A syntax error ends the reading with a
 * problem, what stands before it is kept. Of a key that stands twice both entries are kept, with a problem. Members that `isSkipped` names are
 * passed over: no node is made for them.
 */
export const parseJson = (content: string, isSkipped?: SkippedMember): ParsedJson => {
  if (content.length > MAX_CHARACTERS) return failed(`larger than ${MAX_CHARACTERS} characters, not read`, 1)
  const scanner: Scanner = {
    content,
    at: content.charCodeAt(0) === 0xfeff ? 1 : 0,
    line: 1,
    problems: [],
    ...(isSkipped === undefined ? {} : { isSkipped }),
  }
  const root = scan(scanner)
  return { ...(root === undefined ? {} : { root }), problems: scanner.problems }
}

const failed = (message: string, line: number): ParsedJson => ({
  problems: [{ code: 'json/too-large', message, severity: 'warning', line }],
})

interface Scanner {
  content: string
  at: number
  line: number
  problems: FileProblem[]
  isSkipped?: SkippedMember
}

/** Whether a member's value is of no interest: its key, the key of the map around it, and what its value begins with (`{`, `[`, `"` or other). */
export type SkippedMember = (key: string, around: string, begins: string) => boolean

/** A map or list that is still open. */
interface Frame {
  node: MapNode | ListNode
  key: string
  /** Keys so far, once there are many. */
  keys?: Set<string>
}

class SyntaxProblem extends Error {}

const scan = (s: Scanner): DataNode | undefined => {
  const frames: Frame[] = []
  let root: DataNode | undefined
  try {
    root = valueInto(s, frames, '')
    while (frames.length > 0) member(s, frames)
    skipBlank(s)
    if (s.at < s.content.length) throw new SyntaxProblem('expected the end of the file')
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error
    problem(s, 'json/syntax', error.message, 'error')
    for (const { node } of frames) node.endLine = s.line
    root ??= frames[0]?.node
  }
  return root
}

const problem = (s: Scanner, code: string, message: string, severity: FileProblem['severity']): void => {
  if (s.problems.length < MAX_PROBLEMS) s.problems.push({ code, message, severity, line: s.line })
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const LIST = 91
const LIST_END = 93
const MAP = 123
const MAP_END = 125

/** To the next character that is none, which is given. */
const skipBlank = (s: Scanner): number => {
  const { content } = s
  for (;;) {
    const c = content.charCodeAt(s.at)
    if (c === 10) s.line++
    else if (c !== 32 && c !== 9 && c !== 13) return c
    s.at++
  }
}

/** The next member of the innermost open map or list, or its end. */
const member = (s: Scanner, frames: Frame[]): void => {
  const frame = frames[frames.length - 1]!
  const { node } = frame
  const isMap = node.is === 'map'
  const close = isMap ? MAP_END : LIST_END
  let c = skipBlank(s)
  if (c === close) {
    s.at++
    node.endLine = s.line
    frames.pop()
    return
  }
  if ((isMap ? node.entries.length : node.items.length) > 0) {
    const end = isMap ? '}' : ']'
    if (c !== COMMA) throw new SyntaxProblem(`expected ',' or '${end}', found ${shown(s)}`)
    s.at++
    c = skipBlank(s)
    if (c === close) {
      problem(s, 'json/syntax', `',' before '${end}'`, 'warning')
      return
    }
  }
  if (isMap) entry(s, frames, frame, node)
  else node.items.push(valueInto(s, frames, frame.key))
}

const entry = (s: Scanner, frames: Frame[], frame: Frame, node: MapNode): void => {
  const { line } = s
  if (s.content.charCodeAt(s.at) !== QUOTE) throw new SyntaxProblem(`expected a key, found ${shown(s)}`)
  const key = text(s)
  if (skipBlank(s) !== COLON) throw new SyntaxProblem(`expected ':', found ${shown(s)}`)
  s.at++
  if (isKnownKey(frame, node, key)) problem(s, 'json/duplicate-key', `key '${key.slice(0, 60)}' stands twice`, 'warning')
  if (s.isSkipped !== undefined) {
    skipBlank(s)
    if (s.isSkipped(key, frame.key, s.content[s.at] ?? '')) {
      skipValue(s, frames.length)
      node.entries.push({ key, line, value: SKIPPED })
      return
    }
  }
  node.entries.push({ key, line, value: valueInto(s, frames, key) })
}

const SKIPPED: DataNode = { is: 'scalar', value: null, line: 0, endLine: 0 }

const FEW = 8

const isKnownKey = (frame: Frame, { entries }: MapNode, key: string): boolean => {
  if (entries.length < FEW) {
    for (const e of entries) if (e.key === key) return true
    return false
  }
  frame.keys ??= new Set(entries.map(e => e.key))
  const isKnown = frame.keys.has(key)
  frame.keys.add(key)
  return isKnown
}

/** Past a value, without a look at what its words say. */
const skipValue = (s: Scanner, depth: number): void => {
  const { content } = s
  let open = 0
  do {
    skipBlank(s)
    const c = content.charCodeAt(s.at)
    if (c === 34) skipText(s)
    else if (c === 123 || c === 91) {
      open++
      s.at++
      if (open + depth > MAX_DEPTH) throw new SyntaxProblem(`nested deeper than ${MAX_DEPTH}, not read`)
    } else if (c === 125 || c === 93) {
      open--
      s.at++
    } else if (c === 44 || c === 58) s.at++
    else if (Number.isNaN(c)) throw new SyntaxProblem(`expected a value, found ${shown(s)}`)
    else word(s)
  } while (open > 0)
}

const skipText = (s: Scanner): void => {
  const { content } = s
  for (let end = content.indexOf('"', s.at + 1); end !== -1; end = content.indexOf('"', end + 1)) {
    let slashes = 0
    while (content.charCodeAt(end - 1 - slashes) === 92) slashes++
    if (slashes % 2 === 1) continue
    s.at = end + 1
    return
  }
  throw new SyntaxProblem('text is not closed')
}

/** A scalar, or a map or list that was opened. */
const valueInto = (s: Scanner, frames: Frame[], key: string): DataNode => {
  const c = skipBlank(s)
  const { line } = s
  if (c === MAP || c === LIST) {
    if (frames.length >= MAX_DEPTH) throw new SyntaxProblem(`nested deeper than ${MAX_DEPTH}, not read`)
    s.at++
    const node: MapNode | ListNode =
      c === MAP ? { is: 'map', entries: [], line, endLine: line } : { is: 'list', items: [], line, endLine: line }
    frames.push({ node, key })
    return node
  }
  return { is: 'scalar', value: c === QUOTE ? text(s) : word(s), line, endLine: line }
}

const text = (s: Scanner): string => {
  const start = ++s.at
  const { content } = s
  let escaped = false
  let at = start
  for (; at < content.length; at++) {
    const c = content.charCodeAt(at)
    if (c === QUOTE) {
      const raw = content.slice(start, at)
      s.at = at + 1
      return escaped ? unescaped(raw) : raw
    }
    if (c === 92) {
      escaped = true
      at++
    } else if (c === 10) break
  }
  s.at = at
  throw new SyntaxProblem('text is not closed')
}

const unescaped = (raw: string): string => {
  try {
    return JSON.parse(`"${raw.replace(/\t/g, '\\t')}"`) as string
  } catch {
    throw new SyntaxProblem('wrong escape in a text')
  }
}

const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const CONSTANTS: Record<string, boolean | null> = table({ true: true, false: false, null: null })

const word = (s: Scanner): number | boolean | null => {
  WORD.lastIndex = s.at
  const found = WORD.exec(s.content)?.[0]
  if (found === undefined) throw new SyntaxProblem(`expected a value, found ${shown(s)}`)
  s.at += found.length
  return found in CONSTANTS ? (CONSTANTS[found] as boolean | null) : Number(found)
}

const shown = (s: Scanner): string => (s.at >= s.content.length ? 'the end of the file' : `'${s.content[s.at]}'`)
