/** What a command answers with; the number of errors never is (it would wrap at 256). */
export const exit = { ok: 0, denied: 1, usage: 2, notJudged: 3, defect: 70 } as const
