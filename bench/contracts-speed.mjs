// The contract differ beside the established tools, on the same input in the same run: wall time, processor time and peak memory.
// Usage: node bench/contracts-speed.mjs [--oasdiff BINARY] [--buf BINARY] [--inspector SCRIPT] [--openapi BASE REVISION] [--cyclic BASE REVISION]
//   [--protobuf BASE REVISION] [--graphql BASE REVISION] [--rounds N] [--only WORDS]
// Rows that are not measured, and those whose names do not hold WORDS, stay as they are in bench/RESULTS.md.
// Inputs that the published figures are for: @octokit/openapi 19.1.0 and 23.0.2, google-proto-files 2.0.0 and 6.0.1, @octokit/graphql-schema
// 14.28.0 and 15.26.1; the document with cycles is made. SCRIPT: the compare.mjs that bench/graphql.mjs writes beside the installed peer.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cyclicApi } from './cyclic-api.mjs'
import { median } from './measure.mjs'
import { shares } from './profile.mjs'
import { sectionOf, writeSection } from './results.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const values = name => {
  const at = process.argv.indexOf(`--${name}`)
  if (at < 0) return undefined
  const end = process.argv.findIndex((a, i) => i > at && a.startsWith('--'))
  return process.argv.slice(at + 1, end < 0 ? undefined : end)
}
const path = name => values(name)?.map(p => resolve(p))
const rounds = Number(values('rounds')?.[0] ?? 3)
const work = mkdtempSync(join(tmpdir(), 'lintel-speed-'))

/** Past it a run is stopped: the figure is the least it takes. */
const LIMIT_SECONDS = 120

