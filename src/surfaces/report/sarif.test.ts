import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../index.ts'
import { sarif } from './sarif.ts'

const folder = fileURLToPath(new URL('../../../fixtures/reports/', import.meta.url))
const verdictOf = (name: string): Verdict => JSON.parse(readFileSync(`${folder}${name}/verdict.json`, 'utf8')) as Verdict

const object = (properties: object, required: string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const text = { type: 'string', minLength: 1 }
const list = (items: object): object => ({ type: 'array', items })
const bag = { type: 'object' }

/** The parts of SARIF 2.1.0 that the report uses, with the standard's required members, enumerations and its closed objects. */
const message = object({ text, markdown: text, id: text }, ['text'])
const artifactLocation = object({ uri: { type: 'string', format: 'uri-reference' }, uriBaseId: text, description: message })
const region = object({ startLine: { type: 'integer', minimum: 1 }, endLine: { type: 'integer', minimum: 1 } })
const physicalLocation = object({ artifactLocation, region }, ['artifactLocation'])
const logicalLocation = object({ name: text, fullyQualifiedName: text, kind: text })
const location = object({ id: { type: 'integer', minimum: -1 }, physicalLocation, logicalLocations: list(logicalLocation), message })
const level = { enum: ['none', 'note', 'warning', 'error'] }
const multiformat = object({ text, markdown: text }, ['text'])
const rule = object(
  {
    id: text,
    name: text,
    shortDescription: multiformat,
    help: multiformat,
    helpUri: { type: 'string', format: 'uri' },
    defaultConfiguration: object({ level }),
    properties: bag,
  },
  ['id'],
)
const suppression = object(
  { kind: { enum: ['inSource', 'external'] }, status: { enum: ['accepted', 'underReview', 'rejected'] }, justification: text },
  ['kind'],
)
const result = object(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message,
    locations: list(location),
    relatedLocations: { type: 'array', items: location, uniqueItems: true },
    partialFingerprints: { type: 'object', additionalProperties: text },
    baselineState: { enum: ['new', 'unchanged', 'updated', 'absent'] },
    suppressions: { type: 'array', items: suppression, uniqueItems: true },
    properties: bag,
  },
  ['message'],
)
const notification = object({ level, descriptor: object({ id: text }), message, locations: list(location) }, ['message'])
const run = object(
  {
    tool: object(
      { driver: object({ name: text, semanticVersion: text, rules: { type: 'array', items: rule, uniqueItems: true } }, ['name']) },
      ['driver'],
    ),
    automationDetails: object({ id: text }),
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: { type: 'object', additionalProperties: artifactLocation },
    invocations: list(
      object({ executionSuccessful: { type: 'boolean' }, toolExecutionNotifications: list(notification) }, ['executionSuccessful']),
    ),
    results: list(result),
    properties: bag,
  },
  ['tool'],
)
const schema = object({ $schema: { type: 'string', format: 'uri' }, version: { const: '2.1.0' }, runs: list(run) }, ['version', 'runs'])

const ajv = new Ajv({ allErrors: true, formats: { uri: /^[a-z]+:\/\/\S+$/, 'uri-reference': /^[^\s\\<>"{}|^`]*$/ } })
const validate = ajv.compile(schema)

interface Log {
  runs: [
    {
      tool: { driver: { rules: { id: string }[] } }
      results: { ruleId: string; ruleIndex: number; relatedLocations: unknown[]; partialFingerprints: Record<string, string> }[]
    },
  ]
}

describe('sarif', () => {
  for (const name of ['deny', 'warn', 'allow', 'incomplete', 'hostile', 'waived'])
    it(`is SARIF 2.1.0: ${name}`, () => {
      expect(validate(JSON.parse(sarif(verdictOf(name), { version: '0.1.0' }))), JSON.stringify(validate.errors)).toBe(true)
    })

  it('points at each party, and from each result to its rule', () => {
    const { runs } = JSON.parse(sarif(verdictOf('deny'), { version: '0.1.0' })) as Log
    const { results, tool } = runs[0]
    expect(results[0]!.relatedLocations).toHaveLength(3)
    for (const r of results) expect(tool.driver.rules[r.ruleIndex]!.id).toBe(r.ruleId)
  })

  it('knows a finding again when its lines moved', () => {
    const moved = verdictOf('deny')
    for (const f of moved.findings) f.at.line += 100
    const prints = (v: Verdict): unknown[] => (JSON.parse(sarif(v, {})) as Log).runs[0].results.map(r => r.partialFingerprints)
    expect(prints(moved)).toEqual(prints(verdictOf('deny')))
  })

  it('carries the help of a rule', () => {
    const log = sarif(verdictOf('deny'), {
      rule: id => ({ summary: `summary of ${id}`, help: `# help of ${id}`, uri: 'https://docs.example/rule' }),
    })
    expect(log).toContain('summary of contract/breaks-consumers')
    expect(validate(JSON.parse(log))).toBe(true)
  })
})
