import { canonicalName } from '../../base/names.ts'
import { dirname, isInside } from '../../base/path.ts'
import type { Contract } from '../../model/contract.ts'
import { ID_MARK } from '../../model/entity.ts'
import type { CatalogEntity, Resource, Service } from '../../model/system.ts'
import { showValue } from '../../model/value.ts'
import { groupBy } from '../gather.ts'
import type { Node } from '../node.ts'
import { type Entity, filesOf } from './entities.ts'

export interface Joinable {
  services: readonly Service[]
  resources: readonly Resource[]
  contracts: readonly Contract[]
  nodes: readonly Node[]
}

type Described = CatalogEntity['describes']

/**
 * What of the map each entity stands for, by evidence: its own mark, the labels of what is deployed, the same name, the folder of the
 * code. Never by likeness; where several answer, none is taken.
 */
export const joinEntities = (entities: readonly Entity[], joinable: Joinable): Map<Entity, NonNullable<Described>> => {
  const join = joinerOf(joinable)
  const found = new Map<Entity, NonNullable<Described>>()
  const take = (entity: Entity, described: Described): void => {
    if (described) found.set(entity, described)
  }
  for (const entity of entities) take(entity, join.byMark(entity) ?? join.byName(entity) ?? join.byDefinition(entity))
  const taken = new Set([...found.values()].map(d => `${d.kind} ${d.id}`))
  const open = entities.filter(e => e.fact.kind === 'component' && !found.has(e) && !hasMark(e, ID_MARK) && runs(e))
  const byFolder = open.map(entity => [entity, join.byFolder(entity)] as const)
  const claims = groupBy(byFolder, ([, id]) => id ?? '')
  for (const [entity, id] of byFolder)
    if (id !== undefined && claims.get(id)!.length === 1 && !taken.has(`service ${id}`)) take(entity, { kind: 'service', id })
  return found
}

/** Components of these types are no program that runs. */
const AT_REST = /^(library|package|module|plugin|documentation|docs|template|tool|cli|sdk|schema|config(uration)?)$/i

/** Whether a component is something that runs, as far as its type says. */
const runs = ({ fact }: Entity): boolean => fact.kind === 'component' && !AT_REST.test(fact.type ?? '')

const hasMark = ({ fact }: Entity, by: string): boolean => fact.marks.some(m => m.by === by)

const only = <T>(items: Iterable<T>): T | undefined => {
  const [first, ...rest] = new Set(items)
  return rest.length === 0 ? first : undefined
}

