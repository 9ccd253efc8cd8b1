// Measures Lintel beside floors in the same run and writes its section of bench/RESULTS.md. Build first: npm run build.
// Usage: node bench/run.mjs [BARE_REPOSITORY] [--monorepo BARE_REPOSITORY] [--rounds N]
// The repository may also be named by LINTEL_BENCH_REPOSITORY; without one, the fixture system is measured. --monorepo: peak memory alone.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { makeRepository } from '../scripts/fixture-repo.mjs'
import { scratchRepository } from './bare.mjs'
import { bundled } from './bundle.mjs'
import { alternate, countGit, here, median, peakMemory, run, showRatio } from './measure.mjs'
import { shares } from './profile.mjs'
import { writeSection } from './results.mjs'

const lintel = here('../bin/lintel.js')
const empty = [here('./empty.mjs')]
const option = name => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const rounds = Number(option('--rounds') ?? 15)
const given =
  process.argv.slice(2).find((a, i, all) => !a.startsWith('--') && !all[i - 1]?.startsWith('--')) ?? process.env.LINTEL_BENCH_REPOSITORY
const monorepo = option('--monorepo')
const code = /\.(go|py|java|cs|[cm]?[jt]sx?|php|rb|rs|kt|exs?|cpp|cc|h|hpp|lua)$/

const temporary = mkdtempSync(join(tmpdir(), 'lintel-bench-cache-'))
let caches = 0
const freshCache = () => ({ LINTEL_CACHE_DIR: join(temporary, `${caches++}`) })

/** The repository that is measured: a bare one, so that commits can be made on top of it without a checkout. */
const open = () => {
  if (given) return { name: nameOf(given), original: given }
  const folder = makeRepository('ticket-office')
  return { name: 'the fixture system', original: join(folder, '.git'), folder }
}

const nameOf = path => (basename(path) === 'repo' ? basename(dirname(path)).replace('+', '/') : basename(path).replace(/\.git$/, ''))

const subject = open()
const repository = scratchRepository(subject.original)
const git = (...args) => execFileSync('git', ['--git-dir', subject.original, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim()
const head = git('rev-parse', 'HEAD')
const files = git('ls-tree', '-r', '-l', 'HEAD')
  .split('\n')
  .map(line => ({ path: line.slice(line.indexOf('\t') + 1), size: Number(line.split(/\s+/)[3]) || 0 }))
const codeFiles = files.filter(f => code.test(f.path)).sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1))
const written = codeFiles.filter(f => !/test|spec|\bpb\b|_pb|generated|genproto/i.test(f.path))
const edited = written[Math.floor(written.length * 0.75)].path
const comment = edited.endsWith('.py') ? '#' : '//'
const original = repository.show(head, edited)

/** A commit nobody has seen: one code file of more than median size, neither a test nor generated, with one more line. */
const oneFileChange = n => repository.commit(head, { [edited]: `${original}\n${comment} ${n}\n` }, `change ${n}`)

const startUp = () => {
  const result = alternate({ empty: () => run(empty).ms, version: () => run([lintel, '--version']).ms }, 'empty', rounds)
  return [['`lintel --version`', 'an empty Node script', showRatio(result.version), '2', result.version.ratio]]
}

const check = change => [lintel, 'check', repository.folder, '--base', head, '--head', change, '-q']

const warmCheck = () => {
  const env = freshCache()
  const options = { env, statuses: [0, 1] }
  run(check(oneFileChange('warm')), options)
  const changes = Array.from({ length: rounds }, (_, n) => oneFileChange(n))
  const same = oneFileChange('same')
  run(check(same), options)
  const result = alternate(
    { empty: () => run(empty).ms, fresh: n => run(check(changes[n]), options).ms, again: () => run(check(same), options).ms },
    'empty',
    rounds,
  )
  const started = countGit(check(oneFileChange('count')), options)
  return {
    rows: [
      [
        `warm \`check\` of a one-file change (base known, head new; ${basename(edited)})`,
        'an empty Node script',
        showRatio(result.fresh),
        '6',
        result.fresh.ratio,
      ],
      ['`check` of the same change again', 'an empty Node script', showRatio(result.again), '', result.again.ratio],
    ],
    git: started,
    shares: shares(check(oneFileChange('profile')), options),
  }
}

const coldMap = () => {
  const parse = [here('./plain-parse.mjs'), repository.folder, head]
  const { files: parsed, bytes } = JSON.parse(run(parse).stdout)
  const map = [lintel, 'map', repository.folder, '--rev', head, '--format', 'json']
  const times = { empty: [], parse: [], map: [] }
  const few = Math.max(5, Math.round(rounds / 2))
  const result = alternate(
    {
      empty: () => times.empty[times.empty.push(run(empty).ms) - 1],
      parse: () => times.parse[times.parse.push(run(parse).ms) - 1],
      map: () => times.map[times.map.push(run(map, { env: freshCache() }).ms) - 1],
    },
    'parse',
    few,
  )
  const start = median(times.empty)
  const net = (median(times.map) - start) / (median(times.parse) - start)
  return {
    parsed,
    bytes,
    rows: [
      ['cold `map`, nothing cached', 'a plain tree-sitter parse of the same code files', showRatio(result.map), '1.5', result.map.ratio],
      ['the same without the start of Node', 'the same floor without the start of Node', `${net.toFixed(2)}x`, '', net],
    ],
    shares: shares(map, { env: freshCache() }),
    peak: peakMemory(map, { env: freshCache() }),
    parsePeak: peakMemory(parse),
    emptyPeak: peakMemory(empty),
  }
}

