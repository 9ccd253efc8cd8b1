import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'

export interface DotenvEntry {
  key: string
  /** Quotes removed. `literal`: written in single quotes, so that `$X` stays as it is. Undefined: `KEY` alone, to be passed through. */
  value?: string
  literal: boolean
  line: number
  endLine: number
}

const KEY = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]|$)/
const ESCAPES: Record<string, string> = table({ n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', $: '\\$' })

/** Reads an env file: `KEY=value`, quotes, `export`, comments, values over several lines in quotes. */
export const parseDotenv = (content: string): { entries: DotenvEntry[]; problems: FileProblem[] } => {
  const entries: DotenvEntry[] = []
  const problems: FileProblem[] = []
  const lines = content.split('\n').map(line => line.replace(/\r$/, ''))
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    if (/^\s*(?:#|$)/.test(line)) continue
    const match = KEY.exec(line)
    if (!match) {
      if (problems.length < 5)
        problems.push({ code: 'dotenv/syntax', message: 'not KEY=value, left out', severity: 'warning', line: i + 1 })
      continue
    }
    const rest = line.slice(match[0].length)
    if (!/[=:]$/.test(match[0])) {
      entries.push({ key: match[1]!, literal: false, line: i + 1, endLine: i + 1 })
      continue
    }
    const read = quoted(lines, i, rest.trimStart()) ?? { value: withoutComment(rest).trim(), literal: false, last: i }
    entries.push({ key: match[1]!, value: read.value, literal: read.literal, line: i + 1, endLine: read.last + 1 })
    i = read.last
  }
  return { entries, problems }
}

/** A number sign starts a comment at the beginning and after a space. */
const withoutComment = (text: string): string => text.split(/(?<=^|\s)#/, 1)[0]!

const MAX_LINES = 200

/** A quoted value from the start of `rest`, over lines where needed; undefined when there is no closing quote. */
const quoted = (lines: readonly string[], from: number, rest: string): { value: string; literal: boolean; last: number } | undefined => {
  const quote = rest[0]
  if (quote !== '"' && quote !== "'") return undefined
  let value = ''
  for (let last = from; last < lines.length && last < from + MAX_LINES; last++) {
    const text = last === from ? rest.slice(1) : lines[last]!
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!
      if (c === quote) return { value, literal: quote === "'", last }
      if (c === '\\' && quote === '"' && i + 1 < text.length) value += ESCAPES[text[++i]!] ?? `\\${text[i]}`
      else value += c
    }
    value += '\n'
  }
  return undefined
}
