// The OpenAPI differ beside the oasdiff binary on pairs from public histories that it was not built on: each operation that only one of the two
// stops is told, with its cause. Usage: node bench/pairs.mjs FOLDER --oasdiff BINARY [--swagger2openapi SCRIPT] [ID …] [--verbose]
// FOLDER holds bare repositories as `owner+name/repo`, unpacked packages as `@scope+name@version`; the pairs and causes are in pairs.json.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSection } from './results.mjs'

const args = process.argv.slice(2)
const binary = args[args.indexOf('--oasdiff') + 1]
const verbose = args.includes('--verbose')
const converter = args[args.indexOf('--swagger2openapi') + 1]
const [folder, ...only] = args.filter((a, i) => !a.startsWith('--') && !/^--(oasdiff|swagger2openapi)$/.test(args[i - 1] ?? ''))
const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const { pairs, causes } = JSON.parse(readFileSync(new URL('pairs.json', import.meta.url), 'utf8'))
const work = mkdtempSync(join(tmpdir(), 'lintel-pairs-'))

/** What takes longer is stopped: the pair has no verdict then. */
const LIMIT = 300_000

const run = (command, given, options = {}) =>
  spawnSync(command, given, { maxBuffer: 1 << 30, encoding: 'utf8', timeout: LIMIT, ...options })

/** The document at one of the two revisions, with the folder it refers to. */
const documentOf = (pair, side) => {
  if (pair.package !== undefined) return join(resolve(folder), `${pair.package.replace('/', '+')}@${pair[side]}`, pair.path)
  const into = join(work, pair.id, side)
  mkdirSync(into, { recursive: true })
  const repository = join(resolve(folder), pair.repository.replace('/', '+'), 'repo')
  const packed = run('git', ['-C', repository, 'archive', pair[side], pair.folder ?? pair.path], { encoding: 'buffer' })
  run('tar', ['-x', '-C', into], { input: packed.stdout })
  return join(into, pair.path)
}

const LEVELS = { 3: 'error', 2: 'warning' }

/** What the peer cannot load: Swagger 2, and a reference where the standard has none. */
const forOasdiff = (pair, file) => {
  const [pattern, text] = pair['for-oasdiff'] ?? []
  const copy = file.replace(/(\.\w+)$/, '.oasdiff$1')
  if (pattern !== undefined) {
    writeFileSync(copy, readFileSync(file, 'utf8').replace(new RegExp(pattern), text))
    return copy
  }
  if (!pair.is.startsWith('Swagger 2')) return file
  const done = run(process.execPath, [resolve(converter), file, '-o', copy])
  if (!existsSync(copy)) throw new Error(`swagger2openapi: ${done.stderr.slice(0, 600)}`)
  return copy
}

/** Findings of operations that stop a change, by operation as the document writes it. */
const ofOasdiff = (base, revision) => {
  const done = run(binary, ['changelog', base, revision, '-f', 'json', '--allow-external-refs'])
  const text = done.stdout.trim()
  if (text === '' && done.status !== 0)
    throw new Error(`oasdiff ${done.signal === null ? done.status : 'was stopped'}: ${done.stderr.slice(0, 600)}`)
  return (text === '' ? [] : JSON.parse(text))
    .filter(f => f.operation !== undefined && LEVELS[f.level] !== undefined)
    .map(f => ({ operation: keyOf(`${f.operation} ${f.path}`), rule: f.id, level: LEVELS[f.level], text: f.text }))
}

const OUR_LEVELS = { breaking: 'error', conditional: 'warning' }

const ofLintel = (base, revision) => {
  const file = join(work, 'ours.json')
  const done = run(process.execPath, [
    lintel,
    'contracts',
    'diff',
    base,
    revision,
    '--as',
    'openapi',
    '--profile',
    'peer',
    '--format',
    `json=${file}`,
  ])
  if (![0, 1].includes(done.status) && !existsSync(file)) throw new Error(`lintel: ${done.stderr.slice(0, 600)}`)
  if (verbose) console.error(done.stderr.slice(0, 2_000))
  return JSON.parse(readFileSync(file, 'utf8')).changes.flatMap(c =>
    c.operation === undefined || OUR_LEVELS[c.compatibility] === undefined
      ? []
      : [{ operation: keyOf(c.operation), rule: c.rule, level: OUR_LEVELS[c.compatibility], text: c.message }],
  )
}

/** Path parameters have no names here; a webhook has none at all. */
const keyOf = operation =>
  operation
    .replace(/\{[^{}]*\}/g, '{}')
    .replace(/(.)\/$/, '$1')
    .replace(/^webhook (\S+) (\S+)$/, '$2 $1')

const byOperation = findings => {
  const found = new Map()
  for (const f of findings) found.set(f.operation, [...(found.get(f.operation) ?? []), f])
  return found
}

