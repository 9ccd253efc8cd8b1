import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(f => f.replaceAll('\\', '/'))
    .filter(f => /\.tsx?$/.test(f))
    .sort()

interface Source {
  file: string
  text: string
  imports: string[]
}

/** Sources without tests: tests may reach further than what they test. */
const sources: Source[] = filesBelow(src)
  .filter(f => !f.endsWith('.test.ts'))
  .map(file => {
    const text = readFileSync(join(src, file), 'utf8')
    const imports = [...text.matchAll(/(?:from|import\()\s*'([^']+)'|^import\s+'([^']+)'/gm)].map(m => (m[1] ?? m[2])!)
    return { file, text, imports }
  })

const internal = (source: Source): string[] =>
  source.imports.filter(i => i.startsWith('.')).map(i => relative(src, resolve(src, dirname(source.file), i)).replaceAll('\\', '/'))

/** The floor of a file: surfaces are told apart by room. */
const floorOf = (file: string): string => {
  const [first, second] = file.split('/')
  if (first === 'surfaces') return `surfaces/${second}`
  return file === 'index.ts' ? 'index' : first!
}

const floors: Record<string, string[]> = {
  base: [],
  model: ['base'],
  read: ['model', 'base'],
  observe: ['model', 'base'],
  analyse: ['model', 'base'],
  link: ['model', 'base'],
  compare: ['model', 'base'],
  judge: ['model', 'base'],
  diagnose: ['model', 'base'],
  store: ['model', 'base'],
  flow: ['base', 'model', 'read', 'observe', 'analyse', 'link', 'compare', 'judge', 'diagnose', 'store'],
  index: ['flow', 'model', 'base'],
  'surfaces/report': ['index'],
  'surfaces/export': ['index'],
  'surfaces/ci': ['index', 'surfaces/report', 'surfaces/export'],
  'surfaces/mcp': ['index', 'surfaces/report', 'surfaces/export'],
  'surfaces/http': ['index', 'surfaces/report', 'surfaces/export'],
  'surfaces/web': ['index'],
  'surfaces/cli': ['index', 'surfaces/report', 'surfaces/export', 'surfaces/ci', 'surfaces/mcp', 'surfaces/http'],
}

describe('the house', () => {
  it('a floor imports only the floors below it', () => {
    const wrong = sources.flatMap(source => {
      const from = floorOf(source.file)
      return internal(source)
        .map(target => ({ target, floor: floorOf(target) }))
        .filter(({ floor }) => floor !== from && !(floors[from] ?? []).includes(floor))
        .map(({ target }) => `${source.file} imports ${target}`)
    })
    expect(wrong, 'neighbours do not know each other: what two floors share belongs to model or base, and flow joins them').toEqual([])
  })

  it('the page takes only types from the library', () => {
    const values = sources
      .filter(s => s.file.startsWith('surfaces/web/'))
      .flatMap(s => [...s.text.matchAll(/^import (?!type )[^']*from '((?:\.\.\/)+index\.ts)'/gm)].map(m => `${s.file}: ${m[1]}`))
    expect(values, 'what the browser loads must not pull the reading of repositories in').toEqual([])
  })

  it('every folder of src is a known floor', () => {
    expect([...new Set(sources.map(s => floorOf(s.file)))].filter(f => !(f in floors))).toEqual([])
  })

  it('imports make no circle', () => {
    const graph = new Map(sources.map(s => [s.file, internal(s)]))
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
        return
      }
      state.set(file, 'open')
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      state.set(file, 'done')
    }
    for (const file of graph.keys()) visit(file, [])
    expect(circles, 'a circle makes two files one: move what they share below both').toEqual([])
  })

  it('internal imports point to files that exist', () => {
    expect(
      sources.flatMap(s =>
        internal(s)
          .filter(t => !existsSync(join(src, t)))
          .map(t => `${s.file}: ${t}`),
      ),
    ).toEqual([])
  })

  const places = (allowed: RegExp, what: RegExp): string[] =>
    sources.filter(s => !allowed.test(s.file) && what.test(s.text)).map(s => s.file)

  it('files, processes and the network are touched in few places', () => {
    const io = /from 'node:(fs|fs\/promises|child_process|net|http|https|http2|tls|dgram|dns|worker_threads|os)'|\bfetch\(|process\.env/
    const allowed =
      /^(read\/(tree|git|cache|pool|worker)[\w-]*\.ts|read\/(tree|git|cache|history)\/|read\/syntax\/(treesitter|grammars)\.ts|store\/|surfaces\/)/
    expect(places(allowed, io), 'repositories are hostile and verdicts deterministic: I/O is fenced so that it can be reviewed').toEqual([])
  })

  it('clock and random are read only in surfaces and observe, and where a parser is stopped', () => {
    const clock = /Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(|randomUUID\(|process\.(hrtime|cpuUsage)/
    expect(
      places(/^(surfaces|observe)\/|^read\/syntax\/treesitter\.ts$/, clock),
      'same input, same verdict: a clock in a lower floor breaks it',
    ).toEqual([])
  })

  it('tables that words of the judged files ask know no inherited names', () => {
    const bare = /^(?:export )?const \w+: (?:Readonly<)?(?:Partial<)?Record<string,[^=\n]*= \{/m
    expect(
      places(/^surfaces\/|^read\/code\/languages\/lua\.ts$|\.test\.ts$/, bare),
      'write table({ … }) of base/table.ts: constructor is a word too',
    ).toEqual([])
  })

  it('nothing compares by locale', () => {
    expect(places(/^surfaces\/web\//, /localeCompare|toLocale/), 'order must not depend on the machine: use byText').toEqual([])
  })

  it('a reader never imports a sibling, a rule never imports a rule', () => {
    const members = sources.filter(
      s => /^read\/(code\/languages|contract|deploy|render|mesh|config|build|catalog)\//.test(s.file) || /^judge\/rules\//.test(s.file),
    )
    const wrong = members.flatMap(s =>
      internal(s)
        .filter(t => members.some(m => m.file === t))
        .map(t => `${s.file} imports ${t}`),
    )
    expect(wrong, 'family members know their contract, not each other: shared code goes beside the contract').toEqual([])
  })

  it('the gate loads none of the heavy libraries', () => {
    const heavy = /^(zod|drizzle-orm|hono|@hono\/|@modelcontextprotocol\/|react)/
    expect(
      sources
        .filter(s => !/^(store|surfaces\/(mcp|http|web))\//.test(s.file))
        .flatMap(s => s.imports.filter(i => heavy.test(i)).map(i => `${s.file}: ${i}`)),
    ).toEqual([])
  })

  it('functions stay small', () => {
    const long = sources.flatMap(s => longFunctions(s.text).map(f => `${s.file}: ${f.name} has ${f.lines} lines`))
    expect(long, 'a function longer than a screen hides its steps: split it where its sentences end').toEqual([])
  })
})

const LIMIT = 90

/** Top-level functions and constants that hold one, by indentation: formatting is biome's, so a closing bracket in column 0 ends it. */
const longFunctions = (text: string): { name: string; lines: number }[] => {
  const found: { name: string; lines: number }[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const name = /^(?:export )?(?:default )?(?:async )?(?:function\*? (\w+)|const (\w+)[^=]*= (?:async )?(?:<.*)?\(.*=> \{$)/.exec(
      lines[i]!,
    )
    if (!name) continue
    const end = lines.findIndex((l, n) => n > i && l.startsWith('}'))
    if (end - i > LIMIT) found.push({ name: (name[1] ?? name[2])!, lines: end - i })
  }
  return found
}

describe('families', () => {
  const memberFiles = (folder: string): string[] =>
    existsSync(join(src, folder)) ? filesBelow(join(src, folder)).filter(f => !f.endsWith('.test.ts')) : []

  it('every rule has its list line, fixture and page', () => {
    const list = existsSync(join(src, 'judge/rules.ts')) ? readFileSync(join(src, 'judge/rules.ts'), 'utf8') : ''
    const missing = memberFiles('judge/rules').flatMap(file => {
      const id = file.replace(/\.ts$/, '')
      return [
        list.includes(`./rules/${file}`) ? [] : [`${id}: no line in judge/rules.ts`],
        existsSync(join(root, 'docs/rules', `${id}.md`)) ? [] : [`${id}: no page docs/rules/${id}.md`],
        existsSync(join(root, 'fixtures/rules', id.replace('/', '-'))) ? [] : [`${id}: no fixture fixtures/rules/${id.replace('/', '-')}`],
      ].flat()
    })
    expect(missing, 'a rule without its page or fixture cannot be understood by whoever it stops').toEqual([])
  })

  it('every reader has its fixture, list line and line in the table of readers', () => {
    const list = existsSync(join(src, 'read/readers.ts')) ? readFileSync(join(src, 'read/readers.ts'), 'utf8') : ''
    const table = existsSync(join(root, 'docs/readers.md')) ? readFileSync(join(root, 'docs/readers.md'), 'utf8') : undefined
    const missing = ['contract', 'deploy', 'render', 'build', 'catalog', 'config', 'mesh'].flatMap(folder =>
      memberFiles(`read/${folder}`)
        .filter(file => /export const \w+: (Reader|Renderer)\b/.test(readFileSync(join(src, 'read', folder, file), 'utf8')))
        .flatMap(file => {
          const name = file.replace(/\.ts$/, '')
          return [
            list.includes(`./${folder}/${file}`) ? [] : [`${folder}/${name}: no line in read/readers.ts`],
            existsSync(join(root, 'fixtures/readers', name)) ? [] : [`${folder}/${name}: no fixture fixtures/readers/${name}`],
            table === undefined || table.includes(`\`${name}\``) ? [] : [`${folder}/${name}: no line in docs/readers.md`],
          ].flat()
        }),
    )
    expect(missing, 'a reader nobody lists is never run; one without a fixture is never known to work').toEqual([])
  })
})

describe('the product knows no test system', () => {
  it('no name of a public system stands in src', () => {
    const names =
      /hipstershop|online-?boutique|robot-?shop|piggymetrics|cartservice|checkoutservice|productcatalog|hotelreservation|social-?network|pitstop|coffeeshop|bookinfo|bank-?of-?anthos|retail-?store|aks-?store|supergraph-demo|nest-gateway|micro_ex|train-ticket|petshop|nezha/i
    const hits = filesBelow(src).filter(f => names.test(readFileSync(join(src, f), 'utf8')))
    expect(hits, 'rules that know the systems they are measured on measure nothing').toEqual([])
  })
})
