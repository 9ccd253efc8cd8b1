import { table } from '../../../base/table.ts'
import type { AnnotationFact, Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf, typeArguments } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Modifiers, Rule } from '../lowering.ts'
import { childOf, pick, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern, declareFunction } from '../statements.ts'
import { dedented } from '../strings.ts'
import { branchValue, caseOf } from '../switches.ts'

/** `using N` brings the names of a namespace, `using static T` the members of a type. */
const using: Hook = (l, node) => {
  const alias = pick(node, 'name')
  const target = node.children.findLast(child => child !== alias)
  if (target === undefined) return undefined
  const path = l.text(target).replace(/^global::|\s/g, '')
  const isStatic = /\bstatic\s/.test(l.source.slice(node.start, target.start))
  const everywhere = /^global\s/.test(l.source.slice(node.start, target.start))
  l.import(node, { local: alias !== undefined ? l.text(alias) : isStatic ? '.' : '*', path, ...(everywhere && { everywhere }) })
  return undefined
}

const namespace: Hook = (l, node) => {
  const name = pick(node, 'name')
  if (name !== undefined) l.facts.unit.package ??= l.text(name)
  l.statements(node.children.filter(child => child !== name))
  return undefined
}

const modifiers = (l: Lowering, node: SyntaxNode): Modifiers => {
  const isStatic = node.children.some(child => child.type === 'modifier' && l.text(child) === 'static')
  const typeParameters = (childOf(node, 'type_parameter_list')?.children ?? []).map(child => l.text(pick(child, 'name') ?? child))
  return {
    annotations: attributes(l, node),
    ...(isStatic && { static: true }),
    ...(typeParameters.length > 0 && { typeParameters }),
  }
}

const attributes = (l: Lowering, node: SyntaxNode): AnnotationFact[] =>
  node.children
    .filter(child => child.type === 'attribute_list')
    .flatMap(list => list.children)
    .filter(child => child.type === 'attribute')
    .map(child => {
      const name = pick(child, 'name')
      return {
        name: name === undefined ? '' : l.text(name),
        ...argumentsOf(l, childOf(child, 'attribute_argument_list')),
        spot: l.spot(child),
      }
    })

const KINDS = {
  class_declaration: 'class',
  interface_declaration: 'interface',
  enum_declaration: 'enum',
  record_declaration: 'record',
  struct_declaration: 'struct',
} as const

const declared: Hook = (l, node) => {
  const name = l.text(pick(node, 'name') ?? node)
  const bases = childOf(node, 'base_list')?.children ?? []
  const supers = bases.map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const { annotations, typeParameters } = l.modifiers(node)
  const kind = KINDS[node.type as keyof typeof KINDS]
  l.declareType(node, { name, kind, ...(typeParameters && { typeParameters }), supers, annotations }, type => {
    const parts = childOf(node, 'parameter_list')
    if (parts !== undefined) primaryConstructor(l, node, type, parts)
    members(l, pick(node, 'body'), type)
  })
  return undefined
}

/** Parameters of a record or a class itself: parameters of a constructor and fields; what the base is given is a call of `base`. */
const primaryConstructor = (l: Lowering, node: SyntaxNode, type: number, parts: SyntaxNode): void => {
  const bases = childOf(node, 'base_list')
  const given = childOf(childOf(bases, 'primary_constructor_base_type') ?? bases, 'argument_list')
  const name = l.facts.types[type]!.name
  const index = l.function(parts, { name, owner: type, isConstructor: true, parameters: [], annotations: [] }, undefined, made => {
    made.parameters = l.parameters(parts).map(parameter => ({ ...parameter, field: true }))
    if (given !== undefined) l.call(given, { callee: { is: 'ref', name: 'base', line: given.line }, ...argumentsOf(l, given) })
  })
  for (const { name: part, type: of, annotations } of l.facts.functions[index]!.parameters)
    l.facts.types[type]!.fields.push({ name: part, ...(of && { type: of }), annotations, spot: l.spot(parts) })
}

