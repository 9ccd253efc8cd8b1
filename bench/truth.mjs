// Scores the map of real systems against their reference graphs.
// Usage: node bench/truth.mjs FOLDER_OF_BARE_REPOSITORIES [--only=NAME] [--verbose]
// A repository owner/name is looked for as FOLDER/owner+name/repo. Systems whose repository is not there are named and left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { score, total } from '../../shared/truth/score.mjs'
import { writeSection } from './results.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const truthFolder = fileURLToPath(new URL('../../shared/truth/', import.meta.url))
/** Systems that are one folder of a larger repository. */
const folders = { bookinfo: 'samples/bookinfo', 'hotel-reservation': 'hotelReservation', 'social-network': 'socialNetwork' }

const truths = () =>
  ['polyglot', 'java'].flatMap(group =>
    readdirSync(join(truthFolder, group))
      .filter(f => f.endsWith('.json'))
      .map(f => ({ name: f.replace('.json', ''), group, truth: JSON.parse(readFileSync(join(truthFolder, group, f), 'utf8')) })),
  )

/** The files of one folder of a commit, on disk; blobs that the copy lacks are left out. */
const exportFolder = (git, commit, folder) => {
  const to = mkdtempSync(join(tmpdir(), 'lintel-truth-'))
  const env = { ...process.env, GIT_NO_LAZY_FETCH: '1' }
  const listed = execFileSync('git', ['--git-dir', git, 'ls-tree', '-r', '-z', commit, '--', ...(folder === '.' ? [] : [folder])], {
    env,
    maxBuffer: 1 << 28,
  })
    .toString()
    .split('\0')
  for (const line of listed.filter(l => /^100/.test(l))) {
    const [meta, path] = line.split('\t')
    try {
      const bytes = execFileSync('git', ['--git-dir', git, 'cat-file', 'blob', meta.split(' ')[2]], {
        env,
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      mkdirSync(dirname(join(to, path)), { recursive: true })
      writeFileSync(join(to, path), bytes)
    } catch {
      console.error(`missing: ${path}`)
    }
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
    const at = exportFolder(from, commit, folder)
    exported.push(at)
    return join(at, folder)
  }
  const [configRepo, configCommit] = configRepositories[name] ?? []
  const config = configRepo && mirrorOf(mirrors, configRepo)
  const more = config ? [export_(config, configCommit, '.')] : []
  const first = folders[name] ? [export_(git, truth.commit, folders[name])] : [git, '--rev', truth.commit]
  const run = spawnSync(process.execPath, [lintel, 'map', ...first, ...more, '--format', 'graph-json', '-q'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  for (const at of exported) rmSync(at, { recursive: true, force: true })
  if (run.status !== 0) throw new Error(`${name}: exit ${run.status} ${run.stderr.slice(0, 500)}`)
  return JSON.parse(run.stdout)
}

const cell = part =>
  part.tp + part.fp + part.fn === 0 ? '–' : `${part.precision.toFixed(2)} / ${part.recall.toFixed(2)} / ${part.f1.toFixed(2)}`
const shown = item => (typeof item === 'string' ? item : JSON.stringify(item))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mirrors = process.argv[2]
  const only = process.argv.find(a => a.startsWith('--only='))?.slice(7)
  const groups = new Map([
    ['polyglot', []],
    ['java', []],
  ])
  const rows = []
  const absent = []
  for (const { name, group, truth } of truths().filter(t => !only || t.name.includes(only))) {
    const predicted = predict(mirrors, name, truth)
    if (!predicted) {
      absent.push(name)
      continue
    }
    const result = score(truth, predicted)
    groups.get(group).push(result)
    const row = [name, cell(result.nodes), cell(result.edges), cell(result.serviceEdges), cell(result.asyncPairs)]
    rows.push(row)
    console.log(row.join('  '))
    if (process.argv.includes('--verbose'))
      for (const part of ['nodes', 'edges']) {
        for (const item of result[part].missing ?? []) console.log(`    missing ${part}: ${shown(item)}`)
        for (const item of result[part].extra ?? []) console.log(`    extra ${part}: ${shown(item)}`)
      }
  }
  for (const [group, results] of groups) {
    if (results.length === 0) continue
    const micro = total(results)
    const row = [
      `**${group}, micro**`,
      cell(micro.nodes.micro),
      cell(micro.edges.micro),
      cell(micro.serviceEdges.micro),
      cell(micro.asyncPairs.micro),
    ]
    rows.push(row)
    console.log(row.join('  '), 'kinds', micro.nodes.kindAccuracy)
  }
  if (absent.length > 0) console.log(`not at hand: ${absent.join(', ')}`)
  if (!only)
    writeSection(
      'map',
      [
        '## The map against reference graphs',
        '',
        'Written by `node bench/truth.mjs FOLDER`: precision / recall / F1 by the scorer of the reference graphs, profile fair, at the pinned commits; configuration repositories are given as a second input. These systems were looked at while building, so the figures show reach, not what to expect elsewhere.',
        '',
        '| system | nodes | edges | service edges | async pairs |',
        '|---|---|---|---|---|',
        ...rows.map(r => `| ${r.join(' | ')} |`),
        ...(absent.length > 0 ? ['', `Not at hand in that run: ${absent.join(', ')}.`] : []),
      ].join('\n'),
    )
}
