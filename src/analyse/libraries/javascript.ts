import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'javascript'
const grpc = '{@grpc/grpc-js,grpc}'
const shape = { request: 'param 0.request', response: 'callback' } as const
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

const row = (path: string, where: LibraryRow['where'], gives: LibraryRow['gives']): LibraryRow => ({
  ...{ language, when: 'call', path, gives },
  ...(where && { where }),
})

export const javascriptRows: LibraryRow[] = [
  { language, when: 'member', path: '{process,import.meta}.env.<Name>', gives: { value: 'env', name: '$Name' } },
  { language, when: 'member', path: '{process,import.meta}.env[]', gives: { value: 'env', name: '0' } },
  {
    language,
    when: 'call',
    path: '*{config,Config,configService,ConfigService}*.{get,getOrThrow}',
    gives: { value: 'config', key: '0', default: '1' },
  },
  { language, when: 'member', path: '#environment.<Name>', gives: { value: 'env', name: '$Name' } },
  ...(['{process,import.meta}.env'] as const).flatMap((env): LibraryRow[] => [
    row('zod*.{parse,parseAsync}', { '0': env }, { value: 'env-object', shape: ['chain:object:0'] }),
    row('zod*.{safeParse,safeParseAsync}', { '0': env }, { value: 'env-object', shape: ['chain:object:0'], under: 'data' }),
    row('joi*.validate', { '0': env }, { value: 'env-object', shape: ['chain:object:0'], under: 'value' }),
    row('envalid.cleanEnv', { '0': env }, { value: 'env-object', shape: '1' }),
    row('@t3-oss/{env-core,env-nextjs}.createEnv', undefined, { value: 'env-object', shape: '0.server' }),
  ]),
  row('env-var.get', undefined, { value: 'env', name: '0' }),
  { language, when: 'member', path: 'config.{get,has}', gives: { value: 'named', path: 'config.get' } },
  { language, when: 'member', path: 'config.<Name>', gives: { value: 'config', key: '$Name', code: 'config/default,production' } },
  row('config.get', undefined, { value: 'config', key: '0', code: 'config/default,production' }),
  { language, when: 'call', path: '{util,node:util}.format', gives: { value: 'format', template: '0', args: '1…' } },
  { language, when: 'call', path: '{String,Number,parseInt,encodeURIComponent,encodeURI}', gives: { value: 'same', of: '0' } },
  { language, when: 'new', path: 'URL', gives: { value: 'same', of: '0' } },

  { language, when: 'new', path: `${grpc}.loadPackageDefinition.<Service>`, gives: { value: 'stub', service: '$Service', target: '0' } },
  {
    language,
    when: 'new',
    path: `${grpc}.{loadPackageDefinition,load}.*.<Service>`,
    gives: { value: 'stub', service: '$Service', target: '0' },
  },
  {
    language,
    when: 'call',
    path: `${grpc}.Server.addService`,
    gives: { effect: 'serve', protocol: 'grpc', service: 'path:0', implementation: '1', shape },
  },
  { language, when: 'call', path: `${grpc}.Server.{bind,bindAsync}`, gives: { effect: 'listen', protocol: 'grpc', port: '0' } },

  {
    language,
    when: 'call',
    path: '{fetch,node-fetch,undici.fetch,undici.request,cross-fetch}',
    gives: { effect: 'call', protocol: 'http', target: '0', method: ['1.method', '"GET"'], body: '1.body' },
  },
  {
    language,
    when: 'call',
    path: '{axios,axios.request,got,axios.create(),axios.create.request,request,request-promise}',
    gives: {
      effect: 'call',
      protocol: 'http',
      target: ['0.url', '0.uri', '0'],
      base: ['base:0.baseURL', '0.baseURL'],
      method: ['0.method', '1.method', '"GET"'],
      body: ['0.data', '0.body', '1.body'],
    },
  },
  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `{axios,axios.create,got,superagent,request,needle,ky,@nestjs/axios.HttpService}.${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', base: 'base:0.baseURL', method: `"${method}"`, body: ['1.json', '1'] },
    },
    {
      language,
      when: 'annotation',
      path: name.charAt(0).toUpperCase() + name.slice(1),
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: 'none' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '{http,https,node:http,node:https}.get',
    gives: { effect: 'call', protocol: 'http', target: ['0.host', '0.hostname', '0'], path: '0.path', method: '"GET"' },
  },
  {
    language,
    when: 'call',
    path: '{http,https,node:http,node:https}.request',
    gives: {
      effect: 'call',
      protocol: 'http',
      target: ['0.host', '0.hostname', '0'],
      path: '0.path',
      method: ['0.method', '1.method', '"GET"'],
    },
  },
  {
    language,
    when: 'call',
    path: '{express,http.createServer,https.createServer,node:http.createServer,fastify,polka,koa}.listen',
    gives: { effect: 'listen', protocol: 'http', port: ['0.port', '0'] },
  },
  { language, when: 'call', path: '@nestjs/core.NestFactory.create.listen', gives: { effect: 'listen', protocol: 'http', port: '0' } },
]
