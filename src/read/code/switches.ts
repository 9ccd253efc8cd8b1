import type { Expr } from '../../model/program.ts'
import type { SyntaxNode } from '../syntax/treesitter.ts'
import type { Handler, Lowering } from './lowering.ts'
import { picks as all, pick } from './nodes.ts'

/** The items of a bare list of values, or the node itself. */
const sides = (l: Lowering, node: SyntaxNode): SyntaxNode[] => (l.kindOf(node) === 'tuple' ? node.children : [node])

/** Picks: of; optional body. Its cases are of kind `case`; one without a value is the default. */
export const choice: Handler = (l, node, picks) => {
  const ofNode = picks.of === undefined ? undefined : pick(node, picks.of)
  const of = ofNode === undefined ? undefined : l.expr(ofNode)
  const saved = l.subject
  l.subject = { of, hasDefault: hasDefault(l, node), used: false, values: [] }
  l.statements(node.children.filter(child => child !== ofNode))
  const { values } = l.subject
  if (of !== undefined && !l.subject.used) l.read(of)
  l.subject = saved
  return values.length === 0 ? undefined : { is: 'either', options: values, line: node.line }
}

const hasDefault = (l: Lowering, node: SyntaxNode): boolean =>
  node.children.some(
    child =>
      /default/.test(child.type) ||
      (/label$/.test(child.type) && child.children.length === 0) ||
      (child.type === 'switch_section' && l.source.startsWith('default', child.start)) ||
      (/(?:body|block|group|rule|section)$/.test(child.type) && hasDefault(l, child)),
  )

/** Picks: value (may stand several times), further children are its statements. */
export const label: Handler = (l, node, picks) => {
  const values = typeof picks.value === 'number' ? [pick(node, picks.value)] : all(node, picks.value!)
  const items = values.filter(n => n !== undefined).flatMap(n => sides(l, n))
  for (const item of items) caseOf(l, l.expr(item), item)
  l.statements(node.children.filter(child => !values.includes(child)))
  return undefined
}

/** A label of the switch that is walked. */
export const caseOf = (l: Lowering, value: Expr, node: SyntaxNode): void => {
  if (value.is === 'unknown') return
  if (l.subject?.of === undefined) l.read(value)
  else {
    l.subject.used = true
    l.case(value, l.subject.of, node, l.subject.hasDefault)
  }
}

/** What the branch that is walked gives as the value of the switch. */
export const branchValue = (l: Lowering, value: Expr | undefined): void => {
  if (value === undefined) return
  if (l.subject === undefined) l.read(value)
  else l.subject.values.push(value)
}
