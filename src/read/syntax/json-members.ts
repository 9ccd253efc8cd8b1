/** One member of a JSON document, by where it stands: offsets of its bytes from the key's quote to the end of the value, and lines. */
export interface Member {
  /** Keys of the maps around it, from the root: `components/schemas`. */
  inside: string
  key: string
  start: number
  end: number
  line: number
  /** Line ends within it. */
  lines: number
  /** Its own members are listed after it, and it ends where its map begins. */
  isOpened?: true
  /** It is the same, byte for byte, in the document that was known. */
  isKnown?: true
}

/** A document whose members are known: what stands in another one byte for byte is not gone through again. */
export interface KnownMembers {
  bytes: Buffer
  members: ReadonlyMap<string, Member>
}

export const memberId = ({ inside, key }: Pick<Member, 'inside' | 'key'>): string => (inside === '' ? key : `${inside}/${key}`)

/**
 * The members of a document's root in their order, and those of the maps that `isOpened` names by their id. A look at quotes and brackets
 * alone: whether values are well-formed is not asked. Undefined where it is no document, where a key is escaped or stands twice.
 */
export const documentMembers = (
  bytes: Buffer,
  isOpened: (id: string) => boolean,
  known?: KnownMembers,
): Map<string, Member> | undefined => {
  const scanner: Scanner = { bytes, at: 0, line: 1, isOpened, found: new Map(), ...(known === undefined ? {} : { known }) }
  skipBlank(scanner)
  if (!map(scanner, '')) return undefined
  skipBlank(scanner)
  return scanner.at === bytes.length ? scanner.found : undefined
}

interface Scanner {
  bytes: Buffer
  at: number
  line: number
  isOpened: (id: string) => boolean
  found: Map<string, Member>
  known?: KnownMembers
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const LIST = 91
const ESCAPE = 92
const LIST_END = 93
const MAP = 123
const MAP_END = 125

const skipBlank = (s: Scanner): void => {
  for (;;) {
    const c = s.bytes[s.at]
    if (c === 10) s.line++
    else if (c !== 32 && c !== 9 && c !== 13) return
    s.at++
  }
}

/** The members of a map that is to be opened; false where it is none. Only few levels are opened. */
const map = (s: Scanner, inside: string): boolean => {
  if (s.bytes[s.at++] !== MAP) return false
  skipBlank(s)
  if (s.bytes[s.at] === MAP_END) {
    s.at++
    return true
  }
  for (;;) {
    if (!member(s, inside)) return false
    skipBlank(s)
    const c = s.bytes[s.at++]
    if (c === MAP_END) return true
    if (c !== COMMA) return false
    skipBlank(s)
  }
}

const member = (s: Scanner, inside: string): boolean => {
  const { at: start, line } = s
  if (s.bytes[start] !== QUOTE) return false
  const close = s.bytes.indexOf(QUOTE, start + 1)
  if (close < 0) return false
  const key = s.bytes.toString('utf8', start + 1, close)
  const id = memberId({ inside, key })
  if (key.includes('\\') || s.found.has(id)) return false
  const found: Member = { inside, key, start, end: start, line, lines: 0 }
  s.found.set(id, found)
  if (isKnown(s, id, found)) return true
  s.at = close + 1
  skipBlank(s)
  if (s.bytes[s.at++] !== COLON) return false
  skipBlank(s)
  if (s.bytes[s.at] === MAP && !key.includes('/') && s.isOpened(id)) {
    found.end = s.at + 1
    found.lines = s.line - line
    found.isOpened = true
    return map(s, id)
  }
  if (!skipValue(s)) return false
  found.end = s.at
  found.lines = s.line - line
  return true
}

const isKnown = (s: Scanner, id: string, found: Member): boolean => {
  const old = s.known?.members.get(id)
  if (old === undefined || old.isOpened) return false
  const { start } = found
  const end = start + old.end - old.start
  const last = s.bytes[end - 1]
  // Of a number only what follows tells that it has ended.
  if (last !== MAP_END && last !== LIST_END && last !== QUOTE) return false
  if (end > s.bytes.length || s.bytes.compare(s.known!.bytes, old.start, old.end, start, end) !== 0) return false
  found.end = end
  found.lines = old.lines
  found.isKnown = true
  s.at = end
  s.line += old.lines
  return true
}

const skipValue = (s: Scanner): boolean => {
  const { bytes } = s
  let { at, line } = s
  let depth = 0
  do {
    const c = bytes[at]
    if (c === QUOTE) {
      at++
      for (let inner = bytes[at]; inner !== QUOTE; inner = bytes[at]) {
        if (inner === undefined) return false
        at += inner === ESCAPE ? 2 : 1
      }
      at++
    } else if (c === MAP || c === LIST) {
      depth++
      at++
    } else if (c === MAP_END || c === LIST_END) {
      depth--
      at++
    } else if (c === undefined) return false
    else if (depth === 0) {
      const start = at
      while (isWord(bytes[at])) at++
      if (at === start) return false
    } else {
      if (c === 10) line++
      at++
    }
  } while (depth > 0)
  s.at = at
  s.line = line
  return depth === 0
}

/** Letters, digits, signs and points: words and numbers. */
const isWord = (c: number | undefined): boolean =>
  c !== undefined && ((c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46 || c === 69)

/** A document of these members alone, each on the line that it stands on. Maps that were opened stay. */
export const documentWith = (bytes: Buffer, members: readonly Member[]): Buffer => {
  const pieces: Buffer[] = [Buffer.from('{')]
  const open: string[] = []
  let line = 1
  let isFirst = true
  for (const m of members) {
    const depth = m.inside === '' ? 0 : m.inside.split('/').length
    const closed = open.splice(depth).length
    const comma = isFirst && closed === 0 ? '' : ','
    pieces.push(Buffer.from(`${'}'.repeat(closed)}${comma}${'\n'.repeat(Math.max(0, m.line - line))}`), bytes.subarray(m.start, m.end))
    line = m.line + m.lines
    isFirst = m.isOpened === true
    if (m.isOpened) open.push(m.key)
  }
  pieces.push(Buffer.from(`${'}'.repeat(open.length + 1)}\n`))
  return Buffer.concat(pieces)
}
