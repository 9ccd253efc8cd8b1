/** Functions of a library that are named after HTTP methods, and the method each sends: `PostForm`, `getForObject`, `PutAsync`. */
export const httpMethods = (names: readonly string[]): { name: string; method: string }[] =>
  names.map(name => ({ name, method: /^(get|head|post|put|delete|patch|options)/i.exec(name)?.[1]?.toUpperCase() ?? 'GET' }))
