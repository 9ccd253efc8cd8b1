import { table } from '../../../base/table.ts'
import type { AnnotationFact, CallFact, Expr, FieldFact, ParameterFact, ProgramFacts, TypeRef } from '../../../model/program.ts'
import type { SyntaxNode } from '../../syntax/treesitter.ts'
import { argumentsOf, typeArguments } from '../expressions.ts'
import { type Hook, type LanguageSpec, type Lowering, MAX_DEPTH, type Rule } from '../lowering.ts'
import { childOf, pick, picks, textExpr, unknownExpr } from '../nodes.ts'
import { formatted, splitTokens, valueOfTokens } from '../tokens.ts'

/** Bodies of functions, whose last value is what they return. */
const bodies = new WeakSet<SyntaxNode>()

/** Names that functions bind, with how often: a name that is bound again is another one from there on. */
const bound = new WeakMap<Lowering, Map<number, Map<string, number>>>()

const bindName = (l: Lowering, name: string): string => {
  const byFunction = bound.get(l) ?? new Map<number, Map<string, number>>()
  bound.set(l, byFunction)
  const names = byFunction.get(l.fn) ?? new Map<string, number>()
  byFunction.set(l.fn, names)
  const isParameter = l.facts.functions[l.fn]!.parameters.some(p => p.name === name)
  const count = (names.get(name) ?? (isParameter ? 1 : 0)) + 1
  names.set(name, count)
  const written = count === 1 ? name : `${name}~${count}`
  const renamed = new Map(l.renamed)
  if (count === 1) renamed.delete(name)
  else renamed.set(name, written)
  l.renamed = renamed
  return written
}

interface Impls {
  /** The type whose methods are walked. */
  self?: string
  found: { type: string; of: TypeRef }[]
}
const impls = new WeakMap<Lowering, Impls>()
const implsOf = (l: Lowering): Impls => {
  const known = impls.get(l) ?? { found: [] }
  impls.set(l, known)
  return known
}

const dotted = (l: Lowering, node: SyntaxNode): string =>
  l
    .text(node)
    .replace(/\s|<.*>/gs, '')
    .split('::')
    .filter(part => part !== '')
    .join('.')

const file: Hook = (l, node) => {
  items(l, node.children)
  for (const { type, of } of implsOf(l).found) l.facts.types.find(t => t.name === type)?.supers.push(of)
  return undefined
}

/** Attributes stand before what they are about. Tests are no part of the program. */
const items = (l: Lowering, nodes: readonly SyntaxNode[]): void => {
  for (const node of nodes) {
    if (node.type === 'attribute_item') {
      l.pending.push(attribute(l, node))
      continue
    }
    const isTest = l.pending.some(a => /^(?:test|tokio\.test|actix_web\.test)$/.test(a.name) || (a.name === 'cfg' && isTestOnly(a)))
    if (!isTest) l.statement(node)
    l.pending = []
  }
}

const isTestOnly = ({ args }: AnnotationFact): boolean => args[0]?.is === 'ref' && args[0].name === 'test'

const attribute = (l: Lowering, node: SyntaxNode): AnnotationFact => {
  const inner = node.children[0] ?? node
  const args: Expr[] = []
  const named: AnnotationFact['named'] = []
  for (const part of splitTokens(l, pick(inner, 'arguments'))) {
    const name = /^\s*(\w+)\s*=(?!=)/.exec(part.text)?.[1]
    if (name === undefined) args.push(valueOfTokens(l, part))
    else named.push({ name, value: valueOfTokens(l, { ...part, nodes: part.nodes.slice(1), start: part.nodes[1]?.start ?? part.start }) })
  }
  args.push(...keywords(l, pick(inner, 'arguments'), args))
  return { name: dotted(l, inner.children[0] ?? inner), args, named, spot: l.spot(node) }
}

