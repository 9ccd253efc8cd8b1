import { basename } from '../../base/path.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Reader } from '../reader.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseToml } from '../syntax/toml.ts'

/** Python projects: pyproject.toml (standard, Poetry, uv), requirements files, setup.cfg, Pipfile. */
export const python: Reader = {
  name: 'build/python',
  version: 1,
  wants: path =>
    /(^|\/)(?:pyproject\.toml|Pipfile|setup\.cfg|[\w.-]*requirements[\w.-]*\.(?:txt|in)|requirements\/[\w.-]+\.(?:txt|in))$/.test(path),
  pathClass: path => (/requirements/.test(path) ? `requirements ${scopeOf(basename(path))}` : basename(path)),
  read: ({ path, content }) => {
    const file = basename(path)
    if (content.length > MAX_CHARACTERS)
      return { problems: [{ code: 'python/too-large', message: 'too large, not read', severity: 'warning', line: 1 }] }
    if (file === 'pyproject.toml') return readToml(content, pyproject)
    if (file === 'Pipfile') return readToml(content, pipfile)
    return file === 'setup.cfg' ? setupCfg(content) : requirements(content, scopeOf(file))
  },
}

const MAX_CHARACTERS = 1_000_000

type Dependency = ModuleFact['dependencies'][number]
type Scope = Dependency['scope']

const scopeOf = (name: string): Scope => (/test/i.test(name) ? 'test' : /dev|lint|docs?|typing|ci\b/i.test(name) ? 'dev' : 'runtime')

const module = (part: Partial<ModuleFact>): ModuleFact => ({
  says: 'module',
  system: 'python',
  names: [],
  dependencies: [],
  entryPoints: [],
  generates: [],
  modules: [],
  spot: { line: 1 },
  ...part,
})

const readToml = (content: string, read: (root: DataNode) => ModuleFact): FileFacts => {
  const { root, problems } = parseToml(content)
  return root ? { manifest: [read(root)], problems } : { problems }
}

/** `name[extra]>=1 ; marker` and `name @ file:///…`. */
const requirement = (source: string, scope: Scope, line: number): Dependency[] => {
  const match = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(source.slice(0, 500))
  if (!match) return []
  const rest = match[2]!.split(';')[0]!.trim()
  const path = /^@\s*(?:file:(?:\/\/)?)?(\.{1,2}\/\S+)/.exec(rest)?.[1]
  const version = /^(?:[=<>!~]|\()/.test(rest) ? rest : undefined
  return [{ name: match[1]!, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line } }]
}

const requirementsIn = (list: DataNode | undefined, scope: Scope): Dependency[] =>
  itemsOf(list).flatMap(item => requirement(textOf(item) ?? '', scope, item.line))

/** Poetry's and Pipenv's `name = "^1"` or `name = { version, path }`. */
const table = (node: DataNode | undefined, scope: Scope): Dependency[] =>
  entriesOf(node)
    .filter(entry => entry.key.toLowerCase() !== 'python')
    .map(entry => {
      const version = textOf(entry.value) ?? textOf(at(entry.value, 'version'))
      const path = textOf(at(entry.value, 'path'))
      return { name: entry.key, ...(version ? { version } : {}), scope, ...(path ? { path } : {}), spot: { line: entry.line } }
    })

const pyproject = (root: DataNode): ModuleFact => {
  const project = at(root, 'project')
  const poetry = at(root, 'tool', 'poetry')
  const names = [textOf(at(project, 'name')), textOf(at(poetry, 'name'))].filter(name => name !== undefined)
  const version = textOf(at(project, 'version')) ?? textOf(at(poetry, 'version'))
  const groups = [...entriesOf(at(project, 'optional-dependencies')), ...entriesOf(at(root, 'dependency-groups'))]
  const isOptional = (name: string): Scope => (scopeOf(name) === 'runtime' ? 'runtime' : scopeOf(name))
  const sources = new Map(entriesOf(at(root, 'tool', 'uv', 'sources')).map(e => [e.key, textOf(at(e.value, 'path'))]))
  const dependencies = [
    ...requirementsIn(at(project, 'dependencies'), 'runtime'),
    ...groups.flatMap(group => requirementsIn(group.value, isOptional(group.key))),
    ...table(at(poetry, 'dependencies'), 'runtime'),
    ...table(at(poetry, 'dev-dependencies'), 'dev'),
    ...entriesOf(at(poetry, 'group')).flatMap(group => table(at(group.value, 'dependencies'), isOptional(group.key))),
  ].map(found => (sources.get(found.name) === undefined ? found : { ...found, path: sources.get(found.name)! }))
  const scripts = [...entriesOf(at(project, 'scripts')), ...entriesOf(at(poetry, 'scripts'))].flatMap(e => textOf(e.value) ?? [])
  return module({
    names: [...new Set(names)],
    ...(version ? { version } : {}),
    dependencies,
    entryPoints: scripts,
    modules: itemsOf(at(root, 'tool', 'uv', 'workspace', 'members')).flatMap(member => textOf(member) ?? []),
    ...(scripts.length > 0 ? { runnable: true } : {}),
    spot: { line: (project ?? poetry ?? root).line },
  })
}

