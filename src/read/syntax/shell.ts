/**
 * Words of a command line as a POSIX shell splits them, quotes removed; variables stay as written. An open quote ends with the text.
 * Operators (`&&`, `|`, `>`) are words when they stand apart.
 */
export const words = (line: string): string[] => {
  const out: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (c === '\\' && quote !== "'" && i + 1 < line.length) {
      const next = line[++i]!
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? c + next : next)
    } else if (quote !== undefined) {
      if (c === quote) quote = undefined
      else word += c
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (c === ' ' || c === '\t' || c === '\n' || c === '\r') {
      if (word !== undefined) out.push(word)
      word = undefined
    } else word = (word ?? '') + c
  }
  if (word !== undefined) out.push(word)
  return out
}
