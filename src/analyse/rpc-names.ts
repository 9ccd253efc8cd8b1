import { canonicalName } from '../base/names.ts'

/** The service in `Tickets.Pricing.Stub`. */
export const lastOfPath = (path: string): string =>
  path
    .replace(/\.(Stub|Service)$/, '')
    .split('.')
    .at(-1)!

/** The rpc behind a stub's method: `getQuote`, `GetQuoteAsync`, `getQuote` of a future stub. */
export const rpcName = (method: string, known: ReadonlySet<string> | undefined): string => {
  if (known?.has(method)) return method
  const upper = method.charAt(0).toUpperCase() + method.slice(1)
  if (known?.has(upper)) return upper
  const bare = upper.replace(/Async$/, '')
  return known?.has(bare) || !known ? bare : ([...known].find(k => canonicalName(k) === canonicalName(bare)) ?? bare)
}
