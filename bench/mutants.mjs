// Consumer truth: contracts of real systems are mutated, one element at a time, and every mutation is judged. Who uses the element is told
// by an oracle that shares nothing with Lintel: the Go compiler's own uses of generated code; elsewhere accessor names that only one element has.
// Usage: node bench/mutants.mjs FOLDER_OF_BARE_REPOSITORIES [--only=SYSTEM] [--sample=N] [--rows=FOLDER] [--verbose]      needs go, and the modules of the systems; SYSTEM may be several, with commas;
// what was measured is kept in FOLDER, and taken from there the next time: a long run may be ended and taken up again
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkChange } from '../dist/index.js'
import { scratchRepository } from './bare.mjs'
import { codeMutations } from './mutations/code.mjs'
import { graphqlMutations } from './mutations/graphql.mjs'
import { openapiMutations } from './mutations/openapi.mjs'
import { protobufMutations } from './mutations/protobuf.mjs'
import { thriftMutations } from './mutations/thrift.mjs'
import { documentsIn, graphqlOracle } from './oracles/graphql.mjs'
import { byAccess, byHand, byHandler, byLiteral, byName, pascal, textOf } from './oracles/text.mjs'
import { writeSection } from './results.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { systems } = JSON.parse(readFileSync(join(here, 'mutants.json'), 'utf8'))
const [folder] = process.argv.slice(2)
const only = process.argv.find(a => a.startsWith('--only='))?.slice('--only='.length)
const rowsFolder = process.argv.find(a => a.startsWith('--rows='))?.slice('--rows='.length)
const size = process.argv.find(a => a.startsWith('--sample='))?.slice('--sample='.length)
const verbose = process.argv.includes('--verbose')

const bareOf = repository => {
  const path = join(folder, repository.replace('/', '+'), 'repo')
  return existsSync(join(path, '.git')) ? join(path, '.git') : path
}

/** The files of one revision below a folder, written out: what the oracle reads. Large files that a mirror lacks are left out. */
const written = (repository, root, to) => {
  const git = args =>
    execFileSync('git', ['--git-dir', repository, ...args], { maxBuffer: 1 << 28, env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } })
  for (const entry of git(['ls-tree', '-r', '-z', root]).toString('utf8').split('\0')) {
    const [, mode, blob, path] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? []
    if (
      path === undefined ||
      mode === '120000' ||
      !/\.(go|mod|sum|proto|js|ts|py|java|kt|cs|html|h|cpp|lua)$/.test(path) ||
      path.includes('node_modules/')
    )
      continue
    try {
      const content = git(['cat-file', 'blob', blob])
      mkdirSync(join(to, dirname(path)), { recursive: true })
      writeFileSync(join(to, path), content)
    } catch {} // a blob that the mirror lacks
  }
}

/** Uses in Go, by the compiler: `{ party, package, owner, name, file, line }`. */
const goUses = (system, root, tool) =>
  Object.entries(system.go).flatMap(([module, mains]) =>
    execFileSync(tool, ['.'], { cwd: join(root, module), encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line))
      .flatMap(use => use.mains.flatMap(main => (mains[main] === undefined ? [] : [{ ...use, party: mains[main] }]))),
  )

/** What the compiler saw a Go program use of generated code. */
const byCompiler = (uses, element, isByFolder) => {
  const names = element.kind === 'field' ? [pascal(element.name), `Get${pascal(element.name)}`] : [pascal(element.name)]
  const owners = { field: [element.owner], rpc: [`${element.owner}Client`], value: [''] }[element.kind]
  const constant = `${element.owner}_${element.name}`
  const isUsed = uses.some(
    u =>
      (!isByFolder || u.package.endsWith(element.folder)) &&
      (element.kind === 'value' ? u.name.endsWith(constant) : owners.includes(u.owner) && names.includes(u.name)),
  )
  return isUsed ? 'used' : 'unused'
}

