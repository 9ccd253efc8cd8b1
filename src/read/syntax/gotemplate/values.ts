import { byText } from '../../../base/names.ts'
import { type DataNode, entriesOf } from '../node.ts'
import { TemplateError } from './lexer.ts'

/** What a template computes with. Whole numbers are `bigint` (Go's int), others `number` (float64); maps keep no prototype. */
export type GoValue = undefined | string | boolean | number | bigint | GoList | GoMap | Method

export type GoList = GoValue[]
export type GoMap = Map<string, GoValue>
/** A value that takes arguments, such as `.Files.Get`. */
type Method = (args: GoValue[]) => GoValue

export const isMap = (value: GoValue): value is GoMap => value instanceof Map
export const isList = (value: GoValue): value is GoList => Array.isArray(value)

export const isTrue = (value: GoValue): boolean => {
  if (value === undefined || value === false || value === '' || value === 0 || value === 0n) return false
  if (isMap(value)) return value.size > 0
  return isList(value) ? value.length > 0 : true
}

const MAX_DEPTH = 60

/** Go's `%v`. */
export const show = (value: GoValue, depth = 0): string => {
  if (value === undefined) return depth === 0 ? '' : '<nil>'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return showFloat(value)
  if (depth > MAX_DEPTH) return '…'
  if (isList(value)) return `[${value.map(v => show(v, depth + 1)).join(' ')}]`
  if (isMap(value))
    return `map[${sortedKeys(value)
      .map(k => `${k}:${show(value.get(k), depth + 1)}`)
      .join(' ')}]`
  return typeof value === 'function' ? '' : String(value)
}

/** `%v` of a float64: shortest digits, an exponent from 21 places on, as JSON has it, for values read from YAML. */
const showFloat = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -4 && exponent < 21) return String(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

export const sortedKeys = (map: GoMap): string[] => [...map.keys()].sort(byText)

/** Text of an argument, as Sprig's strval gives it. */
export const text = (value: GoValue): string => show(value)

export const integer = (value: GoValue): bigint => {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'string') return 0n
  const trimmed = value.trim()
  if (/^[+-]?\d{1,30}$/.test(trimmed)) return BigInt(trimmed.replace('+', ''))
  if (/^0x[0-9a-f]{1,20}$/i.test(trimmed)) return BigInt(trimmed)
  return /^[+-]?\d{1,30}\.\d{1,30}$/.test(trimmed) ? BigInt(Math.trunc(Number(trimmed))) : 0n
}

export const float = (value: GoValue): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return Number.isFinite(Number(value)) ? Number(value) : 0
  return Number(integer(value))
}

/** A whole number small enough to count with. */
export const count = (value: GoValue, limit = 1_000_000): number => {
  const n = Number(integer(value))
  if (n > limit || n < -limit) throw new TemplateError(`${n} is too large a number here`)
  return n
}

export const asMap = (value: GoValue): GoMap => {
  if (isMap(value)) return value
  if (value === undefined) return new Map()
  throw new TemplateError(`a ${kindOf(value)} where a map is expected`)
}

export const asList = (value: GoValue): GoList => {
  if (isList(value)) return value
  if (value === undefined) return []
  throw new TemplateError(`a ${kindOf(value)} where a list is expected`)
}

export const kindOf = (value: GoValue): string => {
  if (value === undefined) return 'invalid'
  if (isMap(value)) return 'map'
  if (isList(value)) return 'slice'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float64'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'function' ? 'func' : 'string'
}

export const typeOf = (value: GoValue): string => {
  if (value === undefined) return '<nil>'
  if (isMap(value)) return 'map[string]interface {}'
  return isList(value) ? '[]interface {}' : kindOf(value)
}

