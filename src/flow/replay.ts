import { basename } from '../base/path.ts'
import type { Verdict } from '../model/verdict.ts'
import { type Commit, changedPaths, firstParentLog, openRepository } from '../read/git.ts'
import { readers } from '../read/readers.ts'
import { checkChange } from './check.ts'
import type { ReplayOptions } from './options.ts'

export interface ReplayStep {
  commit: string
  subject: string
  author: string
  date: string
  verdict: Verdict
}

/** How much of the history is looked through for one commit that counts. */
const LOOK_AHEAD = 20

/**
 * What the gate would have said of past commits, oldest first: those of the first-parent history that touch a file some reader looks at.
 * Dependency bumps by bots, and files that only lock versions, do not count. Throws UsageError for a bad path or revision.
 */
export async function* replay(options: ReplayOptions): AsyncGenerator<ReplayStep> {
  const last = options.last ?? 20
  const repository = await openRepository(options.path)
  const log = await firstParentLog(repository, options.head ?? 'HEAD', { last: last * LOOK_AHEAD })
  const chosen: Commit[] = []
  for (const commit of log) {
    if (chosen.length === last) break
    if (commit.parent === undefined || isBot(commit)) continue
    const paths = await changedPaths(repository, commit.parent, commit.id).catch(() => [])
    if (paths.some(isRead)) chosen.push(commit)
  }
  for (const commit of chosen.reverse()) {
    const { verdict } = await checkChange({ ...options, base: commit.parent!, head: commit.id })
    yield { commit: commit.id, subject: commit.subject, author: commit.author, date: commit.date, verdict }
  }
}

const isBot = ({ author, email, subject }: Commit): boolean =>
  /\[bot\]|^(dependabot|renovate|greenkeeper|snyk)\b|\bbot@/i.test(`${author} ${email}`) || /^(chore|build|fix)\(deps\b/i.test(subject)

const locks = new Set(['package-lock.json', 'go.sum', 'yarn.lock', 'pnpm-lock.yaml', 'poetry.lock', 'Cargo.lock', 'packages.lock.json'])

const isRead = (path: string): boolean => !locks.has(basename(path)) && readers.some(r => r.wants(path))
