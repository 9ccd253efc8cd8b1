import { table } from '../../../base/table.ts'
import type { AnnotationFact, Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf } from '../expressions.ts'
import { jsxElement } from '../jsx.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern, declareFunction } from '../statements.ts'

const FUNCTION = { params: 'parameters', returns: 'return_type', body: 'body' }

const sourceOf = (l: Lowering, node: SyntaxNode): string | undefined => {
  const source = pick(node, 'source')
  const path = source === undefined ? undefined : l.expr(source)
  return path?.is === 'text' ? path.text : undefined
}

const imported: Hook = (l, node) => {
  const required = childOf(node, 'import_require_clause')
  const path = sourceOf(l, required ?? node)
  if (path === undefined) return undefined
  const clauses = (required ?? childOf(node, 'import_clause'))?.children ?? []
  if (clauses.length === 0) l.import(node, { local: '', path })
  for (const clause of clauses) {
    if (clause.type === 'identifier') l.import(node, { local: l.text(clause), path, ...(!required && { name: 'default' }) })
    else if (clause.type === 'namespace_import') l.import(node, { local: l.text(clause.children[0]!), path })
    else if (clause.type === 'named_imports') for (const item of clause.children) importedName(l, node, item, path, '')
  }
  return undefined
}

/** One `name as alias`; the local name gets `prefix`, so that a re-export takes no name in this file. */
const importedName = (l: Lowering, node: SyntaxNode, item: SyntaxNode, path: string, prefix: string): void => {
  const name = pick(item, 'name')
  if (name === undefined) return
  const local = prefix === '' ? (pick(item, 'alias') ?? name) : name
  l.import(node, { local: prefix + l.text(local), path, name: l.text(name) })
}

const exported: Hook = (l, node) => {
  const path = sourceOf(l, node)
  const declaration = pick(node, 'declaration')
  const value = pick(node, 'value')
  const isDefault =
    /^export\s+default\b/.test(l.text(node).slice(0, 40)) || (declaration !== undefined && isDefaultBefore(l, node, declaration))
  l.pending.push(...picks(node, 'decorator').map(child => decorator(l, child)))
  if (declaration !== undefined) {
    l.statement(declaration)
    const name = pick(declaration, 'name')
    if (isDefault && name !== undefined) exports(l, node, 'default', { is: 'ref', name: l.text(name), line: node.line })
  } else if (value !== undefined) exports(l, node, 'default', l.expr(value))
  else if (childOf(node, 'export_clause') !== undefined)
    for (const item of childOf(node, 'export_clause')!.children) exportedName(l, node, item, path)
  else if (path !== undefined) {
    const namespace = childOf(node, 'namespace_export')?.children[0]
    if (namespace === undefined) l.import(node, { local: '*', path })
    else {
      l.import(node, { local: `export:${l.text(namespace)}`, path })
      exports(l, node, l.text(namespace), { is: 'ref', name: `export:${l.text(namespace)}`, line: node.line })
    }
  } else for (const child of node.children) l.statement(child)
  l.pending = []
  return undefined
}

const isDefaultBefore = (l: Lowering, node: SyntaxNode, declaration: SyntaxNode): boolean =>
  /\bexport\s+default\s*$/.test(l.source.slice(Math.max(node.start, declaration.start - 40), declaration.start))

const exportedName = (l: Lowering, node: SyntaxNode, item: SyntaxNode, path: string | undefined): void => {
  const name = pick(item, 'name')
  if (name === undefined) return
  const as = l.text(pick(item, 'alias') ?? name)
  if (path !== undefined) importedName(l, node, item, path, 'export:')
  else if (as === l.text(name)) return
  exports(l, node, as, { is: 'ref', name: path === undefined ? l.text(name) : `export:${l.text(name)}`, line: item.line })
}

const exports = (l: Lowering, node: SyntaxNode, name: string, value: Expr): void =>
  l.bind({ is: 'member', of: { is: 'ref', name: 'exports', line: node.line }, name, line: node.line }, value, node)

const declarator: Hook = (l, node) => {
  const name = pick(node, 'name')
  const value = pick(node, 'value')
  const type = l.typeRef(pick(node, 'type'))
  if (name === undefined || (value !== undefined && required(l, node, name, value))) return undefined
  if (value !== undefined) bindPattern(l, node, l.expr(name), l.expr(value), type)
  else if (type !== undefined) l.bind(l.expr(name), unknownExpr('no value', node.line), node, type)
  return undefined
}

