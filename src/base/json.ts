/** JSON with sorted keys and without undefined members: equal values give equal bytes. */
export const canonicalJson = (value: unknown, indent = 0): string =>
  (indent === 0 ? written(value) : JSON.stringify(sorted(value), undefined, indent)) ?? 'null'

/** Without a sorted copy of everything: keys of small parts are what most comparisons are made of. */
const written = (value: unknown): string | undefined => {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(item => written(item) ?? 'null').join(',')}]`
  let members = ''
  for (const name of sortedNames(value)) {
    const member = written((value as Record<string, unknown>)[name])
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${member}`
  }
  return `{${members}}`
}

const sortedNames = (value: object): string[] => {
  const names = Object.keys(value)
  for (let n = 1; n < names.length; n++) if (names[n]! < names[n - 1]!) return names.sort()
  return names
}

/** Text that needs no escapes is what almost all text is. */
const quoted = (text: string): string => (/[^ !#-[\]-\ud7ff\ue000-\uffff]/.test(text) ? JSON.stringify(text) : `"${text}"`)

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
