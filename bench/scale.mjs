// Measures Lintel on estates that bench/estate.mjs makes, and reading on demand on a large repository; writes its section of bench/RESULTS.md.
// Usage: node bench/scale.mjs [--large BARE_REPOSITORY] [--services N] [--rounds N]      build first
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { scratchRepository } from './bare.mjs'
import { bundled } from './bundle.mjs'
import { makeEstate } from './estate.mjs'
import { alternate, here, median, run, showRatio } from './measure.mjs'
import { readingSteps, shares } from './profile.mjs'
import { writeSection } from './results.mjs'

const option = name => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined)
const rounds = Number(option('--rounds') ?? 9)
const services = Number(option('--services') ?? 1000)
const large = option('--large')
const lintel = here('../bin/lintel.js')
const temporary = mkdtempSync(join(tmpdir(), 'lintel-scale-'))

/** Linking N fragments of one service each. */
const linking = script => {
  const sizes = [100, 1000, 10_000]
  return sizes.map(n => {
    const runs = Array.from({ length: n < 10_000 ? 3 : 1 }, () =>
      JSON.parse(run(['--max-old-space-size=6000', script, 'link', String(n)]).stdout),
    )
    return { n, ...runs[0], ms: median(runs.map(r => r.ms)) }
  })
}

/** A line of comment, which says nothing; and a call of something new, which is linked, compared and judged. */
const edits = {
  comment: (content, n) => `${content}\n// ${n}\n`,
  call: (content, n) =>
    content.replace('  res.json(', `  await axios.get(\`\${process.env.OFFICEAAAA_ADDR}/v1/more${n}/\${req.params.id}\`)\n  res.json(`),
}

/** Changes of one file in an estate, judged when the rest is known. */
const warmChange = () => {
  const folder = join(temporary, 'estate')
  makeEstate(services, folder)
  const repository = scratchRepository(join(folder, '.git'))
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim()
  const path = execFileSync('git', ['ls-tree', '-r', '--name-only', 'HEAD'], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
    .split('\n')
    .filter(p => p.endsWith('server.js'))[Math.floor(services / 10)]
  const content = repository.show(head, path)
  const changesBy = edit =>
    Array.from({ length: rounds + 2 }, (_, n) => repository.commit(head, { [path]: edit(content, n) }, `change ${n}`))
  const [comments, calls] = [changesBy(edits.comment), changesBy(edits.call)]
  const options = { env: { LINTEL_CACHE_DIR: join(temporary, 'cache') }, statuses: [0, 1] }
  const check = change => [lintel, 'check', repository.folder, '--base', head, '--head', change, '-q']
  for (const changes of [comments, calls]) run(check(changes[rounds]), options)
  const empty = [here('./empty.mjs')]
  const diff = n => {
    const started = process.hrtime.bigint()
    execFileSync('git', ['--git-dir', join(repository.folder), 'diff-tree', '-r', '--name-only', head, calls[n]])
    return Number(process.hrtime.bigint() - started) / 1e6
  }
  const floor = n => run(empty).ms + diff(n)
  const result = alternate(
    { floor, comment: n => run(check(comments[n]), options).ms, call: n => run(check(calls[n]), options).ms },
    'floor',
    rounds,
  )
  const hottest = { comment: shares(check(comments[rounds + 1]), options), call: shares(check(calls[rounds + 1]), options) }
  return { result, hottest }
}

/** Reading what programs reach, beside one parse of all code. */
const onDemand = script => {
  const revision = execFileSync('git', ['--git-dir', large, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  const whole = JSON.parse(run([script, 'at-once', large, revision]).stdout)
  const asked = JSON.parse(run([script, 'on-demand', large, revision]).stdout)
  const few = Math.max(3, Math.round(rounds / 3))
  const result = alternate(
    { parse: () => run([here('./plain-parse.mjs'), large, revision]).ms, scan: () => run([script, 'scan', large, revision]).ms },
    'parse',
    few,
  )
  const isSame = JSON.stringify([whole.edges, whole.nodes]) === JSON.stringify([asked.edges, asked.nodes])
  const hottest = shares([script, 'scan', large, revision, 'alone'], {}, readingSteps)
  return {
    name: basename(dirname(large)).replace('+', '/'),
    revision,
    isSame,
    edges: whole.edges.length,
    skipped: asked.skipped,
    result,
    hottest,
  }
}

/** The three hottest causes, then whatever else counts. */
const hottestOf = all => {
  const said = all.filter(s => s.share >= 0.02).map(s => `${s.step} ${Math.round(s.share * 100)} %`)
  return `hottest ${said.slice(0, 3).join(', ')}; then ${said.slice(3).join(', ')}`
}

const report = ({ curve, warm, demand }) => {
  const lines = [
    '## Scale',
    '',
    'Written by `node bench/scale.mjs`, on estates that `bench/estate.mjs` makes: five languages, a manifest and a contract each.',
    '',
  ]
  lines.push('| services | facts | interactions | linking, per fact beside the smallest | memory |', '|---|---|---|---|---|')
  const per = r => r.ms / r.facts
  for (const r of curve)
    lines.push(`| ${r.n} | ${r.facts} | ${r.interactions} | ${(per(r) / per(curve[0])).toFixed(2)}x | ${Math.round(r.megabytes)} MB |`)
  if (warm) {
    const { comment, call } = warm.result
    const met = check => (check.ratio <= 4 ? 'met' : 'missed')
    lines.push(
      '',
      `A warm one-file change at ${services} services, beside \`git diff-tree\` and an empty script together (bar 4x): one that adds a call takes ${showRatio(call)} (${met(call)}): ${hottestOf(warm.hottest.call)}. One that adds a comment takes ${showRatio(comment)} (${met(comment)}): ${hottestOf(warm.hottest.comment)}.`,
    )
  }
  if (demand)
    lines.push(
      '',
      `Reading on demand, ${demand.name} at ${demand.revision.slice(0, 12)}: a cold scan takes ${showRatio(demand.result.scan)} of a tree-sitter parse of all its code (bar 0.4x, ${demand.result.scan.ratio <= 0.4 ? 'met' : 'missed'}); ${demand.edges} edges, ${demand.isSame ? 'the same as' : 'NOT those of'} reading everything; ${demand.skipped.unreached ?? 0} files that nothing reaches are not parsed. Where it goes, in one thread: ${hottestOf(demand.hottest)}.`,
    )
  return lines.join('\n')
}

try {
  const script = await bundled('scale')
  const only = option('--only')
  const result = {
    curve: linking(script),
    warm: only === 'link' ? undefined : warmChange(),
    demand: large && only !== 'link' ? onDemand(script) : undefined,
  }
  const text = report(result)
  console.log(text)
  writeSection('scale', text)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
