import type { DrawnNode } from './drawing.ts'
import { drawingOf, printable } from './drawing.ts'
import type { Export } from './export.ts'

const shapes: Record<DrawnNode['shape'], string> = {
  service: 'box',
  frontend: 'box, style=rounded',
  store: 'cylinder',
  topic: 'cds',
  external: 'box, style=dashed',
  group: 'folder',
}

/** Graphviz. */
export const dot: Export = model => {
  const { nodes, arrows } = drawingOf(model)
  return `${[
    'digraph system {',
    '  rankdir=LR; node [fontname="Helvetica"]; edge [fontname="Helvetica", fontsize=10];',
    ...nodes.map(n => `  ${quoted(n.id)} [label=${quoted(n.label)}, shape=${shapes[n.shape]}];`),
    ...arrows.map(a => `  ${quoted(a.from)} -> ${quoted(a.to)} [label=${quoted(a.label)}${a.dashed ? ', style=dashed' : ''}];`),
    '}',
  ].join('\n')}\n`
}

/** Inside quotes a backslash starts an escape of its own (`\N`), so it is doubled. */
const quoted = (text: string): string => `"${printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
