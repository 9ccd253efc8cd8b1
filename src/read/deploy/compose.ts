import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { ContainerFact, DeployableFact, EnvFact, EnvFromFact, PortFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import type { Value } from '../../model/value.ts'
import type { Reader } from '../reader.ts'
import { interpolate, knownText, withOperator } from '../syntax/interpolate.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { words } from '../syntax/shell.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Services of Compose files, by the file's name or, under any other name, by what its services say. */
export const compose: Reader = {
  name: 'deploy/compose',
  version: 3,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^["']?services["']?[ \t]*:/m.test(content),
  pathClass: path => (isComposeName(path) ? 'compose' : 'other'),
  read: ({ path, content }) => readCompose(content, isComposeName(path)),
}

const isComposeName = (path: string): boolean => /(^|\/)[^/]*compose[^/]*\.ya?ml$/i.test(path)

const readCompose = (content: string, isNamed: boolean): FileFacts => {
  const { documents, problems } = parseYaml(content)
  const root = documents.find(document => at(document, 'services')?.is === 'map')
  if (!root || !(isNamed || looksLikeCompose(root)))
    return { problems: isNamed || problems.every(p => p.severity === 'warning') ? problems : [] }
  const configs = at(root, 'configs')
  const secrets = at(root, 'secrets')
  const manifest = entriesOf(at(root, 'services')).flatMap(entry => service(entry, { configs, secrets }, problems))
  addLinkAliases(root, manifest)
  return manifest.length > 0 ? { manifest, problems } : { problems }
}

const SERVICE_KEYS = new Set(
  `annotations attach build blkio_config command configs container_name cap_add cap_drop cgroup cgroup_parent cpu_count cpu_percent cpu_period
  cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt
  dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc
  isolation labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks oom_kill_disable
  oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets
  security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes
  volumes_from working_dir`.split(/\s+/),
)

/** Other tools have `services:` too: here every service is a map of Compose's own keys, and one says what it runs. */
const looksLikeCompose = (root: DataNode): boolean => {
  const services = entriesOf(at(root, 'services')).map(entry => entry.value)
  const isService = (node: DataNode): boolean =>
    node.is === 'map' && node.entries.every(entry => SERVICE_KEYS.has(entry.key) || entry.key.startsWith('x-'))
  return services.every(isService) && services.some(node => at(node, 'image') !== undefined || at(node, 'build') !== undefined)
}

interface Definitions {
  configs: DataNode | undefined
  secrets: DataNode | undefined
}

const spotOf = (node: DataNode): Spot => (node.endLine > node.line ? { line: node.line, endLine: node.endLine } : { line: node.line })

/** `${X}` stands for a variable of whoever deploys; its default is behind it. */
const interpolated = (source: string, spot: Spot): Value => {
  const value = interpolate(source, '$$', found => withOperator({ is: 'env', name: found.name, spot }, found))
  return value.is === 'text' ? { ...value, spot } : value
}

const known = (node: DataNode | undefined): string | undefined => {
  const source = textOf(node)
  return source === undefined || !node ? undefined : (knownText(interpolated(source, spotOf(node))) ?? source)
}

const service = (
  entry: { key: string; line: number; value: DataNode },
  definitions: Definitions,
  problems: FileProblem[],
): DeployableFact[] => {
  const node = entry.value
  if (node.is !== 'map') {
    problems.push({
      code: 'compose/service',
      message: `service ${entry.key} is not a map, left out`,
      severity: 'warning',
      line: entry.line,
    })
    return []
  }
  const replicas = Number(known(at(node, 'deploy', 'replicas')) ?? known(at(node, 'scale')) ?? Number.NaN)
  const isOptional = itemsOf(at(node, 'profiles')).length > 0 || replicas === 0
  return [
    {
      says: 'deployable',
      kind: 'compose',
      name: entry.key,
      aliases: aliasesOf(node).filter(alias => alias !== entry.key),
      state: isOptional ? 'optional' : 'deployed',
      labels: textPairs(at(node, 'labels')),
      annotations: textPairs(at(node, 'annotations')),
      containers: [container(entry.key, node, definitions)],
      ...(Number.isInteger(replicas) ? { replicas } : {}),
      dependsOn: dependenciesOf(node),
      spot: { line: entry.line, endLine: Math.max(entry.line, node.endLine) },
    },
  ]
}

const aliasesOf = (node: DataNode): string[] => {
  const networks = entriesOf(at(node, 'networks')).flatMap(network => itemsOf(at(network.value, 'aliases')).map(known))
  const all = [known(at(node, 'container_name')), known(at(node, 'hostname')), ...networks]
  return [...new Set(all.filter(alias => alias !== undefined && alias !== ''))] as string[]
}

/** `a: b` maps and `a=b` lists, for labels. */
const textPairs = (node: DataNode | undefined): Record<string, string> =>
  Object.fromEntries([
    ...entriesOf(node).map(entry => [entry.key, known(entry.value) ?? '']),
    ...itemsOf(node).flatMap(item => {
      const source = known(item)
      if (source === undefined) return []
      const equals = source.indexOf('=')
      return [equals < 0 ? [source, ''] : [source.slice(0, equals), source.slice(equals + 1)]]
    }),
  ])

const linksOf = (node: DataNode): string[] => itemsOf(at(node, 'links')).flatMap(link => known(link) ?? [])

const dependenciesOf = (node: DataNode): string[] => {
  const dependsOn = at(node, 'depends_on')
  const names = [...entriesOf(dependsOn).map(entry => entry.key), ...itemsOf(dependsOn).flatMap(item => known(item) ?? [])]
  return [...new Set([...names, ...linksOf(node).map(link => link.split(':')[0]!)])]
}

/** `links: [billing:invoices]` gives billing another name. */
const addLinkAliases = (root: DataNode, facts: readonly DeployableFact[]): void => {
  const byName = new Map(facts.map(fact => [fact.name, fact]))
  for (const { value } of entriesOf(at(root, 'services')))
    for (const link of linksOf(value)) {
      const [target = '', alias] = link.split(':')
      const fact = byName.get(target)
      if (fact && alias && alias !== fact.name && !fact.aliases.includes(alias)) fact.aliases.push(alias)
    }
}

const container = (name: string, node: DataNode, definitions: Definitions): ContainerFact => {
  const image = at(node, 'image')
  const build = buildOf(at(node, 'build'))
  const entrypoint = commandOf(at(node, 'entrypoint'))
  const command = commandOf(at(node, 'command'))
  const probes = probesOf(at(node, 'healthcheck'))
  return {
    name,
    ...(image && textOf(image) ? { image: interpolated(textOf(image)!, spotOf(image)) } : {}),
    ...(build ? { build } : {}),
    ...(entrypoint ? { entrypoint } : {}),
    ...(command ? { command } : {}),
    env: variables(at(node, 'environment')),
    envFrom: envFiles(at(node, 'env_file')),
    ports: [...itemsOf(at(node, 'ports')).flatMap(published), ...itemsOf(at(node, 'expose')).flatMap(exposed)],
    mounts: [
      ...itemsOf(at(node, 'volumes')).flatMap(bindMount),
      ...definedMounts(at(node, 'configs'), definitions.configs, '/'),
      ...definedMounts(at(node, 'secrets'), definitions.secrets, '/run/secrets/'),
    ],
    ...(probes.length > 0 ? { probes } : {}),
    ...loggingOf(at(node, 'logging')),
    spot: spotOf(node),
  }
}

/** `gelf-address`, `syslog-address`, `fluentd-address` and their like. */
const loggingOf = (node: DataNode | undefined): Pick<ContainerFact, 'logging'> => {
  const driver = known(at(node, 'driver'))
  const address = entriesOf(at(node, 'options')).find(option => /(^|-)(address|url)$/.test(option.key))
  const source = textOf(address?.value)
  if (driver === undefined || !address || source === undefined) return {}
  const spot = { line: address.line }
  return { logging: { driver, address: interpolated(source, spot), spot } }
}

const buildOf = (node: DataNode | undefined): ContainerFact['build'] | undefined => {
  if (!node) return undefined
  const context = known(node)
  if (context !== undefined) return { context, args: {} }
  if (node.is !== 'map') return undefined
  const dockerfile = known(at(node, 'dockerfile'))
  const target = known(at(node, 'target'))
  return {
    context: known(at(node, 'context')) ?? '.',
    ...(dockerfile ? { dockerfile } : {}),
    ...(target ? { target } : {}),
    args: Object.fromEntries(variables(at(node, 'args')).map(arg => [arg.name, arg.value])),
  }
}

/** A string is split as a shell would; it is not run by one. */
const commandOf = (node: DataNode | undefined): string[] | undefined => {
  if (node?.is === 'list') return node.items.map(item => known(item) ?? '')
  const line = known(node)
  return line === undefined ? undefined : words(line)
}

const variables = (node: DataNode | undefined): EnvFact[] => {
  const fromMap = entriesOf(node).map(entry => {
    const source = textOf(entry.value)
    const spot: Spot = { line: entry.line, ...(entry.value.endLine > entry.line ? { endLine: entry.value.endLine } : {}) }
    return { name: entry.key, value: source === undefined ? passedThrough(entry.key, spot) : interpolated(source, spot), spot }
  })
  const fromList = itemsOf(node).flatMap(item => {
    const source = textOf(item)
    if (!source) return []
    const equals = source.indexOf('=')
    const name = equals < 0 ? source : source.slice(0, equals)
    if (name === '') return []
    const spot = spotOf(item)
    return [{ name, value: equals < 0 ? passedThrough(name, spot) : interpolated(source.slice(equals + 1), spot), spot }]
  })
  return [...fromMap, ...fromList]
}

/** `- X`: the variable of whoever deploys. */
const passedThrough = (name: string, spot: Spot): Value => ({ is: 'env', name, spot })

const envFiles = (node: DataNode | undefined): EnvFromFact[] =>
  (node?.is === 'list' ? node.items : node ? [node] : []).flatMap(item => {
    const name = known(item) ?? known(at(item, 'path'))
    if (!name) return []
    const optional = textOf(at(item, 'required')) === 'false'
    return [{ kind: 'file', name, ...(optional ? { optional } : {}), spot: spotOf(item) } satisfies EnvFromFact]
  })

const PORT = /^(?:(?:\[[\da-fA-F:.]+\]|\d+\.[\d.]+|localhost):)?(?:(\d{0,5}(?:-\d{1,5})?):)?(\d{1,5}(?:-\d{1,5})?)(?:\/(\w+))?$/
const MAX_PORT_RANGE = 100

/** `8080:80`, `127.0.0.1:8080:80/tcp`, `8000-8002:80-82`, `80`, or the long form. */
const published = (node: DataNode): PortFact[] => {
  if (node.is === 'map') return longPort(node)
  const match = PORT.exec(known(node) ?? '')
  if (!match) return []
  const targets = portRange(match[2])
  const ports = portRange(match[1])
  const protocol = match[3] ? { protocol: match[3].toLowerCase() } : {}
  return targets.map((target, i) => {
    const port = ports[ports.length === targets.length ? i : 0]
    return { ...(port === undefined ? {} : { port }), target, ...protocol, spot: spotOf(node) }
  })
}

const longPort = (node: DataNode): PortFact[] => {
  const target = portRange(known(at(node, 'target')))[0]
  if (target === undefined) return []
  const name = textOf(at(node, 'name'))
  const port = portRange(known(at(node, 'published')))[0]
  const protocol = textOf(at(node, 'app_protocol')) ?? textOf(at(node, 'protocol'))
  return [
    { ...(name ? { name } : {}), ...(port === undefined ? {} : { port }), target, ...(protocol ? { protocol } : {}), spot: spotOf(node) },
  ]
}

const portRange = (source: string | undefined): number[] => {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(source ?? '')
  if (!match) return []
  const first = Number(match[1])
  const last = Math.min(Number(match[2] ?? first), first + MAX_PORT_RANGE)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}

const exposed = (node: DataNode): PortFact[] => {
  const [range = '', protocol] = (known(node) ?? '').split('/')
  return portRange(range).map(target => ({ target, ...(protocol ? { protocol } : {}), spot: spotOf(node) }))
}

/** Files and folders of the repository; named volumes are left out. */
const bindMount = (node: DataNode): ContainerFact['mounts'] => {
  if (node.is === 'map') {
    const source = known(at(node, 'source'))
    const target = known(at(node, 'target'))
    return known(at(node, 'type')) === 'bind' && source && target ? [{ source, target, spot: spotOf(node) }] : []
  }
  const [source = '', target] = (known(node) ?? '').split(':')
  return target && /^[./~]/.test(source) ? [{ source, target, spot: spotOf(node) }] : []
}

/** Configs and secrets that come from files. */
const definedMounts = (node: DataNode | undefined, definitions: DataNode | undefined, folder: string): ContainerFact['mounts'] =>
  itemsOf(node).flatMap(item => {
    const name = known(item) ?? known(at(item, 'source'))
    const source = name === undefined ? undefined : known(at(definitions, name, 'file'))
    if (!name || !source) return []
    const target = known(at(item, 'target')) ?? name
    return [{ source, target: target.startsWith('/') ? target : folder + target, spot: spotOf(item) }]
  })

/** A health check says how the container is asked, and often on which port. */
const probesOf = (node: DataNode | undefined): NonNullable<ContainerFact['probes']> => {
  const test = at(node, 'test')
  if (!test || !node) return []
  const command = (commandOf(test) ?? []).filter(word => word !== 'CMD' && word !== 'CMD-SHELL').join(' ')
  if (command === '' || command === 'NONE') return []
  const port = /:(\d{2,5})\b/.exec(command)?.[1]
  return [{ kind: 'liveness/exec', ...(port ? { port } : {}), path: command, spot: spotOf(node) }]
}
