import type { Expr, ParameterFact } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern } from '../statements.ts'

/** `local x = require "m"` is an import; every other assignment takes its values one by one. */
const assigned: Hook = (l, node) => {
  const targets = childOf(node, 'variable_list')?.children.filter(child => child.type !== 'attribute') ?? []
  const values = childOf(node, 'expression_list')?.children ?? []
  const last = values.at(-1)
  const shared = targets.length > values.length && last?.type === 'function_call' ? l.expr(last) : undefined
  targets.forEach((target, i) => {
    const value = values[i]
    const module = value && required(l, value)
    if (module !== undefined && target.type === 'identifier') {
      l.import(node, { local: l.text(target), path: module })
      return
    }
    const rest = i - values.length + 1
    const made: Expr =
      shared !== undefined && rest >= 0
        ? { is: 'nth', of: shared, index: rest, line: node.line }
        : value !== undefined
          ? l.expr(value)
          : unknownExpr('no value', node.line)
    bindPattern(l, node, l.expr(target), made)
  })
  return undefined
}

const declared: Hook = (l, node) => {
  const assignment = childOf(node, 'assignment_statement')
  return assignment ? assigned(l, assignment) : undefined
}

/** The module of `require "m"` or `require("m")`. */
const required = (l: Lowering, node: SyntaxNode): string | undefined => {
  if (node.type !== 'function_call') return undefined
  const name = pick(node, 'name')
  const first = pick(node, 'arguments')?.children[0]
  const content = first?.type === 'string' ? l.expr(first) : undefined
  return name && l.text(name) === 'require' && content?.is === 'text' ? content.text : undefined
}

const called: Hook = (l, node) => {
  const module = required(l, node)
  const callee = pick(node, 'name')
  const list = pick(node, 'arguments')
  if (callee === undefined) return undefined
  if (module !== undefined) {
    l.import(node, { local: '', path: module })
    return l.call(node, { callee: { is: 'ref', name: 'require', line: node.line }, args: [textExpr(module, node.line)] })
  }
  const { args } = list?.type === 'string' || list?.type === 'table_constructor' ? { args: [l.expr(list)] } : argumentsOf(l, list)
  const [first, second] = args
  if (l.text(callee) === 'pcall' && first !== undefined && first.is === 'member' && sameRef(first.of, second))
    return { is: 'list', items: [textExpr('true', node.line), l.call(node, { callee: first, args: args.slice(2) })], line: node.line }
  if (l.text(callee) === 'pcall' && first !== undefined)
    return { is: 'list', items: [textExpr('true', node.line), l.call(node, { callee: first, args: args.slice(1) })], line: node.line }
  return l.call(node, { callee: l.expr(callee), args })
}

const sameRef = (a: Expr, b: Expr | undefined): boolean => a.is === 'ref' && b?.is === 'ref' && a.name === b.name

const functioned: Hook = (l, node) => {
  const nameNode = pick(node, 'name')
  const fact = { name: nameNode?.type === 'identifier' ? l.text(nameNode) : '<lambda>', parameters: [] as ParameterFact[], annotations: [] }
  const isMethod = nameNode?.type === 'method_index_expression'
  const fn = l.function(node, fact, pick(node, 'body'), made => {
    const own = pick(node, 'parameters')
    made.parameters = [...(isMethod ? [{ name: 'self', annotations: [] }] : []), ...(own ? parameters(l, own) : [])]
  })
  if (nameNode !== undefined && nameNode.type !== 'identifier') l.bind(l.expr(nameNode), { is: 'lambda', fn, line: node.line }, node)
  return undefined
}

