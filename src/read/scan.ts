import { shortHash } from '../base/hash.ts'
import { by, byText } from '../base/names.ts'
import type { FileProblem, Problem } from '../model/evidence.ts'
import type { Coverage, Document } from '../model/fragment.ts'
import { type Demand, type FileFacts, placed, type Scan, type ScannedFile } from '../model/scan.ts'
import type { Cache, RepositoryCache } from './cache.ts'
import { withParts } from './parts.ts'
import { Pool, possibleWorkers } from './pool.ts'
import type { FoundTemplate, Reader, Renderer } from './reader.ts'
import { readers as allReaders, renderers as allRenderers } from './readers.ts'
import { isAsAsked, plainVariant, type RenderContext, type RenderedUnit, renderUnit } from './rendering.ts'
import { type FileIndex, type FileResult, outlineOf, readBytes } from './run.ts'
import { CODE_LIMIT, DATA_LIMIT, ignoredTest, pathSignature, type SkipReason, sizeLimit, vendoredTest, wanting } from './select.ts'
import type { Tree, TreeContent, TreeEntry } from './tree.ts'

export interface ScanOptions {
  /** What was read before; none: everything is read. */
  cache?: Cache
  /** Paths that are not looked at: globs, or folders. */
  ignore?: readonly string[]
  /** Called as files are read, with how many of how many are done. */
  onProgress?: (done: number, total: number) => void
  /** Threads that read, at most; without it as many as pay. 0: none. */
  workers?: number
  readers?: readonly Reader[]
  renderers?: readonly Renderer[]
  /** Code is read when its facts are asked for (`Scan.demand`), but where a program may start. Default: all at once. */
  onDemand?: boolean
}

/** A file that some reader wants, on its way. */
interface Task {
  entry: TreeEntry
  readers: Reader[]
  signature: string
}

interface Outcome {
  task: Task
  entry: TreeEntry
  index: FileIndex
  /** Absent of code that is not read yet. */
  facts?: () => FileFacts
  /** It counts: it is no code that waits to be asked for, or it was asked for. */
  isAsked: boolean
}

/** Results that a process keeps to itself before they are written. */
const UNSAVED = 200

/**
 * Runs the readers over a tree. The result depends on the tree alone: not on the order of reading, the number of workers, or the cache.
 * Bad input becomes Problems; only the listing itself throws (UsageError).
 */
export const scan = async (tree: Tree, options: ScanOptions = {}): Promise<Scan> => {
  const readers = options.readers ?? allReaders
  const entries = await tree.entries()
  const paths = entries.map(e => e.path)
  const skips = new Map<SkipReason, string[]>()
  const tasks = select(entries, readers, options.ignore ?? [], skips)
  const cache = options.cache?.repository(tree.repo)
  const reading: Reading = { tree, cache, options, waiting: new Set() }
  const outcomes = await withParts(tree, entries, readers, await readAll(tasks, reading))
  const rendering = { readers, renderers: options.renderers ?? allRenderers, templates: templatesOf(outcomes), skips, cache }
  const units = await renderAll(tree, entries, rendering)
  if (cache && cache.unsaved > UNSAVED) cache.save()
  const found = outcomes.filter(o => o.index.readers.length > 0)
  return {
    repo: tree.repo,
    revision: tree.revision,
    paths,
    files: found.map(o => scanned(o, reading)),
    documents: [...found.flatMap(plainDocument), ...units.flatMap(u => u.documents)],
    get coverage() {
      return coverage(entries.length, outcomes, skips)
    },
    get unread() {
      return unread(outcomes.filter(o => o.isAsked))
    },
    get problems() {
      const asked = outcomes.filter(o => o.isAsked)
      return [
        ...tree.problems,
        ...sizeProblem(
          tree.repo,
          outcomes.filter(o => o.index.skipped === 'too-large').map(o => o.entry.path),
        ),
        ...limited(asked.flatMap(o => o.index.problems.map(p => placed(p, tree.repo, o.entry.path))).filter(unlessRendered(units))),
        ...limited(units.flatMap(u => u.problems)),
      ]
    },
    demand: demandOf(outcomes, reading),
  }
}

/** What reading a tree goes on with. */
interface Reading {
  tree: Tree
  cache: RepositoryCache | undefined
  options: ScanOptions
  /** Asked for, and not read yet. */
  waiting: Set<Outcome>
  pool?: Pool | undefined
}

