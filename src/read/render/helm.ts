import { globToRegExp } from '../../base/glob.ts'
import { by, byText } from '../../base/names.ts'
import { basename, dirname, join } from '../../base/path.ts'
import type { Rendered, Renderer, RenderUnit, VirtualDocument } from '../reader.ts'
import { type Functions, type Limits, Rendering } from '../syntax/gotemplate/evaluate.ts'
import { PLACEHOLDER } from '../syntax/gotemplate/functions/outside.ts'
import { functions } from '../syntax/gotemplate/functions.ts'
import { TemplateError } from '../syntax/gotemplate/lexer.ts'
import { parseTemplate, type Template } from '../syntax/gotemplate/parser.ts'
import { deepCopy, fromData, type GoMap, type GoValue, isMap, isTrue, text } from '../syntax/gotemplate/values.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** What one file may cost, and all of a chart's. */
const FILE_STEPS = 300_000
const CHART_STEPS = 3_000_000
const FILE_CHARACTERS = 3_000_000
const CHART_CHARACTERS = 20_000_000
const MAX_CHARTS = 300
const MAX_DEPTH = 8
const MAX_TEMPLATES = 2000
const MAX_PROBLEMS = 50

/**
 * Helm charts with their own values, as `helm template` renders them under the chart's name. Charts that lie in `charts/` or beside them
 * (`file://`) come with them; nothing is fetched. What cannot be rendered costs only its file.
 */
export const helm: Renderer = {
  name: 'render/helm',
  version: 2,
  units: paths =>
    paths
      .filter(path => basename(path) === 'Chart.yaml')
      .map(dirname)
      .filter((root, _n, roots) => !roots.some(other => other !== root && root.startsWith(other === '' ? 'charts/' : `${other}/charts/`)))
      .sort(byText)
      .map(root => ({ root, kind: 'helm' }) satisfies RenderUnit),
  render: (unit, files, list) => {
    const build: Build = { files, list, problems: [], bases: new Set(), charts: 0 }
    const chart = loadChart(unit.root, 0, build)
    if (!chart || chart.isLibrary) return { documents: [], bases: [], problems: build.problems }
    const values = coalesced(chart, new Map())
    const enabled = withoutDisabled(chart, values, build)
    const documents = renderChart(enabled, coalesced(enabled, new Map()), build)
    return { documents, bases: [...build.bases].sort(byText), problems: build.problems }
  },
}

interface Build {
  files: (path: string) => string | undefined
  list: (folder: string) => readonly string[]
  problems: Rendered['problems']
  bases: Set<string>
  charts: number
}

const problem = (build: Build, code: string, message: string, file: string, line = 1, severity: 'error' | 'warning' = 'warning'): void => {
  if (build.problems.length < MAX_PROBLEMS) build.problems.push({ code: `helm/${code}`, message, severity, file, line })
}

// charts

interface Dependency {
  name: string
  alias?: string
  /** Paths of values, separated by commas: the first that is set decides. */
  condition: string
  tags: string[]
  repository: string
  file: string
  line: number
}

interface Chart {
  /** The name its values stand under: the alias, where it has one. */
  name: string
  root: string
  meta: GoMap
  values: GoMap
  isLibrary: boolean
  charts: { chart: Chart; dependency?: Dependency }[]
  /** Dependencies that are not in the tree. */
  missing: Dependency[]
}

const loadChart = (root: string, depth: number, build: Build): Chart | undefined => {
  const file = join(root, 'Chart.yaml')!
  const content = build.files(file)
  if (content === undefined || depth > MAX_DEPTH || ++build.charts > MAX_CHARTS) return undefined
  const about = yamlOf(file, content, build)
  const meta = fromData(about)
  if (!isMap(meta) || !isTrue(meta.get('name'))) {
    problem(build, 'no-name', 'a chart without a name, not rendered', file)
    return undefined
  }
  build.bases.add(root)
  const valuesFile = join(root, 'values.yaml')!
  const given = build.files(valuesFile)
  const values = given === undefined ? undefined : fromData(yamlOf(valuesFile, given, build))
  const chart: Chart = {
    name: text(meta.get('name')),
    root,
    meta,
    values: isMap(values) ? values : new Map(),
    isLibrary: meta.get('type') === 'library',
    charts: [],
    missing: [],
  }
  addDependencies(chart, dependenciesOf(chart, file, about, build), depth, build)
  return chart
}