const members = (l: Lowering, body: SyntaxNode | undefined, type: number): void => {
  const { fields } = l.facts.types[type]!
  for (const member of body?.children ?? []) {
    if (/^(?:event_)?field_declaration$/.test(member.type))
      fields.push(...fieldsOf(l, member).map(field => ({ ...field, ...sight(l, member) })))
    else if (member.type === 'property_declaration') fields.push({ ...property(l, member), ...sight(l, member) })
    else if (member.type === 'enum_member_declaration') fields.push(constant(l, member))
    else if (/^preproc_(?:if|elif|else|region)/.test(member.type)) members(l, member, type)
    else if (l.spec.rules[member.type] !== undefined) l.statement(member)
    else l.inInit(member, () => l.statement(member))
  }
}

/** Whether a member belongs to the type, and whether others see it: in an interface all do. */
const sight = (l: Lowering, node: SyntaxNode): Pick<FieldFact, 'static' | 'hidden'> => {
  const words = node.children.filter(child => child.type === 'modifier').map(child => l.text(child))
  const isHidden =
    words.some(word => /^(?:private|protected|internal)$/.test(word)) || (words.length === 0 && node.type !== 'property_declaration')
  return {
    ...(words.some(word => word === 'static' || word === 'const') && { static: true }),
    ...(isHidden && { hidden: true }),
  }
}

const fieldsOf = (l: Lowering, node: SyntaxNode): FieldFact[] => {
  const declaration = childOf(node, 'variable_declaration')
  const annotations = l.inInit(node, () => attributes(l, node))
  const typeNode = declaration && pick(declaration, 'type')
  return (declaration?.children ?? [])
    .filter(child => child.type === 'variable_declarator')
    .map(declarator => field(l, declarator, pick(declarator, 'name') ?? declarator, typeNode, valueAfter(declarator), annotations))
}

const field = (
  l: Lowering,
  node: SyntaxNode,
  name: SyntaxNode,
  typeNode: SyntaxNode | undefined,
  valueNode: SyntaxNode | undefined,
  annotations: AnnotationFact[],
): FieldFact => {
  const type = l.typeRef(typeNode)
  const made = valueNode && l.inInit(node, () => initial(l, typed(l, valueNode, type)))
  const value = l.isBroken(node) ? undefined : made
  return {
    name: l.text(name),
    ...(type && { type }),
    annotations,
    ...(value && { value }),
    ...(typeNode?.type === 'nullable_type' && { optional: true }),
    spot: l.spot(name),
  }
}

/** A name that stands for a part of the object belongs to its making. */
const initial = (l: Lowering, value: Expr): Expr => {
  if (value.is === 'ref' || value.is === 'member') l.facts.reads.push({ fn: l.fn, value })
  return value
}

/** What stands after the name of a declarator. */
const valueAfter = (declarator: SyntaxNode): SyntaxNode | undefined => {
  const name = pick(declarator, 'name') ?? childOf(declarator, 'tuple_pattern')
  return declarator.children.findLast(child => child !== name && child.type !== 'bracketed_argument_list')
}

/** The field of a property, and functions for accessors with code. */
const property = (l: Lowering, node: SyntaxNode): FieldFact => {
  const name = pick(node, 'name') ?? node
  const typeNode = pick(node, 'type')
  const value = pick(node, 'value')
  const getter = value?.type === 'arrow_expression_clause' ? value : undefined
  const annotations = l.inInit(node, () => attributes(l, node))
  const made = field(l, node, name, typeNode, getter === undefined ? value : undefined, annotations)
  if (getter !== undefined) accessor(l, node, l.text(name), getter, made.type)
  for (const child of pick(node, 'accessors')?.children ?? []) {
    const body = pick(child, 'body')
    const which = /\b(?:set|init)\b/.test(l.source.slice(child.start, body?.start ?? child.end)) ? 'set' : 'get'
    if (body !== undefined) accessor(l, child, which === 'set' ? `set_${l.text(name)}` : l.text(name), body, made.type)
  }
  return made
}

