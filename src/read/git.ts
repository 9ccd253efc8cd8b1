import { spawn } from 'node:child_process'
import { basename, resolve } from 'node:path'
import { byText } from '../base/names.ts'
import { UsageError } from '../base/usage-error.ts'

/** A git repository. `root` is the working tree's top, or the repository itself where it is bare. */
export interface Repository {
  /** Folder that git is started in: the asked folder, which may lie below `root`. */
  folder: string
  root: string
  gitDir: string
  bare: boolean
  shallow: boolean
  hash: 'sha1' | 'sha256'
  /** Of the remote's address, else of the folder. */
  name: string
  /** Environment that keeps git from running anything the repository configures. */
  env: NodeJS.ProcessEnv
}

/** Git ended with an error; `stderr` is its own words. */
export class GitFailure extends Error {
  override name = 'GitFailure'
  readonly stderr: string
  constructor(args: readonly string[], stderr: string) {
    super(`git ${args[0]}: ${stderr.trim().split('\n')[0] ?? ''}`)
    this.stderr = stderr
  }
}

const OUTPUT_LIMIT = 512 * 1024 * 1024

/**
 * What is set for every git: no hook, no monitor, no pager, no prompt, no transport (so that no missing object is fetched),
 * no replaced objects, and the language of messages that are looked at here.
 */
const settings: [string, string][] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.quotePath', 'false'],
  ['log.showSignature', 'false'],
  ['submodule.recurse', 'false'],
]

const safeEnv = (more: readonly [string, string][] = []): NodeJS.ProcessEnv => {
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_NAMESPACE', 'GIT_EXTERNAL_DIFF', 'GIT_CONFIG_PARAMETERS'])
    delete env[name]
  const all = [...settings, ...more]
  return Object.assign(env, {
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(
      all.flatMap(([key, value], i) => [
        [`GIT_CONFIG_KEY_${i}`, key],
        [`GIT_CONFIG_VALUE_${i}`, value],
      ]),
    ),
  })
}

/** Runs git and gives what it wrote; a non-zero end throws GitFailure. Process starts are what a warm run mostly pays for: join them. */
export const runGit = (folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Buffer> =>
  new Promise((done, fail) => {
    const child = spawn('git', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    const out: Buffer[] = []
    const err: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > OUTPUT_LIMIT) child.kill()
      else out.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (err.length < 64) err.push(chunk)
    })
    child.on('error', error => fail(startFailure(folder, error)))
    child.on('close', status => {
      if (size > OUTPUT_LIMIT) fail(new GitFailure(args, `more than ${OUTPUT_LIMIT} bytes of output`))
      else if (status === 0) done(Buffer.concat(out))
      else fail(new GitFailure(args, Buffer.concat(err).toString()))
    })
  })

const startFailure = (folder: string, error: Error): UsageError =>
  'code' in error && error.code === 'ENOENT'
    ? new UsageError(`git could not be started in ${folder}`, 'Install git, or name a folder that exists.')
    : new UsageError(`git could not be started: ${error.message}`, 'See that git runs here: git --version')

const text = async (repository: Repository, ...args: string[]): Promise<string> =>
  (await runGit(repository.folder, repository.env, args)).toString().trim()

/**
 * Finds the repository that `folder` belongs to; undefined where there is none.
 * Throws UsageError where git refuses the repository, with git's own remedy.
 */
export const findRepository = async (folder: string): Promise<Repository | undefined> => {
  const at = resolve(folder)
  const env = safeEnv()
  const questions = ['--is-bare-repository', '--is-shallow-repository', '--show-object-format', '--absolute-git-dir', '--show-cdup']
  const asked = runGit(at, env, ['rev-parse', ...questions])
  const configured = runGit(at, env, ['config', '--list', '-z', '--includes']).catch(() => Buffer.alloc(0))
  let answers: string[]
  try {
    answers = (await asked).toString().split('\n')
  } catch (error) {
    await configured
    if (!(error instanceof GitFailure)) throw error
    if (/dubious ownership/.test(error.stderr))
      throw new UsageError(`git refuses ${at}: it belongs to another user`, `Trust it: git config --global --add safe.directory '${at}'`)
    if (/not a git repository|must be run in a work tree/.test(error.stderr)) return undefined
    throw new UsageError(`git cannot read the repository at ${at}: ${firstLine(error.stderr)}`, 'See what it says: git status')
  }
  const config = parseConfig(await configured)
  const bare = answers[0] === 'true'
  const root = bare ? answers[3]! : resolve(at, answers[4]!)
  return {
    folder: at,
    root,
    gitDir: answers[3]!,
    bare,
    shallow: answers[1] === 'true',
    hash: answers[2] === 'sha256' ? 'sha256' : 'sha1',
    name: repositoryName(config, root),
    env: safeEnv(withoutFilters(config)),
  }
}

