import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Finding, Verdict } from '../../index.ts'
import type { ReportOptions } from './report.ts'
import { reports } from './reports.ts'

const folder = fileURLToPath(new URL('../../../fixtures/reports/', import.meta.url))
const verdictOf = (name: string): Verdict => JSON.parse(readFileSync(`${folder}${name}/verdict.json`, 'utf8')) as Verdict
const options: ReportOptions = { width: 100, ms: 900, version: '0.1.0', urlBase: 'https://host.example/ticket/office/blob/abc1234' }

/** A verdict with as many findings as asked, each with parties and long texts. */
const large = (findings: number, parties: number): Verdict => {
  const deny = verdictOf('deny')
  const one = deny.findings[0]!
  const many: Finding[] = Array.from({ length: findings }, (_, n) => ({
    ...one,
    fingerprint: String(n).padStart(16, '0'),
    message: `removed field ${n} ${'long_name_'.repeat(20)}`,
    severity: n % 2 === 0 ? 'warning' : 'error',
    impact: Array.from({ length: parties }, (_, p) => ({ ...one.impact[p % 3]!, party: `party-${p}` })),
  }))
  return { ...deny, findings: many }
}

describe('expected texts', () => {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter(f => f.isDirectory())
    .flatMap(f => readdirSync(folder + f.name).map(file => ({ name: f.name, file })))
    .filter(({ file }) => file !== 'verdict.json')
  it('are there', () => expect(files.length).toBeGreaterThan(8))
  for (const { name, file } of files)
    it(`${name}/${file}`, () => {
      const [format, width] = file.split('.') as [keyof typeof reports, string]
      const rendered = reports[format](verdictOf(name), { ...options, width: Number(width) || 100 })
      expect(rendered).toBe(readFileSync(`${folder}${name}/${file}`, 'utf8'))
    })
})

