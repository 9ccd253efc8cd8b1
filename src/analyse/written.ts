import type { Expr } from '../model/program.ts'

/** A name with dots, as written. */
export const typeName = (e: Expr): string | undefined => {
  if (e.is === 'ref') return e.name
  const of = e.is === 'member' ? typeName(e.of) : undefined
  return of === undefined || e.is !== 'member' ? undefined : `${of}.${e.name}`
}

/** Whether two expressions are written alike. */
export const sameExpr = (a: Expr, b: Expr): boolean =>
  a.is === b.is &&
  ((a.is === 'ref' && b.is === 'ref' && a.name === b.name) ||
    (a.is === 'member' && b.is === 'member' && a.name === b.name && sameExpr(a.of, b.of)) ||
    (a.is === 'index' && b.is === 'index' && sameExpr(a.of, b.of) && sameExpr(a.key, b.key)) ||
    (a.is === 'text' && b.is === 'text' && a.text === b.text))

/** A text in at most 40 characters. */
export const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}…` : text)

/** An expression in few words, for chains of evidence. */
export const show = (e: Expr): string => {
  switch (e.is) {
    case 'text':
      return `"${clip(e.text)}"`
    case 'ref':
      return e.name.replace(/~\d+$/, '')
    case 'member':
      return clip(`${show(e.of)}.${e.name}`)
    case 'index':
      return clip(`${show(e.of)}[${show(e.key)}]`)
    case 'call':
      return '…'
    case 'addressOf':
      return `&${show(e.of)}`
    default:
      return '…'
  }
}
