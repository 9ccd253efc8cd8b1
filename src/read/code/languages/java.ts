import { table } from '../../../base/table.ts'
import type { AnnotationFact, Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf, typeArguments } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Modifiers, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { declareFunction } from '../statements.ts'
import { dedented } from '../strings.ts'
import { branchValue, caseOf } from '../switches.ts'

const FUNCTION = { params: 'parameters', returns: 'type', body: 'body' }

const packaged: Hook = (l, node) => {
  const name = node.children.find(child => /identifier$/.test(child.type))
  if (name !== undefined) l.facts.unit.package = l.text(name)
  return undefined
}

/** `import static a.B.c` is member c of a.B; `import a.*` a star. */
const imported: Hook = (l, node) => {
  const name = node.children.find(child => /identifier$/.test(child.type))
  if (name === undefined) return undefined
  const path = l.text(name).replace(/\s/g, '')
  const last = path.slice(path.lastIndexOf('.') + 1)
  const isStatic = /^import\s+static\b/.test(l.text(node))
  if (childOf(node, 'asterisk') !== undefined) l.import(node, { local: '*', path })
  else if (isStatic) l.import(node, { local: last, path: path.slice(0, -last.length - 1), name: last })
  else l.import(node, { local: last, path })
  return undefined
}

const modifiers = (l: Lowering, node: SyntaxNode): Modifiers => {
  const list = childOf(node, 'modifiers')
  if (list === undefined) return { annotations: [] }
  const annotations = list.children.filter(child => /annotation$/.test(child.type)).map(child => annotation(l, child))
  const words = l.text(list).replace(/@\w+\([^)]*\)/g, '')
  return { annotations, ...(/\bstatic\b/.test(words) && { static: true }) }
}

const annotation = (l: Lowering, node: SyntaxNode): AnnotationFact => {
  const name = pick(node, 'name')
  return { name: name === undefined ? '' : l.text(name), ...argumentsOf(l, pick(node, 'arguments')), spot: l.spot(node) }
}

const KINDS = {
  class_declaration: 'class',
  interface_declaration: 'interface',
  enum_declaration: 'enum',
  record_declaration: 'record',
  annotation_type_declaration: 'interface',
} as const

const declared: Hook = (l, node) => {
  const name = l.text(pick(node, 'name') ?? node)
  const clauses = node.children.filter(child => /^(?:superclass|super_interfaces|extends_interfaces)$/.test(child.type))
  const bases = clauses.flatMap(clause => clause.children).flatMap(base => (base.type === 'type_list' ? base.children : [base]))
  const supers = bases.map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const { annotations } = l.modifiers(node)
  l.declareType(node, { name, kind: KINDS[node.type as keyof typeof KINDS], supers, annotations }, type => {
    const body = pick(node, 'body')
    if (node.type === 'record_declaration') recordParts(l, node, type, name, body)
    members(l, body, type)
  })
  return undefined
}

/** A record's components are fields, and parameters of its constructor, whose body may stand as a compact one. */
const recordParts = (l: Lowering, node: SyntaxNode, type: number, name: string, body: SyntaxNode | undefined): void => {
  const compact = childOf(body, 'compact_constructor_declaration')
  const index = l.function(
    compact ?? node,
    { name, owner: type, isConstructor: true, parameters: [], annotations: [] },
    compact && pick(compact, 'body'),
    made => {
      made.parameters = l.parameters(pick(node, 'parameters')).map(parameter => ({ ...parameter, field: true }))
    },
  )
  for (const { name: part, type: of, annotations } of l.facts.functions[index]!.parameters)
    l.facts.types[type]!.fields.push({ name: part, ...(of && { type: of }), annotations, spot: l.spot(node) })
}

const members = (l: Lowering, body: SyntaxNode | undefined, type: number): void => {
  for (const member of body?.children ?? []) {
    if (/^(?:field|constant)_declaration$/.test(member.type)) l.facts.types[type]!.fields.push(...fields(l, member))
    else if (member.type === 'enum_constant') l.facts.types[type]!.fields.push(constant(l, member, type))
    else if (member.type === 'enum_body_declarations') members(l, member, type)
    else if (member.type === 'block' || member.type === 'static_initializer') l.inInit(member, () => l.statement(member))
    else if (member.type !== 'compact_constructor_declaration') l.statement(member)
  }
}