/** `const x = require('y')`, `require('y').z` and `{ a, b: c }` of it are imports as any. */
const required = (l: Lowering, node: SyntaxNode, name: SyntaxNode, value: SyntaxNode): boolean => {
  const member = value.type === 'member_expression' ? pick(value, 'property') : undefined
  const path = requiredPath(l, member === undefined ? value : pick(value, 'object'))
  if (path === undefined) return false
  if (name.type === 'identifier') {
    l.import(node, { local: l.text(name), path, ...(member && { name: l.text(member) }) })
    return true
  }
  const isPlain = (part: SyntaxNode): boolean =>
    part.type === 'shorthand_property_identifier_pattern' || (part.type === 'pair_pattern' && pick(part, 'value')?.type === 'identifier')
  if (member !== undefined || name.type !== 'object_pattern' || !name.children.every(isPlain)) return false
  for (const part of name.children) {
    const local = l.text(pick(part, 'value') ?? part)
    l.import(node, { local, path, name: l.text(pick(part, 'key') ?? part) })
  }
  return true
}

const requiredPath = (l: Lowering, node: SyntaxNode | undefined): string | undefined => {
  const callee = node?.type === 'call_expression' ? pick(node, 'function') : undefined
  if (node === undefined || callee === undefined || l.text(callee) !== 'require') return undefined
  const args = pick(node, 'arguments')?.children ?? []
  const path = args.length === 1 && args[0]!.type === 'string' ? l.expr(args[0]) : undefined
  return path?.is === 'text' ? path.text : undefined
}

/** A `require` or `import()` inside an expression is a call, and says besides that the file needs the module. */
const call: Hook = (l, node) => {
  const callee = pick(node, 'function')
  const made = l.kinds.call(l, node, { callee: 'function', args: 'arguments', typeArgs: 'type_arguments' })
  if (callee === undefined || made?.is !== 'call') return made
  const path = /^(?:require|import)$/.test(l.text(callee)) ? l.facts.calls[made.call]?.args[0] : undefined
  if (path?.is === 'text') l.import(node, { local: '', path: path.text })
  return made
}

const create: Hook = (l, node) => {
  const typeArgs = (pick(node, 'type_arguments')?.children ?? []).map(child => l.typeRef(child)).filter(type => type !== undefined)
  const callee = l.expr(pick(node, 'constructor'))
  return l.call(node, { callee, ...argumentsOf(l, pick(node, 'arguments')), ...(typeArgs.length > 0 && { typeArgs }), isNew: true })
}

const decorator = (l: Lowering, node: SyntaxNode): AnnotationFact => {
  const value = node.children[0]
  const callee = value?.type === 'call_expression' ? pick(value, 'function') : value
  const { args, named } = value?.type === 'call_expression' ? argumentsOf(l, pick(value, 'arguments')) : { args: [], named: [] }
  return { name: callee === undefined ? '' : l.text(callee), args, named, spot: l.spot(node) }
}

const classed: Hook = (l, node) => {
  const heritage = childOf(node, 'class_heritage', 'extends_type_clause')?.children ?? []
  const supers = heritage.flatMap(clause => (/_clause$/.test(clause.type) ? clauseTypes(l, clause) : (l.typeRef(clause) ?? [])))
  const name = pick(node, 'name')
  const typeName = name === undefined ? `Class$${node.line}` : l.text(name)
  const annotations = [...l.pending, ...picks(node, 'decorator').map(child => decorator(l, child))]
  l.pending = []
  const kind = /^interface/.test(node.type) ? 'interface' : 'class'
  l.declareType(node, { name: typeName, kind, supers, annotations }, type => members(l, type, pick(node, 'body')))
  return { is: 'ref', name: typeName, line: node.line }
}

/** `extends Base<T>` has the name and its arguments side by side. */
const clauseTypes = (l: Lowering, clause: SyntaxNode): TypeRef[] => {
  const args = (childOf(clause, 'type_arguments')?.children ?? []).map(child => l.typeRef(child)).filter(ref => ref !== undefined)
  const refs = clause.children.map(child => l.typeRef(child)).filter(ref => ref !== undefined)
  return refs.map((ref, i) => (i === 0 && args.length > 0 ? { ...ref, args } : ref))
}

