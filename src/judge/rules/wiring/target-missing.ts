import { by, byText } from '../../../base/names.ts'
import type { Evidence } from '../../../model/evidence.ts'
import type { Unresolved, Wiring } from '../../../model/system.ts'
import type { RuleResult, Severity } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { canBlock, group, perView, type View } from '../../view.ts'
import { listed } from '../../words.ts'

export const targetMissing: Rule = {
  id: 'wiring/target-missing',
  level: 'error',
  summary: 'an address in the environment no longer reaches the service it names',
  check: context => {
    const places = { base: placesOf(context.base), head: placesOf(context.head), isChange: context.base !== context.head }
    const found = [...brokenAt(places, context), ...(places.isChange ? [...strayed(places, context), ...lost(places, context)] : [])]
    return oncePerName(found, context)
  },
}

/** A value in one manifest. The same name may be set in several: in variants of one system, each of which has to work by itself. */
interface Place {
  key: string
  id: string
  file: string
  wiring: Wiring
  evidence: Evidence
}

/** Values of one model, by what they set and where, and by what they set alone. */
interface Index {
  byKey: Map<string, Place[]>
  byId: Map<string, Place[]>
}

interface Places {
  base: Index
  head: Index
  isChange: boolean
}

const idOf = (wiring: Wiring): string => `${wiring.of}/${wiring.name}`
const fileOf = ({ at }: Pick<Evidence, 'at'>): string => `${at.repo} ${at.file}`

const placesOf = perView(({ model }: View): Index => {
  const all = model.wirings.flatMap(wiring =>
    wiring.evidence.map((evidence): Place => {
      const [id, file] = [idOf(wiring), fileOf(evidence)]
      return { key: `${id} ${file}`, id, file, wiring, evidence }
    }),
  )
  const byKey = group(all, p => p.key)
  return { byKey, byId: group([...byKey.values()].flat(), p => p.id) }
})

const works = ({ wiring }: Place): boolean => wiring.to !== undefined
const allOf = ({ byId }: Index, id: string): readonly Place[] => byId.get(id) ?? []

/** Values that lead nowhere. */
const brokenAt = (places: Places, context: RuleContext): Found[] =>
  [...places.head.byKey.values()].flatMap(here => {
    const place = here.find(p => p.wiring.wrongPort) ?? here.find(p => !works(p))
    if (!place) return []
    const before = places.isChange ? places.base.byKey.get(place.key) : undefined
    // A file that several variants share: what failed in one of them before is not news.
    if (here.some(works) && !before?.every(works)) return []
    const workedHere = before?.find(works)
    const old = workedHere ?? (places.isChange ? allOf(places.base, place.id).find(works) : undefined)
    const severity = severityOf(place, workedHere, old, places, context)
    if (!severity) return []
    return [{ place, severity, ...(old ? { old } : {}), isNew: workedHere !== undefined, why: whyBroken(place, old, context) }]
  })

/**
 * A value that worked in this manifest and is read blocks; a new one blocks for a wrong port. A new unknown host may live in a cluster
 * nobody showed us, or, where the name works elsewhere, be left out of a variant on purpose.
 */
const severityOf = (
  { wiring, id, key }: Place,
  workedHere: Place | undefined,
  old: Place | undefined,
  places: Places,
  context: RuleContext,
): Severity | undefined => {
  const worksElsewhere = allOf(places.head, id).some(works)
  const worksHere = places.head.byKey.get(key)!.some(works)
  const isSure = (workedHere !== undefined && !worksHere) || wiring.wrongPort !== undefined || (old !== undefined && !worksElsewhere)
  if (!isSure && (worksElsewhere || !looksInternal(wiring.host))) return undefined
  return isSure && wiring.read && matters(wiring, old, context) ? 'error' : 'warning'
}

/** Whoever works without it is not stopped: optional services at either end, and telemetry. */
const matters = (wiring: Wiring, old: Place | undefined, { base, head }: RuleContext): boolean => {
  const id = wiring.to ?? wiring.wrongPort?.node ?? old?.wiring.to
  const target = id === undefined ? undefined : (base.service(id) ?? head.service(id))
  return canBlock(head, wiring.of) && target?.kind !== 'monitoring' && target?.state !== 'optional'
}

const looksInternal = (host: string): boolean =>
  host !== 'localhost' && (/^[a-z][a-z0-9-]*$/.test(host) || /\.svc(\.|$)|\.cluster\.local$/.test(host))

const whyBroken = ({ wiring }: Place, old: Place | undefined, context: RuleContext): string => {
  const target = targetOf(wiring, old, context)
  const ports = wiring.wrongPort?.serves
  if (!ports) return `nothing answers to ${wiring.host}${old ? `, which was ${target}` : ''}`
  return ports.length > 0
    ? `${target} serves ${ports.length === 1 ? 'port' : 'ports'} ${listed(ports.map(String), 6)}`
    : `${target} serves no port`
}

/** The service that is meant: by the value itself, or by what it reached before. */
const targetOf = (wiring: Wiring, old: Place | undefined, { base, head }: RuleContext): string => {
  const id = wiring.to ?? wiring.wrongPort?.node ?? old?.wiring.to
  if (id === undefined) return wiring.host
  return head.service(id) ? head.nameOf(id) : base.nameOf(id)
}

interface Found {
  place: Place
  severity: Severity
  old?: Place
  /** It worked at this place before this change. */
  isNew: boolean
  why: string
}

