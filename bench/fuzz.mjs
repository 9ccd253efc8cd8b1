// Feeds every reader and renderer with changed files: no crash, no file over a second, memory bounded, no place outside the file.
// Usage: node bench/fuzz.mjs [--cases N] [--seed N] [--only NAME[,NAME…]] [--at CASE] [--from BARE_REPOSITORY]…
// Cases come from the fixtures, and from files of real repositories where some are given; the same seed makes the same cases.
// What each reader's last run counted stays in bench/fuzz.json, from which the section of bench/RESULTS.md is written.
// A case is made again with --only NAME --at CASE, which writes its files to a folder.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { build } from 'rolldown'
import { writeSection } from './results.mjs'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
/** One file may take this much processor time, in milliseconds; what takes longer is tried again, since other work of the process is counted too. */
const FILE_TIME = 1000
const TRIES = 3
/** A case that takes this much is given up. */
const HANG = 10_000
const HEAP_MB = 512
const SAMPLES = 60
const SAMPLE_SIZE = 60_000

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const repositories = process.argv.flatMap((arg, i, all) => (all[i - 1] === '--from' ? [arg] : []))

/** Files of real repositories that a reader wants, spread over the listing. */
const realFiles = (reader, repository) => {
  const git = (args, input) =>
    execFileSync('git', ['--git-dir', repository, ...args], {
      input,
      maxBuffer: 1 << 29,
      env: { ...process.env, GIT_NO_LAZY_FETCH: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  const wanted = git(['ls-tree', '-r', '-l', '-z', 'HEAD'])
    .toString()
    .split('\0')
    .map(line => ({ blob: line.split(' ')[2], size: Number(line.split(/\s+/)[3]), path: line.slice(line.indexOf('\t') + 1) }))
    .filter(({ size, path }) => size > 0 && size < SAMPLE_SIZE && reader.wants(path))
  const step = Math.max(1, Math.floor(wanted.length / SAMPLES))
  return wanted
    .filter((_, i) => i % step === 0)
    .flatMap(({ blob, path }) => {
      try {
        return [{ path, bytes: git(['cat-file', 'blob', blob]) }]
      } catch {
        return []
      }
    })
}

const loadSubjects = async ({ bundle, from }) => {
  const { readers, renderers, readerSubject, rendererSubject, fixtureFiles, randomOf } = await import(bundle)
  const recognised = reader => file => reader.recognises?.(file.bytes.toString()) ?? true
  const samples = reader => from.flatMap(repository => realFiles(reader, repository).filter(recognised(reader)))
  const subjects = [
    ...readers.map(r => ({ name: r.name, make: () => readerSubject(r, [...fixtureFiles(r, root), ...samples(r)]) })),
    ...renderers.map(r => ({ name: r.name, make: () => rendererSubject(r, fixtureFiles(r, root)) })),
  ]
  return { subjects, randomOf }
}

const processorTime = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Runs one case; gives what is wrong with it. */
const runCase = async (subject, files) => {
  let best = Number.POSITIVE_INFINITY
  try {
    for (let tries = 0; tries < TRIES && best > FILE_TIME; tries++) {
      const started = processorTime()
      const complaints = await subject.run(files)
      best = Math.min(best, processorTime() - started)
      if (complaints.length > 0) return { complaints, ms: best }
    }
  } catch (error) {
    return { complaints: [`${error?.stack ?? error}`.split('\n').slice(0, 4).join(' ').slice(0, 500)], ms: best }
  }
  return { complaints: best > FILE_TIME ? [`takes ${Math.round(best)} ms`] : [], ms: best }
}

const work = async ({ shared, name, seed, first, cases, ...where }) => {
  const { subjects, randomOf } = await loadSubjects(where)
  const subject = subjects.find(s => s.name === name).make()
  const at = new Int32Array(shared)
  let slowest = 0
  let memory = 0
  for (let index = first; index < cases; index++) {
    Atomics.store(at, 0, index)
    const { complaints, ms } = await runCase(subject, subject.make(randomOf(name, seed, index)))
    slowest = Math.max(slowest, ms)
    if (index % 16 === 0) memory = Math.max(memory, process.memoryUsage().rss)
    if (complaints.length > 0) parentPort.postMessage({ index, complaints })
  }
  parentPort.postMessage({ done: true, slowest, memory, samples: subject.samples.length })
}

/** Runs cases of one subject from `first` on, in a thread; ends early where a case hangs or dies. */
const runFrom = (job, onFailure) =>
  new Promise(end => {
    const shared = new SharedArrayBuffer(4)
    const at = new Int32Array(shared)
    Atomics.store(at, 0, -1)
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { ...job, shared },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    let seen = -1
    let since = processorTime()
    const watch = setInterval(() => {
      const now = Atomics.load(at, 0)
      if (now !== seen || now < 0) [seen, since] = [now, processorTime()]
      else if (processorTime() - since > HANG) stop(`hangs: more than ${HANG / 1000} s`)
    }, 1000)
    const finish = outcome => {
      clearInterval(watch)
      worker.terminate()
      end(outcome)
    }
    const stop = reason => {
      const index = Atomics.load(at, 0)
      onFailure({ index, complaints: [reason] })
      finish({ next: index + 1 })
    }
    worker.on('message', message => (message.done ? finish(message) : onFailure(message)))
    worker.on('error', error => stop(`dies: ${error.message}`))
  })

const fuzz = async job => {
  const failures = []
  let first = 0
  const onFailure = failure => {
    failures.push(failure)
    if (failures.length <= 10) console.log(`  ${job.name} case ${failure.index}: ${failure.complaints.join('; ')}`)
  }
  for (;;) {
    const outcome = await runFrom({ ...job, first }, onFailure)
    if (outcome.done) return { name: job.name, cases: job.cases, failures, ...outcome }
    first = outcome.next
    if (first >= job.cases) return { name: job.name, cases: job.cases, failures, slowest: HANG, memory: 0, samples: 0 }
  }
}

const bundled = async () => {
  const file = join(root, 'node_modules/.cache/lintel-bench', `fuzz-${process.pid}.mjs`)
  await build({
    input: join(root, 'bench/fuzz-entry.ts'),
    platform: 'node',
    external: id => !id.startsWith('.') && !id.startsWith('/'),
    output: { file, format: 'esm' },
    logLevel: 'warn',
  })
  return file
}

const showCase = async (where, name, seed, index) => {
  const { subjects, randomOf } = await loadSubjects(where)
  const subject = subjects.find(s => s.name === name).make()
  const files = subject.make(randomOf(name, seed, index))
  const folder = mkdtempSync(join(tmpdir(), 'lintel-fuzz-'))
  for (const { path, bytes } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  console.log(folder, await runCase(subject, files))
}

const main = async () => {
  const where = { bundle: await bundled(), from: repositories }
  const [only, seed, cases] = [option('only'), Number(option('seed', 1)), Number(option('cases', 10_000))]
  if (option('at')) return await showCase(where, only, seed, Number(option('at')))
  const { subjects } = await loadSubjects(where)
  const names = only?.split(',')
  const counts = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}
  let failed = 0
  for (const { name } of subjects.filter(s => !names || names.includes(s.name))) {
    const { failures, slowest, memory } = await fuzz({ ...where, name, seed, cases })
    failed += failures.length
    counts[name] = { cases, failures: failures.length, megabytes: Math.round(memory / 1048576) }
    console.log(
      `${name}: ${cases} cases, ${failures.length} failures, slowest ${Math.round(slowest)} ms, ${counts[name].megabytes} MB resident`,
    )
    if (cases >= WORTH_KEEPING) writeFileSync(kept, `${JSON.stringify(counts, undefined, 1)}\n`)
  }
  const results = subjects.flatMap(s => (counts[s.name] ? [{ name: s.name, ...counts[s.name] }] : []))
  if (cases >= WORTH_KEEPING) writeSection('fuzz', report(results, seed))
  if (failed > 0) process.exitCode = 1
}

/** What the last run of each reader counted; runs of fewer cases are for the eye alone. */
const kept = join(root, 'bench/fuzz.json')
const WORTH_KEEPING = 1000

const report = (results, seed) => {
  const sum = key => results.reduce((all, r) => all + r[key], 0)
  return [
    '## Bad input',
    '',
    `Written by \`node bench/fuzz.mjs\`: files of the fixtures, cut, changed, nested, lengthened or replaced by random bytes. A case fails where a reader throws, takes more than ${FILE_TIME / 1000} s or ${HEAP_MB} MB, or names a place outside the file. Each row is that reader's last run. Seed ${seed}: **${sum('cases')} cases, ${sum('failures')} failures**.`,
    '',
    '| reader | cases | failures | peak memory over the smallest |',
    '|---|---|---|---|',
    ...results.map(r => `| ${r.name} | ${r.cases} | ${r.failures} | ${times(r.megabytes, results)} |`),
  ].join('\n')
}

const times = (memory, results) => `${(memory / Math.min(...results.map(r => r.megabytes).filter(m => m > 0))).toFixed(1)}x`

if (isMainThread) await main()
else await work(workerData)
