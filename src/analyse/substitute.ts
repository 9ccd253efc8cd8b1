import { noteParameter } from './bodies.ts'
import { isSelector } from './classes.ts'
import { declared } from './declares.ts'
import type { Filling } from './filling.ts'
import { typeOf } from './functions.ts'
import { serveHandlers } from './handlers.ts'
import { noteInstance } from './instances.ts'
import { leak, mayBeMessage } from './leaks.ts'
import { clientPath, matchRow } from './matching.ts'
import { noteEnvironment, rpcPath } from './meanings.ts'
import { elem, get, index, nth } from './members.ts'
import type { Deed, Frame } from './state.ts'
import { type Site, type Term, withSite } from './terms.ts'
import { write } from './writes.ts'

export const redo = (frame: Frame, deed: Deed, filling: Filling, site: Site | undefined, memo: Map<number, Term>): void => {
  if (!deed.term.open && deed.extra?.open !== true) return
  if (site && hasPassed(deed.term, site)) return
  if (!frame.state.step()) return
  const term = substitute(frame, deed.term, filling, site, memo)
  const extra = deed.extra && substitute(frame, deed.extra, filling, site, memo)
  switch (deed.kind) {
    case 'write':
      write(frame, term, deed.name!, extra!, deed.site)
      return
    case 'env':
      for (const option of frame.terms.options(term)) noteEnvironment(frame, option, deed.site)
      return
    case 'deferred':
      return
    case 'effect':
      // Filling it has called it again, and that has told of it.
      return
    case 'escape':
      leak(frame, { labels: ['0'], kids: [term] }, deed.site)
      return
    case 'read':
      for (const option of frame.terms.options(term)) {
        if (mayBeMessage(option)) frame.add({ ...deed, term: option })
        else noteParameter(frame, option, deed.site)
      }
      return
    case 'parameter':
      frame.add({ ...deed, term })
      return
    case 'match':
      for (const option of frame.terms.options(term)) if (mayBeMessage(option)) frame.add({ ...deed, term: option })
      return
    case 'case':
      for (const option of frame.terms.options(term))
        if (option.open || isSelector(option)) frame.add({ ...deed, term: option, extra: extra! })
      return
    case 'exact':
    case 'send':
    case 'answer':
    case 'decode':
    case 'handler':
      frame.add({ ...deed, term, ...(extra && { extra }) })
  }
}

/** Whether a call was already filled at this place: a recursion. */
const hasPassed = (term: Term, site: Site): boolean =>
  term.sites.length > 1 && term.sites.some((s, i) => i > 0 && s.file === site.file && s.line === site.line)

/** Replaces parameters by what a call site gives. */
export const substitute = (frame: Frame, term: Term, filling: Filling, site: Site | undefined, memo = new Map<number, Term>()): Term => {
  if (!term.open) return term
  const known = memo.get(term.id)
  if (known) return known
  const result = term.kind === 'param' ? (filling.get(term.text) ?? term) : refilled(frame, term, filling, site, memo)
  memo.set(term.id, result)
  return result
}

/** A term whose parameters stay what they are stays itself: it has passed no call site. Calls are told of all the same. */
const refilled = (frame: Frame, term: Term, filling: Filling, site: Site | undefined, memo: Map<number, Term>): Term => {
  const kids = term.kids.map(k => substitute(frame, k, filling, site, memo))
  const isSame = kids.every((k, i) => k === term.kids[i])
  if (!isSame) return rebuild(frame, term, kids, site)
  return term.kind === 'extcall' || term.kind === 'apply' ? rebuild(frame, term, kids, undefined) : term
}

const rebuild = (frame: Frame, term: Term, kids: readonly Term[], site: Site | undefined): Term => {
  const { terms } = frame
  const sites = site && term.sites.length > 0 ? withSite(term.sites, site) : term.sites
  switch (term.kind) {
    case 'any':
      return terms.any(kids)
    case 'or':
      return terms.or(kids)
    case 'concat':
      return terms.concat(kids)
    case 'field':
      if (term.labels[1] === 'key') return index(frame, kids[0]!, kids[1]!, site ?? term.sites[0])
      return term.labels.length > 0 ? index(frame, kids[0]!, terms.text(term.text), site ?? term.sites[0]) : get(frame, kids[0]!, term.text)
    case 'elem':
      return elem(frame, kids[0]!)
    case 'nth':
      return nth(frame, kids[0]!, Number(term.text))
    case 'apply': {
      const isNew = term.labels[1] === 'new'
      const from = isNew ? 2 : 1
      return frame.call(kids[0]!, { labels: term.labels.slice(from), kids: kids.slice(from) }, sites[0], isNew)
    }
    case 'extcall':
      return refill(frame, term, kids, sites)
    case 'stub':
      return terms.any(terms.options(kids[0]!).map(k => terms.make({ ...term, kids: [k], sites })))
    case 'rpc':
      return terms.any(
        terms
          .options(kids[0]!)
          .map(k => (k.kind === 'stub' ? terms.make({ kind: 'rpc', text: term.text, kids: [k] }) : get(frame, k, term.text))),
      )
    case 'inst': {
      const inst = terms.make({ ...term, kids, sites })
      noteInstance(frame, inst, typeOf(frame, term))
      return inst
    }
    case 'ext':
      return terms.make({ ...term, kids, sites: term.sites })
    default:
      return terms.make({ ...term, kids, sites })
  }
}

/** A call outside whose arguments a call site filled. */
const refill = (frame: Frame, term: Term, kids: readonly Term[], sites: readonly Site[]): Term => {
  const filled = frame.terms.make({ ...term, kids, sites })
  if (filled.text === rpcPath) {
    const callees = frame.terms.options(kids[0]!).filter(k => k.kind === 'rpc')
    for (const callee of callees) {
      const one = frame.terms.make({ ...term, kids: [callee, ...kids.slice(1)], sites })
      frame.add({ kind: 'effect', term: one, site: sites[0]! })
    }
    return callees.length === 1 ? frame.terms.make({ ...term, kids: [callees[0]!, ...kids.slice(1)], sites }) : filled
  }
  if (filled.text.startsWith(clientPath)) frame.add({ kind: 'effect', term: filled, site: sites[0]! })
  const match =
    (term.labels.includes('new') ? matchRow(frame, 'new', term.text, filled) : undefined) ?? matchRow(frame, 'call', term.text, filled)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'router')
    frame.add({ kind: 'effect', term: filled, site: sites[0]! })
  if (match && 'effect' in match.row.gives) {
    frame.add({ kind: 'effect', term: filled, site: sites[0]! })
    if (match.row.gives.effect === 'declare') return declared(frame.terms, filled)
    const before = term.kids.map(k => k.kind)
    if (match.row.gives.effect !== 'call')
      serveHandlers(frame, match.row.gives, match.captures, filled, sites[0], (_, i) => before[i] === 'func')
  }
  return filled
}
