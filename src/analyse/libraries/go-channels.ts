import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, publish, consume, row } = channelRows('go')
const amqp = ['chain:Dial:0', 'chain:DialConfig:0', 'chain:DialTLS:0']
const sarama = '{*sarama}'
const redis = '*{go-redis,redigo,redis/v8,redis/v9}*'

/** Go: brokers, stores, registries, and files that code opens by name. */
export const goChannelRows: LibraryRow[] = [
  ...store(
    'sql',
    ['{database/sql,*otelsql,*sqltrace,*sqltrace/v2}.Open', '1'],
    ['github.com/jmoiron/sqlx.{Open,Connect,MustConnect,MustOpen}', '1'],
  ),
  ...store('sql', ['github.com/jmoiron/sqlx.ConnectContext', '2'], ['*{pgx,pgxpool}*.{Connect,New,ConnectConfig}', '1']),
  ...store('sql', ['*{pgx,pgxpool}*.{ParseConfig}', '0'], ['*gorm.io/driver/{postgres,mysql,sqlserver,clickhouse}.Open', '0']),
  ...store('sql', ['new gorm.io/driver/{postgres,mysql}.Config', 'init:DSN'], ['github.com/go-pg/pg*.ParseURL', '0']),
  ...store('sql', ['new github.com/go-pg/pg*.Options', 'init:Addr'], ['github.com/gocql/gocql.NewCluster', '0…']),
  ...store('sql', ['*clickhouse*.Open', '0.Addr'], ['github.com/uptrace/bun/driver/pgdriver.WithDSN', '0']),
  row('new', 'github.com/go-sql-driver/mysql.Config', { effect: 'store', protocol: 'sql', target: 'init:Addr' }),
  ...store(
    'redis',
    [`${redis}.{NewClient,NewRing,NewFailoverClient}`, '0.Addr'],
    [`${redis}.{NewClusterClient,NewUniversalClient}`, '0.Addrs'],
  ),
  ...store(
    'redis',
    [`${redis}.ParseURL`, '0'],
    [`${redis}.{DialURL}`, '0'],
    [`${redis}.Dial`, '1'],
    ['*rueidis.NewClient', '0.InitAddress'],
  ),
  ...store('mongodb', ['go.mongodb.org/mongo-driver*/options.Client.ApplyURI', '0'], ['*mgo*.{Dial,DialWithTimeout}', '0']),
  ...store('mongodb', ['new *mgo*.DialInfo', 'init:Addrs']),
  ...store('unknown', ['*gomemcache/memcache.{New,ServerList.SetServers}', '0…'], ['*memcached*.{Connect,New,Dial}', ['1', '0']]),
  ...store('http', ['*elasticsearch*.{NewClient,NewTypedClient}', '0.Addresses'], ['*elastic*.SetURL', '0…']),
  ...store(
    'http',
    ['*opensearch*.NewClient', '0.Addresses'],
    ['*minio*.New', '0'],
    ['*influxdb*.{NewClient,NewHTTPClient}', ['0.Addr', '0']],
  ),
  ...store('http', ['*neo4j*.{NewDriver,NewDriverWithContext}', '0'], ['*couchbase/gocb*.Connect', '0']),

  ...publish(
    'amqp',
    ['*amqp*.Publish', amqp, '0', { key: '1', typed: true }],
    ['*amqp*.{PublishWithContext,PublishWithDeferredConfirmWithContext}', amqp, '1', { key: '2', typed: true }],
  ),
  ...consume(
    'amqp',
    ['*amqp*.QueueBind', amqp, '2', { key: '1', binds: '0' }],
    ['*amqp*.Consume', amqp, '0'],
    ['*amqp*.ConsumeWithContext', amqp, '1'],
  ),
  ...publish('amqp', ['github.com/Azure/go-amqp.*.NewSender', ['chain:Dial:1', 'chain:Dial:0'], ['1', '0']]),
  ...consume('amqp', ['github.com/Azure/go-amqp.*.NewReceiver', ['chain:Dial:1', 'chain:Dial:0'], ['1', '0']]),
  ...publish('amqp', ['*azservicebus.*.NewSender', ['chain:NewClientFromConnectionString:0', 'chain:NewClient:0'], '0']),
  ...consume('amqp', [
    '*azservicebus.*.{NewReceiverForQueue,NewReceiverForSubscription}',
    ['chain:NewClientFromConnectionString:0', 'chain:NewClient:0'],
    '0',
  ]),

  ...publish(
    'kafka',
    [`new ${sarama}.ProducerMessage`, 'none', 'init:Topic'],
    ['new github.com/segmentio/kafka-go.{Writer,WriterConfig}', ['init:Addr', 'init:Brokers'], 'init:Topic'],
  ),
  ...publish(
    'kafka',
    ['new github.com/segmentio/kafka-go.Message', 'none', 'init:Topic'],
    ['new *confluent-kafka-go*.TopicPartition', 'none', ['init:Topic']],
  ),
  ...consume(
    'kafka',
    [`${sarama}.*.ConsumePartition`, 'chain:NewConsumer:0', '0'],
    [`${sarama}.*.Consume`, 'chain:NewConsumerGroup:0', '1'],
  ),
  ...consume('kafka', ['new github.com/segmentio/kafka-go.ReaderConfig', 'init:Brokers', ['init:Topic', 'init:GroupTopics']]),
  ...consume('kafka', ['*confluent-kafka-go*.{SubscribeTopics,Subscribe}', 'chain:NewConsumer:0.bootstrap.servers', '0']),
  row('call', 'github.com/segmentio/kafka-go.TCP', { value: 'same', of: '0…' }),
  ...publish('kafka', ['new *franz-go*.Record', 'none', 'init:Topic']),
  ...consume('kafka', ['*franz-go*.ConsumeTopics', 'none', '0…']),

  ...publish('nats', ['github.com/nats-io/*.{Publish,Request,RequestWithContext,PublishRequest}', ['chain:Connect:0'], ['0']]),
  ...publish('nats', ['new github.com/nats-io/*.Msg', 'none', 'init:Subject']),
  ...consume('nats', [
    'github.com/nats-io/*.{Subscribe,QueueSubscribe,SubscribeSync,ChanSubscribe,PullSubscribe,QueueSubscribeSync}',
    'chain:Connect:0',
    '0',
    { handlers: ['2', '1'] },
  ]),
  ...consume('nats', ['new github.com/nats-io/*.ConsumerConfig', 'none', ['init:FilterSubject', 'init:FilterSubjects']]),
  ...publish('redis', [`${redis}.Publish`, 'chain:NewClient:0.Addr', '1']),
  ...consume('redis', [`${redis}.{Subscribe,PSubscribe}`, 'chain:NewClient:0.Addr', '1…']),
  ...publish('redis', [`new ${redis}.XAddArgs`, 'none', 'init:Stream']),
  ...consume('redis', [`new ${redis}.{XReadGroupArgs,XReadArgs}`, 'none', 'init:Streams']),

  ...publish(
    'unknown',
    ['new *aws*/sqs.SendMessageInput', 'none', 'init:QueueUrl'],
    ['new *aws*/sns.PublishInput', 'none', 'init:TopicArn'],
  ),
  ...consume('unknown', ['new *aws*/sqs.ReceiveMessageInput', 'none', 'init:QueueUrl']),
  ...publish('unknown', ['cloud.google.com/go/pubsub*.{Topic,Publisher}.Publish', 'none', 'base:0']),
  ...consume('unknown', ['cloud.google.com/go/pubsub*.{Subscription,Subscriber}', 'none', '0']),
  ...publish(
    'unknown',
    ['github.com/hibiken/asynq.NewTask', 'none', '0'],
    ['github.com/RichardKnop/machinery*.Signature', 'none', 'init:Name'],
  ),
  ...consume('unknown', ['github.com/hibiken/asynq.NewServeMux.{HandleFunc,Handle}', 'none', '0', { handlers: '1' }]),
  ...publish('unknown', ['github.com/dapr/go-sdk*.PublishEvent', 'none', '2']),
  ...consume('unknown', ['new github.com/dapr/go-sdk*.Subscription', 'none', 'init:Topic']),
  row('call', 'github.com/dapr/go-sdk*.{InvokeMethod,InvokeMethodWithContent}', {
    effect: 'call',
    protocol: 'http',
    target: '1',
    path: '2',
    method: '3',
  }),
  ...publish('unknown', ['*watermill*.Publisher.Publish', 'none', '0'], ['*asynq*.Enqueue', 'none']),
  ...consume('unknown', ['*watermill*.Subscriber.Subscribe', 'none', '1'], ['*watermill*.{AddHandler,AddNoPublisherHandler}', 'none', '1']),
  row('call', 'github.com/gorilla/websocket.*.Dial', { effect: 'call', protocol: 'websocket', target: '0' }),

  row('new', 'github.com/hashicorp/consul/api.AgentServiceRegistration', { effect: 'register', name: 'init:Name' }),
  row('assign', 'github.com/hashicorp/consul/api.*.Address', { effect: 'call', protocol: 'http', target: '0' }),
  row('new', 'github.com/hashicorp/consul/api.Config', { effect: 'call', protocol: 'http', target: 'init:Address' }),
  row('call', '{go-micro.dev,github.com/micro/go-micro,github.com/asim/go-micro}*.Name', { effect: 'register', name: '0' }),
  row('call', '*.New<Service>Service', { value: 'stub', service: '$Service', target: '0', guess: true }),

  row('call', '{os,io/ioutil}.{Open,ReadFile,OpenFile}', { value: 'settings', file: '0' }),
  row('call', 'strings.{Split,SplitN,Fields}', { value: 'same', of: '0' }),
  row('call', '{io,io/ioutil}.ReadAll', { value: 'same', of: '0' }),
  row('call', '{bufio.NewReader,bytes.NewReader,bytes.NewBuffer,os.ExpandEnv}', { value: 'same', of: '0' }),
  row('call', '{encoding/json,gopkg.in/yaml*,sigs.k8s.io/yaml,*go-toml*,*yaml*}.{Unmarshal,UnmarshalStrict}', {
    value: 'parsed',
    of: '0',
    into: '1',
  }),
  row('call', '{encoding/json,gopkg.in/yaml*,*yaml*,*go-toml*}.NewDecoder.Decode', { value: 'parsed', of: 'base:0', into: '0' }),
  row('call', 'github.com/spf13/viper.*{Unmarshal,UnmarshalExact}', { value: 'parsed', into: '0' }),
  row('call', 'github.com/knadh/koanf*.{String,Strings,Int,MustString}', { value: 'config', key: '0' }),
  row('call', '{flag,github.com/spf13/pflag}.{String,Int,CommandLine.String}', { value: 'same', of: '1' }),
  row('call', 'github.com/spf13/pflag.StringP', { value: 'same', of: '2' }),
  row('call', '{flag,github.com/spf13/pflag}.{StringVar,IntVar}', { value: 'parsed', of: '2', into: '0', always: true }),

  row('member', '*amqp*.{QueueDeclare,QueueDeclarePassive}.Name', { value: 'same', of: 'base:0' }),

  row('call', '*.New<Service>Client', { value: 'stub', service: '$Service', target: '0', guess: true }),
  row('call', '*.Register<Service>Handler', {
    value: 'stub',
    service: '$Service',
    target: '2',
    encoding: 'json',
    every: true,
    guess: true,
  }),
]