const lambda: Hook = (l, node) => {
  const fact = { name: '<lambda>', parameters: [] as ParameterFact[], annotations: [] }
  const fn = l.function(node, fact, pick(node, 'body'), made => {
    const own = pick(node, 'parameters')
    made.parameters = own ? parameters(l, own) : []
  })
  return { is: 'lambda', fn, line: node.line }
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children.map(node => ({ name: l.text(node), annotations: [], ...(node.type === 'vararg_expression' && { rest: true }) }))

/** What a file returns is what `require` of it gives. */
const returned: Hook = (l, node) => {
  const values = (childOf(node, 'expression_list')?.children ?? []).map(child => l.expr(child))
  const value: Expr | undefined = values.length > 1 ? { is: 'list', items: values, line: node.line } : values[0]
  if (value === undefined) return undefined
  const { line } = node
  if (l.fn === 0) l.bind({ is: 'member', of: { is: 'ref', name: 'module', line }, name: 'exports', line }, value, node)
  else l.return(value, node)
  return undefined
}

const table: Hook = (l, node) => {
  const parts = node.children.filter(child => child.type === 'field')
  if (parts.length > 0 && parts.every(part => pick(part, 'name') === undefined))
    return { is: 'list', items: parts.map(part => l.expr(pick(part, 'value'))), line: node.line }
  const entries = parts.map(part => {
    const name = pick(part, 'name')
    const key =
      name === undefined
        ? unknownExpr('position', part.line)
        : name.type === 'identifier'
          ? textExpr(l.text(name), part.line)
          : l.expr(name)
    return { key, value: l.expr(pick(part, 'value')) }
  })
  return { is: 'map', entries, line: node.line }
}

const loop: Hook = (l, node) => {
  const clause = pick(node, 'clause')
  if (clause?.type === 'for_generic_clause') {
    const [names, values] = [childOf(clause, 'variable_list'), childOf(clause, 'expression_list')]
    const call = values?.children[0]
    const walked =
      call?.type === 'function_call' && /^i?pairs$/.test(l.text(pick(call, 'name') ?? call)) ? pick(call, 'arguments')?.children[0] : call
    const last = names?.children.at(-1)
    if (last) l.bind(l.expr(last), { is: 'elementOf', of: l.expr(walked), line: node.line }, node)
  } else if (clause) l.statements(clause.children)
  const body = pick(node, 'body')
  if (body) l.statement(body)
  return undefined
}

const binary: Hook = (l, node) => {
  const [left, right] = [pick(node, 'left'), pick(node, 'right')]
  const operator = left && right ? l.source.slice(left.end, right.start).trim() : ''
  if (operator !== '~=') return l.kinds.binary(l, node, { left: 'left', operator: 'operator', right: 'right' })
  for (const side of picks(node, 'left').concat(picks(node, 'right'))) l.statement(side)
  return unknownExpr('operator ~=', node.line)
}

const rules: Record<string, Rule> = {
  chunk: (l, node) => {
    l.statements(node.children)
    return undefined
  },
  block: ['block'],
  variable_declaration: declared,
  assignment_statement: assigned,
  function_declaration: functioned,
  function_definition: lambda,
  function_call: called,
  return_statement: returned,
  for_statement: loop,
  table_constructor: table,
  dot_index_expression: ['member', { of: 'table', name: 'field' }],
  method_index_expression: ['member', { of: 'table', name: 'method' }],
  bracket_index_expression: ['index', { of: 'table', key: 'field' }],
  binary_expression: binary,
  unary_expression: ['unary', { of: 'operand' }],
  parenthesized_expression: ['through'],
  identifier: ['ref'],
  string: ['string'],
  number: ['text'],
  true: ['text'],
  false: ['text'],
  nil: ['null'],
  goto_statement: ['skip'],
  label_statement: ['skip'],
}

/** Lua: a module is what its file returns; methods are members of tables. */
export const lua: LanguageSpec = {
  language: 'lua',
  version: 1,
  endings: ['.lua'],
  grammar: () => 'lua',
  traits: {
    moduleIs: 'file',
    self: 'self',
    tuples: true,
    accessors: [],
  },
  rules,
  types: {},
  operators: { '..': 'concat' },
  blocks: ['block'],
  parameters,
}
