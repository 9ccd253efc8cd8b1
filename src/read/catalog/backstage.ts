import { table } from '../../base/table.ts'
import { ID_MARK } from '../../model/entity.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact, EntityKind, EntityRelation } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { entityFacts, given, isTemplateText, placeOf, relationsOf, templateProblem, words } from '../syntax/entity.ts'
import { spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Backstage entities, in `catalog-info.yaml` and wherever else they stand. People who are members of a group are left out. */
export const backstage: Reader = {
  name: 'catalog/backstage',
  version: 3,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /apiVersion["']?[ \t]*:[ \t]*["']?backstage\.io\//.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    return entityFacts(
      'backstage',
      content,
      documents.flatMap(document => entityOf(document, problems) ?? []),
      problems,
    )
  },
}

const KINDS: ReadonlySet<string> = new Set<EntityKind>(['component', 'api', 'resource', 'system', 'domain', 'group', 'user', 'location'])

const entityOf = (document: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  if (!/^backstage\.io\//.test(textOf(at(document, 'apiVersion')) ?? '')) return undefined
  const kind = textOf(at(document, 'kind'))?.toLowerCase()
  const name = textOf(at(document, 'metadata', 'name'))
  if (kind === undefined || name === undefined) {
    const missing = kind === undefined ? 'kind' : 'metadata.name'
    problems.push({
      code: 'backstage/entity',
      message: `an entity without ${missing}, left out`,
      severity: 'warning',
      line: document.line,
    })
    return undefined
  }
  if (isTemplateText(name) || isTemplateText(kind)) {
    problems.push(templateProblem('backstage', document.line))
    return undefined
  }
  const metadata = at(document, 'metadata')
  const spec = at(document, 'spec')
  const namespace = textOf(at(metadata, 'namespace'))
  return {
    says: 'entity',
    catalog: 'backstage',
    kind: KINDS.has(kind) ? (kind as EntityKind) : 'other',
    name,
    ...given('namespace', namespace),
    ...given('title', words(at(metadata, 'title'))),
    ...given('description', words(at(metadata, 'description'))),
    ...given('type', words(at(spec, 'type'))),
    ...given('lifecycle', words(at(spec, 'lifecycle'))),
    relations: RELATIONS.filter(r => r.of.includes(kind)).flatMap(({ key, type, target, from = 'spec' }) =>
      relationsOf(
        at(document, ...(from === 'spec' ? ['spec'] : ['metadata', 'annotations']), key),
        { catalog: 'backstage', type, kind: target, ...given('namespace', namespace) },
        problems,
      ),
    ),
    marks: marksOf(metadata, kind, spec),
    files: filesOf(metadata, kind, spec),
    spot: spotOf(document),
  }
}

interface RelationKey {
  key: string
  of: string[]
  type: EntityRelation['type']
  /** Kind that is meant where none is written. */
  target: string
  /** Where it stands, if not in the specification. */
  from?: 'annotations'
}

const OWNED = ['component', 'api', 'resource', 'system', 'domain']

const RELATIONS: readonly RelationKey[] = [
  { key: 'owner', of: OWNED, type: 'ownedBy', target: 'group' },
  { key: 'system', of: ['component', 'api', 'resource'], type: 'partOf', target: 'system' },
  { key: 'domain', of: ['system'], type: 'partOf', target: 'domain' },
  { key: 'lintel/domain', of: ['component'], type: 'partOf', target: 'domain', from: 'annotations' },
  { key: 'subdomainOf', of: ['domain'], type: 'partOf', target: 'domain' },
  { key: 'subcomponentOf', of: ['component'], type: 'partOf', target: 'component' },
  { key: 'parent', of: ['group'], type: 'partOf', target: 'group' },
  { key: 'providesApis', of: ['component'], type: 'providesApi', target: 'api' },
  { key: 'consumesApis', of: ['component'], type: 'consumesApi', target: 'api' },
  { key: 'dependsOn', of: ['component', 'resource'], type: 'dependsOn', target: '*' },
  { key: 'dependencyOf', of: ['component', 'resource'], type: 'dependencyOf', target: '*' },
]

/** Annotations that tie an entity to something that exists outside of the catalog. */
const MARKS: Record<string, string> = table({
  [ID_MARK]: ID_MARK,
  'backstage.io/kubernetes-id': 'kubernetes-id',
  'backstage.io/kubernetes-label-selector': 'labels',
  'github.com/team-slug': 'team-slug',
  'github.com/user-login': 'user-login',
})

const marksOf = (metadata: DataNode | undefined, kind: string, spec: DataNode | undefined): EntityFact['marks'] => {
  const annotations = entriesOf(at(metadata, 'annotations')).map(({ key, value }) => ({
    by: Object.hasOwn(MARKS, key) ? MARKS[key]! : '',
    node: value,
  }))
  const email = kind === 'group' ? [{ by: 'email', node: at(spec, 'profile', 'email') }] : []
  return [...annotations, ...email].flatMap(({ by, node }) => {
    const value = textOf(node)
    return by === '' || node === undefined || value === undefined || value === '' || (by !== ID_MARK && isTemplateText(value))
      ? []
      : [{ by, value, spot: spotOf(node) }]
  })
}

const SLUG = /^(?:github|gitlab|gitea)\.com\/project-slug$|^bitbucket\.org\/project-slug$/

/** Where its code lies, what defines an API, and where a Location leads. A source that is told outweighs the project alone. */
const filesOf = (metadata: DataNode | undefined, kind: string, spec: DataNode | undefined): EntityFact['files'] => {
  const annotations = entriesOf(at(metadata, 'annotations'))
  const told = annotations.filter(a => a.key === 'backstage.io/source-location')
  const slugs = told.length > 0 ? [] : annotations.filter(a => SLUG.test(a.key))
  const definition = kind === 'api' ? entriesOf(at(spec, 'definition')).filter(e => e.key.startsWith('$')) : []
  const targets = kind === 'location' ? [at(spec, 'target'), ...itemsOf(at(spec, 'targets'))] : []
  return [
    ...told.flatMap(a => fileOf('source', a.value)),
    ...slugs.flatMap(a => {
      const repo = textOf(a.value)
      return repo === undefined || isTemplateText(repo) ? [] : [{ as: 'source' as const, path: '', repo, spot: spotOf(a.value) }]
    }),
    ...definition.flatMap(e => fileOf('definition', e.value)),
    ...targets.flatMap(node => (node ? fileOf('target', node) : [])),
  ]
}

const fileOf = (as: EntityFact['files'][number]['as'], node: DataNode): EntityFact['files'] => {
  const written = textOf(node)
  const place = written === undefined || isTemplateText(written) ? undefined : placeOf(written)
  return place ? [{ as, ...place, spot: spotOf(node) }] : []
}
