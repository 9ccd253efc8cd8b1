import type { Spot } from '../../model/evidence.ts'
import { concat, text, unknown, type Value } from '../../model/value.ts'
import { type DataNode, textOf } from '../syntax/node.ts'
import type { ReadDocument } from './document.ts'
import type { CloudRow, Role } from './row.ts'
import { rowOf } from './types.ts'

/** A resource whose type the tables know. */
export interface Thing {
  address: string
  row: CloudRow
  properties: DataNode | undefined
  spot: Spot
}

export const spotOf = (node: DataNode): Spot =>
  node.endLine > node.line ? { line: node.line, endLine: node.endLine } : { line: node.line }

const MAX_DEPTH = 8

/** `FunctionName`, `functionName` and `function_name` are one property. */
export const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/-/g, '_')
    .toLowerCase()

/** The nodes at a path; lists are passed through. */
export const below = (node: DataNode | undefined, path: string): DataNode[] => {
  let here: DataNode[] = node ? [node] : []
  for (const step of path === '' ? [] : path.split('.')) {
    here = here.flatMap(flat).flatMap(one => (one.is === 'map' ? one.entries.filter(e => snakeCase(e.key) === step).map(e => e.value) : []))
  }
  return here
}

/** A list's items, lists in it too; anything else stands for itself. */
export const flat = (node: DataNode): DataNode[] => (node.is === 'list' ? node.items.flatMap(flat) : [node])

/** The nodes of the first alternative that is there. */
export const firstOf = (node: DataNode | undefined, alternatives: string | undefined): DataNode[] => {
  for (const path of alternatives?.split(' ') ?? []) {
    const found = below(node, path)
    if (found.length > 0) return found
  }
  return []
}

/** A text of a document, in its parts. */
type Part = { is: 'text' | 'reference' | 'unknown'; text: string } | { is: 'other'; owner: string; text: string }

