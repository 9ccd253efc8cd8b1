import { compare } from '../../src/compare/compare.ts'
import { judge } from '../../src/judge/judge.ts'
import { defaultPolicy } from '../../src/judge/policy.ts'
import { link } from '../../src/link/link.ts'
import type { SystemModel } from '../../src/model/system.ts'
import type { Policy, Verdict } from '../../src/model/verdict.ts'
import { analysed } from '../analyse/system.ts'

export type Files = Record<string, string>

/** The map of files given by path. */
export const mapOf = async (files: Files): Promise<SystemModel> =>
  link([await analysed(files)], { links: {}, external: {}, publicContracts: [] })

/** The verdict on a change of files. */
export const judged = async (base: Files, head: Files, policy: Partial<Policy> = {}): Promise<Verdict> => {
  const models = { base: await mapOf(base), head: await mapOf(head) }
  const changedFiles = [...new Set([...Object.keys(base), ...Object.keys(head)])].filter(path => base[path] !== head[path]).sort()
  return judge({
    ...{ ...models, comparison: compare(models.base, models.head), policy: { ...defaultPolicy, ...policy } },
    ...{ policySource: 'test', asOf: '2026-01-01', changedFiles },
  })
}
