import { byText } from '../base/names.ts'
import { withoutEnd } from '../base/text.ts'
import type { Step } from '../model/evidence.ts'
import { concat, showValue, text, unknown, type Value } from '../model/value.ts'
import { namesOfClass } from './classes.ts'
import { matchRow } from './matching.ts'
import { pick } from './places.ts'
import type { Frame } from './state.ts'
import { kid, type Site, type Term } from './terms.ts'

const maxLevels = 40

/** A term as a Value: what the repository alone cannot say stays a hole. */
export const toValue = (frame: Frame, term: Term, level = 0): Value => {
  if (level > maxLevels) return unknown('the value is nested too deep')
  const next = (t: Term): Value => toValue(frame, t, level + 1)
  switch (term.kind) {
    case 'text':
      return term.sites[0] ? { is: 'text', text: term.text, spot: { file: term.sites[0].file, line: term.sites[0].line } } : text(term.text)
    case 'concat':
      return concat(term.kids.map(next))
    case 'or':
      return joined('or', term.kids.map(next))
    case 'any':
      return term.kids.length === 0 ? unknown('nothing is known of it') : joined('any', term.kids.map(next))
    case 'env': {
      const name = next(term.kids[0]!)
      if (name.is !== 'text') return unknown('an environment variable whose name is computed')
      const site = term.sites[0]
      return { is: 'env', name: name.text, ...(site && { spot: { file: site.file, line: site.line } }) }
    }
    case 'config': {
      const key = next(term.kids[0]!)
      const site = term.sites[0]
      return key.is === 'text'
        ? { is: 'config', key: key.text, ...(site && { spot: { file: site.file, line: site.line } }) }
        : unknown('a setting whose key is computed')
    }
    case 'class':
      return classValue(frame, term)
    case 'type':
      return text(frame.scope.types[Number(term.text)]!.fact.name)
    case 'extcall':
      return callValue(frame, term, level)
    case 'list':
      return term.kids.length > 0 ? joined('any', term.kids.map(next)) : unknown('an empty list')
    case 'addr':
      return next(term.kids[0]!)
    case 'unknown':
      return unknown(term.text)
    case 'ext':
      return unknown(`${term.text} of a library`)
    case 'request':
      return unknown('comes with the request')
    case 'field':
    case 'elem':
    case 'nth':
      return unknown('comes with a message')
    case 'param':
      return unknown('a parameter nobody fills')
    default:
      return unknown(`a ${term.kind}`)
  }
}

/** The names of the classes that a value may be of. */
const classValue = (frame: Frame, term: Term): Value => {
  const names = namesOfClass(frame, term)
  if (names.length === 0) return unknown('the class of a value that is not known')
  return names.length === 1 ? text(names[0]!) : { is: 'any', options: names.map(text) }
}

const callValue = (frame: Frame, term: Term, level: number): Value => {
  const match = matchRow(frame, term.labels.includes('new') ? 'new' : 'call', term.text) ?? matchRow(frame, 'call', term.text)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'connection') {
    const target = pick(frame, term, match.row.gives.target, match.captures)
    return target ? toValue(frame, target, level + 1) : unknown('a connection without an address')
  }
  return unknown(`the result of ${term.text}`)
}

/** Equal options count once; an unknown one only where nothing else is known. */
const joined = (is: 'or' | 'any', options: readonly Value[]): Value => {
  const distinct = new Map<string, Value>()
  for (const option of options.flatMap(o => (o.is === is ? o.options : [o]))) {
    const shown = showValue(option)
    if (!distinct.has(shown)) distinct.set(shown, option)
  }
  const known = [...distinct.entries()].filter(([, v]) => v.is !== 'unknown')
  const kept = known.length > 0 ? known : [...distinct.entries()].slice(0, 1)
  if (is === 'any') kept.sort((a, b) => byText(a[0], b[0]))
  return kept.length === 1 ? kept[0]![1] : { is, options: kept.map(([, v]) => v) }
}

/** The lines that led to a term, outermost first: calls that filled it, what it is made over, the look-up at its end. */
export const chainOf = (frame: Frame, repo: string, terms: readonly Term[]): Step[] => {
  const steps: Step[] = []
  const seen = new Set<string>()
  const visited = new Set<number>()
  const add = (site: Site): void => {
    const key = `${site.file}:${site.line}`
    if (seen.has(key) || steps.length >= 24) return
    seen.add(key)
    steps.push({ at: { repo, file: site.file, line: site.line }, says: site.says })
  }
  const visit = (term: Term, level: number): void => {
    if (visited.has(term.id) || level > maxLevels) return
    visited.add(term.id)
    for (const site of term.sites) add(site)
    if (term.kind === 'field' || term.kind === 'elem' || term.kind === 'func' || term.kind === 'request') return
    for (const kid of term.kind === 'extcall' ? overWhat(frame, term) : term.kids)
      if (kid.kind !== 'ext' && kid.kind !== 'func') visit(kid, level + 1)
  }
  for (const term of terms) visit(term, 0)
  return steps
}

/** What a call of a library hands on: the address of a connection, else what it was called on. */
const overWhat = (frame: Frame, term: Term): readonly Term[] => {
  const match = matchRow(frame, 'call', term.text) ?? matchRow(frame, 'new', term.text)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'connection') {
    const target = pick(frame, term, match.row.gives.target, match.captures)
    return target ? [target] : []
  }
  const base = kid(term, 'base')
  return base ? [base] : []
}

/** An HTTP address: who is called, and the path there with holes. */
export interface Address {
  target: Value
  path: string
}

/** Splits a URL after its authority. What stands before the first `/` of the path, holes included, is the target. */
export const splitUrl = (value: Value): Address => {
  if (value.is === 'or' || value.is === 'any') {
    const options = value.options.map(splitUrl)
    const targets = joined(
      value.is,
      options.map(o => o.target),
    )
    return { target: targets, path: options.find(o => o.path !== '')?.path ?? '' }
  }
  const parts = value.is === 'concat' ? value.parts : [value]
  const before: Value[] = []
  let path = ''
  let inPath = false
  for (const [i, part] of parts.entries()) {
    if (inPath) path += part.is === 'text' ? part.text : '{}'
    else if (part.is !== 'text') before.push(part)
    else {
      const scheme = i === 0 ? (/^[a-z][a-z0-9+.-]*:\/\//i.exec(part.text)?.[0].length ?? 0) : 0
      const slash = part.text.indexOf('/', scheme)
      if (slash === -1) before.push(part)
      else {
        inPath = true
        path = part.text.slice(slash)
        if (slash > 0) before.push({ ...part, text: part.text.slice(0, slash) })
      }
    }
  }
  return { target: before.length === 0 ? { is: 'host' } : concat(before), path }
}

/** `/cart/:id`, `/cart/{id}`, `/cart/<int:id>`: parameters are positional, queries and trailing slashes are gone. */
export const normalPath = (path: string): string => {
  const bare = path
    .replace(/[?#].*$/, '')
    .replace(/\{[^{}/]*\}|<[^<>/]*>|(?<=\/):[A-Za-z_]\w*(\([^)]*\))?\??|\[[^\]/]*\]/g, '{}')
    .replace(/\/{2,}/g, '/')
    .replace(/(\{\})+/g, '{}')
  const rooted = bare.startsWith('/') ? bare : `/${bare}`
  return rooted.length > 1 ? withoutEnd(rooted, '/') || '/' : rooted
}
