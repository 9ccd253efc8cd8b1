import { literal, notKnown, reference } from '../cloud/document.ts'
import type { Origin, Placed, PlacedEntry } from '../syntax/placed.ts'

/**
 * A value of HCL with the place it was written at. `reference` is an attribute of a resource that only the cloud knows; `text` may have
 * such parts in it; `json` keeps what was encoded, so that its lines are not lost.
 */
export type HclValue =
  | { is: 'scalar'; value: string | number | boolean | null; at: Origin }
  | { is: 'text'; parts: readonly TextPart[]; at: Origin }
  | { is: 'reference'; address: string; path: readonly string[]; at: Origin }
  | { is: 'list'; items: readonly HclValue[]; at: Origin; isSet?: boolean }
  | { is: 'map'; entries: ReadonlyMap<string, HclEntry>; at: Origin }
  | { is: 'json'; of: HclValue; at: Origin }
  | { is: 'unknown'; why: string; at: Origin }

export interface HclEntry {
  value: HclValue
  at: Origin
}

export type TextPart = string | { is: 'reference'; address: string; path: readonly string[] } | { is: 'unknown'; why: string }

export const scalarOf = (value: string | number | boolean | null, at: Origin): HclValue => ({ is: 'scalar', value, at })
export const unknownOf = (why: string, at: Origin): HclValue => ({ is: 'unknown', why, at })
export const listOf = (items: readonly HclValue[], at: Origin): HclValue => ({ is: 'list', items, at })
export const mapOfEntries = (entries: Iterable<readonly [string, HclEntry]>, at: Origin): HclValue => ({
  is: 'map',
  entries: new Map(entries),
  at,
})

/** A text as a string, where all of it is known. */
export const asString = (value: HclValue): string | undefined => {
  if (value.is === 'scalar') return value.value === null ? undefined : String(value.value)
  if (value.is === 'json') return jsonText(value.of)
  return undefined
}

export const asNumber = (value: HclValue): number | undefined => {
  const text = asString(value)
  if (text === undefined || text.trim() === '') return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

export const asBoolean = (value: HclValue): boolean | undefined => {
  const text = asString(value)
  return text === 'true' ? true : text === 'false' ? false : undefined
}

export const isNull = (value: HclValue): boolean => value.is === 'scalar' && value.value === null

/** Whether nothing in it is unknown or left to the cloud. */
export const isKnown = (value: HclValue): boolean => {
  if (value.is === 'scalar') return true
  if (value.is === 'list') return value.items.every(isKnown)
  if (value.is === 'map') return [...value.entries.values()].every(e => isKnown(e.value))
  return value.is === 'json' && isKnown(value.of)
}

/** The parts that a value has inside a text. */
export const partsOf = (value: HclValue): readonly TextPart[] => {
  switch (value.is) {
    case 'scalar':
      return value.value === null ? [] : [String(value.value)]
    case 'text':
      return value.parts
    case 'reference':
      return [{ is: 'reference', address: value.address, path: value.path }]
    case 'unknown':
      return [{ is: 'unknown', why: value.why }]
    case 'json':
      return jsonParts(value.of)
    default:
      return [{ is: 'unknown', why: 'it is no text' }]
  }
}

/** Parts as one value: a single reference, a plain text, or a text with parts. */
export const textOfParts = (parts: readonly TextPart[], at: Origin): HclValue => {
  const merged: TextPart[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part
    else if (part !== '') merged.push(part)
  }
  if (merged.length === 0) return scalarOf('', at)
  const [only] = merged
  if (merged.length > 1) return { is: 'text', parts: merged, at }
  if (typeof only === 'string') return scalarOf(only, at)
  return only!.is === 'reference' ? { is: 'reference', address: only!.address, path: only!.path, at } : unknownOf(only!.why, at)
}

/** The value without what is unknown, as plain data; undefined where something is. */
const plainOf = (value: HclValue): unknown => {
  switch (value.is) {
    case 'scalar':
      return value.value
    case 'list': {
      const items = value.items.map(plainOf)
      return items.includes(undefined) ? undefined : items
    }
    case 'map': {
      const out: [string, unknown][] = []
      for (const [key, entry] of [...value.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const member = plainOf(entry.value)
        if (member === undefined) return undefined
        out.push([key, member])
      }
      return Object.fromEntries(out)
    }
    case 'json':
      return jsonText(value.of)
    default:
      return undefined
  }
}

/** The JSON of a value as parts of a text: what is not known stands between quotes, as a text would. */
const jsonParts = (value: HclValue): TextPart[] => {
  if (value.is === 'list') return ['[', ...value.items.flatMap((item, i) => [i === 0 ? '' : ',', ...jsonParts(item)]), ']']
  if (value.is === 'map') {
    const members = [...value.entries].flatMap(([key, e], i) => [`${i === 0 ? '' : ','}${JSON.stringify(key)}:`, ...jsonParts(e.value)])
    return ['{', ...members, '}']
  }
  if (value.is === 'scalar') return [JSON.stringify(value.value)]
  if (value.is === 'json') return [JSON.stringify(jsonText(value.of) ?? '')]
  return ['"', ...partsOf(value).map(part => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part)), '"']
}

/** As `jsonencode` writes it. */
export const jsonText = (value: HclValue): string | undefined => {
  const plain = plainOf(value)
  return plain === undefined
    ? undefined
    : JSON.stringify(plain).replace(/[<>&]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** As a value of a document: what is unknown says why, what the cloud knows is a reference. */
export const placedOf = (value: HclValue, isFree: () => boolean): Placed => {
  if (!isFree()) return { is: 'scalar', value: notKnown('the document is too large'), at: value.at }
  switch (value.is) {
    case 'scalar':
      return { is: 'scalar', value: typeof value.value === 'string' ? literal(value.value) : value.value, at: value.at }
    case 'list':
      return { is: 'list', items: value.items.map(item => placedOf(item, isFree)), at: value.at }
    case 'map': {
      const entries = [...value.entries].map(([key, entry]): PlacedEntry => ({ key, value: placedOf(entry.value, isFree), at: entry.at }))
      return { is: 'map', entries, at: value.at }
    }
    case 'json':
      return placedOf(value.of, isFree)
    default:
      return { is: 'scalar', value: partsOf(value).map(written).join(''), at: value.at }
  }
}

const written = (part: TextPart): string =>
  typeof part === 'string' ? literal(part) : part.is === 'unknown' ? notKnown(part.why) : reference(part.address, ...part.path)
