// A provider and its consumer in two repositories: does a change of the provider's contract name the consumer's file and line?
// Usage: node bench/split.mjs PATH_OF_THE_BARE_REPOSITORY
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const lintel = fileURLToPath(new URL('../bin/lintel.js', import.meta.url))
const plan = {
  provider: { name: 'shipping', paths: ['src/shippingservice', 'protos', 'kubernetes-manifests/shippingservice.yaml'] },
  consumer: { name: 'checkout', paths: ['src/checkoutservice', 'kubernetes-manifests/checkoutservice.yaml'] },
  changes: [
    {
      title: 'GetQuoteResponse loses cost_usd',
      file: 'protos/demo.proto',
      from: '    Money cost_usd = 1;\n',
      to: '',
      expect: 'src/checkoutservice/',
    },
    {
      title: 'ShipOrder is removed',
      file: 'protos/demo.proto',
      from: '    rpc ShipOrder(ShipOrderRequest) returns (ShipOrderResponse) {}\n',
      to: '',
      expect: 'src/checkoutservice/',
    },
  ],
}

const git = (cwd, ...args) =>
  execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', '-c', 'commit.gpgsign=false', ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, GIT_NO_LAZY_FETCH: '1' },
  })

/** A repository of its own that holds some paths of another's newest commit. */
const part = (folder, original, { name, paths }) => {
  const to = join(folder, name)
  mkdirSync(to, { recursive: true })
  for (const file of git(original, 'ls-tree', '-r', '-z', '--name-only', 'HEAD', '--', ...paths)
    .split('\0')
    .filter(Boolean)) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    writeFileSync(join(to, file), execFileSync('git', ['--git-dir', original, 'show', `HEAD:${file}`], { maxBuffer: 1 << 28 }))
  }
  git(to, 'init', '-q', '-b', 'main')
  git(to, 'add', '-A')
  git(to, 'commit', '-q', '-m', 'as it is')
  return to
}

const run = (...args) =>
  spawnSync(process.execPath, [lintel, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: '1' } })

/** `file:line` of everything the verdict says of the consumer. */
const placesIn = (verdict, consumer) =>
  verdict.findings
    .filter(f => f.severity === 'error')
    .flatMap(f => f.impact)
    .filter(i => i.at?.repo === consumer)
    .map(i => `${i.at.file}:${i.at.line}`)

/** Runs all changes, each with the consumer's folder and with its fragment; a row each. */
export const runSplit = original => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-split-'))
  try {
    const provider = part(folder, original, plan.provider)
    const consumer = part(folder, original, plan.consumer)
    const fragment = join(folder, 'consumer.json')
    run('fragment', consumer, '--format', `json=${fragment}`)
    return plan.changes.flatMap(({ title, file, from, to, expect }) => {
      const content = readFileSync(join(provider, file), 'utf8')
      if (!content.includes(from)) throw new Error(`${title}: the text to change is not there`)
      writeFileSync(join(provider, file), content.replace(from, to))
      const rows = [consumer, fragment].map(other => {
        const { status, stdout, stderr } = run('check', provider, '--base', 'HEAD', '--with', other, '--format', 'json')
        if (status !== 0 && status !== 1) return { title, other, ok: false, why: `exit ${status}: ${stderr.slice(0, 300)}` }
        const verdict = JSON.parse(stdout)
        const places = placesIn(verdict, plan.consumer.name)
        return {
          title,
          other,
          ok: verdict.decision === 'deny' && places.some(p => p.startsWith(expect)),
          decision: verdict.decision,
          places,
        }
      })
      git(provider, 'checkout', '-q', '.')
      return rows
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = runSplit(process.argv[2])
  for (const { ok, title, other, why, decision, places } of rows) {
    const how = other.endsWith('.json') ? 'with its fragment' : 'with its folder'
    console.log(`${ok ? '✓' : '✗'} ${title}, ${how}: ${why ?? `${decision}, ${places.join(', ') || 'no place'}`}`)
  }
  if (rows.some(r => !r.ok)) process.exitCode = 1
}
