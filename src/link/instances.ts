import type { ContainerFact, DeployableFact } from '../model/manifest.ts'
import { showValue } from '../model/value.ts'
import { isGateway, waysIn } from './gateways.ts'
import type { Gathered, Placed } from './gather.ts'
import type { Instance } from './node.ts'
import { bareImageOf, imageOf, isAside, type Programs, programOf, stockBase } from './programs.ts'
import { imageName, stockByPort, stockOf } from './stock.ts'
import { isIdle, isTask } from './tasks.ts'

/** Whether tests, examples and extras stand apart in a repository: they do not where nothing else is deployed. */
export const asideCounts = (gathered: Gathered): ((repo: string) => boolean) => {
  const repos = new Set(gathered.deployables.filter(p => !isAside(p.file) && !isAside(p.variant.root)).map(p => p.repo))
  return repo => repos.has(repo)
}

/** The main containers of all deployables, with the program or the well-known image each runs. Sidecars and one-shot tools yield none. */
export const instancesOf = (gathered: Gathered, programs: Programs): Instance[] => {
  const isWayIn = waysIn(gathered)
  return gathered.deployables.flatMap(place => {
    if (isGateway(place) && !isWayIn(place)) return []
    const own = place.fact.containers.filter(c => !c.init && !isHelper(c) && !isIdle(c))
    const single = own.length === 1
    const made = own.map(container => instance(place, container, programs, single || canBeNamed(container, place, own)))
    const running = made.filter(i => i.stock === undefined)
    const main = running.length > 0 ? running : made.slice(0, 1)
    return main.filter(i => !isTask(i))
  })
}

const isHelper = (container: ContainerFact): boolean =>
  container.image !== undefined && container.build === undefined && stockOf(showValue(container.image))?.helper === true

/** With several containers, the workload's name belongs to the one that carries it, or to the first. */
const canBeNamed = (container: ContainerFact, place: Placed<DeployableFact>, all: readonly ContainerFact[]): boolean =>
  container.name === place.fact.name || (container === all[0] && !all.some(c => c.name === place.fact.name))

const instance = (place: Placed<DeployableFact>, container: ContainerFact, programs: Programs, mayUseName: boolean): Instance => {
  if (isGateway(place)) return { place, container, image: '', steps: [], stock: { service: 'gateway' } }
  if (place.fact.kind === 'cloud/workflow') return { place, container, image: '', steps: [], stock: { service: 'worker' } }
  const image = container.image === undefined ? '' : showValue(container.image)
  const stock = container.build === undefined ? stockOf(image) : undefined
  const found = programOf(place, container, programs, mayUseName && stock === undefined)
  const base = { place, container, image: imageName(image), steps: found?.steps ?? [] }
  if (!found && stock) return stock.helper ? base : { ...base, stock }
  const dockerfile = found ? imageOf(found.ref, programs) : bareImageOf(place, container, programs)
  const derived = dockerfile && !found?.ref.program.listens ? stockBase(dockerfile) : undefined
  if (derived) return { ...base, stock: derived.stock, steps: [...base.steps, { at: derived.at, says: `FROM ${derived.from}` }] }
  if (found) return { ...base, program: found.ref }
  const ports = container.ports.flatMap(p => [p.target, p.port].filter(port => typeof port === 'number'))
  const alike = container.build ? undefined : stockByPort(image, ports)
  return alike ? { ...base, stock: alike } : base
}
