// Mutations of Thrift files: fields of structs, values of enums, functions of services.
import { mutated } from './lines.mjs'

const operators = {
  field: {
    'field removed': () => [],
    'field renamed': (f, [line]) => [line.replace(new RegExp(`\\b${f.name}\\b(?=\\s*[;,]?\\s*$)`), `${f.name}_anew`)],
    'field retyped': (f, [line]) =>
      /^(map|list|set)</.test(f.type) ? null : [line.replace(f.type, f.type === 'string' ? 'i64' : 'string')],
    'field renumbered': (_, [line]) => [line.replace(/^(\s*)(\d+)/, (_m, s, n) => `${s}${Number(n) + 500}`)],
    'field made required': (f, [line]) => (f.requirement ? null : [line.replace(/:\s*/, ': required ')]),
    'field added': (_, [line]) => [line, '  900: optional string added_by_bench;'],
  },
  value: {
    'enum value removed': () => [],
    'enum value renamed': (v, [line]) => [line.replace(v.name, `${v.name}_ANEW`)],
  },
  rpc: {
    'rpc removed': () => [],
    'rpc renamed': (r, block) => block.map((line, n) => (n === 0 ? line.replace(`${r.name}`, `${r.name}Anew`) : line)),
  },
}

const scan = ({ path, content }) => {
  const elements = []
  const lines = content.split('\n')
  let owner
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n]
    const opens = /^(struct|enum|service)\s+(\w+)/.exec(line)
    if (opens) owner = { kind: opens[1], name: opens[2] }
    else if (/^\}|^exception/.test(line)) owner = undefined
    if (!owner || opens) continue
    const at = { file: path, lines, n, until: n, owner: owner.name }
    const field = /^\s*\d+:\s*(required\s+|optional\s+)?([\w.]+(?:<[^>]*>)?)\s+(\w+)\s*[;,]?\s*$/.exec(line)
    const value = /^\s*(\w+)\s*(=\s*\d+)?,?\s*$/.exec(line)
    const rpc = /^\s{2}[\w.<>, ]+\s+(\w+)\s*\(\s*$/.exec(line)
    if (owner.kind === 'struct' && field) elements.push({ ...at, kind: 'field', name: field[3], type: field[2], requirement: field[1] })
    else if (owner.kind === 'enum' && value) elements.push({ ...at, kind: 'value', name: value[1] })
    else if (owner.kind === 'service' && rpc) {
      let until = n
      while (until < lines.length && !/^\s*\)/.test(lines[until])) until++
      elements.push({ ...at, kind: 'rpc', name: rpc[1], until })
      n = until
    }
  }
  return elements
}

export const thriftMutations = files => mutated(files, scan, operators)
