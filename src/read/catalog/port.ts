import { table } from '../../base/table.ts'
import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact, EntityKind, EntityRelation } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { entityFact, entityFacts, given, namelessProblem, relationsOf, sourcesOf, words } from '../syntax/entity.ts'
import { at, type DataNode, entriesOf, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Port: entities in `port.yml` and files of their kind, and the blueprints that say what kinds there are. Mappings are neither. */
export const port: Reader = {
  name: 'catalog/port',
  version: 2,
  wants: path =>
    /(^|\/)(?:[\w.-]*port[\w.-]*\/(?:.*\/)?[^/]+|port|[\w.-]*(?:\.port|blueprints?|port-?entit(?:y|ies))[\w.-]*)\.(?:ya?ml|json)$/i.test(
      path,
    ),
  recognises: content => /["']?identifier["']?[ \t]*:/.test(content) && /["']?(?:blueprint|schema)["']?[ \t]*:/.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const entities = documents.flatMap(objectsOf).flatMap(node => objectOf(node, problems) ?? [])
    return entityFacts('port', content, entities, problems)
  },
}

/** One object, a list of them, or a list under a name. */
const objectsOf = (document: DataNode): DataNode[] => {
  if (document.is === 'list') return document.items
  const [entities, blueprints] = [at(document, 'entities'), at(document, 'blueprints')]
  return entities?.is === 'list' || blueprints?.is === 'list' ? [...itemsOf(entities), ...itemsOf(blueprints)] : [document]
}

const objectOf = (node: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  const blueprint = textOf(at(node, 'blueprint'))
  const identifier = textOf(at(node, 'identifier'))
  const isBlueprint = blueprint === undefined && at(node, 'schema', 'properties') !== undefined
  if (!isBlueprint && blueprint === undefined) return undefined
  if (identifier === undefined) return void problems.push(namelessProblem('port', 'identifier', node.line))
  if (isQuery(identifier) || (blueprint !== undefined && isQuery(blueprint))) return undefined
  return isBlueprint ? blueprintOf(identifier, node, problems) : entityOf(identifier, blueprint!, node, problems)
}

/** A mapping asks for its values: `.repository.name | ascii_downcase`. */
const isQuery = (text: string): boolean => /^[.("']|\|/.test(text)

const KINDS: Readonly<Record<string, EntityKind>> = table<EntityKind>({
  ...{ service: 'component', microservice: 'component', component: 'component', application: 'component', library: 'component' },
  ...{ api: 'api', database: 'resource', resource: 'resource', queue: 'resource', topic: 'resource', system: 'system', product: 'system' },
  ...{ domain: 'domain', team: 'group', group: 'group', _team: 'group', user: 'user', _user: 'user' },
})

const kindOf = (blueprint: string): EntityKind => KINDS[blueprint.toLowerCase()] ?? 'other'

/** What a relation means, by the name that people give it; `*` is any kind. */
const RELATIONS: readonly [RegExp, EntityRelation['type'], string][] = [
  [/^(?:owning_?|owner_?)?(?:team|group|squad|owner)s?$/i, 'ownedBy', 'group'],
  [/^(?:parent_?)?(?:system|product|application)$/i, 'partOf', 'system'],
  [/^(?:parent_?)?domain$/i, 'partOf', 'domain'],
  [/^provides_?apis?$/i, 'providesApi', 'api'],
  [/^(?:consumes|uses)_?apis?$/i, 'consumesApi', 'api'],
  [/^(?:depends_?on|dependenc(?:y|ies)|uses|databases?|queues?|topics?|resources?)$/i, 'dependsOn', '*'],
]

const meaningOf = (name: string): [EntityRelation['type'], string] => {
  const known = RELATIONS.find(([pattern]) => pattern.test(name))
  return known ? [known[1], known[2]] : ['relatesTo', '*']
}

const entityOf = (identifier: string, blueprint: string, node: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  const kind = kindOf(blueprint)
  const properties = at(node, 'properties')
  const relate = (value: DataNode | undefined, [type, kind]: [EntityRelation['type'], string]): EntityRelation[] =>
    value?.is === 'map' ? [] : relationsOf(value, { catalog: 'port', type, kind }, problems)
  const rest = {
    ...given('title', words(at(node, 'title'))),
    ...given('description', words(at(properties, 'description'))),
    type: words(at(properties, 'type')) ?? blueprint,
    ...given('lifecycle', words(at(properties, 'lifecycle'))),
    relations: [
      ...relate(at(node, 'team'), ['ownedBy', 'group']),
      ...entriesOf(at(node, 'relations')).flatMap(({ key, value }) => relate(value, meaningOf(key))),
    ],
    files: sourcesOf(['url', 'repository', 'repo', 'repositoryUrl'].map(key => at(properties, key))),
  }
  return entityFact('port', kind, identifier, node, rest, problems)
}

const blueprintOf = (identifier: string, node: DataNode, problems: FileProblem[]): EntityFact | undefined =>
  entityFact(
    'port',
    'blueprint',
    identifier,
    node,
    {
      ...given('title', words(at(node, 'title'))),
      ...given('description', words(at(node, 'description'))),
      relations: entriesOf(at(node, 'relations')).flatMap(({ value }) =>
        relationsOf(at(value, 'target'), { catalog: 'port', type: 'relatesTo', kind: 'blueprint' }, problems),
      ),
    },
    problems,
  )
