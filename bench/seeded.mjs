// Breaks seeded into a real system: is each denied, and are the right parties named?
// Usage: node bench/seeded.mjs PATH_OF_THE_BARE_REPOSITORY [--verbose] [--only=PART_OF_A_TITLE]
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { scratchRepository } from './bare.mjs'
import { writeSection } from './results.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const truthFile = new URL('../../shared/truth/polyglot/online-boutique.json', import.meta.url)

/** Everybody who calls or serves an operation, from the reference graph. */
const partiesOf = (truth, operations) =>
  truth.edges.filter(e => operations.some(o => e.operation.endsWith(`/${o}`))).flatMap(e => [e.from, e.to])

/** Services named by the denying findings: parties that are not proved safe, or the subject's own names. */
const namedBy = verdict =>
  new Set(
    verdict.findings
      .filter(f => f.severity === 'error' && f.introduced && !f.waiver)
      .flatMap(f =>
        f.impact.length > 0 ? f.impact.filter(i => i.verdict !== 'safe-proved').map(i => i.party) : [f.subject.name, f.message],
      ),
  )

const judgeSeed = (seed, truth, repository, revision) => {
  const content = repository.show(revision, seed.file)
  const from = seed.remove ?? seed.from
  if (content.split(from).length !== 2) throw new Error(`${seed.title}: the text to change stands ${content.split(from).length - 1} times`)
  const head = repository.commit(revision, { [seed.file]: content.replace(from, seed.to ?? '') }, seed.title)
  const run = spawnSync(process.execPath, [lintel, 'check', repository.folder, '--base', revision, '--head', head, '--format', 'json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (run.status !== 0 && run.status !== 1) return { seed, ok: false, why: `exit ${run.status}: ${run.stderr.slice(0, 400)}` }
  const verdict = JSON.parse(run.stdout)
  const named = [...namedBy(verdict)]
  const missing = seed.must.filter(p => !named.some(n => n === p || n.includes(p)))
  const allowed = seed.operations ? new Set(partiesOf(truth, seed.operations)) : undefined
  const extra = allowed ? named.filter(n => !allowed.has(n)) : []
  const ok = verdict.decision === 'deny' && missing.length === 0 && extra.length === 0
  return { seed, ok, decision: verdict.decision, named, missing, extra, headline: verdict.headline }
}

/** Runs all seeds; the result is `{ total, denied, rows }`. */
export const runSeeds = (original, only = '') => {
  const all = JSON.parse(readFileSync(new URL('seeds.json', import.meta.url), 'utf8'))
  const { revision } = all
  const seeds = all.seeds.filter(s => s.title.includes(only))
  const truth = JSON.parse(readFileSync(truthFile, 'utf8'))
  const repository = scratchRepository(original)
  try {
    const rows = seeds.map(seed => judgeSeed(seed, truth, repository, revision))
    return { total: rows.length, denied: rows.filter(r => r.ok).length, rows }
  } finally {
    repository.remove()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { total, denied, rows } = runSeeds(process.argv[2], process.argv.find(a => a.startsWith('--only='))?.slice('--only='.length))
  for (const row of rows) {
    if (row.ok && !process.argv.includes('--verbose')) continue
    console.log(`${row.ok ? '✓' : '✗'} ${row.seed.title}: ${row.why ?? `${row.decision}, named ${row.named.join(', ') || 'nobody'}`}`)
    if (row.missing?.length) console.log(`    missing: ${row.missing.join(', ')}`)
    if (row.extra?.length) console.log(`    not a party: ${row.extra.join(', ')}`)
    if (row.headline) console.log(`    ${row.headline}`)
  }
  console.log(`${denied} of ${total} seeded breaks are denied with the right parties`)
  const lines = [
    '## Seeded breaks',
    '',
    `Written by \`node bench/seeded.mjs\`: breaks seeded into a real system (\`bench/seeds.json\`), each judged by \`lintel check\`. A seed counts when it is denied, names every party that the reference graph and the code give, and nobody else. **${denied} of ${total}.**`,
    ...rows.filter(r => !r.ok).map(r => `- ${r.seed.title}: ${r.why ?? `${r.decision}; ${r.headline}`}`),
  ]
  writeSection('seeded', lines.join('\n'))
}
