import { byText } from '../../base/names.ts'
import { basename, dirname, join } from '../../base/path.ts'
import type { Rendered, Renderer, RenderUnit } from '../reader.ts'
import { parseDotenv } from '../syntax/dotenv.ts'
import { substitute } from '../syntax/interpolate.ts'
import { at, type DataNode } from '../syntax/node.ts'
import {
  asText,
  Budget,
  copyOf,
  ensureMap,
  listItems,
  mapEntries,
  member,
  type Origin,
  type Placed,
  type PlacedEntry,
  type PlacedMap,
  place,
  removeMember,
  scalar,
  setMember,
  writeYaml,
} from '../syntax/placed.ts'
import { parseYaml } from '../syntax/yaml.ts'

const BASES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']
const OVERRIDES = ['compose.override.yaml', 'compose.override.yml', 'docker-compose.override.yaml', 'docker-compose.override.yml']
const NAMED = /^(?:docker-)?compose[.-][\w.-]+\.ya?ml$/
const MAX_NODES = 300_000
const MAX_FILES = 200

/**
 * Compose projects: the base file of a folder with its override; every other Compose file of the folder is a unit of its own,
 * merged over the base where it cannot stand alone. Includes and extended services are followed, env files and `.env` are filled in.
 */
export const composeProject: Renderer = {
  name: 'render/compose',
  version: 3,
  units: paths => {
    const here = new Set(paths)
    const isUnit = (path: string): boolean => {
      const name = basename(path)
      if (OVERRIDES.includes(name)) return baseOf(path, p => here.has(p)) === undefined
      return BASES.includes(name) ? baseOf(path, p => here.has(p)) === path : NAMED.test(name)
    }
    return paths
      .filter(isUnit)
      .sort(byText)
      .map(root => ({ root, kind: 'compose' }) satisfies RenderUnit)
  },
  render: (unit, files) => {
    const build: Build = {
      root: dirname(unit.root),
      files,
      budget: new Budget(MAX_NODES),
      bases: new Set(),
      problems: [],
      loaded: 0,
      sources: new Map(),
    }
    const project = projectOf(unit, build)
    if (build.budget.isSpent) {
      const message = 'takes too many nodes to put together, left out'
      return { documents: [], bases: [], problems: [{ code: 'compose/too-large', message, severity: 'error', file: unit.root, line: 1 }] }
    }
    const documents = project ? [{ path: unit.root, ...writeYaml([project]) }] : []
    return { documents, bases: [...build.bases].sort(byText), problems: build.problems }
  },
}

interface Build {
  /** The project's folder: what paths of the result are relative to. */
  root: string
  files: (path: string) => string | undefined
  budget: Budget
  bases: Set<string>
  problems: Rendered['problems']
  loaded: number
  /** Files that services were extended from; only copies of them are changed. */
  sources: Map<string, PlacedMap | undefined>
}

const MAX_PROBLEMS = 50

const problem = (build: Build, code: string, message: string, at: Origin, severity: 'error' | 'warning' = 'warning'): void => {
  if (build.problems.length < MAX_PROBLEMS)
    build.problems.push({ code: `compose/${code}`, message, severity, file: at.file, line: at.line })
}

const firstOf = (folder: string, names: readonly string[], exists: (path: string) => boolean): string | undefined =>
  names
    .map(name => join(folder, name)!)
    .filter(exists)
    .at(0)

const baseOf = (path: string, exists: (path: string) => boolean): string | undefined => firstOf(dirname(path), BASES, exists)

/** What a Compose file has at least one of; other files may bear such a name too. */
const SECTIONS = ['services', 'include']

