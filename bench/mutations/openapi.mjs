// Mutations of OpenAPI files in YAML: properties of component schemas, and operations.
import { mutated } from './lines.mjs'

const indentOf = line => line.length - line.trimStart().length
const typed = (block, change) => {
  const at = block.findIndex(l => /^\s*type:\s*(string|integer|number|boolean)\s*$/.test(l))
  return at === -1 || indentOf(block[at]) !== indentOf(block[0]) + 2 ? null : change(at, /type:\s*(\w+)/.exec(block[at])[1])
}
const isNumber = type => type === 'integer' || type === 'number'
const below = (block, at, text) => [...block.slice(0, at + 1), `${' '.repeat(indentOf(block[at]))}${text}`, ...block.slice(at + 1)]

const operators = {
  field: {
    'field removed': () => [],
    'field renamed': (f, block) => [block[0].replace(f.name, `${f.name}Anew`), ...block.slice(1)],
    'field retyped': (_, block) =>
      typed(block, (at, type) =>
        block
          .map((l, n) => (n === at ? l.replace(type, type === 'string' ? 'integer' : 'string') : l))
          .filter(l => !/^\s*(format|minimum|maximum|minLength|maxLength):/.test(l)),
      ),
    'maximum lowered': (_, block) => typed(block, (at, type) => (isNumber(type) ? below(block, at, 'maximum: 1') : null)),
    'minimum raised': (_, block) => typed(block, (at, type) => (isNumber(type) ? below(block, at, 'minimum: 1000000') : null)),
    'length limited': (_, block) => typed(block, (at, type) => (type === 'string' ? below(block, at, 'maxLength: 2') : null)),
    'length demanded': (_, block) => typed(block, (at, type) => (type === 'string' ? below(block, at, 'minLength: 200') : null)),
    'pattern set': (_, block) => typed(block, (at, type) => (type === 'string' ? below(block, at, "pattern: '^ONLY-BENCH$'") : null)),
    'values listed': (_, block) => typed(block, (at, type) => (type === 'string' ? below(block, at, 'enum: [ONLY_BENCH]') : null)),
    'optional property added': (_f, block) => [
      ...block,
      `${' '.repeat(indentOf(block[0]))}addedByBench:`,
      `${' '.repeat(indentOf(block[0]) + 2)}type: string`,
    ],
  },
  schema: {
    'property required': (s, block) => [
      ...block,
      `${' '.repeat(indentOf(block[0]) + 2)}required:`,
      `${' '.repeat(indentOf(block[0]) + 4)}- ${s.property}`,
    ],
  },
  operation: {
    'operation removed': () => [],
    'verb changed': (o, block) => [block[0].replace(o.verb, 'put'), ...block.slice(1)],
  },
  path: {
    'path renamed': (_p, block) => [block[0].replace(/:\s*$/, '-anew:'), ...block.slice(1)],
  },
}

const scan = ({ path: file, content }) => {
  const lines = content.split('\n')
  const elements = []
  const stack = []
  const endOf = n => {
    let until = n
    while (until + 1 < lines.length && (lines[until + 1].trim() === '' || indentOf(lines[until + 1]) > indentOf(lines[n]))) until++
    return until
  }
  const verbs = new Map()
  for (const [n, line] of lines.entries()) {
    const key = /^(\s*)("?)([^\s"#-][^"]*?)\2:(\s|$)/.exec(line)
    if (!key) continue
    while (stack.length > 0 && stack.at(-1).indent >= key[1].length) stack.pop()
    stack.push({ indent: key[1].length, name: key[3] })
    const way = stack.map(s => s.name)
    const at = { file, lines, n, until: endOf(n) }
    if (way[0] === 'paths' && way.length === 2) elements.push({ ...at, kind: 'path', owner: file, name: way[1], operations: [] })
    else if (way[0] === 'paths' && way.length === 3 && /^(get|post|put|patch|delete)$/.test(way[2])) {
      const id = `${way[2].toUpperCase()} ${way[1]}`
      verbs.set(way[1], [...(verbs.get(way[1]) ?? []), id])
      elements.push({ ...at, kind: 'operation', owner: file, name: id, verb: way[2], operations: [id] })
    } else if (way[0] === 'components' && way[1] === 'schemas' && way.length === 5 && way[3] === 'properties')
      elements.push({ ...at, kind: 'field', owner: way[2], name: way[4] })
    else if (
      way[0] === 'components' &&
      way[1] === 'schemas' &&
      way.length === 3 &&
      !lines.slice(n, endOf(n)).some(l => /^\s{6}required:/.test(l))
    ) {
      const property = lines
        .slice(n, endOf(n))
        .map(l => /^\s{8}(\w+):\s*$/.exec(l)?.[1])
        .filter(Boolean)
        .at(-1)
      if (property !== undefined) elements.push({ ...at, kind: 'schema', owner: way[2], name: property, property })
    }
  }
  for (const e of elements) if (e.kind === 'path') e.operations = verbs.get(e.name) ?? []
  return elements
}

export const openapiMutations = files => mutated(files, scan, operators)