/** A function from mutation and party to `used`, `unused`, or undefined where no oracle can tell. */
const oracleOf = (system, root, files, tool) => {
  const uses = system.go ? goUses(system, root, tool) : []
  const compiled = new Set(Object.values(system.go ?? {}).flatMap(m => Object.values(m)))
  const text = new Map(Object.entries(system.text).map(([p, [path, endings]]) => [p, { content: textOf(root, path, endings), endings }]))
  const documents = new Map(system.oracle === 'graphql' ? [...text].map(([p, t]) => [p, documentsIn(t.content)]) : [])
  const graph = system.oracle === 'graphql' ? graphqlOracle(files) : undefined
  const told = {
    graphql: (mutation, party) => graph(mutation, documents.get(party)),
    access: ({ element, operator }, party) => byAccess(element, text.get(party), operator),
    handler: ({ element }, party) => byHandler(element, text.get(party)),
    hand: (mutation, party) => byHand(system.calls)(mutation, text.get(party), party),
    literal: ({ element }, party) => byLiteral(element, text.get(party)),
    name: ({ element }, party) => byName(element, text.get(party)),
  }[system.oracle ?? 'name']
  const truth = (mutation, party) => {
    if (mutation.harmless) return 'unused'
    if (compiled.has(party))
      return byCompiler(
        uses.filter(u => u.party === party),
        mutation.element,
        system.packageByFolder,
      )
    return (system.providers?.[mutation.element.owner] ?? []).includes(party) ? undefined : told(mutation, party)
  }
  return { parties: [...compiled, ...text.keys()], truth }
}

const mutators = { protobuf: protobufMutations, thrift: thriftMutations, openapi: openapiMutations, graphql: graphqlMutations }

const order = ['unrelated', 'safe-proved', 'tolerated-silently', 'unknown', 'likely-breaks', 'breaks']

/** The strongest verdict on each party. */
const verdictsOf = verdict => {
  const found = new Map()
  for (const finding of verdict.findings.filter(f => f.introduced))
    for (const impact of finding.impact)
      if (order.indexOf(impact.verdict) > order.indexOf(found.get(impact.party) ?? 'unrelated')) found.set(impact.party, impact.verdict)
  return found
}

/** As many that somebody uses as that nobody does, as far as they go; what nobody can be asked of is left out. */
const balanced = (all, size) => {
  const known = all.filter(m => [...m.truth.values()].some(t => t !== undefined))
  const topics = known.filter(m => m.element.kind === 'topic')
  return [
    ...topics,
    ...halves(
      known.filter(m => !topics.includes(m)),
      size - topics.length,
    ),
  ]
}

const halves = (told, size) => {
  const used = told.filter(m => [...m.truth.values()].includes('used'))
  const rest = told.filter(m => !used.includes(m))
  const half = Math.min(used.length, Math.max(Math.ceil(size / 2), size - rest.length))
  return [...sampled(used, half), ...sampled(rest, size - half)]
}

/** Every n-th, so that all operators and files are met, the same ones each time. */
const sampled = (all, size) => (all.length <= size ? all : Array.from({ length: size }, (_, n) => all[Math.floor((n * all.length) / size)]))

const runSystem = async (system, tool) => {
  const bare = bareOf(system.repository)
  const repository = scratchRepository(bare)
  const root = mkdtempSync(join(tmpdir(), 'lintel-mutants-'))
  try {
    const tree = system.folder === undefined ? system.revision : `${system.revision}:${system.folder}`
    const base = repository.root(tree)
    written(bare, tree, root)
    execFileSync('git', ['init', '-q'], { cwd: root })
    const read = path => repository.show(base, path)
    const files = system.files.map(path => ({ path, content: read(path) }))
    const { parties, truth } = oracleOf(system, root, files, tool)
    const all = system.format === 'code' ? codeMutations(files, system.topics ?? [], read) : mutators[system.format](files)
    const isOwn = (party, { edits }) => system.own?.[party] !== undefined && Object.keys(edits).some(f => f.startsWith(system.own[party]))
    const told = all.map(m => ({ ...m, truth: new Map(parties.filter(p => !isOwn(p, m)).map(p => [p, truth(m, p)])) }))
    const rows = []
    for (const mutation of balanced(told, size ?? system.sample)) {
      const head = repository.commit(base, mutation.edits, mutation.title)
      const { verdict } = await checkChange({ path: repository.folder, base, head })
      const named = verdictsOf(verdict)
      const { title, operator, edits } = mutation
      const about = { system: { name: system.name, format: system.format }, mutation: { title, operator, files: Object.keys(edits) } }
      for (const [party, truth] of mutation.truth) {
        const row = { ...about, party, truth, said: named.get(party) ?? 'unrelated', decision: verdict.decision }
        if (verbose && isWrong(row))
          console.log(`${system.name} · ${mutation.title} · ${party}: ${truth}, said ${row.said} (${row.decision})`)
        rows.push(row)
      }
    }
    return rows
  } finally {
    repository.remove()
    rmSync(root, { recursive: true, force: true })
  }
}