const pipfile = (root: DataNode): ModuleFact =>
  module({ dependencies: [...table(at(root, 'packages'), 'runtime'), ...table(at(root, 'dev-packages'), 'dev')] })

const requirements = (content: string, scope: Scope): FileFacts => {
  const problems: FileProblem[] = []
  const modules: string[] = []
  const dependencies = content.split('\n').flatMap((source, i) => {
    const text = source
      .split(/(?<=^|\s)#/, 1)[0]!
      .replace(/\\\s*$/, '')
      .trim()
    if (text === '' || text.startsWith('--hash')) return []
    const included = /^(?:-r|--requirement|-c|--constraint)[\s=]+(\S+)/.exec(text)?.[1]
    if (included) {
      modules.push(included)
      return []
    }
    const local = /^(?:(?:-e|--editable)[\s=]+)?(?:file:)?(\.{1,2}(?:\/[^\s[]*)?)(?:\[[^\]]*\])?$/.exec(text)?.[1]
    if (local) return [{ name: basename(local), scope, path: local, spot: { line: i + 1 } }]
    if (text.startsWith('-') || /^[a-z+]+:\/\//.test(text)) return []
    const found = requirement(text.split(' --')[0]!, scope, i + 1)
    if (found.length === 0 && problems.length < 5)
      problems.push({ code: 'python/requirement', message: 'not a requirement, left out', severity: 'warning', line: i + 1 })
    return found
  })
  return { manifest: [module({ dependencies, modules })], problems }
}

const setupCfg = (content: string): FileFacts => {
  const entries = iniEntries(content)
  const value = (section: string, key: string): IniEntry | undefined => entries.find(e => e.section === section && e.key === key)
  const name = value('metadata', 'name')
  if (!name && !entries.some(e => e.section.startsWith('options'))) return { problems: [] }
  const version = value('metadata', 'version')?.lines[0]?.text
  const install = (entry: IniEntry | undefined, scope: Scope): Dependency[] =>
    (entry?.lines ?? []).flatMap(l => requirement(l.text, scope, l.line))
  const scripts = (value('options.entry_points', 'console_scripts')?.lines ?? []).map(l => l.text.replace(/^[^=]*=\s*/, ''))
  const extras = entries.filter(e => e.section === 'options.extras_require')
  const found = module({
    names: name?.lines[0] ? [name.lines[0].text] : [],
    ...(version && !version.startsWith('attr:') && !version.startsWith('file:') ? { version } : {}),
    dependencies: [...install(value('options', 'install_requires'), 'runtime'), ...extras.flatMap(e => install(e, scopeOf(e.key)))],
    entryPoints: scripts,
    ...(scripts.length > 0 ? { runnable: true } : {}),
    spot: { line: name?.lines[0]?.line ?? 1 },
  })
  return { manifest: [found], problems: [] }
}

interface IniEntry {
  section: string
  key: string
  lines: { text: string; line: number }[]
}

const iniEntries = (content: string): IniEntry[] => {
  const out: IniEntry[] = []
  let section = ''
  content.split('\n').forEach((source, i) => {
    if (/^\s*(?:[#;]|$)/.test(source)) return
    const header = /^\[([^\]]+)\]/.exec(source)
    if (header) section = header[1]!.trim()
    else if (/^\s/.test(source)) out.at(-1)?.lines.push({ text: source.trim(), line: i + 1 })
    else {
      const [key = '', ...rest] = source.split(/[=:]/)
      const text = source.slice(key.length + 1).trim()
      if (rest.length > 0) out.push({ section, key: key.trim(), lines: text === '' ? [] : [{ text, line: i + 1 }] })
    }
  })
  return out
}
