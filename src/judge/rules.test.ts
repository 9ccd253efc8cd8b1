import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { judgeInput, type ShortSystem, systemOf } from '../../test/support/models.ts'
import { compare } from '../compare/compare.ts'
import { judge } from './judge.ts'
import { rules } from './rules.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Fixture {
  title: string
  base: ShortSystem
  head: ShortSystem
  expect: { decision: string; findings: { rule: string; severity: string; parties?: string[]; safe?: string; says?: string[] }[] }
}

describe.each(rules.map(r => [r.id, r] as const))('%s', (id, rule) => {
  const folder = join(root, 'fixtures/rules', id.replace('/', '-'))
  const names = readdirSync(folder).sort()

  it.each(names)('%s', name => {
    const fixture = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture
    const [base, head] = [systemOf(fixture.base), systemOf(fixture.head)]
    const verdict = judge(judgeInput(base, head, { comparison: compare(base, head), rules: [rule] }))
    const got = verdict.findings.map(f => ({
      rule: f.rule,
      severity: f.severity,
      parties: f.impact.map(i => i.party),
      safe: f.deployOrder?.safe,
    }))
    const want = fixture.expect.findings
    expect(got.map(g => `${g.rule} ${g.severity}`)).toEqual(want.map(w => `${w.rule} ${w.severity}`))
    want.forEach((w, n) => {
      if (w.parties) expect(got[n]!.parties).toEqual(w.parties)
      if (w.safe) expect(got[n]!.safe).toBe(w.safe)
      for (const text of w.says ?? []) expect(verdict.findings[n]!.message).toContain(text)
    })
    expect(verdict.decision).toBe(fixture.expect.decision)
  })

  it('has a page that says what to do, in 40 lines', () => {
    const page = join(root, 'docs/rules', `${id}.md`)
    expect(existsSync(page)).toBe(true)
    const lines = readFileSync(page, 'utf8').split('\n')
    expect(lines.length).toBeLessThanOrEqual(41)
    expect(lines[0]).toBe(`# ${id}`)
    for (const heading of ['## Why', '## A finding', '## What to do', '## Waive it']) expect(lines).toContain(heading)
  })

  it('says nothing about a model that did not change', () => {
    for (const name of names) {
      const { head } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture
      const model = systemOf(head)
      expect(judge(judgeInput(model, model, { comparison: compare(model, model), rules: [rule] })).findings).toEqual([])
    }
  })
})
