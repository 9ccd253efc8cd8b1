import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

/** The map of repositories given as files by path. */
const mapOf = async (...repositories: Files[]): Promise<SystemModel> => {
  const fragments = await Promise.all(
    repositories.map(async (files, n) =>
      analyse(await scan(memoryTree(files, { repo: n === 0 ? 'office' : `other-${n}` }), { workers: 0 })),
    ),
  )
  return link(fragments, { links: {}, external: {}, publicContracts: [] })
}

/** `from -> to purpose`, and the role for topics. */
const edges = (model: SystemModel): string[] => [...new Set(model.interactions.map(i => `${i.from} -> ${i.to} ${i.role ?? i.purpose}`))]
const kinds = (model: SystemModel): Record<string, string> => Object.fromEntries(model.services.map(s => [s.id, s.kind]))

const pom = (name: string, ...libraries: string[]): string =>
  `<project><groupId>office</groupId><artifactId>${name}</artifactId><dependencies>${[
    'org.springframework.boot:spring-boot-starter-web',
    ...libraries,
  ]
    .map(l => l.split(':'))
    .map(([group, artifact]) => `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId></dependency>`)
    .join('\n')}</dependencies></project>`

const cloud = (name: string): string => `org.springframework.cloud:spring-cloud-${name}`

/** A Spring program: its build file, its main class with annotations, its configuration. */
const program = (name: string, libraries: string[], annotations: string[], application: string, more: Files = {}): Files => ({
  [`${name}/pom.xml`]: pom(name, ...libraries),
  [`${name}/src/main/java/office/${name}/Application.java`]: `package office.${name};
import org.springframework.boot.autoconfigure.SpringBootApplication;
@SpringBootApplication
${annotations.map(a => `@${a}`).join('\n')}
public class Application {
  public static void main(String[] args) { }
}
`,
  [`${name}/src/main/resources/application.yml`]: application,
  ...Object.fromEntries(Object.entries(more).map(([path, content]) => [`${name}/${path}`, content])),
})

const REGISTRY = program('registry', [cloud('starter-netflix-eureka-server')], ['EnableEurekaServer'], 'server.port: 8761\n')
const EUREKA = cloud('starter-netflix-eureka-client')
const named = (name: string, more = ''): string => `spring:\n  application:\n    name: ${name}\n${more}`

describe('registries', () => {
  it('whoever has the client registers, at the address or at the only registry', async () => {
    const model = await mapOf({
      ...REGISTRY,
      ...program('seating', [EUREKA], [], named('seating', 'eureka.client.serviceUrl.defaultZone: http://localhost:8761/eureka\n')),
      ...program('billing', [EUREKA], [], named('billing')),
    })
    expect(edges(model)).toEqual(['billing -> registry registration', 'seating -> registry registration'])
    expect(kinds(model)).toMatchObject({ registry: 'registry', seating: 'service' })
  })

  it('a client that is switched off does not, nor one that only tests have', async () => {
    const model = await mapOf({
      ...REGISTRY,
      ...program('seating', [EUREKA], [], named('seating', 'eureka.client.enabled: false\n')),
      ...program('billing', [], [], named('billing'), {
        'src/test/resources/application.yml': 'eureka.client.serviceUrl.defaultZone: http://registry:8761/eureka\n',
      }),
    })
    expect(edges(model)).toEqual([])
  })

  it('names of registries are found whatever their case', async () => {
    const model = await mapOf({
      ...REGISTRY,
      ...program('price-list', [EUREKA], [], named('pricing')),
      ...program('seating', [EUREKA], [], named('seating'), {
        'src/main/java/office/seating/Prices.java': `package office.seating;
import org.springframework.web.client.RestTemplate;
public class Prices {
  private final RestTemplate http = new RestTemplate();
  public String quote() { return http.getForObject("http://PRICING/quote", String.class); }
}
`,
      }),
    })
    expect(edges(model)).toContain('seating -> price-list call')
  })
})

