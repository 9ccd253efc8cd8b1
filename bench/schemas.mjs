// JSON Schemas and payloads of AsyncAPI against ajv: a value that is valid under one schema and rejected under the other proves a break.
// Usage: node bench/schemas.mjs [--verbose]
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { writeSection } from './results.mjs'
import { schemaPairs } from './schema-pairs.mjs'

const cache = new URL('../node_modules/.cache/lintel-bench/', import.meta.url)
await build({
  input: fileURLToPath(new URL('contracts-entry.ts', import.meta.url)),
  platform: 'node',
  external: id => !id.startsWith('.') && !id.startsWith('/'),
  output: { file: fileURLToPath(new URL('contracts.mjs', cache)), format: 'esm' },
  logLevel: 'warn',
})
const { asyncapi, compareContracts, compatibilityOf, joinContracts, jsonSchema } = await import(new URL('contracts.mjs', cache))
const verbose = process.argv.includes('--verbose')

const contractOf = async (reader, document) => {
  const { contract } = await reader.read({ path: 'a.json', content: JSON.stringify(document) })
  const files = [{ repo: 'r', file: { file: 'a.json', digest: '', contract } }]
  return { ...joinContracts({ files, stubs: [], programs: [] }).contracts[0], id: 'it' }
}
const changesOf = async (reader, base, head) => compareContracts(await contractOf(reader, base), await contractOf(reader, head))

const BAR = 0.95
const rows = []
const score = (title, results) => {
  const wrong = results.filter(r => r.said !== r.truth)
  const share = ((results.length - wrong.length) / results.length).toFixed(3)
  const alarms = wrong.filter(r => r.said)
  rows.push(
    `| ${title} | ${results.length} | ${results.filter(r => r.truth).length} | ${share} | ${alarms.length} | ${wrong.length - alarms.length} | ${share >= BAR ? 'met' : 'missed'} |`,
  )
  console.log(
    `${title}: ${results.length} pairs (${results.filter(r => r.truth).length} break), agreement ${share}, ${alarms.length} false alarms, ${wrong.length - alarms.length} misses`,
  )
  if (verbose) for (const r of wrong) console.log(`  ${r.said ? 'alarm' : 'miss '} ${r.name}: ${r.rules}`)
}

const judged = (changes, mode) => ({
  said: changes.some(c => compatibilityOf(c, mode) === 'breaking'),
  rules: changes.map(c => `${c.contract.rule} ${compatibilityOf(c, mode)}`).join(', '),
})

const pairs = schemaPairs()
for (const mode of ['backward', 'forward']) {
  const results = []
  for (const { name, base, head, ...truth } of pairs)
    results.push({ name, truth: truth[mode], ...judged(await changesOf(jsonSchema, base, head), mode) })
  score(`JSON Schema, ${mode}`, results)
}

const dialects = {
  'AsyncAPI 2, received': [
    payload => ({
      asyncapi: '2.6.0',
      info: { title: 'office', version: '1' },
      channels: { seats: { publish: { message: { name: 'held', payload } } } },
    }),
    'backward',
  ],
  'AsyncAPI 2, sent': [
    payload => ({
      asyncapi: '2.6.0',
      info: { title: 'office', version: '1' },
      channels: { seats: { subscribe: { message: { name: 'held', payload } } } },
    }),
    'forward',
  ],
  ...Object.fromEntries(
    [
      ['receive', 'backward'],
      ['send', 'forward'],
    ].map(([action, mode]) => [
      `AsyncAPI 3, ${action}`,
      [
        payload => ({
          asyncapi: '3.0.0',
          info: { title: 'office', version: '1' },
          channels: { seats: { address: 'seats', messages: { held: { payload } } } },
          operations: { held: { action, channel: { $ref: '#/channels/seats' } } },
        }),
        mode,
      ],
    ]),
  ),
}
/** References of a payload are resolved in the whole document: they are written out. */
const inlined = schema =>
  JSON.parse(JSON.stringify(schema), (key, value) => (value?.$ref ? schema.$defs.Seat : key === '$defs' ? undefined : value))
if (asyncapi)
  for (const [title, [document, mode]] of Object.entries(dialects)) {
    const results = []
    for (const { name, base, head, ...truth } of pairs)
      results.push({
        name,
        truth: truth[mode],
        ...judged(await changesOf(asyncapi, document(inlined(base)), document(inlined(head))), 'full'),
      })
    score(title, results)
  }

writeSection(
  'schemas',
  [
    '## Schemas and payloads against a validator',
    '',
    'Written by `node bench/schemas.mjs`: small schemas with one change each. A value that ajv accepts under the one and rejects under the other proves a break; a pair agrees if Lintel calls exactly those «breaking». An optional property that is gone is «conditional» in the forward direction, which counts as a miss here: ajv finds a value of another type for it, which no writer that dropped it sends.',
    '',
    `| | pairs | break | agreement (bar ${BAR}) | false alarms | misses | |`,
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
)
