import type { Location } from '../model/evidence.ts'
import type { Assignment } from '../model/verdict.ts'

type Path = readonly (string | number)[]

/** How the keys of an estate are read: with the place of each value, and a note for what is wrong. */
export interface EstateReading {
  placeOf(path: Path): Location
  note(path: Path, message: string): void
}

/** `PATTERN: OWNER`, or a list of owners. In order: the last that matches wins, as in CODEOWNERS. */
export const readOwners = (value: unknown, reading: EstateReading): Assignment[] =>
  entriesOf(value, 'owners', reading).flatMap(([pattern, owners]) => {
    const path = ['owners', pattern]
    return textsOf(owners, path, reading).map(owner => ({ pattern, value: owner, at: reading.placeOf(path) }))
  })

/** `NAME: PATTERNS`: what is part of a system or a domain. */
export const readParts = (value: unknown, key: 'systems' | 'domains', reading: EstateReading): Assignment[] =>
  entriesOf(value, key, reading).flatMap(([name, patterns]) => {
    const path = [key, name]
    const isOne = !Array.isArray(patterns)
    return textsOf(patterns, path, reading).map((pattern, n) => ({
      ...{ pattern, value: name },
      at: reading.placeOf(isOne ? path : [...path, n]),
    }))
  })

const entriesOf = (value: unknown, key: string, { note }: EstateReading): [string, unknown][] => {
  if (value === undefined || value === null) return []
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).filter(([name]) => name !== '__proto__' && name !== '')
  note([key], `${key} is not a map`)
  return []
}

const textsOf = (value: unknown, path: Path, { note }: EstateReading): string[] => {
  const texts = (Array.isArray(value) ? value : [value]).filter((v): v is string => typeof v === 'string' && v !== '')
  if (texts.length === 0 || (Array.isArray(value) && texts.length < value.length))
    note(path, `${path.join(': ')} is no text and no list of texts`)
  return texts
}
