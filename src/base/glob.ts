/** A glob as a regular expression over whole paths: `**` crosses folders, `*` and `?` do not, `{a,b}` alternates. Any text is a glob. */
export const globToRegExp = (glob: string): RegExp => {
  const pairs = bracePairs(glob)
  let out = ''
  let open = 0
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!
    if (c === '*' && glob[i + 1] === '*') {
      out += glob[i + 2] === '/' ? '(?:[^/]+/)*' : '.*'
      i += glob[i + 2] === '/' ? 2 : 1
    } else if (c === '*') out += '[^/]*'
    else if (c === '?') out += '[^/]'
    else if (pairs.has(i)) {
      out += c === '{' ? '(?:' : ')'
      open += c === '{' ? 1 : -1
    } else if (c === ',' && open > 0) out += '|'
    else out += c.replace(/[.+^$(){}|[\]\\]/, '\\$&')
  }
  return new RegExp(`^${out}$`)
}

/** Places of braces that have their other half; the rest are characters like any other. */
const bracePairs = (glob: string): Set<number> => {
  const pairs = new Set<number>()
  const open: number[] = []
  for (let i = 0; i < glob.length; i++) {
    if (glob[i] === '{') open.push(i)
    if (glob[i] !== '}') continue
    const start = open.pop()
    if (start !== undefined) pairs.add(start).add(i)
  }
  return pairs
}
