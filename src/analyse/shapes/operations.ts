import { by } from '../../base/names.ts'
import { table } from '../../base/table.ts'
import type { Facets, NodeIx } from '../../model/contract.ts'
import type { Shapes } from '../../model/fragment.ts'
import type { AnnotationFact, ParameterFact, TypeRef } from '../../model/program.ts'
import { requestOf } from '../bodies.ts'
import { fnsOf, parametersOf } from '../functions.ts'
import type { Fn } from '../scope.ts'
import type { Solution } from '../solve.ts'
import type { Deed, Frame } from '../state.ts'
import type { Term, Terms } from '../terms.ts'
import { type Place, ShapeGraph } from './graph.ts'
import { carriers as holders, scalarOf } from './scalars.ts'
import { TypeShapes } from './types.ts'
import { ValueShapes } from './values.ts'

/** An operation that the code serves: the request its handler gets, and what it reads of it. */
export interface ServedOperation {
  /** `METHOD /path/{}` */
  id: string
  /** The path as the code writes it, with names. */
  written?: string
  fn?: Fn
  root?: Term
  reads: readonly Read[]
  at: Place
}

type Source = 'path' | 'query' | 'header' | 'cookie' | 'body' | 'none'

/** Where frameworks say that a parameter comes from. */
const sources: Record<string, Source> = table({
  ...{ RequestBody: 'body', FromBody: 'body', Body: 'body', Payload: 'body', ModelAttribute: 'body', FromForm: 'body' },
  ...{ RequestParam: 'query', FromQuery: 'query', Query: 'query', QueryParam: 'query', QueryValue: 'query', RestQuery: 'query' },
  ...{ PathVariable: 'path', PathParam: 'path', FromRoute: 'path', Param: 'path', RestPath: 'path', Path: 'path' },
  ...{ RequestHeader: 'header', FromHeader: 'header', HeaderParam: 'header', Headers: 'header', Header: 'header', RestHeader: 'header' },
  ...{ CookieValue: 'cookie', CookieParam: 'cookie', Cookie: 'cookie' },
  ...{
    FromServices: 'none',
    AuthenticationPrincipal: 'none',
    Context: 'none',
    Req: 'none',
    Res: 'none',
    Autowired: 'none',
    Inject: 'none',
  },
})

/** Types that say where a parameter comes from, by their last name: `Query<Page>`. */
const carriers: Record<string, Source> = table({
  Json: 'body',
  Form: 'body',
  JsonBody: 'body',
  Query: 'query',
  Path: 'path',
  State: 'none',
})

/** Members of a request, beside its body, through which parameters are read. */
const bags: Record<string, Source> = table({
  ...{ params: 'path', query: 'query', headers: 'header', header: 'header', cookies: 'cookie' },
  ...{ args: 'query', query_params: 'query', path_params: 'path', queryParams: 'query', searchParams: 'query' },
})

/** A member of the request that the code names. */
interface Read {
  path: string[]
  at: Place
}

/** Whether a method carries a body that is read. */
const hasBody = (id: string): boolean => /^(POST|PUT|PATCH|\*) /.test(id)

/** Gives the served operations of a program their messages, as far as types, literals and reads tell. */
export class OperationShapes {
  private readonly graph = new ShapeGraph()
  private readonly types: TypeShapes
  private readonly values: ValueShapes
  private readonly answers = new Map<Term, { body: Term; status?: string }[]>()
  private readonly handlers = new Map<Term, Fn>()
  private readonly asked = new Map<Term, Read[]>()
  private readonly decoded = new Map<Term, Term[]>()
  private readonly solution: Solution

  constructor(solution: Solution, deeds: readonly Deed[], frame: (file: string | undefined) => Frame) {
    this.solution = solution
    this.types = new TypeShapes(solution.state.scope, this.graph)
    this.values = new ValueShapes(this.graph, this.types, frame)
    for (const { kind, term, extra, name, site } of deeds) {
      const request = kind === 'parameter' || extra ? requestOf(term) : undefined
      if (!request) continue
      if (kind === 'parameter') push(this.asked, request, { path: name!.split('.'), at: { file: site.file, line: site.line } })
      else if (!extra) continue
      else if (kind === 'answer') push(this.answers, request, { body: extra, ...(name !== undefined && { status: name }) })
      else if (kind === 'decode') push(this.decoded, request, extra)
      else if (kind === 'handler' && extra.kind === 'func' && !this.handlers.has(term))
        this.handlers.set(term, fnsOf(frame(undefined), extra)[0]!)
    }
  }

