import { shortHash } from '../base/hash.ts'
import { by, byText } from '../base/names.ts'
import { dirname } from '../base/path.ts'
import type { Problem, Spot } from '../model/evidence.ts'
import type { Document, Variant } from '../model/fragment.ts'
import type { ManifestFact } from '../model/manifest.ts'
import { placed } from '../model/scan.ts'
import type { Reader, Rendered, Renderer, RenderUnit, VirtualDocument } from './reader.ts'
import { decode, readText } from './run.ts'
import { DATA_LIMIT, wanting } from './select.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * What one unit yields. `asked` is every path its renderer looked for, with the blob that was there, and every folder it listed (`FOLDER/**`,
 * with a hash of the paths): while it holds, so does the rest.
 */
export interface RenderedUnit {
  documents: Document[]
  problems: Problem[]
  asked: [path: string, blob: string | null][]
  /** What it yields is not to be kept: its renderer failed, or a file could not be read. */
  failed: boolean
}

const ROUNDS = 100
const FILES = 2000

/** What all units of a tree share. `contents` are the files that some unit asked for. */
export interface RenderContext {
  tree: Tree
  entries: ReadonlyMap<string, TreeEntry>
  /** All paths of the entries, sorted. */
  paths: readonly string[]
  contents: Map<string, string | undefined>
  /** Files of the listing that could not be read. */
  lost: Set<string>
  readers: readonly Reader[]
}

/**
 * Renders a unit and reads its virtual documents with the ordinary readers; lines are led back to the files they came from.
 * The renderer asks for files it learns of as it goes: it runs again until all it asks for is there.
 */
export const renderUnit = async (context: RenderContext, renderer: Renderer, unit: RenderUnit): Promise<RenderedUnit> => {
  const { tree, entries, contents } = context
  const loaded = new Set<string>()
  const listed = new Set<string>()
  const list = (folder: string): readonly string[] => {
    listed.add(folder)
    return pathsBelow(folder, context.paths)
  }
  const asked = (): RenderedUnit['asked'] => [
    ...[...loaded].map((path): [string, string | null] => [path, entries.get(path)?.blob ?? null]).sort(by(([path]) => path)),
    ...[...listed].sort(byText).map((folder): [string, string | null] => [`${folder}/**`, listingHash(folder, context.paths)]),
  ]
  let missed = false
  const files = (path: string): string | undefined => {
    loaded.add(path)
    if (!contents.has(path)) missed = true
    return contents.get(path)
  }
  const problems: Problem[] = []
  const failure = (code: string, message: string): RenderedUnit => {
    const file = entries.has(unit.root) ? unit.root : ([...loaded].find(path => entries.has(path)) ?? unit.root)
    problems.push({ code, message, severity: 'error', at: { repo: tree.repo, file, line: 1 } })
    return { documents: [], problems, asked: asked(), failed: true }
  }
  for (let round = 0; round < ROUNDS && loaded.size <= FILES; round++) {
    missed = false
    let rendered: Rendered | undefined
    let error: unknown
    try {
      rendered = renderer.render(unit, files, list)
    } catch (thrown) {
      error = thrown
    }
    if (missed) {
      await load(context, loaded)
      continue
    }
    if (!rendered)
      return failure(
        'render/failed',
        `The renderer ${renderer.name} failed on ${unit.root || 'the root'} (${String(error).slice(0, 200)}).`,
      )
    const documents = await readRendered(tree.repo, unit, rendered, context.readers, problems)
    return { documents, problems, asked: asked(), failed: [...loaded].some(path => context.lost.has(path)) }
  }
  return failure('render/limit', `${unit.root || 'The root'} draws in too many files; what it deploys is missing from the map.`)
}

/** Paths below a folder, of sorted ones: found by halving, as they stand together. */
const pathsBelow = (folder: string, paths: readonly string[]): readonly string[] => {
  if (folder === '') return paths
  const first = firstFrom(paths, `${folder}/`)
  return paths.slice(first, firstFrom(paths, `${folder}0`))
}

