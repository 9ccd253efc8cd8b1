import type { FileProblem, Spot } from '../../model/evidence.ts'
import type { SettingFact } from '../../model/manifest.ts'
import { unknown } from '../../model/value.ts'
import type { DataNode } from './node.ts'

/** One leaf of a configuration file: `a.b[0].c` with its text. */
export interface Leaf {
  key: string
  text: string
  spot: Spot
}

const MAX_LEAVES = 3000
const MAX_DEPTH = 30
const SECRET = /PASSW(?:OR)?D|SECRET|TOKEN$|PRIVATE[-_.]?KEY|API[-_.]?KEY|CREDENTIAL/i

/** The leaves of a document in file order; deeper and later ones than the limits are left out, which gives a problem. */
export const leavesOf = (root: DataNode, separator = '.'): { leaves: Leaf[]; problems: FileProblem[] } => {
  const leaves: Leaf[] = []
  let cut: number | undefined
  const visit = (node: DataNode, key: string, depth: number): void => {
    if (leaves.length >= MAX_LEAVES || depth > MAX_DEPTH) {
      cut ??= node.line
      return
    }
    if (node.is === 'map') for (const e of node.entries) visit(e.value, key === '' ? e.key : `${key}${separator}${e.key}`, depth + 1)
    else if (node.is === 'list') for (const [n, item] of node.items.entries()) visit(item, `${key}[${n}]`, depth + 1)
    else if (node.value !== null && key !== '')
      leaves.push({ key, text: node.text ?? String(node.value), spot: { line: node.line, ...endOf(node.line, node.endLine) } })
  }
  visit(root, '', 0)
  const message = `more than ${MAX_LEAVES} settings, or nested deeper than ${MAX_DEPTH}: the rest is left out`
  return { leaves, problems: cut === undefined ? [] : [{ code: 'settings/too-many', message, severity: 'warning', line: cut }] }
}

export const endOf = (line: number, endLine: number): { endLine?: number } => (endLine > line ? { endLine } : {})

/** A leaf as a fact. Values under names of secrets are left out, unless they are an address or a placeholder. */
export const settingOf = (leaf: Leaf, profile: string | undefined): SettingFact => ({
  says: 'setting',
  key: leaf.key,
  value:
    SECRET.test(leaf.key) && !/:\/\/|^\$\{/.test(leaf.text)
      ? unknown('a secret')
      : { is: 'text', text: leaf.text, spot: { line: leaf.spot.line } },
  layer: profile === undefined ? 'base' : 'profile',
  ...(profile === undefined ? {} : { profile }),
  spot: leaf.spot,
})
