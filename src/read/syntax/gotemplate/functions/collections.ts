import type { Functions } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import {
  asList,
  asMap,
  count,
  deepCopy,
  type GoList,
  type GoMap,
  type GoValue,
  isList,
  isMap,
  isSame,
  isTrue,
  sortedKeys,
  text,
} from '../values.ts'

const MAX_ITEMS = 100_000

const limited = (list: GoList): GoList => {
  if (list.length > MAX_ITEMS) throw new TemplateError('too long a list')
  return list
}

const dict = (args: readonly GoValue[]): GoMap => {
  const map: GoMap = new Map()
  for (let n = 0; n < args.length; n += 2) map.set(text(args[n]), n + 1 < args.length ? args[n + 1] : '')
  return map
}

/** Adds what the target lacks, or with `overwrite` what the source has; maps are merged inside. */
const merged = (target: GoMap, source: GoMap, overwrite: boolean, depth = 0): GoMap => {
  if (depth > 60) throw new TemplateError('nested too deep')
  for (const [key, value] of source) {
    const own = target.get(key)
    if (isMap(own) && isMap(value)) merged(own, value, overwrite, depth + 1)
    else if (!target.has(key) || (overwrite ? isTrue(value) : !isTrue(own))) target.set(key, value)
  }
  return target
}

const dug = (map: GoValue, keys: readonly GoValue[], fallback: GoValue): GoValue => {
  let here: GoValue = map
  for (const key of keys) {
    if (!isMap(here) || !here.has(text(key))) return fallback
    here = here.get(text(key))
  }
  return here
}

const unique = (list: GoList): GoList => {
  const out: GoList = []
  for (const item of list) if (!out.some(other => isSame(other, item))) out.push(item)
  return out
}

const numbers = (from: number, to: number, step: number): GoList => {
  if (step === 0 || (to - from) / step > MAX_ITEMS) throw new TemplateError('too long a list')
  const out: GoList = []
  for (let n = from; step > 0 ? n < to : n > to; n += step) out.push(BigInt(n))
  return out
}

/** Sprig's lists and dictionaries. Dictionaries are changed in place, as in Sprig. */
export const collections: Functions = {
  list: args => [...args],
  tuple: args => [...args],
  dict: args => dict(args),
  get: ([map, key]) => (asMap(map).has(text(key)) ? asMap(map).get(text(key)) : ''),
  set: ([map, key, value]) => asMap(map).set(text(key), value),
  unset: ([map, key]) => {
    asMap(map).delete(text(key))
    return map
  },
  hasKey: ([map, key]) => asMap(map).has(text(key)),
  keys: args => args.flatMap(map => sortedKeys(asMap(map))),
  values: ([map]) => sortedKeys(asMap(map)).map(key => asMap(map).get(key)),
  pluck: ([key, ...maps]) => maps.flatMap(map => (asMap(map).has(text(key)) ? [asMap(map).get(text(key))] : [])),
  pick: ([map, ...keys]) => new Map(keys.map(text).flatMap(key => (asMap(map).has(key) ? [[key, asMap(map).get(key)]] : []))),
  omit: ([map, ...keys]) => {
    const drop = new Set(keys.map(text))
    return new Map([...asMap(map)].filter(([key]) => !drop.has(key)))
  },
  merge: ([target, ...sources]) => sources.reduce<GoMap>((into, source) => merged(into, asMap(deepCopy(source)), false), asMap(target)),
  mergeOverwrite: ([target, ...sources]) =>
    sources.reduce<GoMap>((into, source) => merged(into, asMap(deepCopy(source)), true), asMap(target)),
  mustMerge: ([target, ...sources]) => sources.reduce<GoMap>((into, source) => merged(into, asMap(deepCopy(source)), false), asMap(target)),
  mustMergeOverwrite: ([target, ...sources]) =>
    sources.reduce<GoMap>((into, source) => merged(into, asMap(deepCopy(source)), true), asMap(target)),
  deepCopy: ([value]) => deepCopy(value),
  dig: args => dug(args.at(-1), args.slice(0, -2), args.at(-2)),

  first: ([list]) => asList(list)[0],
  last: ([list]) => asList(list).at(-1),
  rest: ([list]) => asList(list).slice(1),
  initial: ([list]) => asList(list).slice(0, -1),
  append: ([list, item]) => limited([...asList(list), item]),
  push: ([list, item]) => limited([...asList(list), item]),
  prepend: ([list, item]) => limited([item, ...asList(list)]),
  concat: args => limited(args.flatMap(asList)),
  reverse: ([list]) => [...asList(list)].reverse(),
  uniq: ([list]) => unique(asList(list).slice(0, 1000)),
  without: ([list, ...drop]) => asList(list).filter(item => !drop.some(d => isSame(d, item))),
  has: ([item, list]) => list !== undefined && asList(list).some(other => isSame(other, item)),
  compact: ([list]) => asList(list).filter(isTrue),
  chunk: ([size, list]) => {
    const n = Math.max(1, count(size))
    const all = asList(list)
    return Array.from({ length: Math.ceil(all.length / n) }, (_, i) => all.slice(i * n, i * n + n))
  },
  until: ([n]) => numbers(0, count(n), count(n) < 0 ? -1 : 1),
  untilStep: ([from, to, step]) => numbers(count(from), count(to), count(step)),
  seq: args => {
    const [a = 1, b, c] = args.map(v => count(v))
    const [from, step, to] = c !== undefined ? [a, b!, c] : b !== undefined ? [a, b >= a ? 1 : -1, b] : [1, a >= 1 ? 1 : -1, a]
    return numbers(from, to + Math.sign(step), step)
      .map(text)
      .join(' ')
  },
  isList: ([value]) => isList(value),
}
