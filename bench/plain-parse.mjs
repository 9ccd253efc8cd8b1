// The floor of a cold map: reads the same code files from git and parses each with the same grammar, keeping nothing.
// Usage: node bench/plain-parse.mjs REPOSITORY REVISION    prints files and bytes.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { Language, Parser } from 'web-tree-sitter'

const endings = {
  go: ['.go'],
  python: ['.py'],
  java: ['.java'],
  csharp: ['.cs'],
  typescript: ['.ts', '.mts', '.cts'],
  tsx: ['.tsx'],
  javascript: ['.js', '.mjs', '.cjs', '.jsx'],
  php: ['.php'],
  ruby: ['.rb', '.ru'],
  rust: ['.rs'],
  kotlin: ['.kt'],
  elixir: ['.ex', '.exs'],
  cpp: ['.cpp', '.cc', '.cxx', '.h', '.hpp', '.hh', '.hxx'],
  lua: ['.lua'],
}
const [folder, revision] = process.argv.slice(2)
const git = (args, input) => execFileSync('git', args, { cwd: folder, input, maxBuffer: 1 << 30 })
const languageOf = path => Object.keys(endings).find(language => endings[language].some(ending => path.endsWith(ending)))

const files = git(['ls-tree', '-r', '-z', revision])
  .toString()
  .split('\0')
  .filter(record => record.startsWith('100'))
  .map(record => ({ blob: record.split(' ')[2].slice(0, 40), path: record.slice(record.indexOf('\t') + 1) }))
  .map(file => ({ ...file, language: languageOf(file.path) }))
  .filter(file => file.language && !/(^|\/)(node_modules|third_party)\/|[.-]min\.js$/.test(file.path))

const batch = git(['cat-file', '--batch', '--buffer'], `${files.map(f => f.blob).join('\n')}\n`)
await Parser.init()
const parsers = new Map()
const parserOf = async language => {
  if (!parsers.has(language)) {
    const parser = new Parser()
    const wasm = readFileSync(new URL(`../data/grammars/${language}.wasm.br`, import.meta.url))
    parser.setLanguage(await Language.load(brotliDecompressSync(wasm)))
    parsers.set(language, parser)
  }
  return parsers.get(language)
}
let at = 0
let bytes = 0
let parsed = 0
for (const file of files) {
  const end = batch.indexOf(10, at)
  const size = Number(batch.toString('latin1', at, end).split(' ')[2])
  if (Number.isNaN(size)) {
    at = end + 1
    continue
  }
  const text = batch.toString('utf8', end + 1, end + 1 + size)
  at = end + size + 2
  if (size > 1024 * 1024) continue
  ;(await parserOf(file.language)).parse(text).delete()
  bytes += size
  parsed++
}
console.log(JSON.stringify({ files: parsed, bytes }))
