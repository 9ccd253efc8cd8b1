import { type CommentHost, pages, request } from './comment.ts'

export interface GithubPullRequest {
  api: string
  /** `owner/name` */
  repository: string
  number: number
  token: string
  fetch: typeof fetch
}

interface IssueComment {
  id: number
  body?: string
  user?: { type?: string }
  author_association?: string
}

/** Only comments of a bot or of somebody with write access count: anybody can copy a marker. */
const writers = new Set(['OWNER', 'MEMBER', 'COLLABORATOR'])
const isOurs = (comment: IssueComment): boolean => comment.user?.type === 'Bot' || writers.has(comment.author_association ?? '')

/** Comments of a pull request on GitHub. Bots come first, so that a member who quotes the comment does not get their own edited. */
export const githubHost = ({ api, repository, number, token, fetch: fetcher }: GithubPullRequest): CommentHost => {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
  const url = (path: string): string => `${api}/repos/${repository}${path}`
  return {
    list: async () => {
      const all = await pages<IssueComment>((page, size) =>
        request(fetcher, 'GET', url(`/issues/${number}/comments?per_page=${size}&page=${page}`), headers),
      )
      const ours = all.filter(isOurs).sort((a, b) => Number(b.user?.type === 'Bot') - Number(a.user?.type === 'Bot'))
      return ours.map(c => ({ id: String(c.id), body: c.body ?? '' }))
    },
    create: async body => void (await request(fetcher, 'POST', url(`/issues/${number}/comments`), headers, { body })),
    update: async (id, body) => void (await request(fetcher, 'PATCH', url(`/issues/comments/${id}`), headers, { body })),
    currentHead: async () => {
      const pull = (await request(fetcher, 'GET', url(`/pulls/${number}`), headers)) as { head?: { sha?: string } }
      return pull.head?.sha
    },
  }
}