const accessor = (l: Lowering, node: SyntaxNode, name: string, body: SyntaxNode, type: TypeRef | undefined): void => {
  const parameters: ParameterFact[] = name.startsWith('set_') ? [{ name: 'value', ...(type && { type }), annotations: [] }] : []
  const returns = parameters.length === 0 ? type : undefined
  l.function(node, { name, ...(l.type !== undefined && { owner: l.type }), parameters, ...(returns && { returns }), annotations: [] }, body)
}

const constant = (l: Lowering, node: SyntaxNode): FieldFact =>
  field(
    l,
    node,
    pick(node, 'name') ?? node,
    undefined,
    pick(node, 'value'),
    l.inInit(node, () => attributes(l, node)),
  )

const constructed: Hook = (l, node) => {
  const chained = childOf(node, 'constructor_initializer')
  const args = chained && childOf(chained, 'argument_list')
  const body = pick(node, 'body')
  const { annotations, static: isStatic } = l.modifiers(node)
  const owner = l.type === undefined ? {} : { owner: l.type }
  const fact = {
    name: l.text(pick(node, 'name') ?? node),
    ...owner,
    isConstructor: true,
    ...(isStatic && { static: true }),
    parameters: [],
    annotations,
  }
  l.function(node, fact, body, made => {
    made.parameters = l.parameters(pick(node, 'parameters'))
    if (chained === undefined) return
    const name = childOf(chained, 'this') === undefined ? 'base' : 'this'
    l.call(chained, { callee: { is: 'ref', name, line: chained.line }, ...argumentsOf(l, args) })
  })
  return undefined
}

const topLevel: Hook = (l, node) => {
  if (!l.hasErrors) l.facts.unit.main ??= l.spot(node)
  l.statements(node.children)
  return undefined
}

const variables: Hook = (l, node) => {
  const type = l.typeRef(pick(node, 'type'))
  for (const declarator of node.children.filter(child => child.type === 'variable_declarator')) {
    const target = pick(declarator, 'name') ?? childOf(declarator, 'tuple_pattern')
    const value = valueAfter(declarator)
    if (target === undefined) continue
    const made = value === undefined ? unknownExpr('no value', declarator.line) : typed(l, value, type)
    bindPattern(l, declarator, l.expr(target), made, type)
  }
  return undefined
}

/** A value for a place of a known type: `new(…)` makes that type. */
const typed = (l: Lowering, node: SyntaxNode, type: TypeRef | undefined): Expr =>
  node.type === 'implicit_object_creation_expression' ? made(l, node, type) : l.expr(node)

const create: Hook = (l, node) => made(l, node, l.typeRef(pick(node, 'type')))

const made = (l: Lowering, node: SyntaxNode, type: TypeRef | undefined): Expr => {
  const callee = type === undefined ? unknownExpr('inferred type', node.line) : l.typeExpr(type.name, node.line)
  const args = argumentsOf(l, childOf(node, 'argument_list'))
  const initializer = childOf(node, 'initializer_expression')
  const init = initializer?.children.map(child => initialised(l, child))
  return l.call(node, { callee, ...args, ...(init && { init }), ...(type?.args && { typeArgs: type.args }), isNew: true })
}

/** `A = x`, `["k"] = x`, `{ k, x }` or a bare element. */
const initialised = (l: Lowering, node: SyntaxNode): { key: Expr; value: Expr } => {
  if (node.type === 'assignment_expression') {
    const left = pick(node, 'left')
    const key = left?.type === 'identifier' ? textExpr(l.text(left), left.line) : l.expr(left?.children[0])
    return { key, value: l.expr(pick(node, 'right')) }
  }
  if (node.type === 'initializer_expression' && node.children.length === 2)
    return { key: l.expr(node.children[0]), value: l.expr(node.children[1]) }
  return { key: unknownExpr('element', node.line), value: l.expr(node) }
}

const arrayCreation: Hook = (l, node) => {
  const values = childOf(node, 'initializer_expression')?.children ?? []
  return { is: 'list', items: values.map(child => l.expr(child)), line: node.line }
}

/** `new { A = 1, x.B }`: the name of a part is what stands before `=`, else the last name of the value. */
const anonymous: Hook = (l, node) => ({ is: 'map', entries: assigned(l, node), line: node.line })

