// Scores the routes of services that have no specification against their code read by hand (bench/routes-truth.txt).
// Usage: node bench/routes.mjs FOLDER_OF_BARE_REPOSITORIES [--only=NAME] [--verbose]
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { writeSection } from './results.mjs'
import { mirrorOf } from './truth.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const [mirrors] = process.argv.slice(2).filter(a => !a.startsWith('--'))
const only = process.argv.find(a => a.startsWith('--only='))?.slice(7)
const verbose = process.argv.includes('--verbose')

/** Services by repository, each with the routes that its code serves. */
const readTruth = () => {
  const repositories = new Map()
  let routes
  for (const line of readFileSync(new URL('./routes-truth.txt', import.meta.url), 'utf8').split('\n')) {
    const [mark, repo, service] = line.split(' ')
    if (mark === '==') {
      routes = new Set()
      repositories.set(repo, [...(repositories.get(repo) ?? []), { service, routes }])
    } else if (line.startsWith('/') || /^[A-Z*]+ \//.test(line)) routes.add(line)
  }
  return repositories
}

/** Contracts hold the messages of a service beside its routes. */
const isRoute = key => /^([A-Z]+|\*) /.test(key)

/** What the code-derived contracts of a repository hold, by service. */
const mapped = git => {
  const run = spawnSync('node', [lintel, 'map', git, '--rev', 'HEAD', '--format', 'json', '--no-cache'], { maxBuffer: 1 << 30 })
  const { contracts } = JSON.parse(run.stdout.toString())
  const derived = contracts.filter(c => c.format === 'code')
  return new Map(derived.map(c => [c.name, c.nodes[c.root].edges.filter(e => e.role === 'op' && isRoute(e.key)).map(e => e.key)]))
}

const same = (a, b) => a === b || (a.split(' ')[1] === b.split(' ')[1] && (a.startsWith('* ') || b.startsWith('* ')))

const rows = []
for (const [repo, services] of readTruth()) {
  if (only && !repo.includes(only)) continue
  const git = mirrorOf(mirrors, repo)
  if (!git) {
    console.error(`not at hand: ${repo}`)
    continue
  }
  const found = mapped(git)
  for (const { service, routes } of services) {
    const told = found.get(service) ?? []
    const hits = [...routes].filter(r => told.some(t => same(t, r)))
    const wrong = told.filter(t => ![...routes].some(r => same(t, r)))
    rows.push({ repo, service, truth: routes.size, told: told.length, hits: hits.length, wrong: wrong.length })
    if (verbose) for (const r of routes) if (!hits.includes(r)) console.log(`missed ${service} ${r}`)
    if (verbose) for (const r of wrong) console.log(`wrong  ${service} ${r}`)
  }
}

const sum = key => rows.reduce((n, row) => n + row[key], 0)
const share = (part, whole) => (whole === 0 ? '–' : (part / whole).toFixed(3))
const lines = rows.map(r => `| ${r.repo} | ${r.service} | ${r.truth} | ${r.told} | ${r.hits} | ${r.wrong} |`)
const table = `## Routes of services without a specification

\`node bench/routes.mjs FOLDER\`: the operations of code-derived contracts against the routes read by hand from the code (\`bench/routes-truth.txt\`).

| repository | service | routes in the code | told | right | wrong |
|---|---|---|---|---|---|
${lines.join('\n')}

${rows.length} services: recall ${share(sum('hits'), sum('truth'))}, precision ${share(sum('told') - sum('wrong'), sum('told'))}.`
console.log(table)
if (!only) writeSection('routes', table)
