import type { ByPath } from '../../base/by-path.ts'
import { dirname, isInside, join } from '../../base/path.ts'
import type { Step } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import { byPathIn, type Gathered, type Placed, type ProgramRef, stepAt } from '../gather.ts'

/** What a program shows of the frameworks it is made with: runtime libraries and annotations, each with its place. */
export interface Marks {
  libraries: Map<string, Step>
  annotations: Map<string, Step>
}

type Module = Placed<ModuleFact>

/** Marks of programs: their modules' dependencies, those of the modules they reach, and what parents hand down. */
export const marksIndex = (gathered: Gathered): ((ref: ProgramRef) => Marks) => {
  const byFile = byPathIn(gathered.modules, m => m.file)
  const byFolder = byPathIn(gathered.modules, m => dirname(m.file))
  const roots = byPathIn(gathered.programs, p => p.program.root)
  const order = new Map(gathered.modules.map((m, n) => [m, n]))
  const known = new Map<string, Marks>()
  return ref => {
    const around = { byFile: byFile(ref.repo), byFolder: byFolder(ref.repo), programs: roots(ref.repo), order }
    const found = known.get(ref.key) ?? marksOf(ref, around)
    known.set(ref.key, found)
    return found
  }
}

/** Modules and programs of one repository, by their paths. */
interface Around {
  byFile: ByPath<Module>
  byFolder: ByPath<Module>
  programs: ByPath<ProgramRef>
  order: ReadonlyMap<Module, number>
}

const marksOf = ({ program }: ProgramRef, around: Around): Marks => {
  const { byFile, byFolder, programs, order } = around
  const isAnothers = (m: Module): boolean =>
    [...programs.around(m.file)].some(o => o.program.root !== program.root && isInside(o.program.root, program.root))
  const reached = program.reaches.filter(root => root !== '' && !programs.at(root).some(o => o.program.listens))
  const own = new Set([...byFile.under(program.root).filter(m => !isAnothers(m)), ...reached.flatMap(root => byFolder.at(root))])
  const inOrder = [...own].sort((a, b) => order.get(a)! - order.get(b)!)
  const libraries = new Map<string, Step>()
  for (const module of withParents(inOrder, around))
    for (const d of module.fact.dependencies)
      if (d.scope === 'runtime' && !libraries.has(d.name)) libraries.set(d.name, stepAt(module, d.spot, `depends on ${d.name}`))
  return {
    libraries,
    annotations: new Map((program.annotations ?? []).map(a => [a.name, { at: a.at, says: `@${a.name}` }])),
  }
}

const MAX_MODULES = 200

/** Modules with the parents that hand dependencies down: a pom's parent, the build files above a Gradle project. */
const withParents = (own: readonly Module[], around: Around): Module[] => {
  const all = [...own]
  for (let i = 0; i < all.length && all.length < MAX_MODULES; i++) {
    const module = all[i]!
    for (const parent of [...pomParents(module, around), ...gradleParents(module, around)]) if (!all.includes(parent)) all.push(parent)
  }
  return all
}

const pomParents = (module: Module, { byFile }: Around): Module[] =>
  module.fact.system !== 'maven'
    ? []
    : module.fact.dependencies.flatMap(({ path }) => {
        const file = path === undefined ? undefined : join(dirname(module.file), path)
        return file === undefined ? [] : byFile.at(file.endsWith('.xml') ? file : `${file}/pom.xml`).slice(-1)
      })

const gradleParents = (module: Module, { byFolder, order }: Around): Module[] => {
  if (module.fact.system !== 'gradle') return []
  const folder = dirname(module.file)
  return [...byFolder.around(folder)]
    .filter(m => m.fact.system === 'gradle' && folder !== dirname(m.file))
    .sort((a, b) => order.get(a)! - order.get(b)!)
}

/** Libraries that listen by themselves as soon as the program starts. */
const SERVERS =
  /(^|:)(spring-boot-starter-(web|webflux|jersey|data-rest|graphql|web-services)|spring-cloud-(starter-)?(netflix-)?(eureka-server|zuul|hystrix-dashboard|turbine(-stream|-amqp)?)|spring-cloud-config-server|spring-cloud-starter-gateway[\w-]*|spring-boot-admin-(starter-)?server|zipkin-server|quarkus-(rest|resteasy|resteasy-reactive|grpc|vertx-http|reactive-routes)([\w-]*)|micronaut-http-server-\w+)$/

export const servesByLibrary = (marks: Marks): boolean => [...marks.libraries.keys()].some(name => SERVERS.test(name))

/** Libraries by which a program takes its place in a system: registry and configuration clients, gateways, dashboards. */
const JOINS = /(^|:)spring-cloud-(?!.*(gcp|aws|azure|sleuth|kubernetes))|(^|:)spring-boot-admin-/

export const joins = (marks: Marks): boolean => [...marks.libraries.keys()].some(name => JOINS.test(name))
