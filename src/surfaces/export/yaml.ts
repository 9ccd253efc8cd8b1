import { printable } from './drawing.ts'

/** What a document is written from. `undefined` members are left out. */
export type Data = string | number | boolean | Data[] | { [key: string]: Data | undefined }

/** Block style, keys in the order given; texts of several lines as blocks. */
export const yamlOf = (data: { [key: string]: Data | undefined }): string => `${mapLines(data).join('\n')}\n`

/** Words that mean nothing else to any YAML parser. A colon inside a word is none of YAML's. */
const PLAIN = /^(?:\.{1,2}\/)*[A-Za-z/$][\w$@/.~+-]*(?: [\w$@/.,~+-]+)*$/
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i

const scalar = (value: string | number | boolean): string => {
  if (typeof value !== 'string') return String(value)
  return PLAIN.test(value.replace(/:(?=\w)/g, '')) && !RESERVED.test(value) ? value : quoted(value)
}

/** JSON's quoting is YAML's, but for characters that YAML does not print. Doubled braces would make a template of it. */
const quoted = (value: string): string =>
  JSON.stringify(value)
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('{{', '{\\u007b')
    .replaceAll('{%', '{\\u0025')
    .replaceAll('<%', '<\\u0025')

const indented = (lines: readonly string[]): string[] => lines.map(line => (line === '' ? '' : `  ${line}`))

const mapLines = (data: { [key: string]: Data | undefined }): string[] =>
  Object.entries(data).flatMap(([key, value]) => (value === undefined ? [] : entryLines(scalar(key), value)))

const entryLines = (key: string, value: Data): string[] => {
  if (typeof value === 'string' && value.includes('\n')) return [`${key}: |`, ...indented(blockOf(value))]
  if (typeof value !== 'object') return [`${key}: ${scalar(value)}`]
  if (Array.isArray(value)) return value.length === 0 ? [`${key}: []`] : [`${key}:`, ...indented(listLines(value))]
  const lines = mapLines(value)
  return lines.length === 0 ? [`${key}: {}`] : [`${key}:`, ...indented(lines)]
}

const blockOf = (text: string): string[] =>
  text
    .replace(/\n+$/, '')
    .split('\n')
    .map(line => printable(line).trimEnd())

const listLines = (items: readonly Data[]): string[] =>
  items.flatMap(item => {
    if (typeof item !== 'object') return [`- ${scalar(item)}`]
    const [first, ...rest] = Array.isArray(item) ? listLines(item) : mapLines(item)
    return first === undefined ? [Array.isArray(item) ? '- []' : '- {}'] : [`- ${first}`, ...indented(rest)]
  })
