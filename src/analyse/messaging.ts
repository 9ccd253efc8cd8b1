import type { Evidence } from '../model/evidence.ts'
import type { Protocol } from '../model/fragment.ts'
import type { AnnotationFact } from '../model/program.ts'
import { concat, text, unknown, type Value } from '../model/value.ts'
import { annotationTexts, constantsOf } from './annotations.ts'
import type { Bindings } from './bindings.ts'
import { caseOf, eachText, selections, topicValue } from './channels.ts'
import type { Draft, Drafts } from './drafts.ts'
import { publishedBy, readOf } from './events.ts'
import { handlerRequest } from './handlers.ts'
import { matchRow } from './matching.ts'
import { placeholders } from './meanings.ts'
import { pick } from './places.ts'
import { toValue } from './reduce.ts'
import { type ChannelGives, rowLanguage } from './rows.ts'
import type { Fn, Type } from './scope.ts'
import type { Deed, Frame } from './state.ts'
import type { Term } from './terms.ts'

/** A server for messages that a framework runs. */
interface MessageHost {
  gives: ChannelGives | { effect: 'serve-messages'; protocol: Protocol }
  isOneQueue: boolean
  target: Value
}

/** What a program publishes, consumes and keeps. */
export class Messaging {
  private readonly drafts: Drafts
  private readonly bindings: Bindings
  private readonly messageHosts: MessageHost[] = []
  private readonly buses = new Map<string, { protocol: Protocol | 'in-process'; target?: Value }>()

  constructor(drafts: Drafts, bindings: Bindings) {
    this.drafts = drafts
    this.bindings = bindings
  }

  channel(frame: Frame, deed: Deed, gives: ChannelGives, captures: Record<string, string>): void {
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
    const drafts = eachText(topic.value).map(one => this.drafts.draft(deed, gives.effect, protocol, value, one, over))
    // Where a message goes is told by its topic; the broker's address says no more.
    for (const { effect } of drafts)
      if (effect.operation && effect.operation.is !== 'unknown') effect.confidence = topic.isKept ? 'medium' : 'high'
    if (gives.expects !== undefined) for (const { effect } of drafts) effect.expects = gives.expects
    if (topic.uncalled) for (const draft of drafts) draft.uncalled = true
    if (gives.effect === 'publish') {
      const published = publishedBy(deed.term, this.drafts.solution.state)
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
  selected(drafts: readonly Draft[]): Draft[] {
    const names = selections(deed => this.drafts.frame(deed.site.file), this.drafts.deeds)
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
          evidence: {
            ...effect.evidence,
            ...this.drafts.evidence(deed, []),
            via: [...(effect.evidence.via ?? []), stepOf(effect.evidence)],
          },
        },
      }))
    })
  }

  /** What carries the messages of a bus: where there are several, one that leaves the process. */
  noteBus(deed: Deed): void {
    const frame = this.drafts.frame(deed.term.sites[0]?.file)
    const match = matchRow(frame, 'call', deed.term.text, deed.term)
    if (!match || !('effect' in match.row.gives) || match.row.gives.effect !== 'bus') return
    const { bus, protocol, target } = match.row.gives
    const address = target === undefined ? undefined : pick(frame, deed.term, target, match.captures)
    const known = this.buses.get(bus)
    if (known && known.protocol !== 'in-process' && (known.target || !address)) return
    this.buses.set(bus, { protocol, ...(address && { target: toValue(frame, address) }) })
  }

  /** The servers for messages that a framework runs here, and whether they take messages from one queue. */
  hosts(): void {
    for (const deed of this.drafts.deeds) {
      if (deed.kind !== 'effect') continue
      const frame = this.drafts.frame(deed.term.sites[0]?.file)
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

  /** A function that an annotation makes the consumer of topics. */
  listener(fn: Fn, annotation: AnnotationFact, gives: ChannelGives): void {
    this.drafts.received.push(...this.bindings.ofParameters(fn))
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    const frame = this.drafts.frame(fn.unit.path)
    const { terms } = this.drafts.solution.state
    for (const topic of annotationTexts(annotation, gives.topic ?? [], constantsOf(frame, fn.unit, fn.owner))) {
      const term = terms.make({ kind: 'unknown', text: 'a listener', sites: [site] })
      const value = topic.includes('${') ? placeholders(frame, topic, [site]) : terms.text(topic, site)
      const target = pick(frame, { labels: [], kids: [] }, gives.target, {})
      const deed: Deed = { kind: 'effect', term, site }
      const address = target ? toValue(frame, target) : unknown('no address')
      if (gives.via !== 'host' || this.messageHosts.length === 0)
        this.listens(this.drafts.draft(deed, 'consume', gives.protocol, address, toValue(frame, value), [value]))
      else for (const host of this.messageHosts) this.hosted(deed, host, toValue(frame, value), fn)
    }
  }

  /** A listener names a queue, which a binding may join to an exchange. */
  private listens(draft: Draft): void {
    if (draft.effect.protocol === 'amqp') draft.queue = draft.effect.operation ?? unknown('no queue')
  }

  /** A handler of messages that a framework's server takes: the transport and address are the server's. */
  private hosted(deed: Deed, host: MessageHost, pattern: Value, fn: Fn): void {
    const root = handlerRequest(this.drafts.solution.state.terms, fn)
    if (host.gives.effect === 'serve-messages') {
      if (host.gives.protocol !== 'grpc') this.drafts.draft(deed, 'serve', host.gives.protocol, { is: 'host' }, pattern, [deed.term], root)
    } else if (!host.isOneQueue) this.drafts.draft(deed, 'consume', host.gives.protocol, host.target, pattern, [deed.term])
  }

  /** Messages that a class handles because of what it extends: those of its type arguments. */
  handledMessages(type: Type): void {
    if (type.fact.kind === 'interface') return
    const { terms, scope } = this.drafts.solution.state
    const table = this.drafts.solution.state.rows(rowLanguage(type.unit.language))
    for (const { path, args } of scope.externalParents(type)) {
      const gives = table.match('super', path)?.row.gives
      if (!gives || !('effect' in gives) || gives.effect !== 'consume') continue
      const site = { file: type.unit.path, line: type.fact.spot.line, says: `${type.fact.kind} ${type.fact.name}` }
      const kids = args.map(arg =>
        !arg
          ? terms.unknown('a type parameter')
          : terms.make('type' in arg ? { kind: 'type', text: String(arg.type.id) } : { kind: 'ext', text: arg.external }),
      )
      for (const kid of kids) this.drafts.received.push(...readOf(kid, scope, this.bindings))
      const term = terms.make({ kind: 'unknown', text: 'a handler', labels: kids.map((_, i) => `<${i}>`), kids, sites: [site] })
      this.channel(this.drafts.frame(type.unit.path), { kind: 'effect', term, site }, gives, { Type: type.fact.name })
    }
  }
}

const stepOf = ({ at, note }: Evidence) => ({ at, says: note ?? 'binds a queue' })

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