const demandOf = (outcomes: readonly Outcome[], reading: Reading): Demand => {
  const byPath = new Map(outcomes.map(o => [o.entry.path, o]))
  return {
    isOpen: () => reading.waiting.size > 0,
    async read() {
      const wanted = [...reading.waiting].sort(by(o => o.entry.path))
      reading.waiting.clear()
      const found = new Map(
        (
          await readTasks(
            wanted.map(o => o.task),
            reading,
          )
        ).map(o => [o.entry.path, o]),
      )
      for (const outcome of wanted) {
        const { index, facts } = found.get(outcome.entry.path)!
        outcome.index = index
        outcome.facts = facts ?? (() => ({ problems: index.problems }))
      }
    },
    use(paths) {
      for (const path of paths) if (byPath.has(path)) ask(byPath.get(path)!, reading)
    },
    close: () => reading.pool?.close(),
  }
}

const ask = (outcome: Outcome, { waiting }: Reading): void => {
  outcome.isAsked = true
  if (!outcome.facts) waiting.add(outcome)
}

const note = (skips: Map<SkipReason, string[]>, reason: SkipReason, path: string): void => {
  const paths = skips.get(reason)
  if (paths) paths.push(path)
  else skips.set(reason, [path])
}

const select = (
  entries: readonly TreeEntry[],
  readers: readonly Reader[],
  ignore: readonly string[],
  skips: Map<SkipReason, string[]>,
): Task[] => {
  const isVendored = vendoredTest(entries.map(e => e.path))
  const isIgnored = ignoredTest(ignore)
  const tasks: Task[] = []
  for (const entry of entries) {
    if (isIgnored(entry.path)) note(skips, 'ignored', entry.path)
    else if (isVendored(entry.path)) note(skips, 'vendored', entry.path)
    else {
      const wants = wanting(readers, entry.path)
      if (wants.length === 0) note(skips, 'no-reader', entry.path)
      else tasks.push({ entry, readers: wants, signature: pathSignature(wants, entry.path) })
    }
  }
  return tasks
}

/** Takes what the cache knows and reads the rest, code that can wait only at a glance. */
const readAll = async (tasks: readonly Task[], reading: Reading): Promise<Outcome[]> => {
  const { cache, options } = reading
  const outcomes: Outcome[] = []
  const unknown: Task[] = []
  for (const task of tasks) {
    const known = cache?.get(keyOf(task, task.entry.blob))
    const glance = known || !canWait(task, options) ? undefined : cache?.get(outlineKey(task, task.entry.blob))
    if (known) outcomes.push(outcomeOf(task, task.entry, known.index, known.facts, options))
    else if (glance) outcomes.push(outcomeOf(task, task.entry, glance.index, undefined, options))
    else unknown.push(task)
  }
  const now: Task[] = []
  if (options.onDemand)
    await glanceAt(
      unknown.filter(t => canWait(t, options)),
      reading,
      now,
      outcomes,
    )
  else now.push(...unknown)
  outcomes.push(...(await readTasks([...unknown.filter(t => options.onDemand && !canWait(t, options)), ...now], reading)))
  return outcomes.sort(by(o => o.entry.path))
}

const canWait = (task: Task, options: ScanOptions): boolean =>
  options.onDemand === true && task.readers.length === 1 && task.readers[0]!.outline !== undefined

/** Code that was not asked for does not count, however it came to be known: else what is known would depend on the cache. */
const outcomeOf = (
  task: Task,
  entry: TreeEntry,
  index: FileIndex,
  facts: (() => FileFacts) | undefined,
  options: ScanOptions,
): Outcome => ({
  ...{ task, entry, index },
  ...(facts ? { facts } : {}),
  isAsked: !canWait(task, options) || index.main === true || index.skipped !== undefined,
})

const glanceAt = async (tasks: readonly Task[], { tree, cache, options }: Reading, now: Task[], outcomes: Outcome[]): Promise<void> => {
  let next = 0
  for await (const content of tree.read(
    tasks.map(t => t.entry),
    CODE_LIMIT,
  )) {
    const task = tasks[next++]!
    const index = 'bytes' in content ? outlineOf(task.entry.path, content.bytes, task.readers) : undefined
    if (!index || !('bytes' in content)) {
      now.push(task)
      continue
    }
    cache?.put(outlineKey(task, content.blob), index)
    outcomes.push(outcomeOf(task, { ...task.entry, blob: content.blob }, index, undefined, options))
  }
}

const outlineKey = (task: Task, blob: string): string => `outline ${keyOf(task, blob)}`

/** Reads tasks, each content once. */
const readTasks = async (tasks: readonly Task[], reading: Reading): Promise<Outcome[]> => {
  const { cache, options } = reading
  const outcomes: Outcome[] = []
  const same = new Map<string, Task[]>()
  for (const task of tasks) same.set(keyOf(task, task.entry.blob), [...(same.get(keyOf(task, task.entry.blob)) ?? []), task])
  const firsts = [...same.values()].map(alike => alike[0]!)
  const take = ({ task, blob, result, json }: Read): void => {
    const facts = keep(cache, keyOf(task, blob), result, json)
    for (const one of same.get(keyOf(task, task.entry.blob))!) outcomes.push(outcomeOf(one, { ...one.entry, blob }, result, facts, options))
    options.onProgress?.(outcomes.length, tasks.length)
  }
  const count = workersFor(firsts, options)
  if (reading.pool) reading.pool.grow(count)
  else if (count > 0) reading.pool = new Pool(count)
  const { pool } = reading
  const data = firsts.filter(t => !isCode(t))
  await Promise.all([
    readThrough(reading.tree, firsts.filter(isCode), CODE_LIMIT, pool, take),
    readThrough(reading.tree, data, DATA_LIMIT, undefined, take),
  ])
  if (!options.onDemand) pool?.close()
  return outcomes
}

