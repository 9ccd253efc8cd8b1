import { table } from '../../../base/table.ts'
import type { Expr, ParameterFact } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { flat } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern } from '../statements.ts'

/** What the file's aliases stand for, and the module that is walked. */
interface Names {
  aliases: Map<string, string>
  module: string
}
const names = new WeakMap<Lowering, Names>()
const namesOf = (l: Lowering): Names => {
  const known = names.get(l)
  if (known) return known
  const made = { aliases: new Map<string, string>(), module: '' }
  names.set(l, made)
  return made
}

/** A module by its full name. */
const fullName = (l: Lowering, written: string): string => {
  const { aliases, module } = namesOf(l)
  const [first = '', ...rest] = written.replace(/\s/g, '').split('.')
  const start = first === '__MODULE__' ? module : (aliases.get(first) ?? first)
  return [start, ...rest].join('.')
}

const moduleRef: Hook = (l, node) => ({ is: 'ref', name: fullName(l, l.text(node)), line: node.line })

const atom: Hook = (l, node) => textExpr(l.text(node).replace(/^:|"/g, ''), node.line)
const keyText = (l: Lowering, node: SyntaxNode): string => l.text(node).trim().replace(/:$/, '').replace(/"/g, '')

const argumentNodes = (node: SyntaxNode): SyntaxNode[] => childOf(node, 'arguments')?.children ?? []

const targetName = (l: Lowering, node: SyntaxNode): string => {
  const target = pick(node, 'target')
  return target?.type === 'identifier' ? l.text(target) : ''
}

/** `do: value` at the end of the arguments, or a block. */
const branch = (l: Lowering, node: SyntaxNode, name: 'do' | 'else'): SyntaxNode | undefined => {
  const block = childOf(node, 'do_block')
  if (block) return name === 'do' ? block : childOf(block, 'else_block')
  const pairs = argumentNodes(node).flatMap(a => (a.type === 'keywords' ? a.children : []))
  const found = pairs.find(pair => keyText(l, pick(pair, 'key') ?? pair) === name)
  return found && pick(found, 'value')
}

/** Statements; the value is that of the last. */
const block: Hook = (l, node) => {
  const inner = node.children.filter(child => !/^(?:else|rescue|after|catch)_block$/.test(child.type))
  for (const child of inner.slice(0, -1)) l.statement(child)
  const last = inner.at(-1)
  const value = last && l.value(last)
  for (const child of node.children) if (/^(?:rescue|after|catch)_block$/.test(child.type)) l.statements(child.children)
  return value ?? unknownExpr('nothing', node.line)
}

const either = (options: readonly (Expr | undefined)[], line: number): Expr => {
  const values = options.filter(o => o !== undefined)
  return values.length === 1 ? values[0]! : { is: 'either', options: values, line }
}

/** Clauses `pattern -> value`: names of the patterns are bound to parts of what is matched. */
const clauses = (l: Lowering, nodes: readonly SyntaxNode[], of: Expr | undefined): Expr[] =>
  nodes
    .filter(child => child.type === 'stab_clause')
    .map(clause => {
      const patterns = pick(clause, 'left')?.children ?? []
      for (const pattern of patterns) {
        if (of === undefined) l.statement(pattern)
        else matched(l, pattern, of)
      }
      return l.expr(pick(clause, 'right'))
    })

/** A pattern with its guard: texts are labels, names are bound. */
const matched = (l: Lowering, pattern: SyntaxNode, of: Expr): void => {
  const isGuarded = pattern.type === 'binary_operator' && operatorOf(l, pattern) === 'when'
  const inner = isGuarded ? pick(pattern, 'left') : pattern
  if (inner === undefined) return
  const value = l.expr(inner)
  if (value.is === 'text') l.case(value, of, pattern)
  else bindPattern(l, pattern, value, of)
}

const operatorOf = (l: Lowering, node: SyntaxNode): string => {
  const operator = pick(node, 'operator')
  if (operator !== undefined) return l.text(operator).trim()
  const [left, right] = [pick(node, 'left'), pick(node, 'right')]
  return left && right ? l.source.slice(left.end, right.start).trim() : ''
}

const parametersOf = (l: Lowering, list: readonly SyntaxNode[]): ParameterFact[] =>
  list.map((node, i) => {
    const hasDefault = node.type === 'binary_operator' && operatorOf(l, node) === '\\\\'
    const pattern = (hasDefault ? pick(node, 'left') : node) ?? node
    const value = hasDefault ? pick(node, 'right') : undefined
    if (pattern.type === 'identifier') return { name: l.text(pattern), ...(value && { default: l.expr(value) }), annotations: [] }
    const name = `$${i}`
    const taken = l.expr(pattern)
    if (taken.is !== 'text') bindPattern(l, node, taken, { is: 'ref', name, line: node.line })
    return { name, annotations: [] }
  })

const module: Hook = (l, node) => {
  const own = namesOf(l)
  const written = argumentNodes(node)[0]
  const body = childOf(node, 'do_block')
  if (written === undefined || body === undefined) return undefined
  const outer = own.module
  const name = outer === '' ? fullName(l, l.text(written)) : `${outer}.${l.text(written)}`
  if (outer !== '') own.aliases.set(l.text(written), name)
  own.module = name
  const aliases = new Map(own.aliases)
  l.declareType(node, { name, kind: 'class', supers: [], annotations: [] }, index => {
    for (const child of body.children) member(l, child, index)
  })
  own.module = outer
  own.aliases = aliases
  return undefined
}

/** What stands in a module: functions, attributes, what it uses; the rest runs when the module is made. */
const member = (l: Lowering, node: SyntaxNode, type: number): void => {
  const name = node.type === 'call' ? targetName(l, node) : ''
  if (name === 'use') {
    const [used, ...options] = argumentNodes(node)
    if (used === undefined) return
    const named = options.flatMap(o => (o.type === 'keywords' ? pairsOf(l, o) : []))
    l.facts.types[type]!.supers.push({ name: fullName(l, l.text(used)) })
    l.facts.types[type]!.annotations.push({ name: fullName(l, l.text(used)), args: [], named, spot: l.spot(node) })
  } else if (/^(?:defmodule|def|defp|defmacro|defmacrop|alias|import|require)$/.test(name)) l.statement(node)
  else if (node.type === 'unary_operator' && l.source.startsWith('@', node.start)) attribute(l, node, type)
  else l.inInit(node, () => l.statement(node))
}

/** `@name value`: a constant of the module. */
const attribute = (l: Lowering, node: SyntaxNode, type: number): void => {
  const operand = pick(node, 'operand')
  const value = operand?.type === 'call' ? argumentNodes(operand)[0] : undefined
  if (operand === undefined || value === undefined) return
  const name = targetName(l, operand)
  if (/^(?:doc|moduledoc|spec|type|typep|opaque|impl|callback|behaviour|derive|typedoc)$/.test(name)) return
  l.facts.types[type]!.fields.push({
    name: `@${name}`,
    annotations: [],
    value: l.inInit(node, () => l.expr(value)),
    spot: l.spot(node),
  })
}

const functioned: Hook = (l, node) => {
  const [head] = argumentNodes(node)
  const isGuarded = head?.type === 'binary_operator' && operatorOf(l, head) === 'when'
  const declared = isGuarded ? pick(head, 'left') : head
  if (declared === undefined) return undefined
  const name = declared.type === 'identifier' ? l.text(declared) : targetName(l, declared)
  if (name === '') return undefined
  const fact = {
    name,
    ...(l.type === undefined ? {} : { owner: l.type }),
    static: true,
    parameters: [] as ParameterFact[],
    annotations: [],
  }
  l.function(node, fact, branch(l, node, 'do'), made => {
    made.parameters = parametersOf(l, declared.type === 'call' ? argumentNodes(declared) : [])
  })
  return undefined
}

const aliased: Hook = (l, node) => {
  const [what, options] = argumentNodes(node)
  const { aliases } = namesOf(l)
  if (what?.type === 'dot') {
    const [left, right] = [pick(what, 'left'), pick(what, 'right')]
    for (const one of right?.children ?? []) {
      const full = `${fullName(l, left ? l.text(left) : '')}.${l.text(one)}`
      aliases.set(full.slice(full.lastIndexOf('.') + 1), full)
    }
  } else if (what !== undefined) {
    const full = fullName(l, l.text(what))
    const as = options?.children.find(pair => keyText(l, pick(pair, 'key') ?? pair) === 'as')
    aliases.set(as ? l.text(pick(as, 'value') ?? as) : full.slice(full.lastIndexOf('.') + 1), full)
  }
  return undefined
}

const pairsOf = (l: Lowering, node: SyntaxNode): { name: string; value: Expr }[] =>
  node.children
    .filter(pair => pair.type === 'pair')
    .map(pair => ({ name: keyText(l, pick(pair, 'key') ?? pair), value: l.expr(pick(pair, 'value')) }))

/** The arguments of a call: keywords are named, a block is a function without parameters. `first` comes through a pipe. */
const made = (l: Lowering, node: SyntaxNode, callee: Expr, first?: Expr): Expr => {
  const list = argumentNodes(node)
  const args = [...(first ? [first] : []), ...list.filter(a => a.type !== 'keywords').map(a => l.expr(a))]
  const named = list.flatMap(a => (a.type === 'keywords' ? pairsOf(l, a) : []))
  const body = childOf(node, 'do_block')
  if (body !== undefined) {
    const fact = { name: '<lambda>', parameters: [], annotations: [] }
    args.push({ is: 'lambda', fn: l.function(body, fact, body), line: body.line })
  }
  return l.call(node, { callee, args, named })
}

const callee = (l: Lowering, target: SyntaxNode | undefined): Expr => {
  if (target?.type !== 'dot') return target === undefined ? unknownExpr('nothing', 1) : l.expr(target)
  const [left, right] = [pick(target, 'left'), pick(target, 'right')]
  if (left === undefined) return unknownExpr('nothing', target.line)
  const of: Expr = left.type === 'atom' ? { is: 'ref', name: l.text(left), line: left.line } : l.expr(left)
  return right === undefined ? of : { is: 'member', of, name: l.text(right), line: target.line }
}

/** Macros of the language; everything else is a call. `x.name` without parentheses reads a member. */
const call: Hook = (l, node) => {
  const target = pick(node, 'target')
  const name = targetName(l, node)
  if (Object.hasOwn(macros, name)) return macros[name]!(l, node)
  const isMember = target?.type === 'dot' && childOf(node, 'arguments') === undefined && childOf(node, 'do_block') === undefined
  const left = isMember ? pick(target, 'left') : undefined
  if (left !== undefined && left.type !== 'alias' && left.type !== 'atom') return callee(l, target)
  return made(l, node, callee(l, target))
}

const condition: Hook = (l, node) => {
  const test = argumentNodes(node)[0]
  if (test !== undefined) l.statement(test)
  const options = [branch(l, node, 'do'), branch(l, node, 'else')].map(n => (n === undefined ? undefined : l.expr(n)))
  return either(options, node.line)
}

const choice: Hook = (l, node) => {
  const of = argumentNodes(node)[0]
  const subject = of && l.expr(of)
  return either(clauses(l, childOf(node, 'do_block')?.children ?? [], subject), node.line)
}

const withed: Hook = (l, node) => {
  for (const arg of argumentNodes(node)) if (arg.type !== 'keywords') l.statement(arg)
  const body = branch(l, node, 'do')
  const otherwise = childOf(childOf(node, 'do_block'), 'else_block')
  return either([body && l.expr(body), ...clauses(l, otherwise?.children ?? [], undefined)], node.line)
}

const comprehension: Hook = (l, node) => {
  for (const arg of argumentNodes(node)) if (arg.type !== 'keywords') l.statement(arg)
  const body = branch(l, node, 'do')
  return { is: 'list', items: body ? [l.expr(body)] : [], line: node.line }
}

const blockOf: Hook = (l, node) => {
  const body = childOf(node, 'do_block')
  return body && l.expr(body)
}

const nothing: Hook = () => undefined

const macros: Record<string, Hook> = table({
  defmodule: module,
  def: functioned,
  defp: functioned,
  defmacro: nothing,
  defmacrop: nothing,
  alias: aliased,
  import: nothing,
  require: nothing,
  quote: nothing,
  if: condition,
  unless: condition,
  case: choice,
  cond: choice,
  with: withed,
  for: comprehension,
  try: blockOf,
})

/** `x |> f(y)` is `f(x, y)`; `=` and `<-` take their value apart; `<>` joins texts. */
const binary: Hook = (l, node) => {
  const operator = operatorOf(l, node)
  const [left, right] = [pick(node, 'left'), pick(node, 'right')]
  if (left === undefined || right === undefined) return undefined
  if (operator === '|>') {
    const first = l.expr(left)
    if (right.type === 'call') return made(l, right, callee(l, pick(right, 'target')), first)
    return l.call(node, { callee: callee(l, right), args: [first] })
  }
  if (operator === '=' || operator === '<-') {
    const value = l.expr(right)
    const of: Expr = operator === '<-' && isGenerator(left) ? { is: 'elementOf', of: value, line: node.line } : value
    bindPattern(l, node, l.expr(left), of)
    return value
  }
  if (operator === '<>' || operator === '++') return { is: 'concat', parts: flat([l.expr(left), l.expr(right)]), line: node.line }
  if (operator === '::') return l.expr(left)
  return l.kinds.binary(l, node, { left: 'left', operator: 'operator', right: 'right' })
}

/** `x <- list` walks a list; `{:ok, x} <- f()` matches a value. */
const isGenerator = (left: SyntaxNode): boolean => left.type === 'identifier'

const unary: Hook = (l, node) => {
  const operand = pick(node, 'operand')
  if (operand === undefined) return undefined
  if (l.source.startsWith('@', node.start)) return { is: 'ref', name: `@${l.text(operand)}`, line: node.line }
  if (!l.source.startsWith('&', node.start)) return l.kinds.unary(l, node, { of: 'operand' })
  const named = operand.type === 'binary_operator' ? pick(operand, 'left') : undefined
  return named?.type === 'call' || named?.type === 'dot' || named?.type === 'identifier'
    ? callee(l, named.type === 'call' ? pick(named, 'target') : named)
    : unknownExpr('a capture', node.line)
}

const anonymous: Hook = (l, node) => {
  const [first] = node.children.filter(child => child.type === 'stab_clause')
  const fact = { name: '<lambda>', parameters: [] as ParameterFact[], annotations: [] }
  const fn = l.function(node, fact, first && pick(first, 'right'), into => {
    into.parameters = parametersOf(l, (first && pick(first, 'left')?.children) ?? [])
  })
  return { is: 'lambda', fn, line: node.line }
}

const entriesOf = (l: Lowering, nodes: readonly SyntaxNode[]): { key: Expr; value: Expr }[] =>
  nodes.flatMap(child => {
    if (child.type === 'keywords') return pairsOf(l, child).map(p => ({ key: textExpr(p.name, child.line), value: p.value }))
    const [left, right] = [pick(child, 'left'), pick(child, 'right')]
    return child.type === 'binary_operator' && left && right ? [{ key: l.expr(left), value: l.expr(right) }] : []
  })

/** `%{…}`, `%Name{…}` and `%{old | …}`: what it is made of, by name. */
const map: Hook = (l, node) => ({ is: 'map', entries: entriesOf(l, childOf(node, 'map_content')?.children ?? []), line: node.line })

/** `[a: 1]` is a map of options. */
const list: Hook = (l, node) => {
  const isMap = node.children.length > 0 && node.children.every(child => child.type === 'keywords')
  return isMap
    ? { is: 'map', entries: entriesOf(l, node.children), line: node.line }
    : { is: 'list', items: node.children.map(child => l.expr(child)), line: node.line }
}

const keywords: Hook = (l, node) => ({ is: 'map', entries: entriesOf(l, [node]), line: node.line })

const sigil: Hook = (l, node) => {
  const content = childOf(node, 'quoted_content')
  return textExpr(content === undefined ? '' : l.text(content), node.line)
}

const rules: Record<string, Rule> = table({
  call,
  do_block: block,
  body: block,
  block,
  binary_operator: binary,
  unary_operator: unary,
  anonymous_function: anonymous,
  alias: moduleRef,
  identifier: (l, node) => (l.text(node) === '__MODULE__' ? moduleRef(l, node) : { is: 'ref', name: l.text(node), line: node.line }),
  dot: (l, node) => callee(l, node),
  access_call: ['index', { of: 'target', key: 'key' }],
  atom,
  quoted_atom: atom,
  integer: ['text'],
  float: ['text'],
  boolean: ['text'],
  nil: ['null'],
  string: ['string'],
  charlist: ['string'],
  interpolation: ['template', { of: 0 }],
  sigil,
  map,
  list,
  tuple: ['list'],
  keywords,
})

/** Elixir: modules are types whose functions are static and that are known by their full names; a pipe is a call. */
export const elixir: LanguageSpec = {
  language: 'elixir',
  version: 2,
  endings: ['.ex', '.exs'],
  grammar: () => 'elixir',
  traits: {
    moduleIs: 'type',
    implicitThis: true,
    tuples: true,
    taggedResults: true,
    accessors: [],
  },
  rules,
  types: {},
  blocks: [],
  parameters: () => [],
}