const assigned = (l: Lowering, node: SyntaxNode): { key: Expr; value: Expr }[] => {
  const entries: { key: Expr; value: Expr }[] = []
  for (let i = 0; i < node.children.length; i++) {
    const child = node.children[i]!
    const next = node.children[i + 1]
    const isName = next !== undefined && l.source.slice(child.end, next.start).trim() === '='
    const value = l.expr(isName ? next : child)
    if (isName) i++
    const name = isName ? l.text(child) : value.is === 'member' || value.is === 'ref' ? value.name : ''
    entries.push({ key: textExpr(name, child.line), value })
  }
  return entries
}

/** `x with { A = 1 }` is all of x, and A. */
const withExpression: Hook = (l, node) => {
  const spread: Expr = { is: 'spread', of: l.expr(node.children[0]), line: node.line }
  const parts = node.children.slice(1).flatMap(child => assigned(l, child))
  return { is: 'map', entries: [{ key: spread, value: spread }, ...parts], line: node.line }
}

const invocation: Hook = (l, node) => {
  const fn = pick(node, 'function')
  const args = pick(node, 'arguments')
  if (fn !== undefined && l.text(fn) === 'nameof') {
    const name = l.text(args?.children[0] ?? node)
    return textExpr(name.slice(name.lastIndexOf('.') + 1), node.line)
  }
  const callee = l.expr(fn)
  const name = fn && (fn.type === 'generic_name' ? fn : genericName(fn))
  const typeArgs = typeArguments(l, childOf(name, 'type_argument_list'))
  const optional = callee.is === 'member' && callee.optional
  return l.call(node, { callee, ...argumentsOf(l, args), ...(typeArgs.length > 0 && { typeArgs }), ...(optional && { optional }) })
}

const genericName = (node: SyntaxNode): SyntaxNode | undefined => {
  const name = pick(node, 'name') ?? pick(node.children.at(-1) ?? node, 'name')
  return name?.type === 'generic_name' ? name : undefined
}

/** The text of a name without its type arguments. */
const plainName = (l: Lowering, node: SyntaxNode | undefined): string =>
  node === undefined ? '' : l.text(node.type === 'generic_name' ? (node.children[0] ?? node) : node)

const member: Hook = (l, node) => ({
  is: 'member',
  of: l.expr(pick(node, 'expression')),
  name: plainName(l, pick(node, 'name')),
  line: pick(node, 'name')?.line ?? node.line,
})

/** `a?.b`, `a?[0]`: what is asked stands outside of the binding, on a stack. */
const conditionalAccess: Hook = (l, node) => {
  const saved = l.guarded
  l.guarded = l.expr(pick(node, 'condition'))
  const value = l.expr(node.children.at(-1))
  l.guarded = saved
  return value
}

const memberBinding: Hook = (l, node) => ({
  is: 'member',
  of: l.guarded ?? unknownExpr('guarded', node.line),
  name: plainName(l, pick(node, 'name')),
  optional: true,
  line: node.line,
})

const elementBinding: Hook = (l, node) => ({
  is: 'index',
  of: l.guarded ?? unknownExpr('guarded', node.line),
  key: l.expr(node.children[0]),
  line: node.line,
})

const element: Hook = (l, node) => {
  const keys = argumentsOf(l, pick(node, 'subscript')).args
  const key: Expr = keys.length === 1 ? keys[0]! : { is: 'list', items: keys, line: node.line }
  return { is: 'index', of: l.expr(pick(node, 'expression')), key, line: node.line }
}

/** `out var x` declares x and hands out its address. */
const declaration: Hook = (l, node) => {
  const of: Expr = { is: 'ref', name: plainName(l, pick(node, 'name')), line: node.line }
  const type = l.typeRef(pick(node, 'type'))
  if (type !== undefined) l.bind(of, unknownExpr('no value', node.line), node, type)
  return { is: 'addressOf', of, line: node.line }
}

const thrown: Hook = (l, node) => {
  l.statements(node.children)
  return unknownExpr('throw', node.line)
}

const switchSection: Hook = (l, node) => {
  for (const child of node.children) {
    if (/pattern$/.test(child.type)) pattern(l, child, l.subject?.of, (value, of) => labelled(l, value, of, child))
    else l.statement(child)
  }
  return undefined
}

