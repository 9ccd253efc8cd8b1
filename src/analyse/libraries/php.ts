import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'php'
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])
const shape = { request: 'param 0', response: 'return' } as const

export const phpRows: LibraryRow[] = [
  { language, when: 'call', path: '{getenv,env}', gives: { value: 'env', name: '0', default: '1' } },
  { language, when: 'member', path: '{$_ENV,$_SERVER}[]', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: 'Illuminate.Support.Env.get', gives: { value: 'env', name: '0', default: '1' } },
  {
    language,
    when: 'call',
    path: '{config,{Illuminate.Support.Facades.,}Config.{get,string}}',
    gives: { value: 'config', key: '0', default: '1', code: 'config/*' },
  },
  { language, when: 'call', path: '{sprintf,vsprintf}', gives: { value: 'format', template: '0', args: '1…' } },
  {
    language,
    when: 'call',
    path: '{rtrim,ltrim,trim,strval,intval,strtolower,strtoupper,urlencode,rawurlencode,urldecode,utf8_encode,htmlspecialchars,stripslashes}',
    gives: { value: 'same', of: '0' },
  },
  { language, when: 'call', path: 'array_map', gives: { value: 'result', of: '0', over: '1' } },
  { language, when: 'new', path: 'GuzzleHttp.Psr7.Uri', gives: { value: 'same', of: '0' } },

  { language, when: 'call', path: 'curl_init', where: { '0': '*' }, gives: { effect: 'call', protocol: 'http', target: '0' } },
  {
    language,
    when: 'call',
    path: 'curl_setopt',
    where: { '1': 'CURLOPT_URL' },
    gives: { effect: 'call', protocol: 'http', target: '2' },
  },
  {
    language,
    when: 'call',
    path: 'curl_setopt_array',
    where: { '1.CURLOPT_URL': '*' },
    gives: { effect: 'call', protocol: 'http', target: '1.CURLOPT_URL', method: '1.CURLOPT_CUSTOMREQUEST' },
  },
  {
    language,
    when: 'call',
    path: '{file_get_contents,fopen,file,readfile,get_headers}',
    where: { '0': 'http*' },
    gives: { effect: 'call', protocol: 'http', target: '0' },
  },

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `GuzzleHttp.{Client,ClientInterface}.{${name},${name}Async}`,
      gives: {
        effect: 'call',
        protocol: 'http',
        target: '0',
        base: 'base:0.base_uri',
        method: `"${method}"`,
        body: ['1.json', '1.form_params'],
      },
    },
    {
      language,
      when: 'call',
      path: `{Illuminate.Support.Facades.Http,Http}*.${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', base: 'chain:baseUrl:0', method: `"${method}"`, body: '1' },
    },
    {
      language,
      when: 'call',
      path: `{Slim.App,Slim.Factory.AppFactory.create,Slim.Routing.RouteCollectorProxy,Slim.Interfaces.RouteCollectorProxyInterface,Psr.Http.Server.App,Laravel.Lumen.Routing.Router,Silex.Application,FastRoute.RouteCollector}*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'call',
      path: `{Illuminate.Support.Facades.,}Route*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', prefix: 'chain:prefix:0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'call',
      path: `$router*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'call',
      path: `{$app,$group}*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'annotation',
      path: method.charAt(0) + method.slice(1).toLowerCase(),
      gives: { effect: 'serve', protocol: 'http', path: ['0', 'path='], method: `"${method}"`, handlers: 'none' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '{Illuminate.Support.Facades.Http,Http}*.send',
    gives: { effect: 'call', protocol: 'http', target: '1', base: 'chain:baseUrl:0', method: '0' },
  },
  {
    language,
    when: 'argument',
    path: 'Symfony.*',
    gives: {
      value: 'setting',
      keys: [
        'services.{type}.arguments.${name}',
        'services.{type}.bind.${name}',
        'services._defaults.bind.${name}',
        'services._defaults.bind.string ${name}',
      ],
    },
  },
  { language, when: 'annotation', path: 'Autowire', gives: { value: 'env', name: 'env=' } },
  {
    language,
    when: 'call',
    path: 'GuzzleHttp.{Client,ClientInterface}.{request,requestAsync}',
    gives: { effect: 'call', protocol: 'http', target: '1', base: 'base:0.base_uri', method: '0', body: ['2.json', '2.form_params'] },
  },
  {
    language,
    when: 'new',
    path: '{GuzzleHttp.Psr7.Request,Nyholm.Psr7.Request,Laminas.Diactoros.Request}',
    gives: { effect: 'call', protocol: 'http', target: '1', method: '0', body: '3' },
  },
  {
    language,
    when: 'call',
    path: 'Symfony.{Component,Contracts}.HttpClient.*.request',
    gives: {
      effect: 'call',
      protocol: 'http',
      target: '1',
      base: ['chain:withOptions:0.base_uri', 'chain:createForBaseUri:0', 'base:0.base_uri'],
      method: '0',
      body: ['2.json', '2.body'],
    },
  },
  {
    language,
    when: 'call',
    path: '{Illuminate.Support.Facades.,}Route*.{any,match}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: '1' },
  },
  {
    language,
    when: 'call',
    path: '{Slim.App,Slim.Factory.AppFactory.create}*.any',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: '1', shape },
  },
  {
    language,
    when: 'annotation',
    path: 'Route',
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'path='], method: ['methods=', '"*"'], handlers: 'none' },
  },

  {
    language,
    when: 'call',
    path: '{*.,}ContainerBuilder.setParameter',
    gives: { value: 'keep', key: '0', is: '1' },
  },
  { language, when: 'call', path: '{*.,}ContainerBuilder.getParameter', gives: { value: 'kept', key: '0' } },
  {
    language,
    when: 'call',
    path: '{*.,}ContainerBuilder.register*.addArgument',
    gives: { value: 'make', type: ['chain:register:1', 'chain:register:0'], argument: '0' },
  },

  {
    language,
    when: 'super',
    path: 'Illuminate.{Database.Eloquent.Model,Foundation.Auth.User}',
    gives: {
      ...{ effect: 'store', protocol: 'sql', target: 'code:config/*:database.connections.mysql.host' },
      port: 'code:config/*:database.connections.mysql.port',
    },
  },
  {
    language,
    when: 'super',
    path: '{Jenssegers.Mongodb,MongoDB.Laravel}.Eloquent.Model',
    gives: {
      ...{ effect: 'store', protocol: 'mongodb' },
      target: 'any:code:config/*:database.connections.mongodb.dsn|code:config/*:database.connections.mongodb.host',
    },
  },
  {
    language,
    when: 'call',
    path: 'Illuminate.Support.Facades.Redis.<Operation>',
    gives: {
      effect: 'store',
      protocol: 'redis',
      target: 'any:code:config/*:database.redis.default.url|code:config/*:database.redis.default.host',
    },
  },
  {
    language,
    when: 'super',
    path: 'Doctrine.Bundle.DoctrineBundle.Repository.ServiceEntityRepository',
    gives: {
      effect: 'store',
      protocol: 'sql',
      target: 'any:config:doctrine.dbal.url|config:doctrine.dbal.connections.default.url|env:DATABASE_URL',
    },
  },
  { language, when: 'new', path: 'PDO', gives: { effect: 'store', protocol: 'sql', target: '0' } },
  { language, when: 'new', path: 'mysqli', gives: { effect: 'store', protocol: 'sql', target: '0' } },
  {
    language,
    when: 'call',
    path: '{mysqli_connect,mysqli_real_connect,pg_connect}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  {
    language,
    when: 'call',
    path: 'Doctrine.DBAL.DriverManager.getConnection',
    gives: { effect: 'store', protocol: 'sql', target: ['0.url', '0.host'] },
  },
  { language, when: 'call', path: 'Redis.{connect,pconnect}', gives: { effect: 'store', protocol: 'redis', target: '0' } },
  { language, when: 'new', path: 'Predis.Client', gives: { effect: 'store', protocol: 'redis', target: ['0.host', '0'] } },
  { language, when: 'new', path: 'MongoDB.{Client,Driver.Manager}', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  { language, when: 'call', path: 'Elasticsearch.ClientBuilder*.setHosts', gives: { effect: 'store', protocol: 'http', target: '0.0' } },

  {
    language,
    when: 'call',
    path: 'PhpAmqpLib.*.basic_publish',
    gives: { effect: 'publish', protocol: 'amqp', target: ['base:base:0'], topic: ['1', '2'] },
  },
  {
    language,
    when: 'call',
    path: 'PhpAmqpLib.*.basic_consume',
    gives: { effect: 'consume', protocol: 'amqp', target: ['base:base:0'], topic: '0', handlers: '6' },
  },
  {
    language,
    when: 'call',
    path: 'RdKafka.{Producer,KafkaConsumer}.newTopic',
    gives: { effect: 'publish', protocol: 'kafka', target: 'none', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: 'RdKafka.KafkaConsumer.subscribe',
    gives: { effect: 'consume', protocol: 'kafka', target: 'none', topic: '0.0' },
  },

  { language, when: 'new', path: '{*.,}<Service>Client', gives: { value: 'stub', service: '$Service', target: '0' } },
]
