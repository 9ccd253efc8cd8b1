import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { commitChange, makeRepository, readChange } from '../scripts/fixture-repo.mjs'
import { replay } from '../src/index.ts'

const path = makeRepository('ticket-office')

afterAll(() => rmSync(dirname(path), { recursive: true, force: true }))

const nothing = { decision: 'allow', findings: [] }
const write = (title: string, files: Record<string, string>) => commitChange(path, { title, write: files, expect: nothing })

it('judges the commits that touch the system, oldest first, and no others', async () => {
  commitChange(path, readChange('ticket-office', 'called-rpc-removed'))
  write('automation', { '.github/workflows/ci.yaml': 'on: push\njobs: {}\n' })
  write('owners', { CODEOWNERS: '* @tickets/platform\n' })
  write('pipeline', { 'cloudbuild.yaml': 'steps:\n  - name: docker\n' })
  write('words', { 'docs/guide.md': '# Guide\n' })
  write('chore(deps): bump express', { 'services/web/package.json': '{"name": "web", "dependencies": {"express": "6.0.0"}}\n' })
  write('more seats', { 'deploy/extra/hall.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hall\ndata:\n  SEATS: "400"\n' })
  const steps = []
  for await (const step of replay({ path, last: 10, cacheDir: false, workers: 0 })) steps.push([step.subject, step.verdict.decision])
  expect(steps).toEqual([
    ['seating: holds go away', 'deny'],
    ['more seats', 'allow'],
  ])
})
