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
      return kept(value.owner, looked(value.key, configEntries(scope.environment, value.key, value.owner, scope.settings), scope))
    case 'host':
      return [nothing({ text: THIS_HOST })]
    case 'unknown':
      return [nothing({ unknown: [value.why] })]
  }
}

/** What another document keeps under a name is set somewhere, even where no document of the system says to what. */
const kept = (owner: string | undefined, filled: Filled[]): Filled[] => {
  const name = /^(?:parameter|export)\/(.+)$/.exec(owner ?? '')?.[1]
  return name === undefined
    ? filled
    : filled.map(f => (f.missing.length > 0 ? nothing({ unknown: [`nothing here says what ${name} is`] }) : f))
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
    const whole = filled.filter(f => (isWhole(f) && f.text !== '') || namesHost(f))
    if (whole.length > 0) return whole.map(f => ({ ...f, names: [...tried.flatMap(t => [...t.names, ...t.missing]), ...f.names] }))
    if (filled.length > 0 && filled.every(isSetUnknown)) return filled
    tried.push(...filled)
  }
  const best = tried.find(f => f.text !== HOLE && f.text !== '') ?? tried[0] ?? nothing({ unknown: ['no option'] })
  return [{ ...best, missing: [...new Set(tried.flatMap(t => t.missing))], unknown: [...new Set(tried.flatMap(t => t.unknown))] }]
}

/** What is set to something that only its deployment knows goes before a default, too. */
const isSetUnknown = (f: Filled): boolean => f.steps.length > 0 && f.missing.length === 0 && f.unknown.length > 0

/** What is set, and says the host but not the port, still goes before a default. */
const namesHost = (f: Filled): boolean => f.steps.length > 0 && /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+:\{\}(?:\/[^{}]*)?$/i.test(f.text)

const looked = (name: string, entries: readonly Entry[], scope: Scope): Filled[] => {
  const entry = entries.find(e => !scope.open.includes(e))
  if (!entry || scope.open.length >= DEPTH) return [nothing({ missing: [name] })]
  const all = [entry, ...(entry.also ?? [])].flatMap(one =>
    read(one.value, { ...scope, open: [...scope.open, one] }).map(f => ({
      ...f,
      steps: [one.step, ...f.steps],
      names: [name, ...f.names],
    })),
  )
  return distinct(all).slice(0, READINGS)
}

/** A placeholder names a variable, or a key of the program's configuration. */
const entriesOf = (name: string, scope: Scope): readonly Entry[] =>
  scope.environment.entries.get(name) ?? configEntries(scope.environment, name, undefined, scope.settings)

const NAME = /^[A-Za-z_%][A-Za-z0-9_.[\]%-]*$/

/** `$(NAME)`, `${NAME}`, `${NAME:default}` and `${NAME:-default}` inside the text of a manifest, a setting or a key; each may hold others. */
const expand = (text: string, scope: Scope): Filled[] => {
  const parts: Filled[][] = []
  let end = 0
  for (let i = text.indexOf('$'); i !== -1; i = text.indexOf('$', i + 1)) {
    const close = text[i + 1] === '{' ? closing(text, i + 2) : text[i + 1] === '(' ? text.indexOf(')', i) : -1
    if (i < end || close === -1) continue
    const found = placeholder(text.slice(i + 2, close), text[i + 1] === '{', scope)
    if (!found) continue
    parts.push([nothing({ text: text.slice(end, i) })], found)
    end = close + 1
  }
  if (parts.length === 0) return [nothing({ text })]
  return joined([...parts, [nothing({ text: text.slice(end) })]])
}

/** Where the brace closes that was opened before `from`; -1 when it does not. */
const closing = (text: string, from: number): number => {
  for (let i = from, open = 1; i < text.length; i++) {
    if (text[i] === '{') open++
    else if (text[i] === '}' && --open === 0) return i
  }
  return -1
}

/** The readings of one placeholder's inside; undefined when it names nothing. */
const placeholder = (inside: string, mayDefault: boolean, scope: Scope): Filled[] | undefined => {
  const colon = mayDefault ? inside.indexOf(':') : -1
  const written = colon === -1 ? inside : inside.slice(0, colon)
  const [name = ''] = written.includes('${') && scope.open.length < DEPTH ? expand(written, scope).map(f => f.text) : [written]
  if (!NAME.test(name)) return undefined
  const found = looked(name, entriesOf(name, scope), scope)
  if (colon === -1 || found.some(isWhole)) return found
  const fallback = inside.slice(colon + 1).replace(/^-/, '')
  const deeper = {
    ...scope,
    open: [...scope.open, { name, value: { is: 'text' as const, text: fallback }, step: NOWHERE, layer: 'default' }],
  }
  const read = scope.open.length < DEPTH ? expand(fallback, deeper) : [nothing({ text: fallback })]
  return read.map(f => ({ ...f, names: [name, ...f.names] }))
}

/** A default stands in the text whose step is there already. */
const NOWHERE: Step = { at: { repo: '', file: '', line: 1 }, says: '' }
