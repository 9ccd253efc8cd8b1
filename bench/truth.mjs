// Scores the map of real systems against their reference graphs.
// Usage: node bench/truth.mjs FOLDER_OF_BARE_REPOSITORIES [--only=NAME] [--verbose]
// A repository owner/name is looked for as FOLDER/owner+name/repo. Systems whose repository is not there are named and left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { score, total } from '../../shared/truth/score.mjs'
import { explained, itemsOf, showReasons } from './misses.mjs'
import { writeSection } from './results.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const truthFolder = fileURLToPath(new URL('../../shared/truth/', import.meta.url))
/** Systems that are one folder of a larger repository. */
const folders = { bookinfo: 'samples/bookinfo', 'hotel-reservation': 'hotelReservation', 'social-network': 'socialNetwork' }

export const truths = () =>
  ['polyglot', 'java'].flatMap(group =>
    readdirSync(join(truthFolder, group))
      .filter(f => f.endsWith('.json'))
      .map(f => ({ name: f.replace('.json', ''), group, truth: JSON.parse(readFileSync(join(truthFolder, group, f), 'utf8')) })),
  )

/** The files of one folder of a commit by path; blobs that the copy lacks are left out. */
export const filesOf = (git, commit, folder = '.') => {
  const run = (args, input) =>
    execFileSync('git', ['--git-dir', git, ...args], { input, maxBuffer: 1 << 30, env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } })
  const listed = run(['ls-tree', '-r', '-z', commit, '--', ...(folder === '.' ? [] : [folder])])
    .toString()
    .split('\0')
    .filter(line => line.startsWith('100'))
    .map(line => ({ blob: line.split(' ')[2].split('\t')[0], path: line.slice(line.indexOf('\t') + 1) }))
  const batch = run(['cat-file', '--batch'], `${listed.map(f => f.blob).join('\n')}\n`)
  const files = new Map()
  let at = 0
  for (const { path } of listed) {
    const end = batch.indexOf(10, at)
    const size = Number(batch.toString('latin1', at, end).split(' ')[2])
    at = end + 1
    if (Number.isNaN(size)) continue
    files.set(path, batch.subarray(at, at + size))
    at += size + 1
  }
  return files
}

/** A folder with these files, to be removed by the caller. */
export const writtenFolder = files => {
  const to = mkdtempSync(join(tmpdir(), 'lintel-truth-'))
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(to, path)), { recursive: true })
    writeFileSync(join(to, path), bytes)
  }
  return to
}

/** Where a second repository holds the configuration, at this commit. */
const configRepositories = {
  'callistaenterprise_blog-microservices': ['callistaenterprise/blog-microservices-config', 'aaa315dbd7bb9194240f9eb12d6a0aa1080ba3f9'],
  'fernandoabcampos_spring-netflix-oss-microservices': [
    'fernandoabcampos/microservices-config',
    'bb5da241f20537049f0c1cb569535a0b6ca4666a',
  ],
  'shabbirdwd53_springboot-microservice': ['shabbirdwd53/config-server', 'd8d12a83592ba2c443049c255a0953798c1c5508'],
}

export const mirrorOf = (mirrors, repo) => {
  const git = join(mirrors, repo.replace('/', '+'), 'repo')
  return [git, join(git, '.git')].find(g => existsSync(join(g, 'HEAD')))
}

/** The predicted graph of one system; undefined when its repository is not at hand. */
export const predict = (mirrors, name, truth) => {
  const git = mirrorOf(mirrors, truth.repo)
  if (!git) return undefined
  const exported = []
  const export_ = (from, commit, folder) => {
    const at = writtenFolder(filesOf(from, commit, folder))
    exported.push(at)
    return join(at, folder)
  }
  const [configRepo, configCommit] = configRepositories[name] ?? []
  const config = configRepo && mirrorOf(mirrors, configRepo)
  const more = config ? [export_(config, configCommit, '.')] : []
  const first = folders[name] ? [export_(git, truth.commit, folders[name])] : [git, '--rev', truth.commit]
  try {
    return graphOf(name, ...first, ...more)
  } finally {
    for (const at of exported) rmSync(at, { recursive: true, force: true })
  }
}