const labelled = (l: Lowering, value: Expr, of: Expr | undefined, node: SyntaxNode): void => {
  if (of === l.subject?.of) caseOf(l, value, node)
  else l.case(value, of, node)
}

const switchExpression: Hook = (l, node) => {
  const of = l.expr(node.children[0])
  const arms = node.children.filter(child => child.type === 'switch_expression_arm')
  const saved = l.subject
  l.subject = { of, hasDefault: arms.some(arm => arm.children[0]?.type === 'discard'), used: false, values: [] }
  for (const arm of arms) {
    const [first, ...others] = arm.children
    if (first !== undefined) pattern(l, first, of, (value, subject) => labelled(l, value, subject, arm))
    l.statements(others.slice(0, -1))
    branchValue(l, others.length === 0 ? undefined : l.expr(others.at(-1)))
  }
  const { values, used } = l.subject
  if (!used) l.read(of)
  l.subject = saved
  return { is: 'either', options: values, line: node.line }
}

const isPattern: Hook = (l, node) => {
  const of = l.expr(pick(node, 'expression') ?? pick(node, 'left'))
  const right = pick(node, 'pattern') ?? pick(node, 'right')
  const before = l.facts.cases.length
  if (right !== undefined) pattern(l, right, of, (value, subject) => l.case(value, subject, node))
  if (l.facts.cases.length === before) l.read(of)
  return unknownExpr('operator is', node.line)
}

type AddCase = (value: Expr, of: Expr | undefined) => void

/** Constants and types of a pattern are labels; its names are bound to what they match. */
const pattern = (l: Lowering, node: SyntaxNode, of: Expr | undefined, add: AddCase): void => {
  const type = /^(?:declaration|recursive|type)_pattern$/.test(node.type) ? (pick(node, 'type') ?? node.children[0]) : undefined
  if (node.type === 'constant_pattern' || (!/pattern$/.test(node.type) && l.spec.rules[node.type] !== undefined)) {
    const value = l.expr(node.type === 'constant_pattern' ? node.children[0] : node)
    if (value.is !== 'unknown' && node.type !== 'discard') add(value, of)
    return
  }
  const ref = type === undefined || type.type === 'property_pattern_clause' ? undefined : l.typeRef(type)
  if (ref !== undefined) add(l.typeExpr(ref.name, node.line), of)
  const name = pick(node, 'name')
  if (name !== undefined && of !== undefined) l.bind(l.expr(name), of, node, ref)
  for (const child of node.children) {
    if (child.type === 'property_pattern_clause') for (const part of child.children) subpattern(l, part, of, add)
    else if (/pattern$/.test(child.type)) pattern(l, child, of, add)
  }
}

const subpattern = (l: Lowering, node: SyntaxNode, of: Expr | undefined, add: AddCase): void => {
  const [name, inner] = node.children
  if (name === undefined || inner === undefined || of === undefined) return
  pattern(l, inner, { is: 'member', of, name: l.text(name), line: node.line }, add)
}

const query: Hook = (l, node) => {
  let value: Expr | undefined
  for (const clause of node.children) {
    const name = pick(clause, 'name')
    if (/^(?:from|join)_clause$/.test(clause.type) && name !== undefined) {
      const of = l.expr(clause.children.find(child => child !== name && child.field !== 'type'))
      l.bind(l.expr(name), { is: 'elementOf', of, line: clause.line }, clause)
    } else if (clause.type === 'select_clause') value = l.expr(clause.children[0])
    else l.statement(clause)
  }
  return { is: 'list', items: value === undefined ? [] : [value], line: node.line }
}

const verbatim: Hook = (l, node) => textExpr(l.text(node).slice(2, -1).replaceAll('""', '"'), node.line)

/** Lines of a raw string lose the indentation they share, and the line end before the closing quotes. */
const rawString: Hook = (l, node) => {
  const value = l.kinds.string(l, node, {})
  return value?.is === 'text' && value.text.startsWith('\n') ? textExpr(dedented(value.text).replace(/\n$/, ''), node.line) : value
}

