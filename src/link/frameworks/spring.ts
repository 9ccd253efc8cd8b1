import type { Condition, FrameworkRow } from './row.ts'

const library = (pattern: RegExp): Condition => ({ library: pattern })
const off = (key: string): Condition => ({ setting: key, is: /^false$/i })

/** Registries: whoever has the client registers and looks others up. */
const registration: FrameworkRow[] = [
  {
    name: 'eureka-client',
    when: [
      library(/(^|:)spring-cloud-(starter-)?(netflix-)?(eureka(-client)?|turbine)$/),
      { annotation: /^EnableEurekaClient$/ },
      { annotation: /^EnableDiscoveryClient$/, setting: 'eureka.client' },
      library(/(^|:)quarkus-eureka$/),
      library(/^(Steeltoe\.Discovery\.(Eureka|ClientCore)|Pivotal\.Discovery\.Client|eureka-js-client|py-eureka-client)$/i),
    ],
    unless: [{ role: 'registry' }, off('eureka.client.enabled'), off('spring.cloud.discovery.enabled')],
    does: 'call',
    protocol: 'http',
    purpose: 'registration',
    expects: 'registry',
    target: [
      '{eureka.client.serviceUrl.defaultZone}',
      '{eureka.client.service-url.default-zone}',
      'http://{eureka.instance.hostname|localhost}:8761/eureka',
    ],
  },
  {
    name: 'consul-client',
    when: [library(/(^|:)spring-cloud-(starter-)?consul(-discovery|-all)?$/)],
    unless: [off('spring.cloud.consul.enabled'), off('spring.cloud.consul.discovery.enabled')],
    does: 'call',
    protocol: 'http',
    purpose: 'registration',
    expects: 'registry',
    target: ['{spring.cloud.consul.host|localhost}:{spring.cloud.consul.port|8500}'],
  },
  {
    name: 'nacos-client',
    when: [library(/(^|:)(spring-cloud-starter-alibaba-nacos-discovery|nacos-discovery-spring-boot-starter)$/)],
    unless: [off('spring.cloud.nacos.discovery.enabled')],
    does: 'call',
    protocol: 'http',
    purpose: 'registration',
    expects: 'registry',
    target: ['{spring.cloud.nacos.discovery.server-addr}', '{spring.cloud.nacos.server-addr}', 'localhost:8848'],
  },
  {
    name: 'zookeeper-client',
    when: [library(/(^|:)spring-cloud-(starter-)?zookeeper(-discovery|-all)?$/)],
    does: 'call',
    protocol: 'tcp',
    purpose: 'registration',
    expects: 'zookeeper',
    target: ['{spring.cloud.zookeeper.connect-string|localhost:2181}'],
  },
]

