import { table } from '../base/table.ts'
import { isReply } from './matching.ts'
import { pick } from './places.ts'
import { isClass } from './replies.ts'
import { compilePath } from './rows.ts'
import type { Args, Frame } from './state.ts'
import type { Site, Term } from './terms.ts'
import { messagePart } from './usage.ts'

/** Calls through which a handler answers (`body`), reads its request into a value (`into`), or asks for a `parameter` by its name. */
interface BodyRow {
  path: string
  body?: string
  into?: string
  /** Where the message stands that is read, if not under the callee. */
  of?: string
  parameter?: 'query' | 'headers' | 'cookies'
  /** Made as it is, the library refuses members that the type does not have. */
  plain?: true
  /** The status: an argument, or the first argument of the call before this one in a chain. */
  status?: string
}

const gin = 'github.com/gin-gonic/gin.Context'
const echo = 'github.com/labstack/echo*.Context'
const fiber = 'github.com/gofiber/fiber*.Ctx'

const rows: readonly BodyRow[] = [
  { path: '#handler.$1', body: '1' },
  { path: '#handler.$1.onNext', body: '0' },
  { path: '#handler.$1.{json,send}', body: '0' },
  { path: '#handler.$1.{status,code}.{json,send}', body: '0', status: 'before' },
  { path: `${gin}.{JSON,IndentedJSON,PureJSON,AbortWithStatusJSON}`, body: '1', status: '0' },
  { path: `${echo}.{JSON,JSONPretty}`, body: '1', status: '0' },
  { path: `${fiber}.JSON`, body: '0' },
  { path: `${fiber}.Status.JSON`, body: '0', status: 'before' },
  { path: `${gin}.{ShouldBindJSON,BindJSON,ShouldBind,Bind}`, into: '0' },
  { path: `${echo}.Bind`, into: '0' },
  { path: `${fiber}.BodyParser`, into: '0' },
  { path: '#handler.$0.{header,get}', parameter: 'headers' },
  { path: `${gin}.{Query,DefaultQuery,GetQuery}`, parameter: 'query' },
  { path: `${gin}.GetHeader`, parameter: 'headers' },
  { path: `${echo}.QueryParam`, parameter: 'query' },
  { path: `${fiber}.Query`, parameter: 'query' },
  { path: 'net/http.Request.{URL.Query.Get,FormValue}', parameter: 'query' },
  { path: 'net/http.Request.Header.Get', parameter: 'headers' },
  { path: 'encoding/json.NewEncoder.Encode', body: '0' },
  { path: 'encoding/json.NewDecoder.Decode', into: '0' },
  { path: 'encoding/json.Unmarshal', of: '0', into: '1' },
  { path: '*.{bodyToMono,bodyToFlux,toEntity,toEntityList,readEntity}', into: '0' },
  { path: '{*.,}{JsonSerializer,JsonConvert}.{Deserialize,DeserializeAsync,DeserializeObject}', of: '0', into: '<0>' },
  { path: '*.{ToObject,ToObjectFromJson,ReadFromJsonAsync}', into: '<0>' },
  { path: '{*.,}{ObjectMapper,JsonMapper}.{readValue,treeToValue,convertValue}', of: '0', into: '1', plain: true },
  { path: '*.{readValue,fromJson,treeToValue,convertValue}', of: '0', into: '1' },
  { path: '*.{model_validate,parse_obj,model_validate_json,parse_raw,from_dict,from_json}', of: '0', into: 'base' },
  { path: 'serde_json.{from_slice,from_str,from_value,from_reader}', of: '0', into: '<0>' },
]

const compiled = rows.flatMap(row => {
  const made = compilePath(row.path)
  return made ? [{ row, pattern: made.pattern }] : []
})

const known = new Map<string, BodyRow | undefined>()
const maxKnown = 20_000

const rowOf = (path: string): BodyRow | undefined => {
  if (path.length > 200) return undefined
  if (!known.has(path)) {
    if (known.size > maxKnown) known.clear()
    known.set(path, compiled.find(c => c.pattern.test(path))?.row)
  }
  return known.get(path)
}

