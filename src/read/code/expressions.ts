import { table } from '../../base/table.ts'
import type { CallFact, Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import type { Handler, Kind, Lowering, Operator } from './lowering.ts'
import { pick, textExpr, unknownExpr } from './nodes.ts'
import { unescaped } from './strings.ts'

const OPERATORS: Readonly<Record<string, Operator>> = table({
  '+': 'concat',
  '||': 'or',
  '??': 'or',
  or: 'or',
  '&&': 'and',
  and: 'and',
  '==': 'equals',
  '===': 'equals',
  '!=': 'equals',
  '!==': 'equals',
})

type ExpressionKind = Exclude<Kind, StatementKind>
export type StatementKind =
  | 'block'
  | 'skip'
  | 'function'
  | 'assign'
  | 'declare'
  | 'return'
  | 'foreach'
  | 'switch'
  | 'case'
  | 'type'
  | 'lambda'

/** `picks.name`, or the node itself. */
const ref: Handler = (l, node) => ({ is: 'ref', name: l.text(node), line: node.line })

const text: Handler = (l, node) => textExpr(l.text(node), node.line)

/**
 * A string: its parts are the text between the delimiters, escapes and holes. A child is a hole if its rule is `template`, an
 * escape or content by its type's name; what stands between the children is content too. Picks: none.
 */
const string: Handler = (l, node) => {
  const parts: Expr[] = []
  let content = ''
  const take = (part: SyntaxNode): void => {
    if (l.kindOf(part) === 'template') {
      if (content !== '') parts.push(textExpr(content, node.line))
      content = ''
      parts.push(l.expr(part))
    } else if (/escape/.test(part.type)) content += unescaped(l.text(part))
    else if (part.children.length === 0) content += /start$|end$|quote$|brace$/.test(part.type) ? '' : l.text(part)
    else {
      let at = part.start
      for (const child of part.children) {
        content += l.source.slice(at, child.start)
        take(child)
        at = child.end
      }
      content += l.source.slice(at, part.end)
    }
  }
  for (const child of node.children) take(child)
  if (content !== '' || parts.length === 0) parts.push(textExpr(content, node.line))
  return parts.length === 1 && parts[0]!.is === 'text' ? parts[0] : { is: 'concat', parts, line: node.line }
}

const nothing: Handler = (_, node) => unknownExpr('null', node.line)

/** Picks: of, name. */
const member: Handler = (l, node, picks) => {
  const of = pick(node, picks.of!)
  const name = pick(node, picks.name!)
  const value: Expr = { is: 'member', of: l.expr(of), name: name === undefined ? '' : l.text(name), line: node.line }
  if (isOptional(l, of, name)) value.optional = true
  return value
}

/** Whether `?.` stands between an object and its member. */
const isOptional = (l: Lowering, of: SyntaxNode | undefined, name: SyntaxNode | undefined): boolean =>
  of !== undefined && name !== undefined && l.source.slice(of.end, name.start).trimStart().startsWith('?')

/** Picks: of, key. */
const index: Handler = (l, node, picks) => ({
  is: 'index',
  of: l.expr(pick(node, picks.of!)),
  key: l.expr(pick(node, picks.key!)),
  line: node.line,
})

type Arguments = { args: Expr[]; named: CallFact['named'] }

/** The arguments of a list node: those of kind `argument` with a name are named. */
export const argumentsOf = (l: Lowering, list: SyntaxNode | undefined): Arguments => {
  const args: Expr[] = []
  const named: CallFact['named'] = []
  const isOneArgument = list !== undefined && l.spec.rules[list.type] !== undefined
  for (const node of isOneArgument ? [list] : (list?.children ?? [])) {
    const rule = l.spec.rules[node.type]
    if (l.kindOf(node) === 'argument' && Array.isArray(rule)) {
      const { name, value } = rule[1] as { name: string; value: string | number }
      const label = pick(node, name)
      const content = typeof value === 'number' ? node.children.filter(child => child !== label)[value] : pick(node, value)
      if (label !== undefined) named.push({ name: l.text(label), value: l.expr(content) })
      else args.push(l.expr(content))
    } else args.push(l.expr(node))
  }
  return { args, named }
}

/** Picks: callee, args; optional typeArgs. */
const call: Handler = (l, node, picks) => {
  const calleeNode = pick(node, picks.callee!)
  const argsNode = pick(node, picks.args!)
  const callee = l.expr(calleeNode)
  const typeArgs = picks.typeArgs === undefined ? [] : typeArguments(l, pick(node, picks.typeArgs))
  const optional = (callee.is === 'member' && callee.optional) || isOptional(l, calleeNode, argsNode)
  return l.call(node, {
    callee,
    ...argumentsOf(l, argsNode),
    ...(typeArgs.length > 0 && { typeArgs }),
    ...(optional && { optional: true }),
  })
}

export const typeArguments = (l: Lowering, list: SyntaxNode | undefined) =>
  (list?.children ?? []).map(child => l.typeRef(child)).filter(type => type !== undefined)

/** Picks: type, args. An initialiser is a hook's work. */
const create: Handler = (l, node, picks) => {
  const type = l.typeRef(pick(node, picks.type!))
  return l.call(node, {
    callee: type === undefined ? unknownExpr('type', node.line) : l.typeExpr(type.name, node.line),
    ...argumentsOf(l, pick(node, picks.args!)),
    ...(type?.args && { typeArgs: type.args }),
    isNew: true,
  })
}

/** Picks: left, operator, right. Chains of one operator are walked without recursion. */
const binary: Handler = (l, node, picks) => {
  const operator = operatorOf(l, node, picks)
  const meaning = meaningOf(l, operator)
  if (meaning === 'concat') return { is: 'concat', parts: flat(chain(l, node, picks, operator).map(n => l.expr(n))), line: node.line }
  if (meaning === 'or') return { is: 'or', options: chain(l, node, picks, operator).map(n => l.expr(n)), line: node.line }
  if (meaning === 'and') {
    const operands = chain(l, node, picks, operator)
    for (const operand of operands.slice(0, -1)) l.statement(operand)
    return l.expr(operands.at(-1))
  }
  if (meaning === 'format') return format(l, node, pick(node, picks.left!), pick(node, picks.right!))
  if (meaning === 'instance') l.case(l.expr(pick(node, picks.right!)), l.expr(pick(node, picks.left!)), node)
  else if (meaning === 'equals') equals(l, node, l.expr(pick(node, picks.left!)), l.expr(pick(node, picks.right!)))
  else for (const operand of chain(l, node, picks, operator)) l.statement(operand)
  return unknownExpr(`operator ${operator}`, node.line)
}

const operatorOf = (l: Lowering, node: SyntaxNode, picks: Record<string, string | number>): string => {
  const operator = pick(node, picks.operator!)
  return operator === undefined ? '' : l.text(operator)
}

const meaningOf = (l: Lowering, operator: string): Operator =>
  (l.spec.operators && Object.hasOwn(l.spec.operators, operator) ? l.spec.operators[operator] : undefined) ??
  (Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator]! : 'none')

