import { dirname, relative } from '../base/path.ts'
import { table } from '../base/table.ts'
import type { Document } from '../model/fragment.ts'
import type { ContainerFact, DeployableFact, EnvFact, ManifestFact, ProxyRoute } from '../model/manifest.ts'
import { text } from '../model/value.ts'
import { apply } from './calls.ts'
import { matchRow } from './matching.ts'
import { pick } from './places.ts'
import { toValue } from './reduce.ts'
import type { Repository } from './repository.ts'
import type { DeployGives, WireGives } from './rows.ts'
import type { Solution } from './solve.ts'
import { type Deed, Frame } from './state.ts'
import { kid, type Term } from './terms.ts'

/** Something that the code of a program deploys. */
interface Deployed {
  fact: DeployableFact
  container: ContainerFact
  file: string
  routes: ProxyRoute[]
  /** How others reach it: as a connection, or as a service. */
  connection?: string
}

/** What a program deploys, as the manifest that it is; undefined for a program that deploys nothing. */
export const hostDocument = (repo: Repository, solution: Solution): Document | undefined => new Host(repo, solution).document()

const MAX_RESOURCES = 500

class Host {
  private readonly found = new Map<string, Deployed>()
  private readonly repo: Repository
  private readonly deeds: Deed[]
  private readonly solution: Solution

  constructor(repo: Repository, solution: Solution) {
    this.repo = repo
    this.solution = solution
    this.deeds = solution.frames.flatMap(f => f.deeds.filter(d => d.kind === 'effect' && !d.term.open))
  }

  document(): Document | undefined {
    for (const deed of this.deeds) this.deploy(deed)
    if (this.found.size === 0) return undefined
    for (const deed of this.deeds) this.wire(deed)
    const all = [...this.found.values()].filter(d => d.container.image ?? d.container.build)
    const file = all[0]?.file
    if (file === undefined) return undefined
    const facts: ManifestFact[] = all.flatMap(({ fact, routes }): ManifestFact[] =>
      routes.length === 0
        ? [fact]
        : [fact, { says: 'proxy', kind: 'yarp', owner: configOf(fact.name), listens: [], pools: [], routes, spot: fact.spot }],
    )
    return { file, variant: { id: `aspire ${file}`, kind: 'compose', root: dirname(file), bases: [] }, facts }
  }

  private frame(deed: Deed): Frame {
    const unit = this.solution.state.scope.unit(deed.site.file)
    return new Frame(this.solution.state, unit?.fns[0], apply)
  }

  private gives(frame: Frame, term: Term): DeployGives | WireGives | undefined {
    const gives = matchRow(frame, 'call', term.text, term)?.row.gives
    return gives && 'effect' in gives && (gives.effect === 'deploy' || gives.effect === 'wire') ? gives : undefined
  }

  private deploy(deed: Deed): void {
    const frame = this.frame(deed)
    const gives = this.gives(frame, deed.term)
    if (gives?.effect !== 'deploy' || this.found.size >= MAX_RESOURCES) return
    const name = textOf(frame, pick(frame, deed.term, gives.name, {}))
    if (name === undefined || this.found.has(name)) return
    const { file, line } = deed.site
    const image = gives.image === undefined ? undefined : textOf(frame, pick(frame, deed.term, gives.image, {}))
    const context = this.contextOf(frame, deed, gives)
    const container: ContainerFact = { name, env: [], envFrom: [], ports: [], mounts: [], spot: { line } }
    if (image !== undefined) container.image = text(image)
    if (context !== undefined) container.build = { context, args: {} }
    const labels = {}
    const fact: DeployableFact = {
      ...{ says: 'deployable', kind: 'aspire', name, aliases: [], state: 'deployed', labels, annotations: {} },
      ...{ containers: [container], dependsOn: [], spot: { line } },
    }
    const server = gives.isPart ? this.resourceOf(frame, kid(deed.term, 'base')) : undefined
    const connection = server ? partOf(server, name) : image === undefined ? undefined : connectionOf(image, name)
    this.found.set(name, { fact, container, file, routes: [], ...(connection !== undefined && { connection }) })
  }

  /** The folder of what is deployed, from the file that says so. */
  private contextOf(frame: Frame, deed: Deed, gives: DeployGives): string | undefined {
    const said = gives.context === undefined ? undefined : textOf(frame, pick(frame, deed.term, gives.context, {}))
    if (said !== undefined) return said
    const project = gives.project === undefined ? undefined : pick(frame, deed.term, gives.project, {})
    if (!project) return undefined
    const written = project.text.replaceAll('\\', '/')
    if (project.kind === 'text') return written.endsWith('proj') ? dirname(written) || '.' : written
    const wanted = written.slice(written.lastIndexOf('.') + 1)
    const module = this.repo.modules.find(m => m.fact.system === 'dotnet' && nameOfFile(m.file).replace(/\W/g, '_') === wanted)
    return module && relative(dirname(deed.site.file), module.dir)
  }

