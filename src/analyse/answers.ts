import { canonicalName } from '../base/names.ts'
import type { Location } from '../model/evidence.ts'
import type { MemberUse } from '../model/fragment.ts'
import type { Bindings } from './bindings.ts'
import { replyOf, requestOf } from './bodies.ts'
import type { Draft, Drafts } from './drafts.ts'
import { readOf } from './events.ts'
import type { Deed, Frame } from './state.ts'
import type { Term } from './terms.ts'
import { bodyPath, isScalarMember, locationOfDeed, messagePart, type Sent, sentMembers } from './usage.ts'

/** What becomes of the messages that a program gets, and what it answers with. */
export class Answers {
  private readonly drafts: Drafts
  private readonly bindings: Bindings

  constructor(drafts: Drafts, bindings: Bindings) {
    this.drafts = drafts
    this.bindings = bindings
  }

  usage(deed: Deed): void {
    const frame = this.drafts.frame(deed.site.file)
    if (deed.kind === 'answer') {
      this.answer(frame, deed)
      return
    }
    if (deed.kind === 'send') {
      const call = replyOf(frame, deed.term) ?? deed.term
      for (const draft of this.drafts.byRoot.get(call) ?? []) this.drafts.send(frame, draft, deed.extra, 'request')
      return
    }
    if (deed.kind === 'decode') {
      this.decode(frame, deed)
      return
    }
    if (deed.kind === 'exact') {
      this.exact(deed)
      return
    }
    if (deed.kind !== 'read' && deed.kind !== 'escape' && deed.kind !== 'match') return
    const part = messagePart(deed.term)
    if (!part) return
    for (const draft of this.drafts.byRoot.get(part.root) ?? []) {
      const path = draft.effect.protocol === 'http' ? bodyPath(part.path) : part.path
      if (path === undefined) continue
      const at = locationOfDeed(this.drafts.repo, deed)
      if (deed.kind === 'escape') {
        if (path.length === 0 || !isScalarMember(frame, path)) this.drafts.letGo(draft, part, path, at)
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

  /** An answer, or a part of one, that may have no further members. */
  private exact({ term, site }: Deed): void {
    const part = messagePart(term)
    const at = locationOfDeed(this.drafts.repo, { site })
    for (const { effect } of part ? (this.drafts.byRoot.get(part.root) ?? []) : []) {
      const path = effect.protocol === 'http' ? bodyPath(part!.path) : part!.path
      if (path && effect.does === 'call') effect.uses.push({ side: 'response', path, access: 'read', tolerance: 'strict', exact: true, at })
    }
  }

  /** Bytes, or an answer, that are read into a type. */
  private decode(frame: Frame, { term, extra, name }: Deed): void {
    const reply = replyOf(frame, term)
    if (!extra) return
    if (reply) this.decoded(reply, below(term, this.bindings.ofTerm(extra, name === 'strict')))
    else if (term.kind !== 'request' && name !== 'spread')
      this.drafts.received.push(...readOf(extra, this.drafts.solution.state.scope, this.bindings))
  }

  /** An answer that is put into a type of the program. */
  private decoded(reply: Term, uses: readonly MemberUse[]): void {
    for (const { effect } of this.drafts.byRoot.get(reply) ?? []) if (effect.does === 'call') effect.uses.push(...uses)
  }

  private answer(frame: Frame, deed: Deed): void {
    const at = locationOfDeed(this.drafts.repo, deed)
    const request = requestOf(deed.term)
    const sent = sentMembers(frame, deed.extra!, 'response', at)
    for (const { part } of sent.passed) this.drafts.passOn(frame, part, at)
    for (const draft of (request && this.drafts.byRoot.get(request)) ?? []) {
      draft.effect.uses.push(...sent.uses)
      this.forward(draft, request!, sent, at)
      this.handOn(draft, sent)
    }
  }

  /** Parts of the answers of calls that stand in the answer of a handler. */
  private handOn({ effect }: Draft, { passed }: Sent): void {
    for (const { part, path, at } of passed)
      for (const { effect: call } of this.drafts.byRoot.get(part.root) ?? []) {
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
    const calls = this.drafts.byRoot.get(root!) ?? []
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

/** Uses of a part of an answer, from the answer's root. */
const below = (term: Term, uses: MemberUse[]): MemberUse[] => {
  const path = bodyPath(messagePart(term)?.path ?? []) ?? []
  return path.length === 0 ? uses : uses.map(use => ({ ...use, path: [...path, ...use.path] }))
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
