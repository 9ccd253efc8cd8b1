import { by, byText } from '../../base/names.ts'
import { table } from '../../base/table.ts'
import type { HclBody, HclExpr, HclFor, HclPart } from '../syntax/hcl.ts'
import type { Origin } from '../syntax/placed.ts'
import { callFunction, firstUnknown, isFunction } from './functions.ts'
import {
  asBoolean,
  asNumber,
  asString,
  type HclEntry,
  type HclValue,
  isKnown,
  isNull,
  listOf,
  mapOfEntries,
  partsOf,
  scalarOf,
  type TextPart,
  textOfParts,
  unknownOf,
} from './values.ts'

/** What expressions are evaluated in. */
export interface HclScope {
  file: string
  /** Counts steps of a unit; false once they are spent. */
  step(): boolean
  /** A chain of names from its root (`var.stage`, `aws_sqs_queue.orders["a"].url`), as many of its steps as are known; `rest` is what it did not take. */
  resolve(path: readonly (string | number)[], at: Origin): { value: HclValue; rest: readonly (string | number)[] } | undefined
  /** Functions that need more than their arguments: files, templates. */
  call(name: string, args: readonly HclValue[], at: Origin): HclValue | undefined
  variables: ReadonlyMap<string, HclValue>
}

const MAX_ITEMS = 2000
const MAX_DEPTH = 60

/** Evaluates an expression; what cannot be told is unknown with the reason. Never throws. */
export const evaluate = (expr: HclExpr, scope: HclScope, depth = 0): HclValue => {
  const at: Origin = { file: scope.file, line: expr.at }
  if (depth > MAX_DEPTH || !scope.step()) return unknownOf('it takes too many steps to tell', at)
  const inner = (of: HclExpr): HclValue => evaluate(of, scope, depth + 1)
  switch (expr.is) {
    case 'literal':
      return scalarOf(expr.value, at)
    case 'template':
      return template(expr.parts, scope, at, depth)
    case 'list':
      return listOf(expr.items.map(inner), at)
    case 'object':
      return object(expr, scope, at, depth)
    case 'condition':
      return condition(expr, inner, at)
    case 'unary':
      return unary(expr.op, inner(expr.of), at)
    case 'binary':
      return binary(expr.op, inner(expr.left), inner(expr.right), at)
    case 'call':
      return call(expr, scope, at, depth)
    case 'for':
      return comprehension(expr, scope, at, depth)
    case 'splat':
      return splat(inner(expr.of), expr.each, scope, at, depth)
    default:
      return traversal(expr, scope, at, depth)
  }
}

type Traversal = Extract<HclExpr, { is: 'variable' | 'member' | 'index' }>

/** Follows names from their root; the steps that the scope does not know are taken in the value it gave. */
const traversal = (expr: Traversal, scope: HclScope, at: Origin, depth: number): HclValue => {
  const steps: (string | number | HclValue)[] = []
  let here: HclExpr = expr
  while (here.is === 'member' || here.is === 'index') {
    steps.unshift(here.is === 'member' ? here.name : keyStep(evaluate(here.key, scope, depth + 1)))
    here = here.of
  }
  if (here.is !== 'variable') return steps.reduce<HclValue>((value, step) => stepInto(value, step, at), evaluate(here, scope, depth + 1))
  const own = scope.variables.get(here.name)
  if (own) return steps.reduce<HclValue>((value, step) => stepInto(value, step, at), own)
  const known: (string | number)[] = [here.name]
  for (const step of steps) {
    if (typeof step === 'object') break
    known.push(step)
  }
  const found = scope.resolve(known, at)
  if (!found) return unknownOf(`${known.join('.')} is not known here`, at)
  const left = [...found.rest, ...steps.slice(known.length - 1)]
  return left.reduce<HclValue>((value, step) => stepInto(value, step, at), found.value)
}

const keyStep = (key: HclValue): string | number | HclValue => {
  if (key.is === 'scalar' && (typeof key.value === 'string' || typeof key.value === 'number')) return key.value
  return key
}

