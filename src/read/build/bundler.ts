import type { FileProblem } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** Gemfile and *.gemspec: gems by group, folders of local gems. They are Ruby, and only their plain lines are read. */
export const bundler: Reader = {
  name: 'build/bundler',
  version: 1,
  wants: path => /(^|\/)(?:Gemfile|gems\.rb|[^/]+\.gemspec)$/.test(path),
  read: ({ path, content }) => {
    const problems: FileProblem[] = []
    return { manifest: [moduleOf(path, content.slice(0, MAX_CHARACTERS), problems)], problems }
  },
}

const MAX_CHARACTERS = 200_000

type Dependency = ModuleFact['dependencies'][number]

const moduleOf = (path: string, content: string, problems: FileProblem[]): ModuleFact => {
  const dependencies: Dependency[] = []
  const groups: Dependency['scope'][] = []
  let name: string | undefined
  for (const [i, written] of content.split('\n').entries()) {
    const line = written.replace(/(^|\s)#.*$/, '').trim()
    const spot = { line: i + 1 }
    const gem = /^(?:gem|\w+\.add(?:_runtime|_development)?_dependency)[ (]+["']([\w./-]+)["'](.*)$/.exec(line)
    if (gem !== null) dependencies.push(dependency(gem[1]!, gem[2]!, scopeOf(line) ?? groups.at(-1) ?? 'runtime', spot.line))
    else if (/^gem[ (]+["'][^"']*$/.test(line))
      problems.push({ code: 'build/bundler', message: 'this gem has no name that ends', severity: 'warning', line: spot.line })
    else if (/^\w+\.name\s*=/.test(line)) name = /["']([\w.-]+)["']/.exec(line)?.[1] ?? name
    if (/\bdo\b(?:\s*\|[^|]*\|)?$/.test(line)) groups.push(scopeOf(line) ?? groups.at(-1) ?? 'runtime')
    else if (line === 'end') groups.pop()
  }
  return {
    says: 'module',
    system: 'bundler',
    names: name === undefined ? [] : [name],
    dependencies,
    entryPoints: [],
    generates: [],
    modules: [],
    spot: { line: 1 },
    ...(path.endsWith('.gemspec') ? {} : { runnable: true }),
  }
}

/** The scope that a line's groups or verb name. */
const scopeOf = (line: string): Dependency['scope'] | undefined => {
  if (/add_development_dependency/.test(line)) return 'dev'
  const groups = /(?:^group\b|\bgroups?(?::| *=>))(.*)$/.exec(line)?.[1]
  if (groups === undefined || /:(?:default|production)\b/.test(groups)) return undefined
  return /:test\b/.test(groups) && !/:development\b/.test(groups) ? 'test' : 'dev'
}

const dependency = (name: string, rest: string, scope: Dependency['scope'], line: number): Dependency => {
  const version = /^\s*,\s*["']([^"']+)["']/.exec(rest)?.[1]
  const path = /\bpath(?::| *=>|: *)\s*["']([^"']+)["']/.exec(rest)?.[1]
  return { name, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line } }
}
