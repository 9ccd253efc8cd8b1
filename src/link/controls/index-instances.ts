import type { Selector } from '../../model/control.ts'
import type { Directory } from '../directory.ts'
import { groupBy, type Placed } from '../gather.ts'
import type { Instance } from '../node.ts'
import { variantKey } from '../variants.ts'

/** The workloads that policies select from. Compose services are none: no mesh selects them by labels. */
export interface Workloads {
  all: readonly Instance[]
  byNamespace: ReadonlyMap<string, Instance[]>
  byLabel: ReadonlyMap<string, Instance[]>
  byName: ReadonlyMap<string, Instance[]>
  /** Namespaces that workloads of a repository name, `''` for none. */
  spaces: ReadonlyMap<string, ReadonlySet<string>>
  /** Of repositories without workloads what Compose runs there, well-known things apart: all that a mesh may mean. */
  composed: ReadonlyMap<string, Instance[]>
  directory: Directory
}

export const indexWorkloads = (directory: Directory): Workloads => {
  const all = [...directory.nodeOf.keys()].filter(i => i.place.fact.kind !== 'compose')
  const byLabel = new Map<string, Instance[]>()
  for (const i of all)
    for (const [key, value] of Object.entries(i.place.fact.labels)) {
      const list = byLabel.get(`${key}=${value}`)
      if (list) list.push(i)
      else byLabel.set(`${key}=${value}`, [i])
    }
  const spaces = new Map([...groupBy(all, i => i.place.repo)].map(([repo, same]) => [repo, new Set(same.map(spaceOf))]))
  const composed = groupBy(
    [...directory.nodeOf.keys()].filter(i => i.place.fact.kind === 'compose' && !i.stock && !spaces.has(i.place.repo)),
    i => i.place.repo,
  )
  return { all, composed, byNamespace: groupBy(all, spaceOf), byLabel, byName: groupBy(all, i => i.place.fact.name), spaces, directory }
}

const spaceOf = (i: Instance): string => i.place.fact.namespace ?? ''

/** Whether an object's namespace is that of a workload. Manifests often leave it to whoever applies them: then it may be any that nobody else names. */
export const sharesSpace = (place: Placed<{ namespace?: string }>, i: Instance, { spaces }: Workloads): boolean => {
  const [own, its] = [place.fact.namespace, i.place.fact.namespace]
  if (own !== undefined && its !== undefined) return own === its
  const named = spaces.get(i.place.repo)
  if (own !== undefined) return place.repo === i.place.repo && !named?.has(own)
  if (its === undefined) return place.repo === i.place.repo
  return variantKey(place) === variantKey(i.place) || (place.repo === i.place.repo && named?.size === 1)
}

/** Whether labels are selected. */
export const selects = ({ labels, where = [] }: Selector, of: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([key, value]) => Object.hasOwn(of, key) && of[key] === value) &&
  where.every(({ key, op, values }) => {
    const value = Object.hasOwn(of, key) ? of[key] : undefined
    if (op === 'In') return value !== undefined && values.includes(value)
    if (op === 'NotIn') return value === undefined || !values.includes(value)
    return op === 'DoesNotExist' ? value === undefined : value !== undefined
  })

/** The workloads that a selector may pick, over its rarest label. */
export const candidates = ({ labels, where }: Selector, { all, byLabel }: Workloads): readonly Instance[] => {
  const exact = (where ?? []).flatMap(({ key, op, values }) => (op === 'In' && values.length === 1 ? [[key, values[0]!] as const] : []))
  const lists = [...Object.entries(labels), ...exact].map(([key, value]) => byLabel.get(`${key}=${value}`) ?? [])
  return lists.length === 0 ? all : lists.reduce((a, b) => (b.length < a.length ? b : a))
}
