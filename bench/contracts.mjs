// Contract differ against the peers' corpora: agreement of verdicts, and the peers' rules that are found.
// Usage: node bench/contracts.mjs [FOLDER_OF_THE_CORPORA] [buf|oasdiff|openapitools|graphql|avro|asyncapi …] [--own] [--verbose]
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { writeSection } from './results.mjs'

const args = process.argv.slice(2).filter(a => !a.startsWith('--'))
/** Our own names and levels, also where we have those of the peer. */
const own = process.argv.includes('--own')
const verbose = process.argv.includes('--verbose')
const corpora = args[0]?.includes('/') ? args.shift() : fileURLToPath(new URL('../../shared/corpora/contracts', import.meta.url))
const READERS = { buf: 'protobuf', oasdiff: 'openapi', openapitools: 'openapi', graphql: 'graphql', avro: 'avro', asyncapi: 'asyncapi' }
const names = args.length > 0 ? args : Object.keys(READERS)

const work = mkdtempSync(join(tmpdir(), 'lintel-contracts-'))
await build({
  input: fileURLToPath(new URL('contracts-entry.ts', import.meta.url)),
  platform: 'node',
  external: id => !id.startsWith('.') && !id.startsWith('/'),
  output: { file: join(fileURLToPath(new URL('../node_modules/.cache/lintel-bench', import.meta.url)), 'contracts.mjs'), format: 'esm' },
  logLevel: 'warn',
})
const { bufPolicies, compareAsPeer, compareContractLists, compareContracts, compatibilityOf, joinContracts, usualMode, ...readers } =
  await import(new URL('../node_modules/.cache/lintel-bench/contracts.mjs', import.meta.url))

const filesOf = path =>
  statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true })
        .map(f => join(path, f))
        .filter(f => statSync(f).isFile())
    : [path]

/** All contracts of a document or a folder; `name` makes both sides of a pair one contract. */
const contractsOf = async (path, reader, name) => {
  const files = []
  for (const f of filesOf(path)) {
    if (name === undefined && !reader.wants(f)) continue
    const content = readFileSync(f, 'utf8')
    const { contract } = await reader.read({ path: f, content })
    const file = name ?? relative(path, f)
    if (contract !== undefined)
      files.push({ repo: 'r', file: { file, digest: createHash('sha256').update(content).digest('hex'), contract } })
  }
  return joinContracts({ files, stubs: [], programs: [] }).contracts.map(c => (name === undefined ? c : { ...c, id: name }))
}

const changesOf = (base, head, peer) => {
  const pools = { base, head }
  const after = new Map(head.map(c => [c.id, c]))
  return base.flatMap(contract => {
    const same = after.get(contract.id)
    return same === undefined
      ? [{ contract: { rule: 'contract-removed', verdict: { request: 'breaking' } }, subject: { id: contract.id } }]
      : peer
        ? compareAsPeer(contract, same, pools, new Date().toISOString().slice(0, 10))
        : compareContracts(contract, same, pools)
  })
}

/** In the revision; what is gone altogether has none. The peer names files from the root of their module. */
const placeOf = (at, roots) => {
  if (!at?.head) return ''
  const root = roots.find(r => r !== '' && at.head.file.startsWith(`${r}/`))
  return `${root === undefined ? at.head.file : at.head.file.slice(root.length + 1)}:${at.head.line}`
}

/** Folders as the peer sees them: all files together, under its own configuration. */
const foldersAsPeer = async (base, revision) => {
  const [before, policies] = [base, revision].map(folder => {
    const config = join(folder, 'buf.yaml')
    return existsSync(config) ? bufPolicies(readFileSync(config, 'utf8'), '').policies : []
  })
  const profile = { name: 'peer', asOf: '2026-01-01', settings: { policies, baseRoots: before.map(p => p.root) } }
  return {
    roots: policies.map(p => p.root),
    changes: compareContractLists(await contractsOf(base, readers.protobuf), await contractsOf(revision, readers.protobuf), profile),
  }
}

/** Peers that know one level. */
const GATES = new Set(['buf', 'openapitools'])

/** Pairs that are judged otherwise than by the peer's tests, on purpose. */
const reasons = JSON.parse(readFileSync(new URL('disagreements.json', import.meta.url), 'utf8'))

const disagreements = (pairs, results) => {
  const said = new Map(results.map(r => [r.id, r.breaking]))
  const wrong = pairs.filter(p => typeof p.breaking === 'boolean' && said.get(p.id) !== p.breaking)
  return wrong.map(
    ({ id, breaking }) =>
      `${breaking ? 'not breaking' : 'breaking'} here, ${breaking ? 'breaking' : 'not'} there: ${id}: ${reasons[id] ?? 'NO REASON IS WRITTEN DOWN'}`,
  )
}

