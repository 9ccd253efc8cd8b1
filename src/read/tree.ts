import { createHash, hash as hashed } from 'node:crypto'
import { by, byText } from '../base/names.ts'
import { dirname, join } from '../base/path.ts'
import type { Problem } from '../model/evidence.ts'

/** A file of a tree. `blob` is the id git gives its content. */
export interface TreeEntry {
  path: string
  blob: string
  /** Where the content lies, if elsewhere: a symbolic link's target inside the tree. */
  source?: string
  /** The name as bytes, where they are not UTF-8. */
  raw?: Buffer
}

/** What reading one entry gave. `blob` is the id of what was read, which is not the listed one if the file changed meanwhile. */
export type TreeContent =
  | { entry: TreeEntry; bytes: Buffer; blob: string }
  | { entry: TreeEntry; tooLarge: number }
  | { entry: TreeEntry; missing: string }

/** The files of a repository: as they lie in a folder, at a revision, or in memory. Nothing outside it is ever read. */
export interface Tree {
  repo: string
  /** Commit id, or `worktree` for files as they lie. */
  revision: string
  /** Sorted by path, each path once; listed on first use. */
  entries(): Promise<readonly TreeEntry[]>
  /** Contents in the order of `entries`; files of more than `limit` bytes are not read. */
  read(entries: readonly TreeEntry[], limit: number): AsyncIterable<TreeContent>
  /** What was wrong with the listing: links that leave the tree, names that cannot be. */
  problems: Problem[]
  close(): void
}

/** An entry as it was listed, before links are resolved. */
export interface ListedEntry extends TreeEntry {
  kind: 'file' | 'link' | 'module'
}

/** The id git gives this content. */
export const blobId = (bytes: Uint8Array, hash: 'sha1' | 'sha256' = 'sha1'): string => {
  const header = `blob ${bytes.length}\0`
  // At one go, which most files are small enough for.
  if (bytes.length < SMALL) return hashed(hash, Buffer.concat([Buffer.from(header), bytes]))
  return createHash(hash).update(header).update(bytes).digest('hex')
}

const SMALL = 64 * 1024

/** Splits git's NUL-ended records. Bytes stay apart as Latin-1, so that names which are not UTF-8 survive. */
export const records = (out: Buffer): string[] => out.toString('latin1').split('\0').filter(Boolean)

export interface DecodedPath {
  path: string
  raw?: Buffer
}

/** A path from its Latin-1 bytes: `raw` is kept only where they are no UTF-8. */
export const decodePath = (latin1: string): DecodedPath => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
  if (/^[\x00-\x7f]*$/.test(latin1)) return { path: latin1 }
  const raw = Buffer.from(latin1, 'latin1')
  const path = raw.toString('utf8')
  return path.includes('\ufffd') ? { path, raw } : { path }
}

const warning = (repo: string, code: string, file: string, message: string): Problem => ({
  code,
  message,
  severity: 'warning',
  at: { repo, file, line: 1 },
})

/** Parts that are empty, `.`, `..` or `.git`. */
const IMPOSSIBLE = /(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$)/i
const isPossible = (path: string): boolean => !IMPOSSIBLE.test(path)

const LINK_HOPS = 8

/**
 * The files of a listing, sorted: links to files of the tree become entries of their own, links out of it and names that cannot be become
 * Problems, submodules are left out. `targetOf` gives a link's text.
 */
