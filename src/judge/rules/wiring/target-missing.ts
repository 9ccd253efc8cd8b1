import { by } from '../../../base/names.ts'
import type { Evidence } from '../../../model/evidence.ts'
import type { Unresolved, Wiring } from '../../../model/system.ts'
import type { RuleResult, Severity } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import { canBlock } from '../../view.ts'
import { listed } from '../../words.ts'

export const targetMissing: Rule = {
  id: 'wiring/target-missing',
  level: 'error',
  summary: 'an address in the environment no longer reaches the service it names',
  check: context => [...brokenWirings(context), ...lostSettings(context)],
}

const idOf = (wiring: Wiring): string => `${wiring.of}/${wiring.name}`

const brokenWirings = (context: RuleContext): RuleResult[] => {
  const isNow = context.base === context.head
  const before = new Map(isNow ? [] : context.base.model.wirings.filter(w => w.to !== undefined).map(w => [idOf(w), w] as const))
  const works = new Set(context.head.model.wirings.filter(w => w.to !== undefined).map(idOf))
  const broken = new Map<string, Wiring>()
  for (const wiring of context.head.model.wirings) {
    if (wiring.to !== undefined || wiring.evidence.length === 0) continue
    if (!broken.get(idOf(wiring))?.wrongPort) broken.set(idOf(wiring), wiring)
  }
  return [...broken.values()].sort(by(idOf)).flatMap(wiring => {
    const old = before.get(idOf(wiring))
    const severity = severityOf(wiring, old, works.has(idOf(wiring)), context)
    return severity ? [resultOf(wiring, old, severity, context)] : []
  })
}

/**
 * A value that worked and is read blocks; a new one blocks for a wrong port; a new unknown host may live in a cluster nobody showed us.
 * Where the value still works in another variant (a Compose file beside a cluster), an unknown host may be meant: a variant of few services.
 */
const severityOf = (wiring: Wiring, old: Wiring | undefined, worksElsewhere: boolean, { head }: RuleContext): Severity | undefined => {
  if (!wiring.wrongPort && !old && (worksElsewhere || !looksInternal(wiring.host))) return undefined
  const isSure = wiring.wrongPort !== undefined || (old !== undefined && !worksElsewhere)
  return wiring.read && canBlock(head, wiring.of) && isSure ? 'error' : 'warning'
}

const looksInternal = (host: string): boolean =>
  host !== 'localhost' && (/^[a-z][a-z0-9-]*$/.test(host) || /\.svc(\.|$)|\.cluster\.local$/.test(host))

const resultOf = (wiring: Wiring, old: Wiring | undefined, severity: Severity, { head, base }: RuleContext): RuleResult => {
  const of = head.nameOf(wiring.of)
  const meant = wiring.wrongPort?.node ?? old?.to
  const target = meant === undefined ? wiring.host : head.service(meant) ? head.nameOf(meant) : base.nameOf(meant)
  const ports = wiring.wrongPort?.serves ?? []
  const address = wiring.port === undefined ? wiring.host : `${wiring.host}:${wiring.port}`
  const why = wiring.wrongPort
    ? ports.length > 0
      ? `${target} serves ${ports.length === 1 ? 'port' : 'ports'} ${listed(ports.map(String), 6)}`
      : `${target} serves no port`
    : `nothing answers to ${wiring.host}${old ? `, which was ${target}` : ''}`
  return {
    subject: { kind: 'wiring', id: idOf(wiring), name: `${wiring.name} of ${of}` },
    message: `${wiring.name} of ${of} is ${address}, and ${why}`,
    at: wiring.evidence[0]!.at,
    evidence: wiring.evidence.slice(0, 4),
    advice: { action: 'fix', reason: fixFor(wiring, target, ports), expected: [] },
    severity,
    headline: `${of} no longer reaches ${target} through ${wiring.name}`,
  }
}

const fixFor = (wiring: Wiring, target: string, ports: readonly number[]): string => {
  if (!wiring.wrongPort) return `let ${wiring.name} name a service that exists, or keep the name ${wiring.host} beside the new one`
  const keep = wiring.port === undefined ? 'keep the old port' : `keep port ${wiring.port} on ${target}`
  return ports.length > 0 ? `set ${wiring.name} to ${wiring.host}:${ports[0]}, or ${keep} until every caller has moved` : keep
}

/** The code still reads a name that the manifests set at base, and set no more. */
const lostSettings = (context: RuleContext): RuleResult[] => {
  if (context.base === context.head) return []
  const set = new Set(context.head.model.wirings.map(idOf))
  const lost = context.base.model.wirings.filter(w => w.to !== undefined && w.read && !set.has(idOf(w)) && context.head.service(w.of))
  return [...new Map(lost.map(w => [idOf(w), w])).values()].sort(by(idOf)).flatMap(wiring => {
    const open = context.head.model.unresolved.find(u => u.from === wiring.of && names(u, wiring.name))
    return open ? [lostResult(wiring, open, context)] : []
  })
}

const names = (open: Unresolved, name: string): boolean =>
  open.stage !== 'budget' && [open.target, open.reason, open.hint ?? ''].some(text => text.split(/[^\w.-]+/).includes(name))

const lostResult = (wiring: Wiring, open: Unresolved, { base, head }: RuleContext): RuleResult => {
  const of = head.nameOf(wiring.of)
  const target = base.nameOf(wiring.to!)
  const evidence: Evidence[] = [...open.evidence.slice(0, 2), ...wiring.evidence.slice(0, 2)]
  return {
    subject: { kind: 'wiring', id: idOf(wiring), name: `${wiring.name} of ${of}` },
    message: `${of} reads ${wiring.name}, and no manifest sets it any more: it was ${wiring.value}, which is ${target}`,
    at: evidence[0]!.at,
    evidence,
    advice: { action: 'fix', reason: `set ${wiring.name} for ${of} again, or read the new name in the code`, expected: [] },
    severity: canBlock(head, wiring.of) ? 'error' : 'warning',
    headline: `${of} no longer reaches ${target} through ${wiring.name}`,
  }
}
