import type { Spot } from '../../model/evidence.ts'
import { concat, text, type Value } from '../../model/value.ts'

/** A target as a proxy's configuration writes it, in parts. */
export interface ProxyTarget {
  /** Scheme, host and port. */
  address: Value
  /** Path behind the host, with `{}` for what is not known; undefined where none is written. */
  path?: string
}

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::?-([^{}]*))?\}|\$([A-Za-z_]\w*|\d)|%\{([A-Za-z_:]+)\}|\{\{\s*\.?([\w.]+)\s*\}\}/g

/** What a variable of the configuration stands for: undefined where the proxy itself sets it when it runs. */
export type LookUp = (name: string) => Value | undefined

/** Splits `http://host:port/path` whose parts may be variables. */
export const splitTarget = (word: string, look: LookUp, spot: Spot): ProxyTarget => {
  const cut = pathStart(word)
  const address = withVariables(cut === undefined ? word : word.slice(0, cut), look, spot)
  return cut === undefined ? { address } : { address, path: word.slice(cut).replace(VARIABLE, '{}') }
}

/** Index of the `/` after the authority; slashes inside `${…}` and `{{…}}` do not count. */
const pathStart = (word: string): number | undefined => {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/|^\$\{?\w+\}?:\/\//i.exec(word)?.[0].length ?? 0
  const blank = word.replace(VARIABLE, found => '_'.repeat(found.length))
  const at = blank.indexOf('/', scheme)
  return at === -1 ? undefined : at
}

/** Text with variables as a Value; names in capitals that nothing sets are variables of the environment. */
export const withVariables = (source: string, look: LookUp, spot: Spot): Value => {
  const parts: Value[] = []
  let end = 0
  for (const match of source.matchAll(VARIABLE)) {
    const name = match[1] ?? match[3] ?? match[4] ?? match[5] ?? ''
    parts.push(text(source.slice(end, match.index)), variable(name, match[2], look, spot))
    end = match.index + match[0].length
  }
  const value = concat([...parts, text(source.slice(end))])
  return value.is === 'text' ? { ...value, spot } : value
}

const variable = (name: string, fallback: string | undefined, look: LookUp, spot: Spot): Value => {
  const known = look(name)
  if (known) return known
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) return { is: 'unknown', why: `$${name} is known when it runs` }
  const hole: Value = { is: 'env', name, spot }
  return fallback === undefined ? hole : { is: 'or', options: [hole, text(fallback)] }
}
