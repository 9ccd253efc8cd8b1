import type { ChannelGives, Gives, LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, row } = channelRows('javascript')
const services = '@nestjs/microservices'
const made = `${services}.ClientProxyFactory.create`

/** What a client's options say, by transport. Where a queue is given, it is what both sides share; else the pattern is the topic. */
const channel = (effect: 'publish' | 'consume', options: string, pattern: string[]): Record<string, ChannelGives> => {
  const places = (protocol: ChannelGives['protocol'], target: string[]): ChannelGives => ({
    effect,
    protocol,
    target: target.map(t => `${options}.${t}`),
    topic: [`${options}.queue`, ...pattern],
  })
  return {
    RMQ: places('amqp', ['urls']),
    KAFKA: places('kafka', ['client.brokers', 'urls']),
    NATS: places('nats', ['servers', 'url']),
    REDIS: places('redis', ['url', 'host']),
    MQTT: places('unknown', ['url']),
  }
}

const calls: Gives = {
  effect: 'call',
  protocol: 'tcp',
  target: 'base:0.options.host',
  port: 'base:0.options.port',
  path: ['0.cmd', '0.role', '0'],
  body: '1',
}

/** NestJS: clients by token, message handlers, gRPC controllers. */
export const nestRows: LibraryRow[] = [
  row('call', `${services}.ClientsModule.register`, { value: 'registered', entries: ['0.clients', '0'], token: 'name', made }),
  row('call', `${services}.ClientsModule.registerAsync`, {
    value: 'registered',
    entries: ['0.clients', '0'],
    token: 'name',
    made,
    factory: 'useFactory',
  }),
  row('call', '@nestjs/config.ConfigModule.forRoot', { value: 'loaded', of: '0.load' }),
  row('call', '@nestjs/config.ConfigModule.forFeature', { value: 'loaded', of: '0' }),
  row('call', '@nestjs/config.registerAs', { value: 'loaded', under: '0', of: '1', token: 'KEY' }),
  row('annotation', 'Inject', { value: 'injected', token: '0' }),
  row('call', `${made}.{send,emit}`, {
    effect: 'choose',
    by: 'base:0.transport',
    cases: { ...channel('publish', 'base:0.options', ['0.cmd', '0']), '*': calls },
  }),
  row('call', `${services}.{ClientKafka,ClientKafkaProxy}.{send,emit}`, {
    effect: 'publish',
    protocol: 'kafka',
    target: 'none',
    topic: '0',
  }),
  row('call', `${services}.{ClientProxy,ClientRMQ,ClientNats,ClientRedis}.{send,emit}`, {
    effect: 'publish',
    protocol: 'unknown',
    target: 'none',
    topic: ['0.cmd', '0'],
  }),
  row('call', `{${made},${services}.ClientGrpc,${services}.ClientGrpcProxy}.getService`, {
    value: 'stub',
    service: '0',
    target: 'base:0.options.url',
  }),
  row('call', '@nestjs/core.NestFactory.createMicroservice', {
    effect: 'host',
    by: '1.transport',
    cases: {
      ...channel('consume', '1.options', []),
      GRPC: { effect: 'serve-messages', protocol: 'grpc' },
      '*': { effect: 'serve-messages', protocol: 'tcp' },
    },
  }),
  row('call', '@nestjs/core.NestFactory.create.connectMicroservice', {
    effect: 'host',
    by: '0.transport',
    cases: {
      ...channel('consume', '0.options', []),
      GRPC: { effect: 'serve-messages', protocol: 'grpc' },
      '*': { effect: 'serve-messages', protocol: 'tcp' },
    },
  }),
  row('annotation', '{MessagePattern,EventPattern}', { effect: 'consume', protocol: 'unknown', target: 'none', topic: '0', via: 'host' }),
  row('annotation', '{GrpcMethod,GrpcStreamMethod}', {
    effect: 'serve',
    protocol: 'grpc',
    service: '0',
    implementation: 'none',
    shape: { request: 'param 0', response: 'return' },
  }),
  row('annotation', '<Service>ControllerMethods', {
    effect: 'serve',
    protocol: 'grpc',
    service: '$Service',
    implementation: 'none',
    shape: { request: 'param 0', response: 'return' },
  }),
  ...store(
    'redis',
    ['@nestjs/bull.BullModule.forRoot', ['0.redis.host', '0.url']],
    ['@nestjs/bullmq.BullModule.forRoot', ['0.connection.host']],
  ),

  row('new', '*.<Service>Client', { value: 'stub', service: '$Service', target: '0', guess: true }),
]
