/** A glob as a regular expression over whole paths: `**` crosses folders, `*` and `?` do not, `{a,b}` alternates. */
export const globToRegExp = (glob: string): RegExp => {
  let out = ''
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!
    if (c === '*' && glob[i + 1] === '*') {
      out += glob[i + 2] === '/' ? '(?:[^/]+/)*' : '.*'
      i += glob[i + 2] === '/' ? 2 : 1
    } else if (c === '*') out += '[^/]*'
    else if (c === '?') out += '[^/]'
    else if (c === '{') out += '(?:'
    else if (c === '}') out += ')'
    else if (c === ',' && isInBraces(glob, i)) out += '|'
    else out += c.replace(/[.+^$()|[\]\\]/, '\\$&')
  }
  return new RegExp(`^${out}$`)
}

const isInBraces = (glob: string, at: number): boolean => glob.lastIndexOf('{', at) > glob.lastIndexOf('}', at)