const fields = (l: Lowering, node: SyntaxNode): FieldFact[] => {
  const { annotations, static: isStatic } = l.inInit(node, () => l.modifiers(node))
  const type = l.typeRef(pick(node, 'type'))
  return picks(node, 'declarator').map(declarator => {
    const value = pick(declarator, 'value')
    const made = value && l.inInit(declarator, () => l.expr(value))
    return {
      name: l.text(pick(declarator, 'name') ?? declarator),
      ...(type && { type }),
      annotations,
      ...(made && { value: made }),
      ...(/^Optional$/.test(type?.name ?? '') && { optional: true }),
      ...((isStatic === true || node.type === 'constant_declaration') && { static: true }),
      spot: l.spot(declarator),
    }
  })
}

/** An enum constant is a field of the enum's own type, made by its constructor. */
const constant = (l: Lowering, node: SyntaxNode, type: number): FieldFact => {
  const enumName = l.facts.types[type]!.name
  const name = l.text(pick(node, 'name') ?? node)
  const made = l.inInit(node, () => {
    const callee: Expr = { is: 'ref', name: enumName, line: node.line }
    return l.call(node, { callee, ...argumentsOf(l, pick(node, 'arguments')), isNew: true })
  })
  const body = pick(node, 'body')
  if (body !== undefined) l.statement(body)
  return { name, type: { name: enumName }, annotations: l.modifiers(node).annotations, value: made, spot: l.spot(node) }
}

const constructed: Hook = (l, node) => {
  declareFunction(l, node, FUNCTION, l.text(pick(node, 'name') ?? node), { isConstructor: true })
  return undefined
}

const invocation: Hook = (l, node) => {
  const object = pick(node, 'object')
  const nameNode = pick(node, 'name')
  const name = nameNode === undefined ? '' : l.text(nameNode)
  const line = nameNode?.line ?? node.line
  const callee: Expr = object === undefined ? { is: 'ref', name, line } : { is: 'member', of: l.expr(object), name, line }
  const typeArgs = typeArguments(l, pick(node, 'type_arguments'))
  const made = l.call(node, { callee, ...argumentsOf(l, pick(node, 'arguments')), ...(typeArgs.length > 0 && { typeArgs }) })
  equalsCase(l, node, callee, made)
  return made
}

/** `"x".equals(y)` and `y.equals("x")` compare as `==` does. */
const equalsCase = (l: Lowering, node: SyntaxNode, callee: Expr, made: Expr): void => {
  if (callee.is !== 'member' || made.is !== 'call' || !/^equals(?:IgnoreCase)?$/.test(callee.name)) return
  const { args } = l.facts.calls[made.call]!
  const sides = args.length === 1 ? [callee.of, args[0]!] : args
  const text = sides.find(side => side.is === 'text')
  const of = sides.find(side => side.is !== 'text')
  if (text !== undefined && of !== undefined) l.case(text, of, node)
}

/** `this(…)`, `super(…)` in a constructor. */
const chained: Hook = (l, node) => l.call(node, { callee: l.expr(pick(node, 'constructor')), ...argumentsOf(l, pick(node, 'arguments')) })

const create: Hook = (l, node) => {
  const type = l.typeRef(pick(node, 'type')) ?? { name: 'Object' }
  const body = childOf(node, 'class_body')
  const args = argumentsOf(l, pick(node, 'arguments'))
  const name = body === undefined ? type.name : `${type.name}$${node.line}`
  if (body !== undefined) l.declareType(node, { name, kind: 'class', supers: [type], annotations: [] }, made => members(l, body, made))
  const callee = body === undefined ? l.typeExpr(name, node.line) : ({ is: 'ref', name, line: node.line } as const)
  return l.call(node, { callee, ...args, ...(type.args && { typeArgs: type.args }), isNew: true })
}

const local: Hook = (l, node) => {
  const type = l.typeRef(pick(node, 'type'))
  for (const declarator of picks(node, 'declarator')) bindLocal(l, declarator, type)
  return undefined
}