/** Index of the first path that is not before a text. `0` is the character after `/`. */
const firstFrom = (paths: readonly string[], text: string): number => {
  let low = 0
  let high = paths.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (byText(paths[middle]!, text) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Many units list one folder: it is hashed once for each listing of the tree. */
const hashes = new WeakMap<readonly string[], Map<string, string>>()

const listingHash = (folder: string, paths: readonly string[]): string => {
  const known = hashes.get(paths) ?? new Map<string, string>()
  hashes.set(paths, known)
  const hash = known.get(folder) ?? shortHash(pathsBelow(folder, paths).join('\n'))
  known.set(folder, hash)
  return hash
}

/** Whether all that a renderer asked for is as it was. */
export const isAsAsked = (asked: RenderedUnit['asked'], entries: ReadonlyMap<string, TreeEntry>, paths: readonly string[]): boolean =>
  asked.every(([path, was]) => (path.endsWith('/**') ? listingHash(path.slice(0, -3), paths) : (entries.get(path)?.blob ?? null)) === was)

const load = async ({ tree, entries, contents, lost }: RenderContext, paths: ReadonlySet<string>): Promise<void> => {
  const wanted = [...paths].filter(path => !contents.has(path))
  const there = wanted.map(path => entries.get(path)).filter(entry => entry !== undefined)
  for (const path of wanted) if (!entries.has(path)) contents.set(path, undefined)
  for await (const content of tree.read(there, DATA_LIMIT)) {
    contents.set(content.entry.path, 'bytes' in content ? decode(content.bytes) : undefined)
    if ('missing' in content) lost.add(content.entry.path)
  }
}

/** Reads the virtual documents of a unit. */
export const readRendered = async (
  repo: string,
  unit: RenderUnit,
  rendered: Rendered,
  readers: readonly Reader[],
  problems: Problem[],
): Promise<Document[]> => {
  for (const { file, ...problem } of rendered.problems) problems.push(placed(problem, repo, file))
  const variant: Variant = { id: `${unit.kind}:${unit.root}`, kind: unit.kind, root: unit.root, bases: rendered.bases }
  const documents: Document[] = []
  for (const document of rendered.documents) {
    const result = await readText(document.path, document.content, wanting(readers, document.path))
    for (const problem of result.problems) {
      const at = originOf(document, problem.line ?? 1)
      problems.push(placed({ ...problem, line: at.line }, repo, at.file))
    }
    const facts = structuredClone(result.manifest ?? [])
    for (const fact of facts) leadBack(fact, document)
    if (facts.length > 0) documents.push({ file: document.path, variant, facts })
  }
  return documents
}

const originOf = (document: VirtualDocument, line: number): { file: string; line: number } =>
  document.origin[line - 1] ?? document.origin.at(-1) ?? { file: document.path, line: 1 }

/** Turns every spot inside a fact to the place its line came from. */
const leadBack = (value: ManifestFact | object, document: VirtualDocument): void => {
  for (const [key, member] of Object.entries(value)) {
    if (member === null || typeof member !== 'object') continue
    if (key === 'spot' && 'line' in member) Object.assign(value, { spot: originSpot(member as Spot, document) })
    else leadBack(member as object, document)
  }
}

const originSpot = (spot: Spot, document: VirtualDocument): Spot => {
  const { file, line } = originOf(document, spot.line)
  const end = spot.endLine === undefined ? undefined : originOf(document, spot.endLine)
  return { file, line, ...(end && end.file === file && end.line >= line ? { endLine: end.line } : {}) }
}

/** The variant of files as they lie in one folder. */
export const plainVariant = (file: string): Variant => {
  const root = dirname(file)
  return { id: `plain:${root}`, kind: 'plain', root, bases: [] }
}
