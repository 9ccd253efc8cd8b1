// Makes a git repository from the ticket office, commits a change on a branch, and lets lintel judge it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { commitChange, makeRepository, readChange } from './fixture-repo.mjs'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const folder = makeRepository('ticket-office')
const run = (...args) => {
  console.log(`\n$ lintel ${args.join(' ')}`)
  return spawnSync(process.execPath, [lintel, ...args], { cwd: folder, stdio: 'inherit' }).status
}

console.log(`A small ticket office in ${folder}`)
const mapped = run('map')
const change = readChange('ticket-office', 'invoice-loses-tax-id')
commitChange(folder, change)
console.log(`\nA pull request: «${change.title}»`)
const judged = run('check', '--base', 'HEAD^', '--head', 'HEAD')
if (mapped !== 0 || judged !== 1) {
  console.error(`the demo expects the map (0) and a refusal (1), not ${mapped} and ${judged}`)
  process.exit(1)
}
