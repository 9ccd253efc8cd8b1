import type { Effect, Shapes } from '../model/fragment.ts'
import { text, unknown } from '../model/value.ts'
import { Answers } from './answers.ts'
import { Bindings } from './bindings.ts'
import { chosen, withoutBoundQueues } from './channels.ts'
import { merged } from './draft-merging.ts'
import { Drafts } from './drafts.ts'
import { superTerm } from './handlers.ts'
import { annotationRow, clientPath, matchRow } from './matching.ts'
import { rpcPath } from './meanings.ts'
import { Messaging } from './messaging.ts'
import { offeredByCall } from './offered.ts'
import { pick } from './places.ts'
import { toValue } from './reduce.ts'
import { Requests } from './requests.ts'
import { type Gives, rowLanguage } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import { Serving } from './serving.ts'
import { OperationShapes } from './shapes/operations.ts'
import type { Solution } from './solve.ts'
import type { Deed, Frame } from './state.ts'

/** What a solved closure does, as effects of `program`, and what it takes and answers where it serves. */
export const effectsOf = (
  repo: string,
  program: string,
  solution: Solution,
  reached: readonly Fn[],
  own: ReadonlySet<string>,
): { effects: Effect[]; shapes?: Shapes } => new Effects(repo, program, solution, reached, own).run()

class Effects {
  private readonly drafts: Drafts
  private readonly requests: Requests
  private readonly serving: Serving
  private readonly messaging: Messaging
  private readonly answers: Answers
  private readonly reached: readonly Fn[]
  private readonly own: ReadonlySet<string>

  constructor(repo: string, program: string, solution: Solution, reached: readonly Fn[], own: ReadonlySet<string>) {
    const bindings = new Bindings(repo, solution.state.scope, reached, solution.state.pages)
    this.own = own
    this.reached = reached
    this.drafts = new Drafts(repo, program, solution, bindings)
    this.requests = new Requests(this.drafts, bindings)
    this.serving = new Serving(this.drafts)
    this.messaging = new Messaging(this.drafts, bindings)
    this.answers = new Answers(this.drafts, bindings)
  }

  run(): { effects: Effect[]; shapes?: Shapes } {
    const effects = this.drafts.deeds.filter(d => d.kind === 'effect')
    this.messaging.hosts()
    for (const deed of effects) this.messaging.noteBus(deed)
    for (const deed of effects) this.serving.noteRefinement(deed)
    for (const deed of effects) this.serving.noteMount(deed)
    for (const deed of effects) this.effect(deed)
    for (const deed of this.drafts.deeds) if (deed.kind === 'env') this.environment(deed)
    for (const fn of this.reached) this.annotations(fn)
    for (const type of this.typesInPlay()) {
      this.supers(type)
      this.serving.annotatedService(type)
    }
    for (const deed of this.drafts.deeds) this.answers.usage(deed)
    for (const { effect } of this.drafts.all) if (effect.does === 'consume') effect.uses.push(...this.drafts.received)
    const shapes = this.shapes()
    return { effects: merged(this.messaging.selected(withoutBoundQueues(this.drafts.all))), ...(shapes && { shapes }) }
  }

  /** The messages of routes that are served. */
  private shapes(): Shapes | undefined {
    const shapes = new OperationShapes(this.drafts.solution, this.drafts.deeds, file => this.drafts.frame(file))
    const known = new Map<string, number>()
    for (const { effect, root, handler } of this.drafts.all) {
      if (!handler || effect.operation?.is !== 'text' || effect.target.is !== 'host') continue
      const { at } = effect.evidence
      const key = `${effect.operation.text} ${root?.id} ${at.file} ${at.line}`
      const ix =
        known.get(key) ??
        shapes.operation({
          ...{ id: effect.operation.text, written: handler.written, at: { file: at.file, line: at.line } },
          ...(handler.fn && { fn: handler.fn }),
          ...(root && { root }),
          reads: effect.uses.flatMap(u =>
            u.side === 'request' && u.access === 'read' ? [{ path: u.path, at: { file: u.at.file, line: u.at.line } }] : [],
          ),
        })
      known.set(key, ix)
      effect.shape = ix
    }
    for (const { effect, published } of this.drafts.all) {
      const { file, line } = effect.evidence.at
      const messages = (published ?? []).flatMap(({ name, value }) => {
        const shape = shapes.message(value, { file, line })
        return shape === undefined ? [] : [{ name, shape }]
      })
      if (messages.length > 0) effect.messages = messages
    }
    return shapes.done()
  }

  /** Types of the program's own files, and of shared code that is reached. */
  private typesInPlay(): Set<Type> {
    const own = new Set(this.reached.filter(f => f.fact.name === '<module>').map(f => f.unit))
    return new Set([...[...own].flatMap(u => (this.own.has(u.path) ? u.types : [])), ...this.reached.flatMap(f => f.owner ?? [])])
  }