describe('configuration servers', () => {
  const SERVER = program(
    'settings-server',
    [cloud('config-server')],
    ['EnableConfigServer'],
    'server.port: 8888\nspring.cloud.config.server.native.search-locations: classpath:/shared\nspring.profiles.active: native\n',
    {
      'src/main/resources/shared/application.yml': 'spring.data.mongodb.host: everybody-db\n',
      'src/main/resources/shared/ticket-seating.yml': 'spring.data.mongodb.host: seating-db\n',
    },
  )
  const compose = `services:
  settings-server: { build: settings-server }
  seating: { build: seating }
  billing: { build: billing }
  seating-db: { image: mongo }
  everybody-db: { image: mongo }
`
  const dockerfile = 'FROM eclipse-temurin\nCOPY . .\n'
  const client = [cloud('starter-config'), 'org.springframework.boot:spring-boot-starter-data-mongodb']

  it('hand out NAME.yml before application.yml, to whoever bears the name', async () => {
    const model = await mapOf({
      ...SERVER,
      ...program('seating', client, [], named('ticket-seating')),
      ...program('billing', client, [], named('billing')),
      'compose.yaml': compose,
      ...Object.fromEntries(['settings-server', 'seating', 'billing'].map(n => [`${n}/Dockerfile`, dockerfile])),
    })
    expect(edges(model)).toEqual([
      'billing -> everybody-db data',
      'billing -> settings-server config',
      'seating -> seating-db data',
      'seating -> settings-server config',
    ])
    const [evidence] = model.interactions.find(i => i.to === 'seating-db')!.evidence
    expect(evidence!.via!.map(s => `${s.at.file}:${s.at.line}`)).toContain('settings-server/src/main/resources/shared/ticket-seating.yml:1')
  })

  it('may keep what they hand out in a repository of its own', async () => {
    const office = {
      ...program('gateway', [cloud('starter-netflix-zuul'), cloud('starter-config')], ['EnableZuulProxy'], named('gateway')),
      ...program('seating', [], [], named('seating')),
    }
    const routes = 'zuul:\n  routes:\n    seats:\n      path: /seats/**\n      serviceId: seating\n'
    expect(edges(await mapOf(office))).toEqual([])
    expect(edges(await mapOf(office, { 'gateway.yml': routes }))).toEqual(['gateway -> seating call'])
    expect(edges(await mapOf(office, { 'billing.yml': routes }))).toEqual([])
  })

  it('cannot switch off by what they hand out', async () => {
    const model = await mapOf({
      ...SERVER,
      'settings-server/src/main/resources/shared/billing.yml': 'spring.cloud.config.enabled: false\n',
      ...program('billing', [cloud('starter-config')], [], named('billing')),
    })
    expect(edges(model)).toEqual(['billing -> settings-server config'])
  })
})

describe('gateways', () => {
  const backends = {
    ...program('seating', [EUREKA], [], named('seating')),
    ...program('billing', [EUREKA], [], named('billing')),
    ...REGISTRY,
  }
  const calls = async (libraries: string[], annotations: string[], application: string): Promise<string[]> => {
    const model = await mapOf({ ...backends, ...program('gateway', [...libraries, EUREKA], annotations, application) })
    expect(kinds(model).gateway).toBe('gateway')
    return edges(model).filter(e => e.endsWith(' call'))
  }
  const zuul = (application: string): Promise<string[]> => calls([cloud('starter-netflix-zuul')], ['EnableZuulProxy'], application)

  it('route by service id, by address and by the name of the route', async () => {
    expect(await zuul('zuul.routes:\n  seats: { path: /s, serviceId: seating }\n  billing: /b/**\n')).toEqual([
      'gateway -> billing call',
      'gateway -> seating call',
    ])
    const cloudGateway = 'spring.cloud.gateway.routes:\n  - id: s\n    uri: lb://SEATING\n'
    expect(await calls([cloud('starter-gateway')], [], cloudGateway)).toEqual(['gateway -> seating call'])
  })

  it('without routes forward to everybody registered, unless they ignore them', async () => {
    expect(await zuul('server.port: 80\n')).toEqual(['gateway -> billing call', 'gateway -> seating call'])
    expect(await zuul("zuul.ignored-services: '*'\n")).toEqual([])
    expect(await zuul('#zuul.routes.seating: /s/**\nzuul.routes.billing: /b/**\n')).toEqual(['gateway -> billing call'])
  })
})

