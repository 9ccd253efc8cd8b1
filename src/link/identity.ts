import { by, canonicalName } from '../base/names.ts'
import { basename, dirname, isInside, sharedDepth } from '../base/path.ts'
import type { Problem } from '../model/evidence.ts'
import { holes } from '../model/value.ts'
import { mergeAlternatives } from './alternatives.ts'
import { identifyChannels, isChannel, isOfCloud, resourceNodes } from './cloud-nodes.ts'
import { joins, type Marks, marksIndex, servesByLibrary } from './frameworks/marks.ts'
import { isGateway } from './gateways.ts'
import { byPathIn, type Gathered, groupBy, type Placed, type ProgramRef, spotAt } from './gather.ts'
import { asideCounts, instancesOf } from './instances.ts'
import type { Instance, Node } from './node.ts'
import { bringsLoad, imageOf, indexPrograms, isAside, type Programs, programNames, specificFolder, stockBase } from './programs.ts'
import { Roots } from './roots.ts'
import { namesWithoutRelease, withProgramsOfImages } from './same-image.ts'
import { rankVariants, variantKey } from './variants.ts'

export interface Identities {
  nodes: Node[]
  programs: Programs
  /** Rank of each variant, 0 is the primary one. */
  ranks: Map<string, number>
  problems: Problem[]
}

/** Instances that are one thing: the beginning of a Node. */
interface Group {
  name: string
  instances: Instance[]
}

/**
 * Who is who. Instances of one name in one repository are one thing unless what they run contradicts it; groups that run one program in
 * different variants are one thing too; several versions behind one Service are one service; programs without a deployable that listen
 * are services that nothing deploys.
 */
export const identify = (gathered: Gathered): Identities => {
  const programs = indexPrograms(gathered)
  const counts = asideCounts(gathered)
  const ranks = rankVariants(gathered.deployables, counts)
  const rank = (i: Instance): number => ranks.get(variantKey(i.place)) ?? Number.MAX_SAFE_INTEGER
  const instances = withProgramsOfImages(instancesOf(gathered, programs), programs)
  const systems = systemsOf(instances)
  const byName = [...groupBy(instances, nameKey(instances)).values()].flatMap(group => withoutContradiction(group, systems))
  const merged = mergeAlternatives(mergeByProgram(mergeVersions(byName, gathered.addresses), rank), gathered.proxies)
    .map(group => ({ ...group, instances: [...group.instances].sort((a, b) => rank(a) - rank(b) || byPlace(a, b)) }))
    .filter(group =>
      group.instances.some(i => i.container.image ?? i.container.build ?? (isGateway(i.place) || isOfCloud(i.place) || undefined)),
    )
    .filter(group => !group.instances.every(i => counts(i.place.repo) && isOutside(i)))
  const declared = resourceNodes(gathered.resources)
  const channels = declared.filter(n => isChannel(n.stock!.resource!))
  const named = [
    ...merged.map(group => nodeOf(group)),
    ...undeployed(gathered, merged, programs, counts),
    ...declared.filter(n => !channels.includes(n)),
  ]
  const problems = identifyApart(named)
  identifyChannels(channels)
  const nodes = [...named, ...channels]
  return { nodes: nodes.sort(by(n => n.id)), programs, ranks, problems }
}

/** Its name carries that of a release. */
const isReleased = (i: Instance): boolean => i.place.variant.kind === 'helm'

const byPlace = by((i: Instance) => `${i.place.file}\n${i.place.fact.spot.line}\n${i.container.name}`)

/** Deployed only by tests or examples, and not made of the system's own code. */
const isOutside = (i: Instance): boolean =>
  (isAside(i.place.file) || isAside(i.place.variant.root)) && (i.program === undefined || isAside(i.program.program.root))

/** Repository and workload name; the namespace counts where one variant holds the name in two. */
const nameKey = (instances: readonly Instance[]): ((i: Instance) => string) => {
  const plainName = namesWithoutRelease(instances)
  const name = (i: Instance): string => `${i.place.repo}\n${canonicalName(plainName(i))}`
  const spaces = new Map<string, Set<string>>()
  for (const i of instances) {
    const key = `${variantKey(i.place)}\n${name(i)}`
    spaces.set(key, (spaces.get(key) ?? new Set()).add(i.place.fact.namespace ?? ''))
  }
  const split = new Set(instances.filter(i => spaces.get(`${variantKey(i.place)}\n${name(i)}`)!.size > 1).map(name))
  return i => (split.has(name(i)) ? `${name(i)}\n${i.place.fact.namespace ?? ''}` : name(i))
}

