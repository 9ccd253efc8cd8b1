// Mutations of Protobuf files, one element at a time.

import { snake } from './lines.mjs'

const other = type => (/^(string|bytes)$/.test(type) ? 'int32' : 'string')

/** Operators by element: each gives the new line, or `null` where it does not apply. */
const operators = {
  field: {
    'field removed': () => '',
    'field renamed': f => f.line.replace(new RegExp(`\\b${f.name}(\\s*=)`), `${f.name}_anew$1`),
    'field retyped': f => (f.type.startsWith('map<') ? null : f.line.replace(f.type, other(f.type))),
    'field renumbered': f => f.line.replace(/=\s*\d+/, `= ${f.number + 500}`),
    'field made repeated or single': f =>
      f.type.startsWith('map<') || f.isOneof
        ? null
        : f.isRepeated
          ? f.line.replace(/repeated\s+/, '')
          : f.line.replace(f.type, `repeated ${f.type}`),
  },
  value: {
    'enum value removed': v => (v.number === 0 ? null : ''),
    'enum value renamed': v => v.line.replace(v.name, `${v.name}_ANEW`),
  },
  rpc: {
    'rpc removed': () => '',
    'rpc renamed': r => r.line.replace(r.name, `${r.name}Anew`),
  },
}

const scan = ({ path, content }) => {
  const elements = []
  const owners = []
  const lines = content.split('\n')
  for (const [n, raw] of lines.entries()) {
    const line = raw.replace(/\/\/.*$/, '')
    const opens = /^\s*(message|enum|service|oneof)\s+(\w+)\s*\{/.exec(line)
    const owner = owners.findLast(o => o.kind !== 'oneof')
    const at = { file: path, n, line: raw, owner: owner?.name, folder: path.split('/').slice(0, -1).join('/') }
    const field = /^\s*(repeated\s+|optional\s+)?(map<[^>]*>|[\w.]+)\s+(\w+)\s*=\s*(\d+)\s*(\[.*\])?;/.exec(line)
    const value = /^\s*(\w+)\s*=\s*(\d+)\s*;/.exec(line)
    const rpc = /^\s*rpc\s+(\w+)\s*\(/.exec(line)
    if (owner?.kind === 'message' && field && !/^(option|reserved|syntax|package)$/.test(field[2]))
      elements.push({
        ...at,
        kind: 'field',
        type: field[2],
        name: field[3],
        number: Number(field[4]),
        isRepeated: field[1]?.startsWith('repeated'),
        isOneof: owners.at(-1).kind === 'oneof',
      })
    else if (owner?.kind === 'enum' && value) elements.push({ ...at, kind: 'value', name: value[1], number: Number(value[2]) })
    else if (owner?.kind === 'service' && rpc) elements.push({ ...at, kind: 'rpc', name: rpc[1], until: endOf(lines, n) })
    const balance = (line.match(/\{/g) ?? []).length - (line.match(/\}/g) ?? []).length
    if (opens) owners.push({ kind: opens[1], name: opens[2] })
    for (let i = 0; i < (opens ? 1 - balance : -balance); i++) owners.pop()
    for (let i = 0; i < (opens ? 0 : balance); i++) owners.push({ kind: 'block', name: '' })
  }
  return elements
}

/** An rpc may have a body of options. */
const endOf = (lines, start) => {
  let depth = 0
  for (let n = start; n < lines.length; n++) {
    for (const c of lines[n].replace(/\/\/.*$/, '')) depth += c === '{' ? 1 : c === '}' ? -1 : 0
    if (depth === 0 && /[;}]\s*$/.test(lines[n].replace(/\/\/.*$/, ''))) return n
  }
  return start
}

/** `{ title, operator, edits, element, harmless? }` for each element and operator, and a harmless addition for each message and service. */
export const protobufMutations = files => {
  const elements = files.flatMap(scan)
  const count = new Map()
  for (const e of elements) count.set(snake(e.name), (count.get(snake(e.name)) ?? 0) + 1)
  return files.flatMap(file => {
    const lines = file.content.split('\n')
    const edited = (n, until, line) => [...lines.slice(0, n), ...(line === '' ? [] : [line]), ...lines.slice(until + 1)].join('\n')
    const own = elements.filter(e => e.file === file.path)
    const changes = own.flatMap(e => {
      const element = { ...e, unique: count.get(snake(e.name)) === 1 }
      return Object.entries(operators[e.kind]).flatMap(([operator, change]) => {
        const line = change(e)
        if (line === null) return []
        const rest = line === '' ? (e.until ?? e.n) : e.n
        return [{ title: `${operator}: ${e.owner}.${e.name}`, operator, edits: { [file.path]: edited(e.n, rest, line) }, element }]
      })
    })
    const additions = [...new Set(own.filter(e => e.kind === 'field').map(e => e.owner))].map(owner => {
      const first = own.find(e => e.owner === owner)
      const content = edited(first.n, first.n, `${first.line}\n  string added_by_bench = 901;`)
      return { title: `field added: ${owner}`, operator: 'field added', harmless: true, edits: { [file.path]: content }, element: first }
    })
    return [...changes, ...(additions.some(a => a.element.isOneof) ? [] : additions)]
  })
}