const bindLocal = (l: Lowering, node: SyntaxNode, type: TypeRef | undefined): void => {
  const name = pick(node, 'name')
  const value = pick(node, 'value')
  if (name === undefined) return
  const made = value === undefined ? unknownExpr('no value', node.line) : l.expr(value)
  l.bind({ is: 'ref', name: l.text(name), line: node.line }, made, node, type)
}

const resource: Hook = (l, node) => {
  if (pick(node, 'name') === undefined) l.statements(node.children)
  else bindLocal(l, node, l.typeRef(pick(node, 'type')))
  return undefined
}

const instance: Hook = (l, node) => {
  const of = l.expr(pick(node, 'left'))
  const right = pick(node, 'right') ?? pick(node, 'pattern')
  const name = pick(node, 'name')
  if (right !== undefined) typeCase(l, right, of, type => l.case(l.typeExpr(type.name, right.line), of, node))
  const type = right && l.typeRef(right)
  if (name !== undefined) l.bind({ is: 'ref', name: l.text(name), line: node.line }, of, node, type)
  return unknownExpr('operator instanceof', node.line)
}

/** The type of a type pattern is a label; its name is bound to the subject, the parts of a record pattern to its members by position. */
const typeCase = (l: Lowering, pattern: SyntaxNode, of: Expr | undefined, add: (type: TypeRef) => void): void => {
  const inner = pattern.type === 'pattern' ? pattern.children[0] : pattern
  const typeNode = inner && /_pattern$/.test(inner.type) ? inner.children[0] : inner
  const type = typeNode && (l.typeRef(typeNode) ?? { name: l.text(typeNode) })
  if (inner === undefined || type === undefined) return
  add(type)
  const name = inner.type === 'type_pattern' ? inner.children[1] : undefined
  if (name !== undefined && of !== undefined) l.bind({ is: 'ref', name: l.text(name), line: name.line }, of, name, type)
}

const label: Hook = (l, node) => {
  for (const child of node.children) {
    if (child.type === 'pattern') typeCase(l, child, l.subject?.of, type => caseOf(l, l.typeExpr(type.name, child.line), child))
    else if (child.type === 'guard') l.statement(child)
    else caseOf(l, l.expr(child), child)
  }
  return undefined
}

/** The expression after a label's arrow. */
const arrow: Hook = (l, node) => {
  for (const part of node.children) {
    if (part.type === 'expression_statement') branchValue(l, l.value(part.children[0] ?? part))
    else l.statement(part)
  }
  return undefined
}

const yielded: Hook = (l, node) => {
  branchValue(l, l.expr(node.children[0]))
  return undefined
}

const methodReference: Hook = (l, node) => {
  const [of, name] = node.children
  const written = name === undefined ? 'new' : l.text(name)
  return { is: 'member', of: l.expr(of), name: written, line: node.line }
}

const classLiteral: Hook = (l, node) => {
  const type = l.typeRef(node.children[0])
  return { is: 'member', of: l.typeExpr(type?.name ?? '', node.line), name: 'class', line: node.line }
}

const qualified: Hook = (l, node) => l.typeExpr(l.text(node).replace(/\s|<.*>/g, ''), node.line)

const arrayCreation: Hook = (l, node) => {
  const value = pick(node, 'value')
  return value === undefined ? { is: 'list', items: [], line: node.line } : l.expr(value)
}

/** A text block's lines lose the indentation they share. */
const string: Hook = (l, node) => {
  const value = l.kinds.string(l, node, {})
  return value?.is === 'text' && l.source.startsWith('"""', node.start) ? textExpr(dedented(value.text), node.line) : value
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] => {
  const nodes = list.type === 'identifier' ? [list] : list.children.filter(child => child.type !== 'receiver_parameter')
  return nodes.map(node => {
    const declarator = childOf(node, 'variable_declarator') ?? node
    const name = node.type === 'identifier' ? node : pick(declarator, 'name')
    const typeNode =
      pick(node, 'type') ?? node.children.find(child => l.spec.types[child.type] !== undefined && child.type !== 'identifier')
    const type = l.typeRef(typeNode)
    return {
      name: name === undefined ? '' : l.text(name),
      ...(type && { type }),
      annotations: l.modifiers(node).annotations,
      ...(node.type === 'spread_parameter' && { rest: true }),
    }
  })
}

