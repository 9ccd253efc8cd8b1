/** JSON with sorted keys and without undefined members: equal values give equal bytes. */
export const canonicalJson = (value: unknown, indent = 0): string =>
  JSON.stringify(isPlain(value) ? value : sorted(value), undefined, indent) ?? 'null'

const isPlain = (value: unknown): boolean =>
  value === null || typeof value !== 'object' || (Array.isArray(value) && value.every(v => v === null || typeof v !== 'object'))

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) out[key] = sorted(member)
  }
  return out
}
