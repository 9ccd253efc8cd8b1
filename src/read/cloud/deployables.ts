import { table } from '../../base/table.ts'
import type { ContainerFact, DeployableFact, EnvFact, PortFact } from '../../model/manifest.ts'
import { text, type Value } from '../../model/value.ts'
import { at, type DataNode, entriesOf, textOf } from '../syntax/node.ts'
import { aliasesOf, nameOf } from './naming.ts'
import { below, firstOf, flat, spotOf, type Thing, type Things } from './things.ts'

/** Functions, services and jobs with what they run. `also`: further names of a thing, such as the load balancer that stands for it alone. */
export const deployablesOf = (things: Things, also: ReadonlyMap<Thing, string[]>): DeployableFact[] => {
  const taken = new Set<Thing>()
  const found = things.of('function', 'service', 'job').map(thing => {
    const tasks = things.referred(things.node(thing, 'task'), 'task')
    for (const task of tasks) taken.add(task)
    const containers = thing.row.role === 'function' ? [functionContainer(thing, things)] : containersOf([thing, ...tasks], things)
    return deployable(thing, containers, things, [...(also.get(thing) ?? []), ...tasks.flatMap(task => aliasesOf(task, things))])
  })
  const alone = things.of('task').filter(task => !taken.has(task))
  return [...found, ...alone.map(task => deployable(task, containersOf([task], things), things, []))]
}

const KINDS: Record<string, string> = table({ function: 'cloud/function', service: 'cloud/service', job: 'cloud/job', task: 'cloud/job' })

const deployable = (thing: Thing, containers: readonly ContainerFact[], things: Things, names: readonly string[]): DeployableFact => {
  const name = nameOf(thing, things)
  const replicas = Number(things.text(thing, 'replicas') ?? Number.NaN)
  const dapr = things.text(thing, 'dapr')
  const all = [...aliasesOf(thing, things), ...names, ...(dapr ? [dapr] : []), ...wordsOf(things.nodes(thing, 'aliases'), things)]
  return {
    says: 'deployable',
    kind: KINDS[thing.row.role] ?? 'cloud/service',
    name,
    aliases: [...new Set(all)].filter(alias => alias !== name),
    state: 'deployed',
    labels: {},
    annotations: {},
    containers: containers.length > 0 ? [...containers] : [bare(name, thing)],
    ...(Number.isInteger(replicas) ? { replicas } : {}),
    dependsOn: [],
    spot: thing.spot,
  }
}

const bare = (name: string, thing: Thing): ContainerFact => ({ name, env: [], envFrom: [], ports: [], mounts: [], spot: thing.spot })

/** Something managed that runs without an image: a gateway, a workflow. */
export const managed = (
  kind: 'cloud/gateway' | 'cloud/workflow',
  name: string,
  aliases: readonly string[],
  thing: Thing,
): DeployableFact => ({
  says: 'deployable',
  kind,
  name,
  aliases: [...new Set(aliases)].filter(alias => alias !== name),
  state: 'deployed',
  labels: {},
  annotations: {},
  containers: [bare(name, thing)],
  dependsOn: [],
  spot: thing.spot,
})

// functions

const functionContainer = (thing: Thing, things: Things): ContainerFact => {
  const handler = things.text(thing, 'handler')
  const image = imageOf(things.node(thing, 'image'), things)
  const source = sourceOf(things.node(thing, 'source'), things, 0)
  const start = startOf(handler, source?.file)
  return {
    ...bare(nameOf(thing, things), thing),
    ...(image ? { image } : {}),
    ...(image === undefined && source ? { build: { context: source.folder, args: {} } } : {}),
    ...(start.length > 0 ? { command: start } : {}),
    env: things.nodes(thing, 'env').flatMap(node => environment(node, things)),
  }
}

const CODE_FILE = /\.(py|[cm]?[jt]s|rb|go)$/
const ARCHIVE = /\.(zip|jar|tgz|tar\.gz|war)$/

