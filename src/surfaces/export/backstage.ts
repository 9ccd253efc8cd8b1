import { writtenEntities } from './backstage/entities.ts'
import type { Export } from './export.ts'
import { yamlOf } from './yaml.ts'

/** First lines of what is written, by which a later run knows its own files. */
export const BACKSTAGE_HEAD = '# Written by lintel map --format backstage. What it says was found in code and manifests.\n'

/** Backstage entities of the whole map, one YAML file with a document each: an entity feed, or the catalog file of a repository. */
export const backstage: Export = model =>
  BACKSTAGE_HEAD +
  writtenEntities(model)
    .map(({ data }) => yamlOf(data))
    .join('---\n')
