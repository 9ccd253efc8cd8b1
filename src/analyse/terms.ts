/** Where a term was made: a line of a file of the repository, and in few words what stands there. */
export interface Site {
  file: string
  line: number
  says: string
}

/**
 * Kinds of symbolic values. `param`, and everything over it, is open: it waits for the call sites of its function.
 * `class` is the name of the class of its kid; with a text it says what tells messages apart where they are received (`type`, `key`).
 * `field`, `elem`, `nth` and `apply` stand over open terms, or over messages (`reply`, `request`), where they are the path of a member.
 */
type Kind =
  | ('text' | 'concat' | 'or' | 'any' | 'env' | 'config' | 'unknown' | 'class')
  | ('param' | 'field' | 'elem' | 'nth' | 'apply')
  | ('ext' | 'extcall' | 'stub' | 'rpc' | 'request')
  | ('inst' | 'anyinst' | 'map' | 'list' | 'func' | 'type' | 'module' | 'addr')

/** One interned symbolic value. `labels` name the kids where the kind does not: arguments, entries. Equal terms are one object. */
export interface Term {
  readonly id: number
  readonly kind: Kind
  readonly text: string
  readonly kids: readonly Term[]
  readonly labels: readonly string[]
  /** Where it was made, then the call sites through which it was filled, innermost first. */
  readonly sites: readonly Site[]
  /** Holds a parameter. */
  readonly open: boolean
  readonly depth: number
}

export interface Parts {
  kind: Kind
  text?: string
  kids?: readonly Term[]
  labels?: readonly string[]
  sites?: readonly Site[]
}

const maxDepth = 32
const maxSites = 10
const maxParts = 60
const maxOptions = 24

/** The hash-consing table of one program's analysis. */
export class Terms {
  private readonly table = new Map<string, Term>()
  private readonly siteIds = new Map<string, number>()
  /** How often a limit replaced a value. */
  widened = 0

  readonly nothing: Term = this.make({ kind: 'any' })

  make({ kind, text = '', kids = [], labels = [], sites = [] }: Parts): Term {
    let depth = 0
    let open = kind === 'param'
    let key = `${kind}|${text}|`
    for (const kid of kids) {
      key += `${kid.id},`
      if (kid.depth > depth) depth = kid.depth
      if (kid.open) open = true
    }
    if (depth >= maxDepth) {
      this.widened++
      return this.unknown('the value is nested too deep')
    }
    if (labels.length > 0) key += `|${labels.join('\u0001')}`
    if (sites.length > 0) key += `|@${this.sitesKey(sites)}`
    const known = this.table.get(key)
    if (known) return known
    const term: Term = { id: this.table.size, kind, text, kids, labels, sites, open, depth: depth + 1 }
    this.table.set(key, term)
    return term
  }

  private readonly sitesKeys = new WeakMap<readonly Site[], string>()
  private readonly siteObjects = new WeakMap<Site, number>()

  private sitesKey(sites: readonly Site[]): string {
    let key = this.sitesKeys.get(sites)
    if (key === undefined) {
      key = sites.map(s => this.siteId(s)).join(',')
      this.sitesKeys.set(sites, key)
    }
    return key
  }

  private siteId(site: Site): number {
    let id = this.siteObjects.get(site)
    if (id !== undefined) return id
    const key = `${site.line}:${site.file}:${site.says}`
    id = this.siteIds.get(key) ?? this.siteIds.size
    this.siteIds.set(key, id)
    this.siteObjects.set(site, id)
    return id
  }

  get size(): number {
    return this.table.size
  }

  text(text: string, site?: Site): Term {
    return this.make({ kind: 'text', text, sites: site ? [site] : [] })
  }

  unknown(why: string): Term {
    return this.make({ kind: 'unknown', text: why })
  }

  /** Every option is possible. None is nothing; one stands for itself; too many are unknown. */
  any(options: readonly Term[]): Term {
    if (options.length === 1) return options[0]!
    const flat = new Set<Term>()
    for (const option of options) {
      if (option.kind === 'any') for (const kid of option.kids) flat.add(kid)
      else flat.add(option)
    }
    if (flat.size === 1) return [...flat][0]!
    if (flat.size > 1) for (const option of flat) if (option.kind === 'unknown' && option.text === selfReference) flat.delete(option)
    if (flat.size > maxOptions) {
      this.widened++
      return this.unknown(tooMany)
    }
    return this.make({ kind: 'any', kids: [...flat].sort((a, b) => a.id - b.id) })
  }

  /** The first option that has a value. */
  or(options: readonly Term[]): Term {
    const flat: Term[] = []
    for (const option of options.flatMap(o => (o.kind === 'or' ? o.kids : [o])))
      if (option !== this.nothing && !flat.includes(option)) flat.push(option)
    return flat.length === 0 ? this.nothing : flat.length === 1 ? flat[0]! : this.make({ kind: 'or', kids: flat })
  }

  concat(parts: readonly Term[]): Term {
    // What stands first names the other side: without it the rest says little.
    const [first, ...rest] = parts
    const known = first === this.nothing && rest.length > 0 ? [this.unknown(noValue), ...rest] : parts
    const flat = known
      .flatMap(p => (p.kind === 'concat' ? p.kids : [p]))
      .filter(p => p !== this.nothing && !(p.kind === 'text' && p.text === ''))
    if (flat.length === 0) return parts[0] ?? this.text('')
    if (flat.length > maxParts) {
      this.widened++
      return this.unknown('too many parts')
    }
    return flat.length === 1 ? flat[0]! : this.make({ kind: 'concat', kids: flat })
  }

  /** The options of a term: its kids when it is `any`, else itself. */
  options(term: Term): readonly Term[] {
    return term.kind === 'any' ? term.kids : [term]
  }
}

const noValue = 'a value that nothing sets'
const tooMany = 'too many values'
export const selfReference = 'a value made of itself'

/** Appends a call site to the chain of a term that was filled there. */
export const withSite = (sites: readonly Site[], site: Site): readonly Site[] =>
  sites.length >= maxSites || sites.some(s => s.file === site.file && s.line === site.line) ? sites : [...sites, site]

/** The kid under a label. */
export const kid = (term: Pick<Term, 'labels' | 'kids'>, label: string): Term | undefined => {
  const at = term.labels.indexOf(label)
  return at === -1 ? undefined : term.kids[at]
}

/** Whether a term is text as far as can be said: methods of strings apply to it. */
export const isTextual = (term: Term): boolean =>
  term.kind === 'text' ||
  term.kind === 'concat' ||
  term.kind === 'env' ||
  term.kind === 'config' ||
  term.kind === 'class' ||
  (term.kind === 'or' && term.kids.some(isTextual))
