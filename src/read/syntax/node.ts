/** JSON, YAML and alike with positions: what every data reader walks. Lines are 1-based. */
export type DataNode = MapNode | ListNode | ScalarNode

export interface MapNode {
  is: 'map'
  entries: { key: string; line: number; value: DataNode }[]
  /** A tag of the application, as written: `!reset`, `!Ref`. */
  tag?: string
  line: number
  endLine: number
}

export interface ListNode {
  is: 'list'
  items: DataNode[]
  tag?: string
  line: number
  endLine: number
}

export interface ScalarNode {
  is: 'scalar'
  value: string | number | boolean | null
  /** As written, where `String(value)` would say it differently: `1.10`, `0x1F`. */
  text?: string
  tag?: string
  line: number
  endLine: number
}

/** The node below `path` (map keys and list indices); undefined where the path leaves the tree. */
export const at = (node: DataNode | undefined, ...path: (string | number)[]): DataNode | undefined => {
  let here = node
  for (const step of path) {
    if (here?.is === 'map') here = typeof step === 'string' ? valueIn(here.entries, step) : undefined
    else if (here?.is === 'list' && typeof step === 'number') here = here.items[step]
    else return undefined
  }
  return here
}

/** The values of a map by key. */
export interface Members {
  get(key: string): DataNode | undefined
}

/** The values of a map by key, for those who ask for many; the first one of a key that stands twice. */
export const membersOf = (node: DataNode | undefined): Members => {
  const entries = entriesOf(node)
  if (entries.length <= FEW) return { get: key => valueIn(entries, key) }
  const members = new Map<string, DataNode>()
  for (const { key, value } of entries) if (!members.has(key)) members.set(key, value)
  return members
}

/** So many entries are looked through sooner than they are put in a table. */
const FEW = 8

const valueIn = (entries: MapNode['entries'], key: string): DataNode | undefined => {
  for (const entry of entries) if (entry.key === key) return entry.value
  return undefined
}

/** A scalar as its author wrote it; undefined for anything else and for null. */
export const textOf = (node: DataNode | undefined): string | undefined =>
  node?.is === 'scalar' && node.value !== null ? (node.text ?? String(node.value)) : undefined

export const entriesOf = (node: DataNode | undefined): MapNode['entries'] => (node?.is === 'map' ? node.entries : [])

export const itemsOf = (node: DataNode | undefined): DataNode[] => (node?.is === 'list' ? node.items : [])

/** Plain JavaScript data. A key that stands twice keeps its last value. */
export const plain = (node: DataNode): unknown => {
  switch (node.is) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(plain)
    case 'map':
      return Object.fromEntries(node.entries.map(e => [e.key, plain(e.value)]))
  }
}
