import { shortHash } from '../base/hash.ts'
import { by, byText } from '../base/names.ts'
import type { FileProblem, Problem } from '../model/evidence.ts'
import type { Coverage, Document } from '../model/fragment.ts'
import { type FileFacts, placed, type Scan, type ScannedFile } from '../model/scan.ts'
import type { Cache, RepositoryCache } from './cache.ts'
import { Pool, possibleWorkers } from './pool.ts'
import type { FoundTemplate, Reader, Renderer } from './reader.ts'
import { readers as allReaders, renderers as allRenderers } from './readers.ts'
import { isAsAsked, plainVariant, type RenderContext, type RenderedUnit, renderUnit } from './rendering.ts'
import { type FileIndex, type FileResult, readBytes } from './run.ts'
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
}

/** A file that some reader wants, on its way. */
interface Task {
  entry: TreeEntry
  readers: Reader[]
  signature: string
}

interface Outcome {
  entry: TreeEntry
  index: FileIndex
  facts: () => FileFacts
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
  const outcomes = await readAll(tree, tasks, cache, options)
  const rendering = { readers, renderers: options.renderers ?? allRenderers, templates: templatesOf(outcomes), skips, cache }
  const units = await renderAll(tree, entries, rendering)
  if (cache && cache.unsaved > UNSAVED) cache.save()
  for (const { entry, index } of outcomes) {
    if (index.skipped) note(skips, index.skipped, entry.path)
    else if (!index.ran) note(skips, 'no-reader', entry.path)
  }
  const found = outcomes.filter(o => o.index.readers.length > 0)
  return {
    repo: tree.repo,
    revision: tree.revision,
    paths,
    files: found.map(scanned),
    documents: [...found.flatMap(plainDocument), ...units.flatMap(u => u.documents)],
    coverage: coverage(entries.length, outcomes, skips),
    unread: unread(outcomes),
    problems: [
      ...tree.problems,
      ...sizeProblem(tree.repo, skips.get('too-large') ?? []),
      ...limited(outcomes.flatMap(o => o.index.problems.map(p => placed(p, tree.repo, o.entry.path))).filter(unlessRendered(units))),
      ...limited(units.flatMap(u => u.problems)),
    ],
  }
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

/** Takes what the cache knows and reads the rest, each content once. */
const readAll = async (
  tree: Tree,
  tasks: readonly Task[],
  cache: RepositoryCache | undefined,
  options: ScanOptions,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  const unknown = new Map<string, Task[]>()
  for (const task of tasks) {
    const key = keyOf(task, task.entry.blob)
    const known = cache?.get(key)
    if (known) outcomes.push({ entry: task.entry, ...known })
    else unknown.set(key, [...(unknown.get(key) ?? []), task])
  }
  const firsts = [...unknown.values()].map(same => same[0]!)
  const take = ({ task, blob, result, json }: Read): void => {
    const facts = keep(cache, keyOf(task, blob), result, json)
    for (const { entry } of unknown.get(keyOf(task, task.entry.blob))!) outcomes.push({ entry: { ...entry, blob }, index: result, facts })
    options.onProgress?.(outcomes.length, tasks.length)
  }
  const pool = poolFor(firsts, options)
  await Promise.all([
    readTasks(tree, firsts.filter(isCode), CODE_LIMIT, pool, take),
    readTasks(
      tree,
      firsts.filter(t => !isCode(t)),
      DATA_LIMIT,
      undefined,
      take,
    ),
  ])
  pool?.close()
  return outcomes.sort(by(o => o.entry.path))
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

const poolFor = (tasks: readonly Task[], options: ScanOptions): Pool | undefined => {
  const code = tasks.filter(isCode).length
  if (options.readers || options.workers === 0 || code === 0) return undefined
  const paying = options.workers ?? (code < WORTH_A_WORKER ? 0 : Math.max(1, Math.round(code / FILES_PER_WORKER)))
  const count = Math.min(paying, possibleWorkers())
  return count > 0 ? new Pool(count) : undefined
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
const readTasks = async (
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

const scanned = ({ entry, index, facts }: Outcome): ScannedFile => ({
  path: entry.path,
  blob: entry.blob,
  size: index.size,
  readers: index.readers,
  ...(index.language === undefined ? {} : { language: index.language }),
  ...(index.main ? { main: true } : {}),
  ...(index.generated ? { generated: index.generated } : {}),
  facts,
})

/** That a file is a template says nothing to those who read what it yields. */
const plainDocument = ({ entry, index }: Outcome): Document[] => {
  const facts = index.manifest?.filter(fact => fact.says !== 'template') ?? []
  return facts.length > 0 ? [{ file: entry.path, variant: plainVariant(entry.path), facts }] : []
}

const coverage = (seen: number, outcomes: readonly Outcome[], skips: ReadonlyMap<SkipReason, string[]>): Coverage => {
  const skipped = [...skips].sort(by(([reason]) => reason)).map(([reason, paths]): [string, number] => [reason, paths.length])
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
