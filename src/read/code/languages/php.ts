import { table } from '../../../base/table.ts'
import type { AnnotationFact, Expr, FieldFact, ParameterFact } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf, flat } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Modifiers, Rule } from '../lowering.ts'
import { childOf, pick, textExpr, unknownExpr } from '../nodes.ts'
import { declareFunction } from '../statements.ts'
import { dedented, unescaped } from '../strings.ts'
import { branchValue, caseOf } from '../switches.ts'

const FUNCTION = { params: 'parameters', returns: 'return_type', body: 'body' }

/** `App\Desk` is written `App.Desk` in the facts; a leading backslash only says that the path is whole. */
const dotted = (written: string): string => written.replace(/\s/g, '').replace(/^\\/, '').replaceAll('\\', '.')

const packaged: Hook = (l, node) => {
  const name = pick(node, 'name')
  if (name !== undefined) l.facts.unit.package = dotted(l.text(name))
  const body = pick(node, 'body')
  if (body !== undefined) l.statement(body)
  return undefined
}

/** `use A\B as C`, `use A\{B, C}`, `use function A\b`. */
const imported: Hook = (l, node) => {
  const group = pick(node, 'body')
  const prefix = group === undefined ? [] : [dotted(l.text(node.children[0]!))]
  for (const clause of (group ?? node).children) {
    if (clause.type !== 'namespace_use_clause') continue
    const alias = pick(clause, 'alias')
    const name = clause.children.find(child => child !== alias)
    if (name === undefined) continue
    const path = [...prefix, dotted(l.text(name))].join('.')
    l.import(node, { local: alias === undefined ? path.slice(path.lastIndexOf('.') + 1) : l.text(alias), path })
  }
  return undefined
}

const attributes = (l: Lowering, node: SyntaxNode): AnnotationFact[] =>
  (pick(node, 'attributes')?.children ?? [])
    .flatMap(group => group.children)
    .filter(attribute => attribute.children.length > 0)
    .map(attribute => ({
      name: dotted(l.text(attribute.children[0]!)).split('.').at(-1)!,
      ...argumentsOf(l, pick(attribute, 'parameters')),
      spot: l.spot(attribute),
    }))