describe('stores, brokers and identity', () => {
  const JPA = 'org.springframework.boot:spring-boot-starter-data-jpa'
  const of = async (libraries: string[], application: string, more: Files = {}, compose = ''): Promise<string[]> =>
    edges(
      await mapOf({
        ...program('seating', libraries, [], application, more),
        'compose.yaml': `services:\n  seating: { build: seating }\n  broker: { image: rabbitmq }\n  idp: { image: keycloak }\n${compose}`,
        'seating/Dockerfile': 'FROM eclipse-temurin\nCOPY . .\n',
      }),
    )

  it('a data source is a store; an embedded one is none', async () => {
    expect(
      await of([JPA], 'spring.datasource.url: jdbc:postgresql://${DB:seats-db}/seats\n', {}, '  seats-db: { image: postgres }\n'),
    ).toEqual(['seating -> seats-db data'])
    expect(await of([JPA, 'com.h2database:h2'], 'spring.datasource.url: jdbc:h2:mem:seats\n')).toEqual([])
    expect(await of([JPA], 'spring.datasource.url: jdbc:mysql://10.0.0.7:3306/seats\n')).toEqual([
      'seating -> mysql://10.0.0.7:3306/seats data',
    ])
  })

  it('settings of a library that is not there mean nothing', async () => {
    expect(
      await of([], 'spring.rabbitmq.host: broker\nspring.data.mongodb.host: broker\nsecurity.oauth2.client.accessTokenUri: http://idp/t\n'),
    ).toEqual([])
  })

  it('a library that many bring along counts only with its broker or a listener', async () => {
    const bus = cloud('starter-bus-amqp')
    expect(await of([bus], 'server.port: 80\n')).toEqual([])
    expect(await of([bus], 'spring.rabbitmq.host: broker\n')).toEqual(['seating -> broker message'])
    expect(await of([cloud('starter-stream-rabbit')], 'server.port: 80\n')).toEqual(['seating -> broker message'])
  })

  it('tokens are asked for where the settings say', async () => {
    const security = 'org.springframework.boot:spring-boot-starter-oauth2-resource-server'
    expect(await of([security], 'spring.security.oauth2.resourceserver.jwt.issuer-uri: http://idp:8080/realms/office\n')).toEqual([
      'seating -> idp auth',
    ])
  })

  it('a binding counts for the direction that code binds', async () => {
    const binding =
      'spring.cloud.stream.bindings:\n  input.destination: seats-sold\n  output.destination: seats-sold\n  sold-out-0.destination: sold\n'
    const bind = `package office.seating;
@EnableBinding(Sink.class)
public class Inbox { }
`
    const found = await of([cloud('stream')], binding, { 'src/main/java/office/seating/Inbox.java': bind })
    expect(found).toEqual(['seating -> topic:seats-sold consume', 'seating -> topic:sold produce'])
  })

  it('output goes where the log driver sends it', async () => {
    const compose = `  shipper: { image: logstash, ports: ['5000:5000'] }
  ledger: { image: office/ledger, logging: { driver: gelf, options: { gelf-address: 'udp://127.0.0.1:5000' } } }
`
    expect(await of([], 'server.port: 80\n', {}, compose)).toEqual(['ledger -> shipper telemetry'])
  })
})

