import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact, EntityKind } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { entityFact, entityFacts, given, marksBy, namelessProblem, relationsOf, sourcesOf, words } from '../syntax/entity.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Datadog's service definitions (v2, v2.1, v2.2) and entities (v3). Contacts are left out. */
export const datadog: Reader = {
  name: 'catalog/datadog',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content =>
    /^["']?(?:dd-service|schema-version)["']?[ \t]*:/m.test(content) || /^["']?apiVersion["']?[ \t]*:[ \t]*["']?v3\b/m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const entities = documents.flatMap(document => entityOf(document, problems) ?? [])
    return entityFacts('datadog', content, entities, problems)
  },
}

const entityOf = (document: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  if (/^v2(\.\d+)?$/.test(textOf(at(document, 'schema-version')) ?? '')) return definition(document, problems)
  return textOf(at(document, 'apiVersion')) === 'v3' && at(document, 'kind') ? entity(document, problems) : undefined
}

const definition = (document: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  const service = at(document, 'dd-service')
  const name = textOf(service)
  if (name === undefined) return void problems.push(namelessProblem('datadog', 'dd-service', document.line))
  const repos = itemsOf(at(document, 'repos')).map(r => at(r, 'url'))
  const links = itemsOf(at(document, 'links')).flatMap(l => (textOf(at(l, 'type')) === 'repo' ? [at(l, 'url')] : []))
  const relations = [
    ...relationsOf(at(document, 'team') ?? at(document, 'dd-team'), { catalog: 'datadog', type: 'ownedBy', kind: 'group' }, problems),
    ...relationsOf(at(document, 'application'), { catalog: 'datadog', type: 'partOf', kind: 'system' }, problems),
  ]
  const rest = {
    ...given('description', words(at(document, 'description'))),
    type: 'service',
    ...given('lifecycle', words(at(document, 'lifecycle'))),
    relations,
    marks: marksBy('dd-service', [service]),
    files: sourcesOf([...repos, ...links]),
  }
  return entityFact('datadog', 'component', name, document, rest, problems)
}

const KINDS: Readonly<Record<string, EntityKind>> = table<EntityKind>({
  ...{ service: 'component', frontend: 'component', library: 'component', datastore: 'resource', queue: 'resource' },
  ...{ system: 'system', api: 'api' },
})

const entity = (document: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  const metadata = at(document, 'metadata')
  const named = at(metadata, 'name')
  const name = textOf(named)
  if (name === undefined) return void problems.push(namelessProblem('datadog', 'metadata.name', document.line))
  const written = textOf(at(document, 'kind'))?.toLowerCase()
  if (written === undefined) return void problems.push(namelessProblem('datadog', 'kind', document.line))
  const kind = KINDS[written] ?? 'other'
  const namespace = textOf(at(metadata, 'namespace'))
  const writing = { catalog: 'datadog', kinds: KINDS, ...given('namespace', namespace) }
  const spec = at(document, 'spec')
  const rest = {
    ...given('namespace', namespace),
    ...given('title', words(at(metadata, 'displayName'))),
    ...given('description', words(at(metadata, 'description'))),
    type: written === 'frontend' ? 'website' : written,
    ...given('lifecycle', words(at(spec, 'lifecycle'))),
    relations: [
      ...relationsOf(at(metadata, 'owner'), { catalog: 'datadog', type: 'ownedBy', kind: 'group' }, problems),
      ...relationsOf(at(spec, 'componentOf'), { ...writing, type: 'partOf', kind: 'system' }, problems),
      ...relationsOf(at(spec, 'dependsOn'), { ...writing, type: 'dependsOn', kind: '*' }, problems),
    ],
    marks: kind === 'component' ? marksBy('dd-service', [named]) : [],
    files: sourcesOf(itemsOf(at(document, 'datadog', 'codeLocations')).map(l => at(l, 'repositoryURL'))),
  }
  return entityFact('datadog', kind, name, document, rest, problems)
}
