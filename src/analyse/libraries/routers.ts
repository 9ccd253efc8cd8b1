import type { LibraryRow, Place, RestAction } from '../rows.ts'
import { httpMethods } from './methods.ts'

type Where = Readonly<Record<string, string>>

/** A call that holds routes below a prefix: a router, or a group of routes. */
const router = (language: string, path: string, prefix: Place, where?: Where): LibraryRow => ({
  ...{ language, when: 'call', path },
  ...(where && { where }),
  gives: { value: 'router', prefix },
})

/** A call that serves the routes of another router. */
const mount = (language: string, path: string, of: Place, prefix: Place): LibraryRow => ({
  ...{ language, when: 'call', path },
  gives: { effect: 'mount', router: of, prefix },
})

/** A call that serves the routes that another file declares. */
const mountFile = (language: string, path: string, file: Place, prefix: Place, where?: Where): LibraryRow => ({
  ...{ language, when: 'call', path },
  ...(where && { where }),
  gives: { effect: 'mount', router: 'none', file, prefix },
})

const actions: readonly RestAction[] = [
  { name: 'index', method: 'GET', path: '' },
  { name: 'create', method: 'POST', path: '' },
  { name: 'show', method: 'GET', path: '/{}' },
  { name: 'update', method: 'PUT', path: '/{}' },
  { name: 'update', method: 'PATCH', path: '/{}' },
  { name: 'destroy', method: 'DELETE', path: '/{}' },
]
/** Laravel stores and Phoenix deletes what others create and destroy. */
const renamed = (names: Readonly<Record<string, string>>): readonly RestAction[] =>
  actions.map(a => ({ ...a, name: names[a.name] ?? a.name }))
const single = actions.filter(a => a.name !== 'index').map(a => ({ ...a, path: '' }))

/** The routes of a resource. */
const resource = (
  language: string,
  path: string,
  at: Place,
  routes: readonly RestAction[],
  more: { single?: true; where?: Where; only?: Place; except?: Place } = {},
): LibraryRow => ({
  ...{ language, when: 'call', path },
  ...(more.where && { where: more.where }),
  gives: {
    ...{ effect: 'serve', protocol: 'http', path: at, method: '"*"', handlers: 'none', actions: routes },
    ...{ only: more.only ?? 'only=', except: more.except ?? 'except=' },
    ...(more.single && { single: true }),
  },
})

const verbs = httpMethods(['get', 'post', 'put', 'delete', 'patch', 'head', 'options'])
const node = '{express,express.Router,fastify,@koa/router,koa-router,hono.Hono,elysia.Elysia,polka}'

