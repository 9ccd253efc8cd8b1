/** Text for a terminal: no control characters from a repository ever reach it, columns line up, nothing is cut that a person may want to click. */

/**
 * One line of printable text: control characters, escape sequences' starts, line breaks and marks that reorder text are gone.
 * Every name, path and message passes through here before it is shown.
 */
export const clean = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')

/** A line that a build runner does not take for one of its commands (`::set-env …`, `##[…]`), whatever stands in it. */
export const inert = (line: string): string => line.replace(/^(\s*:):/, '$1\u200b:').replaceAll('##[', '##\u200b[')

/** Number of terminal columns, near enough: code points, wide East Asian ones counted twice. */
export const widthOf = (text: string): number => {
  let width = 0
  for (const char of text) {
    const code = char.codePointAt(0)!
    width += isWide(code) ? 2 : 1
  }
  return width
}

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0x1f300 && code <= 0x1faff)

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** At most `width` columns; what is cut is marked. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let out = ''
  let used = 0
  for (const char of text) {
    const next = widthOf(char)
    if (used + next > width - 1) break
    out += char
    used += next
  }
  return `${out}…`
}

/** Breaks at spaces; a word longer than the line stays whole, so that paths remain clickable. */
export const wrap = (text: string, width: number, indent: string, hanging = indent): string[] => {
  const lines: string[] = []
  let line = indent
  let empty = true
  for (const word of text.split(' ').filter(w => w !== '')) {
    if (!empty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = hanging
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return empty ? lines : [...lines, line]
}

/** Width of each column: that of its longest cell. */
export const columnWidths = (rows: readonly (readonly string[])[]): number[] => {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))
  return widths
}
