import type { Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import { flat } from './expressions.ts'
import type { Lowering } from './lowering.ts'
import { textExpr, unknownExpr } from './nodes.ts'

/** Tokens of a macro that no grammar has read: the nodes among them, and the source they stand in. */
export interface Tokens {
  nodes: SyntaxNode[]
  start: number
  end: number
  text: string
}

const MAX_TOKENS = 2000

const tokensOf = (l: Lowering, nodes: SyntaxNode[], start: number, end: number): Tokens => ({
  nodes,
  start,
  end,
  text: l.source.slice(start, end),
})

/** The parts of a token tree between its commas. */
export const splitTokens = (l: Lowering, tree: SyntaxNode | undefined): Tokens[] => {
  if (tree === undefined || tree.end - tree.start < 2) return []
  const parts: Tokens[] = []
  let nodes: SyntaxNode[] = []
  let start = tree.start + 1
  let from = start
  const gap = (until: number): void => {
    const comma = l.source.slice(from, until).search(/[,;]/)
    if (comma === -1) return
    if (nodes.length > 0) parts.push(tokensOf(l, nodes, start, from + comma))
    nodes = []
    start = from + comma + 1
  }
  for (const node of tree.children.slice(0, MAX_TOKENS)) {
    gap(node.start)
    nodes.push(node)
    from = node.end
  }
  gap(tree.end - 1)
  if (nodes.length > 0) parts.push(tokensOf(l, nodes, start, tree.end - 1))
  return parts
}

/** One part as an expression: a literal, a name, a chain of members and calls, a list or a map; anything else is not known. */
export const valueOfTokens = (l: Lowering, { nodes, start }: Tokens, depth = 0): Expr => {
  const [first] = nodes
  if (first === undefined || depth > 40) return unknownExpr('tokens', 1)
  const { line } = first
  let value = head(l, first, depth)
  let from = first.end
  for (const node of nodes.slice(1)) {
    const between = l.source.slice(from, node.start).trim()
    if (node.type === 'token_tree' && between === '' && l.source[node.start] === '(') {
      const args = splitTokens(l, node).map(part => valueOfTokens(l, part, depth + 1))
      value = l.call(node, { callee: value, args })
    } else if (node.type === 'token_tree' && between === '' && l.source[node.start] === '[') {
      const [key] = splitTokens(l, node)
      value = { is: 'index', of: value, key: key === undefined ? unknownExpr('tokens', line) : valueOfTokens(l, key, depth + 1), line }
    } else if (/^\??\.$|^::$/.test(between)) {
      if (l.text(node) !== 'await') value = { is: 'member', of: value, name: l.text(node), line: node.line }
    } else if (value.is !== 'unknown' || between !== '') {
      l.read(value)
      value = between === '=>' || between === '=' ? head(l, node, depth) : unknownExpr('tokens', line)
    }
    from = node.end
  }
  const before = l.source.slice(start, first.start).trim()
  return before === '' || /^[&*]+$/.test(before) ? value : unknownExpr('tokens', line)
}

const head = (l: Lowering, node: SyntaxNode, depth: number): Expr => {
  const { line } = node
  if (node.type !== 'token_tree')
    return node.type === 'identifier' || node.type === 'self'
      ? { is: 'ref', name: l.renamed.get(l.text(node)) ?? l.text(node), line }
      : l.expr(node)
  const open = l.source[node.start]
  const parts = splitTokens(l, node)
  if (open === '(') return parts.length === 1 ? valueOfTokens(l, parts[0]!, depth + 1) : unknownExpr('tokens', line)
  if (open === '[') return { is: 'list', items: parts.map(part => valueOfTokens(l, part, depth + 1)), line }
  const entries = parts.flatMap(part => {
    const key = part.nodes[0]!
    const isPair = /^\s*:(?!:)/.test(l.source.slice(key.end, part.nodes[1]?.start ?? part.end))
    if (!isPair) {
      l.read(valueOfTokens(l, part, depth + 1))
      return []
    }
    const rest = { ...part, nodes: part.nodes.slice(1), start: part.nodes[1]?.start ?? part.end }
    return [{ key: textExpr(keyText(l, key), key.line), value: valueOfTokens(l, rest, depth + 1) }]
  })
  return { is: 'map', entries, line }
}

const keyText = (l: Lowering, node: SyntaxNode): string => {
  const value = node.type === 'string_literal' ? l.expr(node) : undefined
  return value?.is === 'text' ? value.text : l.text(node)
}

/** A format string with its holes filled: `{}`, `{0}`, `{name}`, `{name}` of a name in scope. */
export const formatted = (l: Lowering, node: SyntaxNode, parts: readonly Tokens[]): Expr => {
  const { line } = node
  const [template, ...rest] = parts
  const text = template === undefined ? undefined : valueOfTokens(l, template)
  const named = new Map<string, Expr>()
  const args: Expr[] = []
  for (const part of rest) {
    const name = /^\s*(\w+)\s*=(?!=)/.exec(part.text)?.[1]
    if (name === undefined) args.push(valueOfTokens(l, part))
    else named.set(name, valueOfTokens(l, { ...part, nodes: part.nodes.slice(1), start: part.nodes[1]?.start ?? part.end }))
  }
  if (text?.is !== 'text') return text === undefined ? textExpr('', line) : text
  const made: Expr[] = []
  let next = 0
  let from = 0
  for (const hole of text.text.matchAll(/\{\{|\}\}|\{(\w*)(?::[^{}]*)?\}/g)) {
    if (hole.index > from) made.push(textExpr(text.text.slice(from, hole.index), line))
    from = hole.index + hole[0].length
    const name = hole[1]
    if (name === undefined) made.push(textExpr(hole[0][0]!, line))
    else if (name === '') made.push(args[next++] ?? unknownExpr('a part that is not given', line))
    else if (/^\d+$/.test(name)) made.push(args[Number(name)] ?? unknownExpr('a part that is not given', line))
    else made.push(named.get(name) ?? { is: 'ref', name: l.renamed.get(name) ?? name, line })
  }
  if (from < text.text.length) made.push(textExpr(text.text.slice(from), line))
  const joined = flat(made)
  return joined.length === 1 ? joined[0]! : joined.length === 0 ? textExpr('', line) : { is: 'concat', parts: joined, line }
}