const yamlOf = (file: string, content: string, build: Build): DataNode | undefined => {
  const { documents, problems } = parseYaml(content, 'data')
  const error = problems.find(p => p.severity === 'error') ?? (documents.length === 0 ? problems[0] : undefined)
  if (error) problem(build, 'yaml', `${error.message}; the chart is rendered without it`, file, error.line ?? 1)
  return documents[0]
}

const dependenciesOf = (chart: Chart, file: string, about: DataNode | undefined, build: Build): Dependency[] => {
  const old = join(chart.root, 'requirements.yaml')!
  const content = at(about, 'dependencies') ? undefined : build.files(old)
  const source = content === undefined ? about : yamlOf(old, content, build)
  return itemsOf(at(source, 'dependencies')).flatMap(node => {
    const name = textOf(at(node, 'name'))
    if (name === undefined) return []
    const alias = textOf(at(node, 'alias'))
    return [
      {
        name,
        ...(alias ? { alias } : {}),
        condition: textOf(at(node, 'condition')) ?? '',
        tags: itemsOf(at(node, 'tags')).flatMap(tag => textOf(tag) ?? []),
        repository: textOf(at(node, 'repository')) ?? '',
        file: content === undefined ? file : old,
        line: node.line,
      },
    ]
  })
}

/** Charts in `charts/`, each as often as dependencies name it, then those that lie elsewhere in the tree. */
const addDependencies = (chart: Chart, dependencies: readonly Dependency[], depth: number, build: Build): void => {
  const folder = join(chart.root, 'charts')!
  const start = folder.length + 1
  const roots = build
    .list(folder)
    .filter(path => /^[^/]+\/Chart\.yaml$/.test(path.slice(start)))
    .map(dirname)
  const inside = roots.flatMap(root => loadChart(root, depth + 1, build) ?? [])
  for (const dependency of dependencies) {
    const path = /^file:\/\/(.*)$/.exec(dependency.repository)?.[1]
    const elsewhere = path === undefined ? undefined : join(chart.root, path)
    const found =
      inside.find(c => text(c.meta.get('name')) === dependency.name) ??
      (elsewhere === undefined ? undefined : loadChart(elsewhere, depth + 1, build))
    if (found) chart.charts.push({ chart: { ...found, name: dependency.alias ?? dependency.name }, dependency })
    else chart.missing.push(dependency)
  }
  for (const found of inside) if (!dependencies.some(d => d.name === text(found.meta.get('name')))) chart.charts.push({ chart: found })
}

// values

/** Values over defaults: maps are merged, nothing takes a default away. Neither side is changed. */
const over = (defaults: GoMap, given: GoMap, depth = 0): GoMap => {
  const out: GoMap = new Map()
  if (depth > 60) return out
  for (const [key, value] of defaults) if (!given.has(key)) out.set(key, deepCopy(value))
  for (const [key, value] of given) {
    const own = defaults.get(key)
    if (isMap(own) && isMap(value)) out.set(key, over(own, value, depth + 1))
    else if (value !== undefined || !defaults.has(key)) out.set(key, deepCopy(value))
  }
  return out
}

/** A chart's values with those of its charts under their names; `global` reaches all of them. */
const coalesced = (chart: Chart, given: GoMap): GoMap => {
  const values = over(chart.values, given)
  const global = values.get('global')
  for (const { chart: inner } of chart.charts) {
    const own = values.get(inner.name)
    const passed = isMap(own) ? over(new Map(), own) : new Map<string, GoValue>()
    if (isMap(global)) {
      const its = passed.get('global')
      passed.set('global', over(isMap(its) ? its : new Map(), global))
    }
    values.set(inner.name, coalesced(inner, passed))
  }
  return values
}

const lookedUp = (values: GoMap, path: string): GoValue => {
  let here: GoValue = values
  for (const key of path.trim().split('.')) here = isMap(here) ? here.get(key) : undefined
  return here
}

/** A dependency's condition decides, then its tags; without either it is on. */
const isEnabled = (dependency: Dependency, values: GoMap): boolean => {
  for (const path of dependency.condition.split(',')) {
    const value = path.trim() === '' ? undefined : lookedUp(values, path)
    if (typeof value === 'boolean') return value
  }
  const tags = dependency.tags.map(tag => lookedUp(values, `tags.${tag}`)).filter(v => typeof v === 'boolean')
  return tags.length === 0 || tags.includes(true)
}

