import type { Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'

/** What a child is asked for: its field's name, or its position among the kept children. */
export type Pick = string | number

/** The child a pick names. */
export const pick = (node: SyntaxNode, which: Pick): SyntaxNode | undefined => {
  if (typeof which === 'number') return node.children[which]
  for (const child of node.children) if (child.field === which) return child
  return undefined
}

/** All children of a field. */
export const picks = (node: SyntaxNode, field: string): SyntaxNode[] => node.children.filter(child => child.field === field)

export const childOf = (node: SyntaxNode | undefined, ...types: string[]): SyntaxNode | undefined =>
  node?.children.find(child => types.includes(child.type))

export const textExpr = (text: string, line: number): Expr => ({ is: 'text', text, line })
export const unknownExpr = (why: string, line: number): Expr => ({ is: 'unknown', why, line })
