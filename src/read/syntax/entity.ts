import { withoutEnd } from '../../base/text.ts'
import { entityRef, parseEntityRef } from '../../model/entity.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact, EntityRelation } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { spotOf } from './gateway-object.ts'
import { type DataNode, itemsOf, textOf } from './node.ts'

const MAX_ENTITIES = 5000
const MAX_RELATIONS = 1000
const MAX_WORDS = 500

/** Placeholders of scaffolders and template engines: whoever fills them in makes an entity of it, the text itself is none. */
const PLACEHOLDER = /\$?\{\{|\{%|<%|\$\{[a-z_][\w.]*\}/i

export const isTemplateText = (text: string): boolean => PLACEHOLDER.test(text)

/** What a catalog's reader gives: entities up to a limit, and problems, where a template's broken syntax is one of its own. */
export const entityFacts = (catalog: string, content: string, entities: EntityFact[], problems: FileProblem[]): FileFacts => {
  const isLost = (p: FileProblem): boolean => p.severity === 'error' || p.code === 'yaml/template'
  const lost = entities.length === 0 && isTemplateText(content) ? problems.find(isLost) : undefined
  const told = lost ? [...problems.filter(p => !isLost(p)), templateProblem(catalog, lost.line ?? 1)] : problems
  if (entities.length > MAX_ENTITIES)
    told.push({
      code: `${catalog}/limit`,
      message: `more than ${MAX_ENTITIES} entities in one file; the rest is left out`,
      severity: 'warning',
      line: entities[MAX_ENTITIES]!.spot.line,
    })
  const manifest = entities.slice(0, MAX_ENTITIES)
  return manifest.length > 0 ? { manifest, problems: told } : { problems: told }
}

export const templateProblem = (catalog: string, line: number): FileProblem => ({
  code: `${catalog}/template`,
  message: 'a template to be filled in, no entity',
  severity: 'warning',
  line,
})

/** Text of people, for people: one line, not too long. */
export const words = (node: DataNode | undefined): string | undefined => {
  const said = textOf(node)?.replace(/\s+/g, ' ').trim()
  return said === undefined || said === '' ? undefined : said.slice(0, MAX_WORDS)
}

/** A key with its value, where there is one. */
export const given = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }

export interface RelationWriting {
  catalog: string
  type: EntityRelation['type']
  /** What is meant where the reference does not say; `*` where nobody can know. */
  kind: string
  namespace?: string
  /** Kinds that this catalog calls otherwise. */
  kinds?: Readonly<Record<string, string>>
}

/** One reference or a list of them as relations; what is no reference becomes a problem. */
export const relationsOf = (node: DataNode | undefined, writing: RelationWriting, problems: FileProblem[]): EntityRelation[] => {
  if (node === undefined || (node.is === 'scalar' && node.value === null)) return []
  const items = node.is === 'list' ? itemsOf(node) : [node]
  if (items.length > MAX_RELATIONS)
    problems.push({
      code: `${writing.catalog}/limit`,
      message: `more than ${MAX_RELATIONS} relations of one kind; the rest is left out`,
      severity: 'warning',
      line: items[MAX_RELATIONS]!.line,
    })
  return items.slice(0, MAX_RELATIONS).flatMap(item => relationOf(item, writing, problems) ?? [])
}

const relationOf = (item: DataNode, { catalog, type, kind, namespace, kinds }: RelationWriting, problems: FileProblem[]) => {
  const written = textOf(item) ?? ''
  const name = isTemplateText(written) ? undefined : parseEntityRef(written, kind, namespace)
  if (name) return { type, target: entityRef({ ...name, kind: kinds?.[name.kind] ?? name.kind }), spot: spotOf(item) }
  const shown = written === '' ? 'this' : written.slice(0, 60)
  problems.push({
    code: `${catalog}/ref`,
    message: `${shown} is no reference to an entity, left out`,
    severity: 'warning',
    line: item.line,
  })
  return undefined
}

/** A path of a repository, as addresses of code hosts and `dir:` locations say it. Undefined for what names no place in a repository. */
export const placeOf = (written: string): { path: string; repo?: string } | undefined => {
  const location = written.trim().replace(/^(?:url|dir|file):(?=\S)/, '')
  const address = /^https?:\/\/[^/\s]+\/(\S*)$/.exec(location)
  if (!address) return /^[a-z][a-z+.-]*:/i.test(location) || location.startsWith('/') ? undefined : { path: location }
  const rest = withoutEnd(address[1]!.replace(/[?#].*$/, ''), '/')
  const within = /^(.+?)\/(?:-\/)?(?:tree|blob|raw|edit|src)\/[^/]+(?:\/(.*))?$/.exec(rest)
  const repo = (within ? within[1]! : rest).replace(/\.git$/, '')
  return repo.includes('/') ? { path: within?.[2] ?? '', repo } : undefined
}

/** The part of an entity that is the same in all catalogs; `undefined` where its name is a placeholder. */
export const entityFact = (
  catalog: string,
  kind: EntityFact['kind'],
  name: string,
  node: DataNode,
  rest: Partial<Omit<EntityFact, 'says' | 'catalog' | 'kind' | 'name' | 'spot'>>,
  problems: FileProblem[],
): EntityFact | undefined => {
  if (isTemplateText(name)) {
    problems.push(templateProblem(catalog, node.line))
    return undefined
  }
  return { says: 'entity', catalog, kind, name, relations: [], marks: [], files: [], ...rest, spot: spotOf(node) }
}

/** An entity that does not say what it is called. */
export const namelessProblem = (catalog: string, key: string, line: number): FileProblem => ({
  code: `${catalog}/entity`,
  message: `an entity without ${key}, left out`,
  severity: 'warning',
  line,
})

/** Places of code that addresses name. */
export const sourcesOf = (nodes: readonly (DataNode | undefined)[]): EntityFact['files'] =>
  nodes.flatMap(node => {
    const written = textOf(node)
    const place = written === undefined || isTemplateText(written) ? undefined : placeOf(written)
    return node && place?.repo !== undefined ? [{ as: 'source' as const, ...place, spot: spotOf(node) }] : []
  })

export const marksBy = (by: string, nodes: readonly (DataNode | undefined)[]): EntityFact['marks'] =>
  nodes.flatMap(node => {
    const value = textOf(node)
    return node === undefined || value === undefined || value === '' || isTemplateText(value) ? [] : [{ by, value, spot: spotOf(node) }]
  })
