import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { CommentHost } from './comment.ts'
import { githubHost } from './github.ts'
import { gitlabHost } from './gitlab.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What a build knows of the change it judges. Absent parts are unknown. */
export interface Build {
  host: 'github' | 'gitlab'
  base?: string
  head?: string
  /** The pull request's own head: the checked-out commit may be a merge that the host made. */
  headSha?: string
  /** Where files of a commit can be seen. */
  blobs?: (sha: string) => string
  /** Where the comment goes; undefined when the build belongs to no pull request or has no token. */
  comments?: CommentHost
  /** File that the job's summary is appended to. */
  summaryFile?: string
}

/** Reads the build's variables and, on GitHub, the event file. Undefined outside of a known build. */
export const buildOf = (env: Environment, fetcher: typeof fetch = fetch): Build | undefined => {
  if (env.GITHUB_ACTIONS === 'true') return githubBuild(env, fetcher)
  if (env.GITLAB_CI === 'true') return gitlabBuild(env, fetcher)
  return undefined
}

interface PullRequestEvent {
  pull_request?: { number?: number; head?: { sha?: string } }
  merge_group?: { base_sha?: string; head_sha?: string }
}

const githubBuild = (env: Environment, fetcher: typeof fetch): Build => {
  const event = eventOf(env.GITHUB_EVENT_PATH)
  const base = env.GITHUB_BASE_REF ? `origin/${env.GITHUB_BASE_REF}` : event.merge_group?.base_sha
  const headSha = event.pull_request?.head?.sha ?? event.merge_group?.head_sha
  const number = event.pull_request?.number
  const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env
  return {
    host: 'github',
    ...(base ? { base, head: 'HEAD' } : {}),
    ...(headSha ? { headSha } : {}),
    ...(repository ? { blobs: sha => `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/${repository}/blob/${sha}` } : {}),
    ...(repository && token && number
      ? { comments: githubHost({ api: env.GITHUB_API_URL ?? 'https://api.github.com', repository, number, token, fetch: fetcher }) }
      : {}),
    ...(env.GITHUB_STEP_SUMMARY ? { summaryFile: env.GITHUB_STEP_SUMMARY } : {}),
  }
}

const eventOf = (path: string | undefined): PullRequestEvent => {
  try {
    return path ? ((JSON.parse(readFileSync(path, 'utf8')) as PullRequestEvent | null) ?? {}) : {}
  } catch {
    return {}
  }
}

const gitlabBuild = (env: Environment, fetcher: typeof fetch): Build => {
  const { CI_MERGE_REQUEST_DIFF_BASE_SHA: base, CI_COMMIT_SHA: sha, CI_PROJECT_URL: url, CI_API_V4_URL: api } = env
  const headSha = env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || sha
  const { CI_PROJECT_ID: project, CI_MERGE_REQUEST_IID: number, GITLAB_TOKEN: token } = env
  return {
    host: 'gitlab',
    ...(base ? { base, head: 'HEAD' } : {}),
    ...(headSha ? { headSha } : {}),
    ...(url ? { blobs: revision => `${url}/-/blob/${revision}` } : {}),
    ...(api && project && number && token ? { comments: gitlabHost({ api, project, number, token, fetch: fetcher }) } : {}),
  }
}

/**
 * The commit that a pull request started from: its target may have moved on since. The name itself when git cannot say, so that the
 * check reports what is wrong with it.
 */
export const mergeBase = (folder: string, base: string, head: string): string => {
  try {
    return execFileSync('git', ['merge-base', '--end-of-options', base, head], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return base
  }
}
