import type { CatalogEntity, Contract, DeclaredRelation, Interaction, Resource, Service, SystemModel } from '../../../index.ts'
import { by, byText, DEFAULT_NAMESPACE, entityKey, ID_MARK, parseEntityRef } from '../../../index.ts'
import { shown } from '../shown.ts'
import type { Data } from '../yaml.ts'
import { apiTypes, outlineOf } from './definition.ts'
import { type EntityKindWritten, type EntityNames, entityNames, type Named, shortName } from './names.ts'

/** An entity as it is written. `services` and `contract` say what of the map it is, for whoever sorts entities into files. */
export interface Written {
  named: Named
  data: { [key: string]: Data | undefined }
  service?: Service
  contract?: Contract
}

/** Everything a catalog would have of the map: domains, systems, teams, components, resources, APIs, in this order. */
export const writtenEntities = (whole: SystemModel): Written[] => {
  const writing = writingOf(shown(whole))
  return [
    ...writing.ids.domain.map(d => domainOf(writing, d.id)),
    ...writing.ids.system.map(s => systemOf(writing, s.id)),
    ...writing.ids.group.map(t => groupOf(writing, t.id)),
    ...writing.ids.user.map(t => userOf(writing, t.id)),
    ...[...writing.model.services].sort(by(s => s.id)).map(s => componentOf(writing, s)),
    ...[...writing.model.resources].sort(by(r => r.id)).map(r => resourceOf(writing, r)),
    ...writing.apis.map(c => apiOf(writing, c)),
  ]
}

interface Writing {
  model: SystemModel
  names: EntityNames
  ids: Record<EntityKindWritten, { id: string; name: string }[]>
  apis: Contract[]
  services: ReadonlyMap<string, Service>
  /** What depends, both sides as nodes, each pair once. */
  depends: ReadonlyMap<string, Set<string>>
  /** Contracts whose operations a service calls. */
  consumes: ReadonlyMap<string, Set<string>>
  declared: ReadonlyMap<string, DeclaredRelation[]>
  /** Of everything that the map has. */
  refs: ReadonlySet<string>
}

const UNKNOWN = 'unknown'

const writingOf = (model: SystemModel): Writing => {
  const apis = model.contracts.filter(c => apiTypes[c.format] !== undefined && c.units.length > 0).sort(by(c => c.id))
  const teams = model.teams.map(t => ({ id: t.id, name: t.name.replace(/^user:/, '') }))
  const users = new Set((model.catalog?.entities ?? []).flatMap(e => (e.kind === 'user' && e.describes ? [e.describes.id] : [])))
  const isPerson = (id: string): boolean => users.has(id) || /^(?:user:|@[^/]*$|[^@]+@[^@]+$)/.test(id)
  const entitiesOf = (kind: string): string[] => (model.catalog?.entities ?? []).filter(e => e.kind === kind).map(shortName)
  const ids = {
    domain: distinct([...model.services.flatMap(s => (s.domain ? [s.domain.value] : [])), ...entitiesOf('domain')]),
    system: distinct([...model.services.flatMap(s => (s.system ? [s.system.value] : [])), ...entitiesOf('system')]),
    group: teams.filter(t => !isPerson(t.id)),
    user: teams.filter(t => isPerson(t.id)),
    component: model.services.map(({ id, name }) => ({ id, name })),
    resource: model.resources.map(({ id, name }) => ({ id, name })),
    api: apis.map(({ id, name }) => ({ id, name })),
  }
  const names = entityNames(model, ids)
  const nodes = (['component', 'resource', 'api'] as const).flatMap(kind => ids[kind].map(({ id }) => names.of(kind, id).ref))
  return {
    ...{ model, ids, apis, names, refs: new Set(nodes.map(entityKey)) },
    services: new Map(model.services.map(s => [s.id, s])),
    depends: dependsOf(model.interactions),
    consumes: consumesOf(model.interactions, new Set(apis.map(c => c.id))),
    declared: groupByFrom(model.catalog?.relations ?? []),
  }
}

