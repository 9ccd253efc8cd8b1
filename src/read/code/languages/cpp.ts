import { table } from '../../../base/table.ts'
import type { CallFact, Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern } from '../statements.ts'

/** What the file says of its own names. */
interface Names {
  namespaces: Set<string>
  aliases: Map<string, string>
  /** Parameters of the class template that is walked. */
  parameters: string[]
}
const names = new WeakMap<Lowering, Names>()
const namesOf = (l: Lowering): Names => {
  const known = names.get(l)
  if (known) return known
  const made: Names = { namespaces: new Set(), aliases: new Map(), parameters: [] }
  names.set(l, made)
  return made
}

/** A name without template arguments, and without the namespaces that the file itself opens. */
const plainName = (l: Lowering, written: string): string => {
  const { namespaces, aliases } = namesOf(l)
  const parts = withoutArguments(written)
    .split('::')
    .map(part => part.trim())
    .filter(part => part !== '')
  while (parts.length > 1 && namespaces.has(parts[0]!)) parts.shift()
  const [first = '', ...rest] = parts
  return [aliases.get(first) ?? first, ...rest].join('.')
}

/** `a<b<c>>::d` is `a::d`. */
const withoutArguments = (written: string): string => {
  let out = ''
  let open = 0
  for (const c of written) {
    if (c === '<') open++
    else if (c === '>') open--
    else if (open === 0) out += c
  }
  return out
}

const parameterOf = (l: Lowering, name: string, line: number): Expr | undefined => {
  const index = namesOf(l).parameters.indexOf(name)
  return index === -1 ? undefined : { is: 'member', of: { is: 'ref', name: 'this', line }, name: `<${index}>`, line }
}

const named: Hook = (l, node) => {
  const written = l.text(node)
  return parameterOf(l, written, node.line) ?? l.typeExpr(plainName(l, written), node.line)
}

const included: Hook = (l, node) => {
  const path = pick(node, 'path')
  const content = path && childOf(path, 'string_content')
  if (content) l.import(node, { local: '*', path: l.text(content) })
  return undefined
}

const namespaced: Hook = (l, node) => {
  const name = pick(node, 'name')
  if (name) for (const part of l.text(name).split('::')) namesOf(l).namespaces.add(part.trim())
  const body = pick(node, 'body')
  if (body) l.statements(body.children)
  return undefined
}

const aliased: Hook = (l, node) => {
  const [name, type] = [pick(node, 'name'), pick(node, 'type')]
  if (name && type && l.type === undefined) namesOf(l).aliases.set(l.text(name), plainName(l, l.text(type)))
  return undefined
}

/** `using a::b;` makes b known; `using namespace a;` opens a. */
const using: Hook = (l, node) => {
  const [what] = node.children
  if (what === undefined) return undefined
  const { namespaces, aliases } = namesOf(l)
  const written = l.text(what)
  if (/^using\s+namespace\b/.test(l.text(node))) for (const part of written.split('::')) namespaces.add(part)
  else if (written.includes('::')) aliases.set(written.slice(written.lastIndexOf('::') + 2), plainName(l, written))
  return undefined
}

const templated: Hook = (l, node) => {
  const state = namesOf(l)
  const outer = state.parameters
  const inner = node.children.filter(child => child.field !== 'parameters')
  const isOfClass = inner.some(child => /^(?:class|struct)_specifier$/.test(child.type) || classOf(l, declared(child)) !== undefined)
  if (isOfClass)
    state.parameters = (pick(node, 'parameters')?.children ?? []).map(parameter => {
      const name = parameter.children.at(-1)
      return name === undefined ? '' : l.text(name)
    })
  l.statements(inner)
  state.parameters = outer
  return undefined
}

const supersOf = (l: Lowering, node: SyntaxNode): TypeRef[] =>
  (childOf(node, 'base_class_clause')?.children ?? []).flatMap(base => {
    if (/specifier|virtual/.test(base.type)) return []
    return [{ name: plainName(l, l.text(base)) }]
  })

