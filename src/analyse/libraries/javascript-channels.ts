import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, publish, consume, row } = channelRows('javascript')
const amqplib = '{amqplib,amqplib/callback_api,amqp-connection-manager}'
const broker = ['chain:connect:0', 'chain:connect:0.hostname']
const kafka = ['chain:Kafka:0.brokers']
const rhea = ['chain:connect:0.host', 'chain:connect:0.hostname']

/** JavaScript and TypeScript: brokers and stores. */
export const javascriptChannelRows: LibraryRow[] = [
  row('call', '{fs,node:fs,fs/promises,node:fs/promises,fs-extra,fs.promises}.{readFileSync,readFile,readJsonSync,readJson}', {
    value: 'settings',
    file: '0',
  }),
  row('super', '@prisma/client.PrismaClient', { effect: 'store', protocol: 'sql', target: 'config:prisma.datasource.url' }),
  row('call', '{JSON.parse,js-yaml.load,js-yaml.safeLoad,yaml.parse}', { value: 'same', of: '0' }),

  ...store(
    'redis',
    [
      '{redis,@redis/client,@node-redis/client}.{createClient,createCluster}',
      ['0.url', '0.socket.host', '0.host', '0.rootNodes', '1', '0'],
    ],
    ['new {ioredis,ioredis.Redis}', ['0.host', '1', '0'], undefined, { port: ['0.port'] }],
    ['new {ioredis,ioredis.Redis}.Cluster', '0'],
  ),
  ...store(
    'mongodb',
    ['{mongodb.MongoClient.connect,mongoose.connect,mongoose.createConnection}', '0'],
    ['new mongodb.MongoClient', '0'],
    ['@nestjs/mongoose.MongooseModule.forRoot', '0'],
  ),
  ...store(
    'sql',
    ['new pg.{Pool,Client}', ['0.connectionString', '0.host', '0'], undefined, { port: ['0.port'] }],
    ['{pg-promise,postgres,slonik.createPool,@neondatabase/serverless.neon}', ['0.host', '0.connectionString', '0']],
    ['pg-promise()', ['0.host', '0.connectionString', '0']],
  ),
  ...store(
    'sql',
    ['{mysql,mysql2,mysql2/promise,mariadb}.{createConnection,createPool}', ['0.host', '0.uri', '0'], undefined, { port: ['0.port'] }],
    ['{mssql,mssql.ConnectionPool}.connect', ['0.server', '0']],
    ['new mssql.ConnectionPool', ['0.server', '0']],
  ),
  ...store(
    'sql',
    ['knex', ['0.connection.host', '0.connection.connectionString', '0.connection']],
    ['@nestjs/typeorm.TypeOrmModule.forRoot', ['0.host', '0.url']],
  ),
  ...store(
    'sql',
    ['new typeorm.DataSource', ['0.host', '0.url']],
    ['typeorm.{createConnection,createConnections}', ['0.host', '0.url']],
    ['new sequelize{.Sequelize,}', ['3.host', '0.host', '0']],
    ['new sequelize-typescript.Sequelize', ['0.host', '0.uri', '0']],
  ),
  ...store(
    'sql',
    ['new @prisma/client.PrismaClient', ['0.datasources.db.url', '0.datasourceUrl', 'config:prisma.datasource.url']],
    ['new cassandra-driver.Client', '0.contactPoints'],
    ['@mikro-orm/core.MikroORM.init', ['0.clientUrl', '0.host']],
  ),
  ...store(
    'http',
    ['new {@elastic/elasticsearch,@opensearch-project/opensearch,elasticsearch}.Client', ['0.node', '0.nodes', '0.host', '0.hosts']],
    ['new minio.Client', '0.endPoint'],
    ['new {@aws-sdk/client-s3.S3Client,aws-sdk.S3,@aws-sdk/client-dynamodb.DynamoDBClient}', '0.endpoint'],
  ),
  ...store(
    'http',
    ['neo4j-driver.driver', '0'],
    ['new @influxdata/influxdb-client.InfluxDB', ['0.url', '0']],
    ['new couchbase.Cluster', '0'],
    ['couchbase.connect', '0'],
  ),
  ...store('unknown', ['new {memcached,memjs.Client,memcache-client.MemcacheClient}', ['0.server', '0']], ['memjs.Client.create', '0']),

  ...publish('amqp', [`${amqplib}*.publish`, broker, '0', { key: '1', typed: true }], [`${amqplib}*.sendToQueue`, broker, '0']),
  ...consume(
    'amqp',
    [`${amqplib}*.bindQueue`, broker, '1', { key: '2', binds: '0' }],
    [`${amqplib}*.{consume,get}`, broker, '0', { handlers: '1' }],
  ),
  ...publish('amqp', ['rhea*.{open_sender,attach_sender}', rhea, ['0.target.address', '0.target', '0']], ['rhea*.send', rhea, ['0.to']]),
  ...consume('amqp', ['rhea*.{open_receiver,attach_receiver}', rhea, ['0.source.address', '0.source', '0']]),
  ...publish('amqp', [
    'rabbitmq-amqp-js-client*.createPublisher',
    ['chain:createEnvironment:0.host'],
    ['0.queue.name', '0.exchange.name', '0.queue'],
    { key: '0.exchange.routingKey' },
  ]),
  ...consume('amqp', [
    'rabbitmq-amqp-js-client*.createConsumer',
    ['chain:createEnvironment:0.host'],
    ['0.queue.name', '0.stream.name', '0.queue'],
    { handlers: '0.messageHandler' },
  ]),
  ...publish('amqp', ['@azure/service-bus.ServiceBusClient.createSender', ['base:0'], '0']),
  ...consume('amqp', ['@azure/service-bus.ServiceBusClient.{createReceiver,acceptSession}', ['base:0'], '0']),

  ...publish(
    'kafka',
    ['kafkajs*.producer.send', kafka, '0.topic'],
    ['kafkajs*.producer.sendBatch', kafka, '0.topicMessages.0.topic'],
    ['kafka-node*.send', 'none', '0.0.topic'],
  ),
  ...consume(
    'kafka',
    ['kafkajs*.consumer.subscribe', kafka, ['0.topic', '0.topics']],
    ['new kafka-node.{ConsumerGroup,Consumer}', ['0.kafkaHost'], ['1.0.topic', '1']],
    ['new kafka-node.ConsumerGroupStream', ['0.kafkaHost'], '1'],
  ),
  ...publish('kafka', ['node-rdkafka.{Producer,HighLevelProducer}.produce', 'base:0.metadata.broker.list', '0']),
  ...consume('kafka', ['node-rdkafka.KafkaConsumer.subscribe', 'base:0.metadata.broker.list', '0']),
  ...publish(
    'nats',
    ['{nats,@nats-io/transport-node}*.connect.{publish,request}', ['base:0.servers', 'base:0'], '0'],
    ['{nats,@nats-io/jetstream}*.{jetstream}.publish', ['chain:connect:0.servers'], '0'],
    ['node-nats-streaming.connect.publish', 'base:2.url', '0'],
  ),
  ...consume(
    'nats',
    ['{nats,@nats-io/transport-node}*.connect.subscribe', ['base:0.servers', 'base:0'], '0', { handlers: '1.callback' }],
    ['{nats,@nats-io/jetstream}*.jetstream.{subscribe,pullSubscribe}', ['chain:connect:0.servers'], '0'],
    ['node-nats-streaming.connect.subscribe', 'base:2.url', '0'],
  ),
  ...publish(
    'redis',
    ['{redis,@redis/client}.createClient{.duplicate,}.{publish,xAdd}', ['chain:createClient:0.url'], '0'],
    ['{ioredis,ioredis.Redis}.{publish,xadd}', ['base:0.host', 'base:0'], '0'],
  ),
  ...consume(
    'redis',
    [
      '{redis,@redis/client}.createClient{.duplicate,}.{subscribe,pSubscribe,psubscribe}',
      ['chain:createClient:0.url'],
      '0',
      { handlers: '1' },
    ],
    ['{ioredis,ioredis.Redis}.{subscribe,psubscribe}', ['base:0.host', 'base:0'], '0'],
  ),
  ...publish(
    'redis',
    ['{bullmq,bull}.Queue.add', ['base:1.connection.host', 'base:1.redis.host', 'base:1'], 'base:0'],
    ['bull.add', ['base:1'], 'base:0'],
  ),
  ...consume(
    'redis',
    ['new bullmq.Worker', ['2.connection.host', '2.connection'], '0', { handlers: '1' }],
    ['{bullmq,bull}.{Queue.process,process}', ['base:1.redis.host', 'base:1'], 'base:0'],
  ),
  row('annotation', 'Processor', { effect: 'consume', protocol: 'redis', target: 'none', topic: '0' }),

  ...publish(
    'unknown',
    ['new @aws-sdk/client-sqs.{SendMessageCommand,SendMessageBatchCommand}', 'none', '0.QueueUrl'],
    ['new @aws-sdk/client-sns.{PublishCommand,PublishBatchCommand}', 'none', ['0.TopicArn', '0.TargetArn']],
  ),
  ...publish(
    'unknown',
    ['aws-sdk.SQS.{sendMessage,sendMessageBatch}', 'none', '0.QueueUrl'],
    ['aws-sdk.SNS.publish', 'none', ['0.TopicArn']],
  ),
  ...consume(
    'unknown',
    ['new @aws-sdk/client-sqs.ReceiveMessageCommand', 'none', '0.QueueUrl'],
    ['aws-sdk.SQS.receiveMessage', 'none', '0.QueueUrl'],
    ['sqs-consumer.Consumer.create', 'none', '0.queueUrl'],
  ),
  ...publish('unknown', ['@google-cloud/pubsub.PubSub.topic.{publish,publishMessage,publishJSON}', 'none', 'base:0']),
  ...consume(
    'unknown',
    ['@google-cloud/pubsub.PubSub{.topic,}.subscription', 'none', '0'],
    ['@google-cloud/pubsub.PubSub.topic.subscription', 'none', 'base:0'],
  ),
  ...publish('unknown', ['{@dapr/dapr,dapr-client}.DaprClient.pubsub.publish', 'none', '1'], ['mqtt.connect.publish', 'base:0', '0']),
  ...consume(
    'unknown',
    ['{@dapr/dapr,dapr-client}.DaprServer.pubsub.{subscribe,subscribeWithOptions}', 'none', '1', { handlers: '2' }],
    ['mqtt.connect.subscribe', 'base:0', '0'],
  ),
  row('call', '{@dapr/dapr,dapr-client}.DaprClient.invoker.invoke', {
    effect: 'call',
    protocol: 'http',
    target: '0',
    path: '1',
    method: ['2', '"GET"'],
  }),

  row('new', '{ws,ws.WebSocket,WebSocket,sockjs-client}', { effect: 'call', protocol: 'websocket', target: '0' }),
  row('call', '{socket.io-client,socket.io-client.io,socket.io-client.connect,io.connect}', {
    effect: 'call',
    protocol: 'websocket',
    target: '0',
  }),
  row('call', 'consul*.agent.service.register', { effect: 'register', name: ['0.name', '0'] }),
  row('new', 'eureka-js-client.Eureka', { effect: 'register', name: ['0.instance.app', '0.instance.vipAddress'] }),
]
