import type { Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import { flat, type StatementKind } from './expressions.ts'
import type { Handler, Lowering } from './lowering.ts'
import { picks as all, pick, unknownExpr } from './nodes.ts'
import { choice, label } from './switches.ts'

const block: Handler = (l, node) => {
  l.statements(node.children)
  return undefined
}

const skip: Handler = () => undefined

/** Picks: name, params, body; optional returns, mods. Members belong to the type around them. */
const fn: Handler = (l, node, picks) => {
  const name = pick(node, picks.name!)
  declareFunction(l, node, picks, name === undefined ? '' : l.text(name))
  return undefined
}

/** Picks: params, body; optional returns. */
const lambda: Handler = (l, node, picks) => ({ is: 'lambda', fn: declareFunction(l, node, picks, '<lambda>'), line: node.line })

/** Adds the function of a node with the picks params, body and returns. */
export const declareFunction = (
  l: Lowering,
  node: SyntaxNode,
  picks: Record<string, string | number>,
  name: string,
  more: { isConstructor?: boolean; owner?: number | string } = {},
): number => {
  const { annotations, static: isStatic, typeParameters } = l.modifiers(node)
  const returns = picks.returns === undefined ? undefined : l.typeRef(pick(node, picks.returns))
  const isMember =
    l.type !== undefined && name !== '<lambda>' && (l.fn === 0 || l.facts.functions[l.fn]!.name === '<init>' || l.typeIsLocal())
  const fact = {
    name,
    ...(isMember ? { owner: l.type! } : {}),
    ...more,
    ...(isStatic && { static: true }),
    ...(typeParameters && { typeParameters }),
    parameters: [] as ReturnType<Lowering['parameters']>,
    ...(returns && { returns }),
    annotations,
  }
  const params = picks.params === undefined ? undefined : pick(node, picks.params)
  return l.function(node, fact, pick(node, picks.body!), made => {
    made.parameters = l.parameters(params)
  })
}

/** Picks: left, right; optional operator, type. Either side may be a list. */
const assign: Handler = (l, node, picks) => {
  const left = pick(node, picks.left!)
  const right = pick(node, picks.right!)
  const type = picks.type === undefined ? undefined : l.typeRef(pick(node, picks.type))
  if (left === undefined || right === undefined) {
    if (left !== undefined && type !== undefined) l.bind(l.expr(left), unknownExpr('no value', node.line), node, type)
    else l.statements(node.children)
    return undefined
  }
  const operatorNode = picks.operator === undefined ? undefined : pick(node, picks.operator)
  const operator = operatorNode === undefined ? '=' : l.text(operatorNode)
  const target = l.expr(left)
  const value = l.expr(right)
  if (operator !== '=' && operator !== ':=') return compound(l, node, target, operator, value)
  bindPattern(l, node, target, value, type)
  return value
}

const compound = (l: Lowering, node: SyntaxNode, target: Expr, operator: string, value: Expr): Expr => {
  const isHandler = operator === '+=' && value.is === 'lambda'
  const made: Expr = isHandler
    ? value
    : operator === '+=' || operator === '.='
      ? { is: 'concat', parts: flat([target, value]), line: node.line }
      : operator === '??=' || operator === '||='
        ? { is: 'or', options: [target, value], line: node.line }
        : unknownExpr(`operator ${operator}`, node.line)
  if (made.is === 'unknown') l.read(value)
  l.bind(target, made, node)
  return target
}

/** A target that is a list, a map or has a default takes its value apart. `_` takes nothing. */
export const bindPattern = (l: Lowering, node: SyntaxNode, target: Expr, value: Expr, type?: ReturnType<Lowering['typeRef']>): void => {
  const { line } = node
  if (target.is === 'ref' && target.name === '_') return
  if (target.is === 'list') for (const [i, item] of target.items.entries()) bindPattern(l, node, item, part(l, value, i, line), type)
  else if (target.is === 'map') for (const { key, value: to } of target.entries) bindPattern(l, node, to, member(value, key, line))
  else if (target.is === 'or') bindPattern(l, node, target.options[0]!, { is: 'or', options: [value, target.options[1]!], line }, type)
  else if (target.is === 'spread') l.bind(target.of, unknownExpr('rest', line), node)
  else l.bind(target, value, node, type)
}

/** The part of a value that the target at a position takes. */
const part = (l: Lowering, value: Expr, index: number, line: number): Expr => {
  if (value.is === 'list') return value.items[index] ?? unknownExpr('no value', line)
  if (value.is === 'unknown') return value
  if (value.is === 'call' || !l.spec.commaOk) return { is: 'nth', of: value, index, line }
  return index === 0 ? value : unknownExpr('whether it is there', line)
}

const member = (of: Expr, key: Expr, line: number): Expr =>
  key.is === 'text' ? { is: 'member', of, name: key.text, line } : { is: 'index', of, key, line }

/** Picks: name (may stand several times), value; optional type. Fields of a type are a hook's work. */
const declare: Handler = (l, node, picks) => {
  const type = picks.type === undefined ? undefined : l.typeRef(pick(node, picks.type))
  const value = pick(node, picks.value!)
  if (value === undefined && type === undefined) return undefined
  const names = typeof picks.name === 'number' ? [pick(node, picks.name)] : all(node, picks.name!)
  const targets = names.filter(n => n !== undefined).map(n => l.expr(n))
  const made = value === undefined ? unknownExpr('no value', node.line) : l.expr(value)
  const target: Expr = targets.length === 1 ? targets[0]! : { is: 'list', items: targets, line: node.line }
  bindPattern(l, node, target, made, type)
  return undefined
}

/** Pick: value; its first child without. */
const returns: Handler = (l, node, picks) => {
  const value = pick(node, picks.value ?? 0)
  if (value === undefined) return undefined
  l.return(l.expr(value), node)
  return undefined
}

/** Picks: left, right; optional type, body. */
const foreach: Handler = (l, node, picks) => {
  const right = pick(node, picks.right!)
  const left = pick(node, picks.left!)
  const element: Expr = { is: 'elementOf', of: l.expr(right), line: node.line }
  const type = picks.type === undefined ? undefined : l.typeRef(pick(node, picks.type))
  if (left !== undefined) bindPattern(l, node, l.expr(left), element, type)
  else l.read(element)
  const body = picks.body === undefined ? undefined : pick(node, picks.body)
  if (body !== undefined) l.statement(body)
  return undefined
}

export const statements: Record<StatementKind, Handler> = {
  block,
  skip,
  function: fn,
  lambda,
  assign,
  declare,
  return: returns,
  foreach,
  switch: choice,
  case: label,
  type: block,
}