/** A member or an item of a value. */
const stepInto = (value: HclValue, step: string | number | HclValue, at: Origin): HclValue => {
  if (value.is === 'unknown') return value
  if (typeof step === 'object') {
    if (value.is === 'reference') return { ...value, path: [...value.path, '?'], at }
    return unknownOf(firstUnknown(step)[0] ?? 'the key is not known', at)
  }
  if (value.is === 'reference') return { is: 'reference', address: value.address, path: [...value.path, String(step)], at }
  if (value.is === 'map') return value.entries.get(String(step))?.value ?? unknownOf(`there is no ${String(step)}`, at)
  if (value.is === 'list') {
    const n = Number(step)
    if (Number.isInteger(n)) return value.items[n] ?? unknownOf(`there is no item ${n}`, at)
    return unknownOf(`a list has no ${String(step)}`, at)
  }
  return unknownOf(`${String(step)} of a text`, at)
}

// texts

const template = (parts: readonly HclPart[], scope: HclScope, at: Origin, depth: number): HclValue => {
  const [only] = parts
  if (parts.length === 1 && typeof only === 'object' && only.is === 'value') return evaluate(only.of, scope, depth + 1)
  return textOfParts(templateParts(parts, scope, at, depth), at)
}

/** The parts of a text with its directives carried out. */
export const templateParts = (parts: readonly HclPart[], scope: HclScope, at: Origin, depth: number): TextPart[] =>
  parts.flatMap((part): readonly TextPart[] => {
    if (typeof part === 'string') return [part]
    if (depth > MAX_DEPTH || !scope.step()) return [{ is: 'unknown', why: 'it takes too many steps to tell' }]
    if (part.is === 'value') return partsOf(evaluate(part.of, scope, depth + 1))
    if (part.is === 'if') {
      const test = asBoolean(evaluate(part.test, scope, depth + 1))
      if (test === undefined) return [{ is: 'unknown', why: 'a condition in the text is not known' }]
      return templateParts(test ? part.yes : part.no, scope, at, depth + 1)
    }
    const items = pairsOf(evaluate(part.over, scope, depth + 1))
    if (!items) return [{ is: 'unknown', why: 'a loop in the text is not known' }]
    return items.flatMap(item => templateParts(part.parts, bound(scope, part.names, item), at, depth + 1))
  })

// objects and loops

const object = (expr: Extract<HclExpr, { is: 'object' }>, scope: HclScope, at: Origin, depth: number): HclValue => {
  const entries = new Map<string, HclEntry>()
  for (const { key, value, at: line } of expr.entries.slice(0, MAX_ITEMS)) {
    const name = asString(evaluate(key, scope, depth + 1))
    if (name !== undefined) entries.set(name, { value: evaluate(value, scope, depth + 1), at: { file: scope.file, line } })
  }
  return { is: 'map', entries, at }
}

interface Pair {
  key: HclValue
  value: HclValue
}

/** What a loop goes over; undefined where that is not known. Instances of a resource are a list or a map of references already. */
const pairsOf = (over: HclValue): Pair[] | undefined => {
  if (over.is === 'list' && over.isSet) return inOrder(over.items).map(value => ({ key: value, value }))
  if (over.is === 'list') return over.items.map((value, i) => ({ key: scalarOf(i, value.at), value }))
  if (over.is === 'map') return sortedEntries(over).map(([key, entry]) => ({ key: scalarOf(key, entry.at), value: entry.value }))
  return undefined
}

/** Sets of texts are gone over in their order. */
const inOrder = (items: readonly HclValue[]): readonly HclValue[] =>
  items.every(i => asString(i) !== undefined) ? [...items].sort(by(i => asString(i)!)) : items

/** Maps and objects have no order of their own: loops go by key. */
const sortedEntries = (map: Extract<HclValue, { is: 'map' }>): (readonly [string, HclEntry])[] =>
  [...map.entries].sort(([a], [b]) => byText(a, b))

const bound = (scope: HclScope, names: readonly string[], { key, value }: Pair): HclScope => {
  const variables = new Map(scope.variables)
  if (names.length > 1) variables.set(names[0]!, key)
  variables.set(names.at(-1)!, value)
  return { ...scope, variables }
}