/** Words of a token tree that are keywords, which make no node: `serde(default)`. */
const keywords = (l: Lowering, tree: SyntaxNode | undefined, known: readonly Expr[]): Expr[] => {
  if (tree === undefined) return []
  const words = l
    .text(tree)
    .slice(1, -1)
    .split(',')
    .map(word => word.trim())
  return words
    .filter(word => /^[a-z]+$/.test(word) && !known.some(e => e.is === 'ref' && e.name === word))
    .map(name => ({ is: 'ref', name, line: tree.line }))
}

/** `use a::{b, c as d, self, e::*}`: one import a name. */
const used: Hook = (l, node) => {
  const argument = pick(node, 'argument')
  if (argument !== undefined) importTree(l, node, argument, '')
  return undefined
}

const importTree = (l: Lowering, at: SyntaxNode, node: SyntaxNode, prefix: string): void => {
  const join = (path: string): string => (prefix === '' ? path : path === 'self' ? prefix : `${prefix}.${path}`)
  if (node.type === 'scoped_use_list') {
    const path = pick(node, 'path')
    for (const item of pick(node, 'list')?.children ?? []) importTree(l, at, item, path === undefined ? prefix : join(dotted(l, path)))
  } else if (node.type === 'use_list') for (const item of node.children) importTree(l, at, item, prefix)
  else if (node.type === 'use_wildcard') l.import(at, { local: '*', path: node.children[0] ? join(dotted(l, node.children[0])) : prefix })
  else {
    const alias = node.type === 'use_as_clause' ? pick(node, 'alias') : undefined
    const path = join(dotted(l, alias === undefined ? node : (pick(node, 'path') ?? node)))
    l.import(at, { local: alias === undefined ? path.slice(path.lastIndexOf('.') + 1) : l.text(alias), path })
  }
}

/** `mod x;` is another file; what `mod x { … }` holds belongs to this one. Included stubs are a module outside. */
const module: Hook = (l, node) => {
  const name = pick(node, 'name')
  const body = pick(node, 'body')
  if (name === undefined) return undefined
  l.pending = []
  if (body === undefined) l.import(node, { local: l.text(name), path: `self.${l.text(name)}` })
  else if (body.children.some(child => child.type !== 'macro_invocation' && child.type !== 'empty_statement')) {
    l.import(node, { local: l.text(name), path: 'self' })
    items(l, body.children)
  }
  return undefined
}

const struct: Hook = (l, node) => {
  const { annotations } = l.modifiers(node)
  const name = l.text(pick(node, 'name') ?? node)
  l.declareType(node, { name, kind: 'struct', supers: [], annotations }, type => {
    const body = pick(node, 'body')
    const { fields } = l.facts.types[type]!
    if (body?.type === 'ordered_field_declaration_list')
      for (const [i, of] of picks(body, 'type').entries()) fields.push(fieldOf(l, of, String(i), of, []))
    else if (body !== undefined) {
      let annotations: AnnotationFact[] = []
      for (const child of body.children) {
        if (child.type === 'attribute_item') annotations.push(attribute(l, child))
        if (child.type !== 'field_declaration') continue
        fields.push(fieldOf(l, child, l.text(pick(child, 'name') ?? child), pick(child, 'type'), annotations))
        annotations = []
      }
    }
  })
  return undefined
}

const fieldOf = (
  l: Lowering,
  node: SyntaxNode,
  name: string,
  typeNode: SyntaxNode | undefined,
  annotations: AnnotationFact[],
): FieldFact => {
  const type = l.typeRef(typeNode)
  const optional = typeNode !== undefined && /^(?:\w+::)*Option\b/.test(l.text(typeNode))
  return { name, ...(type && { type }), annotations, ...(optional && { optional }), spot: l.spot(node) }
}

const enumeration: Hook = (l, node) => {
  const { annotations } = l.modifiers(node)
  l.declareType(node, { name: l.text(pick(node, 'name') ?? node), kind: 'enum', supers: [], annotations }, type => {
    for (const item of pick(node, 'body')?.children ?? [])
      if (item.type === 'enum_variant')
        l.facts.types[type]!.fields.push({ name: l.text(pick(item, 'name') ?? item), annotations: [], spot: l.spot(item) })
  })
  return undefined
}

