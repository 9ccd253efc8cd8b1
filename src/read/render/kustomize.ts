import { byText } from '../../base/names.ts'
import { basename, dirname, join } from '../../base/path.ts'
import type { Rendered, Renderer, RenderUnit } from '../reader.ts'
import { parseDotenv } from '../syntax/dotenv.ts'
import { jsonPatch } from '../syntax/json-patch.ts'
import {
  asText,
  Budget,
  copyOf,
  ensureMap,
  listItems,
  mapEntries,
  mapOf,
  member,
  type Origin,
  type Placed,
  type PlacedMap,
  place,
  removeMember,
  scalar,
  setMember,
  writeYaml,
} from '../syntax/placed.ts'
import { strategicMerge } from '../syntax/strategic-merge.ts'
import { parseYaml } from '../syntax/yaml.ts'

const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const
const MAX_NODES = 400_000
const MAX_DEPTH = 40
const MAX_FOLDERS = 1000
const MAX_STEPS = 20_000_000

/**
 * Kustomizations: every folder that has one is a unit; what it draws from other folders comes with it. Components yield nothing on their own.
 * Names of generated config maps get no hash: they match as written. Nothing remote is fetched.
 */
export const kustomize: Renderer = {
  name: 'render/kustomize',
  version: 2,
  units: paths => {
    const folders = new Set(paths.filter(path => (NAMES as readonly string[]).includes(basename(path))).map(dirname))
    return [...folders].sort(byText).map(root => ({ root, kind: 'kustomize' }) satisfies RenderUnit)
  },
  render: (unit, files) => {
    const build: Build = {
      files,
      budget: new Budget(MAX_NODES),
      steps: new Budget(MAX_STEPS),
      kustomizations: new Map(),
      bases: new Set(),
      problems: [],
      folders: 0,
    }
    const found = kustomizationIn(unit.root, build)
    if (!found || kindOf(found) === 'Component') return { documents: [], bases: [], problems: [] }
    const resources = folder(unit.root, [], [], build)
    const isSpent = build.budget.isSpent || build.steps.isSpent
    if (isSpent)
      build.problems.unshift({
        code: 'kustomize/too-large',
        message: 'takes too many steps or nodes to render, left out',
        severity: 'error',
        ...found.at,
      })
    const documents = isSpent || resources.length === 0 ? [] : [{ path: found.at.file, ...writeYaml(resources.map(r => r.object)) }]
    return { documents, bases: [...build.bases].sort(byText), problems: build.problems }
  },
}

interface Build {
  files: (path: string) => string | undefined
  budget: Budget
  steps: Budget
  /** Parsed once each; nobody changes them. */
  kustomizations: Map<string, Placed | undefined>
  bases: Set<string>
  problems: Rendered['problems']
  folders: number
}

/** An object and the names it had before prefixes and suffixes: patches and references may use any of them. */
interface Resource {
  object: PlacedMap
  names: string[]
}

const MAX_PROBLEMS = 50

const problem = (build: Build, code: string, message: string, at: Origin, severity: 'error' | 'warning' = 'warning'): void => {
  if (build.problems.length < MAX_PROBLEMS)
    build.problems.push({ code: `kustomize/${code}`, message, severity, file: at.file, line: at.line })
}

const kindOf = (node: Placed): string | undefined => asText(member(node, 'kind'))

const parsed = (content: string, file: string, build: Build, report: boolean): Placed[] => {
  const { documents, problems } = parseYaml(content)
  if (report) for (const p of problems) problem(build, p.code, p.message, { file, line: p.line ?? 1 }, p.severity)
  return documents.map(document => place(document, line => ({ file, line }), build.budget))
}

const kustomizationIn = (root: string, build: Build): Placed | undefined => {
  if (!build.kustomizations.has(root)) build.kustomizations.set(root, readKustomization(root, build))
  return build.kustomizations.get(root)
}

const readKustomization = (root: string, build: Build): Placed | undefined => {
  const found = NAMES.map(name => join(root, name)!).map(path => ({ path, content: build.files(path) }))
  const file = found.find(f => f.content !== undefined)
  return file ? (parsed(file.content!, file.path, build, true)[0] ?? scalar(null, { file: file.path, line: 1 })) : undefined
}

