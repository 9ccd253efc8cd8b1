// Builds dist/: one bundle with lazy chunks for the command, the library and the reading worker, the page, and the type declarations.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { buildPage } from './page.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })

const entries = { index: 'src/index.ts', cli: 'src/surfaces/cli/main.ts', worker: 'src/read/worker.ts' }
await build({
  cwd: root,
  input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(root + file))),
  platform: 'node',
  external: id => !id.startsWith('.') && !id.startsWith('/'),
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: false,
    sourcemap: true,
    // What is loaded together lies together: each file more is time at every start.
    codeSplitting: {
      groups: [
        // All that `--version` and `--help` need.
        { name: 'package', test: /\/src\/surfaces\/cli\/(help|package)\.ts$|\/package\.json$/, priority: 4 },
        { name: 'base', test: /\/src\/(base|model)\//, priority: 3 },
        { name: 'contracts', test: /\/src\/flow\/contract-diff\.ts$/, priority: 2 },
        { name: 'documents', test: /\/src\/read\/contract\/(openapi|asyncapi|json-schema)\.ts$/, priority: 1 },
        { name: 'terminal', test: /\/src\/surfaces\/cli\/(run|options)\.ts$/, priority: 1 },
      ],
    },
  },
  logLevel: 'warn',
})
writeFileSync(`${root}dist/page.html`, await buildPage())
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
