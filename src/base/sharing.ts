/**
 * An equal record of lists that takes from another, older one the items that are equal there, so that who compares the two sees by identity
 * what is the same. Items are matched by their `id`, else by their place. For plain JSON.
 */
export const sharing = <T extends object>(value: T, other: T): T =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shared(member, other[name as keyof T])])) as T

const shared = (value: unknown, other: unknown): unknown => {
  if (!Array.isArray(value) || !Array.isArray(other)) return isEqual(value, other) ? other : value
  const byId = idOf(value[0]) === undefined ? undefined : new Map(other.map(item => [idOf(item), item]))
  const items = value.map((item, n) => {
    const match = byId && idOf(item) !== idOf(other[n]) ? byId.get(idOf(item)) : other[n]
    return isEqual(item, match) ? match : item
  })
  return items.length === other.length && items.every((item, n) => item === other[n]) ? other : items
}

const idOf = (item: unknown): string | undefined => {
  const id = (item as { id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : undefined
}

/** Whether two values of plain JSON are the same bytes: of equal members in another order, they are not. */
const isEqual = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  const others = Object.keys(b)
  if (names.length !== others.length) return false
  for (let n = 0; n < names.length; n++) {
    const name = names[n]!
    if (name !== others[n] || !isEqual((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false
  }
  return true
}