/** Notes what a handler answers, and into what it reads its request. Gives the answer of a call that is read into a type: it is what there is. */
export const noteBodies = (frame: Frame, callee: Term, args: Args, site: Site | undefined): Term | undefined => {
  const row = site && rowOf(callee.text)
  if (!row || !site) return undefined
  const message = row.of === undefined ? callee : pick(frame, args, row.of, {})
  if (!message) return undefined
  const request =
    requestOf(message) ?? (row.into === undefined ? undefined : replyOf(frame, message)) ?? [message, ...message.kids].find(k => k.open)
  // Bytes that came from elsewhere: a broker, a file.
  const source = request ?? (row.into === undefined ? undefined : message)
  if (!source) return undefined
  const body = row.body === undefined ? undefined : pick(frame, args, row.body, {})
  if (body && request) frame.add({ kind: 'answer', term: request, extra: body, ...statusOf(frame, row, callee, args), site })
  const into = row.into === 'base' ? callee.kids[0] : row.into === undefined ? undefined : pick(frame, args, row.into, {})
  const part = source.kind !== 'request' && messagePart(message) ? message : source
  if (into) frame.add({ kind: 'decode', term: part, extra: into, ...(isPlain(row, callee) && { name: 'strict' }), site })
  const name = row.parameter === undefined ? undefined : pick(frame, args, '0', {})
  if (name?.kind === 'text' && request) frame.add({ kind: 'parameter', term: request, name: `${row.parameter}.${name.text}`, site })
  return into && row.of !== undefined && isClass(into) && messagePart(message) && replyOf(frame, message) ? message : undefined
}

/** A mapper that code makes for itself refuses what it does not know; the one that a framework hands out does not. */
const isPlain = ({ plain }: BodyRow, { kids }: Term): boolean =>
  plain === true && kids[0]?.kind === 'extcall' && kids[0].labels.includes('new')

/** A member of the request beside its body that a handler reads: `req.query.row`. */
export const noteParameter = (frame: Frame, term: Term, site: Site): void => {
  const name =
    term.kind === 'ext' && term.text.length < 200
      ? /^#handler\.\$\d+\.((?:query|headers|cookies)\.[\w-]+)$/.exec(term.text)?.[1]
      : undefined
  const request = name === undefined ? undefined : requestOf(term)
  if (request && name !== undefined) frame.add({ kind: 'parameter', term: request, name, site })
}

const statusOf = (frame: Frame, { status }: BodyRow, callee: Term, args: Args): { name?: string } => {
  if (status === undefined) return {}
  const before = callee.kids[0]
  const said = status === 'before' ? before && pick(frame, before, '0', {}) : pick(frame, args, status, {})
  if (said?.kind === 'text') return { name: said.text }
  const constant = said?.kind === 'ext' ? statuses[said.text.slice(said.text.lastIndexOf('.') + 1)] : undefined
  return constant === undefined ? {} : { name: constant }
}

const statuses: Record<string, string> = table({
  ...{ StatusBadRequest: '400', StatusUnauthorized: '401', StatusForbidden: '403', StatusNotFound: '404', StatusConflict: '409' },
  ...{ StatusMethodNotAllowed: '405', StatusUnprocessableEntity: '422', StatusTooManyRequests: '429' },
  ...{ StatusInternalServerError: '500', StatusNotImplemented: '501', StatusBadGateway: '502', StatusServiceUnavailable: '503' },
})

/** The request that a response writer, a context or a chain of calls over them belongs to, once call sites have filled it in. */
export const requestOf = (term: Term): Term | undefined => requestUnder(term, 0)

/** The call whose answer a value is read from. */
export const replyOf = (frame: Frame, term: Term): Term | undefined => under(term, t => isReply(frame, t), 0)

const requestUnder = (term: Term, depth: number): Term | undefined => under(term, t => t.kind === 'request', depth)

const under = (term: Term, isMeant: (term: Term) => boolean, depth: number): Term | undefined => {
  if (isMeant(term)) return term
  if (depth > 6 || !over.has(term.kind)) return undefined
  for (const kid of term.kids.slice(0, 3)) {
    const found = under(kid, isMeant, depth + 1)
    if (found) return found
  }
  return undefined
}

const over = new Set(['ext', 'extcall', 'field', 'nth', 'elem', 'addr', 'any', 'or'])