/** `{{` and `}}` are braces, but in raw strings with more than one `$`. */
const interpolated: Hook = (l, node) => {
  const value = l.kinds.string(l, node, {})
  const start = node.children[0] === undefined ? '' : l.text(node.children[0])
  if (value === undefined || start.includes('$$')) return value
  const unbraced = (part: Expr): Expr =>
    part.is === 'text'
      ? {
          ...part,
          text: part.text
            .replaceAll('{{', '{')
            .replaceAll('}}', '}')
            .replaceAll(start.includes('@') ? '""' : '\0', '"'),
        }
      : part
  return value.is === 'concat' ? { ...value, parts: value.parts.map(unbraced) } : unbraced(value)
}

const typeOf: Hook = (l, node) => {
  const type = l.typeRef(pick(node, 'type') ?? node.children[0])
  return { is: 'member', of: l.typeExpr(type?.name ?? '', node.line), name: 'class', line: node.line }
}

const qualified: Hook = (l, node) => l.typeExpr(l.text(node).replace(/^global::|\s|<.*$/gs, ''), node.line)

const lambda: Hook = (l, node) => {
  const block = childOf(node, 'block')
  const fn = declareFunction(
    l,
    node,
    { params: 'parameters', body: block === undefined ? 'body' : node.children.indexOf(block) },
    '<lambda>',
  )
  return { is: 'lambda', fn, line: node.line }
}

/** The array of `params T[] xs` stands in the list itself, without a node of its own. */
const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] => {
  if (list.type !== 'parameter_list' && list.type !== 'bracketed_parameter_list') return [{ name: l.text(list), annotations: [] }]
  const made = list.children.filter(child => child.type === 'parameter').map(child => parameter(l, child))
  const restName = pick(list, 'name')
  if (restName === undefined) return made
  const type = l.typeRef(pick(list, 'type'))
  return [...made, { name: l.text(restName), ...(type && { type }), annotations: [], rest: true }]
}

const parameter = (l: Lowering, node: SyntaxNode): ParameterFact => {
  const name = pick(node, 'name')
  const type = l.typeRef(pick(node, 'type'))
  const value = node.children.find(child => child.field === '' && !/^(?:attribute_list|modifier)$/.test(child.type))
  const isThis = node.children.some(child => child.type === 'modifier' && l.text(child) === 'this')
  const self: AnnotationFact[] = isThis ? [{ name: 'this', args: [], named: [], spot: l.spot(node) }] : []
  return {
    name: name === undefined ? '' : l.text(name),
    ...(type && { type }),
    ...(value && { default: l.expr(value) }),
    annotations: [...self, ...attributes(l, node)],
  }
}

/** Statements of a program stand before all declarations. */
const DECLARES_FIRST =
  /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/|#[^\n]*\n|(?:global\s+)?using\s+(?:static\s+)?[\w.]+(?:\s*=\s*[\w.]+)?\s*;)*(?:namespace|public|internal|static|abstract|sealed|partial|class|interface|record|struct|enum|readonly|file|delegate)\s/

const main = (facts: ProgramFacts) => facts.functions.find(fn => fn.name === 'Main' && fn.owner !== undefined && fn.static)?.spot

const FUNCTION = { name: 'name', params: 'parameters', body: 'body' }