/** Annotations in the comment right before a declaration, as they were written before attributes: `@Route("/x", methods={"GET"})`. */
const docAnnotations = (l: Lowering, node: SyntaxNode): AnnotationFact[] => {
  const before = l.source.slice(Math.max(0, node.start - 2000), node.start).trimEnd()
  const start = before.endsWith('*/') ? before.lastIndexOf('/**') : -1
  if (start === -1) return []
  const first =
    node.line -
    l.source
      .slice(Math.max(0, node.start - 2000), node.start)
      .slice(start)
      .split('\n').length +
    1
  return [...before.slice(start).matchAll(/^[ \t/*]*@([A-Z][\w\\]*)\(([^)]*)\)/gm)].map(match => ({
    name: dotted(match[1]!).split('.').at(-1)!,
    ...docArguments(match[2]!, node.line),
    spot: { line: first + before.slice(start, start + match.index).split('\n').length - 1 },
  }))
}

const docArguments = (text: string, line: number): Pick<AnnotationFact, 'args' | 'named'> => {
  const args: Expr[] = []
  const named: AnnotationFact['named'] = []
  for (const [, name, list, one] of text.matchAll(/(?:(\w+)\s*=\s*)?(?:\{([^{}]*)\}|"([^"]*)")/g)) {
    const items = (list ?? '').split(',').map(item => textExpr(item.trim().replace(/^"|"$/g, ''), line))
    const value: Expr = one === undefined ? { is: 'list', items, line } : textExpr(one, line)
    if (name === undefined) args.push(value)
    else named.push({ name, value })
  }
  return { args, named }
}

const modifiers = (l: Lowering, node: SyntaxNode): Modifiers => ({
  annotations: [...docAnnotations(l, node), ...attributes(l, node)],
  ...(childOf(node, 'static_modifier') && { static: true }),
})

const KINDS: Readonly<Record<string, 'class' | 'interface' | 'enum'>> = table({
  interface_declaration: 'interface',
  enum_declaration: 'enum',
})

const declared: Hook = (l, node) => {
  const name = pick(node, 'name')
  const made = name === undefined ? `Class$${node.line}` : l.text(name)
  const clauses = node.children.filter(child => /^(?:base_clause|class_interface_clause)$/.test(child.type))
  const traits = (pick(node, 'body')?.children ?? []).filter(child => child.type === 'use_declaration')
  const supers = [...clauses, ...traits].flatMap(clause => clause.children).map(base => l.typeRef(base))
  const { annotations } = l.modifiers(node)
  const fact = { name: made, kind: KINDS[node.type] ?? 'class', supers: supers.filter(ref => ref !== undefined), annotations }
  l.declareType(node, fact, type => members(l, type, pick(node, 'body')))
  return { is: 'ref', name: made, line: node.line }
}

const members = (l: Lowering, type: number, body: SyntaxNode | undefined): void => {
  const { fields } = l.facts.types[type]!
  for (const member of body?.children ?? []) {
    if (member.type === 'property_declaration') fields.push(...properties(l, member))
    else if (member.type === 'const_declaration') for (const item of member.children) fields.push(...constant(l, item))
    else if (member.type === 'enum_case') fields.push(enumCase(l, member))
    else if (member.type === 'method_declaration') method(l, member, type)
  }
}

const properties = (l: Lowering, node: SyntaxNode): FieldFact[] => {
  const type = l.typeRef(pick(node, 'type'))
  const annotations = l.inInit(node, () => l.modifiers(node).annotations)
  const words = node.children.filter(child => /modifier$/.test(child.type)).map(child => l.text(child))
  return node.children
    .filter(child => child.type === 'property_element')
    .map(element => {
      const value = pick(element, 'default_value')
      const made = value === undefined || value.type === 'null' ? undefined : l.inInit(element, () => l.expr(value))
      const optional = pick(node, 'type')?.type === 'optional_type'
      return {
        name: bare(l, pick(element, 'name') ?? element),
        ...(type && { type }),
        annotations,
        ...(made && { value: made }),
        ...(optional && { optional }),
        ...(words.includes('static') && { static: true }),
        ...(words.some(word => /^(?:private|protected)$/.test(word)) && { hidden: true }),
        spot: l.spot(element),
      }
    })
}

const constant = (l: Lowering, item: SyntaxNode): FieldFact[] => {
  const [name, value] = item.children
  if (item.type !== 'const_element' || name === undefined || value === undefined) return []
  return [{ name: l.text(name), annotations: [], value: l.inInit(item, () => l.expr(value)), static: true, spot: l.spot(item) }]
}

const enumCase = (l: Lowering, node: SyntaxNode): FieldFact => {
  const value = pick(node, 'value')
  const made = value && l.inInit(node, () => l.expr(value))
  return { name: l.text(pick(node, 'name') ?? node), annotations: [], ...(made && { value: made }), spot: l.spot(node) }
}

const method = (l: Lowering, node: SyntaxNode, type: number): void => {
  const name = l.text(pick(node, 'name') ?? node)
  const isConstructor = name === '__construct'
  const index = declareFunction(l, node, FUNCTION, name, { owner: type, ...(isConstructor && { isConstructor }) })
  for (const { name: variable, type: of, field, annotations } of l.facts.functions[index]!.parameters)
    if (field)
      l.facts.types[type]!.fields.push({ name: variable.replace(/^\$/, ''), ...(of && { type: of }), annotations, spot: l.spot(node) })
}

/** The name of a variable without its sign. */
const bare = (l: Lowering, node: SyntaxNode): string => l.text(node).replace(/^\$/, '')

/** Variables keep their sign, which tells them from functions and constants; `$this` is `this`. */
const variable: Hook = (l, node) => {
  const name = l.text(node)
  return { is: 'ref', name: name === '$this' ? 'this' : name, line: node.line }
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children.map(node => {
    const name = pick(node, 'name')
    const type = l.typeRef(pick(node, 'type'))
    const value = pick(node, 'default_value')
    return {
      name: name === undefined ? '' : l.text(name),
      ...(type && { type }),
      ...(value && { default: l.expr(value) }),
      annotations: attributes(l, node),
      ...(node.type === 'variadic_parameter' && { rest: true }),
      ...(node.type === 'property_promotion_parameter' && { field: true }),
    }
  })

/** `self`, `static` and `parent` are types: the one around and the one above. */
const scopeOf = (l: Lowering, node: SyntaxNode | undefined): Expr => {
  const line = node?.line ?? 1
  if (node?.type !== 'relative_scope') return node === undefined ? unknownExpr('no scope', line) : l.expr(node)
  if (l.text(node) === 'parent') return { is: 'ref', name: 'super', line }
  const around = l.type === undefined ? undefined : l.facts.types[l.type]?.name
  return { is: 'ref', name: around ?? 'this', line }
}

/** `$name` of an object's member is computed; a plain name is text. */
const memberName = (l: Lowering, of: Expr, name: SyntaxNode | undefined, line: number, optional: boolean): Expr => {
  if (name !== undefined && name.type !== 'name' && name.type !== 'variable_name') return { is: 'index', of, key: l.expr(name), line }
  if (name?.type === 'variable_name') return { is: 'index', of, key: l.expr(name), line }
  return { is: 'member', of, name: name === undefined ? '' : l.text(name), line, ...(optional && { optional }) }
}

const property: Hook = (l, node) =>
  memberName(l, l.expr(pick(node, 'object')), pick(node, 'name'), node.line, node.type.startsWith('nullsafe'))

const staticProperty: Hook = (l, node) => {
  const name = pick(node, 'name')
  return { is: 'member', of: scopeOf(l, pick(node, 'scope')), name: name === undefined ? '' : bare(l, name), line: node.line }
}

const classConstant: Hook = (l, node) => {
  const [of, name] = node.children
  return { is: 'member', of: scopeOf(l, of), name: name === undefined ? 'class' : l.text(name), line: node.line }
}

const methodCall: Hook = (l, node) => {
  const line = pick(node, 'name')?.line ?? node.line
  const optional = node.type.startsWith('nullsafe')
  const callee = memberName(l, l.expr(pick(node, 'object')), pick(node, 'name'), line, optional)
  return l.call(node, { callee, ...argumentsOf(l, pick(node, 'arguments')), ...(optional && { optional }) })
}

const staticCall: Hook = (l, node) => {
  const scope = pick(node, 'scope')
  const name = pick(node, 'name')
  const of = scopeOf(l, scope)
  const args = argumentsOf(l, pick(node, 'arguments'))
  if (of.is === 'ref' && of.name === 'super' && name !== undefined && l.text(name) === '__construct')
    return l.call(node, { callee: of, ...args })
  const isOwn = scope?.type === 'relative_scope' && of.is === 'ref' && of.name !== 'super'
  const callee = memberName(l, isOwn && !isStaticHere(l) ? { is: 'ref', name: 'this', line: node.line } : of, name, node.line, false)
  return l.call(node, { callee, ...args })
}

const isStaticHere = (l: Lowering): boolean => l.facts.functions[l.fn]!.static === true

const create: Hook = (l, node) => {
  const anonymous = childOf(node, 'anonymous_class')
  const [typeNode] = node.children
  if (anonymous !== undefined) {
    const args = argumentsOf(l, childOf(anonymous, 'arguments'))
    const callee = declared(l, anonymous) ?? unknownExpr('a class', node.line)
    return l.call(node, { callee, ...args, isNew: true })
  }
  const type = typeNode && typeNode.type !== 'variable_name' ? l.typeRef(typeNode) : undefined
  const own = typeNode?.type === 'name' && /^(?:self|static)$/.test(l.text(typeNode)) && l.type !== undefined
  const name = own ? l.facts.types[l.type!]!.name : type?.name
  const callee = name === undefined ? (typeNode ? l.expr(typeNode) : unknownExpr('type', node.line)) : l.typeExpr(name, node.line)
  return l.call(node, { callee, ...argumentsOf(l, childOf(node, 'arguments')), isNew: true })
}

/** `[a, b]` is a list, `['k' => v]` a map; as a target, both take a value apart. A hole of a target takes a place. */
const array: Hook = (l, node) => {
  const { line } = node
  const items = node.children.filter(child => child.type === 'array_element_initializer')
  if (!items.some(item => item.children.length > 1)) return { is: 'list', items: items.map(item => l.expr(item.children[0])), line }
  const entries = items.map(item => {
    const [key, value] = item.children
    const made = l.expr(value ?? key)
    return { key: value === undefined ? (made.is === 'spread' ? made : unknownExpr('element', line)) : l.expr(key), value: made }
  })
  return { is: 'map', entries, line }
}

const targets: Hook = (l, node) => {
  const { line } = node
  const isPair = (at: number): boolean => /=>/.test(l.source.slice(node.children[at]!.end, node.children[at + 1]?.start ?? node.end))
  const items: Expr[] = []
  const entries: { key: Expr; value: Expr }[] = []
  let from = node.start
  for (const [at, child] of node.children.entries()) {
    const commas = l.source.slice(from, child.start).split(',').length - 1
    from = child.end
    if (at > 0 && isPair(at - 1)) {
      entries.push({ key: l.expr(node.children[at - 1]), value: l.expr(child) })
      continue
    }
    for (let i = items.length === 0 ? 0 : 1; i < commas; i++) items.push({ is: 'ref', name: '_', line })
    if (!isPair(at)) items.push(l.expr(child))
  }
  return entries.length > 0 ? { is: 'map', entries, line } : { is: 'list', items, line }
}

/** Text with holes; the holes stand as they are, without a node around them. */
const interpolated: Hook = (l, node) => {
  const parts = node.children.map(child => {
    if (/^(?:string_content|nowdoc_string)$/.test(child.type)) return textExpr(l.text(child), child.line)
    return child.type === 'escape_sequence' ? textExpr(unescaped(l.text(child)), child.line) : l.expr(child)
  })
  const made = flat(parts)
  if (made.length === 1 && made[0]!.is === 'text') return made[0]
  return made.length === 0 ? textExpr('', node.line) : { is: 'concat', parts: made, line: node.line }
}

/** In quotes of one kind only the quote and the backslash are escaped. */
const quoted: Hook = (l, node) =>
  textExpr(
    l
      .text(node)
      .slice(1, -1)
      .replace(/\\(['\\])/g, '$1'),
    node.line,
  )

const document: Hook = (l, node) => {
  const value = pick(node, 'value')
  const made: Expr = value === undefined ? textExpr('', node.line) : l.expr(value)
  if (made.is !== 'concat') return made.is === 'text' ? textExpr(dedented(made.text), node.line) : made
  const [first, ...rest] = made.parts
  return first?.is === 'text' ? { ...made, parts: [{ ...first, text: first.text.trimStart() }, ...rest] } : made
}

/** `a ?: b` has no middle; it is a, or b. */
const conditional: Hook = (l, node) => {
  if (pick(node, 'body') !== undefined) return l.kinds.conditional(l, node, { test: 'condition', yes: 'body', no: 'alternative' })
  return { is: 'or', options: [l.expr(pick(node, 'condition')), l.expr(pick(node, 'alternative'))], line: node.line }
}

const foreach: Hook = (l, node) => {
  const [of, target] = node.children
  const body = pick(node, 'body')
  const element: Expr = { is: 'elementOf', of: l.expr(of), line: node.line }
  const parts = target?.type === 'pair' ? target.children : [target]
  const value = parts.at(-1)
  if (parts.length > 1) l.bind(l.expr(parts[0]), unknownExpr('key', node.line), node)
  if (value !== undefined && value !== body) l.bind(l.expr(value), element, node)
  if (body !== undefined) l.statement(body)
  return undefined
}

const matchArm: Hook = (l, node) => {
  for (const item of pick(node, 'conditional_expressions')?.children ?? []) caseOf(l, l.expr(item), item)
  const value = pick(node, 'return_expression')
  if (value !== undefined) branchValue(l, l.value(value))
  return undefined
}

/** `const X = …` at the top of a file, and `define('X', …)`. */
const topConstant: Hook = (l, node) => {
  for (const item of node.children) {
    const [name, value] = item.children
    if (item.type === 'const_element' && name !== undefined && value !== undefined)
      l.bind({ is: 'ref', name: l.text(name), line: item.line }, l.expr(value), item)
  }
  return undefined
}

const functionCall: Hook = (l, node) => {
  const callee = pick(node, 'function')
  const made = l.kinds.call(l, node, { callee: 'function', args: 'arguments' })
  if (made?.is !== 'call' || callee === undefined || l.text(callee) !== 'define') return made
  const [name, value] = l.facts.calls[made.call]!.args
  if (name?.is !== 'text' || value === undefined) return made
  // A constant is known everywhere, wherever it is defined.
  const { fn } = l
  l.fn = 0
  l.bind({ is: 'ref', name: name.text, line: node.line }, value, node)
  l.fn = fn
  return made
}

/** A file that is included needs no name here: what it sets is set for all. */
const included: Hook = (l, node) => {
  l.statements(node.children)
  return unknownExpr('an included file', node.line)
}

const name: Hook = (l, node) => l.typeExpr(dotted(l.text(node)), node.line)

const staticVariable: Hook = (l, node) => {
  const variable = pick(node, 'name')
  const value = pick(node, 'value')
  if (variable !== undefined && value !== undefined) l.bind(l.expr(variable), l.expr(value), node)
  return undefined
}

/** `yield $key => $value` gives the value. */
const yielded: Hook = (l, node) => {
  const given = node.children[0]
  const value = given?.type === 'array_element_initializer' ? given.children.at(-1) : given
  if (value !== undefined) l.return(l.expr(value), node)
  return undefined
}

const caught: Hook = (l, node) => {
  const variable = pick(node, 'name')
  const types = pick(node, 'type')
  const type = types && l.typeRef(types.children[0])
  if (variable !== undefined && type !== undefined) l.bind(l.expr(variable), unknownExpr('no value', node.line), node, type)
  const body = pick(node, 'body')
  if (body !== undefined) l.statement(body)
  return undefined
}

const rules: Record<string, Rule> = table({
  php_tag: ['skip'],
  text: ['skip'],
  text_interpolation: ['skip'],
  declare_statement: ['skip'],
  namespace_definition: packaged,
  namespace_use_declaration: imported,
  class_declaration: declared,
  interface_declaration: declared,
  trait_declaration: declared,
  enum_declaration: declared,
  use_declaration: ['skip'],
  const_declaration: topConstant,
  function_definition: ['function', { name: 'name', ...FUNCTION }],
  anonymous_function: ['lambda', FUNCTION],
  arrow_function: ['lambda', FUNCTION],
  compound_statement: ['block'],
  colon_block: ['block'],
  assignment_expression: ['assign', { left: 'left', right: 'right' }],
  reference_assignment_expression: ['assign', { left: 'left', right: 'right' }],
  augmented_assignment_expression: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  static_variable_declaration: staticVariable,
  global_declaration: ['skip'],
  unset_statement: ['skip'],
  update_expression: ['skip'],
  foreach_statement: foreach,
  return_statement: ['return'],
  yield_expression: yielded,
  switch_statement: ['switch', { of: 'condition' }],
  case_statement: ['case', { value: 'value' }],
  match_expression: ['switch', { of: 'condition' }],
  match_conditional_expression: matchArm,
  match_default_expression: matchArm,
  catch_clause: caught,
  name,
  qualified_name: name,
  namespace_name: name,
  relative_name: name,
  relative_scope: scopeOf,
  variable_name: variable,
  dynamic_variable_name: ['null'],
  integer: ['text'],
  float: ['text'],
  boolean: ['text'],
  null: ['null'],
  string: quoted,
  encapsed_string: interpolated,
  heredoc: document,
  nowdoc: document,
  heredoc_body: interpolated,
  nowdoc_body: interpolated,
  string_content: ['text'],
  member_access_expression: property,
  nullsafe_member_access_expression: property,
  scoped_property_access_expression: staticProperty,
  class_constant_access_expression: classConstant,
  subscript_expression: ['index', { of: 0, key: 1 }],
  function_call_expression: functionCall,
  member_call_expression: methodCall,
  nullsafe_member_call_expression: methodCall,
  scoped_call_expression: staticCall,
  object_creation_expression: create,
  argument: ['argument', { name: 'name', value: 0 }],
  variadic_unpacking: ['spread'],
  variadic_placeholder: ['null'],
  by_ref: ['through'],
  parenthesized_expression: ['through'],
  cast_expression: ['through', { of: 'value' }],
  clone_expression: ['through'],
  error_suppression_expression: ['through'],
  include_expression: included,
  include_once_expression: included,
  require_expression: included,
  require_once_expression: included,
  throw_expression: (l, node) => {
    l.statements(node.children)
    return unknownExpr('null', node.line)
  },
  unary_op_expression: ['unary', { operator: 'operator', of: 'argument' }],
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  conditional_expression: conditional,
  array_creation_expression: array,
  list_literal: targets,
})

/** PHP: modules are namespaces, variables have a sign, assigning in a function makes a local. */
export const php: LanguageSpec = {
  language: 'php',
  version: 2,
  endings: ['.php'],
  grammar: () => 'php',
  traits: {
    moduleIs: 'type',
    self: 'this',
    accessors: ['get', 'set', 'is'],
    assignmentMakesLocal: true,
  },
  rules,
  types: {
    name: ['name'],
    qualified_name: ['name'],
    named_type: ['through'],
    primitive_type: ['name'],
    optional_type: ['through'],
    union_type: ['union'],
    intersection_type: ['wrap', '&'],
    type_list: ['union'],
  },
  operators: { '.': 'concat', '+': 'none', instanceof: 'instance' },
  blocks: ['compound_statement'],
  parameters,
  modifiers,
}
