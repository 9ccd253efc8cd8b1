import { describe, expect, it } from 'vitest'
import { keepComment, type Wanted } from './comment.ts'
import { buildOf } from './environment.ts'
import { githubHost } from './github.ts'
import { gitlabHost } from './gitlab.ts'

interface Call {
  method: string
  path: string
  body?: { body: string }
}

/** A host in memory: `answer` gives status and content for a request. */
const fakeFetch = (answer: (call: Call, headers: Headers) => [number, unknown]): { fetch: typeof fetch; calls: Call[] } => {
  const calls: Call[] = []
  const fake = (async (input: string, init: RequestInit) => {
    const url = new URL(input)
    const call: Call = {
      method: init.method!,
      path: url.pathname + url.search,
      ...(init.body ? { body: JSON.parse(init.body as string) } : {}),
    }
    calls.push(call)
    const [status, content] = answer(call, new Headers(init.headers))
    return new Response(JSON.stringify(content), { status })
  }) as unknown as typeof fetch
  return { fetch: fake, calls }
}

const bot = (id: number, body: string): object => ({ id, body, user: { type: 'Bot' } })

const github = (comments: object[], head = 'new', writeStatus = 200) => {
  const fake = fakeFetch(call => {
    if (call.method !== 'GET') return [writeStatus, {}]
    if (call.path.includes('/pulls/')) return [200, { head: { sha: head } }]
    const page = Number(/page=(\d+)$/.exec(call.path)![1])
    return [200, comments.slice((page - 1) * 100, page * 100)]
  })
  const host = githubHost({ api: 'https://api.example', repository: 'ticket/office', number: 7, token: 'secret', fetch: fake.fetch })
  return { host, writes: () => fake.calls.filter(c => c.method !== 'GET'), calls: fake.calls }
}

const marker = '<!-- lintel:gate:default '
const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  marker,
  body: `${marker}sha=new -->\n### ✗ deny: it breaks`,
  resolved: `${marker}sha=new -->\n✓ lintel: resolved in new`,
  quiet: false,
  headSha: 'new',
  mode: 'on-change',
  ...more,
})

describe('the comment on GitHub', () => {
  it('is made when there is something to say', async () => {
    const { host, writes } = github([bot(1, 'another bot')])
    expect(await keepComment(host, wanted())).toEqual({ did: 'created' })
    expect(writes()).toEqual([{ method: 'POST', path: '/repos/ticket/office/issues/7/comments', body: { body: wanted().body } }])
  })

  it('is edited in place, also when it is on a later page', async () => {
    const many = Array.from({ length: 230 }, (_, n) => bot(n, 'talk'))
    const { host, writes } = github([...many, bot(999, `${marker}sha=old -->\nold`)])
    expect(await keepComment(host, wanted())).toEqual({ did: 'updated' })
    expect(writes()).toEqual([{ method: 'PATCH', path: '/repos/ticket/office/issues/comments/999', body: { body: wanted().body } }])
  })

  it('is left alone when it says the same', async () => {
    const { host, writes } = github([bot(1, `${wanted().body}\n`)])
    expect(await keepComment(host, wanted())).toEqual({ did: 'unchanged' })
    expect(writes()).toEqual([])
  })

  it('becomes one line when the problem is gone, and is not made for nothing', async () => {
    const before = github([bot(1, `${marker}sha=old -->\nold`)])
    expect(await keepComment(before.host, wanted({ quiet: true }))).toEqual({ did: 'resolved' })
    expect(before.writes()[0]!.body!.body).toContain('✓ lintel: resolved in new')
    const none = github([])
    expect(await keepComment(none.host, wanted({ quiet: true }))).toEqual({ did: 'nothing' })
    expect(none.writes()).toEqual([])
  })

  it('is not overwritten by a slower run for an older head', async () => {
    const { host, writes } = github([bot(1, `${marker}sha=newest -->\nnewer`)], 'newest')
    expect(await keepComment(host, wanted())).toEqual({ did: 'left to a newer run' })
    expect(writes()).toEqual([])
  })

  it('of a stranger who copied the marker is not touched', async () => {
    const { host, writes } = github([{ id: 5, body: `${marker}sha=x -->`, user: { type: 'User' }, author_association: 'NONE' }])
    expect(await keepComment(host, wanted())).toEqual({ did: 'created' })
    expect(writes()[0]!.method).toBe('POST')
  })

  it('that may not be written is a warning without the token', async () => {
    const kept = await keepComment(github([], 'new', 403).host, wanted())
    expect(kept.did).toBe('failed')
    expect(JSON.stringify(kept)).toContain('fork')
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  it('never asks the host when it is switched off', async () => {
    const { host, calls } = github([])
    expect(await keepComment(host, wanted({ mode: 'never' }))).toEqual({ did: 'nothing' })
    expect(calls).toEqual([])
  })

  it('survives a host that cannot be reached', async () => {
    const down = githubHost({
      api: 'https://api.example',
      repository: 'a/b',
      number: 1,
      token: 't',
      fetch: () => Promise.reject(new Error('getaddrinfo')),
    })
    expect(await keepComment(down, wanted())).toEqual({ did: 'failed', why: 'getaddrinfo' })
  })
})

describe('the note on GitLab', () => {
  it('is found among the own notes and edited in place', async () => {
    const fake = fakeFetch((call, headers) => {
      expect(headers.get('private-token')).toBe('secret')
      if (call.path === '/api/v4/user') return [200, { id: 3 }]
      if (call.path.includes('/notes?'))
        return [
          200,
          [
            { id: 1, body: `${marker}sha=old -->`, author: { id: 9 } },
            { id: 2, body: `${marker}sha=old -->`, author: { id: 3 } },
          ],
        ]
      return [200, { sha: 'new' }]
    })
    const host = gitlabHost({
      api: 'https://lab.example/api/v4',
      project: 'ticket/office',
      number: '4',
      token: 'secret',
      fetch: fake.fetch,
    })
    expect(await keepComment(host, wanted())).toEqual({ did: 'updated' })
    expect(fake.calls.at(-1)).toEqual({
      method: 'PUT',
      path: '/api/v4/projects/ticket%2Foffice/merge_requests/4/notes/2',
      body: { body: wanted().body },
    })
  })
})

describe('the build', () => {
  it('is unknown outside of one', () => expect(buildOf({})).toBeUndefined())

  it('on GitHub names the base by its branch', () => {
    const build = buildOf({
      GITHUB_ACTIONS: 'true',
      GITHUB_BASE_REF: 'main',
      GITHUB_REPOSITORY: 'ticket/office',
      GITHUB_STEP_SUMMARY: '/tmp/s',
    })!
    expect(build).toMatchObject({ host: 'github', base: 'origin/main', head: 'HEAD', summaryFile: '/tmp/s' })
    expect(build.blobs!('abc')).toBe('https://github.com/ticket/office/blob/abc')
    expect(build.comments).toBeUndefined()
  })

  it('on GitHub survives an event file that is not there', () => {
    expect(buildOf({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '/nowhere/event.json' })).toEqual({ host: 'github' })
  })

  it('on GitLab names the base by its commit', () => {
    const build = buildOf({
      GITLAB_CI: 'true',
      CI_MERGE_REQUEST_DIFF_BASE_SHA: 'aaa',
      CI_COMMIT_SHA: 'bbb',
      CI_PROJECT_URL: 'https://lab.example/t/o',
    })!
    expect(build).toMatchObject({ host: 'gitlab', base: 'aaa', headSha: 'bbb' })
    expect(build.blobs!('bbb')).toBe('https://lab.example/t/o/-/blob/bbb')
  })
})
