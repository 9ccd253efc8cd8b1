// Charts, kustomizations and root modules of Terraform as Lintel renders them, beside what their own tools make of them.
// Usage: node bench/rendering.mjs FOLDER [--helm BINARY] [--kubectl BINARY] [--terraform BINARY] [--only=REPOSITORY] [--verbose]
// FOLDER holds bare repositories as `owner+name/repo`; which of them, and the reasons of known disagreements, stand in rendering.json.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { load, loadAll } from 'js-yaml'
import { bundled } from './bundle.mjs'
import { writeSection } from './results.mjs'
import { skeletonOf } from './terraform-skeleton.mjs'

const args = process.argv.slice(2)
const option = name => (args.includes(`--${name}`) ? resolve(args[args.indexOf(`--${name}`) + 1]) : undefined)
const verbose = args.includes('--verbose')
const only = args.find(a => a.startsWith('--only='))?.slice('--only='.length)
const binaries = { helm: option('helm'), kustomize: option('kubectl'), terraform: option('terraform') }
const { repositories, reasons } = JSON.parse(readFileSync(new URL('rendering.json', import.meta.url), 'utf8'))
const work = mkdtempSync(join(tmpdir(), 'lintel-rendering-'))
const { canonicalAddress, rendered, rowOf } = await import(await bundled('rendering'))

const run = (command, given, cwd, timeout = 60_000) =>
  spawnSync(command, given, {
    cwd,
    timeout,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', GIT_TERMINAL_PROMPT: '0' },
  })

const checkedOut = ({ repository, commit }) => {
  const into = join(work, repository.replace('/', '+'))
  mkdirSync(into, { recursive: true })
  // Blobs that the copy of the repository lacks are left out.
  const git = (...given) =>
    spawnSync('git', ['--git-dir', join(resolve(args[0]), repository.replace('/', '+'), 'repo'), '--work-tree', into, ...given], {
      env: { ...process.env, GIT_INDEX_FILE: `${into}.index` },
    })
  git('read-tree', commit)
  git('checkout-index', '--all', '--force')
  return into
}

