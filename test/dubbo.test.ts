// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of configuration files
import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analyse/analyse.ts'
import { link } from '../src/link/link.ts'
import type { SystemModel } from '../src/model/system.ts'
import { scan } from '../src/read/scan.ts'
import { memoryTree } from '../src/read/tree.ts'

type Files = Record<string, string>

const mapOf = async (files: Files): Promise<SystemModel> =>
  link([analyse(await scan(memoryTree(files, { repo: 'office' }), { workers: 0 }))], { links: {}, external: {}, publicContracts: [] })

const edges = (model: SystemModel): string[] => model.interactions.map(i => `${i.from} -> ${i.to} ${i.protocol} ${i.purpose}`)
const operations = (model: SystemModel): string[] => model.interactions.flatMap(i => i.operations.map(o => o.operation))

const pom = (name: string): string =>
  `<project><groupId>office</groupId><artifactId>${name}</artifactId><dependencies>
<dependency><groupId>office</groupId><artifactId>api</artifactId></dependency>
<dependency><groupId>org.apache.dubbo</groupId><artifactId>dubbo-spring-boot-starter</artifactId></dependency></dependencies></project>`

const API: Files = {
  'api/pom.xml': '<project><groupId>office</groupId><artifactId>api</artifactId></project>',
  'api/src/main/java/office/api/PriceService.java': 'package office.api;\npublic interface PriceService { String price(String seat); }\n',
  'api/src/main/java/office/api/SeatService.java': 'package office.api;\npublic interface SeatService { String hold(String seat); }\n',
}

const program = (name: string, classes: Files, resources: Files = {}): Files => ({
  [`${name}/pom.xml`]: pom(name),
  [`${name}/src/main/java/office/${name}/Main.java`]: `package office.${name};\npublic class Main { public static void main(String[] a) { } }\n`,
  ...Object.fromEntries(
    Object.entries(classes).map(([n, body]) => [`${name}/src/main/java/office/${name}/${n}.java`, `package office.${name};\n${body}`]),
  ),
  ...Object.fromEntries(Object.entries(resources).map(([n, body]) => [`${name}/src/main/resources/${n}`, body])),
})

const provider = (more = ''): string => `import office.api.PriceService;
import org.apache.dubbo.config.annotation.DubboService;
@DubboService${more}
public class Prices implements PriceService { public String price(String seat) { return seat; } }
`
const consumer = (more = ''): string => `import office.api.PriceService;
import org.apache.dubbo.config.annotation.DubboReference;
public class Desk {
  @DubboReference${more} private PriceService prices;
  String sell(String seat) { return prices.price(seat); }
}
`