/** Facts depend on the content, and on what readers take from the path. */
const keyOf = (task: Task, blob: string): string => `${blob} ${task.signature}`

const keep = (cache: RepositoryCache | undefined, key: string, result: FileResult, json: Buffer | undefined): (() => FileFacts) => {
  if (cache && !result.failed) return cache.put(key, result, json)
  let facts = result.facts ?? (json ? undefined : { problems: result.problems })
  return () => {
    facts ??= JSON.parse(json!.toString()) as FileFacts
    return facts
  }
}

/** Parsing code is most of the work: with fewer files than this, a worker's start and its grammars cost more than they give. */
const WORTH_A_WORKER = 40
/** So many files keep one more worker busy. */
const FILES_PER_WORKER = 150

const isCode = (task: Task): boolean => sizeLimit(task.entry.path) === CODE_LIMIT

const workersFor = (tasks: readonly Task[], options: ScanOptions): number => {
  const code = tasks.filter(isCode).length
  if (options.readers || options.workers === 0 || code === 0) return 0
  const paying = options.workers ?? (code < WORTH_A_WORKER ? 0 : Math.max(1, Math.round(code / FILES_PER_WORKER)))
  return Math.min(paying, possibleWorkers())
}

interface Read {
  task: Task
  /** The id of what was read. */
  blob: string
  result: FileResult
  /** The facts, where they come from a worker. */
  json?: Buffer
}

/** Files that are on their way to workers and back. */
const IN_FLIGHT = 32

/** Reads tasks, with workers where there is a pool; `take` gets each result. */
const readThrough = async (
  tree: Tree,
  tasks: readonly Task[],
  limit: number,
  pool: Pool | undefined,
  take: (read: Read) => void,
): Promise<void> => {
  const inFlight: Promise<Read>[] = []
  const entries = tasks.map(t => t.entry)
  let next = 0
  for await (const content of tree.read(entries, limit)) {
    inFlight.push(readContent(content, tasks[next++]!, pool))
    if (!pool || inFlight.length >= IN_FLIGHT) take(await inFlight.shift()!)
  }
  for (const read of inFlight) take(await read)
}

const readContent = async (content: TreeContent, task: Task, pool: Pool | undefined): Promise<Read> => {
  const { path, blob } = task.entry
  const nothing = { readers: [], problems: [] }
  if ('tooLarge' in content) return { task, blob, result: { ...nothing, size: content.tooLarge, ran: false, skipped: 'too-large' } }
  if ('missing' in content)
    return { task, blob, result: { ...nothing, size: 0, ran: true, failed: true, problems: [missing(content.missing)] } }
  if (!pool) return { task, blob: content.blob, result: await readBytes(path, content.bytes, task.readers) }
  const answer = await pool.read({ path, bytes: new Uint8Array(content.bytes), readers: task.readers.map(r => r.name) })
  return { task, blob: content.blob, result: answer.index, ...(answer.json ? { json: Buffer.from(answer.json.buffer) } : {}) }
}

const missing = (why: string): FileProblem => ({
  code: 'read/missing',
  message: `The file could not be read: ${why}. What it says is missing from the map.`,
  severity: 'error',
  line: 1,
})

/** That a template is no manifest as it lies is no problem where its chart was rendered: what failed there is said by the renderer. */
const unlessRendered = (units: readonly RenderedUnit[]): ((problem: Problem) => boolean) => {
  const rendered = new Set(units.flatMap(unit => unit.asked.map(([path]) => path)))
  return problem => problem.code !== 'yaml/template' || !rendered.has(problem.at?.file ?? '')
}

interface Rendering {
  readers: readonly Reader[]
  renderers: readonly Renderer[]
  templates: readonly FoundTemplate[]
  skips: ReadonlyMap<SkipReason, string[]>
  cache: RepositoryCache | undefined
}

