import { isBesideBody } from './beside.ts'
import type { Args, Frame } from './state.ts'
import { isTextual, type Site, type Term, type Terms } from './terms.ts'

/** What methods of plain data need of the evaluation around them. */
export interface BuiltinHost {
  apply(frame: Frame, callee: Term, args: Args, site: Site | undefined): Term
  get(frame: Frame, base: Term, name: string): Term
  elem(frame: Frame, of: Term): Term
  format(frame: Frame, template: Term, args: Args): Term
  accessed(frame: Frame, accessors: readonly string[], method: string): string | undefined
  leak(frame: Frame, args: Args, site: Site | undefined, path?: string): void
  mayBeMessage(term: Term): boolean
  step(frame: Frame, of: Term, name: string, args: Args, site: Site | undefined): Term | undefined
}

const overElements = new Set(
  'map forEach filter find findFirst flatMap some every anyMatch allMatch sort sortBy reduce Select Where First FirstOrDefault Any All ForEach peek stream each collect select reject detect each_with_index each_with_object flat_map find_each'.split(
    ' ',
  ),
)
const givesElement = new Set(
  'find pop shift get First FirstOrDefault Single SingleOrDefault findFirst next at getFirst orElse orElseThrow detect first last sample'.split(
    ' ',
  ),
)
const givesSame = new Set(
  'filter sort sorted slice concat reverse toArray ToList ToArray collect stream toList values then catch finally json result text entrySet keySet items copy Where OrderBy AsEnumerable distinct iterator block toPromise GetAwaiter GetResult toFuture toCompletableFuture'.split(
    ' ',
  ),
)
const grows = new Set('push append add Add unshift extend addAll AddRange'.split(' '))

/** Whether methods of plain data (text, lists, maps) apply to a value. */
export const isBuiltinReceiver = (term: Term, name: string): boolean =>
  isTextual(term) ||
  ((term.kind === 'list' || term.kind === 'map') &&
    (overElements.has(name) || givesElement.has(name) || givesSame.has(name) || grows.has(name) || name === 'join'))

/** A method of plain data or of a message. Methods of text give the text itself unless they are known to do otherwise. */
export const applyBuiltin = (host: BuiltinHost, frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const of = callee.kids[0]!
  const name = callee.text
  if (isTextual(of)) return textMethod(host, frame, of, name, args)
  if (of.kind === 'func' || of.kind === 'map' || of.kind === 'list') return collectionMethod(host, frame, of, name, args, site)
  return messageMethod(host, frame, callee, args, site)
}

const textMethod = (host: BuiltinHost, frame: Frame, of: Term, name: string, args: Args): Term => {
  const { terms } = frame
  if (name === 'format' || name === '%' || name === 'formatted') {
    const only = args.kids[0]
    const list =
      name === '%' && only?.kind === 'list'
        ? { labels: only.kids.map((_, i) => String(i)), kids: only.kids }
        : name === '%' && only?.kind === 'map'
          ? only
          : args
    return host.format(frame, of, list)
  }
  if (name === 'join') {
    const items = args.kids[0] ? (args.kids[0].kind === 'list' ? args.kids[0].kids : [args.kids[0]]) : []
    return terms.concat(items.flatMap((item, i) => (i > 0 ? [of, item] : [item])))
  }
  if (name === 'concat') return terms.concat([of, ...args.kids])
  if (name === 'equals' || name === 'length' || name === 'startsWith' || name === 'endsWith' || name === 'includes' || name === 'isEmpty')
    return terms.nothing
  if (urlPaths.has(name) || urlHosts.has(name)) return terms.any(terms.options(of).map(o => urlPart(terms, o, urlHosts.has(name))))
  return of
}

const urlPaths = new Set('request_uri path getPath getRawPath'.split(' '))
const urlHosts = new Set('host hostname authority getHost getAuthority'.split(' '))

