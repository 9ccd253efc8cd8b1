import { basename, dirname } from '../../base/path.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'

/** Gradle builds and settings, Groovy or Kotlin, by regular reading: what is computed by code stays unseen. */
export const gradle: Reader = {
  name: 'build/gradle',
  version: 2,
  wants: path => /(^|\/)[\w-]*\.gradle(?:\.kts)?$/.test(path),
  pathClass: path => `${folderName(path)}/${basename(path)}`,
  read: ({ path, content }) => {
    if (content.length > MAX_CHARACTERS)
      return {
        problems: [
          { code: 'gradle/too-large', message: `larger than ${MAX_CHARACTERS} characters, not read`, severity: 'warning', line: 1 },
        ],
      }
    const problems: FileProblem[] = []
    const lines = withoutComments(content, problems).split('\n')
    const manifest = [/^settings\.gradle/.test(basename(path)) ? settingsOf(lines) : buildOf(lines, projectName(path))]
    return { manifest, problems }
  },
}

const MAX_CHARACTERS = 1_000_000
const MAX_LINE = 1000

/** A project's own name is its folder's, unless settings say otherwise. Other scripts of the folder have none. */
const projectName = (path: string): string => {
  const folder = folderName(path)
  return ['build', folder].some(name => basename(path).replace(/\.gradle(?:\.kts)?$/, '') === name) ? folder : ''
}

const folderName = (path: string): string => basename(dirname(path))

/** Blanks comments and keeps the lines; quotes protect `//` of addresses. */
const withoutComments = (content: string, problems: FileProblem[]): string => {
  let out = ''
  let quote = ''
  for (let i = 0; i < content.length; i++) {
    const c = content[i]!
    if (quote !== '') {
      if (c === quote || c === '\n') quote = ''
      out += c
      if (c === '\\' && i + 1 < content.length && content[i + 1] !== '\n') out += content[++i]
    } else if (c === '"' || c === "'") {
      quote = c
      out += c
    } else if (content.startsWith('//', i)) i = lineEnd(content, i) - 1
    else if (content.startsWith('/*', i)) {
      const end = content.indexOf('*/', i + 2)
      if (end < 0) problems.push(endless(content.slice(0, i).split('\n').length))
      const comment = content.slice(i, end < 0 ? content.length : end + 2)
      out += '\n'.repeat(comment.split('\n').length - 1)
      i += comment.length - 1
    } else out += c
  }
  return out
}

const endless = (line: number): FileProblem => ({
  code: 'gradle/syntax',
  message: 'a comment that nothing closes: what follows is not read',
  severity: 'warning',
  line,
})

const lineEnd = (content: string, from: number): number => {
  const end = content.indexOf('\n', from)
  return end < 0 ? content.length : end
}

const first = (lines: readonly string[], pattern: RegExp): string | undefined => {
  for (const line of lines) {
    const match = line.length <= MAX_LINE ? pattern.exec(line) : null
    if (match) return match[1]
  }
  return undefined
}

const emptyModule = (): ModuleFact => ({
  says: 'module',
  system: 'gradle',
  names: [],
  dependencies: [],
  entryPoints: [],
  generates: [],
  modules: [],
  spot: { line: 1 },
})