/** As findRepository; throws UsageError where there is none. */
export const openRepository = async (folder: string): Promise<Repository> => {
  const found = await findRepository(folder)
  if (found) return found
  throw new UsageError(`${folder} is not in a git repository`, 'Run it inside a clone, or name one: lintel check PATH')
}

const firstLine = (words: string): string => (words.trim().split('\n')[0] ?? '').replace(/^fatal: /, '')

const parseConfig = (listed: Buffer): [key: string, value: string][] =>
  listed
    .toString()
    .split('\0')
    .filter(line => line !== '')
    .map(line => {
      const end = line.indexOf('\n')
      return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)]
    })

/** Clean and smudge commands are programs that a configuration names: all are emptied. */
const withoutFilters = (config: readonly [string, string][]): [string, string][] => {
  const drivers = new Set(config.map(([key]) => /^filter\.(.+)\.[^.]+$/s.exec(key)?.[1]).filter(d => d !== undefined))
  return [...drivers].sort(byText).flatMap((driver): [string, string][] => [
    [`filter.${driver}.clean`, ''],
    [`filter.${driver}.smudge`, ''],
    [`filter.${driver}.process`, ''],
    [`filter.${driver}.required`, 'false'],
  ])
}

const repositoryName = (config: readonly [string, string][], root: string): string => {
  const address = config.findLast(([key]) => key === 'remote.origin.url')?.[1]
  const path = (address ?? root).replace(/[/\\]+$/, '').replace(/[/\\]?\.git$/, '')
  return path.split(/[/\\:]/).at(-1) || basename(root) || 'repository'
}

