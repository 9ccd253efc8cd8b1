// Where the time of a run goes: a sampled profile of its main thread, every sample given to the innermost step of the flow around it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './measure.mjs'

/** Steps by the functions that begin them. */
const steps = {
  '(garbage collector)': 'collecting garbage',
  '(idle)': 'waiting for git and workers',
  readTasks: 'reading files',
  readContent: 'reading files',
  readBytes: 'reading files',
  lower: 'reading files',
  copied: 'reading files',
  GenericJSToWasmWrapper: 'reading files',
  brotliDecompressSync: 'reading files',
  renderUnit: 'rendering units',
  revisionTree: 'listing files',
  list: 'listing files',
  settle: 'listing files',
  select: 'looking at paths',
  scan: 'looking at paths',
  findPrograms: 'finding programs',
  RepositoryCache: 'the cache',
  save: 'the cache',
  readChecked: 'the cache',
  writeChecked: 'the cache',
  put: 'the cache',
  derived: 'the cache',
  '#known': 'the cache',
  '#digest': 'digests of what is known',
  analyse: 'analysing programs',
  analyseOnDemand: 'analysing programs',
  attempt: 'analysing programs',
  closureOf: 'analysing programs',
  sharing: 'comparing',
  link: 'linking',
  joinContracts: 'joining contracts',
  compare: 'comparing',
  judge: 'judging',
  spawn: 'starting git',
  loadAndTranslate: 'loading modules',
  compileSourceTextModule: 'loading modules',
  compileForInternalLoader: 'loading modules',
  resolve: 'loading modules',
  require: 'loading modules',
}

/** What reading code from the start is made of. */
export const readingSteps = {
  ...steps,
  GenericJSToWasmWrapper: 'parsing with tree-sitter',
  copied: 'copying syntax trees',
  lower: 'lowering syntax to facts',
  parseYaml: 'parsing YAML',
  load: 'loading grammars',
  glanceAt: 'glancing at code',
  closureOf: 'following imports',
}

/** Shares of a run by step, largest first. `more`: further steps of this run. */
export const shares = (args, options = {}, more = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'lintel-profile-'))
  try {
    run(['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', folder, ...args], options)
    const [main] = readdirSync(folder).sort((a, b) => threadOf(a) - threadOf(b))
    return sharesOf(JSON.parse(readFileSync(join(folder, main), 'utf8')), { ...steps, ...more })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile */
const threadOf = file => Number(file.split('.')[4])

const sharesOf = ({ nodes, samples, timeDeltas }, known) => {
  const names = new Map(nodes.map(n => [n.id, n.callFrame.functionName]))
  const parents = new Map(nodes.flatMap(n => (n.children ?? []).map(child => [child, n.id])))
  const stepOf = id => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const name = names.get(at)
      const step = Object.hasOwn(known, name)
        ? known[name]
        : /^wasm-/.test(name)
          ? (known.GenericJSToWasmWrapper ?? 'reading files')
          : undefined
      if (step) return step
    }
    return 'Node and the rest'
  }
  const total = new Map()
  samples.forEach((id, i) => {
    const step = stepOf(id)
    total.set(step, (total.get(step) ?? 0) + timeDeltas[i])
  })
  const all = [...total.values()].reduce((sum, t) => sum + t, 0)
  return [...total].map(([step, time]) => ({ step, share: time / all })).sort((a, b) => b.share - a.share)
}