export const isSame = (a: GoValue, b: GoValue, depth = 0): boolean => {
  if (depth > MAX_DEPTH) return false
  if ((typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint')) return Number(a) === Number(b)
  if (isList(a) && isList(b)) return a.length === b.length && a.every((v, i) => isSame(v, b[i], depth + 1))
  if (isMap(a) && isMap(b)) return a.size === b.size && [...a].every(([k, v]) => b.has(k) && isSame(v, b.get(k), depth + 1))
  return a === b
}

/** -1, 0 or 1; throws for what has no order. */
export const order = (a: GoValue, b: GoValue): number => {
  if (typeof a === 'string' && typeof b === 'string') return byText(a, b)
  const isNumber = (v: GoValue): v is number | bigint => typeof v === 'number' || typeof v === 'bigint'
  if (!isNumber(a) || !isNumber(b)) throw new TemplateError(`${kindOf(a)} and ${kindOf(b)} have no order`)
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0
}

export const deepCopy = (value: GoValue, depth = 0): GoValue => {
  if (depth > MAX_DEPTH) throw new TemplateError('nested too deep')
  if (isMap(value)) return new Map([...value].map(([k, v]) => [k, deepCopy(v, depth + 1)]))
  return isList(value) ? value.map(v => deepCopy(v, depth + 1)) : value
}

/** YAML data as values. Numbers are float64, as Helm reads them. */
export const fromData = (node: DataNode | undefined): GoValue => {
  if (!node) return undefined
  if (node.is === 'map') return new Map(entriesOf(node).map(e => [e.key, fromData(e.value)]))
  if (node.is === 'list') return node.items.map(fromData)
  return node.value === null ? undefined : node.value
}

/** JSON text as Go writes it: keys in order. */
export const toJson = (value: GoValue, indent = '', depth = 0): string => {
  if (depth > MAX_DEPTH) throw new TemplateError('nested too deep')
  if (value === undefined || typeof value === 'function') return 'null'
  if (typeof value === 'bigint') return String(value)
  if (!isMap(value) && !isList(value)) return JSON.stringify(value)
  const inner = isList(value)
    ? value.map(v => toJson(v, indent, depth + 1))
    : sortedKeys(value).map(k => `${JSON.stringify(k)}:${indent ? ' ' : ''}${toJson(value.get(k), indent, depth + 1)}`)
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}']
  if (inner.length === 0) return open + close
  if (indent === '') return open + inner.join(',') + close
  const pad = indent.repeat(depth + 1)
  return `${open}\n${inner.map(line => pad + line).join(',\n')}\n${indent.repeat(depth)}${close}`
}

/** YAML in block style, without the newline at the end. */
export const toYaml = (value: GoValue): string => {
  const lines: string[] = []
  if (isBlock(value)) block(value, '', lines, 0)
  else lines.push(inline(value, ''))
  return lines.join('\n')
}

const isBlock = (value: GoValue): value is GoMap | GoList => (isMap(value) && value.size > 0) || (isList(value) && value.length > 0)

const block = (value: GoMap | GoList, indent: string, lines: string[], depth: number): void => {
  if (depth > MAX_DEPTH || lines.length > 100_000) throw new TemplateError('too much YAML')
  if (isMap(value))
    for (const key of sortedKeys(value)) {
      const member = value.get(key)
      const name = `${indent}${scalar(key)}:`
      if (isBlock(member)) {
        lines.push(name)
        block(member, isMap(member) ? `${indent}  ` : indent, lines, depth + 1)
      } else lines.push(`${name} ${inline(member, indent)}`)
    }
  else
    for (const item of value) {
      if (!isBlock(item)) lines.push(`${indent}- ${inline(item, indent)}`)
      else {
        const first = lines.length
        block(item, `${indent}  `, lines, depth + 1)
        lines[first] = `${indent}- ${lines[first]!.slice(indent.length + 2)}`
      }
    }
}

const inline = (value: GoValue, indent: string): string => {
  if (value === undefined || typeof value === 'function') return 'null'
  if (isMap(value)) return '{}'
  if (isList(value)) return '[]'
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : String(value)
  return value.includes('\n') && /^\S/.test(value) && !/[\t\r]|[^\S\n]\n/.test(value) ? literal(value, indent) : scalar(value)
}

const literal = (value: string, indent: string): string => {
  const keep = value.endsWith('\n\n') ? '+' : value.endsWith('\n') ? '' : '-'
  const body = value.endsWith('\n') ? value.slice(0, -1) : value
  return `|${keep}\n${body
    .split('\n')
    .map(line => (line === '' ? '' : `${indent}  ${line}`))
    .join('\n')}`
}

/** Words, numbers and dates that YAML 1.1 would take for something else than text. */
const AMBIGUOUS =
  /^(?:|~|null|true|false|yes|no|on|off|y|n|=|<<|[-+]?\.(?:inf|nan)|[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.[\d_]+)(?:e[-+]?\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?|[-+]?0[xob][\da-f_]+|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?)$/i
/** What cannot stand without quotes, wherever it is: an indicator at the start, `: ` and ` #`, blanks at either end. */
const NOT_PLAIN = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|^\s|\s$/
const SPECIAL = /[\p{Cc}\u2028\u2029\ufeff]/u

/** As Go's writer quotes: doubly what reads as another type, singly what has indicators. */
const scalar = (value: string): string =>
  AMBIGUOUS.test(value) || SPECIAL.test(value) ? JSON.stringify(value) : NOT_PLAIN.test(value) ? `'${value.replaceAll("'", "''")}'` : value