/** The graph that `lintel map` gives for these arguments. */
export const graphOf = (name, ...paths) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [lintel, 'map', ...paths, '--format', 'graph-json', '-q'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${name}: exit ${status} ${stderr.slice(0, 500)}`)
  return JSON.parse(stdout)
}

const cell = part =>
  part.tp + part.fp + part.fn === 0 ? '–' : `${part.precision.toFixed(2)} / ${part.recall.toFixed(2)} / ${part.f1.toFixed(2)}`
const share = (some, all) => (all === 0 ? '–' : `${some} of ${all}`)

/** Pairs that are called by name: gRPC, Thrift and GraphQL edges, and how many of them name an operation. */
const namedOperations = ({ edges }) => {
  const pairs = new Map()
  for (const { from, to, kind, operation, operations = [] } of edges) {
    if (!/^(grpc|thrift|graphql)$/.test(kind)) continue
    const key = `${from} ${to}`
    pairs.set(key, Boolean(operation) || operations.length > 0 || pairs.get(key) === true)
  }
  return { all: pairs.size, named: [...pairs.values()].filter(Boolean).length }
}

/** What is asked of the sums of a group: figure, its name, the bar. */
const bars = {
  java: ({ fair, paper }) => [
    ['nodes F1', fair.nodes.micro.f1, 0.985],
    ['edges F1', fair.edges.micro.f1, 0.95],
    ['service edges F1', fair.serviceEdges.micro.f1, 0.95],
    ['service edges precision', fair.serviceEdges.micro.precision, 0.97],
    ['kind accuracy, nodes', fair.nodes.kindAccuracy, 0.92],
    ['kind accuracy, edges', fair.edges.kindAccuracy, 0.92],
    ['edges F1, profile paper', paper.edges.micro.f1, 0.889],
  ],
  polyglot: ({ fair, operations }) => [
    ['nodes F1', fair.nodes.micro.f1, 0.96],
    ['edges F1', fair.edges.micro.f1, 0.93],
    ['edges precision', fair.edges.micro.precision, 0.95],
    ['service edges F1', fair.serviceEdges.micro.f1, 0.93],
    ['service edges precision', fair.serviceEdges.micro.precision, 0.95],
    ['async pairs F1', fair.asyncPairs.micro.f1, 0.9],
    ['gRPC, Thrift and GraphQL edges that name operations', operations.named / operations.all, 0.8],
  ],
}

const barRow =
  group =>
  ([name, value, bar]) =>
    `| ${group} | ${name} | ${value.toFixed(3)} | ${name.includes('paper') ? '>' : '>='} ${bar} | ${(name.includes('paper') ? value > bar : value >= bar) ? 'met' : '**missed**'} |`

const scoreOne = (mirrors, { name, group, truth }) => {
  const predicted = predict(mirrors, name, truth)
  if (!predicted) return undefined
  return {
    name,
    group,
    fair: score(truth, predicted),
    paper: score(truth, predicted, { profile: 'paper' }),
    operations: namedOperations(predicted),
  }
}

const systemRow = ({ name, fair, operations }) => [
  name,
  cell(fair.nodes),
  cell(fair.edges),
  cell(fair.serviceEdges),
  cell(fair.asyncPairs),
  fair.nodes.kindOf + fair.edges.kindOf === 0
    ? '–'
    : ((fair.nodes.kindOk + fair.edges.kindOk) / (fair.nodes.kindOf + fair.edges.kindOf)).toFixed(2),
  share(operations.named, operations.all),
]

/** The sums of one group of systems. */
const sumsOf = scored => {
  const sum = (of, key) => of.reduce((n, s) => n + s.operations[key], 0)
  return {
    fair: total(scored.map(s => s.fair)),
    paper: total(scored.map(s => s.paper)),
    operations: { all: sum(scored, 'all'), named: sum(scored, 'named') },
  }
}

const sumRow = (group, profile, sums, operations) => [
  `**${group}, micro${profile}**`,
  cell(sums.nodes.micro),
  cell(sums.edges.micro),
  cell(sums.serviceEdges.micro),
  cell(sums.asyncPairs.micro),
  `${sums.nodes.kindAccuracy.toFixed(2)}, ${sums.edges.kindAccuracy.toFixed(2)}`,
  share(operations.named, operations.all),
]

const report = ({ rows, barRows, recall, reasons, absent }) =>
  [
    '## The map against reference graphs',
    '',
    'Written by `node bench/truth.mjs FOLDER`: precision / recall / F1 by the scorer of the reference graphs, profile fair unless said, at the pinned commits; configuration repositories are given as a second input. Kinds: share of matched nodes and edges with the right kind (in sums nodes, edges). Operations: gRPC, Thrift and GraphQL edges of the map that name theirs. These systems were looked at while building, so the figures show reach, not what to expect elsewhere.',
    '',
    '| system | nodes | edges | service edges | async pairs | kinds | operations |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(r => `| ${r.join(' | ')} |`),
    '',
    '| group | figure | value | bar | |',
    '|---|---|---|---|---|',
    ...barRows,
    '',
    `Of the operations that the polyglot reference graphs name, ${recall}.`,
    '',
    '### What is missing or false',
    '',
    ...(reasons.length > 0 ? reasons : ['Nothing.']),
    ...(absent.length > 0 ? ['', `Not at hand in that run: ${absent.join(', ')}.`] : []),
  ].join('\n')

const main = () => {
  const mirrors = process.argv[2]
  const only = process.argv.find(a => a.startsWith('--only='))?.slice(7)
  const scored = []
  const absent = []
  for (const system of truths().filter(t => !only || t.name.includes(only))) {
    const one = scoreOne(mirrors, system)
    if (!one) {
      absent.push(system.name)
      continue
    }
    scored.push(one)
    console.log(systemRow(one).join('  '))
    if (process.argv.includes('--verbose')) for (const item of itemsOf(one.fair)) console.log(`    ${item}`)
  }
  const groups = ['polyglot', 'java'].map(group => [group, scored.filter(s => s.group === group)]).filter(([, of]) => of.length > 0)
  const sums = groups.map(([group, of]) => [group, sumsOf(of)])
  const sumRows = sums.flatMap(([group, { fair, paper, operations }]) => [
    sumRow(group, '', fair, operations),
    ...(group === 'java' ? [sumRow(group, ', profile paper', paper, operations)] : []),
  ])
  for (const row of sumRows) console.log(row.join('  '))
  if (absent.length > 0) console.log(`not at hand: ${absent.join(', ')}`)
  const reasons = showReasons(explained(Object.fromEntries(scored.map(s => [s.name, itemsOf(s.fair)])), !only && absent.length === 0))
  const unexplained = reasons.filter(line => line.endsWith(': unexplained')).length
  console.log(`${reasons.length} missing or false, ${unexplained} of them unexplained`)
  if (only) return
  const barRows = sums.flatMap(([group, of]) => bars[group](of).map(barRow(group)))
  for (const row of barRows) console.log(row)
  const { rpc, http } = sumsOf(scored.filter(s => s.group === 'polyglot')).fair.operations
  const recall = `${rpc.found} of ${rpc.truth} rpc methods and ${http.found} of ${http.truth} HTTP operations are on their edges`
  writeSection('map', report({ rows: [...scored.map(systemRow), ...sumRows], barRows, recall, reasons, absent }))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