const distinct = (names: readonly string[]): { id: string; name: string }[] => {
  const found = new Map(names.toReversed().map(n => [entityKey(n), n]))
  return [...found.values()].sort(byText).map(id => ({ id, name: id.replace(/^.*\//, '') }))
}

const groupByFrom = (relations: readonly DeclaredRelation[]): Map<string, DeclaredRelation[]> => {
  const groups = new Map<string, DeclaredRelation[]>()
  for (const relation of relations) groups.set(relation.from, [...(groups.get(relation.from) ?? []), relation])
  return groups
}

const adding = (index: Map<string, Set<string>>, key: string, value: string): void => {
  const known = index.get(key)
  if (known) known.add(value)
  else index.set(key, new Set([value]))
}

/** A consumer depends on the topic, whichever way the map has it. */
const dependsOf = (interactions: readonly Interaction[]): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>()
  for (const { from, to } of interactions) if (from !== to) adding(found, from, to)
  return found
}

const consumesOf = (interactions: readonly Interaction[], apis: ReadonlySet<string>): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>()
  for (const { from, to, operations } of interactions)
    for (const { contract } of operations) if (contract !== undefined && apis.has(contract) && from !== to) adding(found, from, contract)
  return found
}

/** As a reader of the file would write it: no kind that goes without saying, and no namespace that is the entity's own. */
const shortRef = (ref: string, meant: string | undefined, home: string): string => {
  const named = ref === UNKNOWN ? undefined : parseEntityRef(ref, meant ?? '')
  if (!named) return ref
  return `${named.kind === meant ? '' : `${named.kind}:`}${named.namespace === home ? '' : `${named.namespace}/`}${named.name}`
}

/** What kind the members of a specification mean where none is written. */
const MEANT: Readonly<Record<string, string | undefined>> = {
  ...{ owner: 'group', system: 'system', domain: 'domain', subdomainOf: 'domain', subcomponentOf: 'component', parent: 'group' },
  ...{ providesApis: 'api', consumesApis: 'api', dependsOn: undefined },
}

const withShortRefs = (spec: { [key: string]: Data | undefined }, home: string): { [key: string]: Data | undefined } =>
  Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      if (!Object.hasOwn(MEANT, key)) return [key, value]
      if (typeof value === 'string') return [key, shortRef(value, MEANT[key], home)]
      return [key, Array.isArray(value) ? value.map(ref => shortRef(String(ref), MEANT[key], home)).sort(byText) : value]
    }),
  )

const ownerOf = (writing: Writing, service: Service | undefined): string => {
  const id = service?.owners[0]?.value
  if (id === undefined) return UNKNOWN
  const kind = writing.ids.user.some(u => u.id === id) ? 'user' : 'group'
  return writing.names.of(kind, id).ref
}

/** Whoever owns most of some services, the first by name where several do. */
const ownerOfMost = (writing: Writing, services: readonly Service[]): string => {
  const counts = new Map<string, number>()
  for (const owner of services.map(s => ownerOf(writing, s))) if (owner !== UNKNOWN) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))[0]?.[0] ?? UNKNOWN
}

const declaredOwner = (writing: Writing, entity: CatalogEntity | undefined): string | undefined => {
  return entity && writing.declared.get(entity.ref)?.find(r => r.type === 'ownedBy')?.to
}

