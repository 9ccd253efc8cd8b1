import { basename } from '../base/path.ts'
import type { ContainerFact } from '../model/manifest.ts'
import type { Instance } from './node.ts'

/** Clients that stand in the images of databases, brokers and stores, by the names of their programs. */
const CLIENTS =
  /^(redis-cli|valkey-cli|mongo|mongosh|mongoimport|mongorestore|psql|pg_isready|pg_restore|createdb|mysql|mysqladmin|mysqlimport|mariadb|cqlsh|sqlcmd|kafka-(topics|configs|acls|console-(producer|consumer))(\.sh)?|cub|rpk|rabbitmqadmin|nats|pulsar-admin|mc|aws|awslocal|etcdctl|influx|clickhouse-client|cypher-shell|curl|wget|nc)$/
/** What such images run when they serve. */
const SERVERS =
  /^(redis-server|valkey-server|redis-sentinel|mongod|mongos|postgres|mysqld|mariadbd|cassandra|sqlservr|kafka-server-start(\.sh)?|start-kafka\.sh|redpanda|rabbitmq-server|nats-server|pulsar|etcd|influxd|memcached|minio|consul|zkServer\.sh|docker-entrypoint\.sh|entrypoint\.sh|run\.sh)$/
const SHELL = /^(sh|bash|ash|dash)$/
const PREPARES = /(^|[-_.])(init|setup|seed|seeder|migrate|migrations?|schema|bootstrap|provision)([-_.]|$)/i

const wordsOf = (container: ContainerFact): string[] =>
  [...(container.entrypoint ?? []), ...(container.command ?? [])].flatMap(part => part.split(/[\s;&|()"'`]+/)).filter(word => word !== '')

/** A job on a database's or tool's image fills or prepares something, and so does a shell of that image that only runs its client. */
export const isTask = (instance: Instance): boolean => {
  const { place, container, stock } = instance
  if (stock === undefined || stock.service === 'loadgen') return false
  return /^(Job|CronJob)$/.test(place.fact.kind) || (stock.resource !== undefined && preparesStore(container, place.fact.name))
}

const preparesStore = (container: ContainerFact, workload: string): boolean => {
  const words = wordsOf(container)
  const programs = words.map(word => basename(word))
  const runsShell = programs[0] !== undefined && SHELL.test(programs[0])
  if (container.ports.length > 0 || programs.some(p => SERVERS.test(p))) return false
  if (programs.some(p => CLIENTS.test(p)) && (runsShell || CLIENTS.test(programs[0]!))) return true
  const script = programs.find((p, n) => n > 0 && /\.sh$/.test(p) && words[n]!.includes('/'))
  return runsShell && script !== undefined && [script, workload].some(name => PREPARES.test(name))
}

/** Kept alive only so that somebody can go in: `sleep infinity`, `tail -f /dev/null`, a bare shell. */
export const isIdle = (container: ContainerFact): boolean => {
  const line = [...(container.entrypoint ?? []), ...(container.command ?? [])]
    .join(' ')
    .trim()
    .replace(/^(\/(usr\/)?bin\/)?(ba|a|da)?sh -c +/, '')
  return /^(\/(usr\/)?bin\/)?(sleep +(\d+[smhd]?|inf(inity)?)|tail +-[fF] +\/dev\/null|cat)$|^while (true|:); *do +sleep +\d+[smhd]?; *done;?$/.test(
    line,
  )
}