  done(): Shapes | undefined {
    return this.graph.done()
  }

  /** The node of an operation, with what its handler takes and answers. */
  operation(served: ServedOperation): NodeIx {
    const fn = served.fn ?? (served.root && (this.handlers.get(served.root) ?? this.handlerIn(served.root, served.id)))
    const at = fn ? { file: fn.unit.path, line: fn.fact.spot.line, ...ending(fn) } : served.at
    const ix = this.graph.add('operation', at, { path: served.id.slice(served.id.indexOf(' ') + 1) })
    const declared = fn ? this.parameters(ix, fn, served) : false
    this.reads(ix, served, declared, at)
    this.response(ix, served, fn, at)
    return ix
  }

  /** A message that the code publishes, as an operation that answers with it; undefined where nothing is told of it. */
  message(value: Term, at: Place): NodeIx | undefined {
    const schema = this.values.of([value], at)
    if (schema === undefined) return undefined
    const ix = this.graph.add('operation', at)
    const response = this.graph.add('response', at)
    this.graph.edge(ix, { role: 'response', key: 'message', to: response })
    this.media(response, schema, at)
    return ix
  }

  /** A handler that stands inside another call: `route(path, post(add))`. */
  private handlerIn(root: Term, id: string): Fn | undefined {
    const verb = id.slice(0, id.indexOf(' ')).toLowerCase()
    const visit = (term: Term, depth: number): Fn | undefined => {
      const isVerb = term.kind === 'extcall' && term.text.slice(term.text.lastIndexOf('.') + 1) === verb
      const func = isVerb ? term.kids.find((k, i) => k.kind === 'func' && term.labels[i] !== 'base') : undefined
      if (func) return this.solution.state.scope.fns[Number(func.text.split(',')[0])]
      if (depth > 4 || (term.kind !== 'extcall' && term.kind !== 'request')) return undefined
      for (const [i, kid] of term.kids.entries()) {
        const found = depth > 0 || term.labels[i] !== 'base' ? visit(kid, depth + 1) : undefined
        if (found) return found
      }
      return undefined
    }
    return root.kids[0] && visit({ ...root.kids[0], text: '' }, 0)
  }

  /** Parameters of a handler that the framework fills. True if one of them is the body. */
  private parameters(ix: NodeIx, fn: Fn, served: ServedOperation): boolean {
    let body = false
    for (const parameter of parametersOf(fn)) {
      const source = this.sourceOf(parameter, fn, served)
      const at = { file: fn.unit.path, line: parameter.annotations[0]?.spot.line ?? fn.fact.spot.line }
      if (source === 'body' && !body) {
        body = true
        this.body(ix, this.types.of(fn.unit, bare(parameter.type), 'request', at, fn.owner), at)
      } else if (source === 'query' || source === 'header' || source === 'cookie') this.parameter(ix, source, parameter, fn, at)
    }
    return body
  }

  private sourceOf(parameter: ParameterFact, fn: Fn, { id, written = '', root }: ServedOperation): Source {
    for (const { name } of parameter.annotations) {
      const said = sources[name.slice(name.lastIndexOf('.') + 1)]
      if (said) return said
    }
    const carrier = carriers[parameter.type?.name.split('.').at(-1) ?? '']
    if (carrier) return carrier
    // Handlers that get the request itself say the rest by what they read of it.
    if (root && this.handlers.has(root)) return fn.unit.traits.modulePaths === true && this.isMessage(parameter, fn) ? 'body' : 'none'
    if (new RegExp(`[{<:*](?:\\w+:)?${escaped(parameter.name)}\\b`).test(written)) return 'path'
    if (parameter.type === undefined) return 'none'
    if (this.isMessage(parameter, fn)) return hasBody(id) ? 'body' : 'none'
    const isFilled = fn.unit.traits.callMakesInstance || fn.unit.traits.extensionMethods
    return isFilled && scalarOf(parameter.type.name) && parameter.default?.is !== 'call' ? 'query' : 'none'
  }