const projectOf = (unit: RenderUnit, build: Build): PlacedMap | undefined => {
  const there = new Set([...BASES, ...OVERRIDES].map(name => join(build.root, name)!).filter(path => build.files(path) !== undefined))
  const base = baseOf(unit.root, path => there.has(path))
  const override = base === unit.root ? firstOf(build.root, OVERRIDES, path => there.has(path)) : undefined
  const values = environmentOf(build.root, build)
  const own = load(unit.root, values, [], build)
  if (!own || !SECTIONS.some(key => member(own, key))) return undefined
  let project = own
  const over = override ? load(override, values, [], build) : undefined
  if (over) project = mergeProject(own, over)
  if (base && base !== unit.root && !standsAlone(own)) {
    const below = load(base, values, [], build)
    if (below) project = mergeProject(below, own)
  }
  for (const { value } of mapEntries(member(project, 'services'))) if (value.is === 'map') fillEnvironment(value, values, build)
  return dropResets(project)
}

/** Every service says what it runs. A file with others only means something over the base. */
const standsAlone = (project: Placed): boolean =>
  mapEntries(member(project, 'services')).every(({ value }) =>
    ['image', 'build', 'extends', 'provider'].some(key => member(value, key) !== undefined),
  )

type Values = ReadonlyMap<string, string>

/** Variables of `.env` beside the project's file: what stands for `${X}` unless whoever deploys sets it. */
const environmentOf = (folder: string, build: Build): Values => {
  const content = build.files(join(folder, '.env')!)
  const out = new Map<string, string>()
  for (const entry of content === undefined ? [] : parseDotenv(content).entries)
    if (entry.value !== undefined)
      out.set(entry.key, entry.literal ? entry.value : substitute(entry.value.replaceAll('\\$', '$$$$'), out).replaceAll('$$', '$'))
  return out
}

/** A file with its includes and extended services, interpolated, its paths relative to the project. */
const load = (path: string, values: Values, above: readonly string[], build: Build): PlacedMap | undefined => {
  const content = build.files(path)
  if (content === undefined || ++build.loaded > MAX_FILES) return undefined
  build.bases.add(dirname(path))
  const { documents, problems } = parseYaml(content)
  if (above.length > 0) for (const p of problems) problem(build, 'syntax', p.message, { file: path, line: p.line ?? 1 }, p.severity)
  const document = documents.find(d => d.is === 'map')
  if (!document) return undefined
  const project = filledIn(
    place(withServices(document), line => ({ file: path, line }), build.budget),
    values,
  ) as PlacedMap
  rebase(project, dirname(path), build)
  extendAll(project, path, values, [...above, path], build)
  return included(project, path, values, [...above, path], build)
}

/** The first format of Compose files had services at the top. */
const withServices = (document: DataNode): DataNode => {
  if (document.is !== 'map' || document.entries.some(e => /^(services|include|version|name|x-.*)$/.test(e.key))) return document
  const isOld =
    document.entries.length > 0 && document.entries.every(e => at(e.value, 'image') !== undefined || at(e.value, 'build') !== undefined)
  const { line, endLine } = document
  return isOld ? { is: 'map', entries: [{ key: 'services', line, value: document }], line, endLine } : document
}

const filledIn = (node: Placed, values: Values): Placed => {
  if (node.is === 'map') for (const entry of node.entries) entry.value = filledIn(entry.value, values)
  else if (node.is === 'list') node.items = node.items.map(item => filledIn(item, values))
  else if (typeof node.value === 'string' && node.value.includes('$')) return { ...node, value: substitute(node.value, values) }
  return node
}

// includes

const MAX_INCLUDES = 20

const included = (project: PlacedMap, path: string, values: Values, above: readonly string[], build: Build): PlacedMap => {
  let below: PlacedMap | undefined
  for (const item of listItems(member(project, 'include'))) {
    const paths = item.is === 'map' ? pathsOf(member(item, 'path')) : [item]
    for (const file of paths) {
      const found = includedFile(file, path, above, build)
      const next =
        found === undefined ? undefined : load(found, new Map([...environmentOf(dirname(found), build), ...values]), above, build)
      if (found !== undefined && build.files(found) === undefined)
        problem(build, 'include', `${asText(file)} is not there; its services are missing`, file.at)
      if (next) below = below ? mergeProject(below, next) : next
    }
  }
  removeMember(project, 'include')
  return below ? mergeProject(below, project) : project
}

