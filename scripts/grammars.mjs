// Rebuilds data/grammars/*.wasm.br from the pinned grammar packages, or with --check only compares hashes.
// The packages are packed by npm into a temporary folder; none of their scripts runs.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'

const folder = new URL('../data/grammars/', import.meta.url)
const listFile = new URL('grammars.json', folder)
const list = JSON.parse(readFileSync(listFile, 'utf8'))
const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

/** Checks every bundled grammar against its recorded hash; returns the languages that differ. */
export const check = () =>
  list.filter(g => sha256(brotliDecompressSync(readFileSync(new URL(`${g.language}.wasm.br`, folder)))) !== g.sha256).map(g => g.language)

const rebuild = () => {
  const temporary = mkdtempSync(join(tmpdir(), 'grammars-'))
  try {
    for (const grammar of list) {
      const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', `${grammar.package}@${grammar.version}`], {
        cwd: temporary,
        encoding: 'utf8',
      }).trim()
      execFileSync('tar', ['xzf', packed, `package/${grammar.file}`], { cwd: temporary })
      const wasm = readFileSync(join(temporary, 'package', grammar.file))
      const hash = sha256(wasm)
      if (grammar.sha256 && grammar.sha256 !== hash)
        throw new Error(`${grammar.package}@${grammar.version}: ${grammar.file} is not the recorded one (${hash})`)
      grammar.sha256 = hash
      const compressed = brotliCompressSync(wasm, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length },
      })
      writeFileSync(new URL(`${grammar.language}.wasm.br`, folder), compressed)
      console.log(`${grammar.language}: ${wasm.length} bytes, ${compressed.length} compressed`)
    }
    writeFileSync(
      listFile,
      `[\n${list.map(g => `  ${JSON.stringify(g).replaceAll('":', '": ').replaceAll(',"', ', "').replace('{', '{ ').replace('}', ' }')}`).join(',\n')}\n]\n`,
    )
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

if (process.argv.includes('--check')) {
  const wrong = check()
  if (wrong.length > 0) {
    console.error(`grammars that differ from their recorded hash: ${wrong.join(', ')}`)
    process.exit(1)
  }
} else rebuild()
