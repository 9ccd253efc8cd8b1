import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'
import { httpMethods } from './methods.ts'

const { store, publish, consume, row } = channelRows('elixir')
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

/** The connection that a channel was opened on. */
const opened = ['0(0(host=))', '0(0(0))']

/** Elixir: the application environment, HTTP clients, routers, brokers and repositories. */
export const elixirRows: LibraryRow[] = [
  row('call', 'System.{get_env,fetch_env,fetch_env!}', { value: 'env', name: '0', default: '1' }),
  row('call', 'config', { value: 'filed', under: '0' }),
  row('call', 'Application.put_env', { value: 'filed', under: '0', key: '1', is: '2' }),
  row('call', 'Application.{get_env,compile_env,compile_env!,fetch_env,fetch_env!}', {
    value: 'recalled',
    under: '0',
    key: '1',
    default: '2',
  }),
  row('call', '{Keyword,Map}.{get,fetch,fetch!,pop}', { value: 'at', of: '0', key: '1', default: '2' }),
  row('call', 'Access.get', { value: 'at', of: '0', key: '1', default: '2' }),
  row(
    'call',
    '{String.to_integer,String.to_atom,String.trim,String.trim_trailing,String.trim_leading,String.downcase,String.to_charlist,to_string,to_charlist,URI.parse,URI.new!,URI.to_string,URI.encode,Integer.parse,inspect}',
    { value: 'same', of: '0' },
  ),
  row('call', '{String.split,List.wrap,List.first,hd}', { value: 'same', of: '0' }),
  row('call', '{Path.join,URI.merge,URI.append_path}', { value: 'concat', of: ['0', '1'], between: '/' }),
  row('call', '{OpentelemetryReq,Req.Request,ReqTelemetry,ReqFuse}.<Name>', { value: 'same', of: '0' }),

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    row('call', `Req.{${name},${name}!}`, {
      effect: 'call',
      protocol: 'http',
      target: ['url=', '0.url', '1.url', '0'],
      base: ['base_url=', '0.base_url', '1.base_url'],
      method: `"${method}"`,
      body: ['json=', 'body=', 'form='],
    }),
    row('call', `{HTTPoison,HTTPotion,Mojito,SimpleHttp}.{${name},${name}!}`, {
      effect: 'call',
      protocol: 'http',
      target: '0',
      method: `"${method}"`,
      body: '1',
    }),
    {
      ...{ language: 'elixir', when: 'call', path: `Tesla.{${name},${name}!}`, where: { '1': '/*' } },
      gives: { effect: 'call', protocol: 'http', target: '1', base: '0(0.0.1)', method: `"${method}"`, body: '2' },
    },
    row('call', `Tesla.{${name},${name}!}`, {
      effect: 'call',
      protocol: 'http',
      target: '0',
      base: 'base.base_url',
      method: `"${method}"`,
    }),
    row('call', name, { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1…' }),
  ]),
  row('call', 'Req.{request,request!,run,run!}', {
    effect: 'call',
    protocol: 'http',
    target: ['url=', '0.url', '0'],
    base: ['base_url=', '0.base_url'],
    method: ['method=', '0.method', '"GET"'],
  }),
  row('call', '{HTTPoison,Mojito}.{request,request!}', {
    effect: 'call',
    protocol: 'http',
    target: ['1', 'url='],
    method: ['0', 'method='],
  }),
  row('call', 'Finch.build', { effect: 'call', protocol: 'http', target: '1', method: '0', body: '3' }),
  row('call', ':httpc.request', { effect: 'call', protocol: 'http', target: ['1', '0'], method: ['0', '"GET"'] }),
  row('call', ':hackney.{request,get,post}', { effect: 'call', protocol: 'http', target: ['1', '0'], method: '"*"' }),
  row('call', 'WebSockex.{start,start_link}', { effect: 'call', protocol: 'websocket', target: '0' }),
  row('call', 'GRPC.Stub.connect', { value: 'connection', target: '0' }),

  {
    ...{ language: 'elixir', when: 'call', path: 'Tesla.plug', where: { '0': 'Tesla.Middleware.BaseUrl' } },
    gives: { value: 'keep', key: '"base_url"', is: '1' },
  },
  row('call', 'GRPC.Stub.disconnect', { value: 'same', of: '0' }),
  row('call', 'GRPC.Stub.<Rpc>', { effect: 'call', protocol: 'grpc', target: '0', service: 'base', body: '1' }),
  row('call', '{*.,}<Service>.Stub.<Rpc>', { effect: 'call', protocol: 'grpc', target: '0', service: '$Service', body: '1' }),
  row('annotation', 'GRPC.Server', {
    effect: 'serve',
    protocol: 'grpc',
    service: 'service=',
    implementation: 'this',
    shape: { request: 'param 0', response: 'return' },
  }),
  row('call', 'GenServer.cast', { value: 'tell', to: '0', method: 'handle_cast', message: '1' }),
  row('call', 'GenServer.call', { value: 'tell', to: '0', method: 'handle_call', message: '1' }),
  row('call', '{Process.send,Process.send_after,send}', { value: 'tell', to: '0', method: 'handle_info', message: '1' }),

  row('super', 'Ecto.Repo', { effect: 'store', protocol: 'sql', target: ['app:$Type/url', 'app:$Type/hostname', 'app:$Type/database'] }),
  row('super', 'MongoDB.Repo', { effect: 'store', protocol: 'mongodb', target: ['app:$Type/url', 'app:$Type/hostname'] }),
  ...store(
    'sql',
    ['{Postgrex,MyXQL,Tds,Exqlite}.start_link', ['hostname=', 'url='], undefined, { port: 'port=' }],
    ['Xandra.start_link', 'nodes='],
  ),
  ...store('redis', ['Redix.start_link', ['host=', '0'], undefined, { port: 'port=' }]),
  ...store('mongodb', ['Mongo.start_link', ['url=', 'hostname=']]),
  ...store(
    'http',
    ['ExAws.S3.<Operation>', 'app:ex_aws|s3/host', undefined, { port: 'app:ex_aws|s3/port' }],
    ['Elasticsearch.<Operation>', 'app:elasticsearch/url'],
  ),

  ...publish('amqp', ['AMQP.Basic.publish', opened, '1', { key: '2' }]),
  ...consume(
    'amqp',
    ['AMQP.Queue.bind', opened, '2', { key: 'routing_key=', binds: '1' }],
    ['AMQP.{Basic.consume,Queue.subscribe}', opened, '1'],
  ),
  ...publish('kafka', [':brod.{produce,produce_sync,produce_cb}', 'none', '1'], ['{Kaffe.Producer,KafkaEx,Klife}.<Produce>', 'none', '0']),
  ...consume('kafka', [':brod.start_link_group_subscriber', 'none', '2']),
  ...publish('nats', ['Gnat.{pub,request}', 'none', '1']),
  ...consume('nats', ['Gnat.sub', 'none', '2']),
]
