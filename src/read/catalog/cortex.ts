import type { FileProblem } from '../../model/evidence.ts'
import type { EntityFact, EntityKind } from '../../model/manifest.ts'
import type { Reader } from '../reader.ts'
import { entityFact, entityFacts, given, marksBy, relationsOf, words } from '../syntax/entity.ts'
import { spotOf } from '../syntax/gateway-object.ts'
import { at, type DataNode, itemsOf, textOf } from '../syntax/node.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Cortex descriptors: `x-cortex-` members of what looks like a specification. People are left out. */
export const cortex: Reader = {
  name: 'catalog/cortex',
  version: 2,
  wants: path => /\.ya?ml$/i.test(path),
  recognises: content => /^[ \t]+["']?x-cortex-tag["']?[ \t]*:/m.test(content),
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const entities = documents.flatMap(document => descriptor(at(document, 'info'), problems) ?? [])
    return entityFacts('cortex', content, entities, problems)
  },
}

const descriptor = (info: DataNode | undefined, problems: FileProblem[]): EntityFact | undefined => {
  const name = textOf(at(info, 'x-cortex-tag'))
  if (info === undefined || name === undefined) return undefined
  const type = textOf(at(info, 'x-cortex-type')) ?? 'service'
  const kind: EntityKind = type === 'domain' ? 'domain' : type === 'team' ? 'group' : type === 'service' ? 'component' : 'other'
  const tagged = (key: string): DataNode[] => itemsOf(at(info, key)).flatMap(item => at(item, 'tag') ?? item)
  const groups = itemsOf(at(info, 'x-cortex-owners')).filter(o => /^(group|team)$/i.test(textOf(at(o, 'type')) ?? ''))
  const relate = (nodes: readonly (DataNode | undefined)[], type: EntityFact['relations'][number]['type'], kind: string) =>
    nodes.flatMap(node => relationsOf(node, { catalog: 'cortex', type, kind }, problems))
  const rest = {
    ...given('title', words(at(info, 'title'))),
    ...given('description', words(at(info, 'description'))),
    type,
    relations: [
      ...relate(
        groups.map(g => at(g, 'name')),
        'ownedBy',
        'group',
      ),
      ...relate([...tagged('x-cortex-domain-parents'), ...tagged('x-cortex-parents')], 'partOf', kind === 'group' ? 'group' : 'domain'),
      ...relate(tagged('x-cortex-dependency'), 'dependsOn', 'component'),
    ],
    marks: marksBy('alias', itemsOf(at(info, 'x-cortex-alias'))),
    files: gitOf(at(info, 'x-cortex-git')),
  }
  return entityFact('cortex', kind, name, info, rest, problems)
}

/** `github: { repository: owner/name, basepath: services/billing }`, and alike for other hosts. */
const gitOf = (git: DataNode | undefined): EntityFact['files'] =>
  (git?.is === 'map' ? git.entries : []).flatMap(({ value }) => {
    const repo = textOf(at(value, 'repository')) ?? textOf(at(value, 'project'))
    if (repo === undefined || !repo.includes('/')) return []
    return [{ as: 'source' as const, path: textOf(at(value, 'basepath')) ?? '', repo, spot: spotOf(value) }]
  })