const trait: Hook = (l, node) => {
  const { annotations } = l.modifiers(node)
  const name = l.text(pick(node, 'name') ?? node)
  const supers = (pick(node, 'bounds')?.children ?? []).map(bound => l.typeRef(bound)).filter(ref => ref !== undefined)
  l.declareType(node, { name, kind: 'interface', supers, annotations }, () => items(l, pick(node, 'body')?.children ?? []))
  return undefined
}

const alias: Hook = (l, node) => {
  const of = l.typeRef(pick(node, 'type'))
  const name = l.text(pick(node, 'name') ?? node)
  if (l.type === undefined) l.declareType(node, { name, kind: 'alias', supers: of === undefined ? [] : [of], annotations: [] }, () => {})
  return undefined
}

const implementation: Hook = (l, node) => {
  const state = implsOf(l)
  const type = l.typeRef(pick(node, 'type'))
  const of = l.typeRef(pick(node, 'trait'))
  const saved = state.self
  const name = type?.name.split('.').at(-1)
  if (name !== undefined) state.self = name
  if (name !== undefined && of !== undefined) state.found.push({ type: name, of })
  l.pending = []
  items(l, pick(node, 'body')?.children ?? [])
  if (saved === undefined) delete state.self
  else state.self = saved
  return undefined
}

const fn: Hook = (l, node) => {
  const { self } = implsOf(l)
  const name = l.text(pick(node, 'name') ?? node)
  const list = pick(node, 'parameters')
  const { annotations } = l.modifiers(node)
  const returns = l.typeRef(pick(node, 'return_type'))
  const isInside = l.fn !== 0
  const owner = isInside ? undefined : l.type !== undefined ? l.type : self
  const body = pick(node, 'body')
  if (body !== undefined) bodies.add(body)
  const isStatic = owner !== undefined && childOf(list, 'self_parameter') === undefined
  const fact = {
    name,
    ...(owner !== undefined && { owner }),
    ...(isStatic && { static: true }),
    parameters: [],
    ...(returns && { returns: returns.name === 'Self' && self !== undefined ? { name: self } : returns }),
    annotations,
  }
  const { renamed } = l
  l.renamed = new Map()
  l.function(node, fact, body, made => {
    made.parameters = l.parameters(list)
  })
  l.renamed = renamed
  return undefined
}

const closure: Hook = (l, node) => {
  const body = pick(node, 'body')
  if (body !== undefined) bodies.add(body)
  const { renamed } = l
  const made = l.function(node, { name: '<lambda>', parameters: [], annotations: [] }, body, fact => {
    fact.parameters = l.parameters(pick(node, 'parameters'))
    l.renamed = new Map([...l.renamed].filter(([name]) => !fact.parameters.some(p => p.name === name)))
  })
  l.renamed = renamed
  return { is: 'lambda', fn: made, line: node.line }
}

const parameters = (l: Lowering, list: SyntaxNode): ParameterFact[] =>
  list.children
    .filter(node => node.type !== 'self_parameter' && node.type !== 'attribute_item' && node.type !== 'variadic_parameter')
    .map((node, position) => {
      const pattern = pick(node, 'pattern') ?? node
      const inner = pattern.type === 'mut_pattern' || pattern.type === 'reference_pattern' ? (pattern.children.at(-1) ?? pattern) : pattern
      const name = inner.type === 'identifier' || inner.type === 'self' ? l.text(inner) : `$${position}`
      const type = l.typeRef(pick(node, 'type'))
      if (inner.type !== 'identifier') take(l, inner, { is: 'ref', name, line: node.line })
      return { name, ...(type && { type }), annotations: [] }
    })

/** Statements; a last one without a semicolon is the value, which a function's body returns. */
const block: Hook = (l, node) => {
  const { renamed } = l
  const value = blockValue(l, node)
  l.renamed = renamed
  return value
}