/**
 * Which deployed system a variant belongs to: variants that run a common program or come from one file are one system, all Kubernetes
 * variants of a repository are one, and a variant that runs no program of the repository belongs to the nearest.
 */
const systemsOf = (instances: readonly Instance[]): Map<string, string> => {
  const parent = new Map<string, string>()
  const root = (key: string): string => {
    let at = key
    while (parent.get(at) !== at) at = parent.get(at)!
    return at
  }
  const join = (a: string, b: string): void => {
    for (const key of [a, b]) if (!parent.has(key)) parent.set(key, key)
    const [x, y] = [root(a), root(b)].sort()
    parent.set(y!, x!)
  }
  const places = new Map<string, Placed<unknown>>()
  const owning = new Set<string>()
  for (const i of instances) {
    const key = variantKey(i.place)
    places.set(key, i.place)
    join(key, key)
    if (i.place.fact.kind === 'compose') join(key, `${i.place.repo}\n\n${i.place.file}`)
    else join(key, `${i.place.repo}\n\nkubernetes`)
    if (i.program) join(key, `\n\n${i.program.key}`)
    if (i.program) owning.add(root(key))
  }
  const systems = new Map([...places.keys()].map(key => [key, root(key)]))
  const roots = new Set([...owning].map(root))
  for (const [key, place] of places) if (!roots.has(systems.get(key)!)) systems.set(key, nearestSystem(key, place, places, systems, roots))
  return systems
}

const nearestSystem = (
  key: string,
  place: Placed<unknown>,
  places: Map<string, Placed<unknown>>,
  systems: Map<string, string>,
  roots: Set<string>,
): string => {
  let best = systems.get(key)!
  let distance = -1
  for (const [other, its] of places) {
    if (!roots.has(systems.get(other)!) || its.repo !== place.repo) continue
    const shared = sharedDepth(dirname(its.file), dirname(place.file))
    if (shared > distance) [best, distance] = [systems.get(other)!, shared]
  }
  return best
}

/** Splits instances of one name that run different programs, or stand for different stock things of different systems. */
const withoutContradiction = (instances: readonly Instance[], systems: Map<string, string>): Group[] => {
  const { name } = (instances.find(i => !isReleased(i)) ?? instances[0]!).place.fact
  const parts: { root?: string; stock?: string; instances: Instance[] }[] = []
  const partOf = (i: Instance): (typeof parts)[number] | undefined =>
    parts.find(part =>
      i.program
        ? part.root !== undefined && (isInside(part.root, i.program.program.root) || isInside(i.program.program.root, part.root))
        : part.stock === stockKey(i, systems),
    )
  const sure = instances.filter(i => i.program ?? i.stock)
  for (const i of sure) {
    const part = partOf(i)
    if (part) part.instances.push(i)
    else if (i.program) parts.push({ root: i.program.program.root, instances: [i] })
    else parts.push({ stock: stockKey(i, systems), instances: [i] })
  }
  if (parts.length === 0) return [{ name, instances: [...instances] }]
  for (const i of instances) {
    if (i.program ?? i.stock) continue
    const nearest = [...parts].sort((a, b) => nearnessOf(b.instances, i) - nearnessOf(a.instances, i))[0]!
    nearest.instances.push(i)
  }
  return parts.map(part => ({ name, instances: part.instances }))
}

const stockKey = (i: Instance, systems: Map<string, string>): string =>
  `${i.stock?.resource ?? i.stock?.service ?? ''} ${i.stock?.protocol ?? ''} ${systems.get(variantKey(i.place)) ?? ''}`

const nearnessOf = (instances: readonly Instance[], to: Instance): number =>
  Math.max(...instances.map(i => sharedDepth(i.place.file, to.place.file)))

/** Several workloads behind one Service that differ by their `version` label are versions of one service, named by the Service. */
const mergeVersions = (groups: readonly Group[], addresses: Gathered['addresses']): Group[] => {
  const versioned = groups.filter(g => g.instances.some(i => i.place.fact.labels.version !== undefined))
  const byApp = groupBy(versioned, g => `${g.instances[0]!.place.repo}\n${appLabel(g) ?? `\n${g.name}`}`)
  const services = new Set(addresses.map(a => `${a.repo}\n${a.fact.name}`))
  const merged = new Map<Group, Group>()
  for (const [key, members] of byApp) {
    if (!services.has(key) || (members.length < 2 && !members.every(carriesVersion))) continue
    const group = { name: appLabel(members[0]!)!, instances: members.flatMap(g => g.instances) }
    for (const member of members) merged.set(member, group)
  }
  return [...new Set(groups.map(g => merged.get(g) ?? g))]
}

