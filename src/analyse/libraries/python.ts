import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'python'
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

export const pythonRows: LibraryRow[] = [
  { language, when: 'call', path: 'os.{getenv,environ.get}', gives: { value: 'env', name: '0', default: ['1', 'default='] } },
  { language, when: 'member', path: 'os.environ[]', gives: { value: 'env', name: '0' } },
  {
    language,
    when: 'call',
    path: '{environ,decouple,starlette.config}*.{config,Config,Env,env}',
    gives: { value: 'env', name: '0', default: ['default=', '1'] },
  },
  {
    language,
    when: 'super',
    path: 'pydantic*.BaseSettings',
    gives: { value: 'env-fields', names: ['env', 'validation_alias', 'alias'], prefix: 'env_prefix' },
  },
  { language, when: 'member', path: 'django.conf.settings.<Name>', gives: { value: 'config', key: '$Name', code: 'settings' } },
  {
    language,
    when: 'call',
    path: 'getattr',
    where: { '0': 'django.conf.settings', '1': '*' },
    gives: { value: 'config', key: '1', code: 'settings', default: '2' },
  },
  { language, when: 'assign', path: 'flask.{Flask,current_app}.config.<Name>', gives: { value: 'loaded', under: '$Name', of: '0' } },
  { language, when: 'call', path: 'flask.{Flask,current_app}.config.from_object', gives: { value: 'loaded', of: '0' } },
  { language, when: 'member', path: 'flask.{Flask,current_app}.config[]', gives: { value: 'config', key: '0' } },
  { language, when: 'call', path: 'flask.{Flask,current_app}.config.get', gives: { value: 'config', key: '0', default: '1' } },
  { language, when: 'member', path: 'dynaconf.{Dynaconf,LazySettings}.<Name>', gives: { value: 'config', key: '$Name' } },
  { language, when: 'call', path: 'pydantic*.Field', gives: { value: 'same', of: ['default=', '0'] } },
  { language, when: 'call', path: '{str,int,float}', gives: { value: 'same', of: '0' } },
  { language, when: 'call', path: 'map', gives: { value: 'result', of: '0', over: '1' } },
  { language, when: 'call', path: 'urllib.parse.{quote,quote_plus,unquote,urljoin}', gives: { value: 'same', of: '0' } },

  {
    language,
    when: 'call',
    path: 'grpc.{insecure_channel,secure_channel,aio.insecure_channel,aio.secure_channel}',
    gives: { value: 'connection', target: ['0', 'target='] },
  },
  { language, when: 'call', path: 'grpc.intercept_channel', gives: { value: 'same', of: '0' } },
  {
    language,
    when: 'call',
    path: '{*.,}<Module>_pb2_grpc.<Service>Stub',
    gives: { value: 'stub', service: '$Service', target: ['0', 'channel='] },
  },
  {
    language,
    when: 'call',
    path: '{*.,}<Module>_pb2_grpc.add_<Service>Servicer_to_server',
    gives: {
      effect: 'serve',
      protocol: 'grpc',
      service: '$Service',
      implementation: '0',
      shape: { request: 'param 0', response: 'return' },
    },
  },
  {
    language,
    when: 'call',
    path: 'grpc.{server,aio.server}.{add_insecure_port,add_secure_port}',
    gives: { effect: 'listen', protocol: 'grpc', port: '0' },
  },

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `{requests,requests.Session,requests.session,httpx,httpx.Client,httpx.AsyncClient,aiohttp.ClientSession,urllib3.PoolManager}.${name}`,
      gives: {
        effect: 'call',
        protocol: 'http',
        target: ['0', 'url='],
        base: 'base:base_url=',
        method: `"${method}"`,
        body: ['json=', 'data='],
      },
    },
    {
      language,
      when: 'annotation',
      path: `<App>.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'none' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '{requests,requests.Session,httpx,httpx.Client,httpx.AsyncClient,aiohttp.ClientSession}.request',
    gives: {
      effect: 'call',
      protocol: 'http',
      target: ['1', 'url='],
      base: 'base:base_url=',
      method: ['0', 'method='],
      body: ['json=', 'data='],
    },
  },
  {
    language,
    when: 'call',
    path: 'urllib.request.{urlopen,Request}',
    gives: { effect: 'call', protocol: 'http', target: ['0(0)', '0(url=)', '0', 'url='], method: ['method=', '"GET"'] },
  },
  {
    language,
    when: 'annotation',
    path: '<App>.route',
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'rule='], method: ['methods=', '"GET"'], handlers: 'none' },
  },
  {
    language,
    when: 'annotation',
    path: '<App>.api_route',
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'path='], method: ['methods=', '"GET"'], handlers: 'none' },
  },
  {
    language,
    when: 'call',
    path: '*.add_url_rule',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: ['methods=', '"GET"'], handlers: ['2', 'view_func='] },
  },
  { language, when: 'call', path: 'flask.Flask.run', gives: { effect: 'listen', protocol: 'http', port: 'port=' } },
  { language, when: 'call', path: 'uvicorn.run', gives: { effect: 'listen', protocol: 'http', port: 'port=' } },
]