/** The commit a revision names; tags are peeled. Throws UsageError where it names none, with the remedy a shallow clone needs. */
export const resolveCommit = async (repository: Repository, revision: string): Promise<string> => {
  if (revision.startsWith('-') || revision.includes('\0')) throw unknownRevision(repository, revision)
  try {
    return await text(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    throw unknownRevision(repository, revision)
  }
}

const unknownRevision = (repository: Repository, revision: string): UsageError => {
  if (!repository.shallow)
    return new UsageError(`revision ${revision} is not in this repository`, 'See what there is: git branch --all, git tag, git log')
  const branch = /^(?:refs\/remotes\/)?origin\/(.+)$/.exec(revision)?.[1] ?? revision
  return new UsageError(
    `revision ${revision} is not in this clone (it is shallow)`,
    `Fetch it: git fetch --no-tags --depth=200 origin ${branch}     or set fetch-depth: 0 in the checkout step`,
  )
}

/** The best common ancestor of two commits. Throws UsageError where there is none in this clone. */
export const mergeBase = async (repository: Repository, a: string, b: string): Promise<string> => {
  try {
    return (await text(repository, 'merge-base', '--end-of-options', a, b)).split('\n')[0]!
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    throw repository.shallow
      ? new UsageError(
          `${a} and ${b} have no common commit in this clone (it is shallow)`,
          'Fetch more: git fetch --no-tags --deepen=200 origin     or set fetch-depth: 0 in the checkout step',
        )
      : new UsageError(`${a} and ${b} have no common commit`, 'Name the base: lintel check --base REVISION')
  }
}

/** The branch that changes are merged into, as a revision of this clone (`origin/main`); undefined where nothing says so. */
export const defaultBranch = async (repository: Repository): Promise<string | undefined> => {
  const names = ['origin/HEAD', 'origin/main', 'origin/master', 'origin/trunk', 'origin/develop', 'main', 'master', 'trunk', 'develop']
  const patterns = names.map(name => (name.startsWith('origin/') ? `refs/remotes/${name}` : `refs/heads/${name}`))
  const listed = await text(repository, 'for-each-ref', '--format=%(refname) %(symref)', ...patterns)
  const known = new Map(listed.split('\n').map((line): [string, string] => [line.split(' ')[0]!, line.split(' ')[1] ?? '']))
  const head = known.get('refs/remotes/origin/HEAD')
  if (head) return head.replace('refs/remotes/', '')
  const found = patterns.findIndex((pattern, i) => i > 0 && known.has(pattern))
  return found < 0 ? undefined : names[found]
}

/** Paths that differ between two commits or trees, sorted; renames are a removal and an addition. */
export const changedPaths = async (repository: Repository, base: string, head: string): Promise<string[]> => {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-only', '--no-ext-diff', '--no-textconv', '--end-of-options', base, head]
  const out = await runGit(repository.folder, repository.env, args)
  return out
    .toString()
    .split('\0')
    .filter(path => path !== '')
    .sort(byText)
}

export interface Commit {
  id: string
  /** The first; absent for a root commit. */
  parent?: string
  author: string
  email: string
  /** ISO 8601, of the committer. */
  date: string
  subject: string
}

/** The newest `last` commits of the first-parent history of `revision` that touch `paths` (git pathspecs from the root; all when empty), newest first. */
export const firstParentLog = async (
  repository: Repository,
  revision: string,
  options: { last: number; paths?: readonly string[] },
): Promise<Commit[]> => {
  const format = '--format=%x1e%H%x1f%P%x1f%an%x1f%ae%x1f%cI%x1f%s'
  const limits = ['--first-parent', `--max-count=${options.last}`]
  const args = ['log', '--no-color', '--no-ext-diff', '--no-textconv', format, ...limits, '--end-of-options', revision, '--']
  const out = await runGit(repository.root, repository.env, [...args, ...(options.paths ?? [])])
  return out
    .toString()
    .split('\x1e')
    .filter(record => record.trim() !== '')
    .map(record => {
      const [id, parents, author, email, date, subject] = record.trimEnd().split('\x1f') as [string, string, string, string, string, string]
      const parent = parents.split(' ')[0]
      return { id, ...(parent ? { parent } : {}), author, email, date, subject: subject ?? '' }
    })
}

/** One object, or why it is not there. `bytes` is absent where it is larger than the limit. */
export type ObjectAnswer = { size: number; bytes?: Buffer } | { missing: string }

interface Waiting {
  id: string
  limit: number
  done: (answer: ObjectAnswer) => void
}

/** How often git is started again after an object it died of. */
const DEATHS = 50

/** One long-lived `git cat-file --batch`: answers come in the order of the questions. */
export class ObjectReader {
  readonly #repository: Repository
  #child: ReturnType<typeof spawn> | undefined
  #waiting: Waiting[] = []
  #chunks: Buffer[] = []
  #have = 0
  #open: { size: number; skip: boolean; read: number } | undefined
  #deaths = 0

  constructor(repository: Repository) {
    this.#repository = repository
  }

  /** The blob's bytes. A missing object, or git ending early, is an answer, never a throw. */
  read(id: string, limit: number): Promise<ObjectAnswer> {
    return new Promise(done => {
      this.#waiting.push({ id, limit, done })
      this.#start().stdin!.write(`${id}\n`)
    })
  }

  close(): void {
    this.#child?.stdin?.end()
    this.#child = undefined
  }

  #start() {
    if (this.#child) return this.#child
    const { folder, env } = this.#repository
    const child = spawn('git', ['cat-file', '--batch'], { cwd: folder, env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true })
    child.stdout!.on('data', (chunk: Buffer) => this.#take(chunk))
    child.stdin!.on('error', () => {})
    child.on('error', () => this.#ended(child))
    child.on('close', () => this.#ended(child))
    this.#child = child
    return child
  }

  /** Git ended while questions were open: the first of them is the one it could not answer; the others are asked again. */
  #ended(child: object): void {
    if (this.#child !== child) return
    this.#child = undefined
    this.#chunks = []
    this.#have = 0
    this.#open = undefined
    this.#deaths++
    const lost = this.#waiting.splice(0, this.#deaths > DEATHS ? this.#waiting.length : 1)
    for (const { done } of lost) done({ missing: 'git could not read it' })
    for (const { id } of this.#waiting) this.#start().stdin!.write(`${id}\n`)
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#have += chunk.length
    while (this.#waiting.length > 0 && (this.#open ? this.#body() : this.#header()));
  }

  #header(): boolean {
    const all = this.#joined()
    const end = all.indexOf(10)
    if (end < 0) return false
    const line = all.toString('latin1', 0, end)
    this.#keep(all.subarray(end + 1))
    const size = / (?:blob|tree|commit|tag) (\d+)$/.exec(line)?.[1]
    if (size === undefined) this.#waiting.shift()!.done({ missing: line.replace(/^\S+ /, '') })
    else this.#open = { size: Number(size), skip: Number(size) > this.#waiting[0]!.limit, read: 0 }
    return true
  }

  /** A body ends with one line feed. Bodies beyond the limit are thrown away as they come. */
  #body(): boolean {
    const open = this.#open!
    if (open.skip && this.#have > 0) {
      const all = this.#joined()
      const part = Math.min(all.length, open.size + 1 - open.read)
      open.read += part
      this.#keep(all.subarray(part))
      if (open.read <= open.size) return false
    } else if (this.#have < open.size + 1) return false
    this.#open = undefined
    if (open.skip) this.#waiting.shift()!.done({ size: open.size })
    else {
      const all = this.#joined()
      this.#keep(all.subarray(open.size + 1))
      this.#waiting.shift()!.done({ size: open.size, bytes: all.subarray(0, open.size) })
    }
    return true
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : []
    this.#have = rest.length
  }
}
