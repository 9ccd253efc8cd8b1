import { by } from '../base/names.ts'
import type { Contract } from '../model/contract.ts'
import type { Evidence, Problem } from '../model/evidence.ts'
import type { Coverage, Fragment } from '../model/fragment.ts'
import type { Interaction, NodeId, Resource, Service, SystemModel } from '../model/system.ts'
import { showValue, type Value } from '../model/value.ts'
import { withCatalog } from './catalog.ts'
import { codeContracts } from './contracts/code.ts'
import { type ContractInput, joinContracts } from './contracts.ts'
import { controlsOf } from './controls.ts'
import { makeDirectory } from './directory.ts'
import { indexSettings } from './environment.ts'
import { fill, isWhole } from './fill.ts'
import { type Frameworks, frameworkEffects, frameworksOf } from './frameworks.ts'
import { byPathIn, type Gathered, gather, groupBy, type ProgramRef, programKey } from './gather.ts'
import { graphsOf } from './graphs.ts'
import { identify } from './identity.ts'
import { type Interactions, interactionsOf, uniqueSorted } from './interactions.ts'
import type { Settings } from './layers/layer.ts'
import { messagesByTopic, publishedMessages } from './messages.ts'
import { isResource, type Node } from './node.ts'
import { indexOperations } from './operations.ts'
import { imageOf, type Programs, stagesOf } from './programs.ts'
import { forwardingsOf, proxySeats } from './proxies.ts'
import { type Seat, seatsOf, stockSeatsOf } from './seats.ts'
import { withSecrets } from './secrets.ts'
import { indexServed, type ServedIndex } from './serves.ts'
import { servicesOf, stockResources } from './services.ts'
import { throughSidecars } from './sidecars.ts'
import type { Linking, LinkOptions, Outside } from './targets.ts'
import { transportProblems } from './transport-problems.ts'
import { tiesOf } from './triggers.ts'
import { variantExtras } from './variant-extras.ts'
import { wiringsOf } from './wirings.ts'

export type { LinkOptions } from './targets.ts'

/**
 * Joins fragments into the map. Who is who (identity), what a name means in one deployable (environment), where a call ends (names,
 * addresses, ports): all of it is decided here and nowhere else. Equal fragments give equal bytes, in whatever order they come.
 */
export const link = (fragments: readonly Fragment[], options: LinkOptions): SystemModel => {
  const gathered = gather(fragments)
  const settings = indexSettings(gathered)
  const identities = identify(gathered)
  const directory = makeDirectory(gathered, identities)
  const frameworks = frameworksOf(identities.nodes, gathered)
  const bare = throughSidecars(seatsOf(identities.nodes, gathered, settings, identities.programs), gathered, settings)
  const coded = withFrameworks(bare, frameworks, settings)
  const stockSeats = withFrameworks(stockSeatsOf(identities.nodes, settings, identities.programs), frameworks, settings)
  listenOn(coded, directory.listening, settings, identities.programs)
  register(coded, directory.applications, settings)
  const joined = joinContracts(contractInput(fragments, coded, gathered))
  const proxies = forwardingsOf(identities.nodes, gathered, identities.programs)
  const seats = proxySeats(coded, identities.nodes, proxies, settings, identities.programs)
  const index = indexOperations(joined.contracts)
  const served = indexServed(seats, index, settings)
  const contracts = [...joined.contracts, ...codeContracts(served, publishedMessages(seats, settings, directory))].sort(by(c => c.id))
  const { outside, resources } = collectResources()
  const linking: Linking = {
    directory,
    settings,
    served,
    options,
    outside,
    proxies,
    byRole: frameworks.byRole,
    graphs: graphsOf(joined.contracts, proxies),
    messages: messagesByTopic(contracts),
  }
  const acting = withSecrets([...seats, ...stockSeats], gathered, directory, outside)
  const found = interactionsOf(acting, linking, index, published => tiesOf(gathered, linking, published))
  const reached = new Set(found.interactions.map(i => i.to))
  const controls = controlsOf(gathered, directory)
  const extras = variantExtras(identities.nodes, found.interactions, identities.ranks)
  const data = dataOnly(identities.nodes, seats, found.interactions)
  const services = servicesOf(
    identities.nodes.filter(n => !isResource(n) && !data.has(n.id)),
    { gathered, seats, interactions: found.interactions, linking, operations: index, frameworks, extras, controls },
  )
  const touched = new Set(found.interactions.flatMap(i => [i.from, i.to]))
  const stock = stockResources(
    identities.nodes.filter(n => (n.declared ? touched.has(n.id) : isResource(n) || data.has(n.id))),
    extras,
  )
  const allResources = [...stock, ...resources().filter(r => reached.has(r.id))].sort(by(r => r.id))
  const provided = withProviders(contracts, served)
  const joinable = { services, resources: allResources, contracts: provided, nodes: identities.nodes }
  const cataloged = withCatalog(gathered, joinable, options.central)
  const effects = new Map([...groupBy(seats, s => s.program.key)].map(([key, same]) => [key, same.flatMap(s => s.effects)]))
  return {
    schema: 1,
    revisions: fragments.map(f => ({ repo: f.repo, revision: f.revision })).sort(by(r => `${r.repo}\n${r.revision}`)),
    services: cataloged.services,
    resources: allResources,
    teams: cataloged.teams,
    interactions: controls.along(withPurposes(found.interactions, services, stock, new Set(coded.map(s => s.node.id)))),
    contracts: cataloged.contracts,
    unresolved: found.unresolved.map(u => ({ ...u, evidence: uniqueSorted(u.evidence) })),
    wirings: wiringsOf(identities.nodes, effects, directory, settings, identities.programs).map(w => ({
      ...w,
      evidence: uniqueSorted(w.evidence),
    })),
    ...(cataloged.catalog ? { catalog: cataloged.catalog } : {}),
    coverage: coverageOf(fragments, found),
    problems: sortedProblems([
      ...fragments.flatMap(f => f.problems),
      ...identities.problems,
      ...joined.problems,
      ...transportProblems(coded, settings),
      ...cataloged.problems,
      ...controls.problems,
      ...linkProblems(options, directory.nodes),
    ]),
  }
}

