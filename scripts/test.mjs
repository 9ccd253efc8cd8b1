// Everything `npm test` runs, in order; the first failure stops it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const steps = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--noEmit']],
  ['types of the page', ['node_modules/typescript/bin/tsc', '-p', 'src/surfaces/web', '--noEmit']],
  ['lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '.']],
  ['grammars', ['scripts/grammars.mjs', '--check']],
  ['tests', ['node_modules/vitest/vitest.mjs', 'run']],
]
for (const [name, args] of steps) {
  console.error(`── ${name}`)
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