const comprehension = (expr: HclFor, scope: HclScope, at: Origin, depth: number): HclValue => {
  const over = evaluate(expr.over, scope, depth + 1)
  const pairs = pairsOf(over)?.slice(0, MAX_ITEMS)
  if (!pairs) return unknownOf(firstUnknown(over)[0] ?? 'what it goes over is not known', at)
  const items: HclValue[] = []
  const entries = new Map<string, HclEntry>()
  for (const pair of pairs) {
    const inner = bound(scope, expr.names, pair)
    const test = expr.test === undefined ? true : asBoolean(evaluate(expr.test, inner, depth + 1))
    if (test === false) continue
    const value = evaluate(expr.value, inner, depth + 1)
    if (expr.key === undefined) items.push(value)
    else {
      const key = asString(evaluate(expr.key, inner, depth + 1))
      if (key === undefined) return unknownOf('a key is not known', at)
      const before = entries.get(key)?.value
      entries.set(key, {
        value: expr.groups ? listOf([...(before?.is === 'list' ? before.items : []), value], value.at) : value,
        at: value.at,
      })
    }
  }
  return expr.key === undefined ? listOf(items, at) : { is: 'map', entries, at }
}

const splat = (of: HclValue, each: HclExpr, scope: HclScope, at: Origin, depth: number): HclValue => {
  if (of.is === 'unknown') return of
  const items = of.is === 'list' ? of.items : isNull(of) ? [] : [of]
  return listOf(
    items.map(item => evaluate(each, { ...scope, variables: new Map([...scope.variables, ['*', item]]) }, depth + 1)),
    at,
  )
}

// operators

const condition = (expr: Extract<HclExpr, { is: 'condition' }>, inner: (of: HclExpr) => HclValue, at: Origin): HclValue => {
  const test = inner(expr.test)
  const known = asBoolean(test)
  if (known !== undefined) return inner(known ? expr.yes : expr.no)
  const [yes, no] = [inner(expr.yes), inner(expr.no)]
  if (isKnown(yes) && isKnown(no) && JSON.stringify(partsOf(yes)) === JSON.stringify(partsOf(no)) && yes.is === 'scalar') return yes
  return unknownOf(firstUnknown(test)[0] ?? 'the condition is not known', at)
}

const unary = (op: string, of: HclValue, at: Origin): HclValue => {
  const known = op === '!' ? asBoolean(of) : asNumber(of)
  if (known === undefined) return unknownOf(firstUnknown(of)[0] ?? `${op} of what is not known`, at)
  return scalarOf(typeof known === 'boolean' ? !known : -known, at)
}

const ARITHMETIC: Record<string, (a: number, b: number) => number | boolean> = table({
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
})

const binary = (op: string, left: HclValue, right: HclValue, at: Origin): HclValue => {
  const result =
    op === '&&' || op === '||'
      ? logical(op, left, right)
      : op === '==' || op === '!='
        ? equal(op, left, right)
        : arithmetic(op, left, right)
  return result === undefined ? unknownOf([left, right].flatMap(firstUnknown)[0] ?? `${op} cannot be told`, at) : scalarOf(result, at)
}

const logical = (op: string, left: HclValue, right: HclValue): boolean | undefined => {
  const [a, b] = [asBoolean(left), asBoolean(right)]
  const decides = op === '||'
  if (a === decides || b === decides) return decides
  return a === undefined || b === undefined ? undefined : !decides
}

const equal = (op: string, left: HclValue, right: HclValue): boolean | undefined => {
  const isEmpty = (v: HclValue): boolean => isNull(v) || (v.is === 'scalar' && v.value === '')
  // What the cloud gives an attribute is never nothing.
  if ((left.is === 'reference' && isEmpty(right)) || (right.is === 'reference' && isEmpty(left))) return op === '!='
  const isFilled = (v: HclValue): boolean => v.is === 'map' || v.is === 'list'
  if ((isFilled(left) && isNull(right)) || (isFilled(right) && isNull(left))) return op === '!='
  if (!isKnown(left) || !isKnown(right)) return undefined
  const shown = (v: HclValue): string => (isNull(v) ? 'null' : v.is === 'scalar' ? `"${String(v.value)}"` : JSON.stringify(partsDeep(v)))
  return (shown(left) === shown(right)) === (op === '==')
}

const partsDeep = (value: HclValue): unknown =>
  value.is === 'list'
    ? value.items.map(partsDeep)
    : value.is === 'map'
      ? sortedEntries(value).map(([k, e]) => [k, partsDeep(e.value)])
      : partsOf(value)

