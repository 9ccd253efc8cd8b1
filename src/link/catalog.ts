import { by, byText } from '../base/names.ts'
import type { Contract } from '../model/contract.ts'
import { DEFAULT_NAMESPACE, entityKey, entityNameFor, ID_MARK, shortEntityName } from '../model/entity.ts'
import type { Evidence, Known, Problem } from '../model/evidence.ts'
import type { EntityRelation } from '../model/manifest.ts'
import type { Catalog, CatalogEntity, Service, Team } from '../model/system.ts'
import { type Entities, type Entity, entitiesOf, evidenceAt, refOf } from './catalog/entities.ts'
import { type Joinable, joinEntities } from './catalog/join.ts'
import { relationsOf } from './catalog/relations.ts'
import { teamIds, teamsOf } from './catalog/teams.ts'
import { type Central, centrally } from './central.ts'
import type { Gathered } from './gather.ts'
import { uniqueSorted } from './interactions.ts'

/** The map with what catalogs say of it. */
export interface Cataloged {
  services: Service[]
  contracts: Contract[]
  teams: Team[]
  catalog?: Catalog
  problems: Problem[]
}

const NOTHING: Central = { owners: [], systems: [], domains: [] }

/**
 * Sets catalogs beside what was found: an entity is joined with what it stands for, and names its owner, system and domain; what it
 * declares to depend on is kept as declared, never as a call.
 */
export const withCatalog = (gathered: Gathered, found: Joinable, central: Central = NOTHING): Cataloged => {
  const entities = entitiesOf(gathered)
  const teamOf = teamIds(entities, gathered)
  const joined = joinEntities(entities.all, found)
  const ofService = new Map<string, Entity[]>()
  for (const [entity, { kind, id }] of joined) if (kind === 'service') ofService.set(id, [...(ofService.get(id) ?? []), entity])
  const services = found.services.map(s => described(s, ofService.get(s.id) ?? [], entities, teamOf)).map(centrally(central))
  const teams = teamsOf(services, entities, teamOf)
  if (entities.all.length === 0) return { services, contracts: [...found.contracts], teams, problems: [] }
  const owning = new Set(teams.map(t => t.id))
  const describes = (entity: Entity | undefined): CatalogEntity['describes'] => {
    if (entity === undefined || (entity.fact.kind !== 'group' && entity.fact.kind !== 'user')) return entity && joined.get(entity)
    const id = teamOf(entity.ref)
    return id !== undefined && owning.has(id) ? { kind: 'team', id } : undefined
  }
  const catalog: Catalog = {
    entities: entities.all.map(e => catalogEntity(e, describes(e))).sort(by(e => e.ref)),
    relations: relationsOf(entities, describes),
  }
  return {
    services,
    contracts: withDeclaredProviders(found.contracts, entities, joined),
    teams,
    catalog,
    problems: catalog.entities.flatMap(duplicateProblems),
  }
}

const described = (service: Service, entities: readonly Entity[], all: Entities, teamOf: (ref: string) => string | undefined): Service => {
  if (entities.length === 0) return service
  const stated = entities.flatMap(e => [e.place, ...e.others].flatMap(place => place.fact.relations.map(relation => ({ place, relation }))))
  const owners = new Map<string, Evidence[]>()
  for (const { place, relation } of stated) {
    const team = relation.type === 'ownedBy' ? teamOf(relation.target) : undefined
    if (team === undefined) continue
    owners.set(team, [...(owners.get(team) ?? []), evidenceAt(place, relation.spot, `owner of ${refOf(place.fact)}`)])
  }
  for (const { value, evidence } of service.owners) owners.set(value, [...(owners.get(value) ?? []), ...evidence])
  const names = entities.filter(e => !isMadeUp(e, service)).map(e => e.fact.name)
  const aliases = new Set([...service.aliases, ...names].filter(a => a !== service.name))
  const system = partOf(entities, 'system', all)
  const domain = partOf(system ? [...entities, ...system.of] : entities, 'domain', all)
  return {
    ...service,
    aliases: [...aliases].sort(byText),
    owners: [...owners].map(([value, evidence]) => ({ value, evidence: uniqueSorted(evidence) })),
    ...(system ? { system: system.known } : {}),
    ...(domain ? { domain: domain.known } : {}),
  }
}

