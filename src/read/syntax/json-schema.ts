import type { Facets, Json } from '../../model/contract.ts'
import { at, type DataNode, entriesOf, itemsOf, type Members, membersOf, plain, textOf } from './node.ts'

/** The types a schema names, without `null`. */
export const typesOf = (node: DataNode): string[] => namedTypes(at(node, 'type'))

const namedTypes = (type: DataNode | undefined): string[] => {
  if (type === undefined) return []
  const named = type?.is === 'list' ? type.items.map(t => textOf(t) ?? '') : [textOf(type) ?? '']
  return named.filter(t => t !== '' && t !== 'null').sort()
}

const SAME = [
  ...['format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains'],
  ...['multipleOf', 'default', 'contentMediaType', 'contentEncoding'],
]
const FLAGS = ['uniqueItems', 'readOnly', 'writeOnly', 'deprecated'] as const

/** Keys that say nothing of a schema's own values. */
const FORMLESS: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'items', 'allOf', 'oneOf', 'anyOf', '$ref', 'description', 'summary', 'example', 'examples'],
])

/** What a schema says of its own values, dialects levelled. Descriptions and examples are not read. */
export const schemaFacets = (node: DataNode, members: Members = membersOf(node)): Facets => {
  const facets: Facets = {}
  if (node.is === 'scalar') return node.value === false ? { never: true } : facets
  const types = namedTypes(members.get('type'))
  if (types.length > 0) facets.type = types
  else if (members.get('properties') !== undefined) facets.type = ['object']
  if (members.get('type')?.is !== 'list' && entriesOf(node).every(e => FORMLESS.has(e.key))) return facets
  for (const name of SAME) {
    const value = members.get(name)
    if (value !== undefined && !isNoLimit(name, value)) facets[name] = plain(value) as Json
  }
  for (const name of FLAGS) if (textOf(members.get(name)) === 'true') facets[name] = true
  const pattern = textOf(members.get('pattern'))
  if (pattern !== undefined && pattern !== '') facets.pattern = pattern
  const title = textOf(members.get('title'))
  if (title !== undefined) facets.title = title
  addBound(facets, 'minimum', 'exclusiveMinimum', members)
  addBound(facets, 'maximum', 'exclusiveMaximum', members)
  addValues(facets, members)
  if (isNullable(members)) facets.nullable = true
  if (textOf(members.get('additionalProperties')) === 'false') facets.closed = true
  const dependent = entriesOf(members.get('dependentRequired')).map((e): Json => [e.key, ...itemsOf(e.value).flatMap(n => textOf(n) ?? [])])
  if (dependent.length > 0) facets.dependentRequired = dependent
  const extensible = itemsOf(members.get('x-extensible-enum')).map(v => plain(v) as Json)
  if (extensible.length > 0) facets.extensibleEnum = extensible
  const sunset = textOf(members.get('x-sunset'))
  if (sunset !== undefined) facets.sunset = sunset
  addDiscriminator(facets, members)
  return facets
}

/** A lower limit of nothing is none. */
const isNoLimit = (name: string, value: DataNode): boolean => /^min(Length|Items|Properties)$/.test(name) && textOf(value) === '0'

const isNullable = (members: Members): boolean => {
  const type = members.get('type')
  return ['nullable', 'x-nullable'].some(name => textOf(members.get(name)) === 'true') || itemsOf(type).some(t => textOf(t) === 'null')
}

/** `maximum` with `exclusiveMaximum`, a flag in 3.0 and a number in 3.1: one bound `[value, exclusive]`. */
const addBound = (facets: Facets, name: string, exclusiveName: string, members: Members): void => {
  const limit = numberOf(members.get(name))
  const exclusive = members.get(exclusiveName)
  const other = numberOf(exclusive)
  const isExclusive = textOf(exclusive) === 'true'
  const isUpper = name === 'maximum'
  if (limit !== undefined) facets[name] = [limit, isExclusive]
  if (other === undefined) return
  const isTighter = limit === undefined || (isUpper ? other <= limit : other >= limit)
  // Both bounds hold; the looser one is kept for those who go by the text.
  if (limit !== undefined) facets[`${name}Beside`] = isTighter ? [limit, false] : [other, true]
  if (isTighter) facets[name] = [other, true]
}

const numberOf = (node: DataNode | undefined): number | undefined =>
  node?.is === 'scalar' && typeof node.value === 'number' ? node.value : undefined

/** `const` is an enum of one. `null` among the values makes the schema nullable. */
const addValues = (facets: Facets, members: Members): void => {
  const constant = members.get('const')
  const values = constant === undefined ? itemsOf(members.get('enum')) : [constant]
  if (values.length === 0) return
  if (constant !== undefined) facets.const = true
  facets.enum = values.filter(v => !(v.is === 'scalar' && v.value === null)).map(v => plain(v) as Json)
}

const addDiscriminator = (facets: Facets, members: Members): void => {
  const found = members.get('discriminator')
  const name = textOf(at(found, 'propertyName')) ?? textOf(found)
  if (name === undefined) return
  facets.discriminator = name
  const mapping = entriesOf(at(found, 'mapping')).map((e): Json => [e.key, (textOf(e.value) ?? '').replace(/^.*\//, '')])
  if (mapping.length > 0) facets.mapping = mapping
}
