import { canonicalName } from '../../base/names.ts'
import type { Environment } from '../environment.ts'

export interface KeyLike {
  key: string
  /** What `*` stands for, as written. */
  capture?: string
}

/** Keys that the environment or the configuration files set at or below a pattern; `*` is one segment: `zuul.routes.*`, `routes.*.uri`. */
export const keysLike = (pattern: string, environment: Environment): KeyLike[] => {
  const wanted = segments(pattern)
  const found: KeyLike[] = []
  for (const key of environment.config().keys) push(found, key, segments(key), wanted)
  for (const name of environment.entries.keys()) push(found, name, name.split(/[_.]+/), wanted)
  return found
}

/** `a.b[0].c` in parts; a bracketed name is one part. */
const segments = (key: string): string[] =>
  key
    .replace(/\[([^\]]*)\]/g, '.$1')
    .split(/[.:]/)
    .filter(part => part !== '')

const push = (found: KeyLike[], key: string, parts: readonly string[], wanted: readonly string[]): void => {
  let capture: string | undefined
  for (const [n, want] of wanted.entries()) {
    const part = parts[n]
    if (part === undefined) return
    if (want === '*') capture = part
    else if (canonicalName(want) !== canonicalName(part)) return
  }
  found.push({ key, ...(capture === undefined ? {} : { capture }) })
}