const members = (l: Lowering, type: number, body: SyntaxNode | undefined): void => {
  let before: AnnotationFact[] = []
  for (const member of body?.children ?? []) {
    if (member.type === 'decorator') {
      before.push(l.inInit(member, () => decorator(l, member)))
      continue
    }
    if (/^(?:method_definition|method_signature|abstract_method_signature)$/.test(member.type)) method(l, member, type, before)
    else if (/^(?:public_field_definition|field_definition|property_signature)$/.test(member.type)) field(l, member, type, before)
    else if (member.type === 'class_static_block') l.inInit(member, () => l.statement(member))
    before = []
  }
}

const method = (l: Lowering, node: SyntaxNode, type: number, annotations: AnnotationFact[]): void => {
  const name = pick(node, 'name')
  if (name === undefined) return
  const words = l.source.slice(node.start, name.start)
  const written = l.text(name)
  const isConstructor = written === 'constructor'
  l.pending = annotations
  const index = declareFunction(l, node, FUNCTION, /\bset\s+$/.test(words) ? `set_${written}` : written, {
    owner: type,
    ...(isConstructor && { isConstructor }),
  })
  if (/\bstatic\s/.test(words)) l.facts.functions[index]!.static = true
  if (/\bget\s+$/.test(words)) {
    const { returns } = l.facts.functions[index]!
    l.facts.types[type]!.fields.push({ name: written, ...(returns && { type: returns }), annotations: [], spot: l.spot(node) })
  }
  if (!isConstructor) return
  for (const { name: declared, type: of, field: isField, annotations: on } of l.facts.functions[index]!.parameters)
    if (isField) l.facts.types[type]!.fields.push({ name: declared, ...(of && { type: of }), annotations: on, spot: l.spot(node) })
}

const field = (l: Lowering, node: SyntaxNode, owner: number, before: AnnotationFact[]): void => {
  const name = pick(node, 'name') ?? pick(node, 'property')
  if (name === undefined) return
  const fact = l.inInit(node, (): FieldFact => {
    const type = l.typeRef(pick(node, 'type'))
    const value = pick(node, 'value')
    const annotations = [...before, ...picks(node, 'decorator').map(child => decorator(l, child))]
    const optional = l.source[name.end] === '?' || isNullable(l, pick(node, 'type'))
    return {
      name: nameOf(l, name),
      ...(type && { type }),
      annotations,
      ...(value && { value: l.expr(value) }),
      ...(optional && { optional }),
      ...(/\bstatic\s/.test(l.source.slice(node.start, name.start)) && { static: true }),
      spot: l.spot(node),
    }
  })
  l.facts.types[owner]!.fields.push(fact)
}

const isNullable = (l: Lowering, type: SyntaxNode | undefined): boolean =>
  type !== undefined && /\|\s*(?:undefined|null)\b/.test(l.text(type))