const withoutDisabled = (chart: Chart, values: GoMap, build: Build): Chart => {
  for (const dependency of chart.missing)
    if (isEnabled(dependency, values))
      problem(
        build,
        'missing-dependency',
        `the chart ${dependency.name} (${dependency.repository || 'no repository'}) is not in the tree and is not fetched; what it deploys is missing`,
        dependency.file,
        dependency.line,
      )
  const charts = chart.charts
    .filter(({ dependency }) => !dependency || isEnabled(dependency, values))
    .map(({ chart: inner, ...rest }) => {
      const own = values.get(inner.name)
      return { ...rest, chart: withoutDisabled(inner, isMap(own) ? own : new Map(), build) }
    })
  return { ...chart, charts }
}

// rendering

/** A chart at its place in the release: `office/charts/billing`. */
interface Placed {
  chart: Chart
  path: string
  values: GoMap
}

const placedCharts = (chart: Chart, path: string, values: GoMap): Placed[] => [
  { chart, path, values },
  ...chart.charts.flatMap(({ chart: inner }) => {
    const own = values.get(inner.name)
    return placedCharts(inner, `${path}/charts/${inner.name}`, isMap(own) ? own : new Map())
  }),
]

interface Source {
  /** As templates know it: `office/templates/deployment.yaml`. */
  name: string
  file: string
  of: Placed
  template: Template
}

const renderChart = (chart: Chart, values: GoMap, build: Build): VirtualDocument[] => {
  const templates = new Map<string, Template>()
  const sources = placedCharts(chart, chart.name, values).flatMap(of => sourcesOf(of, templates, build))
  const left = { steps: CHART_STEPS, characters: CHART_CHARACTERS }
  const limits: Limits = { steps: 0, characters: 0 }
  const documents: VirtualDocument[] = []
  const rendering: Rendering = new Rendering(
    functionsFor(() => current, build),
    templates,
    limits,
  )
  let current: Source | undefined
  const contexts = new Map<Placed, GoMap>()
  for (const source of sources.filter(isRendered).sort(byTurn)) {
    current = source
    const context = contexts.get(source.of) ?? contextOf(source.of, chart.name, build)
    contexts.set(source.of, context.set('Template', templateOf(source)))
    const given = { steps: Math.min(FILE_STEPS, left.steps), characters: Math.min(FILE_CHARACTERS, left.characters) }
    Object.assign(limits, given)
    try {
      rendering.reset()
      const { content, origin } = rendering.render(source.template, context)
      const lines = content.trimEnd().split('\n')
      if (content.trim() !== '')
        documents.push({ path: source.file, content: `${lines.join('\n')}\n`, origin: origin.slice(0, lines.length) })
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      problem(build, 'not-rendered', `${error.message}; what this file deploys is missing`, source.file, error.line || 1)
    }
    left.steps -= given.steps - limits.steps
    left.characters -= given.characters - limits.characters
  }
  return documents.sort(by(d => d.path))
}

/** Deepest first, then the last by name: a template may set values that those after it read, as all of a chart share one context. */
const byTurn = (a: Source, b: Source): number => depthOf(b.name) - depthOf(a.name) || byText(b.name, a.name)
const depthOf = (name: string): number => name.split('/').length

const isRendered = ({ file, of }: Source): boolean =>
  !of.chart.isLibrary &&
  !basename(file).startsWith('_') &&
  basename(file) !== 'NOTES.txt' &&
  !file.slice(of.chart.root.length).includes('/templates/tests/')

/** A chart's templates, parsed; what they define goes into `templates`, where the outer chart's definition wins. */
const sourcesOf = (of: Placed, templates: Map<string, Template>, build: Build): Source[] => {
  const folder = join(of.chart.root, 'templates')!
  const paths = [...build.list(folder)].sort(byText)
  return paths.slice(0, MAX_TEMPLATES).flatMap(file => {
    const content = build.files(file)
    if (content === undefined) return []
    try {
      const { main, defines } = parseTemplate(content, file)
      const named = `${of.path}/${file.slice(of.chart.root === '' ? 0 : of.chart.root.length + 1)}`
      for (const [key, template] of defines) if (!templates.has(key) || isOwn(templates.get(key)!, of)) templates.set(key, template)
      templates.set(named, main)
      return [{ name: named, file, of, template: main }]
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      problem(build, 'template', `${error.message}; what this file deploys or defines is missing`, file, error.line || 1)
      return []
    }
  })
}

/** Charts come outermost first: a later definition wins only inside one chart. */
const isOwn = (template: Template, of: Placed): boolean =>
  template.file.startsWith(of.chart.root === '' ? 'templates/' : `${of.chart.root}/templates/`)

