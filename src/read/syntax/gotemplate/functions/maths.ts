import type { Functions, GoFunction } from '../evaluate.ts'
import { TemplateError } from '../lexer.ts'
import { count, float, type GoValue, integer, isList, text } from '../values.ts'

const onIntegers =
  (join: (a: bigint, b: bigint) => bigint): GoFunction =>
  ([first, ...others]) =>
    bounded(others.reduce<bigint>((sum, value) => bounded(join(sum, integer(value))), integer(first)))

/** Numbers stay those of 64 bits. */
const bounded = (value: bigint): bigint => BigInt.asIntN(64, value)

const divided = (join: (a: bigint, b: bigint) => bigint): GoFunction =>
  onIntegers((a, b) => {
    if (b === 0n) throw new TemplateError('a division by zero')
    return join(a, b)
  })

const onFloats =
  (join: (a: number, b: number) => number): GoFunction =>
  ([first, ...others]) =>
    others.reduce<number>((sum, value) => join(sum, float(value)), float(first))

const rounded = (value: GoValue, places: number): number => {
  const factor = 10 ** Math.max(0, Math.min(15, places))
  return Math.round(float(value) * factor) / factor
}

/** Sprig's arithmetic and conversions. */
export const maths: Functions = {
  add: onIntegers((a, b) => a + b),
  add1: ([value]) => bounded(integer(value) + 1n),
  sub: onIntegers((a, b) => a - b),
  mul: onIntegers((a, b) => a * b),
  div: divided((a, b) => a / b),
  mod: divided((a, b) => a % b),
  max: onIntegers((a, b) => (a > b ? a : b)),
  biggest: onIntegers((a, b) => (a > b ? a : b)),
  min: onIntegers((a, b) => (a < b ? a : b)),
  addf: onFloats((a, b) => a + b),
  subf: onFloats((a, b) => a - b),
  mulf: onFloats((a, b) => a * b),
  divf: onFloats((a, b) => a / b),
  maxf: onFloats(Math.max),
  minf: onFloats(Math.min),
  floor: ([value]) => Math.floor(float(value)),
  ceil: ([value]) => Math.ceil(float(value)),
  round: ([value, places]) => rounded(value, count(places)),
  int: ([value]) => integer(value),
  int64: ([value]) => integer(value),
  float64: ([value]) => float(value),
  atoi: ([value]) => integer(value),
  toDecimal: ([value]) => BigInt(Number.parseInt(text(value), 8) || 0),
  sum: args => args.reduce<bigint>((sum, v) => bounded(sum + (isList(v) ? 0n : integer(v))), 0n),
}