const withFrameworks = (seats: readonly Seat[], frameworks: Frameworks, settings: Settings): Seat[] => {
  const found = frameworkEffects(seats, frameworks, settings)
  return seats.map(seat => ({ ...seat, effects: [...seat.effects, ...(found.get(seat) ?? [])] }))
}

/** Names that programs give themselves, and that registries and configuration servers know them by. */
const register = (seats: readonly Seat[], applications: Map<string, Node[]>, settings: Settings): void => {
  for (const { node, environment, effects } of seats) {
    const told = effects.filter(e => e.does === 'register').flatMap(e => fill(e.target, environment, settings).filter(isWhole))
    for (const name of [...environment.applications(), ...told.map(t => t.text)]) {
      node.aliases.add(name)
      const known = applications.get(name.toLowerCase()) ?? []
      if (!known.includes(node)) applications.set(name.toLowerCase(), [...known, node])
    }
  }
}

/** Programs that nothing deploys are told apart on one machine by the port they listen on. */
const listenOn = (seats: readonly Seat[], listening: Map<string, Node[]>, settings: Settings, programs: Programs): void => {
  for (const seat of seats) {
    const said = [...seat.program.program.ports, ...PORT_KEYS].flatMap(port =>
      fill(port, seat.environment, settings).map(f => f.text.replace(/^.*:/, '')),
    )
    const known = said.filter(port => /^\d{2,5}$/.test(port))
    const ports = known.length > 0 ? known : imagePorts(seat.program, programs)
    for (const port of new Set(ports)) {
      if (!/^\d{2,5}$/.test(port)) continue
      const key = `${seat.program.repo}\n${port}`
      listening.set(key, [...(listening.get(key) ?? []), seat.node])
    }
  }
}

/** Ports that an image is started with (`--port 7070`, `--bind :7070`), else those that it exposes. */
const imagePorts = (ref: ProgramRef, programs: Programs): string[] => {
  const image = imageOf(ref, programs)
  const stages = image ? stagesOf(image.fact) : []
  const line = stages.map(stage => [...(stage.entrypoint ?? []), ...(stage.command ?? [])].join(' ')).find(words => words !== '') ?? ''
  const started = [...line.matchAll(/(?:^|\s)(?:--port|-p|--bind|-b|--urls|runserver)[= ](?:\S*:)?(\d{2,5})(?!\S)/g)].map(m => m[1]!)
  return started.length > 0 ? started : stages.flatMap(stage => stage.ports.map(p => String(p.target ?? p.port ?? '')))
}

/** Ports that frameworks listen on. */
const PORT_KEYS: Value[] = ['server.port', 'quarkus.http.port', 'micronaut.server.port'].map(key => ({ is: 'config', key }))

const contractInput = (fragments: readonly Fragment[], seats: readonly Seat[], gathered: Gathered): ContractInput => {
  const stubs = fragments.flatMap(f => f.stubs.map(stub => ({ repo: f.repo, stub }))).sort(by(s => `${s.repo}\n${s.stub.file}`))
  const stubsOf = new Map<string, string[]>()
  for (const { repo, stub } of stubs)
    for (const id of stub.programs) {
      const list = stubsOf.get(programKey(repo, id))
      if (list) list.push(stub.file)
      else stubsOf.set(programKey(repo, id), [stub.file])
    }
  const modules = byPathIn(gathered.modules, m => m.file)
  return {
    files: fragments.flatMap(f => f.contracts.map(file => ({ repo: f.repo, file }))).sort(by(c => `${c.repo}\n${c.file.file}`)),
    stubs,
    programs: seats.map(seat => {
      const { repo, program, key } = seat.program
      const own = program.root === '' ? [] : modules(repo).under(program.root)
      return {
        service: seat.node.id,
        repo,
        roots: [...new Set([program.root, ...program.reaches])],
        stubs: stubsOf.get(key) ?? [],
        generates: own.flatMap(m => m.fact.generates.map(g => besides(m.file, g.from))),
        serves: seat.effects.filter(e => e.does === 'serve').map(e => showValue(e.operation ?? e.target)),
      }
    }),
  }
}

