import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'go'
const row = (path: string, gives: LibraryRow['gives'], where?: LibraryRow['where']): LibraryRow => ({
  ...{ language, when: 'call', path, gives },
  ...(where && { where }),
})
const http = { effect: 'call', protocol: 'http' } as const
const serve = { effect: 'serve', protocol: 'http', handlers: '1…' } as const
const zero = 'github.com/{zeromicro/go-zero,tal-tech/go-zero}'
const unary = { request: 'param 1', response: 'return' } as const

/** HTTP clients with an address of their own. */
const clients: LibraryRow[] = [
  ...['SetBaseURL', 'SetHostURL'].map(name => row(`*resty*.${name}`, { value: 'keep', key: '"base"', is: '0' })),
  ...httpMethods(['Get', 'Post', 'Put', 'Delete', 'Patch', 'Head', 'Options']).flatMap(({ name, method }) => [
    row(`*resty*.{R,NewRequest}*.${name}`, { ...http, target: '0', base: 'chain:R:base.base', method: `"${method}"` }),
    row(`*{imroc/req,go-zoox/fetch,gojek/heimdall}*.${name}`, { ...http, target: '0', method: `"${method}"` }),
  ]),
  row('*resty*.{R,NewRequest}*.Execute', { ...http, target: '1', base: 'chain:R:base.base', method: '0' }),
  row('github.com/go-kit/kit/transport/http.NewClient', { ...http, target: '1', method: '0' }),
  row('github.com/{hashicorp/go-retryablehttp,hashicorp/go-cleanhttp}*.{Get,Post,Head}', { ...http, target: '0', method: '"*"' }),
  row('github.com/hashicorp/go-retryablehttp.NewRequest', { ...http, target: '1', method: '0', body: '2' }),
  row('github.com/valyala/fasthttp.*.SetRequestURI', { ...http, target: '0', method: '"*"' }),
]

/** Registrations of routes by method names that the common rows do not have. */
const routes: LibraryRow[] = [
  row('github.com/gin-gonic/gin.*.{Handle,Match}', { ...serve, path: '1', method: '0', handlers: '2…' }),
  row('github.com/{gin-gonic/gin,labstack/echo,labstack/echo/v4}.*.Any', { ...serve, path: '0', method: '"*"' }),
  row('github.com/{labstack/echo,labstack/echo/v4}.*.Add', { ...serve, path: '1', method: '0', handlers: '2…' }),
  row('github.com/{go-chi/chi,go-chi/chi/v5}.*.{Method,MethodFunc}', { ...serve, path: '1', method: '0', handlers: '2…' }),
  row('github.com/{go-chi/chi,go-chi/chi/v5}.*.{Handle,HandleFunc}', { ...serve, path: '0', method: '"*"' }),
  row('github.com/{gofiber/fiber,gofiber/fiber/v2,gofiber/fiber/v3}.*.{All,Add}', { ...serve, path: '0', method: '"*"' }, { '0': '/*' }),
  row('github.com/{gofiber/fiber,gofiber/fiber/v2,gofiber/fiber/v3}.*.{Listen,ListenTLS}', {
    effect: 'listen',
    protocol: 'http',
    port: '0',
  }),
  {
    ...{ language, when: 'new', path: `${zero}/rest.Route` },
    gives: { ...serve, path: 'init:Path', method: 'init:Method', handlers: 'none' },
  },
]

/** Structs that a library fills from files and the environment. */
const settings: LibraryRow[] = [
  row('github.com/kelseyhightower/envconfig.{Process,MustProcess}', { value: 'env-struct', prefix: '0', into: '1' }),
  row(`${zero}/core/conf.{MustLoad,Load,LoadConfig}`, { value: 'parsed', into: '1' }),
  row('github.com/knadh/koanf*.{Unmarshal,UnmarshalWithConf}', { value: 'parsed', into: '1' }),
  row('github.com/ilyakaznacheev/cleanenv.ReadConfig', { value: 'parsed', into: '1' }),
  row('github.com/spf13/viper.*UnmarshalKey', { value: 'parsed', into: '1' }),
  row('github.com/jinzhu/configor*.Load', { value: 'parsed', into: '0' }),
  row('github.com/BurntSushi/toml.{DecodeFile,Decode}', { value: 'parsed', into: '1' }),
  row('github.com/go-kratos/kratos*/config.*.Scan', { value: 'parsed', into: '0' }),
]

/** Frameworks that make connections, name services and generate clients in ways of their own. */
const rpc: LibraryRow[] = [
  row(`${zero}/zrpc.{MustNewClient,NewClient}.Conn`, {
    value: 'first',
    of: 'base:0',
    members: ['Target', 'Endpoints', 'Etcd.Key'],
  }),
  row(`${zero}/rest.{MustNewServer,NewServer}`, { effect: 'listen', protocol: 'http', port: 'config:Port' }),
  row(`${zero}/zrpc.{MustNewServer,NewServer}`, { effect: 'register', name: 'config:Etcd.Key' }),
  row('github.com/go-kratos/kratos*/transport/grpc.{DialInsecure,Dial}', { value: 'same', of: 'within:WithEndpoint:0' }),
  row('github.com/go-kratos/kratos*/transport/http.NewClient', { value: 'same', of: 'within:WithEndpoint:0' }),
  row('github.com/go-kratos/kratos/v2.Name', { effect: 'register', name: '0' }),
  row('*connect.New<Service>Client', { value: 'stub', service: '$Service', target: '1' }),
  row('*connect.New<Service>Handler', {
    effect: 'serve',
    protocol: 'grpc',
    service: '$Service',
    implementation: '0',
    shape: unary,
    guess: true,
  }),
  row('*.New<Service>{Protobuf,JSON}Client', { value: 'stub', service: '$Service', target: '0' }),
  row('*.New<Service>Server', { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: '0', shape: unary, guess: true }),
]

/** Go: web and rpc frameworks, clients and settings beside the standard library's. */
export const goFrameworkRows: readonly LibraryRow[] = [...clients, ...routes, ...settings, ...rpc]