const share = (part, whole) => (whole === 0 ? '–' : (part / whole).toFixed(2))
const caught = new Set(['breaks', 'likely-breaks', 'unknown'])

const isWrong = ({ truth, said }) => (truth === 'used' && !caught.has(said)) || (truth === 'unused' && said === 'breaks')

const figures = rows => {
  const known = rows.filter(r => r.truth !== undefined)
  const used = known.filter(r => r.truth === 'used')
  const breaks = known.filter(r => r.said === 'breaks')
  const named = known.filter(r => r.said !== 'unrelated')
  return {
    mutations: new Set(rows.map(r => `${r.system.name} ${r.mutation.title} ${r.mutation.files[0]}`)).size,
    precision: [breaks.filter(r => r.truth === 'used').length, breaks.length],
    recall: [used.filter(r => caught.has(r.said)).length, used.length],
    falseSafe: used.filter(r => r.said === 'safe-proved').length,
    unknown: [named.filter(r => r.said === 'unknown').length, named.length],
    unclear: rows.length - known.length,
  }
}

const line = (title, f) =>
  `| ${title} | ${f.mutations} | ${share(...f.precision)} (${f.precision.join('/')}) | ${share(...f.recall)} (${f.recall.join('/')}) | ${f.falseSafe} | ${share(...f.unknown)} | ${f.unclear} |`

const chosen = systems.filter(s => only === undefined || only.split(',').includes(s.name))
const tool = join(mkdtempSync(join(tmpdir(), 'lintel-oracle-')), 'uses')
if (chosen.some(s => s.go && !(rowsFolder && existsSync(join(rowsFolder, `${s.name}.json`)))))
  execFileSync('go', ['build', '-o', tool, '.'], { cwd: join(here, 'oracles/go'), stdio: 'inherit' })
const rows = []
if (rowsFolder) mkdirSync(rowsFolder, { recursive: true })
for (const system of chosen) {
  const kept = rowsFolder && join(rowsFolder, `${system.name}.json`)
  if (kept && existsSync(kept)) rows.push(...JSON.parse(readFileSync(kept, 'utf8')))
  else {
    const found = await runSystem(system, tool)
    if (kept) writeFileSync(kept, JSON.stringify(found))
    rows.push(...found)
  }
}
rmSync(dirname(tool), { recursive: true })

const groups = [...new Set(rows.map(r => r.mutation.operator))].sort()
const names = [...new Set(rows.map(r => r.system.name))]
const formats = [...new Set(rows.map(r => r.system.format))].sort()
const table = [
  '## Consumer truth',
  '',
  'Written by `node bench/mutants.mjs FOLDER`: contracts of real systems mutated one element at a time (`bench/mutants.json`), each mutation judged, each service of the system asked. Who uses the element is told by the Go compiler’s view of generated code (`bench/oracles/go`), by graphql-js, which validates the documents of the tree against the composed mutated subgraphs (`bench/oracles/graphql.mjs`), by the members that methods taking a message read of it (C#), by operations, members and what pages show as they were read by hand (HTTP, Kafka, Kotlin), by texts that programs write alike (names of messages, exchanges, keys), and elsewhere by accessor names that only one element has (`bench/oracles/text.mjs`); where none can tell, the pair is left out (last column), and a mutation that none can tell for any service is not made. As many mutations hit an element that somebody uses as not, as far as they go; systems are measured one by one, and what was measured is kept (`--rows`). A bound that is set counts as used by whoever sends the member: it must be named, as breaking, likely to, or unknown. Services that serve an rpc are not asked whether they call it. Precision: of the services said to break, those that use the element. Recall: of those that use it, those said to break, likely to break, or unknown.',
  '',
  ...systems.flatMap(({ name, note }) => (note === undefined ? [] : [`- ${name}: ${note}`])),
  '',
  '| | mutations | precision at «breaks» | recall | false «safe and proved» | unknown | not told |',
  '|---|---|---|---|---|---|---|',
  ...names.map(n => line(n, figures(rows.filter(r => r.system.name === n)))),
  ...formats.map(f => line(`*${f}*`, figures(rows.filter(r => r.system.format === f)))),
  ...groups.map(g => line(g, figures(rows.filter(r => r.mutation.operator === g)))),
  line('**all**', figures(rows)),
].join('\n')
console.log(table)
if (only === undefined && size === undefined) writeSection('mutants', table)