const renderAll = async (tree: Tree, entries: readonly TreeEntry[], rendering: Rendering): Promise<RenderedUnit[]> => {
  const { readers, renderers, templates, skips, cache } = rendering
  const hidden = new Set([...(skips.get('ignored') ?? []), ...(skips.get('vendored') ?? [])])
  const visible = new Map(entries.filter(e => !hidden.has(e.path)).map(e => [e.path, e]))
  const paths = [...visible.keys()]
  const signature = shortHash(readers.map(r => `${r.name}@${r.version}`).join(' '))
  const sorted = [...paths].sort(byText)
  const context: RenderContext = { tree, entries: visible, paths: sorted, contents: new Map(), lost: new Set(), readers }
  const rendered: RenderedUnit[] = []
  for (const renderer of renderers) {
    const units = renderer.units(paths, templates).sort((a, b) => byText(a.kind + a.root, b.kind + b.root))
    for (const unit of units) {
      const files = unit.files ? ` ${shortHash(unit.files.join('\n'))}` : ''
      const key = `${renderer.name}@${renderer.version} ${signature} ${unit.kind} ${unit.root}${files}`
      const known = cache?.units(key).find(kept => isAsAsked(kept.asked, visible, sorted))
      const made = known ?? (await renderUnit(context, renderer, unit))
      if (!known && !made.failed) cache?.putUnit(key, made)
      rendered.push(made)
    }
  }
  return rendered
}

const templatesOf = (outcomes: readonly Outcome[]): FoundTemplate[] =>
  outcomes.flatMap(({ entry, index }) =>
    (index.manifest ?? []).flatMap(fact => (fact.says === 'template' ? [{ path: entry.path, fact }] : [])),
  )

const scanned = (outcome: Outcome, reading: Reading): ScannedFile => {
  const { entry, index } = outcome
  return {
    path: entry.path,
    blob: entry.blob,
    size: index.size,
    readers: index.readers,
    ...(index.language === undefined ? {} : { language: index.language }),
    ...(index.moduleIs === undefined ? {} : { moduleIs: index.moduleIs }),
    ...(index.main ? { main: true } : {}),
    ...(index.generated ? { generated: index.generated } : {}),
    facts() {
      ask(outcome, reading)
      return outcome.facts?.() ?? { problems: [], isPending: true }
    },
  }
}

/** That a file is a template says nothing to those who read what it yields, but for one that a program wrote. */
const plainDocument = ({ entry, index }: Outcome): Document[] => {
  const facts = index.manifest?.filter(fact => fact.says !== 'template' || fact.isSynthesized) ?? []
  return facts.length > 0 ? [{ file: entry.path, variant: plainVariant(entry.path), facts }] : []
}

const coverage = (seen: number, outcomes: readonly Outcome[], skips: ReadonlyMap<SkipReason, string[]>): Coverage => {
  const all = new Map([...skips].map(([reason, paths]) => [reason, [...paths]]))
  for (const { entry, index, isAsked } of outcomes) {
    const reason = index.skipped ?? (index.ran ? (isAsked ? undefined : 'unreached') : 'no-reader')
    if (reason) note(all, reason, entry.path)
  }
  const skipped = [...all].sort(by(([reason]) => reason)).map(([reason, paths]): [string, number] => [reason, paths.length])
  const failed = outcomes.filter(o => o.index.failed).length
  const skippedTotal = skipped.reduce((sum, [, n]) => sum + n, 0)
  return {
    files: { seen, read: seen - skippedTotal - failed, skipped: skippedTotal, failed },
    skipped: Object.fromEntries(skipped),
    unresolved: {},
    budgets: [],
  }
}

/** Files that a reader wanted and whose facts are missing, as a whole or in part. */
const unread = (outcomes: readonly Outcome[]): string[] =>
  outcomes.filter(o => o.index.failed || o.index.skipped === 'too-large').map(o => o.entry.path)

const sizeProblem = (repo: string, paths: readonly string[]): Problem[] => {
  if (paths.length === 0) return []
  const named = [...paths].sort(byText)
  const files =
    named.length === 1 ? `${named[0]} is` : `${named.length} files (${named.slice(0, 5).join(', ')}${named.length > 5 ? ', …' : ''}) are`
  return [
    {
      code: 'read/too-large',
      message: `${files} larger than what is read (1 MB of code, 5 MB of data). What they say is missing from the map.`,
      severity: 'warning',
      at: { repo, file: named[0]!, line: 1 },
    },
  ]
}

const PER_CODE = 20

/** Many problems of one code say no more than the first: the rest is counted. */
const limited = (problems: readonly Problem[]): Problem[] => {
  const seen = new Map<string, number>()
  const kept = problems.filter(({ code }) => {
    seen.set(code, (seen.get(code) ?? 0) + 1)
    return seen.get(code)! <= PER_CODE
  })
  const more = [...seen].filter(([, n]) => n > PER_CODE).sort(by(([code]) => code))
  return [
    ...kept,
    ...more.map(([code, n]): Problem => ({ code, message: `${n - PER_CODE} more problems of this kind.`, severity: 'warning' })),
  ]
}