const functionsFor = (current: () => Source | undefined, build: Build): Functions => {
  const parsed = new Map<string, Template>()
  return {
    ...functions,
    include: ([name, dot], rendering) => rendering.include(text(name), dot),
    tpl: ([source, dot], rendering) => {
      const content = text(source)
      rendering.step(1 + content.length / 100)
      if (!content.includes('{{')) return content
      let template = parsed.get(content)
      if (!template) {
        const { main, defines } = parseTemplate(content, current()?.file ?? '')
        for (const [key, define] of defines) rendering.templates.set(key, define)
        template = main
        parsed.set(content, main)
      }
      return rendering.render(template, dot).content
    },
    required: ([message, value]) => {
      if (value !== undefined && value !== '') return value
      const source = current()
      if (source) problem(build, 'required', `needs a value that the chart does not have: ${text(message).slice(0, 200)}`, source.file)
      return PLACEHOLDER
    },
  }
}

const KUBERNETES = 'v1.31.0'

/** Groups that every cluster of that version serves. */
const GROUPS =
  /^(v1|(apps|batch|policy|storage\.k8s\.io|networking\.k8s\.io|rbac\.authorization\.k8s\.io|coordination\.k8s\.io|scheduling\.k8s\.io|apiextensions\.k8s\.io|admissionregistration\.k8s\.io|certificates\.k8s\.io|node\.k8s\.io|discovery\.k8s\.io|authentication\.k8s\.io|authorization\.k8s\.io|events\.k8s\.io)\/v1|autoscaling\/v[12])(\/|$)/

const templateOf = ({ name, of }: Source): GoMap =>
  new Map<string, GoValue>([
    ['Name', name],
    ['BasePath', `${of.path}/templates`],
  ])

const contextOf = (of: Placed, release: string, build: Build): GoMap =>
  new Map<string, GoValue>([
    ['Values', of.values],
    ['Chart', new Map([...of.chart.meta].map(([key, value]) => [capital(key), key === 'name' ? of.chart.name : value]))],
    [
      'Release',
      new Map<string, GoValue>([
        ['Name', release],
        ['Namespace', 'default'],
        ['Service', 'Helm'],
        ['IsInstall', true],
        ['IsUpgrade', false],
        ['Revision', 1n],
      ]),
    ],
    ['Capabilities', capabilities()],
    ['Files', filesOf(of.chart, build)],
    ['Subcharts', new Map()],
  ])

const capital = (key: string): string => (key === 'apiVersion' ? 'APIVersion' : key.slice(0, 1).toUpperCase() + key.slice(1))

const capabilities = (): GoMap =>
  new Map<string, GoValue>([
    [
      'KubeVersion',
      new Map([
        ['Version', KUBERNETES],
        ['GitVersion', KUBERNETES],
        ['Major', '1'],
        ['Minor', '31'],
      ]),
    ],
    ['APIVersions', new Map<string, GoValue>([['Has', ([group]) => GROUPS.test(text(group))]])],
    ['HelmVersion', new Map([['Version', 'v3.16.4']])],
  ])

/** A chart's other files, by glob; `AsConfig` and `AsSecrets` are asked of what a glob gives. */
class FileMap extends Map<string, GoValue> {
  override get(key: string): GoValue {
    if (super.has(key)) return super.get(key)
    if (key === 'AsConfig') return () => this.#asMap(content => content)
    return key === 'AsSecrets' ? () => this.#asMap(content => Buffer.from(content).toString('base64')) : undefined
  }

  #asMap(change: (content: string) => string): string {
    return [...this].map(([path, content]) => `${JSON.stringify(basename(path))}: ${JSON.stringify(change(text(content)))}`).join('\n')
  }
}

const filesOf = (chart: Chart, build: Build): GoMap => {
  const inside = (path: GoValue): string | undefined => join(chart.root, text(path).slice(0, 500))
  const read = (path: GoValue): string => {
    const file = inside(path)
    const isInner = file !== undefined && (chart.root === '' || file.startsWith(`${chart.root}/`))
    return (isInner ? build.files(file) : undefined) ?? ''
  }
  return new Map<string, GoValue>([
    ['Get', ([path]) => read(path)],
    ['GetBytes', ([path]) => read(path)],
    ['Lines', ([path]) => read(path).split('\n')],
    [
      'Glob',
      ([pattern]) => {
        const test = globToRegExp(text(pattern).slice(0, 200))
        const start = chart.root === '' ? 0 : chart.root.length + 1
        const paths = build
          .list(chart.root)
          .filter(path => !/^(templates|charts)\//.test(path.slice(start)) && test.test(path.slice(start)))
        return new FileMap(paths.slice(0, 500).map(path => [path.slice(start), build.files(path) ?? '']))
      },
    ],
  ])
}
