import { table } from '../../base/table.ts'
import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { PortFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { embeddedFiles, isConfigMap } from '../syntax/embedded.ts'
import { type Directive, parseNginx } from '../syntax/nginx.ts'
import { type LookUp, splitTarget, withVariables } from '../syntax/proxy-target.ts'

const PASSES: Record<string, ProxyRoute['protocol']> = table({
  proxy_pass: 'http',
  grpc_pass: 'grpc',
  fastcgi_pass: 'http',
  uwsgi_pass: 'http',
  scgi_pass: 'http',
})
const isNginx = (content: string): boolean => /(?:^|[\s{;])(?:(?:proxy|grpc|fastcgi|uwsgi|scgi)_pass|upstream)\s/.test(content)

/** nginx and OpenResty: servers, upstreams, and where each location passes requests to. Also in config maps. Lua code is left out. */
export const nginx: Reader = {
  name: 'mesh/nginx',
  version: 1,
  wants: path =>
    /\.(conf|nginx|vhost)(\.[\w-]+)*$|(^|\/)nginx[^/]*$|(^|\/)(sites-(available|enabled)|conf\.d|nginx)\/[^/.]+$/i.test(path) ||
    /\.ya?ml$/i.test(path),
  recognises: isNginx,
  read: ({ path, content }) => (/\.ya?ml$/i.test(path) ? readConfigMaps(content) : readFile(content)),
}

const readFile = (content: string): FileFacts => {
  const { fact, problems } = proxyOf(content)
  return fact ? { manifest: [fact], problems } : { problems }
}

const readConfigMaps = (content: string): FileFacts => {
  if (!isConfigMap(content)) return { problems: [] }
  const problems: FileProblem[] = []
  const manifest = embeddedFiles(content, text => isNginx(text) && /[{;]/.test(text)).flatMap(file => {
    const found = proxyOf(file.content)
    problems.push(...found.problems.map(p => ({ ...p, line: file.lineOf(p.line ?? 1) })))
    if (!found.fact) return []
    const placed = moved(found.fact, file.lineOf)
    return [{ ...placed, owner: file.owner, ...(file.namespace ? { namespace: file.namespace } : {}) }]
  })
  return manifest.length > 0 ? { manifest, problems } : { problems }
}

/** The fact with its spots led back to the surrounding file. */
const moved = (fact: ProxyFact, lineOf: (line: number) => number): ProxyFact => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, key === 'spot' ? movedSpot(member as Spot) : walk(member)]),
    )
  }
  const movedSpot = (spot: Spot): Spot => ({
    line: lineOf(spot.line),
    ...(spot.endLine === undefined ? {} : { endLine: Math.max(lineOf(spot.line), lineOf(spot.endLine)) }),
  })
  return walk(fact) as ProxyFact
}

const proxyOf = (content: string): { fact?: ProxyFact; problems: FileProblem[] } => {
  const { directives, problems } = parseNginx(content)
  const fact: ProxyFact = {
    says: 'proxy',
    kind: 'nginx',
    listens: [],
    pools: [],
    routes: [],
    spot: { line: 1, endLine: content.split('\n').length },
  }
  walk(directives, { hosts: [], match: 'prefix', path: '/', rewrites: [], names: new Map(), isStream: false }, fact)
  return fact.routes.length + fact.pools.length > 0 ? { fact, problems } : { problems }
}

/** What holds inside a block: whom it is for, and the variables so far. */
interface Scope {
  hosts: string[]
  match: ProxyRoute['match']
  path: string
  rewrites: { prefix: string; to: string }[]
  names: ReadonlyMap<string, Value>
  isStream: boolean
}

const MAX_ROUTES = 2000

const spotOf = (directive: Directive): Spot => ({
  line: directive.line,
  ...(directive.endLine > directive.line ? { endLine: directive.endLine } : {}),
})

const walk = (directives: readonly Directive[], outer: Scope, fact: ProxyFact): void => {
  const scope: Scope = { ...outer, names: variablesOf(directives, outer), rewrites: rewritesOf(directives, outer) }
  for (const directive of directives) {
    const { name, args, block } = directive
    if (name in PASSES && Object.hasOwn(PASSES, name)) addRoute(directive, PASSES[name]!, scope, fact)
    else if (name === 'listen' && fact.listens.length < MAX_ROUTES) fact.listens.push(...listened(directive))
    else if (!block || name === 'map' || name === 'types' || name === 'geo') continue
    else if (name === 'upstream' && args[0]) fact.pools.push(poolOf(directive, scope))
    else if (name === 'server') walk(block, { ...scope, hosts: hostsOf(block) }, fact)
    else if (name === 'location') walk(block, { ...scope, rewrites: [], ...matchOf(args) }, fact)
    else walk(block, name === 'stream' ? { ...scope, isStream: true } : scope, fact)
  }
}

const hostsOf = (block: readonly Directive[]): string[] =>
  block.filter(d => d.name === 'server_name').flatMap(d => d.args.filter(a => /^[\w*.-]+$/.test(a) && a !== '_' && a !== 'localhost'))

