import type { FileProblem } from '../../model/evidence.ts'
import type { OwnerFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** CODEOWNERS of GitHub, GitLab and Gitea: patterns with their owners, in file order. A pattern without owners takes them away. */
export const codeowners: Reader = {
  name: 'catalog/codeowners',
  version: 1,
  wants: path => /^(?:\.github\/|\.gitlab\/|\.gitea\/|docs\/)?CODEOWNERS$/.test(path),
  read: ({ content }) => {
    const problems: FileProblem[] = []
    const manifest: OwnerFact[] = []
    let inherited: string[] = []
    content.split('\n').forEach((text, i) => {
      const section = /^\^?\[[^\]]+\](?:\[\d+\])?(.*)$/.exec(text.trim())
      if (section) inherited = ownersIn(section[1]!.split(/\s+/))
      else manifest.push(...ownerLine(text, i + 1, inherited, problems))
    })
    return manifest.length > 0 ? { manifest, problems } : { problems }
  },
}

const OWNER = /^(?:@[\w./-]+|[^\s@]+@[^\s@]+)$/

const ownersIn = (parts: readonly string[]): string[] => parts.filter(part => OWNER.test(part))

const ownerLine = (source: string, line: number, inherited: readonly string[], problems: FileProblem[]): OwnerFact[] => {
  const [pattern, ...rest] = fieldsOf(source)
  if (pattern === undefined) return []
  if (pattern.startsWith('!')) {
    problems.push({ code: 'codeowners/negation', message: `${pattern}: negated patterns are not allowed here`, severity: 'warning', line })
    return []
  }
  const strange = rest.filter(part => !OWNER.test(part))
  if (strange.length > 0)
    problems.push({
      code: 'codeowners/owner',
      message: `${strange[0]!.slice(0, 60)} is no user, team or address`,
      severity: 'warning',
      line,
    })
  const owners = ownersIn(rest)
  return [{ says: 'owner', pattern, owners: owners.length > 0 || rest.length > 0 ? owners : [...inherited], spot: { line } }]
}

/** Fields of a line without its comment; `\ ` is a space and `\#` a number sign inside a pattern. */
const fieldsOf = (source: string): string[] =>
  [...source.replace(/(^|\s)#.*$/, '').matchAll(/(?:\\.|[^\s\\]|\\$)+/g)].map(match => match[0].replace(/\\([ #\\])/g, '$1'))
