import { canonicalJson } from '../../base/json.ts'
import { byText } from '../../base/names.ts'
import type { ContractFact, Copy, Edge, NodeIx } from '../../model/contract.ts'
import type { Candidate, Group } from './groups.ts'

const MAX_DIFFERS = 20

/** A copy is current if what it holds means the same in the record. It may hold less: only some types, or a service with fewer operations. */
export const copyOf = (copy: Candidate, group: Group, record: Elements): Copy => {
  const own = elementsOf([copy.file.contract])
  const differs = new Set<string>()
  for (const [key, element] of own.all) if (record.all.get(key)?.meaning !== element.meaning) differs.add(element.label)
  for (const [key, element] of record.all)
    if (!element.isOptional && own.types.has(element.type) && !own.all.has(key)) differs.add(element.label)
  return {
    ...{ repo: copy.repo, file: copy.file.file, kind: 'copy', digest: copy.file.digest },
    state: differs.size === 0 ? 'current' : 'stale',
    differs: [...differs].sort(byText).slice(0, MAX_DIFFERS),
    usedBy: [...copy.holders],
    evidence: [
      {
        ...{ reader: copy.file.contract.format, basis: 'declared', at: { repo: copy.repo, file: copy.file.file, line: 1 } },
        note: `defines what ${group.record.map(r => r.file.file).join(', ')} defines`,
      },
    ],
  }
}

export interface Elements {
  types: ReadonlySet<string>
  all: ReadonlyMap<string, { label: string; meaning: string; type: string; isOptional: boolean }>
}

/** Not part of what an element means to the other side. */
const NO_MEANING = new Set([
  ...['deprecated', 'ctype', 'utf8', 'javaUtf8', 'jsonBestEffort', 'reservedWritten', 'extensionRangesWritten'],
  ...['title', 'path'],
])

/** Every member of every type and service, by a path that needs no other file. */
export const elementsOf = (facts: readonly ContractFact[]): Elements => {
  const types = new Set<string>()
  const all = new Map<string, { label: string; meaning: string; type: string; isOptional: boolean }>()
  for (const { nodes, root } of facts) {
    const named = new Set(nodes[root]!.edges.map(e => e.to))
    const visit = (ix: NodeIx, type: string, key: string, label: string, depth: number, optional: boolean): void => {
      for (const edge of nodes[ix]!.edges) {
        const target = typeof edge.to === 'number' ? nodes[edge.to] : undefined
        const name = String(target?.facets.name ?? target?.name ?? edge.key)
        const isInner = typeof edge.to === 'number' && !named.has(edge.to) && depth < 40
        const inner = {
          key: `${key} ${edge.role} ${edge.key}`,
          label: name === '' || TYPES.has(edge.role) ? label : `${label}.${lastName(name)}`,
        }
        const meaning = canonicalJson([edge.required === true, isInner ? facetsOf(target?.facets ?? {}) : nameOf(target?.name, edge)])
        const isOptional = optional || edge.role === 'rpc' || edge.role === 'op'
        if (!all.has(inner.key)) all.set(inner.key, { label: inner.label, meaning, type, isOptional })
        if (isInner) visit(edge.to as NodeIx, type, inner.key, inner.label, depth + 1, isOptional)
      }
    }
    for (const edge of nodes[root]!.edges) {
      const type = `${edge.role} ${edge.key}`
      if (types.has(type) || typeof edge.to !== 'number') continue
      types.add(type)
      all.set(type, { label: lastName(edge.key), meaning: canonicalJson(facetsOf(nodes[edge.to]!.facets)), type, isOptional: true })
      visit(edge.to, type, type, lastName(edge.key), 0, edge.role === 'op')
    }
  }
  return { types, all }
}

const facetsOf = (facets: Record<string, unknown>): [string, unknown][] =>
  Object.entries(facets)
    .filter(([name]) => !NO_MEANING.has(name))
    .sort((a, b) => byText(a[0], b[0]))

/** Edges that say what a member is, and add no name of their own. */
const TYPES: ReadonlySet<string> = new Set(['type', 'in', 'out', 'schema'])

/** Names of other files may be written short in one copy and in full in the other. */
const nameOf = (name: string | undefined, edge: Edge): string => lastName(name ?? (typeof edge.to === 'number' ? '' : edge.to.name))

const lastName = (name: string): string => (/^[A-Z]+ \//.test(name) ? name : name.slice(name.lastIndexOf('.') + 1))