const blockValue = (l: Lowering, node: SyntaxNode): Expr | undefined => {
  const last = node.children.at(-1)
  const isTail = last !== undefined && !/^(?:let_declaration|empty_statement|.*_item|use_declaration)$/.test(last.type)
  const tail = isTail && !(last.type === 'expression_statement' && l.source[last.end - 1] === ';') ? last : undefined
  items(
    l,
    node.children.filter(child => child !== tail),
  )
  const inner = tail?.type === 'expression_statement' ? tail.children[0] : tail
  const value = inner && l.value(inner)
  if (value === undefined || inner === undefined) return undefined
  if (!bodies.has(node)) return value
  l.return(value, inner)
  return undefined
}

const constant: Hook = (l, node) => {
  const name = pick(node, 'name')
  const value = pick(node, 'value')
  const type = l.typeRef(pick(node, 'type'))
  if (name === undefined || value === undefined) return undefined
  const { self } = implsOf(l)
  const of: Expr = { is: 'ref', name: self ?? '', line: node.line }
  const target: Expr =
    self === undefined || l.fn !== 0
      ? { is: 'ref', name: l.text(name), line: node.line }
      : { is: 'member', of, name: l.text(name), line: node.line }
  l.bind(target, l.expr(value), node, type)
  return undefined
}

const declared: Hook = (l, node) => {
  const pattern = pick(node, 'pattern')
  const value = pick(node, 'value')
  const otherwise = pick(node, 'alternative')
  const type = l.typeRef(pick(node, 'type'))
  if (otherwise !== undefined) l.statement(otherwise)
  if (pattern === undefined || (value === undefined && type === undefined)) return undefined
  take(l, pattern, value === undefined ? unknownExpr('no value', node.line) : l.expr(value), type)
  return undefined
}

/** Patterns that hold the value itself: `Some(x)`, `Ok(x)`. */
const HOLDS = /^(?:(?:Option|Result)::)?(?:Some|Ok)$/
const FAILS = /^(?:(?:Option|Result)::)?(?:Err|None)$/

/** Binds the names of a pattern to the parts of a value; its types and constants are labels. */
const take = (l: Lowering, node: SyntaxNode, of: Expr, type?: TypeRef, hasDefault?: boolean): void => {
  const { line } = node
  switch (node.type) {
    case 'identifier':
    case 'shorthand_field_identifier':
      if (/^[A-Z]/.test(l.text(node))) {
        if (!FAILS.test(l.text(node))) l.case({ is: 'ref', name: l.text(node), line }, of, node, hasDefault)
      } else l.bind({ is: 'ref', name: bindName(l, l.text(node)), line }, of, node, type)
      return
    case 'tuple_struct_pattern': {
      const kind = pick(node, 'type')
      const parts = node.children.filter(child => child !== kind)
      const name = kind === undefined ? '' : l.text(kind)
      if (HOLDS.test(name) && parts[0] !== undefined) take(l, parts[0], of, type)
      else if (FAILS.test(name)) for (const part of parts) take(l, part, unknownExpr('an error', line))
      else {
        if (kind !== undefined) l.case(l.expr(kind), of, node, hasDefault)
        for (const [index, part] of parts.entries()) take(l, part, { is: 'nth', of, index, line })
      }
      return
    }
    case 'struct_pattern': {
      const kind = pick(node, 'type')
      if (kind !== undefined) l.case(l.typeExpr(dotted(l, kind), line), of, node, hasDefault)
      for (const part of node.children) {
        const name = pick(part, 'name')
        if (part.type === 'field_pattern' && name !== undefined)
          take(l, pick(part, 'pattern') ?? name, { is: 'member', of, name: l.text(name), line })
      }
      return
    }
    case 'tuple_pattern':
    case 'slice_pattern':
      for (const [i, part] of node.children.entries()) {
        const value: Expr = of.is === 'list' ? (of.items[i] ?? unknownExpr('no value', line)) : { is: 'nth', of, index: i, line }
        take(l, part, value)
      }
      return
    case 'match_pattern':
    case 'or_pattern':
    case 'mut_pattern':
    case 'ref_pattern':
    case 'reference_pattern':
    case 'captured_pattern':
      for (const part of node.children)
        if (part.field !== 'condition' && part.type !== 'mutable_specifier') take(l, part, of, type, hasDefault)
      return
    case 'scoped_identifier':
    case 'string_literal':
    case 'integer_literal':
      l.case(l.expr(node), of, node, hasDefault)
      return
    default:
  }
}

