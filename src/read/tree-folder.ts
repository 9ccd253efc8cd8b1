import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { basename, resolve, sep } from 'node:path'
import { globToRegExp } from '../base/glob.ts'
import { dirname } from '../base/path.ts'
import { UsageError } from '../base/usage-error.ts'
import type { Problem } from '../model/evidence.ts'
import { findRepository, type Repository } from './git.ts'
import { runGit } from './git-process.ts'
import {
  blobId,
  type DecodedPath,
  decodePath,
  type ListedEntry,
  records,
  settle,
  type Tree,
  type TreeContent,
  type TreeEntry,
} from './tree.ts'
import { kindOf, readObjects } from './tree-revision.ts'

/** Larger files are listed with an id that no blob has: nobody reads them. */
const HASH_LIMIT = 16 * 1024 * 1024
const FILE_LIMIT = 500_000
const DEPTH_LIMIT = 100

/**
 * The files of a folder as they lie: in a git repository those that are tracked, or untracked and not ignored; else all but `.git`,
 * `node_modules` and what a `.gitignore` at the root names. Throws UsageError where there is no such folder.
 */
export const folderTree = async (folder: string, known?: Repository): Promise<Tree> => {
  const root = rootOf(folder)
  const repository = known ?? (await findRepository(root))
  if (repository && !repository.bare) {
    const listed = await listTracked(repository, root)
    if (listed.length > 0) return treeOf(root, repository.name, listed, repository)
  }
  return treeOf(root, basename(root) || 'folder', undefined, undefined)
}

const rootOf = (folder: string): string => {
  let root: string
  try {
    root = realpathSync.native(resolve(folder))
    if (lstatSync(root).isDirectory()) return root
  } catch {
    throw new UsageError(`${folder} does not exist, or may not be read`, 'Name a folder: lintel map PATH')
  }
  throw new UsageError(`${folder} is not a folder`, 'Name the folder that holds it.')
}

/** A listed file whose content is only in git's objects (sparse checkout). */
type FolderEntry = ListedEntry & { sparse?: boolean }

const treeOf = (root: string, repo: string, tracked: FolderEntry[] | undefined, repository: Repository | undefined): Tree => {
  const problems: Problem[] = []
  const objects = repository?.objects
  objects?.enter()
  let isOpen = true
  const files = new FolderFiles(root)
  const hash = repository?.hash ?? 'sha1'
  let sparse = new Set<string>()
  let listing: Promise<readonly TreeEntry[]> | undefined
  const list = async (): Promise<readonly TreeEntry[]> => {
    const listed = (tracked ?? walk(root, repo, problems)).map(entry =>
      entry.blob === '' ? { ...entry, blob: files.hash(entry, hash) } : entry,
    )
    sparse = new Set(listed.filter(e => e.sparse).map(e => e.path))
    const settled = await settle(repo, listed.map(withoutSparse), async link => files.target(link))
    problems.push(...settled.problems)
    return settled.entries
  }
  return {
    repo,
    revision: 'worktree',
    problems,
    entries() {
      listing ??= list()
      return listing
    },
    async *read(entries, limit) {
      for (const entry of entries) {
        if (objects && sparse.has(entry.source ?? entry.path)) yield* readObjects(objects, [entry], limit)
        else yield files.read(entry, limit, hash)
      }
    },
    close() {
      if (isOpen) objects?.leave()
      isOpen = false
    },
  }
}

const withoutSparse = ({ sparse: _, ...entry }: FolderEntry): ListedEntry => entry

/** Reads files below a root, and nothing that a link, a pipe or a device would lead to. */
class FolderFiles {
  readonly #root: string
  readonly #inside = new Map<string, boolean>()
  /** For what is read, and not kept. */
  readonly #room = Buffer.allocUnsafe(256 * 1024)

  constructor(root: string) {
    this.#root = root
  }

