import { describe, expect, it } from 'vitest'
import { usesOf } from './analyse/system.ts'
import { type Files, judged } from './support/judged.ts'

const docker = 'FROM base\nCOPY . .\nCMD ["node", "main.js"]\n'
const specification = (values: string): string =>
  `openapi: 3.0.0\ninfo: {title: Seating, version: "1"}\npaths:\n  /seat:\n    get:\n      responses:\n        "200":\n          description: ok\n          content:\n            application/json:\n              schema:\n                type: object\n                required: [kind]\n                properties:\n                  kind: {type: string, enum: [${values}]}\n`

const office = (values: string, otherwise: string): Files => ({
  'compose.yaml': 'services:\n  seating:\n    build: seating\n  notify:\n    build: notify\n',
  'seating/Dockerfile': docker,
  'seating/package.json': '{"name":"seating"}',
  'seating/openapi.yaml': specification(values),
  'seating/main.js': "const app = require('express')()\napp.get('/seat', (req, res) => res.json(find()))\napp.listen(8080)\n",
  'notify/Dockerfile': docker,
  'notify/package.json': '{"name":"notify"}',
  'notify/main.js': `const axios = require('axios')\nasync function tell() {\n  const seat = await axios.get('http://seating:8080/seat')\n  switch (seat.data.kind) {\n    case 'stall': return 1\n    case 'box': return 2\n${otherwise}  }\n}\ntell()\n`,
})

const verdictFor = async (otherwise: string): Promise<string[]> => {
  const verdict = await judged(office('stall, box', otherwise), office('stall, box, loge', otherwise))
  return verdict.findings.flatMap(f => f.impact.map(i => `${f.severity} ${i.party} ${i.verdict}`))
}

describe('a switch over a member of an answer', () => {
  it('matches its values, all of them where it has no default', async () => {
    expect(await usesOf(office('stall, box', ''), 'GET /seat', 'call')).toEqual(['response match kind', 'response read kind'])
    expect(await usesOf(office('stall, box', '    default: return 3\n'), 'GET /seat', 'call')).toEqual([
      'response match kind defaulted',
      'response read kind',
    ])
  })

  it('breaks at a further value where it lists all, and is safe where it has a default', async () => {
    expect(await verdictFor('')).toEqual(['error notify breaks'])
    expect(await verdictFor('    default: return 3\n')).toEqual([])
  })
})
