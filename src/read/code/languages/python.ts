import { table } from '../../../base/table.ts'
import type { AnnotationFact, Expr, FieldFact, ParameterFact, ProgramFacts } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf, equals } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, picks, unknownExpr } from '../nodes.ts'
import { bindPattern, declareFunction } from '../statements.ts'
import { caseOf } from '../switches.ts'

/** `import a.b` binds `a`; a second fact, whose local is the whole path, says that the module itself is needed. */
const imported: Hook = (l, node) => {
  for (const name of picks(node, 'name')) {
    const alias = pick(name, 'alias')
    const path = l.text(pick(name, 'name') ?? name)
    const first = path.split('.')[0]!
    if (alias !== undefined) l.import(node, { local: l.text(alias), path })
    else l.import(node, { local: first, path: first })
    if (alias === undefined && path !== first) l.import(node, { local: path, path })
  }
  return undefined
}

const importedFrom: Hook = (l, node) => {
  const module = pick(node, 'module_name')
  if (module === undefined) return undefined
  const path = l.text(module).replace(/\s/g, '')
  for (const item of picks(node, 'name')) {
    const name = l.text(pick(item, 'name') ?? item)
    const alias = pick(item, 'alias')
    l.import(node, { local: alias === undefined ? name : l.text(alias), path, name })
  }
  if (childOf(node, 'wildcard_import') !== undefined) l.import(node, { local: '*', path })
  return undefined
}

const decorated: Hook = (l, node) => {
  const definition = pick(node, 'definition')
  if (definition === undefined) return undefined
  l.pending = node.children.filter(child => child.type === 'decorator').map(child => decorator(l, child))
  l.statement(definition)
  l.pending = []
  return undefined
}

const decorator = (l: Lowering, node: SyntaxNode): AnnotationFact => {
  const value = node.children[0]!
  const callee = value.type === 'call' ? pick(value, 'function')! : value
  const { args, named } = value.type === 'call' ? argumentsOf(l, pick(value, 'arguments')) : { args: [], named: [] }
  return { name: l.text(callee), args, named, spot: l.spot(node) }
}

const defined: Hook = (l, node) => {
  const name = l.text(pick(node, 'name') ?? node)
  const isConstructor = name === '__init__' && l.type !== undefined
  declareFunction(l, node, { params: 'parameters', returns: 'return_type', body: 'body' }, name, isConstructor ? { isConstructor } : {})
  return undefined
}

const classed: Hook = (l, node) => {
  const bases = (pick(node, 'superclasses')?.children ?? []).filter(base => base.type !== 'keyword_argument')
  const supers = bases.map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const kind = supers.some(base => /Enum$/.test(base.name)) ? 'enum' : 'class'
  const { annotations } = l.modifiers(node)
  l.declareType(node, { name: l.text(pick(node, 'name') ?? node), kind, supers, annotations }, index => {
    for (const member of pick(node, 'body')?.children ?? []) {
      const field = fieldOf(l, member)
      if (field !== undefined) l.facts.types[index]!.fields.push(field)
      else if (/definition$/.test(member.type)) l.statement(member)
      else if (member.children[0]?.type !== 'string') l.inInit(member, () => l.statement(member))
    }
  })
  return undefined
}

