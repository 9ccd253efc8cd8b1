// Scores the map of real systems against their reference graphs.
// Usage: node bench/truth.mjs FOLDER_OF_BARE_REPOSITORIES [--only=NAME] [--verbose]
// A repository owner/name is looked for as FOLDER/owner+name/repo. Systems whose repository is not there are named and left out.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { score } from '../../shared/truth/score.mjs'

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
  const listed = execFileSync('git', ['--git-dir', git, 'ls-tree', '-r', '-z', commit, '--', folder], { env, maxBuffer: 1 << 28 })
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
  return join(to, folder)
}

/** The predicted graph of one system; undefined when its repository is not at hand. */
export const predict = (mirrors, name, truth) => {
  const git = join(mirrors, truth.repo.replace('/', '+'), 'repo')
  if (!existsSync(git)) return undefined
  const folder = folders[name] && exportFolder(git, truth.commit, folders[name])
  const args = folder ? ['map', folder] : ['map', git, '--rev', truth.commit]
  const run = spawnSync(process.execPath, [lintel, ...args, '--format', 'graph-json', '-q'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (folder) rmSync(folder, { recursive: true, force: true })
  if (run.status !== 0) throw new Error(`${name}: exit ${run.status} ${run.stderr.slice(0, 500)}`)
  return JSON.parse(run.stdout)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mirrors = process.argv[2]
  const only = process.argv.find(a => a.startsWith('--only='))?.slice(7)
  for (const { name, truth } of truths().filter(t => !only || t.name.includes(only))) {
    const predicted = predict(mirrors, name, truth)
    if (!predicted) {
      console.log(`${name.padEnd(28)} repository not at hand`)
      continue
    }
    const result = score(truth, predicted)
    const cell = part => `${part.precision?.toFixed(2) ?? '–'}/${part.recall?.toFixed(2) ?? '–'}/${part.f1?.toFixed(2) ?? '–'}`
    if (process.argv.includes('--verbose')) console.log(JSON.stringify(result, null, 1))
    else
      console.log(
        name.padEnd(28),
        'nodes',
        cell(result.nodes),
        'edges',
        cell(result.edges),
        'service',
        cell(result.serviceEdges),
        'missing',
        result.serviceEdges.missing?.length ?? '',
        'extra',
        result.serviceEdges.extra?.length ?? '',
      )
  }
}