const classed: Hook = (l, node) => {
  const [name, body] = [pick(node, 'name'), pick(node, 'body')]
  if (name === undefined || body === undefined) return undefined
  const kind = node.type === 'struct_specifier' ? 'struct' : 'class'
  const written = plainName(l, l.text(name))
  l.declareType(node, { name: written.slice(written.lastIndexOf('.') + 1), kind, supers: supersOf(l, node), annotations: [] }, index => {
    for (const member of body.children) {
      if (member.type === 'field_declaration') l.facts.types[index]!.fields.push(...fields(l, member))
      else if (member.type !== 'declaration') l.statement(member)
    }
  })
  return undefined
}

const fields = (l: Lowering, node: SyntaxNode): FieldFact[] => {
  const inner = pick(node, 'type')
  if (inner && /^(?:class|struct)_specifier$/.test(inner.type)) l.statement(inner)
  const type = l.typeRef(inner)
  const value = pick(node, 'default_value')
  return picks(node, 'declarator').flatMap(declarator => {
    if (functionOf(declarator)) return []
    const name = nameOf(declarator)
    if (name === undefined) return []
    return [
      {
        name: l.text(name),
        ...(type && { type }),
        annotations: [],
        ...(value && value.type !== 'initializer_list' && { value: l.inInit(node, () => l.expr(value)) }),
        spot: l.spot(name),
      },
    ]
  })
}

/** The name inside pointers, references and arrays. */
const nameOf = (node: SyntaxNode | undefined): SyntaxNode | undefined => {
  let here = node
  for (let i = 0; here && i < 20; i++) {
    if (/identifier$|destructor_name|operator_name|^template_function$/.test(here.type)) return here
    here = pick(here, 'declarator') ?? here.children.find(child => /declarator$|identifier$/.test(child.type))
  }
  return undefined
}

const functionOf = (node: SyntaxNode | undefined): SyntaxNode | undefined => {
  let here = node
  for (let i = 0; here && i < 20; i++) {
    if (here.type === 'function_declarator') return here
    here = /^(?:pointer|reference|init)_declarator$/.test(here.type)
      ? (pick(here, 'declarator') ?? here.children.find(child => /declarator$/.test(child.type)))
      : undefined
  }
  return undefined
}

const declared = (node: SyntaxNode | undefined): SyntaxNode | undefined =>
  node?.type === 'function_definition' ? nameOf(functionOf(pick(node, 'declarator'))) : undefined

/** The class of a function that is defined outside of it: `Pool<T>::Pop`. */
const classOf = (l: Lowering, name: SyntaxNode | undefined): string | undefined => {
  if (name?.type !== 'qualified_identifier') return undefined
  const parts = plainName(l, l.text(name)).split('.')
  return parts.length > 1 ? parts.at(-2) : undefined
}

const functioned: Hook = (l, node) => {
  const declarator = functionOf(pick(node, 'declarator'))
  const nameNode = nameOf(declarator)
  const body = pick(node, 'body') ?? childOf(node, 'compound_statement')
  if (declarator === undefined || nameNode === undefined || body === undefined || nameNode.type === 'destructor_name') return undefined
  const owner = classOf(l, nameNode)
  const name = plainName(l, l.text(nameNode)).split('.').at(-1)!
  const around = l.type === undefined ? owner : l.facts.types[l.type]!.name
  const fact = {
    name,
    ...(l.type !== undefined ? { owner: l.type } : owner !== undefined ? { owner } : {}),
    ...(name === around && { isConstructor: true }),
    ...(isStatic(l, node) && { static: true }),
    parameters: [] as ParameterFact[],
    annotations: [],
  }
  l.function(node, fact, body, made => {
    made.parameters = parameters(l, pick(declarator, 'parameters') ?? declarator)
    const list = childOf(node, 'field_initializer_list')
    for (const one of list?.children ?? []) initialised(l, one)
  })
  return undefined
}

const isStatic = (l: Lowering, node: SyntaxNode): boolean =>
  node.children.some(child => child.type === 'storage_class_specifier' && l.text(child) === 'static')

