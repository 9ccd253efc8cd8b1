import { by, byText } from '../base/names.ts'
import type { FileProblem, Problem } from '../model/evidence.ts'
import type { Coverage, Document } from '../model/fragment.ts'
import { type FileFacts, placed, type Scan, type ScannedFile } from '../model/scan.ts'
import type { Reader, Renderer } from './reader.ts'
import { readers as allReaders, renderers as allRenderers } from './readers.ts'
import { plainVariant, type RenderedUnit, renderUnit } from './rendering.ts'
import { type FileIndex, type FileResult, readBytes } from './run.ts'
import { ignoredTest, pathSignature, type SkipReason, sizeLimit, vendoredTest, wanting } from './select.ts'
import type { Tree, TreeContent, TreeEntry } from './tree.ts'

export interface ScanOptions {
  /** Paths that are not looked at: globs, or folders. */
  ignore?: readonly string[]
  /** Called as files are read, with how many of how many are done. */
  onProgress?: (done: number, total: number) => void
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
  const outcomes = await readAll(tree, tasks, options)
  const units = await renderAll(tree, entries, options, readers, skips)
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
      ...limited(outcomes.flatMap(o => o.index.problems.map(p => placed(p, tree.repo, o.entry.path)))),
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

const readAll = async (tree: Tree, tasks: readonly Task[], options: ScanOptions): Promise<Outcome[]> => {
  const outcomes: Outcome[] = []
  for (const limit of new Set(tasks.map(t => sizeLimit(t.entry.path)))) {
    const mine = tasks.filter(t => sizeLimit(t.entry.path) === limit)
    let next = 0
    const contents = tree.read(
      mine.map(t => t.entry),
      limit,
    )
    for await (const content of contents) {
      const result = await readContent(content, mine[next++]!)
      outcomes.push({ entry: content.entry, index: result, facts: () => result.facts ?? { problems: result.problems } })
      options.onProgress?.(outcomes.length, tasks.length)
    }
  }
  return outcomes.sort(by(o => o.entry.path))
}

const readContent = async (content: TreeContent, task: Task): Promise<FileResult> => {
  if ('bytes' in content) return readBytes(task.entry.path, content.bytes, task.readers)
  if ('tooLarge' in content) return { size: content.tooLarge, readers: [], ran: false, skipped: 'too-large', problems: [] }
  return { size: 0, readers: [], ran: true, failed: true, problems: [missing(content.missing)] }
}

const missing = (why: string): FileProblem => ({
  code: 'read/missing',
  message: `The file could not be read: ${why}. What it says is missing from the map.`,
  severity: 'error',
  line: 1,
})

const renderAll = async (
  tree: Tree,
  entries: readonly TreeEntry[],
  options: ScanOptions,
  readers: readonly Reader[],
  skips: ReadonlyMap<SkipReason, string[]>,
): Promise<RenderedUnit[]> => {
  const hidden = new Set([...(skips.get('ignored') ?? []), ...(skips.get('vendored') ?? [])])
  const visible = new Map(entries.filter(e => !hidden.has(e.path)).map(e => [e.path, e]))
  const paths = [...visible.keys()]
  const rendered: RenderedUnit[] = []
  for (const renderer of options.renderers ?? allRenderers) {
    const units = renderer.units(paths).sort((a, b) => byText(a.kind + a.root, b.kind + b.root))
    for (const unit of units) rendered.push(await renderUnit(tree, visible, renderer, unit, readers))
  }
  return rendered
}

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

const plainDocument = ({ entry, index }: Outcome): Document[] =>
  index.manifest ? [{ file: entry.path, variant: plainVariant(entry.path), facts: index.manifest }] : []

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