/** A disagreement is explained by the first cause that its rule, its side and the pair fit. */
const causeOf = (pair, side, level, finding) =>
  causes.findIndex(
    c =>
      c.only === side &&
      new RegExp(`^(?:${c.rule})$`).test(finding.rule) &&
      (c.pair === undefined || [c.pair].flat().includes(pair.id)) &&
      (c.operation === undefined || new RegExp(c.operation).test(finding.operation)) &&
      (c.level === undefined || c.level === level) &&
      (c.text === undefined || new RegExp(c.text).test(finding.text)),
  )

/** Operations with a finding of this level or above on one side only. */
const disagreements = (pair, oasdiff, ours, level) => {
  const isStopping = f => f.level === 'error' || level === 'warning'
  const [theirs, own] = [oasdiff, ours].map(list => byOperation(list.filter(isStopping)))
  const alone = (side, mine, other) =>
    [...mine].filter(([operation]) => !other.has(operation)).map(([operation, findings]) => ({ side, operation, findings }))
  const all = [...alone('oasdiff', theirs, own), ...alone('lintel', own, theirs)]
  return {
    ...{ theirs: theirs.size, own: own.size, both: [...theirs.keys()].filter(o => own.has(o)).length },
    alone: all.map(a => ({ ...a, level, causes: a.findings.map(f => causeOf(pair, a.side, level, f)) })),
  }
}

const rows = []
const used = new Map()
const open = []
for (const pair of pairs) {
  if (only.length > 0 && !only.includes(pair.id)) continue
  const [base, revision] = [documentOf(pair, 'base'), documentOf(pair, 'revision')]
  const source = pair.repository ?? pair.package
  let found
  try {
    found = [ofOasdiff(forOasdiff(pair, base), forOasdiff(pair, revision)), ofLintel(base, revision)]
  } catch (error) {
    const why = error.code === 'ERR_STRING_TOO_LONG' ? 'not compared: oasdiff writes more than 512 MB' : String(error).split('\n')[0]
    rows.push(
      `| ${source} \`${pair.path}\` | ${pair.is} | ${pair.base} → ${pair.revision} | ${why.replaceAll(work, '').slice(0, 120)} | | |`,
    )
    console.log(rows.at(-1))
    continue
  }
  const [theirs, ours] = found
  const cells = []
  let unexplained = 0
  for (const level of ['error', 'warning']) {
    const { theirs: gated, own, both, alone } = disagreements(pair, theirs, ours, level)
    cells.push(`${gated} / ${own} / ${both}`)
    for (const { side, operation, findings, causes: found } of alone) {
      const missing = findings.filter((_, i) => found[i] < 0)
      // One that nobody else is stopped by is enough.
      if (missing.length > 0) {
        unexplained++
        open.push(
          `${pair.id} ${level} ${side} only: ${operation}: ${[...new Set(missing.map(f => `${f.rule} (${f.text})`))].slice(0, verbose ? 40 : 3).join('; ')}`,
        )
      }
      for (const cause of new Set(found.filter(i => i >= 0))) {
        const known = used.get(cause) ?? new Map()
        known.set(pair.id, (known.get(pair.id) ?? new Set()).add(operation))
        used.set(cause, known)
      }
    }
  }
  rows.push(`| ${source} \`${pair.path}\` | ${pair.is} | ${pair.base} → ${pair.revision} | ${cells.join(' | ')} | ${unexplained} |`)
  console.log(rows.at(-1))
}
rmSync(work, { recursive: true, force: true })
for (const line of open) console.log(line)

const causeRows = [...used]
  .sort(([a], [b]) => a - b)
  .map(([index, where]) => {
    const { only: side, rule, because, wrong } = causes[index]
    const places = [...where].map(([id, operations]) => `${id} ${operations.size}`).join(', ')
    return `| ${side} | \`${rule.replaceAll('|', '\\|')}\` | ${because} | ${wrong} | ${places} |`
  })

if (only.length === 0)
  writeSection(
    'pairs',
    [
      '## OpenAPI pairs from public histories',
      '',
      'Written by `node bench/pairs.mjs`: two revisions of documents that the differ was not built on, `lintel contracts diff --profile peer` beside the oasdiff 1.15.0 binary. An operation is stopped at «error» if it has a finding of that level, at «warning» if it has one of either. Cells: stopped by oasdiff / by Lintel / by both. Each operation that one of the two stops alone has a cause below; «open» counts those without.',
      '',
      '| document | | revisions | error | warning | open |',
      '|---|---|---|---|---|---|',
      ...rows,
      '',
      'Operations that one of the two stops alone, by cause:',
      '',
      '| only | rules | why | who is wrong | operations |',
      '|---|---|---|---|---|',
      ...causeRows,
    ].join('\n'),
  )