const pathsOf = (node: Placed | undefined): Placed[] => (node?.is === 'list' ? node.items : node ? [node] : [])

const includedFile = (item: Placed, path: string, above: readonly string[], build: Build): string | undefined => {
  const text = asText(item)
  if (text === undefined) return undefined
  const found = /^[a-z]+:|^git@/.test(text) || text.startsWith('/') ? undefined : join(dirname(path), text)
  if (found === undefined)
    problem(build, 'remote', `${text.slice(0, 200)} is outside the repository and is not fetched; its services are missing`, item.at)
  else if (above.includes(found) || above.length > MAX_INCLUDES)
    problem(build, 'cycle', `${text.slice(0, 200)} includes itself`, item.at, 'error')
  else return found
  return undefined
}

// extends

const extendAll = (project: PlacedMap, path: string, values: Values, above: readonly string[], build: Build): void => {
  for (const entry of mapEntries(member(project, 'services'))) entry.value = extended(entry, project, path, values, above, [], build)
}

const MAX_EXTENDS = 30

const extended = (
  { key, value }: PlacedEntry,
  project: PlacedMap,
  path: string,
  values: Values,
  above: readonly string[],
  chain: readonly string[],
  build: Build,
): Placed => {
  const from = member(value, 'extends')
  if (value.is !== 'map' || !from) return value
  removeMember(value, 'extends')
  const name = asText(from) ?? asText(member(from, 'service'))
  const given = member(from, 'file')
  const file = given && join(dirname(path), asText(given) ?? '') === path ? undefined : given
  if (name === undefined || chain.includes(key) || chain.length > MAX_EXTENDS) {
    problem(build, 'extends', name === undefined ? 'extends names no service' : `${key} extends itself`, from.at)
    return value
  }
  const source = file ? sourceOf(file, path, values, above, build) : project
  const entry = mapEntries(member(source, 'services')).find(e => e.key === name)
  if (!entry) {
    problem(build, 'extends', `service ${name} is not there; what it sets is missing`, from.at)
    return value
  }
  const base = copyOf(extended(entry, file ? project : (source as PlacedMap), path, values, above, [...chain, key], build), build.budget)
  if (!file && entry.value !== base) entry.value = copyOf(base, build.budget)
  return base.is === 'map' ? mergeService(base, value) : value
}

const sourceOf = (file: Placed, path: string, values: Values, above: readonly string[], build: Build): PlacedMap | undefined => {
  const found = includedFile(file, path, above, build)
  if (found === undefined) return undefined
  if (!build.sources.has(found)) build.sources.set(found, load(found, values, above, build))
  return build.sources.get(found)
}

// paths

/** Makes the relative paths of a file in another folder relative to the project. */
const rebase = (project: PlacedMap, folder: string, build: Build): void => {
  if (folder === build.root) return
  const moved = (path: string): string => relativeTo(build.root, join(folder, path))
  const change = (node: Placed | undefined, isPath: (path: string) => boolean = () => true): void => {
    const path = asText(node)
    if (node?.is === 'scalar' && path !== undefined && isPath(path) && !/^[/~]|^\w+:\/\/|^\$/.test(path)) node.value = moved(path)
  }
  for (const { value } of mapEntries(member(project, 'services'))) {
    const image = member(value, 'build')
    change(image?.is === 'map' ? member(image, 'context') : image)
    for (const item of pathsOf(member(value, 'env_file'))) change(item.is === 'map' ? member(item, 'path') : item)
    for (const item of listItems(member(value, 'volumes'))) {
      if (item.is === 'map') change(member(item, 'source'), path => path.startsWith('.'))
      else changeSource(item, moved)
    }
  }
  for (const section of ['configs', 'secrets']) for (const { value } of mapEntries(member(project, section))) change(member(value, 'file'))
}

