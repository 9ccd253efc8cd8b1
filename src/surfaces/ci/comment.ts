/** A place that holds the comments of one pull request. */
export interface CommentHost {
  /** All comments that this token may edit, oldest first. */
  list(): Promise<HostComment[]>
  create(body: string): Promise<void>
  update(id: string, body: string): Promise<void>
  /** The pull request's head as it is now. */
  currentHead(): Promise<string | undefined>
}

interface HostComment {
  id: string
  body: string
}

/** The host answered, and said no. */
class HostError extends Error {
  override name = 'HostError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface Wanted {
  /** Start of the hidden marker that tells this gate's comment from others. */
  marker: string
  body: string
  /** What the comment becomes once there is nothing left to say. */
  resolved: string
  /** Nothing to say: no comment is made for it, an older one is closed. */
  quiet: boolean
  headSha?: string
  mode: CommentMode
}

/** `on-change`: when there is something to say, or an older comment to correct; `on-failure`: a new one only for a refusal. */
export type CommentMode = 'always' | 'on-change' | 'on-failure' | 'never'
export type Kept =
  | { did: 'created' | 'updated' | 'resolved' | 'unchanged' | 'nothing' | 'left to a newer run' }
  | { did: 'failed'; why: string }

/**
 * Keeps one comment up to date: found by its marker, edited in place, never two. A slow run for an older head does not overwrite what a
 * newer one wrote. A host that refuses (the token of a fork is read-only) is a warning, never a failed gate.
 */
export const keepComment = async (host: CommentHost, wanted: Wanted): Promise<Kept> => {
  if (wanted.mode === 'never') return { did: 'nothing' }
  try {
    const existing = (await host.list()).find(c => c.body.includes(wanted.marker))
    if (existing && (await isNewer(host, existing, wanted))) return { did: 'left to a newer run' }
    if (!existing) {
      if (wanted.quiet && wanted.mode !== 'always') return { did: 'nothing' }
      await host.create(wanted.body)
      return { did: 'created' }
    }
    const closed = wanted.quiet && wanted.mode !== 'always'
    const body = closed ? wanted.resolved : wanted.body
    if (existing.body.trim() === body.trim()) return { did: 'unchanged' }
    await host.update(existing.id, body)
    return { did: closed ? 'resolved' : 'updated' }
  } catch (error) {
    return { did: 'failed', why: reasonOf(error) }
  }
}

/** The comment is of another head than ours, and ours is no longer the pull request's. */
const isNewer = async (host: CommentHost, existing: HostComment, { marker, headSha }: Wanted): Promise<boolean> => {
  if (headSha === undefined) return false
  const written = existing.body.slice(existing.body.indexOf(marker) + marker.length).match(/^sha=([\w.-]+)/)?.[1]
  if (written === undefined || written === headSha) return false
  const current = await host.currentHead()
  return current !== undefined && current !== headSha
}

const reasonOf = (error: unknown): string => {
  if (error instanceof HostError && error.status === 403)
    return 'the token may not write comments (403); runs from a fork get a read-only one: post the markdown report from a workflow_run job'
  return error instanceof Error ? error.message : String(error)
}

/** One JSON request. Answers of 4xx and 5xx are a HostError; the token is in no message. */
export const request = async (
  fetcher: typeof fetch,
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<unknown> => {
  const answer = await fetcher(url, {
    method,
    headers: { 'user-agent': 'lintel', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  if (!answer.ok) throw new HostError(answer.status, `${method} ${new URL(url).pathname}: ${answer.status}`)
  return answer.status === 204 ? undefined : await answer.json()
}

const PAGE = 100
const PAGES = 50

/** All pages of a list. */
export const pages = async <T>(page: (number: number, size: number) => Promise<unknown>): Promise<T[]> => {
  const all: T[] = []
  for (let n = 1; n <= PAGES; n++) {
    const items = (await page(n, PAGE)) as T[]
    if (!Array.isArray(items)) break
    all.push(...items)
    if (items.length < PAGE) break
  }
  return all
}