const PART = /\$\$\{|\$\{([^{}$]{0,400})\}/g

const partsOf = (source: string): Part[] => {
  const parts: Part[] = []
  let from = 0
  for (const match of source.matchAll(PART)) {
    if (match.index > from) parts.push({ is: 'text', text: source.slice(from, match.index) })
    from = match.index + match[0].length
    const inner = match[1]
    if (inner === undefined) parts.push({ is: 'text', text: '${' })
    else if (inner.startsWith('?')) parts.push({ is: 'unknown', text: inner.slice(1) })
    else {
      const other = /^(parameter|secret|export):(.+)$/.exec(inner)
      parts.push(other ? { is: 'other', owner: other[1]!, text: other[2]! } : { is: 'reference', text: inner })
    }
  }
  if (from < source.length) parts.push({ is: 'text', text: source.slice(from) })
  return parts
}

/** Roles of which a name is all that others ask for. */
const NAMED_BY_ITSELF: ReadonlySet<Role> = new Set(['repository', 'mesh-entry', 'name-record'])

/** The field that an attribute carries, however it is spelled. */
const fieldBehind = (thing: Thing | undefined, attribute: string): string | undefined =>
  thing?.row.attributes?.[attribute] ?? thing?.row.attributes?.[snakeCase(attribute)]

/** The things of one document, by address, role and name, and what its texts mean. */
export class Things {
  readonly all: Thing[] = []
  private readonly byAddress = new Map<string, Thing>()
  private readonly properties = new Map<string, DataNode | undefined>()
  private readonly byRole = new Map<Role, Thing[]>()
  private names: Map<string, Thing[]> | undefined

  constructor(document: ReadDocument) {
    for (const { address, type, properties, line, endLine } of document.resources) {
      this.properties.set(address.toLowerCase(), properties)
      const row = rowOf(type)
      if (!row) continue
      const thing: Thing = { address, row, properties, spot: endLine > line ? { line, endLine } : { line } }
      this.all.push(thing)
      this.byAddress.set(address.toLowerCase(), thing)
      this.byRole.set(row.role, [...(this.byRole.get(row.role) ?? []), thing])
    }
  }

  of(...roles: Role[]): Thing[] {
    return roles.flatMap(role => this.byRole.get(role) ?? [])
  }

  /** The nodes of a field. */
  nodes(thing: Thing, field: string): DataNode[] {
    return firstOf(thing.properties, thing.row.at?.[field])
  }

  node(thing: Thing, field: string): DataNode | undefined {
    return this.nodes(thing, field)[0]
  }

  /** What a field says as far as it is known: of the properties, else of the type. */
  text(thing: Thing, field: string, depth = 0): string | undefined {
    const node = this.node(thing, field)
    return (node && this.known(node, depth)) ?? thing.row.says?.[field]
  }

  /** The text of a node with its references filled in; undefined where a part is not known. */
  known(node: DataNode, depth = 0): string | undefined {
    const source = textOf(node)
    return source === undefined ? undefined : this.knownText(source, depth)
  }

  /** A name with `*` for each part that only a deployment knows; undefined where nothing else is left. */
  pattern(node: DataNode | undefined): string | undefined {
    const source = textOf(node)
    if (source === undefined) return undefined
    const said = partsOf(source).map(part =>
      part.is === 'text' ? part.text : ((part.is === 'reference' ? this.attributeText(part.text, 0) : undefined) ?? '*'),
    )
    const pattern = said.join('').replace(/\*{2,}/g, '*')
    return /[^*]/.test(pattern) ? pattern : undefined
  }

  private knownText(source: string, depth: number): string | undefined {
    let out = ''
    for (const part of partsOf(source)) {
      const said = part.is === 'text' ? part.text : part.is === 'reference' ? this.attributeText(part.text, depth + 1) : undefined
      if (said === undefined) return undefined
      out += said
    }
    return out
  }

  /** What an attribute of a resource is, where its properties say it. */
  private attributeText(address: string, depth: number): string | undefined {
    if (depth > MAX_DEPTH) return undefined
    const found = this.split(address)
    if (!found) return undefined
    const thing = this.byAddress.get(found.address)
    const field = found.attribute === undefined ? undefined : fieldBehind(thing, found.attribute)
    if (thing && field !== undefined) return this.text(thing, field, depth)
    const node = found.attribute === undefined ? undefined : below(this.properties.get(found.address), snakeCase(found.attribute))[0]
    return node && this.known(node, depth)
  }

  /** An address with an attribute, taken apart: the longest beginning that is a resource. */
  private split(address: string): { address: string; attribute?: string } | undefined {
    const lower = address.toLowerCase()
    for (let end = lower.length; end > 0; end = lower.lastIndexOf('.', end - 1)) {
      const beginning = lower.slice(0, end)
      if (this.properties.has(beginning))
        return { address: beginning, ...(end < lower.length ? { attribute: address.slice(end + 1) } : {}) }
    }
    return undefined
  }

  /**
   * The value of a node: a reference alone stays the address it is (`aws_sqs_queue.orders.url`), by which others know the thing; among
   * other text it is filled in where it is known.
   */
  value(node: DataNode | undefined): Value | undefined {
    const source = textOf(node)
    if (node === undefined || source === undefined) return undefined
    const parts = partsOf(source)
    const value = concat(parts.map(part => this.partValue(part, parts.length === 1)))
    return value.is === 'text' ? { ...value, spot: spotOf(node) } : value
  }

  private partValue(part: Part, isAlone: boolean): Value {
    if (part.is === 'text') return text(part.text)
    if (part.is === 'unknown') return unknown(part.text)
    if (part.is === 'other') return { is: 'config', key: 'value', owner: `${part.owner}/${part.text}` }
    const thing = this.thingAt(part.text)
    if (thing?.row.role === 'parameter' && fieldBehind(thing, this.split(part.text)?.attribute ?? '') === 'value')
      return this.value(this.node(thing, 'value')) ?? unknown(`${part.text} is not told`)
    const known = thing && isAlone && !NAMED_BY_ITSELF.has(thing.row.role) ? undefined : this.attributeText(part.text, 0)
    if (known !== undefined) return text(known)
    // A port is what it is, whoever has it.
    const number = thing && isAlone ? this.attributeText(part.text, 0) : undefined
    if (number !== undefined && /^\d+$/.test(number)) return text(number)
    return thing ? text(part.text) : unknown(`${part.text} is known only once it is deployed`)
  }

  /** Values that other documents keep, as far as a node asks for some. */
  kept(node: DataNode): Value[] {
    const parts = partsOf(textOf(node) ?? '').filter(part => part.is === 'other' && part.owner !== 'secret')
    return parts.map(part => this.partValue(part, true))
  }

  /** The thing that an address with or without an attribute means. */
  thingAt(address: string): Thing | undefined {
    const found = this.split(address)
    return found && this.byAddress.get(found.address)
  }

  /** The things that a node's text refers to: by address, else by name; of some roles only. */
  referred(node: DataNode | undefined, ...roles: Role[]): Thing[] {
    const source = textOf(node)
    if (source === undefined) return []
    const isWanted = (thing: Thing): boolean => roles.length === 0 || roles.includes(thing.row.role)
    const byAddress = partsOf(source).flatMap(part => (part.is === 'reference' ? (this.thingAt(part.text) ?? []) : []))
    const wanted = byAddress.filter(isWanted)
    if (wanted.length > 0) return [...new Set(wanted)]
    const known = this.knownText(source, 0)
    return known === undefined ? [] : this.named(known).filter(isWanted)
  }

  /** Things by their name in the cloud, or by an ARN or path that ends with it. */
  named(name: string): Thing[] {
    if (!this.names) {
      this.names = new Map()
      for (const thing of this.all) {
        const own = this.text(thing, 'name')
        if (own) this.names.set(own, [...(this.names.get(own) ?? []), thing])
      }
    }
    return this.names.get(name) ?? this.names.get(name.replace(/^.*[:/]/, '')) ?? []
  }
}