  private wire(deed: Deed): void {
    const frame = this.frame(deed)
    const gives = this.gives(frame, deed.term)
    const owner = gives?.effect === 'wire' ? this.resourceOf(frame, kid(deed.term, 'base')) : undefined
    if (gives?.effect !== 'wire' || !owner) return
    const spot = { line: deed.site.line }
    const to = gives.to === undefined ? undefined : this.resourceOf(frame, pick(frame, deed.term, gives.to, {}))
    if (to) owner.container.env.push(...variablesOf(to).map(v => ({ ...v, spot })))
    const name = gives.name === undefined ? undefined : textOf(frame, pick(frame, deed.term, gives.name, {}))
    const value = gives.is === undefined ? undefined : pick(frame, deed.term, gives.is, {})
    if (name !== undefined && value) {
      const other = this.resourceOf(frame, value)
      const said = other ? (other.connection ?? `http://${other.fact.name}`) : textOf(frame, value)
      if (said !== undefined) owner.container.env.push({ name, value: text(said), spot })
    }
    const route = gives.route === undefined ? undefined : this.resourceOf(frame, pick(frame, deed.term, gives.route, {}))
    if (route) this.route(owner, route, spot)
  }

  private route(owner: Deployed, to: Deployed, spot: { line: number }): void {
    if (owner.routes.length === 0) owner.container.mounts.push({ source: configOf(owner.fact.name), target: '/etc/yarp', spot })
    owner.routes.push({ hosts: [], match: 'prefix', path: '/', protocol: 'http', target: text(`http://${to.fact.name}`), spot })
  }

  /** The resource that a value stands for: what the chain of its receivers starts with. */
  private resourceOf(frame: Frame, term: Term | undefined): Deployed | undefined {
    let here = term
    for (let i = 0; here && i < 30; i++) {
      const [option] = frame.terms.options(here)
      if (!option) return undefined
      const gives = option.kind === 'extcall' ? this.gives(frame, option) : undefined
      if (gives?.effect === 'deploy') return this.found.get(textOf(frame, pick(frame, option, gives.name, {})) ?? '')
      here =
        option.kind === 'extcall'
          ? (kid(option, gives?.effect === 'wire' && gives.route ? '0' : 'base') ?? kid(option, 'base'))
          : option.kids[0]
    }
    return undefined
  }
}

const configOf = (name: string): string => `config-map/${name}-routes`

const textOf = (frame: Frame, term: Term | undefined): string | undefined => {
  const value = term && toValue(frame, term)
  return value?.is === 'text' && value.text !== '' ? value.text : undefined
}

const nameOfFile = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+proj$/, '')

const CONNECTIONS: Record<string, (name: string) => string> = table({
  redis: name => `${name}:6379`,
  valkey: name => `${name}:6379`,
  rabbitmq: name => `amqp://${name}:5672`,
  mongo: name => `mongodb://${name}:27017`,
  nats: name => `nats://${name}:4222`,
  kafka: name => `${name}:9092`,
  elasticsearch: name => `http://${name}:9200`,
  eventstore: name => `esdb://${name}:2113`,
})

const SERVERS = new Set(['postgres', 'mssql/server', 'mysql', 'oracle-free', 'qdrant', 'milvus'])

const connectionOf = (image: string, name: string): string | undefined =>
  Object.hasOwn(CONNECTIONS, image) ? CONNECTIONS[image]!(name) : SERVERS.has(image) ? `Host=${name}` : undefined

/** A database of a server. */
const partOf = (server: Deployed, name: string): string | undefined => {
  const { connection } = server
  if (connection === undefined) return undefined
  return connection.startsWith('Host=') ? `${connection};Database=${name}` : `${connection}/${name}`
}

/** The variables by which a program is told of another. */
const variablesOf = (to: Deployed): Pick<EnvFact, 'name' | 'value'>[] =>
  to.connection !== undefined
    ? [{ name: `ConnectionStrings__${to.fact.name}`, value: text(to.connection) }]
    : ['http', 'https'].map(scheme => ({ name: `services__${to.fact.name}__${scheme}__0`, value: text(`${scheme}://${to.fact.name}`) }))