/** One version alone is named by the Service too, where the workload's name is nothing but the two labels. */
const carriesVersion = (group: Group): boolean => group.name === `${appLabel(group)}-${group.instances[0]!.place.fact.labels.version}`

const appLabel = (group: Group): string | undefined => {
  const labels = group.instances[0]!.place.fact.labels
  return labels.app ?? labels['app.kubernetes.io/name']
}

const commandOf = (i: Instance): string => [...(i.container.entrypoint ?? []), '|', ...(i.container.command ?? [])].join(' ')

/** Groups that run one program under different names, in different variants and with the same command, are one service. */
const mergeByProgram = (groups: readonly Group[], rank: (i: Instance) => number): Group[] => {
  const best = (group: Group): number => Math.min(...group.instances.map(rank))
  const out: Group[] = []
  const byProgram = new Map<string, Group[]>()
  for (const group of [...groups].sort((a, b) => best(a) - best(b))) {
    const program = group.instances.find(i => i.program)?.program
    const variants = new Set(group.instances.map(i => variantKey(i.place)))
    const commands = new Set(group.instances.map(commandOf))
    const same = (program ? (byProgram.get(program.key) ?? []) : []).find(
      other => !other.instances.some(i => variants.has(variantKey(i.place))) && other.instances.some(i => commands.has(commandOf(i))),
    )
    if (same) {
      if (same.instances.every(isReleased) && !group.instances.every(isReleased)) same.name = group.name
      same.instances.push(...group.instances)
    } else {
      const kept = { ...group, instances: [...group.instances] }
      out.push(kept)
      if (program) byProgram.set(program.key, [...(byProgram.get(program.key) ?? []), kept])
    }
  }
  return out
}

const nodeOf = (group: Group): Node => {
  const first = group.instances[0]!
  const programs = [...new Map(group.instances.flatMap(i => (i.program ? [[i.program.key, i.program] as const] : []))).values()]
  const stock = programs.length > 0 ? undefined : group.instances.find(i => i.stock)?.stock
  const node: Node = { id: '', name: group.name, instances: group.instances, programs, aliases: new Set(), repo: first.place.repo }
  if (stock) node.stock = stock
  for (const i of group.instances) {
    for (const alias of [i.place.fact.name, ...i.place.fact.aliases]) node.aliases.add(alias)
    if (!stock && i.image !== '') node.aliases.add(i.image)
  }
  for (const ref of programs) for (const alias of programNames(ref)) node.aliases.add(alias)
  return node
}

/**
 * Programs that listen and that nothing deploys; parts and parents of deployed ones, tests and examples are none. Where a repository deploys
 * its programs, one without an image of its own is a tool, a draft or an alternative, and no service; but one that lies among them and
 * finds its backends by the environment is a service that is still deployed by hand.
 */
