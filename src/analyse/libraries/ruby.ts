import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'ruby'
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])
const shape = { request: 'none', response: 'return' } as const

/** The address of a broker, or the host. */
const broker = ['chain:new:0', 'chain:new:host=', 'chain:Bunny:0', 'chain:Bunny:host=']

export const rubyRows: LibraryRow[] = [
  {
    language,
    when: 'call',
    path: '{*.,}{Mutex,Monitor,Rails.cache,I18n,ActiveRecord.Base}.{synchronize,fetch,with_locale,transaction}',
    gives: { value: 'result', of: '-1' },
  },
  { language, when: 'member', path: 'ENV[]', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: 'ENV.{fetch,dig}', gives: { value: 'env', name: '0', default: '1' } },
  { language, when: 'call', path: '{format,sprintf,Kernel.format}', gives: { value: 'format', template: '0', args: '1…' } },
  {
    language,
    when: 'call',
    path: '{URI,URI.parse,URI.encode_www_form_component,CGI.escape,Addressable.URI.parse,String,Integer}',
    gives: { value: 'same', of: '0' },
  },
  {
    language,
    when: 'assign',
    path: '{Rails.Application.config,config,Rails.application.config}{.x,}.<Name>',
    gives: { value: 'loaded', under: '$Name', of: '0' },
  },
  { language, when: 'call', path: 'Rails.{application.config,configuration}.x', gives: { value: 'named', path: '#rails.x' } },
  {
    language,
    when: 'call',
    path: '{Rails.application.config,Rails.configuration,#rails.x}.<Name>',
    gives: { value: 'config', key: '$Name' },
  },
  { language, when: 'call', path: 'Settings.<Name>', gives: { value: 'config', key: '$Name', code: 'config/settings' } },
  { language, when: 'call', path: 'HTTParty.base_uri', where: { '0': '*' }, gives: { value: 'keep', key: '"base_uri"', is: '0' } },
  { language, when: 'call', path: '{URI.join,File.join}', gives: { value: 'concat', of: ['0', '1'], between: '/' } },

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `Net.HTTP{,.start.$0}.{${name},${name}2,request_${name}}`,
      where: { 'base:0': '*' },
      gives: { effect: 'call', protocol: 'http', target: 'base:0', path: '0', method: `"${method}"`, body: '1' },
    },
    {
      language,
      when: 'call',
      path: `Net.HTTP.{${name},${name}_response,${name}_form}`,
      gives: { effect: 'call', protocol: 'http', target: '0', method: `"${method}"`, body: '1' },
    },
    {
      language,
      when: 'call',
      path: `{Faraday,Faraday.Connection,HTTP,Excon,HTTPX,Typhoeus,RestClient,RestClient.Resource,HTTParty,HTTPClient}*.${name}`,
      gives: {
        effect: 'call',
        protocol: 'http',
        target: ['0', 'url='],
        base: ['base:url=', 'base:0', 'base.base_uri'],
        method: `"${method}"`,
        body: ['body=', 'json=', '1'],
      },
    },
    {
      language,
      when: 'call',
      path: `{,Rails.application.routes.draw.$0.,Hanami.*.}${name}`,
      where: { '0': '/*' },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: ['1', 'to=', 'action='], shape },
    },
    {
      language,
      when: 'call',
      path: name,
      where: { 'to=': '*', '0': '*' },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'to=' },
    },
    {
      language,
      when: 'call',
      path: name,
      where: { '0': '*' },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'none', within: true },
    },
  ]),
  {
    language,
    when: 'call',
    path: 'Net.HTTP{,.start.$0}.request',
    gives: { effect: 'call', protocol: 'http', target: 'base:0', path: '0(0)', body: '0.body' },
  },
  {
    language,
    when: 'call',
    path: 'RestClient.Request.execute',
    gives: { effect: 'call', protocol: 'http', target: 'url=', method: 'method=', body: 'payload=' },
  },
  {
    language,
    when: 'call',
    path: 'match',
    where: { '0': '/*', 'to=': '*' },
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: 'none' },
  },
  {
    language,
    when: 'call',
    path: 'WEBrick.HTTPServer.{mount_proc,mount}',
    gives: {
      effect: 'serve',
      protocol: 'http',
      path: '0',
      method: '"*"',
      handlers: '1',
      shape: { request: 'param 0', response: 'callback' },
    },
  },
  { language, when: 'new', path: 'WEBrick.HTTPServer', gives: { effect: 'listen', protocol: 'http', port: ['Port=', '0.Port'] } },

  { language, when: 'new', path: 'Redis', gives: { effect: 'store', protocol: 'redis', target: ['url=', 'host=', '0'] } },
  { language, when: 'call', path: 'Redis.{connect,current}', gives: { effect: 'store', protocol: 'redis', target: ['url=', 'host='] } },
  { language, when: 'call', path: 'Sequel.{connect,postgres,mysql2}', gives: { effect: 'store', protocol: 'sql', target: ['0', 'host='] } },
  {
    language,
    when: 'call',
    path: '{ActiveRecord.Base,ApplicationRecord}.establish_connection',
    gives: { effect: 'store', protocol: 'sql', target: ['0', 'url=', 'host='] },
  },
  {
    language,
    when: 'super',
    path: 'ActiveRecord.Base',
    gives: {
      ...{ effect: 'store', protocol: 'sql' },
      target:
        'any:env:DATABASE_URL|config:production.url|config:production.host|config:production.primary.url|config:production.primary.host',
    },
  },
  { language, when: 'new', path: 'PG.Connection', gives: { effect: 'store', protocol: 'sql', target: ['0', 'host='] } },
  { language, when: 'call', path: 'PG.connect', gives: { effect: 'store', protocol: 'sql', target: ['0', 'host='] } },
  { language, when: 'new', path: 'Mysql2.Client', gives: { effect: 'store', protocol: 'sql', target: 'host=' } },
  { language, when: 'new', path: 'Mongo.Client', gives: { effect: 'store', protocol: 'mongodb', target: ['0.0', '0'] } },
  {
    language,
    when: 'new',
    path: '{Elasticsearch,OpenSearch}.Client',
    gives: { effect: 'store', protocol: 'http', target: ['url=', 'host=', 'hosts='] },
  },

  {
    language,
    when: 'call',
    path: 'Bunny*.{default_exchange,queue}.publish',
    gives: { effect: 'publish', protocol: 'amqp', target: broker, topic: ['chain:queue:0', 'routing_key='] },
  },
  {
    language,
    when: 'call',
    path: 'Bunny*.publish',
    gives: {
      ...{ effect: 'publish', protocol: 'amqp', target: broker, key: 'routing_key=' },
      topic: ['chain:topic:0', 'chain:fanout:0', 'chain:direct:0', 'chain:exchange:0'],
    },
  },
  {
    language,
    when: 'call',
    path: 'Bunny*.queue.bind',
    gives: { effect: 'consume', protocol: 'amqp', target: broker, topic: ['0(0)', '0'], key: 'routing_key=', binds: 'chain:queue:0' },
  },
  {
    language,
    when: 'call',
    path: 'Bunny*.{subscribe,pop}',
    gives: { effect: 'consume', protocol: 'amqp', target: broker, topic: 'chain:queue:0', handlers: '-1' },
  },
  {
    language,
    when: 'call',
    path: 'Kafka*.{deliver_message,produce,produce_async}',
    gives: { effect: 'publish', protocol: 'kafka', target: ['chain:Kafka:0'], topic: ['topic=', '1'] },
  },
  {
    language,
    when: 'call',
    path: 'Kafka*.subscribe',
    gives: { effect: 'consume', protocol: 'kafka', target: ['chain:Kafka:0'], topic: '0' },
  },
  {
    language,
    when: 'call',
    path: 'Rdkafka*.{produce,produce_sync}',
    gives: { effect: 'publish', protocol: 'kafka', target: 'none', topic: 'topic=' },
  },

  { language, when: 'new', path: '{*.,}<Service>.Stub', gives: { value: 'stub', service: '$Service', target: '0' } },
  { language, when: 'call', path: '{*.,}<Service>.rpc_stub_class', gives: { value: 'same', of: '0' } },
  {
    language,
    when: 'super',
    path: '{*.,}<Service>.Service',
    gives: {
      effect: 'serve',
      protocol: 'grpc',
      service: '$Service',
      implementation: 'this',
      shape: { request: 'param 0', response: 'return' },
    },
  },
  { language, when: 'call', path: 'GRPC.RpcServer.add_http2_port', gives: { effect: 'listen', protocol: 'grpc', port: '0' } },
]