/** `_field(value)` before a constructor's body; of a base it is the base's constructor. */
const initialised = (l: Lowering, node: SyntaxNode): void => {
  const [target, list] = node.children
  if (target === undefined) return
  const { args } = argumentsOf(l, list)
  const { line } = node
  if (target.type !== 'field_identifier') l.call(node, { callee: { is: 'ref', name: 'super', line }, args })
  else if (args.length > 0) {
    const of: Expr = { is: 'ref', name: 'this', line }
    l.bind({ is: 'member', of, name: l.text(target), line }, args.length === 1 ? args[0]! : { is: 'list', items: args, line }, node)
  }
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children
    .filter(node => /parameter_declaration$/.test(node.type))
    .map(node => {
      const name = nameOf(pick(node, 'declarator'))
      const type = l.typeRef(pick(node, 'type'))
      const value = pick(node, 'default_value')
      return { name: name ? l.text(name) : '', ...(type && { type }), ...(value && { default: l.expr(value) }), annotations: [] }
    })

const SMART = /^(?:std\.|boost\.|folly\.|absl\.)?(?:shared_ptr|unique_ptr|optional|reference_wrapper|weak_ptr)$/
const MAKES = /^(?:std\.|boost\.|absl\.)?(?:make_shared|make_unique|make_optional)$/
const CASTS =
  /^(?:static_cast|dynamic_cast|reinterpret_cast|const_cast|std\.(?:move|forward|ref|cref|static_pointer_cast|dynamic_pointer_cast))$/

/** A type as a value: a class template with its arguments, a parameter of the template around, or a name. */
const typeValue = (l: Lowering, node: SyntaxNode | undefined): Expr => {
  const inner = node?.type === 'type_descriptor' ? pick(node, 'type') : node
  if (inner === undefined) return unknownExpr('type', node?.line ?? 1)
  const template = templateOf(inner)
  const name = l.typeExpr(plainName(l, l.text(inner)), inner.line)
  if (template === undefined) return parameterOf(l, l.text(inner), inner.line) ?? name
  const args = (pick(template, 'arguments')?.children ?? []).map(arg => typeValue(l, arg))
  return l.call(inner, { callee: { is: 'ref', name: '<of>', line: inner.line }, args: [name, ...args] })
}

const templateOf = (node: SyntaxNode): SyntaxNode | undefined => {
  if (node.type === 'template_type' || node.type === 'template_function') return node
  const name = node.type === 'qualified_identifier' ? pick(node, 'name') : undefined
  return name && templateOf(name)
}

/** An object of a type. Arguments of a class template are members of it, by position: `<0>`. */
const made = (l: Lowering, node: SyntaxNode, type: SyntaxNode, args: Expr[]): Expr => {
  const written = plainName(l, l.text(type))
  if (SMART.test(written)) return args[0] ?? unknownExpr('null', node.line)
  const parameter = parameterOf(l, l.text(type), type.line)
  if (parameter) return l.call(node, { callee: parameter, args })
  const template = templateOf(type)
  const init: CallFact['init'] = (template ? (pick(template, 'arguments')?.children ?? []) : []).map((arg, i) => ({
    key: textExpr(`<${i}>`, arg.line),
    value: typeValue(l, arg),
  }))
  return l.call(node, { callee: l.typeExpr(written, type.line), args, ...(init.length > 0 && { init }), isNew: true })
}

const created: Hook = (l, node) => {
  const type = pick(node, 'type')
  return type && made(l, node, type, argumentsOf(l, pick(node, 'arguments')).args)
}

const literal: Hook = (l, node) => {
  const type = pick(node, 'type')
  const value = pick(node, 'value')
  return (
    type &&
    made(
      l,
      node,
      type,
      (value?.children ?? []).map(child => l.expr(child)),
    )
  )
}

const called: Hook = (l, node) => {
  const callee = pick(node, 'function')
  const list = pick(node, 'arguments')
  if (callee === undefined) return undefined
  const { args } = argumentsOf(l, list)
  return special(l, node, callee, args) ?? l.call(node, { callee: l.expr(callee), args })
}

/** Calls that make an object, or hand on what they are given. */
const special = (l: Lowering, node: SyntaxNode, callee: SyntaxNode, args: Expr[]): Expr | undefined => {
  const isName = /^(?:qualified_identifier|template_function|template_type|identifier)$/.test(callee.type)
  const name = isName ? plainName(l, l.text(callee)) : ''
  const template = templateOf(callee)
  const type = template && pick(template, 'arguments')?.children[0]
  if (MAKES.test(name) && type) return made(l, node, pick(type, 'type') ?? type, args)
  return SMART.test(name) || CASTS.test(name) ? args[0] : undefined
}

/** In `T x(make<U>());` the argument is written like a parameter. */
const likeParameter = (l: Lowering, node: SyntaxNode): Expr => {
  const type = pick(node, 'type')
  const inner = pick(node, 'declarator')
  if (type === undefined) return l.expr(node)
  if (inner?.type !== 'abstract_function_declarator') return l.expr(type)
  const args = (pick(inner, 'parameters')?.children ?? []).map(p => likeParameter(l, p))
  return special(l, node, type, args) ?? made(l, node, type, args)
}

/** Pointers and plain values start without one; an object of a class is made where it is declared. */
const declaration: Hook = (l, node) => {
  const type = pick(node, 'type')
  const inner = type && /^(?:class|struct)_specifier$/.test(type.type) ? type : undefined
  if (inner) l.statement(inner)
  for (const declarator of picks(node, 'declarator')) {
    if (declarator.type === 'function_declarator' && l.fn === 0) continue
    declare(l, node, type, declarator)
  }
  return undefined
}

const declare = (l: Lowering, node: SyntaxNode, type: SyntaxNode | undefined, declarator: SyntaxNode): void => {
  const value = declarator.type === 'init_declarator' ? pick(declarator, 'value') : undefined
  const inner = declarator.type === 'init_declarator' ? pick(declarator, 'declarator') : declarator
  const written = type === undefined ? '' : plainName(l, l.text(type))
  const isObject = /^[A-Z]/.test(written.slice(written.lastIndexOf('.') + 1)) && inner?.type === 'identifier'
  const ref = l.typeRef(type)
  if (inner?.type === 'structured_binding_declarator') {
    const items = inner.children.map((child): Expr => ({ is: 'ref', name: l.text(child), line: child.line }))
    bindPattern(l, node, { is: 'list', items, line: node.line }, l.expr(value))
    return
  }
  const name = nameOf(inner)
  if (name === undefined) return
  const target: Expr = { is: 'ref', name: l.text(name), line: node.line }
  if (inner?.type === 'function_declarator') {
    const args = (pick(inner, 'parameters')?.children ?? []).map(p => likeParameter(l, p))
    if (type) l.bind(target, made(l, node, type, args), node, ref)
  } else if (type && value?.type === 'argument_list') l.bind(target, made(l, node, type, argumentsOf(l, value).args), node, ref)
  else if (type && value?.type === 'initializer_list' && isObject)
    l.bind(
      target,
      made(
        l,
        node,
        type,
        value.children.map(child => l.expr(child)),
      ),
      node,
      ref,
    )
  else if (value !== undefined) l.bind(target, l.expr(value), node, ref)
  else if (type && isObject) l.bind(target, made(l, node, type, []), node, ref)
  else if (ref) l.bind(target, unknownExpr('no value', node.line), node, ref)
}

/** `in >> x` fills x. */
const binary: Hook = (l, node) => {
  const [left, operator, right] = [pick(node, 'left'), pick(node, 'operator'), pick(node, 'right')]
  if (left === undefined || right === undefined || operator === undefined || l.text(operator) !== '>>' || left.type !== 'identifier')
    return l.kinds.binary(l, node, { left: 'left', operator: 'operator', right: 'right' })
  const isPointed = right.type === 'pointer_expression' && l.source.startsWith('*', right.start)
  const into: Expr = isPointed ? l.expr(pick(right, 'argument')) : { is: 'addressOf', of: l.expr(right), line: right.line }
  return l.call(node, { callee: { is: 'member', of: l.expr(left), name: '>>', line: node.line }, args: [into] })
}

const pointed: Hook = (l, node) => {
  const of = l.expr(pick(node, 'argument'))
  return l.source.startsWith('&', node.start)
    ? { is: 'addressOf', of, line: node.line }
    : { is: 'index', of, key: textExpr('*', node.line), line: node.line }
}

const subscript: Hook = (l, node) => ({
  is: 'index',
  of: l.expr(pick(node, 'argument')),
  key: l.expr(pick(node, 'indices')?.children[0]),
  line: node.line,
})

const lambda: Hook = (l, node) => {
  const declarator = pick(node, 'declarator')
  const list = declarator && pick(declarator, 'parameters')
  const fact = { name: '<lambda>', parameters: [] as ParameterFact[], annotations: [] }
  const fn = l.function(node, fact, pick(node, 'body'), into => {
    into.parameters = list ? parameters(l, list) : []
  })
  return { is: 'lambda', fn, line: node.line }
}

const ranged: Hook = (l, node) => {
  const name = nameOf(pick(node, 'declarator'))
  const element: Expr = { is: 'elementOf', of: l.expr(pick(node, 'right')), line: node.line }
  if (name) l.bind({ is: 'ref', name: l.text(name), line: node.line }, element, node)
  const body = pick(node, 'body')
  if (body) l.statement(body)
  return undefined
}

const main = (facts: ProgramFacts) =>
  facts.functions.find(fn => fn.name === 'main' && fn.owner === undefined && fn.outer === undefined)?.spot

const rules: Record<string, Rule> = table({
  preproc_include: included,
  preproc_def: ['skip'],
  preproc_function_def: ['skip'],
  namespace_definition: namespaced,
  alias_declaration: aliased,
  using_declaration: using,
  template_declaration: templated,
  class_specifier: classed,
  struct_specifier: classed,
  enum_specifier: ['skip'],
  union_specifier: ['skip'],
  type_definition: ['skip'],
  static_assert_declaration: ['skip'],
  function_definition: functioned,
  declaration,
  compound_statement: ['block'],
  return_statement: ['return'],
  for_range_loop: ranged,
  assignment_expression: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  update_expression: ['skip'],
  binary_expression: binary,
  unary_expression: ['unary', { operator: 'operator', of: 'argument' }],
  pointer_expression: pointed,
  conditional_expression: ['conditional', { test: 'condition', yes: 'consequence', no: 'alternative' }],
  call_expression: called,
  new_expression: created,
  compound_literal_expression: literal,
  lambda_expression: lambda,
  field_expression: ['member', { of: 'argument', name: 'field' }],
  subscript_expression: subscript,
  initializer_list: ['list'],
  cast_expression: ['through', { of: 'value' }],
  parenthesized_expression: ['through'],
  qualified_identifier: named,
  template_function: named,
  type_identifier: named,
  namespace_identifier: named,
  identifier: ['ref'],
  field_identifier: ['ref'],
  this: ['ref'],
  string_literal: ['string'],
  raw_string_literal: ['string'],
  concatenated_string: ['concat'],
  char_literal: ['text'],
  number_literal: ['text'],
  true: ['text'],
  false: ['text'],
  null: ['null'],
})

/** C++: names are shared by all files that are included; arguments of class templates are members of their objects. */
export const cpp: LanguageSpec = {
  language: 'cpp',
  version: 1,
  endings: ['.cpp', '.cc', '.cxx', '.h', '.hpp', '.hh', '.hxx'],
  grammar: () => 'cpp',
  traits: {
    moduleIs: 'directory',
    includes: true,
    implicitThis: true,
    self: 'this',
    overloads: true,
    callMakesInstance: true,
    accessors: ['set_', 'get_', 'mutable_'],
  },
  rules,
  types: {
    type_identifier: ['name'],
    qualified_identifier: ['name'],
    template_type: ['generic', 'name', 'arguments'],
    type_descriptor: ['through', 'type'],
  },
  operators: { 'unary *': 'deref', 'unary &': 'address' },
  blocks: ['compound_statement'],
  parameters,
  starts: /\bmain\b/,
  main,
}
