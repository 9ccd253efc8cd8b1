import type { CatalogEntity, SystemModel } from '../../../index.ts'
import { byText, DEFAULT_NAMESPACE, entityKey, entityNameFor, entityRef } from '../../../index.ts'

/** How what is in the map is called in a catalog. */
export interface EntityNames {
  /** Of a node, contract or team: the entity that a catalog has for it, else one that is made. */
  of(kind: EntityKindWritten, id: string): Named
  /** The entity that a catalog has for it. */
  entity(kind: EntityKindWritten, id: string): CatalogEntity | undefined
}

export type EntityKindWritten = 'component' | 'resource' | 'api' | 'group' | 'user' | 'system' | 'domain'

export interface Named {
  kind: EntityKindWritten
  name: string
  namespace: string
  ref: string
}

const DESCRIBED: Partial<Record<EntityKindWritten, NonNullable<CatalogEntity['describes']>['kind']>> = {
  component: 'service',
  resource: 'resource',
  api: 'contract',
  group: 'team',
  user: 'team',
}

/** Names are the map's own where a catalog takes them; what would collide is counted. `wanted` are the ids of each kind. */
export const entityNames = (model: SystemModel, wanted: Record<EntityKindWritten, { id: string; name: string }[]>): EntityNames => {
  const entities = new Map<string, CatalogEntity>()
  const known = [...(model.catalog?.entities ?? [])].sort((a, b) => byText(a.ref, b.ref))
  for (const entity of known) {
    const kind = entity.kind as EntityKindWritten
    const id = kind === 'system' || kind === 'domain' ? shortName(entity) : entity.describes?.id
    if (id === undefined || (DESCRIBED[kind] !== undefined && DESCRIBED[kind] !== entity.describes?.kind)) continue
    const key = `${kind} ${id}`
    if (!entities.has(key)) entities.set(key, entity)
  }
  const taken = new Set(known.map(e => entityKey(e.ref)))
  const names = new Map<string, Named>()
  for (const kind of Object.keys(wanted) as EntityKindWritten[])
    for (const { id, name } of [...wanted[kind]].sort((a, b) => byText(a.id, b.id))) {
      const entity = entities.get(`${kind} ${id}`)
      names.set(`${kind} ${id}`, entity ? namedAs(kind, entity) : freeName(kind, id, name, taken))
    }
  return {
    of: (kind, id) => names.get(`${kind} ${id}`) ?? freeName(kind, id, id, new Set()),
    entity: (kind, id) => entities.get(`${kind} ${id}`),
  }
}

export const shortName = ({ namespace, name }: { namespace: string; name: string }): string =>
  namespace === DEFAULT_NAMESPACE ? name : `${namespace}/${name}`

const namedAs = (kind: EntityKindWritten, { name, namespace }: CatalogEntity): Named => ({
  ...{ kind, name, namespace },
  ref: entityRef({ kind, namespace, name }),
})

const freeName = (kind: EntityKindWritten, id: string, text: string, taken: Set<string>): Named => {
  const own = DESCRIBED[kind] === 'team' || DESCRIBED[kind] === undefined ? qualified(id) : undefined
  const { namespace, name: plain } = own ?? { namespace: DEFAULT_NAMESPACE, name: entityNameFor(text) }
  const base = taken.has(entityKey(entityRef({ kind, namespace, name: plain }))) ? entityNameFor(id) : plain
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base.slice(0, 58).replace(/[-._]+$/, '')}-${n}`
    const ref = entityRef({ kind, namespace, name })
    if (taken.has(entityKey(ref))) continue
    taken.add(entityKey(ref))
    return { kind, name, namespace, ref }
  }
}

/** `NAMESPACE/NAME`, which is how the map names what a catalog only refers to. */
const qualified = (id: string): { namespace: string; name: string } | undefined => {
  const [namespace, name, ...more] = id.replace(/^user:/, '').split('/')
  const isName = (text: string | undefined): text is string => text !== undefined && text === entityNameFor(text)
  return isName(namespace) && isName(name) && more.length === 0 ? { namespace, name } : undefined
}
