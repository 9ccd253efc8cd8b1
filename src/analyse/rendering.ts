import { mayBeMessage } from './leaks.ts'
import { elem, get } from './members.ts'
import type { PageFile } from './page-files.ts'
import { pick } from './places.ts'
import type { Gives } from './rows.ts'
import type { Args, Frame } from './state.ts'
import type { Site, Term } from './terms.ts'

const maxPages = 20
const maxDraws = 6

/** What pages read of what a call fills them in with. False where no page of that name is known: it may read anything. */
export const render = (frame: Frame, gives: Extract<Gives, { value: 'rendered' }>, args: Args, site: Site | undefined): boolean => {
  const { pages } = frame.state
  const named = gives.page === undefined ? undefined : pick(frame, args, gives.page, {})
  const names = named ? frame.terms.options(named).flatMap(o => (o.kind === 'text' ? [o.text] : [])) : []
  const found = gives.page === undefined ? pages.all : names.flatMap(name => pages.named(name))
  const model = found.length === 0 ? undefined : modelOf(frame, gives, args)
  if (!model || found.length > (gives.page === undefined ? 400 : maxPages)) return false
  const seen = new Set<string>()
  for (const page of found) fill(frame, page, model, site, seen, 0)
  return true
}

/** Named arguments, one value under a key, or all of it. */
const modelOf = (frame: Frame, gives: Extract<Gives, { value: 'rendered' }>, args: Args): Term | undefined => {
  const { terms } = frame
  if (gives.key !== undefined) {
    const key = pick(frame, args, gives.key, {})
    const value = pick(frame, args, gives.model, {})
    return key?.kind === 'text' && value ? terms.make({ kind: 'map', labels: [key.text], kids: [value] }) : undefined
  }
  if (gives.model !== '=') return pick(frame, args, gives.model, {})
  if (args.labels.includes('...')) return undefined
  const given = args.labels.flatMap((label, i) => (label.endsWith('=') ? [{ name: label.slice(0, -1), value: args.kids[i]! }] : []))
  return terms.make({ kind: 'map', labels: given.map(g => g.name), kids: given.map(g => g.value) })
}

const fill = (frame: Frame, page: PageFile, model: Term, site: Site | undefined, seen: Set<string>, depth: number): void => {
  const key = `${page.file} ${page.fact.name ?? ''} ${model.id}`
  if (depth > maxDraws || seen.has(key)) return
  seen.add(key)
  for (const { path, held, spot } of page.fact.reads) {
    const at: Site = { file: page.file, line: spot.line, says: path.join('.') }
    for (const term of frame.terms.options(follow(frame, model, path))) {
      if (!mayBeMessage(term)) continue
      if (term.kind === 'field' || term.kind === 'elem') frame.add({ kind: 'read', term, site: at })
      if (held) frame.add({ kind: 'escape', term, site: at })
    }
  }
  for (const { name, from } of page.fact.draws)
    for (const other of frame.state.pages.named(name)) fill(frame, other, follow(frame, model, from), site, seen, depth + 1)
}

const follow = (frame: Frame, model: Term, path: readonly string[]): Term =>
  path.reduce((term, name) => (name === '[]' ? elem(frame, term) : get(frame, term, name)), model)