const joinerOf = ({ services, resources, contracts, nodes }: Joinable) => {
  const serviceIds = new Set(services.map(s => s.id))
  const resourceIds = new Set(resources.map(r => r.id))
  const contractIds = new Set(contracts.map(c => c.id))
  const named = namesOf(services)
  const stored = namesOf(resources)
  const labels = labelsOf(nodes.filter(n => serviceIds.has(n.id)))
  const byFile = new Map(
    contracts.flatMap(c => [...c.files, ...c.copies.filter(x => x.kind === 'copy').map(x => x.file)].map(f => [`${c.repo}\n${f}`, c.id])),
  )
  const inRepo = groupBy(
    services.filter(s => s.paths.length > 0),
    s => s.repo,
  )

  const byId = (id: string): Described =>
    serviceIds.has(id)
      ? { kind: 'service', id }
      : resourceIds.has(id)
        ? { kind: 'resource', id }
        : contractIds.has(id)
          ? { kind: 'contract', id }
          : undefined

  const named_ = (index: Names, { fact, place }: Entity): string | undefined => {
    const names = [fact.name, ...fact.marks.filter(m => NAMING.has(m.by)).map(m => m.value)]
    const all = names.flatMap(name => index.get(canonicalName(name)) ?? [])
    return only(all.filter(n => n.repo === place.repo).map(n => n.id)) ?? only(all.map(n => n.id))
  }

  return {
    byMark: (entity: Entity): Described => {
      const own = entity.fact.marks.find(m => m.by === ID_MARK)
      if (own) return byId(own.value)
      if (entity.fact.kind !== 'component') return undefined
      const id = only(entity.fact.marks.flatMap(m => labels(m)))
      return id === undefined ? undefined : { kind: 'service', id }
    },
    byName: (entity: Entity): Described => {
      const { kind } = entity.fact
      if (hasMark(entity, ID_MARK) || (kind !== 'resource' && !runs(entity))) return undefined
      const service = named_(named, entity)
      const resource = named_(stored, entity)
      const first = kind === 'resource' ? (resource ?? service) : (service ?? resource)
      return first === undefined ? undefined : byId(first)
    },
    byDefinition: (entity: Entity): Described => {
      if (entity.fact.kind !== 'api' || hasMark(entity, ID_MARK)) return undefined
      const files = filesOf(entity, 'definition')
      const id = only(
        files.length > 0
          ? files.flatMap(file => byFile.get(`${entity.place.repo}\n${file}`) ?? [])
          : contracts.filter(c => canonicalName(c.name) === canonicalName(entity.fact.name)).map(c => c.id),
      )
      return id === undefined ? undefined : { kind: 'contract', id }
    },
    byFolder: (entity: Entity): string | undefined => {
      const { repo, file } = entity.place
      const told = filesOf(entity, 'source')
      const folder = told[0] === undefined || told[0] === '' ? dirname(file) : told[0]
      // Whoever names another repository does not mean whatever lies beside the file.
      if (folder === '' && told.length === 0 && entity.fact.files.some(f => f.as === 'source')) return undefined
      const here = (inRepo.get(repo) ?? []).filter(s => s.paths.some(p => isInside(p, folder) || (p !== '' && isInside(folder, p))))
      return only(here.map(s => s.id))
    },
  }
}

/** Marks that are names others may know it by. */
const NAMING: ReadonlySet<string> = new Set(['kubernetes-id', 'dd-service', 'alias'])

type Names = ReadonlyMap<string, { id: string; repo: string }[]>

const namesOf = (items: readonly { id: string; name: string; aliases: string[]; repo?: string }[]): Names => {
  const index = new Map<string, { id: string; repo: string }[]>()
  for (const { id, name, aliases, repo = '' } of items)
    for (const key of new Set([name, ...aliases].map(canonicalName))) {
      const known = index.get(key)
      if (known) known.push({ id, repo })
      else index.set(key, [{ id, repo }])
    }
  return index
}

const KUBERNETES_ID = 'backstage.io/kubernetes-id'
const DATADOG_LABEL = 'tags.datadoghq.com/service'

/** The services whose deployables carry what a mark names. */
const labelsOf = (nodes: readonly Node[]): ((mark: { by: string; value: string }) => string[]) => {
  const index = new Map<string, Set<string>>()
  const add = (key: string, id: string): void => void index.set(key, (index.get(key) ?? new Set()).add(id))
  for (const { id, instances } of nodes)
    for (const { place, container } of instances) {
      for (const [key, value] of Object.entries(place.fact.labels)) add(`${key}=${value}`, id)
      for (const { name, value } of container.env) if (name === 'DD_SERVICE') add(`${DATADOG_LABEL}=${showValue(value)}`, id)
    }
  const carrying = (pair: string): string[] => [...(index.get(pair) ?? [])]
  return ({ by, value }) => {
    if (by === 'kubernetes-id') return carrying(`${KUBERNETES_ID}=${value}`)
    if (by === 'dd-service') return carrying(`${DATADOG_LABEL}=${value}`)
    const pairs = by === 'labels' ? value.split(',').map(p => p.trim().replace('==', '=')) : []
    const [first = [], ...rest] = pairs.map(carrying)
    return first.filter(id => rest.every(ids => ids.includes(id)))
  }
}
