import { table } from '../../../base/table.ts'
import type { CallFact, Expr, ParameterFact, ProgramFacts } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern, declareFunction } from '../statements.ts'
import { dedented } from '../strings.ts'
import { branchValue, caseOf } from '../switches.ts'

const FUNCTION = { params: 'parameters', body: 'body' }

/** Bodies of functions, whose last value is what they return. */
const bodies = new WeakSet<SyntaxNode>()
/** Where the text of a heredoc stands that begins here. */
const heredocs = new WeakMap<SyntaxNode, SyntaxNode>()

/** Heredocs begin in an expression and stand after its line: both are met in order. */
const program: Hook = (l, node) => {
  const begun: SyntaxNode[] = []
  const waiting = [node]
  while (waiting.length > 0) {
    const here = waiting.pop()!
    if (here.type === 'heredoc_beginning') begun.push(here)
    else if (here.type === 'heredoc_body' && begun.length > 0) heredocs.set(begun.shift()!, here)
    for (let i = here.children.length - 1; i >= 0; i--) waiting.push(here.children[i]!)
  }
  l.statements(node.children)
  return undefined
}

const heredoc: Hook = (l, node) => {
  const body = heredocs.get(node)
  if (body === undefined) return textExpr('', node.line)
  const parts = body.children
    .filter(child => child.type !== 'heredoc_end')
    .map(child => (child.type === 'heredoc_content' ? textExpr(l.text(child), child.line) : l.expr(child)))
  if (parts.every(part => part.is === 'text'))
    return textExpr(
      dedented(
        parts
          .map(part => (part.is === 'text' ? part.text : ''))
          .join('')
          .replace(/\n[ \t]*$/, ''),
      ),
      node.line,
    )
  const [first, ...rest] = parts
  return {
    is: 'concat',
    parts: first?.is === 'text' ? [textExpr(first.text.trimStart(), first.line), ...rest] : parts,
    line: node.line,
  }
}

/** Statements; the value is that of the last one, which a function's body returns. */
const block: Hook = (l, node) => {
  const last = node.children.at(-1)
  const isBody = bodies.has(node)
  const plain = node.children.filter(child => !/^(?:rescue|ensure|else)$/.test(child.type))
  const tail = plain.at(-1)
  let value: Expr | undefined
  for (const child of node.children)
    if (child === tail) value = l.value(child)
    else l.statement(child)
  if (value === undefined || tail === undefined || last === undefined) return undefined
  if (isBody && tail.type !== 'return') l.return(value, tail)
  return isBody ? undefined : value
}

const declared: Hook = (l, node) => {
  const name = pick(node, 'name')
  if (name === undefined) return undefined
  const above = pick(node, 'superclass')?.children[0]
  const included = (pick(node, 'body')?.children ?? [])
    .filter(child => child.type === 'call' && /^(?:include|extend|prepend)$/.test(l.text(pick(child, 'method') ?? child)))
    .flatMap(child => pick(child, 'arguments')?.children ?? [])
  const supers = [...(above ? [above] : []), ...included].map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const written = l.text(name).split('::').at(-1)!
  l.declareType(node, { name: written, kind: 'class', supers, annotations: [] }, type => members(l, type, pick(node, 'body')))
  return undefined
}

const members = (l: Lowering, type: number, body: SyntaxNode | undefined): void => {
  for (const member of body?.children ?? []) {
    if (/^(?:method|singleton_method|class|module)$/.test(member.type)) l.statement(member)
    else if (member.type === 'singleton_class') singleton(l, member, type)
    else if (constant(l, member, type) || accessors(l, member, type)) continue
    else if (member.type === 'call' && /method$/.test(pick(member, 'arguments')?.children[0]?.type ?? ''))
      l.statements(pick(member, 'arguments')!.children)
    else l.inInit(member, () => l.statement(member))
  }
}

