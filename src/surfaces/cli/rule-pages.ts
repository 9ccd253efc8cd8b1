import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { RuleText } from '../report/report.ts'
import { packageFile } from './package.ts'

/** The pages of the rules, as they lie in the package. */

export const isRuleId = (id: string): boolean => /^[a-z0-9-]+\/[a-z0-9-]+$/.test(id)

export const rulePage = (id: string): string | undefined => {
  if (!isRuleId(id)) return undefined
  const file = packageFile(`docs/rules/${id}.md`)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

export const ruleIds = (): string[] => {
  const folder = packageFile('docs/rules/')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(f => f.replaceAll('\\', '/'))
    .filter(f => f.endsWith('.md'))
    .map(f => f.slice(0, -'.md'.length))
    .filter(isRuleId)
    .sort()
}

/** Summary: the page's first paragraph below its title. */
export const ruleText = (id: string): RuleText | undefined => {
  const help = rulePage(id)
  if (help === undefined) return undefined
  const summary = help
    .split(/\r?\n\s*\r?\n/)
    .map(p => p.trim())
    .find(p => p !== '' && !p.startsWith('#'))
  return { summary: (summary ?? id).replace(/\s+/g, ' '), help }
}
