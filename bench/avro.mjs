// Avro's schema resolution against avsc on random pairs of schemas: whether the second reads what the first one wrote.
// The peer is installed elsewhere: npm install --ignore-scripts avsc@5.7.9
// Usage: node bench/avro.mjs FOLDER_OF_THE_PEER [--pairs N]
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

const folder = process.argv[2]
if (folder === undefined) throw new Error('Name the folder in which the peer is installed.')
const avsc = createRequire(join(resolve(folder), 'package.json'))('avsc')
const at = process.argv.indexOf('--pairs')
const count = at < 0 ? 5000 : Number(process.argv[at + 1])

const bundle = new URL('../node_modules/.cache/lintel-bench/contracts.mjs', import.meta.url)
await build({
  input: fileURLToPath(new URL('contracts-entry.ts', import.meta.url)),
  platform: 'node',
  external: id => !id.startsWith('.') && !id.startsWith('/'),
  output: { file: fileURLToPath(bundle), format: 'esm' },
  logLevel: 'warn',
})
const { avro, compareContracts, compatibilityOf, joinContracts } = await import(bundle)

let seed = 7
/** The same pairs in every run. */
const below = n => {
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return seed % n
}
const pick = list => list[below(list.length)]
const some = list => list.filter(() => below(3) > 0)

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']

const named = (names, used) => names.find(name => !used.has(name) && used.add(name))

const enumeration = used => {
  const name = named(['Kind', 'State'], used)
  const symbols = some(['A', 'B', 'C'])
  if (symbols.length === 0) symbols.push('A')
  return name === undefined ? 'int' : { type: 'enum', name, symbols, ...(below(3) === 0 ? { default: symbols[0] } : {}) }
}

const record = (depth, used) => {
  const name = named(below(2) ? ['Seat', 'Row'] : ['Row', 'Seat'], used)
  if (name === undefined) return 'string'
  const fields = some(['a', 'b', 'c']).map(field => {
    const type = schema(depth - 1, used)
    const usual = type === 'int' && below(2) ? { default: 1 } : type === 'null' ? { default: null } : {}
    const aliases = below(5) === 0 ? { aliases: [pick(['a', 'b', 'c'].filter(x => x !== field))] } : {}
    return { name: field, type, ...usual, ...aliases }
  })
  return { type: 'record', name, fields, ...(below(4) === 0 ? { aliases: [name === 'Seat' ? 'Row' : 'Seat'] } : {}) }
}

const union = (depth, used) => {
  const branches = new Map()
  for (let i = 0; i <= below(3); i++) {
    const branch = schema(depth - 1, used)
    if (!Array.isArray(branch)) branches.set(branch.name ?? branch.type ?? branch, branch)
  }
  return branches.size === 0 ? ['null'] : [...branches.values()]
}

const schema = (depth, used = new Set()) => {
  const kind = below(depth <= 0 ? 8 : 14)
  if (kind < 8) return PRIMITIVES[kind]
  if (kind === 8) return { type: 'array', items: schema(depth - 1, used) }
  if (kind === 9) return { type: 'map', values: schema(depth - 1, used) }
  if (kind === 10) return enumeration(used)
  if (kind === 11) return used.has('Hash') || !used.add('Hash') ? 'int' : { type: 'fixed', name: 'Hash', size: pick([2, 4]) }
  return kind === 12 ? record(depth, used) : union(depth, used)
}

/** Another schema, or this one with small changes. */
const changed = given => (below(3) === 0 ? schema(2) : edited(structuredClone(given)))

const edited = x => {
  if (typeof x === 'string') return below(3) === 0 ? pick(PRIMITIVES) : x
  if (Array.isArray(x)) {
    const rest = below(3) === 0 ? x.slice(1) : x
    const more = below(3) === 0 ? PRIMITIVES.filter(p => !rest.includes(p)).slice(0, 1) : []
    return rest.length + more.length === 0 ? ['null'] : [...rest, ...more]
  }
  if (x.symbols) return below(2) ? { type: x.type, name: x.name, symbols: [...new Set(['A', ...some(['B', 'C', 'D'])])] } : x
  if (x.items) return { ...x, items: edited(x.items) }
  if (x.values) return { ...x, values: edited(x.values) }
  if (!x.fields) return x
  const fields = x.fields.map(({ name, type }) => ({ name, type: edited(type) })).filter(() => below(4) > 0)
  if (below(3) === 0) fields.push({ name: 'd', type: 'long', ...(below(2) ? { default: 2 } : {}) })
  return { ...x, fields }
}

const contractOf = async document => {
  const { contract } = await avro.read({ path: 'a.avsc', content: JSON.stringify(document) })
  return {
    ...joinContracts({ files: [{ repo: 'r', file: { file: 'a.avsc', digest: '', contract } }], stubs: [], programs: [] }).contracts[0],
    id: 'it',
  }
}

const reads = (writer, reader) => {
  const [w, r] = [writer, reader].map(s => avsc.Type.forSchema(s, { wrapUnions: true }))
  try {
    r.createResolver(w)
    return true
  } catch {
    return false
  }
}

const found = { pairs: 0, breaking: 0, alarms: 0, misses: 0 }
while (found.pairs < count) {
  const writer = schema(2)
  const reader = changed(writer)
  const isRead = reads(writer, reader)
  const changes = compareContracts(await contractOf(writer), await contractOf(reader))
  const breaks = changes.some(c => compatibilityOf(c, 'backward') === 'breaking')
  found.pairs++
  if (!isRead) found.breaking++
  if (breaks === !isRead) continue
  found[breaks ? 'alarms' : 'misses']++
  console.log(breaks ? 'alarm' : 'miss', JSON.stringify(writer), '->', JSON.stringify(reader), changes.map(c => c.contract.rule).join(', '))
}
console.log(`${found.pairs} pairs, ${found.breaking} break; ${found.alarms} false alarms, ${found.misses} misses`)