/** A name that is nothing but the service's own in the letters that a catalog takes is no name anybody uses. */
const isMadeUp = ({ fact }: Entity, { id, name }: Service): boolean =>
  fact.marks.some(m => m.by === ID_MARK) && [id, name].some(own => uncounted(entityNameFor(own)) === uncounted(fact.name))

const uncounted = (name: string): string => entityKey(name).replace(/-\d+$/, '')

/** The first system or domain that one of some entities is part of, with the entity that it is. */
const partOf = (entities: readonly Entity[], kind: string, all: Entities): { known: Known<string>; of: Entity[] } | undefined => {
  for (const { place } of entities)
    for (const relation of place.fact.relations) {
      if (!isPart(relation, kind)) continue
      const of = all.find(relation.target)
      const name = of === undefined ? relation.target.slice(kind.length + 1) : nameOf(of)
      const value = name.replace(new RegExp(`^${DEFAULT_NAMESPACE}/`), '')
      return { known: { value, evidence: [evidenceAt(place, relation.spot, `${kind} of ${refOf(place.fact)}`)] }, of: of ? [of] : [] }
    }
  return undefined
}

const isPart = ({ type, target }: EntityRelation, kind: string): boolean => type === 'partOf' && entityKey(target).startsWith(`${kind}:`)

const nameOf = ({ fact }: Entity): string => shortEntityName({ namespace: fact.namespace ?? DEFAULT_NAMESPACE, name: fact.name })

const catalogEntity = (entity: Entity, describes: CatalogEntity['describes']): CatalogEntity => {
  const { fact, place } = entity
  const gone = [...new Set(fact.files.filter(f => f.gone).map(f => f.path))].sort()
  return {
    ref: entity.ref,
    kind: fact.kind,
    name: fact.name,
    namespace: fact.namespace ?? DEFAULT_NAMESPACE,
    ...(fact.title === undefined ? {} : { title: fact.title }),
    ...(fact.description === undefined ? {} : { description: fact.description }),
    ...(fact.type === undefined ? {} : { type: fact.type }),
    ...(fact.lifecycle === undefined ? {} : { lifecycle: fact.lifecycle }),
    ...(describes ? { describes } : {}),
    ...(gone.length > 0 ? { gone } : {}),
    ...(entity.duplicates.length > 0 ? { duplicates: entity.duplicates } : {}),
    evidence: uniqueSorted([place, ...entity.others].map(p => evidenceAt(p, p.fact.spot, entity.ref))),
  }
}

const duplicateProblems = ({ ref, evidence, duplicates = [] }: CatalogEntity): Problem[] =>
  duplicates.map(at => ({
    code: 'catalog/duplicate',
    message: `${ref} is declared a second time; ${evidence[0]!.at.file}:${evidence[0]!.at.line} counts`,
    severity: 'warning' as const,
    at,
  }))

/** A component that declares to provide an API provides the contract that the API is. */
const withDeclaredProviders = (
  contracts: readonly Contract[],
  entities: Entities,
  joined: ReadonlyMap<Entity, NonNullable<CatalogEntity['describes']>>,
): Contract[] => {
  const declared = new Map<string, Known<string>[]>()
  for (const [entity, { kind, id }] of joined) {
    if (kind !== 'service') continue
    for (const relation of entity.fact.relations) {
      const api = relation.type === 'providesApi' ? entities.find(relation.target) : undefined
      const contract = api && joined.get(api)
      if (contract?.kind !== 'contract') continue
      const known: Known<string> = { value: id, evidence: [evidenceAt(entity.place, relation.spot, `provides ${relation.target}`)] }
      declared.set(contract.id, [...(declared.get(contract.id) ?? []), known])
    }
  }
  return contracts.map(contract => {
    const more = (declared.get(contract.id) ?? []).filter(d => !contract.providers.some(p => p.value === d.value))
    return more.length === 0 ? contract : { ...contract, providers: [...contract.providers, ...more].sort(by(p => p.value)) }
  })
}
