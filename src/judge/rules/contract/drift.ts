import { by, canonicalName } from '../../../base/names.ts'
import { type Contract, locationOf, type Node, type Operation, operations } from '../../../model/contract.ts'
import type { OperationRef, Service } from '../../../model/system.ts'
import type { Level, RuleResult } from '../../../model/verdict.ts'
import type { Rule, RuleContext } from '../../rule.ts'
import type { View } from '../../view.ts'
import { listed } from '../../words.ts'

/**
 * Speaks only of a specification and a service that are known to belong together: the one provider of it, whose code serves most of what
 * it names. What code and specification leave open is no difference.
 */
export const drift: Rule = {
  id: 'contract/drift',
  level: 'warning',
  summary: 'a specification and the code that serves it say different things',
  check: context => pairsOf(context.head).flatMap(pair => [...unserved(pair), ...unanswered(pair), ...unwritten(pair, context)]),
}

interface Described {
  contract: Contract
  service: Service
  written: Operation[]
  served: OperationRef[]
}

/** So much of either side the other has to have, before what is missing is a difference. */
const LEAST_SHARED = 2
const LEAST_SHARE = 0.6

const pairsOf = (view: View): Described[] =>
  view.model.contracts.flatMap(contract => {
    const [provider, ...others] = contract.providers
    const service = provider && others.length === 0 ? view.service(provider.value) : undefined
    if (contract.format !== 'openapi' || !service || service.repo !== contract.repo) return []
    const written = operations(contract).filter(o => /^[A-Z]+ \//.test(o.id))
    const served = service.serves.filter(ref => /^(?:[A-Z]+|\*) \//.test(ref.operation) && ref.evidence.some(e => e.basis === 'coded'))
    // A route for any path may answer anything.
    if (served.some(ref => /[*#]/.test(ref.operation.slice(2)))) return []
    const shared = written.filter(o => served.some(ref => isSame(o.id, ref.operation))).length
    const isKnown = shared >= LEAST_SHARED && shared >= LEAST_SHARE * written.length
    return isKnown ? [{ contract, service, written, served }] : []
  })

/** Parameters stand for any text; a route for every method serves each of them. */
const isSame = (written: string, served: string): boolean => {
  const [a, b] = [written.split(/[ /]/), served.split(/[ /]/)]
  if (a.length !== b.length) return false
  return a.every((part, i) => part === b[i] || (i === 0 && b[i] === '*') || (i > 0 && (isHole(part) || isHole(b[i]!))))
}

const isHole = (part: string): boolean => part.includes('{')

const unserved = ({ contract, service, written, served }: Described): RuleResult[] =>
  written
    .filter(o => !served.some(ref => isSame(o.id, ref.operation)))
    .map(o => ({
      ...resultOf(contract, o, `${o.id} stands in ${contract.name || contract.files[0]}, and ${service.name} does not serve it`),
      evidence: service.evidence.slice(0, 2),
      advice: { action: 'fix', reason: `serve it, or take it out of ${contract.files[0]}`, expected: [] },
      severity: 'warning',
    }))

const unanswered = ({ contract, service, written, served }: Described): RuleResult[] =>
  written.flatMap(o => {
    const [ref, ...more] = served.filter(s => isSame(o.id, s.operation))
    if (!ref?.answers || more.length > 0) return []
    const known = new Set(ref.answers.map(canonicalName))
    const missing = requiredAnswers(contract, o).filter(name => !known.has(canonicalName(name)))
    if (missing.length === 0) return []
    const what = `${listed(missing)}, which ${contract.files[0]} requires`
    return [
      {
        ...resultOf(contract, o, `${o.id} of ${service.name} answers without ${what}`, missing.join(',')),
        evidence: ref.evidence.slice(0, 2),
        advice: {
          action: 'fix',
          reason: `answer ${missing.length === 1 ? 'it' : 'them'}, or say in the specification that ${missing.length === 1 ? 'it is' : 'they are'} optional`,
          expected: [],
        },
        severity: 'warning',
      },
    ]
  })

/** Members that every success must have; nothing where alternatives or parts make up the answer. */
const requiredAnswers = ({ nodes }: Contract, operation: Operation): string[] => {
  const below = (node: Node, role: string, key = /./s): Node[] =>
    node.edges.flatMap(e => (e.role === role && (e.key === '' || key.test(e.key)) && typeof e.to === 'number' ? [nodes[e.to]!] : []))
  const answers = below(nodes[operation.node]!, 'response', /^2/)
    .flatMap(r => below(r, 'media'))
    .flatMap(m => below(m, 'schema'))
  const [first, ...more] = answers
  if (!first || more.some(m => m !== first) || first.edges.some(e => e.role !== 'prop')) return []
  return first.edges.filter(e => e.required === true && !isWriteOnly(nodes, e.to)).map(e => e.key)
}

const isWriteOnly = (nodes: readonly Node[], to: unknown): boolean => typeof to === 'number' && nodes[to]!.facets.writeOnly === true

/** Routes that tools ask for, and that nobody writes down. */
const ASIDE =
  /\/(?:_?health\w*|healthz?|livez?|liveness|ready|readyz|readiness|ping|metrics|status|version|info|actuator\b.*|docs|redoc|swagger.*|api-docs.*|openapi.*|favicon\.ico|robots\.txt|debug\b.*|topology|chaos\b.*)$|^[A-Z*]+ \/$/i

/** What is served and not written down concerns nobody yet who goes by the specification. */
const unwritten = ({ contract, service, written, served }: Described, { head }: RuleContext): RuleResult[] => {
  const isElsewhere = (ref: OperationRef): boolean =>
    ref.contract !== undefined && head.model.contracts.some(c => c.id === ref.contract && c.format !== 'code')
  const own = served.filter(ref => !ASIDE.test(ref.operation) && !isElsewhere(ref))
  const known = served.filter(ref => written.some(o => isSame(o.id, ref.operation))).length
  if (known < LEAST_SHARE * (known + own.filter(ref => !written.some(o => isSame(o.id, ref.operation))).length)) return []
  return own
    .filter(ref => !written.some(o => isSame(o.id, ref.operation)))
    .sort(by(ref => ref.operation))
    .map(ref => ({
      subject: { kind: 'operation', id: `${contract.id}#unwritten ${service.id} ${ref.operation}`, name: ref.operation },
      message: `${service.name} serves ${ref.operation}, which is not in ${contract.files[0]}`,
      at: ref.evidence[0]!.at,
      evidence: ref.evidence.slice(0, 2),
      severity: 'note' as Exclude<Level, 'off'>,
    }))
}

const resultOf = (
  contract: Contract,
  operation: Operation,
  message: string,
  more = '',
): Pick<RuleResult, 'subject' | 'message' | 'at' | 'headline'> => ({
  subject: { kind: 'operation', id: `${contract.id}#${operation.id}${more === '' ? '' : ` ${more}`}`, name: operation.id },
  message,
  at: locationOf(contract, contract.nodes[operation.node]!.at),
  headline: message,
})
