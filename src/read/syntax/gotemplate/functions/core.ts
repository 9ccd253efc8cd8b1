import type { Functions } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { asList, count, type GoValue, isList, isMap, isSame, isTrue, kindOf, order, show, text, typeOf } from '../values.ts'
import { print, printf } from './print.ts'

/** What Go's templates bring with them, and Sprig's questions about values. */
export const core: Functions = {
  not: ([value]) => !isTrue(value),
  len: ([value]) => {
    if (typeof value === 'string') return BigInt(Buffer.byteLength(value))
    if (isList(value)) return BigInt(value.length)
    if (isMap(value)) return BigInt(value.size)
    throw new TemplateError(`a ${kindOf(value)} has no length`)
  },
  index: ([value, ...keys]) => keys.reduce<GoValue>((here, key) => indexed(here, key), value),
  slice: ([value, from, to]) => {
    const start = from === undefined ? 0 : count(from)
    const end = to === undefined ? undefined : count(to)
    return typeof value === 'string' ? value.slice(start, end) : asList(value).slice(start, end)
  },
  print: args => print(args),
  println: args => `${args.map(a => show(a, 1)).join(' ')}\n`,
  printf: ([format, ...args]) => printf(text(format), args),
  html: ([value]) => text(value).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`),
  js: ([value]) => JSON.stringify(text(value)).slice(1, -1),
  urlquery: ([value]) => encodeURIComponent(text(value)).replaceAll('%20', '+'),
  eq: ([first, ...others]) => others.some(other => isSame(first, other)),
  ne: ([a, b]) => !isSame(a, b),
  lt: ([a, b]) => order(a, b) < 0,
  le: ([a, b]) => order(a, b) <= 0,
  gt: ([a, b]) => order(a, b) > 0,
  ge: ([a, b]) => order(a, b) >= 0,

  default: ([fallback, value]) => (isTrue(value) ? value : fallback),
  empty: ([value]) => !isTrue(value),
  coalesce: args => args.find(isTrue),
  all: args => args.every(isTrue),
  any: args => args.some(isTrue),
  ternary: ([yes, no, test]) => (isTrue(test) ? yes : no),
  fail: ([message]) => {
    throw new TemplateError(text(message).slice(0, 300))
  },
  kindOf: ([value]) => kindOf(value),
  kindIs: ([kind, value]) => kindOf(value) === kind,
  typeOf: ([value]) => typeOf(value),
  typeIs: ([type, value]) => typeOf(value) === type,
  typeIsLike: ([type, value]) => typeOf(value) === type || `*${typeOf(value)}` === type,
  deepEqual: ([a, b]) => isSame(a, b),
}

const indexed = (value: GoValue, key: GoValue): GoValue => {
  if (isMap(value)) return value.get(text(key))
  if (isList(value)) {
    const at = count(key)
    if (at < 0 || at >= value.length) throw new TemplateError(`no element ${at}`)
    return value[at]
  }
  if (typeof value === 'string') return BigInt(Buffer.from(value)[count(key)] ?? 0)
  throw new TemplateError(`a ${kindOf(value)} has no elements`)
}