describe('Dubbo', () => {
  it('clients call all who register the interface, with the method', async () => {
    const model = await mapOf({
      ...API,
      ...program('pricing', { Prices: provider() }),
      ...program('desk', { Desk: consumer() }),
    })
    expect(edges(model)).toEqual(['desk -> pricing dubbo call'])
    expect(operations(model)).toEqual(['office.api.PriceService/price'])
  })

  it('group and version tell services of one interface apart, placeholders included', async () => {
    const files = (wanted: string): Files => ({
      ...API,
      ...program('stalls', { Prices: provider('(group = "stalls", version = "${price.version:1.0}")') }),
      ...program('balcony', { Prices: provider('(group = "balcony", version = "1.0")') }),
      ...program('desk', { Desk: consumer(wanted) }),
    })
    expect(edges(await mapOf(files('(group = "stalls", version = "1.0")')))).toEqual(['desk -> stalls dubbo call'])
    expect(edges(await mapOf(files('(group = "*", version = "1.0")')))).toEqual(['desk -> balcony dubbo call', 'desk -> stalls dubbo call'])
    const none = await mapOf(files(''))
    expect(edges(none)).toEqual([])
    expect(none.unresolved.map(u => [u.stage, u.reason])).toEqual([['no-address', 'nobody registers office.api.PriceService']])
  })

  it('a reference that no code calls is no call', async () => {
    const unused = consumer().replace('return prices.price(seat);', 'return seat;')
    expect(edges(await mapOf({ ...API, ...program('pricing', { Prices: provider() }), ...program('desk', { Desk: unused }) }))).toEqual([])
  })

  it('an address in the reference goes before the registry', async () => {
    const model = await mapOf({
      ...API,
      ...program('pricing', { Prices: provider() }),
      ...program('desk', { Desk: consumer('(url = "tri://tills:50051")') }),
      'compose.yml': 'services:\n  tills: {image: office/tills, ports: ["50051"]}\n  desk: {build: desk}\n',
      'desk/Dockerfile': 'FROM base\nCOPY . .\n',
    })
    expect(edges(model)).toEqual(['desk -> tills dubbo call'])
  })

  it('an annotation of the same name that Spring has offers nothing', async () => {
    const plain = provider()
      .replace('org.apache.dubbo.config.annotation.DubboService', 'org.springframework.stereotype.Service')
      .replace('@DubboService', '@Service')
    const old = provider()
      .replace('org.apache.dubbo.config.annotation.DubboService', 'com.alibaba.dubbo.config.annotation.Service')
      .replace('@DubboService', '@Service')
    const with_ = (body: string): Files => ({ ...API, ...program('pricing', { Prices: body }), ...program('desk', { Desk: consumer() }) })
    expect(edges(await mapOf(with_(plain)))).toEqual([])
    expect(edges(await mapOf(with_(old)))).toEqual(['desk -> pricing dubbo call'])
  })

  it('clients and services that code configures itself', async () => {
    const model = await mapOf({
      ...API,
      ...program('pricing', {
        Start: `import office.api.PriceService;
import org.apache.dubbo.config.ServiceConfig;
public class Start { void run() { ServiceConfig<PriceService> service = new ServiceConfig<>(); service.setInterface(PriceService.class); service.export(); } }
`,
      }),
      ...program('desk', {
        Desk: `import office.api.PriceService;
import org.apache.dubbo.config.ReferenceConfig;
public class Desk { void run() { ReferenceConfig<PriceService> reference = new ReferenceConfig<>(); reference.setInterface(PriceService.class); PriceService prices = reference.get(); prices.price("1"); } }
`,
      }),
    })
    expect(edges(model)).toEqual(['desk -> pricing dubbo call'])
  })

  it('bean files declare services, references and the registry', async () => {
    const beans = (body: string): string => `<beans xmlns:dubbo="http://dubbo.apache.org/schema/dubbo">${body}</beans>`
    const model = await mapOf({
      ...API,
      ...program(
        'pricing',
        {},
        {
          'spring/provider.xml': beans(
            '<dubbo:registry address="zookeeper://${registry.host:127.0.0.1}:2181"/><dubbo:service interface="office.api.PriceService" ref="prices" version="2"/>',
          ),
        },
      ),
      ...program('desk', {}, { 'spring/consumer.xml': beans('<dubbo:reference id="p" interface="office.api.PriceService" version="2"/>') }),
      'compose.yml': 'services:\n  registry: {image: zookeeper, ports: ["2181:2181"]}\n',
    })
    expect(edges(model)).toEqual(['desk -> pricing dubbo call', 'pricing -> registry tcp registration'])
  })

  it('settings on the command line name the registry', async () => {
    const model = await mapOf({
      ...API,
      ...program('pricing', { Prices: provider() }, { 'application.properties': 'dubbo.registry.address=nacos://localhost:8848\n' }),
      'pricing/Dockerfile': 'FROM base\nCOPY . .\n',
      'compose.yml':
        'services:\n  pricing:\n    build: pricing\n    environment:\n      JAVA_TOOL_OPTIONS: "-Dx.y=1 -Ddubbo.registry.address=nacos://names:8848?a=b"\n  names: {image: nacos/nacos-server}\n  other: {image: nacos/nacos-server}\n',
    })
    expect(edges(model)).toEqual(['pricing -> names http registration'])
  })
})
