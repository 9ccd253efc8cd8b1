import { globToRegExp } from '../base/glob.ts'
import { basename } from '../base/path.ts'
import { withoutEnd } from '../base/text.ts'
import type { Reader } from './reader.ts'

/** Why a file is not read. */
export type SkipReason = 'no-reader' | 'vendored' | 'ignored' | 'minified' | 'too-large' | 'binary' | 'unreached'

export const CODE_LIMIT = 1024 * 1024
export const DATA_LIMIT = 5 * 1024 * 1024

const code = /\.(go|py|pyi|[cm]?[jt]sx?|java|kt|kts|cs|rb|php|rs|scala|swift|c|cc|cpp|cxx|h|hh|hpp|hxx|ex|exs|lua|ru|dart|vue|svelte)$/
const script = /\.([cm]?[jt]sx?|css)$/

/** Largest size in bytes at which a file of this path is read. */
export const sizeLimit = (path: string): number => (code.test(path) ? CODE_LIMIT : DATA_LIMIT)

/** Code of which a line is longer than this holds data, or is made to keep a parser busy. */
const LONGEST_LINE = 50_000

/** Code whose lines no person writes. Data on one line is data all the same. */
export const isMinified = (path: string, content: string): boolean => {
  if (script.test(path) && /[.-]min\.\w+$/.test(path)) return true
  if (content.length < 8192 || !(script.test(path) || code.test(path))) return false
  const { lines, longest } = measured(content)
  return (script.test(path) && content.length / lines > 400) || longest > LONGEST_LINE
}

const measured = (content: string): { lines: number; longest: number } => {
  let lines = 1
  let longest = 0
  let start = 0
  for (let end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', start)) {
    longest = Math.max(longest, end - start)
    start = end + 1
    lines++
  }
  return { lines, longest: Math.max(longest, content.length - start) }
}

/** Folders that only ever hold others' code. */
const foreign = /(^|\/)(node_modules|third_party|third-party|bower_components|site-packages|\.venv|\.yarn|Pods)\//

/** What lies in a `vendor` folder that a package manager filled; a service may be called vendor too. */
const vendorContent = /^(modules\.txt|autoload\.php|composer|bundle|cache|assets|javascripts|stylesheets|[\w-]+\.[a-z]{2,})$/

/** A test of paths for vendored code, by the whole listing. */
export const vendoredTest = (paths: readonly string[]): ((path: string) => boolean) => {
  const folders = new Set<string>()
  for (const path of paths) {
    for (const match of path.matchAll(/(?<=^|\/)vendor\//g)) {
      const end = match.index + match[0].length
      const rest = path.slice(end)
      const child = rest.split('/')[0]!
      const isFile = !rest.includes('/')
      if (isFile ? child === 'modules.txt' || child === 'autoload.php' : vendorContent.test(child)) folders.add(path.slice(0, end))
    }
  }
  const sorted = [...folders]
  return path => foreign.test(path) || (path.includes('vendor/') && sorted.some(folder => path.startsWith(folder)))
}

/** A test of paths for the patterns of the policy: globs over whole paths, or folders. */
export const ignoredTest = (patterns: readonly string[]): ((path: string) => boolean) => {
  const tests = patterns.flatMap(pattern => {
    const clean = withoutEnd(pattern.replace(/^\.?\//, ''), '/')
    return [globToRegExp(clean), globToRegExp(`${clean}/**`)]
  })
  return path => tests.some(test => test.test(path))
}

/** Readers that look at a file of this path, in the order of the list. */
export const wanting = (readers: readonly Reader[], path: string): Reader[] => readers.filter(reader => reader.wants(path))

/** What of the path enters the facts: the readers, their versions and their path classes. With the blob's id, it is the key of the facts. */
export const pathSignature = (readers: readonly Reader[], path: string): string =>
  readers.map(r => `${r.name}@${r.version}${r.pathClass ? `:${r.pathClass(path)}` : ''}`).join(' ') +
  (/[.-]min\.\w+$/.test(basename(path)) ? ' min' : '')