const changeSource = (item: Placed, moved: (path: string) => string): void => {
  const [source = '', ...rest] = (asText(item) ?? '').split(':')
  if (item.is === 'scalar' && source.startsWith('.') && rest.length > 0) item.value = [moved(source), ...rest].join(':')
}

/** A path as seen from a folder; one that leaves the tree stays a path that leads out. */
const relativeTo = (from: string, path: string | undefined): string => {
  if (path === undefined) return '/outside'
  const [a, b] = [from.split('/').filter(Boolean), path.split('/').filter(Boolean)]
  let shared = 0
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++
  const steps = [...a.slice(shared).map(() => '..'), ...b.slice(shared)]
  return steps.length === 0 ? '.' : steps[0] === '..' ? steps.join('/') : `./${steps.join('/')}`
}

// merging

const mergeProject = (base: PlacedMap, over: PlacedMap): PlacedMap => {
  for (const { key, value, at } of over.entries) {
    const present = member(base, key)
    if (key === 'services' && present?.is === 'map' && value.is === 'map') mergeServices(present, value)
    else if (present?.is === 'map' && value.is === 'map')
      for (const entry of value.entries) setMember(present, entry.key, entry.value, entry.at)
    else setMember(base, key, value, at)
  }
  return base
}

const mergeServices = (base: PlacedMap, over: PlacedMap): void => {
  const present = new Map(base.entries.map(entry => [entry.key, entry]))
  for (const entry of over.entries) {
    const own = present.get(entry.key)
    if (own?.value.is === 'map' && entry.value.is === 'map') own.value = mergeService(own.value, entry.value)
    else if (own) own.value = entry.value
    else present.set(entry.key, entry)
  }
  base.entries = [...present.values()]
}

/** Members that the later file replaces as a whole. */
const REPLACED = new Set(['command', 'entrypoint', 'test', 'image'])
/** Members that are maps or lists of `key=value`, and merge by key. */
const KEYED = new Set(['environment', 'labels', 'args', 'annotations', 'extra_hosts', 'sysctls', 'depends_on', 'networks'])
/** Lists whose items are one by what they lead to in the container. */
const BY_TARGET = new Set(['volumes', 'configs', 'secrets', 'ports', 'devices'])

const mergeService = (base: PlacedMap, over: PlacedMap): PlacedMap => {
  for (const { key, value, at } of over.entries) {
    const present = member(base, key)
    const tag = value.tag
    if (tag === '!reset') removeMember(base, key)
    else if (!present || tag === '!override' || REPLACED.has(key)) setMember(base, key, value, at)
    else if (key === 'build') setMember(base, key, mergeService(asBuild(present), asBuild(value)), at)
    else if (KEYED.has(key)) setMember(base, key, mergeKeyed(present, value), at)
    else if (present.is === 'map' && value.is === 'map') mergeService(present, value)
    else if (present.is === 'list' || value.is === 'list') setMember(base, key, mergeLists(key, pathsOf(present), pathsOf(value), at), at)
    else setMember(base, key, value, at)
  }
  return base
}

const asBuild = (node: Placed): PlacedMap =>
  node.is === 'map' ? node : { is: 'map', entries: [{ key: 'context', value: node, at: node.at }], at: node.at }

const mergeKeyed = (base: Placed, over: Placed): PlacedMap => {
  const entries = new Map(keyed(base).map(entry => [entry.key, entry]))
  for (const entry of keyed(over)) {
    const present = entries.get(entry.key)?.value
    if (present?.is === 'map' && entry.value.is === 'map') mergeService(present, entry.value)
    else entries.set(entry.key, entry)
  }
  return { is: 'map', entries: [...entries.values()], at: base.at }
}

