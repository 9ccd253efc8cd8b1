import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'java'
const http = { effect: 'call', protocol: 'http' } as const
const call = (path: string, gives: LibraryRow['gives'], where?: LibraryRow['where']): LibraryRow => ({
  ...{ language, when: 'call', path, gives },
  ...(where && { where }),
})
const declared = (path: string, gives: LibraryRow['gives']): LibraryRow => ({ language, when: 'annotation', path, gives })
const verbs = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])

/** Addresses that builders put together. */
const addresses: LibraryRow[] = [
  ...['fromHttpUrl', 'fromUriString', 'fromUri', 'fromPath', 'newInstance'].flatMap((from): LibraryRow[] => {
    const path = `{*.,}UriComponentsBuilder.${from}*.{toUriString,toUri,toString}`
    const below = 'all:path|pathSegment|replacePath:0…'
    return from === 'newInstance'
      ? [
          call(
            path,
            { value: 'concat', of: ['chain:scheme:0', '"://"', 'chain:host:0', '":"', 'chain:port:0', below], between: '' },
            { 'chain:port:0': '*' },
          ),
          call(path, { value: 'concat', of: ['chain:scheme:0', '"://"', 'chain:host:0', below], between: '' }),
        ]
      : [call(path, { value: 'concat', of: [`chain:${from}:0`, below], between: '' })]
  }),
  call('{*.,}UriBuilder.fromUri*.{build,buildFromMap}', { value: 'concat', of: ['chain:fromUri:0', 'all:path:0'], between: '' }),
  call('{*.,}{HttpUrl.parse,HttpUrl.get,HttpUrl.Companion.get}', { value: 'same', of: '0' }),
]

/** Clients of Spring. */
const spring: LibraryRow[] = [
  ...httpMethods([
    'getForObject',
    'getForEntity',
    'postForObject',
    'postForEntity',
    'postForLocation',
    'put',
    'delete',
    'patchForObject',
  ]).map(({ name, method }) =>
    call(`{*.,}{RestTemplate,RestOperations,RestTemplateBuilder,TestRestTemplate}*.${name}`, {
      ...{ ...http, target: '0', base: 'chain:rootUri:0', method: `"${method}"` },
      ...(name.startsWith('get') ? {} : { body: '1' }),
    }),
  ),
  call('{*.,}{RestTemplate,RestOperations,RestTemplateBuilder}*.{exchange,execute}', {
    ...{ ...http, target: '0', base: 'chain:rootUri:0', method: '1', body: '2' },
  }),
  ...verbs.flatMap(({ name, method }) => {
    const base = ['chain:baseUrl:0', 'chain:create:0']
    return [
      call(`{*.,}{WebClient,RestClient}*.${name}.uri`, { value: 'connection', target: 'base' }, { '0': '()' }),
      call(`{*.,}{WebClient,RestClient}*.${name}.uri`, { ...http, target: '0', base, method: `"${method}"` }),
      call(`{*.,}{WebClient,RestClient}*.${name}.uri.$0*.build`, {
        ...{ ...http, target: ['all:path|pathSegment|replacePath:0…', '""'], base, method: `"${method}"` },
      }),
    ]
  }),
  call('{*.,}{WebClient,RestClient}*.method.uri', {
    ...{ ...http, target: '0', base: ['chain:baseUrl:0', 'chain:create:0'], method: 'chain:method:0' },
  }),
  declared('FeignClient', { ...http, target: ['url=', 'name=', 'value=', '0'], base: 'path=' }),
  call('{*.,}HttpServiceProxyFactory*.createClient', {
    ...{ value: 'client', type: '0', target: ['within:baseUrl:0', 'within:rootUri:0', 'within:create:0', '""'] },
  }),
  call('{*.,}Feign.builder*.target', { value: 'client', type: '0', target: '1' }),
  call('{*.,}RouteLocatorBuilder*.route.{$0,$1}*.uri', { ...http, target: '0', method: '"*"' }),
]

/** What sends a request that was made before gives its answer. */
const senders: LibraryRow[] = [
  call('{*.,}HttpClient*.{send,sendAsync}', { value: 'same', of: '0' }),
  call('{*.,}OkHttpClient*.newCall', { value: 'same', of: '0' }),
  call('{*.,}{HttpClients*,CloseableHttpClient,HttpClientBuilder*}.execute', { value: 'same', of: '0' }),
  call('{*.,}EntityUtils.toString', { value: 'same', of: '0' }),
]

