// GraphQL against @graphql-inspector/core on two versions of @octokit/graphql-schema, each a process of its own, in turn; writes its section of
// bench/RESULTS.md. The peer is installed elsewhere: npm install --ignore-scripts @graphql-inspector/core@8.0.0 graphql@16.15.0
//   base@npm:@octokit/graphql-schema@14.28.0 revision@npm:@octokit/graphql-schema@15.26.1
// Usage: node bench/graphql.mjs FOLDER_OF_THE_PEER [--rounds N]
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, here, peakMemory, run, showRatio } from './measure.mjs'
import { writeSection } from './results.mjs'

const folder = process.argv[2]
if (folder === undefined) throw new Error('Name the folder in which the peer is installed.')
const at = process.argv.indexOf('--rounds')
const rounds = at < 0 ? 7 : Number(process.argv[at + 1])
const [base, revision] = ['base', 'revision'].map(name => join(folder, `node_modules/${name}/schema.graphql`))

const peer = join(folder, 'compare.mjs')
writeFileSync(
  peer,
  `import { readFileSync } from 'node:fs'
import { diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'
const [a, b] = process.argv.slice(2).map(f => buildSchema(readFileSync(f, 'utf8'), { assumeValid: true, assumeValidSDL: true }))
console.log(JSON.stringify((await diff(a, b)).map(c => [c.type, c.criticality.level, c.path ?? ''])))
`,
)
const ours = [here('../bin/lintel.js'), 'contracts', 'diff', base, revision, '--as', 'graphql', '--format', 'json']
const theirs = [peer, base, revision]
const found = alternate({ inspector: () => run(theirs).ms, lintel: () => run(ours, { statuses: [0, 1] }).ms }, 'inspector', rounds)

/** Rule, level and place of every finding, in the peer's names. */
const LEVELS = { BREAKING: 'breaking', DANGEROUS: 'conditional', NON_BREAKING: 'compatible' }
const expected = JSON.parse(run(theirs).stdout).map(([rule, level, place]) => `${rule} ${LEVELS[level]} ${place}`)
const named = JSON.parse(run([...ours, '--profile', 'peer'], { statuses: [0, 1] }).stdout)
const told = named.changes.map(c => `${c.rule} ${c.compatibility} ${c.subject.replace(/^[^#]*#/, '')}`)
const left = [...told]
const missing = expected.filter(text => !left.includes(text) || left.splice(left.indexOf(text), 1).length === 0)
const memory = peakMemory(ours, { statuses: [0, 1] }) / peakMemory(theirs)
writeSection(
  'graphql',
  `## GraphQL: \`node bench/graphql.mjs\`

\`@octokit/graphql-schema\` 14.28.0 to 15.26.1, both read, compared and printed as JSON by a process of its own; ${rounds} rounds in turn.

| measure | beside | ratio | bar |
|---|---|---|---|
| time | @graphql-inspector/core 8.0.0 | ${showRatio(found.lintel)} | 1.2 |
| peak memory | the same | ${memory.toFixed(2)}x | |

With \`--profile peer\`: ${expected.length - missing.length} of its ${expected.length} findings with rule, level and place, ${left.length} beyond them.
`,
)
console.log(showRatio(found.lintel), memory.toFixed(2), `${expected.length - missing.length} of ${expected.length}, ${left.length} more`)
