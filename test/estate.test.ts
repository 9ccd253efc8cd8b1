import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeRepository } from '../scripts/fixture-repo.mjs'
import { fragmentOf, mapSystem } from '../src/index.ts'

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

describe('an estate with one configuration', () => {
  const billing = repository('billing', ['services/billing', 'protos/billing.proto', 'deploy/base/billing.yaml'])
  const ledger = repository('ledger', ['services/ledger', 'deploy/base/ledger.yaml'])
  const centre = join(mkdtempSync(join(tmpdir(), 'lintel-')), 'centre')
  folders.push(centre)
  mkdirSync(centre)
  const config = join(centre, 'lintel.config.yaml')
  const lines = [
    `repositories: [${JSON.stringify(billing)}, ${JSON.stringify(ledger)}]`,
    'owners:',
    '  billing/services/**: "@tickets/fin"',
  ]
  writeFileSync(config, `${[...lines, 'systems: { money: [billing, ledger] }'].join('\n')}\n`)

  it('is the map of the repositories that it lists, with owners by its lines', async () => {
    const { model } = await mapSystem({ ...quietly, path: centre, config, estate: true })
    expect(model.revisions.map(r => r.repo)).toEqual(['billing', 'ledger'])
    expect(model.services.map(s => [s.id, s.owners.map(o => o.value), s.system?.value])).toEqual([
      ['billing', ['@tickets/fin'], 'money'],
      ['ledger', [], 'money'],
    ])
    expect(model.services[0]!.owners[0]!.evidence[0]!.at).toEqual({ repo: '', file: 'lintel.config.yaml', line: 3 })
    expect(model.interactions.map(i => `${i.from}->${i.to}`)).toContain('ledger->billing')
  })

  it('sets the others beside the one that is named, and leaves fragments alone', async () => {
    const { model, fragments } = await mapSystem({ ...quietly, path: ledger, config })
    expect(fragments.map(f => f.repo)).toEqual(['ledger', 'billing'])
    expect(model.services.map(s => s.id)).toEqual(['billing', 'ledger'])
    expect((await fragmentOf({ ...quietly, path: ledger, config })).repo).toBe('ledger')
  })

  it('in a judged tree lists nothing that would be read', async () => {
    const { model } = await mapSystem({ ...quietly, path: centre })
    expect(model.services).toEqual([])
    expect(model.problems.map(p => p.code)).toEqual(['policy/repositories'])
  })
})
