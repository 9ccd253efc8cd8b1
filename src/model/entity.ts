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
