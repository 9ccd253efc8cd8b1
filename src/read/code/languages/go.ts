import { table } from '../../../base/table.ts'
import type { Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { declareFunction } from '../statements.ts'
import { caseOf } from '../switches.ts'

const imported: Hook = (l, node) => {
  const path = l.expr(pick(node, 'path'))
  if (path.is !== 'text') return undefined
  const alias = pick(node, 'name')
  l.import(node, { local: alias === undefined ? packageName(path.text) : l.text(alias), path: path.text })
  return undefined
}

/** The usual name of the package at a path: its last segment that is no version. */
const packageName = (path: string): string => {
  const segments = path.split('/')
  const last = segments.at(-1)!
  return (/^v\d+$/.test(last) && segments.length > 1 ? segments.at(-2)! : last).replace(/\.v\d+$/, '')
}

const declaredType: Hook = (l, node) => {
  const name = pick(node, 'name')
  const type = pick(node, 'type')
  if (name === undefined || type === undefined) return undefined
  const kind = type.type === 'struct_type' ? 'struct' : type.type === 'interface_type' ? 'interface' : 'alias'
  const members = type.type === 'struct_type' ? (type.children[0]?.children ?? []) : type.children
  const aliased = kind === 'alias' ? l.typeRef(type) : undefined
  const embedded = members.filter(m => (kind === 'struct' ? pick(m, 'name') === undefined : kind === 'interface' && m.type === 'type_elem'))
  const supers = aliased === undefined ? embedded.map(m => l.typeRef(m)).filter(ref => ref !== undefined) : [aliased]
  l.declareType(node, { name: l.text(name), kind, supers, annotations: [] }, index => {
    l.facts.types[index]!.fields = kind === 'struct' ? members.flatMap(member => fields(l, member)) : []
    if (kind !== 'interface') return
    for (const method of members.filter(m => m.type === 'method_elem'))
      declareFunction(l, method, { params: 'parameters', returns: 'result', body: 'body' }, l.text(pick(method, 'name')!), { owner: index })
  })
  return undefined
}

const fields = (l: Lowering, node: SyntaxNode): FieldFact[] => {
  const type = l.typeRef(pick(node, 'type'))
  const tagNode = pick(node, 'tag')
  const tag = tagNode === undefined ? undefined : l.expr(tagNode)
  return picks(node, 'name').map(name => ({
    name: l.text(name),
    ...(type && { type }),
    ...(tag?.is === 'text' && { tag: tag.text }),
    annotations: [],
    spot: l.spot(name),
  }))
}

const method: Hook = (l, node) => {
  const receiver = pick(node, 'receiver')?.children[0]
  const name = receiver && pick(receiver, 'name')
  const owner = receiver && l.typeRef(pick(receiver, 'type'))
  const index = declareFunction(l, node, { params: 'parameters', returns: 'result', body: 'body' }, l.text(pick(node, 'name')!), {
    ...(owner && { owner: owner.name }),
  })
  if (name !== undefined) l.facts.functions[index]!.receiver = l.text(name)
  return undefined
}

/** `T{…}` is a call that makes a T; slices, arrays and maps are what they hold. Inner literals without a type have their outer's. */
const composite: Hook = (l, node) => {
  const type = pick(node, 'type')
  const body = pick(node, 'body')
  const names = type === undefined ? [] : structNames(l, type)
  return literal(l, body ?? node, type === undefined ? undefined : (l.typeRef(type) ?? { name: 'struct' }), names)
}

/** Names of the fields of a struct without a name, also as element of a slice, array or map. */
const structNames = (l: Lowering, type: SyntaxNode): string[] => {
  if (type.type === 'struct_type') return (type.children[0]?.children ?? []).flatMap(part => picks(part, 'name')).map(name => l.text(name))
  const element = pick(type, 'element') ?? pick(type, 'value')
  return element === undefined ? [] : structNames(l, element)
}

/** `names` are the fields of the struct without a name that it makes, or its elements. */
const literal = (l: Lowering, body: SyntaxNode, type: TypeRef | undefined, names: readonly string[] = []): Expr => {
  const element = type?.args?.at(-1)
  const line = body.line
  if (type?.name === '[]') return { is: 'list', items: body.children.map(n => item(l, pick(n, 'value') ?? n, element, names)), line }
  if (type === undefined || type.name === 'map' || type.name === 'struct') {
    const entries = body.children.map((n, i) => {
      const key = pick(n, 'key')
      const value = pick(n, 'value') ?? n
      const position = names[i] === undefined ? unknownExpr('position', n.line) : textExpr(names[i], n.line)
      return { key: key === undefined ? position : keyOf(l, key, type), value: item(l, value, element, names) }
    })
    return { is: 'map', entries, line }
  }
  const keyed = body.children.filter(n => n.type === 'keyed_element')
  const args = body.children.filter(n => n.type !== 'keyed_element').map(n => item(l, n, undefined))
  const init = keyed.map(n => ({ key: keyOf(l, pick(n, 'key')!, type), value: item(l, pick(n, 'value')!, undefined) }))
  return l.call(body, {
    callee: l.typeExpr(type.name, line),
    args,
    ...(init.length > 0 && { init }),
    ...(type.args && { typeArgs: type.args }),
    isNew: true,
  })
}

const keyOf = (l: Lowering, key: SyntaxNode, type: TypeRef | undefined): Expr => {
  const name = key.children[0] ?? key
  return type?.name !== 'map' && name.type === 'identifier' ? textExpr(l.text(name), key.line) : item(l, key, undefined)
}

const item = (l: Lowering, node: SyntaxNode, type: TypeRef | undefined, names: readonly string[] = []): Expr => {
  const inner = node.type === 'literal_element' ? node.children[0] : node
  return inner?.type === 'literal_value' ? l.nested(inner, () => literal(l, inner, type, names)) : l.expr(inner)
}

const range: Hook = (l, node) => {
  const of = l.expr(pick(node, 'right'))
  const targets = pick(node, 'left')?.children ?? []
  const element: Expr = { is: 'elementOf', of, line: node.line }
  if (targets.length === 0) l.read(element)
  targets.forEach((target, i) => {
    const isElement = i === targets.length - 1
    const to = l.expr(target)
    if (to.is !== 'ref' || to.name !== '_') l.bind(to, isElement ? element : unknownExpr('key', node.line), node)
  })
  return undefined
}

const conversion: Hook = (l, node) => {
  const type = l.typeRef(pick(node, 'type'))
  const operand = l.expr(pick(node, 'operand'))
  if (type === undefined || !/^\w/.test(type.name) || /^(?:map|func|chan)$/.test(type.name)) return operand
  return l.call(node, { callee: l.typeExpr(type.name, node.line), args: [operand], ...(type.args && { typeArgs: type.args }) })
}

const typeSwitch: Hook = (l, node) => {
  const of = l.expr(pick(node, 'value'))
  const alias = pick(node, 'alias')?.children[0]
  const saved = l.subject
  l.subject = { of, hasDefault: childOf(node, 'default_case') !== undefined, used: false, values: [] }
  const initializer = pick(node, 'initializer')
  if (initializer !== undefined) l.statement(initializer)
  for (const branch of node.children.filter(child => /_case$/.test(child.type))) {
    for (const typeNode of picks(branch, 'type')) {
      const type = l.typeRef(typeNode)
      if (type === undefined) continue
      caseOf(l, l.typeExpr(type.name, typeNode.line), typeNode)
      if (alias !== undefined) l.bind(l.expr(alias), of, typeNode, type)
    }
    l.statements(branch.children.filter(child => child.field !== 'type'))
  }
  if (!l.subject.used) l.read(of)
  l.subject = saved
  return undefined
}

/** `New[*T](x)` is parsed as the call of an element; a pointer cannot be a key, so it is a type argument. */
const call: Hook = (l, node) => {
  const callee = pick(node, 'function')
  const key = callee?.type === 'index_expression' ? pick(callee, 'index') : undefined
  if (callee === undefined || key?.type !== 'unary_expression' || !l.source.startsWith('*', key.start)) return made(l, node)
  const name = l.text(pick(key, 'operand') ?? key)
  return l.call(node, { callee: l.expr(pick(callee, 'operand')), ...argumentsOf(l, pick(node, 'arguments')), typeArgs: [{ name }] })
}

/** `make(map[K]V)` has the type as its type argument. */
const made: Hook = (l, node) => {
  const value = l.kinds.call(l, node, CALL)
  const first = pick(node, 'arguments')?.children[0]
  const type = first !== undefined && /^(?:slice|map|channel)_type$/.test(first.type) ? l.typeRef(first) : undefined
  if (type !== undefined && value?.is === 'call') l.facts.calls[value.call]!.typeArgs = [type]
  return value
}

/** Named results are variables of the function around it; a bare return gives them. */
const returned: Hook = (l, node) => {
  const named = results.get(l) ?? []
  for (const { name, type } of named)
    if (name !== '_') l.bind({ is: 'ref', name, line: node.line }, unknownExpr('no value', node.line), node, type)
  if (node.children.length > 0) return l.kinds.return(l, node, {})
  const refs = named.map(({ name }): Expr => ({ is: 'ref', name, line: node.line }))
  if (refs.length === 1) l.return(refs[0]!, node)
  else if (refs.length > 1) l.return({ is: 'list', items: refs, line: node.line }, node)
  return undefined
}

/** The named results of the function that is walked. */
const results = new WeakMap<Lowering, { name: string; type?: TypeRef }[]>()

const withResults =
  (hook: Hook): Hook =>
  (l, node) => {
    const outer = results.get(l)
    const list = pick(node, 'result')?.children ?? []
    results.set(
      l,
      list.flatMap(part => {
        const type = l.typeRef(pick(part, 'type'))
        return picks(part, 'name')
          .filter(name => name.type === 'identifier')
          .map(name => ({ name: l.text(name), ...(type && { type }) }))
      }),
    )
    const value = hook(l, node)
    results.set(l, outer ?? [])
    return value
  }

const send: Hook = (l, node) => {
  const of = l.expr(pick(node, 'channel'))
  l.bind({ is: 'elementOf', of, line: node.line }, l.expr(pick(node, 'value')), node)
  return undefined
}

const packaged: Hook = (l, node) => {
  if (node.children[0] !== undefined) l.facts.unit.package = l.text(node.children[0])
  return undefined
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children.flatMap(node => {
    const type = l.typeRef(pick(node, 'type'))
    const rest = node.type === 'variadic_parameter_declaration'
    const names = picks(node, 'name').filter(name => name.type === 'identifier')
    const make = (name: string): ParameterFact => ({ name, ...(type && { type }), annotations: [], ...(rest && { rest }) })
    return names.length === 0 ? [make('')] : names.map(name => make(l.text(name)))
  })

const main = (facts: ProgramFacts) =>
  facts.unit.package === 'main' ? facts.functions.find(fn => fn.name === 'main' && fn.owner === undefined)?.spot : undefined

const FUNCTION = { name: 'name', params: 'parameters', returns: 'result', body: 'body' }
const CALL = { callee: 'function', args: 'arguments', typeArgs: 'type_arguments' }

const rules: Record<string, Rule> = table({
  package_clause: packaged,
  import_spec: imported,
  type_spec: declaredType,
  type_alias: declaredType,
  function_declaration: withResults((l, node) => l.kinds.function(l, node, FUNCTION)),
  method_declaration: withResults(method),
  func_literal: withResults((l, node) => l.kinds.lambda(l, node, FUNCTION)),
  block: ['block'],
  var_spec: ['declare', { name: 'name', type: 'type', value: 'value' }],
  const_spec: ['declare', { name: 'name', type: 'type', value: 'value' }],
  short_var_declaration: ['assign', { left: 'left', right: 'right' }],
  assignment_statement: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  receive_statement: ['assign', { left: 'left', right: 'right' }],
  inc_statement: ['skip'],
  dec_statement: ['skip'],
  send_statement: send,
  range_clause: range,
  return_statement: returned,
  expression_switch_statement: ['switch', { of: 'value' }],
  expression_case: ['case', { value: 'value' }],
  type_switch_statement: typeSwitch,
  expression_list: ['tuple'],
  identifier: ['ref'],
  type_identifier: ['ref'],
  field_identifier: ['ref'],
  package_identifier: ['ref'],
  blank_identifier: ['ref'],
  label_name: ['skip'],
  int_literal: ['text'],
  float_literal: ['text'],
  rune_literal: ['text'],
  true: ['text'],
  false: ['text'],
  nil: ['null'],
  interpreted_string_literal: ['string'],
  raw_string_literal: ['string'],
  selector_expression: ['member', { of: 'operand', name: 'field' }],
  qualified_type: ['member', { of: 'package', name: 'name' }],
  index_expression: ['index', { of: 'operand', key: 'index' }],
  slice_expression: ['through', { of: 'operand' }],
  call_expression: call,
  variadic_argument: ['spread'],
  composite_literal: composite,
  type_conversion_expression: conversion,
  type_assertion_expression: ['through', { of: 'operand' }],
  parenthesized_expression: ['through'],
  unary_expression: ['unary', { operator: 'operator', of: 'operand' }],
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
})

/** Go: packages are folders, methods name their receiver, struct tags are kept raw, embedded types lend their members. */
export const go: LanguageSpec = {
  language: 'go',
  version: 1,
  endings: ['.go'],
  grammar: () => 'go',
  traits: {
    moduleIs: 'directory',
    embedding: true,
    tuples: true,
    accessors: ['Get', 'Set'],
  },
  rules,
  types: {
    type_identifier: ['name'],
    package_identifier: ['name'],
    qualified_type: ['name'],
    generic_type: ['generic', 'type', 'type_arguments'],
    type_elem: ['through'],
    pointer_type: ['through'],
    parenthesized_type: ['through'],
    negated_type: ['through'],
    slice_type: ['wrap', '[]', 'element'],
    array_type: ['wrap', '[]', 'element'],
    implicit_length_array_type: ['wrap', '[]', 'element'],
    map_type: ['wrap', 'map', 'key', 'value'],
    channel_type: ['wrap', 'chan', 'value'],
    function_type: ['wrap', 'func', 'parameters', 'result'],
    parameter_list: ['wrap', '()'],
    parameter_declaration: ['through', 'type'],
    variadic_parameter_declaration: ['through', 'type'],
    field_declaration: ['through', 'type'],
  },
  operators: { 'unary &': 'address', 'unary *': 'deref', 'unary <-': 'element' },
  blocks: ['block'],
  commaOk: true,
  parameters,
  starts: /\bfunc\s+main\b/,
  main,
}
