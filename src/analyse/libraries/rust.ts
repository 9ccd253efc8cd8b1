import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'rust'
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])
const shape = { request: 'param 0', response: 'return' } as const

export const rustRows: LibraryRow[] = [
  { language, when: 'call', path: '{std.env,env,dotenv,dotenvy}.{var,var_os}', gives: { value: 'env', name: '0' } },
  {
    language,
    when: 'call',
    path: '{env!,option_env!,std.env!,std.option_env!,dotenv!,dotenvy_macro.dotenv!}',
    gives: { value: 'env', name: '0' },
  },
  { language, when: 'call', path: '{config.,figment.,}{Config,Figment}*.{try_deserialize,try_into,extract}', gives: { value: 'settings' } },
  {
    language,
    when: 'call',
    path: '{confy.load,confy.load_path,toml.from_str,serde_yaml.from_str,serde_yaml.from_reader}',
    gives: { value: 'settings' },
  },
  { language, when: 'call', path: '{envy,envy.prefixed,envconfig}.{from_env,init_from_env}', gives: { value: 'env-object' } },
  { language, when: 'member', path: '#environment.<Name>', gives: { value: 'env', name: '$Name^' } },
  { language, when: 'annotation', path: '{arg,clap,envconfig,structopt}', gives: { value: 'env', name: ['env=', 'from='] } },
  { language, when: 'call', path: 'config.Config*.{get,get_string,get_int}', gives: { value: 'config', key: '0' } },
  {
    language,
    when: 'call',
    path: '{url.Url,Url,reqwest.Url,http.Uri,hyper.Uri,Uri}.{parse,from_str,from_static}',
    gives: { value: 'same', of: '0' },
  },
  { language, when: 'call', path: '{*.,}{Channel,Endpoint}.{from_static,from_shared,from_str,new}', gives: { value: 'same', of: '0' } },

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `{reqwest.,reqwest.blocking.,reqwest_middleware.,surf.,ureq.,awc.,isahc.,gloo_net.http.Request.,hyper.Request.,http.Request.}{,Client*.,ClientWithMiddleware.,ClientBuilder*.,Agent*.,HttpClient*.}${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', method: `"${method}"` },
    },
    {
      language,
      when: 'annotation',
      path: `{actix_web.,rocket.,}${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'none' },
    },
    {
      language,
      when: 'call',
      path: `poem.{Route,endpoint}*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '{reqwest.Client*,reqwest.blocking.Client*,surf,ureq,awc.Client*}.request',
    gives: { effect: 'call', protocol: 'http', target: '1', method: '0' },
  },
  {
    language,
    when: 'call',
    path: '{hyper.,http.,}Request.builder*.uri',
    gives: { effect: 'call', protocol: 'http', target: '0', method: 'chain:method:0' },
  },
  { language, when: 'call', path: 'hyper.Client*.get', gives: { effect: 'call', protocol: 'http', target: '0', method: '"GET"' } },
  {
    language,
    when: 'annotation',
    path: '{actix_web.,rocket.,}route',
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'uri='], method: ['method=', '"*"'], handlers: 'none' },
  },
  {
    language,
    when: 'call',
    path: '{actix_web.App.new*,App.new*,actix_web.web.scope*,web.scope*,*.ServiceConfig}.route',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '1', handlers: '1' },
  },
  {
    language,
    when: 'call',
    path: '{actix_web.,}web.resource',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: 'none' },
  },
  {
    language,
    when: 'call',
    path: '{axum.,axum.routing.,}Router{,.new*}.{route,route_service}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '1', handlers: '1' },
  },
  { language, when: 'call', path: 'warp.path', gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: 'none' } },
  {
    language,
    when: 'call',
    path: '{actix_web.,}HttpServer.new*.bind',
    where: { '0': '*' },
    gives: { effect: 'listen', protocol: 'http', port: '0' },
  },

  { language, when: 'call', path: '{*.,}<Service>Client.connect', gives: { value: 'stub', service: '$Service', target: '0' } },
  {
    language,
    when: 'call',
    path: '{*.,}<Module>_client.<Service>Client.{new,with_interceptor,with_origin}',
    gives: { value: 'stub', service: '$Service', target: '0' },
  },
  {
    language,
    when: 'call',
    path: '{*.,}<Module>_server.<Service>Server.{new,with_interceptor,from_arc}',
    gives: { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: '0', shape },
  },
  { language, when: 'call', path: 'tonic.transport.Server.builder*.serve', gives: { effect: 'listen', protocol: 'grpc', port: '0' } },

  {
    language,
    when: 'call',
    path: '{*.,}{PgPool,MySqlPool,AnyPool,PgPoolOptions*,MySqlPoolOptions*,AnyPoolOptions*,Pool,PgConnection,MySqlConnection,MysqlConnection,AsyncPgConnection}.{connect,connect_lazy,establish}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  {
    language,
    when: 'call',
    path: '{diesel.r2d2.,r2d2_diesel.,}ConnectionManager.new',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  { language, when: 'call', path: '{sea_orm.,}Database.connect', gives: { effect: 'store', protocol: 'sql', target: ['0(0)', '0'] } },
  {
    language,
    when: 'call',
    path: '{tokio_postgres.connect,postgres.Client.connect,mysql_async.Pool.new,mysql.Pool.new}',
    gives: { effect: 'store', protocol: 'sql', target: '0' },
  },
  { language, when: 'call', path: 'mongodb.*Client.with_uri_str', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  { language, when: 'call', path: '{mongodb.options.,}ClientOptions.parse', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  {
    language,
    when: 'call',
    path: '{redis.Client.open,bb8_redis.RedisConnectionManager.new,deadpool_redis.Config.from_url,fred.types.RedisConfig.from_url}',
    gives: { effect: 'store', protocol: 'redis', target: '0' },
  },

  {
    language,
    when: 'call',
    path: 'lapin.*.basic_publish',
    where: { '0': '' },
    gives: { effect: 'publish', protocol: 'amqp', target: 'chain:connect:0', topic: '1' },
  },
  {
    language,
    when: 'call',
    path: 'lapin.*.basic_publish',
    gives: { effect: 'publish', protocol: 'amqp', target: 'chain:connect:0', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: 'lapin.*.basic_consume',
    gives: { effect: 'consume', protocol: 'amqp', target: 'chain:connect:0', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: '{rdkafka.producer.,rdkafka.*.,}{FutureRecord,BaseRecord}.to',
    gives: { effect: 'publish', protocol: 'kafka', target: 'none', topic: '0' },
  },
  { language, when: 'call', path: 'rdkafka.*.subscribe', gives: { effect: 'consume', protocol: 'kafka', target: 'none', topic: '0' } },
  {
    language,
    when: 'call',
    path: 'async_nats.*.{publish,request}',
    gives: { effect: 'publish', protocol: 'nats', target: 'chain:connect:0', topic: '0' },
  },
  {
    language,
    when: 'call',
    path: 'async_nats.*.{subscribe,queue_subscribe}',
    gives: { effect: 'consume', protocol: 'nats', target: 'chain:connect:0', topic: '0' },
  },
]
