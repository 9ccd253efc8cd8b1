import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, publish, consume, row } = channelRows('python')
const pika = [
  'chain:BlockingConnection:0.host',
  'chain:BlockingConnection:0.0',
  'chain:SelectConnection:0.host',
  'chain:SelectConnection:0.0',
  'chain:AsyncioConnection:0.0',
]
const aio = ['chain:connect_robust:0', 'chain:connect_robust:url=', 'chain:connect_robust:host=', 'chain:connect:0']
const kafka = 'bootstrap_servers='
const confluent = ['base:0.bootstrap.servers', 'base:0.bootstrap_servers']
const celery = ['chain:Celery:broker=', 'chain:Celery:1']

/** Python: brokers, stores, and files that code opens by name. */
export const pythonChannelRows: LibraryRow[] = [
  row('call', 'open', { value: 'settings', file: '0' }),
  row('call', 'pathlib.Path.{open,read_text}', { value: 'settings', file: 'base:0' }),
  row('call', '{json,yaml,toml,tomllib,tomli,ruamel.yaml}*.{load,loads,safe_load,full_load}', { value: 'same', of: '0' }),

  ...store(
    'redis',
    ['redis*.{Redis,StrictRedis,RedisCluster}', ['host=', '0', 'connection_pool='], undefined, { port: ['port=', '1'] }],
    ['{redis,aioredis,redis.asyncio}*.{from_url,create_redis_pool,create_redis,ConnectionPool.from_url}', ['0', 'url=']],
  ),
  ...store('redis', ['{redis,rediscluster}*.ConnectionPool', 'host=', undefined, { port: 'port=' }], ['redis*.Sentinel', '0']),
  ...store(
    'sql',
    ['{sqlalchemy,sqlmodel}*.{create_engine,create_async_engine}', ['0', 'url=']],
    [
      '{psycopg2,psycopg,pymysql,MySQLdb,aiomysql,mysql.connector,psycopg_pool,pymssql,cx_Oracle,oracledb}*.{connect,ConnectionPool,AsyncConnectionPool,create_pool,SimpleConnectionPool,ThreadedConnectionPool}',
      ['host=', 'dsn=', 'conninfo=', '0'],
      undefined,
      { port: 'port=' },
    ],
  ),
  ...store(
    'sql',
    ['asyncpg.{connect,create_pool}', ['host=', 'dsn=', '0'], undefined, { port: 'port=' }],
    ['databases.Database', ['0', 'url=']],
    ['tortoise.Tortoise.init', 'db_url='],
    ['{peewee,playhouse}*.{PostgresqlDatabase,MySQLDatabase}', 'host=', undefined, { port: 'port=' }],
    ['playhouse.db_url.connect', '0'],
    ['pyodbc.connect', '0'],
  ),
  ...store(
    'sql',
    ['cassandra.cluster.Cluster', ['0', 'contact_points=']],
    ['clickhouse_driver.Client', ['0', 'host=']],
    ['clickhouse_connect.get_client', 'host='],
  ),
  ...store(
    'mongodb',
    [
      '{pymongo,motor,motor.motor_asyncio,motor.motor_tornado}*.{MongoClient,AsyncIOMotorClient,MotorClient,AsyncMongoClient}',
      ['0', 'host='],
      undefined,
      { port: ['port=', '1'] },
    ],
    ['mongoengine*.{connect,register_connection}', ['host=', '1', '0']],
    ['flask_pymongo.PyMongo', 'uri='],
  ),
  ...store('unknown', ['{pymemcache,pylibmc,memcache,aiomcache}*.{Client,PooledClient,HashClient,base.Client}', '0']),
  ...store(
    'http',
    ['{elasticsearch,opensearchpy}*.{Elasticsearch,AsyncElasticsearch,OpenSearch}', ['0', 'hosts=', 'cloud_id=']],
    ['minio.Minio', ['0', 'endpoint=']],
    [
      '{qdrant_client,chromadb,weaviate,pymilvus}*.{QdrantClient,HttpClient,Client,connect,connect_to_custom}',
      ['url=', 'host=', 'uri=', 'http_host=', '0'],
    ],
  ),
  ...store(
    'http',
    ['neo4j.{GraphDatabase,AsyncGraphDatabase}.driver', ['0', 'uri=']],
    ['influxdb*.{InfluxDBClient,DataFrameClient}', ['url=', 'host=', '0']],
    ['hvac.Client', 'url='],
  ),
  row('call', 'boto3*.{client,resource}', {
    effect: 'choose',
    by: '0',
    cases: {
      s3: { effect: 'store', protocol: 'http', target: 'endpoint_url=' },
      dynamodb: { effect: 'store', protocol: 'http', target: 'endpoint_url=' },
    },
  }),

  ...publish('amqp', ['pika*.basic_publish', pika, ['exchange=', '0'], { key: ['routing_key=', '1'], typed: true }]),
  ...consume(
    'amqp',
    ['pika*.queue_bind', pika, ['exchange=', '1'], { key: ['routing_key=', '2'], binds: ['queue=', '0'] }],
    ['pika*.{basic_consume,basic_get,consume}', pika, ['queue=', '0'], { handlers: ['on_message_callback=', '1'] }],
  ),
  ...publish(
    'amqp',
    ['{aio_pika,aiormq}*.default_exchange.publish', aio, ['routing_key=', '1']],
    ['{aio_pika,aiormq}*.{declare_exchange,get_exchange}.publish', aio, ['base:0', 'base:name='], { key: ['routing_key=', '1'] }],
  ),
  ...consume(
    'amqp',
    [
      '{aio_pika,aiormq}*.{declare_queue,get_queue}.bind',
      aio,
      ['0.0', '0.name', '0'],
      { key: ['routing_key=', '1'], binds: ['base:0', 'base:name='] },
    ],
    ['{aio_pika,aiormq}*.{declare_queue,get_queue}.{consume,iterator}', aio, ['base:0', 'base:name=']],
  ),
  ...publish('amqp', [
    'kombu*.Producer.publish',
    'chain:Connection:0',
    ['exchange=', 'base:exchange=', 'routing_key='],
    { key: 'routing_key=' },
  ]),
  ...consume('amqp', ['kombu*.Consumer', 'none', ['1.0', 'queues=.0', '1']]),
  ...publish('amqp', ['celery*.send_task', celery, ['queue=', '0', 'name=']], ['celery*.signature', celery, ['queue=', '0']]),
  ...consume('amqp', ['celery*.task', celery, ['name=']]),
  ...store('unknown', ['celery*.Celery', ['broker=', '1']]),
  ...publish(
    'amqp',
    ['proton*.create_sender', ['0'], '1'],
    [
      'azure.servicebus*.{get_queue_sender,get_topic_sender}',
      ['base:0', 'chain:from_connection_string:0'],
      ['queue_name=', 'topic_name=', '0'],
    ],
  ),
  ...consume(
    'amqp',
    ['proton*.create_receiver', ['0'], '1'],
    [
      'azure.servicebus*.{get_queue_receiver,get_subscription_receiver}',
      ['base:0', 'chain:from_connection_string:0'],
      ['queue_name=', 'topic_name=', '0'],
    ],
  ),

  ...publish(
    'kafka',
    ['{kafka,aiokafka}*.{KafkaProducer,AIOKafkaProducer}.{send,send_and_wait}', [`base:${kafka}`], ['0', 'topic=']],
    ['confluent_kafka*.{Producer,SerializingProducer,AvroProducer}.produce', confluent, ['0', 'topic=']],
  ),
  ...consume(
    'kafka',
    ['{kafka,aiokafka}*.{KafkaConsumer,AIOKafkaConsumer}', kafka, '0…'],
    ['{kafka,aiokafka}*.{KafkaConsumer,AIOKafkaConsumer}.subscribe', [`base:${kafka}`], ['0', 'topics=', 'pattern=']],
    ['confluent_kafka*.{Consumer,DeserializingConsumer,AvroConsumer}.subscribe', confluent, ['0', 'topics=']],
  ),
  ...publish('kafka', ['faust*.App.topic.send', 'chain:App:broker=', 'base:0']),
  ...consume('kafka', ['faust*.App.topic', 'base:broker=', '0']),
  ...publish('nats', ['nats*.{publish,request}', 'chain:connect:0', ['0', 'subject=']]),
  ...consume('nats', ['nats*.{subscribe,pull_subscribe}', 'chain:connect:0', ['0', 'subject='], { handlers: 'cb=' }]),
  ...publish('redis', ['redis*.{Redis,StrictRedis,from_url}.{publish,xadd}', ['base:host=', 'base:0'], ['0', 'channel=', 'name=']]),
  ...consume('redis', ['redis*.pubsub.{subscribe,psubscribe}', ['chain:Redis:host=', 'chain:from_url:0'], '0…']),
  ...publish(
    'unknown',
    ['boto3*.{client,resource}.send_message', 'none', 'QueueUrl='],
    ['boto3*.{client,resource}.{get_queue_by_name,Queue}.send_message', 'none', ['base:QueueName=', 'base:0']],
    ['boto3*.client.publish', 'none', ['TopicArn=', 'TargetArn=']],
  ),
  ...consume(
    'unknown',
    ['boto3*.{client,resource}.receive_message', 'none', 'QueueUrl='],
    ['boto3*.{get_queue_by_name,Queue}.receive_messages', 'none', ['base:QueueName=', 'base:0']],
  ),
  ...publish('unknown', ['google.cloud.pubsub*.PublisherClient.publish', 'none', ['0.1', '0(1)', '0', 'topic=']]),
  ...consume('unknown', ['google.cloud.pubsub*.SubscriberClient.{subscribe,pull}', 'none', ['0.1', '0(1)', '0', 'subscription=']]),
  ...publish(
    'unknown',
    ['dapr*.DaprClient.publish_event', 'none', ['topic_name=', '1']],
    ['paho.mqtt*.Client.publish', 'none', ['0', 'topic=']],
  ),
  ...consume('unknown', ['paho.mqtt*.Client.subscribe', 'none', ['0', 'topic=']]),
  row('call', 'dapr*.DaprClient.invoke_method', {
    effect: 'call',
    protocol: 'http',
    target: ['app_id=', '0'],
    path: ['method_name=', '1'],
    method: ['http_verb=', '"POST"'],
  }),
  row('call', '{websockets.connect,websocket.create_connection,websocket.WebSocketApp}', {
    effect: 'call',
    protocol: 'websocket',
    target: ['0', 'uri=', 'url='],
  }),
  row('call', 'consul*.agent.service.register', { effect: 'register', name: ['0', 'name='] }),
  row('call', '{py_eureka_client,py_eureka_client.eureka_client}*.{init,init_async}', { effect: 'register', name: 'app_name=' }),
]