  read(entry: TreeEntry, limit: number, hash: 'sha1' | 'sha256'): TreeContent {
    return this.#opened(entry, limit, (file, size) => {
      const bytes = readWhole(file, size)
      return { entry, bytes, blob: blobId(bytes, hash) }
    })
  }

  /** The id of a file that git does not know; of a link, its text's. */
  hash(entry: ListedEntry, hash: 'sha1' | 'sha256'): string {
    if (entry.kind === 'link') return blobId(Buffer.from(this.target(entry) ?? ''), hash)
    const found = this.#opened(entry, HASH_LIMIT, (file, size) => ({ entry, blob: blobId(readWhole(file, size, this.#room), hash) }))
    return 'blob' in found ? found.blob : 'tooLarge' in found ? `large-${found.tooLarge}` : 'unread'
  }

  #opened<T>(entry: TreeEntry, limit: number, use: (file: number, size: number) => T): T | Exclude<TreeContent, { blob: string }> {
    const path = entry.source ?? entry.path
    if (!this.#isInside(dirname(path))) return { entry, missing: 'it lies behind a symbolic link that leaves the tree' }
    let file: number
    try {
      file = openSync(this.#at(entry), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    } catch (error) {
      return { entry, missing: reason(error) }
    }
    try {
      const stat = fstatSync(file)
      if (!stat.isFile()) return { entry, missing: 'it is not a regular file' }
      if (stat.size > limit) return { entry, tooLarge: stat.size }
      return use(file, stat.size)
    } catch (error) {
      return { entry, missing: reason(error) }
    } finally {
      closeSync(file)
    }
  }

  target(link: TreeEntry): string | undefined {
    try {
      return this.#isInside(dirname(link.path)) ? readlinkSync(this.#at(link)) : undefined
    } catch {
      return undefined
    }
  }

  #at(entry: TreeEntry): string | Buffer {
    if (entry.raw && !entry.source) return Buffer.concat([Buffer.from(this.#root + sep), entry.raw])
    return this.#root + sep + (entry.source ?? entry.path)
  }

  /** A folder of the listing may have become a link since: its real place decides. */
  #isInside(folder: string): boolean {
    if (folder === '') return true
    const known = this.#inside.get(folder)
    if (known !== undefined) return known
    let inside: boolean
    try {
      const real = realpathSync.native(this.#root + sep + folder)
      inside = real.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)
    } catch {
      // A name that is not UTF-8 cannot be asked for; the open itself refuses links in the last part only, so it is left out.
      inside = false
    }
    this.#inside.set(folder, inside)
    return inside
  }
}

const readWhole = (file: number, size: number, room?: Buffer): Buffer => {
  const bytes = room === undefined || size > room.length ? Buffer.allocUnsafe(size) : room
  let at = 0
  while (at < size) {
    const got = readSync(file, bytes, at, size - at, at)
    if (got === 0) break
    at += got
  }
  return bytes.subarray(0, at)
}

const reason = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'it was deleted between listing and reading'
  if (code === 'ELOOP' || code === 'EMLINK') return 'it became a symbolic link between listing and reading'
  return `it cannot be read (${code ?? String(error)})`
}

/** One `git ls-files` says what is tracked, changed, deleted and untracked. Changed and untracked files get no id yet. */
const listTracked = async (repository: Repository, folder: string): Promise<FolderEntry[]> => {
  const args = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--modified', '--deleted', '--exclude-standard']
  const found = new Map<string, FolderEntry>()
  for (const record of records(await runGit(folder, repository.env, args))) {
    const tag = record[0]!
    const tab = tag === '?' ? 1 : record.indexOf('\t')
    const name = decodePath(record.slice(tab + 1))
    const key = record.slice(tab + 1)
    if (tag === 'R') found.delete(key)
    else if (tag === '?') {
      // A folder here is another repository.
      if (!key.endsWith('/')) found.set(key, { ...name, blob: '', kind: 'file' })
    } else if (tag === 'C' || tag === 'M') {
      // What is deleted is listed as changed too, after it was taken out; an unmerged file is listed by its stages alone.
      if (kindOf(record.slice(2, 8)) !== 'module' && (tag === 'M' || found.has(key))) found.set(key, { ...name, blob: '', kind: 'file' })
    } else {
      const [, mode, blob] = record.slice(0, tab).split(' ') as [string, string, string]
      found.set(key, { ...name, blob, kind: kindOf(mode), ...(tag === 'S' ? { sparse: true } : {}) })
    }
  }
  return [...found.values()].map(entry => (entry.blob === '' ? { ...entry, kind: kindOnDisk(folder, entry) } : entry))
}

