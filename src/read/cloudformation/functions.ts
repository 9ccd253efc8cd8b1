import { table } from '../../base/table.ts'
import { literal, notKnown, reference } from '../cloud/document.ts'
import { keptElsewhere, MAX_TEXT, plainText, plainTextOf } from '../cloud/text.ts'
import { asText, type Budget, listItems, mapEntries, member, type Origin, type Placed, type PlacedMap, scalar } from '../syntax/placed.ts'

/** What the functions of a template ask of the stack it is part of. */
export interface Surroundings {
  /** The value of a parameter, a pseudo parameter or a resource's `Ref`, evaluated; undefined: there is none of that name. */
  ref(name: string, at: Origin): Placed | 'none' | undefined
  /** The value of an attribute. */
  attribute(name: string, attribute: string, at: Origin): Placed | undefined
  mapping(map: string, first: string, second: string): Placed | undefined
  /** All values that a mapping has for its second key, where the first is not known. */
  mappings(map: string, second: string): Placed[]
  condition(name: string): boolean | undefined
  /** A file that a transform includes, unevaluated. */
  include(location: string, at: Origin): Placed | undefined
  problem(code: string, message: string, at: Origin): void
  budget: Budget
}

const MAX_DEPTH = 60
const MAX_ITEMS = 2000

interface Call {
  name: string
  of: Placed
}

/** A function call, in its short form (`!Ref x`) or its long one (`{Ref: x}`). */
const callOf = (node: Placed): Call | undefined => {
  if (node.tag?.startsWith('!') && node.tag.length > 1) {
    const { tag, ...rest } = node
    return { name: tag!.slice(1), of: rest as Placed }
  }
  const only = node.is === 'map' && node.entries.length === 1 ? node.entries[0] : undefined
  if (!only) return undefined
  if (only.key === 'Ref') return { name: 'Ref', of: only.value }
  return only.key.startsWith('Fn::') && !only.key.startsWith('Fn::ForEach') ? { name: only.key.slice(4), of: only.value } : undefined
}

/** A node with its functions evaluated, its texts those of a cloud document; undefined for what has no value (`AWS::NoValue`). */
export const evaluate = (node: Placed, around: Surroundings, depth = 0): Placed | undefined => {
  if (!around.budget.take() || depth > MAX_DEPTH) return scalar(notKnown('it nests too deep, or takes too many steps'), node.at)
  const call = callOf(node)
  if (call) return applied(call, node.at, around, depth + 1)
  if (node.is === 'scalar') return typeof node.value === 'string' ? { ...node, value: dynamic(node.value) } : node
  if (node.is === 'list') return { ...node, items: node.items.flatMap(item => evaluate(item, around, depth + 1) ?? []) }
  const entries = node.entries.flatMap(entry => {
    if (entry.key.startsWith('Fn::ForEach::')) return mapEntries(repeated(entry.value, around, depth + 1))
    if (entry.key === 'Fn::Transform') return mapEntries(applied({ name: 'Transform', of: entry.value }, entry.at, around, depth + 1))
    const value = evaluate(entry.value, around, depth + 1)
    return value ? [{ ...entry, value }] : []
  })
  return { ...node, entries }
}

/** `{{resolve:ssm:NAME}}` and alike, inside a text. */
const dynamic = (text: string): string => {
  if (!text.includes('{{resolve:')) return literal(text)
  const parts = text.split(/(\{\{resolve:[^{}]{1,500}\}\})/)
  return parts.map((part, i) => (i % 2 === 0 ? literal(part) : resolved(part.slice(10, -2)))).join('')
}

const resolved = (reference: string): string => {
  const [, service, name] = /^(ssm|ssm-secure|secretsmanager):(arn:[^:]*(?::[^:]*){5}|[^:]+)/.exec(reference) ?? []
  if (!service || !name) return notKnown('a dynamic reference of another form')
  return keptElsewhere(service === 'ssm' ? 'parameter' : 'secret', name)
}

