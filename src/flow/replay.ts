import { basename } from '../base/path.ts'
import type { Verdict } from '../model/verdict.ts'
import { codeReaders } from '../read/code/code.ts'
import { type Commit, changedPaths, firstParentLog, openRepository, type Repository } from '../read/git.ts'
import { readers } from '../read/readers.ts'
import { readBytes } from '../read/run.ts'
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
 * What the gate would have said of past commits, oldest first: those of the first-parent history that touch code, contracts or manifests.
 * Dependency bumps by bots, files that only lock versions, owners, and the repository's own automation do not count. Throws UsageError
 * for a bad path or revision.
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
    if (await touchesSystem(repository, commit, paths)) chosen.push(commit)
  }
  for (const commit of chosen.reverse()) {
    const { verdict } = await checkChange({ ...options, base: commit.parent!, head: commit.id })
    yield { commit: commit.id, subject: commit.subject, author: commit.author, date: commit.date, verdict }
  }
}

const isBot = ({ author, email, subject }: Commit): boolean =>
  /\[bot\]|^(dependabot|renovate|greenkeeper|snyk)\b|\bbot@/i.test(`${author} ${email}`) || /^(chore|build|fix)\(deps\b/i.test(subject)

const locks = new Set(['package-lock.json', 'go.sum', 'yarn.lock', 'pnpm-lock.yaml', 'poetry.lock', 'Cargo.lock', 'packages.lock.json'])

/** Automation of the repository (`.github/`, `.gitlab-ci.yml`), and facts that describe no program. */
const isAside = (path: string): boolean => locks.has(basename(path)) || /(^|\/)\.[^/]+(\/|$)/.test(path)
const descriptive = new Set(['catalog/codeowners', 'config/settings'])
const code = new Set(codeReaders)
const manifests = readers.filter(r => !code.has(r) && !descriptive.has(r.name))

const CONTENT_LIMIT = 1 << 20

/** Whether a change touches code, or a file that says something of the system, before or after. */
const touchesSystem = async ({ objects }: Repository, commit: Commit, paths: readonly string[]): Promise<boolean> => {
  const wanted = paths.filter(p => !isAside(p))
  if (wanted.some(path => codeReaders.some(r => r.wants(path)))) return true
  objects.enter()
  try {
    for (const path of wanted) {
      const able = manifests.filter(r => r.wants(path))
      for (const revision of able.length === 0 || path.includes('\n') ? [] : [commit.id, commit.parent!]) {
        const answer = await objects.read(`${revision}:${path}`, CONTENT_LIMIT)
        if ('bytes' in answer && answer.bytes && (await readBytes(path, answer.bytes, able)).readers.length > 0) return true
      }
    }
  } finally {
    objects.leave()
  }
  return false
}
