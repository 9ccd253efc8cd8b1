import { backstage } from './backstage.ts'
import { dot } from './dot.ts'
import type { Export } from './export.ts'
import { graphJson } from './graph-json.ts'
import { json } from './json.ts'
import { mermaid } from './mermaid.ts'

/** Every way to write the map, by the name of its format. */
export const exports: Record<ExportFormat, Export> = {
  json,
  'graph-json': graphJson,
  mermaid,
  dot,
  backstage,
}

export type ExportFormat = 'json' | 'graph-json' | 'mermaid' | 'dot' | 'backstage'
