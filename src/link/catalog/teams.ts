import { byText } from '../../base/names.ts'
import { ID_MARK, parseEntityRef, shortEntityName } from '../../model/entity.ts'
import type { Service, Team, TeamId } from '../../model/system.ts'
import type { Gathered } from '../gather.ts'
import type { Entities, Entity } from './entities.ts'

/** Placeholders of generators and of people who had to write something. */
const NOBODY = /^(unknown|none|nobody|unowned|undefined|n\/?a|todo|tbd)$/i

/**
 * The team that an owner's reference means. A group is whom its own mark names (`@org/slug` of the code host), else the only team of
 * CODEOWNERS with the very same name, else itself. Undefined where nobody is meant.
 */
export const teamIds = (entities: Entities, { owners }: Gathered): ((ref: string) => TeamId | undefined) => {
  const bySlug = new Map<string, Set<string>>()
  for (const owner of new Set(owners.flatMap(o => o.fact.owners))) {
    const slug = owner.replace(/^@(?:.*\/)?/, '').toLowerCase()
    bySlug.set(slug, (bySlug.get(slug) ?? new Set()).add(owner))
  }
  const known = new Set(owners.flatMap(o => o.fact.owners))
  return ref => {
    const entity = entities.find(ref)
    const name = parseEntityRef(entity?.ref ?? ref, 'group')
    if (!name || NOBODY.test(name.name)) return undefined
    const marked = entity && ownMark(entity, known)
    if (marked !== undefined) return marked
    const same = [...(bySlug.get(name.name.toLowerCase()) ?? [])].filter(id => id.includes('/') === (name.kind !== 'user'))
    if (same.length === 1) return same[0]
    return name.kind === 'user' ? `user:${shortEntityName(name)}` : shortEntityName(name)
  }
}

const ownMark = ({ fact }: Entity, known: ReadonlySet<string>): TeamId | undefined => {
  const mark = (by: string): string | undefined => fact.marks.find(m => m.by === by)?.value
  const slug = mark('team-slug')
  const login = mark('user-login')
  const email = mark('email')
  return (
    mark(ID_MARK) ??
    (slug === undefined ? undefined : `@${slug.replace(/^@/, '')}`) ??
    (login === undefined ? undefined : `@${login.replace(/^@/, '')}`) ??
    (email !== undefined && known.has(email) ? email : undefined)
  )
}

/** Whoever owns a service, and every group that a catalog has. Members are nobody's business. */
export const teamsOf = (services: readonly Service[], entities: Entities, idOf: (ref: string) => TeamId | undefined): Team[] => {
  const teams = new Map<TeamId, Team>()
  for (const id of services.flatMap(s => s.owners.map(o => o.value))) teams.set(id, { id, name: id.replace(/^@(?:[^/]+\/)?/, '') })
  for (const { ref, fact } of entities.all) {
    const id = fact.kind === 'group' ? idOf(ref) : undefined
    if (id === undefined) continue
    const name = teams.get(id)?.name ?? id.replace(/^@(?:[^/]+\/)?/, '')
    teams.set(id, { id, name, ...(fact.title === undefined ? {} : { title: fact.title }) })
  }
  return [...teams.values()].sort((a, b) => byText(a.id, b.id))
}