const settingsOf = (lines: readonly string[]): ModuleFact => {
  const name = first(lines, /rootProject\.name\s*=\s*["']([^"']+)["']/)
  const text = lines.map(line => (line.length <= MAX_LINE ? line : '')).join('\n')
  const moved = new Map(
    [...text.matchAll(/project\(["'](:[^"']+)["']\)\.projectDir\s*=\s*(?:new\s+)?\w+\((?:\w+,\s*)?["']([^"']+)["']\)/g)].map(m => [
      m[1]!,
      m[2]!,
    ]),
  )
  const included = [...text.matchAll(/\binclude(?:Flat|Build)?\b[\s(]*((?:["'][^"'\n]*["'][\s,]*)+)/g)].flatMap(m =>
    [...m[1]!.matchAll(/["']([^"'\n]*)["']/g)].map(q => q[1]!),
  )
  const folders = included.map(path => moved.get(path.startsWith(':') ? path : `:${path}`) ?? path.replace(/^:/, '').replaceAll(':', '/'))
  return { ...emptyModule(), names: name ? [name] : [], modules: [...new Set(folders.filter(Boolean))] }
}

const buildOf = (lines: readonly string[], folder: string): ModuleFact => {
  const group = first(lines, /^\s*group\s*=?\s*["']([^"']+)["']/)
  const version = first(lines, /^\s*version\s*=?\s*["']([^"']+)["']/)
  const named = first(lines, /archives?BaseName(?:\.set\(|\s*=\s*)\s*["']([^"']+)["']/)
  const names = [...new Set([folder, named].filter(name => name !== undefined && name !== ''))] as string[]
  const mains = lines.flatMap(line => (line.length <= MAX_LINE ? [...line.matchAll(MAIN)] : []).map(match => match[1]!))
  const plugins = lines.flatMap(line =>
    (line.length <= MAX_LINE ? [...line.matchAll(PLUGIN)] : []).map(match => match[1] ?? match[2] ?? match[3]!),
  )
  const isRunnable = mains.length > 0 || plugins.some(plugin => RUNNERS.has(plugin))
  return {
    ...emptyModule(),
    names: [...names, ...(group ? names.map(name => `${group}:${name}`) : [])],
    ...(version ? { version } : {}),
    dependencies: dependenciesOf(lines),
    entryPoints: [...new Set(mains)],
    generates: generatedBy(lines, plugins),
    ...(isRunnable ? { runnable: true } : {}),
  }
}

const MAIN = /\bmainClass(?:Name)?(?:\.set\(|\s*=|\s)\s*["']([\w.$]+)["']/g
const PLUGIN = /\bid[\s(]+["']([\w.-]+)["']|apply\s*\(?\s*plugin\s*[:=]\s*["']([\w.-]+)["']|^\s*(application|`java-library`|java|war)\s*$/g
const RUNNERS = new Set([
  'application',
  'org.springframework.boot',
  'io.quarkus',
  'io.micronaut.application',
  'com.google.cloud.tools.jib',
  'io.ktor.plugin',
  'war',
])

type Dependency = ModuleFact['dependencies'][number]

const CONFIGURATION =
  /^\s*(?:add\(\s*)?["']?((?:[a-z][A-Za-z]*)?(?:[iI]mplementation|[aA]pi|[cC]ompile|[cC]ompileOnly|[rR]untime|[rR]untimeOnly|[pP]rovided|[dD]evelopmentOnly|[aA]nnotationProcessor|kapt|ksp|protobuf))["']?[\s(,]+(.*)$/
const WRAPPER = /^(?:platform|enforcedPlatform|testFixtures|kotlin)\s*\(\s*/

const dependenciesOf = (lines: readonly string[]): Dependency[] => {
  const variables = variablesOf(lines)
  return lines.flatMap((line, i) => {
    const match = line.length <= MAX_LINE ? CONFIGURATION.exec(line) : null
    if (!match) return []
    const configuration = match[1]!.toLowerCase()
    const scope = configuration.includes('test') ? 'test' : /processor|kapt|ksp|developmentonly/.test(configuration) ? 'dev' : 'runtime'
    const source = [match[2]!.replace(WRAPPER, ''), ...continuation(lines, i)].join(' ')
    return named(source, variables).map(found => ({ ...found, scope, spot: { line: i + 1 } }) satisfies Dependency)
  })
}

const MAX_CONTINUATION = 50

/** Lines after one that ends in a comma: further coordinates of the same configuration. */
const continuation = (lines: readonly string[], from: number): string[] => {
  const out: string[] = []
  while (lines[from + out.length]?.trimEnd().endsWith(',') && out.length < MAX_CONTINUATION) {
    const next = lines[from + out.length + 1] ?? ''
    if (next.length > MAX_LINE || !/^\s*["']/.test(next)) break
    out.push(next)
  }
  return out
}

type Named = Pick<Dependency, 'name' | 'version' | 'path'>

/** What stands behind a configuration's name: coordinates, a project, an entry of the version catalog. */
const named = (source: string, variables: ReadonlyMap<string, string>): Named[] => {
  const project =
    /^project\(?\s*(?:path\s*[:=]\s*)?["'](:[^"']*)["']/.exec(source)?.[1] ??
    /^(projects(?:\.\w+)+)/.exec(source)?.[1]?.replace('projects', '').replaceAll('.', ':')
  if (project) return [{ name: project, path: project.replace(/^:/, '').replaceAll(':', '/') }]
  const map = /group\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?/.exec(
    source,
  )
  if (map) return [{ name: `${map[1]}:${map[2]}`, ...(map[3] ? { version: map[3] } : {}) }]
  const catalog = /^(libs(?:\.\w+)+)/.exec(source)?.[1]
  if (catalog) return [{ name: catalog }]
  return [...source.matchAll(/["']([^"':\s]+):([^"':\s]+)(?::([^"']*))?["']/g)].map(match => {
    const version = match[3]?.replace(/\$\{?([\w.]+)\}?/g, (whole, name: string) => variables.get(name) ?? whole)
    return { name: `${match[1]}:${match[2]}`, ...(version ? { version } : {}) }
  })
}

const variablesOf = (lines: readonly string[]): Map<string, string> =>
  new Map(
    lines.flatMap(line => {
      const match = line.length <= MAX_LINE ? /(?:\b(?:def|val|ext)[\s.]+)?\b([A-Za-z_]\w*)\s*=\s*["']([^"'$]*)["']/.exec(line) : null
      return match ? [[match[1]!, match[2]!] as const] : []
    }),
  )

/** The protobuf plugin reads `src/main/proto` and what `srcDir` adds; OpenAPI generators name their file. */
const generatedBy = (lines: readonly string[], plugins: readonly string[]): ModuleFact['generates'] => {
  const out: ModuleFact['generates'] = []
  const line = lines.findIndex(l => l.includes('com.google.protobuf') && !/protoc|protobuf-java/.test(l))
  if (plugins.includes('com.google.protobuf')) {
    out.push({ from: 'src/main/proto/**/*.proto', role: 'both', spot: { line: Math.max(1, line + 1) } })
    lines.forEach((text, i) => {
      const folder = text.length <= MAX_LINE ? /\bsrcDirs?\s*[(=\s]\s*["']([^"']*proto[^"']*)["']/.exec(text)?.[1] : undefined
      if (folder) out.push({ from: `${folder.replace(/\/$/, '')}/**/*.proto`, role: 'both', spot: { line: i + 1 } })
    })
  }
  lines.forEach((text, i) => {
    const file = text.length <= MAX_LINE ? /\binputSpec(?:\.set\(|\s*=)\s*["']([^"']+)["']/.exec(text)?.[1] : undefined
    if (file) out.push({ from: file.replace(/^\$\{?(?:projectDir|rootDir|project\.projectDir)\}?\//, ''), spot: { line: i + 1 } })
  })
  return out
}