const kindOnDisk = (folder: string, entry: FolderEntry): ListedEntry['kind'] => {
  try {
    const stat = lstatSync(entry.raw ? Buffer.concat([Buffer.from(folder + sep), entry.raw]) : folder + sep + entry.path)
    return stat.isSymbolicLink() ? 'link' : stat.isDirectory() ? 'module' : 'file'
  } catch {
    return 'file'
  }
}

/** Every file below a folder that is in no repository. */
const walk = (root: string, repo: string, problems: Problem[]): FolderEntry[] => {
  const ignored = readIgnore(root)
  const found: FolderEntry[] = []
  const open: { path: string; level: number }[] = [{ path: '', level: 0 }]
  for (let folder = open.pop(); folder; folder = open.pop()) {
    for (const item of readFolder(root, folder.path)) {
      const name: DecodedPath = typeof item.name === 'string' ? { path: item.name } : decodePath(item.name.toString('latin1'))
      const path = folder.path === '' ? name.path : `${folder.path}/${name.path}`
      if (name.path === '.git' || name.path === 'node_modules' || ignored(path, item.isDirectory())) continue
      if (item.isDirectory() && !name.raw && folder.level < DEPTH_LIMIT) open.push({ path, level: folder.level + 1 })
      else if (item.isSymbolicLink() || item.isFile()) {
        const raw = name.raw ? { raw: Buffer.concat([Buffer.from(folder.path === '' ? '' : `${folder.path}/`), name.raw]) } : {}
        found.push({ path, blob: '', kind: item.isFile() ? 'file' : 'link', ...raw })
      } else if (item.isDirectory())
        problems.push(limited(repo, path, 'A folder below more than 100 others, or with a name that is not UTF-8'))
    }
    if (found.length > FILE_LIMIT) {
      problems.push(limited(repo, folder.path, `More than ${FILE_LIMIT} files: the rest`))
      break
    }
  }
  return found
}

const limited = (repo: string, file: string, what: string): Problem => ({
  code: 'tree/limit',
  message: `${what} is not looked at.`,
  severity: 'warning',
  at: { repo, file, line: 1 },
})

/** Names as bytes only where one of them is not UTF-8. */
const readFolder = (root: string, path: string): Dirent<string>[] | Dirent<Buffer>[] => {
  try {
    const items = readdirSync(root + sep + path, { withFileTypes: true })
    if (items.every(i => !i.name.includes('\ufffd'))) return items
    return readdirSync(root + sep + path, { withFileTypes: true, encoding: 'buffer' })
  } catch {
    return []
  }
}

/** Patterns of the root's .gitignore: the forms people use, the last that matches wins. */
const readIgnore = (root: string): ((path: string, isFolder: boolean) => boolean) => {
  let lines: string[]
  try {
    lines = readFileSync(`${root}${sep}.gitignore`, 'utf8').slice(0, 100_000).split(/\r?\n/)
  } catch {
    return () => false
  }
  const patterns = lines
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#') && (line.match(/\*/g)?.length ?? 0) <= 8)
    .slice(0, 1000)
    .map(line => {
      const negated = line.startsWith('!')
      const body = line.replace(/^!/, '').replace(/\/$/, '')
      const anchored = body.slice(0, -1).includes('/')
      const glob = body.replace(/^\//, '')
      return { negated, folderOnly: line.endsWith('/'), test: globToRegExp(anchored || body.startsWith('/') ? glob : `**/${glob}`) }
    })
  return (path, isFolder) => {
    const last = patterns.findLast(p => (isFolder || !p.folderOnly) && p.test.test(path))
    return last !== undefined && !last.negated
  }
}