describe('Quarkus', () => {
  const of = async (properties: string): Promise<string[]> =>
    edges(
      await mapOf({
        'seating/pom.xml': pom(
          'seating',
          'io.quarkus:quarkus-rest-client',
          'io.quarkus:quarkus-messaging-kafka',
          'io.quarkus:quarkus-jdbc-postgresql',
        ),
        'seating/src/main/java/office/Prices.java':
          'package office;\n@RegisterRestClient(configKey = "prices")\npublic interface Prices { }\n',
        'seating/src/main/java/office/Main.java': 'package office;\npublic class Main { public static void main(String[] args) { } }\n',
        'seating/src/main/resources/application.properties': properties,
        'seating/Dockerfile': 'FROM eclipse-temurin\nCOPY . .\n',
        'compose.yaml': 'services:\n  seating: { build: seating }\n  pricing: { image: office/pricing }\n  seats: { image: postgres }\n',
      }),
    )

  it('clients, data sources and channels stand in the settings; development does not count', async () => {
    expect(
      await of('%dev.quarkus.rest-client.prices.url=http://localhost:1\nquarkus.rest-client.prices.url=http://pricing:7000\n'),
    ).toEqual(['seating -> pricing call'])
    expect(await of('quarkus.datasource.jdbc.url=jdbc:postgresql://seats/seats\n')).toEqual(['seating -> seats data'])
  })

  it('a channel with a connector is a topic, under its own name where no other is given', async () => {
    const connected = 'mp.messaging.incoming.sold.connector=smallrye-kafka\nmp.messaging.outgoing.bills.connector=smallrye-kafka\n'
    expect((await of(`${connected}mp.messaging.outgoing.bills.topic=all-bills\n`)).filter(e => e.includes('topic:'))).toEqual([
      'seating -> topic:all-bills produce',
      'seating -> topic:sold consume',
    ])
    expect((await of('mp.messaging.incoming.inside.something=1\n')).filter(e => e.includes('topic:'))).toEqual([])
  })
})

