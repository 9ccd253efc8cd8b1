import type { ChannelGives, LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, publish, consume, row } = channelRows('csharp')
const channel = '{*.,}{IModel,IChannel,CreateModel,CreateChannelAsync}'
const rabbit = ['chain:CreateConnection:0', 'chain:CreateConnectionAsync:0']
const ofMessage = ['class:<0>', 'class:0']
const sentBy = (bus: string): Partial<ChannelGives> => ({ bus })

/** Buses whose topics are the names of message classes. What carries them is set up apart from their use. */
const massTransit = sentBy('masstransit')
const nServiceBus = sentBy('nservicebus')
const rebus = sentBy('rebus')

/** C#: brokers, buses and stores. */
export const csharpChannelRows: LibraryRow[] = [
  ...publish('amqp', [
    `${channel}.{BasicPublish,BasicPublishAsync}`,
    rabbit,
    ['exchange=', '0'],
    { key: ['routingKey=', '1'], typed: true },
  ]),
  ...consume(
    'amqp',
    [`${channel}.{QueueBind,QueueBindAsync}`, rabbit, ['exchange=', '1'], { key: ['routingKey=', '2'], binds: ['queue=', '0'] }],
    [`${channel}.{BasicConsume,BasicConsumeAsync,BasicGet,BasicGetAsync}`, rabbit, ['queue=', '0']],
  ),
  row('member', '{*.,}{BasicDeliverEventArgs,BasicGetResult}.BasicProperties.Headers[]', { value: 'selector', by: 'type', key: '0' }),
  row('member', '{*.,}{BasicDeliverEventArgs,BasicGetResult}.BasicProperties.Type', { value: 'selector', by: 'type' }),
  row('member', '{*.,}{BasicDeliverEventArgs,BasicGetResult}.RoutingKey', { value: 'selector', by: 'key' }),
  row('call', '{*.,}Encoding.*.GetString', { value: 'same', of: '0' }),

  ...publish('kafka', [
    '{*.,}{IProducer,ProducerBuilder.Build,DependentProducerBuilder.Build}.{Produce,ProduceAsync}',
    'none',
    ['0(0)', '0.Topic', '0'],
  ]),
  ...consume('kafka', ['{*.,}{IConsumer,ConsumerBuilder.Build}.{Subscribe,Assign}', 'none', '0']),
  row('new', '{*.,}TopicPartition', { value: 'same', of: '0' }),

  ...publish(
    'amqp',
    ['{*.,}{ServiceBusClient.CreateSender,ServiceBusSenderFactory.CreateSender}', 'base:0', '0'],
    ['new {*.,}{QueueClient,TopicClient}', '0', ['1', '0']],
  ),
  ...consume(
    'amqp',
    ['{*.,}ServiceBusClient.{CreateReceiver,CreateProcessor,CreateSessionProcessor,AcceptNextSessionAsync}', 'base:0', '0'],
    ['new {*.,}SubscriptionClient', '0', ['1', '0']],
  ),
  ...publish('kafka', ['new {*.,}{EventHubProducerClient,EventHubBufferedProducerClient}', '0', '1']),
  ...consume('kafka', ['new {*.,}{EventHubConsumerClient}', '1', '2'], ['new {*.,}EventProcessorClient', '2', '3']),
  ...[
    { name: 'ServiceBusTrigger', protocol: 'amqp' },
    { name: 'RabbitMQTrigger', protocol: 'amqp' },
    { name: 'KafkaTrigger', protocol: 'kafka' },
    { name: 'EventHubTrigger', protocol: 'kafka' },
    { name: 'QueueTrigger', protocol: 'unknown' },
  ].map(({ name, protocol }) =>
    row('annotation', name, {
      effect: 'consume',
      protocol: protocol as ChannelGives['protocol'],
      target: 'none',
      topic: name === 'KafkaTrigger' ? '1' : '0',
    }),
  ),

  ...publish(
    'unknown',
    ['new {*.,}{SendMessageRequest,SendMessageBatchRequest}', 'none', ['init:QueueUrl', '0']],
    ['new {*.,}PublishRequest', 'none', ['init:TopicArn', 'init:TargetArn', '0']],
    ['{*.,}{IAmazonSQS,AmazonSQSClient}.SendMessageAsync', 'none', ['0.QueueUrl', '0']],
  ),
  ...publish('unknown', [
    '{*.,}{IAmazonSimpleNotificationService,AmazonSimpleNotificationServiceClient}.PublishAsync',
    'none',
    ['0.TopicArn', '0'],
  ]),
  ...consume(
    'unknown',
    ['new {*.,}ReceiveMessageRequest', 'none', ['init:QueueUrl', '0']],
    ['{*.,}{IAmazonSQS,AmazonSQSClient}.ReceiveMessageAsync', 'none', ['0.QueueUrl', '0']],
  ),
  ...publish('unknown', ['{*.,}{PublisherClient,PublisherServiceApiClient}.{PublishAsync,Publish}', 'none', ['chain:CreateAsync:0', '0']]),
  ...consume('unknown', ['{*.,}SubscriberClient.{CreateAsync,Create}', 'none', '0']),
  row('new', '{*.,}{TopicName,SubscriptionName}', { value: 'same', of: ['1'] }),
  row('call', '{*.,}{TopicName,SubscriptionName}.FromProjectTopic', { value: 'same', of: '1' }),
  row('call', '{*.,}{TopicName,SubscriptionName}.FromProjectSubscription', { value: 'same', of: '1' }),

  ...publish('nats', [
    '{*.,}{INatsConnection,NatsConnection,NatsClient,INatsClient,INatsJSContext,IConnection}.{PublishAsync,RequestAsync}',
    'base:0',
    ['subject=', '0'],
  ]),
  ...consume('nats', [
    '{*.,}{INatsConnection,NatsConnection,NatsClient,INatsClient,IConnection}.{SubscribeAsync,SubscribeCoreAsync}',
    'base:0',
    ['subject=', '0'],
  ]),
  ...publish(
    'redis',
    ['{*.,}{ISubscriber,ConnectionMultiplexer.GetSubscriber,IConnectionMultiplexer.GetSubscriber}.{Publish,PublishAsync}', 'none', '0'],
    ['{*.,}{IDatabase,IConnectionMultiplexer.GetDatabase}.{StreamAdd,StreamAddAsync}', 'none', '0'],
  ),
  ...consume(
    'redis',
    ['{*.,}{ISubscriber,ConnectionMultiplexer.GetSubscriber,IConnectionMultiplexer.GetSubscriber}.{Subscribe,SubscribeAsync}', 'none', '0'],
    ['{*.,}{IDatabase,IConnectionMultiplexer.GetDatabase}.{StreamRead,StreamReadAsync,StreamReadGroup,StreamReadGroupAsync}', 'none', '0'],
  ),
  row('call', '{*.,}RedisChannel.{Literal,Pattern}', { value: 'same', of: '0' }),
  row('new', '{*.,}RedisChannel', { value: 'same', of: '0' }),

  ...publish(
    'amqp',
    [
      '{*.,}{IPublishEndpoint,ISendEndpoint,ISendEndpointProvider.GetSendEndpoint,IBusControl,ConsumeContext,IMessageScheduler,ITopicProducer}.{Publish,PublishBatch,Send}',
      'none',
      ofMessage,
      massTransit,
    ],
    ['{*.,}{IBus,IBusControl}.Publish', 'none', ofMessage, massTransit],
    ['{*.,}{ITopicProducer}.Produce', 'none', ofMessage, massTransit],
    ['{*.,}{IRequestClient}.GetResponse', 'none', 'class:0', massTransit],
  ),
  row('super', '{*.,}IConsumer', { effect: 'consume', protocol: 'amqp', target: 'none', topic: 'class:<0>', ...massTransit }),
  ...[
    { name: 'UsingRabbitMq', protocol: 'amqp' },
    { name: 'UsingAzureServiceBus', protocol: 'amqp' },
    { name: 'UsingActiveMq', protocol: 'amqp' },
    { name: 'UsingAmazonSqs', protocol: 'unknown' },
    { name: 'UsingKafka', protocol: 'kafka' },
    { name: 'UsingInMemory', protocol: 'in-process' },
  ].map(({ name, protocol }) =>
    row('call', `*.${name}`, { effect: 'bus', bus: 'masstransit', protocol: protocol as ChannelGives['protocol'] | 'in-process' }),
  ),
  row('call', '*.{UsingRabbitMq,CreateUsingRabbitMq}.$*.Host', { effect: 'bus', bus: 'masstransit', protocol: 'amqp', target: '0' }),

  ...publish(
    'amqp',
    [
      '{*.,}{IMessageSession,IEndpointInstance,IMessageHandlerContext,IPipelineContext,IUniformSession}.{Publish,Send,SendLocal}',
      'none',
      ofMessage,
      nServiceBus,
    ],
    ['{*.,}IBus.{Send,SendLocal,Defer}', 'none', 'class:0', rebus],
  ),
  row('super', '{*.,}{IHandleMessages,IAmStartedByMessages,IAmInitiatedBy}', {
    effect: 'consume',
    protocol: 'amqp',
    target: 'none',
    topic: 'class:<0>',
    ...nServiceBus,
  }),
  row('new', '{*.,}LearningTransport', { effect: 'bus', bus: 'nservicebus', protocol: 'unknown' }),
  row('call', '*.UseInMemoryTransport', { effect: 'bus', bus: 'rebus', protocol: 'in-process' }),

  ...publish('unknown', ['{*.,}ICapPublisher.{Publish,PublishAsync,PublishDelayAsync}', 'none', ['name=', '0']]),
  row('annotation', 'CapSubscribe', { effect: 'consume', protocol: 'unknown', target: 'none', topic: '0' }),
  ...publish('amqp', ['{*.,}{IBus,RabbitHutch.CreateBus}.PubSub.{Publish,PublishAsync}', 'none', ofMessage]),
  ...consume('amqp', ['{*.,}{IBus,RabbitHutch.CreateBus}.PubSub.{Subscribe,SubscribeAsync}', 'none', 'class:<0>']),
  ...publish('unknown', ['{*.,}IMessageBus.{PublishAsync,SendAsync}', 'none', ofMessage, sentBy('wolverine')]),

  ...publish('unknown', ['{*.,}DaprClient.{PublishEventAsync,BulkPublishEventAsync}', 'none', ['topicName=', '1']]),
  row('annotation', 'Topic', { effect: 'consume', protocol: 'unknown', target: 'none', topic: '1' }),
  ...consume('unknown', ['*.WithTopic', 'none', '1']),
  ...['InvokeMethodAsync', 'InvokeMethodGrpcAsync'].flatMap(name => [
    row('call', `{*.,}DaprClient.${name}`, {
      effect: 'choose',
      by: '0',
      cases: Object.fromEntries([
        ...['Get', 'Post', 'Put', 'Delete', 'Patch'].map(verb => [
          verb,
          { effect: 'call', protocol: 'http', target: '1', path: '2', method: `"${verb.toUpperCase()}"` },
        ]),
        ['*', { effect: 'call', protocol: 'http', target: ['appId=', '0'], path: ['methodName=', '1'], method: '"POST"' }],
      ]),
    }),
  ]),
  row('call', '{*.,}DaprClient.{CreateInvokeHttpClient,CreateInvocationHttpClient}', {
    effect: 'call',
    protocol: 'http',
    target: ['appId=', '0'],
    method: '"*"',
  }),
  row('call', '{*.,}HubConnectionBuilder*.WithUrl', { effect: 'call', protocol: 'websocket', target: '0' }),

  row(
    'super',
    '{*.,}{IRequestHandler,INotificationHandler,IStreamRequestHandler,IRequestPostProcessor,ICommandHandler,IQueryHandler,BackgroundService}',
    {
      value: 'found',
    },
  ),
  {
    ...row('call', '*.{GetService,GetRequiredService,GetKeyedService,GetRequiredKeyedService}', { value: 'instance', of: '<0>' }),
    where: { '<0>': '*' },
  },
  row('call', '{*.,}{Task,ValueTask}.FromResult', { value: 'same', of: '0' }),
  row('call', '*.AddOptions{,WithValidateOnStart}.Bind', { value: 'bound', to: 'base:<0>', of: '0' }),
  row('call', '*.AddOptions{,WithValidateOnStart}.BindConfiguration', { value: 'bound', to: 'base:<0>', of: '0' }),
  row('assign', '*.AddGrpcClient.$0.Address', { value: 'handed', type: '<0>', is: '0' }),
  row('type', '{*.,}<Service>.<Same>Client', { value: 'stub', service: '$Service', target: 'handed' }),
  row('super', '{*.,}{IRequest,IBaseRequest,IStreamRequest}', { value: 'in-process' }),
  ...['AddJwtBearer', 'AddOpenIdConnect', 'AddOAuth2Introspection', 'AddIdentityServerAuthentication', 'AddAccessTokenManagement'].map(
    name => row('assign', `*.${name}.$0.{Authority,MetadataAddress}`, { effect: 'call', protocol: 'http', target: '0', method: '"*"' }),
  ),
  ...store(
    'tcp',
    ['{*.,}EventStoreClientSettings.Create', '0'],
    ['*.AddEventStoreClient', '0'],
    ['{*.,}KurrentDBClientSettings.Create', '0'],
  ),
  { ...row('call', '*.{Configure,PostConfigure,ConfigureOptions}', { value: 'given', of: '<0>' }), where: { '<0>': '*' } },
  ...store('mongodb', ['{*.,}MongoUrl.Create', '0']),
]