const configuration: FrameworkRow[] = [
  {
    name: 'config-client',
    when: [
      library(/(^|:)spring-cloud-(starter-)?config(-client)?$/),
      { setting: 'spring.cloud.config.uri' },
      { setting: 'spring.cloud.config.discovery' },
      { setting: 'spring.config.import', is: /configserver:/ },
      library(/(^|:)quarkus-spring-cloud-config-client$/),
    ],
    unless: [{ role: 'config-server' }, { ...off('spring.cloud.config.enabled'), from: 'local' }],
    does: 'call',
    protocol: 'http',
    purpose: 'config',
    expects: 'config-server',
    target: [
      '{spring.cloud.config.uri}',
      '{quarkus.spring-cloud-config.url}',
      'http://{spring.cloud.config.discovery.service-id}',
      'http://localhost:8888',
    ],
  },
  {
    name: 'config-repository',
    when: [{ role: 'config-server', setting: 'spring.cloud.config.server.git.uri', is: /^(?!file:|\$\{user|\/|\.|classpath:)/ }],
    unless: [{ setting: 'spring.profiles.active', is: /(^|,)\s*native\b/ }],
    does: 'call',
    protocol: 'http',
    purpose: 'config',
    target: ['{spring.cloud.config.server.git.uri}'],
  },
]

/** Gateways: a route is a call of its target. */
const routes: FrameworkRow[] = [
  {
    name: 'zuul-route',
    when: [{ annotation: /^EnableZuul(Proxy|Server)$/ }, library(/(^|:)spring-cloud-(starter-)?(netflix-)?zuul$/)],
    each: 'zuul.routes.*',
    does: 'call',
    protocol: 'http',
    target: ['{zuul.routes.*.url}', 'http://{zuul.routes.*.serviceId}', 'http://{*}'],
  },
  {
    name: 'zuul-registered',
    when: [{ annotation: /^EnableZuulProxy$/ }],
    unless: [{ setting: 'zuul.routes' }, { setting: 'zuul.ignoredServices', is: /\*/ }],
    does: 'call',
    protocol: 'http',
    target: ['@registered'],
  },
  ...[
    'spring.cloud.gateway.routes',
    'spring.cloud.gateway.server.webflux.routes',
    'spring.cloud.gateway.mvc.routes',
    'spring.cloud.gateway.server.webmvc.routes',
  ].map(
    (key): FrameworkRow => ({
      name: 'gateway-route',
      when: [library(/(^|:)spring-cloud-(starter-)?gateway/)],
      each: `${key}.*.uri`,
      does: 'call',
      protocol: 'http',
      target: [`{${key}[*].uri}`],
    }),
  ),
  {
    name: 'gateway-registered',
    when: [{ library: /(^|:)spring-cloud-(starter-)?gateway/, setting: 'spring.cloud.gateway.discovery.locator.enabled', is: /^true$/i }],
    unless: [{ setting: 'spring.cloud.gateway.routes' }],
    does: 'call',
    protocol: 'http',
    target: ['@registered'],
  },
]

const SECURED: Condition[] = [
  library(/oauth2|spring-(boot-starter-|cloud-starter-)?security|keycloak|okta|quarkus-oidc/),
  { annotation: /^Enable(ResourceServer|OAuth2\w*|WebSecurity|WebFluxSecurity)$/ },
]
const authKeys = [
  'security.oauth2.resource.userInfoUri',
  'security.oauth2.resource.tokenInfoUri',
  'security.oauth2.resource.jwt.keyUri',
  'security.oauth2.resource.jwk.keySetUri',
  'security.oauth2.client.accessTokenUri',
  'security.oauth2.client.userAuthorizationUri',
  'spring.oauth2.resource.userInfoUri',
  'spring.oauth2.client.accessTokenUri',
  'spring.security.oauth2.resourceserver.jwt.issuer-uri',
  'spring.security.oauth2.resourceserver.jwt.jwk-set-uri',
  'spring.security.oauth2.resourceserver.opaquetoken.introspection-uri',
  'keycloak.auth-server-url',
  'quarkus.oidc.auth-server-url',
  'mp.jwt.verify.publickey.location',
]
const auth: FrameworkRow[] = [
  ...authKeys.map(
    (key): FrameworkRow => ({
      name: 'oauth2',
      when: SECURED.map(c => ({ ...c, setting: key })),
      does: 'call',
      protocol: 'http',
      purpose: 'auth',
      target: [`{${key}}`],
    }),
  ),
  ...['issuer-uri', 'token-uri', 'authorization-uri', 'user-info-uri', 'jwk-set-uri'].map(
    (name): FrameworkRow => ({
      name: 'oauth2-provider',
      when: SECURED,
      each: `spring.security.oauth2.client.provider.*.${name}`,
      does: 'call',
      protocol: 'http',
      purpose: 'auth',
      target: [`{spring.security.oauth2.client.provider.*.${name}}`],
    }),
  ),
]

const EMBEDDED: Condition = { setting: 'spring.datasource.url', is: /^jdbc:(h2|hsqldb|derby|sqlite)(?!.*:\/\/)/i }
const MONGODB = /spring-boot-starter-data-mongodb|spring-data-mongodb/
const stores: FrameworkRow[] = [
  {
    name: 'datasource',
    when: [
      { setting: 'spring.datasource.url' },
      { setting: 'spring.datasource.hikari.jdbc-url' },
      { setting: 'spring.datasource.jdbc-url' },
    ].map(c => ({
      ...c,
      library: /jpa|jdbc|mybatis|hibernate|flyway|liquibase|jooq|spring-boot|mysql|postgres|mariadb|mssql|ojdbc|druid/,
    })),
    unless: [EMBEDDED],
    does: 'store',
    protocol: 'sql',
    expects: 'database sql',
    target: ['{spring.datasource.url}', '{spring.datasource.hikari.jdbc-url}', '{spring.datasource.jdbc-url}'],
  },
  {
    name: 'r2dbc',
    when: [{ library: /r2dbc/, setting: 'spring.r2dbc.url' }],
    does: 'store',
    protocol: 'sql',
    expects: 'database sql',
    target: ['{spring.r2dbc.url}'],
  },
  {
    name: 'mongodb',
    when: [
      { library: MONGODB, setting: 'spring.data.mongodb' },
      { library: MONGODB, annotation: /^(EnableMongoRepositories|EnableReactiveMongoRepositories)$/ },
    ],
    unless: [library(/flapdoodle|embed\.mongo/)],
    does: 'store',
    protocol: 'mongodb',
    expects: 'database mongodb',
    target: [
      '{spring.data.mongodb.uri}',
      'mongodb://{spring.data.mongodb.host}:{spring.data.mongodb.port|27017}/{spring.data.mongodb.database|test}',
      'mongodb://localhost:27017/{spring.data.mongodb.database|test}',
    ],
  },
  ...['spring.data.redis', 'spring.redis'].map(
    (key): FrameworkRow => ({
      name: 'redis',
      when: [{ library: /redis|redisson|jedis|lettuce/, setting: key }],
      does: 'store',
      protocol: 'redis',
      expects: 'cache redis',
      target: [`{${key}.url}`, `redis://{${key}.host}:{${key}.port|6379}`, `redis://{${key}.cluster.nodes}`],
    }),
  ),
  ...[
    ['cassandra', /cassandra/, ['{spring.cassandra.contact-points}', '{spring.data.cassandra.contact-points}'], 'tcp'],
    [
      'elasticsearch',
      /elasticsearch/,
      ['{spring.elasticsearch.uris}', '{spring.elasticsearch.rest.uris}', '{spring.data.elasticsearch.cluster-nodes}'],
      'http',
    ],
    ['neo4j', /neo4j/, ['{spring.neo4j.uri}', '{spring.data.neo4j.uri}'], 'tcp'],
  ].map(
    ([name, pattern, target, protocol]): FrameworkRow => ({
      name: name as string,
      when: (target as string[]).map(t => ({ library: pattern as RegExp, setting: t.slice(1, -1) })),
      does: 'store',
      protocol: protocol as FrameworkRow['protocol'],
      target: target as string[],
    }),
  ),
  {
    name: 'mail',
    when: [{ library: /spring-boot-starter-mail|quarkus-mailer/, setting: 'spring.mail.host' }],
    does: 'call',
    protocol: 'tcp',
    target: ['{spring.mail.host}:{spring.mail.port|25}'],
  },
]

/** Libraries that connect as soon as the program starts. */
const RABBIT = /(^|:)(spring-cloud-(starter-)?stream(-binder)?-rabbit|spring-cloud-(starter-)?(netflix-)?(hystrix|turbine)-amqp)$/
const KAFKA = /(^|:)(spring-cloud-(starter-)?stream(-binder)?-kafka(-streams)?|micronaut-kafka)$/
/** Libraries that many bring along; they count where the program is told its broker, or has listeners. */
const RABBIT_AT_HAND = /(^|:)(spring-cloud-(starter-)?bus-amqp|spring-boot-starter-amqp|spring-rabbit)$/
const KAFKA_AT_HAND = /(^|:)(spring-cloud-(starter-)?bus-kafka|spring-kafka|spring-boot-starter-kafka)$/
const QUARKUS_KAFKA = /(^|:)quarkus-(smallrye-reactive-messaging-|messaging-)?kafka(-client|-streams)?$/
const brokers: FrameworkRow[] = [
  {
    name: 'rabbitmq',
    when: [
      library(RABBIT),
      { library: RABBIT_AT_HAND, with: /(^|:)spring-cloud-(starter-)?netflix-hystrix-stream$/ },
      { library: RABBIT_AT_HAND, setting: 'spring.rabbitmq', from: 'named' },
      { library: RABBIT_AT_HAND, annotation: /^RabbitListener$/ },
      { library: /(^|:)quarkus-(smallrye-reactive-messaging-|messaging-)rabbitmq$/, setting: 'rabbitmq-host' },
    ],
    does: 'call',
    protocol: 'amqp',
    purpose: 'message',
    expects: 'broker amqp',
    target: [
      '{spring.rabbitmq.addresses}',
      '{spring.rabbitmq.host}:{spring.rabbitmq.port|5672}',
      '{rabbitmq-host}:{rabbitmq-port|5672}',
      'amqp://localhost:5672',
    ],
  },
  {
    name: 'kafka',
    when: [
      library(KAFKA),
      { library: KAFKA_AT_HAND, setting: 'spring.kafka', from: 'named' },
      { library: KAFKA_AT_HAND, annotation: /^KafkaListener$/ },
      { library: QUARKUS_KAFKA, setting: 'mp.messaging' },
      { library: QUARKUS_KAFKA, setting: 'kafka.bootstrap.servers' },
    ],
    does: 'call',
    protocol: 'kafka',
    purpose: 'message',
    expects: 'broker kafka',
    target: [
      '{spring.kafka.bootstrap-servers}',
      '{spring.cloud.stream.kafka.binder.brokers}',
      '{kafka.bootstrap.servers}',
      '{mp.messaging.connector.smallrye-kafka.bootstrap.servers}',
      'localhost:9092',
    ],
  },
]

const monitoring: FrameworkRow[] = [
  {
    name: 'zipkin',
    when: [
      library(/(^|:)(spring-cloud-(starter-|sleuth-)zipkin|zipkin-reporter-brave|zipkin-sender-\w+)$/),
      { library: /sleuth|micrometer-tracing|opentelemetry-exporter-zipkin/, setting: 'spring.zipkin.base-url' },
      { library: /micrometer-tracing|zipkin/, setting: 'management.zipkin.tracing.endpoint' },
    ],
    unless: [
      { role: 'zipkin' },
      off('spring.zipkin.enabled'),
      { setting: 'spring.zipkin.sender.type', is: /^(rabbit|kafka|activemq)$/i },
      library(/sleuth-stream/),
    ],
    does: 'call',
    protocol: 'http',
    purpose: 'telemetry',
    expects: 'zipkin',
    target: ['{spring.zipkin.base-url}', '{management.zipkin.tracing.endpoint}', 'http://localhost:9411/'],
  },
  {
    name: 'admin-client',
    when: [{ setting: 'spring.boot.admin.client.url' }, { setting: 'spring.boot.admin.url' }],
    unless: [{ role: 'admin-server' }, off('spring.boot.admin.client.enabled')],
    does: 'call',
    protocol: 'http',
    purpose: 'telemetry',
    expects: 'admin-server',
    target: ['{spring.boot.admin.client.url}', '{spring.boot.admin.url}'],
  },
  {
    name: 'admin-server',
    when: [{ role: 'admin-server', library: /eureka|consul|discovery/ }],
    does: 'call',
    protocol: 'http',
    purpose: 'telemetry',
    target: ['@registered'],
  },
  {
    name: 'turbine',
    when: [{ role: 'turbine', setting: 'turbine.appConfig' }],
    does: 'call',
    protocol: 'http',
    purpose: 'telemetry',
    target: ['{turbine.appConfig}'],
  },
  {
    name: 'hystrix-dashboard',
    when: [{ role: 'hystrix-dashboard' }],
    unless: [{ role: 'turbine' }],
    does: 'call',
    protocol: 'http',
    purpose: 'telemetry',
    expects: 'turbine',
    target: ['@role'],
  },
]

/** Channels by name: `orders-in-0` of a function; `input` and `output` where code binds them. */
const BINDINGS: readonly (readonly [way: 'in' | 'out', captures: RegExp, when: Condition])[] = [
  ['in', /-in-\d+$/, { library: /spring-cloud-(starter-)?stream/ }],
  ['out', /-out-\d+$/, { library: /spring-cloud-(starter-)?stream/ }],
  ['in', /^input$/i, { annotation: /^EnableBinding\((Sink|Processor)\)$/ }],
  ['out', /^output$/i, { annotation: /^EnableBinding\((Source|Processor)\)$/ }],
]
const streams = BINDINGS.map(
  ([way, captures, when]): FrameworkRow => ({
    name: 'stream-binding',
    when: [when],
    each: 'spring.cloud.stream.bindings.*.destination',
    captures,
    does: way === 'in' ? 'consume' : 'publish',
    protocol: 'unknown',
    target: ['{spring.cloud.stream.bindings.*.destination}'],
    topic: '{spring.cloud.stream.bindings.*.destination}',
  }),
)

export const springRows: readonly FrameworkRow[] = [
  ...registration,
  ...configuration,
  ...routes,
  ...auth,
  ...stores,
  ...brokers,
  ...monitoring,
  ...streams,
]