/** `name: type = value` in the body of a class. */
const fieldOf = (l: Lowering, statement: SyntaxNode): FieldFact | undefined => {
  const node = statement.type === 'expression_statement' ? statement.children[0] : undefined
  const name = node?.type === 'assignment' ? pick(node, 'left') : undefined
  if (node === undefined || name?.type !== 'identifier') return undefined
  const typeNode = pick(node, 'type')
  const type = l.typeRef(typeNode)
  const right = pick(node, 'right')
  const value = right && l.inInit(statement, () => l.expr(right))
  const optional = typeNode !== undefined && (value !== undefined || /\bOptional\[|\bNone\b/.test(l.text(typeNode)))
  return {
    name: l.text(name),
    ...(type && { type }),
    annotations: [],
    ...(value && { value }),
    ...(optional && { optional }),
    spot: l.spot(node),
  }
}

/** Operands and operators stand side by side: `a == 'x'`, `a in ('x', 'y')`, `a < b < c`. */
const compared: Hook = (l, node) => {
  const operands = node.children.filter(child => child.field !== 'operators').map(child => l.expr(child))
  const operators = picks(node, 'operators').map(child => l.text(child))
  const [left, right] = operands
  const isOne = operators.length === 1 && left !== undefined && right !== undefined
  if (isOne && /^(?:==|!=|is|is +not)$/.test(operators[0]!)) equals(l, node, left, right)
  else if (isOne && /^(?:not +)?in$/.test(operators[0]!) && right.is === 'list' && right.items.every(item => item.is === 'text'))
    for (const item of right.items) l.case(item, left, node)
  else for (const operand of operands) l.read(operand)
  return unknownExpr(`operator ${operators[0] ?? ''}`, node.line)
}

const subscript: Hook = (l, node) => {
  const of = l.expr(pick(node, 'value'))
  const keys = picks(node, 'subscript')
  if (keys.some(key => key.type === 'slice')) return of
  const key: Expr = keys.length === 1 ? l.expr(keys[0]) : { is: 'list', items: keys.map(k => l.expr(k)), line: node.line }
  return { is: 'index', of, key, line: node.line }
}

/** The clauses bind names, the body is the one element that is known. */
const comprehension: Hook = (l, node) => {
  const body = pick(node, 'body')
  for (const child of node.children) if (child !== body) l.statement(child)
  const value = l.expr(body)
  return value.is === 'map' && node.type === 'dictionary_comprehension' ? value : { is: 'list', items: [value], line: node.line }
}

const asPattern: Hook = (l, node) => {
  const value = l.expr(node.children[0])
  const alias = pick(node, 'alias')?.children[0]
  if (alias !== undefined) bindPattern(l, node, l.expr(alias), value)
  return value
}

const match: Hook = (l, node) => {
  const of = l.expr(pick(node, 'subject'))
  const body = pick(node, 'body')
  const clauses = body?.children.filter(child => child.type === 'case_clause') ?? []
  const isDefault = (clause: SyntaxNode): boolean => childOf(clause, 'case_pattern')?.children.length === 0
  const saved = l.subject
  l.subject = { of, hasDefault: clauses.some(isDefault), used: false, values: [] }
  for (const clause of clauses) {
    for (const pattern of clause.children.filter(child => child.type === 'case_pattern')) patternCases(l, pattern)
    l.statements(clause.children.filter(child => child.type !== 'case_pattern'))
  }
  if (!l.subject.used) l.read(of)
  l.subject = saved
  return undefined
}

const patternCases = (l: Lowering, pattern: SyntaxNode): void => {
  const inner = pattern.children[0]
  const isCapture = inner?.type === 'dotted_name' && inner.children.length === 1
  if (inner === undefined || isCapture) return
  if (inner.type === 'class_pattern') caseOf(l, l.expr(inner.children[0]), inner)
  else for (const item of inner.type === 'union_pattern' ? inner.children : [inner]) caseOf(l, l.expr(item), item)
}

const dotted: Hook = (l, node) => l.typeExpr(l.text(node).replace(/\s/g, ''), node.line)

const alias: Hook = (l, node) => {
  const [name, aliased] = node.children.map(child => l.typeRef(child))
  if (name !== undefined)
    l.declareType(node, { name: name.name, kind: 'alias', supers: aliased === undefined ? [] : [aliased], annotations: [] }, () => {})
  return undefined
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children.flatMap(node => {
    const inner = pick(node, 'name') ?? (node.type === 'identifier' ? node : node.children[0])
    if (inner === undefined || /separator$/.test(node.type)) return []
    const splat = [node, inner].find(n => /splat_pattern$/.test(n.type))
    const name = inner.type === 'identifier' ? inner : inner.children[0]
    const value = pick(node, 'value')
    const type = splat?.type === 'dictionary_splat_pattern' ? { name: 'dict' } : l.typeRef(pick(node, 'type'))
    return [
      {
        name: name === undefined ? '' : l.text(name),
        ...(type && { type }),
        ...(value && { default: l.expr(value) }),
        annotations: [],
        ...(splat && { rest: true }),
      },
    ]
  })

/** `if __name__ == '__main__'`. */
const main = (facts: ProgramFacts) => facts.cases.find(c => c.fn === 0 && c.of?.is === 'ref' && c.of.name === '__name__')?.spot

const rules: Record<string, Rule> = table({
  import_statement: imported,
  import_from_statement: importedFrom,
  future_import_statement: ['skip'],
  decorated_definition: decorated,
  function_definition: defined,
  class_definition: classed,
  type_alias_statement: alias,
  lambda: ['lambda', { params: 'parameters', body: 'body' }],
  block: ['block'],
  assignment: ['assign', { left: 'left', right: 'right', type: 'type' }],
  augmented_assignment: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  named_expression: ['assign', { left: 'name', right: 'value' }],
  for_statement: ['foreach', { left: 'left', right: 'right', body: 'body' }],
  for_in_clause: ['foreach', { left: 'left', right: 'right' }],
  return_statement: ['return'],
  yield: ['return'],
  match_statement: match,
  as_pattern: asPattern,
  global_statement: ['skip'],
  nonlocal_statement: ['skip'],
  delete_statement: ['skip'],
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  identifier: ['ref'],
  dotted_name: dotted,
  integer: ['text'],
  float: ['text'],
  true: ['text'],
  false: ['text'],
  none: ['null'],
  ellipsis: ['null'],
  string: ['string'],
  interpolation: ['template', { of: 'expression' }],
  concatenated_string: ['concat'],
  attribute: ['member', { of: 'object', name: 'attribute' }],
  subscript,
  call: ['call', { callee: 'function', args: 'arguments' }],
  keyword_argument: ['argument', { name: 'name', value: 'value' }],
  list_splat: ['spread'],
  dictionary_splat: ['spread'],
  list_splat_pattern: ['spread'],
  parenthesized_expression: ['through'],
  await: ['through'],
  binary_operator: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  boolean_operator: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  comparison_operator: compared,
  not_operator: ['unary', { of: 'argument' }],
  unary_operator: ['unary', { operator: 'operator', of: 'argument' }],
  conditional_expression: ['conditional', { test: 1, yes: 0, no: 2 }],
  list: ['list'],
  tuple: ['list'],
  set: ['list'],
  expression_list: ['tuple'],
  pattern_list: ['list'],
  tuple_pattern: ['list'],
  list_pattern: ['list'],
  dictionary: ['map'],
  pair: ['pair', { key: 'key', value: 'value' }],
})

/** Python: modules are files, calling a class makes an instance, class-body assignments are fields. */
export const python: LanguageSpec = {
  language: 'python',
  version: 1,
  endings: ['.py'],
  grammar: () => 'python',
  traits: {
    moduleIs: 'file',
    self: 'self',
    selfIsFirstParameter: true,
    callMakesInstance: true,
    tuples: true,
    accessors: [],
  },
  rules,
  types: {
    type: ['through'],
    identifier: ['name'],
    attribute: ['name'],
    dotted_name: ['name'],
    member_type: ['name'],
    string: ['quoted'],
    generic_type: ['generic', 0, 1],
    subscript: ['generic', 'value', 'subscript'],
    union_type: ['union'],
    binary_operator: ['union'],
  },
  operators: { '%': 'format' },
  blocks: ['block'],
  parameters,
  modifiers: l => {
    const annotations = l.pending
    l.pending = []
    return { annotations, ...(annotations.some(a => a.name === 'staticmethod') && { static: true }) }
  },
  starts: /\b__name__\b/,
  main,
}
