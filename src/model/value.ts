import type { Spot } from './evidence.ts'

/**
 * A string as far as one repository can say it. The holes (`env`, `config`, `host`) are filled by link, in one deployable's environment and variant.
 * - `or`: the first option that has a value (a look-up with its default);
 * - `any`: every option is real (a list that is walked, branches of a condition).
 */
export type Value =
  | { is: 'text'; text: string; spot?: Spot }
  | { is: 'concat'; parts: Value[] }
  | { is: 'or'; options: Value[] }
  | { is: 'any'; options: Value[] }
  | { is: 'env'; name: string; spot?: Spot }
  | { is: 'config'; key: string; owner?: string; spot?: Spot }
  | { is: 'host' }
  | { is: 'unknown'; why: string }

export const text = (value: string): Value => ({ is: 'text', text: value })
export const unknown = (why: string): Value => ({ is: 'unknown', why })

/** Joins parts into one value: adjacent texts merge, a single part stands for itself. */
export const concat = (parts: readonly Value[]): Value => {
  const flat: Value[] = []
  for (const part of parts.flatMap(p => (p.is === 'concat' ? p.parts : [p]))) {
    const last = flat.at(-1)
    if (part.is === 'text' && last?.is === 'text') flat[flat.length - 1] = { ...last, text: last.text + part.text }
    else if (part.is !== 'text' || part.text !== '') flat.push(part)
  }
  return flat.length === 0 ? text('') : flat.length === 1 ? flat[0]! : { is: 'concat', parts: flat }
}

/** As a person would write it: `http://${CART_ADDR}/cart`. */
export const showValue = (value: Value): string => {
  switch (value.is) {
    case 'text':
      return value.text
    case 'concat':
      return value.parts.map(showValue).join('')
    case 'or':
    case 'any':
      return value.options.map(showValue).join('|')
    case 'env':
      return `\${${value.name}}`
    case 'config':
      return `{${value.key}}`
    case 'host':
      return '<this host>'
    case 'unknown':
      return `?(${value.why})`
  }
}

/** Names of environment and configuration that a value waits for. */
export const holes = (value: Value): string[] => {
  if (value.is === 'env') return [value.name]
  if (value.is === 'config') return [value.key]
  if (value.is === 'concat') return value.parts.flatMap(holes)
  if (value.is === 'or' || value.is === 'any') return value.options.flatMap(holes)
  return []
}
