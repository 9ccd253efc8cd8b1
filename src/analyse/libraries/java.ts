import type { LibraryRow } from '../rows.ts'
import { javaClientRows } from './java-clients.ts'
import { javaDubboRows } from './java-dubbo.ts'
import { javaStoreRows } from './java-stores.ts'
import { httpMethods } from './methods.ts'

const language = 'java'
const shape = { request: 'param 0', response: 'callback' } as const

export const javaRows: LibraryRow[] = [
  { language, when: 'call', path: '{java.lang.,}System.getenv', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: '{java.lang.,}System.getenv.getOrDefault', gives: { value: 'env', name: '0', default: '1' } },
  { language, when: 'call', path: '{java.lang.,}System.getProperty', gives: { value: 'config', key: '0', default: '1' } },
  {
    language,
    when: 'call',
    path: 'org.springframework.core.env.Environment.{getProperty,getRequiredProperty}',
    gives: { value: 'config', key: '0', default: '1' },
  },
  {
    language,
    when: 'annotation',
    path: '{ConfigurationProperties,ConfigMapping}',
    gives: { value: 'config', key: ['0', 'value=', 'prefix='] },
  },
  { language, when: 'annotation', path: '{Value,ConfigProperty}', gives: { value: 'config', key: '0' } },
  { language, when: 'call', path: '{java.lang.,}String.format', gives: { value: 'format', template: '0', args: '1…' } },
  {
    language,
    when: 'call',
    path: '{java.lang.,}{String.valueOf,Integer.parseInt,Integer.valueOf,Long.parseLong,Objects.requireNonNull}',
    gives: { value: 'same', of: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}LoadBalancerClient.choose.getUri',
    gives: { value: 'concat', of: ['"http://"', 'chain:choose:0'], between: '' },
  },
  { language, when: 'call', path: '{*.,}LoadBalancerClient.choose.getHost', gives: { value: 'same', of: 'chain:choose:0' } },
  {
    language,
    when: 'call',
    path: '{*.,}DiscoveryClient.getInstances*.getUri',
    gives: { value: 'concat', of: ['"http://"', 'chain:getInstances:0'], between: '' },
  },
  { language, when: 'call', path: '{*.,}DiscoveryClient.getInstances*.getHost', gives: { value: 'same', of: 'chain:getInstances:0' } },
  {
    language,
    when: 'call',
    path: '{*.,}EurekaClient.getNextServerFromEureka.{getHomePageUrl,getHostName,getIPAddr}',
    gives: { value: 'concat', of: ['"http://"', 'chain:getNextServerFromEureka:0'], between: '' },
  },
  { language, when: 'call', path: '{java.net.,}URI.create', gives: { value: 'same', of: '0' } },
  { language, when: 'new', path: '{java.net.,}{URI,URL}', gives: { value: 'same', of: '0' } },

  ...['forAddress', 'forTarget'].map(
    (name): LibraryRow => ({
      ...{ language, when: 'call', path: `{io.grpc.,io.grpc.netty.,}{ManagedChannelBuilder,NettyChannelBuilder}.${name}` },
      gives: name === 'forTarget' ? { value: 'same', of: '0' } : { value: 'concat', of: ['0', '1'], between: ':' },
    }),
  ),
  {
    language,
    when: 'call',
    path: '{*.,}<Service>Grpc.{newBlockingStub,newStub,newFutureStub,newBlockingV2Stub}',
    gives: { value: 'stub', service: '$Service', target: '0' },
  },
  {
    language,
    when: 'super',
    path: '{*.,}<Service>Grpc.<Same>ImplBase',
    gives: { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: 'this', shape },
  },
  {
    language,
    when: 'super',
    path: '{*.,}<Service>ImplBase',
    gives: { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: 'this', shape },
  },
  {
    language,
    when: 'call',
    path: '{io.grpc.,io.grpc.netty.,}{ServerBuilder,NettyServerBuilder}.forPort',
    gives: { effect: 'listen', protocol: 'grpc', port: '0' },
  },

  ...httpMethods(['GetMapping', 'PostMapping', 'PutMapping', 'DeleteMapping', 'PatchMapping']).map(
    ({ name, method }): LibraryRow => ({
      language,
      when: 'annotation',
      path: name,
      gives: { effect: 'serve', protocol: 'http', path: ['0', 'value=', 'path='], method: `"${method}"`, handlers: 'none' },
    }),
  ),
  {
    language,
    when: 'annotation',
    path: 'RequestMapping',
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'value=', 'path='], method: ['method=', '"*"'], handlers: 'none' },
  },
  ...httpMethods(['Get', 'Post', 'Put', 'Delete', 'Patch', 'Head', 'Options']).flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'annotation',
      path: `{${method},${name},${name}Exchange}`,
      gives: { effect: 'serve', protocol: 'http', path: ['0', 'value='], method: `"${method}"`, handlers: 'none' },
    },
  ]),
  { language, when: 'annotation', path: '{Bean,Produces}', gives: { value: 'provided', name: 'name=' } },
  {
    language,
    when: 'super',
    path: '{*.,}{CrudRepository,JpaRepository,PagingAndSortingRepository,ListCrudRepository,JpaSpecificationExecutor}',
    gives: { effect: 'store', protocol: 'sql', target: 'config:spring.datasource.url' },
  },
  {
    language,
    when: 'super',
    path: '{*.,}{MongoRepository,ReactiveMongoRepository}',
    gives: { effect: 'store', protocol: 'mongodb', target: ['config:spring.data.mongodb.uri'] },
  },

  {
    language,
    when: 'annotation',
    path: 'KafkaListener',
    gives: { effect: 'consume', protocol: 'kafka', target: 'config:spring.kafka.bootstrap-servers', topic: ['topics=', '0', 'value='] },
  },
  {
    language,
    when: 'annotation',
    path: '{RabbitListener,JmsListener}',
    gives: {
      effect: 'consume',
      protocol: 'amqp',
      target: 'config:spring.rabbitmq.host',
      topic: ['queues=', 'destination=', '0', 'value='],
    },
  },
  {
    language,
    when: 'annotation',
    path: 'Incoming',
    gives: { effect: 'consume', protocol: 'kafka', target: 'config:kafka.bootstrap.servers', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}{KafkaTemplate,ReactiveKafkaProducerTemplate}.send',
    gives: { effect: 'publish', protocol: 'kafka', target: 'config:spring.kafka.bootstrap-servers', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}{RabbitTemplate,AmqpTemplate}.{convertAndSend,send,convertSendAndReceive}',
    gives: { effect: 'publish', protocol: 'amqp', target: 'config:spring.rabbitmq.host', topic: '0' },
  },
  {
    language,
    when: 'new',
    path: '{*.,}ProducerRecord',
    gives: { effect: 'publish', protocol: 'kafka', target: 'config:kafka.bootstrap.servers', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}StreamBridge.send',
    gives: { effect: 'publish', protocol: 'kafka', target: 'config:spring.cloud.stream.kafka.binder.brokers', topic: '0' },
  },
  ...javaClientRows,
  ...javaDubboRows,
  ...javaStoreRows,
]
