import type { AddressFact, ContainerFact, DeployableFact, EnvFact, ManifestFact, PortFact } from '../../model/manifest.ts'
import { concat, text, unknown, type Value } from '../../model/value.ts'
import { evaluate, type HclScope } from '../hcl/evaluate.ts'
import { asNumber, asString, type HclValue, partsOf, unknownOf } from '../hcl/values.ts'
import type { Reader } from '../reader.ts'
import { type HclBlock, type HclBody, type HclExpr, parseHcl } from '../syntax/hcl.ts'
import { Budget } from '../syntax/placed.ts'

const MAX_STEPS = 100_000

/** Jobs of Nomad: their tasks with image, command, environment and ports, the services they register, upstreams of the mesh. */
export const nomad: Reader = {
  name: 'deploy/nomad',
  version: 1,
  wants: path => /\.(nomad|nomad\.hcl|hcl)$/.test(path),
  recognises: content => /^[ \t]*job[ \t]+"/m.test(content),
  read: ({ path, content }) => {
    const { body, problems } = parseHcl(content)
    const scope = scopeOf(body, path)
    const manifest = blocks(body, 'job').flatMap(job => blocks(job.body, 'group').flatMap(group => groupFacts(job, group, scope)))
    return manifest.length > 0 ? { manifest, problems } : { problems }
  },
}

const blocks = (body: HclBody, type: string): HclBlock[] => body.blocks.filter(b => b.type === type)

const expr = (body: HclBody, name: string): HclExpr | undefined => body.attributes.find(a => a.name === name)?.value

/** Variables with their defaults and locals; what the client fills in when it starts a task is not known. */
const scopeOf = (body: HclBody, file: string): HclScope => {
  const steps = new Budget(MAX_STEPS)
  const open = new Set<string>()
  const declared = new Map<string, HclExpr | undefined>([
    ...blocks(body, 'variable').map(b => [`var.${b.labels[0] ?? ''}`, expr(b.body, 'default')] as const),
    ...blocks(body, 'locals').flatMap(b => b.body.attributes.map(a => [`local.${a.name}`, a.value] as const)),
  ])
  const scope: HclScope = {
    file,
    step: () => steps.take(),
    resolve: (path, at) => {
      const upstream = /^NOMAD_UPSTREAM_ADDR_(.+)$/.exec(String(path[0]))
      if (upstream) return { value: { is: 'scalar', value: upstream[1]!, at }, rest: [] }
      const key = path.slice(0, 2).join('.')
      const value = declared.get(key)
      if (!value || open.has(key)) return { value: unknownOf(`${key} has no value`, at), rest: [] }
      open.add(key)
      const found = evaluate(value, scope)
      open.delete(key)
      return { value: found, rest: path.slice(2) }
    },
    call: () => undefined,
    variables: new Map(),
  }
  return scope
}

const told = (body: HclBody, name: string, scope: HclScope): HclValue | undefined => {
  const found = expr(body, name)
  return found && evaluate(found, scope)
}

const textOf = (body: HclBody, name: string, scope: HclScope): string | undefined => {
  const value = told(body, name, scope)
  return value && asString(value)
}

const valueOfHcl = (value: HclValue, line: number): Value => {
  const found = concat(
    partsOf(value).map(part => (typeof part === 'string' ? text(part) : unknown(part.is === 'unknown' ? part.why : part.address))),
  )
  return found.is === 'text' ? { ...found, spot: { line } } : found
}

const groupFacts = (job: HclBlock, group: HclBlock, scope: HclScope): ManifestFact[] => {
  const tasks = blocks(group.body, 'task')
  const ports = portsOf([group, ...tasks], scope)
  const shared = blocks(group.body, 'service')
  const upstreams = upstreamsOf(shared, scope)
  const id = `${job.labels[0] ?? ''}/${group.labels[0] ?? ''}`
  const facts = tasks.map(task => taskFact(task, { job, group, id, ports, upstreams, isOnly: tasks.length === 1 }, scope))
  const services = [
    ...shared.map(service => ({ service, id })),
    ...tasks.flatMap(task => blocks(task.body, 'service').map(service => ({ service, id: `${id}/${task.labels[0] ?? ''}` }))),
  ]
  return [...facts, ...services.flatMap(({ service, id: selected }) => serviceFacts(service, selected, ports, scope))]
}

interface Around {
  job: HclBlock
  group: HclBlock
  id: string
  ports: ReadonlyMap<string, PortFact>
  upstreams: ReadonlyMap<string, string>
  isOnly: boolean
}

const spotOf = (block: HclBlock): { line: number; endLine: number } => ({ line: block.line, endLine: Math.max(block.line, block.endLine) })

const taskFact = (task: HclBlock, around: Around, scope: HclScope): DeployableFact => {
  const name = task.labels[0] ?? ''
  const { job, group } = around
  const isAlone = around.isOnly && blocks(job.body, 'group').length === 1
  const names = [...(around.isOnly ? group.labels : []), ...(isAlone ? job.labels : [])]
  const isJob = /^(batch|sysbatch)$/.test(textOf(job.body, 'type', scope) ?? '')
  return {
    says: 'deployable',
    kind: isJob ? 'Job' : 'nomad',
    name,
    aliases: [...new Set(names)].filter(n => n !== name && n !== ''),
    state: 'deployed',
    labels: { group: around.id, task: `${around.id}/${name}` },
    annotations: {},
    containers: [containerOf(task, name, around, scope)],
    dependsOn: [],
    spot: spotOf(task),
  }
}

