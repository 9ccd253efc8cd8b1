import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, describe, expect, it } from 'vitest'
import { service } from '../../../test/support/models.ts'
import { listedRepositories, repositoriesAt, shownDiff, withEstate, writtenPaths } from './estate.ts'

const folder = mkdtempSync(join(tmpdir(), 'lintel-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the configuration of an estate', () => {
  const crm = service('crm', { repo: 'office' })
  const first = withEstate('', ['../billing', '../on call'], [crm])

  it('lists repositories, and a line to fill in for each service without an owner', () => {
    expect(load(first)).toEqual({ repositories: ['../billing', '../on call'], owners: null })
    expect(first).toContain('  # crm: "@team"    # office/services/crm\n')
  })

  it('changes nothing the second time, and keeps what people wrote', () => {
    expect(withEstate(first, ['../billing', '../on call'], [crm])).toBe(first)
    const filled = first.replace('  # crm: "@team"', '  crm: "@office/care"').replace('owners:', 'rules: {}\n\nowners:')
    const again = withEstate(filled, ['../billing', '../ledger'], [crm, service('fees')])
    expect(load(again)).toEqual({ repositories: ['../billing', '../on call', '../ledger'], rules: {}, owners: { crm: '@office/care' } })
    expect(again.split('\n').filter(line => !filled.split('\n').includes(line))).toEqual([
      '  - ../ledger',
      '  # fees: "@team"    # tickets/services/fees',
    ])
  })

  it('takes lists in brackets and empty maps', () => {
    const given = 'repositories: [../billing, "../a b"]\nowners: {}\nignore: []\n'
    expect(listedRepositories(given)).toEqual(['../billing', '../a b'])
    expect(withEstate(given, ['../billing'], [])).toBe(given)
    expect(load(withEstate(given, ['../x'], [crm]))).toEqual({ repositories: ['../billing', '../a b', '../x'], owners: null, ignore: [] })
  })

  it('shows what is new', () => {
    expect(shownDiff('a\nc\n', 'a\nb\nc\n')).toBe('  a\n+ b\n  c')
  })

  it('finds the repositories in a folder of them', () => {
    for (const path of ['all/b/.git', 'all/a/.git', 'all/none', 'one/.git', 'plain/src']) mkdirSync(join(folder, path), { recursive: true })
    const found = repositoriesAt(['all', 'one', 'plain'].map(name => join(folder, name)))
    expect(writtenPaths(join(folder, 'all'), found)).toEqual(['a', 'b', '../one', '../plain'])
    expect(writtenPaths(join(folder, 'one'), [join(folder, 'one')])).toEqual(['.'])
  })
})