/** Methods in `class << self` belong to the class. */
const singleton = (l: Lowering, node: SyntaxNode, type: number): void => {
  const from = l.facts.functions.length
  members(l, type, pick(node, 'body'))
  for (const fn of l.facts.functions.slice(from)) if (fn.owner === type && fn.outer === undefined && fn.name !== '<init>') fn.static = true
}

const constant = (l: Lowering, node: SyntaxNode, type: number): boolean => {
  const left = node.type === 'assignment' ? pick(node, 'left') : undefined
  const right = pick(node, 'right')
  if (left === undefined || right === undefined || !/^(?:constant|class_variable)$/.test(left.type) || isStruct(l, right)) return false
  const name = l.text(left).replace(/^@+/, '')
  l.facts.types[type]!.fields.push({ name, annotations: [], value: l.inInit(node, () => l.expr(right)), spot: l.spot(node) })
  return true
}

/** `attr_reader :a, :b` declares fields. */
const accessors = (l: Lowering, node: SyntaxNode, type: number): boolean => {
  const method = node.type === 'call' ? pick(node, 'method') : undefined
  if (method === undefined || !/^attr_(?:reader|writer|accessor)$/.test(l.text(method))) return false
  for (const name of pick(node, 'arguments')?.children ?? [])
    if (name.type === 'simple_symbol')
      l.facts.types[type]!.fields.push({ name: l.text(name).slice(1), annotations: [], spot: l.spot(name) })
  return true
}

const isStruct = (l: Lowering, node: SyntaxNode): boolean =>
  node.type === 'call' && /^(?:Struct\.new|Data\.define)\b/.test(l.text(node).slice(0, 20))

/** `X = Struct.new(:a, :b)` is a class with these fields and a constructor for them. */
const struct = (l: Lowering, node: SyntaxNode, name: string, value: SyntaxNode): void => {
  const names = (pick(value, 'arguments')?.children ?? [])
    .filter(child => child.type === 'simple_symbol')
    .map(child => l.text(child).slice(1))
  l.declareType(node, { name, kind: 'record', supers: [], annotations: [] }, type => {
    const parameters = names.map(part => ({ name: part, annotations: [], field: true }))
    l.function(node, { name: 'initialize', owner: type, isConstructor: true, parameters, annotations: [] }, undefined)
    for (const part of names) l.facts.types[type]!.fields.push({ name: part, annotations: [], spot: l.spot(node) })
    members(l, type, pick(pick(value, 'block') ?? value, 'body'))
  })
}

const defined: Hook = (l, node) => {
  const name = l.text(pick(node, 'name') ?? node).replace(/^(\w+)=$/, 'set_$1')
  const body = pick(node, 'body')
  const isConstructor = name === 'initialize' && l.type !== undefined
  if (body !== undefined && !isConstructor) bodies.add(body)
  const index = declareFunction(l, node, FUNCTION, name, isConstructor ? { isConstructor } : {})
  if (node.type === 'singleton_method' && l.type !== undefined) l.facts.functions[index]!.static = true
  return undefined
}

const lambdaOf = (l: Lowering, node: SyntaxNode, params: SyntaxNode | undefined, body: SyntaxNode | undefined): Expr => {
  if (body !== undefined) bodies.add(body)
  const made = l.function(node, { name: '<lambda>', parameters: [], annotations: [] }, body, fact => {
    fact.parameters = l.parameters(params)
  })
  return { is: 'lambda', fn: made, line: node.line }
}

