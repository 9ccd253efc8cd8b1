import { tagsOf, typed } from './fields.ts'
import { funcTerm, typeOf } from './functions.ts'
import { matchRow } from './matching.ts'
import { handedTo, isSettingsFile, rowValue, settingBelow, shortType } from './meanings.ts'
import { anyKey, deref, get } from './members.ts'
import { pick } from './places.ts'
import type { Gives } from './rows.ts'
import { type Frame, heapKey } from './state.ts'
import type { Site, Term } from './terms.ts'

export const fillFrom = (frame: Frame, into: Term, root: Term, site: Site, level: number): void => {
  if (into.kind === 'addr') {
    const pointed = frame.terms.options(deref(frame, into)).filter(o => o.kind === 'inst' || o.kind === 'anyinst')
    for (const one of pointed) fillFrom(frame, one, root, site, level)
    if (pointed.length === 0) write(frame, into, '*', root, site)
  } else if (into.kind === 'inst' || into.kind === 'anyinst') {
    if (level > 4) return
    for (const [name, field] of typeOf(frame, into).fields) {
      const key = tagsOf(field.tag)
        .find(([tag]) => /^(json|yaml|toml|mapstructure|koanf)$/.test(tag))?.[1]
        .split(',')[0]
      const below = settingBelow(frame, root, frame.terms.text(key || name), site)
      const declared = field.type && typed(frame, typeOf(frame, into).unit, field.type, typeOf(frame, into))
      if (declared?.kind === 'anyinst') fillFrom(frame, declared, below, site, level + 1)
      else write(frame, into, name, below, site)
    }
  } else if (into.kind === 'map') write(frame, into, anyKey, root, site)
}

/**
 * Fills a struct from variables of its fields' names, below the prefix of each level: `PricingURL` is `APP_PRICINGURL`, and
 * `APP_PRICING_URL` where its words are to be parted. What a tag names is left to the tag.
 */
export const fillFromEnvironment = (frame: Frame, into: Term, prefix: string, site: Site, level: number): void => {
  const pointed = into.kind === 'addr' ? frame.terms.options(deref(frame, into)) : [into]
  for (const one of pointed) {
    if ((one.kind !== 'inst' && one.kind !== 'anyinst') || level > 4) continue
    const type = typeOf(frame, one)
    for (const [name, field] of type.fields) {
      const tags = new Map(tagsOf(field.tag))
      const own = tags.get('envconfig') ?? (tags.get('split_words') === 'true' ? name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_') : name)
      const full = `${prefix === '' ? '' : `${prefix}_`}${own}`.toUpperCase()
      const declared = field.type && typed(frame, type.unit, field.type, type)
      if (declared?.kind === 'anyinst') fillFromEnvironment(frame, declared, full, site, level + 1)
      else {
        const looked = frame.terms.make({ kind: 'env', kids: [frame.terms.text(full)], sites: [site] })
        const otherwise = tags.get('default')
        write(frame, one, name, otherwise === undefined ? looked : frame.terms.or([looked, frame.terms.text(otherwise)]), site)
      }
    }
  }
}

/** Sets a member. A write whose owner or value waits for a call site is left to it. */
export const write = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  const { terms } = frame
  if (value === terms.nothing || (value.kind === 'unknown' && value.text === 'null')) return
  if (name === '*' && isSettingsFile(value) && (base.kind === 'inst' || base.kind === 'anyinst')) {
    fillFrom(frame, base, value, site, 0)
    return
  }
  switch (base.kind) {
    case 'any':
      for (const option of base.kids) write(frame, option, name, value, site)
      return
    case 'addr':
      writeThrough(frame, base, name, value, site)
      return
    case 'unknown':
      return
    case 'module':
      if (!value.open) frame.put(heapKey.global(base.text, name), value)
      return
    default:
  }
  if (base.open || value.open) {
    frame.add({ kind: 'write', term: base, name, extra: value, site })
    return
  }
  frame.put(heapKey.instance(base, name), value)
  callSetter(frame, base, name, value, site)
  assigned(frame, base, name, value, site)
  if (base.kind === 'inst') frame.put(heapKey.anyOf(typeOf(frame, base), name), value)
  else if (base.kind === 'anyinst') {
    frame.put(heapKey.someOf(typeOf(frame, base), name), value)
    frame.put(heapKey.anyOf(typeOf(frame, base), name), value)
  } else if (base.kind === 'type') frame.put(heapKey.initial(typeOf(frame, base), name), value)
}

/** A property whose setter is code does what it says. */
const callSetter = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  if (base.kind !== 'inst' && base.kind !== 'anyinst') return
  const setter = frame.scope.method(typeOf(frame, base), `set_${name}`)
  if (setter.length > 0) frame.call(funcTerm(frame, setter, base), { labels: ['0'], kids: [value] }, site)
}

/** Members of a library whose setting has a meaning of its own. */
const assigned = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  if (base.kind !== 'ext' && base.kind !== 'extcall') return
  const path = `${base.text}.${name}`
  const match = matchRow(frame, 'assign', path)
  if (match && 'value' in match.row.gives && match.row.gives.value === 'handed') {
    hand(frame, match.row.gives, base, value)
    return
  }
  if (match && 'value' in match.row.gives) rowValue(frame, match.row.gives, match.captures, { labels: ['0'], kids: [value] }, site)
  if (!match || !('effect' in match.row.gives)) return
  const term = frame.terms.make({ kind: 'extcall', text: path, labels: ['base', '0'], kids: [base, value], sites: [site] })
  frame.add({ kind: 'effect', term, site })
}

const writeThrough = (frame: Frame, base: Term, name: string, value: Term, site: Site): void => {
  const isWhole = name === '*'
  if (base.text === '') {
    if (isWhole) write(frame, base.kids[0]!, base.labels[0]!, value, site)
    else write(frame, get(frame, base.kids[0]!, base.labels[0]!), name, value, site)
  } else if (!isWhole) write(frame, base.kids[0]!, name, value, site)
  else if (frame.fn && base.text.startsWith(`${frame.fn.id}/`)) {
    const local = base.text.slice(base.text.indexOf('/') + 1)
    frame.locals.set(local, [...(frame.locals.get(local) ?? []), value])
  } else frame.add({ kind: 'write', term: base, name, extra: value, site })
}

/** Keeps what a container hands to a class of a library that it makes. */
const hand = (frame: Frame, gives: Extract<Gives, { value: 'handed' }>, base: Term, value: Term): void => {
  const type = base.kids[0] && pick(frame, base.kids[0], gives.type, {})
  for (const option of type ? frame.terms.options(type) : [])
    if (option.kind === 'ext') frame.put(heapKey.global(handedTo, shortType(option.text)), value)
}
