import { by } from '../../base/names.ts'
import { entityKey } from '../../model/entity.ts'
import type { EntityRelation } from '../../model/manifest.ts'
import type { CatalogEntity, DeclaredRelation, NodeId } from '../../model/system.ts'
import { type Entities, type Entity, evidenceAt } from './entities.ts'

type Described = (entity: Entity | undefined) => CatalogEntity['describes']

interface Stated {
  type: DeclaredRelation['type']
  from: string
  to: string
  by: Entity
  relation: EntityRelation
}

/** What entities declare of each other, each relation once, told from the side that depends. */
export const relationsOf = (entities: Entities, described: Described): DeclaredRelation[] => {
  const found = new Map<string, DeclaredRelation>()
  const providers = providersOf(entities, described)
  for (const stated of entities.all.flatMap(e => statedBy(e, entities))) {
    const { type, from, to, relation } = stated
    const id = `${from} ${type} ${to}`
    const evidence = evidenceAt(stated.by.place, relation.spot, `${relation.type} ${relation.target}`)
    const known = found.get(id)
    if (known) {
      known.evidence.push(evidence)
      continue
    }
    const nodes = nodesOf(stated, entities, described, providers)
    const missing = entities.find(relation.target) === undefined
    found.set(id, { id, type, from, to, ...(missing ? { missing: true as const } : {}), ...(nodes ? { nodes } : {}), evidence: [evidence] })
  }
  return [...found.values()].sort(by(r => r.id))
}

const statedBy = (entity: Entity, entities: Entities): Stated[] =>
  [entity.place, ...entity.others]
    .flatMap(place => place.fact.relations.map(relation => ({ relation, by: { ...entity, place } })))
    .map(({ relation, by }) => {
      const other = entities.find(relation.target)?.ref ?? relation.target
      return relation.type === 'dependencyOf'
        ? { type: 'dependsOn', from: other, to: entity.ref, by, relation }
        : { type: relation.type, from: entity.ref, to: other, by, relation }
    })

/** The nodes that provide an API, by what components declare. */
const providersOf = (entities: Entities, described: Described): ((api: string) => NodeId[]) => {
  const index = new Map<string, NodeId[]>()
  for (const entity of entities.all) {
    const node = nodeOf(described(entity))
    if (node === undefined) continue
    for (const { type, target } of entity.fact.relations) {
      if (type !== 'providesApi') continue
      const key = entities.find(target)?.key ?? entityKey(target)
      index.set(key, [...(index.get(key) ?? []), node])
    }
  }
  return api => index.get(entityKey(api)) ?? []
}

const nodeOf = (described: CatalogEntity['describes']): NodeId | undefined =>
  described?.kind === 'service' || described?.kind === 'resource' ? described.id : undefined

const nodesOf = (
  { type, from, to }: Stated,
  entities: Entities,
  described: Described,
  providers: (api: string) => NodeId[],
): DeclaredRelation['nodes'] => {
  if (type !== 'dependsOn' && type !== 'consumesApi') return undefined
  const start = nodeOf(described(entities.find(from)))
  if (start === undefined) return undefined
  const end = nodeOf(described(entities.find(to)))
  const isApi = entities.find(to)?.fact.kind === 'api' || type === 'consumesApi'
  const ends = isApi ? providers(to).filter(id => id !== start) : end === undefined ? [] : [end]
  return ends.length === 0 ? undefined : { from: start, to: [...new Set(ends)].sort() }
}
