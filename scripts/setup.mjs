// Installs the pinned dependencies when they are missing or older than the lock file. No install script runs.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = path => fileURLToPath(new URL(`../${path}`, import.meta.url))
const stamp = at('node_modules/.package-lock.json')
if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(at('package-lock.json')).mtimeMs) {
  console.error('installing dependencies (npm ci) …')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: at('.'),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}
