import { dirname, isInside, join } from '../../base/path.ts'
import type { Step } from '../../model/evidence.ts'
import type { ModuleFact } from '../../model/manifest.ts'
import { type Gathered, groupBy, type Placed, type ProgramRef, stepAt } from '../gather.ts'

/** What a program shows of the frameworks it is made with: runtime libraries and annotations, each with its place. */
export interface Marks {
  libraries: Map<string, Step>
  annotations: Map<string, Step>
}

type Module = Placed<ModuleFact>

/** Marks of programs: their modules' dependencies, those of the modules they reach, and what parents hand down. */
export const marksIndex = (gathered: Gathered): ((ref: ProgramRef) => Marks) => {
  const byRepo = groupBy(gathered.modules, m => m.repo)
  const byFile = new Map(gathered.modules.map(m => [`${m.repo}\n${m.file}`, m]))
  const roots = groupBy(gathered.programs, p => p.repo)
  const known = new Map<string, Marks>()
  return ref => {
    const found = known.get(ref.key) ?? marksOf(ref, byRepo.get(ref.repo) ?? [], byFile, roots.get(ref.repo) ?? [])
    known.set(ref.key, found)
    return found
  }
}

const marksOf = (ref: ProgramRef, modules: readonly Module[], byFile: Map<string, Module>, others: readonly ProgramRef[]): Marks => {
  const { program } = ref
  const inner = others.filter(o => o.key !== ref.key && o.program.root !== program.root && isInside(o.program.root, program.root))
  const own = modules.filter(
    m =>
      (isInside(m.file, program.root) && !inner.some(o => isInside(m.file, o.program.root))) ||
      program.reaches.some(
        root => root !== '' && dirname(m.file) === root && !others.some(o => o.program.root === root && o.program.listens),
      ),
  )
  const libraries = new Map<string, Step>()
  for (const module of withParents(own, modules, byFile))
    for (const d of module.fact.dependencies)
      if (d.scope === 'runtime' && !libraries.has(d.name)) libraries.set(d.name, stepAt(module, d.spot, `depends on ${d.name}`))
  return {
    libraries,
    annotations: new Map((program.annotations ?? []).map(a => [a.name, { at: a.at, says: `@${a.name}` }])),
  }
}

const MAX_MODULES = 200

/** Modules with the parents that hand dependencies down: a pom's parent, the build files above a Gradle project. */
const withParents = (own: readonly Module[], modules: readonly Module[], byFile: Map<string, Module>): Module[] => {
  const all = [...own]
  for (let i = 0; i < all.length && all.length < MAX_MODULES; i++) {
    const module = all[i]!
    for (const parent of [...pomParents(module, byFile), ...gradleParents(module, modules)]) if (!all.includes(parent)) all.push(parent)
  }
  return all
}

const pomParents = (module: Module, byFile: Map<string, Module>): Module[] =>
  module.fact.system !== 'maven'
    ? []
    : module.fact.dependencies.flatMap(({ path }) => {
        const file = path === undefined ? undefined : join(dirname(module.file), path)
        return file === undefined ? [] : (byFile.get(`${module.repo}\n${file.endsWith('.xml') ? file : `${file}/pom.xml`}`) ?? [])
      })

const gradleParents = (module: Module, modules: readonly Module[]): Module[] => {
  if (module.fact.system !== 'gradle') return []
  const folder = dirname(module.file)
  return modules.filter(m => m.fact.system === 'gradle' && m !== module && folder !== dirname(m.file) && isInside(folder, dirname(m.file)))
}

/** Libraries that listen by themselves as soon as the program starts. */
const SERVERS =
  /(^|:)(spring-boot-starter-(web|webflux|jersey|data-rest|graphql|web-services)|spring-cloud-(starter-)?(netflix-)?(eureka-server|zuul|hystrix-dashboard|turbine(-stream|-amqp)?)|spring-cloud-config-server|spring-cloud-starter-gateway[\w-]*|spring-boot-admin-(starter-)?server|zipkin-server|quarkus-(rest|resteasy|resteasy-reactive|grpc|vertx-http|reactive-routes)([\w-]*)|micronaut-http-server-\w+)$/

export const servesByLibrary = (marks: Marks): boolean => [...marks.libraries.keys()].some(name => SERVERS.test(name))

/** Libraries by which a program takes its place in a system: registry and configuration clients, gateways, dashboards. */
const JOINS = /(^|:)spring-cloud-(?!.*(gcp|aws|azure|sleuth|kubernetes))|(^|:)spring-boot-admin-/

export const joins = (marks: Marks): boolean => [...marks.libraries.keys()].some(name => JOINS.test(name))
