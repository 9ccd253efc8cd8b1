import type { DataNode } from '../syntax/node.ts'
import type { Origin, Placed } from '../syntax/placed.ts'
import { parseYaml } from '../syntax/yaml.ts'

const LONGEST = 200_000

/** Texts that are JSON (definitions of containers, of workflows, patterns of events) as what they say, each line where it stands. */
export const withStructure = (node: Placed, isFree: () => boolean): Placed => {
  if (node.is === 'map') return { ...node, entries: node.entries.map(e => ({ ...e, value: withStructure(e.value, isFree) })) }
  if (node.is === 'list') return { ...node, items: node.items.map(item => withStructure(item, isFree)) }
  return typeof node.value === 'string' ? (decoded(node.value, node.at, isFree) ?? node) : node
}

const decoded = (text: string, at: Origin, isFree: () => boolean): Placed | undefined => {
  const trimmed = text.trim()
  if (!/^[[{]/.test(trimmed) || !/[\]}]$/.test(trimmed) || /^\{\{/.test(trimmed) || text.length > LONGEST || trimmed.length < 3)
    return undefined
  // Values that are not known may stand where a number would.
  const quoted = text.replace(
    /([:[,]\s*)(\$\{[^{}"\n]{0,300}\})(?=\s*[,\]}])/g,
    (_, before: string, hole: string) => `${before}${JSON.stringify(hole)}`,
  )
  const { documents, problems } = parseYaml(quoted, 'data')
  const [document] = documents
  if (!document || document.is === 'scalar' || problems.length > 0 || documents.length > 1) return undefined
  return placed(document, line => ({ file: at.file, line: at.line + line - 1 }), isFree)
}

const placed = (node: DataNode, originOf: (line: number) => Origin, isFree: () => boolean): Placed => {
  const at = originOf(node.line)
  if (!isFree()) return { is: 'scalar', value: null, at }
  if (node.is === 'list') return { is: 'list', items: node.items.map(item => placed(item, originOf, isFree)), at }
  if (node.is === 'map')
    return {
      is: 'map',
      entries: node.entries.map(e => ({ key: e.key, value: placed(e.value, originOf, isFree), at: originOf(e.line) })),
      at,
    }
  return { is: 'scalar', value: node.value, at }
}
