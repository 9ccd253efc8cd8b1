import type { SystemModel } from '../../index.ts'
import { by } from '../../index.ts'
import type { Arrow, Drawing, DrawnNode } from './drawing.ts'
import { drawingOf, printable } from './drawing.ts'
import type { Export } from './export.ts'

/** More arrows than this cannot be read, and some hosts stop drawing. */
const MOST = 50

/** A Mermaid flowchart. Past fifty arrows services are drawn as groups (their team, else their folder), and a note says so. */
export const mermaid: Export = model => {
  const whole = drawingOf(model)
  if (whole.arrows.length <= MOST) return render(whole, [])
  const grouped = groupedBy(whole, groupsOf(model))
  const kept = [...grouped.arrows].sort((a, b) => b.weight - a.weight).slice(0, MOST)
  const left = grouped.arrows.length - kept.length
  const note = [
    `${whole.arrows.length} connections drawn as groups; each arrow says how many it stands for`,
    ...(left > 0 ? [`${left} arrows with the fewest connections are left out`] : []),
  ]
  const used = new Set(kept.flatMap(a => [a.from, a.to]))
  return render({ nodes: grouped.nodes.filter(n => used.has(n.id)), arrows: kept.sort(by(a => `${a.from}\u0000${a.to}`)) }, note)
}

/** Node id to group name. A grouping that puts everything in one group says nothing, so the next coarser or finer one is tried. */
const groupsOf = (model: SystemModel): Map<string, string> => {
  const ways: ((s: SystemModel['services'][number]) => string | undefined)[] = [
    s => s.owners[0]?.value,
    s => (model.revisions.length > 1 ? s.repo : undefined),
    s => s.paths[0]?.split('/').slice(0, -1).join('/') || undefined,
    s => s.name.split(/[-_.]/)[0],
  ]
  const resources = model.resources.map(r => [r.id, `${r.kind}: ${r.name}`] as const)
  for (const way of ways) {
    const groups = new Map(model.services.map(s => [s.id, way(s) ?? s.name]))
    const size = new Set(groups.values()).size
    if (size > 1 && size <= Math.max(2, model.services.length / 2)) return new Map([...groups, ...resources])
  }
  return new Map([...model.services.map(s => [s.id, s.name] as const), ...resources])
}

const groupedBy = (drawing: Drawing, groups: ReadonlyMap<string, string>): Drawing => {
  const shapes = new Map<string, DrawnNode['shape'][]>()
  for (const node of drawing.nodes) {
    const group = groups.get(node.id) ?? node.label
    shapes.set(group, [...(shapes.get(group) ?? []), node.shape])
  }
  const nodes = [...shapes].map(([id, all]) => ({
    id,
    label: all.length > 1 ? `${id} (${all.length})` : id,
    shape: all.length > 1 ? ('group' as const) : all[0]!,
  }))
  const arrows = new Map<string, Arrow>()
  for (const arrow of drawing.arrows) {
    const from = groups.get(arrow.from) ?? arrow.from
    const to = groups.get(arrow.to) ?? arrow.to
    if (from === to) continue
    const key = JSON.stringify([from, to])
    const weight = (arrows.get(key)?.weight ?? 0) + 1
    arrows.set(key, { from, to, label: String(weight), dashed: arrow.dashed && (arrows.get(key)?.dashed ?? true), weight })
  }
  return { nodes: nodes.sort(by(n => n.id)), arrows: [...arrows.values()].sort(by(a => `${a.from}\u0000${a.to}`)) }
}

const brackets: Record<DrawnNode['shape'], [string, string]> = {
  service: ['[', ']'],
  frontend: ['([', '])'],
  store: ['[(', ')]'],
  topic: ['>', ']'],
  external: ['{{', '}}'],
  group: ['[[', ']]'],
}

const render = ({ nodes, arrows }: Drawing, note: string[]): string => {
  const ids = new Map(nodes.map((n, i) => [n.id, `n${i}`]))
  return `${[
    'flowchart LR',
    ...nodes.map(n => `  ${ids.get(n.id)}${brackets[n.shape][0]}"${label(n.label)}"${brackets[n.shape][1]}`),
    ...arrows.flatMap(a => {
      const [from, to] = [ids.get(a.from), ids.get(a.to)]
      if (!from || !to) return []
      return [`  ${from} ${a.dashed ? '-.->' : '-->'}${a.label ? `|"${label(a.label)}"|` : ''} ${to}`]
    }),
    ...(note.length > 0 ? [`  note["${label(note.join('; '))}"]`] : []),
  ].join('\n')}\n`
}

/** Mermaid's own entities: nothing in a name can end the quotes or become markup. */
const label = (text: string): string => printable(text).replace(/[#"<>`&;\\]/g, c => `#${c.charCodeAt(0)};`)
