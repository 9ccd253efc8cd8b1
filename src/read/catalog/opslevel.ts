import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { entityFact, entityFacts, given, marksBy, namelessProblem, relationsOf, words } from '../syntax/entity.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** `opslevel.yml`: the service or component that a repository holds, its owner, system and dependencies. */
export const opslevel: Reader = {
  name: 'catalog/opslevel',
  version: 2,
  wants: path => /(^|\/)\.?opslevel\.ya?ml$/i.test(path),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    return entityFacts(
      'opslevel',
      content,
      documents.flatMap(d => [at(d, 'service'), at(d, 'component')].flatMap(node => (node ? (componentOf(node, problems) ?? []) : []))),
      problems,
    )
  },
}

const componentOf = (node: DataNode, problems: FileProblem[]): EntityFact | undefined => {
  const aliases = itemsOf(at(node, 'aliases'))
  const name = textOf(at(node, 'name')) ?? textOf(aliases[0])
  if (name === undefined) return void problems.push(namelessProblem('opslevel', 'name', node.line))
  const dependencies = itemsOf(at(node, 'dependencies')).map(d => at(d, 'alias') ?? d)
  const rest = {
    ...given('description', words(at(node, 'description'))),
    type: words(at(node, 'type')) ?? 'service',
    ...given('lifecycle', words(at(node, 'lifecycle'))),
    relations: [
      ...relationsOf(at(node, 'owner'), { catalog: 'opslevel', type: 'ownedBy', kind: 'group' }, problems),
      ...relationsOf(at(node, 'system'), { catalog: 'opslevel', type: 'partOf', kind: 'system' }, problems),
      ...dependencies.flatMap(d => relationsOf(d, { catalog: 'opslevel', type: 'dependsOn', kind: 'component' }, problems)),
    ],
    marks: marksBy('alias', aliases),
  }
  return entityFact('opslevel', 'component', name, node, rest, problems)
}
