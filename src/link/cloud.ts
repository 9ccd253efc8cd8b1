import { table } from '../base/table.ts'
import type { Step } from '../model/evidence.ts'
import type { DeployableFact, ResourceFact, ResourceKind } from '../model/manifest.ts'
import { bareName } from './address.ts'
import { isOfCloud } from './cloud-nodes.ts'
import { type Directory, nearest, type Viewpoint } from './directory.ts'
import { type Placed, stepAt } from './gather.ts'
import type { Node } from './node.ts'
import { variantKey } from './variants.ts'

/** A node with the place that declares it. */
export interface Declared {
  node: Node
  step: Step
}

/** What an attribute of an address is called. */
const ATTRIBUTE = /(?:arn|url|uri|ref|name|id|endpoint|address|domain|host|value|key|port|bucket|self)s?$/i

/**
 * Resources and deployables of the cloud that a text names: by a name in the cloud, or by an address with an attribute. Addresses of the
 * asking variant go before those of others.
 */
export const declaredBy = (text: string, from: Viewpoint, directory: Directory): Declared[] => {
  const name = bareName(text.trim()).toLowerCase()
  for (let end = name.length, dropped = 0; end > 0; end = name.lastIndexOf('.', end - 1), dropped++) {
    const found = placesOf(name.slice(0, end), directory)
    const own = found.filter(p => variantKey(p.place) === from.variant)
    const meant = dropped === 0 ? found : own.length > 0 ? own : ATTRIBUTE.test(name) && dropped <= 2 ? found : []
    if (meant.length > 0) return nearest(meant, p => p.place, from).map(({ node, place }) => ({ node, step: stepOf(place) }))
  }
  return []
}

interface Found {
  node: Node
  place: Placed<ResourceFact> | Placed<DeployableFact>
}

const placesOf = (alias: string, directory: Directory): Found[] => [
  ...(directory.resources.get(alias) ?? []),
  ...(directory.instances.get(alias) ?? []).filter(i => isOfCloud(i.place)).map(i => ({ node: directory.nodeOf.get(i)!, place: i.place })),
]

const stepOf = (place: Found['place']): Step =>
  stepAt(
    place,
    place.fact.spot,
    `${place.fact.says === 'resource' ? place.fact.kind : place.fact.kind.replace('cloud/', '')} ${place.fact.name}`,
  )

const KINDS: Record<string, ResourceKind> = table({ s3: 'bucket', gcs: 'bucket', blob: 'bucket' })

/** What a service of a cloud keeps, where nothing declares it: a table, a bucket. */
export const kindOfService = (service: string): ResourceKind => KINDS[service] ?? 'database'

/** Services whose parts nothing declares: collections are of the database that there is. */
const WHOLE = new Set(['firestore'])

/** The one declared thing of a service that code only names parts of. */
export const onlyOne = (service: string, from: Viewpoint, directory: Directory): Declared[] => {
  if (!WHOLE.has(service)) return []
  const all = [...directory.nodes.values()].flatMap(node =>
    (node.declared ?? []).filter(place => place.fact.engine === service).map(place => ({ node, place })),
  )
  const near = nearest(all, d => d.place, from)
  return new Set(near.map(d => d.node)).size === 1 ? near.slice(0, 1).map(({ node, place }) => ({ node, step: stepOf(place) })) : []
}