/** Operands of a left-leaning chain of one operator, in order. */
const chain = (l: Lowering, node: SyntaxNode, picks: Record<string, string | number>, operator: string): SyntaxNode[] => {
  const operands: SyntaxNode[] = []
  let here: SyntaxNode | undefined = node
  while (here !== undefined && here.type === node.type && operatorOf(l, here, picks) === operator) {
    const right = pick(here, picks.right!)
    if (right !== undefined) operands.push(right)
    here = pick(here, picks.left!)
  }
  if (here !== undefined) operands.push(here)
  return operands.reverse()
}

/** Parts of inner concatenations in the outer one, adjacent texts joined. */
export const flat = (parts: readonly Expr[]): Expr[] => {
  const out: Expr[] = []
  for (const part of parts.flatMap(p => (p.is === 'concat' ? p.parts : [p]))) {
    const last = out.at(-1)
    if (part.is === 'text' && last?.is === 'text') out[out.length - 1] = { ...last, text: last.text + part.text }
    else out.push(part)
  }
  return out
}

const format = (l: Lowering, node: SyntaxNode, left: SyntaxNode | undefined, right: SyntaxNode | undefined): Expr => {
  const of = l.expr(left)
  const values = l.expr(right)
  if (of.is !== 'text' && of.is !== 'concat' && values.is === 'text') return unknownExpr('operator %', node.line)
  return l.call(node, {
    callee: { is: 'member', of, name: '%', line: node.line },
    args: values.is === 'list' ? values.items : [values],
  })
}

/** `a == 'x'` is a case of a; of other comparisons both sides are read. */
export const equals = (l: Lowering, node: SyntaxNode, left: Expr, right: Expr): void => {
  const [of, value] = constancy(left) > constancy(right) ? [right, left] : [left, right]
  if (of.is !== 'unknown' && value.is !== 'unknown' && constancy(value) > 0 && of.is !== 'text') l.case(value, of, node)
  else {
    l.read(left)
    l.read(right)
  }
}