  private effect(deed: Deed): void {
    const { term } = deed
    const frame = this.drafts.frame(term.sites[0]?.file)
    if (term.text === rpcPath) {
      this.requests.rpc(frame, deed)
      return
    }
    if (term.text.startsWith(clientPath)) {
      this.requests.declaredClient(frame, deed)
      return
    }
    const match =
      matchRow(frame, term.labels.includes('new') ? 'new' : 'call', term.text, term) ??
      matchRow(frame, 'call', term.text, term) ??
      matchRow(frame, 'assign', term.text, term)
    const gives = match && chosen(frame, term, match)
    if (!match || !gives || !('effect' in gives)) return
    switch (gives.effect) {
      case 'call':
        this.requests.httpCall(frame, deed, gives, match.captures)
        return
      case 'serve':
        if (gives.protocol !== 'http') this.serving.grpcServe(frame, deed, gives, match.captures)
        else this.serving.httpServe(frame, deed, gives, match.captures)
        return
      case 'mount':
        return
      case 'offer':
        this.serving.offer(deed, offeredByCall(frame, deed.term, gives))
        return
      case 'listen':
        this.listen(frame, deed, gives, match.captures)
        return
      case 'register':
        this.register(frame, deed, gives, match.captures)
        return
      case 'host':
      case 'bus':
      case 'deploy':
      case 'wire':
      case 'declare':
      case 'choose':
        return
      default:
        this.messaging.channel(frame, deed, gives, match.captures)
    }
  }

  private listen(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'listen' }>, captures: Record<string, string>): void {
    const port = pick(frame, deed.term, gives.port, captures)
    this.drafts.draft(
      deed,
      'listen',
      gives.protocol,
      port ? toValue(frame, port) : unknown('the port is not given'),
      undefined,
      port ? [port] : [],
    )
  }

  private register(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'register' }>, captures: Record<string, string>): void {
    const name = pick(frame, deed.term, gives.name, captures)
    if (name) this.drafts.draft(deed, 'register', 'unknown', toValue(frame, name), undefined, [name])
  }

  private environment(deed: Deed): void {
    const value = toValue(this.drafts.frame(deed.site.file), deed.term)
    if (value.is !== 'env' && value.is !== 'config') return
    const site = deed.term.sites.at(-1) ?? deed.site
    this.drafts.draft({ ...deed, site }, 'read-config', 'unknown', value, text(value.is === 'env' ? value.name : value.key), [])
  }

  /** Routes that stand as annotations on functions. */
  private annotations(fn: Fn): void {
    const frame = this.drafts.frame(fn.unit.path)
    // A class that is called like a function is the route that its own annotations say.
    const isWhole = fn.fact.name === '__invoke' && fn.owner !== undefined && fn.fact.annotations.length === 0
    for (const annotation of isWhole ? fn.owner!.fact.annotations : fn.fact.annotations) {
      const gives = annotationRow(frame, fn.unit, annotation)?.row.gives
      if (gives && 'effect' in gives && gives.effect === 'consume') this.messaging.listener(fn, annotation, gives)
      if (gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'grpc') this.serving.annotatedRpc(fn, annotation)
      if (gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'http')
        this.serving.annotatedRoute(fn, annotation, gives, isWhole)
    }
  }

  /** Services that a class serves by what it extends. */
  private supers(type: Type): void {
    const table = this.drafts.solution.state.rows(rowLanguage(type.unit.language))
    this.messaging.handledMessages(type)
    for (const path of this.drafts.solution.state.scope.externalSupers(type)) {
      const match = table.match('super', path)
      const gives = match?.row.gives
      const at = { file: type.unit.path, line: type.fact.spot.line, says: `${type.fact.kind} ${type.fact.name}` }
      if (gives && 'effect' in gives && gives.effect === 'store') {
        const term = this.drafts.solution.state.terms.make({ kind: 'unknown', text: 'a store', sites: [at] })
        this.messaging.channel(this.drafts.frame(type.unit.path), { kind: 'effect', term, site: at }, gives, {
          ...match!.captures,
          Type: type.fact.name,
        })
      }
      if (!gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
      const service = match!.captures[gives.service.slice(1)] ?? ''
      const site = { file: type.unit.path, line: type.fact.spot.line, says: `class ${type.fact.name}` }
      const { terms } = this.drafts.solution.state
      this.serving.rpcsOf(
        this.drafts.frame(type.unit.path),
        { kind: 'effect', term: superTerm(terms, type), site },
        service,
        terms.make({ kind: 'anyinst', text: String(type.id) }),
      )
    }
  }
}
