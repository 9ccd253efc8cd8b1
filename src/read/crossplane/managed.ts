import { type CloudResource, literal, reference } from '../cloud/document.ts'
import { withMember } from '../cloud/events.ts'
import { bridgedType } from '../cloud/type-names.ts'
import { asText, mapEntries, member, type Placed, type PlacedEntry, type PlacedMap, scalar } from '../syntax/placed.ts'

const PROVIDERS: readonly (readonly [word: string, provider: string])[] = [
  ['aws', 'aws'],
  ['gcp', 'google'],
  ['azure', 'azurerm'],
]

/** A resource that a provider manages: `forProvider` says what it is. */
export const isManaged = (object: Placed): boolean =>
  providerOf(object) !== undefined && member(object, 'spec', 'forProvider') !== undefined

/** `sqs.aws.upbound.io/v1beta1` is the service `sqs` of `aws`. */
const providerOf = (object: Placed): { provider: string; service: string } | undefined => {
  const group = (asText(member(object, 'apiVersion')) ?? '').split('/')[0]!
  if (!/\.(?:upbound|crossplane)\.io$/.test(group)) return undefined
  const words = group.split('.')
  const found = PROVIDERS.find(([word]) => words.includes(word))
  return found && { provider: found[1], service: words[0] === found[0] ? 'index' : words[0]! }
}

export const nameOf = (object: Placed): string | undefined => asText(member(object, 'metadata', 'name'))

const addressOf = (object: Placed): string => `${asText(member(object, 'kind')) ?? 'resource'}.${nameOf(object) ?? 'unnamed'}`

/** Managed resources as the tables know them, references between them by address. */
export const managedResources = (objects: readonly Placed[]): CloudResource[] => {
  const byName = new Map<string, Placed[]>()
  for (const object of objects) byName.set(nameOf(object) ?? '', [...(byName.get(nameOf(object) ?? '') ?? []), object])
  return objects.flatMap((object): CloudResource[] => {
    const of = providerOf(object)
    const said = member(object, 'spec', 'forProvider')
    if (!of || said?.is !== 'map') return []
    const type = bridgedType(of.provider, of.service, asText(member(object, 'kind')) ?? '')
    const external = member(object, 'metadata', 'annotations', 'crossplane.io/external-name') ?? member(object, 'metadata', 'name')
    const name = external && !member(said, 'name') ? withMember(said, 'name', external) : said
    return [{ address: addressOf(object), type, at: object.at, properties: referring(name, objects, byName) as PlacedMap }]
  })
}

/** `topicArnRef: {name: sold}` and `topicArnSelector: {matchLabels: …}` as what `topicArn` says. */
const referring = (node: Placed, objects: readonly Placed[], byName: ReadonlyMap<string, Placed[]>, depth = 0): Placed => {
  if (depth > 40) return node
  if (node.is === 'list') return { ...node, items: node.items.map(item => referring(item, objects, byName, depth + 1)) }
  if (node.is === 'scalar')
    return typeof node.value === 'string' && !node.value.startsWith('${?') ? { ...node, value: literal(node.value) } : node
  const entries = node.entries.map((entry): PlacedEntry => {
    const [, field] = /^(\w+?)(?:Ref|Selector)$/.exec(entry.key) ?? []
    const meant = field === undefined ? undefined : targetOf(entry, objects, byName)
    if (field === undefined || !meant) return { ...entry, value: referring(entry.value, objects, byName, depth + 1) }
    return { key: field, value: scalar(reference(addressOf(meant), 'id'), entry.at), at: entry.at }
  })
  return { ...node, entries }
}

const targetOf = ({ key, value }: PlacedEntry, objects: readonly Placed[], byName: ReadonlyMap<string, Placed[]>): Placed | undefined => {
  const name = key.endsWith('Ref') ? asText(member(value, 'name')) : undefined
  const labels = key.endsWith('Selector') ? mapEntries(member(value, 'matchLabels')) : []
  const found =
    name !== undefined
      ? (byName.get(name) ?? [])
      : labels.length === 0
        ? []
        : objects.filter(o => labels.every(l => asText(member(o, 'metadata', 'labels', l.key)) === asText(l.value)))
  return found.length === 1 ? found[0] : undefined
}
