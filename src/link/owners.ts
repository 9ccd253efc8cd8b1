import { globToRegExp } from '../base/glob.ts'
import type { Known } from '../model/evidence.ts'
import type { OwnerFact } from '../model/manifest.ts'
import { type Gathered, groupBy, type Placed, spotAt } from './gather.ts'

interface Line {
  place: Placed<OwnerFact>
  matches(path: string): boolean
}

/** Who owns a folder of a repository: the last line of CODEOWNERS that covers it. */
export const ownersIndex = (gathered: Gathered): ((repo: string, folder: string) => Known<string>[]) => {
  const byRepo = new Map([...groupBy(gathered.owners, o => o.repo)].map(([repo, places]) => [repo, places.map(line).reverse()]))
  return (repo, folder) => {
    const found = (byRepo.get(repo) ?? []).find(l => l.matches(folder))
    if (!found) return []
    const { place } = found
    return [...new Set(place.fact.owners)].map(owner => ({
      value: owner,
      evidence: [
        {
          reader: 'catalog/codeowners',
          basis: 'declared' as const,
          at: spotAt(place, place.fact.spot),
          note: `${place.fact.pattern} ${owner}`,
        },
      ],
    }))
  }
}

/** CODEOWNERS patterns are gitignore's: a slash anchors, a folder covers what is below, `folder/*` only its direct files. */
const line = (place: Placed<OwnerFact>): Line => {
  const pattern = place.fact.pattern
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  const isAnchored = pattern.replace(/\/$/, '').includes('/')
  const expression = globToRegExp(isAnchored || body.startsWith('**') ? body : `**/${body}`)
  const isShallow = body.endsWith('/*')
  return {
    place,
    matches: folder => {
      const file = folder === '' ? 'x' : `${folder}/x`
      return isShallow ? expression.test(file) : prefixes(file).some(path => expression.test(path))
    },
  }
}

const prefixes = (path: string): string[] => {
  const parts = path.split('/')
  return parts.map((_, n) => parts.slice(0, n + 1).join('/'))
}