/** A match on a result takes the value, or what stands in for it; other matches give one of their arms. */
const match: Hook = (l, node) => {
  const of = l.expr(pick(node, 'value'))
  const arms = (pick(node, 'body')?.children ?? []).filter(child => child.type === 'match_arm')
  const patterns = arms.map(arm => pick(arm, 'pattern'))
  const hasDefault = patterns.some(pattern => pattern !== undefined && /^_\b/.test(l.text(pattern)))
  const good: Expr[] = []
  const rest: Expr[] = []
  let isResult = false
  const { renamed } = l
  for (const [i, arm] of arms.entries()) {
    l.renamed = renamed
    const pattern = patterns[i]
    const condition = pattern && pick(pattern, 'condition')
    if (pattern !== undefined) take(l, pattern, of, undefined, hasDefault)
    if (condition !== undefined) l.statement(condition)
    const body = pick(arm, 'value')
    const value = body && l.value(body)
    const kind = pattern?.children[0]?.type === 'tuple_struct_pattern' ? pick(pattern.children[0], 'type') : undefined
    const holds = kind !== undefined && HOLDS.test(l.text(kind))
    isResult ||= holds
    if (value !== undefined) (holds ? good : rest).push(value)
  }
  l.renamed = renamed
  const options = [...good, ...rest]
  if (options.length < 2) return options[0]
  return { is: isResult ? 'or' : 'either', options, line: node.line }
}

const conditional: Hook = (l, node) => {
  const condition = pick(node, 'condition')
  const { renamed } = l
  if (condition !== undefined) l.statement(condition)
  const yes = pick(node, 'consequence')
  const no = pick(node, 'alternative')
  const first = yes && l.value(yes)
  l.renamed = renamed
  const second = no && l.value(no)
  const values = [first, second].filter(value => value !== undefined)
  const isResult = condition?.type === 'let_condition'
  if (values.length < 2) return values[0]
  return { is: isResult ? 'or' : 'either', options: values, line: node.line }
}

const letCondition: Hook = (l, node) => {
  const value = l.expr(pick(node, 'value'))
  const pattern = pick(node, 'pattern')
  if (pattern !== undefined) take(l, pattern, value)
  return unknownExpr('whether it is there', node.line)
}

const forIn: Hook = (l, node) => {
  const value = l.expr(pick(node, 'value'))
  const pattern = pick(node, 'pattern')
  const body = pick(node, 'body')
  const call = value.is === 'call' ? l.facts.calls[value.call] : undefined
  const isCounted = call?.callee.is === 'member' && call.callee.name === 'enumerate'
  const of = isCounted && call?.callee.is === 'member' ? call.callee.of : value
  const element: Expr = { is: 'elementOf', of, line: node.line }
  const target = isCounted && pattern?.type === 'tuple_pattern' ? pattern.children[1] : pattern
  const { renamed } = l
  if (target !== undefined) take(l, target, element)
  if (body !== undefined) l.statement(body)
  l.renamed = renamed
  return undefined
}

/** Methods that give the value they are called on: it in another type, without its error, shared, borrowed. */
const SAME = new Set(
  'unwrap expect clone to_string to_owned into as_str as_ref as_mut as_deref as_slice borrow iter into_iter iter_mut ok map_err context with_context into_inner get_ref cloned copied collect to_vec unwrap_or_default ok_or ok_or_else as_bytes into_bytes trim await as_string into_string into_boxed_str lock inspect_err'.split(
    ' ',
  ),
)
/** Functions that give their argument, wrapped. */
const WRAPS =
  /^(?:(?:\w+::)*(?:Ok|Some)|(?:\w+::)*(?:Box|Arc|Rc|Mutex|RwLock|RefCell|Cell|Data|Extension|Cow|Pin|Some)::(?:new|from|pin)|String::from|(?:\w+::)*(?:Json|Extension|Data|State|Reply)|Cow::(?:Borrowed|Owned)|Into::into)$/
