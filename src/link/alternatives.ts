import { dirname, join } from '../base/path.ts'
import type { ProxyFact } from '../model/manifest.ts'
import type { Placed } from './gather.ts'
import type { Instance } from './node.ts'

/**
 * Groups that are given the same proxy configuration and publish the same port, so that no two can run together, are one proxy with several
 * builds to choose from: a plain router, one with plugins, a gateway in another language.
 */
export const mergeAlternatives = <T extends { instances: Instance[] }>(
  groups: readonly T[],
  proxies: readonly Placed<ProxyFact>[],
): T[] => {
  const files = new Set(proxies.map(p => `${p.repo}\n${p.file}`))
  const out: T[] = []
  const byKey = new Map<string, T[]>()
  for (const group of groups) {
    const keys = new Set(group.instances.flatMap(i => keysOf(i, files)))
    const same = [...keys].flatMap(key => byKey.get(key) ?? []).find(other => areApart(other.instances, group.instances))
    if (same) same.instances = [...same.instances, ...group.instances]
    else out.push(group)
    for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), same ?? group])
  }
  return out
}

/** Configuration and published port, together. */
const keysOf = ({ place, container }: Instance, files: ReadonlySet<string>): string[] => {
  const mounted = container.mounts
    .flatMap(mount => [join(dirname(place.file), mount.source), join(mount.source)])
    .filter(path => path !== undefined && files.has(`${place.repo}\n${path}`))
  const ports = container.ports.flatMap(p => (p.port === undefined ? [] : [p.port]))
  return mounted.flatMap(path => ports.map(port => `${place.repo}\n${path}\n${port}`))
}

/** No file and no rendered variant holds one of each. */
const areApart = (a: readonly Instance[], b: readonly Instance[]): boolean => {
  const places = new Set(a.flatMap(placesOf))
  return !b.some(i => placesOf(i).some(place => places.has(place)))
}

const placesOf = ({ place }: Instance): string[] => [
  `${place.repo}\n${place.file}`,
  ...(place.variant.kind === 'plain' ? [] : [`${place.repo}\n\n${place.variant.id}`]),
]