const nameOf = (l: Lowering, name: SyntaxNode): string => {
  const value = name.type === 'computed_property_name' ? l.expr(name) : undefined
  if (value?.is === 'text') return value.text
  return l.text(name).replace(/^['"](.*)['"]$/, '$1')
}

const aliased: Hook = (l, node) => {
  const value = pick(node, 'value')
  const name = pick(node, 'name')
  if (value === undefined || name === undefined) return undefined
  const objects = objectTypes(value)
  const ref = value.type === 'object_type' ? undefined : l.typeRef(value)
  const kind = objects.length > 0 ? 'interface' : 'alias'
  l.declareType(node, { name: l.text(name), kind, supers: ref === undefined ? [] : [ref], annotations: [] }, type => {
    for (const object of objects) members(l, type, object)
  })
  return undefined
}

/** The object types of `{…}`, `{…} | null`, `A & {…}`. */
const objectTypes = (node: SyntaxNode): SyntaxNode[] =>
  node.type === 'object_type'
    ? [node]
    : /^(?:union|intersection|parenthesized)_type$/.test(node.type)
      ? node.children.flatMap(objectTypes)
      : []

const enumeration: Hook = (l, node) => {
  l.declareType(node, { name: l.text(pick(node, 'name') ?? node), kind: 'enum', supers: [], annotations: [] }, type => {
    for (const item of pick(node, 'body')?.children ?? []) {
      const name = pick(item, 'name') ?? item
      const value = pick(item, 'value')
      const made = value && l.inInit(item, () => l.expr(value))
      l.facts.types[type]!.fields.push({ name: nameOf(l, name), annotations: [], ...(made && { value: made }), spot: l.spot(item) })
    }
  })
  return undefined
}

/** A method of an object literal is an entry whose value is a lambda. */
const objectMethod: Hook = (l, node) => {
  const key = l.expr(pick(node, 'name'))
  const fn = declareFunction(l, node, FUNCTION, '<lambda>')
  return { is: 'map', entries: [{ key, value: { is: 'lambda', fn, line: node.line } }], line: node.line }
}

const shorthand: Hook = (l, node) => {
  const name = l.text(node)
  return { is: 'map', entries: [{ key: textExpr(name, node.line), value: { is: 'ref', name, line: node.line } }], line: node.line }
}

/** A target with a default is an `or` of both: bindPattern takes it apart. */
const withDefault: Hook = (l, node) => ({ is: 'or', options: [l.expr(pick(node, 'left')), l.expr(pick(node, 'right'))], line: node.line })

const shorthandWithDefault: Hook = (l, node) => {
  const name = l.text(pick(node, 'left') ?? node)
  const value: Expr = { is: 'or', options: [{ is: 'ref', name, line: node.line }, l.expr(pick(node, 'right'))], line: node.line }
  return { is: 'map', entries: [{ key: textExpr(name, node.line), value }], line: node.line }
}

/** `[, b]`: a hole takes a place. */
const arrayPattern: Hook = (l, node) => {
  const items: Expr[] = []
  let at = node.start
  for (const child of node.children) {
    const commas = l.source.slice(at, child.start).split(',').length - 1
    for (let i = items.length === 0 ? 0 : 1; i < commas; i++) items.push({ is: 'ref', name: '_', line: node.line })
    items.push(l.expr(child))
    at = child.end
  }
  return { is: 'list', items, line: node.line }
}

const forIn: Hook = (l, node) => {
  const operator = pick(node, 'operator')
  if (operator !== undefined && l.text(operator) === 'of') return l.kinds.foreach(l, node, { left: 'left', right: 'right', body: 'body' })
  l.read(l.expr(pick(node, 'right')))
  const left = pick(node, 'left')
  if (left !== undefined) l.bind(l.expr(left), unknownExpr('key', node.line), node)
  const body = pick(node, 'body')
  if (body !== undefined) l.statement(body)
  return undefined
}

const sequence: Hook = (l, node) => {
  l.statements(node.children.slice(0, -1))
  return l.expr(node.children.at(-1))
}

const metaProperty: Hook = (l, node) => l.typeExpr(l.text(node), node.line)

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  (list.type === 'identifier' ? [list] : list.children).flatMap((node, position) => {
    const outer = pick(node, 'pattern') ?? node
    const target = outer.type === 'assignment_pattern' ? (pick(outer, 'left') ?? outer) : outer
    const value = pick(node, 'value') ?? (outer === target ? undefined : pick(outer, 'right'))
    const rest = target.type === 'rest_pattern'
    const inner = rest ? (target.children[0] ?? target) : target
    const isSimple = inner.type === 'identifier' || inner.type === 'this'
    if (l.text(inner) === 'this') return []
    const name = isSimple ? l.text(inner) : `$${position}`
    const type = l.typeRef(pick(node, 'type'))
    const decorators = picks(node, 'decorator')
    const words = l.source.slice(decorators.at(-1)?.end ?? node.start, inner.start)
    const fact: ParameterFact = {
      name,
      ...(type && { type }),
      ...(value && { default: l.expr(value) }),
      annotations: decorators.map(child => decorator(l, child)),
      ...(rest && { rest }),
      ...(/\b(?:public|private|protected|readonly)\s/.test(words) && { field: true }),
    }
    if (!isSimple) bindPattern(l, inner, l.expr(inner), { is: 'ref', name, line: inner.line })
    return [fact]
  })

/** `if (require.main === module)`. */
const main = (facts: ProgramFacts) => {
  const read = facts.reads.find(({ value: v }) => v.is === 'member' && v.name === 'main' && v.of.is === 'ref' && v.of.name === 'require')
  return read === undefined ? undefined : { line: read.value.line }
}

const rules: Record<string, Rule> = table({
  import_statement: imported,
  export_statement: exported,
  variable_declarator: declarator,
  class_declaration: classed,
  abstract_class_declaration: classed,
  class: classed,
  interface_declaration: classed,
  type_alias_declaration: aliased,
  enum_declaration: enumeration,
  function_declaration: ['function', { name: 'name', ...FUNCTION }],
  generator_function_declaration: ['function', { name: 'name', ...FUNCTION }],
  function_signature: ['function', { name: 'name', ...FUNCTION }],
  function_expression: ['lambda', FUNCTION],
  generator_function: ['lambda', FUNCTION],
  arrow_function: (l, node) =>
    l.kinds.lambda(l, node, pick(node, 'parameter') === undefined ? FUNCTION : { ...FUNCTION, params: 'parameter' }),
  method_definition: objectMethod,
  statement_block: ['block'],
  assignment_expression: ['assign', { left: 'left', right: 'right' }],
  augmented_assignment_expression: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  for_in_statement: forIn,
  return_statement: ['return'],
  yield_expression: ['return'],
  switch_statement: ['switch', { of: 'value' }],
  switch_case: ['case', { value: 'value' }],
  update_expression: ['skip'],
  statement_identifier: ['skip'],
  identifier: ['ref'],
  this: ['ref'],
  super: ['ref'],
  import: ['ref'],
  type_identifier: ['ref'],
  shorthand_property_identifier: shorthand,
  shorthand_property_identifier_pattern: shorthand,
  property_identifier: ['text'],
  private_property_identifier: ['text'],
  number: ['text'],
  true: ['text'],
  false: ['text'],
  null: ['null'],
  undefined: ['null'],
  regex: ['through', { of: 'pattern' }],
  regex_pattern: ['text'],
  string: ['string'],
  template_string: ['string'],
  template_substitution: ['template'],
  member_expression: ['member', { of: 'object', name: 'property' }],
  meta_property: metaProperty,
  nested_identifier: metaProperty,
  subscript_expression: ['index', { of: 'object', key: 'index' }],
  call_expression: call,
  new_expression: create,
  spread_element: ['spread'],
  rest_pattern: ['spread'],
  parenthesized_expression: ['through'],
  await_expression: ['through'],
  as_expression: ['through'],
  satisfies_expression: ['through'],
  non_null_expression: ['through'],
  instantiation_expression: ['through'],
  type_assertion: ['through', { of: 1 }],
  computed_property_name: ['through'],
  unary_expression: ['unary', { operator: 'operator', of: 'argument' }],
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  ternary_expression: ['conditional', { test: 'condition', yes: 'consequence', no: 'alternative' }],
  sequence_expression: sequence,
  array: ['list'],
  array_pattern: arrayPattern,
  object: ['map'],
  object_pattern: ['map'],
  pair: ['pair', { key: 'key', value: 'value' }],
  pair_pattern: ['pair', { key: 'key', value: 'value' }],
  assignment_pattern: withDefault,
  object_assignment_pattern: shorthandWithDefault,
  jsx_element: jsxElement,
  jsx_self_closing_element: jsxElement,
  jsx_expression: ['through'],
  jsx_text: ['skip'],
})

export const typescript: LanguageSpec = {
  language: 'typescript',
  version: 2,
  endings: ['.ts', '.mts', '.cts', '.tsx'],
  grammar: path => (path.endsWith('x') ? 'tsx' : 'typescript'),
  traits: {
    moduleIs: 'file',
    inPages: true,
    self: 'this',
    accessors: ['get', 'set'],
  },
  rules,
  types: {
    type_annotation: ['through'],
    predefined_type: ['name'],
    type_identifier: ['name'],
    identifier: ['name'],
    nested_type_identifier: ['name'],
    member_expression: ['name'],
    literal_type: ['quoted'],
    generic_type: ['generic', 'name', 'type_arguments'],
    array_type: ['wrap', '[]'],
    readonly_type: ['through'],
    parenthesized_type: ['through'],
    optional_type: ['through'],
    type_query: ['through'],
    tuple_type: ['wrap', '()'],
    function_type: ['wrap', 'func', 'parameters', 'return_type'],
    formal_parameters: ['wrap', '()'],
    required_parameter: ['through', 'type'],
    optional_parameter: ['through', 'type'],
    union_type: ['union'],
    intersection_type: ['wrap', '&'],
  },
  operators: { instanceof: 'instance' },
  blocks: ['statement_block'],
  parameters,
  modifiers: l => {
    const annotations = l.pending
    l.pending = []
    return { annotations }
  },
  starts: /\brequire\s*\??\.\s*main\b/,
  main,
}

/** JavaScript is TypeScript with another grammar. */
export const javascript: LanguageSpec = {
  ...typescript,
  language: 'javascript',
  endings: ['.js', '.mjs', '.cjs', '.jsx'],
  grammar: () => 'javascript',
}
