// The floor of a cold scan: reads every file of a revision from git, keeping nothing.
// Usage: node bench/plain-read.mjs REPOSITORY REVISION    prints files and bytes.
import { execFileSync } from 'node:child_process'

const [folder, revision] = process.argv.slice(2)
const git = (args, input) =>
  execFileSync('git', args, { cwd: folder, input, maxBuffer: 1 << 30, env: { ...process.env, GIT_NO_LAZY_FETCH: '1' } })
const blobs = git(['ls-tree', '-r', '-z', revision])
  .toString()
  .split('\0')
  .filter(record => record.startsWith('100'))
  .map(record => record.split(' ')[2].split('\t')[0])
const batch = git(['cat-file', '--batch', '--buffer'], `${blobs.join('\n')}\n`)
console.log(JSON.stringify({ files: blobs.length, bytes: batch.length }))