/** The folder, and the file in it where one is named, that a function is made of: a path, or an archive of the document. */
const sourceOf = (node: DataNode | undefined, things: Things, depth: number): { folder: string; file?: string } | undefined => {
  if (!node || depth > 4) return undefined
  const [first] = flat(node)
  if (first?.is === 'map') return sourceOf(first.entries.find(e => /^(path|source|source_dir)$/i.test(e.key))?.value, things, depth + 1)
  const [archive] = things.referred(first, 'archive')
  if (archive) return sourceOf(things.node(archive, 'path'), things, depth + 1)
  const path = first && things.known(first)
  if (path === undefined || path === '' || /^[a-z][a-z0-9+]*:|^\//i.test(path) || ARCHIVE.test(path)) return undefined
  if (!CODE_FILE.test(path)) return { folder: path.replace(/\/+$/, '') || '.' }
  const cut = path.lastIndexOf('/')
  return { folder: cut < 0 ? '.' : path.slice(0, cut), file: path.slice(cut + 1) }
}

/** `src/orders.handler` starts `src/orders`; names of classes and programs stand for themselves. */
const startOf = (handler: string | undefined, file: string | undefined): string[] => {
  if (handler === undefined || handler === '') return file === undefined ? [] : [file]
  const script = /^([\w@./-]+)\.([A-Za-z_$][\w$]*)$/.exec(handler)
  if (!script || handler.includes('::')) return [handler]
  return [`${script[1]!}:${script[2]!}`]
}

// containers

const containersOf = (from: readonly Thing[], things: Things): ContainerFact[] => {
  const all = from.flatMap(thing => things.nodes(thing, 'containers').flatMap(flat).flatMap(unfolded))
  const thing = from[0]!
  const containers = all.map(({ node, key }, i) => container(node, key ?? `${nameOf(thing, things)}${i === 0 ? '' : `-${i}`}`, things))
  if (containers.length > 0) return containers
  const image = imageOf(things.node(thing, 'image'), things)
  const env = things.nodes(thing, 'env').flatMap(node => environment(node, things))
  if (!image && env.length === 0) return []
  return [{ ...bare(nameOf(thing, things), thing), ...(image ? { image } : {}), env, ports: portsOf(things.nodes(thing, 'ports'), things) }]
}

/** A container, or a map of containers by name. */
const unfolded = (node: DataNode): { node: DataNode; key?: string }[] => {
  if (node.is !== 'map') return []
  const runs = (one: DataNode): boolean => below(one, 'image').length + below(one, 'build').length > 0
  if (runs(node)) return [{ node }]
  return node.entries.flatMap(({ key, value }) => (runs(value) ? [{ node: value, key }] : []))
}

const container = (node: DataNode, name: string, things: Things): ContainerFact => {
  const [args, command, entryPoint] = ['args', 'command', 'entry_point entrypoint'].map(path => wordsOf(firstOf(node, path), things))
  const hasArgs = (args ?? []).length > 0
  const entry = hasArgs ? command! : entryPoint!
  const rest = hasArgs ? args! : command!
  const own = firstOf(node, 'name')[0]
  const image = imageOf(firstOf(node, 'image')[0], things)
  const source = sourceOf(firstOf(node, 'build')[0], things, 0)
  return {
    name: (own && things.known(own)) || name,
    ...(image ? { image } : {}),
    ...(image === undefined && source ? { build: { context: source.folder, args: argumentsOf(node, things) } } : {}),
    ...(entry.length > 0 ? { entrypoint: entry } : {}),
    ...(rest.length > 0 ? { command: rest } : {}),
    env: [
      ...firstOf(node, 'environment env environment_variables').flatMap(env => environment(env, things)),
      ...firstOf(node, 'secrets').flatMap(env => environment(env, things)),
    ],
    envFrom: [],
    ports: portsOf(firstOf(node, 'port_mappings.container_port ports.container_port ports.port port'), things),
    mounts: [],
    spot: spotOf(node),
  }
}

const argumentsOf = (node: DataNode, things: Things): Record<string, Value> =>
  Object.fromEntries(
    firstOf(node, 'build_args')
      .flatMap(entriesOf)
      .map(({ key, value }) => [key, toldValue(value, things)]),
  )

const wordsOf = (nodes: readonly DataNode[], things: Things): string[] =>
  nodes.flatMap(flat).flatMap(node => {
    const word = things.known(node)
    return word === undefined ? [] : [word]
  })

const portsOf = (nodes: readonly DataNode[], things: Things): PortFact[] =>
  nodes.flatMap(flat).flatMap(node => {
    const port = Number(things.known(node) ?? Number.NaN)
    return Number.isInteger(port) && port > 0 && port < 65_536 ? [{ target: port, spot: spotOf(node) }] : []
  })

/** The name of a repository of the document stands for what is built into it. */
const imageOf = (node: DataNode | undefined, things: Things): Value | undefined => things.value(node)

// environment

/** A map of variables, a list of `{name, value}`, or of `NAME=value`. */
const environment = (node: DataNode, things: Things): EnvFact[] => {
  if (node.is === 'list') return node.items.flatMap(item => environment(item, things))
  if (node.is === 'scalar') return assigned(node)
  const name = at(node, 'name') ?? at(node, 'Name')
  if (name?.is === 'scalar' && node.entries.every(e => PAIR.test(e.key))) return named(textOf(name), node, things)
  return entriesOf(node).map(({ key, value, line }) => ({ name: key, value: toldValue(value, things), spot: { line } }))
}

const PAIR = /^(name|value|value_?from|secret|secret_?name|value_?source)$/i

const assigned = (node: DataNode): EnvFact[] => {
  const pair = /^([^=]+)=([\s\S]*)$/.exec(textOf(node) ?? '')
  return pair ? [{ name: pair[1]!, value: text(pair[2]!), spot: spotOf(node) }] : []
}

const named = (name: string | undefined, node: DataNode, things: Things): EnvFact[] => {
  if (!name) return []
  const [plain] = firstOf(node, 'value')
  if (plain) return [{ name, value: toldValue(plain, things), spot: spotOf(node) }]
  const [from] = firstOf(node, 'value_from value_source secret_name secret')
  return [{ name, value: stored(from, things), spot: spotOf(node) }]
}

const toldValue = (node: DataNode, things: Things): Value => things.value(node) ?? { is: 'unknown', why: 'it is no text' }

/** A value that is kept elsewhere: a parameter of the document, or one that another document may have. */
const stored = (node: DataNode | undefined, things: Things): Value => {
  const [kept] = things.referred(node, 'parameter')
  const value = kept && things.value(things.node(kept, 'value'))
  if (value) return value
  const name = node && things.known(node)?.replace(/^arn:[\w-]+:(ssm|secretsmanager):[^:]*:[^:]*:(parameter|secret:)/, '')
  return name ? { is: 'config', key: 'value', owner: `parameter/${name}` } : { is: 'unknown', why: 'it is kept as a secret' }
}
