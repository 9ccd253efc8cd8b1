// Bundles a script of this folder on the spot, with the reading worker beside it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'rolldown'
import { here } from './measure.mjs'

/** Bundles `bench/<name>-entry.ts`, and gives the path of the script that was made. */
export const bundled = async name => {
  const dir = here(`../node_modules/.cache/lintel-bench/${name}`)
  await build({
    input: { [name]: here(`./${name}-entry.ts`), worker: here('../src/read/worker.ts') },
    platform: 'node',
    external: id => !id.startsWith('.') && !id.startsWith('/'),
    output: { dir, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    logLevel: 'warn',
  })
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  return join(dir, `${name}.js`)
}
