import type { SystemModel } from '../../index.ts'
import { backstage, backstageFiles } from './backstage.ts'
import { dot } from './dot.ts'
import type { Export, ExportedFile } from './export.ts'
import { graphJson } from './graph-json.ts'
import { json } from './json.ts'
import { mermaid } from './mermaid.ts'
import { structurizr } from './structurizr.ts'

/** Every way to write the map, by the name of its format. */
export const exports: Record<ExportFormat, Export> = {
  json,
  'graph-json': graphJson,
  mermaid,
  dot,
  backstage,
  structurizr,
}

export type ExportFormat = 'json' | 'graph-json' | 'mermaid' | 'dot' | 'backstage' | 'structurizr'

/** Those that may be written as files of a folder. */
export const folderExports: Partial<Record<ExportFormat, (model: SystemModel) => ExportedFile[]>> = { backstage: backstageFiles }
