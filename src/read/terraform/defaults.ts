import type { HclEntry, HclValue } from '../hcl/values.ts'
import { isNull } from '../hcl/values.ts'
import type { HclExpr } from '../syntax/hcl.ts'

/** Fills in what a type constraint says of members that are left out: `object({port = optional(number, 80)})`, also inside maps and lists. */
export const withDefaults = (value: HclValue, type: HclExpr, tell: (expr: HclExpr) => HclValue, depth = 0): HclValue => {
  if (type.is !== 'call' || depth > 20) return value
  const [inner] = type.args
  if (!inner) return value
  if (type.name === 'optional') return withDefaults(value, inner, tell, depth + 1)
  if (type.name === 'object' && inner.is === 'object' && value.is === 'map') return objectWith(value, inner, tell, depth)
  if (/^(map|list|set)$/.test(type.name)) {
    if (value.is === 'list') return { ...value, items: value.items.map(item => withDefaults(item, inner, tell, depth + 1)) }
    if (value.is === 'map') {
      const entries = [...value.entries].map(([key, e]): [string, HclEntry] => [
        key,
        { ...e, value: withDefaults(e.value, inner, tell, depth + 1) },
      ])
      return { ...value, entries: new Map(entries) }
    }
  }
  return value
}

const objectWith = (
  value: Extract<HclValue, { is: 'map' }>,
  type: Extract<HclExpr, { is: 'object' }>,
  tell: (expr: HclExpr) => HclValue,
  depth: number,
): HclValue => {
  const entries = new Map(value.entries)
  for (const { key, value: member } of type.entries) {
    const name = key.is === 'literal' ? String(key.value) : undefined
    if (name === undefined) continue
    const own = entries.get(name)
    if (own && !isNull(own.value)) entries.set(name, { ...own, value: withDefaults(own.value, member, tell, depth + 1) })
    else if (member.is === 'call' && member.name === 'optional') {
      const [, fallback] = member.args
      entries.set(name, { value: fallback ? tell(fallback) : { is: 'scalar', value: null, at: value.at }, at: value.at })
    }
  }
  return { ...value, entries }
}
