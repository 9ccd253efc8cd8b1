import type { ServiceKind } from '../model/system.ts'
import type { Node } from './node.ts'

/** What is known about a service when its kind is decided. */
export interface Traits {
  node: Node
  /** What annotations, libraries and images make of it. */
  role: ServiceKind | undefined
  /** Names of libraries its build modules depend on. */
  libraries: ReadonlySet<string>
  servesHttp: boolean
  servesRpc: boolean
  servesPages: boolean
  transcodes: boolean
  forwards: number
  /** It runs a reverse proxy that leads to other nodes. */
  proxies: boolean
  /** Its code is what a web server or proxy is given to run. */
  scripted: boolean
  /** Somebody registers there. */
  registers: boolean
  consumes: boolean
  listens: boolean
  callsServices: number
  /** Whether it sends messages. */
  produces: boolean
  /** Callers that are services, load generators and proxies apart. */
  callers: number
  isExposed: boolean
}

/** Libraries that say what a program is; matched as whole name or last part. */
const LIBRARIES: readonly (readonly [names: RegExp, kind: ServiceKind])[] = [
  [/^(Ocelot|Yarp\.ReverseProxy|http-proxy-middleware|express-http-proxy|express-gateway|@apollo\/gateway)$/i, 'gateway'],
  [/^(Duende\.IdentityServer|IdentityServer4|OpenIddict\.AspNetCore)$/i, 'auth'],
  [/^(locust|k6|artillery|autocannon|jmeter|gatling)$/i, 'loadgen'],
]
const PAGES = /^(@angular\/core|react-dom|vue|svelte|next|nuxt|solid-js|ember-source|spring-boot-starter-thymeleaf|blazor)$/i

const LOAD = /(^|[-_.\s])(load|traffic)[-_]?(gen|generator|test|tester)$|^(locust|k6|jmeter)([-_]|$)|^loadgen/i
/** Programs that stand for people; what they do has to fit. */
const PRETENDS = /(^|[-_.\s])(virtual|simulated|synthetic|fake)[-_.\s]?(user|customer|client|worker|shopper|visitor|traffic)s?$|simulator$/i
const GATEWAY = /(^|[-_.])(api[-_]?)?(gateway|gw|bff)([-_.]|$)|apigateway/i
const FRONT = /(^|[-_.])(front[-_]?end|web[-_]?(ui|app|site|client|front)?|ui|portal|site|storefront|dashboard|spa)$/i

/** The kind that a deployed thing's own names say, where they alone can. */
export const kindByName = (node: Node): ServiceKind | undefined =>
  node.instances.length > 0 && [node.name, ...node.aliases].some(n => LOAD.test(n)) ? 'loadgen' : undefined

/** The kind that a program's libraries say, where they alone can. */
export const kindByLibrary = (libraries: Iterable<string>): ServiceKind | undefined => {
  const names = [...libraries]
  return LIBRARIES.find(([pattern]) => names.some(name => pattern.test(name)))?.[1]
}

/**
 * The kind of a service, from the strongest cue to the weakest: how it is deployed, what its image is, what its libraries make of it,
 * what it does, how it stands in the graph. Names only confirm what it could be by its doing.
 */
export const kindOf = (traits: Traits): ServiceKind => {
  const { node } = traits
  const stock = node.stock?.service
  if (stock) return stock === 'registry' && node.stock?.coordinates && !traits.registers ? 'config' : stock
  const names = [node.name, ...node.aliases]
  const named = kindByName(node)
  if (named) return named
  if (node.instances.some(i => i.place.fact.kind === 'cloud/function')) return 'function'
  if (node.instances[0] && /^(Job|CronJob|cloud\/job)$/.test(node.instances[0].place.fact.kind)) return 'job'
  if (traits.role) return traits.role
  const libraries = [...traits.libraries]
  const byLibrary = kindByLibrary(libraries)
  if (byLibrary) return byLibrary
  if (traits.proxies && !traits.servesHttp && !traits.servesRpc && !traits.consumes)
    return libraries.some(l => PAGES.test(l)) ? 'frontend' : 'gateway'
  if (traits.transcodes || traits.scripted || (traits.forwards >= 2 && traits.callers === 0)) return 'gateway'
  if (names.some(n => GATEWAY.test(n)) && leadsOn(traits)) return 'gateway'
  if (names.some(n => PRETENDS.test(n)) && onlyCalls(traits)) return 'loadgen'
  if (traits.consumes && !traits.servesHttp && !traits.servesRpc) return 'worker'
  return isFrontend(traits, libraries, names) ? 'frontend' : 'service'
}

/** Asked by nobody inside, and asking others for what it is asked. */
const leadsOn = (traits: Traits): boolean => traits.servesHttp && traits.callers === 0 && (traits.callsServices > 0 || traits.produces)

const onlyCalls = (traits: Traits): boolean =>
  !traits.servesHttp && !traits.servesRpc && !traits.consumes && !traits.listens && traits.callsServices > 0

const isFrontend = (traits: Traits, libraries: readonly string[], names: readonly string[]): boolean => {
  if (traits.callers > 0 || traits.servesRpc || traits.consumes) return false
  if (libraries.some(l => PAGES.test(l))) return true
  return (traits.servesPages || names.some(n => FRONT.test(n))) && (traits.isExposed || traits.callsServices > 0)
}