/** Where the address ends: the last step that led to its service. */
const endOf = ({ evidence }: Place): string | undefined => {
  const last = evidence.via?.at(-1)
  return last && fileOf(last)
}

/** The address beside it is gone, and only another variant's manifest, that was there all along, still answers to the name. */
const strayed = ({ base, head }: Places, context: RuleContext): Found[] =>
  [...head.byKey.values()].flatMap(here => {
    const place = here.find(works)
    const old = place && base.byKey.get(place.key)?.find(p => works(p) && p.wiring.value === place.wiring.value)
    const [before, after] = [old && endOf(old), place && endOf(place)]
    if (!place || !old || before === undefined || after === undefined || before === after) return []
    const stillUsed = here.some(p => endOf(p) === before)
    const isTouched = context.changedFiles.has(before.slice(before.indexOf(' ') + 1))
    if (stillUsed || !isTouched || !place.wiring.read) return []
    const wasThere = [...base.byKey.values()].flat().some(p => p.file !== old.file && p.wiring.to === old.wiring.to && endOf(p) === after)
    if (!wasThere) return []
    const why = `${before.slice(before.indexOf(' ') + 1)} no longer answers to ${place.wiring.host}`
    return [{ place, old, severity: matters(place.wiring, old, context) ? 'error' : 'warning', isNew: true, why }]
  })

/** The code still reads a name that this manifest set, and sets no more. */
const lost = ({ base, head }: Places, context: RuleContext): Found[] =>
  [...base.byKey.values()].flatMap(before => {
    const old = before.find(p => works(p) && p.wiring.read)
    if (!old || head.byKey.has(old.key) || !context.head.service(old.wiring.of)) return []
    const now = allOf(head, old.id)
    const moved = now.some(p => !allOf(base, old.id).some(b => b.file === p.file))
    const isRead =
      now.some(p => p.wiring.read) || context.head.model.unresolved.some(u => u.from === old.wiring.of && names(u, old.wiring.name))
    if (moved || !isRead || !speaksOf(context.head, old) || isReplaced(old, base, head)) return []
    const why = `${old.evidence.at.file} sets it no more, though the code reads it`
    return [{ place: old, old, severity: matters(old.wiring, old, context) ? 'error' : 'warning', isNew: true, why }]
  })

/** The same manifest sets another name instead, which the code reads too. */
const isReplaced = (old: Place, base: Index, head: Index): boolean =>
  [...head.byKey.values()].some(here =>
    here.some(p => p.file === old.file && p.wiring.of === old.wiring.of && works(p) && p.wiring.read && !base.byKey.has(p.key)),
  )

/** The manifest is still one of this service's. */
const speaksOf = ({ model, service }: View, { wiring, file }: Place): boolean =>
  [...model.wirings.filter(w => w.of === wiring.of), service(wiring.of)!].some(item => item.evidence.some(e => fileOf(e) === file))

const names = (open: Unresolved, name: string): boolean =>
  open.stage !== 'budget' && [open.target, open.reason, open.hint ?? ''].some(text => text.split(/[^\w.-]+/).includes(name))

const rank: Record<Severity, number> = { error: 0, warning: 1, note: 2 }

/** One finding for a name, at the worst of its places; the other places are its evidence. */
const oncePerName = (found: readonly Found[], context: RuleContext): RuleResult[] => {
  const sorted = [...found].sort((a, b) => rank[a.severity] - rank[b.severity] || byText(a.place.key, b.place.key))
  return [...group(sorted, f => f.place.id)].sort(by(([id]) => id)).map(([, [worst, ...others]]) => resultOf(worst!, others, context))
}

const resultOf = (worst: Found, others: readonly Found[], context: RuleContext): RuleResult => {
  const { place, old, severity, why, isNew } = worst
  const isLost = place === old
  const { wiring, evidence } = place
  const of = context.head.nameOf(wiring.of)
  const address = wiring.port === undefined ? wiring.host : `${wiring.host}:${wiring.port}`
  const target = targetOf(wiring, old, context)
  return {
    // Something that worked here until now is not the same finding as what was broken elsewhere all along.
    subject: { kind: 'wiring', id: isNew ? place.key : place.id, name: `${wiring.name} of ${of}` },
    message: isLost ? `${wiring.name} of ${of} was ${address}; ${why}` : `${wiring.name} of ${of} is ${address}, and ${why}`,
    at: evidence.at,
    evidence: [evidence, ...others.map(o => o.place.evidence)].slice(0, 6),
    advice: {
      action: 'fix',
      reason: isLost ? `set ${wiring.name} again, or read the new name in the code` : fixFor(wiring, target, old !== undefined),
      expected: [],
    },
    severity,
    headline: `${of} ${old ? 'no longer reaches' : 'does not reach'} ${target} through ${wiring.name}`,
  }
}

const fixFor = (wiring: Wiring, target: string, reached: boolean): string => {
  const ports = wiring.wrongPort?.serves
  if (!ports && !reached)
    return `let ${wiring.name} name a service that exists, or say in lintel.config.yaml that ${wiring.host} is outside`
  if (!ports) return `let ${wiring.name} name a service that exists, or keep the old name beside the new one until every caller has moved`
  const keep = wiring.port === undefined ? 'keep the old port' : `keep port ${wiring.port} on ${target}`
  return ports.length > 0 ? `set ${wiring.name} to ${wiring.host}:${ports[0]}, or ${keep} until every caller has moved` : keep
}
