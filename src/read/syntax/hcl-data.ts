import type { HclBody, HclExpr } from './hcl.ts'
import type { DataNode, MapNode } from './node.ts'

/** A file of settings in HCL as data: attributes and blocks are members, blocks of one type a list. What has to be computed is null. */
export const hclData = (body: HclBody, line = 1, endLine = line): MapNode => {
  const entries: MapNode['entries'] = body.attributes.map(({ name, value, line: at }) => ({ key: name, line: at, value: dataOf(value) }))
  const blocks = new Map<string, DataNode[]>()
  for (const block of body.blocks) {
    const node = hclData(block.body, block.line, block.endLine)
    const [label] = block.labels
    if (label !== undefined) node.entries.push({ key: 'name', line: block.line, value: scalar(label, block.line) })
    blocks.set(block.type, [...(blocks.get(block.type) ?? []), node])
  }
  for (const [type, items] of blocks) {
    const [first] = items
    const last = items.at(-1)!
    entries.push({
      key: type,
      line: first!.line,
      value: items.length === 1 ? first! : { is: 'list', items, line: first!.line, endLine: last.endLine },
    })
  }
  return { is: 'map', entries, line, endLine: Math.max(endLine, ...entries.map(e => e.value.endLine)) }
}

const scalar = (value: string | number | boolean | null, line: number): DataNode => ({ is: 'scalar', value, line, endLine: line })

const dataOf = (value: HclExpr): DataNode => {
  if (value.is === 'literal') return scalar(value.value, value.at)
  if (value.is === 'template') return scalar(value.parts.every(p => typeof p === 'string') ? value.parts.join('') : null, value.at)
  if (value.is === 'list') {
    const items = value.items.map(dataOf)
    return { is: 'list', items, line: value.at, endLine: Math.max(value.at, ...items.map(i => i.endLine)) }
  }
  if (value.is !== 'object') return scalar(null, value.at)
  const entries = value.entries.flatMap(({ key, value: of, at }) => {
    const name = key.is === 'variable' ? key.name : key.is === 'literal' ? String(key.value) : textOf(dataOf(key))
    return name === undefined ? [] : [{ key: name, line: at, value: dataOf(of) }]
  })
  return { is: 'map', entries, line: value.at, endLine: Math.max(value.at, ...entries.map(e => e.value.endLine)) }
}

const textOf = (node: DataNode): string | undefined => (node.is === 'scalar' && typeof node.value === 'string' ? node.value : undefined)