/** `set $name value` and the values of a `map`, which are all real. */
const variablesOf = (directives: readonly Directive[], outer: Scope): ReadonlyMap<string, Value> => {
  const found = directives.filter(d => d.name === 'set' || d.name === 'map')
  if (found.length === 0) return outer.names
  const names = new Map(outer.names)
  const look: LookUp = name => names.get(name) ?? builtIn(name)
  for (const { name, args, block, line } of found) {
    if (name === 'set' && args[0]?.startsWith('$')) names.set(args[0].slice(1), withVariables(args[1] ?? '', look, { line }))
    if (name === 'map' && args[1]?.startsWith('$')) {
      const values = (block ?? []).filter(d => d.args.length === 1 && d.name !== 'hostnames' && d.name !== 'include')
      const options = values.map(d => withVariables(d.args[0]!, look, { line: d.line })).filter(v => !(v.is === 'text' && v.text === ''))
      if (options.length > 0) names.set(args[1].slice(1), options.length === 1 ? options[0]! : { is: 'any', options })
    }
  }
  return names
}

/** Variables that carry the request on as it came say nothing of the target. */
const builtIn = (name: string): Value | undefined => {
  if (name === 'scheme') return text('http')
  return /^(request_uri|uri|document_uri|is_args|args|query_string)$/.test(name) ? text('') : undefined
}

/** `rewrite ^/api/orders(/.*)$ $1`: what stands instead of a literal prefix. */
const rewritesOf = (directives: readonly Directive[], outer: Scope): Scope['rewrites'] => {
  const own = directives.flatMap(({ name, args }) => {
    const from = name === 'rewrite' ? /^\^?(\/[\w./-]*?)\/?(?:\(?\/?\??[.(].*)?\$?$/.exec(args[0] ?? '')?.[1] : undefined
    const to = /^(\/?[\w./-]*?)\/?(?:\$1)?$/.exec(args[1] ?? '')?.[1]
    return from === undefined || to === undefined ? [] : [{ prefix: from, to: to === '' ? '/' : to }]
  })
  return own.length > 0 ? own : outer.rewrites
}

const matchOf = (args: readonly string[]): Pick<Scope, 'match' | 'path'> => {
  const [modifier = '/', path = ''] = args
  if (modifier === '=') return { match: 'exact', path }
  if (modifier === '^~') return { match: 'prefix', path }
  if (!/^~\*?$/.test(modifier)) return { match: 'prefix', path: modifier }
  return regexMatch(path)
}

/** A pattern that only says how a path begins is a prefix. */
const regexMatch = (pattern: string): Pick<Scope, 'match' | 'path'> => {
  const prefix = /^\^(\/[\w/-]*)(?:\(?\/?\??\(?\.\*\)?\)?\$?|\(\/\|\$\)(?:\(\.\*\))?\$?)?$/.exec(pattern)
  return prefix ? { match: 'prefix', path: prefix[1]! } : { match: 'regex', path: pattern }
}

const listened = ({ args, line }: Directive): PortFact[] => {
  const port = Number(/(?:^|:)(\d{1,5})$/.exec(args[0] ?? '')?.[1] ?? Number.NaN)
  return port > 0 && port < 65_536 ? [{ target: port, spot: { line } }] : []
}

const poolOf = (directive: Directive, scope: Scope): ProxyFact['pools'][number] => ({
  name: directive.args[0]!,
  targets: (directive.block ?? [])
    .filter(d => d.name === 'server' && d.args[0] !== undefined && !d.args.includes('down'))
    .map(d => withVariables(d.args[0]!, name => scope.names.get(name), { line: d.line })),
  spot: spotOf(directive),
})

const addRoute = (directive: Directive, protocol: ProxyRoute['protocol'], scope: Scope, fact: ProxyFact): void => {
  const word = directive.args[0]
  if (word === undefined || /^(?:https?:\/\/)?unix:/.test(word) || fact.routes.length >= MAX_ROUTES) return
  const look: LookUp = name => scope.names.get(name) ?? builtIn(name)
  const spot: Spot = { line: directive.line }
  const { address, path } = splitTarget(word, look, spot)
  const { match, hosts } = scope
  const rewrite = rewriteOf(path, /\$(request_uri|uri)\b/.test(word), scope)
  fact.routes.push({
    hosts,
    match,
    path: scope.path,
    protocol: scope.isStream ? 'tcp' : protocol,
    target: address,
    ...(rewrite ? { rewrite } : {}),
    spot,
  })
}

const rewriteOf = (path: string | undefined, keepsUri: boolean, scope: Scope): ProxyRoute['rewrite'] => {
  if (path !== undefined && !keepsUri) return scope.match === 'regex' ? { to: path } : { prefix: scope.path, to: path }
  const inner = scope.rewrites.filter(r => scope.match !== 'prefix' || r.prefix.startsWith(scope.path.replace(/\/$/, '')))
  return inner.at(-1)
}
