import { canonicalName } from '../base/names.ts'
import type { Location } from '../model/evidence.ts'
import type { MemberUse } from '../model/fragment.ts'
import { isBesideBody } from './beside.ts'
import { contentOf } from './envelopes.ts'
import { anyKey, mapKeys } from './members.ts'
import { memberOf, namingOf } from './shapes/members.ts'
import type { Deed, Frame } from './state.ts'
import { heapKey } from './state.ts'
import { isTextual, type Term } from './terms.ts'

/** A part of a message: whose it is, and the member names from its root. */
export interface MessagePart {
  root: Term
  path: string[]
}

/** Members through which libraries hand out an HTTP body. */
const wrappers = new Set(['json', 'data', 'body', 'text', 'Body', 'Content', 'content', 'getBody', 'result'])

/** The message a term is part of; undefined for anything else. */
export const messagePart = (term: Term): MessagePart | undefined => {
  const path: string[] = []
  let here = term
  while (here.kind === 'field' || here.kind === 'elem' || here.kind === 'nth') {
    if (here.kind === 'field') path.unshift(here.text)
    else if (here.kind === 'elem') path.unshift('[]')
    here = here.kids[0]!
  }
  if (here.kind !== 'extcall' && here.kind !== 'request') return undefined
  return { root: here, path }
}

/** Paths of HTTP messages start inside the body. Undefined for what stands beside it. */
export const bodyPath = (path: readonly string[]): string[] | undefined => {
  if (path[0] !== undefined && isBesideBody(path[0])) return undefined
  let from = 0
  while (from < path.length && wrappers.has(path[from]!)) from++
  return path.slice(from)
}

export const locationOfDeed = (repo: string, deed: Pick<Deed, 'site'>): Location => ({ repo, file: deed.site.file, line: deed.site.line })

/** Whether a member is a scalar wherever a contract has its name. */
export const isScalarMember = (frame: Frame, path: readonly string[]): boolean => {
  const name = path.filter(p => p !== '[]').at(-1)
  return name !== undefined && frame.state.contracts.scalars.has(canonicalName(name))
}

export interface Sent {
  uses: MemberUse[]
  /** Parts of other messages that are passed on inside this one, or instead of it. */
  passed: { part: MessagePart; at: Location; path: string[] }[]
  /** Members, one level deep, and what they hold. */
  members: Map<string, Term[]>
  /** Objects of a declared type that go in as they are: what they hold is what their type has. */
  declared: { value: Term; path: string[] }[]
  /** Not every member can be told. */
  vague: boolean
}

const maxDepth = 6

/** The members that a message is built with: literals, keyword arguments, builders, and members set afterwards. */
export const sentMembers = (frame: Frame, term: Term, side: MemberUse['side'], at: Location): Sent => {
  const sent: Sent = { uses: [], passed: [], declared: [], members: new Map(), vague: false }
  collect(frame, term, [], side, at, sent, new Set())
  sent.uses = distinctUses(sent.uses)
  return sent
}

const collect = (frame: Frame, term: Term, path: string[], side: MemberUse['side'], at: Location, sent: Sent, seen: Set<number>): void => {
  if (seen.has(term.id) || path.length > maxDepth) return
  const part = messagePart(term)
  if (part && (part.root.kind === 'request' || part.path.length > 0 || isAnswer(part.root))) {
    sent.passed.push({ part, at, path })
    return
  }
  const inside = new Set(seen).add(term.id)
  switch (term.kind) {
    case 'any':
    case 'or':
      for (const option of term.kids) collect(frame, option, path, side, at, sent, inside)
      return
    case 'list':
      for (const item of term.kids) collect(frame, item, [...path, '[]'], side, at, sent, inside)
      return
    case 'extcall': {
      const content = contentOf(term)
      if (content) collect(frame, content, path, side, at, sent, inside)
      else members(frame, term, path, side, at, sent, inside)
      return
    }
    case 'addr':
      for (const kid of term.kids) collect(frame, kid, path, side, at, sent, inside)
      return
    case 'map':
    case 'inst':
      members(frame, term, path, side, at, sent, inside)
      return
    case 'anyinst':
      if (path.length === 0) sent.vague = true
      sent.declared.push({ value: term, path })
      return
    default:
      if (path.length === 0 && !isTextual(term)) sent.vague = true
  }
}

const isAnswer = (root: Term): boolean => root.text === '#rpc'