/** What a folder's kustomization yields. A component starts from what its user has so far. */
const folder = (root: string, given: Resource[], above: readonly string[], build: Build): Resource[] => {
  const self = kustomizationIn(root, build)
  if (!self) return given
  build.bases.add(root)
  if (++build.folders > MAX_FOLDERS || above.length > MAX_DEPTH) {
    problem(build, 'limit', 'draws in too many folders', self.at, 'error')
    return given
  }
  const here: Here = { root, self, above: [...above, root], build }
  let resources = [
    ...given,
    ...[...listItems(member(self, 'resources')), ...listItems(member(self, 'bases'))].flatMap(item => drawn(item, here)),
  ]
  resources = generated(resources, here)
  for (const item of listItems(member(self, 'components'))) resources = component(item, resources, here)
  for (const key of UNSUPPORTED) {
    const value = member(self, key)
    if (value && !(value.is === 'list' && value.items.length === 0))
      problem(build, 'unsupported', `${key} is not rendered; what it changes is missing`, value.at)
  }
  return transformed(resources, here)
}

const UNSUPPORTED = ['replacements', 'vars', 'generators', 'transformers', 'helmCharts', 'helmChartInflationGenerator']

interface Here {
  root: string
  self: Placed
  above: readonly string[]
  build: Build
}

const REMOTE = /^[a-z][a-z0-9+.-]*:\/\/|^git@|^git::|^(?:github|gitlab|bitbucket)\.(?:com|org)[/:]|[?&](?:ref|version)=/

/** A local path of an entry; undefined, with a problem, for anything outside the tree. */
const local = (item: Placed, { root, build }: Here): string | undefined => {
  const text = asText(item)
  if (text === undefined) return undefined
  if (REMOTE.test(text)) problem(build, 'remote', `${text.slice(0, 200)} is remote and is not fetched; what it deploys is missing`, item.at)
  const path = text.startsWith('/') || REMOTE.test(text) ? undefined : join(root, text)
  if (path === undefined && !REMOTE.test(text))
    problem(build, 'outside', `${text.slice(0, 200)} leads out of the repository, left out`, item.at)
  return path
}

/** An entry of `resources`: a file of objects or a folder with a kustomization. */
const drawn = (item: Placed, here: Here): Resource[] => {
  const path = local(item, here)
  if (path === undefined) return []
  const content = here.build.files(path)
  const isFolder = kustomizationIn(path, here.build) !== undefined
  if (content !== undefined) return objectsOf(content, path, here.build)
  if (isFolder && !isCycle(path, item, here)) return folder(path, [], here.above, here.build)
  if (!isFolder) problem(here.build, 'missing', `${asText(item)} is neither a file nor a folder with a kustomization`, item.at)
  return []
}

const isCycle = (path: string, item: Placed, here: Here): boolean => {
  if (!here.above.includes(path)) return false
  problem(here.build, 'cycle', `${asText(item)} draws itself in`, item.at, 'error')
  return true
}

const component = (item: Placed, resources: Resource[], here: Here): Resource[] => {
  const path = local(item, here)
  if (path === undefined || isCycle(path, item, here)) return resources
  if (kustomizationIn(path, here.build)) return folder(path, resources, here.above, here.build)
  problem(here.build, 'missing', `${asText(item)} is no folder with a kustomization`, item.at)
  return resources
}

const objectsOf = (content: string, file: string, build: Build): Resource[] => {
  build.bases.add(dirname(file))
  return parsed(content, file, build, false).flatMap(objectsIn)
}

const objectsIn = (node: Placed): Resource[] => {
  if (node.is !== 'map') return []
  if (kindOf(node)?.endsWith('List') && member(node, 'items')?.is === 'list') return listItems(member(node, 'items')).flatMap(objectsIn)
  return kindOf(node) && nameOf(node) ? [{ object: node, names: [nameOf(node)!] }] : []
}

const nameOf = (object: Placed): string | undefined => asText(member(object, 'metadata', 'name'))

// generators

const GENERATORS = [
  ['configMapGenerator', 'ConfigMap'],
  ['secretGenerator', 'Secret'],
] as const

const generated = (resources: Resource[], here: Here): Resource[] => {
  const out = [...resources]
  for (const [key, kind] of GENERATORS)
    for (const generator of listItems(member(here.self, key))) {
      const name = asText(member(generator, 'name'))
      if (!name) continue
      const data: PlacedMap = { is: 'map', entries: literals(generator, kind, here), at: generator.at }
      const present = out.find(r => kindOf(r.object) === kind && r.names.includes(name))
      const behavior = asText(member(generator, 'behavior'))
      if (present && (behavior === 'merge' || behavior === 'replace')) refill(present.object, data, behavior, here.build.steps)
      else out.push({ object: generatedObject(kind, name, asText(member(generator, 'namespace')), data), names: [name] })
    }
  return out
}

