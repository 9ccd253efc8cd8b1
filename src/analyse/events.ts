import type { MemberUse } from '../model/fragment.ts'
import type { Bindings } from './bindings.ts'
import { writes } from './envelopes.ts'
import type { State } from './state.ts'
import type { Term } from './terms.ts'

/** What a call publishes: a value of a type of the code by the type's name, or a literal without one. */
export interface Published {
  name: string
  value: Term
}

const maxDepth = 10
const maxSeen = 300
const maxFamily = 40

/** Parts of a call that are no message: its receiver and what it is made over. */
const aside = new Set(['base', 'new'])

/** The messages among what a publishing call is given. What is written into text counts before what is handed over as it is. */
export const publishedBy = (term: Term, state: State): Published[] => {
  const written = new Map<string, Published>()
  const handed = new Map<string, Published>()
  const seen = new Set<string>()
  const visit = (here: Term, inside: boolean, depth: number): void => {
    const key = `${here.id} ${inside}`
    if (depth > maxDepth || seen.size > maxSeen || seen.has(key)) return
    seen.add(key)
    const found = inside ? written : handed
    if (here.kind === 'inst' || here.kind === 'anyinst') {
      for (const one of kindsOf(here, state)) if (!found.has(one.name)) found.set(one.name, one)
      return
    }
    if (here.kind === 'map') {
      if (inside) found.set(`#${here.id}`, { name: '', value: here })
      else for (const kid of here.kids) visit(kid, inside, depth + 1)
      return
    }
    const isWriting = here.kind === 'extcall' && writes.test(here.text)
    for (const [i, kid] of here.kids.entries())
      if (here.kind !== 'extcall' || isWriting || depth > 0 || !aside.has(here.labels[i] ?? '')) visit(kid, inside || isWriting, depth + 1)
  }
  visit(term, false, 0)
  return [...(written.size > 0 ? written : handed).values()]
}

/** An object that may be of any class of a family is one of those that the program makes. */
const kindsOf = (term: Term, { scope, made, terms }: State): Published[] => {
  const type = scope.types[Number(term.text)]!
  const family = term.kind === 'inst' ? [] : scope.family(type).filter(t => t !== type && made.has(t.id))
  if (family.length === 0) return [{ name: type.fact.name, value: term }]
  return family.slice(0, maxFamily).map(t => ({ name: t.fact.name, value: terms.make({ kind: 'anyinst', text: String(t.id) }) }))
}

/** What the code reads of messages that it puts into a type of its own, with that type's name. */
export const readOf = (into: Term, scope: State['scope'], bindings: Bindings, depth = 0): MemberUse[] => {
  if (depth > 6) return []
  if (into.kind === 'inst' || into.kind === 'anyinst' || into.kind === 'type') {
    const of = scope.types[Number(into.text)]?.fact.name
    return of === undefined ? [] : bindings.ofTerm(into).map(use => ({ ...use, of }))
  }
  return /^(addr|any|or|list)$/.test(into.kind) ? into.kids.flatMap(kid => readOf(kid, scope, bindings, depth + 1)) : []
}
