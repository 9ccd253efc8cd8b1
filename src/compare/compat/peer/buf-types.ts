import type { FieldType } from './buf-index.ts'
import { namesOf, partsOf } from './buf-index.ts'

const group = (name: string, ...kinds: string[]): [string, string][] => kinds.map(kind => [kind, name])

/** Kinds of types whose bytes are read as one another. */
const WIRE: ReadonlyMap<string, string> = new Map([
  ...group('varint', 'int32', 'int64', 'uint32', 'uint64', 'bool'),
  ...group('zigzag', 'sint32', 'sint64'),
  ...group('fixed32', 'fixed32', 'sfixed32'),
  ...group('fixed64', 'fixed64', 'sfixed64'),
])

/** Kinds of types whose JSON form is read as one another as well. */
const JSON_FORM: ReadonlyMap<string, string> = new Map([
  ...group('32', 'int32', 'uint32'),
  ...group('64', 'int64', 'uint64'),
  ...group('fixed32', 'fixed32', 'sfixed32'),
  ...group('fixed64', 'fixed64', 'sfixed64'),
])

export const isWireCompatible = (old: FieldType, now: FieldType): boolean =>
  (old.kind === 'string' && now.kind === 'bytes') || isOf(WIRE, old, now) || isWiderEnum(old, now)

export const isJsonCompatible = (old: FieldType, now: FieldType): boolean => isOf(JSON_FORM, old, now) || isWiderEnum(old, now)

const isOf = (groups: ReadonlyMap<string, string>, old: FieldType, now: FieldType): boolean => {
  const of = groups.get(old.kind)
  return old.kind === now.kind ? old.name === now.name : of !== undefined && of === groups.get(now.kind)
}

/** An enum that moved is the same one if its short name is, and it has all values still. */
const isWiderEnum = (old: FieldType, now: FieldType): boolean => {
  if (old.declared === undefined || now.declared === undefined || shortName(old.name) !== shortName(now.name)) return false
  const values = partsOf(now.declared, 'value')
  return [...partsOf(old.declared, 'value')].every(([number, value]) => {
    const same = values.get(number)
    return same !== undefined && namesOf(value).every(name => namesOf(same).includes(name))
  })
}

const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** A map is a list of entries on the wire; whether a single value knows its presence is not seen there. */
export const wireCardinality = (cardinality: string): string => (cardinality === 'map' ? 'repeated' : jsonCardinality(cardinality))
export const jsonCardinality = (cardinality: string): string => (cardinality === 'implicit' ? 'optional' : cardinality)
