import type { Step } from '../model/evidence.ts'
import type { Value } from '../model/value.ts'
import { HOLE, THIS_HOST } from './address.ts'
import { configEntries, type Environment } from './environment.ts'
import type { Entry, Settings } from './layers/layer.ts'

/** One reading of a value: its text with holes, what it went through, and what was missing. */
export interface Filled {
  text: string
  steps: Step[]
  /** Environment and configuration names it was read from. */
  names: string[]
  /** Names that nothing sets. */
  missing: string[]
  /** Parts the code itself does not say, by reason. */
  unknown: string[]
}

/** At most this many readings of one value, and this deep a chain of references. */
const READINGS = 16
const DEPTH = 24

interface Scope {
  environment: Environment
  settings: Settings
  /** Entries being filled: a reference back to one of them takes the next lower layer, or ends. */
  open: readonly Entry[]
}

const nothing = (more: Partial<Filled>): Filled => ({ text: HOLE, steps: [], names: [], missing: [], unknown: [], ...more })
export const isWhole = (filled: Filled): boolean => filled.missing.length === 0 && filled.unknown.length === 0

/** Fills the holes of a value in one environment. Every option of `any` is a reading of its own. */
export const fill = (value: Value, environment: Environment, settings: Settings): Filled[] =>
  distinct(read(value, { environment, settings, open: [] }))

const distinct = (filled: readonly Filled[]): Filled[] => [...new Map(filled.map(f => [`${f.text}\n${f.missing.join()}`, f])).values()]

const read = (value: Value, scope: Scope): Filled[] => {
  switch (value.is) {
    case 'text':
      return scope.open.length > 0 ? expand(value.text, scope) : [nothing({ text: value.text })]
    case 'concat':
      return joined(value.parts.map(part => read(part, scope)))
    case 'any':
      return distinct(value.options.flatMap(option => read(option, scope))).slice(0, READINGS)
    case 'or':
      return firstOf(value.options, scope)
    case 'env':
      return looked(value.name, scope.environment.entries.get(value.name) ?? [], scope)
    case 'config':
      if (value.key.includes('${')) return expand(value.key, scope)
      return looked(value.key, configEntries(scope.environment, value.key, value.owner, scope.settings), scope)
    case 'host':
      return [nothing({ text: THIS_HOST })]
    case 'unknown':
      return [nothing({ unknown: [value.why] })]
  }
}

const joined = (parts: readonly Filled[][]): Filled[] => {
  let all: Filled[] = [nothing({ text: '' })]
  for (const part of parts)
    all = all
      .flatMap(left =>
        part.map(right => ({
          text: left.text + right.text,
          steps: [...left.steps, ...right.steps],
          names: [...left.names, ...right.names],
          missing: [...left.missing, ...right.missing],
          unknown: [...left.unknown, ...right.unknown],
        })),
      )
      .slice(0, READINGS)
  return all
}

/** The first option that is wholly known and not empty; else the one that is known best, with every name that would settle it. */
const firstOf = (options: readonly Value[], scope: Scope): Filled[] => {
  const tried: Filled[] = []
  for (const option of options) {
    const filled = read(option, scope)
    const whole = filled.filter(f => isWhole(f) && f.text !== '')
    if (whole.length > 0) return whole.map(f => ({ ...f, names: [...tried.flatMap(t => [...t.names, ...t.missing]), ...f.names] }))
    tried.push(...filled)
  }
  const best = tried.find(f => f.text !== HOLE && f.text !== '') ?? tried[0] ?? nothing({ unknown: ['no option'] })
  return [{ ...best, missing: [...new Set(tried.flatMap(t => t.missing))], unknown: [...new Set(tried.flatMap(t => t.unknown))] }]
}

const looked = (name: string, entries: readonly Entry[], scope: Scope): Filled[] => {
  const entry = entries.find(e => !scope.open.includes(e))
  if (!entry || scope.open.length >= DEPTH) return [nothing({ missing: [name] })]
  return read(entry.value, { ...scope, open: [...scope.open, entry] }).map(f => ({
    ...f,
    steps: [entry.step, ...f.steps],
    names: [name, ...f.names],
  }))
}

const REFERENCE = /\$\(([A-Za-z_][A-Za-z0-9_]*)\)|\$\{([A-Za-z_][A-Za-z0-9_.-]*)(?::-?([^{}$]*))?\}/g

/** A placeholder names a variable, or a key of the program's configuration. */
const entriesOf = (name: string, scope: Scope): readonly Entry[] =>
  scope.environment.entries.get(name) ?? configEntries(scope.environment, name, undefined, scope.settings)

/** `$(NAME)`, `${NAME}`, `${NAME:default}` and `${NAME:-default}` inside the text of a manifest, a setting or a key. */
const expand = (text: string, scope: Scope): Filled[] => {
  const parts: Filled[][] = []
  let end = 0
  for (const match of text.matchAll(REFERENCE)) {
    const name = (match[1] ?? match[2])!
    const found = looked(name, entriesOf(name, scope), scope)
    parts.push([nothing({ text: text.slice(end, match.index) })])
    parts.push(match[3] !== undefined && found.every(f => !isWhole(f)) ? [nothing({ text: match[3], names: [name] })] : found)
    end = match.index + match[0].length
  }
  if (parts.length === 0) return [nothing({ text })]
  return joined([...parts, [nothing({ text: text.slice(end) })]])
}