  /** A type of the code that is data. */
  private isMessage(parameter: ParameterFact, fn: Fn): boolean {
    const type = bare(parameter.type)
    const item = type?.args?.length === 1 ? type.args[0] : type
    const target = item && this.solution.state.scope.resolveType(fn.unit, item, fn.owner)
    return (
      target !== undefined &&
      'type' in target &&
      !/^(interface|enum)$/.test(fn.unit.traits.implicitThis ? target.type.fact.kind : 'class') &&
      this.types.tells(this.types.named(target.type, 'request'))
    )
  }

  private parameter(ix: NodeIx, source: Exclude<Source, 'body' | 'none' | 'path'>, parameter: ParameterFact, fn: Fn, at: Place): void {
    const { graph } = this
    const told = parameter.annotations.find(a => sources[a.name.slice(a.name.lastIndexOf('.') + 1)] === source)
    const name = toldName(told) ?? parameter.name
    const style = source === 'header' ? 'simple' : 'form'
    const node = graph.add('param', at, { name, in: source, style } satisfies Facets)
    graph.edge(node, { role: 'schema', key: '', to: this.types.of(fn.unit, parameter.type, 'request', at, fn.owner) })
    const key = `${source}:${source === 'header' ? name.toLowerCase() : name}`
    graph.edge(ix, { role: 'param', key, to: node, ...(isNeeded(parameter, told, fn) && { required: true as const }) })
  }

  /** What an untyped handler reads: parameters beside the body, and members of it that may or may not be all. */
  private reads(ix: NodeIx, served: ServedOperation, isDeclared: boolean, at: Place): void {
    const { graph } = this
    const decoded = served.root && !isDeclared ? this.decoded.get(served.root) : undefined
    const body = decoded && this.decodedType(decoded)
    if (body !== undefined) this.body(ix, body, at)
    const members = new Map<string, Place>()
    const parameters = new Map<string, NodeIx>()
    const asked = (served.root && this.asked.get(served.root)) ?? []
    for (const { path, at: place } of [...served.reads, ...asked].sort(
      by(u => `${u.path.join('.')} ${u.at.file} ${String(u.at.line).padStart(7, '0')}`),
    )) {
      const [first, second] = path
      const source = bags[first ?? '']
      if (source === undefined) {
        if (first !== undefined && /^[A-Za-z_$][\w$-]*$/.test(first) && !members.has(first)) members.set(first, place)
      } else if (source !== 'path' && source !== 'body' && source !== 'none' && second !== undefined) {
        const key = `${source}:${source === 'header' ? second.toLowerCase() : second}`
        if (parameters.has(key)) continue
        const node = graph.add('param', place, { name: second, in: source, style: source === 'header' ? 'simple' : 'form' })
        parameters.set(key, node)
        graph.edge(ix, { role: 'param', key, to: node })
      }
    }
    if (isDeclared || body !== undefined || !hasBody(served.id)) return
    const schema = graph.add('schema', at, { open: true })
    for (const [name, place] of members) graph.edge(schema, { role: 'prop', key: name, to: graph.open(place) })
    this.body(ix, schema, at)
  }

  private decodedType(targets: readonly Term[]): NodeIx | undefined {
    const { scope } = this.solution.state
    const ids = new Set<number>()
    const visit = (term: Term, depth: number): void => {
      if (depth > 6) return
      if (term.kind === 'inst' || term.kind === 'anyinst') ids.add(Number(term.text))
      else if (term.kind === 'addr' || term.kind === 'any' || term.kind === 'or') for (const kid of term.kids) visit(kid, depth + 1)
    }
    for (const target of targets) visit(target, 0)
    const [id] = ids
    const type = ids.size === 1 ? scope.types[id!] : undefined
    return type && this.types.named(type, 'request')
  }

  private body(ix: NodeIx, schema: NodeIx, at: Place): void {
    const body = this.graph.add('body', at)
    this.graph.edge(ix, { role: 'body', key: '', to: body })
    this.media(body, schema, at)
  }

  private media(of: NodeIx, schema: NodeIx, at: Place): void {
    const media = this.graph.add('media', at)
    this.graph.edge(of, { role: 'media', key: 'application/json', to: media })
    this.graph.edge(media, { role: 'schema', key: '', to: schema })
  }

  /** One answer stands for every success: what the declared type says, else what is answered. */
  private response(ix: NodeIx, { root }: ServedOperation, fn: Fn | undefined, at: Place): void {
    const declared = fn && this.declaredAnswer(fn, at)
    const isTold = declared !== undefined && this.types.tells(declared)
    const schema = isTold ? declared : (this.values.of(this.answered(root, fn), at) ?? (fn && this.madeAnswer(fn, at)))
    const response = this.graph.add('response', at)
    this.graph.edge(ix, { role: 'response', key: '200', to: response })
    this.media(response, schema ?? this.graph.open(at), at)
  }

