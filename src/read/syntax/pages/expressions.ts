const KEYWORDS = new Set(
  'and or not in is if else none null true false True False None loop forloop recursive instanceof eq ne lt gt le ge matches as with only ignore missing'.split(
    ' ',
  ),
)
const COUNTS = /^\s*\|\s*(?:length|count|size)\b/
const PATH =
  /(?<![\w.#'"@:/-]|\|\s{0,3})([A-Za-z_]\w{0,99})((?:\.get\(\s{0,3}'[^'\n]{0,100}'\s{0,3}\)|\.\w{1,100}|\[\s{0,3}(?:'[^'\n]{0,100}'|"[^"\n]{0,100}"|\d{1,9})\s{0,3}\])*)/g
const STEP = /\.get\(\s*'([^']*)'\s*\)|\.(\w+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/g
/** What gives the elements of a list or map, or the list again. */
const PASSED = new Set('items values entries all iteritems'.split(' '))

export interface Found {
  path: string[]
  /** Its size alone is asked for. */
  counted: boolean
}

/** Names with members in an expression, in the form that most engines of templates share. Functions and words of the language are none. */
export const pathsIn = (expression: string): Found[] => {
  const found: Found[] = []
  for (const match of withoutTexts(expression).matchAll(PATH)) {
    const path = [match[1]!, ...stepsOf(match[2]!)]
    const rest = expression.slice(match.index + match[0].length)
    if (KEYWORDS.has(path[0]!)) continue
    if (/^\s*\(/.test(rest) && !/^(get|is)[A-Z]/.test(path.at(-1)!)) path.pop()
    // A named argument, or a key.
    if (path.length === 0 || (path.length === 1 && /^\s*(=(?!=)|:(?!:))/.test(rest))) continue
    found.push({ path, counted: COUNTS.test(rest) || /^\.(?:size|length|isEmpty)\b/.test(rest) })
  }
  return found
}

const stepsOf = (written: string): string[] => {
  const steps: string[] = []
  for (const [, asked, member, single, double, index] of written.matchAll(STEP)) {
    const name = asked ?? member ?? single ?? double
    steps.push(index !== undefined || /^\d+$/.test(name!) || PASSED.has(name!) ? '[]' : name!)
  }
  return steps
}

/** Texts are blanked out, but for those that name a member. Lengths stay. */
const withoutTexts = (expression: string): string =>
  expression.replace(/(\[\s*|\.get\(\s*)?('[^'\n]*'|"[^"\n]*")/g, (whole, before: string | undefined, text: string) =>
    before === undefined ? ' '.repeat(text.length) : whole,
  )

/** What names stand for: files share one scope, names are seldom used twice. */
export class Names {
  readonly #known = new Map<string, string[]>()

  bind(name: string, path: string[] | undefined): void {
    if (path !== undefined && path.length < 30 && this.#known.size < 500) this.#known.set(name, path)
  }

  /** From the root of the page. */
  resolve([first, ...rest]: readonly string[]): string[] {
    return [...(this.#known.get(first!) ?? [first!]), ...rest]
  }
}
