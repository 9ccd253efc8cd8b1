import type { Expr } from '../model/program.ts'
import type { Fn } from './scope.ts'

const maxDepth = 60
const parts = ['of', 'key', 'value', 'parts', 'options', 'items', 'entries', 'callee', 'args', 'named', 'init'] as const

/** Every expression that functions hold, each before those inside it. */
export const eachExpression = (fns: readonly Fn[], see: (e: Expr, fn: Fn) => void): void => {
  const visit = (value: unknown, depth: number, fn: Fn): void => {
    if (depth > maxDepth || value === null || typeof value !== 'object') return
    if (Array.isArray(value)) {
      for (const item of value) visit(item, depth + 1, fn)
      return
    }
    const e = value as Record<string, unknown>
    if (typeof e.is === 'string') see(value as Expr, fn)
    for (const key of parts) if (e[key] !== undefined) visit(e[key], depth + 1, fn)
  }
  for (const fn of fns) {
    const calls = fn.calls.map(i => fn.unit.facts.calls[i])
    for (const held of [fn.binds, calls, fn.returns, fn.reads, fn.cases]) visit(held, 0, fn)
  }
}
