import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { commitChange, makeRepository } from '../scripts/fixture-repo.mjs'
import { canonicalJson, checkChange, fragmentOf, type Verdict } from '../src/index.ts'

const folders: string[] = []
const quietly = { cacheDir: false, workers: 0 } as const

afterAll(() => {
  for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true })
})

const repository = (name: string, paths: readonly string[]): string => {
  const folder = makeRepository('ticket-office', { name, paths })
  folders.push(folder)
  return folder
}

const provider = (): string => {
  const folder = repository('billing', ['services/billing', 'protos/billing.proto', 'deploy/base/billing.yaml'])
  commitChange(folder, {
    title: 'drop tax_id',
    replace: [
      { file: 'protos/billing.proto', from: '  string tax_id = 7;\n', to: '' },
      { file: 'services/billing/Services/BillingService.cs', from: '            TaxId = found.TaxId,\n', to: '' },
    ],
    expect: { decision: 'deny', findings: [] },
  })
  return folder
}

const denials = ({ findings }: Verdict) => findings.filter(f => f.severity === 'error' && f.introduced)

const consumers = {
  'without a copy of the contract': ['services/ledger', 'deploy/base/ledger.yaml'],
  'with a copy of its own': ['services/ledger', 'deploy/base/ledger.yaml', 'protos/billing.proto'],
}

describe('a provider and a consumer in two repositories', () => {
  for (const [how, paths] of Object.entries(consumers)) {
    it(`names file and line of a consumer ${how}, by its folder and by its fragment alike`, async () => {
      const path = provider()
      const other = repository('ledger', paths)
      const check = async (beside?: string): Promise<Verdict> =>
        (await checkChange({ ...quietly, path, base: 'HEAD^', head: 'HEAD', ...(beside === undefined ? {} : { with: [beside] }) })).verdict

      expect(denials(await check())).toEqual([])

      const byFolder = await check(other)
      expect(byFolder.decision, byFolder.headline).toBe('deny')
      const [finding] = denials(byFolder)
      expect(finding!.rule).toBe('contract/breaks-consumers')
      expect(finding!.impact.map(i => i.party)).toContain('ledger')
      expect(finding!.impact.find(i => i.party === 'ledger')!.at).toEqual({ repo: 'ledger', file: 'services/ledger/journal.go', line: 24 })

      const file = join(mkdtempSync(join(tmpdir(), 'lintel-')), 'ledger.json')
      folders.push(file)
      writeFileSync(file, canonicalJson(await fragmentOf({ ...quietly, path: other })))
      expect((await check(file)).findings).toEqual(byFolder.findings)
    })
  }

  it('a change in the consumer that asks for what the provider does not serve is not hidden by the other repository', async () => {
    const path = repository('ledger', ['services/ledger', 'deploy/base/ledger.yaml'])
    const other = repository('billing', ['services/billing', 'protos/billing.proto', 'deploy/base/billing.yaml'])
    commitChange(path, {
      title: 'another port',
      replace: [{ file: 'deploy/base/ledger.yaml', from: 'billing:7070', to: 'billing:7071' }],
      expect: { decision: 'deny', findings: [] },
    })
    const { verdict } = await checkChange({ ...quietly, path, base: 'HEAD^', head: 'HEAD', with: [other] })
    expect(verdict.decision, verdict.headline).toBe('deny')
    expect(denials(verdict).map(f => f.rule)).toEqual(['wiring/target-missing'])
    expect(denials(verdict)[0]!.message).toContain('billing')
  })
})