/** Functions that call their argument when the value is needed. */
const LAZY = /^(?:\w+::)*(?:Lazy|LazyLock|OnceCell|OnceLock)::new$/

const call: Hook = (l, node) => {
  const callee = pick(node, 'function')
  const list = pick(node, 'arguments')
  if (callee === undefined) return undefined
  const method =
    callee.type === 'field_expression' ? callee : callee.type === 'generic_function' ? childOf(callee, 'field_expression') : undefined
  if (method !== undefined) return methodCall(l, node, method, list, callee)
  const written = l.text(callee).replace(/\s/g, '')
  const { args, named } = argumentsOf(l, list)
  const [first] = args
  if (FAILS.test(written)) {
    for (const arg of args) l.read(arg)
    return unknownExpr('null', node.line)
  }
  if (first !== undefined && args.length === 1 && WRAPS.test(written)) return first
  if (first !== undefined && LAZY.test(written)) return l.call(node, { callee: first, args: [] })
  const tuple = tupleOf(l, written)
  if (tuple !== undefined) {
    const init = args.map((value, i) => ({ key: textExpr(String(i), node.line), value }))
    return l.call(node, { callee: l.typeExpr(tuple, node.line), args: [], init, isNew: true })
  }
  if (written === 'String::new') return textExpr('', node.line)
  const typeArgs = callee.type === 'generic_function' ? typeArguments(l, pick(callee, 'type_arguments')) : []
  const made = callee.type === 'generic_function' ? l.expr(pick(callee, 'function')) : l.expr(callee)
  return l.call(node, { callee: made, args, named, ...(typeArgs.length > 0 && { typeArgs }) })
}

/** The struct without field names that a call makes: `Self(x)`, `Row(x)`. */
const tupleOf = (l: Lowering, written: string): string | undefined => {
  const name = written === 'Self' ? implsOf(l).self : written
  const type = l.facts.types.find(t => t.name === name && t.kind === 'struct')
  return type?.fields[0]?.name === '0' ? name : undefined
}

const methodCall = (l: Lowering, node: SyntaxNode, method: SyntaxNode, list: SyntaxNode | undefined, callee: SyntaxNode): Expr => {
  const nameNode = pick(method, 'field')
  const name = nameNode === undefined ? '' : l.text(nameNode)
  const of = l.expr(pick(method, 'value'))
  const { args, named } = argumentsOf(l, list)
  const { line } = node
  if (SAME.has(name)) {
    for (const arg of args) l.read(arg)
    return of
  }
  if (name === 'unwrap_or' || name === 'or') return { is: 'or', options: [of, args[0] ?? unknownExpr('null', line)], line }
  if (name === 'unwrap_or_else' || name === 'or_else') {
    const otherwise: Expr =
      args[0] === undefined ? unknownExpr('null', line) : l.call(node, { callee: args[0], args: [unknownExpr('an error', line)] })
    return { is: 'or', options: [of, otherwise], line }
  }
  const typeArgs = callee.type === 'generic_function' ? typeArguments(l, pick(callee, 'type_arguments')) : []
  return l.call(node, {
    callee: { is: 'member', of, name, line: nameNode?.line ?? line },
    args,
    named,
    ...(typeArgs.length > 0 && { typeArgs }),
  })
}