const share = (part, whole) => (whole === 0 ? '–' : `${part} of ${whole}`)

/** What the bars are for: verdicts and rules on the rows where the peer's own test and binary agree, if both are known. */
const rowOf = report => {
  const agreeing = report.verdicts.find(v => v.label.includes('binary agrees')) ?? report.verdicts.find(v => v.label === report.primary)
  const rules = report.recall.findLast(r => r.label.includes('binary agrees')) ?? report.recall[0]
  const isNamed = rules !== undefined && rules.rulesFound > 0
  const cells = [
    share(agreeing.agree, agreeing.n),
    isNamed ? share(rules.rulesFound, rules.rules) : '–',
    isNamed && rules.whereFound > 0 ? share(rules.whereFound, rules.withWhere) : '–',
    report.letThrough === null ? '–' : share(report.letThrough.found, report.letThrough.of),
    report.forbiddenReported.length,
  ]
  return `| ${report.peer} | ${cells.join(' | ')} |`
}

const LEVELS = { breaking: 'breaking', conditional: 'dangerous', compatible: 'compatible' }
const levelOf = (change, format) => LEVELS[compatibilityOf(change, usualMode(format))]

const map = JSON.parse(readFileSync(new URL('contracts-map.json', import.meta.url), 'utf8'))
writeFileSync(join(work, 'map.json'), JSON.stringify(map))
const rows = []
const explained = []
for (const corpus of names) {
  const file = join(corpora, `${corpus}.json`)
  const { pairs } = JSON.parse(readFileSync(file, 'utf8'))
  const reader = readers[READERS[corpus]]
  const judge = async pair => {
    const start = performance.now()
    try {
      const name = corpus === 'buf' ? undefined : 'document'
      const [base, revision] = [join(corpora, pair.base), join(corpora, pair.revision)]
      const asPeer = corpus !== 'openapitools' && !own
      const { changes, roots } =
        corpus === 'buf'
          ? await foldersAsPeer(base, revision)
          : { changes: changesOf(await contractsOf(base, reader, name), await contractsOf(revision, reader, name), asPeer), roots: [] }
      const findings = changes
        .filter(c => corpus !== 'avro' || c.contract.verdict.request === 'breaking')
        .map(c => ({
          rule: c.contract.rule,
          level: levelOf(c, READERS[corpus]),
          where:
            corpus === 'buf'
              ? placeOf(c.at, roots)
              : corpus === 'graphql'
                ? c.subject.id.replace(/^[^#]*#/, '') || undefined
                : c.subject.id,
        }))
      const breaking = findings.some(f => f.level === 'breaking')
      const gate = breaking || findings.some(f => f.level === 'dangerous')
      return { id: pair.id, findings, breaking: GATES.has(corpus) ? gate : breaking, gate, ms: performance.now() - start }
    } catch (error) {
      if (verbose) console.error(pair.id, error)
      return { id: pair.id, error: String(error) }
    }
  }
  const results = []
  for (const pair of pairs) results.push(await judge(pair))
  const out = join(work, `${corpus}.jsonl`)
  writeFileSync(out, results.map(r => JSON.stringify(r)).join('\n'))
  console.log(`\n# ${corpus}: ${results.filter(r => r.error).length} errors, ${results.reduce((n, r) => n + (r.ms ?? 0), 0).toFixed(0)} ms`)
  const scorer = [join(corpora, 'score.mjs'), file, out, '--map', join(work, 'map.json')]
  spawnSync(process.execPath, [...scorer, ...(verbose ? ['--verbose'] : [])], { stdio: 'inherit' })
  const scored = spawnSync(process.execPath, [...scorer, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 })
  rows.push(...JSON.parse(scored.stdout).peers.map(rowOf))
  if (!['asyncapi', 'openapitools'].includes(corpus)) continue
  const lines = disagreements(pairs, results)
  for (const line of lines) console.log(`  ${line}`)
  explained.push(...lines.map(line => `- ${line}`))
}

if (names.length === Object.keys(READERS).length && !own)
  writeSection(
    'contracts',
    [
      '## Contract changes against the peers’ own test cases',
      '',
      'Written by `node bench/contracts.mjs`, profile `peer`, by the scorer of the corpora. Verdicts and rules are counted on the cases in which the peer’s binary agrees with its own test, where both are known; places where the peer gives them. Let through: breaks that oasdiff lets through and Lintel finds. Forbidden: findings that the peer’s tests rule out.',
      '',
      '| peer | verdicts agree | rules found | findings with their place | let through | forbidden |',
      '|---|---|---|---|---|---|',
      ...rows,
      '',
      'Judged otherwise on purpose:',
      '',
      ...explained,
    ].join('\n'),
  )
