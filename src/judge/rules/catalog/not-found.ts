import type { DeclaredRelation } from '../../../model/system.ts'
import type { RuleResult } from '../../../model/verdict.ts'
import type { Rule } from '../../rule.ts'
import type { View } from '../../view.ts'

export const notFound: Rule = {
  id: 'catalog/not-found',
  level: 'warning',
  summary: 'the catalog declares that a service depends on another, and nothing in code or manifests does',
  check: ({ base, head }) => (head.model.catalog?.relations ?? []).flatMap(relation => resultOf(relation, base, head) ?? []),
}

const resultOf = (relation: DeclaredRelation, base: View, head: View): RuleResult | undefined => {
  const { nodes, evidence, id, type } = relation
  if (!nodes || evidence.length === 0 || nodes.to.some(to => touches(head, nodes.from, to))) return undefined
  const wasFound = base !== head && nodes.to.some(to => touches(base, nodes.from, to))
  const [from, to] = [head.nameOf(nodes.from), nodes.to.map(head.nameOf).join(' or ')]
  const open = head.model.unresolved.filter(u => u.from === nodes.from).length
  const says = type === 'consumesApi' ? `uses an API of ${to}` : `depends on ${to}`
  return {
    subject: { kind: 'entity', id, name: `${from} -> ${to}` },
    message: `the catalog says that ${from} ${says}; ${wasFound ? 'after this change nothing does' : 'nothing was found that does'}${
      open > 0 ? ` (${open} of its calls could not be resolved)` : ''
    }`,
    at: evidence[0]!.at,
    evidence: evidence.slice(0, 1),
    advice: {
      action: 'fix',
      reason: `remove the relation from the catalog${open > 0 ? ', or say where the open calls go: lintel map --unresolved' : ''}`,
      expected: [],
    },
    // What was never seen may be out of sight; what this change took away is not.
    severity: wasFound && open === 0 ? 'warning' : 'note',
    headline: `the catalog still says that ${from} ${says}`,
  }
}

/** Either way: a consumer stands on either side of its topic. */
const touches = (view: View, a: string, b: string): boolean =>
  view.from(a).some(i => i.to === b) || view.to(a).some(i => i.from === b && i.role !== undefined)