/** `static void main(String[] args)`, and the instance main of newer versions. */
const main = (facts: ProgramFacts) =>
  facts.functions.find(
    fn => fn.name === 'main' && fn.owner !== undefined && fn.returns === undefined && fn.parameters.length <= 1 && (fn.static ?? false),
  )?.spot

const rules: Record<string, Rule> = table({
  package_declaration: packaged,
  import_declaration: imported,
  class_declaration: declared,
  interface_declaration: declared,
  enum_declaration: declared,
  record_declaration: declared,
  annotation_type_declaration: declared,
  method_declaration: ['function', { name: 'name', ...FUNCTION }],
  annotation_type_element_declaration: ['function', { name: 'name', returns: 'type', body: 'body' }],
  constructor_declaration: constructed,
  explicit_constructor_invocation: chained,
  lambda_expression: ['lambda', { params: 'parameters', body: 'body' }],
  modifiers: ['skip'],
  block: ['block'],
  constructor_body: ['block'],
  local_variable_declaration: local,
  resource,
  assignment_expression: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  update_expression: ['skip'],
  enhanced_for_statement: ['foreach', { left: 'name', right: 'value', body: 'body', type: 'type' }],
  return_statement: ['return'],
  yield_statement: yielded,
  break_statement: ['skip'],
  continue_statement: ['skip'],
  catch_formal_parameter: ['skip'],
  switch_expression: ['switch', { of: 'condition' }],
  switch_rule: arrow,
  switch_label: label,
  identifier: ['ref'],
  type_identifier: ['ref'],
  scoped_identifier: qualified,
  scoped_type_identifier: qualified,
  generic_type: qualified,
  this: ['ref'],
  super: ['ref'],
  decimal_integer_literal: ['text'],
  hex_integer_literal: ['text'],
  octal_integer_literal: ['text'],
  binary_integer_literal: ['text'],
  decimal_floating_point_literal: ['text'],
  character_literal: (l, node) => textExpr(l.text(node).slice(1, -1), node.line),
  true: ['text'],
  false: ['text'],
  null_literal: ['null'],
  string_literal: string,
  string_interpolation: ['template'],
  field_access: ['member', { of: 'object', name: 'field' }],
  array_access: ['index', { of: 'array', key: 'index' }],
  method_invocation: invocation,
  object_creation_expression: create,
  array_creation_expression: arrayCreation,
  array_initializer: ['list'],
  element_value_array_initializer: ['list'],
  element_value_pair: ['argument', { name: 'key', value: 'value' }],
  annotation: ['skip'],
  marker_annotation: ['skip'],
  method_reference: methodReference,
  class_literal: classLiteral,
  instanceof_expression: instance,
  cast_expression: ['through', { of: 'value' }],
  parenthesized_expression: ['through'],
  unary_expression: ['unary', { operator: 'operator', of: 'operand' }],
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  ternary_expression: ['conditional', { test: 'condition', yes: 'consequence', no: 'alternative' }],
})

/** Java: modules are types, members are seen without `this`, methods are told apart by their arguments. */
export const java: LanguageSpec = {
  language: 'java',
  version: 1,
  endings: ['.java'],
  grammar: () => 'java',
  traits: {
    moduleIs: 'type',
    implicitThis: true,
    self: 'this',
    overloads: true,
    accessors: ['get', 'set', 'is'],
  },
  rules,
  types: {
    type_identifier: ['name'],
    identifier: ['name'],
    scoped_type_identifier: ['name'],
    integral_type: ['name'],
    floating_point_type: ['name'],
    boolean_type: ['name'],
    void_type: ['name'],
    generic_type: ['generic', 0, 1],
    array_type: ['wrap', '[]', 'element'],
    annotated_type: ['through', 'type'],
    wildcard: ['through'],
    type_pattern: ['through'],
    record_pattern: ['through'],
  },
  blocks: ['block', 'constructor_body'],
  parameters,
  modifiers,
  starts: /\bmain\b/,
  main,
}
