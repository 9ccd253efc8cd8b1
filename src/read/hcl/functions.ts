import { sha256 } from '../../base/hash.ts'
import { byText } from '../../base/names.ts'
import { table } from '../../base/table.ts'
import { withoutEnd } from '../../base/text.ts'
import type { Origin } from '../syntax/placed.ts'
import {
  asBoolean,
  asNumber,
  asString,
  type HclEntry,
  type HclValue,
  isKnown,
  isNull,
  jsonText,
  listOf,
  mapOfEntries,
  partsOf,
  scalarOf,
  type TextPart,
  textOfParts,
  unknownOf,
} from './values.ts'

/** A function over values that were evaluated before. `undefined`: these arguments are none for it, or not known well enough. */
type HclFunction = (args: readonly HclValue[], at: Origin) => HclValue | undefined

const MAX_ITEMS = 2000
const MAX_TEXT = 200_000

const texts =
  (of: (...texts: string[]) => string | number | boolean | undefined): HclFunction =>
  (args, at) => {
    const all = args.map(asString)
    const found = all.every(text => text !== undefined) ? of(...(all as string[])) : undefined
    return found === undefined ? undefined : scalarOf(found, at)
  }

const numbers =
  (of: (...numbers: number[]) => number): HclFunction =>
  (args, at) => {
    const all = args.flatMap(itemsOr).map(asNumber)
    const found = all.length > 0 && all.every(n => n !== undefined) ? of(...(all as number[])) : Number.NaN
    return Number.isFinite(found) ? scalarOf(found, at) : undefined
  }

const itemsOr = (value: HclValue): readonly HclValue[] => (value.is === 'list' ? value.items : [value])

/** Items of a list or values of a map. */
const itemsOf = (value: HclValue | undefined): readonly HclValue[] | undefined =>
  value?.is === 'list' ? value.items : value?.is === 'map' ? [...value.entries.values()].map(e => e.value) : undefined

const listed =
  (of: (items: readonly HclValue[], at: Origin, args: readonly HclValue[]) => readonly HclValue[] | HclValue | undefined): HclFunction =>
  (args, at) => {
    const [first] = args
    if (first?.is !== 'list') return undefined
    const found = of(first.items, at, args)
    return found === undefined || 'is' in found ? found : listOf(found, at)
  }

const textList = (all: readonly string[], at: Origin): HclValue =>
  listOf(
    all.slice(0, MAX_ITEMS).map(t => scalarOf(t, at)),
    at,
  )

const keyOf = (value: HclValue): string =>
  JSON.stringify(value, (key, member) => (key === 'at' ? undefined : member instanceof Map ? [...member] : member))

const unique = (items: readonly HclValue[]): HclValue[] => [...new Map(items.map(item => [keyOf(item), item])).values()]

const merge: HclFunction = (args, at) => {
  const entries = new Map<string, HclEntry>()
  for (const arg of args) {
    if (isNull(arg)) continue
    if (arg.is !== 'map') return undefined
    for (const [key, entry] of arg.entries) entries.set(key, entry)
  }
  return mapOfEntries(entries, at)
}

const lookup: HclFunction = ([map, key, fallback]) => {
  const name = key && asString(key)
  if (map?.is !== 'map' || name === undefined) return undefined
  return map.entries.get(name)?.value ?? fallback
}

const element: HclFunction = ([list, index]) => {
  const n = index && asNumber(index)
  if (list?.is !== 'list' || n === undefined || list.items.length === 0) return undefined
  return list.items[((Math.trunc(n) % list.items.length) + list.items.length) % list.items.length]
}

const flatten = (items: readonly HclValue[], depth = 0): HclValue[] =>
  items.flatMap(item => (item.is === 'list' && depth < 20 ? flatten(item.items, depth + 1) : [item]))

