import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const go = channelRows('go')
const javascript = channelRows('javascript')
const python = channelRows('python')
const java = channelRows('java|kotlin')
const csharp = channelRows('csharp')

/** Names of classes, as far as no member of an object gives them. */
const classes: LibraryRow[] = [
  python.row('call', 'type', { value: 'class', of: '0' }),
  go.row('call', 'reflect.TypeOf', { value: 'class', of: '0' }),
  java.row('call', '{*.,}{ClassUtils.getShortName,ClassUtils.getSimpleName}', { value: 'class', of: '0' }),
  channelRows('php').row('call', '{get_class,class_basename}', { value: 'class', of: '0' }),
]

/** What tells received messages of AMQP apart. */
const selectors: LibraryRow[] = [
  python.row('member', '{*pika*,*BasicProperties*,#handler.$2}.headers[]', { value: 'selector', by: 'type', key: '0' }),
  python.row('member', '#handler.$2.type', { value: 'selector', by: 'type' }),
  python.row('member', '#handler.$1.routing_key', { value: 'selector', by: 'key' }),
  javascript.row('member', '{amqplib*,#handler.$0}.properties.headers[]', { value: 'selector', by: 'type', key: '0' }),
  javascript.row('member', '{amqplib*,#handler.$0}.properties.type', { value: 'selector', by: 'type' }),
  javascript.row('member', '{amqplib*,#handler.$0}.fields.routingKey', { value: 'selector', by: 'key' }),
  go.row('member', '*amqp*.{Consume,ConsumeWithContext}[].{Headers[]}', { value: 'selector', by: 'type', key: '0' }),
  go.row('member', '*amqp*.{Consume,ConsumeWithContext}[].Type', { value: 'selector', by: 'type' }),
  go.row('member', '*amqp*.{Consume,ConsumeWithContext}[].RoutingKey', { value: 'selector', by: 'key' }),
]

/** Task queues of Temporal: who starts workflows, and whose workers run them. */
const temporal: LibraryRow[] = [
  ...go.publish('unknown', ['new go.temporal.io/sdk*.StartWorkflowOptions', 'none', 'init:TaskQueue']),
  ...go.publish('unknown', ['new go.temporal.io/sdk*.{ActivityOptions,ChildWorkflowOptions}', 'none', 'init:TaskQueue']),
  ...go.consume('unknown', ['go.temporal.io/sdk/worker.New', 'none', '1']),
  ...javascript.publish('unknown', ['@temporalio/client*.{start,execute,signalWithStart}', 'none', '1.taskQueue']),
  ...javascript.publish('unknown', ['@temporalio/workflow.{startChild,executeChild}', 'none', '1.taskQueue']),
  ...javascript.consume('unknown', ['@temporalio/worker.Worker.create', 'none', '0.taskQueue']),
  ...python.publish('unknown', [
    'temporalio*.{start_workflow,execute_workflow,execute_activity,start_child_workflow}',
    'none',
    'task_queue=',
  ]),
  ...python.consume('unknown', ['temporalio*.Worker', 'none', 'task_queue=']),
  ...java.publish('unknown', ['{*.,}{WorkflowOptions,ActivityOptions,ChildWorkflowOptions}.newBuilder*.setTaskQueue', 'none', '0']),
  ...java.consume('unknown', ['{*.,}WorkerFactory.newInstance.newWorker', 'none', '0'], ['{*.,}WorkerFactory.newWorker', 'none', '0']),
  ...csharp.publish('unknown', ['new {*.,}WorkflowOptions', 'none', ['taskQueue=', 'init:TaskQueue', '1']]),
  ...csharp.consume('unknown', ['new {*.,}TemporalWorkerOptions', 'none', ['taskQueue=', '0', 'init:TaskQueue']]),
  ...csharp.consume('unknown', ['*.AddHostedTemporalWorker', 'none', ['taskQueue=', '2', '0']]),
]

const rabbit = 'config:spring.rabbitmq.host'
const template =
  '{*.,}{RabbitTemplate,AmqpTemplate,RabbitOperations,RabbitMessagingTemplate}.{convertAndSend,send,convertSendAndReceive,convertSendAndReceiveAsType}'

/** Exchanges of Spring AMQP: with a key where three things are said; bindings count for listeners of their queue. */
const spring: LibraryRow[] = [
  {
    ...java.row('call', template, { effect: 'publish', protocol: 'amqp', target: rabbit, topic: '0', key: '1' }),
    where: { '2': '*' },
  },
  ...java.consume('amqp', ['{*.,}BindingBuilder.bind.to.with', rabbit, 'base:0(0)', { key: '0', binds: 'chain:bind:0(0)' }]),
]

const consumed = (topic: string | string[], protocol: 'kafka' | 'unknown') =>
  ({ effect: 'consume', protocol, target: 'none', topic }) as const

/** Functions that an annotation makes a consumer. */
const decorated: LibraryRow[] = [
  python.row('annotation', '*.subscribe', consumed(['topic='], 'unknown')),
  python.row('annotation', '*{broker,router}.subscriber', consumed(['0', 'topic=', 'subject=', 'queue=', 'channel='], 'unknown')),
  ...python.publish('unknown', [
    'faststream*.{Broker,KafkaBroker,RabbitBroker,NatsBroker,RedisBroker,ConfluentBroker}.publish',
    'base:0',
    ['topic=', 'subject=', 'queue=', 'channel=', '1'],
  ]),
  ...javascript.publish('kafka', ['new @azure/event-hubs.{EventHubProducerClient,EventHubBufferedProducerClient}', '0', '1']),
  ...javascript.consume('kafka', ['new @azure/event-hubs.EventHubConsumerClient', '1', '2']),
  ...python.publish('kafka', [
    'azure.eventhub*.EventHubProducerClient{,.from_connection_string}',
    ['fully_qualified_namespace=', '0'],
    ['eventhub_name=', '1'],
  ]),
  ...python.consume('kafka', [
    'azure.eventhub*.EventHubConsumerClient{,.from_connection_string}',
    ['fully_qualified_namespace=', '0'],
    ['eventhub_name=', '2'],
  ]),
]

/** Transports that several languages use alike. */
export const transportRows: LibraryRow[] = [...classes, ...selectors, ...temporal, ...spring, ...decorated]
