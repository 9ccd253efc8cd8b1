import { canonicalJson } from '../../base/json.ts'
import { DEFAULT_NAMESPACE, entityKey, entityPath, entityRef } from '../../model/entity.ts'
import type { Evidence, Location, Spot } from '../../model/evidence.ts'
import type { EntityFact } from '../../model/manifest.ts'
import { type Gathered, groupBy, type Placed, spotAt } from '../gather.ts'
import { isAside } from '../programs.ts'

/** An entity with all places that declare it. The first one's word counts. */
export interface Entity {
  ref: string
  key: string
  fact: EntityFact
  place: Placed<EntityFact>
  /** Places that declare the same name in another catalog's form, or once more in the same words. */
  others: Placed<EntityFact>[]
  /** Places that say something else under the same name. */
  duplicates: Location[]
}

export interface Entities {
  all: Entity[]
  byKey: ReadonlyMap<string, Entity>
  /** The entity that a reference means; a kind that is not said is that of the only one of its name. */
  find(ref: string): Entity | undefined
}

export const refOf = ({ kind, namespace = DEFAULT_NAMESPACE, name }: EntityFact): string => entityRef({ kind, namespace, name })

/** All entities of all catalogs, each name once. What lies among tests and examples counts only where a repository has nothing else. */
export const entitiesOf = ({ entities }: Gathered): Entities => {
  const own = [...groupBy(entities, e => e.repo).values()].flatMap(places => {
    const inside = places.filter(p => !isAside(p.file))
    return inside.length > 0 ? inside : places
  })
  const all = [...groupBy(own, p => entityKey(refOf(p.fact))).entries()].map(([key, [place, ...rest]]) => entity(key, place!, rest))
  const byKey = new Map(all.map(e => [e.key, e]))
  const byName = groupBy(all, e => e.key.slice(e.key.indexOf(':')))
  return {
    all,
    byKey,
    find: ref => {
      const key = entityKey(ref)
      if (!key.startsWith('*:')) return byKey.get(key)
      const named = byName.get(key.slice(1)) ?? []
      return named.length === 1 ? named[0] : undefined
    },
  }
}

const entity = (key: string, place: Placed<EntityFact>, rest: readonly Placed<EntityFact>[]): Entity => {
  const said = wordsOf(place.fact)
  const differs = rest.filter(other => other.fact.catalog === place.fact.catalog && wordsOf(other.fact) !== said)
  return {
    ref: refOf(place.fact),
    key,
    fact: place.fact,
    place,
    others: rest.filter(other => other.fact.catalog !== place.fact.catalog),
    duplicates: differs.map(other => spotAt(other, other.fact.spot)),
  }
}

/** What an entity says, wherever it stands. */
const wordsOf = (fact: EntityFact): string =>
  canonicalJson(JSON.parse(JSON.stringify(fact, (key, value) => (key === 'spot' || key === 'gone' ? undefined : (value as unknown)))))

export const evidenceAt = (place: Placed<EntityFact>, spot: Spot, note: string): Evidence => ({
  reader: `catalog/${place.fact.catalog}`,
  basis: 'declared',
  at: spotAt(place, spot),
  note,
})

/** Paths in the tree that an entity names as its source; without one, the folder that it lies in. */
export const filesOf = ({ fact, place }: Entity, as: EntityFact['files'][number]['as']): string[] =>
  fact.files.filter(f => f.as === as).flatMap(f => entityPath(f, place.file, place.repo) ?? [])
