import { globToRegExp } from '../base/glob.ts'
import type { Evidence, Known, Location } from '../model/evidence.ts'
import type { Service } from '../model/system.ts'

/** A line of the configuration: services that match the pattern have this owner, or are part of this. */
interface CentralLine {
  pattern: string
  value: string
  at: Location
}

/** What one configuration says of a whole estate. */
export interface Central {
  owners: readonly CentralLine[]
  systems: readonly CentralLine[]
  domains: readonly CentralLine[]
}

/**
 * Fills in from the configuration what nobody nearer says: owners where neither CODEOWNERS nor a catalog names one, and systems and domains.
 * A pattern is a service, a folder or glob of paths, with or without the repository before it; a domain's may be a system.
 */
export const centrally = ({ owners, systems, domains }: Central): ((service: Service) => Service) => {
  const [ownersOf, systemsOf, domainsOf] = [owners, systems, domains].map(matching) as [Matching, Matching, Matching]
  return service => {
    const names = namesOf(service)
    const own = service.owners.length > 0 ? [] : ownersOf(names)
    const system = service.system ?? systemsOf(names)[0]
    const domain = service.domain ?? domainsOf(system ? [...names, system.value] : names)[0]
    return {
      ...service,
      owners: own.length > 0 ? own : service.owners,
      ...(system ? { system } : {}),
      ...(domain ? { domain } : {}),
    }
  }
}

type Matching = (names: readonly string[]) => Known<string>[]

/** The lines of the last pattern that matches one of some names. */
const matching = (lines: readonly CentralLine[]): Matching => {
  const tests = lines.map(line => ({ line, test: testOf(line.pattern) })).reverse()
  return names => {
    const last = tests.find(({ test }) => names.some(test))?.line.pattern
    return lines.filter(l => l.pattern === last).map(({ pattern, value, at }) => ({ value, evidence: [evidenceOf(pattern, value, at)] }))
  }
}

const evidenceOf = (pattern: string, value: string, at: Location): Evidence => ({
  ...{ reader: 'config/lintel', basis: 'declared', at },
  note: `${pattern}: ${value}`,
})

const testOf = (pattern: string): ((name: string) => boolean) => {
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  const expression = globToRegExp(body)
  return name => name === body || name.startsWith(`${body}/`) || expression.test(name)
}

const namesOf = ({ id, name, repo, paths }: Service): string[] => [
  ...new Set([id, name, repo, `${repo}/${name}`, ...paths.filter(p => p !== '').flatMap(p => [p, `${repo}/${p}`])]),
]