  private declaredAnswer(fn: Fn, at: Place): NodeIx | undefined {
    const model = fn.fact.annotations.flatMap(a => a.named.filter(n => n.name === 'response_model').map(n => n.value))[0]
    const type: TypeRef | undefined = model?.is === 'ref' ? { name: model.name } : model === undefined ? fn.fact.returns : undefined
    return type && this.types.of(fn.unit, type, 'response', at, fn.owner)
  }

  /** A carrier that is made with its type: `new ResponseEntity<List<Seat>>(…)`. Texts are what failures say. */
  private madeAnswer(fn: Fn, at: Place): NodeIx | undefined {
    for (const { value } of fn.returns) {
      const call = value.is === 'call' ? fn.unit.facts.calls[value.call] : undefined
      const [inner, ...others] = call?.isNew === true ? (call.typeArgs ?? []) : []
      const name = call?.callee.is === 'ref' || call?.callee.is === 'member' ? call.callee.name : ''
      if (inner === undefined || others.length > 0 || !holders.has(name.slice(name.lastIndexOf('.') + 1)) || scalarOf(inner.name)) continue
      const schema = this.types.of(fn.unit, inner, 'response', at, fn.owner)
      if (this.types.tells(schema)) return schema
    }
    return undefined
  }

  /** What is answered with success: of a body and a status, the body. */
  private answered(root: Term | undefined, fn: Fn | undefined): Term[] {
    const { terms } = this.solution.state
    const told = (root && this.answers.get(root)) ?? []
    const all = told.length > 0 || !fn ? told : [{ body: this.solution.state.summary(fn)?.returns ?? terms.nothing }]
    const failing = fn ? errorLines(fn) : new Set<number>()
    return all
      .filter(({ status }: { status?: string }) => status === undefined || !isError(status))
      .flatMap(({ body }) => terms.options(isTuple(body, terms) ? body.kids[0]! : body))
      .filter(body => body.sites[0]?.file !== fn?.unit.path || !failing.has(body.sites[0]?.line ?? 0))
  }
}

/** A body with a status: `return body, 404`. */
const isTuple = (body: Term, terms: Terms): boolean =>
  body.kind === 'list' && body.kids.length > 1 && terms.options(body.kids[1]!).every(o => o.kind === 'text' && /^\d{3}$/.test(o.text))

/** Lines of returns whose status says that something failed. */
const errorLines = (fn: Fn): Set<number> => {
  const lines = new Set<number>()
  for (const { value, spot } of fn.returns) {
    const status = value.is === 'list' ? value.items[1] : undefined
    if (status?.is !== 'text' || !isError(status.text)) continue
    for (let line = spot.line; line <= Math.min(spot.endLine ?? spot.line, spot.line + 50); line++) lines.add(line)
  }
  return lines
}

const isError = (status: string): boolean => /^[45]\d\d$/.test(status)

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const ending = (fn: Fn): { endLine?: number } => (fn.fact.spot.endLine === undefined ? {} : { endLine: fn.fact.spot.endLine })

/** `Json<Seat>`, `web::Json<Seat>`: what they hold. */
const bare = (type: TypeRef | undefined): TypeRef | undefined =>
  type?.args?.length === 1 && carriers[type.name.split('.').at(-1)!] !== undefined ? type.args[0] : type

const toldName = (annotation: AnnotationFact | undefined): string | undefined => {
  const value = annotation?.args[0] ?? annotation?.named.find(n => /^(value|name|Name)$/.test(n.name))?.value
  return value?.is === 'text' && value.text !== '' ? value.text : undefined
}

const isNeeded = (parameter: ParameterFact, told: AnnotationFact | undefined, fn: Fn): boolean => {
  const said = told?.named.find(n => n.name === 'required')?.value
  if (said?.is === 'text') return said.text === 'true'
  if (told?.named.some(n => n.name === 'defaultValue') || parameter.default !== undefined) return false
  const isLax = /^(Optional|Option)$/.test(parameter.type?.name ?? '')
  return !isLax && (told?.name === 'RequestParam' || fn.unit.traits.callMakesInstance === true)
}

const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
