import type { FrameworkRow } from './row.ts'

const REST = /(^|:)quarkus-(rest-client|resteasy-client|resteasy-reactive|rest)([\w-]*)|microprofile-rest-client/
const MESSAGING = /(^|:)quarkus-(smallrye-reactive-messaging|messaging)|smallrye-reactive-messaging/

/** Channels by their connector's settings; a channel without a topic has its own name for one. In-process channels have no connector. */
const channels = (['incoming', 'outgoing'] as const).map(
  (way): FrameworkRow => ({
    name: 'messaging-channel',
    when: [{ library: MESSAGING }],
    each: `mp.messaging.${way}.*.connector`,
    does: way === 'incoming' ? 'consume' : 'publish',
    protocol: 'kafka',
    target: [`{mp.messaging.${way}.*.bootstrap.servers}`, '{kafka.bootstrap.servers}'],
    topic: `{mp.messaging.${way}.*.topic|*}`,
  }),
)

/** Quarkus and MicroProfile: declared clients, data sources and channels by their settings. */
export const quarkusRows: readonly FrameworkRow[] = [
  ...['url', 'uri'].map(
    (name): FrameworkRow => ({
      name: 'rest-client',
      when: [{ library: REST, annotation: /^RegisterRestClient$/ }],
      each: `quarkus.rest-client.*.${name}`,
      does: 'call',
      protocol: 'http',
      target: [`{quarkus.rest-client.*.${name}}`],
    }),
  ),
  {
    name: 'grpc-client',
    when: [{ library: /(^|:)quarkus-grpc/, annotation: /^GrpcClient$/ }],
    each: 'quarkus.grpc.clients.*.host',
    does: 'call',
    protocol: 'grpc',
    target: ['{quarkus.grpc.clients.*.host}:{quarkus.grpc.clients.*.port|9000}'],
  },
  {
    name: 'datasource',
    when: ['quarkus.datasource.jdbc.url', 'quarkus.datasource.reactive.url'].map(setting => ({ library: /(^|:)quarkus-/, setting })),
    unless: [{ setting: 'quarkus.datasource.jdbc.url', is: /^jdbc:(h2|derby|sqlite)(?!.*:\/\/)/i }],
    does: 'store',
    protocol: 'sql',
    expects: 'database sql',
    target: ['{quarkus.datasource.jdbc.url}', '{quarkus.datasource.reactive.url}'],
  },
  {
    name: 'mongodb',
    when: [{ library: /(^|:)quarkus-mongodb/, setting: 'quarkus.mongodb' }],
    does: 'store',
    protocol: 'mongodb',
    expects: 'database mongodb',
    target: ['{quarkus.mongodb.connection-string}', '{quarkus.mongodb.hosts}'],
  },
  {
    name: 'redis',
    when: [{ library: /(^|:)quarkus-redis/, setting: 'quarkus.redis.hosts' }],
    does: 'store',
    protocol: 'redis',
    expects: 'cache redis',
    target: ['{quarkus.redis.hosts}'],
  },
  ...channels,
]