const lambda: Hook = (l, node) => {
  const body = pick(node, 'body')
  return lambdaOf(l, node, pick(node, 'parameters') ?? (body && pick(body, 'parameters')), body && pick(body, 'body'))
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children
    .filter(node => !/^(?:block_parameter|forward_parameter|hash_splat_nil)$/.test(node.type))
    .map((node, position) => {
      const name = node.type === 'identifier' ? node : pick(node, 'name')
      const value = pick(node, 'value')
      if (node.type === 'destructured_parameter') {
        const from: Expr = { is: 'ref', name: `$${position}`, line: node.line }
        bindPattern(l, node, { is: 'list', items: node.children.map(child => l.expr(child)), line: node.line }, from)
      }
      return {
        name: name === undefined ? `$${position}` : l.text(name),
        ...(value && value.type !== 'nil' && { default: l.expr(value) }),
        annotations: [],
        ...(/splat_parameter$/.test(node.type) && { rest: true }),
        ...(node.type === 'hash_splat_parameter' && { type: { name: 'dict' } }),
      }
    })

/** Arguments with symbols as keys are named, others are a map; a block is the last argument. */
const argumentsOf = (l: Lowering, node: SyntaxNode): { args: Expr[]; named: CallFact['named'] } => {
  const args: Expr[] = []
  const named: CallFact['named'] = []
  const entries: { key: Expr; value: Expr }[] = []
  for (const child of pick(node, 'arguments')?.children ?? []) {
    const key = child.type === 'pair' ? pick(child, 'key') : undefined
    if (key?.type === 'hash_key_symbol') named.push({ name: l.text(key), value: valueIn(l, child) })
    else if (key !== undefined) entries.push({ key: l.expr(key), value: valueIn(l, child) })
    else if (child.type !== 'block_argument') args.push(l.expr(child))
    else if (child.children[0] !== undefined && child.children[0].type !== 'simple_symbol') args.push(l.expr(child.children[0]))
  }
  if (entries.length > 0) args.push({ is: 'map', entries, line: node.line })
  const written = pick(node, 'block')
  if (written !== undefined) args.push(lambdaOf(l, written, pick(written, 'parameters'), pick(written, 'body')))
  return { args, named }
}

/** `{ name: }` is short for `{ name: name }`. */
const valueIn = (l: Lowering, node: SyntaxNode): Expr => {
  const value = pick(node, 'value')
  const key = pick(node, 'key')
  return value === undefined ? { is: 'ref', name: key === undefined ? '' : l.text(key), line: node.line } : l.expr(value)
}

const pair: Hook = (l, node) => ({
  is: 'map',
  entries: [{ key: l.expr(pick(node, 'key')), value: valueIn(l, node) }],
  line: node.line,
})

/** `x.y` is a call as well as `x.y()`; `X.new` makes an X; a bare `super` passes on what came. */
const call: Hook = (l, node) => {
  const receiver = pick(node, 'receiver')
  const method = pick(node, 'method')
  const name = method === undefined ? 'call' : l.text(method)
  const line = method?.line ?? node.line
  const operator = pick(node, 'operator')
  const optional = operator !== undefined && l.text(operator) === '&.'
  if (method?.type === 'super') return above(l, node)
  if (receiver === undefined) return plainCall(l, node, name, line)
  if (name === 'new' && /^(?:constant|scope_resolution)$/.test(receiver.type))
    return l.call(node, { callee: l.expr(receiver), ...argumentsOf(l, node), isNew: true })
  if (SAME.has(name) && pick(node, 'arguments') === undefined && pick(node, 'block') === undefined) return l.expr(receiver)
  if (/^(?:is_a|kind_of|instance_of)\?$/.test(name)) {
    const type = pick(node, 'arguments')?.children[0]
    if (type !== undefined) l.case(l.expr(type), l.expr(receiver), node)
    return unknownExpr(`operator ${name}`, node.line)
  }
  const of = l.expr(receiver)
  const callee: Expr = name === 'call' && of.is !== 'ref' ? of : { is: 'member', of, name, line, ...(optional && { optional: true }) }
  return l.call(node, { callee: method === undefined ? of : callee, ...argumentsOf(l, node), ...(optional && { optional: true }) })
}

/** Methods that give what they are called on, in another type. */
const SAME = new Set('to_s to_sym to_i to_f to_str freeze dup clone strip chomp itself to_h to_a presence'.split(' '))

const plainCall = (l: Lowering, node: SyntaxNode, name: string, line: number): Expr => {
  if (/^(?:lambda|proc)$/.test(name)) {
    const written = pick(node, 'block')
    if (written !== undefined) return lambdaOf(l, written, pick(written, 'parameters'), pick(written, 'body'))
  }
  if (name === 'loop') {
    const block = pick(node, 'block')
    const body = block && pick(block, 'body')
    if (body !== undefined) l.statements(body.children)
    return unknownExpr('what a loop gives', node.line)
  }
  if (name === 'raise') {
    l.statements(pick(node, 'arguments')?.children ?? [])
    return unknownExpr('null', node.line)
  }
  if (/^require(?:_relative)?$/.test(name)) {
    const path = pick(node, 'arguments')?.children[0]
    const value = path && l.expr(path)
    if (value?.is === 'text') l.import(node, { local: '', path: value.text })
    return unknownExpr('null', node.line)
  }
  const around = l.type === undefined ? undefined : l.facts.types[l.type]!.name
  if (name === 'new' && around !== undefined)
    return l.call(node, { callee: { is: 'ref', name: around, line }, ...argumentsOf(l, node), isNew: true })
  return l.call(node, { callee: { is: 'ref', name, line }, ...argumentsOf(l, node) })
}

/** `super` in a constructor is the constructor above, elsewhere the method of the same name. */
const above: Hook = (l, node) => {
  const { name } = l.facts.functions[l.fn]!
  const of: Expr = { is: 'ref', name: 'super', line: node.line }
  const callee: Expr = name === 'initialize' ? of : { is: 'member', of, name, line: node.line }
  return l.call(node, { callee, ...argumentsOf(l, node) })
}

/** `obj.key = v` sets a member: what stands on the left is no call. */
const target = (l: Lowering, node: SyntaxNode): Expr => {
  if (node.type === 'call' && pick(node, 'arguments') === undefined)
    return { is: 'member', of: l.expr(pick(node, 'receiver')), name: l.text(pick(node, 'method') ?? node), line: node.line }
  if (node.type === 'left_assignment_list' || node.type === 'destructured_left_assignment')
    return { is: 'list', items: node.children.map(child => target(l, child)), line: node.line }
  if (node.type === 'rest_assignment')
    return { is: 'spread', of: node.children[0] ? target(l, node.children[0]) : l.expr(node), line: node.line }
  return l.expr(node)
}

const assigned: Hook = (l, node) => {
  const left = pick(node, 'left')
  const right = pick(node, 'right')
  if (left === undefined || right === undefined) return undefined
  if (left.type === 'constant' && isStruct(l, right)) {
    struct(l, node, l.text(left), right)
    return undefined
  }
  const value = l.expr(right)
  bindPattern(l, node, target(l, left), value)
  return value
}

const compound: Hook = (l, node) => {
  const left = pick(node, 'left')
  const right = pick(node, 'right')
  const operator = pick(node, 'operator')
  if (left === undefined || right === undefined || operator === undefined) return undefined
  const to = target(l, left)
  const value = l.expr(right)
  const written = l.text(operator)
  const { line } = node
  if (written === '||=') l.bind(to, { is: 'or', options: [to, value], line }, node)
  else if (written === '+=' || written === '<<=') l.bind(to, { is: 'concat', parts: [to, value], line }, node)
  else l.bind(to, unknownExpr(`operator ${written}`, line), node)
  return value
}

/** `a << b` appends. */
const binary: Hook = (l, node) => {
  const operator = pick(node, 'operator')
  const right = pick(node, 'right')
  if (operator === undefined || right === undefined || l.text(operator) !== '<<')
    return l.kinds.binary(l, node, { left: 'left', operator: 'operator', right: 'right' })
  return l.call(node, { callee: { is: 'member', of: l.expr(pick(node, 'left')), name: 'push', line: node.line }, args: [l.expr(right)] })
}

/** An `if` has the value of the branch that runs. */
const branches: Hook = (l, node) => {
  const condition = pick(node, 'condition')
  if (condition !== undefined) l.statement(condition)
  const parts = node.children.filter(child => child !== condition)
  const values = parts.map(part => l.value(part)).filter(value => value !== undefined)
  return values.length === 0 ? undefined : values.length === 1 ? values[0] : { is: 'either', options: values, line: node.line }
}

const modified: Hook = (l, node) => {
  const condition = pick(node, 'condition')
  if (condition !== undefined) l.statement(condition)
  const body = pick(node, 'body')
  return body && l.value(body)
}

const rescued: Hook = (l, node) => ({
  is: 'or',
  options: [l.expr(pick(node, 'body')), l.expr(pick(node, 'handler'))],
  line: node.line,
})

const when: Hook = (l, node) => {
  for (const pattern of picks(node, 'pattern'))
    for (const item of pattern.children) if (item.type !== 'splat_argument') caseOf(l, l.expr(item), item)
  const body = pick(node, 'body')
  if (body !== undefined) branchValue(l, l.value(body))
  return undefined
}

const otherwise: Hook = (l, node) => {
  const value = block(l, node)
  if (l.subject !== undefined && isCaseElse.has(node)) branchValue(l, value)
  return value
}
const isCaseElse = new WeakSet<SyntaxNode>()

const chosen: Hook = (l, node) => {
  for (const child of node.children) if (child.type === 'else') isCaseElse.add(child)
  return l.kinds.switch(l, node, { of: 'value' })
}

const inClause: Hook = (l, node) => {
  const pattern = pick(node, 'pattern')
  if (pattern !== undefined && l.subject?.of !== undefined) matched(l, pattern, l.subject.of)
  const body = pick(node, 'body')
  if (body !== undefined) branchValue(l, l.value(body))
  return undefined
}

/** A pattern's names are bound to the parts they stand for; its types and texts are labels. */
const matched = (l: Lowering, node: SyntaxNode, of: Expr): void => {
  const { line } = node
  if (node.type === 'identifier') l.bind({ is: 'ref', name: l.text(node), line }, of, node)
  else if (node.type === 'as_pattern') {
    const [value, name] = [pick(node, 'value'), pick(node, 'name')]
    if (value !== undefined) matched(l, value, of)
    if (name !== undefined) matched(l, name, of)
  } else if (node.type === 'hash_pattern')
    for (const item of node.children) {
      const [key, value] = [pick(item, 'key'), pick(item, 'value')]
      if (key === undefined) continue
      const part: Expr = { is: 'index', of, key: textExpr(l.text(key), line), line }
      if (value === undefined) l.bind({ is: 'ref', name: l.text(key), line }, part, node)
      else matched(l, value, part)
    }
  else if (node.type === 'array_pattern')
    for (const [i, item] of node.children.entries()) matched(l, item, { is: 'nth', of, index: i, line })
  else if (/^(?:string|simple_symbol|constant|scope_resolution)$/.test(node.type)) l.case(l.expr(node), of, node)
}

const matching: Hook = (l, node) => {
  const value = l.expr(pick(node, 'value'))
  const pattern = pick(node, 'pattern')
  if (pattern !== undefined) matched(l, pattern, value)
  return value
}

const given: Hook = (l, node) => {
  const list = node.children[0]
  const values = (list?.type === 'argument_list' ? list.children : node.children).map(child => l.expr(child))
  if (values.length > 0) l.return(values.length === 1 ? values[0]! : { is: 'list', items: values, line: node.line }, node)
  return undefined
}

const yielded: Hook = (l, node) => {
  l.statements(node.children.flatMap(child => (child.type === 'argument_list' ? child.children : [child])))
  return unknownExpr('what a block gives', node.line)
}

const own: Hook = (l, node) => ({
  is: 'member',
  of: { is: 'ref', name: 'self', line: node.line },
  name: l.text(node).replace(/^@+/, ''),
  line: node.line,
})

const scoped: Hook = (l, node) => l.typeExpr(l.text(node).replace(/\s/g, '').replace(/^::/, '').replaceAll('::', '.'), node.line)

const forIn: Hook = (l, node) => {
  const value = pick(node, 'value')?.children[0]
  const pattern = pick(node, 'pattern')
  const body = pick(node, 'body')
  if (pattern !== undefined) bindPattern(l, node, target(l, pattern), { is: 'elementOf', of: l.expr(value), line: node.line })
  if (body !== undefined) l.statement(body)
  return undefined
}

const index: Hook = (l, node) => {
  const [of, key] = node.children
  return key === undefined ? l.expr(of) : { is: 'index', of: l.expr(of), key: l.expr(key), line: node.line }
}

/** `if __FILE__ == $0`. */
const main = (facts: ProgramFacts) => facts.cases.find(c => c.fn === 0 && c.of?.is === 'ref' && c.of.name === '__FILE__')?.spot

const comparison: Hook = (l, node) => {
  const [left, operator, right] = [pick(node, 'left'), pick(node, 'operator'), pick(node, 'right')]
  const isMain = left !== undefined && right !== undefined && l.text(left) === '__FILE__' && /^\$(?:0|PROGRAM_NAME)$/.test(l.text(right))
  if (!isMain || operator === undefined || l.text(operator) !== '==') return binary(l, node)
  l.case(textExpr('$0', node.line), { is: 'ref', name: '__FILE__', line: node.line }, node)
  return unknownExpr('operator ==', node.line)
}

const rules: Record<string, Rule> = table({
  program,
  class: declared,
  module: declared,
  method: defined,
  singleton_method: defined,
  lambda,
  body_statement: block,
  block_body: block,
  // biome-ignore lint/suspicious/noThenProperty: the name of a node type
  then: block,
  else: otherwise,
  begin: block,
  do: block,
  parenthesized_statements: block,
  rescue: branches,
  exceptions: ['skip'],
  exception_variable: ['skip'],
  assignment: assigned,
  operator_assignment: compound,
  if: branches,
  unless: branches,
  elsif: branches,
  if_modifier: modified,
  unless_modifier: modified,
  rescue_modifier: rescued,
  case: chosen,
  when,
  case_match: chosen,
  in_clause: inClause,
  match_pattern: matching,
  test_pattern: matching,
  for: forIn,
  return: given,
  yield: yielded,
  super: above,
  call,
  identifier: ['ref'],
  constant: ['ref'],
  self: ['ref'],
  global_variable: ['ref'],
  instance_variable: own,
  class_variable: own,
  scope_resolution: scoped,
  element_reference: index,
  integer: ['text'],
  float: ['text'],
  true: ['text'],
  false: ['text'],
  nil: ['null'],
  simple_symbol: (l, node) => textExpr(l.text(node).slice(1), node.line),
  hash_key_symbol: ['text'],
  delimited_symbol: ['string'],
  bare_symbol: ['string'],
  bare_string: ['string'],
  string: ['string'],
  interpolation: ['template'],
  chained_string: ['concat'],
  heredoc_beginning: heredoc,
  heredoc_body: ['skip'],
  regex: ['skip'],
  string_array: ['list'],
  symbol_array: ['list'],
  array: ['list'],
  right_assignment_list: ['list'],
  hash: ['map'],
  pair,
  hash_splat_argument: ['spread'],
  splat_argument: ['spread'],
  block_argument: ['through'],
  conditional: ['conditional', { test: 'condition', yes: 'consequence', no: 'alternative' }],
  unary: ['unary', { of: 'operand' }],
  binary: comparison,
  undef: ['skip'],
  alias: ['skip'],
})

/** Ruby: constants are known everywhere, classes may be opened again, a name without parentheses may be a call. */
export const ruby: LanguageSpec = {
  language: 'ruby',
  version: 2,
  endings: ['.rb', '.ru'],
  grammar: () => 'ruby',
  traits: {
    moduleIs: 'type',
    implicitThis: true,
    self: 'self',
    tuples: true,
    accessors: [],
    assignmentMakesLocal: true,
    openTypes: true,
    namesAreCalls: true,
  },
  rules,
  types: { constant: ['name'], scope_resolution: ['name'] },
  operators: { '%': 'format', or: 'or', and: 'and' },
  blocks: ['body_statement', 'block_body'],
  parameters,
  starts: /\b__FILE__\b/,
  main,
}