const undeployed = (gathered: Gathered, groups: readonly Group[], programs: Programs, counts: (repo: string) => boolean): Node[] => {
  const known = new Set(groups.flatMap(g => g.instances.flatMap(i => (i.program ? [i.program] : []))))
  const deployed = new Map([...groupBy([...known], p => p.repo)].map(([repo, own]) => [repo, new Roots(own)]))
  const nothing = new Roots([])
  const isBuilt = builtByArtifact(gathered)
  const marks = marksIndex(gathered)
  const isMember = registryMembers(gathered)
  const listens = (ref: ProgramRef): boolean => ref.program.listens || servesByLibrary(marks(ref)) || isMember(ref)
  const makesLoad = (ref: ProgramRef): boolean => {
    const image = imageOf(ref, programs)
    return image !== undefined && !listens(ref) && (stockBase(image)?.stock.service === 'loadgen' || bringsLoad(ref, programs))
  }
  const found = gathered.programs.filter(ref => {
    const others = deployed.get(ref.repo) ?? nothing
    if (ref.program.by === 'main' && others.size >= 2 && !isAmong(ref, others, gathered) && !isBoot(marks(ref)) && !isMember(ref))
      return false
    if (others.overlap(ref) || (counts(ref.repo) && isAside(ref.program.root))) return false
    const image = imageOf(ref, programs)
    if (makesLoad(ref)) return true
    if (image && stockBase(image) && !listens(ref)) return false
    return listens(ref) || (ref.program.by === 'image' && isBuilt(ref))
  })
  const kept = new Map<string, Roots>()
  const top = found.filter(ref => {
    const before = kept.get(ref.repo) ?? new Roots([])
    if (before.overlap(ref)) return false
    kept.set(ref.repo, before)
    before.add(ref)
    return true
  })
  return top.map(ref => {
    const name = ref.program.id.includes('#')
      ? basename(ref.program.id)
      : specificFolder(ref.program.root) || programNames(ref)[0] || basename(ref.repo)
    const load = makesLoad(ref) ? { stock: { service: 'loadgen' as const } } : {}
    return {
      id: '',
      name: name.replace(/^.*#/, ''),
      instances: [],
      programs: [ref],
      aliases: new Set(programNames(ref)),
      repo: ref.repo,
      ...load,
    }
  })
}

/** Started by a framework that serves and finds the others by itself: a service, deployed or not. */
const isBoot = (marks: Marks): boolean =>
  servesByLibrary(marks) &&
  [...marks.annotations.keys()].some(name => /^(SpringBootApplication|EnableAutoConfiguration|SpringCloudApplication)$/.test(name)) &&
  joins(marks)

/** Whether programs find each other by interfaces in a registry: who asks there is a part of the system, as is who offers something. */
const registryMembers = ({ effects, settings }: Gathered): ((ref: ProgramRef) => boolean) => {
  const declaring = byPathIn(
    settings.filter(s => /^dubbo\.(references|services)[.[]/.test(s.fact.key)),
    s => s.file,
  )
  return ref =>
    (effects.get(ref.key) ?? []).some(e => e.protocol === 'dubbo') ||
    (ref.program.root !== '' && declaring(ref.repo).hasUnder(ref.program.root))
}

const isAmong = (ref: ProgramRef, deployed: Roots, { effects }: Gathered): boolean => {
  const isWired = (effects.get(ref.key) ?? []).some(e => e.does === 'call' && holes(e.target).length > 0)
  return dirname(ref.program.root) !== '' && isWired && deployed.beside(ref).length >= 2
}

/** Programs that build tools make an image of. */
const builtByArtifact = ({ artifacts }: Gathered): ((ref: ProgramRef) => boolean) => {
  const built = new Set(
    artifacts.flatMap(({ repo, fact: { context, dockerfile } }) => [
      `${repo}\n${context}`,
      ...(dockerfile === undefined ? [] : [`${repo}\n\n${dockerfile}`]),
    ]),
  )
  return ({ repo, program }) =>
    built.has(`${repo}\n${program.root}`) || (program.dockerfile !== undefined && built.has(`${repo}\n\n${program.dockerfile}`))
}

/** Gives every node the shortest name that is only its own, and reports services that share one. */
const identifyApart = (nodes: readonly Node[]): Problem[] => {
  const problems: Problem[] = []
  const taken = new Set<string>()
  for (const [, same] of groupBy(nodes, n => n.name.toLowerCase())) {
    // A service keeps its name, whatever stands beside it: its store may be called the same.
    const own = same.filter(n => n.stock === undefined)
    const bearer = same.length === 1 ? same[0] : own.length === 1 ? own[0] : undefined
    if (own.length > 1) problems.push(sameName(same))
    const repos = new Set(same.map(n => n.repo))
    const isByRepo = repos.size === same.length && same.length > 1
    for (const node of same)
      node.id = node === bearer ? node.name : isByRepo ? `${node.repo}/${node.name}` : `${qualifier(node)}/${node.name}`
    for (const node of same) {
      let id = node.id
      for (let n = 2; taken.has(id); n++) id = `${node.id}-${n}`
      node.id = id
      taken.add(id)
    }
  }
  return problems
}

const qualifier = (node: Node): string => {
  const first = node.instances[0]
  return (
    first?.place.fact.namespace ??
    node.programs[0]?.program.root ??
    (first ? dirname(first.place.file) || first.place.file : node.declared?.[0] ? dirname(node.declared[0].file) || node.repo : node.repo)
  )
}

const sameName = (nodes: readonly Node[]): Problem => {
  const at =
    nodes.flatMap(n => n.instances.slice(0, 1).map(i => spotAt(i.place, i.place.fact.spot)))[0] ??
    nodes.flatMap(n => n.programs.flatMap(p => p.program.evidence.map(e => e.at)))[0]
  return {
    code: 'identity/same-name',
    message: `${nodes.length} different services are called ${nodes[0]!.name}; each is named with its folder or repository`,
    severity: 'warning',
    ...(at ? { at } : {}),
  }
}
