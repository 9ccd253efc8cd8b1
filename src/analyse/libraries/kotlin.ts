import type { LibraryRow } from '../rows.ts'
import { javaRows } from './java.ts'
import { httpMethods } from './methods.ts'

const language = 'kotlin'
const methods = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])
const shape = { request: 'none', response: 'return' } as const

/** Libraries of Java are used as they are; a constructor is called without `new`. */
const fromJava: LibraryRow[] = javaRows.map(row => ({ ...row, language, when: row.when === 'new' ? 'call' : row.when }))

export const kotlinRows: LibraryRow[] = [
  { language, when: 'member', path: '{java.lang.,}System.getenv[]', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: '{*.,}Dotenv.{get,load.get}', gives: { value: 'env', name: '0', default: '1' } },
  {
    language,
    when: 'call',
    path: '{io.ktor.server.config.,}{ApplicationConfig,HoconApplicationConfig}*.{property,propertyOrNull}',
    gives: { value: 'config', key: '0' },
  },

  ...methods.flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `{io.ktor.client.,}HttpClient.{${name},prepare${method.charAt(0)}${method.slice(1).toLowerCase()}}`,
      gives: { effect: 'call', protocol: 'http', target: ['0', 'urlString='], method: `"${method}"` },
    },
    {
      language,
      when: 'call',
      path: `{io.ktor.server.routing.,}${name}`,
      where: { '0': '/*' },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'call',
      path: `{io.ktor.server.routing.,}${name}`,
      where: { '0': '()' },
      gives: { effect: 'serve', protocol: 'http', path: '""', method: `"${method}"`, handlers: '0', shape },
    },
    {
      language,
      when: 'call',
      path: `{*.,}{Route,Routing,Javalin.create,Javalin,Router}.${name}`,
      where: { '0': '/*' },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1', shape },
    },
    {
      language,
      when: 'call',
      path: `{khttp.,com.github.kittinunf.fuel.}{,Fuel.}${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', method: `"${method}"` },
    },
    {
      language,
      when: 'annotation',
      path:
        method === 'GET' || method === 'POST' || method === 'PUT' || method === 'DELETE' || method === 'PATCH'
          ? `${method.charAt(0)}${method.slice(1).toLowerCase()}`
          : `#${method}`,
      gives: { effect: 'serve', protocol: 'http', path: ['0', 'value=', 'uri='], method: `"${method}"`, handlers: 'none' },
    },
  ]),
  {
    language,
    when: 'call',
    path: '{io.ktor.client.,}HttpClient.{request,prepareRequest}',
    gives: { effect: 'call', protocol: 'http', target: '0', method: '"*"' },
  },
  {
    language,
    when: 'call',
    path: '{io.ktor.server.engine.,}embeddedServer',
    gives: { effect: 'listen', protocol: 'http', port: ['port=', '1'] },
  },

  {
    language,
    when: 'call',
    path: '{*.,}<Service>GrpcKt.<Same>CoroutineStub',
    gives: { value: 'stub', service: '$Service', target: ['0', 'channel='] },
  },
  {
    language,
    when: 'super',
    path: '{*.,}<Service>CoroutineImplBase',
    gives: {
      effect: 'serve',
      protocol: 'grpc',
      service: '$Service',
      implementation: 'this',
      shape: { request: 'param 0', response: 'return' },
    },
  },
  {
    language,
    when: 'call',
    path: '{org.jetbrains.exposed.sql.,}Database.connect',
    gives: { effect: 'store', protocol: 'sql', target: ['0', 'url='] },
  },
  { language, when: 'call', path: '{*.,}KMongo.createClient', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  { language, when: 'call', path: '{*.,}MongoClient.create', gives: { effect: 'store', protocol: 'mongodb', target: '0' } },
  ...fromJava,
]
