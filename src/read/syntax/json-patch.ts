import { unescapeStep } from './json-pointer.ts'
import { asText, type Budget, copyOf, listItems, member, type Placed, removeMember, scalar, setMember } from './placed.ts'

/**
 * Applies a JSON Patch (RFC 6902) in place, as kustomize does: replacing a key that is not there adds it. The first operation that cannot be applied is named, with its line; the ones after it still count.
 */
export const jsonPatch = (target: Placed, operations: Placed, budget: Budget): { line: number; file: string; message: string }[] =>
  listItems(operations).flatMap(operation => {
    const message = apply(target, operation, budget)
    return message ? [{ ...operation.at, message }] : []
  })

const apply = (target: Placed, operation: Placed, budget: Budget): string | undefined => {
  const op = asText(member(operation, 'op'))
  const path = pointer(asText(member(operation, 'path')))
  if (!op || !path) return 'an operation needs op and path'
  if (!budget.take(costOf(target, path))) return 'too many operations'
  const given = member(operation, 'value')
  const value = given ? copyOf(given, budget) : scalar(null, operation.at)
  if (op === 'add' || op === 'replace') return put(target, path, value, op)
  if (op === 'remove') return take(target, path) ? undefined : `nothing at /${path.join('/')}`
  if (op === 'test') return find(target, path) ? undefined : `nothing at /${path.join('/')}`
  if (op !== 'move' && op !== 'copy') return `${op.slice(0, 20)} is no operation`
  const from = pointer(asText(member(operation, 'from')))
  const moved = from && (op === 'move' ? take(target, from) : find(target, from))
  return moved ? put(target, path, copyOf(moved, budget), 'add') : 'nothing at from'
}

const MAX_STEPS = 100

const pointer = (text: string | undefined): string[] | undefined => {
  if (text === undefined || !text.startsWith('/')) return undefined
  const steps = text.slice(1).split('/').map(unescapeStep)
  return steps.length <= MAX_STEPS ? steps : undefined
}

const find = (target: Placed, path: readonly string[]): Placed | undefined =>
  path.reduce<Placed | undefined>((here, step) => (here?.is === 'list' ? here.items[indexOf(step)] : member(here, step)), target)

/** Steps, roughly: a key is looked for among its neighbours. */
const costOf = (target: Placed, path: readonly string[]): number => {
  const parent = find(target, path.slice(0, -1))
  return 1 + (parent?.is === 'map' ? parent.entries.length >> 6 : parent?.is === 'list' ? parent.items.length >> 6 : 0)
}

const indexOf = (step: string): number => (/^\d{1,6}$/.test(step) ? Number(step) : -1)

const put = (target: Placed, path: readonly string[], value: Placed, op: 'add' | 'replace'): string | undefined => {
  const parent = find(target, path.slice(0, -1))
  const last = path.at(-1)!
  if (parent?.is === 'map') {
    setMember(parent, last, value)
    return undefined
  }
  if (parent?.is !== 'list') return `nothing at /${path.slice(0, -1).join('/')}`
  const index = last === '-' ? parent.items.length : indexOf(last)
  if (index < 0 || index > parent.items.length || (op === 'replace' && index === parent.items.length)) return `no item ${last.slice(0, 20)}`
  parent.items.splice(index, op === 'replace' ? 1 : 0, value)
  return undefined
}

const take = (target: Placed, path: readonly string[]): Placed | undefined => {
  const parent = find(target, path.slice(0, -1))
  const found = parent && find(parent, [path.at(-1)!])
  if (parent?.is === 'list' && found) parent.items.splice(indexOf(path.at(-1)!), 1)
  else if (parent?.is === 'map') removeMember(parent, path.at(-1)!)
  return found
}
