import { table } from '../../base/table.ts'
import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { withVariables } from '../syntax/proxy-target.ts'
import { words } from '../syntax/shell.ts'

/** HAProxy: frontends, ACLs by path and host, `use_backend`, backends with their servers. */
export const haproxy: Reader = {
  name: 'mesh/haproxy',
  version: 1,
  wants: path => /(^|\/)haproxy[^/]*\.(cfg|conf|cfg\.\w+)$|(^|\/)haproxy\/[^/]+\.cfg$/i.test(path),
  recognises: content => /^[ \t]*(backend|listen|frontend)\s+\S/m.test(content),
  read: ({ content }) => readHaproxy(content),
}

const MAX_CHARACTERS = 1_000_000
const MAX_ROUTES = 2000
const MAX_LINE = 4000

/** What a request has to be: any of the paths, on any of the hosts. */
interface Test {
  paths: Pick<ProxyRoute, 'match' | 'path'>[]
  hosts: string[]
}

interface Section {
  kind: string
  name: string
  protocol: 'http' | 'tcp'
  tests: Map<string, Test>
  routed: boolean
  spot: Spot
}

interface State {
  fact: ProxyFact
  section?: Section
  protocol: 'http' | 'tcp'
  problems: FileProblem[]
}

const readHaproxy = (content: string): FileFacts => {
  if (content.length > MAX_CHARACTERS)
    return { problems: [{ code: 'haproxy/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning' }] }
  const lines = content.split('\n')
  const fact: ProxyFact = { says: 'proxy', kind: 'haproxy', listens: [], pools: [], routes: [], spot: { line: 1, endLine: lines.length } }
  const state: State = { fact, protocol: 'http', problems: [] }
  for (const [n, line] of lines.entries()) {
    const [name = '', ...args] = line.length > MAX_LINE ? [] : words(line.replace(/(^|\s)#.*$/, ''))
    const spot = { line: n + 1 }
    if (/^(global|defaults|frontend|backend|listen|userlist|peers|resolvers|cache|program)$/.test(name)) begin(name, args, spot, state)
    else if (Object.hasOwn(DIRECTIVES, name)) DIRECTIVES[name]!(args, spot, state)
  }
  return fact.routes.length + fact.pools.length > 0 ? { manifest: [fact], problems: state.problems } : { problems: state.problems }
}

const begin = (kind: string, [name = '']: string[], spot: Spot, state: State): void => {
  if (name === '' && /^(frontend|backend|listen)$/.test(kind))
    state.problems.push({ code: 'haproxy/no-name', message: `${kind} without a name`, severity: 'warning', line: spot.line })
  state.section = { kind, name, protocol: state.protocol, tests: new Map(), routed: false, spot }
}

type Directive = (args: string[], spot: Spot, state: State) => void

const DIRECTIVES: Record<string, Directive> = table({
  mode([mode], _, state) {
    const protocol = mode === 'tcp' ? 'tcp' : 'http'
    if (state.section?.kind === 'defaults') state.protocol = protocol
    if (state.section) state.section.protocol = protocol
  },
  bind([address = ''], spot, { fact }) {
    const port = Number(/:(\d{1,5})$/.exec(address)?.[1] ?? Number.NaN)
    if (port > 0 && port < 65_536 && fact.listens.length < MAX_ROUTES) fact.listens.push({ target: port, spot })
  },
  acl([name = '', ...rest], _, { section }) {
    const test = testOf(rest)
    if (section && test) section.tests.set(name, joined(section.tests.get(name), test))
  },
  use_backend([backend = '', , ...condition], spot, state) {
    if (backend !== '' && !backend.includes('%[')) route(backend, conditionOf(condition, state.section), spot, state)
  },
  default_backend([backend = ''], spot, state) {
    if (backend !== '') route(backend, ANY, spot, state)
  },
  server(args, spot, state) {
    server(args[1], spot, state)
  },
  'server-template'(args, spot, state) {
    server(args[2], spot, state)
  },
})

const ANY: Test = { paths: [], hosts: [] }

const FETCHES: Record<string, ProxyRoute['match']> = table({ path_beg: 'prefix', path_dir: 'prefix', path: 'exact', path_reg: 'regex' })

/** `path_beg /api /v2`, `hdr(host) -i office.example`. */
const testOf = ([fetch = '', ...values]: readonly string[]): Test | undefined => {
  const flags = values.findIndex(v => !/^-[a-z]$/.test(v) && v !== 'beg' && v !== 'str')
  const said = flags === -1 ? [] : values.slice(flags).filter(v => v !== '--')
  if (Object.hasOwn(FETCHES, fetch)) return { paths: said.map(path => ({ match: FETCHES[fetch]!, path })), hosts: [] }
  return /^(req\.)?(hdr|hdr_dom|hdr_beg|ssl_fc_sni)(\(host\))?$/i.test(fetch) ? { paths: [], hosts: said } : undefined
}

const joined = (a: Test | undefined, b: Test): Test => (a ? { paths: [...a.paths, ...b.paths], hosts: [...a.hosts, ...b.hosts] } : b)

/** Named ACLs, or one written out in braces; negated ones say nothing of where a request belongs. */
const conditionOf = (condition: readonly string[], section: Section | undefined): Test => {
  const open = condition.indexOf('{')
  if (open !== -1) return testOf(condition.slice(open + 1, condition.indexOf('}', open))) ?? ANY
  const tests = condition.flatMap(word => (word.startsWith('!') ? [] : (section?.tests.get(word) ?? [])))
  return tests.reduce((all, test) => joined(all, test), ANY)
}

const route = (backend: string, { paths, hosts }: Test, spot: Spot, { fact, section }: State): void => {
  if (section) section.routed = true
  for (const path of paths.length > 0 ? paths : [{ match: 'prefix' as const, path: '/' }])
    if (fact.routes.length < MAX_ROUTES)
      fact.routes.push({
        hosts,
        ...path,
        protocol: section?.protocol ?? 'http',
        target: { ...text(backend), spot } as ProxyRoute['target'],
        spot,
      })
}

/** A server belongs to the pool of its section; a `listen` section is a frontend with its own backend. */
const server = (address: string | undefined, spot: Spot, state: State): void => {
  const { section, fact } = state
  if (!address || !section || !/^(backend|listen)$/.test(section.kind) || section.name === '') return
  let pool = fact.pools.find(p => p.name === section.name)
  if (!pool) {
    if (fact.pools.length >= MAX_ROUTES) return
    pool = { name: section.name, targets: [], spot: section.spot }
    fact.pools.push(pool)
  }
  if (pool.targets.length < MAX_ROUTES) pool.targets.push(withVariables(address.replace(/^(ipv[46]|tcp)@/, ''), () => undefined, spot))
  if (section.kind === 'listen' && !section.routed) route(section.name, ANY, section.spot, state)
}
