import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { commitChange, makeRepository } from '../scripts/fixture-repo.mjs'
import { type CheckResult, canonicalJson, checkChange } from '../src/index.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const anything = { decision: '', findings: [] }

const paths = [
  'README.md',
  'compose.yaml',
  'deploy/base/booking.yaml',
  'protos/billing.proto',
  'services/billing/Services/BillingService.cs',
  'services/booking/clients/clients.go',
  'services/notify/main.py',
  'services/web/src/server.ts',
]

/** What a change does to a text; `billing` becomes another service in it, or nothing in it changes but its lines or its end. */
const edits: Record<string, (text: string) => string> = {
  lines: text => `\n${text}`,
  end: text => `${text}\n`,
  others: text => text.replaceAll('billing', 'pricing'),
  gone: text => text.slice(0, Math.floor(text.length / 2)),
  back: text => text.replaceAll('pricing', 'billing'),
}

const changes = fc.array(fc.record({ path: fc.constantFrom(...paths), edit: fc.constantFrom(...Object.keys(edits)) }), {
  minLength: 1,
  maxLength: 2,
})

const said = ({ verdict, base, head }: CheckResult): string => `${JSON.stringify(verdict)}\n${canonicalJson([base, head])}`

const check = async (path: string, cacheDir: string | false, sides: { base: string; head?: string }): Promise<string> =>
  said(await checkChange({ path, cacheDir, workers: 0, ...sides }))

describe('a change that is judged with what is known of its base', () => {
  it('is judged as by itself, change after change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 2, maxLength: 3 }), async history => {
        const path = makeRepository('ticket-office', {})
        const cacheDir = mkdtempSync(join(tmpdir(), 'lintel-known-'))
        folders.push(dirname(path), cacheDir)
        for (const change of history) {
          for (const { path: file, edit } of change) writeFileSync(join(path, file), edits[edit]!(readFileSync(join(path, file), 'utf8')))
          const asItLies = { base: 'HEAD' }
          expect(await check(path, cacheDir, asItLies)).toBe(await check(path, false, asItLies))
          commitChange(path, { title: 'a change', write: { 'docs/NOTES.md': JSON.stringify(change) }, expect: anything })
          const committed = { base: 'HEAD^', head: 'HEAD' }
          const alone = await check(path, false, committed)
          expect(await check(path, cacheDir, committed)).toBe(alone)
          expect(await check(path, cacheDir, committed)).toBe(alone)
        }
      }),
      { numRuns: 3 },
    )
  }, 240_000)
})
