/** One `key = value` of a .properties file, escapes and continued lines resolved. */
import { table } from '../../base/table.ts'
export interface Property {
  key: string
  value: string
  line: number
  endLine: number
}

const MAX_PROPERTIES = 20_000
const ESCAPES: Record<string, string> = table({ n: '\n', t: '\t', r: '\r', f: '\f' })

/** Reads Java's properties format: `=`, `:` or space after the key, `#` and `!` comments, `\` at the end continues. Every text is valid. */
export const parseProperties = (content: string): Property[] => {
  const lines = content.split(/\r?\n/)
  const found: Property[] = []
  for (let i = 0; i < lines.length && found.length < MAX_PROPERTIES; i++) {
    const first = i
    let text = lines[i]!.trimStart()
    if (text === '' || text.startsWith('#') || text.startsWith('!')) continue
    while (isContinued(text) && i + 1 < lines.length) text = text.slice(0, -1) + lines[++i]!.trimStart()
    const end = keyEnd(text)
    const rest = text.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '')
    found.push({ key: unescaped(text.slice(0, end)), value: unescaped(rest).trim(), line: first + 1, endLine: i + 1 })
  }
  return found
}

/** An odd number of backslashes at the end. */
const isContinued = (text: string): boolean => {
  let count = 0
  while (count < text.length && text[text.length - 1 - count] === '\\') count++
  return count % 2 === 1
}

const keyEnd = (text: string): number => {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (/[=:\s]/.test(text[i]!)) return i
  }
  return text.length
}

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code: string | undefined, char: string | undefined) =>
    code === undefined ? (ESCAPES[char!] ?? char!) : String.fromCharCode(Number.parseInt(code, 16)),
  )
