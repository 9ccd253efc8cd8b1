import { basename, join } from '../base/path.ts'

/** Endings of files that are started, or imported, by their path. */
export const scriptFiles = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.py', '.lua']
const scriptEndings = [...scriptFiles, '.rb', '.php', '.exs']

/**
 * The files that a word of a command line means: `server.js`, `dist/main.js`, `app:create_app()`, `package.module`. `scripts`: also
 * those of languages where a command rarely tells all that runs.
 */
export const entryFile = (root: string, word: string, files: readonly string[], scripts = false): string[] => {
  const bare = word.replace(/:.*$/, '').replace(/^\.\//, '')
  if (!/^[\w@./-]+$/.test(bare) || bare.startsWith('-')) return []
  const inRoot = (path: string): string => join(root, path) ?? path
  const stem = bare.replace(scripts ? /\.[cm]?[jt]sx?$|\.(py|rb|php|exs)$/ : /\.[cm]?[jt]sx?$|\.py$/, '')
  const isFile = stem !== bare
  const source = stem.replace(/^(?:\.?\/)?(?:usr\/src\/app|app|src\/app)\//, '').replace(/^\//, '')
  const stems = [source, source.replace(/^(?:dist|build|lib|out)\//, 'src/'), source.replace(/^(?:dist|build|lib|out)\//, '')]
  if (word.includes(':') || /^[\w]+(\.[\w]+)+$/.test(bare)) stems.push(bare.replace(/\./g, '/'), `src/${bare.replace(/\./g, '/')}`)
  else if (!isFile) return []
  const wanted = new Set(stems.flatMap(s => (scripts ? scriptEndings : scriptFiles).map(e => inRoot(`${s}${e}`))))
  const exact = files.filter(f => wanted.has(f))
  if (exact.length > 0 || !isFile) return exact
  const named = files.filter(f => basename(f) === basename(bare))
  return named.length === 1 ? named : []
}
