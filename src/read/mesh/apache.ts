import { table } from '../../base/table.ts'
import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { PortFact, ProxyFact, ProxyRoute } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { text, type Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { splitTarget, withVariables } from '../syntax/proxy-target.ts'
import { words } from '../syntax/shell.ts'

/** Apache httpd: virtual hosts, ProxyPass, ProxyPassMatch, RewriteRule with P, balancers. */
export const apache: Reader = {
  name: 'mesh/apache',
  version: 1,
  wants: path =>
    /\.(conf|vhost)(\.[\w-]+)*$|(^|\/)(httpd|apache)[^/]*$|(^|\/)\.htaccess$|(^|\/)sites-(available|enabled)\/[^/]+$/i.test(path),
  recognises: content => /^[ \t]*(?:ProxyPass(?:Match)?|BalancerMember|RewriteRule\s.*\[(?:[^\]]*,)?P\b)/im.test(content),
  read: ({ content }) => readApache(content),
}

const MAX_CHARACTERS = 1_000_000
const MAX_ROUTES = 2000

interface Line {
  name: string
  args: string[]
  spot: Spot
}

interface State {
  fact: ProxyFact
  sections: { name: string; argument: string; spot: Spot }[]
  hosts: string[]
  names: Map<string, Value>
  problems: FileProblem[]
  /** Routes of the virtual host so far: its names count for all of them. */
  from: number
}

const readApache = (content: string): FileFacts => {
  const fact: ProxyFact = {
    says: 'proxy',
    kind: 'apache',
    listens: [],
    pools: [],
    routes: [],
    spot: { line: 1, endLine: lineCount(content) },
  }
  const state: State = { fact, sections: [], hosts: [], names: new Map(), problems: [], from: 0 }
  if (content.length > MAX_CHARACTERS)
    return { problems: [{ code: 'apache/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning' }] }
  for (const line of linesOf(content)) {
    if (line.name.startsWith('</')) close(line, state)
    else if (line.name.startsWith('<')) open(line, state)
    else DIRECTIVES[line.name.toLowerCase()]?.(line, state)
  }
  for (const { name, spot } of state.sections) say(state, `<${name.slice(0, 40)}> is not closed`, spot.line)
  return fact.routes.length + fact.pools.length > 0 ? { manifest: [fact], problems: state.problems } : { problems: state.problems }
}

const lineCount = (content: string): number => content.split('\n').length

const say = (state: State, message: string, line: number): void => {
  if (state.problems.length < 5) state.problems.push({ code: 'apache/syntax', message, severity: 'warning', line })
}

/** Directives, continued lines joined; comments left out. */
const linesOf = (content: string): Line[] => {
  const out: Line[] = []
  let text = ''
  let start = 0
  content.split('\n').forEach((raw, n) => {
    const line = raw.replace(/\r$/, '')
    if (text === '') start = n + 1
    if (line.endsWith('\\') && text.length < 20_000) {
      text += `${line.slice(0, -1)} `
      return
    }
    const whole = (text + line).trim()
    text = ''
    if (whole === '' || whole.startsWith('#')) return
    const [name = '', ...args] = words(whole.replace(/>$/, ' >').slice(0, 20_000))
    out.push({ name, args: args.filter(a => a !== '>'), spot: { line: start, ...(n + 1 > start ? { endLine: n + 1 } : {}) } })
  })
  return out
}

const open = (line: Line, state: State): void => {
  const name = line.name.slice(1).toLowerCase()
  const argument = line.args[0] ?? ''
  if (state.sections.length < 100) state.sections.push({ name, argument, spot: line.spot })
  if (name === 'virtualhost') {
    state.hosts = []
    state.from = state.fact.routes.length
    state.fact.listens.push(...line.args.flatMap(arg => portOf(arg, line.spot)))
  }
  if (name === 'proxy' && argument.startsWith('balancer://'))
    state.fact.pools.push({ name: argument.slice('balancer://'.length).replace(/\/.*$/, ''), targets: [], spot: line.spot })
}

const close = (line: Line, state: State): void => {
  const name = line.name.slice(2).replace(/>$/, '').toLowerCase()
  const at = state.sections.findLastIndex(s => s.name === name)
  if (at === -1) {
    say(state, `</${name.slice(0, 40)}> closes nothing`, line.spot.line)
    return
  }
  for (const left of state.sections.splice(at).slice(1)) say(state, `<${left.name.slice(0, 40)}> is not closed`, left.spot.line)
  if (name === 'virtualhost') {
    for (const route of state.fact.routes.slice(state.from)) route.hosts = [...state.hosts]
    state.hosts = []
    state.from = state.fact.routes.length
  }
}

const portOf = (word: string, spot: Spot): PortFact[] => {
  const port = Number(/(?:^|:)(\d{1,5})$/.exec(word)?.[1] ?? Number.NaN)
  return port > 0 && port < 65_536 ? [{ target: port, spot }] : []
}

const DIRECTIVES: Record<string, (line: Line, state: State) => void> = table({
  listen: (line, { fact }) => fact.listens.push(...portOf(line.args[0] ?? '', line.spot)),
  servername: (line, state) => state.hosts.push(...line.args.map(bareHost)),
  serveralias: (line, state) => state.hosts.push(...line.args.map(bareHost)),
  define: (line, state) => {
    if (line.args[0])
      state.names.set(
        line.args[0],
        withVariables(line.args[1] ?? '', n => state.names.get(n), line.spot),
      )
  },
  balancermember: (line, state) => {
    const target = line.args.find(a => a.includes('://'))
    const pool = state.sections.some(s => s.name === 'proxy') ? state.fact.pools.at(-1) : undefined
    if (target && pool) pool.targets.push(splitTarget(target, n => state.names.get(n), line.spot).address)
  },
  proxypass: (line, state) => {
    const location = locationOf(state)
    const [path, target] = location === undefined ? line.args : [location.path, line.args[0]]
    if (path?.startsWith('/')) addRoute({ match: location?.match ?? 'prefix', path }, target, line, state)
  },
  proxypassmatch: (line, state) => {
    const location = locationOf(state)
    const [path, target] = location === undefined ? line.args : [location.path, line.args[0]]
    if (path) addRoute(patternOf(path), target, line, state)
  },
  rewriterule: (line, state) => {
    const [pattern, target, flags = ''] = line.args
    if (!/[[,]P[\],]/i.test(flags) || !pattern) return
    const here = locationOf(state)
    addRoute(here ?? patternOf(pattern.startsWith('^/') ? pattern : pattern.replace(/^\^?/, '^/')), target, line, state)
  },
})

const bareHost = (name: string): string => name.replace(/^\w+:\/\//, '').replace(/:\d+$/, '')

const locationOf = (state: State): Pick<ProxyRoute, 'match' | 'path'> | undefined => {
  const section = state.sections.findLast(s => s.name === 'location' || s.name === 'locationmatch')
  if (!section) return undefined
  return section.name === 'location' && section.argument !== '~' ? { match: 'prefix', path: section.argument } : patternOf(section.argument)
}

/** A pattern that only says how a path begins is a prefix. */
const patternOf = (pattern: string): Pick<ProxyRoute, 'match' | 'path'> => {
  const prefix = /^\^?(\/[\w/-]*)\/?(?:\(?\/?\??\(?\.\*\)?\)?\$?)?$/.exec(pattern)
  return prefix ? { match: 'prefix', path: prefix[1]! } : { match: 'regex', path: pattern }
}

const PROTOCOLS: Record<string, ProxyRoute['protocol']> = table({ h2: 'grpc', h2c: 'grpc' })

const addRoute = (at: Pick<ProxyRoute, 'match' | 'path'>, target: string | undefined, line: Line, state: State): void => {
  if (!target?.includes('://') || /^unix:/.test(target) || state.fact.routes.length >= MAX_ROUTES) return
  const scheme = /^(\w+):/.exec(target)?.[1]?.toLowerCase() ?? ''
  const plain = scheme === 'balancer' ? target.slice('balancer://'.length) : target
  const { address, path } = splitTarget(plain, n => state.names.get(n), line.spot)
  const to = path?.replace(/(?:\{\}|\$\d)+$/, '')
  state.fact.routes.push({
    hosts: [],
    ...at,
    protocol: PROTOCOLS[scheme] ?? 'http',
    target: address.is === 'text' ? { ...address, ...text(address.text) } : address,
    ...(to === undefined ? {} : { rewrite: at.match === 'regex' ? { to: path! } : { prefix: at.path, to: to === '' ? '/' : to } }),
    spot: line.spot,
  })
}