/** `X { a, b: c, ..d }`. */
const made: Hook = (l, node) => {
  const name = pick(node, 'name')
  const init: NonNullable<CallFact['init']> = []
  for (const part of pick(node, 'body')?.children ?? []) {
    const { line } = part
    if (part.type === 'shorthand_field_initializer') {
      const field = l.text(part.children.at(-1) ?? part)
      init.push({ key: textExpr(field, line), value: { is: 'ref', name: l.renamed.get(field) ?? field, line } })
    } else if (part.type === 'field_initializer')
      init.push({ key: textExpr(l.text(pick(part, 'field') ?? part), line), value: l.expr(pick(part, 'value')) })
    else l.statements(part.children)
  }
  return l.call(node, { callee: name === undefined ? unknownExpr('type', node.line) : path(l, name), args: [], init, isNew: true })
}

/** A path as a chain of members. One that starts at the root of the package, here or above names its module by an import. */
const path = (l: Lowering, node: SyntaxNode): Expr => {
  const written = dotted(l, node)
  const { self } = implsOf(l)
  const parts = written.split('.')
  const renamed = parts.length === 1 ? l.renamed.get(written) : undefined
  if (renamed !== undefined) return { is: 'ref', name: renamed, line: node.line }
  if (parts[0] === 'Self' && self !== undefined) return l.typeExpr([self, ...parts.slice(1)].join('.'), node.line)
  if (/^(?:crate|super|self)$/.test(parts[0]!) && parts.length > 1 && parts.length < MAX_DEPTH)
    for (let i = 1; i <= parts.length; i++) {
      const local = parts.slice(0, i).join('.')
      if (local !== 'self' && !l.facts.unit.imports.some(known => known.local === local)) l.import(node, { local, path: local })
    }
  return l.typeExpr(written, node.line)
}
const named: Hook = (l, node) => path(l, node)

/** `T::f` of a generic or bracketed type: the type's own name. */
const scoped: Hook = (l, node) => path(l, node)

const unary: Hook = (l, node) => {
  const operand = node.children.at(-1)
  if (l.source[node.start] === '*') return l.expr(operand)
  if (operand?.type === 'integer_literal' && l.source[node.start] === '-') return textExpr(`-${l.text(operand)}`, node.line)
  if (operand !== undefined) l.statement(operand)
  return unknownExpr(`operator ${l.source[node.start]}`, node.line)
}

const index: Hook = (l, node) => {
  const [of, key] = node.children
  return key === undefined || key.type === 'range_expression'
    ? l.expr(of)
    : { is: 'index', of: l.expr(of), key: l.expr(key), line: node.line }
}

/** Macros that format and give text. */
const FORMATS = /^(?:std\.)?format$|^concat$|^formatcp$/
/** Macros that end what runs. */
const ENDS = /^(?:panic|unreachable|todo|unimplemented|bail|anyhow\.bail)$/

/** The arguments of a macro are tokens; what stands between commas is read as an expression as far as it is plain. */
const macro: Hook = (l, node) => {
  const name = dotted(l, pick(node, 'macro') ?? node)
  const parts = splitTokens(l, childOf(node, 'token_tree'))
  if (FORMATS.test(name)) return formatted(l, node, parts)
  if (/^(?:writeln?|write)$/.test(name)) return formatted(l, node, parts.slice(1))
  const args = parts.map(part => valueOfTokens(l, part))
  if (name === 'vec') return { is: 'list', items: args, line: node.line }
  if (ENDS.test(name)) {
    for (const arg of args) l.read(arg)
    return unknownExpr('null', node.line)
  }
  const first = args[0]
  if (/(?:^|\.)json$/.test(name) && first?.is === 'map') return first
  return l.call(node, { callee: l.typeExpr(`${name}!`, node.line), args })
}

const returned: Hook = (l, node) => {
  const value = node.children[0]
  if (value !== undefined) l.return(l.expr(value), node)
  return undefined
}

const through: Hook = (l, node) => {
  const value = pick(node, 'value') ?? node.children.at(-1)
  return value && l.value(value)
}

/** `fn main`. */
const main = (facts: ProgramFacts) => facts.functions.find(f => f.name === 'main' && f.owner === undefined && f.outer === undefined)?.spot

