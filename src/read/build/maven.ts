import type { ArtifactFact, ModuleFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { childAt, childrenOf, childText, descendants, parseXml, type XmlElement } from '../syntax/xml.ts'

/** pom.xml: coordinates, dependencies, modules, what makes it run and what it generates. */
export const maven: Reader = {
  name: 'build/maven',
  version: 2,
  wants: path => /(^|\/)pom\.xml$/.test(path),
  read: ({ content }) => {
    const { root, problems } = parseXml(content)
    if (root?.name !== 'project') return { problems }
    return { manifest: [moduleOf(root), ...artifactsOf(root)], problems }
  },
}

type Resolve = (text: string | undefined) => string | undefined

const moduleOf = (project: XmlElement): ModuleFact => {
  const resolve = resolver(project)
  const group = resolve(childText(project, 'groupId') ?? childText(project, 'parent', 'groupId'))
  const artifact = resolve(childText(project, 'artifactId'))
  const version = resolve(childText(project, 'version') ?? childText(project, 'parent', 'version'))
  const plugins = descendants(project).filter(e => e.name === 'plugin')
  const mains = mainClasses(project, plugins, resolve)
  const isRunnable = mains.length > 0 || plugins.some(plugin => RUNNERS.has(childText(plugin, 'artifactId') ?? ''))
  return {
    says: 'module',
    system: 'maven',
    names: artifact ? [artifact, ...(group ? [`${group}:${artifact}`] : [])] : [],
    ...(version ? { version } : {}),
    dependencies: [...parentOf(project, resolve), ...dependenciesOf(project, resolve)],
    entryPoints: mains,
    generates: plugins.flatMap(plugin => generatedBy(plugin, resolve)),
    modules: descendants(project)
      .filter(e => e.name === 'module' && e.children.length === 0 && e.text !== '')
      .map(e => resolve(e.text) ?? e.text),
    ...(isRunnable ? { runnable: true } : {}),
    spot: { line: project.line },
  }
}

const RUNNERS = new Set([
  'spring-boot-maven-plugin',
  'jib-maven-plugin',
  'quarkus-maven-plugin',
  'micronaut-maven-plugin',
  'appassembler-maven-plugin',
  'thorntail-maven-plugin',
  'payara-micro-maven-plugin',
])

const MAX_STEPS = 20

/** Resolves `${name}` by the file's own properties and coordinates; what is defined elsewhere stays as written. */
const resolver = (project: XmlElement): Resolve => {
  const profiles = childrenOf(childAt(project, 'profiles'), 'profile')
  const values = new Map([...profiles, project].flatMap(o => childAt(o, 'properties')?.children ?? []).map(e => [e.name, e.text]))
  for (const name of ['groupId', 'artifactId', 'version']) {
    const own = childText(project, name) ?? childText(project, 'parent', name)
    if (own !== undefined) for (const prefix of ['project.', 'pom.', '']) values.set(prefix + name, own)
  }
  for (const name of ['project.basedir', 'basedir']) values.set(name, '.')
  return source => {
    let text = source
    for (let step = 0; text?.includes('${') && step < MAX_STEPS && text.length < 2000; step++) {
      const next: string = text.replace(/\$\{([^${}]+)\}/g, (whole, name: string) => values.get(name) ?? whole)
      if (next === text) break
      text = next
    }
    return text
  }
}

type Dependency = ModuleFact['dependencies'][number]

const dependenciesOf = (project: XmlElement, resolve: Resolve): Dependency[] => {
  const profiles = childrenOf(childAt(project, 'profiles'), 'profile')
  return [project, ...profiles]
    .flatMap(owner => childrenOf(childAt(owner, 'dependencies'), 'dependency'))
    .flatMap(node => {
      const group = resolve(childText(node, 'groupId'))
      const artifact = resolve(childText(node, 'artifactId'))
      if (!artifact) return []
      const version = resolve(childText(node, 'version'))
      const scope = childText(node, 'scope') === 'test' ? 'test' : 'runtime'
      return [
        {
          name: group ? `${group}:${artifact}` : artifact,
          ...(version ? { version } : {}),
          scope,
          spot: { line: node.line },
        } satisfies Dependency,
      ]
    })
}

/** The parent brings dependencies and plugins; without a relative path it is the pom one folder up. */
const parentOf = (project: XmlElement, resolve: Resolve): Dependency[] => {
  const parent = childAt(project, 'parent')
  const artifact = resolve(childText(parent, 'artifactId'))
  if (!parent || !artifact) return []
  const relative = childAt(parent, 'relativePath')
  const path = relative === undefined ? '../pom.xml' : relative.text
  const version = resolve(childText(parent, 'version'))
  const name = `${resolve(childText(parent, 'groupId')) ?? ''}:${artifact}`
  return [{ name, ...(version ? { version } : {}), scope: 'runtime', ...(path ? { path } : {}), spot: { line: parent.line } }]
}

/** Images that a plugin of the build makes of this module. */
const artifactsOf = (project: XmlElement): ArtifactFact[] => {
  const resolve = resolver(project)
  const plugins = descendants(project).filter(e => e.name === 'plugin' && /docker|jib|dockerfile/.test(childText(e, 'artifactId') ?? ''))
  const named = plugins.flatMap(plugin => descendants(plugin)).filter(e => e.children.length === 0 && isImageName(e, project))
  const images = new Map(named.map(e => [resolve(e.text) ?? '', e.line]))
  return [...images]
    .filter(([image]) => /^[\w./:@-]+$/.test(image))
    .map(([image, line]) => ({ says: 'artifact', image, context: '.', spot: { line } }))
}

/** `<imageName>` and `<repository>` of the older plugins, `<image><name>` and `<to><image>` of the newer ones. */
const isImageName = (e: XmlElement, project: XmlElement): boolean => {
  if (e.name === 'imageName' || e.name === 'repository') return true
  if (e.name !== 'name' && e.name !== 'image') return false
  return descendants(project).some(p => p.name === (e.name === 'name' ? 'image' : 'to') && p.children.includes(e))
}

const mainClasses = (project: XmlElement, plugins: readonly XmlElement[], resolve: Resolve): string[] => {
  const named = [...plugins.flatMap(descendants), ...(childAt(project, 'properties')?.children ?? [])]
  const found = named
    .filter(e => ['mainClass', 'start-class', 'main.class', 'exec.mainClass'].includes(e.name))
    .map(e => resolve(e.text) ?? e.text)
  return [...new Set(found.filter(name => /^[\w.$]+$/.test(name)))]
}

/** Contract files that a plugin makes code from, relative to the pom. */
const generatedBy = (plugin: XmlElement, resolve: Resolve): ModuleFact['generates'] => {
  const name = childText(plugin, 'artifactId') ?? ''
  const inside = descendants(plugin)
  const texts = (...names: string[]): XmlElement[] => inside.filter(e => names.includes(e.name) && e.text !== '')
  if (/protobuf|protoc/.test(name)) {
    const given = texts('protoSourceRoot', 'sourceDirectory', 'inputDirectory', 'directory')
    if (given.length === 0) return [{ from: 'src/main/proto/**/*.proto', role: 'both', spot: { line: plugin.line } }]
    return given.map(e => ({ from: `${relative(resolve(e.text) ?? e.text)}/**/*.proto`, role: 'both', spot: { line: e.line } }))
  }
  if (!/openapi|swagger|asyncapi|graphql|avro|jsonschema|thrift/.test(name)) return []
  return texts('inputSpec', 'schemaPath', 'sourceDirectory', 'sourcePath').map(e => ({
    from: relative(resolve(e.text) ?? e.text),
    spot: { line: e.line },
  }))
}

const relative = (path: string): string => path.replace(/^\.\//, '').replace(/\/$/, '')