/** 2 for a text, 1 for a name that is written as constants are: `PAID`, `Status.Paid`, `pb.Status_PAID`. */
const constancy = (value: Expr): number => {
  if (value.is === 'text') return 2
  if (value.is === 'ref') return /^[A-Z][A-Z0-9_]+$/.test(value.name) ? 1 : 0
  if (value.is !== 'member') return 0
  if (/^[A-Z][A-Z0-9_]+$/.test(value.name) || /^[A-Z]\w*_[A-Z]/.test(value.name)) return 1
  const of = value.of.is === 'ref' || value.of.is === 'member' ? value.of.name : ''
  return /^[A-Z]\w*[a-z]/.test(of) && /^[A-Z]/.test(value.name) ? 1 : 0
}

/** Picks: operator, of. Without an operator, what stands before the operand is it. */
const unary: Handler = (l, node, picks) => {
  const operand = pick(node, picks.of!)
  const operator = picks.operator === undefined ? l.source.slice(node.start, operand?.start).trim() : operatorOf(l, node, picks)
  const meaning = meaningOf(l, `unary ${operator}`)
  if (meaning === 'address') return { is: 'addressOf', of: l.expr(operand), line: node.line }
  if (meaning === 'deref') return { is: 'index', of: l.expr(operand), key: textExpr('*', node.line), line: node.line }
  if (meaning === 'element') return { is: 'elementOf', of: l.expr(operand), line: node.line }
  const value = l.expr(operand)
  if (/^[-+]$/.test(operator) && value.is === 'text' && /^\d/.test(value.text))
    return textExpr(operator === '-' ? `-${value.text}` : value.text, node.line)
  l.read(value)
  return unknownExpr(`operator ${operator}`, node.line)
}

/** Picks: test, yes, no. */
const conditional: Handler = (l, node, picks) => {
  const test = pick(node, picks.test!)
  const yes = pick(node, picks.yes!)
  const no = pick(node, picks.no!)
  const [first, second] = [yes, no].map(n => (n === undefined ? '' : l.text(n)))
  const tested = test === undefined ? '' : l.text(test).replace(/^\((.*)\)$/, '$1')
  const guard = /^(?:typeof )?(.+?) *(!==?|===?|is not|is) *(?:null|undefined|None|""|''|'undefined')$/.exec(tested)
  const isPlain = tested === first || (guard?.[1] === first && /^(!|is not)/.test(guard?.[2] ?? ''))
  const isInverse = guard?.[1] === second && /^(=|is$)/.test(guard?.[2] ?? '')
  if (isPlain) return { is: 'or', options: [l.expr(yes), l.expr(no)], line: node.line }
  if (isInverse) return { is: 'or', options: [l.expr(no), l.expr(yes)], line: node.line }
  if (test !== undefined) l.statement(test)
  return { is: 'either', options: [l.expr(yes), l.expr(no)], line: node.line }
}

/** A bare list of values or targets; one of one is that one. */
const tuple: Handler = (l, node, picks) => (node.children.length === 1 ? l.expr(node.children[0]) : list(l, node, picks))

const list: Handler = (l, node) => ({ is: 'list', items: node.children.map(child => l.expr(child)), line: node.line })

/** Its children are of kind `pair`, `spread`, or hooks that give a map of their own entries. */
const map: Handler = (l, node) => {
  const entries: { key: Expr; value: Expr }[] = []
  for (const child of node.children) {
    const value = l.expr(child)
    if (value.is === 'map') entries.push(...value.entries)
    else if (value.is === 'spread') entries.push({ key: value, value })
    else if (value.is !== 'unknown') entries.push({ key: value, value })
  }
  return { is: 'map', entries, line: node.line }
}

/** Picks: key, value. One entry of a map. */
const pair: Handler = (l, node, picks) => ({
  is: 'map',
  entries: [{ key: l.expr(pick(node, picks.key!)), value: l.expr(pick(node, picks.value!)) }],
  line: node.line,
})

const spread: Handler = (l, node) => ({ is: 'spread', of: l.expr(node.children[0]), line: node.line })

/** Pick: of; its first child without. The value of the node is that of one child. */
const through: Handler = (l, node, picks) => {
  const child = pick(node, picks.of ?? 0)
  return child === undefined ? undefined : l.expr(child)
}

/** Pick: value. An argument where no call asks for it. */
const argument: Handler = (l, node, picks) => l.expr(pick(node, picks.value!))

export const expressions: Record<ExpressionKind, Handler> = {
  ref,
  text,
  string,
  null: nothing,
  member,
  index,
  call,
  new: create,
  binary,
  unary,
  conditional,
  list,
  tuple,
  map,
  pair,
  spread,
  through,
  argument,
  element: (l, node) => ({ is: 'elementOf', of: l.expr(node.children[0]), line: node.line }),
  template: through,
  concat: (l, node) => ({ is: 'concat', parts: flat(node.children.map(child => l.expr(child))), line: node.line }),
}