/** A path relative to a file, as a path of the tree; `..` is followed. */
const besides = (file: string, relative: string): string => {
  const parts = file.split('/').slice(0, -1)
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

const collectResources = (): { outside: Outside; resources: () => Resource[] } => {
  const found = new Map<NodeId, Resource>()
  return {
    outside: {
      resource(id, kind, name, evidence, aliases = []) {
        const known = found.get(id)
        if (known) known.evidence.push(evidence)
        else found.set(id, { id, name, kind, aliases: [...new Set(aliases)].sort(), evidence: [evidence] })
        return id
      },
    },
    resources: () => [...found.values()].map(r => ({ ...r, evidence: uniqueSorted<Evidence>(r.evidence) })),
  }
}

/** Nodes without known code that are only ever stored to are data, whatever their image is called. */
const dataOnly = (nodes: readonly Node[], seats: readonly Seat[], interactions: readonly Interaction[]): Set<NodeId> => {
  const active = new Set([
    ...seats.filter(s => s.effects.length > 0).map(s => s.node.id),
    ...interactions.filter(i => i.purpose !== 'data').map(i => i.to),
  ])
  const stored = new Set(interactions.filter(i => i.purpose === 'data').map(i => i.to))
  return new Set(nodes.filter(n => stored.has(n.id) && !active.has(n.id) && n.stock === undefined).map(n => n.id))
}

const PURPOSES: Partial<Record<Service['kind'], Interaction['purpose']>> = {
  monitoring: 'telemetry',
  registry: 'registration',
  config: 'config',
  auth: 'auth',
}
const STORES = new Set<Resource['kind']>(['database', 'cache', 'bucket'])

/** What a call is for follows from whom it reaches. */
const withPurposes = (
  interactions: readonly Interaction[],
  services: readonly Service[],
  stock: readonly Resource[],
  withCode: ReadonlySet<NodeId>,
): Interaction[] => {
  const kinds = new Map(services.map(s => [s.id, s.kind]))
  const resources = new Map(stock.map(r => [r.id, r.kind]))
  return interactions.map(i => {
    if (i.purpose !== 'call') return i
    const kind = kinds.get(i.to)
    const resource = resources.get(i.to)
    const purpose = kind
      ? kind === 'auth' && withCode.has(i.to)
        ? undefined
        : PURPOSES[kind]
      : resource && STORES.has(resource)
        ? 'data'
        : undefined
    return purpose ? { ...i, purpose } : i
  })
}

const withProviders = (contracts: readonly Contract[], served: ServedIndex): Contract[] => {
  const providers = new Map<string, Map<NodeId, Evidence[]>>()
  for (const { contract, node, effect } of served.all) {
    if (!contract) continue
    const byNode = providers.get(contract.id) ?? new Map<NodeId, Evidence[]>()
    providers.set(contract.id, byNode)
    byNode.set(node.id, [...(byNode.get(node.id) ?? []), effect.evidence])
  }
  return contracts.map(contract => ({
    ...contract,
    providers: providers.has(contract.id)
      ? [...providers.get(contract.id)!].map(([value, evidence]) => ({ value, evidence: uniqueSorted(evidence) })).sort(by(p => p.value))
      : contract.providers,
  }))
}

const coverageOf = (fragments: readonly Fragment[], found: Interactions): Coverage => {
  const total: Coverage = { files: { seen: 0, read: 0, skipped: 0, failed: 0 }, skipped: {}, unresolved: {}, budgets: [] }
  for (const { coverage } of fragments) {
    for (const key of ['seen', 'read', 'skipped', 'failed'] as const) total.files[key] += coverage.files[key]
    for (const [reason, count] of Object.entries(coverage.skipped)) total.skipped[reason] = (total.skipped[reason] ?? 0) + count
    total.budgets.push(...coverage.budgets)
  }
  for (const { stage } of found.unresolved) total.unresolved[stage] = (total.unresolved[stage] ?? 0) + 1
  total.budgets = uniqueSorted(total.budgets)
  return { ...total, skipped: sortedKeys(total.skipped), unresolved: sortedKeys(total.unresolved) }
}

const sortedKeys = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).sort(by(e => e[0])))

/** Links that name nobody: the user meant something else. */
const linkProblems = (options: LinkOptions, nodes: Map<NodeId, Node>): Problem[] =>
  Object.entries(options.links)
    .filter(([, target]) => !nodes.has(target))
    .map(([key, target]) => ({
      code: 'link/unknown-service',
      message: `links: ${key} names ${target}, which is no service of the map`,
      severity: 'warning' as const,
    }))

const sortedProblems = (problems: readonly Problem[]): Problem[] =>
  uniqueSorted(problems).sort(by(p => `${p.at?.repo ?? ''}\n${p.at?.file ?? ''}\n${String(p.at?.line ?? 0).padStart(8, '0')}\n${p.code}`))