/** What stands before or after the first slash behind the scheme. */
const urlPart = (terms: Terms, of: Term, isHost: boolean): Term => {
  const parts = of.kind === 'concat' ? of.kids : [of]
  const cuts = parts.map((part, i) => {
    const scheme = i === 0 && part.kind === 'text' ? (/^[a-z][a-z0-9+.-]*:\/\//i.exec(part.text)?.[0].length ?? 0) : 0
    return part.kind === 'text' ? part.text.indexOf('/', scheme) : -1
  })
  const at = cuts.findIndex(cut => cut !== -1)
  if (at === -1) return isHost ? of : terms.text('/')
  const { text, sites } = parts[at]!
  const cut = cuts[at]!
  return isHost
    ? terms.concat([...parts.slice(0, at), terms.text(text.slice(0, cut), sites[0])])
    : terms.concat([terms.text(text.slice(cut), sites[0]), ...parts.slice(at + 1)])
}

const collectionMethod = (host: BuiltinHost, frame: Frame, of: Term, name: string, args: Args, site: Site | undefined): Term => {
  const { terms } = frame
  if (of.kind === 'func') {
    if (name === 'bind') return of
    if (name === 'call')
      return host.apply(frame, of, { labels: args.kids.slice(1).map((_, i) => String(i)), kids: args.kids.slice(1) }, site)
    return terms.nothing
  }
  if (name === 'join') {
    const between = args.kids[0] ?? terms.text(',')
    return terms.concat(of.kids.flatMap((item, i) => (i > 0 ? [between, item] : [item])))
  }
  if (name === 'get' && args.kids[0]?.kind === 'text') {
    const found = host.get(frame, of, args.kids[0].text)
    return args.kids[1] ? terms.or([found, args.kids[1]]) : found
  }
  return walk(host, frame, of, name, args, site)
}

/** Methods that walk a collection call their argument with an element. */
const walk = (host: BuiltinHost, frame: Frame, of: Term, name: string, args: Args, site: Site | undefined): Term => {
  const { terms } = frame
  const item = host.elem(frame, of)
  const results: Term[] = []
  for (const arg of args.kids)
    for (const option of terms.options(arg))
      if (option.kind === 'func') {
        const given = name === 'then' ? of : item
        const kids = name === 'reduce' ? [terms.unknown('what reduce has so far'), given] : [given]
        results.push(host.apply(frame, option, { labels: kids.map((_, i) => String(i)), kids }, site))
      }
  if (results.length > 0 && (name === 'then' || name === 'flatMap')) return terms.any(results)
  if (results.length > 0 && (name === 'map' || name === 'Select')) return terms.make({ kind: 'list', kids: [terms.any(results)] })
  if (givesElement.has(name)) return item
  return givesSame.has(name) ? of : terms.nothing
}

const messageMethod = (host: BuiltinHost, frame: Frame, callee: Term, args: Args, site: Site | undefined): Term => {
  const of = callee.kids[0]!
  const name = callee.text
  const { terms } = frame
  const accessors = (site && frame.scope.unit(site.file)?.traits.accessors) ?? frame.fn?.unit.traits.accessors ?? []
  const step = host.step(frame, of, name, args, site)
  if (step) return step
  if (args.kids.length <= 1 && !args.kids.some(k => k.kind === 'text')) {
    const member = host.accessed(frame, accessors, name)
    if (member !== undefined) {
      const read = host.get(frame, of, member)
      if (site) frame.add({ kind: 'read', term: read, site })
      return read
    }
  }
  if (name === 'get' && args.kids[0]?.kind === 'text') {
    const read = host.get(frame, of, args.kids[0].text)
    if (site) frame.add({ kind: 'read', term: read, site, optional: true })
    return read
  }
  // A future's; what joins parts is given what to join them with.
  if (name === 'join' && args.kids.length === 0) return of
  if (overElements.has(name) || givesSame.has(name) || givesElement.has(name)) return walk(host, frame, of, name, args, site)
  host.leak(frame, args, site, name)
  if (
    site &&
    name !== 'hasOwnProperty' &&
    !isBesideBody(name) &&
    host.mayBeMessage(of) &&
    !/^(equals|compare|toString|ToString|trim|strip|lower|upper|toLowerCase|toUpperCase|isEmpty|size|length|toFixed)/.test(name)
  )
    frame.add({ kind: 'escape', term: of, site })
  return terms.nothing
}