const containerOf = (task: HclBlock, name: string, around: Around, scope: HclScope): ContainerFact => {
  const [config] = blocks(task.body, 'config')
  const image = config && told(config.body, 'image', scope)
  const command = config && textOf(config.body, 'command', scope)
  const args = config && told(config.body, 'args', scope)
  const words = args?.is === 'list' ? args.items.flatMap(item => asString(item) ?? []) : []
  return {
    name,
    ...(image ? { image: valueOfHcl(image, config.line) } : {}),
    ...(command === undefined ? {} : { entrypoint: [command] }),
    ...(words.length > 0 ? { command: words } : {}),
    env: [...envOf(task, around, scope), ...blocks(task.body, 'template').flatMap(block => templateEnv(block, scope))],
    envFrom: [],
    ports: [...around.ports.values()],
    mounts: [],
    spot: spotOf(task),
  }
}

const envOf = (task: HclBlock, { upstreams }: Around, scope: HclScope): EnvFact[] =>
  blocks(task.body, 'env').flatMap(env =>
    env.body.attributes.map(({ name, value, line }) => {
      const said = valueOfHcl(evaluate(value, scope), line)
      return { name, value: said.is === 'text' ? { ...said, text: withUpstreams(said.text, upstreams) } : said, spot: { line } }
    }),
  )

/** A port of this machine that the mesh binds to another service stands for that service. */
const withUpstreams = (said: string, upstreams: ReadonlyMap<string, string>): string =>
  said.replace(/(?:localhost|127\.0\.0\.1):(\d{2,5})/g, (whole, port: string) => upstreams.get(port) ?? whole)

const upstreamsOf = (services: readonly HclBlock[], scope: HclScope): Map<string, string> => {
  const found = new Map<string, string>()
  const visit = (body: HclBody, depth: number): void => {
    for (const block of depth > 6 ? [] : body.blocks) {
      const name = block.type === 'upstreams' ? textOf(block.body, 'destination_name', scope) : undefined
      const port = block.type === 'upstreams' ? textOf(block.body, 'local_bind_port', scope) : undefined
      if (name !== undefined && port !== undefined) found.set(port, name)
      visit(block.body, depth + 1)
    }
  }
  for (const service of services) visit(service.body, 0)
  return found
}

const LOOP =
  /\{\{-?\s{0,10}range\s+(?:nomadService|service)\s+"([\w.-]{1,100})[^"]{0,100}"\s{0,10}-?\}\}([\s\S]{0,500}?)\{\{-?\s{0,10}end\s{0,10}-?\}\}/g

/** Variables of a template that is read as an environment: addresses of services are their names. */
const templateEnv = (block: HclBlock, scope: HclScope): EnvFact[] => {
  const data = textOf(block.body, 'data', scope)
  const isEnv = told(block.body, 'env', scope)
  if (data === undefined || !isEnv || asString(isEnv) !== 'true') return []
  const named = data.replace(LOOP, (_, service: string, inner: string) =>
    inner.trim().replace(/\{\{-?\s*\.Address\s*-?\}\}(:\{\{-?\s*\.Port\s*-?\}\})?/g, service.replace(/^.*\./, '')),
  )
  return named.split('\n').flatMap(line => {
    const pair = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*"?([^"]*)"?\s*$/.exec(line)
    if (!pair) return []
    const value = pair[2]!.includes('{{') ? unknown('a template that Nomad fills in') : text(pair[2]!)
    return [{ name: pair[1]!, value, spot: { line: block.line } }]
  })
}

const portsOf = (from: readonly HclBlock[], scope: HclScope): Map<string, PortFact> => {
  const found = new Map<string, PortFact>()
  for (const block of from)
    for (const network of blocks(block.body, 'network'))
      for (const port of blocks(network.body, 'port')) {
        const [target, published] = ['to', 'static'].map(name => {
          const value = told(port.body, name, scope)
          const number = value && asNumber(value)
          return number !== undefined && Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined
        })
        const known = {
          ...(published === undefined ? {} : { port: published }),
          ...((target ?? published) === undefined ? {} : { target: (target ?? published)! }),
        }
        found.set(port.labels[0] ?? '', { name: port.labels[0] ?? '', ...known, spot: { line: port.line } })
      }
  return found
}

const serviceFacts = (service: HclBlock, selected: string, ports: ReadonlyMap<string, PortFact>, scope: HclScope): AddressFact[] => {
  const name = textOf(service.body, 'name', scope)
  if (name === undefined || name === '') return []
  const port = ports.get(textOf(service.body, 'port', scope) ?? '')
  const spot = spotOf(service)
  const selector = { [selected.split('/').length > 2 ? 'task' : 'group']: selected }
  const own: AddressFact = { says: 'address', kind: 'Service', name, selector, ports: port?.port === undefined ? [] : [port], spot }
  const inConsul: AddressFact = {
    says: 'address',
    kind: 'virtual-host',
    name: `${name}.service.consul`,
    selector: {},
    ports: [],
    externalName: name,
    spot,
  }
  return [own, inConsul]
}