describe('layers', () => {
  const layered = async (files: Files, environment: string): Promise<string[]> => {
    const code = `package office.seating;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.client.RestTemplate;
public class Prices {
  @Value("\${prices.url:http://by-default}")
  private String url;
  private final RestTemplate http = new RestTemplate();
  public String quote() { return http.getForObject(url + "/quote", String.class); }
}
`
    const hosts = ['by-default', 'by-base', 'by-profile', 'by-environment', 'by-server', 'by-other']
    const model = await mapOf({
      ...program('seating', [], [], files.base ?? '', { 'src/main/java/office/seating/Prices.java': code }),
      ...Object.fromEntries(Object.entries(files).filter(([path]) => path !== 'base')),
      'compose.yaml': `services:\n  seating:\n    build: seating\n    environment: ${environment}\n${hosts.map(h => `  ${h}: { image: office/${h} }`).join('\n')}\n`,
      'seating/Dockerfile': 'FROM eclipse-temurin\nCOPY . .\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
    })
    return model.interactions.map(i => i.to)
  }
  const resources = 'seating/src/main/resources'
  const all: Files = {
    base: `${named('seating')}\nprices.url: http://by-base\n`,
    [`${resources}/application-cloud.properties`]: 'prices.url=http://by-profile\n',
    [`${resources}/application-dev.yml`]: 'prices.url: http://by-other\n',
    'config-repo/seating.yml': 'prices.url: http://by-server\n',
    'config-repo/application.yml': 'prices.url: http://by-other\n',
  }

  it('environment, active profile, base, server, default', async () => {
    expect(await layered(all, '{ PRICES_URL: http://by-environment, SPRING_PROFILES_ACTIVE: cloud }')).toEqual(['by-environment'])
    expect(await layered(all, '{ SPRING_PROFILES_ACTIVE: cloud }')).toEqual(['by-profile'])
    expect(await layered(all, '{ SPRING_PROFILES_ACTIVE: other }')).toEqual(['by-base'])
    expect(await layered({ ...all, base: named('seating') }, '{ SPRING_PROFILES_ACTIVE: other }')).toEqual(['by-server'])
    expect(await layered({ base: named('seating') }, '{}')).toEqual(['by-default'])
  })

  it('classes that settings are bound to, with getters that are generated and parts of their own', async () => {
    const properties = `package office.seating;
@ConfigurationProperties(prefix = "office.prices")
@Data
public class PriceProperties {
  private String mainUrl;
  private Backup backup;
  @Data
  public static class Backup { private String url = "http://by-default"; }
}
`
    const code = `package office.seating;
import org.springframework.web.client.RestTemplate;
public class Prices {
  private final PriceProperties properties;
  private final RestTemplate http = new RestTemplate();
  public Prices(PriceProperties properties) { this.properties = properties; }
  public String quote() { return http.getForObject(properties.getMainUrl() + "/quote", String.class); }
  public String second() { return http.getForObject(properties.getBackup().getUrl() + "/quote", String.class); }
}
`
    const more: Files = {
      'seating/src/main/java/office/seating/PriceProperties.java': properties,
      'seating/src/main/java/office/seating/Prices.java': code,
    }
    const base = 'office.prices:\n  main-url: http://by-base\n  backup.url: http://by-other\n'
    expect(await layered({ base, ...more }, '{}')).toEqual(['by-base', 'by-other'])
    expect(await layered({ base, ...more }, '{ OFFICE_PRICES_MAINURL: http://by-environment }')).toEqual(['by-environment', 'by-other'])
  })

  it('no profile named: what profiles say counts beside the base, development apart', async () => {
    expect(await layered(all, '{}')).toEqual(['by-base', 'by-profile'])
  })

  it('placeholders nest, take defaults, and give nothing when they go in circles', async () => {
    expect(await layered({ base: 'prices.url: http://${prices.host:${fallback.host:by-base}}\n' }, '{}')).toEqual(['by-base'])
    expect(await layered({ base: 'prices.url: http://${prices.${kind}-host}\nkind: main\nprices.main-host: by-other\n' }, '{}')).toEqual([
      'by-other',
    ])
    expect(await layered({ base: 'prices.url: ${a}\na: ${b}\nb: ${a}\n' }, '{}')).toEqual(['by-default'])
  })

  it('keys with a profile before them count in that profile', async () => {
    const base = {
      [`${resources}/application.properties`]:
        'prices.url=http://by-base\n%dev.prices.url=http://by-other\n%prod.prices.url=http://by-profile\n',
    }
    expect(await layered({ base: '', ...base }, '{}')).toEqual(['by-profile'])
    expect(await layered({ base: '', ...base }, '{ QUARKUS_PROFILE: dev }')).toEqual(['by-other'])
  })
})

describe('repositories', () => {
  const repository: Files = {
    'src/main/java/office/seating/Seats.java':
      'package office.seating;\nimport org.springframework.data.repository.CrudRepository;\npublic interface Seats extends CrudRepository<String, String> { }\n',
  }
  const MONGO = ['org.springframework.boot:spring-boot-starter-data-mongodb']

  it('whose store other settings tell are not asked for again', async () => {
    const told = await mapOf({
      ...program('seating', MONGO, [], named('seating', '  data.mongodb:\n    host: seats-db\n'), repository),
      'compose.yml': 'services:\n  seating: {build: seating}\n  seats-db: {image: mongo}\n',
      'seating/Dockerfile': 'FROM base\nCOPY . .\n',
    })
    expect(edges(told)).toEqual(['seating -> seats-db data'])
    expect(told.unresolved).toEqual([])
  })

  it('whose store nothing tells are', async () => {
    const untold = await mapOf(program('seating', [], [], named('seating'), repository))
    expect(untold.unresolved.map(u => [u.does, u.stage])).toEqual([['store', 'no-setting']])
  })
})