const refill = (object: PlacedMap, data: PlacedMap, behavior: 'merge' | 'replace', steps: Budget): void => {
  const present = ensureMap(object, ['data'], data.at)
  if (!present) return
  if (behavior === 'replace') present.entries = []
  for (const entry of data.entries) if (steps.take(present.entries.length)) setMember(present, entry.key, entry.value, entry.at)
}

const generatedObject = (kind: string, name: string, namespace: string | undefined, data: PlacedMap): PlacedMap => {
  const metadata = mapOf(data.at, ['name', scalar(name, data.at)])
  if (namespace) setMember(metadata, 'namespace', scalar(namespace, data.at))
  return mapOf(data.at, ['apiVersion', scalar('v1', data.at)], ['kind', scalar(kind, data.at)], ['metadata', metadata], ['data', data])
}

/** Keys and values of a generator. Values of secrets are left out. */
const literals = (generator: Placed, kind: string, here: Here): PlacedMap['entries'] => {
  const pair = (key: string, value: string, at: Origin) => ({ key, value: scalar(kind === 'Secret' ? '' : value, at), at })
  const fromLiterals = listItems(member(generator, 'literals')).flatMap(item => {
    const match = /^([^=]+)=([\s\S]*)$/.exec(asText(item) ?? '')
    return match ? [pair(match[1]!, match[2]!.replace(/^(["'])([\s\S]*)\1$/, '$2'), item.at)] : []
  })
  const fromFiles = listItems(member(generator, 'files')).flatMap(item => {
    const text = asText(item) ?? ''
    const equals = text.indexOf('=')
    const file = fileOf(equals < 0 ? item : scalar(text.slice(equals + 1), item.at), here)
    return file ? [pair(equals < 0 ? basename(file.path) : text.slice(0, equals), file.content, item.at)] : []
  })
  const env = member(generator, 'env')
  const fromEnvs = [...listItems(member(generator, 'envs')), ...(env ? [env] : [])].flatMap(item => {
    const file = fileOf(item, here)
    const entries = file ? parseDotenv(file.content).entries : []
    return entries.map(entry => pair(entry.key, entry.value ?? '', { file: file!.path, line: entry.line }))
  })
  return [...fromEnvs, ...fromFiles, ...fromLiterals]
}

const fileOf = (item: Placed, here: Here): { path: string; content: string } | undefined => {
  const path = local(item, here)
  if (path === undefined) return undefined
  const content = here.build.files(path)
  if (content === undefined) problem(here.build, 'missing', `${asText(item)?.slice(0, 200)} is not there`, item.at)
  return content === undefined ? undefined : { path, content }
}

// transformers, in kustomize's order

const transformed = (given: Resource[], here: Here): Resource[] => {
  const { self, build } = here
  let resources = given
  for (const item of listItems(member(self, 'patchesStrategicMerge')))
    for (const patch of patchDocuments(item, item, here)) resources = patchByName(resources, patch, build)
  for (const key of ['patches', 'patchesJson6902'])
    for (const item of listItems(member(self, key))) resources = patchOne(resources, item, here)
  setNamespace(resources, member(self, 'namespace'))
  rename(resources, member(self, 'namePrefix'), member(self, 'nameSuffix'))
  setLabels(resources, self, build.steps)
  setImages(resources, member(self, 'images'))
  setReplicas(resources, member(self, 'replicas'))
  return resources
}

/** Documents of a patch: text in place, or a file. */
const patchDocuments = (inline: Placed | undefined, file: Placed | undefined, here: Here): Placed[] => {
  const text = asText(inline)
  if (text !== undefined && inline && /[\n:{[]/.test(text) && !/^[\w./-]+\.(?:ya?ml|json)$/.test(text)) {
    const { documents, problems } = parseYaml(text)
    const from = (line: number): Origin => ({ file: inline.at.file, line: inline.at.line + (text.includes('\n') ? line - 1 : 0) })
    for (const p of problems) problem(here.build, 'patch', p.message, from(p.line ?? 1), p.severity)
    return documents.map(document => place(document, from, here.build.budget))
  }
  const found = file ? fileOf(file, here) : undefined
  return found ? parsed(found.content, found.path, here.build, true) : []
}

const patchOne = (resources: Resource[], item: Placed, here: Here): Resource[] => {
  const target = member(item, 'target')
  const matches = target ? selector(target, here) : undefined
  let out = resources
  for (const patch of patchDocuments(member(item, 'patch'), member(item, 'path'), here)) {
    if (patch.is === 'list') {
      if (!matches) problem(here.build, 'patch', 'a JSON patch needs a target', item.at)
      for (const { object } of matches ? out.filter(matches) : []) patchObject(object, patch, here.build)
    } else if (patch.is === 'map') out = matches ? merged(out, out.filter(matches), patch, here.build) : patchByName(out, patch, here.build)
  }
  return out
}

/** Annotations are always there for a JSON patch, as kustomize keeps notes of its own in them. */
const patchObject = (object: PlacedMap, patch: Placed, build: Build): void => {
  const annotations = ensureMap(object, ['metadata', 'annotations'], patch.at)
  for (const failure of jsonPatch(object, patch, build.budget)) problem(build, 'patch', failure.message, failure)
  const metadata = member(object, 'metadata')
  if (annotations?.entries.length === 0 && metadata?.is === 'map') removeMember(metadata, 'annotations')
}

const patchByName = (resources: Resource[], patch: Placed, build: Build): Resource[] => {
  const name = nameOf(patch)
  const namespace = asText(member(patch, 'metadata', 'namespace'))
  const selected = resources.filter(
    r =>
      kindOf(r.object) === kindOf(patch) &&
      name !== undefined &&
      r.names.includes(name) &&
      (namespace === undefined || (asText(member(r.object, 'metadata', 'namespace')) ?? namespace) === namespace),
  )
  if (selected.length === 0)
    problem(build, 'no-target', `${kindOf(patch) ?? 'the object'} ${name ?? ''} that is patched here is not there`, patch.at)
  return patch.is === 'map' ? merged(resources, selected, patch, build) : resources
}

/** Merges a patch into the selected objects. Kind and name of the patch only say what it is for. */
const merged = (resources: Resource[], selected: readonly Resource[], patch: PlacedMap, build: Build): Resource[] => {
  build.steps.take(resources.length)
  const body = copyOf(patch, build.budget)
  if (body.is !== 'map') return resources
  body.entries = body.entries.filter(e => e.key !== 'apiVersion' && e.key !== 'kind')
  const metadata = member(body, 'metadata')
  if (metadata?.is === 'map') metadata.entries = metadata.entries.filter(e => e.key !== 'name' && e.key !== 'namespace')
  const deleted = new Set(selected.filter(r => !strategicMerge(r.object, body, build.budget)))
  return resources.filter(r => !deleted.has(r))
}

type Matches = (resource: Resource) => boolean

const selector = (target: Placed, here: Here): Matches => {
  const text = (key: string): string | undefined => asText(member(target, key))
  const [kind, name, namespace] = [pattern(text('kind')), pattern(text('name')), pattern(text('namespace'))]
  if (!kind || !name || !namespace) {
    problem(here.build, 'unsupported', 'the expression of this target is not understood; its patch is left out', target.at)
    return () => false
  }
  const labels = requirements(text('labelSelector'))
  const annotations = requirements(text('annotationSelector'))
  return ({ object, names }) =>
    kind(kindOf(object) ?? '') &&
    names.some(name) &&
    namespace(asText(member(object, 'metadata', 'namespace')) ?? 'default') &&
    hasGroup(object, text('group'), text('version')) &&
    labels(textsOf(member(object, 'metadata', 'labels'))) &&
    annotations(textsOf(member(object, 'metadata', 'annotations')))
}

const hasGroup = (object: Placed, group: string | undefined, version: string | undefined): boolean => {
  const apiVersion = asText(member(object, 'apiVersion')) ?? ''
  const [ownGroup, ownVersion] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return (group === undefined || group === ownGroup) && (version === undefined || version === ownVersion)
}

const textsOf = (node: Placed | undefined): Map<string, string> => new Map(mapEntries(node).map(e => [e.key, asText(e.value) ?? '']))

/** Targets are regular expressions of the whole name. Only words, `.*` and `|` are taken: anything else could run for ever. */
const pattern = (expression: string | undefined): ((text: string) => boolean) | undefined => {
  const bare = (expression ?? '').replace(/^\^?\(?|\)?\$?$/g, '')
  if (bare === '') return () => true
  if (!/^(?:[\w/-]|\\?\.|\.[*+]|\|)+$/.test(bare)) return undefined
  const options = bare.split('|').map(option => option.replaceAll('.+', '.*').replaceAll('\\.', '.').split('.*'))
  return text => options.some(parts => matchesParts(text, parts))
}

const matchesParts = (text: string, parts: readonly string[]): boolean => {
  const [head = '', ...rest] = parts
  const tail = rest.pop()
  if (tail === undefined) return text === head
  if (!text.startsWith(head) || text.length < head.length + tail.length || !text.endsWith(tail)) return false
  let at = head.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - tail.length
}

/** `a=b,c!=d,e,!f,g in (h,i)` */
const requirements = (text: string | undefined): ((labels: ReadonlyMap<string, string>) => boolean) => {
  const tests = [...(text ?? '').matchAll(/(!?)([\w./-]+)\s*(?:(==?|!=)\s*([\w.-]*)|\b(in|notin)\s*\(([^)]*)\))?/g)].map(match => {
    const [, not, key = '', operator, value = '', set, values = ''] = match
    const allowed = set ? values.split(',').map(v => v.trim()) : [value]
    return (labels: ReadonlyMap<string, string>): boolean => {
      const own = labels.get(key)
      if (!operator && !set) return (own !== undefined) !== (not === '!')
      const isIn = own !== undefined && allowed.includes(own)
      return operator === '!=' || set === 'notin' ? !isIn : isIn
    }
  })
  return labels => tests.every(test => test(labels))
}

const CLUSTER_KINDS =
  /^(?:Namespace|CustomResourceDefinition|ClusterRole|ClusterRoleBinding|PersistentVolume|StorageClass|IngressClass|PriorityClass|APIService|.*WebhookConfiguration)$/

const setNamespace = (resources: readonly Resource[], namespace: Placed | undefined): void => {
  const text = asText(namespace)
  if (!text || !namespace) return
  for (const { object } of resources) {
    if (CLUSTER_KINDS.test(kindOf(object) ?? '')) continue
    const metadata = ensureMap(object, ['metadata'], namespace.at)
    if (metadata) setMember(metadata, 'namespace', scalar(text, namespace.at))
  }
}

const FIXED_NAMES = /^(?:Namespace|CustomResourceDefinition|APIService)$/

const rename = (resources: readonly Resource[], prefix: Placed | undefined, suffix: Placed | undefined): void => {
  const [before, after] = [asText(prefix) ?? '', asText(suffix) ?? '']
  if (before === '' && after === '') return
  const at = (prefix ?? suffix)!.at
  const renamed = new Map<string, string>()
  for (const resource of resources) {
    const name = nameOf(resource.object)
    const metadata = member(resource.object, 'metadata')
    if (name === undefined || metadata?.is !== 'map' || FIXED_NAMES.test(kindOf(resource.object) ?? '')) continue
    const next = before + name + after
    setMember(metadata, 'name', scalar(next, at))
    renamed.set(`${kindOf(resource.object)}/${name}`, next)
    resource.names.push(next)
  }
  for (const { object } of resources) renameReferences(object, renamed)
}

/** Fields that hold a name, by the map they stand in. */
const REFERENCES: readonly [inside: string, field: string, kind: string][] = [
  ['configMapKeyRef', 'name', 'ConfigMap'],
  ['configMapRef', 'name', 'ConfigMap'],
  ['configMap', 'name', 'ConfigMap'],
  ['secretKeyRef', 'name', 'Secret'],
  ['secretRef', 'name', 'Secret'],
  ['secret', 'secretName', 'Secret'],
  ['secret', 'name', 'Secret'],
  ['service', 'name', 'Service'],
  ['backend', 'serviceName', 'Service'],
  ['backendRefs', 'name', 'Service'],
]

const renameReferences = (node: Placed, renamed: ReadonlyMap<string, string>, inside = ''): void => {
  if (node.is === 'list') for (const item of node.items) renameReferences(item, renamed, inside)
  if (node.is !== 'map') return
  for (const entry of node.entries) {
    const reference = REFERENCES.find(([place, field]) => place === inside && field === entry.key)
    const next = reference && renamed.get(`${reference[2]}/${asText(entry.value)}`)
    if (next !== undefined) entry.value = scalar(next, entry.value.at)
    else renameReferences(entry.value, renamed, entry.key)
  }
}

const WORKLOADS = /^(?:Deployment|ReplicaSet|DaemonSet|StatefulSet|Job|CronJob|ReplicationController)$/

const templatePath = (kind: string): string[] => (kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'])

const setLabels = (resources: readonly Resource[], self: Placed, steps: Budget): void => {
  const common = member(self, 'commonLabels')
  const sets = listItems(member(self, 'labels')).map(item => ({
    pairs: member(item, 'pairs'),
    selectors: asText(member(item, 'includeSelectors')) === 'true',
    templates: asText(member(item, 'includeTemplates')) === 'true',
  }))
  for (const { object } of resources) {
    for (const { pairs, selectors, templates } of [...sets, { pairs: common, selectors: true, templates: true }])
      addLabels(object, pairs, selectors, templates, steps)
    addPairs(object, ['metadata', 'annotations'], member(self, 'commonAnnotations'), steps)
    if (WORKLOADS.test(kindOf(object) ?? ''))
      addPairs(object, [...templatePath(kindOf(object)!), 'metadata', 'annotations'], member(self, 'commonAnnotations'), steps)
  }
}

const addLabels = (object: PlacedMap, pairs: Placed | undefined, selectors: boolean, templates: boolean, steps: Budget): void => {
  const kind = kindOf(object) ?? ''
  addPairs(object, ['metadata', 'labels'], pairs, steps)
  if (WORKLOADS.test(kind) && (templates || selectors)) addPairs(object, [...templatePath(kind), 'metadata', 'labels'], pairs, steps)
  if (!selectors) return
  if (kind === 'Service' && member(object, 'spec', 'selector')) addPairs(object, ['spec', 'selector'], pairs, steps)
  if (WORKLOADS.test(kind) && !/Job$/.test(kind)) addPairs(object, ['spec', 'selector', 'matchLabels'], pairs, steps)
}

const addPairs = (object: PlacedMap, path: readonly string[], pairs: Placed | undefined, steps: Budget): void => {
  const entries = mapEntries(pairs)
  const map = entries.length > 0 ? ensureMap(object, path, pairs!.at) : undefined
  for (const { key, value, at } of entries)
    if (map && value.is === 'scalar' && steps.take(map.entries.length)) setMember(map, key, { ...value }, at)
}

const setImages = (resources: readonly Resource[], images: Placed | undefined): void => {
  const byName = new Map(listItems(images).map(image => [asText(member(image, 'name')) ?? '', image]))
  if (byName.size > 0) for (const { object } of resources) replaceImages(object, byName)
}

/** `NAME`, `NAME:TAG` and `NAME@DIGEST` of any container, wherever it stands. */
const replaceImages = (node: Placed, images: ReadonlyMap<string, Placed>): void => {
  if (node.is === 'list') for (const item of node.items) replaceImages(item, images)
  if (node.is !== 'map') return
  for (const entry of node.entries) {
    const text = entry.key === 'image' ? asText(entry.value) : undefined
    if (text === undefined) replaceImages(entry.value, images)
    else {
      const value = replacedImage(text, images)
      if (value) Object.assign(entry, { value, at: value.at })
    }
  }
}

const replacedImage = (text: string, images: ReadonlyMap<string, Placed>): Placed | undefined => {
  const name = text.split('@')[0]!.replace(/:[^/:]*$/, '')
  const image = images.get(name)
  if (!image) return undefined
  const [tag, digest] = [asText(member(image, 'newTag')), asText(member(image, 'digest'))]
  const rest = digest ? `@${digest}` : tag ? `:${tag}` : text.slice(name.length)
  return scalar((asText(member(image, 'newName')) ?? name) + rest, image.at)
}

const setReplicas = (resources: readonly Resource[], replicas: Placed | undefined): void => {
  for (const item of listItems(replicas)) {
    const name = asText(member(item, 'name'))
    const count = member(item, 'count')
    if (!name || count?.is !== 'scalar') continue
    for (const { object, names } of resources) {
      const spec =
        names.includes(name) &&
        /^(?:Deployment|ReplicaSet|StatefulSet|ReplicationController)$/.test(kindOf(object) ?? '') &&
        ensureMap(object, ['spec'], item.at)
      if (spec) setMember(spec, 'replicas', { ...count })
    }
  }
}
