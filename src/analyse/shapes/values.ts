import type { NodeIx } from '../../model/contract.ts'
import { paramType, typeOf } from '../functions.ts'
import { anyKey } from '../members.ts'
import { pick } from '../places.ts'
import { compilePath } from '../rows.ts'
import { type Frame, heapKey } from '../state.ts'
import type { Site, Term } from '../terms.ts'
import type { Place, ShapeGraph } from './graph.ts'
import type { TypeShapes } from './types.ts'

/** What a value looks like in JSON, before it is a schema. `some`: a type of the code. */
type Looks =
  | { is: 'open' }
  | { is: 'text' }
  | { is: 'some'; node: NodeIx }
  | { is: 'list'; of: Looks }
  | { is: 'map'; members: Map<string, { looks: Looks; always: boolean; at: Place }>; open: boolean }

const open: Looks = { is: 'open' }
const maxDepth = 8
const maxOptions = 12

/** Calls whose argument is what they write, and the calls that say a status with it. */
const written: readonly [path: string, body: readonly string[]][] = [
  ['{*.,}{jsonify,JSONResponse,ORJSONResponse,make_response,JsonResponse,UJSONResponse}', ['0', 'content=', 'data=']],
  ['{*.,}{jsonable_encoder,model_dump,dict,to_dict}', ['0', 'base']],
  ['{*.,}ResponseEntity.{ok,status.body,ok.body,created.body,accepted.body}', ['0']],
  ['{*.,}ResponseEntity', ['0']],
  [
    '{*.,}{Ok,Json,Results.Ok,Results.Json,TypedResults.Ok,Created,Results.Created,CreatedAtAction,CreatedAtRoute,Accepted}',
    ['2', '1', '0'],
  ],
  ['{*.,}{HttpResponse.Ok.json,HttpResponse.Created.json,NextResponse.json,Response.json,axum.Json,Json}', ['0']],
  ['{*.,}{Mono.just,Flux.just,Promise.resolve,Task.FromResult,Future.successful,CompletableFuture.completedFuture,Optional.of}', ['0']],
  ['{JSON.stringify,json.dumps,*.json.dumps}', ['0']],
]
const compiled = written.flatMap(([path, body]) => {
  const made = compilePath(path)
  return made ? [{ ...made, body }] : []
})

/** Answers as schemas: literals, lists, instances of the code's types; what is read from elsewhere stays open. */
export class ValueShapes {
  private readonly graph: ShapeGraph
  private readonly types: TypeShapes
  private readonly frame: (file: string | undefined) => Frame

  constructor(graph: ShapeGraph, types: TypeShapes, frame: (file: string | undefined) => Frame) {
    this.graph = graph
    this.types = types
    this.frame = frame
  }

  /** One schema for all that may be answered; undefined where nothing is told, or only that it is a text. */
  of(values: readonly Term[], at: Place): NodeIx | undefined {
    const looks = joined(values.map(value => this.looks(value, new Set(), 0)))
    return looks.is === 'open' || looks.is === 'text' ? undefined : this.node(looks, at)
  }

  private looks(term: Term, over: ReadonlySet<number>, depth: number): Looks {
    if (depth > maxDepth || over.has(term.id)) return open
    const inside = new Set(over).add(term.id)
    const next = (one: Term): Looks => this.looks(one, inside, depth + 1)
    switch (term.kind) {
      case 'any':
      case 'or':
        return term.kids.length > maxOptions ? open : joined(term.kids.map(next))
      case 'concat':
        return { is: 'text' }
      case 'text':
        // A literal number or truth value is text here, too.
        return /^(?:-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|)$/.test(term.text) ? open : { is: 'text' }
      case 'list':
        return { is: 'list', of: joined(term.kids.map(next)) }
      case 'map':
        return this.mapLooks(term, next)
      case 'inst':
      case 'anyinst': {
        const node = this.types.named(typeOf(this.frame(term.sites[0]?.file), term), 'response')
        return this.types.tells(node) ? { is: 'some', node } : open
      }
      case 'param': {
        const type = paramType(this.frame(term.sites[0]?.file), term)
        const node = type && this.types.named(type, 'response')
        return node !== undefined && this.types.tells(node) ? { is: 'some', node } : open
      }
      case 'addr':
        return next(term.kids[0]!)
      case 'extcall':
        return this.callLooks(term, next)
      default:
        return open
    }
  }

  private mapLooks(term: Term, next: (one: Term) => Looks): Looks {
    const members = new Map<string, { looks: Looks; always: boolean; at: Place }>()
    let isOpen = false
    const put = (name: string, value: Term, always: boolean): void => {
      const site = value.sites[0] ?? term.sites[0]
      if (name === anyKey || name === '...' || name === '[]') isOpen = true
      else members.set(name, { looks: next(value), always, at: placeOf(site) })
    }
    for (const [i, label] of term.labels.entries()) put(label, term.kids[i]!, true)
    const frame = this.frame(term.sites[0]?.file)
    for (const name of frame.heapNames(heapKey.instanceOwner(term)))
      if (!members.has(name)) put(name, frame.heap(heapKey.instance(term, name)), false)
    return { is: 'map', members, open: isOpen || members.size === 0 }
  }

  private callLooks(term: Term, next: (one: Term) => Looks): Looks {
    const match = compiled.find(c => c.pattern.test(term.text))
    const body = match && pick(this.frame(term.sites[0]?.file), term, match.body, {})
    return body ? next(body) : open
  }

  private node(looks: Looks, at: Place): NodeIx {
    const { graph } = this
    if (graph.full) return graph.open(at)
    switch (looks.is) {
      case 'open':
        return graph.open(at)
      case 'text':
        return graph.add('schema', at, { type: ['string'] })
      case 'some':
        return looks.node
      case 'list':
        return this.types.list(this.node(looks.of, at), at)
      case 'map': {
        const ix = graph.add('schema', at, { type: ['object'], ...(looks.open && { open: true }) })
        for (const [name, member] of [...looks.members].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
          graph.edge(ix, {
            role: 'prop',
            key: name,
            to: this.node(member.looks, member.at.file === '' ? at : member.at),
            ...(member.always && { required: true }),
          })
        return ix
      }
    }
  }
}

const placeOf = (site: Site | undefined): Place => ({ file: site?.file ?? '', line: site?.line ?? 1 })

/** What holds of every alternative: members of some are not always there; alternatives of different kinds say nothing. */
const joined = (all: readonly Looks[]): Looks => {
  const [first, ...rest] = all
  if (first === undefined) return open
  return rest.reduce(both, first)
}

const both = (a: Looks, b: Looks): Looks => {
  if (a.is === 'some' && b.is === 'some') return a.node === b.node ? a : open
  if (a.is === 'text' && b.is === 'text') return a
  if (a.is === 'list' && b.is === 'list') return { is: 'list', of: both(a.of, b.of) }
  if (a.is !== 'map' || b.is !== 'map') return open
  const members = new Map(a.members)
  for (const [name, member] of b.members) {
    const known = members.get(name)
    members.set(
      name,
      known
        ? { looks: both(known.looks, member.looks), always: known.always && member.always, at: known.at }
        : { ...member, always: false },
    )
  }
  for (const [name, member] of a.members) if (!b.members.has(name)) members.set(name, { ...member, always: false })
  return { is: 'map', members, open: a.open || b.open }
}
