import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'
import { httpMethods } from './methods.ts'

const { store, row } = channelRows('cpp')
const thrift = '{apache.thrift.*,}'

/** C++: Thrift, gRPC, HTTP, stores, and settings that are read from files. */
export const cppRows: LibraryRow[] = [
  row('call', '{std.,}{getenv,secure_getenv}', { value: 'env', name: '0' }),
  row('call', '{std.to_string,std.string,std.stoi,atoi,std.string_view,std.atoi}', { value: 'same', of: '0' }),
  row('new', '{std.string,std.string_view,cpr.Url,mongocxx.uri,web.uri,http_client}', { value: 'same', of: '0' }),
  row('call', '{fmt.format,std.format,absl.StrFormat}', { value: 'format', template: '0', args: '1…' }),
  row('call', '{std.,}{ifstream,fstream}.>>', { value: 'parsed', into: '0' }),
  row('new', '{std.,}ifstream', { value: 'settings', file: '0' }),
  row('call', '{nlohmann.,}json.parse', { value: 'same', of: '0' }),
  row('call', 'YAML.LoadFile', { value: 'settings', file: '0' }),

  row('new', `${thrift}{TSocket,TSSLSocket}`, { value: 'concat', of: ['0', '1'], between: ':' }),
  row('call', '*TSSLSocketFactory.createSocket', { value: 'concat', of: ['0', '1'], between: ':' }),
  row(
    'new',
    `${thrift}{TBufferedTransport,TFramedTransport,TBinaryProtocol,TCompactProtocol,TJSONProtocol,TMultiplexedProtocol,THeaderTransport,TZlibTransport}`,
    {
      value: 'same',
      of: '0',
    },
  ),
  row('new', `${thrift}THttpClient`, { value: 'concat', of: ['0', '1'], between: ':' }),
  row('new', '{*.,}<Service>Processor', {
    effect: 'serve',
    protocol: 'thrift',
    service: '$Service',
    implementation: '0',
    shape: { request: 'none', response: 'return' },
  }),
  row('new', `${thrift}{TServerSocket,TSSLServerSocket,TNonblockingServerSocket}`, {
    effect: 'listen',
    protocol: 'thrift',
    port: ['1', '0'],
  }),

  row('call', 'grpc.{CreateChannel,CreateCustomChannel}', { value: 'connection', target: '0' }),
  row('call', '{*.,}<Service>.NewStub', { value: 'stub', service: '$Service', target: '0' }),
  row('super', '{*.,}<Service>.{Service,AsyncService,CallbackService}', {
    effect: 'serve',
    protocol: 'grpc',
    service: '$Service',
    implementation: 'none',
    shape: { request: 'param 1', response: 'return' },
  }),
  row('call', 'grpc.ServerBuilder.AddListeningPort', { effect: 'listen', protocol: 'grpc', port: '0' }),

  row('call', 'curl_easy_setopt', {
    effect: 'choose',
    by: '1',
    cases: { CURLOPT_URL: { effect: 'call', protocol: 'http', target: '2', method: '"*"' } },
  }),
  ...httpMethods(['Get', 'Post', 'Put', 'Delete', 'Patch', 'Head']).flatMap(({ name, method }): LibraryRow[] => [
    row('call', `cpr.${name}`, { effect: 'call', protocol: 'http', target: '0', method: `"${method}"`, body: '1' }),
    row('call', `httplib.{Client,SSLClient}.${name}`, {
      effect: 'call',
      protocol: 'http',
      target: 'base:0',
      path: '0',
      method: `"${method}"`,
    }),
    row('call', `httplib.{Server,SSLServer}.${name}`, {
      effect: 'serve',
      protocol: 'http',
      path: '0',
      method: `"${method}"`,
      handlers: '1',
    }),
  ]),

  ...store(
    'mongodb',
    ['{mongoc_uri_new,mongoc_uri_new_with_error,mongoc_client_new}', '0'],
    ['new mongocxx.{client,pool}', '0'],
    ['mongocxx.{client,pool}', '0'],
  ),
  ...store(
    'redis',
    ['{sw.redis.,redis.,}{Redis,RedisCluster}', ['0.host', '0'], undefined, { port: '0.port' }],
    ['new {sw.redis.,redis.,}{Redis,RedisCluster}', ['0.host', '0'], undefined, { port: '0.port' }],
  ),
  ...store('redis', ['{redisConnect,redisConnectWithTimeout,redisAsyncConnect}', '0', undefined, { port: '1' }]),
  ...store('unknown', ['memcached', '0'], ['memcached_server_add', '1', undefined, { port: '2' }]),
  ...store('sql', ['new pqxx.connection', '0'], ['pqxx.connection', '0'], ['{PQconnectdb,mysql_real_connect}', ['1', '0']]),

  row('new', '{*.,}<Service>Client', { value: 'stub', service: '$Service', target: '0', protocol: 'thrift', guess: true }),
  row('call', '{*.,}<Service>Client', { value: 'stub', service: '$Service', target: '0', protocol: 'thrift', guess: true }),
]
