import { table } from '../../base/table.ts'
import { type HclBlock, type HclBody, type HclExpr, type ParsedHcl, parseHclTemplate } from '../syntax/hcl.ts'
import { at, type DataNode, entriesOf } from '../syntax/node.ts'
import { parseJsonObject } from '../syntax/yaml.ts'

/** How many labels the blocks of each type have. */
const LABELS: Record<string, number> = table({ resource: 2, data: 2, variable: 1, output: 1, module: 1, provider: 1, locals: 0 })

/** Terraform's JSON syntax as the same body. Texts are templates; blocks inside a resource stay objects. */
export const parseTerraformJson = (content: string): ParsedHcl => {
  const { root, problems } = parseJsonObject(content)
  const blocks = entriesOf(root).flatMap(({ key, value }) => (Object.hasOwn(LABELS, key) ? blocksOf(key, [], LABELS[key]!, value) : []))
  return { body: { attributes: [], blocks }, problems }
}

const blocksOf = (type: string, labels: readonly string[], left: number, node: DataNode): HclBlock[] => {
  if (node.is === 'list') return node.items.flatMap(item => blocksOf(type, labels, left, item))
  if (left > 0) return entriesOf(node).flatMap(({ key, value }) => blocksOf(type, [...labels, key], left - 1, value))
  return [{ type, labels: [...labels], body: bodyOf(node), line: node.line, endLine: node.endLine }]
}

const bodyOf = (node: DataNode): HclBody => ({
  attributes: entriesOf(node).map(({ key, value, line }) => ({ name: key, value: exprOf(value), line })),
  blocks: [],
})

const exprOf = (node: DataNode): HclExpr => {
  if (node.is === 'list') return { is: 'list', items: node.items.map(exprOf), at: node.line }
  if (node.is === 'map')
    return {
      is: 'object',
      entries: node.entries.map(({ key, value, line }) => ({
        key: { is: 'literal', value: key, at: line },
        value: exprOf(value),
        at: line,
      })),
      at: node.line,
    }
  if (typeof node.value !== 'string') return { is: 'literal', value: node.value, at: node.line }
  const parsed = parseHclTemplate(node.value, node.line)
  if ('problem' in parsed) return { is: 'literal', value: node.value, at: node.line }
  return { is: 'template', parts: parsed.parts, at: node.line }
}

/** Values of variables in a JSON file, as attributes. */
export const parseVariablesJson = (content: string): ParsedHcl => {
  const { root, problems } = parseJsonObject(content)
  return { body: root ? bodyOf(root) : { attributes: [], blocks: [] }, problems: at(root) ? problems : problems }
}
