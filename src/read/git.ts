import { basename, resolve } from 'node:path'
import { byText } from '../base/names.ts'
import { UsageError } from '../base/usage-error.ts'
import { ObjectReader } from './git-objects.ts'
import { GitFailure, runGit, safeEnv } from './git-process.ts'

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
  objects: ObjectReader
}

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
  const safe = safeEnv(withoutFilters(config))
  return {
    folder: at,
    root,
    gitDir: answers[3]!,
    bare,
    shallow: answers[1] === 'true',
    hash: answers[2] === 'sha256' ? 'sha256' : 'sha1',
    name: repositoryName(config, root),
    env: safe,
    objects: new ObjectReader(at, safe),
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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: questions to git end with a line
  if (/[\x00-\x1f]/.test(revision)) throw unknownRevision(repository, JSON.stringify(revision))
  const found = await repository.objects.read(`${revision}^{commit}`, 0)
  if ('missing' in found) throw unknownRevision(repository, revision)
  return found.id
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

/** Day of a commit (ISO 8601 date, of the committer, where the committer was). */
export const commitDate = async (repository: Repository, commit: string): Promise<string> => {
  const found = await repository.objects.read(commit, COMMIT_LIMIT)
  const text = 'missing' in found ? '' : (found.bytes?.toString() ?? '')
  const [, seconds, sign, hours, minutes] = /^committer .*> (\d{1,12}) ([+-])(\d\d)(\d\d)$/m.exec(text) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60 : 60)
  return new Date((Number(seconds ?? 0) + offset) * 1000).toISOString().slice(0, 10)
}

const COMMIT_LIMIT = 16 * 1024 * 1024

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
