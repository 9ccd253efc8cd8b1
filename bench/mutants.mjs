// Consumer truth: contracts of real systems are mutated, one element at a time, and every mutation is judged. Who uses the element is told
// by an oracle that shares nothing with Lintel: the Go compiler's own uses of generated code; elsewhere accessor names that only one element has.
// Usage: node bench/mutants.mjs FOLDER_OF_BARE_REPOSITORIES [--only=SYSTEM] [--verbose]      needs go, and the modules of the systems
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkChange } from '../dist/index.js'
import { scratchRepository } from './bare.mjs'
import { mutationsOf, snake } from './mutations.mjs'
import { writeSection } from './results.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const { systems } = JSON.parse(readFileSync(join(here, 'mutants.json'), 'utf8'))
const [folder] = process.argv.slice(2)
const only = process.argv.find(a => a.startsWith('--only='))?.slice('--only='.length)
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
    if (path === undefined || mode === '120000' || !/\.(go|mod|sum|proto|js|ts|py|java|cs)$/.test(path) || path.includes('node_modules/'))
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

const textOf = (root, ending) => {
  const files = execFileSync('git', ['ls-files', '-co', '--', root], { cwd: root, encoding: 'utf8' }).split('\n')
  return files
    .filter(f => f.endsWith(`.${ending}`) && !/(_pb2|_pb2_grpc|_pb|_grpc_pb)\.|genproto|(^|\/)(tests?|client)[./]/.test(f))
    .map(f => readFileSync(join(root, f), 'utf8'))
    .join('\n')
}

const pascal = name =>
  snake(name)
    .split('_')
    .map(w => w.charAt(0).toUpperCase() + w.slice(1))
    .join('')
const camel = name => pascal(name).replace(/^./, c => c.toLowerCase())

/** What code of a language calls an element. */
const accessors = (element, ending) => {
  const { name, kind } = element
  if (ending === 'java')
    return kind === 'field'
      ? [`get${pascal(name)}`, `set${pascal(name)}`, `add${pascal(name)}`, `addAll${pascal(name)}`]
      : [kind === 'rpc' ? camel(name) : name]
  if (ending === 'cs') return [pascal(name), name]
  return [name, camel(name), pascal(name)]
}

/** `used`, `unused` or undefined where this oracle cannot tell. */
const truthOf = (oracle, element, party) => {
  const go = oracle.go.get(party)
  if (go !== undefined) {
    const names = element.kind === 'field' ? [pascal(element.name), `Get${pascal(element.name)}`] : [pascal(element.name)]
    const owners = { field: [element.owner], rpc: [`${element.owner}Client`], value: [''] }[element.kind]
    const constants = [`${element.owner}_${element.name}`]
    return go.some(
      u =>
        (!oracle.byFolder || u.package.endsWith(element.folder)) &&
        (element.kind === 'value' ? constants.some(c => u.name.endsWith(c)) : owners.includes(u.owner) && names.includes(u.name)),
    )
      ? 'used'
      : 'unused'
  }
  const text = oracle.text.get(party)
  const words = accessors(element, text.ending)
  const isNamed = words.some(w => new RegExp(`\\b${w}\\b`).test(text.content))
  if (!isNamed) return 'unused'
  return element.unique && element.kind !== 'value' && snake(element.name).includes('_') ? 'used' : undefined
}

const order = ['unrelated', 'safe-proved', 'tolerated-silently', 'unknown', 'likely-breaks', 'breaks']

