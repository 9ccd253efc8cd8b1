import { type CommentHost, pages, request } from './comment.ts'

export interface GitlabMergeRequest {
  /** `https://host/api/v4` */
  api: string
  project: string
  number: string
  token: string
  fetch: typeof fetch
}

interface Note {
  id: number
  body?: string
  system?: boolean
  author?: { id?: number }
}

/** Notes of a merge request on GitLab; only those of the token's own user can be edited. */
export const gitlabHost = ({ api, project, number, token, fetch: fetcher }: GitlabMergeRequest): CommentHost => {
  const headers = { 'private-token': token }
  const url = (path: string): string => `${api}/projects/${encodeURIComponent(project)}/merge_requests/${number}${path}`
  return {
    list: async () => {
      const me = (await request(fetcher, 'GET', `${api}/user`, headers)) as { id?: number }
      const all = await pages<Note>((page, size) => request(fetcher, 'GET', url(`/notes?sort=asc&per_page=${size}&page=${page}`), headers))
      return all.filter(n => !n.system && n.author?.id === me.id).map(n => ({ id: String(n.id), body: n.body ?? '' }))
    },
    create: async body => void (await request(fetcher, 'POST', url('/notes'), headers, { body })),
    update: async (id, body) => void (await request(fetcher, 'PUT', url(`/notes/${id}`), headers, { body })),
    currentHead: async () => ((await request(fetcher, 'GET', url(''), headers)) as { sha?: string }).sha,
  }
}
