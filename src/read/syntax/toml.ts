import type { FileProblem } from '../../model/evidence.ts'
import { tomlLibrary } from './libraries.ts'
import type { DataNode } from './node.ts'

const MAX_CHARACTERS = 2_000_000
const MAX_DEPTH = 100

/** Parses TOML. Lines are those of the headers and keys they can be found at; a value inside a longer one has the line of its key. */
export const parseToml = (content: string): { root?: DataNode; problems: FileProblem[] } => {
  if (content.length > MAX_CHARACTERS)
    return { problems: [problem('toml/too-large', `larger than ${MAX_CHARACTERS} characters, not read`, 1)] }
  const { parse, TomlError } = tomlLibrary()
  try {
    const value = parse(content, { maxDepth: MAX_DEPTH })
    const total = content.split('\n').length
    return { root: toNode(value, [], linesOfKeys(content), { line: 1, endLine: total }), problems: [] }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const line = Math.max(1, Math.min(error.line, content.split('\n').length))
    return {
      problems: [problem('toml/syntax', `not TOML: ${error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')}`, line)],
    }
  }
}

const problem = (code: string, message: string, line: number): FileProblem => ({ code, message, severity: 'error', line })

interface Place {
  line: number
  endLine: number
}

const joined = (path: readonly (string | number)[]): string => path.join('\u0000')

/** Line by path, found by a look at each line alone: headers (`[a.b]`, `[[a.b]]`) and `key =` below them. */
const linesOfKeys = (content: string): Map<string, number> => {
  const found = new Map<string, number>()
  const tables = new Map<string, number>()
  let prefix: (string | number)[] = []
  const put = (path: (string | number)[], line: number): void => {
    for (let n = 1; n <= path.length; n++) {
      const key = joined(path.slice(0, n))
      if (!found.has(key)) found.set(key, line)
    }
  }
  content.split('\n').forEach((text, i) => {
    const header = /^\s*(\[\[?)([^[\]]+)\]/.exec(text)
    const key = header ? undefined : /^\s*((?:"[^"\n]*"|'[^'\n]*'|[\w-]+)(?:\s*\.\s*(?:"[^"\n]*"|'[^'\n]*'|[\w-]+))*)\s*=/.exec(text)
    if (header) {
      prefix = keyParts(header[2]!)
      if (header[1] === '[[') {
        const count = tables.get(joined(prefix)) ?? 0
        tables.set(joined(prefix), count + 1)
        prefix = [...prefix, count]
      }
      put(prefix, i + 1)
    } else if (key) put([...prefix, ...keyParts(key[1]!)], i + 1)
  })
  return found
}

const keyParts = (key: string): (string | number)[] =>
  [...key.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/g)].map(match => match[1] ?? match[2] ?? match[3] ?? '')

const toNode = (value: unknown, path: (string | number)[], lines: Map<string, number>, parent: Place): DataNode => {
  const line = path.length === 0 ? parent.line : (lines.get(joined(path)) ?? parent.line)
  const place: Place = { line, endLine: path.length === 0 ? parent.endLine : line }
  if (Array.isArray(value)) return { is: 'list', items: value.map((item, i) => toNode(item, [...path, i], lines, place)), ...place }
  if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    const entries = Object.entries(value).map(([key, member]) => {
      const node = toNode(member, [...path, key], lines, place)
      return { key, line: node.line, value: node }
    })
    return { is: 'map', entries, ...place }
  }
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
  return { is: 'scalar', value: scalar, ...place }
}