const isMap = v => v !== null && typeof v === 'object' && !Array.isArray(v)
const sorted = v =>
  Array.isArray(v)
    ? v.map(sorted)
    : isMap(v)
      ? Object.fromEntries(
          Object.keys(v)
            .sort()
            .map(k => [k, sorted(v[k])]),
        )
      : v
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
const short = v => (JSON.stringify(v) ?? 'nothing').slice(0, 80)
/** Paths at which two values differ, with both. */
const differences = (ours, theirs, path = '') =>
  same(ours, theirs)
    ? []
    : typeof ours === 'object' && typeof theirs === 'object' && ours && theirs
      ? [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap(k => differences(ours[k], theirs[k], `${path}.${k}`))
      : [`${path.slice(1)}: ${short(ours)} here, ${short(theirs)} there`]

// objects of Kubernetes

const objectsOf = text =>
  text.split(/^---\s*$|^---(?= )/m).flatMap(part => {
    try {
      return loadAll(part)
        .filter(isMap)
        .flatMap(o => (o.kind === 'List' && Array.isArray(o.items) ? o.items : [o]))
    } catch {
      return [{ kind: 'no YAML', metadata: { name: part.trim().slice(0, 60) } }]
    }
  })
const keyOf = o => `${o.kind} ${o.metadata?.namespace ? `${o.metadata.namespace}/` : ''}${o.metadata?.name}`

/** Objects of both, one by one. */
const compareObjects = (ours, theirs) => {
  const mine = new Map()
  for (const o of ours) mine.set(keyOf(o), [...(mine.get(keyOf(o)) ?? []), o])
  const lines = []
  let equal = 0
  for (const o of theirs) {
    const found = mine.get(keyOf(o))?.shift()
    const said = found === undefined ? ['missing here'] : differences(found, o)
    if (said.length === 0) equal++
    else lines.push(`${keyOf(o)}: ${said.slice(0, 3).join('; ')}`)
  }
  for (const left of mine.values()) for (const o of left) lines.push(`${keyOf(o)}: here only`)
  return { equal, total: theirs.length, lines }
}

const KUBERNETES = '1.31.0'
const peers = {
  helm: (tree, { root, documents }) => {
    const chart = load(readFileSync(join(tree, root, 'Chart.yaml'), 'utf8'))
    const done = run(binaries.helm, ['template', chart.name, join(tree, root), '--skip-tests', '--kube-version', KUBERNETES])
    if (done.status !== 0) return { refused: done.stderr }
    return compareObjects(documents.flatMap(objectsOf), objectsOf(done.stdout))
  },
  kustomize: (tree, { root, documents }) => {
    const done = run(binaries.kustomize, ['kustomize', join(tree, root)], undefined, 20_000)
    if (done.status !== 0) return { refused: done.stderr || 'takes longer than 20 s' }
    const ours = documents.flatMap(objectsOf)
    const names = new Set(ours.filter(o => /^(ConfigMap|Secret)$/.test(o.kind)).map(o => o.metadata?.name))
    // Generated names bear a hash of their content there, and none here.
    const text = [...new Set(done.stdout.match(/[\w.-]+-[2456789bcdfghkmt]{10}\b/g) ?? [])]
      .filter(name => names.has(name.slice(0, -11)))
      .reduce((all, name) => all.replaceAll(name, name.slice(0, -11)), done.stdout)
    return compareObjects(ours, objectsOf(text))
  },
  terraform: (tree, { root, documents }) => {
    const copy = join(work, 'terraform')
    rmSync(copy, { recursive: true, force: true })
    cpSync(tree, copy, { recursive: true })
    let folder
    try {
      folder = skeletonOf(copy, root)
    } catch (error) {
      return { refused: `no skeleton: ${error.message}` }
    }
    const steps = [
      ['init', '-backend=false', '-input=false', '-no-color'],
      ['plan', '-refresh=false', '-input=false', '-no-color', '-out=plan'],
    ]
    for (const step of steps) {
      const done = run(binaries.terraform, step, folder, 120_000)
      if (done.status !== 0) return { refused: done.stderr.replaceAll(/[│╷╵]/g, ' ').trim() }
    }
    const plan = JSON.parse(run(binaries.terraform, ['show', '-json', 'plan'], folder, 120_000).stdout)
    return comparePlan(
      root,
      documents.map(d => load(d)).flatMap(d => Object.entries(d.resources ?? {})),
      resourcesOf(plan.planned_values.root_module),
    )
  },
}

const resourcesOf = module => [...(module.resources ?? []), ...(module.child_modules ?? []).flatMap(resourcesOf)]

/** Values that Terraform knows, leaf by leaf: ours are equal, are not told, or are wrong. */
const comparePlan = (root, ours, theirs) => {
  const mine = new Map(ours.map(([address, r]) => [address.toLowerCase(), r]))
  const lines = []
  const count = { equal: 0, total: 0, untold: 0, resources: 0 }
  const seen = new Set()
  for (const r of theirs) {
    const [, type, name] = /^(?:module|(?:data--)?(.+?))--(.+)$/.exec(r.name) ?? []
    if (r.name.startsWith('data--') || type === undefined || !rowOf(type)) continue
    const address = canonicalAddress(r.address.replace(/^module\.root\./, '').replace(`terraform_data.${r.name}`, `${type}.${name}`))
    const found = mine.get(address.toLowerCase())
    seen.add(address.toLowerCase())
    if (found === undefined) {
      lines.push(`${address}: missing here`)
      count.total++
      continue
    }
    count.resources++
    for (const [path, given] of leavesOf(unwrapped(r.values.input ?? {}))) {
      // The skeleton is called from elsewhere.
      const value = typeof given === 'string' ? given.replaceAll(`../../${root}/`, './') : given
      count.total++
      const here = at(unwrapped(found.properties), path)
      const text = typeof here === 'string' ? here.replaceAll('$${', '${') : here
      if (String(text) === String(value)) count.equal++
      else if (here === undefined || here === null || (typeof here === 'string' && /(?<!\$)\$\{/.test(here))) count.untold++
      else lines.push(`${address}: ${path.join('.')}: ${short(here)} here, ${short(value)} there`)
    }
  }
  for (const [address] of ours)
    if (!seen.has(address.toLowerCase()) && !/(^|\.)(data|module)\.[^.]+(\.[^.]+)?$/.test(address) && !address.includes('data.'))
      lines.push(`${address}: here only`)
  return { ...count, lines }
}

const asData = v => {
  if (typeof v !== 'string' || !/^\s*[[{]/.test(v)) return v
  try {
    return JSON.parse(v)
  } catch {
    return v
  }
}
/** Texts of JSON as what they say, lists of one object (blocks) as that object. */
const unwrapped = given => {
  const v = asData(given)
  if (Array.isArray(v)) return v.length === 1 && isMap(unwrapped(v[0])) ? unwrapped(v[0]) : v.map(unwrapped)
  return isMap(v) ? Object.fromEntries(Object.entries(v).map(([k, inner]) => [k, unwrapped(inner)])) : v
}
const leavesOf = (v, path = []) =>
  v === null ? [] : typeof v === 'object' ? Object.entries(v).flatMap(([k, inner]) => leavesOf(inner, [...path, k])) : [[path, v]]
const at = (v, path) => path.reduce((inner, k) => (typeof inner === 'object' ? inner?.[k] : inner), v)

/** A component means something only in what includes it. */
const isComponent = (tree, root) =>
  ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some(name => {
    const file = join(tree, root, name)
    return existsSync(file) && /^kind: Component\b/m.test(readFileSync(file, 'utf8'))
  })

// all of them

const TITLES = {
  helm: 'charts, beside `helm template`',
  kustomize: 'kustomizations, beside `kubectl kustomize`',
  terraform: 'root modules, beside `terraform plan`',
}
const sums = Object.fromEntries(
  Object.keys(TITLES).map(kind => [kind, { units: 0, whole: 0, refused: 0, equal: 0, total: 0, untold: 0, rows: [], refusals: new Map() }]),
)
const reasonOf = (repository, kind, line) =>
  reasons.find(r => r.kind === kind && (r.repository === undefined || r.repository === repository) && new RegExp(r.line).test(line))
    ?.because

for (const pinned of repositories) {
  const { repository } = pinned
  if (only !== undefined && repository !== only) continue
  const tree = checkedOut(pinned)
  for (const kind of Object.keys(TITLES)) {
    if (binaries[kind] === undefined) continue
    const sum = sums[kind]
    const mine = { units: 0, whole: 0, equal: 0, total: 0, untold: 0, refused: 0 }
    const open = []
    for (const unit of rendered(tree, kind)) {
      if (unit.documents.length === 0 && (kind === 'terraform' || isComponent(tree, unit.root))) continue
      const found = peers[kind](tree, unit)
      if (found.refused !== undefined) {
        mine.refused++
        const why = /error:.*|Error:.*|.+/i.exec(found.refused)?.[0].replaceAll(work, '').slice(0, 100) ?? ''
        sum.refusals.set(`${repository}/${unit.root}`, why)
        if (verbose) console.log(`refused ${kind} ${repository}/${unit.root}: ${found.refused.replaceAll(work, '').slice(0, 700)}`)
        continue
      }
      mine.units++
      if (found.lines.length === 0) mine.whole++
      mine.equal += found.equal
      mine.total += found.total
      mine.untold += found.untold ?? 0
      for (const line of found.lines) {
        const because = reasonOf(repository, kind, line)
        open.push(`${unit.root || '.'}: ${line}${because ? ` (${because})` : ''}`)
      }
    }
    for (const k of Object.keys(mine)) sum[k] += mine[k]
    if (mine.units + mine.refused === 0) continue
    sum.rows.push({ repository, ...mine, open })
    console.log(kind, repository, JSON.stringify(mine))
    if (verbose) for (const line of open) console.log(`  ${line}`)
  }
  rmSync(tree, { recursive: true, force: true })
}
rmSync(work, { recursive: true, force: true })

const LISTED = 12
const listedOf = ({ repository, open }) => [
  ...open.slice(0, LISTED).map(line => `- ${repository}, ${line.replaceAll('|', '\\|')}`),
  ...(open.length > LISTED ? [`- ${repository}: ${open.length - LISTED} more like these`] : []),
]

if (only === undefined && Object.values(binaries).every(b => b !== undefined && existsSync(b)))
  writeSection(
    'rendering',
    [
      '## Rendering beside the tools themselves',
      '',
      `Written by \`node bench/rendering.mjs\`: everything in these repositories that ${Object.keys(binaries)
        .map(b => basename(binaries[b]))
        .join(
          ', ',
        )} take. Equal: objects of Kubernetes that are the same in every member; of Terraform, values (leaves of the attributes of resources that mean something to the map) that its plan knows, where every resource is replaced by \`terraform_data\`, so that no provider is needed. Not told: known to the tool, a reference or unknown here.`,
      '',
      '| what | repository | units | the same whole | equal | not told | the tool refuses |',
      '|---|---|---|---|---|---|---|',
      ...Object.entries(sums).flatMap(([kind, sum]) => [
        ...sum.rows.map(
          r =>
            `| ${TITLES[kind]} | ${r.repository} | ${r.units} | ${r.whole} | ${r.equal} of ${r.total} | ${kind === 'terraform' ? r.untold : '–'} | ${r.refused} |`,
        ),
        `| **${TITLES[kind]}** | all | ${sum.units} | ${sum.whole} | ${sum.equal} of ${sum.total} | ${kind === 'terraform' ? sum.untold : '–'} | ${sum.refused} |`,
      ]),
      '',
      '### Disagreements',
      '',
      ...Object.values(sums).flatMap(sum => sum.rows.flatMap(listedOf)),
    ].join('\n'),
  )