const written = (
  named: Named,
  kind: string,
  entity: CatalogEntity | undefined,
  spec: { [key: string]: Data | undefined },
  annotations: { [key: string]: string } = {},
): Written => ({
  named,
  data: {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: {
      name: named.name,
      namespace: named.namespace === DEFAULT_NAMESPACE ? undefined : named.namespace,
      title: entity?.title,
      description: entity?.description,
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    spec: withShortRefs(spec, named.namespace),
  },
})

const domainOf = (writing: Writing, id: string): Written => {
  const entity = writing.names.entity('domain', id)
  const services = writing.model.services.filter(s => s.domain?.value === id)
  const parent = partOf(writing, entity, 'domain')
  return written(writing.names.of('domain', id), 'Domain', entity, {
    owner: declaredOwner(writing, entity) ?? ownerOfMost(writing, services),
    subdomainOf: parent,
  })
}

const partOf = (writing: Writing, entity: CatalogEntity | undefined, kind: string): string | undefined =>
  entity && writing.declared.get(entity.ref)?.find(r => r.type === 'partOf' && entityKey(r.to).startsWith(`${kind}:`))?.to

const systemOf = (writing: Writing, id: string): Written => {
  const entity = writing.names.entity('system', id)
  const services = writing.model.services.filter(s => s.system?.value === id)
  const domain = domainOfSystem(writing, id)
  return written(writing.names.of('system', id), 'System', entity, {
    owner: declaredOwner(writing, entity) ?? ownerOfMost(writing, services),
    domain: domain === undefined ? undefined : writing.names.of('domain', domain).ref,
  })
}

/** The domain that the catalog says, else that of all its services that have one. */
const domainOfSystem = (writing: Writing, id: string): string | undefined => {
  const said = partOf(writing, writing.names.entity('system', id), 'domain')
  const named = said === undefined ? undefined : parseEntityRef(said, 'domain')
  if (named) return shortName(named)
  const domains = new Set(writing.model.services.flatMap(s => (s.system?.value === id && s.domain ? [s.domain.value] : [])))
  return domains.size === 1 ? [...domains][0] : undefined
}

const groupOf = (writing: Writing, id: string): Written => {
  const entity = writing.names.entity('group', id)
  return written(
    writing.names.of('group', id),
    'Group',
    entity,
    { type: entity?.type ?? 'team', parent: partOf(writing, entity, 'group'), children: [] },
    { [ID_MARK]: id },
  )
}

const userOf = (writing: Writing, id: string): Written =>
  written(writing.names.of('user', id), 'User', writing.names.entity('user', id), { memberOf: [] }, { [ID_MARK]: id })

const componentOf = (writing: Writing, service: Service): Written => {
  const { names } = writing
  const entity = names.entity('component', service.id)
  const depends = [...(writing.depends.get(service.id) ?? [])].flatMap(id => nodeRef(writing, id) ?? [])
  const provides = writing.apis.filter(c => c.providers.some(p => p.value === service.id)).map(c => names.of('api', c.id).ref)
  const consumes = [...(writing.consumes.get(service.id) ?? [])].map(id => names.of('api', id).ref)
  const kept = (type: DeclaredRelation['type']): string[] =>
    (entity ? (writing.declared.get(entity.ref) ?? []) : []).filter(r => r.type === type && !isFound(writing, r)).map(r => r.to)
  const domain = service.domain?.value
  const implied = service.system && domainOfSystem(writing, service.system.value)
  return {
    ...written(
      names.of('component', service.id),
      'Component',
      entity,
      {
        type: entity?.type ?? (service.kind === 'frontend' ? 'website' : service.kind),
        lifecycle: entity?.lifecycle ?? (service.state === 'deployed' ? 'production' : 'experimental'),
        owner: ownerOf(writing, service),
        system: service.system ? names.of('system', service.system.value).ref : undefined,
        subcomponentOf: partOf(writing, entity, 'component'),
        providesApis: listed([...provides, ...kept('providesApi')]),
        consumesApis: listed([...consumes, ...kept('consumesApi')].filter(api => !provides.includes(api))),
        dependsOn: listed([...depends, ...kept('dependsOn')]),
      },
      {
        [ID_MARK]: service.id,
        ...(domain === undefined || domain === implied
          ? {}
          : { 'lintel/domain': shortRef(names.of('domain', domain).ref, 'domain', names.of('component', service.id).namespace) }),
      },
    ),
    service,
  }
}

/** The map can say by itself whether this holds: then the map is believed. */
const isFound = (writing: Writing, { nodes, to, type }: DeclaredRelation): boolean => {
  if (nodes !== undefined || writing.refs.has(entityKey(to))) return true
  const target = writing.model.catalog?.entities.find(e => e.ref === to)
  return target?.describes !== undefined && (type === 'providesApi' || type === 'consumesApi' || target.describes.kind !== 'contract')
}

const listed = (items: readonly string[]): Data | undefined => (items.length === 0 ? undefined : [...new Set(items)].sort(byText))

const nodeRef = (writing: Writing, id: string): string | undefined => {
  if (writing.services.has(id)) return writing.names.of('component', id).ref
  return writing.ids.resource.some(r => r.id === id) ? writing.names.of('resource', id).ref : undefined
}

const resourceOf = (writing: Writing, resource: Resource): Written => {
  const entity = writing.names.entity('resource', resource.id)
  const users = writing.model.services.filter(s => writing.depends.get(s.id)?.has(resource.id))
  return written(
    writing.names.of('resource', resource.id),
    'Resource',
    entity,
    {
      type: entity?.type ?? resource.kind,
      owner: declaredOwner(writing, entity) ?? ownerOfMost(writing, users),
      system: partOf(writing, entity, 'system'),
    },
    { [ID_MARK]: resource.id },
  )
}

const apiOf = (writing: Writing, contract: Contract): Written => {
  const entity = writing.names.entity('api', contract.id)
  const provider = contract.providers.map(p => writing.services.get(p.value)).find(s => s !== undefined)
  const system = partOf(writing, entity, 'system') ?? (provider?.system ? writing.names.of('system', provider.system.value).ref : undefined)
  return {
    ...written(
      writing.names.of('api', contract.id),
      'API',
      entity,
      {
        type: entity?.type ?? apiTypes[contract.format],
        lifecycle: entity?.lifecycle ?? (provider === undefined || provider.state === 'deployed' ? 'production' : 'experimental'),
        owner: declaredOwner(writing, entity) ?? ownerOf(writing, provider),
        system,
        definition: outlineOf(contract),
      },
      { [ID_MARK]: contract.id },
    ),
    contract,
  }
}
