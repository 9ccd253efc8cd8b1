import type { LibraryRow } from '../rows.ts'
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

  ...httpMethods([
    'getForObject',
    'getForEntity',
    'postForObject',
    'postForEntity',
    'postForLocation',
    'put',
    'delete',
    'patchForObject',
  ]).map(
    ({ name, method }): LibraryRow => ({
      language,
      when: 'call',
      path: `{*.,}{RestTemplate,RestOperations,RestTemplateBuilder}*.${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', method: `"${method}"`, ...(name.startsWith('get') ? {} : { body: '1' }) },
    }),
  ),
  {
    language,
    when: 'call',
    path: '{*.,}{RestTemplate,RestOperations,RestTemplateBuilder}*.exchange',
    gives: { effect: 'call', protocol: 'http', target: '0', method: '1', body: '2' },
  },
  ...httpMethods(['get', 'post', 'put', 'delete', 'patch']).map(
    ({ name, method }): LibraryRow => ({
      language,
      when: 'call',
      path: `{*.,}{WebClient,RestClient}*.${name}.uri`,
      gives: { effect: 'call', protocol: 'http', target: '0', base: ['chain:baseUrl:0', 'chain:create:0'], method: `"${method}"` },
    }),
  ),
  {
    language,
    when: 'call',
    path: '{*.,}HttpRequest.newBuilder*.uri',
    gives: { effect: 'call', protocol: 'http', target: '0', method: '"*"' },
  },
  { language, when: 'call', path: '{*.,}Request.Builder*.url', gives: { effect: 'call', protocol: 'http', target: '0', method: '"*"' } },
  {
    language,
    when: 'new',
    path: '{*.,}{HttpGet,HttpPost,HttpPut,HttpDelete}',
    gives: { effect: 'call', protocol: 'http', target: '0', method: '"*"' },
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
  {
    language,
    when: 'annotation',
    path: 'FeignClient',
    gives: { effect: 'call', protocol: 'http', target: ['url=', 'name=', 'value=', '0'], base: 'path=' },
  },
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

  { language, when: 'call', path: '{*.,}DataSourceBuilder.create*.url', gives: { effect: 'store', protocol: 'sql', target: '0' } },
  {
    language,
    when: 'call',
    path: '{*.,}{HikariConfig,HikariDataSource}.setJdbcUrl',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}{DriverManagerDataSource,BasicDataSource,PGSimpleDataSource,MysqlDataSource}.{setUrl,setURL}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  { language, when: 'call', path: '{java.sql.,}DriverManager.getConnection', gives: { effect: 'store', protocol: 'sql', target: '0' } },
  { language, when: 'call', path: '{*.,}MongoClients.create', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  { language, when: 'new', path: '{*.,}{Jedis,JedisPool,JedisPooled}', gives: { effect: 'store', protocol: 'redis', target: '0' } },
  { language, when: 'call', path: '{*.,}RedisClient.create', gives: { effect: 'store', protocol: 'redis', target: '0' } },
  {
    language,
    when: 'call',
    path: '{*.,}{DynamoDbClient,DynamoDbAsyncClient}.builder*.endpointOverride',
    gives: { effect: 'store', protocol: 'http', target: '0' },
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
]