const rules: Record<string, Rule> = table({
  using_directive: using,
  extern_alias_directive: ['skip'],
  global_attribute: ['skip'],
  attribute_list: ['skip'],
  namespace_declaration: namespace,
  file_scoped_namespace_declaration: namespace,
  class_declaration: declared,
  interface_declaration: declared,
  enum_declaration: declared,
  record_declaration: declared,
  struct_declaration: declared,
  delegate_declaration: ['skip'],
  method_declaration: ['function', { ...FUNCTION, returns: 'returns' }],
  local_function_statement: ['function', { ...FUNCTION, returns: 'type' }],
  constructor_declaration: constructed,
  lambda_expression: lambda,
  anonymous_method_expression: lambda,
  block: ['block'],
  arrow_expression_clause: ['through'],
  global_statement: topLevel,
  variable_declaration: variables,
  assignment_expression: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  foreach_statement: ['foreach', { left: 'left', right: 'right', body: 'body', type: 'type' }],
  return_statement: ['return'],
  yield_statement: ['return'],
  break_statement: ['skip'],
  continue_statement: ['skip'],
  goto_statement: ['skip'],
  catch_declaration: ['skip'],
  switch_statement: ['switch', { of: 'value' }],
  switch_section: switchSection,
  switch_expression: switchExpression,
  is_pattern_expression: isPattern,
  is_expression: isPattern,
  identifier: ['ref'],
  discard: ['ref'],
  predefined_type: ['ref'],
  this: ['ref'],
  base: ['ref'],
  generic_name: (l, node) => ({ is: 'ref', name: plainName(l, node), line: node.line }),
  qualified_name: qualified,
  alias_qualified_name: ['through', { of: 'name' }],
  integer_literal: ['text'],
  real_literal: ['text'],
  boolean_literal: ['text'],
  character_literal: (l, node) => textExpr(l.text(node).slice(1, -1), node.line),
  null_literal: ['null'],
  default_expression: ['null'],
  string_literal: ['string'],
  raw_string_literal: rawString,
  verbatim_string_literal: verbatim,
  interpolated_string_expression: interpolated,
  interpolation: ['template', { of: 1 }],
  member_access_expression: member,
  conditional_access_expression: conditionalAccess,
  member_binding_expression: memberBinding,
  element_binding_expression: elementBinding,
  element_access_expression: element,
  invocation_expression: invocation,
  argument: ['argument', { name: 'name', value: 0 }],
  attribute_argument: ['argument', { name: 'name', value: 0 }],
  object_creation_expression: create,
  implicit_object_creation_expression: create,
  array_creation_expression: arrayCreation,
  implicit_array_creation_expression: arrayCreation,
  anonymous_object_creation_expression: anonymous,
  with_expression: withExpression,
  initializer_expression: ['list'],
  collection_expression: ['list'],
  collection_element: ['through'],
  expression_element: ['through'],
  spread_element: ['spread'],
  tuple_expression: ['list'],
  tuple_pattern: ['list'],
  declaration_expression: declaration,
  throw_expression: thrown,
  query_expression: query,
  typeof_expression: typeOf,
  as_expression: ['through', { of: 'left' }],
  cast_expression: ['through', { of: 'value' }],
  await_expression: ['through'],
  parenthesized_expression: ['through'],
  checked_expression: ['through'],
  ref_expression: ['through'],
  postfix_unary_expression: ['through'],
  prefix_unary_expression: ['unary', { of: 0 }],
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  conditional_expression: ['conditional', { test: 'condition', yes: 'consequence', no: 'alternative' }],
})

/** C#: modules are types found through namespaces, extension methods, properties, members seen without `this`. */
export const csharp: LanguageSpec = {
  language: 'csharp',
  version: 3,
  endings: ['.cs'],
  grammar: () => 'csharp',
  traits: {
    moduleIs: 'type',
    implicitThis: true,
    self: 'this',
    overloads: true,
    extensionMethods: true,
    tuples: true,
    held: ['Value', 'CurrentValue'],
    accessors: [],
  },
  rules,
  lends: ['IOptions', 'IOptionsSnapshot', 'IOptionsMonitor', 'Lazy'],
  types: {
    identifier: ['name'],
    predefined_type: ['name'],
    qualified_name: ['name'],
    alias_qualified_name: ['through', 'name'],
    generic_name: ['generic', 0, 1],
    nullable_type: ['through', 'type'],
    pointer_type: ['through', 'type'],
    ref_type: ['through', 'type'],
    scoped_type: ['through', 'type'],
    array_type: ['wrap', '[]', 'type'],
    tuple_type: ['wrap', '()'],
    tuple_element: ['through', 'type'],
    primary_constructor_base_type: ['through', 'type'],
  },
  blocks: ['block'],
  parameters,
  modifiers,
  starts: { test: source => /\bMain\b/.test(source) || !DECLARES_FIRST.test(source) },
  main,
}