const members = (frame: Frame, term: Term, path: string[], side: MemberUse['side'], at: Location, sent: Sent, seen: Set<number>): void => {
  const site = term.sites[0]
  const wire = wireNames(frame, term)
  const here: Location = site ? { repo: at.repo, file: site.file, line: site.line } : at
  const put = (written: string, value: Term, where: Location): void => {
    const name = wire(written)
    if (name === undefined) return
    if (name === anyKey) {
      sent.vague = true
      collect(frame, value, [...path, '[]'], side, at, sent, seen)
      return
    }
    if (path.length === 0) sent.members.set(name, [...(sent.members.get(name) ?? []), value])
    const literal = value.kind === 'text' ? { literal: value.text } : {}
    sent.uses.push({ side, path: [...path, name], access: 'send', tolerance: 'strict', ...literal, at: where })
    collect(frame, value, [...path, name], side, at, sent, seen)
  }
  for (const [i, label] of term.labels.entries()) {
    const name = memberLabel(term, label)
    if (name === '...') sent.vague = true
    else if (name !== undefined) put(name, term.kids[i]!, here)
  }
  for (const name of frame.heapNames(heapKey.instanceOwner(term)))
    if (name !== mapKeys) put(name, frame.heap(heapKey.instance(term, name)), here)
  if (term.kind === 'extcall') builder(term, put, at.repo)
}

/** What a member of an object is called in a message: as its type says; undefined for one that never gets there. */
const wireNames = (frame: Frame, term: Term): ((name: string) => string | undefined) => {
  const type = term.kind === 'inst' ? frame.scope.types[Number(term.text)] : undefined
  return name => {
    const found = type && name !== anyKey ? frame.scope.field(type, name) : undefined
    return found ? memberOf(found.field, found.owner, namingOf(found.owner))?.name : name
  }
}

const memberLabel = (term: Term, label: string): string | undefined => {
  if (label.startsWith('init:')) return label === 'init:[]' ? undefined : label.slice(5)
  if (label.endsWith('=')) return label.slice(0, -1)
  return term.kind === 'map' && label !== '[]' ? label : undefined
}

/** `X.newBuilder().setTaxId(id).addItems(item).build()` */
const builder = (term: Term, put: (name: string, value: Term, at: Location) => void, repo: string): void => {
  let here: Term | undefined = term
  for (let i = 0; here && i < 60; i++) {
    const method = here.text.slice(here.text.lastIndexOf('.') + 1)
    const name = /^(?:set|addAll|add|putAll|put)([A-Z]\w*)$/.exec(method)?.[1]
    const value = here.kids[here.labels.indexOf('0')]
    if (name !== undefined && here.labels.includes('0') && value) {
      const site = here.sites[0]
      put(name.charAt(0).toLowerCase() + name.slice(1), value, { repo, file: site?.file ?? '', line: site?.line ?? 1 })
    }
    const base: Term | undefined = here.kids[here.labels.indexOf('base')]
    here = here.labels.includes('base') && base?.kind === 'extcall' ? base : undefined
  }
}

/** Members that leave view are held where they are read; one that nobody saw read is read there. */
export const withHeld = (uses: readonly MemberUse[]): MemberUse[] => {
  const keyOf = (use: MemberUse): string => `${use.side} ${use.path.filter(p => p !== '[]').join('.')}`
  const held = uses.filter(u => u.whole)
  const keys = new Set(held.map(keyOf))
  const read = uses.filter(u => !u.whole)
  const known = new Set(read.filter(u => u.access === 'read').map(keyOf))
  return [
    ...read.map(u => (u.access === 'read' && keys.has(keyOf(u)) ? { ...u, whole: true as const } : u)),
    ...held.flatMap(u => (known.has(keyOf(u)) ? [] : [{ ...u, tolerance: 'strict' as const }])),
  ]
}

/** Uses sorted by place; equal ones once. */
export const distinctUses = (uses: readonly MemberUse[]): MemberUse[] => {
  const found = new Map<string, MemberUse>()
  for (const use of uses) {
    const key = `${use.at.file} ${String(use.at.line).padStart(7, '0')} ${use.side} ${use.access} ${use.path.join('.')} ${use.literal ?? ''} ${use.of ?? ''}${use.exact ? ' exact' : ''}${use.whole ? ' whole' : ''}`
    const known = found.get(key)
    if (!known || (known.tolerance !== 'strict' && use.tolerance === 'strict')) found.set(key, use)
  }
  return [...found.entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, use]) => use)
}
