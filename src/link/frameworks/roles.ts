import type { ServiceKind } from '../../model/system.ts'
import type { Node } from '../node.ts'
import type { Marks } from './marks.ts'

/** Something that other programs look for by what it is. `kind`: what it makes of a program that is nothing else. */
interface RoleRow {
  role: string
  kind?: ServiceKind
  library?: RegExp
  annotation?: RegExp
  /** Names of well-known images. */
  image?: RegExp
  /** The kind holds only for programs without routes of their own. */
  aside?: true
}

/** Libraries by the last part of their name, annotations, images. Public names of the projects. */
const rows: readonly RoleRow[] = [
  {
    role: 'registry',
    kind: 'registry',
    annotation: /^EnableEurekaServer$/,
    library: /^spring-cloud-(starter-)?(netflix-)?eureka-server$/,
    image: /(^|\/)(eureka[\w-]*|consul|nacos(-server)?)$/,
  },
  { role: 'config-server', kind: 'config', annotation: /^EnableConfigServer$/, library: /^spring-cloud-config-server(-starter)?$/ },
  {
    role: 'gateway',
    kind: 'gateway',
    annotation: /^EnableZuul(Proxy|Server)$/,
    library: /^spring-cloud-(starter-gateway(-server-webflux|-server-webmvc|-mvc)?|(starter-)?(netflix-)?zuul)$/,
  },
  {
    role: 'authorization-server',
    kind: 'auth',
    annotation: /^EnableAuthorizationServer$/,
    library: /^spring-(security-oauth2-authorization-server|boot-starter-oauth2-authorization-server)$/,
  },
  { role: 'admin-server', kind: 'monitoring', annotation: /^EnableAdminServer$/, library: /^spring-boot-admin-(starter-)?server$/ },
  {
    role: 'turbine',
    kind: 'monitoring',
    annotation: /^EnableTurbine(Stream|Amqp)?$/,
    library: /^spring-cloud-(starter-)?(netflix-)?turbine(-stream|-amqp)?$/,
    aside: true,
  },
  { role: 'hystrix-dashboard', kind: 'monitoring', annotation: /^EnableHystrixDashboard$/, aside: true },
  {
    role: 'zipkin',
    kind: 'monitoring',
    annotation: /^EnableZipkin(Stream)?Server$/,
    library: /^zipkin-(server|autoconfigure-ui)$/,
    image: /(^|\/)(zipkin(-slim)?|jaeger|all-in-one|jaeger-all-in-one)$/,
  },
  { role: 'logstash', image: /(^|\/)logstash(-oss)?$/ },
  { role: 'kibana', image: /(^|\/)kibana(-oss)?$/ },
  { role: 'log-store', image: /(^|\/)(elasticsearch|opensearch)(-oss)?$/ },
  { role: 'zookeeper', image: /(^|\/)(cp-)?zookeeper$/ },
]

export interface Role {
  role: string
  kind?: ServiceKind
  aside?: true
}

/** The roles that a node plays, by what it runs. Stock resources play `KIND PROTOCOL`, such as `broker amqp`. */
export const rolesOf = (node: Node, marks: Marks): Role[] => {
  const images = node.instances.map(i => i.image)
  const found = rows.filter(
    row =>
      (row.annotation !== undefined && [...marks.annotations.keys()].some(a => row.annotation!.test(a))) ||
      (row.library !== undefined && [...marks.libraries.keys()].some(l => row.library!.test(lastPart(l)))) ||
      (row.image !== undefined && node.programs.length === 0 && images.some(i => row.image!.test(i))),
  )
  const stock = node.stock?.resource === undefined ? [] : [{ role: `${node.stock.resource} ${node.stock.protocol ?? ''}`.trim() }]
  return [...found, ...stock]
}

/** The kind that annotations, libraries and images make of it; undefined where nothing does. */
export const kindByRole = (roles: readonly Role[], servesRoutes: boolean): ServiceKind | undefined =>
  roles.find(r => r.kind !== undefined && !(r.aside && servesRoutes))?.kind

const lastPart = (library: string): string => library.slice(library.lastIndexOf(':') + 1)