type Applier = (of: Placed, at: Origin, around: Surroundings, depth: number) => Placed | undefined

const applied = (call: Call, at: Origin, around: Surroundings, depth: number): Placed | undefined => {
  const applier = Object.hasOwn(FUNCTIONS, call.name) ? FUNCTIONS[call.name]! : undefined
  if (!applier) return scalar(notKnown(`the function ${call.name.slice(0, 40)} is not evaluated`), at)
  return applier(call.of, at, around, depth)
}

const unknownNode = (why: string, at: Origin): Placed => scalar(notKnown(why), at)

const ref: Applier = (of, at, around) => {
  const name = asText(of)
  if (name === undefined) return unknownNode('a reference without a name', at)
  const value = around.ref(name, at)
  if (value === 'none') return undefined
  if (value) return value
  around.problem('reference', `${name.slice(0, 100)} is neither a parameter nor a resource of the template`, at)
  return unknownNode(`${name} is not in the template`, at)
}

const getAtt: Applier = (of, at, around, depth) => {
  const parts =
    of.is === 'list' ? of.items.map(item => textIn(evaluate(item, around, depth)) ?? '') : [...(asText(of) ?? '').split(/\.(.*)/s)]
  const [name = '', ...rest] = parts.filter(part => part !== '')
  return around.attribute(name, rest.join('.'), at) ?? missing(name, at, around)
}

const missing = (name: string, at: Origin, around: Surroundings): Placed => {
  around.problem('reference', `${name.slice(0, 100)} is no resource of the template`, at)
  return unknownNode(`${name} is not in the template`, at)
}

const textIn = (node: Placed | undefined): string | undefined => {
  const text = asText(node)
  return text !== undefined && text.length > MAX_TEXT ? notKnown('it is too long') : text
}

const sub: Applier = (of, at, around, depth) => {
  const template = asText(of.is === 'list' ? of.items[0] : of)
  if (template === undefined) return unknownNode('Sub without a text', at)
  const given = of.is === 'list' ? of.items[1] : undefined
  let text = ''
  for (const [i, part] of template.split(/\$\{([^{}$]{1,300})\}/).entries()) {
    if (i % 2 === 0) text += dynamic(part)
    else if (part.startsWith('?')) text += notKnown(part.slice(1))
    else if (part.startsWith('=')) text += keptPart(part.slice(1))
    else text += part.startsWith('!') ? literal(`\${${part.slice(1)}}`) : substituted(part.trim(), given, at, around, depth)
    if (text.length > MAX_TEXT) return unknownNode('it is too long', at)
  }
  return scalar(text, at)
}

/** A value that a language around the template has kept elsewhere: `${=parameter:/office/url}`. */
const keptPart = (part: string): string => {
  const [, where, name] = /^(parameter|secret|export):(.+)$/.exec(part) ?? []
  return where && name ? keptElsewhere(where as 'parameter', name) : notKnown('a reference of an unknown form')
}

const substituted = (name: string, given: Placed | undefined, at: Origin, around: Surroundings, depth: number): string => {
  const own = member(given, name)
  const dot = name.indexOf('.')
  const value = own
    ? evaluate(own, around, depth)
    : dot < 0
      ? ref(scalar(name, at), at, around, depth)
      : (around.attribute(name.slice(0, dot), name.slice(dot + 1), at) ?? missing(name, at, around))
  return textIn(value) ?? (value === undefined ? '' : notKnown(`${name} is no text`))
}

const join: Applier = (of, at, around, depth) => {
  const [between, list] = listItems(of)
  const items = list && evaluate(list, around, depth)
  const separator = textIn(between)
  if (items?.is === 'scalar' || separator === undefined || !items) return textIn(items) === undefined ? unknownNode('Join', at) : items!
  const texts = listItems(items).map(textIn)
  if (texts.some(text => text === undefined)) return unknownNode('a part of it is no text', at)
  return scalar(shortened(texts.join(literal(separator))), at)
}

