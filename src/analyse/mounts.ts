import type { Groups } from './groups.ts'
import { matchRow } from './matching.ts'
import { pick } from './places.ts'
import type { Gives } from './rows.ts'
import { type Deed, type Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'

const maxLevels = 12
const maxPrefixes = 8

/** Where a router is mounted, by which call. */
interface Mount {
  on: readonly Term[]
  prefix: string
  by: Term
}

/**
 * Where routes are served: below the prefixes of the routers they hang on (of what these are mounted on, of the mount, their own),
 * and of the groups that they stand in.
 */
export class Mounts {
  private readonly found = new Map<Term, Mount[]>()
  private readonly files = new Map<string, Mount[]>()
  private everywhere = ''
  private readonly text: (frame: Frame, term: Term) => string
  private readonly groups: Groups

  /** `text`: a prefix as text, holes as `{}`. */
  constructor(groups: Groups, text: (frame: Frame, term: Term) => string) {
    this.text = text
    this.groups = groups
  }

  add(frame: Frame, { term }: Pick<Deed, 'term'>, gives: Extract<Gives, { effect: 'mount' }>): void {
    const routers = pick(frame, term, gives.file ?? gives.router, {})
    const base = kid(term, 'base')
    const given = gives.prefix === 'none' ? undefined : pick(frame, term, gives.prefix, {})
    const prefix = given && given !== routers ? this.text(frame, given) : ''
    if (!routers) {
      if (gives.router === 'none' && gives.file === undefined && prefix !== '') this.everywhere = `/${prefix}`
      return
    }
    const mount: Mount = { on: base ? frame.terms.options(base) : [], prefix, by: term }
    for (const router of several(frame, routers)) {
      const file = gives.file === undefined ? undefined : fileOf(frame, router)
      if (file !== undefined) this.files.set(file, [...(this.files.get(file) ?? []), mount])
      const root = rootOf(exported(frame, router))
      if (file !== undefined || (root.kind !== 'extcall' && root.kind !== 'func') || (base && root === rootOf(base))) continue
      this.found.set(root, [...(this.found.get(root) ?? []), mount])
    }
  }

  /** Notes a call whose functions hold routes. */
  addGroup(frame: Frame, term: Term): void {
    if (this.own(frame, term) !== '') this.groups.add(term)
  }

  /** The prefixes of a route that hangs on a router, or stands in a block; one empty prefix where nothing is known of it. */
  prefixes(frame: Frame, router: Term | undefined, route: Pick<Term, 'sites' | 'text'>): string[] {
    const seen = new Set<Term>()
    const all = router ? frame.terms.options(router).flatMap(r => this.below(frame, r, 0, seen)) : []
    const { before, after } = this.outer(frame, route, seen, 0)
    const inner = all.length === 0 ? [''] : [...new Set(all)]
    return before.flatMap(b => inner.map(p => `${b}${p}${after}`)).slice(0, maxPrefixes)
  }

  /** Prefixes of all routes of the program. */
  get ofAll(): string {
    return this.everywhere
  }

  /**
   * Prefixes by the place where a call stands: of the mounts of its file, and of the groups around it. Groups that its router came
   * through have been counted: what lies within them goes after.
   */
  private outer(frame: Frame, at: Pick<Term, 'sites' | 'text'>, seen: Set<Term>, level: number): { before: string[]; after: string } {
    const site = at.sites[0]
    if (!site || level > maxLevels) return { before: [''], after: '' }
    const groups = this.groups.around(site.file, site.line, at.text.slice(at.text.lastIndexOf('.') + 1))
    const innermost = groups.findLastIndex(group => seen.has(group))
    const text = (some: readonly Term[]): string => some.flatMap(g => (seen.has(g) ? [] : [this.own(frame, g)])).join('')
    const inner = text(innermost === -1 ? groups : groups.slice(0, innermost))
    const files = (this.files.get(site.file) ?? []).filter(mount => !seen.has(mount.by))
    const around = files.flatMap(mount => {
      seen.add(mount.by)
      return this.outside(frame, mount.by, seen, level + 1).map(p => `${p}/${mount.prefix}`)
    })
    const before = (around.length === 0 ? [''] : [...new Set(around)]).map(p => p + inner)
    return { before, after: innermost === -1 ? '' : text(groups.slice(innermost + 1)) }
  }

  private outside(frame: Frame, at: Term, seen: Set<Term>, level: number): string[] {
    const { before, after } = this.outer(frame, at, seen, level)
    return before.map(p => p + after)
  }

  /** Whether a group of routes stands around a place. */
  isGrouped(route: Term): boolean {
    const site = route.sites[0]
    return site !== undefined && this.groups.around(site.file, site.line, route.text.slice(route.text.lastIndexOf('.') + 1)).length > 0
  }

  private below(frame: Frame, router: Term, level: number, seen: Set<Term>): string[] {
    if (level > maxLevels) return ['']
    seen.add(router)
    const above = [...this.mounted(frame, router, level, seen), ...this.around(frame, router, level, seen)]
    const own = this.own(frame, router)
    return (above.length === 0 ? [''] : [...new Set(above)]).map(p => `${p}${own}`)
  }

  private mounted(frame: Frame, router: Term, level: number, seen: Set<Term>): string[] {
    return (this.found.get(router) ?? []).flatMap(({ on, prefix, by }) => {
      const above = on.length > 0 ? on.flatMap(o => this.below(frame, o, level + 1, seen)) : this.outside(frame, by, seen, level + 1)
      return above.map(p => `${p}/${prefix}`).slice(0, maxPrefixes)
    })
  }

  /** A router that another one made, or handed to a function. */
  private around(frame: Frame, router: Term, level: number, seen: Set<Term>): string[] {
    const from = router.kind === 'extcall' ? kid(router, 'base') : router.kind === 'ext' ? router.kids[0] : undefined
    if (!from) return []
    return frame.terms
      .options(from)
      .filter(o => o.kind === 'extcall' || o.kind === 'ext')
      .flatMap(o => this.below(frame, o, level + 1, seen))
      .slice(0, maxPrefixes)
  }

  private own(frame: Frame, router: Term): string {
    if (router.kind !== 'extcall') return ''
    const match = matchRow(frame, 'call', router.text, router) ?? matchRow(frame, 'new', router.text, router)
    const gives = match?.row.gives
    const isResource = gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'http' && gives.actions !== undefined
    const place = isResource ? gives.path : gives && 'value' in gives && gives.value === 'router' ? gives.prefix : undefined
    const prefix = place === undefined ? undefined : pick(frame, router, place, match!.captures)
    return prefix ? `/${this.text(frame, prefix)}${isResource && !gives.single ? '/{}' : ''}` : ''
  }
}

/** Options, and the items of lists. */
const several = (frame: Frame, term: Term): readonly Term[] => frame.terms.options(term).flatMap(o => (o.kind === 'list' ? o.kids : [o]))

/** The file that a value names: a module of the code, its dotted name, or the end of its path. */
const fileOf = (frame: Frame, term: Term): string | undefined => {
  if (term.kind === 'module') return term.text
  const last = term.kind === 'concat' ? term.kids.at(-1)! : term
  if (last.kind !== 'text') return undefined
  const isDotted = /^\w+(\.\w+)*$/.test(last.text) && !/\.(php|rb|py|[jt]s)$/.test(last.text)
  const wanted = isDotted ? last.text.replaceAll('.', '/') : last.text.replace(/^(\.{0,2}\/)+/, '')
  const found = frame.scope.units.filter(({ path }) =>
    [path, path.replace(/\.\w+$/, '')].some(p => p === wanted || p.endsWith(`/${wanted}`)),
  )
  return found.map(u => u.path).sort((a, b) => a.length - b.length)[0]
}

/** The call that made a router, behind those that it was built up by. */
const rootOf = (router: Term): Term => {
  let here = router.kind === 'ext' && router.kids[0] ? router.kids[0] : router
  for (let i = 0; i < 60 && here.kind === 'extcall'; i++) {
    const base: Term | undefined = kid(here, 'base')
    if (base?.kind !== 'extcall') return here
    here = base
  }
  return here
}

/** What a module that is handed on as a whole exports. */
const exported = (frame: Frame, term: Term): Term => {
  if (term.kind !== 'module') return term
  const whole = frame.heap(heapKey.global(term.text, 'exports'))
  return whole === frame.terms.nothing ? frame.heap(heapKey.global(term.text, 'exports.default')) : whole
}
