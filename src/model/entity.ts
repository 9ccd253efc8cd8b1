import { basename, dirname, join } from '../base/path.ts'
import type { EntityFact } from './manifest.ts'

/** What a catalog calls an entity: `component:default/billing`. */
export interface EntityName {
  kind: string
  namespace: string
  name: string
}

export const DEFAULT_NAMESPACE = 'default'

export const entityRef = ({ kind, namespace, name }: EntityName): string => `${kind}:${namespace}/${name}`

/** `[kind:][namespace/]name`, as Backstage and those after it write it; undefined where it is no reference. */
export const parseEntityRef = (written: string, kind: string, namespace: string = DEFAULT_NAMESPACE): EntityName | undefined => {
  const parts = /^(?:([^:/\s]{1,63}):)?(?:([^:/\s]{1,63})\/)?([^:/\s][^:/]{0,252})$/.exec(written.trim())
  return parts ? { kind: (parts[1] ?? kind).toLowerCase(), namespace: parts[2] ?? namespace, name: parts[3]! } : undefined
}

/** References do not tell upper from lower case. */
export const entityKey = (ref: string): string => ref.toLowerCase()

/** `billing`, with its namespace where that is not the default one. */
export const shortEntityName = ({ namespace, name }: Pick<EntityName, 'namespace' | 'name'>): string =>
  namespace === DEFAULT_NAMESPACE ? name : `${namespace}/${name}`

/** The path in the tree of `repo` that an entity's file names; undefined for other repositories and for what leaves the tree. */
export const entityPath = ({ path, repo: named }: EntityFact['files'][number], file: string, repo: string): string | undefined => {
  if (named === undefined) return join(dirname(file), path)
  return basename(named).toLowerCase() === basename(repo).toLowerCase() ? join(path) : undefined
}

/** The annotation that says which node, contract or team of the map an entity stands for. */
export const ID_MARK = 'lintel/id'

/** A text as the name of an entity: what Backstage takes, as near to the text as that allows. */
export const entityNameFor = (text: string): string => {
  const name = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-._]+/, '')
    .slice(0, 63)
    .replace(/[-._]+$/, '')
  return name === '' ? 'unnamed' : name
}
