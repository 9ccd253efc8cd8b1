import type { Functions, GoFunction } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { asList, count, type GoList, type GoValue, isList, show, text } from '../values.ts'

const MAX_TEXT = 1_000_000

/** Texts that functions make longer have a limit. */
const limited = (value: string): string => {
  if (value.length > MAX_TEXT) throw new TemplateError('too long a text')
  return value
}

const onText =
  (change: (value: string) => GoValue): GoFunction =>
  args =>
    change(text(args.at(-1)))

const indented = (spaces: number, value: string): string => {
  const pad = ' '.repeat(Math.max(0, Math.min(spaces, 1000)))
  return limited(pad + value.replaceAll('\n', `\n${pad}`))
}

/** Characters that Go's strings.Trim family takes from an end; a plain walk, as the text may be anything. */
const trimEnds = (value: string, cut: string, left: boolean, right: boolean): string => {
  const drop = new Set(cut)
  let from = 0
  let to = value.length
  while (left && from < to && drop.has(value[from]!)) from++
  while (right && to > from && drop.has(value[to - 1]!)) to--
  return value.slice(from, to)
}

const trimSpace = (value: string): string => trimEnds(value, ' \t\n\r\v\f', true, true)

const cut = (size: GoValue, value: string): string => {
  const n = count(size)
  return n < 0 ? (value.length > -n ? value.slice(n) : value) : value.slice(0, n)
}

const words = (value: string): string[] =>
  value
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[\s_.-]+/)
    .filter(w => w !== '')

const title = (value: string): string => value.replace(/(^|\s)(\S)/g, (_all, before: string, c: string) => before + c.toUpperCase())
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

const listOf = (value: GoValue): string[] =>
  isList(value) ? value.filter(v => v !== undefined).map(text) : value === undefined ? [] : [text(value)]

const wrapped = (value: string, width: number): string => {
  const lines: string[] = ['']
  for (const word of value.split(' ')) {
    const last = lines.at(-1)!
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}

/** Sprig's functions on text. The text itself is the last argument. */
export const strings: Functions = {
  quote: args =>
    args
      .filter(a => a !== undefined)
      .map(a => JSON.stringify(text(a)))
      .join(' '),
  squote: args =>
    args
      .filter(a => a !== undefined)
      .map(a => `'${text(a)}'`)
      .join(' '),
  trim: onText(trimSpace),
  trimAll: ([chars, value]) => trimEnds(text(value), text(chars), true, true),
  trimLeft: ([chars, value]) => trimEnds(text(value), text(chars), true, false),
  trimRight: ([chars, value]) => trimEnds(text(value), text(chars), false, true),
  trimPrefix: ([start, value]) => (text(value).startsWith(text(start)) ? text(value).slice(text(start).length) : text(value)),
  trimSuffix: ([end, value]) =>
    text(end) !== '' && text(value).endsWith(text(end)) ? text(value).slice(0, -text(end).length) : text(value),
  lower: onText(v => v.toLowerCase()),
  upper: onText(v => v.toUpperCase()),
  title: onText(title),
  untitle: onText(v => v.replace(/(^|\s)(\S)/g, (_all, before: string, c: string) => before + c.toLowerCase())),
  camelcase: onText(v =>
    words(v)
      .map(w => capital(w.toLowerCase()))
      .join(''),
  ),
  snakecase: onText(v =>
    words(v)
      .map(w => w.toLowerCase())
      .join('_'),
  ),
  kebabcase: onText(v =>
    words(v)
      .map(w => w.toLowerCase())
      .join('-'),
  ),
  swapcase: onText(v => [...v].map(c => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('')),
  initials: onText(v =>
    words(v)
      .map(w => w[0] ?? '')
      .join(''),
  ),
  nospace: onText(v => v.replace(/\s/g, '')),
  indent: ([spaces, value]) => indented(count(spaces), text(value)),
  nindent: ([spaces, value]) => `\n${indented(count(spaces), text(value))}`,
  trunc: ([size, value]) => cut(size, text(value)),
  abbrev: ([size, value]) => (text(value).length <= count(size) ? text(value) : `${text(value).slice(0, Math.max(0, count(size) - 3))}...`),
  substr: ([from, to, value]) => {
    const start = count(from)
    const end = count(to)
    const whole = text(value)
    if (start < 0) return whole.slice(0, Math.max(0, end))
    return end < 0 || end > whole.length ? whole.slice(start) : whole.slice(start, end)
  },
  replace: ([from, to, value]) => {
    const source = text(value)
    const pieces = text(from) === '' ? [source] : source.split(text(from))
    if (source.length + pieces.length * text(to).length > MAX_TEXT) throw new TemplateError('too long a text')
    return pieces.join(text(to))
  },
  contains: ([part, value]) => text(value).includes(text(part)),
  hasPrefix: ([start, value]) => text(value).startsWith(text(start)),
  hasSuffix: ([end, value]) => text(value).endsWith(text(end)),
  repeat: ([times, value]) => {
    const n = Math.max(0, count(times))
    if (n * text(value).length > MAX_TEXT) throw new TemplateError('too long a text')
    return text(value).repeat(n)
  },
  cat: args =>
    args
      .filter(a => a !== undefined)
      .map(a => show(a))
      .join(' '),
  plural: ([one, many, n]) => (count(n) === 1 ? one : many),
  wrap: ([width, value]) => wrapped(text(value), count(width)),
  wrapWith: ([width, , value]) => wrapped(text(value), count(width)),
  join: ([separator, value]) => limited(listOf(value).join(text(separator))),
  split: ([separator, value]) =>
    new Map(
      text(value)
        .split(text(separator))
        .map((part, n) => [`_${n}`, part]),
    ),
  splitn: ([separator, , value]) =>
    new Map(
      text(value)
        .split(text(separator))
        .map((part, n) => [`_${n}`, part]),
    ),
  splitList: ([separator, value]) => text(value).split(text(separator)),
  sortAlpha: ([value]) => [...listOf(value)].sort() as GoList,
  toString: (args: GoValue[]) => show(args[0]),
  toStrings: ([value]) => asList(value).map(v => show(v)),
}
