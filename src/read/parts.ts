import { shortHash } from '../base/hash.ts'
import type { FileProblem } from '../model/evidence.ts'
import type { FileFacts } from '../model/scan.ts'
import type { Reader } from './reader.ts'
import { decode, type FileIndex, readText } from './run.ts'
import { DATA_LIMIT } from './select.ts'
import { filesNamedIn } from './syntax/references.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** Files that one document is made of, and their text in all. */
export interface PartLimits {
  files: number
  characters: number
}
const LIMITS: PartLimits = { files: 20_000, characters: 64 * 1024 * 1024 }

/** Other files of the tree that a document leads to, over any number of references. */
export interface Parts {
  contents: ReadonlyMap<string, string>
  /** What they were read from: while these stand, so does what the document says. */
  blobs: readonly string[]
  /** What was left out, and why. */
  problems: readonly FileProblem[]
}

/**
 * Reads them, nearest first, up to the limits; past these one problem says how many files that were named by then were not read.
 */
export const partsOfDocument = async (
  tree: Tree,
  entries: ReadonlyMap<string, TreeEntry>,
  path: string,
  text: string,
  limits: PartLimits = LIMITS,
): Promise<Parts> => {
  const contents = new Map<string, string>()
  const blobs: string[] = []
  const known = new Set([path])
  let left = 0
  let size = 0
  let open = filesNamedIn(path, text)
  while (open.length > 0) {
    const named = [...new Set(open)].flatMap(name => (known.has(name) ? [] : (entries.get(name) ?? [])))
    for (const name of open) known.add(name)
    open = []
    const wanted = size < limits.characters ? named.slice(0, limits.files - contents.size) : []
    left += named.length - wanted.length
    for await (const content of tree.read(wanted, DATA_LIMIT)) {
      const found = 'bytes' in content ? decode(content.bytes) : undefined
      if (found === undefined || !('blob' in content)) continue
      if (size >= limits.characters) {
        left++
        continue
      }
      contents.set(content.entry.path, found)
      blobs.push(content.blob)
      size += found.length
      open.push(...filesNamedIn(content.entry.path, found))
    }
  }
  return { contents, blobs: blobs.sort(), problems: left === 0 ? [] : [unread(left, limits)] }
}

const unread = (left: number, { files, characters }: PartLimits): FileProblem => ({
  code: 'read/too-large',
  message: `refers to more than is read with one document (${files} files, ${characters} characters): ${left} ${left === 1 ? 'file is' : 'files are'} left out`,
  severity: 'warning',
  line: 1,
})

interface Outcome {
  entry: TreeEntry
  index: FileIndex
  facts?: () => FileFacts
}

/** Documents that refer to other files of the tree are read once more, with these. What they say is not kept: it hangs on more than one file. */
export const withParts = async <T extends Outcome>(
  tree: Tree,
  entries: readonly TreeEntry[],
  readers: readonly Reader[],
  outcomes: readonly T[],
): Promise<T[]> => {
  const leading = readers.filter(r => r.leads === true)
  const byPath = new Map(entries.map(e => [e.path, e]))
  const found: T[] = []
  for (const outcome of outcomes) {
    const { entry, index } = outcome
    const own = leading.filter(r => index.readers.includes(r.name))
    const isWhole = own.length === 0 || (outcome.facts?.().contract?.imports.length ?? 0) === 0
    found.push(isWhole ? outcome : { ...outcome, ...(await together(tree, byPath, entry, readers)) })
  }
  return found
}

const together = async (
  tree: Tree,
  entries: ReadonlyMap<string, TreeEntry>,
  entry: TreeEntry,
  readers: readonly Reader[],
): Promise<Outcome | undefined> => {
  for await (const content of tree.read([entry], DATA_LIMIT)) {
    const text = 'bytes' in content ? decode(content.bytes) : undefined
    if (text === undefined) return undefined
    const { contents, blobs, problems } = await partsOfDocument(tree, entries, entry.path, text)
    if (contents.size === 0) return undefined
    const own = readers.filter(r => r.wants(entry.path))
    const { facts, ...index } = await readText(entry.path, text, own, path => contents.get(path))
    index.problems.push(...problems)
    return { entry: { ...entry, blob: shortHash([entry.blob, ...blobs].join(' ')) }, index, facts: () => facts ?? { problems: [] } }
  }
  return undefined
}
