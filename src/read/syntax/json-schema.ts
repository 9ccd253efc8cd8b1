import type { Facets, Json } from '../../model/contract.ts'
import { at, type DataNode, entriesOf, itemsOf, plain, textOf } from './node.ts'

/** The types a schema names, without `null`. */
export const typesOf = (node: DataNode): string[] => {
  const type = at(node, 'type')
  const named = type?.is === 'list' ? type.items.map(t => textOf(t) ?? '') : [textOf(type) ?? '']
  return named.filter(t => t !== '' && t !== 'null').sort()
}

const SAME = [
  ...['format', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains'],
  ...['multipleOf', 'default', 'contentMediaType', 'contentEncoding'],
]
const FLAGS = ['uniqueItems', 'readOnly', 'writeOnly', 'deprecated'] as const

/** What a schema says of its own values, dialects levelled. Descriptions and examples are not read. */
export const schemaFacets = (node: DataNode): Facets => {
  const facets: Facets = {}
  if (node.is === 'scalar') return node.value === false ? { never: true } : facets
  const types = typesOf(node)
  if (types.length > 0) facets.type = types
  else if (at(node, 'properties') !== undefined) facets.type = ['object']
  for (const name of SAME) {
    const value = at(node, name)
    if (value !== undefined && !isNoLimit(name, value)) facets[name] = plain(value) as Json
  }
  for (const name of FLAGS) if (textOf(at(node, name)) === 'true') facets[name] = true
  const pattern = textOf(at(node, 'pattern'))
  if (pattern !== undefined && pattern !== '') facets.pattern = pattern
  const title = textOf(at(node, 'title'))
  if (title !== undefined) facets.title = title
  addBound(facets, 'minimum', 'exclusiveMinimum', node)
  addBound(facets, 'maximum', 'exclusiveMaximum', node)
  addValues(facets, node)
  if (isNullable(node)) facets.nullable = true
  if (textOf(at(node, 'additionalProperties')) === 'false') facets.closed = true
  const dependent = entriesOf(at(node, 'dependentRequired')).map((e): Json => [e.key, ...itemsOf(e.value).flatMap(n => textOf(n) ?? [])])
  if (dependent.length > 0) facets.dependentRequired = dependent
  const extensible = itemsOf(at(node, 'x-extensible-enum')).map(v => plain(v) as Json)
  if (extensible.length > 0) facets.extensibleEnum = extensible
  const sunset = textOf(at(node, 'x-sunset'))
  if (sunset !== undefined) facets.sunset = sunset
  addDiscriminator(facets, node)
  return facets
}

/** A lower limit of nothing is none. */
const isNoLimit = (name: string, value: DataNode): boolean => /^min(Length|Items|Properties)$/.test(name) && textOf(value) === '0'

const isNullable = (node: DataNode): boolean => {
  const type = at(node, 'type')
  return textOf(at(node, 'nullable')) === 'true' || itemsOf(type).some(t => textOf(t) === 'null')
}

/** `maximum` with `exclusiveMaximum`, a flag in 3.0 and a number in 3.1: one bound `[value, exclusive]`. */
const addBound = (facets: Facets, name: string, exclusiveName: string, node: DataNode): void => {
  const limit = numberOf(at(node, name))
  const exclusive = at(node, exclusiveName)
  const other = numberOf(exclusive)
  const isExclusive = textOf(exclusive) === 'true'
  const isUpper = name === 'maximum'
  if (other !== undefined && (limit === undefined || (isUpper ? other <= limit : other >= limit))) facets[name] = [other, true]
  else if (limit !== undefined) facets[name] = [limit, isExclusive]
}

const numberOf = (node: DataNode | undefined): number | undefined =>
  node?.is === 'scalar' && typeof node.value === 'number' ? node.value : undefined

/** `const` is an enum of one. `null` among the values makes the schema nullable. */
const addValues = (facets: Facets, node: DataNode): void => {
  const constant = at(node, 'const')
  const values = constant === undefined ? itemsOf(at(node, 'enum')) : [constant]
  if (values.length === 0) return
  if (constant !== undefined) facets.const = true
  facets.enum = values.filter(v => !(v.is === 'scalar' && v.value === null)).map(v => plain(v) as Json)
}

const addDiscriminator = (facets: Facets, node: DataNode): void => {
  const found = at(node, 'discriminator')
  const name = textOf(at(found, 'propertyName')) ?? textOf(found)
  if (name === undefined) return
  facets.discriminator = name
  const mapping = entriesOf(at(found, 'mapping')).map((e): Json => [e.key, (textOf(e.value) ?? '').replace(/^.*\//, '')])
  if (mapping.length > 0) facets.mapping = mapping
}
