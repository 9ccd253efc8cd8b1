// Mutations of GraphQL type systems, one definition a line: fields, arguments and values of enums.
import { mutated } from './lines.mjs'

const operators = {
  field: {
    'field removed': () => [],
    'field renamed': (f, [line]) => [line.replace(f.name, `${f.name}Anew`)],
    'field retyped': (f, [line]) =>
      /^(Int|Float|String|Boolean)!?$/.test(f.type)
        ? [line.replace(/:\s*(\w+)/, f.type.startsWith('String') ? ': Int' : ': String')]
        : null,
    'field made nullable': (f, [line]) => (f.type.endsWith('!') ? [line.replace(/!(\s*(@.*)?)$/, '$1')] : null),
    'required argument added': (f, [line]) => (f.hasArguments ? null : [line.replace(f.name, `${f.name}(addedByBench: Int!)`)]),
    'argument added': (f, [line]) => (f.hasArguments ? null : [line.replace(f.name, `${f.name}(addedByBench: Int)`)]),
    'argument removed': (f, [line]) => (f.hasArguments ? [line.replace(/\([^)]*\)/, '')] : null),
    'field added': (_, [line]) => [line, '  addedByBench: String'],
  },
  value: {
    'enum value removed': () => [],
    'enum value renamed': (v, [line]) => [line.replace(v.name, `${v.name}_ANEW`)],
  },
}

const scan = ({ path, content }) => {
  const lines = content.split('\n')
  const elements = []
  let owner
  for (const [n, line] of lines.entries()) {
    const opens = /^(?:extend\s+)?(type|enum|interface)\s+(\w+)[^{]*\{/.exec(line)
    if (opens) owner = { kind: opens[1], name: opens[2] }
    else if (/^\s*\}/.test(line)) owner = undefined
    if (!owner || opens) continue
    const at = { file: path, lines, n, until: n, owner: owner.name }
    const field = /^\s+(\w+)(\([^)]*\))?\s*:\s*([\w[\]!]+)\s*(@.*)?$/.exec(line)
    const value = /^\s+(\w+)\s*$/.exec(line)
    if (owner.kind === 'enum' && value) elements.push({ ...at, kind: 'value', name: value[1] })
    else if (field && !/@external/.test(line))
      elements.push({ ...at, kind: 'field', name: field[1], type: field[3], hasArguments: field[2] !== undefined })
  }
  return elements
}

export const graphqlMutations = files => mutated(files, scan, operators)
