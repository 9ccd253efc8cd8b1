import type { LibraryRow } from '../rows.ts'
import { channelRows } from './channel-rows.ts'

const { store, row } = channelRows('lua')

/** Lua: OpenResty's clients, Thrift, stores. */
export const luaRows: LibraryRow[] = [
  row('call', 'os.getenv', { value: 'env', name: '0' }),
  row('call', '{tostring,tonumber,string.lower,string.upper,string.gsub,string.sub}', { value: 'same', of: '0' }),
  row('call', 'string.format', { value: 'format', template: '0', args: '1…' }),

  row('call', 'resty.http.new.request_uri', {
    effect: 'call',
    protocol: 'http',
    target: '0',
    method: ['1.method', '"GET"'],
    body: '1.body',
  }),
  row('call', 'resty.http.new.connect', { effect: 'call', protocol: 'http', target: ['0.host', '0'], method: '"*"' }),
  row('call', '{socket.http,ssl.https}.request', {
    effect: 'call',
    protocol: 'http',
    target: ['0.url', '0'],
    method: ['0.method', '"GET"'],
  }),
  row('call', 'resty.requests.{get,post,put,delete}', { effect: 'call', protocol: 'http', target: '0', method: '"*"' }),
  row('call', 'ngx.location.capture', { effect: 'call', protocol: 'http', target: '0', method: ['1.method', '"GET"'] }),
  row('call', 'resty.websocket.client.new.connect', { effect: 'call', protocol: 'websocket', target: '0' }),

  row('call', '{*.,}GenericObjectPool.connection', { value: 'stub', service: 'path:0', target: '1', port: '2', protocol: 'thrift' }),
  row('call', '{TSocket,*.TSocket}.new', { value: 'concat', of: ['0.host', '0.port'], between: ':' }),
  row('call', '{*.,}{TFramedTransport,TBufferedTransport,TBinaryProtocol,TCompactProtocol,TJSONProtocol}.new', {
    value: 'same',
    of: ['0.trans', '0'],
  }),
  row('call', '{*.,}<Service>Client.new', {
    value: 'stub',
    service: '$Service',
    target: ['0.iprot', '0', '0.oprot'],
    protocol: 'thrift',
    guess: true,
  }),

  ...store(
    'redis',
    ['resty.redis.new.connect', '0', undefined, { port: '1' }],
    ['redis.connect', ['0.host', '0'], undefined, { port: '1' }],
  ),
  ...store(
    'sql',
    ['resty.mysql.new.connect', '0.host', undefined, { port: '0.port' }],
    ['pgmoon.new.connect', 'base:0.host', undefined, { port: 'base:0.port' }],
  ),
  ...store('unknown', ['resty.memcached.new.connect', '0', undefined, { port: '1' }]),
  ...store('mongodb', ['resty.mongol.new.connect', '0', undefined, { port: '1' }]),
]