/** One run of a command: wall and processor seconds, peak resident memory in MB, as GNU time counts them. */
const measured = (command, args, { limit = 3600, env = {} } = {}) => {
  const file = join(work, 'time')
  const done = spawnSync('/usr/bin/time', ['-o', file, '-f', '%e %U %S %M', 'timeout', String(limit), command, ...args], {
    cwd: work,
    maxBuffer: 1 << 30,
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  const [wall, user, system, kb] = readFileSync(file, 'utf8').trim().split('\n').at(-1).split(' ').map(Number)
  if (![0, 1, 100, STOPPED].includes(done.status))
    throw new Error(`${command} ended with ${done.status}: ${done.stderr.toString().slice(0, 400)}`)
  return { wall, cpu: user + system, mb: kb / 1024, isStopped: done.status === STOPPED }
}

const middle = (runs, what) => median(runs.map(r => r[what]))
const STOPPED = 124
const range = runs => `${Math.min(...runs.map(r => r.wall)).toFixed(1)} to ${Math.max(...runs.map(r => r.wall)).toFixed(1)}`

/** Both in turn, so that they see the same machine. */
const compared = (ours, peer) => {
  const [a, b] = [[], []]
  for (let i = 0; i < rounds; i++) {
    b.push(peer(i))
    a.push(ours(i))
  }
  return { ours: a, peer: b }
}

/** Steps of a comparison, by the functions that begin them. */
const STEPS = {
  parseJson: 'parsing JSON',
  parseProto: 'parsing Protobuf',
  parse: 'parsing GraphQL',
  contractOf: 'describing what was parsed',
  contract: 'describing what was parsed',
  joinContracts: 'joining files and names',
  differences: 'comparing pairs',
  addressesOf: 'addressing elements',
  occurrencesOfPairs: 'looking for who carries a change',
  reachOf: 'looking for who carries a change',
  narrowed: 'finding what differs',
  list: 'listing and hashing files',
  remember: 'the cache',
  Cache: 'the cache',
  decode: 'reading files',
  inputBytes: 'reading files',
  canonicalJson: 'writing the answer',
}

const causesOf = (args, env) =>
  shares([lintel, ...args], { env, cwd: work, statuses: [0, 1] }, STEPS)
    .slice(0, 3)
    .map(({ step, share }) => `${step} ${(share * 100).toFixed(0)} %`)
    .join(', ')

const nameOf = what => what.replace(/^\| |^Where «|( \(|» | \| ).*$/g, '')
const known = sectionOf('contracts-speed').split('\n')
const rows = new Map(known.filter(l => /^\| (OpenAPI|GraphQL|Protobuf)/.test(l)).map(l => [nameOf(l), l]))
const causes = new Map(known.filter(l => l.startsWith('Where «')).map(l => [nameOf(l), l]))
const only = values('only')?.join(' ') ?? ''
const isWanted = what => nameOf(what).includes(only)

/** `profiled`: arguments and environment of the run whose hottest causes are told where the bar is missed. */
const add = (what, peerName, { ours, peer }, { bar, memory: memoryBar }, profiled) => {
  const ratio = what => middle(peer, what) / middle(ours, what)
  const isMet = ratio('wall') >= bar && (memoryBar === undefined || middle(ours, 'mb') <= middle(peer, 'mb') * memoryBar)
  const memory = `${middle(ours, 'mb').toFixed(0)} / ${middle(peer, 'mb').toFixed(0)} MB`
  const wanted = `>= ${bar.toFixed(bar < 1 ? 2 : 0)}x${memoryBar === undefined ? '' : memoryBar === 1 ? ', less memory' : `, memory <= ${memoryBar}`}`
  const isStopped = peer.some(r => r.isStopped)
  const times = `${middle(ours, 'wall').toFixed(1)} s (${range(ours)}) / ${isStopped ? 'stopped after ' : ''}${middle(peer, 'wall').toFixed(1)} s (${range(peer)})`
  const digits = ratio('wall') < 2 ? 2 : 1
  const name = nameOf(what)
  rows.set(
    name,
    `| ${what} | ${peerName} | ${times} | ${isStopped ? '> ' : ''}${ratio('wall').toFixed(digits)}x, processor ${ratio('cpu').toFixed(digits)}x | ${memory} | ${wanted} | ${isMet ? 'met' : 'missed'} |`,
  )
  console.log(rows.get(name))
  causes.delete(name)
  if (isMet) return
  causes.set(name, `Where «${name}» spends its time, in front: ${causesOf(...profiled)}.`)
  console.log(causes.get(name))
}

let caches = 0
const freshCache = () => ({ LINTEL_CACHE_DIR: join(work, `cache-${caches++}`) })
const diffOf = (...args) => ['contracts', 'diff', ...args, '--format', `json=${join(work, 'ours.json')}`]
const diff = (env, ...args) => measured(process.execPath, [lintel, ...diffOf(...args)], { env })

/** Nothing is known. */
const addCold = (what, peerName, args, peer, bars) => {
  if (!isWanted(what)) return
  add(
    what,
    peerName,
    compared(() => diff(freshCache(), ...args), peer),
    bars,
    [diffOf(...args), freshCache()],
  )
}

/** The base was compared before; every round has another change. */
const addWarm = (what, peerName, [base, change, ...args], peer, bars) => {
  if (!isWanted(what)) return
  const known = freshCache()
  diff(known, base, base, ...args)
  add(
    what,
    peerName,
    compared(
      i => diff(known, base, change(i), ...args),
      i => peer(change(i)),
    ),
    bars,
    [diffOf(base, change(rounds), ...args), known],
  )
}

/** A copy of a JSON document in which one operation, another one each time, takes one more parameter that it needs. */
const withOneChange = (file, round) => {
  const changed = join(work, `changed-${round}-${basename(file)}`)
  if (existsSync(changed)) return changed
  const text = readFileSync(file, 'utf8')
  const document = JSON.parse(text)
  const items = Object.values(document.paths)
  const operation = Object.values(items[Math.floor((items.length * (round + 1)) / (rounds + 2))]).find(o => o.responses !== undefined)
  operation.parameters = [
    ...(operation.parameters ?? []),
    { name: 'lintel-bench', in: 'query', required: true, schema: { type: 'string' } },
  ]
  // Written as it was: one operation is changed, not every line.
  writeFileSync(changed, JSON.stringify(document, undefined, /\n( +)/.exec(text)?.[1]))
  return changed
}

/** A copy of a folder in which one message of one file, another one each time, has one more field. */
const withOneFile = (folder, files, round) => {
  const changed = join(work, `changed-${round}`)
  if (existsSync(changed)) return changed
  cpSync(folder, changed, { recursive: true })
  const [file, text] = files
    .slice(Math.floor((files.length * round) / (rounds + 1)))
    .map(f => [f, readFileSync(join(folder, f), 'utf8')])
    .find(([, text]) => MESSAGE.test(text))
  writeFileSync(join(changed, file), text.replace(MESSAGE, '$1  string lintel_bench = 99999;\n'))
  return changed
}
const MESSAGE = /^(message \w+ \{\n)/m

const oasdiff = path('oasdiff')?.[0]
const OASDIFF = 'oasdiff 1.15 changelog'
const changelog = (base, revision) => measured(oasdiff, ['changelog', base, revision, '-f', 'json'], { limit: LIMIT_SECONDS })
const sizes = (base, revision) => `${(statSync(base).size / 1e6).toFixed(1)} to ${(statSync(revision).size / 1e6).toFixed(1)} MB`

const addOpenapi = (base, revision) => {
  diff(freshCache(), base, base)
  const name = basename(dirname(dirname(base)))
  addCold(`OpenAPI, cold (${name}, ${sizes(base, revision)})`, OASDIFF, [base, revision], () => changelog(base, revision), {
    bar: 6,
    memory: 1,
  })
  addWarm('OpenAPI, one operation changed', OASDIFF, [base, i => withOneChange(base, i)], changed => changelog(base, changed), { bar: 40 })
}

const addCyclic = (base, revision) =>
  addCold(`OpenAPI with cycles, cold (${sizes(base, revision)})`, OASDIFF, [base, revision], () => changelog(base, revision), {
    bar: 20,
    memory: 1,
  })

const buf = path('buf')?.[0]
const addProtobuf = (base, revision) => {
  const protos = folder =>
    readdirSync(folder, { recursive: true })
      .filter(f => f.endsWith('.proto'))
      .sort()
  const files = protos(base)
  const against = (a, b) => measured(buf, ['breaking', b, '--against', a, '--error-format', 'json'])
  const [name, asProtobuf] = ['buf 1.75 breaking', ['--as', 'protobuf']]
  addCold(
    `Protobuf from folders (${files.length} to ${protos(revision).length} files)`,
    name,
    [base, revision, ...asProtobuf],
    () => against(base, revision),
    { bar: 5, memory: 0.2 },
  )
  addWarm('Protobuf, one file changed', name, [base, i => withOneFile(base, files, i), ...asProtobuf], changed => against(base, changed), {
    bar: 40,
  })
}

const inspector = path('inspector')?.[0]
const addGraphql = (base, revision) =>
  addCold(
    `GraphQL (${sizes(base, revision)})`,
    '@graphql-inspector/core 8.0',
    [base, revision, '--as', 'graphql'],
    () => measured(process.execPath, [inspector, base, revision]),
    { bar: 1 / 1.2 },
  )

const generated = [false, true].map(isRevised => {
  const file = join(work, `cyclic-${isRevised}.json`)
  writeFileSync(file, JSON.stringify(cyclicApi(isRevised), undefined, 1))
  return file
})
const pairOf = name => (path(name)?.length === 2 ? path(name) : undefined)
if (oasdiff !== undefined) {
  if (pairOf('openapi')) addOpenapi(...pairOf('openapi'))
  addCyclic(...(pairOf('cyclic') ?? generated))
}
if (inspector !== undefined && pairOf('graphql')) addGraphql(...pairOf('graphql'))
if (buf !== undefined && pairOf('protobuf')) addProtobuf(...pairOf('protobuf'))
rmSync(work, { recursive: true, force: true })

writeSection(
  'contracts-speed',
  [
    '## Speed of the contract differ',
    '',
    `Written by \`node bench/contracts-speed.mjs\`: whole commands, from start to end, in turn with the peer on the same input; ours comes first, medians of a few rounds (the last run: ${rounds}), in brackets the range. Node ${process.versions.node}. Processor time counts all threads: on a machine that does other things it tells more than wall time. Cold: nothing is kept from earlier runs. Changed: the base was compared before, and every round has a change that was never seen. Documents with cycles are stopped after ${LIMIT_SECONDS} s. Load of the machine at the end of the last run: ${loadavg()[0].toFixed(0)}, on ${cpus().length} cores.`,
    '',
    '| what | peer | wall | faster by | peak memory | bar | |',
    '|---|---|---|---|---|---|---|',
    ...rows.values(),
    ...(causes.size === 0 ? [] : ['', [...causes.values()].join('\n\n')]),
  ].join('\n'),
)
