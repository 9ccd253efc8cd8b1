import type { Evidence, Location } from '../model/evidence.ts'
import type { Effect } from '../model/fragment.ts'
import { showValue } from '../model/value.ts'
import type { Draft } from './drafts.ts'
import { distinctUses, withHeld } from './usage.ts'

/** Drafts of one deed at one place are one effect: what they use adds up. */
export const merged = (all: readonly Draft[]): Effect[] => {
  const found = new Map<string, Effect>()
  const told = new Set(all.filter(d => !isUncalled(d)).map(d => placeOf(d.effect)))
  for (const draft of all) {
    const { effect } = draft
    if (isUncalled(draft) && told.has(placeOf(effect))) continue
    const { at } = effect.evidence
    const place = effect.does === 'read-config' ? '' : `${at.file} ${String(at.line).padStart(7, '0')}`
    const key = `${effect.does} ${effect.protocol} ${showValue(effect.target)} ${effect.operation ? showValue(effect.operation) : ''} ${place}`
    const known = found.get(key)
    if (!known) found.set(key, { ...effect, uses: [...effect.uses], escapes: [...effect.escapes] })
    else {
      known.uses.push(...effect.uses)
      known.escapes.push(...effect.escapes)
      if (compareEvidence(effect.evidence, known.evidence) < 0) known.evidence = effect.evidence
      if (!effect.forwards) delete known.forwards
      if (effect.passes) known.passes = [...(known.passes ?? []), ...effect.passes]
      if (effect.messages) known.messages = [...(known.messages ?? []), ...effect.messages]
    }
  }
  return [...found.entries()]
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
    .map(([, effect]) => ({
      ...effect,
      uses: distinctUses(withHeld(effect.uses)),
      escapes: distinctPlaces(effect.escapes),
      closed:
        effect.escapes.length === 0 &&
        !isUnread(effect) &&
        (effect.does === 'call' || effect.does === 'serve' || effect.uses.some(u => u.of !== undefined)),
    }))
}

/** Something is asked for, and nobody saw what becomes of the answer. */
const isUnread = ({ does, protocol, operation, uses }: Effect): boolean =>
  does === 'call' &&
  protocol === 'http' &&
  operation?.is === 'text' &&
  operation.text.startsWith('GET ') &&
  !uses.some(u => u.side === 'response')

const placeOf = (e: Effect): string => `${e.does} ${e.evidence.at.file} ${e.evidence.at.line}`

/** A target that only some caller could give, where callers there are did. */
const isUncalled = ({ effect: e, uncalled }: Draft): boolean =>
  uncalled === true || (e.target.is === 'unknown' && /^nothing in the code calls |\.\$\d+ of a library$|^a anyinst/.test(e.target.why))

/** The shorter chain, then the earlier place. */
const compareEvidence = (a: Evidence, b: Evidence): number => {
  const shape = (e: Evidence): string =>
    `${String(e.via?.length ?? 0).padStart(3, '0')} ${e.at.file} ${String(e.at.line).padStart(7, '0')} ${JSON.stringify(e.via ?? [])}`
  const [x, y] = [shape(a), shape(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const distinctPlaces = (places: readonly Location[]): Location[] => {
  const found = new Map(places.map(p => [`${p.file} ${String(p.line).padStart(7, '0')}`, p]))
  return [...found.entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(([, place]) => place)
}
