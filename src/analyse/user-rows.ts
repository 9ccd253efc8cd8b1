import { compilePath, type LibraryRow } from './rows.ts'

const moments: readonly string[] = ['call', 'new', 'member', 'assign', 'annotation', 'super', 'type', 'tag']
const values: readonly string[] = ['env', 'config', 'stub', 'same', 'connection', 'format', 'concat', 'keep', 'kept', 'make', 'result']
const effects: readonly string[] = ['call', 'serve', 'listen', 'store', 'publish', 'consume']

const isRecord = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null && !Array.isArray(data)

/** What is wrong with a row of the user; undefined where nothing is. */
const fault = (row: unknown): string | undefined => {
  if (!isRecord(row)) return 'is not a map'
  if (typeof row.language !== 'string') return 'has no language'
  if (typeof row.path !== 'string' || compilePath(row.path) === undefined) return 'has no path, or one with too many wildcards'
  if (typeof row.when !== 'string' || !moments.includes(row.when)) return `has a «when» that is none of ${moments.join(', ')}`
  const { gives } = row
  if (!isRecord(gives)) return 'has no «gives»'
  if (typeof gives.value === 'string' ? !values.includes(gives.value) : !effects.includes(String(gives.effect)))
    return `gives neither a value (${values.join(', ')}) nor an effect (${effects.join(', ')})`
  const places = Object.entries(gives).filter(([key]) => !['value', 'effect', 'every', 'refines', 'shape', 'encoding'].includes(key))
  const wrong = places.find(([, place]) => typeof place !== 'string' && !(Array.isArray(place) && place.every(p => typeof p === 'string')))
  return wrong && `names a place «${wrong[0]}» that is no text`
}

/** Rows of `libraries` in a configuration: whole ones, and for each of the others its index and what is wrong with it. */
export const readRows = (data: readonly unknown[]): { rows: LibraryRow[]; faults: { index: number; message: string }[] } => {
  const faults = data.flatMap((row, index) => {
    const message = fault(row)
    return message === undefined ? [] : [{ index, message: `library row ${index + 1} ${message}` }]
  })
  const wrong = new Set(faults.map(f => f.index))
  return { rows: data.filter((_, index) => !wrong.has(index)) as LibraryRow[], faults }
}
