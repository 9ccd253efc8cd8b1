import type { DataNode } from './node.ts'

/** Where a line of a document under construction comes from. */
export interface Origin {
  file: string
  line: number
}

/** Data that is put together from several files: each node and each entry knows its origin. Free to be changed by whoever builds it. */
export type Placed = PlacedMap | PlacedList | PlacedScalar

export interface PlacedMap {
  is: 'map'
  entries: PlacedEntry[]
  tag?: string
  at: Origin
}

export interface PlacedEntry {
  key: string
  value: Placed
  at: Origin
}

export interface PlacedList {
  is: 'list'
  items: Placed[]
  tag?: string
  at: Origin
}

export interface PlacedScalar {
  is: 'scalar'
  value: string | number | boolean | null
  /** As written, where `String(value)` would say it differently. */
  text?: string
  tag?: string
  at: Origin
}

/** Counts nodes, or steps, against a limit, so that what is put together stays small. */
export class Budget {
  #left: number

  constructor(nodes: number) {
    this.#left = nodes
  }

  /** False once the limit is reached. */
  take(nodes = 1): boolean {
    this.#left -= nodes
    return this.#left >= 0
  }

  get isSpent(): boolean {
    return this.#left < 0
  }
}

/** A copy with origins; `originOf` turns a line of the node's own text to its origin. Past the budget, values are left out. */
export const place = (node: DataNode, originOf: (line: number) => Origin, budget: Budget): Placed => {
  const at = originOf(node.line)
  const tag = node.tag === undefined ? {} : { tag: node.tag }
  if (!budget.take()) return { is: 'scalar', value: null, at }
  if (node.is === 'scalar') return { is: 'scalar', value: node.value, ...(node.text === undefined ? {} : { text: node.text }), ...tag, at }
  if (node.is === 'list') return { is: 'list', items: node.items.map(item => place(item, originOf, budget)), ...tag, at }
  return {
    is: 'map',
    entries: node.entries.map(e => ({ key: e.key, value: place(e.value, originOf, budget), at: originOf(e.line) })),
    ...tag,
    at,
  }
}

/** A deep copy; past the budget, values are left out. */
export const copyOf = (node: Placed, budget: Budget): Placed => {
  if (!budget.take()) return { is: 'scalar', value: null, at: node.at }
  if (node.is === 'map') return { ...node, entries: node.entries.map(e => ({ ...e, value: copyOf(e.value, budget) })) }
  if (node.is === 'list') return { ...node, items: node.items.map(item => copyOf(item, budget)) }
  return { ...node }
}

export const scalar = (value: PlacedScalar['value'], at: Origin): PlacedScalar => ({ is: 'scalar', value, at })

export const mapOf = (at: Origin, ...entries: [key: string, value: Placed][]): PlacedMap => ({
  is: 'map',
  entries: entries.map(([key, value]) => ({ key, value, at: value.at })),
  at,
})

export const member = (node: Placed | undefined, ...path: string[]): Placed | undefined => {
  let here = node
  for (const key of path) here = here?.is === 'map' ? here.entries.find(e => e.key === key)?.value : undefined
  return here
}

export const listItems = (node: Placed | undefined): Placed[] => (node?.is === 'list' ? node.items : [])

export const mapEntries = (node: Placed | undefined): PlacedEntry[] => (node?.is === 'map' ? node.entries : [])

/** A scalar as its author wrote it; undefined for anything else and for null. */
export const asText = (node: Placed | undefined): string | undefined =>
  node?.is === 'scalar' && node.value !== null ? (node.text ?? String(node.value)) : undefined

/** Sets a key, in place where it is there already. */
export const setMember = (map: PlacedMap, key: string, value: Placed, at: Origin = value.at): void => {
  const entry = map.entries.find(e => e.key === key)
  if (entry) Object.assign(entry, { value, at })
  else map.entries.push({ key, value, at })
}

export const removeMember = (map: PlacedMap, key: string): void => {
  map.entries = map.entries.filter(e => e.key !== key)
}

/** The map at a path, made where it is missing. Undefined where something else stands in the way. */
export const ensureMap = (root: Placed, path: readonly string[], at: Origin): PlacedMap | undefined => {
  let here: Placed = root
  for (const key of path) {
    if (here.is !== 'map') return undefined
    const found: Placed | undefined = member(here, key)
    const next: Placed = found && !(found.is === 'scalar' && found.value === null) ? found : { is: 'map', entries: [], at }
    if (next !== found) setMember(here, key, next, at)
    here = next
  }
  return here.is === 'map' ? here : undefined
}

/** Writes documents as YAML, one scalar a line, with the origin of every line. */
export const writeYaml = (documents: readonly Placed[]): { content: string; origin: Origin[] } => {
  const lines: string[] = []
  const origin: Origin[] = []
  const put = (line: string, at: Origin): void => {
    lines.push(line)
    origin.push(at)
  }
  documents.forEach((document, i) => {
    if (i > 0) put('---', document.at)
    if (isInline(document)) put(inline(document), document.at)
    else writeBlock(document, '', put)
  })
  return { content: lines.map(line => `${line}\n`).join(''), origin }
}

type Put = (line: string, at: Origin) => void

/** Deeper values are left out: no reader takes them. */
const MAX_INDENT = 150

const isInline = (node: Placed, indent = ''): boolean =>
  indent.length > MAX_INDENT ||
  node.is === 'scalar' ||
  (node.is === 'list' && node.items.length === 0) ||
  (node.is === 'map' && node.entries.length === 0)

const inline = (node: Placed): string => {
  if (node.is !== 'scalar') return isInline(node) ? (node.is === 'list' ? '[]' : '{}') : 'null'
  return typeof node.value === 'string' ? quoted(node.value) : (node.text ?? String(node.value))
}

/** JSON's quoting is YAML's. Doubled braces are broken up: nothing that is rendered is a template any more. */
const quoted = (value: string): string =>
  JSON.stringify(value)
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('{{', '{\\u007b')

const writeBlock = (node: Placed, indent: string, put: Put): void => {
  if (node.is === 'map')
    for (const { key, value, at } of node.entries) {
      if (isInline(value, indent)) put(`${indent}${quoted(key)}: ${inline(value)}`, at)
      else {
        put(`${indent}${quoted(key)}:`, at)
        writeBlock(value, `${indent} `, put)
      }
    }
  else if (node.is === 'list')
    for (const item of node.items) {
      if (isInline(item, indent)) put(`${indent}- ${inline(item)}`, item.at)
      else {
        put(`${indent}-`, item.at)
        writeBlock(item, `${indent} `, put)
      }
    }
}
