import { float, type GoValue, integer, isTrue, kindOf, show, typeOf } from '../values.ts'

/** Go's Print: blanks only between operands that are both no text. */
export const print = (args: readonly GoValue[]): string =>
  args.map((arg, n) => (n > 0 && typeof arg !== 'string' && typeof args[n - 1] !== 'string' ? ` ${show(arg, 1)}` : show(arg, 1))).join('')

const VERB = /%([-+# 0]*)(\d{1,3})?(?:\.(\d{1,3}))?([a-zA-Z%])/g

/** Go's Printf for the verbs that templates use. */
export const printf = (format: string, args: readonly GoValue[]): string => {
  let next = 0
  const out = format.replace(VERB, (_all, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= args.length) return `%!${verb}(MISSING)`
    const said = formatted(args[next++], verb, flags, precision)
    const size = Number(width ?? 0)
    if (flags.includes('-')) return said.padEnd(size)
    return flags.includes('0') && /[dfx]/.test(verb) ? padZero(said, size) : said.padStart(size)
  })
  const extra = args.slice(next).map(a => `${typeOf(a)}=${show(a, 1)}`)
  return extra.length > 0 ? `${out}%!(EXTRA ${extra.join(', ')})` : out
}

const padZero = (said: string, size: number): string =>
  said.startsWith('-') ? `-${said.slice(1).padStart(size - 1, '0')}` : said.padStart(size, '0')

const formatted = (value: GoValue, verb: string, flags: string, precision: string | undefined): string => {
  const bad = `%!${verb}(${typeOf(value)}=${show(value, 1)})`
  const plus = (n: number | bigint, said: string): string => (flags.includes('+') && n >= 0 ? `+${said}` : said)
  switch (verb) {
    case 'v':
      return show(value, 1)
    case 's':
      if (typeof value !== 'string' && /int|float|bool|invalid/.test(kindOf(value))) return value === undefined ? '%!s(<nil>)' : bad
      return precision === undefined ? show(value, 1) : show(value, 1).slice(0, Number(precision))
    case 'q':
      return typeof value === 'string' ? JSON.stringify(value) : bad
    case 'd':
      return typeof value === 'bigint' ? plus(value, String(value)) : bad
    case 't':
      return typeof value === 'boolean' ? String(isTrue(value)) : bad
    case 'f':
    case 'F':
      return typeof value === 'number' ? plus(value, float(value).toFixed(Number(precision ?? 6))) : bad
    case 'g':
      return typeof value === 'number' ? show(value) : bad
    case 'e':
      return typeof value === 'number' ? value.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2') : bad
    case 'x':
      return typeof value === 'string' ? Buffer.from(value).toString('hex') : typeof value === 'bigint' ? integer(value).toString(16) : bad
    case 'c':
      return typeof value === 'bigint' && value < 0x110000n && value >= 0n ? String.fromCodePoint(Number(value)) : bad
    case 'T':
      return typeOf(value)
    default:
      return bad
  }
}
