import { canonicalName } from '../base/names.ts'
import type { Evidence, Location } from '../model/evidence.ts'
import type { Effect, MemberUse, Protocol, Shapes } from '../model/fragment.ts'
import type { AnnotationFact } from '../model/program.ts'
import { concat, showValue, text, unknown, type Value } from '../model/value.ts'
import { annotationMethods, annotationText, annotationTexts, constantsOf, prefixOf } from './annotations.ts'
import { Bindings } from './bindings.ts'
import { replyOf, requestOf } from './bodies.ts'
import { apply } from './calls.ts'
import { caseOf, chosen, eachText, selections, topicValue, withoutBoundQueues } from './channels.ts'
import { declaredCalls, describesOther, routePath } from './declared.ts'
import { type Published, publishedBy, readOf } from './events.ts'
import { funcTerm } from './functions.ts'
import { Groups } from './groups.ts'
import { handlerRequest, rpcMethods, serviceName, superTerm } from './handlers.ts'
import { annotationRow, clientPath, matchRow } from './matching.ts'
import { placeholders, rpcPath } from './meanings.ts'
import { Mounts } from './mounts.ts'
import { type Offered, offeredByAnnotation, offeredByCall } from './offered.ts'
import { pick, pickAll } from './places.ts'
import { chainOf, normalPath, splitUrl, toValue } from './reduce.ts'
import { type ChannelGives, type Gives, type Place, rowLanguage } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import { OperationShapes } from './shapes/operations.ts'
import type { Solution } from './solve.ts'
import { type Deed, Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'
import { bodyPath, distinctUses, isScalarMember, locationOfDeed, type MessagePart, messagePart, type Sent, sentMembers } from './usage.ts'

/** An effect on its way: what it was made from decides which reads and escapes are its own. */
interface Draft {
  effect: Effect
  /** The term its message hangs on: the call for its answer, the request for a handler. */
  root?: Term
  request?: Sent
  /** The queue that a consumer names, or binds to an exchange. */
  queue?: Value
  binds?: Value
  /** Its topic is what only some caller could give. */
  uncalled?: true
  /** The exchange of a binding, and whether that takes more than one key. */
  exchange?: Value
  isOpen?: boolean
  /** Of a served route: the function that answers it, and its path as written. */
  handler?: { fn?: Fn; written: string }
  /** What is published. */
  published?: Published[]
}

/** What a solved closure does, as effects of `program`, and what it takes and answers where it serves. */
export const effectsOf = (
  repo: string,
  program: string,
  solution: Solution,
  reached: readonly Fn[],
  own: ReadonlySet<string>,
): { effects: Effect[]; shapes?: Shapes } => new Effects(repo, program, solution, reached, own).run()

class Effects {
  private readonly bindings: Bindings
  private readonly drafts: Draft[] = []
  private readonly byRoot = new Map<Term, Draft[]>()
  private readonly refined = new Set<Term>()
  private readonly mounts: Mounts
  private readonly deeds: Deed[] = []
  private readonly repo: string
  private readonly program: string
  private readonly solution: Solution
  private readonly reached: readonly Fn[]
  private readonly own: ReadonlySet<string>
  private readonly messageHosts: {
    gives: ChannelGives | { effect: 'serve-messages'; protocol: Protocol }
    isOneQueue: boolean
    target: Value
  }[] = []
  private readonly framesByLanguage = new Map<string, Frame>()
  /** Members that are read of messages, whichever consumer they come from. */
  private readonly received: MemberUse[] = []

  constructor(repo: string, program: string, solution: Solution, reached: readonly Fn[], own: ReadonlySet<string>) {
    this.own = own
    this.mounts = new Mounts(new Groups(solution.state.scope), (frame, term) => pathText(toValue(frame, term)))
    this.repo = repo
    this.program = program
    this.solution = solution
    this.reached = reached
    this.bindings = new Bindings(repo, solution.state.scope, reached)
    for (const summary of solution.frames)
      for (const deed of summary.deeds) if (!deed.term.open && deed.extra?.open !== true) this.deeds.push(deed)
  }

  run(): { effects: Effect[]; shapes?: Shapes } {
    const effects = this.deeds.filter(d => d.kind === 'effect')
    this.hosts()
    for (const deed of effects) this.noteBus(deed)
    for (const deed of effects) this.noteRefinement(deed)
    for (const deed of effects) this.noteMount(deed)
    for (const deed of effects) this.effect(deed)
    for (const deed of this.deeds) if (deed.kind === 'env') this.environment(deed)
    for (const fn of this.reached) this.annotations(fn)
    for (const type of this.typesInPlay()) {
      this.supers(type)
      this.annotatedService(type)
    }
    for (const deed of this.deeds) this.usage(deed)
    for (const { effect } of this.drafts) if (effect.does === 'consume') effect.uses.push(...this.received)
    const shapes = this.shapes()
    return { effects: merged(this.selected(withoutBoundQueues(this.drafts))), ...(shapes && { shapes }) }
  }

  /** The messages of routes that are served. */
  private shapes(): Shapes | undefined {
    const shapes = new OperationShapes(this.solution, this.deeds, file => this.frame(file))
    const known = new Map<string, number>()
    for (const { effect, root, handler } of this.drafts) {
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
    for (const { effect, published } of this.drafts) {
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

  /** Rows are asked in the language of the file a term was made in. */
  private frame(file: string | undefined): Frame {
    const unit = file === undefined ? undefined : this.solution.state.scope.unit(file)
    const key = unit?.path ?? ''
    const frame = this.framesByLanguage.get(key) ?? new Frame(this.solution.state, unit?.fns[0], apply)
    this.framesByLanguage.set(key, frame)
    return frame
  }

  private noteMount(deed: Deed): void {
    const { term } = deed
    const frame = this.frame(term.sites[0]?.file)
    const gives = matchRow(frame, 'call', term.text, term)?.row.gives
    if (gives && 'effect' in gives && gives.effect === 'mount') this.mounts.add(frame, deed, gives)
    else if (gives && term.labels.some((label, i) => label !== 'base' && term.kids[i]!.kind === 'func')) this.mounts.addGroup(frame, term)
  }

  private noteRefinement(deed: Deed): void {
    const { term } = deed
    const gives = matchRow(this.frame(term.sites[0]?.file), 'call', term.text, term)?.row.gives
    if (gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'http' && gives.refines) {
      const base = kid(term, 'base')
      if (base) this.refined.add(base)
    }
  }

  private effect(deed: Deed): void {
    const { term } = deed
    const frame = this.frame(term.sites[0]?.file)
    if (term.text === rpcPath) {
      this.rpc(frame, deed)
      return
    }
    if (term.text.startsWith(clientPath)) {
      this.declaredClient(frame, deed)
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
        this.httpCall(frame, deed, gives, match.captures)
        return
      case 'serve':
        if (gives.protocol !== 'http') this.grpcServe(frame, deed, gives, match.captures)
        else this.httpServe(frame, deed, gives, match.captures)
        return
      case 'mount':
        return
      case 'offer':
        this.offer(deed, offeredByCall(frame, deed.term, gives))
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
      case 'choose':
        return
      default:
        this.channel(frame, deed, gives, match.captures)
    }
  }

  private evidence(deed: Pick<Deed, 'site' | 'term'>, over: readonly Term[], note?: string): Evidence {
    const at: Location = { repo: this.repo, file: deed.site.file, line: deed.site.line }
    const via = chainOf(this.frame(deed.site.file), this.repo, [{ ...deed.term, kids: [] }, ...over])
    return {
      reader: this.solution.state.scope.unit(deed.site.file)?.language ?? 'code',
      basis: 'coded',
      at,
      ...(note !== undefined && { note }),
      via,
    }
  }

  private draft(
    deed: Deed,
    does: Effect['does'],
    protocol: Protocol,
    target: Value,
    operation: Value | undefined,
    over: readonly Term[],
    root?: Term,
  ): Draft {
    const effect: Effect = {
      ...{ of: this.program, does, protocol, target },
      ...(operation && { operation }),
      ...{
        uses: [],
        closed: false,
        escapes: [],
        confidence: target.is === 'unknown' ? 'low' : 'high',
        evidence: this.evidence(deed, over),
      },
    }
    const draft: Draft = { effect, ...(root && { root }) }
    this.drafts.push(draft)
    if (root) this.byRoot.set(root, [...(this.byRoot.get(root) ?? []), draft])
    return draft
  }

  private rpc(frame: Frame, deed: Deed): void {
    const { term } = deed
    const callee = kid(term, 'rpc')!
    const stub = callee.kids[0]!
    const target = toValue(frame, stub.kids[0]!)
    const { rpcs } = this.solution.state.contracts
    const known = rpcs.get(stub.text)
    if (!known && !isConnection(frame, stub.kids[0]!) && (target.is === 'unknown' || stub.labels.includes('guess'))) return
    const protocol = stub.labels.includes('protocol:thrift') ? 'thrift' : stub.labels.includes('protocol:dubbo') ? 'dubbo' : 'grpc'
    const name = protocol === 'dubbo' ? callee.text : rpcName(callee.text, known)
    // Its transport and the like are members of the client, too.
    if (protocol === 'thrift' && known && !known.has(name)) return
    const draft = this.draft(deed, 'call', protocol, target, text(`${stub.text}/${name}`), [stub], term)
    draft.effect.encoding = stub.labels.includes('encoding:json') ? 'json' : 'binary'
    if (stub.labels.includes('every')) {
      draft.effect.closed = false
      draft.effect.escapes = [draft.effect.evidence.at]
      return
    }
    this.send(frame, draft, this.requestOf(term, deed), 'request')
  }

  /** The message among an rpc's arguments: where a context goes first, the second. */
  private requestOf(term: Term, deed: Deed): Term | undefined {
    const unit = this.solution.state.scope.unit(deed.site.file)
    return (unit?.traits.embedding ? kid(term, '1') : undefined) ?? kid(term, '0')
  }

  private send(frame: Frame, draft: Draft, request: Term | undefined, side: MemberUse['side']): void {
    if (!request) return
    const sent = sentMembers(frame, request, side, draft.effect.evidence.at)
    draft.request = sent
    draft.effect.uses.push(...sent.uses)
    for (const { part, at } of sent.passed) this.passOn(frame, part, at)
  }

  /** A part of one message that becomes part of another: a scalar is read, anything else leaves view. */
  private passOn(frame: Frame, part: MessagePart, at: Location): void {
    for (const draft of this.byRoot.get(part.root) ?? []) {
      const path = draft.effect.protocol === 'http' ? bodyPath(part.path) : part.path
      if (path && !isScalarMember(frame, path)) draft.effect.escapes.push(at)
    }
  }

  private httpCall(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'call' }>, captures: Record<string, string>): void {
    const { term } = deed
    if (gives.protocol !== 'http') {
      this.messageCall(frame, deed, gives, captures)
      return
    }
    const target = pick(frame, term, gives.target, captures)
    const base = gives.base === undefined ? undefined : pick(frame, term, gives.base, captures)
    const path = gives.path === undefined ? undefined : pick(frame, term, gives.path, captures)
    const { terms } = this.solution.state
    const urls = terms.options(target ?? terms.unknown('no address')).map(t => {
      const parts = [...(base && !isWholeAddress(t) ? [base] : []), t, ...(path ? [path] : [])]
      return terms.concat(parts.filter(p => p !== terms.nothing))
    })
    const all = terms.options(terms.any(urls))
    // A variable's empty start is no address where another value follows.
    const given = all.filter(o => o.kind !== 'text' || o.text !== '')
    const body = gives.body === undefined ? undefined : pick(frame, term, gives.body, captures)
    for (const option of given.length > 0 ? given : all) {
      const address = splitUrl(toValue(frame, option))
      const isPage = this.solution.state.scope.unit(deed.site.file)?.traits.inPages === true
      if (address.target.is === 'host' && !isPage) address.target = unknown('a path without an address')
      const method = methodOf(frame, term, gives.method, captures)
      const operation = text(`${method} ${normalPath(address.path)}`)
      const draft = this.draft(deed, 'call', 'http', address.target, operation, [option], term)
      this.send(frame, draft, body, 'request')
    }
  }

  private rpcOf(frame: Frame, term: Term, place: Place, captures: Record<string, string>): string {
    const named = pick(frame, term, place, captures)
    const type = named?.kind === 'type' ? this.solution.state.scope.types[Number(named.text)]?.fact.name : named?.text
    const service = lastOfPath(type ?? '')
    return `${service}/${rpcName(captures.Rpc ?? '', this.solution.state.contracts.rpcs.get(service))}`
  }

  /** A call of another protocol: its operation is what stands at the place of the path. */
  private messageCall(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'call' }>, captures: Record<string, string>): void {
    const target = pick(frame, deed.term, gives.target, captures)
    const operation = gives.service
      ? this.solution.state.terms.text(this.rpcOf(frame, deed.term, gives.service, captures))
      : gives.path === undefined
        ? undefined
        : pick(frame, deed.term, gives.path, captures)
    const port = gives.port === undefined ? undefined : pick(frame, deed.term, gives.port, captures)
    const { terms } = this.solution.state
    const address = target && port ? terms.concat([target, terms.text(':'), port]) : target
    const value = address ? toValue(frame, address) : unknown('no address')
    const over = [...(target ? [target] : []), ...(operation ? [operation] : [])]
    const draft = this.draft(deed, 'call', gives.protocol, value, operation && toValue(frame, operation), over, deed.term)
    this.send(frame, draft, gives.body === undefined ? undefined : pick(frame, deed.term, gives.body, captures), 'request')
  }

  /** A method of an interface that a library implements as a client. */
  private declaredClient(frame: Frame, deed: Deed): void {
    for (const { target, operation, over, body } of declaredCalls(frame, deed.term)) {
      const draft = this.draft(deed, 'call', 'http', target, text(operation), [over], deed.term)
      this.send(frame, draft, body, 'request')
    }
  }

  private grpcServe(
    frame: Frame,
    deed: Deed,
    gives: Extract<Gives, { effect: 'serve'; implementation: Place }>,
    captures: Record<string, string>,
  ): void {
    const { term } = deed
    const service = serviceName(frame, gives.service, captures, term)
    if (gives.guess && !this.solution.state.contracts.rpcs.has(service)) return
    const implementation = pick(frame, term, gives.implementation, captures) ?? this.solution.state.terms.nothing
    this.rpcsOf(frame, deed, service, implementation, gives.protocol)
  }

  private rpcsOf(frame: Frame, deed: Deed, service: string, implementation: Term, protocol: 'grpc' | 'thrift' = 'grpc'): void {
    const { terms, contracts, scope } = this.solution.state
    const known = [...(contracts.rpcs.get(service) ?? [])].sort()
    const own = new Map<string, Term>()
    for (const option of terms.options(implementation)) for (const { rpc, fn } of rpcMethods(frame, service, option)) own.set(rpc, fn)
    if (known.length === 0 && own.size === 0) this.draft(deed, 'serve', protocol, text(service), text(`${service}/*`), [deed.term])
    for (const rpc of new Set([...known, ...own.keys()])) {
      const root = terms.make({ kind: 'request', text: `${service}/${rpc}`, kids: [deed.term] })
      const draft = this.draft(deed, 'serve', protocol, text(service), text(`${service}/${rpc}`), [deed.term], root)
      const fn = own.get(rpc) && scope.fns[Number(own.get(rpc)!.text.split(',')[0])]
      if (!fn) continue
      const at: Location = { repo: this.repo, file: fn.unit.path, line: fn.fact.spot.line }
      draft.effect.evidence.via = [...(draft.effect.evidence.via ?? []), { at, says: `implements ${rpc}` }]
    }
  }

  private httpServe(
    frame: Frame,
    deed: Deed,
    gives: Extract<Gives, { effect: 'serve'; protocol: 'http' }>,
    captures: Record<string, string>,
  ): void {
    const { term } = deed
    if (this.refined.has(term)) return
    const path = pick(frame, term, gives.path, captures)
    const isRoute = gives.handlers === 'none' || pickAll(frame, term, gives.handlers).kids.length > 0
    if (!path || !isRoute || (gives.within && !this.mounts.isGrouped(term))) return
    const prefix = gives.prefix === undefined ? undefined : pick(frame, term, gives.prefix, captures)
    const methods = gives.refines
      ? pickAll(frame, term, gives.method).kids.flatMap(k => methodText(frame, k))
      : methodsOf(frame, term, gives.method, captures)
    const { terms } = this.solution.state
    const root = terms.make({ kind: 'request', kids: [gives.refines ? (kid(term, 'base') ?? term) : term] })
    const value = toValue(frame, terms.concat([...(prefix ? [prefix] : []), path]))
    const written = pathText(value)
    const [verb, rest] = /^([A-Z]+) +(.*)$/.exec(written)?.slice(1) ?? []
    const routes = gives.actions
      ? actionsOf(frame, term, gives, captures)
      : (methods.length > 0 ? methods : ['*']).map(method => ({ method, path: '' }))
    for (const below of this.mounts.prefixes(frame, kid(term, 'base'), term))
      for (const route of routes) {
        const full = `${rest ?? written}${route.path}`
        const operation = text(`${verb ?? route.method} ${normalPath(below === '' ? full : withoutDots(`${below}/${full}`))}`)
        const draft = this.draft(deed, 'serve', 'http', { is: 'host' }, operation, [path], root)
        draft.handler = { written: full }
      }
  }

  private listen(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'listen' }>, captures: Record<string, string>): void {
    const port = pick(frame, deed.term, gives.port, captures)
    this.draft(
      deed,
      'listen',
      gives.protocol,
      port ? toValue(frame, port) : unknown('the port is not given'),
      undefined,
      port ? [port] : [],
    )
  }

  private channel(frame: Frame, deed: Deed, gives: ChannelGives, captures: Record<string, string>): void {
    const target = pick(frame, deed.term, gives.target, captures)
    const topic = topicValue(frame, deed.term, gives, captures)
    const bus = gives.bus === undefined ? undefined : this.buses.get(gives.bus)
    const protocol = bus?.protocol ?? gives.protocol
    if (protocol === 'in-process') return
    if (topic.isNone) return
    // A call of that name without an address uses a connection that was made elsewhere.
    if (!target && (gives.effect === 'store' || topic.over.length === 0)) return
    const value = target
      ? withPort(toValue(frame, target), gives.port === undefined ? undefined : pick(frame, deed.term, gives.port, captures), frame)
      : (bus?.target ?? unknown('no address'))
    const over = [...(target ? [target] : []), ...topic.over]
    const drafts = eachText(topic.value).map(one => this.draft(deed, gives.effect, protocol, value, one, over))
    // Where a message goes is told by its topic; the broker's address says no more.
    for (const { effect } of drafts)
      if (effect.operation && effect.operation.is !== 'unknown') effect.confidence = topic.isKept ? 'medium' : 'high'
    if (gives.expects !== undefined) for (const { effect } of drafts) effect.expects = gives.expects
    if (topic.uncalled) for (const draft of drafts) draft.uncalled = true
    if (gives.effect === 'publish') {
      const published = publishedBy(deed.term, this.solution.state)
      for (const draft of drafts) draft.published = published
    }
    if (gives.effect !== 'consume' || gives.protocol !== 'amqp') return
    for (const draft of drafts) this.bind(frame, deed, gives, captures, draft)
  }

  /** Whether a consumer names a queue, or binds one to an exchange, and for which keys. */
  private bind(frame: Frame, deed: Deed, gives: ChannelGives, captures: Record<string, string>, draft: Draft): void {
    const binds = gives.binds === undefined ? undefined : pick(frame, deed.term, gives.binds, captures)
    if (gives.binds === undefined) {
      draft.queue = draft.effect.operation ?? unknown('no queue')
      return
    }
    draft.binds = binds ? toValue(frame, binds) : unknown('no queue')
    const exchange = pick(frame, deed.term, gives.topic ?? [], captures)
    const key = gives.key === undefined ? undefined : pick(frame, deed.term, gives.key, captures)
    if (exchange) draft.exchange = toValue(frame, exchange)
    draft.isOpen = !key || takesMore(toValue(frame, key))
  }

  /** Who binds a queue to all of an exchange, and looks at the type or key of what comes, consumes what it looks for. */
  private selected(drafts: readonly Draft[]): Draft[] {
    const names = selections(deed => this.frame(deed.site.file), this.deeds)
    const types = names.get('type') ?? []
    const keys = names.get('key') ?? []
    return drafts.flatMap(draft => {
      const { exchange, effect, isOpen } = draft
      const picked = types.length > 0 ? types : keys
      if (!exchange || !isOpen || picked.length === 0) return [draft]
      return picked.map(({ deed, name }) => ({
        effect: {
          ...effect,
          operation: types.length > 0 ? name : concat([exchange, text('/'), name]),
          evidence: { ...effect.evidence, ...this.evidence(deed, []), via: [...(effect.evidence.via ?? []), stepOf(effect.evidence)] },
        },
      }))
    })
  }

  private readonly buses = new Map<string, { protocol: Protocol | 'in-process'; target?: Value }>()

  /** What carries the messages of a bus: where there are several, one that leaves the process. */
  private noteBus(deed: Deed): void {
    const frame = this.frame(deed.term.sites[0]?.file)
    const match = matchRow(frame, 'call', deed.term.text, deed.term)
    if (!match || !('effect' in match.row.gives) || match.row.gives.effect !== 'bus') return
    const { bus, protocol, target } = match.row.gives
    const address = target === undefined ? undefined : pick(frame, deed.term, target, match.captures)
    const known = this.buses.get(bus)
    if (known && known.protocol !== 'in-process' && (known.target || !address)) return
    this.buses.set(bus, { protocol, ...(address && { target: toValue(frame, address) }) })
  }

  private register(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'register' }>, captures: Record<string, string>): void {
    const name = pick(frame, deed.term, gives.name, captures)
    if (name) this.draft(deed, 'register', 'unknown', toValue(frame, name), undefined, [name])
  }

  /** The servers for messages that a framework runs here, and whether they take messages from one queue. */
  private hosts(): void {
    for (const deed of this.deeds) {
      if (deed.kind !== 'effect') continue
      const frame = this.frame(deed.term.sites[0]?.file)
      const match = matchRow(frame, 'call', deed.term.text)
      if (!match || !('effect' in match.row.gives) || match.row.gives.effect !== 'host') continue
      const { by, cases } = match.row.gives
      const gives = caseOf(frame, pick(frame, deed.term, by, match.captures), cases)
      if (!gives) continue
      const queue = gives.effect === 'serve-messages' ? undefined : topicValue(frame, deed.term, gives, match.captures)
      const isOneQueue = queue?.value !== undefined && queue.value.is !== 'unknown'
      if (isOneQueue && gives.effect !== 'serve-messages') this.channel(frame, deed, gives, match.captures)
      const target = gives.effect === 'serve-messages' ? undefined : pick(frame, deed.term, gives.target, match.captures)
      this.messageHosts.push({ gives, isOneQueue, target: target ? toValue(frame, target) : unknown('no address') })
    }
  }

  private environment(deed: Deed): void {
    const value = toValue(this.frame(deed.site.file), deed.term)
    if (value.is !== 'env' && value.is !== 'config') return
    const site = deed.term.sites.at(-1) ?? deed.site
    this.draft({ ...deed, site }, 'read-config', 'unknown', value, text(value.is === 'env' ? value.name : value.key), [])
  }

  /** Routes that stand as annotations on functions. */
  private annotations(fn: Fn): void {
    const frame = this.frame(fn.unit.path)
    const constants = constantsOf(frame, fn.unit, fn.owner)
    // A class that is called like a function is the route that its own annotations say.
    const isWhole = fn.fact.name === '__invoke' && fn.owner !== undefined && fn.fact.annotations.length === 0
    for (const annotation of isWhole ? fn.owner!.fact.annotations : fn.fact.annotations) {
      const gives = annotationRow(frame, fn.unit, annotation)?.row.gives
      if (gives && 'effect' in gives && gives.effect === 'consume') this.listener(fn, annotation, gives)
      if (gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'grpc') this.annotatedRpc(fn, annotation)
      if (!gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'http') continue
      const prefix = fn.owner && !isWhole ? prefixOf(fn.owner, constants) : ''
      if (describesOther(frame, fn)) continue
      for (const method of annotationMethods(annotation, gives.method)) {
        const path = routePath(fn, annotation, constants)
        const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
        const term = this.solution.state.terms.make({ kind: 'unknown', text: 'a route', sites: [site] })
        for (const below of this.prefixesOf(fn, annotation)) {
          const draft = this.draft(
            { kind: 'effect', term, site },
            'serve',
            'http',
            { is: 'host' },
            text(`${method} ${normalPath(`${this.mounts.ofAll}${below}/${prefix}/${path}`)}`),
            [term],
            handlerRequest(this.solution.state.terms, fn),
          )
          draft.handler = { fn, written: `${prefix}/${path}` }
        }
      }
    }
  }

  /** `@GrpcMethod('Service', 'Method')`: without names, those of the class and the method. */
  private annotatedRpc(fn: Fn, annotation: AnnotationFact): void {
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    const service = annotationText(annotation.args[0]) ?? fn.owner?.fact.name ?? ''
    const rpc = annotationText(annotation.args[1]) ?? fn.fact.name.charAt(0).toUpperCase() + fn.fact.name.slice(1)
    const root = handlerRequest(this.solution.state.terms, fn)
    const term = this.solution.state.terms.make({ kind: 'unknown', text: 'an rpc', sites: [site] })
    this.draft({ kind: 'effect', term, site }, 'serve', 'grpc', text(service), text(`${service}/${rpc}`), [term], root)
  }

  /** A class that an annotation makes the server of an rpc service. */
  private annotatedService(type: Type): void {
    for (const annotation of type.fact.annotations) {
      const match = annotationRow(this.frame(type.unit.path), type.unit, annotation)
      const gives = match?.row.gives
      const { terms } = this.solution.state
      if (gives && 'effect' in gives && gives.effect === 'offer') {
        const site = { file: type.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
        const term = terms.make({ kind: 'unknown', text: 'a service', sites: [site] })
        this.offer({ kind: 'effect', term, site }, offeredByAnnotation(this.frame(type.unit.path), type, annotation, gives, site))
      }
      if (!match || !gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
      const named = annotation.named.find(n => `${n.name}=` === gives.service)?.value
      const service = named?.is === 'ref' ? lastOfPath(named.name) : match.captures[gives.service.slice(1)]
      if (!service) continue
      const site = { file: type.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
      const term = terms.make({ kind: 'unknown', text: 'a service', sites: [site] })
      this.rpcsOf(
        this.frame(type.unit.path),
        { kind: 'effect', term, site },
        service,
        terms.make({ kind: 'anyinst', text: String(type.id) }),
      )
    }
  }

  /** The methods of an interface, under the name that a registry knows them by. */
  private offer(deed: Deed, offered: Offered | undefined): void {
    if (!offered) return
    const key = toValue(this.frame(deed.site.file), offered.key)
    for (const name of offered.methods.length === 0 ? ['*'] : offered.methods)
      this.draft(deed, 'serve', 'dubbo', key, text(`${offered.name}/${name}`), [deed.term])
  }

  /** Prefixes of a route whose annotation is a member of a router: `@router.get`. */
  private prefixesOf(fn: Fn, annotation: AnnotationFact): string[] {
    const [router, member] = annotation.name.split('.')
    const frame = this.frame(fn.unit.path)
    const at = { text: '', sites: [{ file: fn.unit.path, line: annotation.spot.line, says: '' }] }
    if (router === undefined || member === undefined) return this.mounts.prefixes(frame, funcTerm(frame, [fn], undefined), at)
    return this.mounts.prefixes(frame, frame.heap(heapKey.global(fn.unit.path, router)), at)
  }

  /** A function that an annotation makes the consumer of topics. */
  private listener(fn: Fn, annotation: AnnotationFact, gives: ChannelGives): void {
    this.received.push(...this.bindings.ofParameters(fn))
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    const frame = this.frame(fn.unit.path)
    const { terms } = this.solution.state
    for (const topic of annotationTexts(annotation, gives.topic ?? [], constantsOf(frame, fn.unit, fn.owner))) {
      const term = terms.make({ kind: 'unknown', text: 'a listener', sites: [site] })
      const value = topic.includes('${') ? placeholders(frame, topic, [site]) : terms.text(topic, site)
      const target = pick(frame, { labels: [], kids: [] }, gives.target, {})
      const deed: Deed = { kind: 'effect', term, site }
      const address = target ? toValue(frame, target) : unknown('no address')
      if (gives.via !== 'host' || this.messageHosts.length === 0)
        this.listens(this.draft(deed, 'consume', gives.protocol, address, toValue(frame, value), [value]))
      else for (const host of this.messageHosts) this.hosted(deed, host, toValue(frame, value), fn)
    }
  }

  /** A listener names a queue, which a binding may join to an exchange. */
  private listens(draft: Draft): void {
    if (draft.effect.protocol === 'amqp') draft.queue = draft.effect.operation ?? unknown('no queue')
  }

  /** A handler of messages that a framework's server takes: the transport and address are the server's. */
  private hosted(deed: Deed, host: Effects['messageHosts'][number], pattern: Value, fn: Fn): void {
    const root = handlerRequest(this.solution.state.terms, fn)
    if (host.gives.effect === 'serve-messages') {
      if (host.gives.protocol !== 'grpc') this.draft(deed, 'serve', host.gives.protocol, { is: 'host' }, pattern, [deed.term], root)
    } else if (!host.isOneQueue) this.draft(deed, 'consume', host.gives.protocol, host.target, pattern, [deed.term])
  }

  /** Services that a class serves by what it extends. */
  private supers(type: Type): void {
    const table = this.solution.state.rows(rowLanguage(type.unit.language))
    this.handledMessages(type)
    for (const path of this.solution.state.scope.externalSupers(type)) {
      const match = table.match('super', path)
      const gives = match?.row.gives
      const at = { file: type.unit.path, line: type.fact.spot.line, says: `${type.fact.kind} ${type.fact.name}` }
      if (gives && 'effect' in gives && gives.effect === 'store') {
        const term = this.solution.state.terms.make({ kind: 'unknown', text: 'a store', sites: [at] })
        this.channel(this.frame(type.unit.path), { kind: 'effect', term, site: at }, gives, { ...match!.captures, Type: type.fact.name })
      }
      if (!gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
      const service = match!.captures[gives.service.slice(1)] ?? ''
      const site = { file: type.unit.path, line: type.fact.spot.line, says: `class ${type.fact.name}` }
      const { terms } = this.solution.state
      this.rpcsOf(
        this.frame(type.unit.path),
        { kind: 'effect', term: superTerm(terms, type), site },
        service,
        terms.make({ kind: 'anyinst', text: String(type.id) }),
      )
    }
  }

  /** Messages that a class handles because of what it extends: those of its type arguments. */
  private handledMessages(type: Type): void {
    if (type.fact.kind === 'interface') return
    const { terms, scope } = this.solution.state
    const table = this.solution.state.rows(rowLanguage(type.unit.language))
    for (const { path, args } of scope.externalParents(type)) {
      const gives = table.match('super', path)?.row.gives
      if (!gives || !('effect' in gives) || gives.effect !== 'consume') continue
      const site = { file: type.unit.path, line: type.fact.spot.line, says: `${type.fact.kind} ${type.fact.name}` }
      const kids = args.map(arg =>
        !arg
          ? terms.unknown('a type parameter')
          : terms.make('type' in arg ? { kind: 'type', text: String(arg.type.id) } : { kind: 'ext', text: arg.external }),
      )
      for (const kid of kids) this.received.push(...readOf(kid, scope, this.bindings))
      const term = terms.make({ kind: 'unknown', text: 'a handler', labels: kids.map((_, i) => `<${i}>`), kids, sites: [site] })
      this.channel(this.frame(type.unit.path), { kind: 'effect', term, site }, gives, { Type: type.fact.name })
    }
  }

  private usage(deed: Deed): void {
    const frame = this.frame(deed.site.file)
    if (deed.kind === 'answer') {
      this.answer(frame, deed)
      return
    }
    if (deed.kind === 'decode') {
      const reply = replyOf(frame, deed.term)
      if (!deed.extra) return
      if (reply) this.decoded(reply, this.bindings.ofTerm(deed.extra))
      else if (deed.term.kind !== 'request') this.received.push(...readOf(deed.extra, this.solution.state.scope, this.bindings))
      return
    }
    if (deed.kind !== 'read' && deed.kind !== 'escape' && deed.kind !== 'match') return
    const part = messagePart(deed.term)
    if (!part) return
    for (const draft of this.byRoot.get(part.root) ?? []) {
      const path = draft.effect.protocol === 'http' ? bodyPath(part.path) : part.path
      if (path === undefined) continue
      const at = locationOfDeed(this.repo, deed)
      if (deed.kind === 'escape') {
        if (path.length === 0 || !isScalarMember(frame, path)) draft.effect.escapes.push(at)
      } else if (path.some(p => p !== '[]'))
        draft.effect.uses.push({
          side: part.root.kind === 'request' ? 'request' : 'response',
          path,
          ...(deed.kind === 'match'
            ? { access: 'match', tolerance: deed.name === 'all' ? 'strict' : 'defaulted', literal: deed.extra!.text }
            : { access: 'read', tolerance: deed.optional ? 'optional' : 'strict' }),
          at,
        })
    }
  }

  /** An answer that is put into a type of the program. */
  private decoded(reply: Term, uses: readonly MemberUse[]): void {
    for (const { effect } of this.byRoot.get(reply) ?? []) if (effect.does === 'call') effect.uses.push(...uses)
  }

  private answer(frame: Frame, deed: Deed): void {
    const at = locationOfDeed(this.repo, deed)
    const request = requestOf(deed.term)
    const sent = sentMembers(frame, deed.extra!, 'response', at)
    for (const { part } of sent.passed) this.passOn(frame, part, at)
    for (const draft of (request && this.byRoot.get(request)) ?? []) {
      draft.effect.uses.push(...sent.uses)
      this.forward(draft, request!, sent, at)
      this.handOn(draft, sent)
    }
  }

  /** Parts of the answers of calls that stand in the answer of a handler. */
  private handOn({ effect }: Draft, { passed }: Sent): void {
    for (const { part, path, at } of passed)
      for (const { effect: call } of this.byRoot.get(part.root) ?? []) {
        const from = call.protocol === 'http' ? bodyPath(part.path) : part.path
        if (call.does !== 'call' || effect.does !== 'serve' || from === undefined) continue
        effect.passes ??= []
        if (effect.passes.length < maxPassed)
          effect.passes.push({
            protocol: call.protocol,
            target: call.target,
            ...(call.operation && { operation: call.operation }),
            from,
            to: path,
            at,
          })
      }
  }

  /** A handler whose answer is the answer of one call that got the request as it came. */
  private forward(draft: Draft, request: Term, sent: Sent, at: Location): void {
    const roots = new Set(sent.passed.map(p => p.part.root))
    if (roots.size !== 1 || draft.effect.does !== 'serve') return
    const [root] = [...roots]
    const calls = this.byRoot.get(root!) ?? []
    const call = calls[0]
    if (
      calls.length !== 1 ||
      call?.effect.does !== 'call' ||
      !isUnchanged(sent, root!) ||
      !call.request ||
      !isUnchanged(call.request, request)
    )
      return
    const { protocol, target, operation } = call.effect
    draft.effect.forwards = { protocol, target, ...(operation && { operation }), at }
  }
}

const maxPassed = 40

/** Whether a key stands for more than one: none at all, a pattern, or one that may be empty. */
const takesMore = (key: Value): boolean =>
  key.is === 'text'
    ? key.text === '' || /[#*]/.test(key.text)
    : key.is === 'or' || key.is === 'any'
      ? key.options.some(takesMore)
      : key.is === 'unknown'

/** A host with the port that stands apart from it; a whole address has its own. */
const withPort = (host: Value, port: Term | undefined, frame: Frame): Value => {
  const isWhole = (v: Value): boolean =>
    v.is === 'text'
      ? /[:/=]/.test(v.text)
      : v.is === 'concat'
        ? v.parts.some(isWhole)
        : v.is === 'or' || v.is === 'any'
          ? v.options.some(isWhole)
          : v.is === 'unknown'
  const value = port && toValue(frame, port)
  return !value || value.is === 'unknown' || isWhole(host) ? host : concat([host, text(':'), value])
}

/** Whether a message is `root` itself, or has only members of `root` under their own names. */
const isUnchanged = (sent: Sent, root: Term): boolean => {
  if (sent.vague) return false
  if (sent.members.size === 0)
    return sent.passed.length > 0 && sent.passed.every(p => p.part.root === root && bodyPath(p.part.path)?.length === 0)
  return [...sent.members].every(([name, values]) =>
    values.every(value => {
      const part = messagePart(value)
      return part?.root === root && part.path.length === 1 && canonicalName(part.path[0]!) === canonicalName(name)
    }),
  )
}

/** Whether a text begins with its own scheme and host. */
const isWholeAddress = (term: Term): boolean => {
  const first = term.kind === 'concat' ? term.kids[0]! : term
  return first.kind === 'text' && /^[a-z][\w+.-]*:\/\//i.test(first.text)
}

const isConnection = (frame: Frame, term: Term): boolean =>
  frame.terms.options(term).some(o => {
    const gives = o.kind === 'extcall' ? (matchRow(frame, 'call', o.text) ?? matchRow(frame, 'new', o.text))?.row.gives : undefined
    return gives !== undefined && 'value' in gives && gives.value === 'connection'
  })

/** The rpc behind a stub's method: `getQuote`, `GetQuoteAsync`, `getQuote` of a future stub. */
/** The service in `Tickets.Pricing.Stub`. */
const lastOfPath = (path: string): string =>
  path
    .replace(/\.(Stub|Service)$/, '')
    .split('.')
    .at(-1)!

const rpcName = (method: string, known: ReadonlySet<string> | undefined): string => {
  if (known?.has(method)) return method
  const upper = method.charAt(0).toUpperCase() + method.slice(1)
  if (known?.has(upper)) return upper
  const bare = upper.replace(/Async$/, '')
  return known?.has(bare) || !known ? bare : ([...known].find(k => canonicalName(k) === canonicalName(bare)) ?? bare)
}

const methodOf = (frame: Frame, term: Term, place: string | readonly string[] | undefined, captures: Record<string, string>): string => {
  const found = place === undefined ? undefined : pick(frame, term, place, captures)
  return (found && methodText(frame, found)[0]) ?? '*'
}

const methodsOf = (frame: Frame, term: Term, place: string | readonly string[] | undefined, captures: Record<string, string>): string[] => {
  const found = place === undefined ? undefined : pick(frame, term, place, captures)
  return found ? methodText(frame, found) : []
}

/** `POST`, `http.MethodPost`, `HttpMethod.POST`, a list of such. */
const methodText = (frame: Frame, term: Term): string[] => {
  if (term.kind === 'list' || term.kind === 'any') return term.kids.flatMap(k => methodText(frame, k))
  const written = term.kind === 'text' ? term.text : term.kind === 'ext' ? (/\.(?:Method)?([A-Za-z]+)$/.exec(term.text)?.[1] ?? '') : ''
  if (term.kind === 'extcall')
    return [...term.text.matchAll(/(?<=\.|^)(get|post|put|delete|patch|head|options)(?=\.|$)/g)].map(m => m[1]!.toUpperCase())
  const upper = written.toUpperCase()
  return /^(GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|TRACE|CONNECT|\*)$/.test(upper) ? [upper] : []
}

/** `a/b/../c` is `a/c`. */
const withoutDots = (path: string): string => {
  const parts: string[] = []
  for (const part of path.split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return `/${parts.join('/')}`
}

/** The routes of a resource that a call leaves. */
const actionsOf = (
  frame: Frame,
  term: Term,
  gives: Extract<Gives, { effect: 'serve'; protocol: 'http' }>,
  captures: Record<string, string>,
): readonly { method: string; path: string }[] => {
  const named = (place: Place | undefined): ReadonlySet<string> | undefined => {
    const found = place === undefined ? undefined : pick(frame, term, place, captures)
    if (!found) return undefined
    const items = frame.terms.options(found).flatMap(o => (o.kind === 'list' ? o.kids : [o]))
    return new Set(items.flatMap(i => (i.kind === 'text' ? [i.text] : [])))
  }
  const only = named(gives.only)
  const except = named(gives.except)
  return (gives.actions ?? []).filter(({ name }) => (only?.has(name) ?? true) && !except?.has(name))
}

const pathText = (value: Value): string => {
  switch (value.is) {
    case 'text':
      return value.text
    case 'concat': {
      const [first, ...rest] = value.parts
      const start = first!.is === 'text' ? first!.text : ''
      return start + rest.map(p => (p.is === 'text' ? p.text : '{}')).join('')
    }
    case 'or':
    case 'any':
      return pathText(value.options.at(-1)!)
    default:
      return '{}'
  }
}

/** Drafts of one deed at one place are one effect: what they use adds up. */
const merged = (all: readonly Draft[]): Effect[] => {
  const found = new Map<string, Effect>()
  const told = new Set(all.filter(d => !isUncalled(d)).map(d => placeOf(d.effect)))
  for (const draft of all) {
    const { effect } = draft
    if (isUncalled(draft) && told.has(placeOf(effect))) continue
    const { at } = effect.evidence
    const place = effect.does === 'read-config' ? '' : `${at.file} ${String(at.line).padStart(7, '0')}`
    const key = `${effect.does} ${effect.protocol} ${showValue(effect.target)} ${effect.operation ? showValue(effect.operation) : ''} ${place}`
    const known = found.get(key)
    if (!known) found.set(key, { ...effect, uses: [...effect.uses], escapes: [...effect.escapes] })
    else {
      known.uses.push(...effect.uses)
      known.escapes.push(...effect.escapes)
      if (compareEvidence(effect.evidence, known.evidence) < 0) known.evidence = effect.evidence
      if (!effect.forwards) delete known.forwards
      if (effect.passes) known.passes = [...(known.passes ?? []), ...effect.passes]
      if (effect.messages) known.messages = [...(known.messages ?? []), ...effect.messages]
    }
  }
  return [...found.entries()]
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .map(([, effect]) => ({
      ...effect,
      uses: distinctUses(effect.uses),
      escapes: distinctPlaces(effect.escapes),
      closed:
        effect.escapes.length === 0 &&
        !isUnread(effect) &&
        (effect.does === 'call' || effect.does === 'serve' || effect.uses.some(u => u.of !== undefined)),
    }))
}

/** Something is asked for, and nobody saw what becomes of the answer. */
const isUnread = ({ does, protocol, operation, uses }: Effect): boolean =>
  does === 'call' &&
  protocol === 'http' &&
  operation?.is === 'text' &&
  operation.text.startsWith('GET ') &&
  !uses.some(u => u.side === 'response')

const stepOf = ({ at, note }: Evidence) => ({ at, says: note ?? 'binds a queue' })

const placeOf = (e: Effect): string => `${e.does} ${e.evidence.at.file} ${e.evidence.at.line}`

/** A target that only some caller could give, where callers there are did. */
const isUncalled = ({ effect: e, uncalled }: Draft): boolean =>
  uncalled === true || (e.target.is === 'unknown' && /^nothing in the code calls |\.\$\d+ of a library$|^a anyinst/.test(e.target.why))

/** The shorter chain, then the earlier place. */
const compareEvidence = (a: Evidence, b: Evidence): number => {
  const shape = (e: Evidence): string =>
    `${String(e.via?.length ?? 0).padStart(3, '0')} ${e.at.file} ${String(e.at.line).padStart(7, '0')} ${JSON.stringify(e.via ?? [])}`
  const [x, y] = [shape(a), shape(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const distinctPlaces = (places: readonly Location[]): Location[] => {
  const found = new Map(places.map(p => [`${p.file} ${String(p.line).padStart(7, '0')}`, p]))
  return [...found.entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, place]) => place)
}