export const settle = async (
  repo: string,
  listed: readonly ListedEntry[],
  targetOf: (link: ListedEntry) => Promise<string | undefined>,
): Promise<{ entries: TreeEntry[]; problems: Problem[] }> => {
  const problems: Problem[] = []
  const known = new Map<string, ListedEntry>()
  for (const entry of listed) {
    if (!isPossible(entry.path))
      problems.push(warning(repo, 'tree/path', entry.path, 'A path that leaves the tree, or that git forbids. The file is not read.'))
    else if (!known.has(entry.path)) known.set(entry.path, entry)
  }
  const unreadable = [...known.values()].filter(e => e.raw)
  if (unreadable.length > 0)
    problems.push(
      warning(repo, 'tree/name-encoding', unreadable[0]!.path, `${count(unreadable.length)} a name that is not UTF-8; shown with a mark.`),
    )
  const modules = [...known.values()].filter(e => e.kind === 'module').sort(by(e => e.path))
  if (modules.length > 0)
    problems.push(
      warning(repo, 'tree/submodule', modules[0]!.path, `Submodules are not looked at: ${modules.map(m => m.path).join(', ')}.`),
    )
  const entries = [...known.values()].filter(e => e.kind === 'file').map(plainEntry)
  const links = [...known.values()].filter(e => e.kind === 'link').sort(by(e => e.path))
  for (const link of links) {
    const target = await follow(link, known, targetOf)
    if (target === 'outside')
      problems.push(warning(repo, 'tree/symlink-outside', link.path, 'A symbolic link that leaves the tree is not followed.'))
    else if (target) entries.push({ ...plainEntry(target), path: link.path, source: target.source ?? target.path })
  }
  return { entries: entries.sort((a, b) => byText(a.path, b.path)), problems }
}

const count = (n: number): string => (n === 1 ? 'A file has' : `${n} files have`)

const plainEntry = ({ path, blob, source, raw }: ListedEntry): TreeEntry => ({
  ...{ path, blob },
  ...(source === undefined ? {} : { source }),
  ...(raw === undefined ? {} : { raw }),
})

/** The file a chain of links ends at; undefined for folders, circles and links to nothing. */
const follow = async (
  link: ListedEntry,
  known: ReadonlyMap<string, ListedEntry>,
  targetOf: (link: ListedEntry) => Promise<string | undefined>,
): Promise<ListedEntry | 'outside' | undefined> => {
  let here: ListedEntry | undefined = link
  for (let hops = 0; here?.kind === 'link' && hops < LINK_HOPS; hops++) {
    const text = await targetOf(here)
    if (text === undefined) return undefined
    const path: string | undefined = /^([/\\]|[A-Za-z]:)/.test(text) ? undefined : join(dirname(here.path), text)
    if (path === undefined) return 'outside'
    here = known.get(path)
  }
  return here?.kind === 'file' ? here : undefined
}

/** Paths that differ between two trees, sorted. */
export const differingPaths = (a: readonly TreeEntry[], b: readonly TreeEntry[]): string[] => {
  const before = new Map(a.map(e => [e.path, e.blob]))
  const after = new Map(b.map(e => [e.path, e.blob]))
  const gone = a.filter(e => !after.has(e.path)).map(e => e.path)
  return [...gone, ...b.filter(e => before.get(e.path) !== e.blob).map(e => e.path)].sort(byText)
}

const bytesOf = (content: string | Uint8Array): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength)

/** A tree in memory: path → content. */
export const memoryTree = (
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { repo?: string; revision?: string } = {},
): Tree => {
  const contents = new Map(Object.entries(files).map(([path, content]): [string, Buffer] => [path, bytesOf(content)]))
  const problems: Problem[] = []
  const repo = options.repo ?? 'memory'
  const list = async (): Promise<readonly TreeEntry[]> => {
    const listed = [...contents].map(([path, bytes]): ListedEntry => ({ path, blob: blobId(bytes), kind: 'file' }))
    const settled = await settle(repo, listed, async () => undefined)
    problems.push(...settled.problems)
    return settled.entries
  }
  let listing: Promise<readonly TreeEntry[]> | undefined
  return {
    repo,
    revision: options.revision ?? 'worktree',
    problems,
    entries() {
      listing ??= list()
      return listing
    },
    async *read(entries, limit) {
      for (const entry of entries) {
        const bytes = contents.get(entry.path)
        if (!bytes) yield { entry, missing: 'not there any more' }
        else if (bytes.length > limit) yield { entry, tooLarge: bytes.length }
        else yield { entry, bytes, blob: entry.blob }
      }
    },
    close() {},
  }
}