describe('text', () => {
  it('says the verdict in the first line alone', () => {
    expect(reports.text(verdictOf('deny'), options).split('\n')[0]).toBe(
      '✗ deny   3 services feel it when billing.GetInvoice loses tax_id: 2 break',
    )
  })

  it('is one line when nothing reaches another service', () => {
    expect(reports.text(verdictOf('allow'), options)).toBe(
      '✓ allow  no contract, wiring or placement change reaches another service   (2 files, 1 service, 0.9 s)\n',
    )
  })

  it('lists who breaks before who may, each with place and owner', () => {
    const lines = reports.text(verdictOf('deny'), { ...options, width: 200 }).split('\n')
    const at = (party: string): number => lines.findIndex(l => l.trim().startsWith(party))
    expect(at('ledger')).toBeLessThan(at('crm'))
    expect(lines[at('ledger')]).toMatch(/ledger +team-fin +breaks, silent +ledger\/post\.go:120 +writes inv\.TaxId/)
    expect(lines[at('crm')]).toMatch(/crm +no owner +unknown/)
  })

  it('keeps to the width except for words that cannot be broken', () => {
    for (const width of [80, 100, 120])
      for (const line of reports.text(verdictOf('deny'), { ...options, width }).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(width)
  })

  it('colours only when asked, and the words stay the same', () => {
    const plain = reports.text(verdictOf('deny'), options)
    const coloured = reports.text(verdictOf('deny'), { ...options, colour: true })
    expect(plain).not.toContain('\u001b')
    expect(coloured).toContain('\u001b[31m')
    expect(stripVTControlCharacters(coloured)).toBe(plain)
  })

  it('lets nothing of a repository reach the terminal or the build runner', () => {
    const shown = reports.text(verdictOf('hostile'), { ...options, width: 60 })
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
    for (const line of shown.split('\n')) expect(line.trimStart().startsWith('::'), line).toBe(false)
  })

  it('counts the parties it does not list', () => {
    expect(reports.text(large(1, 20), options)).toContain('and 12 more: ')
    expect(reports.text(large(1, 9), options)).not.toContain('more: ')
  })

  it('says that a repaired party still breaks while no order is safe, and calls it repaired when one is', () => {
    const verdict = verdictOf('warn')
    expect(reports.markdown(verdict, options)).toContain('1 repaired here')
    verdict.findings[0]!.deployOrder = { safe: 'none', order: [], reason: 'each misreads the other' }
    const shown = reports.text({ ...verdict, decision: 'deny' }, { ...options, width: 200 })
    expect(shown).toMatch(/frontend +team-web +breaks on rollout/)
    expect(shown).toContain('Deploy order: none is safe: each misreads the other')
  })

  it('has no column of owners where nobody has one', () => {
    const verdict = verdictOf('deny')
    for (const impact of verdict.findings[0]!.impact) delete impact.owner
    expect(reports.text(verdict, options)).not.toContain('no owner')
    expect(reports.text(verdict, { ...options, width: 200 })).toMatch(/ledger +breaks, silent +ledger/)
  })

  it('splits the parties of an order by their side of the contract', () => {
    const verdict = verdictOf('warn')
    const [finding] = verdict.findings
    finding!.deployOrder = { safe: 'consumers-first', order: ['frontend', 'checkout', 'refunds'], reason: 'so it is' }
    expect(reports.text(verdict, options)).toContain('Deploy frontend before checkout and refunds: so it is')
    finding!.deployOrder = { safe: 'providers-first', order: ['checkout', 'refunds', 'frontend'], reason: 'so it is' }
    expect(reports.text(verdict, options)).toContain('Deploy checkout and refunds before frontend: so it is')
  })

  it('prints every waiver that was used', () => {
    expect(reports.text(verdictOf('waived'), { ...options, width: 300 })).toContain(
      'waived until 2026-12-31 by team-fin: contract/breaks-consumers for 0a1b2c3d4e5f6071 (ledger is switched off in December)',
    )
  })

  it('says what was there before only with all', () => {
    const verdict = verdictOf('deny')
    const old = { ...verdict, findings: verdict.findings.map(f => ({ ...f, introduced: false })) }
    expect(reports.text(old, options)).not.toContain('tax_id (string)')
    expect(reports.text(old, { ...options, all: true })).toContain('was there before')
  })
})

describe('markdown', () => {
  it('starts with the marker and the first line of the refusal', () => {
    const [marker, first] = reports.markdown(verdictOf('deny'), options).split('\n')
    expect(marker).toBe('<!-- lintel:gate:default sha=abc1234d5e6f708192a3b4c5d6e7f8091a2b3c4d -->')
    expect(first).toBe('### ✗ deny: 3 services feel it when billing.GetInvoice loses tax\\_id: 2 break')
  })

  it('stays below the limit of a comment and counts what it leaves out', () => {
    for (const [findings, parties] of [
      [5, 200],
      [400, 30],
      [3000, 3],
    ] as const) {
      const body = reports.markdown(large(findings, parties), options)
      expect(body.length).toBeLessThanOrEqual(65_536)
      expect(body.length).toBeGreaterThan(findings === 5 ? 10_000 : 50_000)
      if (findings > 5) expect(body).toMatch(/\d+ more not shown/)
      expect(body).toContain('</details>')
      expect(body.trimEnd()).toMatch(/<sub>head abc1234.*<\/sub>$/)
    }
  })

  it('has at most ten rows, errors first', () => {
    const rows = reports
      .markdown(large(40, 2), options)
      .split('<details>')[0]!
      .split('\n')
      .filter(l => l.startsWith('| removed'))
    expect(rows).toHaveLength(10)
    for (const row of rows) expect(row).toContain('**blocks**')
  })

  it('links places of the judged repository only', () => {
    const verdict = verdictOf('deny')
    verdict.findings[0]!.impact[0]!.at!.repo = 'another'
    const body = reports.markdown(verdict, options)
    expect(body).toContain('[`ledger/post.go:120`](https://host.example/ticket/office/blob/abc1234/ledger/post.go#L120)')
    expect(body).toContain('`another: crm/api/views.py:57`')
    expect(body).not.toContain('crm/api/views.py#L57')
  })

  it('lets no name mention, link, script or break the table', () => {
    const body = reports.markdown(verdictOf('hostile'), options)
    const outsideCode = body.replace(/`[^`\n]*`/g, '')
    expect(outsideCode).not.toMatch(/<script|<\/td>/)
    expect(outsideCode).not.toMatch(/(^|[^\\])@[a-z]/)
    expect(outsideCode).not.toContain('http://evil')
    const [top, details] = body.split('<details>')
    const widths = (text: string): number[] =>
      text
        .split('\n')
        .filter(l => l.startsWith('|'))
        .map(row => row.replaceAll('\\|', '').split('|').length - 2)
    expect(new Set(widths(top!))).toEqual(new Set([4]))
    expect(new Set(widths(details!))).toEqual(new Set([5]))
  })
})

describe('github', () => {
  it('annotates at most ten lines of a level and says how many it left out', () => {
    const lines = reports.github(large(60, 1), options).split('\n')
    expect(lines.filter(l => l.startsWith('::error '))).toHaveLength(10)
    expect(lines.filter(l => l.startsWith('::warning '))).toHaveLength(10)
    expect(lines.at(-2)).toContain('40 more findings')
  })

  it('escapes what would end a property or start a command', () => {
    const lines = reports.github(verdictOf('hostile'), options).split('\n')
    expect(lines[0]).toContain('::error file=protos/a b%2Cc%3Ad%25(1)|`x`.proto,line=3,title=contract/breaks-consumers::removed')
    expect(lines.filter(l => l.trimStart().startsWith('::'))).toHaveLength(1)
    expect(lines[0]).toContain('%250A')
  })

  it('names the file that could not be judged', () => {
    expect(reports.github(verdictOf('incomplete'), options)).toContain(
      '::error file=protos/billing.proto,line=12,title=lintel could not judge::not a proto file',
    )
  })
})

describe('json', () => {
  it('is the verdict', () => {
    expect(JSON.parse(reports.json(verdictOf('deny'), options))).toEqual(verdictOf('deny'))
  })
})

describe('junit', () => {
  it('counts failures, errors and skipped cases', () => {
    expect(reports.junit(verdictOf('deny'), options)).toContain('tests="3" failures="2" errors="0" skipped="0"')
    expect(reports.junit(verdictOf('waived'), options)).toContain('tests="1" failures="0" errors="0" skipped="1"')
    expect(reports.junit(verdictOf('incomplete'), options)).toContain('tests="1" failures="0" errors="1" skipped="0"')
    expect(reports.junit(verdictOf('allow'), options)).toContain('tests="1" failures="0" errors="0" skipped="0"')
  })
})
