/** `a, b and c`; past `most`, `a, b and 4 more`. */
export const listed = (items: readonly string[], most = 4): string => {
  if (items.length > most) return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** `1 service breaks`, `3 services break`. */
export const servicesDo = (n: number, verb: string): string => (n === 1 ? `1 service ${verb}s` : `${n} services ${verb}`)

/** `pkg.Service/Method` without its package; HTTP operations as they are. */
export const shortOperation = (operation: string): string =>
  /^[A-Z*]+ /.test(operation) ? operation : operation.slice(operation.lastIndexOf('.', operation.lastIndexOf('/')) + 1)
