import { table } from '../../base/table.ts'

const SIMPLE: Readonly<Record<string, string>> = table({
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  '0': '\0',
  s: ' ',
  e: '\x1b',
})

/** The character an escape sequence of the C family stands for; what is no such escape stays as written. */
export const unescaped = (sequence: string): string => {
  if (sequence === '{{' || sequence === '}}' || sequence === '""') return sequence[0]!
  if (!sequence.startsWith('\\')) return sequence
  const code = /^\\(?:x([0-9a-f]{1,4})|u\{([0-9a-f]{1,6})\}|u+([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{2,3}))$/i.exec(sequence)
  if (code !== null)
    return character(code[5] === undefined ? Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4]!, 16) : Number.parseInt(code[5], 8))
  const rest = sequence.slice(1)
  if (rest === '\n') return ''
  return Object.hasOwn(SIMPLE, rest) ? SIMPLE[rest]! : rest
}

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd')

/** The lines of a text block without the indentation they share; the last line, before the closing quotes, counts for it. */
export const dedented = (text: string): string => {
  const lines = text.replace(/^[ \t]*\n/, '').split('\n')
  const counted = lines.filter((line, i) => line.trim() !== '' || i === lines.length - 1)
  const indent = counted.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Number.MAX_SAFE_INTEGER)
  return lines.map(line => line.slice(indent)).join('\n')
}
