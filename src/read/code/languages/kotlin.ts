import { table } from '../../../base/table.ts'
import type {
  AnnotationFact,
  CallFact,
  Expr,
  FieldFact,
  FunctionFact,
  ParameterFact,
  ProgramFacts,
  TypeFact,
} from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { equals, flat } from '../expressions.ts'
import type { Hook, LanguageSpec, Lowering, Modifiers, Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { bindPattern } from '../statements.ts'
import { dedented, unescaped } from '../strings.ts'
import { caseOf } from '../switches.ts'

const dotted = (l: Lowering, node: SyntaxNode): string => l.text(node).replace(/[\s`]|<.*>/gs, '')

const packaged: Hook = (l, node) => {
  if (node.children[0] !== undefined) l.facts.unit.package = dotted(l, node.children[0])
  return undefined
}

const imported: Hook = (l, node) => {
  const [name, alias] = node.children
  if (name === undefined) return undefined
  const path = dotted(l, name)
  const isStar = l.text(node).trimEnd().endsWith('*')
  l.import(node, { local: isStar ? '*' : alias === undefined ? path.slice(path.lastIndexOf('.') + 1) : l.text(alias), path })
  return undefined
}

const modifiers = (l: Lowering, node: SyntaxNode): Modifiers => {
  const lists = node.children.filter(child => child.type === 'modifiers' || child.type === 'parameter_modifiers')
  return { annotations: lists.flatMap(list => list.children.filter(child => child.type === 'annotation')).map(a => annotation(l, a)) }
}

const annotation = (l: Lowering, node: SyntaxNode): AnnotationFact => {
  const made = childOf(node, 'constructor_invocation', 'user_type') ?? node
  const type = made.type === 'user_type' ? made : (childOf(made, 'user_type') ?? made)
  const { args, named } = argumentsOf(l, childOf(made, 'value_arguments'))
  return { name: dotted(l, type).split('.').at(-1)!, args, named, spot: l.spot(node) }
}

const wordsBefore = (l: Lowering, node: SyntaxNode, name: SyntaxNode | undefined): string => {
  const list = childOf(node, 'modifiers')
  return l.source.slice(list?.end ?? node.start, name?.start ?? node.end)
}

const declared: Hook = (l, node) => {
  const name = pick(node, 'name')
  const written = name === undefined ? 'Companion' : l.text(name)
  const isInterface = /\binterface\s/.test(wordsBefore(l, node, name))
  const isEnum = childOf(node, 'enum_class_body') !== undefined
  const specifiers = (childOf(node, 'delegation_specifiers')?.children ?? []).flatMap(specifier => specifier.children[0] ?? [])
  const supers = specifiers.map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const { annotations } = l.modifiers(node)
  const kind: TypeFact['kind'] = isInterface ? 'interface' : isEnum ? 'enum' : 'class'
  l.declareType(node, { name: written, kind, supers, annotations }, type => {
    const list = childOf(childOf(node, 'primary_constructor'), 'class_parameters')
    const above = specifiers.find(base => base.type === 'constructor_invocation')
    const body = childOf(node, 'class_body', 'enum_class_body')
    const within = list !== undefined && list.children.length > 0
    if (list !== undefined || above !== undefined)
      primaryConstructor(l, node, { type, name: written, list, above, body: within ? body : undefined })
    members(l, type, body, within)
  })
  return { is: 'ref', name: written, line: node.line }
}

interface Primary {
  type: number
  name: string
  list: SyntaxNode | undefined
  above: SyntaxNode | undefined
  /** The members whose first values and initialisers see the parameters. */
  body: SyntaxNode | undefined
}

const primaryConstructor = (l: Lowering, node: SyntaxNode, { type, name, list, above, body }: Primary): void => {
  const parameters = (list?.children ?? []).filter(child => child.type === 'class_parameter')
  const index = withBody(l, node, { name, owner: type, isConstructor: true, parameters: [], annotations: [] }, made => {
    made.parameters = parameters.map(parameter => classParameter(l, parameter))
    const given = above && childOf(above, 'value_arguments')
    if (given !== undefined && given.children.length > 0)
      l.call(above!, { callee: { is: 'ref', name: 'super', line: above!.line }, ...argumentsOf(l, given) })
    for (const member of body?.children ?? []) startOf(l, member)
  })
  for (const { name: part, type: of, field, annotations } of l.facts.functions[index]!.parameters)
    if (field) l.facts.types[type]!.fields.push({ name: part, ...(of && { type: of }), annotations, spot: l.spot(node) })
}

/** What a member does when an instance is made: a property's first value, an initialiser. */
const startOf = (l: Lowering, member: SyntaxNode): void => {
  if (member.type === 'anonymous_initializer') l.statements(member.children)
  const variable = member.type === 'property_declaration' ? childOf(member, 'variable_declaration') : undefined
  const name = childOf(variable, 'identifier')
  if (name === undefined || isLiteral(member)) return
  const value = initial(l, member)
  if (value === undefined) return
  l.bind({ is: 'member', of: { is: 'ref', name: 'this', line: member.line }, name: l.text(name), line: member.line }, value, member)
}

const isLiteral = (node: SyntaxNode): boolean =>
  /^(?:string_literal|number_literal)$/.test(node.children.at(-1)?.type ?? '') && node.children.at(-1)!.children.length <= 1

const classParameter = (l: Lowering, node: SyntaxNode): ParameterFact => {
  const name = node.children.find(child => child.type === 'identifier')
  const typeNode = typeIn(l, node)
  const type = l.typeRef(typeNode)
  const value = node.children[node.children.indexOf(typeNode ?? name ?? node) + 1]
  return {
    name: name === undefined ? '' : l.text(name),
    ...(type && { type }),
    ...(value && value !== name && { default: l.expr(value) }),
    annotations: l.modifiers(node).annotations,
    ...(/\b(?:val|var)\s/.test(wordsBefore(l, node, name)) && { field: true }),
  }
}

const typeIn = (l: Lowering, node: SyntaxNode): SyntaxNode | undefined =>
  node.children.find(child => l.spec.types[child.type] !== undefined)

const members = (l: Lowering, type: number, body: SyntaxNode | undefined, isStarted = false): void => {
  for (const member of body?.children ?? []) {
    if (member.type === 'property_declaration') property(l, member, type, isStarted)
    else if (member.type === 'enum_entry') l.facts.types[type]!.fields.push(enumEntry(l, member, type))
    else if (member.type === 'companion_object') companion(l, member, type)
    else if (member.type === 'anonymous_initializer') {
      if (!isStarted) l.inInit(member, () => l.statements(member.children))
    } else if (member.type === 'secondary_constructor') secondary(l, member, type)
    else l.statement(member)
  }
}

/** What a companion has belongs to the class. */
const companion = (l: Lowering, node: SyntaxNode, type: number): void => {
  const from = l.facts.functions.length
  members(l, type, childOf(node, 'class_body'))
  for (const fn of l.facts.functions.slice(from))
    if (fn.owner === type && fn.outer === undefined && !fn.name.startsWith('<')) fn.static = true
}

const property = (l: Lowering, node: SyntaxNode, type: number, isStarted = false): void => {
  const variable = childOf(node, 'variable_declaration')
  const name = variable?.children.find(child => child.type === 'identifier')
  if (variable === undefined || name === undefined) return
  const of = l.typeRef(typeIn(l, variable))
  const value = isStarted && !isLiteral(node) ? undefined : l.inInit(node, () => initial(l, node))
  const { annotations } = l.inInit(node, () => l.modifiers(node))
  const optional = typeIn(l, variable)?.type === 'nullable_type'
  const field: FieldFact = {
    name: l.text(name),
    ...(of && { type: of }),
    annotations,
    ...(value && { value }),
    ...(optional && { optional }),
    spot: l.spot(node),
  }
  l.facts.types[type]!.fields.push(field)
  accessors(l, node, type, l.text(name))
}

const accessors = (l: Lowering, node: SyntaxNode, type: number, name: string): void => {
  for (const child of node.children) {
    const body = childOf(child, 'function_body')
    if (body === undefined || (child.type !== 'getter' && child.type !== 'setter')) continue
    const isSetter = child.type === 'setter'
    withBody(l, child, { name: isSetter ? `set_${name}` : name, owner: type, parameters: [], annotations: [] }, made => {
      const parameter = child.children.find(part => part.type === 'identifier')
      if (isSetter) made.parameters = [{ name: parameter === undefined ? 'value' : l.text(parameter), annotations: [] }]
      bodyOf(l, body)
    })
  }
}

/** What a property starts with; what `by lazy { … }` makes of it when it is asked. */
const initial = (l: Lowering, node: SyntaxNode): Expr | undefined => {
  const delegate = childOf(node, 'property_delegate')
  if (delegate !== undefined) {
    const value = l.expr(delegate.children[0])
    const call = value.is === 'call' ? l.facts.calls[value.call] : undefined
    const made = call?.callee.is === 'ref' && call.callee.name === 'lazy' ? call.args.at(-1) : undefined
    return made === undefined ? value : l.call(delegate, { callee: made, args: [] })
  }
  const value = node.children.find(
    child =>
      !/^(?:modifiers|variable_declaration|multi_variable_declaration|getter|setter|type_parameters|type_constraints)$/.test(child.type) &&
      l.spec.types[child.type] === undefined,
  )
  return value && l.expr(value)
}

const enumEntry = (l: Lowering, node: SyntaxNode, type: number): FieldFact => {
  const name = l.facts.types[type]!.name
  const value = l.inInit(node, () =>
    l.call(node, { callee: { is: 'ref', name, line: node.line }, ...argumentsOf(l, childOf(node, 'value_arguments')), isNew: true }),
  )
  return { name: l.text(childOf(node, 'identifier') ?? node), type: { name }, annotations: [], value, spot: l.spot(node) }
}

const secondary = (l: Lowering, node: SyntaxNode, type: number): void => {
  const { annotations } = l.modifiers(node)
  withBody(l, node, { name: l.facts.types[type]!.name, owner: type, isConstructor: true, parameters: [], annotations }, made => {
    made.parameters = l.parameters(childOf(node, 'function_value_parameters'))
    const delegated = childOf(node, 'constructor_delegation_call')
    const to = delegated?.children[0]
    if (delegated !== undefined && to !== undefined) {
      const name = to.type === 'this' ? 'this' : 'super'
      l.call(delegated, { callee: { is: 'ref', name, line: delegated.line }, ...argumentsOf(l, childOf(delegated, 'value_arguments')) })
    }
    const block = childOf(node, 'block')
    if (block !== undefined) l.statements(block.children)
  })
}

/** Adds a function whose body `walk` lowers. */
const withBody = (l: Lowering, node: SyntaxNode, fact: Omit<FunctionFact, 'spot' | 'outer'>, walk: (made: FunctionFact) => void): number =>
  l.function(node, fact, undefined, walk)

const bodyOf = (l: Lowering, body: SyntaxNode | undefined): void => {
  const [inner] = body?.children ?? []
  if (inner === undefined || l.signaturesOnly) return
  if (inner.type === 'block') l.statements(inner.children)
  else {
    const value = l.value(inner)
    if (value !== undefined) l.return(value, inner)
  }
}

/** A function; one with a receiver's type belongs to that type. */
const fn: Hook = (l, node) => {
  const name = pick(node, 'name')
  const parts = node.children.filter(child => l.spec.types[child.type] !== undefined)
  const receiver = parts.find(part => name !== undefined && part.start < name.start)
  const returns = l.typeRef(parts.find(part => name === undefined || part.start > name.start))
  const isMember = l.type !== undefined && (l.fn === 0 || l.facts.functions[l.fn]!.name === '<init>' || l.typeIsLocal())
  const extended = receiver && l.typeRef(receiver)?.name
  const owner = extended ?? (isMember ? l.type : undefined)
  const { annotations } = l.modifiers(node)
  const fact = {
    name: name === undefined ? '<lambda>' : l.text(name).replaceAll('`', ''),
    ...(owner !== undefined && { owner }),
    parameters: [],
    ...(returns && { returns }),
    annotations,
  }
  const made = withBody(l, node, fact, made => {
    made.parameters = l.parameters(childOf(node, 'function_value_parameters'))
    bodyOf(l, childOf(node, 'function_body'))
  })
  return name === undefined ? { is: 'lambda', fn: made, line: node.line } : undefined
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] => {
  const found: ParameterFact[] = []
  let before: SyntaxNode | undefined
  for (const node of list.children) {
    if (node.type === 'parameter_modifiers') before = node
    else if (node.type === 'parameter') {
      const name = node.children.find(child => child.type === 'identifier')
      const type = l.typeRef(typeIn(l, node))
      const annotations = (before?.children ?? []).filter(child => child.type === 'annotation').map(child => annotation(l, child))
      const rest = before !== undefined && /\bvararg\b/.test(l.text(before))
      found.push({ name: name === undefined ? '' : l.text(name), ...(type && { type }), annotations, ...(rest && { rest }) })
      before = undefined
    } else if (found.length > 0) found.at(-1)!.default = l.expr(node)
  }
  return found
}

/** A lambda without parameters may have `it`; its last statement is its value. */
const lambda: Hook = (l, node) => {
  const list = childOf(node, 'lambda_parameters')
  const made = withBody(l, node, { name: '<lambda>', parameters: [], annotations: [] }, fact => {
    if (list === undefined) {
      if (/\bit\b/.test(l.text(node).slice(0, 20_000))) fact.parameters = [{ name: 'it', annotations: [] }]
    } else fact.parameters = list.children.map((parameter, position) => lambdaParameter(l, parameter, position))
    const statements = node.children.filter(child => child !== list)
    l.statements(statements.slice(0, -1))
    const last = statements.at(-1)
    const value = last && l.value(last)
    if (value !== undefined && last?.type !== 'return_expression') l.return(value, last!)
  })
  return { is: 'lambda', fn: made, line: node.line }
}

const lambdaParameter = (l: Lowering, node: SyntaxNode, position: number): ParameterFact => {
  if (node.type === 'multi_variable_declaration') {
    const name = `$${position}`
    bindPattern(l, node, l.expr(node), { is: 'ref', name, line: node.line })
    return { name, annotations: [] }
  }
  const type = l.typeRef(typeIn(l, node))
  return { name: l.text(childOf(node, 'identifier') ?? node), ...(type && { type }), annotations: [] }
}

const argumentsOf = (l: Lowering, list: SyntaxNode | undefined): { args: Expr[]; named: CallFact['named'] } => {
  const args: Expr[] = []
  const named: CallFact['named'] = []
  for (const node of list?.children ?? []) {
    const [first, second] = node.children
    const isNamed = second !== undefined && first?.type === 'identifier' && /^\s*=\s*\*?$/.test(l.source.slice(first.end, second.start))
    if (isNamed) named.push({ name: l.text(first), value: l.expr(second) })
    else if (l.source[node.start] === '*') args.push({ is: 'spread', of: l.expr(first), line: node.line })
    else args.push(l.expr(first))
  }
  return { args, named }
}

/** A call with all it is given: `f(a) { … }` is one call, whose last argument is the lambda. */
const call: Hook = (l, node) => {
  const parts = callParts(node)
  const callee = parts.callee
  const nav = callee?.type === 'navigation_expression' ? callee : undefined
  const nameNode = nav?.children.at(-1)
  const name = nameNode === undefined ? (callee?.type === 'identifier' ? l.text(callee) : '') : l.text(nameNode)
  const of = nav && l.expr(nav.children[0])
  const { args, named } = argumentsOf(l, parts.list)
  if (parts.lambda !== undefined) args.push(l.expr(parts.lambda))
  const typeArgs = (parts.types?.children ?? []).map(child => l.typeRef(child)).filter(type => type !== undefined)
  const line = nameNode?.line ?? node.line
  if (of !== undefined) {
    const scoped = scopeFunction(l, node, name, of, args, parts.lambda)
    if (scoped !== undefined) return scoped
  } else if (callee?.type === 'identifier') {
    const plain = collection(name, args, node)
    if (plain !== undefined) return plain
  }
  const optional = nav !== undefined && /^\s*\?\./.test(l.source.slice(nav.children[0]!.end, nameNode!.start))
  const made: Expr =
    of === undefined
      ? callee === undefined
        ? unknownExpr('nothing is called', line)
        : l.expr(callee)
      : { is: 'member', of, name, line, ...(optional && { optional: true }) }
  const result = l.call(node, { callee: made, args, named, ...(typeArgs.length > 0 && { typeArgs }), ...(optional && { optional: true }) })
  if (name === 'equals' && of !== undefined && args[0] !== undefined) equals(l, node, of, args[0])
  return result
}

interface CallParts {
  callee: SyntaxNode | undefined
  list: SyntaxNode | undefined
  types: SyntaxNode | undefined
  lambda: SyntaxNode | undefined
}

const callParts = (node: SyntaxNode): CallParts => {
  const [first] = node.children
  const own = { list: childOf(node, 'value_arguments'), types: childOf(node, 'type_arguments'), lambda: childOf(node, 'annotated_lambda') }
  if (
    own.lambda !== undefined &&
    own.list === undefined &&
    first?.type === 'call_expression' &&
    childOf(first, 'annotated_lambda') === undefined
  )
    return { ...callParts(first), lambda: own.lambda }
  return { callee: first, ...own }
}

/** `x.apply { … }` and `x.also { … }` are x, `x.let { … }` and `x.run { … }` what the lambda gives. */
const scopeFunction = (
  l: Lowering,
  node: SyntaxNode,
  name: string,
  of: Expr,
  args: readonly Expr[],
  written: SyntaxNode | undefined,
): Expr | undefined => {
  const [given] = args
  if (given?.is === 'lambda' && args.length === 1 && /^(?:let|run|also|apply|takeIf|takeUnless)$/.test(name)) {
    const made = l.call(node, { callee: given, args: name === 'let' || name === 'also' ? [of] : [] })
    if (name === 'apply' && written !== undefined) assignMembers(l, given.fn, of, written)
    return name === 'let' || name === 'run' ? made : of
  }
  if (/^(?:trim|trimIndent|trimMargin|toString|toInt|toLong|toByteArray|orEmpty|toURI|toUri)$/.test(name) && args.length === 0) return of
  return undefined
}

/** Names that an `apply` sets are members of what it is applied to. */
const assignMembers = (l: Lowering, fn: number, of: Expr, written: SyntaxNode): void => {
  for (const bind of l.facts.binds.slice())
    if (bind.fn === fn && bind.target.is === 'ref')
      l.bind({ is: 'member', of, name: bind.target.name, line: bind.spot.line }, bind.value, {
        ...written,
        line: bind.spot.line,
        children: [],
      })
}

const collection = (name: string, args: readonly Expr[], node: SyntaxNode): Expr | undefined => {
  const { line } = node
  if (/^(?:listOf|arrayOf|setOf|mutableListOf|arrayListOf|mutableSetOf|listOfNotNull)$/.test(name))
    return { is: 'list', items: [...args], line }
  if (!/^(?:mapOf|mutableMapOf|hashMapOf|linkedMapOf)$/.test(name) || !args.every(arg => arg.is === 'map')) return undefined
  return { is: 'map', entries: args.flatMap(arg => (arg.is === 'map' ? arg.entries : [])), line }
}

/** `a to b` is an entry of a map; other infix functions are calls. */
const infix: Hook = (l, node) => {
  const [left, name, right] = node.children
  if (name === undefined || right === undefined) return undefined
  const { line } = node
  if (l.text(name) === 'to') return { is: 'map', entries: [{ key: l.expr(left), value: l.expr(right) }], line }
  return l.call(node, { callee: { is: 'member', of: l.expr(left), name: l.text(name), line }, args: [l.expr(right)] })
}

const navigation: Hook = (l, node) => {
  const [of, name] = node.children
  if (of === undefined || name === undefined) return of && l.expr(of)
  const value = l.expr(of)
  const written = l.text(name)
  if (value.is === 'member' && value.name === 'class' && /^(?:java|kotlin|javaObjectType)$/.test(written)) return value
  const optional = /^\s*\?\./.test(l.source.slice(of.end, name.start))
  return { is: 'member', of: value, name: written, line: name.line, ...(optional && { optional: true }) }
}

const reference: Hook = (l, node) => {
  const name = node.children.at(-1)
  const of = node.children.length > 1 ? node.children[0] : undefined
  if (name === undefined) return unknownExpr('a reference', node.line)
  if (of === undefined) return { is: 'ref', name: l.text(name), line: node.line }
  return { is: 'member', of: l.typeExpr(dotted(l, of), node.line), name: l.text(name), line: node.line }
}

/** `$name` in text is a hole, which the grammar leaves as text in some places. */
const string: Hook = (l, node) => {
  const parts: Expr[] = []
  let content = ''
  const flush = (): void => {
    let from = 0
    for (const hole of content.matchAll(/\$([A-Za-z_]\w*)/g)) {
      parts.push(textExpr(content.slice(from, hole.index), node.line), { is: 'ref', name: hole[1]!, line: node.line })
      from = hole.index + hole[0].length
    }
    parts.push(textExpr(content.slice(from), node.line))
    content = ''
  }
  for (const child of node.children) {
    if (child.type === 'string_content') content += l.text(child)
    else {
      flush()
      parts.push(child.type === 'escape_sequence' ? textExpr(unescaped(l.text(child)), child.line) : l.expr(child))
    }
  }
  flush()
  const made = flat(parts).filter(part => part.is !== 'text' || part.text !== '')
  if (made.length === 0) return textExpr('', node.line)
  if (made.length > 1 || made[0]!.is !== 'text') return { is: 'concat', parts: made, line: node.line }
  return node.type === 'multiline_string_literal' ? textExpr(dedented(made[0]!.text), node.line) : made[0]
}

const binary: Hook = (l, node) => {
  const left = pick(node, 'left')
  const right = pick(node, 'right')
  if (left === undefined || right === undefined) return undefined
  if (l.source.slice(left.end, right.start).trim() !== '?:')
    return l.kinds.binary(l, node, { left: 'left', operator: 'operator', right: 'right' })
  const first = l.expr(left)
  const otherwise = l.value(right)
  return { is: 'or', options: [first, otherwise ?? unknownExpr('null', node.line)], line: node.line }
}

const conditional: Hook = (l, node) => {
  const condition = pick(node, 'condition')
  const branches = node.children.filter(child => child !== condition)
  if (branches.length === 2 && branches.every(branch => branch.type !== 'block'))
    return l.kinds.conditional(l, node, { test: 0, yes: 1, no: 2 })
  if (condition !== undefined) l.statement(condition)
  const values = branches.map(branch => l.value(branch)).filter(value => value !== undefined)
  return values.length < 2 ? values[0] : { is: 'either', options: values, line: node.line }
}

const when: Hook = (l, node) => {
  const subject = childOf(node, 'when_subject')
  const variable = childOf(subject, 'variable_declaration')
  const of = subject && l.expr(subject.children.at(-1))
  if (variable !== undefined && of !== undefined) l.bind(l.expr(variable), of, node)
  const entries = node.children.filter(child => child.type === 'when_entry')
  const saved = l.subject
  l.subject = { of, hasDefault: entries.some(entry => pick(entry, 'condition') === undefined), used: false, values: [] }
  const values: Expr[] = []
  for (const entry of entries) {
    const conditions = picks(entry, 'condition')
    for (const condition of conditions) whenCase(l, condition)
    const body = entry.children.filter(child => !conditions.includes(child)).at(-1)
    const value = body && l.value(body)
    if (value !== undefined) values.push(value)
  }
  if (of !== undefined && !l.subject.used) l.read(of)
  l.subject = saved
  return values.length < 2 ? values[0] : { is: 'either', options: values, line: node.line }
}

const whenCase = (l: Lowering, node: SyntaxNode): void => {
  const type = node.type === 'type_test' ? l.typeRef(node.children.at(-1)) : undefined
  if (type !== undefined) caseOf(l, l.typeExpr(type.name, node.line), node)
  else if (node.type === 'range_test') l.statements(node.children)
  else if (l.subject?.of === undefined) l.statement(node)
  else caseOf(l, l.expr(node), node)
}

/** Statements, and the value of the last one. */
const block: Hook = (l, node) => {
  l.statements(node.children.slice(0, -1))
  const last = node.children.at(-1)
  return last && l.value(last)
}

const local: Hook = (l, node) => {
  if (l.type !== undefined && (l.fn === 0 || l.facts.functions[l.fn]!.name === '<init>') && !l.typeIsLocal()) {
    property(l, node, l.type)
    return undefined
  }
  const variable = childOf(node, 'variable_declaration', 'multi_variable_declaration')
  if (variable === undefined) return undefined
  const type = variable.type === 'variable_declaration' ? l.typeRef(typeIn(l, variable)) : undefined
  const value = initial(l, node)
  if (value === undefined && type === undefined) return undefined
  bindPattern(l, node, l.expr(variable), value ?? unknownExpr('no value', node.line), type)
  return undefined
}

const forIn: Hook = (l, node) => {
  const [variable, of, body] = node.children
  if (variable === undefined || of === undefined) return undefined
  const value = l.expr(of)
  const call = value.is === 'call' ? l.facts.calls[value.call] : undefined
  const indexed = call?.callee.is === 'member' && call.callee.name === 'withIndex' ? call.callee.of : undefined
  const target = indexed !== undefined && variable.type === 'multi_variable_declaration' ? variable.children[1] : variable
  if (target !== undefined) bindPattern(l, node, l.expr(target), { is: 'elementOf', of: indexed ?? value, line: node.line })
  if (body !== undefined) l.statement(body)
  return undefined
}

const object: Hook = (l, node) => {
  const bases = (childOf(node, 'delegation_specifiers')?.children ?? []).flatMap(specifier => specifier.children[0] ?? [])
  const supers = bases.map(base => l.typeRef(base)).filter(ref => ref !== undefined)
  const name = `${supers[0]?.name ?? 'Object'}$${node.line}`
  l.declareType(node, { name, kind: 'class', supers, annotations: [] }, type => members(l, type, childOf(node, 'class_body')))
  return l.call(node, { callee: { is: 'ref', name, line: node.line }, args: [], isNew: true })
}

const alias: Hook = (l, node) => {
  const name = pick(node, 'type')
  const of = l.typeRef(node.children.find(child => child !== name && l.spec.types[child.type] !== undefined))
  if (name !== undefined)
    l.declareType(node, { name: l.text(name), kind: 'alias', supers: of === undefined ? [] : [of], annotations: [] }, () => {})
  return undefined
}

const instance: Hook = (l, node) => {
  const of = l.expr(pick(node, 'left'))
  const type = l.typeRef(pick(node, 'right'))
  if (type !== undefined) l.case(l.typeExpr(type.name, node.line), of, node)
  return unknownExpr('operator is', node.line)
}

const identifier: Hook = (l, node) => {
  const name = l.text(node).replaceAll('`', '')
  if (name === 'null') return unknownExpr('null', node.line)
  if (name === 'true' || name === 'false') return textExpr(name, node.line)
  return name === 'break' || name === 'continue' ? undefined : { is: 'ref', name, line: node.line }
}

const returned: Hook = (l, node) => {
  const value = node.children.find(child => child.field !== 'label')
  if (value !== undefined) l.return(l.expr(value), node)
  return undefined
}

const thrown: Hook = (l, node) => {
  l.statements(node.children)
  return undefined
}

const tried: Hook = (l, node) => {
  const values = node.children.map(child => l.value(child)).filter(value => value !== undefined)
  return values.length < 2 ? values[0] : { is: 'or', options: values, line: node.line }
}

const caught: Hook = (l, node) => {
  const body = childOf(node, 'block')
  return body && l.value(body)
}

const unary: Hook = (l, node) => {
  const operator = pick(node, 'operator')
  const argument = pick(node, 'argument') ?? node.children.find(child => child !== operator)
  if (operator !== undefined && l.text(operator) === '!!') return l.expr(argument)
  return l.kinds.unary(l, node, { operator: 'operator', of: 'argument' })
}

/** `fun main`. */
const main = (facts: ProgramFacts) => facts.functions.find(f => f.name === 'main' && f.owner === undefined && f.outer === undefined)?.spot

const rules: Record<string, Rule> = table({
  package_header: packaged,
  import: imported,
  file_annotation: ['skip'],
  modifiers: ['skip'],
  parameter_modifiers: ['skip'],
  class_declaration: declared,
  object_declaration: declared,
  companion_object: declared,
  type_alias: alias,
  function_declaration: fn,
  anonymous_function: fn,
  property_declaration: local,
  lambda_literal: lambda,
  annotated_lambda: ['through'],
  block,
  assignment: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  for_statement: forIn,
  return_expression: returned,
  throw_expression: thrown,
  try_expression: tried,
  catch_block: caught,
  finally_block: (l, node) => {
    l.statements(node.children)
    return undefined
  },
  if_expression: conditional,
  when_expression: when,
  identifier,
  variable_declaration: (l, node) => l.expr(childOf(node, 'identifier')),
  multi_variable_declaration: ['list'],
  qualified_identifier: (l, node) => l.typeExpr(dotted(l, node), node.line),
  user_type: (l, node) => l.typeExpr(dotted(l, node), node.line),
  this: ['ref'],
  this_expression: (_, node) => ({ is: 'ref', name: 'this', line: node.line }),
  super_expression: (_, node) => ({ is: 'ref', name: 'super', line: node.line }),
  number_literal: ['text'],
  float_literal: ['text'],
  boolean_literal: ['text'],
  character_literal: (l, node) => textExpr(l.text(node).slice(1, -1), node.line),
  string_literal: string,
  multiline_string_literal: string,
  interpolation: ['template'],
  navigation_expression: navigation,
  callable_reference: reference,
  index_expression: ['index', { of: 0, key: 1 }],
  call_expression: call,
  infix_expression: infix,
  object_literal: object,
  collection_literal: ['list'],
  spread_expression: ['spread'],
  parenthesized_expression: ['through'],
  as_expression: ['through', { of: 'left' }],
  is_expression: instance,
  unary_expression: unary,
  binary_expression: binary,
})

/** Kotlin: modules are packages, members are seen without `this`, a class is called to make an instance, functions may stand outside. */
export const kotlin: LanguageSpec = {
  language: 'kotlin',
  version: 2,
  endings: ['.kt'],
  grammar: () => 'kotlin',
  traits: {
    moduleIs: 'type',
    implicitThis: true,
    self: 'this',
    overloads: true,
    callMakesInstance: true,
    accessors: ['get', 'set', 'is'],
  },
  rules,
  types: {
    user_type: ['name'],
    nullable_type: ['through'],
    function_type: ['wrap', 'func'],
    parenthesized_type: ['through'],
    constructor_invocation: ['through'],
    explicit_delegation: ['through'],
    type_projection: ['through'],
  },
  blocks: ['block'],
  parameters,
  modifiers,
  starts: /\bmain\b/,
  main,
}
