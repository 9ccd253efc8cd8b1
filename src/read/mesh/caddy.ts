import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { splitTarget } from '../syntax/proxy-target.ts'
import { words } from '../syntax/shell.ts'

/** Caddyfiles: sites, matchers, `handle`, `handle_path`, `route`, `reverse_proxy`, `php_fastcgi`. */
export const caddy: Reader = {
  name: 'mesh/caddy',
  version: 1,
  wants: path => /(^|\/)Caddyfile[^/]*$|\.caddyfile$/i.test(path),
  recognises: content => /\b(reverse_proxy|php_fastcgi)\b/.test(content),
  read: ({ content }) => readCaddy(content),
}

const MAX_CHARACTERS = 1_000_000
const MAX_DEPTH = 30
const MAX_ROUTES = 2000

/** A line with its words, and the block behind it. */
interface Directive {
  name: string
  args: string[]
  block: Directive[]
  line: number
}

const readCaddy = (content: string): FileFacts => {
  if (content.length > MAX_CHARACTERS)
    return { problems: [{ code: 'caddy/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning' }] }
  const { sites, problems } = parse(content)
  const fact: ProxyFact = {
    says: 'proxy',
    kind: 'caddy',
    listens: [],
    pools: [],
    routes: [],
    spot: { line: 1, endLine: content.split('\n').length },
  }
  for (const site of sites) readSite(site, fact)
  return fact.routes.length > 0 ? { manifest: [fact], problems } : { problems }
}

/** Blocks by braces; a file without any is one site whose address is its first line. */
const parse = (content: string): { sites: Directive[]; problems: FileProblem[] } => {
  const root: Directive = { name: '', args: [], block: [], line: 1 }
  const open: Directive[] = [root]
  const problems: FileProblem[] = []
  for (const [n, line] of content.split('\n').entries()) {
    const all = words(placeholders(line.replace(/(^|\s)#.*$/, '')))
    const closes = all[0] === '}'
    const opens = all.at(-1) === '{'
    if (closes) {
      if (open.length > 1) open.pop()
      else problems.push({ code: 'caddy/brace', message: 'a closing brace without its block', severity: 'warning', line: n + 1 })
      continue
    }
    const [name = '', ...args] = opens ? all.slice(0, -1) : all
    if (name === '' && !opens) continue
    const directive: Directive = { name, args, block: [], line: n + 1 }
    open.at(-1)!.block.push(directive)
    if (opens && open.length < MAX_DEPTH) open.push(directive)
  }
  if (open.length > 1)
    problems.push({
      code: 'caddy/brace',
      message: `${open.at(-1)!.name || 'a block'} is not closed`,
      severity: 'warning',
      line: open.at(-1)!.line,
    })
  const [first, ...rest] = root.block
  const isBare = first !== undefined && root.block.every(d => d.block.length === 0)
  return { sites: isBare ? [{ ...first, block: rest }] : root.block, problems }
}

/** `{$NAME}`, `{$NAME:default}` and `{env.NAME}` in the form that all proxies share. */
const placeholders = (line: string): string =>
  line
    .replace(/\{\$([A-Za-z_]\w*)(?::([^{}]*))?\}/g, (_, name: string, fallback?: string) =>
      fallback ? `\${${name}:-${fallback}}` : `\${${name}}`,
    )
    .replace(/\{env\.([A-Za-z_]\w*)\}/g, '${$1}')

interface Scope {
  hosts: string[]
  path: string
  match: ProxyRoute['match']
  strip?: string
  matchers: ReadonlyMap<string, string[]>
}

/** Options of the whole server and snippets have no address. */
const readSite = (site: Directive, fact: ProxyFact): void => {
  if (site.name === '' || site.name.startsWith('(')) return
  const addresses = [site.name, ...site.args].flatMap(a => a.split(',')).filter(a => a !== '')
  const hosts = addresses.map(a => a.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '')).filter(h => /^[\w*.-]+$/.test(h))
  for (const address of addresses) {
    const port = Number(/:(\d{1,5})(?:\/|$)/.exec(address)?.[1] ?? Number.NaN)
    if (port > 0 && port < 65_536 && fact.listens.length < MAX_ROUTES) fact.listens.push({ target: port, spot: { line: site.line } })
  }
  walk(site.block, { hosts, path: '/', match: 'prefix', matchers: new Map() }, fact)
}

const walk = (block: readonly Directive[], outer: Scope, fact: ProxyFact): void => {
  const matchers = new Map([...outer.matchers, ...block.flatMap(matcher)])
  const stripped = block.find(d => d.name === 'uri' && d.args[0] === 'strip_prefix')?.args[1]
  const scope: Scope = { ...outer, matchers, ...(stripped ? { strip: stripped } : {}) }
  for (const directive of block) {
    if (/^(handle|handle_path|route)$/.test(directive.name)) inside(directive, scope, fact)
    else if (/^(reverse_proxy|php_fastcgi)$/.test(directive.name)) pass(directive, scope, fact)
  }
}

/** `@api path /api/* /v2/*`, or a block with a line `path`. */
const matcher = ({ name, args, block }: Directive): [string, string[]][] => {
  if (!name.startsWith('@')) return []
  const inline = args[0] === 'path' ? args.slice(1) : []
  return [[name, [...inline, ...block.filter(d => d.name === 'path').flatMap(d => d.args)]]]
}

const pathsOf = (word: string | undefined, scope: Scope): string[] | undefined => {
  if (word === undefined) return undefined
  if (word.startsWith('@')) return scope.matchers.get(word) ?? []
  return word.startsWith('/') || word === '*' ? [word] : undefined
}

const inside = (directive: Directive, scope: Scope, fact: ProxyFact): void => {
  const paths = pathsOf(directive.args[0], scope)
  for (const path of paths !== undefined && paths.length > 0 ? paths : [undefined]) {
    const own = path === undefined ? {} : matchOf(path)
    const strip = directive.name === 'handle_path' && own.path ? { strip: own.path } : {}
    walk(directive.block, { ...scope, ...own, ...strip }, fact)
  }
}

/** `/api/*` is everything below, `/api` that path alone. */
const matchOf = (path: string): Partial<Pick<Scope, 'path' | 'match'>> => {
  if (path === '*') return {}
  return path.endsWith('*') ? { path: path.replace(/\/?\*$/, '') || '/', match: 'prefix' } : { path, match: 'exact' }
}

const pass = (directive: Directive, scope: Scope, fact: ProxyFact): void => {
  const paths = pathsOf(directive.args[0], scope)
  const upstreams = [
    ...directive.args.slice(paths === undefined ? 0 : 1),
    ...directive.block.filter(d => d.name === 'to').flatMap(d => d.args),
  ]
  const spot: Spot = { line: directive.line }
  for (const path of paths !== undefined && paths.length > 0 ? paths : [undefined])
    for (const upstream of upstreams) {
      if (fact.routes.length >= MAX_ROUTES) return
      const own = { path: scope.path, match: scope.match, ...(path === undefined ? {} : matchOf(path)) }
      const { address } = splitTarget(upstream.replace(/^h2c:/, 'http:'), () => undefined, spot)
      const rewrite = scope.strip === undefined ? {} : { rewrite: { prefix: scope.strip, to: '/' } }
      fact.routes.push({ hosts: scope.hosts, ...own, protocol: 'http', target: address, ...rewrite, spot })
    }
}
