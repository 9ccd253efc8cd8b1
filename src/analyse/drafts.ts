import type { Evidence, Location } from '../model/evidence.ts'
import type { Effect, MemberUse, Protocol } from '../model/fragment.ts'
import type { Value } from '../model/value.ts'
import type { Bindings } from './bindings.ts'
import { apply } from './calls.ts'
import type { Published } from './events.ts'
import { chainOf } from './reduce.ts'
import type { Fn } from './scope.ts'
import type { Solution } from './solve.ts'
import { type Deed, Frame } from './state.ts'
import type { Term } from './terms.ts'
import { bodyPath, isScalarMember, type MessagePart, type Sent, sentMembers } from './usage.ts'

/** An effect on its way: what it was made from decides which reads and escapes are its own. */
export interface Draft {
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

/** The effects of one program while they are found, and what all that find them look at. */
export class Drafts {
  readonly all: Draft[] = []
  readonly byRoot = new Map<Term, Draft[]>()
  readonly deeds: readonly Deed[]
  readonly repo: string
  readonly solution: Solution
  /** Members that are read of messages, whichever consumer they come from. */
  readonly received: MemberUse[] = []
  private readonly program: string
  private readonly bindings: Bindings
  private readonly framesByLanguage = new Map<string, Frame>()

  constructor(repo: string, program: string, solution: Solution, bindings: Bindings) {
    this.bindings = bindings
    this.repo = repo
    this.program = program
    this.solution = solution
    this.deeds = solution.frames.flatMap(s => s.deeds.filter(deed => !deed.term.open && deed.extra?.open !== true))
  }

  /** Rows are asked in the language of the file a term was made in. */
  frame(file: string | undefined): Frame {
    const unit = file === undefined ? undefined : this.solution.state.scope.unit(file)
    const key = unit?.path ?? ''
    const frame = this.framesByLanguage.get(key) ?? new Frame(this.solution.state, unit?.fns[0], apply)
    this.framesByLanguage.set(key, frame)
    return frame
  }

  evidence(deed: Pick<Deed, 'site' | 'term'>, over: readonly Term[], note?: string): Evidence {
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

  draft(
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
    this.all.push(draft)
    if (root) this.byRoot.set(root, [...(this.byRoot.get(root) ?? []), draft])
    return draft
  }

  send(frame: Frame, draft: Draft, request: Term | undefined, side: MemberUse['side']): void {
    if (!request) return
    const sent = sentMembers(frame, request, side, draft.effect.evidence.at)
    draft.request = sent
    draft.effect.uses.push(...sent.uses)
    if (side === 'request') for (const { value, path } of sent.declared) draft.effect.uses.push(...this.bindings.sentOf(value, path))
    for (const { part, at } of sent.passed) this.passOn(frame, part, at)
  }

  /** A part of one message that becomes part of another: a scalar is read, anything else leaves view. */
  passOn(frame: Frame, part: MessagePart, at: Location): void {
    for (const draft of this.byRoot.get(part.root) ?? []) {
      const path = draft.effect.protocol === 'http' ? bodyPath(part.path) : part.path
      if (path && !isScalarMember(frame, path)) this.letGo(draft, part, path, at)
    }
  }

  /** A message leaves view, or a member of it with all that is below it. */
  letGo({ effect }: Draft, { root }: MessagePart, path: string[], at: Location): void {
    if (path.every(p => p === '[]')) effect.escapes.push(at)
    else {
      const side = root.kind === 'request' ? 'request' : 'response'
      effect.uses.push({ side, path, access: 'read', tolerance: 'ignored', whole: true, at })
    }
  }
}