const arithmetic = (op: string, left: HclValue, right: HclValue): number | boolean | undefined => {
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a === undefined || b === undefined || !Object.hasOwn(ARITHMETIC, op)) return undefined
  const found = ARITHMETIC[op]!(a, b)
  return typeof found === 'number' && !Number.isFinite(found) ? undefined : found
}

// calls

const call = (expr: Extract<HclExpr, { is: 'call' }>, scope: HclScope, at: Origin, depth: number): HclValue => {
  const args = expr.args.map(arg => (): HclValue => evaluate(arg, scope, depth + 1))
  if (expr.name === 'try') return firstWhole(args.map(arg => arg)) ?? args.at(-1)?.() ?? unknownOf('try() of nothing', at)
  if (expr.name === 'can') return scalarOf(args[0] !== undefined && args[0]().is !== 'unknown', at)
  const values = args.map(arg => arg())
  const last = values.at(-1)
  const spread = expr.expands && last?.is === 'list' ? [...values.slice(0, -1), ...last.items] : values
  if (expr.expands && last?.is === 'unknown') return last
  return (isFunction(expr.name) ? undefined : scope.call(expr.name, spread, at)) ?? callFunction(expr.name, spread, at)
}

const firstWhole = (args: readonly (() => HclValue)[]): HclValue | undefined => {
  for (const arg of args) {
    const value = arg()
    if (value.is !== 'unknown') return value
  }
  return undefined
}

// bodies

/**
 * A body as a map: attributes, and blocks by type, in lists where one type stands more than once. `dynamic` blocks are unrolled. Members
 * that are null are not there.
 */
export const evaluateBody = (body: HclBody, scope: HclScope, skipped: ReadonlySet<string>, depth = 0): HclValue => {
  const at: Origin = { file: scope.file, line: body.attributes[0]?.line ?? body.blocks[0]?.line ?? 1 }
  const entries = new Map<string, HclEntry>()
  if (depth > MAX_DEPTH) return { is: 'map', entries, at }
  for (const { name, value, line } of body.attributes) {
    if (skipped.has(name)) continue
    const said = evaluate(value, scope)
    if (!isNull(said)) entries.set(name, { value: said, at: { file: scope.file, line } })
  }
  const add = (type: string, value: HclValue, line: number): void => {
    const before = entries.get(type)
    const origin = { file: scope.file, line }
    if (!before) entries.set(type, { value, at: origin })
    else
      entries.set(type, {
        value: listOf([...(before.value.is === 'list' ? before.value.items : [before.value]), value], before.at),
        at: before.at,
      })
  }
  for (const block of body.blocks) {
    if (skipped.has(block.type)) continue
    if (block.type === 'dynamic') for (const value of unrolled(block, scope, depth)) add(block.labels[0] ?? '', value, block.line)
    else
      add(
        block.type,
        labelled(block.labels, evaluateBody(block.body, scope, NONE, depth + 1), { file: scope.file, line: block.line }),
        block.line,
      )
  }
  return { is: 'map', entries, at }
}

const NONE: ReadonlySet<string> = new Set()

/** Labels of a block are keys around it. */
const labelled = (labels: readonly string[], value: HclValue, at: Origin): HclValue =>
  labels.reduceRight<HclValue>((inner, label) => mapOfEntries([[label, { value: inner, at }]], at), value)

const unrolled = (block: HclBody['blocks'][number], scope: HclScope, depth: number): HclValue[] => {
  const attribute = (name: string): HclExpr | undefined => block.body.attributes.find(a => a.name === name)?.value
  const over = attribute('for_each')
  const content = block.body.blocks.find(b => b.type === 'content')
  if (!over || !content) return []
  const iterator = attribute('iterator')
  const name = iterator?.is === 'variable' ? iterator.name : (block.labels[0] ?? '')
  const said = evaluate(over, scope)
  const at: Origin = { file: scope.file, line: block.line }
  const pairs = pairsOf(said)?.slice(0, MAX_ITEMS) ?? [
    { key: unknownOf('the loop is not known', at), value: unknownOf('the loop is not known', at) },
  ]
  return pairs.map(({ key, value }) => {
    const each = mapOfEntries(
      [
        ['key', { value: key, at }],
        ['value', { value, at }],
      ],
      at,
    )
    return evaluateBody(content.body, { ...scope, variables: new Map([...scope.variables, [name, each]]) }, NONE, depth + 1)
  })
}
