import { canonicalName } from '../../base/names.ts'
import type { Environment } from '../environment.ts'
import { groupBy } from '../gather.ts'

export interface KeyLike {
  key: string
  /** What `*` stands for, as written. */
  capture?: string
}

/** Keys that the environment or the configuration files set at or below a pattern; `*` is one segment: `zuul.routes.*`, `routes.*.uri`. */
export const keysLike = (pattern: string, environment: Environment): KeyLike[] => {
  const wanted = segments(pattern).map(part => (part === '*' ? part : canonicalName(part)))
  const known = keysOf(environment)
  const found: KeyLike[] = []
  for (const key of (wanted[0] === '*' ? known.all : known.byFirst.get(wanted[0] ?? '')) ?? []) push(found, key, wanted)
  return found
}

interface Key {
  key: string
  parts: readonly string[]
  canonical: readonly string[]
}

const indexes = new WeakMap<Environment, { all: Key[]; byFirst: Map<string, Key[]> }>()

/** What an environment sets, by the first segment; many patterns are looked for. */
const keysOf = (environment: Environment): { all: Key[]; byFirst: Map<string, Key[]> } => {
  const known = indexes.get(environment)
  if (known) return known
  const keyOf = (key: string, parts: readonly string[]): Key => ({ key, parts, canonical: parts.map(canonicalName) })
  const all = [
    ...environment.config().keys.map(key => keyOf(key, segments(key))),
    ...[...environment.entries.keys()].map(name => keyOf(name, name.split(/[_.]+/))),
  ]
  const made = { all, byFirst: groupBy(all, k => k.canonical[0] ?? '') }
  indexes.set(environment, made)
  return made
}

/** `a.b[0].c` in parts; a bracketed name is one part. */
const segments = (key: string): string[] =>
  key
    .replace(/\[([^\]]*)\]/g, '.$1')
    .split(/[.:]/)
    .filter(part => part !== '')

const push = (found: KeyLike[], { key, parts, canonical }: Key, wanted: readonly string[]): void => {
  let capture: string | undefined
  for (const [n, want] of wanted.entries()) {
    const part = parts[n]
    if (part === undefined) return
    if (want === '*') capture = part
    else if (want !== canonical[n]) return
  }
  found.push({ key, ...(capture === undefined ? {} : { capture }) })
}