/** Entries of a map, or of a list of `key=value`, `host:address` and names alone. */
const keyed = (node: Placed): PlacedEntry[] => {
  if (node.is === 'map') return node.entries
  return listItems(node).flatMap(item => {
    const text = asText(item)
    if (text === undefined) return []
    const equals = text.indexOf('=')
    const [key, value] = equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)]
    return [{ key, value: scalar(value, item.at), at: item.at }]
  })
}

const mergeLists = (key: string, base: readonly Placed[], over: readonly Placed[], at: Origin): Placed => {
  const items = new Map<string, Placed>()
  for (const item of [...base, ...over]) items.set(BY_TARGET.has(key) ? targetOf(key, item) : (asText(item) ?? `#${items.size}`), item)
  return { is: 'list', items: [...items.values()], at }
}

const targetOf = (key: string, item: Placed): string => {
  const target = asText(member(item, 'target')) ?? asText(member(item, 'source'))
  if (target !== undefined) return key === 'ports' ? `${asText(member(item, 'published'))}:${target}` : target
  const text = asText(item) ?? ''
  return key === 'ports' ? text : (text.split(':')[1] ?? text)
}

const dropResets = (node: PlacedMap): PlacedMap => {
  node.entries = node.entries.filter(entry => entry.value.tag !== '!reset')
  for (const { value } of node.entries) if (value.is === 'map') dropResets(value)
  return node
}

// environment

const SECRET = /PASSW(?:OR)?D|SECRET|TOKEN|PRIVATE_KEY|API_?KEY|CREDENTIAL/i

/** Puts variables of env files, and of `.env` for those that are only passed through, under those that the file sets itself. */
const fillEnvironment = (service: PlacedMap, values: Values, build: Build): void => {
  const missing: Placed[] = []
  const fromFiles = new Map<string, PlacedEntry>()
  for (const item of pathsOf(member(service, 'env_file'))) {
    const path = asText(item) ?? asText(member(item, 'path'))
    const found = path === undefined || path.startsWith('/') ? undefined : join(build.root, path)
    const content = found === undefined ? undefined : build.files(found)
    if (content === undefined) missing.push(item)
    else for (const entry of envEntries(content, found!, values)) fromFiles.set(entry.key, entry)
  }
  const own = keyed(member(service, 'environment') ?? scalar(null, service.at)).map(entry => passedThrough(entry, values))
  if (fromFiles.size === 0 && own.length === 0) return
  const ownKeys = new Set(own.map(entry => entry.key))
  const environment = ensureMap(service, ['environment'], service.at) ?? { is: 'map', entries: [], at: service.at }
  setMember(service, 'environment', environment)
  environment.entries = [...[...fromFiles.values()].filter(entry => !ownKeys.has(entry.key)), ...own]
  const file = member(service, 'env_file')
  if (file && missing.length === 0) removeMember(service, 'env_file')
  else if (file) setMember(service, 'env_file', { is: 'list', items: missing, at: file.at })
}

const passedThrough = (entry: PlacedEntry, values: Values): PlacedEntry => {
  const value = entry.value.is === 'scalar' && entry.value.value === null && !SECRET.test(entry.key) ? values.get(entry.key) : undefined
  return value === undefined ? entry : { ...entry, value: scalar(value.replaceAll('$', '$$$$'), entry.at) }
}

/** Values of keys that name secrets are not carried: such a variable is passed through. */
const envEntries = (content: string, file: string, values: Values): PlacedEntry[] =>
  parseDotenv(content).entries.map(entry => {
    const at = { file, line: entry.line }
    const value =
      entry.value === undefined
        ? values.get(entry.key)
        : entry.literal
          ? entry.value.replaceAll('$', '$$$$')
          : substitute(entry.value.replaceAll('\\$', '$$$$'), values)
    return { key: entry.key, value: scalar(value === undefined || SECRET.test(entry.key) ? null : value, at), at }
  })
