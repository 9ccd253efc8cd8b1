import { text, unknown } from '../model/value.ts'
import type { Bindings } from './bindings.ts'
import { declaredCalls } from './declared.ts'
import type { Drafts } from './drafts.ts'
import { matchRow } from './matching.ts'
import { pick } from './places.ts'
import { normalPath, splitUrl, toValue } from './reduce.ts'
import { methodOf } from './routes.ts'
import type { Gives, Place } from './rows.ts'
import { lastOfPath, rpcName } from './rpc-names.ts'
import type { Deed, Frame } from './state.ts'
import { kid, type Term } from './terms.ts'

/** Calls of other services. */
export class Requests {
  private readonly drafts: Drafts
  private readonly bindings: Bindings

  constructor(drafts: Drafts, bindings: Bindings) {
    this.drafts = drafts
    this.bindings = bindings
  }

  rpc(frame: Frame, deed: Deed): void {
    const { term } = deed
    const callee = kid(term, 'rpc')!
    const stub = callee.kids[0]!
    const target = toValue(frame, stub.kids[0]!)
    const { rpcs } = this.drafts.solution.state.contracts
    const known = rpcs.get(stub.text)
    if (!known && !isConnection(frame, stub.kids[0]!) && (target.is === 'unknown' || stub.labels.includes('guess'))) return
    const protocol = stub.labels.includes('protocol:thrift') ? 'thrift' : stub.labels.includes('protocol:dubbo') ? 'dubbo' : 'grpc'
    const name = protocol === 'dubbo' ? callee.text : rpcName(callee.text, known)
    // Its transport and the like are members of the client, too.
    if (protocol === 'thrift' && known && !known.has(name)) return
    const draft = this.drafts.draft(deed, 'call', protocol, target, text(`${stub.text}/${name}`), [stub], term)
    draft.effect.encoding = stub.labels.includes('encoding:json') ? 'json' : 'binary'
    if (stub.labels.includes('every')) {
      draft.effect.closed = false
      draft.effect.escapes = [draft.effect.evidence.at]
      return
    }
    this.drafts.send(frame, draft, this.requestOf(term, deed), 'request')
  }

  /** The message among an rpc's arguments: where a context goes first, the second. */
  private requestOf(term: Term, deed: Deed): Term | undefined {
    const unit = this.drafts.solution.state.scope.unit(deed.site.file)
    return (unit?.traits.embedding ? kid(term, '1') : undefined) ?? kid(term, '0')
  }

  httpCall(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'call' }>, captures: Record<string, string>): void {
    const { term } = deed
    if (gives.protocol !== 'http') {
      this.messageCall(frame, deed, gives, captures)
      return
    }
    const target = pick(frame, term, gives.target, captures)
    const base = gives.base === undefined ? undefined : pick(frame, term, gives.base, captures)
    const path = gives.path === undefined ? undefined : pick(frame, term, gives.path, captures)
    const { terms } = this.drafts.solution.state
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
      const isPage = this.drafts.solution.state.scope.unit(deed.site.file)?.traits.inPages === true
      if (address.target.is === 'host' && !isPage) address.target = unknown('a path without an address')
      const method = methodOf(frame, term, gives.method, captures)
      const operation = text(`${method} ${normalPath(address.path)}`)
      const draft = this.drafts.draft(deed, 'call', 'http', address.target, operation, [option], term)
      for (const given of term.kids) draft.effect.uses.push(...this.bindings.ofAnswer(given))
      this.drafts.send(frame, draft, body, 'request')
    }
  }

  private rpcOf(frame: Frame, term: Term, place: Place, captures: Record<string, string>): string {
    const named = pick(frame, term, place, captures)
    const type = named?.kind === 'type' ? this.drafts.solution.state.scope.types[Number(named.text)]?.fact.name : named?.text
    const service = lastOfPath(type ?? '')
    return `${service}/${rpcName(captures.Rpc ?? '', this.drafts.solution.state.contracts.rpcs.get(service))}`
  }

  /** A call of another protocol: its operation is what stands at the place of the path. */
  private messageCall(frame: Frame, deed: Deed, gives: Extract<Gives, { effect: 'call' }>, captures: Record<string, string>): void {
    const target = pick(frame, deed.term, gives.target, captures)
    const operation = gives.service
      ? this.drafts.solution.state.terms.text(this.rpcOf(frame, deed.term, gives.service, captures))
      : gives.path === undefined
        ? undefined
        : pick(frame, deed.term, gives.path, captures)
    const port = gives.port === undefined ? undefined : pick(frame, deed.term, gives.port, captures)
    const { terms } = this.drafts.solution.state
    const address = target && port ? terms.concat([target, terms.text(':'), port]) : target
    const value = address ? toValue(frame, address) : unknown('no address')
    const over = [...(target ? [target] : []), ...(operation ? [operation] : [])]
    const draft = this.drafts.draft(deed, 'call', gives.protocol, value, operation && toValue(frame, operation), over, deed.term)
    this.drafts.send(frame, draft, gives.body === undefined ? undefined : pick(frame, deed.term, gives.body, captures), 'request')
  }

  /** A method of an interface that a library implements as a client. */
  declaredClient(frame: Frame, deed: Deed): void {
    for (const { target, operation, over, body, fn } of declaredCalls(frame, deed.term)) {
      const draft = this.drafts.draft(deed, 'call', 'http', target, text(operation), [over], deed.term)
      draft.effect.uses.push(...this.bindings.ofAnswer(fn))
      this.drafts.send(frame, draft, body, 'request')
    }
  }
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