/** The strongest verdict on each party. */
const verdictsOf = verdict => {
  const found = new Map()
  for (const finding of verdict.findings.filter(f => f.introduced))
    for (const impact of finding.impact)
      if (order.indexOf(impact.verdict) > order.indexOf(found.get(impact.party) ?? 'unrelated')) found.set(impact.party, impact.verdict)
  return found
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
    const uses = goUses(system, root, tool)
    const goParties = Object.values(system.go).flatMap(m => Object.values(m))
    const oracle = {
      go: new Map(goParties.map(p => [p, uses.filter(u => u.party === p)])),
      text: new Map(Object.entries(system.text).map(([p, [path, ending]]) => [p, { content: textOf(join(root, path), ending), ending }])),
      byFolder: system.packageByFolder === true,
    }
    const parties = [...goParties, ...Object.keys(system.text)]
    const mutations = sampled(mutationsOf(system.protos.map(path => ({ path, content: repository.show(base, path) }))), system.sample)
    const rows = []
    for (const mutation of mutations) {
      const head = repository.commit(base, { [mutation.file]: mutation.content }, mutation.title)
      const { verdict } = await checkChange({ path: repository.folder, base, head })
      const named = verdictsOf(verdict)
      for (const party of parties) {
        const truth = mutation.harmless ? 'unused' : truthOf(oracle, mutation.element, party)
        rows.push({ system: system.name, mutation, party, truth, said: named.get(party) ?? 'unrelated', decision: verdict.decision })
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

const figures = rows => {
  const known = rows.filter(r => r.truth !== undefined)
  const used = known.filter(r => r.truth === 'used')
  const breaks = known.filter(r => r.said === 'breaks')
  const named = known.filter(r => r.said !== 'unrelated')
  return {
    mutations: new Set(rows.map(r => `${r.system} ${r.mutation.title}`)).size,
    precision: [breaks.filter(r => r.truth === 'used').length, breaks.length],
    recall: [used.filter(r => caught.has(r.said)).length, used.length],
    falseSafe: used.filter(r => r.said === 'safe-proved').length,
    unknown: [named.filter(r => r.said === 'unknown').length, named.length],
    unclear: rows.length - known.length,
  }
}

const line = (title, f) =>
  `| ${title} | ${f.mutations} | ${share(...f.precision)} (${f.precision.join('/')}) | ${share(...f.recall)} (${f.recall.join('/')}) | ${f.falseSafe} | ${share(...f.unknown)} | ${f.unclear} |`

const tool = join(mkdtempSync(join(tmpdir(), 'lintel-oracle-')), 'uses')
execFileSync('go', ['build', '-o', tool, '.'], { cwd: join(here, 'oracles/go'), stdio: 'inherit' })
const rows = []
for (const system of systems.filter(s => only === undefined || s.name === only)) rows.push(...(await runSystem(system, tool)))
rmSync(dirname(tool), { recursive: true })

const wrong = rows.filter(
  r =>
    (r.truth === 'used' && !caught.has(r.said)) ||
    (r.truth === 'unused' && r.said === 'breaks') ||
    (r.truth === 'used' && r.said === 'safe-proved'),
)
if (verbose)
  for (const r of wrong) console.log(`${r.system} · ${r.mutation.title} · ${r.party}: ${r.truth}, said ${r.said} (${r.decision})`)
const groups = [...new Set(rows.map(r => r.mutation.operator))].sort()
const table = [
  '## Consumer truth',
  '',
  'Written by `node bench/mutants.mjs FOLDER`: contracts of real systems mutated one element at a time (`bench/mutants.json`), each mutation judged, each service of the system asked. Who uses the element is told by the Go compiler’s view of generated code (`bench/oracles/go`), elsewhere by accessor names that only one element has; where neither can tell, the pair is left out (last column). Precision: of the services said to break, those that use the element. Recall: of those that use it, those said to break, likely to break, or unknown.',
  '',
  '| | mutations | precision at «breaks» | recall | false «safe and proved» | unknown | not told |',
  '|---|---|---|---|---|---|---|',
  ...[...new Set(rows.map(r => r.system))].map(s => line(s, figures(rows.filter(r => r.system === s)))),
  ...groups.map(g => line(g, figures(rows.filter(r => r.mutation.operator === g)))),
  line('**all**', figures(rows)),
].join('\n')
console.log(table)
if (only === undefined) writeSection('mutants', table)
