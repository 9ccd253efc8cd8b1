import type { LibraryRow } from '../rows.ts'
import { httpMethods } from './methods.ts'

const language = 'go'
const unary = { request: 'param 1', response: 'return' } as const

export const goRows: LibraryRow[] = [
  { language, when: 'call', path: '{os,syscall}.{Getenv,LookupEnv}', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: 'github.com/spf13/viper.*Get<Kind>', gives: { value: 'config', key: '0' } },
  { language, when: 'tag', path: '{env,envconfig}', gives: { value: 'env', name: '0' } },
  { language, when: 'call', path: 'fmt.Sprintf', gives: { value: 'format', template: '0', args: '1…' } },
  { language, when: 'call', path: 'net.JoinHostPort', gives: { value: 'concat', of: ['0', '1'], between: ':' } },
  {
    language,
    when: 'call',
    path: 'strings.{Trim,TrimSpace,TrimSuffix,TrimPrefix,TrimRight,TrimLeft,ToLower,ToUpper,Replace,ReplaceAll}',
    gives: { value: 'same', of: '0' },
  },
  { language, when: 'call', path: 'strconv.{Itoa,Atoi,FormatInt,Quote,ParseInt}', gives: { value: 'same', of: '0' } },
  { language, when: 'call', path: 'net/url.{Parse,ParseRequestURI,PathEscape,QueryEscape}', gives: { value: 'same', of: '0' } },
  { language, when: 'call', path: '{string,int,int32,int64}', gives: { value: 'same', of: '0' } },
  {
    language,
    when: 'call',
    path: 'github.com/samber/lo{,/parallel}.{Map,FlatMap,FilterMap}',
    gives: { value: 'result', of: '1', over: '0' },
  },
  { language, when: 'call', path: 'github.com/samber/lo.{Filter,Uniq,UniqBy,Reverse,Compact}', gives: { value: 'same', of: '0' } },

  { language, when: 'call', path: 'google.golang.org/grpc.{Dial,NewClient}', gives: { value: 'connection', target: '0' } },
  { language, when: 'call', path: 'google.golang.org/grpc.DialContext', gives: { value: 'connection', target: '1' } },
  {
    language,
    when: 'call',
    path: '*.Register<Service>HandlerFromEndpoint',
    gives: { value: 'stub', service: '$Service', target: '2', encoding: 'json', every: true },
  },
  {
    language,
    when: 'call',
    path: '*.Register<Service>Server',
    gives: { effect: 'serve', protocol: 'grpc', service: '$Service', implementation: '1', shape: unary },
  },

  ...httpMethods(['Get', 'Head', 'Post', 'PostForm']).flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `net/http.{Client.,DefaultClient.,}${name}`,
      gives: { effect: 'call', protocol: 'http', target: '0', method: `"${method}"`, body: '2' },
    },
  ]),
  { language, when: 'call', path: 'net/http.{Client,DefaultClient}.Do', gives: { value: 'same', of: '0' } },
  { language, when: 'call', path: 'net/http.NewRequest', gives: { effect: 'call', protocol: 'http', target: '1', method: '0', body: '2' } },
  {
    language,
    when: 'call',
    path: 'net/http.NewRequestWithContext',
    gives: { effect: 'call', protocol: 'http', target: '2', method: '1', body: '3' },
  },

  {
    language,
    when: 'call',
    path: 'net/http.{HandleFunc,Handle}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: '1' },
  },
  {
    language,
    when: 'call',
    path: 'net/http.{NewServeMux,ServeMux,DefaultServeMux}.{HandleFunc,Handle}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: '1' },
  },
  {
    language,
    when: 'call',
    path: 'github.com/gorilla/mux.*.{HandleFunc,Handle}.Methods',
    gives: { effect: 'serve', protocol: 'http', path: 'base:0', method: '0…', handlers: 'none', refines: true },
  },
  {
    language,
    when: 'call',
    path: 'github.com/gorilla/mux.*.{HandleFunc,Handle}',
    gives: { effect: 'serve', protocol: 'http', path: '0', method: '"*"', handlers: '1' },
  },
  ...httpMethods(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']).flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `github.com/{gin-gonic/gin,labstack/echo,labstack/echo/v4}.*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1…' },
    },
  ]),
  ...httpMethods(['Get', 'Post', 'Put', 'Delete', 'Patch', 'Head']).flatMap(({ name, method }): LibraryRow[] => [
    {
      language,
      when: 'call',
      path: `github.com/{go-chi/chi,go-chi/chi/v5,gofiber/fiber/v2,gofiber/fiber}.*.${name}`,
      gives: { effect: 'serve', protocol: 'http', path: '0', method: `"${method}"`, handlers: '1…' },
    },
  ]),

  { language, when: 'call', path: 'net.Listen', gives: { effect: 'listen', protocol: 'tcp', port: '1' } },
  { language, when: 'call', path: 'net/http.{ListenAndServe,ListenAndServeTLS}', gives: { effect: 'listen', protocol: 'http', port: '0' } },
  { language, when: 'new', path: 'net/http.Server', gives: { effect: 'listen', protocol: 'http', port: 'init:Addr' } },
  { language, when: 'call', path: 'github.com/gin-gonic/gin.*.Run', gives: { effect: 'listen', protocol: 'http', port: '0' } },
  { language, when: 'call', path: 'github.com/labstack/echo*.Start', gives: { effect: 'listen', protocol: 'http', port: '0' } },
]
