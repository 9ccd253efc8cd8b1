import {
  asText,
  type Budget,
  copyOf,
  mapEntries,
  member,
  type Placed,
  type PlacedEntry,
  type PlacedList,
  type PlacedMap,
} from './placed.ts'

/** Fields that tell the items of a list apart, by the list's name, for the core kinds. Other lists are replaced as a whole. */
const MERGE_KEYS = new Map<string, readonly string[]>([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['env', ['name']],
  ['ports', ['containerPort', 'port']],
  ['volumes', ['name']],
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  ['imagePullSecrets', ['name']],
  ['hostAliases', ['ip']],
  ['topologySpreadConstraints', ['topologyKey']],
  ['secrets', ['name']],
])

const CORE_GROUPS = /^(?:v1|(?:apps|batch|autoscaling|policy|networking\.k8s\.io|rbac\.authorization\.k8s\.io|extensions)\/\w+)$/

/**
 * Merges a Kubernetes strategic merge patch into `target`, in place. Gives false when the patch deletes the target.
 * Lists of kinds outside the core are replaced, as no one knows their keys.
 */
export const strategicMerge = (target: PlacedMap, patch: PlacedMap, budget: Budget): boolean => {
  const isCore = CORE_GROUPS.test(asText(member(target, 'apiVersion')) ?? '')
  const directive = directiveOf(patch)
  if (directive === 'delete') return false
  if (directive === 'replace') target.entries = entriesOf(patch, budget)
  else mergeMap(target, patch, isCore, budget)
  return true
}

const directiveOf = (node: Placed): string | undefined => asText(member(node, '$patch'))

const entriesOf = (patch: PlacedMap, budget: Budget): PlacedEntry[] => mapEntries(dropDirectives(copyOf(patch, budget)))

const withoutDirectives = (map: PlacedMap): PlacedMap => {
  map.entries = map.entries.filter(e => !isDirective(e.key))
  return map
}

const isDirective = (key: string): boolean => /^\$(?:patch|setElementOrder|deleteFromPrimitiveList|retainKeys)\b/.test(key)

const mergeMap = (target: PlacedMap, patch: PlacedMap, isCore: boolean, budget: Budget): void => {
  const entries = new Map(target.entries.map(entry => [entry.key, entry]))
  for (const { key, value, at } of patch.entries) {
    if (isDirective(key) || !budget.take()) continue
    const present = entries.get(key)
    const own = present?.value
    const directive = directiveOf(value)
    if ((value.is === 'scalar' && value.value === null) || (value.is === 'map' && directive === 'delete')) entries.delete(key)
    else if (own?.is === 'map' && value.is === 'map' && directive === 'replace') own.entries = entriesOf(value, budget)
    else if (own?.is === 'map' && value.is === 'map') mergeMap(own, value, isCore, budget)
    else if (own?.is === 'list' && value.is === 'list') mergeList(own, value, isCore ? MERGE_KEYS.get(key) : undefined, isCore, budget)
    else if (!isSameScalar(own, value)) entries.set(key, { key, value: cleaned(value, budget), at })
  }
  target.entries = [...entries.values()]
}

/** A patch repeats what only says where it belongs: that stays where it was. */
const isSameScalar = (a: Placed | undefined, b: Placed): boolean => a?.is === 'scalar' && b.is === 'scalar' && a.value === b.value

/** Items of the patch come first, in its order, as kustomize puts them; then what it does not name. */
const mergeList = (target: PlacedList, patch: PlacedList, keys: readonly string[] | undefined, isCore: boolean, budget: Budget): void => {
  const isWhole = patch.items.some(item => item.is === 'map' && item.entries.length === 1 && directiveOf(item) === 'replace')
  if (!keys || isWhole || patch.items.some(item => idOf(item, keys) === undefined)) {
    target.items = patch.items.filter(item => directiveOf(item) === undefined).map(item => cleaned(item, budget))
    return
  }
  const left = new Map(target.items.map((item, i) => [idOf(item, keys) ?? `#${i}`, item]))
  const first: Placed[] = []
  for (const item of patch.items) {
    const id = idOf(item, keys)!
    const present = left.get(id)
    left.delete(id)
    if (directiveOf(item) === 'delete' || item.is !== 'map') continue
    if (present?.is === 'map' && directiveOf(item) !== 'replace') mergeMap(present, item, isCore, budget)
    first.push(present && directiveOf(item) !== 'replace' ? present : cleaned(item, budget))
  }
  target.items = [...first, ...left.values()]
}

/** What tells an item apart: its key field, for ports with the protocol. */
const idOf = (item: Placed, keys: readonly string[]): string | undefined => {
  for (const key of keys) {
    const value = asText(member(item, key))
    if (value !== undefined) return key.endsWith('ort') ? `${value}/${asText(member(item, 'protocol')) ?? 'TCP'}` : value
  }
  return undefined
}

const cleaned = (node: Placed, budget: Budget): Placed => dropDirectives(copyOf(node, budget))

const dropDirectives = (node: Placed): Placed => {
  if (node.is === 'map') for (const entry of withoutDirectives(node).entries) dropDirectives(entry.value)
  else if (node.is === 'list') {
    node.items = node.items.filter(item => directiveOf(item) !== 'delete')
    for (const item of node.items) dropDirectives(item)
  }
  return node
}