const rules: Record<string, Rule> = table({
  source_file: file,
  use_declaration: used,
  mod_item: module,
  foreign_mod_item: ['skip'],
  extern_crate_declaration: ['skip'],
  macro_definition: ['skip'],
  inner_attribute_item: ['skip'],
  attribute_item: ['skip'],
  struct_item: struct,
  union_item: struct,
  enum_item: enumeration,
  trait_item: trait,
  impl_item: implementation,
  type_item: alias,
  associated_type: ['skip'],
  function_item: fn,
  function_signature_item: fn,
  closure_expression: closure,
  const_item: constant,
  static_item: constant,
  let_declaration: declared,
  block,
  assignment_expression: ['assign', { left: 'left', right: 'right' }],
  compound_assignment_expr: ['assign', { left: 'left', operator: 'operator', right: 'right' }],
  return_expression: returned,
  break_expression: ['skip'],
  continue_expression: ['skip'],
  for_expression: forIn,
  match_expression: match,
  if_expression: conditional,
  else_clause: through,
  let_condition: letCondition,
  label: ['skip'],
  identifier: (l, node) => (l.text(node) === 'None' ? unknownExpr('null', node.line) : path(l, node)),
  type_identifier: named,
  self: ['ref'],
  super: ['ref'],
  crate: ['ref'],
  scoped_identifier: scoped,
  scoped_type_identifier: scoped,
  generic_type: scoped,
  generic_type_with_turbofish: scoped,
  integer_literal: (l, node) => textExpr(l.text(node).replace(/_?[iu](?:8|16|32|64|128|size)$/, ''), node.line),
  float_literal: ['text'],
  boolean_literal: ['text'],
  char_literal: (l, node) => textExpr(l.text(node).slice(1, -1), node.line),
  string_literal: ['string'],
  raw_string_literal: ['string'],
  unit_expression: ['null'],
  field_expression: ['member', { of: 'value', name: 'field' }],
  index_expression: index,
  call_expression: call,
  struct_expression: made,
  macro_invocation: macro,
  reference_expression: ['through', { of: 'value' }],
  try_expression: ['through'],
  await_expression: ['through'],
  parenthesized_expression: ['through'],
  type_cast_expression: ['through', { of: 'value' }],
  async_block: through,
  unsafe_block: through,
  const_block: through,
  unary_expression: unary,
  binary_expression: ['binary', { left: 'left', operator: 'operator', right: 'right' }],
  array_expression: ['list'],
  tuple_expression: ['list'],
})

/** Rust: modules are files below the root of a package, methods stand beside their types, values are wrapped and borrowed. */
export const rust: LanguageSpec = {
  language: 'rust',
  version: 2,
  endings: ['.rs'],
  grammar: () => 'rust',
  traits: {
    moduleIs: 'file',
    self: 'self',
    tuples: true,
    accessors: [],
    assignmentMakesLocal: true,
    modulePaths: true,
  },
  rules,
  types: {
    type_identifier: ['name'],
    primitive_type: ['name'],
    scoped_type_identifier: ['name'],
    generic_type: ['generic', 'type', 'type_arguments'],
    reference_type: ['through', 'type'],
    pointer_type: ['through', 'type'],
    dynamic_type: ['through', 'trait'],
    abstract_type: ['through', 'trait'],
    array_type: ['wrap', '[]', 'element'],
    tuple_type: ['wrap', '()'],
    bounded_type: ['through'],
  },
  lends: [
    'Arc',
    'Rc',
    'Box',
    'Option',
    'Result',
    'Mutex',
    'RwLock',
    'RefCell',
    'Data',
    'State',
    'Extension',
    'Cow',
    'Pin',
    'Lazy',
    'LazyLock',
    'OnceCell',
    'Json',
    'ReqData',
  ],
  blocks: ['block'],
  parameters,
  modifiers: l => {
    const annotations = l.pending
    l.pending = []
    return { annotations }
  },
  starts: /\bmain\b/,
  main,
}
