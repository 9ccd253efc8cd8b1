// The contract differ beside the established tools, on the same input in the same run: wall time, processor time and peak memory.
// Usage: node bench/contracts-speed.mjs [--oasdiff BINARY] [--buf BINARY] [--openapi BASE REVISION] [--cyclic BASE REVISION] [--protobuf BASE REVISION] [--rounds N]
// Inputs that the published figures are for: @octokit/openapi 19.1.0 and 23.0.2, google-proto-files 2.0.0 and 6.0.1; the document with cycles is made.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cyclicApi } from './cyclic-api.mjs'
import { median } from './measure.mjs'
import { writeSection } from './results.mjs'

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
const measured = (command, args, limit = 3600) => {
  const file = join(work, 'time')
  const done = spawnSync('/usr/bin/time', ['-o', file, '-f', '%e %U %S %M', 'timeout', String(limit), command, ...args], {
    cwd: work,
    maxBuffer: 1 << 30,
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
    b.push(peer())
    a.push(ours())
  }
  return { ours: a, peer: b }
}

const rows = []
const add = (what, peerName, { ours, peer }, bar, memoryBar) => {
  const ratio = what => middle(peer, what) / middle(ours, what)
  const isMet = ratio('wall') >= bar && (memoryBar === undefined || middle(ours, 'mb') <= middle(peer, 'mb') * memoryBar)
  const memory = `${middle(ours, 'mb').toFixed(0)} / ${middle(peer, 'mb').toFixed(0)} MB`
  const wanted = `>= ${bar}x${memoryBar === undefined ? '' : memoryBar === 1 ? ', less memory' : `, memory <= ${memoryBar}`}`
  const isStopped = peer.some(r => r.isStopped)
  const times = `${middle(ours, 'wall').toFixed(1)} s (${range(ours)}) / ${isStopped ? 'stopped after ' : ''}${middle(peer, 'wall').toFixed(1)} s (${range(peer)})`
  rows.push(
    `| ${what} | ${peerName} | ${times} | ${isStopped ? '> ' : ''}${ratio('wall').toFixed(1)}x, processor ${ratio('cpu').toFixed(1)}x | ${memory} | ${wanted} | ${isMet ? 'met' : 'missed'} |`,
  )
  console.log(rows.at(-1))
}

const diff = (...args) => measured(process.execPath, [lintel, 'contracts', 'diff', ...args, '--format', `json=${join(work, 'ours.json')}`])

/** A copy of a JSON document in which one operation takes one more parameter, that it needs. */
const withOneChange = file => {
  const document = JSON.parse(readFileSync(file, 'utf8'))
  const [, item] = Object.entries(document.paths)[Math.floor(Object.keys(document.paths).length / 2)]
  const operation = Object.values(item).find(o => o.responses !== undefined)
  operation.parameters = [
    ...(operation.parameters ?? []),
    { name: 'lintel-bench', in: 'query', required: true, schema: { type: 'string' } },
  ]
  const changed = join(work, `changed-${basename(file)}`)
  writeFileSync(changed, JSON.stringify(document))
  return changed
}

const warmUp = file => diff(file, file)

const oasdiff = path('oasdiff')?.[0]
const generated = [false, true].map(isRevised => {
  const file = join(work, `cyclic-${isRevised}.json`)
  writeFileSync(file, JSON.stringify(cyclicApi(isRevised), undefined, 1))
  return file
})
for (const [flag, title, bar, pair] of [
  ['openapi', 'OpenAPI, cold', 6, path('openapi')],
  ['cyclic', 'OpenAPI with cycles, cold', 20, path('cyclic') ?? generated],
]) {
  if (oasdiff === undefined || pair === undefined) continue
  const [base, revision] = pair
  warmUp(base)
  const size = `${pair === generated ? 'generated' : basename(dirname(dirname(base)))}, ${(statSync(base).size / 1e6).toFixed(1)} to ${(statSync(revision).size / 1e6).toFixed(1)} MB`
  add(
    `${title} (${size})`,
    'oasdiff 1.15 changelog',
    compared(
      () => diff(base, revision),
      () => measured(oasdiff, ['changelog', base, revision, '-f', 'json'], LIMIT_SECONDS),
    ),
    bar,
    1,
  )
  if (flag !== 'openapi') continue
  const changed = withOneChange(base)
  add(
    'OpenAPI, one operation changed',
    'oasdiff 1.15 changelog',
    compared(
      () => diff(base, changed),
      () => measured(oasdiff, ['changelog', base, changed, '-f', 'json']),
    ),
    40,
  )
}

const buf = path('buf')?.[0]
const folders = path('protobuf')
if (buf !== undefined && folders !== undefined) {
  const [base, revision] = folders
  const protos = folder => readdirSync(folder, { recursive: true }).filter(f => f.endsWith('.proto'))
  const size = `${protos(base).length} to ${protos(revision).length} files`
  const against = (a, b) => measured(buf, ['breaking', b, '--against', a, '--error-format', 'json'])
  add(
    `Protobuf from folders (${size})`,
    'buf 1.75 breaking',
    compared(
      () => diff(base, revision, '--as', 'protobuf'),
      () => against(base, revision),
    ),
    5,
    0.2,
  )
  const changed = join(work, 'changed')
  cpSync(base, changed, { recursive: true })
  const file = protos(changed)
    .sort()
    .find(f => /^message \w+ \{\n/m.test(readFileSync(join(changed, f), 'utf8')))
  const text = readFileSync(join(changed, file), 'utf8')
  writeFileSync(join(changed, file), text.replace(/^(message \w+ \{\n)/m, '$1  string lintel_bench = 99999;\n'))
  add(
    'Protobuf, one file changed',
    'buf 1.75 breaking',
    compared(
      () => diff(base, changed, '--as', 'protobuf'),
      () => against(base, changed),
    ),
    40,
  )
}
rmSync(work, { recursive: true, force: true })

writeSection(
  'contracts-speed',
  [
    '## Speed of the contract differ',
    '',
    `Written by \`node bench/contracts-speed.mjs\`: whole commands, from start to end, in turn with the peer on the same input; ours comes first, medians of ${rounds} rounds, in brackets the range. Node ${process.versions.node}. Processor time counts all threads: on a machine that does other things it tells more than wall time.`,
    '',
    '| what | peer | wall | faster by | peak memory | bar | |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
)