const javascript: LibraryRow[] = [
  router('javascript', '{@koa/router,koa-router,elysia.Elysia}', '0.prefix'),
  router('javascript', 'fastify{,.*}.register', '1.prefix'),
  router('javascript', 'hono.Hono{,.*}.basePath', '0'),
  router('javascript', 'elysia.Elysia{,.*}.group', '0'),
  mount('javascript', '{express,express.Router,polka,koa,@koa/router,koa-router,elysia.Elysia}{,.*}.use', '-1', '0'),
  mount('javascript', 'hono.Hono{,.*}.route', '1', '0'),
  { language: 'javascript', when: 'call', path: 'fastify-plugin', gives: { value: 'same', of: '0' } },
  mount('javascript', '@nestjs/core.NestFactory.create.setGlobalPrefix', 'none', '0'),
  ...verbs.flatMap(({ name, method }): LibraryRow[] => [
    {
      ...{ language: 'javascript', when: 'call', path: `{express,express.Router}.route{,.*}.${name}` },
      gives: {
        ...{ effect: 'serve', protocol: 'http', path: 'chain:route:0', method: `"${method}"`, handlers: '0…' },
        shape: { request: 'param 0.body', response: 'callback' },
      },
    },
    {
      ...{ language: 'javascript', when: 'call', path: `${node}{,.*}.${name}`, where: { '0': '*' } },
      gives: {
        ...{ effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1…' },
        shape: { request: 'param 0.body', response: 'callback' },
      },
    },
  ]),
  {
    ...{ language: 'javascript', when: 'call', path: 'fastify{,.*}.route' },
    gives: { effect: 'serve', protocol: 'http', path: '0.url', method: ['0.method', '"*"'], handlers: '0.handler' },
  },
]

const python: LibraryRow[] = [
  router('python', 'fastapi*.APIRouter', 'prefix='),
  router('python', 'flask*.Blueprint', 'url_prefix='),
  mount('python', '*.include_router', ['0', 'router='], 'prefix='),
  mount('python', '*.register_blueprint', ['0', 'blueprint='], 'url_prefix='),
  mountFile('python', 'django.{urls,conf.urls}.{path,re_path,url}', ['1(0)', 'view=(0)'], ['0', 'route='], {
    '1': 'django.{urls,conf.urls}.include',
  }),
  {
    ...{ language: 'python', when: 'call', path: 'django.{urls,conf.urls}.{path,re_path,url}' },
    gives: { effect: 'serve', protocol: 'http', path: ['0', 'route='], method: '"*"', handlers: ['1', 'view='] },
  },
  resource('python', 'rest_framework.routers.{DefaultRouter,SimpleRouter}.register', ['0', 'prefix='], actions),
  {
    ...{ language: 'python', when: 'call', path: 'flask_restful*.Api*.add_resource' },
    gives: { effect: 'serve', protocol: 'http', path: '1', method: '"*"', handlers: '0' },
  },
  ...verbs.map(
    ({ name, method }): LibraryRow => ({
      ...{ language: 'python', when: 'call', path: `aiohttp.web.Application*.router.add_${name}` },
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1' },
    }),
  ),
]

const ruby: LibraryRow[] = [
  router('ruby', '{namespace,scope}', ['path=', '0'], { '-1': '*' }),
  router('ruby', 'collection', '".."'),
  router('ruby', 'member', '"."'),
  resource('ruby', 'resources', ['path=', '0'], actions),
  resource('ruby', 'resource', ['path=', '0'], single, { single: true }),
]

const laravel = '{Illuminate.Support.Facades.,}Route'
const lumen = '{Laravel.Lumen.Routing.Router,$router}'
const slim =
  '{Slim.App,Slim.Factory.AppFactory.create,Slim.Routing.RouteCollectorProxy,Slim.Interfaces.RouteCollectorProxyInterface,$app,$group}'
const stored = renamed({ create: 'store' })

const php: LibraryRow[] = [
  mountFile('php', `${laravel}*.group`, '-1', ['chain:prefix:0', '0.prefix'], { '-1': '*.php' }),
  mountFile('php', '*.withRouting', 'api=', ['apiPrefix=', '"api"']),
  { language: 'php', when: 'call', path: 'base_path', gives: { value: 'same', of: '0' } },
  router('php', `${laravel}*.group`, ['chain:prefix:0', '0.prefix']),
  router('php', `${lumen}*.group`, '0.prefix'),
  router('php', `${slim}*.group`, '0'),
  resource('php', `${laravel}*.{apiResource,resource}`, '0', stored, { only: '2.only', except: '2.except' }),
]

const elixir: LibraryRow[] = [
  router('elixir', 'scope', ['path=', '0'], { '0': '/*' }),
  resource('elixir', 'resources', '0', renamed({ destroy: 'delete' })),
]

const go: LibraryRow[] = [
  router('go', 'github.com/{gin-gonic/gin,labstack/echo,labstack/echo/v4,gofiber/fiber,gofiber/fiber/v2,gofiber/fiber/v3}.*.Group', '0'),
  router('go', 'github.com/{go-chi/chi,go-chi/chi/v5}.*.Route', '0'),
  router('go', 'github.com/gorilla/mux.*.PathPrefix', '0'),
  router('go', 'github.com/{gofiber/fiber,gofiber/fiber/v2,gofiber/fiber/v3}.*.Route', '0'),
  mount('go', 'github.com/{go-chi/chi,go-chi/chi/v5,gofiber/fiber,gofiber/fiber/v2}.*.Mount', '1', '0'),
]

const jvm: LibraryRow[] = [
  router('kotlin', '{io.ktor.server.routing.,}route', '0', { '0': '/*' }),
  router('java|kotlin', '{io.javalin.apibuilder.ApiBuilder.,}path', '0', { '0': '/*' }),
]

const rust: LibraryRow[] = [
  router('rust', '{actix_web.,}web.scope', '0'),
  mount('rust', '{actix_web.,}{App,web.scope}*.service', '0', 'none'),
  mount('rust', '*ServiceConfig*.service', '0', 'none'),
  mount('rust', '{actix_web.,}*.configure.$0*.service', '0', 'none'),
  mount('rust', '{axum.,axum.routing.,}Router*.{nest,nest_service}', '1', '0'),
  mount('rust', '{axum.,axum.routing.,}Router*.merge', '0', 'none'),
  mount('rust', 'rocket.*.mount', '1', '0'),
  { language: 'rust', when: 'call', path: '{rocket.,}{routes!,macros.routes!}', gives: { value: 'same', of: '0…' } },
]

/** Routes below prefixes, in all languages: routers, groups, mounted routers and files, resources. */
export const routerRows: LibraryRow[] = [
  ...javascript,
  ...python,
  ...ruby,
  ...php,
  ...elixir,
  ...go,
  ...jvm,
  router('csharp', '*.MapGroup', '0'),
  ...rust,
]
