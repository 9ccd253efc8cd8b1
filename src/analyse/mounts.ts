import { matchRow } from './matching.ts'
import { pick } from './places.ts'
import type { Gives } from './rows.ts'
import { type Deed, type Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'

const maxLevels = 5
const maxPrefixes = 8

/** Where routers are served: the prefixes of what they are mounted on, of the mount, and their own. */
export class Mounts {
  private readonly found = new Map<Term, { on: readonly Term[]; prefix: string }[]>()
  private readonly text: (frame: Frame, term: Term) => string

  /** `text`: a prefix as text, holes as `{}`. */
  constructor(text: (frame: Frame, term: Term) => string) {
    this.text = text
  }

  add(frame: Frame, { term }: Deed, gives: Extract<Gives, { effect: 'mount' }>): void {
    const routers = pick(frame, term, gives.router, {})
    const on = kid(term, 'base')
    if (!routers || !on) return
    const given = pick(frame, term, gives.prefix, {})
    const prefix = given && given !== routers ? this.text(frame, given) : ''
    for (const router of frame.terms.options(routers).map(r => exported(frame, r))) {
      if (router.kind !== 'extcall') continue
      this.found.set(router, [...(this.found.get(router) ?? []), { on: frame.terms.options(on), prefix }])
    }
  }

  /** The prefixes of the routes of a router; one empty prefix where nothing is known of it. */
  prefixes(frame: Frame, router: Term | undefined): string[] {
    const all = router ? frame.terms.options(router).flatMap(r => this.below(frame, r, 0)) : []
    return all.length === 0 ? [''] : [...new Set(all)].slice(0, maxPrefixes)
  }

  private below(frame: Frame, router: Term, level: number): string[] {
    if (level > maxLevels) return ['']
    const mounts = this.found.get(router) ?? []
    const above = mounts.flatMap(({ on, prefix }) =>
      on.flatMap(o => this.below(frame, o, level + 1).map(p => `${p}/${prefix}`)).slice(0, maxPrefixes),
    )
    const own = this.own(frame, router)
    return (above.length === 0 ? [''] : [...new Set(above)]).map(p => `${p}${own}`)
  }

  private own(frame: Frame, router: Term): string {
    if (router.kind !== 'extcall') return ''
    const gives = (matchRow(frame, 'call', router.text) ?? matchRow(frame, 'new', router.text))?.row.gives
    if (!gives || !('value' in gives) || gives.value !== 'router') return ''
    const prefix = pick(frame, router, gives.prefix, {})
    return prefix ? `/${this.text(frame, prefix)}` : ''
  }
}

/** What a module that is handed on as a whole exports. */
const exported = (frame: Frame, term: Term): Term => {
  if (term.kind !== 'module') return term
  const whole = frame.heap(heapKey.global(term.text, 'exports'))
  return whole === frame.terms.nothing ? frame.heap(heapKey.global(term.text, 'exports.default')) : whole
}
