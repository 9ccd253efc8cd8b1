import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'csharp'
const shape = { request: 'param 0', response: 'return' } as const

export const csharpRows: LibraryRow[] = [
  { language, when: 'call', path: '{System.,}Environment.GetEnvironmentVariable', gives: { value: 'env', name: '0' } },
  { language, when: 'member', path: '*onfiguration[]', gives: { value: 'config', key: '0' } },
  {
    language,
    when: 'call',
    path: '*onfiguration{Manager,Root,}.{GetValue,GetSection,GetRequiredSection}',
    gives: { value: 'config', key: '0', default: '1' },
  },
  { language, when: 'call', path: '*onfiguration.GetConnectionString', gives: { value: 'config', key: '0', prefix: 'ConnectionStrings:' } },
  { language, when: 'call', path: '{System.,}{String,string}.Format', gives: { value: 'format', template: '0', args: '1…' } },
  { language, when: 'new', path: '{System.,}Uri', gives: { value: 'same', of: '0' } },

  { language, when: 'call', path: '{*.,}GrpcChannel.ForAddress', gives: { value: 'connection', target: '0' } },
  { language, when: 'new', path: '{Grpc.Core.,}Channel', gives: { value: 'connection', target: '0' } },
  { language, when: 'new', path: '{*.,}<Service>.<Same>Client', gives: { value: 'stub', service: '$Service', target: '0' } },
  {
    language,
    when: 'super',
    path: '{*.,}<Service>.<Same>Base',
    gives: { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: 'this', shape },
  },

  ...httpMethods([
    'GetAsync',
    'GetStringAsync',
    'GetFromJsonAsync',
    'PostAsync',
    'PostAsJsonAsync',
    'PutAsync',
    'PutAsJsonAsync',
    'DeleteAsync',
    'PatchAsync',
  ]).map(
    ({ name, method }): LibraryRow => ({
      language,
      when: 'call',
      path: `{*.,}{HttpClient,IHttpClientFactory.CreateClient}.${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', base: 'base:init:BaseAddress', method: `"${method}"`, body: '1' },
    }),
  ),
  ...['0(1)', '0(init:RequestUri)'].map(
    (target): LibraryRow => ({
      ...{ language, when: 'call', path: '{*.,}{HttpClient,IHttpClientFactory.CreateClient}.{SendAsync,Send}', where: { [target]: '*' } },
      gives: {
        ...{ effect: 'call', protocol: 'http', target, base: 'base:init:BaseAddress' },
        ...{ method: ['0(0)', '0(init:Method)', '"GET"'], body: '0(init:Content)' },
      },
    }),
  ),
  ...httpMethods(['Get', 'Post', 'Put', 'Delete', 'Patch']).flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'annotation',
      path: `Http${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'none' },
    },
    {
      language,
      when: 'call',
      path: `*.Map${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '*.{UseHealthChecks,MapHealthChecks}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"GET"', handlers: 'none' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}ConnectionMultiplexer.{Connect,ConnectAsync}',
    gives: { effect: 'store', protocol: 'redis', target: '0' },
  },
  {
    language,
    when: 'assign',
    path: '*.AddStackExchangeRedisCache.$0.Configuration',
    gives: { effect: 'store', protocol: 'redis', target: '0' },
  },
  ...['{*.,}HttpClient.BaseAddress', '*.AddHttpClient.$0.BaseAddress', '*.AddRefitClient.ConfigureHttpClient.$0.BaseAddress'].map(
    (path): LibraryRow => ({ language, when: 'assign', path, gives: { effect: 'call', protocol: 'http', target: '0', method: '"*"' } }),
  ),
  {
    language,
    when: 'new',
    path: '{*.,}{SqlConnection,NpgsqlConnection,MySqlConnection,OracleConnection}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  { language, when: 'new', path: '{*.,}MongoClient', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  {
    language,
    when: 'new',
    path: '{*.,}SmtpClient',
    gives: { effect: 'call', protocol: 'tcp', target: ['0', 'host='] },
  },
  {
    language,
    when: 'call',
    path: '{*.,}SmtpClient.{Connect,ConnectAsync}',
    gives: { effect: 'call', protocol: 'tcp', target: ['0', 'host='] },
  },
  {
    language,
    when: 'call',
    path: '*.{UseSqlServer,UseNpgsql,UseMySql,UseMySQL,UseMongoDB}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
]