const shortened = (text: string): string => (text.length > MAX_TEXT ? notKnown('it is too long') : text)

const split: Applier = (of, at, around, depth) => {
  const [between, source] = listItems(of)
  const text = source && textIn(evaluate(source, around, depth))
  const separator = textIn(between)
  if (!text || !separator) return unknownNode('what is split is not told', at)
  return { is: 'list', items: outside(text, separator).map(part => scalar(part, at)), at }
}

/** A text at its separators, references kept whole. */
const outside = (text: string, separator: string): string[] => {
  const pieces = text.split(/(\$\{[^{}$]{0,400}\})/)
  const out: string[] = ['']
  pieces.forEach((piece, i) => {
    const [first = '', ...rest] = i % 2 === 0 ? piece.split(separator) : [piece]
    out[out.length - 1] += first
    out.push(...rest)
  })
  return out.slice(0, MAX_ITEMS)
}

const select: Applier = (of, at, around, depth) => {
  const [index, source] = listItems(of)
  const list = source && evaluate(source, around, depth)
  const position = Number(plainTextOf(index && evaluate(index, around, depth)) ?? Number.NaN)
  const items = list?.is === 'scalar' ? outside(asText(list) ?? '', ',').map(text => scalar(text, at)) : listItems(list)
  const isWhole = list?.is === 'list' || (list && plainTextOf(list) !== undefined)
  return (isWhole && items[position]) || unknownNode('the list it is selected from is not known', at)
}

const findInMap: Applier = (of, at, around, depth) => {
  const [map, first, second] = listItems(of).map(item => plainTextOf(evaluate(item, around, depth)))
  if (map === undefined || second === undefined) return unknownNode('the key of a mapping is not known', at)
  const values = first === undefined ? around.mappings(map, second) : [around.mapping(map, first, second)]
  const [value] = values
  const isOne = value !== undefined && values.every(other => other && asText(other) === asText(value))
  if (isOne && (value.is === 'scalar' || values.length === 1)) return evaluate(value, around, depth)
  const fallback = mapEntries(listItems(of)[3]).find(e => e.key === 'DefaultValue')
  if (fallback && first !== undefined) return evaluate(fallback.value, around, depth)
  return unknownNode(first === undefined ? `which entry of ${map} counts is not known` : `${map} has no ${first}`, at)
}

const decided: Applier = (of, at, around, depth) => {
  const [condition, yes, no] = listItems(of)
  const name = asText(condition)
  if (name === undefined || !yes) return unknownNode('If without a condition', at)
  const holds = around.condition(name)
  if (holds !== undefined) {
    const branch = holds ? yes : no
    return branch && evaluate(branch, around, depth)
  }
  const branches = [yes, no].map(branch => branch && evaluate(branch, around, depth))
  const there = branches.filter(branch => branch !== undefined)
  const isStructure = there.some(branch => branch.is !== 'scalar')
  const isSame = there.every(branch => asText(branch) === asText(there[0]))
  return there.length < 2 || isSame || isStructure ? there[0] : unknownNode(`whether ${name} holds is not known`, at)
}

const transform: Applier = (of, at, around, depth) => {
  const name = asText(member(of, 'Name'))
  const location = textIn(evaluate(member(of, 'Parameters', 'Location') ?? scalar(null, at), around, depth))
  if (name !== 'AWS::Include' || location === undefined) return unknownNode(`the transform ${name ?? ''} is not run`, at)
  const included = around.include(plainText(location) ?? '', at)
  return included ? evaluate(included, around, depth) : unknownNode('what it includes is not in the repository', at)
}

