import type { CallFact, Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import type { Hook, Lowering } from './lowering.ts'
import { pick, picks, textExpr } from './nodes.ts'

/** An element is a call of its tag: attributes are named arguments, children that are values are its arguments. */
export const jsxElement: Hook = (l, node) => {
  const tag = pick(node, 'open_tag') ?? node
  const name = pick(tag, 'name')
  const attributes = picks(tag, 'attribute')
  const named = attributes.filter(child => child.type === 'jsx_attribute').map(child => attribute(l, child))
  const spreads = attributes.filter(child => child.type !== 'jsx_attribute').map(child => l.expr(child))
  const children = node.children.filter(child => child.field === '' && /^jsx_(?:element|self_closing_element|expression)$/.test(child.type))
  const args = children.filter(child => child.children.length > 0).map(child => l.expr(child))
  const callee: Expr = name === undefined ? { is: 'ref', name: 'Fragment', line: node.line } : l.expr(name)
  return l.call(node, { callee, args: [...spreads, ...args], named })
}

const attribute = (l: Lowering, node: SyntaxNode): CallFact['named'][number] => {
  const [name, value] = node.children
  return {
    name: name === undefined ? '' : l.text(name),
    value: value === undefined ? textExpr('true', node.line) : l.expr(value),
  }
}
