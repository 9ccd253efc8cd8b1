import { concat, text, type Value } from '../../model/value.ts'

/** `${name}`, and with an operator `${name:-word}`: `-` default, `+` replacement, `?` required; a colon also covers empty values. */
export interface Placeholder {
  name: string
  operator?: '-' | '+' | '?'
  word: Value
}

const MAX_DEPTH = 8
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const OPERATOR = /:?([-+?])|:?=/y

/**
 * Shell-like interpolation (`$X`, `${X}`, `${X:-word}`, nested) as a Value; `look` gives what stands for a placeholder.
 * `dollar` is the pair that stands for a plain dollar: `$$` in Compose, `\$` in Dockerfiles.
 */
export const interpolate = (source: string, dollar: '$$' | '\\$', look: (found: Placeholder) => Value, level = 0): Value => {
  const parts: Value[] = []
  let plain = ''
  for (let i = 0; i < source.length; ) {
    if (source.startsWith(dollar, i)) {
      plain += '$'
      i += 2
      continue
    }
    const found = source[i] === '$' ? placeholderAt(source, i, dollar, look, level) : undefined
    if (!found) {
      plain += source[i++]
      continue
    }
    parts.push(text(plain), look(found.placeholder))
    plain = ''
    i = found.end
  }
  return concat([...parts, text(plain)])
}

interface RawPlaceholder {
  name: string
  operator?: '-' | '+' | '?'
  /** The operator also takes an empty value for none. */
  colon: boolean
  /** Source of the word behind the operator. */
  word: string
  end: number
}

const rawPlaceholderAt = (source: string, start: number): RawPlaceholder | undefined => {
  const braced = source[start + 1] === '{'
  NAME.lastIndex = start + (braced ? 2 : 1)
  const name = NAME.exec(source)?.[0]
  if (!name) return undefined
  const after = NAME.lastIndex
  if (!braced) return { name, colon: false, word: '', end: after }
  const end = closing(source, start + 1)
  if (end === undefined) return undefined
  if (after === end) return { name, colon: false, word: '', end: end + 1 }
  OPERATOR.lastIndex = after
  const operator = OPERATOR.exec(source)
  if (!operator) return undefined
  const word = source.slice(OPERATOR.lastIndex, end)
  return { name, operator: (operator[1] ?? '-') as '-' | '+' | '?', colon: operator[0].startsWith(':'), word, end: end + 1 }
}

const placeholderAt = (
  source: string,
  start: number,
  dollar: '$$' | '\\$',
  look: (found: Placeholder) => Value,
  level: number,
): { placeholder: Placeholder; end: number } | undefined => {
  const raw = level < MAX_DEPTH ? rawPlaceholderAt(source, start) : undefined
  if (!raw) return undefined
  const word = interpolate(raw.word, dollar, look, level + 1)
  return { placeholder: { name: raw.name, ...(raw.operator ? { operator: raw.operator } : {}), word }, end: raw.end }
}

/**
 * Fills the placeholders whose names have a value and leaves the others as written. Dollars of filled values are doubled, as Compose reads them.
 */
export const substitute = (source: string, values: ReadonlyMap<string, string>, level = 0): string => {
  let out = ''
  for (let i = 0; i < source.length; ) {
    if (source.startsWith('$$', i)) {
      out += '$$'
      i += 2
      continue
    }
    const found = source[i] === '$' && level < MAX_DEPTH ? rawPlaceholderAt(source, i) : undefined
    if (!found) out += source[i++]
    else {
      out += filled(found, values, level) ?? source.slice(i, found.end)
      i = found.end
    }
  }
  return out
}

const filled = (found: RawPlaceholder, values: ReadonlyMap<string, string>, level: number): string | undefined => {
  const value = values.get(found.name)
  if (value === undefined) return undefined
  const isGiven = value !== '' || !found.colon
  if (found.operator === '+') return isGiven ? substitute(found.word, values, level + 1) : ''
  if (found.operator === '-' && !isGiven) return substitute(found.word, values, level + 1)
  return value.replaceAll('$', '$$$$')
}

/** Index of the brace that closes the one at `open`, within a kilobyte. */
const closing = (source: string, open: number): number | undefined => {
  let depth = 0
  for (let i = open; i < source.length && i < open + 1024; i++) {
    if (source[i] === '{') depth++
    else if (source[i] === '}' && --depth === 0) return i
  }
  return undefined
}

/** What a placeholder means where `value` is what its name stands for. */
export const withOperator = (value: Value, { operator, word }: Placeholder): Value => {
  if (operator === '-') return { is: 'or', options: [value, word] }
  if (operator === '+') return { is: 'any', options: [word, text('')] }
  return value
}

/** The text of a value as far as its own defaults say it; undefined where a hole has none. */
export const knownText = (value: Value): string | undefined => {
  if (value.is === 'text') return value.text
  if (value.is === 'or') return value.options.map(knownText).find(option => option !== undefined)
  if (value.is !== 'concat') return undefined
  const parts = value.parts.map(knownText)
  return parts.every(part => part !== undefined) ? parts.join('') : undefined
}