/** `Fn::ForEach::Name: [variable, values, {key: template}]`. */
const repeated = (of: Placed, around: Surroundings, depth: number): Placed | undefined => {
  const [variable, values, template] = listItems(of)
  const name = asText(variable)
  const list = values && evaluate(values, around, depth)
  if (name === undefined || template?.is !== 'map' || list?.is !== 'list') return undefined
  const entries = list.items.slice(0, MAX_ITEMS).flatMap(item => {
    const text = plainTextOf(item)
    if (text === undefined) return []
    return mapEntries(evaluate(filled(template, name, text), around, depth))
  })
  return { is: 'map', entries, at: of.at }
}

const filled = (node: Placed, name: string, text: string): Placed => {
  const put = (source: string): string => source.replaceAll(`\${${name}}`, text).replaceAll(`&{${name}}`, text.replace(/[^A-Za-z0-9]/g, ''))
  if (node.is === 'scalar') {
    const isRef = node.tag === '!Ref' && node.value === name
    return isRef ? scalar(text, node.at) : typeof node.value === 'string' ? { ...node, value: put(node.value) } : node
  }
  if (node.is === 'list') return { ...node, items: node.items.map(item => filled(item, name, text)) }
  const [only] = node.entries
  if (node.entries.length === 1 && only!.key === 'Ref' && asText(only!.value) === name) return scalar(text, node.at)
  return { ...node, entries: node.entries.map(e => ({ ...e, key: put(e.key), value: filled(e.value, name, text) })) }
}

/** A structure as the JSON text that it becomes. */
const jsonText = (node: Placed | undefined): string => {
  if (!node) return 'null'
  if (node.is === 'list') return `[${node.items.map(jsonText).join(',')}]`
  if (node.is === 'map') return `{${node.entries.map(e => `${JSON.stringify(e.key)}:${jsonText(e.value)}`).join(',')}}`
  return JSON.stringify(node.value)
}

const FUNCTIONS: Record<string, Applier> = table({
  Ref: ref,
  GetAtt: getAtt,
  Sub: sub,
  Join: join,
  Split: split,
  Select: select,
  FindInMap: findInMap,
  If: decided,
  ImportValue: (of, at, around, depth) => {
    const name = textIn(evaluate(of, around, depth))
    return name === undefined ? unknownNode('an import without a name', at) : scalar(keptElsewhere('export', name), at)
  },
  Base64: (of, _, around, depth) => evaluate(of, around, depth),
  ToJsonString: (of, at, around, depth) => scalar(shortened(jsonText(evaluate(of, around, depth))), at),
  Length: (of, at, around, depth) => {
    const list = evaluate(of, around, depth)
    return list?.is === 'list' ? scalar(list.items.length, at) : unknownNode('the length of an unknown list', at)
  },
  Transform: transform,
})

/** What a condition says; undefined where it hangs on something that is not known. */
export const holds = (node: Placed | undefined, around: Surroundings, depth = 0): boolean | undefined => {
  if (!node || depth > MAX_DEPTH || !around.budget.take()) return undefined
  const call = node.tag === undefined && node.is === 'map' && node.entries[0]?.key === 'Condition' ? conditionOf(node) : callOf(node)
  if (!call) return undefined
  const all = (): (boolean | undefined)[] => listItems(call.of).map(item => holds(item, around, depth + 1))
  switch (call.name) {
    case 'Condition':
      return around.condition(asText(call.of) ?? '')
    case 'Equals': {
      const [a, b] = listItems(call.of).map(item => plainTextOf(evaluate(item, around, depth + 1)))
      return a === undefined || b === undefined ? undefined : a === b
    }
    case 'Not': {
      const [one] = all()
      return one === undefined ? undefined : !one
    }
    case 'And':
      return all().includes(false) ? false : all().includes(undefined) ? undefined : true
    case 'Or':
      return all().includes(true) ? true : all().includes(undefined) ? undefined : false
    default:
      return undefined
  }
}

const conditionOf = (node: PlacedMap): Call => ({ name: 'Condition', of: node.entries[0]!.value })

/** What only the cloud knows of a resource. */
export const attributeOf = (address: string, attribute: string, at: Origin): Placed => scalar(reference(address, attribute), at)