/** Clients of Java EE and MicroProfile, of Micronaut, and libraries that only do HTTP. */
const others: LibraryRow[] = [
  ...verbs.map(({ name, method }) =>
    call(`{*.,}{ClientBuilder,Client,WebTarget}*.request*.{${name},build${name.charAt(0).toUpperCase()}${name.slice(1)}}`, {
      ...{ ...http, target: 'chain:target:0', path: 'all:path:0', method: `"${method}"`, body: '0' },
    }),
  ),
  call('{*.,}{ClientBuilder,Client,WebTarget}*.request*.{method,build}', {
    ...{ ...http, target: 'chain:target:0', path: 'all:path:0', method: '0', body: '1' },
  }),
  declared('RegisterRestClient', {
    ...http,
    target: [
      '"${quarkus.rest-client.{configKey=}.url:${{configKey=}/mp-rest/url:{baseUri=}}}"',
      '"${quarkus.rest-client.{configKey=}.url:${{configKey=}/mp-rest/url}}"',
      'baseUri=',
      '"${quarkus.rest-client.{type}.url:${{type}/mp-rest/url}}"',
    ],
  }),
  call('{*.,}{RestClientBuilder,QuarkusRestClientBuilder}.newBuilder*.build', {
    ...{ value: 'client', type: '0', target: ['chain:baseUri:0', 'chain:baseUrl:0'] },
  }),
  declared('io.micronaut.http.client.annotation.Client', { ...http, target: ['id=', 'value=', '0'], base: 'path=' }),
  call('{*.,}Retrofit.Builder*.create', { value: 'client', type: '0', target: 'chain:baseUrl:0' }),
  ...verbs.flatMap(({ name, method }) => [
    call(`{*.,}HttpRequest.newBuilder*.${method}*.build`, {
      ...{ ...http, target: ['chain:uri:0', 'chain:newBuilder:0'], method: `"${method}"`, body: `chain:${method}:0` },
    }),
    call(`{*.,}Request.Builder*.${name}*.build`, { ...http, target: 'chain:url:0', method: `"${method}"`, body: `chain:${name}:0` }),
    call(`{*.,}fluent.Request.{${name.charAt(0).toUpperCase()}${name.slice(1)},${name}}`, { ...http, target: '0', method: `"${method}"` }),
    ...[call(`{*.,}Http${name.charAt(0).toUpperCase()}${name.slice(1)}.{setURI,setUri}`, { ...http, target: '0', method: `"${method}"` })],
    {
      ...{ language, when: 'new', path: `{*.,}Http${name.charAt(0).toUpperCase()}${name.slice(1)}` },
      ...{ where: { '0': '*' }, gives: { ...http, target: '0', method: `"${method}"` } },
    } satisfies LibraryRow,
    call(`{*.,}{Unirest,UnirestInstance}.${name}`, { ...http, target: '0', method: `"${method}"` }),
  ]),
  call('{*.,}HttpRequest.newBuilder*.method*.build', {
    ...{ ...http, target: ['chain:uri:0', 'chain:newBuilder:0'], method: 'chain:method:0' },
  }),
  call('{*.,}HttpRequest.newBuilder*.build', { ...http, target: ['chain:uri:0', 'chain:newBuilder:0'], method: '"GET"' }),
  call('{*.,}Request.Builder*.method*.build', { ...http, target: 'chain:url:0', method: 'chain:method:0' }),
  call('{*.,}Request.Builder*.build', { ...http, target: 'chain:url:0', method: '"GET"' }, { 'chain:url:0': '*' }),
  call('{*.,}URL.openConnection', { ...http, target: 'base:0', method: '"*"' }),
]

/** Stubs that a framework makes and hands to fields, by the name of a channel. */
const stubs: LibraryRow[] = [
  declared('io.quarkus.grpc.GrpcClient', {
    ...{ value: 'stub', service: 'stub-type', target: 'config:quarkus.grpc.clients.{0}.host', default: '0' },
  }),
  declared('GrpcClient', { value: 'stub', service: 'stub-type', target: 'config:grpc.client.{0}.address', default: '0' }),
]

/** Clients of Java and Kotlin by which programs call others. */
export const javaClientRows: readonly LibraryRow[] = [...addresses, ...spring, ...senders, ...others, ...stubs]