/** Reading alone, without what is made of it: beside the bytes as they are, and beside one parse of the code. */
const coldScan = async () => {
  const scan = [await bundled('scan'), repository.folder, head]
  const read = [here('./plain-read.mjs'), repository.folder, head]
  const parse = [here('./plain-parse.mjs'), repository.folder, head]
  const few = Math.max(5, Math.round(rounds / 2))
  const measured = floor => alternate({ read: () => run(read).ms, parse: () => run(parse).ms, scan: () => run(scan).ms }, floor, few)
  const [byParse, byRead] = [measured('parse'), measured('read')]
  return [
    [
      'cold scan: every file read into facts',
      'a plain tree-sitter parse of all code files',
      showRatio(byParse.scan),
      '1.2',
      byParse.scan.ratio,
    ],
    ['the same', 'reading the same bytes from git', showRatio(byRead.scan), '', byRead.scan.ratio],
  ]
}

const hugePeak = () => {
  const revision = execFileSync('git', ['--git-dir', monorepo, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  const listed = execFileSync('git', ['--git-dir', monorepo, 'ls-tree', '-r', '--name-only', revision], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const paths = listed.split('\n')
  const map = [lintel, 'map', monorepo, '--rev', revision, '--format', 'json']
  const [peak, emptyPeak] = [peakMemory(map, { env: freshCache() }), peakMemory(empty)]
  return `Peak memory of a cold map of ${nameOf(monorepo)} at ${revision.slice(0, 12)} (${paths.length - 1} files, ${paths.filter(p => code.test(p)).length} of code): ${(peak / emptyPeak).toFixed(1)}x that of an empty script (${Math.round(peak)} MB there).`
}

const fragmentSize = () => {
  const { stdout } = run([lintel, 'fragment', repository.folder, '--rev', head], { env: freshCache() })
  const source = codeFiles.reduce((sum, f) => sum + f.size, 0)
  return { raw: Buffer.byteLength(stdout) / source, packed: gzipSync(stdout).length / source, source }
}

const attempt = async (name, suite) => {
  try {
    console.error(`── ${name}`)
    return await suite()
  } catch (error) {
    console.error(String(error))
    return undefined
  }
}

const showShares = all =>
  all
    .filter(({ share }) => share >= 0.02)
    .map(({ step, share }) => `${step} ${percent(share)}`)
    .join(', ')

const percent = share => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

const report = async () => {
  const start = (await attempt('start-up', startUp)) ?? []
  const warm = await attempt('warm check', warmCheck)
  const scan = await attempt('cold scan', coldScan)
  const cold = await attempt('cold map', coldMap)
  const fragment = await attempt('fragment', fragmentSize)
  const huge = monorepo && (await attempt('monorepo', hugePeak))
  const rows = [...start, ...(warm?.rows ?? []), ...(scan ?? []), ...(cold?.rows ?? [])]
  const lines = [
    '## Speed',
    '',
    'Written by `node bench/run.mjs`. Wall times depend on the machine: every figure is a ratio to a floor that ran in turn with it; the median of its',
    `rounds, and in brackets the quartiles. Node ${process.versions.node}, ${rounds} rounds.`,
    '',
    `Measured on ${subject.name} at ${head.slice(0, 12)}: ${files.length} files${cold ? `, of them ${cold.parsed} files of code with ${Math.round(cold.bytes / 1024)} KB` : ''}.`,
    '',
    '| what | beside | ratio | bar | |',
    '|---|---|---|---|---|',
    ...rows.map(
      ([what, beside, ratio, bar, value]) =>
        `| ${what} | ${beside} | ${ratio} | ${bar && `<= ${bar}x`} | ${bar && (value <= Number(bar) ? 'met' : 'missed')} |`,
    ),
    '',
  ]
  if (warm) lines.push(`A warm check starts git ${warm.git.length} times: ${tally(warm.git)}.`, '')
  if (warm) lines.push(`Where a warm check spends its time: ${showShares(warm.shares)}.`, '')
  if (cold) lines.push(`Where a cold map spends its time, workers beside it: ${showShares(cold.shares)}.`, '')
  if (fragment) lines.push(`A fragment is ${percent(fragment.raw)} of the code's size as JSON, ${percent(fragment.packed)} compressed.`, '')
  if (cold) {
    const [map, parse] = [cold.peak, cold.parsePeak].map(mb => `${(mb / cold.emptyPeak).toFixed(1)}x`)
    lines.push(`Peak memory of a cold map: ${map} that of an empty script (plain parse: ${parse}).`, '')
  }
  if (huge) lines.push(huge, '')
  return lines.join('\n')
}

const tally = calls => {
  const counts = new Map()
  for (const call of calls) {
    const name = call.split(' ')[0]
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, n]) => (n === 1 ? name : `${n} ${name}`)).join(', ')
}

try {
  const text = await report()
  writeSection('speed', text)
  console.log(text)
} finally {
  repository.remove()
  rmSync(temporary, { recursive: true, force: true })
  if (subject.folder && existsSync(subject.folder)) rmSync(dirname(subject.folder), { recursive: true, force: true })
}