/** `%s`, `%d`, `%05d`, `%q`, `%v`, `%%`; parts that are not known stay parts. */
const format: HclFunction = ([pattern, ...args], at) => {
  const source = pattern && asString(pattern)
  if (source === undefined) return undefined
  const parts: TextPart[] = []
  let from = 0
  let next = 0
  for (const match of source.matchAll(/%(?:\[(\d+)\])?([-+0 #]*)(\d{0,3})(?:\.(\d{1,2}))?([%a-zA-Z])/g)) {
    parts.push(source.slice(from, match.index))
    from = match.index + match[0].length
    if (match[5] === '%') parts.push('%')
    else {
      const arg = args[match[1] === undefined ? next++ : Number(match[1]) - 1]
      if (!arg) return undefined
      parts.push(...formatted(arg, match))
    }
  }
  parts.push(source.slice(from))
  return textOfParts(parts, at)
}

const formatted = (arg: HclValue, [, , flags = '', width = '', digits, verb]: RegExpMatchArray): readonly TextPart[] => {
  if (!isKnown(arg)) return partsOf(arg)
  const text = arg.is === 'list' || arg.is === 'map' ? (jsonText(arg) ?? '') : (asString(arg) ?? '')
  const shown = verb === 'q' ? JSON.stringify(text) : digits !== undefined && verb === 'f' ? Number(text).toFixed(Number(digits)) : text
  const size = Math.min(Number(width || 0), 200)
  return [flags.includes('-') ? shown.padEnd(size) : shown.padStart(size, flags.includes('0') ? '0' : ' ')]
}

/** Parts joined; what is not known among them stays a part. */
const join: HclFunction = ([separator, ...lists], at) => {
  const between = separator && asString(separator)
  if (between === undefined || lists.some(l => l.is !== 'list')) return undefined
  const items = lists.flatMap(l => (l.is === 'list' ? l.items : []))
  return textOfParts(
    items.flatMap((item, i) => (i === 0 ? partsOf(item) : [between, ...partsOf(item)])),
    at,
  )
}

const pattern = (source: string): RegExp | undefined => {
  // A pattern of a repository must not hold up the run: no nested repetition, no alternatives under one.
  if (source.length > 200 || /[+*}]\)?[+*{]|\([^)]*[+*|][^)]*\)[+*{]/.test(source)) return undefined
  try {
    return new RegExp(source.replace(/^\(\?[imsU]+\)/, '').replace(/\(\?P</g, '(?<'), 'g')
  } catch {
    return undefined
  }
}

const replace: HclFunction = ([source, from, to], at) => {
  const [text, what, by] = [source, from, to].map(v => (v ? asString(v) : undefined))
  if (text === undefined || what === undefined || by === undefined || text.length > MAX_TEXT) return undefined
  const slashed = /^\/([\s\S]+)\/$/.exec(what)
  if (!slashed) return scalarOf(text.split(what).join(by), at)
  const found = pattern(slashed[1]!)
  return found && scalarOf(text.slice(0, 5000).replace(found, by.replace(/\$\{?(\d+)\}?/g, '$$$1')), at)
}

const regex: HclFunction = ([source, text], at) => {
  const [what, where] = [source && asString(source), text && asString(text)]
  const found = what !== undefined && where !== undefined ? pattern(what)?.exec(where.slice(0, 5000)) : undefined
  if (!found) return undefined
  if (found.groups)
    return mapOfEntries(
      Object.entries(found.groups).map(([k, v]) => [k, { value: scalarOf(v ?? null, at), at }]),
      at,
    )
  return found.length > 1 ? textList(found.slice(1), at) : scalarOf(found[0], at)
}

const zipmap: HclFunction = ([keys, values], at) => {
  if (keys?.is !== 'list' || values?.is !== 'list') return undefined
  const names = keys.items.map(asString)
  if (names.includes(undefined)) return undefined
  return mapOfEntries(
    names.flatMap((name, i) => (values.items[i] ? [[name!, { value: values.items[i], at }] as const] : [])),
    at,
  )
}

const setProduct: HclFunction = (args, at) => {
  let all: HclValue[][] = [[]]
  for (const arg of args) {
    if (arg.is !== 'list') return undefined
    all = all.flatMap(left => arg.items.map(item => [...left, item]))
    if (all.length > MAX_ITEMS) return undefined
  }
  return listOf(
    all.map(items => listOf(items, at)),
    at,
  )
}

const range: HclFunction = (args, at) => {
  const all = args.map(asNumber)
  if (all.includes(undefined) || all.length === 0) return undefined
  const [start, end, step] = all.length === 1 ? [0, all[0]!, 1] : [all[0]!, all[1]!, all[2] ?? (all[1]! < all[0]! ? -1 : 1)]
  if (step === 0 || Math.abs((end - start) / step) > MAX_ITEMS) return undefined
  const items: HclValue[] = []
  for (let n = start; step > 0 ? n < end : n > end; n += step) items.push(scalarOf(n, at))
  return listOf(items, at)
}

const fromPlain = (value: unknown, at: Origin, depth = 0): HclValue => {
  if (depth > 40) return unknownOf('nested too deep', at)
  if (Array.isArray(value))
    return listOf(
      value.slice(0, MAX_ITEMS * 5).map(item => fromPlain(item, at, depth + 1)),
      at,
    )
  if (value !== null && typeof value === 'object')
    return mapOfEntries(
      Object.entries(value).map(([key, member]) => [key, { value: fromPlain(member, at, depth + 1), at }] as const),
      at,
    )
  return scalarOf(value as string | number | boolean | null, at)
}

const jsonDecode: HclFunction = ([source], at) => {
  if (source?.is === 'json') return source.of
  const text = source && asString(source)
  if (text === undefined) return undefined
  try {
    return fromPlain(JSON.parse(text), at)
  } catch {
    return undefined
  }
}

const trimmed = (text: string, characters: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && characters.includes(text[start]!)) start++
  while (end > start && characters.includes(text[end - 1]!)) end--
  return text.slice(start, end)
}

const setsOf =
  (keep: (key: string, counts: ReadonlyMap<string, number>, inFirst: boolean, lists: number) => boolean): HclFunction =>
  (args, at) => {
    if (args.some(a => a.is !== 'list')) return undefined
    const lists = args.map(a => unique(a.is === 'list' ? a.items : []))
    const counts = new Map<string, number>()
    for (const list of lists) for (const item of list) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
    const first = new Set((lists[0] ?? []).map(keyOf))
    return listOf(
      unique(lists.flat()).filter(item => keep(keyOf(item), counts, first.has(keyOf(item)), lists.length)),
      at,
    )
  }

const same: HclFunction = ([value]) => value

/** The functions of Terraform that need nothing but their arguments. */
const FUNCTIONS: Record<string, HclFunction> = table({
  merge,
  lookup,
  element,
  format,
  join,
  replace,
  regex,
  zipmap,
  setproduct: setProduct,
  range,
  jsonencode: ([value], at) => value && { is: 'json', of: value, at },
  jsondecode: jsonDecode,
  concat: (args, at) => (args.every(a => a.is === 'list') ? listOf(args.flatMap(itemsOr), at) : undefined),
  flatten: listed(items => flatten(items)),
  distinct: listed(items => unique(items)),
  compact: listed(items => items.filter(item => !isNull(item) && asString(item) !== '')),
  reverse: listed(items => [...items].reverse()),
  sort: listed((items, at) =>
    items.every(i => asString(i) !== undefined) ? textList(items.map(i => asString(i)!).sort(byText), at) : undefined,
  ),
  slice: listed((items, _, [, from, to]) => {
    const [a, b] = [from && asNumber(from), to && asNumber(to)]
    return a === undefined || b === undefined ? undefined : items.slice(a, b)
  }),
  chunklist: listed((items, at, [, size]) => {
    const n = size && asNumber(size)
    if (!n || n < 1) return undefined
    return Array.from({ length: Math.ceil(items.length / n) }, (_, i) => listOf(items.slice(i * n, i * n + n), at))
  }),
  one: ([list]) =>
    list?.is === 'list' && list.items.length === 1
      ? list.items[0]
      : list?.is === 'list' && list.items.length === 0
        ? scalarOf(null, list.at)
        : undefined,
  toset: ([list], at) => (list?.is === 'list' ? { is: 'list', items: unique(list.items), isSet: true, at } : undefined),
  tolist: ([list], at) => (list?.is === 'list' ? listOf(list.items, at) : undefined),
  tomap: same,
  tostring: ([value], at) => (value === undefined || isNull(value) ? value : textOfParts(partsOf(value), at)),
  tonumber: numbers(n => n),
  tobool: ([value], at) => {
    const known = value && asBoolean(value)
    return known === undefined ? undefined : scalarOf(known, at)
  },
  keys: ([map], at) => (map?.is === 'map' ? textList([...map.entries.keys()].sort(byText), at) : undefined),
  values: ([map], at) =>
    map?.is === 'map'
      ? listOf(
          [...map.entries].sort(([a], [b]) => byText(a, b)).map(([, e]) => e.value),
          at,
        )
      : undefined,
  length: ([value], at) => {
    const items = itemsOf(value)
    const text = value && asString(value)
    return items ? scalarOf(items.length, at) : text === undefined ? undefined : scalarOf([...text].length, at)
  },
  contains: ([list, item], at) => {
    if (list?.is !== 'list' || !item) return undefined
    const found = list.items.some(one => keyOf(one) === keyOf(item) || (asString(one) !== undefined && asString(one) === asString(item)))
    return found || (isKnown(list) && isKnown(item)) ? scalarOf(found, at) : undefined
  },
  index: ([list, item], at) => {
    const found = list?.is === 'list' && item ? list.items.findIndex(one => keyOf(one) === keyOf(item)) : -1
    return found < 0 ? undefined : scalarOf(found, at)
  },
  coalesce: args => (args.some(a => !isKnown(a) && a.is === 'unknown') ? undefined : args.find(a => !isNull(a) && asString(a) !== '')),
  coalescelist: args => args.find(a => a.is === 'list' && a.items.length > 0),
  setunion: setsOf(() => true),
  setintersection: setsOf((key, counts, _, lists) => counts.get(key) === lists),
  setsubtract: setsOf((key, counts, inFirst) => inFirst && counts.get(key) === 1),
  transpose: () => undefined,
  split: ([separator, text], at) => {
    const [by, source] = [separator && asString(separator), text && asString(text)]
    return by === undefined || source === undefined ? undefined : source === '' ? textList([''], at) : textList(source.split(by), at)
  },
  lower: texts(t => t.toLowerCase()),
  upper: texts(t => t.toUpperCase()),
  title: texts(t => t.replace(/(^|[^\p{L}\p{N}'])(\p{Ll})/gu, (_, a: string, b: string) => a + b.toUpperCase())),
  trim: texts(trimmed),
  trimspace: texts(t => t.trim()),
  trimprefix: texts((t, prefix) => (prefix !== '' && t.startsWith(prefix) ? t.slice(prefix.length) : t)),
  trimsuffix: texts((t, suffix) => (suffix !== '' && t.endsWith(suffix) ? t.slice(0, -suffix.length) : t)),
  chomp: texts(t => withoutEnd(t, '\r\n')),
  indent: texts((n, t) => t.replace(/\n(?=.)/g, `\n${' '.repeat(Math.min(Number(n) || 0, 100))}`)),
  strrev: texts(t => [...t].reverse().join('')),
  startswith: texts((t, prefix) => t.startsWith(prefix)),
  endswith: texts((t, suffix) => t.endsWith(suffix)),
  strcontains: texts((t, part) => t.includes(part)),
  substr: texts((t, from, length) => {
    const start = Number(from) < 0 ? Math.max(0, t.length + Number(from)) : Number(from)
    return Number(length) < 0 ? t.slice(start) : t.slice(start, start + Number(length))
  }),
  basename: texts(t => withoutEnd(t, '/').replace(/^.*\//, '')),
  dirname: texts(t => (t.includes('/') ? t.replace(/\/[^/]*$/, '') || '/' : '.')),
  base64encode: texts(t => Buffer.from(t).toString('base64')),
  base64decode: texts(t => Buffer.from(t, 'base64').toString('utf8')),
  urlencode: texts(t => encodeURIComponent(t)),
  sha256: texts(t => sha256(t)),
  abs: numbers(n => Math.abs(n)),
  ceil: numbers(n => Math.ceil(n)),
  floor: numbers(n => Math.floor(n)),
  max: numbers((...n) => Math.max(...n)),
  min: numbers((...n) => Math.min(...n)),
  pow: numbers((a, b) => a ** b!),
  sum: numbers((...n) => n.reduce((a, b) => a + b, 0)),
  signum: numbers(n => Math.sign(n)),
  parseint: ([text, base], at) => {
    const n = Number.parseInt((text && asString(text)) ?? '', (base && asNumber(base)) ?? 10)
    return Number.isNaN(n) ? undefined : scalarOf(n, at)
  },
  formatlist: ([pattern, ...args], at) => {
    const length = Math.max(0, ...args.map(a => (a.is === 'list' ? a.items.length : 0)))
    const items = Array.from({ length }, (_, i) => format([pattern!, ...args.map(a => (a.is === 'list' ? (a.items[i] ?? a) : a))], at))
    return pattern && items.every(i => i !== undefined) ? listOf(items as HclValue[], at) : undefined
  },
  alltrue: listed((items, at) =>
    items.every(i => asBoolean(i) !== undefined)
      ? scalarOf(
          items.every(i => asBoolean(i)),
          at,
        )
      : undefined,
  ),
  anytrue: listed((items, at) =>
    items.every(i => asBoolean(i) !== undefined)
      ? scalarOf(
          items.some(i => asBoolean(i)),
          at,
        )
      : undefined,
  ),
  nonsensitive: same,
  sensitive: same,
  abspath: same,
  pathexpand: same,
})

/** Whether a function is one of those. */
export const isFunction = (name: string): boolean => Object.hasOwn(FUNCTIONS, name)

/** Calls a function; unknown with the reason where its arguments do not tell enough. */
export const callFunction = (name: string, args: readonly HclValue[], at: Origin): HclValue => {
  const found = isFunction(name) ? FUNCTIONS[name]!(args, at) : undefined
  if (found)
    return found.is === 'scalar' ? { ...found, at: name === 'lookup' || name === 'element' || name === 'coalesce' ? found.at : at } : found
  const open = args.flatMap(firstUnknown)[0]
  return unknownOf(open ?? (isFunction(name) ? `${name}() cannot be told here` : `the function ${name}() is not known`), at)
}

/** Why the first part of a value that is not known is not. */
export const firstUnknown = (value: HclValue): string[] => {
  if (value.is === 'unknown') return [value.why]
  if (value.is === 'reference') return [`${[value.address, ...value.path].join('.')} is known only once it is deployed`]
  if (value.is === 'text')
    return value.parts
      .flatMap(p => (typeof p === 'string' ? [] : p.is === 'unknown' ? [p.why] : [`${p.address} is known only once it is deployed`]))
      .slice(0, 1)
  if (value.is === 'list') return value.items.flatMap(firstUnknown).slice(0, 1)
  if (value.is === 'map') return [...value.entries.values()].flatMap(e => firstUnknown(e.value)).slice(0, 1)
  return []
}
